//! The hand-off between marketing and sales: who holds a lead, since when and why.
//!
//! ```text
//!                    reaches T_hi                accepted
//!        nurture ──────────────────▶ sales-ready ────────▶ accepted
//!           ▲  ◀──────────────────    │                    │
//!           │  below T_lo, dwell over │ handed back        │ handed back
//!           │                         ▼                    │
//!           └ ─ ─ ─ ─ ─ ─ ─ ─ ─   handed back ◀────────────┘      any of them ──▶ converted, closed
//!                                     │ reaches T_hi, and a touch that is newer than the cool-down
//!                                     └─────────────────▶ sales-ready
//! ```
//!
//! "Reaches `T_hi`" is by what was done: what a score gains as time passes does not count, and a lead that has fallen back must
//! have done something since.
//!
//! Whom sales were handed otherwise, as a CRM knows of leads that were theirs before anybody followed them, is theirs as an
//! accepted lead is: the model has learnt nothing of the time after a hand-off.
//!
//! A score moves each day; a lead must not. So it is handed over at one threshold and falls back at a lower one, never
//! before it has been with sales for the dwell; and what sales have handed back comes again only for something new that it
//! did, not because a day has passed. Every change has a [`Cause`]; the rules are in [`HandoffPolicy::advance`].
//!
//! [`Desk`] follows many leads, with as many hand-offs a week as sales can take. [`Round`] scores them and says for people
//! who is to go where.

mod policy;
mod machine;
mod desk;
#[cfg(feature = "json")]
mod file;
mod earned;
mod round;
mod words;

pub use desk::{Desk, FORMAT, Followed, LeadTransition};
pub use policy::{COOL_DOWN, DWELL, HandoffPolicy, LEAVE_BELOW, Thresholds};
pub use round::{Action, Decision, Due, Round, Rounded};

use serde::{Deserialize, Serialize};

use crate::lead::Instant;
use crate::prelude::*;

/// Who holds a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Phase {
    /// Marketing.
    Nurture,
    /// Sales, who have not said anything yet.
    SalesReady,
    /// Sales, who have said that they work on it.
    Accepted,
    /// Marketing again, since sales did not want it.
    HandedBack,
    /// Nobody: it has bought.
    Converted,
    /// Nobody: it is lost.
    Closed,
}

/// Where a lead is, since when and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeadState {
    /// Who holds it.
    pub phase: Phase,
    /// Since when.
    pub since: Instant,
    /// What the last change came from; `None` where there was none yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
}

/// What a change came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
#[non_exhaustive]
pub enum Cause {
    /// The score reached the threshold.
    Entered {
        /// The score.
        logit: f64,
        /// The threshold.
        enter: f64,
    },
    /// After a hand-back, the lead did something new and its score reached the threshold.
    Requalified {
        /// The score.
        logit: f64,
        /// The threshold.
        enter: f64,
        /// When it did its last new thing.
        touch: Instant,
    },
    /// The score fell below the lower threshold, and the dwell was over.
    Fell {
        /// The score.
        logit: f64,
        /// The lower threshold.
        leave: f64,
    },
    /// It was handed to sales otherwise than by its score.
    HandedOff,
    /// Sales accepted it.
    Accepted,
    /// Sales handed it back.
    HandedBack {
        /// Why, in their words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// It converted.
    Converted,
    /// It was closed as lost.
    Closed {
        /// Why, in their words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}

/// A change.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Transition {
    /// When.
    pub at: Instant,
    /// Who held the lead.
    pub from: Phase,
    /// Who holds it now.
    pub to: Phase,
    /// What it came from.
    pub cause: Cause,
}

/// What is known of a lead when it is reviewed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reviewed {
    /// Its log-odds.
    pub logit: f64,
    /// What touches have given of that: what the score has gained beyond, it has gained as time passed. Minus infinity where there
    /// are none; of no account where the log-odds are below `T_hi`.
    pub earned: f64,
    /// When it last did something, at the review or before: its last touch that is not one of sales' own.
    pub last_touch: Option<Instant>,
    /// Whether the score [abstains](crate::model::Readiness::Abstain), as too little is known of the lead: then it brings
    /// nobody to sales.
    pub abstains: bool,
}

/// What is said of a lead, by sales or by a CRM.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When they said it.
    pub at: Instant,
    /// What.
    pub kind: EventKind,
    /// Why, in their words.
    pub reason: Option<String>,
}

/// What can be said of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum EventKind {
    /// It was first handed to sales, whoever had it so: what a CRM knows, also of the time before anybody followed the lead.
    HandedOff,
    /// They work on it.
    Accepted,
    /// They do not want it, or not yet.
    HandedBack,
    /// It has bought.
    Converted,
    /// It is lost.
    Closed,
}

impl LeadState {
    /// A lead that has just come in: marketing's.
    pub fn new(at: Instant) -> Self {
        Self { phase: Phase::Nurture, since: at, cause: None }
    }
}

impl Phase {
    /// The phase in the words of the file formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nurture => "nurture",
            Self::SalesReady => "sales-ready",
            Self::Accepted => "accepted",
            Self::HandedBack => "handed-back",
            Self::Converted => "converted",
            Self::Closed => "closed",
        }
    }
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::HandedOff, Self::Accepted, Self::HandedBack, Self::Converted, Self::Closed];

    /// The event in the words of the file formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HandedOff => "handed-off",
            Self::Accepted => "accepted",
            Self::HandedBack => "handed-back",
            Self::Converted => "converted",
            Self::Closed => "closed",
        }
    }
}
