//! Everything about an envelope that is fixed before its contents are read a second time: header, manifest,
//! layout, keys (sealed-bid 10).
//!
//! Sealing needs two readings of the files, one for their hashes, which stand in the manifest at the front, and
//! one for their contents. All secrets come from one seed. The payload nonce depends on the manifest too, so
//! that a seed used twice by mistake does not encrypt two contents under one key stream.

use crate::{
    age::{
        FileKey, Identity,
        stream::{ChunkCipher, NONCE_BYTES, sealed_length},
        x25519,
    },
    backend::Aead,
    context::ContextFields,
    envelope::{CheckedKey, EnvelopeHeader},
    error::SealError,
    escrow::{Dealing, EscrowPolicy, deal},
    expand::hkdf_sha256,
    manifest::{self, FileEntry, Manifest, ManifestError},
    tar::TarWriter,
};
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use serde_json::Value;
use ximu_basics::Hash;
use zeroize::Zeroizing;

/// What is to be sealed.
#[derive(Debug, Clone)]
pub struct SealRequest<'a> {
    /// What the envelope belongs to.
    pub context: &'a ContextFields,
    /// Who can open it besides the sealer; `None` when the rules say no escrow.
    pub escrow: Option<&'a EscrowPolicy>,
    /// Names, sizes and hashes of the files, in the order of the archive; the manifest is not among them.
    pub files: Vec<FileEntry>,
    /// Members of the manifest of the caller's own.
    pub extra: BTreeMap<String, Value>,
    /// The sealer's Ed25519 public key.
    pub sealer: [u8; 32],
}

/// An envelope with everything decided but the contents of its files.
#[derive(Debug, Clone)]
pub struct SealPlan {
    header: EnvelopeHeader,
    key: CheckedKey,
    nonce: [u8; NONCE_BYTES],
    manifest: Manifest,
    manifest_file: Vec<u8>,
    dealing: Option<Dealing>,
    opening_key: Identity,
    plain_salt: [u8; 32],
    archive_bytes: u64,
}

impl SealPlan {
    /// Decides everything. `seed` is 32 fresh random bytes for each envelope; `sign` makes the sealer's Ed25519
    /// signature over the bytes it is given.
    ///
    /// # Errors
    /// [`SealError::Tar`] for names and sizes, [`SealError::Escrow`] for the policy, [`SealError::Manifest`] when
    /// `extra` is not canonical or the signature is not the sealer's.
    pub fn new(
        request: SealRequest<'_>,
        seed: &[u8; 32],
        sign: impl FnOnce(&[u8]) -> [u8; 64],
    ) -> Result<SealPlan, SealError> {
        let context = request.context.with_salt(*context_salt(seed, request.context));
        let context_hash = context.hash();
        let secrets = Secrets { seed, context: &context_hash };
        let file_key = FileKey::from_bytes(*secrets.expand("file-key", &[]));
        let opening_key = Identity::from_bytes(*secrets.expand("opening-key", &[]));
        let ephemeral = Identity::from_bytes(*secrets.expand("ephemeral", &[]));
        let escrow_seed = *secrets.expand("escrow-seed", &[]);

        let escrow = request.escrow;
        let dealing =
            escrow.map(|policy| deal(&escrow_seed, policy, &file_key, &context_hash)).transpose()?;
        let sealer = x25519::wrap(&file_key, &opening_key.recipient(), &ephemeral)?;
        let escrow = dealing.as_ref().map(|dealing| &dealing.escrow);
        let header = EnvelopeHeader::new(sealer, &context, escrow, &file_key)?;

        let manifest = Manifest {
            context,
            sealer: request.sealer,
            escrow_seed: escrow.map(|_| escrow_seed),
            files: request.files,
            extra: request.extra,
        };
        let (manifest_file, archive_bytes) = sign_manifest(&manifest, sign)?;
        let key = header.check_key(file_key)?;
        let nonce = *secrets.expand("payload-nonce", Hash::of(&manifest_file).as_bytes());
        let plain_salt = *secrets.expand("plain-salt", &[]);
        Ok(SealPlan {
            header,
            key,
            nonce,
            manifest,
            manifest_file,
            dealing,
            opening_key,
            plain_salt,
            archive_bytes,
        })
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &EnvelopeHeader {
        &self.header
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The file key.
    #[must_use]
    pub fn key(&self) -> &CheckedKey {
        &self.key
    }

    /// The dealing, if there is an escrow.
    #[must_use]
    pub fn dealing(&self) -> Option<&Dealing> {
        self.dealing.as_ref()
    }

    /// The identity with which stock `age -d` opens the envelope. It must reach the recovery file.
    #[must_use]
    pub fn opening_key(&self) -> &Identity {
        &self.opening_key
    }

    /// Salt of the commitment to the plaintext.
    #[must_use]
    pub fn plain_salt(&self) -> &[u8; 32] {
        &self.plain_salt
    }

    /// What stands before the first chunk: header and payload nonce.
    #[must_use]
    pub fn prefix(&self) -> Vec<u8> {
        let mut bytes = self.header.to_bytes();
        bytes.extend_from_slice(&self.nonce);
        bytes
    }

    /// Length of the archive, in bytes.
    #[must_use]
    pub fn archive_length(&self) -> u64 {
        self.archive_bytes
    }

    /// Length of the envelope, in bytes.
    #[must_use]
    pub fn envelope_length(&self) -> u64 {
        self.prefix().len() as u64 + sealed_length(self.archive_bytes)
    }

    /// The cipher of the payload's chunks.
    #[must_use]
    pub fn chunk_cipher<A: Aead>(&self) -> ChunkCipher<A> {
        ChunkCipher::new(self.key.file_key(), &self.nonce)
    }

    /// The writer of the archive, and in `out` its beginning with the manifest. The caller goes on with
    /// `next_entry` for the first file.
    ///
    /// # Errors
    /// [`SealError::Tar`].
    pub fn archive(&self, out: &mut Vec<u8>) -> Result<TarWriter, SealError> {
        let mut tar = TarWriter::new(self.manifest.entries(self.manifest_file.len() as u64))?;
        tar.next_entry(out)?;
        tar.data(&self.manifest_file, out)?;
        Ok(tar)
    }
}

/// Signs a manifest and reads the result back; gives its file and the length of the archive that it heads.
fn sign_manifest(
    manifest: &Manifest,
    sign: impl FnOnce(&[u8]) -> [u8; 64],
) -> Result<(Vec<u8>, u64), SealError> {
    let bytes = manifest.to_bytes()?;
    let file = manifest::file_bytes(&bytes, &sign(&manifest::signed_message(&bytes)));
    let (max, found) = (manifest::MANIFEST_BYTES_MAX, file.len() as u64);
    if found > max {
        return Err(ManifestError::Length { max, found }.into());
    }
    manifest::read_file(&file)?;
    let archive_bytes = TarWriter::new(manifest.entries(found))?.length();
    Ok((file, archive_bytes))
}

const SALT: &[u8] = b"ximu-seal/1";

/// The salt of the context depends on its fields, and everything else on the context, so one seed used for two
/// envelopes by mistake does not give them one key.
fn context_salt(seed: &[u8; 32], fields: &ContextFields) -> Zeroizing<[u8; 32]> {
    let unsalted = fields.with_salt([0; 32]).hash();
    hkdf_sha256(SALT, seed, &[b"context-salt", &[0], unsalted.as_bytes()])
}

struct Secrets<'a> {
    seed: &'a [u8; 32],
    context: &'a Hash,
}

impl Secrets<'_> {
    fn expand<const N: usize>(&self, label: &str, more: &[u8]) -> Zeroizing<[u8; N]> {
        hkdf_sha256(SALT, self.seed, &[label.as_bytes(), &[0], self.context.as_bytes(), more])
    }
}
