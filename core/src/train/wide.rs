//! Tables with more columns than can be learnt from: which of them a model reads.
//!
//! The strongest by themselves do, as far as chance does not explain their strength. Which these are is asked of the
//! leads that are fitted, never of those that measure the fit: chosen on all leads, the best of 10,000 columns of noise
//! would pass for knowledge.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::model::ExcludedField;
use crate::train::audit::{Finding, FindingKind};
use crate::train::grouped::Grouped;
use crate::train::leads::{Column, Leads, MIN_LEVEL_LEADS, Values};
use crate::train::together::{Together, design_effect};

/// Tables of no more columns than this are read as they are.
const FEW_COLUMNS: usize = 100;
/// All columns together may make about this many design columns: the time of a fit grows with the cube of their number.
const WIDTH: usize = 1_200;
/// What a number makes where curves are many: four knots, and missing.
const NUMBER_WIDTH: usize = 5;
/// Of the columns that are read, this share may be there by chance (Benjamini & Hochberg 1995).
const FALSE_DISCOVERIES: f64 = 0.1;
/// Groups of a number's values.
const GROUPS: usize = 5;
/// Groups with fewer leads are joined.
const GROUP_LEADS: f64 = 5.0;

/// The leads with the columns a model fitted to `rows` reads; columns named in `keep` are among them.
pub(crate) fn narrow<'a>(leads: &'a Leads, rows: &[usize], keep: &[String]) -> Cow<'a, Leads> {
    let all: usize = leads.columns.iter().map(width).sum();
    if leads.columns.len() <= FEW_COLUMNS || all <= WIDTH {
        return Cow::Borrowed(leads);
    }
    let (mut places, others): (Vec<usize>, Vec<usize>) =
        (0..leads.columns.len()).partition(|place| keep.contains(&leads.columns[*place].field.name));
    let mut left =
        places.iter().fold(WIDTH, |left, place| left.saturating_sub(width(&leads.columns[*place])));
    let tied = Together::new(leads, Some(rows)).map(|together| {
        let alike = together.alike(|row| leads.label[row]);
        Tied { together, alike }
    });
    let mut ranked: Vec<(f64, usize)> = others
        .par_iter()
        .map(|place| (strength(leads, &leads.columns[*place].values, rows, tied.as_ref()), *place))
        .collect();
    // Equally strong columns keep their order; a model must read something.
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let many = discoveries(&ranked).max(usize::from(places.is_empty()));
    for (_, place) in ranked.into_iter().take(many) {
        let width = width(&leads.columns[place]);
        if width <= left || places.is_empty() {
            left = left.saturating_sub(width);
            places.push(place);
        }
    }
    places.sort_unstable();
    let mut excluded = leads.excluded.clone();
    excluded.push(ExcludedField {
        field: format!("{} further columns", leads.columns.len() - places.len()),
        reason: "the table has more columns than can be learnt from, and others say more".into(),
    });
    let mut narrow = leads.clone();
    narrow.columns = places.into_iter().map(|place| leads.columns[place].clone()).collect();
    narrow.excluded = excluded;
    Cow::Owned(narrow)
}

/// What is to be said about a model that reads only some columns of a table.
pub(crate) fn finding(all: &Leads, read: &Leads, keep: &[String]) -> Option<Finding> {
    let kept = read.columns.iter().filter(|column| keep.contains(&column.field.name)).count();
    let found = match read.columns.len() - kept {
        1 => "one whose conversion rate by itself differs most beyond chance".to_owned(),
        0 => String::new(),
        found => format!("{found} whose conversion rates by themselves differ most beyond chance"),
    };
    let kept = if kept > 0 { format!("{kept} that --keep names") } else { String::new() };
    let both = if kept.is_empty() || found.is_empty() { "" } else { " and the " };
    (read.columns.len() < all.columns.len()).then(|| Finding {
        field: None,
        kind: FindingKind::TooManyColumns,
        evidence: format!(
            "{} columns make some {} columns of knots and levels, of which about {WIDTH} can be learnt together",
            all.columns.len(),
            all.columns.iter().map(width).sum::<usize>()
        ),
        done: format!(
            "the model reads the {kept}{both}{found}; for the metrics they were chosen anew, without the held-out leads"
        ),
        remedy: "to choose them yourself, name those to be read with --keep, or leave others out with --exclude or in a schema file".into(),
        excluded: false,
    })
}

/// About how many design columns a column makes.
fn width(column: &Column) -> usize {
    match &column.values {
        Values::Numbers(_) => NUMBER_WIDTH,
        Values::Levels { levels, codes } => {
            // No more than this many levels have leads enough to be stored.
            let stored = codes.len() / MIN_LEVEL_LEADS;
            levels.len().min(stored + 1) + 1
        }
    }
}

/// How many of the strongest are strong beyond chance.
fn discoveries(ranked: &[(f64, usize)]) -> usize {
    let by_chance = |strength: f64| 0.5 * libm::erfc(strength / std::f64::consts::SQRT_2);
    let count = ranked.len() as f64;
    let passes = |(rank, (strength, _)): (usize, &(f64, usize))| {
        by_chance(*strength) <= FALSE_DISCOVERIES * (rank + 1) as f64 / count
    };
    ranked.iter().enumerate().rev().find(|ranked| passes(*ranked)).map_or(0, |(rank, _)| rank + 1)
}

/// Leads that belong together, and how alike their outcomes are where columns say nothing.
struct Tied<'a> {
    together: Together<'a>,
    alike: f64,
}

/// How much more the conversions of a column's groups vary than those of leads that stand alone, where leads belong together: of
/// each group, and of the trend along those of a number. They are the first-order correction of Rao & Scott (1981,
/// doi:10.1080/01621459.1981.10477633), with the variance under the hypothesis that the column says nothing.
struct Effects {
    groups: Vec<f64>,
    trend: f64,
}

impl Effects {
    fn new(tied: Option<&Tied<'_>>, values: &Values, rows: &[usize], counts: &[[f64; 2]]) -> Self {
        let Some(Tied { together, alike }) = tied else {
            return Self { groups: vec![1.0; counts.len()], trend: 1.0 };
        };
        let groups = Grouped::new(values, GROUPS, Some(rows));
        let mut own = vec![0_u32; rows.iter().max().map_or(0, |last| last + 1)];
        groups.each(Some(rows), |row, group| own[row] = group as u32);
        let sizes = together.sizes(groups.count, |row| own[row] as usize);
        let numbers = matches!(values, Values::Numbers(_));
        let trend = if numbers { trend_effect(together, *alike, &own, &counts[..GROUPS]) } else { 1.0 };
        Self { groups: sizes.into_iter().map(|sizes| design_effect(sizes, *alike)).collect(), trend }
    }
}

/// That of the sum of what leads are along the groups: `1 + ρ (Σ_g (Σ_{i ∈ g} x_i)² / Σ x² − 1)`.
fn trend_effect(together: &Together<'_>, alike: f64, own: &[u32], counts: &[[f64; 2]]) -> f64 {
    let [_, all] = sum(counts);
    let mean = counts.iter().enumerate().map(|(place, [_, of])| of * place as f64).sum::<f64>() / all;
    let along = |row: &u32| match own[*row as usize] {
        group if (group as usize) < counts.len() => f64::from(group) - mean,
        // What is missing has no place.
        _ => 0.0,
    };
    let (mut of_rows, mut of_groups) = (0.0, 0.0);
    for rows in together.each() {
        let own: f64 = rows.iter().map(along).sum();
        of_groups += own * own;
        of_rows += rows.iter().map(|row| along(row) * along(row)).sum::<f64>();
    }
    // Opposites in a group make a sum that varies less: not counted upon.
    if of_rows > 0.0 { (1.0 + alike * (of_groups / of_rows - 1.0)).max(1.0) } else { 1.0 }
}

/// How far the conversion rates of a column's groups differ beyond chance, as a standard normal number: by Pearson's χ²,
/// or, for a number, by their trend where that is stronger.
fn strength(leads: &Leads, values: &Values, rows: &[usize], tied: Option<&Tied<'_>>) -> f64 {
    let counts = counts(leads, values, rows);
    let effects = Effects::new(tied, values, rows, &counts);
    let mut strength = difference(&counts, &effects.groups);
    if matches!(values, Values::Numbers(_)) {
        // The trend may go either way: twice the chance.
        strength = strength.max(twice_the_chance(trend(&counts[..GROUPS]).abs() / effects.trend.sqrt()));
    }
    // And there were two ways to be strong.
    twice_the_chance(strength)
}

/// The standard normal number that is exceeded with about twice the chance: `P(Z > z − δ) ≈ P(Z > z) exp(δz)`.
fn twice_the_chance(strength: f64) -> f64 {
    strength - std::f64::consts::LN_2 / strength.max(1.0)
}

/// Pearson's χ² of groups as a standard normal number (Wilson & Hilferty 1931, doi:10.1073/pnas.17.12.684).
fn difference(counts: &[[f64; 2]], effects: &[f64]) -> f64 {
    let [hits, all] = sum(counts);
    let rate = hits / all;
    let (mut square, mut groups, mut rest) = (0.0, 0.0, [0.0; 2]);
    let mut add = |[hits, of]: [f64; 2], effect: f64| {
        square += (hits - of * rate) * (hits - of * rate) / (of * rate * (1.0 - rate) * effect);
        groups += 1.0;
    };
    let mut greatest = 1.0;
    for (count, effect) in counts.iter().zip(effects) {
        if count[1] >= GROUP_LEADS * effect {
            add(*count, *effect);
        } else {
            rest = sum(&[rest, *count]);
            greatest = f64::max(greatest, *effect);
        }
    }
    if rest[1] > 0.0 {
        add(rest, greatest);
    }
    if groups < 2.0 {
        return f64::NEG_INFINITY;
    }
    let freedom = groups - 1.0;
    let spread = 2.0 / (9.0 * freedom);
    (libm::cbrt(square / freedom) - (1.0 - spread)) / spread.sqrt()
}

/// The trend of the rates of ordered groups, in standard errors (Armitage 1955, doi:10.2307/3001775); 0 where there is
/// none.
fn trend(counts: &[[f64; 2]]) -> f64 {
    let [hits, all] = sum(counts);
    let rate = hits / all;
    let places = || counts.iter().enumerate().map(|(place, count)| (place as f64, count));
    let mean = places().map(|(place, [_, of])| of * place).sum::<f64>() / all;
    let along = places().map(|(place, [hits, of])| (place - mean) * (hits - of * rate)).sum::<f64>();
    let square = places().map(|(place, [_, of])| of * (place - mean) * (place - mean)).sum::<f64>();
    let trend = along / (rate * (1.0 - rate) * square).sqrt();
    if trend.is_nan() { 0.0 } else { trend }
}

fn sum(counts: &[[f64; 2]]) -> [f64; 2] {
    counts.iter().fold([0.0; 2], |sum, [hits, of]| [sum[0] + hits, sum[1] + of])
}

/// Conversions and leads of each level, or fifth of the numbers in their order; missing is the last group.
fn counts(leads: &Leads, values: &Values, rows: &[usize]) -> Vec<[f64; 2]> {
    let groups = Grouped::new(values, GROUPS, Some(rows));
    let mut counts = vec![[0.0; 2]; groups.count];
    groups.each(Some(rows), |row, group| {
        counts[group][0] += f64::from(u8::from(leads.label[row]));
        counts[group][1] += 1.0;
    });
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::leads::Groups;
    use crate::train::random::Random;

    /// How many of 250 columns of noise are read, with one that says something, where ten leads of an account have much the same
    /// fate; and whether that one is. What columns say is the account's, or each lead's own.
    fn read(seed: u64, shared: bool) -> (usize, bool) {
        let mut random = Random::new(seed, "wide");
        let normal = |random: &mut Random| (0..12).map(|_| random.uniform()).sum::<f64>() - 6.0;
        let fates: Vec<f64> = (0..60).map(|_| 1.5 * normal(&mut random) - 0.5).collect();
        let says: Vec<f64> = (0..600).map(|_| normal(&mut random)).collect();
        let label = (0..600)
            .map(|row| random.uniform() < crate::sigmoid(fates[row / 10] + 1.5 * says[row]))
            .collect();
        let mut columns = vec![Column::numbers("says", says)];
        for place in 0..250 {
            let own: Vec<f64> = (0..600).map(|_| normal(&mut random)).collect();
            let value = |row: usize| if shared { own[row / 10] + 0.01 * own[row] } else { own[row] };
            columns.push(Column::numbers(format!("noise {place}"), (0..600).map(value)));
        }
        let mut leads = Leads::new("won", label, columns);
        leads.groups =
            Some(Groups { field: "account".into(), codes: (0..600).map(|row| row / 10).collect() });
        let rows: Vec<usize> = (0..600).collect();
        let narrow = narrow(&leads, &rows, &[]);
        let says = narrow.columns.iter().any(|column| column.field.name == "says");
        (narrow.columns.len() - usize::from(says), says)
    }

    #[test]
    fn what_accounts_share_is_not_taken_for_knowledge_lead_by_lead() {
        for seed in 0..5 {
            for shared in [false, true] {
                let (noise, says) = read(seed, shared);
                assert!(noise <= 3 && says, "{seed}: {noise} of noise are read");
            }
        }
    }
}
