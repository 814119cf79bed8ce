//! Values that the model does not know: next month's export may have `google` for `Google`, or a level under a new name.

use std::borrow::Cow;

use hashbrown::HashMap;

use crate::error::quoted;
use crate::model::{FieldKind, Model, Shares};

/// Where so many leads have a value that the model has not seen …
const LEAST_LEADS: u64 = 20;
/// … and their share has grown by this, a level may have been renamed.
const MUCH_MORE: f64 = 0.05;

/// What the kernel makes of values of a column that the model has not seen.
pub(super) struct Unseen<'m> {
    /// The levels by their lower case. Looked up only, so that its order is of no matter.
    levels: HashMap<String, &'m str>,
    /// What the kernel reads of such a value; no number for a column of numbers.
    code: f64,
    /// The share of the training leads that had one, where the model says.
    then: f64,
}

/// Leads with such values in a column.
#[derive(Clone, Default)]
pub(super) struct Found<'m> {
    leads: u64,
    /// Of the first of them the line and the value.
    first: Option<(u64, String)>,
    /// Of these, leads whose value is a level but for its case.
    alike: u64,
    /// Of the first of those the line, the value, and the level.
    first_alike: Option<(u64, String, &'m str)>,
}

impl<'m> Unseen<'m> {
    pub(super) fn new(model: &'m Model, field: usize) -> Self {
        let Some(levels) = Some(model.levels(field))
            .filter(|levels| !levels.is_empty() && matches!(model.fields()[field].kind, FieldKind::Category))
        else {
            return Self { levels: HashMap::new(), code: f64::NAN, then: 0.0 };
        };
        // Of levels that are alike themselves, none is meant.
        let mut by_case: HashMap<String, Option<&str>> = HashMap::new();
        for level in levels {
            by_case.entry(level.to_lowercase()).and_modify(|known| *known = None).or_insert(Some(level));
        }
        let by_case = by_case.into_iter().filter_map(|(text, level)| Some((text, level?)));
        let known = model.card().and_then(|card| card.reference.as_ref()?.fields.get(field));
        let then = match known.map(|field| &field.known) {
            Some(Shares::Levels(shares)) => shares.unseen,
            _ => 0.0,
        };
        Self { levels: by_case.collect(), code: levels.len() as f64, then }
    }

    /// Takes note of a cell that the kernel reads as `code`.
    #[inline]
    pub(super) fn see<'c>(
        &self,
        code: f64,
        line: impl Fn() -> u64,
        cell: impl FnOnce() -> Cow<'c, str>,
        found: &mut Found<'m>,
    ) {
        if code != self.code {
            return;
        }
        let cell = cell();
        let cell = cell.trim();
        found.leads += 1;
        found.first.get_or_insert_with(|| (line(), cell.to_owned()));
        let Some(level) = self.levels.get(&cell.to_lowercase()) else { return };
        found.alike += 1;
        found.first_alike.get_or_insert_with(|| (line(), cell.to_owned(), level));
    }

    /// What a person should know of what was found in so many leads.
    pub(super) fn notes(&self, found: &Found<'_>, leads: u64, field: &str) -> [Option<String>; 2] {
        let field = quoted(field);
        let alike = found.first_alike.as_ref().map(|(line, value, level)| {
            let one = found.alike == 1;
            let (leads, have) = if one { ("lead", "has a value") } else { ("leads", "have values") };
            format!(
                "{field}: {} {leads} {have} that the model knows in another case only, such as {} in line {line} (the model knows {}); they count as rare or new: if the same is meant, write them as the model knows them",
                found.alike,
                quoted(value),
                quoted(level),
            )
        });
        let now = found.leads as f64 / leads as f64;
        let many = found.leads >= LEAST_LEADS && now > self.then + MUCH_MORE;
        // Those of another case have been told.
        let other = found.first.as_ref().filter(|_| many && found.leads > found.alike);
        let new = other.map(|(line, value)| {
            format!(
                "{field}: {} leads ({:.0} %) have a value that the model has not seen, such as {} in line {line}, where {:.0} % of those it learnt from had a rare one; it counts as rare or new: look whether a level has got another name, and train anew if not",
                found.leads,
                100.0 * now,
                quoted(value),
                100.0 * self.then,
            )
        });
        [alike, new]
    }
}

impl Found<'_> {
    /// Adds what was found in rows behind these.
    pub(super) fn add(&mut self, behind: &mut Self) {
        let Self { leads, first, alike, first_alike } = std::mem::take(behind);
        self.leads += leads;
        self.alike += alike;
        self.first = self.first.take().or(first);
        self.first_alike = self.first_alike.take().or(first_alike);
    }
}
