//! Categories whose levels have an order: months, days of the week, and ranges such as `11-50 employees`.

use super::KnownText;
use crate::train::leads::Prior;

pub(super) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Names are taken for months or days from this many different ones on: "May" and "March" alone may be people.
const FEW_NAMES: usize = 4;
/// Ranges have at most so many levels; more are codes.
const MANY_RANGES: usize = 50;

/// The order of a category's levels, where it has one, and what it is in words.
pub(super) fn recognised(texts: &[KnownText<'_>]) -> Option<(Prior, &'static str)> {
    let named = |names: &[&str]| -> Option<Prior> {
        let place = |text: &str| {
            let text = text.trim_end_matches('.').to_lowercase();
            names
                .iter()
                .position(|name| *name == text || (text.len() >= 3 && name.get(..text.len()) == Some(&*text)))
        };
        ordered(texts, place, true).filter(|_| texts.len() >= FEW_NAMES)
    };
    let ranges = || -> Option<Prior> {
        if !(3..=MANY_RANGES).contains(&texts.len()) {
            return None;
        }
        let mut starts: Vec<f64> = texts.iter().map(|known| start(known.text)).collect::<Option<_>>()?;
        starts.sort_unstable_by(f64::total_cmp);
        ordered(texts, |text| starts.iter().position(|other| Some(*other) == start(text)), false)
    };
    named(&MONTHS)
        .map(|prior| (prior, "months"))
        .or_else(|| named(&DAYS).map(|prior| (prior, "days of the week")))
        .or_else(|| ranges().map(|prior| (prior, "ranges in order")))
}

/// The texts in the order of their places, where each has one of its own.
fn ordered(texts: &[KnownText<'_>], place: impl Fn(&str) -> Option<usize>, cyclic: bool) -> Option<Prior> {
    let mut placed: Vec<(usize, &str)> =
        texts.iter().map(|known| Some((place(known.text)?, known.text))).collect::<Option<_>>()?;
    placed.sort_unstable();
    let distinct = placed.windows(2).all(|pair| pair[0].0 < pair[1].0);
    let levels = placed.into_iter().map(|(_, text)| text.to_owned()).collect();
    distinct.then_some(Prior::Ordered { levels, cyclic })
}

/// Where a range begins: `11-50` at 11, `> 1,000` and `1k+` at 1000, `under 10` below 10; `None` where it does not begin
/// with a number.
fn start(text: &str) -> Option<f64> {
    const BELOW: [&str; 5] = ["<=", "<", "under", "less than", "up to"];
    const FROM: [&str; 8] = [">=", ">", "≥", "over", "more than", "from", "$", "€"];
    let text = text.trim().to_lowercase();
    let without = |signs: &[&str]| signs.iter().find_map(|sign| text.strip_prefix(sign)).map(str::trim_start);
    let below = without(&BELOW);
    let rest = below.or_else(|| without(&FROM)).unwrap_or(&text);
    let rest = rest.trim_start_matches(['$', '€']);
    let end = rest.find(|sign: char| !matches!(sign, '0'..='9' | ',' | '.')).unwrap_or(rest.len());
    let (digits, unit) = rest.split_at(end);
    let number: f64 = digits.trim_end_matches(['.', ',']).replace(',', "").parse().ok()?;
    let size = match unit.trim_start().chars().next() {
        Some('k') => 1e3,
        Some('m') => 1e6,
        _ => 1.0,
    };
    // What lies below a number comes before what begins with it.
    Some(number * size - if below.is_some() { 0.5 } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(texts: &[&str]) -> Option<(Vec<String>, bool)> {
        let known: Vec<KnownText<'_>> =
            texts.iter().map(|text| KnownText { text, count: 1, first_row: 0 }).collect();
        match recognised(&known)?.0 {
            Prior::Ordered { levels, cyclic } => Some((levels, cyclic)),
            _ => None,
        }
    }

    #[test]
    fn months_and_days_go_round() {
        let (order, cyclic) = levels(&["may", "jun", "apr", "nov", "Dec"]).unwrap();
        assert_eq!((order.join(" "), cyclic), ("apr may jun nov Dec".to_owned(), true));
        let (order, cyclic) = levels(&["fri", "mon", "thu", "tue", "wed"]).unwrap();
        assert_eq!((order.join(" "), cyclic), ("mon tue wed thu fri".to_owned(), true));
        assert_eq!(levels(&["May", "June", "April"]), None, "may be names of people");
        assert_eq!(levels(&["may", "jun", "apr", "other"]), None);
    }

    #[test]
    fn ranges_stand_by_their_beginnings() {
        let (order, cyclic) = levels(&["201-500", "1-10", "10,001+", "11-50", "<1"]).unwrap();
        assert_eq!((order.join(" "), cyclic), ("<1 1-10 11-50 201-500 10,001+".to_owned(), false));
        let (order, _) = levels(&["$1M - $5M", "under $100k", "$100k - $1M"]).unwrap();
        assert_eq!(order, ["under $100k", "$100k - $1M", "$1M - $5M"]);
        assert_eq!(levels(&["1-10", "1-20", "5-30"]), None, "two begin alike");
        assert_eq!(levels(&["fair", "web", "referral"]), None);
    }
}
