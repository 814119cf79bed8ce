//! Steps that say what they do and how long it took, and the commands they run.

use std::{
    fmt::Write as _,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail};

/// Does one step of a task: names it before, says how long it took after.
///
/// # Errors
///
/// The step's own, with the step's name in front.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = now();
    eprintln!("==> {name}");
    let done = work().with_context(|| format!("while doing this: {name}"))?;
    eprintln!("    {name}: done in {:.1} s", start.elapsed().as_secs_f64());
    Ok(done)
}

/// Runs a command that talks to the terminal itself.
///
/// # Errors
///
/// When it cannot be started, or fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", show(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", show(command));
    }
    Ok(())
}

/// Runs a command whose output matters only when it fails.
///
/// # Errors
///
/// When it cannot be started, or fails; then with everything it printed.
pub(crate) fn run_quietly(command: &mut Command) -> Result<()> {
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{}`", show(command)))?;
    if !output.status.success() {
        bail!(
            "`{}` failed ({}):\n{}{}",
            show(command),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}

/// Runs a command and returns what it prints.
///
/// # Errors
///
/// When it cannot be started, fails, or prints something that is not UTF-8.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{}`", show(command)))?;
    if !output.status.success() {
        bail!("`{}` failed ({})", show(command), output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` did not print UTF-8", show(command)))
}

/// The clock, for durations that are only shown.
#[expect(clippy::disallowed_methods, reason = "the rule protects the core's results; this only times a step")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// The command as one would type it, near enough to find it again.
fn show(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        // Writing to a string cannot fail.
        let _ = write!(line, " {}", argument.to_string_lossy());
    }
    line
}
