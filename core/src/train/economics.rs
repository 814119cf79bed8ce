//! Held-out probabilities and money → the policy.

mod called;
mod estimated;
mod flagged;
mod threshold;

pub(crate) use called::Looked;
pub use flagged::{flagged, greatest_f1};
pub use threshold::threshold_interval;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    Abstention, AbstentionKind, Counted, Curve, Estimate, Flagged, PastLeads, Policy, Profit, ThresholdBasis,
};
use crate::score::logit_of as logit;
use crate::train::calibrate::Scored;
use crate::train::measure::{Predictions, conversions_for_auc};
use crate::train::sorted::ascending;
use crate::train::together::sums_by_group;

/// A flag needs at least this many conversions, and as many leads that did not convert.
pub const FLAG_CLASS: u64 = 40;
/// How far the AUC's interval may reach to either side before its width is worth more leads.
const AUC_REACH: f64 = 0.05;
/// How many of a hundred leads are at or above grades A, B and C.
const GRADE_PERCENT: [usize; 3] = [10, 30, 60];

/// What a contact costs and a conversion is worth, in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Money {
    /// What one contact by sales costs; above 0.
    pub cost_per_contact: f64,
    /// What one conversion is worth; above 0.
    pub value_per_conversion: f64,
}

impl Money {
    /// What a policy's threshold rests on; `None` where that is not money.
    pub fn of(policy: &Policy) -> Option<Self> {
        match policy.basis {
            ThresholdBasis::Economics { cost_per_contact, value_per_conversion } => {
                Some(Self { cost_per_contact, value_per_conversion })
            }
            ThresholdBasis::F1 { .. } => None,
        }
    }

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

    /// The probability from which on a contact pays.
    pub(crate) fn break_even(self) -> f64 {
        self.cost_per_contact / self.value_per_conversion
    }

    /// What conversions are worth less what contacts cost.
    pub(crate) fn profit(self, contacts: f64, conversions: f64) -> f64 {
        self.value_per_conversion * conversions - self.cost_per_contact * contacts
    }
}

/// What the policy is made from.
#[derive(Clone, Copy)]
pub(crate) struct Evidence<'a> {
    /// Predictions for leads the measured model had not seen.
    pub(crate) held_out: &'a Predictions,
    /// Out-of-fold logits of the published model, not calibrated.
    pub(crate) logits: &'a [f64],
    /// Whether the lead of each of `logits` converted, and its weight.
    pub(crate) outcome: &'a dyn Fn(usize) -> (bool, f64),
    /// The group of each of `logits`; empty where each lead stands alone.
    pub(crate) groups: &'a [u32],
    /// The published calibration, over every logit the model can reach.
    pub(crate) calibration: &'a Curve,
    /// Leads that did not convert, and conversions, in the whole table.
    pub(crate) classes: [u64; 2],
    /// The AUC of the held-out leads.
    pub(crate) auc: Estimate,
    /// The held-out leads as they were looked at, where each was several times and all looks are there.
    pub(crate) looked: Option<&'a Looked<'a>>,
    /// Whether the rows are some looks of many.
    pub(crate) thinned: bool,
    /// The seed of the bootstrap.
    pub(crate) seed: u64,
}

impl Evidence<'_> {
    /// The logits with what came of their leads.
    fn scored(&self) -> Vec<Scored> {
        let scored = |(place, logit): (usize, &f64)| {
            let (converted, weight) = (self.outcome)(place);
            Scored { logit: *logit, converted, weight }
        };
        self.logits.iter().enumerate().map(scored).collect()
    }

    /// How many leads of equal weight that stand alone these are worth: `(Σw)² / Σw²` (Kish 1965), divided by how much more
    /// the sum of what chances miss varies than it would if leads of a group did not miss alike (the linearised variance of
    /// a sum over groups: Cochran 1977, section 9A.2).
    fn worth(&self) -> f64 {
        let (mut total, mut squares, mut alone) = (0.0, 0.0, 0.0);
        let mut misses = Vec::with_capacity(self.groups.len());
        for (place, logit) in self.logits.iter().enumerate() {
            let (converted, weight) = (self.outcome)(place);
            let chance = crate::sigmoid(self.calibration.at(*logit));
            total += weight;
            squares += weight * weight;
            alone += weight * weight * chance * (1.0 - chance);
            if let Some(group) = self.groups.get(place) {
                misses.push((*group, [weight * (f64::from(u8::from(converted)) - chance)]));
            }
        }
        let together: f64 = sums_by_group(misses.into_iter()).iter().map(|[miss]| miss * miss).sum();
        total * total / squares * if together > alone { alone / together } else { 1.0 }
    }

    /// The logits that part one, two, … and ninety-nine of a hundred leads, the best ones, from the rest; a row counts for as
    /// many as it stands for.
    fn parts_from_the_top(&self) -> Vec<f64> {
        let weight = |place: usize| (self.outcome)(place).1;
        let total: f64 = (0..self.logits.len()).map(weight).sum();
        let mut parts = Vec::with_capacity(99);
        let (mut above, mut last) = (0.0, f64::NAN);
        for place in ascending(self.logits.len(), |place| self.logits[place]).into_iter().rev() {
            last = self.logits[place as usize];
            above += weight(place as usize);
            while parts.len() < 99 && above > (parts.len() + 1) as f64 * total / 100.0 {
                parts.push(last);
            }
        }
        // What rounding has left.
        parts.resize(99, last);
        parts
    }
}

/// The threshold where a contact pays, or else where the held-out F1 is greatest; and what it does to held-out leads.
pub(crate) fn decide(money: Option<Money>, evidence: Evidence<'_>) -> (Policy, Flagged) {
    let (probability, basis) = if let Some(money) = money {
        let Money { cost_per_contact, value_per_conversion } = money;
        (money.break_even().min(1.0), ThresholdBasis::Economics { cost_per_contact, value_per_conversion })
    } else {
        let (probability, f1) = greatest_f1(evidence.held_out);
        (probability, ThresholdBasis::F1 { f1 })
    };
    // A held-out probability of 1 is one of rounding: beyond this a logit cannot tell. A contact dearer than a conversion
    // is worth stays out of reach.
    let reachable = |probability: f64| {
        if money.is_none() { probability.min(1.0 - f64::EPSILON) } else { probability }
    };
    let calibration = evidence.calibration;
    let lowest = calibration.x[0];
    let from = |calibrated: f64| calibration.first_reaching(calibrated).map(|logit| logit.max(lowest));
    let threshold = from(logit(reachable(probability)));
    let mut flagged = match evidence.looked {
        Some(looked) => looked.flagged(probability, money, evidence.seed),
        None => flagged(evidence.held_out, probability, money, evidence.seed),
    };
    if evidence.thinned {
        // Who was looked at in between is not known, and so not who would have been called.
        flagged = Flagged { counted: Counted::Looks, profit: None, ..flagged };
    }
    if money.is_some()
        && let Some(trusted) =
            threshold_interval(&evidence.scored(), evidence.groups, calibration, logit(probability))
    {
        flagged.probability.low = crate::sigmoid(trusted.low);
        flagged.probability.high = crate::sigmoid(trusted.high);
    }
    // An end out of the model's reach is its reach.
    let highest = calibration.x.last().copied().unwrap_or(lowest);
    let end = |probability: f64| from(logit(reachable(probability))).unwrap_or(highest);
    flagged.logit = threshold.map(|value| Estimate {
        value,
        low: end(flagged.probability.low).min(value),
        high: end(flagged.probability.high).max(value),
    });
    let parts = evidence.parts_from_the_top();
    let mut policy = Policy {
        threshold,
        probability,
        basis,
        grades: GRADE_PERCENT.map(|percent| parts[percent - 1]),
        abstains: abstention(&evidence),
        past: Some(PastLeads { leads: evidence.worth(), percentiles: parts.iter().rev().copied().collect() }),
    };
    if !predicts(&evidence.auc) {
        // One logit for all: nobody is flagged, and nobody graded above another; C is the middle.
        policy.threshold = None;
        policy.grades = [lowest + 1.0, lowest + 1.0, lowest - 1.0];
        policy.past = None;
    }
    if policy.threshold.is_none() {
        flagged = nobody(flagged);
    }
    (policy, flagged)
}

/// What is flagged where nobody ever is.
fn nobody(flagged: Flagged) -> Flagged {
    const NONE: Estimate = Estimate { value: 0.0, low: 0.0, high: 0.0 };
    let of_nobody = |Profit { everyone, .. }| {
        let Estimate { value, low, high } = everyone;
        let against_everyone = Estimate { value: 0.0 - value, low: 0.0 - high, high: 0.0 - low };
        Profit { per_100_leads: NONE, everyone, against_everyone }
    };
    Flagged {
        leads: 0,
        conversions: 0,
        logit: None,
        share: NONE,
        precision: None,
        recall: NONE,
        profit: flagged.profit.map(of_nobody),
        ..flagged
    }
}

/// Whether held-out leads are surely ranked better than by chance. Of tables whose columns say nothing, one in forty at
/// most passes: the interval's ends are missed by 2.5 % each.
pub(crate) fn predicts(auc: &Estimate) -> bool {
    auc.low > 0.5
}

fn abstention(evidence: &Evidence<'_>) -> Option<Abstention> {
    let [non_conversions, conversions] = evidence.classes;
    let kind = if conversions.min(non_conversions) < FLAG_CLASS {
        AbstentionKind::TooFew
    } else if predicts(&evidence.auc) {
        return None;
    } else {
        AbstentionKind::NoSignal
    };
    // With the same share of leads held out, these grow as the table does.
    let needed_for_auc =
        conversions_for_auc(&evidence.auc, conversions, AUC_REACH).saturating_sub(conversions);
    Some(Abstention {
        kind,
        conversions,
        non_conversions,
        needed: FLAG_CLASS,
        needed_for_auc,
        auc: evidence.auc,
    })
}

#[cfg(test)]
mod tests;
