//! Penalised maximum likelihood by Newton's method (iteratively reweighted least squares) with step halving.
//!
//! A factor of a nearby problem's information matrix may stand in for the problem's own as long as each step shrinks
//! what is left to gain: folds of a cross-validation differ little from the whole, and a gradient is far cheaper to sum
//! than a Hessian. The point it converges to does not depend on it.

use ndarray::Array2;

use crate::error::{Error, ErrorKind, Result};
use crate::train::fit::accumulator::ROWS;
use crate::train::fit::factor::Factor;
use crate::train::fit::memory::Memory;
use crate::train::fit::monotone;
use crate::train::fit::penalty::Penalty;
use crate::train::fit::{Accumulator, Design, Outcomes, Sums};

/// A problem to minimise: `loss(b) + penalty(b)`.
#[derive(Clone, Copy)]
pub(crate) struct Problem<'a> {
    pub(crate) design: &'a Design,
    pub(crate) outcomes: &'a Outcomes,
    pub(crate) penalty: &'a Penalty,
    /// Whether the penalty alone makes the problem strictly convex.
    pub(crate) penalised: bool,
    /// One in so many rows is seen, and stands for so many.
    pub(crate) one_in: usize,
}

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stop {
    /// The largest absolute gradient, per unit of weight.
    pub(crate) gradient: f64,
    pub(crate) iterations: u64,
}

/// A minimum with its certificate.
#[derive(Clone, Debug)]
pub(crate) struct Minimum {
    pub(crate) coefficients: Vec<f64>,
    /// The negative log-likelihood, without the penalty.
    pub(crate) loss: f64,
    /// The largest absolute gradient of loss and penalty, per unit of weight.
    pub(crate) gradient: f64,
    pub(crate) iterations: u64,
}

/// A step by an older factor that shrinks the gradient, or the gain still to be had, less than this asks for a fresh one.
pub(super) const CONTRACTION: f64 = 0.3;
/// Where strengths are great, rounding alone makes a gradient of so many times what is asked for.
const ROUNDING: f64 = 100.0;
/// From so many rows on, a fit first comes near the minimum by a part of them …
const MANY_ROWS: usize = 200_000;
/// … one in so many …
const FEW_OF_MANY: usize = 16;
/// … as near as this gradient: what is left is chance's.
const NEAR: Stop = Stop { gradient: 1e-5, iterations: 30 };
/// The information in one in so many rows then serves for the steps by all: it costs as much as some steps.
const SOME_OF_MANY: usize = 5;
/// Step lengths down to 2^-30: below, no descent is left to find.
pub(super) const HALVINGS: u32 = 30;
/// Without a penalty, a column whose information falls to this share of what it was at the start is separated.
const COLLAPSE: f64 = 1e-6;

/// Where a search stands.
pub(super) struct Point {
    pub(super) coefficients: Vec<f64>,
    pub(super) loss: f64,
    pub(super) objective: f64,
    pub(super) gradient: Vec<f64>,
    pub(super) steepest: f64,
}

impl Problem<'_> {
    /// Minimises from `start`.
    pub(crate) fn minimise(&self, start: Vec<f64>, stop: Stop) -> Result<Minimum> {
        if self.design.is_constrained() {
            return monotone::minimise(self, &start, stop);
        }
        let mut start = start;
        let mut factor: Option<Factor> = None;
        if self.one_in == 1 && self.design.rows() >= MANY_ROWS {
            let few = Self { one_in: FEW_OF_MANY, ..*self };
            // Where these rows do not serve, all must.
            if start.iter().skip(1).all(|coefficient| *coefficient == 0.0)
                && let Ok(near) = few.minimise(start.clone(), NEAR)
            {
                start = near.coefficients;
            }
            factor = Self { one_in: SOME_OF_MANY, ..*self }.factor(&start).ok();
        }
        let mut memory = Memory::default();
        let mut point = self.point(start);
        for iteration in 0..=stop.iterations {
            if point.steepest <= stop.gradient {
                let Point { coefficients, loss, steepest, .. } = point;
                return Ok(Minimum { coefficients, loss, gradient: steepest, iterations: iteration });
            }
            let stale = factor
                .as_ref()
                .and_then(|factor| self.step(&point, &memory.direction(&point.gradient, factor), 0));
            let next = match stale {
                Some(next) if next.steepest <= self.contraction() * point.steepest => next,
                _ => {
                    let fresh = self.factor(&point.coefficients)?;
                    memory = Memory::default();
                    let next = self.step(&point, &fresh.solve(&point.gradient).to_vec(), HALVINGS);
                    factor = Some(fresh);
                    match next {
                        Some(next) => next,
                        // No step of Newton's is better by more than rounding: this is the minimum, as far as it shows.
                        None if point.steepest <= ROUNDING * stop.gradient => {
                            let Point { coefficients, loss, steepest, .. } = point;
                            return Ok(Minimum {
                                coefficients,
                                loss,
                                gradient: steepest,
                                iterations: iteration,
                            });
                        }
                        None => return Err(not_converged(iteration, point.steepest, stop)),
                    }
                }
            };
            memory.remember([&point.coefficients, &next.coefficients], [&point.gradient, &next.gradient]);
            point = next;
        }
        Err(not_converged(stop.iterations, point.steepest, stop))
    }

    /// With many rows a fresh factor costs as much as many steps.
    fn contraction(&self) -> f64 {
        if self.design.rows() >= MANY_ROWS { CONTRACTION.sqrt() } else { CONTRACTION }
    }

    /// Comes near the minimum by steps of a nearby problem's factor, until the objective is expected to be no more than
    /// `gain` per unit of weight above its least. What is left to gain before a step is half the Newton decrement (Boyd
    /// & Vandenberghe 2004, 9.5); a step is expected to shrink it as the one before did. `None` where the factor does
    /// not serve.
    pub(crate) fn approach(&self, start: &[f64], factor: &Factor, gain: f64) -> Option<Vec<f64>> {
        if self.design.is_constrained() {
            return None;
        }
        let mut coefficients = start.to_vec();
        let mut before = f64::INFINITY;
        loop {
            let mut gradient = self.sums(&coefficients, Sums::Gradient).gradient;
            self.penalty.add_gradient(&coefficients, &mut gradient);
            let step = factor.solve(&gradient);
            let left = 0.5 * gradient.iter().zip(&step).map(|(slope, step)| slope * step).sum::<f64>();
            if left.is_nan() || left > CONTRACTION * before {
                return None;
            }
            coefficients.iter_mut().zip(&step).for_each(|(b, step)| *b -= step);
            let shrinks = if before.is_finite() { left / before } else { CONTRACTION };
            if left * shrinks <= gain * self.outcomes.total() {
                return Some(coefficients);
            }
            before = left;
        }
    }

    /// One more step by the information at the minimum itself, which squares what error is left; with that and its factor,
    /// from which the standard errors come.
    pub(crate) fn polish(&self, minimum: Minimum) -> Result<(Minimum, Factor, Array2<f64>)> {
        let information = self.information(&minimum.coefficients);
        let factor = self.factor_of(information.clone(), &minimum.coefficients)?;
        if self.design.is_constrained() {
            return Ok((minimum, factor, information));
        }
        let point = self.point(minimum.coefficients.clone());
        match self.step(&point, &factor.solve(&point.gradient).to_vec(), 0) {
            // So short a step changes the factor by no more than rounding.
            Some(Point { coefficients, loss, steepest, .. }) if steepest < minimum.gradient => {
                let iterations = minimum.iterations + 1;
                Ok((Minimum { coefficients, loss, gradient: steepest, iterations }, factor, information))
            }
            _ => Ok((minimum, factor, information)),
        }
    }

    /// The factor of the penalised information at some coefficients.
    pub(crate) fn factor(&self, coefficients: &[f64]) -> Result<Factor> {
        self.factor_of(self.information(coefficients), coefficients)
    }

    /// The information in the leads, without the penalty's, at some coefficients.
    pub(crate) fn information(&self, coefficients: &[f64]) -> Array2<f64> {
        self.sums(coefficients, Sums::Hessian).hessian
    }

    /// The sums over all rows, or over those that stand for all.
    fn sums(&self, coefficients: &[f64], sums: Sums) -> Accumulator {
        let mut part = Accumulator::over_one_in(self.one_in, self.design, self.outcomes, coefficients, sums);
        if self.one_in > 1 {
            let seen = self.outcomes.weights.as_slice().unwrap_or_default().chunks(ROWS).step_by(self.one_in);
            let scale = self.outcomes.total() / seen.flatten().sum::<f64>();
            part.loss *= scale;
            part.gradient.iter_mut().for_each(|slope| *slope *= scale);
            part.hessian *= scale;
        }
        part
    }

    /// The factor of an information matrix and the penalty; `coefficients` tell what an error means.
    pub(crate) fn factor_of(&self, mut information: Array2<f64>, coefficients: &[f64]) -> Result<Factor> {
        self.penalty.add_hessian(&mut information);
        Factor::new(information).map_err(|column| {
            let at_start = coefficients.iter().all(|coefficient| *coefficient == 0.0);
            self.singular(column, at_start || self.penalised)
        })
    }

    /// Checks that every column still tells something at a minimum found without a penalty.
    pub(crate) fn check_information(&self, minimum: &Factor) -> Result<()> {
        let start = self.factor(&vec![0.0; self.design.width()])?;
        let collapsed = |(end, start): (f64, f64)| end < COLLAPSE * start;
        match minimum.information().into_iter().zip(start.information()).position(collapsed) {
            Some(column) => Err(self.singular(column, false)),
            None => Ok(()),
        }
    }

    pub(super) fn point(&self, coefficients: Vec<f64>) -> Point {
        let Accumulator { loss, mut gradient, .. } = self.sums(&coefficients, Sums::Loss);
        let objective = loss + self.penalty.add_gradient(&coefficients, &mut gradient);
        // `max` would pass over a NaN; infinity never meets a tolerance.
        let largest =
            gradient.iter().fold(
                0.0,
                |largest: f64, slope| {
                    if slope.is_nan() { f64::INFINITY } else { largest.max(slope.abs()) }
                },
            );
        let steepest = largest / self.outcomes.total();
        Point { coefficients, loss, objective, gradient, steepest }
    }

    /// The point a step leads to, halved until the objective does not rise.
    fn step(&self, from: &Point, direction: &[f64], halvings: u32) -> Option<Point> {
        let mut length = 1.0;
        for _ in 0..=halvings {
            let ahead = from.coefficients.iter().zip(direction).map(|(b, step)| b - length * step).collect();
            let next = self.point(ahead);
            // Near the minimum the objective is flat to rounding; there the gradient decides.
            let flat = 1e-12 * (1.0 + from.objective.abs());
            if next.objective < from.objective - flat
                || (next.objective <= from.objective + flat && next.steepest < from.steepest)
            {
                return Some(next);
            }
            length *= 0.5;
        }
        None
    }

    fn singular(&self, column: usize, collinear: bool) -> Error {
        let name = self.design.column_field(column);
        if collinear {
            let message = format!(
                "{name} says the same as the columns before it, so that no unique estimate exists; leave it out, or use a penalty above 0"
            );
            Error::new(ErrorKind::Collinear, message)
        } else {
            let message = format!(
                "{name} separates converted leads from the others, so that no finite estimate exists; use a penalty above 0 or Firth's likelihood, or check whether it was filled in after the outcome"
            );
            Error::new(ErrorKind::Separated, message)
        }
    }
}

pub(super) fn not_converged(iterations: u64, gradient: f64, stop: Stop) -> Error {
    let message = format!(
        "the fit did not converge: after {iterations} iterations the gradient is {gradient:.1e} per lead, expected at most {:.0e}; raise the penalty or the number of iterations",
        stop.gradient
    );
    Error::new(ErrorKind::NotConverged, message)
}
