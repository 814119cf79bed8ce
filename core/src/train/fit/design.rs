//! The sparse design matrix: per lead and field, one place between two neighbouring columns.

use std::ops::Range;

use linfa::dataset::Records;
use ndarray::Array1;
use rayon::prelude::*;

use crate::error::quoted;
use crate::train::fit::accumulator::{CHUNKS, ROWS};
use crate::train::fit::columns::Columns;
use crate::train::fit::placing::Placing;
use crate::train::leads::Direction;

/// A sparse design matrix. Row *i* has a 1 in column 0 and, for each block, `1 − share` and `share` in two
/// neighbouring columns.
#[derive(Clone, Debug)]
pub struct Design {
    placings: Vec<Placing>,
    rows: usize,
    width: usize,
    blocks: Vec<DesignBlock>,
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

impl Design {
    /// A design of so many rows, which stand in each block as its placing says.
    pub(crate) fn new(placings: Vec<Placing>, rows: usize, width: usize, blocks: Vec<DesignBlock>) -> Self {
        Self { placings, rows, width, blocks }
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

    /// Where the rows stand in each block.
    pub(super) fn placings(&self) -> &[Placing] {
        &self.placings
    }

    /// Whether some block must not fall, or must not rise.
    pub(crate) fn is_constrained(&self) -> bool {
        self.blocks.iter().any(|block| block.monotone.is_some())
    }

    /// The field a column belongs to, in quotation marks, or "the intercept".
    pub(crate) fn column_field(&self, column: usize) -> String {
        let block = self.blocks.iter().find(|block| (block.start..block.end).contains(&column));
        block.map_or_else(|| "the intercept".to_owned(), |block| quoted(&block.name).to_string())
    }

    /// Fills `row` with the columns and values of row `index` that are not zero, in the order of the columns.
    pub(crate) fn row(&self, index: usize, row: &mut Vec<(usize, f64)>) {
        row.clear();
        row.push((0, 1.0));
        for (column, share) in self.placings.iter().filter_map(|placing| placing.at(index).known()) {
            row.push((column, 1.0 - share));
            if share > 0.0 {
                row.push((column + 1, share));
            }
        }
    }

    /// The linear predictor of each row.
    pub(crate) fn predict(&self, coefficients: &[f64]) -> Vec<f64> {
        let padded = self.padded([coefficients]);
        let values: Vec<_> = self.placings.iter().map(|placing| placing.values(&padded)).collect();
        let mut logits = vec![[coefficients[0]]; self.rows];
        logits.par_chunks_mut(ROWS).enumerate().for_each(|(place, logits)| {
            let rows = place * ROWS..place * ROWS + logits.len();
            for (placing, values) in self.placings.iter().zip(&values) {
                placing.add_values(values, &padded, rows.clone(), logits);
            }
        });
        logits.into_flattened()
    }

    /// The linear predictor of each row by one of several fits, as many as there are lanes at most; `fits` says which.
    pub(crate) fn predict_each<const L: usize>(&self, coefficients: &[&[f64]], fits: &[u8]) -> Vec<f64> {
        let last = coefficients.len() - 1;
        let padded: Vec<[f64; L]> = self.padded(std::array::from_fn(|lane| coefficients[lane.min(last)]));
        let values: Vec<_> = self.placings.iter().map(|placing| placing.values(&padded)).collect();
        let mut logits = vec![0.0; self.rows];
        logits.par_chunks_mut(ROWS).zip(fits.par_chunks(ROWS)).enumerate().for_each(
            |(place, (logits, fits))| {
                let rows = place * ROWS..place * ROWS + logits.len();
                for (logit, fit) in logits.iter_mut().zip(fits) {
                    *logit = padded[0][usize::from(*fit).min(last)];
                }
                for (placing, values) in self.placings.iter().zip(&values) {
                    placing.add_chosen(values, &padded, rows.clone(), fits, logits);
                }
            },
        );
        logits
    }

    /// What one block adds to the linear predictor of each row.
    pub(crate) fn predict_block(&self, block: usize, coefficients: &[f64]) -> Vec<f64> {
        let padded = self.padded([coefficients]);
        let mut values = vec![[0.0]; self.rows];
        let placing = &self.placings[block];
        placing.add_values(&placing.values(&padded), &padded, 0..self.rows, &mut values);
        values.into_flattened()
    }

    /// Coefficients side by side with two zeros behind them, so that sums over all rows need no branches: no place then lies
    /// outside, nor does the column after it.
    pub(super) fn padded<const L: usize>(&self, coefficients: [&[f64]; L]) -> Vec<[f64; L]> {
        let mut padded: Vec<[f64; L]> =
            (0..self.width).map(|column| coefficients.map(|own| own[column])).collect();
        padded.resize(self.width + 2, [0.0; L]);
        padded
    }

    /// The weighted mean of each column.
    pub(crate) fn means(&self, weights: &[f64]) -> Array1<f64> {
        let fill = |rows: Range<usize>, room: &mut [[f64; 1]]| {
            room.as_flattened_mut().copy_from_slice(&weights[rows]);
        };
        let sums = Array1::from_vec(self.sums(&fill).into_flattened());
        let total = sums[0];
        sums / total
    }

    /// The sums of each column with several weights of each row, which `weights` fills in for some rows.
    pub(super) fn sums<const L: usize>(
        &self,
        weights: &(impl Fn(Range<usize>, &mut [[f64; L]]) + Sync),
    ) -> Vec<[f64; L]> {
        let (arch, columns) = (pulp::Arch::new(), Columns::of(self));
        let blocks: Vec<usize> = (0..self.rows).step_by(ROWS).collect();
        let of_some = |blocks: &[usize]| {
            let mut sums = columns.none();
            let mut room = vec![[0.0; L]; ROWS.min(self.rows)];
            for first in blocks {
                let rows = *first..self.rows.min(first + ROWS);
                let room = &mut room[..rows.len()];
                weights(rows.clone(), room);
                arch.dispatch(|| columns.add(room, &rows, &mut sums));
            }
            columns.shared_out(&sums)
        };
        let chunks = blocks.par_chunks(blocks.len().div_ceil(CHUNKS).max(1));
        let mut totals = vec![[0.0; L]; self.width];
        for chunk in chunks.map(of_some).collect::<Vec<_>>() {
            for (total, own) in totals.iter_mut().zip(chunk) {
                for lane in 0..L {
                    total[lane] += own[lane];
                }
            }
        }
        totals
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
