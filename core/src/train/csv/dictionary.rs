//! Texts as codes: each distinct one once, in the order in which they first occur.

use std::borrow::Cow;
use std::hash::{BuildHasher, Hasher};
use std::ops::Range;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::split::Rows;
use crate::train::leads::Codes;

/// From so many distinct texts on …
const MANY: usize = 1 << 14;
/// … that occur less often, on average, a column may be kept in less memory without them.
const OFTEN: usize = 4;

/// A column as its distinct texts, and a code for each row.
#[derive(Clone, Debug)]
pub(super) struct Coded {
    pub(super) texts: Texts,
    pub(super) counts: Vec<u64>,
    pub(super) first_rows: Vec<usize>,
    pub(super) codes: Codes,
}

/// Texts in one piece of memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Texts {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, code: usize) -> &str {
        let start = if code == 0 { 0 } else { self.ends[code - 1] };
        &self.text[start..self.ends[code]]
    }

    fn bytes(&self, code: usize) -> &[u8] {
        let start = if code == 0 { 0 } else { self.ends[code - 1] };
        &self.text.as_bytes()[start..self.ends[code]]
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }
}

/// A column that grows, cell by cell.
pub(super) struct Dictionary {
    texts: Texts,
    counts: Vec<u64>,
    first_rows: Vec<usize>,
    codes: Growing,
    /// Looked up only; the order of texts is that of the file.
    places: HashTable<Place>,
    hasher: DefaultHashBuilder,
    /// The codes of the rows at hand.
    fresh: Vec<u32>,
    /// A cell without its doubled quotes.
    undoubled: Vec<u8>,
    /// Whether the column has just come to many texts that occur seldom.
    pub(super) ripe: bool,
}

/// Where a text stands among the distinct ones.
struct Place {
    /// The text itself and its length, where it is short; else a hash of it.
    key: u64,
    code: u32,
}

/// Texts of at most this many bytes are their own keys; the last byte of a key is their length.
const SHORT: usize = 7;
/// In place of the length.
const LONG: u64 = 0xFF << 56;

/// There are more distinct texts than codes.
pub(super) struct Full;

impl Dictionary {
    pub(super) fn new() -> Self {
        Self {
            texts: Texts::default(),
            counts: Vec::new(),
            first_rows: Vec::new(),
            codes: Growing::Bytes(Vec::new()),
            places: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            fresh: Vec::new(),
            undoubled: Vec::new(),
            ripe: false,
        }
    }

    /// Appends a trimmed text.
    pub(super) fn push(&mut self, text: &str, row: usize) -> Result<(), Full> {
        let code = self.code(text.as_bytes(), row)?;
        self.fresh.push(code);
        self.keep();
        Ok(())
    }

    /// Appends the cells of one place of some rows, in front of which the table has `before` others, and says which are left
    /// as the dictionary has become ripe.
    pub(super) fn take(
        &mut self,
        text: &[u8],
        rows: &Rows,
        some: Range<usize>,
        place: usize,
        before: usize,
    ) -> Result<Range<usize>, Full> {
        let (mut some, end) = (some.clone(), some.end);
        for row in some.by_ref() {
            let (cell, doubled) = rows.cell(row, place);
            let code = match short_key(text, &cell) {
                Some(key) if !doubled => self.code_of_short(text, cell, key, before + row)?,
                _ => self.code_of_cell(&text[cell], doubled, before + row)?,
            };
            self.fresh.push(code);
            if self.ripe {
                break;
            }
        }
        self.keep();
        Ok(some.start..end)
    }

    /// The codes so far.
    pub(super) fn codes(&self) -> Box<dyn Iterator<Item = u32> + '_> {
        match &self.codes {
            Growing::Bytes(codes) => Box::new(codes.iter().map(|code| (*code).into())),
            Growing::Pairs(codes) => Box::new(codes.iter().map(|code| (*code).into())),
            Growing::Words(codes) => Box::new(codes.iter().copied()),
        }
    }

    /// The distinct texts so far.
    pub(super) fn texts(&self) -> &Texts {
        &self.texts
    }

    pub(super) fn finish(self) -> Coded {
        let Self { mut texts, mut counts, mut first_rows, codes, .. } = self;
        texts.text.shrink_to_fit();
        texts.ends.shrink_to_fit();
        counts.shrink_to_fit();
        first_rows.shrink_to_fit();
        Coded { texts, counts, first_rows, codes: codes.finish() }
    }

    #[inline]
    fn code_of_short(&mut self, text: &[u8], cell: Range<usize>, key: u64, row: usize) -> Result<u32, Full> {
        let hash = self.hasher.hash_one(key);
        if let Some(place) = self.places.find(hash, |place| place.key == key) {
            self.counts[place.code as usize] += 1;
            return Ok(place.code);
        }
        self.add(as_text(&text[cell]), key, row)
    }

    /// The code of a cell that may be long, or have spaces around it.
    fn code_of_cell(&mut self, cell: &[u8], doubled: bool, row: usize) -> Result<u32, Full> {
        match cell {
            [first, .., last] if !doubled && first.is_ascii_graphic() && last.is_ascii_graphic() => {
                self.code(cell, row)
            }
            _ if !doubled => self.code(as_text(cell).trim().as_bytes(), row),
            _ => {
                let mut text = std::mem::take(&mut self.undoubled);
                undouble(cell, &mut text);
                let code = match text.as_slice() {
                    [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => {
                        self.code(&text, row)
                    }
                    _ => self.code(as_text(&text).trim().as_bytes(), row),
                };
                self.undoubled = text;
                code
            }
        }
    }

    /// The code of a trimmed text.
    fn code(&mut self, bytes: &[u8], row: usize) -> Result<u32, Full> {
        let Self { places, hasher, texts, .. } = self;
        let key = if bytes.len() <= SHORT {
            key_of(bytes)
        } else {
            let mut hash = hasher.build_hasher();
            hash.write(bytes);
            hash.finish() | LONG
        };
        let same = |place: &Place| {
            place.key == key && (bytes.len() <= SHORT || texts.bytes(place.code as usize) == bytes)
        };
        if let Some(place) = places.find(hasher.hash_one(key), same) {
            self.counts[place.code as usize] += 1;
            return Ok(place.code);
        }
        self.add(as_text(bytes), key, row)
    }

    /// Adds a text that occurs for the first time.
    fn add(&mut self, text: &str, key: u64, row: usize) -> Result<u32, Full> {
        let Self { places, hasher, texts, .. } = self;
        // The last code means "missing" in the typed columns.
        let code = u32::try_from(texts.len()).ok().filter(|code| *code < u32::MAX).ok_or(Full)?;
        texts.push(text);
        self.counts.push(1);
        self.first_rows.push(row);
        let distinct = texts.len();
        self.ripe = distinct.is_power_of_two() && distinct >= MANY && row < OFTEN * distinct;
        places.insert_unique(hasher.hash_one(key), Place { key, code }, |place| hasher.hash_one(place.key));
        Ok(code)
    }

    fn keep(&mut self) {
        self.codes.extend(&self.fresh, self.texts.len());
        self.fresh.clear();
    }
}

/// Codes in as few bytes as the distinct texts so far allow.
enum Growing {
    Bytes(Vec<u8>),
    Pairs(Vec<u16>),
    Words(Vec<u32>),
}

impl Growing {
    /// Appends codes, all of them below `distinct`.
    fn extend(&mut self, codes: &[u32], distinct: usize) {
        if let Self::Bytes(kept) = self
            && distinct > 1 << 8
        {
            *self = Self::Pairs(kept.iter().map(|code| (*code).into()).collect());
        }
        if let Self::Pairs(kept) = self
            && distinct > 1 << 16
        {
            *self = Self::Words(kept.iter().map(|code| (*code).into()).collect());
        }
        match self {
            Self::Bytes(kept) => kept.extend(codes.iter().map(|code| *code as u8)),
            Self::Pairs(kept) => kept.extend(codes.iter().map(|code| *code as u16)),
            Self::Words(kept) => kept.extend_from_slice(codes),
        }
    }

    fn finish(self) -> Codes {
        fn whole<T>(mut codes: Vec<T>) -> Arc<Vec<T>> {
            codes.shrink_to_fit();
            Arc::new(codes)
        }
        match self {
            Self::Bytes(codes) => Codes::Bytes(whole(codes)),
            Self::Pairs(codes) => Codes::Pairs(whole(codes)),
            Self::Words(codes) => Codes::Words(whole(codes)),
        }
    }
}

/// The text of a cell, without spaces around it.
pub(super) fn unquoted(cell: &[u8], doubled: bool) -> Cow<'_, str> {
    if !doubled {
        return as_text(cell).trim().into();
    }
    let mut text = Vec::new();
    undouble(cell, &mut text);
    as_text(&text).trim().to_owned().into()
}

/// Puts the text of a cell in place of another, each doubled quote once.
fn undouble(cell: &[u8], text: &mut Vec<u8>) {
    text.clear();
    let mut rest = cell;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        text.extend_from_slice(&rest[..=quote]);
        rest = rest.get(quote + 2..).unwrap_or_default();
    }
    text.extend_from_slice(rest);
}

/// The key of a cell that is short and has no space around it.
#[inline]
fn short_key(text: &[u8], cell: &Range<usize>) -> Option<u64> {
    let length = cell.len();
    if length == 0 {
        return Some(0);
    }
    let (first, last) = (text[cell.start], text[cell.end - 1]);
    if length > SHORT || !first.is_ascii_graphic() || !last.is_ascii_graphic() {
        return None;
    }
    Some(match text[cell.start..].first_chunk() {
        Some(bytes) => u64::from_le_bytes(*bytes) & ((1 << (8 * length)) - 1) | (length as u64) << 56,
        None => key_of(&text[cell.clone()]),
    })
}

/// The key of a short text.
fn key_of(bytes: &[u8]) -> u64 {
    let word = bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
    word | (bytes.len() as u64) << 56
}

/// Cells are cut from valid text at ASCII signs.
fn as_text(cell: &[u8]) -> &str {
    std::str::from_utf8(cell).unwrap_or_default()
}
