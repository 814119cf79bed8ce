//! The engagement fields of a lead at an instant.

use std::cmp::Ordering;

use crate::lead::Instant;
use crate::touch::{EngagementField, Measure, Recipe, Selection, Side, Stage, Touch};

impl Recipe {
    /// The values of the [fields](Recipe::fields) at an instant, `NaN` where one is missing. Touches after the instant do not
    /// count, and the order in which touches are given does not matter, to the last bit.
    pub fn features(&self, touches: &[Touch], as_of: Instant) -> Vec<f64> {
        let past = self.past(touches, as_of);
        self.fields.iter().map(|field| field.value(&past, as_of)).collect()
    }

    /// The touches that count at an instant, in order.
    pub(crate) fn past<'t>(&self, touches: &'t [Touch], as_of: Instant) -> Vec<Past<'t>> {
        let mut past: Vec<Past<'t>> = touches
            .iter()
            .enumerate()
            .filter(|(_, touch)| touch.at <= as_of)
            .map(|(place, touch)| Past {
                place,
                touch,
                side: self.side(touch),
                stage: self.stage(touch).map_or(0, Stage::rank),
            })
            .collect();
        past.sort_by(Past::compare);
        past
    }
}

/// A touch that counts, with what the recipe knows of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Past<'t> {
    /// Its place among the touches that were given.
    pub(crate) place: usize,
    pub(crate) touch: &'t Touch,
    pub(crate) side: Option<Side>,
    /// From 1; 0 where it is not known.
    pub(crate) stage: u8,
}

impl Past<'_> {
    /// In the order of time, and in some fixed order where times are equal.
    fn compare(&self, other: &Self) -> Ordering {
        let (a, b) = (self.touch, other.touch);
        a.at.cmp(&b.at)
            .then_with(|| a.kind.cmp(&b.kind))
            .then_with(|| self.side.cmp(&other.side))
            .then_with(|| self.stage.cmp(&other.stage))
            .then_with(|| a.quantity.total_cmp(&b.quantity))
    }
}

impl EngagementField {
    /// The field's value from touches in order, all of them at `as_of` or before; `NaN` where it is missing.
    pub(crate) fn value(&self, past: &[Past<'_>], as_of: Instant) -> f64 {
        let own = || past.iter().filter(|past| self.of.holds(past));
        let age = |past: &Past<'_>| as_of.days_since(past.touch.at);
        match self.measure {
            Measure::Decayed { half_life } => {
                own().fold(0.0, |sum, past| sum + past.touch.quantity * faded(age(past), half_life))
            }
            Measure::Window { days } => {
                own().filter(|past| age(past) < days).fold(0.0, |sum, past| sum + past.touch.quantity)
            }
            Measure::SinceLast => own().next_back().map_or(f64::NAN, age),
            Measure::SinceFirst => own().next().map_or(f64::NAN, age),
            Measure::Kinds => {
                let mut kinds: Vec<&str> = own().map(|past| &*past.touch.kind).collect();
                kinds.sort_unstable();
                kinds.dedup();
                kinds.len() as f64
            }
            Measure::ActiveDays => days(own()).len() as f64,
            Measure::Gap => match days(own())[..] {
                [first, .., last] => (last - first) as f64 / (days(own()).len() - 1) as f64,
                _ => f64::NAN,
            },
            Measure::Alternations => {
                let sides: Vec<Side> = own().filter_map(|past| past.side).collect();
                sides.windows(2).filter(|pair| pair[0] != pair[1]).count() as f64
            }
            Measure::Stage => f64::from(own().map(|past| past.stage).max().unwrap_or(0)),
        }
    }
}

impl Selection {
    /// Whether a touch is among them.
    pub(crate) fn holds(&self, past: &Past<'_>) -> bool {
        match self {
            Self::All => true,
            Self::Side(side) => past.side == Some(*side),
            Self::Kind(kind) => *past.touch.kind == **kind,
        }
    }
}

/// The calendar days of touches in order, each once.
fn days<'p, 't: 'p>(own: impl Iterator<Item = &'p Past<'t>>) -> Vec<i64> {
    let mut days: Vec<i64> = own.map(|past| past.touch.at.day()).collect();
    days.dedup();
    days
}

/// What is left of 1 after some days.
pub(crate) fn faded(days: f64, half_life: f64) -> f64 {
    libm::exp2(-(days / half_life))
}
