//! What a look at a column's values tells: how many leads have each, of those that converted and of those that did not.

use crate::error::quoted;
use crate::train::grouped::in_order;
use crate::train::leads::{Leads, Values};

/// A value is blank where at least this share of the leads has it: `no`, `none`, 0.
const BLANK_SHARE: f64 = 0.5;

/// Leads that did not convert, and leads that did.
pub(super) type Counts = [usize; 2];

/// A column's values, counted.
pub(super) struct Profile {
    /// How many leads lack it.
    pub(super) missing: Counts,
    /// The value that half of the leads have, in words, and how many have it; where there is one.
    pub(super) blank: Option<(String, Counts)>,
    /// Whether all leads that are known have the same value.
    pub(super) same: bool,
    /// How many leads the commonest level has; numbers have none.
    pub(super) commonest: usize,
    /// How many different values the known leads have at most.
    pub(super) different: usize,
}

impl Profile {
    pub(super) fn new(leads: &Leads, values: &Values) -> Self {
        match values {
            Values::Levels { levels, codes } => {
                let mut counts = vec![[0; 2]; levels.len() + 1];
                for (code, converted) in codes.iter().zip(&leads.label) {
                    counts[(*code as usize).min(levels.len())][usize::from(*converted)] += 1;
                }
                let missing = counts.pop().unwrap_or_default();
                let blank = counts.iter().position(|count| is_blank(count, leads));
                Self {
                    missing,
                    blank: blank.map(|place| (quoted(&levels[place]).to_string(), counts[place])),
                    same: counts.iter().filter(|count| sum(count) > 0).count() <= 1,
                    commonest: counts.iter().map(sum).max().unwrap_or(0),
                    different: levels.len(),
                }
            }
            Values::Numbers(numbers) => match numbers.codes() {
                Some((values, codes)) => {
                    let mut counts = vec![[0; 2]; values.len()];
                    codes.each(None, |row, code| counts[code][usize::from(leads.label[row])] += 1);
                    let order = in_order(values);
                    let known = order.chunk_by(|a, b| values[*a as usize] == values[*b as usize]);
                    let known = known.map(|tied| {
                        let count = |sum: Counts, code: &u32| add(sum, counts[*code as usize]);
                        (values[tied[tied.len() - 1] as usize], tied.iter().fold([0; 2], count))
                    });
                    let is_missing = |place: &usize| values[*place].is_nan();
                    let missing = (0..values.len()).filter(is_missing).map(|place| counts[place]);
                    Self::of_numbers(
                        leads,
                        missing.fold([0; 2], add),
                        known.filter(|(_, count)| sum(count) > 0),
                    )
                }
                None => Self::of_plain(leads, numbers.iter().copied()),
            },
        }
    }

    /// Of different numbers in ascending order with their counts.
    fn of_numbers(leads: &Leads, missing: Counts, known: impl Iterator<Item = (f64, Counts)>) -> Self {
        let (mut different, mut blank) = (0, None);
        for (number, counts) in known {
            different += 1;
            // Where two halves have a value each, the greater one is the median.
            if is_blank(&counts, leads) {
                blank = Some((format!("{number}"), counts));
            }
        }
        Self { missing, blank, same: different <= 1, commonest: 0, different }
    }

    /// Of numbers that are hardly ever equal. One that half of the leads have is among the two that a vote finds, in which
    /// each number of others strikes out one of theirs (Misra & Gries 1982, doi:10.1016/0167-6423(82)90012-0).
    fn of_plain(leads: &Leads, numbers: impl Iterator<Item = f64> + Clone) -> Self {
        let mut missing = [0; 2];
        let mut votes = [(f64::NAN, 0_usize); 2];
        let (mut first, mut same, mut known) = (f64::NAN, true, 0);
        for (number, converted) in numbers.clone().zip(&leads.label) {
            if number.is_nan() {
                missing[usize::from(*converted)] += 1;
                continue;
            }
            known += 1;
            first = if first.is_nan() { number } else { first };
            same &= number == first;
            if let Some((_, count)) = votes.iter_mut().find(|(of, count)| *count > 0 && *of == number) {
                *count += 1;
            } else if let Some(vote) = votes.iter_mut().find(|(_, count)| *count == 0) {
                *vote = (number, 1);
            } else {
                for (_, count) in &mut votes {
                    *count -= 1;
                }
            }
        }
        let mut counts = [[0; 2]; 2];
        for (number, converted) in numbers.zip(&leads.label) {
            for ((of, _), counts) in votes.iter().zip(&mut counts) {
                counts[usize::from(*converted)] += usize::from(number == *of);
            }
        }
        let mut known_votes: Vec<(f64, Counts)> = votes.into_iter().map(|(of, _)| of).zip(counts).collect();
        known_votes.sort_by(|a, b| a.0.total_cmp(&b.0));
        let profile =
            Self::of_numbers(leads, missing, known_votes.into_iter().filter(|(of, _)| !of.is_nan()));
        Self { same, different: known, ..profile }
    }

    /// What is to be said of a column that says nothing.
    pub(super) fn constant(&self, leads: &Leads) -> Option<String> {
        let missing = sum(&self.missing);
        if missing == leads.len() {
            return Some("it is not known for any lead".into());
        }
        (self.same && missing == 0).then(|| "all leads have the same value".into())
    }
}

fn is_blank(counts: &Counts, leads: &Leads) -> bool {
    sum(counts) as f64 >= BLANK_SHARE * leads.len() as f64
}

fn sum(counts: &Counts) -> usize {
    counts[0] + counts[1]
}

fn add(a: Counts, b: Counts) -> Counts {
    [a[0] + b[0], a[1] + b[1]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::leads::{Codes, MISSING_LEVEL, Numbers};

    #[test]
    fn coded_or_not_the_counts_are_the_same() {
        let nan = f64::NAN;
        let cases: [(&[f64], Option<&str>, bool, Counts); 6] = [
            (&[0.0, 5.0, 0.0, 0.0, 7.0], Some("0"), false, [0, 0]),
            // Two halves: the greater.
            (&[1.0, 2.0, 1.0, 2.0], Some("2"), false, [0, 0]),
            (&[3.0, 3.0, nan, 3.0, 4.0, nan], Some("3"), false, [2, 0]),
            (&[1.0, 2.0, 3.0, 4.0, 5.0], None, false, [0, 0]),
            (&[6.5, 6.5, 6.5], Some("6.5"), true, [0, 0]),
            (&[nan, nan], None, true, [1, 1]),
        ];
        for (numbers, blank, same, missing) in cases {
            let leads = Leads::new("won", (0..numbers.len()).map(|row| row % 3 == 0).collect(), vec![]);
            let places: Vec<u32> = (0..numbers.len() as u32).collect();
            let coded = Numbers::coded(numbers.to_vec().into(), Codes::narrow(&places));
            for kept in [Numbers::from(numbers.to_vec()), coded] {
                let profile = Profile::new(&leads, &Values::Numbers(kept));
                let found = profile.blank.as_ref().map(|(words, _)| words.as_str());
                assert_eq!((found, profile.same, profile.missing), (blank, same, missing), "{numbers:?}");
            }
        }
    }

    #[test]
    fn a_missing_level_is_no_value() {
        let levels = ["a", "b"].map(str::to_owned).to_vec();
        let leads = Leads::new("won", vec![true, false, false], vec![]);
        let profile = Profile::new(&leads, &Values::Levels { levels, codes: vec![1, MISSING_LEVEL, 1] });
        assert_eq!((profile.missing, profile.commonest, profile.same), ([1, 0], 2, true));
        assert_eq!(profile.blank, Some(("\"b\"".to_owned(), [1, 1])));
        assert_eq!(profile.constant(&leads), None);
    }
}
