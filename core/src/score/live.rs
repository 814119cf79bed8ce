//! Model × lead × touches × instant → score: alive, since it depends on the instant.

use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};
use crate::lead::{Instant, Lead};
use crate::model::{Model, Readiness, Reading};
use crate::score::Score;
use crate::touch::{Recipe, Touch};

/// A lead with its touches: what it is, and what it does.
#[derive(Clone, Copy, Debug)]
pub struct TouchedLead<'a> {
    /// What is known of it beside its touches. Values of fields that are [made of touches](crate::touch::Recipe) do not
    /// count.
    pub lead: &'a Lead<'a>,
    /// Its touches, in any order. Those after the instant that is asked about do not count.
    pub touches: &'a [Touch],
}

/// When, without further touches, the decision on a lead changes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Crossing {
    /// The first minute at which it has changed.
    pub at: Instant,
    /// What it is from then on.
    pub readiness: Readiness,
    /// The logit then.
    pub logit: f64,
}

const MINUTE: i64 = 60_000;
const DAY: i64 = 1_440 * MINUTE;

impl Model {
    /// Scores a lead at an instant.
    ///
    /// # Errors
    /// [`ErrorKind::MissingField`] where the model has no fields that are made of touches; [`ErrorKind::BadValue`] where a
    /// number was expected and a text is none.
    pub fn score_touches(&self, lead: TouchedLead<'_>, as_of: Instant) -> Result<Score> {
        Ok(self.score_logit(self.sum(&self.touched_readings(lead, as_of)?)))
    }

    /// The scores at some instants: the trend.
    ///
    /// # Errors
    /// As [`Model::score_touches`].
    pub fn history(
        &self,
        lead: TouchedLead<'_>,
        instants: impl IntoIterator<Item = Instant>,
    ) -> Result<Vec<(Instant, Score)>> {
        let mut readings = self.readings_without_touches(lead)?;
        let scores = instants.into_iter().map(|at| {
            self.put_engagement(&mut readings, lead.touches, at);
            (at, self.score_logit(self.sum(&readings)))
        });
        Ok(scores.collect())
    }

    /// When the decision changes if nothing more happens, within so many days; `None` where it stays. It is looked for
    /// from day to day, and then to the minute: a change that is undone within a day is not one.
    ///
    /// # Errors
    /// As [`Model::score_touches`].
    pub fn crossing(&self, lead: TouchedLead<'_>, as_of: Instant, days: u32) -> Result<Option<Crossing>> {
        let mut readings = self.readings_without_touches(lead)?;
        let past: Vec<Touch> = lead.touches.iter().filter(|touch| touch.at <= as_of).cloned().collect();
        let mut at = |after: i64| {
            let instant = Instant::from_millis(as_of.millis().saturating_add(after));
            self.put_engagement(&mut readings, &past, instant);
            let logit = self.sum(&readings);
            Crossing { at: instant, readiness: self.policy().decide(logit), logit }
        };
        let now = at(0).readiness;
        let Some(day) = (1..=i64::from(days)).find(|day| at(day * DAY).readiness != now) else {
            return Ok(None);
        };
        let (mut before, mut after) = ((day - 1) * DAY, day * DAY);
        while after - before > MINUTE {
            let middle = before + (after - before) / 2;
            if at(middle).readiness == now { before = middle } else { after = middle }
        }
        Ok(Some(at(after)))
    }

    /// The readings of a lead at an instant, by field.
    pub(crate) fn touched_readings<'l>(
        &self,
        lead: TouchedLead<'l>,
        as_of: Instant,
    ) -> Result<Vec<Reading<'l>>> {
        let mut readings = self.readings_without_touches(lead)?;
        self.put_engagement(&mut readings, lead.touches, as_of);
        Ok(readings)
    }

    /// The readings of what is known of a lead beside its touches, by field.
    pub(crate) fn readings_without_touches<'l>(&self, lead: TouchedLead<'l>) -> Result<Vec<Reading<'l>>> {
        self.needed_recipe()?;
        let mut made = vec![false; self.fields().len()];
        self.engagement().iter().for_each(|place| made[*place] = true);
        let fields = self.fields().iter().zip(made);
        fields
            .map(
                |(field, made)| {
                    if made { Ok(Reading::Missing) } else { field.read(lead.lead.get(&field.name)) }
                },
            )
            .collect()
    }

    /// How fields are made of touches, or an error that says that none is.
    pub(crate) fn needed_recipe(&self) -> Result<&Recipe> {
        self.recipe().ok_or_else(|| {
            let message = "the model has no fields that are made of touches; train one with touches, or score the lead's values";
            Error::new(ErrorKind::MissingField, message)
        })
    }

    /// Sets the readings of the fields that are made of touches.
    pub(crate) fn put_engagement(&self, readings: &mut [Reading<'_>], touches: &[Touch], as_of: Instant) {
        let values = self.recipe().map(|recipe| recipe.features(touches, as_of)).unwrap_or_default();
        self.put_values(readings, &values);
    }

    /// Sets the readings of the fields that are made of touches to these values.
    pub(crate) fn put_values(&self, readings: &mut [Reading<'_>], values: &[f64]) {
        for (place, value) in self.engagement().iter().zip(values) {
            readings[*place] = if value.is_nan() { Reading::Missing } else { Reading::Number(*value) };
        }
    }
}
