//! What keeps curves smooth and values small, and what makes the sum identifiable.
//!
//! For a block with values `b` and column means `m` over the training leads, the penalty is
//!
//! ```text
//! λ · ( bend · Σ (b[k−1] − 2 b[k] + b[k+1])² + ridge · Σ (b[k] − mᵀb)² ) / 2   +   pin · (mᵀb)² / 2
//! ```
//!
//! Second differences over equidistant places are the penalty of P-splines (Eilers & Marx 1996, doi:10.1214/ss/1038425655).
//! The first two terms do not see a constant added to the block, nor does the likelihood once the intercept makes up
//! for it; so the pin is exactly zero at the optimum: it chooses the centred one among equal solutions, and costs nothing.

use ndarray::{Array1, Array2};

use crate::train::fit::{Design, Outcomes};

/// How much bends and sizes weigh against each other.
const BEND: f64 = 1.0;
const RIDGE_OF_CURVES: f64 = 0.02;
const RIDGE_OF_LEVELS: f64 = 1.0;

/// A quadratic penalty, block by block.
#[derive(Clone, Debug)]
pub(crate) struct Penalty {
    /// The first column of each block and its matrix.
    blocks: Vec<(usize, Array2<f64>)>,
}

impl Penalty {
    /// The penalty of strength `strength` (λ) for a design; means are taken over the rows with a weight.
    pub(crate) fn of(design: &Design, outcomes: &Outcomes, strength: f64) -> Self {
        Self::new(design, &design.means(&outcomes.weights), outcomes.total(), strength)
    }

    /// The penalty by the weighted means of the columns and the sum of the weights.
    pub(crate) fn new(design: &Design, means: &Array1<f64>, total: f64, strength: f64) -> Self {
        // Of the size of the information itself, so that it does not spoil the condition.
        let pin = 0.25 * total;
        let block = |(start, end, hats): (usize, usize, usize)| {
            let size = end - start;
            let mean = means.slice(ndarray::s![start..end]);
            let ridge = strength * if hats > 0 { RIDGE_OF_CURVES } else { RIDGE_OF_LEVELS };
            let mut matrix = Array2::zeros((size, size));
            for center in 1..hats.saturating_sub(1) {
                for (row, left) in [(center - 1, 1.0), (center, -2.0), (center + 1, 1.0)] {
                    for (column, right) in [(center - 1, 1.0), (center, -2.0), (center + 1, 1.0)] {
                        matrix[(row, column)] += strength * BEND * left * right;
                    }
                }
            }
            // Σ_k (b_k − mᵀb)² = bᵀ (I − 1mᵀ − m1ᵀ + size·mmᵀ) b
            for row in 0..size {
                matrix[(row, row)] += ridge;
                for column in 0..size {
                    let (a, b) = (mean[row], mean[column]);
                    matrix[(row, column)] += ridge * (size as f64 * a * b - a - b) + pin * a * b;
                }
            }
            (start, matrix)
        };
        Self { blocks: design.blocks().map(block).collect() }
    }

    /// Adds the penalty's gradient and returns its value.
    pub(crate) fn add_gradient(&self, coefficients: &[f64], gradient: &mut [f64]) -> f64 {
        let mut value = 0.0;
        for (start, matrix) in &self.blocks {
            let own = &coefficients[*start..*start + matrix.nrows()];
            for (place, row) in matrix.rows().into_iter().enumerate() {
                let slope: f64 = row.iter().zip(own).map(|(weight, b)| weight * b).sum();
                gradient[start + place] += slope;
                value += 0.5 * slope * own[place];
            }
        }
        value
    }

    /// Adds the penalty's Hessian.
    pub(crate) fn add_hessian(&self, hessian: &mut Array2<f64>) {
        for (start, matrix) in &self.blocks {
            let own = *start..*start + matrix.nrows();
            let mut target = hessian.slice_mut(ndarray::s![own.clone(), own]);
            target += matrix;
        }
    }
}
