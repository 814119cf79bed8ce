//! Metrics against their definitions, in plain loops.

use sales_ready::train::measure::{Predictions, auc, measure};
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
            groups: vec![],
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
        groups: vec![],
    };
    let (a, b) = (weighted.points(), doubled.points());
    assert_close("average precision", a.average_precision, b.average_precision);
    assert_close("log loss", a.log_loss, b.log_loss);
    assert_close("lift", a.lift_at_10, b.lift_at_10);
    assert_close("calibration error", a.ece, b.ece);
}

/// 200 samples of known probabilities: the truth must lie within the 95 % interval about that often.
#[test]
fn intervals_cover_the_truth() {
    const SAMPLES: u64 = 200;
    // The expectations, by a sample so large that its own error does not count.
    let large = predictions(1, 200_000, 0, false);
    let (true_auc, truth) = (auc(&large.probability, &large.converted, &large.weight), large.points());
    let mut covered = [0; 4];
    for sample in 0..SAMPLES {
        let metrics = measure(&predictions(100 + sample, 400, 0, false), "", sample);
        let pairs = [
            (metrics.auc, true_auc),
            (metrics.log_loss, truth.log_loss),
            (metrics.brier, truth.brier),
            (metrics.average_precision, truth.average_precision),
        ];
        for (count, (interval, truth)) in covered.iter_mut().zip(pairs) {
            assert!(interval.low <= interval.value && interval.value <= interval.high);
            *count += u32::from((interval.low..=interval.high).contains(&truth));
        }
    }
    // 95 % of 200 is 190; below 178 has a chance under one in ten thousand.
    assert!(covered.iter().all(|count| *count >= 178), "{covered:?} of {SAMPLES}");
}
