//! Leads in the order of their scores: sorted once, measured under many weightings.
//!
//! Leads of equal score form a group, and every metric but the AUC is a function of how much of each class a group
//! holds: a bootstrap replicate need only count.

use crate::train::measure::{BINS, Points, Predictions, Resampler, surprise};
use crate::train::random::Random;

/// The leads, from the best score to the worst, in groups of equal score.
pub(crate) struct Ranked {
    groups: Vec<Group>,
    /// The group and the weight of each lead.
    leads: Vec<(u32, f64)>,
    /// Which of them converted.
    converted: Vec<bool>,
    resampler: Resampler,
}

struct Group {
    probability: f64,
    /// The loss of a lead that converts, and of one that does not.
    losses: [f64; 2],
}

/// How much of a group converted, and how much it holds.
#[derive(Clone, Copy, Default)]
pub(crate) struct Mass {
    pub(crate) hits: f64,
    pub(crate) all: f64,
}

impl Ranked {
    pub(crate) fn new(predictions: &Predictions) -> Self {
        let Predictions { probability, converted, weight, .. } = predictions;
        let mut order: Vec<usize> = (0..probability.len()).collect();
        order.sort_by(|a, b| probability[*b].total_cmp(&probability[*a]));
        let (mut groups, mut leads): (Vec<Group>, Vec<_>) = (Vec::new(), Vec::with_capacity(order.len()));
        for row in &order {
            let probability = probability[*row];
            if groups.last().is_none_or(|group| group.probability != probability) {
                groups.push(Group {
                    probability,
                    losses: [surprise(probability), surprise(1.0 - probability)],
                });
            }
            leads.push((groups.len() as u32 - 1, weight[*row]));
        }
        let accounts: Vec<u32> =
            order.iter().filter_map(|row| predictions.groups.get(*row).copied()).collect();
        Self {
            groups,
            leads,
            converted: order.iter().map(|row| converted[*row]).collect(),
            resampler: Resampler::new(order.len(), &accounts),
        }
    }

    /// The leads as they are.
    pub(crate) fn masses(&self) -> Vec<Mass> {
        let mut masses = vec![Mass::default(); self.groups.len()];
        (0..self.leads.len()).for_each(|place| self.count(place, &mut masses));
        masses
    }

    /// A bootstrap: as many draws with replacement as there are leads, or groups of them.
    pub(crate) fn resampled(&self, random: &mut Random) -> Vec<Mass> {
        let mut masses = vec![Mass::default(); self.groups.len()];
        let both = self.converted.contains(&true) && self.converted.contains(&false);
        loop {
            let mut kinds = [false; 2];
            self.resampler.draw(random, |place| {
                kinds[usize::from(self.converted[place])] = true;
                self.count(place, &mut masses);
            });
            // Metrics of one class alone do not exist; that draw is made again.
            if kinds == [true; 2] || !both {
                return masses;
            }
            masses.fill(Mass::default());
        }
    }

    /// The probabilities, from the greatest on, one for each mass.
    pub(crate) fn probability(&self, place: usize) -> f64 {
        self.groups[place].probability
    }

    /// How many masses have at least this probability.
    pub(crate) fn reaching(&self, probability: f64) -> usize {
        self.groups.partition_point(|group| group.probability >= probability)
    }

    fn count(&self, place: usize, masses: &mut [Mass]) {
        let (group, weight) = self.leads[place];
        let mass = &mut masses[group as usize];
        mass.all += weight;
        mass.hits += if self.converted[place] { weight } else { 0.0 };
    }

    /// The metrics but the AUC, and by how much the probability exceeds the conversion rate in each bin, as a share of all.
    pub(crate) fn points(&self, masses: &[Mass]) -> (Points, [f64; BINS]) {
        let (mut total, mut converted, mut loss, mut squares) = (0.0, 0.0, 0.0, 0.0);
        for (Group { probability: p, losses }, Mass { hits, all }) in self.groups.iter().zip(masses) {
            let others = all - hits;
            total += all;
            converted += hits;
            loss += hits * losses[0] + others * losses[1];
            squares += hits * (1.0 - p) * (1.0 - p) + others * p * p;
        }
        let deviations = self.deviations(masses, total);
        let points = Points {
            average_precision: average_precision(masses, converted),
            log_loss: loss / total,
            brier: squares / total,
            ece: deviations.iter().map(|deviation| deviation.abs()).sum(),
            lift_at_10: converted_in_first(masses, 0.1 * total) / (0.1 * converted),
        };
        (points, deviations)
    }

    /// Each group with its mean deviation; a group on the border of two bins counts in each with its share.
    fn deviations(&self, masses: &[Mass], total: f64) -> [f64; BINS] {
        let size = total / BINS as f64;
        let mut deviations = [0.0; BINS];
        let (mut bin, mut filled) = (0, 0.0);
        for (group, mass) in self.groups.iter().zip(masses).filter(|(_, mass)| mass.all > 0.0) {
            let miss = group.probability - mass.hits / mass.all;
            let mut rest = mass.all;
            while filled + rest > size && bin + 1 < BINS {
                let part = size - filled;
                deviations[bin] += part * miss / total;
                rest -= part;
                (bin, filled) = (bin + 1, 0.0);
            }
            filled += rest;
            deviations[bin] += rest * miss / total;
        }
        deviations
    }
}

/// Groups enter whole, so that the order of equal scores does not matter.
fn average_precision(masses: &[Mass], converted: f64) -> f64 {
    let (mut called, mut hits, mut area) = (0.0, 0.0, 0.0);
    for mass in masses {
        called += mass.all;
        hits += mass.hits;
        if mass.hits > 0.0 {
            area += mass.hits * hits / called;
        }
    }
    area / converted
}

/// The converted mass among the best-scored `wanted`; leads of equal score share what is left of it.
fn converted_in_first(masses: &[Mass], wanted: f64) -> f64 {
    let (mut called, mut hits) = (0.0, 0.0);
    for mass in masses {
        if called + mass.all >= wanted {
            return hits + if mass.all > 0.0 { mass.hits * (wanted - called) / mass.all } else { 0.0 };
        }
        called += mass.all;
        hits += mass.hits;
    }
    hits
}
