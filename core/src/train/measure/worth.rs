//! How much the shares of bins are worth where leads come in groups.

use crate::train::together::Together;

impl Together<'_> {
    /// As many leads that stand alone would tell as much of the shares of `bins`, by the bin and the weight of each row.
    ///
    /// Of `N` leads, divided by the mean of the design effects of the shares (the first-order correction of Rao & Scott
    /// 1981, doi:10.1080/01621459.1981.10477633), with the variance of each share `p` linearised over groups (Cochran 1977,
    /// section 9A.2): `(K − 1) / Σ_k (V_k / p_k)` of `K` bins that hold leads. Never more than the weights leave
    /// (Kish 1965), and as many as groups of their sizes are worth where nothing varies.
    pub(crate) fn worth(
        &self,
        bins: usize,
        bin: impl Fn(usize) -> usize,
        weight: impl Fn(usize) -> f64,
    ) -> f64 {
        let sums = Sums::new(self, bins, bin, weight);
        let shares: Vec<f64> = sums.by_bin.iter().map(|bin| bin[0] / sums.total).collect();
        let count = sums.groups;
        sums.worth(&shares, count / f64::max(count - 1.0, 1.0))
    }

    /// The same of leads that are held against `shares`, which they have where nothing has changed. Few groups have shares of
    /// their own, around which they vary little.
    pub(crate) fn worth_against(&self, shares: &[f64], bin: impl Fn(usize) -> usize) -> f64 {
        Sums::new(self, shares.len(), bin, |_| 1.0).worth(shares, 1.0)
    }
}

/// Sums over groups.
struct Sums {
    /// For each bin the weight in it, the square of what each group has in it, and the product of that with all the group has.
    by_bin: Vec<[f64; 3]>,
    /// The weight of all, and the sums of its squares by row and by group.
    total: f64,
    of_rows: f64,
    of_groups: f64,
    groups: f64,
}

impl Sums {
    fn new(
        together: &Together<'_>,
        bins: usize,
        bin: impl Fn(usize) -> usize,
        weight: impl Fn(usize) -> f64,
    ) -> Self {
        let mut sums =
            Self { by_bin: vec![[0.0; 3]; bins], total: 0.0, of_rows: 0.0, of_groups: 0.0, groups: 0.0 };
        let mut own = vec![0.0; bins];
        for rows in together.each() {
            let mut all = 0.0;
            for row in rows {
                let weight = weight(*row as usize);
                own[bin(*row as usize)] += weight;
                sums.of_rows += weight * weight;
                all += weight;
            }
            // Each bin of the group once.
            for row in rows {
                let place = bin(*row as usize);
                let part = std::mem::take(&mut own[place]);
                let [weight, squares, products] = &mut sums.by_bin[place];
                *weight += part;
                *squares += part * part;
                *products += part * all;
            }
            sums.total += all;
            sums.of_groups += all * all;
            sums.groups += 1.0;
        }
        sums
    }

    fn worth(&self, shares: &[f64], unbiased: f64) -> f64 {
        let all = self.total * self.total;
        let occupied = || shares.iter().zip(&self.by_bin).filter(|(share, _)| **share > 0.0);
        // Σ_g (s_g − p m_g)², with the squares multiplied out.
        let effects: f64 = occupied()
            .map(|(share, [_, squares, products])| {
                (squares - 2.0 * share * products + share * share * self.of_groups) / share
            })
            .sum::<f64>()
            * unbiased
            / all;
        let [of_rows, of_groups] = [all / self.of_rows, all / self.of_groups];
        let kinds = occupied().count() as f64 - 1.0;
        // Of nothing that varies rounding may leave something.
        if kinds > 0.0 && effects > 1e-9 * kinds / of_rows {
            (kinds / effects).min(of_rows)
        } else {
            of_groups
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::random::Random;

    fn worth(groups: &[u32], bins: &[usize]) -> f64 {
        Together::of(groups, None).unwrap().worth(4, |row| bins[row], |_| 1.0)
    }

    #[test]
    fn a_group_of_one_value_is_worth_a_lead_and_one_of_all_kinds_each_of_its_leads() {
        let mut random = Random::new(5, "clusters");
        let groups: Vec<u32> = (0..6_000).map(|row| row / 10).collect();
        let of_group: Vec<usize> = (0..600).map(|_| random.below(4)).collect();
        let alike: Vec<usize> = groups.iter().map(|group| of_group[*group as usize]).collect();
        assert!((worth(&groups, &alike) / 600.0 - 1.0).abs() < 0.01, "{}", worth(&groups, &alike));
        let mixed: Vec<usize> = groups.iter().map(|_| random.below(4)).collect();
        // Its standard error: of 600 groups a variance is known to √(2/600), or 6 %, three of these together to 3 %.
        assert!((worth(&groups, &mixed) / 6_000.0 - 1.0).abs() < 0.1, "{}", worth(&groups, &mixed));
    }

    #[test]
    fn the_variance_of_a_share_is_that_of_drawing_groups() {
        // Two bins: the worth is `p (1 − p)` by the variance of `p` over tables that are drawn.
        let mut random = Random::new(6, "clusters");
        let (mut shares, mut worths) = (Vec::new(), 0.0);
        for _ in 0..400 {
            let (mut groups, mut bins) = (Vec::new(), Vec::new());
            for group in 0..200 {
                // Half of the leads follow their group.
                let own = random.below(3).min(1);
                for _ in 0..=random.below(8) {
                    groups.push(group);
                    bins.push(if random.below(2) == 0 { own } else { random.below(3).min(1) });
                }
            }
            shares.push(bins.iter().sum::<usize>() as f64 / bins.len() as f64);
            worths += worth(&groups, &bins) / 400.0;
        }
        let mean = shares.iter().sum::<f64>() / 400.0;
        let variance = shares.iter().map(|share| (share - mean) * (share - mean)).sum::<f64>() / 399.0;
        let expected = mean * (1.0 - mean) / variance;
        // The variance of 400 tables is known to 7 %.
        assert!((worths / expected - 1.0).abs() < 0.2, "{worths}, {expected}");
    }

    #[test]
    fn where_nothing_varies_groups_are_worth_what_they_are_by_their_sizes() {
        // (2 + 1)² / (2² + 1²).
        assert_eq!(worth(&[0, 0, 1], &[2, 2, 2]), 9.0 / 5.0);
        assert_eq!(worth(&[7; 10], &[0, 1, 2, 3, 0, 1, 2, 3, 0, 1]), 1.0);
    }

    #[test]
    fn few_groups_are_not_taken_for_many_leads() {
        // One account of fifty leads, and two: of one industry each, where four are as common.
        let shares = [0.25; 4];
        let one = Together::of(&[0; 50], None).unwrap().worth_against(&shares, |_| 2);
        assert!((one - 1.0).abs() < 1e-12, "{one}");
        let groups: Vec<u32> = (0..100).map(|row| row / 50).collect();
        let two = Together::of(&groups, None).unwrap().worth_against(&shares, |row| row / 50);
        assert!((2.0..3.1).contains(&two), "{two}");
    }
}
