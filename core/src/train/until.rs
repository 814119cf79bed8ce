//! Up to when outcomes are known where nobody says it: up to the last date there is, but for a few long after all others. These are
//! planned, or mistyped; taken for the end, they would let leads pass for lost whose horizon is not over.

use std::collections::BTreeMap;

/// Many instants, in a unit of which a day has `DAY`: what there is to know of where they end.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Latest<const DAY: i64>(BTreeMap<i64, Bin>);

/// The instants of four weeks. What stands further apart stands in two of these.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bin {
    count: u64,
    first: i64,
    last: i64,
}

/// Where instants end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// The last, but for the late ones.
    pub(crate) last: i64,
    /// The late ones.
    pub(crate) late: Option<Late>,
}

/// A few instants long after all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Late {
    /// How many they are.
    pub(crate) count: u64,
    /// The first of them.
    pub(crate) from: i64,
    /// Whole days from the last of all others to it.
    pub(crate) days: u64,
}

/// A few are no more than one in so many of all …
const ONE_IN: u64 = 100;
/// … and stand so many days apart. Of fewer instants a single one may be late, and they often stand as far apart: it must be a
/// year, as when that is mistyped.
const DAYS: i64 = 28;
const YEAR: i64 = 365;

impl<const DAY: i64> Latest<DAY> {
    /// Takes note of an instant.
    pub(crate) fn keep(&mut self, at: i64) {
        self.add(Bin { count: 1, first: at, last: at });
    }

    /// Takes note of all instants of others, too.
    pub(crate) fn merge(&mut self, other: Self) {
        other.0.into_values().for_each(|bin| self.add(bin));
    }

    fn add(&mut self, Bin { count, first, last }: Bin) {
        let bin = self.0.entry(first.div_euclid(DAYS * DAY)).or_insert(Bin { count: 0, first, last });
        bin.count += count;
        bin.first = bin.first.min(first);
        bin.last = bin.last.max(last);
    }

    /// Where they end; `None` where there are none.
    pub(crate) fn end(&self) -> Option<End> {
        let all: u64 = self.0.values().map(|bin| bin.count).sum();
        let (few, apart) = if all < ONE_IN { (1, YEAR) } else { (all / ONE_IN, DAYS) };
        let mut end = End { last: self.0.values().next_back()?.last, late: None };
        let mut count = 0;
        for (before, behind) in self.0.values().rev().skip(1).zip(self.0.values().rev()) {
            count += behind.count;
            if count > few {
                break;
            }
            let days = behind.first.saturating_sub(before.last) / DAY;
            if days >= apart {
                let late = Late { count, from: behind.first, days: days.unsigned_abs() };
                end = End { last: before.last, late: Some(late) };
            }
        }
        Some(end)
    }
}

impl<const DAY: i64> FromIterator<i64> for Latest<DAY> {
    fn from_iter<I: IntoIterator<Item = i64>>(instants: I) -> Self {
        let mut latest = Self::default();
        instants.into_iter().for_each(|at| latest.keep(at));
        latest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::random::Random;

    #[test]
    fn ends_where_the_sorted_instants_do() {
        let mut random = Random::new(7, "late");
        let mut late = 0;
        for _ in 0..1_000 {
            // The rarer, the further apart they are at the end.
            let count = 1 + random.below(400);
            let instant = |random: &mut Random| (4e3 * random.uniform() * random.uniform()) as i64;
            let mut instants: Vec<i64> = (0..count).map(|_| instant(&mut random)).collect();
            let latest: Latest<1> = instants.iter().copied().collect();
            instants.sort_unstable();
            let (few, apart) = if count < 100 { (1, 365) } else { (count / 100, 28) };
            let mut gaps = (count - few..count)
                .filter(|place| *place > 0 && instants[*place] - instants[place - 1] >= apart);
            let expected = match gaps.next() {
                None => End { last: instants[count - 1], late: None },
                Some(place) => {
                    late += 1;
                    let (last, from) = (instants[place - 1], instants[place]);
                    let late = Late { count: (count - place) as u64, from, days: (from - last) as u64 };
                    End { last, late: Some(late) }
                }
            };
            assert_eq!(latest.end(), Some(expected), "{instants:?}");
        }
        assert!((100..900).contains(&late), "{late} of 1000 have late ones");
        assert_eq!(Latest::<1>::default().end(), None);
    }

    #[test]
    fn however_many_one_in_a_hundred_are_a_few() {
        let of = |late: i64| {
            let all: Latest<86_400> = (0..20_000).map(|hour| 3_600 * hour).collect();
            let mut planned: Latest<86_400> = (0..late).map(|day| 86_400 * (900 + day)).collect();
            planned.merge(all);
            let end = planned.end()?;
            Some((end.last / 3_600, end.late.map(|late| late.count)))
        };
        assert_eq!(of(51), Some((19_999, Some(51))));
        assert_eq!(of(202), Some((19_999, Some(202))));
        assert_eq!(of(203), Some((24 * 1_102, None)));
    }
}
