//! A whole table in memory, column by column.

use std::io::Read;

use rayon::prelude::*;

use super::column::Builder;
use super::dictionary::Full;
use super::plain::{Piece, Plain};
use super::{Delimiter, Options, Reader, Row, TextColumn};
use crate::error::{Error, ErrorKind, Result, quoted};

/// Bytes of text that are split at once, while those before them are coded.
const PIECE: usize = 2 << 20;
/// Rows whose cells are coded column by column, so that their text stays near.
const BLOCK: usize = 2_048;

/// What stands in a row of totals, in small letters.
const TOTALS: [&str; 14] = [
    "total",
    "totals",
    "grand total",
    "sum",
    "subtotal",
    "gesamt",
    "summe",
    "gesamtsumme",
    "somme",
    "total général",
    "suma",
    "total general",
    "soma",
    "合計",
];

/// A table as text: each column as its distinct texts and one code per row.
#[derive(Clone, Debug)]
pub struct Table {
    file: String,
    delimiter: Delimiter,
    columns: Vec<TextColumn>,
    /// The places of the columns, in the order of their names.
    by_name: Vec<usize>,
    lines: Lines,
    notes: Vec<String>,
}

/// On which lines rows begin: most files have one row a line.
#[derive(Clone, Debug, Default)]
struct Lines {
    rows: usize,
    /// Rows and their lines; behind each, rows stand on a line each up to the next.
    runs: Vec<(usize, u64)>,
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
    /// assert_eq!(table.columns()[0].codes().iter().collect::<Vec<_>>(), [0, 1, 0]);
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
        Self::read_in_pieces(source, file, options, PIECE, progress)
    }

    /// [`Table::read`], `size` bytes of text at once where that is possible; 0 to read all with care.
    pub(super) fn read_in_pieces(
        source: impl Read,
        file: &str,
        options: &Options,
        size: usize,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Self> {
        let mut reader = Reader::new(source, file, options)?;
        let named = reader.header().iter().map(|name| Builder::new(name)).enumerate();
        let (mut builders, mut lines): (Vec<_>, _) = (named.collect(), Lines::default());
        let too_many =
            |line| Error::new(ErrorKind::Csv, "expected fewer than 4 billion rows").at(file, line, 0);
        if size > 0 {
            reader = match Plain::new(reader) {
                Ok(plain) => read_plain(plain, size, &mut builders, &mut lines, progress)
                    .map_err(|(_, line)| too_many(line))?,
                Err(reader) => *reader,
            };
        }
        let mut row = Row::default();
        let mut told = 0;
        while reader.read_row(&mut row)? {
            for ((_, builder), cell) in builders.iter_mut().zip(row.cells()) {
                builder.push(cell, lines.rows).map_err(|_| too_many(row.line()))?;
            }
            lines.push(row.line());
            let bytes = reader.bytes_read();
            if bytes > told {
                told = bytes;
                progress(bytes);
            }
        }
        if lines.rows == 0 {
            let message = "expected rows below the header, found none; export the leads again";
            return Err(Error::new(ErrorKind::NoRows, message).at(file, 0, 0));
        }
        let columns: Vec<TextColumn> =
            builders.into_par_iter().map(|(_, builder)| builder.finish()).collect();
        let mut by_name: Vec<usize> = (0..columns.len()).collect();
        by_name.sort_by_key(|place| columns[*place].name());
        let (notes, delimiter) = (reader.notes(), reader.delimiter());
        let mut table = Self { file: file.to_owned(), delimiter, columns, by_name, lines, notes };
        table.notes.extend(table.of_totals());
        Ok(table)
    }

    /// That the last row reads like one of totals, which spreadsheets have below the others.
    fn of_totals(&self) -> Option<String> {
        let last = self.rows().checked_sub(1).filter(|last| *last > 0)?;
        let is_total =
            |text: &str| TOTALS.iter().any(|word| text.trim_end_matches(':').to_lowercase() == *word);
        let mut columns = self.columns.iter().filter(|column| column.decimals().is_none());
        let column = columns.find(|column| {
            // What other rows have, too, is a value.
            let code = column.codes().at(last) as usize;
            is_total(column.text(last)) && column.counts()[code] == 1
        })?;
        Some(format!(
            "the last row (line {}) has {} in {}, as a row of totals has, and is read as a lead: remove it if it is none",
            self.line(last),
            quoted(column.text(last)),
            quoted(column.name()),
        ))
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
        self.lines.rows
    }

    /// The columns, in the order of the file.
    pub fn columns(&self) -> &[TextColumn] {
        &self.columns
    }

    /// The place of a column, counted from 0.
    pub fn position(&self, name: &str) -> Option<usize> {
        let named = self.by_name.binary_search_by(|place| self.columns[*place].name().cmp(name));
        named.ok().map(|found| self.by_name[found])
    }

    /// The line of the file on which a row begins.
    pub fn line(&self, row: usize) -> u64 {
        self.lines.of(row).unwrap_or(0)
    }

    /// What was decided or skipped while reading, in sentences for people.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The same with the texts of all columns.
    #[cfg(test)]
    pub(crate) fn as_texts(&self) -> Self {
        Self { columns: self.columns.iter().map(TextColumn::as_texts).collect(), ..self.clone() }
    }

    /// An error in a cell of this table.
    pub(crate) fn error(&self, kind: ErrorKind, message: String, row: usize, column: usize) -> Error {
        Error::new(kind, message).at(&self.file, self.line(row), column as u64 + 1)
    }
}

impl Lines {
    fn push(&mut self, line: u64) {
        self.run(self.rows, line);
        self.rows += 1;
    }

    /// From this row on, the last or a later one, rows stand on a line each.
    fn run(&mut self, row: usize, line: u64) {
        if self.runs.last().is_none_or(|(first, at)| at + (row - first) as u64 != line) {
            self.runs.push((row, line));
        }
    }

    fn of(&self, row: usize) -> Option<u64> {
        let run = self.runs.partition_point(|(first, _)| *first <= row).checked_sub(1)?;
        let (first, line) = self.runs[run];
        (row < self.rows).then(|| line + (row - first) as u64)
    }
}

/// Codes the rows of a file as long as they leave no doubt; the reader is of those behind them.
///
/// Columns go to threads as a whole: so each text has the same code, whatever the number of threads.
fn read_plain<R: Read>(
    mut plain: Plain<R>,
    size: usize,
    builders: &mut [(usize, Builder)],
    lines: &mut Lines,
    progress: &mut dyn FnMut(u64),
) -> Result<Reader<R>, (Full, u64)> {
    // Few columns at a time, so that no thread waits long for the last.
    let share = builders.len().div_ceil(3 * rayon::current_num_threads()).max(1);
    let mut piece = plain.rows(size);
    while let Some(now) = piece {
        let before = lines.rows;
        let mut full = Ok(());
        piece = rayon::in_place_scope(|scope| {
            let full = &mut full;
            let (builders, now) = (&mut *builders, &now);
            scope.spawn(move |_| {
                *full = builders.par_chunks_mut(share).try_for_each(|some| code(some, now, before));
            });
            // The source may belong to this thread.
            plain.rows(size)
        });
        full.map_err(|full| (full, now.line))?;
        for (row, line) in &now.rows.lines {
            lines.run(before + row, now.line + line);
        }
        lines.rows += now.rows.len();
        progress(plain.bytes_read());
    }
    Ok(plain.into_reader(Vec::new()))
}

/// Codes the cells of a piece of text.
fn code(builders: &mut [(usize, Builder)], piece: &Piece, before: usize) -> Result<(), Full> {
    let rows = piece.rows.len();
    for start in (0..rows).step_by(BLOCK) {
        for (place, builder) in &mut *builders {
            builder.take(&piece.text, &piece.rows, start..rows.min(start + BLOCK), *place, before)?;
        }
    }
    Ok(())
}
