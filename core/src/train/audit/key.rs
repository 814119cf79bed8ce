//! Numbers that name somebody: the number of a customer, an account, a person, under a name that does not say so.
//!
//! Of what is counted or measured, leads of neighbouring numbers fare as leads of the same number do. Of a name in figures the same
//! number says much, and the next one nothing. So the conversion rates of different numbers are held against those of their
//! neighbours: the part of their variance that is found between neighbours (von Neumann 1941, doi:10.1214/aoms/1177731677, without
//! what chance makes of so few leads) is all of it where the order says nothing.

use super::{Finding, FindingKind};
use crate::train::grouped::in_order;
use crate::train::leads::{Column, Groups, Leads, MIN_LEVEL_LEADS, Numbers, Values};
use crate::train::measure::normal_quantile;
use crate::train::shell::option;
use crate::train::sorted::ascending;

/// Fewer different numbers that occur again tell too little.
const DIFFERENT: usize = 50;
/// And there are as many leads of either outcome.
const LEAST: usize = 50;
/// The chance that a number that counts or measures is taken for a name.
const CHANCE: f64 = 0.01;
/// The order says less than the other half where this part of the variance is between neighbours.
const BETWEEN_NEIGHBOURS: f64 = 0.5;
/// All but this part of the leads have a number that too few have for a level of its own: as a category nothing would be learnt of it, as
/// a number it is learnt by heart.
const OTHERS: f64 = 0.05;
/// And this part of them has one that another lead has, too.
const AGAIN: f64 = 0.5;

/// The column by which leads belong together, if a number names whose they are, and nothing else says so; and what is to be said of
/// each number that does, or may.
pub(crate) fn keys(leads: &Leads, keep: &[String]) -> (Option<Groups>, Vec<Finding>) {
    if leads.groups.is_some() || leads.rarer_class(None) < LEAST {
        return (None, Vec::new());
    }
    let asked = |column: &&Column| !keep.contains(&column.field.name);
    let numbers = leads.columns.iter().filter(asked).filter_map(|column| match &column.values {
        Values::Numbers(numbers) => Some((column, Told::by(leads, numbers)?)),
        Values::Levels { .. } => None,
    });
    let told: Vec<(&Column, Told)> = numbers.collect();
    let surely = normal_quantile(1.0 - CHANCE / told.len().max(1) as f64);
    let mut names: Vec<(&Column, Told)> = told.into_iter().filter(|(_, told)| told.names(surely)).collect();
    // Who is named most finely stands first; what is so of its columns is so, too, of whoever has them.
    names.sort_by(|(_, a), (_, b)| b.is_of_few().cmp(&a.is_of_few()).then(b.different.cmp(&a.different)));
    let groups = names
        .first()
        .filter(|(_, told)| told.is_of_few())
        .map(|(column, _)| Groups { field: column.field.name.clone(), codes: codes(leads, column) });
    let said = if groups.is_some() { 1 } else { names.len() };
    let finding = |(column, told): &(&Column, Told)| told.finding(&column.field.name, groups.is_some());
    let findings = names[..said].iter().map(finding).collect();
    (groups, findings)
}

/// What the different numbers of a column tell.
struct Told {
    different: usize,
    /// The part of the leads whose number others have, and of those whose number has too few leads for a level.
    again: f64,
    few: f64,
    /// Half the mean square of the difference of neighbours' rates, with its standard error, and the variance of rates.
    between: f64,
    error: f64,
    variance: f64,
}

impl Told {
    /// `None` where numbers are not whole, or too few occur again.
    fn by(leads: &Leads, numbers: &Numbers) -> Option<Self> {
        let counts = counts(leads, numbers)?;
        let size = |own: &[f64; 2]| own[0] + own[1];
        let known: f64 = counts.iter().map(size).sum();
        let repeated: Vec<[f64; 2]> = counts.iter().copied().filter(|own| size(own) > 1.0).collect();
        if repeated.len() < DIFFERENT {
            return None;
        }
        let few =
            counts.iter().map(size).filter(|count| *count < MIN_LEVEL_LEADS as f64).sum::<f64>() / known;
        let again = repeated.iter().map(size).sum::<f64>() / known;
        // How often two leads of a number differ in their outcome, and two of different numbers.
        let within: Vec<f64> =
            repeated.iter().map(|own| 2.0 * own[0] * own[1] / (size(own) * (size(own) - 1.0))).collect();
        let across = |a: &[f64; 2], b: &[f64; 2]| (a[0] * b[1] + a[1] * b[0]) / (size(a) * size(b));
        let beyond: Vec<f64> = repeated
            .windows(2)
            .zip(within.windows(2))
            .map(|(pair, within)| across(&pair[0], &pair[1]) - 0.5 * (within[0] + within[1]))
            .collect();
        let count = beyond.len() as f64;
        let mean = beyond.iter().sum::<f64>() / count;
        // Neighbours share a number.
        let squares: f64 = beyond.iter().map(|own| (own - mean) * (own - mean)).sum();
        let products: f64 = beyond.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum();
        let rates: Vec<f64> = repeated.iter().map(|own| own[1] / size(own)).collect();
        let different = rates.len() as f64;
        let (rate, square) =
            rates.iter().fold((0.0, 0.0), |(rate, square), own| (rate + own, square + own * (1.0 - own)));
        let of_all = 2.0 * (rate * (different - rate) - square) / (different * (different - 1.0));
        Some(Self {
            different: repeated.len(),
            again,
            few,
            between: 0.5 * mean,
            error: 0.5 * libm::sqrt((squares + 2.0 * products).max(squares / count)) / count,
            variance: 0.5 * (of_all - within.iter().sum::<f64>() / different),
        })
    }

    /// Whether the same number says something that its neighbours do not.
    fn names(&self, surely: f64) -> bool {
        self.between > surely * self.error && self.between >= BETWEEN_NEIGHBOURS * self.variance
    }

    fn is_of_few(&self) -> bool {
        self.few >= 1.0 - OTHERS && self.again >= AGAIN
    }

    fn finding(&self, name: &str, grouped: bool) -> Finding {
        let evidence = format!(
            "leads of the same number fare alike and leads of neighbouring numbers do not, over {} whole numbers that occur again ({:.1} standard errors): {}",
            self.different,
            self.between / self.error,
            if grouped {
                "so it names whose they are, as the number of an account or of a person does, and counts nothing"
            } else {
                "does it name whose they are, as the number of an account, a person, a shop or a product does?"
            }
        );
        let (done, remedy) = if grouped {
            (
                "left out as a number, and leads of one number held out together".to_owned(),
                format!("if it counts or measures something: {}", option("--keep", name)),
            )
        } else {
            (
                "kept as a number".to_owned(),
                "if it does, say so in a schema file: role \"group\" keeps its leads together, role \"category\" learns of each number that comes again often".to_owned(),
            )
        };
        let kind = FindingKind::Key;
        Finding { field: Some(name.to_owned()), kind, evidence, done, remedy, excluded: grouped }
    }
}

/// Of each different number, in ascending order, how many leads did not convert and how many did; `None` where some are not whole.
fn counts(leads: &Leads, numbers: &Numbers) -> Option<Vec<[f64; 2]>> {
    let add = |own: &mut [f64; 2], row: usize| own[usize::from(leads.label[row])] += 1.0;
    if let Some((values, codes)) = numbers.codes() {
        if values.iter().any(|value| !value.is_nan() && *value != value.trunc()) {
            return None;
        }
        let mut of_codes = vec![[0.0; 2]; values.len()];
        codes.each(None, |row, code| add(&mut of_codes[code], row));
        let order = in_order(values);
        let tied = order.chunk_by(|a, b| values[*a as usize] == values[*b as usize]);
        let sum = |tied: &[u32]| {
            tied.iter().fold([0.0; 2], |sum, code| {
                let own = of_codes[*code as usize];
                [sum[0] + own[0], sum[1] + own[1]]
            })
        };
        return Some(tied.map(sum).filter(|own| own[0] + own[1] > 0.0).collect());
    }
    if numbers.iter().any(|number| !number.is_nan() && *number != number.trunc()) {
        return None;
    }
    let mut order = ascending(numbers.len(), |row| numbers[row]);
    order.retain(|row| !numbers[*row as usize].is_nan());
    let tied = order.chunk_by(|a, b| numbers[*a as usize] == numbers[*b as usize]);
    let sum = |tied: &[u32]| {
        let mut own = [0.0; 2];
        for row in tied {
            add(&mut own, *row as usize);
        }
        own
    };
    Some(tied.map(sum).collect())
}

/// A code for each number; a lead without one stands alone.
fn codes(leads: &Leads, column: &Column) -> Vec<u32> {
    let Values::Numbers(numbers) = &column.values else { return (0..leads.len() as u32).collect() };
    let order = ascending(leads.len(), |row| numbers[row]);
    let mut codes = vec![0; leads.len()];
    // Two that are not known are not equal.
    for (code, tied) in order.chunk_by(|a, b| numbers[*a as usize] == numbers[*b as usize]).enumerate() {
        for row in tied {
            codes[*row as usize] = code as u32;
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::random::Random;

    /// What is said of a column of numbers, where the chance of a lead is told by its number.
    fn said(numbers: &[f64], chance: &dyn Fn(f64) -> f64) -> (Option<Groups>, Vec<Finding>) {
        let mut random = Random::new(2, "key");
        let label = numbers.iter().map(|number| random.uniform() < chance(*number)).collect();
        let columns = vec![Column::numbers("nr", numbers.iter().copied())];
        keys(&Leads::new("won", label, columns), &[])
    }

    /// A chance that the next number has nothing to do with.
    fn of_somebody(number: f64) -> f64 {
        0.6 * Random::new(number as u64, "somebody").uniform()
    }

    #[test]
    fn a_number_that_names_customers_is_their_group() {
        let mut random = Random::new(1, "key");
        let customers: Vec<f64> = (0..400).map(|_| (10_000 + random.below(80_000)) as f64).collect();
        let numbers: Vec<f64> = (0..2_400).map(|row| customers[row * row % 397]).collect();
        let (groups, findings) = said(&numbers, &of_somebody);
        let groups = groups.expect("customers");
        assert!((1..2_400).all(|row| (numbers[row] == numbers[0]) == (groups.codes[row] == groups.codes[0])));
        let [finding] = &findings[..] else { panic!("one: {findings:?}") };
        assert!(finding.excluded && finding.kind == FindingKind::Key, "{finding:?}");
        // Whoever comes often may be a shop or a product, of which something can be learnt.
        let often: Vec<f64> = (0..6_000).map(|row| customers[row % 100]).collect();
        let (groups, findings) = said(&often, &of_somebody);
        assert!(groups.is_none() && findings.len() == 1 && !findings[0].excluded, "{findings:?}");
        // Nor is anything asked of what is to be kept, or of leads whose group is known.
        let leads = Leads::new(
            "won",
            [true, false].repeat(200),
            vec![Column::numbers("nr", (0..400).map(f64::from))],
        );
        assert!(keys(&leads, &["nr".to_owned()]).1.is_empty());
    }

    #[test]
    fn what_counts_or_measures_names_nobody() {
        let mut random = Random::new(3, "key");
        let spread = |random: &mut Random, bound: usize| -> Vec<f64> {
            (0..4_000).map(|_| random.below(bound) as f64).collect()
        };
        let ages = spread(&mut random, 60);
        let amounts: Vec<f64> = spread(&mut random, 1_000).iter().map(|number| number * 10.0).collect();
        // Many have none at all, and fare otherwise.
        let visits: Vec<f64> =
            spread(&mut random, 800).iter().map(|number| (number - 400.0).max(0.0)).collect();
        let chances: [&dyn Fn(f64) -> f64; 3] = [
            &|age| crate::sigmoid(age / 10.0 - 3.0),
            &|amount| if (amount - 4_000.0).abs() < 2_000.0 { 0.5 } else { 0.1 },
            &|visits| if visits > 0.0 { 0.4 } else { 0.02 },
        ];
        for (numbers, chance) in [ages, amounts, visits].iter().zip(chances) {
            let (groups, findings) = said(numbers, chance);
            assert!(groups.is_none() && findings.is_empty(), "{findings:?}");
        }
    }
}
