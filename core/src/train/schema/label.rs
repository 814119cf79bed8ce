//! Which value of the label column means "converted".

use std::fmt::Write as _;

use super::label_words::{PAIRS, inferred, is_alike, is_open_word, is_opposite, is_positive_word, plain};
use super::{Known, KnownText, dates, is_marker, names};
use crate::error::{Error, ErrorKind, Result, quoted};
use crate::model::{Positive, Target};
use crate::train::csv::{Table, shorten};
use crate::train::shell::option;
use crate::train::text::some_of;

/// How many values a message lists.
const LISTED: usize = 12;

/// Finds the label and its positive value, and says how.
pub(super) fn find(
    table: &Table,
    target: &str,
    positive: Option<&Positive>,
    missing: &[String],
) -> Result<(Target, String)> {
    let place = table.position(target).ok_or_else(|| names::unknown_column(table, target, "--target"))?;
    let known = known(table, place, positive, missing)?;
    let fail = |message: String| Error::new(ErrorKind::Label, message).at(table.file(), 1, place as u64 + 1);
    let written: Vec<&str> = known.texts.iter().map(|known| known.text).collect();
    let values = distinct(&written);
    if values.len() < 2 {
        return Err(fail(format!(
            "expected two outcomes in the label {target}, but every row has {}; include leads of both outcomes",
            counted(&known),
            target = quoted(target)
        )));
    }
    let cut = || positive.is_none().then(|| cut_off(table, place, &values, &known)).flatten();
    if let Some(error) = header_again(table, place, &known).or_else(cut) {
        return Err(error);
    }
    let (positive, how) = match positive {
        Some(wanted) => {
            let found = all_spelled(wanted, &written).map_err(|absent| {
                fail(format!(
                    "expected {absent} among the values of {target}; they are {}",
                    counted(&known),
                    absent = quoted(absent),
                    target = quoted(target)
                ))
            })?;
            (found, "as you said")
        }
        None => (guessed(target, &values, &known).map_err(fail)?.into(), "guessed from the value"),
    };
    if values.iter().all(|value| is_positive(value, &positive)) {
        return Err(fail(format!(
            "expected two outcomes in the label {target}, but all its values mean converted, as you said; leave one out, or include leads that did not convert",
            target = quoted(target)
        )));
    }
    let why = in_words(&known, &positive, how);
    let open = missing.iter().filter(|text| !is_named(&positive, text)).cloned().collect();
    Ok((Target { field: target.to_owned(), positive, open }, why))
}

/// The header again, below rows of leads: it would be a lead that did not convert.
fn header_again(table: &Table, place: usize, known: &Known<'_>) -> Option<Error> {
    let target = known.column.name();
    // A value may well be called like its column: `won`.
    let repeats = |row: usize| table.columns().iter().all(|column| column.text(row) == column.name());
    let header = known.texts.iter().find(|known| known.text == target && repeats(known.first_row))?;
    let message = format!(
        "expected a value of the label {target}, found its name: the header again? Remove the row",
        target = quoted(target)
    );
    Some(table.error(ErrorKind::Label, message, header.first_row, place))
}

/// A last row that is cut off, where it is what gives a label more than two values. To say which value means "converted" would make it
/// a lead that did not.
fn cut_off(table: &Table, place: usize, values: &[&str], known: &Known<'_>) -> Option<Error> {
    if values.len() < 3 {
        return None;
    }
    let target = known.column.name();
    let cut = known.texts.iter().find(|cut| {
        let rest = |whole: &&str| whole.len() > cut.text.len() && whole.starts_with(cut.text);
        let last = cut.count == 1 && cut.first_row + 1 == table.rows();
        last && !is_amount(cut.text) && values.iter().any(rest)
    })?;
    let message = format!(
        "expected a value of the label {target} as in the rows before, found {} in the last row: is the file cut off? Export it again, or remove the row; if it is a value of its own, say which one means converted with --positive VALUE",
        quoted(&shorten(cut.text)),
        target = quoted(target)
    );
    Some(table.error(ErrorKind::Label, message, cut.first_row, place))
}

/// Whether a text is an amount, however it is written: `1.250,00 €`.
fn is_amount(text: &str) -> bool {
    let sign = |sign: char| sign.is_ascii_digit() || sign.is_whitespace() || "+-.,'’€$£¥%".contains(sign);
    text.contains(|sign: char| sign.is_ascii_digit()) && text.chars().all(sign)
}

/// The value that means "converted" where nobody has said which, or what to say.
fn guessed<'v>(target: &str, values: &[&'v str], known: &Known<'_>) -> Result<&'v str, String> {
    if values.len() > LISTED && values.iter().all(|value| is_amount(value)) {
        return Err(format!(
            "expected two values in the label {target}, found {} numbers: {}; add a column that says yes where the number is above 0, or above what counts as converted, and no where it is not, and name it with --target",
            values.len(),
            counted(known),
            target = quoted(target)
        ));
    }
    if values.len() > 2 {
        let word = values.iter().find(|value| is_positive_word(value));
        let hint = word.map_or_else(|| "--positive VALUE".to_owned(), |word| option("--positive", word));
        return Err(format!(
            "expected two values in the label {target}, found {} different ones: {}; say which one means converted with {hint}, said again for each where several do (all others then count as not converted), or remove the rows whose outcome is still open",
            known.texts.len(),
            counted(known),
            target = quoted(target)
        ));
    }
    inferred(values).filter(|value| !is_opposite(target, value)).ok_or_else(|| {
        format!(
            "the values of {target} are {}; say which one means converted: {} or {}",
            counted(known),
            option("--positive", values[0]),
            option("--positive", values[1]),
            target = quoted(target)
        )
    })
}

/// The values of a column, each with its rows.
fn counted(known: &Known<'_>) -> String {
    some_of(LISTED, known.texts.iter().map(with_rows))
}

fn with_rows(known: &KnownText<'_>) -> String {
    let rows = if known.count == 1 { "row" } else { "rows" };
    format!("{} ({} {rows})", quoted(&shorten(known.text)), known.count)
}

/// The values among which one that means "converted" is to be found.
pub(crate) fn listed(values: &[&str]) -> String {
    let shown: Vec<String> =
        values.iter().take(LISTED).map(|value| quoted(&shorten(value)).to_string()).collect();
    shown.join(", ") + if values.len() > LISTED { " and more" } else { "" }
}

/// What each value counts as.
fn in_words(known: &Known<'_>, positive: &Positive, how: &str) -> String {
    let written: Vec<&str> = known.texts.iter().map(|known| known.text).collect();
    let some = |values: &[&str]| {
        let shown = some_of(LISTED, values.iter().map(|value| quoted(&shorten(value)).to_string()));
        shown + if values.len() > LISTED { " values" } else { "" }
    };
    let spellings = |text: &String| {
        let also = written.iter().filter(|value| *value != text && is_same(value, text));
        let also: Vec<&str> = also.copied().collect();
        let also = if also.is_empty() { String::new() } else { format!(" (also written {})", some(&also)) };
        format!("{text}{also}", text = quoted(text))
    };
    let own: Vec<String> = positive.texts().iter().map(spellings).collect();
    let mean = if own.len() == 1 { "means" } else { "mean" };
    let others: Vec<&str> = written.iter().copied().filter(|value| !is_positive(value, positive)).collect();
    let open: Vec<&str> = others.iter().copied().filter(|value| is_open_word(value)).collect();
    let reads_alike = |known: &&KnownText<'_>| {
        others.contains(&known.text) && positive.texts().iter().any(|text| is_alike(known.text, text))
    };
    let alike: Vec<&KnownText<'_>> = known.texts.iter().filter(reads_alike).collect();
    // Of two values one is the other outcome, whatever it is called.
    let mut remark = String::new();
    if !open.is_empty() && others.len() > 1 {
        let _ = write!(remark, "; if {} may still convert, remove these rows", some(&open));
    }
    if let Some(first) = alike.first().filter(|_| others.len() > 1) {
        let (count, say) = (alike.len(), option("--positive", first.text));
        let each = if count > 1 { ", and so for each" } else { "" };
        let shown = some_of(LISTED, alike.iter().map(|known| with_rows(known)));
        let (read, is) = if count > 1 {
            ("read as converted, too, but count", "they are")
        } else {
            ("reads as converted, too, but counts", "it is")
        };
        let _ = write!(remark, "; {shown} {read} as not: add {say}{each} if {is} meant");
    }
    format!("{} {mean} converted, {how}; {} not converted{remark}", own.join(" and "), some(&others))
}

/// The values of a label, of which every row must have one.
pub(super) fn known<'t>(
    table: &'t Table,
    place: usize,
    positive: Option<&Positive>,
    missing: &[String],
) -> Result<Known<'t>> {
    let column = &table.columns()[place];
    // A marker that was named as the positive value is one.
    let wanted = |text: &str| positive.is_some_and(|positive| is_named(positive, text));
    let is_missing = |text: &str| is_marker(missing, text) && !wanted(text);
    let known = Known::new(column, is_missing);
    if known.missing_rows == 0 {
        return Ok(known);
    }
    let row = (0..table.rows()).find(|row| is_missing(column.text(*row)));
    let texts: Vec<&str> = known.texts.iter().map(|known| known.text).collect();
    let remedy = match distinct(&texts)[..] {
        // A box that is not ticked has no text in most exports.
        [only] if dates::orders(&known.texts).is_empty() => format!(
            "all others have {}: where no value means that the lead did not convert, as of a box that is not ticked, write no there, and remove the rows whose outcome is not known",
            quoted(&shorten(only))
        ),
        _ if dates::orders(&known.texts).is_empty() => {
            "remove the rows whose outcome is not known, or fill in their label".to_owned()
        }
        _ => "the others are dates: where no date means that the lead did not convert, add a column that says yes where there is one and no where there is none, and name it with --target".to_owned(),
    };
    let message = format!(
        "expected a value of the label {} in every row, but {} of {} rows have none, this one first; {remedy}",
        quoted(column.name()),
        known.missing_rows,
        table.rows()
    );
    Err(table.error(ErrorKind::Label, message, row.unwrap_or(0), place))
}

/// Which of a column's values mean "converted": those that were named, or the only word for it. `None` where none of one
/// value or less does. And why, or what to say.
pub(crate) fn positive_of(
    column: &str,
    values: &[&str],
    positive: Option<&Positive>,
) -> Result<(Option<Positive>, String), String> {
    let values = &distinct(values)[..];
    let listed = listed(values);
    if let Some(wanted) = positive {
        let found = all_spelled(wanted, values).map_err(|absent| {
            format!(
                "expected {absent}, which means converted, among the values, which are {listed}; say which one does"
            , absent = quoted(absent))
        })?;
        let why = format!("{found} means converted, as you said");
        return Ok((Some(found), why));
    }
    let opposite = || {
        format!(
            "the values are {listed}, and the name of the column is that of leads that did not convert; say which value means converted"
        )
    };
    // One value alone: leads that converted, or that did not; the other outcome is still to come.
    if let [only] = values {
        let yes = is_positive_word(only) || PAIRS.iter().any(|(yes, _)| *yes == plain(only));
        if yes && is_opposite(column, only) {
            return Err(opposite());
        }
        let why = format!(
            "{only} means {}converted, guessed from the value",
            if yes { "" } else { "not " },
            only = quoted(only)
        );
        return Ok((yes.then(|| (*only).into()), why));
    }
    match inferred(values) {
        Some(found) if is_opposite(column, found) => Err(opposite()),
        Some(found) => Ok((
            Some(found.into()),
            format!("{found} means converted, guessed from the value", found = quoted(found)),
        )),
        None if values.is_empty() => Ok((None, "no lead has an outcome yet".into())),
        None => Err(format!(
            "expected two outcomes, such as yes and no, found {listed}; say which value means converted"
        )),
    }
}

/// Whether two values mean the same: a table that people fill in has `yes`, `Yes` and `YES`, and `1` and `1.0`.
fn is_same(one: &str, other: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    one == other
        || one.to_lowercase() == other.to_lowercase()
        || number(one).is_some_and(|one| Some(one) == number(other))
}

/// Whether a value is one of those that mean "converted".
pub(crate) fn is_positive(value: &str, positive: &Positive) -> bool {
    positive.texts().iter().any(|text| is_same(value, text.trim()))
}

/// Whether two labels are the same column, of which the same values mean "converted".
pub(crate) fn is_same_target(one: &Target, other: &Target) -> bool {
    let within = |one: &Positive, other: &Positive| one.texts().iter().all(|text| is_positive(text, other));
    one.field == other.field
        && within(&one.positive, &other.positive)
        && within(&other.positive, &one.positive)
}

/// Whether a text that else means "not known" was named as one that means "converted".
pub(crate) fn is_named(positive: &Positive, marker: &str) -> bool {
    positive.texts().iter().any(|text| text.trim().eq_ignore_ascii_case(marker))
}

/// The named texts as they are written among values, each once; or the first that is not there.
pub(crate) fn all_spelled<'w>(wanted: &'w Positive, values: &[&str]) -> Result<Positive, &'w str> {
    let mut found: Vec<&str> = Vec::new();
    for text in wanted.texts() {
        let own = spelled(text, values).ok_or(&**text)?;
        if !found.iter().any(|earlier| is_same(earlier, own)) {
            found.push(own);
        }
    }
    Positive::of(found).ok_or("")
}

/// Of values that mean the same the first.
fn distinct<'a>(values: &[&'a str]) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    // Of a label there are few; what has many is none, and is refused all the same.
    for value in values.iter().take(1_000) {
        if !found.iter().any(|known| is_same(known, value)) {
            found.push(value);
        }
    }
    found.extend(values.iter().skip(1_000));
    found
}

/// The value written exactly so, else the first that means the same.
fn spelled<'a>(wanted: &str, values: &[&'a str]) -> Option<&'a str> {
    let wanted = wanted.trim();
    if let Some(exact) = values.iter().find(|value| **value == wanted) {
        return Some(exact);
    }
    values.iter().find(|value| is_same(value, wanted)).copied()
}
