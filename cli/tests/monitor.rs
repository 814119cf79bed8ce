//! The commands that watch over a model, as a scheduler calls them.

#[path = "common/bench.rs"]
mod bench;

use bench::{Bench, leads};

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
    assert_eq!(without["verdict"], "stable");
    assert!(without["calibration"].is_null());

    bench.write("new.csv", &text.replace(",web,", ",chat,"));
    let drifted = bench.run(&["drift", "model.json", "new.csv"]);
    assert_eq!((drifted.code, drifted.stderr.as_str()), (Some(4), ""));
    assert!(
        drifted.stdout.contains("Drifted: ") && drifted.stdout.contains("\"source\" has moved"),
        "{}",
        drifted.stdout
    );
    let piped =
        bench.run_with_input(&["drift", "model.json", "-", "--json"], &text.replace(",web,", ",chat,"));
    assert_eq!(piped.code, Some(4));
    assert!(piped.stdout.contains("\"verdict\": \"drifted\""));

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
