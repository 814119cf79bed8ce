//! Columns that say what another one says, and columns of which each lead has its own value.

mod near;

use std::borrow::Cow;
use std::collections::BTreeMap;

use rayon::prelude::*;

use super::FindingKind;
use super::profile::Profile;
use crate::error::quoted;
use crate::train::grouped::in_order;
use crate::train::hash::fnv1a;
use crate::train::leads::{Leads, MIN_LEVEL_LEADS, MISSING_LEVEL, Numbers, Values};
use crate::train::sorted::ascending;
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
    let sample = Sample::new(leads);
    // Levels are the same under any names, numbers in any unit. A number and its levels, or numbers in another order,
    // are not: the model draws other functions of them.
    let (same, different) = alike(leads, &sample, places, |values| match values {
        Values::Numbers(numbers) => Some(ranks_from_first(numbers)),
        Values::Levels { codes, .. } => Some(by_first_use(codes)),
    });
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
    let (matched, _) = alike(leads, &sample, &levels, |values| match values {
        Values::Numbers(numbers) => Some(by_first_use(&dense_ranks(numbers).0)),
        Values::Levels { codes, .. } => Some(by_first_use(codes)),
    });
    let different: Vec<usize> =
        different.into_iter().filter(|place| matched.iter().all(|(other, _)| other != place)).collect();
    let matching = |(place, first): (usize, usize)| {
        let evidence = format!(
            "each of its values goes with one of {}, and the other way round; the model shares their effect out between them",
            quoted(name(first))
        );
        (place, FindingKind::NearDuplicate, evidence, false)
    };
    found.extend(matched.into_iter().map(matching));
    if leads.len() >= NEAR_ROWS {
        found.extend(near::numbers(leads, &sample, &different));
        found.extend(near::levels(leads, &sample, &different));
    }
    found
}

/// The leads that are looked at first.
enum Sample {
    /// All, as there are few.
    All,
    Rows(Vec<usize>),
}

impl Sample {
    fn new(leads: &Leads) -> Self {
        if leads.len() <= MANY {
            return Self::All;
        }
        Self::Rows((0..MANY).map(|place| place * leads.len() / MANY).collect())
    }

    /// Their values.
    fn of<'a>(&self, values: &'a Values) -> Cow<'a, Values> {
        match (self, values) {
            (Self::All, _) => Cow::Borrowed(values),
            (Self::Rows(rows), Values::Numbers(numbers)) => Cow::Owned(Values::Numbers(numbers.pick(rows))),
            (Self::Rows(rows), Values::Levels { codes, .. }) => {
                let codes = rows.iter().map(|row| codes[*row]).collect();
                Cow::Owned(Values::Levels { levels: Vec::new(), codes })
            }
        }
    }
}

/// Columns whose codes are those of an earlier one, each with that one; and the others.
fn alike(
    leads: &Leads,
    sample: &Sample,
    places: &[usize],
    coded: impl Fn(&Values) -> Option<Vec<u32>> + Sync,
) -> (Vec<(usize, usize)>, Vec<usize>) {
    let of = |place: &usize| coded(&leads.columns[*place].values);
    let mut hashes: Vec<Option<u64>> = places
        .par_iter()
        .map(|place| coded(&sample.of(&leads.columns[*place].values)).map(|codes| hash(&codes)))
        .collect();
    if matches!(sample, Sample::Rows(_)) {
        let mut sorted = hashes.clone();
        sorted.sort_unstable();
        let times = |hash: &Option<u64>| {
            sorted.partition_point(|other| other <= hash) - sorted.partition_point(|other| other < hash)
        };
        let shared: Vec<bool> = hashes.iter().map(|hash| hash.is_some() && times(hash) > 1).collect();
        hashes = places
            .par_iter()
            .zip(shared)
            .map(|(place, shared)| if shared { of(place).map(|codes| hash(&codes)) } else { None })
            .collect();
    }
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
        if *rank == MISSING_LEVEL { MISSING_LEVEL } else { (count as u32).saturating_sub(1) - rank }
    };
    let decides = ranks.iter().find(|rank| **rank != MISSING_LEVEL && turned(rank) != **rank);
    if decides.is_some_and(|rank| *rank > turned(rank)) { ranks.iter().map(turned).collect() } else { ranks }
}

/// Equal numbers have equal ranks, from 0; and how many there are.
fn dense_ranks(numbers: &Numbers) -> (Vec<u32>, usize) {
    let mut count = 0;
    if let Some((values, codes)) = numbers.codes() {
        let counts = codes.counts(values.len(), None);
        let mut ranks = vec![MISSING_LEVEL; values.len()];
        for tied in in_order(values).chunk_by(|a, b| values[*a as usize] == values[*b as usize]) {
            for code in tied {
                ranks[*code as usize] = count;
            }
            count += u32::from(tied.iter().any(|code| counts[*code as usize] > 0));
        }
        return (codes.iter().map(|code| ranks[code as usize]).collect(), count as usize);
    }
    let mut ranks = vec![MISSING_LEVEL; numbers.len()];
    let order = ascending(numbers.len(), |row| numbers[row]);
    // What is missing stands at the ends.
    let known = order.iter().copied().filter(|row| !numbers[*row as usize].is_nan()).collect::<Vec<_>>();
    for tied in known.chunk_by(|a, b| numbers[*a as usize] == numbers[*b as usize]) {
        for row in tied {
            ranks[*row as usize] = count;
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

fn hash(codes: &[u32]) -> u64 {
    fnv1a(codes.iter().map(|code| u64::from(*code)))
}
