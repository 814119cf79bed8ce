//! The leak audit on made-up tables whose leaks are known.

use sales_ready::model::{Field, FieldKind, NumberFormat, Target};
use sales_ready::train::audit::{Finding, FindingKind, audit};
use sales_ready::train::leads::{Column, Leads, MISSING_LEVEL, Values};

const ROWS: usize = 4_000;

/// A fixed scatter of the rows over 0..1 (the golden-ratio sequence); other `stream`s are other scatters.
fn scatter(row: usize, stream: usize) -> f64 {
    (row as f64 * (0.618_033_988_749_894_9 + 0.1 * stream as f64 * std::f64::consts::SQRT_2)).fract()
}

fn numbers(name: &str, value: impl Fn(usize) -> f64) -> Column {
    let kind = FieldKind::Number(NumberFormat::default());
    Column::new(field(name, kind), Values::Numbers((0..ROWS).map(value).collect()))
}

fn levels(name: &str, levels: &[&str], code: impl Fn(usize) -> u32) -> Column {
    let levels = levels.iter().map(|level| (*level).to_owned()).collect();
    Column::new(
        field(name, FieldKind::Category),
        Values::Levels { levels, codes: (0..ROWS).map(code).collect() },
    )
}

fn field(name: &str, kind: FieldKind) -> Field {
    Field { name: name.into(), title: None, kind, missing: vec![] }
}

fn leads(converted: impl Fn(usize) -> bool, columns: Vec<Column>) -> Leads {
    Leads {
        target: Target { field: "converted".into(), positive: "yes".into() },
        label: (0..ROWS).map(converted).collect(),
        weights: None,
        columns,
        dates: None,
        groups: None,
        excluded: vec![],
    }
}

/// One lead in five converts, more likely where the first scatter is high.
fn converted(row: usize) -> bool {
    scatter(row, 7) < 0.4 * scatter(row, 0)
}

fn findings(column: Column) -> Vec<Finding> {
    audit(&leads(converted, vec![column]), &[], 0)
}

#[test]
fn honest_columns_are_left_alone() {
    assert_eq!(findings(numbers("interest", |row| scatter(row, 0))), []);
    assert_eq!(findings(numbers("noise", |row| scatter(row, 1))), []);
    assert_eq!(
        findings(numbers("often missing", |row| if row % 3 == 0 { f64::NAN } else { scatter(row, 1) })),
        []
    );
    assert_eq!(findings(levels("half", &["a", "b"], |row| u32::from(scatter(row, 0) > 0.5))), []);
    assert_eq!(findings(numbers("constant", |_| 1.0)), []);
    assert_eq!(findings(numbers("all missing", |_| f64::NAN)), []);
}

#[test]
fn a_copy_of_the_label_is_a_leak() {
    let nearly = |row: usize| converted(row) ^ row.is_multiple_of(50);
    for column in [
        numbers("amount", |row| if nearly(row) { 100.0 + scatter(row, 1) } else { scatter(row, 1) }),
        levels("stage", &["lost", "won"], |row| u32::from(nearly(row))),
    ] {
        let found = findings(column);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].kind.accuses(), found[0].excluded), (true, true), "{found:?}");
    }
}

#[test]
fn a_column_filled_for_converted_leads_only_is_a_leak() {
    let code = |row: usize| if converted(row) && row.is_multiple_of(3) { 0 } else { MISSING_LEVEL };
    let found = findings(levels("contract", &["sent"], code));
    assert_eq!(found[0].kind, FindingKind::OneOutcomeOnly);
    assert!(found[0].evidence.contains("filled for"), "{}", found[0].evidence);
}

#[test]
fn a_column_filled_for_the_others_only_is_a_leak() {
    let value =
        |row: usize| if !converted(row) && row.is_multiple_of(3) { scatter(row, 1) } else { f64::NAN };
    let found = findings(numbers("days_to_rejection", value));
    assert_eq!(found[0].kind, FindingKind::OneOutcomeOnly);
}

#[test]
fn a_column_that_settles_some_leads_both_ways_is_a_leak() {
    // Known for a quarter of the leads only, so that its ranking alone is far from perfect.
    let code = |row: usize| if row.is_multiple_of(4) { u32::from(converted(row)) } else { MISSING_LEVEL };
    let found = findings(levels("quality", &["worst", "high"], code));
    assert_eq!(found[0].kind, FindingKind::SettlesBothWays);
    assert!(found[0].evidence.contains("both ways"), "{}", found[0].evidence);
}

#[test]
fn an_unusually_good_column_is_a_suspect_and_stays() {
    // Twins of the interest that drives the outcome far harder than usual.
    let driven = |row: usize| scatter(row, 7) < scatter(row, 0) * scatter(row, 0) * scatter(row, 0) * 0.9;
    let found = audit(&leads(driven, vec![numbers("duration", |row| scatter(row, 0))]), &[], 0);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].kind, found[0].excluded), (FindingKind::StrongAlone, false), "{found:?}");
}

#[test]
fn what_is_kept_is_still_reported() {
    let stage = levels("stage", &["lost", "won"], |row| u32::from(converted(row)));
    let found = audit(&leads(converted, vec![stage]), &["stage".into()], 0);
    assert_eq!((found[0].kind.accuses(), found[0].excluded), (true, false));
}

#[test]
fn few_leads_accuse_nobody() {
    // Six leads, and a column that orders them perfectly: chance does so often among so few.
    let mut few = leads(converted, vec![numbers("visits", |row| row as f64)]);
    few.label = vec![false, false, false, true, true, true];
    few.columns[0].values = Values::Numbers((0..6).map(f64::from).collect());
    assert_eq!(audit(&few, &[], 0), []);
}
