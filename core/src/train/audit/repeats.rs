//! Rows that say again what another row says: a table that was appended to itself, or joined with another, has its leads
//! several times.
//!
//! A model that has learnt from one copy knows the others, and what it is measured by is worth nothing. So where equal rows are
//! far more than chance has, or nearly all are there several times, or a part stands there again, they are held out together, as leads
//! of one group are.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::near::{Near, near};
use super::{Finding, FindingKind};
use crate::train::hash::mixed;
use crate::train::leads::{Column, Groups, Leads, Values};
use crate::train::split::REPEATS;

/// Equal rows are copies where they are this part of the leads, …
const SHARE: f64 = 0.05;
/// … and pairs of them so many times as many as where columns know nothing of each other. Columns that do have more equal rows
/// than those, but not by as much.
const BEYOND_CHANCE: f64 = 1000.0;
/// Only rows count of which one value is that of no more than this part of the leads: leads of whom little is known are equal.
const RARE: f64 = 0.05;
/// Of more leads so many are looked at: all rows of some marks, so that equal rows are looked at together.
const LOOKED_AT: usize = 50_000;

/// A table appended to itself was so no more than this many times.
const MOST_TIMES: usize = 10;
/// Where all but this part of the rows are there so many times, …
const OTHERS: f64 = 0.05;
/// … and so many different ones are, it is no chance.
const DIFFERENT: usize = 20;
/// A part that was appended again has equal rows at one distance, so many times as many as at others.
const AT_ONE_DISTANCE: f64 = 10.0;
/// Where rows are nearer than their number by more than this, they are none of one part.
const NEAR: usize = 2;

/// Which rows belong together as copies, with those that did so before, and what is to be said of it; `None` where equal rows are
/// no more than chance.
pub(crate) fn repeats(leads: &Leads) -> Option<(Groups, Finding)> {
    let marks = marks(leads);
    // Leads of one account may well be equal, so that there only copies of rows in their order are looked for.
    let order = in_order(&marks);
    let alone = leads.groups.is_none();
    let equal = several_times(&marks, &order)
        .or_else(|| one_part_again(&marks, &order))
        .or_else(|| (alone && is_beyond_chance(leads, &marks)).then(|| of_marks(&marks, &order)));
    let apart = |codes: &[u32]| codes.iter().collect::<BTreeSet<_>>().len();
    let evidence = |copies: &Vec<u32>| {
        format!(
            "{} of {} rows say in every column, the label among them, what another row says",
            leads.len() - apart(copies),
            leads.len()
        )
    };
    let mut evidence: Vec<String> = equal.iter().map(evidence).collect();
    // Most of what is near may be what is equal.
    let more = |near: &Near| {
        let equal = equal.as_deref().map_or(leads.len(), apart);
        equal.saturating_sub(apart(&near.codes)) as f64 >= SHARE * leads.len() as f64
    };
    let near = if alone { near(leads).filter(more) } else { None };
    let copies = match (equal, near) {
        (Some(equal), Some(near)) => {
            evidence.push(near.evidence);
            united(&equal, &near.codes)
        }
        (None, Some(near)) => {
            evidence.push(near.evidence);
            near.codes
        }
        (equal, None) => equal?,
    };
    let groups = match &leads.groups {
        Some(known) => Groups { field: known.field.clone(), codes: united(&known.codes, &copies) },
        None => Groups { field: REPEATS.to_owned(), codes: copies.clone() },
    };
    // Copies that were together are no news.
    if leads.groups.as_ref().is_some_and(|known| apart(&known.codes) == apart(&groups.codes)) {
        return None;
    }
    let remedy = "remove the copies, or, if these are different leads, add a column that tells them apart and give it the role \"group\" in a schema file";
    Some((
        groups,
        Finding::of_table(FindingKind::Repeats, evidence.join("; "), "kept, and held out together", remedy),
    ))
}

/// The copies of a table that was appended to itself, in whichever order: nearly all rows are there twice, or three times, or as
/// many times more.
fn several_times(marks: &[u64], order: &[usize]) -> Option<Vec<u32>> {
    let equal = || order.chunk_by(|one, other| marks[*one] == marks[*other]);
    let times = (2..=MOST_TIMES).rev().find(|times| {
        let (mut rows, mut different) = (0, 0);
        for equal in equal().filter(|equal| equal.len().is_multiple_of(*times)) {
            rows += equal.len();
            different += 1;
        }
        different >= DIFFERENT && rows as f64 >= (1.0 - OTHERS) * marks.len() as f64
    })?;
    let mut codes = vec![0; marks.len()];
    let mut next = 0;
    for equal in equal() {
        // Rows that are equal by chance, too: as many leads as there are times less.
        let apart = equal.len().div_ceil(times);
        for (place, row) in equal.iter().enumerate() {
            codes[*row] = next + (place % apart) as u32;
        }
        next += apart as u32;
    }
    Some(codes)
}

/// The copies of a part of a table that was appended to it again: rows that are equal at one distance, which is no less than
/// their number, but for others that are so by chance. Rows that are equal since the table is in some order are nearer.
fn one_part_again(marks: &[u64], order: &[usize]) -> Option<Vec<u32>> {
    let mut distances: Vec<usize> = order
        .windows(2)
        .filter(|pair| marks[pair[0]] == marks[pair[1]])
        .map(|pair| pair[1] - pair[0])
        .collect();
    distances.sort_unstable();
    let distance = distances.chunk_by(|one, other| one == other).max_by_key(|equal| equal.len())?[0];
    let are_equal = |row: &usize| marks[*row] == marks[row + distance];
    let count = (0..marks.len() - distance).filter(are_equal).count();
    let all = marks.len() as f64;
    let pairs =
        Repeated::of(order.chunk_by(|one, other| marks[*one] == marks[*other]).map(<[usize]>::len)).pairs;
    let elsewhere = 2.0 * (pairs - count as f64) / all;
    let is_so = count as f64 >= SHARE * all
        && count >= DIFFERENT
        && count <= NEAR * distance
        && count as f64 >= AT_ONE_DISTANCE * (elsewhere + 1.0);
    is_so.then(|| {
        let mut codes: Vec<u32> = (0..marks.len() as u32).collect();
        for row in (0..marks.len() - distance).filter(are_equal) {
            codes[row + distance] = codes[row];
        }
        codes
    })
}

/// Whether equal rows are far more than chance has where columns know nothing of each other.
fn is_beyond_chance(leads: &Leads, marks: &[u64]) -> bool {
    let one_in = leads.len().div_ceil(LOOKED_AT).max(1) as u64;
    let rows: Vec<usize> = (0..leads.len()).filter(|row| marks[*row].is_multiple_of(one_in)).collect();
    let count = rows.len() as f64;
    let found = Repeated::among(rows.iter().map(|row| marks[*row]).collect());
    if found.rows < SHARE * count {
        return false;
    }
    let told: Vec<Told> = leads.columns.par_iter().map(|column| Told::by(column, &rows)).collect();
    let converted = leads.classes(Some(&rows))[1] as f64 / count;
    let alike = converted * converted + (1.0 - converted) * (1.0 - converted);
    let by_chance = told.iter().fold(alike, |chance, column| chance * column.alike) * count * count / 2.0;
    let is_rare = |place: &usize| told.iter().any(|column| f64::from(column.counts[*place]) <= RARE * count);
    let rare = (0..rows.len()).filter(is_rare).map(|place| marks[rows[place]]);
    let found = Repeated::among(rare.collect());
    found.rows >= SHARE * count && found.pairs >= BEYOND_CHANCE * by_chance
}

/// Equal rows among some.
struct Repeated {
    /// How many rows have an equal before them.
    rows: f64,
    /// How many pairs are equal.
    pairs: f64,
}

impl Repeated {
    fn among(mut marks: Vec<u64>) -> Self {
        marks.sort_unstable();
        Self::of(marks.chunk_by(|one, other| one == other).map(<[u64]>::len))
    }

    /// Of rows of which so many each are equal.
    fn of(equal: impl Iterator<Item = usize>) -> Self {
        let (mut rows, mut pairs) = (0.0, 0.0);
        for count in equal {
            let count = count as f64;
            rows += count - 1.0;
            pairs += count * (count - 1.0) / 2.0;
        }
        Self { rows, pairs }
    }
}

/// What a column tells apart.
struct Told {
    /// How often two leads have the same value.
    alike: f64,
    /// For each of the rows, how many of them have its value.
    counts: Vec<u32>,
}

impl Told {
    fn by(column: &Column, rows: &[usize]) -> Self {
        let mut values: Vec<(u64, usize)> =
            rows.iter().enumerate().map(|(place, row)| (bits(column, *row), place)).collect();
        values.sort_unstable();
        let (mut alike, mut counts) = (0.0, vec![0; rows.len()]);
        for equal in values.chunk_by(|one, other| one.0 == other.0) {
            let share = equal.len() as f64 / rows.len() as f64;
            alike += share * share;
            for (_, place) in equal {
                counts[*place] = equal.len() as u32;
            }
        }
        Self { alike, counts }
    }
}

/// Of each row a number that equal rows have in common, and others, but for one chance in a million, have not.
fn marks(leads: &Leads) -> Vec<u64> {
    (0..leads.len())
        .into_par_iter()
        .map(|row| {
            let date = leads.dates.as_ref().map_or(0, |dates| dates.seconds[row].cast_unsigned());
            let known = mixed(date ^ u64::from(leads.label[row]));
            leads.columns.iter().fold(known, |mark, column| mixed(mark ^ bits(column, row)))
        })
        .collect()
}

pub(super) fn bits(column: &Column, row: usize) -> u64 {
    match &column.values {
        // One zero, and one "missing".
        Values::Numbers(numbers) if numbers[row].is_nan() => f64::NAN.to_bits(),
        Values::Numbers(numbers) => (numbers[row] + 0.0).to_bits(),
        Values::Levels { codes, .. } => codes[row].into(),
    }
}

/// The rows in the order of their marks, and of one mark in that of the file.
pub(super) fn in_order(marks: &[u64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..marks.len()).collect();
    order.sort_by_key(|row| marks[*row]);
    order
}

/// Rows of one mark as groups, in the order of the marks.
pub(super) fn of_marks(marks: &[u64], order: &[usize]) -> Vec<u32> {
    let mut codes = vec![0; marks.len()];
    for (code, equal) in order.chunk_by(|one, other| marks[*one] == marks[*other]).enumerate() {
        for row in equal {
            codes[*row] = code as u32;
        }
    }
    codes
}

/// Groups of rows that share a code in the one or the other, over however many steps.
fn united(one: &[u32], other: &[u32]) -> Vec<u32> {
    let size = |codes: &[u32]| codes.iter().max().map_or(0, |last| *last as usize + 1);
    let first = size(one);
    let mut parents: Vec<usize> = (0..first + size(other)).collect();
    let root = |parents: &mut Vec<usize>, mut place: usize| {
        while parents[place] != place {
            parents[place] = parents[parents[place]];
            place = parents[place];
        }
        place
    };
    for (one, other) in one.iter().zip(other) {
        let [one, other] = [*one as usize, first + *other as usize].map(|place| root(&mut parents, place));
        parents[one.max(other)] = one.min(other);
    }
    one.iter().map(|code| root(&mut parents, *code as usize) as u32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::random::Random;

    fn several_times(marks: &[u64]) -> Option<Vec<u32>> {
        super::several_times(marks, &in_order(marks))
    }

    fn one_part_again(marks: &[u64]) -> Option<Vec<u32>> {
        super::one_part_again(marks, &in_order(marks))
    }

    #[test]
    fn a_table_that_is_there_several_times_is_told_from_chance() {
        let mut random = Random::new(1, "repeats");
        // So coarse that equal rows are frequent by chance.
        let once: Vec<u64> = (0..500).map(|_| random.below(800) as u64).collect();
        assert_eq!((several_times(&once), one_part_again(&once)), (None, None));
        let mut thrice = [&once[..], &once, &once].concat();
        let codes = several_times(&thrice).unwrap();
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), 500);
        // In another order, too.
        thrice.sort_by_key(|mark| mark.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        assert!(several_times(&thrice).is_some());
        // A quarter appended again.
        let more = [&once[..], &once[375..]].concat();
        let codes = one_part_again(&more).unwrap();
        assert!((0..125).all(|row| codes[500 + row] == codes[375 + row]));
        // Some more are equal at that distance by chance.
        assert!((495..=500).contains(&codes.iter().collect::<BTreeSet<_>>().len()));
    }

    #[test]
    fn rows_in_order_are_no_copies() {
        let mut sorted: Vec<u64> = (0..1_000).map(|row| u64::isqrt(row * 100)).collect();
        assert!(several_times(&sorted).is_none() && one_part_again(&sorted).is_none());
        sorted.reverse();
        assert!(one_part_again(&sorted).is_none());
        assert_eq!((several_times(&[]), one_part_again(&[]), one_part_again(&[1])), (None, None, None));
    }

    #[test]
    fn what_is_together_in_either_way_is_united() {
        assert_eq!(united(&[0, 0, 1, 2, 3], &[0, 1, 1, 2, 3]), [0, 0, 0, 2, 3]);
        assert_eq!(united(&[3, 2, 1, 0], &[0, 1, 0, 1]), [1, 0, 1, 0]);
    }
}
