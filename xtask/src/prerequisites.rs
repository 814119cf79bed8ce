//! What must be on the machine before anything long starts, and the command that installs what is not.
//!
//! A C compiler is not looked for: rustc links with it, so without one this program would not exist.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Result, bail};

use crate::{npm, project::Project, step};

/// The oldest Node whose test runner and WebAssembly do what the tests need.
const NODE: u32 = 20;

/// The target of the widget.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Checks for Node, npm and the WebAssembly target; installs the target where rustup can.
///
/// # Errors
///
/// All that is missing at once, each with the command that installs it.
pub(crate) fn check_for_web(project: &Project) -> Result<()> {
    let mut missing = Vec::new();
    missing.extend(check_node());
    missing.extend(check_npm());
    missing.extend(check_wasm_target(project)?);
    report(&missing)
}

/// Checks for git, rustfmt and clippy.
///
/// # Errors
///
/// All that is missing at once, each with the command that installs it.
pub(crate) fn check_for_ci(project: &Project) -> Result<()> {
    let mut missing = Vec::new();
    if !starts(Command::new("git").arg("--version")) {
        missing.push("git: it lists the files to check.\n    Debian: apt-get install git".to_owned());
    }
    for (name, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if !starts(&mut project.cargo(&[name, "--version"])) {
            missing.push(format!("{component}.\n    rustup component add {component}"));
        }
    }
    report(&missing)
}

fn report(missing: &[String]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    bail!("this machine lacks what the task needs:\n  {}", missing.join("\n  "));
}

fn check_node() -> Option<String> {
    let found = first_line(Command::new("node").arg("--version"));
    let problem = match found.as_deref().map(|version| (version, major(version))) {
        None => "Node: the command `node` was not found".to_owned(),
        Some((version, None)) => format!("Node: `node --version` printed {version:?}, not a version"),
        Some((version, Some(major))) if major < NODE => format!("Node {NODE} or newer: this is {version}"),
        Some(_) => return None,
    };
    Some(format!(
        "{problem}.\n    Any system: https://nodejs.org/en/download, or `nvm install --lts`\n    macOS: brew install \
         node\n    Windows: winget install OpenJS.NodeJS.LTS"
    ))
}

fn check_npm() -> Option<String> {
    if starts(npm::command().arg("--version")) {
        return None;
    }
    Some(
        "npm: the command `npm` was not found.\n    It comes with Node; on Debian: apt-get install npm"
            .to_owned(),
    )
}

fn check_wasm_target(project: &Project) -> Result<Option<String>> {
    if has_wasm_target() {
        return Ok(None);
    }
    if !starts(Command::new("rustup").arg("--version")) {
        return Ok(Some(format!(
            "the Rust standard library for {WASM}.\n    With rustup (https://rustup.rs): rustup target add \
             {WASM}\n    Debian's own Rust: apt-get install libstd-rust-dev-wasm32"
        )));
    }
    step::step("Install the WebAssembly target", || {
        step::run(Command::new("rustup").args(["target", "add", WASM]).current_dir(&project.root))
    })?;
    Ok(None)
}

fn has_wasm_target() -> bool {
    first_line(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM]))
        .is_some_and(|folder| Path::new(&folder).is_dir())
}

fn starts(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn first_line(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    Some(String::from_utf8(output.stdout).ok()?.lines().next()?.trim().to_owned())
}

/// The first number of `v20.20.2`.
fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("24.0.0-nightly"), Some(24));
        assert_eq!(major("unknown"), None);
    }
}
