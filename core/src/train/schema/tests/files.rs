//! What a schema file says, and what is written into one.

use super::*;

fn inferred(table: &Table, toml: &str, options: Options) -> Result<Schema> {
    let file = Some(SchemaFile::from_toml(toml, "s.toml").unwrap());
    Schema::infer(table, &Options { file, ..options })
}

#[test]
fn what_became_a_group_or_is_left_out_has_no_order_that_could_not_be_read_back() {
    let row = |row: usize| {
        let (account, size) = (row / 4, ["1-10", "11-50", "51-200"][row % 3]);
        format!("{account}-{},{size},{},{}\n", account + 1, row % 7, ["yes", "no"][row % 2])
    };
    let rows = (0..200).map(row).collect::<Vec<_>>().concat();
    let table = table(&format!("Account,size,visits,won\n{rows}"));
    let toml =
        "[columns]\nsize = { levels = [\"1-10\", \"11-50\", \"51-200\"] }\nvisits = { monotone = \"up\" }";
    let exclude = vec!["size".into(), "visits".into()];
    let schema = inferred(&table, toml, Options { exclude, ..options() }).unwrap();
    assert_eq!(schema.columns[0].role, Role::Group);
    let again = inferred(&table, &schema.to_toml("t.csv"), Options::default()).unwrap();
    for (again, column) in again.columns.iter().zip(&schema.columns) {
        assert_eq!((&again.role, &again.prior), (&column.role, &Prior::None), "{}", column.name);
    }
}

#[test]
fn what_a_file_says_of_its_target_is_not_meant_of_another() {
    let table = table("x,lost,won\n1,no,yes\n2,yes,no\n3,yes,no\n");
    let toml = "target = \"lost\"\npositive = \"no\"";
    let own = inferred(&table, toml, Options::default()).unwrap();
    assert_eq!(own.target.unwrap().positive, "no".into());
    let other = inferred(&table, toml, Options { target: Some("won".into()), ..Options::default() }).unwrap();
    assert_eq!(other.target.unwrap().positive, "yes".into());
}

#[test]
fn a_target_has_its_own_markers_and_nothing_that_is_said_of_fields() {
    let open = table("x,won\n1,yes\n2,no\n3,open\n");
    let error = inferred(&open, "[columns]\nwon = { missing = [\" open \"] }", options()).unwrap_err();
    assert!(error.to_string().contains("1 of 3 rows have none"), "{error}");
    let table = table("x,won\n1,yes\n2,no\n");
    let toml = "[columns]\nwon = { missing = [\"open\"] }";
    assert!(inferred(&table, toml, options()).unwrap().target.unwrap().is_open("Open"));
    for said in ["engagement = true", "actionable = true", "monotone = \"up\""] {
        let error = inferred(&table, &format!("[columns]\nwon = {{ {said} }}"), options()).unwrap_err();
        assert!(error.to_string().starts_with("s.toml:2:"), "{error}");
    }
    let engagement = vec!["won".into()];
    let error = Schema::infer(&table, &Options { engagement, ..options() }).unwrap_err();
    assert!(error.message().starts_with("--engagement names \"won\", but it is the target"), "{error}");
}

#[test]
fn a_level_that_is_misspelt_in_a_file_is_told() {
    let column = column("size", &["small", "medium", "large", "medium"]);
    let toml = "[columns]\nsize = { levels = [\"small\", \"medum\", \"large\"] }";
    let schema = &inferred(&column, toml, options()).unwrap().columns[0];
    let why =
        "as the schema file says; not among the levels: \"medium\" (no row has \"medum\": is that meant?)";
    assert_eq!((&*schema.why, schema.notable), (why, true));
}

#[test]
fn an_ambiguous_number_that_somebody_calls_a_number_is_told() {
    let column = column("revenue", &["1.234", "2.345", "7.001"]);
    let schema =
        &inferred(&column, "[columns]\nrevenue = { role = \"number\" }", options()).unwrap().columns[0];
    assert!(
        schema.notable && schema.why.contains("1.234 could mean thousands or a fraction"),
        "{}",
        schema.why
    );
    let keep = vec!["revenue".into()];
    assert!(Schema::infer(&column, &Options { keep, ..options() }).unwrap().columns[0].notable);
}

#[test]
fn what_is_advised_can_be_pasted() {
    let row = |row: usize| format!("1.{:03}\tyes\n1,{:03}\tno\n", row + 100, row + 200);
    let rows = (0..30).map(row).collect::<Vec<_>>().concat();
    let table = table(&format!("ที่\u{a0}(€)\twon\n{rows}"));
    let schema =
        Schema::infer(&table, &Options { target: Some("won".into()), ..Options::default() }).unwrap();
    let error = schema.leads(&table).unwrap_err();
    let (_, toml) = error.message().split_once("\n\n").unwrap();
    let file = SchemaFile::from_toml(toml, "s.toml").unwrap_or_else(|error| panic!("{error}\n{toml}"));
    assert!(file.column("ที่\u{a0}(€)").is_some());
}
