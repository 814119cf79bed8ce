//! What others would make of the same leads: models to compare with, measured on the leads the model was measured on.
//!
//! A baseline is learnt from the leads the measured model was learnt from, with the same columns, and never sees those
//! that are held out. None of them reaches the model file.

mod linear;
pub mod odoo;

use serde::Serialize;

use crate::error::Result;
use crate::model::{Estimate, Metrics};
use crate::score::logit_of;
use crate::train::HeldOut;
use crate::train::calibrate::{Calibration, Method, Scored};
use crate::train::leads::Leads;
use crate::train::measure::{Predictions, auc, cross_validated, log_loss_difference, measure};
use crate::train::split::{self, Part, Split, SplitKind};
use odoo::Scorer;

const MAJORITY: &str = "every lead gets the conversion rate of the leads that were learnt from";
const SCALED: &str = "what Odoo's naive Bayes says, moved along a line on the log-odds scale (Platt 1999) that was fitted to leads it had not counted";

/// A model to compare with, and how good it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Baseline {
    /// What it is called.
    pub name: &'static str,
    /// How it is made, in a sentence.
    pub made: String,
    /// Its metrics on the held-out leads.
    pub metrics: Metrics,
    /// Its log loss less the model's, lead by lead: where the interval lies above 0, the model is better.
    pub excess_log_loss: Estimate,
}

/// Learns each baseline from the leads of every part to fit on, and measures it on the leads held out, of which the model's
/// predictions are given. `tick` is told how many of the parts are done.
///
/// # Errors
/// As the fit.
pub(super) fn compare(
    leads: &Leads,
    split: &Split,
    held_out: &HeldOut,
    seed: u64,
    tick: &mut dyn FnMut(u64, u64),
) -> Result<Vec<Baseline>> {
    let parts = split.parts.len() as u64;
    let model = &held_out.predictions;
    // By the row of the table: the held-out leads stand in an order of their own.
    let [mut majority, mut linear, mut odoo, mut scaled] = [(); 4].map(|()| vec![f64::NAN; leads.len()]);
    // The AUCs on the leads that were learnt from, summed over the parts.
    let mut apparent = [0.0; 2];
    let mut ways = Vec::new();
    let plain = linear::plain(leads);
    for (done, Part { fit, test }) in split.parts.iter().enumerate() {
        tick(done as u64, parts);
        let rate = rate(leads, &fit);
        let (way, [known, probabilities]) = linear::predict(&plain, &fit, [&fit, &test])?;
        ways.push(way);
        let scorer = Scorer::learn(leads, &fit);
        let share = |row: &usize| scorer.percent(leads, *row) / 100.0;
        let own = [known, fit.iter().map(share).collect()];
        apparent.iter_mut().zip(own).for_each(|(sum, scores)| *sum += auc_of(leads, &fit, &scores));
        let scale = platt(leads, &fit, seed);
        for (row, probability) in test.iter().zip(probabilities) {
            (majority[*row], linear[*row], odoo[*row]) = (rate, probability, share(row));
            scaled[*row] = crate::sigmoid(scale.at(logit_of(odoo[*row])));
        }
    }
    tick(parts, parts);
    let [of_linear, of_odoo] = apparent.map(|sum| sum / parts as f64);
    let baselines = [
        ("Majority rate", MAJORITY.to_owned(), majority, 0.5),
        ("Logistic linear", linear::made(&ways), linear, of_linear),
        ("Odoo naive Bayes", odoo::MADE.to_owned(), odoo, of_odoo),
        // A line that rises leaves the order as it is.
        ("Odoo naive Bayes, scaled", SCALED.to_owned(), scaled, of_odoo),
    ];
    let measured = |(name, made, by_row, apparent): (_, _, Vec<f64>, _)| {
        let probability = held_out.rows.iter().map(|row| by_row[*row]).collect();
        let predictions = Predictions { probability, ..model.clone() };
        // As the model: each lead of a fold is learnt from, too, but nothing of the future is.
        let metrics = match split.kind {
            SplitKind::Time => measure(&predictions, &split.description, seed),
            _ => cross_validated(&predictions, &split.description, apparent, seed),
        };
        let excess_log_loss = log_loss_difference(&predictions, model, seed);
        Baseline { name, made, metrics, excess_log_loss }
    };
    Ok(baselines.into_iter().map(measured).collect())
}

/// The weighted conversion rate of some rows.
fn rate(leads: &Leads, rows: &[usize]) -> f64 {
    let total: f64 = rows.iter().map(|row| leads.weight(*row)).sum();
    rows.iter().filter(|row| leads.label[**row]).map(|row| leads.weight(*row)).sum::<f64>() / total
}

fn auc_of(leads: &Leads, rows: &[usize], scores: &[f64]) -> f64 {
    let labels: Vec<bool> = rows.iter().map(|row| leads.label[*row]).collect();
    let weights: Vec<f64> = rows.iter().map(|row| leads.weight(*row)).collect();
    auc(scores, &labels, &weights)
}

/// Platt's line for Odoo's percentages, from leads each of which was scored by the counts of the other folds. Where the
/// line would fall, there is none.
fn platt(leads: &Leads, rows: &[usize], seed: u64) -> Calibration {
    let folds = split::folds(leads, rows, seed);
    let count = folds.iter().max().map_or(0, |last| last + 1);
    let mut held_out = Vec::with_capacity(rows.len());
    for fold in 0..count {
        let of = |inside: bool| {
            let rows = rows.iter().zip(&folds).filter(move |(_, of)| (**of == fold) == inside);
            rows.map(|(row, _)| *row).collect::<Vec<_>>()
        };
        let scorer = Scorer::learn(leads, &of(false));
        held_out.extend(of(true).into_iter().map(|row| Scored {
            logit: logit_of(scorer.percent(leads, row) / 100.0),
            converted: leads.label[row],
            weight: leads.weight(row),
        }));
    }
    Calibration::fit(Method::Platt, &held_out).unwrap_or_else(Calibration::none)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::leads::{Column, Dates};
    use crate::train::measure::{auc_interval, cross_validated_auc};
    use crate::train::random::Random;

    /// Numbers that say nothing.
    fn noise() -> Leads {
        let mut random = Random::new(5, "noise");
        let mut column =
            |place: usize| Column::numbers(format!("x{place}"), (0..300).map(|_| random.uniform()));
        let columns = (0..8).map(&mut column).collect();
        Leads::new("won", (0..300).map(|_| random.uniform() < 0.3).collect(), columns)
    }

    /// The linear baseline's AUC, and its predictions.
    fn linear_of(leads: &Leads) -> (Estimate, Predictions) {
        let split = Split::of(leads, None, 0).unwrap();
        let (mut model, mut rows) = (Predictions::default(), Vec::new());
        for (place, Part { fit, test }) in split.parts.iter().enumerate() {
            let [_, probabilities] = linear::predict(&linear::plain(leads), &fit, [&fit, &test]).unwrap().1;
            model.probability.extend(probabilities);
            model.converted.extend(test.iter().map(|row| leads.label[*row]));
            model.parts.extend(test.iter().map(|_| place as u32));
            rows.extend(test);
        }
        model.weight = vec![1.0; model.converted.len()];
        let held_out = HeldOut { rows, predictions: model };
        let baselines = compare(leads, &split, &held_out, 0, &mut |_, _| ()).unwrap();
        (baselines[1].metrics.auc, held_out.predictions)
    }

    #[test]
    fn folds_are_measured_as_the_models_are() {
        let mut leads = noise();
        let (folds, predictions) = linear_of(&leads);
        let plain = auc_interval(&predictions);
        let widest = cross_validated_auc(&predictions, 1.0);
        assert!(folds.high - folds.low > 1.1 * (plain.high - plain.low), "{folds:?}, {plain:?}");
        assert!(folds.high - folds.low <= widest.high - widest.low + 1e-12, "{folds:?}, {widest:?}");

        leads.dates =
            Some(Dates { field: "created".into(), seconds: (0..300).collect(), until: None, span: 0 });
        let (newest, predictions) = linear_of(&leads);
        assert_eq!(newest, auc_interval(&predictions));
    }
}
