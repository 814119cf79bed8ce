//! When a lead is sales-ready.

use serde::{Deserialize, Serialize};

use crate::kernel;
use crate::model::Estimate;
use crate::prelude::*;
use core::fmt;

/// The rule that turns a logit into a decision. It compares logits, never rounded probabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// A lead whose logit reaches this is sales-ready. `None` where no lead ever is (the contact costs more than any
    /// calibrated chance of conversion is worth).
    #[serde(deserialize_with = "Option::deserialize")] // May be null, must not be absent.
    pub threshold: Option<f64>,
    /// The calibrated probability at the threshold, for display.
    pub probability: f64,
    /// Why the threshold is where it is.
    pub basis: ThresholdBasis,
    /// The least logits of grades A, B and C, non-increasing; anything below is D.
    pub grades: [f64; 3],
    /// Present where the model flags nobody, whatever the threshold: too little is known, or nothing to flag by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abstains: Option<Abstention>,
    /// The leads beside which a lead is placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub past: Option<PastLeads>,
}

/// The past leads, each scored by a model that had not seen it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PastLeads {
    /// How many leads of equal weight they are worth: `(Σw)² / Σw²` (Kish 1965).
    pub leads: f64,
    /// The logits that part them into a hundred equal parts, non-decreasing: 99 of them.
    pub percentiles: Vec<f64>,
}

/// Why the threshold is where it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ThresholdBasis {
    /// A contact pays when probability × value ≥ cost, so the threshold is cost ÷ value.
    Economics {
        /// What one contact by sales costs.
        cost_per_contact: f64,
        /// What one conversion is worth, in the same currency.
        value_per_conversion: f64,
    },
    /// The threshold with the greatest F1 (harmonic mean of precision and recall) on held-out leads.
    F1 {
        /// That F1.
        f1: f64,
    },
}

/// Why a model flags nobody, what it knows and what it would take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Abstention {
    /// Why.
    pub kind: AbstentionKind,
    /// Converted leads in the training table.
    pub conversions: u64,
    /// Leads in the training table that did not convert.
    pub non_conversions: u64,
    /// How many of each are needed before a flag is raised.
    pub needed: u64,
    /// About how many more conversions, with other leads in proportion, make the 95 % interval of the AUC narrower than
    /// ± 0.05; 0 where it is.
    pub needed_for_auc: u64,
    /// The AUC on held-out leads. Where its interval holds 0.5, the columns are not known to predict conversion: the model
    /// then has no terms and gives each lead the rate of all.
    pub auc: Estimate,
}

/// Why a model flags nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AbstentionKind {
    /// Too few leads of either class are known: the model is indicative.
    TooFew,
    /// There are leads enough, and their columns were not shown to predict conversion.
    NoSignal,
}

impl AbstentionKind {
    /// The kind in the words of the file formats: `too-few` or `no-signal`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooFew => "too-few",
            Self::NoSignal => "no-signal",
        }
    }
}

/// A lead's place among the training leads, by its logit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Grade {
    /// The top tenth of the training leads.
    A,
    /// The next two tenths.
    B,
    /// The next three tenths.
    C,
    /// The lower four tenths.
    D,
}

/// The decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Readiness {
    /// Hand the lead to sales.
    SalesReady,
    /// Keep nurturing.
    Nurture,
    /// No decision: the model [abstains](Policy::abstains), or too little is known of the lead.
    Abstain,
}

impl Policy {
    /// How many of a hundred past leads scored below a logit, 0 to 99; `None` where the file does not say. A place among
    /// leads, not a chance.
    pub fn percentile(&self, logit: f64) -> Option<u8> {
        let past = self.past.as_ref()?;
        Some(kernel::percentile(&past.percentiles, logit))
    }

    /// The decision for a logit.
    pub fn decide(&self, logit: f64) -> Readiness {
        kernel::decide(self.threshold, self.abstains.is_some(), logit)
    }

    /// Why no lead is ever flagged, in a clause; `None` where some may be.
    ///
    /// ```
    /// # fn run(model: &sales_ready::Model) {
    /// if let Some(why) = model.policy().flags_nobody() {
    ///     println!("No lead is flagged: {why}.");
    /// }
    /// # }
    /// ```
    pub fn flags_nobody(&self) -> Option<&'static str> {
        match (self.abstains.as_ref().map(|abstains| abstains.kind), self.threshold) {
            (Some(AbstentionKind::NoSignal), _) => Some(
                "the columns of the past leads were not shown to predict conversion, so that every lead has the chance of all",
            ),
            (Some(AbstentionKind::TooFew), _) => {
                Some("the model is indicative, it learnt from too few leads")
            }
            (None, None) => Some("no chance is worth a contact, by what the model's threshold rests on"),
            (None, Some(_)) => None,
        }
    }

    /// The grade for a logit.
    pub fn grade(&self, logit: f64) -> Grade {
        kernel::grade(&self.grades, logit)
    }
}

impl Grade {
    /// The grade's letter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Readiness {
    /// The decision in the words of the file formats: `sales-ready`, `nurture` or `abstain`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SalesReady => "sales-ready",
            Self::Nurture => "nurture",
            Self::Abstain => "abstain",
        }
    }
}
