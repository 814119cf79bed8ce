//! `sales-ready inspect`

use sales_ready::Result;
use sales_ready::model::Positive;
use sales_ready::train::csv::Table;
use sales_ready::train::schema::Schema;
use serde::Serialize;

use crate::args::InspectArgs;
use crate::input;
use crate::places;
use crate::publish;
use crate::streams;
use crate::text::{aligned, count, counted, heading, json, named, note, notes, print, print_aside, shown};

/// Names longer than this would push the reasons off the screen.
const NAME: usize = 40;

pub(crate) fn run(args: &InspectArgs) -> Result<()> {
    let output = args.output.as_deref().map(|path| ("-o", path));
    places::check(&input::places(&args.input, &args.schema), output.as_slice())?;
    let table = input::table(&args.input, &args.csv)?;
    let schema = input::schema(&table, &args.schema, input::schema_file(args.schema.schema.as_deref())?)?;
    if args.json {
        return print(&json(&Report::new(&table, &schema))?);
    }
    if let Some(path) = &args.output {
        publish::write(path, schema.to_toml(table.file()))?;
        if streams::is_output(path) {
            return Ok(());
        }
        print_aside(&format!("Wrote {}; correct it and pass it with --schema.\n\n", named(path)));
    }
    print(&text(&table, &schema, args))
}

fn text(table: &Table, schema: &Schema, args: &InspectArgs) -> String {
    let columns = schema.columns.len() + usize::from(schema.target.is_some());
    let mut text = heading(&format!(
        "{}: {}, {}",
        table.file(),
        counted(table.rows() as u64, "row", "rows"),
        counted(columns as u64, "column", "columns")
    ));
    text += &notes(table.notes());
    if let Some(target) = &schema.target {
        text += &format!("  label {}: {}\n", shown(&target.field, NAME), note(&schema.target_why));
    }
    text.push('\n');
    let mut rows = vec![["column", "role", "values", "not known", "why"].map(str::to_owned).to_vec()];
    for column in &schema.columns {
        rows.push(vec![
            shown(&column.name, NAME),
            column.role.as_str().to_owned(),
            count(column.distinct),
            count(column.missing_rows),
            shown(&column.why, 300),
        ]);
    }
    text += &aligned(&rows);
    if schema.target.is_none() {
        text += "\nNo label yet: say with --target which column tells whether a lead converted.\n";
    }
    if args.output.is_none() {
        text += "\nTo correct a guess: write the guesses to a file with -o leads.toml, edit it, and pass it with --schema.\n";
    }
    text
}

/// The report for machines.
#[derive(Serialize)]
struct Report<'a> {
    file: &'a str,
    rows: usize,
    notes: &'a [String],
    target: Option<TargetReport<'a>>,
    missing: &'a [String],
    columns: Vec<ColumnReport<'a>>,
}

#[derive(Serialize)]
struct TargetReport<'a> {
    field: &'a str,
    positive: &'a Positive,
    why: &'a str,
}

#[derive(Serialize)]
struct ColumnReport<'a> {
    name: &'a str,
    role: &'static str,
    values: u64,
    missing_rows: u64,
    why: &'a str,
}

impl<'a> Report<'a> {
    fn new(table: &'a Table, schema: &'a Schema) -> Self {
        let target = schema.target.as_ref().map(|target| TargetReport {
            field: &target.field,
            positive: &target.positive,
            why: &schema.target_why,
        });
        let column = |column: &'a sales_ready::train::schema::ColumnSchema| ColumnReport {
            name: &column.name,
            role: column.role.as_str(),
            values: column.distinct,
            missing_rows: column.missing_rows,
            why: &column.why,
        };
        Self {
            file: table.file(),
            rows: table.rows(),
            notes: table.notes(),
            target,
            missing: &schema.missing,
            columns: schema.columns.iter().map(column).collect(),
        }
    }
}
