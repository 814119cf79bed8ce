//! The area under the ROC curve and its interval.

use std::collections::BTreeMap;

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
    grouped_auc_interval(score, converted, weight, &[])
}

/// The same for leads of which some belong together, after Obuchowski (1997, doi:10.2307/2533958): what the leads of one
/// group contribute to the estimate is summed before it is squared. `groups` gives each lead's group; where it is empty,
/// each stands alone.
pub fn grouped_auc_interval(score: &[f64], converted: &[bool], weight: &[f64], groups: &[u32]) -> Estimate {
    let placements = Placements::of(score, converted, weight);
    let value = placements.auc();
    let Placements { positives, negatives } = &placements;
    if positives.is_empty() || negatives.is_empty() {
        return Estimate { value, low: 0.0, high: 1.0 };
    }
    let (variance, independent) = if groups.is_empty() {
        let variance = variance_of_mean(positives, value) + variance_of_mean(negatives, value);
        (variance, positives.len().min(negatives.len()))
    } else {
        placements.grouped(value, groups)
    };
    if variance > 0.0 && value > 0.0 && value < 1.0 {
        let logit = libm::log(value / (1.0 - value));
        let reach = Z95 * variance.sqrt() / (value * (1.0 - value));
        return Estimate { value, low: crate::sigmoid(logit - reach), high: crate::sigmoid(logit + reach) };
    }
    let reach = 1.0 - libm::exp(libm::log(0.025) / independent as f64);
    Estimate { value, low: (value - reach).max(0.0), high: (value + reach).min(1.0) }
}

/// About how many conversions an interval no further than `reach` on either side takes, where so many gave `auc`: the
/// variance shrinks as the number of leads grows, with the same share of conversions and the same AUC.
///
/// ```
/// use sales_ready::model::Estimate;
/// use sales_ready::train::measure::conversions_for_auc;
///
/// // Half as wide takes about four times as many.
/// let auc = Estimate { value: 0.7, low: 0.6, high: 0.785 };
/// assert_eq!(conversions_for_auc(&auc, 25, 0.05), 88);
/// ```
pub fn conversions_for_auc(auc: &Estimate, conversions: u64, reach: f64) -> u64 {
    let Estimate { value, low, high } = *auc;
    let inside = |share: f64| 0.0 < share && share < 1.0;
    let factor = if inside(value) && inside(low) && inside(high) {
        let logit = |share: f64| libm::log(share / (1.0 - share));
        let own = (logit(high) - logit(low)) / 2.0 * value * (1.0 - value);
        own / reach * (own / reach)
    } else {
        // All pairs are in order: such a reach shrinks with the number itself.
        (value - low).max(high - value) / reach
    };
    (conversions as f64 * factor).ceil() as u64
}

/// For each lead, the weighted share of the other class on its right side, and its weight.
struct Placements {
    positives: Vec<Placed>,
    negatives: Vec<Placed>,
}

struct Placed {
    row: usize,
    share: f64,
    weight: f64,
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
                let placed = |share: f64| Placed { row: *row, share, weight: weight[*row] };
                if converted[*row] {
                    positives.push(placed((negative_below + 0.5 * negative) / all_negative));
                } else {
                    let above = all_positive - positive_below - 0.5 * positive;
                    negatives.push(placed(above / all_positive));
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
        let (sum, total) = self.positives.iter().fold((0.0, 0.0), |(sum, total), placed| {
            (sum + placed.share * placed.weight, total + placed.weight)
        });
        sum / total
    }

    /// The variance by groups, `G / (G − 1) Σ_g (Σ_{i ∈ g} w_i (share_i − value) / W_class)²`, and how many groups hold
    /// the class that fewer hold.
    fn grouped(&self, value: f64, groups: &[u32]) -> (f64, usize) {
        let mut sums: BTreeMap<u32, (f64, [bool; 2])> = BTreeMap::new();
        for (class, placed) in [&self.negatives, &self.positives].into_iter().enumerate() {
            let total: f64 = placed.iter().map(|placed| placed.weight).sum();
            for Placed { row, share, weight } in placed {
                let (sum, holds) = sums.entry(groups[*row]).or_default();
                *sum += weight * (share - value) / total;
                holds[class] = true;
            }
        }
        let count = sums.len() as f64;
        let squares: f64 = sums.values().map(|(sum, _)| sum * sum).sum();
        let holding = |class: usize| sums.values().filter(|(_, holds)| holds[class]).count();
        let variance = if count > 1.0 { squares * count / (count - 1.0) } else { 0.0 };
        (variance, holding(0).min(holding(1)))
    }
}

/// The variance of a weighted mean: `Σ w² (x − mean)² / (Σ w)² · n / (n − 1)`.
fn variance_of_mean(values: &[Placed], mean: f64) -> f64 {
    let count = values.len() as f64;
    let total: f64 = values.iter().map(|placed| placed.weight).sum();
    let square = |placed: &Placed| {
        let part = placed.weight * (placed.share - mean);
        part * part
    };
    let squares: f64 = values.iter().map(square).sum();
    if count > 1.0 { squares / (total * total) * count / (count - 1.0) } else { 0.0 }
}
