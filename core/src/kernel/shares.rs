//! A contribution shared out among the touches that it rests on.

use crate::explain::{SideShares, TouchShares};
use crate::kernel::touches::{Made, Past};
use crate::kernel::{Kernel, Touch};
use crate::prelude::*;

/// What touches have to do with a score at an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct TouchParts {
    /// The values of the fields that are made of touches, in the order of the recipe; `NaN` where one is missing.
    pub features: Vec<f64>,
    /// How the contributions that rest on touches are shared out among them.
    pub shares: Vec<TouchShares>,
    /// What the two departments' touches have to do with it.
    pub sides: SideShares,
}

impl Kernel {
    /// Sets the readings of the fields that are made of touches to their values at an instant, and says what each touch has to
    /// do with the score.
    pub fn share_out(&self, readings: &mut [f64], touches: &[Touch], as_of: f64) -> TouchParts {
        self.put(readings, &self.recipe.features(&[], as_of));
        let without: Vec<f64> = self.values(readings).collect();
        let past = self.recipe.past(touches, as_of);
        let features = self.recipe.values(&past, as_of);
        self.put(readings, &features);
        let mut sides = SideShares::default();
        let mut shares = Vec::new();
        for (place, (value, without)) in self.values(readings).zip(without).enumerate() {
            let fields = self.terms[place].fields();
            let own: Vec<&Made> =
                self.recipe.fields.iter().filter(|made| fields.contains(&made.field)).collect();
            if own.is_empty() {
                sides.fields += value;
                continue;
            }
            let term = share_out(place, &past, &weights(&own, &past, as_of), value, without);
            sides.without += term.without;
            for (touch, share) in &term.touches {
                *match self.recipe.side(&touches[*touch]) {
                    1 => &mut sides.marketing,
                    2 => &mut sides.sales,
                    _ => &mut sides.neither,
                } += share;
            }
            shares.push(term);
        }
        TouchParts { features, shares, sides }
    }
}

fn share_out(contribution: usize, past: &[Past], weights: &[f64], value: f64, without: f64) -> TouchShares {
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
    TouchShares { contribution, touches, without, rounding: value - (sum + without) }
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
fn weights(fields: &[&Made], past: &[Past], as_of: f64) -> Vec<f64> {
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
