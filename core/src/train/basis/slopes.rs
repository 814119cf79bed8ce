//! The straight lines of a fit as a textbook prints them: one coefficient per field, and the intercept at zero.

use crate::train::basis::{Basis, Shape};
use crate::train::fit::Fitted;
use crate::train::leads::Leads;

/// A coefficient on the field's own scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Slope {
    /// The field; `intercept` for the logit where every field is 0.
    pub name: String,
    /// The coefficient: log-odds per unit of the field.
    pub estimate: f64,
    /// Its standard error, from the inverse information.
    pub standard_error: f64,
}

impl Basis {
    /// The intercept and slopes of a fit on a [linear](crate::train::basis::BasisKind::Linear) basis; `None` where a
    /// field is no straight line (a category, more than two knots, missing values).
    pub fn slopes(&self, leads: &Leads, fitted: &Fitted) -> Option<Vec<Slope>> {
        let coefficients = fitted.coefficients();
        let estimate = |name: &str, combination: &[f64]| Slope {
            name: name.to_owned(),
            estimate: combination.iter().zip(&coefficients).map(|(weight, b)| weight * b).sum(),
            standard_error: fitted.standard_error(combination),
        };
        // The intercept is the logit at 0: each line followed from its first knot back to there.
        let mut at_zero = vec![0.0; self.width];
        at_zero[0] = 1.0;
        let mut slopes = Vec::new();
        for block in &self.blocks {
            let Shape::Hats(knots) = &block.shape else { return None };
            let ([x0, x1], None) = (knots.as_slice(), block.missing) else { return None };
            let mut slope = vec![0.0; self.width];
            (slope[block.start], slope[block.start + 1]) = (-1.0 / (x1 - x0), 1.0 / (x1 - x0));
            at_zero[block.start] = x1 / (x1 - x0);
            at_zero[block.start + 1] = -x0 / (x1 - x0);
            slopes.push(estimate(&leads.columns[block.column].field.name, &slope));
        }
        slopes.insert(0, estimate("intercept", &at_zero));
        Some(slopes)
    }
}
