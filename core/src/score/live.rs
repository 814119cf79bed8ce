//! Model × lead × touches × instant → score: alive, since it depends on the instant.

use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};
use crate::lead::{Instant, Lead};
use crate::model::{Model, Readiness, Reading};
use crate::score::Score;
use crate::touch::{Past, Recipe, Touch, until};

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

/// The most instants a [trend](Model::trend) may have.
const MOST_POINTS: u64 = 1000;

/// The most days a [crossing](Model::crossing) may be looked for: ten years.
const MOST_DAYS: u32 = 3660;

const MINUTE: i64 = 60_000;
const MINUTES_A_DAY: i64 = 1_440;

impl Model {
    /// Scores a lead at an instant.
    ///
    /// # Errors
    /// [`ErrorKind::MissingField`] where the model has no fields that are made of touches; [`ErrorKind::BadValue`] where a
    /// number was expected and a text is none.
    pub fn score_touches(&self, lead: TouchedLead<'_>, as_of: Instant) -> Result<Score> {
        Ok(self.score_readings(&self.touched_readings(lead, as_of)?))
    }

    /// The scores at some instants.
    ///
    /// # Errors
    /// As [`Model::score_touches`].
    pub fn history(
        &self,
        lead: TouchedLead<'_>,
        instants: impl IntoIterator<Item = Instant>,
    ) -> Result<Vec<(Instant, Score)>> {
        let mut readings = self.readings_without_touches(lead)?;
        let recipe = self.needed_recipe()?;
        let past = recipe.past(lead.touches, Instant::from_millis(i64::MAX));
        let mut scores = Vec::new();
        for at in instants {
            let logit = self.logit_at(&mut readings, until(&past, at), at);
            scores.push((at, self.score_known(logit, self.known(&readings))));
        }
        Ok(scores)
    }

    /// The scores from one instant to another, every so many milliseconds: the trend.
    ///
    /// # Errors
    /// [`ErrorKind::BadValue`] where the second instant is before the first, the step is not above 0, or there are more than
    /// 1000 steps; else as [`Model::score_touches`].
    pub fn trend(
        &self,
        lead: TouchedLead<'_>,
        from: Instant,
        to: Instant,
        step: i64,
    ) -> Result<Vec<(Instant, Score)>> {
        let length = to.millis().checked_sub(from.millis()).and_then(|length| u64::try_from(length).ok());
        let step = u64::try_from(step).ok();
        let steps = length.zip(step).and_then(|(length, step)| length.checked_div(step));
        let (Some(steps @ ..MOST_POINTS), Some(step)) = (steps, step) else {
            let message = "expected a trend that ends after it begins, of at most 1000 points in steps above 0; choose a longer step or a shorter time";
            return Err(Error::new(ErrorKind::BadValue, message));
        };
        // Within what lies between two instants, so that nothing overflows.
        let at = |point: u64| Instant::from_millis(from.millis().saturating_add_unsigned(point * step));
        self.history(lead, (0..=steps).map(at))
    }

    /// When the decision changes if nothing more happens, within so many days; `None` where it stays. It is looked for
    /// from day to day, and then to the minute: a change that is undone within a day is not one.
    ///
    /// # Errors
    /// [`ErrorKind::BadValue`] for more than ten years; else as [`Model::score_touches`].
    pub fn crossing(&self, lead: TouchedLead<'_>, as_of: Instant, days: u32) -> Result<Option<Crossing>> {
        if days > MOST_DAYS {
            let message = "expected at most 3660 days to look ahead, which are ten years";
            return Err(Error::new(ErrorKind::BadValue, message));
        }
        let mut readings = self.readings_without_touches(lead)?;
        let recipe = self.needed_recipe()?;
        if self.policy().abstains.is_some() {
            return Ok(None);
        }
        let past = recipe.past(lead.touches, as_of);
        let mut after = |minutes: i64| {
            let at = Instant::from_millis(as_of.millis().saturating_add(minutes * MINUTE));
            let logit = self.logit_at(&mut readings, &past, at);
            Crossing { at, readiness: self.score_known(logit, self.known(&readings)).readiness, logit }
        };
        let now = after(0).readiness;
        let mut days = (1..=i64::from(days)).map(|day| day * MINUTES_A_DAY);
        let Some(mut changed) = days.find(|minutes| after(*minutes).readiness != now) else {
            return Ok(None);
        };
        let mut unchanged = changed - MINUTES_A_DAY;
        while changed - unchanged > 1 {
            let middle = unchanged + (changed - unchanged) / 2;
            if after(middle).readiness == now { unchanged = middle } else { changed = middle }
        }
        Ok(Some(after(changed)))
    }

    /// The readings of a lead at an instant, by field.
    pub(crate) fn touched_readings<'l>(
        &self,
        lead: TouchedLead<'l>,
        as_of: Instant,
    ) -> Result<Vec<Reading<'l>>> {
        let mut readings = self.readings_without_touches(lead)?;
        self.put_values(&mut readings, &self.needed_recipe()?.features(lead.touches, as_of));
        Ok(readings)
    }

    /// The readings of what is known of a lead beside its touches, by field.
    pub(crate) fn readings_without_touches<'l>(&self, lead: TouchedLead<'l>) -> Result<Vec<Reading<'l>>> {
        self.needed_recipe()?;
        let mut readings = Vec::with_capacity(self.fields().len());
        for (place, field) in self.fields().iter().enumerate() {
            let made = self.engagement().contains(&place);
            readings.push(if made { Reading::Missing } else { field.read(lead.lead.get(&field.name))? });
        }
        Ok(readings)
    }

    /// The logit of readings with the values that touches give at an instant, all of them at it or before.
    pub(crate) fn logit_at(&self, readings: &mut [Reading<'_>], past: &[Past<'_>], at: Instant) -> f64 {
        if let Some(recipe) = self.recipe() {
            self.put_values(readings, &recipe.values(past, at));
        }
        self.sum(readings)
    }

    /// How fields are made of touches, or an error that says that none is.
    pub(crate) fn needed_recipe(&self) -> Result<&Recipe> {
        self.recipe().ok_or_else(|| {
            let message = "the model has no fields that are made of touches; train one with touches, or score the lead's values";
            Error::new(ErrorKind::MissingField, message)
        })
    }

    /// Sets the readings of the fields that are made of touches to these values.
    pub(crate) fn put_values(&self, readings: &mut [Reading<'_>], values: &[f64]) {
        for (place, value) in self.engagement().iter().zip(values) {
            readings[*place] = if value.is_nan() { Reading::Missing } else { Reading::Number(*value) };
        }
    }
}
