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
mod card;
mod knowledge;
mod file;

pub use card::{Card, DataCard, ExcludedField, FitStep, Flagged, Metrics, Profit, Target, TrainingCard};
pub use curve::Curve;
pub use estimate::Estimate;
pub use field::{Field, FieldKind, Reading};
pub use file::{Document, FORMAT, Golden};
pub use number::NumberFormat;
pub use pair::{Axis, Pair};
pub use policy::{Abstention, AbstentionKind, Grade, PastLeads, Policy, Readiness, ThresholdBasis};
pub use reference::{
    Band, FieldReference, LevelShare, LevelShares, NumberShares, Reference, ScoreReference, Shares,
};
pub use table::{Level, Table};

use serde::{Deserialize, Serialize};

use crate::touch::Recipe;
use knowledge::Knowledge;

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
/// It comes from [training](crate::train), from a file ([`Model::from_json`](Self::from_json)), or from a
/// [`Document`] that something else has parsed.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    document: Document,
    /// For each term, the places of its fields in `document.fields`; the same twice where it reads one.
    term_fields: Vec<[usize; 2]>,
    /// For each field of the recipe, its place in `document.fields`.
    engagement: Vec<usize>,
    knowledge: Knowledge,
}

impl Term {
    /// The names of the fields this term reads: one, or two for a pair.
    pub fn fields(&self) -> &[String] {
        match self {
            Self::Curve(curve) => std::slice::from_ref(&curve.field),
            Self::Table(table) => std::slice::from_ref(&table.field),
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

    /// What is known of a lead with these readings, one for each field, as a share of what was usually known of the
    /// training leads; each field counts by how much its terms can say. 1 where the model has no terms.
    pub fn known(&self, readings: &[Reading<'_>]) -> f64 {
        self.knowledge.share(readings)
    }

    /// For each field of the recipe, its place among the fields.
    pub(crate) fn engagement(&self) -> &[usize] {
        &self.engagement
    }

    /// Each term with the places of its fields (the same twice where it reads one), in the order in which they are
    /// summed.
    pub(crate) fn terms_with_fields(&self) -> impl Iterator<Item = (&Term, [usize; 2])> {
        self.document.terms.iter().zip(self.term_fields.iter().copied())
    }
}
