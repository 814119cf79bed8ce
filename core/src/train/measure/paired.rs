//! Two predictions of the same leads.

use crate::model::Estimate;
use crate::train::measure::bootstrap::Draws;
use crate::train::measure::{Predictions, REPLICATES, loss, percentiles, replicates};
use crate::train::random::Random;
use crate::train::together::sums_by_group;

/// The log loss of one prediction less that of another of the same leads, with a 95 % interval. The bootstrap draws
/// leads, or the groups they belong to, with both their losses: what makes a lead hard for both cancels.
pub fn log_loss_difference(one: &Predictions, other: &Predictions, seed: u64) -> Estimate {
    // Weighted differences and weights, by lead or group.
    let lead = |row: usize| {
        let converted = one.converted[row];
        let loss = |of: &Predictions| loss(of.probability[row], converted);
        [one.weight[row] * (loss(one) - loss(other)), one.weight[row]]
    };
    let group = |row: usize| one.groups.get(row).copied().unwrap_or(row as u32);
    let of_groups = sums_by_group((0..one.converted.len()).map(|row| (group(row), lead(row))));
    let draws = Draws::of(of_groups.len());
    let mut units = vec![[0.0; 2]; draws.count];
    for (unit, sums) in of_groups.into_iter().enumerate() {
        (0..2).for_each(|part| units[draws.place(unit)][part] += sums[part]);
    }
    let mean = |drawn: &mut dyn Iterator<Item = usize>| {
        let sums = drawn.fold([0.0; 2], |sums, place| [sums[0] + units[place][0], sums[1] + units[place][1]]);
        if sums[1] > 0.0 { sums[0] / sums[1] } else { 0.0 }
    };
    let replicate = |random: &mut Random| mean(&mut (0..units.len()).map(|_| random.below(units.len())));
    let replicates = replicates(REPLICATES, seed, "paired bootstrap", replicate);
    percentiles(mean(&mut (0..units.len())), replicates)
}
