//! The area under the ROC curve and its interval.

use crate::model::Estimate;
use crate::train::measure::Z95;

/// The area under the ROC curve: the chance that a converted lead scores above one that did not convert, ties counting
/// half. 0.5 where one class is absent.
pub fn auc(score: &[f64], converted: &[bool], weight: &[f64]) -> f64 {
    Placements::of(score, converted, weight).auc()
}

/// The area under the ROC curve with its 95 % interval after DeLong, DeLong & Clarke-Pearson (1988,
/// doi:10.2307/2531595), taken on the logit scale so that it stays between 0 and 1. Where all pairs are in order, the
/// variance is no guide; then the lower end is the one at which so many pairs of independent leads would all be in
/// order with a chance of 2.5 %.
pub fn auc_interval(score: &[f64], converted: &[bool], weight: &[f64]) -> Estimate {
    let placements = Placements::of(score, converted, weight);
    let value = placements.auc();
    let Placements { positives, negatives } = &placements;
    if positives.is_empty() || negatives.is_empty() {
        return Estimate { value, low: 0.0, high: 1.0 };
    }
    let variance = variance_of_mean(positives, value) + variance_of_mean(negatives, value);
    if variance > 0.0 && value > 0.0 && value < 1.0 {
        let logit = libm::log(value / (1.0 - value));
        let reach = Z95 * variance.sqrt() / (value * (1.0 - value));
        return Estimate { value, low: crate::sigmoid(logit - reach), high: crate::sigmoid(logit + reach) };
    }
    let independent = positives.len().min(negatives.len()) as f64;
    let reach = 1.0 - libm::exp(libm::log(0.025) / independent);
    Estimate { value, low: (value - reach).max(0.0), high: (value + reach).min(1.0) }
}

/// For each lead, the weighted share of the other class on its right side, and its weight.
struct Placements {
    positives: Vec<(f64, f64)>,
    negatives: Vec<(f64, f64)>,
}

impl Placements {
    fn of(score: &[f64], converted: &[bool], weight: &[f64]) -> Self {
        let mut order: Vec<usize> = (0..score.len()).collect();
        order.sort_by(|a, b| score[*a].total_cmp(&score[*b]));
        let mass = |class: bool, rows: &[usize]| -> f64 {
            rows.iter().filter(|row| converted[**row] == class).map(|row| weight[*row]).sum()
        };
        let (all_positive, all_negative) = (mass(true, &order), mass(false, &order));
        let (mut positives, mut negatives) = (Vec::new(), Vec::new());
        let (mut positive_below, mut negative_below) = (0.0, 0.0);
        for tied in order.chunk_by(|a, b| score[*a] == score[*b]) {
            let (positive, negative) = (mass(true, tied), mass(false, tied));
            for row in tied {
                if converted[*row] {
                    positives.push(((negative_below + 0.5 * negative) / all_negative, weight[*row]));
                } else {
                    let above = all_positive - positive_below - 0.5 * positive;
                    negatives.push((above / all_positive, weight[*row]));
                }
            }
            positive_below += positive;
            negative_below += negative;
        }
        Self { positives, negatives }
    }

    fn auc(&self) -> f64 {
        if self.positives.is_empty() || self.negatives.is_empty() {
            return 0.5;
        }
        let (sum, total) = self
            .positives
            .iter()
            .fold((0.0, 0.0), |(sum, total), (place, weight)| (sum + place * weight, total + weight));
        sum / total
    }
}

/// The variance of a weighted mean: `Σ w² (x − mean)² / (Σ w)² · n / (n − 1)`.
fn variance_of_mean(values: &[(f64, f64)], mean: f64) -> f64 {
    let count = values.len() as f64;
    let total: f64 = values.iter().map(|(_, weight)| weight).sum();
    let squares: f64 =
        values.iter().map(|(value, weight)| weight * weight * (value - mean) * (value - mean)).sum();
    if count > 1.0 { squares / (total * total) * count / (count - 1.0) } else { 0.0 }
}
