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

/// How much stronger the pins are than the penalties beside them.
const PINS: f64 = 1e3;

/// The strengths after one update at a minimum, whose factor this is. `total` is the sum of the weights.
pub(crate) fn update(
    design: &Design,
    means: &Array1<f64>,
    total: f64,
    strengths: &Strengths,
    coefficients: &[f64],
    factor: &Factor,
) -> Strengths {
    let blocks = BlockPenalty::of(design, means);
    let greatest = GREATEST_PER_LEAD * total;
    let update = |(block, strength): (&BlockPenalty<'_>, &Strength)| {
        updated(block, *strength, greatest, coefficients, factor)
    };
    let updated: Vec<Strength> = blocks.par_iter().zip(strengths.blocks()).map(update).collect();
    updated.into_iter().collect()
}

fn updated(
    block: &BlockPenalty<'_>,
    strength: Strength,
    greatest: f64,
    coefficients: &[f64],
    factor: &Factor,
) -> Strength {
    let (bend, ridge) = (block.bend_matrix(), block.ridge_matrix());
    // The pins stand in for what neither penalty sees; as strong as the stronger one, they do not spoil the condition.
    let pins = block.pins(1.0);
    let largest = pins.diag().iter().fold(f64::MIN_POSITIVE, |largest: f64, pin| largest.max(*pin));
    let pins = pins * (PINS * strength.bend.max(strength.ridge) / largest);
    let Ok(own) = Factor::new(strength.bend * &bend + strength.ridge * &ridge + pins) else {
        return strength;
    };
    let own = own.inverse_from(0, block.size());
    let all = factor.inverse_from(block.start(), block.size());
    let freedom = own - all;
    let b = ndarray::aview1(&coefficients[block.start()..block.start() + block.size()]);
    let step = |matrix: &Array2<f64>, before: f64| {
        let freedom = (&freedom * matrix).sum();
        let size = b.dot(&matrix.dot(&b));
        let ratio = freedom.max(0.0) / size.max(f64::MIN_POSITIVE);
        (before * ratio.clamp(1.0 / STEP, STEP)).max(LEAST).min(greatest)
    };
    Strength {
        bend: if block.bends() { step(&bend, strength.bend) } else { strength.bend },
        ridge: step(&ridge, strength.ridge),
    }
}
