//! Two predictions of the same leads.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::model::Estimate;
use crate::train::measure::{Predictions, REPLICATES, surprise};
use crate::train::random::Random;

/// The log loss of one prediction less that of another of the same leads, with a 95 % interval. The bootstrap draws
/// leads, or the groups they belong to, with both their losses: what makes a lead hard for both cancels.
pub fn log_loss_difference(one: &Predictions, other: &Predictions, seed: u64) -> Estimate {
    // Weighted differences and weights, by lead or group.
    let mut units: BTreeMap<usize, [f64; 2]> = BTreeMap::new();
    for (row, converted) in one.converted.iter().enumerate() {
        let loss = |of: &Predictions| {
            let probability = of.probability[row];
            surprise(if *converted { probability } else { 1.0 - probability })
        };
        let unit = units.entry(one.groups.get(row).map_or(row, |group| *group as usize)).or_default();
        unit[0] += one.weight[row] * (loss(one) - loss(other));
        unit[1] += one.weight[row];
    }
    let units: Vec<[f64; 2]> = units.into_values().collect();
    let mean = |drawn: &mut dyn Iterator<Item = usize>| {
        let sums = drawn.fold([0.0; 2], |sums, place| [sums[0] + units[place][0], sums[1] + units[place][1]]);
        if sums[1] > 0.0 { sums[0] / sums[1] } else { 0.0 }
    };
    let replicate = |replicate: usize| {
        let mut random = Random::new(seed.wrapping_add(replicate as u64), "paired bootstrap");
        mean(&mut (0..units.len()).map(|_| random.below(units.len())))
    };
    let mut replicates: Vec<f64> = (0..REPLICATES).into_par_iter().map(replicate).collect();
    replicates.sort_unstable_by(f64::total_cmp);
    let tail = REPLICATES / 40;
    Estimate {
        value: mean(&mut (0..units.len())),
        low: replicates[tail],
        high: replicates[REPLICATES - 1 - tail],
    }
}
