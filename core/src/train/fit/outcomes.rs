//! What is to be predicted, and what predictions of it cost.

use crate::train::fit::placing::PARTS;
use crate::train::leads::Leads;
use crate::train::together::sums_by_group;

/// What is to be predicted: for each row of a design, whether it converted, and its weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcomes {
    /// 1 for converted, 0 for not; a share between them for a row that stands for several leads.
    pub converted: Vec<f64>,
    /// How many leads each row stands for; 0 leaves a row out.
    pub weights: Vec<f64>,
}

impl Outcomes {
    /// The outcomes of some leads, together as many as tell as much if each stood alone and for itself.
    pub(crate) fn of(leads: &Leads, rows: &[usize]) -> Self {
        Self::weighing(leads, rows, rows.iter().map(|row| leads.weight(*row)).collect())
    }

    /// The same with the weights of these rows, of whose scale nothing depends.
    pub(crate) fn weighing(leads: &Leads, rows: &[usize], weights: Vec<f64>) -> Self {
        let mut outcomes = Self {
            converted: rows.iter().map(|row| f64::from(u8::from(leads.label[*row]))).collect(),
            weights,
        };
        let worth = outcomes.worth(leads.groups_of(rows).as_deref());
        for weight in &mut outcomes.weights {
            *weight *= worth;
        }
        outcomes
    }

    /// What a unit of weight is worth in leads that stand alone: the information on the rate by the variance of its gradient, over
    /// groups where leads come in groups. A likelihood that is multiplied so has the curvature that its gradient varies by (the
    /// first-order correction of Rao & Scott 1981, doi:10.1080/01621459.1981.10477633), so that its standard errors and the
    /// penalties that it asks for are those of what is told. Never more than the rows are worth one by one.
    fn worth(&self, groups: Option<&[u32]>) -> f64 {
        let rate = self.rate();
        let residuals = || self.weights.iter().zip(&self.converted).map(|(weight, y)| weight * (y - rate));
        let of_rows: f64 = residuals().map(|residual| residual * residual).sum();
        let sums =
            groups.map(|groups| sums_by_group(groups.iter().copied().zip(residuals().map(|own| [own]))));
        let sums = sums.filter(|sums| sums.len() < self.weights.len());
        if sums.is_none() && self.weights.windows(2).all(|pair| pair[0] == pair[1]) {
            return 1.0 / self.weights.first().map_or(1.0, |weight| *weight);
        }
        let of_groups = sums.map_or(0.0, |sums| {
            let groups = sums.len() as f64;
            sums.iter().map(|[sum]| sum * sum).sum::<f64>() * groups / f64::max(groups - 1.0, 1.0)
        });
        let worth = self.total() * rate * (1.0 - rate) / of_rows.max(of_groups);
        if worth.is_finite() && worth > 0.0 { worth } else { 1.0 }
    }

    /// Outcomes of equal weight.
    pub fn unweighted(converted: impl IntoIterator<Item = bool>) -> Self {
        let converted: Vec<f64> =
            converted.into_iter().map(|converted| f64::from(u8::from(converted))).collect();
        let weights = vec![1.0; converted.len()];
        Self { converted, weights }
    }

    /// The sum of the weights.
    pub fn total(&self) -> f64 {
        sum(&self.weights, &self.weights, |weight, _| weight)
    }

    /// The weighted share of converted leads.
    pub fn rate(&self) -> f64 {
        // Both in the same order, so that where all converted it is 1 to the bit.
        sum(&self.weights, &self.converted, |weight, y| weight * y) / self.total()
    }

    /// The outcomes with the rows of a fold left out.
    pub(crate) fn without(&self, folds: &[usize], fold: usize) -> Self {
        let keep = |(weight, of): (&f64, &usize)| if *of == fold { 0.0 } else { *weight };
        let weights = self.weights.iter().zip(folds).map(keep).collect();
        Self { converted: self.converted.clone(), weights }
    }

    /// The mean negative log-likelihood of logits, per unit of weight.
    pub(crate) fn log_loss(&self, logits: &[f64]) -> f64 {
        self.losses(logits).sum::<f64>() / self.total()
    }

    /// How much lower the loss is with `new` logits than with `old`, over all rows, and the standard error of that. Rows of one group
    /// are alike, and count together.
    pub(crate) fn gain(&self, groups: Option<&[u32]>, old: &[f64], new: &[f64]) -> (f64, f64) {
        let of_rows = self.losses(old).zip(self.losses(new)).map(|(old, new)| old - new);
        let gains: Vec<f64> = match groups {
            None => of_rows.collect(),
            Some(groups) => {
                let sums = sums_by_group(groups.iter().copied().zip(of_rows.map(|own| [own])));
                sums.into_iter().map(|[sum]| sum).collect()
            }
        };
        let sum: f64 = gains.iter().sum();
        let mean = sum / gains.len() as f64;
        (sum, gains.iter().map(|gain| (gain - mean) * (gain - mean)).sum::<f64>().sqrt())
    }

    /// Each row's negative log-likelihood, times its weight.
    pub(crate) fn losses(&self, logits: &[f64]) -> impl Iterator<Item = f64> {
        let rows = self.converted.iter().zip(&self.weights).zip(logits);
        rows.map(|((y, weight), eta)| weight * (libm::log1p(libm::exp(-eta.abs())) + eta.max(0.0) - y * eta))
    }
}

/// The sum of terms of pairs, in a few parts side by side, so that none waits for the one before.
fn sum(ones: &[f64], others: &[f64], term: impl Fn(f64, f64) -> f64) -> f64 {
    let mut parts = [0.0; PARTS];
    let (chunks, rest) = ones.as_chunks::<PARTS>();
    let (other_chunks, other_rest) = others.as_chunks::<PARTS>();
    for (ones, others) in chunks.iter().zip(other_chunks) {
        for part in 0..PARTS {
            parts[part] += term(ones[part], others[part]);
        }
    }
    let rest = rest.iter().zip(other_rest).map(|(one, other)| term(*one, *other));
    parts.iter().sum::<f64>() + rest.sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::leads::Groups;
    use crate::train::random::Random;

    fn leads(label: Vec<bool>, groups: Option<Vec<u32>>) -> Leads {
        let mut leads = Leads::new("won", label, vec![]);
        leads.groups = groups.map(|codes| Groups { field: "lead".into(), codes });
        leads
    }

    fn all(leads: &Leads) -> Outcomes {
        Outcomes::of(leads, &(0..leads.len()).collect::<Vec<_>>())
    }

    #[test]
    fn leads_that_stand_alone_are_as_many_as_they_are() {
        let alone = leads((0..60).map(|row| row % 5 == 0).collect(), None);
        assert_eq!(all(&alone).weights, [1.0; 60]);
        let groups = Some((0..60).rev().collect());
        assert_eq!(all(&Leads { groups: leads(vec![], groups).groups, ..alone }).weights, [1.0; 60]);
    }

    #[test]
    fn nothing_depends_on_the_scale_of_weights() {
        let table = |scale: f64| {
            let mut leads = leads((0..90).map(|row| row % 4 == 0).collect(), None);
            leads.weights = Some((0..90).map(|row| scale * f64::from(1 + row % 3)).collect());
            all(&leads).weights
        };
        for (one, other) in table(1.0).into_iter().zip(table(1e6)) {
            assert!((one / other - 1.0).abs() < 1e-12, "{one} {other}");
        }
        let mut same = leads((0..90).map(|row| row % 4 == 0).collect(), None);
        same.weights = Some(vec![1000.0; 90]);
        assert!(all(&same).weights.iter().all(|weight| (weight - 1.0).abs() < 1e-15));
    }

    #[test]
    fn rows_that_are_there_again_are_as_many_as_once() {
        let label: Vec<bool> = (0..2_000).map(|row| row % 9 < 2).collect();
        let again = label.iter().flat_map(|converted| [*converted; 7]).collect();
        let outcomes = all(&leads(again, Some((0..14_000).map(|row| row / 7).collect())));
        assert!((outcomes.total() / 2_000.0 - 1.0).abs() < 1e-3, "{}", outcomes.total());
    }

    #[test]
    fn leads_of_an_account_are_many_where_each_fares_for_itself() {
        let mut random = Random::new(3, "outcomes");
        let groups = Some((0..9_000).map(|row| row / 6).collect());
        let outcomes = all(&leads((0..9_000).map(|_| random.below(4) == 0).collect(), groups));
        // A variance of 1,500 sums is known to √(2/1500), or 4 %.
        assert!((outcomes.total() / 9_000.0 - 1.0).abs() < 0.1, "{}", outcomes.total());
    }

    #[test]
    fn a_table_of_all_conversions_and_some_others_is_worth_its_conversions() {
        // 600 conversions, and of 50,000 others one of a hundred.
        let mut cases = leads((0..1_100).map(|row| row < 600).collect(), None);
        cases.weights = Some((0..1_100).map(|row| if row < 600 { 1.0 } else { 100.0 }).collect());
        let outcomes = all(&cases);
        let conversions: f64 = outcomes.weights[..600].iter().sum();
        // Of a rate the variance is p²(1 − p)² (1/600 + 1/500) where it would be p (1 − p) / n of n that are drawn: n is worth
        // 1/(1/600 + 1/500) conversions, but for those that it has among the others.
        let expected = 1.0 / (1.0 / 600.0 + 1.0 / 500.0);
        assert!((conversions / expected - 1.0).abs() < 0.02, "{conversions}, {expected}");
    }

    #[test]
    fn rows_that_say_the_same_again_are_no_further_evidence() {
        let told = |times: usize| {
            let count = 40 * times;
            let of = |row: usize| row / times;
            let groups: Vec<u32> = (0..count).map(|row| of(row) as u32).collect();
            let label = (0..count).map(|row| of(row) % 3 == 0).collect();
            let outcomes = all(&leads(label, Some(groups.clone())));
            let new: Vec<f64> = (0..count).map(|row| (of(row) % 7) as f64 / 7.0 - 0.5).collect();
            let (gain, error) = outcomes.gain(Some(&groups), &vec![0.0; count], &new);
            gain / error
        };
        assert!(told(1) != 0.0 && (told(1) - told(9)).abs() < 1e-9, "{} {}", told(1), told(9));
    }
}
