//! Whether the model's chances still come true, where the outcomes of new leads are known.

use serde::Serialize;

use crate::drift::Severity;
use crate::model::{Band, Estimate, Reference};
use crate::train::measure::{Predictions, Tally, Z95, auc_interval};

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

impl Calibration {
    /// Holds predictions of leads of these `logits` against outcomes. `probability` is that of a logit, `auc` that of the card.
    pub(super) fn measure(
        outcomes: &Predictions,
        logits: &[f64],
        reference: &Reference,
        probability: impl Fn(f64) -> f64,
        auc: &Estimate,
    ) -> Self {
        // What the model learnt it learnt from so many leads, and no rate of them is known better than that.
        let learnt = reference.rate_worth.unwrap_or(reference.leads);
        let rows: Vec<usize> = (0..logits.len()).collect();
        let all = Tally::of(outcomes, &rows);
        let score = &reference.score;
        let ends: Vec<f64> =
            [0.0].into_iter().chain(score.cuts.iter().map(|cut| probability(*cut))).chain([1.0]).collect();
        let mut by_band = vec![Vec::new(); score.bands.len()];
        for (row, logit) in logits.iter().enumerate() {
            by_band[score.band(*logit)].push(row);
        }
        let occupied = by_band.iter().enumerate().filter(|(_, rows)| !rows.is_empty());
        let bands: Vec<BandNow> = occupied
            .map(|(place, rows)| {
                let then = &score.bands[place];
                BandNow::of(
                    &Tally::of(outcomes, rows),
                    [ends[place], ends[place + 1]],
                    then,
                    learnt * then.share,
                )
            })
            .collect();
        let miss = f64::abs(all.rate().value - all.mean_probability()) / all.mean_probability();
        let severity = if fit(&all, Z99, learnt) == Fit::AsPredicted {
            Severity::Stable
        } else {
            Severity::of(miss, WATCH, DRIFTED)
        };
        // A model that gives all leads the same score has no AUC; the card's is that of what was not shown to predict.
        let ranks = logits.iter().any(|logit| *logit != logits[0]);
        // Bands that miss on both sides may cancel out in the sum.
        let severity = match severity {
            Severity::Stable if bands.iter().any(|band| band.fit != Fit::AsPredicted) => Severity::Watch,
            severity => severity,
        };
        Self {
            leads: all.leads,
            conversions: all.conversions,
            predicted: all.mean_probability(),
            rate: all.rate(),
            severity,
            bands,
            auc: (0 < all.conversions && all.conversions < all.leads && ranks)
                .then(|| AucNow::measure(outcomes, logits, *auc)),
        }
    }
}

impl AucNow {
    fn measure(outcomes: &Predictions, logits: &[f64], then: Estimate) -> Self {
        // Only their order counts.
        let now = auc_interval(&Predictions { probability: logits.to_vec(), ..outcomes.clone() });
        // Two independent estimates: the variance of the difference is the sum of theirs.
        let reach = libm::hypot(now.high - now.value, then.value - then.low) * (Z99 / Z95);
        let lower = then.value - now.value;
        let severity =
            if lower > reach { Severity::of(lower, AUC_WATCH, 2.0 * AUC_WATCH) } else { Severity::Stable };
        Self { now, then, severity }
    }
}

impl BandNow {
    fn of(tally: &Tally, [from, to]: [f64; 2], then: &Band, learnt: f64) -> Self {
        Self {
            from,
            to,
            leads: tally.leads,
            conversions: tally.conversions,
            predicted: tally.mean_probability(),
            rate: tally.rate(),
            rate_then: (then.leads > 0).then_some(then.rate),
            fit: fit(tally, Z999, learnt),
        }
    }
}

/// How the rate stands to a prediction that rests on so many leads. Two independent estimates: the variance of the
/// difference is the sum of theirs. Leads of unequal chances vary less than the interval allows for, so that it errs
/// towards "as predicted".
fn fit(tally: &Tally, z: f64, learnt: f64) -> Fit {
    let Estimate { value, low, high } = tally.rate_within(z);
    let predicted = tally.mean_probability();
    let of_prediction = z * libm::sqrt(predicted * (1.0 - predicted) / learnt.max(1.0));
    match predicted {
        predicted if predicted - value > libm::hypot(high - value, of_prediction) => Fit::Fewer,
        predicted if value - predicted > libm::hypot(value - low, of_prediction) => Fit::More,
        _ => Fit::AsPredicted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_learnt_from_few_is_not_known_better_than_that() {
        // Of 20,000 leads 21 % convert, where 18 % were predicted.
        let tally = |conversions: usize| {
            let outcomes = Predictions {
                probability: vec![0.18; 20_000],
                converted: (0..20_000).map(|row| row < conversions).collect(),
                weight: vec![1.0; 20_000],
                ..Predictions::default()
            };
            Tally::of(&outcomes, &(0..20_000).collect::<Vec<_>>())
        };
        let more = tally(4_200);
        assert_eq!(fit(&more, Z99, f64::INFINITY), Fit::More);
        assert_eq!(fit(&more, Z99, 20_000.0), Fit::More);
        // Of 400 leads a rate has a standard error of two points.
        assert_eq!(fit(&more, Z99, 400.0), Fit::AsPredicted);
        let fewer = tally(3_000);
        assert_eq!((fit(&fewer, Z99, 20_000.0), fit(&fewer, Z99, 400.0)), (Fit::Fewer, Fit::AsPredicted));
    }
}
