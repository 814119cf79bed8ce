//! What is wrong with a column that is nearly something else, and how to put it right.

use std::collections::{BTreeMap, BTreeSet};

use super::numbers::{SHEET_ERRORS, Shape, is_sheet_error, is_some_number};
use super::plainly::{nearly_numbers, written_plainly};
use super::units::{split_unit, two_units};
use super::{ColumnSchema, Known, KnownText, counted, dates, durations, is_marker};
use crate::error::quoted;
use crate::train::csv::shorten;
use crate::train::shell::option;

/// Signs between the choices of a cell.
const SIGNS: [char; 3] = [';', '|', ','];
/// Lists of choices are no longer than this.
const MOST_CHOICES: usize = 50;
/// At least this share of the cells hold several choices.
const MANY_JOINED: f64 = 0.05;

/// Says that errors of a spreadsheet are read as not known, and has the model read them so, too.
pub(super) fn sheet_errors(schema: &mut ColumnSchema, known: &Known<'_>, missing: &[String]) {
    let column = known.column;
    let (mut cells, mut first) = (0, None);
    for (text, count) in column.texts().zip(column.counts()) {
        if is_sheet_error(text) && !is_marker(missing, text) && !is_marker(&schema.missing, text) {
            schema.missing.push(text.to_owned());
        }
        if is_sheet_error(text) && !is_marker(missing, text) {
            cells += count;
            first = first.or(Some(text));
        }
    }
    if let Some(first) = first {
        let cells = if cells == 1 { "1 cell is".into() } else { format!("{cells} cells are") };
        // The next table may have another.
        let others = SHEET_ERRORS.into_iter().filter(|text| !is_marker(missing, text));
        let others: Vec<String> =
            others.filter(|text| !is_marker(&schema.missing, text)).map(str::to_owned).collect();
        schema.missing.extend(others);
        let what = format!("; {cells} an error of a spreadsheet, such as {first}: read as not known");
        schema.why.push_str(&what);
        schema.notable = true;
    }
}

/// What is to be said of a column of texts, to be added to what it is taken for; empty where nothing is.
pub(super) fn remark(known: &Known<'_>, shape: &Shape) -> String {
    match shape {
        Shape::Mostly { share, other, .. } => {
            if written_plainly(other).is_none()
                && let Some(remark) = nearly_numbers(&known.texts)
            {
                return remark;
            }
            // Never "100 %" of a column that is not all numbers.
            let percent = (100.0 * share).min(99.0);
            let advice = match written_plainly(other) {
                _ if *other == known.column.name() => {
                    "if that is the header again, remove the row".to_owned()
                }
                Some(plainly) => format!("write {plainly} if that is meant", plainly = quoted(&plainly)),
                None if is_some_number(split_unit(other).1) => "write all in one unit".to_owned(),
                None if shorten(other) != *other => "correct it".to_owned(),
                None => format!("add {} if that means not known", option("--missing", other)),
            };
            format!("; {percent:.0} % are numbers, but not {}: {advice}", quoted(&shorten(other)))
        }
        Shape::Codes => "; codes with leading zeros".to_owned(),
        _ if dates::are_mixed(&known.texts) => {
            "; dates written in different ways: write all in one way".to_owned()
        }
        _ if dates::have_more_behind(&known.texts) => {
            "; dates, but what is behind them is not read: write times as 10:30 or 10:30+01:00".to_owned()
        }
        _ if durations::are_durations(&known.texts) => {
            "; durations: write them as a number of seconds or days".to_owned()
        }
        _ => days_among_dates(&known.texts)
            .or_else(|| other_than_choices(&known.texts))
            .or_else(|| several_choices(&known.texts))
            .unwrap_or_default(),
    }
}

/// Dates, of which some are days as spreadsheets count them.
fn days_among_dates(texts: &[KnownText<'_>]) -> Option<String> {
    let day = quoted(counted::among_dates(texts)?);
    Some(format!(
        "; dates, some of them written as a number of days, as spreadsheets count them, such as {day}: write all in one way"
    ))
}

/// A column of amounts or dates but for the way some are written.
fn other_than_choices(texts: &[KnownText<'_>]) -> Option<String> {
    if let Some([one, other]) = two_units(texts) {
        let (one, other) = (shorten(one), shorten(other));
        return Some(format!(
            "; amounts in several units, such as {one} and {other}: convert them to one",
            one = quoted(&one),
            other = quoted(&other)
        ));
    }
    if let Some(remark) = nearly_numbers(texts) {
        return Some(remark);
    }
    let other = shorten(dates::exception(texts)?);
    Some(format!("; nearly all are dates, but not {other}: correct it", other = quoted(&other)))
}

/// The lists of choices of a CRM, of which people pick several: combinations of few parts, not always of as many, and none of
/// a place of its own, as the parts of a path have.
fn several_choices(texts: &[KnownText<'_>]) -> Option<String> {
    SIGNS.into_iter().find_map(|sign| {
        let cell = texts.iter().find(|known| known.text.contains(sign))?;
        // For each part whether it stands alone, first, and behind others.
        let mut parts: BTreeMap<&str, [bool; 3]> = BTreeMap::new();
        let (mut joined, mut rows) = (0, 0);
        let mut lengths = BTreeSet::new();
        for known in texts {
            let own: Vec<&str> =
                known.text.split(sign).map(str::trim).filter(|part| !part.is_empty()).collect();
            rows += known.count;
            joined += if own.len() > 1 { known.count } else { 0 };
            lengths.insert(own.len());
            for (place, part) in own.iter().enumerate() {
                let kind = if own.len() == 1 { 0 } else { 1 + place.min(1) };
                parts.entry(part).or_default()[kind] = true;
            }
            if parts.len() > MOST_CHOICES {
                return None;
            }
        }
        // Job titles and places have commas, too, but their parts do not stand alone.
        let alone = parts.values().all(|kinds| kinds[0]);
        let moving = parts.values().filter(|kinds| kinds[1] && kinds[2]).count();
        let are_choices = 3 * moving >= parts.len() && (sign != ',' || alone);
        let several =
            lengths.len() > 1 && parts.len() < texts.len() && joined as f64 >= MANY_JOINED * rows as f64;
        (several && are_choices).then(|| {
            let cell = shorten(cell.text);
            format!(
                "; several choices in a cell, such as {cell}: a column for each choice may say more",
                cell = quoted(&cell)
            )
        })
    })
}
