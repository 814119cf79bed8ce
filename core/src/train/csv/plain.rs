//! Rows of a file that is plain: no quotes, a row on each line. Most logs are, and can be taken apart in pieces, by several
//! threads, at many times the speed of the careful [`Reader`]. Where a file turns out not to be, the careful reader goes on
//! from there; so it is always that one which says what is wrong.

use std::io::Read;

use super::decode::{Decoder, line_feeds};
use super::watch::Watched;
use super::{Delimiter, Reader};
use crate::error::Result;

/// Bytes of text that are taken apart at once. The longest record is longer: such a file is read carefully.
const BATCH: usize = 4 << 20;

/// A file that is plain so far.
pub(crate) struct Plain<R> {
    decoder: Decoder<R>,
    /// Decoded, and not yet given out; it begins with a line.
    text: Vec<u8>,
    line: u64,
    ended: bool,
    file: String,
    delimiter: Delimiter,
    header: Vec<String>,
    blank_lines: u64,
    empty_rows: u64,
}

/// Some whole lines.
pub(crate) struct Batch {
    pub(crate) text: String,
    /// The number of the first.
    pub(crate) line: u64,
}

impl<R: Read> Plain<R> {
    /// Goes on behind the header; gives the reader back where the file is not plain, or rows have been read.
    pub(crate) fn new(reader: Reader<R>) -> Result<Self, Box<Reader<R>>> {
        let end = usize::try_from(reader.end).unwrap_or(usize::MAX);
        let watched = reader.csv.get_ref();
        if !watched.is_first() || reader.width != reader.header.len() {
            return Err(Box::new(reader));
        }
        let Reader { csv, file, delimiter, header, blank_lines, empty_rows, .. } = reader;
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
        Ok(Self { decoder, text, line, ended: false, file, delimiter, header, blank_lines, empty_rows })
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

    /// The next lines; none at the end of the file, or where what follows is not plain.
    pub(crate) fn next(&mut self) -> Result<Option<Batch>> {
        while self.text.len() < BATCH && !self.ended {
            self.ended = !self.decoder.decode_into(&mut self.text)?;
        }
        let end = match self.text.iter().rposition(|byte| *byte == b'\n') {
            _ if self.ended => self.text.len(),
            Some(last) => last + 1,
            None => return Ok(None),
        };
        if end == 0 || self.text[..end].contains(&b'"') {
            return Ok(None);
        }
        let rest = self.text.split_off(end);
        match String::from_utf8(std::mem::replace(&mut self.text, rest)) {
            Ok(text) => {
                let line = self.line;
                self.line += line_feeds(text.as_bytes());
                Ok(Some(Batch { text, line }))
            }
            // The decoder writes nothing else.
            Err(error) => {
                let mut text = error.into_bytes();
                text.append(&mut self.text);
                self.text = text;
                Ok(None)
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
        let watched = Watched::new(self.decoder, text, self.delimiter.byte(), line);
        let csv = ::csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter.byte())
            .from_reader(watched);
        Reader {
            csv,
            file: self.file,
            delimiter: self.delimiter,
            width: self.header.len(),
            header: self.header,
            end: 0,
            blank_lines: self.blank_lines,
            empty_rows: self.empty_rows,
        }
    }
}
