//! Texts as codes: each distinct one once, in the order in which they first occur.

use std::hash::BuildHasher;
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

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }
}

/// A column that grows, cell by cell.
pub(super) struct Dictionary {
    texts: Texts,
    first_rows: Vec<usize>,
    codes: Growing,
    /// Looked up only; the order of texts is that of the file.
    places: HashTable<Place>,
    hasher: DefaultHashBuilder,
    /// The codes of the rows at hand.
    fresh: Vec<u32>,
    wanted: Vec<Wanted>,
    /// The texts among those wanted that are not in the file as they are.
    undoubled: Vec<u8>,
    /// Whether the column has just come to many texts that occur seldom.
    pub(super) ripe: bool,
}

/// Where a text stands among the distinct ones.
#[derive(Clone, Copy)]
struct Place {
    key: u64,
    code: u32,
    /// Where it begins among the texts; or `FAR` beyond so many bytes.
    start: u32,
}

/// A text that is looked for.
struct Wanted {
    /// Where it stands: in the file, or among the undoubled.
    range: Range<usize>,
    is_undoubled: bool,
    key: u64,
    /// A text of the same key, which is the same if it is short.
    known: Option<Place>,
}

/// So many cells are looked for at once: each waits for the memory, and they wait together.
const BATCH: usize = 64;
/// Texts of at most this many bytes are their own keys; longer ones have a hash. The last byte of a key is the length, …
const SHORT: usize = 7;
/// … at most this.
const LONG: usize = 0xFF;
const LENGTH: u32 = 56;
const FAR: u32 = u32::MAX;

/// There are more distinct texts than codes.
pub(super) struct Full;

impl Dictionary {
    pub(super) fn new() -> Self {
        Self {
            texts: Texts::default(),
            first_rows: Vec::new(),
            codes: Growing::Bytes(Vec::new()),
            places: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            fresh: Vec::new(),
            wanted: Vec::new(),
            undoubled: Vec::new(),
            ripe: false,
        }
    }

    /// Appends a trimmed text.
    pub(super) fn push(&mut self, text: &str, row: usize) -> Result<(), Full> {
        let key = self.key(text.as_bytes());
        let code = self.code(text.as_bytes(), key, row)?;
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
        let mut first = some.start;
        while first < some.end && !self.ripe {
            if let Some(code) = self.code_of_short(text, rows.cell(first, place)) {
                self.fresh.push(code);
                first += 1;
            } else {
                let batch = first..some.end.min(first + BATCH);
                first = self.take_batch(text, rows, batch, place, before)?;
            }
        }
        self.keep();
        Ok(first..some.end)
    }

    /// The code of a cell that is short and known.
    #[inline]
    fn code_of_short(&self, text: &[u8], (cell, doubled): (Range<usize>, bool)) -> Option<u32> {
        let key = short_key(text, &cell).filter(|_| !doubled)?;
        let known = self.places.find(self.hasher.hash_one(key), |place| place.key == key)?;
        Some(known.code)
    }

    /// Takes cells of all kinds, and says where those begin that are left.
    fn take_batch(
        &mut self,
        text: &[u8],
        rows: &Rows,
        some: Range<usize>,
        place: usize,
        before: usize,
    ) -> Result<usize, Full> {
        let (mut first, mut wanted) = (some.start, std::mem::take(&mut self.wanted));
        self.look_up(text, rows, some, place, &mut wanted);
        let undoubled = std::mem::take(&mut self.undoubled);
        for Wanted { range, is_undoubled, key, known } in wanted.drain(..) {
            let bytes = if is_undoubled { &undoubled[range] } else { &text[range] };
            let code = match known {
                Some(known) if self.is(known, bytes) => known.code,
                _ => self.code(bytes, key, before + first)?,
            };
            self.fresh.push(code);
            first += 1;
            if self.ripe {
                break;
            }
        }
        (self.undoubled, self.wanted) = (undoubled, wanted);
        Ok(first)
    }

    /// Finds for some cells what is known of their keys.
    fn look_up(
        &mut self,
        text: &[u8],
        rows: &Rows,
        some: Range<usize>,
        place: usize,
        wanted: &mut Vec<Wanted>,
    ) {
        self.undoubled.clear();
        for row in some {
            let (cell, doubled) = rows.cell(row, place);
            let (range, key) = if doubled {
                let from = self.undoubled.len();
                undouble(&text[cell], &mut self.undoubled);
                let range = trimmed(&self.undoubled, from..self.undoubled.len());
                let key = self.key(&self.undoubled[range.clone()]);
                (range, key)
            } else {
                let range = trimmed(text, cell);
                let key = self.key(&text[range.clone()]);
                (range, key)
            };
            wanted.push(Wanted { range, is_undoubled: doubled, key, known: None });
        }
        for wanted in wanted {
            let hash = self.hasher.hash_one(wanted.key);
            wanted.known = self.places.find(hash, |place| place.key == wanted.key).copied();
        }
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
        let Self { mut texts, mut first_rows, codes, .. } = self;
        texts.text.shrink_to_fit();
        texts.ends.shrink_to_fit();
        first_rows.shrink_to_fit();
        let codes = codes.finish();
        let counts = codes.counts(texts.len(), None).into_iter().map(u64::from).collect();
        Coded { texts, counts, first_rows, codes }
    }

    /// The code of a trimmed text.
    fn code(&mut self, bytes: &[u8], key: u64, row: usize) -> Result<u32, Full> {
        let hash = self.hasher.hash_one(key);
        if let Some(known) = self.places.find(hash, |place| place.key == key && self.is(*place, bytes)) {
            return Ok(known.code);
        }
        // The last code means "missing" in the typed columns.
        let code = u32::try_from(self.texts.len()).ok().filter(|code| *code < u32::MAX).ok_or(Full)?;
        let start = u32::try_from(self.texts.text.len()).unwrap_or(FAR);
        self.texts.push(as_text(bytes));
        self.first_rows.push(row);
        let distinct = self.texts.len();
        self.ripe = distinct.is_power_of_two() && distinct >= MANY && row < OFTEN * distinct;
        let Self { places, hasher, .. } = self;
        places.insert_unique(hash, Place { key, code, start }, |place| hasher.hash_one(place.key));
        Ok(code)
    }

    #[inline]
    fn key(&self, bytes: &[u8]) -> u64 {
        if bytes.len() <= SHORT {
            return key_of(bytes);
        }
        let length = bytes.len().min(LONG) as u64;
        self.hasher.hash_one(bytes) & ((1 << LENGTH) - 1) | length << LENGTH
    }

    /// Whether a text is that of a place with the same key.
    #[inline]
    fn is(&self, place: Place, bytes: &[u8]) -> bool {
        let length = bytes.len();
        if length <= SHORT {
            return true;
        }
        if length >= LONG || place.start == FAR {
            return self.texts.get(place.code as usize).as_bytes() == bytes;
        }
        let start = place.start as usize;
        self.texts.text.as_bytes().get(start..start + length) == Some(bytes)
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

/// The text of a cell, without spaces around it; `room` is for what is not in the file as it is.
pub(super) fn text_of<'a>(cell: &'a [u8], doubled: bool, room: &'a mut Vec<u8>) -> &'a str {
    if !doubled {
        return as_text(cell).trim();
    }
    room.clear();
    undouble(cell, room);
    as_text(room).trim()
}

/// Appends the text of a cell, each doubled quote once.
fn undouble(cell: &[u8], text: &mut Vec<u8>) {
    let mut rest = cell;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        text.extend_from_slice(&rest[..=quote]);
        rest = rest.get(quote + 2..).unwrap_or_default();
    }
    text.extend_from_slice(rest);
}

/// The same without the spaces around it.
#[inline]
fn trimmed(text: &[u8], cell: Range<usize>) -> Range<usize> {
    match &text[cell.clone()] {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => cell,
        bytes => {
            let text = as_text(bytes);
            let start = cell.start + text.len() - text.trim_start().len();
            start..start + text.trim().len()
        }
    }
}

/// The key of a cell that is short; with spaces around it, it is that of no text that is known.
#[inline]
fn short_key(text: &[u8], cell: &Range<usize>) -> Option<u64> {
    let length = cell.len();
    if length > SHORT {
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
