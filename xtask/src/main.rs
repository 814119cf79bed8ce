//! The tasks of this repository, as `cargo xtask <task>`.
//!
//! Each task does its own set-up, so that a fresh clone needs only rustup, a C compiler (the linker that Rust itself
//! needs) and Node. No task asks a question, and none changes anything outside the repository, but for the target that
//! `rustup target add` installs.

mod project;
mod step;
mod prerequisites;
mod npm;
mod build;

use std::process::ExitCode;

use anyhow::Result;

use crate::{build::Api, project::Project};

const HELP: &str = "\
The tasks of sales-ready

Usage: cargo xtask <task> [options]

Tasks
  build    Build the widget: WebAssembly, its JavaScript, the web package in www/dist. Prints its size and
           fails over the budget.
";

/// What the command line asked for.
enum Task {
    Help,
    Build,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let task = match parse(&arguments) {
        Ok(task) => task,
        Err(mistake) => {
            eprintln!("error: {mistake}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match run(&task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<()> {
    if let Task::Help = task {
        print!("{HELP}");
        return Ok(());
    }
    let project = Project::find()?;
    match task {
        Task::Help => Ok(()),
        Task::Build => {
            prerequisites::check_for_web(&project)?;
            build::build(&project, Api::MayChange)
        }
    }
}

fn parse(arguments: &[String]) -> Result<Task, String> {
    let mut words = arguments.iter().map(String::as_str);
    let task = match words.next() {
        None => return Err("a task is missing".to_owned()),
        Some("help" | "--help" | "-h") => return Ok(Task::Help),
        Some("build") => Task::Build,
        Some(other) => return Err(format!("there is no task `{other}`")),
    };
    match words.next() {
        None => Ok(task),
        Some("--help" | "-h") => Ok(Task::Help),
        Some(other) => Err(format!("`{other}` is not an option of this task")),
    }
}
