//! How well one column foretells the outcome by itself.

use crate::model::Estimate;
use crate::train::leads::{Leads, MISSING_LEVEL, Values};
use crate::train::measure::{Predictions, Z95, auc_interval};

/// Groups of a number's values.
const GROUPS: usize = 20;
/// With this much agreement beyond chance (Cohen 1960, doi:10.1177/001316446002000104) a column is the label.
const COPY_KAPPA: f64 = 0.9;
/// With fewer leads of either outcome, even a perfect order may be chance.
const COPY_CLASS: usize = 20;

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

/// One column's conversion rates.
pub(super) struct Alone<'a> {
    leads: &'a Leads,
    groups: Vec<usize>,
    /// The rate of each lead's group, as the other folds have it.
    rates: Vec<f64>,
    /// The AUC of these rates.
    pub(super) auc: Estimate,
}

impl<'a> Alone<'a> {
    pub(super) fn new(leads: &'a Leads, values: &Values, folds: &[usize]) -> Self {
        let groups = groups(values, leads.len());
        let rates = out_of_fold_rates(leads, &groups, folds);
        let weights: Vec<f64> = (0..leads.len()).map(|row| leads.weight(row)).collect();
        let predictions = Predictions {
            probability: rates,
            converted: leads.label.clone(),
            weight: weights,
            ..Predictions::default()
        };
        let auc = auc_interval(&predictions);
        Self { leads, groups, rates: predictions.probability, auc }
    }

    /// Whether the column says the label again, in whatever code.
    pub(super) fn copies_label(&self) -> Option<String> {
        let leads = self.leads;
        let (count, converted) = (leads.len() as f64, leads.conversions());
        if converted.min(leads.len() - converted) < COPY_CLASS {
            return None;
        }
        let said: Vec<bool> = self.rates.iter().map(|rate| *rate > 0.5).collect();
        let agree =
            said.iter().zip(&leads.label).filter(|(said, label)| said == label).count() as f64 / count;
        let rate = converted as f64 / count;
        let said = said.iter().filter(|said| **said).count() as f64 / count;
        let by_chance = rate * said + (1.0 - rate) * (1.0 - said);
        let kappa = (agree - by_chance) / (1.0 - by_chance);
        (kappa >= COPY_KAPPA).then(|| {
            format!(
                "it says the outcome in other words: the two agree for {:.1} % of the leads",
                100.0 * agree
            )
        })
    }

    /// Whether levels settle the outcome in both directions. Not so for a number: the ends of a strong and honest one
    /// settle both ways too, without its middle.
    pub(super) fn settles(&self, values: &Values, settled: Settled) -> Option<String> {
        if matches!(values, Values::Numbers(_)) {
            return None;
        }
        let leads = self.leads;
        let group_count = self.groups.iter().max().map_or(0, |last| last + 1);
        let mut counts = vec![[0.0; 2]; group_count];
        for (row, group) in self.groups.iter().enumerate() {
            counts[*group][0] += f64::from(u8::from(leads.label[row]));
            counts[*group][1] += 1.0;
        }
        let rate = leads.conversions() as f64 / leads.len() as f64;
        let surely_not = settled.not.min(rate / settled.times);
        let surely_converted = settled.converted.max(1.0 - (1.0 - rate) / settled.times);
        let share = |is_settled: &dyn Fn((f64, f64)) -> bool| {
            let of_settled = counts.iter().filter(|[hits, of]| is_settled(wilson(*hits, *of)));
            of_settled.map(|[_, of]| of).sum::<f64>() / leads.len() as f64
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

/// The AUC over `test` of the conversion rates that a column's groups have over `fit`.
pub(super) fn held_out_rates(leads: &Leads, values: &Values, fit: &[usize], test: &[usize]) -> Vec<f64> {
    // The borders of a number's groups know no label, so that all rows may draw them.
    let groups = groups(values, leads.len());
    let mut counts = vec![[0.0; 2]; groups.iter().max().map_or(0, |last| last + 1)];
    let mut all = [0.0; 2];
    for row in fit {
        let hit = f64::from(u8::from(leads.label[*row]));
        for sum in [&mut counts[groups[*row]], &mut all] {
            sum[0] += hit;
            sum[1] += 1.0;
        }
    }
    let mean = all[0] / all[1];
    test.iter().map(|row| counts[groups[*row]]).map(|[hits, of]| (hits + 2.0 * mean) / (of + 2.0)).collect()
}

/// A group for each lead, from 0: its level or its twentieth; missing last.
fn groups(values: &Values, count: usize) -> Vec<usize> {
    match values {
        Values::Levels { levels, codes } => codes
            .iter()
            .map(|code| if *code == MISSING_LEVEL { levels.len() } else { *code as usize })
            .collect(),
        Values::Numbers(numbers) => {
            let mut order: Vec<usize> = (0..count).filter(|row| !numbers[*row].is_nan()).collect();
            order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
            let mut groups = vec![GROUPS; count];
            let mut before = 0;
            for tied in order.chunk_by(|a, b| numbers[*a] == numbers[*b]) {
                // Equal numbers share a group, that of the middle one.
                let group = (before + tied.len() / 2) * GROUPS / order.len();
                for row in tied {
                    groups[*row] = group;
                }
                before += tied.len();
            }
            groups
        }
    }
}

/// The conversion rate of each lead's group over the other folds, drawn towards the mean by two leads.
fn out_of_fold_rates(leads: &Leads, groups: &[usize], folds: &[usize]) -> Vec<f64> {
    let group_count = groups.iter().max().map_or(0, |last| last + 1);
    let fold_count = folds.iter().max().map_or(0, |last| last + 1);
    let mut sums = vec![[0.0; 2]; group_count * fold_count];
    let mut of_group = vec![[0.0; 2]; group_count];
    let mut of_fold = vec![[0.0; 2]; fold_count];
    let mut all = [0.0; 2];
    for (row, (group, fold)) in groups.iter().zip(folds).enumerate() {
        let hit = f64::from(u8::from(leads.label[row]));
        for sum in
            [&mut sums[group * fold_count + fold], &mut of_group[*group], &mut of_fold[*fold], &mut all]
        {
            sum[0] += hit;
            sum[1] += 1.0;
        }
    }
    groups
        .iter()
        .zip(folds)
        .map(|(group, fold)| {
            let own = sums[group * fold_count + fold];
            let mean = (all[0] - of_fold[*fold][0]) / (all[1] - of_fold[*fold][1]);
            (of_group[*group][0] - own[0] + 2.0 * mean) / (of_group[*group][1] - own[1] + 2.0)
        })
        .collect()
}

/// The 95 % score interval of a proportion (Wilson 1927, doi:10.1080/01621459.1927.10502953).
pub(super) fn wilson(hits: f64, of: f64) -> (f64, f64) {
    if of == 0.0 {
        return (0.0, 1.0);
    }
    let (rate, z2) = (hits / of, Z95 * Z95);
    let center = (rate + z2 / (2.0 * of)) / (1.0 + z2 / of);
    let reach = Z95 / (1.0 + z2 / of) * (rate * (1.0 - rate) / of + z2 / (4.0 * of * of)).sqrt();
    (center - reach, center + reach)
}
