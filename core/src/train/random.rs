//! Seeded randomness with the same draws on every machine: xoshiro256++ (Blackman & Vigna, <https://prng.di.unimi.it>).

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

use crate::train::hash::fnv1a;

/// A stream of random numbers, fixed by a seed and a purpose.
pub(crate) struct Random(Xoshiro256PlusPlus);

impl Random {
    /// The stream of a seed for a purpose; other purposes get other streams.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        let hash = fnv1a(purpose.bytes().map(u64::from));
        Self(Xoshiro256PlusPlus::seed_from_u64(seed ^ hash))
    }

    /// Sixty-four random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `bound`, by multiplication (Lemire 2019; the bias is below 2⁻⁴⁰ for any table).
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let product = u128::from(self.0.next_u64()) * bound as u128;
        (product >> 64) as usize
    }

    /// How often each of so many comes, where as many are drawn with replacement.
    pub(crate) fn times(&mut self, count: usize) -> Vec<u32> {
        let mut times = vec![0; count];
        (0..count).for_each(|_| times[self.below(count)] += 1);
        times
    }

    /// A number in `[0, 1)`, a multiple of 2⁻⁵³.
    pub(crate) fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Puts items into random order (Fisher & Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}
