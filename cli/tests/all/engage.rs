//! `sales-ready engage`: the table of a log, and what it says of it.

use std::fmt::Write as _;

use crate::bench::Bench;

const TOUCHES: &str = "lead,at,kind\n\
    b,2024-03-04T10:00:00Z,Email opened\n\
    a,2024-03-05T10:00:00Z,Sauna\n\
    a,2024-03-05T10:00:00Z,Sauna\n\
    a,2024-03-20T10:00:00Z,Phone call\n";
const OUTCOMES: &str = "lead,created,converted\na,2024-03-01,2024-03-25\nb,2024-03-01,\n";

#[test]
fn the_table_of_a_log_is_written_and_summed_up() {
    let bench = Bench::new();
    bench.write("touches.csv", TOUCHES);
    bench.write("outcomes.csv", OUTCOMES);
    let args = ["engage", "touches.csv", "--outcomes", "outcomes.csv", "--horizon", "10d", "--every", "7d"];
    let text = bench.run(&[&args[..], &["-o", "table.csv"]].concat()).ok();
    assert!(text.starts_with("3 touches of 2 leads became "), "{text}");
    assert!(text.contains("1 row repeat"), "{text}");
    assert!(text.contains("not known: \"Sauna\""), "{text}");
    let table = bench.read("table.csv");
    assert!(table.starts_with("lead,as_of,converted,"), "{table}");
    assert!(table.contains("\na,2024-03-11T00:00:00Z,0,"), "{table}");
    // The same on standard output, whatever the memory.
    assert_eq!(bench.run(&[&args[..], &["--memory", "1"]].concat()).ok(), table);
    let summary = bench.run(&[&args[..], &["-o", "table.csv", "--json"]].concat()).json();
    assert_eq!(summary["log"]["duplicates"], 1);
    assert_eq!(summary["log"]["kinds"][1]["kind"], "call");
}

#[test]
fn without_outcomes_nothing_is_waited_for() {
    let bench = Bench::new();
    bench.write("touches.csv", TOUCHES);
    let table = bench.run(&["engage", "touches.csv", "--as-of", "2024-03-21"]).ok();
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(table.starts_with("lead,as_of,touches_recent,"), "{table}");
    // Up to the last touch, which has no outcome to come.
    let table = bench.run(&["engage", "touches.csv"]).ok();
    assert!(table.contains("\na,2024-03-20T10:00:00Z,"), "{table}");
}

#[test]
fn touches_long_after_all_others_are_told() {
    let bench = Bench::new();
    let days =
        (1..=27).flat_map(|day| (0..8).map(move |hour| format!("a,2024-03-{day:02}T0{hour}:00:00Z,call\n")));
    let log: String = std::iter::once("lead,at,kind\n".to_owned()).chain(days).collect();
    bench.write("touches.csv", &log);
    bench.write("planned.csv", &(log + "b,2024-10-01T09:00:00Z,webinar\n"));
    let said = |log| bench.run(&["engage", log, "--as-of", "2024-03-21", "-o", "table.csv"]).ok();
    assert!(!said("touches.csv").contains("after all others"));
    let told = said("planned.csv");
    assert!(told.contains("the last touch is 188 days after all others, from 2024-10-01"), "{told}");
    // Nor do they say up to when outcomes are known.
    bench.write("outcomes.csv", "lead,converted\na,2024-03-26\n");
    let until = |more: &[&str]| {
        let args =
            ["engage", "planned.csv", "--outcomes", "outcomes.csv", "--horizon", "7d", "-o", "table.csv"];
        bench.run(&[&args, more, &["--json"]].concat()).json()["until"].clone()
    };
    assert_eq!(until(&[]), 1_711_522_800_000_u64);
    assert_eq!(until(&["--until", "2024-11-01"]), 1_730_419_200_000_u64);
}

#[test]
fn files_of_other_leads_are_refused_and_others_counted() {
    let bench = Bench::new();
    let (mut log, mut outcomes, mut leads) =
        ("lead,at,kind\n".to_owned(), "lead,outcome,closed\n".to_owned(), "lead,size\n".to_owned());
    for lead in 0..400 {
        let day = 1 + lead * 7 % 27;
        let won = (lead * 37 + lead / 3) % 5 < 2;
        for visit in 0..=u32::from(won) + lead % 2 {
            writeln!(log, "L{lead}EAA,2024-03-{day:02}T1{visit}:00:00Z,webinar").unwrap();
        }
        writeln!(outcomes, "L{lead}EAA,{},2024-04-{day:02}", if won { "yes" } else { "no" }).unwrap();
        writeln!(leads, "L{lead}EAA,{}", 5 + lead % 40).unwrap();
    }
    bench.write("touches.csv", &(log + "X1,2024-03-30T10:00:00Z,webinar\n"));
    bench.write("outcomes.csv", &outcomes);
    bench.write("other-outcomes.csv", &outcomes.replace("EAA,", ","));
    bench.write("other-leads.csv", &leads.replace("EAA,", ","));
    bench.write("some-leads.csv", &leads.split_inclusive('\n').take(300).collect::<String>());
    bench.write("leads.csv", &leads.replace("size", "size,n").replace("EAA,", "EAA,1,"));
    bench.write("leads.toml", "[columns]\nsize = { role = \"weight\" }\n");
    let train = |outcomes: &str, more: &[&str]| {
        let args =
            ["train", "--touches", "touches.csv", "--outcomes", outcomes, "--horizon", "30d", "-o", "m.json"];
        bench.run(&[&args, more].concat())
    };
    train("other-outcomes.csv", &[])
        .fails(1, "touches.csv: expected outcomes of the leads in the touches, but no lead is in both files: the touches have \"L0EAA\"");
    train("outcomes.csv", &["--leads", "other-leads.csv"])
        .fails(1, "other-leads.csv: expected leads that have touches or outcomes, found none of");
    train("outcomes.csv", &["--leads", "leads.csv", "--schema", "leads.toml"])
        .fails(1, "leads.csv:1:2: expected no weight");
    // The report tells the sums of files in any encoding.
    let german = leads.replace("lead,size", "lead,Gr\u{f6}\u{df}e");
    let german: Vec<u8> = german.chars().map(|letter| letter as u8).collect();
    std::fs::write(bench.path("german.csv"), german).unwrap();
    train("outcomes.csv", &["--leads", "german.csv", "--report-json", "report.json"]).ok();
    let report: serde_json::Value = serde_json::from_str(&bench.read("report.json")).unwrap();
    let files = report["reproduction"]["files"].as_array().unwrap();
    let about: Vec<(&str, u64)> =
        files.iter().map(|file| (file["name"].as_str().unwrap(), file["bytes"].as_u64().unwrap())).collect();
    let read = ["touches.csv", "outcomes.csv", "german.csv", "m.json"];
    assert_eq!(about, read.map(|name| (name, std::fs::metadata(bench.path(name)).unwrap().len())));
    let told = train("outcomes.csv", &["--leads", "some-leads.csv"]).ok();
    assert!(told.contains("1 lead has touches but no row in the outcomes"), "{told}");
    assert!(
        told.contains("leads are not in some-leads.csv; what else is known of them is missing"),
        "{told}"
    );
}

/// A log, outcomes and leads of which `industry` tells more than touches do, and `model.json` of them.
fn touched() -> Bench {
    let bench = Bench::new();
    let (mut log, mut outcomes, mut leads) =
        ("lead,at,kind\n".to_owned(), "lead,outcome,closed\n".to_owned(), "lead,industry,note\n".to_owned());
    for lead in 0..600 {
        let day = 1 + lead * 7 % 27;
        let software = lead % 2 == 0;
        let won = (lead * 37 + lead / 3) % 10 < if software { 7 } else { 2 };
        for visit in 0..=u32::from(won) + lead % 3 {
            let _ = writeln!(log, "L{lead},2024-03-{day:02}T1{visit}:00:00Z,webinar");
        }
        let _ = writeln!(outcomes, "L{lead},{},2024-04-{day:02}", if won { "yes" } else { "no" });
        let _ = writeln!(leads, "L{lead},{},x", if software { "\"software, web\"" } else { "trade" });
    }
    bench.write("touches.csv", &log);
    bench.write("outcomes.csv", &outcomes);
    bench.write("known.csv", &leads);
    train_touched(&bench, "7d", "model.json");
    bench
}

#[test]
fn flags_of_leads_that_are_looked_at_again_are_counted_as_calls() {
    let bench = touched();
    let card =
        |name: &str| serde_json::from_str::<serde_json::Value>(&bench.read(name)).unwrap()["card"].clone();
    let own = card("model.json");
    assert_eq!(own["flagged"]["counted"], "calls");
    assert_eq!((&own["data"]["groups"], &own["data"]["looks"]["every"]), (&"lead".into(), &7.into()));
    // Of some looks nobody knows who would have been called.
    let args = ["train", "--touches", "touches.csv", "--outcomes", "outcomes.csv", "--horizon", "30d"];
    let some = ["--snapshots", "700", "--cost-per-contact", "20", "--value-per-conversion", "500"];
    let told = bench.run(&[&args[..], &some, &["-o", "some.json", "--report", "some.html"]].concat()).ok();
    let some = card("some.json");
    assert!(some["flagged"]["counted"] == "looks" && some["flagged"]["profit"].is_null(), "{some}");
    let page = bench.read("some.html");
    assert!(told.contains("`sales-ready backtest` tells"), "{told}");
    assert!(page.contains("how many calls that makes, and what they earn"), "{page}");
    assert!(
        page.contains("where a contact begins to pay: 20 ÷ 500") && !page.contains("Profit by"),
        "{page}"
    );
}

fn train_touched(bench: &Bench, every: &str, model: &str) {
    let args = ["train", "--touches", "touches.csv", "--outcomes", "outcomes.csv", "--leads", "known.csv"];
    bench.run(&[&args[..], &["--horizon", "30d", "--every", every, "-o", model]].concat()).ok();
}

#[test]
fn a_model_of_touches_is_given_a_table_with_all_it_reads_and_its_label() {
    let bench = touched();
    let engage = |more: &[&str]| {
        bench.run(&[&["engage", "touches.csv", "--features", "model.json", "-o", "table.csv"], more].concat())
    };
    let score = || bench.run(&["score", "model.json", "table.csv"]);
    // Without what else it reads, that is told at once, and where it is missed.
    let told = engage(&["--as-of", "2024-03-20"]).ok();
    assert!(
        told.contains("the model also reads what no touch tells") && told.contains("\"industry\""),
        "{told}"
    );
    score().fails(1, "`sales-ready engage touches.csv --features model.json --leads leads.csv` makes");
    bench.run(&["drift", "model.json", "table.csv"]).fails(1, "--leads leads.csv` makes");

    engage(&["--as-of", "2024-03-20", "--leads", "known.csv"]).ok();
    let table = bench.read("table.csv");
    assert!(table.lines().next().unwrap().ends_with(",industry"), "{table}");
    assert!(table.lines().nth(1).unwrap().ends_with(",\"software, web\""), "{table}");
    assert!(score().ok().starts_with("lead,as_of,"));

    // The label is the model's own, so that `drift` and `compare` look at it without being told.
    let watched = ["--leads", "known.csv", "--outcomes", "outcomes.csv", "--every", "7d"];
    let told = engage(&watched).ok();
    assert!(
        told.contains("converted within 30d") && told.contains("as the model learnt it: yes, or no"),
        "{told}"
    );
    let table = bench.read("table.csv");
    assert!(table.starts_with("lead,as_of,converts within 30d,"), "{table}");
    assert!(table.contains("Z,yes,") && table.contains("Z,no,") && !table.contains("Z,1,yes"), "{table}");
    let drift = bench.run(&["drift", "model.json", "table.csv", "--json"]).json();
    assert!(drift["severity"] == "stable" && drift["calibration"].is_object(), "{drift}");
    bench.run(&["compare", "model.json", "model.json", "table.csv"]).ok();
    // No column is two fields at once.
    let mut other: serde_json::Value = serde_json::from_str(&bench.read("model.json")).unwrap();
    let fields = other["touches"]["fields"].as_array_mut().unwrap();
    fields[0]["measure"] = serde_json::json!({"window": {"days": 3.0}});
    bench.write("other.json", &other.to_string());
    bench
        .run(&["compare", "model.json", "other.json", "table.csv"])
        .fails(1, "of touches in different ways, so that no table is right for both");

    // Another horizon is another label.
    let told = engage(&[&watched[..], &["--horizon", "14d"]].concat()).ok();
    assert!(told.contains("within 30d, not within 14d"), "{told}");
    assert!(bench.read("table.csv").starts_with("lead,as_of,converts within 14d,"));

    // Looked at as of one day, leads seem to have drifted, and why is said before anything else.
    engage(&["--leads", "known.csv", "--as-of", "2024-04-20"]).ok();
    let drift = bench.run(&["drift", "model.json", "table.csv", "--json"]);
    assert_eq!(drift.code, Some(4));
    let drift: serde_json::Value = serde_json::from_str(&drift.stdout).unwrap();
    let first = drift["notes"][0].as_str().unwrap();
    assert!(first.contains("the model learnt from leads as they were each Monday, before"), "{first}");

    // Who says nothing looks when the training did.
    engage(&["--leads", "known.csv", "--outcomes", "outcomes.csv", "--every", "7d"]).ok();
    let each_monday = bench.read("table.csv");
    engage(&["--leads", "known.csv", "--outcomes", "outcomes.csv"]).ok();
    assert_eq!(bench.read("table.csv"), each_monday);
    train_touched(&bench, "5d", "other.json");
    let other = ["engage", "touches.csv", "--features", "other.json", "--outcomes", "outcomes.csv"];
    bench.run(&[&other[..], &["--leads", "known.csv", "-o", "other.csv"]].concat()).ok();
    let rows = |name: &str| bench.read(name).lines().count();
    assert!(rows("other.csv") > rows("table.csv"));

    bench.write("other.csv", &bench.read("known.csv").replace("\nL", "\nX"));
    engage(&["--as-of", "2024-03-20", "--leads", "other.csv"])
        .fails(1, "other.csv: expected leads of the table, found none of its 423, but such as \"X0\"");
    bench.write("some.csv", &bench.read("known.csv").split_inclusive('\n').take(201).collect::<String>());
    let told = engage(&["--as-of", "2024-03-20", "--leads", "some.csv"]).ok();
    assert!(told.contains("leads are not in some.csv; what else is known of them is missing"), "{told}");
    bench.run(&["engage", "touches.csv", "--leads", "known.csv"]).fails(2, "--features");
    bench
        .run(&[
            "engage",
            "touches.csv",
            "--features",
            "model.json",
            "--leads",
            "known.csv",
            "-o",
            "known.csv",
        ])
        .fails(2, "would overwrite the leads");
}

#[test]
fn a_model_remembers_whether_it_has_learnt_from_what_programs_did() {
    let bench = touched();
    let args = ["train", "--touches", "touches.csv", "--outcomes", "outcomes.csv", "--leads", "known.csv"];
    let more = ["--horizon", "30d", "--every", "7d", "--keep-bots", "-o", "kept.json"];
    bench.run(&[&args[..], &more].concat()).ok();
    let card = |name: &str| -> serde_json::Value {
        serde_json::from_str::<serde_json::Value>(&bench.read(name)).unwrap()["card"]["data"].clone()
    };
    assert_eq!(card("kept.json")["bots_kept"], true);
    assert!(card("model.json").get("bots_kept").is_none());
    bench.write("log.csv", "lead,at,kind,agent\nL1,2024-03-04T10:00:00Z,webinar,Googlebot/2.1\nL1,2024-03-05T10:00:00Z,webinar,\n");
    for (model, told) in [
        ("model.json", "left out: 1 touch whose agent"),
        ("kept.json", "counted all the same: 1 touch whose agent"),
    ] {
        let engage =
            ["engage", "log.csv", "--features", model, "--leads", "known.csv", "--as-of", "2024-03-20"];
        let said = bench.run(&[&engage[..], &["-o", "table.csv"]].concat()).ok();
        assert!(said.contains(told), "{said}");
        let handoff =
            ["handoff", model, "--touches", "log.csv", "--leads", "known.csv", "--as-of", "2024-03-20"];
        let said = bench
            .run(&[&handoff[..], &["--state", model.trim_end_matches("on"), "-o", "out.csv"]].concat())
            .ok();
        assert!(said.contains(told), "{said}");
    }
    // A model that has learnt from touches, but of which none reads any, says so.
    let mut model: serde_json::Value = serde_json::from_str(&bench.read("model.json")).unwrap();
    for list in ["terms", "fields", "golden"] {
        model[list] = serde_json::json!([]);
    }
    model.as_object_mut().unwrap().remove("touches");
    bench.write("none.json", &model.to_string());
    let engage = ["engage", "log.csv", "--features", "none.json", "-o", "table.csv"];
    let handoff = [
        "handoff",
        "none.json",
        "--touches",
        "log.csv",
        "--as-of",
        "2024-03-20",
        "--state",
        "s",
        "-o",
        "out.csv",
    ];
    for args in [&engage[..], &handoff] {
        bench.run(args).fails(1, "none.json: the model has learnt from touches, but reads none");
    }
}

#[test]
fn kinds_that_differ_in_spelling_alone_are_told() {
    let bench = Bench::new();
    let log = "lead,at,kind\na,2024-03-04T10:00:00Z,pricing_page\na,2024-03-05T10:00:00Z,PRICING_PAGE\n\
        b,2024-03-05T10:00:00Z,Pricing Page\nb,2024-03-06T10:00:00Z,pricing_page\nb,2024-03-07T10:00:00Z,Sauna\n";
    bench.write("touches.csv", log);
    let engage = |more: &[&str]| {
        bench
            .run(&[&["engage", "touches.csv", "--as-of", "2024-03-21", "-o", "table.csv"], more].concat())
            .ok()
    };
    let told = engage(&[]);
    let advice = "such as \"pricing_page\" = { kind = \"pricing_page\" }";
    assert!(
        told.contains("\"PRICING_PAGE\" and \"Pricing Page\" and \"pricing_page\"") && told.contains(advice),
        "{told}"
    );
    bench.write("s.toml", "[touches.kinds]\n\"pricing_page\" = { kind = \"pricing_page\" }\n");
    let told = engage(&["--schema", "s.toml"]);
    assert!(!told.contains("spelling") && !told.contains("Pricing Page"), "{told}");
}

#[test]
fn what_is_asked_wrongly_is_said() {
    let bench = Bench::new();
    bench.write("touches.csv", TOUCHES);
    bench.write("outcomes.csv", OUTCOMES);
    bench.run(&["engage", "touches.csv", "-o", "touches.csv"]).fails(2, "would overwrite the touches");
    bench.run(&["engage", "touches.csv", "--as-of", "soon"]).fails(2, "expected a time such as 2024-01-31");
    bench.run(&["engage", "touches.csv", "--outcomes", "outcomes.csv"]).fails(2, "--horizon");
    bench
        .run(&["engage", "leads.csv", "-o", "table.csv"])
        .fails(1, "leads.csv:1: expected a column that says");
    assert!(!bench.files().contains(&"table.csv".to_owned()), "nothing is left behind");
}
