//! The Rust side of `cargo xtask bench`: does what it is asked, and says how long that took.
//!
//! Each line of standard input is a question, a JSON object with what to `do`; each line of standard output its answer.
//! It stays between questions, as a peer in Python does, so that neither is charged for starting.

mod make;
mod read;
mod fit;
mod lead;
mod limits;

use std::io::{BufRead, Write, stdin, stdout};
use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};

/// What goes wrong is told to who asked, in words.
type Answer = Result<Value, String>;

fn main() -> std::io::Result<()> {
    let mut kept = fit::Kept::default();
    for line in stdin().lock().lines() {
        let answer = answer(&line?, &mut kept).unwrap_or_else(|error| json!({ "error": error }));
        let mut output = stdout().lock();
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}

fn answer(line: &str, kept: &mut fit::Kept) -> Answer {
    let question: Value = serde_json::from_str(line).map_err(|error| format!("not a question: {error}"))?;
    match text(&question, "do")? {
        "make" => make::make(&question),
        "read" => read::read(&question),
        "fit" => kept.fit(&question),
        "score" => lead::score(&question, kept.leads(Path::new(text(&question, "file")?))?),
        "sums" => limits::sums(&question, kept.leads(Path::new(text(&question, "file")?))?),
        "file" => limits::file(&question),
        "copy" => Ok(limits::copy()),
        "peak" => Ok(limits::peak()),
        other => Err(format!("there is nothing to do by the name {other:?}")),
    }
}

fn text<'a>(question: &'a Value, key: &str) -> Result<&'a str, String> {
    question[key].as_str().ok_or_else(|| format!("the question has no text {key:?}"))
}

fn number(question: &Value, key: &str) -> Result<usize, String> {
    question[key].as_u64().map(|number| number as usize).ok_or_else(|| format!("no number {key:?}"))
}

/// The clock; its readings are only shown.
#[expect(clippy::disallowed_methods, reason = "the rule protects the core's results; this measures them")]
fn now() -> Instant {
    Instant::now()
}
