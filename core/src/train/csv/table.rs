//! A whole table in memory, column by column.

#[expect(clippy::disallowed_types, reason = "looked up only; the order of texts is that of the file")]
use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use super::{Delimiter, Options, Reader, Row};
use crate::error::{Error, ErrorKind, Result};

/// A table as text: each column as its distinct texts and one code per row.
#[derive(Clone, Debug)]
pub struct Table {
    file: String,
    delimiter: Delimiter,
    columns: Vec<TextColumn>,
    lines: Vec<u64>,
    notes: Vec<String>,
}

/// One column of a table: its distinct texts, trimmed, in the order in which they first occur.
#[derive(Clone, Debug)]
pub struct TextColumn {
    name: String,
    texts: Vec<Arc<str>>,
    counts: Vec<u64>,
    first_rows: Vec<usize>,
    codes: Vec<u32>,
}

impl Table {
    /// Reads a file to its end. `progress` is told how many bytes have been read.
    ///
    /// ```
    /// use sales_ready::train::csv::{Options, Table};
    ///
    /// let text = "source,converted\nfair,yes\nweb,no\nfair,no\n";
    /// let table = Table::read(text.as_bytes(), "leads.csv", &Options::default(), &mut |_| ())?;
    /// assert_eq!(table.rows(), 3);
    /// assert_eq!(table.columns()[0].texts().collect::<Vec<_>>(), ["fair", "web"]);
    /// assert_eq!(table.columns()[0].codes(), [0, 1, 0]);
    /// # Ok::<_, sales_ready::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Reader::new`] and [`Reader::read_row`]; [`ErrorKind::NoRows`] where nothing follows the header.
    pub fn read(
        source: impl Read,
        file: &str,
        options: &Options,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Self> {
        let mut reader = Reader::new(source, file, options)?;
        let mut builders: Vec<Builder> = reader.header().iter().map(|name| Builder::new(name)).collect();
        let mut lines = Vec::new();
        let mut row = Row::default();
        let mut told = 0;
        while reader.read_row(&mut row)? {
            for (builder, cell) in builders.iter_mut().zip(row.cells()) {
                let too_many = || {
                    Error::new(ErrorKind::Csv, "expected fewer than 4 billion rows").at(file, row.line(), 0)
                };
                builder.push(cell.trim(), lines.len()).ok_or_else(too_many)?;
            }
            lines.push(row.line());
            let bytes = reader.bytes_read();
            if bytes > told {
                told = bytes;
                progress(bytes);
            }
        }
        if lines.is_empty() {
            let message = "expected rows below the header, found none; export the leads again";
            return Err(Error::new(ErrorKind::NoRows, message).at(file, 0, 0));
        }
        let columns = builders.into_iter().map(|builder| builder.column).collect();
        Ok(Self {
            file: file.to_owned(),
            delimiter: reader.delimiter(),
            columns,
            lines,
            notes: reader.notes(),
        })
    }

    /// The name of the file, as it was given.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The sign between its cells.
    pub fn delimiter(&self) -> Delimiter {
        self.delimiter
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// The columns, in the order of the file.
    pub fn columns(&self) -> &[TextColumn] {
        &self.columns
    }

    /// The place of a column, counted from 0.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The line of the file on which a row begins.
    pub fn line(&self, row: usize) -> u64 {
        self.lines.get(row).copied().unwrap_or(0)
    }

    /// What was decided or skipped while reading, in sentences for people.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// An error in a cell of this table.
    pub(crate) fn error(&self, kind: ErrorKind, message: String, row: usize, column: usize) -> Error {
        Error::new(kind, message).at(&self.file, self.line(row), column as u64 + 1)
    }
}

impl TextColumn {
    /// The name in the header.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The distinct texts.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
        self.texts.iter().map(AsRef::as_ref)
    }

    /// For each row, the place of its text among the distinct ones.
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// How many rows have each distinct text.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// For each distinct text, the first row that has it.
    pub fn first_rows(&self) -> &[usize] {
        &self.first_rows
    }

    /// The text of a row.
    pub fn text(&self, row: usize) -> &str {
        &self.texts[self.codes[row] as usize]
    }
}

struct Builder {
    column: TextColumn,
    #[expect(clippy::disallowed_types, reason = "looked up only; the order of texts is that of the file")]
    places: HashMap<Arc<str>, u32>,
}

impl Builder {
    fn new(name: &str) -> Self {
        let column = TextColumn {
            name: name.to_owned(),
            texts: Vec::new(),
            counts: Vec::new(),
            first_rows: Vec::new(),
            codes: Vec::new(),
        };
        Self { column, places: std::iter::empty().collect() }
    }

    /// Appends a cell; `None` where there are more distinct texts than codes.
    fn push(&mut self, text: &str, row: usize) -> Option<()> {
        let column = &mut self.column;
        let code = if let Some(code) = self.places.get(text) {
            *code
        } else {
            // The last code means "missing" in the typed columns.
            let code = u32::try_from(column.texts.len()).ok().filter(|code| *code < u32::MAX)?;
            let text: Arc<str> = text.into();
            column.texts.push(Arc::clone(&text));
            column.counts.push(0);
            column.first_rows.push(row);
            self.places.insert(text, code);
            code
        };
        column.counts[code as usize] += 1;
        column.codes.push(code);
        Some(())
    }
}
