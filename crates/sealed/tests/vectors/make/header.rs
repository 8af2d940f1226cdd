//! Headers and contexts, bent.

use super::{AS_USUAL, Row, other_bidder, relabel_stanzas};
use crate::{
    common::forge::{Forge, HONEST, file_key, replace},
    file::Key,
};
use ximu_basics::Hash;
use ximu_sealed::{Commitment, Identity, age::Stanza};

pub const HEADER_ROWS: &[Row] = &[
    Row(
        "commitment-of-another",
        "seal-commitment",
        "the ciphertext is not the one committed to",
        HONEST,
        |vector| {
            vector.commitment = Some(Commitment::of(b"another"));
        },
    ),
    Row(
        "header-mac-flipped",
        "seal-mac",
        "one bit of the header MAC",
        Forge { header: |header| header.mac[0] ^= 1, ..HONEST },
        AS_USUAL,
    ),
    Row(
        "header-relabelled",
        "seal-mac",
        "a copied ciphertext under another bidder's name, MAC as it was",
        Forge { header: relabel, ..HONEST },
        other_bidder,
    ),
    Row(
        "header-relabelled-by-file-key",
        "seal-mac",
        "the same, opened with the bare file key",
        Forge { header: relabel, ..HONEST },
        |vector| {
            other_bidder(vector);
            vector.key = Key::Bare(*file_key().as_bytes());
        },
    ),
    Row(
        "header-relabelled-with-new-mac",
        "seal-manifest-context",
        "the same by somebody who knows the file key and makes the MAC right",
        Forge { stanzas: relabel_stanzas, ..HONEST },
        other_bidder,
    ),
    Row(
        "header-escrow-cut-off",
        "seal-mac",
        "the escrow stanza removed, MAC as it was",
        Forge { header: |header| header.stanzas.truncate(2), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "header-truncated",
        "seal-header",
        "the file ends within the header",
        Forge { envelope: |envelope| envelope.truncate(150), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "header-crlf",
        "seal-header",
        "a line of the header ends with CR LF",
        Forge { envelope: |envelope| replace(envelope, "v1\n", "v1\r\n"), ..HONEST },
        AS_USUAL,
    ),
    Row("key-of-another", "seal-no-match", "the opening key of another envelope", HONEST, |vector| {
        vector.key = Key::Identity(Identity::from_bytes([0x77; 32]));
    }),
    Row("key-file-key-of-another", "seal-mac", "a bare file key of another envelope", HONEST, |vector| {
        vector.key = Key::Bare([0x77; 16]);
    }),
    Row(
        "stanza-grease",
        "seal-stanzas",
        "a stanza that is not ours",
        Forge { stanzas: |stanzas| stanzas.push(grease()), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "stanza-second-recipient",
        "seal-stanzas",
        "a second X25519 stanza: somebody else can open it",
        Forge { stanzas: |stanzas| stanzas.insert(1, stanzas[0].clone()), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "stanza-order",
        "seal-stanzas",
        "escrow before context",
        Forge { stanzas: |stanzas| stanzas.swap(1, 2), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "stanza-no-context",
        "seal-stanzas",
        "no context stanza",
        Forge { stanzas: |stanzas| drop(stanzas.remove(1)), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "stanza-foreign-age-file",
        "seal-stanzas",
        "an age file that is no envelope",
        Forge { stanzas: |stanzas| stanzas.truncate(1), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "stanza-x25519-long-body",
        "seal-stanza",
        "an X25519 stanza with a body of 33 bytes",
        Forge { stanzas: |stanzas| stanzas[0].body.push(0), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "stanza-x25519-low-order",
        "seal-low-order",
        "an X25519 share of low order",
        Forge { stanzas: |stanzas| stanzas[0].args[0] = "A".repeat(43), ..HONEST },
        AS_USUAL,
    ),
];

pub const CONTEXT_ROWS: &[Row] = &[
    Row(
        "context-other-tender",
        "seal-context",
        "an envelope of another tender, replayed",
        HONEST,
        |vector| {
            vector.context.genesis = Hash::of(b"another tender");
        },
    ),
    Row("context-other-lot", "seal-context", "an envelope for another lot", HONEST, |vector| {
        vector.context.lot = "2".parse().unwrap()
    }),
    Row(
        "context-other-bidder",
        "seal-context",
        "an envelope of another bidder, copied whole",
        HONEST,
        other_bidder,
    ),
    Row(
        "context-other-version",
        "seal-context",
        "an older envelope under a newer version",
        HONEST,
        |vector| vector.context.version = 2,
    ),
    Row("context-other-envelope", "seal-context", "a form in the place of a body", HONEST, |vector| {
        vector.context.envelope = "body".parse().unwrap()
    }),
    Row(
        "context-other-profile",
        "seal-context-syntax",
        "a profile that this reader does not know",
        Forge { stanzas: |stanzas| stanzas[1].args[0] = "ximu-seal/2".into(), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "context-version-spelling",
        "seal-context-syntax",
        "version 01",
        Forge { stanzas: |stanzas| stanzas[1].args[4] = "01".into(), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "context-short-body",
        "seal-context-syntax",
        "a body of 63 bytes",
        Forge { stanzas: |stanzas| stanzas[1].body.truncate(63), ..HONEST },
        AS_USUAL,
    ),
];

fn relabel(header: &mut ximu_sealed::age::Header) {
    relabel_stanzas(&mut header.stanzas);
}

fn grease() -> Stanza {
    Stanza { kind: "note-grease".into(), args: vec!["!".into()], body: vec![1, 2, 3] }
}
