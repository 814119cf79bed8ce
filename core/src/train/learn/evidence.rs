//! What the residuals of a fit say about a way to divide the leads into cells.
//!
//! With residuals `r = w (y − p)` and curvatures `v = w p (1 − p)`, summed over the leads of a cell to `R` and `V`, a value
//! of its own for the cell would be about `θ = R / (V + prior)`: one Newton step, damped by a prior. What it gains is asked
//! of leads it was not learnt from: with θ from the other folds, a fold's log-likelihood rises by about `θ R − θ² V / 2`.
//! So a division that says nothing loses on average, the more cells it has. The prior that suits best counts, as the fit
//! would choose its own strengths.
//!
//! Of many divisions some gain by chance. How many gain how much is seen where chance alone is at work: with outcomes drawn
//! anew from the fit's own probabilities. Divisions count from the gain on at which no more than half of them are expected to
//! be chance: the false discovery rate (Benjamini & Hochberg 1995), with its null distribution simulated. That is a gentle
//! screen, since what passes must still show its worth in a fit.

use std::collections::BTreeMap;

use crate::train::learn::{Learnt, Material};
use crate::train::random::Random;

/// Curvature that says that a cell is like any other: that of about 100, 400 and 1,600 leads of which a tenth convert.
const PRIORS: [f64; 3] = [10.0, 40.0, 160.0];

/// Draws of outcomes by chance.
const DRAWS: u64 = 10;
/// The share of false ones among those that count.
const FALSE_DISCOVERIES: f64 = 0.5;

/// The residual, the curvature and the fold of each row of a fit.
pub(super) struct Residuals<'a> {
    rows: Vec<[f64; 2]>,
    folds: &'a [usize],
    count: usize,
}

/// The gain of each of some divisions, where it is more than chance explains; else `None`.
pub(super) fn gains(
    material: Material<'_>,
    learnt: &Learnt,
    of_all: impl Fn(&Residuals<'_>) -> Vec<f64>,
) -> Vec<Option<f64>> {
    let coefficients = learnt.cross_validation.coefficients.to_vec();
    let probabilities: Vec<f64> =
        learnt.design.predict(&coefficients).into_iter().map(crate::sigmoid).collect();
    let converted = |row: usize| material.outcomes.converted[row];
    let gains = of_all(&Residuals::of(material, &probabilities, converted));
    let mut by_chance: Vec<f64> = Vec::new();
    for draw in 0..DRAWS {
        let mut random = Random::new(draw, "evidence");
        let drawn: Vec<f64> = match material.groups {
            None => probabilities.iter().map(|p| f64::from(u8::from(random.uniform() < *p))).collect(),
            Some(groups) => by_group(&mut random, groups, &probabilities, converted),
        };
        by_chance.extend(of_all(&Residuals::of(material, &probabilities, |row| drawn[row])));
    }
    let least = least_beyond_chance(&gains, &by_chance);
    gains.into_iter().map(|gain| Some(gain).filter(|gain| *gain >= least)).collect()
}

/// Outcomes whose residuals are those that there are, of some groups with the other sign: rows of a group stay as alike as they are (the wild
/// bootstrap of Wu 1986, doi:10.1214/aos/1176350142, by groups).
fn by_group(
    random: &mut Random,
    groups: &[u32],
    probabilities: &[f64],
    converted: impl Fn(usize) -> f64,
) -> Vec<f64> {
    let mut signs: BTreeMap<u32, f64> = BTreeMap::new();
    let rows = groups.iter().zip(probabilities).enumerate();
    rows.map(|(row, (group, p))| {
        let sign = signs.entry(*group).or_insert_with(|| if random.uniform() < 0.5 { 1.0 } else { -1.0 });
        p + *sign * (converted(row) - p)
    })
    .collect()
}

/// The least gain from which on few enough are expected by chance; infinite where there is none.
fn least_beyond_chance(gains: &[f64], by_chance: &[f64]) -> f64 {
    let mut sorted: Vec<f64> = gains.iter().copied().filter(|gain| *gain > 0.0).collect();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    let counts = |place: &usize| {
        let chance = by_chance.iter().filter(|gain| **gain >= sorted[*place]).count();
        // One more than was drawn: what never happened in some draws is not impossible.
        (chance + 1) as f64 <= FALSE_DISCOVERIES * (place + 1) as f64 * DRAWS as f64
    };
    (0..sorted.len()).rev().find(counts).map_or(f64::INFINITY, |place| sorted[place])
}

impl<'a> Residuals<'a> {
    fn of(material: Material<'a>, probabilities: &[f64], converted: impl Fn(usize) -> f64) -> Self {
        let residual = |(row, p): (usize, &f64)| {
            let weight = material.outcomes.weights[row];
            [weight * (converted(row) - p), weight * p * (1.0 - p)]
        };
        let count = material.folds.iter().max().map_or(0, |last| last + 1);
        Self { rows: probabilities.iter().enumerate().map(residual).collect(), folds: material.folds, count }
    }

    /// The log-likelihood that `count` cells would gain out of fold; `cells` gives each row's.
    pub(super) fn gain(&self, count: usize, cells: impl Iterator<Item = usize>) -> f64 {
        let mut sums = vec![[0.0; 2]; count * self.count];
        for ((cell, fold), [residual, curvature]) in cells.zip(self.folds).zip(&self.rows) {
            let sum = &mut sums[cell * self.count + fold];
            sum[0] += residual;
            sum[1] += curvature;
        }
        let of_cell = |folds: &[[f64; 2]], prior: f64| -> f64 {
            let all = folds.iter().fold([0.0; 2], |all, own| [all[0] + own[0], all[1] + own[1]]);
            let of_fold = |own: &[f64; 2]| {
                let value = (all[0] - own[0]) / (all[1] - own[1] + prior);
                value * own[0] - 0.5 * value * value * own[1]
            };
            folds.iter().map(of_fold).sum()
        };
        let gain = |prior: f64| sums.chunks_exact(self.count.max(1)).map(|cell| of_cell(cell, prior)).sum();
        PRIORS.map(gain).into_iter().fold(f64::NEG_INFINITY, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_chance_explains_does_not_count() {
        // Ten draws of five divisions each; one in ten draws gives a gain of 2 or more.
        let by_chance: Vec<f64> = (0..50).map(|place| f64::from(place) / 25.0 + 0.04).collect();
        assert_eq!(least_beyond_chance(&[1.5, 1.0, 0.5, -1.0, -2.0], &by_chance), f64::INFINITY);
        // The first two stand out; at the third gain chance gives more than half as many.
        assert_eq!(least_beyond_chance(&[9.0, 2.0, 1.0, 0.5, -1.0], &by_chance), 2.0);
        assert_eq!(least_beyond_chance(&[], &[]), f64::INFINITY);
    }
}
