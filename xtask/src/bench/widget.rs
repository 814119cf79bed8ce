//! `cargo xtask bench widget`: from inserting a script into a page to the first score in it, for each shape of the
//! package, beside onnxruntime-web, TensorFlow.js and a logistic function written by hand; `xtask/bench/widget` has the
//! pages.

use std::{fs, process::Command};

use anyhow::{Context, Result};

use crate::{browser, build, npm, project::Project, step};

/// Measures the widget's cold start `runs` times, and prints a table for each speed of the processor.
///
/// # Errors
///
/// Where the package does not build, there is no browser, or a contender shows another chance.
pub(crate) fn run(project: &Project, runs: usize) -> Result<()> {
    build::build(project)?;
    let browser = browser::find(project)?;
    let pages = project.root.join("xtask").join("bench").join("widget");
    let peers = project.target.join("bench").join("widget");
    fs::create_dir_all(&peers)?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(pages.join(name), peers.join(name)).with_context(|| format!("cannot copy {name}"))?;
    }
    npm::install("Install onnxruntime-web and TensorFlow.js", &peers, &[])?;
    let mut node = Command::new("node");
    node.arg(pages.join("run.mjs")).arg(project.dist()).arg(&peers).arg(&browser.executable);
    node.arg(browser.arguments_json()).arg(runs.to_string());
    step::run(node.envs(browser.variables()))
}
