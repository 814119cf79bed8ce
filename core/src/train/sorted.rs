//! Rows in the order of a number.
//!
//! A million predictions are put in order several times in a training. Comparing reads each number some twenty times, all
//! over memory; here the numbers, rounded to four bytes, stand beside their rows and are dealt into place three times by
//! some of their bits (a radix sort, the least digit first), and only rows whose rounded numbers are equal are compared.

/// Fewer rows than this are compared.
const FEW: usize = 4_096;
/// The digits of a rounded number: where they begin, above the row, and how many bits they have.
const DIGITS: [(u32, u32); 3] = [(32, 11), (43, 11), (54, 10)];

/// So many rows in ascending order of their numbers (by `total_cmp`); rows of equal numbers in their own order.
pub(crate) fn ascending(count: usize, number: impl Fn(usize) -> f64) -> Vec<u32> {
    let by_number = |a: &u64, b: &u64| {
        let [x, y] = [a, b].map(|pair| number(*pair as u32 as usize));
        x.total_cmp(&y).then((*a as u32).cmp(&(*b as u32)))
    };
    let mut pairs: Vec<u64> =
        (0..count).map(|row| u64::from(rounded(number(row))) << 32 | row as u64).collect();
    if count < FEW {
        pairs.sort_unstable_by(by_number);
    } else {
        deal(&mut pairs);
        let tied = pairs.chunk_by_mut(|a, b| a >> 32 == b >> 32);
        tied.filter(|tied| tied.len() > 1).for_each(|tied| tied.sort_unstable_by(by_number));
    }
    pairs.into_iter().map(|pair| pair as u32).collect()
}

/// The leads of one number among those in order.
#[derive(Clone, Copy)]
pub(crate) struct Tied {
    pub(crate) number: f64,
    /// How many numbers are less.
    pub(crate) before: usize,
    /// How many are equal.
    pub(crate) count: usize,
}

/// The numbers at these ranks (ascending, from 0) among those that are known; none for ranks beyond them.
///
/// They are counted by the first bits of the rounded number; only those that share these bits with one of the ranks are put
/// in order.
pub(crate) fn at_ranks(count: usize, number: impl Fn(usize) -> f64, ranks: &[usize]) -> Vec<Tied> {
    /// Parts of an octave: 2⁹.
    const BITS: u32 = 18;
    let part = |number: f64| (rounded(if number == 0.0 { 0.0 } else { number }) >> (32 - BITS)) as usize;
    let known = || (0..count).map(&number).filter(|number| !number.is_nan());
    let mut counts = vec![0_usize; 1 << BITS];
    known().for_each(|number| counts[part(number)] += 1);
    // The parts in which ranks lie: how many numbers are less, and those that are there.
    let mut parts: Vec<(usize, usize, Vec<f64>)> = Vec::new();
    let (mut before, mut ranks_left) = (0, ranks.iter().peekable());
    for (part, count) in counts.iter().enumerate() {
        if ranks_left.next_if(|rank| **rank < before + count).is_some() {
            while ranks_left.next_if(|rank| **rank < before + count).is_some() {}
            parts.push((part, before, Vec::with_capacity(*count)));
        }
        before += count;
    }
    // From now on the place of a part among those, from 1.
    counts.fill(0);
    (1..).zip(&parts).for_each(|(place, (part, _, _))| counts[*part] = place);
    known().for_each(|number| {
        if let Some((_, _, own)) = counts[part(number)].checked_sub(1).and_then(|place| parts.get_mut(place))
        {
            own.push(number);
        }
    });
    for (_, _, own) in &mut parts {
        own.sort_unstable_by(f64::total_cmp);
    }
    let tied = |rank: &usize| {
        let (_, before, own) = parts.iter().rfind(|(_, before, _)| before <= rank)?;
        let number = *own.get(rank - before)?;
        let less = own.partition_point(|other| *other < number);
        let upto = own.partition_point(|other| *other <= number);
        Some(Tied { number, before: before + less, count: upto - less })
    };
    ranks.iter().map_while(tied).collect()
}

/// The number rounded to four bytes, as an integer of the same order.
fn rounded(number: f64) -> u32 {
    let bits = (number as f32).to_bits();
    if bits >> 31 == 1 { !bits } else { bits | 1 << 31 }
}

/// Sorts by the upper halves.
fn deal(pairs: &mut Vec<u64>) {
    let digit = |pair: u64, (from, bits): (u32, u32)| (pair >> from) as usize & ((1 << bits) - 1);
    let mut counts = DIGITS.map(|(_, bits)| vec![0_usize; 1 << bits]);
    for pair in &*pairs {
        for (counts, place) in counts.iter_mut().zip(DIGITS) {
            counts[digit(*pair, place)] += 1;
        }
    }
    let mut dealt = vec![0; pairs.len()];
    for (mut next, place) in counts.into_iter().zip(DIGITS) {
        let mut before = 0;
        for next in &mut next {
            before += std::mem::replace(next, before);
        }
        for pair in &*pairs {
            let next = &mut next[digit(*pair, place)];
            dealt[*next] = *pair;
            *next += 1;
        }
        std::mem::swap(pairs, &mut dealt);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::random::Random;

    #[test]
    fn the_order_is_that_of_a_stable_sort() {
        let mut random = Random::new(1, "sorted");
        let mut number = |kind: usize| match kind % 5 {
            0 => random.uniform() - 0.5,
            // Equal, or equal once rounded to four bytes.
            1 => random.below(5) as f64 * 0.5,
            2 => 1.0 + random.below(9) as f64 * f64::EPSILON,
            3 => f64::from_bits(random.bits() & !(1 << 62)),
            _ => [0.0, -0.0, 1e300, -1e300, f64::MIN_POSITIVE][random.below(5)],
        };
        for count in [0, 1, FEW - 1, FEW, 3 * FEW + 1] {
            let numbers: Vec<f64> = (0..count).map(&mut number).collect();
            let mut expected: Vec<u32> = (0..count as u32).collect();
            expected.sort_by(|a, b| numbers[*a as usize].total_cmp(&numbers[*b as usize]));
            assert_eq!(ascending(count, |row| numbers[row]), expected, "{count}");
        }
    }
}
