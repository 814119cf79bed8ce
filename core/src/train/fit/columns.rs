//! Sums by column: slopes of rows, or what they weigh, times what stands in each column of a design.

use std::ops::Range;

use crate::train::fit::Design;
use crate::train::fit::placing::{PARTS, Placing};

/// The columns of a design, with what it takes to sum by them.
pub(super) struct Columns<'a> {
    design: &'a Design,
    /// Of blocks that are lines, the first column and what of each code goes to the next.
    lines: Vec<Option<(usize, Vec<f64>)>>,
}

/// Sums of some rows, not yet by column.
pub(super) struct ColumnSums<const L: usize> {
    all: [[f64; L]; PARTS],
    of_blocks: Vec<Vec<[f64; L]>>,
}

impl<'a> Columns<'a> {
    pub(super) fn of(design: &'a Design) -> Self {
        Self { design, lines: design.placings().iter().map(Placing::line).collect() }
    }

    /// Sums of no rows.
    pub(super) fn none<const L: usize>(&self) -> ColumnSums<L> {
        let none = |(placing, line): (&Placing, &Option<_>)| match line {
            Some(_) => vec![[0.0; L]; PARTS],
            None => placing.sums(self.design.width()),
        };
        let of_blocks = self.design.placings().iter().zip(&self.lines).map(none).collect();
        ColumnSums { all: [[0.0; L]; PARTS], of_blocks }
    }

    /// Adds some rows, each with a slope in each lane.
    #[inline(always)]
    pub(super) fn add<const L: usize>(
        &self,
        slopes: &[[f64; L]],
        rows: &Range<usize>,
        sums: &mut ColumnSums<L>,
    ) {
        add_all(slopes, &mut sums.all);
        let blocks = self.design.placings().iter().zip(&self.lines);
        for ((placing, line), sums) in blocks.zip(&mut sums.of_blocks) {
            match (line, sums.first_chunk_mut()) {
                (Some((_, shares)), Some(sums)) => placing.add_shares(shares, slopes, rows.clone(), sums),
                _ => placing.add_slopes(slopes, rows.clone(), sums),
            }
        }
    }

    /// The sums by column, and two more that are of no concern.
    pub(super) fn shared_out<const L: usize>(&self, sums: &ColumnSums<L>) -> Vec<[f64; L]> {
        let mut columns = vec![[0.0; L]; self.design.width() + 2];
        let all = total(&sums.all);
        columns[0] = all;
        let blocks = self.design.placings().iter().zip(&self.lines);
        for ((placing, line), sums) in blocks.zip(&sums.of_blocks) {
            let Some((column, _)) = line else {
                placing.share_out(sums, &mut columns);
                continue;
            };
            let next = total(sums);
            for lane in 0..L {
                columns[*column][lane] += all[lane] - next[lane];
                columns[column + 1][lane] += next[lane];
            }
        }
        columns
    }
}

/// Adds terms to a few sums: to each those of some rows, so that none waits for another.
#[inline(always)]
pub(super) fn add_all<const L: usize>(terms: &[[f64; L]], sums: &mut [[f64; L]; PARTS]) {
    let mut parts = *sums;
    let (terms, rest) = terms.as_chunks::<PARTS>();
    for terms in terms.iter().map(<[_; PARTS]>::as_slice).chain([rest]) {
        for (part, term) in parts.iter_mut().zip(terms) {
            for lane in 0..L {
                part[lane] += term[lane];
            }
        }
    }
    *sums = parts;
}

/// What a few sums come to together.
pub(super) fn total<const L: usize>(sums: &[[f64; L]]) -> [f64; L] {
    std::array::from_fn(|lane| sums.iter().map(|sum| sum[lane]).sum())
}
