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
    for name in ["leads.csv", "new-leads.csv", "touches.csv", "outcomes.csv", "touched-leads.csv"] {
        std::fs::copy(root.join("tests/sample").join(name), folder.path().join(name)).unwrap();
    }
    for line in commands {
        let arguments = line.strip_prefix("sales-ready ").unwrap().split(' ');
        let output = Command::new(env!("CARGO_BIN_EXE_sales-ready"))
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&output.stderr));
    }
    let scored = std::fs::read_to_string(folder.path().join("scored.csv")).unwrap();
    assert_eq!(scored.lines().count(), 201);
    assert!(scored.lines().next().is_some_and(|header| header.ends_with("reason_1,reason_2,reason_3")));
    assert!(folder.path().join("leads.toml").is_file());
    // The model from touches found something, and says where leads go.
    let handed = std::fs::read_to_string(folder.path().join("handoff.csv")).unwrap();
    assert!(handed.contains(",to-sales,") && handed.contains("half-life"), "{handed}");
    let table = std::fs::read_to_string(folder.path().join("table.csv")).unwrap();
    assert!(table.starts_with("lead,as_of,converted,"));
}
