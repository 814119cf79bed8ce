//! What a table of leads must be, whoever makes it.

use sales_ready::ErrorKind;
use sales_ready::error::quoted;
use sales_ready::model::{ExcludedField, Field, FieldKind, NumberFormat, Target};
use sales_ready::train::leads::{Column, Leads, Values};
use sales_ready::train::{Options, train};

/// Two leads of one category.
fn leads(name: &str, levels: &[&str]) -> Leads {
    let field = Field { missing: vec!["n/a".into()], ..Field::new(name, FieldKind::Category) };
    let levels = levels.iter().map(|level| (*level).to_owned()).collect();
    Leads {
        target: Target::new("converted", "yes"),
        label: vec![true, false],
        weights: None,
        columns: vec![Column::new(field, Values::Levels { levels, codes: vec![0, 0] })],
        dates: None,
        groups: None,
        excluded: vec![],
    }
}

#[test]
fn a_level_is_one_that_a_value_is_read_as() {
    assert_eq!(leads("source", &["fair", "mail order"]).check(), Ok(()));
    for level in ["", " fair", "fair\t", "\u{3000}", "n/a", "N/A"] {
        let error = leads("source", &[level]).check().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Schema);
        let expected = "column \"source\": expected levels without blanks around them";
        assert!(error.message().starts_with(expected), "{error}");
        assert!(error.message().contains(&format!("found {}", quoted(level))), "{error}");
    }
}

#[test]
fn a_column_has_a_name_of_its_own() {
    let error = |name: &str| leads(name, &["fair"]).check().unwrap_err().message().to_owned();
    assert!(error("").contains("expected a name"), "{}", error(""));
    assert!(error("converted").contains("another name than that of the target"), "{}", error("converted"));
    let mut twice = leads("source", &["fair"]);
    let number = Field::new("source", FieldKind::Number(NumberFormat::default()));
    twice.columns.push(Column::new(number, Values::Numbers(vec![1.0, 2.0].into())));
    let message = twice.check().unwrap_err().message().to_owned();
    assert!(message.contains("each name once"), "{message}");
}

#[test]
fn what_is_to_be_kept_is_a_column() {
    let mut options = Options::default();
    options.keep = vec!["sauce".into()];
    let error = train(&leads("source", &["fair"]), &options, &mut |_| {}).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingField);
    assert!(error.message().contains("found \"sauce\", which is none; did you mean \"source\"?"), "{error}");
    // One that has been left out before may be named; then two leads are too few.
    let mut without = leads("source", &["fair"]);
    without.excluded.push(ExcludedField { field: "sauce".into(), reason: "it is an id".into() });
    let error = train(&without, &options, &mut |_| {}).unwrap_err();
    assert_ne!(error.kind(), ErrorKind::MissingField);
}
