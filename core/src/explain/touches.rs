//! What single touches have to do with a lead's score, and what has changed since an earlier instant.

use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};
use crate::explain::{Explanation, SideShares, TouchShares};
use crate::kernel::{self, TouchParts, TouchedRow};
use crate::lead::{Instant, Lead};
use crate::model::{Model, Reading};
use crate::prelude::*;
use crate::score::{Score, TouchedLead};

/// A score at an instant, with what each touch has to do with it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TouchExplanation {
    /// The score and what each term contributes.
    pub explanation: Explanation,
    /// The values of the fields that are made of touches, in the order of the recipe; `NaN` where one is missing.
    pub features: Vec<f64>,
    /// How the contributions that rest on touches are shared out among them.
    pub shares: Vec<TouchShares>,
    /// What the two departments' touches have to do with it.
    pub sides: SideShares,
}

/// How a score came from what it was, in log-odds: by touches that have faded, by new ones, and by other fields. The three
/// add up to the difference, but for rounding.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The score at the earlier instant.
    pub before: Score,
    /// The score at the later one.
    pub after: Score,
    /// What the passing of time did to the touches there were.
    pub decay: f64,
    /// What new touches did.
    pub touches: f64,
    /// What other fields did.
    pub fields: f64,
}

impl Model {
    /// Explains a lead's score at an instant, down to single touches.
    ///
    /// # Errors
    /// As [`Model::score_touches`].
    pub fn explain_touches(&self, lead: TouchedLead<'_>, as_of: Instant) -> Result<TouchExplanation> {
        let touches = self.numbered(lead.touches)?;
        let mut readings = self.readings_without_touches(lead)?;
        let mut codes = self.codes(&readings);
        let TouchParts { features, shares, sides } =
            self.kernel().share_out(&mut codes, &touches, kernel::millis(as_of));
        for (made, value) in self.kernel().recipe().fields.iter().zip(&features) {
            readings[made.field] = if value.is_nan() { Reading::Missing } else { Reading::Number(*value) };
        }
        Ok(TouchExplanation { explanation: self.explain_readings(&readings), features, shares, sides })
    }

    /// What has changed since an earlier instant, at which the lead's other fields were those of `before`.
    ///
    /// # Errors
    /// [`ErrorKind::BadValue`] where that instant is not the earlier one; else as [`Model::score_touches`].
    pub fn change(
        &self,
        before: &Lead<'_>,
        since: Instant,
        lead: TouchedLead<'_>,
        as_of: Instant,
    ) -> Result<Change> {
        if since > as_of {
            let message = "expected the instant since which something changed to be the earlier one";
            return Err(Error::new(ErrorKind::BadValue, message));
        }
        let touches = self.numbered(lead.touches)?;
        let earlier = self.codes(&self.readings_without_touches(TouchedLead { lead: before, ..lead })?);
        let row =
            TouchedRow { readings: self.codes(&self.readings_without_touches(lead)?), touches: &touches };
        Ok(self.kernel().change(earlier, kernel::millis(since), row, kernel::millis(as_of)))
    }
}

impl TouchExplanation {
    /// What each touch contributes to all terms together, by its place in what was given, of which there were so many.
    pub fn totals(&self, touches: usize) -> Vec<f64> {
        let mut totals = vec![0.0; touches];
        for (place, share) in self.shares.iter().flat_map(|shares| &shares.touches) {
            if let Some(total) = totals.get_mut(*place) {
                *total += share;
            }
        }
        totals
    }
}
