//! Dates that tell no day: months, quarters and weeks, each of which is read as its first day.
//!
//! | written as | read as |
//! |---|---|
//! | `2024-01`, `2024/01`, `01/2024`, `1-2024`, `01.2024`, `Jan 2024`, `March 2024`, `2024 Jan` | a month |
//! | `Jan-24`, as spreadsheets show one, in a column that is called `month` or the like | a month |
//! | `2024-Q1`, `2024Q1`, `Q1 2024`, `Q1/2024` | a quarter |
//! | `2024-W05`, `W05 2024`, `KW 05/2024` | a week of ISO 8601, from Monday on |
//!
//! A year alone may be anything, and so may `01/24`. What is a fraction (`2024.1`) is no month.

use jiff::civil::{Date, ISOWeekDate, Weekday};

use super::date_names::{says_created, says_received};
use super::dates::{COMPACT_YEARS, century, is_year, midnight};
use super::guess::says_id;
use super::identifiers::says_key;
use super::personal::words;
use super::{DateOrder, Known, KnownText, Stamp, months};

/// Names of months in other languages than English are words of others, so that a column of fewer is none of months.
const FEW_NAMES: usize = 4;
/// What such a column is called, where its name does not say when leads came: versions, lots and models are written so, too.
const NAMES: [&str; 19] = [
    "month",
    "months",
    "quarter",
    "week",
    "period",
    "date",
    "cohort",
    "monat",
    "quartal",
    "woche",
    "mois",
    "trimestre",
    "semaine",
    "mes",
    "mês",
    "mese",
    "maand",
    "miesiąc",
    "ay",
];
/// Of these, those that tell that `Jan-24` is no day of January.
const MONTHS: [&str; 12] =
    ["month", "months", "period", "cohort", "monat", "mois", "mes", "mês", "mese", "maand", "miesiąc", "ay"];
/// Between a year and what stands beside it.
const SIGNS: [char; 4] = ['-', '/', '.', ' '];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Month,
    /// With a year of two digits.
    ShortMonth,
    Quarter,
    Week,
}

/// Reads a period: its first moment.
pub(super) fn parse(text: &str) -> Option<Stamp> {
    let (_, date) = read(text)?;
    Some(Stamp { millis: midnight(date)?, zoned: false })
}

/// How many seconds after its first day the last of a period begins, at the most.
pub(super) fn span(text: &str) -> Option<i64> {
    let days = match kind(text)? {
        Kind::Month | Kind::ShortMonth => 31,
        Kind::Quarter => 92,
        Kind::Week => 7,
    };
    Some((days - 1) * 86_400)
}

/// What the texts of a column are, where all are periods of one kind.
pub(super) fn described(known: &Known<'_>) -> Option<&'static str> {
    let first = known.texts.first().and_then(|first| kind(first.text))?;
    if first == Kind::ShortMonth && !words(known.column.name()).iter().any(|word| MONTHS.contains(&&**word)) {
        return None;
    }
    known.texts.iter().all(|known| kind(known.text) == Some(first)).then_some(match first {
        Kind::Month | Kind::ShortMonth => "months",
        Kind::Quarter => "quarters",
        Kind::Week => "weeks",
    })
}

/// [`described`], where the name of the column and its texts speak for nothing else: numbers of contracts or seasons.
pub(super) fn recognised(known: &Known<'_>) -> Option<&'static str> {
    let name = known.column.name();
    let says_time =
        says_created(name) || says_received(name) || words(name).iter().any(|word| NAMES.contains(&&**word));
    let what = described(known).filter(|_| says_time && !says_id(name) && !says_key(name))?;
    let are_words = || known.texts.len() < FEW_NAMES && !known.texts.iter().all(is_plain);
    let are = |is_kind: fn(&KnownText<'_>) -> bool| known.texts.iter().all(is_kind);
    (!are(is_season) && !are(is_fraction) && !are_words()).then_some(what)
}

/// Whether the texts of a column are periods that a person has called dates.
pub(super) fn order(known: &Known<'_>) -> Option<DateOrder> {
    described(known).map(|_| DateOrder::Period)
}

fn kind(text: &str) -> Option<Kind> {
    read(text).map(|(kind, _)| kind)
}

/// What a period is, and its first day.
fn read(text: &str) -> Option<(Kind, Date)> {
    long(text).or_else(|| short(text))
}

/// With a year of two digits, which only beside the name of a month may be one.
fn short(text: &str) -> Option<(Kind, Date)> {
    let (before, year) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let name = before.strip_suffix('\'').unwrap_or(before).trim_end_matches(SIGNS);
    let digits = year.bytes().all(|byte| byte.is_ascii_digit()) && name.len() < before.len();
    let month = months::english(name).or_else(|| months::foreign(name)).filter(|_| digits)?;
    Some((Kind::ShortMonth, Date::new(century(year.parse().ok()?), month, 1).ok()?))
}

/// With a year of four digits.
fn long(text: &str) -> Option<(Kind, Date)> {
    let front = text.get(..4).filter(|year| is_year(year));
    let (year, part, between) = if let Some(year) = front {
        let part = text[4..].trim_start_matches(SIGNS);
        (year, part, &text[4..text.len() - part.len()])
    } else {
        let (before, year) = text.split_at_checked(text.len().checked_sub(4)?)?;
        let part = before.trim_end_matches(SIGNS);
        (year, part, &before[part.len()..])
    };
    let year: i16 = year.parse().ok().filter(|own| is_year(year) && COMPACT_YEARS.contains(own))?;
    let month = |month: i8| Some((Kind::Month, Date::new(year, month, 1).ok()?));
    if let Some(number) = number(part) {
        let is_month = match between {
            "-" | "/" => front.is_none() || part.len() == 2,
            "." => front.is_none() && part.len() == 2,
            _ => false,
        };
        return month(number).filter(|_| is_month);
    }
    if !matches!(between, "" | "-" | "/" | " " | ". ") {
        return None;
    }
    let numbered = |marks: &[&str]| {
        let behind = marks.iter().find_map(|mark| {
            part.get(..mark.len()).filter(|own| own.eq_ignore_ascii_case(mark)).map(|own| &part[own.len()..])
        });
        number(behind?.trim_start())
    };
    if let Some(quarter) = numbered(&["Q"]) {
        let first = Date::new(year, quarter.checked_mul(3)?.checked_sub(2)?, 1).ok()?;
        return Some((Kind::Quarter, first));
    }
    if let Some(week) = numbered(&["W", "KW"]) {
        return Some((Kind::Week, ISOWeekDate::new(year, week, Weekday::Monday).ok()?.date()));
    }
    let named = months::english(part).or_else(|| months::foreign(part));
    month(named.filter(|_| !between.is_empty())?)
}

/// A number of one or two digits.
fn number(text: &str) -> Option<i8> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && (1..=2).contains(&text.len());
    text.parse().ok().filter(|_| digits)
}

/// Whether a period has no name but an English one.
fn is_plain(known: &KnownText<'_>) -> bool {
    let name = known.text.trim_matches(|sign: char| !sign.is_alphabetic());
    name.len() <= 2 || months::english(name).is_some()
}

/// Whether a month may be the whole part of a fraction: `12.2024`, but not `01.2024`.
fn is_fraction(known: &KnownText<'_>) -> bool {
    known.text.starts_with('1') && known.text.contains('.')
}

/// Whether a month may be the end of a season: `2009-10`, `2010/11`.
fn is_season(known: &KnownText<'_>) -> bool {
    let part = |part: Option<&str>| part.and_then(|part| part.parse::<u16>().ok());
    let [from, to] = [part(known.text.get(..4)), part(known.text.get(5..))];
    from.zip(to).is_some_and(|(from, to)| (from + 1) % 100 == to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_begin_with_their_first_day() {
        // Expected: date -u -d … +%F, GNU coreutils 9.1; of weeks, Python 3.11's `date.fromisocalendar`.
        for (text, first) in [
            ("2024-02", "2024-02-01"),
            ("2024/12", "2024-12-01"),
            ("02/2024", "2024-02-01"),
            ("2/2024", "2024-02-01"),
            ("2-2024", "2024-02-01"),
            ("02.2024", "2024-02-01"),
            ("Feb 2024", "2024-02-01"),
            ("feb. 2024", "2024-02-01"),
            ("February 2024", "2024-02-01"),
            ("Feb-2024", "2024-02-01"),
            ("2024 Feb", "2024-02-01"),
            ("März 2024", "2024-03-01"),
            ("2024-Q1", "2024-01-01"),
            ("2024 Q4", "2024-10-01"),
            ("2024q3", "2024-07-01"),
            ("Q2 2024", "2024-04-01"),
            ("Q2/2024", "2024-04-01"),
            ("2024-W05", "2024-01-29"),
            ("2020-W53", "2020-12-28"),
            ("2025W01", "2024-12-30"),
            ("W05 2024", "2024-01-29"),
            ("KW 05/2024", "2024-01-29"),
            ("Feb-24", "2024-02-01"),
            ("Feb '24", "2024-02-01"),
            ("févr.-99", "1999-02-01"),
        ] {
            assert_eq!(parse(text), DateOrder::YearMonthDay.parse(first), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_periods() {
        for text in [
            "",
            "2024",
            "202402",
            "20240201",
            "2024-1",
            "2024.02",
            "2024.1",
            "2.2024",
            "2024-00",
            "2024-13",
            "13/2024",
            "02/24",
            "24-Feb",
            "Feb24",
            "Feb-2",
            "Feb-024",
            "Q1-24",
            "2 2024",
            "1899-12",
            "2100-01",
            "2024-Q5",
            "2024-Q0",
            "2024-W54",
            "2023-W53",
            "2024-W00",
            "2024-02-01",
            "31 Jan 2024",
            "May2024",
            "Maybe 2024",
            "Q 2024",
            "W 2024",
            "-2024",
            "ä2024",
            "2024-",
            "é",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
