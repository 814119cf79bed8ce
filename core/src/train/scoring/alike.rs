//! Values that the model knows but for their case: next month's export may have `google` for `Google`.

use hashbrown::HashMap;

use crate::error::quoted;
use crate::model::{FieldKind, Model};

/// The levels of a column by their lower case. Looked up only, so that its order is of no matter.
pub(super) struct Alike<'m> {
    levels: HashMap<String, &'m str>,
    /// What the kernel reads of a value it has not seen; no number for a column of numbers.
    unseen: f64,
}

/// Leads with such values in a column.
#[derive(Clone, Default)]
pub(super) struct Found<'m> {
    leads: u64,
    /// Of the first of them the line, the value, and the level that is alike.
    first: Option<(u64, String, &'m str)>,
}

impl<'m> Alike<'m> {
    pub(super) fn new(model: &'m Model, field: usize) -> Self {
        match model.fields()[field].kind {
            FieldKind::Number(_) => Self { levels: HashMap::new(), unseen: f64::NAN },
            FieldKind::Category => {
                let levels = model.levels(field);
                // Of levels that are alike themselves, none is meant.
                let mut by_case: HashMap<String, Option<&str>> = HashMap::new();
                for level in levels {
                    by_case
                        .entry(level.to_lowercase())
                        .and_modify(|known| *known = None)
                        .or_insert(Some(level));
                }
                let levels_by_case = by_case.into_iter().filter_map(|(text, level)| Some((text, level?)));
                Self { levels: levels_by_case.collect(), unseen: levels.len() as f64 }
            }
        }
    }

    /// Takes note of a cell that the kernel reads as `code`.
    #[inline]
    pub(super) fn see<'c>(
        &self,
        code: f64,
        line: impl FnOnce() -> u64,
        cell: impl FnOnce() -> std::borrow::Cow<'c, str>,
        found: &mut Found<'m>,
    ) {
        if code != self.unseen || self.levels.is_empty() {
            return;
        }
        let cell = cell();
        let Some(level) = self.levels.get(&cell.trim().to_lowercase()) else { return };
        found.leads += 1;
        found.first.get_or_insert_with(|| (line(), cell.trim().to_owned(), level));
    }
}

impl Found<'_> {
    /// Adds what was found in rows behind these.
    pub(super) fn add(&mut self, behind: &mut Self) {
        let Self { leads, first } = std::mem::take(behind);
        self.leads += leads;
        self.first = self.first.take().or(first);
    }

    /// What a person should know of it.
    pub(super) fn note(&self, field: &str) -> Option<String> {
        let (line, value, level) = self.first.as_ref()?;
        let (leads, have) = if self.leads == 1 { ("lead", "has a value") } else { ("leads", "have values") };
        Some(format!(
            "{}: {} {leads} {have} that the model knows in another case only, such as {} in line {line} (the model knows {}); they count as rare or new: if the same is meant, write them as the model knows them",
            quoted(field),
            self.leads,
            quoted(value),
            quoted(level),
        ))
    }
}
