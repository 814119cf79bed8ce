//! The command line. One program: each more would be linked for itself, and run after the others.

mod bad_input;
mod bench;
mod cli;
mod engage;
mod handoff;
mod interrupted;
mod monitor;
mod outputs;
mod readme;
#[cfg(unix)]
mod remedies;
