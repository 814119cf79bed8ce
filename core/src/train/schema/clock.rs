//! The time of day behind a date, and its zone.

use jiff::civil::Time;

use super::dates::word;

/// What a text says about its zone.
pub(super) enum Zone {
    None,
    /// Seconds east of UTC.
    Offset(i64),
}

/// Reads `T10:30:00.123+02:00`, ` 3:05 PM` or nothing: the time and the zone.
pub(super) fn time_of_day(text: &str) -> Option<(Time, Zone)> {
    if text.is_empty() {
        return Some((Time::midnight(), Zone::None));
    }
    let text = text.strip_prefix('T').or_else(|| text.strip_prefix([' ', ',']))?.trim_start();
    let (hour, rest) = word(text)?;
    // In French and Portuguese, 14h05.
    let (sign, rest) = rest.split_at_checked(1).filter(|(sign, _)| matches!(*sign, ":" | "h" | "."))?;
    let (minute, rest) = word(rest)?;
    // In Italian, Danish and Finnish, 14.05.30.
    let by_points = sign == ".";
    if by_points && minute.len() != 2 {
        return None;
    }
    let (second, mut rest) = match rest.strip_prefix(if by_points { '.' } else { ':' }) {
        Some(rest) => word(rest)?,
        None => ("0", rest),
    };
    let mut nanoseconds = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let (digits, behind) = word(fraction)?;
        nanoseconds = format!("{digits:0<9.9}").parse().ok()?;
        rest = behind;
    }
    let mut hour: i8 = hour.parse().ok()?;
    rest = rest.trim_start();
    if let Some((afternoon, behind)) = half_of_day(rest) {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
        rest = behind;
    }
    let time = Time::new(hour, minute.parse().ok()?, second.parse().ok()?, nanoseconds).ok()?;
    Some((time, zone(rest)?))
}

/// Reads `AM`, `pm` or, in Spanish, `a. m.`: whether it is the afternoon, and what is behind it.
fn half_of_day(text: &str) -> Option<(bool, &str)> {
    let (first, rest) = text.split_at_checked(1)?;
    let rest = rest.trim_start_matches(|sign: char| sign == '.' || sign.is_whitespace());
    let rest = rest.strip_prefix(['m', 'M'])?;
    let afternoon = match first {
        "a" | "A" => false,
        "p" | "P" => true,
        _ => return None,
    };
    Some((afternoon, rest.strip_prefix('.').unwrap_or(rest).trim_start()))
}

/// Reads `Z`, `UTC`, `+02:00`, `+0200`, `+02` or nothing.
fn zone(zone: &str) -> Option<Zone> {
    if zone.is_empty() {
        return Some(Zone::None);
    }
    if matches!(zone, "Z" | "z" | "UTC" | "GMT") {
        return Some(Zone::Offset(0));
    }
    let sign = match zone.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = zone[1..].replace(':', "");
    let (hours, minutes) = match digits.len() {
        2 => (digits.as_str(), "0"),
        4 => digits.split_at_checked(2)?,
        _ => return None,
    };
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 15 && minutes < 60).then_some(Zone::Offset(sign * (hours * 3600 + minutes * 60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let read = |text| time_of_day(text).map(|(time, _)| time.to_string());
        for (text, time) in [
            ("", "00:00:00"),
            (" 10:30", "10:30:00"),
            ("T10:30:05.25Z", "10:30:05.25"),
            (" 14h05", "14:05:00"),
            (" 14.05", "14:05:00"),
            (" 14.05.30", "14:05:30"),
            (", 3:05 PM", "15:05:00"),
            (" 3:05:10 p. m.", "15:05:10"),
            (" 12:00:00 a.m.", "00:00:00"),
            (" 12:00:00 a.\u{a0}m.", "00:00:00"),
        ] {
            assert_eq!(read(text).as_deref(), Some(time), "{text}");
        }
        for text in ["10:30", " 10", " 14.5", " 13:05 PM", " 25:00", " 10:30 xm", " 10:30 am noon", " 10:61"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
