//! Columns that say nearly what an earlier one says.

use rayon::prelude::*;

use super::{Found, MANY};
use crate::error::quoted;
use crate::train::audit::FindingKind;
use crate::train::grouped::of_ties;
use crate::train::leads::{Leads, Numbers, Values, each_row};
use crate::train::random::Random;

/// Two numbers with at least this rank correlation (Spearman 1904) say nearly the same.
const NEAR_CORRELATION: f64 = 0.99;
/// Two categories say nearly the same where each removes this share of the errors in guessing the other (the λ of
/// Goodman & Kruskal 1954, doi:10.1080/01621459.1954.10501231).
const NEAR_LAMBDA: f64 = 0.95;
/// Sketches of two numbers that differ in more than this many of their 64 signs are not compared: those of numbers that
/// correlate to 0.99 differ in 3 on average, those of unrelated ones in 32.
const NEAR_SIGNS: u32 = 12;
/// Categories with more levels than this are not compared.
const NEAR_LEVELS: usize = 300;
/// And no more than this many pairs of columns.
const NEAR_PAIRS: usize = 100_000;
/// Numbers whose ranks correlate less among those are not compared for all leads: theirs lies within a thousandth or two.
const FAR_CORRELATION: f64 = 0.97;
/// Nor are categories of which one leaves this share of the errors in guessing the other among those.
const FAR_ERRORS: f64 = 0.15;

/// Numbers that rank the leads nearly as an earlier one does.
pub(super) fn numbers(leads: &Leads, sample: Option<&[usize]>, places: &[usize]) -> Vec<Found> {
    let mut random = Random::new(0, "sketches");
    let signs: Vec<u64> = (0..leads.len().min(MANY)).map(|_| random.bits()).collect();
    let sketches: Vec<(usize, &Numbers, u64)> = places
        .par_iter()
        .filter_map(|place| {
            let Values::Numbers(numbers) = &leads.columns[*place].values else { return None };
            let ranks =
                sample.map_or_else(|| centred_ranks(numbers), |rows| centred_ranks(&numbers.pick(rows)));
            Some((*place, numbers, sketch(&ranks, &signs)))
        })
        .collect();
    let near: Vec<Option<Found>> = (0..sketches.len())
        .into_par_iter()
        .map(|this| {
            let (place, numbers, own) = sketches[this];
            let mut ranks = None;
            sketches[..this].iter().find_map(|(earlier, other_numbers, other)| {
                let apart = (own ^ other).count_ones();
                // Opposite ranks have opposite signs.
                if apart.min(64 - apart) > NEAR_SIGNS {
                    return None;
                }
                if let Some(rows) = sample {
                    let [one, other] = [numbers, other_numbers].map(|numbers| centred_ranks(&numbers.pick(rows)));
                    if correlation(&one, &other).abs() < FAR_CORRELATION {
                        return None;
                    }
                }
                let ranks = ranks.get_or_insert_with(|| centred_ranks(numbers));
                let correlation = correlation(ranks, &centred_ranks(other_numbers));
                (correlation.abs() >= NEAR_CORRELATION).then(|| {
                    let name = &leads.columns[*earlier].field.name;
                    let evidence = format!(
                        "it ranks the leads nearly as {name} does (rank correlation {correlation:.3}); the model shares their effect out between them"
                    , name = quoted(name));
                    (place, FindingKind::NearDuplicate, evidence, false)
                })
            })
        })
        .collect();
    near.into_iter().flatten().collect()
}

/// Ranks less their mean, ties sharing theirs; 0 where missing.
fn centred_ranks(numbers: &Numbers) -> Numbers {
    let known = numbers.iter().filter(|number| !number.is_nan()).count();
    let middle = (known as f64 - 1.0) / 2.0;
    let mut before = 0;
    let ranks = of_ties(numbers, 0.0, |count| {
        let rank = before as f64 + (count as f64 - 1.0) / 2.0 - middle;
        before += count;
        rank
    });
    match numbers.codes() {
        Some((_, codes)) => Numbers::coded(ranks.into(), codes.clone()),
        None => ranks.into(),
    }
}

/// On which side of 64 random planes a column lies (Charikar 2002, doi:10.1145/509907.509965).
fn sketch(ranks: &Numbers, signs: &[u64]) -> u64 {
    let mut sums = [0.0; 64];
    for (rank, signs) in ranks.iter().zip(signs) {
        for (plane, sum) in sums.iter_mut().enumerate() {
            *sum += if signs >> plane & 1 == 1 { *rank } else { -rank };
        }
    }
    sums.iter().enumerate().fold(0, |sketch, (plane, sum)| sketch | u64::from(*sum > 0.0) << plane)
}

fn correlation(a: &Numbers, b: &Numbers) -> f64 {
    let dot = |a: &Numbers, b: &Numbers| a.iter().zip(b.iter()).map(|(a, b)| a * b).sum::<f64>();
    let scale = (dot(a, a) * dot(b, b)).sqrt();
    if scale > 0.0 { dot(a, b) / scale } else { 0.0 }
}

/// Categories from whose level that of an earlier one nearly follows, and the other way round.
pub(super) fn levels(leads: &Leads, sample: Option<&[usize]>, places: &[usize]) -> Vec<Found> {
    let categories: Vec<(usize, usize, &[u32], f64)> = places
        .par_iter()
        .filter_map(|place| match &leads.columns[*place].values {
            Values::Levels { levels, codes } if levels.len() <= NEAR_LEVELS => {
                let errors = leads.len() as f64 - largest(&of_levels(codes, levels.len()));
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
            let joint = |rows: Option<&[usize]>| {
                let pairs = each_row(rows, codes.len()).map(|row| (codes[row], other_codes[row]));
                joint(pairs, levels, *other_levels)
            };
            if let Some(rows) = sample {
                // Of the leads that are looked at first, the errors that are left, and those that a level of each alone makes.
                let [left, other_left, own, other_own] = joint(Some(rows));
                if left > FAR_ERRORS * other_own || other_left > FAR_ERRORS * own {
                    return None;
                }
            }
            let [left, other_left, ..] = joint(None);
            let follows = left <= (1.0 - NEAR_LAMBDA) * other_errors && other_left <= (1.0 - NEAR_LAMBDA) * errors;
            follows.then(|| {
                let name = &leads.columns[*earlier].field.name;
                let percent = 100.0 * (1.0 - left / leads.len() as f64);
                let evidence = format!(
                    "it nearly says what {name} says: the one follows from the other for {percent:.1} % of the leads; the model shares their effect out between them"
                , name = quoted(name));
                (place, FindingKind::NearDuplicate, evidence, false)
            })
        })
    };
    let near: Vec<Option<Found>> = (0..categories.len()).into_par_iter().map(near).collect();
    near.into_iter().flatten().collect()
}

/// The errors in guessing the second of two levels by the first, the first by the second, the first by nothing and the second
/// by nothing.
fn joint(pairs: impl Iterator<Item = (u32, u32)>, levels: usize, other_levels: usize) -> [f64; 4] {
    let columns = other_levels + 1;
    let mut joint = vec![0_u32; (levels + 1) * columns];
    for (code, other) in pairs {
        joint[(code as usize).min(levels) * columns + (other as usize).min(other_levels)] += 1;
    }
    let joint: Vec<f64> = joint.into_iter().map(f64::from).collect();
    let all: f64 = joint.iter().sum();
    let column = |place: usize| joint.iter().skip(place).step_by(columns).copied();
    let of_rows: Vec<f64> = joint.chunks(columns).map(|row| row.iter().sum()).collect();
    let of_columns: Vec<f64> = (0..columns).map(|place| column(place).sum()).collect();
    [
        all - joint.chunks(columns).map(largest).sum::<f64>(),
        all - (0..columns).map(|place| column(place).fold(0.0, f64::max)).sum::<f64>(),
        all - largest(&of_rows),
        all - largest(&of_columns),
    ]
}

/// How many leads have each level; missing last.
fn of_levels(codes: &[u32], levels: usize) -> Vec<f64> {
    let mut counts = vec![0.0; levels + 1];
    for code in codes {
        counts[(*code as usize).min(levels)] += 1.0;
    }
    counts
}

fn largest(counts: &[f64]) -> f64 {
    counts.iter().copied().fold(0.0, f64::max)
}
