//! Table × model → readings and logits, each distinct text read once.

use rayon::prelude::*;

use super::places;
use crate::error::{Error, Result};
use crate::lead::Value;
use crate::model::{Model, Reading};
use crate::train::csv::{Table, TextColumn};
use crate::train::leads::Codes;

/// A table as a model reads it.
pub(crate) struct TableReadings<'t> {
    /// One for each field of the model.
    pub(crate) columns: Vec<ReadColumn<'t>>,
    rows: usize,
}

/// A column as a field of the model reads it.
pub(crate) struct ReadColumn<'t> {
    /// What each distinct text reads as.
    pub(crate) readings: Vec<Reading<'t>>,
    /// How many rows have each distinct text.
    pub(crate) counts: &'t [u64],
    /// For each row, the place of its reading.
    codes: &'t Codes,
}

impl<'t> TableReadings<'t> {
    /// Reads each column by the model's field of its name.
    ///
    /// # Errors
    /// [`MissingField`](crate::ErrorKind::MissingField) where the table lacks a column the model reads,
    /// [`BadValue`](crate::ErrorKind::BadValue) with line and column for the first cell that is no number.
    pub(crate) fn new(model: &Model, table: &'t Table) -> Result<Self> {
        let header: Vec<&str> = table.columns().iter().map(TextColumn::name).collect();
        let mut columns = Vec::new();
        let mut first_bad: Option<(&usize, usize, Error)> = None;
        for (field, place) in model.fields().iter().zip(places(model, &header, table.file())?) {
            let column = &table.columns()[place];
            let mut readings = Vec::with_capacity(column.counts().len());
            for (text, row) in column.texts().zip(column.first_rows()) {
                match field.read(&Value::from(text)) {
                    // The table's texts are trimmed and outlive the value.
                    Ok(Reading::Level(_)) => readings.push(Reading::Level(text.into())),
                    Ok(Reading::Number(number)) => readings.push(Reading::Number(number)),
                    Ok(_) => readings.push(Reading::Missing),
                    Err(error) => {
                        if first_bad.as_ref().is_none_or(|(earlier, ..)| row < *earlier) {
                            first_bad = Some((row, place, error));
                        }
                        break;
                    }
                }
            }
            columns.push(ReadColumn { readings, counts: column.counts(), codes: column.codes() });
        }
        match first_bad {
            Some((row, place, error)) => Err(error.at(table.file(), table.line(*row), place as u64 + 1)),
            None => Ok(Self { columns, rows: table.rows() }),
        }
    }

    /// The logit of each row: the same bits as [`Model::logit`].
    pub(crate) fn logits(&self, model: &Model) -> Vec<f64> {
        let row = |row: usize| {
            let readings: Vec<Reading<'_>> =
                self.columns.iter().map(|column| column.at(row).clone()).collect();
            model.sum(&readings)
        };
        (0..self.rows).into_par_iter().map(row).collect()
    }
}

impl<'t> ReadColumn<'t> {
    /// The reading of a row.
    fn at(&self, row: usize) -> &Reading<'t> {
        &self.readings[self.code(row)]
    }

    /// The place of a row's reading.
    pub(crate) fn code(&self, row: usize) -> usize {
        self.codes.at(row) as usize
    }
}
