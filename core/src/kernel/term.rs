//! One summand of the logit, in numbers.

use crate::explain::Standing;
use crate::kernel::start::Start;
use crate::prelude::*;

/// What one field contributes, or two together.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// What a number contributes.
    Curve {
        /// The place of its field.
        field: usize,
        /// The curve.
        curve: Curve,
    },
    /// What a category contributes, or two fields together.
    Grid(Grid),
}

/// Straight between its knots, flat outside them, with a value of its own for *missing*.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The knots' places, strictly increasing.
    pub x: Vec<f64>,
    /// The knots' values, as many.
    pub y: Vec<f64>,
    /// The value for `NaN`.
    pub missing: f64,
}

/// A value per cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// The places of its fields; the same twice where it reads one.
    pub fields: [usize; 2],
    /// How each is cut into cells; the second is [`Axis::One`] where it reads one.
    pub axes: [Axis; 2],
    /// The values, row behind row: one row for each cell of the first axis.
    pub values: Vec<f64>,
}

/// How a field is cut into cells.
#[derive(Clone, Debug, PartialEq)]
pub enum Axis {
    /// Not at all.
    One,
    /// A number, at these places: cell `k` holds `cuts[k - 1] <= x < cuts[k]`; the last cell is for *missing*.
    Cuts(Vec<f64>),
    /// A category.
    Levels {
        /// The cell of each code of the field.
        cells: Vec<usize>,
        /// How many levels have a cell of their own: the next cell is for any other level, and the last for *missing*.
        levels: usize,
    },
}

impl Term {
    /// The places of the fields it reads; the same twice where it reads one.
    pub fn fields(&self) -> [usize; 2] {
        match self {
            Self::Curve { field, .. } => [*field; 2],
            Self::Grid(grid) => grid.fields,
        }
    }

    /// What it contributes for readings of its fields.
    pub fn value(&self, first: f64, second: f64) -> f64 {
        match self {
            Self::Curve { curve, .. } => curve.at(first),
            Self::Grid(grid) => grid.at(first, second),
        }
    }

    /// Adds what it contributes for readings of its fields to the logits of as many rows.
    pub(super) fn add_to(&self, logits: &mut [f64], first: &[f64], second: &[f64]) {
        match self {
            Self::Curve { field, curve } => match Start::of(*field, curve) {
                Some(start) => add(logits, first, |reading| start.at(reading)),
                None => add(logits, first, |reading| curve.at(reading)),
            },
            Self::Grid(grid) => grid.add_to(logits, first, second),
        }
    }

    /// What it contributes for a row of readings.
    pub(super) fn value_in(&self, readings: &[f64]) -> f64 {
        let [first, second] = self.fields();
        self.value(readings[first], readings[second])
    }

    /// Where to begin to look for a number.
    #[cfg(not(target_family = "wasm"))]
    pub(super) fn start(&self) -> Option<Start> {
        match self {
            Self::Curve { field, curve } => Start::of(*field, curve),
            Self::Grid(_) => None,
        }
    }

    /// How the reading of its field at `place` stands to it.
    pub(super) fn standing(&self, place: usize, reading: f64) -> Standing {
        if reading.is_nan() {
            return Standing::Missing;
        }
        match self {
            Self::Curve { curve, .. } if curve.x.first().is_some_and(|first| reading < *first) => {
                Standing::BelowRange
            }
            Self::Curve { curve, .. } if curve.x.last().is_some_and(|last| reading > *last) => {
                Standing::AboveRange
            }
            // The outermost cells of a number have no end.
            Self::Grid(grid) => match &grid.axes[place] {
                axis @ Axis::Levels { levels, .. } if axis.cell(reading) == *levels => Standing::Unseen,
                _ => Standing::Known,
            },
            Self::Curve { .. } => Standing::Known,
        }
    }

    /// How far apart its values are for what is known.
    pub(super) fn spread(&self) -> f64 {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        let (values, skipped) = match self {
            Self::Curve { curve, .. } => (&curve.y, 0),
            // Of one field, the last cell is for missing. Of two, missing says something beside the other.
            Self::Grid(grid) => (&grid.values, usize::from(grid.axes[1] == Axis::One)),
        };
        for value in &values[..values.len() - skipped] {
            (low, high) = (low.min(*value), high.max(*value));
        }
        (high - low).max(0.0)
    }
}

impl Curve {
    /// The value at `x`.
    pub fn at(&self, x: f64) -> f64 {
        piecewise(&self.x, &self.y, self.missing, x)
    }
}

impl Grid {
    fn at(&self, first: f64, second: f64) -> f64 {
        let [rows, columns] = &self.axes;
        // Of the right shape, as whoever made it has checked.
        self.values
            .get(rows.cell(first) * columns.cells() + columns.cell(second))
            .copied()
            .unwrap_or_default()
    }

    fn add_to(&self, logits: &mut [f64], first: &[f64], second: &[f64]) {
        // Most tables are of one category: its codes lead straight to the values.
        if let [Axis::Levels { cells, levels }, Axis::One] = &self.axes {
            let value = |cell: usize| self.values.get(cell).copied().unwrap_or_default();
            let by_code: Vec<f64> = cells.iter().map(|cell| value(*cell)).collect();
            let (other, missing) = (value(*levels), value(levels + 1));
            return add(logits, first, |code| {
                if code.is_nan() { missing } else { by_code.get(code as usize).copied().unwrap_or(other) }
            });
        }
        for ((logit, first), second) in logits.iter_mut().zip(first).zip(second) {
            *logit += self.at(*first, *second);
        }
    }
}

impl Axis {
    /// How many cells there are.
    pub fn cells(&self) -> usize {
        match self {
            Self::One => 1,
            Self::Cuts(cuts) => cuts.len() + 2,
            Self::Levels { levels, .. } => levels + 2,
        }
    }

    /// The cell of a reading.
    pub fn cell(&self, reading: f64) -> usize {
        match self {
            Self::One => 0,
            _ if reading.is_nan() => self.cells() - 1,
            Self::Cuts(cuts) => cuts.partition_point(|cut| *cut <= reading),
            Self::Levels { cells, levels } => cells.get(reading as usize).copied().unwrap_or(*levels),
        }
    }
}

/// Adds to each logit the value of its reading.
#[inline(always)]
fn add(logits: &mut [f64], readings: &[f64], value: impl Fn(f64) -> f64) {
    for (logit, reading) in logits.iter_mut().zip(readings) {
        *logit += value(*reading);
    }
}

/// The value at `at` of the curve through these knots: on the segment from `x0` to `x1` it is
/// `y0 + (y1 - y0) * ((x - x0) / (x1 - x0))`, evaluated in this order on every platform.
pub(crate) fn piecewise(x: &[f64], y: &[f64], missing: f64, at: f64) -> f64 {
    if at.is_nan() {
        return missing;
    }
    let right = x.partition_point(|knot| *knot <= at);
    match (right.checked_sub(1), x.get(right)) {
        (None, _) => y.first().copied().unwrap_or(missing),
        (Some(left), None) => y[left],
        (Some(left), Some(x1)) => {
            let (x0, y0, y1) = (x[left], y[left], y[right]);
            y0 + (y1 - y0) * ((at - x0) / (x1 - x0))
        }
    }
}
