//! What is held out.

use sales_ready::ErrorKind;
use sales_ready::model::Target;
use sales_ready::train::leads::{Dates, Leads};
use sales_ready::train::split::{Split, folds};

fn leads(label: Vec<bool>, seconds: Option<Vec<i64>>) -> Leads {
    Leads {
        target: Target { field: "converted".into(), positive: "yes".into() },
        label,
        weights: None,
        columns: vec![],
        dates: seconds.map(|seconds| Dates { field: "created".into(), seconds }),
        groups: None,
        excluded: vec![],
    }
}

fn every(count: usize, step: usize) -> Vec<bool> {
    (0..count).map(|row| row % step == 0).collect()
}

#[test]
fn without_dates_each_row_is_measured_once_and_classes_are_dealt_evenly() {
    let leads = leads(every(1_000, 10), None);
    let split = Split::of(&leads, 1).unwrap();
    assert_eq!(split.parts.len(), 5);
    let mut tested: Vec<usize> = split.parts.iter().flat_map(|part| part.test.clone()).collect();
    tested.sort_unstable();
    assert_eq!(tested, (0..1_000).collect::<Vec<_>>());
    for part in &split.parts {
        assert_eq!(part.test.len(), 200);
        assert_eq!(part.test.iter().filter(|row| leads.label[**row]).count(), 20);
        assert!(part.fit.iter().all(|row| !part.test.contains(row)));
    }
}

#[test]
fn with_dates_the_newest_fifth_is_held_out_whatever_the_order_of_rows() {
    // Row 0 is the newest.
    let split = Split::of(&leads(every(1_000, 4), Some((0..1_000).rev().collect())), 1).unwrap();
    let [part] = split.parts.as_slice() else { panic!("one part") };
    assert_eq!(part.test, (0..200).collect::<Vec<_>>());
    assert_eq!(part.fit, (200..1_000).collect::<Vec<_>>());
}

#[test]
fn leads_of_one_day_stay_together() {
    let days: Vec<i64> = (0..1_000).map(|row| row / 130).collect();
    let split = Split::of(&leads(every(1_000, 4), Some(days.clone())), 1).unwrap();
    let newest_fitted = split.parts[0].fit.iter().map(|row| days[*row]).max();
    let oldest_tested = split.parts[0].test.iter().map(|row| days[*row]).min();
    assert!(newest_fitted < oldest_tested);
}

#[test]
fn a_newest_fifth_without_conversions_falls_back_to_folds_and_says_so() {
    let label = (0..1_000).map(|row| row < 500 && row % 4 == 0).collect();
    let split = Split::of(&leads(label, Some((0..1_000).collect())), 1).unwrap();
    assert_eq!(split.parts.len(), 5);
    assert!(split.description.contains("too few"), "{}", split.description);
}

#[test]
fn too_few_of_a_class_is_an_error_that_says_what_to_check() {
    for label in [vec![true; 50], vec![false; 50], every(40, 10)] {
        let error = Split::of(&leads(label, None), 1).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooFewLeads);
        assert!(error.message().contains("--positive"), "{error}");
    }
}

#[test]
fn few_conversions_make_fewer_folds_so_that_each_has_one() {
    let label: Vec<bool> = (0..30).map(|row| row < 3).collect();
    let rows: Vec<usize> = (0..30).collect();
    let folds = folds(&leads(label, None), &rows, 0);
    let mut with_conversion = folds[..3].to_vec();
    with_conversion.sort_unstable();
    assert_eq!(with_conversion, [0, 1, 2]);
}
