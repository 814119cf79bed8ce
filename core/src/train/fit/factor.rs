//! A Cholesky factor of the penalised information matrix, and what is read off it.

use ndarray::{Array1, Array2, Axis};
use rayon::prelude::*;

use crate::train::fit::product::{self, View};

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
        let mut inverse = Array2::zeros((size, size));
        // A grid whose cells too few leads share has no columns.
        if size == 0 {
            return inverse;
        }
        let halves = self.halves(start, size);
        // Before the place of a coefficient its half is zero.
        for half in halves.chunks_exact(size) {
            for (i, own) in half.iter().enumerate() {
                for (sum, other) in inverse.row_mut(i).iter_mut().zip(&half[..=i]) {
                    *sum += own * other;
                }
            }
        }
        for i in 0..size {
            for j in 0..i {
                inverse[(j, i)] = inverse[(i, j)];
            }
        }
        inverse
    }

    /// The diagonal of `H⁻¹`: the variance of each coefficient.
    pub(crate) fn variances(&self) -> Array1<f64> {
        let size = self.scale.len();
        let starts: Vec<usize> = (0..size).step_by(BLOCK).collect();
        let of_some = |start: &usize| -> Vec<f64> {
            let count = BLOCK.min(size - start);
            let mut sums = vec![0.0; count];
            for half in self.halves(*start, count).chunks_exact(count) {
                sums.iter_mut().zip(half).for_each(|(sum, half)| *sum += half * half);
            }
            sums
        };
        let variances: Vec<Vec<f64>> = starts.par_iter().map(of_some).collect();
        Array1::from_vec(variances.concat())
    }

    /// `L⁻¹ S⁻¹ E` for the unit vectors `E` of `size` coefficients from `start` on: rows from `start` on, each of `size`.
    fn halves(&self, start: usize, size: usize) -> Vec<f64> {
        let all = self.scale.len();
        let lower = self.numbers();
        let mut halves = vec![0.0; (all - start) * size];
        for place in 0..size {
            halves[place * size + place] = 1.0 / self.scale[start + place];
        }
        for first in (start..all).step_by(BLOCK) {
            let count = BLOCK.min(all - first);
            let (known, rest) = halves.split_at_mut((first - start) * size);
            let own = &mut rest[..count * size];
            let (a, b) = (
                View { numbers: &lower[first * all + start..], stride: all },
                View { numbers: known, stride: size },
            );
            product::subtract(own, size, a, b, first - start, size);
            for row in first..first + count {
                let (before, own) = own.split_at_mut((row - first) * size);
                let own = &mut own[..size];
                for (column, before) in (first..row).zip(before.chunks_exact(size)) {
                    let factor = lower[row * all + column];
                    own.iter_mut().zip(before).for_each(|(own, before)| *own -= factor * before);
                }
                let pivot = lower[row * all + row];
                for own in own.iter_mut() {
                    *own /= pivot;
                }
            }
        }
        halves
    }

    fn numbers(&self) -> &[f64] {
        // Made by this type, row after row.
        self.lower.as_slice().unwrap_or_default()
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

/// Columns factored together, and rows solved together.
const BLOCK: usize = 32;
/// A dot product is summed in so many parts, whatever the machine: the bits depend on the numbers alone.
const LANES: usize = 4;

/// Turns the lower triangle of a symmetric matrix of unit diagonal into its Cholesky factor, some columns at a time; then what
/// these say of all behind them is taken away (Golub & Van Loan 2013, 4.2.6). On failure, the column that depends on
/// earlier ones.
fn cholesky(matrix: &mut [f64], size: usize) -> Result<(), usize> {
    for first in (0..size).step_by(BLOCK) {
        let count = BLOCK.min(size - first);
        let (own, behind) = matrix[first * size..].split_at_mut(count * size);
        for row in 0..count {
            let (above, own) = own.split_at_mut(row * size);
            let own = &mut own[first..first + count];
            for (column, above) in above.chunks_exact(size).enumerate() {
                let above = &above[first..first + count];
                own[column] = (own[column] - dot(&own[..column], &above[..column])) / above[column];
            }
            let pivot = own[row] - dot(&own[..row], &own[..row]);
            if !(pivot.is_finite() && pivot >= SINGULAR) {
                return Err(first + row);
            }
            own[row] = pivot.sqrt();
        }
        let own: Vec<&[f64]> = own.chunks_exact(size).map(|row| &row[first..first + count]).collect();
        behind.par_chunks_exact_mut(size).with_min_len(BLOCK).for_each(|row| {
            let row = &mut row[first..first + count];
            for (column, above) in own.iter().enumerate() {
                row[column] = (row[column] - dot(&row[..column], &above[..column])) / above[column];
            }
        });
        // What has been found of the rows behind, and the same on its side.
        let rows = size - first - count;
        let mut found = Vec::with_capacity(rows * count);
        behind.chunks_exact(size).for_each(|row| found.extend_from_slice(&row[first..first + count]));
        let mut turned = vec![0.0; count * rows];
        for (place, row) in found.chunks_exact(count).enumerate() {
            for (column, value) in row.iter().enumerate() {
                turned[column * rows + place] = *value;
            }
        }
        behind.par_chunks_mut(BLOCK * size).enumerate().for_each(|(block, behind)| {
            let columns = rows.min((block + 1) * BLOCK);
            let (a, b) = (
                View { numbers: &found[block * BLOCK * count..], stride: count },
                View { numbers: &turned, stride: rows },
            );
            product::subtract(&mut behind[first + count..], size, a, b, count, columns);
        });
    }
    Ok(())
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f64>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f64>()
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
        for size in [1, 2, 3, 4, 5, 8, 11, 31, 32, 33, 37, 64, 101] {
            let matrix = positive(size, &mut random);
            let vector: Vec<f64> = (0..size).map(|_| random.uniform()).collect();
            let factor = Factor::new(matrix.clone()).unwrap();
            let inverse = factor.inverse_from(0, size);
            for (own, block) in factor.variances().iter().zip(inverse.diag()) {
                assert!((own / block - 1.0).abs() < 1e-9, "{size}: {own} and {block}");
            }
            for start in 0..size {
                let part = factor.inverse_from(start, (size - start).min(5));
                assert!(
                    (&part
                        - &inverse
                            .slice(ndarray::s![start..(start + 5).min(size), start..(start + 5).min(size)]))
                        .iter()
                        .all(|gap| gap.abs() < 1e-8 * inverse[(start, start)])
                );
            }
            let solution = factor.solve(&vector);
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
