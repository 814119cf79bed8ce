//! Columns that say what another one says, and columns of which each lead has its own value.

mod near;

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::FindingKind;
use super::profile::Profile;
use crate::error::quoted;
use crate::train::grouped::{in_order, of_ties};
use crate::train::hash::fnv1a;
use crate::train::leads::{Leads, MIN_LEVEL_LEADS, MISSING_LEVEL, Numbers, Values};
use crate::train::together::Once;

/// Numbers are compared as levels where each is had by so many leads on average.
const REPEATED: usize = 10;
/// With fewer leads, near-copies come about by chance.
const NEAR_ROWS: usize = 50;
/// Of more leads than this, as many are looked at first.
const MANY: usize = 50_000;
/// A category of which this share of the known values is different …
const IDENTIFIER_SHARE: f64 = 0.9;
/// … and at least so many are, identifies its lead.
const IDENTIFIER_LEVELS: usize = 20;

/// The place of a column, what it is, the evidence, and whether to leave it out.
type Found = (usize, FindingKind, String, bool);

/// Columns among `places` that say the same as an earlier one, or nearly so.
///
/// Of more than [`MANY`] leads as many are looked at first, from all over the table: what differs there differs. What does not
/// is held against all leads before it is said.
pub(super) fn find(leads: &Leads, places: &[usize]) -> Vec<Found> {
    let name = |place: usize| &leads.columns[place].field.name;
    let sample: Option<Vec<usize>> =
        (leads.len() > MANY).then(|| (0..MANY).map(|place| place * leads.len() / MANY).collect());
    let sample = sample.as_deref();
    // Levels are the same under any names, numbers in any unit. A number and its levels, or numbers in another order,
    // are not: the model draws other functions of them.
    let same = alike(leads, sample, places, |values| match values {
        Values::Numbers(numbers) => ranks_from_first(numbers),
        Values::Levels { codes, .. } => by_first_use(codes),
    });
    let different = without(places, &same);
    let duplicate = |(place, first): (usize, usize)| {
        (
            place,
            FindingKind::Duplicate,
            format!("it says the same as {} for every lead", quoted(name(first))),
            true,
        )
    };
    let mut found: Vec<Found> = same.into_iter().map(duplicate).collect();
    // Where nearly all leads differ, any two columns match.
    let repeat = |place: &usize| match &leads.columns[*place].values {
        Values::Numbers(numbers) => repeat(numbers),
        Values::Levels { .. } => true,
    };
    let repeated: Vec<bool> = different.par_iter().map(repeat).collect();
    let levels: Vec<usize> =
        different.iter().zip(repeated).filter(|(_, repeated)| *repeated).map(|(place, _)| *place).collect();
    let matched = alike(leads, sample, &levels, |values| match values {
        Values::Numbers(numbers) => by_first_use(&dense_ranks(numbers).0),
        Values::Levels { codes, .. } => by_first_use(codes),
    });
    let different = without(&different, &matched);
    let matching = |(place, first): (usize, usize)| {
        let evidence = format!(
            "each of its values goes with one of {}, and the other way round; the model shares their effect out between them",
            quoted(name(first))
        );
        (place, FindingKind::NearDuplicate, evidence, false)
    };
    found.extend(matched.into_iter().map(matching));
    if leads.len() >= NEAR_ROWS {
        found.extend(near::numbers(leads, sample, &different));
        found.extend(near::levels(leads, sample, &different));
    }
    found
}

/// Columns whose codes are those of an earlier one, each with that one.
fn alike(
    leads: &Leads,
    sample: Option<&[usize]>,
    places: &[usize],
    coded: impl Fn(&Values) -> Vec<u32> + Sync,
) -> Vec<(usize, usize)> {
    let of = |place: &usize| coded(&leads.columns[*place].values);
    // What differs from all others in the sample need not be looked at whole.
    let compared: Vec<usize> = match sample {
        Some(rows) => {
            let hashes: Vec<u64> = places
                .par_iter()
                .map(|place| hash(&coded(&picked(&leads.columns[*place].values, rows))))
                .collect();
            let mut sorted = hashes.clone();
            sorted.sort_unstable();
            let is_shared =
                |own: &u64| sorted.get(sorted.partition_point(|other| other < own) + 1) == Some(own);
            places.iter().zip(&hashes).filter(|(_, own)| is_shared(own)).map(|(place, _)| *place).collect()
        }
        None => places.to_vec(),
    };
    let mut known: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    let mut same = Vec::new();
    let hashes: Vec<u64> = compared.par_iter().map(|place| hash(&of(place))).collect();
    for (place, hash) in compared.iter().zip(hashes) {
        let earlier = known.entry(hash).or_default();
        match earlier.iter().find(|earlier| of(earlier) == of(place)) {
            Some(first) => same.push((*place, *first)),
            None => earlier.push(*place),
        }
    }
    same
}

/// The places that were not found.
fn without(places: &[usize], found: &[(usize, usize)]) -> Vec<usize> {
    places.iter().copied().filter(|place| found.iter().all(|(other, _)| other != place)).collect()
}

/// The values of some leads. Of levels the codes alone count here.
fn picked(values: &Values, rows: &[usize]) -> Values {
    match values {
        Values::Numbers(numbers) => Values::Numbers(numbers.pick(rows)),
        Values::Levels { codes, .. } => {
            Values::Levels { levels: Vec::new(), codes: rows.iter().map(|row| codes[*row]).collect() }
        }
    }
}

/// Whether each number is had by [`REPEATED`] leads on average.
fn repeat(numbers: &Numbers) -> bool {
    let known = numbers.iter().filter(|number| !number.is_nan()).count();
    let most = known / REPEATED;
    let different = |count: usize| {
        let mut some: Vec<f64> =
            numbers.iter().take(count).copied().filter(|number| !number.is_nan()).collect();
        some.sort_unstable_by(f64::total_cmp);
        some.dedup();
        some.len()
    };
    match numbers.codes() {
        Some((values, _)) if values.len() <= most => true,
        Some((values, codes)) => {
            let counts = codes.counts(values.len(), None);
            let order = in_order(values);
            let used = order.iter().filter(|code| counts[**code as usize] > 0);
            let used: Vec<f64> = used.map(|code| values[*code as usize]).collect();
            used.chunk_by(|a, b| a == b).count() <= most
        }
        // An eighth of the leads has more different numbers than that where nearly all differ.
        None => different(numbers.len() / 8) <= most && different(numbers.len()) <= most,
    }
}

/// Whether nearly each lead has a level of its own, and no level is common enough to be learnt. Leads that belong together and
/// have the same level are one.
pub(super) fn identifies(leads: &Leads, levels: usize, codes: &[u32], profile: &Profile) -> Option<String> {
    // Where they are alike, their levels may be more than one in so many rows.
    if levels <= IDENTIFIER_LEVELS || leads.groups.is_none() && profile.commonest >= MIN_LEVEL_LEADS {
        return None;
    }
    let having = Once::of_leads(leads, None).having(levels, |row| codes[row] as usize);
    let known: usize = having.iter().sum();
    let differ = levels as f64 >= IDENTIFIER_SHARE * known as f64;
    (differ && having.iter().all(|count| *count < MIN_LEVEL_LEADS)).then(|| {
        let alike = leads.len() - profile.missing[0] - profile.missing[1] > known;
        let once = if alike { ", of which those that belong together count once" } else { "" };
        format!("it has {levels} different values for {known} leads{once}, so that none says anything about the next lead")
    })
}

/// Ranks, counted from the end at which the first lead is, so that a number in another unit has the same.
fn ranks_from_first(numbers: &Numbers) -> Vec<u32> {
    let (ranks, count) = dense_ranks(numbers);
    let turned = |rank: &u32| {
        if *rank == MISSING_LEVEL { MISSING_LEVEL } else { count.saturating_sub(1) - rank }
    };
    let decides = ranks.iter().find(|rank| **rank != MISSING_LEVEL && turned(rank) != **rank);
    if decides.is_some_and(|rank| *rank > turned(rank)) { ranks.iter().map(turned).collect() } else { ranks }
}

/// Equal numbers have equal ranks, from 0; and how many there are.
fn dense_ranks(numbers: &Numbers) -> (Vec<u32>, u32) {
    let mut count = 0;
    let ranks = of_ties(numbers, MISSING_LEVEL, |leads| {
        let rank = count;
        count += u32::from(leads > 0);
        rank
    });
    let ranks = match numbers.codes() {
        Some((_, codes)) => codes.iter().map(|code| ranks[code as usize]).collect(),
        None => ranks,
    };
    (ranks, count)
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

fn hash(codes: &[u32]) -> u64 {
    fnv1a(codes.iter().map(|code| u64::from(*code)))
}
