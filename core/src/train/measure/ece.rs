//! The interval of the expected calibration error.
//!
//! The error is a sum of distances, `T = Σ |d_k|` over the bins, and noise makes each distance longer: the estimate is
//! too high, most of all where the model is well calibrated. Bootstrap intervals rest on the estimate and miss the truth
//! as it does (a simulation of 800 leads: percentiles cover it in 1 % of samples, reflected ones in 84 %).
//!
//! So the interval holds the truths under which the estimate would not surprise. With true deviations `λ s_k r_k`, where
//! `s_k` is the standard error of bin `k`, each `|d_k|` has a folded normal distribution (Leone, Nelson & Nottingham
//! 1961, doi:10.1080/00401706.1961.10489974) with
//!
//! ```text
//! mean      s m(λ r),   m(x) = √(2/π) e^(−x²/2) + x erf(x/√2)
//! variance  s² (1 + (λ r)² − m(λ r)²)
//! ```
//!
//! and their sum is nearly normal. The ends are the `λ` at which `T` lies 1.96 standard deviations from its mean; what
//! they stand for is `λ Σ s_k r_k`. The shape `r` matters: an error spread evenly over the bins hides least noise, one
//! that sits in few bins most. The true shape lies between two: the even one, `r_k = 1`, and the observed one, which noise
//! makes more uneven than the truth. So the ends lie halfway between those of the two.

use crate::model::Estimate;
use crate::train::measure::Z95;

/// The interval of `Σ |deviations|`, given the standard error of each. The estimate itself stays inside.
pub(super) fn interval(deviations: &[f64], errors: &[f64]) -> Estimate {
    let value: f64 = deviations.iter().map(|deviation| deviation.abs()).sum();
    let shapes: [Vec<f64>; 2] = [
        vec![1.0; errors.len()],
        deviations.iter().zip(errors).map(|(d, s)| if *s > 0.0 { d.abs() / s } else { 0.0 }).collect(),
    ];
    // What has no noise is known.
    let sure: f64 = deviations.iter().zip(errors).filter(|(_, s)| **s <= 0.0).map(|(d, _)| d.abs()).sum();
    let end = |z: f64, shape: &Vec<f64>| sure + truth(value - sure, errors, shape, z);
    let halfway = |z: f64| shapes.iter().map(|shape| end(z, shape)).sum::<f64>() / shapes.len() as f64;
    Estimate { value, low: halfway(Z95).min(value), high: halfway(-Z95).max(value) }
}

/// The truth under which `total` lies `z` standard deviations above its mean; 0 where any truth would put it lower.
fn truth(total: f64, errors: &[f64], shape: &[f64], z: f64) -> f64 {
    let surprise = |scale: f64| {
        let (mut mean, mut variance) = (0.0, 0.0);
        for (s, r) in errors.iter().zip(shape) {
            let x = scale * r;
            let folded = folded_mean(x);
            mean += s * folded;
            variance += s * s * (1.0 + x * x - folded * folded).max(0.0);
        }
        total - mean - z * variance.sqrt()
    };
    let size: f64 = errors.iter().zip(shape).map(|(s, r)| s * r).sum();
    if surprise(0.0) <= 0.0 || size <= 0.0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    while surprise(high) > 0.0 && high < 1e12 {
        high *= 2.0;
    }
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if surprise(middle) > 0.0 { low = middle } else { high = middle }
    }
    low * size
}

/// The mean of `|x + z|`, `z` standard normal.
fn folded_mean(x: f64) -> f64 {
    std::f64::consts::FRAC_2_PI.sqrt() * libm::exp(-x * x / 2.0)
        + x * libm::erf(x * std::f64::consts::FRAC_1_SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_noise_explains_may_be_nothing_and_what_it_does_not_is_known() {
        // Fifteen deviations of one standard error each are what noise does.
        let quiet = interval(&[0.01; 15], &[0.01; 15]);
        assert_eq!(quiet.low, 0.0);
        assert!(quiet.high > quiet.value);
        // Deviations of a hundred standard errors: the sum has an error of √15 of one.
        let loud = interval(&[1.0; 15], &[0.01; 15]);
        let reach = Z95 * 0.01 * 15_f64.sqrt();
        assert!(
            (loud.low - (15.0 - reach)).abs() < 1e-6 && (loud.high - (15.0 + reach)).abs() < 1e-6,
            "{loud:?}"
        );
        let sure = interval(&[0.1, -0.2], &[0.0, 0.0]);
        assert!((sure.low - 0.3).abs() < 1e-15 && (sure.high - 0.3).abs() < 1e-15);
    }

    #[test]
    fn the_folded_mean_is_that_of_its_definition() {
        // ∫ |x + z| φ(z) dz by a fine sum.
        for x in [0.0, 0.3, 1.0, 2.5, 6.0] {
            let density = |z: f64| libm::exp(-z * z / 2.0) / (2.0 * std::f64::consts::PI).sqrt();
            let sum: f64 = (-90_000..=90_000)
                .map(|k| f64::from(k) * 1e-4)
                .map(|z| (x + z).abs() * density(z) * 1e-4)
                .sum();
            assert!((folded_mean(x) - sum).abs() < 1e-7, "{x}");
        }
    }
}
