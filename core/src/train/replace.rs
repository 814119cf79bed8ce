//! Whether a model that has just been trained may take an old one's place.
//!
//! They are compared on the leads this training held out, where models of the new kind that had not seen them stand for
//! the new one. The old model must not have seen them either: where both tables have dates, and enough leads are newer
//! than the old model's last one, these alone decide. Else the old model may have learnt from them, which flatters it. A
//! new model that is not worse even so may replace it. One that seems worse is called so only if it would also be with
//! the same advantage: fitted to these leads itself. Between the two it can not be told.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::lead::Instant;
use crate::model::{Model, Target};
use crate::train::compare::{Comparison, Verdict, compare_flagging, probabilities};
use crate::train::csv::Table;
use crate::train::economics::Money;
use crate::train::leads::Leads;
use crate::train::measure::Predictions;
use crate::train::pipeline::{HeldOut, Training};
use crate::train::schema::is_same_target;

/// So many leads of either class must be newer than the old model's for these to decide alone.
const LEAST_CLASS: usize = 40;

/// The model in place, with its chances for the leads of a table.
#[derive(Clone, Debug)]
pub struct Incumbent {
    model: Model,
    table: Table,
    probability: Vec<f64>,
}

/// Whether the new model is to be published, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Succession {
    /// Whether it is.
    pub publish: bool,
    /// How the new model stands to the old one.
    pub verdict: Verdict,
    /// Why, in sentences for people.
    pub sentences: Vec<String>,
    /// The old model and models of the new kind, on held-out leads; `None` where both models are the same.
    #[serde(default)]
    pub comparison: Option<Comparison>,
}

impl Succession {
    /// What became of the new model, as a headline.
    pub fn headline(&self) -> &'static str {
        match (self.publish, self.verdict) {
            (true, _) => "Published: it takes the place of the model there",
            (false, Verdict::Same) => "Nothing to publish: it is the model in place",
            (false, _) => "Not published: the model in place stays",
        }
    }
}

impl Incumbent {
    /// Reads a table as the old model does: before training, so that no time is lost on a model that can not be
    /// compared.
    ///
    /// # Errors
    /// [`ErrorKind::Label`] where it learnt another target; [`ErrorKind::MissingField`] and [`ErrorKind::BadValue`] where
    /// it can not read the table.
    pub fn read(model: Model, table: Table, target: &Target) -> Result<Self> {
        if let Some(learnt) = model.card().map(|card| &card.target)
            && !is_same_target(learnt, target)
        {
            let message = format!(
                "the model in place foretells {} = {}, this training {} = {}, so that they can not be compared; publish under another name with -o",
                quoted(&learnt.field),
                learnt.positive,
                quoted(&target.field),
                target.positive
            );
            return Err(Error::new(ErrorKind::Label, message));
        }
        let probability = probabilities(&model, &table).map_err(|error| {
            let message = format!(
                "the model in place can not score this table, so that nothing can be compared (publish under another name with -o): {}",
                error.message()
            );
            error.with_message(message)
        })?;
        Ok(Self { model, table, probability })
    }

    /// Compares what has been trained from the same table with the model in place.
    ///
    /// # Errors
    /// As [`Incumbent::read`], of the new model; there are none where it was trained from this table.
    pub fn succeeded_by(
        &self,
        training: &Training,
        leads: &Leads,
        money: Option<Money>,
        seed: u64,
    ) -> Result<Succession> {
        let new = &training.model;
        let silent = [&self.model, new].map(|model| model.policy().flags_nobody());
        let falls_silent = silent[1].filter(|_| silent[0].is_none());
        if scores_alike(&self.model, new) {
            let differs = self.model.policy() != new.policy();
            let (verdict, sentence) = match falls_silent {
                Some(why) => (Verdict::CannotTell, of_silent(why)),
                None if differs => (
                    Verdict::Same,
                    "Replaced: the new model scores as the one in place, but flags in another way.".into(),
                ),
                None => (
                    Verdict::Same,
                    "Not replaced: the new model is the one in place, number by number.".into(),
                ),
            };
            let publish = differs && falls_silent.is_none();
            return Ok(Succession { publish, verdict, sentences: vec![sentence], comparison: None });
        }
        let (places, unseen) = self.places(&training.held_out, leads);
        let HeldOut { rows, predictions } = &training.held_out;
        let picked = predictions.pick(&places);
        let of_table = |all: &[f64]| -> Vec<f64> { places.iter().map(|place| all[rows[*place]]).collect() };
        let old = of_table(&self.probability);
        let [of_new, of_old] = [new, &self.model].map(|model| Money::of(model.policy()));
        let money = money.or(of_new).or(of_old);
        let comparison = compare_flagging(&old, &picked, money, silent, seed);
        let mut verdict = comparison.verdict;
        if verdict == Verdict::Worse && !unseen {
            let probability = of_table(&probabilities(new, &self.table)?);
            let as_flattered =
                compare_flagging(&old, &Predictions { probability, ..picked }, money, silent, seed);
            if as_flattered.verdict != Verdict::Worse {
                verdict = Verdict::CannotTell;
            }
        }
        let publish = verdict.is_not_worse();
        let mut sentences = vec![decision(verdict, falls_silent), self.basis(&comparison, unseen)];
        // The first is on the verdict.
        sentences.extend(comparison.sentences.iter().skip(1).cloned());
        Ok(Succession { publish, verdict, sentences, comparison: Some(comparison) })
    }

    /// The held-out leads that count, by their place among these, and whether the old model can not have seen them.
    fn places(&self, held_out: &HeldOut, leads: &Leads) -> (Vec<usize>, bool) {
        let all = || (0..held_out.rows.len()).collect();
        let last = self.last_day().map(str::parse::<Instant>);
        let (Some(Ok(last)), Some(dates)) = (last, &leads.dates) else { return (all(), false) };
        let day_after = last.plus_days(1.0).seconds();
        let newer =
            (0..held_out.rows.len()).filter(|place| dates.seconds[held_out.rows[*place]] >= day_after);
        let newer: Vec<usize> = newer.collect();
        let converted = newer.iter().filter(|place| held_out.predictions.converted[**place]).count();
        if converted.min(newer.len() - converted) < LEAST_CLASS {
            return (all(), false);
        }
        (newer, true)
    }

    /// The last day of the leads that the old model learnt from.
    fn last_day(&self) -> Option<&str> {
        self.model.card()?.data.period.as_ref().map(|[_, last]| &**last)
    }

    fn basis(&self, comparison: &Comparison, unseen: bool) -> String {
        let Comparison { leads, conversions, .. } = comparison;
        match self.last_day().filter(|_| unseen) {
            Some(last) => format!(
                "They are compared on {leads} held-out leads newer than {last}, of which {conversions} converted: neither has seen these."
            ),
            None => format!(
                "They are compared on {leads} held-out leads, of which {conversions} converted. The model in place may have learnt from some of them, which makes it look better than it is; `sales-ready compare` takes leads that neither has seen."
            ),
        }
    }
}

fn decision(verdict: Verdict, falls_silent: Option<&str>) -> String {
    let sentence = match (verdict, falls_silent) {
        (Verdict::Better, _) => "Replaced: the new model is better than the one in place.",
        (Verdict::Same | Verdict::NotWorse, _) => {
            "Replaced: the new model is not worse than the one in place."
        }
        (Verdict::Worse, _) => "Not replaced: the new model is worse than the one in place.",
        (Verdict::CannotTell, Some(why)) => return of_silent(why),
        (Verdict::CannotTell, None) => {
            "Not replaced: it can not be told whether the new model is worse than the one in place."
        }
    };
    sentence.to_owned()
}

/// For a new model that flags nobody, where the one in place does.
fn of_silent(why: &str) -> String {
    format!("Not replaced: the new model flags nobody, where the one in place flags some: {why}.")
}

/// Whether two models give every lead the same score.
fn scores_alike(old: &Model, new: &Model) -> bool {
    let [old, new] = [old, new].map(Model::document);
    old.fields == new.fields
        && old.intercept == new.intercept
        && old.terms == new.terms
        && old.calibration == new.calibration
}
