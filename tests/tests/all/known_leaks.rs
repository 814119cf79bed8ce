//! The leak audit on real exports whose leaks are known: which are caught, and which honest columns are accused.
//!
//! `cargo test -p sales-ready-tests --test all known_leaks -- --nocapture` prints the table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sales_ready::train::audit::{Finding, FindingKind, audit};
use sales_ready::train::csv::{Options as CsvOptions, Table};
use sales_ready::train::leads::Leads;
use sales_ready::train::schema::{Options as SchemaOptions, Schema};
use sales_ready_tests::shared;

/// What X Education's sales wrote during and after the call, and last states without their time.
const X_EDUCATION: [&str; 9] = [
    "Tags",
    "Lead Quality",
    "Lead Profile",
    "Asymmetrique Activity Index",
    "Asymmetrique Profile Index",
    "Asymmetrique Activity Score",
    "Asymmetrique Profile Score",
    "Last Activity",
    "Last Notable Activity",
];

/// The leads of a table, with the columns that the schema leaves out by itself.
struct Export {
    leads: Leads,
    findings: Vec<Finding>,
}

/// How a set of columns fared.
#[derive(Debug, Default, PartialEq)]
struct Outcome<'a> {
    left_out: Vec<&'a str>,
    asked_about: Vec<&'a str>,
    passed: Vec<&'a str>,
}

impl Export {
    fn read(text: &[u8], target: &str, positive: Option<&str>, missing: &[&str]) -> Self {
        let table =
            Table::read(text, "leads.csv", &CsvOptions::default(), &mut |_| ()).expect("a sound table");
        let options = SchemaOptions {
            target: Some(target.into()),
            positive: positive.map(Into::into),
            missing: missing.iter().map(|marker| (*marker).into()).collect(),
            ..SchemaOptions::default()
        };
        let leads = Schema::infer(&table, &options).and_then(|schema| schema.leads(&table)).expect("leads");
        let findings = audit(&leads, &[], 0);
        Self { leads, findings }
    }

    fn accusing(&self, field: &str) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.kind.accuses() && finding.field.as_deref() == Some(field))
    }

    /// How the columns fared that `known` says are leaks, or are not.
    fn outcome(&self, known: impl Fn(&str) -> bool) -> Outcome<'_> {
        let mut outcome = Outcome::default();
        for name in self.leads.columns.iter().map(|column| &*column.field.name).filter(|name| known(name)) {
            let list = match self.accusing(name) {
                Some(finding) if finding.excluded => &mut outcome.left_out,
                Some(_) => &mut outcome.asked_about,
                None => &mut outcome.passed,
            };
            list.push(name);
        }
        // What the schema takes for an id, or a date, is left out as well.
        outcome
            .left_out
            .extend(self.leads.excluded.iter().map(|column| &*column.field).filter(|name| known(name)));
        outcome
    }

    fn of_table(&self, kind: FindingKind) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.kind == kind && finding.field.is_none())
    }

    /// Prints how leaks and honest columns fared, and why.
    fn print(&self, name: &str, is_leak: impl Fn(&str) -> bool + Copy) {
        let (leaks, honest) = (self.outcome(is_leak), self.outcome(|field| !is_leak(field)));
        let mut text = format!("\n{name:<16}            left out  asked about  passed\n");
        for (what, outcome) in [("known leaks", &leaks), ("honest columns", &honest)] {
            // An honest column may be left out as an id; that is no accusation.
            let left_out = if what == "known leaks" {
                outcome.left_out.len()
            } else {
                outcome.left_out.iter().filter(|field| self.accusing(field).is_some()).count()
            };
            let (asked, passed) = (outcome.asked_about.len(), outcome.passed.len());
            let _ = writeln!(text, "  {what:<24}{left_out:>10}{asked:>13}{passed:>8}");
        }
        for finding in &self.findings {
            let about = finding.field.as_deref().unwrap_or("the whole table");
            let done = if finding.excluded { "left out" } else { "kept" };
            let _ = writeln!(text, "  {about}: {} ({done}): {}", finding.kind.title(), finding.evidence);
        }
        println!("{text}");
    }
}

fn read(file: &Path) -> Vec<u8> {
    fs::read(file).expect("a data file")
}

#[test]
fn x_education_all_nine_are_caught_and_no_other_column_is_accused() {
    let Some(data) = shared::data() else { return };
    let export =
        Export::read(&read(&data.join("xeducation/Leads.37col.csv")), "Converted", None, &["Select"]);
    let is_leak = |name: &str| X_EDUCATION.contains(&name);
    export.print("X Education", is_leak);
    let leaks = export.outcome(is_leak);
    assert_eq!(leaks.left_out, ["Tags", "Lead Quality"]);
    assert_eq!((leaks.asked_about.len(), leaks.passed.len()), (7, 0), "{leaks:?}");
    let accused = export.outcome(|name| !is_leak(name) && export.accusing(name).is_some());
    assert_eq!(accused, Outcome::default());
    let together = export.of_table(FindingKind::FilledTogether).expect("the four of one tool");
    assert!(
        together.evidence.contains("4 columns are known for the same 5022 of 9240 leads"),
        "{together:?}"
    );
    assert_eq!(export.of_table(FindingKind::Era), None);
    assert_eq!(export.of_table(FindingKind::SortedByLabel), None);
}

#[test]
fn the_bank_calls_duration_is_left_out_no_other_column_is_accused_and_the_era_is_named() {
    let Some(data) = shared::data() else { return };
    let export = Export::read(&read(&data.join("bank-additional/bank-additional-full.csv")), "y", None, &[]);
    let is_leak = |name: &str| name == "duration";
    export.print("bank additional", is_leak);
    assert_eq!(export.outcome(is_leak).left_out, ["duration"]);
    let accused = export.outcome(|name| !is_leak(name) && export.accusing(name).is_some());
    assert_eq!(accused, Outcome::default());
    assert!(
        export
            .findings
            .iter()
            .all(|finding| !finding.excluded || finding.field.as_deref() == Some("duration"))
    );
    let era = export.of_table(FindingKind::Era).expect("the era");
    assert!(era.evidence.contains("30.8 %"), "{era:?}");
    assert!(era.done.contains("at random"), "{era:?}");
}

/// Olist's leads with the closed deals joined to them: each column of a deal is filled for won leads only.
#[test]
fn olist_every_column_of_the_deals_is_left_out() {
    let Some(data) = shared::data() else { return };
    let rows = |name: &str| {
        let bytes = read(&data.join("olist-funnel").join(name));
        let mut reader = csv::Reader::from_reader(&bytes[..]);
        let header = reader.headers().expect("a header").clone();
        (header, reader.records().map(|row| row.expect("a sound row")).collect::<Vec<_>>())
    };
    let (header, leads) = rows("olist_marketing_qualified_leads_dataset.csv");
    let (deal_header, deals) = rows("olist_closed_deals_dataset.csv");
    let by_lead: BTreeMap<&str, &csv::StringRecord> = deals.iter().map(|deal| (&deal[0], deal)).collect();
    let none = csv::StringRecord::from(vec![""; deal_header.len()]);
    let mut writer = csv::Writer::from_writer(vec![]);
    let columns = header.iter().chain(deal_header.iter().skip(1)).chain(["won"]);
    writer.write_record(columns).expect("memory");
    for lead in &leads {
        let deal = by_lead.get(&lead[0]).copied();
        let won = if deal.is_some() { "yes" } else { "no" };
        let cells = lead.iter().chain(deal.unwrap_or(&none).iter().skip(1)).chain([won]);
        writer.write_record(cells).expect("memory");
    }
    let export = Export::read(&writer.into_inner().expect("memory"), "won", None, &[]);
    let is_leak = |name: &str| deal_header.iter().skip(1).any(|column| column == name);
    export.print("Olist", is_leak);
    let known = export.outcome(is_leak);
    assert_eq!((known.left_out.len(), known.asked_about.len(), known.passed.len()), (13, 0, 0), "{known:?}");
    let accused = export.outcome(|name| !is_leak(name) && export.accusing(name).is_some());
    assert_eq!(accused, Outcome::default());
    // Nothing was won before deals were recorded.
    assert!(
        export.of_table(FindingKind::Era).is_some_and(|era| era.done.contains("newest")),
        "{:?}",
        export.findings
    );
}

/// Three copies of one file, of which two were saved again by spreadsheets.
#[test]
fn dates_re_saved_by_spreadsheets_are_the_same_dates() {
    let Some(data) = shared::data() else { return };
    let seconds = |name: &str| {
        let mut text = String::new();
        for (row, line) in
            String::from_utf8(read(&data.join("olist-funnel").join(name))).expect("UTF-8").lines().enumerate()
        {
            let won = if row == 0 { "won" } else { ["yes", "no"][row % 2] };
            writeln!(text, "{line},{won}").expect("memory");
        }
        let leads = Export::read(text.as_bytes(), "won", None, &[]).leads;
        leads.dates.expect("the date of the first contact").seconds
    };
    let iso = seconds("olist_marketing_qualified_leads_dataset.csv");
    assert_eq!(iso.len(), 8_000);
    assert_eq!(seconds("variant_mql_dd-mm-yyyy.vinuthna.csv"), iso);
    assert_eq!(seconds("variant_mql_m-d-yyyy_3col.mohithchava.csv"), iso);
}
