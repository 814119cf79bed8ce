//! Probabilities + labels → metrics, each with a 95 % interval.
//!
//! The interval of the AUC is DeLong's on the logit scale; the others are bootstraps over leads, whose number of
//! conversions varies as that of the next leads will.

mod auc;
mod proportion;
mod ranked;
mod paired;

pub use auc::{auc, auc_interval};
pub use paired::log_loss_difference;
pub use proportion::wilson;

use rayon::prelude::*;

use crate::model::{Estimate, Metrics};
use crate::train::random::Random;
use ranked::Ranked;

/// Bootstrap replicates: the ends of a 95 % interval then rest on 25 replicates each.
const REPLICATES: usize = 1000;
/// Bins of the expected calibration error.
const BINS: usize = 15;
/// The normal quantile of a two-sided 95 % interval.
pub(crate) const Z95: f64 = 1.959_963_984_540_054;

/// Held-out predictions: a calibrated probability, the outcome and the weight of each lead.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Predictions {
    /// Calibrated probabilities.
    pub probability: Vec<f64>,
    /// Whether each lead converted.
    pub converted: Vec<bool>,
    /// How many leads each row stands for.
    pub weight: Vec<f64>,
    /// The group of each lead, such as its account; empty where each stands alone.
    pub groups: Vec<u32>,
}

/// The metrics but the AUC, at one weighting of the leads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Points {
    /// Area under the precision-recall curve, as a step function: `Σ (R_k − R_{k−1}) P_k`.
    pub average_precision: f64,
    /// Mean negative log-likelihood, in nats.
    pub log_loss: f64,
    /// Mean squared error of the probability (Brier 1950).
    pub brier: f64,
    /// Expected calibration error: the mean distance of mean probability and conversion rate over 15 bins of equal mass.
    pub ece: f64,
    /// The conversion rate of the best-scored tenth ÷ that of all.
    pub lift_at_10: f64,
}

/// All metrics with their intervals. `held_out` says in words how the leads were held out.
pub fn measure(predictions: &Predictions, held_out: &str, seed: u64) -> Metrics {
    let ranked = Ranked::new(predictions);
    let value = ranked.points(&ranked.masses());
    let replicates: Vec<Points> = (0..REPLICATES)
        .into_par_iter()
        .map(|replicate| {
            let mut random = Random::new(seed.wrapping_add(replicate as u64), "bootstrap");
            ranked.points(&ranked.resampled(&mut random))
        })
        .collect();
    let percentiles = |metric: fn(&Points) -> f64| {
        let mut values: Vec<f64> = replicates.iter().map(metric).collect();
        values.sort_unstable_by(f64::total_cmp);
        let tail = REPLICATES / 40;
        Estimate { value: metric(&value), low: values[tail], high: values[REPLICATES - 1 - tail] }
    };
    let converted = predictions.converted.iter().filter(|converted| **converted).count();
    Metrics {
        held_out: held_out.to_owned(),
        leads: predictions.converted.len() as u64,
        conversions: converted as u64,
        auc: auc_interval(&predictions.probability, &predictions.converted, &predictions.weight),
        average_precision: percentiles(|points| points.average_precision),
        log_loss: percentiles(|points| points.log_loss),
        brier: percentiles(|points| points.brier),
        ece: unbiased(percentiles(|points| points.ece)),
        lift_at_10: percentiles(|points| points.lift_at_10),
    }
}

/// Resampling adds noise to a distance that cannot be negative, so that replicates lie too high: reflected at the
/// estimate (the basic bootstrap) they lie where the truth does. The estimate itself stays inside.
fn unbiased(Estimate { value, low, high }: Estimate) -> Estimate {
    Estimate { value, low: (2.0 * value - high).max(0.0), high: (2.0 * value - low).max(value) }
}

/// The negative logarithm of the probability of what happened. One of 0 is one of rounding: its loss stays finite.
pub(crate) fn surprise(of_outcome: f64) -> f64 {
    -libm::log(of_outcome.max(f64::EPSILON / 2.0))
}

impl Predictions {
    /// The metrics but the AUC.
    pub fn points(&self) -> Points {
        let ranked = Ranked::new(self);
        ranked.points(&ranked.masses())
    }
}
