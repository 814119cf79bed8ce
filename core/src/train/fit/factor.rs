//! A Cholesky factor of the penalised information matrix, and what is read off it.

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
        cholesky(matrix.as_slice_mut().ok_or(0_usize)?, scale.len())?;
        Ok(Self { lower: matrix, scale })
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

/// Rows factored together: each row before them is read once for all.
const ROWS: usize = 4;
/// A dot product is summed in so many parts, whatever the machine: the bits depend on the numbers alone.
const LANES: usize = 4;

/// Turns the lower triangle of a symmetric matrix of unit diagonal, row by row, into its Cholesky factor (Golub & Van Loan
/// 2013, 4.2.5, by rows). On failure, the column that depends on earlier ones.
fn cholesky(matrix: &mut [f64], size: usize) -> Result<(), usize> {
    for first in (0..size).step_by(ROWS) {
        let (done, rest) = matrix.split_at_mut(first * size);
        let (fresh, _) = rest.split_at_mut(ROWS.min(size - first) * size);
        let mut rows: Vec<&mut [f64]> = fresh.chunks_exact_mut(size).collect();
        for (column, before) in done.chunks_exact(size).enumerate() {
            let (known, pivot) = (&before[..column], before[column]);
            if let [a, b, c, d] = &rows[..] {
                let sums = dots([&a[..column], &b[..column], &c[..column], &d[..column]], known);
                for (row, sum) in rows.iter_mut().zip(sums) {
                    row[column] = (row[column] - sum) / pivot;
                }
            } else {
                for row in &mut rows {
                    let [sum] = dots([&row[..column]], known);
                    row[column] = (row[column] - sum) / pivot;
                }
            }
        }
        for own in 0..fresh.len() / size {
            let (above, row) = fresh.split_at_mut(own * size);
            for (place, before) in above.chunks_exact(size).enumerate() {
                let column = first + place;
                let [sum] = dots([&row[..column]], &before[..column]);
                row[column] = (row[column] - sum) / before[column];
            }
            let column = first + own;
            let [sum] = dots([&row[..column]], &row[..column]);
            let pivot = row[column] - sum;
            if !(pivot.is_finite() && pivot >= SINGULAR) {
                return Err(column);
            }
            row[column] = pivot.sqrt();
        }
    }
    Ok(())
}

/// The dot product of each of some vectors with another of the same length.
fn dots<const N: usize>(vectors: [&[f64]; N], other: &[f64]) -> [f64; N] {
    let mut sums = [[0.0; LANES]; N];
    let (whole, rest) = other.as_chunks::<LANES>();
    let parts = vectors.map(|vector| vector.as_chunks::<LANES>());
    for (place, factors) in whole.iter().enumerate() {
        for (sums, (own, _)) in sums.iter_mut().zip(parts) {
            let own = own[place];
            for lane in 0..LANES {
                sums[lane] += own[lane] * factors[lane];
            }
        }
    }
    let mut lanes = sums.into_iter().zip(parts);
    std::array::from_fn(|_| {
        let (sums, (_, own)) = lanes.next().unwrap_or_default();
        let rest: f64 = own.iter().zip(rest).map(|(a, b)| a * b).sum();
        sums.iter().sum::<f64>() + rest
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::random::Random;

    /// `A Aᵀ` of a random `A` with a few more columns than rows.
    fn positive(size: usize, random: &mut Random) -> Array2<f64> {
        let half = Array2::from_shape_fn((size, size + 3), |_| random.uniform() - 0.5);
        half.dot(&half.t())
    }

    #[test]
    fn solves_what_it_was_made_of() {
        let mut random = Random::new(1, "factor");
        for size in [1, 2, 3, 4, 5, 8, 11, 37, 64] {
            let matrix = positive(size, &mut random);
            let vector: Vec<f64> = (0..size).map(|_| random.uniform()).collect();
            let solution = Factor::new(matrix.clone()).unwrap().solve(&vector);
            for (product, value) in matrix.dot(&solution).iter().zip(&vector) {
                assert!((product - value).abs() < 1e-8, "{size}: {product} and {value}");
            }
        }
    }

    #[test]
    fn names_the_column_that_depends_on_earlier_ones() {
        let mut random = Random::new(2, "factor");
        for (size, column) in [(2, 1), (6, 3), (6, 4), (9, 8)] {
            let mut matrix = positive(size, &mut random);
            let first = matrix.row(0).to_owned();
            matrix.row_mut(column).assign(&first);
            let first = matrix.column(0).to_owned();
            matrix.column_mut(column).assign(&first);
            assert_eq!(Factor::new(matrix).err(), Some(column));
        }
        assert_eq!(Factor::new(ndarray::array![[1.0, 0.0], [0.0, f64::NAN]]).err(), Some(1));
        assert_eq!(Factor::new(ndarray::array![[1.0, 0.0], [f64::NAN, 1.0]]).err(), Some(1));
    }
}
