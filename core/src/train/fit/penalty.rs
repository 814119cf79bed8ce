//! What keeps curves smooth and values small, and what makes the sum identifiable.
//!
//! For a block with values `b` and column means `m` over the training leads, the penalty is
//!
//! ```text
//! ( bend · Σ w[k] (b[k−1] − 2 b[k] + b[k+1])² + ridge · Σ (b[k] − mᵀb)² ) / 2   +   pin · (mᵀb)² / 2
//! ```
//!
//! with w[k] the share of leads near knot k, relative to the average knot's. Second differences over equidistant places
//! are the penalty of P-splines (Eilers & Marx 1996, doi:10.1214/ss/1038425655). The first two terms do not see a constant added to the block, nor does the likelihood once the intercept makes up
//! for it; so the pin is exactly zero at the optimum: it chooses the centred one among equal solutions, and costs nothing.

use ndarray::{Array1, Array2};

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
    /// Of the second differences of a curve.
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

/// The combinations of a block's values whose squares are penalised.
pub(crate) struct BlockPenalty {
    pub(crate) start: usize,
    pub(crate) size: usize,
    /// The second differences of its hats.
    pub(crate) bends: Vec<Vec<f64>>,
    /// Each value's distance from the mean.
    pub(crate) ridge: Vec<Vec<f64>>,
    means: Vec<f64>,
}

impl Strengths {
    /// One strength λ for all blocks.
    pub fn uniform(design: &Design, strength: f64) -> Self {
        let ridge = |hats: usize| strength * if hats > 0 { RIDGE_OF_CURVES } else { RIDGE_OF_LEVELS };
        design.blocks().map(|(.., hats)| Strength { bend: strength * BEND, ridge: ridge(hats) }).collect()
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

impl BlockPenalty {
    /// The blocks of a design whose columns have these means over the leads.
    pub(crate) fn of<'a>(design: &'a Design, means: &'a Array1<f64>) -> impl Iterator<Item = Self> + 'a {
        design.blocks().map(|(start, end, hats)| {
            let size = end - start;
            let means = means.slice(ndarray::s![start..end]).to_vec();
            let bend = |center: usize| {
                // The leads near the bend, where as many stand on each hat count as 1: a penalty that does not thin out
                // with the leads would draw a straight line through a curve's sparse end.
                let near = means[center].min(means[center - 1]).min(means[center + 1]) * hats as f64;
                let weight = near.clamp(LEAST_MASS, 1.0 / LEAST_MASS).sqrt();
                let mut row = vec![0.0; size];
                (row[center - 1], row[center], row[center + 1]) = (weight, -2.0 * weight, weight);
                row
            };
            let distance = |place: usize| {
                let mut row: Vec<f64> = means.iter().map(|mean| -mean).collect();
                row[place] += 1.0;
                row
            };
            Self {
                start,
                size,
                bends: (1..hats.saturating_sub(1)).map(bend).collect(),
                ridge: (0..size).map(distance).collect(),
                means,
            }
        })
    }

    /// The block's matrix: `bend Σ ddᵀ + ridge Σ eeᵀ + pin mmᵀ`.
    pub(crate) fn matrix(&self, Strength { bend, ridge }: Strength, pin: f64) -> Array2<f64> {
        let mut matrix = Array2::zeros((self.size, self.size));
        for row in &self.bends {
            let bent: Vec<(usize, f64)> =
                row.iter().copied().enumerate().filter(|(_, a)| *a != 0.0).collect();
            for (i, a) in &bent {
                for (j, b) in &bent {
                    matrix[(*i, *j)] += bend * a * b;
                }
            }
        }
        // Σ eeᵀ with e = the place's unit vector less m: I − 1mᵀ − m1ᵀ + size·mmᵀ
        let size = self.size as f64;
        for (i, a) in self.means.iter().enumerate() {
            matrix[(i, i)] += ridge;
            for (j, b) in self.means.iter().enumerate() {
                matrix[(i, j)] += ridge * (size * a * b - a - b) + pin * a * b;
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
        let blocks = BlockPenalty::of(design, means).zip(strengths.blocks());
        Self { blocks: blocks.map(|(block, strength)| (block.start, block.matrix(*strength, pin))).collect() }
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
