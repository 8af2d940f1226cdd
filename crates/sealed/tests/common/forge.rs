//! Makes envelopes with one thing wrong: each stage of an honest sealing can be bent before the next one builds on
//! it, so that everything else, MAC and signature included, stays right.
#![allow(dead_code)]

use super::{context, files, policy, signing_key};
use ed25519_dalek::{Signer, SigningKey};
use std::collections::BTreeMap;
use ximu_basics::Hash;
use ximu_sealed::{
    Context, Escrow, EscrowPolicy, FileEntry, FileKey, Identity, Manifest, Portable,
    age::{
        Header, Stanza,
        stream::{ChunkCipher, SealStream},
        x25519,
    },
    deal, manifest,
    tar::{TarWriter, writer::Progress},
};

pub type Files = Vec<(String, Vec<u8>)>;

/// The stages, each a function that may bend what it is given.
#[derive(Clone, Copy)]
pub struct Forge {
    pub context: fn(&mut Context),
    pub policy: fn(&mut Option<EscrowPolicy>),
    /// The file key that is dealt to the holders, which should be the one that seals.
    pub dealt_key: fn(&mut FileKey),
    pub dealing_seed: fn(&mut [u8; 32]),
    pub escrow: fn(&mut Escrow),
    pub stanzas: fn(&mut Vec<Stanza>),
    pub files: fn(&mut Files),
    pub manifest: fn(&mut Manifest),
    pub manifest_bytes: fn(&mut Vec<u8>),
    pub signer: fn(&mut SigningKey),
    pub manifest_file: fn(&mut Vec<u8>),
    /// What the archive holds, when it is not what the manifest lists; the manifest file is the first.
    pub archived: fn(&mut Files),
    pub archive: fn(&mut Vec<u8>),
    pub header: fn(&mut Header),
    pub envelope: fn(&mut Vec<u8>),
}

pub const HONEST: Forge = Forge {
    context: |_| {},
    policy: |_| {},
    dealt_key: |_| {},
    dealing_seed: |_| {},
    escrow: |_| {},
    stanzas: |_| {},
    files: |_| {},
    manifest: |_| {},
    manifest_bytes: |_| {},
    signer: |_| {},
    manifest_file: |_| {},
    archived: |_| {},
    archive: |_| {},
    header: |_| {},
    envelope: |_| {},
};

pub fn file_key() -> FileKey {
    FileKey::from_bytes([0xf1; 16])
}

pub fn opening_key() -> Identity {
    Identity::from_bytes([0x0e; 32])
}

pub fn salted_context() -> Context {
    context("form").with_salt([0x5a; 32])
}

/// Small contents, so that a vector is small.
pub fn small_files() -> Files {
    let mut small = files();
    small.truncate(1);
    small.push(("附件/清单.txt".into(), b"1".to_vec()));
    small
}

impl Forge {
    pub fn make(&self) -> Vec<u8> {
        let mut context = salted_context();
        (self.context)(&mut context);
        let mut policy = Some(policy());
        (self.policy)(&mut policy);
        let escrow_seed = [0xe5; 32];
        let escrow = policy.map(|policy| self.escrow(&policy, escrow_seed, &context));

        let sealer = x25519::wrap(&file_key(), &opening_key().recipient(), &Identity::from_bytes([0x0f; 32]));
        let mut stanzas = vec![sealer.unwrap(), context.to_stanza()];
        stanzas.extend(escrow.as_ref().map(Escrow::to_stanza));
        (self.stanzas)(&mut stanzas);
        let mut header = Header::new(stanzas, &file_key().mac_key());
        (self.header)(&mut header);

        let archive = self.archive(context, escrow.map(|_| escrow_seed));
        let mut envelope = header.to_bytes();
        let nonce = [0x90; 16];
        envelope.extend(nonce);
        let mut stream = SealStream::new(ChunkCipher::<Portable>::new(&file_key(), &nonce));
        stream.push(&archive, &mut envelope).unwrap();
        stream.finish(&mut envelope).unwrap();
        (self.envelope)(&mut envelope);
        envelope
    }

    fn escrow(&self, policy: &EscrowPolicy, mut seed: [u8; 32], context: &Context) -> Escrow {
        let mut key = file_key();
        (self.dealt_key)(&mut key);
        (self.dealing_seed)(&mut seed);
        let mut escrow = deal(&seed, policy, &key, &context.hash()).unwrap().escrow;
        (self.escrow)(&mut escrow);
        escrow
    }

    fn archive(&self, context: Context, escrow_seed: Option<[u8; 32]>) -> Vec<u8> {
        let mut files = small_files();
        (self.files)(&mut files);
        let entry = |(name, data): &(String, Vec<u8>)| FileEntry {
            name: name.clone(),
            size_bytes: data.len() as u64,
            sha256: Hash::of(data),
        };
        let mut manifest = Manifest {
            context,
            sealer: signing_key().verifying_key().to_bytes(),
            escrow_seed,
            files: files.iter().map(entry).collect(),
            extra: BTreeMap::new(),
        };
        (self.manifest)(&mut manifest);
        let mut bytes = manifest.to_bytes().unwrap();
        (self.manifest_bytes)(&mut bytes);
        let mut signer = signing_key();
        (self.signer)(&mut signer);
        let signature = signer.sign(&manifest::signed_message(&bytes)).to_bytes();
        let mut file = manifest::file_bytes(&bytes, &signature);
        (self.manifest_file)(&mut file);
        let mut archived = files;
        archived.insert(0, (manifest::NAME.into(), file));
        (self.archived)(&mut archived);
        let mut archive = tar(&archived);
        (self.archive)(&mut archive);
        archive
    }
}

/// A well-formed archive of these files.
pub fn tar(files: &Files) -> Vec<u8> {
    let entry = |(name, data): &(String, Vec<u8>)| ximu_sealed::tar::Entry {
        name: name.clone(),
        size_bytes: data.len() as u64,
    };
    let mut writer = TarWriter::new(files.iter().map(entry).collect()).unwrap();
    let mut out = Vec::new();
    for (_, data) in files {
        writer.next_entry(&mut out).unwrap();
        writer.data(data, &mut out).unwrap();
    }
    while writer.finish(&mut out).unwrap() == Progress::More {}
    out
}

/// Where the head block with this name begins.
pub fn head_of(archive: &[u8], name: &str) -> usize {
    let blocks = archive.chunks(512).enumerate();
    let mut found = blocks.filter(|(_, block)| block.starts_with(name.as_bytes()) && block[name.len()] == 0);
    found.next().unwrap().0 * 512
}

/// Changes bytes of a head block and makes its checksum right again.
pub fn edit_head(archive: &mut [u8], name: &str, at: usize, bytes: &[u8]) {
    let start = head_of(archive, name);
    let block = &mut archive[start..start + 512];
    block[at..at + bytes.len()].copy_from_slice(bytes);
    block[148..156].copy_from_slice(b"        ");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// Replaces text once, in bytes.
pub fn replace(bytes: &mut Vec<u8>, from: &str, to: &str) {
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    bytes.splice(at..at + from.len(), to.bytes());
}
