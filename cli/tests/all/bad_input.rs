//! What bad input gets: an error that says where, what was expected and what to do, or a decision that is stated.

use std::fmt::Write as _;

use serde_json::Value;

use crate::bench::{Bench, leads};

/// What training on a table says on standard error; it must fail, and leave no file.
fn error(table: &str, more: &[&str]) -> String {
    let bench = Bench::new();
    bench.write("t.csv", table);
    let ran = bench.run(&[&["train", "t.csv", "--target", "won", "-o", "model.json"], more].concat());
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert_eq!(bench.files(), ["leads.csv", "t.csv"]);
    ran.stderr
}

/// What training on a table says of it.
fn report(table: &str, more: &[&str]) -> String {
    let bench = Bench::new();
    bench.write("t.csv", table);
    bench.run(&[&["train", "t.csv", "--target", "converted", "-o", "model.json"], more].concat()).ok()
}

/// The bundled leads with a column before the label.
fn with_column(name: &str, cell: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for (row, line) in leads(600).lines().enumerate() {
        let (rest, label) = line.rsplit_once(',').expect("two cells at least");
        let cell = if row == 0 { name.to_owned() } else { cell(row - 1) };
        writeln!(text, "{rest},{cell},{label}").expect("memory");
    }
    text
}

#[test]
fn tables_that_are_none() {
    for (table, start) in [
        ("", "error: t.csv: expected a header and rows, found an empty file"),
        ("\n\n", "error: t.csv: expected a header and rows, found an empty file"),
        ("visits,won\n", "error: t.csv: expected rows below the header, found none"),
        (
            "visits,won,visits\n1,yes,2\n",
            "error: t.csv:1:3: expected different names, but \"visits\" is also the name of column 1; rename",
        ),
        ("visits,,won\n1,2,yes\n", "error: t.csv:1:2: expected a name for this column"),
        (
            "visits,won\n1,yes\n2\n",
            "error: t.csv:3:1: expected 2 cells, as in the header, found 1; a cell or its delimiter is missing",
        ),
        (
            "visits,won\n1,yes\n2,no,3\n",
            "error: t.csv:3:2: expected 2 cells, as in the header, found 3; put quotes around",
        ),
    ] {
        let error = error(table, &[]);
        assert!(error.starts_with(start), "{error}");
    }
}

#[test]
fn what_is_no_row_of_a_lead_is_not_taken_for_an_outcome() {
    let rows = |last: &str| -> String {
        let row = |row| format!("{row},{}\n", if row % 3 == 0 { "Ja" } else { "Nein" });
        "visits,won\n".to_owned() + &(0..30).map(row).collect::<String>() + last
    };
    for (table, parts) in [
        (rows("visits,won\n1,Ja\n"), ["t.csv:32:2:", "found its name: the header again? Remove the row"]),
        (rows("30,Ne\n"), ["t.csv:32:2:", "found \"Ne\" in the last row: is the file cut off?"]),
        (
            (0..40).fold("visits,won\n".to_owned(), |text, row| {
                text + &format!("{row},\"{},50 €\"\n", 100 * (row % 20))
            }),
            ["t.csv:1:2: expected two values in the label \"won\", found 20 numbers", "is above 0"],
        ),
    ] {
        let error = error(&table, &[]);
        assert!(parts.iter().all(|part| error.contains(part)), "{error}");
        assert!(!error.contains("--positive Ja") && !error.contains("--positive VALUE (all"), "{error}");
    }
    // What is said counts all the same.
    let error = error(&rows("30,Ne\n"), &["--positive", "Nej"]);
    assert!(error.contains("expected \"Nej\" among the values"), "{error}");
}

#[test]
fn labels_that_are_none() {
    for (table, more, parts) in [
        (
            "visits,won\n1,yes\n2,yes\n",
            &[][..],
            &["t.csv:1:2:", "every row has \"yes\"", "include leads of both outcomes"][..],
        ),
        (
            "visits,won\n1,open\n2,won\n3,lost\n",
            &[],
            &["t.csv:1:2: expected two values", "found 3", "--positive won"],
        ),
        (
            "visits,won\n1,yes\n2,no\n3,no\n",
            &[],
            &[
                "t.csv: expected at least 5 converted leads and 5 that did not",
                "found 1 and 2",
                "bring more leads",
            ],
        ),
        (
            "visits,won\n1,yes\n2,no\n3,no\n",
            &["--exclude", "won"],
            &["--exclude names \"won\", but it is the target"],
        ),
    ] {
        let error = error(table, more);
        for part in parts {
            assert!(error.contains(part), "{part} in {error}");
        }
    }
    // Two leads of one outcome among many of the other.
    let mut few = "visits,won\n".to_owned();
    (0..200)
        .for_each(|row| writeln!(few, "{},{}", row % 7, if row < 2 { "yes" } else { "no" }).expect("memory"));
    assert!(error(&few, &[]).contains("found 2 and 198"));
    let bench = Bench::new();
    bench.write("s.toml", "[columns]\nvisits = { role = \"number\" }\nconverted = { role = \"exclude\" }\n");
    bench
        .run(&["train", "leads.csv", "--target", "converted", "--schema", "s.toml", "-o", "model.json"])
        .fails(
            1,
            "s.toml:3:13: the schema file says of \"converted\" what is said of columns that a model may read, but it is the target; remove this line",
        );
}

#[test]
fn columns_that_are_empty_are_named_and_left_out() {
    let report = report(&with_column("nothing", |_| String::new()), &[]);
    assert!(report.contains("nothing") && report.contains("no row has a value"), "{report}");
    let empty = "a,b,won\n".to_owned() + &",,yes\n,,no\n".repeat(20);
    assert!(error(&empty, &[]).contains("no column is left to learn from"));
}

#[test]
fn cells_that_are_no_numbers_are_named() {
    // A word for "not a number" is a missing value, an error of a spreadsheet too, a word for infinity is none.
    let report = report(
        &with_column("n", |row| if row % 9 == 0 { "NaN".into() } else { row.to_string() + ".5" }),
        &[],
    );
    assert!(!report.contains("add --missing"), "{report}");
    let column = |word: &'static str| {
        with_column("n", move |row| if row % 90 == 3 { word.into() } else { format!("{}", row % 50) })
    };
    let report = self::report(&column("#DIV/0!"), &[]);
    assert!(report.contains("7 cells are an error of a spreadsheet, such as #DIV/0!"), "{report}");
    for word in ["inf", "-Infinity", "1e400"] {
        let bench = Bench::new();
        bench.write("t.csv", &column(word));
        let train = ["train", "t.csv", "--target", "converted", "-o", "model.json"];
        bench.run(&train).fails(
            1,
            &format!("t.csv:5:6: expected a number for \"n\", found \"{word}\" and 6 more such cells"),
        );
        bench.run(&[&train[..], &["--missing", word]].concat()).ok();
    }
    let bench = Bench::new();
    bench.write("s.toml", "[columns]\nn = { role = \"number\" }\nw = { role = \"weight\" }\n");
    let train = |number: &str, weight: &str| {
        let cells = |row: usize| if row == 4 { format!("{number},{weight}") } else { format!("{row},1") };
        bench.write("t.csv", &with_column("n,w", cells));
        bench.run(&["train", "t.csv", "--target", "converted", "--schema", "s.toml", "-o", "model.json"])
    };
    for number in ["inf", "1e999", "many"] {
        train(number, "1")
            .fails(1, &format!("t.csv:6:6: expected a number for \"n\", found \"{number}\"; correct it"));
    }
    train("1e301", "1").fails(1, "t.csv:6:6: expected a number below 1e300 in size");
    for weight in ["0", "-1", "", "NaN", "1e30", "1e999"] {
        train("5", weight).fails(
            1,
            &format!(
                "t.csv:6:7: expected a weight above zero (from 1e-9 to 1e9) for \"w\", found \"{weight}\""
            ),
        );
    }
    train("5", "0.5").ok();
    // Of 300 leads a third converted; each of the others stands for four.
    let row =
        |row: usize| format!("{},{}\n", row * 7 % 50, if row.is_multiple_of(3) { "1,yes" } else { "4,no" });
    bench.write("t.csv", &format!("n,w,converted\n{}", (0..300).map(row).collect::<Vec<_>>().concat()));
    let train = ["train", "t.csv", "--target", "converted", "--schema", "s.toml", "-o", "model.json"];
    let said = bench.run(&train).ok();
    assert!(said.contains("300 leads, 100 converted (33.3 %, 11.1 % by weight)"), "{said}");
}

#[test]
fn dates_are_read_by_the_whole_column_or_asked_about() {
    let day = |row: usize| (1 + row % 28, 1 + row / 28 % 12);
    let two_ways = |row: usize| {
        let (day, month) = day(row);
        if row.is_multiple_of(3) {
            format!("2024-{month:02}-{day:02}")
        } else {
            format!("{day:02}/{month:02}/2024")
        }
    };
    let report = report(&with_column("created", two_ways), &[]);
    assert!(
        report.contains("orders the leads in time (day-month-year, some of them year-month-day)"),
        "{report}"
    );

    let run = |cell: &dyn Fn(usize) -> String, more: &[&str]| {
        let bench = Bench::new();
        bench.write("t.csv", &with_column("created", cell));
        bench.run(&[&["train", "t.csv", "--target", "converted", "-o", "model.json"], more].concat())
    };
    let ambiguous = |row: usize| format!("{:02}/{:02}/2024", 1 + row % 12, 1 + row / 12 % 12);
    run(&ambiguous, &[]).fails(1, "t.csv:2:6: the dates of \"created\", such as \"01/01/2024\", could be day-month-year or month-day-year");
    run(&ambiguous, &["--exclude", "created"]).ok();
    let contradictory = |row: usize| match day(row) {
        (day, month) if row < 300 => format!("{day:02}/{month:02}/2024"),
        (day, month) => format!("{month:02}/{day:02}/2024"),
    };
    run(&contradictory, &[]).fails(
        1,
        "the dates of \"created\" contradict each other: \"13/01/2024\" (line 14) can only be day-month-year, \"11/21/2024\" (line 302) only month-day-year",
    );
}

#[test]
fn a_file_of_a_few_rows_and_of_thousands_of_columns() {
    assert!(error("visits,source,won\n1,a,yes\n2,b,no\n3,c,yes\n", &[]).contains("found 2 and 1"));
    // 3,000 columns of noise beside one that says something.
    let mut state = 7_u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let names: Vec<String> = (0..3_000).map(|place| format!("x{place}")).collect();
    let mut wide = names.join(",") + ",interest,won\n";
    for _ in 0..250 {
        let interest = noise() % 10;
        (0..3_000).for_each(|_| write!(wide, "{},", noise() % 1_000).expect("memory"));
        writeln!(wide, "{interest},{}", if noise() % 10 < interest { "yes" } else { "no" }).expect("memory");
    }
    let bench = Bench::new();
    bench.write("t.csv", &wide);
    let train = ["train", "t.csv", "--target", "won", "-o", "model.json"];
    let report = bench.run(&train).ok();
    assert!(report.contains("3001 columns make some 15005 columns of knots and levels"), "{report}");
    // Chance lets one column of noise or another by, not dozens.
    let fields = bench.model().fields().len();
    let read = if fields == 1 { "one".to_owned() } else { fields.to_string() };
    assert!(fields <= 5 && report.contains(&format!("the model reads the {read} whose")), "{report}");
    assert!(report.lines().count() < 150, "{report}");
    assert!(bench.model().fields().iter().any(|field| field.name == "interest"));
    let card = bench.model();
    let excluded = &card.card().expect("a card").data.excluded;
    assert_eq!(
        excluded.last().map(|column| &*column.field),
        Some(&*format!("{} further columns", 3_001 - fields))
    );
    // A name that is none of so many lists only some.
    let error = bench.run(&[&train[..], &["--exclude", "nothing at all"]].concat()).stderr;
    assert!(error.contains("and 2962 more") && error.len() < 1_000, "{error}");
}

#[test]
fn what_is_strange_is_told_by_the_fields_names() {
    let bench = Bench::trained();
    bench.write("new.csv", &bench.read("leads.csv").replace(",web,", ",chat,"));
    let notes =
        || bench.run(&["score", "model.json", "new.csv", "-o", "s.csv", "--json"]).json()["notes"].clone();
    let before = notes();
    assert!(before[0].as_str().unwrap().contains("chat"), "{before}");
    let mut model: Value = serde_json::from_str(&bench.read("model.json")).unwrap();
    model["card"]["reference"]["fields"].as_array_mut().unwrap().reverse();
    bench.write("model.json", &model.to_string());
    assert_eq!(notes(), before);
}

#[test]
fn a_model_of_another_version_is_told_with_what_to_do() {
    let bench = Bench::trained();
    bench.write("model.json", &bench.read("model.json").replace("\"sales-ready/1\"", "\"sales-ready/9\""));
    let score = || bench.run(&["score", "model.json", "leads.csv"]);
    score().fails(
        1,
        "found \"sales-ready/9\"; train it again with this version, or score with the version that made it",
    );
    let invalid = |text: &str| bench.write("model.json", text);
    invalid("{\"format\": \"sales-ready/9\"}");
    score().fails(1, "train it again with this version");
}

#[test]
fn files_that_windows_has_written_are_read_or_named() {
    let bench = Bench::trained();
    let model = bench.read("model.json");
    let score = ["score", "model.json", "leads.csv"];
    let scored = bench.run(&score).ok();
    bench.write("model.json", &format!("\u{feff}{model}"));
    assert_eq!(bench.run(&score).ok(), scored);
    for mark in [[0xff, 0xfe], [0xfe, 0xff]] {
        std::fs::write(bench.path("model.json"), [&mark[..], model.as_bytes()].concat()).unwrap();
        bench.run(&score).fails(1, "error: model.json: expected UTF-8, found UTF-16, as PowerShell writes");
    }
    std::fs::write(bench.path("s.toml"), b"\xff").unwrap();
    bench
        .run(&["inspect", "leads.csv", "--schema", "s.toml"])
        .fails(1, "s.toml: expected UTF-8, found another");
    // A text of any length is no reason to show nothing else.
    bench.write("model.json", &model.replacen("sales-ready/1", &"x".repeat(1_000_000), 1));
    let ran = bench.run(&score);
    assert!(ran.stderr.len() < 1_000, "{}", ran.stderr.len());
    ran.fails(1, "expected a model of format");
}

#[test]
fn names_of_files_and_columns_control_no_terminal() {
    let bench = Bench::new();
    // A title of the window, and words from right to left.
    let hostile = "le\u{1b}]0;X\u{7}ad\u{202e}";
    bench.write("t.csv", &format!("{hostile},when,what\nA,2024-01-01,visit\n"));
    // As in a terminal, where colours are not dropped.
    let coloured = |args: &[&str]| {
        let ran = bench.command(args).env("CLICOLOR_FORCE", "1").output().unwrap();
        let text = [ran.stdout, ran.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        assert!(text.contains('\u{1b}'), "{text:?}");
        assert!(!text.contains("\u{1b}]") && !text.contains(['\u{7}', '\u{202e}']), "{text:?}");
        text
    };
    assert!(coloured(&["engage", "t.csv", "-o", "q.csv"]).contains("the columns are: le"));
    assert!(
        coloured(&["train", "t.csv", "--target", "nope", "-o", "m.json"]).contains("the columns are: le")
    );
    #[cfg(unix)]
    {
        let name = format!("{hostile}.csv");
        bench.write(&name, &leads(100));
        coloured(&["inspect", &name, "-o", &format!("{hostile}.toml")]);
        coloured(&["drift", &name, &name]);
    }
}

#[test]
fn a_file_without_an_end_is_no_model_and_no_schema() {
    let bench = Bench::new();
    // Without blocks on the disk.
    let file = std::fs::File::create(bench.path("long")).expect("a new file");
    file.set_len(100_000_001).expect("a file of zeros");
    bench
        .run(&["score", "long", "leads.csv", "-o", "scored.csv"])
        .fails(1, "long: expected a model file, found more than 100 MB");
    bench
        .run(&["inspect", "leads.csv", "--schema", "long"])
        .fails(1, "long: expected a schema file, found more than 100 MB");
    bench
        .run(&["train", "leads.csv", "--target", "converted", "--replace", "long"])
        .fails(1, "long: expected a model file, found more than 100 MB");
}
