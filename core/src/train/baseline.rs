//! What others would make of the same leads: models to compare with, measured on the leads the model was measured on.
//!
//! A baseline is learnt from the leads the measured model was learnt from, with the same columns, and never sees those
//! that are held out. None of them reaches the model file.

mod linear;
pub mod odoo;

use serde::Serialize;

use crate::error::Result;
use crate::model::{Estimate, Metrics};
use crate::train::calibrate::{Calibration, Method, Scored};
use crate::train::leads::Leads;
use crate::train::measure::{Predictions, log_loss_difference, measure};
use crate::train::split::{self, Part, Split};
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

/// Learns each baseline from the leads of every part to fit on, and measures it on the leads held out. `model` are the
/// model's predictions of these, in the same order. `tick` is told how many of the parts are done.
///
/// # Errors
/// As the fit.
pub(super) fn compare(
    leads: &Leads,
    split: &Split,
    model: &Predictions,
    seed: u64,
    tick: &mut dyn FnMut(u64, u64),
) -> Result<Vec<Baseline>> {
    let parts = split.parts.len() as u64;
    let (mut majority, mut linear, mut odoo, mut scaled) = (vec![], vec![], vec![], vec![]);
    let mut ways = Vec::new();
    let plain = linear::plain(leads);
    for (done, Part { fit, test }) in split.parts.iter().enumerate() {
        tick(done as u64, parts);
        majority.extend(std::iter::repeat_n(rate(leads, &fit), test.len()));
        let (way, probabilities) = linear::predict(&plain, &fit, &test)?;
        ways.push(way);
        linear.extend(probabilities);
        let scorer = Scorer::learn(leads, &fit);
        let scale = platt(leads, &fit, seed);
        for row in test {
            let share = scorer.percent(leads, row) / 100.0;
            odoo.push(share);
            scaled.push(crate::sigmoid(scale.at(logit(share))));
        }
    }
    tick(parts, parts);
    let baselines = [
        ("Majority rate", MAJORITY.to_owned(), majority),
        ("Logistic linear", linear::made(&ways), linear),
        ("Odoo naive Bayes", odoo::MADE.to_owned(), odoo),
        ("Odoo naive Bayes, scaled", SCALED.to_owned(), scaled),
    ];
    let measured = |(name, made, probability)| {
        let predictions = Predictions { probability, ..model.clone() };
        let metrics = measure(&predictions, &split.description, seed);
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

fn logit(share: f64) -> f64 {
    libm::log(share / (1.0 - share))
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
            logit: logit(scorer.percent(leads, row) / 100.0),
            converted: leads.label[row],
            weight: leads.weight(row),
        }));
    }
    Calibration::fit(Method::Platt, &held_out).unwrap_or_else(Calibration::none)
}
