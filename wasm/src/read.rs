//! Rows of numbers as the core's parts. `compile.ts`, `recipe.ts` and `reads.ts` write them in this order, and have checked them.
//!
//! A list is its length and its items; what may be one of several, its place among them from 0 and then itself.

use alloc::vec::Vec;

use sales_ready::kernel::{Axis, Curve, Grid, Kernel, Kind, Made, Of, Recipe, Rule, Term, Touch};
use sales_ready::touch::Measure;

/// A model.
pub(crate) fn kernel(numbers: &[f64]) -> Kernel {
    let mut row = Row(numbers);
    let row = &mut row;
    let known = numbers_of(row);
    let intercept = row.number();
    let terms = row.list(term);
    let calibration = curve(row);
    let threshold = row.number();
    let rule = Rule {
        threshold: (!threshold.is_nan()).then_some(threshold),
        abstains: row.count() > 0,
        grades: [row.number(), row.number(), row.number()],
        past: row.number(),
        percentiles: numbers_of(row),
    };
    let recipe = Recipe { kinds: row.list(kind), fields: row.list(made) };
    Kernel::new(&known, intercept, terms, calibration, rule, recipe)
}

/// Touches.
pub(crate) fn touches(numbers: &[f64]) -> Vec<Touch> {
    let mut row = Row(numbers);
    let mut touches = Vec::new();
    for _ in 0..numbers.len() / 6 {
        touches.push(Touch {
            at: row.number(),
            quantity: row.number(),
            side: row.count() as u8,
            stage: row.count() as u8,
            kind: row.count(),
            rank: row.count(),
        });
    }
    touches
}

fn term(row: &mut Row<'_>) -> Term {
    match row.count() {
        0 => Term::Curve { field: row.count(), curve: curve(row) },
        _ => Term::Grid(Grid {
            fields: [row.count(), row.count()],
            axes: [axis(row), axis(row)],
            values: numbers_of(row),
        }),
    }
}

fn curve(row: &mut Row<'_>) -> Curve {
    Curve { x: numbers_of(row), y: numbers_of(row), missing: row.number() }
}

fn axis(row: &mut Row<'_>) -> Axis {
    match row.count() {
        0 => Axis::One,
        1 => Axis::Cuts(numbers_of(row)),
        _ => Axis::Levels { levels: row.count(), cells: row.list(Row::count) },
    }
}

fn kind(row: &mut Row<'_>) -> Kind {
    Kind { side: row.count() as u8, stage: row.count() as u8 }
}

fn made(row: &mut Row<'_>) -> Made {
    let field = row.count();
    let of = match (row.count(), row.count()) {
        (0, _) => Of::All,
        (1, side) => Of::Side(side as u8),
        (_, kind) => Of::Kind(kind),
    };
    let measure = match (row.count(), row.number()) {
        (0, half_life) => Measure::Decayed { half_life },
        (1, days) => Measure::Window { days },
        (2, _) => Measure::SinceLast,
        (3, _) => Measure::SinceFirst,
        (4, _) => Measure::Kinds,
        (5, _) => Measure::ActiveDays,
        (6, _) => Measure::Gap,
        (7, _) => Measure::Alternations,
        _ => Measure::Stage,
    };
    Made { field, of, measure }
}

fn numbers_of(row: &mut Row<'_>) -> Vec<f64> {
    let count = row.count();
    let (numbers, rest) = row.0.split_at(count);
    row.0 = rest;
    numbers.to_vec()
}

/// What has not been read yet.
struct Row<'n>(&'n [f64]);

impl Row<'_> {
    fn number(&mut self) -> f64 {
        let [first, rest @ ..] = self.0 else { return f64::NAN };
        self.0 = rest;
        *first
    }

    /// A count, a place or a choice.
    fn count(&mut self) -> usize {
        self.number() as usize
    }

    fn list<T>(&mut self, read: fn(&mut Self) -> T) -> Vec<T> {
        let mut items = Vec::new();
        for _ in 0..self.count() {
            items.push(read(self));
        }
        items
    }
}
