//! Leads that belong together stay together.

use super::{MIN_CLASS, leads_of_one};
use crate::train::leads::{Groups, Leads};
use crate::train::random::Random;

/// A group with more than this share of the leads can neither be held out nor be done without.
const LARGEST: f64 = 0.5;

/// Why the leads' groups cannot be kept together, in words; `None` where they can, or where there are none.
///
/// ```
/// use sales_ready::train::leads::{Groups, Leads};
/// use sales_ready::train::split::obstacle;
///
/// let mut leads = Leads::new("won", (0..40).map(|row| row % 2 == 0).collect(), vec![]);
/// leads.groups = Some(Groups { field: "account".into(), codes: (0..40).map(|row| row / 3).collect() });
/// assert_eq!(obstacle(&leads), None);
/// leads.groups = Some(Groups { field: "account".into(), codes: vec![0; 40] });
/// assert!(obstacle(&leads).unwrap().contains("more than half"));
/// ```
pub fn obstacle(leads: &Leads) -> Option<String> {
    let groups = leads.groups.as_ref()?;
    let rows: Vec<usize> = (0..leads.len()).collect();
    let members = members(leads, groups, &rows);
    let what = leads_of_one(groups);
    if members.iter().any(|group| group.rows.len() as f64 > LARGEST * rows.len() as f64) {
        return Some(format!("{what} are not kept together: one value has more than half of them"));
    }
    let holding = |class: usize| members.iter().filter(|group| group.classes[class] > 0).count();
    (holding(0).min(holding(1)) < MIN_CLASS).then(|| {
        format!("{what} are not kept together: fewer than {MIN_CLASS} values hold all leads of one kind")
    })
}

/// Folds that part no group, each with a share of both classes as even as the groups allow; `None` where some fold would
/// lack a class.
///
/// The largest groups are dealt first, each to the fold where it adds least to the sum, over folds and classes, of the
/// squared share of the class (as scikit-learn's `StratifiedGroupKFold`, whose criterion is their spread).
pub(super) fn folds(
    leads: &Leads,
    groups: &Groups,
    rows: &[usize],
    count: usize,
    seed: u64,
) -> Option<Vec<usize>> {
    let mut members = members(leads, groups, rows);
    let largest = members.iter().map(|group| group.rows.len()).max()?;
    if largest as f64 > LARGEST * rows.len() as f64 {
        return None;
    }
    Random::new(seed, "folds").shuffle(&mut members);
    // Stable: equal groups stay in random order.
    members.sort_by_key(|group| std::cmp::Reverse(group.rows.len()));
    let totals = [0, 1].map(|class| members.iter().map(|group| group.classes[class]).sum::<usize>() as f64);
    (2..=count).rev().find_map(|count| {
        let mut filled = vec![[0_usize; 2]; count];
        let mut folds = vec![0; rows.len()];
        for group in &members {
            let adds = |fold: usize| -> f64 {
                (0..2)
                    .map(|class| {
                        (filled[fold][class] * group.classes[class]) as f64 / (totals[class] * totals[class])
                    })
                    .sum()
            };
            let best = (0..count).min_by(|a, b| {
                adds(*a)
                    .total_cmp(&adds(*b))
                    .then((filled[*a][0] + filled[*a][1]).cmp(&(filled[*b][0] + filled[*b][1])))
            })?;
            (0..2).for_each(|class| filled[best][class] += group.classes[class]);
            group.rows.iter().for_each(|place| folds[*place] = best);
        }
        filled.iter().all(|classes| classes[0] > 0 && classes[1] > 0).then_some(folds)
    })
}

/// Whether no group has leads in two folds.
pub(super) fn is_kept(groups: &Groups, rows: &[usize], folds: &[usize]) -> bool {
    let mut pairs: Vec<(u32, usize)> =
        rows.iter().zip(folds).map(|(row, fold)| (groups.codes[*row], *fold)).collect();
    pairs.sort_unstable();
    pairs.windows(2).all(|pair| pair[0].0 != pair[1].0 || pair[0].1 == pair[1].1)
}

/// The rows of `fit` whose groups have none in `test`.
pub(super) fn apart(groups: &Groups, fit: &[usize], test: &[usize]) -> Vec<usize> {
    let mut tested: Vec<u32> = test.iter().map(|row| groups.codes[*row]).collect();
    tested.sort_unstable();
    fit.iter().copied().filter(|row| tested.binary_search(&groups.codes[*row]).is_err()).collect()
}

/// The fold whose leads are of most groups, if all of its groups had equally many (Kish's effective number): one that holds little but
/// one large group would tell of that alone.
pub(super) fn of_most_groups(groups: &Groups, folds: &[usize]) -> usize {
    let mut places: Vec<(usize, u32)> = folds.iter().copied().zip(groups.codes.iter().copied()).collect();
    places.sort_unstable();
    let count = |fold: &[(usize, u32)]| {
        let sizes = fold.chunk_by(|a, b| a.1 == b.1).map(|group| group.len() as f64);
        let [sum, squares] = sizes.fold([0.0; 2], |[sum, squares], size| [sum + size, squares + size * size]);
        sum * sum / squares
    };
    let fold = places.chunk_by(|a, b| a.0 == b.0).max_by(|a, b| count(a).total_cmp(&count(b)));
    fold.map_or(0, |fold| fold[0].0)
}

/// One group among some rows.
struct Members {
    /// Places in `rows`.
    rows: Vec<usize>,
    /// How many did not convert, and how many did.
    classes: [usize; 2],
}

fn members(leads: &Leads, groups: &Groups, rows: &[usize]) -> Vec<Members> {
    let mut places: Vec<usize> = (0..rows.len()).collect();
    places.sort_by_key(|place| groups.codes[rows[*place]]);
    places
        .chunk_by(|a, b| groups.codes[rows[*a]] == groups.codes[rows[*b]])
        .map(|places| {
            let converted = places.iter().filter(|place| leads.label[rows[**place]]).count();
            Members { rows: places.to_vec(), classes: [places.len() - converted, converted] }
        })
        .collect()
}
