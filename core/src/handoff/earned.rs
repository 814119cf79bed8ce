//! What touches have given a lead's score, without what the passing of time has.
//!
//! A score may rise while nothing happens: an e-mail without an answer is forgotten. What is earned goes down with the score,
//! and up by no more than what the touches of a day add to it, held against the same day without them:
//!
//! ```text
//! earned(t) = min( score(t), earned(t − 1) + max(0, score(t) − score(t; touches up to t − 1)) )
//! ```

use super::desk::MOST_REVIEWS;
use crate::error::Result;
use crate::lead::Instant;
use crate::model::Model;
use crate::prelude::*;
use crate::score::{Score, TouchedLead};
use crate::touch::Touch;

/// For the scores of a lead at the reviews of successive days, what it has earned: without any touch nothing, which is minus infinity.
/// Its touches are in the order of time.
///
/// Where no score reaches `enter`, nothing that is earned can, and nothing is looked for: the scores themselves. What is
/// earned is followed for ten years at most.
pub(super) fn earned(
    model: &Model,
    lead: TouchedLead<'_>,
    scores: &[(Instant, Score)],
    enter: f64,
) -> Result<Vec<f64>> {
    if lead.touches.is_empty() {
        return Ok(vec![f64::NEG_INFINITY; scores.len()]);
    }
    let logits = || scores.iter().map(|(_, score)| score.logit);
    let Some((first, _)) = scores.first().filter(|_| logits().any(|logit| logit >= enter)) else {
        return Ok(logits().collect());
    };
    let known = lead.touches.first().map_or(*first, |touch| review_after(touch.at));
    let start = known.day().max(first.day() - MOST_REVIEWS);
    let before = (start..first.day()).map(Instant::midnight);
    let before = model.history(lead, before)?;
    let mut earned: Vec<f64> = Vec::with_capacity(before.len() + scores.len());
    for (at, score) in before.iter().chain(scores) {
        let logit = match earned.last() {
            None => score.logit,
            Some(last) if *last >= score.logit => score.logit,
            Some(last) => score.logit.min(last + added(model, lead, *at, score)?),
        };
        earned.push(logit);
    }
    Ok(earned.split_off(before.len()))
}

/// What the touches of the day before a review add to its score, if they add anything.
fn added(model: &Model, lead: TouchedLead<'_>, at: Instant, score: &Score) -> Result<f64> {
    let known = |at: Instant| lead.touches.partition_point(|touch: &Touch| touch.at <= at);
    let earlier = known(at.plus_days(-1.0));
    if earlier == known(at) {
        return Ok(0.0);
    }
    let touches = lead.touches.get(..earlier).unwrap_or_default();
    let without = model.history(TouchedLead { touches, ..lead }, [at])?;
    Ok(without.first().map_or(0.0, |(_, without)| (score.logit - without.logit).max(0.0)))
}

/// The midnight that ends the day of a touch, or the touch's own instant where that is a midnight.
fn review_after(touch: Instant) -> Instant {
    let midnight = Instant::midnight(touch.day());
    if midnight == touch { midnight } else { Instant::midnight(touch.day() + 1) }
}
