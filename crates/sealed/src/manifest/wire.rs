//! The manifest's serialized form.

use super::{FileEntry, Manifest, ManifestError};
use crate::context::{Context, PROFILE};
use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ximu_basics::{
    Hash, LotId, PartyId,
    json::{self, JsonError},
};

/// 32 bytes are spelled as a hash is, whatever they mean.
type Hex32 = Hash;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireManifest {
    context: WireContext,
    escrow_seed: Option<Hex32>,
    extra: BTreeMap<String, Value>,
    files: Vec<WireFile>,
    profile: String,
    sealer: Hex32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireContext {
    envelope: String,
    genesis: Hash,
    lot: LotId,
    pseudonym: PartyId,
    salt: Hex32,
    version: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireFile {
    name: String,
    sha256: Hash,
    size_bytes: u64,
}

pub(super) fn to_bytes(manifest: &Manifest) -> Result<Vec<u8>, ManifestError> {
    let context = &manifest.context;
    let file = |file: &FileEntry| WireFile {
        name: file.name.clone(),
        sha256: file.sha256,
        size_bytes: file.size_bytes,
    };
    let wire = WireManifest {
        context: WireContext {
            envelope: context.envelope.to_string(),
            genesis: context.genesis,
            lot: context.lot.clone(),
            pseudonym: context.pseudonym.clone(),
            salt: Hash(context.salt),
            version: context.version,
        },
        escrow_seed: manifest.escrow_seed.map(Hash),
        extra: manifest.extra.clone(),
        files: manifest.files.iter().map(file).collect(),
        profile: PROFILE.to_string(),
        sealer: Hash(manifest.sealer),
    };
    Ok(json::to_canonical(&wire)?)
}

pub(super) fn from_bytes(bytes: &[u8]) -> Result<Manifest, ManifestError> {
    let wire: WireManifest = json::from_canonical(bytes)?;
    if wire.profile != PROFILE {
        return Err(ManifestError::Profile {
            expected: PROFILE,
            found: wire.profile.chars().take(80).collect(),
        });
    }
    let label = |text: &str| {
        text.parse()
            .map_err(|_| JsonError::Shape { expected: "a label", found: text.chars().take(80).collect() })
    };
    Ok(Manifest {
        context: Context {
            genesis: wire.context.genesis,
            lot: wire.context.lot,
            pseudonym: wire.context.pseudonym,
            version: wire.context.version,
            envelope: label(&wire.context.envelope)?,
            salt: wire.context.salt.0,
        },
        sealer: wire.sealer.0,
        escrow_seed: wire.escrow_seed.map(|seed| seed.0),
        files: wire
            .files
            .into_iter()
            .map(|file| FileEntry { name: file.name, size_bytes: file.size_bytes, sha256: file.sha256 })
            .collect(),
        extra: wire.extra,
    })
}
