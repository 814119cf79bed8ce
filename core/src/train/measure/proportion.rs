//! A proportion and its interval.

use crate::model::Estimate;

/// A proportion with its score interval (Wilson 1927, doi:10.1080/01621459.1927.10502953): the `p` for which
/// `|k/n − p| ≤ z √(p (1 − p) / n)`.
pub fn wilson(hits: u64, of: u64, z: f64) -> Estimate {
    let n = of as f64;
    let value = hits as f64 / n;
    let (low, high) = wilson_around(value, n, z);
    Estimate { value, low: low.clamp(0.0, value), high: high.clamp(value, 1.0) }
}

/// The ends of the same for a share of so many independent leads, of which there may be a fraction.
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
            (0, 10, 0.0, 0.277_532_799_862_889),
            (1, 10, 0.017_876_213_095_073, 0.404_150_026_795_238),
            (37, 50, 0.604_468_427_351_512, 0.841_284_725_064_476),
            (5, 5, 0.565_517_535_216_825, 1.0),
        ] {
            let found = wilson(hits, of, Z95);
            assert!((found.low - low).abs() < 1e-12 && (found.high - high).abs() < 1e-12, "{found:?}");
        }
    }
}
