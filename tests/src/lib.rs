//! What the tests across the project's surfaces share.
//!
//! Nothing here is shipped. [`sample`] makes the bundled sample data from a truth that is written down, so that a fitted
//! curve can be held against the curve that made the data; [`mod@reference`] is slow and obvious, to hold fast code
//! against; [`certified`] reads problems whose answers are known to sixteen digits;
//! [`coverage`] counts how often intervals hold the truth, and [`signal`] makes tables that say little or nothing; [`touched`]
//! draws leads with their touches and the exact chance of each; [`thirty`] is a model to time and to count with; [`parity`] writes random leads with
//! their exact scores, for every other surface to reproduce.

pub mod certified;
pub mod coverage;
pub mod parity;
pub mod random;
pub mod reference;
pub mod sample;
pub mod shared;
pub mod signal;
pub mod thirty;
pub mod touched;
