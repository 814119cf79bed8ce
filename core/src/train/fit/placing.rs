//! Where the rows stand in a block of columns: kept once for each value where values are few, else row by row.
//!
//! What coefficients say of a value is then worked out once for each code, and a row costs no more than looking it up;
//! slopes are summed by code, and shared out among the columns in the end.

use std::ops::Range;

use crate::train::leads::Codes;

/// Where a lead stands in a block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    column: u32,
    /// What goes to the column after `column`; the rest goes to `column`.
    share: f64,
}

/// Where each row stands in a block.
#[derive(Clone, Debug)]
pub(crate) enum Placing {
    /// The place of each code, and the code of each row.
    ByCode(Vec<Place>, Codes),
    /// The place of each row.
    ByRow(Vec<Place>),
}

/// With more codes than this, a table of them does not stay in the nearest memory: rows are then placed one by one.
const MOST_CODES: usize = 8_192;
/// And so they are where codes are not this many times fewer than rows.
const ROWS_OF_CODE: usize = 4;

/// Sums of a line are taken in so many parts.
pub(super) const PARTS: usize = 8;

/// Does the same with codes of each width.
macro_rules! with_codes {
    ($codes:expr, |$own:ident| $body:expr) => {
        match $codes {
            Codes::Bytes($own) => $body,
            Codes::Pairs($own) => $body,
            Codes::Words($own) => $body,
        }
    };
}
pub(super) use with_codes;

impl Place {
    /// Nowhere: the value contributes nothing.
    pub(crate) const NONE: Self = Self { column: u32::MAX, share: 0.0 };

    /// Wholly at a column.
    pub(crate) fn at(column: usize) -> Self {
        Self { column: column as u32, share: 0.0 }
    }

    /// Between a column and the next.
    pub(crate) fn between(column: usize, share: f64) -> Self {
        Self { column: column as u32, share }
    }

    /// The column and what goes to the next; `None` for nowhere.
    #[inline]
    pub(super) fn known(self) -> Option<(usize, f64)> {
        (self.column != u32::MAX).then_some((self.column as usize, self.share))
    }

    /// What coefficients with two zeros behind them say here.
    #[inline(always)]
    pub(super) fn value<const L: usize>(self, padded: &[[f64; L]]) -> [f64; L] {
        let column = (self.column as usize).min(padded.len() - 2);
        let (own, next) = (&padded[column], &padded[column + 1]);
        std::array::from_fn(|lane| own[lane] * (1.0 - self.share) + next[lane] * self.share)
    }

    /// Adds slopes to sums by column, of which there are two more than columns.
    #[inline(always)]
    pub(super) fn add<const L: usize>(self, slopes: &[f64; L], padded: &mut [[f64; L]]) {
        let column = (self.column as usize).min(padded.len() - 2);
        for lane in 0..L {
            let next = slopes[lane] * self.share;
            padded[column][lane] += slopes[lane] - next;
            padded[column + 1][lane] += next;
        }
    }
}

impl Placing {
    /// Codes and their places, row by row where that is faster.
    pub(crate) fn by_code(places: Vec<Place>, codes: Codes) -> Self {
        if places.len() <= MOST_CODES && places.len() * ROWS_OF_CODE <= codes.len() {
            Self::ByCode(places, codes)
        } else {
            Self::ByRow(codes.iter().map(|code| places[code as usize]).collect())
        }
    }

    /// The place of a row.
    #[inline]
    pub(crate) fn at(&self, row: usize) -> Place {
        match self {
            Self::ByCode(places, codes) => places[codes.at(row) as usize],
            Self::ByRow(places) => places[row],
        }
    }

    /// What coefficients say of each code; of nothing where rows are placed one by one.
    pub(super) fn values<const L: usize>(&self, padded: &[[f64; L]]) -> Vec<[f64; L]> {
        match self {
            Self::ByCode(places, _) => places.iter().map(|place| place.value(padded)).collect(),
            Self::ByRow(_) => Vec::new(),
        }
    }

    /// Sums for slopes: one for each code; for each column and two more where rows are placed one by one.
    pub(super) fn sums<const L: usize>(&self, width: usize) -> Vec<[f64; L]> {
        let count = match self {
            Self::ByCode(places, _) => places.len(),
            Self::ByRow(_) => width + 2,
        };
        vec![[0.0; L]; count]
    }

    /// Adds to each of some rows' sums what the coefficients say of it.
    #[inline(always)]
    pub(super) fn add_values<const L: usize>(
        &self,
        values: &[[f64; L]],
        padded: &[[f64; L]],
        rows: Range<usize>,
        sums: &mut [[f64; L]],
    ) {
        match self {
            Self::ByCode(_, codes) => with_codes!(codes, |codes| {
                for (sum, code) in sums.iter_mut().zip(&codes[rows]) {
                    let value = &values[*code as usize];
                    for lane in 0..L {
                        sum[lane] += value[lane];
                    }
                }
            }),
            Self::ByRow(places) => {
                for (sum, place) in sums.iter_mut().zip(&places[rows]) {
                    let value = place.value(padded);
                    for lane in 0..L {
                        sum[lane] += value[lane];
                    }
                }
            }
        }
    }

    /// The same with one of the lanes for each row; `lanes` says which, and beyond the last the last counts.
    pub(super) fn add_chosen<const L: usize>(
        &self,
        values: &[[f64; L]],
        padded: &[[f64; L]],
        rows: Range<usize>,
        lanes: &[u8],
        sums: &mut [f64],
    ) {
        let lane = |lane: &u8| usize::from(*lane).min(L - 1);
        match self {
            Self::ByCode(_, codes) => with_codes!(codes, |codes| {
                for ((sum, code), own) in sums.iter_mut().zip(&codes[rows]).zip(lanes) {
                    *sum += values[*code as usize][lane(own)];
                }
            }),
            Self::ByRow(places) => {
                for ((sum, place), own) in sums.iter_mut().zip(&places[rows]).zip(lanes) {
                    *sum += place.value(padded)[lane(own)];
                }
            }
        }
    }

    /// Adds some rows' slopes to [sums](Self::sums).
    #[inline(always)]
    pub(super) fn add_slopes<const L: usize>(
        &self,
        slopes: &[[f64; L]],
        rows: Range<usize>,
        sums: &mut [[f64; L]],
    ) {
        match self {
            Self::ByCode(_, codes) => with_codes!(codes, |codes| {
                for (slope, code) in slopes.iter().zip(&codes[rows]) {
                    let sum = &mut sums[*code as usize];
                    for lane in 0..L {
                        sum[lane] += slope[lane];
                    }
                }
            }),
            Self::ByRow(places) => {
                for (slope, place) in slopes.iter().zip(&places[rows]) {
                    place.add(slope, sums);
                }
            }
        }
    }

    /// The shares of each code, where all rows stand between the same two columns, and the first of these.
    pub(super) fn line(&self) -> Option<(usize, Vec<f64>)> {
        let Self::ByCode(places, _) = self else { return None };
        // Of a place that is nowhere there is no column, which is less than any.
        let column = places.iter().map(|place| place.known().map(|(column, _)| column)).min()??;
        let share_of = |place: &Place| match place.known()? {
            (own, share) if own == column => Some(share),
            (own, share) if own == column + 1 && share == 0.0 => Some(1.0),
            _ => None,
        };
        let shares: Option<Vec<f64>> = places.iter().map(share_of).collect();
        Some((column, shares?))
    }

    /// Adds some rows' slopes times their shares to a few sums: to each those of some rows, so that none waits for another.
    #[inline(always)]
    pub(super) fn add_shares<const L: usize>(
        &self,
        shares: &[f64],
        slopes: &[[f64; L]],
        rows: Range<usize>,
        sums: &mut [[f64; L]; PARTS],
    ) {
        let Self::ByCode(_, codes) = self else { return };
        with_codes!(codes, |codes| {
            let mut parts = *sums;
            let (slopes, rest) = slopes.as_chunks::<PARTS>();
            let (codes, codes_of_rest) = codes[rows].as_chunks::<PARTS>();
            for (slopes, codes) in slopes.iter().zip(codes) {
                for part in 0..PARTS {
                    let share = shares[codes[part] as usize];
                    for lane in 0..L {
                        parts[part][lane] += slopes[part][lane] * share;
                    }
                }
            }
            for (part, (slope, code)) in parts.iter_mut().zip(rest.iter().zip(codes_of_rest)) {
                for lane in 0..L {
                    part[lane] += slope[lane] * shares[*code as usize];
                }
            }
            *sums = parts;
        });
    }

    /// Shares [sums](Self::sums) out among the columns, of which `padded` has two more.
    pub(super) fn share_out<const L: usize>(&self, sums: &[[f64; L]], padded: &mut [[f64; L]]) {
        match self {
            Self::ByCode(places, _) => {
                for (place, sum) in places.iter().zip(sums) {
                    place.add(sum, padded);
                }
            }
            Self::ByRow(_) => {
                for (total, sum) in padded.iter_mut().zip(sums) {
                    for lane in 0..L {
                        total[lane] += sum[lane];
                    }
                }
            }
        }
    }
}
