//! Leads to calibrate with, many of them in piles.
//!
//! A calibration is a smooth function of the logit that a million leads bear out no better than some thousand piles of
//! them do: leads of one fold, one outcome and nearly the same logit count as one of their mean logit and their summed
//! weight. What is lost is of the order of the squared width of a pile, which is about a thousandth of the logits' spread.

use crate::train::calibrate::{Calibration, Scored, loss};

/// More leads than this are piled.
const MANY: usize = 50_000;
/// Into so many piles for each fold and outcome.
const WIDTHS: usize = 2_048;
/// Another method must improve the held-out log loss by this many standard errors of the improvement.
const EVIDENCE: f64 = 1.0;

/// Leads, alone or in piles.
pub(crate) struct Piles {
    piles: Vec<Pile>,
    folds: usize,
}

/// Leads of one fold, one outcome and nearly one logit.
struct Pile {
    lead: Scored,
    fold: usize,
    /// The same for the piles of all folds.
    place: usize,
}

impl Piles {
    /// `folds` gives each lead's fold, or is empty.
    pub(crate) fn of(leads: &[Scored], folds: &[usize]) -> Self {
        let count = folds.iter().max().map_or(1, |last| last + 1);
        let fold = |place: usize| folds.get(place).copied().unwrap_or(0);
        let alone = |(place, lead): (usize, &Scored)| Pile { lead: *lead, fold: fold(place), place };
        if leads.len() <= MANY {
            return Self { piles: leads.iter().enumerate().map(alone).collect(), folds: count };
        }
        let width = Widths::of(leads);
        let mut sums = vec![[0.0; 2]; 2 * WIDTHS * count];
        for (row, Scored { logit, converted, weight }) in leads.iter().enumerate() {
            let sum = &mut sums[(2 * width.place(*logit) + usize::from(*converted)) * count + fold(row)];
            sum[0] += weight;
            sum[1] += weight * logit;
        }
        let pile = |(place, [weight, logits]): (usize, [f64; 2])| {
            (weight > 0.0).then(|| {
                let lead = Scored { logit: logits / weight, converted: place / count % 2 == 1, weight };
                Pile { lead, fold: place % count, place: place / count }
            })
        };
        Self { piles: sums.into_iter().enumerate().filter_map(pile).collect(), folds: count }
    }

    /// How many folds there are.
    pub(crate) fn folds(&self) -> usize {
        self.folds
    }

    /// All leads.
    pub(crate) fn all(&self) -> Vec<Scored> {
        self.but(None)
    }

    /// The leads of the other folds.
    pub(crate) fn others(&self, fold: usize) -> Vec<Scored> {
        self.but(Some(fold))
    }

    fn but(&self, fold: Option<usize>) -> Vec<Scored> {
        let mut leads: Vec<(usize, Scored)> = Vec::new();
        for Pile { place, lead, .. } in self.piles.iter().filter(|pile| Some(pile.fold) != fold) {
            match leads.last_mut() {
                Some((last, sum)) if last == place => {
                    let weight = sum.weight + lead.weight;
                    sum.logit = (sum.weight * sum.logit + lead.weight * lead.logit) / weight;
                    sum.weight = weight;
                }
                _ => leads.push((*place, *lead)),
            }
        }
        leads.into_iter().map(|(_, lead)| lead).collect()
    }

    /// The loss of each pile by the calibration of its fold.
    pub(super) fn losses(&self, fitted: &[Calibration]) -> Vec<f64> {
        let of = |pile: &Pile| loss(&pile.lead, fitted[pile.fold].at(pile.lead.logit));
        self.piles.iter().map(of).collect()
    }

    /// Whether `losses` are lower than `least` by more than the noise of their difference.
    pub(super) fn improves(&self, losses: &[f64], least: &[f64]) -> bool {
        let gains = || least.iter().zip(losses).map(|(old, new)| old - new);
        let gain: f64 = gains().sum();
        let mean = gain / self.piles.iter().map(|pile| pile.lead.weight).sum::<f64>();
        let square = |(pile, gain): (&Pile, f64)| {
            let weight = pile.lead.weight;
            weight * (gain / weight - mean) * (gain / weight - mean)
        };
        let squares: f64 = self.piles.iter().zip(gains()).map(square).sum();
        gain > EVIDENCE * squares.sqrt()
    }
}

/// Widths of logits: equal ones around their mean, up to their mean distance from it, and wider ones farther out, so
/// that a few far logits do not widen those of all.
struct Widths {
    mean: f64,
    distance: f64,
}

impl Widths {
    fn of(leads: &[Scored]) -> Self {
        let count = leads.len() as f64;
        let mean = leads.iter().map(|lead| lead.logit).sum::<f64>() / count;
        let distance = leads.iter().map(|lead| (lead.logit - mean).abs()).sum::<f64>() / count;
        Self { mean, distance: distance.max(f64::MIN_POSITIVE) }
    }

    fn place(&self, logit: f64) -> usize {
        let away = logit - self.mean;
        let share = 0.5 + 0.5 * away / (self.distance + away.abs());
        ((share * WIDTHS as f64) as usize).min(WIDTHS - 1)
    }
}
