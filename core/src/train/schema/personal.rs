//! What identifies a person or a row, by the form of its texts or by the name of its column.

use super::Known;

/// Whether a column of texts is called what columns with names of people are called.
pub(super) fn is_name(known: &Known<'_>) -> bool {
    const NAMES: [&str; 9] = [
        "first name",
        "last name",
        "full name",
        "middle name",
        "given name",
        "family name",
        "surname",
        "vorname",
        "nachname",
    ];
    let name = words(known.column.name()).join(" ");
    NAMES.iter().any(|end| name == *end || name.strip_suffix(end).is_some_and(|start| start.ends_with(' ')))
}

pub(super) fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !text.contains(char::is_whitespace) && !host.contains('@')
    })
}

pub(super) fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let allowed = text
        .chars()
        .all(|sign| sign.is_ascii_digit() || matches!(sign, '+' | '-' | '(' | ')' | ' ' | '/' | '.'));
    let marked = text.starts_with('+') || text.starts_with('(') || text.matches(['-', ' ', '/']).count() >= 2;
    // Eight digits with two dashes may be a damaged date.
    allowed && marked && (9..=15).contains(&digits)
}

pub(super) fn is_uuid(text: &str) -> bool {
    let text = text.trim_start_matches('{').trim_end_matches('}');
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The words of a name in small letters: `hs_createDate` → `hs`, `create`, `date`.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut small = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (small && letter.is_uppercase()) {
            words.push(String::new());
        }
        if letter.is_alphanumeric() {
            words.last_mut().into_iter().for_each(|word| word.extend(letter.to_lowercase()));
        }
        small = letter.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}
