//! Leads in the order of their scores: sorted once, measured under many weightings.
//!
//! Leads of equal score form a group, and every metric but the AUC is a function of how much of each class a group
//! holds.

use crate::train::measure::{BINS, Points, Predictions, surprise};
use crate::train::sorted::ascending;

/// The leads, from the best score to the worst.
pub(crate) struct Ranked<'a> {
    pub(crate) predictions: &'a Predictions,
    /// Their rows; equal scores in the order of the rows.
    pub(crate) rows: Vec<u32>,
}

/// Leads of equal, or nearly equal, score.
#[derive(Clone, Copy)]
pub(crate) struct Group {
    /// The mean probability.
    pub(crate) probability: f64,
    /// The least probability.
    pub(crate) least: f64,
    /// The mean loss of those that convert, and of those that do not.
    pub(crate) losses: [f64; 2],
    /// The mean squared error of the same.
    pub(crate) squares: [f64; 2],
}

/// How much of a group converted, and how much it holds.
#[derive(Clone, Copy, Default)]
pub(crate) struct Mass {
    pub(crate) hits: f64,
    pub(crate) all: f64,
}

impl<'a> Ranked<'a> {
    pub(crate) fn new(predictions: &'a Predictions) -> Self {
        let probability = &predictions.probability;
        Self { predictions, rows: ascending(probability.len(), |row| -probability[row]) }
    }

    /// The leads of each score, from the best on, with the score.
    pub(crate) fn tied(&self) -> impl Iterator<Item = (f64, &[u32])> + Clone {
        let probability = &self.predictions.probability;
        let tied = self.rows.chunk_by(|a, b| probability[*a as usize] == probability[*b as usize]);
        tied.map(|rows| (probability[rows[0] as usize], rows))
    }

    /// How much the leads of each score hold, with the score.
    pub(crate) fn masses(&self) -> impl Iterator<Item = (f64, Mass)> + Clone {
        self.tied().map(|(probability, rows)| {
            let mut mass = Mass::default();
            for row in rows {
                mass.count(self.predictions, *row);
            }
            (probability, mass)
        })
    }

    /// The metrics but the AUC, and by how much the probability exceeds the conversion rate in each bin, as a share of all.
    pub(crate) fn points(&self) -> (Points, [f64; BINS]) {
        points(self.masses().map(|(probability, mass)| {
            // A loss that nobody has need not be known.
            let loss = |of: f64, outcome: f64| if of > 0.0 { surprise(outcome) } else { 0.0 };
            let losses = [loss(mass.hits, probability), loss(mass.all - mass.hits, 1.0 - probability)];
            (Group { losses, ..Group::unseen(probability) }, mass)
        }))
    }
}

impl Group {
    /// The leads of one score.
    pub(crate) fn of(probability: f64) -> Self {
        Self { losses: [surprise(probability), surprise(1.0 - probability)], ..Self::unseen(probability) }
    }

    /// The same, but for the losses.
    fn unseen(probability: f64) -> Self {
        let squares = [(1.0 - probability) * (1.0 - probability), probability * probability];
        Self { probability, least: probability, losses: [0.0; 2], squares }
    }
}

impl Mass {
    /// Counts a lead.
    pub(crate) fn count(&mut self, predictions: &Predictions, row: u32) {
        let weight = predictions.weight[row as usize];
        self.all += weight;
        self.hits += if predictions.converted[row as usize] { weight } else { 0.0 };
    }
}

/// The metrics but the AUC of groups from the best on, and by how much the probability exceeds the conversion rate in each
/// bin, as a share of all.
pub(super) fn points(groups: impl Iterator<Item = (Group, Mass)> + Clone) -> (Points, [f64; BINS]) {
    let (total, converted) =
        groups.clone().fold((0.0, 0.0), |(all, hits), (_, mass)| (all + mass.all, hits + mass.hits));
    let (mut loss, mut squares) = (0.0, 0.0);
    let (mut called, mut found, mut area) = (0.0, 0.0, 0.0);
    // The converted mass among the best-scored tenth; leads of equal score share what is left of it.
    let (wanted, mut in_first) = (0.1 * total, None);
    let mut bins = Bins::new(total);
    for (group, mass) in groups {
        let Mass { hits, all } = mass;
        let others = all - hits;
        loss += hits * group.losses[0] + others * group.losses[1];
        squares += hits * group.squares[0] + others * group.squares[1];
        if in_first.is_none() && called + all >= wanted {
            in_first = Some(found + if all > 0.0 { hits * (wanted - called) / all } else { 0.0 });
        }
        called += all;
        found += hits;
        // Groups enter whole, so that the order of equal scores does not matter.
        if hits > 0.0 {
            area += hits * found / called;
        }
        bins.add(group.probability, mass);
    }
    let deviations = bins.deviations;
    let points = Points {
        average_precision: area / converted,
        log_loss: loss / total,
        brier: squares / total,
        ece: deviations.iter().map(|deviation| deviation.abs()).sum(),
        lift_at_10: in_first.unwrap_or(found) / (0.1 * converted),
    };
    (points, deviations)
}

/// Bins of equal mass. Each group has its mean deviation; one on the border of two bins counts in each with its share.
struct Bins {
    total: f64,
    deviations: [f64; BINS],
    bin: usize,
    filled: f64,
}

impl Bins {
    fn new(total: f64) -> Self {
        Self { total, deviations: [0.0; BINS], bin: 0, filled: 0.0 }
    }

    fn add(&mut self, probability: f64, mass: Mass) {
        if mass.all <= 0.0 {
            return;
        }
        let size = self.total / BINS as f64;
        let surplus = probability - mass.hits / mass.all;
        let mut rest = mass.all;
        while self.filled + rest > size && self.bin + 1 < BINS {
            let part = size - self.filled;
            self.deviations[self.bin] += part * surplus / self.total;
            rest -= part;
            (self.bin, self.filled) = (self.bin + 1, 0.0);
        }
        self.filled += rest;
        self.deviations[self.bin] += rest * surplus / self.total;
    }
}
