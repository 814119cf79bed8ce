//! Text and numbers: the nearest double of a decimal text, and the shortest decimal text of a double. JavaScript, which reads a
//! page's values, has the same two.

use crate::prelude::*;

/// The double nearest to a decimal text of digits, `.`, signs and an exponent; `None` where it is malformed.
pub(crate) fn from_text(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// [`from_text`] of a text of few digits, with a sign in front of them and `point` among them where it has these; `None` says
/// nothing about the text.
///
/// Both the digits and the power of ten are doubles, so that one division rounds as it should (Clinger 1990,
/// doi:10.1145/93542.93557).
pub(crate) fn from_few_digits(text: &[u8], point: u8) -> Option<f64> {
    let (negative, digits) = match text {
        [sign @ (b'-' | b'+'), digits @ ..] => (*sign == b'-', digits),
        digits => (false, digits),
    };
    let (mut whole, mut behind, mut seen) = (0_u64, 0, 0);
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            whole = whole.wrapping_mul(10).wrapping_add(u64::from(digit));
            behind += seen;
        } else if *byte == point && seen == 0 {
            seen = 1;
        } else {
            return None;
        }
    }
    // So few that the sum above has not wrapped around.
    if digits.len() == seen || digits.len() > 17 || whole > 1 << f64::MANTISSA_DIGITS {
        return None;
    }
    let number = whole as f64 / POWERS[behind];
    Some(if negative { -number } else { number })
}

/// Powers of ten.
const POWERS: [f64; 18] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17];

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
    #[test]
    fn few_digits_are_read_as_any_text() {
        let mut texts: Vec<String> =
            ["", "-", ".", "+.", "1e5", "--1", "1.2.3", "١", "1 ", "inf", "0x1", "1,5"]
                .iter()
                .chain(&[
                    "0",
                    "-0",
                    "+7",
                    "5.",
                    "-.5",
                    "007",
                    "9007199254740992",
                    "9007199254740993",
                    "99999999999999999",
                ])
                .map(|text| (*text).to_owned())
                .collect();
        // Digits of all lengths, with the point in all places.
        let mut state = 1_u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let mut text = (state >> 3).to_string();
            text.truncate(1 + (state >> 59) as usize % 19);
            text.insert((state >> 32) as usize % (text.len() + 1), '.');
            texts.push(text.clone());
            texts.push(format!("-{text}"));
        }
        let mut read = 0;
        for text in &texts {
            let Some(number) = from_few_digits(text.as_bytes(), b'.') else { continue };
            assert_eq!(from_text(text).map(f64::to_bits), Some(number.to_bits()), "{text}");
            read += 1;
        }
        assert!(read > 30_000, "{read}");
        assert_eq!(from_few_digits(b"-3,25", b','), Some(-3.25));
        assert_eq!(from_few_digits(b"3.25", b','), None);
    }
}
