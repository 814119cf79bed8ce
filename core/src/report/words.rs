//! Numbers in words: two or three digits, which is what a few thousand leads can tell.

use crate::model::Estimate;
pub(super) use crate::train::text::{count, counted, shortened};

/// Names in titles and sentences are cut here; tables have them whole.
pub(super) const NAME: usize = 60;

/// From here on nobody counts digits, and a count has no room for them soon.
const MOST_WHOLE: f64 = 1e18;

/// A number with about so many significant digits, without trailing zeros; thousands in groups.
pub(super) fn significant(number: f64, digits: usize) -> String {
    let size = number.abs();
    if !size.is_finite() {
        return "–".into();
    }
    let sign = if number < 0.0 { "−" } else { "" };
    if size >= MOST_WHOLE {
        let text = format!("{size:.*e}", digits.saturating_sub(1));
        let (own, power) = text.split_once('e').unwrap_or((&text, "0"));
        let own = if own.contains('.') { own.trim_end_matches('0').trim_end_matches('.') } else { own };
        return format!("{sign}{own}e{power}");
    }
    let mut whole: usize = 0;
    let mut bound = 1.0;
    while size >= bound && whole < 18 {
        bound *= 10.0;
        whole += 1;
    }
    if whole >= digits {
        // Digits beyond the significant ones are zeros.
        let mut unit = 1.0;
        (digits..whole).for_each(|_| unit *= 10.0);
        let rounded = ((size / unit).round() * unit) as u64;
        return format!("{}{}", if rounded == 0 { "" } else { sign }, count(rounded));
    }
    let mut decimals = digits - whole;
    let mut small = 0.1;
    while size > 0.0 && size < small && decimals < 12 {
        small /= 10.0;
        decimals += 1;
    }
    let text = format!("{size:.decimals$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{}{text}", if text == "0" { "" } else { sign })
}

/// A share in percent: two digits, and no more certainty at the ends than there is. The sign stays on the number's
/// line.
pub(super) fn percent(share: f64) -> String {
    format!("{}\u{a0}%", percent_number(share))
}

/// [`percent`] without its sign.
pub(super) fn percent_number(share: f64) -> String {
    let percent = 100.0 * share;
    match percent {
        _ if (99.5..100.0).contains(&percent) => "> 99".into(),
        _ if percent >= 9.95 => format!("{percent:.0}"),
        _ if percent >= 0.095 || percent <= 0.0 => significant(percent, 2),
        _ => "< 0.1".into(),
    }
}

/// How many of 100, as a noun: "27 in 100".
pub(super) fn in_100(chance: f64) -> String {
    format!("{} in 100", percent_number(chance))
}

/// The ends of an interval, as [`percent`].
pub(super) fn percent_range(estimate: Estimate) -> String {
    format!("{} to {}", percent_number(estimate.low), percent(estimate.high))
}

/// The ends of an interval, with so many decimals.
pub(super) fn range(estimate: Estimate, decimals: usize) -> String {
    format!("{:.decimals$} to {:.decimals$}", estimate.low, estimate.high)
}

/// The factor on the odds that a logit is: "×1.5", or "÷2" below one.
pub(super) fn odds(logit: f64) -> String {
    let factor = libm::exp(logit.abs());
    let text = significant(factor, 2);
    if text == "1" { "×1".into() } else { format!("{}{text}", if logit < 0.0 { "÷" } else { "×" }) }
}

/// A signed number with two decimals and a true minus.
pub(super) fn signed(number: f64) -> String {
    let text = format!("{:.2}", number.abs());
    let sign = match number {
        _ if text == "0.00" => "",
        _ if number < 0.0 => "−",
        _ => "+",
    };
    format!("{sign}{text}")
}

/// Words joined by commas and a last "and".
pub(super) fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Titles of terms in a sentence, each cut where it is long.
pub(super) fn titles<'a>(names: impl Iterator<Item = &'a str>) -> String {
    listed(&names.map(|name| shortened(name, NAME)).collect::<Vec<_>>())
}

/// A range of numbers; of whole ones if `whole`.
pub(super) fn span(from: Option<f64>, to: Option<f64>, whole: bool) -> String {
    let shown = |number: f64| significant(number, 9);
    match (from, to) {
        (None, None) => "any number".into(),
        (None, Some(to)) => format!("under {}", shown(to)),
        (Some(from), None) => format!("{} or more", shown(from)),
        (Some(from), Some(to)) if whole && to - from == 1.0 => shown(from),
        (Some(from), Some(to)) if whole && from.trunc() == from && to.trunc() == to => {
            format!("{} to {}", shown(from), shown(to - 1.0))
        }
        (Some(from), Some(to)) => format!("{} to < {}", shown(from), shown(to)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_they_deserve() {
        let cases = [
            (0.0, "0"),
            (1234.5, "1,230"),
            (999.6, "1,000"),
            (12.34, "12.3"),
            (12.04, "12"),
            (0.1234, "0.123"),
            (0.001_234_5, "0.00123"),
            (-45.67, "−45.7"),
            (-1e-30, "0"),
            (f64::NAN, "–"),
            (9.994e17, "999,000,000,000,000,000"),
            (1e18, "1e18"),
            (-1.236e30, "−1.24e30"),
        ];
        for (number, text) in cases {
            assert_eq!(significant(number, 3), text, "{number}");
        }
    }

    #[test]
    fn shares_claim_no_certainty_they_lack() {
        let cases =
            [(0.0, "0"), (0.0004, "< 0.1"), (0.0123, "1.2"), (0.1849, "18"), (0.9951, "> 99"), (1.0, "100")];
        for (share, text) in cases {
            assert_eq!(percent(share), format!("{text}\u{a0}%"));
        }
    }

    #[test]
    fn odds_read_the_same_both_ways() {
        let logit = libm::log(1.5);
        assert_eq!([odds(logit), odds(-logit), odds(0.001)], ["×1.5", "÷1.5", "×1"]);
        assert_eq!([signed(-0.5), signed(0.5), signed(-0.001)], ["−0.50", "+0.50", "0.00"]);
    }

    #[test]
    fn lists_read_as_sentences() {
        let words = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(
            [listed(&words[..1]), listed(&words[..2]), listed(&words)],
            ["a", "a and b", "a, b and c"]
        );
    }

    #[test]
    fn ranges_span() {
        assert_eq!(span(None, Some(0.25), false), "under 0.25");
        assert_eq!(span(Some(1.0), Some(2.0), true), "1");
        assert_eq!(span(Some(2.0), Some(5.0), true), "2 to 4");
        assert_eq!(span(Some(2.0), Some(5.0), false), "2 to < 5");
        assert_eq!(span(Some(5.0), None, true), "5 or more");
    }
}
