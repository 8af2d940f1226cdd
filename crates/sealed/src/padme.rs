//! Padmé: the sizes that payloads are padded to (sealed-bid 5.3).
//!
//! A length keeps only as many significant bits as its own magnitude needs digits, so an observer learns
//! O(log log n) bits of it, for at most 12 % of padding (Nikitin and others, PoPETs 2019, section 4).

/// The smallest padded length that is not less than `length`; [`u64::MAX`] when there is none.
#[must_use]
pub const fn padded(length: u64) -> u64 {
    let Some(exponent) = length.checked_ilog2() else { return 0 };
    let Some(digits) = exponent.checked_ilog2() else { return length };
    let mask = (1 << exponent.saturating_sub(digits + 1)) - 1;
    match length.checked_add(mask) {
        Some(sum) => sum & !mask,
        None => u64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table_of_the_specification_holds() {
        for (length, expected) in [
            (0, 0),
            (1, 1),
            (2, 2),
            (9, 10),
            (512, 512),
            (2560, 2560),
            (3584, 3584),
            (10_241, 10_752),
            (1_000_000, 1_015_808),
            (268_435_457, 276_824_064),
        ] {
            assert_eq!(padded(length), expected, "{length}");
        }
    }

    proptest! {
        #[test]
        fn padding_is_small_stable_and_keeps_tar_blocks_whole(blocks in 1_u64..1 << 40) {
            let length = blocks * 512;
            let padded_length = padded(length);
            prop_assert!(padded_length >= length);
            prop_assert!(padded_length - length <= length / 8);
            prop_assert_eq!(padded(padded_length), padded_length);
            prop_assert_eq!(padded_length % 512, 0);
        }
    }
}
