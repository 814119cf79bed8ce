//! The Hessian's sums, some pairs of blocks at a time.
//!
//! Pairs are taken in tiles of some blocks by some others: what is known of the rows in these blocks, and the sums of their
//! pairs, stay in a processor's own memory while rows are added, and tiles are what processors share out among them.

use std::ops::Range;

use ndarray::Array2;

use crate::train::fit::Design;
use crate::train::fit::cells::{Side, Stood, Weighted};
use crate::train::fit::narrow::Narrow;

/// Blocks on either side of a tile.
const TILE: usize = 8;
/// Rows that are added at once.
const ROWS: usize = 8_192;

/// Where the sums of each pair of blocks are.
pub(super) struct Curvature {
    sides: Vec<Side>,
    narrow: Narrow,
    parts: Vec<Part>,
}

/// Sums that are taken together.
enum Part {
    /// Those of the narrow blocks with each other.
    Narrow,
    /// Those of some pairs of blocks.
    Pairs(Vec<Pair>),
}

/// Two blocks, of which the other is not behind the first.
struct Pair {
    side: usize,
    other: usize,
    /// Where their sums begin among those of the part.
    first: usize,
    len: usize,
}

impl Curvature {
    pub(super) fn of(design: &Design) -> Self {
        let blocks = design.blocks().iter().zip(design.placings());
        let sides: Vec<Side> = blocks.map(|(block, placing)| Side::of(block, placing)).collect();
        let narrow = Narrow::of(design, &sides);
        let tiles: Vec<Range<usize>> =
            (0..sides.len()).step_by(TILE).map(|first| first..sides.len().min(first + TILE)).collect();
        let of_two = tiles
            .iter()
            .enumerate()
            .flat_map(|(place, own)| tiles[..=place].iter().map(|others| pairs(&sides, own, others)));
        let of_two = of_two.filter(|pairs| !pairs.is_empty()).map(Part::Pairs);
        let parts = (!narrow.is_empty()).then_some(Part::Narrow).into_iter().chain(of_two).collect();
        Self { sides, narrow, parts }
    }

    /// How many parts there are.
    pub(super) fn parts(&self) -> usize {
        self.parts.len()
    }

    /// How many sums there are in all parts.
    pub(super) fn len(&self) -> usize {
        self.parts.iter().map(|part| self.len_of(part)).sum()
    }

    fn len_of(&self, part: &Part) -> usize {
        match part {
            Part::Narrow => self.narrow.len(),
            Part::Pairs(pairs) => pairs.last().map_or(0, |pair| pair.first + pair.len),
        }
    }

    /// The sums of a part over some rows, and their curvatures.
    pub(super) fn sums<'a>(
        &self,
        part: usize,
        design: &Design,
        rows: impl Iterator<Item = (Range<usize>, &'a [f64])>,
    ) -> Vec<f64> {
        let part = &self.parts[part];
        let mut sums = vec![0.0; self.len_of(part)];
        let arch = pulp::Arch::new();
        let pairs = match part {
            Part::Narrow => {
                let room = &mut self.narrow.room();
                for (rows, curvatures) in rows {
                    arch.dispatch(self.narrow.adding(design, rows, curvatures, room, &mut sums));
                }
                return sums;
            }
            Part::Pairs(pairs) => pairs,
        };
        let mut room = None;
        for (rows, curvatures) in rows {
            let room = room.get_or_insert_with(|| Room::of(pairs, rows.len().min(ROWS)));
            let most = room.weighted[0].len();
            for (place, curvatures) in curvatures.chunks(most).enumerate() {
                let first = rows.start + place * most;
                let rows = first..first + curvatures.len();
                let (curvature, sums) = (self, sums.as_mut_slice());
                arch.dispatch(Adding { curvature, pairs, design, rows, curvatures, room, sums });
            }
        }
        sums
    }

    /// The lower triangle of the Hessian that the parts' sums amount to; `total` is the sum of the curvatures.
    pub(super) fn hessian(&self, width: usize, total: f64, sums: &[Vec<f64>]) -> Array2<f64> {
        let mut hessian = Array2::zeros((width, width));
        hessian[(0, 0)] = total;
        for (part, sums) in self.parts.iter().zip(sums) {
            match part {
                Part::Narrow => self.narrow.add_to(&mut hessian, sums),
                Part::Pairs(pairs) => {
                    for pair in pairs {
                        let sums = &sums[pair.first..][..pair.len];
                        let (side, other) = (&self.sides[pair.side], &self.sides[pair.other]);
                        if pair.side == pair.other {
                            side.add_own_to(&mut hessian, sums);
                        } else {
                            side.add_to(other, &mut hessian, sums);
                        }
                    }
                }
            }
        }
        hessian
    }
}

/// The pairs of some blocks with others that are the same, or before them.
fn pairs(sides: &[Side], own: &Range<usize>, others: &Range<usize>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut first = 0;
    for side in own.clone() {
        for other in others.clone().take_while(|other| *other <= side) {
            let (a, b) = (&sides[side], &sides[other]);
            if a.is_narrow && b.is_narrow {
                continue;
            }
            let len = if side == other { 4 * a.places() } else { a.places() * b.places() * lanes(a, b) };
            pairs.push(Pair { side, other, first, len });
            first += len;
        }
    }
    pairs
}

/// How many numbers of the Hessian a row touches.
fn lanes(a: &Side, b: &Side) -> usize {
    (1 + usize::from(a.between)) * (1 + usize::from(b.between))
}

/// Room for some rows in the blocks of a part.
struct Room {
    /// The blocks.
    sides: Vec<usize>,
    stood: Vec<Stood>,
    /// Curvature times what goes to a row's own place, and to the next.
    weighted: [Vec<f64>; 2],
}

impl Room {
    fn of(pairs: &[Pair], rows: usize) -> Self {
        let mut sides: Vec<usize> = pairs.iter().flat_map(|pair| [pair.side, pair.other]).collect();
        sides.sort_unstable();
        sides.dedup();
        let stood = vec![Stood::room(rows); sides.len()];
        Self { sides, stood, weighted: [vec![0.0; rows], vec![0.0; rows]] }
    }
}

/// Some rows, and what they are added to.
struct Adding<'a> {
    curvature: &'a Curvature,
    pairs: &'a [Pair],
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
        let Self { curvature: Curvature { sides, .. }, pairs, design, rows, curvatures, room, sums } = self;
        let Room { sides: blocks, stood, weighted: [own, next] } = room;
        for (block, stood) in blocks.iter().zip(stood.iter_mut()) {
            sides[*block].stand(&design.placings()[*block], rows.clone(), stood);
        }
        let stood_in = |side: usize| &stood[blocks.binary_search(&side).unwrap_or_default()];
        let (own, next) = (&mut own[..rows.len()], &mut next[..rows.len()]);
        for pairs in pairs.chunk_by(|a, b| a.side == b.side) {
            let (side, in_side) = (&sides[pairs[0].side], stood_in(pairs[0].side));
            let weights = own.iter_mut().zip(next.iter_mut());
            for (((own, next), curvature), share) in weights.zip(curvatures).zip(&in_side.shares) {
                *next = curvature * share;
                *own = curvature - *next;
            }
            let weighted = Weighted { places: &in_side.places[..rows.len()], own, next };
            for pair in pairs {
                let sums = &mut sums[pair.first..][..pair.len];
                if pair.other == pair.side {
                    weighted.add_own(&in_side.shares, sums);
                    continue;
                }
                let (other, stood) = (&sides[pair.other], stood_in(pair.other));
                match (side.between, other.between) {
                    (true, true) => weighted.add::<2, 4>(stood, other.places(), sums),
                    (true, false) => weighted.add::<1, 2>(stood, other.places(), sums),
                    (false, true) => weighted.add::<2, 2>(stood, other.places(), sums),
                    (false, false) => weighted.add::<1, 1>(stood, other.places(), sums),
                }
            }
        }
    }
}

impl Side {
    fn add_own_to(&self, hessian: &mut Array2<f64>, sums: &[f64]) {
        for (place, cell) in sums.chunks_exact(4).enumerate().filter(|(place, _)| *place != self.nowhere) {
            let column = self.start + place;
            hessian[(column, column)] += cell[0];
            hessian[(column, 0)] += cell[0] + cell[1];
            if self.between && place + 1 < self.columns {
                hessian[(column + 1, column)] += cell[1];
                hessian[(column + 1, column + 1)] += cell[3];
                hessian[(column + 1, 0)] += cell[2] + cell[3];
            }
        }
    }

    fn add_to(&self, other: &Self, hessian: &mut Array2<f64>, sums: &[f64]) {
        let broad = 1 + usize::from(other.between);
        let mut cells = sums.chunks_exact(lanes(self, other));
        for i in 0..self.places() {
            for j in 0..other.places() {
                let Some(cell) = cells.next() else { continue };
                if i == self.nowhere || j == other.nowhere {
                    continue;
                }
                for (lane, sum) in cell.iter().enumerate() {
                    let (i, j) = (i + lane / broad, j + lane % broad);
                    // Nothing goes to a place behind the last.
                    if i < self.columns && j < other.columns {
                        hessian[(self.start + i, other.start + j)] += sum;
                    }
                }
            }
        }
    }
}
