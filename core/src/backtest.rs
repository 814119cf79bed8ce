//! A model × the log of the past, replayed week by week → what calling by its score would have come to.
//!
//! On each Monday (UTC) every open lead is scored with what was known then. A *call* reaches a conversion that comes within
//! the horizon after it; who has been called is not called again before the horizon is over. Four rules are held against
//! each other:
//!
//! - *model*: whoever reaches the model's threshold, the highest scores first as far as there is capacity;
//! - *everyone*: every open lead;
//! - *points*: as many leads each week as the model calls, those with most [points](Points) first;
//! - *last touch*: as many again, those touched last first.
//!
//! What calls change nobody can replay: a conversion counts as reached if it came, whoever called then. So figures compare
//! rules; they do not say what calling adds.

mod rules;
mod replay;

pub use replay::backtest;
pub use rules::Points;

use serde::Serialize;

use crate::lead::Instant;
use crate::model::Estimate;
use crate::train::Money;
use crate::train::leads::Horizon;

/// What is replayed.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How long after a call a conversion counts as reached.
    pub horizon: Horizon,
    /// The first day; that of the first touch where it is not said.
    pub from: Option<Instant>,
    /// The last day; a horizon before the end of the log at the latest.
    pub to: Option<Instant>,
    /// What calls cost and conversions are worth.
    pub money: Money,
    /// How many leads can be called in a week; `None` for any number.
    pub capacity: Option<u32>,
    /// The seed of the bootstrap.
    pub seed: u64,
}

/// What a replay came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Backtest {
    /// The first Monday, in ISO 8601.
    pub from: String,
    /// The last Monday.
    pub to: String,
    /// Mondays.
    pub weeks: u64,
    /// Leads that were open on one of them at least.
    pub leads: u64,
    /// Conversions of open leads within the horizon of one of them.
    pub conversions: u64,
    /// How long after a call a conversion counts as reached, in days.
    pub horizon_days: u32,
    /// What a call costs.
    pub cost_per_contact: f64,
    /// What a conversion is worth.
    pub value_per_conversion: f64,
    /// How many leads can be called in a week; `None` for any number.
    pub capacity: Option<u32>,
    /// Whether the model has learnt from what was replayed, and what that means, in a sentence.
    pub learnt: String,
    /// Whether it has, as far as is known.
    pub seen: Option<bool>,
    /// The rules, the model first.
    pub rules: Vec<RuleResult>,
    /// The points that the rule of points gives.
    pub points: Points,
    /// What else is to be known of the figures, in sentences for people.
    pub notes: Vec<String>,
}

/// What calling by a rule came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleResult {
    /// The rule: `model`, `everyone`, `points`, `last-touch`.
    pub rule: &'static str,
    /// Calls.
    pub calls: Estimate,
    /// Conversions that came within the horizon after a call.
    pub reached: Estimate,
    /// What a reached conversion cost; `None` where there was none.
    pub cost_per_acquisition: Option<Estimate>,
    /// What reached conversions are worth, less what calls cost.
    pub profit: Estimate,
    /// The model's profit less that of this rule, lead by lead, so that luck is the same for both.
    pub model_ahead_by: Estimate,
    /// Profit of the calls made up to each Monday, its conversions counted on the day of the call.
    pub profit_by_week: Vec<f64>,
}
