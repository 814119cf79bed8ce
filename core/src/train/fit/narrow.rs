//! The Hessian's sums among narrow blocks: straight lines, and what is missing of them.
//!
//! A row touches most columns of such a block, so that products of whole columns are faster than sums cell by cell. Two
//! numbers say where a row stands: its share counted from one end, and whether its value is missing; with a column of
//! ones, all columns of all narrow blocks are combinations of these. Shares are counted from the end that is more common, so
//! that of the rarer, whose sums may be a millionth of the others, nothing cancels.

use std::ops::Range;

use ndarray::Array2;

use crate::train::fit::Design;
use crate::train::fit::cells::Side;
use crate::train::fit::placing::{Place, Placing, with_codes};
use crate::train::leads::Codes;

/// Rows that are multiplied at once, so that their numbers stay in the nearest memory.
const DEPTH: usize = 128;
/// Columns come in tiles of so many.
const TILE: usize = 2;
/// A product of two columns is summed in so many parts, whatever the machine: the bits depend on the numbers alone.
const LANES: usize = 8;
/// Which end is more common is read off about so many rows.
const SOME: usize = 1_000;

/// The narrow blocks of a design.
pub(super) struct Narrow {
    lines: Vec<Line>,
    /// How many numbers a row has: a one, those of each line, and zeros up to a whole tile.
    width: usize,
}

/// A block of two columns, or three where the last is for missing values.
struct Line {
    /// The place of the block in the design.
    block: usize,
    /// The first column.
    start: usize,
    /// Where its numbers are in a row: the share, and then whether the value is missing.
    first: usize,
    can_miss: bool,
    /// Where the share is counted from: 0 or 1.
    from: f64,
    /// The numbers of each place, where there are few places.
    by_code: Vec<[f64; 2]>,
}

/// Room for some rows.
pub(super) struct Room {
    /// Column behind column, times the curvatures …
    weighted: Vec<[f64; DEPTH]>,
    /// … and without.
    plain: Vec<[f64; DEPTH]>,
}

/// The place of a missing value.
const MISSING: u16 = 2;

impl Narrow {
    /// The narrow ones of a design's blocks.
    pub(super) fn of(design: &Design, sides: &[Side]) -> Self {
        let (mut lines, mut width) = (Vec::new(), 1);
        for (block, placing) in
            design.placings().iter().enumerate().filter(|(block, _)| sides[*block].is_narrow)
        {
            let Side { start, columns, .. } = sides[block];
            let can_miss = columns > 2;
            let mut line = Line { block, start, first: width, can_miss, from: 0.0, by_code: Vec::new() };
            let places =
                (0..design.rows()).step_by(1 + design.rows() / SOME).map(|row| line.local(placing.at(row)));
            let (mut sum, mut count) = (0.0, 0.0);
            for (_, share) in places.filter(|(place, _)| *place != MISSING) {
                sum += share;
                count += 1.0;
            }
            if count > 0.0 {
                line.from = f64::from(u8::from(sum > 0.5 * count));
            }
            if let Placing::ByCode(places, _) = placing {
                line.by_code = places.iter().map(|place| line.numbers(line.local(*place))).collect();
            }
            width += 1 + usize::from(can_miss);
            lines.push(line);
        }
        Self { lines, width: width.next_multiple_of(TILE) }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many sums there are.
    pub(super) fn len(&self) -> usize {
        self.width * self.width
    }

    pub(super) fn room(&self) -> Room {
        let zeros = || vec![[0.0; DEPTH]; self.width];
        Room { weighted: zeros(), plain: zeros() }
    }

    /// Rows of these curvatures, to be added to the sums.
    pub(super) fn adding<'a>(
        &'a self,
        design: &'a Design,
        rows: Range<usize>,
        curvatures: &'a [f64],
        room: &'a mut Room,
        sums: &'a mut [f64],
    ) -> Adding<'a> {
        Adding { narrow: self, design, rows, curvatures, room, sums }
    }

    /// Adds what the sums amount to to the lower triangle of the Hessian.
    pub(super) fn add_to(&self, hessian: &mut Array2<f64>, sums: &[f64]) {
        let columns: Vec<(usize, [(usize, f64); 3])> = self.lines.iter().flat_map(Line::columns).collect();
        let sum = |a: usize, b: usize| sums[a.max(b) * self.width + a.min(b)];
        let product = |a: &[(usize, f64)], b: &[(usize, f64)]| -> f64 {
            a.iter().flat_map(|(i, own)| b.iter().map(move |(j, other)| own * other * sum(*i, *j))).sum()
        };
        for (place, (column, own)) in columns.iter().enumerate() {
            hessian[(*column, 0)] += product(own, &[(0, 1.0)]);
            for (other_column, other) in &columns[..=place] {
                hessian[(*column, *other_column)] += product(own, other);
            }
        }
    }
}

/// Some rows, and what they are added to.
pub(super) struct Adding<'a> {
    narrow: &'a Narrow,
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
        let Self { narrow: Narrow { lines, width }, design, rows, curvatures, room, sums } = self;
        for (part, curvatures) in curvatures.chunks(DEPTH).enumerate() {
            let first = rows.start + part * DEPTH;
            let rows = first..first + curvatures.len();
            // What is left of the rows before, behind these, must not count.
            let mut padded = [0.0; DEPTH];
            padded[..curvatures.len()].copy_from_slice(curvatures);
            room.plain[0] = [1.0; DEPTH];
            for line in lines {
                line.put(&design.placings()[line.block], rows.clone(), &mut room.plain[line.first..]);
            }
            for (weighted, plain) in room.weighted.iter_mut().zip(&room.plain) {
                for ((weighted, plain), curvature) in weighted.iter_mut().zip(plain).zip(&padded) {
                    *weighted = curvature * plain;
                }
            }
            // The products of each column with those up to it: the lower triangle.
            for a in (0..*width).step_by(TILE) {
                for b in (0..=a).step_by(TILE) {
                    let products = products(&room.weighted[a..], &room.plain[b..]);
                    for (i, products) in products.iter().enumerate() {
                        let sums = &mut sums[(a + i) * width + b..][..TILE];
                        sums.iter_mut().zip(products).for_each(|(sum, product)| *sum += product);
                    }
                }
            }
        }
    }
}

/// The sums of the products of some columns with some others.
#[inline(always)]
fn products(a: &[[f64; DEPTH]], b: &[[f64; DEPTH]]) -> [[f64; TILE]; TILE] {
    let mut parts = [[[0.0; LANES]; TILE]; TILE];
    let (a, b) = (
        [a[0].as_chunks::<LANES>().0, a[1].as_chunks().0],
        [b[0].as_chunks::<LANES>().0, b[1].as_chunks().0],
    );
    for place in 0..DEPTH / LANES {
        for i in 0..TILE {
            for j in 0..TILE {
                for lane in 0..LANES {
                    parts[i][j][lane] += a[i][place][lane] * b[j][place][lane];
                }
            }
        }
    }
    parts.map(|parts| parts.map(|lanes| lanes.iter().sum()))
}

impl Line {
    /// The numbers of a row at a place: its share from where it is counted, and whether its value is missing.
    #[inline(always)]
    fn numbers(&self, (place, share): (u16, f64)) -> [f64; 2] {
        if place == MISSING { [0.0, 1.0] } else { [share - self.from, 0.0] }
    }

    /// Fills its columns in for some rows.
    #[inline(always)]
    fn put(&self, placing: &Placing, rows: Range<usize>, columns: &mut [[f64; DEPTH]]) {
        match placing {
            Placing::ByCode(_, codes) => with_codes!(codes, |codes| {
                self.fill(codes[rows].iter().map(|code| self.by_code[*code as usize]), columns);
            }),
            Placing::ByRow(places) => {
                self.fill(places[rows].iter().map(|place| self.numbers(self.local(*place))), columns);
            }
        }
    }

    #[inline(always)]
    fn fill(&self, numbers: impl Iterator<Item = [f64; 2]>, columns: &mut [[f64; DEPTH]]) {
        match columns {
            [shares, missing, ..] if self.can_miss => {
                for ((share, missing), numbers) in shares.iter_mut().zip(missing).zip(numbers) {
                    [*share, *missing] = numbers;
                }
            }
            [shares, ..] => {
                for (share, [number, _]) in shares.iter_mut().zip(numbers) {
                    *share = number;
                }
            }
            [] => {}
        }
    }

    /// A place counted from the first column; a row at the second is wholly on the way there from the first.
    #[inline(always)]
    fn local(&self, place: Place) -> (u16, f64) {
        match place.known() {
            Some((column, share)) if column == self.start => (0, share),
            Some((column, _)) if column == self.start + 1 => (0, 1.0),
            _ => (MISSING, 0.0),
        }
    }

    /// The columns, each as a combination of the numbers of a row.
    fn columns(&self) -> impl Iterator<Item = (usize, [(usize, f64); 3])> {
        let Self { start, first, can_miss, from, .. } = *self;
        // Where nothing can miss, a one stands in for what is missing, and counts nothing.
        let (missing, weight) = if can_miss { (first + 1, 1.0) } else { (0, 0.0) };
        let low = (start, [(0, 1.0 - from), (first, -1.0), (missing, -weight * (1.0 - from))]);
        let high = (start + 1, [(0, from), (first, 1.0), (missing, -weight * from)]);
        let miss = (start + 2, [(missing, weight), (0, 0.0), (0, 0.0)]);
        [low, high].into_iter().chain(can_miss.then_some(miss))
    }
}
