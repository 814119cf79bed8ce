//! The unit that stands beside a number: `€ 5`, `5 %`.

use super::KnownText;
use super::numbers::{MINUS, is_some_number};

/// Signs that may stand beside a number; longer ones first.
const UNITS: [&str; 62] = [
    "US$", "AU$", "CA$", "MX$", "NZ$", "HK$", "NT$", "R$", "S$", "A$", "C$", "EUR", "USD", "GBP", "CHF",
    "JPY", "INR", "CAD", "AUD", "SEK", "NOK", "DKK", "PLN", "BRL", "CNY", "RMB", "CZK", "HUF", "MXN", "SGD",
    "NZD", "HKD", "KRW", "RUB", "TRY", "ZAR", "Rs.", "Rs", "руб.", "zł", "kr", "Kč", "Ft", "TL", "円", "元",
    "€", "$", "£", "¥", "￥", "₹", "₺", "₽", "₩", "₴", "₫", "฿", "₱", "₪", "%", "‰",
];
/// Which bytes units begin with, and which they end with.
const UNIT_BYTES: [[bool; 256]; 2] = {
    let mut bytes = [[false; 256]; 2];
    let mut unit = 0;
    while unit < UNITS.len() {
        let text = UNITS[unit].as_bytes();
        bytes[0][text[0] as usize] = true;
        bytes[1][text[text.len() - 1] as usize] = true;
        unit += 1;
    }
    bytes
};

/// The unit of all texts that are not zero, if they have one; an error where they differ.
pub(super) fn common_unit(texts: &[KnownText<'_>]) -> Result<Option<&'static str>, ()> {
    let mut common = None;
    for known in texts {
        let (unit, bare) = split_unit(known.text);
        match common {
            _ if unit.is_none() && is_zero(bare) => {}
            None => common = Some(unit),
            Some(earlier) if earlier == unit => {}
            Some(_) => return Err(()),
        }
    }
    Ok(common.flatten())
}

/// The unit that most rows have, which may be none.
pub(super) fn most_common_unit(texts: &[KnownText<'_>]) -> Option<&'static str> {
    let mut units: Vec<(Option<&str>, u64)> = vec![];
    for known in texts {
        let unit = split_unit(known.text).0;
        match units.iter_mut().find(|(other, _)| *other == unit) {
            Some((_, rows)) => *rows += known.count,
            None => units.push((unit, known.count)),
        }
    }
    units.into_iter().max_by_key(|(_, rows)| *rows).and_then(|(unit, _)| unit)
}

/// Whether a number has this unit, which zero does not need.
pub(super) fn has_unit(text: &str, unit: Option<&str>) -> bool {
    let (own, bare) = split_unit(text);
    own == unit || own.is_none() && is_zero(bare)
}

fn is_zero(bare: &str) -> bool {
    bare.trim_start_matches(['-', MINUS]).bytes().all(|byte| matches!(byte, b'0' | b'.' | b','))
}

/// Two cells of other units where all are amounts: what can not be learnt from, but could be if converted.
pub(super) fn two_units<'t>(texts: &[KnownText<'t>]) -> Option<[&'t str; 2]> {
    // What is a share can not be converted to an amount.
    let amount_in = |text: &'t str| split_unit(text).0.filter(|unit| !matches!(*unit, "%" | "‰"));
    let (first, unit) = texts.iter().find_map(|known| Some((known, amount_in(known.text)?)))?;
    let other = texts.iter().find(|known| amount_in(known.text).is_some_and(|other| other != unit))?;
    let is_amount = |known: &KnownText<'_>| is_some_number(split_unit(known.text).1);
    texts.iter().all(is_amount).then_some([first.text, other.text])
}

pub(super) fn split_unit(text: &str) -> (Option<&'static str>, &str) {
    // Most numbers and most other texts have none, as their first and last bytes tell.
    let bare = match text.as_bytes() {
        [b'-', ..] => text[1..].trim_start().as_bytes(),
        _ => text.strip_prefix(MINUS).map_or(text, str::trim_start).as_bytes(),
    };
    if let ([first, ..], [.., last]) = (bare, bare)
        && !UNIT_BYTES[0][*first as usize]
        && !UNIT_BYTES[1][*last as usize]
    {
        return (None, text);
    }
    for unit in UNITS {
        if let Some(rest) = text.strip_suffix(unit).or_else(|| text.strip_prefix(unit)) {
            return (Some(unit), rest.trim());
        }
        // The sign of the number may stand before the unit: "-€ 5".
        if let Some(rest) =
            text.strip_prefix(['-', MINUS]).and_then(|rest| rest.trim_start().strip_prefix(unit))
        {
            return (Some(unit), rest.trim());
        }
    }
    (None, text)
}
