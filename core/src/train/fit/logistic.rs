//! The logistic function and its loss for many leads at once.
//!
//! `libm` takes one number at a time. These take no branches and no tables, only `+ − × ÷` and integer shifts in a fixed
//! order, so that a processor works on as many numbers side by side as it can, and the bits are the same on each.

/// Below this, the exponential is less than the least normal number.
const LEAST: f64 = -708.0;
/// Adding it rounds to an integer, which then stands in the lowest bits: 1.5 · 2⁵².
const ROUND: f64 = 6_755_399_441_055_744.0;
const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// ln 2 in two parts, of which the first has its last 32 bits zero (fdlibm, `e_exp.c`).
const LN2: [f64; 2] = [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10];
/// 1/n! from n = 13 down to 0; the next term is below 2⁻⁵⁸ for |r| ≤ ln 2 / 2.
const FACTORIALS: [f64; 14] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
    1.0,
    1.0,
];
/// Terms of the series of atanh(s)/s in s²; with s ≤ 1/3 the next is below 2⁻⁵⁸.
const ATANH_TERMS: u32 = 17;

/// `exp(x)` for x ≤ 0, to within two units in the last place; not quite zero below −708.
#[inline(always)]
pub(super) fn exp_of_negative(x: f64) -> f64 {
    // Unlike `max`, this lets a NaN pass, so that none goes unseen.
    let x = if x < LEAST { LEAST } else { x };
    let shifted = x * LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN2[0]) - n * LN2[1];
    let mut sum = FACTORIALS[0];
    for factor in &FACTORIALS[1..] {
        sum = sum * r + factor;
    }
    // The integer n stands in the lowest bits of `shifted`; moved into the exponent, it makes 2ⁿ.
    sum * f64::from_bits((shifted.to_bits().wrapping_add(1_023)) << 52)
}

/// `ln(1 + e)` for e from 0 to 1, by `2 atanh(e / (2 + e))`.
#[inline(always)]
pub(super) fn ln_one_plus(e: f64) -> f64 {
    let s = e / (2.0 + e);
    let square = s * s;
    let mut sum = 0.0;
    for term in (0..ATANH_TERMS).rev() {
        sum = sum * square + 1.0 / f64::from(2 * term + 1);
    }
    2.0 * s * sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::random::Random;

    #[test]
    fn agrees_with_libm() {
        let mut random = Random::new(1, "logistic");
        let edges = [0.0, -0.0, -1e-300, -1e-17, -0.5, -0.346_573_6, -700.0, -707.9];
        let drawn = (0..100_000).map(|_| -40.0 * random.uniform() * random.uniform());
        for x in edges.into_iter().chain(drawn) {
            let (own, exact) = (exp_of_negative(x), libm::exp(x));
            assert!((own - exact).abs() <= 4.5e-16 * exact, "exp({x}): {own:e} and {exact:e}");
            let (own, exact) = (ln_one_plus(exact), libm::log1p(exact));
            assert!((own - exact).abs() <= 4.5e-16 * exact, "log1p(exp({x})): {own:e} and {exact:e}");
        }
        assert!(exp_of_negative(-1e300) > 0.0 && exp_of_negative(f64::NEG_INFINITY) < 1e-307);
        assert!(exp_of_negative(f64::NAN).is_nan() && ln_one_plus(f64::NAN).is_nan());
    }
}
