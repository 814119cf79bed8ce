//! What is measured in processes that stay: reading.

use anyhow::Result;
use serde_json::json;

use super::{
    Speed,
    results::{Found, Row, Table},
    stand::{Contender, Side, Stand},
};

/// A CSV file becomes typed columns, in a process that runs already.
pub(super) fn read(stand: &mut Stand<'_>, speed: &Speed) -> Result<Found> {
    let mut found = Found::default();
    for (kind, rows, fields) in speed.tables(&[
        ("plain", 1_000_000, 20),
        ("plain", 1_000_000, 50),
        ("texts", 1_000_000, 20),
        ("digits", 1_000_000, 20),
    ]) {
        let file = stand.leads(kind, rows, fields, 1)?;
        let size = file.metadata()?.len() as f64 / 1e6;
        let file = file.display().to_string();
        let peer = |name: &str| {
            Contender::new(name, Side::Python, json!({ "do": "read", "by": name, "file": file }))
        };
        let ours = Contender::new("sales-ready", Side::Rust, json!({ "do": "read", "file": file }));
        let measured = stand.alternate(&[ours, peer("polars"), peer("pandas"), peer("duckdb")])?;
        let title = format!("Read {}, {size:.0} MB", shape(kind, rows, fields));
        let mut table = Table::new(&title, rows_of(measured)).beside("polars", 0.8)?;
        for row in &mut table.rows {
            row.remark = format!("{:.0} MB/s", size / row.median());
        }
        found.tables.push(table);
    }
    Ok(found)
}

/// What a file holds, in words.
pub(super) fn shape(kind: &str, rows: u64, fields: u64) -> String {
    let columns = match kind {
        "texts" => "columns, 2 of 5 quoted texts",
        "digits" => "columns of 17 digits",
        _ => "columns",
    };
    format!("{} × {fields} {columns}", count(rows))
}

/// 1,000,000.
fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub(super) fn rows_of<T>(measured: Vec<(Row, T)>) -> Vec<Row> {
    measured.into_iter().map(|(row, _)| row).collect()
}
