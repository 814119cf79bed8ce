//! What is known of leads beside their touches: a file with a row for each lead.

use std::collections::BTreeMap;

use super::columns::{self, Finder, Source};
use crate::error::{ErrorKind, Result, quoted};
use crate::train::csv::{Table, shorten};
use crate::train::leads::Leads;
use crate::train::schema::{Role, Schema};

/// The leads of a table by name, and the rows they stand in.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// A row for each lead; its label does not count.
    pub leads: Leads,
    /// The row of each lead.
    pub rows: BTreeMap<String, usize>,
}

impl Beside {
    /// The name of the column that says which lead a row is about.
    ///
    /// # Errors
    /// [`ErrorKind::MissingField`] where there is none.
    pub fn column(table: &Table) -> Result<String> {
        let header: Vec<String> = table.columns().iter().map(|column| column.name().to_owned()).collect();
        let finder = Finder { file: table.file(), header: &header, section: "outcomes", said: None };
        Ok(match finder.needed(&columns::OUTCOME_LEAD, "which lead a row is about")? {
            Source::Column(place) => header.into_iter().nth(place).unwrap_or_default(),
            Source::Value(_) => String::new(),
        })
    }

    /// Reads the columns of a table of leads; `column` says which lead a row is about.
    ///
    /// # Errors
    /// As [`Schema::leads`]; [`ErrorKind::BadValue`] where a row is about no lead or a lead has two rows.
    pub fn read(table: &Table, schema: &Schema, column: &str) -> Result<Self> {
        let mut schema = schema.clone();
        // Neither time nor account of the export orders or groups snapshots, which have a time and a lead of their own.
        for own in &mut schema.columns {
            if own.name == column || matches!(own.role, Role::Date { .. } | Role::Group | Role::Weight(_)) {
                own.role = Role::Excluded;
            }
        }
        let leads = schema.unlabelled(table)?;
        let place = table.position(column).unwrap_or_default();
        let names = &table.columns()[place];
        let mut rows: BTreeMap<String, usize> = BTreeMap::new();
        for row in 0..table.rows() {
            let name = names.text(row);
            let message = if name.is_empty() {
                "expected a lead, found nothing; say which lead the row is about, or remove the row"
                    .to_owned()
            } else if let Some(first) = rows.insert(name.to_owned(), row) {
                format!(
                    "expected each lead once, but line {} is about {} too; keep one of the rows",
                    table.line(first),
                    quoted(&shorten(name))
                )
            } else {
                continue;
            };
            return Err(table.error(ErrorKind::BadValue, message, row, place));
        }
        Ok(Self { leads, rows })
    }
}
