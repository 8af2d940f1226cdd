//! Makes envelopes: as a push machine for contents of any size, and in memory for small ones (sealed-bid 10).

use crate::{
    age::stream::SealStream,
    backend::{Aead, Portable},
    commitment::{Commitment, plain_commitment},
    context::ContextFields,
    error::SealError,
    escrow::EscrowPolicy,
    manifest::{FileEntry, Manifest},
    open::{OpeningKey, Record, check_record, open},
    plan::{SealPlan, SealRequest},
    recovery::Recovery,
    tar::{Entry, TarWriter, writer::Progress},
};
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use serde_json::Value;
use sha2::{Digest, Sha256};
use ximu_basics::Hash;

/// A small envelope's contents: names and bytes in the order of the archive.
#[derive(Debug, Clone)]
pub struct InMemory<'a> {
    /// What the envelope belongs to.
    pub context: &'a ContextFields,
    /// Who can open it besides the sealer.
    pub escrow: Option<&'a EscrowPolicy>,
    /// The files.
    pub files: &'a [(String, Vec<u8>)],
    /// Members of the manifest of the caller's own.
    pub extra: BTreeMap<String, Value>,
    /// The sealer's Ed25519 public key.
    pub sealer: [u8; 32],
}

/// A sealed envelope and what its sealer keeps and signs.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// The envelope: an age file.
    pub envelope: Vec<u8>,
    /// What the sealer keeps: opening key, salt of the plain commitment, context.
    pub recovery: Recovery,
    /// The manifest inside.
    pub manifest: Manifest,
    /// SHA-256 of the header.
    pub header_hash: Hash,
    /// Commitment to the ciphertext.
    pub commitment: Commitment,
    /// Commitment to the plaintext.
    pub plain_commitment: Hash,
}

/// Seals in memory, opens the result and compares it with what went in before returning it.
///
/// # Errors
/// Those of [`SealPlan::new`]; [`SealError::SelfCheck`], which is a fault of this machine or crate.
pub fn seal(
    contents: InMemory<'_>,
    seed: &[u8; 32],
    sign: impl FnOnce(&[u8]) -> [u8; 64],
) -> Result<Sealed, SealError> {
    seal_with::<Portable>(contents, seed, sign)
}

/// [`seal`] with another cipher for the payload. The result is opened with the portable one, so a cipher that
/// errs is caught.
///
/// # Errors
/// Those of [`seal`].
pub fn seal_with<A: Aead>(
    contents: InMemory<'_>,
    seed: &[u8; 32],
    sign: impl FnOnce(&[u8]) -> [u8; 64],
) -> Result<Sealed, SealError> {
    let entry = |(name, data): &(String, Vec<u8>)| FileEntry {
        name: name.clone(),
        size_bytes: data.len() as u64,
        sha256: Hash::of(data),
    };
    let request = SealRequest {
        context: contents.context,
        escrow: contents.escrow,
        files: contents.files.iter().map(entry).collect(),
        extra: contents.extra,
        sealer: contents.sealer,
    };
    let plan = SealPlan::new(request, seed, sign)?;
    let mut envelope = Vec::new();
    let mut machine = SealMachine::<A>::start(&plan, &mut envelope)?;
    for (_, data) in contents.files {
        machine.next_file(&mut envelope)?;
        machine.data(data, &mut envelope)?;
    }
    let archive = loop {
        if let Some(archive) = machine.finish(&mut envelope)? {
            break archive;
        }
    };
    self_check(&plan, contents.context, contents.escrow, contents.files, &envelope, &archive)?;
    Ok(Sealed {
        recovery: Recovery::of(&plan),
        header_hash: plan.header().hash(),
        commitment: Commitment::of(&envelope),
        plain_commitment: plain_commitment(plan.plain_salt(), &archive),
        manifest: plan.manifest().clone(),
        envelope,
    })
}

fn self_check(
    plan: &SealPlan,
    context: &ContextFields,
    escrow: Option<&EscrowPolicy>,
    files: &[(String, Vec<u8>)],
    envelope: &[u8],
    archive: &Hash,
) -> Result<(), SealError> {
    let differs = |what| Err(SealError::SelfCheck { what });
    let Ok(opened) = open(envelope, OpeningKey::Identity(plan.opening_key())) else {
        return differs("the whole envelope");
    };
    if opened.files != files || opened.archive_sha256 != *archive {
        return differs("the files");
    }
    let record = Record { context, sealer: &plan.manifest().sealer, escrow };
    match check_record(&opened.header, &opened.key, &opened.manifest, &record) {
        Ok(_) => Ok(()),
        Err(_) => differs("context, sealer or escrow"),
    }
}

/// Seals contents pushed in order; holds at most one chunk.
///
/// The order of calls is: [`SealMachine::start`]; for each file [`SealMachine::next_file`] and its contents by
/// [`SealMachine::data`]; [`SealMachine::finish`] until it gives the archive's hash. Each call appends ciphertext
/// to `out`; the caller takes it away between calls.
pub struct SealMachine<A> {
    tar: TarWriter,
    stream: Option<SealStream<A>>,
    digest: Sha256,
    plain: Vec<u8>,
}

impl<A: Aead> SealMachine<A> {
    /// Begins: header, payload nonce and manifest.
    ///
    /// # Errors
    /// [`SealError::Tar`].
    pub fn start(plan: &SealPlan, out: &mut Vec<u8>) -> Result<SealMachine<A>, SealError> {
        out.extend(plan.prefix());
        let mut plain = Vec::new();
        let tar = plan.archive(&mut plain)?;
        let stream = Some(SealStream::new(plan.chunk_cipher()));
        let mut machine = SealMachine { tar, stream, digest: Sha256::new(), plain };
        machine.flush(out)?;
        Ok(machine)
    }

    /// Begins the next file; `None` when there is none.
    ///
    /// # Errors
    /// [`SealError::Tar`] when the file before is not complete.
    pub fn next_file(&mut self, out: &mut Vec<u8>) -> Result<Option<Entry>, SealError> {
        let entry = self.tar.next_entry(&mut self.plain)?.cloned();
        self.flush(out)?;
        Ok(entry)
    }

    /// Takes contents of the current file. That they have the announced hash shows when the envelope is opened
    /// again.
    ///
    /// # Errors
    /// [`SealError::Tar`] when it is more than announced.
    pub fn data(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), SealError> {
        self.tar.data(bytes, &mut self.plain)?;
        self.flush(out)
    }

    /// Ends the envelope, a limited number of bytes at each call; the SHA-256 of the archive when it is complete.
    ///
    /// # Errors
    /// [`SealError::Tar`] when files are missing.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<Option<Hash>, SealError> {
        let progress = self.tar.finish(&mut self.plain)?;
        self.flush(out)?;
        match progress {
            Progress::More => Ok(None),
            Progress::Done => {
                if let Some(stream) = self.stream.take() {
                    stream.finish(out)?;
                }
                Ok(Some(Hash(self.digest.clone().finalize().into())))
            }
        }
    }

    fn flush(&mut self, out: &mut Vec<u8>) -> Result<(), SealError> {
        self.digest.update(&self.plain);
        if let Some(stream) = &mut self.stream {
            stream.push(&self.plain, out)?;
        }
        self.plain.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::AeadFailure;
    use ed25519_dalek::{Signer, SigningKey};

    /// A cipher with a broken bit, as a faulty machine would have it.
    struct Faulty(Portable);

    impl Aead for Faulty {
        fn new(key: &[u8; 32]) -> Faulty {
            Faulty(Portable::new(key))
        }

        fn seal(&self, nonce: &[u8; 12], buffer: &mut [u8]) -> Result<(), AeadFailure> {
            if let Some(byte) = buffer.get_mut(1500) {
                *byte ^= 1;
            }
            self.0.seal(nonce, buffer)
        }

        fn open(&self, nonce: &[u8; 12], buffer: &mut [u8]) -> Result<(), AeadFailure> {
            self.0.open(nonce, buffer)
        }
    }

    fn sealed<A: Aead>(seed: u8, file: &str) -> Result<Sealed, SealError> {
        let key = SigningKey::from_bytes(&[1; 32]);
        let context = ContextFields {
            genesis: Hash::of(b"genesis"),
            lot: "lot-1".parse().unwrap(),
            pseudonym: "bidder-07".parse().unwrap(),
            version: 1,
            envelope: "form".parse().unwrap(),
        };
        let contents = InMemory {
            context: &context,
            escrow: None,
            files: &[("form.json".into(), file.into())],
            extra: BTreeMap::new(),
            sealer: key.verifying_key().to_bytes(),
        };
        seal_with::<A>(contents, &[seed; 32], |message| key.sign(message).to_bytes())
    }

    #[test]
    fn an_envelope_that_a_faulty_machine_made_is_not_given_out() {
        assert!(sealed::<Portable>(1, "{}").is_ok());
        assert_eq!(sealed::<Faulty>(1, "{}").unwrap_err().code(), "seal-self-check");
    }

    #[test]
    fn the_same_seed_and_contents_give_the_same_envelope() {
        assert_eq!(
            sealed::<Portable>(1, "{}").unwrap().envelope,
            sealed::<Portable>(1, "{}").unwrap().envelope
        );
        assert_ne!(
            sealed::<Portable>(1, "{}").unwrap().envelope,
            sealed::<Portable>(2, "{}").unwrap().envelope
        );
    }

    /// Two payloads under one key stream would show the difference of their contents.
    #[test]
    fn a_seed_used_twice_does_not_reuse_a_key_stream() {
        let (one, two) = (sealed::<Portable>(1, "{}").unwrap(), sealed::<Portable>(1, "[]").unwrap());
        let header = one.envelope.iter().zip(&two.envelope).take_while(|(one, two)| one == two).count();
        let same =
            one.envelope.iter().zip(&two.envelope).skip(header).filter(|(one, two)| one == two).count();
        assert!(same * 64 < one.envelope.len(), "{same} bytes after the header are the same");
    }

    #[test]
    fn a_signature_that_is_not_the_sealers_is_refused_at_once() {
        let context = ContextFields {
            genesis: Hash::of(b"genesis"),
            lot: "lot-1".parse().unwrap(),
            pseudonym: "bidder-07".parse().unwrap(),
            version: 1,
            envelope: "form".parse().unwrap(),
        };
        let contents =
            InMemory { context: &context, escrow: None, files: &[], extra: BTreeMap::new(), sealer: [9; 32] };
        assert_eq!(seal(contents, &[1; 32], |_| [0; 64]).unwrap_err().code(), "seal-manifest-signature");
    }
}
