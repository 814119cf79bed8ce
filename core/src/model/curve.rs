//! A piecewise-linear function of a number.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::kernel::piecewise;
use crate::model::Reading;
use crate::prelude::*;

/// A curve: straight between its knots, flat outside them, with a value of its own for *missing*.
///
/// On the segment from `x0` to `x1` it is `y0 + (y1 - y0) * ((x - x0) / (x1 - x0))`, evaluated in this order on every
/// platform.
///
/// ```
/// use sales_ready::model::{Curve, Reading};
///
/// let curve = Curve { field: "visits".into(), x: vec![0.0, 4.0], y: vec![-1.0, 1.0], missing: -0.5, missing_se: None, se: vec![] };
/// assert_eq!(curve.value(&Reading::Number(1.0)), -0.5);
/// assert_eq!(curve.value(&Reading::Number(f64::INFINITY)), 1.0);
/// assert_eq!(curve.value(&Reading::Missing), -0.5);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// The field the curve reads; empty for the calibration, which reads the logit.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// The knots' places, strictly increasing, in the field's own unit.
    pub x: Vec<f64>,
    /// The knots' values, in log-odds.
    pub y: Vec<f64>,
    /// The value where the field is missing, in log-odds.
    #[serde(default)]
    pub missing: f64,
    /// The standard error of `missing`, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_se: Option<f64>,
    /// Standard errors of `y`, from the penalised information; empty where they are not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub se: Vec<f64>,
}

impl Curve {
    /// The curve's value for a reading of its field.
    pub fn value(&self, reading: &Reading<'_>) -> f64 {
        match reading {
            Reading::Number(x) => self.at(*x),
            Reading::Flag(flag) => self.at(f64::from(u8::from(*flag))),
            Reading::Missing | Reading::Level(_) => self.missing,
        }
    }

    /// The curve's value at `x`, which is flat outside the knots. `NaN` gives the value for missing.
    pub fn at(&self, x: f64) -> f64 {
        piecewise(&self.x, &self.y, self.missing, x)
    }

    /// The least `x` at which a non-decreasing curve reaches `y`: `None` where it never does, `-∞` where it always has.
    pub fn first_reaching(&self, y: f64) -> Option<f64> {
        let right = self.y.iter().position(|value| *value >= y)?;
        if right == 0 {
            return Some(f64::NEG_INFINITY);
        }
        let (x0, x1, y0, y1) = (self.x[right - 1], self.x[right], self.y[right - 1], self.y[right]);
        Some(x0 + (x1 - x0) * ((y - y0) / (y1 - y0)))
    }

    /// Checks that the curve is one: knots strictly increasing, all numbers finite, as many values as knots.
    pub(crate) fn check(&self, what: &str) -> Result<()> {
        let fail = |expected: &str| {
            Err(Error::new(ErrorKind::ModelInvalid, format!("the curve of {what} is damaged: {expected}")))
        };
        if self.x.is_empty() || self.x.len() != self.y.len() {
            return fail("expected as many values as knots, and at least one");
        }
        if !self.y.iter().chain([&self.missing]).all(|value| value.is_finite()) {
            return fail("expected finite values");
        }
        let rising = self.x.windows(2).all(|pair| pair[0] < pair[1] && (pair[1] - pair[0]).is_finite());
        let steps = self.y.windows(2).all(|pair| (pair[1] - pair[0]).is_finite());
        if !rising || !steps || !self.x.iter().all(|knot| knot.is_finite()) {
            return fail("expected finite, strictly increasing knots");
        }
        let known = self.se.len() == self.y.len() && self.se.iter().all(|se| se.is_finite());
        if !self.missing_se.is_none_or(f64::is_finite) {
            return fail("expected a finite standard error of the value for missing, or none");
        }
        if !self.se.is_empty() && !known {
            return fail("expected as many finite standard errors as knots, or none");
        }
        Ok(())
    }
}
