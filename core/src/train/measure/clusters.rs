//! How much the shares of bins are worth where leads come in groups.

/// Leads in the order of their groups.
pub(crate) struct Clusters<'a> {
    groups: &'a [u32],
    rows: Vec<u32>,
}

impl<'a> Clusters<'a> {
    /// `None` where each lead stands alone.
    pub(crate) fn new(groups: &'a [u32]) -> Option<Self> {
        // Rows are counted in 32 bits throughout.
        let mut rows: Vec<u32> = (0..groups.len() as u32).collect();
        rows.sort_by_key(|row| groups[*row as usize]);
        let apart = rows.windows(2).all(|pair| groups[pair[0] as usize] != groups[pair[1] as usize]);
        (!apart).then_some(Self { groups, rows })
    }

    /// As many leads that stand alone would tell as much of the shares of `bins`, by the bin and the weight of each row.
    ///
    /// Of `N` leads, divided by the mean of the design effects of the shares (the first-order correction of Rao & Scott
    /// 1981, doi:10.1080/01621459.1981.10477633), with the variance of each share `p` linearised over groups (Cochran 1977,
    /// section 9A.2): `(K − 1) / Σ_k (V_k / p_k)` of `K` bins that hold leads. Never more than the weights leave
    /// (Kish 1965).
    pub(crate) fn worth(
        &self,
        bins: usize,
        bin: impl Fn(usize) -> usize,
        weight: impl Fn(usize) -> f64,
    ) -> f64 {
        let mut shares = vec![0.0; bins];
        let (mut total, mut squares) = (0.0, 0.0);
        for row in 0..self.groups.len() {
            let own = weight(row);
            shares[bin(row)] += own;
            total += own;
            squares += own * own;
        }
        for share in &mut shares {
            *share /= total;
        }
        let (mut sums, mut variances) = (vec![0.0; bins], vec![0.0; bins]);
        let mut count = 0.0;
        for rows in self.rows.chunk_by(|a, b| self.groups[*a as usize] == self.groups[*b as usize]) {
            let mut all = 0.0;
            for row in rows {
                let own = weight(*row as usize);
                sums[bin(*row as usize)] += own;
                all += own;
            }
            for ((sum, variance), share) in sums.iter_mut().zip(&mut variances).zip(&shares) {
                let residual = *sum - all * share;
                *variance += residual * residual;
                *sum = 0.0;
            }
            count += 1.0;
        }
        let unbiased = count / f64::max(count - 1.0, 1.0) / (total * total);
        let occupied = || shares.iter().zip(&variances).filter(|(share, _)| **share > 0.0);
        let effects: f64 = occupied().map(|(share, variance)| unbiased * variance / share).sum();
        let most = total * total / squares;
        if effects > 0.0 { ((occupied().count() - 1) as f64 / effects).min(most) } else { most }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::random::Random;

    fn worth(groups: &[u32], bins: &[usize]) -> f64 {
        Clusters::new(groups).unwrap().worth(4, |row| bins[row], |_| 1.0)
    }

    #[test]
    fn leads_that_stand_alone_make_no_clusters() {
        assert!(Clusters::new(&[]).is_none());
        assert!(Clusters::new(&[4, 2, 9, 3]).is_none());
        assert!(Clusters::new(&[4, 2, 4, 3]).is_some());
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
    fn nothing_but_one_bin_is_worth_all() {
        assert_eq!(worth(&[0, 0, 1], &[2, 2, 2]), 3.0);
    }
}
