//! A desk × leads with their touches → who is to go where, in words.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::desk::{Word, after};
use super::earned::earned;
use super::machine::is_theirs;
use super::{Cause, Desk, Event, Followed, HandoffPolicy, LeadTransition, Phase, Reviewed, words};
use crate::error::Result;
use crate::lead::Instant;
use crate::model::{Model, Readiness};
use crate::prelude::*;
use crate::score::{Score, TouchedLead};
use crate::touch::Side;

/// The reviews that are due at an instant, for a model.
#[derive(Debug)]
pub struct Round<'m> {
    model: &'m Model,
    policy: HandoffPolicy,
    as_of: Instant,
    reviews: Vec<Instant>,
    /// The last review, where none is due: leads are scored as of then, so that what is said of them has a score, and nobody
    /// moves.
    again: Option<Instant>,
}

/// A lead's scores at the reviews that are due.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// The lead.
    pub lead: String,
    /// What was known of it at the last reviews, as many as it was known at.
    reviewed: Vec<Reviewed>,
    /// What says most of it at the last review, in a sentence.
    reason: String,
}

/// What is to be done with a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Action {
    /// Hand it to sales.
    ToSales,
    /// Give it back to marketing.
    ToMarketing,
    /// Sales took it, won it, lost it or were handed it otherwise: they know.
    Noted,
    /// Nothing.
    Stay,
}

/// Where a lead is and what is to be done with it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// The lead.
    pub lead: String,
    /// What is to be done.
    pub action: Action,
    /// Who holds it.
    pub state: Phase,
    /// Since when.
    pub since: Instant,
    /// Its log-odds; `None` where the files do not have the lead any more.
    pub logit: Option<f64>,
    /// Its calibrated chance.
    pub probability: Option<f64>,
    /// Why it is where it is, in a sentence.
    pub cause: String,
    /// What says most of it, in a sentence.
    pub reason: String,
    /// Why sales last handed it back or closed it, in their words.
    pub rejection: Option<String>,
}

/// What a round came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Rounded {
    /// What has changed, in the order of time.
    pub changes: Vec<LeadTransition>,
    /// The leads: first those to hand over, then those to give back, and the higher score first.
    pub decisions: Vec<Decision>,
    /// How many leads each reason brought back, the most frequent first; of a lead that came back several times the last.
    pub rejections: Vec<(String, u64)>,
    /// The lead of each event that came too late to count: something that was said after it had been heard of the lead by
    /// then.
    pub late: Vec<String>,
}

impl<'m> Round<'m> {
    /// The reviews that are due at an instant.
    ///
    /// # Errors
    /// As [`HandoffPolicy::check`], [`Desk::due`] and [`Model::score_touches`].
    pub fn new(model: &'m Model, policy: HandoffPolicy, desk: &Desk, as_of: Instant) -> Result<Self> {
        policy.check()?;
        model.needed_recipe()?;
        let reviews = desk.due(as_of)?;
        let again = desk.as_of().filter(|_| reviews.is_empty());
        Ok(Self { model, policy, as_of, reviews, again })
    }

    /// Scores a lead at the reviews that are due, or at the last one where none is. One with touches is known from the first
    /// of them on.
    ///
    /// # Errors
    /// As [`Model::score_touches`].
    pub fn score(&self, name: &str, lead: TouchedLead<'_>) -> Result<Option<Due>> {
        let recipe = self.model.needed_recipe()?;
        let first = lead.touches.iter().map(|touch| touch.at).min();
        let asked = self.reviews.iter().chain(&self.again).copied();
        let known: Vec<Instant> = asked.filter(|at| first.is_none_or(|first| first <= *at)).collect();
        let Some(last) = known.last() else { return Ok(None) };
        let mut touches = Cow::Borrowed(lead.touches);
        if !touches.is_sorted_by_key(|touch| touch.at) {
            touches.to_mut().sort_by_key(|touch| touch.at);
        }
        let lead = TouchedLead { touches: &touches, ..lead };
        let by_lead = touches.iter().filter(|touch| recipe.side(touch) != Some(Side::Sales));
        let own: Vec<Instant> = by_lead.map(|touch| touch.at).collect();
        let scores = self.model.history(lead, known.iter().copied())?;
        let enter = self.policy.thresholds.map_or(f64::INFINITY, |thresholds| thresholds.enter);
        let earned = earned(self.model, lead, &scores, enter)?;
        let reviewed = |((at, score), earned): (&(Instant, Score), f64)| Reviewed {
            logit: score.logit,
            earned,
            last_touch: own[..own.partition_point(|touch| touch <= at)].last().copied(),
            abstains: score.readiness == Readiness::Abstain,
        };
        let reviewed = scores.iter().zip(earned).map(reviewed).collect();
        let explained = self.model.explain_touches(lead, *last)?.explanation;
        let reason = explained.reasons(1).into_iter().next();
        Ok(Some(Due {
            lead: name.to_owned(),
            reviewed,
            reason: reason.map(|reason| self.model.sentence(reason)).unwrap_or_default(),
        }))
    }

    /// Holds the reviews and says where every lead is. Of the events those count that are not after the instant and have
    /// not been heard, nor anything of the lead that was said later; that it has converted or is closed counts whenever it is
    /// heard. Of one instant they count in their order.
    ///
    /// A change is known at the review that makes it, and one that an event makes at the first due review that is not before
    /// it, however late it is heard; where there is none, just after the last one held. A lead has changed if its last change was known
    /// after `since`, or else after the desk's last review before those that are due (a day before the first of them where there
    /// was none): so one round tells it, and no later one. A desk's first round does not tell what happened before that.
    ///
    /// Where no review is due, nobody is moved by a score, and what is said is what was said when the last one was held, but for
    /// the events.
    pub fn hold(
        &self,
        desk: &mut Desk,
        due: &[Due],
        events: &[(String, Event)],
        since: Option<Instant>,
    ) -> Rounded {
        let begins = desk.begins();
        let told = desk.tell(&self.reviews);
        let since = since.or(told);
        let before = |event: &Event| begins && Some(event.at) <= told;
        let known = |event: &Event, review: Instant| if before(event) { event.at } else { review };
        let (mut news, mut late) = (Vec::new(), Vec::new());
        for said in events.iter().filter(|(_, event)| event.at <= self.as_of) {
            match desk.word(&said.0, &said.1) {
                Word::New => news.push(said),
                Word::Known => {}
                Word::Late => late.push(said.0.clone()),
            }
        }
        news.sort_by_key(|(_, event)| event.at);
        let mut news = news.into_iter().peekable();
        let mut changes = Vec::new();
        for (place, at) in self.reviews.iter().enumerate() {
            while let Some((lead, event)) = news.next_if(|(_, event)| event.at <= *at) {
                desk.hear(&self.policy, known(event, *at), lead, event, &mut changes);
            }
            let from_end = self.reviews.len() - place;
            let known = due.iter().filter_map(|due| Some((due.lead.as_str(), due.reviewed(from_end)?)));
            changes.append(&mut desk.review(&self.policy, *at, &known.collect::<Vec<_>>()));
        }
        let held = desk.as_of().unwrap_or(self.as_of);
        for (lead, event) in news {
            desk.hear(&self.policy, known(event, after(held)), lead, event, &mut changes);
        }
        let scored: BTreeMap<&str, &Due> = due.iter().map(|due| (due.lead.as_str(), due)).collect();
        let mut decisions: Vec<Decision> = desk
            .leads()
            .filter_map(|(lead, followed)| {
                self.decision(desk, lead, followed, scored.get(lead).copied(), since)
            })
            .collect();
        let least = f64::NEG_INFINITY;
        decisions.sort_by(|a, b| {
            let by_score = b.logit.unwrap_or(least).total_cmp(&a.logit.unwrap_or(least));
            a.action.cmp(&b.action).then(by_score).then_with(|| a.lead.cmp(&b.lead))
        });
        Rounded { changes, decisions, rejections: rejections(desk), late }
    }

    fn decision(
        &self,
        desk: &Desk,
        lead: &str,
        followed: &Followed,
        due: Option<&Due>,
        since: Option<Instant>,
    ) -> Option<Decision> {
        let state = &followed.state;
        let changed = state.cause.is_some() && since.is_none_or(|since| followed.known > Some(since));
        let action = match state.phase {
            _ if !changed => Action::Stay,
            Phase::SalesReady if is_theirs(state) => Action::Noted,
            Phase::SalesReady => Action::ToSales,
            Phase::Nurture | Phase::HandedBack => Action::ToMarketing,
            Phase::Accepted | Phase::Converted | Phase::Closed => Action::Noted,
        };
        if followed.is_over() && !changed {
            return None;
        }
        let reviewed = due.and_then(|due| due.reviewed(1));
        let chance = |logit: f64| self.model.score_logit(logit).probability;
        let logit = reviewed.map(|reviewed| reviewed.logit);
        let has_room = desk.has_room(&self.policy, self.as_of);
        let words = words::Words { policy: &self.policy, at: self.as_of, has_room, chance: &chance };
        Some(Decision {
            lead: lead.to_owned(),
            action,
            state: state.phase,
            since: state.since,
            logit,
            probability: logit.map(chance),
            cause: words.sentence(state, changed, reviewed),
            reason: due.map(|due| due.reason.clone()).unwrap_or_default(),
            rejection: match &state.cause {
                Some(Cause::HandedBack { reason } | Cause::Closed { reason }) => reason.clone(),
                _ => None,
            },
        })
    }
}

fn rejections(desk: &Desk) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for reason in desk.leads().filter_map(|(_, followed)| followed.rejected.as_deref()) {
        *counts.entry(if reason.is_empty() { "no reason given" } else { reason }).or_default() += 1;
    }
    let mut counts: Vec<(String, u64)> =
        counts.into_iter().map(|(reason, count)| (reason.to_owned(), count)).collect();
    counts.sort_by_key(|(_, count)| core::cmp::Reverse(*count));
    counts
}

impl Due {
    /// What was known of it at the review with so many from the end, itself counted.
    fn reviewed(&self, from_end: usize) -> Option<Reviewed> {
        self.reviewed.get(self.reviewed.len().checked_sub(from_end)?).copied()
    }
}

impl Action {
    /// The action in the words of the file formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ToSales => "to-sales",
            Self::ToMarketing => "to-marketing",
            Self::Noted => "noted",
            Self::Stay => "stay",
        }
    }
}
