//! What the schema says of a column's effect: rising or falling curves, ordered levels, common texts.

use sales_ready::train::csv::{Options as CsvOptions, Table};
use sales_ready::train::leads::{Direction, Prior};
use sales_ready::train::schema::{Options, Role, Schema, SchemaFile};

fn table(text: &str) -> Table {
    Table::read(text.as_bytes(), "leads.csv", &CsvOptions::default(), &mut |_| ()).expect("a table")
}

fn schema(table: &Table, file: Option<&str>) -> sales_ready::Result<Schema> {
    let file = file.map(|text| SchemaFile::from_toml(text, "leads.toml")).transpose()?;
    Schema::infer(table, &Options { target: Some("won".into()), file, ..Options::default() })
}

const MONTHS: &str = "month,views,won\nmay,1,yes\njun,2,no\njan,3,no\ndec,4,yes\nmay,4,no\n";

#[test]
fn months_are_found_and_survive_the_schema_file() {
    let table = table(MONTHS);
    let found = schema(&table, None).unwrap();
    let levels = ["jan", "may", "jun", "dec"].map(str::to_owned).to_vec();
    assert_eq!(found.columns[0].prior, Prior::Ordered { levels, cyclic: true });
    assert!(found.columns[0].why.ends_with("months"), "{}", found.columns[0].why);
    let again = schema(&table, Some(&found.to_toml("leads.csv"))).unwrap();
    let priors =
        |schema: &Schema| schema.columns.iter().map(|column| column.prior.clone()).collect::<Vec<_>>();
    assert_eq!(priors(&again), priors(&found));
    assert_eq!(again.leads(&table).unwrap().columns[0].prior, found.columns[0].prior);
}

#[test]
fn the_schema_file_says_what_rises_and_what_has_an_order() {
    let table = table(MONTHS);
    let text = "[columns]\nviews = { role = \"number\", monotone = \"down\" }\nmonth = { role = \"category\", levels = [\"may\", \"jan\"] }\n";
    let said = schema(&table, Some(text)).unwrap();
    assert_eq!(said.columns[1].prior, Prior::Monotone(Direction::Down));
    let levels = vec!["may".to_owned(), "jan".to_owned()];
    assert_eq!(said.columns[0].prior, Prior::Ordered { levels, cyclic: false });
    let again = schema(&table, Some(&said.to_toml("leads.csv"))).unwrap();
    assert_eq!(again.columns[1].prior, said.columns[1].prior);
}

#[test]
fn what_a_lead_does_and_what_the_company_can_change_is_said_by_file_or_by_option() {
    let table = table(MONTHS);
    let flags = |schema: &Schema| {
        schema.columns.iter().map(|column| (column.engagement, column.actionable)).collect::<Vec<_>>()
    };
    let text = "[columns]\nviews = { engagement = true }\nmonth = { actionable = true }\n";
    let said = schema(&table, Some(text)).unwrap();
    assert_eq!(flags(&said), [(false, true), (true, false)]);
    assert_eq!(flags(&schema(&table, Some(&said.to_toml("leads.csv"))).unwrap()), flags(&said));
    let field = &said.leads(&table).unwrap().columns[1].field;
    assert!(field.engagement && !field.actionable);
    let options = |actionable: &str| Options {
        target: Some("won".into()),
        engagement: vec!["views".into()],
        actionable: vec![actionable.into()],
        ..Options::default()
    };
    assert_eq!(flags(&Schema::infer(&table, &options("month")).unwrap()), flags(&said));
    let error = Schema::infer(&table, &options("view")).unwrap_err();
    assert!(error.message().contains("--actionable"), "{error}");
}

#[test]
fn a_prior_that_does_not_fit_is_reported_in_its_line() {
    for (entry, what) in [
        ("{ role = \"category\", monotone = \"up\" }", "`monotone` belongs to `role = \"number\"`"),
        ("{ role = \"category\", levels = [] }", "expected two `levels` or more, in their order, found 0"),
        ("{ role = \"category\", levels = [\"a\"], cyclic = true }", "expected two `levels` or more"),
        ("{ role = \"number\", monotone = \"rising\" }", "\"up\" or \"down\", found \"rising\""),
        ("{ role = \"number\", levels = [\"a\"] }", "`levels` belong to `role = \"category\"`"),
        ("{ role = \"category\", cyclic = true }", "`cyclic` belongs to `levels`"),
        ("{ role = \"category\", levels = [\"a\", \"a\"] }", "names \"a\" twice"),
    ] {
        let error =
            SchemaFile::from_toml(&format!("[columns]\nviews = {entry}\n"), "leads.toml").unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("leads.toml:2:") && text.contains(what), "{entry}: {text}");
    }
}

#[test]
fn job_titles_are_levels_where_some_are_common() {
    let rows = |common: usize| {
        let row = |row: usize| {
            let title = if row < common {
                format!("Head of {}", row % 2)
            } else {
                format!("Title number {row} of many")
            };
            format!("{title},{}\n", if row.is_multiple_of(3) { "yes" } else { "no" })
        };
        format!("job_title,won\n{}", (0..300).map(row).collect::<String>())
    };
    let role = |common| schema(&table(&rows(common)), None).unwrap().columns[0].role.clone();
    assert_eq!(role(60), Role::Category);
    assert!(matches!(role(20), Role::Text | Role::Id), "{:?}", role(20));
}

#[test]
fn levels_and_names_that_no_row_has_are_reported_in_their_line() {
    let table = table(MONTHS);
    let error = |text: &str| schema(&table, Some(text)).unwrap_err().to_string();
    let levels = error("[columns]\nmonth = { role = \"category\", levels = [\"mai\", \"juni\"] }");
    assert!(
        levels.starts_with(
            "leads.toml:2:9: `levels` of \"month\" names none of its values, which are \"may\", \"jun\""
        ),
        "{levels}"
    );
    // The name comes first, whatever else is not said.
    for entry in ["{ monotone = \"up\" }", "{ levels = [\"a\", \"b\"] }"] {
        let name = error(&format!("[columns]\nview = {entry}"));
        assert!(name.contains("names \"view\", which is no column (did you mean \"views\"?)"), "{name}");
    }
    let said = schema(&table, Some("[columns]\nviews = { monotone = \"up\" }")).unwrap();
    assert!(matches!(said.columns[1].role, Role::Number(_)));
    assert_eq!(said.columns[1].prior, Prior::Monotone(Direction::Up));
}
