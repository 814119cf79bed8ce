//! Hashes that are the same on every machine and with every version of Rust, as those of `std` are not.

/// FNV-1a (Fowler, Noll & Vo 1991, RFC 9923) of bytes, or of greater numbers one by one.
pub(crate) fn fnv1a(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0xcbf2_9ce4_8422_2325, |hash, number| (hash ^ number).wrapping_mul(0x0100_0000_01b3))
}

/// A number whose bits are scattered: those of neighbours have nothing in common (the last step of `SplitMix64`: Steele, Lea
/// & Flood 2014, doi:10.1145/2660193.2660195).
pub(crate) fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_their_authors() {
        // http://www.isthe.com/chongo/src/fnv/test_fnv.c
        assert_eq!(fnv1a(b"foobar".iter().map(|byte| u64::from(*byte))), 0x8594_4171_f739_67e8);
        // The first two numbers of `SplitMix64` from 0: https://prng.di.unimi.it/splitmix64.c
        assert_eq!(mixed(0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(mixed(0x9e37_79b9_7f4a_7c15), 0x6e78_9e6a_a1b9_65f4);
    }
}
