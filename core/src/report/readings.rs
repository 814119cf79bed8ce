//! The training table as the model's terms read it.

use std::borrow::Cow;

use crate::model::{Reading, Term};
use crate::train::leads::{self, Leads, MISSING_LEVEL, Values};

/// A column of the training table, with the outcomes.
pub(super) struct Column<'l> {
    column: &'l leads::Column,
    label: &'l [bool],
}

impl<'l> Column<'l> {
    pub(super) fn find(leads: &'l Leads, field: &str) -> Option<Self> {
        Some(Self { column: leads.column(field)?, label: &leads.label })
    }

    /// What people call it.
    pub(super) fn title(&self) -> String {
        self.column.field.display_name().into_owned()
    }

    pub(super) fn len(&self) -> usize {
        self.label.len()
    }

    /// Each level and *missing*, with how many leads have it and how many of these converted.
    pub(super) fn counts(&self) -> Vec<(Reading<'l>, [u64; 2])> {
        let levels: &[String] = match &self.column.values {
            Values::Levels { levels, .. } => levels,
            Values::Numbers(_) => &[],
        };
        let mut counts = vec![[0; 2]; levels.len() + 1];
        for (row, converted) in self.label.iter().enumerate() {
            let place = match &self.column.values {
                Values::Levels { codes, .. } if codes[row] != MISSING_LEVEL => codes[row] as usize,
                values if values.is_missing(row) => levels.len(),
                _ => continue,
            };
            counts[place][0] += 1;
            counts[place][1] += u64::from(*converted);
        }
        let readings = levels.iter().map(|level| Reading::Level(Cow::Borrowed(&**level)));
        readings.chain([Reading::Missing]).zip(counts).collect()
    }

    pub(super) fn has_missing(&self) -> bool {
        (0..self.len()).any(|row| self.column.values.is_missing(row))
    }

    pub(super) fn converted(&self, row: usize) -> bool {
        self.label[row]
    }

    /// Whether all known numbers are whole.
    pub(super) fn is_whole(&self) -> bool {
        (0..self.len()).filter_map(|row| self.number(row)).all(|number| number.trunc() == number)
    }

    /// The number of a row, where it has one.
    pub(super) fn number(&self, row: usize) -> Option<f64> {
        match self.reading(row) {
            Reading::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The value of a row as a term reads it.
    pub(super) fn reading(&self, row: usize) -> Reading<'l> {
        match &self.column.values {
            Values::Numbers(numbers) if numbers[row].is_nan() => Reading::Missing,
            Values::Numbers(numbers) => Reading::Number(numbers[row]),
            Values::Levels { codes, .. } if codes[row] == MISSING_LEVEL => Reading::Missing,
            Values::Levels { levels, codes } => Reading::Level(Cow::Borrowed(&levels[codes[row] as usize])),
        }
    }
}

/// The columns that a term reads, in its order.
pub(super) fn columns<'l>(term: &Term, leads: &'l Leads) -> Option<Vec<Column<'l>>> {
    term.fields().iter().map(|field| Column::find(leads, field)).collect()
}

/// What a term contributes to each training lead.
pub(super) fn contributions(term: &Term, columns: &[Column<'_>]) -> Vec<f64> {
    match columns {
        [only] => (0..only.len()).map(|row| term.value(&[&only.reading(row)])).collect(),
        [first, second] => {
            let of_row = |row| term.value(&[&first.reading(row), &second.reading(row)]);
            (0..first.len()).map(of_row).collect()
        }
        _ => Vec::new(),
    }
}
