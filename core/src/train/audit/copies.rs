//! Columns that say what another one says, and columns of which each lead has its own value.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::FindingKind;
use crate::train::leads::{Leads, MIN_LEVEL_LEADS, MISSING_LEVEL, Numbers, Values};
use crate::train::random::Random;

/// Two numbers with at least this rank correlation (Spearman 1904) say nearly the same.
const NEAR_CORRELATION: f64 = 0.99;
/// Two categories say nearly the same where each removes this share of the errors in guessing the other (the λ of
/// Goodman & Kruskal 1954, doi:10.1080/01621459.1954.10501231).
const NEAR_LAMBDA: f64 = 0.95;
/// Numbers are compared as levels where each is had by so many leads on average.
const REPEATED: usize = 10;
/// With fewer leads, near-copies come about by chance.
const NEAR_ROWS: usize = 50;
/// Sketches of two numbers that differ in more than this many of their 64 signs are not compared: those of numbers that
/// correlate to 0.99 differ in 3 on average, those of unrelated ones in 32.
const NEAR_SIGNS: u32 = 12;
/// Categories with more levels than this are not compared.
const NEAR_LEVELS: usize = 300;
/// And no more than this many pairs of columns.
const NEAR_PAIRS: usize = 100_000;
/// A category of which this share of the known values is different …
const IDENTIFIER_SHARE: f64 = 0.9;
/// … and at least so many are, identifies its lead.
const IDENTIFIER_LEVELS: usize = 20;

/// The place of a column, what it is, the evidence, and whether to leave it out.
type Found = (usize, FindingKind, String, bool);

/// Columns among `places` that say the same as an earlier one, or nearly so.
pub(super) fn find(leads: &Leads, places: &[usize]) -> Vec<Found> {
    let name = |place: usize| &leads.columns[place].field.name;
    // Levels are the same under any names, numbers in any unit. A number and its levels, or numbers in another order,
    // are not: the model draws other functions of them.
    let (same, different) = alike(leads, places, |values| match values {
        Values::Numbers(numbers) => Some(ranks_from_first(numbers)),
        Values::Levels { codes, .. } => Some(by_first_use(codes)),
    });
    let duplicate = |(place, first): (usize, usize)| {
        (place, FindingKind::Duplicate, format!("it says the same as {:?} for every lead", name(first)), true)
    };
    let mut found: Vec<Found> = same.into_iter().map(duplicate).collect();
    let (matched, different) = alike(leads, &different, |values| match values {
        Values::Numbers(numbers) => {
            let (ranks, count) = dense_ranks(numbers);
            // Where nearly all leads differ, any two columns match.
            let known = ranks.iter().filter(|rank| **rank != MISSING_LEVEL).count();
            (count * REPEATED <= known).then(|| by_first_use(&ranks))
        }
        Values::Levels { codes, .. } => Some(by_first_use(codes)),
    });
    let matching = |(place, first): (usize, usize)| {
        let evidence = format!(
            "each of its values goes with one of {:?}, and the other way round; the model shares their effect out between them",
            name(first)
        );
        (place, FindingKind::NearDuplicate, evidence, false)
    };
    found.extend(matched.into_iter().map(matching));
    if leads.len() >= NEAR_ROWS {
        found.extend(near_numbers(leads, &different));
        found.extend(near_levels(leads, &different));
    }
    found
}

/// Columns whose codes are those of an earlier one, each with that one; and the others.
fn alike(
    leads: &Leads,
    places: &[usize],
    coded: impl Fn(&Values) -> Option<Vec<u32>> + Sync,
) -> (Vec<(usize, usize)>, Vec<usize>) {
    let of = |place: &usize| coded(&leads.columns[*place].values);
    let hashes: Vec<Option<u64>> =
        places.par_iter().map(|place| of(place).map(|codes| hash(&codes))).collect();
    let mut known: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    let (mut same, mut different) = (Vec::new(), Vec::new());
    for (place, hash) in places.iter().zip(hashes) {
        let earlier = hash.map(|hash| known.entry(hash).or_default());
        let first = earlier
            .as_ref()
            .and_then(|earlier| earlier.iter().find(|earlier| of(earlier) == of(place)).copied());
        if let Some(first) = first {
            same.push((*place, first));
            continue;
        }
        if let Some(earlier) = earlier {
            earlier.push(*place);
        }
        different.push(*place);
    }
    (same, different)
}

/// Whether nearly each lead has a level of its own, and no level is common enough to be learnt.
pub(super) fn identifies(levels: usize, codes: &[u32]) -> Option<String> {
    let counts = counts(codes, levels);
    let (known, most) = (counts[..levels].iter().sum::<f64>(), largest(&counts[..levels]));
    let differ = levels > IDENTIFIER_LEVELS && levels as f64 >= IDENTIFIER_SHARE * known;
    (differ && most < MIN_LEVEL_LEADS as f64).then(|| {
        format!("it has {levels} different values for {known} leads, so that none says anything about the next lead")
    })
}

/// Ranks, counted from the end at which the first lead is, so that a number in another unit has the same.
fn ranks_from_first(numbers: &Numbers) -> Vec<u32> {
    let (ranks, count) = dense_ranks(numbers);
    let turned = |rank: &u32| {
        if *rank == MISSING_LEVEL { MISSING_LEVEL } else { (count as u32).saturating_sub(1) - rank }
    };
    let decides = ranks.iter().find(|rank| **rank != MISSING_LEVEL && turned(rank) != **rank);
    if decides.is_some_and(|rank| *rank > turned(rank)) { ranks.iter().map(turned).collect() } else { ranks }
}

/// Equal numbers have equal ranks, from 0; and how many there are.
fn dense_ranks(numbers: &Numbers) -> (Vec<u32>, usize) {
    let mut order: Vec<usize> = (0..numbers.len()).filter(|row| !numbers[*row].is_nan()).collect();
    order.sort_unstable_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
    let mut ranks = vec![MISSING_LEVEL; numbers.len()];
    let mut count = 0;
    for tied in order.chunk_by(|a, b| numbers[*a] == numbers[*b]) {
        for row in tied {
            ranks[*row] = count;
        }
        count += 1;
    }
    (ranks, count as usize)
}

/// Places in order of first use, so that levels of other names have the same.
fn by_first_use(codes: &[u32]) -> Vec<u32> {
    let most = codes.iter().filter(|code| **code != MISSING_LEVEL).max().map_or(0, |most| *most as usize + 1);
    // Missing is a value like any other here: the copy may write "none".
    let mut new = vec![MISSING_LEVEL; most + 1];
    let mut next = 0;
    codes
        .iter()
        .map(|code| {
            let place = if *code == MISSING_LEVEL { most } else { *code as usize };
            if new[place] == MISSING_LEVEL {
                new[place] = next;
                next += 1;
            }
            new[place]
        })
        .collect()
}

/// FNV-1a over the codes.
fn hash(codes: &[u32]) -> u64 {
    codes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, code| (hash ^ u64::from(*code)).wrapping_mul(0x0100_0000_01b3))
}

/// Numbers that rank the leads nearly as an earlier one does.
fn near_numbers(leads: &Leads, places: &[usize]) -> Vec<Found> {
    let mut random = Random::new(0, "sketches");
    let signs: Vec<u64> = (0..leads.len()).map(|_| random.bits()).collect();
    let sketches: Vec<(usize, u64)> = places
        .par_iter()
        .filter_map(|place| {
            let Values::Numbers(numbers) = &leads.columns[*place].values else { return None };
            Some((*place, sketch(&centred_ranks(numbers), &signs)))
        })
        .collect();
    let near: Vec<Option<Found>> = (0..sketches.len())
        .into_par_iter()
        .map(|this| {
            let (place, own) = sketches[this];
            let mut ranks = None;
            sketches[..this].iter().find_map(|(earlier, other)| {
                let apart = (own ^ other).count_ones();
                // Opposite ranks have opposite signs.
                if apart.min(64 - apart) > NEAR_SIGNS {
                    return None;
                }
                let of = |place: usize| match &leads.columns[place].values {
                    Values::Numbers(numbers) => centred_ranks(numbers),
                    Values::Levels { .. } => Vec::new(),
                };
                let correlation = correlation(ranks.get_or_insert_with(|| of(place)), &of(*earlier));
                (correlation.abs() >= NEAR_CORRELATION).then(|| {
                    let name = &leads.columns[*earlier].field.name;
                    let evidence = format!(
                        "it ranks the leads nearly as {name:?} does (rank correlation {correlation:.3}); the model shares their effect out between them"
                    );
                    (place, FindingKind::NearDuplicate, evidence, false)
                })
            })
        })
        .collect();
    near.into_iter().flatten().collect()
}

/// Ranks less their mean, ties sharing theirs; 0 where missing.
fn centred_ranks(numbers: &Numbers) -> Vec<f64> {
    let mut order: Vec<usize> = (0..numbers.len()).filter(|row| !numbers[*row].is_nan()).collect();
    order.sort_unstable_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
    let mut ranks = vec![0.0; numbers.len()];
    let middle = (order.len() as f64 - 1.0) / 2.0;
    let mut before = 0;
    for tied in order.chunk_by(|a, b| numbers[*a] == numbers[*b]) {
        let rank = before as f64 + (tied.len() as f64 - 1.0) / 2.0 - middle;
        for row in tied {
            ranks[*row] = rank;
        }
        before += tied.len();
    }
    ranks
}

/// On which side of 64 random planes a column lies (Charikar 2002, doi:10.1145/509907.509965).
fn sketch(ranks: &[f64], signs: &[u64]) -> u64 {
    let mut sums = [0.0; 64];
    for (rank, signs) in ranks.iter().zip(signs) {
        for (plane, sum) in sums.iter_mut().enumerate() {
            *sum += if signs >> plane & 1 == 1 { *rank } else { -rank };
        }
    }
    sums.iter().enumerate().fold(0, |sketch, (plane, sum)| sketch | u64::from(*sum > 0.0) << plane)
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let scale = (dot(a, a) * dot(b, b)).sqrt();
    if scale > 0.0 { dot(a, b) / scale } else { 0.0 }
}

/// Categories from whose level that of an earlier one nearly follows, and the other way round.
fn near_levels(leads: &Leads, places: &[usize]) -> Vec<Found> {
    let categories: Vec<(usize, usize, &[u32], f64)> = places
        .iter()
        .filter_map(|place| match &leads.columns[*place].values {
            Values::Levels { levels, codes } if levels.len() <= NEAR_LEVELS => {
                let errors = leads.len() as f64 - largest(&counts(codes, levels.len()));
                Some((*place, levels.len(), &codes[..], errors))
            }
            _ => None,
        })
        .collect();
    if categories.len() * categories.len() > 2 * NEAR_PAIRS {
        return Vec::new();
    }
    let near = |this: usize| {
        let (place, levels, codes, errors) = categories[this];
        categories[..this].iter().find_map(|(earlier, other_levels, other_codes, other_errors)| {
            // Who removes nearly all errors leaves about as many to remove.
            if errors.min(*other_errors) < NEAR_LAMBDA * errors.max(*other_errors) {
                return None;
            }
            let (rows, columns) = (levels + 1, other_levels + 1);
            let mut joint = vec![0.0; rows * columns];
            for (code, other) in codes.iter().zip(*other_codes) {
                joint[(*code as usize).min(levels) * columns + (*other as usize).min(*other_levels)] += 1.0;
            }
            let left = leads.len() as f64 - joint.chunks(columns).map(largest).sum::<f64>();
            let column = |place: usize| joint.iter().skip(place).step_by(columns).copied().fold(0.0, f64::max);
            let other_left = leads.len() as f64 - (0..columns).map(column).sum::<f64>();
            let follows = left <= (1.0 - NEAR_LAMBDA) * other_errors && other_left <= (1.0 - NEAR_LAMBDA) * errors;
            follows.then(|| {
                let name = &leads.columns[*earlier].field.name;
                let percent = 100.0 * (1.0 - left / leads.len() as f64);
                let evidence = format!(
                    "it nearly says what {name:?} says: the one follows from the other for {percent:.1} % of the leads; the model shares their effect out between them"
                );
                (place, FindingKind::NearDuplicate, evidence, false)
            })
        })
    };
    let near: Vec<Option<Found>> = (0..categories.len()).into_par_iter().map(near).collect();
    near.into_iter().flatten().collect()
}

/// How many leads have each level; missing last.
fn counts(codes: &[u32], levels: usize) -> Vec<f64> {
    let mut counts = vec![0.0; levels + 1];
    for code in codes {
        counts[(*code as usize).min(levels)] += 1.0;
    }
    counts
}

fn largest(counts: &[f64]) -> f64 {
    counts.iter().copied().fold(0.0, f64::max)
}
