//! What is advised can be pasted into a shell as it is printed, whatever the columns are called.

use std::fmt::Write as _;
use std::process::Command;

use crate::bench::{Bench, Ran, leads};
use sales_ready::report::Report;

/// Trains in a shell, with flags as they were printed.
fn pasted(bench: &Bench, target: &str, flags: &str) -> Ran {
    let command = format!("\"$0\" train leads.csv --target {target} -o model.json {flags}");
    let mut shell = Command::new("sh");
    shell.args(["-c", &command, env!("CARGO_BIN_EXE_sales-ready")]).current_dir(bench.path(""));
    Ran::new(&shell.output().expect("a shell"))
}

fn fields(bench: &Bench) -> Vec<String> {
    bench.model().fields().iter().map(|field| field.name.clone()).collect()
}

/// What follows a text on its line.
fn after<'a>(text: &'a str, start: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("{start} in\n{text}"));
    rest.lines().next().unwrap_or_default()
}

/// The leads with columns before the label.
fn with_columns(names: &[&str], cell: impl Fn(usize, usize) -> String) -> String {
    let mut text = String::new();
    for (row, line) in leads(600).lines().enumerate() {
        let (rest, label) = line.rsplit_once(',').expect("two cells at least");
        write!(text, "{rest}").expect("memory");
        for (column, name) in names.iter().enumerate() {
            let cell = if row == 0 { (*name).to_owned() } else { cell(row, column) };
            write!(text, ",{cell}").expect("memory");
        }
        writeln!(text, ",{label}").expect("memory");
    }
    text
}

#[test]
fn a_column_that_is_called_as_a_flag_is() {
    let bench = Bench::new();
    for name in ["-dash", "--pairs", "-it's $HOME", "$HOME `id` \\"] {
        bench.write("leads.csv", &leads(600).replacen("outcome_note", name, 1));
        let printed = pasted(&bench, "converted", "--report r.html --report-json r.json").ok();
        let remedy = after(&printed, "keep it: ");
        let report: Report = serde_json::from_str(&bench.read("r.json")).unwrap();
        assert!(report.findings[0].remedy.ends_with(&format!("keep it: {remedy}")), "{remedy}");
        let escaped = remedy.replace('&', "&amp;").replace('<', "&lt;");
        assert!(bench.read("r.html").contains(&format!("keep it: {escaped}")), "{remedy} in the page");
        assert!(!fields(&bench).contains(&name.to_owned()));

        let kept = pasted(&bench, "converted", remedy).ok();
        assert!(fields(&bench).contains(&name.to_owned()), "{remedy}");
        pasted(&bench, "converted", after(&kept, "leave it out: ")).ok();
        assert!(!fields(&bench).contains(&name.to_owned()));
    }
}

#[test]
fn columns_filled_together_are_left_out_together() {
    let bench = Bench::new();
    let names = ["q 1", "-q2", "it's 3", "q4", "q5", "q 6", "$7", "--q8"];
    let cell = |row: usize, column: usize| {
        let number = row * (2 * column + 3) * 7919 % 1009;
        if row.is_multiple_of(3) { String::new() } else { format!("{number}.5") }
    };
    bench.write("leads.csv", &with_columns(&names, cell));
    let printed = pasted(&bench, "converted", "").ok();
    let remedy = after(&printed, "leave them out: ");
    pasted(&bench, "converted", remedy).ok();
    let model = bench.model();
    let excluded = &model.card().unwrap().data.excluded;
    for name in names {
        let why = excluded.iter().find(|column| column.field == name).map(|column| &*column.reason);
        assert_eq!(why, Some("excluded, as you said"), "{name}: {remedy}");
    }
}

#[test]
fn errors_advise_what_can_be_pasted() {
    let bench = Bench::new();
    let day = |row: usize, _| format!("{:02}/{:02}/2024", 1 + row % 12, 1 + row / 12 % 12);
    bench.write("leads.csv", &with_columns(&["-made on"], day));
    let error = pasted(&bench, "converted", "").stderr;
    let remedy = after(&error, "leave them out with ").split(", or say").next().unwrap();
    assert_eq!(remedy, "--exclude='-made on'");
    pasted(&bench, "converted", remedy).ok();

    let number = |row: usize, _| if row == 7 { "-oo".into() } else { format!("{}.5", row % 50) };
    bench.write("leads.csv", &with_columns(&["-n"], number));
    let error = pasted(&bench, "converted", "").stderr;
    let remedy = after(&error, "correct it, add ").split(" if it means").next().unwrap();
    assert_eq!(remedy, "--missing='-oo'");
    pasted(&bench, "converted", remedy).ok();
    pasted(&bench, "converted", after(&error, "leave the column out with ")).ok();

    bench.write("leads.csv", &leads(600).replace(",yes\n", ",-1\n").replace(",no\n", ",-2\n"));
    let error = pasted(&bench, "converted", "").stderr;
    let remedy = after(&error, "which one means converted: ").split(" or ").next().unwrap();
    pasted(&bench, "converted", remedy).ok();
}

#[test]
fn letters_of_all_scripts_are_shown_as_they_are() {
    let bench = Bench::new();
    let hindi = leads(600).replace(",web,", ",\u{939}\u{93f}\u{928}\u{94d}\u{926}\u{940},");
    bench.write("leads.csv", &hindi.replacen("visits", "\u{e40}\u{e17}\u{e35}\u{e48}", 1));
    let trained = bench.run(&["train", "leads.csv", "--target", "converted", "-o", "m.json"]).ok();
    assert!(trained.contains("\"\u{939}\u{93f}\u{928}\u{94d}\u{926}\u{940}\""), "{trained}");
    // The columns have other names.
    bench.write("new.csv", &leads(600));
    let refused = bench.run(&["score", "m.json", "new.csv", "-o", "-"]);
    assert!(refused.stderr.contains("\"\u{e40}\u{e17}\u{e35}\u{e48}\""), "{}", refused.stderr);
}
