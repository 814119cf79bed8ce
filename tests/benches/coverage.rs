//! Prints how often the 95 % intervals hold the truth: `cargo bench --bench coverage`.
//!
//! Coverage of 200 samples has a standard error of 1.5 %, of 1,000 one of 0.7 %: `-- 1000` takes five times as long.

use std::fmt::Write as _;
use std::io::{Write as _, stdout};

use sales_ready_tests::coverage::{Coverage, SCENARIOS, curves, simulate};

fn main() {
    let samples = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(200);
    let mut pooled: Vec<Coverage> = Vec::new();
    for scenario in &SCENARIOS {
        let coverages = simulate(scenario, 0..samples);
        print(scenario.name, &coverages);
        for (place, coverage) in coverages.into_iter().enumerate() {
            match pooled.get_mut(place) {
                Some(sum) => sum.add(&coverage),
                None => pooled.push(coverage),
            }
        }
    }
    print("all of these", &pooled);
    print("curves and tables of 1,500 leads, lead by lead", &curves(0..samples));
}

fn print(name: &str, coverages: &[Coverage]) {
    let mut text =
        format!("\n{name}\n  metric                    covers  interval above  interval below  the truth\n");
    for coverage in coverages {
        let percent = |count: u32| 100.0 * f64::from(count) / f64::from(coverage.samples);
        let _ = writeln!(
            text,
            "  {:24} {:5.1} %         {:5.1} %         {:5.1} %",
            coverage.metric,
            percent(coverage.covered()),
            percent(coverage.above),
            percent(coverage.below)
        );
    }
    // A closed pipe is nobody's fault.
    let _ = stdout().write_all(text.as_bytes());
}
