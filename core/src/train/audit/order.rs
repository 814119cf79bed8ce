//! What the order of the rows tells.

use rayon::prelude::*;

use super::profile::Profile;
use super::{Finding, FindingKind};
use crate::model::Estimate;
use crate::train::leads::{Leads, Numbers};
use crate::train::measure::{Z95, wilson};

/// Parts of the order that are compared.
const PARTS: usize = 5;
/// The odds to convert in the best part surely are at least this many times those in the worst: the rate has changed.
const ERA_ODDS: f64 = 1.5;
/// Of fewer of the newest leads nothing is said.
const FEW_NEWEST: usize = 20;
/// With fewer changes of the outcome from row to row than this share of what chance brings, the file is sorted by it.
const SORTED_SHARE: f64 = 0.1;
/// And chance must bring at least this many.
const SORTED_CHANGES: f64 = 10.0;
/// A whole number follows the order where their correlation is at least this.
const SEQUENCE_CORRELATION: f64 = 0.99;
/// At least this share of the known numbers is different.
const SEQUENCE_DISTINCT: f64 = 0.9;
/// With fewer numbers they may stand in order by chance.
const SEQUENCE_ROWS: usize = 20;

/// The rows in order of time, where it is known; else as in the file.
pub(super) struct Order {
    /// None where they are in order as they stand.
    rows: Option<Vec<u32>>,
    count: usize,
}

impl Order {
    pub(super) fn new(leads: &Leads) -> Self {
        let rows = leads.dates.as_ref().map(|dates| {
            let mut rows: Vec<u32> = (0..leads.len() as u32).collect();
            rows.par_sort_by_key(|row| dates.seconds[*row as usize]);
            rows
        });
        Self { rows, count: leads.len() }
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = usize> + Clone {
        (0..self.count).map(|place| self.rows.as_ref().map_or(place, |rows| rows[place] as usize))
    }
}

/// What the order says about the whole table.
pub(super) fn finding(leads: &Leads, order: &Order) -> Option<Finding> {
    // Where there are dates, the order of the file says nothing.
    leads.dates.is_none().then(|| sorted_by_label(leads)).flatten().or_else(|| era(leads, order))
}

/// Whether numbers count the rows, or tell the time: whole, different, and in a straight line along the order.
pub(super) fn counts_rows(numbers: &Numbers, profile: &Profile, order: &Order) -> Option<String> {
    let known = || order.rows().map(|row| numbers[row]).filter(|number| !number.is_nan());
    let leads = order.count - profile.missing[0] - profile.missing[1];
    let count = leads as f64;
    if leads < SEQUENCE_ROWS
        || (profile.different as f64) < SEQUENCE_DISTINCT * count
        || known().any(|number| number != number.trunc())
    {
        return None;
    }
    let middle = (count - 1.0) / 2.0;
    let mean = known().sum::<f64>() / count;
    let mut sums = [0.0; 3];
    for (place, number) in known().enumerate() {
        let (x, y) = (place as f64 - middle, number - mean);
        sums = [sums[0] + x * x, sums[1] + x * y, sums[2] + y * y];
    }
    let correlation = sums[1] / (sums[0] * sums[2]).sqrt();
    // Not a number where all are the same.
    if correlation.is_nan() || correlation.abs() < SEQUENCE_CORRELATION {
        return None;
    }
    let mut different: Vec<f64> = known().collect();
    different.sort_unstable_by(f64::total_cmp);
    different.dedup();
    (different.len() as f64 >= SEQUENCE_DISTINCT * count).then(|| {
        let way = if correlation > 0.0 { "rises" } else { "falls" };
        format!("it {way} evenly with the order of the leads (correlation {correlation:.3}) and hardly repeats: an id or a clock")
    })
}

fn sorted_by_label(leads: &Leads) -> Option<Finding> {
    let changes = leads.label.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let [others, converted] = leads.classes(None).map(|count| count as f64);
    // The mean number of runs, less one (Wald & Wolfowitz 1940, doi:10.1214/aoms/1177731909).
    let expected = 2.0 * converted * others / leads.len() as f64;
    (expected >= SORTED_CHANGES && (changes as f64) < SORTED_SHARE * expected).then(|| {
        let times = if changes == 1 { "once".to_owned() } else { format!("{changes} times") };
        Finding::of_table(
            FindingKind::SortedByLabel,
            format!(
                "the outcome changes {times} from one row to the next, where chance would bring {expected:.0} changes: converted and other leads stand in blocks"
            ),
            "nothing: what is held out is drawn at random, whatever the order of the rows",
            "the order of this file tells no time; to measure on the newest leads, add the date when each lead came in as a column",
        )
    })
}

fn era(leads: &Leads, order: &Order) -> Option<Finding> {
    let parts = parts(leads, order, &[0, 1, 2, 3, 4, 5].map(|fifth| fifth * order.count / PARTS));
    let best = parts.iter().map(|part| interval(part).low).fold(0.0, f64::max);
    let worst = parts.iter().map(|part| interval(part).high).fold(1.0, f64::min);
    let dated = leads.dates.is_some();
    if !differ(best, worst) {
        return dated.then(|| newest_fell(leads, order)).flatten();
    }
    let rates: Vec<String> = parts.iter().map(|part| percent(*part)).collect();
    let (last, before) = rates.split_last()?;
    let along = if dated { "leads in order of time" } else { "file in its order" };
    let fell = parts[..PARTS - 1].iter().all(|part| rate(part) > rate(&parts[PARTS - 1]));
    let evidence = format!("of the five fifths of the {along}, {} and {last} converted", before.join(", "));
    Some(if dated {
        along_time(evidence, fell)
    } else {
        Finding::of_table(
            FindingKind::Era,
            evidence,
            "nothing: what is held out is drawn at random, so that the model has seen leads of each time; metrics measured so flatter it",
            "if the rows stand in order of time, expect less on the next leads; add the date when each lead came in as a column, so that the newest are held out",
        )
    })
}

/// The newest leads alone may be too young: then not all of a fifth are.
fn newest_fell(leads: &Leads, order: &Order) -> Option<Finding> {
    [(10, "tenth"), (20, "twentieth"), (40, "fortieth")].into_iter().find_map(|(share, name)| {
        let newest = order.count - order.count / share;
        if order.count / share < FEW_NEWEST {
            return None;
        }
        let [before, last] = parts(leads, order, &[0, newest, order.count])[..] else { return None };
        let fell = differ(interval(&before).low, interval(&last).high);
        fell.then(|| {
            let (last, before) = (percent(last), percent(before));
            let evidence =
                format!("of the newest {name} of the leads {last} converted, of those before {before}");
            along_time(evidence, true)
        })
    })
}

fn along_time(evidence: String, fell: bool) -> Finding {
    Finding::of_table(
        FindingKind::Era,
        evidence,
        "nothing: where the newest leads are held out, measured by a model of the older ones, the metrics bear the change",
        if fell {
            "where the newest leads may still convert, say with --horizon how long that takes (longer, where it was said), or they count as lost; else expect the rate to go on changing, and train again often"
        } else {
            "expect the rate to go on changing; train again often, or on leads of the present time only, with --since"
        },
    )
}

/// Conversions and leads between these places of the order.
fn parts(leads: &Leads, order: &Order, ends: &[usize]) -> Vec<[f64; 2]> {
    let mut parts = vec![[0.0; 2]; ends.len() - 1];
    let mut part = 0;
    for (place, row) in order.rows().enumerate() {
        while place >= ends[part + 1] {
            part += 1;
        }
        parts[part][0] += f64::from(u8::from(leads.label[row]));
        parts[part][1] += 1.0;
    }
    parts
}

/// Whether a rate of at least this is of another time than one of at most that. All leads of a part may have converted:
/// then its odds have no upper end.
fn differ(best: f64, worst: f64) -> bool {
    let odds = |rate: f64| rate / (1.0 - rate);
    worst < 1.0 && odds(best) >= ERA_ODDS * odds(worst)
}

fn interval(part: &[f64; 2]) -> Estimate {
    wilson(rate(part), part[1], Z95)
}

fn rate(part: &[f64; 2]) -> f64 {
    part[0] / part[1]
}

fn percent(part: [f64; 2]) -> String {
    format!("{:.1} %", 100.0 * rate(&part))
}
