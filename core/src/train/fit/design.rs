//! The sparse design matrix: per lead and field, one place between two neighbouring columns.

use linfa::dataset::Records;
use ndarray::Array1;

use crate::train::leads::Direction;

/// A sparse design matrix. Row *i* has a 1 in column 0 and, for each block, `1 − share` and `share` in two
/// neighbouring columns.
#[derive(Clone, Debug)]
pub struct Design {
    places: Vec<Place>,
    rows: usize,
    width: usize,
    blocks: Vec<DesignBlock>,
    /// Whether each block is of hats, so that a row may stand between two of its columns.
    between: Vec<bool>,
}

/// What a fit must know of a block of columns.
#[derive(Clone, Debug)]
pub(crate) struct DesignBlock {
    /// The first column.
    pub(crate) start: usize,
    /// The column after the last.
    pub(crate) end: usize,
    /// The field or fields, for errors.
    pub(crate) name: String,
    /// How many of the columns, from the first on, are hats.
    pub(crate) hats: usize,
    /// Columns whose values are drawn together, counted from `start`.
    pub(crate) neighbours: Vec<[usize; 2]>,
    /// Sets of columns, counted from `start`, that are to average to nothing: the rows and columns of a grid, whose means
    /// belong to the two fields' own blocks.
    pub(crate) margins: Vec<Vec<usize>>,
    /// Whether the values of the hats must not fall, or must not rise, from each to the next.
    pub(crate) monotone: Option<Direction>,
}

/// Where a lead stands in a block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    column: u32,
    /// What goes to the column after `column`; the rest goes to `column`.
    share: f64,
}

impl Place {
    /// Nowhere: the value contributes nothing.
    pub(crate) const NONE: Self = Self { column: u32::MAX, share: 0.0 };

    /// Wholly at a column.
    pub(crate) fn at(column: usize) -> Self {
        Self { column: column as u32, share: 0.0 }
    }

    /// Between a column and the next.
    pub(crate) fn between(column: usize, share: f64) -> Self {
        Self { column: column as u32, share }
    }
}

impl Design {
    /// A design from the rows' places, as many in each row as there are blocks.
    pub(crate) fn new(places: Vec<Place>, rows: usize, width: usize, blocks: Vec<DesignBlock>) -> Self {
        let between = blocks.iter().map(|block| block.hats > 0).collect();
        Self { places, rows, width, blocks, between }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns, the intercept among them.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The blocks, in the order of the columns.
    pub(crate) fn blocks(&self) -> &[DesignBlock] {
        &self.blocks
    }

    /// Whether some block must not fall, or must not rise.
    pub(crate) fn is_constrained(&self) -> bool {
        self.blocks.iter().any(|block| block.monotone.is_some())
    }

    /// The field a column belongs to, in quotation marks, or "the intercept".
    pub(crate) fn column_field(&self, column: usize) -> String {
        let block = self.blocks.iter().find(|block| (block.start..block.end).contains(&column));
        block.map_or_else(|| "the intercept".to_owned(), |block| format!("{:?}", block.name))
    }

    /// Fills `row` with the columns and values of row `index` that are not zero, in the order of the columns.
    pub(crate) fn row(&self, index: usize, row: &mut Vec<(usize, f64)>) {
        row.clear();
        row.push((0, 1.0));
        for place in self.places_of(index) {
            if *place == Place::NONE {
                continue;
            }
            let column = place.column as usize;
            row.push((column, 1.0 - place.share));
            if place.share > 0.0 {
                row.push((column + 1, place.share));
            }
        }
    }

    /// The linear predictor of a row.
    pub(crate) fn predict(&self, index: usize, coefficients: &[f64]) -> f64 {
        let values = self.places_of(index).iter().filter(|place| **place != Place::NONE).map(|place| {
            let column = place.column as usize;
            let next = if place.share > 0.0 { coefficients[column + 1] * place.share } else { 0.0 };
            coefficients[column] * (1.0 - place.share) + next
        });
        coefficients[0] + values.sum::<f64>()
    }

    /// What one block adds to the linear predictor of a row.
    pub(crate) fn predict_block(&self, index: usize, block: usize, coefficients: &[f64]) -> f64 {
        let place = self.places_of(index)[block];
        if place == Place::NONE {
            return 0.0;
        }
        let column = place.column as usize;
        let next = if place.share > 0.0 { coefficients[column + 1] * place.share } else { 0.0 };
        coefficients[column] * (1.0 - place.share) + next
    }

    /// Coefficients with two zeros behind them, so that the sums over all rows need no branches: no place then lies
    /// outside, nor does the column after it.
    pub(super) fn padded(&self, coefficients: &[f64]) -> Vec<f64> {
        let mut padded = coefficients.to_vec();
        padded.resize(self.width + 2, 0.0);
        padded
    }

    /// The linear predictor of a row, by [padded](Self::padded) coefficients.
    #[inline]
    pub(super) fn predict_padded(&self, index: usize, padded: &[f64]) -> f64 {
        // The length is said so that the compiler sees that no place lies outside.
        let padded = &padded[..self.width + 2];
        // Two sums, so that neither waits for the other.
        let (mut curves, mut levels) = (0.0, padded[0]);
        for (place, between) in self.places_of(index).iter().zip(&self.between) {
            let column = (place.column as usize).min(self.width);
            if *between {
                curves += padded[column] * (1.0 - place.share) + padded[column + 1] * place.share;
            } else {
                levels += padded[column];
            }
        }
        curves + levels
    }

    /// Adds `slope` times a row to a padded vector.
    #[inline]
    pub(super) fn add_padded(&self, index: usize, slope: f64, padded: &mut [f64]) {
        let padded = &mut padded[..self.width + 2];
        padded[0] += slope;
        for (place, between) in self.places_of(index).iter().zip(&self.between) {
            let column = (place.column as usize).min(self.width);
            if *between {
                let next = slope * place.share;
                padded[column] += slope - next;
                padded[column + 1] += next;
            } else {
                padded[column] += slope;
            }
        }
    }

    /// The weighted mean of each column.
    pub(crate) fn means(&self, weights: &Array1<f64>) -> Array1<f64> {
        let mut means = Array1::zeros(self.width);
        let mut row = Vec::new();
        for (index, weight) in weights.iter().enumerate() {
            self.row(index, &mut row);
            for (column, value) in &row {
                means[*column] += weight * value;
            }
        }
        means / weights.sum()
    }

    #[inline]
    fn places_of(&self, index: usize) -> &[Place] {
        let blocks = self.blocks.len();
        &self.places[index * blocks..(index + 1) * blocks]
    }
}

impl Records for Design {
    type Elem = f64;

    fn nsamples(&self) -> usize {
        self.rows
    }

    fn nfeatures(&self) -> usize {
        self.width
    }
}
