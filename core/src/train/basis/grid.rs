//! Two fields together: a grid of cells over the intervals and levels of both.

use ndarray::{Array1, ArrayView1};

use crate::model::{Axis, Pair, Reading};
use crate::train::fit::{Place, Placing};
use crate::train::leads::{Codes, Leads, MIN_LEVEL_LEADS, Numbers, Values};
use crate::train::together::Once;

/// A number has about this many intervals at most …
const INTERVALS: f64 = 12.0;
/// … and, as long as there are leads for them, at least so many.
const LEAST_INTERVALS: f64 = 3.0;
/// What an interval or a level of a grid holds at least, as a share of the leads.
const LEAST_SHARE: f64 = 0.02;

/// The design columns of two fields together.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// The two columns in [`Leads::columns`].
    pub columns: [usize; 2],
    /// How their values are divided.
    pub axes: [Axis; 2],
    /// The first design column.
    pub start: usize,
    /// The cells that enough leads share, each `first axis · cells of the second + second axis`, in order: cell `cells[k]`
    /// has the design column `start + k`. The others contribute nothing.
    pub cells: Vec<usize>,
}

/// Learns how to divide a column by some rows.
pub(crate) fn divide(leads: &Leads, column: usize, rows: &[usize]) -> Axis {
    let least = |all: usize| (LEAST_SHARE * all as f64).max(MIN_LEVEL_LEADS as f64);
    match &leads.columns[column].values {
        Values::Numbers(numbers) => {
            let mut known: Vec<f64> =
                rows.iter().map(|row| numbers[*row]).filter(|number| !number.is_nan()).collect();
            known.sort_unstable_by(f64::total_cmp);
            Axis::Cuts(cuts(&known, rows.len() as f64 / intervals(rows.len()), least(rows.len())))
        }
        Values::Levels { levels, codes } => {
            let some = Once::of_leads(leads, Some(rows));
            let (least, counts) = (least(some.len()), some.having(levels.len(), |row| codes[row] as usize));
            let kept = levels.iter().zip(counts).filter(|(_, count)| *count as f64 >= least);
            Axis::Levels(kept.map(|(level, _)| level.clone()).collect())
        }
    }
}

/// How many intervals of a number so many leads allow: a cell of two such numbers then holds twice the leads that it needs.
/// With more of them most cells of few leads say nothing, and a grid has holes where its neighbours say much.
fn intervals(leads: usize) -> f64 {
    (leads as f64 / (2 * MIN_LEVEL_LEADS) as f64).sqrt().clamp(LEAST_INTERVALS, INTERVALS)
}

/// The cell of each of some rows along an axis: what [`Axis::cell`] says, each distinct value once where they are few.
pub(crate) fn divided(axis: &Axis, values: &Values, rows: &[usize]) -> Vec<u32> {
    match Divided::new(axis, values) {
        Divided::Codes(cells, codes) => rows.iter().map(|row| cells[codes.at(*row) as usize]).collect(),
        Divided::Levels(cells, codes) => {
            rows.iter().map(|row| cells[level(cells.len(), codes[*row])]).collect()
        }
        Divided::Numbers(axis, numbers) => rows.iter().map(|row| number(axis, numbers[*row])).collect(),
    }
}

/// A column, with what it takes to find its rows' cells.
enum Divided<'a> {
    Codes(Vec<u32>, &'a Codes),
    /// Missing stands last.
    Levels(Vec<u32>, &'a [u32]),
    Numbers(&'a Axis, &'a Numbers),
}

impl<'a> Divided<'a> {
    fn new(axis: &'a Axis, values: &'a Values) -> Self {
        match values {
            Values::Numbers(numbers) => match numbers.codes() {
                Some((values, codes)) => {
                    Self::Codes(values.iter().map(|own| number(axis, *own)).collect(), codes)
                }
                None => Self::Numbers(axis, numbers),
            },
            Values::Levels { levels, codes } => {
                let of_level = |level: &String| axis.cell(&Reading::Level(level.as_str().into())) as u32;
                let missing = axis.cell(&Reading::Missing) as u32;
                Self::Levels(levels.iter().map(of_level).chain([missing]).collect(), codes)
            }
        }
    }

    fn cell(&self, row: usize) -> u32 {
        match self {
            Self::Codes(cells, codes) => cells[codes.at(row) as usize],
            Self::Levels(cells, codes) => cells[level(cells.len(), codes[row])],
            Self::Numbers(axis, numbers) => number(axis, numbers[row]),
        }
    }
}

fn number(axis: &Axis, number: f64) -> u32 {
    let reading = if number.is_nan() { Reading::Missing } else { Reading::Number(number) };
    axis.cell(&reading) as u32
}

/// The place of a level, or that of missing, which stands behind all levels.
fn level(cells: usize, code: u32) -> usize {
    (code as usize).min(cells - 1)
}

impl Grid {
    /// Learns the grid of two columns by some rows, with design columns from `start` on.
    pub(super) fn learn(leads: &Leads, rows: &[usize], columns: [usize; 2], start: usize) -> Self {
        let axes = columns.map(|column| divide(leads, column, rows));
        let [first, second] =
            [0, 1].map(|side| Divided::new(&axes[side], &leads.columns[columns[side]].values));
        let width = axes[1].cells();
        let cell = |row: usize| first.cell(row) as usize * width + second.cell(row) as usize;
        let counts = Once::of_leads(leads, Some(rows)).having(axes[0].cells() * width, cell);
        let cells = (0..counts.len()).filter(|cell| counts[*cell] >= MIN_LEVEL_LEADS).collect();
        Self { columns, axes, start, cells }
    }

    /// The design column after the last.
    pub fn end(&self) -> usize {
        self.start + self.cells.len()
    }

    /// Where some rows stand.
    pub(super) fn placing(&self, leads: &Leads, rows: &[usize]) -> Placing {
        let nowhere = self.cells.len();
        let mut kept = vec![nowhere; self.axes[0].cells() * self.axes[1].cells()];
        self.cells.iter().enumerate().for_each(|(k, cell)| kept[*cell] = k);
        let places = (self.start..self.end()).map(Place::at).chain([Place::NONE]).collect();
        let codes = cells_of(leads, rows, self.columns, &self.axes).map(|cell| kept[cell]);
        Placing::by_code(places, Codes::collect(nowhere, codes))
    }

    /// The same grid with its columns from another on.
    pub(super) fn moved(&self, start: usize) -> Self {
        Self { start, ..self.clone() }
    }

    /// Cells that lie side by side along an ordered axis, by their places among the design columns.
    pub(super) fn neighbours(&self) -> Vec<[usize; 2]> {
        let width = self.axes[1].cells();
        let place = |cell: usize| self.cells.binary_search(&cell).ok();
        let mut neighbours = Vec::new();
        for (k, cell) in self.cells.iter().enumerate() {
            let (i, j) = (cell / width, cell % width);
            if is_ordered(&self.axes[0]) && i + 2 < self.axes[0].cells() {
                neighbours.extend(place(cell + width).map(|next| [k, next]));
            }
            if is_ordered(&self.axes[1]) && j + 2 < width {
                neighbours.extend(place(cell + 1).map(|next| [k, next]));
            }
        }
        neighbours
    }

    /// The fitted grid. A cell too few leads share says nothing: its value is 0.
    pub(super) fn term(
        &self,
        leads: &Leads,
        coefficients: ArrayView1<'_, f64>,
        errors: &Array1<f64>,
    ) -> Pair {
        let [height, width] = [0, 1].map(|side| self.axes[side].cells());
        let of_cell = |cell: usize| self.cells.binary_search(&cell).ok().map(|k| self.start + k);
        let cells = |value: &dyn Fn(usize) -> f64| -> Vec<Vec<f64>> {
            let row = |i: usize| (0..width).map(|j| of_cell(i * width + j).map_or(0.0, value)).collect();
            (0..height).map(row).collect()
        };
        Pair {
            fields: self.columns.map(|column| leads.columns[column].field.name.clone()),
            axes: self.axes.clone(),
            values: cells(&|column| coefficients[column]),
            se: cells(&|column| errors[column]),
        }
    }

    /// The rows and columns of the grid, as places among the design columns.
    pub(super) fn margins(&self) -> Vec<Vec<usize>> {
        let width = self.axes[1].cells();
        let margin = |keep: &dyn Fn(usize) -> bool| -> Vec<usize> {
            self.cells.iter().enumerate().filter(|(_, cell)| keep(**cell)).map(|(k, _)| k).collect()
        };
        let rows = (0..self.axes[0].cells()).map(|i| margin(&|cell| cell / width == i));
        let columns = (0..width).map(|j| margin(&|cell| cell % width == j));
        rows.chain(columns).filter(|margin| !margin.is_empty()).collect()
    }
}

/// Whether the cells but the last lie along a line.
fn is_ordered(axis: &Axis) -> bool {
    matches!(axis, Axis::Cuts(_))
}

fn cells_of<'a>(
    leads: &'a Leads,
    rows: &'a [usize],
    columns: [usize; 2],
    axes: &'a [Axis; 2],
) -> impl Iterator<Item = usize> + use<'a> {
    let [first, second] = [0, 1].map(|side| Divided::new(&axes[side], &leads.columns[columns[side]].values));
    let width = axes[1].cells();
    rows.iter().map(move |row| first.cell(*row) as usize * width + second.cell(*row) as usize)
}

/// Cuts between intervals of about `size` values; none parts equal values, and each interval holds at least `least` values.
fn cuts(sorted: &[f64], size: f64, least: f64) -> Vec<f64> {
    let size = size.max(least);
    let mut cuts = Vec::new();
    let mut begun = 0;
    let mut before = 0;
    for tied in sorted.chunk_by(|a, b| a == b) {
        // A value many leads share is an interval of its own, and so is what was gathered before it.
        let full = (before - begun) as f64 >= size
            || (tied.len() as f64 >= size && (before - begun) as f64 >= least);
        if full && (sorted.len() - before) as f64 >= least {
            cuts.push(tied[0]);
            begun = before;
        }
        before += tied.len();
    }
    cuts
}
