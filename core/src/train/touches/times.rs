//! Texts → instants, in milliseconds, column by column.
//!
//! A column of times is written in one way: all with a zone or all without (then UTC), and in one order of day, month and
//! year. Which order that is may show only after many rows; until then a text stands for several instants.
//!
//! | written as | read as |
//! |---|---|
//! | `2024-01-31T10:30:00.123+02:00`, `2024-01-31 10:30`, `2024-01-31` | what it says; a date alone is its first moment |
//! | `31/01/2024 10:30`, `1/31/2024 3:05 PM`, `31 Jan 2024` | the same, in the order of the whole column |
//! | 12 or 13 digits, such as `1706697000123` | milliseconds since 1970, as HubSpot exports them |
//! | 15 or 16 digits | microseconds since 1970, as Google Analytics exports them |
//! | 9 or 10 digits | seconds since 1970 |
//! | 8 digits, such as `20240131` | a date |
//! | 5 digits, such as `45322.5` | days, as spreadsheets count them, where the schema file says `order = "number"` |

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result, quoted};
use crate::lead::{DAY, Instant};
use crate::train::csv::shorten;
use crate::train::leads::utc;
use crate::train::schema::{DateOrder, Stamp, counted, listed_orders};

/// What is known so far of how a column writes its times.
#[derive(Clone, Debug)]
pub(super) struct Times {
    /// The orders in which all texts so far are dates.
    able: Vec<DateOrder>,
    /// Whether texts name a zone, and the first line; `None` before the first text.
    zoned: Option<(bool, u64)>,
    /// The line that left only one order.
    decided: u64,
    /// The first line that has several readings.
    open: Option<u64>,
    /// Whether some time is not a whole minute.
    seconds: bool,
}

/// The instants a text may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    One(i64),
    /// One for each of [`DateOrder::ALL`]; those that are not possible are as good as any.
    Open([i64; 3]),
}

impl Times {
    /// `order` is what the schema file says.
    pub(super) fn new(order: Option<DateOrder>) -> Self {
        let able = order.map_or_else(|| DateOrder::ALL.to_vec(), |order| vec![order]);
        Self { able, zoned: None, decided: 0, open: None, seconds: false }
    }

    /// Reads a text that stands in a line of the file.
    ///
    /// # Errors
    /// What was expected, what was found and what to do.
    pub(super) fn read(&mut self, text: &str, line: u64) -> Result<Reading, String> {
        if text.is_empty() {
            return Err("expected a time, found nothing; say when it was, or remove the row".into());
        }
        let counted = || DateOrder::Counted.parse(text).filter(|_| self.able == [DateOrder::Counted]);
        if let Some(stamp) = plain(text).or_else(counted) {
            self.take(stamp, text, line)?;
            return Ok(Reading::One(stamp.millis));
        }
        let stamps = DateOrder::ALL.map(|order| order.parse(text));
        let Some(some) = stamps.iter().flatten().next().copied() else {
            let message = "such as 2024-01-31, 2024-01-31 10:30, 2024-01-31T10:30:00Z or 1706697000123 (milliseconds since 1970)";
            let days = if DateOrder::Counted.parse(text).is_some() {
                "; if these are days as spreadsheets count them, say so in the schema file, beside the name of the column: order = \"number\""
            } else {
                ""
            };
            return Err(format!("expected a time {message}, found {}{days}", quoted(&shorten(text))));
        };
        let reads = |order: DateOrder| stamps.get(order as usize).copied().flatten();
        let able: Vec<DateOrder> =
            self.able.iter().copied().filter(|order| reads(*order).is_some()).collect();
        let Some(first) = able.first().and_then(|order| reads(*order)) else {
            let other: Vec<DateOrder> =
                DateOrder::ALL.into_iter().filter(|order| reads(*order).is_some()).collect();
            let before = match self.decided {
                0 => "the schema file says".to_owned(),
                decided => format!("line {decided} shows"),
            };
            return Err(format!(
                "expected a date in the order {}, as {before}, found {}, which is {}; write all dates of the column in one way",
                listed_orders(&self.able),
                quoted(&shorten(text)),
                listed_orders(&other)
            ));
        };
        if able.len() < self.able.len() {
            self.decided = line;
            self.able = able;
        }
        self.take(some, text, line)?;
        if self.able.iter().all(|order| reads(*order) == Some(first)) {
            return Ok(Reading::One(first.millis));
        }
        self.open.get_or_insert(line);
        Ok(Reading::Open(stamps.map(|stamp| stamp.unwrap_or(first).millis)))
    }

    /// Takes note of a text that another reader has read.
    pub(super) fn take(&mut self, stamp: Stamp, text: &str, line: u64) -> Result<(), String> {
        self.seconds |= tells_seconds(stamp.millis);
        let (zoned, first) = *self.zoned.get_or_insert((stamp.zoned, line));
        if zoned == stamp.zoned {
            return Ok(());
        }
        let (expected, found) = if zoned { ("with", "without") } else { ("without", "with") };
        Err(format!(
            "expected a time {expected} a zone, as in line {first}, found {}, which is {found} one; write all times of the column in one way",
            quoted(&shorten(text))
        ))
    }

    /// Takes note of many texts that another reader has read, and that are alike.
    pub(super) fn take_all(&mut self, zoned: bool, seconds: bool, line: u64) {
        self.zoned.get_or_insert((zoned, line));
        self.seconds |= seconds;
    }

    /// The order the whole column is in, where that is known.
    pub(super) fn order(&self) -> Option<DateOrder> {
        (self.open.is_none() || self.able.len() == 1).then(|| self.able.first().copied()).flatten()
    }

    /// Why the order is not known, and the line that has several readings.
    pub(super) fn ask(&self, key: &str, column: &str) -> (String, u64) {
        let orders = listed_orders(&self.able);
        let first = self.able.first().map_or("day-month-year", |order| order.as_str());
        (
            format!(
                "the dates of {column} can be read as {orders}, this one first; say which in the schema file: {key} = {{ column = {column}, order = \"{first}\" }}",
                column = quoted(column)
            ),
            self.open.unwrap_or(0),
        )
    }

    /// What was decided, in sentences for people.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.zoned.is_some_and(|(zoned, _)| !zoned) {
            notes.push("times name no zone and are read as UTC; a date alone is its first moment".into());
        }
        if self.open.is_some()
            && let Some(order) = self.order()
        {
            notes.push(format!("dates are read as {}", order.as_str()));
        }
        notes
    }

    /// Whether seconds are told: where they are not, touches of one minute may be far apart.
    pub(super) fn has_seconds(&self) -> bool {
        self.seconds
    }
}

const MINUTE: i64 = 60_000;

/// Whether an instant is not a whole minute.
pub(super) fn tells_seconds(millis: i64) -> bool {
    millis % MINUTE != 0
}

/// Reads what has one meaning in any column: ISO 8601 and counts since 1970. `None` is not "no time".
pub(super) fn plain(text: &str) -> Option<Stamp> {
    let bytes = text.as_bytes();
    if bytes.len() >= 10 && bytes[4] == b'-' { iso(bytes) } else { count(text) }
}

/// `2024-01-31`, `2024-01-31T10:30:00.123Z`, `2024-01-31 10:30:00+02:00`, with two digits for each part.
fn iso(text: &[u8]) -> Option<Stamp> {
    let two = |place: usize| -> Option<i64> {
        let [a, b] = [text.get(place)?.wrapping_sub(b'0'), text.get(place + 1)?.wrapping_sub(b'0')];
        (a < 10 && b < 10).then(|| i64::from(a) * 10 + i64::from(b))
    };
    let (year, month, day) = (two(0)? * 100 + two(2)?, two(5)?, two(8)?);
    if text[7] != b'-' || !(1..=12).contains(&month) || day < 1 || day > days_of(year, month) {
        return None;
    }
    let date = days_from_civil(year, month, day) * DAY;
    if text.len() == 10 {
        return Some(Stamp { millis: date, zoned: false });
    }
    if !matches!(text[10], b'T' | b' ') || *text.get(13)? != b':' {
        return None;
    }
    let (hour, minute) = (two(11)?, two(14)?);
    let (second, mut place) = if text.get(16) == Some(&b':') { (two(17)?, 19) } else { (0, 16) };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut millis = date + ((hour * 60 + minute) * 60 + second) * 1_000;
    if place == 19 && text.get(19) == Some(&b'.') {
        let digits = text[20..].iter().take_while(|sign| sign.is_ascii_digit()).count();
        if digits == 0 || digits > 9 {
            return None;
        }
        let digit = |place: usize| if place < digits { i64::from(text[20 + place] - b'0') } else { 0 };
        millis += digit(0) * 100 + digit(1) * 10 + digit(2);
        place = 20 + digits;
    }
    match &text[place..] {
        [] => Some(Stamp { millis, zoned: false }),
        [b'Z'] => Some(Stamp { millis, zoned: true }),
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (two(place + 1)?, two(place + 4)?);
            let offset = (hours * 60 + minutes) * MINUTE;
            let millis = if *sign == b'+' { millis - offset } else { millis + offset };
            (hours <= 15 && minutes < 60).then_some(Stamp { millis, zoned: true })
        }
        _ => None,
    }
}

impl fmt::Display for Instant {
    /// The day in UTC, and the time where it is not midnight: `2024-01-31`, `2024-01-31T10:30:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match utc(*self) {
            None => write!(f, "{} ms since 1970", self.millis()),
            Some(at) if self.millis().rem_euclid(DAY) == 0 => write!(f, "{}", at.date()),
            Some(at) => write!(f, "{at}Z"),
        }
    }
}

impl FromStr for Instant {
    type Err = Error;

    /// Reads whatever has one meaning only, such as `2024-01-31` (its first moment), `2024-01-31 10:30` and
    /// `2024-01-31T10:30:00+02:00`; in UTC where no zone is named.
    fn from_str(text: &str) -> Result<Self> {
        plain(text.trim()).map(|stamp| Self::from_millis(stamp.millis)).ok_or_else(|| {
            let message = format!(
                "expected a time such as 2024-01-31 or 2024-01-31T10:30:00Z, found {}",
                quoted(&shorten(text))
            );
            Error::new(ErrorKind::BadOption, message)
        })
    }
}

/// Seconds, milli- or microseconds since 1970, or the digits of a date.
fn count(text: &str) -> Option<Stamp> {
    if !text.bytes().all(|sign| sign.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    match text.len() {
        8 => {
            let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
            let is_date =
                year >= 1000 && (1..=12).contains(&month) && day >= 1 && day <= days_of(year, month);
            is_date.then(|| Stamp { millis: days_from_civil(year, month, day) * DAY, zoned: false })
        }
        // Days count as such only where the schema file says so.
        5 => None,
        _ => counted(text),
    }
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970 of a date in the Gregorian calendar: Howard Hinnant, "chrono-compatible low-level date algorithms",
/// `days_from_civil`, for years from 0 on.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_reader_reads_what_the_other_reads() {
        // The calendar of `jiff` is the judge, over all days of 800 years and some times of day.
        let mut day = jiff::civil::date(1600, 1, 1);
        let mut texts = Vec::new();
        for step in 0..292_200_i64 {
            texts.clear();
            texts.push(day.to_string());
            texts.push(format!("{day} {:02}:{:02}", step % 24, step % 60));
            texts.push(format!(
                "{day}T{:02}:{:02}:{:02}.{:03}Z",
                step % 24,
                step % 59,
                step % 53,
                step % 997
            ));
            texts.push(format!(
                "{day}T{:02}:00:{:02}{}{:02}:30",
                step % 24,
                step % 60,
                ["+", "-"][(step % 2) as usize],
                step % 15
            ));
            for text in &texts {
                let stamp = plain(text);
                assert!(stamp.is_some() && stamp == DateOrder::YearMonthDay.parse(text), "{text}: {stamp:?}");
            }
            day = day.tomorrow().unwrap();
        }
        for text in
            ["2024-02-30", "2023-02-29", "1900-02-29", "2024-13-01", "2024-01-01T24:00", "2024-01-01T10:60"]
        {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn all_that_is_read_can_be_written() {
        for text in ["0001-01-01", "2024-02-29", "9999-12-31"] {
            assert_eq!(Instant::from_str(text).map(|at| at.to_string()), Ok(text.to_owned()));
            for time in ["T00:00:01Z", "T10:30:00.5Z", "T23:59:59.999Z"] {
                let text = format!("{text}{time}");
                assert_eq!(Instant::from_str(&text).map(|at| at.to_string()), Ok(text));
            }
        }
        assert_eq!(Instant::from_millis(i64::MAX).to_string(), format!("{} ms since 1970", i64::MAX));
    }

    #[test]
    fn fractions_and_counts_keep_their_milliseconds() {
        let millis = |text: &str| plain(text).map(|stamp| stamp.millis);
        assert_eq!(millis("1706697000123"), Some(1_706_697_000_123));
        assert_eq!(millis("1706697000123456"), Some(1_706_697_000_123));
        assert_eq!(millis("1706697000"), Some(1_706_697_000_000));
        assert_eq!(millis("2024-01-31T10:30:00.123456Z"), Some(1_706_697_000_123));
        assert_eq!(millis("2024-01-31T10:30:00.1Z"), Some(1_706_697_000_100));
        assert_eq!(millis("20240131"), Some(1_706_659_200_000));
        let slow = DateOrder::DayMonthYear.parse("31/01/2024 10:30:00.123 +00:00").map(|stamp| stamp.millis);
        assert_eq!(slow, Some(1_706_697_000_123));
    }

    #[test]
    fn the_order_is_decided_by_the_column_or_asked_for() {
        let mut times = Times::new(None);
        assert!(matches!(times.read("03/04/2024", 2), Ok(Reading::Open(_))));
        assert_eq!(times.order(), None);
        assert!(times.ask("at", "when").0.contains("day-month-year or month-day-year"));
        assert!(matches!(times.read("05/05/2024", 3), Ok(Reading::One(_))), "both orders agree on it");
        assert!(matches!(times.read("4/13/2024", 4), Ok(Reading::One(_))));
        assert_eq!(times.order(), Some(DateOrder::MonthDayYear));
        let error = times.read("13/4/2024", 5).unwrap_err();
        assert!(error.contains("as line 4 shows") && error.contains("day-month-year"), "{error}");
        assert!(times.read("13/4/2024 10:00Z", 6).is_err());
        assert!(times.read("4/13/2024 10:00Z", 6).unwrap_err().contains("without a zone, as in line 2"));
        // The days of a spreadsheet are read where the schema file says so, and nothing else is then.
        let error = Times::new(None).read("45322.5", 2).unwrap_err();
        assert!(error.contains("order = \"number\""), "{error}");
        let mut times = Times::new(Some(DateOrder::Counted));
        assert_eq!(times.read("45322", 2), Ok(Reading::One(1_706_659_200_000)));
        assert!(times.read("31/01/2024", 3).unwrap_err().contains("number, as the schema file says"));
        assert!(Times::new(None).read("soon", 9).unwrap_err().ends_with("found \"soon\""));
        assert!(
            Times::new(None)
                .read("", 9)
                .unwrap_err()
                .ends_with("found nothing; say when it was, or remove the row")
        );
    }
}
