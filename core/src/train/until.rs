//! Up to when outcomes are known where nobody says it: up to the last date there is, but for a few long after all others. These are
//! planned, or mistyped; taken for the end, they would let leads pass for lost whose horizon is not over.

/// The latest of many instants, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Latest(Vec<i64>);

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

/// A few are no more than so many …
const MOST: usize = 50;
/// … and one in so many of all …
const ONE_IN: u64 = 100;
/// … and stand so many days apart. Of fewer instants a single one may be late, and they often stand as far apart: it must be a
/// year, as when that is mistyped.
const DAYS: i64 = 28;
const YEAR: i64 = 365;

impl Latest {
    /// Keeps an instant if it is one of the latest, and says whether it is.
    pub(crate) fn keep(&mut self, at: i64) -> bool {
        let place = self.0.partition_point(|other| *other < at);
        let is_full = self.0.len() > MOST;
        if is_full && place == 0 {
            return false;
        }
        self.0.insert(place, at);
        if is_full {
            self.0.remove(0);
        }
        true
    }

    /// Keeps the latest of others, too.
    pub(crate) fn merge(&mut self, other: Self) {
        for at in other.0 {
            self.keep(at);
        }
    }

    /// Where so many instants end, in a unit of which a `day` has so many; `None` where there are none.
    pub(crate) fn end(&self, count: u64, day: i64) -> Option<End> {
        let last = *self.0.last()?;
        let (few, apart) = if count < ONE_IN { (1, YEAR) } else { ((count / ONE_IN) as usize, DAYS) };
        let few = self.0.len().saturating_sub(1).min(few);
        let days = |pair: &[i64]| pair[1].saturating_sub(pair[0]) / day;
        // From the last that is none of the few on.
        let mut pairs = self.0[self.0.len() - few - 1..].windows(2).zip((1..=few).rev());
        let late = pairs.find(|(pair, _)| days(pair) >= apart).map(|(pair, late)| End {
            last: pair[0],
            late: Some(Late { count: late as u64, from: pair[1], days: days(pair).unsigned_abs() }),
        });
        Some(late.unwrap_or(End { last, late: None }))
    }
}

impl FromIterator<i64> for Latest {
    fn from_iter<I: IntoIterator<Item = i64>>(instants: I) -> Self {
        let mut latest = Self::default();
        for at in instants {
            latest.keep(at);
        }
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
            let latest: Latest = instants.iter().copied().collect();
            instants.sort_unstable();
            let (few, apart) = if count < 100 { (1, 365) } else { ((count / 100).min(MOST), 28) };
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
            assert_eq!(latest.end(count as u64, 1), Some(expected), "{instants:?}");
        }
        assert!((100..900).contains(&late), "{late} of 1000 have late ones");
    }
}
