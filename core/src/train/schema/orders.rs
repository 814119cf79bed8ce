//! Categories whose levels have an order: months, days of the week, and ranges such as `11-50 employees`.

use super::identifiers::whole;
use super::{KnownText, ranges};
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
pub(super) const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
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
        ordered(texts, place).filter(|_| texts.len() >= FEW_NAMES)
    };
    let ranges = || -> Option<Prior> {
        // Whole numbers that are no number to learn from are codes: the store 3 is no nearer to the store 4 than to the store 9.
        let is_code = |known: &KnownText<'_>| {
            whole(known.text).trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit())
        };
        if !(3..=MANY_RANGES).contains(&texts.len()) || texts.iter().all(is_code) {
            return None;
        }
        let texts: Vec<&str> = texts.iter().map(|known| known.text).collect();
        let levels = ranges::in_order(&texts)?.into_iter().map(str::to_owned).collect();
        Some(Prior::Ordered { levels, cyclic: false })
    };
    named(&MONTHS)
        .map(|prior| (prior, "months"))
        .or_else(|| named(&DAYS).map(|prior| (prior, "days of the week")))
        .or_else(|| ranges().map(|prior| (prior, "ranges in order")))
}

/// The texts in the order of their places, where each has one of its own; the first comes after the last.
fn ordered(texts: &[KnownText<'_>], place: impl Fn(&str) -> Option<usize>) -> Option<Prior> {
    let mut placed: Vec<(usize, &str)> =
        texts.iter().map(|known| Some((place(known.text)?, known.text))).collect::<Option<_>>()?;
    placed.sort_unstable();
    let distinct = placed.windows(2).all(|pair| pair[0].0 < pair[1].0);
    let levels = placed.into_iter().map(|(_, text)| text.to_owned()).collect();
    distinct.then_some(Prior::Ordered { levels, cyclic: true })
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
    fn ranges_do_not_go_round() {
        let (order, cyclic) = levels(&["201-500", "1-10", "10,001+", "11-50", "<1"]).unwrap();
        assert_eq!((order.join(" "), cyclic), ("<1 1-10 11-50 201-500 10,001+".to_owned(), false));
        assert_eq!(levels(&["1-10", "11-50"]), None, "two have no order to speak of");
    }

    #[test]
    fn codes_have_no_order() {
        for codes in [["1", "2", "7"], ["01", "02", "11"], ["1.0", "2.0", "7.0"]] {
            assert_eq!(levels(&codes), None, "{codes:?}");
        }
        let (order, _) = levels(&["7+", "1", "2-6"]).unwrap();
        assert_eq!(order.join(" "), "1 2-6 7+");
    }
}
