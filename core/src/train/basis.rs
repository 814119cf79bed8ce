//! Columns → sparse design: knots, levels, pooling, and what each design column means.
//!
//! A *block* of design columns belongs to one field. A number gets a hat per knot (the linear B-spline basis: a lead
//! touches at most two of them), a category an indicator per level; rare levels share one column, missing has its own.
//! Every block thus spans the constant too; the penalty module pins its mean over the training leads to zero, which
//! makes the intercept the average lead's logit.

mod common;
mod grid;
mod knots;
mod slopes;

pub use grid::Grid;
pub(crate) use grid::{divide, divided};
pub(crate) use knots::hats;
pub use slopes::Slope;

use common::Common;
use ndarray::{Array1, ArrayView1};
use rayon::prelude::*;

use crate::model::{Curve, Level, Table, Term};
use crate::train::fit::{Design, DesignBlock, Fitted, Place, Placing};
use crate::train::leads::{Codes, Column, Leads, Prior, Values, each_row, unless_all};

/// Which functions of a number can be fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BasisKind {
    /// Piecewise-linear functions with this many knots at most, on quantiles and spikes: a value that many leads have
    /// and its neighbours are knots beyond that number, if need be.
    Hats {
        /// The greatest number of knots.
        knots: usize,
    },
    /// Straight lines: two knots, at the least and the greatest value.
    Linear,
}

/// What the design columns mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Basis {
    blocks: Vec<Block>,
    grids: Vec<Grid>,
    width: usize,
}

/// The design columns of one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The column in [`Leads::columns`].
    pub column: usize,
    /// The first design column.
    pub start: usize,
    /// What the columns from `start` on are.
    pub shape: Shape,
    /// The design column for missing values, where the training leads had any.
    pub missing: Option<usize>,
}

/// What the columns of a block are.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Shape {
    /// One hat per knot.
    Hats(Vec<f64>),
    /// One indicator per level.
    Indicators {
        /// The levels that have a column of their own.
        levels: Vec<String>,
        /// The design column shared by the rare levels, where there are any.
        pooled: Option<usize>,
    },
}

impl Basis {
    /// Learns knots and levels from some rows of a table.
    pub fn learn(leads: &Leads, rows: &[usize], kind: BasisKind) -> Self {
        Self::learn_finer(leads, rows, kind, &[], kind)
    }

    /// The same with another kind for some of the columns.
    pub(crate) fn learn_finer(
        leads: &Leads,
        rows: &[usize],
        kind: BasisKind,
        columns: &[usize],
        finer: BasisKind,
    ) -> Self {
        let rows = unless_all(rows, leads.len());
        let knots = |(place, column): (usize, &Column)| {
            hats(column, rows, if columns.contains(&place) { finer } else { kind })
        };
        let knots: Vec<Vec<f64>> = leads.columns.par_iter().enumerate().map(knots).collect();
        let common = Common::new(leads, rows);
        // Design column 0 is the intercept.
        let mut width = 1;
        let mut blocks = Vec::new();
        for ((column, Column { values, .. }), knots) in leads.columns.iter().enumerate().zip(knots) {
            let start = width;
            let shape = match values {
                Values::Numbers(_) => {
                    width += knots.len();
                    Shape::Hats(knots)
                }
                Values::Levels { levels, codes } => {
                    let shape = common.levels(levels, codes, start);
                    width += shape.width();
                    shape
                }
            };
            let missing = values.has_missing(rows).then_some(width);
            width += usize::from(missing.is_some());
            // One column alone is the intercept again.
            if width - start > 1 {
                blocks.push(Block { column, start, shape, missing });
            } else {
                width = start;
            }
        }
        Self { blocks, grids: Vec::new(), width }
    }

    /// The same basis with a grid for each of these pairs of columns, learnt from some rows.
    #[must_use]
    pub fn with_pairs(mut self, leads: &Leads, rows: &[usize], pairs: &[[usize; 2]]) -> Self {
        for columns in pairs {
            let grid = Grid::learn(leads, rows, *columns, self.width);
            self.width = grid.end();
            self.grids.push(grid);
        }
        self
    }

    /// The same knots and grids for more rows, among them those they were learnt from: which levels have leads enough for a
    /// column, and whether values are missing, is seen anew.
    #[must_use]
    pub(crate) fn for_more(&self, leads: &Leads, rows: &[usize]) -> Self {
        let rows = unless_all(rows, leads.len());
        let common = Common::new(leads, rows);
        let mut width = 1;
        let block = |block: &Block| {
            let start = width;
            let values = &leads.columns[block.column].values;
            let shape = match (values, &block.shape) {
                (Values::Levels { levels, codes }, Shape::Indicators { .. }) => {
                    common.levels(levels, codes, start)
                }
                (_, shape) => shape.clone(),
            };
            width += shape.width();
            let missing = values.has_missing(rows).then_some(width);
            width += usize::from(missing.is_some());
            Block { column: block.column, start, shape, missing }
        };
        let blocks = self.blocks.iter().map(block).collect();
        let grid = |grid: &Grid| {
            let moved = grid.moved(width);
            width = moved.end();
            moved
        };
        let grids = self.grids.iter().map(grid).collect();
        Self { blocks, grids, width }
    }

    /// Coefficients of this basis as near to those of another with the same blocks as can be.
    pub(crate) fn carried(&self, other: &Self, coefficients: &[f64]) -> Array1<f64> {
        let mut carried = vec![0.0; self.width];
        carried[0] = coefficients[0];
        for (own, before) in self.blocks.iter().zip(&other.blocks) {
            match (&own.shape, &before.shape) {
                (
                    Shape::Indicators { levels, pooled },
                    Shape::Indicators { levels: old, pooled: old_pooled },
                ) => {
                    let rare = old_pooled.map_or(0.0, |place| coefficients[place]);
                    for (place, level) in levels.iter().enumerate() {
                        let known = old.binary_search(level).map(|place| coefficients[before.start + place]);
                        carried[own.start + place] = known.unwrap_or(rare);
                    }
                    if let Some(place) = pooled {
                        carried[*place] = rare;
                    }
                }
                (shape, _) => {
                    let known = &coefficients[before.start..before.start + shape.width()];
                    carried[own.start..own.start + shape.width()].copy_from_slice(known);
                }
            }
            if let (Some(place), Some(before)) = (own.missing, before.missing) {
                carried[place] = coefficients[before];
            }
        }
        for (own, before) in self.grids.iter().zip(&other.grids) {
            carried[own.start..own.end()].copy_from_slice(&coefficients[before.start..before.end()]);
        }
        Array1::from_vec(carried)
    }

    /// The grids of pairs of fields, in the order of the design columns, after the blocks.
    pub fn grids(&self) -> &[Grid] {
        &self.grids
    }

    /// The blocks, in the order of the design columns.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The number of design columns, the intercept among them.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The design of some rows.
    pub fn design(&self, leads: &Leads, rows: &[usize]) -> Design {
        let known = unless_all(rows, leads.len());
        let of_blocks = self.blocks.par_iter().map(|block| block.placing(leads, known));
        let of_grids = self.grids.par_iter().map(|grid| grid.placing(leads, rows));
        let placings = of_blocks.chain(of_grids).collect();
        Design::new(placings, rows.len(), self.width, self.design_blocks(leads))
    }

    fn design_blocks(&self, leads: &Leads) -> Vec<DesignBlock> {
        let name = |column: usize| leads.columns[column].field.name.clone();
        let blocks = self.blocks.iter().map(|block| DesignBlock {
            start: block.start,
            end: block.end(),
            name: name(block.column),
            hats: match &block.shape {
                Shape::Hats(knots) => knots.len(),
                Shape::Indicators { .. } => 0,
            },
            neighbours: block.neighbours(&leads.columns[block.column].prior),
            margins: Vec::new(),
            monotone: match (&block.shape, &leads.columns[block.column].prior) {
                (Shape::Hats(knots), Prior::Monotone(direction)) if knots.len() > 1 => Some(*direction),
                _ => None,
            },
        });
        let grids = self.grids.iter().map(|grid| DesignBlock {
            start: grid.start,
            end: grid.end(),
            name: grid.columns.map(name).join(" and "),
            hats: 0,
            neighbours: grid.neighbours(),
            margins: grid.margins(),
            monotone: None,
        });
        blocks.chain(grids).collect()
    }

    /// The fitted terms, each with standard errors; the intercept takes up what centring left.
    pub fn terms(&self, leads: &Leads, fitted: &Fitted) -> (f64, Vec<Term>) {
        let coefficients = fitted.coefficients();
        let errors = fitted.standard_errors();
        let own = self.blocks.iter().map(|block| block.term(leads, coefficients.view(), &errors));
        let pairs = self.grids.iter().map(|grid| Term::Pair(grid.term(leads, coefficients.view(), &errors)));
        (coefficients[0], own.chain(pairs).collect())
    }
}

impl Shape {
    /// How many design columns there are, but for that of missing values.
    fn width(&self) -> usize {
        match self {
            Self::Hats(knots) => knots.len(),
            Self::Indicators { levels, pooled } => levels.len() + usize::from(pooled.is_some()),
        }
    }
}

impl Block {
    /// The design column after the last.
    pub fn end(&self) -> usize {
        self.start + self.shape.width() + usize::from(self.missing.is_some())
    }

    /// Where some rows stand.
    fn placing(&self, leads: &Leads, rows: Option<&[usize]>) -> Placing {
        match (&leads.columns[self.column].values, &self.shape) {
            (Values::Numbers(numbers), Shape::Hats(knots)) => {
                let place = |number| self.place_number(knots, number);
                if let Some((values, codes)) = numbers.codes() {
                    Placing::by_code(values.iter().copied().map(place).collect(), codes.of(rows))
                } else {
                    let numbers = each_row(rows, numbers.len()).map(|row| numbers[row]);
                    Placing::ByRow(numbers.map(place).collect())
                }
            }
            (Values::Levels { levels, codes }, Shape::Indicators { .. }) => {
                let mut places: Vec<Place> = levels.iter().map(|level| self.place_level(level)).collect();
                let missing = places.len();
                places.push(self.place_missing());
                let codes = each_row(rows, codes.len()).map(|row| (codes[row] as usize).min(missing));
                Placing::by_code(places, Codes::collect(missing, codes))
            }
            // A basis is only asked for the table it was learnt from.
            _ => unreachable!("a column does not change its type"),
        }
    }

    fn place_missing(&self) -> Place {
        self.missing.map_or(Place::NONE, Place::at)
    }

    fn place_number(&self, knots: &[f64], x: f64) -> Place {
        if x.is_nan() {
            return self.place_missing();
        }
        let right = knots.partition_point(|knot| *knot <= x);
        if right == 0 {
            return Place::at(self.start);
        }
        let left = right - 1;
        let share = knots.get(right).map_or(0.0, |x1| (x - knots[left]) / (x1 - knots[left]));
        Place::between(self.start + left, share)
    }

    fn place_level(&self, level: &str) -> Place {
        let Shape::Indicators { levels, pooled } = &self.shape else { return Place::NONE };
        match levels.binary_search_by(|known| known.as_str().cmp(level)) {
            Ok(place) => Place::at(self.start + place),
            Err(_) => pooled.map_or(Place::NONE, Place::at),
        }
    }

    /// The levels that are neighbours in the order the column has, as places within the block.
    fn neighbours(&self, prior: &Prior) -> Vec<[usize; 2]> {
        let (Shape::Indicators { levels, .. }, Prior::Ordered { levels: order, cyclic }) =
            (&self.shape, prior)
        else {
            return Vec::new();
        };
        let places: Vec<usize> = order.iter().filter_map(|level| levels.binary_search(level).ok()).collect();
        let around = places.last().zip(places.first()).filter(|_| *cyclic && places.len() > 2);
        places
            .windows(2)
            .map(|pair| [pair[0], pair[1]])
            .chain(around.map(|(last, first)| [*last, *first]))
            .collect()
    }

    fn term(&self, leads: &Leads, coefficients: ArrayView1<'_, f64>, errors: &Array1<f64>) -> Term {
        let field = leads.columns[self.column].field.name.clone();
        let missing = self.missing.map_or(0.0, |place| coefficients[place]);
        let missing_se = self.missing.map(|place| errors[place]);
        match &self.shape {
            Shape::Hats(knots) => {
                let own = self.start..self.start + knots.len();
                Term::Curve(Curve {
                    field,
                    x: knots.clone(),
                    y: own.clone().map(|place| coefficients[place]).collect(),
                    missing,
                    missing_se,
                    se: own.map(|place| errors[place]).collect(),
                })
            }
            Shape::Indicators { levels, pooled } => {
                let level = |(place, level): (usize, &String)| {
                    let place = self.start + place;
                    Level { level: level.clone(), value: coefficients[place], se: Some(errors[place]) }
                };
                let unseen = pooled.map_or(0.0, |place| coefficients[place]);
                Term::Table(Table {
                    field,
                    levels: levels.iter().enumerate().map(level).collect(),
                    unseen,
                    unseen_se: pooled.map(|place| errors[place]),
                    missing,
                    missing_se,
                })
            }
        }
    }
}
