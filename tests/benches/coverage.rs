//! Prints how often the 95 % intervals hold the truth: `cargo bench --bench coverage`.
//!
//! Coverage of 200 samples has a standard error of 1.5 %, of 1,000 one of 0.7 %: `-- 1000` takes five times as long.

use std::fmt::Write as _;
use std::io::{Write as _, stdout};

use sales_ready::train::{Options, train};
use sales_ready_tests::coverage::{Coverage, SCENARIOS, curves, simulate};
use sales_ready_tests::signal::{auc_coverage, leads};

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
    heard(samples);
    for (name, rows, slope, dated) in [
        ("the whole training, noise, 400 leads", 400, 0.0, false),
        ("the whole training, noise, 500 leads with dates", 500, 0.0, true),
        ("the whole training, a true AUC of 0.6, 2,000 leads", 2_000, 0.35, false),
        ("the whole training, a true AUC of 0.75, 800 leads", 800, 1.0, false),
        ("the whole training, a true AUC of 0.75, 500 leads with dates", 500, 1.0, true),
    ] {
        print(name, &[auc_coverage(0..samples, rows, slope, dated)]);
    }
    print("curves and tables of 1,500 leads, lead by lead", &curves(0..samples));
}

/// How many tables pass for saying something about conversion.
fn heard(samples: u64) {
    let cases = [
        ("noise, 400 leads in folds", 400, 0.0, false),
        ("noise, 1,000 leads by time", 1_000, 0.0, true),
        ("noise, 300 leads by time", 300, 0.0, true),
        ("a true AUC of 0.7, 500 leads by time", 500, 0.75, true),
        ("a true AUC of 0.6, 2,000 leads in folds", 2_000, 0.35, false),
        ("a true AUC of 0.6, 4,000 leads by time", 4_000, 0.35, true),
    ];
    let mut text = "\ntables that are taken to predict conversion\n".to_owned();
    for (name, rows, slope, dated) in cases {
        let passes = |seed: &u64| {
            let leads = leads(10_000 + seed, rows, 0.25, slope, dated);
            train(&leads, &Options::default(), &mut |_| ())
                .is_ok_and(|training| training.model.policy().abstains.is_none())
        };
        let heard = (0..samples).filter(passes).count();
        let _ = writeln!(text, "  {name:40} {heard} of {samples}");
    }
    let _ = stdout().write_all(text.as_bytes());
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
