//! `handoff` and its state file, as people and schedulers call it.

use crate::bench::Bench;

/// A bench with `touched.json`, a model of meetings, and `touches.csv`.
fn touched() -> Bench {
    let bench = Bench::new();
    let model = r#"{"format": "sales-ready/1", "generator": "test", "intercept": -1.0,
        "fields": [{"name": "meeting_recent", "type": {"number": {"decimal": "."}}}],
        "terms": [{"curve": {"field": "meeting_recent", "x": [0, 2], "y": [0, 2]}}],
        "touches": {"kinds": [], "fields": [
            {"name": "meeting_recent", "of": {"kind": "meeting"}, "measure": {"decayed": {"half_life": 7.0}}}]},
        "calibration": {"x": [-5, 5], "y": [-5, 5]},
        "policy": {"threshold": 0.0, "probability": 0.5, "basis": {"f1": {"f1": 0.5}}, "grades": [2, 1, 0]},
        "golden": []}"#;
    bench.write("touched.json", model);
    bench.write(
        "touches.csv",
        "lead,at,kind\na,2024-05-01,meeting\na,2024-05-02,meeting\nb,2024-05-02,meeting\n",
    );
    bench
}

/// The arguments of a run as of a day.
fn as_of<'a>(day: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let files = ["handoff", "touched.json", "--touches", "touches.csv", "--state", "state.json"];
    [&files[..], &["-o", "out.csv", "--as-of", day], more].concat()
}

#[test]
fn days_and_numbers_that_can_not_be_meant_are_refused() {
    let bench = touched();
    let refused = |more: &[&str], with: &str| bench.run(&as_of("2024-05-03", more)).fails(2, with);
    refused(&["--since", "2024-05-04"], "expected --since before --as-of, found 2024-05-04 and 2024-05-03");
    refused(&["--leave-below", "-1"], "leave");
    refused(&["--dwell", "-1"], "dwell");
    refused(&["--capacity", "-1"], "-1 is not in 0..");
    bench.run(&as_of("2024-05-03", &["--since", "2024-05-03"])).ok();
}

/// What is to be done with the leads that are written, and why.
fn told(bench: &Bench, day: &str, more: &[&str]) -> Vec<[String; 3]> {
    bench.run(&as_of(day, more)).ok();
    let text = bench.read("out.csv");
    let rows = csv::Reader::from_reader(text.as_bytes()).into_records().map(Result::unwrap);
    rows.map(|row| [0, 1, 6].map(|place| row[place].to_owned())).collect()
}

/// Only the leads and what is to be done with them, such as `a to-sales, b stay`.
fn actions(bench: &Bench, day: &str, more: &[&str]) -> String {
    let rows = told(bench, day, more);
    rows.iter().map(|[lead, action, _]| format!("{lead} {action}")).collect::<Vec<_>>().join(", ")
}

#[test]
fn what_is_learnt_after_its_day_is_told_once() {
    let bench = touched();
    assert_eq!(actions(&bench, "2024-05-03", &[]), "a to-sales, b stay");
    // A job that runs each night hears of a day, without a time, when its review is over.
    bench.write("said.csv", "lead,at,event\na,2024-05-03,handed-back\nb,2024-05-02,converted\n");
    let said = ["--feedback", "said.csv"];
    let run = |day: &str, more: &[&str]| actions(&bench, day, &[&said[..], more].concat());
    for _ in 0..2 {
        assert_eq!(run("2024-05-04", &[]), "a to-marketing, b noted");
    }
    assert_eq!(run("2024-05-05", &[]), "a stay");
    // Since the last import, whenever that was.
    assert_eq!(run("2024-05-05", &["--since", "2024-05-03"]), "a to-marketing, b noted");
    assert_eq!(run("2024-05-05", &["--since", "2024-05-04"]), "");
    // An outcome that a later file no longer has stays; of what was closed sales may say otherwise.
    bench.write("said.csv", "lead,at,event\na,2024-05-05,closed\n");
    assert_eq!(run("2024-05-05", &[]), "a noted");
    bench.write("said.csv", "lead,at,event\n");
    assert_eq!(run("2024-05-05", &[]), "a noted");
    // What was said after the review is told by the run that hears it, and not by the next.
    bench.write("said.csv", "lead,at,event\na,2024-05-06T09:00:00Z,accepted\n");
    assert_eq!(run("2024-05-06", &[]), "");
    assert_eq!(run("2024-05-06T12:00:00Z", &[]), "a noted");
    assert_eq!(run("2024-05-07", &[]), "a stay");
}

#[test]
fn what_a_second_run_of_a_day_hears_is_told_since_that_day() {
    let bench = touched();
    let run = |day: &str, more: &[&str]| actions(&bench, day, more);
    assert_eq!(run("2024-05-03", &["--since", "2024-05-02"]), "a to-sales");
    bench.write("said.csv", "lead,at,event\nb,2024-05-02,accepted\n");
    let said = ["--feedback", "said.csv"];
    assert_eq!(run("2024-05-03", &[&said[..], &["--since", "2024-05-03"]].concat()), "b noted");
    // Who names no day is told it by this run, and by no later one.
    assert_eq!(run("2024-05-03", &said), "a to-sales, b noted");
    assert_eq!(run("2024-05-04", &[&said[..], &["--since", "2024-05-03"]].concat()), "b noted");
    assert_eq!(run("2024-05-04", &said), "a stay, b stay");
    assert_eq!(run("2024-05-05", &said), "a stay, b stay");
}

#[test]
fn what_is_heard_late_is_told_with_its_day() {
    let bench = touched();
    assert_eq!(actions(&bench, "2024-05-03", &[]), "a to-sales, b stay");
    bench.write("outcomes.csv", "lead,converted\na,2024-04-20\nb,\n");
    let rows = told(&bench, "2024-05-04", &["--outcomes", "outcomes.csv"]);
    let [_, action, cause] = &rows[0];
    assert_eq!(action, "noted");
    assert!(cause.contains("2024-04-20"), "{cause}");
    assert!(
        bench.read("out.csv").contains("\na,noted,converted,2024-04-20T00:00:00Z,"),
        "{}",
        bench.read("out.csv")
    );
}

#[test]
fn what_was_so_before_leads_were_followed_is_no_news() {
    let bench = touched();
    bench.write(
        "outcomes.csv",
        "lead,handed_off,converted,closed\na,2024-05-01,,2024-05-02\nb,2024-05-01,,\n",
    );
    let first = |more: &[&str]| {
        let known = actions(&bench, "2024-05-05", &[&["--outcomes", "outcomes.csv"][..], more].concat());
        std::fs::remove_file(bench.path("state.json")).unwrap();
        known
    };
    assert_eq!(first(&[]), "b stay");
    assert_eq!(first(&["--start", "2024-05-04"]), "b stay");
    // But in days that are made up for it is, and where it is asked for.
    assert_eq!(first(&["--start", "2024-05-02"]), "a noted, b stay");
    assert_eq!(first(&["--since", "2024-04-30"]), "a noted, b noted");
    assert_eq!(first(&["--since", "2024-05-01"]), "a noted");
}

#[test]
fn who_waits_is_told_for_what() {
    let bench = touched();
    bench.write("touches.csv", &(bench.read("touches.csv") + "c,2024-04-30,meeting\nc,2024-05-01,meeting\n"));
    let waits = |capacity: &[&str]| {
        let rows = told(&bench, "2024-05-03", capacity);
        let [_, action, cause] = rows.iter().find(|[lead, ..]| lead == "c").unwrap();
        assert_eq!(action, "stay");
        cause.clone()
    };
    let cause = waits(&["--capacity", "1"]);
    assert!(
        cause.starts_with("Waits with marketing: ") && cause.contains("take 1 a week, and others came first")
    );
    // The same day again, by other rules: nobody is moved before the next review.
    for (rules, said) in [
        (&[][..], "Goes to sales at the next review: "),
        (&["--capacity", "2"], "Goes to sales at the next review if they have room then: "),
        (&["--capacity", "0"], "but sales take nobody."),
    ] {
        assert!(waits(rules).contains(said), "{}", waits(rules));
    }
    assert_eq!(actions(&bench, "2024-05-04", &[]), "c to-sales, a stay, b stay");
    // Who is to go back, too.
    assert_eq!(actions(&bench, "2024-05-10", &[]), "a stay, c stay, b stay");
    let stricter = ["--dwell", "3", "--leave-below", "0"];
    for [lead, action, cause] in told(&bench, "2024-05-10", &stricter) {
        let goes_back = cause.starts_with("Goes back to marketing at the next review: ");
        assert_eq!((&*action, goes_back), ("stay", lead != "b"), "{cause}");
    }
    assert_eq!(actions(&bench, "2024-05-11", &stricter), "a to-marketing, c to-marketing, b stay");
}

#[test]
fn the_state_is_a_file_and_standard_input_is_read_once() {
    let bench = touched();
    let files = ["handoff", "touched.json", "--touches", "touches.csv", "--as-of", "2024-05-03", "--state"];
    bench.run(&[&files[..], &["-"]].concat()).fails(2, "expected the name of a file for --state, found -;");
    #[cfg(unix)]
    for name in ["/dev/stdin", "/dev/stdout"] {
        bench.run(&[&files[..], &[name]].concat()).fails(2, "expected the name of a file for --state");
    }
    for (args, both) in [
        (&["score", "-", "-"][..], "the model and the leads"),
        (&["drift", "-", "-"], "the model and the leads"),
        (&["compare", "-", "touched.json", "-"], "the old model and the leads"),
        (&["explain", "-", "-", "--row", "1"], "the model and the leads"),
        (&["inspect", "-", "--schema", "-"], "the leads and the schema"),
        (&["train", "-", "--schema", "-", "-o", "m.json"], "the leads and the schema"),
        (&as_of("2024-05-03", &["--leads", "-", "--feedback", "-"]), "the leads and the feedback"),
    ] {
        bench.run(args).fails(2, &format!("standard input can be read once, but is to be {both}; "));
    }
    #[cfg(unix)]
    bench.run(&["score", "/dev/stdin", "-"]).fails(2, "the model and the leads");
}

#[cfg(unix)]
#[test]
fn what_another_run_has_put_into_the_state_is_not_lost() {
    use std::io::Write;
    use std::process::Stdio;

    use crate::bench::Ran;

    let bench = touched();
    bench.run(&as_of("2024-05-03", &[])).ok();
    assert!(bench.read("out.csv").contains("a,to-sales,"), "{}", bench.read("out.csv"));
    let first = bench.read("state.json");
    // Waits for what sales say, when it has read the state.
    let waiting = || loop {
        let mut command = bench.command(&as_of("2024-05-04", &["--feedback", "-"]));
        let mut run =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let input = run.stdin.take().unwrap();
        // The same day again changes nothing, until the other run has taken hold of the state.
        while run.try_wait().unwrap().is_none() {
            let other = bench.run(&as_of("2024-05-03", &[]));
            if other.code != Some(0) {
                other.fails(1, "state.json: another run is about to replace it");
                return (run, input);
            }
        }
        // The other one had taken hold of it first.
    };
    let go_on = |(run, mut input): (std::process::Child, std::process::ChildStdin)| {
        input.write_all(b"lead,at,event\na,2024-05-03T12:00:00Z,accepted\n").unwrap();
        drop(input);
        Ran::new(&run.wait_with_output().unwrap())
    };
    let run = waiting();
    // By a program that does not ask who holds it.
    let other = first.replace("\"b\"", "\"c\"");
    bench.write("state.json", &other);
    bench.write("out.csv", "before");
    go_on(run).fails(1, "state.json: it has changed since this run read it");
    assert_eq!([bench.read("state.json"), bench.read("out.csv")], [other, "before".to_owned()]);
    assert_eq!(bench.files(), ["leads.csv", "out.csv", "state.json", "touched.json", "touches.csv"]);

    bench.write("state.json", &first);
    go_on(waiting()).ok();
    assert!(bench.read("state.json").contains("accepted"));
}
