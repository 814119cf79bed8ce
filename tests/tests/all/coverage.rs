//! The 95 % intervals hold the truth as often as they say. `cargo bench --bench coverage` prints the whole table.

use sales_ready_tests::coverage::{SCENARIOS, simulate};

#[test]
fn intervals_cover_the_truth() {
    const SAMPLES: u64 = 60;
    let (mut covered, mut samples) = (0, 0);
    // One of each kind: leads alone, and leads of accounts.
    for scenario in [&SCENARIOS[0], &SCENARIOS[2]] {
        for coverage in simulate(scenario, 0..SAMPLES) {
            // 95 % of 60 are 57; with that coverage, 49 or fewer have a chance of 2 in 10,000.
            assert!(coverage.covered() >= 50, "{}: {coverage:?}", scenario.name);
            covered += coverage.covered();
            samples += coverage.samples;
        }
    }
    let share = f64::from(covered) / f64::from(samples);
    // The estimates of one sample move together, so that their mean coverage has an error of about 1 %.
    assert!((0.92..0.98).contains(&share), "{share}");
}
