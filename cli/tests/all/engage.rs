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
