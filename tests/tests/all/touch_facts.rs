//! What is said of touches is said of all snapshots.

use std::fmt::Write as _;

use sales_ready::Instant;
use sales_ready::model::Looks;
use sales_ready::train::touch_facts::facts;
use sales_ready::train::touches::bring::{Options, bring};
use sales_ready::train::touches::lifecycle::Outcomes;
use sales_ready::train::touches::log::{self, Log};
use sales_ready::train::{self, csv};
use sales_ready_tests::touched::{self, START, Settings};

#[test]
fn leads_that_nobody_touched_count_with_nothing() {
    let drawn = touched::generate(&Settings { leads: 150, ..Settings::default() });
    let model = touched::model(&drawn);
    let touches = touched::touches_csv(&drawn);
    let options = Options {
        looks: Looks { every: Some(28), touch_days: false, as_of: None },
        horizon: "7d".parse().unwrap(),
        until: None,
        most: usize::MAX,
        exclude: vec![],
        seed: 0,
    };
    let sides = |outcomes: &str| {
        let mut log =
            Log::read(touches.as_bytes(), "touches.csv", &log::Options::default(), &mut |_| ()).unwrap();
        let outcomes =
            Outcomes::read(outcomes.as_bytes(), "outcomes.csv", &csv::Options::default(), None, &mut |_| ())
                .unwrap();
        let brought = bring(&mut log, "touches.csv", &outcomes, None, &options).unwrap();
        let sides = facts(&mut log, &brought, &model, &train::Options::default()).unwrap().sides.unwrap().all;
        assert_eq!(sides.snapshots, brought.snapshots.len() as u64);
        sides
    };
    let mut outcomes = touched::outcomes_csv(&drawn);
    let known = sides(&outcomes);
    for lead in 0..40 {
        writeln!(outcomes, "U-{lead},{},,,", Instant::from_millis(START + 1_000)).unwrap();
    }
    let all = sides(&outcomes);
    assert!(known.snapshots < all.snapshots && all.snapshots < 2_000, "{known:?}, {all:?}");
    for (sum, same) in [(all.marketing, known.marketing), (all.sales, known.sales)] {
        let (sum, same) = (sum * all.snapshots as f64, same * known.snapshots as f64);
        assert!((sum - same).abs() < 1e-9 * same.abs() && same != 0.0, "{sum}, {same}");
    }
}
