//! Whether a column holds dates, and in which order it writes day, month and year.

use std::ops::Range;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::clock::{Zone, time_of_day};
use super::{KnownText, counted, months, periods};
use crate::train::csv::{Decimal, Decimals, Table};

/// The order of day, month and year in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// `2024-01-31`, ISO 8601; also `20240131`, of the years from 1900 to 2099.
    YearMonthDay,
    /// `31/01/2024`, `31.1.2024`, `31 Jan 2024`.
    DayMonthYear,
    /// `1/31/2024`, `Jan 31, 2024`.
    MonthDayYear,
    /// A count: `45322` are days, as spreadsheets count them; `1706697000` seconds since 1970, with three digits more
    /// milliseconds, with six microseconds.
    Counted,
    /// A month, a quarter or a week, read as its first day: `2024-01`, `01/2024`, `Jan 2024`; `2024-Q1`; `2024-W05`.
    Period,
}

impl DateOrder {
    /// Those a text can be tried in; a count is told by the name of its column, and a period by all its texts.
    pub(crate) const ALL: [Self; 3] = [Self::YearMonthDay, Self::DayMonthYear, Self::MonthDayYear];

    /// The order's name, as in the schema file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::YearMonthDay => "year-month-day",
            Self::DayMonthYear => "day-month-year",
            Self::MonthDayYear => "month-day-year",
            Self::Counted => "number",
            Self::Period => "period",
        }
    }

    /// The order of this name.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Counted, Self::Period]).find(|order| order.as_str() == name)
    }

    /// Reads a date, with or without a time of day and a zone: the instant, where it names a zone; else its local time.
    ///
    /// A year of four digits in front leaves no doubt, so that any order reads `2024-01-31`, too.
    pub(crate) fn parse(self, text: &str) -> Option<Stamp> {
        match self {
            Self::Counted => return counted::parse(text),
            Self::Period => return periods::parse(text),
            _ => {}
        }
        let text = months::without_weekday(text);
        // Most texts are no dates, and soon known: only a month may have letters, and only in this order stands it in front.
        if self != Self::MonthDayYear && !text.starts_with(|sign: char| sign.is_ascii_digit()) {
            return None;
        }
        if let Some((year, month, day)) = compact(text).filter(|_| self == Self::YearMonthDay) {
            return Some(Stamp { millis: midnight(Date::new(year, month, day).ok()?)?, zoned: false });
        }
        let (first, rest) = word(text)?;
        let (second, rest) = word(part(rest))?;
        let (third, rest) = word(part(rest))?;
        let rest = rest.strip_prefix(['日', '일']).unwrap_or(rest);
        let (year, month, day) = match self {
            Self::DayMonthYear if !is_year(first) => (third, second, first),
            Self::MonthDayYear if !is_year(first) => (third, first, second),
            _ => (first, second, third),
        };
        let short = year.len() == 2;
        if !(short || year.len() == 4) || day.len() > 2 {
            return None;
        }
        if short && !self.may_be_short(text, month) {
            return None;
        }
        let year: i16 = year.parse().ok()?;
        // Only in English does a month stand in front; of other languages short names are common words, too.
        let foreign = self == Self::DayMonthYear && !short;
        let month = month_number(month, foreign)?;
        let date = Date::new(if short { century(year) } else { year }, month, day.parse().ok()?).ok()?;
        let (time, offset) = time_of_day(rest)?;
        let local = date.to_datetime(time).to_zoned(TimeZone::UTC).ok()?.timestamp();
        // Towards the past, also before 1970.
        let local = i64::try_from(local.as_nanosecond().div_euclid(1_000_000)).ok()?;
        Some(match offset {
            Zone::None => Stamp { millis: local, zoned: false },
            Zone::Offset(seconds) => Stamp { millis: local - 1_000 * seconds, zoned: true },
        })
    }
}

impl DateOrder {
    /// Whether a text may have a year of two digits in this order: `31/01/24`, `24-01-31`, `31 Jan 24`. A month in
    /// letters stands behind the day, and numbers have a sign between them, always the same.
    fn may_be_short(self, text: &str, month: &str) -> bool {
        if month.starts_with(char::is_alphabetic) {
            return self != Self::YearMonthDay;
        }
        let mut signs = text.chars().filter(|sign| !sign.is_ascii_digit());
        let first = signs.next();
        first.is_some_and(|sign| matches!(sign, '-' | '/' | '.')) && signs.next() == first
    }
}

/// The year that two digits mean, by the window of POSIX (`strptime`, `%y`): 69–99 are 1969–1999, 00–68 are 2000–2068.
pub(super) fn century(year: i16) -> i16 {
    year + if year >= 69 { 1900 } else { 2000 }
}

/// Milliseconds since 1970, and whether the text named a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) millis: i64,
    pub(crate) zoned: bool,
}

impl Stamp {
    /// Whole seconds since 1970.
    pub(super) fn seconds(self) -> i64 {
        self.millis.div_euclid(1_000)
    }
}

/// The orders in which all texts of a column are dates, all with or all without a zone. Where all begin with a year of
/// four digits there is one order only.
pub(super) fn orders(texts: &[KnownText<'_>]) -> Vec<DateOrder> {
    let all = |order: &DateOrder| {
        let mut zoned = None;
        texts.iter().all(|known| {
            order.parse(known.text).is_some_and(|stamp| *zoned.get_or_insert(stamp.zoned) == stamp.zoned)
        })
    };
    let mut able = DateOrder::ALL.to_vec();
    able.retain(|order| !texts.is_empty() && all(order));
    if able.contains(&DateOrder::YearMonthDay) {
        if texts.iter().all(|known| word(known.text).is_some_and(|(first, _)| is_year(first))) {
            return vec![DateOrder::YearMonthDay];
        }
        if able.len() > 1 {
            match year_is_first(texts) {
                Some(true) => able.retain(|order| *order == DateOrder::YearMonthDay),
                Some(false) => able.retain(|order| *order != DateOrder::YearMonthDay),
                None => {}
            }
        }
    }
    able
}

/// Whether the first or the third of three numbers of two digits is the year: the one that has few values where the
/// other has more than there are months, and three times as many.
fn year_is_first(texts: &[KnownText<'_>]) -> Option<bool> {
    const MONTHS_OF_A_YEAR: usize = 12;
    let count = |place: usize| {
        let part = |text: &'_ str| text.split(['-', '/', '.', ' ', 'T']).nth(place).unwrap_or("").to_owned();
        let mut parts: Vec<String> = texts.iter().map(|known| part(known.text)).collect();
        parts.sort_unstable();
        parts.dedup();
        parts.len()
    };
    let (first, third) = (count(0), count(2));
    let is_day = |days: usize, years: usize| days > MONTHS_OF_A_YEAR && days >= 3 * years;
    match (is_day(third, first), is_day(first, third)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// The orders in words: `day-month-year or month-day-year`.
pub(crate) fn listed(orders: &[DateOrder]) -> String {
    orders.iter().map(|order| order.as_str()).collect::<Vec<_>>().join(" or ")
}

/// The dates of a column in which nearly all texts are dates, and what is none.
pub(super) struct Nearly<'t> {
    pub(super) dates: Vec<KnownText<'t>>,
    pub(super) first_other: KnownText<'t>,
    pub(super) other_cells: u64,
}

/// Tells a column of dates with a few mistakes from a column of other texts.
pub(super) fn nearly<'t>(texts: &[KnownText<'t>]) -> Option<Nearly<'t>> {
    let is_date =
        |known: &&KnownText<'t>| DateOrder::ALL.iter().any(|order| order.parse(known.text).is_some());
    let most = FEW_OTHERS * texts.iter().map(|known| known.count).sum::<u64>() as f64;
    let (mut dates, mut first_other, mut other_cells) = (Vec::new(), None, 0);
    for known in texts {
        if is_date(&known) {
            dates.push(*known);
        } else {
            first_other = first_other.or(Some(*known));
            other_cells += known.count;
            if other_cells as f64 > most {
                return None;
            }
        }
    }
    let first_other = first_other.filter(|_| dates.len() > MANY_DATES)?;
    Some(Nearly { dates, first_other, other_cells })
}

/// That some dates of a column begin with the year, in words, where that is not the order of all.
pub(super) fn also(texts: &[KnownText<'_>], order: Option<DateOrder>) -> &'static str {
    let is_so = matches!(order, None | Some(DateOrder::DayMonthYear | DateOrder::MonthDayYear));
    if is_so && are_in_two_ways(texts) { ", some of them year-month-day" } else { "" }
}

/// Whether some dates of a column begin with the year, and others do not.
fn are_in_two_ways(texts: &[KnownText<'_>]) -> bool {
    let year_first = |known: &KnownText<'_>| {
        compact(known.text).is_some() || word(known.text).is_some_and(|(first, _)| is_year(first))
    };
    texts.iter().any(year_first) && !texts.iter().all(year_first)
}

/// Two dates that no order reads: the first that can only be day-month-year, and the first that can only be
/// month-day-year.
pub(super) fn contradiction<'t>(texts: &[KnownText<'t>]) -> Option<[KnownText<'t>; 2]> {
    let only = |order: DateOrder, not: DateOrder| {
        let is_so =
            |known: &&KnownText<'_>| order.parse(known.text).is_some() && not.parse(known.text).is_none();
        texts.iter().find(is_so).copied()
    };
    let all = |known: &KnownText<'_>| DateOrder::ALL.iter().any(|order| order.parse(known.text).is_some());
    // First what tells other texts from dates at once.
    if !texts.iter().all(all) {
        return None;
    }
    Some([
        only(DateOrder::DayMonthYear, DateOrder::MonthDayYear)?,
        only(DateOrder::MonthDayYear, DateOrder::DayMonthYear)?,
    ])
}

/// Whether all texts are dates, but no single order reads them all: `2024-01-31` beside `31/01/2024`.
pub(super) fn are_mixed(texts: &[KnownText<'_>]) -> bool {
    let is_date =
        |known: &KnownText<'_>| DateOrder::ALL.iter().any(|order| order.parse(known.text).is_some());
    !texts.is_empty() && texts.iter().all(is_date) && orders(texts).is_empty()
}

/// Whether all texts begin with a date, but none can be read for what is behind it: `2024-01-31 10:30 EST`.
pub(super) fn have_more_behind(texts: &[KnownText<'_>]) -> bool {
    let is_date = |text: &str| DateOrder::ALL.iter().any(|order| order.parse(text).is_some());
    let has_more = |known: &KnownText<'_>| {
        known.text.split_once(' ').is_some_and(|(date, _)| is_date(date)) && !is_date(known.text)
    };
    !texts.is_empty() && texts.iter().all(has_more)
}

/// The first text that is no date in a column in which nearly all others are.
pub(super) fn exception<'t>(texts: &[KnownText<'t>]) -> Option<&'t str> {
    DateOrder::ALL.into_iter().find_map(|order| {
        let mut others = texts.iter().filter(|known| order.parse(known.text).is_none());
        let other = others.next()?;
        let most = texts.len() / 5;
        (others.take(most).count() < most).then_some(other.text)
    })
}

/// Which cells of a column of dates are none, if a few are. Without their texts: this goes into the model file.
pub(super) fn exceptions(table: &Table, texts: &[KnownText<'_>]) -> String {
    let told = |nearly: Nearly<'_>| but_for(table, nearly.other_cells, nearly.first_other.first_row);
    nearly(texts).map_or_else(String::new, told)
}

/// How many cells are none, the first of which stands in this row.
pub(super) fn but_for(table: &Table, cells: u64, row: usize) -> String {
    let noun = if cells == 1 { "cell" } else { "cells" };
    format!(", but for {cells} {noun} (first in line {})", table.line(row))
}

/// Whether numbers are [nearly] all dates as they are written without signs: 20240131.
pub(super) fn are_compact(decimals: &Decimals) -> bool {
    let is_date = |decimal: Decimal| {
        let number = decimal.whole();
        let part = |of: u64| i8::try_from(of % 100).ok();
        let year = i16::try_from(number / 10_000).ok().filter(|year| COMPACT_YEARS.contains(year));
        let parts = year.zip(part(number / 100).zip(part(number)));
        !decimal.has_point() && parts.is_some_and(|(year, (month, day))| Date::new(year, month, day).is_ok())
    };
    let most = FEW_OTHERS * decimals.numbers().count() as f64;
    let others = decimals.numbers().filter(|number| !is_date(*number));
    // Other columns are soon known.
    others.take(most as usize + 1).count() as f64 <= most
}

/// Year, month and day of eight digits, as far as their number tells.
fn compact(text: &str) -> Option<(i16, i8, i8)> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let part = |place: Range<usize>| text.get(place).filter(|_| digits);
    let year = part(0..4)?.parse().ok().filter(|year| COMPACT_YEARS.contains(year))?;
    Some((year, part(4..6)?.parse().ok()?, part(6..8)?.parse().ok()?))
}

/// The first moment of a day, in milliseconds since 1970.
pub(super) fn midnight(date: Date) -> Option<i64> {
    let first = date.to_datetime(Time::midnight()).to_zoned(TimeZone::UTC).ok()?;
    Some(first.timestamp().as_millisecond())
}

pub(super) fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Years of dates that are written without signs, or without a day.
pub(super) const COMPACT_YEARS: Range<i16> = 1_900..2_100;
/// More different dates than this make a column of dates …
pub(super) const MANY_DATES: usize = 20;
/// … of which at most this share of the cells are something else.
pub(super) const FEW_OTHERS: f64 = 0.05;
/// Also those of Japanese, Chinese and Korean: 2024年1月31日.
const SEPARATORS: [char; 9] = ['-', '/', '.', ' ', ',', '年', '月', '년', '월'];

/// What follows the signs and words between the parts of a date: `31 de enero de 2024`.
fn part(text: &str) -> &str {
    let text = text.trim_start_matches(SEPARATORS);
    text.strip_prefix("de ").unwrap_or(text)
}

/// The digits, or the letters, that a text begins with, and what is behind them.
pub(super) fn word(text: &str) -> Option<(&str, &str)> {
    let digits = text.starts_with(|sign: char| sign.is_ascii_digit());
    let inside = |sign: char| if digits { sign.is_ascii_digit() } else { sign.is_alphabetic() };
    let end = text.find(|sign| !inside(sign)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn month_number(text: &str, foreign: bool) -> Option<i8> {
    if text.len() <= 2 {
        return text.parse().ok();
    }
    let month = months::english(text);
    if foreign { month.or_else(|| months::foreign(text)) } else { month }
}
