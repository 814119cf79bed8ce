//! Where a contact truly begins to pay: how far the calibration can be trusted at the threshold.

use std::collections::BTreeMap;

use crate::model::{Curve, Estimate};
use crate::train::calibrate::{Scored, line};
use crate::train::measure::Z95;

/// The calibrated logits between which leads truly convert at the rate whose logit is `target`.
///
/// Out of fold, the true log-odds are taken to be a line `a + b x` in the calibrated logit `x` (Cox 1958), so that the
/// rate is reached at `(target − a) / b`, with the standard error of the line there divided by its slope. The covariance
/// of the line is robust (Huber 1967; by groups: Liang & Zeger 1986): `H⁻¹ (Σ_g s_g s_gᵀ) H⁻¹`, with `H` the information
/// and `s_g` the score of a group. `None` where the scores allow no line.
pub fn threshold_interval(
    scored: &[Scored],
    groups: &[u32],
    calibration: &Curve,
    target: f64,
) -> Option<Estimate> {
    let calibrated: Vec<Scored> =
        scored.iter().map(|lead| Scored { logit: calibration.at(lead.logit), ..*lead }).collect();
    let (a, b) = line(&calibrated).filter(|(_, slope)| *slope > 0.0)?;
    let mut information = [0.0; 3];
    let mut sums: BTreeMap<usize, [f64; 2]> = BTreeMap::new();
    for (row, Scored { logit: x, converted, weight }) in calibrated.iter().enumerate() {
        let p = crate::sigmoid(a + b * x);
        let miss = weight * (f64::from(u8::from(*converted)) - p);
        let curvature = weight * p * (1.0 - p);
        (0..3).for_each(|power| information[power] += curvature * [1.0, *x, x * x][power]);
        let score = sums.entry(groups.get(row).map_or(row, |group| *group as usize)).or_default();
        score[0] += miss;
        score[1] += miss * x;
    }
    let centre = (target - a) / b;
    // The line's error at the centre is Σ_g (H⁻¹ (1, centre)) · s_g.
    let determinant = information[0] * information[2] - information[1] * information[1];
    let along = [
        (information[2] - information[1] * centre) / determinant,
        (information[0] * centre - information[1]) / determinant,
    ];
    let variance: f64 = sums
        .values()
        .map(|score| {
            let part = along[0] * score[0] + along[1] * score[1];
            part * part
        })
        .sum();
    let reach = Z95 * variance.sqrt() / b;
    let sound = centre.is_finite() && reach.is_finite();
    sound.then(|| Estimate {
        value: target,
        low: (centre - reach).min(target),
        high: (centre + reach).max(target),
    })
}
