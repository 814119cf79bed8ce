//! A CSV file becomes typed leads, as every command of the command line makes them.

use std::fs::File;
use std::path::Path;

use sales_ready::train::csv::{self, Table};
use sales_ready::train::leads::Leads;
use sales_ready::train::schema::{Options, Schema};
use serde_json::{Value, json};

use crate::{Answer, now, text};

/// The label of the files that `make` writes.
pub(crate) const TARGET: &str = "converted";

/// Reads a file, from its name to typed columns.
pub(crate) fn read(question: &Value) -> Answer {
    let path = Path::new(text(question, "file")?);
    let start = now();
    let leads = leads(path)?;
    let seconds = start.elapsed().as_secs_f64();
    Ok(json!({ "seconds": seconds, "rows": leads.len(), "columns": leads.columns.len() }))
}

/// The leads of a file.
pub(crate) fn leads(path: &Path) -> Result<Leads, String> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let said = Options { target: Some(TARGET.to_owned()), ..Options::default() };
    let name = path.display().to_string();
    let read = Table::read(file, &name, &csv::Options::default(), &mut |_| ());
    read.and_then(|table| Schema::infer(&table, &said)?.leads(&table)).map_err(|error| error.to_string())
}
