//! The penalty chosen by cross-validation: a path from strong to weak, each fit started from the one before.

use std::collections::BTreeSet;

use ndarray::{Array1, Array2};
use rayon::prelude::*;

use crate::error::Result;
use crate::model::FitStep;
use crate::train::fit::factor::Factor;
use crate::train::fit::information::information;
use crate::train::fit::penalty::{Penalty, Strength, Strengths};
use crate::train::fit::solver::{Problem, Stop};
use crate::train::fit::{Design, Outcomes, smoothness};

/// What cross-validation chose.
#[derive(Clone, Debug)]
pub struct CrossValidation {
    /// The strength λ that is best for all terms together.
    pub penalty: f64,
    /// The strengths to fit with: one for all, or each term's own.
    pub strengths: Strengths,
    /// The logit of each row from the fit that had not seen it, at these strengths.
    pub logits: Vec<f64>,
    /// The coefficients of the fit to all rows at these strengths: a start for the final fit.
    pub coefficients: Array1<f64>,
    /// Each λ tried with its out-of-fold log loss per unit of weight.
    pub path: Vec<(f64, f64)>,
    /// The out-of-fold log loss at the best of them, with sizes held back as it suits best.
    pub uniform: f64,
    /// The same with each term's own strengths, and whether they are kept; `None` where that fit failed.
    pub by_term: Option<(f64, bool)>,
    /// How many leads there are.
    leads: usize,
    fits: Fits,
}

impl CrossValidation {
    /// What each step bought: one strength for all, then each term's own.
    pub fn steps(&self) -> Vec<FitStep> {
        let step = |step: &str, log_loss: f64, kept: bool| FitStep { step: step.to_owned(), log_loss, kept };
        let first = step("one smoothness for all terms", self.uniform, true);
        let by_term = self.by_term.map(|(loss, kept)| step("each term's own smoothness", loss, kept));
        std::iter::once(first).chain(by_term).collect()
    }
}

/// From strongest to weakest: 10³ to 10⁻², in half decades.
const STRENGTHS: [f64; 11] = [1000.0, 316.0, 100.0, 31.6, 10.0, 3.16, 1.0, 0.316, 0.1, 0.0316, 0.01];
/// The path ends once this many strengths in a row did not improve on the best.
const PATIENCE: usize = 2;
/// Held-out losses differ in the fourth digit; a fit on the path may be this far, per unit of weight, above its least
/// loss.
pub(super) const GAIN: f64 = 1e-9;
/// From the best strength on, sizes are held back more than bends, so many times as strongly each time, while it helps.
const SHRINKING: f64 = 4.0;
const SHRINKINGS: usize = 5;
/// Updates of the terms' own strengths. They need not reach the fixed point: the leads out of fold judge them as they are.
const SMOOTHINGS: usize = 8;
/// And where most strengths have been through them.
const RESMOOTHINGS: usize = 5;
/// With no more leads than this, each held-out part finds strengths of its own. Those that belong together are one: a part is held
/// out with all of them, or none.
const FEW: usize = 5_000;
/// From so many leads on, every other block of them tells the information that steps are taken by.
const MANY: usize = 40_000;
/// And where nearby problems do not help it there, it is found by itself, down to this gradient.
pub(super) const STOP: Stop = Stop { gradient: 1e-7, iterations: 100 };

/// Chooses the strength with the least out-of-fold log loss, then smooths each term by itself, and keeps that unless it is
/// clearly worse. `folds` gives each row's fold, from 0.
///
/// `tick` is called with the number of steps done and of those there are.
///
/// # Errors
/// As the fit, at the strongest penalty; a weaker one that fails ends the path.
pub fn cross_validate(
    design: &Design,
    outcomes: &Outcomes,
    folds: &[usize],
    tick: &mut dyn FnMut(u64, u64),
) -> Result<CrossValidation> {
    cross_validate_groups(design, outcomes, folds, None, tick)
}

/// The same of rows that belong together where their group is the same.
pub(crate) fn cross_validate_groups(
    design: &Design,
    outcomes: &Outcomes,
    folds: &[usize],
    groups: Option<&[u32]>,
    tick: &mut dyn FnMut(u64, u64),
) -> Result<CrossValidation> {
    let leads = groups.map_or(design.rows(), |groups| groups.iter().collect::<BTreeSet<_>>().len());
    let count = folds.iter().max().map_or(0, |last| last + 1);
    let whole = Sample::new(design, outcomes.clone());
    let parts: Vec<Sample> =
        (0..count).map(|fold| Sample::new(design, outcomes.without(folds, fold))).collect();
    let steps = STRENGTHS.len() as u64 + 1;
    let at = |fits: Fits, strength: f64| -> Result<Chosen> {
        let strengths = Strengths::uniform(design, strength);
        let fits = fits.next(&whole, &parts, &strengths)?;
        let loss = outcomes.log_loss(&fits.logits(design, folds));
        Ok(Chosen { loss, penalty: strength, strengths, fits })
    };
    let [strongest, weaker @ ..] = STRENGTHS;
    tick(0, steps);
    let mut best = at(Fits::start(&whole, count), strongest)?;
    let mut path = vec![(strongest, best.loss)];
    let mut fits = best.fits.clone();
    let mut stale = 0;
    for (done, strength) in (1..).zip(weaker) {
        tick(done, steps);
        // A penalty too weak for these leads ends the path; what was found on the way stands.
        let Ok(next) = at(fits, strength) else { break };
        path.push((strength, next.loss));
        fits = next.fits.clone();
        if next.loss < best.loss {
            best = next;
            stale = 0;
        } else {
            stale += 1;
        }
        if stale == PATIENCE {
            break;
        }
    }
    tick(steps - 1, steps);
    for _ in 0..SHRINKINGS {
        let strengths = best.strengths.shrunk(SHRINKING);
        let Ok(fits) = best.fits.clone().next(&whole, &parts, &strengths) else { break };
        let loss = outcomes.log_loss(&fits.logits(design, folds));
        if loss >= best.loss {
            break;
        }
        best = Chosen { loss, penalty: best.penalty, strengths, fits };
    }
    let uniform = best.loss;
    // Each term's own strengths come from the likelihood, which knows more than the folds: they are kept unless the leads
    // they have not seen speak against them by more than a standard error. Where they run away, one for all remains.
    let smoothed = best.fits.clone().smoothed(&whole, &parts, &best.strengths, SMOOTHINGS, leads).ok();
    let by_term = smoothed.map(|(fits, strengths)| {
        let logits = fits.logits(design, folds);
        let (gain, error) = outcomes.gain(groups, &best.fits.logits(design, folds), &logits);
        let (loss, kept) = (outcomes.log_loss(&logits), gain > -error);
        if kept {
            best = Chosen { loss, penalty: best.penalty, strengths, fits };
        }
        (loss, kept)
    });
    tick(steps, steps);
    let Chosen { penalty, strengths, fits, .. } = best;
    let logits = fits.logits(design, folds);
    Ok(CrossValidation {
        penalty,
        strengths,
        logits,
        coefficients: Array1::from_vec(fits.whole.clone()),
        path,
        uniform,
        by_term,
        leads,
        fits,
    })
}

impl CrossValidation {
    /// Goes on from here with a design that has further blocks behind those of this one: their strengths begin at
    /// `strength` and all are smoothed anew.
    ///
    /// # Errors
    /// As [`cross_validate`].
    pub fn extended(
        &self,
        design: &Design,
        outcomes: &Outcomes,
        folds: &[usize],
        strength: Strength,
    ) -> Result<Self> {
        let whole = Sample::new(design, outcomes.clone());
        let parts: Vec<Sample<'_>> = (0..self.fits.parts.len())
            .map(|fold| Sample::new(design, outcomes.without(folds, fold)))
            .collect();
        let further = design.blocks().len() - self.strengths.blocks().len();
        let strengths: Strengths =
            self.strengths.blocks().iter().copied().chain(std::iter::repeat_n(strength, further)).collect();
        let padded = |coefficients: &Vec<f64>| {
            let mut padded = coefficients.clone();
            padded.resize(design.width(), 0.0);
            padded
        };
        let coefficients = padded(&self.fits.whole);
        // The first round of smoothing asks for the information anew.
        let information = Array2::zeros((0, 0));
        let start =
            Fits { whole: coefficients, parts: self.fits.parts.iter().map(padded).collect(), information };
        let (fits, strengths) = start.smoothed(&whole, &parts, &strengths, RESMOOTHINGS, self.leads)?;
        let logits = fits.logits(design, folds);
        Ok(Self {
            strengths,
            logits,
            coefficients: Array1::from_vec(fits.whole.clone()),
            fits,
            ..self.clone()
        })
    }

    /// What a block says of each row, by the fit that had not seen the row.
    pub(crate) fn part_of(&self, design: &Design, block: usize, folds: &[usize]) -> Vec<f64> {
        let parts: Vec<Vec<f64>> =
            self.fits.parts.iter().map(|part| design.predict_block(block, part)).collect();
        folds.iter().enumerate().map(|(row, fold)| parts[*fold][row]).collect()
    }
}

/// The best so far.
struct Chosen {
    loss: f64,
    penalty: f64,
    strengths: Strengths,
    fits: Fits,
}

/// Leads to fit to, with what the penalty needs to know of them.
struct Sample<'a> {
    design: &'a Design,
    outcomes: Outcomes,
    means: Array1<f64>,
    total: f64,
}

impl<'a> Sample<'a> {
    fn new(design: &'a Design, outcomes: Outcomes) -> Self {
        let (means, total) = (design.means(&outcomes.weights), outcomes.total());
        Self { design, outcomes, means, total }
    }

    fn penalty(&self, strengths: &Strengths) -> Penalty {
        Penalty::new(self.design, &self.means, self.total, strengths)
    }

    fn problem<'p>(&'p self, penalty: &'p Penalty) -> Problem<'p> {
        Problem::new(self.design, &self.outcomes, penalty, true)
    }

    /// The factor of this share of the information, and of the penalty on as many leads.
    fn factor(&self, information: Array2<f64>, share: f64, strengths: &Strengths) -> Result<Factor> {
        let penalty = Penalty::new(self.design, &self.means, share * self.total, strengths);
        self.problem(&penalty).factor_of(information * share, &[])
    }

    /// The information, where there are many leads by a part of them: enough to step by.
    fn nearly(&self, coefficients: &[f64]) -> Array2<f64> {
        let one_in = if self.design.rows() >= MANY { 2 } else { 1 };
        let penalty = Penalty::none();
        self.problem(&penalty).by_one_in(one_in).information(coefficients)
    }

    /// The fit whose terms have strengths of their own, from a fit on; with these and its information.
    fn smoothed(
        &self,
        mut fit: Vec<f64>,
        mut strengths: Strengths,
        rounds: usize,
    ) -> Result<(Vec<f64>, Strengths, Array2<f64>)> {
        let mut known = information(1, self.design, &self.outcomes, &fit);
        let mut factor = self.factor(known.clone(), 1.0, &strengths)?;
        for _ in 0..rounds {
            // The factor is of the information one step back, which moves little; factoring is most of the time.
            strengths = smoothness::update(self.design, &self.means, self.total, &strengths, &fit, &factor);
            factor = self.factor(known, 1.0, &strengths)?;
            fit = self.fit(fit, &factor, &strengths)?;
            known = information(1, self.design, &self.outcomes, &fit);
        }
        Ok((fit, strengths, known))
    }

    /// The fit from `start`, by a nearby problem's factor where that serves.
    fn fit(&self, start: Vec<f64>, factor: &Factor, strengths: &Strengths) -> Result<Vec<f64>> {
        let penalty = self.penalty(strengths);
        let problem = self.problem(&penalty);
        match problem.approach(&start, factor, GAIN) {
            Some(coefficients) => Ok(coefficients),
            None => Ok(problem.minimise(start, STOP)?.coefficients),
        }
    }
}

/// The coefficients at some strengths: of all rows, and of all rows but each fold's.
#[derive(Clone, Debug)]
struct Fits {
    whole: Vec<f64>,
    parts: Vec<Vec<f64>>,
    /// The information in all rows at `whole`.
    information: Array2<f64>,
}

impl Fits {
    /// Nothing but the average lead.
    fn start(whole: &Sample<'_>, parts: usize) -> Self {
        let rate = whole.outcomes.rate();
        let mut start = vec![0.0; whole.design.width()];
        start[0] = crate::score::logit_of(rate);
        let information = whole.nearly(&start);
        Self { parts: vec![start.clone(); parts], whole: start, information }
    }

    /// The fits at the next strengths, started from these. One sum of the information serves them all: the whole is
    /// near that of the strengths before, and a fold's is nearly its share of the whole's.
    fn next(self, sample: &Sample<'_>, parts: &[Sample<'_>], strengths: &Strengths) -> Result<Self> {
        let factor = sample.factor(self.information, 1.0, strengths)?;
        let whole = sample.fit(self.whole.clone(), &factor, strengths)?;
        let information = sample.nearly(&whole);
        let share = parts.iter().map(|part| part.total).sum::<f64>() / (parts.len() as f64 * sample.total);
        let factor = sample.factor(information.clone(), share, strengths)?;
        let fit = |(part, before): (&Sample<'_>, Vec<f64>)| {
            // A fold moves as the whole did.
            let moved = whole.iter().zip(&self.whole).map(|(new, old)| new - old);
            let start = before.iter().zip(moved).map(|(b, moved)| b + moved).collect();
            part.fit(start, &factor, strengths)
        };
        let parts = parts.par_iter().zip(self.parts).map(fit).collect::<Result<_>>()?;
        Ok(Self { whole, parts, information })
    }

    /// Smooths each term by itself, from these fits and strengths on.
    ///
    /// The parts find strengths of their own where there are few leads: those of the whole have seen each part's held-out
    /// leads, and then say that they suit them (of 330 leads with 17 fields, a log loss of 0.42 where new leads have 0.48).
    /// Where there are many, that is little, and the whole's serve.
    fn smoothed(
        self,
        sample: &Sample<'_>,
        parts: &[Sample<'_>],
        strengths: &Strengths,
        rounds: usize,
        leads: usize,
    ) -> Result<(Self, Strengths)> {
        let (whole, of_whole, information) =
            sample.smoothed(self.whole.clone(), strengths.clone(), rounds)?;
        if leads > FEW {
            let fits = Self { whole, information, ..self }.next(sample, parts, &of_whole)?;
            return Ok((fits, of_whole));
        }
        let smooth = |(part, start): (&Sample<'_>, Vec<f64>)| {
            part.smoothed(start, strengths.clone(), rounds).map(|(part, ..)| part)
        };
        let parts = parts.par_iter().zip(self.parts).map(smooth).collect::<Result<_>>()?;
        Ok((Self { whole, parts, information }, of_whole))
    }

    /// The logit of each row from the fit that had not seen it.
    fn logits(&self, design: &Design, folds: &[usize]) -> Vec<f64> {
        let parts: Vec<Vec<f64>> = self.parts.par_iter().map(|part| design.predict(part)).collect();
        folds.iter().enumerate().map(|(row, fold)| parts[*fold][row]).collect()
    }
}
