//! How well one column foretells the outcome by itself.

use crate::error::quoted;
use crate::model::Estimate;
use crate::train::csv::shorten;
use crate::train::grouped::Grouped;
use crate::train::leads::{Leads, Values};
use crate::train::measure::{Cell, Z95, normal_quantile, of_cells, wilson};
use crate::train::split;
use crate::train::text::some_of;
use crate::train::together::{Together, design_effect};

/// Groups of a number's values.
const GROUPS: usize = 20;
/// With this much agreement beyond chance (Cohen 1960, doi:10.1177/001316446002000104) a column is the label.
const COPY_KAPPA: f64 = 0.9;
/// With fewer leads of either outcome, even a perfect order may be chance.
const COPY_CLASS: f64 = 20.0;

/// A level of which at least this share converts always does.
const ALWAYS: f64 = 0.99;
/// And its odds surely are so many times those of all leads: where most convert, good levels come near to it.
const ALWAYS_ODDS: f64 = 20.0;
/// The chance that one of a column's levels is said never to convert, though its odds are a so manieth part of those of all.
const CHANCE: f64 = 0.05;
/// So many of several levels are named.
const NAMED: usize = 3;

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

/// How the leads are dealt and tied.
pub(super) struct Dealt<'a> {
    /// The fold and the outcome of each lead, in one byte.
    kinds: Vec<u8>,
    folds: usize,
    /// Leads that belong together, and how alike their outcomes are.
    together: Option<(Together<'a>, f64)>,
}

/// The leads of a group and a fold.
struct Placed {
    group: usize,
    fold: usize,
    cell: Cell,
}

/// Leads of a class by their weights.
#[derive(Clone, Copy, Default)]
struct Weighed {
    weight: f64,
    squares: f64,
}

impl Weighed {
    /// As many leads of equal weight would tell as much (Kish 1965, *Survey Sampling*).
    fn worth(self) -> f64 {
        if self.squares > 0.0 { self.weight * self.weight / self.squares } else { 0.0 }
    }

    /// What each of these would weigh.
    fn each(self) -> f64 {
        self.squares / self.weight
    }
}

/// What a group says of the outcome.
#[derive(Clone, Copy)]
struct Told {
    /// Conversions and leads, by weight.
    hits: f64,
    of: f64,
    /// The interval of its conversion rate.
    low: f64,
    high: f64,
}

/// Levels of which the same is to be said.
struct Those {
    /// Their names.
    what: String,
    /// Conversions and leads, by weight.
    hits: f64,
    of: f64,
    /// The rate of the leads of other levels.
    others: f64,
}

/// One column's conversion rates.
pub(super) struct Alone<'a> {
    leads: &'a Leads,
    /// For each group and fold that have leads: the rate of the group as the other folds have it, and its leads.
    cells: Vec<Placed>,
    /// How many times as many leads of each group as would stand alone it takes to tell as much; none where all stand alone.
    effects: Vec<f64>,
    /// And of all leads.
    effect: f64,
    /// What leads weigh: all that did not convert, and all that did, with how many that are of equal weights these are worth.
    all: [Weighed; 2],
    /// The AUC of these rates.
    pub(super) auc: Estimate,
}

impl<'a> Dealt<'a> {
    pub(super) fn new(leads: &'a Leads, seed: u64) -> Self {
        let rows: Vec<usize> = (0..leads.len()).collect();
        let folds = split::folds(leads, &rows, seed);
        let kind = |(fold, converted): (&usize, &bool)| (2 * fold + usize::from(*converted)) as u8;
        Self {
            kinds: folds.iter().zip(&leads.label).map(kind).collect(),
            folds: folds.iter().max().map_or(0, |last| last + 1),
            together: Together::new(leads, None).map(|together| {
                let alike = together.alike(|row| leads.label[row]);
                (together, alike)
            }),
        }
    }
}

impl<'a> Alone<'a> {
    pub(super) fn new(leads: &'a Leads, values: &Values, dealt: &Dealt<'_>) -> Self {
        let groups = Grouped::new(values, GROUPS, None);
        let Dealt { kinds, folds, together } = dealt;
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
        let (effects, effect) = together.as_ref().map_or((Vec::new(), 1.0), |(together, alike)| {
            let mut own = vec![0_u32; leads.len()];
            groups.each(None, |row, group| own[row] = group as u32);
            let sizes = together.sizes(groups.count, |row| own[row] as usize);
            // Leads that belong together but not to a level do not add to the same rate.
            let squares = sizes.iter().map(|sizes| sizes[1]).sum();
            let effects = sizes.into_iter().map(|sizes| design_effect(sizes, *alike)).collect();
            (effects, design_effect([leads.len() as f64, squares], *alike))
        });
        let worth = |counts: [f64; 2]| counts.map(|count| count / effect);
        let independent = |placed: &Placed| Cell {
            score: placed.cell.score,
            counts: worth(placed.cell.counts),
            weights: worth(placed.cell.weights),
            squares: worth(placed.cell.squares),
        };
        let auc = of_cells(&mut cells.iter().map(independent).collect::<Vec<_>>());
        let all = weighed(&cells);
        Self { leads, cells, effects, effect, all, auc }
    }

    /// Whether the column says the label again, in whatever code.
    pub(super) fn copies_label(&self) -> Option<String> {
        let [others, converted] = self.all;
        if (self.leads.rarer_class(None) as f64) < COPY_CLASS * self.effect {
            return None;
        }
        // How many leads the column says will convert, and how many of all it is right about.
        let (mut said, mut agree) = (0.0, 0.0);
        for Placed { cell: Cell { score, weights: [others, converted], .. }, .. } in &self.cells {
            let says = self.of_all(*score) > 0.5;
            said += if says { others + converted } else { 0.0 };
            agree += if says { converted } else { others };
        }
        let count = others.weight + converted.weight;
        let (said, agree, rate) = (said / count, agree / count, self.rate());
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
        let rate = self.rate();
        let surely = SURELY.surely_converted(rate);
        let odds = |rate: f64| rate / (1.0 - rate);
        let always = |told: &Told| {
            let Told { hits, of, low, .. } = *told;
            hits >= ALWAYS * of && low >= surely && odds(low) >= ALWAYS_ODDS * odds(rate)
        };
        let Those { what, hits, of, others } =
            self.those(values, self.by_group(Z95).filter(|(_, told)| always(told)))?;
        Some(format!(
            "of {of:.0} leads with {what} {:.1} % converted, of the others {:.1} %: is that written when they have?",
            100.0 * hits / of,
            100.0 * others
        ))
    }

    /// Whether leads of some levels never convert, as those do not that are marked when they are lost. Few of a good many levels do
    /// so by chance, and so many are looked at; yet there may be countries from which nobody buys.
    pub(super) fn never_converts(&self, values: &Values) -> Option<String> {
        let (rate, looked_at) = (self.rate(), self.by_group(Z95).count().max(1));
        let surely = normal_quantile(1.0 - 0.5 * CHANCE / looked_at as f64);
        let odds = |rate: f64| rate / (1.0 - rate);
        let never = |told: &Told| {
            let Told { hits, of, high, .. } = *told;
            hits <= (1.0 - ALWAYS) * of && odds(high) * ALWAYS_ODDS <= odds(rate)
        };
        let Those { what, hits, of, others } =
            self.those(values, self.by_group(surely).filter(|(_, told)| never(told)))?;
        Some(format!(
            "of {of:.0} leads with {what} {:.1} % converted, of the others {:.1} %, by which {:.0} would have: is that written when they are lost, or could they buy at all?",
            100.0 * hits / of,
            100.0 * others,
            others * of
        ))
    }

    /// Some levels together; `None` where there are none.
    fn those(&self, values: &Values, groups: impl Iterator<Item = (usize, Told)>) -> Option<Those> {
        let Values::Levels { levels, .. } = values else { return None };
        let mut groups: Vec<(usize, Told)> = groups.collect();
        groups.sort_by(|a, b| b.1.of.total_cmp(&a.1.of));
        // Behind the levels stand those for which it is not known.
        let name = |(group, _): &(usize, Told)| {
            levels.get(*group).map_or_else(|| "no value".into(), |level| quoted(&shorten(level)).to_string())
        };
        let what = match &groups[..] {
            [] => return None,
            [one] => name(one),
            more => format!("one of {}", some_of(NAMED, more.iter().map(name))),
        };
        let [hits, of] =
            groups.iter().fold([0.0; 2], |[hits, of], (_, told)| [hits + told.hits, of + told.of]);
        let all = self.all[0].weight + self.all[1].weight;
        Some(Those {
            what,
            hits,
            of,
            others: (self.all[1].weight - hits) / (all - of).max(f64::MIN_POSITIVE),
        })
    }

    /// What each group that has leads says.
    ///
    /// Rows may have been left out by their outcome, and those that are there weigh more: an interval is that of the odds of rows,
    /// as the numbers of rows tell, times what a row of either class weighs.
    fn by_group(&self, surely: f64) -> impl Iterator<Item = (usize, Told)> {
        self.cells.chunk_by(|a, b| a.group == b.group).map(move |cells| {
            let group = cells[0].group;
            let [others, converted] = weighed(cells);
            let effect = self.effects.get(group).copied().unwrap_or(1.0);
            let [hits, all] = [converted.worth(), converted.worth() + others.worth()].map(|all| all / effect);
            let Estimate { low, high, .. } = wilson(hits / all, all, surely);
            let (low, high) = if self.leads.weights.is_some() {
                let each =
                    |own: Weighed, all: Weighed| if own.weight > 0.0 { own.each() } else { all.each() };
                let ratio = each(converted, self.all[1]) / each(others, self.all[0]);
                (at_odds(low, ratio), at_odds(high, ratio))
            } else {
                (low, high)
            };
            (group, Told { hits: converted.weight, of: others.weight + converted.weight, low, high })
        })
    }

    /// The rate of all leads that a rate of rows stands for.
    fn of_all(&self, rate: f64) -> f64 {
        let [others, converted] = self.all;
        if self.leads.weights.is_some() { at_odds(rate, converted.each() / others.each()) } else { rate }
    }

    fn rate(&self) -> f64 {
        self.all[1].weight / (self.all[0].weight + self.all[1].weight)
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
        let count = self.all[0].weight + self.all[1].weight;
        let share = |is_settled: &dyn Fn(&Told) -> bool| {
            let of_settled = self.by_group(Z95).filter(|(_, told)| is_settled(told));
            of_settled.map(|(_, told)| told.of).sum::<f64>() / count
        };
        let converted = share(&|told| told.low >= surely_converted);
        let not = share(&|told| told.high <= surely_not);
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

/// Leads that did not convert, and leads that did.
fn weighed(cells: &[Placed]) -> [Weighed; 2] {
    let mut all = [Weighed::default(); 2];
    for Placed { cell, .. } in cells {
        for (class, all) in all.iter_mut().enumerate() {
            all.weight += cell.weights[class];
            all.squares += cell.squares[class];
        }
    }
    all
}

/// The rate whose odds are so many times those of another.
fn at_odds(rate: f64, times: f64) -> f64 {
    times * rate / (times * rate + 1.0 - rate)
}
