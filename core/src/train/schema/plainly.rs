//! Numbers as people write them and programs do not: those of accountants, and prices without cents.

use super::KnownText;
use super::numbers::{NEARLY_ALL, is_some_number};
use super::units::split_unit;

/// A number as people write it and programs do not: negative ones of accountants, `(12.30)` or `12.30-`, with the sign in front,
/// and prices without cents, `12.-`, without the stroke. As a column may mean other things by these, they are not read so, but
/// people are told.
pub(super) fn written_plainly(text: &str) -> Option<String> {
    let bracketed = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let size = bracketed.or_else(|| text.strip_suffix(['-', '–', '—']))?;
    let whole = size.strip_suffix(['.', ',']).filter(|_| bracketed.is_none());
    let (sign, size) = whole.map_or(("-", size), |whole| ("", whole));
    let size = split_unit(size.trim()).1;
    let is_size = size.starts_with(|sign: char| sign.is_ascii_digit());
    (is_size && is_some_number(size)).then(|| format!("{sign}{size}"))
}

/// The first of many such numbers, and how it is to be written, where nearly all texts are numbers in one way or the other.
pub(super) fn as_people_write<'t>(texts: &[KnownText<'t>]) -> Option<(&'t str, String)> {
    // Few texts begin or end so, whatever their unit.
    let may_be = |text: &str| text.starts_with('(') || text.ends_with([')', '-', '–', '—']);
    let plainly = |text: &'t str| may_be(text).then(|| written_plainly(split_unit(text).1)).flatten();
    let first = texts.iter().find_map(|known| Some((known.text, plainly(known.text)?)))?;
    let is_number = |text: &'t str| is_some_number(split_unit(text).1) || plainly(text).is_some();
    let numbers = texts.iter().filter(|known| is_number(known.text)).count();
    (numbers as f64 >= NEARLY_ALL * texts.len() as f64).then_some(first)
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
}
