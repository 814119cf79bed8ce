//! What is said of touches is said of all snapshots that were learnt from.

use std::fmt::Write as _;

use sales_ready::Instant;
use sales_ready::model::Looks;
use sales_ready::train::touch_facts::facts;
use sales_ready::train::touches::bring::{Options, bring};
use sales_ready::train::touches::lifecycle::Outcomes;
use sales_ready::train::touches::log::{self, Log};
use sales_ready::train::{self, HeldOut, Training, csv};
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
        let mut of = |learnt: Vec<usize>| {
            let training = Training {
                model: model.clone(),
                learnt,
                findings: vec![],
                held_out: HeldOut::default(),
                other_held_out: vec![],
                baselines: vec![],
            };
            facts(&mut log, &brought, &training, &train::Options::default()).unwrap().sides.unwrap().all
        };
        let snapshots = brought.snapshots.len();
        assert_eq!(of((snapshots / 20..snapshots).collect()).snapshots, (snapshots - snapshots / 20) as u64);
        let sides = of((0..snapshots).collect());
        assert_eq!(sides.snapshots, snapshots as u64);
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
