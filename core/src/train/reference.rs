//! Model × training leads → how these were distributed, for the model's card.

mod logits;

use rayon::prelude::*;

use crate::model::{
    Band, Curve, Field, FieldReference, LevelShare, LevelShares, Model, NumberShares, Reading, Reference,
    ScoreReference, Shares, Term,
};
use crate::train::grouped::in_order;
use crate::train::leads::{Leads, MIN_LEVEL_LEADS, MISSING_LEVEL, Numbers, Values};
use crate::train::measure::{Predictions, Tally};
use crate::train::sorted::ascending;
use crate::train::together::{Once, Together};
use logits::logits;

/// About how many bins of equal mass a number or the score has: the scorecard trade's custom (Siddiqi 2006, *Credit
/// Risk Scorecards*).
const BINS: usize = 10;
/// A bin between two spikes, or at the end, that has less than this part of a tenth joins its neighbour.
const LEAST_BIN: f64 = 0.2;
/// So many of a category's commonest levels are told apart; the rest count together.
const MOST_LEVELS: usize = 50;

/// How the leads a model was learnt from were distributed, and how the held-out ones among them converted.
pub(crate) fn reference(model: &Model, leads: &Leads, held_out: &Predictions) -> Reference {
    let values = |field: &Field| leads.column(&field.name).map(|column| &column.values);
    let columns: Vec<Option<&Values>> = model.fields().iter().map(values).collect();
    let weights = leads.weights.as_deref();
    let sum = |of: fn(f64) -> f64| {
        weights.map_or(leads.len() as f64, |weights| weights.iter().map(|weight| of(*weight)).sum())
    };
    let (total, squares) = (sum(|weight| weight), sum(|weight| weight * weight));
    let logits = logits(model, &columns, leads.len());
    let together = Together::new(leads, None);
    let together = together.as_ref();
    let once = Once::of_leads(leads, None);
    let shared = |field: &Field, values: &Values| {
        let share = |mass: f64| share(mass, total);
        let (missing, known) = match values {
            Values::Numbers(numbers) => of_numbers(numbers, weights, curve(model, field), share),
            Values::Levels { levels, codes } => {
                let stored = |level: &str| is_stored(model, field, level);
                of_levels(levels, codes, &once, weights, stored, share)
            }
        };
        let mut reference = FieldReference { field: field.name.clone(), missing, known, worth: None };
        reference.worth = together.map(|together| {
            let bins = bins(&reference, values);
            tenths(together.worth(reference.bins(), bins, |row| leads.weight(row)))
        });
        reference
    };
    let known: Vec<(&Field, &Values)> =
        model.fields().iter().zip(&columns).filter_map(|(field, values)| Some((field, (*values)?))).collect();
    Reference {
        leads: total * total / squares,
        rate_worth: together.map(|_| tenths(worth_of_rate(leads))),
        fields: known.into_par_iter().map(|(field, values)| shared(field, values)).collect(),
        score: of_scores(model, &logits, leads, together, total, held_out),
    }
}

/// The bin of a value: those of known values come first, and the last is for *missing*.
pub(crate) fn bin(reference: &FieldReference, reading: &Reading<'_>) -> usize {
    match (&reference.known, reading) {
        (Shares::Numbers(shares), Reading::Number(number)) => shares.bin(*number),
        (Shares::Levels(shares), Reading::Level(level)) => shares.place(level).unwrap_or(shares.levels.len()),
        _ => reference.bins() - 1,
    }
}

/// The bin of each row.
fn bins<'v>(reference: &'v FieldReference, values: &'v Values) -> Box<dyn Fn(usize) -> usize + 'v> {
    match values {
        Values::Numbers(numbers) => Box::new(|row| {
            let number = numbers[row];
            bin(reference, &if number.is_nan() { Reading::Missing } else { Reading::Number(number) })
        }),
        Values::Levels { levels, codes } => {
            let bin = |level: &String| bin(reference, &Reading::Level(level.into()));
            let bins: Vec<usize> = levels.iter().map(bin).collect();
            let missing = reference.bins() - 1;
            Box::new(move |row| bins.get(codes[row] as usize).copied().unwrap_or(missing))
        }
    }
}

fn worth_of_rate(leads: &Leads) -> f64 {
    let labels = Predictions::of_leads(leads, vec![0.0; leads.len()]);
    Tally::of(&labels, &(0..leads.len()).collect::<Vec<_>>()).worth
}

/// The curve of a field, where it has one.
pub(crate) fn curve<'m>(model: &'m Model, field: &Field) -> Option<&'m Curve> {
    model.terms().iter().find_map(|term| match term {
        Term::Curve(curve) if curve.field == field.name => Some(curve),
        _ => None,
    })
}

/// Whether the model's table of a field stores a level; true where it has no table, and so nothing to miss.
pub(crate) fn is_stored(model: &Model, field: &Field, level: &str) -> bool {
    model.terms().iter().all(|term| match term {
        Term::Table(table) if table.field == field.name => {
            table.find(&Reading::Level(level.into())).is_some()
        }
        _ => true,
    })
}

/// A share in millionths: enough to see drift by, and short in a file.
fn share(mass: f64, total: f64) -> f64 {
    // An empty sum is -0, which is no share.
    (mass / total * 1e6).round() / 1e6 + 0.0
}

/// A number of leads in tenths: enough to tell chance by, and short in a file.
fn tenths(leads: f64) -> f64 {
    (leads * 10.0).round() / 10.0
}

fn of_numbers(
    numbers: &Numbers,
    weights: Option<&[f64]>,
    curve: Option<&Curve>,
    share: impl Fn(f64) -> f64,
) -> (f64, Shares) {
    let (missing, known): (f64, Vec<_>) = if let Some((values, codes)) = numbers.codes() {
        let mut masses = vec![0.0; values.len()];
        codes.each(None, |row, code| masses[code] += weights.map_or(1.0, |weights| weights[row]));
        let missing = (0..values.len()).filter(|code| values[*code].is_nan());
        let known = in_order(values).into_iter().map(|code| (values[code as usize], masses[code as usize]));
        (missing.map(|code| masses[code]).sum(), distinct(known.filter(|(_, mass)| *mass > 0.0)).collect())
    } else {
        let mut order = ascending(numbers.len(), |row| numbers[row]);
        let mass = |row: &u32| weights.map_or(1.0, |weights| weights[*row as usize]);
        let missing = order.iter().filter(|row| numbers[**row as usize].is_nan()).map(mass).sum();
        order.retain(|row| !numbers[*row as usize].is_nan());
        (missing, distinct(order.iter().map(|row| (numbers[*row as usize], mass(row)))).collect())
    };
    let end = |knot: Option<&f64>, beyond: fn(f64, f64) -> bool| {
        let beyond = |knot: &f64| {
            known.iter().filter(|(number, _)| beyond(*number, *knot)).map(|(_, mass)| mass).sum()
        };
        knot.map_or(0.0, |knot| share(beyond(knot)))
    };
    let mut shares = NumberShares {
        cuts: cuts(known.iter().copied()),
        shares: vec![],
        below: end(curve.and_then(|curve| curve.x.first()), |number, knot| number < knot),
        above: end(curve.and_then(|curve| curve.x.last()), |number, knot| number > knot),
    };
    let mut masses = vec![0.0; shares.cuts.len() + 1];
    for (number, mass) in &known {
        masses[shares.bin(*number)] += mass;
    }
    shares.shares = masses.into_iter().map(&share).collect();
    (share(missing), Shares::Numbers(shares))
}

fn of_levels(
    levels: &[String],
    codes: &[u32],
    once: &Once<'_>,
    weights: Option<&[f64]>,
    is_stored: impl Fn(&str) -> bool,
    share: impl Fn(f64) -> f64,
) -> (f64, Shares) {
    let counts = once.having(levels.len(), |row| codes[row] as usize);
    let mut masses = vec![0.0; levels.len()];
    let mut missing = 0.0;
    for (row, code) in codes.iter().enumerate() {
        let weight = weights.map_or(1.0, |weights| weights[row]);
        if *code == MISSING_LEVEL {
            missing += weight;
        } else {
            masses[*code as usize] += weight;
        }
    }
    // A level that few people share could identify them.
    let mut told: Vec<usize> = (0..levels.len()).filter(|place| counts[*place] >= MIN_LEVEL_LEADS).collect();
    told.sort_by(|a, b| masses[*b].total_cmp(&masses[*a]));
    told.truncate(MOST_LEVELS);
    told.sort_unstable();
    let sum = |keep: &dyn Fn(usize) -> bool| -> f64 {
        (0..levels.len()).filter(|place| keep(*place)).map(|place| masses[place]).sum()
    };
    let shares = LevelShares {
        levels: told
            .iter()
            .map(|place| LevelShare { level: levels[*place].clone(), share: share(masses[*place]) })
            .collect(),
        others: share(sum(&|place| told.binary_search(&place).is_err())),
        unseen: share(sum(&|place| !is_stored(&levels[place]))),
    };
    (share(missing), Shares::Levels(shares))
}

fn of_scores(
    model: &Model,
    logits: &[f64],
    leads: &Leads,
    together: Option<&Together<'_>>,
    total: f64,
    held_out: &Predictions,
) -> ScoreReference {
    let probability = |logit: f64| crate::sigmoid(model.calibration().at(logit));
    let mass = |row: usize| leads.weight(row);
    let order = ascending(logits.len(), |row| logits[row]);
    let ranked = order.into_iter().map(|row| (logits[row as usize], mass(row as usize)));
    let mut cuts = cuts(distinct(ranked));
    // Where the calibration is flat, scores on both sides of a cut mean the same; and held-out leads are known by their
    // probability alone.
    let mut last = f64::NEG_INFINITY;
    cuts.retain(|cut| {
        let rises = probability(*cut) > last;
        last = probability(*cut).max(last);
        rises
    });
    let mut score = ScoreReference { cuts, bands: vec![], worth: None };
    let mut masses = vec![0.0; score.cuts.len() + 1];
    for (row, logit) in logits.iter().enumerate() {
        masses[score.band(*logit)] += mass(row);
    }
    let borders: Vec<f64> = score.cuts.iter().map(|cut| probability(*cut)).collect();
    let mut sums = vec![(0, 0.0, 0.0, 0.0); masses.len()];
    let Predictions { probability, converted, weight, .. } = held_out;
    for ((probability, converted), weight) in probability.iter().zip(converted).zip(weight) {
        let (leads, all, expected, hits) = &mut sums[borders.partition_point(|border| border < probability)];
        *leads += 1;
        *all += weight;
        *expected += weight * probability;
        *hits += if *converted { *weight } else { 0.0 };
    }
    let mean = |sum: f64, all: f64| if all > 0.0 { sum / all } else { 0.0 };
    score.bands = masses
        .into_iter()
        .zip(sums)
        .map(|(mass, (leads, all, expected, hits))| Band {
            share: share(mass, total),
            leads,
            probability: mean(expected, all),
            rate: mean(hits, all),
        })
        .collect();
    let band = |row: usize| score.band(logits[row]);
    score.worth = together.map(|together| tenths(together.worth(score.bands.len(), band, mass)));
    score
}

/// Different values in ascending order, each with the mass that has it, of values in ascending order with theirs.
fn distinct(values: impl Iterator<Item = (f64, f64)> + Clone) -> impl Iterator<Item = (f64, f64)> + Clone {
    let mut values = values.peekable();
    std::iter::from_fn(move || {
        let (mut value, mut mass) = values.next()?;
        // By `==`, as -0 and 0 are one value, which `total_cmp` tells apart.
        while let Some((same, more)) = values.next_if(|(next, _)| *next == value) {
            (value, mass) = (same, mass + more);
        }
        Some((value, mass))
    })
}

/// Cuts between about [`BINS`] bins of equal mass, of different values in ascending order. A value that alone has the mass
/// of a bin keeps one to itself.
fn cuts(distinct: impl Iterator<Item = (f64, f64)> + Clone) -> Vec<f64> {
    let bin = distinct.clone().map(|(_, mass)| mass).sum::<f64>() / BINS as f64;
    let mut cuts: Vec<f64> = Vec::new();
    let (mut open, mut before) = (0.0, None);
    for (value, mass) in distinct {
        if mass >= bin && open >= LEAST_BIN * bin {
            cuts.extend(before);
            open = 0.0;
        }
        open += mass;
        if open >= bin {
            cuts.push(value);
            open = 0.0;
        }
        before = Some(value);
    }
    if open < LEAST_BIN * bin {
        cuts.pop();
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cuts_of(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        cuts(distinct(values.into_iter().map(|value| (value, 1.0))))
    }

    #[test]
    fn bins_hold_a_tenth_each() {
        assert_eq!(cuts_of((1..=100).map(f64::from)), [10, 20, 30, 40, 50, 60, 70, 80, 90].map(f64::from));
    }

    #[test]
    fn a_spike_keeps_a_bin_to_itself() {
        let values = (0..600).map(|_| 0.0).chain((1..=400).map(f64::from));
        assert_eq!(cuts_of(values), [0.0, 100.0, 200.0, 300.0]);
        // Also where it stands among others: 30 below, 40 at 7, 30 above.
        let values = (0..30).map(|place| f64::from(place) / 10.0);
        let values = values.chain((0..40).map(|_| 7.0)).chain((0..30).map(|place| f64::from(8 + place)));
        assert_eq!(cuts_of(values), [0.9, 1.9, 2.9, 7.0, 17.0, 27.0]);
    }

    #[test]
    fn what_is_too_small_for_a_bin_joins_its_neighbour() {
        // One lead between two spikes, and one behind the last.
        let values = (0..50).map(|_| 0.0).chain([0.5]).chain((0..50).map(|_| 1.0)).chain([9.0]);
        assert_eq!(cuts_of(values), [0.0]);
    }

    #[test]
    fn one_value_or_none_has_one_bin() {
        assert!(cuts_of([3.0; 9]).is_empty());
        assert!(cuts_of([]).is_empty());
        assert!(cuts_of([-0.0, 0.0]).is_empty());
    }

    #[test]
    fn weights_count() {
        let heavy_first = (0..20).map(|place| (f64::from(place), if place < 10 { 9.0 } else { 1.0 }));
        assert_eq!(cuts(distinct(heavy_first)), [1.0, 3.0, 5.0, 7.0, 9.0]);
    }
}
