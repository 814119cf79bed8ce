//! Leads counted with their weights, and the rates that follow.

use crate::model::Estimate;
use crate::train::measure::{Predictions, Z95, wilson};
use crate::train::together::sums_by_group;

/// Leads counted with their weights.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Tally {
    /// Rows.
    pub(crate) leads: u64,
    /// Of these, converted.
    pub(crate) conversions: u64,
    /// The weight of all.
    pub(crate) mass: f64,
    /// The weight of the converted.
    pub(crate) hits: f64,
    /// The conversions that were expected, by weight.
    expected: f64,
    /// As many independent leads of equal weight would tell as much about the rate.
    pub(crate) worth: f64,
}

impl Tally {
    /// The tally of some of the predictions.
    pub(crate) fn of(predictions: &Predictions, places: &[usize]) -> Self {
        let mut tally = Self::default();
        let mut squares = 0.0;
        for place in places {
            let weight = predictions.weight[*place];
            tally.leads += 1;
            tally.mass += weight;
            squares += weight * weight;
            tally.expected += weight * predictions.probability[*place];
            if predictions.converted[*place] {
                tally.conversions += 1;
                tally.hits += weight;
            }
        }
        if tally.leads > 0 {
            // Unequal weights tell less (Kish 1965).
            tally.worth = tally.mass * tally.mass / squares;
            tally.worth = tally.worth.min(tally.worth_of_groups(predictions, places));
        }
        tally
    }

    /// Leads of one account are alike: the rate varies as its residuals summed by group do (the linearised variance of a
    /// ratio, Cochran 1977, section 9A.2), and so many independent leads would have it vary as much.
    fn worth_of_groups(&self, predictions: &Predictions, places: &[usize]) -> f64 {
        if predictions.groups.is_empty() {
            return f64::INFINITY;
        }
        let rate = self.hits / self.mass;
        let groups = sums_by_group(places.iter().map(|place| {
            let weight = predictions.weight[*place];
            let hits = if predictions.converted[*place] { weight } else { 0.0 };
            (predictions.groups[*place], [weight, hits])
        }));
        let squares =
            |of: &dyn Fn(&[f64; 2]) -> f64| groups.iter().map(|sums| of(sums) * of(sums)).sum::<f64>();
        if groups.len() == places.len() {
            return f64::INFINITY;
        }
        let variance =
            wider(groups.len()) * squares(&|[weight, hits]| hits - rate * weight) / (self.mass * self.mass);
        let alone = rate * (1.0 - rate);
        // Of nothing that varies rounding may leave something.
        if variance > 1e-12 * alone {
            alone / variance
        } else {
            // All went the same way, or all accounts alike: then one tells as much as one lead.
            self.mass * self.mass / squares(&|[weight, _]| *weight)
        }
    }

    /// The mean probability.
    pub(crate) fn mean_probability(&self) -> f64 {
        if self.mass > 0.0 { self.expected / self.mass } else { 0.0 }
    }

    /// The conversion rate with its interval.
    pub(crate) fn rate(&self) -> Estimate {
        self.rate_within(Z95)
    }

    /// The same with the interval of another normal quantile.
    pub(crate) fn rate_within(&self, z: f64) -> Estimate {
        self.share_within(self.hits, self.mass, z)
    }

    /// A share of some of the mass, with its score interval.
    #[cfg(feature = "report")]
    pub(crate) fn share_of(&self, part: f64, whole: f64) -> Estimate {
        self.share_within(part, whole, Z95)
    }

    fn share_within(&self, part: f64, whole: f64, z: f64) -> Estimate {
        let per_mass = if self.mass > 0.0 { self.worth / self.mass } else { 0.0 };
        wilson(if whole > 0.0 { part / whole } else { 0.0 }, whole * per_mass, z)
    }
}

/// How many times as wide, squared, an interval is whose variance is known from so many groups: by Student's quantile in place
/// of the normal one (its expansion, Abramowitz & Stegun 1964, 26.7.5). Two accounts may be alike by chance.
pub(super) fn wider(groups: usize) -> f64 {
    let freedom = (groups as f64 - 1.0).max(1.0);
    let z = Z95;
    let square = z * z;
    let student = z
        + z * (square + 1.0) / (4.0 * freedom)
        + z * ((5.0 * square + 16.0) * square + 3.0) / (96.0 * freedom * freedom)
        + z * (((3.0 * square + 19.0) * square + 17.0) * square - 15.0)
            / (384.0 * freedom * freedom * freedom);
    student * student / square
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `nth` of 60 leads converts.
    fn tally(nth: usize, weight: f64, groups: Vec<u32>) -> Tally {
        let predictions = Predictions {
            probability: vec![0.3; 60],
            converted: (0..60).map(|place| place % nth == 0).collect(),
            weight: vec![weight; 60],
            groups,
            parts: vec![],
        };
        Tally::of(&predictions, &(0..60).collect::<Vec<_>>())
    }

    #[test]
    fn intervals_are_those_of_the_score_test() {
        // SciPy 1.17.1: binomtest(20, 60).proportion_ci(method="wilson") gives 0.227292615 to 0.459431335.
        let tally = tally(3, 1.0, vec![]);
        let Estimate { value, low, high } = tally.rate();
        assert!(
            value == 1.0 / 3.0
                && (low - 0.227_292_615_235).abs() < 1e-9
                && (high - 0.459_431_335_479).abs() < 1e-9
        );
        assert!((tally.mean_probability() - 0.3).abs() < 1e-15);
    }

    #[test]
    fn doubled_weights_tell_no_more_and_doubled_leads_of_an_account_neither() {
        let once = tally(3, 1.0, vec![]).rate();
        let heavy = tally(3, 2.0, vec![]).rate();
        assert!((once.low - heavy.low).abs() < 1e-12 && (once.high - heavy.high).abs() < 1e-12);
        // Sixty leads in thirty accounts of two that went the same way: as good as thirty leads, of which the variance is not known
        // but found. SciPy 1.17.1: (t.ppf(0.975, 29) / norm.ppf(0.975)) ** 2 is 1.0889.
        let predictions = Predictions {
            probability: vec![0.3; 60],
            converted: (0..60).map(|place| (place / 2) % 3 == 0).collect(),
            weight: vec![1.0; 60],
            groups: (0..60).map(|place| place / 2).collect(),
            parts: vec![],
        };
        let alike = Tally::of(&predictions, &(0..60).collect::<Vec<_>>());
        assert!((alike.worth - 30.0 / 1.0889).abs() < 1e-2, "{}", alike.worth);
        // Accounts of one lead change nothing.
        assert!((tally(3, 1.0, (0..60).collect()).rate().low - once.low).abs() < 1e-12);
    }

    #[test]
    fn two_accounts_that_happen_to_be_alike_are_not_a_hundred_leads() {
        // Of fifty each, with eleven and nineteen conversions: by their variance alone as good as 66 leads.
        let predictions = Predictions {
            probability: vec![0.3; 100],
            converted: (0..100).map(|place| place < 11 || (50..69).contains(&place)).collect(),
            weight: vec![1.0; 100],
            groups: (0..100).map(|place| place / 50).collect(),
            parts: vec![],
        };
        let tally = Tally::of(&predictions, &(0..100).collect::<Vec<_>>());
        assert!(tally.worth < 3.0, "{}", tally.worth);
    }

    #[test]
    fn one_account_is_worth_one_lead() {
        for count in 2..60 {
            let converted: Vec<bool> = (0..count).map(|place| place % 3 == 0).collect();
            let predictions = Predictions {
                probability: vec![0.3; count],
                converted,
                weight: vec![1.0; count],
                groups: vec![4; count],
                parts: vec![],
            };
            let tally = Tally::of(&predictions, &(0..count).collect::<Vec<_>>());
            assert!((tally.worth - 1.0).abs() < 1e-9, "{count}: {}", tally.worth);
        }
    }

    #[test]
    fn nothing_is_known_of_no_leads() {
        assert_eq!(Tally::default().rate(), Estimate { value: 0.0, low: 0.0, high: 1.0 });
    }
}
