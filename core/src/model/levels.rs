//! The levels of a field, and how one is found among them.

use crate::model::Reading;
use crate::prelude::*;

/// Levels in the order of their texts; a level's code is its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Levels {
    texts: Vec<String>,
    /// For each text its first bytes as a number, in the same order: most texts differ in these.
    heads: Vec<u64>,
}

impl Levels {
    /// Of texts that are sorted and distinct.
    pub(crate) fn new(texts: Vec<String>) -> Self {
        Self { heads: texts.iter().map(|text| head(text)).collect(), texts }
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
        let head = head(text);
        let first = self.heads.partition_point(|other| *other < head);
        let alike = |place: usize| self.heads.get(place) == Some(&head);
        let place = if alike(first + 1) {
            let found = self.texts[first..].binary_search_by(|level| level.as_str().cmp(text));
            found.ok().map(|place| first + place)
        } else {
            (alike(first) && self.texts[first] == text).then_some(first)
        };
        place.unwrap_or(self.texts.len()) as f64
    }
}

/// The first eight bytes, as many as there are.
fn head(text: &str) -> u64 {
    let bytes = text.as_bytes();
    u64::from_be_bytes(bytes.first_chunk().copied().unwrap_or_else(|| {
        let mut head = [0; 8];
        head[..bytes.len()].copy_from_slice(bytes);
        head
    }))
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
}
