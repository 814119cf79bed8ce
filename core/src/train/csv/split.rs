//! Text → where its cells stand: quotes, line ends and all, at many times the speed of a reader that copies each cell.
//!
//! Only what leaves no doubt is split. What is odd (a row of another width, text behind a closing quote, a line that ends
//! in a carriage return alone) ends the rows, and the careful [`Reader`](super::Reader) says what is wrong with it.

use std::ops::Range;

use super::signs::{Ends, found};

/// Beside the end of a cell: it stands in quotes …
pub(super) const QUOTED: u32 = 1 << 31;
/// … and some inside it are doubled.
pub(super) const DOUBLED: u32 = 1 << 30;
/// The end of a cell without them; texts are shorter.
const PLACE: u32 = DOUBLED - 1;

/// The rows at the front of a text.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    width: usize,
    /// Where each row begins.
    starts: Vec<u32>,
    /// Where each cell ends, row by row, with `QUOTED` and `DOUBLED`.
    ends: Vec<u32>,
    /// Rows and the line ends in front of them; behind each, rows stand on a line each up to the next.
    pub(super) lines: Vec<(usize, u64)>,
    /// How much of the text was split, and the line ends in it.
    pub(super) used: usize,
    pub(super) line_ends: u64,
    /// Lines without a cell, and rows without anything in their cells: they are left out.
    pub(super) blank: u64,
    pub(super) empty: u64,
}

/// What splits the texts of one file.
#[derive(Debug)]
pub(super) struct Splitter {
    delimiter: u8,
    /// Cells of a row, and how many of them have a name.
    width: usize,
    named: usize,
    /// The ends of cells in a text that is as most are.
    ends: Ends,
    /// Where the delimiters, line feeds and quotes of another are.
    signs: Vec<u32>,
}

/// What stands at the beginning of a line.
enum Next {
    Row,
    BlankLine,
    Unended,
    Odd,
}

impl Rows {
    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    /// Where a cell stands, without its quotes, and whether each quote in it is written twice.
    #[inline]
    pub(crate) fn cell(&self, row: usize, place: usize) -> (Range<usize>, bool) {
        let cell = row * self.width + place;
        let start = if place == 0 { self.starts[row] } else { (self.ends[cell - 1] & PLACE) + 1 };
        unquoted(start as usize, self.ends[cell])
    }
}

impl Splitter {
    pub(super) fn new(delimiter: u8, width: usize, named: usize) -> Self {
        Self { delimiter, width, named, ends: Ends::default(), signs: Vec::new() }
    }

    /// Splits the whole rows at the front of a text; `false` where what follows them is odd. `is_last` says that the
    /// file ends with the text, so that its last row needs no line end.
    pub(super) fn split(&mut self, text: &[u8], is_last: bool, rows: &mut Rows) -> bool {
        *rows = Rows { width: self.width, ..Rows::default() };
        if text.len() >= PLACE as usize || has_lone_return(text, is_last) {
            return false;
        }
        self.split_alike(text, is_last, rows) || self.split_each(text, is_last, rows)
    }

    /// Splits a text of which each line is a row, as most texts are.
    fn split_alike(&mut self, text: &[u8], is_last: bool, rows: &mut Rows) -> bool {
        // A line without anything in it would be a row of one cell.
        if self.width < 2
            || self.width != self.named
            || !self.ends.find(text, self.delimiter, is_last)
            || self.ends.ends.len() < self.ends.line_feeds * self.width
        {
            return false;
        }
        let Ends { ends, line_feeds } = &mut self.ends;
        ends.truncate(*line_feeds * self.width);
        let mut start = 0;
        rows.starts.reserve(*line_feeds);
        for ends in ends.chunks_exact_mut(self.width) {
            let last = &mut ends[self.width - 1];
            let end = (*last & PLACE) as usize;
            // As many line feeds as rows: if each row ends in one, there is none inside a row.
            if at(text, end) != b'\n' {
                rows.starts.clear();
                return false;
            }
            if text[..end].ends_with(b"\r") {
                *last -= 1;
                *last |= if text[..end - 1].ends_with(b"\"") { QUOTED } else { 0 };
            }
            let first = text[start];
            let is_told = first.is_ascii_graphic() && first != self.delimiter && first != b'"';
            if !is_told && are_blank(text, start, ends) {
                rows.starts.clear();
                return false;
            }
            rows.starts.push(start as u32);
            start = end + 1;
        }
        std::mem::swap(ends, &mut rows.ends);
        rows.lines = vec![(0, 0)];
        rows.line_ends = *line_feeds as u64;
        rows.used = start.min(text.len());
        true
    }

    /// Finds the signs of a text.
    fn find(&mut self, text: &[u8], is_last: bool) {
        self.signs.clear();
        let (blocks, rest) = text.as_chunks::<64>();
        for (block, base) in blocks.iter().zip((0_u32..).step_by(64)) {
            let mut signs = found(block, b'\n') | found(block, b'"') | found(block, self.delimiter);
            while signs != 0 {
                self.signs.push(base + signs.trailing_zeros());
                signs &= signs - 1;
            }
        }
        let signs = rest.iter().zip((text.len() - rest.len()) as u32..);
        let is_sign = |byte: u8| matches!(byte, b'\n' | b'"') || byte == self.delimiter;
        self.signs.extend(signs.filter(|(byte, _)| is_sign(**byte)).map(|(_, place)| place));
        if is_last && text.last().is_some_and(|last| *last != b'\n') {
            self.signs.push(text.len() as u32);
        }
    }

    /// Splits row by row.
    fn split_each(&mut self, text: &[u8], is_last: bool, rows: &mut Rows) -> bool {
        self.find(text, is_last);
        let mut signs = 0;
        loop {
            let (begun, start, line) = (rows.ends.len(), rows.used, rows.line_ends);
            let mut end = start;
            match self.next(text, &mut end, &mut signs, rows) {
                Next::Unended => {
                    rows.ends.truncate(begun);
                    rows.line_ends = line;
                    return true;
                }
                Next::BlankLine => rows.blank += 1,
                Next::Row => {
                    let cells = &rows.ends[begun..];
                    if are_blank(text, start, cells) {
                        rows.empty += 1;
                        rows.ends.truncate(begun);
                    } else if cells.len() == self.width && self.has_no_nameless(text, rows, start, begun) {
                        let row = rows.starts.len();
                        if rows.lines.last().is_none_or(|(first, at)| at + (row - first) as u64 != line) {
                            rows.lines.push((row, line));
                        }
                        rows.starts.push(start as u32);
                    } else {
                        rows.ends.truncate(begun);
                        rows.line_ends = line;
                        return false;
                    }
                }
                Next::Odd => {
                    rows.ends.truncate(begun);
                    rows.line_ends = line;
                    return false;
                }
            }
            rows.used = end.min(text.len());
        }
    }

    /// Finds the cells up to the end of a line outside quotes; `place` is where it begins, and then where the next does.
    fn next(&self, text: &[u8], place: &mut usize, signs: &mut usize, rows: &mut Rows) -> Next {
        let sign = |signs: usize| self.signs.get(signs).map(|sign| *sign as usize);
        let start = *place;
        loop {
            let begin = *place;
            let Some(mut end) = sign(*signs) else { return Next::Unended };
            if end == begin && at(text, end) == b'"' {
                let Some((close, flags)) = self.closing(text, signs, rows) else { return Next::Unended };
                *signs += 1;
                let Some(behind) = sign(*signs) else { return Next::Unended };
                let returns = at(text, close + 1) == b'\r' && at(text, behind) == b'\n';
                if behind != close + 1 + usize::from(returns) {
                    return Next::Odd;
                }
                rows.ends.push((close + 1) as u32 | flags);
                end = behind;
            } else {
                // A quote inside a cell without quotes is a sign like any other, but not behind spaces.
                if at(text, end) == b'"' && text[begin..end].iter().all(|byte| *byte == b' ') {
                    return Next::Odd;
                }
                while at(text, end) == b'"' {
                    *signs += 1;
                    let Some(behind) = sign(*signs) else { return Next::Unended };
                    end = behind;
                }
                let returns = at(text, end) == b'\n' && end > begin && text[end - 1] == b'\r';
                rows.ends.push((end - usize::from(returns)) as u32);
            }
            *signs += 1;
            *place = end + 1;
            if at(text, end) == b'\n' {
                rows.line_ends += 1;
                let blank = text[start..end].iter().all(|byte| *byte == b'\r');
                if blank {
                    rows.ends.pop();
                }
                return if blank { Next::BlankLine } else { Next::Row };
            }
        }
    }

    /// The closing quote of the cell whose opening quote is the sign at hand, and what to note of it.
    fn closing(&self, text: &[u8], signs: &mut usize, rows: &mut Rows) -> Option<(usize, u32)> {
        let mut flags = QUOTED;
        *signs += 1;
        loop {
            let close = *self.signs.get(*signs)? as usize;
            match at(text, close) {
                b'"' if at(text, close + 1) == b'"' => {
                    flags |= DOUBLED;
                    *signs += 1;
                }
                b'"' => return Some((close, flags)),
                b'\n' => rows.line_ends += 1,
                _ => {}
            }
            *signs += 1;
        }
    }

    /// Whether nothing stands in the cells of columns without a name.
    fn has_no_nameless(&self, text: &[u8], rows: &Rows, start: usize, begun: usize) -> bool {
        let behind = match self.named {
            0 => start,
            named => (rows.ends[begun + named - 1] & PLACE) as usize + 1,
        };
        self.width == self.named || are_blank(text, behind, &rows.ends[begun + self.named..])
    }
}

/// A cell without its quotes, and whether each quote in it is written twice.
#[inline]
fn unquoted(start: usize, end: u32) -> (Range<usize>, bool) {
    let quote = usize::from(end & QUOTED != 0);
    (start + quote..(end & PLACE) as usize - quote, end & DOUBLED != 0)
}

/// Whether cells, the first of which begins at `start`, have nothing in them.
fn are_blank(text: &[u8], mut start: usize, cells: &[u32]) -> bool {
    cells.iter().all(|end| {
        let (bytes, _) = unquoted(start, *end);
        start = (end & PLACE) as usize + 1;
        let cell = &text[bytes];
        !cell.first().is_some_and(u8::is_ascii_graphic)
            && std::str::from_utf8(cell).is_ok_and(|cell| cell.trim().is_empty())
    })
}

/// The byte at a place; behind the text, a line feed ends the last row.
#[inline]
fn at(text: &[u8], place: usize) -> u8 {
    text.get(place).copied().unwrap_or(b'\n')
}

/// Whether a carriage return stands without a line feed: it ends a line by itself.
fn has_lone_return(text: &[u8], is_last: bool) -> bool {
    memchr::memchr_iter(b'\r', text).any(|place| text.get(place + 1).map_or(is_last, |byte| *byte != b'\n'))
}
