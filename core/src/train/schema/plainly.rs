//! Numbers as people write them and programs do not: those of accountants, prices without cents, those of which something is said
//! in signs or words, and what spreadsheets write for a text of digits.

use super::KnownText;
use super::numbers::{MANY_NUMBERS, NEARLY_ALL, SOME_NUMBERS, is_some_number};
use super::units::split_unit;
use crate::error::quoted;
use crate::train::csv::shorten;

/// Signs in front of a number that is not exact, or an end of a range, and behind one.
const ABOUT: [&str; 10] = ["~", "≈", "ca.", "approx.", ">=", "<=", ">", "<", "≥", "≤"];
const OR_MORE: char = '+';
/// Zeros of other digits: Arabic, Persian, Devanagari, Bengali, Thai, and as wide as East Asian letters. The nine others follow.
const ZEROS: [char; 6] = ['٠', '۰', '०', '০', '๐', '０'];

/// A number as people write it and programs do not: negative ones of accountants, `(12.30)` or `12.30-`, with the sign in front;
/// prices without cents, `12.-`, without the stroke; `~15`, `>1000` and `1000+` without what says that they are not exact;
/// `="755"` and `'94` of spreadsheets without what makes them texts; and other digits as 0 to 9. As a column may mean other things
/// by these, they are not read so, but people are told.
pub(super) fn written_plainly(text: &str) -> Option<String> {
    of_accountants(text).or_else(|| of_texts(text))
}

fn of_accountants(text: &str) -> Option<String> {
    let bracketed = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let size = bracketed.or_else(|| text.strip_suffix(['-', '–', '—']))?;
    let whole = size.strip_suffix(['.', ',']).filter(|_| bracketed.is_none());
    let (sign, size) = whole.map_or(("-", size), |whole| ("", whole));
    let size = split_unit(size.trim()).1;
    let is_size = size.starts_with(|sign: char| sign.is_ascii_digit());
    (is_size && is_some_number(size)).then(|| format!("{sign}{size}"))
}

fn of_texts(text: &str) -> Option<String> {
    let of_sheet = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"'));
    let bare = of_sheet.or_else(|| text.strip_prefix('\''));
    let about = || ABOUT.iter().find_map(|sign| text.strip_prefix(sign));
    let bare = bare.or_else(about).or_else(|| text.strip_suffix(OR_MORE)).unwrap_or(text).trim();
    if bare == text && text.is_ascii() {
        return None;
    }
    let digits = in_digits(bare);
    (digits != text && is_some_number(split_unit(&digits).1)).then_some(digits)
}

/// A text with its digits from 0 to 9.
fn in_digits(text: &str) -> String {
    let digit = |sign: char| {
        let own = ZEROS.iter().find_map(|zero| {
            let value = u32::from(sign).checked_sub(u32::from(*zero)).filter(|value| *value < 10)?;
            char::from_digit(value, 10)
        });
        own.unwrap_or(sign)
    };
    text.chars().map(digit).collect()
}

/// That nearly all texts are numbers in one way or the other, and what to do about those that are not read as such; `None` where there
/// is nothing of the kind.
pub(super) fn nearly_numbers(texts: &[KnownText<'_>]) -> Option<String> {
    if let Some((text, plainly)) = as_people_write(texts) {
        let text = shorten(text);
        return Some(format!(
            "; numbers but for those like {text}: write {plainly} if that is meant",
            text = quoted(&text),
            plainly = quoted(&plainly)
        ));
    }
    in_shares(texts).or_else(|| with_words(texts))
}

/// The first of many such numbers, and how it is to be written, where nearly all texts are numbers in one way or the other.
fn as_people_write<'t>(texts: &[KnownText<'t>]) -> Option<(&'t str, String)> {
    let plainly = |text: &'t str| {
        // Few texts begin or end so, whatever their unit.
        let of_accountants = text.starts_with('(') || text.ends_with([')', '-', '–', '—']);
        // Of a few ranges "1000+" may be one, which is a level like the others.
        let may_be = of_accountants || texts.len() > MANY_NUMBERS;
        let bare = if of_accountants { split_unit(text).1 } else { text };
        may_be.then(|| written_plainly(bare)).flatten()
    };
    let first = texts.iter().find_map(|known| Some((known.text, plainly(known.text)?)))?;
    are_numbers(texts, |text| plainly(text).is_some()).then_some(first)
}

/// Shares of a hundred beside others, of which nobody knows whether they are of one.
fn in_shares(texts: &[KnownText<'_>]) -> Option<String> {
    let is_share = |text: &str| matches!(split_unit(text).0, Some("%" | "‰"));
    let share = texts.iter().find(|known| is_share(known.text))?;
    let other = texts.iter().find(|known| split_unit(known.text).0.is_none())?;
    (texts.len() > MANY_NUMBERS && are_numbers(texts, |_| false)).then(|| {
        format!(
            "; numbers with and without a sign of shares, such as {} and {}: write all in one way",
            quoted(&shorten(share.text)),
            quoted(&shorten(other.text))
        )
    })
}

/// Numbers with the same few words behind: `472K`, `3 pts`, `170 days ago`.
fn with_words(texts: &[KnownText<'_>]) -> Option<String> {
    let mut words: Vec<&str> = texts.iter().filter_map(|known| word_behind(known.text)).collect();
    let numbers = words.len();
    words.sort_unstable();
    words.dedup();
    // Of numbers that stand with ever other words, such as those of houses, the words are what matters.
    let few = !words.is_empty() && words.len() * SOME_NUMBERS <= numbers;
    if !few || texts.len() <= MANY_NUMBERS || !are_numbers(texts, |text| word_behind(text).is_some()) {
        return None;
    }
    let first = texts.iter().find(|known| word_behind(known.text).is_some())?;
    let other = texts.iter().find(|known| word_behind(known.text) != word_behind(first.text));
    let (such, unit) = match other {
        Some(other) => {
            let shown = format!("{} and {}", quoted(&shorten(first.text)), quoted(&shorten(other.text)));
            (shown, ", all in one unit")
        }
        None => (quoted(&shorten(first.text)).to_string(), ""),
    };
    Some(format!(
        "; numbers with words behind, such as {such}: if amounts are meant, write them as numbers alone{unit}"
    ))
}

/// What stands behind a number, if that begins with a letter and has no digit.
fn word_behind(text: &str) -> Option<&str> {
    let (_, bare) = split_unit(text);
    let (number, word) = bare.split_at(bare.find(char::is_alphabetic)?);
    let number = number.trim();
    let is_number = number.starts_with(|sign: char| sign.is_ascii_digit() || "+-.".contains(sign))
        && is_some_number(number);
    let word = word.trim();
    (is_number && !is_some_number(bare) && !word.contains(char::is_numeric)).then_some(word)
}

/// Whether nearly all texts are numbers, or what stands for one.
fn are_numbers<'t>(texts: &[KnownText<'t>], is_other: impl Fn(&'t str) -> bool) -> bool {
    let most = (1.0 - NEARLY_ALL) * texts.len() as f64;
    let strays =
        texts.iter().filter(|known| !is_some_number(split_unit(known.text).1) && !is_other(known.text));
    // Other columns are soon known.
    strays.take(most as usize + 1).count() as f64 <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_programs_write_otherwise_are_told() {
        let told = |text| written_plainly(text);
        assert_eq!(told("(1,234.50)"), Some("-1,234.50".into()));
        assert_eq!(told("12,30-"), Some("-12,30".into()));
        assert_eq!(told("1'582.-"), None);
        assert_eq!(told("582.-"), Some("582".into()));
        assert_eq!(told("582,–"), Some("582".into()));
        for text in ["(a)", "-", "()", "12-13", "(-5)", "5", "2024-"] {
            assert_eq!(told(text), (text == "2024-").then(|| "-2024".into()), "{text}");
        }
        let texts = |texts: &[&'static str]| -> Vec<KnownText<'static>> {
            texts.iter().map(|text| KnownText { text, count: 1, first_row: 0 }).collect()
        };
        let found = texts(&["$5.20", "$ (1,234.50)", "7", "($1.25)"]);
        assert_eq!(as_people_write(&found), Some(("$ (1,234.50)", "-1,234.50".into())));
        assert_eq!(as_people_write(&texts(&["(5)", "north", "south"])), None);
        assert_eq!(as_people_write(&texts(&["5", "6"])), None);
    }

    #[test]
    fn what_is_said_of_a_number_is_told_from_it() {
        for (text, plainly) in [
            ("~15", "15"),
            ("ca. 15", "15"),
            (">1000", "1000"),
            (">= 1,000", "1,000"),
            ("1000+", "1000"),
            ("=\"755\"", "755"),
            ("'94", "94"),
            ("７５５", "755"),
            ("٧٥٫٥", ""),
            ("٧٥٥", "755"),
            ("~", ""),
            ("'tis", ""),
            ("=\"a\"", ""),
            ("a+", ""),
            ("755", ""),
        ] {
            assert_eq!(written_plainly(text).unwrap_or_default(), plainly, "{text}");
        }
    }

    #[test]
    fn words_behind_numbers_are_told_where_they_are_few() {
        let told = |cell: &dyn Fn(usize) -> String| {
            let cells: Vec<String> = (1..200).map(cell).collect();
            let texts = cells.iter().map(|text| KnownText { text, count: 1, first_row: 0 });
            nearly_numbers(&texts.collect::<Vec<_>>()).unwrap_or_default()
        };
        let few = |row: usize, words: [&str; 2]| format!("{}.5 {}", row * row, words[row % 2]);
        assert_eq!(
            told(&|row| few(row, ["KB", "MB"])),
            "; numbers with words behind, such as \"1.5 MB\" and \"4.5 KB\": if amounts are meant, write them as numbers alone, all in one unit"
        );
        assert_eq!(
            told(&|row| format!("{row} pts")),
            "; numbers with words behind, such as \"1 pts\": if amounts are meant, write them as numbers alone"
        );
        for words in [["days ago", "day ago"], ["DR", "CR"], ["K", "M"], ["", "pts"]] {
            assert!(told(&|row| few(row, words)).contains("words behind"), "{words:?}");
        }
        assert!(told(&|row| format!("${row}.2K")).contains("words behind"));
        assert_eq!(
            told(&|row| if row.is_multiple_of(2) { format!("{row} %") } else { format!("0.{row}") }),
            "; numbers with and without a sign of shares, such as \"2 %\" and \"0.1\": write all in one way"
        );
        // Houses, seats, versions, and what is mostly something else.
        let streets = |row: usize| format!("{row} {} Street", char::from(b'a' + (row % 40) as u8));
        assert_eq!(told(&streets), "");
        assert_eq!(told(&|row| format!("{row}-{}", row + 9)), "");
        assert_eq!(
            told(&|row| if row.is_multiple_of(9) { "none".into() } else { format!("{row} pts{row}") }),
            ""
        );
        assert_eq!(told(&|row| format!("1.{row}.7 beta")), "");
    }
}
