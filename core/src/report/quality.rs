//! How good the model is on leads it had not seen.

use serde::{Deserialize, Serialize};

use crate::model::{Estimate, Metrics};
use crate::report::groups::{Group, Segment};
use crate::report::ranking::Ranking;
use crate::report::words::percent;
use crate::train::HeldOut;
use crate::train::measure::Tally;
use crate::train::split::APART;

/// Points of a ROC or precision-recall curve: enough for a line that looks exact.
const POINTS: usize = 60;
/// Bins of the reliability plot.
const BINS: usize = 10;

/// How good the model is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// The metrics, with their intervals: the model's card.
    pub metrics: Metrics,
    /// The same with leads held out in another way, where there is one worth comparing.
    pub other_splits: Vec<Metrics>,
    /// The mean chance and the conversion rate, of the leads of `metrics` and of each of `other_splits`.
    pub levels: Vec<Level>,
    /// Who is found and who is called in vain, from few to many called.
    pub ranking: Vec<RankingPoint>,
    /// Leads by tenths of the ranking, the best first.
    pub tenths: Vec<Tenth>,
    /// Probabilities against what happened, from low to high.
    pub reliability: Vec<Bin>,
    /// By period.
    pub periods: Vec<Group>,
    /// What the periods are, in words.
    pub periods_are: String,
    /// By the levels of the strongest categories.
    pub segments: Vec<Segment>,
}

/// A point of the ROC and of the precision-recall curve: the best-scored leads down to some chance.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RankingPoint {
    /// The share of all leads that are called.
    pub called: f64,
    /// The share of conversions that are found (true-positive rate, recall).
    pub found: f64,
    /// The share of the other leads that are called in vain (false-positive rate).
    pub in_vain: f64,
    /// The share of the called that convert (precision).
    pub precision: f64,
}

/// A mean chance that is off by less than this share of the rate is one that a person reads as the same.
const NEAR: f64 = 0.05;

/// How often leads were said to convert, and did.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// Their mean chance.
    pub predicted: f64,
    /// Their conversion rate, with the score interval.
    pub observed: Estimate,
}

impl Level {
    /// That of all held-out leads.
    pub fn of(held_out: &HeldOut) -> Self {
        let all: Vec<usize> = (0..held_out.rows.len()).collect();
        let tally = Tally::of(&held_out.predictions, &all);
        Self { predicted: tally.mean_probability(), observed: tally.rate() }
    }

    /// Whether the mean chance lies in the interval of the rate, or is so near to it that nobody would act on the difference.
    pub fn agrees(&self) -> bool {
        let Estimate { value, low, high } = self.observed;
        (low..=high).contains(&self.predicted) || (self.predicted - value).abs() < NEAR * value
    }

    /// What their rate alone would lose, in nats: the entropy of a coin that falls so often.
    pub fn entropy(&self) -> f64 {
        let part = |share: f64| if share > 0.0 { -share * libm::log(share) } else { 0.0 };
        part(self.observed.value) + part(1.0 - self.observed.value)
    }

    /// How the chances of the measured leads are off as a whole, as a sentence; `None` where they are not. `log_loss` is that of
    /// the same leads.
    pub fn warning(&self, log_loss: &Estimate) -> Option<String> {
        if self.agrees() {
            return None;
        }
        let (than, take) =
            if self.predicted < self.observed.value { ("more", "low") } else { ("fewer", "high") };
        let worse = if log_loss.low > self.entropy() {
            "; as they are, they tell less than the plain rate of those leads would"
        } else {
            ""
        };
        Some(format!(
            "Mind the level: of the measured leads {} converted, {than} than the {} that were predicted, so take the chances as too {take} while that lasts{worse}; the order of leads does not depend on it.",
            percent(self.observed.value),
            percent(self.predicted)
        ))
    }
}

/// What to say of a second measure whose leads belong together with none that is learnt from, where those of the first do; `None`
/// of any other.
pub fn of_strangers(other: &Metrics) -> Option<&'static str> {
    other.held_out.starts_with(APART).then_some(
        "The first way measures leads together with whose like the model has learnt; of the leads of this one it has met none of the kind: go by this one for all who are new.",
    )
}

/// A tenth of the leads.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tenth {
    /// Leads in it; leads of equal score stay together.
    pub leads: u64,
    /// Of these, converted.
    pub conversions: u64,
    /// Its conversion rate, with the score interval.
    pub rate: Estimate,
    /// Its conversion rate ÷ that of all leads, with the interval of its own rate.
    pub lift: Estimate,
}

/// Leads of similar probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Leads in it.
    pub leads: u64,
    /// Of these, converted.
    pub conversions: u64,
    /// Their mean probability.
    pub predicted: f64,
    /// Their conversion rate, with the score interval.
    pub observed: Estimate,
}

impl Bin {
    /// Whether the predicted chance lies in the interval of what was observed.
    pub fn agrees(&self) -> bool {
        (self.observed.low..=self.observed.high).contains(&self.predicted)
    }
}

/// The curve of the ranking: every group of equal scores, or about [`POINTS`] of them.
pub(super) fn curve(ranking: &Ranking<'_>) -> Vec<RankingPoint> {
    let [mass, hits] = ranking.totals();
    let mut points = vec![RankingPoint { called: 0.0, found: 0.0, in_vain: 0.0, precision: 1.0 }];
    let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    for (place, [called, found]) in ranking.sums().iter().enumerate() {
        let point = RankingPoint {
            called: share(*called, mass),
            found: share(*found, hits),
            in_vain: share(called - found, mass - hits),
            precision: share(*found, *called),
        };
        // A step on in either direction; steep beginnings have as many points as flat ends.
        let far = points.last().is_none_or(|last: &RankingPoint| {
            (point.found - last.found) + (point.in_vain - last.in_vain) >= 2.0 / POINTS as f64
        });
        if far || place + 1 == ranking.sums().len() {
            points.push(point);
        }
    }
    // Nobody called has no precision; the curve begins as it goes on.
    if let [first, second, ..] = points.as_mut_slice() {
        first.precision = second.precision;
    }
    points
}

pub(super) fn tenths(ranking: &Ranking<'_>) -> Vec<Tenth> {
    let [mass, hits] = ranking.totals();
    let base = hits / mass;
    groups_of_equal_mass(ranking, 10)
        .into_iter()
        .map(|tally| {
            let rate = tally.rate();
            let over = |rate: f64| rate / base;
            Tenth {
                leads: tally.leads,
                conversions: tally.conversions,
                rate,
                lift: Estimate { value: over(rate.value), low: over(rate.low), high: over(rate.high) },
            }
        })
        .collect()
}

pub(super) fn reliability(ranking: &Ranking<'_>) -> Vec<Bin> {
    let bin = |tally: Tally| Bin {
        leads: tally.leads,
        conversions: tally.conversions,
        predicted: tally.mean_probability(),
        observed: tally.rate(),
    };
    groups_of_equal_mass(ranking, BINS).into_iter().rev().map(bin).collect()
}

/// The ranking in so many groups; fewer where many scores are equal.
fn groups_of_equal_mass(ranking: &Ranking<'_>, count: usize) -> Vec<Tally> {
    let mut borders: Vec<usize> = (0..=count)
        .map(|place| if place == 0 { 0 } else { ranking.nearest(place as f64 / count as f64) })
        .collect();
    borders.dedup();
    borders.windows(2).map(|pair| ranking.tally(pair[0]..pair[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_off_where_it_is_beyond_chance_and_worth_a_word() {
        let level = |predicted: f64, reach: f64| Level {
            predicted,
            observed: Estimate { value: 0.2, low: 0.2 - reach, high: 0.2 + reach },
        };
        let loss = |value: f64| Estimate { value, low: value - 0.01, high: value + 0.01 };
        // Within chance; beyond it by so little that both read as 20 %; and beyond it.
        assert_eq!(level(0.24, 0.05).warning(&loss(0.45)), None);
        assert_eq!(level(0.204, 0.001).warning(&loss(0.45)), None);
        let high = level(0.3, 0.02).warning(&loss(0.45)).unwrap();
        assert!(
            high.contains("20\u{a0}% converted, fewer than the 30\u{a0}%") && high.contains("as too high"),
            "{high}"
        );
        // A coin that falls so loses 0.5004 nats.
        assert!(!high.contains("plain rate"));
        let worse = level(0.1, 0.02).warning(&loss(0.52)).unwrap();
        assert!(worse.contains("more than the 10\u{a0}%") && worse.contains("plain rate"), "{worse}");
    }
}
