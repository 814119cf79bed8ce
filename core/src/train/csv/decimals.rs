//! A column of many different numbers: each row's own, and the texts that are none.

use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::OnceLock;

use hashbrown::{DefaultHashBuilder, HashTable};
use rayon::prelude::*;

use super::decimal::Decimal;
use super::dictionary::{Coded, Dictionary, Full, text_of};
use super::split::Rows;

/// So many different texts may be others: markers of what is not known, numbers with an exponent, and mistakes …
const MOST_OTHERS: usize = 1024;
/// … or one for so many rows.
const ROWS_PER_OTHER: usize = 16;

/// The numbers of a column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Decimals {
    numbers: Vec<Decimal>,
    others: Vec<Other>,
    /// Looked up only; the order of others is that of the file.
    places: HashTable<usize>,
    hasher: DefaultHashBuilder,
    /// The column as texts, once somebody has asked.
    coded: OnceLock<Coded>,
}

/// A text that is no decimal.
#[derive(Clone, Debug)]
pub(crate) struct Other {
    pub(crate) text: String,
    /// How many rows have it.
    pub(crate) count: u64,
}

impl Decimals {
    /// The numbers of a dictionary; `None` where too many of its texts are none.
    pub(super) fn of(dictionary: &Dictionary) -> Option<Self> {
        let mut decimals = Self::default();
        let texts = dictionary.texts();
        let mut numbers = Vec::with_capacity(texts.len());
        for code in 0..texts.len() {
            let text = texts.get(code);
            numbers.push(Decimal::from_text(text.as_bytes()).unwrap_or_else(|| decimals.other(text)));
            if decimals.others.len() > MOST_OTHERS {
                return None;
            }
        }
        for other in &mut decimals.others {
            other.count = 0;
        }
        for code in dictionary.codes() {
            let number = numbers[code as usize];
            decimals.numbers.push(number);
            if let Some(place) = number.as_other() {
                decimals.others[place].count += 1;
            }
        }
        Some(decimals)
    }

    /// Appends a trimmed text.
    pub(super) fn push(&mut self, text: &str) -> Result<(), Full> {
        let number = Decimal::from_text(text.as_bytes()).unwrap_or_else(|| self.other(text));
        self.numbers.push(number);
        // As many as there are codes.
        u32::try_from(self.numbers.len()).map(|_| ()).map_err(|_| Full)
    }

    /// Appends the cells of one place of some rows, and says which are left as there are too many other texts.
    pub(super) fn take(
        &mut self,
        text: &[u8],
        rows: &Rows,
        some: Range<usize>,
        place: usize,
    ) -> Result<Range<usize>, Full> {
        let (mut some, end, mut room) = (some.clone(), some.end, Vec::new());
        for row in some.by_ref() {
            let (cell, doubled) = rows.cell(row, place);
            match Decimal::from_text(&text[cell.clone()]) {
                Some(number) => self.numbers.push(number),
                None => self.push(text_of(&text[cell], doubled, &mut room))?,
            }
            if self.has_many_others() {
                break;
            }
        }
        Ok(some.start..end)
    }

    pub(super) fn finish(mut self) -> Self {
        self.numbers.shrink_to_fit();
        self
    }

    /// Whether more texts are no numbers than are worth keeping apart.
    pub(super) fn has_many_others(&self) -> bool {
        self.others.len() > MOST_OTHERS && self.others.len() * ROWS_PER_OTHER > self.numbers.len()
    }

    /// The same as texts.
    pub(super) fn to_dictionary(&self) -> Result<Dictionary, Full> {
        let mut dictionary = Dictionary::new();
        let mut text = String::new();
        for (row, number) in self.numbers.iter().enumerate() {
            if let Some(place) = number.as_other() {
                dictionary.push(&self.others[place].text, row)?;
            } else {
                number.text_into(&mut text);
                dictionary.push(&text, row)?;
            }
        }
        Ok(dictionary)
    }

    /// The same as texts, made once.
    pub(super) fn coded(&self) -> &Coded {
        // There are fewer rows than codes.
        self.coded.get_or_init(|| self.to_dictionary().unwrap_or_else(|_| Dictionary::new()).finish())
    }

    /// The texts that are no decimals.
    pub(crate) fn others(&self) -> &[Other] {
        &self.others
    }

    /// Whether a number is written so in some row.
    pub(crate) fn has(&self, text: &str) -> bool {
        Decimal::from_text(text.as_bytes()).is_some_and(|number| self.numbers.contains(&number))
    }

    /// The number of each row that has one.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = Decimal> {
        self.numbers.iter().copied().filter(|number| number.as_other().is_none())
    }

    /// How many texts of numbers are different.
    pub(crate) fn distinct(&self) -> usize {
        let mut numbers: Vec<Decimal> = self.numbers().collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.len()
    }

    /// The nearest double of each row's number, and what each of the other texts stands for.
    pub(crate) fn values(&self, others: &[f64]) -> Vec<f64> {
        let value =
            |number: &Decimal| number.as_other().map_or_else(|| number.number(), |place| others[place]);
        self.numbers.par_iter().map(value).collect()
    }

    /// The mark of a text that is no decimal.
    fn other(&mut self, text: &str) -> Decimal {
        let Self { others, places, hasher, .. } = self;
        let hash = hasher.hash_one(text);
        let place = places.find(hash, |place| others[*place].text == text).copied().unwrap_or_else(|| {
            let place = others.len();
            others.push(Other { text: text.to_owned(), count: 0 });
            places.insert_unique(hash, place, |place| hasher.hash_one(others[*place].text.as_str()));
            place
        });
        others[place].count += 1;
        Decimal::other(place)
    }
}
