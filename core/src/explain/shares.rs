//! A contribution shared out among the touches that it rests on.

use serde::Serialize;

use crate::lead::Instant;
use crate::touch::{EngagementField, Measure, Past};

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

impl TouchShares {
    pub(super) fn new(
        contribution: usize,
        past: &[Past<'_>],
        weights: &[f64],
        value: f64,
        without: f64,
    ) -> Self {
        let beyond = value - without;
        let grid = grid(beyond);
        let mut touches = Vec::new();
        // On a grid this coarse every partial sum is exact; so `value − sum` is rounded once, and what it lost can be said.
        let mut sum = 0.0;
        for (past, weight) in past.iter().zip(weights) {
            let share = libm::round(beyond * weight / grid) * grid;
            if share.abs() > 0.0 {
                touches.push((past.place, share));
                sum += share;
            }
        }
        let without = value - sum;
        Self { contribution, touches, without, rounding: value - (sum + without) }
    }
}

/// A power of two so small that shares on its grid lose nothing anyone sees, and so large that sums of thousands of them
/// are exact.
fn grid(beyond: f64) -> f64 {
    const DIGITS: f64 = 1_099_511_627_776.0; // 2^40
    let mut power = 1.0;
    while power < beyond.abs() {
        power *= 2.0;
    }
    power / DIGITS
}

/// How much of some fields is due to each touch: each field's parts add up to 1, and fields count equally. A field that no
/// touch has added to counts nothing, nor does one whose sum no number can hold.
pub(super) fn weights<'f>(
    fields: impl Iterator<Item = &'f EngagementField>,
    past: &[Past<'_>],
    as_of: Instant,
) -> Vec<f64> {
    let mut weights = vec![0.0; past.len()];
    let mut counted = 0.0;
    for field in fields {
        let parts = field.parts(past, as_of);
        let total = parts.iter().fold(0.0, |sum, part| sum + part.abs());
        if total > 0.0 && total.is_finite() {
            counted += 1.0;
            for (weight, part) in weights.iter_mut().zip(&parts) {
                *weight += part.abs() / total;
            }
        }
    }
    for weight in &mut weights {
        *weight /= f64::max(counted, 1.0);
    }
    weights
}

impl EngagementField {
    /// What each touch has added to the field, in some unit.
    fn parts(&self, past: &[Past<'_>], as_of: Instant) -> Vec<f64> {
        let own = |past: &Past<'_>| self.of.holds(past);
        let one = match self.measure {
            Measure::SinceLast => past.iter().rposition(own),
            Measure::SinceFirst => past.iter().position(own),
            Measure::Stage => {
                let furthest = past.iter().filter(|past| own(past)).map(|past| past.stage).max();
                past.iter().position(|past| own(past) && past.stage > 0 && Some(past.stage) == furthest)
            }
            _ => return self.added(past, as_of),
        };
        let mut parts = vec![0.0; past.len()];
        if let Some(one) = one {
            parts[one] = 1.0;
        }
        parts
    }
}
