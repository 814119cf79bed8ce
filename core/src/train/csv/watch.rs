//! Watches the text on its way to the `csv` crate, which reads leniently: where lines begin, and damaged quotes.

use std::collections::VecDeque;
use std::io::{self, Read};

use super::decode::{Decoder, Encoding};
use crate::error::{Error, ErrorKind, Result};

/// The longest record. A quote that is never closed would otherwise take the rest of the file into memory.
const LONGEST_RECORD: u64 = 16 * 1024 * 1024;

/// Decoded text that remembers its line ends until they are asked for.
pub(super) struct Watched<R> {
    decoder: Decoder<R>,
    chunk: Vec<u8>,
    /// How much of `chunk` has been handed on.
    used: usize,
    ended: bool,
    failed: Option<Error>,
    /// What comes behind the first chunk, where that could not be decoded.
    next: Option<Error>,
    watch: Watch,
}

/// All offsets count bytes of decoded text.
struct Watch {
    delimiter: u8,
    offset: u64,
    after_return: bool,
    place: Place,
    /// The record and cell being watched.
    record: u64,
    line: u64,
    column: u64,
    /// Where the cell's opening quote is.
    quote_line: u64,
    quote_offset: u64,
    mistake: Option<Mistake>,
    /// Line ends (first byte, byte behind) not yet passed by the parser, and the line it is on.
    ends: VecDeque<(u64, u64)>,
    passed: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Start,
    /// Nothing but spaces since the cell's start.
    Spaces,
    Bare,
    Quoted,
    /// A quote inside quotes: the closing one, or the first of two.
    Closing,
    /// Spaces behind the closing quote.
    Closed,
}

struct Mistake {
    offset: u64,
    line: u64,
    column: u64,
    message: &'static str,
}

impl<R: Read> Watched<R> {
    /// `first` is the text that was already decoded, and `line` the one it begins on.
    pub(super) fn new(decoder: Decoder<R>, first: Vec<u8>, delimiter: u8, line: u64) -> Self {
        let mut watch = Watch::new(delimiter, line);
        watch.scan(&first);
        Self { decoder, chunk: first, used: 0, ended: false, failed: None, next: None, watch }
    }

    /// The same, of which what follows the first text could not be decoded.
    pub(super) fn failing(self, next: Option<Error>) -> Self {
        Self { next, ..self }
    }

    /// Whether no text was decoded but the first, of which nothing is wrong.
    pub(super) fn is_first(&self) -> bool {
        self.watch.offset == self.chunk.len() as u64 && self.failed.is_none() && self.watch.mistake.is_none()
    }

    /// The decoder, and the text that was decoded last.
    pub(super) fn into_parts(self) -> (Decoder<R>, Vec<u8>) {
        (self.decoder, self.chunk)
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.decoder.bytes_read()
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.decoder.encoding()
    }

    /// The line of the record that begins at `offset`, or after the blank lines there, and how many those are.
    ///
    /// Offsets must not decrease from call to call.
    pub(super) fn line_at(&mut self, offset: u64) -> (u64, u64) {
        self.watch.line_at(offset)
    }

    /// The error found in the text before `end`, if any.
    pub(super) fn take_error(&mut self, end: u64, file: &str) -> Option<Error> {
        match &self.watch.mistake {
            Some(mistake) if mistake.offset < end || self.failed.is_some() => {
                Some(Error::new(ErrorKind::Csv, mistake.message).at(file, mistake.line, mistake.column))
            }
            _ => self.failed.take(),
        }
    }

    fn refill(&mut self) -> Result<()> {
        self.chunk.clear();
        self.used = 0;
        if let Some(error) = self.next.take() {
            return Err(error);
        }
        // A chunk may decode to nothing, for example to half a character.
        while self.chunk.is_empty() && !self.ended {
            self.ended = !self.decoder.decode_into(&mut self.chunk)?;
        }
        self.watch.scan(&self.chunk);
        if self.chunk.is_empty() {
            self.watch.finish();
        } else if self.watch.offset - self.watch.record > LONGEST_RECORD {
            self.watch.too_long();
            // The mistake says where; this stops the parser.
            return Err(Error::new(ErrorKind::Csv, "the record is too long"));
        }
        Ok(())
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.used == self.chunk.len()
            && let Err(error) = self.refill()
        {
            self.failed = Some(error);
            return Err(io::Error::other("see Watched::take_error"));
        }
        let count = buffer.len().min(self.chunk.len() - self.used);
        buffer[..count].copy_from_slice(&self.chunk[self.used..self.used + count]);
        self.used += count;
        Ok(count)
    }
}

impl Watch {
    fn new(delimiter: u8, line: u64) -> Self {
        Self {
            delimiter,
            offset: 0,
            after_return: false,
            place: Place::Start,
            record: 0,
            line,
            column: 1,
            quote_line: 0,
            quote_offset: 0,
            mistake: None,
            ends: VecDeque::new(),
            passed: line,
        }
    }

    fn scan(&mut self, text: &[u8]) {
        for &byte in text {
            match byte {
                b'\n' if self.after_return => {
                    if let Some(end) = self.ends.back_mut() {
                        end.1 += 1;
                    }
                    if self.place == Place::Start {
                        self.record = self.offset + 1;
                    }
                    self.after_return = false;
                }
                b'\n' | b'\r' => {
                    self.ends.push_back((self.offset, self.offset + 1));
                    self.line += 1;
                    self.after_return = byte == b'\r';
                    if self.place != Place::Quoted {
                        self.place = Place::Start;
                        self.record = self.offset + 1;
                        self.column = 1;
                    }
                }
                _ => {
                    self.after_return = false;
                    self.place = self.step(byte);
                }
            }
            self.offset += 1;
        }
    }

    /// The place after a byte that ends no line.
    fn step(&mut self, byte: u8) -> Place {
        match (self.place, byte) {
            (Place::Quoted, b'"') => Place::Closing,
            (Place::Quoted, _) => Place::Quoted,
            (_, byte) if byte == self.delimiter => {
                self.column += 1;
                Place::Start
            }
            (Place::Start, b'"') => {
                (self.quote_line, self.quote_offset) = (self.line, self.offset);
                Place::Quoted
            }
            (Place::Closing, b'"') => Place::Quoted,
            (Place::Start | Place::Spaces, b' ') => Place::Spaces,
            (Place::Closing | Place::Closed, b' ' | b'\t') => Place::Closed,
            (Place::Spaces, b'"') => {
                self.note(
                    "expected the opening quote at the very start of the cell, found spaces before it; remove the spaces",
                );
                Place::Bare
            }
            (Place::Closing | Place::Closed, _) => {
                self.note(
                    "expected a delimiter or the end of the line after the closing quote, found more text; write a quote inside quotes as two quotes (\"\")",
                );
                Place::Bare
            }
            (Place::Start | Place::Spaces | Place::Bare, _) => Place::Bare,
        }
    }

    /// Notes a mistake where the watch is; the first one counts.
    fn note(&mut self, message: &'static str) {
        let (offset, line, column) = (self.offset, self.line, self.column);
        self.mistake.get_or_insert(Mistake { offset, line, column, message });
    }

    fn finish(&mut self) {
        if self.place == Place::Quoted {
            self.note_quote(
                "expected a closing quote before the end of the file; close the quote that opens here",
            );
        }
    }

    fn too_long(&mut self) {
        if self.place == Place::Quoted {
            self.note_quote("expected a closing quote within 16 MB; close the quote that opens here");
        } else {
            self.note("expected rows of at most 16 MB; is this a CSV file with line ends?");
        }
    }

    fn note_quote(&mut self, message: &'static str) {
        let (offset, line, column) = (self.quote_offset, self.quote_line, self.column);
        self.mistake.get_or_insert(Mistake { offset, line, column, message });
    }

    fn line_at(&mut self, mut offset: u64) -> (u64, u64) {
        let mut blank = 0;
        while let Some(&(first, behind)) = self.ends.front() {
            if first > offset {
                break;
            }
            blank += u64::from(first == offset);
            // The parser ends a record at a carriage return and takes the line feed with the next one.
            offset = offset.max(behind);
            self.passed += 1;
            self.ends.pop_front();
        }
        (self.passed, blank)
    }
}
