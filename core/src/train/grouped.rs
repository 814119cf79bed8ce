//! Leads in groups: those of one level, or of one of so many equal parts of the numbers in their order.
//!
//! A column whose different numbers are few is put in order by these, not by its leads. Of others no copy is sorted: their
//! borders lie in a few narrow ranges, and only the numbers of those are looked at.

use crate::train::leads::{Codes, Numbers, Values, over_rows};
use crate::train::sorted::{ascending, at_ranks};

/// A group for each lead, from 0; missing is the last.
pub(crate) struct Grouped<'a> {
    by: By<'a>,
    /// How many groups there are, missing among them.
    pub(crate) count: usize,
}

enum By<'a> {
    Level(&'a [u32]),
    Code(&'a Codes, Vec<u32>),
    /// Numbers, and where each group but the first begins.
    Border(&'a Numbers, Vec<f64>),
}

impl<'a> Grouped<'a> {
    /// The leads of each level, or of each of so many `parts` of the numbers of these `rows` (all where there are none).
    /// Equal numbers share a group, that of the middle one.
    pub(crate) fn new(values: &'a Values, parts: usize, rows: Option<&[usize]>) -> Self {
        match values {
            Values::Levels { levels, codes } => Self { by: By::Level(codes), count: levels.len() + 1 },
            Values::Numbers(numbers) => {
                let by = match numbers.codes() {
                    Some((values, codes)) => By::Code(codes, parts_of_codes(values, codes, parts, rows)),
                    None => By::Border(numbers, borders(numbers, parts, rows)),
                };
                Self { by, count: parts + 1 }
            }
        }
    }

    /// Calls `each` with every one of these rows (all where there are none) and its group.
    pub(crate) fn each(&self, rows: Option<&[usize]>, mut each: impl FnMut(usize, usize)) {
        let missing = self.count - 1;
        match &self.by {
            By::Level(codes) => {
                over_rows(rows, codes.len(), |row| each(row, (codes[row] as usize).min(missing)));
            }
            By::Code(codes, groups) => codes.each(rows, |row, code| each(row, groups[code] as usize)),
            By::Border(numbers, borders) => over_rows(rows, numbers.len(), |row| {
                let number = numbers[row];
                let group = borders.iter().map(|border| usize::from(number >= *border)).sum();
                each(row, if number.is_nan() { missing } else { group });
            }),
        }
    }
}

/// The codes of numbers that are known, in the order of these.
pub(crate) fn in_order(values: &[f64]) -> Vec<u32> {
    let mut order: Vec<u32> =
        (0..values.len() as u32).filter(|code| !values[*code as usize].is_nan()).collect();
    order.sort_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]));
    order
}

/// What `next` says of each different number, asked in ascending order by how many leads have it: for each code where the numbers
/// have codes, else for each lead. What is missing has what is said of `missing`.
pub(crate) fn of_ties<T: Copy>(numbers: &Numbers, missing: T, mut next: impl FnMut(usize) -> T) -> Vec<T> {
    if let Some((values, codes)) = numbers.codes() {
        let counts = codes.counts(values.len(), None);
        let mut said = vec![missing; values.len()];
        for tied in in_order(values).chunk_by(|a, b| values[*a as usize] == values[*b as usize]) {
            let own = next(tied.iter().map(|code| counts[*code as usize] as usize).sum());
            for code in tied {
                said[*code as usize] = own;
            }
        }
        return said;
    }
    let mut said = vec![missing; numbers.len()];
    let mut order = ascending(numbers.len(), |row| numbers[row]);
    order.retain(|row| !numbers[*row as usize].is_nan());
    for tied in order.chunk_by(|a, b| numbers[*a as usize] == numbers[*b as usize]) {
        let own = next(tied.len());
        for row in tied {
            said[*row as usize] = own;
        }
    }
    said
}

/// The group of each code.
fn parts_of_codes(values: &[f64], codes: &Codes, parts: usize, rows: Option<&[usize]>) -> Vec<u32> {
    let counts = codes.counts(values.len(), rows);
    let order = in_order(values);
    let sum = |codes: &[u32]| codes.iter().map(|code| counts[*code as usize] as usize).sum::<usize>();
    let known = sum(&order);
    let mut groups = vec![parts as u32; values.len()];
    let mut before = 0;
    for tied in order.chunk_by(|a, b| values[*a as usize] == values[*b as usize]) {
        let count = sum(tied);
        // A number that none of the rows has may get any group.
        let group = ((before + count / 2) * parts / known.max(1)).min(parts - 1);
        for code in tied {
            groups[*code as usize] = group as u32;
        }
        before += count;
    }
    groups
}

/// Where each group but the first begins.
fn borders(numbers: &Numbers, parts: usize, rows: Option<&[usize]>) -> Vec<f64> {
    let mut known = 0;
    over_rows(rows, numbers.len(), |row| known += usize::from(!numbers[row].is_nan()));
    let place = |row: usize| rows.map_or(row, |rows| rows[row]);
    let count = rows.map_or(numbers.len(), <[usize]>::len);
    let ranks: Vec<usize> = (1..parts).map(|part| (part * known).div_ceil(parts)).collect();
    let mut borders: Vec<f64> = at_ranks(count, |row| numbers[place(row)], &ranks)
        .into_iter()
        .zip(&ranks)
        // A group begins with the first number whose middle one has at least its rank.
        .map(
            |(tied, rank)| {
                if tied.before + tied.count / 2 >= *rank { tied.number } else { tied.number.next_up() }
            },
        )
        .collect();
    // Ranks beyond the last number have none.
    borders.resize(parts - 1, f64::INFINITY);
    borders
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::random::Random;

    /// By sorting the rows.
    fn expected(numbers: &[f64], parts: usize, rows: &[usize]) -> Vec<usize> {
        let mut known: Vec<usize> = rows.iter().copied().filter(|row| !numbers[*row].is_nan()).collect();
        known.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
        let mut groups = vec![parts; numbers.len()];
        let mut before = 0;
        for tied in known.chunk_by(|a, b| numbers[*a] == numbers[*b]) {
            for row in tied {
                groups[*row] = (before + tied.len() / 2) * parts / known.len();
            }
            before += tied.len();
        }
        rows.iter().map(|row| groups[*row]).collect()
    }

    #[test]
    fn coded_or_not_the_groups_are_those_of_the_sorted_rows() {
        let mut random = Random::new(1, "grouped");
        for case in 0..60 {
            let count = [1, 2, 7, 40, 3_000, 9_000][case % 6];
            let different = [1, 2, 3, 30, 1 << 40][case % 5];
            let offset = [0.0, 1e6][case % 2];
            let mut number = || match random.below(12) {
                0 if case % 3 > 0 => f64::NAN,
                1 => [0.0, -0.0][random.below(2)],
                _ => offset + random.below(different) as f64 / 8.0 - 2.0,
            };
            let numbers: Vec<f64> = (0..count).map(|_| number()).collect();
            let mut values = numbers.clone();
            values.sort_by(f64::total_cmp);
            values.dedup_by_key(|value| value.to_bits());
            let code = |number: &f64| values.partition_point(|value| value.total_cmp(number).is_lt()) as u32;
            let codes = Codes::narrow(&numbers.iter().map(code).collect::<Vec<_>>());
            let some: Vec<usize> = (0..count).filter(|row| row % 3 != 1).collect();
            let all: Vec<usize> = (0..count).collect();
            for parts in [5, 20] {
                for rows in [None, Some(&some[..])] {
                    let expected = expected(&numbers, parts, rows.unwrap_or(&all));
                    let kept = [
                        Numbers::from(numbers.clone()),
                        Numbers::coded(values.clone().into(), codes.clone()),
                    ];
                    for kept in kept.map(Values::Numbers) {
                        let mut groups = Vec::new();
                        Grouped::new(&kept, parts, rows).each(rows, |_, group| groups.push(group));
                        assert_eq!(groups, expected, "case {case}, {parts} parts");
                    }
                }
            }
        }
    }
}
