//! Text for people, and JSON for machines, on the terminal.

use std::io::{self, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};
pub(crate) use sales_ready::train::text::{count, counted, number, shortened as shown};
use sales_ready::{Error, ErrorKind, Result};
use serde::Serialize;

use crate::Outcome;
use crate::output::{unless_closed, unwritable};

const HEADING: Style = Style::new().bold();
const ERROR: Style = AnsiColor::Red.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const LOOK: Style = AnsiColor::Yellow.on_default().bold();

/// Prints text for people; styles are dropped where standard output is no terminal. Where nobody reads on, what was found is
/// still told by the exit code.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut stdout = anstream::AutoStream::auto(io::stdout());
    unless_closed(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
        .map_err(|error| unwritable(Path::new("-"), error))
}

/// Prints to standard error, as [`print()`]; where that is closed there is nobody to tell.
pub(crate) fn print_aside(text: &str) {
    let mut stderr = anstream::AutoStream::auto(io::stderr());
    let _ = stderr.write_all(text.as_bytes());
}

/// Prints what was done: aside where standard output holds what was made. It is done all the same where that can not be printed.
pub(crate) fn print_done(text: &str, aside: bool) {
    if aside {
        print_aside(text);
    } else if let Err(error) = print(text) {
        print_aside(&format!(
            "note: all files are written, but what was done can not be told: {}\n",
            harmless(&error.to_string())
        ));
    }
}

/// Prints a value as indented JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(value);
    // What would control a terminal is escaped: else it would be taken away where there is none, and obeyed where there is one.
    let escaped = |letter: char| match letter {
        '\n' => "\n".to_owned(),
        letter if letter.is_control() => format!("\\u{:04x}", u32::from(letter)),
        letter => letter.to_string(),
    };
    let plain = |text: String| {
        if text.contains(|letter: char| letter.is_control() && letter != '\n') {
            text.chars().map(escaped).collect()
        } else {
            text
        }
    };
    text.map(|text| plain(text) + "\n")
        .map_err(|error| Error::new(ErrorKind::Io, format!("could not write JSON: {error}")))
}

/// Prints `error: leads.csv:17:4: …`.
pub(crate) fn print_error(error: &Error) {
    print_aside(&format!("{ERROR}error:{ERROR:#} {}\n", harmless(&error.to_string())));
}

/// A file's name for people: whoever sends a file chooses it.
pub(crate) fn named(path: &Path) -> String {
    shown(&path.display().to_string(), NOTE)
}

/// A text without what would control a terminal, or turn the words around it: it may quote names of files and columns.
fn harmless(text: &str) -> String {
    text.split('\n').map(|line| shown(line, usize::MAX)).collect::<Vec<_>>().join("\n")
}

/// A heading line.
pub(crate) fn heading(text: &str) -> String {
    format!("{HEADING}{}{HEADING:#}\n", harmless(text))
}

/// A line that says what was found, in the colour of what it asks for.
pub(crate) fn finding(text: &str, outcome: Outcome) -> String {
    let style = match outcome {
        Outcome::Done => GOOD,
        Outcome::Look => LOOK,
        Outcome::Act => ERROR,
    };
    format!("{style}{text}{style:#}\n")
}

/// Rows of cells, aligned, indented by two. The last cell of a row may be as long as it likes.
pub(crate) fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |place: usize| {
        let cells = rows.iter().filter(|row| place + 1 < row.len()).map(|row| row[place].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, &width) in row.iter().zip(&widths) {
            line.push_str("  ");
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count())));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Longer notes quote something very long.
const NOTE: usize = 1_000;

/// Notes for people, one a line.
pub(crate) fn notes<'n>(notes: impl IntoIterator<Item = &'n String>) -> String {
    notes.into_iter().flat_map(|text| ["  ".to_owned(), note(text), "\n".to_owned()]).collect()
}

/// A sentence that may quote a file.
pub(crate) fn note(text: &str) -> String {
    shown(text, NOTE)
}

/// How many of 100 a chance is, with a decimal where that would else be 0.
pub(crate) fn of_100(chance: f64) -> String {
    match 100.0 * chance {
        of_100 if (99.5..100.0).contains(&of_100) => "more than 99".to_owned(),
        of_100 if of_100 >= 0.95 => format!("{of_100:.0}"),
        of_100 if of_100 >= 0.05 => format!("{of_100:.1}"),
        _ => "fewer than 0.1".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_holds_nothing_that_a_terminal_obeys() {
        let value = ["a\u{7f}b\u{9b}c\n", "\u{e4}"];
        let text = json(&value).expect("texts");
        assert_eq!(text, "[\n  \"a\\u007fb\\u009bc\\n\",\n  \"\u{e4}\"\n]\n");
        assert_eq!(serde_json::from_str::<[String; 2]>(&text).ok(), Some(value.map(str::to_owned)));
    }

    #[test]
    fn of_100_no_chance_is_sure() {
        let cases =
            [(0.9951, "more than 99"), (0.994, "99"), (0.27, "27"), (0.004, "0.4"), (1e-9, "fewer than 0.1")];
        for (chance, text) in cases {
            assert_eq!(of_100(chance), text, "{chance}");
        }
    }
}
