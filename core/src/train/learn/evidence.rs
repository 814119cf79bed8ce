//! What the residuals of a fit say about a way to divide the leads into cells.
//!
//! With residuals `r = w (y − p)` and curvatures `v = w p (1 − p)`, summed over the leads of a cell to `R` and `V`, a value
//! of its own for the cell would be about `θ = R / (V + prior)`: one Newton step, damped by a prior. What it gains is asked
//! of leads it was not learnt from: with θ from the other folds, a fold's log-likelihood rises by about `θ R − θ² V / 2`.
//! So a division that says nothing loses on average, the more cells it has. The prior that suits best counts, as the fit
//! would choose its own strengths.
//!
//! Of many divisions some gain by chance. How much the best of all does is seen where chance alone is at work: with
//! outcomes drawn anew from the fit's own probabilities. A division counts if it gains more than that, in any of several
//! draws.

use crate::train::learn::{Learnt, Material};
use crate::train::random::Random;

/// Curvature that says that a cell is like any other: that of about 100, 400 and 1,600 leads of which a tenth convert.
const PRIORS: [f64; 3] = [10.0, 40.0, 160.0];

/// Draws of outcomes by chance: the greatest gain of all is exceeded by chance in one table of about this many.
const DRAWS: u64 = 10;

/// The residual, the curvature and the fold of each row of a fit.
pub(super) struct Residuals<'a> {
    rows: Vec<[f64; 2]>,
    folds: &'a [usize],
    count: usize,
}

/// The gain of each of some divisions, where it is more than the best of them has by chance; else `None`.
pub(super) fn gains(
    material: Material<'_>,
    learnt: &Learnt,
    of_all: impl Fn(&Residuals<'_>) -> Vec<f64>,
) -> Vec<Option<f64>> {
    let coefficients = learnt.cross_validation.coefficients.to_vec();
    let probability = |row: usize| crate::sigmoid(learnt.design.predict(row, &coefficients));
    let probabilities: Vec<f64> = (0..material.rows.len()).map(probability).collect();
    let converted = |row: usize| material.outcomes.converted[row];
    let gains = of_all(&Residuals::of(material, &probabilities, converted));
    let mut chance: f64 = 0.0;
    for draw in 0..DRAWS {
        let mut random = Random::new(draw, "evidence");
        let drawn: Vec<f64> =
            probabilities.iter().map(|p| f64::from(u8::from(random.uniform() < *p))).collect();
        let by_chance = of_all(&Residuals::of(material, &probabilities, |row| drawn[row]));
        chance = by_chance.into_iter().fold(chance, f64::max);
    }
    gains.into_iter().map(|gain| Some(gain).filter(|gain| *gain > chance)).collect()
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
