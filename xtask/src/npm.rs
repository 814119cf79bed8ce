//! npm packages, installed exactly as their lock file says and only when it has changed.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};

use crate::step;

/// The npm command of this system.
pub(crate) fn command() -> Command {
    // On Windows npm is a batch file, which is not found by its bare name.
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// Installs the packages that `folder/package-lock.json` pins, unless they are already there; `step_name` says
/// for what.
///
/// # Errors
///
/// When the lock file is missing, or npm fails.
pub(crate) fn install(step_name: &str, folder: &Path, options: &[&str]) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted = fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    // Inside node_modules, so that it disappears with what it vouches for.
    let installed = folder.join("node_modules").join(".installed-package-lock.json");
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    step::step(step_name, || {
        let arguments = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
        step::run_quietly(command().args(arguments).args(options).current_dir(folder))
    })?;
    // npm makes no such folder for a package without dependencies.
    fs::create_dir_all(folder.join("node_modules"))?;
    fs::write(&installed, wanted).with_context(|| format!("cannot write {}", installed.display()))
}
