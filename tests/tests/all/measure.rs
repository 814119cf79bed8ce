//! Metrics against their definitions, in plain loops.

use sales_ready::model::{Estimate, Metrics};
use sales_ready::train::measure::{Predictions, auc, auc_interval, conversions_for_auc, measure};
use sales_ready_tests::random::Random;
use sales_ready_tests::reference;

/// Random predictions; `steps` of probability give ties, 0 none.
fn predictions(seed: u64, rows: usize, steps: usize, weighted: bool) -> Predictions {
    let mut random = Random::new(seed);
    let mut predictions = Predictions::default();
    for row in 0..rows {
        let mut probability = random.uniform();
        if steps > 0 {
            probability = ((probability * steps as f64).floor() + 0.5) / steps as f64;
        }
        predictions.probability.push(probability);
        // Both classes are there whatever is drawn.
        predictions.converted.push(row == 0 || row > 1 && random.chance(probability * probability));
        predictions.weight.push(if weighted { random.between(0.1, 3.0) } else { 1.0 });
    }
    predictions
}

fn assert_close(what: &str, found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-12 * expected.abs().max(1.0),
        "{what}: {found}, by definition {expected}"
    );
}

#[test]
fn metrics_are_what_their_definitions_say() {
    for (seed, (rows, steps, weighted)) in
        [(2, 0, false), (3, 0, true), (40, 0, false), (300, 7, false), (300, 0, true), (300, 20, true)]
            .into_iter()
            .enumerate()
    {
        let case = predictions(seed as u64, rows, steps, weighted);
        let Predictions { probability, converted, weight, .. } = &case;
        let points = case.points();
        assert_close(
            "auc",
            auc(probability, converted, weight),
            reference::auc(probability, converted, weight),
        );
        let expected = reference::average_precision(probability, converted, weight);
        assert_close("average precision", points.average_precision, expected);
        assert_close("log loss", points.log_loss, reference::log_loss(probability, converted, weight));
        assert_close("brier", points.brier, reference::brier(probability, converted, weight));
        assert_close("lift", points.lift_at_10, reference::lift(probability, converted, weight, 0.1));
        let expected = reference::calibration_error(probability, converted, weight, 15);
        assert_close("calibration error", points.ece, expected);
    }
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    for steps in [0, 5] {
        let case = predictions(9, 200, steps, true);
        let mut order: Vec<usize> = (0..200).collect();
        order.sort_by_key(|row| (!case.converted[*row], *row));
        let sorted = Predictions {
            probability: order.iter().map(|row| case.probability[*row]).collect(),
            converted: order.iter().map(|row| case.converted[*row]).collect(),
            weight: order.iter().map(|row| case.weight[*row]).collect(),
            ..Predictions::default()
        };
        let (a, b) = (case.points(), sorted.points());
        assert_close("average precision", a.average_precision, b.average_precision);
        assert_close("log loss", a.log_loss, b.log_loss);
        assert_close("brier", a.brier, b.brier);
        assert_close("lift", a.lift_at_10, b.lift_at_10);
        assert_close("calibration error", a.ece, b.ece);
    }
}

#[test]
fn a_weight_of_two_is_a_lead_twice() {
    let once = predictions(5, 150, 0, false);
    let weighted =
        Predictions { weight: (0..150).map(|row| f64::from(1 + row % 2)).collect(), ..once.clone() };
    let twice = |row: &usize| std::iter::repeat_n(*row, 1 + row % 2);
    let rows: Vec<usize> = (0..150).collect::<Vec<_>>().iter().flat_map(twice).collect();
    let doubled = Predictions {
        probability: rows.iter().map(|row| once.probability[*row]).collect(),
        converted: rows.iter().map(|row| once.converted[*row]).collect(),
        weight: vec![1.0; rows.len()],
        ..Predictions::default()
    };
    let (a, b) = (weighted.points(), doubled.points());
    assert_close("average precision", a.average_precision, b.average_precision);
    assert_close("log loss", a.log_loss, b.log_loss);
    assert_close("lift", a.lift_at_10, b.lift_at_10);
    assert_close("calibration error", a.ece, b.ece);
}

/// Each lead `times` times, under one group.
fn repeated(once: &Predictions, times: usize, grouped: bool) -> Predictions {
    let rows: Vec<usize> = (0..once.weight.len()).flat_map(|row| vec![row; times]).collect();
    Predictions {
        probability: rows.iter().map(|row| once.probability[*row]).collect(),
        converted: rows.iter().map(|row| once.converted[*row]).collect(),
        weight: rows.iter().map(|row| once.weight[*row]).collect(),
        groups: if grouped { rows.iter().map(|row| *row as u32).collect() } else { vec![] },
        parts: vec![],
    }
}

#[test]
fn a_lead_and_its_copies_are_as_much_evidence_as_the_lead() {
    let width = |estimate: Estimate| estimate.high - estimate.low;
    let once = predictions(21, 400, 0, false);
    let alone = measure(&once, "", 1);
    let together = measure(&repeated(&once, 4, true), "", 1);
    let apart = measure(&repeated(&once, 4, false), "", 1);
    let metrics: [fn(&Metrics) -> Estimate; 5] = [
        |metrics| metrics.auc,
        |metrics| metrics.average_precision,
        |metrics| metrics.log_loss,
        |metrics| metrics.brier,
        |metrics| metrics.lift_at_10,
    ];
    for metric in metrics {
        let ratio = |of: &Metrics| width(metric(of)) / width(metric(&alone));
        // Four times as many leads that are none give half the width.
        assert!((0.9..1.1).contains(&ratio(&together)), "{} times as wide", ratio(&together));
        assert!((0.4..0.6).contains(&ratio(&apart)), "{} times as wide", ratio(&apart));
    }
    // Obuchowski's variance of groups of one is DeLong's, but for G / (G − 1) in place of one factor for each class.
    let ratio = width(measure(&repeated(&once, 1, true), "", 1).auc) / width(alone.auc);
    assert!((0.99..1.01).contains(&ratio), "{ratio}");
}

#[test]
fn so_many_conversions_give_so_narrow_an_interval() {
    let narrow = |seed: u64, rows: usize| {
        let case = predictions(seed, rows, 0, false);
        let auc = auc_interval(&case);
        (auc, case.converted.iter().filter(|converted| **converted).count() as u64)
    };
    // From samples of 100 leads, what ± 0.02 takes; then with so many leads, it is so.
    let needed: Vec<u64> = (0..20)
        .map(|seed| {
            let (auc, conversions) = narrow(seed, 100);
            conversions_for_auc(&auc, conversions, 0.02)
        })
        .collect();
    let mean = needed.iter().sum::<u64>() / 20;
    // A third of these leads convert.
    let (auc, conversions) = narrow(99, 3 * mean as usize);
    assert!((0.9..1.1).contains(&(conversions as f64 / mean as f64)), "{conversions} of {mean}");
    let reach = (auc.high - auc.low) / 2.0;
    assert!((0.018..0.022).contains(&reach), "± {reach} with {conversions} conversions");
}

#[test]
fn of_one_conversion_in_each_fold_the_auc_is_far_from_sure() {
    // Chances that say nothing. At 88 % (by Student's t of five) fewer than 45 of 60 hold 0.5 with a chance of 1 in 1,000.
    let held = (0..60).filter(|seed| {
        let mut random = Random::new(*seed);
        let auc = auc_interval(&Predictions {
            probability: (0..400).map(|_| random.uniform()).collect(),
            converted: (0..400).map(|row| row < 5).collect(),
            weight: vec![1.0; 400],
            groups: vec![],
            parts: (0..400).map(|row| row % 5).collect(),
        });
        (auc.low..=auc.high).contains(&0.5)
    });
    let held = held.count();
    assert!(held >= 45, "{held} of 60");
}

#[test]
fn a_best_tenth_without_conversions_is_not_sure_to_stay_so() {
    // Five conversions, none among the best ten of a hundred; then all of them.
    for (places, value) in [([20, 35, 50, 65, 80], 0.0), ([1, 3, 5, 7, 9], 10.0)] {
        let predictions = Predictions {
            probability: (0..100).map(|place| 0.9 - 0.005 * f64::from(place)).collect(),
            converted: (0..100).map(|place| places.contains(&place)).collect(),
            weight: vec![1.0; 100],
            ..Predictions::default()
        };
        let lift = measure(&predictions, "", 0).lift_at_10;
        assert_eq!(lift.value, value);
        assert!(lift.high - lift.low > 3.0, "{lift:?}");
    }
}

#[test]
fn one_class_alone_is_measured_without_end() {
    // What there is to say is said; nothing hangs or panics.
    let case = Predictions { converted: vec![false; 50], ..predictions(3, 50, 0, false) };
    let metrics = measure(&case, "", 0);
    assert_eq!((metrics.auc.low, metrics.auc.high), (0.0, 1.0));
    assert!(metrics.log_loss.low <= metrics.log_loss.value);
}
