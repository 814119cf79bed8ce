//! The commands of the README, run as they stand there.

use std::path::Path;
use std::process::Command;

#[test]
fn the_commands_of_the_readme_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let blocks = readme.split("```sh\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    let commands: Vec<&str> = blocks.flat_map(str::lines).collect();
    assert!(commands.len() > 8);
    let folder = tempfile::tempdir().unwrap();
    let run = |line: &str| {
        let arguments = line.strip_prefix("sales-ready ").unwrap().split(' ');
        let output = Command::new(env!("CARGO_BIN_EXE_sales-ready"))
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    for name in ["leads.csv", "new-leads.csv", "touches.csv", "outcomes.csv", "touched-leads.csv"] {
        std::fs::copy(root.join("tests/sample").join(name), folder.path().join(name)).unwrap();
    }
    for line in &commands {
        run(line);
    }
    let scored = std::fs::read_to_string(folder.path().join("scored.csv")).unwrap();
    assert_eq!(scored.lines().count(), 201);
    assert!(scored.lines().next().is_some_and(|header| header.ends_with("reason_1,reason_2,reason_3")));
    assert!(folder.path().join("leads.toml").is_file());
    let model = std::fs::read_to_string(folder.path().join("touched.json")).unwrap();
    let model: serde_json::Value = serde_json::from_str(&model).unwrap();
    assert_eq!(model["card"]["data"]["horizon_days"], 30);
    // The model from touches found something, and says where leads go.
    let handed = std::fs::read_to_string(folder.path().join("handoff.csv")).unwrap();
    assert!(handed.contains(",to-sales,") && handed.contains("half-life"), "{handed}");
    // Nobody goes to sales who was with them by that day, or of whom they knew the end.
    let outcomes = std::fs::read_to_string(folder.path().join("outcomes.csv")).unwrap();
    let by_then = |date: &str| !date.is_empty() && date < "2024-12-01";
    let over = |row: &&str| row.split(',').skip(2).any(by_then);
    let over: Vec<&str> =
        outcomes.lines().skip(1).filter(over).map(|row| row.split(',').next().unwrap()).collect();
    let to_sales = handed.lines().filter(|row| row.contains(",to-sales,"));
    assert!(
        over.len() > 50
            && to_sales.map(|row| row.split(',').next().unwrap()).all(|lead| !over.contains(&lead))
    );
    let table = std::fs::read_to_string(folder.path().join("table.csv")).unwrap();
    assert!(table.starts_with("lead,as_of,converted,"));
    // Tables for the model of touches have what it reads, and its label, so that nobody need name it.
    let header = |name: &str| -> String {
        let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
        text.lines().next().unwrap().to_owned()
    };
    assert!(header("today-scored.csv").contains("industry,company_size,region,logit,probability"));
    assert!(header("watched.csv").starts_with("lead,as_of,converts within 30d,"));
    let drift: serde_json::Value =
        serde_json::from_str(&run("sales-ready drift touched.json watched.csv --json")).unwrap();
    assert_eq!((&drift["severity"], drift["calibration"].is_object()), (&"stable".into(), true), "{drift}");
    run("sales-ready compare touched.json touched.json watched.csv");
    // A day of which the log says nothing is told.
    let on = |day: &str| {
        let asked = "sales-ready handoff touched.json --touches touches.csv --leads touched-leads.csv -o away.csv --state ";
        run(&format!("{asked}{day}.json --as-of {day}"))
    };
    assert!(on("2020-01-01").contains("is before the first touch"));
    assert!(on("2027-01-01").contains("days after the last touch"));
    assert!(!on("2024-12-02").contains("--as-of"));
    // What a replay is to be read with is there for machines, too.
    let replay = commands.iter().find(|line| line.contains(" backtest ")).unwrap();
    let told: serde_json::Value = serde_json::from_str(&run(&format!("{replay} --json"))).unwrap();
    let keys = ["from", "to", "weeks", "leads", "conversions", "learnt", "seen", "rules", "points", "notes"];
    assert!(keys.iter().all(|key| told.get(key).is_some()), "{told}");
    let text = run(replay);
    let notes = told["notes"].as_array().unwrap();
    let begins = |note: &serde_json::Value| note.as_str().unwrap().chars().take(60).collect::<String>();
    assert!(!notes.is_empty() && notes.iter().all(|note| text.contains(&begins(note))), "{text}");
}
