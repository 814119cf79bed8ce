//! Names that are no columns, and which column was probably meant.

use crate::error::{Error, ErrorKind, quoted};
use crate::train::csv::{Table, TextColumn};
use crate::train::text::some_of;

/// The error for a name that is no column of the table. `option` is where the name was given.
pub(crate) fn unknown_column(table: &Table, name: &str, option: &str) -> Error {
    let columns: Vec<&str> = table.columns().iter().map(TextColumn::name).collect();
    let near = nearest(name, &columns)
        .map_or_else(String::new, |near| format!(" (did you mean {near}?)", near = quoted(near)));
    let message = format!(
        "{option} names {name}, which is no column{near}; the columns are: {}",
        listed(table),
        name = quoted(name)
    );
    Error::new(ErrorKind::MissingField, message).at(table.file(), 0, 0)
}

/// The names of a table's columns, or the first of very many.
pub(super) fn listed(table: &Table) -> String {
    some_of(40, table.columns().iter().map(TextColumn::name))
}

/// The candidate that differs from a name by case or by few letters.
pub(crate) fn nearest<'a>(name: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let plain = |text: &str| -> Vec<char> {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let name = plain(name);
    candidates
        .iter()
        .map(|candidate| {
            let letters = plain(candidate);
            (edits(&name, &letters), letters.len().max(name.len()), *candidate)
        })
        .filter(|(edits, length, _)| *edits * 3 <= *length)
        .min_by_key(|(edits, ..)| *edits)
        .map(|(.., candidate)| candidate)
}

/// The Levenshtein distance: the fewest letters to insert, delete or replace.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
