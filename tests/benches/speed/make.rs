//! The leads that are measured on: drawn, the same on every machine.
//!
//! Standardised columns, of which some speak up and some down, every fourth by a bent line; 12 % convert.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use sales_ready_tests::random::Random;
use serde_json::{Value, json};

use crate::{Answer, number, read::TARGET, text};

/// What the columns look like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Numbers of two decimals.
    Plain,
    /// Numbers with all digits that a double has.
    Digits,
    /// Two columns of five are quoted texts, and some cells are empty: one of twelve industries, one of five hundred teams, …
    Levels,
    /// … or one of forty thousand companies.
    Texts,
}

/// The intercept at which 12 % convert.
const INTERCEPT: f64 = -2.43;
/// Texts with what makes a reader of CSV work: commas, quotes within quotes, letters beyond ASCII.
const INDUSTRIES: [&str; 12] = [
    "Software, cloud",
    "Health",
    "Energie & Wärme",
    "Retail, online",
    "The \"\"other\"\" ones",
    "Banking",
    "Insurance, life",
    "Education",
    "Logistics, rail and road",
    "Café, bar",
    "Public",
    "Machines",
];
const WORDS: [&str; 8] = ["North", "Blue", "First", "Delta", "Köln", "Prime", "Union", "Royal"];

/// Writes a file; half a file is never found under its name.
pub(crate) fn make(question: &Value) -> Answer {
    let path = Path::new(text(question, "file")?);
    let kind = match text(question, "kind")? {
        "plain" => Kind::Plain,
        "digits" => Kind::Digits,
        "levels" => Kind::Levels,
        "texts" => Kind::Texts,
        other => return Err(format!("no kind of leads is named {other:?}")),
    };
    let (rows, fields) = (number(question, "rows")?, number(question, "fields")?);
    let random = Random::new(number(question, "seed")? as u64);
    let unfinished = path.with_extension("part");
    let written = File::create(&unfinished)
        .and_then(|file| write(BufWriter::with_capacity(1 << 20, file), kind, rows, fields, random))
        .and_then(|rate| fs::rename(&unfinished, path).map(|()| rate));
    let rate = written.map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(json!({ "rate": rate }))
}

fn write(
    mut file: impl Write,
    kind: Kind,
    rows: usize,
    fields: usize,
    mut random: Random,
) -> std::io::Result<f64> {
    for field in 0..fields {
        write!(file, "f{field:02},")?;
    }
    writeln!(file, "{TARGET}")?;
    let weights = weights(fields);
    let mut line = Vec::new();
    let mut converted = 0_u64;
    for _ in 0..rows {
        line.clear();
        let mut logit = INTERCEPT;
        let names = match kind {
            Kind::Texts => 640,
            Kind::Levels => 8,
            Kind::Plain | Kind::Digits => 0,
        };
        for (field, weight) in weights.iter().enumerate() {
            let x = random.normal();
            if names > 0 && field % 5 < 2 {
                quoted(&mut line, &mut random, names, field, x)?;
            } else if names > 0 && field % 5 == 2 && random.chance(0.1) {
                // Not known.
            } else if kind == Kind::Digits {
                write!(line, "{x}")?;
            } else {
                hundredths(&mut line, x)?;
            }
            line.push(b',');
            logit += weight * bent(field, x);
        }
        let converts = random.chance(1.0 / (1.0 + libm::exp(-logit)));
        converted += u64::from(converts);
        writeln!(line, "{}", u8::from(converts))?;
        file.write_all(&line)?;
    }
    file.flush()?;
    Ok(converted as f64 / rows as f64)
}

/// One in three weighs more, every other speaks against; together they say as much in a wide table as in a narrow one.
fn weights(fields: usize) -> Vec<f64> {
    let scale = libm::sqrt(fields as f64 / 8.0);
    let weight = |field: usize| {
        let size = if field.is_multiple_of(3) { 0.6 } else { 0.25 };
        let sign = if field.is_multiple_of(2) { -1.0 } else { 1.0 };
        size * sign / scale
    };
    (0..fields).map(weight).collect()
}

fn bent(field: usize, x: f64) -> f64 {
    // The mean of the bent line, so that the rate does not depend on the number of fields.
    const MEAN: f64 = 0.518_6;
    match field % 4 {
        0 => (if x > 0.0 { 1.5 * x } else { 0.2 * x }) - MEAN,
        _ => x,
    }
}

/// A number of two decimals, without zeros at its end, as a table has it.
fn hundredths(line: &mut Vec<u8>, x: f64) -> std::io::Result<()> {
    let value = libm::round(100.0 * x) as i64;
    let sign = if value < 0 { "-" } else { "" };
    let (whole, rest) = (value.abs() / 100, value.abs() % 100);
    match (rest / 10, rest % 10) {
        (tenths, 0) => write!(line, "{sign}{whole}.{tenths}"),
        (tenths, hundredths) => write!(line, "{sign}{whole}.{tenths}{hundredths}"),
    }
}

/// An industry, or one of 64 times so many names.
fn quoted(
    line: &mut Vec<u8>,
    random: &mut Random,
    names: usize,
    field: usize,
    x: f64,
) -> std::io::Result<()> {
    if field.is_multiple_of(5) {
        let place = (6.0 + 2.0 * x).clamp(0.0, 11.0) as usize;
        write!(line, "\"{}\"", INDUSTRIES[place])
    } else {
        let (first, second) = (random.pick(&WORDS), random.pick(&WORDS));
        write!(line, "\"{first} {second}, No. {}\"", random.below(names))
    }
}
