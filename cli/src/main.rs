//! `sales-ready`: train, score and explain from the command line.
//!
//! No logic of its own: each command reads files, calls the core crate and prints what it returned.

#![expect(
    clippy::format_push_string,
    reason = "reports are built once; `write!` would add results to ignore"
)]

mod args;
mod backtest;
mod compare;
mod drift;
mod engage;
mod explain;
mod handoff;
mod in_place;
mod input;
mod inspect;
mod output;
mod places;
mod progress;
mod publish;
mod replace;
mod report;
mod score;
mod streams;
mod text;
mod train;

use std::process::ExitCode;

use clap::{Arg, CommandFactory, FromArgMatches};
use sales_ready::{Error, ErrorKind};

use args::{Args, Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let result = match args().command {
        Command::Inspect(args) => inspect::run(&args).map(|()| Outcome::Done),
        Command::Train(args) => train::run(&args),
        Command::Score(args) => score::run(&args).map(|()| Outcome::Done),
        Command::Explain(args) => explain::run(&args).map(|()| Outcome::Done),
        Command::Drift(args) => drift::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Handoff(args) => handoff::run(&args).map(|()| Outcome::Done),
        Command::Backtest(args) => backtest::run(&args).map(|()| Outcome::Done),
        Command::Engage(args) => engage::run(&args).map(|()| Outcome::Done),
    };
    match result {
        Ok(outcome) => ExitCode::from(outcome as u8),
        Err(error) => {
            text::print_error(&error);
            exit_code(&error)
        }
    }
}

/// The command line.
fn args() -> Args {
    /// A terminal that does not know its width says 0, which would put each word of the help on a line of its own.
    const NARROWEST: usize = 20;

    // A number below 0 is a value, if a wrong one, and no flag.
    let with_numbers = |arg: Arg| {
        let takes_numbers = !arg.is_positional() && arg.get_action().takes_values();
        arg.allow_negative_numbers(takes_numbers)
    };
    let mut command = Args::command().mut_subcommands(|command| command.mut_args(with_numbers));
    let width = std::env::var("COLUMNS").ok().and_then(|width| width.parse::<usize>().ok());
    if width.is_some_and(|width| width < NARROWEST) {
        command = command.term_width(80);
    }
    Args::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
}

/// What a command found, as the exit code that a scheduler sees. 1 and 2 are errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// All is well.
    Done = 0,
    /// A person should look.
    Look = 3,
    /// Something must be done.
    Act = 4,
}

/// 2 where the command line is at fault, as for a flag that does not exist; else 1.
fn exit_code(error: &Error) -> ExitCode {
    ExitCode::from(if error.kind() == ErrorKind::BadOption { 2 } else { 1 })
}
