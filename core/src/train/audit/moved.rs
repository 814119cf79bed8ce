//! Whether a column's numbers have moved from one day to the next, as they do where they are written in another unit.
//!
//! A model looks at what a number says on average, and what differs within eighths of the period; a unit that changes half way
//! leaves a curve of its own for the half before it and the half since. Of two leads, one shortly before some time and one
//! shortly after it, neither has the greater number more often, save by chance, where nothing has changed.

use super::{Finding, FindingKind, order::Order};
use crate::error::quoted;
use crate::train::leads::{Leads, Numbers, iso_date};
use crate::train::measure::normal_quantile;
use crate::train::shell::option;

/// Parts of the period, between which numbers may have moved.
const PARTS: usize = 8;
/// So many of them before a time and after it are held against each other.
const NEAR: usize = 2;
/// Of more leads so many are looked at, evenly.
const LOOKED_AT: usize = 16_000;
/// With fewer known numbers on either side nothing is asked.
const LEAST: usize = 50;
/// Numbers have moved where in this part of the pairs the same side has the greater one: distributions of which two thirds no longer
/// overlap, well beyond what is called a large effect (Cohen 1988: 0.71).
const SAME_SIDE: f64 = 0.8;
/// The chance that anything is said of columns that have not moved.
const CHANCE: f64 = 0.01;

/// What is to be said of each of these numbers.
pub(super) fn moved<'a>(
    leads: &Leads,
    order: &Order,
    columns: impl Iterator<Item = (&'a str, &'a Numbers)>,
) -> Vec<Finding> {
    let Some(dates) = &leads.dates else { return Vec::new() };
    let rows: Vec<usize> = order.rows().step_by(leads.len().div_ceil(LOOKED_AT).max(1)).collect();
    let end = |part: usize| part * rows.len() / PARTS;
    // Leads of one instant are on one side.
    let begins: Vec<usize> = (1..PARTS)
        .map(|part| rows.partition_point(|row| dates.seconds[*row] < dates.seconds[rows[end(part)]]))
        .collect();
    let columns: Vec<_> = columns.collect();
    let surely = normal_quantile(1.0 - 0.5 * CHANCE / (columns.len() * begins.len()).max(1) as f64);
    let of_column = |(name, numbers): (&str, &Numbers)| {
        let reach = NEAR * rows.len() / PARTS;
        let steps = begins.iter().filter_map(|begin| {
            let before = &rows[begin.saturating_sub(reach)..*begin];
            let since = &rows[*begin..(begin + reach).min(rows.len())];
            Some((*begin, Step::of(numbers, before, since)?))
        });
        let (begin, step) = steps.max_by(|a, b| a.1.size().total_cmp(&b.1.size()))?;
        let when = iso_date(dates.seconds[rows[begin]])?;
        step.is_sure(surely).then(|| step.finding(name, &dates.field, &when))
    };
    columns.into_iter().filter_map(of_column).collect()
}

/// Numbers before a time, and since.
struct Step {
    medians: [f64; 2],
    counts: [f64; 2],
    /// In which part of the pairs the newer lead has the greater number, equal ones counting half (Mann & Whitney 1947,
    /// doi:10.1214/aoms/1177730491).
    greater: f64,
}

impl Step {
    fn of(numbers: &Numbers, before: &[usize], since: &[usize]) -> Option<Self> {
        let known = |rows: &[usize], newer: bool| {
            let known = rows.iter().map(|row| numbers[*row]).filter(|number| !number.is_nan());
            known.map(|number| (number, newer)).collect::<Vec<_>>()
        };
        let mut all = [known(before, false), known(since, true)];
        for side in &mut all {
            side.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        if all.iter().any(|side| side.len() < LEAST) {
            return None;
        }
        let medians = all.each_ref().map(|side| side[side.len() / 2].0);
        let counts = all.each_ref().map(|side| side.len() as f64);
        let mut all = all.concat();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut older, mut greater) = (0.0, 0.0);
        for tied in all.chunk_by(|a, b| a.0 == b.0) {
            let newer = tied.iter().filter(|(_, newer)| *newer).count() as f64;
            let own = tied.len() as f64 - newer;
            greater += newer * (older + 0.5 * own);
            older += own;
        }
        Some(Self { medians, counts, greater: greater / (counts[0] * counts[1]) })
    }

    /// In which part of the pairs the same side has the greater number.
    fn size(&self) -> f64 {
        self.greater.max(1.0 - self.greater)
    }

    fn is_sure(&self, surely: f64) -> bool {
        let [before, since] = self.counts;
        let error = libm::sqrt((before + since + 1.0) / (12.0 * before * since));
        self.size() >= SAME_SIDE && self.size() - 0.5 > surely * error
    }

    fn finding(&self, name: &str, date: &str, when: &str) -> Finding {
        let [before, since] = self.medians;
        let evidence = format!(
            "leads shortly before {when} have a median of {before}, those shortly after it one of {since} (by {}; in {:.1} % of the pairs the {} lead has the greater number): has its unit changed, or what it counts?",
            quoted(date),
            100.0 * self.size(),
            if self.greater > 0.5 { "newer" } else { "older" }
        );
        let remedy = format!(
            "bring the older numbers into the unit of the newer ones, or learn from these alone: --since {when}; if it grows with time by itself, it says when a lead came: {}",
            option("--exclude", name)
        );
        Finding {
            field: Some(name.to_owned()),
            kind: FindingKind::Moved,
            evidence,
            done: "nothing: one curve is learnt for both".to_owned(),
            remedy,
            excluded: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::audit::audit;
    use crate::train::leads::{Column, Dates};

    /// What is said of numbers of 2,000 leads, one a day, of which some do not know theirs.
    fn said(number: &dyn Fn(usize) -> f64) -> Vec<Finding> {
        const DAY: i64 = 86_400;
        let column = Column::numbers("open", (0..2_000).map(number));
        let mut leads = Leads::new("won", (0..2_000).map(|row| row * 7_919 % 10 < 3).collect(), vec![column]);
        let seconds = (0..2_000).map(|row| row * DAY).collect();
        leads.dates = Some(Dates { field: "created".into(), seconds, until: None, span: 0 });
        audit(&leads, &[], 0).into_iter().filter(|finding| finding.kind == FindingKind::Moved).collect()
    }

    fn days(row: usize) -> f64 {
        ((row * 7_919) % 97) as f64
    }

    #[test]
    fn a_unit_that_changes_is_asked_about() {
        let weeks = |row: usize| if row < 1_200 { days(row) } else { days(row) / 7.0 };
        let [finding] = &said(&weeks)[..] else { panic!("one") };
        assert!(finding.evidence.contains("have a median of 4") && !finding.excluded, "{finding:?}");
        assert!(finding.remedy.contains("--since 197"), "{finding:?}");
        // The same all along, a slow change, and what is known of later leads only.
        let slowly = |row: usize| days(row) + row as f64 / 50.0;
        let late = |row: usize| if row < 1_200 { f64::NAN } else { days(row) };
        for numbers in [&days as &dyn Fn(usize) -> f64, &slowly, &late] {
            assert!(said(numbers).is_empty());
        }
    }
}
