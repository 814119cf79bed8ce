//! Model × lead × touches × instant → score: alive, since it depends on the instant.

use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};
use crate::kernel::{self, TouchedRow};
use crate::lead::{Instant, Lead};
use crate::model::{Model, Readiness, Reading};
use crate::prelude::*;
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

/// The most instants a [trend](Model::trend) may have.
const MOST_POINTS: u64 = 1000;

/// The most days a [crossing](Model::crossing) may be looked for: ten years.
const MOST_DAYS: u32 = 3660;

impl Model {
    /// Scores a lead at an instant.
    ///
    /// ```
    /// # use sales_ready::{Instant, Lead, Model, score::TouchedLead, touch::Touch};
    /// # fn run(model: &Model, now: Instant) -> sales_ready::Result<()> {
    /// let touches = [Touch::new(now.plus_days(-3.0), "webinar"), Touch::new(now.plus_days(-0.5), "pricing-view")];
    /// let lead = TouchedLead { lead: &Lead::new().with("industry", "software"), touches: &touches };
    /// println!("{:.0} %", 100.0 * model.score_touches(lead, now)?.probability);
    /// // It falls while nobody engages.
    /// println!("{:.0} %", 100.0 * model.score_touches(lead, now.plus_days(30.0))?.probability);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::MissingField`] where the model has no fields that are made of touches; [`ErrorKind::BadValue`] where a
    /// number was expected and a text is none.
    pub fn score_touches(&self, lead: TouchedLead<'_>, as_of: Instant) -> Result<Score> {
        Ok(self.history(lead, [as_of])?.swap_remove(0).1)
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
        let touches = self.numbered(lead.touches)?;
        let row =
            TouchedRow { readings: self.codes(&self.readings_without_touches(lead)?), touches: &touches };
        let instants: Vec<Instant> = instants.into_iter().collect();
        let scores = self.kernel().history(row, instants.iter().map(|at| kernel::millis(*at)));
        Ok(instants.into_iter().zip(scores).map(|(at, (_, score))| (at, score)).collect())
    }

    /// The scores from one instant to another, every so many milliseconds: the trend.
    ///
    /// # Errors
    /// [`ErrorKind::BadValue`] where the second instant is before the first, the step is not above 0, or there are 1000
    /// steps or more; else as [`Model::score_touches`].
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
        let touches = self.numbered(lead.touches)?;
        let row =
            TouchedRow { readings: self.codes(&self.readings_without_touches(lead)?), touches: &touches };
        let crossing = self.kernel().crossing(row, kernel::millis(as_of), days);
        // Whole, and beyond what an `i64` holds only where `as_of` is nearly so.
        let at = |millis: f64| Instant::from_millis(millis as i64);
        Ok(crossing.map(|found| Crossing {
            at: at(found.at),
            readiness: found.readiness,
            logit: found.logit,
        }))
    }

    /// The readings of what is known of a lead beside its touches, by field.
    pub(crate) fn readings_without_touches<'l>(&self, lead: TouchedLead<'l>) -> Result<Vec<Reading<'l>>> {
        let mut readings = Vec::with_capacity(self.fields().len());
        for (place, field) in self.fields().iter().enumerate() {
            let made = self.is_made(place);
            readings.push(if made { Reading::Missing } else { field.read(lead.lead.get(&field.name))? });
        }
        Ok(readings)
    }

    /// Touches in numbers.
    pub(crate) fn numbered(&self, touches: &[Touch]) -> Result<Vec<kernel::Touch>> {
        Ok(kernel::numbered(&self.needed_recipe()?.kind_names(), touches))
    }

    /// How fields are made of touches: [`Model::recipe`], or an error that says why there is none.
    ///
    /// # Errors
    /// [`ErrorKind::MissingField`] where the model reads no touches.
    pub fn needed_recipe(&self) -> Result<&Recipe> {
        self.recipe().ok_or_else(|| {
            let learnt = self.document().card.as_ref().is_some_and(|card| card.data.looks.is_some());
            let message = if learnt {
                "the model has learnt from touches, but reads none: nothing that leads do was shown to predict conversion, so that it can not tell from touches who is ready; train one from more leads, or from touches of more kinds"
            } else {
                "the model has no fields that are made of touches; train one with touches, or score the lead's values"
            };
            Error::new(ErrorKind::MissingField, message)
        })
    }
}
