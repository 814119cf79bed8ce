//! Ranges and their ticks.

use core::f64::consts::LN_2;

use crate::report::words::{odds, percent, significant};

/// A range of values, and where it is marked.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) ticks: Vec<(f64, String)>,
}

impl Axis {
    /// Marked at round numbers.
    pub(super) fn numbers(low: f64, high: f64, most: usize) -> Self {
        let (low, high) = proper(low, high);
        let step = round_step((high - low) / most as f64);
        let ticks = multiples(low, high, step).map(|at| (at, significant(at, 6))).collect();
        Self { low, high, ticks }
    }

    /// Up to a mark at or above `high`, from 0 or a mark at or below `low`.
    pub(super) fn amounts(low: f64, high: f64, most: usize) -> Self {
        let (low, high) = proper(low.min(0.0), high.max(0.0));
        let step = round_step((high - low) / most as f64);
        let marked = |end: f64, round: fn(f64) -> f64| round(end / step * (1.0 - 1e-9)) * step;
        let (low, high) = (marked(low, f64::floor), marked(high, f64::ceil));
        let ticks = multiples(low, high, step).map(|at| (at, significant(at, 6))).collect();
        Self { low, high, ticks }
    }

    /// Shares, marked in percent.
    pub(super) fn shares(high: f64, most: usize) -> Self {
        let step = round_step(high / most as f64);
        let high = (high / step - 1e-9).ceil().max(1.0) * step;
        let high = if high > 1.0 { 1.0 } else { high };
        let ticks = multiples(0.0, high, step).map(|at| (at, percent(at))).collect();
        Self { low: 0.0, high, ticks }
    }

    /// Log-odds, marked at doublings and halvings of the odds.
    pub(super) fn odds(low: f64, high: f64, most: usize) -> Self {
        let (low, high) = (low.min(-0.5 * LN_2), high.max(0.5 * LN_2));
        let mut step = LN_2;
        while (high - low) / step > most as f64 {
            step *= 2.0;
        }
        // Where hardly anything moves, one mark alone would not say how little.
        while multiples(low, high, step).count() < 3 {
            step /= 2.0;
        }
        Self { low, high, ticks: multiples(low, high, step).map(|at| (at, odds(at))).collect() }
    }

    /// A value inside the range.
    pub(super) fn clamp(&self, value: f64) -> f64 {
        value.clamp(self.low, self.high)
    }
}

/// A range that is not empty.
fn proper(low: f64, high: f64) -> (f64, f64) {
    if !(low.is_finite() && high.is_finite()) {
        return (0.0, 1.0);
    }
    if low < high { (low, high) } else { (low, low + low.abs().max(1.0)) }
}

/// The least of 1, 2, 5, 10, … that is at least this.
fn round_step(least: f64) -> f64 {
    let mut unit = 1.0;
    while unit < least {
        unit *= 10.0;
    }
    while unit / 10.0 >= least && unit > f64::MIN_POSITIVE * 100.0 {
        unit /= 10.0;
    }
    [unit / 5.0, unit / 2.0].into_iter().find(|step| *step >= least).unwrap_or(unit)
}

fn multiples(low: f64, high: f64, step: f64) -> impl Iterator<Item = f64> {
    let slack = 1e-9;
    let (first, last) = ((low / step - slack).ceil(), (high / step + slack).floor());
    let count = (last - first).clamp(0.0, 50.0) as u32;
    (0..=count)
        .map(move |place| (first + f64::from(place)) * step)
        .filter(move |at| *at <= high + slack * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|(_, text)| text.as_str()).collect()
    }

    fn percent_text(number: &str) -> String {
        format!("{number}\u{a0}%")
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(marks(&Axis::numbers(0.0, 17.0, 4)), ["0", "5", "10", "15"]);
        assert_eq!(marks(&Axis::numbers(-0.3, 0.3, 4)), ["−0.2", "0", "0.2"]);
        assert_eq!(
            marks(&Axis::numbers(1e6, 3e6, 4)),
            ["1,000,000", "1,500,000", "2,000,000", "2,500,000", "3,000,000"]
        );
        assert_eq!(marks(&Axis::shares(0.43, 5)), ["0", "10", "20", "30", "40", "50"].map(percent_text));
        assert_eq!(marks(&Axis::shares(1.0, 5)), ["0", "20", "40", "60", "80", "100"].map(percent_text));
        assert_eq!(marks(&Axis::amounts(0.0, 5.3, 5)), ["0", "2", "4", "6"]);
        assert_eq!(marks(&Axis::amounts(-120.0, 5_300.0, 5)), ["−2000", "0", "2000", "4000", "6000"]);
        assert_eq!(marks(&Axis::odds(-0.8, 1.5, 5)), ["÷2", "×1", "×2", "×4"]);
        assert_eq!(marks(&Axis::odds(-0.1, 0.1, 5)), ["÷1.4", "×1", "×1.4"]);
    }

    #[test]
    fn no_range_is_too_odd() {
        for (low, high) in [(0.0, 0.0), (5.0, 5.0), (f64::NAN, 1.0), (-1e299, 1e299), (0.0, 1e-300)] {
            let axis = Axis::numbers(low, high, 4);
            assert!(axis.low < axis.high && axis.ticks.len() < 8, "{axis:?}");
        }
    }
}
