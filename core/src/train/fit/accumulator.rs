//! The sums a fit needs over leads: loss, gradient, and the [information](super::information). The solver sees leads only
//! through these.
//!
//! Sums are taken over fixed chunks and merged in order, so that they have the same bits for every number of threads.

use std::ops::Range;

use ndarray::Array2;
use rayon::prelude::*;

use crate::train::fit::columns::{ColumnSums, Columns, add_all, total};
use crate::train::fit::information::information;
use crate::train::fit::logistic::{exp_of_negative, ln_one_plus};
use crate::train::fit::placing::PARTS;
use crate::train::fit::{Design, Outcomes};

/// The sums over some leads at some coefficients.
#[derive(Clone, Debug)]
pub struct Accumulator {
    /// The negative log-likelihood: `Σ w (log(1 + e^η) − y η)`; 0 where it was not asked for.
    pub loss: f64,
    /// Its gradient: `Σ w (p − y) x`.
    pub gradient: Vec<f64>,
    /// Its Hessian, lower triangle: `Σ w p (1 − p) x xᵀ`; empty where it was not asked for.
    pub hessian: Array2<f64>,
}

/// Which sums are wanted; each costs more than the one before. The gradient comes with all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sums {
    /// The gradient alone.
    Gradient,
    /// The loss too.
    Loss,
    /// The Hessian too.
    Hessian,
}

/// Rows that are worked on at once: what is known of them stays in the processor's nearer memory.
pub(super) const ROWS: usize = 16_384;
/// There are at most this many chunks, since each has sums of its own …
pub(super) const CHUNKS: usize = 32;
/// … and fewer where these are many: those of all chunks together have at most about this many numbers (half a gigabyte).
pub(super) const NUMBERS: usize = 1 << 26;

/// Loss and gradient of several fits to the same rows, each with weights of its own.
pub(super) struct Slopes<const L: usize> {
    pub(super) loss: [f64; L],
    /// For each column, and for two more that are of no concern.
    pub(super) gradient: Vec<[f64; L]>,
}

impl Accumulator {
    /// The sums over all rows of a design whose weight is not zero.
    pub fn over(design: &Design, outcomes: &Outcomes, coefficients: &[f64], sums: Sums) -> Self {
        Self::over_one_in(1, design, outcomes, coefficients, sums)
    }

    /// The sums over one in so many rows, some thousand in a row each time.
    pub(super) fn over_one_in(
        one_in: usize,
        design: &Design,
        outcomes: &Outcomes,
        coefficients: &[f64],
        sums: Sums,
    ) -> Self {
        let weights = |rows: Range<usize>, room: &mut [[f64; 1]]| {
            room.as_flattened_mut().copy_from_slice(&outcomes.weights[rows]);
        };
        let with_loss = sums >= Sums::Loss;
        let Slopes { loss: [loss], gradient } =
            slopes(one_in, design, outcomes, [coefficients], &weights, with_loss);
        let mut gradient = gradient.into_flattened();
        gradient.truncate(design.width());
        let hessian = match sums {
            Sums::Hessian => information(one_in, design, outcomes, coefficients),
            _ => Array2::zeros((0, 0)),
        };
        Self { loss, gradient, hessian }
    }

    /// The sums over both sets of leads.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.loss += other.loss;
        self.gradient.iter_mut().zip(other.gradient).for_each(|(sum, term)| *sum += term);
        self.hessian += &other.hessian;
        self
    }
}

/// The sums of several fits at once: each row is looked up once for all of them. `weights` fills in what
/// some rows weigh in each.
pub(super) fn slopes<const L: usize>(
    one_in: usize,
    design: &Design,
    outcomes: &Outcomes,
    coefficients: [&[f64]; L],
    weights: &(impl Fn(Range<usize>, &mut [[f64; L]]) + Sync),
    with_loss: bool,
) -> Slopes<L> {
    let blocks = blocks(one_in, design.rows());
    let work = Work::new(design, outcomes, coefficients, weights, with_loss);
    let chunks: Vec<Slopes<L>> =
        chunks(&blocks, L * design.width()).into_par_iter().map(|blocks| work.over(blocks)).collect();
    chunks.into_iter().reduce(Slopes::merge).unwrap_or_else(|| Slopes::none(design.width()))
}

/// One in so many of the blocks of rows.
pub(super) fn blocks(one_in: usize, rows: usize) -> Vec<Range<usize>> {
    (0..rows).step_by(ROWS * one_in).map(|first| first..rows.min(first + ROWS)).collect()
}

/// Depends on the rows and on what is summed alone, never on the threads.
pub(super) fn chunks(blocks: &[Range<usize>], numbers: usize) -> Vec<&[Range<usize>]> {
    let most = (NUMBERS / numbers.max(1)).clamp(2, CHUNKS);
    blocks.chunks(blocks.len().div_ceil(most).max(1)).collect()
}

impl<const L: usize> Slopes<L> {
    fn none(width: usize) -> Self {
        Self { loss: [0.0; L], gradient: vec![[0.0; L]; width + 2] }
    }

    fn merge(mut self, other: Self) -> Self {
        for lane in 0..L {
            self.loss[lane] += other.loss[lane];
        }
        for (sum, term) in self.gradient.iter_mut().zip(other.gradient) {
            for lane in 0..L {
                sum[lane] += term[lane];
            }
        }
        self
    }
}

/// What is summed.
struct Work<'a, F, const L: usize> {
    design: &'a Design,
    converted: &'a [f64],
    padded: Vec<[f64; L]>,
    /// What the coefficients say of each code, block by block.
    values: Vec<Vec<[f64; L]>>,
    columns: Columns<'a>,
    weights: &'a F,
    with_loss: bool,
}

impl<'a, F: Fn(Range<usize>, &mut [[f64; L]]) + Sync, const L: usize> Work<'a, F, L> {
    fn new(
        design: &'a Design,
        outcomes: &'a Outcomes,
        coefficients: [&[f64]; L],
        weights: &'a F,
        with_loss: bool,
    ) -> Self {
        let padded = design.padded(coefficients);
        let values = design.placings().iter().map(|placing| placing.values(&padded)).collect();
        let columns = Columns::of(design);
        Self { design, converted: &outcomes.converted, padded, values, columns, weights, with_loss }
    }

    /// The sums over some blocks of rows.
    fn over(&self, blocks: &[Range<usize>]) -> Slopes<L> {
        let arch = pulp::Arch::new();
        let (mut sums, mut losses) = (self.columns.none(), [[0.0; L]; PARTS]);
        let mut room = Room::new(blocks.iter().map(Range::len).max().unwrap_or(0));
        for rows in blocks {
            let (sums, losses, room) = (&mut sums, &mut losses, &mut room);
            arch.dispatch(Adding { work: self, rows: rows.clone(), sums, losses, room });
        }
        Slopes { loss: total(&losses), gradient: self.columns.shared_out(&sums) }
    }

    /// Turns logits into residuals `w (p − y)`, with losses.
    #[inline(always)]
    fn residuals(&self, rows: Range<usize>, room: &mut Room<L>) {
        let converted = &self.converted[rows];
        let rows = room.logits.iter_mut().zip(&room.weights).zip(&mut room.losses);
        for (((logits, weights), losses), y) in rows.zip(converted) {
            for lane in 0..L {
                let (eta, weight) = (logits[lane], weights[lane]);
                // e = exp(-|η|) never overflows; p and 1 − p follow without cancellation.
                let e = exp_of_negative(-eta.abs());
                let large = 1.0 / (1.0 + e);
                let small = e * large;
                // p − y, taken from the side on which nothing cancels where y is 0 or 1.
                let residual = if eta >= 0.0 { (1.0 - y) - small } else { small - y };
                logits[lane] = weight * residual;
                if self.with_loss {
                    // log(1 + exp(η)) − y η, with log1p for the part that may be tiny.
                    losses[lane] = weight * (ln_one_plus(e) + eta.max(0.0) - y * eta);
                }
            }
        }
    }
}

/// Some rows, and what they are added to.
struct Adding<'a, F, const L: usize> {
    work: &'a Work<'a, F, L>,
    rows: Range<usize>,
    sums: &'a mut ColumnSums<L>,
    losses: &'a mut [[f64; L]; PARTS],
    room: &'a mut Room<L>,
}

impl<F: Fn(Range<usize>, &mut [[f64; L]]) + Sync, const L: usize> pulp::WithSimd for Adding<'_, F, L> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        let Self { work, rows, sums, losses, room } = self;
        let logits = &mut room.logits[..rows.len()];
        logits.fill(work.padded[0]);
        for (placing, values) in work.design.placings().iter().zip(&work.values) {
            placing.add_values(values, &work.padded, rows.clone(), logits);
        }
        (work.weights)(rows.clone(), &mut room.weights[..rows.len()]);
        work.residuals(rows.clone(), room);
        if work.with_loss {
            add_all(&room.losses[..rows.len()], losses);
        }
        work.columns.add(&room.logits[..rows.len()], &rows, sums);
    }
}

/// Room for some rows.
struct Room<const L: usize> {
    /// Logits, and then residuals.
    logits: Vec<[f64; L]>,
    weights: Vec<[f64; L]>,
    losses: Vec<[f64; L]>,
}

impl<const L: usize> Room<L> {
    /// For so many rows at once.
    fn new(rows: usize) -> Self {
        let lanes = || vec![[0.0; L]; rows];
        Self { logits: lanes(), weights: lanes(), losses: lanes() }
    }
}
