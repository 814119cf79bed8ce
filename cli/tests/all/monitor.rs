//! The commands that watch over a model, as a scheduler calls them.

use crate::bench::{Bench, leads};
use sales_ready::report::Report;
use sales_ready::train::compare::Verdict;

#[test]
fn drift_tells_a_scheduler_by_its_exit_code() {
    let bench = Bench::trained();
    let same = bench.run(&["drift", "model.json", "leads.csv"]);
    assert_eq!(same.code, Some(0), "{}", same.stderr);
    for part in [
        "600 leads, held against the 600 the model learnt from",
        "Stable: ",
        "PSI",
        "95 % interval",
        "visits",
    ] {
        assert!(same.stdout.contains(part), "{part} in\n{}", same.stdout);
    }
    // Only the columns of the model are needed.
    let text: String =
        leads(400).lines().map(|line| line.rsplit_once(',').unwrap().0.to_owned() + "\n").collect();
    bench.write("new.csv", &text);
    let without = bench.run(&["drift", "model.json", "new.csv", "--json"]).json();
    assert_eq!(without["severity"], "stable");
    assert!(without["calibration"].is_null());
    let note = without["notes"][0].as_str().unwrap();
    assert!(note.starts_with("no outcomes are looked at: the table has no column"), "{note}");

    bench.write("new.csv", &text.replace(",web,", ",chat,"));
    let drifted = bench.run(&["drift", "model.json", "new.csv"]);
    assert_eq!((drifted.code, drifted.stderr.as_str()), (Some(4), ""));
    assert!(
        drifted.stdout.contains("Drifted: ") && drifted.stdout.contains("\"source\" has moved"),
        "{}",
        drifted.stdout
    );
    // One lead is like any others.
    let one: String = text.lines().take(2).map(|line| line.to_owned() + "\n").collect();
    bench.write("new.csv", &one);
    let one = bench.run(&["drift", "model.json", "new.csv"]);
    assert!(one.stdout.contains("too few to tell") && !one.stdout.contains("Stable: "), "{}", one.stdout);
    let piped =
        bench.run_with_input(&["drift", "model.json", "-", "--json"], &text.replace(",web,", ",chat,"));
    assert_eq!(piped.code, Some(4));
    assert!(piped.stdout.contains("\"severity\": \"drifted\""));

    // Every second lead of one source comes from another.
    let mut web = 0;
    let mixed: String = text
        .lines()
        .map(|line| {
            web += usize::from(line.contains(",web,"));
            if web % 2 == 1 { line.replace(",web,", ",mail,") + "\n" } else { line.to_owned() + "\n" }
        })
        .collect();
    bench.write("new.csv", &mixed);
    let watch = bench.run(&["drift", "model.json", "new.csv"]);
    assert_eq!(watch.code, Some(3), "{}", watch.stdout);
    assert!(bench.run(&["drift", "--help"]).ok().contains("3 something to watch; 4 drifted"));
}

#[test]
fn drift_needs_a_model_that_knows_its_leads_and_cells_it_can_read() {
    let bench = Bench::trained();
    bench
        .run(&["drift", "model.json", "leads.csv", "--target", "convertd"])
        .fails(1, "did you mean \"converted\"?");
    bench
        .run(&["drift", "model.json", "leads.csv", "--positive", "ja"])
        .fails(1, "leads.csv:1:6: expected \"ja\"");
    bench.write("bad.csv", &bench.read("leads.csv").replacen("L-00007,", "L-00007,x", 1));
    bench.run(&["drift", "model.json", "bad.csv"]).fails(1, "bad.csv:9:2: expected a number for \"visits\"");
    bench.write("bad.csv", "visits\n3\n");
    bench.run(&["drift", "model.json", "bad.csv"]).fails(1, "the header lacks columns the model reads");

    let mut model: serde_json::Value = serde_json::from_str(&bench.read("model.json")).unwrap();
    model["card"]["reference"]["score"]["cuts"][0] = 1e9.into();
    bench.write("damaged.json", &model.to_string());
    bench
        .run(&["drift", "damaged.json", "leads.csv"])
        .fails(1, "damaged.json: the reference in the model's card");
    model["card"].as_object_mut().unwrap().remove("reference");
    bench.write("old.json", &model.to_string());
    bench.run(&["drift", "old.json", "leads.csv"]).fails(1, "old.json: the model file does not say how");
    bench.run(&["score", "old.json", "leads.csv"]).ok();
}

#[test]
fn compare_takes_two_models_and_leads_neither_has_seen() {
    let bench = Bench::trained();
    bench
        .run(&["train", "leads.csv", "--target", "converted", "--exclude", "visits", "-o", "weak.json"])
        .ok();
    let holdout = leads(1_600);
    let newer: Vec<&str> = holdout.lines().skip(601).collect();
    bench.write("holdout.csv", &format!("{}\n{}\n", holdout.lines().next().unwrap(), newer.join("\n")));
    let run = |old: &str, new: &str, more: &[&str]| {
        bench.run(&[&["compare", old, new, "holdout.csv"], more].concat())
    };
    let better =
        run("weak.json", "model.json", &["--cost-per-contact", "40", "--value-per-conversion", "100"]).ok();
    for part in ["1,000 leads", "Better: ", "log loss", "AUC", "profit", "95 % interval"] {
        assert!(better.contains(part), "{part} in\n{better}");
    }
    let worse = run("model.json", "weak.json", &[]);
    assert_eq!((worse.code, worse.stderr.as_str()), (Some(4), ""));
    assert!(worse.stdout.contains("Worse: "), "{}", worse.stdout);
    let same = run("model.json", "model.json", &["--json"]).json();
    assert_eq!(same["verdict"], "same");
    assert_eq!(same["log_loss"]["difference"]["value"], 0.0);

    // That these are those both have learnt from is told.
    assert!(!better.contains("have learnt from"), "{better}");
    let seen = bench.run(&["compare", "weak.json", "model.json", "leads.csv"]).stdout;
    let told = "both models may have learnt from leads that they are compared on, which flatters whoever has: it learnt from 600 leads, too, of which as many converted";
    assert!(seen.contains(told), "{seen}");

    bench.write("holdout.csv", &format!("{}\n{}\n", holdout.lines().next().unwrap(), newer[..12].join("\n")));
    let few = run("weak.json", "model.json", &[]);
    assert_eq!(few.code, Some(3), "{}", few.stdout);
    assert!(few.stdout.contains("Cannot tell: 12 leads"), "{}", few.stdout);
    run("model.json", "weak.json", &["--cost-per-contact", "40"]).fails(2, "");
    run("model.json", "weak.json", &["--target", "convert"]).fails(1, "did you mean \"converted\"?");
    assert!(bench.run(&["compare", "--help"]).ok().contains("3 cannot tell; 4 worse"));
}

#[test]
fn replace_publishes_only_what_is_not_worse() {
    let bench = Bench::new();
    let train = |more: &[&str]| {
        bench.run(
            &[&["train", "leads.csv", "--target", "converted", "--replace", "model.json"], more].concat(),
        )
    };
    let first = train(&["--exclude", "visits"]).ok();
    assert!(first.contains("Wrote model.json."), "{first}");
    let weak = bench.read("model.json");

    // Better, but no contact would pay, so that it flags nobody.
    let never = ["--cost-per-contact", "900", "--value-per-conversion", "40"];
    let silent = |ran: crate::bench::Ran| {
        assert_eq!(ran.code, Some(3), "{}", ran.stdout);
        let why =
            "Not replaced: the new model flags nobody, where the one in place flags some: no chance is worth";
        assert!(ran.stdout.contains(why), "{}", ran.stdout);
        assert!(!ran.stdout.contains("from which on leads are flagged"), "{}", ran.stdout);
    };
    silent(train(&never));
    assert_eq!(bench.read("model.json"), weak);

    // Better, although the model in place has seen every lead.
    let report = train(&[]).ok();
    assert!(report.contains("Replaced: the new model is better"), "{report}");
    assert!(
        report.contains("may have learnt from some of them") && report.contains("Wrote model.json."),
        "{report}"
    );
    let strong = bench.read("model.json");
    assert_ne!(strong, weak);

    // The same again changes nothing and is no alarm.
    let report = train(&[]).ok();
    assert!(report.contains("Not replaced: the new model is the one in place"), "{report}");
    assert!(!report.contains("Wrote"), "{report}");
    assert_eq!(bench.read("model.json"), strong);

    // Another threshold is another model, though every score is the same.
    let report = train(&["--cost-per-contact", "40", "--value-per-conversion", "200"]).ok();
    assert!(report.contains("Replaced: the new model scores as the one in place"), "{report}");
    let strong = bench.read("model.json");

    // So is one that flags nobody.
    silent(train(&never));
    assert_eq!(bench.read("model.json"), strong);

    let worse = train(&["--exclude", "visits", "--json"]);
    assert_eq!((worse.code, worse.stderr.as_str()), (Some(4), ""));
    let report: serde_json::Value = serde_json::from_str(&worse.stdout).unwrap();
    assert_eq!(report["succession"]["publish"], false);
    assert_eq!(report["succession"]["verdict"], "worse");
    assert_eq!(bench.read("model.json"), strong);

    // A model of too few leads would flag nobody.
    bench.write("few.csv", &leads(60));
    let few = bench.run(&["train", "few.csv", "--target", "converted", "--replace", "model.json"]);
    assert!(matches!(few.code, Some(3 | 4)), "{:?}", few.code);
    assert!(few.stdout.contains("Not replaced"), "{}", few.stdout);
    assert_eq!(bench.read("model.json"), strong);
    assert_eq!(bench.files(), ["few.csv", "leads.csv", "model.json"]);
}

#[test]
fn a_report_says_first_whether_the_model_was_published() {
    let bench = Bench::trained();
    let train = |more: &[&str]| {
        let args = ["train", "leads.csv", "--target", "converted", "--replace", "model.json"];
        let reports = ["--report", "r.html", "--report-json", "r.json"];
        let ran = bench.run(&[&args[..], &reports, more].concat());
        let report: Report = serde_json::from_str(&bench.read("r.json")).unwrap();
        let page = bench.read("r.html");
        assert!(report.to_html() == page, "the page shows what the JSON says, and no more");
        let written = report.reproduction.files.iter().any(|file| file.role == "model");
        assert_eq!(written, report.succession.as_ref().is_none_or(|succession| succession.publish));
        (ran.code, report.succession, page)
    };
    let model = bench.read("model.json");
    let (code, succession, page) = train(&["--exclude", "visits"]);
    assert_eq!(code, Some(4));
    let succession = succession.unwrap();
    assert_eq!((succession.publish, succession.verdict), (false, Verdict::Worse));
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} in the page"));
    let why = "Not replaced: the new model is worse than the one in place.";
    assert!(place("Not published: the model in place stays") < place(why));
    assert!(place(why) < place("They are compared on 600 held-out leads"));
    assert!(place("They are compared on 600 held-out leads") < place("Fit to flag leads"));
    assert_eq!(bench.read("model.json"), model);

    let (code, succession, page) = train(&[]);
    assert_eq!(
        (code, succession.map(|own| (own.publish, own.verdict))),
        (Some(0), Some((false, Verdict::Same)))
    );
    assert!(page.contains("Nothing to publish: it is the model in place"));

    let (code, succession, page) = train(&["--cost-per-contact", "40", "--value-per-conversion", "200"]);
    assert_eq!((code, succession.map(|own| own.publish)), (Some(0), Some(true)));
    assert!(page.contains("Published: it takes the place of the model there"));

    // Nothing was in place.
    std::fs::remove_file(bench.path("model.json")).unwrap();
    let (code, succession, page) = train(&[]);
    assert_eq!((code, succession), (Some(0), None));
    assert!(!page.contains("id=\"succession\""));
}

#[test]
fn without_dates_a_model_that_has_seen_the_leads_is_not_called_better() {
    let bench = Bench::trained();
    let model = bench.read("model.json");
    bench.write("more.csv", &leads(700));
    let args = ["train", "more.csv", "--target", "converted", "--replace", "model.json"];
    let ran = bench.run(&[&args[..], &["--json", "--report", "r.html"]].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(3), ""));
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let succession = &report["succession"];
    assert_eq!((&succession["publish"], &succession["verdict"]), (&false.into(), &"cannot-tell".into()));
    // By these leads alone the new model would be worse; but 600 of the 700 made the old one.
    let comparison = &succession["comparison"];
    assert_eq!((&comparison["leads"], &comparison["verdict"]), (&700.into(), &"worse".into()));
    assert!(succession["sentences"][1].as_str().unwrap().contains("may have learnt from some of them"));
    assert!(bench.read("r.html").contains("Not replaced: it can not be told whether the new model is worse"));
    assert_eq!(bench.read("model.json"), model);
}

#[test]
fn several_values_of_the_label_count_alike() {
    let bench = Bench::new();
    let leads = bench.read("leads.csv");
    // Of those who converted every second one is a renewal, and the others are open or lost.
    let of_stage = |(place, line): (usize, &str)| {
        let (before, label) = line.rsplit_once(',').unwrap();
        let stage = match (label, place % 2) {
            ("yes", 0) => "Closed Won",
            ("yes", _) => "Won - Renewal",
            ("no", 0) => "Open",
            ("no", _) => "Closed Lost",
            (header, _) => header,
        };
        format!("{before},{stage}\n")
    };
    let staged: String = leads.lines().enumerate().map(of_stage).collect();
    bench.write("staged.csv", &staged);
    let both = ["--target", "converted", "--positive", "closed won", "--positive", "Won - Renewal"];
    let train =
        |file: &str, said: &[&str], more: &[&str]| bench.run(&[&["train", file], said, more].concat());
    train("staged.csv", &both[..2], &["-o", "m.json"])
        .fails(1, "say which one means converted with --positive 'Closed Won', said again for each");
    train("staged.csv", &both[..4], &["--positive", "Renewal", "-o", "m.json"])
        .fails(1, "expected \"Renewal\" among the values");
    let report = train("staged.csv", &both, &["-o", "staged.json", "--report", "r.html"]).ok();
    assert!(report.contains("\"Closed Won\" and \"Won - Renewal\" mean converted, as you said"), "{report}");
    assert!(bench.read("r.html").contains("<bdi>Closed Won</bdi>” or “<bdi>Won - Renewal</bdi>”"));

    // The same leads, and so the same model but for what the label is called.
    train("leads.csv", &both[..2], &["-o", "model.json"]).ok();
    let parsed = |name: &str| serde_json::from_str::<serde_json::Value>(&bench.read(name)).unwrap();
    let (mut staged, plain) = (parsed("staged.json"), parsed("model.json"));
    let positive = staged["card"]["target"]["positive"].take();
    assert_eq!(positive, serde_json::json!(["Closed Won", "Won - Renewal"]));
    staged["card"]["target"]["positive"] = "yes".into();
    assert_eq!(staged, plain);

    // Whoever measures later counts the same.
    bench.run(&["compare", "staged.json", "staged.json", "staged.csv"]).ok();
    bench.run(&["drift", "staged.json", "staged.csv"]).ok();
    let one = train("staged.csv", &both[..4], &["--replace", "staged.json"]);
    one.fails(1, "foretells \"converted\" = \"Closed Won\" or \"Won - Renewal\", this training");
    train("staged.csv", &both, &["--replace", "staged.json"]).ok();
    bench.run(&[&["inspect", "staged.csv", "-o", "leads.toml"], &both[..]].concat()).ok();
    train("staged.csv", &["--schema", "leads.toml"], &["--replace", "staged.json"]).ok();
    let drift =
        ["drift", "model.json", "staged.csv", "--positive", "Closed Won", "--positive", "Won - Renewal"];
    assert!(bench.run(&drift).ok().contains("What became of them"));
}

#[test]
fn replace_compares_on_leads_newer_than_the_old_model() {
    let bench = Bench::new();
    let sample = include_str!("../../../tests/sample/leads.csv");
    let older: String = sample.lines().take(3_001).map(|line| line.to_owned() + "\n").collect();
    bench.write("older.csv", &older);
    bench.write("leads.csv", sample);
    bench.run(&["train", "older.csv", "--target", "converted", "-o", "model.json"]).ok();
    // By the days of the leads, where there are any.
    let header = sample.lines().next().unwrap();
    let newest: Vec<&str> = sample.lines().skip(3_500).collect();
    bench.write("newest.csv", &format!("{header}\n{}\n", newest.join("\n")));
    let compare = |table: &str| bench.run(&["compare", "model.json", "model.json", table]).ok();
    let told = compare("leads.csv");
    assert!(told.contains("both models may have learnt from") && told.contains(" are from 20"), "{told}");
    assert!(!compare("newest.csv").contains("have learnt from"), "{}", compare("newest.csv"));
    let report = bench.run(&["train", "leads.csv", "--target", "converted", "--replace", "model.json"]).ok();
    assert!(report.contains("Replaced: the new model is"), "{report}");
    assert!(
        report.contains("held-out leads newer than 2025-02-1") && report.contains("neither has seen"),
        "{report}"
    );
}

#[test]
fn replace_leaves_what_it_can_not_compare_as_it_is() {
    let bench = Bench::trained();
    let model = bench.read("model.json");
    let train = |file: &str, more: &[&str]| {
        bench.run(&[&["train", file, "--target", "converted", "--replace", "model.json"], more].concat())
    };
    train("leads.csv", &["-o", "other.json"]).fails(2, "");
    bench.run(&["train", "leads.csv", "--target", "converted", "--replace", "-"]).fails(2, "for --replace");
    train("leads.csv", &["--positive", "no"])
        .fails(1, "model.json: the model in place foretells \"converted\" = \"yes\"");
    bench.write("narrow.csv", &bench.read("leads.csv").replacen("visits", "calls", 1));
    train("narrow.csv", &[]).fails(1, "the model in place can not score this table");
    assert_eq!(bench.read("model.json"), model);
    bench.write("model.json", "my diary");
    train("leads.csv", &[]).fails(1, "model.json:1:1: expected a model file");
    assert_eq!(bench.read("model.json"), "my diary");
    assert_eq!(bench.files(), ["leads.csv", "model.json", "narrow.csv"]);
}
