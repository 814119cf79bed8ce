//! Why a lead is where it is, in a sentence.

use super::machine::{is_silent, is_theirs};
use super::policy::NEVER;
use super::{Cause, HandoffPolicy, LeadState, Phase, Reviewed, Thresholds};
use crate::lead::Instant;
use crate::prelude::*;
use crate::score::probability_in_words;

/// Why a score above the threshold brings nobody to sales where it abstains.
const TOO_LITTLE: &str = "too little is known of this one to go by that";

/// What sentences are made with.
pub(super) struct Words<'a> {
    pub(super) policy: &'a HandoffPolicy,
    /// When they are said.
    pub(super) at: Instant,
    /// Whether sales can be handed one more lead in that week.
    pub(super) has_room: bool,
    /// From log-odds to a calibrated chance.
    pub(super) chance: &'a dyn Fn(f64) -> f64,
}

impl Words<'_> {
    /// Why a lead is where it is: what the last change came from where that is new, else what keeps it.
    pub(super) fn sentence(&self, state: &LeadState, changed: bool, reviewed: Option<Reviewed>) -> String {
        match (&state.cause, reviewed) {
            (Some(cause), _) if changed => self.change(state.since, cause),
            (_, Some(reviewed)) => self.stay(state, reviewed),
            (Some(cause), None) => format!("Not in the files any more. {}", self.change(state.since, cause)),
            (None, None) => "Not in the files any more; with marketing.".into(),
        }
    }

    fn change(&self, since: Instant, cause: &Cause) -> String {
        let since = date(since);
        match cause {
            Cause::Entered { logit, enter } => {
                format!("To sales on {since}: {}, and {} are needed.", self.rate(*logit), self.of_100(*enter))
            }
            Cause::Requalified { logit, enter, touch } => format!(
                "To sales again on {since}: it was active on {}, {}, and {} are needed.",
                date(*touch),
                self.rate(*logit),
                self.of_100(*enter)
            ),
            Cause::Fell { logit, leave } => format!(
                "Back to marketing on {since}: {}, and {}.",
                self.rate(*logit),
                self.goes_back(*leave)
            ),
            Cause::HandedOff => format!("Handed to sales on {since}, as the outcomes say."),
            Cause::Accepted => format!("Sales accepted it on {since}."),
            Cause::HandedBack { reason } => {
                format!("Sales handed it back on {since}{}.", because(reason.as_deref()))
            }
            Cause::Converted => format!("It converted on {since}."),
            Cause::Closed { reason } => {
                format!("It was closed as lost on {since}{}.", because(reason.as_deref()))
            }
        }
    }

    /// What keeps a lead where it is.
    fn stay(&self, state: &LeadState, reviewed: Reviewed) -> String {
        match (state.phase, self.policy.thresholds) {
            (Phase::Accepted, _) => format!("Sales have worked on it since {}.", date(state.since)),
            (Phase::Converted, _) => format!("It converted on {}.", date(state.since)),
            (Phase::Closed, _) => format!("It was closed as lost on {}.", date(state.since)),
            (Phase::SalesReady, _) if is_theirs(state) => {
                format!("With sales since {}, as the outcomes say.", date(state.since))
            }
            (Phase::Nurture, None) => "Stays with marketing: the model abstains, it flags nobody.".into(),
            (Phase::SalesReady, None) => {
                format!("With sales since {}; the model abstains and moves nobody.", date(state.since))
            }
            (Phase::HandedBack, None) => {
                format!("{} The model abstains and moves nobody.", self.back(state))
            }
            (Phase::Nurture | Phase::HandedBack, Some(_))
                if self.policy.qualifies(state, self.at, reviewed) =>
            {
                self.waits(reviewed)
            }
            (Phase::Nurture, Some(Thresholds { enter, .. })) => self.nurture(state, reviewed, enter),
            (Phase::HandedBack, Some(Thresholds { enter, .. })) => self.handed_back(state, reviewed, enter),
            (Phase::SalesReady, Some(Thresholds { leave, .. })) => self.with_sales(state, reviewed, leave),
        }
    }

    /// Why a lead that qualifies is not with sales. Where they have room, it was reviewed by other rules than those asked for now.
    fn waits(&self, reviewed: Reviewed) -> String {
        let rate = self.rate(reviewed.logit);
        match self.policy.capacity {
            None => format!("Goes to sales at the next review: {rate}, which is enough."),
            Some(_) if self.has_room => {
                format!("Goes to sales at the next review if they have room then: {rate}, which is enough.")
            }
            Some(0) => format!("Waits with marketing: {rate}, but sales take nobody."),
            Some(capacity) => format!(
                "Waits with marketing: {rate}, but sales take {capacity} a week, and others came first."
            ),
        }
    }

    /// Why a lead stays with marketing.
    fn nurture(&self, state: &LeadState, reviewed: Reviewed, enter: f64) -> String {
        let rate = self.rate(reviewed.logit);
        if reviewed.logit < enter {
            format!("Stays with marketing: {rate}, and {}.", self.needed(enter))
        } else if reviewed.earned == f64::NEG_INFINITY {
            format!("Stays with marketing: {rate}, but nothing has been done yet.")
        } else if reviewed.abstains {
            format!("Stays with marketing: {rate}, but {TOO_LITTLE}.")
        } else if is_silent(state, reviewed.last_touch) {
            format!(
                "Stays with marketing: {rate}, but it has done nothing since it came back on {}.",
                date(state.since)
            )
        } else {
            format!(
                "Stays with marketing: {rate}, but some of that is only time that has passed; without it, {}, and {} are needed.",
                self.rate(reviewed.earned),
                self.of_100(enter)
            )
        }
    }

    /// Why a lead that sales have handed back is not theirs again.
    fn handed_back(&self, state: &LeadState, reviewed: Reviewed, enter: f64) -> String {
        let back = self.back(state);
        let until = state.since.plus_days(self.policy.cool_down);
        let is_new = reviewed.last_touch.is_some_and(|touch| self.policy.is_new(state, touch));
        if !is_new && self.at < until {
            return format!("{back} What it does before {} does not bring it to sales again.", date(until));
        }
        if !is_new {
            return format!("{back} It has done nothing new since {}.", date(until));
        }
        let (rate, needed) = (self.rate(reviewed.logit), self.needed(enter));
        if reviewed.logit < enter {
            format!("{back} It has been active since, but {rate}, and {needed}.")
        } else if reviewed.abstains {
            format!("{back} It has been active since, and {rate}, but {TOO_LITTLE}.")
        } else {
            format!(
                "{back} It has been active since, and {rate}, but some of that is only time that has passed; without it, {}, and {needed}.",
                self.rate(reviewed.earned)
            )
        }
    }

    /// Why a lead stays with sales.
    fn with_sales(&self, state: &LeadState, reviewed: Reviewed, leave: f64) -> String {
        let (rate, goes_back) = (self.rate(reviewed.logit), self.goes_back(leave));
        if reviewed.logit < leave && self.at.days_since(state.since) >= self.policy.dwell {
            // Reviewed by other rules than those asked for now.
            format!("Goes back to marketing at the next review: {rate}, and {goes_back}.")
        } else if reviewed.logit < leave {
            format!(
                "Stays with sales until {} at least: {rate}, and {goes_back}, but not sooner than {} days after it came.",
                date(state.since.plus_days(self.policy.dwell)),
                self.policy.dwell
            )
        } else {
            format!("Stays with sales: {rate}, and {goes_back}.")
        }
    }

    /// That sales have handed a lead back.
    fn back(&self, state: &LeadState) -> String {
        match &state.cause {
            Some(cause @ Cause::HandedBack { .. }) => self.change(state.since, cause),
            _ => format!("Sales handed it back on {}.", date(state.since)),
        }
    }

    /// What brings a lead to sales.
    fn needed(&self, enter: f64) -> String {
        if enter >= NEVER {
            "no chance is worth a contact".into()
        } else {
            format!("{} are needed", self.of_100(enter))
        }
    }

    /// What brings one back.
    fn goes_back(&self, leave: f64) -> String {
        if leave >= NEVER {
            "as no chance is worth a contact, a lead goes back".into()
        } else {
            format!("below {} a lead goes back", self.of_100(leave))
        }
    }

    fn rate(&self, logit: f64) -> String {
        probability_in_words((self.chance)(logit)).into_owned()
    }

    fn of_100(&self, logit: f64) -> String {
        let of_100 = 100.0 * (self.chance)(logit);
        if of_100 >= 9.95 { format!("{of_100:.0} of 100") } else { format!("{of_100:.1} of 100") }
    }
}

fn because(reason: Option<&str>) -> String {
    reason.map_or_else(String::new, |reason| format!(": {reason}"))
}

/// The calendar day in UTC, in ISO 8601 (Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`).
/// Years have at least four digits.
pub(super) fn date(instant: Instant) -> String {
    // Days since the first of March of the year 0, so that the leap day is a year's last.
    let days = instant.day() + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let of = |millis| date(Instant::from_millis(millis));
        assert_eq!(of(0), "1970-01-01");
        assert_eq!(of(-1), "1969-12-31");
        assert_eq!(of(951_782_400_000), "2000-02-29");
        assert_eq!(of(1_709_251_200_000), "2024-03-01");
        assert_eq!(of(4_107_542_400_000), "2100-03-01");
    }
}
