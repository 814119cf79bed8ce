//! Many leads, followed from review to review.

use alloc::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Cause, Event, EventKind, HandoffPolicy, LeadState, Phase, Reviewed, Transition};
use crate::error::{Error, ErrorKind, Result};
use crate::lead::{Instant, each_once};
use crate::prelude::*;

/// The format of a desk's file.
pub const FORMAT: &str = "sales-ready-handoff/1";

/// Ten years of reviews; more days mean that a date is wrong.
pub(super) const MOST_REVIEWS: i64 = 3_660;

/// The leads that are followed. It is all that one review leaves for the next.
///
/// Leads are reviewed at midnight in UTC, each day, so that it makes no difference how often, or when, somebody asks: the
/// reviews that were due since the last one are made up for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Desk {
    pub(super) format: String,
    /// The last review; `None` before the first.
    pub(super) as_of: Option<Instant>,
    /// After which review what came to be known was told at that one, so that whoever asks again for its day is told the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) told: Option<Instant>,
    /// The Monday of the week in which leads were last handed to sales, as days since the beginning of 1970, and how many
    /// were.
    pub(super) week: (i64, u32),
    #[serde(deserialize_with = "each_once")]
    pub(super) leads: BTreeMap<String, Followed>,
}

/// When something is known that was heard after a review had been held, and before the next.
pub(super) fn after(review: Instant) -> Instant {
    Instant::from_millis(review.millis().saturating_add(1))
}

/// A lead that is followed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "InFile")]
pub struct Followed {
    /// Where it is.
    #[serde(flatten)]
    pub state: LeadState,
    /// The review at which its last change was known, or just after it where it was heard when that had been held; where there was
    /// none yet, `None`. Of what happened before leads were followed, when it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Instant>,
    /// When sales last said something of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<Instant>,
    /// When each thing that sales said was last said: enough to know again what has been heard, however long the story.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub said: BTreeMap<EventKind, Instant>,
    /// Why sales last handed it back, in their words; empty where they gave no reason, and `None` where they never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<String>,
}

/// [`Followed`] as it stands in a file. Serde refuses unknown keys only where nothing is flattened.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InFile {
    phase: Phase,
    since: Instant,
    cause: Option<Cause>,
    known: Option<Instant>,
    heard: Option<Instant>,
    #[serde(default, deserialize_with = "each_once")]
    said: BTreeMap<EventKind, Instant>,
    rejected: Option<String>,
}

impl From<InFile> for Followed {
    fn from(InFile { phase, since, cause, known, heard, said, rejected }: InFile) -> Self {
        Self { state: LeadState { phase, since, cause }, known, heard, said, rejected }
    }
}

/// What is to be done with what sales say of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// It is to be heard.
    New,
    /// It has been, or something of the kind that was said later.
    Known,
    /// It comes too late: something else was heard that was said later.
    Late,
}

/// A change of a lead.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeadTransition {
    /// The lead.
    pub lead: String,
    /// The change.
    #[serde(flatten)]
    pub transition: Transition,
}

impl Default for Desk {
    fn default() -> Self {
        Self { format: FORMAT.into(), as_of: None, told: None, week: (0, 0), leads: BTreeMap::new() }
    }
}

impl Desk {
    /// A desk that is to follow leads from a day on, with reviews to make up for.
    pub fn starting(day: Instant) -> Self {
        Self { as_of: Some(Instant::midnight(day.day() - 1)), ..Self::default() }
    }

    /// The last review; `None` before the first.
    pub fn as_of(&self) -> Option<Instant> {
        self.as_of
    }

    /// The leads, in the order of their names.
    pub fn leads(&self) -> impl Iterator<Item = (&str, &Followed)> {
        self.leads.iter().map(|(lead, followed)| (lead.as_str(), followed))
    }

    /// A lead that is followed.
    pub fn lead(&self, lead: &str) -> Option<&Followed> {
        self.leads.get(lead)
    }

    /// The reviews that are due up to an instant: each midnight since the last one; the last midnight alone where there was
    /// none yet.
    ///
    /// # Errors
    /// [`ErrorKind::BadOption`] where the last review was later, or more than ten years ago.
    pub fn due(&self, as_of: Instant) -> Result<Vec<Instant>> {
        let last = as_of.day();
        let before = match self.as_of {
            Some(before) if before.day() > last => {
                let message = "the leads have been followed to a later day than asked for; ask for that day or a later one, \
                               or start again without the state file";
                return Err(Error::new(ErrorKind::BadOption, message));
            }
            Some(before) => before.day(),
            None => last - 1,
        };
        if last - before > MOST_REVIEWS {
            let message = format!(
                "expected at most {MOST_REVIEWS} reviews to make up for, one a day, found {}; correct the day asked for, or the one \
                 to start from",
                last - before
            );
            return Err(Error::new(ErrorKind::BadOption, message));
        }
        Ok((before + 1..=last).map(Instant::midnight).collect())
    }

    /// After which review changes are told once these are held: after the one before them. Where there are none, as it was
    /// when the last ones were held; a file that does not say so has those of a day.
    pub(super) fn tell(&mut self, reviews: &[Instant]) -> Option<Instant> {
        let day_before = |at: Instant| at.plus_days(-1.0);
        if let Some(first) = reviews.first() {
            let before = self.as_of.or(Some(day_before(*first)));
            // What was heard after the last review has been told, too, by the run that heard it.
            self.told = if self.begins() { before } else { before.map(after) };
        }
        self.told.or(self.as_of.map(day_before))
    }

    /// Whether sales can be handed one more lead in the week of an instant.
    pub(super) fn has_room(&self, policy: &HandoffPolicy, at: Instant) -> bool {
        let (monday, handed) = self.week;
        let handed = if monday == at.monday() { handed } else { 0 };
        policy.capacity.is_none_or(|capacity| handed < capacity)
    }

    /// Whether nothing has been told yet: then what happened up to the review before the first has been the case all along.
    pub(super) fn begins(&self) -> bool {
        self.told.is_none()
    }

    /// What is to be done with what sales say of a lead. That it has converted or is closed is heard whenever it comes, and so
    /// is whatever was said at the instant of the last thing heard: where dates have no time, that is a whole day's.
    pub(super) fn word(&self, lead: &str, event: &Event) -> Word {
        let Some(followed) = self.leads.get(lead) else { return Word::New };
        // A file of a version that remembered the last instant alone.
        let known = if followed.said.is_empty() { followed.heard } else { followed.said(event.kind) };
        match event.kind {
            _ if known >= Some(event.at) => Word::Known,
            EventKind::Accepted | EventKind::HandedBack if followed.heard > Some(event.at) => Word::Late,
            _ => Word::New,
        }
    }

    /// Listens to what sales said of a lead, known at a review, and tells what has changed by it.
    pub fn hear(
        &mut self,
        policy: &HandoffPolicy,
        known: Instant,
        lead: &str,
        event: &Event,
        changes: &mut Vec<LeadTransition>,
    ) {
        let followed = self.leads.entry(lead.to_owned()).or_insert_with(|| Followed::new(event.at));
        if event.kind != EventKind::HandedOff {
            followed.heard = followed.heard.max(Some(event.at));
        }
        followed.said.insert(event.kind, followed.said(event.kind).unwrap_or(event.at).max(event.at));
        followed.step(policy, lead, known, Some(event), None, changes);
    }

    /// Reviews leads at an instant, and returns what has changed: first who goes back, then who is handed over, the highest
    /// score first and of equal ones the first by name, as far as sales have room.
    pub fn review(
        &mut self,
        policy: &HandoffPolicy,
        at: Instant,
        leads: &[(&str, Reviewed)],
    ) -> Vec<LeadTransition> {
        let monday = at.monday();
        if self.week.0 != monday {
            self.week = (monday, 0);
        }
        let mut changes = Vec::new();
        let mut candidates = Vec::new();
        for (lead, reviewed) in leads {
            let followed = self.leads.entry((*lead).to_owned()).or_insert_with(|| Followed::new(at));
            if policy.qualifies(&followed.state, at, *reviewed) {
                candidates.push((*lead, *reviewed));
            } else {
                followed.step(policy, lead, at, None, Some(*reviewed), &mut changes);
            }
        }
        candidates.sort_by(|(a, of_a), (b, of_b)| of_b.logit.total_cmp(&of_a.logit).then(a.cmp(b)));
        for (lead, reviewed) in candidates {
            if !self.has_room(policy, at) {
                break;
            }
            let Some(followed) = self.leads.get_mut(lead) else { continue };
            let before = changes.len();
            followed.step(policy, lead, at, None, Some(reviewed), &mut changes);
            self.week.1 = self.week.1.saturating_add(u32::from(changes.len() > before));
        }
        self.as_of = Some(at);
        changes
    }
}

impl Followed {
    fn new(at: Instant) -> Self {
        Self { state: LeadState::new(at), known: None, heard: None, said: BTreeMap::new(), rejected: None }
    }

    fn said(&self, kind: EventKind) -> Option<Instant> {
        self.said.get(&kind).copied()
    }

    fn step(
        &mut self,
        policy: &HandoffPolicy,
        lead: &str,
        review: Instant,
        event: Option<&Event>,
        reviewed: Option<Reviewed>,
        changes: &mut Vec<LeadTransition>,
    ) {
        let at = event.map_or(review, |event| event.at);
        let (state, transitions) = policy.advance(&self.state, at, event, reviewed);
        self.state = state;
        if !transitions.is_empty() {
            self.known = Some(review);
        }
        for transition in &transitions {
            if let Cause::HandedBack { reason } = &transition.cause {
                self.rejected = Some(reason.clone().unwrap_or_default());
            }
        }
        let named =
            transitions.into_iter().map(|transition| LeadTransition { lead: lead.to_owned(), transition });
        changes.extend(named);
    }

    /// Whether nobody works on it any more.
    pub fn is_over(&self) -> bool {
        matches!(self.state.phase, Phase::Converted | Phase::Closed)
    }
}
