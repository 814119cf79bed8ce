//! For which leads columns are filled in.

use std::collections::BTreeMap;

use super::profile::{Counts, Profile};
use super::{Finding, FindingKind};
use crate::error::quoted;
use crate::train::leads::{Leads, Values};
use crate::train::measure::{Z95, wilson};
use crate::train::shell::option;
use crate::train::text::some_of;
use crate::train::together::{Together, design_effect};

/// A column filled (neither missing nor blank) surely this many times as often for one outcome as for the other was
/// filled in by who knew it …
pub(super) const SURELY: f64 = 50.0;
/// … and from this many times on deserves a question: the strongest levels of honest columns (a customer's referral, a
/// former success) come near it.
pub(super) const PERHAPS: f64 = 20.0;
/// Fewer leads of that outcome than this share, and it may be any rare event.
const FILLED_SHARE: f64 = 0.05;
/// This many columns that are known for the very same leads were filled in by one act; two may be two sides of one thing.
const TOGETHER: usize = 3;
/// No fewer leads lack them than this, nor than this share of all: a row cut short lacks all that stand behind the cut.
const LACKING: usize = 20;
const LACKING_SHARE: f64 = 0.01;
/// How many sets of such columns are told, and how many columns of each the evidence names; the remedy names all.
const NAMED: usize = 5;

/// Whether a column is filled `times` as often for one outcome as for the other, in words.
pub(super) fn for_one_outcome(
    leads: &Leads,
    values: &Values,
    profile: &Profile,
    times: f64,
) -> Option<String> {
    let totals = leads.classes(None);
    let but = |counts: Counts, less: Counts| [counts[0] - less[0], counts[1] - less[1]];
    let known = but(totals, profile.missing);
    let is_known = |row: usize| !values.is_missing(row);
    of_one_outcome(leads, &is_known, known, totals, times)
        .map(|[much, little]| format!("it is filled for {much} and for {little}"))
        .or_else(|| {
            let (blank, counts) = profile.blank.as_ref()?;
            let is_other = other_than(values, blank);
            let filled = |row: usize| is_known(row) && is_other(row);
            let [much, little] = of_one_outcome(leads, &filled, but(known, *counts), totals, times)?;
            Some(format!("it is other than {blank} for {much} and for {little}"))
        })
}

/// Whether a column is missing [`PERHAPS`] times as often for one outcome as for the other, in words: what nobody may convert without is
/// asked for then. Or those who lack it have done nothing, so it deserves no more than a question.
pub(super) fn lacked_by_one_outcome(leads: &Leads, values: &Values, profile: &Profile) -> Option<String> {
    let lacks = |row: usize| values.is_missing(row);
    of_one_outcome(leads, &lacks, profile.missing, leads.classes(None), PERHAPS)
        .map(|[much, little]| format!("it is missing for {much} and for {little}"))
}

/// Whether the value of a row is another than this one, in the words of the profile.
fn other_than<'v>(values: &'v Values, words: &str) -> Box<dyn Fn(usize) -> bool + 'v> {
    match values {
        Values::Numbers(numbers) => {
            let number: f64 = words.parse().unwrap_or(f64::NAN);
            Box::new(move |row| numbers[row] != number)
        }
        Values::Levels { levels, codes } => {
            let place = levels.iter().position(|level| quoted(level).to_string() == words);
            Box::new(move |row| place != Some(codes[row] as usize))
        }
    }
}

/// Sets of columns among `places`, each of which some lead lacks, that are known for the very same leads.
pub(super) fn together(leads: &Leads, places: &[usize]) -> Vec<Finding> {
    let mut sets: BTreeMap<Vec<u64>, Vec<usize>> = BTreeMap::new();
    for place in places {
        let column = &leads.columns[*place];
        let mut bits = vec![0_u64; leads.len().div_ceil(64)];
        (0..leads.len())
            .filter(|row| column.values.is_missing(*row))
            .for_each(|row| bits[row / 64] |= 1 << (row % 64));
        sets.entry(bits).or_default().push(*place);
    }
    let least = LACKING.max((LACKING_SHARE * leads.len() as f64) as usize);
    let lack = |bits: &[u64]| bits.iter().map(|bits| bits.count_ones() as usize).sum::<usize>();
    let mut sets: Vec<_> =
        sets.into_iter().filter(|(bits, columns)| columns.len() >= TOGETHER && lack(bits) >= least).collect();
    sets.sort_by_key(|(_, columns)| (std::cmp::Reverse(columns.len()), columns[0]));
    let describe = |(bits, columns): &(Vec<u64>, Vec<usize>)| {
        let mut known = [0.0; 2];
        let mut missing = [0.0; 2];
        for (row, converted) in leads.label.iter().enumerate() {
            let counts = if bits[row / 64] >> (row % 64) & 1 == 1 { &mut missing } else { &mut known };
            counts[0] += f64::from(u8::from(*converted));
            counts[1] += 1.0;
        }
        let names: Vec<&str> = columns.iter().map(|place| &*leads.columns[*place].field.name).collect();
        let rate = |[hits, of]: [f64; 2]| if of > 0.0 { 100.0 * hits / of } else { 0.0 };
        let arguments: Vec<String> = names.iter().map(|name| option("--exclude", name)).collect();
        Finding::of_table(
            FindingKind::FilledTogether,
            format!(
                "{} columns are known for the same {} of {} leads, of which {:.1} % converted, {:.1} % of the others: {}; one act filled them in",
                names.len(),
                known[1],
                leads.len(),
                rate(known),
                rate(missing),
                some_of(NAMED, names.iter().map(|name| quoted(name)))
            ),
            "kept",
            format!("if that act comes at or after the outcome, leave them out: {}", arguments.join(" ")),
        )
    };
    sets.iter().take(NAMED).map(describe).collect()
}

/// The shares of both outcomes whose `filled` leads these are, in words, where they are of all but one outcome only; that
/// one first. Leads that belong together may lack it together: they count for as many as they are worth by that.
fn of_one_outcome(
    leads: &Leads,
    is_filled: &dyn Fn(usize) -> bool,
    filled: Counts,
    totals: Counts,
    times: f64,
) -> Option<[String; 2]> {
    let [counts, totals] = [filled, totals].map(|counts| counts.map(|count| count as f64));
    let names = ["leads that did not convert", "converted leads"];
    [(0, 1), (1, 0)].into_iter().find_map(|(one, other)| {
        let share = counts[one] / totals[one];
        let rarely = |effect: f64| wilson(counts[other] / totals[other], totals[other] / effect, Z95).high;
        let is_rare = |effect: f64| share >= FILLED_SHARE && share >= times * rarely(effect);
        // Fewer leads never tell more.
        if !is_rare(1.0) || !is_rare(effect(leads, is_filled, other == 1)) {
            return None;
        }
        let words =
            |class: usize| format!("{:.1} % of the {}", 100.0 * counts[class] / totals[class], names[class]);
        Some([words(one), words(other)])
    })
}

/// How many times as many leads of an outcome as would stand alone it takes to tell as much of how many are filled.
fn effect(leads: &Leads, is_filled: &dyn Fn(usize) -> bool, converted: bool) -> f64 {
    Together::new(leads, None).map_or(1.0, |together| {
        let sizes = together.sizes(1, |row| usize::from(leads.label[row] != converted));
        design_effect(sizes[0], together.alike(is_filled))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::audit::audit;
    use crate::train::leads::Column;

    /// The findings about 500 leads, of which the last `without` lack what one act fills in: three or four columns.
    fn found(without: usize, copied: bool) -> Vec<Finding> {
        let noise = |row: usize, salt: usize| ((row * (salt + 7) * 7_919) % 991) as f64;
        let filled = |row: usize, value: f64| if row + without < 500 { value } else { f64::NAN };
        let mut columns: Vec<Column> = (0..3)
            .map(|salt| {
                Column::numbers(format!("f{salt}"), (0..500).map(|row| filled(row, noise(row, salt))))
            })
            .collect();
        if copied {
            // What says the same as the first is no other column.
            columns.pop();
            columns.push(Column::numbers("copy", (0..500).map(|row| filled(row, 12.0 * noise(row, 0)))));
        }
        let leads = Leads::new("won", (0..500).map(|row| row % 3 == 0).collect(), columns);
        audit(&leads, &[], 0)
            .into_iter()
            .filter(|finding| finding.kind == FindingKind::FilledTogether)
            .collect()
    }

    #[test]
    fn one_act_is_seen_in_several_columns_that_some_leads_lack() {
        let [finding] = &found(60, false)[..] else { panic!("one set") };
        assert!(
            finding.evidence.starts_with("3 columns are known for the same 440 of 500 leads"),
            "{}",
            finding.evidence
        );
        // A row cut short, or a total, and a column said twice.
        assert!(found(1, false).is_empty() && found(19, false).is_empty() && found(60, true).is_empty());
    }

    #[test]
    fn what_no_converted_lead_lacks_is_asked_about() {
        let found = |lacks: &dyn Fn(usize) -> bool| {
            let number = |row: usize| if lacks(row) { f64::NAN } else { ((row * 7_919) % 991) as f64 };
            let label = (0..3_000).map(|row| row % 5 == 0).collect();
            let columns = vec![Column::numbers("budget", (0..3_000).map(number))];
            let findings = audit(&Leads::new("won", label, columns), &[], 0);
            findings.into_iter().find(|finding| finding.kind == FindingKind::OneOutcomeOnly)
        };
        let finding = found(&|row| row % 5 > 2).expect("nobody converts without it");
        assert!(
            finding.evidence.starts_with("it is missing for 50.0 % of the leads that did not"),
            "{finding:?}"
        );
        assert!(!finding.excluded, "{finding:?}");
        // Some convert all the same.
        assert!(found(&|row| row % 5 > 2 || row % 50 == 0).is_none());
    }
}
