//! Exports as offices write them: what their columns are taken for, and what the errors say.

#![expect(clippy::unwrap_used, reason = "a failing helper must fail its test")]

use sales_ready::ErrorKind;
use sales_ready::model::NumberFormat;
use sales_ready::train::csv::{Options as CsvOptions, Table};
use sales_ready::train::leads::{Horizon, Values};
use sales_ready::train::schema::{ColumnSchema, Options, Role, Schema, SchemaFile};
use sales_ready::train::shell::option;

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
    for (other, remark) in [
        ("31/01/2024", "day-month-year, some of them year-month-day"),
        // With a zone the first is an instant, without one the other is not.
        ("2024-01-31T10:00Z", "dates written in different ways"),
    ] {
        let column = &columns(&format!("when,won\n2024-01-31,yes\n{other},no\n"))[0];
        assert!(column.notable && column.why.contains(remark), "{}", column.why);
    }
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
    assert_eq!(roles(100), [Role::Group, Role::Id]);
    assert_eq!(roles(30), [Role::Group, Role::Category]);
}

/// The column that says which leads belong together, and why, of a table with these columns.
fn group(header: &str, cell: impl Fn(usize) -> String) -> Option<(String, String)> {
    let row = |row: usize| format!("{},{}\n", cell(row), ["yes", "no"][row % 2]);
    let columns = columns(&format!("{header},won\n{}", (0..300).map(row).collect::<String>()));
    let mut found = columns.into_iter().filter(|column| column.role == Role::Group);
    let first = found.next().map(|column| (column.name, column.why));
    assert!(found.next().is_none(), "one column at most");
    first
}

#[test]
fn accounts_and_domains_are_found_and_said() {
    for header in [
        "account_id",
        "company_id",
        "Account Name",
        "Associated Company IDs",
        "AccountId",
        "Company",
        "lead_id",
    ] {
        let (name, why) = group(header, |row| format!("A{}", row % 100)).unwrap();
        assert_eq!(name, header);
        assert!(why.contains("100 groups in 300 rows"), "{why}");
    }
    // Ids that are numbers, e-mail addresses of companies.
    assert!(group("account_id", |row| (row % 100).to_string()).is_some());
    let (_, why) = group("E-mail", |row| format!("p{row}@company{}.example", row % 100)).unwrap();
    assert!(why.starts_with("e-mail addresses: leads of one domain"), "{why}");
    // The account comes before the person, whose leads it holds.
    let (name, _) = group("lead_id,account_id", |row| format!("L{},A{}", row / 2, row / 4)).unwrap();
    assert_eq!(name, "account_id");
}

#[test]
fn what_draws_no_circle_is_no_group() {
    // Different in every row; private mailboxes; a handful of brands; half of all; a trace of the sale; other names.
    assert_eq!(group("account_id", |row| format!("A{row}")), None);
    assert_eq!(group("email", |row| format!("p{row}@{}", ["gmail.com", "gmx.de", "web.de"][row % 3])), None);
    assert_eq!(group("company_id", |row| format!("brand {}", row % 9)), None);
    assert_eq!(group("company", |row| if row < 200 { "none".into() } else { format!("C{}", row / 2) }), None);
    assert_eq!(group("Converted Account ID", |row| format!("A{}", row % 100)), None);
    assert_eq!(group("company_size", |row| (row % 100).to_string()), None);
    assert_eq!(group("annual revenue company", |row| (row % 100).to_string()), None);
}

#[test]
fn groups_are_read_and_overruled() {
    let text = "id,mail,x,won\n1,a@acme.example,1,yes\n2,b@ACME.example,2,no\n3,c@gmail.com,3,no\n4,d@gmail.com,4,no\n5,,5,no\n6,NA,6,yes\n";
    let table = table(text);
    let with = |toml: &str| {
        let file = Some(SchemaFile::from_toml(toml, "s.toml").unwrap());
        Schema::infer(&table, &Options { file, ..options() }).unwrap()
    };
    let schema = with("horizon = 30\n[columns]\nmail = { role = \"group\" }");
    let groups = schema.leads(&table).unwrap().groups.unwrap();
    assert_eq!((groups.field.as_str(), groups.codes[0]), ("mail", groups.codes[1]));
    let mut alone = groups.codes[1..].to_vec();
    alone.sort_unstable();
    alone.dedup();
    assert_eq!(alone.len(), 5, "{groups:?}");
    // Written and read again, it is the same.
    let again = with(&schema.to_toml("t.csv"));
    assert_eq!(again.leads(&table).unwrap().groups.unwrap(), groups);
    assert_eq!((again.horizon, schema.horizon), (Some(Horizon { days: 30 }), Some(Horizon { days: 30 })));
    // Another role, a place among what is kept or left out: no group.
    let row = |row: usize| format!("A{},{row},{}\n", row % 100, ["yes", "no"][row % 2]);
    let rows: String = (0..300).map(row).collect();
    let table = self::table(&format!("account_id,x,won\n{rows}"));
    let group_of = |options: &Options| Schema::infer(&table, options).unwrap().leads(&table).unwrap().groups;
    let file = |role: &str| {
        let toml = format!("[columns]\naccount_id = {{ role = \"{role}\" }}");
        Some(SchemaFile::from_toml(&toml, "s.toml").unwrap())
    };
    assert!(group_of(&options()).is_some());
    assert_eq!(group_of(&Options { file: file("id"), ..options() }), None);
    assert_eq!(group_of(&Options { keep: vec!["account_id".into()], ..options() }), None);
    assert_eq!(group_of(&Options { exclude: vec!["account_id".into()], ..options() }), None);
}

#[test]
fn a_second_group_or_a_horizon_that_is_none_is_reported_in_its_line() {
    let error = |toml: &str| SchemaFile::from_toml(toml, "s.toml").unwrap_err().to_string();
    let two = error("[columns]\na = { role = \"group\" }\nb = { role = \"group\" }");
    assert!(two.starts_with("s.toml:3:5: only one column can say which leads belong together"), "{two}");
    let month = error("\nhorizon = \"a month\"");
    assert!(month.starts_with("s.toml:2:11: expected a number of days from 1 on, such as 30d"), "{month}");
    let none = error("\nhorizon = \"0d\"");
    assert!(none.contains("expected a number of days from 1 on"), "{none}");
}

/// 400 rows of 250 different numbers, with this text in every so many rows.
fn numbers_with(bad: &str, every: usize) -> String {
    let cell = |row: usize| {
        if row % every == 7 { format!("\"{bad}\"") } else { format!("{}.5", row % 250) }
    };
    let row = |row: usize| format!("{},{}\n", cell(row), ["yes", "no"][row % 2]);
    "x,won\n".to_owned() + &(0..400).map(row).collect::<String>()
}

#[test]
fn a_bad_cell_makes_no_category_of_a_column_of_numbers() {
    for (bad, every, found) in [
        ("inf", 400, "found \"inf\"; correct it"),
        ("-Infinity", 100, "found \"-Infinity\" and 3 more such cells; correct it"),
        ("1e400", 200, "found \"1e400\" and 1 more such cell; correct it"),
        ("n.v.", 400, "found \"n.v.\"; correct it"),
        // However many: what is infinite is no category.
        ("inf", 8, "found \"inf\" and 49 more such cells; correct it"),
    ] {
        let table = table(&numbers_with(bad, every));
        let schema = Schema::infer(&table, &options()).unwrap();
        assert_eq!(schema.columns[0].why, format!("numbers, but not {bad:?} (line 9)"));
        let error = schema.leads(&table).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadValue);
        let text = error.to_string();
        assert!(
            text.starts_with("t.csv:9:1: expected a number for \"x\", ") && text.contains(found),
            "{text}"
        );
        assert!(
            text.contains(&format!("add {}", option("--missing", bad)))
                && text.contains("role = \"category\""),
            "{text}"
        );
        // What the message advises works.
        let missing = Options { missing: vec![bad.into()], ..options() };
        let leads = Schema::infer(&table, &missing).unwrap().leads(&table).unwrap();
        assert!(leads.columns[0].values.is_missing(7) && !leads.columns[0].values.is_missing(8));
        let toml = "[columns]\nx = { role = \"category\" }";
        let file = Some(SchemaFile::from_toml(toml, "s.toml").unwrap());
        let leads = Schema::infer(&table, &Options { file, ..options() }).unwrap().leads(&table).unwrap();
        let Values::Levels { levels, .. } = &leads.columns[0].values else { panic!("a category") };
        assert!(levels.iter().any(|level| level == bad), "{levels:?}");
    }
}

#[test]
fn errors_of_a_spreadsheet_are_not_known_and_counted() {
    let table = table(&numbers_with("#DIV/0!", 100));
    let schema = Schema::infer(&table, &options()).unwrap();
    let column = &schema.columns[0];
    assert!(matches!(column.role, Role::Number(_)) && column.notable && column.missing_rows == 4);
    assert!(column.why.contains("4 cells are an error of a spreadsheet, such as #DIV/0!"), "{}", column.why);
    let leads = schema.leads(&table).unwrap();
    assert!(leads.columns[0].values.is_missing(7));
    assert!(leads.columns[0].field.is_missing("#DIV/0!"), "scoring reads it as training did");
    let file = Some(SchemaFile::from_toml(&schema.to_toml("t.csv"), "s.toml").unwrap());
    let again = Schema::infer(&table, &Options { file, ..options() }).unwrap().leads(&table).unwrap();
    assert_eq!(format!("{:?}", again.columns), format!("{:?}", leads.columns));
}

#[test]
fn codes_ranges_and_versions_stay_categories() {
    let role = |name: &str, cell: &dyn Fn(usize) -> String| {
        let row = |row: usize| format!("{},{}\n", cell(row), ["yes", "no"][row % 2]);
        let text = format!("{name},won\n{}", (0..1_000).map(row).collect::<String>());
        columns(&text).swap_remove(0).role.as_str()
    };
    let rarely = |row: usize, odd: &str, other: String| if row % 50 == 3 { odd.to_owned() } else { other };
    assert_eq!(role("children", &|row| rarely(row, "3+", (row % 3).to_string())), "category");
    assert_eq!(role("area", &|row| rarely(row, "SW1A", (10_000 + row % 30).to_string())), "category");
    assert_eq!(role("area", &|row| rarely(row, "SW1A", format!("{:05}", 990 + row % 30))), "category");
    assert_eq!(role("zip", &|row| rarely(row, "SW1A", (990 + row % 30).to_string())), "category");
    assert_eq!(role("release", &|row| rarely(row, "2.0.1", format!("1.{}", row % 30))), "category");
    assert_eq!(role("visits", &|row| rarely(row, "many", (row % 30).to_string())), "number");
}

/// The schema of 400 rows with a date in front, and what becomes of them.
fn dated(header: &str, cell: impl Fn(usize) -> String, toml: &str) -> (Table, Schema) {
    let row = |row: usize| format!("{},{row},{}\n", cell(row), ["yes", "no"][row % 2]);
    let table = table(&format!("{header},x,won\n{}", (0..400).map(row).collect::<String>()));
    let file = Some(SchemaFile::from_toml(toml, "s.toml").unwrap());
    let schema = Schema::infer(&table, &Options { file, ..options() }).unwrap();
    (table, schema)
}

/// Day, month and year of a row, of two years.
fn day(row: usize) -> [usize; 3] {
    [1 + row % 28, 1 + row / 28 % 12, 2023 + row / 336]
}

#[test]
fn years_of_two_digits_are_read_by_the_whole_column() {
    let seconds = |cell: &dyn Fn(usize) -> String| {
        let (table, schema) = dated("created", cell, "");
        schema.leads(&table).unwrap().dates.unwrap().seconds
    };
    let long = seconds(&|row| {
        let [day, month, year] = day(row);
        format!("{year}-{month:02}-{day:02}")
    });
    let short = |order: [usize; 3], sign: &'static str| {
        move |row: usize| {
            let parts = day(row);
            order.map(|part| format!("{:02}", parts[part] % 100)).join(sign)
        }
    };
    for (order, sign) in [([0, 1, 2], "/"), ([1, 0, 2], "/"), ([2, 1, 0], "-"), ([0, 1, 2], ".")] {
        assert_eq!(seconds(&short(order, sign)), long, "{order:?}");
    }
    // The window of POSIX.
    let toml = "[columns]\ncreated = { role = \"date\", order = \"day-month-year\", split = true }";
    let cell = |row: usize| if row == 0 { "01/01/69".into() } else { "01/01/68".to_owned() };
    let (table, schema) = dated("created", cell, toml);
    assert_eq!(schema.leads(&table).unwrap().dates.unwrap().period().unwrap(), ["1969-01-01", "2068-01-01"]);
    // What could be read in two ways is asked for.
    let (table, schema) = dated("created", |row| format!("{:02}/{:02}/24", 1 + row % 12, 1 + row % 11), "");
    let error = schema.leads(&table).unwrap_err().to_string();
    assert!(error.contains("could be") && error.contains("month-day-year, and they decide"), "{error}");
    assert_eq!(columns("v,won\n1.2.3,yes\n10 12 11,no\n")[0].role, Role::Category);
}

#[test]
fn a_few_leads_without_a_date_are_learnt_from_and_never_held_out() {
    let cell = |missing: usize| {
        move |row: usize| {
            let [day, month, year] = day(row);
            if row % 50 < missing { String::new() } else { format!("{year}-{month:02}-{day:02}") }
        }
    };
    let (table, schema) = dated("created", cell(1), "");
    let why = &schema.columns[0].why;
    assert!(
        why.ends_with("the 8 leads without a date (first in line 2) are learnt from, and never held out"),
        "{why}"
    );
    let seconds = schema.leads(&table).unwrap().dates.unwrap().seconds;
    assert!(seconds[50] == seconds[0] && seconds[0] == *seconds.iter().min().unwrap());
    // Of many it is asked, and what is advised works.
    let (table, schema) = dated("created", cell(10), "");
    let why = &schema.columns[0].why;
    assert!(why.contains("in time: 80 of 400 rows have no date (first in line 2)"), "{why}");
    assert_eq!(schema.leads(&table).unwrap().dates, None);
    let (table, schema) =
        dated("created", cell(10), "[columns]\n\"created\" = { role = \"date\", split = true }");
    assert!(schema.leads(&table).unwrap().dates.is_some());
}

#[test]
fn two_dates_that_could_order_the_leads_are_asked_about() {
    let cell = |row: usize| format!("2024-01-{:02},2024-02-{:02}", 1 + row % 28, 1 + row % 27);
    let (_, schema) = dated("changed,signup", cell, "");
    for (place, other, name) in [(0, "\"signup\"", "changed"), (1, "\"changed\"", "signup")] {
        let why = &schema.columns[place].why;
        assert!(why.contains(&format!("neither it nor {other} is named as when a lead came")), "{why}");
        assert!(why.chars().count() <= 200, "the terminal shows no more: {why}");
        assert!(
            why.contains(&format!("--schema with {name} = {{ role = \"date\", split = true }}")),
            "{why}"
        );
    }
    let (_, schema) = dated("changed,signup", cell, "[columns]\nsignup = { role = \"date\", split = true }");
    assert!(matches!(schema.columns[1].role, Role::Date { split: true, .. }));
    assert!(!schema.columns[0].why.contains("neither"), "{}", schema.columns[0].why);
}

#[test]
fn a_bad_date_among_hundreds_is_named_at_its_cell() {
    for bad in ["2023-02-30", "9999-12-31", "soon"] {
        let cell = |row: usize| {
            let [day, month, year] = day(row);
            if row == 100 { bad.to_owned() } else { format!("{year}-{month:02}-{day:02}") }
        };
        let (table, schema) = dated("created", cell, "");
        let error = schema.leads(&table).unwrap_err().to_string();
        let start = format!("t.csv:102:1: expected a date (year-month-day) for \"created\", found {bad:?}");
        assert!(
            error.starts_with(&start) && error.contains(&format!("add {}", option("--missing", bad))),
            "{error}"
        );
        let missing = Options { missing: vec![bad.into()], ..options() };
        let leads = Schema::infer(&table, &missing).unwrap().leads(&table).unwrap();
        assert!(leads.dates.is_some());
    }
}

#[test]
fn thousands_and_fractions_side_by_side_are_asked_about() {
    let text = "x;won\n4,140;yes\n3.400;no\n7;no\n1,250;yes\n";
    let table = table(text);
    let schema = Schema::infer(&table, &options()).unwrap();
    assert!(
        schema.columns[0].notable && schema.columns[0].why.contains("say which"),
        "{}",
        schema.columns[0].why
    );
    let error = schema.leads(&table).unwrap_err().to_string();
    assert!(error.starts_with("t.csv:3:1: the numbers of \"x\" are written in two ways"), "{error}");
    assert!(error.contains("\"3.400\" (line 3) and \"4,140\" (line 2)"), "{error}");
    let toml = "[columns]\nx = { role = \"number\", decimal = \".\", group = \",\" }";
    let file = Some(SchemaFile::from_toml(toml, "s.toml").unwrap());
    let schema = Schema::infer(&table, &Options { file, ..options() }).unwrap();
    let leads = schema.leads(&table).unwrap();
    let Values::Numbers(numbers) = &leads.columns[0].values else { panic!("numbers") };
    assert_eq!(numbers.iter().copied().collect::<Vec<_>>(), [4140.0, 3.4, 7.0, 1250.0]);
}
