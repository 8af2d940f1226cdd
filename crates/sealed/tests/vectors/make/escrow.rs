//! Escrows and shares, bent.

use super::{AS_USUAL, Row, dealing, holder, other_bidder, relabel_stanzas, shares, shares_of};
use crate::{
    common::forge::{Forge, HONEST, file_key},
    file::{Key, VectorFile},
};
use ximu_sealed::{EscrowPolicy, FileKey, Identity};

pub const ESCROW_ROWS: &[Row] = &[
    Row(
        "escrow-zero-threshold",
        "seal-escrow-policy",
        "no share is needed",
        Forge { stanzas: |stanzas| stanzas[2].args[0] = "0".into(), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "escrow-threshold-above-n",
        "seal-escrow-policy",
        "more shares are needed than there are",
        Forge { stanzas: |stanzas| stanzas[2].args[0] = "5".into(), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "escrow-threshold-spelling",
        "seal-escrow-syntax",
        "threshold 03",
        Forge { stanzas: |stanzas| stanzas[2].args[0] = "03".into(), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "escrow-short-body",
        "seal-escrow-syntax",
        "a body one byte short",
        Forge { stanzas: |stanzas| stanzas[2].body.truncate(4 * 313 - 1), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "escrow-missing",
        "seal-escrow-other-policy",
        "no escrow where the rules ask for one",
        Forge { policy: |policy| *policy = None, ..HONEST },
        AS_USUAL,
    ),
    Row(
        "escrow-unasked",
        "seal-escrow-other-policy",
        "an escrow where the rules say none",
        HONEST,
        |vector| vector.policy = None,
    ),
    Row(
        "escrow-lower-threshold",
        "seal-escrow-other-policy",
        "two shares open where the rules say three",
        Forge { policy: |policy| policy.as_mut().unwrap().threshold = 2, ..HONEST },
        AS_USUAL,
    ),
    Row(
        "escrow-share-altered",
        "seal-escrow-mismatch",
        "a part that is not what was dealt",
        Forge { escrow: |escrow| escrow.parts[1].file[200] ^= 1, ..HONEST },
        AS_USUAL,
    ),
    Row(
        "escrow-commitment-altered",
        "seal-escrow-mismatch",
        "a commitment that is not to what was dealt",
        Forge { escrow: |escrow| escrow.parts[2].commitment.0[0] ^= 1, ..HONEST },
        AS_USUAL,
    ),
    Row(
        "escrow-to-another-holder",
        "seal-escrow-mismatch",
        "a part sealed to a stranger",
        Forge { policy: stranger, ..HONEST },
        AS_USUAL,
    ),
    Row(
        "escrow-holders-swapped",
        "seal-escrow-mismatch",
        "the holders in another order",
        Forge { policy: |policy| policy.as_mut().unwrap().holders.swap(0, 3), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "escrow-other-seed",
        "seal-escrow-mismatch",
        "dealt from another seed than the manifest's",
        Forge { dealing_seed: |seed| seed[0] ^= 1, ..HONEST },
        AS_USUAL,
    ),
    Row(
        "escrow-of-another-key",
        "seal-escrow-mismatch",
        "another key dealt than the one that seals; opened by its sealer",
        Forge { dealt_key: another_key, ..HONEST },
        AS_USUAL,
    ),
    Row(
        "escrow-of-another-key-by-shares",
        "seal-mac",
        "the same, opened by the holders",
        Forge { dealt_key: another_key, ..HONEST },
        |vector| {
            vector.key = Key::Shares(shares_of(&dealing(&bent_key()), &[1, 2, 3]));
        },
    ),
];

pub const SHARE_ROWS: &[Row] = &[
    Row("shares-two-of-three", "seal-shares-few", "one share too few", HONEST, |vector| {
        vector.key = shares(&[1, 2])
    }),
    Row("shares-twice", "seal-shares-twice", "one share twice", HONEST, |vector| {
        vector.key = shares(&[1, 2, 2])
    }),
    Row(
        "share-altered",
        "seal-share-commitment",
        "a holder released another value than it was dealt",
        HONEST,
        |vector| {
            bend_share(vector, 5);
        },
    ),
    Row(
        "share-other-salt",
        "seal-share-commitment",
        "a holder released another salt than it was dealt",
        HONEST,
        |vector| {
            bend_share(vector, 20);
        },
    ),
    Row(
        "share-of-another-envelope",
        "seal-share-context",
        "a share of the same holder for another envelope",
        HONEST,
        |vector| {
            bend_share(vector, 50);
        },
    ),
    Row("share-number-beyond", "seal-escrow-holder", "a share numbered 5 of 4", HONEST, |vector| {
        vector.key = shares(&[1, 2, 3]);
        bend(vector, 0, 1 ^ 5);
    }),
    Row("share-short", "seal-share-length", "a share of 80 bytes", HONEST, |vector| {
        vector.key = shares(&[1, 2, 3]);
        if let Key::Shares(shares) = &mut vector.key {
            shares[0].pop();
        }
    }),
    Row(
        "shares-disagree",
        "seal-shares-disagree",
        "the sealer dealt four shares off one polynomial, with commitments that fit",
        Forge { escrow: off_polynomial, ..HONEST },
        |vector| {
            let mut shares = dealing(&file_key()).shares;
            shares[3].value[0] ^= 1;
            vector.key = Key::Shares(shares.iter().map(|share| share.to_bytes().to_vec()).collect());
        },
    ),
    Row(
        "holder-part-of-another",
        "seal-escrow-part",
        "holder 2 tries the part of holder 3",
        HONEST,
        |vector| vector.key = holder(3, 2),
    ),
    Row(
        "holder-parts-swapped",
        "seal-share-index",
        "the parts of holders 1 and 2 are swapped, each sealed to the other's key",
        Forge { escrow: |escrow| escrow.parts.swap(0, 1), ..HONEST },
        |vector| {
            vector.key = holder(2, 1);
        },
    ),
    Row(
        "holder-part-replayed",
        "seal-share-context",
        "the escrow of another envelope under a new context",
        Forge { stanzas: relabel_stanzas, ..HONEST },
        |vector| {
            other_bidder(vector);
            vector.key = holder(1, 1);
        },
    ),
    Row(
        "holder-commitment-altered",
        "seal-share-commitment",
        "the commitment to the holder's share is to another",
        Forge { escrow: |escrow| escrow.parts[0].commitment.0[0] ^= 1, ..HONEST },
        |vector| {
            vector.key = holder(1, 1);
        },
    ),
];

fn stranger(policy: &mut Option<EscrowPolicy>) {
    policy.as_mut().unwrap().holders[1] = Identity::from_bytes([0x66; 32]).recipient();
}

fn another_key(key: &mut FileKey) {
    *key = bent_key();
}

fn bent_key() -> FileKey {
    FileKey::from_bytes([0xbe; 16])
}

/// A share with one bit changed, and the commitment changed to fit: the sealer's doing.
fn off_polynomial(escrow: &mut ximu_sealed::Escrow) {
    let mut share = dealing(&file_key()).shares[3].clone();
    share.value[0] ^= 1;
    escrow.parts[3].commitment = share.commitment();
}

fn bend_share(vector: &mut VectorFile, byte: usize) {
    vector.key = shares(&[1, 2, 3]);
    bend(vector, byte, 1);
}

/// Changes bits of one byte of the first share.
fn bend(vector: &mut VectorFile, byte: usize, bits: u8) {
    if let Key::Shares(shares) = &mut vector.key {
        shares[0][byte] ^= bits;
    }
}
