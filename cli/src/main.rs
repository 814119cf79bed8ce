//! `sales-ready`: train, score and explain from the command line.
//!
//! No logic of its own: each command reads files, calls the core crate and prints what it returned.

#![expect(
    clippy::format_push_string,
    reason = "reports are built once; `write!` would add results to ignore"
)]

mod args;
mod explain;
mod inspect;
mod input;
mod output;
mod progress;
mod score;
mod train;

use std::process::ExitCode;

use clap::Parser;
use sales_ready::{Error, ErrorKind};

use args::{Args, Command};

fn main() -> ExitCode {
    let result = match Args::parse().command {
        Command::Inspect(args) => inspect::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Score(args) => score::run(&args),
        Command::Explain(args) => explain::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::print_error(&error);
            exit_code(&error)
        }
    }
}

/// 2 where the command line is at fault, as for a flag that does not exist; else 1.
fn exit_code(error: &Error) -> ExitCode {
    ExitCode::from(if error.kind() == ErrorKind::BadOption { 2 } else { 1 })
}
