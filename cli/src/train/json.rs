//! What `train --json` prints.

use sales_ready::model::{Card, Policy};
use sales_ready::report::Source;
use sales_ready::train::replace::Succession;
use sales_ready::train::schema::Guess;
use sales_ready::train::touch_facts::TouchFacts;
use sales_ready::train::{Baseline, Finding};
use serde::Serialize;

/// The report for machines. The model file has the rest.
#[derive(Serialize)]
pub(super) struct Report<'a> {
    file: &'a str,
    notes: &'a [String],
    target_why: &'a str,
    guesses: Vec<GuessReport>,
    findings: Vec<FindingReport<'a>>,
    policy: &'a Policy,
    card: Option<&'a Card>,
    #[serde(skip_serializing_if = "<[Baseline]>::is_empty")]
    baselines: &'a [Baseline],
    #[serde(skip_serializing_if = "Option::is_none")]
    touches: Option<&'a TouchFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    succession: Option<&'a Succession>,
}

#[derive(Serialize)]
struct GuessReport {
    column: String,
    role: &'static str,
    why: String,
}

#[derive(Serialize)]
struct FindingReport<'a> {
    field: Option<&'a str>,
    kind: &'static str,
    evidence: &'a str,
    done: &'a str,
    remedy: &'a str,
    excluded: bool,
}

impl<'a> Report<'a> {
    pub(super) fn new(source: Source<'a>) -> Self {
        let Source { brought, training, touches, succession } = source;
        let guess = |guess: Guess| GuessReport { column: guess.column, role: guess.role, why: guess.why };
        let finding = |finding: &'a Finding| FindingReport {
            field: finding.field.as_deref(),
            kind: finding.kind.as_str(),
            evidence: &finding.evidence,
            done: &finding.done,
            remedy: &finding.remedy,
            excluded: finding.excluded,
        };
        Self {
            file: &brought.file,
            notes: &brought.notes,
            target_why: &brought.target_why,
            guesses: brought.guesses().map(guess).collect(),
            findings: training.findings.iter().map(finding).collect(),
            policy: training.model.policy(),
            card: training.model.card(),
            baselines: &training.baselines,
            touches,
            succession,
        }
    }
}
