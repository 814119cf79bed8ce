//! Decimal numbers as their texts have them, in eight bytes each: sign, digits and how many of these are decimals.
//!
//! A column of many different numbers is kept so, in place of a dictionary of texts that occur once. Nothing is lost: from
//! the eight bytes come both the text, to the letter, and the number that is nearest to it.

use std::fmt::Write as _;

use crate::model::NumberFormat;

/// A decimal, or the place of another text among a few.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Decimal(u64);

/// The lowest bits: the digits as a whole number.
const DIGITS: u32 = 58;
/// Then the number of decimals …
const DECIMALS: u64 = 31;
/// … of which so many is the mark of another text; and last the sign.
const OTHER: u64 = 31;
/// Whole numbers of so many digits fit.
const MOST_DIGITS: usize = 17;

impl Decimal {
    /// Reads digits with or without a sign in front and a point among them: `-12.50`. `None` where there are too many, or
    /// where the text is not the only one of its kind, such as `+1`, `01` or `1.`.
    pub(super) fn from_text(text: &[u8]) -> Option<Self> {
        let negative = text.first() == Some(&b'-');
        let bare = &text[usize::from(negative)..];
        let (digits, decimals) = long(bare).or_else(|| of_any_length(bare))?;
        (digits < 10_u64.pow(MOST_DIGITS as u32))
            .then_some(Self(u64::from(negative) << 63 | (decimals as u64) << DIGITS | digits))
    }

    /// The place of a text that is no decimal.
    pub(super) fn other(place: usize) -> Self {
        Self(OTHER << DIGITS | place as u64)
    }

    /// The place of the text, where it is no decimal.
    pub(super) fn as_other(self) -> Option<usize> {
        (self.decimals() == OTHER).then_some(self.digits() as usize)
    }

    fn digits(self) -> u64 {
        self.0 & ((1 << DIGITS) - 1)
    }

    fn decimals(self) -> u64 {
        self.0 >> DIGITS & DECIMALS
    }

    fn is_negative(self) -> bool {
        self.0 >> 63 == 1
    }

    /// Whether there is a point in the text.
    pub(crate) fn has_point(self) -> bool {
        self.decimals() > 0
    }

    /// What stands in front of the point.
    pub(crate) fn whole(self) -> u64 {
        10_u64.checked_pow(self.decimals() as u32).map_or(0, |ten| self.digits() / ten)
    }

    /// Whether the point could stand between thousands, as in `1.234`.
    pub(crate) fn may_be_grouped(self) -> bool {
        self.decimals() == 0 || (self.decimals() == 3 && (1..1000).contains(&self.whole()))
    }

    /// The text, as it stood in the file.
    pub(super) fn text_into(self, text: &mut String) {
        let decimals = self.decimals() as usize;
        text.clear();
        // Zeros up to the one in front of the point.
        let _ = write!(text, "{:0width$}", self.digits(), width = decimals + 1);
        if decimals > 0 {
            text.insert(text.len() - decimals, '.');
        }
        if self.is_negative() {
            text.insert(0, '-');
        }
    }

    /// The nearest number.
    pub(crate) fn number(self) -> f64 {
        let (digits, decimals) = (self.digits(), self.decimals() as usize);
        let size = match TENS.get(decimals) {
            // Both are exact, and a quotient of exact numbers is rounded once (Clinger 1990).
            Some(ten) if digits < 1 << 53 => Some(digits as f64 / ten),
            _ => quotient(digits, decimals),
        };
        match size {
            Some(size) if self.is_negative() => -size,
            Some(size) => size,
            None => {
                let mut text = String::new();
                self.text_into(&mut text);
                NumberFormat::default().parse(&text).unwrap_or(f64::NAN)
            }
        }
    }
}

/// A one in each byte.
const ONES: u64 = 0x0101_0101_0101_0101;

/// Powers of ten that are doubles.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// For each power of ten the first 64 bits of its reciprocal, cut off, and how far they are shifted: 10⁻ᵏ lies between
/// m·2⁻ˢ and (m + 1)·2⁻ˢ.
const RECIPROCALS: [(u64, u32); 32] = reciprocals();

const fn reciprocals() -> [(u64, u32); 32] {
    let mut all = [(0, 0); 32];
    let (mut power, mut k) = (1_u128, 0);
    while k < 32 {
        // Long division of 1 by 10ᵏ, bit by bit, from the first bit of the quotient on.
        let (mut rest, mut shift) = (1_u128, 0);
        while rest < power {
            rest <<= 1;
            shift += 1;
        }
        let (mut bits, mut count) = (0_u64, 0);
        while count < 64 {
            bits <<= 1;
            if rest >= power {
                rest -= power;
                bits |= 1;
            }
            rest <<= 1;
            count += 1;
        }
        all[k] = (bits, shift + 63);
        power *= 10;
        k += 1;
    }
    all
}

/// The double nearest to `digits` · 10⁻ᵏ, where 64 bits of the reciprocal leave no doubt: as good as always. What is cut off
/// could else decide between two doubles (Lemire 2021, "Number parsing at a gigabyte per second").
fn quotient(digits: u64, decimals: usize) -> Option<f64> {
    if digits == 0 {
        return Some(0.0);
    }
    let (reciprocal, shift) = RECIPROCALS[decimals];
    let zeros = digits.leading_zeros();
    let product = u128::from(digits << zeros) * u128::from(reciprocal);
    // The quotient lies between `product` and `product` + 2⁶⁴, both times 2 to the power of -(zeros + shift).
    let ahead = product.leading_zeros();
    let product = product << ahead;
    let (bits, behind) = ((product >> 75) as u64, product & ((1 << 75) - 1));
    let half = 1_u128 << 74;
    let error = 2_u128 << 64;
    let up = if behind > half && behind < (1 << 75) - error {
        1
    } else if behind + error < half {
        0
    } else {
        return None;
    };
    // From 10⁻³¹ to 10¹⁷ no double is subnormal.
    let exponent = 75 - i64::from(zeros + shift + ahead);
    Some((bits + up) as f64 * f64::from_bits(((1023 + exponent) as u64) << 52))
}

/// The digits of a number without a sign, as a whole number, and how many of them are decimals.
fn of_any_length(text: &[u8]) -> Option<(u64, usize)> {
    let point = text.iter().position(|byte| *byte == b'.');
    let (whole, fraction) = match point {
        Some(point) => (&text[..point], &text[point + 1..]),
        None => (text, &[][..]),
    };
    let zero_first = matches!(whole, [b'0', _, ..]);
    if whole.is_empty() || zero_first || (point.is_some() && fraction.is_empty()) {
        return None;
    }
    // Leading zeros of a fraction take no place among the digits, but each is a decimal.
    let mut counted = fraction;
    while let (b"0", [b'0', behind @ ..]) = (whole, counted) {
        counted = behind;
    }
    let many = whole.len() + counted.len() > MOST_DIGITS + 1;
    if many || fraction.len() as u64 >= OTHER {
        return None;
    }
    Some((digits(digits(0, whole)?, counted)?, fraction.len()))
}

/// The same of a number with 9 to 16 decimals, as computed ones have, by few steps that do not depend on how many there are.
fn long(text: &[u8]) -> Option<(u64, usize)> {
    let first = u64::from_le_bytes(*text.first_chunk()?);
    // The lowest byte that is zero, where there is one (Mycroft 1987).
    let points = first ^ (ONES * u64::from(b'.'));
    let point = (points.wrapping_sub(ONES) & !points & (ONES * 0x80)).trailing_zeros() as usize / 8;
    let decimals = text.len().checked_sub(point + 1)?;
    let zero_first = text[0] == b'0' && point > 1;
    if !(1..8).contains(&point) || !(9..=16).contains(&decimals) || point + decimals > 19 || zero_first {
        return None;
    }
    let zeros = ONES * u64::from(b'0');
    let whole = eight_digits(first << (8 * (8 - point)) | zeros >> (8 * point))?;
    let eight = eight_digits(u64::from_le_bytes(*text[point + 1..].first_chunk()?))?;
    // The last eight bytes, in which zeros stand for what was read already.
    let left = decimals - 8;
    let last = u64::from_le_bytes(*text.last_chunk()?) & u64::MAX << (8 * (8 - left));
    let last = eight_digits(last | zeros.checked_shr(8 * left as u32).unwrap_or(0))?;
    Some(((whole * 100_000_000 + eight) * 10_u64.pow(left as u32) + last, decimals))
}

/// Digits behind those that were read.
fn digits(mut number: u64, text: &[u8]) -> Option<u64> {
    let (eights, rest) = text.as_chunks::<8>();
    for eight in eights {
        number = number.wrapping_mul(100_000_000).wrapping_add(eight_digits(u64::from_le_bytes(*eight))?);
    }
    for byte in rest {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
    }
    Some(number)
}

/// Eight digits at once, the first in the lowest byte: pairs, then fours, then all.
fn eight_digits(text: u64) -> Option<u64> {
    let digits = text ^ (ONES * 0x30);
    // A byte above 9 has a bit in its upper half, or gets one by adding 6.
    if (digits | digits.wrapping_add(ONES * 6)) & (ONES * 0xF0) != 0 {
        return None;
    }
    let pairs = (digits * 10 + (digits >> 8)) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
    Some((fours * 10_000 + (fours >> 32)) & 0xFFFF_FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(text: &str) {
        let decimal = Decimal::from_text(text.as_bytes()).unwrap_or_else(|| panic!("{text:?} is a decimal"));
        let mut again = String::from("left over");
        decimal.text_into(&mut again);
        assert_eq!(again, text);
        let expected: f64 = text.parse().unwrap();
        assert_eq!(decimal.number().to_bits(), expected.to_bits(), "{text}");
        assert_eq!(decimal.has_point(), text.contains('.'));
        assert_eq!(decimal.as_other(), None);
    }

    #[test]
    fn texts_and_nearest_numbers_come_back() {
        for text in [
            "0",
            "-0",
            "0.0",
            "-0.00",
            "7",
            "-7",
            "0.1",
            "0.10",
            "10",
            "100000000",
            "99999999999999999",
            "0.99999999999999999",
            "-12345678.12345678",
            "9007199254740993",
            "9007199254740992.5",
            "0.000000000000000000000000000001",
            "0.000000000000012345678901234567",
            "1.7976931348623157",
            "4503599627370497.5",
            "0.30000000000000004",
            "2.5",
            "0.5",
            "1.0000000000000002",
            "8.5000000000000009",
        ] {
            hold(text);
        }
        let mut state = 1_u64;
        let mut random = || {
            // Knuth's generator.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 11
        };
        for _ in 0..300_000 {
            let digits = random() % 10_u64.pow(1 + (random() % 16) as u32 + 1).min(99_999_999_999_999_999);
            let decimals = random() as usize % 31;
            let mut text = format!("{digits:0width$}", width = decimals + 1);
            if decimals > 0 {
                text.insert(text.len() - decimals, '.');
            }
            hold(&text);
            // As programs write doubles: the shortest text that comes back.
            hold(&format!("-{}", random() as f64 / (1 + random() % 4_000_000_000) as f64 / 1e6));
        }
    }

    #[test]
    fn texts_that_could_not_come_back_are_none() {
        for text in [
            "",
            "-",
            ".",
            "+1",
            "01",
            "-01",
            "00.5",
            ".5",
            "5.",
            "1e5",
            "1,5",
            " 1",
            "1 ",
            "1.2.3",
            "--1",
            "x",
            "12345678x",
            "1234567/",
            "0000000:",
            "0.1234567\u{b9}",
            "100000000000000000",
            "0.100000000000000000",
            "18446744073709551617",
            "0.0000000000000000000000000000001",
            "NaN",
            "inf",
            "١",
        ] {
            assert_eq!(Decimal::from_text(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn a_point_may_stand_between_thousands_or_not() {
        for (text, grouped, whole) in [
            ("1.234", true, 1),
            ("0.234", false, 0),
            ("12.34", false, 12),
            ("1234.567", false, 1234),
            ("5", true, 5),
        ] {
            let decimal = Decimal::from_text(text.as_bytes()).unwrap();
            assert_eq!((decimal.may_be_grouped(), decimal.whole()), (grouped, whole), "{text}");
        }
    }
}
