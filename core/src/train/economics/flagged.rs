//! What a threshold would have flagged among held-out leads, and what that was worth, with 95 % intervals.

use super::estimated::{Independent, Replicate, Tally, estimated};
use crate::model::{Counted, Flagged};
use crate::train::economics::Money;
use crate::train::measure::{Bootstrap, Mass, Predictions, REPLICATES, Ranked, replicates};
use crate::train::together::sums_by_group;

/// What is flagged from a probability on. `money` is what the threshold came from; without it, it is taken for the one
/// with the [greatest F1](greatest_f1) on the same leads. The threshold's logit depends on a calibration and is not set.
pub fn flagged(held_out: &Predictions, probability: f64, money: Option<Money>, seed: u64) -> Flagged {
    let own = reaching(held_out, probability);
    let bootstrap = Bootstrap::new(&Ranked::new(held_out), probability);
    let masses = bootstrap.masses();
    let chosen = bootstrap.reaching(probability);
    let replicates = replicates(REPLICATES, seed, "flagged", |random| {
        let drawn = bootstrap.draw(random);
        let place = if money.is_some() { chosen } else { best_cut(drawn.iter().copied()).0 };
        let probability = place.checked_sub(1).map_or(1.0, |last| bootstrap.least(last));
        Replicate {
            probability,
            there: first(&drawn, place),
            here: first(masses, place),
            fixed: first(&drawn, chosen),
        }
    });
    let reaches = |row: usize| held_out.probability[row] >= probability;
    let leads = 0..held_out.probability.len();
    let called = leads.clone().filter(|row| reaches(*row)).count();
    let conversions = leads.filter(|row| reaches(*row) && held_out.converted[*row]).count();
    let independent = Independent {
        all: independent(held_out, |_| true),
        called: independent(held_out, reaches),
        converted: independent(held_out, |row| held_out.converted[row]),
    };
    let counted = (Counted::Leads, called as u64, conversions as u64);
    estimated(probability, counted, &own, &independent, &replicates, money)
}

/// The probability from which on calling gives the greatest F1, and that F1.
///
/// ```
/// use sales_ready::train::economics::greatest_f1;
/// use sales_ready::train::measure::Predictions;
///
/// let held_out = Predictions {
///     probability: vec![0.9, 0.7, 0.7, 0.4, 0.2, 0.1],
///     converted: vec![true, true, false, true, false, false],
///     weight: vec![1.0; 6],
///     ..Predictions::default()
/// };
/// // Four calls for three conversions of three.
/// assert_eq!(greatest_f1(&held_out), (0.4, 6.0 / 7.0));
/// ```
pub fn greatest_f1(held_out: &Predictions) -> (f64, f64) {
    let ranked = Ranked::new(held_out);
    let (place, f1) = best_cut(ranked.masses().map(|(_, mass)| mass));
    (place.checked_sub(1).and_then(|last| ranked.tied().nth(last)).map_or(1.0, |(last, _)| last), f1)
}

/// How many masses to call for the greatest F1, and that F1: `2 hits / (called + converted)`, the harmonic mean of
/// precision and recall.
pub(super) fn best_cut(masses: impl Iterator<Item = Mass> + Clone) -> (usize, f64) {
    let converted: f64 = masses.clone().map(|mass| mass.hits).sum();
    let (mut called, mut hits, mut best) = (0.0, 0.0, (0, 0.0));
    for (place, mass) in masses.enumerate() {
        called += mass.all;
        hits += mass.hits;
        let f1 = 2.0 * hits / (called + converted);
        if f1 > best.1 {
            best = (place + 1, f1);
        }
    }
    best
}

/// The leads as they are, those of at least this probability called.
fn reaching(predictions: &Predictions, probability: f64) -> Tally {
    let [mut called, mut others] = [Mass::default(); 2];
    for (row, own) in predictions.probability.iter().enumerate() {
        let mass = if *own >= probability { &mut called } else { &mut others };
        mass.count(predictions, row as u32);
    }
    tally(called, others)
}

/// So many masses called.
fn first(masses: &[Mass], place: usize) -> Tally {
    let sum = |masses: &[Mass]| {
        masses
            .iter()
            .fold(Mass::default(), |sum, mass| Mass { all: sum.all + mass.all, hits: sum.hits + mass.hits })
    };
    tally(sum(&masses[..place]), sum(&masses[place..]))
}

/// Each lead is called once at most, so that calls to everyone reach all that converted.
fn tally(called: Mass, others: Mass) -> Tally {
    let converted = called.hits + others.hits;
    Tally {
        all: called.all + others.all,
        all_hits: converted,
        converted,
        called: called.all,
        hits: called.hits,
    }
}

/// How many independent leads those to `keep` are worth: `(Σw)² / Σw²` (Kish 1965), by groups where leads belong together.
fn independent(predictions: &Predictions, keep: impl Fn(usize) -> bool) -> f64 {
    let Predictions { weight, groups, .. } = predictions;
    let rows = (0..weight.len()).filter(|row| keep(*row));
    let add = |(sum, squares): (f64, f64), weight: f64| (sum + weight, squares + weight * weight);
    let (sum, squares) = if groups.is_empty() {
        rows.map(|row| weight[row]).fold((0.0, 0.0), add)
    } else {
        let weights = sums_by_group(rows.map(|row| (groups[row], [weight[row]])));
        weights.into_iter().map(|[weight]| weight).fold((0.0, 0.0), add)
    };
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_of_one_account_count_as_one() {
        let predictions = Predictions {
            probability: vec![0.5; 6],
            converted: vec![true; 6],
            weight: vec![1.0, 1.0, 2.0, 4.0, 1.0, 1.0],
            groups: vec![0, 0, 1, 2, 3, 3],
            parts: vec![],
        };
        // Weights 2, 2, 4, 2 by account: 10² / 28.
        assert!((independent(&predictions, |_| true) - 100.0 / 28.0).abs() < 1e-12);
        assert_eq!(independent(&predictions, |_| false), 0.0);
    }
}
