//! Bytes → UTF-8 text, in bounded chunks.

use std::io::{ErrorKind as IoErrorKind, Read};
use std::str::FromStr;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

use crate::error::{Error, ErrorKind, Result, quoted};

/// How many bytes are read at once.
pub(super) const CHUNK: usize = 64 * 1024;
/// An encoding is guessed by so many bytes behind the first that is not ASCII, where the source has them.
const GUESSED_BY: usize = CHUNK / 2;
/// Fewer bytes than this that are not ASCII are the stray umlaut of a western file: from them other encodings are not told apart.
const FEW: usize = 20;

/// How a file writes its text: one of the encodings of the [Encoding Standard](https://encoding.spec.whatwg.org), by any of
/// the names it has there.
///
/// ```
/// use sales_ready::train::csv::Encoding;
///
/// assert_eq!("sjis".parse::<Encoding>()?.as_str(), "Shift_JIS");
/// assert_eq!("latin1".parse::<Encoding>()?.as_str(), "windows-1252");
/// # Ok::<_, sales_ready::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// The encoding's name in the standard.
    pub fn as_str(self) -> &'static str {
        self.0.name()
    }

    /// Whether it is UTF-8.
    pub fn is_utf8(self) -> bool {
        self.0 == UTF_8
    }
}

impl FromStr for Encoding {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        // The standard's two that are no encodings of text: one stands for whatever is not safe to read, one for raw bytes.
        let known = encoding_rs::Encoding::for_label(text.as_bytes())
            .filter(|encoding| ![REPLACEMENT, X_USER_DEFINED].contains(encoding));
        known.map(Self).ok_or_else(|| {
            let message = format!(
                "expected an encoding, such as utf-8, utf-16le, windows-1252, windows-1251, shift_jis or gbk, found {text}"
            , text = quoted(text));
            Error::new(ErrorKind::BadOption, message)
        })
    }
}

/// Decodes a byte source.
///
/// Without a byte order mark, a file is UTF-8 until its first byte that is not ASCII: if that begins a valid UTF-8
/// sequence the file is UTF-8, and an invalid one later is an error; if not, the encoding is guessed from there, and what is
/// no text of it later is an error. Text is never decoded in two ways.
pub(super) struct Decoder<R> {
    source: R,
    file: String,
    state: State,
    raw: Vec<u8>,
    /// How many bytes at the front of `raw` are left over from the last chunk: the beginning of a sequence.
    kept: usize,
    /// How much text was in front of the chunk.
    before: usize,
    ended: bool,
    bytes: u64,
    lines: u64,
}

enum State {
    Unread(Option<Encoding>),
    /// ASCII so far, as which most encodings begin.
    Ascii,
    Utf8,
    /// Another encoding that was named, or is evident.
    Foreign(encoding_rs::Decoder),
    Guessed(encoding_rs::Decoder),
}

impl<R: Read> Decoder<R> {
    pub(super) fn new(source: R, file: &str, encoding: Option<Encoding>) -> Self {
        let state = State::Unread(encoding);
        Self {
            source,
            file: file.to_owned(),
            state,
            raw: Vec::new(),
            kept: 0,
            before: 0,
            ended: false,
            bytes: 0,
            lines: 0,
        }
    }

    /// Appends the next chunk of text; `false` at the end of the source.
    pub(super) fn decode_into(&mut self, text: &mut Vec<u8>) -> Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let last = self.fill()? == 0;
        self.ended = last;
        let mut raw = std::mem::take(&mut self.raw);
        let mut start = 0;
        if let State::Unread(wanted) = self.state {
            let (state, mark) = self.begin(&raw, wanted)?;
            self.state = state;
            start = mark;
        }
        self.before = text.len();
        let kept = self.decode(&raw[start..], last, text)?;
        self.lines += line_feeds(&text[self.before..]);
        let length = raw.len();
        raw.copy_within(length - kept.., 0);
        self.kept = kept;
        self.raw = raw;
        Ok(!last)
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes
    }

    pub(super) fn encoding(&self) -> Encoding {
        match self.state {
            State::Unread(_) | State::Ascii | State::Utf8 => Encoding(UTF_8),
            State::Foreign(ref decoder) | State::Guessed(ref decoder) => Encoding(decoder.encoding()),
        }
    }

    /// Fills `raw` behind the bytes that were kept, and says how many are new.
    fn fill(&mut self) -> Result<usize> {
        self.raw.resize(self.kept + CHUNK, 0);
        let mut filled = self.kept;
        // A whole first chunk, so that the encoding is not judged by the few bytes a pipe may give at first.
        let wanted = if matches!(self.state, State::Unread(_)) { self.raw.len() } else { self.kept + 1 };
        while filled < wanted {
            match self.source.read(&mut self.raw[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == IoErrorKind::Interrupted => {}
                Err(error) => {
                    let message = format!("could not read: {error}");
                    return Err(Error::new(ErrorKind::Io, message).caused_by(error).at(&self.file, 0, 0));
                }
            }
        }
        self.raw.truncate(filled);
        let fresh = filled - self.kept;
        self.bytes += fresh as u64;
        Ok(fresh)
    }

    /// Judges the first chunk: how to decode it, and the length of its byte order mark.
    fn begin(&self, raw: &[u8], wanted: Option<Encoding>) -> Result<(State, usize)> {
        let (found, mark) = match raw {
            [0xEF, 0xBB, 0xBF, ..] => (Some(UTF_8), 3),
            [0xFF, 0xFE, ..] => (Some(UTF_16LE), 2),
            [0xFE, 0xFF, ..] => (Some(UTF_16BE), 2),
            _ => (evident_utf16(raw), 0),
        };
        let encoding = wanted.map(|wanted| wanted.0).or(found);
        // A mark of another encoding than the wanted one is text.
        let mark = if encoding == found { mark } else { 0 };
        if encoding.is_none_or(encoding_rs::Encoding::is_ascii_compatible) {
            self.reject_other(raw)?;
        }
        let state = match encoding {
            None => State::Ascii,
            Some(encoding) if encoding == UTF_8 => State::Utf8,
            Some(encoding) => State::Foreign(encoding.new_decoder_without_bom_handling()),
        };
        Ok((state, mark))
    }

    fn reject_other(&self, raw: &[u8]) -> Result<()> {
        let begins = |marks: &[&[u8]]| {
            let text = raw.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(raw).trim_ascii_start();
            marks
                .iter()
                .any(|mark| text.get(..mark.len()).is_some_and(|text| text.eq_ignore_ascii_case(mark)))
        };
        let message = if raw.starts_with(b"PK\x03\x04") || raw.starts_with(b"\xD0\xCF\x11\xE0") {
            "expected a CSV file, found an Excel workbook (or another archive); save the sheet as \"CSV UTF-8\""
        } else if raw.starts_with(b"\x1F\x8B") {
            "expected a CSV file, found a gzip archive; unpack it"
        } else if raw.contains(&0) {
            "expected a CSV file, found zero bytes, so this is no text; export the leads as CSV"
        } else if begins(&[b"<!doctype", b"<html", b"<table", b"<?xml"]) {
            // What many systems name .xls, and Excel opens with a warning.
            "expected a CSV file, found HTML or XML; export the leads as CSV, or open it in a spreadsheet and save it as \"CSV UTF-8\""
        } else if begins(&[b"{\"", b"[{"]) {
            "expected a CSV file, found JSON; export the leads as CSV"
        } else {
            return Ok(());
        };
        Err(Error::new(ErrorKind::Encoding, message).at(&self.file, 0, 0))
    }

    /// Decodes bytes and says how many at their end wait for the next chunk.
    fn decode(&mut self, raw: &[u8], last: bool, text: &mut Vec<u8>) -> Result<usize> {
        match &mut self.state {
            State::Unread(_) | State::Ascii | State::Utf8 => self.decode_utf8(raw, last, text),
            State::Guessed(decoder) if decoder.encoding() == WINDOWS_1252 && has_utf8(raw) => {
                Err(self.mixed(text))
            }
            State::Foreign(decoder) | State::Guessed(decoder) => {
                let malformed = decode_foreign(decoder, raw, last, text);
                if malformed { Err(self.malformed(text)) } else { Ok(0) }
            }
        }
    }

    fn decode_utf8(&mut self, raw: &[u8], last: bool, text: &mut Vec<u8>) -> Result<usize> {
        let error = match simdutf8::compat::from_utf8(raw) {
            Ok(valid) => {
                if matches!(self.state, State::Ascii) && !valid.is_ascii() {
                    self.state = State::Utf8;
                }
                text.extend_from_slice(raw);
                return Ok(0);
            }
            Err(error) => error,
        };
        let (valid, rest) = raw.split_at(error.valid_up_to());
        if error.error_len().is_none() && !last {
            if matches!(self.state, State::Ascii) && !valid.is_ascii() {
                self.state = State::Utf8;
            }
            text.extend_from_slice(valid);
            return Ok(rest.len());
        }
        if matches!(self.state, State::Ascii) && valid.is_ascii() {
            if rest.len() < GUESSED_BY && !last {
                text.extend_from_slice(valid);
                return Ok(rest.len());
            }
            self.state = State::Guessed(guessed(rest).new_decoder_without_bom_handling());
            return self.decode(raw, last, text);
        }
        text.extend_from_slice(valid);
        Err(self.mixed(text))
    }

    fn mixed(&self, text: &[u8]) -> Error {
        let message = "expected one encoding, but the file mixes UTF-8 with another one; save it as UTF-8, or say which it is with --encoding";
        self.error(message, text)
    }

    fn malformed(&self, text: &[u8]) -> Error {
        self.error(
            &format!(
                "expected {} text, found bytes that are none; save the file as UTF-8, or say which encoding it has with --encoding",
                self.encoding().as_str()
            ),
            text,
        )
    }

    /// An error on the line that `text`, with the chunk as far as it was decoded, ends with.
    fn error(&self, message: &str, text: &[u8]) -> Error {
        let line = self.lines + line_feeds(&text[self.before..]) + 1;
        Error::new(ErrorKind::Encoding, message).at(&self.file, line, 0)
    }
}

/// Appends decoded text; `true` where the bytes are malformed.
fn decode_foreign(decoder: &mut encoding_rs::Decoder, raw: &[u8], last: bool, text: &mut Vec<u8>) -> bool {
    let begin = text.len();
    let most = decoder.max_utf8_buffer_length_without_replacement(raw.len()).unwrap_or(raw.len() * 4 + 16);
    text.resize(begin + most, 0);
    let (result, _, written) = decoder.decode_to_utf8_without_replacement(raw, &mut text[begin..], last);
    text.truncate(begin + written);
    matches!(result, DecoderResult::Malformed(..))
}

pub(super) fn line_feeds(text: &[u8]) -> u64 {
    // Sums of single bytes, of which a processor adds many at once; 255 are the most that one can count.
    let count =
        |part: &[u8]| part.iter().fold(0_u8, |count, byte| count.wrapping_add(u8::from(*byte == b'\n')));
    text.chunks(255).map(|part| u64::from(count(part))).sum()
}

/// The encoding of bytes that are not UTF-8.
fn guessed(bytes: &[u8]) -> &'static encoding_rs::Encoding {
    if bytes.iter().filter(|byte| !byte.is_ascii()).count() < FEW {
        return WINDOWS_1252;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, false);
    detector.guess(None, Utf8Detection::Deny)
}

/// "Ã" followed by a sign: the mark of UTF-8 read as Windows-1252.
fn has_utf8(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| pair[0] == 0xC3 && (0x80..0xC0).contains(&pair[1]))
}

/// UTF-16 without a mark: mostly western text has a zero in every other byte, on one side only.
fn evident_utf16(raw: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let pairs = raw.chunks_exact(2);
    let count = pairs.len();
    let (mut first, mut second) = (0, 0);
    for pair in pairs {
        first += usize::from(pair[0] == 0);
        second += usize::from(pair[1] == 0);
    }
    if count < 2 {
        None
    } else if second * 2 > count && first * 20 < count {
        Some(UTF_16LE)
    } else if first * 2 > count && second * 20 < count {
        Some(UTF_16BE)
    } else {
        None
    }
}
