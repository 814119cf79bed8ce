//! Which day a text of digits means.

use super::*;

#[test]
fn date_orders_are_decided_by_the_whole_column() {
    use DateOrder::{DayMonthYear, MonthDayYear, YearMonthDay};
    for (cells, expected) in [
        (["2024-01-31", "2024-02-01"], Some(YearMonthDay)),
        (["2024-01-31T10:00:00Z", "2024-01-31T10:00:00.5+02:00"], Some(YearMonthDay)),
        (["2024-01-31 10:00", "2024-02-01 23:59:59"], Some(YearMonthDay)),
        (["31-01-2024", "01-02-2024"], Some(DayMonthYear)),
        (["31.1.2024", "1.2.2024"], Some(DayMonthYear)),
        (["1/31/2024 3:05 PM", "2/1/2024 12:00 AM"], Some(MonthDayYear)),
        (["Jan 31, 2024", "Feb 1, 2024"], Some(MonthDayYear)),
        (["31 January 2024", "1 Feb 2024"], Some(DayMonthYear)),
        (["05 mars 2024", "1 févr. 2024"], Some(DayMonthYear)),
        (["5. März 2024", "01. Okt. 2024 10:30"], Some(DayMonthYear)),
        (["5 de enero de 2024", "1 de fevereiro de 2024"], Some(DayMonthYear)),
        (["2024年1月5日", "2024年12月31日 10:30"], Some(YearMonthDay)),
        (["31/12/2023 14h05", "01/02/2024 09h30"], Some(DayMonthYear)),
        (["2 kwi 2024", "28 sty 2023"], Some(DayMonthYear)),
        (["5 Şubat 2024", "1 Ara 2024"], Some(DayMonthYear)),
        (["Mon, Jan 02, 2023", "Tuesday, Jan 03, 2023 10:30"], Some(MonthDayYear)),
        (["Mon, 02 Jan 2023", "Tue, 03 Jan 2023"], Some(DayMonthYear)),
        (["2024년 1월 5일", "2024년 12월 31일"], Some(YearMonthDay)),
        (["1/2/2024", "3/4/2024"], None),
    ] {
        let Role::Date { order, split } = role_of("created", &cells) else {
            panic!("expected dates: {cells:?}")
        };
        assert_eq!(order, expected, "{cells:?}");
        assert!(split);
    }
    // Codes and names that have a month of some language in them.
    for cells in [
        ["SET-12-16", "SET-11-15"],
        ["Gen 4-55", "Gen 5-21"],
        ["Mars 12, 1450", "Mars 11, 1290"],
        ["3 out 45", "4 mag 12"],
    ] {
        assert_eq!(role_of("product", &cells), Role::Category, "{cells:?}");
    }
    for cells in [["2024-02-30", "2024-02-01"], ["2024-01-31T10:00Z", "2024-01-31T10:00"], ["1.2.3", "2.3.4"]]
    {
        assert_eq!(role_of("created", &cells), Role::Category, "{cells:?}");
    }
}

#[test]
fn eight_digits_are_dates_where_all_of_a_column_are() {
    let role = Role::Date { order: Some(DateOrder::YearMonthDay), split: true };
    assert_eq!(role_of("created", &["20240131", "20240201", "2024-02-02"]), role);
    // So many that the table keeps them as numbers.
    let days = |month: u32| (1..=28).map(move |day| format!("{}", 20_000_000 + 100 * month + day));
    let months = (0..50).flat_map(|year| (1..=12).map(move |month| 100 * year + month));
    let mut cells: Vec<String> = months.flat_map(days).collect();
    cells.extend_from_within(..);
    let of = |cells: &[String]| role_of("created", &cells.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(of(&cells), role);
    // What is read of few with a mistake is read of many.
    let few: Vec<String> = cells.iter().take(100).cloned().chain(["99999999".into()]).collect();
    cells.extend(["99999999".into(), "20240230".into()]);
    assert_eq!(of(&few), of(&cells));
    assert!(!of(&cells).is_learnt_from());
    assert_eq!(DateOrder::YearMonthDay.parse("20240131").map(Stamp::seconds), Some(1_706_659_200));
    for number in ["20240230", "20241301", "18991231", "21000101", "2024013", "202401310"] {
        assert_eq!(DateOrder::YearMonthDay.parse(number), None, "{number}");
    }
    // Amounts that happen to look like a date.
    let amounts = (0..17_000).map(|place| (10_000_000 + 997 * place).to_string());
    let mut amounts: Vec<String> = amounts.collect();
    amounts.extend_from_within(..);
    assert_eq!(of(&amounts), Role::Number(NumberFormat::default()));
}

#[test]
fn a_date_that_does_not_exist_is_named() {
    let mut cells: Vec<String> = (1..=28).map(|day| format!("2024-02-{day:02}")).collect();
    cells.push("2024-02-30".into());
    let schema = schema_of("created", &cells.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(!schema.role.is_learnt_from());
    assert!(schema.why.contains("(year-month-day, but for 1 cell (first in line 30)"), "{}", schema.why);
}

#[test]
fn dates_become_seconds() {
    // Expected: date -u -d … +%s, GNU coreutils 9.1.
    for (text, seconds) in [
        ("2024-01-31", 1_706_659_200),
        ("2024-01-31T10:00:00Z", 1_706_695_200),
        ("2024-01-31T10:00:00+02:00", 1_706_688_000),
        ("2024-01-31 22:00:30", 1_706_738_430),
        ("1969-12-31", -86_400),
    ] {
        assert_eq!(DateOrder::YearMonthDay.parse(text).map(Stamp::seconds), Some(seconds), "{text}");
    }
    assert_eq!(DateOrder::MonthDayYear.parse("1/31/2024 12:30 AM").map(Stamp::seconds), Some(1_706_661_000));
    for text in [
        "",
        "2024",
        "2024-13-01",
        "2024-01-31x",
        "2024-01-31 25:00",
        "2024-01-31 1:00 XM",
        "2024-01-31 é",
        "é-1-1",
    ] {
        assert_eq!(DateOrder::YearMonthDay.parse(text), None, "{text}");
    }
}

#[test]
fn the_splitting_date_is_the_one_of_creation() {
    let split = |text: &str| {
        let schema = Schema::infer(&table(text), &options()).unwrap();
        let splits = |column: &&ColumnSchema| matches!(column.role, Role::Date { split: true, .. });
        schema.columns.iter().find(splits).map(|column| column.name.clone())
    };
    let rows = "2024-01-31,2024-02-01,yes\n2024-03-31,2024-04-01,no\n";
    assert_eq!(split(&format!("created,Last Modified Date,won\n{rows}")).as_deref(), Some("created"));
    assert_eq!(split(&format!("CreatedDate,webinar,won\n{rows}")).as_deref(), Some("CreatedDate"));
    assert_eq!(split(&format!("seen,webinar,won\n{rows}")), None);
    assert_eq!(split("created,won\n2024-01-31,yes\n,no\n"), None);
    for (name, beside) in
        [("Erstellt am", "Messe"), ("作成日", "会議"), ("as_of", "webinar"), ("Eingangsdatum", "Messe")]
    {
        assert_eq!(split(&format!("{beside},{name},won\n{rows}")).as_deref(), Some(name));
    }
    for name in
        ["Geburtsdatum", "Date de naissance", "Abschlussdatum", "Letzte Änderung", "Founded", "Event date"]
    {
        assert_eq!(split(&format!("{name},won\n2024-01-31,yes\n2024-03-31,no\n")), None, "{name}");
    }
}

#[test]
fn an_ambiguous_date_matters_only_where_it_orders_the_leads() {
    let table = table("created,due,won\n1/2/2024,1/2/2024,yes\n3/4/2024,3/4/2024,no\n");
    let schema = Schema::infer(&table, &options()).unwrap();
    let error = schema.leads(&table).unwrap_err();
    assert_eq!((error.kind(), error.position().unwrap().column), (ErrorKind::Schema, 1));
    assert!(error.message().contains("--exclude created") && error.message().contains("order = "));
    // What the message advises works, and so does the written file once it says the order.
    let excluding = Options { exclude: vec!["created".into()], ..options() };
    let leads = Schema::infer(&table, &excluding).unwrap().leads(&table).unwrap();
    assert_eq!((leads.dates, leads.label), (None, vec![true, false]));
    let toml = "[columns]\ncreated = { role = \"date\", order = \"month-day-year\", split = true }";
    let with_file = Options { file: Some(SchemaFile::from_toml(toml, "s.toml").unwrap()), ..options() };
    let leads = Schema::infer(&table, &with_file).unwrap().leads(&table).unwrap();
    assert_eq!(leads.dates.unwrap().seconds[1] - 1_704_153_600, 62 * 86_400);
}

#[test]
fn a_year_in_front_is_read_beside_any_order() {
    use DateOrder::{DayMonthYear, MonthDayYear};
    for (cells, order) in [
        (["2024-03-04", "31/01/2024"], Some(DayMonthYear)),
        (["2024-03-04", "1/31/2024"], Some(MonthDayYear)),
        (["2024-03-04", "1/2/2024"], None),
    ] {
        let schema = schema_of("created", &cells);
        assert_eq!(schema.role, Role::Date { order, split: true }, "{cells:?}");
        assert!(schema.why.contains("some of them year-month-day"), "{}", schema.why);
    }
    assert_eq!(
        DateOrder::MonthDayYear.parse("2024-01-31").map(Stamp::seconds),
        DateOrder::YearMonthDay.parse("2024-01-31").map(Stamp::seconds)
    );
}

#[test]
fn dates_that_contradict_each_other_are_dates_all_the_same() {
    let schema = schema_of("due date", &["31/01/2024", "01/02/2024", "12/31/2024"]);
    assert_eq!(schema.role, Role::Date { order: None, split: false });
    assert!(schema.why.contains("contradict each other") && !schema.why.contains("2024"), "{}", schema.why);
    let schema = schema_of("created", &["31/01/2024", "01/02/2024", "12/31/2024"]);
    assert!(schema.why.contains("(its dates contradict each other: write all in one way)"), "{}", schema.why);
}

#[test]
fn counts_are_dates_where_the_name_says_so() {
    let role = Role::Date { order: Some(DateOrder::Counted), split: true };
    for cells in [
        ["45322", "45323.4375", "45324"],
        ["1706697000", "1706697001", "1706700000"],
        ["1706697000123", "1706697001123", "1706700000123"],
        ["1706697000123456", "1706697001123456", "1706700000123456"],
    ] {
        assert_eq!(role_of("created", &cells), role, "{cells:?}");
        assert!(role_of("revenue", &cells).is_learnt_from(), "{cells:?}");
    }
    // Not the days of a calendar.
    assert!(role_of("days since created", &["12", "900", "45322"]).is_learnt_from());
    assert!(role_of("created", &["45322", "1706697000123", "3"]).is_learnt_from());
    // So many that the table keeps them as numbers.
    let mut cells: Vec<String> = (0..17_000).map(|row| format!("{}.5", 36_526 + row)).collect();
    cells.extend_from_within(..);
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    assert_eq!(role_of("createdate", &cells), role);
    let table = column("createdate", &cells);
    let leads = Schema::infer(&table, &options()).unwrap().leads(&table).unwrap();
    assert_eq!(leads.dates.unwrap().seconds[..2], [946_728_000, 946_814_400]);
    // A person's word stands for the name.
    let table = column("x", &["45322", "45323", "45324"]);
    for order in ["", ", order = \"number\""] {
        let toml = format!("[columns]\nx = {{ role = \"date\"{order}, split = true }}");
        let file = Some(SchemaFile::from_toml(&toml, "s.toml").unwrap());
        let schema = Schema::infer(&table, &Options { file, ..options() }).unwrap();
        assert_eq!(schema.columns[0].role, role);
        let again = SchemaFile::from_toml(&schema.to_toml("t.csv"), "s.toml").unwrap();
        let again = Schema::infer(&table, &Options { file: Some(again), ..options() }).unwrap();
        assert_eq!(again.columns[0].role, role);
    }
}

#[test]
fn months_quarters_and_weeks_are_dates_where_all_of_a_column_are_one_of_these() {
    let role = Role::Date { order: Some(DateOrder::Period), split: true };
    for (cells, what) in [
        (&["2023-01", "2023-02", "2024-01"][..], "months"),
        (&["01/2023", "2/2023", "12/2023"], "months"),
        (&["01.2023", "11.2023", "12.2023"], "months"),
        (&["Jan 2023", "May 2023"], "months"),
        (&["Jan. 2023", "December 2023"], "months"),
        (&["Januar 2023", "Mai 2023", "März 2023", "Juni 2023"], "months"),
        (&["2023-Q1", "Q2 2023", "2023 Q4"], "quarters"),
        (&["2022-W52", "2023-W01", "W02 2023"], "weeks"),
    ] {
        let schema = schema_of("created", cells);
        assert_eq!(schema.role, role, "{cells:?}");
        let words = format!("orders the leads in time ({what}, read as their first days); the newest");
        assert!(schema.why.starts_with(&words), "{}", schema.why);
        let why = schema_of("due month", cells).why;
        assert_eq!(why, format!("{what}, read as their first days; a model can not learn from them as such"));
    }
    assert_eq!(role_of("created month", &["Dec-23", "Jan-24", "Feb-24"]), role);
    // Of the longest of a column, from its first day to its last.
    for (cells, days) in [
        (["2023-02", "2023-01"], 30),
        (["2023-Q1", "2023-Q2"], 91),
        (["2023-W01", "2023-W02"], 6),
        (["2023-01-01", "2023-01-02"], 0),
    ] {
        let table = column("created", &cells);
        let leads = Schema::infer(&table, &options()).unwrap().leads(&table).unwrap();
        assert_eq!(leads.dates.unwrap().span, days * 86_400, "{cells:?}");
    }
    for (name, cells) in [
        // Years, and years with another number behind them or in front.
        ("created", &["2021", "2022", "2023"][..]),
        ("season", &["2009-10", "2010-11", "2011-12"]),
        ("contract_id", &["2023-01", "2023-02", "2023-03"]),
        ("batch", &["2023-01", "2023-12", "2023-13"]),
        ("version", &["2023.1", "2023.2", "2023.3"]),
        ("created", &["10.2023", "11.2023", "12.2023"]),
        ("score", &["01/24", "02/24", "03/24"]),
        ("created month", &["01/24", "02/24", "03/24"]),
        ("created", &["Dec-23", "Jan-24", "Feb-24"]),
        // Several kinds, and what is none.
        ("created", &["2023-01", "2023-Q1", "2023-Q2"]),
        ("created", &["2023-01", "2023-02", "open"]),
        ("model", &["Q3 2019", "Q5 2020", "Q7 2019"]),
        ("product", &["Mars 2020", "Gen 2000"]),
        ("series", &["Gen 2018", "Gen 2019", "Gen 2020", "Gen 2021", "Gen 2022"]),
        ("lot", &["1-2024", "2-2024", "12-2024"]),
        ("model", &["Q2 2019", "Q3 2020", "Q4 2022"]),
        ("size", &["W30 2000", "W31 2000", "W64 2000"]),
    ] {
        let role = role_of(name, cells);
        assert!(!matches!(role, Role::Date { .. }), "{name}, {cells:?}: {role:?}");
    }
}

#[test]
fn a_person_may_call_periods_dates() {
    let table = column("x", &["2009-10", "2010-11", "2011-12"]);
    for order in ["", ", order = \"period\""] {
        let toml = format!("[columns]\nx = {{ role = \"date\"{order}, split = true }}");
        let file = Some(SchemaFile::from_toml(&toml, "s.toml").unwrap());
        let schema = Schema::infer(&table, &Options { file, ..options() }).unwrap();
        assert_eq!(schema.columns[0].role, Role::Date { order: Some(DateOrder::Period), split: true });
        let leads = schema.leads(&table).unwrap();
        // Expected: date -u -d 2009-10-01 +%s and so on, GNU coreutils 9.1.
        assert_eq!(leads.dates.unwrap().seconds, [1_254_355_200, 1_288_569_600, 1_322_697_600]);
        let again = SchemaFile::from_toml(&schema.to_toml("t.csv"), "s.toml").unwrap();
        let again = Schema::infer(&table, &Options { file: Some(again), ..options() }).unwrap();
        assert_eq!(again.columns[0].role, schema.columns[0].role);
    }
    let touches = SchemaFile::from_toml("[touches]\nat = { column = \"on\", order = \"period\" }", "s.toml");
    assert!(touches.unwrap_err().message().contains("`order = \"period\"` belongs to the date of a lead"));
}

#[test]
fn what_training_refuses_is_not_said_to_order_the_leads() {
    let judged = |cells: &[&str], order: &str| {
        let table = column("x", cells);
        let toml = format!("[columns]\nx = {{ role = \"date\"{order}, split = true }}");
        let file = Some(SchemaFile::from_toml(&toml, "s.toml").unwrap());
        let schema = Schema::infer(&table, &Options { file, ..options() }).unwrap();
        let refused = schema.leads(&table).is_err();
        let why = schema.columns[0].why.clone();
        let said =
            why.starts_with("can not order the leads in time: ") || why.contains(", once that is corrected;");
        assert_eq!(refused, said, "{why}");
        why
    };
    let why = judged(&["2021", "2022", "2023"], "");
    assert!(
        why.contains("3 cells are no dates in the order year-month-day (first in line 2), so that training"),
        "{why}"
    );
    judged(&["2023-01", "2023-02", "2023-03"], ", order = \"year-month-day\"");
    judged(&["2023-01", "2023-02", "2023-03"], "");
    judged(&["01/02/2023", "13/02/2023", "2/13/2023"], ", order = \"day-month-year\"");
    judged(&["3.5", "x", "45322"], ", order = \"number\"");
    let why = judged(&["2023-01-01", "soon", "2023-01-02"], "");
    assert!(why.contains("1 cell is no date in the order year-month-day (first in line 3)"), "{why}");
    judged(&["2023-01-01", "2023-01-02", "2023-01-02"], "");
}
