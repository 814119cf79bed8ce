//! `cargo xtask ci`: what a change must pass. The quick checks come first.

use std::process::{Command, Stdio};

use anyhow::Result;

use crate::{
    instructions::{self, Counts},
    licences,
    prerequisites::WASM,
    project::{Company, Project},
    step, test, tidy,
};

/// Runs every check, then every test.
///
/// # Errors
///
/// The first check that fails.
pub(crate) fn run(project: &Project) -> Result<()> {
    step::step("Check the format", || step::run(&mut project.cargo(&["fmt", "--all", "--check"])))?;
    step::step("Check that files are tidy", || tidy::run(project))?;
    step::step("Check the licences of dependencies", || licences::run(project))?;
    deny(project)?;
    // Nothing else looks at it: these targets are built by who fuzzes.
    step::step("Check that the fuzz targets' Cargo.lock is up to date", || {
        let mut metadata = project.cargo(&["metadata", "--locked", "--format-version", "1"]);
        step::read(metadata.args(["--manifest-path", "fuzz/Cargo.toml"])).map(drop)
    })?;
    step::step("Clippy, for this machine", || {
        let mut clippy = project.cargo(&["clippy", "--locked", "--all-targets", "--release"]);
        step::run(clippy.args(Company::TESTS).args(["--", "-D", "warnings"]))
    })?;
    let packages = ["--package", "sales-ready", "--package", "sales-ready-wasm"];
    step::step("Clippy, for WebAssembly", || {
        // The widget's profile, whose macros and build scripts `build` needs as well.
        let mut clippy = project.cargo(&["clippy", "--locked", "--target", WASM, "--profile", "widget"]);
        step::run(clippy.args(packages).args(["--no-default-features", "--", "-D", "warnings"]))
    })?;
    step::step("Write the documentation", || {
        // Of what is public. The widget's crate, and the core without features, as clippy has just checked them, so that
        // nothing is checked twice; what a feature adds is no place to link to without it.
        let core = ["--package", "sales-ready", "--features", "report"];
        let widget =
            [&packages[..], &["--no-default-features", "--target", WASM, "--profile", "widget"]].concat();
        for (profile, of) in [(&["--release"][..], &core[..]), (&[], &widget)] {
            let mut doc = project.cargo(&["doc", "--locked", "--no-deps"]);
            step::run(doc.args(profile).args(of).env("RUSTDOCFLAGS", "-D warnings"))?;
        }
        Ok(())
    })?;
    test::run(project)?;
    instructions::run(project, Counts::Check, Company::Workspace)
}

/// cargo-deny takes minutes to install, so a machine without it goes on: what must never pass unseen, a licence, is
/// checked by [`licences`] on every machine.
fn deny(project: &Project) -> Result<()> {
    let installed = Command::new("cargo-deny")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !installed {
        eprintln!(
            "==> cargo-deny is not installed (cargo install cargo-deny): advisories and sources not checked"
        );
        return Ok(());
    }
    step::step("Check dependencies with cargo-deny", || step::run(&mut project.cargo(&["deny", "check"])))
}
