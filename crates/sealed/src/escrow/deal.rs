//! Dealing: the whole escrow as a function of a seed, so that it can be made again and compared byte for byte
//! (sealed-bid 4.6, 4.7).

use super::{Escrow, EscrowError, Share, stanza};
use crate::{
    age::{
        FileKey, Identity, Recipient,
        file::{self, FileSecrets},
    },
    backend::Portable,
    expand::hkdf_sha256,
    shamir::{self, SecretBytes},
};
use alloc::vec::Vec;
use ximu_basics::Hash;
use zeroize::Zeroizing;

/// Who holds shares and how many of them open, as the rules say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscrowPolicy {
    /// How many shares open an envelope (t).
    pub threshold: u8,
    /// The holders' epoch keys in the order of the genesis; the first is holder 1.
    pub holders: Vec<Recipient>,
}

/// An escrow together with the secrets it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dealing {
    /// What stands in the header.
    pub escrow: Escrow,
    /// Every holder's share, holder 1 first.
    pub shares: Vec<Share>,
}

/// Deals a file key to the holders. Everything random in it comes from the escrow seed and the context, so the
/// sealer and, after the opening, everybody else get the same bytes.
///
/// # Errors
/// [`EscrowError::Policy`]; [`EscrowError::Part`] when a holder's key is a low-order point.
pub fn deal(
    seed: &[u8; 32],
    policy: &EscrowPolicy,
    file_key: &FileKey,
    context: &Hash,
) -> Result<Dealing, EscrowError> {
    stanza::check_policy(usize::from(policy.threshold), policy.holders.len())?;
    let secrets = Secrets { seed, context };
    let coefficients: Vec<SecretBytes> =
        (1..policy.threshold).map(|degree| secrets.expand("coefficient", degree)).collect();
    let (mut parts, mut shares) = (Vec::new(), Vec::new());
    for (index, recipient) in (1..=u8::MAX).zip(&policy.holders) {
        let share = Share {
            index,
            value: shamir::evaluate(file_key.as_bytes(), &coefficients, index),
            salt: *secrets.expand("share-salt", index),
            context: *context,
        };
        let fresh = FileSecrets {
            file_key: FileKey::from_bytes(*secrets.expand("inner-file-key", index)),
            ephemeral: Identity::from_bytes(*secrets.expand("inner-ephemeral", index)),
            nonce: *secrets.expand("inner-nonce", index),
        };
        let file = file::encrypt::<Portable>(&share.to_bytes(), recipient, &fresh)
            .map_err(|cause| EscrowError::Part { holder: index, cause })?;
        let found = file.len();
        let file =
            file.try_into().map_err(|_| EscrowError::ShareLength { expected: stanza::PART_BYTES, found })?;
        parts.push(stanza::Part { commitment: share.commitment(), file });
        shares.push(share);
    }
    Ok(Dealing { escrow: Escrow { threshold: policy.threshold, parts }, shares })
}

impl Dealing {
    /// Compares an escrow found in a header with this one. A difference is the sealer's doing and voids the
    /// envelope, whoever opened it.
    ///
    /// # Errors
    /// [`EscrowError::OtherPolicy`], [`EscrowError::Mismatch`].
    pub fn check(&self, found: &Escrow) -> Result<(), EscrowError> {
        let (ours, theirs) = (&self.escrow, found);
        if ours.threshold != theirs.threshold || ours.parts.len() != theirs.parts.len() {
            return Err(EscrowError::OtherPolicy {
                expected_threshold: usize::from(ours.threshold),
                expected_holders: ours.parts.len(),
                found_threshold: usize::from(theirs.threshold),
                found_holders: theirs.parts.len(),
            });
        }
        let pairs = (1..=u8::MAX).zip(ours.parts.iter().zip(&theirs.parts));
        for (holder, (ours, theirs)) in pairs {
            if ours != theirs {
                return Err(EscrowError::Mismatch { holder });
            }
        }
        Ok(())
    }

    /// Compares a share that a holder released with the one that was dealt to it, after [`Dealing::check`] has
    /// shown the dealing itself to be right. A difference names the holder.
    ///
    /// # Errors
    /// [`EscrowError::Holder`], [`EscrowError::ShareForeign`].
    pub fn check_release(&self, released: &Share) -> Result<(), EscrowError> {
        let dealt = self.shares.iter().find(|share| share.index == released.index);
        match dealt {
            Some(dealt) if dealt == released => Ok(()),
            Some(_) => Err(EscrowError::ShareForeign { holder: released.index }),
            None => Err(EscrowError::Holder { holders: self.shares.len(), found: released.index }),
        }
    }
}

struct Secrets<'a> {
    seed: &'a [u8; 32],
    context: &'a Hash,
}

impl Secrets<'_> {
    fn expand<const N: usize>(&self, label: &str, index: u8) -> Zeroizing<[u8; N]> {
        let info: [&[u8]; 4] = [label.as_bytes(), &[0], self.context.as_bytes(), &[index]];
        hkdf_sha256(b"ximu-escrow/1", self.seed, &info)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::escrow::combine;
    use alloc::vec;

    fn holders(count: u8) -> Vec<Identity> {
        (1..=count).map(|number| Identity::from_bytes([number; 32])).collect()
    }

    fn policy(threshold: u8, count: u8) -> EscrowPolicy {
        EscrowPolicy { threshold, holders: holders(count).iter().map(Identity::recipient).collect() }
    }

    fn dealt(threshold: u8, count: u8) -> Dealing {
        deal(&[1; 32], &policy(threshold, count), &FileKey::from_bytes([2; 16]), &Hash::of(b"context"))
            .unwrap()
    }

    #[test]
    fn any_three_of_four_holders_open_and_two_do_not() {
        let dealing = dealt(3, 4);
        let context = Hash::of(b"context");
        let shares: Vec<Share> = (1..=4)
            .zip(holders(4))
            .map(|(holder, identity)| Share::open(&dealing.escrow, &context, holder, &identity).unwrap())
            .collect();
        assert_eq!(shares, dealing.shares);
        for left_out in 0..4 {
            let mut three = shares.clone();
            three.remove(left_out);
            assert_eq!(combine(&three, 3), Ok(FileKey::from_bytes([2; 16])));
            assert_eq!(combine(&three[..2], 3), Err(EscrowError::TooFew { expected: 3, found: 2 }));
        }
        assert_eq!(combine(&shares, 3), Ok(FileKey::from_bytes([2; 16])));
    }

    #[test]
    fn the_stanza_survives_and_rebuilds_byte_for_byte() {
        let dealing = dealt(2, 3);
        let stanza = dealing.escrow.to_stanza();
        let read = Escrow::from_stanza(&stanza).unwrap();
        assert_eq!(read.to_stanza(), stanza);
        assert_eq!(dealt(2, 3).check(&read), Ok(()));
    }

    #[test]
    fn a_dealing_that_is_not_the_seeds_is_named_by_holder() {
        let dealing = dealt(2, 3);
        let mut bent = dealing.escrow.clone();
        bent.parts[1].file[200] ^= 1;
        assert_eq!(dealing.check(&bent), Err(EscrowError::Mismatch { holder: 2 }));
        let mut bent = dealing.escrow.clone();
        bent.parts[2].commitment.0[0] ^= 1;
        assert_eq!(dealing.check(&bent), Err(EscrowError::Mismatch { holder: 3 }));
        assert!(matches!(dealing.check(&dealt(3, 3).escrow), Err(EscrowError::OtherPolicy { .. })));
    }

    #[test]
    fn a_lying_holder_is_named() {
        let dealing = dealt(2, 3);
        let context = Hash::of(b"context");
        let mut lie = dealing.shares[1].clone();
        lie.value[0] ^= 1;
        assert!(matches!(
            lie.check(&dealing.escrow, &context),
            Err(EscrowError::ShareCommitment { holder: 2, .. })
        ));
        assert_eq!(dealing.check_release(&lie), Err(EscrowError::ShareForeign { holder: 2 }));
        let all = vec![dealing.shares[0].clone(), lie, dealing.shares[2].clone()];
        assert_eq!(combine(&all, 2), Err(EscrowError::Disagree { holder: 3 }));
        let twice = vec![dealing.shares[0].clone(), dealing.shares[0].clone()];
        assert_eq!(combine(&twice, 2), Err(EscrowError::Twice { holder: 1 }));
    }

    #[test]
    fn a_part_replayed_under_another_context_is_refused_by_its_holder() {
        let dealing = dealt(2, 3);
        let refusal = Share::open(&dealing.escrow, &Hash::of(b"other"), 1, &holders(3)[0]).unwrap_err();
        assert!(matches!(refusal, EscrowError::ShareContext { .. }));
        let mut moved = dealing.escrow.clone();
        moved.parts.swap(0, 1);
        let refusal = Share::open(&moved, &Hash::of(b"context"), 2, &holders(3)[0]).unwrap_err();
        assert_eq!(refusal, EscrowError::ShareIndex { expected: 2, found: 1 });
        let refusal = Share::open(&dealing.escrow, &Hash::of(b"context"), 2, &holders(3)[0]).unwrap_err();
        assert!(matches!(refusal, EscrowError::Part { holder: 2, .. }));
    }

    #[test]
    fn impossible_policies_are_refused() {
        for (threshold, count) in [(0, 3), (4, 3), (1, 0), (1, 33)] {
            let refusal =
                deal(&[1; 32], &policy(threshold, count), &FileKey::from_bytes([2; 16]), &Hash::of(b""));
            assert!(matches!(refusal, Err(EscrowError::Policy { .. })), "{threshold} of {count}");
        }
    }

    /// 65,536 coefficient bytes over seeds: each value appears 256 times on average, zero included. The bound on
    /// chi-square with 255 degrees of freedom is five standard deviations above its mean.
    #[test]
    fn coefficients_are_uniform_including_zero() {
        let mut seen = [0_u32; 256];
        for seed in 0..1366_u32 {
            let mut bytes = [0; 32];
            bytes[..4].copy_from_slice(&seed.to_be_bytes());
            let secrets = Secrets { seed: &bytes, context: &Hash::of(b"context") };
            for degree in 1..=3 {
                let coefficient: SecretBytes = secrets.expand("coefficient", degree);
                coefficient.iter().for_each(|byte| seen[usize::from(*byte)] += 1);
            }
        }
        let total: u32 = seen.iter().sum();
        let expected = i64::from(total) / 256;
        let chi_square: i64 =
            seen.iter().map(|count| (i64::from(*count) - expected).pow(2)).sum::<i64>() / expected;
        assert!((142..368).contains(&chi_square), "chi-square {chi_square}");
        assert!(seen[0] > 0);
    }
}
