//! What single touches have to do with a lead's score, and what has changed since an earlier instant.

use serde::Serialize;

use crate::error::Result;
use crate::explain::Explanation;
use crate::lead::{Instant, Lead};
use crate::model::{Model, Reading};
use crate::score::{Score, TouchedLead};
use crate::touch::{EngagementField, Measure, Past, Touch, faded};

/// A score at an instant, with what each touch has to do with it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TouchExplanation {
    /// The score and what each term contributes.
    pub explanation: Explanation,
    /// The values of the fields that are made of touches, in the order of the recipe; `NaN` where one is missing.
    pub features: Vec<f64>,
    /// How the contributions that rest on touches are shared out among them.
    pub shares: Vec<TouchShares>,
}

/// A contribution shared out among touches: what it is beyond that of a lead without touches, in proportion to what each
/// touch has added to the field.
///
/// `touches`, `without` and `rounding`, added up in this order, are the contribution bit for bit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TouchShares {
    /// The place of the contribution among [`Explanation::contributions`].
    pub contribution: usize,
    /// The touches' places in what was given, in the order of time, and the log-odds of each.
    pub touches: Vec<(usize, f64)>,
    /// What the term contributes for a lead without touches.
    pub without: f64,
    /// What floating-point numbers could not say otherwise; most often 0, never more than their last digit.
    pub rounding: f64,
}

/// How a score came from what it was, in log-odds: by touches that have faded, by new ones, and by other fields.
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
        let without = self.touched_readings(TouchedLead { touches: &[], ..lead }, as_of)?;
        let mut readings = without.clone();
        let recipe = self.needed_recipe()?;
        let past = recipe.past(lead.touches, as_of);
        let features: Vec<f64> = recipe.fields.iter().map(|field| field.value(&past, as_of)).collect();
        self.put_values(&mut readings, &features);
        let mut shares = Vec::new();
        for (contribution, (term, fields)) in self.terms_with_fields().enumerate() {
            let made: Vec<&EngagementField> = self
                .engagement()
                .iter()
                .zip(&recipe.fields)
                .filter(|(place, _)| fields.contains(place))
                .map(|(_, field)| field)
                .collect();
            if !made.is_empty() {
                let at = |readings: &[Reading<'_>]| term.value(&fields.map(|field| &readings[field]));
                let weights = weights(&made, &past, as_of);
                shares.push(TouchShares::new(contribution, &past, &weights, at(&readings), at(&without)));
            }
        }
        Ok(TouchExplanation { explanation: self.explain_readings(&readings), features, shares })
    }

    /// What has changed since an earlier instant, at which the lead's other fields were those of `before`.
    ///
    /// # Errors
    /// As [`Model::score_touches`].
    pub fn change(
        &self,
        before: &Lead<'_>,
        since: Instant,
        lead: TouchedLead<'_>,
        as_of: Instant,
    ) -> Result<Change> {
        let old: Vec<Touch> = lead.touches.iter().filter(|touch| touch.at <= since).cloned().collect();
        let then = TouchedLead { lead: before, touches: &old };
        let start = self.score_touches(then, since)?;
        let faded = self.score_touches(then, as_of)?;
        let touched = self.score_touches(TouchedLead { lead: before, ..lead }, as_of)?;
        let after = self.score_touches(lead, as_of)?;
        Ok(Change {
            before: start,
            after,
            decay: faded.logit - start.logit,
            touches: touched.logit - faded.logit,
            fields: after.logit - touched.logit,
        })
    }
}

impl TouchShares {
    fn new(contribution: usize, past: &[Past<'_>], weights: &[f64], value: f64, without: f64) -> Self {
        let beyond = value - without;
        let grid = grid(beyond);
        let touches: Vec<(usize, f64)> = past
            .iter()
            .zip(weights)
            .filter(|(_, weight)| **weight != 0.0)
            .map(|(past, weight)| (past.place, (beyond * weight / grid).round() * grid))
            .filter(|(_, share)| *share != 0.0)
            .collect();
        // On a grid this coarse every partial sum is exact; so `value − sum` is rounded once, and what it lost can be said.
        let sum: f64 = touches.iter().map(|(_, share)| share).sum();
        let without = value - sum;
        Self { contribution, touches, without, rounding: value - (sum + without) }
    }
}

/// A power of two so small that shares on its grid lose nothing anyone sees, and so large that sums of thousands of them
/// are exact.
fn grid(beyond: f64) -> f64 {
    const DIGITS: f64 = 1_099_511_627_776.0; // 2^40
    let mut power = 1.0;
    while power < beyond.abs() {
        power *= 2.0;
    }
    power / DIGITS
}

/// How much of some fields is due to each touch: each field's parts add up to 1, and fields count equally. A field that no
/// touch has added to counts nothing.
fn weights(fields: &[&EngagementField], past: &[Past<'_>], as_of: Instant) -> Vec<f64> {
    let mut weights = vec![0.0; past.len()];
    let parts: Vec<Vec<f64>> = fields.iter().map(|field| field.parts(past, as_of)).collect();
    let totals: Vec<f64> = parts.iter().map(|parts| parts.iter().map(|part| part.abs()).sum()).collect();
    let counted = totals.iter().filter(|total| **total > 0.0).count() as f64;
    for (parts, total) in parts.iter().zip(&totals).filter(|(_, total)| **total > 0.0) {
        weights.iter_mut().zip(parts).for_each(|(weight, part)| *weight += part.abs() / (total * counted));
    }
    weights
}

impl EngagementField {
    /// What each touch has added to the field, in some unit.
    fn parts(&self, past: &[Past<'_>], as_of: Instant) -> Vec<f64> {
        let own = |past: &Past<'_>| self.of.holds(past);
        let age = |past: &Past<'_>| as_of.days_since(past.touch.at);
        let each = |part: &dyn Fn(usize, &Past<'_>) -> f64| -> Vec<f64> {
            past.iter()
                .enumerate()
                .map(|(place, past)| if own(past) { part(place, past) } else { 0.0 })
                .collect()
        };
        let only = |place: Option<usize>| each(&|own, _| f64::from(u8::from(Some(own) == place)));
        match self.measure {
            Measure::Decayed { half_life } => {
                each(&|_, past| past.touch.quantity * faded(age(past), half_life))
            }
            Measure::Window { days } => {
                each(&|_, past| if age(past) < days { past.touch.quantity } else { 0.0 })
            }
            Measure::SinceLast => only(past.iter().rposition(own)),
            Measure::SinceFirst => only(past.iter().position(own)),
            // The first touch of a kind, or of a day, is the one that counts.
            Measure::Kinds => each(&|place, touch| {
                let seen =
                    past[..place].iter().any(|other| own(other) && other.touch.kind == touch.touch.kind);
                f64::from(u8::from(!seen))
            }),
            Measure::ActiveDays | Measure::Gap => each(&|place, touch| {
                let seen = past[..place]
                    .iter()
                    .any(|other| own(other) && other.touch.at.day() == touch.touch.at.day());
                f64::from(u8::from(!seen))
            }),
            Measure::Alternations => each(&|place, touch| {
                let before = past[..place].iter().rev().find(|other| own(other) && other.side.is_some());
                f64::from(u8::from(
                    touch.side.is_some() && before.is_some_and(|other| other.side != touch.side),
                ))
            }),
            Measure::Stage => {
                let furthest = past.iter().filter(|past| own(past)).map(|past| past.stage).max();
                only(past.iter().position(|past| own(past) && past.stage > 0 && Some(past.stage) == furthest))
            }
        }
    }
}
