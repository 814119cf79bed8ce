//! What two fields contribute together.

use serde::{Deserialize, Serialize};

use crate::model::{Axis, Pair};
use crate::report::drivers::band;
use crate::report::readings::Column;
use crate::report::words::span;

/// What two fields contribute together, beyond what each does alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairShape {
    /// What people call the two fields.
    pub titles: [String; 2],
    /// The values of the first field, in words: one for each row of `cells`.
    pub rows: Vec<String>,
    /// The values of the second field, in words: one for each column of `cells`.
    pub columns: Vec<String>,
    /// The grid. Rows and columns that no training lead has are left out, but for the levels the model stores.
    pub cells: Vec<Vec<PairCell>>,
}

/// A cell of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairCell {
    /// Its contribution, in log-odds.
    pub logit: f64,
    /// The 95 % interval of the contribution, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<[f64; 2]>,
    /// Training leads in it.
    pub leads: u64,
    /// Of these, converted.
    pub conversions: u64,
}

impl PairShape {
    pub(super) fn new(pair: &Pair, columns: [&Column<'_>; 2]) -> Self {
        let [rows_axis, columns_axis] = &pair.axes;
        let mut counts = vec![vec![[0; 2]; columns_axis.cells()]; rows_axis.cells()];
        for row in 0..columns[0].len() {
            let place = [0, 1].map(|side| pair.axes[side].cell(&columns[side].reading(row)));
            let count = &mut counts[place[0]][place[1]];
            count[0] += 1;
            count[1] += u64::from(columns[0].converted(row));
        }
        let in_row = |row: usize| counts[row].iter().any(|[leads, _]| *leads > 0);
        let in_column = |column: usize| counts.iter().any(|row| row[column][0] > 0);
        let shown = |axis: &Axis, has: &dyn Fn(usize) -> bool| -> Vec<usize> {
            (0..axis.cells()).filter(|cell| *cell < stored(axis) || has(*cell)).collect()
        };
        let (rows, across) = (shown(rows_axis, &in_row), shown(columns_axis, &in_column));
        let cell = |row: usize, column: usize| {
            let logit = pair.values[row][column];
            let se = pair.se.get(row).and_then(|row| row.get(column)).copied();
            let [leads, conversions] = counts[row][column];
            PairCell { logit, band: band(logit, se), leads, conversions }
        };
        let words = |side: usize, cells: &[usize]| {
            let names = names(&pair.axes[side], columns[side].is_whole());
            cells.iter().filter_map(|cell| names.get(*cell).cloned()).collect()
        };
        Self {
            titles: columns.map(Column::title),
            cells: rows.iter().map(|row| across.iter().map(|column| cell(*row, *column)).collect()).collect(),
            rows: words(0, &rows),
            columns: words(1, &across),
        }
    }
}

/// How many cells of an axis are always worth showing: a number's, and the levels the model names.
fn stored(axis: &Axis) -> usize {
    match axis {
        Axis::Cuts(cuts) => cuts.len() + 1,
        Axis::Levels(levels) => levels.len(),
    }
}

/// The cells of an axis in words.
fn names(axis: &Axis, whole: bool) -> Vec<String> {
    let mut names: Vec<String> = match axis {
        Axis::Cuts(cuts) => (0..=cuts.len())
            .map(|cell| span(cell.checked_sub(1).map(|before| cuts[before]), cuts.get(cell).copied(), whole))
            .collect(),
        Axis::Levels(levels) => levels.iter().cloned().chain(["rare or new".to_owned()]).collect(),
    };
    names.push("not known".to_owned());
    names
}
