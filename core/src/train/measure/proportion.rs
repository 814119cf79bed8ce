//! A proportion and its interval.

use crate::model::Estimate;

/// A share of `n` independent leads, of which there may be a fraction, with its score interval (Wilson 1927,
/// doi:10.1080/01621459.1927.10502953): the `p` for which `|share − p| ≤ z √(p (1 − p) / n)`. Of no leads it may be anything.
pub fn wilson(share: f64, n: f64, z: f64) -> Estimate {
    if n <= 0.0 {
        return Estimate { value: share, low: 0.0, high: 1.0 };
    }
    let (low, high) = wilson_around(share, n, z);
    Estimate { value: share, low: low.clamp(0.0, share), high: high.clamp(share, 1.0) }
}

/// The ends of the same, as the formula has them: rounding may put them a little beyond 0 and 1.
pub(crate) fn wilson_around(share: f64, n: f64, z: f64) -> (f64, f64) {
    let scale = 1.0 + z * z / n;
    let centre = (share + z * z / (2.0 * n)) / scale;
    let reach = z * libm::sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n)) / scale;
    (centre - reach, centre + reach)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::measure::Z95;

    #[test]
    fn wilson_intervals_are_those_of_scipy() {
        // SciPy 1.17.1, `binomtest(hits, of).proportion_ci(method="wilson")`.
        for (hits, of, low, high) in [
            (0.0, 10.0, 0.0, 0.277_532_799_862_889),
            (1.0, 10.0, 0.017_876_213_095_073, 0.404_150_026_795_238),
            (37.0, 50.0, 0.604_468_427_351_512, 0.841_284_725_064_476),
            (5.0, 5.0, 0.565_517_535_216_825, 1.0),
        ] {
            let found = wilson(hits / of, of, Z95);
            assert!((found.low - low).abs() < 1e-12 && (found.high - high).abs() < 1e-12, "{found:?}");
        }
        assert_eq!(wilson(0.0, 0.0, Z95), Estimate { value: 0.0, low: 0.0, high: 1.0 });
    }
}
