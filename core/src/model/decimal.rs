//! Text and numbers: the nearest double of a decimal text, and the shortest decimal text of a double. JavaScript, which reads a
//! page's values, has the same two.

use crate::prelude::*;

/// The double nearest to a decimal text of digits, `.`, signs and an exponent; `None` where it is malformed.
pub(crate) fn from_text(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// The shortest decimal text that reads back as the number, without an exponent; of two that are equally near the one whose last
/// digit is even, as ECMAScript has it (`std` takes the greater).
pub(crate) fn to_text(number: f64) -> String {
    let text = number.to_string();
    let Some(decimals) = text.find('.').map(|point| text.len() - point - 1) else { return text };
    // Half-way between two texts lies what has one more digit, a 5, and none behind it.
    let exact = format!("{number:.*}", decimals + 20);
    let (digits, behind) = exact.split_at(exact.len() - 20);
    let half_way = behind.starts_with('5') && behind[1..].bytes().all(|digit| digit == b'0');
    if half_way && digits.ends_with(['0', '2', '4', '6', '8']) && from_text(digits) == Some(number) {
        digits.to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its eighth ends in .125.
    const EIGHTHS: f64 = 1_392_435_333_658_537.0;

    #[test]
    fn of_two_shortest_texts_the_even_one_is_taken() {
        for (number, text) in [
            (EIGHTHS / 8.0, "174054416707317.12"),
            (-EIGHTHS / 8.0, "-174054416707317.12"),
            ((EIGHTHS + 2.0) / 8.0, "174054416707317.38"),
            (0.125, "0.125"),
            (0.1, "0.1"),
            (1e21, "1000000000000000000000"),
            (-0.0, "-0"),
            (1.2e-7, "0.00000012"),
        ] {
            assert_eq!(to_text(number), text);
        }
    }
}
