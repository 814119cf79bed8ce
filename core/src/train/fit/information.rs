//! The information in leads: the Hessian of their loss, `Σ w p (1 − p) x xᵀ`.
//!
//! First the curvature of each lead is worked out, and then each part of the Hessian is summed by itself.

use std::ops::Range;

use ndarray::Array2;
use rayon::prelude::*;

use crate::train::fit::accumulator::{NUMBERS, blocks, chunks};
use crate::train::fit::curvature::Curvature;
use crate::train::fit::logistic::exp_of_negative;
use crate::train::fit::{Design, Outcomes};

/// The rows come in at most so many spans, each with sums of its own.
const SPANS: usize = 4;

/// The lower triangle of the information in one in so many rows, some thousand in a row each time.
pub(super) fn information(
    one_in: usize,
    design: &Design,
    outcomes: &Outcomes,
    coefficients: &[f64],
) -> Array2<f64> {
    if design.rows() == 0 {
        return Array2::zeros((design.width(), design.width()));
    }
    let blocks = blocks(one_in, design.rows());
    let padded = design.padded([coefficients]);
    let values: Vec<_> = design.placings().iter().map(|placing| placing.values(&padded)).collect();
    let arch = pulp::Arch::new();
    let of_chunk = |blocks| {
        let rows: Vec<Range<usize>> = Vec::from(blocks);
        let mut curvatures = vec![[0.0]; rows.iter().map(Range::len).sum()];
        let mut rest = curvatures.as_mut_slice();
        for rows in rows.iter().cloned() {
            let (own, further) = std::mem::take(&mut rest).split_at_mut(rows.len());
            rest = further;
            arch.dispatch(Bending {
                design,
                outcomes,
                padded: &padded,
                values: &values,
                rows,
                curvatures: own,
            });
        }
        (rows, curvatures.into_flattened())
    };
    let chunks: Vec<(Vec<Range<usize>>, Vec<f64>)> =
        chunks(&blocks, design.width()).into_par_iter().map(of_chunk).collect();
    let total = chunks.iter().map(|(_, curvatures)| curvatures.iter().sum::<f64>()).sum();
    let curvature = Curvature::of(design);
    let most = (NUMBERS / curvature.len().max(1)).clamp(1, SPANS);
    let spans: Vec<_> = chunks.chunks(chunks.len().div_ceil(most).max(1)).collect();
    let tasks: Vec<(usize, usize)> =
        (0..curvature.parts()).flat_map(|part| (0..spans.len()).map(move |span| (part, span))).collect();
    let sums_of = |(part, span): &(usize, usize)| {
        curvature.sums(
            *part,
            design,
            spans[*span].iter().flat_map(|(rows, curvatures)| each(rows, curvatures)),
        )
    };
    let mut sums = tasks.par_iter().map(sums_of).collect::<Vec<_>>().into_iter();
    let add = |mut sums: Vec<f64>, further: Vec<f64>| {
        sums.iter_mut().zip(further).for_each(|(sum, further)| *sum += further);
        sums
    };
    let sums: Vec<Vec<f64>> = (0..curvature.parts())
        .map(|_| sums.by_ref().take(spans.len()).reduce(add).unwrap_or_default())
        .collect();
    curvature.hessian(design.width(), total, &sums)
}

/// Blocks of rows, each with its part of the curvatures of all of them.
fn each<'a>(
    blocks: &'a [Range<usize>],
    mut curvatures: &'a [f64],
) -> impl Iterator<Item = (Range<usize>, &'a [f64])> {
    blocks.iter().map(move |rows| {
        let (own, rest) = curvatures.split_at(rows.len());
        curvatures = rest;
        (rows.clone(), own)
    })
}

/// Some rows, and where their curvatures go.
struct Bending<'a> {
    design: &'a Design,
    outcomes: &'a Outcomes,
    padded: &'a [[f64; 1]],
    /// What the coefficients say of each code, block by block.
    values: &'a [Vec<[f64; 1]>],
    rows: Range<usize>,
    curvatures: &'a mut [[f64; 1]],
}

impl pulp::WithSimd for Bending<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        let Self { design, outcomes, padded, values, rows, curvatures } = self;
        curvatures.fill(padded[0]);
        for (placing, values) in design.placings().iter().zip(values) {
            placing.add_values(values, padded, rows.clone(), curvatures);
        }
        for ([curvature], weight) in curvatures.iter_mut().zip(&outcomes.weights[rows]) {
            // From the side on which nothing cancels, as in the gradient.
            let e = exp_of_negative(-curvature.abs());
            let large = 1.0 / (1.0 + e);
            *curvature = weight * (e * large) * large;
        }
    }
}
