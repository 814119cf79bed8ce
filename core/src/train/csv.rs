//! Bytes → table: encoding, dialect and cells that remember their line.
//!
//! A file is read once, in bounded chunks:
//!
//! ```text
//! bytes → decode (UTF-8 text) → split (where cells stand) → column (codes) → Table
//!                           ↘ watch (lines, quotes) → the `csv` crate (cells) → Reader (rows) ↗   where something is odd
//! ```
//!
//! What a person would have to guess is decided by the first chunk and can be overridden with [`Options`]; what is
//! damaged is an error with file, line and column. Nothing is repaired silently: [`Reader::notes`] says what was skipped.

mod decode;
mod dialect;
mod watch;
mod signs;
mod split;
mod plain;
mod dictionary;
mod decimal;
mod decimals;
mod column;
mod table;

pub use column::TextColumn;
pub(crate) use decimal::Decimal;
pub(crate) use decimals::Decimals;
pub use decode::Encoding;
pub use dialect::Delimiter;
pub(crate) use plain::{Batch, Piece, Plain};
pub use table::Table;

use std::borrow::Cow;
use std::fmt;
use std::io::Read;

use crate::error::{Error, ErrorKind, Result, cut, quoted};
use decode::Decoder;
use watch::Watched;

/// How a file is read where the guess from its first chunk is not wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The sign between cells; where absent, what a first line `sep=;` says, or else guessed.
    pub delimiter: Option<Delimiter>,
    /// The encoding; guessed where absent.
    pub encoding: Option<Encoding>,
}

/// Reads a CSV file row by row.
///
/// ```
/// use sales_ready::train::csv::{Options, Reader, Row};
///
/// let text = "lead;visits\n\"Miller; Sons\";4\n";
/// let mut reader = Reader::new(text.as_bytes(), "leads.csv", &Options::default())?;
/// assert_eq!(reader.header(), ["lead", "visits"]);
///
/// let mut row = Row::default();
/// assert!(reader.read_row(&mut row)?);
/// assert_eq!(row.line(), 2);
/// assert_eq!(row.cells().collect::<Vec<_>>(), ["Miller; Sons", "4"]);
/// assert!(!reader.read_row(&mut row)?);
/// # Ok::<_, sales_ready::Error>(())
/// ```
pub struct Reader<R> {
    csv: ::csv::Reader<Watched<R>>,
    file: String,
    delimiter: Delimiter,
    header: Vec<String>,
    /// Cells per record, counting the nameless columns at the end of the header.
    width: usize,
    /// Where the last record ended, in bytes of decoded text.
    end: u64,
    blank_lines: u64,
    empty_rows: u64,
}

/// One row of a file. Reuse it for the next row.
#[derive(Clone, Debug, Default)]
pub struct Row {
    record: ::csv::StringRecord,
    columns: usize,
    line: u64,
}

impl<R> fmt::Debug for Reader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, delimiter, header, .. } = self;
        let mut shown = f.debug_struct("Reader");
        shown
            .field("file", file)
            .field("delimiter", delimiter)
            .field("header", header)
            .finish_non_exhaustive()
    }
}

impl<R: Read> Reader<R> {
    /// Opens a file and reads its header. `file` is its name in errors.
    ///
    /// # Errors
    /// [`ErrorKind::Io`], [`ErrorKind::Encoding`], [`ErrorKind::NoRows`] for an empty file, [`ErrorKind::Csv`] for a
    /// header with an empty or a repeated name.
    pub fn new(source: R, file: &str, options: &Options) -> Result<Self> {
        let mut decoder = Decoder::new(source, file, options.encoding);
        let mut first = Vec::new();
        // Enough to judge by, however few bytes each read of a pipe returns.
        let mut more = true;
        while more && first.len() < decode::CHUNK {
            more = decoder.decode_into(&mut first)?;
        }
        let said = dialect::said(&first);
        let known = options.delimiter.or(said);
        let below = if said.is_some() { None } else { dialect::begins_below(&first, more, known) };
        if let Some(line) = below {
            let message = format!(
                "expected the names of the columns, found a line of one cell; the table seems to begin in line {line}: remove what stands above it"
            );
            return Err(Error::new(ErrorKind::Csv, message).at(file, 1, 0));
        }
        let delimiter = known.unwrap_or_else(|| dialect::sniff(&first, more));
        let csv = ::csv::ReaderBuilder::new()
            .has_headers(false)
            // Rows of the wrong length are reported here, with the line they are on.
            .flexible(true)
            .delimiter(delimiter.byte())
            .from_reader(Watched::new(decoder, first, delimiter.byte(), 1));
        let mut reader = Self {
            csv,
            file: file.to_owned(),
            delimiter,
            header: Vec::new(),
            width: 0,
            end: 0,
            blank_lines: 0,
            empty_rows: 0,
        };
        if said.is_some() {
            reader.read_record(&mut Row::default())?;
        }
        reader.read_header()?;
        Ok(reader)
    }

    /// The names of the columns, trimmed, without the nameless columns at the end.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The name of the file, as it was given.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The sign between cells.
    pub fn delimiter(&self) -> Delimiter {
        self.delimiter
    }

    /// How many bytes of the file have been read so far.
    pub fn bytes_read(&self) -> u64 {
        self.csv.get_ref().bytes_read()
    }

    /// Reads the next row that holds anything; `false` at the end of the file.
    ///
    /// # Errors
    /// [`ErrorKind::Csv`] for a row with too few or too many cells and for damaged quotes, [`ErrorKind::Encoding`]
    /// for text that is not in the file's encoding, [`ErrorKind::Io`].
    pub fn read_row(&mut self, row: &mut Row) -> Result<bool> {
        loop {
            if !self.read_record(row)? {
                return Ok(false);
            }
            if row.record.iter().all(|cell| cell.trim().is_empty()) {
                self.empty_rows += 1;
                continue;
            }
            self.check_width(row)?;
            row.columns = self.header.len();
            return Ok(true);
        }
    }

    /// What was decided or skipped so far, in sentences for people.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let encoding = self.csv.get_ref().encoding();
        if !encoding.is_utf8() {
            notes.push(format!("read as {}", encoding.as_str()));
        }
        if self.delimiter != Delimiter::COMMA {
            notes.push(format!("cells are separated by {}", self.delimiter.name()));
        }
        match self.width - self.header.len() {
            0 => {}
            1 => notes.push("dropped the last column, which has no name and no values".into()),
            count => {
                notes.push(format!("dropped the last {count} columns, which have no names and no values"));
            }
        }
        let skipped = self.blank_lines + self.empty_rows;
        if skipped > 0 {
            notes.push(format!("skipped {skipped} empty {}", if skipped == 1 { "row" } else { "rows" }));
        }
        notes
    }

    fn read_header(&mut self) -> Result<()> {
        let mut row = Row::default();
        loop {
            if !self.read_record(&mut row)? {
                let message = "expected a header and rows, found an empty file; export the leads again";
                return Err(Error::new(ErrorKind::NoRows, message).at(&self.file, 0, 0));
            }
            if !row.record.iter().all(|cell| cell.trim().is_empty()) {
                break;
            }
            self.empty_rows += 1;
        }
        let names: Vec<&str> = row.record.iter().map(str::trim).collect();
        self.width = names.len();
        let count = names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        for (place, name) in names[..count].iter().enumerate() {
            let message = if name.is_empty() {
                "expected a name for this column, found an empty one; name it in the header".to_owned()
            } else if let Some(first) = names[..place].iter().position(|earlier| earlier == name) {
                format!(
                    "expected different names, but {name} is also the name of column {}; rename one of them",
                    first + 1,
                    name = quoted(name)
                )
            } else {
                continue;
            };
            return Err(self.error(message, row.line, place));
        }
        self.header = names[..count].iter().map(|name| (*name).to_owned()).collect();
        Ok(())
    }

    /// Reads one record, however long, and finds the line it begins on.
    fn read_record(&mut self, row: &mut Row) -> Result<bool> {
        let read = self.csv.read_record(&mut row.record);
        let start = if matches!(read, Ok(true)) {
            row.record.position().map_or(self.end, ::csv::Position::byte)
        } else {
            self.end
        };
        self.end = self.csv.position().byte();
        let end = self.end;
        let watched = self.csv.get_mut();
        let (line, blank) = watched.line_at(start);
        self.blank_lines += blank;
        row.line = line;
        if let Some(error) = watched.take_error(end, &self.file) {
            return Err(error);
        }
        read.map_err(|error| {
            let message = format!("could not read: {error}");
            Error::new(ErrorKind::Io, message).caused_by(io_error(error)).at(&self.file, 0, 0)
        })
    }

    fn check_width(&self, row: &Row) -> Result<()> {
        let (expected, found) = (self.width, row.record.len());
        if found == expected {
            // A nameless column may be dropped only while it is empty.
            let filled = (self.header.len()..expected).find(|place| !row.record[*place].trim().is_empty());
            return filled.map_or(Ok(()), |place| {
                let message = format!(
                    "expected nothing here, because column {} has no name in the header, found {}; name the column, or remove what stands above the header",
                    place + 1,
                    quoted(&shorten(&row.record[place])));
                Err(self.error(message, row.line, place))
            });
        }
        let advice = if found == 1 && row.record[0].contains(char::from(self.delimiter.byte())) {
            "the whole row stands in quotes; remove those around the row, and make doubled quotes inside it single"
        } else if found == expected + 1 && row.record[expected].trim().is_empty() {
            "the row ends with a delimiter that the header does not end with; add it to the header, or remove it here"
        } else if found < expected {
            "a cell or its delimiter is missing, or an opening quote stands in front of this row; remove it where it is a remark below the table"
        } else {
            "put quotes around the cell that contains the delimiter"
        };
        let message = format!(
            "expected {expected} {}, as in the header, found {found}; {advice} (cells are separated by {})",
            if expected == 1 { "cell" } else { "cells" },
            self.delimiter.name()
        );
        Err(self.error(message, row.line, found.min(expected).saturating_sub(1)))
    }

    fn error(&self, message: String, line: u64, place: usize) -> Error {
        Error::new(ErrorKind::Csv, message).at(&self.file, line, place as u64 + 1)
    }
}

impl Row {
    /// The cells as they stand in the file, untrimmed, one per column of the header.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.record.iter().take(self.columns)
    }

    /// The cell at a place of the header, counted from 0; empty where there is none.
    pub fn cell(&self, place: usize) -> &str {
        self.record.get(place).unwrap_or("")
    }

    /// The line of the file on which the row begins, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }
}

/// What the operating system said, where a reader or a writer of tables passes it on.
pub(crate) fn io_error(error: ::csv::Error) -> std::io::Error {
    let message = error.to_string();
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        _ => std::io::Error::other(message),
    }
}

/// A cell's text for an error message: whole if short.
pub(crate) fn shorten(text: &str) -> Cow<'_, str> {
    cut(text, 60)
}

#[cfg(test)]
mod tests;
