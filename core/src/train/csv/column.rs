//! One column of a table.

use std::ops::Range;

use super::decimals::Decimals;
use super::dictionary::{Coded, Dictionary, Full};
use super::split::Rows;
use crate::train::leads::Codes;

/// One column of a table: its distinct texts, trimmed, in the order in which they first occur.
///
/// Where a column holds many different decimal numbers, these are kept in place of their texts, which are made of them when
/// somebody asks.
#[derive(Clone, Debug)]
pub struct TextColumn {
    name: String,
    kept: Kept,
}

#[derive(Clone, Debug)]
enum Kept {
    Coded(Coded),
    Decimals(Decimals),
}

impl TextColumn {
    /// The name in the header.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The distinct texts.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
        let texts = &self.coded().texts;
        (0..texts.len()).map(|code| texts.get(code))
    }

    /// For each row, the place of its text among the distinct ones.
    pub fn codes(&self) -> &Codes {
        &self.coded().codes
    }

    /// How many rows have each distinct text.
    pub fn counts(&self) -> &[u64] {
        &self.coded().counts
    }

    /// For each distinct text, the first row that has it.
    pub fn first_rows(&self) -> &[usize] {
        &self.coded().first_rows
    }

    /// The text of a row.
    pub fn text(&self, row: usize) -> &str {
        let coded = self.coded();
        coded.texts.get(coded.codes.at(row) as usize)
    }

    /// The numbers of a column of many different ones.
    pub(crate) fn decimals(&self) -> Option<&Decimals> {
        match &self.kept {
            Kept::Coded(_) => None,
            Kept::Decimals(decimals) => Some(decimals),
        }
    }

    /// The same with its texts.
    #[cfg(test)]
    pub(super) fn as_texts(&self) -> Self {
        Self { name: self.name.clone(), kept: Kept::Coded(self.coded().clone()) }
    }

    fn coded(&self) -> &Coded {
        match &self.kept {
            Kept::Coded(coded) => coded,
            Kept::Decimals(decimals) => decimals.coded(),
        }
    }
}

/// Collects a column, cell by cell.
pub(super) struct Builder {
    name: String,
    growing: Growing,
}

/// What is kept of the cells so far; which of the two is told by the cells alone, not by how many are read at once.
enum Growing {
    Texts(Dictionary),
    /// The same, after others than decimals were too many.
    TextsForGood(Dictionary),
    Decimals(Decimals),
}

impl Builder {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), growing: Growing::Texts(Dictionary::new()) }
    }

    /// Appends a cell.
    pub(super) fn push(&mut self, cell: &str, row: usize) -> Result<(), Full> {
        match &mut self.growing {
            Growing::Texts(texts) | Growing::TextsForGood(texts) => texts.push(cell.trim(), row)?,
            Growing::Decimals(decimals) => decimals.push(cell.trim())?,
        }
        self.turn()
    }

    /// Appends the cells of one place of some rows; `before` are the rows of the table in front of `rows`.
    pub(super) fn take(
        &mut self,
        text: &[u8],
        rows: &Rows,
        some: Range<usize>,
        place: usize,
        before: usize,
    ) -> Result<(), Full> {
        let mut some = some;
        while !some.is_empty() {
            some = match &mut self.growing {
                Growing::Texts(texts) | Growing::TextsForGood(texts) => {
                    texts.take(text, rows, some, place, before)?
                }
                Growing::Decimals(decimals) => decimals.take(text, rows, some, place)?,
            };
            self.turn()?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> TextColumn {
        let kept = match self.growing {
            Growing::Texts(texts) | Growing::TextsForGood(texts) => Kept::Coded(texts.finish()),
            Growing::Decimals(decimals) => Kept::Decimals(decimals.finish()),
        };
        TextColumn { name: self.name, kept }
    }

    /// Goes on with numbers where texts occur seldom, and back to texts where some are no numbers.
    fn turn(&mut self) -> Result<(), Full> {
        match &mut self.growing {
            Growing::Texts(texts) if texts.ripe => {
                texts.ripe = false;
                if let Some(decimals) = Decimals::of(texts) {
                    self.growing = Growing::Decimals(decimals);
                }
            }
            Growing::TextsForGood(texts) => texts.ripe = false,
            Growing::Decimals(decimals) if decimals.has_many_others() => {
                self.growing = Growing::TextsForGood(decimals.to_dictionary()?);
            }
            Growing::Texts(_) | Growing::Decimals(_) => {}
        }
        Ok(())
    }
}
