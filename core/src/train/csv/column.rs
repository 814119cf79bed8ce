//! A column as its distinct texts and a code for each row.

use std::hash::{BuildHasher, Hasher};
use std::ops::Range;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::split::Rows;
use crate::train::leads::Codes;

/// One column of a table: its distinct texts, trimmed, in the order in which they first occur.
#[derive(Clone, Debug)]
pub struct TextColumn {
    name: String,
    texts: Texts,
    counts: Vec<u64>,
    first_rows: Vec<usize>,
    codes: Codes,
}

/// Texts in one piece of memory.
#[derive(Clone, Debug, Default)]
struct Texts {
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl TextColumn {
    /// The name in the header.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The distinct texts.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.texts.len()).map(|code| self.texts.get(code))
    }

    /// For each row, the place of its text among the distinct ones.
    pub fn codes(&self) -> &Codes {
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
        self.texts.get(self.codes.at(row) as usize)
    }
}

impl Texts {
    fn len(&self) -> usize {
        self.ends.len()
    }

    fn get(&self, code: usize) -> &str {
        let start = if code == 0 { 0 } else { self.ends[code - 1] };
        &self.text[start..self.ends[code]]
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }
}

/// Collects a column, cell by cell.
pub(super) struct Builder {
    name: String,
    texts: Texts,
    counts: Vec<u64>,
    first_rows: Vec<usize>,
    codes: Growing,
    /// Looked up only; the order of texts is that of the file.
    places: HashTable<Place>,
    hasher: DefaultHashBuilder,
    /// The codes of the rows at hand.
    fresh: Vec<u32>,
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

impl Builder {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            texts: Texts::default(),
            counts: Vec::new(),
            first_rows: Vec::new(),
            codes: Growing::Bytes(Vec::new()),
            places: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            fresh: Vec::new(),
        }
    }

    /// Appends a cell.
    pub(super) fn push(&mut self, cell: &str, row: usize) -> Result<(), Full> {
        let code = self.code(cell.trim(), row)?;
        self.fresh.push(code);
        self.keep();
        Ok(())
    }

    /// Appends the cells of one place of some rows; `before` are the rows of the table in front of `rows`.
    pub(super) fn take(
        &mut self,
        text: &[u8],
        rows: &Rows,
        some: Range<usize>,
        place: usize,
        before: usize,
    ) -> Result<(), Full> {
        for row in some {
            let (cell, doubled) = rows.cell(row, place);
            let code = match short_key(text, &cell) {
                Some(key) if !doubled => self.code_of_short(text, cell, key, before + row)?,
                _ => self.code_of_cell(&text[cell], doubled, before + row)?,
            };
            self.fresh.push(code);
        }
        self.keep();
        Ok(())
    }

    pub(super) fn finish(self) -> TextColumn {
        let Self { name, mut texts, mut counts, mut first_rows, codes, .. } = self;
        texts.text.shrink_to_fit();
        texts.ends.shrink_to_fit();
        counts.shrink_to_fit();
        first_rows.shrink_to_fit();
        TextColumn { name, texts, counts, first_rows, codes: codes.finish() }
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

    /// The code of a cell that may have spaces around it.
    fn code_of_cell(&mut self, cell: &[u8], doubled: bool, row: usize) -> Result<u32, Full> {
        let text = as_text(cell);
        if doubled { self.code(text.replace("\"\"", "\"").trim(), row) } else { self.code(text.trim(), row) }
    }

    /// The code of a trimmed text.
    fn code(&mut self, text: &str, row: usize) -> Result<u32, Full> {
        let bytes = text.as_bytes();
        let Self { places, hasher, texts, .. } = self;
        let key = if bytes.len() <= SHORT {
            key_of(bytes)
        } else {
            let mut hash = hasher.build_hasher();
            hash.write(bytes);
            hash.finish() | LONG
        };
        let same = |place: &Place| {
            place.key == key && (bytes.len() <= SHORT || texts.get(place.code as usize) == text)
        };
        if let Some(place) = places.find(hasher.hash_one(key), same) {
            self.counts[place.code as usize] += 1;
            return Ok(place.code);
        }
        self.add(text, key, row)
    }

    /// Adds a text that occurs for the first time.
    fn add(&mut self, text: &str, key: u64, row: usize) -> Result<u32, Full> {
        let Self { places, hasher, texts, .. } = self;
        // The last code means "missing" in the typed columns.
        let code = u32::try_from(texts.len()).ok().filter(|code| *code < u32::MAX).ok_or(Full)?;
        texts.push(text);
        self.counts.push(1);
        self.first_rows.push(row);
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
