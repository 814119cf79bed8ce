//! A contribution shared out among the touches that it rests on.

use serde::Serialize;

use crate::prelude::*;

/// A contribution shared out among touches: what it is beyond that of a lead without touches, in proportion to what each
/// touch has added to the field.
///
/// `touches`, `without` and `rounding`, added up in this order, are the contribution bit for bit; the touches may be added in
/// any order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TouchShares {
    /// The place of the contribution among [`Explanation::contributions`](crate::Explanation::contributions).
    pub contribution: usize,
    /// The touches' places in what was given, in the order of time, and the log-odds of each.
    pub touches: Vec<(usize, f64)>,
    /// What the term contributes for a lead without touches.
    pub without: f64,
    /// What floating-point numbers could not say otherwise; most often 0, never more than their last digit.
    pub rounding: f64,
}
