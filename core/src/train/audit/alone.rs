//! How well one column foretells the outcome by itself.

use crate::error::quoted;
use crate::model::Estimate;
use crate::train::csv::shorten;
use crate::train::grouped::Grouped;
use crate::train::leads::{Leads, Values};
use crate::train::measure::{Cell, Z95, of_cells, wilson_around};
use crate::train::split;

/// Groups of a number's values.
const GROUPS: usize = 20;
/// With this much agreement beyond chance (Cohen 1960, doi:10.1177/001316446002000104) a column is the label.
const COPY_KAPPA: f64 = 0.9;
/// With fewer leads of either outcome, even a perfect order may be chance.
const COPY_CLASS: usize = 20;

/// A level of which at least this share converts always does.
const ALWAYS: f64 = 0.99;
/// And its odds surely are so many times those of all leads: where most convert, good levels come near to it.
const ALWAYS_ODDS: f64 = 20.0;

/// What a level must be for the outcome to be settled where it is.
#[derive(Clone, Copy)]
pub(super) struct Settled {
    /// Its rate, by the Wilson interval, is surely at least this …
    converted: f64,
    /// … or surely at most this; where few (or nearly all) convert anyway, the limits are further out, by `times`.
    not: f64,
    times: f64,
    /// And such levels have at least this share of the leads, in *both* directions.
    share: f64,
}

/// Levels like those that were written by who knew.
pub(super) const SURELY: Settled = Settled { converted: 0.95, not: 0.025, times: 8.0, share: 0.05 };
/// Levels that only few honest columns have.
pub(super) const PERHAPS: Settled = Settled { converted: 0.90, not: 0.05, times: 4.0, share: 0.02 };

impl Settled {
    /// From which rate on leads nearly always convert, where this is the rate of all.
    fn surely_converted(self, rate: f64) -> f64 {
        self.converted.max(1.0 - (1.0 - rate) / self.times)
    }
}

/// The fold and the outcome of each lead, in one byte.
pub(super) struct Dealt {
    kinds: Vec<u8>,
    folds: usize,
}

/// The leads of a group and a fold.
struct Placed {
    group: usize,
    fold: usize,
    cell: Cell,
}

/// One column's conversion rates.
pub(super) struct Alone<'a> {
    leads: &'a Leads,
    /// For each group and fold that have leads: the rate of the group as the other folds have it, and its leads.
    cells: Vec<Placed>,
    /// The AUC of these rates.
    pub(super) auc: Estimate,
}

impl Dealt {
    pub(super) fn new(leads: &Leads, seed: u64) -> Self {
        let rows: Vec<usize> = (0..leads.len()).collect();
        let folds = split::folds(leads, &rows, seed);
        let kind = |(fold, converted): (&usize, &bool)| (2 * fold + usize::from(*converted)) as u8;
        Self {
            kinds: folds.iter().zip(&leads.label).map(kind).collect(),
            folds: folds.iter().max().map_or(0, |last| last + 1),
        }
    }
}

impl<'a> Alone<'a> {
    pub(super) fn new(leads: &'a Leads, values: &Values, dealt: &Dealt) -> Self {
        let groups = Grouped::new(values, GROUPS, None);
        let Dealt { kinds, folds } = dealt;
        let mut counts = vec![[0_u32; 2]; groups.count * folds];
        groups.each(None, |row, group| {
            let kind = usize::from(kinds[row]);
            counts[group * folds + kind / 2][kind % 2] += 1;
        });
        let mut cells: Vec<Placed> = Vec::new();
        // Where the cell of a group and a fold is.
        let mut places = vec![0_u32; if leads.weights.is_some() { counts.len() } else { 0 }];
        for (place, counts) in counts.into_iter().enumerate().filter(|(_, counts)| *counts != [0; 2]) {
            if let Some(own) = places.get_mut(place) {
                *own = cells.len() as u32;
            }
            let counts = counts.map(f64::from);
            let cell = Cell { score: 0.0, counts, weights: counts, squares: counts };
            cells.push(Placed { group: place / folds, fold: place % folds, cell });
        }
        if let Some(weights) = &leads.weights {
            for Placed { cell, .. } in &mut cells {
                (cell.weights, cell.squares) = ([0.0; 2], [0.0; 2]);
            }
            groups.each(None, |row, group| {
                let (kind, weight) = (usize::from(kinds[row]), weights[row]);
                let cell = &mut cells[places[group * folds + kind / 2] as usize].cell;
                cell.weights[kind % 2] += weight;
                cell.squares[kind % 2] += weight * weight;
            });
        }
        score_out_of_fold(&mut cells, *folds);
        let auc = of_cells(&mut cells.iter().map(|placed| placed.cell).collect::<Vec<_>>());
        Self { leads, cells, auc }
    }

    /// Whether the column says the label again, in whatever code.
    pub(super) fn copies_label(&self) -> Option<String> {
        let leads = self.leads;
        let (count, converted) = (leads.len() as f64, leads.conversions());
        if converted.min(leads.len() - converted) < COPY_CLASS {
            return None;
        }
        // How many leads the column says will convert, and how many of all it is right about.
        let (mut said, mut agree) = (0.0, 0.0);
        for Placed { cell: Cell { score, counts: [others, converted], .. }, .. } in &self.cells {
            let says = *score > 0.5;
            said += if says { others + converted } else { 0.0 };
            agree += if says { converted } else { others };
        }
        let (said, agree, rate) = (said / count, agree / count, converted as f64 / count);
        let by_chance = rate * said + (1.0 - rate) * (1.0 - said);
        let kappa = (agree - by_chance) / (1.0 - by_chance);
        (kappa >= COPY_KAPPA).then(|| {
            format!(
                "it says the outcome in other words: the two agree for {:.1} % of the leads",
                100.0 * agree
            )
        })
    }

    /// Whether leads of one level always convert, but for one in a hundred, as those do that are called customers after they
    /// have become some. Good sources of leads convert often, and yet not so.
    pub(super) fn always_converts(&self, values: &Values) -> Option<String> {
        let Values::Levels { levels, .. } = values else { return None };
        let rate = self.rate();
        let surely = SURELY.surely_converted(rate);
        let odds = |rate: f64| rate / (1.0 - rate);
        let always = |hits: f64, of: f64| {
            let least = wilson(hits, of).0;
            hits >= ALWAYS * of && least >= surely && odds(least) >= ALWAYS_ODDS * odds(rate)
        };
        let best = self.by_group().filter(|(_, [hits, of])| always(*hits, *of));
        let (group, [hits, of]) = best.max_by(|a, b| a.1[0].total_cmp(&b.1[0]))?;
        // Behind the levels stand those for which it is not known.
        let what =
            levels.get(group).map_or_else(|| "no value".into(), |level| quoted(&shorten(level)).to_string());
        Some(format!(
            "of {of:.0} leads with {what} {:.1} % converted, of the others {:.1} %: is that written when they have?",
            100.0 * hits / of,
            100.0 * (rate * self.leads.len() as f64 - hits) / (self.leads.len() as f64 - of)
        ))
    }

    /// Conversions and leads of each group that has any.
    fn by_group(&self) -> impl Iterator<Item = (usize, [f64; 2])> {
        let groups = self.cells.chunk_by(|a, b| a.group == b.group);
        groups.map(|cells| (cells[0].group, cells.iter().fold([0.0; 2], added)))
    }

    fn rate(&self) -> f64 {
        self.leads.conversions() as f64 / self.leads.len() as f64
    }

    /// Whether levels settle the outcome in both directions. Not so for a number: the ends of a strong and honest one
    /// settle both ways too, without its middle.
    pub(super) fn settles(&self, values: &Values, settled: Settled) -> Option<String> {
        if matches!(values, Values::Numbers(_)) {
            return None;
        }
        let rate = self.rate();
        let surely_not = settled.not.min(rate / settled.times);
        let surely_converted = settled.surely_converted(rate);
        let share = |is_settled: &dyn Fn((f64, f64)) -> bool| {
            let of_settled = self.by_group().filter(|(_, [hits, of])| is_settled(wilson(*hits, *of)));
            of_settled.map(|(_, [_, of])| of).sum::<f64>() / self.leads.len() as f64
        };
        let converted = share(&|(low, _)| low >= surely_converted);
        let not = share(&|(_, high)| high <= surely_not);
        (converted >= settled.share && not >= settled.share).then(|| {
            format!(
                "its values settle the outcome both ways: {:.1} % of the leads have one that nearly always converts, {:.1} % one that nearly never does",
                100.0 * converted,
                100.0 * not
            )
        })
    }
}

/// The conversion rates that the groups of leads to `test` have over those to `fit`.
pub(super) fn held_out_rates(leads: &Leads, values: &Values, fit: &[usize], test: &[usize]) -> Vec<f64> {
    // The borders of a number's groups know no label, so that all rows may draw them.
    let groups = Grouped::new(values, GROUPS, None);
    let mut counts = vec![[0.0; 2]; groups.count];
    groups.each(Some(fit), |row, group| {
        counts[group][0] += f64::from(u8::from(leads.label[row]));
        counts[group][1] += 1.0;
    });
    let all = counts.iter().fold([0.0; 2], |all, own| [all[0] + own[0], all[1] + own[1]]);
    let mean = all[0] / all[1];
    let mut rates = Vec::with_capacity(test.len());
    groups.each(Some(test), |_, group| {
        let [hits, of] = counts[group];
        rates.push((hits + 2.0 * mean) / (of + 2.0));
    });
    rates
}

/// Scores each cell by the conversion rate of its group over the other folds, drawn towards the mean by two leads.
fn score_out_of_fold(cells: &mut [Placed], folds: usize) {
    let mut of_fold = vec![[0.0; 2]; folds];
    let mut all = [0.0; 2];
    for placed in &*cells {
        of_fold[placed.fold] = added(of_fold[placed.fold], placed);
        all = added(all, placed);
    }
    for group in cells.chunk_by_mut(|a, b| a.group == b.group) {
        let of_group = group.iter().fold([0.0; 2], added);
        for placed in group {
            let (own, of_fold) = (added([0.0; 2], placed), of_fold[placed.fold]);
            let mean = (all[0] - of_fold[0]) / (all[1] - of_fold[1]);
            placed.cell.score = (of_group[0] - own[0] + 2.0 * mean) / (of_group[1] - own[1] + 2.0);
        }
    }
}

/// Conversions and leads, with those of a cell.
fn added([hits, of]: [f64; 2], placed: &Placed) -> [f64; 2] {
    let [others, converted] = placed.cell.counts;
    [hits + converted, of + others + converted]
}

/// The 95 % score interval of a proportion; anything where there is none.
pub(super) fn wilson(hits: f64, of: f64) -> (f64, f64) {
    if of == 0.0 { (0.0, 1.0) } else { wilson_around(hits / of, of, Z95) }
}
