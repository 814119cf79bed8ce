//! The minimum among curves that never fall (or never rise), exactly.
//!
//! In the increments from one knot to the next such a curve is a vector of numbers of at least 0, so each Newton step is a
//! quadratic program with bounds. An active-set method solves it exactly (Nocedal & Wright 2006, 16.5), on the Schur
//! complement of the bounded coordinates alone, which are few. The certificate is that of Karush, Kuhn and Tucker: where an
//! increment is above 0 the gradient vanishes, where it is 0 the gradient does not ask for a fall.

use ndarray::{Array1, Array2, Axis};

use crate::error::{Error, ErrorKind, Result};
use crate::train::fit::Design;
use crate::train::fit::factor::Factor;
use crate::train::fit::solver::{HALVINGS, Minimum, Point, Problem, Stop, not_converged};
use crate::train::leads::Direction;

/// A bounded coordinate is let go where the gradient asks for it by more than this share of the largest.
const SLACK: f64 = 1e-13;

/// The coordinates in which a constrained block is its first value and its increments.
struct Increments {
    /// First column, number of hats and sign of the increments of each constrained block.
    blocks: Vec<(usize, usize, f64)>,
    /// Whether each coordinate is bounded below by 0.
    bounded: Vec<bool>,
}

/// Minimises from `start`, whose constrained blocks may be anything.
pub(super) fn minimise(problem: &Problem<'_>, start: &[f64], stop: Stop) -> Result<Minimum> {
    let increments = Increments::of(problem.design);
    let mut place = increments.from(start);
    let mut point = problem.point(increments.to(&place));
    for iteration in 0..=stop.iterations {
        let slope = increments.gradient(&point.gradient);
        let residual = increments.residual(&place, &slope) / problem.total;
        if residual <= stop.gradient {
            let Point { coefficients, loss, .. } = point;
            return Ok(Minimum { coefficients, loss, gradient: residual, iterations: iteration });
        }
        let mut information = problem.information(&point.coefficients);
        problem.penalty.add_hessian(&mut information);
        let Some(ahead) = increments.step(information, &place, &slope) else {
            let message = "the information matrix of a monotone fit is singular; use a penalty above 0";
            return Err(Error::new(ErrorKind::Collinear, message));
        };
        (place, point) = increments
            .descend(problem, &point, &place, &ahead, residual)
            .ok_or_else(|| not_converged(iteration, residual, stop))?;
    }
    Err(not_converged(stop.iterations, point.steepest, stop))
}

impl Increments {
    fn of(design: &Design) -> Self {
        let mut bounded = vec![false; design.width()];
        let mut blocks = Vec::new();
        for block in design.blocks() {
            if let Some(direction) = block.monotone {
                bounded[block.start + 1..block.start + block.hats].fill(true);
                blocks.push((block.start, block.hats, if direction == Direction::Up { 1.0 } else { -1.0 }));
            }
        }
        Self { blocks, bounded }
    }

    /// The coordinates of coefficients; increments of the wrong sign become 0.
    fn from(&self, coefficients: &[f64]) -> Vec<f64> {
        let mut place = coefficients.to_vec();
        for (start, hats, sign) in &self.blocks {
            for column in start + 1..start + hats {
                place[column] = (sign * (coefficients[column] - coefficients[column - 1])).max(0.0);
            }
        }
        place
    }

    /// The coefficients at some coordinates.
    fn to(&self, place: &[f64]) -> Vec<f64> {
        let mut coefficients = place.to_vec();
        for (start, hats, sign) in &self.blocks {
            for column in start + 1..start + hats {
                coefficients[column] = coefficients[column - 1] + sign * place[column];
            }
        }
        coefficients
    }

    /// The gradient by coordinates, from that by coefficients: an increment moves all knots after it.
    fn gradient(&self, by_coefficient: &[f64]) -> Vec<f64> {
        let mut slope = by_coefficient.to_vec();
        self.sum_behind(ndarray::aview_mut1(&mut slope));
        slope
    }

    fn sum_behind(&self, mut vector: ndarray::ArrayViewMut1<'_, f64>) {
        for (start, hats, sign) in &self.blocks {
            for column in (start + 1..start + hats).rev() {
                vector[column - 1] += vector[column];
                vector[column] *= sign;
            }
        }
    }

    /// The largest violation of the conditions of a minimum.
    fn residual(&self, place: &[f64], slope: &[f64]) -> f64 {
        let violation = |(column, slope): (usize, &f64)| {
            let at_bound = self.bounded[column] && place[column] == 0.0;
            match *slope {
                slope if slope.is_nan() => f64::INFINITY,
                slope if at_bound => (-slope).max(0.0),
                slope => slope.abs(),
            }
        };
        slope.iter().enumerate().map(violation).fold(0.0, f64::max)
    }

    /// The step to the minimum of the quadratic model within the bounds; `None` where the information is singular.
    fn step(&self, mut information: Array2<f64>, place: &[f64], slope: &[f64]) -> Option<Vec<f64>> {
        // Sums fill the lower triangle only.
        for row in 0..information.nrows() {
            for column in 0..row {
                information[(column, row)] = information[(row, column)];
            }
        }
        information.axis_iter_mut(Axis(0)).for_each(|row| self.sum_behind(row));
        information.axis_iter_mut(Axis(1)).for_each(|column| self.sum_behind(column));
        let (mut bounded, mut free) = (Vec::new(), Vec::new());
        for column in 0..place.len() {
            if self.bounded[column] { bounded.push(column) } else { free.push(column) }
        }
        let pick = |rows: &[usize], columns: &[usize]| {
            Array2::from_shape_fn((rows.len(), columns.len()), |(i, j)| information[(rows[i], columns[j])])
        };
        let factor = Factor::new(pick(&free, &free)).ok()?;
        let mixed = pick(&bounded, &free);
        let free_slope: Vec<f64> = free.iter().map(|column| slope[*column]).collect();
        // What is left of a bounded coordinate once the free ones have moved with it.
        let moved: Vec<Array1<f64>> =
            mixed.rows().into_iter().map(|row| factor.solve(&row.to_vec())).collect();
        let mut own = pick(&bounded, &bounded);
        let mut own_slope: Vec<f64> = bounded.iter().map(|column| slope[*column]).collect();
        for (i, row) in mixed.rows().into_iter().enumerate() {
            for (j, moved) in moved.iter().enumerate() {
                own[(i, j)] -= row.dot(moved);
            }
            own_slope[i] -= moved[i].iter().zip(&free_slope).map(|(moved, slope)| moved * slope).sum::<f64>();
        }
        let floor: Vec<f64> = bounded.iter().map(|column| -place[*column]).collect();
        let own_step = within_bounds(&own, &own_slope, &floor)?;
        let mut rest = free_slope;
        for (row, step) in mixed.rows().into_iter().zip(&own_step) {
            rest.iter_mut().zip(row).for_each(|(rest, value)| *rest += value * step);
        }
        let mut step = vec![0.0; place.len()];
        bounded.iter().zip(own_step).for_each(|(column, value)| step[*column] = value);
        free.iter().zip(factor.solve(&rest)).for_each(|(column, value)| step[*column] = -value);
        Some(step)
    }

    /// The point a step leads to, halved until the objective does not rise.
    fn descend(
        &self,
        problem: &Problem<'_>,
        from: &Point,
        place: &[f64],
        step: &[f64],
        residual: f64,
    ) -> Option<(Vec<f64>, Point)> {
        let mut length = 1.0;
        for _ in 0..=HALVINGS {
            let next: Vec<f64> = place
                .iter()
                .zip(step)
                .zip(&self.bounded)
                .map(|((place, step), bounded)| {
                    let next = place + length * step;
                    if *bounded { next.max(0.0) } else { next }
                })
                .collect();
            let point = problem.point(self.to(&next));
            let flat = 1e-12 * (1.0 + from.objective.abs());
            let nearer = || {
                let slope = self.gradient(&point.gradient);
                self.residual(&next, &slope) / problem.total < residual
            };
            if point.objective < from.objective - flat
                || (point.objective <= from.objective + flat && nearer())
            {
                return Some((next, point));
            }
            length *= 0.5;
        }
        None
    }
}

/// The minimum of `slope·d + dᵀ·matrix·d / 2` over `d ≥ floor`, where `floor ≤ 0`. A coordinate at its floor is there
/// exactly. `None` where the matrix is singular.
fn within_bounds(matrix: &Array2<f64>, slope: &[f64], floor: &[f64]) -> Option<Vec<f64>> {
    let size = slope.len();
    let mut step = vec![0.0; size];
    // At first, what stands at its bound and is pushed against it stays there.
    let mut held: Vec<bool> = (0..size).map(|i| floor[i] == 0.0 && slope[i] > 0.0).collect();
    // Each round holds or lets go one coordinate; many more rounds than coordinates mean that rounding leads in circles,
    // and the step found so far is a descent as well.
    for _ in 0..4 * size + 10 {
        let gradient: Vec<f64> = matrix
            .rows()
            .into_iter()
            .zip(slope)
            .map(|(row, slope)| slope + row.dot(&ndarray::aview1(&step)))
            .collect();
        let free: Vec<usize> = (0..size).filter(|i| !held[*i]).collect();
        let part = Array2::from_shape_fn((free.len(), free.len()), |(i, j)| matrix[(free[i], free[j])]);
        let ahead = if free.is_empty() {
            Array1::zeros(0)
        } else {
            let slopes: Vec<f64> = free.iter().map(|i| gradient[*i]).collect();
            -Factor::new(part).ok()?.solve(&slopes)
        };
        // As far as no bound is crossed.
        let blocking = free
            .iter()
            .zip(&ahead)
            .filter(|(i, ahead)| step[**i] + **ahead < floor[**i])
            .map(|(i, ahead)| ((floor[*i] - step[*i]) / ahead, *i))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        let length = blocking.map_or(1.0, |(length, _)| length);
        free.iter().zip(&ahead).for_each(|(i, ahead)| step[*i] = (step[*i] + length * ahead).max(floor[*i]));
        if let Some((_, i)) = blocking {
            (step[i], held[i]) = (floor[i], true);
            continue;
        }
        let gradient = |i: usize| slope[i] + matrix.row(i).dot(&ndarray::aview1(&step));
        let largest = slope.iter().fold(0.0, |largest: f64, slope| largest.max(slope.abs()));
        let pulled = (0..size)
            .filter(|i| held[*i])
            .map(|i| (gradient(i), i))
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .filter(|(gradient, _)| *gradient < -SLACK * largest);
        match pulled {
            Some((_, i)) => held[i] = false,
            None => break,
        }
    }
    Some(step)
}
