//! Design, label and weights → coefficients: penalised logistic regression with a certificate.
//!
//! The estimator speaks linfa's grammar: unchecked [`LogisticParams`] are checked into [`LogisticValidParams`], which
//! fit a [`linfa::DatasetBase`] of a [`Design`] and [`Outcomes`].

mod placing;
mod columns;
mod design;
mod logistic;
mod product;
mod cells;
mod narrow;
mod curvature;
mod information;
mod accumulator;
mod factor;
mod memory;
mod outcomes;
mod path;
mod monotone;
mod penalty;
mod smoothness;
mod solver;
mod firth;
mod without;

pub use accumulator::{Accumulator, Sums};
pub use design::Design;
pub(crate) use design::DesignBlock;
pub(crate) use factor::Factor;
pub use outcomes::Outcomes;
pub(crate) use path::cross_validate_groups;
pub use path::{CrossValidation, cross_validate};
pub use penalty::{Strength, Strengths};
pub(crate) use placing::{Place, Placing};
pub(crate) use without::Whole;

use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use ndarray::{Array1, Array2};

use crate::error::{Error, ErrorKind, Result};
use penalty::Penalty;
use solver::{Minimum, Problem, Stop};

/// Parameters of the logistic fit, not yet checked.
///
/// The fit minimises `Σ w (log(1 + e^η) − y η) + λ · penalty`, a *sum* over leads: the penalty's weight falls as leads
/// come in. λ = 0 is plain maximum likelihood.
///
/// ```
/// use linfa::{DatasetBase, ParamGuard, traits::Fit};
/// use sales_ready::train::fit::LogisticParams;
///
/// assert!(LogisticParams::new().penalty(-1.0).check().is_err());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LogisticParams(LogisticValidParams);

/// Checked parameters of the logistic fit.
#[derive(Clone, Debug, PartialEq)]
pub struct LogisticValidParams {
    penalty: f64,
    strengths: Option<Strengths>,
    firth: bool,
    stop: Stop,
    start: Option<Array1<f64>>,
}

/// A converged fit.
#[derive(Clone, Debug)]
pub struct Fitted {
    minimum: Minimum,
    factor: Factor,
    /// The information in the leads without the penalty's, lower triangle; empty with Firth's likelihood.
    information: Array2<f64>,
}

impl Default for LogisticParams {
    fn default() -> Self {
        Self::new()
    }
}

impl LogisticParams {
    /// Penalty 1, at most 100 iterations, gradient at most 1e-10 per unit of weight.
    pub fn new() -> Self {
        Self(LogisticValidParams {
            penalty: 1.0,
            strengths: None,
            firth: false,
            stop: Stop { gradient: 1e-10, iterations: 100 },
            start: None,
        })
    }

    /// The strength λ of the penalty; 0 for none.
    #[must_use]
    pub fn penalty(mut self, strength: f64) -> Self {
        self.0.penalty = strength;
        self
    }

    /// Strengths block by block, in place of one λ for all.
    #[must_use]
    pub fn strengths(mut self, strengths: Strengths) -> Self {
        self.0.strengths = Some(strengths);
        self
    }

    /// Whether to maximise Firth's bias-reducing likelihood. It needs a penalty of 0, whose place it takes: estimates are
    /// finite although a field separates converted leads from the others, and less biased in a small table.
    ///
    /// ```
    /// use linfa::ParamGuard;
    /// use sales_ready::train::fit::LogisticParams;
    ///
    /// assert!(LogisticParams::new().penalty(0.0).firth(true).check().is_ok());
    /// ```
    #[must_use]
    pub fn firth(mut self, firth: bool) -> Self {
        self.0.firth = firth;
        self
    }

    /// The greatest number of Newton iterations.
    #[must_use]
    pub fn max_iterations(mut self, iterations: u64) -> Self {
        self.0.stop.iterations = iterations;
        self
    }

    /// The certificate: the largest absolute gradient, per unit of weight, that counts as converged.
    #[must_use]
    pub fn gradient_tolerance(mut self, tolerance: f64) -> Self {
        self.0.stop.gradient = tolerance;
        self
    }

    /// Coefficients to start from; they change the way, not the result.
    #[must_use]
    pub fn start(mut self, coefficients: Array1<f64>) -> Self {
        self.0.start = Some(coefficients);
        self
    }
}

impl ParamGuard for LogisticParams {
    type Checked = LogisticValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&LogisticValidParams> {
        let expected = |what: &str| Err(Error::new(ErrorKind::BadOption, what.to_owned()));
        let LogisticValidParams { penalty, strengths, firth, stop, start } = &self.0;
        if !(penalty.is_finite() && *penalty >= 0.0) {
            return expected("expected a finite penalty of at least 0");
        }
        let positive = |strength: &f64| strength.is_finite() && *strength > 0.0;
        let blocks = strengths.iter().flat_map(Strengths::blocks);
        if !blocks.flat_map(|Strength { bend, ridge }| [bend, ridge]).all(positive) {
            return expected("expected finite strengths above 0");
        }
        if *firth && (*penalty > 0.0 || strengths.is_some()) {
            return expected("expected Firth's likelihood or a penalty, found both; set the penalty to 0");
        }
        if !(stop.gradient.is_finite() && stop.gradient > 0.0) {
            return expected("expected a gradient tolerance above 0");
        }
        if start.iter().flatten().any(|coefficient| !coefficient.is_finite()) {
            return expected("expected finite coefficients to start from");
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<LogisticValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl Fit<Design, Outcomes, Error> for LogisticValidParams {
    type Object = Fitted;

    /// Fits the model.
    ///
    /// # Errors
    /// [`ErrorKind::TooFewLeads`] where one class is absent; [`ErrorKind::NotConverged`]; without a penalty also
    /// [`ErrorKind::Separated`] (but not with Firth's likelihood) and [`ErrorKind::Collinear`].
    fn fit(&self, dataset: &DatasetBase<Design, Outcomes>) -> Result<Fitted> {
        let (design, outcomes) = (&dataset.records, &dataset.targets);
        let rate = check_shapes(design, outcomes)?;
        let strengths = match &self.strengths {
            Some(strengths) if strengths.blocks().len() == design.blocks().len() => strengths.clone(),
            Some(_) => {
                let message = format!("expected strengths for {} blocks", design.blocks().len());
                return Err(Error::new(ErrorKind::BadOption, message));
            }
            None => Strengths::uniform(design, self.penalty),
        };
        let penalty = Penalty::of(design, outcomes, &strengths);
        let penalised = self.strengths.is_some() || self.penalty > 0.0;
        let problem = Problem::new(design, outcomes, &penalty, penalised);
        let start = match &self.start {
            Some(start) if start.len() == design.width() => start.to_vec(),
            Some(start) => {
                let message =
                    format!("expected {} coefficients to start from, found {}", design.width(), start.len());
                return Err(Error::new(ErrorKind::BadOption, message));
            }
            None => {
                let mut start = vec![0.0; design.width()];
                start[0] = crate::score::logit_of(rate);
                start
            }
        };
        if self.firth {
            if design.is_constrained() {
                let message = "Firth's likelihood is maximised without constraints; leave out what says that a curve must not fall or rise";
                return Err(Error::new(ErrorKind::BadOption, message));
            }
            let (minimum, factor) = firth::maximise(&problem, start, self.stop)?;
            return Ok(Fitted { minimum, factor, information: Array2::zeros((0, 0)) });
        }
        let (minimum, factor, information) = problem.fit(start, self.stop)?;
        if !penalised {
            problem.check_information(&factor)?;
        }
        Ok(Fitted { minimum, factor, information })
    }
}

impl Fitted {
    /// The coefficients, by design column.
    pub fn coefficients(&self) -> Array1<f64> {
        Array1::from_vec(self.minimum.coefficients.clone())
    }

    /// The standard error of each coefficient, from the inverse penalised information.
    pub fn standard_errors(&self) -> Array1<f64> {
        self.factor.variances().mapv(f64::sqrt)
    }

    /// The standard error of a linear combination of the coefficients.
    pub fn standard_error(&self, combination: &[f64]) -> f64 {
        self.factor.variance(combination).sqrt()
    }

    /// The certificate: the largest absolute gradient of the penalised loss, per unit of weight.
    pub fn gradient(&self) -> f64 {
        self.minimum.gradient
    }

    /// How many Newton iterations it took.
    pub fn iterations(&self) -> u64 {
        self.minimum.iterations
    }

    /// The log-likelihood, without the penalty.
    pub fn log_likelihood(&self) -> f64 {
        -self.minimum.loss
    }

    /// The logit of each row of a design of the same basis.
    pub fn logits(&self, design: &Design) -> Vec<f64> {
        design.predict(&self.minimum.coefficients)
    }
}

impl From<linfa::Error> for Error {
    /// linfa's `Fit` asks for this conversion; the sources here never take that way.
    fn from(error: linfa::Error) -> Self {
        Self::new(ErrorKind::BadOption, error.to_string())
    }
}

/// Checks what is to be fitted, and says at what rate leads convert.
fn check_shapes(design: &Design, outcomes: &Outcomes) -> Result<f64> {
    if outcomes.converted.len() != design.rows() || outcomes.weights.len() != design.rows() {
        let message = format!("expected {} labels and weights, one per row", design.rows());
        return Err(Error::new(ErrorKind::BadOption, message));
    }
    if !outcomes.weights.iter().all(|weight| weight.is_finite() && *weight >= 0.0) {
        return Err(Error::new(ErrorKind::BadOption, "expected finite weights of at least 0"));
    }
    let rate = outcomes.rate();
    if !(rate > 0.0 && rate < 1.0) {
        let message = "expected converted leads and leads that did not convert, found one kind only";
        return Err(Error::new(ErrorKind::TooFewLeads, message));
    }
    Ok(rate)
}

#[cfg(test)]
mod tests;
