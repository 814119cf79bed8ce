//! What keeps curves smooth and values small, and what makes the sum identifiable.
//!
//! For a block with values `b` and column means `m` over the training leads, the penalty is
//!
//! ```text
//! ( bend · Σ w[k] (b[k−1] − 2 b[k] + b[k+1])² + ridge · Σ (b[k] − mᵀb)² ) / 2   +   pin · (mᵀb)² / 2
//! ```
//!
//! with `w[k]` the share of leads near knot k, relative to the average knot's. Second differences over equidistant places
//! are the penalty of P-splines (Eilers & Marx 1996, doi:10.1214/ss/1038425655). Where columns have neighbours but are no
//! hats (the cells of a grid, the months of a year), the first differences of neighbours take the place of the second.
//! The first two terms do not see a constant added to the block, nor does the likelihood once the intercept makes up
//! for it; so the pin is exactly zero at the optimum: it chooses the centred one among equal solutions, and costs nothing.
//!
//! A grid of cells has a pin on the mean of each of its rows and columns, too: what one field says by itself belongs to
//! that field's own term, as in the functional analysis of variance (Hooker 2007, doi:10.1198/106186007X237892). These do
//! cost something where the fields' own terms can not say it as well.

use ndarray::{Array1, Array2};

use crate::train::fit::design::DesignBlock;
use crate::train::fit::{Design, Outcomes};

/// How much bends and sizes weigh against each other.
const BEND: f64 = 1.0;
const RIDGE_OF_CURVES: f64 = 0.02;
const RIDGE_OF_LEVELS: f64 = 1.0;

/// However few leads stand near a bend, it is penalised as if there were this share of the usual.
const LEAST_MASS: f64 = 1e-3;

/// How strongly each block's bends and sizes are penalised.
#[derive(Clone, Debug, PartialEq)]
pub struct Strengths(Vec<Strength>);

/// The strengths of one block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strength {
    /// Of the second differences of a curve, or the differences of neighbours.
    pub bend: f64,
    /// Of the distances from the block's mean.
    pub ridge: f64,
}

/// A quadratic penalty, block by block.
#[derive(Clone, Debug)]
pub(crate) struct Penalty {
    /// The first column of each block and its matrix.
    blocks: Vec<(usize, Array2<f64>)>,
}

/// What is penalised in a block.
pub(crate) struct BlockPenalty<'a> {
    block: &'a DesignBlock,
    means: Vec<f64>,
}

impl Strengths {
    /// One strength λ for all blocks.
    pub fn uniform(design: &Design, strength: f64) -> Self {
        let ridge = |hats: usize| strength * if hats > 0 { RIDGE_OF_CURVES } else { RIDGE_OF_LEVELS };
        let strengths = |block: &DesignBlock| Strength { bend: strength * BEND, ridge: ridge(block.hats) };
        design.blocks().iter().map(strengths).collect()
    }

    /// The same with so many times the strength that holds back sizes.
    #[must_use]
    pub fn shrunk(&self, factor: f64) -> Self {
        self.0.iter().map(|strength| Strength { ridge: factor * strength.ridge, ..*strength }).collect()
    }

    /// The strengths, block by block.
    pub fn blocks(&self) -> &[Strength] {
        &self.0
    }
}

impl FromIterator<Strength> for Strengths {
    fn from_iter<I: IntoIterator<Item = Strength>>(blocks: I) -> Self {
        Self(blocks.into_iter().collect())
    }
}

impl<'a> BlockPenalty<'a> {
    /// The blocks of a design whose columns have these means over the leads.
    pub(crate) fn of(design: &'a Design, means: &Array1<f64>) -> Vec<Self> {
        let penalty = |block: &'a DesignBlock| Self {
            block,
            means: means.slice(ndarray::s![block.start..block.end]).to_vec(),
        };
        design.blocks().iter().map(penalty).collect()
    }

    /// The first column of the block.
    pub(crate) fn start(&self) -> usize {
        self.block.start
    }

    /// How many columns it has.
    pub(crate) fn size(&self) -> usize {
        self.means.len()
    }

    /// Whether anything in it is drawn towards its neighbours.
    pub(crate) fn bends(&self) -> bool {
        self.block.hats > 2 || !self.block.neighbours.is_empty()
    }

    /// `Σ ddᵀ` over the second differences of hats and the first differences of neighbours.
    pub(crate) fn bend_matrix(&self) -> Array2<f64> {
        let mut matrix = Array2::zeros((self.size(), self.size()));
        let mut add = |difference: &[(usize, f64)]| {
            // The leads near the difference, where as many stand on each column count as 1: a penalty that does not thin
            // out with the leads would draw a straight line through a curve's sparse end.
            let least = difference.iter().map(|(place, _)| self.means[*place]).fold(f64::INFINITY, f64::min);
            let columns = if self.block.hats > 0 { self.block.hats } else { self.size() };
            let weight = (least * columns as f64).clamp(LEAST_MASS, 1.0 / LEAST_MASS);
            for (i, a) in difference {
                for (j, b) in difference {
                    matrix[(*i, *j)] += weight * a * b;
                }
            }
        };
        for center in 1..self.block.hats.saturating_sub(1) {
            add(&[(center - 1, 1.0), (center, -2.0), (center + 1, 1.0)]);
        }
        for [one, other] in &self.block.neighbours {
            add(&[(*one, 1.0), (*other, -1.0)]);
        }
        matrix
    }

    /// `Σ eeᵀ` over each value's distance `e` from the block's mean: `I − 1mᵀ − m1ᵀ + size·mmᵀ`.
    pub(crate) fn ridge_matrix(&self) -> Array2<f64> {
        let size = self.size() as f64;
        let entry = |(i, j): (usize, usize)| {
            let (a, b) = (self.means[i], self.means[j]);
            f64::from(u8::from(i == j)) + (size * a * b - a - b)
        };
        Array2::from_shape_fn((self.size(), self.size()), entry)
    }

    /// `pin · mmᵀ`, and the same for the rows and columns of a grid.
    pub(crate) fn pins(&self, pin: f64) -> Array2<f64> {
        let mut matrix = Array2::zeros((self.size(), self.size()));
        let all: Vec<usize> = (0..self.size()).collect();
        for margin in std::iter::once(&all).chain(&self.block.margins) {
            let mass: f64 = margin.iter().map(|place| self.means[*place]).sum();
            if mass > 0.0 {
                for i in margin {
                    for j in margin {
                        matrix[(*i, *j)] += pin * self.means[*i] * self.means[*j] / mass;
                    }
                }
            }
        }
        matrix
    }
}

impl Penalty {
    /// The penalty of these strengths for a design; means are taken over the rows with a weight.
    pub(crate) fn of(design: &Design, outcomes: &Outcomes, strengths: &Strengths) -> Self {
        Self::new(design, &design.means(&outcomes.weights), outcomes.total(), strengths)
    }

    /// The penalty by the weighted means of the columns and the sum of the weights.
    pub(crate) fn new(design: &Design, means: &Array1<f64>, total: f64, strengths: &Strengths) -> Self {
        // Of the size of the information itself, so that it does not spoil the condition.
        let pin = 0.25 * total;
        let matrix = |(block, strength): (&BlockPenalty<'_>, &Strength)| {
            let penalised = strength.bend * block.bend_matrix() + strength.ridge * block.ridge_matrix();
            (block.start(), penalised + block.pins(pin))
        };
        let blocks = BlockPenalty::of(design, means);
        Self { blocks: blocks.iter().zip(strengths.blocks()).map(matrix).collect() }
    }

    /// No penalty.
    pub(crate) fn none() -> Self {
        Self { blocks: Vec::new() }
    }

    /// Adds the penalty's gradient and returns its value.
    pub(crate) fn add_gradient(&self, coefficients: &[f64], gradient: &mut [f64]) -> f64 {
        let mut value = 0.0;
        for (start, matrix) in &self.blocks {
            let own = &coefficients[*start..*start + matrix.nrows()];
            for (place, row) in matrix.rows().into_iter().enumerate() {
                let slope: f64 = row.iter().zip(own).map(|(weight, b)| weight * b).sum();
                gradient[start + place] += slope;
                value += 0.5 * slope * own[place];
            }
        }
        value
    }

    /// Adds the penalty's Hessian.
    pub(crate) fn add_hessian(&self, hessian: &mut Array2<f64>) {
        for (start, matrix) in &self.blocks {
            let own = *start..*start + matrix.nrows();
            let mut target = hessian.slice_mut(ndarray::s![own.clone(), own]);
            target += matrix;
        }
    }
}
