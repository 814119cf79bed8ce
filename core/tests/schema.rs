//! Exports as offices write them: what their columns are taken for, and what the errors say.

#![expect(clippy::unwrap_used, reason = "a failing helper must fail its test")]

use sales_ready::ErrorKind;
use sales_ready::model::NumberFormat;
use sales_ready::train::csv::{Options as CsvOptions, Table};
use sales_ready::train::schema::{ColumnSchema, Options, Role, Schema};

fn table(text: &str) -> Table {
    Table::read(text.as_bytes(), "t.csv", &CsvOptions::default(), &mut |_| ()).unwrap()
}

fn options() -> Options {
    Options { target: Some("won".into()), ..Options::default() }
}

fn columns(text: &str) -> Vec<ColumnSchema> {
    Schema::infer(&table(text), &options()).unwrap().columns
}

fn format(column: &ColumnSchema) -> NumberFormat {
    match &column.role {
        Role::Number(format) => format.clone(),
        role => panic!("expected a number, found {role:?}"),
    }
}

#[test]
fn small_numbers_group_as_the_other_columns_do() {
    // Next month one of them may be 1,234.5 or 1.234,5.
    let english = columns("a,b,c,d,won\n\"1,234.5\",17.25,$5,12345,yes\n\"2,345.5\",3.5,$80,7,no\n");
    assert_eq!(format(&english[1]).parse("1,234.5"), Some(1234.5));
    assert_eq!(format(&english[2]).parse("$1,200"), Some(1200.0));
    assert_eq!(format(&english[3]), NumberFormat::default(), "12345 shows that this column does not group");
    let german = columns("a;b;c;d;won\n1.234,5;17,25;5;1.5;ja\n2.345,5;3,5;80;2.5;nein\n");
    assert_eq!(format(&german[1]).parse("1.234,5"), Some(1234.5));
    assert_eq!(format(&german[2]).parse("1.234"), Some(1234.0));
    assert_eq!(format(&german[3]).parse("1.5"), Some(1.5), "a point before a fraction stays one");
    // Two habits in one table say nothing about a third column.
    let mixed = columns("a;b;c;won\n1.234,5;1,234.5;5;yes\n2.345,5;2,345.5;80;no\n");
    assert_eq!(format(&mixed[2]), NumberFormat::default());
}

#[test]
fn a_number_too_great_to_compute_with_is_named_at_its_cell() {
    let table = table("x,won\n1,yes\n-1e308,no\n");
    let error = Schema::infer(&table, &options()).unwrap().leads(&table).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadValue);
    assert!(error.to_string().starts_with("t.csv:3:1: expected a number below 1e300 in size"), "{error}");
}

#[test]
fn dates_in_two_ways_are_remarked_upon() {
    let column = &columns("when,won\n2024-01-31,yes\n31/01/2024,no\n")[0];
    assert!(column.notable && column.why.contains("dates written in different ways"), "{}", column.why);
}

#[test]
fn names_of_people_are_never_levels() {
    let columns =
        columns("First Name,contact_last_name,Nickname,won\nAnn,Lee,a,yes\nBob,Ray,b,no\nAnn,Lee,a,no\n");
    let roles: Vec<&str> = columns.iter().map(|column| column.role.as_str()).collect();
    assert_eq!(roles, ["id", "id", "category"]);
}

#[test]
fn an_identifier_that_repeats_is_no_level() {
    let text = |distinct: usize| {
        let row =
            |row: usize| format!("{:05},p{},{}\n", row % distinct, row % distinct, ["yes", "no"][row % 2]);
        "customer_id,page_id,won\n".to_owned() + &(0..300).map(row).collect::<String>()
    };
    let roles = |distinct| columns(&text(distinct)).into_iter().map(|one| one.role).collect::<Vec<_>>();
    assert_eq!(roles(100), [Role::Id, Role::Id]);
    assert_eq!(roles(30), [Role::Category, Role::Category]);
}

#[test]
fn the_words_of_other_languages_and_spreadsheets_are_labels() {
    for (yes, no) in [("WAHR", "FALSCH"), ("VRAI", "FAUX"), ("TRUE", "FALSE"), ("VERO", "FALSO")] {
        let table = table(&format!("x,won\n1,{no}\n2,{yes}\n"));
        let target = Schema::infer(&table, &options()).unwrap().target.unwrap();
        assert_eq!(target.positive, yes);
    }
    let error = |text: &str| Schema::infer(&table(text), &options()).unwrap_err().to_string();
    let either = error("x,won\n1,cold\n2,hot\n");
    assert!(either.contains("\"cold\" (1 row)"), "{either}");
    assert!(either.contains("--positive \"cold\" or --positive \"hot\""), "{either}");
    let three = error("x,won\n1,a\n2,b\n3,c\n");
    assert!(three.contains("--positive VALUE"), "{three}");
}

#[test]
fn the_target_can_not_be_kept() {
    let options = Options { keep: vec!["won".into()], ..options() };
    let error = Schema::infer(&table("x,won\n1,yes\n2,no\n"), &options).unwrap_err();
    assert!(error.to_string().contains("it is the target"), "{error}");
}
