//! A training run for people: one value that is both the JSON report and what the HTML page shows.
//!
//! [`Report::new`] gathers the facts, [`Report::to_json`] and [`Report::to_html`] write them. The page is one file: no
//! script, no request, plots as SVG with a title, a description and a table behind each ([`plot`] makes them, for
//! other pages too). Nothing here reads a clock, so that the same run gives the same bytes.
//!
//! Contributions are associations in past leads; no sentence says that anything was caused.

mod words;
mod ranking;
mod readings;
mod flagging;
mod pairs;
mod drivers;
mod points;
mod groups;
mod quality;
mod data;
mod conclusion;
pub mod plot;
mod html;

pub use conclusion::{Conclusion, State};
pub use data::{BaselineFacts, ColumnFacts, FindingFacts};
pub use drivers::{Bar, CurveShape, Driver, Effect, EffectOf, Knot, Shape, TableShape, strengths};
pub use flagging::{Cost, Cut, Flagging, Per};
pub use groups::{Group, Segment};
pub use pairs::{PairCell, PairShape};
pub use points::{BASE, POINTS_TO_DOUBLE, PointsCard, PointsChance, PointsField, PointsRow, Rounding};
pub use quality::{Bin, Level, Quality, RankingPoint, Tenth, of_strangers};

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::model::{Counted, ExcludedField, Target, TrainingCard};
use crate::train::Training;
use crate::train::audit::left_out;
use crate::train::brought::Brought;
use crate::train::economics::Looked;
use crate::train::half_lives::as_read;
use crate::train::leads::Horizon;
use crate::train::replace::Succession;
use crate::train::touch_facts::TouchFacts;
use ranking::Ranking;

/// The format of the JSON report.
pub const FORMAT: &str = "sales-ready-report/1";

/// What a training run has to say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`FORMAT`].
    pub format: String,
    /// What was learnt from.
    pub subject: Subject,
    /// Whether the model took the place of another one, and why; absent where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub succession: Option<Succession>,
    /// What it comes to, in three points.
    pub conclusion: Conclusion,
    /// What handing leads to sales would mean.
    pub flagging: Flagging,
    /// The intercept: the average lead's logit.
    pub intercept: f64,
    /// What drives readiness, the strongest first.
    pub drivers: Vec<Driver>,
    /// What the model says of touches, where it has learnt from them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touches: Option<TouchFacts>,
    /// The model in whole numbers.
    pub points: PointsCard,
    /// How good it is.
    pub quality: Quality,
    /// What the audit found.
    pub findings: Vec<FindingFacts>,
    /// Columns the model does not read, for other reasons.
    pub excluded: Vec<ExcludedField>,
    /// The columns of the table, in its order, without the label.
    pub columns: Vec<ColumnFacts>,
    /// What was decided or skipped while reading, in sentences.
    pub notes: Vec<String>,
    /// Other ways to score, where they were asked for.
    pub baselines: Vec<BaselineFacts>,
    /// How the model was fitted.
    pub training: TrainingCard,
    /// How to reproduce all this.
    pub reproduction: Reproduction,
}

/// What was learnt from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    /// The file, as it was named.
    pub file: String,
    /// Its label column, and the value that means "converted".
    pub target: Target,
    /// How that value was found.
    pub target_why: String,
    /// Leads in the table.
    pub leads: u64,
    /// Of these, converted.
    pub conversions: u64,
    /// First and last date (ISO 8601), where there are dates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<[String; 2]>,
    /// Whether rows stand for different numbers of leads.
    pub weighted: bool,
}

/// How to reproduce a run; only the caller knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reproduction {
    /// The command, as it is typed in a shell.
    pub command: String,
    /// The program and its version.
    pub version: String,
    /// The files read and written, with what identifies them.
    pub files: Vec<FileFacts>,
}

/// A file that was read or written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// What it is: "leads", "schema", "model".
    pub role: String,
    /// Its name, as it was given.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Their SHA-256, in hexadecimal digits.
    pub sha256: String,
}

/// What a report is made from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The leads, and how they were read.
    pub brought: &'a Brought,
    /// What training gave.
    pub training: &'a Training,
    /// What the model says of touches, where it has learnt from them.
    pub touches: Option<&'a TouchFacts>,
    /// What became of the model where another one was in place.
    pub succession: Option<&'a Succession>,
}

impl Report {
    /// Gathers the facts of a training run.
    ///
    /// # Errors
    /// [`ErrorKind::ModelInvalid`] where the model has no card, which a trained one has.
    pub fn new(source: Source<'_>, reproduction: Reproduction) -> Result<Self> {
        let Source { brought, training, touches, succession } = source;
        let model = &training.model;
        let leads = &*as_read(&brought.leads, model.recipe());
        let card = model.card().ok_or_else(|| {
            Error::new(
                ErrorKind::ModelInvalid,
                "expected a model with a card, as training makes it, found none",
            )
        })?;
        let held_out = &training.held_out;
        let ranking = Ranking::new(&held_out.predictions);
        let horizon = card.data.horizon_days.map(|days| Horizon { days });
        let looked =
            Looked::new(held_out, &brought.leads, horizon).filter(|_| card.flagged.counted == Counted::Calls);
        let mut flagging =
            Flagging::new(leads, held_out, &ranking, model.policy(), &card.flagged, looked.as_ref());
        if model.terms().is_empty() {
            // Nobody is scored best where all get the same chance.
            flagging.cuts.clear();
        }
        let learnt = leads.pick(&training.learnt);
        let drivers = drivers::drivers(model, &learnt);
        let findings = data::findings(&training.findings);
        let (periods, periods_are) = groups::periods(leads, held_out);
        let quality = Quality {
            metrics: card.metrics.clone(),
            other_splits: card.other_splits.clone(),
            levels: [held_out].into_iter().chain(&training.other_held_out).map(Level::of).collect(),
            ranking: quality::curve(&ranking),
            tenths: quality::tenths(&ranking),
            reliability: quality::reliability(&ranking),
            periods,
            periods_are,
            segments: groups::segments(leads, held_out, &drivers),
        };
        Ok(Self {
            format: FORMAT.to_owned(),
            subject: Subject {
                file: brought.file.clone(),
                target: card.target.clone(),
                target_why: brought.target_why.clone(),
                leads: card.data.leads,
                conversions: card.data.conversions,
                period: card.data.period.clone(),
                weighted: leads.weights.is_some(),
            },
            succession: succession.cloned(),
            conclusion: Conclusion::new(
                model.policy(),
                &quality,
                &flagging,
                &findings,
                left_out(&training.findings).as_deref(),
            ),
            flagging,
            intercept: model.intercept(),
            touches: touches.cloned(),
            points: PointsCard::new(model, &learnt, &drivers),
            quality,
            drivers,
            findings,
            excluded: data::excluded(model, &training.findings),
            columns: data::columns(brought, model),
            notes: brought.notes.clone(),
            baselines: data::baselines(&training.baselines),
            training: card.training.clone(),
            reproduction,
        })
    }

    /// Whether the model reads anything: one that was not shown to predict gives every lead the rate of all.
    pub fn has_terms(&self) -> bool {
        !self.drivers.is_empty()
    }

    /// The report as indented JSON with a newline at the end.
    pub fn to_json(&self) -> String {
        // Fails only for keys that are no texts, and a report has none.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The report as one HTML file that needs nothing else.
    pub fn to_html(&self) -> String {
        html::page(self)
    }
}

impl crate::backtest::Backtest {
    /// The replay as one HTML file that needs nothing else; `version` is that of the program that made it.
    pub fn to_html(&self, version: &str) -> String {
        html::replay::page(self, version)
    }
}
