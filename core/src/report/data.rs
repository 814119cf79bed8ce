//! What was excluded and why, what the data is like, and what other ways to score are worth.

use serde::{Deserialize, Serialize};

use crate::model::{Estimate, ExcludedField, Metrics, Model};
use crate::train::brought::{Brought, ColumnRead};
use crate::train::{Baseline, Finding};

/// What the audit found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingFacts {
    /// The column; absent where it is about the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What it is, by its stable name: [`FindingKind::as_str`](crate::train::FindingKind::as_str).
    pub kind: String,
    /// The same for people.
    pub title: String,
    /// Whether it says that the column may know the outcome.
    pub accuses: bool,
    /// The evidence, in one sentence.
    pub evidence: String,
    /// What was done.
    pub done: String,
    /// How to override it.
    pub remedy: String,
    /// Whether the model does without the column.
    pub excluded: bool,
}

/// What a column is like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnFacts {
    /// The column.
    pub field: String,
    /// What it was taken for, as in the schema file.
    pub role: String,
    /// Why.
    pub why: String,
    /// Whether a person should look at this.
    pub notable: bool,
    /// Whether the model reads it.
    pub used: bool,
    /// How many different values it has.
    pub distinct: u64,
    /// The share of rows in which it is not known.
    pub missing: f64,
}

/// Another way to score, measured on the same held-out leads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BaselineFacts {
    /// What it is called.
    pub name: String,
    /// How it is made, in a sentence.
    pub made: String,
    /// Its metrics.
    pub metrics: Metrics,
    /// Its log loss less the model's, lead by lead: where the interval lies above 0, the model is better.
    pub excess_log_loss: Estimate,
}

pub(super) fn baselines(baselines: &[Baseline]) -> Vec<BaselineFacts> {
    let facts = |own: &Baseline| BaselineFacts {
        name: own.name.to_owned(),
        made: own.made.clone(),
        metrics: own.metrics.clone(),
        excess_log_loss: own.excess_log_loss,
    };
    baselines.iter().map(facts).collect()
}

pub(super) fn findings(findings: &[Finding]) -> Vec<FindingFacts> {
    let facts = |finding: &Finding| FindingFacts {
        field: finding.field.clone(),
        kind: finding.kind.as_str().to_owned(),
        title: finding.kind.title().to_owned(),
        accuses: finding.kind.accuses(),
        evidence: finding.evidence.clone(),
        done: finding.done.clone(),
        remedy: finding.remedy.clone(),
        excluded: finding.excluded,
    };
    findings.iter().map(facts).collect()
}

/// The columns the model does not read for other reasons than a finding.
pub(super) fn excluded(model: &Model, findings: &[Finding]) -> Vec<ExcludedField> {
    let found = |field: &ExcludedField| {
        findings.iter().any(|finding| finding.excluded && finding.field.as_ref() == Some(&field.field))
    };
    let all = model.card().map_or(&[][..], |card| &card.data.excluded);
    all.iter().filter(|field| !found(field)).cloned().collect()
}

pub(super) fn columns(brought: &Brought, model: &Model) -> Vec<ColumnFacts> {
    let facts = |column: &ColumnRead| ColumnFacts {
        field: column.name.clone(),
        role: column.role.to_owned(),
        why: column.why.clone(),
        notable: column.notable,
        used: model.field(&column.name).is_some(),
        distinct: column.distinct,
        missing: column.missing,
    };
    brought.columns.iter().map(facts).collect()
}
