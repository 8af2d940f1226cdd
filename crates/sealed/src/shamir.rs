//! Shamir's secret sharing of a file key over GF(2^8) (sealed-bid 4.2).
//!
//! The field is that of FIPS 197, x^8 + x^4 + x^3 + x + 1. There are no tables and no branches on secrets:
//! which byte is multiplied shows neither in time nor in memory access. Coefficients are uniform, zero included,
//! for a polynomial with a non-zero leading coefficient would exclude one secret per set of t - 1 shares.

use crate::age::file_key::FILE_KEY_BYTES;
use zeroize::Zeroizing;

/// A file key, or one share of it.
pub type SecretBytes = Zeroizing<[u8; FILE_KEY_BYTES]>;

/// The value at `x` of the polynomials whose constant terms are the secret and whose higher coefficients, in
/// ascending degree, are given: one polynomial for each byte.
#[must_use]
pub fn evaluate(secret: &[u8; FILE_KEY_BYTES], coefficients: &[SecretBytes], x: u8) -> SecretBytes {
    let mut value = Zeroizing::new([0; FILE_KEY_BYTES]);
    // Horner's rule, from the highest degree down to the secret itself.
    for term in coefficients.iter().rev().map(|term| &**term).chain([secret]) {
        value.iter_mut().zip(term).for_each(|(value, term)| *value = multiply(*value, x) ^ term);
    }
    value
}

/// The value at `x` of the polynomials of least degree through the points; the secret is the value at 0. The
/// points' first members must differ from each other.
#[must_use]
pub fn interpolate(points: &[(u8, &[u8; FILE_KEY_BYTES])], x: u8) -> SecretBytes {
    let mut value = Zeroizing::new([0; FILE_KEY_BYTES]);
    for (index, share) in points {
        let others = points.iter().map(|(other, _)| *other).filter(|other| other != index);
        let (above, below) = others.fold((1, 1), |(above, below), other| {
            (multiply(above, x ^ other), multiply(below, index ^ other))
        });
        let weight = multiply(above, invert(below));
        value.iter_mut().zip(*share).for_each(|(value, byte)| *value ^= multiply(*byte, weight));
    }
    value
}

/// The product in the field: eight conditional additions, each done by a mask.
fn multiply(left: u8, right: u8) -> u8 {
    let (mut product, mut shifted) = (0, left);
    for bit in 0..8 {
        product ^= shifted & mask(right >> bit);
        shifted = (shifted << 1) ^ (0x1b & mask(shifted >> 7));
    }
    product
}

/// All ones when the lowest bit is set, all zeros otherwise.
fn mask(bit: u8) -> u8 {
    (bit & 1).wrapping_neg()
}

/// The inverse, as the 254th power; zero for zero.
fn invert(value: u8) -> u8 {
    // 254 = 2 + 4 + 8 + ... + 128
    let mut square = value;
    let mut product = 1;
    for _ in 0..7 {
        square = multiply(square, square);
        product = multiply(product, square);
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    /// A second implementation, by other means: logarithms to the generator 3, and Gaussian elimination in place
    /// of Lagrange's formula.
    #[allow(clippy::needless_range_loop)]
    mod oracle {
        use alloc::{vec, vec::Vec};

        pub struct Field {
            power: Vec<u8>,
            log: Vec<usize>,
        }

        impl Field {
            pub fn new() -> Field {
                let (mut power, mut log, mut value) = (vec![0; 255], vec![0; 256], 1_u16);
                for exponent in 0..255 {
                    power[exponent] = value as u8;
                    log[value as usize] = exponent;
                    value = (value << 1) ^ value;
                    if value > 255 {
                        value ^= 0x11b;
                    }
                }
                Field { power, log }
            }

            pub fn times(&self, left: u8, right: u8) -> u8 {
                if left == 0 || right == 0 {
                    return 0;
                }
                self.power[(self.log[left as usize] + self.log[right as usize]) % 255]
            }

            pub fn over(&self, left: u8, right: u8) -> u8 {
                assert_ne!(right, 0);
                if left == 0 {
                    return 0;
                }
                self.power[(self.log[left as usize] + 255 - self.log[right as usize]) % 255]
            }

            /// The constant term, by solving the Vandermonde system.
            pub fn secret(&self, points: &[(u8, u8)]) -> u8 {
                let size = points.len();
                let mut rows: Vec<Vec<u8>> = Vec::new();
                for (x, y) in points {
                    let mut row = vec![1_u8];
                    for degree in 1..size {
                        row.push(self.times(row[degree - 1], *x));
                    }
                    row.push(*y);
                    rows.push(row);
                }
                for column in 0..size {
                    let pivot = (column..size).find(|row| rows[*row][column] != 0).unwrap();
                    rows.swap(column, pivot);
                    let lead = rows[column][column];
                    for cell in 0..=size {
                        rows[column][cell] = self.over(rows[column][cell], lead);
                    }
                    for row in (0..size).filter(|row| *row != column) {
                        let factor = rows[row][column];
                        for cell in 0..=size {
                            let change = self.times(factor, rows[column][cell]);
                            rows[row][cell] ^= change;
                        }
                    }
                }
                rows[0][size]
            }
        }
    }

    #[test]
    fn multiplication_and_inversion_agree_with_the_oracle_everywhere() {
        let field = oracle::Field::new();
        for left in 0..=255 {
            for right in 0..=255 {
                assert_eq!(multiply(left, right), field.times(left, right), "{left} * {right}");
            }
            let inverse = if left == 0 { 0 } else { field.over(1, left) };
            assert_eq!(invert(left), inverse, "1 / {left}");
        }
        assert_eq!(multiply(0x57, 0x83), 0xc1, "the worked example of FIPS 197 section 4.2");
    }

    fn zeroizing(bytes: Vec<[u8; 16]>) -> Vec<SecretBytes> {
        bytes.into_iter().map(Zeroizing::new).collect()
    }

    proptest! {
        #[test]
        fn any_t_shares_give_the_secret_and_the_oracle_agrees(
            secret in any::<[u8; 16]>(),
            coefficients in proptest::collection::vec(any::<[u8; 16]>(), 0..7),
            indexes in proptest::sample::subsequence((1..=255_u8).collect::<Vec<_>>(), 7).prop_shuffle(),
        ) {
            let coefficients = zeroizing(coefficients);
            let threshold = coefficients.len() + 1;
            let shares: Vec<_> = indexes.iter().map(|x| (*x, evaluate(&secret, &coefficients, *x))).collect();
            let points: Vec<_> = shares.iter().take(threshold).map(|(x, share)| (*x, &**share)).collect();
            prop_assert_eq!(*interpolate(&points, 0), secret);
            for (x, share) in &shares {
                prop_assert_eq!(&interpolate(&points, *x), share);
            }
            let field = oracle::Field::new();
            for byte in 0..16 {
                let points: Vec<_> = points.iter().map(|(x, share)| (*x, share[byte])).collect();
                prop_assert_eq!(field.secret(&points), secret[byte]);
            }
        }
    }

    /// Over all 256 coefficients of a 2-of-n sharing, one share takes each value exactly once whatever the secret
    /// is: one share alone says nothing. Excluding the zero coefficient would exclude the secret itself.
    #[test]
    fn fewer_than_t_shares_are_uniform_whatever_the_secret() {
        for secret in [0, 1, 0x53, 0xff] {
            for x in [1, 2, 255] {
                let mut seen = [0; 256];
                for coefficient in 0..=255 {
                    let share = evaluate(&[secret; 16], &zeroizing([[coefficient; 16]].to_vec()), x);
                    seen[usize::from(share[0])] += 1;
                }
                assert!(seen.iter().all(|count| *count == 1), "secret {secret}, holder {x}");
            }
        }
    }
}
