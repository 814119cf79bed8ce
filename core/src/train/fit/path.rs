//! The penalty chosen by cross-validation: a path from strong to weak, each fit started from the one before.

use ndarray::Array1;
use rayon::prelude::*;

use crate::error::Result;
use crate::train::fit::penalty::Penalty;
use crate::train::fit::solver::{Problem, Stop};
use crate::train::fit::{Design, Outcomes};

/// What cross-validation chose.
#[derive(Clone, Debug)]
pub struct CrossValidation {
    /// The chosen strength λ.
    pub penalty: f64,
    /// The logit of each row from the fit that had not seen it, at the chosen strength.
    pub logits: Vec<f64>,
    /// The coefficients of the fit to all rows at the chosen strength: a start for the final fit.
    pub coefficients: Array1<f64>,
    /// Each strength tried with its out-of-fold log loss per unit of weight.
    pub path: Vec<(f64, f64)>,
}

/// From strongest to weakest: 10³ to 10⁻², in half decades.
const STRENGTHS: [f64; 11] = [1000.0, 316.0, 100.0, 31.6, 10.0, 3.16, 1.0, 0.316, 0.1, 0.0316, 0.01];
/// The path ends once this many strengths in a row did not improve on the best.
const PATIENCE: usize = 2;
/// Held-out losses differ in the fourth digit; the certificate of a fold need not be tighter than this.
const FOLD_STOP: Stop = Stop { gradient: 1e-7, iterations: 100 };

/// Chooses the strength with the least out-of-fold log loss. `folds` gives each row's fold, from 0.
///
/// `tick` is called with the number of strengths done and of those there are.
///
/// # Errors
/// As the fit, at the strongest penalty; a weaker one that fails ends the path.
pub fn cross_validate(
    design: &Design,
    outcomes: &Outcomes,
    folds: &[usize],
    tick: &mut dyn FnMut(u64, u64),
) -> Result<CrossValidation> {
    let count = folds.iter().max().map_or(0, |last| last + 1);
    let parts: Vec<Outcomes> = (0..count).map(|fold| outcomes.without(folds, fold)).collect();
    let none = vec![0.0; design.width()];
    let mut fits = Fits { whole: none.clone(), parts: vec![none; count] };
    let mut best: Option<(f64, CrossValidation)> = None;
    let mut path = Vec::new();
    let mut stale = 0;
    for (done, strength) in STRENGTHS.into_iter().enumerate() {
        tick(done as u64, STRENGTHS.len() as u64);
        fits = match fits.next(design, outcomes, &parts, strength) {
            Ok(fits) => fits,
            // A penalty too weak for these leads ends the path; what was found on the way stands.
            Err(_) if best.is_some() => break,
            Err(error) => return Err(error),
        };
        let logits: Vec<f64> =
            folds.iter().enumerate().map(|(row, fold)| design.predict(row, &fits.parts[*fold])).collect();
        let loss = outcomes.log_loss(&logits);
        path.push((strength, loss));
        if best.as_ref().is_none_or(|(least, _)| loss < *least) {
            let coefficients = Array1::from_vec(fits.whole.clone());
            best =
                Some((loss, CrossValidation { penalty: strength, logits, coefficients, path: Vec::new() }));
            stale = 0;
        } else {
            stale += 1;
        }
        if stale == PATIENCE {
            break;
        }
    }
    tick(STRENGTHS.len() as u64, STRENGTHS.len() as u64);
    let (_, best) = best.unwrap_or_else(|| unreachable!("the path has at least one strength"));
    Ok(CrossValidation { path, ..best })
}

/// The coefficients at one strength: of all rows, and of all rows but each fold's.
struct Fits {
    whole: Vec<f64>,
    parts: Vec<Vec<f64>>,
}

impl Fits {
    /// The fits at the next strength, started from these.
    fn next(self, design: &Design, outcomes: &Outcomes, parts: &[Outcomes], strength: f64) -> Result<Self> {
        let penalty = Penalty::of(design, outcomes, strength);
        let problem = Problem { design, outcomes, penalty: &penalty, penalised: true };
        let whole = problem.minimise(self.whole, None, FOLD_STOP)?.coefficients;
        // The information of a fold is nearly that of the whole: its factor serves all folds.
        let factor = problem.factor(&whole)?;
        let fit = |(part, start): (&Outcomes, Vec<f64>)| {
            let penalty = Penalty::of(design, part, strength);
            let problem = Problem { design, outcomes: part, penalty: &penalty, penalised: true };
            Ok(problem.minimise(start, Some(&factor), FOLD_STOP)?.coefficients)
        };
        Ok(Self { whole, parts: parts.par_iter().zip(self.parts).map(fit).collect::<Result<_>>()? })
    }
}

impl Outcomes {
    /// The outcomes with the rows of a fold left out.
    fn without(&self, folds: &[usize], fold: usize) -> Self {
        let keep = |(weight, of): (&f64, &usize)| if *of == fold { 0.0 } else { *weight };
        let weights = self.weights.iter().zip(folds).map(keep).collect();
        Self { converted: self.converted.clone(), weights }
    }

    /// The mean negative log-likelihood of logits, per unit of weight.
    fn log_loss(&self, logits: &[f64]) -> f64 {
        let rows = self.converted.iter().zip(&self.weights).zip(logits);
        let loss: f64 = rows
            .map(|((y, weight), eta)| weight * (libm::log1p(libm::exp(-eta.abs())) + eta.max(0.0) - y * eta))
            .sum();
        loss / self.total()
    }
}
