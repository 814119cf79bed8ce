//! Whether a column holds numbers, and how it writes them.

use super::identifiers::whole;
use super::units::{common_unit, has_unit, most_common_unit, split_unit, two_units};
use super::{Known, KnownText};
use crate::model::NumberFormat;

/// What a column's texts are as numbers.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// All are numbers, in one format only.
    Sure(NumberFormat),
    /// All are numbers, but `1.234` (or `1,234`) may be grouped or a fraction; `grouped` where they show which.
    Ambiguous { sign: char, unit: Option<String>, grouped: bool },
    /// Most are numbers, but not this text; and how those that are write them, where a column of so many numbers can
    /// only be one of numbers with a few bad cells.
    Mostly { share: f64, other: String, row: usize, numbers: Option<Box<Shape>> },
    /// All are numbers, but `1.234` and `1,234` stand side by side: one of them is a fraction, or both are grouped.
    TwoWays { unit: Option<String> },
    /// Digits with leading zeros: codes, such as postcodes.
    Codes,
    /// Other texts.
    No,
}

/// Which sign the table's other columns put before the fraction, where they agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Habit {
    pub(super) point: bool,
    pub(super) comma: bool,
    /// Whether cells are separated by semicolons: the habit of programs that write decimal commas.
    pub(super) semicolons: bool,
    pub(super) grouping: Grouping,
}

/// How the table's columns group digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Grouping {
    /// No column does for sure.
    #[default]
    None,
    /// With these signs before a fraction and between groups.
    All { decimal: char, group: char },
    /// Some otherwise than others.
    Mixed,
}

/// The minus sign of typesetters.
pub(super) const MINUS: char = '\u{2212}';
/// Signs between groups, beside point and comma: space, no-break space, narrow no-break space, apostrophes.
const GROUPS: [char; 5] = [' ', '\u{a0}', '\u{202f}', '\'', '’'];
/// From this share of rows on, a column that is not all numbers is worth a remark …
const MOSTLY: f64 = 0.8;
/// … and from this one on it is a column of numbers, and the other cells are mistakes …
pub(super) const NEARLY_ALL: f64 = 0.95;
/// … where this share of the different texts are numbers, too, and there are more of them than a category has.
const NEARLY_ALL_TEXTS: f64 = 0.9;
pub(super) const MANY_NUMBERS: usize = 20;
/// So few words beside at least so many numbers mean that the number is not known, whatever their share.
const FEW_WORDS: usize = 2;
pub(super) const SOME_NUMBERS: usize = 6;
/// So many whole numbers are no fractions that happen to be whole.
const MANY_WHOLE: usize = 5;
/// Whole numbers of one length from this one on are codes, such as postcodes, some of which may have letters.
const CODE_LENGTH: usize = 4;
/// What spreadsheets write in a cell that they can not compute.
pub(super) const SHEET_ERRORS: [&str; 27] = [
    "#DIV/0!",
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#NUM!",
    "#NAME?",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
    // Where they are called otherwise, in German, French, Spanish, Portuguese and Italian.
    "#NV",
    "#BEZUG!",
    "#WERT!",
    "#ZAHL!",
    "#VALEUR!",
    "#NOMBRE!",
    "#NOM?",
    "#N/D",
    "#¡VALOR!",
    "#¡REF!",
    "#¡NUM!",
    "#¡DIV/0!",
    "#¿NOMBRE?",
    "#VALOR!",
    "#NÚM!",
    "#NOME?",
    "#VALORE!",
    "#RIF!",
];

/// Judges the known texts of a column.
pub(super) fn shape(texts: &[KnownText<'_>]) -> Shape {
    let Ok(unit) = common_unit(texts) else {
        // Amounts in several currencies are none of one with mistakes.
        return if two_units(texts).is_some() { Shape::No } else { mostly(texts) };
    };
    let bare: Vec<&str> = texts.iter().map(|known| split_unit(known.text).1).collect();
    if bare.iter().any(|text| has_leading_zero(text)) && bare.iter().all(|text| is_digits(text)) {
        return Shape::Codes;
    }
    let format = |decimal, group| NumberFormat { decimal, group, unit: unit.map(str::to_owned) };
    let all = |decimal, group| {
        let format = NumberFormat { decimal, group, unit: None };
        bare.iter().all(|text| fits(&format, text))
    };
    let (point, comma) = (all('.', None), all(',', None));
    match (point, comma) {
        (true, false) if all(',', Some('.')) => return ambiguous('.', unit, &bare),
        (true, _) => return Shape::Sure(format('.', None)),
        (false, true) if all('.', Some(',')) => return ambiguous(',', unit, &bare),
        (false, true) => return Shape::Sure(format(',', None)),
        (false, false) => {}
    }
    if two_ways(texts).is_some() {
        return Shape::TwoWays { unit: unit.map(str::to_owned) };
    }
    let grouped = [('.', ','), (',', '.')]
        .into_iter()
        .chain(GROUPS.into_iter().flat_map(|group| [('.', group), (',', group)]));
    for (decimal, group) in grouped {
        if all(decimal, Some(group)) {
            return Shape::Sure(format(decimal, Some(group)));
        }
    }
    mostly(texts)
}

/// The first text with a point and the first with a comma, where each could be a fraction or groups of digits.
pub(super) fn two_ways<'t>(texts: &[KnownText<'t>]) -> Option<[KnownText<'t>; 2]> {
    let both = [('.', ','), (',', '.')].into_iter().all(|(decimal, group)| {
        let format = NumberFormat { decimal, group: Some(group), unit: None };
        texts.iter().all(|known| fits(&format, split_unit(known.text).1))
    });
    let first = |sign: char| texts.iter().find(|known| known.text.contains(sign)).copied();
    Some([first('.')?, first(',')?]).filter(|_| both)
}

/// Many numbers with three digits behind the sign, and whole ones of which none reaches a thousand: fractions would have
/// fewer digits now and then, and hardly be whole.
fn ambiguous(sign: char, unit: Option<&str>, texts: &[&str]) -> Shape {
    let (with, without): (Vec<&str>, Vec<&str>) = texts.iter().partition(|text| text.contains(sign));
    let digits = |text: &&str| text.bytes().filter(u8::is_ascii_digit).count();
    let grouped = with.len() >= MANY_NUMBERS
        && without.len() >= MANY_WHOLE
        && without.iter().all(|text| digits(text) <= 3);
    Shape::Ambiguous { sign, unit: unit.map(str::to_owned), grouped }
}

impl Habit {
    /// Learns from a column that leaves no doubt.
    pub(super) fn learn(&mut self, shape: &Shape, known: &Known<'_>) {
        let Shape::Sure(format) = shape else { return };
        // Whole numbers say nothing about the sign before a fraction.
        let has_points = known.many.as_ref().is_some_and(|many| many.has_points);
        if has_points || known.texts.iter().any(|known| known.text.contains(['.', ','])) {
            self.point |= format.decimal == '.';
            self.comma |= format.decimal == ',';
        }
        if let Some(group) = format.group {
            let own = Grouping::All { decimal: format.decimal, group };
            self.grouping = match self.grouping {
                Grouping::None => own,
                earlier if earlier == own => own,
                _ => Grouping::Mixed,
            };
        }
    }

    /// Lets a column whose numbers are all too small to be grouped group as the other columns do: next month's export
    /// may hold greater ones.
    pub(super) fn teach(self, shape: &mut Shape, known: &Known<'_>) {
        let (Shape::Sure(format), Grouping::All { decimal, group }) = (shape, self.grouping) else {
            return;
        };
        let taught = NumberFormat { decimal, group: Some(group), unit: None };
        let small = |text: &str| {
            let whole = text.split(['.', ',', 'e', 'E']).next().unwrap_or("");
            whole.bytes().filter(u8::is_ascii_digit).count() <= 3
        };
        let agrees = |text: &str| {
            let bare = split_unit(text).1;
            small(bare) && fits(&taught, bare) && taught.parse(bare) == format.parse(text)
        };
        let all_agree = match &known.many {
            Some(many) => many.agrees(self.grouping) && many.exponents.iter().all(|text| agrees(text)),
            None => known.texts.iter().all(|known| agrees(known.text)),
        };
        if format.group.is_none() && all_agree {
            *format = NumberFormat { unit: format.unit.take(), ..taught };
        }
    }

    /// The format of a column whose texts allow two, and why.
    pub(super) fn resolve(self, sign: char, unit: Option<String>, grouped: bool) -> (NumberFormat, String) {
        let (decimal, because) = match (self.point, self.comma, sign) {
            (true, false, _) => ('.', "as other columns write fractions with a point"),
            (false, true, _) => (',', "as other columns write fractions with a comma"),
            _ if grouped => {
                (if sign == '.' { ',' } else { '.' }, "as no number without it reaches a thousand")
            }
            (_, _, '.') => ('.', "as most programs do"),
            _ if self.semicolons => (',', "as files with semicolons usually do"),
            _ => ('.', "as most programs do"),
        };
        let group = (sign != decimal).then_some(sign);
        let reading = if group.is_some() { "thousands" } else { "fractions" };
        let why = format!("1{sign}234 could mean thousands or a fraction; read as {reading}, {because}");
        (NumberFormat { decimal, group, unit }, why)
    }
}

/// Whether a text is a number in exactly this format.
fn fits(format: &NumberFormat, text: &str) -> bool {
    let stray = |sign| text.contains(sign) && format.decimal != sign && format.group != Some(sign);
    let grouped = format.group.is_some_and(|group| text.contains(group));
    let zero_first = || text.trim_start_matches(['-', '+', MINUS]).starts_with('0');
    // Only commas stand between groups of two, as in India; points do so in versions: 1.10.123.
    let by_two = |group| {
        let whole = text.split(format.decimal).next().unwrap_or("");
        whole.split(group).skip(1).any(|part| part.len() != 3)
    };
    let is_version = || format.group.is_some_and(|group| group != ',' && by_two(group));
    if stray('.') || stray(',') || (grouped && (zero_first() || is_version())) {
        return false;
    }
    format.parse(text).is_some()
}

/// Whether each row's number is the one before plus always the same step.
pub(super) fn is_running(known: &Known<'_>) -> bool {
    let column = known.column;
    let mut numbers =
        column.codes().iter().enumerate().filter_map(|(row, _)| whole(column.text(row)).parse::<i64>().ok());
    let (Some(first), Some(second)) = (numbers.next(), numbers.next()) else { return false };
    let mut last = second;
    let step = second.saturating_sub(first);
    step != 0
        && numbers.all(|number| {
            let same = number.saturating_sub(last) == step;
            last = number;
            same
        })
}

/// Whether a text is a number in one of the usual formats.
pub(super) fn is_some_number(text: &str) -> bool {
    let formats = [('.', ','), (',', '.')];
    formats.iter().any(|(decimal, group)| {
        NumberFormat { decimal: *decimal, group: Some(*group), unit: None }.parse(text).is_some()
    })
}

/// Whether a spreadsheet says that it could not compute the cell.
pub(super) fn is_sheet_error(text: &str) -> bool {
    text.starts_with('#') && SHEET_ERRORS.iter().any(|error| error.eq_ignore_ascii_case(text))
}

fn mostly(texts: &[KnownText<'_>]) -> Shape {
    let total: u64 = texts.iter().map(|known| known.count).sum();
    let infinite = |known: &&KnownText<'_>| !is_infinite(known.text);
    let mut best = if texts.iter().all(|known| infinite(&known)) { None } else { mistakes(texts, infinite) };
    let mut most = MOSTLY;
    let unit = most_common_unit(texts);
    for (decimal, group) in [('.', None), (',', None), ('.', Some(',')), (',', Some('.'))] {
        if best.as_ref().is_some_and(|shape| matches!(shape, Shape::Mostly { numbers: Some(_), .. })) {
            break;
        }
        let format = NumberFormat { decimal, group, unit: None };
        let is_number =
            |known: &&KnownText<'_>| has_unit(known.text, unit) && fits(&format, split_unit(known.text).1);
        // No further than it takes to know that there are too few.
        let (mut numbers, mut rows) = (Vec::new(), total);
        let enough = texts.iter().all(|known| {
            if is_number(&known) {
                numbers.push(known);
            } else {
                rows -= known.count;
            }
            rows as f64 / total as f64 >= most
        });
        let share = rows as f64 / total as f64;
        if !enough {
            continue;
        }
        most = share;
        let nearly_all = share >= NEARLY_ALL
            && numbers.len() > MANY_NUMBERS
            && numbers.len() as f64 >= NEARLY_ALL_TEXTS * texts.len() as f64
            && !are_codes(texts, is_number);
        best = nearly_all.then(|| mistakes(texts, is_number)).flatten().or_else(|| {
            let other = texts.iter().find(|known| !is_number(known))?;
            Some(Shape::Mostly { share, other: other.text.to_owned(), row: other.first_row, numbers: None })
        });
    }
    best.or_else(|| few_others(texts)).unwrap_or(Shape::No)
}

/// Numbers beside one or two texts, however often these occur: `(not set)`.
fn few_others(texts: &[KnownText<'_>]) -> Option<Shape> {
    let formats = [('.', None), (',', None), ('.', Some(',')), (',', Some('.'))];
    formats.into_iter().find_map(|(decimal, group)| {
        let format = NumberFormat { decimal, group, unit: None };
        let is_number = |known: &&KnownText<'_>| fits(&format, split_unit(known.text).1);
        let others: Vec<&KnownText<'_>> =
            texts.iter().filter(|known| !is_number(known)).take(FEW_WORDS + 1).collect();
        // "10+" is a number of some sort.
        let are_words = others.iter().all(|known| !known.text.contains(|sign: char| sign.is_numeric()));
        let few = (1..=FEW_WORDS).contains(&others.len()) && texts.len() - others.len() >= SOME_NUMBERS;
        let first = others.first().filter(|_| few && are_words)?;
        let rows: u64 = texts.iter().filter(is_number).map(|known| known.count).sum();
        let share = rows as f64 / texts.iter().map(|known| known.count).sum::<u64>() as f64;
        Some(Shape::Mostly { share, other: first.text.to_owned(), row: first.first_row, numbers: None })
    })
}

/// A column of numbers but for a few cells, if the others leave no doubt that they are numbers.
fn mistakes(texts: &[KnownText<'_>], is_number: impl Fn(&&KnownText<'_>) -> bool) -> Option<Shape> {
    let other = texts.iter().find(|known| !is_number(known))?;
    let numbers: Vec<KnownText<'_>> = texts.iter().filter(is_number).copied().collect();
    let rows = |texts: &[KnownText<'_>]| texts.iter().map(|known| known.count).sum::<u64>() as f64;
    let share = rows(&numbers) / rows(texts);
    let of_all = Some(shape(&numbers)).filter(|_| numbers.len() > 1);
    let of_all = of_all.filter(|shape| matches!(shape, Shape::Sure(_) | Shape::Ambiguous { .. }))?;
    let (other, row) = (other.text.to_owned(), other.first_row);
    Some(Shape::Mostly { share, other, row, numbers: Some(Box::new(of_all)) })
}

/// Whether the numbers among texts are rather codes: with leading zeros, all of one length, or beside versions (`2.0.1`).
fn are_codes(texts: &[KnownText<'_>], is_number: impl Fn(&&KnownText<'_>) -> bool) -> bool {
    let is_version = |text: &str| {
        text.matches('.').count() >= 2 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    let mut lengths = texts.iter().filter(&is_number).map(|known| (is_digits(known.text), known.text.len()));
    let first = lengths.next();
    let alike = first.is_some_and(|(digits, length)| digits && length >= CODE_LENGTH)
        && lengths.all(|other| Some(other) == first);
    alike
        || texts.iter().any(|known| has_leading_zero(known.text))
        || texts.iter().any(|known| !is_number(&known) && is_version(known.text))
}

/// Whether a text is a word for infinity, or a number that no computer number can hold: `-inf`, `1e400`.
fn is_infinite(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-');
    if text.len() < 300 && text.bytes().all(plain) {
        return false;
    }
    // Rust reads "inf" and "infinity" in any case, with a sign.
    text.parse().is_ok_and(f64::is_infinite) || matches!(text.trim_start_matches(['-', '+']), "∞" | "1.#INF")
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn has_leading_zero(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0') && is_digits(text)
}
