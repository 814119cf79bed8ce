//! Leads in the order of their scores: sorted once, measured under many weightings.

use crate::train::measure::{BINS, Points, Predictions};
use crate::train::random::Random;

/// The leads from the best score to the worst.
pub(super) struct Ranked {
    leads: Vec<RankedLead>,
    /// Places of converted and of other leads in `leads`.
    classes: [Vec<usize>; 2],
}

struct RankedLead {
    probability: f64,
    converted: bool,
    weight: f64,
    loss: f64,
}

impl Ranked {
    pub(super) fn new(predictions: &Predictions) -> Self {
        let rows = predictions.probability.iter().zip(&predictions.converted).zip(&predictions.weight);
        let mut leads: Vec<RankedLead> = rows
            .map(|((probability, converted), weight)| {
                let of_outcome = if *converted { *probability } else { 1.0 - probability };
                // A probability of 0 or 1 is one of rounding: the loss of what happened nevertheless stays finite.
                let loss = -libm::log(of_outcome.max(f64::EPSILON / 2.0));
                RankedLead { probability: *probability, converted: *converted, weight: *weight, loss }
            })
            .collect();
        leads.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        let class =
            |converted: bool| (0..leads.len()).filter(|place| leads[*place].converted == converted).collect();
        let classes = [class(true), class(false)];
        Self { leads, classes }
    }

    pub(super) fn weights(&self) -> Vec<f64> {
        self.leads.iter().map(|lead| lead.weight).collect()
    }

    /// A stratified bootstrap: as many draws with replacement from each class as it has leads.
    pub(super) fn resampled(&self, random: &mut Random) -> Vec<f64> {
        let mut weights = vec![0.0; self.leads.len()];
        for class in &self.classes {
            for _ in 0..class.len() {
                let drawn = class[random.below(class.len())];
                weights[drawn] += self.leads[drawn].weight;
            }
        }
        weights
    }

    pub(super) fn points(&self, weights: &[f64]) -> Points {
        let total: f64 = weights.iter().sum();
        let rows = || self.leads.iter().zip(weights);
        let converted: f64 = rows().filter(|(lead, _)| lead.converted).map(|(_, weight)| weight).sum();
        let loss: f64 =
            rows().filter(|(_, weight)| **weight > 0.0).map(|(lead, weight)| weight * lead.loss).sum();
        let squares: f64 = rows()
            .map(|(lead, weight)| {
                let miss = lead.probability - f64::from(u8::from(lead.converted));
                weight * miss * miss
            })
            .sum();
        Points {
            average_precision: self.average_precision(weights, converted),
            log_loss: loss / total,
            brier: squares / total,
            ece: self.ece(weights, total),
            lift_at_10: self.converted_in_first(weights, 0.1 * total) / (0.1 * converted),
        }
    }

    /// Leads of equal score enter together, so that their order does not matter.
    fn average_precision(&self, weights: &[f64], converted: f64) -> f64 {
        let (mut called, mut hits, mut area, mut start) = (0.0, 0.0, 0.0, 0);
        for tied in self.leads.chunk_by(|a, b| a.probability == b.probability) {
            let before = hits;
            for (lead, weight) in tied.iter().zip(&weights[start..]) {
                called += weight;
                hits += if lead.converted { *weight } else { 0.0 };
            }
            start += tied.len();
            if hits > before {
                area += (hits - before) * hits / called;
            }
        }
        area / converted
    }

    /// Leads of equal score enter together, each with their mean distance, so that their order does not matter; a group
    /// on the border of two bins counts in each with its share.
    fn ece(&self, weights: &[f64], total: f64) -> f64 {
        let size = total / BINS as f64;
        let (mut filled, mut balance, mut distance, mut start) = (0.0, 0.0, 0.0, 0);
        for tied in self.leads.chunk_by(|a, b| a.probability == b.probability) {
            let own = &weights[start..start + tied.len()];
            start += tied.len();
            let mut rest: f64 = own.iter().sum();
            if rest == 0.0 {
                continue;
            }
            let converted: f64 =
                tied.iter().zip(own).filter(|(lead, _)| lead.converted).map(|(_, weight)| weight).sum();
            let miss = tied[0].probability - converted / rest;
            while filled + rest > size {
                let part = size - filled;
                distance += f64::abs(balance + part * miss);
                rest -= part;
                (filled, balance) = (0.0, 0.0);
            }
            filled += rest;
            balance += rest * miss;
        }
        (distance + f64::abs(balance)) / total
    }

    /// The converted mass among the best-scored `mass`; leads of equal score share what is left of it.
    fn converted_in_first(&self, weights: &[f64], mass: f64) -> f64 {
        let (mut called, mut hits, mut start) = (0.0, 0.0, 0);
        for tied in self.leads.chunk_by(|a, b| a.probability == b.probability) {
            let own = &weights[start..start + tied.len()];
            let group: f64 = own.iter().sum();
            let converted: f64 =
                tied.iter().zip(own).filter(|(lead, _)| lead.converted).map(|(_, weight)| weight).sum();
            if called + group >= mass {
                return hits + if group > 0.0 { converted * (mass - called) / group } else { 0.0 };
            }
            called += group;
            hits += converted;
            start += tied.len();
        }
        hits
    }
}
