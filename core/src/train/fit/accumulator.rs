//! The sums a fit needs over leads: loss, gradient, Hessian. The solver sees leads only through these.
//!
//! Sums are taken over fixed chunks and merged in order, so that they have the same bits for every number of threads.

use ndarray::Array2;
use rayon::prelude::*;

use crate::train::fit::{Design, Outcomes};

/// The sums over some leads at some coefficients.
#[derive(Clone, Debug)]
pub struct Accumulator {
    /// The negative log-likelihood: `Σ w (log(1 + e^η) − y η)`.
    pub loss: f64,
    /// Its gradient: `Σ w (p − y) x`.
    pub gradient: Vec<f64>,
    /// Its Hessian, lower triangle: `Σ w p (1 − p) x xᵀ`; empty where it was not asked for.
    pub hessian: Array2<f64>,
}

/// A chunk has at least this many rows; below it, starting a thread costs more than it saves.
const CHUNK_ROWS: usize = 2048;
/// And there are at most this many chunks, since each holds a Hessian of its own.
const CHUNKS: usize = 32;

impl Accumulator {
    fn new(width: usize, with_hessian: bool) -> Self {
        let side = if with_hessian { width } else { 0 };
        Self { loss: 0.0, gradient: vec![0.0; width], hessian: Array2::zeros((side, side)) }
    }

    /// The sums over all rows of a design whose weight is not zero.
    pub fn over(design: &Design, outcomes: &Outcomes, coefficients: &[f64], with_hessian: bool) -> Self {
        // Depends on the rows alone, never on the threads.
        let size = CHUNK_ROWS.max(design.rows().div_ceil(CHUNKS));
        let chunks: Vec<Self> = (0..design.rows().div_ceil(size))
            .into_par_iter()
            .map(|chunk| {
                let mut sums = Self::new(design.width(), with_hessian);
                let rows = chunk * size..design.rows().min((chunk + 1) * size);
                let mut row = Vec::new();
                rows.for_each(|index| sums.add(design, outcomes, coefficients, index, &mut row));
                sums
            })
            .collect();
        let empty = Self::new(design.width(), with_hessian);
        chunks.into_iter().reduce(Self::merge).unwrap_or(empty)
    }

    /// The sums over both sets of leads.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.loss += other.loss;
        self.gradient.iter_mut().zip(other.gradient).for_each(|(sum, term)| *sum += term);
        self.hessian += &other.hessian;
        self
    }

    fn add(
        &mut self,
        design: &Design,
        outcomes: &Outcomes,
        coefficients: &[f64],
        index: usize,
        row: &mut Vec<(usize, f64)>,
    ) {
        let weight = outcomes.weights[index];
        if weight == 0.0 {
            return;
        }
        design.row(index, row);
        let eta: f64 = row.iter().map(|(column, value)| coefficients[*column] * value).sum();
        // e = exp(-|η|) never overflows; p and 1 − p follow without cancellation.
        let e = libm::exp(-eta.abs());
        let (small, large) = (e / (1.0 + e), 1.0 / (1.0 + e));
        let y = outcomes.converted[index];
        // log(1 + exp(η)) − y η, with log1p for the part that may be tiny.
        self.loss += weight * (libm::log1p(e) + eta.max(0.0) - y * eta);
        // p − y, taken from the side on which nothing cancels where y is 0 or 1.
        let residual = if eta >= 0.0 { (1.0 - y) - small } else { small - y };
        let slope = weight * residual;
        for (column, value) in row.iter() {
            self.gradient[*column] += slope * value;
        }
        if !self.hessian.is_empty() {
            let curvature = weight * small * large;
            for (place, (column, value)) in row.iter().enumerate() {
                let scaled = curvature * value;
                // Rows are sorted by column: what stands before is in the lower triangle.
                for (before, other) in &row[..=place] {
                    self.hessian[(*column, *before)] += scaled * other;
                }
            }
        }
    }
}
