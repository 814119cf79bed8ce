//! Dates that are written as a count: days, as spreadsheets keep them, or seconds, milliseconds or microseconds since 1970.
//!
//! | written as | read as |
//! |---|---|
//! | 5 digits, such as `45322` or `45322.4375` | days since 1899-12-30, as spreadsheets count them from March 1900 on (ECMA-376, part 1, 18.17.4.1) |
//! | 9 or 10 digits | seconds since 1970 |
//! | 12 or 13 digits | milliseconds since 1970 |
//! | 15 or 16 digits | microseconds since 1970 |
//!
//! Any number of the right size could be one, so that the name of the column must say that it holds dates.

use jiff::civil::Date;

use super::dates::{FEW_OTHERS, MANY_DATES, but_for};
use super::personal::words;
use super::{DateOrder, Known, KnownText, Stamp};
use crate::lead::DAY;
use crate::train::csv::{Decimal, Decimals, Table};

/// What a number counts, by its digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Days,
    Seconds,
    Milliseconds,
    Microseconds,
}

/// 1970-01-01 as spreadsheets count days.
const DAYS_OF_1970: f64 = 25_569.0;
/// Of the years from 1990 to 2099, in milliseconds since 1970: when a lead can have come.
const PLAUSIBLE: std::ops::Range<i64> = 631_152_000_000..4_102_444_800_000;

/// Words for dates.
const DATES: [&str; 9] = ["date", "datetime", "timestamp", "datum", "fecha", "data", "日", "日時", "日付"];
/// What stands before these in one word: `createdate`, `Erstelldatum`.
const BEFORE: [&str; 19] = [
    "",
    "create",
    "created",
    "close",
    "closed",
    "modified",
    "lastmodified",
    "updated",
    "start",
    "end",
    "due",
    "birth",
    "signup",
    "entry",
    "erstell",
    "anlage",
    "eingangs",
    "abschluss",
    "änderungs",
];
/// What has been done at a date.
const DONE: [&str; 14] = [
    "created",
    "modified",
    "updated",
    "closed",
    "converted",
    "contacted",
    "submitted",
    "opened",
    "clicked",
    "seen",
    "erstellt",
    "geändert",
    "creado",
    "criado",
];
/// Of what is counted otherwise.
const OTHERS: [&str; 34] = [
    "amount", "revenue", "value", "salary", "price", "cost", "costs", "budget", "fee", "count", "number",
    "no", "id", "ids", "by", "user", "owner", "phone", "zip", "code", "year", "rate", "days", "total",
    "share", "to", "betrag", "umsatz", "wert", "preis", "anzahl", "nummer", "importe", "valor",
];

/// Reads a count.
pub(crate) fn parse(text: &str) -> Option<Stamp> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let unit = unit(whole.len())?;
    let count: i64 = whole.parse().ok()?;
    let part: f64 = if fraction.is_empty() { 0.0 } else { format!("0.{fraction}").parse().ok()? };
    Some(match unit {
        // A day's fraction has not the digits for more than the second.
        Unit::Days => {
            let seconds = libm::round((count as f64 - DAYS_OF_1970 + part) * (DAY / 1_000) as f64);
            Stamp { millis: 1_000 * seconds as i64, zoned: false }
        }
        Unit::Seconds => Stamp { millis: 1_000 * count + (1_000.0 * part) as i64, zoned: true },
        Unit::Milliseconds => Stamp { millis: count, zoned: true },
        Unit::Microseconds => Stamp { millis: count / 1_000, zoned: true },
    })
}

/// What a column of counted dates counts; `None` where it is not such a column. Without an example: this goes into the model
/// file, and a date may be a birthday.
pub(super) fn described(table: &Table, known: &Known<'_>) -> Option<String> {
    if !says_date(known.column.name()) {
        return None;
    }
    let first = known.texts.iter().find(|known| is_plausible(known.text))?;
    let unit = unit_of(first.text)?;
    let others: u64 = others(&known.texts, unit).map(|known| known.count).sum();
    let few = others as f64 <= FEW_OTHERS * known.rows as f64;
    let what = match unit {
        Unit::Days => "days, as spreadsheets count them",
        Unit::Seconds => "seconds since 1970",
        Unit::Milliseconds => "milliseconds since 1970",
        Unit::Microseconds => "microseconds since 1970",
    };
    few.then(|| format!("dates written as numbers: {what}{}", exceptions(table, &known.texts)))
}

/// Which cells of a column of counted dates are none, if a few are.
pub(super) fn exceptions(table: &Table, texts: &[KnownText<'_>]) -> String {
    let first = texts.iter().find(|known| is_plausible(known.text)).and_then(|known| unit_of(known.text));
    let others: Vec<&KnownText<'_>> = first.into_iter().flat_map(|unit| others(texts, unit)).collect();
    let cells = others.iter().map(|known| known.count).sum();
    others.first().map_or_else(String::new, |first| but_for(table, cells, first.first_row))
}

fn others<'t, 'k>(texts: &'k [KnownText<'t>], unit: Unit) -> impl Iterator<Item = &'k KnownText<'t>> {
    texts.iter().filter(move |known| !is_plausible(known.text) || unit_of(known.text) != Some(unit))
}

/// Whether [nearly] all numbers of a column could be such counts: then its texts decide.
pub(super) fn are_counted(name: &str, decimals: &Decimals) -> bool {
    if !says_date(name) {
        return false;
    }
    let is_count = |decimal: &Decimal| is_plausible(&decimal.whole().to_string());
    let most = FEW_OTHERS * decimals.numbers().count() as f64;
    // Other columns are soon known.
    let others = decimals.numbers().filter(|decimal| !is_count(decimal));
    others.take(most as usize + 1).count() as f64 <= most
}

/// The first and the last day, where whole numbers may be days, as spreadsheets count them, though the name of their column does not
/// say so: more than a few, in their years, and at least every other number between the first and the last.
pub(super) fn may_be_days(known: &Known<'_>) -> Option<[Date; 2]> {
    if words(known.column.name()).iter().any(|word| OTHERS.contains(&&**word)) {
        return None;
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = |known: &KnownText<'_>| known.text.parse::<u64>().ok().filter(|_| digits(known.text));
    let mut days: Vec<u64> = match &known.many {
        Some(many) => many.whole_numbers()?,
        None => known.texts.iter().map(whole).collect::<Option<_>>()?,
    };
    days.sort_unstable();
    days.dedup();
    let (first, last) = (*days.first()?, *days.last()?);
    let is_day = |day: u64| day.to_string().len() == 5 && is_plausible(&day.to_string());
    let are_days = is_day(first) && is_day(last) && days.len() > MANY_DATES;
    let are_dense = 2 * days.len() as u64 > last - first;
    let date = |day: u64| {
        let millis = parse(&day.to_string())?.millis;
        Some(jiff::Timestamp::from_millisecond(millis).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date())
    };
    Some([date(first)?, date(last)?]).filter(|_| are_days && are_dense)
}

/// The first day that is written as a number, where all texts are dates of one kind, or days, as spreadsheets count them.
pub(super) fn among_dates<'t>(texts: &[KnownText<'t>]) -> Option<&'t str> {
    let is_day = |text: &str| is_plausible(text) && unit_of(text) == Some(Unit::Days);
    let first = texts.iter().find(|known| is_day(known.text))?;
    DateOrder::ALL.into_iter().find_map(|order| {
        let is_date = |known: &&KnownText<'_>| order.parse(known.text).is_some();
        let both = texts.iter().all(|known| is_day(known.text) || is_date(&known));
        (both && texts.iter().any(|known| is_date(&known))).then_some(first.text)
    })
}

/// Whether the texts of a column are counts that a person has called dates.
pub(super) fn order(known: &Known<'_>) -> Option<DateOrder> {
    let all = known.texts.iter().all(|known| is_plausible(known.text));
    (all && !known.texts.is_empty()).then_some(DateOrder::Counted)
}

fn is_plausible(text: &str) -> bool {
    parse(text).is_some_and(|stamp| PLAUSIBLE.contains(&stamp.millis))
}

fn unit_of(text: &str) -> Option<Unit> {
    unit(text.split(['.', ',']).next().map_or(0, str::len))
}

fn unit(digits: usize) -> Option<Unit> {
    Some(match digits {
        5 => Unit::Days,
        9 | 10 => Unit::Seconds,
        12 | 13 => Unit::Milliseconds,
        15 | 16 => Unit::Microseconds,
        _ => return None,
    })
}

/// Whether the name of a column says that it holds dates, and nothing else: amounts and ids have their size, too.
fn says_date(name: &str) -> bool {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_date = |word: &str| {
        DATES.iter().any(|date| {
            let before = word.strip_suffix(date);
            before.is_some_and(|before| BEFORE.contains(&before) || !date.is_ascii())
        })
    };
    if words.iter().any(|word| OTHERS.contains(word)) {
        return false;
    }
    match words[..] {
        [.., done, "at" | "on" | "time"] => DONE.contains(&done),
        [done] | ["last" | "first", done] if DONE.contains(&done) => true,
        // English speaks of data, Portuguese and Italian of a date.
        ["data", ref of @ ..] if !of.is_empty() => {
            matches!(of[0], "de" | "da" | "do" | "di" | "del" | "della")
        }
        [.., "data"] => words.len() == 1,
        [first, .., last] => is_date(first) || is_date(last),
        [only] => is_date(only),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_the_instants_they_stand_for() {
        // 2024-01-31 10:30 UTC.
        let millis = 1_706_697_000_000;
        for (text, expected, zoned) in [
            ("45322.4375", millis, false),
            ("45322,4375", millis, false),
            ("45322", 1_706_659_200_000, false),
            ("1706697000", millis, true),
            ("1706697000.250", millis + 250, true),
            ("1706697000123", millis + 123, true),
            ("1706697000123456", millis + 123, true),
        ] {
            assert_eq!(parse(text), Some(Stamp { millis: expected, zoned }), "{text}");
        }
        for text in ["", "4532", "453220", "45322.4.3", "-45322", "4532a", "99999999999999999999", "."] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_among_dates_are_found() {
        let found = |texts: &[&'static str]| {
            let texts = texts.iter().map(|text| KnownText { text, count: 1, first_row: 0 });
            among_dates(&texts.collect::<Vec<_>>())
        };
        assert_eq!(found(&["2024-01-31", "45322", "45323.5"]), Some("45322"));
        assert_eq!(found(&["31/01/2024", "45322"]), Some("45322"));
        for none in
            [&["45322", "45323"][..], &["2024-01-31"], &["2024-01-31", "a", "45322"], &["2024-01-31", "5"]]
        {
            assert_eq!(found(none), None, "{none:?}");
        }
    }

    #[test]
    fn names_say_that_a_column_holds_dates() {
        for name in [
            "Create Date",
            "createdate",
            "hs_createdate",
            "Erstelldatum",
            "created_at",
            "CreatedOn",
            "CreatedDate",
            "作成日時",
            "Data",
            "Date Created",
            "Last contacted on",
            "lastModified",
            "Date of birth",
            "updated",
            "Data de criação",
        ] {
            assert!(says_date(name), "{name}");
        }
        for name in [
            "revenue",
            "Revenue to date",
            "Update count",
            "salary",
            "Data volume",
            "on hold",
            "Amount (converted)",
            "Candidate salary",
            "Mandate",
            "Candidate",
            "Update",
            "Created by user ID",
            "Updated by",
            "Closed-won revenue",
            "Response time",
            "Time",
            "Sign-on",
            "Price at",
            "Impressions seen",
            "Mobile data",
            "Zip code at",
            "Date of birth year",
            "Datum Wert",
            "Converted leads",
            "Total Time Spent",
        ] {
            assert!(!says_date(name), "{name}");
        }
    }
}
