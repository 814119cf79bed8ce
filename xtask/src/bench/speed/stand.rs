//! The programs that are measured, and turns for them.
//!
//! What is measured in a process that stays (reading, fitting) is asked of two programs that answer lines of JSON, one in
//! Rust and one in Python. What is measured as a process of its own is started by `xtask/bench/process.py`.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::results::Row;
use crate::{
    bench::environment,
    project::{Company, Project},
    step,
};

/// Before each turn: threads of the one before that wait for more work, busily, would take from the next.
const REST: Duration = Duration::from_millis(300);

/// Whom a question is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Rust,
    Python,
    /// A program of its own: the question is its command line, `argv`.
    Process,
}

/// One that takes its turn.
pub(super) struct Contender {
    pub(super) name: String,
    pub(super) side: Side,
    pub(super) question: Value,
    /// At most so many runs: what takes minutes is not asked as often as what takes seconds.
    pub(super) most: usize,
}

/// Everything that can be asked.
pub(super) struct Stand<'a> {
    pub(super) project: &'a Project,
    /// Where files are kept from run to run.
    pub(super) folder: PathBuf,
    /// Our command line.
    pub(super) program: PathBuf,
    pub(super) python: PathBuf,
    pub(super) runs: usize,
    rust: Answering,
    peers: Answering,
}

/// A program that answers.
struct Answering {
    name: &'static str,
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Contender {
    pub(super) fn new(name: &str, side: Side, question: Value) -> Self {
        Self { name: name.to_owned(), side, question, most: usize::MAX }
    }

    /// A program of its own.
    pub(super) fn process<A: AsRef<std::ffi::OsStr>>(name: &str, program: &Path, arguments: &[A]) -> Self {
        let arguments = arguments.iter().map(|argument| argument.as_ref().to_string_lossy().into_owned());
        let argv: Vec<String> = std::iter::once(program.display().to_string()).chain(arguments).collect();
        Self::new(name, Side::Process, json!({ "argv": argv }))
    }

    pub(super) fn at_most(mut self, runs: usize) -> Self {
        self.most = runs;
        self
    }
}

impl<'a> Stand<'a> {
    /// Builds what is ours, and installs what is others'.
    pub(super) fn build(project: &'a Project, runs: usize) -> Result<Self> {
        let bench = project.target.join("bench");
        let folder = bench.join("speed");
        fs::create_dir_all(&folder)?;
        let python = step::step("Install the peers in Python", || environment(project, &bench))?;
        let [rust, program] = project.bench("speed", Company::Alone)?;
        let script = project.root.join("xtask").join("bench").join("peers.py");
        let rust = Answering::start("the Rust side", &mut Command::new(rust))?;
        let peers = Answering::start("the Python side", Command::new(&python).arg(script))?;
        Ok(Self { project, folder, program, python, runs, rust, peers })
    }

    /// Asks one.
    pub(super) fn ask(&mut self, side: Side, question: &Value) -> Result<Value> {
        match side {
            Side::Rust => self.rust.ask(question),
            Side::Python => self.peers.ask(question),
            Side::Process => {
                let script = self.project.root.join("xtask").join("bench").join("process.py");
                let mut command = Command::new(&self.python);
                command.arg(script);
                command.args(question["argv"].as_array().into_iter().flatten().filter_map(Value::as_str));
                serde_json::from_str(&step::read(&mut command)?).context("process.py did not print JSON")
            }
        }
    }

    /// Lets all take turns, after a first turn that warms files and is not counted. With each comes its last answer.
    pub(super) fn alternate(&mut self, contenders: &[Contender]) -> Result<Vec<(Row, Value)>> {
        let mut rows: Vec<(Row, Value)> =
            contenders.iter().map(|contender| (Row::new(&contender.name), Value::Null)).collect();
        for run in 0..=self.runs {
            for (contender, (row, last)) in contenders.iter().zip(&mut rows) {
                // One that may run once is not warmed: it takes so long that this makes no difference.
                if (run == 0 && contender.most == 1) || row.seconds.len() >= contender.most {
                    continue;
                }
                thread::sleep(REST);
                *last = self
                    .ask(contender.side, &contender.question)
                    .with_context(|| format!("while measuring {}", contender.name))?;
                let seconds = last["seconds"].as_f64().context("an answer without seconds")?;
                eprintln!("    {run}: {:<40} {seconds:>9.3} s", contender.name);
                if run > 0 {
                    row.seconds.push(seconds);
                }
            }
        }
        Ok(rows)
    }

    /// A file of leads, made where it is not there yet.
    pub(super) fn leads(&mut self, kind: &str, rows: u64, fields: u64, seed: u64) -> Result<PathBuf> {
        let path = self.folder.join(format!("{kind}-{rows}x{fields}-{seed}.csv"));
        if path.is_file() {
            return Ok(path);
        }
        let name = path.display().to_string();
        let question = json!({
            "do": "make", "file": name, "kind": kind, "rows": rows, "fields": fields, "seed": seed,
        });
        step::step(&format!("Draw {rows} leads with {fields} fields ({kind})"), || {
            self.ask(Side::Rust, &question).map(drop)
        })?;
        Ok(path)
    }
}

impl Answering {
    fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let questions = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().context("a pipe was asked for")?);
        Ok(Self { name, child, questions, answers })
    }

    fn ask(&mut self, question: &Value) -> Result<Value> {
        let questions = self.questions.as_mut().context("it was asked for a pipe")?;
        writeln!(questions, "{question}").with_context(|| format!("{} has ended", self.name))?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let answer: Value = serde_json::from_str(&line)
            .with_context(|| format!("{} has ended, or printed no JSON: {line:?}", self.name))?;
        match answer["error"].as_str() {
            Some(error) => bail!("{}, asked {question}: {error}", self.name),
            None => Ok(answer),
        }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        // It ends when there are no more questions.
        self.questions.take();
        let _ = self.child.wait();
    }
}
