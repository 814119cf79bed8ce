//! Curves whose residuals still tell something get more knots.

use rayon::prelude::*;

use crate::train::basis::{Basis, BasisKind, Shape, hats};
use crate::train::leads::{Values, unless_all};
use crate::train::learn::evidence::{Residuals, gains};
use crate::train::learn::{Learnt, Material};

/// At most so many curves become finer: a knot costs time.
const CURVES: usize = 4;

/// The basis of a kind, and of a finer one for those curves that ask for it; `None` where none does.
pub(super) fn basis(
    material: Material<'_>,
    learnt: &Learnt,
    kind: BasisKind,
    finer: BasisKind,
) -> Option<Basis> {
    let Material { leads, rows, .. } = material;
    let known = unless_all(rows, leads.len());
    let mut curves: Vec<(usize, usize, Vec<usize>)> = Vec::new();
    for block in learnt.basis.blocks() {
        let column = &leads.columns[block.column];
        let (Values::Numbers(numbers), Shape::Hats(own)) = (&column.values, &block.shape) else { continue };
        let places = hats(column, known, finer);
        if places.len() > own.len() {
            // Missing stands last.
            let cell = |row: &usize| match numbers[*row] {
                x if x.is_nan() => places.len() + 1,
                x => places.partition_point(|knot| *knot <= x),
            };
            curves.push((block.column, places.len() + 2, rows.iter().map(cell).collect()));
        }
    }
    let of_all = |residuals: &Residuals<'_>| -> Vec<f64> {
        curves.par_iter().map(|(_, count, cells)| residuals.gain(*count, cells.iter().copied())).collect()
    };
    let mut asking: Vec<(f64, usize)> = gains(material, learnt, of_all)
        .into_iter()
        .zip(&curves)
        .filter_map(|(gain, (column, ..))| Some((gain?, *column)))
        .collect();
    asking.sort_by(|a, b| b.0.total_cmp(&a.0));
    asking.truncate(CURVES);
    let columns: Vec<usize> = asking.into_iter().map(|(_, column)| column).collect();
    (!columns.is_empty()).then(|| Basis::learn_finer(leads, rows, kind, &columns, finer))
}
