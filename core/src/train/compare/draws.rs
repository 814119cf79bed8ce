//! The leads of a comparison, drawn anew, and both models' figures for each draw.

use crate::train::economics::Money;
use crate::train::measure::bootstrap::Draws;
use crate::train::measure::{Predictions, loss};
use crate::train::random::Random;

/// Profit is told for so many leads.
const PROFIT_OF: f64 = 1000.0;

/// What is drawn: leads, or the groups they belong to.
pub(super) struct Units {
    draws: Draws,
    /// For each lead what it is drawn with.
    of: Vec<u32>,
    /// Whether there are leads in it that did not convert, and some that did.
    kinds: Vec<[bool; 2]>,
}

impl Units {
    pub(super) fn new(converted: &[bool], groups: &[u32]) -> Self {
        let groups = if groups.len() == converted.len() { groups } else { &[] };
        let mut known = groups.to_vec();
        known.sort_unstable();
        known.dedup();
        let unit =
            |row: usize| groups.get(row).map_or(row, |group| known.partition_point(|other| other < group));
        let draws = Draws::of(if groups.is_empty() { converted.len() } else { known.len() });
        let of: Vec<u32> = (0..converted.len()).map(|row| draws.place(unit(row)) as u32).collect();
        let mut kinds = vec![[false; 2]; draws.count];
        for (unit, converted) in of.iter().zip(converted) {
            kinds[*unit as usize][usize::from(*converted)] = true;
        }
        Self { draws, of, kinds }
    }

    /// Everything as it is.
    pub(super) fn once(&self) -> Vec<u32> {
        vec![1; self.draws.count]
    }

    /// How often each is drawn. Without both classes there is no AUC; such a draw is made again where it can be.
    pub(super) fn draw(&self, random: &mut Random) -> Vec<u32> {
        let classes = |times: &[u32]| {
            let drawn = self.kinds.iter().zip(times).filter(|(_, times)| **times > 0);
            drawn.fold([false; 2], |all, (own, _)| [all[0] || own[0], all[1] || own[1]])
        };
        let wanted = classes(&self.once());
        loop {
            let times = random.times(self.draws.count);
            if classes(&times) == wanted {
                return times;
            }
        }
    }
}

/// One model's predictions from the best score to the worst, sorted once and measured under many weightings.
pub(super) struct Contender(Vec<Row>);

struct Row {
    unit: u32,
    /// Whether the score is that of the row before.
    tied: bool,
    converted: bool,
    weight: f64,
    loss: f64,
    profit: f64,
}

#[derive(Clone, Copy)]
pub(super) struct Figures {
    pub(super) log_loss: f64,
    pub(super) auc: f64,
    pub(super) profit: f64,
}

impl Contender {
    pub(super) fn new(probability: &[f64], leads: &Predictions, units: &Units, money: Option<Money>) -> Self {
        let mut sorted: Vec<usize> = (0..probability.len()).collect();
        sorted.sort_by(|a, b| probability[*b].total_cmp(&probability[*a]));
        let row = |(place, row): (usize, &usize)| {
            let (own, converted) = (probability[*row], leads.converted[*row]);
            Row {
                unit: units.of[*row],
                tied: place > 0 && probability[sorted[place - 1]] == own,
                converted,
                weight: leads.weight[*row],
                loss: loss(own, converted),
                profit: money.map_or(0.0, |money| earned(money, own, converted)),
            }
        };
        Self(sorted.iter().enumerate().map(row).collect())
    }

    pub(super) fn figures(&self, times: &[u32]) -> Figures {
        let (mut total, mut loss, mut profit) = (0.0, 0.0, 0.0);
        // Of the leads above and of those of the same score, by whether they converted.
        let (mut above, mut tied, mut in_order) = ([0.0; 2], [0.0; 2], 0.0);
        for row in &self.0 {
            let mass = row.weight * f64::from(times[row.unit as usize]);
            total += mass;
            loss += mass * row.loss;
            profit += mass * row.profit;
            if !row.tied {
                in_order += tied[0] * (above[1] + 0.5 * tied[1]);
                above = [above[0] + tied[0], above[1] + tied[1]];
                tied = [0.0; 2];
            }
            tied[usize::from(row.converted)] += mass;
        }
        in_order += tied[0] * (above[1] + 0.5 * tied[1]);
        let pairs = (above[0] + tied[0]) * (above[1] + tied[1]);
        Figures { log_loss: loss / total, auc: in_order / pairs, profit: PROFIT_OF * profit / total }
    }
}

/// What a lead earns that is contacted where a contact pays by its probability.
fn earned(money: Money, probability: f64, converted: bool) -> f64 {
    if probability < money.break_even() { 0.0 } else { money.profit(1.0, f64::from(u8::from(converted))) }
}
