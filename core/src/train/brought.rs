//! A training table as it is brought, whatever it was made of: the leads, and what is to be said of how they were read.

use std::collections::BTreeSet;

use crate::train::csv::Table;
use crate::train::leads::{Leads, MISSING_LEVEL, Values};
use crate::train::schema::{ColumnSchema, Guess, Schema};

/// Leads to train with, and how they were read.
#[derive(Clone, Debug, PartialEq)]
pub struct Brought {
    /// The file, as it was named.
    pub file: String,
    /// What was decided or skipped while reading, in sentences.
    pub notes: Vec<String>,
    /// How the label came about.
    pub target_why: String,
    /// What the columns were taken for, in the order of the table.
    pub columns: Vec<ColumnRead>,
    /// The leads, before the audit removes any column.
    pub leads: Leads,
}

/// What a column was taken for.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnRead {
    /// The column.
    pub name: String,
    /// The name of its [role](crate::train::schema::Role::as_str).
    pub role: &'static str,
    /// Why, in a few words.
    pub why: String,
    /// Whether a person should look at this.
    pub notable: bool,
    /// How many different values it has.
    pub distinct: u64,
    /// The share of rows in which it is not known.
    pub missing: f64,
}

impl Brought {
    /// The leads of a table.
    pub fn from_table(table: &Table, schema: &Schema, leads: Leads) -> Self {
        Self {
            file: table.file().to_owned(),
            notes: table.notes().to_vec(),
            target_why: schema.target_why.clone(),
            columns: schema
                .columns
                .iter()
                .map(|column| ColumnRead::from_schema(column, leads.len()))
                .collect(),
            leads,
        }
    }

    /// What was guessed about the columns, in the order of the table.
    pub fn guesses(&self) -> impl Iterator<Item = Guess> {
        self.columns.iter().map(ColumnRead::guess)
    }

    /// The guesses a person should look at: columns left out, and columns that could be read in another way.
    pub fn notable_guesses(&self) -> impl Iterator<Item = Guess> {
        self.columns.iter().filter(|column| column.notable).map(ColumnRead::guess)
    }
}

impl ColumnRead {
    /// What the schema says of a column of so many rows.
    pub(crate) fn from_schema(column: &ColumnSchema, rows: usize) -> Self {
        Self {
            name: column.name.clone(),
            role: column.role.as_str(),
            why: column.why.clone(),
            notable: column.notable,
            distinct: column.distinct,
            missing: column.missing_rows as f64 / rows.max(1) as f64,
        }
    }

    /// A column that was made, not read.
    pub(crate) fn made(name: &str, why: String, values: &Values) -> Self {
        let (role, distinct, missing) = match values {
            Values::Numbers(numbers) => {
                let known: BTreeSet<u64> =
                    numbers.iter().filter(|number| !number.is_nan()).map(|number| number.to_bits()).collect();
                ("number", known.len(), numbers.iter().filter(|number| number.is_nan()).count())
            }
            Values::Levels { levels, codes } => {
                ("category", levels.len(), codes.iter().filter(|code| **code == MISSING_LEVEL).count())
            }
        };
        let rows = match values {
            Values::Numbers(numbers) => numbers.len(),
            Values::Levels { codes, .. } => codes.len(),
        };
        let missing = missing as f64 / rows.max(1) as f64;
        Self { name: name.to_owned(), role, why, notable: false, distinct: distinct as u64, missing }
    }

    fn guess(&self) -> Guess {
        Guess { column: self.name.clone(), role: self.role, why: self.why.clone() }
    }
}
