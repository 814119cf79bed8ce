//! What is held out.

use std::collections::BTreeSet;

use sales_ready::ErrorKind;
use sales_ready::model::{Field, FieldKind, NumberFormat, Target};
use sales_ready::touch::{EngagementField, Measure, Selection};
use sales_ready::train::leads::{Column, Dates, Engagement, Groups, Horizon, Leads, Values};
use sales_ready::train::split::{Part, Split, SplitKind, folds, obstacle};

fn leads(label: Vec<bool>, seconds: Option<Vec<i64>>) -> Leads {
    Leads {
        target: Target::new("converted", "yes"),
        label,
        weights: None,
        columns: vec![],
        dates: seconds.map(|seconds| Dates { field: "created".into(), seconds, until: None, span: 0 }),
        groups: None,
        excluded: vec![],
    }
}

fn grouped(label: Vec<bool>, seconds: Option<Vec<i64>>, code: impl Fn(usize) -> u32) -> Leads {
    let codes = (0..label.len()).map(code).collect();
    Leads { groups: Some(Groups { field: "account".into(), codes }), ..leads(label, seconds) }
}

/// The part of a split that has one.
fn only(split: &Split) -> Option<Part> {
    split.parts.first().filter(|_| split.parts.len() == 1)
}

fn every(count: usize, step: usize) -> Vec<bool> {
    (0..count).map(|row| row % step == 0).collect()
}

#[test]
fn without_dates_each_row_is_measured_once_and_classes_are_dealt_evenly() {
    let leads = leads(every(1_000, 10), None);
    let split = Split::of(&leads, None, 1).unwrap();
    assert_eq!(split.parts.len(), 5);
    let mut tested: Vec<usize> = split.parts.iter().flat_map(|part| part.test).collect();
    tested.sort_unstable();
    assert_eq!(tested, (0..1_000).collect::<Vec<_>>());
    for part in split.parts.iter() {
        assert_eq!(part.test.len(), 200);
        assert_eq!(part.test.iter().filter(|row| leads.label[**row]).count(), 20);
        assert!(part.fit.iter().all(|row| !part.test.contains(row)));
    }
}

#[test]
fn with_dates_the_newest_fifth_is_held_out_whatever_the_order_of_rows() {
    // Row 0 is the newest.
    let split = Split::of(&leads(every(1_000, 2), Some((0..1_000).rev().collect())), None, 1).unwrap();
    let Some(part) = only(&split) else { panic!("one part") };
    assert_eq!(part.test, (0..200).collect::<Vec<_>>());
    assert_eq!(part.fit, (200..1_000).collect::<Vec<_>>());
}

#[test]
fn where_the_newest_fifth_is_small_those_before_it_are_measured_by_models_of_what_is_older() {
    let days: Vec<i64> = (0..500).map(|row| row * 86_400).collect();
    let of = |step: usize, horizon: Option<Horizon>| {
        let split = Split::of(&leads(every(500, step), Some(days.clone())), horizon, 1).unwrap();
        let parts: Vec<_> = split.parts.iter().map(|part| (part.fit, part.test)).collect();
        (parts, split.description)
    };
    let rows = |from: usize, to: usize| (from..to).collect::<Vec<usize>>();
    // 50 conversions in a fifth: two parts hold 100.
    let (parts, description) = of(2, None);
    assert_eq!(parts, [(rows(0, 400), rows(400, 500)), (rows(0, 300), rows(300, 400))]);
    assert_eq!(
        description,
        "the newest 40 % by \"created\" in 2 parts, each measured by a model of the leads older than it"
    );
    // 25 in a fifth: three parts, since the next would be measured by a model of a fifth of the leads.
    let (parts, _) = of(4, None);
    assert_eq!(
        parts.iter().map(|(fit, test)| (fit.len(), test.len())).collect::<Vec<_>>(),
        [(400, 100), (300, 100), (200, 100)]
    );
    // What reaches into a part is not learnt from for it, but is measured in its own.
    let (parts, description) = of(2, Some(Horizon { days: 30 }));
    assert_eq!(parts, [(rows(0, 370), rows(400, 500)), (rows(0, 270), rows(300, 400))]);
    assert!(
        description.ends_with("without the 60 of them whose horizon of 30d reaches into it"),
        "{description}"
    );
}

#[test]
fn leads_of_one_day_stay_together() {
    let days: Vec<i64> = (0..1_000).map(|row| row / 130).collect();
    let split = Split::of(&leads(every(1_000, 4), Some(days.clone())), None, 1).unwrap();
    let newest_fitted = split.parts.first().unwrap().fit.iter().map(|row| days[*row]).max();
    let oldest_tested = split.parts.first().unwrap().test.iter().map(|row| days[*row]).min();
    assert!(newest_fitted < oldest_tested);
}

#[test]
fn a_newest_fifth_without_conversions_falls_back_to_folds_and_says_so() {
    let label = (0..1_000).map(|row| row < 500 && row % 4 == 0).collect();
    let split = Split::of(&leads(label, Some((0..1_000).collect())), None, 1).unwrap();
    assert_eq!(split.parts.len(), 5);
    assert!(split.description.contains("too few"), "{}", split.description);
}

#[test]
fn too_few_of_a_class_is_an_error_that_says_what_to_check() {
    for label in [vec![true; 50], vec![false; 50], every(40, 10)] {
        let error = Split::of(&leads(label, None), None, 1).unwrap_err();
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

#[test]
fn outcomes_that_reach_into_the_measured_period_are_not_learnt_from() {
    // A lead a day; the newest fifth begins with day 800, and a horizon of 30 days reaches into it from day 770
    // on: dates without a time are the beginning of their day, and the horizon ends with one.
    let days: Vec<i64> = (0..1_000).map(|day| day * 86_400).collect();
    let split = Split::of(&leads(every(1_000, 2), Some(days)), Some(Horizon { days: 30 }), 1).unwrap();
    let Some(part) = only(&split) else { panic!("one part") };
    assert_eq!(part.test, (800..1_000).collect::<Vec<_>>());
    assert_eq!(part.fit, (0..=769).collect::<Vec<_>>());
    assert!(
        split.description.contains("without the 30 of them whose horizon of 30d"),
        "{}",
        split.description
    );
}

#[test]
fn a_horizon_longer_than_the_table_falls_back_to_folds_and_says_so() {
    let days = Some((0..1_000).map(|day| day * 86_400).collect());
    let split = Split::of(&leads(every(1_000, 4), days), Some(Horizon { days: 790 }), 1).unwrap();
    assert_eq!((split.kind, split.parts.len()), (SplitKind::Row, 5));
    assert!(split.description.contains("horizon of 790d"), "{}", split.description);
}

#[test]
fn a_horizon_needs_dates() {
    let error = Split::of(&leads(every(100, 4), None), Some(Horizon { days: 30 }), 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadOption);
    assert!(error.message().contains("split = true"), "{error}");
}

/// Group sizes from 1 to 30, conversion rates from 0 to 1: what accounts look like.
fn accounts() -> Leads {
    let codes: Vec<u32> = (0..120_u32).flat_map(|group| vec![group; 1 + (group * 7 % 30) as usize]).collect();
    let label = codes.iter().enumerate().map(|(row, code)| row as u32 * 13 % 17 < code % 9).collect();
    grouped(label, None, |row| codes[row])
}

#[test]
fn leads_of_one_group_share_a_fold_and_the_folds_are_nearly_even() {
    let leads = accounts();
    let codes = &leads.groups.as_ref().unwrap().codes;
    for seed in 0..20 {
        let split = Split::of(&leads, None, seed).unwrap();
        assert_eq!((split.kind, split.parts.len()), (SplitKind::Group, 5));
        let mut tested: Vec<usize> = split.parts.iter().flat_map(|part| part.test).collect();
        tested.sort_unstable();
        assert_eq!(tested, (0..leads.len()).collect::<Vec<_>>());
        for part in split.parts.iter() {
            assert!(part.test.iter().all(|row| part.fit.iter().all(|other| codes[*row] != codes[*other])));
            for class in [true, false] {
                let count = |rows: &[usize]| rows.iter().filter(|row| leads.label[**row] == class).count();
                let share = count(&part.test) as f64 / (count(&part.test) + count(&part.fit)) as f64;
                // No group has more than 2 % of the leads, and the dealing evens out what it can.
                assert!((0.18..0.22).contains(&share), "seed {seed}: {share} of class {class}");
            }
        }
        // The inner folds, too, on any part of the leads.
        let rows: Vec<usize> = (0..leads.len()).filter(|row| !codes[*row].is_multiple_of(3)).collect();
        let folds = folds(&leads, &rows, seed);
        let pairs = || rows.iter().zip(&folds);
        assert!(pairs().all(|(a, f)| pairs().all(|(b, g)| codes[*a] != codes[*b] || f == g)));
    }
}

#[test]
fn accounts_that_come_again_are_measured_but_not_learnt_from() {
    // Every tenth old lead is of an account of the newest fifth.
    let code =
        |row: usize| if row >= 800 || row.is_multiple_of(10) { (row % 100) as u32 } else { 100 + row as u32 };
    let split = Split::of(&grouped(every(1_000, 2), Some((0..1_000).collect()), code), None, 1).unwrap();
    let Some(part) = only(&split) else { panic!("one part") };
    assert_eq!(part.test, (800..1_000).collect::<Vec<_>>());
    assert_eq!(part.fit, (0..800).filter(|row| row % 10 != 0).collect::<Vec<_>>());
    assert!(split.description.contains("without the 80 that share a \"account\""), "{}", split.description);
    // Where all come again, they stay, and that is said.
    let split =
        Split::of(&grouped(every(1_000, 2), Some((0..1_000).collect()), |row| (row % 50) as u32), None, 1);
    let split = split.unwrap();
    assert_eq!(split.parts.first().unwrap().fit.len(), 800);
    assert!(split.description.contains("800 share a \"account\" with it and stay"), "{}", split.description);
}

#[test]
fn of_two_measures_one_keeps_accounts_apart() {
    // All accounts come again, and one has three leads in ten.
    let code = |row: usize| if row % 10 < 3 { 0 } else { 1 + (row * 7 % 97) as u32 };
    let leads = grouped(every(1_000, 2), Some((0..1_000).collect()), code);
    let split = Split::of(&leads, None, 1).unwrap();
    assert!(split.description.contains("and stay nevertheless"), "{}", split.description);
    let beside = split.beside(&leads, 1).unwrap();
    let part = only(&beside).expect("one part");
    let codes = |rows: &[usize]| rows.iter().map(|row| code(*row)).collect::<BTreeSet<_>>();
    assert!(codes(&part.test).is_disjoint(&codes(&part.fit)));
    // The large one tells of itself alone.
    assert!(!codes(&part.test).contains(&0) && codes(&part.test).len() > 10);
    assert_eq!(beside.kind, SplitKind::Group);
    let starts = "a random part (18 %) that shares no \"account\" with the others, measured by a model of";
    assert!(beside.description.starts_with(starts), "{}", beside.description);
}

#[test]
fn where_nearly_all_leads_are_of_one_date_they_are_not_measured_by_a_model_of_the_few_others() {
    let dated =
        |older: usize| leads(every(1_000, 3), Some((0..1_000).map(|row| i64::from(row >= older)).collect()));
    assert_eq!(Split::of(&dated(700), None, 1).unwrap().kind, SplitKind::Time);
    let split = Split::of(&dated(200), None, 1).unwrap();
    assert_eq!(split.kind, SplitKind::Row);
    assert!(
        split.description.contains("fewer than a third of the leads are old enough"),
        "{}",
        split.description
    );
}

#[test]
fn a_horizon_begins_when_the_last_lead_of_a_month_may_have_come() {
    const DAY: i64 = 86_400;
    // Ten leads of each of 100 days, which are months where a lead may have come 30 days later than is said.
    let mut leads = leads(every(1_000, 2), Some((0..1_000).map(|row| row / 10 * DAY).collect()));
    let horizon = Horizon { days: 10 };
    let counts = |leads: &Leads| {
        let learnt = only(&Split::of(leads, Some(horizon), 1).unwrap()).unwrap().fit.len();
        (leads.settled(horizon).unwrap().len(), learnt)
    };
    // Up to day 88 of 99, as day 99 may not be over; and up to day 69, whose horizon is over before day 80.
    assert_eq!(counts(&leads), (890, 700));
    leads.dates.as_mut().unwrap().span = 30 * DAY;
    assert_eq!(counts(&leads), (590, 400));
}

#[test]
fn groups_of_equal_rows_are_called_so() {
    let mut leads = accounts();
    for (name, together) in [("", "equal rows"), ("row", "leads of one \"row\"")] {
        leads.groups.as_mut().unwrap().field = name.into();
        let split = Split::of(&leads, None, 1).unwrap();
        let words = format!(" folds with {together} together, each");
        assert!(split.description.contains(&words), "{}", split.description);
    }
    leads.groups.as_mut().unwrap().field.clear();
    leads.groups.as_mut().unwrap().codes = vec![0; leads.len()];
    assert!(obstacle(&leads).unwrap().starts_with("equal rows are not kept together: "));
    let mut dated = leads.clone();
    dated.groups.as_mut().unwrap().codes = (0..leads.len()).map(|row| row as u32 % 50).collect();
    dated.dates = Some(Dates {
        field: "created".into(),
        seconds: (0..).take(leads.len()).collect(),
        until: None,
        span: 0,
    });
    let split = Split::of(&dated, None, 1).unwrap();
    assert!(
        split.description.contains(" are equal to one of it and stay nevertheless"),
        "{}",
        split.description
    );
}

#[test]
fn groups_that_can_not_be_kept_together_are_named() {
    let large = grouped(every(1_000, 3), None, |row| if row < 501 { 0 } else { row as u32 });
    assert!(obstacle(&large).unwrap().contains("more than half"));
    // All conversions are of two accounts.
    let few = grouped((0..1_000).map(|row| row < 100).collect(), None, |row| {
        if row < 100 { row as u32 % 2 } else { row as u32 }
    });
    assert!(obstacle(&few).unwrap().contains("fewer than 5"));
    assert_eq!(obstacle(&accounts()), None);
    assert_eq!(obstacle(&leads(every(100, 2), None)), None);
}

#[test]
fn a_second_way_is_shown_where_it_can_differ() {
    let beside = |leads: &Leads| Split::of(leads, None, 1).unwrap().beside(leads, 1);
    let dated = beside(&leads(every(1_000, 4), Some((0..1_000).collect()))).unwrap();
    assert!(dated.description.starts_with("a random fifth, measured"), "{}", dated.description);
    let Some(part) = only(&dated) else { panic!("one part") };
    assert_eq!((part.test.len(), part.fit.len()), (200, 800));
    assert_ne!(part.test, (800..1_000).collect::<Vec<_>>());
    let accounts = beside(&accounts()).unwrap();
    assert!(accounts.description.contains("whatever their \"account\""), "{}", accounts.description);

    // A file in some order shows by its last leads; one in none has no second way.
    assert_eq!(beside(&leads(every(1_000, 4), None)), None);
    let label = (0..1_000).map(|row| if row < 800 { row % 16 == 0 } else { row % 3 == 0 }).collect();
    let ordered = beside(&leads(label, None)).unwrap();
    assert!(
        ordered.description.contains("where 33.5 % convert against 6.2 % before"),
        "{}",
        ordered.description
    );
    assert_eq!(ordered.parts.first().unwrap().test, (800..1_000).collect::<Vec<_>>());
    // Sorted by outcome, the last leads measure nothing.
    assert_eq!(beside(&leads((0..1_000).map(|row| row >= 700).collect(), None)), None);
}

#[test]
fn of_snapshots_the_older_ones_are_learnt_from_whatever_becomes_of_their_lead() {
    // Each week every lead is looked at until it converts: most do soon, one in five in the last of ten weeks.
    let converts = |lead: u32| if lead.is_multiple_of(5) { 9 } else { lead % 4 };
    let rows: Vec<(u32, u32)> = (0..10)
        .flat_map(|week| (0..300).map(move |lead| (week, lead)))
        .filter(|(week, lead)| *week <= converts(*lead))
        .collect();
    let label = rows.iter().map(|(week, lead)| *week == converts(*lead)).collect();
    let mut leads = grouped(label, Some((0..).take(rows.len()).collect()), |row| rows[row].1);
    let kind = FieldKind::Number(NumberFormat::default());
    let mut column = Column::new(Field::new("calls", kind), Values::Numbers(vec![1.0; rows.len()].into()));
    let field = EngagementField { name: "calls".into(), of: Selection::All, measure: Measure::Kinds };
    column.engagement = Some(Engagement { field, ways: [].into() });
    leads.columns.push(column);
    // Those of the newest fifth have not converted before: without them 40 % of what is learnt from would have.
    let split = Split::of(&leads, Some(Horizon { days: 0 }), 1).unwrap();
    let part = split.parts.first().expect("the newest fifth");
    assert_eq!((part.fit.len(), part.test.len()), (960, 240));
    assert_eq!(part.fit.iter().filter(|row| leads.label[**row]).count(), 240);
}
