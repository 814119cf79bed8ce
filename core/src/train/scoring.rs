//! CSV × model → CSV: bulk scoring in constant memory, and the explanation of one row.

mod strange;
mod reach;
mod table;
mod column;
mod known;
mod lines;
mod scorer;
mod quick;

pub(crate) use table::{ReadColumn, TableReadings};

use std::io::{Read, Write};

use rayon::prelude::*;

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::explain::Explanation;
use crate::lead::Value;
use crate::model::{Field, Model};
use crate::train::csv::{Options, Reader, Row};
use crate::train::schema::{REASON, SCORE, nearest};
use crate::train::touches::known::fields_beside_touches;
use lines::Lines;
use scorer::{Part, Scorer, Total};

/// Rows that are scored at once; they bound the memory.
const BATCH: usize = 8192;
/// Rows one thread takes at a time.
const PART: usize = 256;

/// What was scored.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Scored leads.
    pub leads: u64,
    /// Of these, sales-ready.
    pub sales_ready: u64,
    /// Of these, without a decision, because the model abstains or too little is known of the lead.
    pub abstained: u64,
    /// What was decided or skipped while reading, in sentences for people.
    pub notes: Vec<String>,
}

/// The names of the columns that scoring appends.
///
/// ```
/// use sales_ready::train::scoring::appended_columns;
///
/// assert_eq!(appended_columns(1), ["logit", "probability", "grade", "sales_ready", "reason_1"]);
/// ```
pub fn appended_columns(reasons: usize) -> Vec<String> {
    let fixed = SCORE.map(str::to_owned);
    fixed.into_iter().chain((1..=reasons).map(|place| format!("{REASON}{place}"))).collect()
}

/// Scores a CSV file row by row. The output has the input's columns and delimiter, then [`appended_columns`], in UTF-8.
///
/// `sales_ready` is `yes`, `no` or `abstain`. Reasons are the sentences of the strongest contributions; a lead with
/// fewer of them has empty cells. Rows keep their order, whatever the number of threads. `progress` is told how many
/// bytes have been read.
///
/// # Errors
/// [`ErrorKind::MissingField`] where the header lacks a column the model reads, [`ErrorKind::Csv`] where it already has
/// one that would be appended, [`ErrorKind::BadValue`] with line and column for a cell that is no number; else as
/// [`Reader`]. Rows before the bad one have been written then, so write to a file that is thrown away on error.
pub fn score_csv(
    model: &Model,
    source: impl Read,
    file: &str,
    options: &Options,
    reasons: usize,
    mut target: impl Write,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary> {
    let reader = Reader::new(source, file, options)?;
    let places = header_places(model, &reader)?;
    let appended = appended_columns(reasons);
    if let Some(name) = appended.iter().find(|name| reader.header().contains(name)) {
        let place = reader.header().iter().position(|column| column == name).unwrap_or(0) as u64 + 1;
        let message = format!(
            "the input already has a column {name}, which scoring would append; rename it or remove it",
            name = quoted(name)
        );
        return Err(Error::new(ErrorKind::Csv, message).at(file, 0, place));
    }
    let scorer = Scorer::new(model, &places, reasons, reader.delimiter(), file);
    let mut head = Lines::new(reader.delimiter());
    for name in reader.header().iter().chain(&appended) {
        head.cell(name);
    }
    head.end();
    write(&mut target, &head.text)?;

    let mut total = Total::new(&scorer);
    let mut reader = quick::score(&scorer, reader, &mut target, &mut total, progress)?;
    careful(&scorer, &mut reader, &mut target, &mut total, progress)?;
    target.flush().map_err(output_error)?;
    let notes = reader.notes().into_iter().chain(total.notes(&scorer)).collect();
    Ok(Summary { notes, ..total.summary })
}

/// Explains the `number`-th row of a CSV file, counted from 1 below the header.
///
/// # Errors
/// [`ErrorKind::BadOption`] where there is no such row; else as [`score_csv`].
pub fn explain_row(
    model: &Model,
    source: impl Read,
    file: &str,
    options: &Options,
    number: u64,
) -> Result<Explanation> {
    let mut reader = Reader::new(source, file, options)?;
    let places = header_places(model, &reader)?;
    let mut row = Row::default();
    let mut count = 0;
    while count < number && reader.read_row(&mut row)? {
        count += 1;
    }
    if number == 0 || count < number {
        let message = format!("expected a row from 1 to the last one, which is {count}, found {number}");
        let message = if number == 0 { "expected a row from 1 on, found 0".to_owned() } else { message };
        return Err(Error::new(ErrorKind::BadOption, message).at(file, 0, 0));
    }
    let values: Vec<Value<'_>> = places.iter().map(|place| Value::from(row.cell(*place))).collect();
    model.explain_values(&values).map_err(|error| {
        let fields = model.fields().iter().zip(&values).zip(&places);
        let bad = fields.into_iter().find(|((field, value), _)| field.read(value).is_err());
        error.at(file, row.line(), bad.map_or(0, |(_, place)| *place as u64 + 1))
    })
}

/// For each field of the model, the place of its column in the header.
fn places(model: &Model, header: &[&str], file: &str) -> Result<Vec<usize>> {
    let (mut places, mut absent) = (Vec::new(), Vec::new());
    for Field { name, .. } in model.fields() {
        match header.iter().position(|column| column == name) {
            Some(place) => places.push(place),
            None => absent.push(name.as_str()),
        }
    }
    if absent.is_empty() {
        return Ok(places);
    }
    let listed: Vec<String> = absent
        .iter()
        .map(|name| match nearest(name, header) {
            Some(near) => format!("{name} (is it {near}?)", name = quoted(name), near = quoted(near)),
            None => quoted(name).to_string(),
        })
        .collect();
    let them = if absent.len() == 1 { "it" } else { "them" };
    let remedy = match model.recipe() {
        Some(_) => of_touches(model),
        None => format!("add {them}, empty where nothing is known, or train a model without {them}"),
    };
    let message = format!(
        "the header lacks {} the model reads: {}; {remedy}",
        if absent.len() == 1 { "a column" } else { "columns" },
        listed.join(", ")
    );
    Err(Error::new(ErrorKind::MissingField, message).at(file, 0, 0))
}

/// How the table of a model of touches is made.
fn of_touches(model: &Model) -> String {
    let leads = if fields_beside_touches(model).is_empty() { "" } else { " --leads leads.csv" };
    format!(
        "a model of touches reads the table that `sales-ready engage touches.csv --features model.json{leads}` makes, for leads as they are on a day with --as-of"
    )
}

fn header_places<R: Read>(model: &Model, reader: &Reader<R>) -> Result<Vec<usize>> {
    let names: Vec<&str> = reader.header().iter().map(String::as_str).collect();
    places(model, &names, reader.file())
}

/// Scores the rows of a reader.
fn careful<'m, R: Read>(
    scorer: &Scorer<'m>,
    reader: &mut Reader<R>,
    target: &mut impl Write,
    total: &mut Total<'m>,
    progress: &mut dyn FnMut(u64),
) -> Result<()> {
    let mut rows: Vec<Row> = Vec::new();
    let mut more = Ok(true);
    while matches!(more, Ok(true)) {
        let mut count = 0;
        while count < BATCH {
            if count == rows.len() {
                rows.push(Row::default());
            }
            more = reader.read_row(&mut rows[count]);
            if !matches!(more, Ok(true)) {
                break;
            }
            count += 1;
        }
        // Collected in order, so that output and first error do not depend on the threads.
        let parts: Vec<Part<'m>> = rows[..count].par_chunks(PART).map(|rows| scorer.rows(rows)).collect();
        for mut part in parts {
            part.write(target, total)?;
        }
        progress(reader.bytes_read());
    }
    more.map(|_| ())
}

/// Text that no spreadsheet takes for a formula: an apostrophe in front of the signs that begin one.
pub(crate) fn no_formula(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// Signs that begin a formula, also as wide as East Asian letters: spreadsheets in Japanese and Chinese take these for the same.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Whether a spreadsheet may take a text for a formula, which it looks for behind blanks and signs that nobody sees.
fn is_formula(text: &str) -> bool {
    let visible = text.trim_start_matches(|letter: char| letter.is_whitespace() || is_unseen(letter));
    visible.starts_with(FORMULA) || text.starts_with(['\t', '\r', '\n'])
}

/// Control characters, those of the category Format, variation selectors and other letters without a shape (Unicode 16,
/// `DerivedGeneralCategory` and `Default_Ignorable_Code_Point`).
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
            | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn write(target: &mut impl Write, text: &[u8]) -> Result<()> {
    target.write_all(text).map_err(output_error)
}

fn output_error(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("could not write the scores: {error}")).caused_by(error)
}

#[cfg(test)]
mod tests;
