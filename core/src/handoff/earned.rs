//! What a lead has earned by what it did, and not by the passing of time.

use super::desk::{DAY, MOST_REVIEWS};
use crate::error::Result;
use crate::lead::Instant;
use crate::model::Model;
use crate::prelude::*;
use crate::score::{Score, TouchedLead};
use crate::touch::Touch;

/// A lead's touches, up to now.
pub(super) struct Past<'a> {
    model: &'a Model,
    /// With its touches in the order of time.
    lead: TouchedLead<'a>,
    /// When it did something itself, in the order of time.
    own: &'a [Instant],
}

impl<'a> Past<'a> {
    /// Of a lead whose touches are in the order of time.
    pub(super) fn new(model: &'a Model, lead: TouchedLead<'a>, own: &'a [Instant]) -> Self {
        Self { model, lead, own }
    }

    /// When it last did something, up to an instant.
    pub(super) fn last_touch(&self, at: Instant) -> Option<Instant> {
        self.own
            .partition_point(|time| *time <= at)
            .checked_sub(1)
            .and_then(|place| self.own.get(place))
            .copied()
    }

    /// For the scores at the reviews of successive days, the lowest at the reviews since what it did last raised its score.
    /// Where none reaches `enter`, nothing can have been earned, and nothing is looked for: the scores themselves.
    pub(super) fn earned(&self, scores: &[(Instant, Score)], enter: f64) -> Result<Vec<f64>> {
        let mut earned: Vec<f64> = scores.iter().map(|(_, score)| score.logit).collect();
        let reaching = scores.iter().find(|(_, score)| score.logit >= enter);
        let (Some((first, _)), Some((reaching, _))) = (scores.first(), reaching) else { return Ok(earned) };
        let start = self.start(*reaching)?;
        let before = (start.day()..first.day()).map(|day| Instant::from_millis(day * DAY));
        let before = self.model.history(self.lead, before)?;
        let from = scores.iter().filter(|(at, _)| *at >= start);
        let skipped = scores.len() - from.clone().count();
        let mut lowest = f64::INFINITY;
        for (place, (at, score)) in before.iter().chain(from).enumerate() {
            let is_raised = lowest < score.logit && self.is_raised(*at)?;
            lowest = if is_raised { score.logit } else { lowest.min(score.logit) };
            if let Some(earned) =
                (place + skipped).checked_sub(before.len()).and_then(|at| earned.get_mut(at))
            {
                *earned = lowest;
            }
        }
        Ok(earned)
    }

    /// The last review up to one at which what the lead did had raised its score, or else the first at which it was known.
    fn start(&self, reaching: Instant) -> Result<Instant> {
        let earliest = Instant::from_millis((reaching.day() - MOST_REVIEWS).saturating_mul(DAY));
        let mut reviews: Vec<Instant> = self.own.iter().filter_map(|touch| review_after(*touch)).collect();
        reviews.dedup();
        reviews.retain(|at| (earliest..=reaching).contains(at));
        for at in reviews.into_iter().rev() {
            if self.is_raised(at)? {
                return Ok(at);
            }
        }
        let known = self.lead.touches.first().and_then(|touch| review_after(touch.at));
        Ok(known.map_or(reaching, |known| known.max(earliest)))
    }

    /// Whether the score at a review is higher than it were without the touches of the day before, of which the lead did one.
    fn is_raised(&self, at: Instant) -> Result<bool> {
        let before = Instant::from_millis(at.millis().saturating_sub(DAY));
        if self.last_touch(at).is_none_or(|touch| touch <= before) {
            return Ok(false);
        }
        let known = |at: Instant| self.lead.touches.partition_point(|touch: &Touch| touch.at <= at);
        let logit = |touches: usize| -> Result<f64> {
            let touches = self.lead.touches.get(..touches).unwrap_or_default();
            let scores = self.model.history(TouchedLead { touches, ..self.lead }, [at])?;
            Ok(scores.first().map_or(f64::NEG_INFINITY, |(_, score)| score.logit))
        };
        Ok(logit(known(at))? > logit(known(before))?)
    }
}

/// The midnight that ends the day of a touch, or the touch's own instant where that is a midnight.
fn review_after(touch: Instant) -> Option<Instant> {
    let midnight = |day: i64| day.checked_mul(DAY).map(Instant::from_millis);
    midnight(touch.day()).filter(|day| *day == touch).or_else(|| midnight(touch.day() + 1))
}
