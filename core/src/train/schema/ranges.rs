//! Ranges such as `11-50 employees`, `< 1 month`, `1.000-5.000` and `$1M+`, in the order of where they begin.

/// How the marks in numbers are tried, in this order: all of them part thousands, or one of them is the decimal one.
const DECIMAL: [Option<char>; 3] = [None, Some('.'), Some(',')];
/// Marks in numbers, and blanks that part thousands.
const MARKS: [char; 7] = ['.', ',', '\'', '’', ' ', '\u{a0}', '\u{202f}'];
const CURRENCIES: [char; 5] = ['$', '€', '£', '¥', '₹'];
/// What stands between the ends of a range.
const BETWEEN: [&str; 8] = ["-", "–", "—", "‒", "~", " to ", " bis ", " and "];
/// What stands before a name behind its number: `1 - low`, `2. new`.
const BEFORE_NAME: [char; 7] = ['-', '–', '—', ':', '.', ')', '='];
/// Words in front of a bound, and on which side of it the range lies.
const FRONT: [(&str, i8); 15] = [
    ("<=", -1),
    ("≤", -1),
    ("<", -1),
    ("under", -1),
    ("below", -1),
    ("less than", -1),
    ("up to", -1),
    (">=", 0),
    ("≥", 0),
    ("at least", 0),
    ("between", 0),
    ("from", 0),
    (">", 1),
    ("over", 1),
    ("more than", 1),
];
/// The same behind it.
const BEHIND: [(&str, i8); 13] = [
    ("+", 0),
    ("plus", 0),
    ("or more", 0),
    ("and more", 0),
    ("or above", 0),
    ("and above", 0),
    ("or over", 0),
    ("and over", 0),
    ("and up", 0),
    ("or less", -1),
    ("or fewer", -1),
    ("or below", -1),
    ("or under", -1),
];
/// Units of time in days: a month is a twelfth of a year of 365.25 days.
const DURATIONS: [(f64, &[&str]); 8] = [
    (1.0 / 86_400.0, &["s", "sec", "second"]),
    (1.0 / 1_440.0, &["min", "minute"]),
    (1.0 / 24.0, &["h", "hr", "hour"]),
    (1.0, &["d", "day"]),
    (7.0, &["w", "wk", "week"]),
    (30.4375, &["mo", "mth", "month"]),
    (91.3125, &["q", "quarter"]),
    (365.25, &["y", "yr", "year"]),
];

/// The ranges in the order of where they begin; `None` where a text is none, two begin alike, or they count different things.
pub(super) fn in_order<'t>(texts: &[&'t str]) -> Option<Vec<&'t str>> {
    DECIMAL.into_iter().find_map(|decimal| {
        let ranges: Vec<Range> =
            texts.iter().map(|text| Range::read(text, decimal)).collect::<Option<_>>()?;
        let is_timed = ranges.iter().any(|range| days(&range.from.unit).is_some());
        let mut units =
            ranges.iter().flat_map(Range::ends).filter(|end| end.number > 0.0 || !end.unit.is_empty());
        let unit = units.clone().next().map_or("", |end| &end.unit);
        let is_sound = if is_timed {
            // In 15m and 1h no millions are meant.
            units.all(|end| days(&end.unit).is_some() && end.size == 1.0)
        } else {
            units.all(|end| end.unit == unit)
        };
        let runs_up = |range: &Range| range.to.as_ref().is_none_or(|to| range.from.amount() <= to.amount());
        if !is_sound || !ranges.iter().all(runs_up) {
            return None;
        }
        let mut placed: Vec<((f64, i8), &'t str)> = ranges
            .iter()
            .zip(texts)
            .map(|(range, text)| ((range.from.amount(), range.side), *text))
            .collect();
        placed.sort_unstable_by(|(a, _), (b, _)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let distinct = placed.windows(2).all(|pair| pair[0].0 != pair[1].0);
        distinct.then(|| placed.into_iter().map(|(_, text)| text).collect())
    })
}

/// A range as it is written.
struct Range {
    from: End,
    to: Option<End>,
    /// Whether it lies below its only bound (-1), begins at it (0) or just above it (1).
    side: i8,
}

/// A number with what it counts.
#[derive(Clone)]
struct End {
    number: f64,
    /// 1, or what `k` or `m` behind the digits says.
    size: f64,
    /// In the singular; empty where none is said.
    unit: String,
}

impl Range {
    fn read(text: &str, decimal: Option<char>) -> Option<Self> {
        let text = text.to_lowercase();
        // What is in brackets explains the range.
        let text = text.split('(').next()?.trim();
        let front = FRONT.iter().find_map(|(word, side)| Some((text.strip_prefix(word)?, *side)));
        let (text, before) = front.unwrap_or((text, 0));
        let (mut from, rest) = End::read(text, decimal)?;
        let parted = BETWEEN.iter().filter_map(|mark| rest.split_once(mark));
        let second = parted.min_by_key(|(own, _)| own.len()).and_then(|(own, tail)| {
            let (end, rest) = End::read(tail, decimal)?;
            Some((own, end, rest))
        });
        let Some((own, mut to, rest)) = second else {
            let (unit, behind) = unit(name(rest).unwrap_or(rest))?;
            from.unit = unit;
            return Some(Self { from, to: None, side: if before == 0 { behind } else { before } });
        };
        (from.unit, to.unit) = (unit(own)?.0, unit(rest)?.0);
        match (from.unit.is_empty(), to.unit.is_empty()) {
            (true, _) => from.unit.clone_from(&to.unit),
            (_, true) => to.unit.clone_from(&from.unit),
            _ => {}
        }
        // 1-5k are thousands, 100-1k one thousand at the end.
        if from.size == 1.0 && from.number < to.number {
            from.size = to.size;
        }
        Some(Self { from, to: Some(to), side: before })
    }

    fn ends(&self) -> impl Iterator<Item = &End> + Clone {
        [&self.from].into_iter().chain(&self.to)
    }
}

impl End {
    /// The number at the start of a text, and what stands behind it.
    fn read(text: &str, decimal: Option<char>) -> Option<(Self, &str)> {
        let (number, rest) = number(text.trim_start().trim_start_matches(CURRENCIES).trim_start(), decimal)?;
        let mut letters = rest.chars();
        let size = match letters.next() {
            Some('k') => 1e3,
            Some('m') => 1e6,
            _ => 1.0,
        };
        let is_size = size > 1.0 && !letters.clone().next().is_some_and(char::is_alphabetic);
        let (size, rest) = if is_size { (size, letters.as_str()) } else { (1.0, rest) };
        let place = ["st", "nd", "rd", "th"].iter().find_map(|end| rest.strip_prefix(end));
        let rest = place.filter(|rest| !rest.starts_with(char::is_alphabetic)).unwrap_or(rest);
        Some((Self { number, size, unit: String::new() }, rest))
    }

    fn amount(&self) -> f64 {
        self.number * self.size * days(&self.unit).unwrap_or(1.0)
    }
}

/// The number at the start of a text, and the rest; `None` where there is none, or its marks part no thousands.
fn number(text: &str, decimal: Option<char>) -> Option<(f64, &str)> {
    let run = |text: &str| text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len());
    let (whole, mut rest) = text.split_at(run(text));
    let mut digits = whole.to_owned();
    let mut parted_by = None;
    while let Some(mark) = rest.chars().next().filter(|mark| MARKS.contains(mark)) {
        let behind = &rest[mark.len_utf8()..];
        let (next, after) = behind.split_at(run(behind));
        if next.is_empty() {
            break;
        }
        if Some(mark) == decimal {
            digits.extend([".", next]);
            rest = after;
            break;
        }
        let may_begin = (1..=3).contains(&whole.len()) && !whole.starts_with('0');
        if next.len() != 3 || parted_by.map_or(!may_begin, |other| other != mark) {
            // A blank may just as well stand between two numbers.
            if mark.is_whitespace() {
                break;
            }
            return None;
        }
        parted_by = Some(mark);
        digits.push_str(next);
        rest = after;
    }
    Some((digits.parse().ok()?, rest))
}

/// What is left where a number is followed by a name that it numbers.
fn name(rest: &str) -> Option<&str> {
    let behind = rest.trim_start().strip_prefix(BEFORE_NAME)?.trim();
    (!behind.is_empty() && !behind.contains(|sign: char| sign.is_ascii_digit())).then_some("#")
}

/// What numbers count, by what stands behind one, and on which side of it a range lies.
fn unit(text: &str) -> Option<(String, i8)> {
    let mut text = text.trim();
    let mut side = 0;
    while let Some((rest, on)) = BEHIND.iter().find_map(|(word, on)| {
        Some((text.strip_suffix(word).or_else(|| text.strip_prefix(word))?.trim(), *on))
    }) {
        (text, side) = (rest, on);
    }
    let text =
        text.trim_matches(|sign: char| CURRENCIES.contains(&sign) || sign == '.' || sign.is_whitespace());
    if text.contains(|sign: char| sign.is_ascii_digit()) {
        return None;
    }
    let one = text.strip_suffix('s').filter(|one| !one.is_empty()).unwrap_or(text);
    Some((one.to_owned(), side))
}

/// How many days a unit of time is.
fn days(unit: &str) -> Option<f64> {
    DURATIONS.iter().find_map(|(days, names)| names.contains(&unit).then_some(*days))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists in their order, parted by `|`.
    #[test]
    fn ranges_stand_by_where_they_begin() {
        let lists = [
            "3 months|6 months|1 year|2 years",
            "< 1 month|1-3 months|3-6 months|6-12 months|> 12 months",
            "under 1 week|1-4 weeks|1 quarter|6 months - 1 year|1+ years",
            "15 min|30 min|1 h|2 hours|1 day",
            "30d|6mo|1y",
            "0|1-3 months|1 year",
            "< 10 kW|10-30 kW|> 30 kW",
            "<1|1-10|11-50|201-500|10,001+",
            "1 employee|2-10 employees|11 or more employees",
            "0-100|100-500|500-1.000|1.000-5.000|5.000-10.000",
            "0-100|100-500|500-1,000|1,000-5,000|5,000-10,000",
            "0-100|100-500|500-1 000|1 000-5 000|5 000-10 000",
            "0-100|100-500|500-1'000|1'000-5'000|5'000-10'000",
            "0-0.5|0.5-1.125|1.125-10",
            "0-0,5|0,5-1,125|1,125-10",
            "under 1.000,50|1.000,50-2.000|2.000+",
            "under $100k|$100k - $1M|$1M - $5M",
            "under 100 €|100 to 500 €|from 1,000 €",
            "<1k|1-5k|5-10k|10k+",
            "1-10|10-100|100-1k|1k-10k",
            "1st|2nd|3rd|4th",
            "1 - low|2 - medium|3 - high",
            "1. New|2. Contacted|10. Won",
            "1-10 (small)|11-50 (medium)|51+ (large)",
            "5 or less|5-10|> 10",
            "0-10 %|10-20 %|20+ %",
        ];
        for list in lists {
            let order: Vec<&str> = list.split('|').collect();
            let mut texts = order.clone();
            texts.sort_unstable();
            assert_eq!(in_order(&texts).as_ref(), Some(&order), "{list}");
            texts.reverse();
            assert_eq!(in_order(&texts), Some(order), "{list}");
        }
    }

    #[test]
    fn what_counts_different_things_has_no_order() {
        let lists = [
            "1-10|1-20|5-30",
            "fair|web|referral",
            "500 kW|1 MW|2 MW",
            "5 kg|10 kg|1 t",
            "1 low|2 medium|3 high",
            "15m|30m|1h",
            "500k|1 mio|2 mio",
            "10|20 days|1 month",
            "1 Monat|3 Monate|1 Jahr",
            "12 months|1 year|2 years",
            "2023-01|2023-02|2024-01",
            "0.5-1|1-1.000.000|2+",
            "10-5|20-30|40-50",
        ];
        for list in lists {
            assert_eq!(in_order(&list.split('|').collect::<Vec<_>>()), None, "{list}");
        }
    }
}
