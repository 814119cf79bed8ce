//! Levels that leads enough have.

use super::Shape;
use crate::train::leads::{Leads, enough_for_a_level};
use crate::train::together::Once;

/// Which levels are common enough for a column of their own.
pub(super) struct Common<'a> {
    leads: Once<'a>,
    enough: usize,
}

impl<'a> Common<'a> {
    pub(super) fn new(leads: &'a Leads, rows: Option<&'a [usize]>) -> Self {
        let some = Once::of_leads(leads, rows);
        let all = rows.map_or_else(|| some.len(), |_| Once::of_leads(leads, None).len());
        Self { enough: enough_for_a_level(some.len(), all), leads: some }
    }

    /// A column for each level that leads enough have, and one for the others, from `start` on.
    pub(super) fn levels(&self, levels: &[String], codes: &[u32], start: usize) -> Shape {
        let counts = self.leads.having(levels.len(), |row| codes[row] as usize);
        let (kept, rare): (Vec<_>, Vec<_>) = levels
            .iter()
            .zip(counts)
            .filter(|(_, count)| *count > 0)
            .partition(|(_, count)| *count >= self.enough);
        Shape::Indicators {
            pooled: (!rare.is_empty()).then_some(start + kept.len()),
            levels: kept.into_iter().map(|(level, _)| level.clone()).collect(),
        }
    }
}
