//! The state machine of one lead.

use super::{Cause, Event, EventKind, HandoffPolicy, LeadState, Phase, Reviewed, Thresholds, Transition};
use crate::lead::Instant;
use crate::prelude::*;

impl HandoffPolicy {
    /// What becomes of a lead at an instant, by what sales say of it and then by its score, and the changes that make it so.
    ///
    /// - *nurture* → *sales-ready* where the score reaches `T_hi`, has [earned](Reviewed::earned) it and does not
    ///   [abstain](Reviewed::abstains). A lead that has fallen back must have done something since.
    /// - *sales-ready* → *nurture* where the score is below `T_lo` and the lead has been with sales for the dwell.
    /// - *nurture* or *handed back* → *sales-ready* where they were handed it otherwise. It is theirs as an accepted one is.
    /// - *sales-ready* or any other → *accepted*, *handed back*, *converted*, *closed* where sales say so. An accepted lead is
    ///   theirs: no score takes it away.
    /// - *handed back* → *sales-ready* where the lead has done something after the cool-down, the score reaches `T_hi`, has
    ///   earned it and does not abstain.
    /// - A *converted* lead stays so, and a *closed* one unless sales say otherwise.
    ///
    /// Going back is what the dwell delays, never going to sales. A lead that is handed over again has been with sales for a
    /// dwell before, or sales have handed it back; so two hand-offs are never closer than a dwell unless sales want it.
    ///
    /// Whether sales have room for a lead that [qualifies](Self::qualifies) is to be asked before, as [`Desk::review`] does.
    ///
    /// An instant before the last change counts as that of the change: what is heard late is not undone. Only what leaves nothing to
    /// delay, that a lead was accepted, converted or was closed, keeps the day that sales say.
    ///
    /// [`Desk::review`]: super::Desk::review
    pub fn advance(
        &self,
        state: &LeadState,
        at: Instant,
        event: Option<&Event>,
        reviewed: Option<Reviewed>,
    ) -> (LeadState, Vec<Transition>) {
        let mut state = state.clone();
        let mut transitions = Vec::new();
        let latest = at.max(state.since);
        let mut change = |state: &mut LeadState, at: Instant, (to, cause): (Phase, Cause)| {
            transitions.push(Transition { at, from: state.phase, to, cause: cause.clone() });
            *state = LeadState { phase: to, since: at, cause: Some(cause) };
        };
        if let Some(said) = event.and_then(|event| heard(&state, event)) {
            let is_final = matches!(said.0, Phase::Accepted | Phase::Converted | Phase::Closed);
            change(&mut state, if is_final { at } else { latest }, said);
        }
        if let Some(decided) = reviewed.and_then(|reviewed| self.decided(&state, latest, reviewed)) {
            change(&mut state, latest, decided);
        }
        (state, transitions)
    }

    /// Whether a lead would be handed to sales at an instant if they had room.
    pub fn qualifies(&self, state: &LeadState, at: Instant, reviewed: Reviewed) -> bool {
        matches!(self.decided(state, at, reviewed), Some((Phase::SalesReady, _)))
    }

    fn decided(&self, state: &LeadState, at: Instant, reviewed: Reviewed) -> Option<(Phase, Cause)> {
        let Thresholds { enter, leave } = self.thresholds?;
        let Reviewed { logit, earned, last_touch, abstains } = reviewed;
        let reached = logit.min(earned) >= enter && !abstains;
        match state.phase {
            Phase::Nurture if reached && !is_silent(state, last_touch) => {
                Some((Phase::SalesReady, Cause::Entered { logit, enter }))
            }
            Phase::HandedBack if reached => {
                let touch = last_touch.filter(|touch| self.is_new(state, *touch))?;
                Some((Phase::SalesReady, Cause::Requalified { logit, enter, touch }))
            }
            Phase::SalesReady
                if !is_theirs(state) && logit < leave && at.days_since(state.since) >= self.dwell =>
            {
                Some((Phase::Nurture, Cause::Fell { logit, leave }))
            }
            _ => None,
        }
    }

    /// Whether a touch came after the hand-back and its cool-down.
    pub(super) fn is_new(&self, state: &LeadState, touch: Instant) -> bool {
        touch > state.since && touch.days_since(state.since) >= self.cool_down
    }
}

/// Whether a lead has fallen back and has done nothing since.
pub(super) fn is_silent(state: &LeadState, last_touch: Option<Instant>) -> bool {
    let fell = matches!(state.cause, Some(Cause::Fell { .. }));
    fell && last_touch.is_none_or(|touch| touch <= state.since)
}

/// Whether sales have had a lead otherwise than by its score; then its score does not take it from them.
pub(super) fn is_theirs(state: &LeadState) -> bool {
    state.phase == Phase::SalesReady && state.cause == Some(Cause::HandedOff)
}

/// What an event makes of a lead; nothing where it is that already.
fn heard(state: &LeadState, event: &Event) -> Option<(Phase, Cause)> {
    let reason = event.reason.clone();
    let (to, cause) = match event.kind {
        EventKind::HandedOff => {
            // What came after the hand-off is known already.
            let is_news = state.cause.is_none() || event.at > state.since;
            let with_marketing = matches!(state.phase, Phase::Nurture | Phase::HandedBack);
            return (with_marketing && is_news).then_some((Phase::SalesReady, Cause::HandedOff));
        }
        EventKind::Accepted => (Phase::Accepted, Cause::Accepted),
        EventKind::HandedBack => (Phase::HandedBack, Cause::HandedBack { reason }),
        EventKind::Converted => (Phase::Converted, Cause::Converted),
        EventKind::Closed => (Phase::Closed, Cause::Closed { reason }),
    };
    (state.phase != to && state.phase != Phase::Converted).then_some((to, cause))
}
