//! How a model came to be and how good it is. Scoring does not read it.

use serde::{Deserialize, Serialize};

use crate::lead::Instant;
use crate::model::{Estimate, Reference, Target};
use crate::prelude::*;

/// The model's card: for people who must decide whether to trust it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// What was learnt.
    pub target: Target,
    /// What it was learnt from.
    pub data: DataCard,
    /// How good it is on leads it had not seen.
    pub metrics: Metrics,
    /// The same, with leads held out in another way: at random beside by time or by account, by the order of the file
    /// where its last leads convert differently. Empty where there is but one sound way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_splits: Vec<Metrics>,
    /// What the threshold would have flagged among these held-out leads.
    pub flagged: Flagged,
    /// How it was fitted.
    pub training: TrainingCard,
    /// How the training leads were distributed, so that drift shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
}

/// The training table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataCard {
    /// Leads in the table.
    pub leads: u64,
    /// Of these, converted.
    pub conversions: u64,
    /// First and last date, where the table has a date column (ISO 8601).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<[String; 2]>,
    /// How many days a lead of the table was watched for a conversion, where that was limited: outcomes of the last date
    /// reach so far beyond it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub horizon_days: Option<u32>,
    /// The column that says which leads belong together, where there is one: leads of one account, or a lead at several
    /// instants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<String>,
    /// When the leads of touches were looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looks: Option<Looks>,
    /// Whether touches that programs made were learnt from like any others.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub bots_kept: bool,
    /// Columns the model does not read, and why.
    pub excluded: Vec<ExcludedField>,
}

/// When leads are looked at, each time anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looks {
    /// Every so many days, at midnight UTC, for all leads alike; a week's looks are on Mondays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u32>,
    /// At the last touch of each calendar day (UTC) that has touches.
    pub touch_days: bool,
    /// At this instant alone, in milliseconds since 1970; the others then do not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Instant>,
}

impl Default for Looks {
    /// Weekly, and on the days of touches.
    fn default() -> Self {
        Self { every: Some(7), touch_days: true, as_of: None }
    }
}

impl Looks {
    /// Whether leads are looked at again and again, so that one may be several rows of a table.
    pub fn again(&self) -> bool {
        self.as_of.is_none()
    }
}

impl DataCard {
    /// What a row of the table was: a lead, or a look at one.
    pub fn counted(&self) -> Counted {
        if self.looks.is_some_and(|looks| looks.again()) { Counted::Looks } else { Counted::Leads }
    }
}

/// A column the model does not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExcludedField {
    /// The column.
    pub field: String,
    /// Why, in one sentence.
    pub reason: String,
}

/// Metrics on leads the measured model had not seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// How the leads were held out, in words.
    pub held_out: String,
    /// Held-out leads.
    pub leads: u64,
    /// Of these, converted.
    pub conversions: u64,
    /// Area under the ROC curve: the chance that a converted lead scores above one that did not convert.
    pub auc: Estimate,
    /// Average precision (area under the precision-recall curve, as a step function).
    pub average_precision: Estimate,
    /// Mean negative log-likelihood per lead, in nats.
    pub log_loss: Estimate,
    /// Mean squared difference between probability and outcome.
    pub brier: Estimate,
    /// Expected calibration error over 15 bins of equal mass.
    pub ece: Estimate,
    /// Conversion rate in the best-scored tenth ÷ the conversion rate of all.
    pub lift_at_10: Estimate,
}

/// Held-out leads whose calibrated probability reaches the threshold's. An F1 threshold was chosen on these very leads,
/// which makes the values look slightly better than they are; the intervals allow for it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flagged {
    /// What is counted here.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub counted: Counted,
    /// How many there are.
    pub leads: u64,
    /// Of these, converted.
    pub conversions: u64,
    /// The probability from which on leads are flagged: where the F1 is greatest, or where a contact begins to pay. In
    /// the latter case the value is cost ÷ value, and the interval holds the calibrated probabilities at which leads
    /// truly convert that often.
    pub probability: Estimate,
    /// The same as a logit of the model; absent where no lead is ever flagged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logit: Option<Estimate>,
    /// The share of leads that are flagged.
    pub share: Estimate,
    /// The share of the flagged leads that convert; absent where none is flagged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<Estimate>,
    /// The share of the conversions that are among the flagged leads.
    pub recall: Estimate,
    /// What that is worth, where it is known what a contact costs and a conversion is worth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profit: Option<Profit>,
}

/// What figures on flagged leads count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Counted {
    /// Leads, each once.
    #[default]
    Leads,
    /// Looks: a lead counts as often as it was looked at.
    Looks,
    /// Calls: a lead is called at its first look that reaches the threshold, and not again before the horizon of that call is
    /// over. Shares are of the calls that it takes to call everyone so.
    Calls,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_usual(counted: &Counted) -> bool {
    *counted == Counted::Leads
}

/// What contacts are worth: value × conversions − cost × contacts, for 100 leads, or 100 calls of everyone where
/// [calls](Counted::Calls) are counted. To call nobody is worth 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profit {
    /// Where the flagged leads are contacted. A hundredth of it is the expected profit per lead.
    pub per_100_leads: Estimate,
    /// Where everyone is.
    pub everyone: Estimate,
    /// The first less the second, on the same leads.
    pub against_everyone: Estimate,
}

/// How the model was fitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingCard {
    /// The penalty chosen by cross-validation, one for all terms.
    pub penalty: f64,
    /// What each step of the fit bought, in the order in which they were taken.
    pub steps: Vec<FitStep>,
    /// Newton iterations of the published fit.
    pub iterations: u64,
    /// The certificate: the largest absolute gradient of the published fit, per unit of weight.
    pub gradient: f64,
    /// How the scores were calibrated: `none`, `platt` or `isotonic`.
    pub calibration: String,
    /// The seed of folds and bootstrap.
    pub seed: u64,
}

/// A step of the fit, and what it bought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FitStep {
    /// The step, in words.
    pub step: String,
    /// The log loss out of fold, per lead, with this step and those kept before it.
    pub log_loss: f64,
    /// Whether it was kept, because it was better out of fold.
    pub kept: bool,
}

impl Metrics {
    /// Whether the model ranks or foretells differently in two ways to hold leads out, by more than chance allows.
    pub fn differs_from(&self, other: &Self) -> bool {
        self.auc.differs_from(&other.auc) || self.log_loss.differs_from(&other.log_loss)
    }
}
