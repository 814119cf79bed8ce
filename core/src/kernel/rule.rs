//! From a logit to a decision and a place among past leads.

use crate::model::{Grade, Readiness};
use crate::prelude::*;

/// The policy in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The logit from which a lead is sales-ready; `None` where none ever is.
    pub threshold: Option<f64>,
    /// Whether nobody is flagged, whatever the threshold.
    pub abstains: bool,
    /// The least logits of grades A, B and C.
    pub grades: [f64; 3],
    /// How many past leads there were.
    pub past: f64,
    /// The logits that part them into a hundred equal parts; empty where that is not known.
    pub percentiles: Vec<f64>,
}

/// The normal quantile of a two-sided 95 % interval.
pub(crate) const Z95: f64 = 1.959_963_984_540_054;
/// The part of the past leads that stands for a lead's neighbourhood.
const NEIGHBOURS: f64 = 0.1;

impl Rule {
    /// The decision for a logit.
    pub fn decide(&self, logit: f64) -> Readiness {
        decide(self.threshold, self.abstains, logit)
    }
}

pub(crate) fn decide(threshold: Option<f64>, abstains: bool, logit: f64) -> Readiness {
    match threshold {
        _ if abstains => Readiness::Abstain,
        Some(threshold) if logit >= threshold => Readiness::SalesReady,
        _ => Readiness::Nurture,
    }
}

pub(crate) fn grade([a, b, c]: &[f64; 3], logit: f64) -> Grade {
    if logit >= *a {
        Grade::A
    } else if logit >= *b {
        Grade::B
    } else if logit >= *c {
        Grade::C
    } else {
        Grade::D
    }
}

/// At most 99, as that is how many parts there are.
pub(crate) fn percentile(percentiles: &[f64], logit: f64) -> u8 {
    percentiles.partition_point(|part| *part <= logit) as u8
}

/// Wilson's interval of a rate among the nearest tenth of so many past leads: that of `measure::wilson`, in fewer steps, whose
/// bits pages have, too.
pub(super) fn interval(rate: f64, past: f64) -> [f64; 2] {
    // `z² / n`, at most that of a single lead.
    let spread = Z95 * Z95 / (NEIGHBOURS * past).max(1.0);
    let centre = (rate + spread / 2.0) / (1.0 + spread);
    let reach = libm::sqrt(spread * (rate * (1.0 - rate) + spread / 4.0)) / (1.0 + spread);
    [(centre - reach).max(0.0), (centre + reach).min(1.0)]
}
