//! Texts that say how long something took: `3m 20s`, `00:03:20`, `9 Min. 31 Sek.`, `PT3M20S`. No model reads them; people are told.

use super::KnownText;

/// Units of time, in small letters without a point.
const UNITS: [&str; 34] = [
    "s", "sec", "secs", "second", "seconds", "sek", "sekunde", "sekunden", "seg", "m", "min", "mins",
    "minute", "minutes", "minuten", "minuto", "minutos", "h", "hr", "hrs", "hour", "hours", "std", "stunde",
    "stunden", "heures", "horas", "d", "day", "days", "tag", "tage", "jours", "dias",
];

/// Whether all texts of a column are durations, in two units or with colons at least once.
pub(super) fn are_durations(texts: &[KnownText<'_>]) -> bool {
    texts.len() > 1
        && texts.iter().all(|known| parts(known.text).is_some())
        && texts.iter().any(|known| parts(known.text) > Some(1))
}

/// How many parts a duration has; `None` for other texts.
fn parts(text: &str) -> Option<usize> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let by_clock: Vec<&str> = text.split(':').collect();
    if let [first, behind @ ..] = &by_clock[..]
        && !behind.is_empty()
    {
        // Of minutes and seconds there are sixty, in two digits; a sum of hours may be any.
        let is_sixtieth = |part: &&str| part.len() == 2 && is_number(part) && **part < *"60";
        let is_clock = behind.len() <= 2 && is_number(first) && behind.iter().all(is_sixtieth);
        return is_clock.then_some(by_clock.len());
    }
    if text.starts_with('P') {
        // Nothing else is written so.
        return is_iso(text).then_some(2);
    }
    let mut rest = text.trim();
    let mut count = 0;
    while !rest.is_empty() {
        let behind = rest.trim_start_matches(|sign: char| sign.is_ascii_digit());
        if behind.len() == rest.len() {
            return None;
        }
        let behind = behind.trim_start();
        let unit = behind.split(|sign: char| !sign.is_alphabetic()).next().unwrap_or("");
        if !UNITS.contains(&&*unit.to_lowercase()) {
            return None;
        }
        rest = behind[unit.len()..].trim_start_matches(['.', ',', ' ']);
        count += 1;
    }
    Some(count).filter(|count| *count > 0)
}

/// Whether a text is a duration of ISO 8601: numbers before letters that each stand once, in this order.
fn is_iso(text: &str) -> bool {
    let all_read = |text: &str, mut letters: &str| {
        let mut rest = text;
        while !rest.is_empty() {
            let behind =
                rest.trim_start_matches(|sign: char| sign.is_ascii_digit() || matches!(sign, '.' | ','));
            let Some(letter) = behind.chars().next().filter(|_| behind.len() < rest.len()) else {
                return false;
            };
            let Some((_, after)) = letters.split_once(letter) else { return false };
            (letters, rest) = (after, &behind[letter.len_utf8()..]);
        }
        true
    };
    let Some(text) = text.strip_prefix('P') else { return false };
    let (days, time) = text.split_once('T').unwrap_or((text, ""));
    let is_empty = days.is_empty() && time.is_empty() || text.ends_with('T');
    !is_empty && all_read(days, "YMWD") && all_read(time, "HMS")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_from_other_texts() {
        for (text, expected) in [
            ("3m 20s", Some(2)),
            ("00:03:20", Some(3)),
            ("9 Min. 31 Sek.", Some(2)),
            ("0d 3h 20m", Some(3)),
            ("3 days, 3 hrs", Some(2)),
            ("45s", Some(1)),
            ("", None),
            ("5", None),
            ("a:b", None),
            ("12 apples", None),
            ("59:59", Some(2)),
            ("1204:05:00", Some(3)),
            // Keys of several parts, and shares of a whole.
            ("43:122:1", None),
            ("43:12:1", None),
            ("12:60", None),
            ("16:9", None),
            ("1:02:03:04", None),
            ("PT3H20M", Some(2)),
            ("P1DT0.5S", Some(2)),
            ("P2W", Some(2)),
            ("P", None),
            ("PT", None),
            ("P1H", None),
            ("PT3", None),
            ("PRO", None),
            ("PT3M1H", None),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
        let texts = |texts: [&'static str; 2]| texts.map(|text| KnownText { text, count: 1, first_row: 0 });
        assert!(are_durations(&texts(["45s", "6m 2s"])));
        // Sizes, and terms of one unit.
        assert!(!are_durations(&texts(["5 m", "7 m"])) && !are_durations(&texts(["45s", "other"])));
    }
}
