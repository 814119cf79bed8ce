//! Held-out probabilities and money → the policy.

use crate::error::{Error, ErrorKind, Result};
use crate::model::{Curve, Indicative, Policy, ThresholdBasis};
use crate::train::measure::Predictions;

/// A flag needs at least this many conversions, and as many leads that did not convert.
pub const FLAG_CLASS: u64 = 40;
/// The shares of leads at or above grades A, B and C.
const GRADE_SHARES: [f64; 3] = [0.1, 0.3, 0.6];

/// What a contact costs and a conversion is worth, in one currency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Money {
    /// What one contact by sales costs; above 0.
    pub cost_per_contact: f64,
    /// What one conversion is worth; above 0.
    pub value_per_conversion: f64,
}

impl Money {
    /// Checks the amounts.
    ///
    /// # Errors
    /// [`ErrorKind::BadOption`] unless both are finite and above 0.
    pub fn check(&self) -> Result<()> {
        let amounts = [
            ("cost per contact", self.cost_per_contact),
            ("value per conversion", self.value_per_conversion),
        ];
        for (name, amount) in amounts {
            if !(amount.is_finite() && amount > 0.0) {
                return Err(Error::new(
                    ErrorKind::BadOption,
                    format!("expected a {name} above 0, found {amount}"),
                ));
            }
        }
        Ok(())
    }
}

/// What the policy is made from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evidence<'a> {
    /// Predictions for leads the measured model had not seen.
    pub(crate) held_out: &'a Predictions,
    /// Out-of-fold logits of the published model.
    pub(crate) logits: &'a [f64],
    /// The published calibration, over every logit the model can reach.
    pub(crate) calibration: &'a Curve,
    /// Conversions and leads that did not convert, in the whole table.
    pub(crate) classes: [u64; 2],
}

/// The threshold where a contact pays, or else where the held-out F1 is greatest.
pub(crate) fn policy(money: Option<Money>, evidence: Evidence<'_>) -> Policy {
    let (probability, basis) = if let Some(Money { cost_per_contact, value_per_conversion }) = money {
        let probability = (cost_per_contact / value_per_conversion).min(1.0);
        (probability, ThresholdBasis::Economics { cost_per_contact, value_per_conversion })
    } else {
        let (probability, f1) = greatest_f1(evidence.held_out);
        (probability, ThresholdBasis::F1 { f1 })
    };
    let target = libm::log(probability / (1.0 - probability));
    let lowest = evidence.calibration.x[0];
    let threshold = evidence.calibration.first_reaching(target).map(|logit| logit.max(lowest));
    let [conversions, non_conversions] = evidence.classes;
    let indicative = (conversions.min(non_conversions) < FLAG_CLASS).then_some(Indicative {
        conversions,
        non_conversions,
        needed: FLAG_CLASS,
    });
    Policy { threshold, probability, basis, grades: grades(evidence.logits), indicative }
}

/// The probability from which on calling gives the greatest F1 on held-out leads, and that F1.
fn greatest_f1(held_out: &Predictions) -> (f64, f64) {
    let mut order: Vec<usize> = (0..held_out.probability.len()).collect();
    order.sort_by(|a, b| held_out.probability[*b].total_cmp(&held_out.probability[*a]));
    let mass = |rows: &[usize], converted_only: bool| -> f64 {
        rows.iter()
            .filter(|row| !converted_only || held_out.converted[**row])
            .map(|row| held_out.weight[*row])
            .sum()
    };
    let converted = mass(&order, true);
    let (mut called, mut hits) = (0.0, 0.0);
    let mut best = (1.0, 0.0);
    for tied in order.chunk_by(|a, b| held_out.probability[*a] == held_out.probability[*b]) {
        called += mass(tied, false);
        hits += mass(tied, true);
        // 2 · precision · recall / (precision + recall) = 2 hits / (called + converted)
        let f1 = 2.0 * hits / (called + converted);
        if f1 > best.1 {
            best = (held_out.probability[tied[0]], f1);
        }
    }
    best
}

/// The logits that part the best 10, 30 and 60 % of the leads from the rest.
fn grades(logits: &[f64]) -> [f64; 3] {
    let mut sorted = logits.to_vec();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    GRADE_SHARES.map(|share| sorted[((share * sorted.len() as f64) as usize).min(sorted.len() - 1)])
}
