//! The command line as people and scripts call it.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use crate::bench::{Bench, Ran, leads};
use sales_ready::Lead;
use serde_json::Value;

#[test]
fn inspect_shows_and_writes_what_reads_back_the_same() {
    let bench = Bench::new();
    let shown = bench.run(&["inspect", "leads.csv", "--target", "converted"]).ok();
    for part in
        ["leads.csv: 600 rows, 6 columns", "label converted: \"yes\" means converted", "lead_id", "1,234.5"]
    {
        assert!(shown.contains(part), "{part} in\n{shown}");
    }
    assert!(!shown.contains('\u{1b}'), "no colours in a pipe");
    bench.run(&["inspect", "leads.csv", "--target", "converted", "-o", "leads.toml"]).ok();
    let roles = |args: &[&str]| {
        let report = bench.run(args).json();
        let roles = report["columns"].as_array().unwrap().iter().map(|column| column["role"].clone());
        (report["target"]["positive"].clone(), roles.collect::<Vec<_>>())
    };
    let guessed = roles(&["inspect", "leads.csv", "--target", "converted", "--json"]);
    assert_eq!(guessed.1, ["id", "number", "category", "number", "category"]);
    assert_eq!(roles(&["inspect", "leads.csv", "--schema", "leads.toml", "--json"]), guessed);
    assert_eq!(bench.run(&["inspect", "leads.csv", "-o", "-"]).ok(), {
        bench.run(&["inspect", "leads.csv", "-o", "other.toml"]).ok();
        bench.read("other.toml")
    });
}

#[test]
fn train_reports_and_writes_the_same_model_each_time() {
    let bench = Bench::new();
    let args = ["train", "leads.csv", "--target", "converted", "-o", "model.json"];
    let report = bench.run(&args).ok();
    for part in [
        "600 leads",
        "outcome_note",
        "--keep outcome_note",
        "AUC",
        "log loss",
        "visits",
        "flagged",
        "Wrote model.json.",
    ] {
        assert!(report.contains(part), "{part} in\n{report}");
    }
    let first = bench.read("model.json");
    bench.run(&args).ok();
    assert_eq!(first, bench.read("model.json"));
    assert_eq!(bench.run(&["train", "leads.csv", "--target", "converted", "-o", "-"]).ok(), first);

    let report = bench.run(&[&args[..], &["--json", "--keep", "outcome_note"]].concat()).json();
    assert_eq!(report["findings"][0]["field"], "outcome_note");
    assert_eq!(report["findings"][0]["excluded"], false);
    assert!(report["card"]["metrics"]["auc"]["value"].as_f64().unwrap() > 0.9);
    assert!(bench.model().fields().iter().any(|field| field.name == "outcome_note"));

    let report = bench.run(&[&args[..], &["--baselines", "--json"]].concat()).json();
    assert_eq!(report["baselines"][3]["name"], "Odoo naive Bayes, scaled");
    assert_eq!(bench.read("model.json"), first);
    let more = ["--cost-per-contact", "40", "--value-per-conversion", "200", "--baselines"];
    let report = bench.run(&[&args[..], &more].concat()).ok();
    for part in ["20 in 100", "40 ÷ 200", "Compared with", "Odoo naive Bayes, scaled"] {
        assert!(report.contains(part), "{part} in\n{report}");
    }
}

#[test]
fn too_few_leads_train_an_indicative_model_that_abstains() {
    let bench = Bench::new();
    bench.write("few.csv", &leads(60));
    let report = bench.run(&["train", "few.csv", "--target", "converted", "-o", "model.json"]).ok();
    assert!(report.contains("Indicative only"), "{report}");
    bench.run(&["score", "model.json", "few.csv", "-o", "scored.csv"]).ok();
    let scored = bench.read("scored.csv");
    assert_eq!(scored.lines().filter(|line| line.contains(",abstain,")).count(), 60);
    assert!(bench.run(&["explain", "model.json", "few.csv", "--row", "1"]).ok().contains("indicative"));
}

#[test]
fn columns_that_say_nothing_make_no_model_and_that_is_said() {
    let bench = Bench::new();
    // The outcome has nothing to do with the columns: it is that of another lead.
    let text = leads(600);
    let rows: Vec<&str> = text.lines().collect();
    let outcome = |row: usize| rows[1 + row].rsplit(',').next().unwrap();
    let mut noise = "visits,source,converted\n".to_owned();
    for (row, cells) in rows.iter().skip(1).enumerate() {
        let cells: Vec<&str> = cells.split(',').collect();
        noise += &[cells[1], cells[2], outcome((7 + row * 7) % 600)].join(",");
        noise.push('\n');
    }
    bench.write("noise.csv", &noise);
    let report = bench.run(&["train", "noise.csv", "--target", "converted", "-o", "model.json"]).ok();
    assert!(report.contains("These columns were not shown to predict conversion"), "{report}");
    assert!(report.contains("How good the model was that is discarded"), "{report}");
    for claim in ["What each step of the fit bought", "to flag leads", "to score new leads"] {
        assert!(!report.contains(claim), "{claim}: {report}");
    }
    assert!(bench.model().terms().is_empty());
    // With a column that says the outcome, which the audit leaves out, it is that column that is to be thought of.
    let mut lines = noise.lines();
    let mut told = lines.next().unwrap().replacen("visits", "mood,visits", 1);
    for (row, line) in lines.enumerate() {
        let happy = line.ends_with("yes") != (row % 25 == 0);
        told.extend(["\n", if happy { "good" } else { "bad" }, ",", line]);
    }
    bench.write("told.csv", &told);
    let report = bench.run(&["train", "told.csv", "--target", "converted", "-o", "m3.json"]).ok();
    assert!(
        report.contains("Without the columns that were left out, the others were not shown to predict"),
        "{report}"
    );
    assert!(report.contains("“mood” was left out, because ") && report.contains("--keep mood"), "{report}");
    let summary = bench.run(&["score", "model.json", "noise.csv", "-o", "scored.csv"]).ok();
    assert!(summary.contains("were not shown to predict conversion"), "{summary}");
    let scored = bench.read("scored.csv");
    assert_eq!(scored.lines().filter(|line| line.contains(",C,abstain,")).count(), 600);
    let explained = bench.run(&["explain", "model.json", "noise.csv", "--row", "1"]).ok();
    assert!(
        explained.starts_with("No flag: the columns of the past leads were not shown to predict"),
        "{explained}"
    );
    // Whatever else reads a model reads this one.
    assert!(bench.run(&["drift", "model.json", "noise.csv"]).ok().contains("stable"));
    bench.run(&["train", "noise.csv", "--target", "converted", "-o", "m2.json", "--report", "r.html"]).ok();
    assert!(bench.read("r.html").contains("Not shown to predict conversion"));
}

#[test]
fn score_appends_what_the_core_computes() {
    let bench = Bench::trained();
    let summary = bench.run(&["score", "model.json", "leads.csv", "-o", "scored.csv", "--json"]).json();
    assert_eq!(summary["leads"], 600);
    let scored = bench.read("scored.csv");
    let mut reader = csv::Reader::from_reader(scored.as_bytes());
    let header = reader.headers().unwrap().clone();
    let appended: Vec<&str> = header.iter().skip(6).collect();
    assert_eq!(
        appended,
        ["logit", "probability", "grade", "sales_ready", "reason_1", "reason_2", "reason_3"]
    );
    let model = bench.model();
    for record in reader.records() {
        let record = record.unwrap();
        let lead: Lead<'_> = header.iter().zip(&record).take(6).collect();
        let score = model.score(&lead).unwrap();
        assert_eq!(record[6].parse::<f64>().unwrap().to_bits(), score.logit.to_bits());
        assert_eq!(record[7].parse::<f64>().unwrap().to_bits(), score.probability.to_bits());
        assert_eq!(&record[8], score.grade.as_str());
    }
    let piped = bench.run_with_input(&["score", "model.json", "-"], &bench.read("leads.csv"));
    assert!(piped.stderr.starts_with("Scored 600 leads, "), "{}", piped.stderr);
    assert_eq!(piped.ok(), scored);
}

#[test]
fn a_bad_cell_leaves_everything_as_it_was() {
    let bench = Bench::trained();
    bench.write("bad.csv", &bench.read("leads.csv").replacen("L-00007,", "L-00007,x", 1));
    bench.write("scored.csv", "precious");
    let before = bench.files();
    bench
        .run(&["score", "model.json", "bad.csv", "-o", "scored.csv"])
        .fails(1, "error: bad.csv:9:2: expected a number for \"visits\"");
    assert_eq!(bench.read("scored.csv"), "precious");
    assert_eq!(bench.files(), before);
    bench.write("model.json", "{");
    bench.run(&["score", "model.json", "leads.csv"]).fails(1, "error: model.json:1:1: expected a model file");
}

#[test]
fn explain_takes_a_row_or_a_lead() {
    let bench = Bench::trained();
    let text = bench.run(&["explain", "model.json", "leads.csv", "--row", "17"]).ok();
    assert!(text.contains("of 100 leads like this") && text.contains("Speaks "), "{text}");
    let lead = r#"{"visits": 9, "source": "fair", "revenue": null}"#;
    let explained = bench.run(&["explain", "model.json", "--lead", lead, "--json"]).json();
    let sum = explained["contributions"]
        .as_array()
        .unwrap()
        .iter()
        .fold(explained["intercept"].as_f64().unwrap(), |sum, contribution| {
            sum + contribution["logit"].as_f64().unwrap()
        });
    assert_eq!(explained["score"]["logit"].as_f64(), Some(sum));
    // What would be shown as 0.00 is no reason.
    let mut model: serde_json::Value = serde_json::from_str(&bench.read("model.json")).unwrap();
    model["golden"] = serde_json::json!([]);
    for term in model["terms"].as_array_mut().unwrap() {
        let levels = term.pointer_mut("/table/levels").and_then(serde_json::Value::as_array_mut);
        for level in levels.into_iter().flatten() {
            level["value"] = 0.004.into();
        }
    }
    bench.write("flat.json", &model.to_string());
    let text = bench.run(&["explain", "flat.json", "--lead", r#"{"visits": 9, "source": "fair"}"#]).ok();
    assert!(text.contains("Visits") && !text.contains("0.00") && !text.contains("fair"), "{text}");
    let misspelt = bench.run(&["explain", "model.json", "--lead", r#"{"visits": 9, "sauce": "fair"}"#]);
    assert_eq!(misspelt.stderr, "note: the model does not read sauce\n");

    bench
        .run(&["explain", "model.json", "--lead", r#"{"visits": "many"}"#])
        .fails(1, "--lead: expected a number");
    bench
        .run(&["explain", "model.json", "--lead", "{visits: 1}"])
        .fails(2, "--lead:1:2: expected a JSON object");
    // Nobody can tell which of the two was meant.
    bench
        .run(&["explain", "model.json", "--lead", r#"{"visits": 1, "visits": 2}"#])
        .fails(2, "\"visits\" stands twice");
    bench.run(&["explain", "model.json", "leads.csv", "--row", "601"]).fails(2, "which is 600");
}

#[test]
fn mistakes_of_the_command_line_exit_with_2_and_of_the_data_with_1() {
    let bench = Bench::new();
    for args in [
        &["train", "leads.csv"][..],
        &["train", "leads.csv", "--target", "converted", "-o", "m.json", "--cost-per-contact", "4"],
        &["explain", "model.json", "leads.csv"],
        &["explain", "model.json", "leads.csv", "--row", "1", "--lead", "{}"],
        &["score", "model.json", "leads.csv", "--delimiter", "abc"],
        &["guess", "leads.csv"],
    ] {
        bench.run(args).fails(2, "");
    }
    let train = |more: &[&str]| bench.run(&[&["train", "leads.csv", "-o", "m.json"], more].concat());
    train(&[]).fails(1, "say it with --target");
    train(&["--target", "convert"]).fails(1, "did you mean \"converted\"?");
    train(&["--target", "converted", "--exclude", "visit"]).fails(1, "did you mean \"visits\"?");
    train(&["--target", "source"]).fails(1, "leads.csv:1:3: expected two values in the label");
    train(&["--target", "converted", "--cost-per-contact", "-4", "--value-per-conversion", "9"])
        .fails(2, "above 0");
    train(&["--target", "converted", "--pairs", "-1"]).fails(2, "-1 is not in 0..=100");
    bench.run(&["inspect", "absent.csv"]).fails(1, "error: absent.csv: could not read");
    bench.run(&["inspect", "."]).fails(1, "found a folder");
    assert_eq!(bench.files(), ["leads.csv"]);
}

#[test]
fn where_nothing_can_be_written_no_time_is_spent_on_training() {
    let bench = Bench::new();
    let train = |output: &str| bench.run(&["train", "absent.csv", "--target", "converted", "-o", output]);
    train("nowhere/m.json").fails(1, "error: nowhere/m.json: expected the folder nowhere to exist");
    train(".").fails(1, "found a folder");
    train("m.json/").fails(1, "name of a folder");
    assert_eq!(bench.files(), ["leads.csv"]);
}

#[test]
fn columns_are_named_with_blanks_and_with_commas() {
    let bench = Bench::new();
    bench.write(
        "leads.csv",
        &bench.read("leads.csv").replacen("source,revenue", "source,\"revenue, net\"", 1),
    );
    let train = ["train", "leads.csv", "--target", "converted", "-o", "model.json"];
    bench
        .run(&[&train[..], &["--exclude", " visits , source", "--exclude", "revenue, net"]].concat())
        .fails(1, "no column is left");
    bench.run(&[&train[..], &["--keep", "revenue, net,"]].concat()).fails(1, "names \"revenue\"");
}

#[test]
fn a_model_file_cut_off_says_so() {
    let bench = Bench::trained();
    let model = bench.read("model.json");
    bench.write("model.json", &model[..model.len() / 2]);
    bench.run(&["score", "model.json", "leads.csv"]).fails(1, "the text ends too early");
}

#[test]
fn help_names_every_command_and_its_flags() {
    let bench = Bench::new();
    let help = bench.run(&["--help"]).ok();
    assert!(
        ["inspect", "train", "score", "explain", "Exit codes"].iter().all(|part| help.contains(part)),
        "{help}"
    );
    // A terminal of 80 columns breaks none of what can be typed.
    let examples = help.split("Examples:").nth(1).unwrap();
    assert_eq!(examples.lines().filter(|line| line.len() > 80).collect::<Vec<_>>(), [""; 0]);
    let train = bench.run(&["train", "--help"]).ok();
    for flag in [
        "--target",
        "--positive",
        "--exclude",
        "--keep",
        "--missing",
        "--schema",
        "--cost-per-contact",
        "--value-per-conversion",
        "--baselines",
        "--report",
        "--report-json",
        "--output",
        "--json",
    ] {
        assert!(train.contains(flag), "{flag}");
    }
}

#[test]
fn help_is_readable_on_a_terminal_that_does_not_know_its_width() {
    let bench = Bench::new();
    for args in [&["--help"][..], &["train", "--help"]] {
        let help = Ran::new(&bench.command(args).env("COLUMNS", "0").output().unwrap()).ok();
        assert!(help.lines().any(|line| line.chars().count() > 70), "{help}");
    }
}

#[test]
fn who_stops_reading_gets_no_error() {
    let bench = Bench::trained();
    bench.write("many.csv", &leads(20_000));
    let mut command = bench.command(&["score", "model.json", "many.csv"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut start = [0; 100];
    child.stdout.take().unwrap().read_exact(&mut start).unwrap();
    let ran = Ran::new(&child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_its_target_is_replaced() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let bench = Bench::trained();
    bench.write("real.csv", "old");
    symlink("real.csv", bench.path("link.csv")).unwrap();
    bench.run(&["score", "model.json", "leads.csv", "-o", "link.csv"]).ok();
    assert!(bench.path("link.csv").is_symlink());
    assert!(bench.read("real.csv").starts_with("lead_id,"));
    // As readable for others as a file made by any other program.
    bench.write("plain", "");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&bench.path("real.csv")), mode(&bench.path("plain")));
}

#[test]
fn a_report_is_written_beside_the_model_the_same_each_time() {
    let bench = Bench::new();
    let train = ["train", "leads.csv", "--target", "converted", "-o", "model.json"];
    let asked = [&train[..], &["--report", "report.html", "--report-json", "report.json"]].concat();
    let ran = bench.run(&asked).ok();
    assert!(ran.contains("Wrote report.html.") && ran.contains("Wrote report.json."), "{ran}");
    let page = bench.read("report.html");
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">"));
    let report: Value = serde_json::from_str(&bench.read("report.json")).unwrap();
    assert_eq!(report["format"], "sales-ready-report/1");
    assert_eq!(report["reproduction"]["command"], format!("sales-ready {}", asked.join(" ")));
    let files = report["reproduction"]["files"].as_array().unwrap();
    let known: Vec<_> = files.iter().map(|file| (&file["role"], &file["name"], &file["bytes"])).collect();
    let bytes = |name: &str| Value::from(bench.read(name).len());
    assert_eq!(
        known,
        [
            (&Value::from("leads"), &Value::from("leads.csv"), &bytes("leads.csv")),
            (&Value::from("model"), &Value::from("model.json"), &bytes("model.json")),
        ]
    );
    assert!(page.contains(files[0]["sha256"].as_str().unwrap()));
    bench.run(&asked).ok();
    assert!(bench.read("report.html") == page);
    // Standard output can be one of them; what is said to people then goes elsewhere.
    let piped = bench.run(&[&train[..], &["--report", "-"]].concat());
    assert!(piped.stdout.starts_with("<!DOCTYPE html>") && piped.stdout.ends_with("</html>\n"));
    assert!(piped.stderr.contains("Wrote model.json."), "{}", piped.stderr);
    let twice = bench.run(&[&train[..], &["--report", "x", "--report-json", "x"]].concat());
    assert_eq!(twice.code, Some(2));
    assert!(twice.stderr.contains("x is that of --report, x"), "{}", twice.stderr);
    assert!(!bench.files().contains(&"x".to_owned()));
}
