//! Where cells end, 64 bytes at a time: each sign is a bit, and what stands in quotes is told by adding up quotes, as in
//! Langdale & Lemire 2019, doi:10.1007/s00778-019-00578-5.

use wide::u8x16;

use super::split::{DOUBLED, QUOTED};

/// The ends of cells in a text.
#[derive(Debug, Default)]
pub(super) struct Ends {
    /// One behind the other, with `QUOTED` and `DOUBLED`.
    pub(super) ends: Vec<u32>,
    /// How many of them are line feeds.
    pub(super) line_feeds: usize,
}

/// What a block leaves to the next.
#[derive(Default)]
struct Before {
    /// All ones within quotes.
    inside: u64,
    /// Whether the last byte ended a cell, or was a quote that closes: as the first bit.
    ended: u64,
    closed: u64,
    /// Whether quotes are doubled in the cell at hand.
    doubled: bool,
}

impl Ends {
    /// Finds the ends; `false` where quotes stand otherwise than around a whole cell or, within these, doubled, or a line
    /// ends within them. `is_last` says that the text ends with its last cell.
    pub(super) fn find(&mut self, text: &[u8], delimiter: u8, is_last: bool) -> bool {
        self.ends.clear();
        self.line_feeds = 0;
        let mut before = Before { ended: 1, ..Before::default() };
        let (blocks, rest) = text.as_chunks::<64>();
        let mut last = [0; 64];
        last[..rest.len()].copy_from_slice(rest);
        let blocks = blocks.iter().map(|block| (block, u64::MAX)).chain([(&last, (1 << rest.len()) - 1)]);
        for ((block, known), place) in blocks.zip((0_u32..).step_by(64)) {
            if !self.find_in(block, known, place, delimiter, &mut before) {
                return false;
            }
        }
        if is_last && text.last().is_some_and(|last| *last != b'\n') {
            if before.inside != 0 {
                return false;
            }
            let quoted = if text.last() == Some(&b'"') { QUOTED } else { 0 };
            let doubled = if before.doubled { DOUBLED } else { 0 };
            self.ends.push(text.len() as u32 | quoted | doubled);
            self.line_feeds += 1;
        }
        true
    }

    /// The same in a block, of which these bytes are known.
    #[inline(always)]
    fn find_in(
        &mut self,
        block: &[u8; 64],
        known: u64,
        place: u32,
        delimiter: u8,
        before: &mut Before,
    ) -> bool {
        let (feeds, marks) = (found(block, b'\n'), found(block, b'"'));
        let mut ends = feeds | found(block, delimiter);
        let (mut quoted, mut doubled) = (0, 0);
        if marks != 0 || before.inside != 0 || before.closed != 0 {
            let inside = sums(marks) ^ before.inside;
            if feeds & inside != 0 {
                return false;
            }
            ends &= !inside;
            let (opening, closing) = (marks & inside, marks & !inside);
            let behind_end = ends << 1 | before.ended;
            let behind_closing = (closing << 1 | before.closed) & known;
            let is_well = opening & !(behind_end | behind_closing) == 0
                // A carriage return is followed by a line feed.
                && behind_closing & !(ends | opening | returns(block, behind_closing)) == 0;
            if !is_well {
                return false;
            }
            (quoted, doubled) = (behind_closing & ends, behind_closing & opening);
            before.inside = 0_u64.wrapping_sub(inside >> 63);
            before.closed = closing >> 63;
        }
        before.ended = ends >> 63;
        self.line_feeds += feeds.count_ones() as usize;
        let mut signs = ends | doubled;
        while signs != 0 {
            let bit = signs.trailing_zeros();
            if doubled >> bit & 1 == 1 {
                before.doubled = true;
            } else {
                let mut end = place + bit;
                end |= if before.doubled { DOUBLED } else { 0 };
                end |= if quoted >> bit & 1 == 1 { QUOTED } else { 0 };
                self.ends.push(end);
                before.doubled = false;
            }
            signs &= signs - 1;
        }
        true
    }
}

/// For each bit, whether up to it and with it an odd number is set.
#[inline(always)]
fn sums(bits: u64) -> u64 {
    [1, 2, 4, 8, 16, 32].into_iter().fold(bits, |sums, shift| sums ^ sums << shift)
}

/// Carriage returns, where somebody asks for them.
#[inline(always)]
fn returns(block: &[u8; 64], asked: u64) -> u64 {
    if asked == 0 { 0 } else { found(block, b'\r') }
}

/// Where a byte stands in a block, as bits.
#[inline(always)]
pub(super) fn found(block: &[u8; 64], byte: u8) -> u64 {
    let (parts, _) = block.as_chunks::<16>();
    let wanted = u8x16::splat(byte);
    let bits = |part: &[u8; 16]| u64::from(u8x16::new(*part).simd_eq(wanted).to_bitmask());
    parts.iter().rev().fold(0, |all, part| all << 16 | bits(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends_of(text: &str) -> Option<Vec<(usize, bool, bool)>> {
        let mut ends = Ends::default();
        let told = |end: &u32| (((end << 2) >> 2) as usize, end & QUOTED != 0, end & DOUBLED != 0);
        ends.find(text.as_bytes(), b',', true).then(|| ends.ends.iter().map(told).collect())
    }

    #[test]
    fn cells_end_where_they_do_wherever_blocks_do() {
        let cells = ["\"a, b\"", "\"\"", "", "c", "\"\"\"\"", "\"d \"\"e\"\", f\"", "\"\"\"g\"\"\""];
        for shift in 0..200 {
            let (mut text, mut expected) = ("x".repeat(shift), Vec::new());
            for (place, cell) in cells.iter().cycle().take(40).enumerate() {
                text += if place == 0 { "," } else { "" };
                expected.extend((place == 0).then_some((shift, false, false)));
                text += cell;
                expected.push((text.len(), cell.starts_with('"'), cell.matches('"').count() > 2));
                text += if place % 7 == 6 { "\n" } else { "," };
            }
            text.pop();
            assert_eq!(ends_of(&text), Some(expected), "{shift}");
        }
    }

    #[test]
    fn quotes_elsewhere_are_left_to_others() {
        for odd in ["5\" pipe", "\"a\" b", "\"a\"b\"", "\"a", " \"a\"", "\"a\nb\"", "\"\"a\""] {
            for shift in 0..130 {
                let text = format!("{},{odd},c\nd,e,f\n", "x".repeat(shift));
                assert_eq!(ends_of(&text), None, "{text}");
            }
        }
    }
}
