//! The Hessian's sums, pair of blocks by pair of blocks.
//!
//! A row touches at most two neighbouring columns of a block, and so four numbers of the Hessian for a pair of blocks. These
//! four are kept side by side for each pair of places, so that adding a row is one step of a vector unit, and the sums of
//! one pair of blocks stay in the nearest memory while some thousand rows are added.

use std::ops::Range;

use ndarray::Array2;

use crate::train::fit::Design;
use crate::train::fit::accumulator::ROWS;
use crate::train::fit::standing::{Place, Standing, with_codes};
use crate::train::leads::Codes;

/// Sums along a line are taken in so many parts, whatever the machine: the bits depend on the numbers alone.
const LANES: usize = 8;

/// Where the sums of each pair of blocks are.
pub(super) struct Curvature {
    sides: Vec<Side>,
    /// How many sums there are.
    len: usize,
}

/// A block as one side of pairs.
struct Side {
    /// The first column.
    start: usize,
    /// How many columns there are.
    columns: usize,
    /// Whether rows stand between columns, and so touch two.
    between: bool,
    /// The place that is nowhere. A row at the last of some hats counts as wholly on the way there from the one before, so
    /// that no row has the last hat for a place of its own.
    nowhere: usize,
    /// Whether all rows stand between the same two columns, as on a straight line.
    is_line: bool,
    /// The place of each code, where there are codes.
    by_code: Vec<(u16, f64)>,
    /// The first sum of the block with itself, and with each block before it.
    first: Vec<usize>,
}

/// Some rows in one block.
struct Stood {
    places: Vec<u16>,
    /// What goes to the next place.
    shares: Vec<f64>,
}

/// Room for some rows in all blocks.
pub(super) struct Room {
    stood: Vec<Stood>,
    /// Curvature times what goes to a row's own place, and to the next.
    weighted: [Vec<f64>; 2],
}

impl Curvature {
    pub(super) fn of(design: &Design) -> Self {
        let mut sides: Vec<Side> = Vec::new();
        let mut len = 0;
        for (block, standing) in design.blocks().iter().zip(design.standings()) {
            let columns = block.end - block.start;
            let mut side = Side {
                start: block.start,
                columns,
                between: block.hats > 1,
                nowhere: if block.hats > 1 { block.hats - 1 } else { columns },
                is_line: false,
                by_code: Vec::new(),
                first: Vec::new(),
            };
            let is_first = |place: &Place| side.local(*place).0 == 0;
            side.is_line = side.between
                && match standing {
                    Standing::ByCode(places, _) | Standing::ByRow(places) => places.iter().all(is_first),
                };
            if let Standing::ByCode(places, _) = standing {
                side.by_code = places.iter().map(|place| side.local(*place)).collect();
            }
            side.first.push(len);
            len += 4 * side.places();
            for other in &sides {
                side.first.push(len);
                len += other.places() * side.places() * lanes(other.between, side.between);
            }
            sides.push(side);
        }
        Self { sides, len: len + 1 }
    }

    /// How many sums there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The sums over no rows.
    pub(super) fn sums(&self) -> Vec<f64> {
        vec![0.0; self.len]
    }

    pub(super) fn room(&self) -> Room {
        let stood = || Stood { places: vec![0; ROWS], shares: vec![0.0; ROWS] };
        Room {
            stood: self.sides.iter().map(|_| stood()).collect(),
            weighted: [vec![0.0; ROWS], vec![0.0; ROWS]],
        }
    }

    /// Adds rows of these curvatures.
    pub(super) fn add(
        &self,
        design: &Design,
        rows: Range<usize>,
        curvatures: &[f64],
        room: &mut Room,
        sums: &mut [f64],
    ) {
        pulp::Arch::new().dispatch(Adding { curvature: self, design, rows, curvatures, room, sums });
    }

    /// The lower triangle of the Hessian that sums amount to.
    pub(super) fn hessian(&self, width: usize, sums: &[f64]) -> Array2<f64> {
        let mut hessian = Array2::zeros((width, width));
        hessian[(0, 0)] = sums.last().copied().unwrap_or(0.0);
        for (b, side) in self.sides.iter().enumerate() {
            let own = &sums[side.first[0]..][..4 * side.places()];
            for (place, cell) in own.chunks_exact(4).enumerate().filter(|(place, _)| *place != side.nowhere) {
                let column = side.start + place;
                hessian[(column, column)] += cell[0];
                hessian[(column, 0)] += cell[0] + cell[1];
                if side.between && place + 1 < side.columns {
                    hessian[(column + 1, column)] += cell[1];
                    hessian[(column + 1, column + 1)] += cell[3];
                    hessian[(column + 1, 0)] += cell[2] + cell[3];
                }
            }
            for (other, first) in self.sides[..b].iter().zip(&side.first[1..]) {
                let [deep, broad] = [side.between, other.between].map(|between| 1 + usize::from(between));
                let mut cells = sums[*first..].chunks_exact(deep * broad);
                for i in 0..side.places() {
                    for j in 0..other.places() {
                        let Some(cell) = cells.next() else { continue };
                        if i == side.nowhere || j == other.nowhere {
                            continue;
                        }
                        for (lane, sum) in cell.iter().enumerate() {
                            let (i, j) = (i + lane / broad, j + lane % broad);
                            // Nothing goes to a place behind the last.
                            if i < side.columns && j < other.columns {
                                hessian[(side.start + i, other.start + j)] += sum;
                            }
                        }
                    }
                }
            }
        }
        hessian
    }
}

/// Some rows and what they are added to.
struct Adding<'a> {
    curvature: &'a Curvature,
    design: &'a Design,
    rows: Range<usize>,
    curvatures: &'a [f64],
    room: &'a mut Room,
    sums: &'a mut [f64],
}

impl pulp::WithSimd for Adding<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        let Self { curvature: Curvature { sides, .. }, design, rows, curvatures, room, sums } = self;
        let Room { stood, weighted: [own, next] } = room;
        let (own, next) = (&mut own[..rows.len()], &mut next[..rows.len()]);
        for ((side, standing), stood) in sides.iter().zip(design.standings()).zip(stood.iter_mut()) {
            side.stand(standing, rows.clone(), stood);
        }
        if let Some(last) = sums.last_mut() {
            *last += curvatures.iter().sum::<f64>();
        }
        for (b, side) in sides.iter().enumerate() {
            let (before, stood) = (&stood[..b], &stood[b]);
            let weights = own.iter_mut().zip(next.iter_mut());
            for (((own, next), curvature), share) in weights.zip(curvatures).zip(&stood.shares) {
                *next = curvature * share;
                *own = curvature - *next;
            }
            let weighted = Weighted { places: &stood.places[..rows.len()], own, next };
            let sums_of = &mut sums[side.first[0]..][..4 * side.places()];
            if side.is_line {
                weighted.add_line(&stood.shares, sums_of);
            } else {
                weighted.add_own(&stood.shares, sums_of);
            }
            for ((other, first), stood) in sides.iter().zip(&side.first[1..]).zip(before) {
                let lanes = lanes(other.between, side.between);
                let sums = &mut sums[*first..][..other.places() * side.places() * lanes];
                match (side.between, other.between) {
                    (true, true) if side.is_line && other.is_line => weighted.add_line(&stood.shares, sums),
                    (true, true) => weighted.add::<2, 4>(stood, other.places(), sums),
                    (true, false) => weighted.add::<1, 2>(stood, other.places(), sums),
                    (false, true) => weighted.add::<2, 2>(stood, other.places(), sums),
                    (false, false) => weighted.add::<1, 1>(stood, other.places(), sums),
                }
            }
        }
    }
}

fn lanes(a: bool, b: bool) -> usize {
    (1 + usize::from(a)) * (1 + usize::from(b))
}

impl Side {
    fn places(&self) -> usize {
        self.columns.max(self.nowhere + 1)
    }

    /// A place counted from the block's first column.
    #[inline]
    fn local(&self, place: Place) -> (u16, f64) {
        match place.known() {
            None => (self.nowhere as u16, 0.0),
            Some((column, share)) if column - self.start != self.nowhere => {
                ((column - self.start) as u16, share)
            }
            Some(_) => (self.nowhere as u16 - 1, 1.0),
        }
    }

    #[inline(always)]
    fn stand(&self, standing: &Standing, rows: Range<usize>, stood: &mut Stood) {
        let cells = stood.places.iter_mut().zip(&mut stood.shares);
        match standing {
            Standing::ByCode(_, codes) => with_codes!(codes, |codes| {
                for ((place, share), code) in cells.zip(&codes[rows]) {
                    (*place, *share) = self.by_code[*code as usize];
                }
            }),
            Standing::ByRow(places) => {
                for ((place, share), own) in cells.zip(&places[rows]) {
                    (*place, *share) = self.local(*own);
                }
            }
        }
    }
}

/// Some rows in the later block of pairs, with their curvatures shared out between two places.
struct Weighted<'a> {
    places: &'a [u16],
    own: &'a [f64],
    next: &'a [f64],
}

impl Weighted<'_> {
    /// Adds the rows to the sums of the block with itself.
    #[inline(always)]
    fn add_own(&self, shares: &[f64], sums: &mut [f64]) {
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

    /// Adds the rows to the sums of this block, and another with `B` places
    /// a row, which have `N` sums together.
    #[inline(always)]
    fn add<const B: usize, const N: usize>(&self, other: &Stood, width: usize, sums: &mut [f64]) {
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

    /// The same where both blocks are lines, and so have one place for all rows.
    #[inline(always)]
    fn add_line(&self, shares: &[f64], sums: &mut [f64]) {
        let mut parts = [[0.0; LANES]; 4];
        let (own, own_rest) = self.own.as_chunks::<LANES>();
        let (next, next_rest) = self.next.as_chunks::<LANES>();
        let (shares, rest) = shares[..self.own.len()].as_chunks::<LANES>();
        for ((own, next), shares) in own.iter().zip(next).zip(shares) {
            for lane in 0..LANES {
                let (own, next, share) = (own[lane], next[lane], shares[lane]);
                parts[0][lane] += own * (1.0 - share);
                parts[1][lane] += own * share;
                parts[2][lane] += next * (1.0 - share);
                parts[3][lane] += next * share;
            }
        }
        for (sum, parts) in sums.iter_mut().zip(parts) {
            *sum += parts.iter().sum::<f64>();
        }
        for ((own, next), share) in own_rest.iter().zip(next_rest).zip(rest) {
            let terms = [own * (1.0 - share), own * share, next * (1.0 - share), next * share];
            sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
        }
    }
}
