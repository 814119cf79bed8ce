//! Where a contact truly begins to pay: how far the calibration can be trusted at the threshold.

use crate::model::{Curve, Estimate};
use crate::train::calibrate::{Piles, Scored, line};
use crate::train::measure::Z95;
use crate::train::together::sums_by_group;

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
    let calibrated = |lead: &Scored| Scored { logit: calibration.at(lead.logit), ..*lead };
    let piles = Piles::of(scored, &[]);
    let (a, b) =
        line(&piles.all().iter().map(calibrated).collect::<Vec<_>>()).filter(|(_, slope)| *slope > 0.0)?;
    // The calibrated logit of each lead, by how much the line misses, and the weight of that in the information.
    let misses = scored.iter().map(calibrated).map(|Scored { logit: x, converted, weight }| {
        let p = crate::sigmoid(a + b * x);
        (x, weight * (f64::from(u8::from(converted)) - p), weight * p * (1.0 - p))
    });
    let mut information = [0.0; 3];
    for (x, _, curvature) in misses.clone() {
        (0..3).for_each(|power| information[power] += curvature * [1.0, x, x * x][power]);
    }
    let centre = (target - a) / b;
    // The line's error at the centre is Σ_g (H⁻¹ (1, centre)) · s_g.
    let determinant = information[0] * information[2] - information[1] * information[1];
    let along = [
        (information[2] - information[1] * centre) / determinant,
        (information[0] * centre - information[1]) / determinant,
    ];
    let parts = misses.map(|(x, miss, _)| miss * (along[0] + along[1] * x));
    let variance: f64 = if groups.is_empty() {
        parts.map(|part| part * part).sum()
    } else {
        let parts = groups.iter().copied().zip(parts.map(|part| [part]));
        sums_by_group(parts).iter().map(|[part]| part * part).sum()
    };
    let reach = Z95 * variance.sqrt() / b;
    let sound = centre.is_finite() && reach.is_finite();
    sound.then(|| Estimate {
        value: target,
        low: (centre - reach).min(target),
        high: (centre + reach).max(target),
    })
}
