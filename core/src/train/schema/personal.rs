//! What identifies a person or a row, by the form of its texts or by the name of its column.

use super::KnownText;

/// This share of the texts must look like an e-mail address (a phone number, a domain) to call the column that.
pub(super) const ALIKE_SHARE: f64 = 0.9;

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

/// Whether a word of a text is an e-mail address.
pub(super) fn holds_email(text: &str) -> bool {
    if !text.contains('@') {
        return false;
    }
    let around = |sign: char| matches!(sign, '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | ':' | '"' | '.');
    text.split(|sign: char| sign.is_whitespace() || matches!(sign, ',' | ';' | ':' | '<' | '>' | '|'))
        .any(|word| is_email(word.trim_matches(around)))
}

/// Whether a text of words has a phone number in it: 7 to 15 digits that begin with `+`, `0` or `(`, and are no date.
pub(super) fn holds_phone(text: &str) -> bool {
    if text.bytes().filter(u8::is_ascii_digit).count() < 7 {
        return false;
    }
    let inside =
        |sign: char| sign.is_ascii_digit() || matches!(sign, '+' | '-' | '(' | ')' | ' ' | '/' | '.');
    let is_phone = |run: &str| {
        let run = run.trim_matches(|sign: char| matches!(sign, '-' | ' ' | '/' | '.' | ')'));
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        let groups: Vec<&str> = run.split(|sign: char| !sign.is_ascii_digit()).collect();
        let is_date =
            matches!(groups.iter().map(|group| group.len()).collect::<Vec<_>>()[..], [1..=2, 1..=2, 4, ..]);
        run.starts_with(['+', '0', '(']) && (7..=15).contains(&digits) && !is_date
    };
    // Digits alone, or within a word, are a code.
    let words = text.split(|sign: char| !inside(sign) && !sign.is_alphanumeric());
    text.contains(char::is_alphabetic) && words.flat_map(|part| part.split(char::is_alphabetic)).any(is_phone)
}

/// Whether a text is a bank account number of ISO 13616: two letters, two digits, 11 to 30 letters and digits.
pub(super) fn is_iban(text: &str) -> bool {
    let text: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').collect();
    let [a, b, c, d, rest @ ..] = &text[..] else { return false };
    let digits = rest.iter().filter(|byte| byte.is_ascii_digit()).count();
    a.is_ascii_uppercase()
        && b.is_ascii_uppercase()
        && c.is_ascii_digit()
        && d.is_ascii_digit()
        && (11..=30).contains(&rest.len())
        && digits >= 8
        && rest.iter().all(u8::is_ascii_alphanumeric)
}

/// Whether at least (or, where it is `beyond`, more than) this share of the texts is of a kind. Looks at no more texts than
/// it takes to know.
pub(super) fn share_is(texts: &[KnownText<'_>], share: f64, beyond: bool, is_kind: fn(&str) -> bool) -> bool {
    let enough = |alike: usize| {
        let found = alike as f64 / texts.len() as f64;
        if beyond { found > share } else { found >= share }
    };
    let mut others = 0;
    !texts.is_empty()
        && texts.iter().all(|known| {
            others += usize::from(!is_kind(known.text));
            enough(texts.len() - others)
        })
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
