//! How each vector was made: an honest sealing with one thing bent. The tables stand beside this file, by the part
//! of the envelope that is bent.

mod escrow;
mod header;
mod manifest;
mod payload;

use super::{
    common::{
        self,
        forge::{Forge, HONEST, file_key, opening_key, salted_context},
    },
    file::{Key, VectorFile},
};
use ximu_sealed::{
    Commitment, Dealing, FileKey, Share,
    age::Stanza,
    deal,
    release::{ReleaseRequest, seal_release},
};

/// One row: name, expected code, what is wrong, how it was made, how it is read.
struct Row(&'static str, &'static str, &'static str, Forge, fn(&mut VectorFile));

const AS_USUAL: fn(&mut VectorFile) = |_| {};

pub fn all() -> Vec<(&'static str, VectorFile)> {
    let tables = [
        HONEST_ROWS,
        header::HEADER_ROWS,
        header::CONTEXT_ROWS,
        escrow::ESCROW_ROWS,
        escrow::SHARE_ROWS,
        payload::STREAM_ROWS,
        payload::TAR_ROWS,
        manifest::MANIFEST_ROWS,
    ];
    let rows = tables.into_iter().flatten();
    let mut vectors: Vec<_> = rows.map(|row| (row.0, from_row(row))).collect();
    vectors.push(("honest-release", release()));
    vectors.push(("header-spliced", spliced()));
    vectors
}

fn from_row(row: &Row) -> VectorFile {
    let mut vector = VectorFile {
        expect: row.1.into(),
        defect: row.2.into(),
        context: common::context("form"),
        sealer: common::sealer(),
        policy: Some(common::policy()),
        commitment: None,
        sealed_from: None,
        key: Key::Identity(opening_key()),
        envelope: row.3.make(),
    };
    (row.4)(&mut vector);
    vector
}

const HONEST_ROWS: &[Row] = &[
    Row("honest", "ok", "none", HONEST, AS_USUAL),
    Row(
        "honest-without-escrow",
        "ok",
        "none; the rules say no escrow",
        Forge { policy: |policy| *policy = None, ..HONEST },
        |vector| {
            vector.policy = None;
        },
    ),
    Row("honest-by-file-key", "ok", "none; opened with the bare file key", HONEST, |vector| {
        vector.key = Key::Bare(*file_key().as_bytes());
    }),
    Row("honest-by-three-shares", "ok", "none; opened by holders 4, 1 and 2", HONEST, |vector| {
        vector.key = shares(&[4, 1, 2]);
    }),
    Row("honest-by-four-shares", "ok", "none; one share more than needed", HONEST, |vector| {
        vector.key = shares(&[1, 2, 3, 4]);
    }),
    Row("honest-holder", "ok", "none; holder 3 opens its part", HONEST, |vector| vector.key = holder(3, 3)),
    Row(
        "honest-two-chunks",
        "ok",
        "none; the payload has two chunks",
        Forge { files: two_chunks, ..HONEST },
        AS_USUAL,
    ),
    Row("honest-commitment", "ok", "none; the ciphertext is the one committed to", HONEST, |vector| {
        vector.commitment = Some(Commitment::of(&vector.envelope));
    }),
];

/// An honest release, as the crate itself seals it.
fn release() -> VectorFile {
    let context = common::context("release");
    let key = opening_key();
    let request = ReleaseRequest {
        context: &context,
        escrow: &common::policy(),
        of: &"form".parse().unwrap(),
        opening_key: &key,
        sealer: common::sealer(),
    };
    let sealed = seal_release(request, &common::SEED, common::sign).unwrap();
    let mut vector = from_row(&HONEST_ROWS[0]);
    vector.defect = "none; the release of form.key, opened by its own recovery file".into();
    vector.context = context;
    vector.commitment = Some(sealed.commitment);
    vector.sealed_from = Some((common::SEED, sealed.plain_commitment));
    vector.key = Key::Identity(sealed.recovery.opening_key);
    vector.envelope = sealed.envelope;
    vector
}

/// The header of one envelope before the payload of another.
fn spliced() -> VectorFile {
    let other = common::form();
    let mut vector = from_row(&HONEST_ROWS[0]);
    let start = chunks_start(&vector.envelope) - 16;
    let (header, payload) = ximu_sealed::EnvelopeHeader::parse(&other.envelope).unwrap();
    assert_eq!(header.to_bytes().len() + payload.len(), other.envelope.len());
    vector.envelope.truncate(start);
    vector.envelope.extend(&payload[..16 + 1000]);
    vector.expect = "seal-chunk".into();
    vector.defect = "the header of one envelope before the payload of another".into();
    vector
}

fn two_chunks(files: &mut super::common::forge::Files) {
    files[1].1 = vec![b'1'; 70_000];
}

fn chunks_start(envelope: &[u8]) -> usize {
    let (header, _) = ximu_sealed::age::Header::parse(envelope).unwrap();
    header.to_bytes().len() + 16
}

fn other_bidder(vector: &mut VectorFile) {
    vector.context.pseudonym = "bidder-08".parse().unwrap();
}

#[allow(clippy::ptr_arg, reason = "the shape of a forge stage")]
fn relabel_stanzas(stanzas: &mut Vec<Stanza>) {
    stanzas[1].args[3] = "bidder-08".into();
}

fn dealing(key: &FileKey) -> Dealing {
    deal(&[0xe5; 32], &common::policy(), key, &salted_context().hash()).unwrap()
}

fn shares_of(dealing: &Dealing, holders: &[u8]) -> Vec<Vec<u8>> {
    let share = |holder: &u8| -> &Share { &dealing.shares[usize::from(*holder) - 1] };
    holders.iter().map(|holder| share(holder).to_bytes().to_vec()).collect()
}

fn shares(holders: &[u8]) -> Key {
    Key::Shares(shares_of(&dealing(&file_key()), holders))
}

fn holder(number: u8, identity_of: u8) -> Key {
    Key::Holder(number, common::holders()[usize::from(identity_of) - 1].clone())
}
