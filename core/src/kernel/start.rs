//! Where to begin to look for a number among the knots of a curve. A page makes such tables for tables of leads only: for one
//! lead they take longer than they save.

use crate::kernel::Curve;
use crate::prelude::*;

/// Cells of equal width from a curve's first knot to its last; a power of two.
const CELLS: usize = 256;
/// Where more knots than this share a cell, they are searched.
const MOST: usize = 2;
/// Adding it rounds to an integer, which then stands in the lowest bits.
const ROUND: f64 = 4_503_599_627_370_496.0; // 2^52

/// A curve with a table of where each of its cells begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Start {
    /// The place of the curve's field.
    pub(super) field: usize,
    /// The first and the last knot.
    ends: [f64; 2],
    cells_per_unit: f64,
    /// How many knots are in the cells before each.
    before: Box<[u8; CELLS]>,
    /// From each knot on: its place and value, and how far it is to the next in either; and behind the last, none that is ever
    /// reached.
    segments: Vec<[f64; 4]>,
    missing: f64,
}

impl Start {
    /// `None` for a curve that does without.
    pub(super) fn of(field: usize, curve: &Curve) -> Option<Self> {
        let Curve { x, y, missing } = curve;
        let ends = [*x.first()?, *x.last()?];
        let cells_per_unit = (CELLS - 1) as f64 / (ends[1] - ends[0]);
        // Added to nothing, a negative zero loses its sign.
        let is_negative_zero = |y: Option<&f64>| y.is_some_and(|y| y.to_bits() == (-0.0_f64).to_bits());
        if !(cells_per_unit.is_finite() && cells_per_unit > 0.0)
            || x.len() > usize::from(u8::MAX)
            || is_negative_zero(y.first())
            || is_negative_zero(y.last())
        {
            return None;
        }
        let mut segments: Vec<[f64; 4]> = x
            .windows(2)
            .zip(y.windows(2))
            .map(|(x, y)| [x[0], y[0], x[1] - x[0], y[1] - y[0]])
            .chain([[ends[1], *y.last()?, 1.0, 0.0]])
            .collect();
        segments.resize(x.len() + MOST, [f64::INFINITY, 0.0, 1.0, 0.0]);
        let (before, missing) = (Box::new([0; CELLS]), *missing);
        let mut start = Self { field, ends, cells_per_unit, before, segments, missing };
        let mut counts = [0_u8; CELLS];
        for knot in x {
            counts[start.cell(*knot)] += 1;
        }
        let mut before = 0;
        for (own, count) in start.before.iter_mut().zip(counts) {
            *own = before;
            before += count;
        }
        counts.iter().all(|count| usize::from(*count) <= MOST).then_some(start)
    }

    /// The value of the curve, as [`Curve::at`] gives it.
    #[inline(always)]
    pub(super) fn at(&self, at: f64) -> f64 {
        if at.is_nan() {
            return self.missing;
        }
        let [low, high] = self.ends;
        // One instruction each, unlike `max` and `min`, which look for `NaN` again.
        let at = if at < low { low } else { at };
        let at = if at > high { high } else { at };
        // Cells rise with what is in them, however they are rounded: only knots in the same cell are to be compared.
        let first = usize::from(self.before[self.cell(at)]);
        let own = &self.segments[first..first + MOST];
        let right = first + usize::from(own[0][0] <= at) + usize::from(own[1][0] <= at);
        // The first knot is not above it.
        let [x, y, width, height] = self.segments[right - 1];
        y + height * ((at - x) / width)
    }

    #[inline(always)]
    fn cell(&self, at: f64) -> usize {
        ((at - self.ends[0]) * self.cells_per_unit + ROUND).to_bits() as usize % CELLS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_the_search_finds() {
        let curves = [
            vec![0.0, 1.0, 2.0, 3.0],
            vec![-1e-3, 0.0, 1e-3, 7.0, 7.5, 8.0, 1e3],
            (0..32).map(|knot| f64::from(knot * knot) / 10.0).collect(),
            (0..40).map(|knot| 0.1 * f64::from(knot) - 1.3).collect(),
            vec![-1e300, 1e300],
            vec![1.0, 1.0 + f64::EPSILON],
            vec![0.0, 5e-324],
            vec![f64::MIN, f64::MAX],
            vec![3.0],
            Vec::new(),
        ];
        let mut found = 0;
        for x in curves {
            let y = x.iter().enumerate().map(|(place, _)| (place as f64 - 1.7) * 0.3).collect();
            let curve = Curve { x, y, missing: 0.25 };
            let Some(start) = Start::of(0, &curve) else { continue };
            found += 1;
            let (low, high) = (curve.x[0], curve.x[curve.x.len() - 1]);
            let between = (0..2_000).map(|place| low + (high - low) * (f64::from(place) / 1_900.0 - 0.02));
            let near = curve.x.iter().flat_map(|knot| [knot.next_down(), *knot, knot.next_up()]);
            let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 0.0];
            assert!(Start::of(0, &Curve { y: vec![-0.0; curve.x.len()], ..curve.clone() }).is_none());
            for at in between.chain(near).chain(odd) {
                assert_eq!(start.at(at).to_bits(), curve.at(at).to_bits(), "{at} in {:?}", curve.x);
            }
        }
        assert_eq!(found, 5);
    }
}
