//! Held-out leads from the best score to the worst.

use std::ops::Range;

use crate::train::measure::Predictions;
use crate::train::measure::Tally;

/// Held-out leads, the best-scored first; leads of equal score stay together.
pub(super) struct Ranking<'p> {
    predictions: &'p Predictions,
    /// Places in the predictions.
    order: Vec<usize>,
    /// Where each group of equal scores ends in `order`.
    ends: Vec<usize>,
    /// Mass and hits up to each end.
    sums: Vec<[f64; 2]>,
}

impl<'p> Ranking<'p> {
    pub(super) fn new(predictions: &'p Predictions) -> Self {
        let score = &predictions.probability;
        let mut order: Vec<usize> = (0..score.len()).collect();
        order.sort_by(|a, b| score[*b].total_cmp(&score[*a]));
        let (mut ends, mut sums) = (Vec::new(), Vec::new());
        let (mut mass, mut hits, mut end) = (0.0, 0.0, 0);
        for tied in order.chunk_by(|a, b| score[*a] == score[*b]) {
            for place in tied {
                mass += predictions.weight[*place];
                hits += if predictions.converted[*place] { predictions.weight[*place] } else { 0.0 };
            }
            end += tied.len();
            ends.push(end);
            sums.push([mass, hits]);
        }
        Self { predictions, order, ends, sums }
    }

    /// Mass and hits of all leads.
    pub(super) fn totals(&self) -> [f64; 2] {
        self.sums.last().copied().unwrap_or_default()
    }

    /// Mass and hits of the leads up to the end of each group of equal scores.
    pub(super) fn sums(&self) -> &[[f64; 2]] {
        &self.sums
    }

    /// How many of the best leads come nearest to a share of all, by weight, with no equal scores parted.
    pub(super) fn nearest(&self, share: f64) -> usize {
        let wanted = share * self.totals()[0];
        let after = self.sums.partition_point(|[mass, _]| *mass < wanted);
        let distance =
            |group: usize| (self.sums.get(group).map_or(f64::INFINITY, |sum| sum[0]) - wanted).abs();
        let group = if after > 0 && distance(after - 1) < distance(after) { after - 1 } else { after };
        self.ends.get(group).or(self.ends.last()).copied().unwrap_or(0)
    }

    /// How many leads have at least this probability.
    pub(super) fn reaching(&self, probability: f64) -> usize {
        self.order.partition_point(|place| self.predictions.probability[*place] >= probability)
    }

    /// The leads at these ranks, counted.
    pub(super) fn tally(&self, ranks: Range<usize>) -> Tally {
        Tally::of(self.predictions, self.order.get(ranks).unwrap_or_default())
    }

    /// The probability of the lead at a rank.
    pub(super) fn probability(&self, rank: usize) -> f64 {
        self.order.get(rank).map_or(0.0, |place| self.predictions.probability[*place])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_stay_together() {
        let predictions = Predictions {
            probability: vec![0.2, 0.9, 0.5, 0.5, 0.5, 0.1],
            converted: vec![false, true, true, false, false, false],
            weight: vec![1.0; 6],
            ..Predictions::default()
        };
        let ranking = Ranking::new(&predictions);
        assert_eq!([0.0, 0.1, 0.4, 0.5, 0.7, 1.0].map(|share| ranking.nearest(share)), [1, 1, 1, 4, 4, 6]);
        assert_eq!([0.95, 0.9, 0.5, 0.0].map(|chance| ranking.reaching(chance)), [0, 1, 4, 6]);
        assert_eq!(ranking.totals(), [6.0, 2.0]);
        let tally = ranking.tally(1..4);
        assert_eq!((tally.leads, tally.conversions, ranking.probability(0)), (3, 1, 0.9));
    }
}
