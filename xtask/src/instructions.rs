//! `cargo xtask instructions`: how many instructions the hot paths take, held against those on record.
//!
//! callgrind counts them, so that the figure does not depend on how busy the machine is, and a tenth more is seen. What
//! does change it: the compiler, and a processor without the vectors that the paths make use of.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Map, Value, json};

use crate::{
    project::{Company, Project},
    step,
};

/// The paths, as `tests/benches/instructions.rs` knows them.
const PATHS: [&str; 7] =
    ["read numbers", "read the sample", "gradient", "hessian", "fit of few leads", "score", "auc"];
/// So much more than on record fails; less is worth a new record.
const TOLERANCE: f64 = 0.03;
/// The record, in the repository.
const RECORD: &str = "benches/instructions.json";

/// What to do with the counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counts {
    /// Fail where they are more than on record.
    Check,
    /// Put them on record.
    Record,
}

/// Counts; says so where this machine can not.
///
/// # Errors
///
/// Where a path takes more instructions than on record, or there is no record of it.
pub(crate) fn run(project: &Project, counts: Counts, company: Company) -> Result<()> {
    if let Some(reason) = obstacle() {
        eprintln!("==> skipped: {reason}: instructions of the hot paths not counted");
        return Ok(());
    }
    step::step("Count the instructions of the hot paths", || {
        let counted = count(project, company)?;
        match counts {
            Counts::Check => check(project, &counted),
            Counts::Record => record(project, &counted),
        }
    })
}

/// Why this machine can not count, or would count something else.
fn obstacle() -> Option<&'static str> {
    let valgrind = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !valgrind {
        return Some("no valgrind (Debian: apt-get install valgrind)");
    }
    if !has_vectors() {
        return Some("the counts on record are of an x86-64 with AVX2 and FMA");
    }
    None
}

#[cfg(target_arch = "x86_64")]
fn has_vectors() -> bool {
    std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_vectors() -> bool {
    false
}

fn count(project: &Project, company: Company) -> Result<Vec<(&'static str, u64)>> {
    let [program, _] = project.bench("instructions", company)?;
    let folder = project.target.join("instructions");
    step::run_quietly(Command::new(&program).arg("prepare").arg(&folder))?;
    let mut counted = Vec::new();
    for path in PATHS {
        let [once, twice] = thread::scope(|scope| {
            let run = |times| {
                let (program, folder) = (&program, &folder);
                scope.spawn(move || instructions(program, folder, path, times))
            };
            [run(1), run(2)].map(|run| run.join().unwrap_or_else(|_| Err(anyhow!("counting panicked"))))
        });
        counted.push((path, twice?.saturating_sub(once?)));
    }
    Ok(counted)
}

/// The instructions of the whole program.
fn instructions(program: &Path, folder: &Path, path: &str, times: u32) -> Result<u64> {
    let profile = profile(folder, path, times);
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--quiet"]).arg(format!("--callgrind-out-file={}", profile.display()));
    valgrind.arg(program).args([path]).arg(folder).arg(times.to_string());
    // With more threads, waiting for each other would count as well.
    step::run_quietly(valgrind.env("RAYON_NUM_THREADS", "1"))?;
    let text = fs::read_to_string(&profile).with_context(|| format!("cannot read {}", profile.display()))?;
    let total = text.lines().rev().find_map(|line| line.strip_prefix("totals: "));
    total.and_then(|total| total.trim().parse().ok()).context("callgrind wrote no totals")
}

fn profile(folder: &Path, path: &str, times: u32) -> PathBuf {
    folder.join(format!("{}-{times}.callgrind", path.replace(' ', "-")))
}

fn record(project: &Project, counted: &[(&str, u64)]) -> Result<()> {
    let counts: Map<String, Value> =
        counted.iter().map(|(path, count)| ((*path).to_owned(), Value::from(*count))).collect();
    let text = format!("{:#}\n", json!({ "rustc": rustc()?, "instructions": counts }));
    let path = project.root.join(RECORD);
    fs::write(&path, &text).with_context(|| format!("cannot write {RECORD}"))?;
    eprint!("{text}");
    Ok(())
}

fn check(project: &Project, counted: &[(&str, u64)]) -> Result<()> {
    let text =
        fs::read_to_string(project.root.join(RECORD)).with_context(|| format!("cannot read {RECORD}"))?;
    let record: Value = serde_json::from_str(&text).with_context(|| format!("{RECORD} is not JSON"))?;
    let mut grown = Vec::new();
    for (path, count) in counted {
        let known = record["instructions"][path].as_f64();
        let change = known.map_or(f64::INFINITY, |known| *count as f64 / known - 1.0);
        eprintln!("    {path:<20} {count:>12} {:>+8.1} %", 100.0 * change);
        if change > TOLERANCE {
            let folder = project.target.join("instructions");
            grown.push(format!(
                "{path}: {count}, {:+.1} %: callgrind_annotate {}",
                100.0 * change,
                profile(&folder, path, 2).display()
            ));
        }
    }
    if grown.is_empty() {
        return Ok(());
    }
    let (recorded, rustc) = (record["rustc"].as_str().unwrap_or("an unknown rustc"), rustc()?);
    bail!(
        "instructions of hot paths, more than {:.0} % above those on record ({RECORD}, by {recorded}; this is {rustc}):\n  \
         {}\nWhere that is meant, or the compiler's doing, put the counts on record: cargo xtask instructions --record",
        100.0 * TOLERANCE,
        grown.join("\n  ")
    );
}

fn rustc() -> Result<String> {
    Ok(step::read(Command::new("rustc").arg("--version"))?.trim().to_owned())
}
