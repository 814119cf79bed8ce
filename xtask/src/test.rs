//! `cargo xtask test`: every test of the repository, from the crates to the page in a browser.

use std::{
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use anyhow::{Context, Result, anyhow, ensure};

use crate::{
    browser::{self, Browser},
    build::{self, Api},
    demo, npm,
    project::{Company, Project},
    step,
};

/// Runs everything; the first failing step ends it.
///
/// # Errors
///
/// When a step or a test fails.
pub(crate) fn run(project: &Project) -> Result<()> {
    let start = step::now();
    // Side by side: one waits for the network, or ends in one long link, while the other keeps the processor busy.
    let (browser, module) = thread::scope(|scope| {
        let others = scope.spawn(|| anyhow::Ok((browser::find(project)?, build::compile(project)?)));
        let tested = step::step("Test the crates", || {
            step::run(project.cargo(&["test", "--release", "--no-fail-fast"]).args(Company::TESTS))
        });
        let others = others.join().map_err(|_| anyhow!("a step of the build panicked"))?;
        tested.and(others)
    })?;
    build::finish(project, &module, Api::AsCommitted, Company::Workspace)?;
    demo::make(project, Company::Workspace)?;
    let parity = project.root.join("target").join("parity");
    step::step("Write leads and their native scores to target/parity", || {
        let program = project.program("sales-ready-tests", "parity", Company::Workspace)?;
        step::run(Command::new(program).arg(&parity).current_dir(&project.root))
    })?;

    let variables = variables(project, parity, &browser);
    let web = project.root.join("tests").join("web");
    let packaging = web.join("packaging");
    // The apps' tools are fetched meanwhile.
    thread::scope(|scope| {
        let apps = scope.spawn(|| install_apps(project, &packaging));
        step::step("Test the widget in Node", || node_test(project, &web.join("node"), &variables))?;
        step::step(&format!("Test the page in {}", browser.executable.display()), || {
            node_test(project, &web.join("browser"), &variables)
        })?;
        apps.join().map_err(|_| anyhow!("a step of the installation panicked"))?
    })?;
    step::step("Test the package in the apps of others", || node_test(project, &packaging, &variables))?;
    eprintln!("\nAll tests passed in {:.0} s.", start.elapsed().as_secs_f64());
    Ok(())
}

/// What the tests of `tests/web` are told, by environment variables.
fn variables(project: &Project, parity: PathBuf, browser: &Browser) -> Vec<(&'static str, OsString)> {
    let mut variables = vec![
        ("SALES_READY_DIST", project.dist().into_os_string()),
        ("SALES_READY_DEMO", project.demo().into_os_string()),
        ("SALES_READY_PARITY", parity.into_os_string()),
        ("SALES_READY_APPS", apps(project).into_os_string()),
    ];
    variables.extend(browser.variables());
    variables
}

/// Where the sample apps of `tests/web/packaging` are built.
fn apps(project: &Project) -> PathBuf {
    project.root.join("target").join("packaging")
}

/// Copies the sample apps, each a folder of `from`, and installs their tools.
fn install_apps(project: &Project, from: &Path) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("there is no {}", from.display()))? {
        let (source, target) = {
            let entry = entry?;
            (entry.path(), apps(project).join(entry.file_name()))
        };
        if !source.is_dir() {
            continue;
        }
        build::replace_changed(&source, &target)?;
        let name = format!("Install the npm packages of {}", source.display());
        npm::install(&name, &target, &["--ignore-scripts"])?;
    }
    Ok(())
}

fn node_test(project: &Project, folder: &Path, variables: &[(&str, OsString)]) -> Result<()> {
    let files = test_files(folder)?;
    let mut node = Command::new("node");
    // Two files at a time: each waits for a browser or a bundler much of its time, and Node leaves a processor to itself. The limit
    // is for a test that hangs, not for one that is slow.
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=2", "--test-timeout=600000"])
        .args(files)
        .current_dir(&project.root);
    step::run(node.envs(variables.iter().map(|(name, value)| (name, value))))
}

/// The test files of a folder, by name: Node 20 takes neither a folder nor a pattern.
fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("there is no {}", folder.display()))? {
        let path = entry?.path();
        if path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.ends_with(".test.mjs")) {
            files.push(path);
        }
    }
    ensure!(!files.is_empty(), "{} has no *.test.mjs", folder.display());
    files.sort();
    Ok(files)
}
