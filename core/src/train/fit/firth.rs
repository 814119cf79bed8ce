//! Firth's bias-reducing likelihood: finite estimates where a field separates converted leads from the others, and less
//! bias in small tables.
//!
//! What is maximised is the likelihood times Jeffreys' prior (Firth 1993, doi:10.1093/biomet/80.1.27; for logistic
//! regression Heinze & Schemper 2002, doi:10.1002/sim.1047),
//!
//! ```text
//! l(b) + ½ log |I(b)|        I = Σ w p (1 − p) x xᵀ
//! ```
//!
//! Its score is that of a plain fit to outcomes moved towards a half, each lead by its leverage `h = w p (1 − p) xᵀI⁻¹x`:
//!
//! ```text
//! Σ ( w (y − p) + h (½ − p) ) x  =  Σ (w + h) (y* − p) x        y* = (w y + h/2) / (w + h)
//! ```
//!
//! A row that stands for w leads has the leverage of all of them. The pins of the centred blocks change neither `h` nor,
//! but for a constant, the determinant: in a basis of the pinned combinations and of those the leads see, both matrices
//! are block diagonal.

use ndarray::Array1;
use rayon::prelude::*;

use crate::error::{Error, ErrorKind, Result};
use crate::train::fit::factor::Factor;
use crate::train::fit::memory::Memory;
use crate::train::fit::solver::{HALVINGS, Minimum, Problem, Stop, steepest};
use crate::train::fit::{Accumulator, Design, Outcomes, Sums};

struct Point {
    coefficients: Vec<f64>,
    loss: f64,
    /// The negative penalised log-likelihood, but for a constant, and the pins.
    objective: f64,
    /// The negative modified score, and the pins'.
    gradient: Vec<f64>,
    /// Its largest absolute value, per unit of weight.
    steepest: f64,
    /// The factor of the information.
    factor: Factor,
}

/// Maximises the penalised likelihood with step halving. The factor is of the information at the estimate, from which the
/// standard errors come.
///
/// The information alone (Fisher scoring) knows nothing of how the prior bends, and creeps where a column has few leads.
/// The last steps and what they changed in the score tell it.
pub(super) fn maximise(problem: &Problem<'_>, start: Vec<f64>, stop: Stop) -> Result<(Minimum, Factor)> {
    // A finite estimate exists, so that singular information means columns that say the same.
    let problem = &Problem { penalised: true, ..*problem };
    let mut point = Point::at(problem, start)?;
    let mut memory = Memory::default();
    for iteration in 0..=stop.iterations {
        if point.steepest <= stop.gradient {
            let Point { coefficients, loss, steepest, factor, .. } = point;
            return Ok((Minimum { coefficients, loss, gradient: steepest, iterations: iteration }, factor));
        }
        if iteration == stop.iterations {
            break;
        }
        let next = match point.next(problem, &memory.direction(&point.gradient, &point.factor)) {
            // What is remembered was seen elsewhere, and may mislead here.
            None => {
                memory = Memory::default();
                point.next(problem, &memory.direction(&point.gradient, &point.factor))
            }
            next => next,
        };
        let Some(next) = next else { break };
        memory.remember([&point.coefficients, &next.coefficients], [&point.gradient, &next.gradient]);
        point = next;
    }
    let message = format!(
        "Firth's fit did not converge: within {} iterations the modified score came down to {:.1e} per lead, expected at most {:.0e}; raise the number of iterations, or use a penalty in its place",
        stop.iterations, point.steepest, stop.gradient
    );
    Err(Error::new(ErrorKind::NotConverged, message))
}

impl Point {
    fn at(problem: &Problem<'_>, coefficients: Vec<f64>) -> Result<Self> {
        let &Problem { design, outcomes, penalty, .. } = problem;
        let Accumulator { loss, hessian, .. } =
            Accumulator::over(design, outcomes, &coefficients, Sums::Hessian);
        let factor = problem.factor_of(hessian, &coefficients)?;
        let moved = moved(design, outcomes, &leverages(design, outcomes, &coefficients, &factor));
        let mut gradient = Accumulator::over(design, &moved, &coefficients, Sums::Gradient).gradient;
        let pins = penalty.add_gradient(&coefficients, &mut gradient);
        let log_determinant: f64 = factor.information().iter().map(|pivot| libm::log(*pivot)).sum();
        Ok(Self {
            coefficients,
            loss,
            objective: loss - 0.5 * log_determinant + pins,
            steepest: steepest(&gradient, problem.total),
            gradient,
            factor,
        })
    }

    /// The point a step leads to, halved until the penalised likelihood does not fall.
    fn next(&self, problem: &Problem<'_>, direction: &[f64]) -> Option<Self> {
        // Near the maximum the likelihood is flat to rounding; there the score decides.
        let flat = 1e-12 * (1.0 + self.objective.abs());
        let mut length = 1.0;
        for _ in 0..=HALVINGS {
            let ahead = self.coefficients.iter().zip(direction).map(|(b, step)| b - length * step).collect();
            // Too far out, the information is singular to rounding: a shorter step stays where it is not.
            if let Ok(next) = Self::at(problem, ahead)
                && (next.objective < self.objective - flat
                    || (next.objective <= self.objective + flat && next.steepest < self.steepest))
            {
                return Some(next);
            }
            length *= 0.5;
        }
        None
    }
}

/// The leverage of each row, `w p (1 − p) xᵀ I⁻¹ x`. They sum to the number of estimates.
fn leverages(design: &Design, outcomes: &Outcomes, coefficients: &[f64], factor: &Factor) -> Vec<f64> {
    let width = design.width();
    let column = |column: usize| {
        let mut unit = vec![0.0; width];
        unit[column] = 1.0;
        factor.solve(&unit)
    };
    // A row has few values that are not zero, so that reading the inverse beats solving for each row.
    let inverse: Vec<Array1<f64>> = (0..width).into_par_iter().map(column).collect();
    let logits = design.predict(coefficients);
    let leverage = |row: &mut Vec<(usize, f64)>, index: usize| {
        let weight = outcomes.weights[index];
        if weight == 0.0 {
            return 0.0;
        }
        design.row(index, row);
        let mut variance = 0.0;
        for (place, (a, x)) in row.iter().enumerate() {
            let before: f64 = row[..place].iter().map(|(b, other)| other * inverse[*a][*b]).sum();
            variance += x * (2.0 * before + x * inverse[*a][*a]);
        }
        // p (1 − p) without cancellation, as in the accumulator.
        let e = libm::exp(-logits[index].abs());
        weight * e / ((1.0 + e) * (1.0 + e)) * variance
    };
    (0..design.rows()).into_par_iter().map_init(Vec::new, leverage).collect()
}

/// The outcomes moved towards a half by the leverages.
fn moved(design: &Design, outcomes: &Outcomes, leverages: &[f64]) -> Outcomes {
    let weights: Vec<f64> =
        outcomes.weights.iter().zip(leverages).map(|(weight, leverage)| weight + leverage).collect();
    let converted = (0..design.rows()).map(|row| {
        let total = weights[row];
        let converted = outcomes.weights[row] * outcomes.converted[row] + 0.5 * leverages[row];
        if total > 0.0 { converted / total } else { 0.0 }
    });
    Outcomes { converted: converted.collect(), weights }
}
