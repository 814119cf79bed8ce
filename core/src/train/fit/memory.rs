//! What the last steps of a search say of the curvature that the matrix at hand does not know: limited-memory BFGS (Nocedal
//! 1980, doi:10.2307/2006193) with an inverse information to start from.

use std::collections::VecDeque;

use crate::train::fit::factor::Factor;

/// Steps that are remembered.
const STEPS: usize = 20;

/// The last steps, each with what it changed in the gradient.
#[derive(Default)]
pub(super) struct Memory(VecDeque<(Vec<f64>, Vec<f64>)>);

impl Memory {
    /// Learns from a step: the coefficients before and after it, and the gradients there.
    pub(super) fn remember(&mut self, coefficients: [&[f64]; 2], gradients: [&[f64]; 2]) {
        let difference = |[from, to]: [&[f64]; 2]| -> Vec<f64> {
            to.iter().zip(from).map(|(to, from)| to - from).collect()
        };
        let (step, change) = (difference(coefficients), difference(gradients));
        // Along a step that bends the wrong way, or not at all to rounding, nothing is learnt.
        if dot(&step, &change) > f64::EPSILON * dot(&change, &change).sqrt() * dot(&step, &step).sqrt() {
            self.0.push_back((step, change));
        }
        if self.0.len() > STEPS {
            self.0.pop_front();
        }
    }

    /// The descent where this is the gradient, by the factor of an information matrix; to be subtracted.
    pub(super) fn direction(&self, gradient: &[f64], factor: &Factor) -> Vec<f64> {
        let mut rest = gradient.to_vec();
        let mut shares = Vec::with_capacity(self.0.len());
        for (step, change) in self.0.iter().rev() {
            let share = dot(step, &rest) / dot(step, change);
            rest.iter_mut().zip(change).for_each(|(rest, change)| *rest -= share * change);
            shares.push(share);
        }
        let mut direction = factor.solve(&rest).to_vec();
        for ((step, change), share) in self.0.iter().zip(shares.iter().rev()) {
            let back = share - dot(change, &direction) / dot(step, change);
            direction.iter_mut().zip(step).for_each(|(direction, step)| *direction += back * step);
        }
        direction
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
