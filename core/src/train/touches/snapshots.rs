//! A lead's history and lifecycle → the instants at which it is looked at, and whether it converted within the horizon.

use crate::lead::{DAY, Instant};
use crate::model::Looks;
use crate::train::leads::Horizon;
use crate::train::touches::{History, Lifecycle};

/// A lead at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The as-of instant: what came after it is not known.
    pub at: Instant,
    /// Whether the lead converted after it, within the horizon.
    pub converted: bool,
}

/// 1970-01-05, a Monday.
const MONDAY: i64 = 4 * DAY;

impl Looks {
    /// When leads are looked at, in words.
    pub(crate) fn words(self) -> String {
        let touched = "at the last touch of each day that has any";
        let every = match self.every {
            Some(7) => "each Monday".to_owned(),
            Some(1) => "each day".to_owned(),
            Some(days) => format!("every {days} days"),
            None => String::new(),
        };
        match (self.as_of, self.every, self.touch_days) {
            (Some(_), ..) => "at one instant".to_owned(),
            (None, None, _) => touched.to_owned(),
            (None, Some(_), true) => format!("{every}, and {touched}"),
            (None, Some(_), false) => every,
        }
    }
}

/// The snapshots of a lead, in the order of time.
///
/// A lead is looked at from when it [became one](Lifecycle::created) to when it converted, was closed or was handed to
/// sales, whichever came first: from then on nobody asks whether it is ready. `until` is the instant up to which outcomes
/// are known; snapshots whose horizon ends later have no outcome yet, and there are none of those.
///
/// ```
/// use sales_ready::{Instant, model::Looks, touch::Touch};
/// use sales_ready::train::touches::{History, Lifecycle, snapshots::snapshots};
///
/// let day = Instant::midnight;
/// let history = History { lead: "A1".into(), touches: vec![Touch::new(day(10), "webinar")] };
/// let lifecycle = Lifecycle { converted: Some(day(30)), ..Lifecycle::default() };
/// // The day of the touch, then Mondays 11, 18 and 25; the conversion ends it.
/// let found = snapshots(&history, &lifecycle, &Looks::default(), "14d".parse()?, day(100));
/// let found: Vec<(i64, bool)> = found.iter().map(|snapshot| (snapshot.at.day(), snapshot.converted)).collect();
/// assert_eq!(found, [(10, false), (11, false), (18, true), (25, true)]);
/// # Ok::<_, sales_ready::Error>(())
/// ```
pub fn snapshots(
    history: &History,
    lifecycle: &Lifecycle,
    looks: &Looks,
    horizon: Horizon,
    until: Instant,
) -> Vec<Snapshot> {
    let touches: Vec<Instant> = history.touches.iter().map(|touch| touch.at).collect();
    of_instants(&touches, lifecycle, looks, horizon, until)
}

/// [`snapshots`], of a lead that was touched at these instants, in order.
pub(super) fn of_instants(
    touches: &[Instant],
    lifecycle: &Lifecycle,
    looks: &Looks,
    horizon: Horizon,
    until: Instant,
) -> Vec<Snapshot> {
    let days = f64::from(horizon.days);
    let first = lifecycle.created.or_else(|| touches.first().copied());
    let Some(first) = first.map(Instant::millis) else { return Vec::new() };
    let settled = until.plus_days(-days).millis();
    let ends = [lifecycle.converted, lifecycle.closed, lifecycle.handed_off];
    // The first millisecond at which it is not looked at any more.
    let end = ends.iter().flatten().map(|end| end.millis()).fold(settled.saturating_add(1), i64::min);
    let converts = |at: Instant| lifecycle.converted.is_some_and(|converted| converted <= at.plus_days(days));
    instants(touches, looks, first, end)
        .into_iter()
        .map(Instant::from_millis)
        .map(|at| Snapshot { at, converted: converts(at) })
        .collect()
}

/// The instants of looks from `first` on and before `end`, in order.
fn instants(touches: &[Instant], looks: &Looks, first: i64, end: i64) -> Vec<i64> {
    let looked_at = |at: &i64| first <= *at && *at < end;
    if let Some(as_of) = looks.as_of {
        return Some(as_of.millis()).filter(looked_at).into_iter().collect();
    }
    let mut instants: Vec<i64> = Vec::new();
    if let Some(every) = looks.every.filter(|every| *every > 0) {
        let step = i64::from(every) * DAY;
        let before = MONDAY + first.saturating_sub(MONDAY).div_euclid(step) * step;
        let steps = std::iter::successors(Some(before), |at| at.checked_add(step));
        instants.extend(steps.skip_while(|at| *at < first).take_while(|at| *at < end));
    }
    if looks.touch_days {
        let days = touches.chunk_by(|a, b| a.day() == b.day());
        instants.extend(days.filter_map(|day| Some(day.last()?.millis())).filter(looked_at));
    }
    instants.sort_unstable();
    instants.dedup();
    instants
}
