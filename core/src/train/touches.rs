//! A log of touches and what became of the leads → a training table of snapshots.
//!
//! A snapshot is a lead at an as-of instant, with what was known of it then, and whether it converted within the horizon
//! after it.

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
