//! A recipe for the kinds of one log: all engagement fields of a lead in one sweep over its touches.
//!
//! The values are those of [`Recipe::features`], bit for bit: each sum adds the same numbers in the same order. What is
//! saved is to compare names, to ask each touch once for each field, and to fade a touch once for each field that fades
//! alike.

use std::sync::Arc;

use super::rows::unmarked;
use super::store::Record;
use crate::kernel::faded;
use crate::lead::Instant;
use crate::touch::{Measure, Recipe, Selection, Side, Stage};

/// A [`Recipe`] that knows kinds by their codes.
pub(super) struct Compiled {
    /// Side and stage that the recipe knows of each kind.
    kinds: Vec<(Option<Side>, u8)>,
    half_lives: Vec<f64>,
    groups: Vec<Group>,
    /// For each kind, the groups all its touches are in.
    of_kind: Vec<Vec<usize>>,
    of_side: [Vec<usize>; 2],
    fields: usize,
}

/// The fields that are made of the same touches.
struct Group {
    of: Selection,
    /// Fields that fade: which half-life, and which field.
    fading: Vec<(usize, usize)>,
    /// Fields that count for some days.
    windows: Vec<(f64, usize)>,
    others: Vec<(Measure, usize)>,
    kinds: bool,
}

/// What is seen of a touch.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Seen {
    at: Instant,
    kind: u16,
    side: Option<Side>,
    stage: u8,
    quantity: f64,
}

/// What is counted of a group's touches.
#[derive(Clone, Default)]
struct State {
    first: Option<Instant>,
    last: Option<Instant>,
    days: u64,
    side: Option<Side>,
    alternations: u64,
    stage: u8,
    /// For each kind, whether it was seen.
    kinds: Vec<bool>,
}

/// Room to count in, to be used again.
#[derive(Default)]
pub(super) struct Scratch {
    states: Vec<State>,
    faded: Vec<f64>,
    seen: Vec<Seen>,
    values: Vec<f64>,
}

impl Compiled {
    /// `kinds` are those of the log, by code.
    pub(super) fn new(recipe: &Recipe, kinds: &[Arc<str>]) -> Self {
        let known = |kind: &Arc<str>| {
            let known = recipe.kinds.iter().find(|known| *known.kind == **kind);
            (known.and_then(|known| known.side), known.and_then(|known| known.stage).map_or(0, Stage::rank))
        };
        let mut half_lives: Vec<f64> = Vec::new();
        let mut groups: Vec<Group> = Vec::new();
        for (place, field) in recipe.fields.iter().enumerate() {
            let found = groups.iter().position(|group| group.of == field.of).unwrap_or_else(|| {
                groups.push(Group {
                    of: field.of.clone(),
                    fading: Vec::new(),
                    windows: Vec::new(),
                    others: Vec::new(),
                    kinds: false,
                });
                groups.len() - 1
            });
            let group = &mut groups[found];
            match field.measure {
                Measure::Decayed { half_life } => {
                    let life = half_lives.iter().position(|known| *known == half_life).unwrap_or_else(|| {
                        half_lives.push(half_life);
                        half_lives.len() - 1
                    });
                    group.fading.push((life, place));
                }
                Measure::Window { days } => group.windows.push((days, place)),
                other => {
                    group.kinds |= other == Measure::Kinds;
                    group.others.push((other, place));
                }
            }
        }
        let with = |holds: &dyn Fn(&Selection) -> bool| -> Vec<usize> {
            (0..groups.len()).filter(|group| holds(&groups[*group].of)).collect()
        };
        let of_kind = |kind: &Arc<str>| {
            with(&|of| matches!(of, Selection::All) || *of == Selection::Kind((**kind).to_owned()))
        };
        let of_side = [Side::Marketing, Side::Sales].map(|side| with(&|of| *of == Selection::Side(side)));
        Self {
            kinds: kinds.iter().map(known).collect(),
            of_kind: kinds.iter().map(of_kind).collect(),
            of_side,
            half_lives,
            groups,
            fields: recipe.fields.len(),
        }
    }

    /// Looks at the touches of a lead, which are in order.
    pub(super) fn look(&self, records: &[Record], scratch: &mut Scratch) {
        let seen = &mut scratch.seen;
        seen.clear();
        seen.extend(records.iter().map(|record| {
            let (side, stage) = unmarked(record.marks);
            let (known_side, known_stage) = self.kinds[usize::from(record.kind)];
            Seen {
                at: Instant::from_millis(record.at),
                kind: record.kind,
                side: side.or(known_side),
                stage: stage.map_or(known_stage, Stage::rank),
                quantity: record.quantity,
            }
        }));
        // What the recipe knows may turn touches of one instant round.
        let key = |seen: &Seen| (seen.at, seen.kind, seen.side, seen.stage);
        seen.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.quantity.total_cmp(&b.quantity)));
    }

    /// The values of the fields at an instant, of the lead that was looked at last; `NaN` where one is missing.
    pub(super) fn values<'s>(&self, as_of: Instant, scratch: &'s mut Scratch) -> &'s [f64] {
        let Scratch { states, faded: weights, seen, values } = scratch;
        values.clear();
        values.resize(self.fields, 0.0);
        states.resize(self.groups.len(), State::default());
        for (state, group) in states.iter_mut().zip(&self.groups) {
            let mut kinds = std::mem::take(&mut state.kinds);
            kinds.clear();
            if group.kinds {
                kinds.resize(self.kinds.len(), false);
            }
            *state = State { kinds, ..State::default() };
        }
        for seen in seen.iter().take_while(|seen| seen.at <= as_of) {
            let age = as_of.days_since(seen.at);
            weights.clear();
            weights.resize(self.half_lives.len(), f64::NAN);
            let by_side: &[usize] = match seen.side {
                Some(Side::Marketing) => &self.of_side[0],
                Some(Side::Sales) => &self.of_side[1],
                None => &[],
            };
            for place in self.of_kind[usize::from(seen.kind)].iter().chain(by_side) {
                let group = &self.groups[*place];
                for (life, field) in &group.fading {
                    let weight = &mut weights[*life];
                    if weight.is_nan() {
                        *weight = seen.quantity * faded(age, self.half_lives[*life]);
                    }
                    values[*field] += *weight;
                }
                for (days, field) in &group.windows {
                    if age < *days {
                        values[*field] += seen.quantity;
                    }
                }
                if !group.others.is_empty() {
                    states[*place].count(seen);
                }
            }
        }
        for (state, group) in states.iter().zip(&self.groups) {
            for (measure, field) in &group.others {
                values[*field] = state.value(*measure, as_of);
            }
        }
        values
    }
}

impl State {
    fn count(&mut self, seen: &Seen) {
        self.first = self.first.or(Some(seen.at));
        self.days += u64::from(self.last.is_none_or(|last| last.day() != seen.at.day()));
        self.last = Some(seen.at);
        if seen.side.is_some() {
            self.alternations += u64::from(self.side.is_some() && self.side != seen.side);
            self.side = seen.side;
        }
        self.stage = self.stage.max(seen.stage);
        if let Some(kind) = self.kinds.get_mut(usize::from(seen.kind)) {
            *kind = true;
        }
    }

    fn value(&self, measure: Measure, as_of: Instant) -> f64 {
        let age = |at: Option<Instant>| at.map_or(f64::NAN, |at| as_of.days_since(at));
        match measure {
            // Summed where they are seen.
            Measure::Decayed { .. } | Measure::Window { .. } => 0.0,
            Measure::SinceLast => age(self.last),
            Measure::SinceFirst => age(self.first),
            Measure::Kinds => self.kinds.iter().filter(|seen| **seen).count() as f64,
            Measure::ActiveDays => self.days as f64,
            Measure::Gap => match (self.first, self.last) {
                (Some(first), Some(last)) if self.days > 1 => {
                    (last.day() - first.day()) as f64 / (self.days - 1) as f64
                }
                _ => f64::NAN,
            },
            Measure::Alternations => self.alternations as f64,
            Measure::Stage => f64::from(self.stage),
        }
    }
}
