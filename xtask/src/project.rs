//! Where the repository and its build folder are.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::step;

/// What else is built in the same run. Cargo unites the features of all that it builds at once, so the same dependency
/// is compiled again where the company differs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Company {
    /// Nothing: the least to compile, for one who wants only this.
    Alone,
    /// The whole workspace, as [`Company::TESTS`] has it: nothing to compile again, for one who tests everything.
    Workspace,
}

impl Company {
    /// What `cargo test` gets, so that all it compiles serves the other steps too.
    pub(crate) const TESTS: [&str; 3] = ["--workspace", "--features", "xtask/bindgen"];
}

/// The repository on this machine.
pub(crate) struct Project {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo puts what it builds; `target` unless the person has set another.
    pub(crate) target: PathBuf,
}

impl Project {
    /// Finds the repository from where cargo says this package is.
    pub(crate) fn find() -> Result<Self> {
        // Cargo sets it for what it runs. The compiled-in value is right too, unless the clone was moved since.
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package.parent().context("xtask must be inside the repository")?.to_owned();
        let metadata = metadata(&root, &["--no-deps"])?;
        let target =
            metadata["target_directory"].as_str().context("cargo metadata names no target folder")?;
        Ok(Self { target: PathBuf::from(target), root })
    }

    /// A cargo command in the repository, by the cargo that runs this task.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = cargo(&self.root);
        command.args(arguments);
        command
    }

    /// Builds a program of the workspace and says where it is.
    ///
    /// # Errors
    ///
    /// When it does not compile.
    pub(crate) fn program(&self, package: &str, name: &str, company: Company) -> Result<PathBuf> {
        let mut build = self.cargo(&["build", "--release", "--bin", name]);
        // Messages for people still go to the terminal.
        build.arg("--message-format=json-render-diagnostics");
        match company {
            // `--tests` brings in the features of the dev-dependencies, as `cargo test` does.
            Company::Workspace => build.args(Company::TESTS).arg("--tests"),
            Company::Alone if package == "xtask" => {
                build.args(["--package", "xtask", "--features", "bindgen"])
            }
            Company::Alone => build.args(["--package", package]),
        };
        executable(&step::read(&mut build)?, "bin", name)
    }

    /// Builds a benchmark of the tests' package, in the profile of everything else, and the command line with it, since
    /// both then share one build of the core. Says where they are.
    ///
    /// # Errors
    ///
    /// When one does not compile.
    pub(crate) fn bench(&self, name: &str, company: Company) -> Result<[PathBuf; 2]> {
        let mut build = self.cargo(&["build", "--release", "--bench", name, "--bin", "sales-ready"]);
        match company {
            Company::Workspace => build.args(Company::TESTS),
            Company::Alone => build.args(["--package", "sales-ready-tests", "--package", "sales-ready-cli"]),
        };
        let messages = step::read(build.arg("--message-format=json-render-diagnostics"))?;
        Ok([executable(&messages, "bench", name)?, executable(&messages, "bin", "sales-ready")?])
    }

    /// The folder of the web package.
    pub(crate) fn www(&self) -> PathBuf {
        self.root.join("www")
    }

    /// The web package as users get it.
    pub(crate) fn dist(&self) -> PathBuf {
        self.www().join("dist")
    }

    /// The demo page, ready to serve. Always in the repository, so that the README can name it.
    pub(crate) fn demo(&self) -> PathBuf {
        self.root.join("target").join("demo")
    }

    /// Everything cargo knows about the workspace and its dependencies.
    pub(crate) fn metadata(&self) -> Result<Value> {
        metadata(&self.root, &["--locked"])
    }

    /// `path` as a person at the repository's root would type it.
    pub(crate) fn show<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

/// Where the executable is, by the messages of its build.
fn executable(messages: &str, kind: &str, name: &str) -> Result<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        // A program and its own unit tests have the same name.
        .filter(|message| message["target"]["name"] == name && message["target"]["kind"][0] == kind)
        .filter(|message| kind == "bench" || message["profile"]["test"] == false)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .with_context(|| format!("cargo did not say where it put {name}"))
}

fn metadata(root: &Path, arguments: &[&str]) -> Result<Value> {
    let mut command = cargo(root);
    command.args(["metadata", "--format-version", "1"]).args(arguments);
    serde_json::from_str(&step::read(&mut command)?).context("cargo metadata did not print JSON")
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}
