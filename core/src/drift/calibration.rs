//! Whether the model's chances still come true, where the outcomes of new leads are known.

use serde::Serialize;

use crate::drift::Severity;
use crate::model::{Band, Card, Estimate, ScoreReference};
use crate::train::measure::{Predictions, Z95, auc_interval, wilson};

/// A conversion rate this part away from the predicted one is to be watched.
const WATCH: f64 = 0.10;
/// One this part away is drift.
const DRIFTED: f64 = 0.25;
/// An AUC this much lower than that of the card is to be watched, one lower by twice as much is drift.
const AUC_WATCH: f64 = 0.03;
/// The normal quantile of a two-sided 99 % interval: a severity needs more certainty than a figure.
const Z99: f64 = 2.575_829_303_548_901;
/// Of 99.9 %: of ten bands, none should seem off by chance in 99 of 100 cases.
const Z999: f64 = 3.290_526_731_491_894;

/// Predictions held against outcomes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// Leads whose outcome is known.
    pub leads: u64,
    /// Of these, converted.
    pub conversions: u64,
    /// What the model predicted on average.
    pub predicted: f64,
    /// The conversion rate, with its 95 % interval (Wilson's).
    pub rate: Estimate,
    /// Whether the rate is the predicted one.
    pub severity: Severity,
    /// The bands of the score that hold any of these leads, from the lowest.
    pub bands: Vec<BandNow>,
    /// The AUC on these leads; `None` where all or none converted.
    pub auc: Option<AucNow>,
}

/// A band of scores, now.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BandNow {
    /// The calibrated probabilities at its ends.
    pub from: f64,
    /// The upper end.
    pub to: f64,
    /// Leads whose outcome is known.
    pub leads: u64,
    /// Of these, converted.
    pub conversions: u64,
    /// What the model predicts on average.
    pub predicted: f64,
    /// The conversion rate, with its 95 % interval.
    pub rate: Estimate,
    /// What the rate was among the held-out leads of the training; `None` where the band had none.
    pub rate_then: Option<f64>,
    /// What to make of it.
    pub fit: Fit,
}

/// How a conversion rate stands to the predicted one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Fit {
    /// Chance explains the difference.
    AsPredicted,
    /// Fewer leads convert than predicted.
    Fewer,
    /// More leads convert than predicted.
    More,
}

/// The AUC on new leads beside that of the card.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AucNow {
    /// On these leads.
    pub now: Estimate,
    /// On the held-out leads of the training.
    pub then: Estimate,
    /// Whether it is lower.
    pub severity: Severity,
}

/// A lead whose outcome is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    pub(crate) logit: f64,
    pub(crate) probability: f64,
    pub(crate) converted: bool,
}

impl Calibration {
    pub(crate) fn measure(
        outcomes: &[Outcome],
        score: &ScoreReference,
        probability: impl Fn(f64) -> f64,
        card: &Card,
    ) -> Self {
        // What the model learnt it learnt from so many leads, and no rate of them is known better than that.
        let learnt = card.reference.as_ref().map_or(f64::INFINITY, |reference| reference.leads);
        let all = Sum::of(outcomes.iter());
        let ends: Vec<f64> =
            [0.0].into_iter().chain(score.cuts.iter().map(|cut| probability(*cut))).chain([1.0]).collect();
        let bands = score.bands.iter().enumerate().filter_map(|(place, then)| {
            let own = Sum::of(outcomes.iter().filter(|outcome| score.band(outcome.logit) == place));
            (own.leads > 0).then(|| own.band([ends[place], ends[place + 1]], then, learnt * then.share))
        });
        let miss = f64::abs(all.rate() - all.predicted()) / all.predicted();
        let severity = if all.fit(Z99, learnt) == Fit::AsPredicted {
            Severity::Stable
        } else {
            Severity::of(miss, WATCH, DRIFTED)
        };
        let bands: Vec<BandNow> = bands.collect();
        // A model that gives all leads the same score has no AUC; the card's is that of what was not shown to predict.
        let ranks = outcomes.iter().any(|outcome| outcome.logit != outcomes[0].logit);
        // Bands that miss on both sides may cancel out in the sum.
        let severity = match severity {
            Severity::Stable if bands.iter().any(|band| band.fit != Fit::AsPredicted) => Severity::Watch,
            severity => severity,
        };
        Self {
            leads: all.leads,
            conversions: all.conversions,
            predicted: all.predicted(),
            rate: all.interval(Z95),
            severity,
            bands,
            auc: (0 < all.conversions && all.conversions < all.leads && ranks)
                .then(|| AucNow::measure(outcomes, card)),
        }
    }
}

impl AucNow {
    fn measure(outcomes: &[Outcome], card: &Card) -> Self {
        let now = auc_interval(&Predictions {
            // Only their order counts.
            probability: outcomes.iter().map(|outcome| outcome.logit).collect(),
            converted: outcomes.iter().map(|outcome| outcome.converted).collect(),
            weight: vec![1.0; outcomes.len()],
            ..Predictions::default()
        });
        let then = card.metrics.auc;
        // Two independent estimates: the variance of the difference is the sum of theirs.
        let reach = libm::hypot(now.high - now.value, then.value - then.low) * (Z99 / Z95);
        let lower = then.value - now.value;
        let severity =
            if lower > reach { Severity::of(lower, AUC_WATCH, 2.0 * AUC_WATCH) } else { Severity::Stable };
        Self { now, then, severity }
    }
}

/// The leads of a band.
#[derive(Default)]
struct Sum {
    leads: u64,
    conversions: u64,
    expected: f64,
}

impl Sum {
    fn of<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Self {
        outcomes.fold(Self::default(), |sum, outcome| Self {
            leads: sum.leads + 1,
            conversions: sum.conversions + u64::from(outcome.converted),
            expected: sum.expected + outcome.probability,
        })
    }

    fn predicted(&self) -> f64 {
        self.expected / self.leads as f64
    }

    fn rate(&self) -> f64 {
        self.conversions as f64 / self.leads as f64
    }

    fn interval(&self, z: f64) -> Estimate {
        wilson(self.conversions, self.leads, z)
    }

    /// How the rate stands to a prediction that rests on so many leads. Two independent estimates: the variance of the
    /// difference is the sum of theirs. Leads of unequal chances vary less than the interval allows for, so that it errs
    /// towards "as predicted".
    fn fit(&self, z: f64, learnt: f64) -> Fit {
        let Estimate { value, low, high } = self.interval(z);
        let predicted = self.predicted();
        let of_prediction = z * libm::sqrt(predicted * (1.0 - predicted) / learnt.max(1.0));
        match predicted {
            predicted if predicted - value > libm::hypot(high - value, of_prediction) => Fit::Fewer,
            predicted if value - predicted > libm::hypot(value - low, of_prediction) => Fit::More,
            _ => Fit::AsPredicted,
        }
    }

    fn band(&self, [from, to]: [f64; 2], then: &Band, learnt: f64) -> BandNow {
        BandNow {
            from,
            to,
            leads: self.leads,
            conversions: self.conversions,
            predicted: self.predicted(),
            rate: self.interval(Z95),
            rate_then: (then.leads > 0).then_some(then.rate),
            fit: self.fit(Z999, learnt),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_learnt_from_few_is_not_known_better_than_that() {
        // Of 20,000 leads 21 % convert, where 18 % were predicted.
        let sum = Sum { leads: 20_000, conversions: 4_200, expected: 3_600.0 };
        assert_eq!(sum.fit(Z99, f64::INFINITY), Fit::More);
        assert_eq!(sum.fit(Z99, 20_000.0), Fit::More);
        // Of 400 leads a rate has a standard error of two points.
        assert_eq!(sum.fit(Z99, 400.0), Fit::AsPredicted);
        let fewer = Sum { conversions: 3_000, ..sum };
        assert_eq!((fewer.fit(Z99, 20_000.0), fewer.fit(Z99, 400.0)), (Fit::Fewer, Fit::AsPredicted));
    }
}
