//! Rows of a file that is as most are, which can be taken apart in pieces, by several threads, at many times the speed of
//! the careful [`Reader`]. Where a file turns out not to be, the careful reader goes on from there; so it is always that one
//! which says what is wrong.

use std::io::Read;

use super::decode::{Decoder, line_feeds};
use super::split::{Rows, Splitter};
use super::watch::Watched;
use super::{Delimiter, Reader};
use crate::error::Error;

/// A row that does not fit into as many bytes of text is read carefully.
const LONGEST_ROW: usize = 8 << 20;
/// Bytes of text that are taken apart at once. The longest record is longer: such a file is read carefully.
const BATCH: usize = 4 << 20;

/// A file that is plain so far.
pub(crate) struct Plain<R> {
    decoder: Decoder<R>,
    /// Decoded, and not yet given out; it begins with a line.
    text: Vec<u8>,
    line: u64,
    /// Whether nothing follows the text, or what the decoder could not read does.
    ended: bool,
    failed: Option<Error>,
    /// Whether the text begins with what is not plain.
    odd: bool,
    splitter: Splitter,
    file: String,
    delimiter: Delimiter,
    header: Vec<String>,
    /// Cells of a row, counting those of columns without a name.
    width: usize,
    blank_lines: u64,
    empty_rows: u64,
}

/// Some text, and the rows in it.
pub(crate) struct Piece {
    pub(crate) text: Vec<u8>,
    pub(crate) rows: Rows,
    /// The number of the text's first line.
    pub(crate) line: u64,
}

/// Some whole lines without quotes.
pub(crate) struct Batch {
    pub(crate) text: String,
    /// The number of the first.
    pub(crate) line: u64,
}

impl Piece {
    /// The number of the line on which a row begins.
    pub(crate) fn line_of(&self, row: usize) -> u64 {
        let lines = &self.rows.lines;
        let run = lines.partition_point(|(first, _)| *first <= row).saturating_sub(1);
        self.line + lines.get(run).map_or(0, |(first, before)| before + (row - first) as u64)
    }
}

impl<R: Read> Plain<R> {
    /// Goes on behind the header; gives the reader back where the file is not plain, or rows have been read.
    pub(crate) fn new(reader: Reader<R>) -> Result<Self, Box<Reader<R>>> {
        let end = usize::try_from(reader.end).unwrap_or(usize::MAX);
        let watched = reader.csv.get_ref();
        if !watched.is_first() {
            return Err(Box::new(reader));
        }
        let Reader { csv, file, delimiter, header, width, blank_lines, empty_rows, .. } = reader;
        let (decoder, mut text) = csv.into_inner().into_parts();
        let head: Vec<u8> = text.drain(..end.min(text.len())).collect();
        let mut line = 1 + line_feeds(&head);
        // A line that ends in a carriage return alone is counted so by the careful reader.
        let alone = |pair: &[u8]| pair[0] == b'\r' && pair[1] != b'\n';
        line += head.windows(2).filter(|pair| alone(pair)).count() as u64;
        match (head.last(), text.first()) {
            (Some(b'\r'), Some(b'\n')) => {
                text.remove(0);
                line += 1;
            }
            (Some(b'\r'), _) => line += 1,
            _ => {}
        }
        let splitter = Splitter::new(delimiter.byte(), width, header.len());
        let (ended, failed, odd) = (false, None, false);
        Ok(Self {
            decoder,
            text,
            line,
            ended,
            failed,
            odd,
            splitter,
            file,
            delimiter,
            header,
            width,
            blank_lines,
            empty_rows,
        })
    }

    pub(crate) fn delimiter(&self) -> Delimiter {
        self.delimiter
    }

    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        self.decoder.bytes_read()
    }

    /// The next rows, of `size` bytes of text or a row that is longer; none at the end of the file, or where what follows is not plain.
    pub(crate) fn rows(&mut self, size: usize) -> Option<Piece> {
        let (mut size, mut rows) = (size, Rows::default());
        while !self.odd {
            self.fill(size);
            let text = &self.text[..size.min(self.text.len())];
            let all = self.ended && self.failed.is_none() && text.len() == self.text.len();
            self.odd = !self.splitter.split(text, all, &mut rows);
            let rest = self.text.split_off(rows.used);
            let text = std::mem::replace(&mut self.text, rest);
            let line = self.line;
            self.line += rows.line_ends;
            self.blank_lines += rows.blank;
            self.empty_rows += rows.empty;
            if rows.len() > 0 {
                return Some(Piece { text, rows, line });
            }
            if (self.ended && size >= self.text.len()) || size > LONGEST_ROW {
                return None;
            }
            size *= 2;
        }
        None
    }

    /// The next lines; none at the end of the file, or where what follows is not plain: lines with quotes, or with cells of
    /// columns without a name.
    pub(crate) fn lines(&mut self) -> Option<Batch> {
        self.fill(BATCH);
        let end = match self.text.iter().rposition(|byte| *byte == b'\n') {
            _ if self.ended && self.failed.is_none() => self.text.len(),
            Some(last) => last + 1,
            None => return None,
        };
        if end == 0 || self.width != self.header.len() || self.text[..end].contains(&b'"') {
            return None;
        }
        let rest = self.text.split_off(end);
        match String::from_utf8(std::mem::replace(&mut self.text, rest)) {
            Ok(text) => {
                let line = self.line;
                self.line += line_feeds(text.as_bytes());
                Some(Batch { text, line })
            }
            // The decoder writes nothing else.
            Err(error) => {
                let mut text = error.into_bytes();
                text.append(&mut self.text);
                self.text = text;
                None
            }
        }
    }

    /// Decodes text until there are `size` bytes, the file ends or it can not be read on: then the careful reader says so, as
    /// something else may be wrong before.
    fn fill(&mut self, size: usize) {
        while self.text.len() < size && !self.ended {
            let whole = self.text.len();
            match self.decoder.decode_into(&mut self.text) {
                Ok(more) => self.ended = !more,
                Err(error) => {
                    self.text.truncate(whole);
                    self.failed = Some(error);
                    self.ended = true;
                }
            }
        }
    }

    /// The careful reader of what follows, after batches that were not understood.
    pub(crate) fn into_reader(mut self, back: Vec<Batch>) -> Reader<R> {
        let line = back.first().map_or(self.line, |batch| batch.line);
        let mut text: Vec<u8> = Vec::new();
        for batch in back {
            text.extend_from_slice(batch.text.as_bytes());
        }
        text.append(&mut self.text);
        let watched = Watched::new(self.decoder, text, self.delimiter.byte(), line).failing(self.failed);
        let csv = ::csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter.byte())
            .from_reader(watched);
        Reader {
            csv,
            file: self.file,
            delimiter: self.delimiter,
            width: self.width,
            header: self.header,
            end: 0,
            blank_lines: self.blank_lines,
            empty_rows: self.empty_rows,
        }
    }
}
