//! Touches and an instant → the fields that are made of them, in numbers.
//!
//! Instants are milliseconds since 1970. Any that a calendar has is a whole number that an `f64` holds exactly.

use core::cmp::Ordering;
use core::mem::replace;

use crate::prelude::*;
use crate::touch::Measure;

/// How fields are made of touches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recipe {
    /// The kinds of touches that it tells apart, in the order of their names.
    pub kinds: Vec<Kind>,
    /// The fields.
    pub fields: Vec<Made>,
}

/// What is known of all touches of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kind {
    /// The place of its side among the sides, from 1; 0 where it is not known.
    pub side: u8,
    /// The place of its stage among the stages, from 1; 0 where it is not known.
    pub stage: u8,
}

/// A field that is made of touches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Made {
    /// The place of the field in the model.
    pub field: usize,
    /// Which touches it is made of.
    pub of: Of,
    /// What it says of them.
    pub measure: Measure,
}

/// Some of a lead's touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// All of them.
    All,
    /// Those of one side, by its place from 1.
    Side(u8),
    /// Those of one kind, by its place among the recipe's.
    Kind(usize),
}

/// A touch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Touch {
    /// When it happened.
    pub at: f64,
    /// How much of it there was.
    pub quantity: f64,
    /// Its own side, by its place from 1; 0 where the kind's counts.
    pub side: u8,
    /// Its own stage, by its place from 1; 0 where the kind's counts.
    pub stage: u8,
    /// Its kind's place among the recipe's; any greater number where it is none of them.
    pub kind: usize,
    /// The place of its kind's name among those of the lead's touches, in their order.
    pub rank: usize,
}

/// A touch that counts, with what the recipe knows of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Past {
    /// Its place among the touches that were given.
    pub(super) place: usize,
    pub(super) touch: Touch,
}

const DAY: f64 = 86_400_000.0;

impl Recipe {
    /// The side of a touch, from 1: its own, or else that of its kind; 0 where neither is known.
    pub fn side(&self, touch: &Touch) -> u8 {
        if touch.side > 0 { touch.side } else { self.kinds.get(touch.kind).map_or(0, |kind| kind.side) }
    }

    /// The stage of a touch, from 1: its own, or else that of its kind; 0 where neither is known.
    pub fn stage(&self, touch: &Touch) -> u8 {
        if touch.stage > 0 { touch.stage } else { self.kinds.get(touch.kind).map_or(0, |kind| kind.stage) }
    }

    /// The values of the fields at an instant, `NaN` where one is missing. Touches after the instant do not count, and the
    /// order in which touches are given does not matter, to the last bit.
    pub fn features(&self, touches: &[Touch], as_of: f64) -> Vec<f64> {
        self.values(&self.past(touches, as_of), as_of)
    }

    /// The values of the fields from touches in order, all of them at `as_of` or before.
    pub(super) fn values(&self, past: &[Past], as_of: f64) -> Vec<f64> {
        let mut values = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            values.push(field.value(past, as_of));
        }
        values
    }

    /// The touches that count at an instant, in order. Those that count at an earlier one are the [first](until) of them.
    pub(super) fn past(&self, touches: &[Touch], as_of: f64) -> Vec<Past> {
        let mut past = Vec::with_capacity(touches.len());
        for (place, touch) in touches.iter().enumerate() {
            if touch.at <= as_of {
                let touch = Touch { side: self.side(touch), stage: self.stage(touch), ..*touch };
                past.push(Past { place, touch });
            }
        }
        sort(past)
    }
}

/// Of touches in order, those at an instant or before.
pub(super) fn until(past: &[Past], as_of: f64) -> &[Past] {
    &past[..past.partition_point(|past| past.touch.at <= as_of)]
}

impl Past {
    /// In the order of time, and in some fixed order where times are equal.
    fn compare(&self, other: &Self) -> Ordering {
        let (a, b) = (&self.touch, &other.touch);
        a.at.total_cmp(&b.at)
            .then_with(|| (a.rank, a.side, a.stage).cmp(&(b.rank, b.side, b.stage)))
            .then_with(|| a.quantity.total_cmp(&b.quantity))
    }
}

impl Made {
    /// The field's value from touches in order, all of them at `as_of` or before; `NaN` where it is missing.
    fn value(&self, past: &[Past], as_of: f64) -> f64 {
        let own = || past.iter().filter(|past| self.of.holds(past));
        let age = |past: &Past| days(as_of - past.touch.at);
        match self.measure {
            Measure::SinceLast => own().next_back().map_or(f64::NAN, age),
            Measure::SinceFirst => own().next().map_or(f64::NAN, age),
            Measure::Stage => own().fold(0.0, |most, past| f64::from(past.touch.stage).max(most)),
            Measure::Gap => {
                let days = own().next_back().map_or(0.0, day) - own().next().map_or(0.0, day);
                let gaps = self.sum(past, as_of) - 1.0;
                if gaps > 0.0 { days / gaps } else { f64::NAN }
            }
            _ => self.sum(past, as_of),
        }
    }

    fn sum(&self, past: &[Past], as_of: f64) -> f64 {
        self.added(past, as_of).iter().fold(0.0, |sum, part| sum + part)
    }

    /// What each touch has added to the field, in some unit.
    pub(super) fn parts(&self, past: &[Past], as_of: f64) -> Vec<f64> {
        let own = |past: &Past| self.of.holds(past);
        let one = match self.measure {
            Measure::SinceLast => past.iter().rposition(own),
            Measure::SinceFirst => past.iter().position(own),
            Measure::Stage => {
                let furthest = self.value(past, as_of);
                past.iter().position(|past| {
                    own(past) && past.touch.stage > 0 && f64::from(past.touch.stage) >= furthest
                })
            }
            _ => return self.added(past, as_of),
        };
        let mut parts = vec![0.0; past.len()];
        if let Some(one) = one {
            parts[one] = 1.0;
        }
        parts
    }

    /// What each touch adds to the field, where that is a sum (to the days of a gap, where it is one); 0 for touches that are
    /// not among its own.
    fn added(&self, past: &[Past], as_of: f64) -> Vec<f64> {
        let kinds = past.iter().fold(0, |most, past| past.touch.rank.max(most));
        let mut seen = vec![false; kinds + 1];
        let (mut today, mut side) = (f64::NAN, 0);
        let mut added = Vec::with_capacity(past.len());
        for past in past {
            let age = days(as_of - past.touch.at);
            let counts = match self.measure {
                _ if !self.of.holds(past) => false,
                Measure::Window { days } => age < days,
                // The first touch of a kind, or of a day, is the one that counts.
                Measure::Kinds => !replace(&mut seen[past.touch.rank], true),
                Measure::ActiveDays | Measure::Gap => replace(&mut today, day(past)) != today,
                Measure::Alternations if past.touch.side > 0 => {
                    let before = replace(&mut side, past.touch.side);
                    before > 0 && before != side
                }
                Measure::Alternations => false,
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

impl Of {
    fn holds(self, past: &Past) -> bool {
        match self {
            Self::All => true,
            Self::Side(side) => past.touch.side == side,
            Self::Kind(kind) => past.touch.kind == kind,
        }
    }
}

fn days(millis: f64) -> f64 {
    millis / DAY
}

/// The calendar day in UTC, counted from the first of 1970.
fn day(past: &Past) -> f64 {
    let day = libm::floor(past.touch.at / DAY);
    // The quotient of a moment before midnight may have been rounded up to the next day's.
    if day * DAY > past.touch.at { day - 1.0 } else { day }
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
    libm::exp((whole - halvings) * core::f64::consts::LN_2) * power
}

/// A stable sort by merging. The library's is faster where much is out of order, which a log seldom is, and weighs 4 KB in
/// the widget, gzipped.
fn sort(mut past: Vec<Past>) -> Vec<Past> {
    let mut width =
        if past.windows(2).all(|pair| pair[0].compare(&pair[1]).is_le()) { past.len() } else { 1 };
    while width < past.len() {
        let mut merged = Vec::with_capacity(past.len());
        for both in past.chunks(2 * width) {
            let (mut left, mut right) = both.split_at(width.min(both.len()));
            while let (Some(first), Some(second)) = (left.first(), right.first()) {
                let next = if second.compare(first).is_lt() { &mut right } else { &mut left };
                merged.push(next[0]);
                *next = &next[1..];
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        past = merged;
        width *= 2;
    }
    past
}
