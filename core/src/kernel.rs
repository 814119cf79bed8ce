//! Scoring in numbers alone: what is left of a [`Model`](crate::Model) once its names and texts have been looked up.
//!
//! A lead is a row of readings, one for each of the model's fields, in their order: `NaN` where it is missing; of a number
//! the number; of a category with `n` levels a code: the place of its level, `n` for any other level, `n + 1` and `n + 2`
//! for a bare yes and no. [`Model::read`](crate::Model::read) makes them natively, and in a page the widget's own code.
//!
//! Here is no text, no file, and no error: this is all of the crate that goes into the WebAssembly. Whoever makes a
//! [`Kernel`] has checked what it is made of, and whoever asks it gives a reading for each field: of fewer, its methods panic.

mod term;
mod start;
mod rule;
mod touches;
mod shares;
mod live;
mod compile;

pub(crate) use compile::{compile, levels, made_of, millis, numbered};
pub use live::{Crossing, TouchedRow};
pub use rule::Rule;
#[cfg(feature = "train")]
pub(crate) use rule::Z95;
pub(crate) use rule::{decide, grade, percentile};
pub use shares::TouchParts;
pub(crate) use term::piecewise;
pub use term::{Axis, Curve, Grid, Term};
#[cfg(feature = "train")]
pub(crate) use touches::faded;
pub use touches::{Kind, Made, Of, Recipe, Touch};

use crate::explain::Standing;
use crate::model::Readiness;
use crate::prelude::*;
use crate::score::{LEAST_KNOWN, Score, sigmoid};

/// A model in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Kernel {
    intercept: f64,
    terms: Vec<Term>,
    /// One for each term.
    #[cfg(not(target_family = "wasm"))]
    starts: Vec<Option<start::Start>>,
    calibration: Curve,
    rule: Rule,
    recipe: Recipe,
    /// For each field, how far apart its terms' values are, in log-odds. A pair counts half for each of its two.
    weights: Vec<f64>,
    /// The weights of all fields …
    all: f64,
    /// … and of those that are known of a training lead, on average.
    usual: f64,
}

impl Kernel {
    /// A kernel of these parts. `known`: for each field, the share of the training leads of which it was known.
    pub fn new(
        known: &[f64],
        intercept: f64,
        terms: Vec<Term>,
        calibration: Curve,
        rule: Rule,
        recipe: Recipe,
    ) -> Self {
        let mut weights = vec![0.0; known.len()];
        for term in &terms {
            let spread = term.spread();
            // The same field twice where the term reads one.
            for field in term.fields() {
                weights[field] += spread / 2.0;
            }
        }
        let all = weights.iter().fold(0.0, |sum, weight| sum + weight);
        let usual = weights.iter().zip(known).fold(0.0, |sum, (weight, known)| sum + weight * known);
        Self {
            #[cfg(not(target_family = "wasm"))]
            starts: terms.iter().map(Term::start).collect(),
            intercept,
            terms,
            calibration,
            rule,
            recipe,
            weights,
            all,
            usual,
        }
    }

    /// The score of a row of readings.
    ///
    /// # Panics
    /// Where there are fewer readings than fields.
    pub fn score(&self, readings: &[f64]) -> Score {
        self.score_known(self.sum(readings), self.known(readings))
    }

    /// The scores of a table of readings, column behind column, of so many rows.
    ///
    /// # Panics
    /// Where there are fewer readings than `rows` for each field.
    pub fn score_table(&self, columns: &[f64], rows: usize) -> Vec<Score> {
        let mut logits = vec![self.intercept; rows];
        for term in &self.terms {
            let [first, second] = term.fields().map(|field| &columns[field * rows..][..rows]);
            term.add_to(&mut logits, first, second);
        }
        let mut known = vec![0.0; rows];
        for (column, weight) in columns.chunks_exact(rows.max(1)).zip(&self.weights) {
            for (known, reading) in known.iter_mut().zip(column) {
                *known += if reading.is_nan() { 0.0 } else { *weight };
            }
        }
        let score = |(logit, known): (f64, f64)| self.score_known(logit, self.share(known));
        logits.into_iter().zip(known).map(score).collect()
    }

    /// The logit of a row of readings: the sum of the terms, in their order.
    ///
    /// # Panics
    /// Where there are fewer readings than fields.
    pub fn sum(&self, readings: &[f64]) -> f64 {
        #[cfg(not(target_family = "wasm"))]
        let values = self.terms.iter().zip(&self.starts).map(|(term, start)| match start {
            Some(start) => start.at(readings[start.field]),
            None => term.value_in(readings),
        });
        #[cfg(target_family = "wasm")]
        let values = self.values(readings);
        values.fold(self.intercept, |sum, value| sum + value)
    }

    /// What each term contributes, in log-odds.
    ///
    /// # Panics
    /// Where there are fewer readings than fields, once the values are asked for.
    pub fn values(&self, readings: &[f64]) -> impl Iterator<Item = f64> {
        self.terms.iter().map(|term| term.value_in(readings))
    }

    /// How the values of a term's fields stand to it; the same twice where it reads one.
    ///
    /// # Panics
    /// Where there is no such term, or there are fewer readings than fields.
    pub fn standings(&self, term: usize, readings: &[f64]) -> [Standing; 2] {
        let term = &self.terms[term];
        let [first, second] = term.fields();
        [term.standing(0, readings[first]), term.standing(1, readings[second])]
    }

    /// What is known of a lead, as a share of what was usually known of the training leads; each field counts by how much
    /// its terms can say. 1 where there are no terms.
    pub fn known(&self, readings: &[f64]) -> f64 {
        // Most often nothing is missing. Which fields are cannot be predicted, so that the sum below has no branch either.
        if !readings.iter().fold(false, |missing, reading| missing | reading.is_nan()) {
            return self.share(self.all);
        }
        let fields = self.weights.iter().zip(readings);
        let known = fields.map(|(weight, reading)| if reading.is_nan() { 0.0 } else { *weight });
        self.share(known.fold(0.0, |sum, weight| sum + weight))
    }

    /// The score of a logit: calibrated, graded and decided. The log-odds of a lead are never
    /// `NaN`; of that the probability means nothing, the grade is D, and nobody is flagged.
    pub fn score_logit(&self, logit: f64) -> Score {
        let probability = sigmoid(self.calibration.at(logit));
        Score {
            logit,
            probability,
            grade: grade(&self.rule.grades, logit),
            readiness: self.rule.decide(logit),
        }
    }

    /// The terms of the sum.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The logit of the average training lead.
    pub fn intercept(&self) -> f64 {
        self.intercept
    }

    /// How some of the fields are made of touches.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// How many of a hundred past leads scored below a logit; `None` where that is not known.
    pub fn percentile(&self, logit: f64) -> Option<u8> {
        (!self.rule.percentiles.is_empty()).then(|| percentile(&self.rule.percentiles, logit))
    }

    /// The interval of the rate at which leads convert that score like this one: see
    /// [`Model::interval`](crate::Model::interval).
    pub fn interval(&self, logit: f64) -> Option<[f64; 2]> {
        let rate = self.score_logit(logit).probability;
        (!self.rule.percentiles.is_empty()).then(|| rule::interval(rate, self.rule.past))
    }

    /// The score of a logit, given how much of what is usually known is known of the lead.
    pub(crate) fn score_known(&self, logit: f64, known: f64) -> Score {
        let score = self.score_logit(logit);
        if known < LEAST_KNOWN { Score { readiness: Readiness::Abstain, ..score } } else { score }
    }

    /// Weights that are known, beside what is usual.
    fn share(&self, known: f64) -> f64 {
        if self.usual > 0.0 { known / self.usual } else { 1.0 }
    }
}
