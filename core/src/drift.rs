//! Model × new leads → whether they are still those it learnt from, and whether its chances still come true.
//!
//! Each field and the score are compared with the [`Reference`] in the model's card by the population stability index,
//! of which so few leads as there are make some by chance: see [`Shift`]. Where outcomes are known, the predicted rates
//! are held against them, band by band.
//!
//! Weights of the training leads count in the reference; each new lead counts once. Leads of one group, such as an account,
//! are alike: where the training kept them together, both then and now they count for no more leads than they are worth.

mod psi;
mod calibration;
mod field;
mod words;

pub use calibration::{AucNow, BandNow, Calibration, Fit};
pub use psi::{DRIFTED, Shift, WATCH};

use std::ops::RangeInclusive;

use rayon::prelude::*;
use serde::Serialize;

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::model::{Card, Counted, LevelShares, Model, NumberShares, Reference, Shares};
use crate::train::csv::Table;
use crate::train::measure::Predictions;
use crate::train::outcomes::{Known, OutcomeColumn, outcomes};
use crate::train::schema::learnt_groups;
use crate::train::scoring::TableReadings;
use crate::train::together::Together;

/// How many leads a reference can be worth.
const LEADS: RangeInclusive<f64> = 1.0..=1e12;

/// What has become of a model's leads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drift {
    /// What the new rows are: leads, or looks at leads, of which each counts.
    pub counted: Counted,
    /// New leads.
    pub leads: u64,
    /// What the reference is worth, in leads of equal weight.
    pub reference_leads: f64,
    /// The worst of all severities below.
    pub severity: Severity,
    /// What that means, in sentences for people.
    pub sentences: Vec<String>,
    /// The scores.
    pub score: Shift,
    /// The fields, in the order of the model.
    pub fields: Vec<FieldDrift>,
    /// Predictions held against outcomes; `None` where none is known.
    pub calibration: Option<Calibration>,
    /// What was decided while reading, in sentences for people.
    pub notes: Vec<String>,
}

/// How grave drift is, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// Nothing.
    Stable,
    /// Look at it.
    Watch,
    /// Train again, or find out what changed.
    Drifted,
}

/// What has become of a field.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldDrift {
    /// The field.
    pub field: String,
    /// How far its distribution has moved, *missing* being a bin.
    pub shift: Shift,
    /// The value or range whose share explains most of the shift; `None` where there is but one.
    pub most: Option<Moved>,
    /// The share of leads whose value is not known.
    pub missing: ThenNow,
    /// The share of leads with a level that the model's table does not store; for categories.
    pub unseen: Option<ThenNow>,
    /// The share of leads below the curve's first knot, where the curve is flat; for numbers.
    pub below: Option<ThenNow>,
    /// The share of leads above its last knot.
    pub above: Option<ThenNow>,
    /// What the field's own term adds to the average logit. It added 0 on the training leads.
    pub logit: Option<f64>,
}

/// A value or a range of values and its shares.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moved {
    /// What it is, in words.
    pub what: String,
    /// Its shares.
    pub share: ThenNow,
}

/// A share among the training leads and among the new ones.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ThenNow {
    /// Among the training leads.
    pub then: f64,
    /// Among the new leads.
    pub now: f64,
}

impl Severity {
    /// The severity's name in output: `stable`, `watch` or `drifted`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Watch => "watch",
            Self::Drifted => "drifted",
        }
    }

    fn of(size: f64, watch: f64, drifted: f64) -> Self {
        match size {
            size if size >= drifted => Self::Drifted,
            size if size >= watch => Self::Watch,
            _ => Self::Stable,
        }
    }
}

/// Compares new leads with those a model was learnt from.
///
/// Outcomes are read where the table has the column that `asked` names, or else the one the model learnt.
///
/// # Errors
/// [`ErrorKind::MissingField`] where the model's card has no reference, or the table lacks a column the model reads or
/// the target asked for; [`ErrorKind::BadValue`] with line and column for a cell that is no number;
/// [`ErrorKind::Label`] where none of the target's values means "converted"; [`ErrorKind::ModelInvalid`] where the card's reference
/// does not fit the model's fields.
pub fn drift(model: &Model, table: &Table, asked: &OutcomeColumn) -> Result<Drift> {
    let absent = || {
        let message = "the model file does not say how its training leads were distributed, so that there is nothing to compare with; train it again with this version";
        Error::new(ErrorKind::MissingField, message)
    };
    let card = model.card().ok_or_else(absent)?;
    let reference = card.reference.as_ref().ok_or_else(absent)?;
    check(model, reference)?;
    let readings = TableReadings::new(model, table)?;
    let known = outcomes(table, Some(&card.target), asked)?;
    let logits = readings.logits(model);

    let (groups, ungrouped) = learnt_groups(model, table);
    let together = Together::of(&groups, None);
    let together = together.as_ref();
    let tests = reference.fields.len() + 1;
    let fields: Vec<FieldDrift> = reference
        .fields
        .par_iter()
        .filter_map(|then| {
            let place = model.fields().iter().position(|field| field.name == then.field)?;
            let column = &readings.columns[place];
            Some(FieldDrift::measure(model, place, then, column, reference.leads, together, tests))
        })
        .collect();
    let mut bands = vec![0; reference.score.bands.len()];
    let own: Vec<usize> = logits.iter().map(|logit| reference.score.band(*logit)).collect();
    for band in &own {
        bands[*band] += 1;
    }
    let then: Vec<f64> = reference.score.bands.iter().map(|band| band.share).collect();
    let worth_then = reference.score.worth.unwrap_or(reference.leads);
    let worth = together
        .map(|together| together.worth_against(&psi::smoothed(&then, worth_then, &bands), |row| own[row]));
    let score = Shift::measure(&then, worth_then, &bands, worth, tests, "drift of the score");

    let mut notes = table.notes().to_vec();
    notes.extend(ungrouped);
    if known.is_none() {
        notes.push(format!(
            "no outcomes are looked at: the table has no column {}; name another with --target",
            quoted(&card.target.field)
        ));
    }
    let calibration = known.and_then(|known| {
        notes.extend(known.notes.iter().cloned());
        calibration(model, card, reference, &logits, &known, &groups)
    });
    let mut drift = Drift {
        counted: card.data.counted(),
        leads: table.rows() as u64,
        reference_leads: reference.leads,
        severity: Severity::Stable,
        sentences: vec![],
        score,
        fields,
        calibration,
        notes,
    };
    if model.recipe().is_some() && drift.of_inputs() != Severity::Stable {
        // First, for it may be all there is to it.
        drift.notes.insert(0, words::of_looks(card.data.looks));
    }
    drift.severity = drift.of_inputs().max(drift.of_outcomes());
    drift.sentences = words::sentences(&drift);
    Ok(drift)
}

impl Drift {
    /// The worst severity on fields and score.
    fn of_inputs(&self) -> Severity {
        self.fields.iter().fold(self.score.severity, |worst, field| worst.max(field.shift.severity))
    }

    /// The worst severity on what became of the leads.
    fn of_outcomes(&self) -> Severity {
        let of = |calibration: &Calibration| {
            let auc = calibration.auc.map_or(Severity::Stable, |auc| auc.severity);
            calibration.severity.max(auc)
        };
        self.calibration.as_ref().map_or(Severity::Stable, of)
    }
}

impl FieldDrift {
    /// The share of leads beyond either end of the curve, where it is flat; for numbers.
    pub fn out_of_range(&self) -> Option<ThenNow> {
        let sum = |below: ThenNow, above: ThenNow| ThenNow {
            then: below.then + above.then,
            now: below.now + above.now,
        };
        Some(sum(self.below?, self.above?))
    }
}

/// A card is not checked when a model is read, for scoring does not need it.
fn check(model: &Model, reference: &Reference) -> Result<()> {
    let rising = |cuts: &[f64]| cuts.windows(2).all(|pair| pair[0] < pair[1]);
    // Shares are rounded.
    let is_share = |share: &f64| (0.0..=1.001).contains(share);
    let sound = reference.fields.iter().all(|own| {
        model.field(&own.field).is_some()
            && is_share(&own.missing)
            && match &own.known {
                Shares::Numbers(NumberShares { cuts, shares, .. }) => {
                    rising(cuts) && shares.len() == cuts.len() + 1 && shares.iter().all(is_share)
                }
                Shares::Levels(LevelShares { levels, others, .. }) => {
                    levels.windows(2).all(|pair| pair[0].level < pair[1].level)
                        && levels.iter().all(|level| is_share(&level.share))
                        && is_share(others)
                }
            }
    });
    let score = &reference.score;
    let worths = reference.fields.iter().map(|own| own.worth).chain([score.worth, reference.rate_worth]);
    let counted = worths.flatten().chain([reference.leads]).all(|leads| LEADS.contains(&leads));
    let sound = sound && score.bands.iter().all(|band| is_share(&band.share));
    if sound && counted && rising(&score.cuts) && score.bands.len() == score.cuts.len() + 1 {
        return Ok(());
    }
    let message = "the reference in the model's card is damaged: expected fields of the model, rising cuts, one share from 0 to 1 more than there are cuts and numbers of leads; train it again";
    Err(Error::new(ErrorKind::ModelInvalid, message))
}

fn calibration(
    model: &Model,
    card: &Card,
    reference: &Reference,
    logits: &[f64],
    known: &Known,
    groups: &[u32],
) -> Option<Calibration> {
    let probability = |logit: f64| crate::sigmoid(model.calibration().at(logit));
    let rows = known.rows();
    let logits: Vec<f64> = rows.iter().map(|row| logits[*row]).collect();
    let probabilities = logits.iter().map(|logit| probability(*logit)).collect();
    let outcomes = Predictions::of_known(&rows, probabilities, known, groups);
    (!rows.is_empty())
        .then(|| Calibration::measure(&outcomes, &logits, reference, probability, &card.metrics.auc))
}

#[cfg(test)]
mod tests;
