//! Counts and texts of files for people, in a terminal or on a page.

use std::fmt::Display;

use crate::error::turns;
use crate::explain::display_number;

/// A count with commas between groups of three digits.
///
/// ```
/// assert_eq!(sales_ready::train::text::count(1_234_567), "1,234,567");
/// ```
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of something.
///
/// ```
/// use sales_ready::train::text::counted;
///
/// assert_eq!([1, 2_000].map(|leads| counted(leads, "lead", "leads")), ["1 lead", "2,000 leads"]);
/// ```
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A field's number for people, as the sentences about a lead have it: at most three decimals below 100, else none; commas from
/// 10,000 on, so that a year is one.
///
/// ```
/// use sales_ready::train::text::number;
///
/// assert_eq!([2_002.0, 12_500.0, 0.25].map(number), ["2002", "12,500", "0.25"]);
/// ```
pub fn number(number: f64) -> String {
    display_number(number)
}

/// The first of some texts, and how many more they are: `a, b and 3 more`.
pub(crate) fn some_of(most: usize, texts: impl ExactSizeIterator<Item = impl Display>) -> String {
    let more = texts.len().saturating_sub(most);
    let shown: Vec<String> = texts.take(most).map(|text| text.to_string()).collect();
    shown.join(", ") + &if more > 0 { format!(" and {more} more") } else { String::new() }
}

/// A text of a file for people: of at most so many signs, on one line; what is left out is marked. Whatever would control a
/// terminal, or turn the words around it, is gone.
///
/// ```
/// use sales_ready::train::text::shortened;
///
/// assert_eq!(shortened("\u{1b}[2Ja\nbcd", 8), " [2Ja b…");
/// assert_eq!(shortened("\u{202e}size", 40), "size");
/// ```
pub fn shortened(text: &str, most: usize) -> String {
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    let clean: String = text.chars().filter(|letter| !turns(*letter)).map(plain).collect();
    match clean.char_indices().nth(most) {
        Some(_) => clean.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        None => clean,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_listed_is_counted() {
        let listed = [2, 3, 5].map(|most| some_of(most, ["a", "b", "c"].iter()));
        assert_eq!(listed, ["a, b and 1 more", "a, b, c", "a, b, c"]);
    }
}
