//! Whether a column holds dates, and in which order.

use super::guess::{CODES, Judgement};
use super::personal::words;
use super::{DateOrder, Known, Role, counted, dates, periods};
use crate::train::csv::Table;

/// A column of dates, of days as numbers, or of periods.
pub(super) fn date(table: &Table, known: &Known<'_>) -> Option<Judgement> {
    let nearly = dates::nearly(&known.texts);
    let texts = nearly.as_ref().map_or(&known.texts, |nearly| &nearly.dates);
    // Versions, such as 10.4.20, are written like dates of two-digit years.
    let says_code = words(known.column.name()).last().is_some_and(|last| CODES.contains(&&**last));
    if says_code && texts.iter().all(|known| !has_long_year(known.text)) {
        return None;
    }
    if dates::contradiction(texts).is_some() {
        // Without an example: this goes into the model file, and a date may be a birthday.
        let why = "dates that contradict each other: some can only be day-month-year, others only month-day-year; write all in one way".into();
        return Some((Role::Date { order: None, split: false }, why, true));
    }
    let able = dates::orders(texts);
    if able.is_empty() {
        let (order, what) = match periods::recognised(known) {
            Some(what) => (DateOrder::Period, format!("{what}, read as their first days")),
            None => (DateOrder::Counted, counted::described(table, known)?),
        };
        let why = format!("{what}; a model can not learn from them as such");
        return Some((Role::Date { order: Some(order), split: false }, why, true));
    }
    let order = if let [only] = able[..] { Some(only) } else { None };
    let also = dates::also(texts, order);
    let but = dates::exceptions(table, &known.texts);
    let why = order.map_or_else(
        || format!("dates that could be {}{also}{but}", dates::listed(&able)),
        |order| format!("dates, {}{also}{but}; a model can not learn from them as such", order.as_str()),
    );
    Some((Role::Date { order, split: false }, why, true))
}

/// The only order in which a column's dates can be read; `None` where there are two. Texts that are no dates are left
/// for the typed column to report.
pub(super) fn date_order(known: &Known<'_>) -> Option<DateOrder> {
    let nearly = dates::nearly(&known.texts);
    match dates::orders(nearly.as_ref().map_or(&known.texts, |nearly| &nearly.dates))[..] {
        [] => counted::order(known).or_else(|| periods::order(known)).or(Some(DateOrder::YearMonthDay)),
        [order] => Some(order),
        _ => None,
    }
}

/// Whether four digits stand together.
fn has_long_year(text: &str) -> bool {
    text.as_bytes().windows(4).any(|digits| digits.iter().all(u8::is_ascii_digit))
}
