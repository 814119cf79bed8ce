//! What the tests across the project's surfaces share.
//!
//! Nothing here is shipped. [`sample`] makes the bundled sample data from a truth that is written down, so that a fitted
//! curve can be held against the curve that made the data.

pub mod random;
pub mod reference;
pub mod sample;
