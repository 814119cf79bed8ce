//! Touches and an as-of instant → engagement fields.
//!
//! A lead is touched many times, by marketing and by sales, before it buys. What a model reads of that is a few numbers
//! at an instant: how much there was of each kind, how long ago, in which order. The [`Recipe`] says which numbers; it
//! stands in the model file, so that a page makes the same numbers, bit for bit, from the raw touches at the moment they
//! are looked at. Nothing after that moment counts.

mod recipe;

pub use recipe::{EngagementField, Kind, Measure, Recipe, Selection};

use alloc::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::lead::Instant;

/// One contact between a lead and the company: a page viewed, an e-mail opened, a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Touch {
    /// When it happened.
    pub at: Instant,
    /// What it was, such as `webinar` or `pricing-view`: a name of the company's own, or of its CRM program.
    pub kind: Arc<str>,
    /// Who was in contact with the lead. Where it is not said, the [recipe](Recipe::side) knows it of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// How much of it there was: 1 for a contact, minutes or an amount where that says more.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub quantity: f64,
    /// How far on its way to buying a lead is that does this. Where it is not said, the [recipe](Recipe::stage) knows it
    /// of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
}

impl Touch {
    /// A touch of quantity 1.
    ///
    /// ```
    /// use sales_ready::{Instant, touch::Touch};
    ///
    /// let touch = Touch::new(Instant::from_millis(1_767_225_600_000), "webinar");
    /// assert_eq!((touch.quantity, touch.side), (1.0, None));
    /// ```
    pub fn new(at: Instant, kind: impl Into<Arc<str>>) -> Self {
        Self { at, kind: kind.into(), side: None, quantity: 1.0, stage: None }
    }
}

/// Who was in contact with the lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Articles, e-mails, webinars, pages: what nurtures many.
    Marketing,
    /// Calls, meetings, offers: what people do for one lead.
    Sales,
}

/// How far on its way to buying a lead is, the first stage first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Knows that the company exists.
    Awareness,
    /// Reads what it has to say.
    Interest,
    /// Compares.
    Consideration,
    /// Asks for prices, a trial, an offer.
    Intent,
    /// Has bought.
    Purchase,
    /// Buys again, or recommends.
    Loyalty,
}

impl Side {
    /// The sides.
    pub const ALL: [Self; 2] = [Self::Marketing, Self::Sales];

    /// The side in the words of the file formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Marketing => "marketing",
            Self::Sales => "sales",
        }
    }
}

impl Stage {
    /// The stages, the first first.
    pub const ALL: [Self; 6] =
        [Self::Awareness, Self::Interest, Self::Consideration, Self::Intent, Self::Purchase, Self::Loyalty];

    /// The stage in the words of the file formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Awareness => "awareness",
            Self::Interest => "interest",
            Self::Consideration => "consideration",
            Self::Intent => "intent",
            Self::Purchase => "purchase",
            Self::Loyalty => "loyalty",
        }
    }

    /// Its place among the stages, from 1.
    pub(crate) fn rank(self) -> u8 {
        match self {
            Self::Awareness => 1,
            Self::Interest => 2,
            Self::Consideration => 3,
            Self::Intent => 4,
            Self::Purchase => 5,
            Self::Loyalty => 6,
        }
    }
}

fn one() -> f64 {
    1.0
}

#[expect(clippy::float_cmp, reason = "a default is left out of a file where it is exactly that")]
#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out references; on 32 bits the lint is silent"
)]
fn is_one(quantity: &f64) -> bool {
    *quantity == 1.0
}
