//! The rows of a file that is as most are, scored by several threads while those before them are written and those behind
//! them are read.

use std::borrow::Cow;
use std::io::{Read, Write};

use super::known::{self, Known};
use super::scorer::{Cells, Part, Scorer, Total};
use crate::error::Result;
use crate::train::csv::{Piece, Plain, Reader};

/// Bytes of text that are read at once; they bound the memory.
const PIECE: usize = 1 << 20;
/// Parts of a piece, each of which one thread scores before it looks for more.
const PARTS: usize = 16;

/// Scores rows for as long as where their cells stand can be found the quick way. Returns a reader of the rest.
pub(super) fn score<'m, R: Read>(
    scorer: &Scorer<'m>,
    reader: Reader<R>,
    target: &mut impl Write,
    total: &mut Total<'m>,
    progress: &mut dyn FnMut(u64),
) -> Result<Reader<R>> {
    let mut plain = match Plain::new(reader) {
        Ok(plain) => plain,
        Err(reader) => return Ok(*reader),
    };
    let named = plain.header().len();
    let new = || (0..PARTS).map(|_| scorer.part()).collect::<Vec<Part<'m>>>();
    let (mut before, mut at_hand) = (new(), new());
    let mut known: Option<Vec<Known>> = None;
    let mut piece = plain.rows(PIECE);
    while let Some(now) = piece {
        let rows = Rows::new(&now, named);
        let known = &*known.get_or_insert_with(|| scorer.known(|row| rows.at(row), now.rows.len()));
        let written;
        // Source and target stay on this thread.
        (written, piece) = rayon::in_place_scope_fifo(|scope| {
            for (place, part) in at_hand.iter_mut().enumerate() {
                let rows = &rows;
                scope.spawn_fifo(move |_| rows.score(place, scorer, known, part));
            }
            (write(&mut before, target, total), plain.rows(PIECE))
        });
        written?;
        (before, at_hand) = (at_hand, before);
        progress(plain.bytes_read());
    }
    write(&mut before, target, total)?;
    Ok(plain.into_reader(Vec::new()))
}

fn write<'m>(parts: &mut [Part<'m>], target: &mut impl Write, total: &mut Total<'m>) -> Result<()> {
    parts.iter_mut().try_for_each(|part| part.write(target, total))
}

/// The rows of a piece.
struct Rows<'p> {
    piece: &'p Piece,
    text: Cow<'p, str>,
    has_quotes: bool,
    /// Cells of a row that have a name.
    named: usize,
}

impl<'p> Rows<'p> {
    fn new(piece: &'p Piece, named: usize) -> Self {
        // The decoder writes UTF-8, of which the quick check makes sure.
        let text = std::str::from_utf8(&piece.text);
        let text = text.map_or_else(|_| String::from_utf8_lossy(&piece.text), Cow::Borrowed);
        Self { piece, text, has_quotes: memchr::memchr(b'"', &piece.text).is_some(), named }
    }

    /// Scores a part of the rows, up to the first that can not be read.
    fn score<'m>(&self, place: usize, scorer: &Scorer<'m>, known: &[Known], part: &mut Part<'m>) {
        part.clear();
        let begin = |place: usize| self.piece.rows.len() * place / PARTS;
        for row in begin(place)..begin(place + 1) {
            let cells = self.at(row);
            if !scorer.read(&cells, known, part) {
                return;
            }
            match self.as_it_stands(row) {
                Some(cells) => part.lines.cells(cells),
                None => (0..self.named).for_each(|place| part.lines.cell(&cells.cell(place))),
            }
            scorer.score(&cells, part);
        }
    }

    fn at(&self, row: usize) -> At<'_> {
        At { rows: self, row }
    }

    /// The cells of a row, where the output has them as they stand: those in quotes may do without.
    fn as_it_stands(&self, row: usize) -> Option<&str> {
        let (first, _) = self.piece.rows.cell(row, 0);
        let (last, _) = self.piece.rows.cell(row, self.named.checked_sub(1)?);
        // The quotes around the first cell stand before it.
        let text = &self.text[first.start.saturating_sub(1)..last.end];
        let cells = &self.text[first.start..last.end];
        (!self.has_quotes || memchr::memchr(b'"', text.as_bytes()).is_none()).then_some(cells)
    }
}

/// A row of a piece.
struct At<'r> {
    rows: &'r Rows<'r>,
    row: usize,
}

impl Cells for At<'_> {
    #[inline]
    fn cell(&self, place: usize) -> Cow<'_, str> {
        let (cell, doubled) = self.rows.piece.rows.cell(self.row, place);
        let text = &self.rows.text[cell];
        if doubled { Cow::Owned(text.replace("\"\"", "\"")) } else { Cow::Borrowed(text) }
    }

    #[inline]
    fn key(&self, place: usize) -> Option<u128> {
        let (cell, doubled) = self.rows.piece.rows.cell(self.row, place);
        if doubled { None } else { known::key(self.rows.text.as_bytes(), cell) }
    }

    fn line(&self) -> u64 {
        self.rows.piece.line_of(self.row)
    }
}
