//! The area under the ROC curve and its interval.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::model::Estimate;
use crate::score::logit_of;
use crate::train::measure::tally::wider;
use crate::train::measure::{Predictions, Ranked, Z95};
use crate::train::sorted::ascending;

/// The area under the ROC curve: the chance that a converted lead scores above one that did not convert, ties counting
/// half. 0.5 where one class is absent.
pub fn auc(score: &[f64], converted: &[bool], weight: &[f64]) -> f64 {
    let rows = ascending(score.len(), |row| score[row]);
    Placements { score, converted, weight, parts: vec![rows] }.auc()
}

/// The area under the ROC curve with its 95 % interval after DeLong, DeLong & Clarke-Pearson (1988,
/// doi:10.2307/2531595), taken on the logit scale so that it stays between 0 and 1. Where all pairs are in order, the
/// variance is no guide; then the lower end is the one at which so many pairs of independent leads would all be in
/// order with a chance of 2.5 %.
///
/// - Leads of different [parts](Predictions::parts) are not compared (`LeDell`, Petersen & van der Laan 2015,
///   doi:10.1214/15-EJS1035): their scores come from different models. A part that happens to hold many
///   conversions has left its model few, so that comparing across parts finds less than chance where there is nothing to
///   find.
/// - What the leads of one [group](Predictions::groups) contribute is summed before it is squared (Obuchowski 1997,
///   doi:10.2307/2533958); of few groups the interval is as much wider as Student's quantile is.
pub fn auc_interval(predictions: &Predictions) -> Estimate {
    of_ranked(&Ranked::new(predictions), None)
}

/// The same for models in cross-validation that reached an AUC of `apparent` on the leads they learnt from.
///
/// Each lead is learnt from and measured with, which ties the parts to each other: what a model takes from the noise of
/// one part it finds again where another's noise agrees, and the other way round. For a score of `β̂·x`, with `β̂` the sum
/// of the parts' own `β + e_k`, what is measured is `Σ_k (β + e_k)·β̂_{−k}`. Each product `e_j·e_k` stands there twice,
/// so that the variance of what is noise in `β̂` is twice that of independent parts; what is signal has no such share. How
/// much is signal is told by what of the apparent AUC holds on leads not seen: here by the lower end of the interval, since
/// where that is chance, all may be noise. In 320 tables of noise the interval without this held 0.5 in 80 %.
pub fn cross_validated_auc(predictions: &Predictions, apparent: f64) -> Estimate {
    of_ranked(&Ranked::new(predictions), Some(apparent))
}

/// Either of the two, of leads that are in order.
pub(super) fn of_ranked(ranked: &Ranked<'_>, apparent: Option<f64>) -> Estimate {
    let Predictions { probability, converted, weight, groups, parts } = ranked.predictions;
    let mut by_part: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for row in ranked.rows.iter().rev() {
        by_part.entry(parts.get(*row as usize).copied().unwrap_or(0)).or_default().push(*row);
    }
    let placements =
        Placements { score: probability, converted, weight, parts: by_part.into_values().collect() };
    let spread = placements.spread(groups);
    let plain = spread.interval(1.0);
    match apparent {
        Some(apparent) if placements.parts.len() > 1 => {
            let signal = (plain.low - 0.5) / (apparent - 0.5).max(f64::MIN_POSITIVE);
            spread.interval(2.0 - signal.clamp(0.0, 1.0))
        }
        _ => plain,
    }
}

/// Leads of one score: by class (those that did not convert first) how many, their weight, and that of its squares.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cell {
    pub(crate) score: f64,
    pub(crate) counts: [f64; 2],
    pub(crate) weights: [f64; 2],
    pub(crate) squares: [f64; 2],
}

/// Leads of a class whose weights are so unequal that they are worth no more than this many say nothing for sure: the AUC is
/// that of the heaviest, around which there is no spread.
const WORTH_NOTHING: f64 = 10.0;

/// [`auc_interval`] of leads that have few different scores, each standing alone; without any certainty where they are worth
/// few leads by their weights (Kish 1965: `(Σw)² / Σw²`).
pub(crate) fn of_cells(cells: &mut [Cell]) -> Estimate {
    cells.sort_by(|a, b| a.score.total_cmp(&b.score));
    let sum = |cells: &[Cell], of: fn(&Cell) -> [f64; 2]| {
        cells.iter().map(of).fold([0.0; 2], |sum, own| [sum[0] + own[0], sum[1] + own[1]])
    };
    let [negative, positive] = sum(cells, |cell| cell.weights);
    let count = sum(cells, |cell| cell.counts);
    if positive <= 0.0 || negative <= 0.0 {
        return Estimate { value: 0.5, low: 0.0, high: 1.0 };
    }
    let squares = sum(cells, |cell| cell.squares);
    let is_worth_little =
        [negative, positive].into_iter().zip(squares).zip(count).any(|((total, squares), count)| {
            let worth = total * total / squares;
            worth < WORTH_NOTHING && worth < 0.5 * count
        });
    // For each score the shares of its leads, by class, and what they weigh.
    let mut below = [0.0; 2];
    let mut shares = Vec::new();
    for tied in cells.chunk_by(|a, b| a.score == b.score) {
        let own = sum(tied, |cell| cell.weights);
        let above = (positive - below[1] - 0.5 * own[1]) / positive;
        shares.push(([above, (below[0] + 0.5 * own[0]) / negative], own, sum(tied, |cell| cell.squares)));
        (0..2).for_each(|class| below[class] += own[class]);
    }
    let auc = shares.iter().map(|(share, weight, _)| share[1] * weight[1]).sum::<f64>() / positive;
    let variance = |class: usize, total: f64| {
        let square = |(share, _, squares): &([f64; 2], [f64; 2], [f64; 2])| {
            squares[class] * (share[class] - auc) * (share[class] - auc)
        };
        let squares: f64 = shares.iter().map(square).sum();
        if count[class] > 1.0 { squares / (total * total) * count[class] / (count[class] - 1.0) } else { 0.0 }
    };
    let variance = variance(1, positive) + variance(0, negative);
    if is_worth_little {
        return Estimate { value: auc, low: 0.0, high: 1.0 };
    }
    Spread { auc, variance, independent: count[0].min(count[1]) as usize }.interval(1.0)
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
        let own = (logit_of(high) - logit_of(low)) / 2.0 * value * (1.0 - value);
        own / reach * (own / reach)
    } else {
        // All pairs are in order: such a reach shrinks with the number itself.
        (value - low).max(high - value) / reach
    };
    (conversions as f64 * factor).ceil() as u64
}

/// Leads by part, in ascending order of their scores. Each that has leads of the other class in its part has a *share* of
/// these, by weight, on its right side, and counts with the weight of its pairs: its own times that of the other class.
struct Placements<'a> {
    score: &'a [f64],
    converted: &'a [bool],
    weight: &'a [f64],
    parts: Vec<Vec<u32>>,
}

/// The AUC and how sure it is.
struct Spread {
    auc: f64,
    variance: f64,
    /// How many independent leads hold the class that fewer hold.
    independent: usize,
}

/// A mean of shares in the making.
#[derive(Clone, Copy, Default)]
struct Mean {
    sum: f64,
    total: f64,
    count: f64,
}

impl Mean {
    fn add(&mut self, share: f64, weight: f64) {
        self.sum += share * weight;
        self.total += weight;
        self.count += 1.0;
    }

    fn value(&self) -> f64 {
        self.sum / self.total
    }
}

impl Placements<'_> {
    fn auc(&self) -> f64 {
        let mut all = Mean::default();
        self.parts.iter().for_each(|rows| {
            self.walk(rows, |_, class, share, weight| {
                if class {
                    all.add(share, weight);
                }
            });
        });
        if all.count > 0.0 { all.value() } else { 0.5 }
    }

    /// Calls `each` with the row, the class, the share and the weight of each lead of a part that has both classes.
    fn walk(&self, rows: &[u32], mut each: impl FnMut(u32, bool, f64, f64)) {
        let masses = |rows: &[u32]| {
            let mut masses = [0.0; 2];
            for row in rows {
                masses[usize::from(self.converted[*row as usize])] += self.weight[*row as usize];
            }
            masses
        };
        let [all_negative, all_positive] = masses(rows);
        if all_positive <= 0.0 || all_negative <= 0.0 {
            return;
        }
        let (mut positive_below, mut negative_below) = (0.0, 0.0);
        for tied in rows.chunk_by(|a, b| self.score[*a as usize] == self.score[*b as usize]) {
            let [negative, positive] = masses(tied);
            let below = (negative_below + 0.5 * negative) / all_negative;
            let above = (all_positive - positive_below - 0.5 * positive) / all_positive;
            for row in tied {
                let weight = self.weight[*row as usize];
                if self.converted[*row as usize] {
                    each(*row, true, below, weight * all_negative);
                } else {
                    each(*row, false, above, weight * all_positive);
                }
            }
            positive_below += positive;
            negative_below += negative;
        }
    }

    /// Shares vary around the AUC of their part; where it holds a single lead of a class, which is then all that this AUC
    /// knows, around that of all parts. So do those of groups: a part has few of these, and its own AUC follows them.
    fn spread(&self, groups: &[u32]) -> Spread {
        let mut all = [Mean::default(); 2];
        let mut parts = Vec::with_capacity(self.parts.len());
        for rows in &self.parts {
            let mut own = [Mean::default(); 2];
            self.walk(rows, |_, class, share, weight| {
                all[usize::from(class)].add(share, weight);
                own[usize::from(class)].add(share, weight);
            });
            parts.push(own);
        }
        if all[1].count <= 0.0 || all[0].count <= 0.0 {
            return Spread { auc: 0.5, variance: f64::NAN, independent: 0 };
        }
        // What is left of `n` leads around a centre that was made of them.
        let unbiased = |count: f64| if count > 1.0 { count / (count - 1.0) } else { 1.0 };
        let residuals = |each: &mut dyn FnMut(u32, usize, f64, f64)| {
            for (rows, own) in self.parts.iter().zip(&parts) {
                let is_of_few = !groups.is_empty() || own.iter().any(|mean| mean.count == 1.0);
                let means = if is_of_few { &all } else { own };
                let (centre, scales) = (means[1].value(), means.map(|mean| unbiased(mean.count)));
                self.walk(rows, |row, class, share, weight| {
                    let class = usize::from(class);
                    each(row, class, weight * (share - centre), scales[class]);
                });
            }
        };
        let (variance, independent) = if groups.is_empty() {
            // The variance of a weighted mean: `Σ w² (x − centre)² / (Σ w)² · n / (n − 1)`, with `n` for each centre.
            let mut squares = [0.0; 2];
            residuals(&mut |_, class, residual, scale| squares[class] += scale * residual * residual);
            let of = |class: usize| squares[class] / (all[class].total * all[class].total);
            (of(1) + of(0), all[0].count.min(all[1].count) as usize)
        } else {
            // By groups: `G / (G − 1) Σ_g (Σ_{i ∈ g} w_i (share_i − centre_i) / W)²`.
            let mut placed = Vec::with_capacity((all[0].count + all[1].count) as usize);
            residuals(&mut |row, class, residual, _| {
                placed.push((groups[row as usize], class, residual / all[class].total));
            });
            placed.par_sort_by_key(|(group, class, _)| (*group, *class));
            let (mut count, mut squares, mut holding) = (0.0, 0.0, [0; 2]);
            for group in placed.chunk_by(|a, b| a.0 == b.0) {
                let sum: f64 = group.iter().map(|(_, _, residual)| residual).sum();
                count += 1.0;
                squares += sum * sum;
                (0..2).for_each(|class| {
                    holding[class] += usize::from(group.iter().any(|placed| placed.1 == class));
                });
            }
            let variance = if count > 1.0 { squares * count / (count - 1.0) } else { 0.0 };
            (variance * wider(count as usize), holding[0].min(holding[1]))
        };
        Spread { auc: all[1].value(), variance, independent }
    }
}

impl Spread {
    /// The interval with so many times the variance.
    fn interval(&self, factor: f64) -> Estimate {
        let Self { auc: value, variance, independent } = *self;
        if variance.is_nan() {
            return Estimate { value, low: 0.0, high: 1.0 };
        }
        let variance = factor * variance;
        if variance > 0.0 && value > 0.0 && value < 1.0 {
            let logit = logit_of(value);
            let reach = Z95 * variance.sqrt() / (value * (1.0 - value));
            return Estimate {
                value,
                low: crate::sigmoid(logit - reach),
                high: crate::sigmoid(logit + reach),
            };
        }
        let reach = 1.0 - libm::exp(libm::log(0.025) / independent as f64);
        Estimate { value, low: (value - reach).max(0.0), high: (value + reach).min(1.0) }
    }
}
