//! What is known of leads beside their touches (`leads.csv`), for a model to read.

use std::collections::BTreeMap;
use std::io::Read;

use super::columns::{Finder, LEAD, Source};
use crate::error::{Error, ErrorKind, Result, quoted};
use crate::lead::{Lead, Value};
use crate::model::{Field, Model};
use crate::train::csv::{self, Table, shorten};

/// The leads of a file.
#[derive(Debug)]
pub struct KnownLeads {
    table: Table,
    /// The row of each lead.
    rows: BTreeMap<String, usize>,
    /// The fields the model reads and the places of their columns.
    columns: Vec<(String, usize)>,
}

/// The fields a model reads beside those that are made of touches.
pub fn fields_beside_touches(model: &Model) -> Vec<&Field> {
    let made = |field: &Field| {
        model.recipe().is_some_and(|recipe| recipe.fields.iter().any(|made| made.name == field.name))
    };
    model.fields().iter().filter(|field| !made(field)).collect()
}

/// The place of the column with the leads' names.
pub(super) fn lead_column(table: &Table) -> Result<usize> {
    let header: Vec<String> = table.columns().iter().map(|column| column.name().to_owned()).collect();
    let finder = Finder { file: table.file(), header: &header, section: "leads", said: None };
    if let Some(Source::Column(lead)) = finder.find(&LEAD)? {
        return Ok(lead);
    }
    let message = format!(
        "expected a column \"lead\" with the leads' names in the touch log; the columns are: {}",
        header.join(", ")
    );
    Err(Error::new(ErrorKind::MissingField, message).at(table.file(), 1, 0))
}

/// The row of each lead, whose names stand in a column.
pub(super) fn rows_by_lead(table: &Table, lead: usize) -> Result<BTreeMap<String, usize>> {
    let mut rows = BTreeMap::new();
    for row in 0..table.rows() {
        let name = table.columns()[lead].text(row).trim();
        let message = if name.is_empty() {
            "expected a lead, found nothing; say which lead the row is about, or remove the row".to_owned()
        } else if let Some(first) = rows.insert(name.to_owned(), row) {
            format!(
                "the lead {} has a row before, on line {}; keep the one that is right",
                quoted(&shorten(name)),
                table.line(first)
            )
        } else {
            continue;
        };
        return Err(table.error(ErrorKind::BadValue, message, row, lead));
    }
    Ok(rows)
}

impl KnownLeads {
    /// Reads a file of leads, one a row. `file` is its name in errors; `progress` is told how many bytes have been read.
    ///
    /// # Errors
    /// [`ErrorKind::MissingField`] where the column of the leads or one that the model reads is absent,
    /// [`ErrorKind::BadValue`] where a lead has two rows; else as [`Table::read`].
    pub fn read(
        model: &Model,
        source: impl Read,
        file: &str,
        options: &csv::Options,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Self> {
        let table = Table::read(source, file, options, progress)?;
        let lead = lead_column(&table)?;
        let mut columns = Vec::new();
        let mut absent = Vec::new();
        for field in fields_beside_touches(model) {
            match table.position(&field.name) {
                Some(place) => columns.push((field.name.clone(), place)),
                None => absent.push(quoted(&field.name).to_string()),
            }
        }
        if !absent.is_empty() {
            let message = format!(
                "the header lacks columns the model reads: {}; add them, empty where nothing is known",
                absent.join(", ")
            );
            return Err(Error::new(ErrorKind::MissingField, message).at(file, 1, 0));
        }
        let rows = rows_by_lead(&table, lead)?;
        Ok(Self { table, rows, columns })
    }

    /// The leads' names, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().map(String::as_str)
    }

    /// Whether the file has a lead.
    pub fn has(&self, lead: &str) -> bool {
        self.rows.contains_key(lead)
    }

    /// What is known of a lead; nothing of one that is not there.
    pub fn get(&self, lead: &str) -> Lead<'_> {
        let Some(row) = self.rows.get(lead) else { return Lead::new() };
        let value = |place: usize| Value::from(self.table.columns()[place].text(*row));
        self.columns.iter().map(|(name, place)| (name.as_str(), value(*place))).collect()
    }

    /// The names of the columns that the model reads.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// The cells of a lead in these columns, as they are written; empty for one that is not there.
    pub fn cells(&self, lead: &str) -> impl Iterator<Item = &str> {
        let row = self.rows.get(lead).copied();
        self.columns
            .iter()
            .map(move |(_, place)| row.map_or("", |row| self.table.columns()[*place].text(row)))
    }

    /// The name of the file.
    pub(super) fn file(&self) -> &str {
        self.table.file()
    }

    /// An error of a model about a lead, with the place of the cell it is about.
    pub fn located(&self, error: Error, model: &Model, lead: &str) -> Error {
        let Some(row) = self.rows.get(lead) else { return error };
        let known = self.get(lead);
        let bad = |field: &&Field| field.read(known.get(&field.name)).is_err();
        let field = fields_beside_touches(model).into_iter().find(bad);
        let place = field.and_then(|field| self.columns.iter().find(|(name, _)| *name == field.name));
        let column = place.map_or(0, |(_, place)| *place as u64 + 1);
        error.at(self.table.file(), self.table.line(*row), column)
    }

    /// What was decided while reading, in sentences for people.
    pub fn notes(&self) -> &[String] {
        self.table.notes()
    }
}
