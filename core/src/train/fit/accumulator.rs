//! The sums a fit needs over leads: loss, gradient, Hessian. The solver sees leads only through these.
//!
//! Sums are taken over fixed chunks and merged in order, so that they have the same bits for every number of threads.

use std::ops::Range;

use ndarray::Array2;
use rayon::prelude::*;

use crate::train::fit::{Design, Outcomes};

/// The sums over some leads at some coefficients.
#[derive(Clone, Debug)]
pub struct Accumulator {
    /// The negative log-likelihood: `Σ w (log(1 + e^η) − y η)`; 0 where it was not asked for.
    pub loss: f64,
    /// Its gradient: `Σ w (p − y) x`.
    pub gradient: Vec<f64>,
    /// Its Hessian, lower triangle: `Σ w p (1 − p) x xᵀ`; empty where it was not asked for.
    pub hessian: Array2<f64>,
}

/// Which sums are wanted; each costs more than the one before. The gradient comes with all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sums {
    /// The gradient alone.
    Gradient,
    /// The loss too.
    Loss,
    /// The Hessian too.
    Hessian,
}

/// A chunk has at least this many rows; below it, starting a thread costs more than it saves.
const CHUNK_ROWS: usize = 2048;
/// And there are at most this many chunks, fewer where a design is wide, since each holds a Hessian of its own …
const CHUNKS: usize = 32;
/// … which together have at most about this many numbers (half a gigabyte).
const HESSIAN_NUMBERS: usize = 1 << 26;

impl Accumulator {
    fn new(width: usize, sums: Sums) -> Self {
        let side = if sums == Sums::Hessian { width } else { 0 };
        Self { loss: 0.0, gradient: vec![0.0; width], hessian: Array2::zeros((side, side)) }
    }

    /// The sums over all rows of a design whose weight is not zero.
    pub fn over(design: &Design, outcomes: &Outcomes, coefficients: &[f64], sums: Sums) -> Self {
        // Depends on the design alone, never on the threads.
        let chunks = (HESSIAN_NUMBERS / (design.width() * design.width())).clamp(2, CHUNKS);
        let size = CHUNK_ROWS.max(design.rows().div_ceil(chunks));
        let padded = design.padded(coefficients);
        let chunks: Vec<Self> = (0..design.rows().div_ceil(size))
            .into_par_iter()
            .map(|chunk| {
                let rows = chunk * size..design.rows().min((chunk + 1) * size);
                Self::over_rows(design, outcomes, &padded, sums, rows)
            })
            .collect();
        let empty = Self::new(design.width(), sums);
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

    fn over_rows(
        design: &Design,
        outcomes: &Outcomes,
        padded: &[f64],
        sums: Sums,
        rows: Range<usize>,
    ) -> Self {
        let width = design.width();
        let mut loss = 0.0;
        let mut gradient = vec![0.0; padded.len()];
        let mut hessian = Self::new(width, sums).hessian;
        let mut row = Vec::new();
        for index in rows {
            let weight = outcomes.weights[index];
            if weight == 0.0 {
                continue;
            }
            let eta = design.predict_padded(index, padded);
            // e = exp(-|η|) never overflows; p and 1 − p follow without cancellation.
            let e = libm::exp(-eta.abs());
            let large = 1.0 / (1.0 + e);
            let small = e * large;
            let y = outcomes.converted[index];
            // p − y, taken from the side on which nothing cancels where y is 0 or 1.
            let residual = if eta >= 0.0 { (1.0 - y) - small } else { small - y };
            design.add_padded(index, weight * residual, &mut gradient);
            if sums >= Sums::Loss {
                // log(1 + exp(η)) − y η, with log1p for the part that may be tiny.
                loss += weight * (libm::log1p(e) + eta.max(0.0) - y * eta);
            }
            if let Some(hessian) = hessian.as_slice_mut()
                && sums == Sums::Hessian
            {
                design.row(index, &mut row);
                add_outer(&row, weight * small * large, hessian, width);
            }
        }
        gradient.truncate(width);
        Self { loss, gradient, hessian }
    }
}

/// Adds `curvature · x xᵀ` to the lower triangle of a matrix.
fn add_outer(row: &[(usize, f64)], curvature: f64, matrix: &mut [f64], width: usize) {
    for (place, (column, value)) in row.iter().enumerate() {
        let scaled = curvature * value;
        let target = &mut matrix[column * width..(column + 1) * width];
        // Rows are sorted by column: what stands before is in the lower triangle.
        for (before, other) in &row[..=place] {
            target[*before] += scaled * other;
        }
    }
}
