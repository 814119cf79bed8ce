//! Which pairs of fields say more together than each by itself.
//!
//! All pairs are screened by what their cells would gain on the residuals of the fit without any, as FAST does (Lou et al.
//! 2013, doi:10.1145/2487575.2487579), but out of fold. The most promising are fitted jointly, each smoothed by itself, and those stay whose
//! part lowers the log loss out of fold.

use rayon::prelude::*;

use crate::error::Result;
use crate::model::Axis;
use crate::train::basis::{divide, divided};
use crate::train::fit::{Outcomes, Strength};
use crate::train::leads::{Leads, Prior};
use crate::train::learn::evidence::{Residuals, gains};
use crate::train::learn::{Learnt, Material};

/// So many times as many pairs are fitted as may stay.
const CANDIDATES: usize = 2;
/// The gain out of fold must be so many of its standard errors.
const EVIDENCE: f64 = 1.0;
/// Only so many fields are paired, those that say most by themselves: the number of pairs grows with the square.
const FIELDS: usize = 64;
/// The grids that are tried first have no more cells than this, less two for each column of the fit without them …
const WIDTH: usize = 1_500;
/// … but always as many as this, and those that are tried next no more: time grows with the cube of all columns.
const CELLS: usize = 250;
/// Where the smoothing of a grid begins.
const START: Strength = Strength { bend: 1.0, ridge: 10.0 };

/// The fit with those of some pairs that pay, `limit` at most, and how many were not tried; `None` where none pays.
pub(super) fn choose(
    material: Material<'_>,
    single: &Learnt,
    promising: Vec<[usize; 2]>,
    limit: usize,
    tick: &mut dyn FnMut(u64, u64),
) -> Result<Option<(Learnt, usize)>> {
    let mut untried = promising;
    let mut kept: Vec<[usize; 2]> = Vec::new();
    let mut learnt: Option<Learnt> = None;
    tick(1, 3);
    let width = single.basis.width();
    for cells in [WIDTH.saturating_sub(2 * width).max(CELLS), CELLS] {
        let candidates = affordable(material, single, &kept, &mut untried, cells);
        let tried = candidates.len() - kept.len();
        if tried == 0 {
            break;
        }
        let all = fit(material, single, &candidates)?;
        let paying = paying(material, single, &all, &candidates, limit);
        let stayed = paying.iter().filter(|pair| !kept.contains(pair)).count();
        learnt = match paying.len() {
            0 => None,
            count if count == candidates.len() => Some(all),
            _ => Some(fit(material, single, &paying)?),
        };
        kept = paying;
        tick(2, 3);
        // They come in the order of their promise: where most of these stay, the next may, too.
        if 2 * stayed < tried || kept.len() == limit {
            break;
        }
    }
    let untried = if kept.len() < limit { untried.len() } else { 0 };
    Ok(learnt.map(|learnt| (learnt, untried)))
}

/// Those of some fitted pairs whose part lowers the loss out of fold, the best `limit` of them, in the order of the columns.
fn paying(
    material: Material<'_>,
    single: &Learnt,
    all: &Learnt,
    candidates: &[[usize; 2]],
    limit: usize,
) -> Vec<[usize; 2]> {
    let logits = &all.cross_validation.logits;
    let mut paying: Vec<(f64, [usize; 2])> = Vec::new();
    for (place, pair) in candidates.iter().enumerate() {
        let own =
            all.cross_validation.part_of(&all.design, single.basis.blocks().len() + place, material.folds);
        let without: Vec<f64> = logits.iter().zip(own).map(|(all, own)| all - own).collect();
        let (gain, error) = material.outcomes.gain(material.groups, &without, logits);
        if gain > EVIDENCE * error {
            paying.push((gain, *pair));
        }
    }
    paying.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    paying.truncate(limit);
    let mut kept: Vec<[usize; 2]> = paying.into_iter().map(|(_, pair)| pair).collect();
    kept.sort_unstable();
    kept
}

fn fit(material: Material<'_>, single: &Learnt, pairs: &[[usize; 2]]) -> Result<Learnt> {
    let basis = single.basis.clone().with_pairs(material.leads, material.rows, pairs);
    let design = basis.design(material.leads, material.rows);
    let cross_validation =
        single.cross_validation.extended(&design, material.outcomes, material.folds, START)?;
    Ok(Learnt { basis, design, cross_validation, steps: Vec::new() })
}

/// The pairs with the greatest gain on residuals, the greatest first: enough of them that `limit` may stay.
pub(super) fn screen(material: Material<'_>, single: &Learnt, limit: usize) -> Vec<[usize; 2]> {
    let Material { leads, rows, outcomes, .. } = material;
    let divided: Vec<(usize, usize, Vec<u32>)> = strongest(leads, single, outcomes)
        .into_par_iter()
        .map(|column| {
            let values = &leads.columns[column].values;
            let axis: Axis = divide(leads, column, rows);
            (column, axis.cells(), divided(&axis, values, rows))
        })
        .collect();
    let pairs: Vec<(usize, usize)> =
        (0..divided.len()).flat_map(|i| (i + 1..divided.len()).map(move |j| (i, j))).collect();
    let gain = |residuals: &Residuals<'_>, (i, j): &(usize, usize)| {
        let ((_, height, rows), (_, width, columns)) = (&divided[*i], &divided[*j]);
        let cells = rows.iter().zip(columns).map(|(i, j)| *i as usize * width + *j as usize);
        residuals.gain(height * width, cells)
    };
    let of_all = |residuals: &Residuals<'_>| -> Vec<f64> {
        pairs.par_iter().map(|pair| gain(residuals, pair)).collect()
    };
    let mut gains: Vec<(f64, [usize; 2])> = gains(material, single, of_all)
        .into_iter()
        .zip(&pairs)
        .filter_map(|(gain, (i, j))| Some((gain?, [divided[*i].0, divided[*j].0])))
        .collect();
    gains.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    gains.truncate(CANDIDATES * limit);
    gains.into_iter().map(|(_, pair)| pair).collect()
}

/// The kept pairs and the first of those not yet tried, as many as have no more than so many further cells, in the order of
/// the columns.
fn affordable(
    material: Material<'_>,
    single: &Learnt,
    kept: &[[usize; 2]],
    untried: &mut Vec<[usize; 2]>,
    cells: usize,
) -> Vec<[usize; 2]> {
    let widened =
        |pairs: &[[usize; 2]]| single.basis.clone().with_pairs(material.leads, material.rows, pairs).width();
    let budget = widened(kept) + cells;
    let mut pairs = kept.to_vec();
    while let Some(next) = untried.first() {
        pairs.push(*next);
        if widened(&pairs) > budget {
            pairs.pop();
            break;
        }
        untried.remove(0);
    }
    pairs.sort_unstable();
    pairs
}

/// The columns whose terms vary most over the leads, in the order of the table.
fn strongest(leads: &Leads, single: &Learnt, outcomes: &Outcomes) -> Vec<usize> {
    let means = single.design.means(&outcomes.weights);
    let coefficients = &single.cross_validation.coefficients;
    let mut columns: Vec<(f64, usize)> = single
        .basis
        .blocks()
        .iter()
        // A pair would undo the promise that a curve never falls.
        .filter(|block| !matches!(leads.columns[block.column].prior, Prior::Monotone(_)))
        .map(|block| {
            // Terms average to nothing, so this is a variance, but for what lies between two knots.
            let size = (block.start..block.end())
                .map(|column| means[column] * coefficients[column] * coefficients[column])
                .sum();
            (size, block.column)
        })
        .collect();
    columns.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut columns: Vec<usize> = columns.into_iter().take(FIELDS).map(|(_, column)| column).collect();
    columns.sort_unstable();
    columns
}
