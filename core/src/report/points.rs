//! The points card: the model in whole numbers that can be added by hand.

use serde::{Deserialize, Serialize};

use crate::model::{Curve, Estimate, Model, Reading, Table, Term};
use crate::report::drivers::{Driver, title};
use crate::report::pairs::PairShape;
use crate::report::readings::{Column, columns, contributions};
use crate::report::words::span;
use crate::sigmoid;
use crate::train::leads::Leads;
use crate::train::measure::{Predictions, auc_interval};

/// This many points double the odds.
pub const POINTS_TO_DOUBLE: f64 = 20.0;
/// The points of an average lead.
pub const BASE: f64 = 100.0;
/// A curve in ranges may be off by so many points, on average over the leads (root mean square).
const TOLERANCE: f64 = 2.0;
/// But has no more ranges than this.
const MOST_RANGES: usize = 8;
/// Groups of a number's values that ranges are made of.
const GROUPS: usize = 64;

/// Sums of points are listed but for so many leads at each end.
const CHANCES: f64 = 0.01;

/// A card that adds up to the model's score, but for rounding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointsCard {
    /// This many points double the odds of conversion.
    pub points_to_double: f64,
    /// The points of an average lead, to which the others are added.
    pub base: f64,
    /// Leads with at least so many points are sales-ready; absent where the model flags nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// The points of each field, in the order of [`drivers`](crate::report::Report::drivers).
    pub fields: Vec<PointsField>,
    /// What a sum of points means, over the sums that leads have, but for one in a hundred at each end.
    pub chances: Vec<PointsChance>,
    /// What rounding costs.
    pub rounding: Rounding,
}

/// The points of one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointsField {
    /// The fields it reads, one or two.
    pub fields: Vec<String>,
    /// What people call them.
    pub title: String,
    /// Its rows.
    pub rows: Vec<PointsRow>,
}

/// A row of the card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointsRow {
    /// The value or the range, in words.
    pub value: String,
    /// Its points.
    pub points: i64,
}

/// What a sum of points means.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointsChance {
    /// The sum.
    pub points: i64,
    /// The calibrated chance of conversion.
    pub probability: f64,
}

/// How far whole points and ranges are from the model, over the training leads.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rounding {
    /// The AUC of the model on the leads it was fitted to. For comparison with `auc_points` only: it flatters.
    pub auc_model: Estimate,
    /// The AUC of the card on the same leads.
    pub auc_points: Estimate,
    /// The mean distance of a lead's points from its exact ones.
    pub mean_distance: f64,
    /// The largest.
    pub largest_distance: f64,
}

/// The ranges of a number, or the levels of a category, with their points.
struct Scale {
    rows: Vec<PointsRow>,
    /// The points of each training lead.
    points: Vec<f64>,
}

impl PointsCard {
    /// The card of a model, its fields in the order of the drivers.
    pub(super) fn new(model: &Model, leads: &Leads, drivers: &[Driver]) -> Self {
        let (mut sums, mut exact) = (vec![BASE; leads.len()], vec![model.intercept(); leads.len()]);
        let mut fields = Vec::new();
        for term in model.terms() {
            let Some(columns) = columns(term, leads) else { continue };
            let own = contributions(term, &columns);
            let scale = match (term, columns.as_slice()) {
                (Term::Curve(curve), [column]) => of_curve(curve, column, leads),
                (Term::Table(table), [column]) => {
                    Scale { rows: of_table(table, column), points: rounded(&own) }
                }
                (Term::Pair(pair), [first, second]) => {
                    Scale { rows: of_pair(&PairShape::new(pair, [first, second])), points: rounded(&own) }
                }
                _ => continue,
            };
            sums.iter_mut().zip(&scale.points).for_each(|(sum, points)| *sum += points);
            exact.iter_mut().zip(&own).for_each(|(sum, own)| *sum += own);
            fields.push(PointsField {
                fields: term.fields().to_vec(),
                title: title(model, term),
                rows: scale.rows,
            });
        }
        let order = |field: &PointsField| drivers.iter().position(|driver| driver.fields == field.fields);
        fields.sort_by_key(order);
        let policy = model.policy();
        let threshold = policy.threshold.filter(|_| policy.flags_nobody().is_none());
        Self {
            points_to_double: POINTS_TO_DOUBLE,
            base: BASE,
            threshold: threshold.map(|logit| points_at(logit - model.intercept()).round() + BASE),
            fields,
            chances: chances(model, &sums),
            rounding: rounding(model, leads, &exact, &sums),
        }
    }
}

fn points_at(logit: f64) -> f64 {
    logit * POINTS_TO_DOUBLE / core::f64::consts::LN_2
}

fn row(value: String, logit: f64) -> PointsRow {
    PointsRow { value, points: points_at(logit).round() as i64 }
}

fn chances(model: &Model, sums: &[f64]) -> Vec<PointsChance> {
    let mut sorted = sums.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let quantile = |share: f64| sorted.get((share * sorted.len() as f64) as usize);
    let (Some(low), Some(high)) = (quantile(CHANCES), quantile(1.0 - CHANCES)) else { return Vec::new() };
    let step = POINTS_TO_DOUBLE;
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    (first..=last)
        .map(|place| {
            let points = place * step as i64;
            let logit =
                model.intercept() + (points as f64 - BASE) * core::f64::consts::LN_2 / POINTS_TO_DOUBLE;
            PointsChance { points, probability: sigmoid(model.calibration().at(logit)) }
        })
        .collect()
}

fn rounding(model: &Model, leads: &Leads, exact: &[f64], sums: &[f64]) -> Rounding {
    let weights: Vec<f64> = (0..leads.len()).map(|row| leads.weight(row)).collect();
    let distances = exact
        .iter()
        .zip(sums)
        .map(|(logit, points)| (points - BASE - points_at(logit - model.intercept())).abs());
    let mass: f64 = weights.iter().sum();
    let auc = |scores: &[f64]| auc_interval(&Predictions::of_leads(leads, scores.to_vec()));
    Rounding {
        auc_model: auc(exact),
        auc_points: auc(sums),
        mean_distance: distances.clone().zip(&weights).map(|(own, weight)| own * weight).sum::<f64>() / mass,
        largest_distance: distances.fold(0.0, f64::max),
    }
}

fn rounded(contributions: &[f64]) -> Vec<f64> {
    contributions.iter().map(|own| points_at(*own).round()).collect()
}

fn of_table(table: &Table, column: &Column<'_>) -> Vec<PointsRow> {
    let mut rows: Vec<PointsRow> =
        table.levels.iter().map(|level| row(level.level.clone(), level.value)).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.points));
    rows.push(row("rare or new".into(), table.unseen));
    rows.extend(not_known(column, table.missing));
    rows
}

/// The row of a value that is not known, where that has points or training leads had it.
fn not_known(column: &Column<'_>, logit: f64) -> Option<PointsRow> {
    let own = row("not known".into(), logit);
    (own.points != 0 || column.has_missing()).then_some(own)
}

/// The cells that training leads have.
fn of_pair(shape: &PairShape) -> Vec<PointsRow> {
    let cells = shape.rows.iter().zip(&shape.cells).flat_map(|(first, cells)| {
        let own = shape.columns.iter().zip(cells).filter(|(_, cell)| cell.leads > 0);
        own.map(move |(second, cell)| row(format!("{first} · {second}"), cell.logit))
    });
    cells.collect()
}

fn of_curve(curve: &Curve, column: &Column<'_>, leads: &Leads) -> Scale {
    let groups = groups(curve, column, leads);
    let ranges = ranges(&groups);
    let whole = column.is_whole();
    let mut rows: Vec<PointsRow> = Vec::new();
    let mut cuts: Vec<(f64, f64)> = Vec::new();
    for (place, range) in ranges.iter().enumerate() {
        let from = place.checked_sub(1).map(|before| {
            let last = groups[ranges[before].last].last;
            simplest_between(last, groups[range.first].first)
        });
        let to = ranges
            .get(place + 1)
            .map(|next| simplest_between(groups[range.last].last, groups[next.first].first));
        cuts.push((from.unwrap_or(f64::NEG_INFINITY), points_at(range.mean).round()));
        let words = span(from, to, whole);
        // Of whole numbers from 0 on, only 0 is under 1.
        let zero = place == 0 && to == Some(1.0) && whole && groups[0].first == 0.0;
        rows.push(row(if zero { "0".into() } else { words }, range.mean));
    }
    rows.extend(not_known(column, curve.missing));
    let missing = points_at(curve.missing).round();
    let points = |place: usize| match column.reading(place) {
        Reading::Number(number) => {
            let right = cuts.partition_point(|(from, _)| *from <= number);
            right.checked_sub(1).map_or(missing, |own| cuts[own].1)
        }
        _ => missing,
    };
    Scale { points: (0..column.len()).map(points).collect(), rows }
}

/// Neighbouring values of a number with what they contribute.
struct Group {
    first: f64,
    last: f64,
    mass: f64,
    sum: f64,
    squares: f64,
}

/// The known values in at most [`GROUPS`] groups of about equal mass; equal values share one.
fn groups(curve: &Curve, column: &Column<'_>, leads: &Leads) -> Vec<Group> {
    let mut known: Vec<(f64, f64)> = (0..column.len())
        .filter_map(|row| column.number(row).map(|number| (number, leads.weight(row))))
        .collect();
    known.sort_by(|a, b| a.0.total_cmp(&b.0));
    let size = known.iter().map(|(_, weight)| weight).sum::<f64>() / GROUPS as f64;
    let mut groups: Vec<Group> = Vec::new();
    for same in known.chunk_by(|a, b| a.0 == b.0) {
        let number = same[0].0;
        let mass: f64 = same.iter().map(|(_, weight)| weight).sum();
        let own = curve.at(number);
        if groups.last().is_none_or(|group| group.mass + 0.5 * mass > size) {
            groups.push(Group { first: number, last: number, mass: 0.0, sum: 0.0, squares: 0.0 });
        }
        if let Some(group) = groups.last_mut() {
            group.last = number;
            group.mass += mass;
            group.sum += mass * own;
            group.squares += mass * own * own;
        }
    }
    groups
}

/// Groups that get the same points.
#[derive(Clone, Copy)]
struct Range {
    first: usize,
    last: usize,
    mean: f64,
}

/// The fewest ranges within the tolerance, cut where the squared distance is least (Fisher 1958,
/// doi:10.1080/01621459.1958.10501479).
fn ranges(groups: &[Group]) -> Vec<Range> {
    let count = groups.len();
    let mut sums = vec![[0.0; 3]];
    for (place, group) in groups.iter().enumerate() {
        let [mass, sum, squares] = sums[place];
        sums.push([mass + group.mass, sum + group.sum, squares + group.squares]);
    }
    let total = sums[count][0];
    let part = |first: usize, end: usize| {
        let [mass, sum, squares] = std::array::from_fn(|kind| sums[end][kind] - sums[first][kind]);
        (sum / mass, (squares - sum * sum / mass).max(0.0))
    };
    let allowed = TOLERANCE * core::f64::consts::LN_2 / POINTS_TO_DOUBLE;
    // least[end]: the least distance of the groups before `end` in so many ranges, and where the last of these begins.
    let mut least: Vec<f64> = (0..=count).map(|end| if end == 0 { 0.0 } else { part(0, end).1 }).collect();
    let mut begins = vec![vec![0; count + 1]];
    while least[count] > allowed * allowed * total && begins.len() < MOST_RANGES.min(count) {
        let best = |end: usize| {
            let from = |first: usize| (least[first] + part(first, end).1, first);
            (begins.len()..end).map(from).min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((f64::INFINITY, 0))
        };
        let (next, begin): (Vec<f64>, Vec<usize>) = (0..=count).map(best).unzip();
        least = next;
        begins.push(begin);
    }
    let (mut ranges, mut end) = (Vec::new(), count);
    for begin in begins.iter().rev().filter(|_| count > 0) {
        let first = begin[end];
        ranges.push(Range { first, last: end - 1, mean: part(first, end).0 });
        end = first;
    }
    ranges.reverse();
    ranges
}

/// The number with the fewest decimals above `low` and at most `high`.
fn simplest_between(low: f64, high: f64) -> f64 {
    let mut unit = 1e12;
    for _ in 0..24 {
        let candidate = (high / unit).floor() * unit;
        if candidate > low && candidate <= high {
            return candidate;
        }
        unit /= 10.0;
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_are_simple_numbers() {
        let cases = [
            (2.7, 3.4, 3.0),
            (0.0, 1.0, 1.0),
            (0.123, 0.1259, 0.125),
            (95.0, 130.0, 100.0),
            (-3.5, -2.2, -3.0),
        ];
        for (low, high, cut) in cases {
            assert!((simplest_between(low, high) - cut).abs() < 1e-12, "{low} to {high}");
        }
    }

    #[test]
    fn ranges_are_few_and_close() {
        let group = |place: usize, own: f64| {
            let number = place as f64;
            Group { first: number, last: number, mass: 1.0, sum: own, squares: own * own }
        };
        let steps: Vec<Group> = (0..30).map(|place| group(place, (place / 10) as f64)).collect();
        let found = ranges(&steps);
        let cut: Vec<_> = found.iter().map(|range| (range.first, range.last, range.mean)).collect();
        assert_eq!(cut, [(0, 9, 0.0), (10, 19, 1.0), (20, 29, 2.0)]);
        assert_eq!(ranges(&steps[..10]).len(), 1);
        assert_eq!(ranges(&[]).len(), 0);
        let slope: Vec<Group> = (0..64).map(|place| group(place, place as f64)).collect();
        assert_eq!(ranges(&slope).len(), MOST_RANGES);
    }
}
