//! Rows that say again what another row says: a table that was appended to itself, or joined with another, has its leads
//! several times.
//!
//! A model that has learnt from one copy knows the others, and what it is measured by is worth nothing. So where equal rows are
//! far more than chance has, they are held out together, as leads of one group are.

use rayon::prelude::*;

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

/// Which rows are equal, and what is to be said of it; `None` where it is no more than chance, or leads have groups already.
pub(crate) fn repeats(leads: &Leads) -> Option<(Groups, Finding)> {
    if leads.groups.is_some() {
        return None;
    }
    let marks = marks(leads);
    let one_in = leads.len().div_ceil(LOOKED_AT).max(1) as u64;
    let rows: Vec<usize> = (0..leads.len()).filter(|row| marks[*row].is_multiple_of(one_in)).collect();
    let count = rows.len() as f64;
    let found = Repeated::among(rows.iter().map(|row| marks[*row]).collect());
    if found.rows < SHARE * count {
        return None;
    }
    let told: Vec<Told> = leads.columns.par_iter().map(|column| Told::by(column, &rows)).collect();
    let converted = rows.iter().filter(|row| leads.label[**row]).count() as f64 / count;
    let alike = converted * converted + (1.0 - converted) * (1.0 - converted);
    let by_chance = told.iter().fold(alike, |chance, column| chance * column.alike) * count * count / 2.0;
    let is_rare = |place: &usize| told.iter().any(|column| f64::from(column.counts[*place]) <= RARE * count);
    let rare = (0..rows.len()).filter(is_rare).map(|place| marks[rows[place]]);
    let found = Repeated::among(rare.collect());
    if found.rows < SHARE * count || found.pairs < BEYOND_CHANCE * by_chance {
        return None;
    }
    let groups = groups(&marks);
    let distinct = groups.codes.iter().max().map_or(0, |last| *last as usize + 1);
    let evidence = format!(
        "{} of {} rows say in every column, the label among them, what another row says",
        leads.len() - distinct,
        leads.len()
    );
    let remedy = "remove the copies, or, if these are different leads, add a column that tells them apart and give it the role \"group\" in a schema file";
    Some((groups, Finding::of_table(FindingKind::Repeats, evidence, "kept, and held out together", remedy)))
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
        let (mut rows, mut pairs) = (0.0, 0.0);
        for equal in marks.chunk_by(|one, other| one == other) {
            let count = equal.len() as f64;
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

fn bits(column: &Column, row: usize) -> u64 {
    match &column.values {
        // One zero, and one "missing".
        Values::Numbers(numbers) if numbers[row].is_nan() => f64::NAN.to_bits(),
        Values::Numbers(numbers) => (numbers[row] + 0.0).to_bits(),
        Values::Levels { codes, .. } => codes[row].into(),
    }
}

/// Rows of one mark as groups, in the order of the marks.
fn groups(marks: &[u64]) -> Groups {
    let mut order: Vec<usize> = (0..marks.len()).collect();
    order.sort_unstable_by_key(|row| marks[*row]);
    let mut codes = vec![0; marks.len()];
    for (code, equal) in order.chunk_by(|one, other| marks[*one] == marks[*other]).enumerate() {
        for row in equal {
            codes[*row] = code as u32;
        }
    }
    Groups { field: REPEATS.to_owned(), codes }
}
