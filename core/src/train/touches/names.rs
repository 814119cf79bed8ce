//! Texts that occur again and again, as codes.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};
use rayon::prelude::*;

/// A dictionary: each distinct text once, in one piece of memory.
#[derive(Clone, Default)]
pub(super) struct Names {
    texts: String,
    /// Where each text ends.
    ends: Vec<usize>,
    /// Looked up only; what comes out is in the order of the texts.
    codes: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Names {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The code of a text; `None` where there are no more codes.
    pub(super) fn code(&mut self, text: &str) -> Option<u32> {
        self.code_of(text, self.hasher.hash_one(text.as_bytes()))
    }

    /// What hashes texts for [`Names::code_of`].
    pub(super) fn hasher(&self) -> DefaultHashBuilder {
        self.hasher.clone()
    }

    /// [`Names::code`], of a text that has been hashed.
    pub(super) fn code_of(&mut self, text: &str, hash: u64) -> Option<u32> {
        let Self { texts, ends, codes, hasher } = self;
        if let Some(code) = codes.find(hash, |code| of(texts, ends, *code) == text) {
            return Some(*code);
        }
        let code = u32::try_from(ends.len()).ok().filter(|code| *code < u32::MAX)?;
        texts.push_str(text);
        ends.push(texts.len());
        codes.insert_unique(hash, code, |code| hasher.hash_one(of(texts, ends, *code).as_bytes()));
        Some(code)
    }

    pub(super) fn get(&self, code: u32) -> &str {
        of(&self.texts, &self.ends, code)
    }

    /// All codes in the alphabetical order of their texts.
    pub(super) fn order(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        order.par_sort_unstable_by(|a, b| self.get(*a).cmp(self.get(*b)));
        order
    }
}

fn of<'t>(texts: &'t str, ends: &[usize], code: u32) -> &'t str {
    let code = code as usize;
    let start = if code == 0 { 0 } else { ends[code - 1] };
    &texts[start..ends[code]]
}
