//! Penalised maximum likelihood by Newton's method (iteratively reweighted least squares) with step halving.
//!
//! A factor of a nearby problem's information matrix may stand in for the problem's own as long as each step shrinks
//! what is left to gain: folds of a cross-validation differ little from the whole, and a gradient is far cheaper to sum
//! than a Hessian. The point it converges to does not depend on it.

use ndarray::{Array1, Array2};

use crate::error::{Error, ErrorKind, Result};
use crate::train::fit::accumulator::ROWS;
use crate::train::fit::factor::Factor;
use crate::train::fit::information::information;
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
    /// One in so many rows is seen …
    pub(super) one_in: usize,
    /// … and stands for so many.
    pub(super) scale: f64,
    /// What all rows weigh.
    pub(super) total: f64,
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
/// … first one in so many, and then of more …
const FEW_OF_MANY: [usize; 2] = [64, 16];
/// … as near as this gradient: what is left is chance's.
const NEAR: Stop = Stop { gradient: 1e-4, iterations: 30 };
/// The information in one in so many rows then serves for the steps by all: it costs as much as some steps.
const SOME_OF_MANY: usize = 5;
/// With many rows, standard errors come from a point as near the minimum as so many of them, in all coefficients together.
const STANDARD_ERRORS: f64 = 0.01;
/// Step lengths down to 2^-30: below, no descent is left to find.
pub(super) const HALVINGS: u32 = 30;
/// Without a penalty, a column whose information falls to this share of what it is where all are equal is separated.
const COLLAPSE: f64 = 1e-6;

/// Where a search stands.
pub(super) struct Point {
    pub(super) coefficients: Vec<f64>,
    pub(super) loss: f64,
    pub(super) objective: f64,
    pub(super) gradient: Vec<f64>,
    pub(super) steepest: f64,
}

/// Where a search has come to.
struct Found {
    point: Point,
    iterations: u64,
    /// The factor of the last step, and whether it was made on the way.
    factor: Option<Factor>,
    is_fresh: bool,
}

impl Point {
    fn minimum(self, iterations: u64) -> Minimum {
        let Self { coefficients, loss, steepest, .. } = self;
        Minimum { coefficients, loss, gradient: steepest, iterations }
    }
}

/// The largest absolute gradient, per unit of weight.
pub(super) fn steepest(gradient: &[f64], total: f64) -> f64 {
    // `max` would pass over a NaN; infinity never meets a tolerance.
    let greater =
        |largest: f64, slope: &f64| if slope.is_nan() { f64::INFINITY } else { largest.max(slope.abs()) };
    gradient.iter().fold(0.0, greater) / total
}

impl<'a> Problem<'a> {
    /// The problem of all rows of a design.
    pub(crate) fn new(
        design: &'a Design,
        outcomes: &'a Outcomes,
        penalty: &'a Penalty,
        penalised: bool,
    ) -> Self {
        Self { design, outcomes, penalty, penalised, one_in: 1, scale: 1.0, total: outcomes.total() }
    }

    /// The same seen by one in so many rows, some thousand in a row each time; by all where those weigh nothing.
    pub(crate) fn by_one_in(self, one_in: usize) -> Self {
        if one_in == 1 {
            return self;
        }
        let seen = self.outcomes.weights.chunks(ROWS).step_by(one_in);
        let scale = self.total / seen.flatten().sum::<f64>();
        if scale.is_finite() { Self { one_in, scale, ..self } } else { self }
    }

    /// Minimises from `start`.
    pub(crate) fn minimise(&self, start: Vec<f64>, stop: Stop) -> Result<Minimum> {
        if self.design.is_constrained() {
            return monotone::minimise(self, &start, stop);
        }
        let (start, factor) = self.begin(start);
        let Found { point, iterations, .. } = self.search(self.point(start), factor, stop, 0.0)?;
        Ok(point.minimum(iterations))
    }

    /// Minimises, with the information at the minimum, from which the standard errors come, and its factor.
    ///
    /// The last step is by that information, which squares what error is left. Where it costs as much as many steps by an
    /// older factor, it is taken somewhat earlier.
    pub(crate) fn fit(&self, start: Vec<f64>, stop: Stop) -> Result<(Minimum, Factor, Array2<f64>)> {
        if self.design.is_constrained() {
            let minimum = self.minimise(start, stop)?;
            let information = self.information(&minimum.coefficients);
            let factor = self.factor_of(information.clone(), &minimum.coefficients)?;
            return Ok((minimum, factor, information));
        }
        let (start, factor) = self.begin(start);
        let near = if self.is_large() { STANDARD_ERRORS } else { 0.0 };
        let Found { mut point, mut iterations, .. } = self.search(self.point(start), factor, stop, near)?;
        let mut information = self.information(&point.coefficients);
        let mut factor = self.factor_of(information.clone(), &point.coefficients)?;
        if let Some(next) = self.step(&point, &factor.solve(&point.gradient).to_vec(), 0)
            && next.steepest < point.steepest
        {
            (point, iterations) = (next, iterations + 1);
        }
        if self.is_large() && point.steepest > stop.gradient {
            let rest = Stop { iterations: stop.iterations.saturating_sub(iterations), ..stop };
            let nearer = self.search(point, Some(factor), rest, 0.0)?;
            (point, iterations) = (nearer.point, iterations + nearer.iterations);
            factor = match nearer.factor {
                Some(factor) if !nearer.is_fresh => factor,
                // It was farther off than it seemed.
                _ => {
                    information = self.information(&point.coefficients);
                    self.factor_of(information.clone(), &point.coefficients)?
                }
            };
        }
        Ok((point.minimum(iterations), factor, information))
    }

    /// Where to search from, and by which factor: with many rows, what a part of them says.
    fn begin(&self, mut start: Vec<f64>) -> (Vec<f64>, Option<Factor>) {
        if self.one_in > 1 || !self.is_large() {
            return (start, None);
        }
        if start.iter().skip(1).all(|coefficient| *coefficient == 0.0) {
            for few in FEW_OF_MANY.map(|one_in| self.by_one_in(one_in)) {
                // Where these rows do not serve, others must.
                if let Ok(near) = few.search(few.point(start.clone()), None, NEAR, 0.0) {
                    start = near.point.coefficients;
                }
            }
        }
        let factor = self.by_one_in(SOME_OF_MANY).factor(&start).ok();
        (start, factor)
    }

    /// Minimises without constraints, and says how many steps it took. It ends where the gradient is as small as `stop` asks
    /// for, or the minimum, by the factor at hand, nearer than so many standard errors in all coefficients together.
    fn search(&self, mut point: Point, mut factor: Option<Factor>, stop: Stop, near: f64) -> Result<Found> {
        let mut memory = Memory::default();
        let mut is_fresh = false;
        for iteration in 0..=stop.iterations {
            let is_near =
                |factor: &Factor| near > 0.0 && 2.0 * newton(factor, &point.gradient).1 < near * near;
            if point.steepest <= stop.gradient || factor.as_ref().is_some_and(is_near) {
                return Ok(Found { point, iterations: iteration, factor, is_fresh });
            }
            let stale = factor.as_ref().and_then(|factor| {
                let next = self.step(&point, &memory.direction(&point.gradient, factor), 0);
                next.filter(|next| self.serves(factor, &point, next))
            });
            let next = if let Some(next) = stale {
                next
            } else {
                let fresh = self.factor(&point.coefficients)?;
                memory = Memory::default();
                let next = self.step(&point, &fresh.solve(&point.gradient).to_vec(), HALVINGS);
                (factor, is_fresh) = (Some(fresh), true);
                match next {
                    Some(next) => next,
                    // No step of Newton's is better by more than rounding: this is the minimum, as far as it shows.
                    None if point.steepest <= ROUNDING * stop.gradient => {
                        return Ok(Found { point, iterations: iteration, factor, is_fresh });
                    }
                    None => return Err(not_converged(iteration, point.steepest, stop)),
                }
            };
            memory.remember([&point.coefficients, &next.coefficients], [&point.gradient, &next.gradient]);
            point = next;
        }
        Err(not_converged(stop.iterations, point.steepest, stop))
    }

    /// Whether rows are so many that a factor of fewer serves for the first steps, and a fresh one costs as much as many.
    fn is_large(&self) -> bool {
        self.design.rows() >= MANY_ROWS
    }

    /// Whether a step by an older factor was good enough for another. A steepest slope may rise while what is left falls.
    fn serves(&self, factor: &Factor, from: &Point, to: &Point) -> bool {
        let left = |point: &Point| newton(factor, &point.gradient).1;
        to.steepest <= CONTRACTION * from.steepest
            || (self.is_large() && left(to) <= CONTRACTION * left(from))
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
            let (step, left) = newton(factor, &gradient);
            if left.is_nan() || left > CONTRACTION * before {
                return None;
            }
            coefficients.iter_mut().zip(&step).for_each(|(b, step)| *b -= step);
            let shrinks = if before.is_finite() { left / before } else { CONTRACTION };
            if left * shrinks <= gain * self.total {
                return Some(coefficients);
            }
            before = left;
        }
    }

    /// The factor of the penalised information at some coefficients.
    pub(crate) fn factor(&self, coefficients: &[f64]) -> Result<Factor> {
        self.factor_of(self.information(coefficients), coefficients)
    }

    /// The information in the leads, without the penalty's, at some coefficients.
    pub(crate) fn information(&self, coefficients: &[f64]) -> Array2<f64> {
        information(self.one_in, self.design, self.outcomes, coefficients) * self.scale
    }

    /// The sums over all rows, or over those that stand for all.
    fn sums(&self, coefficients: &[f64], sums: Sums) -> Accumulator {
        let mut part = Accumulator::over_one_in(self.one_in, self.design, self.outcomes, coefficients, sums);
        if self.one_in > 1 {
            part.loss *= self.scale;
            part.gradient.iter_mut().for_each(|slope| *slope *= self.scale);
            part.hessian *= self.scale;
        }
        part
    }

    /// The factor of an information matrix and the penalty; `coefficients` tell what an error means.
    pub(crate) fn factor_of(&self, mut information: Array2<f64>, coefficients: &[f64]) -> Result<Factor> {
        self.penalty.add_hessian(&mut information);
        Factor::new(information).map_err(|column| {
            // Nothing but the intercept has moved.
            let at_start = coefficients.iter().skip(1).all(|coefficient| *coefficient == 0.0);
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
        let steepest = steepest(&gradient, self.total);
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

/// Newton's step by a nearby problem's factor, and what is left to gain by it: half the Newton decrement (Boyd &
/// Vandenberghe 2004, 9.5).
pub(super) fn newton(factor: &Factor, gradient: &[f64]) -> (Array1<f64>, f64) {
    let step = factor.solve(gradient);
    let left = 0.5 * gradient.iter().zip(&step).map(|(slope, step)| slope * step).sum::<f64>();
    (step, left)
}

pub(super) fn not_converged(iterations: u64, gradient: f64, stop: Stop) -> Error {
    let message = format!(
        "the fit did not converge: after {iterations} iterations the gradient is {gradient:.1e} per lead, expected at most {:.0e}; raise the penalty or the number of iterations",
        stop.gradient
    );
    Error::new(ErrorKind::NotConverged, message)
}
