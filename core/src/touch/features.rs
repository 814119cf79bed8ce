//! The engagement fields of a lead at an instant.

use std::cmp::Ordering;
use std::mem::replace;

use crate::lead::Instant;
use crate::touch::{EngagementField, Measure, Recipe, Selection, Side, Stage, Touch};

impl Recipe {
    /// The values of the [fields](Recipe::fields) at an instant, `NaN` where one is missing. Touches after the instant do not
    /// count, and the order in which touches are given does not matter, to the last bit.
    pub fn features(&self, touches: &[Touch], as_of: Instant) -> Vec<f64> {
        self.values(&self.past(touches, as_of), as_of)
    }

    /// The values of the fields from touches in order, all of them at `as_of` or before.
    pub(crate) fn values(&self, past: &[Past<'_>], as_of: Instant) -> Vec<f64> {
        self.fields.iter().map(|field| field.value(past, as_of)).collect()
    }

    /// The touches that count at an instant, in order. Those that count at an earlier one are the [first](until) of them.
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
                kind: 0,
            })
            .collect();
        if self.fields.iter().any(|field| field.measure == Measure::Kinds) {
            // Numbered once, so that counting kinds at many instants compares no texts.
            sort(&mut past, |a, b| a.touch.kind.cmp(&b.touch.kind));
            for place in 1..past.len() {
                let before = past[place - 1];
                past[place].kind = before.kind + usize::from(before.touch.kind != past[place].touch.kind);
            }
        }
        sort(&mut past, Past::compare);
        past
    }
}

/// Of touches in order, those at an instant or before.
pub(crate) fn until<'p, 't>(past: &'p [Past<'t>], as_of: Instant) -> &'p [Past<'t>] {
    &past[..past.partition_point(|past| past.touch.at <= as_of)]
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
    /// The number of its kind, below that of touches; 0 where no field counts kinds.
    pub(crate) kind: usize,
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
            Measure::SinceLast => own().next_back().map_or(f64::NAN, age),
            Measure::SinceFirst => own().next().map_or(f64::NAN, age),
            Measure::Stage => f64::from(own().map(|past| past.stage).max().unwrap_or(0)),
            Measure::Gap => {
                let day = |past: &Past<'_>| past.touch.at.day() as f64;
                let days = own().next_back().map_or(0.0, day) - own().next().map_or(0.0, day);
                let gaps = self.sum(past, as_of) - 1.0;
                if gaps > 0.0 { days / gaps } else { f64::NAN }
            }
            _ => self.sum(past, as_of),
        }
    }

    fn sum(&self, past: &[Past<'_>], as_of: Instant) -> f64 {
        self.added(past, as_of).iter().fold(0.0, |sum, part| sum + part)
    }

    /// What each touch adds to the field, where that is a sum (to the days of a gap, where it is one); 0 for touches that are
    /// not among its own.
    pub(crate) fn added(&self, past: &[Past<'_>], as_of: Instant) -> Vec<f64> {
        let kinds = past.iter().fold(0, |most, past| most.max(past.kind));
        let mut seen = vec![false; kinds + 1];
        let (mut day, mut side) = (None, None);
        let mut added = Vec::with_capacity(past.len());
        for past in past {
            let age = as_of.days_since(past.touch.at);
            let counts = match self.measure {
                _ if !self.of.holds(past) => false,
                Measure::Window { days } => age < days,
                // The first touch of a kind, or of a day, is the one that counts.
                Measure::Kinds => !replace(&mut seen[past.kind], true),
                Measure::ActiveDays | Measure::Gap => {
                    let today = Some(past.touch.at.day());
                    replace(&mut day, today) != today
                }
                Measure::Alternations => {
                    past.side.is_some()
                        && replace(&mut side, past.side).is_some_and(|before| past.side != Some(before))
                }
                _ => true,
            };
            added.push(match self.measure {
                _ if !counts => 0.0,
                Measure::Decayed { half_life } => past.touch.quantity * faded(age, half_life),
                Measure::Window { .. } => past.touch.quantity,
                _ => 1.0,
            });
        }
        added
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

/// What is left of 1 after some days: `2^(−days / half_life)`, exactly so after whole half-lives.
///
/// By the exponential that the probability needs as well: the tables of `libm::exp2` weigh 4 KB in the widget.
pub(crate) fn faded(days: f64, half_life: f64) -> f64 {
    let halvings = days / half_life;
    let whole = libm::floor(halvings);
    // Touches lie in the past; what is fainter than the least normal number is nothing.
    if !(0.0..1023.0).contains(&whole) {
        return 0.0;
    }
    let power = f64::from_bits((1023 - whole as u64) << 52);
    libm::exp((whole - halvings) * std::f64::consts::LN_2) * power
}

/// A stable sort by merging. The library's is faster where much is out of order, which a log seldom is, and weighs 4 KB in
/// the widget, gzipped.
fn sort<'t>(past: &mut Vec<Past<'t>>, compare: fn(&Past<'t>, &Past<'t>) -> Ordering) {
    let mut width =
        if past.windows(2).all(|pair| compare(&pair[0], &pair[1]).is_le()) { past.len() } else { 1 };
    while width < past.len() {
        let mut merged = Vec::with_capacity(past.len());
        for both in past.chunks(2 * width) {
            let (mut left, mut right) = both.split_at(width.min(both.len()));
            while let (Some(first), Some(second)) = (left.first(), right.first()) {
                let next = if compare(second, first).is_lt() { &mut right } else { &mut left };
                merged.push(next[0]);
                *next = &next[1..];
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        *past = merged;
        width *= 2;
    }
}
