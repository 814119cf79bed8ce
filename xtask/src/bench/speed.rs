//! `cargo xtask bench`: reading, fitting, training and scoring, beside peers in Python and Rust in one run.
//!
//! All contenders of a table take turns on the same file, and medians are compared. A part's figures are kept in the
//! build folder, so that one part can be measured again; `benches/RESULTS.md` is written from all.

mod results;
mod stand;
mod parts;
mod files;
mod chart;
mod growth;

use std::{fmt::Write as _, fs, process::Command};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{bench::install, project::Project, step};
use results::Found;
use stand::{Side, Stand};

/// What is measured, and how.
pub(crate) struct Speed {
    pub(crate) parts: Vec<Part>,
    /// Another table than those of `benches/RESULTS.md`, which then stays as it is.
    pub(crate) rows: Option<u64>,
    pub(crate) fields: Option<u64>,
    pub(crate) runs: usize,
    /// Whether to fit an EBM too, which takes minutes.
    pub(crate) ebm: bool,
    /// Keeps the figures as those that later ones are shown beside.
    pub(crate) as_before: bool,
}

impl Default for Speed {
    fn default() -> Self {
        Self { parts: Vec::new(), rows: None, fields: None, runs: 5, ebm: false, as_before: false }
    }
}

/// A part of the benchmark.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Read,
    Fit,
    Train,
    Score,
    Lead,
    Memory,
    Limits,
    Growth,
}

impl Part {
    /// All, in the order of the results.
    pub(crate) const ALL: [Self; 8] = [
        Self::Read,
        Self::Fit,
        Self::Train,
        Self::Score,
        Self::Lead,
        Self::Memory,
        Self::Limits,
        Self::Growth,
    ];

    /// What it is called on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Fit => "fit",
            Self::Train => "train",
            Self::Score => "score",
            Self::Lead => "lead",
            Self::Memory => "memory",
            Self::Limits => "limits",
            Self::Growth => "growth",
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Self::Read => "Reading: a CSV file becomes typed columns",
            Self::Fit => "Fitting: typed columns become coefficients",
            Self::Train => "Training: a CSV file becomes a model file",
            Self::Score => "Scoring: a CSV file becomes a CSV file with scores",
            Self::Lead => "Scoring one lead",
            Self::Memory => "Training on ten times as many leads",
            Self::Limits => "What the machine could do at most",
            Self::Growth => "Growth with leads and with fields",
        }
    }

    fn measure(self, stand: &mut Stand<'_>, speed: &Speed) -> Result<Found> {
        match self {
            Self::Read => parts::read(stand, speed),
            Self::Fit => parts::fit(stand, speed),
            Self::Train => files::train(stand, speed),
            Self::Score => files::score(stand, speed),
            Self::Lead => files::lead(stand, speed),
            Self::Memory => files::memory(stand, speed),
            Self::Limits => parts::limits(stand, speed),
            Self::Growth => growth::growth(stand, speed),
        }
    }
}

impl Speed {
    /// The tables of a part, unless others were asked for.
    fn tables(&self, usual: &[(&'static str, u64, u64)]) -> Vec<(&'static str, u64, u64)> {
        if !self.is_another() {
            return usual.to_vec();
        }
        let mut kinds: Vec<&str> = usual.iter().map(|(kind, ..)| *kind).collect();
        kinds.dedup();
        let [rows, fields] = [self.rows.unwrap_or(1_000_000), self.fields.unwrap_or(20)];
        kinds.into_iter().map(|kind| (kind, rows, fields)).collect()
    }

    fn is_another(&self) -> bool {
        self.rows.is_some() || self.fields.is_some()
    }
}

/// Measures, prints, and writes `benches/RESULTS.md`.
///
/// # Errors
///
/// Where something does not build or fails, or a contender's numbers are not ours.
pub(crate) fn run(project: &Project, speed: &Speed) -> Result<()> {
    let mut stand = Stand::build(project, speed.runs)?;
    if speed.ebm {
        step::step("Install EBM", || install(&stand.python, project, "requirements-ebm.txt"))?;
    }
    let mut about = stand.ask(Side::Python, &json!({ "do": "about" }))?;
    about["commit"] = Value::from(commit(project)?);
    about["rustc"] = Value::from(step::read(Command::new("rustc").arg("--version"))?.trim());
    about["runs"] = Value::from(speed.runs);
    let kept = stand.folder.join("results.json");
    let benches = project.root.join("benches");
    let before = benches.join("before.json");
    for part in Part::ALL.into_iter().filter(|part| speed.parts.is_empty() || speed.parts.contains(part)) {
        let found = step::step(part.heading(), || part.measure(&mut stand, speed))?;
        println!("{}", found.markdown(None));
        println!("| work | beside | before | now | target | |\n{}", found.targets(None));
        if !speed.is_another() {
            results::keep(&kept, part.name(), found.to_json(&about))?;
        }
        if !speed.is_another() && speed.as_before {
            fs::create_dir_all(&benches)?;
            results::keep(&before, part.name(), found.to_json(&about))?;
        }
    }
    if speed.is_another() {
        return Ok(());
    }
    fs::create_dir_all(&benches)?;
    let path = benches.join("RESULTS.md");
    results::write_whole(&path, &document(&results::load(&kept)?, &results::load(&before)?)?)?;
    eprintln!("Wrote {}", project.show(&path));
    Ok(())
}

/// The whole of `benches/RESULTS.md`.
fn document(
    kept: &serde_json::Map<String, Value>,
    before: &serde_json::Map<String, Value>,
) -> Result<String> {
    let measured: Vec<(Part, &Value)> =
        Part::ALL.into_iter().filter_map(|part| Some((part, kept.get(part.name())?))).collect();
    let (_, last) =
        measured.iter().max_by_key(|(_, part)| part["about"]["date"].as_str()).context("nothing")?;
    let mut text = "# Speed\n\nMade by `cargo xtask bench`, which draws the leads, installs the peers and writes this \
                    file. Contenders take turns\nin one run on one machine; times are medians in seconds, and what \
                    counts are the ratios.\n\n"
        .to_owned();
    text += &machine(&last["about"]);
    text += "\n## Targets\n\n| work | figure | before | now | target | |\n|---|---|--:|--:|--:|---|\n";
    let earlier = |part: Part| before.get(part.name()).map(Found::from_json);
    for (part, value) in &measured {
        text += &Found::from_json(value).targets(earlier(*part).as_ref());
    }
    for (part, value) in &measured {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\n## {}", part.heading());
        text += &Found::from_json(value).markdown(earlier(*part).as_ref());
        let [date, commit] = ["date", "commit"].map(|key| value["about"][key].as_str().unwrap_or("?"));
        let (name, runs) = (part.name(), &value["about"]["runs"]);
        let _ = writeln!(text, "\n`cargo xtask bench {name} --runs {runs}`, {date}, commit {commit}");
    }
    Ok(text)
}

/// The machine and the versions, as a list.
fn machine(about: &Value) -> String {
    let word = |key: &str| about[key].as_str().unwrap_or("?").to_owned();
    let memory = about["memory"].as_f64().unwrap_or(f64::NAN) / 1e9;
    let versions = about["versions"].as_object().into_iter().flatten();
    let versions: Vec<String> =
        versions.map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or("?"))).collect();
    format!(
        "- Date: {}\n- Machine: {} cores of {}, {memory:.0} GB of memory, {}\n- Versions: commit {}, {}; {}\n",
        word("date"),
        about["cores"],
        word("processor"),
        word("system"),
        word("commit"),
        word("rustc"),
        versions.join(", ")
    )
}

/// The commit, and whether files were changed since.
fn commit(project: &Project) -> Result<String> {
    let git = |arguments: &[&str]| step::read(Command::new("git").args(arguments).current_dir(&project.root));
    let commit = git(&["rev-parse", "--short", "HEAD"])?;
    // What this command itself writes does not count.
    let changed = git(&["status", "--porcelain", "--untracked-files=no", "--", ".", ":!benches"])?;
    Ok(format!("{}{}", commit.trim(), if changed.is_empty() { "" } else { " with changes" }))
}
