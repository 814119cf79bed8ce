//! Bootstrap draws: leads with replacement, or whole groups of them.

use crate::train::random::Random;

/// What is drawn: each lead by itself, or groups that stay together.
pub(crate) struct Resampler {
    count: usize,
    /// The rows of each group; empty where each lead stands alone.
    groups: Vec<Vec<u32>>,
}

impl Resampler {
    /// For `count` leads; `groups` gives the group of each, or is empty.
    pub(crate) fn new(count: usize, groups: &[u32]) -> Self {
        let mut rows: Vec<u32> = (0..groups.len() as u32).collect();
        rows.sort_by_key(|row| groups[*row as usize]);
        let together = rows.chunk_by(|a, b| groups[*a as usize] == groups[*b as usize]);
        Self { count, groups: together.map(<[u32]>::to_vec).collect() }
    }

    /// How many leads or groups are drawn.
    pub(crate) fn draws(&self) -> usize {
        if self.groups.is_empty() { self.count } else { self.groups.len() }
    }

    /// One replicate: `each` is called for every row drawn, as often as it is drawn.
    pub(crate) fn draw(&self, random: &mut Random, mut each: impl FnMut(usize)) {
        for _ in 0..self.draws() {
            let drawn = random.below(self.draws());
            match self.groups.get(drawn) {
                Some(rows) => rows.iter().for_each(|row| each(*row as usize)),
                None => each(drawn),
            }
        }
    }
}
