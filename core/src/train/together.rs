//! Leads that belong together: how many independent ones some of them are worth.

use std::array;

use crate::train::leads::{Leads, each_row};
use crate::train::schema::says_account;

/// Some rows of a table in the order of their groups.
pub(crate) struct Together<'a> {
    groups: &'a [u32],
    rows: Vec<u32>,
}

impl<'a> Together<'a> {
    /// Of these rows (all where there are none); `None` where each stands alone.
    pub(crate) fn new(leads: &'a Leads, rows: Option<&[usize]>) -> Option<Self> {
        Self::of(&leads.groups.as_ref()?.codes, rows)
    }

    /// The same where these are the groups of all rows.
    pub(crate) fn of(groups: &'a [u32], rows: Option<&[usize]>) -> Option<Self> {
        // Rows are counted in 32 bits throughout.
        let mut rows: Vec<u32> = match rows {
            Some(rows) => rows.iter().map(|row| *row as u32).collect(),
            None => (0..groups.len() as u32).collect(),
        };
        rows.sort_by_key(|row| groups[*row as usize]);
        let together = Self { groups, rows };
        (together.count() < together.rows.len()).then_some(together)
    }

    /// How many groups there are.
    pub(crate) fn count(&self) -> usize {
        self.each().count()
    }

    /// The rows, group by group.
    pub(crate) fn each(&self) -> impl Iterator<Item = &[u32]> {
        self.rows.chunk_by(|a, b| self.groups[*a as usize] == self.groups[*b as usize])
    }

    /// In how many groups each of so many kinds is found; rows of another kind count for none.
    pub(crate) fn holding(&self, kinds: usize, kind: impl Fn(usize) -> usize) -> Vec<usize> {
        let mut holding = vec![0; kinds];
        let mut last = vec![usize::MAX; kinds];
        for (group, rows) in self.each().enumerate() {
            for row in rows {
                let kind = kind(*row as usize);
                if last.get(kind).is_some_and(|last| *last != group) {
                    last[kind] = group;
                    holding[kind] += 1;
                }
            }
        }
        holding
    }

    /// How many leads each of so many kinds has, and the sum over groups of the squares of how many each has.
    pub(crate) fn sizes(&self, kinds: usize, kind: impl Fn(usize) -> usize) -> Vec<[f64; 2]> {
        let mut sizes = vec![[0.0; 2]; kinds];
        let mut own = vec![0.0; kinds];
        for rows in self.each() {
            for row in rows {
                let kind = kind(*row as usize);
                if let Some(own) = own.get_mut(kind) {
                    *own += 1.0;
                }
            }
            // Each kind of the group once.
            for row in rows {
                let kind = kind(*row as usize);
                if let Some(own) = own.get_mut(kind) {
                    let count: f64 = std::mem::take(own);
                    sizes[kind][0] += count;
                    sizes[kind][1] += count * count;
                }
            }
        }
        sizes
    }

    /// How alike leads of a group are in what is so or not: the correlation of two of them (the pairwise estimator of Ridout,
    /// Demétrio & Firth 1999, doi:10.1111/j.0006-341X.1999.00137.x), 0 where it is less.
    pub(crate) fn alike(&self, is_so: impl Fn(usize) -> bool) -> f64 {
        let number = |row: &u32| f64::from(u8::from(is_so(*row as usize)));
        let mean = self.rows.iter().map(number).sum::<f64>() / self.rows.len() as f64;
        let (mut products, mut pairs) = (0.0, 0.0);
        for rows in self.each() {
            let count = rows.len() as f64;
            let hits: f64 = rows.iter().map(number).sum();
            let others = count - hits;
            let sum = hits - count * mean;
            // Σ_{i ≠ j} r_i r_j, with r what a row is beyond the mean.
            products += sum * sum - hits * (1.0 - mean) * (1.0 - mean) - others * mean * mean;
            pairs += count * (count - 1.0);
        }
        let correlation = products / (pairs * mean * (1.0 - mean));
        if correlation > 0.0 { correlation.min(1.0) } else { 0.0 }
    }
}

/// Some rows of a table, of which those that belong together count once.
pub(crate) struct Once<'a> {
    together: Option<Together<'a>>,
    rows: Option<&'a [usize]>,
    count: usize,
}

impl<'a> Once<'a> {
    /// Of these rows (all where there are none).
    pub(crate) fn new(leads: &'a Leads, rows: Option<&'a [usize]>) -> Self {
        Self { together: Together::new(leads, rows), rows, count: leads.len() }
    }

    /// The same of a table whose groups may be accounts: their rows are as many leads. Rows of anything else that comes again are
    /// taken for those of one lead.
    pub(crate) fn of_leads(leads: &'a Leads, rows: Option<&'a [usize]>) -> Self {
        let are_accounts = leads.groups.as_ref().is_some_and(|groups| says_account(&groups.field));
        if are_accounts { Self { together: None, rows, count: leads.len() } } else { Self::new(leads, rows) }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        let rows = self.rows.map_or(self.count, <[usize]>::len);
        self.together.as_ref().map_or(rows, Together::count)
    }

    /// How many have each of so many kinds; rows of another kind are not counted.
    pub(crate) fn having(&self, kinds: usize, kind: impl Fn(usize) -> usize) -> Vec<usize> {
        if let Some(together) = &self.together {
            return together.holding(kinds, kind);
        }
        let mut having = vec![0; kinds];
        for row in each_row(self.rows, self.count) {
            if let Some(having) = having.get_mut(kind(row)) {
                *having += 1;
            }
        }
        having
    }
}

/// The sums over the leads of each group, in the order of their codes, of what leads have; within a group they are added in the
/// order in which they come.
pub(crate) fn sums_by_group<const N: usize>(leads: impl Iterator<Item = (u32, [f64; N])>) -> Vec<[f64; N]> {
    let mut leads: Vec<(u32, [f64; N])> = leads.collect();
    leads.sort_by_key(|(group, _)| *group);
    let sum = |leads: &[(u32, [f64; N])]| {
        leads.iter().fold([0.0; N], |sums, (_, own)| array::from_fn(|place| sums[place] + own[place]))
    };
    leads.chunk_by(|a, b| a.0 == b.0).map(sum).collect()
}

/// How many leads did not convert, and how many did; one that was looked at `again` is one.
pub(crate) fn classes(leads: &Leads, again: bool) -> [usize; 2] {
    let Some(together) = Together::new(leads, None).filter(|_| again) else { return leads.classes(None) };
    let converted = together.holding(1, |row| usize::from(!leads.label[row]))[0];
    [together.count() - converted, converted]
}

/// How many times as many leads as would stand alone it takes to tell as much, by how many there are, the sum over groups of the
/// squares of how many each has, and how alike two of a group are (Kish 1965, *Survey Sampling*, section 5.4).
pub(crate) fn design_effect([count, squares]: [f64; 2], alike: f64) -> f64 {
    if count > 0.0 { 1.0 + alike * (squares / count - 1.0) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::leads::Groups;
    use crate::train::random::Random;

    fn leads(codes: Vec<u32>) -> Leads {
        let mut leads = Leads::new("won", vec![false; codes.len()], vec![]);
        leads.groups = Some(Groups { field: "account".into(), codes });
        leads
    }

    #[test]
    fn leads_that_stand_alone_are_not_together() {
        assert!(Together::new(&Leads::new("won", vec![true], vec![]), None).is_none());
        assert!(Together::of(&[], None).is_none());
        assert!(Together::new(&leads(vec![3, 1, 2]), None).is_none());
        assert!(Together::new(&leads(vec![3, 1, 3]), Some(&[0, 1])).is_none());
        assert_eq!(Together::new(&leads(vec![3, 1, 3]), None).unwrap().count(), 2);
    }

    #[test]
    fn a_group_counts_once_for_each_kind_that_it_has() {
        let leads = leads(vec![0, 1, 0, 1, 0, 2]);
        let together = Together::new(&leads, None).unwrap();
        let kinds = [0, 0, 0, 1, 1, 9];
        assert_eq!(together.holding(2, |row| kinds[row]), [2, 2]);
        assert_eq!(together.sizes(2, |row| kinds[row]), [[3.0, 5.0], [2.0, 2.0]]);
    }

    #[test]
    fn leads_of_an_account_are_as_many_as_its_rows() {
        let mut own = leads(vec![0, 0, 0, 1]);
        assert_eq!(Once::of_leads(&own, None).having(1, |_| 0), [4]);
        own.groups.as_mut().unwrap().field = "lead_id".into();
        assert_eq!(Once::of_leads(&own, None).having(1, |_| 0), [2]);
    }

    #[test]
    fn what_leads_of_a_group_have_is_summed() {
        let leads = [(7, [1.0, 0.5]), (2, [3.0, 0.0]), (7, [2.0, 4.0])];
        assert_eq!(sums_by_group(leads.into_iter()), [[3.0, 0.0], [3.0, 4.5]]);
        assert!(sums_by_group::<1>([].into_iter()).is_empty());
    }

    #[test]
    fn how_alike_leads_are_is_estimated() {
        let leads = leads((0..6_000).map(|row| row / 10).collect());
        let together = Together::new(&leads, None).unwrap();
        let mut random = Random::new(7, "together");
        let own: Vec<bool> = (0..600).map(|_| random.below(3) == 0).collect();
        let [same, half, none] = [1.0, 0.5, 0.0].map(|share| {
            // Two that follow their group are alike: of all pairs, the square of the share.
            let values: Vec<bool> = (0..6_000)
                .map(|row| if random.uniform() < share { own[row / 10] } else { random.below(3) == 0 })
                .collect();
            together.alike(|row| values[row])
        });
        assert!(
            (same - 1.0).abs() < 1e-9 && (half - 0.25).abs() < 0.04 && none < 0.02,
            "{same} {half} {none}"
        );
        assert_eq!(together.alike(|_| true), 0.0);
    }
}
