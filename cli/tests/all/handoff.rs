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
