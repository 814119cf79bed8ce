//! What the residuals of a fit say about a way to divide the leads into cells.
//!
//! With residuals `r = w (y − p)` and curvatures `v = w p (1 − p)`, summed over the leads of a cell to `R` and `V`, a value
//! of its own for the cell would gain about `R² / (2 (V + prior))` of log-likelihood: one Newton step, damped by a prior.
//! By chance alone `R²` is `V` on average, so that is taken off.

use crate::train::learn::{Learnt, Material};

/// Leads' worth of curvature that say that a cell is like any other.
const PRIOR: f64 = 10.0;

/// The residual and the curvature of each row of a fit.
pub(super) struct Residuals(Vec<[f64; 2]>);

/// What cells would gain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gain {
    /// Twice the log-likelihood gained, beyond what chance gives.
    pub(super) gain: f64,
    /// The same in standard deviations of what chance gives.
    pub(super) deviations: f64,
}

impl Residuals {
    pub(super) fn of(material: Material<'_>, learnt: &Learnt) -> Self {
        let coefficients = learnt.cross_validation.coefficients.to_vec();
        let outcomes = material.outcomes;
        let residual = |row: usize| {
            let p = crate::sigmoid(learnt.design.predict(row, &coefficients));
            let weight = outcomes.weights[row];
            [weight * (outcomes.converted[row] - p), weight * p * (1.0 - p)]
        };
        Self((0..material.rows.len()).map(residual).collect())
    }

    /// What `count` cells would gain; `cells` gives each row's.
    pub(super) fn gain(&self, count: usize, cells: impl Iterator<Item = usize>) -> Gain {
        let mut sums = vec![[0.0; 2]; count];
        for (cell, [residual, curvature]) in cells.zip(&self.0) {
            sums[cell][0] += residual;
            sums[cell][1] += curvature;
        }
        let (mut gain, mut variance) = (0.0, 0.0);
        for [residual, curvature] in sums {
            let damped = curvature + PRIOR;
            gain += (residual * residual - curvature) / damped;
            // A squared standard normal number has variance 2.
            variance += 2.0 * (curvature / damped) * (curvature / damped);
        }
        Gain { gain, deviations: gain / f64::sqrt(variance).max(f64::MIN_POSITIVE) }
    }
}
