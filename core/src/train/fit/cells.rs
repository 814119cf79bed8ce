//! Rows of two blocks are added to the sums of their pair, cell by cell.
//!
//! A row touches at most two neighbouring columns of a block, and so four numbers of the Hessian for a pair of blocks. These
//! four are kept side by side for each pair of places, so that adding a row is one step of a vector unit.

use std::ops::Range;

use crate::train::fit::DesignBlock;
use crate::train::fit::placing::{Place, Placing, with_codes};
use crate::train::leads::Codes;

/// A block as one side of pairs.
pub(super) struct Side {
    /// The first column.
    pub(super) start: usize,
    /// How many columns there are.
    pub(super) columns: usize,
    /// Whether rows stand between columns, and so touch two.
    pub(super) between: bool,
    /// The place that is nowhere. A row at the last of some hats counts as wholly on the way there from the one before, so
    /// that no row has the last hat for a place of its own.
    pub(super) nowhere: usize,
    /// Whether all rows stand between the same two columns, or at the third.
    pub(super) is_narrow: bool,
    /// The place of each code, where there are codes.
    by_code: Vec<(u16, f64)>,
}

/// Some rows in one block.
#[derive(Clone)]
pub(super) struct Stood {
    pub(super) places: Vec<u16>,
    /// What goes to the next place.
    pub(super) shares: Vec<f64>,
}

/// Some rows in the later block of pairs, with their curvatures shared out between two places.
#[derive(Clone, Copy)]
pub(super) struct Weighted<'a> {
    pub(super) places: &'a [u16],
    pub(super) own: &'a [f64],
    pub(super) next: &'a [f64],
}

impl Side {
    pub(super) fn of(block: &DesignBlock, placing: &Placing) -> Self {
        let columns = block.end - block.start;
        let mut side = Self {
            start: block.start,
            columns,
            between: block.hats > 1,
            nowhere: if block.hats > 1 { block.hats - 1 } else { columns },
            is_narrow: false,
            by_code: Vec::new(),
        };
        let (Placing::ByCode(places, _) | Placing::ByRow(places)) = placing;
        let is_narrow = |place: &Place| usize::from(side.local(*place).0) != side.nowhere;
        side.is_narrow = block.hats == 2 && columns <= 3 && places.iter().all(is_narrow);
        if let Placing::ByCode(places, _) = placing {
            side.by_code = places.iter().map(|place| side.local(*place)).collect();
        }
        side
    }

    /// How many places there are.
    pub(super) fn places(&self) -> usize {
        self.columns.max(self.nowhere + 1)
    }

    /// A place counted from the block's first column.
    #[inline]
    pub(super) fn local(&self, place: Place) -> (u16, f64) {
        match place.known() {
            None => (self.nowhere as u16, 0.0),
            Some((column, share)) if column - self.start != self.nowhere => {
                ((column - self.start) as u16, share)
            }
            Some(_) => (self.nowhere as u16 - 1, 1.0),
        }
    }

    /// Looks some rows up.
    #[inline(always)]
    pub(super) fn stand(&self, placing: &Placing, rows: Range<usize>, stood: &mut Stood) {
        let cells = stood.places.iter_mut().zip(&mut stood.shares);
        match placing {
            Placing::ByCode(_, codes) => with_codes!(codes, |codes| {
                for ((place, share), code) in cells.zip(&codes[rows]) {
                    (*place, *share) = self.by_code[*code as usize];
                }
            }),
            Placing::ByRow(places) => {
                for ((place, share), own) in cells.zip(&places[rows]) {
                    (*place, *share) = self.local(*own);
                }
            }
        }
    }
}

impl Stood {
    /// Room for so many rows.
    pub(super) fn room(rows: usize) -> Self {
        Self { places: vec![0; rows], shares: vec![0.0; rows] }
    }
}

impl Weighted<'_> {
    /// Adds the rows to the sums of the block with itself.
    #[inline(always)]
    pub(super) fn add_own(&self, shares: &[f64], sums: &mut [f64]) {
        let (cells, _) = sums.as_chunks_mut::<4>();
        for (((place, own), next), share) in self.places.iter().zip(self.own).zip(self.next).zip(shares) {
            let cell = &mut cells[usize::from(*place)];
            let mixed = own * share;
            cell[0] += own - mixed;
            cell[1] += mixed;
            cell[2] += mixed;
            cell[3] += next * share;
        }
    }

    /// Adds the rows to the sums of this block, and another with `B` places a row, which have `N` sums together.
    #[inline(always)]
    pub(super) fn add<const B: usize, const N: usize>(&self, other: &Stood, width: usize, sums: &mut [f64]) {
        let (cells, _) = sums.as_chunks_mut::<N>();
        let rows = self.places.iter().zip(self.own).zip(self.next);
        for (((place, own), next), (column, share)) in rows.zip(other.places.iter().zip(&other.shares)) {
            // Both are below 2¹⁶, so that nothing wraps.
            let cell = usize::from(*place).wrapping_mul(width).wrapping_add(usize::from(*column));
            let cell = &mut cells[cell];
            let (deep, broad) = ([*own, *next], [1.0 - share, *share]);
            let terms: [f64; N] = std::array::from_fn(|lane| deep[lane / B] * broad[lane % B]);
            for (sum, term) in cell.iter_mut().zip(terms) {
                *sum += term;
            }
        }
    }
}
