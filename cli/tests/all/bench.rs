//! A folder to call the command line in, for the tests of this crate.

#![expect(clippy::unwrap_used, reason = "a failing helper must fail its test")]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use sales_ready::Model;
use serde_json::Value;
use tempfile::TempDir;

/// A folder with `leads.csv`, and a way to call the command line in it.
pub(crate) struct Bench {
    folder: TempDir,
}

pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let bench = Self { folder: TempDir::new().unwrap() };
        bench.write("leads.csv", &leads(600));
        bench
    }

    /// With `model.json` trained from `leads.csv`.
    pub(crate) fn trained() -> Self {
        let bench = Self::new();
        bench.run(&["train", "leads.csv", "--target", "converted", "-o", "model.json"]).ok();
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn model(&self) -> Model {
        Model::from_json(&self.read("model.json")).unwrap()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sales-ready"));
        command.args(args).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::new(&self.command(args).output().unwrap())
    }

    pub(crate) fn run_with_input(&self, args: &[&str], input: &str) -> Ran {
        let mut command = self.command(args);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Ran::new(&child.wait_with_output().unwrap())
    }

    pub(crate) fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Ran {
    pub(crate) fn new(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        self.stdout
    }

    pub(crate) fn fails(self, code: i32, with: &str) {
        assert_eq!(self.code, Some(code), "{}", self.stderr);
        assert!(self.stderr.starts_with("error: ") && self.stderr.contains(with), "{}", self.stderr);
    }

    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.ok()).unwrap()
    }
}

/// Leads whose chance rises with visits and differs by source; `outcome_note` is written after the outcome.
pub(crate) fn leads(count: u32) -> String {
    let mut text = "lead_id,visits,source,revenue,outcome_note,converted\n".to_owned();
    let mut state = 1_u32;
    let mut random = |below: u32| {
        // Numerical Recipes' linear congruential generator; its high bits are random enough for a test.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % below
    };
    for lead in 0..count {
        let (visits, source) = (random(10), ["web", "fair", "mail"][random(3) as usize]);
        let converted = random(20) < visits + if source == "fair" { 5 } else { 0 };
        let revenue = if random(10) == 0 {
            "NA".to_owned()
        } else {
            format!("\"{},{:03}.5\"", 1 + random(9), random(1000))
        };
        let (note, converted) = if converted { ("invoice sent", "yes") } else { ("", "no") };
        writeln!(text, "L-{lead:05},{visits},{source},{revenue},{note},{converted}").unwrap();
    }
    text
}
