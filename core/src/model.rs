//! What is scored with: a sum of curves, tables and pairs, a calibration and a policy.
//!
//! ```text
//! logit(lead) = intercept + Σ term(lead)        summed in the order of the file
//! probability = σ(calibration(logit))
//! ```
//!
//! Up to the logit only `+ − × ÷` and comparisons are used, in a fixed order, so that it has the same bits wherever
//! IEEE 754 arithmetic runs. Decisions are taken on the logit; `exp` only displays a probability.

mod decimal;
mod field;
mod number;
mod curve;
mod table;
mod pair;
mod estimate;
mod policy;
mod reference;
mod levels;
mod intake;
mod target;
mod card;
mod file;

pub use card::{
    Card, Counted, DataCard, ExcludedField, FitStep, Flagged, Looks, Metrics, Profit, TrainingCard,
};
pub use curve::Curve;
#[cfg(feature = "train")]
pub(crate) use decimal::from_few_digits as few_digits;
pub use estimate::Estimate;
pub use field::{Field, FieldKind, Reading};
pub use file::{Document, FORMAT, Golden};
use intake::Intake;
pub use number::NumberFormat;
pub use pair::{Axis, Pair};
pub use policy::{Abstention, AbstentionKind, Grade, PastLeads, Policy, Readiness, ThresholdBasis};
pub use reference::{
    Band, FieldReference, LevelShare, LevelShares, NumberShares, Reference, ScoreReference, Shares,
};
pub(crate) use table::says;
pub use table::{Level, Table};
pub use target::{Positive, Target};

use serde::{Deserialize, Serialize};

use crate::kernel::Kernel;
use crate::prelude::*;
use crate::touch::Recipe;

/// One summand of the logit: what one field contributes, or two together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Term {
    /// What a number contributes.
    Curve(Curve),
    /// What a category contributes.
    Table(Table),
    /// What two fields contribute together.
    Pair(Pair),
}

/// A model that has been checked: its terms fit its fields, its curves are well formed, its golden vectors reproduce.
///
/// It comes from training, from a file (`Model::from_json`), or from a
/// [`Document`] that something else has parsed.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    document: Document,
    /// One for each field.
    intakes: Vec<Intake>,
    kernel: Kernel,
}

impl Term {
    /// The names of the fields this term reads: one, or two for a pair.
    pub fn fields(&self) -> &[String] {
        match self {
            Self::Curve(curve) => core::slice::from_ref(&curve.field),
            Self::Table(table) => core::slice::from_ref(&table.field),
            Self::Pair(pair) => &pair.fields,
        }
    }

    /// What the term adds to the logit for readings of its fields, in the order of [`Term::fields`]. A curve and a
    /// table read the first; one that is not given is missing.
    ///
    /// ```
    /// use sales_ready::model::{Curve, Reading, Term};
    ///
    /// let curve = Curve { field: "visits".into(), x: vec![0.0, 4.0], y: vec![-1.0, 1.0], missing: -0.5, missing_se: None, se: vec![] };
    /// assert_eq!(Term::Curve(curve).value(&[&Reading::Number(1.0)]), -0.5);
    /// ```
    pub fn value(&self, readings: &[&Reading<'_>]) -> f64 {
        let reading = |place: usize| readings.get(place).copied().unwrap_or(&Reading::Missing);
        match self {
            Self::Curve(curve) => curve.value(reading(0)),
            Self::Table(table) => table.value(reading(0)),
            Self::Pair(pair) => pair.value(reading(0), reading(1)),
        }
    }

    /// The least and the greatest value the term can take.
    pub fn range(&self) -> (f64, f64) {
        let bounds = |values: &mut dyn Iterator<Item = f64>| {
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            })
        };
        match self {
            Self::Curve(curve) => bounds(&mut curve.y.iter().copied().chain([curve.missing])),
            Self::Table(table) => {
                bounds(&mut table.levels.iter().map(|level| level.value).chain([table.unseen, table.missing]))
            }
            Self::Pair(pair) => bounds(&mut pair.values.iter().flatten().copied()),
        }
    }
}

impl Model {
    /// The fields the model reads, in the order of the file.
    pub fn fields(&self) -> &[Field] {
        &self.document.fields
    }

    /// The field of a name, where the model reads it.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields().iter().find(|field| field.name == name)
    }

    /// The terms of the sum, in the order of the file.
    pub fn terms(&self) -> &[Term] {
        &self.document.terms
    }

    /// The logit of the average training lead.
    pub fn intercept(&self) -> f64 {
        self.document.intercept
    }

    /// From the logit to the calibrated logit.
    pub fn calibration(&self) -> &Curve {
        &self.document.calibration
    }

    /// When a lead is sales-ready.
    pub fn policy(&self) -> &Policy {
        &self.document.policy
    }

    /// How some of the fields are made of touches; `None` where none is.
    pub fn recipe(&self) -> Option<&Recipe> {
        self.document.touches.as_ref()
    }

    /// The model as it is written to a file.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The card, where the file has one.
    #[cfg(feature = "json")]
    pub fn card(&self) -> Option<&Card> {
        self.document.card.as_ref()
    }

    /// Sets the golden vectors of a model that has just been made.
    #[cfg(feature = "train")]
    pub(crate) fn set_golden(&mut self, golden: Vec<Golden>) {
        self.document.golden = golden;
    }

    /// Sets how the training leads of a model that has just been made were distributed.
    #[cfg(feature = "train")]
    pub(crate) fn set_reference(&mut self, reference: crate::model::Reference) {
        if let Some(card) = &mut self.document.card {
            card.reference = Some(reference);
        }
    }

    /// The model in numbers: for those who score tables of them.
    pub fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// What the kernel reads of readings, one for each field.
    pub(crate) fn codes(&self, readings: &[Reading<'_>]) -> Vec<f64> {
        self.intakes.iter().zip(readings).map(|(intake, reading)| intake.levels.code(reading)).collect()
    }

    /// What the kernel reads of a reading of the field at this place.
    pub(crate) fn code(&self, place: usize, reading: &Reading<'_>) -> f64 {
        self.intakes[place].levels.code(reading)
    }

    /// For each field how its values are read.
    pub(crate) fn intakes(&self) -> &[Intake] {
        &self.intakes
    }

    /// The levels that the terms tell apart of the field at this place, in the order of their codes.
    #[cfg(feature = "train")]
    pub(crate) fn levels(&self, place: usize) -> &[String] {
        self.intakes[place].levels.texts()
    }

    /// Whether the field at this place is made of touches.
    pub(crate) fn is_made(&self, place: usize) -> bool {
        self.kernel.recipe().fields.iter().any(|made| made.field == place)
    }
}
