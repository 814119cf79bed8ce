//! Products of dense matrices, row by row in memory, in register-sized tiles.
//!
//! The order of every sum depends on the matrices' sizes alone, so that the bits are the same on every machine; libraries
//! that are as fast choose by the processor at hand.

/// The rows and columns of a tile: what the registers of a common processor hold.
const TALL: usize = 4;
const WIDE: usize = 8;

/// A matrix that is part of another: `stride` numbers lie between the beginnings of two rows.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) numbers: &'a [f64],
    pub(super) stride: usize,
}

/// `C ← C − A B` for the first `columns` columns of `C`; `A` has `depth` columns, and `C` as many rows as `c` begins.
pub(super) fn subtract(c: &mut [f64], stride: usize, a: View<'_>, b: View<'_>, depth: usize, columns: usize) {
    if depth > 0 && columns > 0 {
        pulp::Arch::new().dispatch(Subtract { c, stride, a, b, depth, columns });
    }
}

struct Subtract<'a> {
    c: &'a mut [f64],
    stride: usize,
    a: View<'a>,
    b: View<'a>,
    depth: usize,
    columns: usize,
}

impl pulp::WithSimd for Subtract<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        let Self { c, stride, a, b, depth, columns } = self;
        let whole = columns - columns % WIDE;
        for (tall, c) in c.chunks_mut(TALL * stride).enumerate() {
            let rows = c.len().div_ceil(stride);
            let a = |row: usize| &a.numbers[(TALL * tall + row) * a.stride..][..depth];
            if rows == TALL {
                let a = [a(0), a(1), a(2), a(3)];
                for column in (0..whole).step_by(WIDE) {
                    let sums = tile(a, b, column, depth);
                    for (row, sums) in sums.iter().enumerate() {
                        let c = &mut c[row * stride + column..][..WIDE];
                        c.iter_mut().zip(sums).for_each(|(c, sum)| *c -= sum);
                    }
                }
            } else {
                for row in 0..rows {
                    for column in (0..whole).step_by(WIDE) {
                        let [sums] = tile([a(row)], b, column, depth);
                        let c = &mut c[row * stride + column..][..WIDE];
                        c.iter_mut().zip(sums).for_each(|(c, sum)| *c -= sum);
                    }
                }
            }
            for row in 0..rows {
                for column in whole..columns {
                    let sum: f64 = a(row)
                        .iter()
                        .zip(b.numbers[column..].iter().step_by(b.stride))
                        .map(|(a, b)| a * b)
                        .sum();
                    c[row * stride + column] -= sum;
                }
            }
        }
    }
}

/// Some rows times eight columns.
#[inline(always)]
fn tile<const R: usize>(a: [&[f64]; R], b: View<'_>, column: usize, depth: usize) -> [[f64; WIDE]; R] {
    let mut sums = [[0.0; WIDE]; R];
    let a = a.map(|row| &row[..depth]);
    for (place, b) in b.numbers[column..].chunks(b.stride).take(depth).enumerate() {
        let Some(b) = b.first_chunk::<WIDE>() else { break };
        for (sums, a) in sums.iter_mut().zip(a) {
            let a = a[place];
            for (sum, b) in sums.iter_mut().zip(b) {
                *sum += a * b;
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::random::Random;

    #[test]
    fn agrees_with_sums_taken_one_by_one() {
        let mut random = Random::new(3, "product");
        for [rows, depth, columns] in [[1, 1, 1], [3, 5, 7], [4, 8, 8], [9, 33, 26], [64, 64, 65]] {
            let [mut result, left, right] = [rows * (columns + 2), rows * (depth + 1), depth * (columns + 3)]
                .map(|size| (0..size).map(|_| random.uniform() - 0.5).collect::<Vec<f64>>());
            let before = result.clone();
            let [a, b] =
                [(&left, depth + 1), (&right, columns + 3)].map(|(numbers, stride)| View { numbers, stride });
            subtract(&mut result, columns + 2, a, b, depth, columns);
            for (place, (after, before)) in result.iter().zip(before).enumerate() {
                let (row, column) = (place / (columns + 2), place % (columns + 2));
                let product = |at: usize| left[row * (depth + 1) + at] * right[at * (columns + 3) + column];
                let sum: f64 = if column < columns { (0..depth).map(product).sum() } else { 0.0 };
                assert!((before - sum - after).abs() < 1e-13, "{rows} {depth} {columns}: {row}, {column}");
            }
        }
    }
}
