//! Refusals come in the order of sealed-bid 11.1: each row has every defect of the rows below it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::ptr_arg)]

use crate::common;
use crate::common::forge::{Forge, HONEST, file_key, opening_key, replace};
use ed25519_dalek::SigningKey;
use ximu_sealed::{
    EnvelopeHeader, OpeningKey, Record, SealError,
    age::{Header, Stanza},
    check_record, open,
};

fn other_key() -> SigningKey {
    SigningKey::from_bytes(&[0x66; 32])
}

fn flip_chunk(envelope: &mut Vec<u8>) {
    let (header, _) = Header::parse(envelope).unwrap();
    let start = header.to_bytes().len() + 16;
    envelope[start + 9] ^= 1;
}

fn flip_chunk_and_header(envelope: &mut Vec<u8>) {
    flip_chunk(envelope);
    replace(envelope, "v1\n", "v1\r\n");
}

fn bad_escrow(stanzas: &mut Vec<Stanza>) {
    stanzas[2].body.truncate(9);
}

fn bad_context(stanzas: &mut Vec<Stanza>) {
    bad_escrow(stanzas);
    stanzas[1].args[4] = "01".into();
}

fn bad_set(stanzas: &mut Vec<Stanza>) {
    bad_context(stanzas);
    stanzas.swap(0, 1);
}

const ESCROW: Forge = Forge { dealing_seed: |seed| seed[0] ^= 1, ..HONEST };
const POLICY: Forge = Forge { policy: |policy| policy.as_mut().unwrap().threshold = 2, ..ESCROW };
const SEALER: Forge = Forge {
    manifest: |manifest| manifest.sealer = other_key().verifying_key().to_bytes(),
    signer: |key| *key = other_key(),
    ..POLICY
};
const CONTEXT: Forge = Forge { context: |context| context.version = 9, ..SEALER };
const FILES: Forge = Forge { archived: |files| files[1].1[0] ^= 1, ..CONTEXT };
const SIGNATURE: Forge = Forge { signer: |key| *key = SigningKey::from_bytes(&[0x67; 32]), ..FILES };
const CHUNK: Forge = Forge { envelope: flip_chunk, ..SIGNATURE };
const MAC: Forge = Forge { header: |header| header.mac[0] ^= 1, ..CHUNK };
const ESCROW_SYNTAX: Forge = Forge { stanzas: bad_escrow, ..MAC };
const CONTEXT_SYNTAX: Forge = Forge { stanzas: bad_context, ..MAC };
const STANZAS: Forge = Forge { stanzas: bad_set, ..MAC };
const HEADER: Forge = Forge { envelope: flip_chunk_and_header, ..STANZAS };

fn read(envelope: &[u8], key: OpeningKey<'_>) -> Result<(), SealError> {
    let (context, sealer, policy) = (common::context("form"), common::sealer(), common::policy());
    let opened = open(envelope, key)?;
    let record = Record { context: &context, sealer: &sealer, escrow: Some(&policy) };
    check_record(&opened.header, &opened.key, &opened.manifest, &record).map(|_| ())
}

#[test]
fn the_first_rule_broken_is_the_one_named() {
    let table = [
        ("seal-header", HEADER),
        ("seal-stanzas", STANZAS),
        ("seal-context-syntax", CONTEXT_SYNTAX),
        ("seal-escrow-syntax", ESCROW_SYNTAX),
        ("seal-mac", MAC),
        ("seal-chunk", CHUNK),
        ("seal-manifest-signature", SIGNATURE),
        ("seal-file-hash", FILES),
        ("seal-context", CONTEXT),
        ("seal-manifest-sealer", SEALER),
        ("seal-escrow-other-policy", POLICY),
        ("seal-escrow-mismatch", ESCROW),
    ];
    for (code, forge) in table {
        let envelope = forge.make();
        for key in [OpeningKey::Identity(&opening_key()), OpeningKey::FileKey(&file_key())] {
            assert_eq!(read(&envelope, key).unwrap_err().code(), code);
        }
    }
    assert_eq!(read(&HONEST.make(), OpeningKey::Identity(&opening_key())), Ok(()));
}

/// A host without any key compares what the header says with the record.
#[test]
fn a_host_checks_context_and_policy_without_a_key() {
    let envelope = HONEST.make();
    let (header, _) = EnvelopeHeader::parse(&envelope).unwrap();
    assert_eq!(header.context().expect(&common::context("form")), Ok(()));
    assert_eq!(header.expect_escrow(Some(&common::policy())), Ok(()));
    assert_eq!(header.context().expect(&common::context("body")).unwrap_err().code(), "seal-context");
    assert_eq!(header.expect_escrow(None).unwrap_err().code(), "seal-escrow-other-policy");
}
