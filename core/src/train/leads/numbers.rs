//! The numbers of a column, in as little memory as they allow.

use std::fmt;
use std::ops::Index;
use std::sync::Arc;

use crate::train::leads::rows::{over_rows, unless_all};

/// A column's numbers, one per lead; `NaN` is missing. Copies share them.
///
/// Where few numbers are different, they are kept once, and each lead has a code of one, two or four bytes: a column of
/// ten million leads is then 10 or 20 MB in place of 80, and what depends on the number alone is worked out once for each
/// that is different.
///
/// ```
/// use sales_ready::train::leads::{Codes, Numbers};
///
/// let plain = Numbers::from(vec![0.5, 2.0, 0.5]);
/// let coded = Numbers::coded(vec![0.5, 2.0].into(), Codes::narrow(&[0, 1, 0]));
/// assert_eq!(plain, coded);
/// assert_eq!(coded[1], 2.0);
/// ```
#[derive(Clone, Default)]
pub struct Numbers(Kept);

#[derive(Clone)]
enum Kept {
    Plain(Arc<Vec<f64>>),
    Coded { values: Arc<[f64]>, codes: Codes },
}

/// A place among few for each of many rows, in one, two or four bytes. Copies share them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Codes {
    /// Of at most 256 places.
    Bytes(Arc<Vec<u8>>),
    /// Of at most 65,536 places.
    Pairs(Arc<Vec<u16>>),
    /// Of more.
    Words(Arc<Vec<u32>>),
}

impl Numbers {
    /// Numbers that occur often: the `values` that are different, and for each lead the place of its own.
    ///
    /// # Panics
    /// Where a code has no value.
    pub fn coded(values: Arc<[f64]>, codes: Codes) -> Self {
        assert!(codes.iter().all(|code| (code as usize) < values.len()), "each code has a value");
        Self(Kept::Coded { values, codes })
    }

    /// How many leads there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Kept::Plain(numbers) => numbers.len(),
            Kept::Coded { codes, .. } => codes.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of each lead.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &f64> + Clone {
        (0..self.len()).map(|row| &self[row])
    }

    /// The numbers that are different, in no order and possibly more than occur, with the place of each lead's own; `None`
    /// where each lead has its number beside it.
    pub fn codes(&self) -> Option<(&[f64], &Codes)> {
        match &self.0 {
            Kept::Plain(_) => None,
            Kept::Coded { values, codes } => Some((values, codes)),
        }
    }

    /// The numbers of some of the leads.
    #[must_use]
    pub fn pick(&self, rows: &[usize]) -> Self {
        Self(match &self.0 {
            Kept::Plain(_) => Kept::Plain(Arc::new(rows.iter().map(|row| self[*row]).collect())),
            Kept::Coded { values, codes } => {
                Kept::Coded { values: Arc::clone(values), codes: codes.pick(rows) }
            }
        })
    }
}

impl Default for Kept {
    fn default() -> Self {
        Self::Plain(Arc::default())
    }
}

impl Index<usize> for Numbers {
    type Output = f64;

    #[inline]
    fn index(&self, row: usize) -> &f64 {
        match &self.0 {
            Kept::Plain(numbers) => &numbers[row],
            Kept::Coded { values, codes } => &values[codes.at(row) as usize],
        }
    }
}

impl From<Vec<f64>> for Numbers {
    fn from(numbers: Vec<f64>) -> Self {
        Self(Kept::Plain(Arc::new(numbers)))
    }
}

impl FromIterator<f64> for Numbers {
    fn from_iter<I: IntoIterator<Item = f64>>(numbers: I) -> Self {
        Self::from(Vec::from_iter(numbers))
    }
}

impl PartialEq for Numbers {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Codes {
    /// Codes in as few bytes as the greatest of them allows.
    pub fn narrow(codes: &[u32]) -> Self {
        let greatest = codes.iter().copied().max().unwrap_or(0);
        Self::collect(greatest as usize, codes.iter().map(|code| *code as usize))
    }

    /// The codes of some rows, none of which is above `greatest`, in as few bytes as that allows.
    pub(crate) fn collect(greatest: usize, codes: impl Iterator<Item = usize>) -> Self {
        if u8::try_from(greatest).is_ok() {
            Self::Bytes(Arc::new(codes.map(|code| code as u8).collect()))
        } else if u16::try_from(greatest).is_ok() {
            Self::Pairs(Arc::new(codes.map(|code| code as u16).collect()))
        } else {
            Self::Words(Arc::new(codes.map(|code| code as u32).collect()))
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(codes) => codes.len(),
            Self::Pairs(codes) => codes.len(),
            Self::Words(codes) => codes.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The code of a row.
    ///
    /// # Panics
    /// Where there is no such row.
    #[inline]
    pub fn at(&self, row: usize) -> u32 {
        match self {
            Self::Bytes(codes) => codes[row].into(),
            Self::Pairs(codes) => codes[row].into(),
            Self::Words(codes) => codes[row],
        }
    }

    /// The code of each row.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = u32> + Clone {
        (0..self.len()).map(|row| self.at(row))
    }

    /// Calls `each` with every one of these rows (all where there are none) and its code.
    pub(crate) fn each(&self, rows: Option<&[usize]>, mut each: impl FnMut(usize, usize)) {
        // One loop for each width: which it is is asked once.
        match self {
            Self::Bytes(codes) => over_rows(rows, codes.len(), |row| each(row, codes[row].into())),
            Self::Pairs(codes) => over_rows(rows, codes.len(), |row| each(row, codes[row].into())),
            Self::Words(codes) => over_rows(rows, codes.len(), |row| each(row, codes[row] as usize)),
        }
    }

    /// Whether some row has a code.
    pub(crate) fn has(&self, code: u32) -> bool {
        match self {
            Self::Bytes(codes) => u8::try_from(code).is_ok_and(|code| codes.contains(&code)),
            Self::Pairs(codes) => u16::try_from(code).is_ok_and(|code| codes.contains(&code)),
            Self::Words(codes) => codes.contains(&code),
        }
    }

    /// How many of these rows (of all where there are none) have each of so many codes.
    pub(crate) fn counts(&self, count: usize, rows: Option<&[usize]>) -> Vec<u32> {
        if let Self::Words(_) = self {
            let mut counts = vec![0; count];
            self.each(rows, |_, code| counts[code] += 1);
            return counts;
        }
        // Where different codes are few, neighbours often have the same; counted in turn, none waits for the one before.
        let mut counts = vec![[0; 4]; count];
        self.each(rows, |row, code| counts[code][row % 4] += 1);
        counts.into_iter().map(|counts| counts.iter().sum()).collect()
    }

    /// The codes of some of the rows.
    #[must_use]
    pub fn pick(&self, rows: &[usize]) -> Self {
        self.of(unless_all(rows, self.len()))
    }

    /// The same of all rows where there are none.
    pub(crate) fn of(&self, rows: Option<&[usize]>) -> Self {
        let Some(rows) = rows else { return self.clone() };
        match self {
            Self::Bytes(codes) => Self::Bytes(Arc::new(rows.iter().map(|row| codes[*row]).collect())),
            Self::Pairs(codes) => Self::Pairs(Arc::new(rows.iter().map(|row| codes[*row]).collect())),
            Self::Words(codes) => Self::Words(Arc::new(rows.iter().map(|row| codes[*row]).collect())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_as_narrow_as_they_can_be_and_say_the_same() {
        for (greatest, bytes) in [(0, 1), (255, 1), (256, 2), (65_535, 2), (65_536, 4)] {
            let codes = [3.min(greatest), greatest, 0];
            let narrow = Codes::narrow(&codes);
            let size = match &narrow {
                Codes::Bytes(_) => 1,
                Codes::Pairs(_) => 2,
                Codes::Words(_) => 4,
            };
            assert_eq!(size, bytes, "{greatest}");
            assert!(narrow.iter().eq(codes));
            assert!(narrow.pick(&[2, 1]).iter().eq([0, greatest]));
            let absent = [greatest + 1, greatest + 257, greatest + 65_537];
            assert!(
                codes.iter().all(|code| narrow.has(*code)) && !absent.iter().any(|code| narrow.has(*code))
            );
        }
    }

    #[test]
    fn coded_numbers_are_the_numbers() {
        let values = [1.5, f64::NAN, -2.0];
        let places = [2_u32, 0, 0, 1, 2];
        let coded = Numbers::coded(values.to_vec().into(), Codes::narrow(&places));
        let plain: Numbers = places.iter().map(|code| values[*code as usize]).collect();
        let bits = |numbers: &Numbers| numbers.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&coded), bits(&plain));
        assert_eq!(bits(&coded.pick(&[4, 3])), bits(&plain.pick(&[4, 3])));
        assert!(coded.codes().is_some() && plain.codes().is_none());
    }
}
