//! A Cholesky factor of the penalised information matrix, and what is read off it.

use linfa_linalg::cholesky::CholeskyInplace;
use ndarray::{Array1, Array2, Axis};

/// A pivot below this, relative to its column, is rounding: the column is a combination of those before it.
const SINGULAR: f64 = 1e-11;

/// `H = S L Lᵀ S` with a diagonal scaling `S` that makes the pivots comparable.
#[derive(Clone, Debug)]
pub(crate) struct Factor {
    lower: Array2<f64>,
    scale: Array1<f64>,
}

impl Factor {
    /// Factors a symmetric matrix given by its lower triangle. On failure, the column that depends on earlier ones.
    pub(crate) fn new(mut matrix: Array2<f64>) -> Result<Self, usize> {
        let scale = matrix.diag().mapv(f64::sqrt);
        if let Some(column) = scale.iter().position(|scale| !(scale.is_normal() && *scale > 0.0)) {
            return Err(column);
        }
        for (row, mut values) in matrix.axis_iter_mut(Axis(0)).enumerate() {
            for (column, value) in values.iter_mut().enumerate().take(row + 1) {
                *value /= scale[row] * scale[column];
            }
        }
        // The kernel says *that* it failed, not where; the finished part of its factor does.
        let failed = matrix.cholesky_inplace_dirty().is_err();
        let pivot = |column: usize| matrix[(column, column)];
        let broken = |column: &usize| {
            let pivot = pivot(*column);
            let rest: f64 = matrix.row(*column).iter().take(*column).map(|value| value * value).sum();
            !pivot.is_finite() || pivot * pivot < SINGULAR || (failed && 1.0 - rest < SINGULAR)
        };
        match (0..matrix.nrows()).find(broken) {
            Some(column) => Err(column),
            None if failed => Err(0),
            None => Ok(Self { lower: matrix, scale }),
        }
    }

    /// `H⁻¹ v`.
    pub(crate) fn solve(&self, vector: &[f64]) -> Array1<f64> {
        let mut solution =
            Array1::from_iter(vector.iter().zip(&self.scale).map(|(value, scale)| value / scale));
        self.forward(0, &mut solution);
        self.backward(&mut solution);
        solution / &self.scale
    }

    /// `vᵀ H⁻¹ v`: the variance of the combination `v` of coefficients.
    pub(crate) fn variance(&self, vector: &[f64]) -> f64 {
        let mut half = Array1::from_iter(vector.iter().zip(&self.scale).map(|(value, scale)| value / scale));
        self.forward(0, &mut half);
        half.dot(&half)
    }

    /// The block of `H⁻¹` for `size` coefficients from `start` on.
    pub(crate) fn inverse_from(&self, start: usize, size: usize) -> Array2<f64> {
        let halves: Vec<Array1<f64>> = (start..start + size)
            .map(|place| {
                let mut half = Array1::zeros(self.scale.len());
                half[place] = 1.0 / self.scale[place];
                self.forward(place, &mut half);
                half
            })
            .collect();
        let mut inverse = Array2::zeros((size, size));
        for (i, half) in halves.iter().enumerate() {
            for (j, other) in halves[..=i].iter().enumerate() {
                // Before the later of the two places its half is zero.
                let both = ndarray::s![start + i..];
                inverse[(i, j)] = half.slice(both).dot(&other.slice(both));
                inverse[(j, i)] = inverse[(i, j)];
            }
        }
        inverse
    }

    /// The diagonal of `H⁻¹`: the variance of each coefficient.
    pub(crate) fn variances(&self) -> Array1<f64> {
        let size = self.scale.len();
        Array1::from_iter((0..size).map(|column| self.inverse_from(column, 1)[(0, 0)]))
    }

    /// What each column tells that the columns before it do not: the squared pivots, unscaled.
    pub(crate) fn information(&self) -> Array1<f64> {
        let pivots = self.lower.diag();
        Array1::from_iter(
            pivots.iter().zip(&self.scale).map(|(pivot, scale)| (pivot * scale) * (pivot * scale)),
        )
    }

    /// Solves `L x = v` in place, where `v` is zero before `start`.
    fn forward(&self, start: usize, vector: &mut Array1<f64>) {
        for place in start..vector.len() {
            let row = self.lower.row(place);
            let before = ndarray::s![start..place];
            let known = row.slice(before).dot(&vector.slice(before));
            vector[place] = (vector[place] - known) / row[place];
        }
    }

    /// Solves `Lᵀ x = v` in place.
    fn backward(&self, vector: &mut Array1<f64>) {
        for place in (0..vector.len()).rev() {
            let row = self.lower.row(place);
            let x = vector[place] / row[place];
            vector[place] = x;
            row.iter().zip(vector.iter_mut()).take(place).for_each(|(factor, value)| *value -= factor * x);
        }
    }
}
