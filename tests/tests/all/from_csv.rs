//! From the bundled CSV to scored leads, through the library.

use sales_ready::train::csv::{Options as CsvOptions, Table};
use sales_ready::train::leads::{Leads, Values};
use sales_ready::train::schema::{Options as SchemaOptions, Schema};
use sales_ready::train::scoring::score_csv;
use sales_ready::train::{Options, train};
use sales_ready_tests::sample::{self, ROWS, SEED};

fn bundled() -> Leads {
    let text = sample::leads_csv();
    let table = Table::read(text.as_bytes(), "leads.csv", &CsvOptions::default(), &mut |_| ())
        .expect("a sound table");
    let options = SchemaOptions { target: Some("converted".into()), ..SchemaOptions::default() };
    let schema = Schema::infer(&table, &options).expect("a schema");
    schema.leads(&table).expect("leads")
}

/// Equal, missing numbers included.
fn same(a: &Values, b: &Values) -> bool {
    match (a, b) {
        (Values::Numbers(a), Values::Numbers(b)) => {
            a.iter().map(|x| x.to_bits() << 1).eq(b.iter().map(|x| x.to_bits() << 1))
        }
        (a, b) => a == b,
    }
}

#[test]
fn the_bundled_csv_reads_as_what_was_generated() {
    let (read, made) = (bundled(), sample::generate(SEED, ROWS).to_leads());
    assert_eq!(read.target, made.target);
    assert_eq!(read.label, made.label);
    assert_eq!(read.dates, made.dates);
    for column in &made.columns {
        let found = read.columns.iter().find(|other| other.field.name == column.field.name).unwrap();
        assert_eq!(found.field.kind, column.field.kind, "{}", column.field.name);
        assert!(same(&found.values, &column.values), "{}", column.field.name);
    }
    // What is left is the leak, for the audit to find.
    let names =
        |leads: &Leads| leads.columns.iter().map(|column| column.field.name.clone()).collect::<Vec<_>>();
    let left: Vec<String> = names(&read).into_iter().filter(|name| !names(&made).contains(name)).collect();
    assert_eq!(left, ["contract_draft_sent"]);
    assert!(read.excluded.iter().any(|column| column.field == "lead_id"));
}

#[test]
fn new_leads_are_scored_by_a_model_of_the_bundled_csv() {
    let training = train(&bundled(), &Options::default(), &mut |_| ()).unwrap();
    assert!(
        training
            .findings
            .iter()
            .any(|finding| finding.excluded && finding.field.as_deref() == Some("contract_draft_sent"))
    );
    let (new, mut scored) = (sample::new_leads_csv(), Vec::new());
    let read = CsvOptions::default();
    let summary =
        score_csv(&training.model, new.as_bytes(), "new-leads.csv", &read, 3, &mut scored, &mut |_| ())
            .unwrap();
    assert_eq!(summary.leads, 200);
    // Some leads are flagged, but not most: the page has something to show.
    assert!((10..80).contains(&summary.sales_ready), "{summary:?}");
    let mut reader = csv::Reader::from_reader(&scored[..]);
    let header = reader.headers().unwrap().clone();
    assert!(new.starts_with(&header.iter().take(22).collect::<Vec<_>>().join(",")));
    let probability = header.iter().position(|name| name == "probability").unwrap();
    let mean =
        reader.records().map(|row| row.unwrap()[probability].parse::<f64>().unwrap()).sum::<f64>() / 200.0;
    // As many conversions are expected as in training, within three standard errors.
    assert!((0.10..0.26).contains(&mean), "{mean}");
}
