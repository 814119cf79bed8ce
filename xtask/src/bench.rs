//! `cargo xtask bench`: speed beside others, as ratios in one run.

mod touches;
mod widget;
mod speed;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{project::Project, step};

pub(crate) use speed::{Part, Speed};
pub(crate) use touches::Touches;

/// What is measured.
pub(crate) enum Bench {
    /// Everything that learns and scores, beside peers in Python and Rust.
    Speed(Speed),
    /// A log of touches becomes a table.
    Touches(Touches),
    /// The widget's cold start.
    Widget {
        /// Of each, for each speed of the processor.
        runs: usize,
    },
}

/// Measures, and prints tables.
///
/// # Errors
///
/// Where something does not build or fails, or a contender's numbers are not ours.
pub(crate) fn run(project: &Project, bench: &Bench) -> Result<()> {
    match bench {
        Bench::Speed(speed) => speed::run(project, speed),
        Bench::Touches(touches) => touches::run(project, touches),
        Bench::Widget { runs } => widget::run(project, *runs),
    }
}

/// A Python with the packages of `xtask/bench/requirements.txt`, and nothing else.
fn environment(project: &Project, folder: &Path) -> Result<PathBuf> {
    let venv = folder.join("venv");
    let python = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if !python.is_file() {
        let name = if cfg!(windows) { "python" } else { "python3" };
        step::run_quietly(Command::new(name).args(["-m", "venv"]).arg(&venv))?;
    }
    install(&python, project, "requirements.txt")?;
    Ok(python)
}

/// Installs what a file of `xtask/bench` lists; where it is there already, without the network.
fn install(python: &Path, project: &Project, list: &str) -> Result<()> {
    let wanted = project.root.join("xtask").join("bench").join(list);
    let mut pip = Command::new(python);
    step::run_quietly(pip.args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(wanted))
}
