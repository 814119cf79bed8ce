//! How smooth each term is: one strength for all is too much for some and too little for others.
//!
//! Each term's strengths are raised or lowered until the penalty it pays is what its freedom is worth: the generalized
//! Fellner–Schall update of Wood & Fasiolo (2017, doi:10.1111/biom.12666), which climbs the restricted likelihood,
//!
//! ```text
//! λ ← λ · ( tr(S_λ⁻ S) − tr(H⁻¹ S) ) / bᵀ S b
//! ```
//!
//! with `S` the penalty of one kind in one block, `S_λ` all of the block's, and `H` the penalised information.

use ndarray::{Array1, Array2};
use rayon::prelude::*;

use crate::train::fit::Design;
use crate::train::fit::factor::Factor;
use crate::train::fit::penalty::{BlockPenalty, Strength, Strengths};

/// One update changes a strength by this factor at most: far from the fixed point, its formula overshoots.
const STEP: f64 = 100.0;
/// A strength below this is as good as none …
const LEAST: f64 = 1e-4;
/// … and one beyond so many per lead as good as infinite: a lead's information is at most ¼. More would only cost digits.
const GREATEST_PER_LEAD: f64 = 10.0;

/// The strengths after one update at a minimum, whose factor this is. `total` is the sum of the weights.
pub(crate) fn update(
    design: &Design,
    means: &Array1<f64>,
    total: f64,
    strengths: &Strengths,
    coefficients: &[f64],
    factor: &Factor,
) -> Strengths {
    let blocks: Vec<BlockPenalty> = BlockPenalty::of(design, means).collect();
    let greatest = GREATEST_PER_LEAD * total;
    let update = |(block, strength): (&BlockPenalty, &Strength)| {
        updated(block, *strength, greatest, coefficients, factor)
    };
    let updated: Vec<Strength> = blocks.par_iter().zip(strengths.blocks()).map(update).collect();
    updated.into_iter().collect()
}

fn updated(
    block: &BlockPenalty,
    strength: Strength,
    greatest: f64,
    coefficients: &[f64],
    factor: &Factor,
) -> Strength {
    // The pin stands in for the constant, which neither penalty sees.
    let pinned: Array2<f64> = block.matrix(strength, strength.bend.max(strength.ridge));
    let Ok(own) = Factor::new(pinned) else { return strength };
    let b = &coefficients[block.start..block.start + block.size];
    let step = |rows: &[Vec<f64>], before: f64| {
        let (mut freedom, mut size) = (0.0, 0.0);
        for row in rows {
            freedom += own.variance(row) - factor.variance_from(block.start, row);
            let along: f64 = row.iter().zip(b).map(|(weight, b)| weight * b).sum();
            size += along * along;
        }
        let ratio = freedom.max(0.0) / size.max(f64::MIN_POSITIVE);
        (before * ratio.clamp(1.0 / STEP, STEP)).max(LEAST).min(greatest)
    };
    Strength {
        bend: if block.bends.is_empty() { strength.bend } else { step(&block.bends, strength.bend) },
        ridge: step(&block.ridge, strength.ridge),
    }
}
