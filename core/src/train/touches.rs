//! A log of touches and what became of the leads → a training table of snapshots.
//!
//! A snapshot is a lead at an as-of instant, with what was known of it then, and whether it converted within the horizon
//! after it.
//!
//! From both files to a model that scores leads by their touches:
//!
//! ```
//! use sales_ready::model::Looks;
//! use sales_ready::score::TouchedLead;
//! use sales_ready::touch::Touch;
//! use sales_ready::train::touches::{bring::{self, bring}, lifecycle::Outcomes, log::{self, Log}};
//! use sales_ready::train::{self, csv};
//! use sales_ready::{Instant, Lead};
//!
//! fn main() -> sales_ready::Result<()> {
//!     // Usually files. Every third lead comes to a webinar, and most of these buy five days later.
//!     let day = |day: i64| Instant::midnight(19_723 + day);
//!     let (mut touches, mut outcomes) = ("lead,at,kind\n".to_owned(), "lead,created,converted\n".to_owned());
//!     for lead in 0..300 {
//!         let start = lead % 60;
//!         for week in 0..4 {
//!             touches += &format!("{lead},{},page-view\n", day(start + 7 * week));
//!         }
//!         if lead % 3 == 0 {
//!             touches += &format!("{lead},{},webinar\n", day(start + 15));
//!         }
//!         let bought = if lead % 3 == 0 && lead % 7 > 1 { day(start + 20).to_string() } else { String::new() };
//!         outcomes += &format!("{lead},{},{bought}\n", day(start));
//!     }
//!
//!     let mut log = Log::read(touches.as_bytes(), "touches.csv", &log::Options::default(), &mut |_| {})?;
//!     let outcomes =
//!         Outcomes::read(outcomes.as_bytes(), "outcomes.csv", &csv::Options::default(), None, &mut |_| {})?;
//!     let (looks, horizon) = (Looks::default(), "14d".parse()?);
//!     let said = bring::Options { looks, horizon, until: None, most: bring::SNAPSHOTS, exclude: vec![], seed: 0 };
//!     let made = bring(&mut log, "touches.csv", &outcomes, None, &said)?;
//!
//!     // What only the log knows goes into the model with the table.
//!     let mut options = train::Options::default();
//!     options.horizon = Some(horizon);
//!     (options.kinds, options.looks, options.thinned) = (made.kinds.clone(), Some(looks), made.thinned);
//!     let model = train::train(&made.brought.leads, &options, &mut |_| {})?.model;
//!
//!     // At any instant, for any lead, without a table.
//!     let touches = [Touch::new(day(100), "page-view"), Touch::new(day(107), "webinar")];
//!     let lead = TouchedLead { lead: &Lead::new(), touches: &touches };
//!     let chance = |at| model.score_touches(lead, at).map(|score| score.probability);
//!     assert!(chance(day(108))? > chance(day(101))?);
//!     Ok(())
//! }
//! ```

pub mod taxonomy;
pub mod bots;
mod columns;
mod times;
mod names;
mod store;
mod tally;
mod rows;
pub mod snapshots;
pub mod candidates;
mod gather;
mod quick;
pub mod log;
pub mod lifecycle;
pub mod feedback;
pub mod known;
pub mod wanted;
pub mod joined;
pub(crate) mod each;
mod compiled;
pub mod engage;
pub mod beside;
pub mod table;
pub mod bring;

pub use tally::{KindCount, Late, Tally};

use crate::lead::Instant;
use crate::touch::Touch;

/// A lead with its touches, in the order of time.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The lead's name in the files.
    pub lead: String,
    /// Its touches, each once.
    pub touches: Vec<Touch>,
}

/// When what became of a lead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lifecycle {
    /// When it became a lead; its first touch where this is not said.
    pub created: Option<Instant>,
    /// When it was first handed to sales.
    pub handed_off: Option<Instant>,
    /// When it converted.
    pub converted: Option<Instant>,
    /// When it was closed as lost.
    pub closed: Option<Instant>,
}
