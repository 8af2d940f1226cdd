//! Manifests, bent.

use super::{AS_USUAL, Row};
use crate::common::forge::{Forge, HONEST, replace};

pub const MANIFEST_ROWS: &[Row] = &[
    Row(
        "manifest-not-first",
        "seal-manifest-missing",
        "the manifest is the second file",
        Forge { archived: |files| files.swap(0, 1), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "manifest-missing",
        "seal-manifest-missing",
        "no manifest",
        Forge { archived: |files| drop(files.remove(0)), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "manifest-no-signature",
        "seal-manifest-file",
        "a bare manifest",
        Forge {
            manifest_file: |file| {
                file.drain(..12);
                let end = file.len() - 144;
                file.truncate(end)
            },
            ..HONEST
        },
        AS_USUAL,
    ),
    Row(
        "manifest-signature-flipped",
        "seal-manifest-signature",
        "one bit of the signature",
        Forge {
            manifest_file: |file| {
                let at = file.len() - 3;
                file[at] = if file[at] == b'0' { b'1' } else { b'0' }
            },
            ..HONEST
        },
        AS_USUAL,
    ),
    Row(
        "manifest-changed-after-signing",
        "seal-manifest-signature",
        "another version number after signing",
        Forge { manifest_file: |file| replace(file, "\"size_bytes\":1", "\"size_bytes\":2"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "manifest-signed-by-another",
        "seal-manifest-signature",
        "signed with another key than it names",
        Forge { signer: |key| *key = stranger_key(), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "manifest-of-another",
        "seal-manifest-sealer",
        "named and signed by another than the record says",
        Forge {
            manifest: |manifest| manifest.sealer = stranger_key().verifying_key().to_bytes(),
            signer: |key| *key = stranger_key(),
            ..HONEST
        },
        AS_USUAL,
    ),
    Row(
        "manifest-sealer-low-order",
        "seal-manifest-signature",
        "a public key of low order",
        Forge { manifest: |manifest| manifest.sealer = [0; 32], ..HONEST },
        AS_USUAL,
    ),
    Row(
        "manifest-spaced",
        "seal-manifest-json",
        "a space in the JSON",
        Forge { manifest_bytes: |bytes| replace(bytes, ",\"extra\"", ", \"extra\""), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "manifest-duplicate-member",
        "seal-manifest-json",
        "a member twice",
        Forge {
            manifest_bytes: |bytes| replace(bytes, "\"extra\":{}", "\"extra\":{},\"extra\":{}"),
            ..HONEST
        },
        AS_USUAL,
    ),
    Row(
        "manifest-unknown-member",
        "seal-manifest-json",
        "a member that the profile does not know",
        Forge { manifest_bytes: |bytes| replace(bytes, "\"files\"", "\"fees\":1,\"files\""), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "manifest-float",
        "seal-manifest-json",
        "a number that is no integer",
        Forge {
            manifest_bytes: |bytes| replace(bytes, "\"extra\":{}", "\"extra\":{\"price\":1.5}"),
            ..HONEST
        },
        AS_USUAL,
    ),
    Row(
        "manifest-other-profile",
        "seal-manifest-profile",
        "another profile",
        Forge { manifest_bytes: |bytes| replace(bytes, "ximu-seal/1", "ximu-seal/2"), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "manifest-other-context",
        "seal-manifest-context",
        "the manifest of another version in this header",
        Forge { manifest: |manifest| manifest.context.version = 9, ..HONEST },
        AS_USUAL,
    ),
    Row(
        "manifest-no-seed",
        "seal-manifest-escrow",
        "an escrow whose seed is not told",
        Forge { manifest: |manifest| manifest.escrow_seed = None, ..HONEST },
        AS_USUAL,
    ),
    Row(
        "manifest-seed-without-escrow",
        "seal-manifest-escrow",
        "a seed and no escrow",
        Forge {
            policy: |policy| *policy = None,
            manifest: |manifest| manifest.escrow_seed = Some([1; 32]),
            ..HONEST
        },
        |vector| {
            vector.policy = None;
        },
    ),
    Row(
        "manifest-file-missing",
        "seal-manifest-files",
        "a listed file is not there",
        Forge { archived: |files| drop(files.pop()), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "manifest-file-more",
        "seal-manifest-files",
        "a file that is not listed",
        Forge { archived: |files| files.push(("more".into(), b"more".to_vec())), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "manifest-files-swapped",
        "seal-manifest-files",
        "the files in another order",
        Forge { archived: |files| files.swap(1, 2), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "manifest-file-renamed",
        "seal-manifest-files",
        "a file under another name",
        Forge { archived: |files| files[1].0 = "fake.json".into(), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "manifest-file-longer",
        "seal-manifest-files",
        "a file of another size",
        Forge { archived: |files| files[1].1.push(b'x'), ..HONEST },
        AS_USUAL,
    ),
    Row(
        "manifest-file-changed",
        "seal-file-hash",
        "a file of the same size with other contents",
        Forge { archived: |files| files[1].1[10] ^= 1, ..HONEST },
        AS_USUAL,
    ),
];

fn stranger_key() -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&[0x66; 32])
}
