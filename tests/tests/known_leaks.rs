//! The leak audit on real exports whose leaks are known.

use std::fs::File;
use std::path::Path;

use sales_ready::train::audit::{Finding, audit};
use sales_ready::train::csv::{Options as CsvOptions, Table};
use sales_ready::train::schema::{Options as SchemaOptions, Schema};
use sales_ready_tests::shared;

fn findings(file: &Path, target: &str, missing: &[&str]) -> Vec<Finding> {
    let source = File::open(file).expect("a data file");
    let table = Table::read(source, "leads.csv", &CsvOptions::default(), &mut |_| ()).expect("a sound table");
    let options = SchemaOptions {
        target: Some(target.into()),
        missing: missing.iter().map(|marker| (*marker).into()).collect(),
        ..SchemaOptions::default()
    };
    let leads = Schema::infer(&table, &options).and_then(|schema| schema.leads(&table)).expect("leads");
    audit(&leads, &[], 0)
}

fn names(findings: &[Finding], excluded: bool) -> Vec<&str> {
    let accused = findings.iter().filter(|finding| finding.kind.accuses() && finding.excluded == excluded);
    accused.filter_map(|finding| finding.field.as_deref()).collect()
}

#[test]
fn x_education_has_two_leaks_and_no_other_column_is_left_out() {
    let Some(data) = shared::data() else { return };
    let found = findings(&data.join("xeducation/Leads.37col.csv"), "Converted", &["Select"]);
    assert_eq!(names(&found, true), ["Tags", "Lead Quality"]);
}

#[test]
fn the_duration_of_the_call_is_suspect_and_no_column_of_the_bank_is_left_out() {
    let Some(data) = shared::data() else { return };
    let found = findings(&data.join("bank-additional/bank-additional-full.csv"), "y", &[]);
    assert_eq!(names(&found, false), ["duration"]);
    assert!(found.iter().all(|finding| !finding.excluded), "{found:?}");
}
