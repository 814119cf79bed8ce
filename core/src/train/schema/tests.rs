mod dates;
mod files;
mod identity;
mod labels;
mod remarks;

use super::*;
use crate::model::FieldKind;
use crate::train::csv::Options as CsvOptions;
use crate::train::leads::{MISSING_LEVEL, Values};

fn table(text: &str) -> Table {
    Table::read(text.as_bytes(), "t.csv", &CsvOptions::default(), &mut |_| ()).unwrap()
}

/// A table of one column beside a label that alternates.
fn column(name: &str, cells: &[&str]) -> Table {
    let row = |(row, cell): (usize, &&str)| format!("\"{cell}\",{}\n", ["yes", "no"][row % 2]);
    let rows: Vec<String> = cells.iter().enumerate().map(row).collect();
    table(&format!("{name},won\n{}", rows.concat()))
}

fn options() -> Options {
    Options { target: Some("won".into()), ..Options::default() }
}

fn schema_of(name: &str, cells: &[&str]) -> ColumnSchema {
    Schema::infer(&column(name, cells), &options()).unwrap().columns.swap_remove(0)
}

fn role_of(name: &str, cells: &[&str]) -> Role {
    schema_of(name, cells).role
}

fn numbers_of(cells: &[&str]) -> Vec<f64> {
    let table = column("x", cells);
    match Schema::infer(&table, &options()).unwrap().leads(&table).unwrap().columns.swap_remove(0).values {
        Values::Numbers(numbers) => numbers.iter().copied().collect(),
        Values::Levels { .. } => panic!("expected numbers in {cells:?}"),
    }
}

#[test]
fn numbers_are_read_in_the_format_of_their_column() {
    for (cells, expected) in [
        (vec!["1", "-2.5", "1e3"], vec![1.0, -2.5, 1000.0]),
        (vec!["1,234.5", "17", "1,000,000"], vec![1234.5, 17.0, 1_000_000.0]),
        (vec!["€ 3.000,50", "-€ 2,00", "0"], vec![3000.5, -2.0, 0.0]),
        (vec!["12 %", "7.5%", "0 %"], vec![12.0, 7.5, 0.0]),
        (vec!["1 234,5", "17,25"], vec![1234.5, 17.25]),
        (vec!["1\u{a0}234", "5"], vec![1234.0, 5.0]),
        (vec!["1'234.50", "5"], vec![1234.5, 5.0]),
        (vec!["1,5", "2,25"], vec![1.5, 2.25]),
        // Lakhs, and the minus sign of typesetters.
        (vec!["8,60,667", "45,000", "1,23,45,678.5"], vec![860_667.0, 45_000.0, 12_345_678.5]),
        (vec!["\u{2212}5 %", "12 %"], vec![-5.0, 12.0]),
        (vec!["\u{2212}\u{20ac} 5", "\u{20ac} 12"], vec![-5.0, 12.0]),
        (vec!["\u{2212}0,125", "\u{2212}0,250"], vec![-0.125, -0.25]),
        (vec!["$1,200", "$80"], vec![1200.0, 80.0]),
        // A group does not begin with a zero, so this is a fraction.
        (vec!["0,125", "0,250"], vec![0.125, 0.25]),
    ] {
        assert_eq!(numbers_of(&cells), expected, "{cells:?}");
    }
}

#[test]
fn what_could_be_grouped_or_a_fraction_is_decided_by_the_table_and_said() {
    let read = |text: &str| {
        let table = table(text);
        let schema = Schema::infer(&table, &options()).unwrap();
        let why = schema.columns[0].why.clone();
        assert!(schema.columns[0].notable, "{why}");
        match &schema.leads(&table).unwrap().columns[0].values {
            Values::Numbers(numbers) => (numbers[0], why),
            Values::Levels { .. } => panic!("expected numbers"),
        }
    };
    let (alone, why) = read("x,won\n1.234,yes\n5.678,no\n");
    assert_eq!(alone, 1.234);
    assert!(why.contains("thousands or a fraction") && why.contains("most programs"), "{why}");
    assert_eq!(read("x,won\n\"1,234\",yes\n\"5,678\",no\n").0, 1234.0);
    assert_eq!(read("x;won\n1,234;yes\n5,678;no\n").0, 1.234);
    let (beside, why) = read("x;y;won\n1.234;2,5;yes\n5.678;3,5;no\n");
    assert_eq!(beside, 1234.0);
    assert!(why.contains("other columns"), "{why}");
    assert_eq!(read("x,y,won\n\"1,234\",2.5,yes\n\"5,678\",3.25,no\n").0, 1234.0);
}

#[test]
fn what_is_not_consistently_a_number_is_none() {
    for cells in
        [vec!["12 %", "7"], vec!["$5", "€6"], vec!["1.5", "1,5"], vec!["08123", "10115"], vec!["1-2", "3"]]
    {
        assert_eq!(role_of("x", &cells), Role::Category, "{cells:?}");
    }
    let mut cells = vec!["3"; 30];
    cells.extend(["4", "many"]);
    let schema = schema_of("visits", &cells);
    assert_eq!(schema.role, Role::Category);
    assert!(schema.why.contains("but not \"many\": add --missing many"), "{}", schema.why);
}

#[test]
fn missing_markers_are_those_of_the_field() {
    let table = table("x,c,won\n1,NA,yes\nnull,a,no\nselect,b,no\n-,n/a,no\n,a,yes\n");
    let options = Options { missing: vec!["Select".into()], ..options() };
    let leads = Schema::infer(&table, &options).unwrap().leads(&table).unwrap();
    let missing: Vec<bool> = (0..5).map(|row| leads.columns[0].values.is_missing(row)).collect();
    assert_eq!(missing, [false, true, true, true, true]);
    let Values::Levels { levels, codes } = &leads.columns[1].values else { panic!("expected levels") };
    assert_eq!(levels, &["a", "b"]);
    assert_eq!(codes, &[MISSING_LEVEL, 0, 1, MISSING_LEVEL, 0]);
    // Scoring must read each cell as training did.
    for column in &leads.columns {
        assert!(
            ["", "NA", "n/a", "NULL", "nan", "-", "SELECT"].iter().all(|text| column.field.is_missing(text))
        );
    }
}

#[test]
fn ids_and_persons_are_left_out() {
    let counted = |format: &dyn Fn(usize) -> String| (0..40).map(format).collect::<Vec<_>>();
    let role = |name: &str, cells: &[String]| {
        role_of(name, &cells.iter().map(String::as_str).collect::<Vec<_>>()).as_str()
    };
    let scattered = |row: usize| (row * 7919 % 1009).to_string();
    assert_eq!(role("x", &counted(&|row| (1000 - 3 * row).to_string())), "id");
    assert_eq!(role("lead_id", &counted(&scattered)), "id");
    assert_eq!(role("Lead Number", &counted(&scattered)), "id");
    assert_eq!(role("revenue", &counted(&scattered)), "number");
    assert_eq!(role("campaign_id", &counted(&|row| (row % 5).to_string())), "category");
    assert_eq!(role("x", &counted(&|row| format!("L-{row:04}"))), "id");
    assert_eq!(role("x", &counted(&|row| format!("p{}@example.com", row % 3))), "id");
    assert_eq!(role("x", &counted(&|row| format!("+49 30 {:06}", row * 7919))), "id");
    assert_eq!(role("x", &counted(&|row| format!("7927b2df-8bba-4d29-b9a2-{:012x}", row % 9))), "id");
    assert_eq!(
        role("x", &counted(&|row| format!("called, {row} times, wants to be called again next month"))),
        "text"
    );
    assert_eq!(role("x", &counted(&|row| format!("city {}", row % 19))), "category");
}

#[test]
fn constant_and_empty_columns_are_left_out() {
    assert_eq!(role_of("x", &["a", "a"]), Role::Excluded);
    assert_eq!(role_of("x", &["", "NA"]), Role::Excluded);
    // Filled or not is information.
    assert_eq!(role_of("x", &["5", ""]), Role::Category);
}

#[test]
fn an_error_of_a_spreadsheet_means_that_others_are_none_either() {
    let schema = schema_of("x", &["1.5", "#N/A", "2.5", "3.25"]);
    for error in ["#N/A", "#DIV/0!", "#REF!"] {
        assert!(schema.missing.iter().any(|marker| marker == error), "{error}: {:?}", schema.missing);
    }
    assert_eq!(schema_of("x", &["1.5", "2.5"]).missing, [""; 0]);
}

#[test]
fn names_that_are_no_columns_are_errors_with_a_suggestion() {
    let table = table("Total Visits,won\n1,yes\n2,no\n");
    let message = |options: &Options| Schema::infer(&table, options).unwrap_err().to_string();
    let target = Options { target: Some("Won".into()), ..Options::default() };
    assert!(message(&target).contains("did you mean \"won\"?"), "{}", message(&target));
    let exclude = Options { exclude: vec!["total_visit".into()], ..options() };
    assert!(message(&exclude).contains("did you mean \"Total Visits\"?"), "{}", message(&exclude));
    let keep = Options { keep: vec!["budget".into()], ..options() };
    assert!(message(&keep).ends_with("the columns are: Total Visits, won"), "{}", message(&keep));
    let both = Options { exclude: vec!["won".into()], ..options() };
    assert!(message(&both).contains("it is the target"));
    let none = Schema::infer(&table, &Options::default()).unwrap().leads(&table).unwrap_err();
    assert_eq!(none.kind(), ErrorKind::Label);
}

#[test]
fn what_the_person_says_wins() {
    let text = "id,note,plan,n,won\na1,x,1,5,yes\nb2,y,2,abc,no\nc3,z,2,7,no\n";
    let toml = "target = \"won\"\nmissing = []\n[columns]\n\
        id = { role = \"id\" }\nplan = { role = \"category\", title = \"the plan\" }\n\
        n = { role = \"number\", missing = [\"abc\"] }\nnote = { role = \"text\" }\n";
    let file = SchemaFile::from_toml(toml, "s.toml").unwrap();
    let table = table(text);
    let options = Options { file: Some(file), keep: vec!["note".into()], ..Options::default() };
    let leads = Schema::infer(&table, &options).unwrap().leads(&table).unwrap();
    let names: Vec<&str> = leads.columns.iter().map(|column| &*column.field.name).collect();
    assert_eq!(names, ["note", "plan", "n"]);
    assert_eq!(leads.columns[1].field.kind, FieldKind::Category);
    assert_eq!(leads.columns[1].field.title.as_deref(), Some("the plan"));
    assert_eq!(leads.columns[2].field.missing, ["abc"]);
    assert_eq!(leads.excluded[0].field, "id");
}

#[test]
fn weights_must_be_above_zero_in_every_row() {
    let toml = "[columns]\nw = { role = \"weight\" }";
    let leads = |cell: &str| {
        let table = table(&format!("x,w,won\n1,2,yes\n2,{cell},no\n"));
        let options = Options { file: Some(SchemaFile::from_toml(toml, "s.toml").unwrap()), ..options() };
        Schema::infer(&table, &options).unwrap().leads(&table)
    };
    assert_eq!(leads("0.5").unwrap().weights, Some(vec![2.0, 0.5]));
    for cell in ["0", "-1", "", "x", "1e999"] {
        assert!(
            leads(cell).unwrap_err().to_string().starts_with("t.csv:3:2: expected a weight above zero"),
            "{cell}"
        );
    }
}

#[test]
fn a_schema_reads_back_as_itself() {
    let text = "lead_id,Größe \"x\",revenue,share,created,due,plan,empty,a\\b,won\n\
        7,a,\"1,234.5\",5 %,2024-01-31,1/2/2024,x,,1.234,yes\n\
        9,b,7,6 %,2024-02-01,3/4/2024,y,,2.345,no\n";
    let table = table(text);
    let schema =
        Schema::infer(&table, &Options { missing: vec!["Select".into(), "a\"b\tc".into()], ..options() })
            .unwrap();
    let toml = schema.to_toml("t.csv");
    let file = SchemaFile::from_toml(&toml, "t.toml").unwrap_or_else(|error| panic!("{error}\n{toml}"));
    let again = Schema::infer(&table, &Options { file: Some(file), ..Options::default() }).unwrap();
    assert_eq!(again.target, schema.target);
    assert_eq!(again.missing, schema.missing);
    for (again, column) in again.columns.iter().zip(&schema.columns) {
        assert_eq!((&again.name, &again.role), (&column.name, &column.role), "\n{toml}");
    }
    assert_eq!(again.leads(&table).unwrap().columns, schema.leads(&table).unwrap().columns);
}

#[test]
fn schema_files_are_checked_with_line_and_column() {
    for (toml, expected) in [
        ("target = ", "s.toml:1:"),
        ("\n[columns]\nx = { rolle = \"number\" }", "s.toml:3:"),
        ("[columns]\nx = { role = \"nummer\" }", "s.toml:2:"),
        ("[columns]\nx = { role = \"category\", decimal = \",\" }", "s.toml:2:5: column \"x\": `decimal`"),
        (
            "[columns]\nx = { role = \"number\", decimal = \";\" }",
            "s.toml:2:5: column \"x\": expected \".\" or \",\"",
        ),
        ("[columns]\nx = { role = \"date\", order = \"dmy\" }", "s.toml:2:5: column \"x\": expected `order`"),
        ("[columns]\nx = { split = true }", "s.toml:2:5: column \"x\": `order` and `split`"),
        (
            "[columns]\nx = { role = \"date\", split = true }\ny = { role = \"date\", split = true }",
            "s.toml:3:5: only one column can order the leads",
        ),
    ] {
        let error = SchemaFile::from_toml(toml, "s.toml").unwrap_err().to_string();
        assert!(error.starts_with(expected), "{toml}: {error}");
    }
    let file = SchemaFile::from_toml("[columns]\nvisit = { role = \"number\" }", "s.toml").unwrap();
    let error =
        Schema::infer(&table("visits,won\n1,yes\n2,no\n"), &Options { file: Some(file), ..options() })
            .unwrap_err();
    assert!(error.to_string().starts_with("s.toml:2:9: the schema file names \"visit\""), "{error}");
}

#[test]
fn a_forced_number_that_is_none_is_reported_at_its_cell() {
    let file = SchemaFile::from_toml("[columns]\nx = { role = \"number\" }", "s.toml").unwrap();
    let table = table("c,x,won\na,1,yes\nb,many,no\nb,2,no\n");
    let error =
        Schema::infer(&table, &Options { file: Some(file), ..options() }).unwrap().leads(&table).unwrap_err();
    assert!(
        error.to_string().starts_with("t.csv:3:2: expected a number for \"x\", found \"many\""),
        "{error}"
    );
}

/// A column of many numbers is judged without its texts, and must be judged as with them.
#[test]
fn many_numbers_are_judged_as_their_texts_are() {
    type Cells = fn(u32) -> String;
    let kinds: [(&str, Cells); 16] = [
        ("amount", |row| format!("{}.{:02}", row / 7, row % 100)),
        ("grouped or not", |row| format!("{}.{:03}", 1 + row % 999, row / 999)),
        ("small", |row| format!("-0.{row:06}")),
        ("gaps", |row| if row % 9 == 0 { "N/A".into() } else { format!("{row}.5") }),
        ("errors", |row| if row % 9 == 0 { "#DIV/0!".into() } else { format!("{row}.5") }),
        ("mistake", |row| if row == 19_000 { "none".into() } else { format!("{row}.5") }),
        ("whole", |row| (row * 37 % 19_001).to_string()),
        ("running", |row| row.to_string()),
        ("customer_id", |row| (row * 37 % 19_001).to_string()),
        ("account_number", |row| format!("{}.25", row * 37 % 19_001)),
        ("exponents", |row| {
            if row % 40 == 0 { format!("{}.5e-{:02}", row % 10, 5 + row % 3) } else { format!("0.{row:06}1") }
        }),
        ("great exponents", |row| if row % 40 == 0 { format!("{row}e299") } else { format!("0.{row:06}1") }),
        ("last name", |row| format!("{row}.25")),
        ("long", |row| format!("0.{:017}", u64::from(row) * 4_999_999_999_999)),
        ("markers", |row| if row % 9 == 0 { "-999".into() } else { format!("{row}.5") }),
        ("dates", |row| match row {
            0..30 => "0".into(),
            30 => "12.5".into(),
            _ => (19_300_101 + row / 336 * 10_000 + row / 28 % 12 * 100 + row % 28).to_string(),
        }),
    ];
    for habit in ["1,234.5", "1.234,5", "5"] {
        for (name, cell) in kinds {
            let line = |row: u32| format!("\"{}\",\"{habit}\",{}\n", cell(row), row.is_multiple_of(3));
            let lines: String = (0..20_000).map(line).collect();
            let numbers = table(&format!("{name},other,won\n{lines}"));
            let texts = numbers.as_texts();
            let kept = [&numbers, &texts].map(|table| table.columns()[0].decimals().is_some());
            assert_eq!(kept, [true, false], "{name}");
            let file = SchemaFile::from_toml("[columns]\nlong = { role = \"number\" }", "s.toml").unwrap();
            for keep in [vec![], vec![name.to_owned()]] {
                for file in [None, Some(file.clone())] {
                    if keep.is_empty() && name != "long" && file.is_some() {
                        continue;
                    }
                    let file = file.filter(|_| name == "long");
                    let missing = vec!["-999".into()];
                    let options = Options { keep: keep.clone(), missing, file, ..options() };
                    let [first, second] = [&numbers, &texts]
                        .map(|table| Schema::infer(table, &options).map_err(|error| error.to_string()));
                    assert_eq!(first, second, "{name} beside {habit}");
                    let Ok(schema) = first else { continue };
                    let [first, second] = [&numbers, &texts].map(|table| {
                        // Missing numbers are not equal to themselves.
                        schema
                            .leads(table)
                            .map(|leads| format!("{leads:?}"))
                            .map_err(|error| error.to_string())
                    });
                    assert_eq!(first, second, "{name} beside {habit}");
                }
            }
        }
    }
}
