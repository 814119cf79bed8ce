//! Bytes → table → schema → leads. Nothing may panic, and how the bytes arrive must not matter.
#![no_main]

use std::io::Read;

use libfuzzer_sys::fuzz_target;
use sales_ready::train::csv::{Options, Reader, Row, Table};
use sales_ready::train::leads::Leads;
use sales_ready::train::schema::{self, Schema, SchemaFile};

fuzz_target!(|bytes: &[u8]| {
    let whole = read(bytes);
    let trickled = read(Trickle(bytes));
    assert_eq!(whole, trickled);
    match whole {
        Ok((header, rows)) => assert!(rows.iter().all(|row| row.len() == header.len())),
        Err(error) => assert!(error.contains("leads.csv"), "{error}"),
    }
    if let Ok(table) = Table::read(bytes, "leads.csv", &Options::default(), &mut |_| ()) {
        // Any column may be the label.
        for target in table.columns().iter().take(3) {
            let options = schema::Options { target: Some(target.name().to_owned()), ..Default::default() };
            let _ = understand(&table, &options).inspect(|leads| check(&table, leads));
        }
    }
});

fn understand(table: &Table, options: &schema::Options) -> sales_ready::Result<Leads> {
    let schema = Schema::infer(table, options)?;
    let leads = schema.leads(table)?;
    // The schema file it writes leads to the same leads.
    let text = schema.to_toml("leads.csv");
    let file = SchemaFile::from_toml(&text, "leads.toml").expect("a schema file reads back");
    let again = Schema::infer(table, &schema::Options { file: Some(file), ..Default::default() });
    let again = again.and_then(|schema| schema.leads(table)).expect("the same schema");
    assert_eq!(again.label, leads.label);
    assert_eq!(again.columns.len(), leads.columns.len(), "{text}");
    assert!(again.columns.iter().zip(&leads.columns).all(|(a, b)| a.field == b.field), "{text}");
    Ok(leads)
}

fn check(table: &Table, leads: &Leads) {
    use sales_ready::train::leads::Values;
    assert_eq!(leads.len(), table.rows());
    for column in &leads.columns {
        match &column.values {
            Values::Numbers(numbers) => {
                assert_eq!(numbers.len(), leads.len());
                assert!(numbers.iter().all(|number| !number.is_infinite()));
            }
            Values::Levels { levels, codes } => {
                assert_eq!(codes.len(), leads.len());
                assert!(levels.is_sorted() && levels.iter().all(|level| !column.field.is_missing(level)));
            }
        }
    }
}

type Cells = (Vec<String>, Vec<Vec<String>>);

fn read(source: impl Read) -> Result<Cells, String> {
    let mut reader =
        Reader::new(source, "leads.csv", &Options::default()).map_err(|error| error.to_string())?;
    let (mut row, mut rows, mut line) = (Row::default(), vec![], 0);
    while reader.read_row(&mut row).map_err(|error| error.to_string())? {
        assert!(row.line() > line, "lines must rise: {} after {line}", row.line());
        line = row.line();
        rows.push(row.cells().map(str::to_owned).collect());
    }
    Ok((reader.header().to_vec(), rows))
}

/// Gives a few bytes at a time, as a slow pipe does.
struct Trickle<'a>(&'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(self.0.len()).min(1 + self.0.len() % 7);
        let (now, later) = self.0.split_at(count);
        buffer[..count].copy_from_slice(now);
        self.0 = later;
        Ok(count)
    }
}
