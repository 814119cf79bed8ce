//! Held-out probabilities and money → the policy.

mod threshold;
mod flagged;

pub use flagged::{flagged, greatest_f1};
pub use threshold::threshold_interval;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    Abstention, AbstentionKind, Curve, Estimate, Flagged, PastLeads, Policy, Profit, ThresholdBasis,
};
use crate::score::logit_of as logit;
use crate::train::calibrate::Scored;
use crate::train::measure::{Predictions, conversions_for_auc};
use crate::train::sorted::ascending;

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
    /// Conversions and leads that did not convert, in the whole table.
    pub(crate) classes: [u64; 2],
    /// The AUC of the held-out leads.
    pub(crate) auc: Estimate,
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

    /// How many leads of equal weight these are worth.
    fn equal_leads(&self) -> f64 {
        let weights = || (0..self.logits.len()).map(|place| (self.outcome)(place).1);
        let total: f64 = weights().sum();
        total * total / weights().map(|weight| weight * weight).sum::<f64>()
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
    let mut flagged = flagged(evidence.held_out, probability, money, evidence.seed);
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
        past: Some(PastLeads {
            leads: evidence.equal_leads(),
            percentiles: parts.iter().rev().copied().collect(),
        }),
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
    let [conversions, non_conversions] = evidence.classes;
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
mod tests {
    use super::*;
    use crate::model::Readiness;

    const AUC: Estimate = Estimate { value: 0.8, low: 0.7, high: 0.9 };

    fn held_out() -> Predictions {
        Predictions {
            probability: vec![0.9, 0.7, 0.7, 0.4, 0.2, 0.1],
            converted: vec![true, true, false, true, false, false],
            weight: vec![1.0; 6],
            ..Predictions::default()
        }
    }

    /// The identity between the logits a model can reach.
    fn identity(reach: f64) -> Curve {
        let ends = vec![-reach, reach];
        Curve { field: String::new(), x: ends.clone(), y: ends, missing: 0.0, missing_se: None, se: vec![] }
    }

    fn policy_of(money: impl Into<Option<Money>>, classes: [u64; 2]) -> Policy {
        let calibration = identity(3.0);
        let logits: Vec<f64> = (0..100).map(|place| f64::from(place) / 10.0 - 5.0).collect();
        decide(
            money.into(),
            Evidence {
                held_out: &held_out(),
                logits: &logits,
                outcome: &|place| (logits[place] > 0.0, 1.0),
                groups: &[],
                calibration: &calibration,
                classes,
                auc: AUC,
                seed: 0,
            },
        )
        .0
    }

    fn money(cost_per_contact: f64, value_per_conversion: f64) -> Money {
        Money { cost_per_contact, value_per_conversion }
    }

    #[test]
    fn a_contact_pays_from_cost_over_value_on() {
        let policy = policy_of(money(40.0, 160.0), [100, 100]);
        let threshold = policy.threshold.unwrap();
        assert!((crate::sigmoid(threshold) - 0.25).abs() < 1e-12);
        assert_eq!(policy.decide(threshold), Readiness::SalesReady);
        assert_eq!(policy.decide(threshold - 1e-9), Readiness::Nurture);
    }

    #[test]
    fn a_contact_dearer_than_any_chance_is_never_made() {
        for value in [40.0, 41.0, 1.0] {
            let policy = policy_of(money(40.0, value), [100, 100]);
            assert_eq!(policy.threshold, None);
            assert_eq!(policy.decide(f64::MAX), Readiness::Nurture);
        }
    }

    #[test]
    fn where_nobody_is_flagged_the_card_counts_nobody() {
        // Held-out leads, of other models, have a chance that the published one never gives.
        let money = Money { cost_per_contact: 40.0, value_per_conversion: 50.0 };
        let calibration = identity(1.0);
        let logits: Vec<f64> = (0..100).map(|place| f64::from(place) / 50.0 - 1.0).collect();
        let decided = |calibration: &Curve, auc| {
            let outcome = |place: usize| (logits[place] > 0.0, 1.0);
            let held_out = &held_out();
            let classes = [100, 100];
            decide(
                Some(money),
                Evidence {
                    held_out,
                    logits: &logits,
                    outcome: &outcome,
                    groups: &[],
                    calibration,
                    classes,
                    auc,
                    seed: 0,
                },
            )
        };
        let (policy, flagged) = decided(&identity(3.0), AUC);
        assert!(policy.threshold.is_some() && flagged.leads == 1 && flagged.precision.is_some());
        let chance = Estimate { value: 0.5, low: 0.4, high: 0.6 };
        for (calibration, auc) in [(&calibration, AUC), (&identity(3.0), chance)] {
            let (policy, flagged) = decided(calibration, auc);
            assert_eq!((policy.threshold, flagged.logit, flagged.precision), (None, None, None));
            assert_eq!((flagged.leads, flagged.conversions), (0, 0));
            let certainly = |estimate: Estimate| [estimate.value, estimate.low, estimate.high];
            assert_eq!([flagged.share, flagged.recall].map(certainly), [[0.0; 3]; 2]);
            let Profit { per_100_leads, everyone, against_everyone } = flagged.profit.unwrap();
            assert_eq!(certainly(per_100_leads), [0.0; 3]);
            assert_eq!(against_everyone.value, -everyone.value);
            assert_eq!([against_everyone.low, against_everyone.high], [-everyone.high, -everyone.low]);
        }
    }

    #[test]
    fn a_contact_that_costs_next_to_nothing_is_always_made() {
        assert_eq!(policy_of(money(1e-9, 1e9), [100, 100]).threshold, Some(-3.0));
    }

    #[test]
    fn amounts_must_be_positive_numbers() {
        for amount in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(money(amount, 1.0).check().is_err());
            assert!(money(1.0, amount).check().is_err());
        }
    }

    #[test]
    fn without_money_the_greatest_f1_decides() {
        // Calling the first four finds 3 of 3 conversions with 4 calls: F1 = 6 / 7, more than at any other cut.
        let policy = policy_of(None, [100, 100]);
        assert_eq!(policy.basis, ThresholdBasis::F1 { f1: 6.0 / 7.0 });
        assert_eq!(policy.probability, 0.4);
        let flagged = flagged(&held_out(), 0.4, None, 0);
        assert_eq!((flagged.leads, flagged.conversions), (4, 3));
        assert_eq!(flagged.share.value, 4.0 / 6.0);
        assert_eq!((flagged.precision.unwrap().value, flagged.recall.value), (0.75, 1.0));
    }

    #[test]
    fn a_certainty_of_rounding_is_within_reach() {
        let certain = Predictions {
            probability: vec![1.0, 1.0, 1e-20],
            converted: vec![true, true, false],
            weight: vec![1.0; 3],
            ..Predictions::default()
        };
        let calibration = identity(50.0);
        let evidence = Evidence {
            held_out: &certain,
            logits: &[45.0, 44.0, -46.0],
            outcome: &|place| (place < 2, 1.0),
            groups: &[],
            calibration: &calibration,
            classes: [100, 100],
            auc: AUC,
            seed: 0,
        };
        let (policy, _) = decide(None, evidence);
        assert_eq!([45.0, 44.0].map(|logit| policy.decide(logit)), [Readiness::SalesReady; 2]);
        assert_eq!(policy.decide(-46.0), Readiness::Nurture);
    }

    #[test]
    fn too_few_of_either_class_abstain() {
        for classes in [[39, 1000], [1000, 39]] {
            let policy = policy_of(None, classes);
            assert!(policy.abstains.is_some());
            assert_eq!(policy.decide(1e9), Readiness::Abstain);
        }
        assert_eq!(policy_of(None, [40, 40]).abstains, None);
    }

    #[test]
    fn a_row_has_the_place_of_all_leads_it_stands_for() {
        let weights: Vec<usize> = (0..70).map(|row| 1 + (row * row) % 9).collect();
        let logits: Vec<f64> = (0..70).map(|row| f64::from(row * 37 % 70) / 10.0).collect();
        let expanded: Vec<f64> =
            logits.iter().zip(&weights).flat_map(|(logit, weight)| vec![*logit; *weight]).collect();
        let calibration = identity(1.0);
        let places = |logits: &[f64], outcome: &dyn Fn(usize) -> (bool, f64)| {
            let evidence = Evidence {
                held_out: &held_out(),
                logits,
                outcome,
                groups: &[],
                calibration: &calibration,
                classes: [100, 100],
                auc: AUC,
                seed: 0,
            };
            evidence.parts_from_the_top()
        };
        let weighted = places(&logits, &|row| (false, weights[row] as f64));
        assert_eq!(weighted, places(&expanded, &|_| (false, 1.0)));
        // Of so many leads the place can be counted.
        let mut sorted = expanded;
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        let counted: Vec<f64> = (1..100).map(|percent| sorted[percent * sorted.len() / 100]).collect();
        assert_eq!(weighted, counted);
    }

    #[test]
    fn grades_part_the_leads_by_tenths() {
        let policy = policy_of(None, [100, 100]);
        let logits = (0..100).map(|place| f64::from(place) / 10.0 - 5.0);
        let mut counts = [0; 4];
        logits.for_each(|logit| counts[policy.grade(logit) as usize] += 1);
        assert_eq!(counts, [11, 20, 30, 39]);
    }
}
