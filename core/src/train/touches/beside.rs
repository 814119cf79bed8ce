//! What is known of leads beside their touches (`leads.csv`), to learn from.

use std::collections::BTreeMap;

use super::known::{lead_column, rows_by_lead};
use crate::error::{Error, ErrorKind, Result, quoted};
use crate::train::csv::Table;
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
    /// Reads a table of leads, one a row.
    ///
    /// # Errors
    /// As [`Schema::leads`], but for the label; [`ErrorKind::MissingField`] where no column
    /// has the leads' names, [`ErrorKind::BadValue`] where a lead has none or two rows, and
    /// [`ErrorKind::Schema`] where one is to weigh more than another.
    pub fn read(table: &Table, schema: &Schema) -> Result<Self> {
        let lead = lead_column(table)?;
        let name = table.columns()[lead].name();
        if let Some(weight) = schema.columns.iter().find(|own| matches!(own.role, Role::Weight(_))) {
            let message = format!(
                "expected no weight: what is learnt from touches counts each snapshot once, and {} has role = \"weight\"; give it role = \"exclude\"",
                quoted(&weight.name)
            );
            let place = table.position(&weight.name).map_or(0, |place| place as u64 + 1);
            return Err(Error::new(ErrorKind::Schema, message).at(table.file(), 1, place));
        }
        let mut schema = schema.clone();
        // Neither time nor account of the export orders or groups snapshots, which have a time and a lead of their own.
        for own in &mut schema.columns {
            if own.name == name || matches!(own.role, Role::Date { .. } | Role::Group) {
                own.role = Role::Excluded;
            }
        }
        Ok(Self { leads: schema.unlabelled(table)?, rows: rows_by_lead(table, lead)? })
    }
}
