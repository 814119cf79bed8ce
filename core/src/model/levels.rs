//! The levels of a field, and how one is found among them.

use crate::model::Reading;
use crate::prelude::*;

/// Levels in the order of their texts; a level's code is its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Levels {
    texts: Vec<String>,
    keys: Vec<Key>,
    /// Where each level is, counted from 1, in a table hashed by the keys; 0 where none is. Empty where some level would stand
    /// too far from its own place, as of many texts that differ in the middle alone: then they are searched.
    slots: Vec<u32>,
}

/// Slots for each level, at least.
const SLOTS: usize = 4;
/// So many places from its own, a level would stand too far.
const CROWD: usize = 32;
/// A text that is no longer than this is told by its key.
const TOLD: usize = 16;

impl Levels {
    /// Of texts that are sorted and distinct.
    pub(crate) fn new(texts: Vec<String>) -> Self {
        let keys: Vec<Key> = texts.iter().map(|text| Key::of(text)).collect();
        let mut slots = vec![0; (SLOTS * texts.len()).next_power_of_two()];
        for (place, key) in keys.iter().enumerate() {
            let first = key.slot(slots.len());
            let free = (first..first + CROWD).map(|slot| slot % slots.len()).find(|slot| slots[*slot] == 0);
            let Some(free) = free else {
                slots.clear();
                break;
            };
            slots[free] = place as u32 + 1;
        }
        Self { texts, keys, slots }
    }

    #[cfg(feature = "train")]
    pub(crate) fn texts(&self) -> &[String] {
        &self.texts
    }

    /// What the kernel reads of a reading of the field.
    pub(crate) fn code(&self, reading: &Reading<'_>) -> f64 {
        match reading {
            Reading::Missing => f64::NAN,
            Reading::Number(number) => *number,
            Reading::Level(text) => self.code_of(text),
            Reading::Flag(flag) => self.texts.len() as f64 + if *flag { 1.0 } else { 2.0 },
        }
    }

    /// What the kernel reads of a trimmed text.
    pub(crate) fn code_of(&self, text: &str) -> f64 {
        self.find(text).unwrap_or(self.texts.len()) as f64
    }

    fn find(&self, text: &str) -> Option<usize> {
        if self.slots.is_empty() {
            return self.texts.binary_search_by(|level| level.as_str().cmp(text)).ok();
        }
        let key = Key::of(text);
        let first = key.slot(self.slots.len());
        for slot in first..first + CROWD {
            // Their number is a power of two.
            let place = self.slots[slot & (self.slots.len() - 1)].checked_sub(1)? as usize;
            if self.keys[place] == key && (text.len() <= TOLD || self.texts[place] == text) {
                return Some(place);
            }
        }
        None
    }
}

/// A text's length and its first and last bytes: texts of the same key are the same where they are short, and most often
/// where they are not.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Key {
    bytes: [u64; 2],
    len: usize,
}

impl Key {
    #[inline]
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let bytes = match (bytes.first_chunk(), bytes.last_chunk(), bytes.first_chunk(), bytes.last_chunk()) {
            (Some(first), Some(last), ..) => [u64::from_le_bytes(*first), u64::from_le_bytes(*last)],
            (_, _, Some(first), Some(last)) => {
                [u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last))]
            }
            _ => match bytes {
                [] => [0, 0],
                [first, .., last] => {
                    [u64::from(*first) << 8 | u64::from(bytes[bytes.len() / 2]), u64::from(*last)]
                }
                [only] => [u64::from(*only), 0],
            },
        };
        Self { bytes, len: text.len() }
    }

    /// Where to look first among so many slots, a power of two.
    #[inline]
    fn slot(&self, slots: usize) -> usize {
        // The digits of π and e, which have no pattern; both halves of a product, so that each byte counts.
        let first = u128::from(self.bytes[0] ^ 0x243f_6a88_85a3_08d3);
        let last = u128::from(self.bytes[1].wrapping_add(self.len as u64) ^ 0xb7e1_5162_8aed_2a6b);
        let product = first * last;
        ((product >> 64) as u64 ^ product as u64) as usize & (slots - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_found_whatever_it_begins_with() {
        let texts =
            ["", "\0", "a", "a\0", "ab", "campaign", "campaign 1", "campaign 2", "campaigns", "Größe", "z"];
        let mut texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        texts.sort();
        for left_out in 0..=texts.len() {
            let mut own = texts.clone();
            own.truncate(left_out.max(1));
            own.remove(0);
            let levels = Levels::new(own.clone());
            for text in texts.iter().map(String::as_str).chain(["campaign 3", "campaig", "b", "\u{10ffff}"]) {
                let expected = own.iter().position(|level| level == text).unwrap_or(own.len());
                assert_eq!(levels.code_of(text), expected as f64, "{text:?} in {own:?}");
                assert_eq!(levels.code(&Reading::Level(text.into())), expected as f64);
            }
        }
    }
    #[test]
    fn levels_that_are_alike_but_in_the_middle_are_told_apart() {
        for count in [CROWD / 4, 4 * CROWD] {
            let texts: Vec<String> = (0..count).map(|own| format!("campaign {own:03} of spring")).collect();
            let levels = Levels::new(texts.clone());
            assert_eq!(levels.slots.is_empty(), count > CROWD);
            for (place, text) in texts.iter().enumerate() {
                assert_eq!(levels.code_of(text), place as f64);
            }
            assert_eq!(levels.code_of("campaign xxx of spring"), count as f64);
        }
    }
}
