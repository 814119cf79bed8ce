//! Runs that are ended before they are done.

#![cfg(unix)]

use std::io::Write;
use std::process::{Command, Stdio};

use crate::bench::Bench;

#[test]
fn an_interrupted_run_leaves_nothing_behind() {
    use std::os::unix::process::ExitStatusExt;

    let bench = Bench::trained();
    let before = bench.files();
    let mut command = bench.command(&["score", "model.json", "-", "-o", "scored.csv"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    // Waits for more leads with the output open, as long as this end of the pipe is; `wait` would close the child's own.
    let mut leads = child.stdin.take().unwrap();
    leads.write_all(b"lead_id,visits,source,revenue\n").unwrap();
    while bench.files() == before {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    Command::new("kill").arg(child.id().to_string()).status().unwrap();
    // Whoever waits for it is told what has ended it: SIGTERM, not an interruption.
    assert_eq!(child.wait().unwrap().signal(), Some(15));
    drop(leads);
    assert_eq!(bench.files(), before);
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_run_was_started_to_ignore_does_not_end_it() {
    let bench = Bench::trained();
    let before = bench.files();
    let mut command = Command::new("sh");
    // What `nohup` and a script's `&` do.
    command.args(["-c", "trap '' HUP INT; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_sales-ready")]);
    command.args(["score", "model.json", "-", "-o", "scored.csv"]).current_dir(bench.path(""));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut leads = child.stdin.take().unwrap();
    leads.write_all(b"lead_id,visits,source,revenue\n").unwrap();
    while bench.files() == before {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    for signal in ["-HUP", "-INT"] {
        Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    }
    leads.write_all(b"L-1,2,web,\n").unwrap();
    drop(leads);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(bench.read("scored.csv").lines().count(), 2);
}
