//! Short texts that occur again and again in a column, with what the model makes of them.

use std::ops::Range;

/// The most texts of a column, and of all columns together: few enough to stay in a processor's cache.
const MOST: usize = 2048;
const MOST_OF_ALL: usize = 1 << 15;
/// The longest text, in bytes.
const LONGEST: usize = 15;

/// What is known of the texts of a column. It is made once, and then only looked up.
#[derive(Debug, Default)]
pub(super) struct Known {
    slots: Vec<Slot>,
    /// Slots are counted in powers of two; a hash's first bits are a place among them.
    shift: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    /// 0 where the slot is free.
    key: u128,
    reading: (f64, f64),
}

/// A short text as a number: its bytes, and how many there are. Never 0.
#[inline]
pub(super) fn key(text: &[u8], cell: Range<usize>) -> Option<u128> {
    let length = cell.len();
    if length > LONGEST {
        return None;
    }
    let bytes = if let Some(bytes) = text.get(cell.start..).and_then(|rest| rest.first_chunk()) {
        u128::from_le_bytes(*bytes) & ((1 << (8 * length)) - 1)
    } else {
        let mut bytes = [0; LONGEST + 1];
        bytes[..length].copy_from_slice(text.get(cell)?);
        u128::from_le_bytes(bytes)
    };
    Some(bytes | ((length as u128 + 1) << (8 * LONGEST)))
}

impl Known {
    /// What `read` makes of the keys of some rows; nothing where they are too different for a look to be worth its time.
    /// `columns`: how many columns are known so.
    pub(super) fn new(
        keys: impl ExactSizeIterator<Item = Option<u128>>,
        columns: usize,
        mut read: impl FnMut(usize) -> Option<(f64, f64)>,
    ) -> Self {
        let rows = keys.len();
        let most = (MOST_OF_ALL / columns.max(1)).min(MOST).min(rows / 4);
        let mut all = Self::with_room_for(most);
        let mut count = 0;
        for (row, key) in keys.enumerate() {
            let Some(key) = key else { continue };
            if all.find(key).is_none()
                && let Some(reading) = read(row)
            {
                if count == most {
                    return Self::default();
                }
                all.insert(key, reading);
                count += 1;
            }
        }
        // As small as it can be.
        let mut known = Self::with_room_for(count);
        for slot in all.slots.iter().filter(|slot| slot.key != 0) {
            known.insert(slot.key, slot.reading);
        }
        known
    }

    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    #[inline]
    pub(super) fn find(&self, key: u128) -> Option<(f64, f64)> {
        let mut place = self.place(key);
        loop {
            let slot = self.slots.get(place)?;
            if slot.key == key {
                return Some(slot.reading);
            }
            if slot.key == 0 {
                return None;
            }
            place = (place + 1) & (self.slots.len() - 1);
        }
    }

    /// At most three quarters of the slots are taken.
    fn with_room_for(count: usize) -> Self {
        if count == 0 {
            return Self::default();
        }
        let slots = (count + count / 3 + 2).next_power_of_two();
        Self { slots: vec![Slot::default(); slots], shift: u64::BITS - slots.trailing_zeros() }
    }

    fn insert(&mut self, key: u128, reading: (f64, f64)) {
        let mut place = self.place(key);
        while self.slots[place].key != 0 {
            place = (place + 1) & (self.slots.len() - 1);
        }
        self.slots[place] = Slot { key, reading };
    }

    /// Where a key stands if no other is in its way.
    #[inline]
    fn place(&self, key: u128) -> usize {
        // Half of the bits of the golden ratio: neighbours come far apart.
        const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
        let folded = (key as u64) ^ ((key >> 64) as u64).rotate_left(23);
        (folded.wrapping_mul(SPREAD).checked_shr(self.shift).unwrap_or(0)) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_all_short_texts_apart() {
        let texts = ["", "a", "a\0", "\0", "\0\0", "ab", "b", "15 signs of text", "15 signs of tex", "ü"];
        let short: Vec<u128> = texts.iter().filter_map(|text| key(text.as_bytes(), 0..text.len())).collect();
        assert_eq!(short.len(), texts.len() - 1);
        for (place, one) in short.iter().enumerate() {
            assert_ne!(*one, 0);
            assert!(!short[..place].contains(one), "{place}");
        }
        // Within a text as at its end.
        let text = b"x,1.25,and so on, and so on";
        assert_eq!(key(text, 2..6), key(b"1.25", 0..4));
        assert_eq!(key(text, 2..2), key(b"", 0..0));
        assert_eq!(key(text, 20..40), None);
    }

    #[test]
    fn what_is_known_is_found_and_nothing_else() {
        let texts: Vec<String> = (0..4000).map(|row| format!("{}", row % 700)).collect();
        let keys: Vec<Option<u128>> = texts.iter().map(|text| key(text.as_bytes(), 0..text.len())).collect();
        let read = |row: usize| (row != 13).then_some((row as f64, -(row as f64)));
        let known = Known::new(keys.iter().copied(), 20, read);
        for (row, found) in keys[..700].iter().enumerate() {
            // The 13th could not be read in the first place, and could later.
            let row = if row == 13 { 713.0 } else { row as f64 };
            assert_eq!(found.and_then(|found| known.find(found)), Some((row, -row)));
        }
        assert_eq!(key(b"700", 0..3).and_then(|key| known.find(key)), None);
        // Too many that are different, by themselves or beside other columns.
        let different = (1..4001_u32).map(|row| Some(u128::from(row)));
        assert_eq!(Known::new(different, 20, |_| Some((0.0, 0.0))).find(1), None);
        assert_eq!(Known::new(keys.iter().copied(), 200, read).find(keys[0].unwrap()), None);
        assert_eq!(Known::default().find(1), None);
    }
}
