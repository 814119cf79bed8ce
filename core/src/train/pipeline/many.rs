//! Many leads: what is chosen by trying, and trying again on leads left out, is chosen on a sample; all leads then say what
//! the chosen terms are worth.
//!
//! Which pairs of fields matter and how smooth each curve is, fifty thousand leads with some thousands of each outcome tell nearly as well as ten million: a
//! strength is a property of a curve, not of how many leads there are, since the loss it stands against is a sum over them.
//! Knots and pairs come from the sample, too; which levels have a column of their own is seen in all leads.
//!
//! Leads in the sample are never measured on. The others are dealt into folds, and each fold is measured by the fit to all
//! leads but it, calibrated by fits that leave out one more fold each: so what measures has seen neither terms, nor
//! penalties, nor values, nor calibration. Two folds left out at once serve both: ten further fits for five folds.

use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use rayon::prelude::*;

use super::candidate::{Candidate, affordable};
use super::{HeldOut, Options};
use crate::error::Result;
use crate::train::calibrate::{Calibration, Scored};
use crate::train::fit::{Design, LogisticParams, Outcomes, Whole};
use crate::train::leads::Leads;
use crate::train::learn::{Fineness, Learnt, Material, learn};
use crate::train::measure::auc;
use crate::train::random::Random;
use crate::train::split;

/// With more leads than this, a sample serves.
const MANY: usize = 60_000;
/// About as many leads are in it, …
const SAMPLE: f64 = 50_000.0;
/// … and more where one kind of outcome is rare, so that there are about so many of it, …
const RARER: f64 = 5_000.0;
/// … but never more than this share of the leads, …
const LARGEST_SHARE: f64 = 0.5;
/// … nor more leads than this.
const LARGEST: f64 = 250_000.0;
/// A handful of numbers, as a calibration is, or one, as an AUC is, takes no more leads than about so many.
const ENOUGH: usize = 1_000_000;

/// What was held out, by fits that had not seen it, and the AUC of such a fit on what it had seen.
pub(super) struct Measured {
    pub(super) held_out: HeldOut,
    pub(super) apparent: f64,
}

/// Which of some rows are chosen by, where they are many. Leads of one group are all in the sample or all out.
pub(super) fn sample(leads: &Leads, rows: &[usize], seed: u64) -> Option<Vec<usize>> {
    if rows.len() <= MANY {
        return None;
    }
    let rarer = leads.rarer_class(Some(rows)).max(1);
    let count = rows.len() as f64;
    let share = (SAMPLE / count).max(RARER / rarer as f64).min(LARGEST_SHARE).min(LARGEST / count);
    let mut random = Random::new(seed, "sample");
    Some(match &leads.groups {
        None => rows.iter().copied().filter(|_| random.uniform() < share).collect(),
        Some(groups) => {
            let groups = &groups.codes;
            let count = rows.iter().map(|row| groups[*row]).max().map_or(0, |last| last as usize + 1);
            let taken: Vec<bool> = (0..count).map(|_| random.uniform() < share).collect();
            rows.iter().copied().filter(|row| taken[groups[*row] as usize]).collect()
        }
    })
}

/// Fits all of `rows` with what `sample` says of the terms; with `measure` also what the rows outside the sample are
/// measured by.
pub(super) fn fit(
    leads: &Leads,
    rows: &[usize],
    sample: &[usize],
    options: &Options,
    measure: bool,
    tick: &mut dyn FnMut(u64, u64),
) -> Result<(Candidate, Option<Measured>)> {
    let Learnt { basis: of_sample, cross_validation, steps, .. } =
        choose(leads, sample, options, &mut |done, total| tick(done, 2 * total))?;
    tick(1, 2);
    let basis = of_sample.for_more(leads, rows);
    let start = basis.carried(&of_sample, &cross_validation.coefficients.to_vec());
    let (folds, count) = folds(leads, rows, sample, options.seed);
    let params = LogisticParams::new().strengths(cross_validation.strengths.clone()).start(start).check()?;
    let dataset = DatasetBase::new(basis.design(leads, rows), Outcomes::of(leads, rows));
    let fitted = params.fit(&dataset)?;
    tick(3, 4);
    let DatasetBase { records: design, targets: outcomes, .. } = dataset;
    let strengths = &cross_validation.strengths;
    let whole =
        Whole { design: &design, outcomes: &outcomes, strengths, fitted: &fitted, folds: &folds, count };
    let singles: Vec<Vec<usize>> = (0..count).map(|fold| vec![fold]).collect();
    let doubles: Vec<Vec<usize>> =
        (0..count).flat_map(|a| (a + 1..count).map(move |b| vec![a, b])).filter(|_| measure).collect();
    let mut without = whole.without(&[singles, doubles.clone()].concat())?;
    let of_doubles = without.split_off(count);
    let worth = outcomes.total() / rows.iter().map(|row| leads.weight(*row)).sum::<f64>();
    drop(outcomes);
    let dealt = Dealt { leads, rows, folds: &folds, count, worth };
    let mut logits = dealt.logits(&design, &without.iter().collect::<Vec<_>>());
    let measured = measure.then(|| {
        // Without a fold and that which is left out; of the latter's rows nothing is asked.
        let fit = |fold: usize, left_out: usize| {
            let set = [fold.min(left_out), fold.max(left_out)];
            doubles
                .iter()
                .position(|double| *double == set)
                .map_or(&without[fold], |place| &of_doubles[place])
        };
        let calibration = |left_out: usize| {
            let fits: Vec<_> = (0..count).map(|fold| fit(fold, left_out)).collect();
            let logits = dealt.logits(&design, &fits);
            dealt.calibration(&logits, Some(left_out))
        };
        // Each holds a logit for every lead: of many leads, one at a time does.
        let calibrations: Vec<Calibration> = if rows.len() <= ENOUGH {
            (0..count).into_par_iter().map(calibration).collect()
        } else {
            (0..count).map(calibration).collect()
        };
        let apparent = dealt.apparent_auc(&design.predict(&without[0]), 0);
        Measured { held_out: dealt.held_out(&logits, &calibrations), apparent }
    });
    let calibration = dealt.calibration(&logits, None);
    let of_rows = dealt.places().map(|place| rows[place] as u32).collect();
    let mut folds = folds.iter();
    logits.retain(|_| folds.next().is_some_and(|fold| usize::from(*fold) < count));
    tick(1, 1);
    let penalty = cross_validation.penalty;
    Ok((Candidate { basis, penalty, steps, fitted, calibration, logits, rows: of_rows }, measured))
}

/// Terms and their strengths, by the sample.
fn choose(
    leads: &Leads,
    sample: &[usize],
    options: &Options,
    tick: &mut dyn FnMut(u64, u64),
) -> Result<Learnt> {
    let outcomes = Outcomes::of(leads, sample);
    let folds = split::folds(leads, sample, options.seed);
    let groups = leads.groups_of(sample);
    let material =
        Material { leads, rows: sample, outcomes: &outcomes, folds: &folds, groups: groups.as_deref() };
    let fineness = Fineness { basis: affordable(options.basis, leads, &outcomes), pairs: options.pairs };
    learn(material, fineness, tick)
}

/// The fold of each of `rows`; those of the sample are in none, which is the one behind the last. And how many folds there are.
fn folds(leads: &Leads, rows: &[usize], sample: &[usize], seed: u64) -> (Vec<u8>, usize) {
    let mut sample = sample.iter().peekable();
    let others: Vec<usize> =
        rows.iter().copied().filter(|row| sample.next_if(|sampled| **sampled == *row).is_none()).collect();
    let dealt = split::folds(leads, &others, seed);
    let count = dealt.iter().max().map_or(0, |last| last + 1);
    let mut dealt = others.into_iter().zip(dealt).peekable();
    let fold = |row: &usize| dealt.next_if(|(other, _)| other == row).map_or(count, |(_, fold)| fold) as u8;
    (rows.iter().map(fold).collect(), count)
}

/// Rows dealt into folds.
struct Dealt<'a> {
    leads: &'a Leads,
    rows: &'a [usize],
    folds: &'a [u8],
    count: usize,
    /// What a unit of weight is worth in leads that stand alone.
    worth: f64,
}

impl Dealt<'_> {
    fn fold(&self, place: usize) -> usize {
        usize::from(self.folds[place])
    }

    /// The places of the rows that are in a fold.
    fn places(&self) -> impl Iterator<Item = usize> {
        (0..self.rows.len()).filter(|place| self.fold(*place) < self.count)
    }

    /// The logit of each row by the fit that belongs to its fold, where it is in one.
    fn logits(&self, design: &Design, fits: &[&Vec<f64>]) -> Vec<f64> {
        /// As many folds as there are, and one for the rows that are in none.
        const LANES: usize = 8;
        let fits: Vec<&[f64]> = fits.iter().map(|fit| fit.as_slice()).collect();
        design.predict_each::<LANES>(&fits, self.folds)
    }

    fn scored(&self, logits: &[f64], place: usize) -> Scored {
        let row = self.rows[place];
        let weight = self.worth * self.leads.weight(row);
        Scored { logit: logits[place], converted: self.leads.label[row], weight }
    }

    /// The calibration by the rows in a fold but one.
    fn calibration(&self, logits: &[f64], but: Option<usize>) -> Calibration {
        let step = self.rows.len().div_ceil(ENOUGH);
        let places = || self.places().filter(|place| Some(self.fold(*place)) != but).step_by(step);
        // Folds are counted without the one that is left out.
        let fold = |place: usize| match but {
            Some(but) if self.fold(place) > but => self.fold(place) - 1,
            _ => self.fold(place),
        };
        let scored: Vec<Scored> = places().map(|place| self.scored(logits, place)).collect();
        Calibration::choose(&scored, &places().map(fold).collect::<Vec<_>>())
    }

    fn held_out(&self, logits: &[f64], calibrations: &[Calibration]) -> HeldOut {
        let mut held_out = HeldOut::default();
        let predictions = &mut held_out.predictions;
        let count = self.places().count();
        held_out.rows.reserve_exact(count);
        predictions.probability.reserve_exact(count);
        predictions.converted.reserve_exact(count);
        predictions.weight.reserve_exact(count);
        predictions.parts.reserve_exact(count);
        for place in self.places() {
            let (row, fold) = (self.rows[place], self.fold(place));
            held_out.rows.push(row);
            predictions.probability.push(crate::sigmoid(calibrations[fold].at(logits[place])));
            predictions.converted.push(self.leads.label[row]);
            predictions.weight.push(self.leads.weight(row));
            predictions.parts.push(fold as u32);
            if let Some(groups) = &self.leads.groups {
                predictions.groups.push(groups.codes[row]);
            }
        }
        held_out
    }

    /// The AUC of logits by a fit without a fold on the leads it has seen.
    fn apparent_auc(&self, logits: &[f64], left_out: usize) -> f64 {
        let label = |place: usize| self.leads.label[self.rows[place]];
        let seen = || (0..self.rows.len()).filter(|place| self.fold(*place) != left_out);
        let (count, converted) = (seen().count(), seen().filter(|place| label(*place)).count());
        // How many there are of each kind does not matter; the rarer kind is needed whole.
        let (rarer, step) = (2 * converted <= count, count.div_ceil(ENOUGH));
        let mut others = 0;
        let is_kept = |place: &usize| {
            others += usize::from(label(*place) != rarer);
            label(*place) == rarer || others.is_multiple_of(step)
        };
        let kept: Vec<usize> = seen().filter(is_kept).collect();
        let logits: Vec<f64> = kept.iter().map(|place| logits[*place]).collect();
        let converted: Vec<bool> = kept.iter().map(|place| label(*place)).collect();
        let weights: Vec<f64> = kept.iter().map(|place| self.leads.weight(self.rows[*place])).collect();
        auc(&logits, &converted, &weights)
    }
}
