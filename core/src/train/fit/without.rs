//! The fits that have not seen some folds, from the fit to all rows.
//!
//! Of many rows, a few folds less change a fit little: some steps by its own information, shared out, lead from one to the
//! other, and each row is looked up once for many fits.

use std::collections::BTreeMap;
use std::ops::Range;

use ndarray::Array1;

use crate::error::Result;
use crate::train::fit::accumulator::slopes;
use crate::train::fit::factor::Factor;
use crate::train::fit::path::{GAIN, STOP};
use crate::train::fit::penalty::{Penalty, Strengths};
use crate::train::fit::solver::{CONTRACTION, Problem, newton};
use crate::train::fit::{Design, Fitted, Outcomes};

/// Fits at once: what the widest vector unit holds.
const LANES: usize = 8;
/// A fit to all rows, and the fold of each; a fold beyond the last is never left out.
pub(crate) struct Whole<'a> {
    pub(crate) design: &'a Design,
    pub(crate) outcomes: &'a Outcomes,
    pub(crate) strengths: &'a Strengths,
    pub(crate) fitted: &'a Fitted,
    pub(crate) folds: &'a [u8],
    /// How many folds there are.
    pub(crate) count: usize,
}

/// What the fits that leave out some folds share.
struct Parts<'a> {
    whole: &'a Whole<'a>,
    /// The sums of the columns over each fold, and over the rows that belong to none.
    sums: Vec<[f64; LANES]>,
    /// The factors for fits that leave out so many folds.
    factors: BTreeMap<usize, Factor>,
}

/// A fit on its way.
struct Part<'a> {
    left_out: &'a [usize],
    penalty: Penalty,
    coefficients: Vec<f64>,
    total: f64,
    /// What was left to gain one step before.
    before: f64,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    OnItsWay,
    There,
    Lost,
}

impl Whole<'_> {
    /// The coefficients of the fits without each of these sets of folds.
    ///
    /// # Errors
    /// As the fit.
    pub(crate) fn without(&self, left_out: &[Vec<usize>]) -> Result<Vec<Vec<f64>>> {
        let weights = |rows: Range<usize>, room: &mut [[f64; LANES]]| {
            for (own, row) in room.iter_mut().zip(rows) {
                *own = [0.0; LANES];
                own[usize::from(self.folds[row]).min(self.count)] = self.outcomes.weights[row];
            }
        };
        let sums = self.design.sums(&weights);
        let mut parts = Parts { whole: self, sums, factors: BTreeMap::new() };
        for left_out in left_out {
            if !parts.factors.contains_key(&left_out.len()) {
                let factor = parts.factor(&parts.part(left_out))?;
                parts.factors.insert(left_out.len(), factor);
            }
        }
        let mut coefficients = Vec::new();
        for left_out in left_out.chunks(LANES) {
            coefficients.extend(parts.fit(left_out)?);
        }
        Ok(coefficients)
    }
}

impl Parts<'_> {
    fn fit(&self, left_out: &[Vec<usize>]) -> Result<Vec<Vec<f64>>> {
        let Whole { design, outcomes, folds, count, .. } = *self.whole;
        let mut parts: Vec<Part<'_>> = left_out.iter().map(|left_out| self.part(left_out)).collect();
        let keeps: Vec<[f64; LANES]> = (0..=count)
            .map(|fold| {
                let keep = |lane: usize| parts.get(lane).is_some_and(|part| !part.left_out.contains(&fold));
                std::array::from_fn(|lane| f64::from(u8::from(keep(lane))))
            })
            .collect();
        let weights = |rows: Range<usize>, room: &mut [[f64; LANES]]| {
            for (own, row) in room.iter_mut().zip(rows) {
                let keep = &keeps[usize::from(folds[row]).min(count)];
                let weight = outcomes.weights[row];
                for lane in 0..LANES {
                    own[lane] = weight * keep[lane];
                }
            }
        };
        while parts.iter().any(|part| part.state == State::OnItsWay) {
            let at: [&[f64]; LANES] =
                std::array::from_fn(|lane| parts[lane.min(parts.len() - 1)].coefficients.as_slice());
            let sums = slopes(1, design, outcomes, at, &weights, false);
            for (lane, part) in parts.iter_mut().enumerate() {
                if let (State::OnItsWay, Some(factor)) = (part.state, self.factors.get(&part.left_out.len()))
                {
                    part.step(factor, sums.gradient.iter().map(|slopes| slopes[lane]).take(design.width()));
                }
            }
        }
        parts.into_iter().map(|part| self.finished(part)).collect()
    }

    fn part<'a>(&self, left_out: &'a [usize]) -> Part<'a> {
        let folds = (0..=self.whole.count).filter(|fold| !left_out.contains(fold));
        let sums: Array1<f64> =
            self.sums.iter().map(|sums| folds.clone().map(|fold| sums[fold]).sum::<f64>()).collect();
        let total = sums[0];
        let penalty = Penalty::new(self.whole.design, &(sums / total), total, self.whole.strengths);
        let coefficients = self.whole.fitted.coefficients().to_vec();
        Part { left_out, penalty, coefficients, total, before: f64::INFINITY, state: State::OnItsWay }
    }

    /// The factor of a part's share of the information in all rows. Folds are alike, and so it serves for other parts, too,
    /// that leave out as many.
    fn factor(&self, part: &Part<'_>) -> Result<Factor> {
        let share = part.total / self.whole.outcomes.total();
        self.problem(part, self.whole.outcomes).factor_of(&self.whole.fitted.information * share, &[])
    }

    fn problem<'a>(&'a self, part: &'a Part<'_>, outcomes: &'a Outcomes) -> Problem<'a> {
        Problem::new(self.whole.design, outcomes, &part.penalty, true)
    }

    fn finished(&self, part: Part<'_>) -> Result<Vec<f64>> {
        if part.state == State::There {
            return Ok(part.coefficients);
        }
        let Whole { outcomes, folds, .. } = *self.whole;
        let keep = |(weight, fold): (&f64, &u8)| {
            if part.left_out.contains(&usize::from(*fold)) { 0.0 } else { *weight }
        };
        let weights = outcomes.weights.iter().zip(folds).map(keep).collect();
        let outcomes = Outcomes { converted: outcomes.converted.clone(), weights };
        let start = self.whole.fitted.coefficients().to_vec();
        Ok(self.problem(&part, &outcomes).minimise(start, STOP)?.coefficients)
    }
}

impl Part<'_> {
    /// One step, as [`Problem::approach`] takes them.
    fn step(&mut self, factor: &Factor, gradient: impl Iterator<Item = f64>) {
        let mut gradient: Vec<f64> = gradient.collect();
        self.penalty.add_gradient(&self.coefficients, &mut gradient);
        let (step, left) = newton(factor, &gradient);
        if left.is_nan() || left > CONTRACTION * self.before {
            self.state = State::Lost;
            return;
        }
        self.coefficients.iter_mut().zip(&step).for_each(|(b, step)| *b -= step);
        let shrinks = if self.before.is_finite() { left / self.before } else { CONTRACTION };
        if left * shrinks <= GAIN * self.total {
            self.state = State::There;
        }
        self.before = left;
    }
}
