//! How a column writes its numbers.

use serde::{Deserialize, Serialize};

use crate::model::decimal;
use crate::prelude::*;

/// How numbers are written in a column: `1,234.5`, `3.000,50 €`, `12 %`.
///
/// A format is a property of a whole column, never of one cell: `1.234` is read one way throughout.
///
/// ```
/// use sales_ready::model::NumberFormat;
///
/// let plain = NumberFormat::default();
/// assert_eq!(plain.parse("1.5e3"), Some(1500.0));
/// let german = NumberFormat { decimal: ',', group: Some('.'), unit: Some("€".into()) };
/// assert_eq!(german.parse("€ 3.000,50"), Some(3000.5));
/// assert_eq!(german.parse("3.00"), None); // groups have three digits …
/// assert_eq!(german.parse("0.125"), None); // … and no zero before them
/// let indian = NumberFormat { decimal: '.', group: Some(','), unit: Some("₹".into()) };
/// assert_eq!(indian.parse("₹ 8,60,667.50"), Some(860_667.5)); // or two before the last three
/// assert_eq!(NumberFormat { decimal: ',', group: None, unit: None }.parse("1.5"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberFormat {
    /// The sign before the fraction: `.` or `,`.
    pub decimal: char,
    /// The sign between groups of digits, if the column uses one: of three, or as in India of two before the last three.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<char>,
    /// A currency, percent or other sign that may stand before or after the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

impl Default for NumberFormat {
    fn default() -> Self {
        Self { decimal: '.', group: None, unit: None }
    }
}

impl NumberFormat {
    /// Reads a number, or `None` where the text is not written in this format.
    pub fn parse(&self, text: &str) -> Option<f64> {
        self.parse_with_hyphen(text).or_else(|| {
            // The minus sign of typesetters is one, too. It is looked for last: hardly any number has one.
            let has_minus = !text.is_ascii() && text.contains('\u{2212}');
            has_minus
                .then(|| text.replacen('\u{2212}', "-", 1))
                .and_then(|text| self.parse_with_hyphen(&text))
        })
    }

    fn parse_with_hyphen(&self, text: &str) -> Option<f64> {
        let mut text = text.trim();
        let mut negative = false;
        if let Some(unit) = self.unit.as_deref().filter(|unit| !unit.is_empty()) {
            // The sign may stand before the unit: "-€ 5".
            if let Some(rest) =
                text.strip_prefix('-').map(str::trim_start).and_then(|rest| rest.strip_prefix(unit))
            {
                negative = true;
                text = rest.trim_start();
                // One sign is enough.
                if text.starts_with(['-', '+']) {
                    return None;
                }
            } else {
                text = text.strip_prefix(unit).or_else(|| text.strip_suffix(unit)).unwrap_or(text).trim();
            }
        }
        let number = self.parse_bare(text)?;
        Some(if negative { -number } else { number })
    }

    fn parse_bare(&self, text: &str) -> Option<f64> {
        // A group's sign that is no digit and no sign of a number is not among them.
        let sign = |sign: char| sign.is_ascii_digit() || matches!(sign, '+' | '-') || sign == self.decimal;
        if matches!(self.decimal, '.' | ',')
            && !self.group.is_some_and(sign)
            && let Some(number) = decimal::from_few_digits(text.as_bytes(), self.decimal as u8)
        {
            return Some(number);
        }
        let (whole, fraction) = match text.split_once(self.decimal) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        let mut plain = String::with_capacity(text.len());
        match self.group {
            Some(group) if whole.contains(group) => {
                if !are_groups(whole.split(group)) {
                    return None;
                }
                plain.extend(whole.split(group));
            }
            // A point that is not this column's decimal sign is none of its numbers.
            _ if has_point(whole) => return None,
            _ => plain.push_str(whole),
        }
        if let Some(fraction) = fraction {
            if has_point(fraction) {
                return None;
            }
            plain.push('.');
            plain.push_str(fraction);
        }
        // Rust's parser also takes "inf", "nan" and "infinity"; as table cells those are words, not numbers.
        let numeric =
            plain.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'));
        if numeric { decimal::from_text(&plain).filter(|number| number.is_finite()) } else { None }
    }
}

/// Whether digits are grouped: by three, or all but the last three by two, as in India: `8,60,667`. What begins with a zero is
/// not: where points group, `0.125` is a fraction of another format, and no 125.
fn are_groups<'t>(mut groups: impl DoubleEndedIterator<Item = &'t str>) -> bool {
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit()).then_some(group.len());
    let first = groups.next().map(|first| first.trim_start_matches(['-', '+']));
    let first = first.filter(|first| !first.starts_with('0')).and_then(digits);
    let mut sizes = groups.map(digits);
    let (Some(first), Some(Some(3))) = (first, sizes.next_back()) else { return false };
    let between = sizes.next();
    let same = sizes.all(|size| Some(size) == between);
    same && match between {
        None | Some(Some(3)) => (1..=3).contains(&first),
        Some(Some(2)) => (1..=2).contains(&first),
        Some(_) => false,
    }
}

fn has_point(text: &str) -> bool {
    text.bytes().any(|byte| byte == b'.')
}
