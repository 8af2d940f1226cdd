//! Somebody who has whole disks and time: opens every sealed envelope that what stands on them can open.
//!
//! It knows the format and nothing else. It takes every byte string that could be a key (texts of age identities, key
//! files, hexadecimal and base64 runs, raw bytes), every part of every escrow that one of them opens, every combination
//! of the shares in them, also fewer than the threshold asks for, and what the opened envelopes themselves contain,
//! until nothing new opens. What it can find is itself tested: [`tests`] plants keys in many places.

use crate::support::disk::Source;
use std::collections::{BTreeMap, BTreeSet};
use ximu_basics::{Hash, hex};
use ximu_sealed::{
    EnvelopeHeader, FileKey, Identity, OpeningKey, Portable, Share, age::file, open, shamir::interpolate,
};

const MAGIC: &[u8] = b"age-encryption.org/v1\n";
const IDENTITY_TEXT: &[u8] = b"AGE-SECRET-KEY-1";
const IDENTITY_TEXT_BYTES: usize = 74;

const DATABASE: &[u8] = b"SQLite format 3\0";

/// The longest source in which 32 bytes at every offset are tried as an identity; in longer ones those at multiples of
/// four are. A file key is looked for at every offset of every source.
const EVERY_OFFSET_BYTES_MAX: usize = 512;

/// In a decoded run an identity begins at its first byte or at a multiple of this, a file key at a multiple of half.
const TOKEN_STEP: usize = 16;

/// Somebody with disks: what it has found, tried and opened so far.
#[derive(Debug, Clone, Default)]
pub struct Attacker {
    /// Envelopes found, by the hash of their headers.
    pub envelopes: BTreeMap<Hash, Found>,
    /// Identities that opened something.
    pub useful: BTreeSet<[u8; 32]>,
    /// Shares that came out of escrows, by the context of their envelope.
    pub shares: BTreeMap<Hash, Vec<Share>>,
    /// Byte strings that were tried as identities.
    pub identities: BTreeSet<[u8; 32]>,
    /// Byte strings that were tried as file keys.
    pub keys: BTreeSet<[u8; 16]>,
}

/// An envelope that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its header, parsed.
    header: EnvelopeHeader,
    /// All its bytes, as long as the place gave them.
    bytes: Vec<u8>,
    /// Whether something opened it.
    is_open: bool,
    /// Its files, when the payload was whole.
    files: Vec<(String, Vec<u8>)>,
}

/// Bidder, version and name of an envelope.
pub type Name = (String, u32, String);

impl Found {
    fn name(&self) -> Name {
        let context = self.header.context();
        (context.pseudonym.to_string(), context.version, context.envelope.to_string())
    }
}

impl Attacker {
    /// Takes everything apart and opens what opens with it and with all that was there before.
    pub fn take(&mut self, sources: &[Source]) {
        self.take_with(sources, Material::take);
    }

    /// The same, but of keys looks only for those that are spelled out, not for bytes within other bytes: for pages and
    /// protocols, of which there is much.
    pub fn take_spelled(&mut self, sources: &[Source]) {
        self.take_with(sources, |material, bytes, _| material.take_spelled(bytes));
    }

    fn take_with(&mut self, sources: &[Source], take: fn(&mut Material, &[u8], Origin)) {
        let mut new: Vec<Vec<u8>> = sources.iter().map(|source| source.bytes.clone()).collect();
        while !new.is_empty() {
            let mut material = Material::default();
            for bytes in &new {
                take(&mut material, bytes, Origin::Source);
                for token in tokens(bytes) {
                    take(&mut material, &token, Origin::Token);
                }
            }
            new = self.use_material(material);
        }
    }

    /// Every envelope found.
    pub fn found(&self) -> BTreeSet<Name> {
        self.envelopes.values().map(Found::name).collect()
    }

    /// Every envelope opened.
    pub fn opened(&self) -> BTreeSet<Name> {
        self.envelopes.values().filter(|found| found.is_open).map(Found::name).collect()
    }

    /// Everything that was readable in the opened envelopes.
    pub fn plain(&self) -> Vec<Source> {
        let files = self.envelopes.values().flat_map(|found| &found.files);
        files.map(|(name, bytes)| Source { place: name.clone(), bytes: bytes.clone() }).collect()
    }

    /// Tries what is new on everything and everything on what is new; gives what became readable.
    fn use_material(&mut self, material: Material) -> Vec<Vec<u8>> {
        let is_new = |(hash, _): &(Hash, Found)| !self.envelopes.contains_key(hash);
        let new: BTreeMap<Hash, Found> = material.envelopes.into_iter().filter(is_new).collect();
        let identities: BTreeSet<[u8; 32]> =
            material.identities.difference(&self.identities).copied().collect();
        self.identities.extend(&identities);
        let tried = [try_all(&self.envelopes, &identities), try_all(&new, &self.identities)];
        let new_envelopes: BTreeSet<Hash> = new.keys().copied().collect();
        self.envelopes.extend(new);
        let mut keys: BTreeSet<[u8; 16]> = material.keys;
        for (identity, opened) in tried.into_iter().flatten() {
            self.useful.insert(identity);
            keys.extend(opened.keys);
            for share in opened.shares {
                let held = self.shares.entry(share.context).or_default();
                if !held.contains(&share) {
                    held.push(share);
                }
            }
        }
        keys.extend(self.shares.values().flat_map(|held| combinations(held)));
        let new_keys: BTreeSet<[u8; 16]> = keys.difference(&self.keys).copied().collect();
        self.keys.extend(keys);
        let mut readable = Vec::new();
        for (hash, found) in &mut self.envelopes {
            let keys = if new_envelopes.contains(hash) { &self.keys } else { &new_keys };
            readable.extend(found.open_with_any(keys));
        }
        readable
    }
}

impl Found {
    /// Tries file keys, and gives what became readable.
    fn open_with_any(&mut self, keys: &BTreeSet<[u8; 16]>) -> Vec<Vec<u8>> {
        if self.is_open {
            return Vec::new();
        }
        let mut keys = keys.iter().map(|key| FileKey::from_bytes(*key));
        let Some(key) = keys.find(|key| self.header.check_key(key.clone()).is_ok()) else {
            return Vec::new();
        };
        self.is_open = true;
        if let Ok(opened) = open(&self.bytes, OpeningKey::FileKey(&key)) {
            self.files = opened.files;
        }
        self.files.iter().map(|(_, contents)| contents.clone()).collect()
    }
}

/// What one identity opens.
#[derive(Default)]
struct Opened {
    keys: Vec<[u8; 16]>,
    shares: Vec<Share>,
}

/// Tries identities on envelopes, on both cores, and gives those that open something.
fn try_all(envelopes: &BTreeMap<Hash, Found>, identities: &BTreeSet<[u8; 32]>) -> Vec<([u8; 32], Opened)> {
    let identities: Vec<[u8; 32]> = identities.iter().copied().collect();
    let try_some = |some: &[[u8; 32]]| -> Vec<([u8; 32], Opened)> {
        let tried = some.iter().map(|identity| (*identity, try_one(envelopes, identity)));
        tried.filter(|(_, opened)| !opened.keys.is_empty() || !opened.shares.is_empty()).collect()
    };
    let (left, right) = identities.split_at(identities.len() / 2);
    std::thread::scope(|scope| {
        let left = scope.spawn(|| try_some(left));
        let right = try_some(right);
        left.join().unwrap().into_iter().chain(right).collect()
    })
}

/// Tries an identity on the sealer's stanza of each envelope and on the parts of its escrow. A holder's identity opens a
/// part of every escrow of a procedure, so the first escrow of each tells whether it is one.
fn try_one(envelopes: &BTreeMap<Hash, Found>, identity: &[u8; 32]) -> Opened {
    let identity = Identity::from_bytes(*identity);
    let mut opened = Opened::default();
    let mut holds: BTreeMap<Hash, bool> = BTreeMap::new();
    for found in envelopes.values() {
        opened.keys.extend(found.header.open_with(&identity).ok().map(|key| *key.file_key().as_bytes()));
        let genesis = found.header.context().genesis;
        let Some(escrow) = found.header.escrow().filter(|_| holds.get(&genesis) != Some(&false)) else {
            continue;
        };
        let parts =
            escrow.parts.iter().filter_map(|part| file::decrypt::<Portable>(&part.file, &identity).ok());
        let shares: Vec<Share> = parts.filter_map(|plain| Share::from_bytes(&plain).ok()).collect();
        holds.insert(genesis, !shares.is_empty());
        opened.shares.extend(shares);
    }
    opened
}

/// What every subset of the shares of one envelope gives as a key, whatever the threshold is.
fn combinations(shares: &[Share]) -> Vec<[u8; 16]> {
    let points = |subset: u32| {
        let chosen = shares.iter().enumerate().filter(move |(index, _)| subset >> index & 1 == 1);
        chosen.map(|(_, share)| (share.index, &*share.value)).collect::<Vec<_>>()
    };
    (1..1 << shares.len()).map(|subset| *interpolate(&points(subset), 0)).collect()
}

/// What one pass over some bytes gives.
#[derive(Default)]
struct Material {
    envelopes: Vec<(Hash, Found)>,
    identities: BTreeSet<[u8; 32]>,
    keys: BTreeSet<[u8; 16]>,
}

/// Where bytes come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// A file or a value.
    Source,
    /// A decoded run in one.
    Token,
}

impl Material {
    /// What is spelled out: envelopes, texts of identities, and bytes that are exactly as long as a key.
    fn take_spelled(&mut self, bytes: &[u8]) {
        self.take_envelopes(bytes);
        for text in starts(bytes, IDENTITY_TEXT) {
            let text = text.get(..IDENTITY_TEXT_BYTES).and_then(|text| std::str::from_utf8(text).ok());
            if let Some(identity) = text.and_then(|text| text.parse::<Identity>().ok()) {
                self.identities.insert(*identity.as_bytes());
            }
        }
        if let Ok(secret) = bytes.try_into() {
            // A signing key is made into one for X25519 by the hash of RFC 8032.
            let signing = ed25519_dalek::SigningKey::from_bytes(&secret);
            self.identities.extend([secret, signing.to_scalar_bytes()]);
        }
        self.keys.extend(<[u8; 16]>::try_from(bytes));
    }

    /// What is spelled out, and every place in the bytes where a key could begin.
    fn take(&mut self, bytes: &[u8], origin: Origin) {
        self.take_spelled(bytes);
        if bytes.starts_with(MAGIC) {
            // A ciphertext: nobody hides a key in the middle of it, and it has very many bytes.
            return;
        }
        let (step, key_step) = match origin {
            Origin::Source if bytes.len() <= EVERY_OFFSET_BYTES_MAX => (1, 1),
            Origin::Source => (4, 1),
            Origin::Token => (TOKEN_STEP, TOKEN_STEP / 2),
        };
        let windows = bytes.windows(32).enumerate().filter(|(offset, _)| offset % step == 0);
        let likely = windows.map(|(_, window)| window).filter(|window| looks_random(window));
        self.identities.extend(likely.map(|window| <[u8; 32]>::try_from(window).unwrap()));
        let windows = bytes.windows(16).enumerate().filter(|(offset, _)| offset % key_step == 0);
        let likely = windows.map(|(_, window)| window).filter(|window| looks_random(window));
        self.keys.extend(likely.map(|window| <[u8; 16]>::try_from(window).unwrap()));
    }

    fn take_envelopes(&mut self, bytes: &[u8]) {
        for envelope in starts(bytes, MAGIC) {
            if let Ok((header, _)) = EnvelopeHeader::parse(envelope) {
                let found = Found { header, bytes: envelope.to_vec(), is_open: false, files: Vec::new() };
                self.envelopes.push((found.header.hash(), found));
            }
        }
    }
}

/// The rest of the bytes from each place where these begin.
fn starts<'a>(bytes: &'a [u8], pattern: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let found = bytes.windows(pattern.len()).enumerate().filter(move |(_, window)| *window == pattern);
    found.map(|(offset, _)| &bytes[offset..])
}

/// Whether bytes could be a key in the raw: text, numbers and zeros are not. Of random bytes five in eight are outside
/// printable ASCII; fewer than a quarter are so in one key of some thousands, and such a key would be found in its
/// hexadecimal or base64 spelling all the same.
fn looks_random(window: &[u8]) -> bool {
    let odd = window.iter().filter(|byte| !(0x20..0x7f).contains(*byte) && **byte != 0).count();
    odd * 4 >= window.len()
}

/// Hexadecimal and base64 runs, decoded, and what stands in them likewise.
fn tokens(bytes: &[u8]) -> Vec<Vec<u8>> {
    if bytes.starts_with(MAGIC) || bytes.starts_with(DATABASE) {
        // What stands in the lines of an age header is ciphertext; the values of a database are sources of their own,
        // while its pages cut them into pieces.
        return Vec::new();
    }
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    let mut decoded = Vec::new();
    for run in bytes.split(|byte| !is_token(byte)).filter(|run| run.len() >= 22) {
        let run = std::str::from_utf8(run).unwrap();
        for token in [from_hex(run), from_base64(run)].into_iter().flatten() {
            decoded.extend(tokens(&token));
            decoded.push(token);
        }
    }
    decoded
}

fn from_hex(run: &str) -> Option<Vec<u8>> {
    hex::decode(&run.to_ascii_lowercase())
}

fn from_base64(run: &str) -> Option<Vec<u8>> {
    use base64::{Engine as _, alphabet, engine};
    let config = engine::GeneralPurposeConfig::new()
        .with_decode_padding_mode(engine::DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let standard = engine::GeneralPurpose::new(&alphabet::STANDARD, config);
    let url = engine::GeneralPurpose::new(&alphabet::URL_SAFE, config);
    standard.decode(run).or_else(|_| url.decode(run)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ximu_procedure::wire::Command;
    use ximu_sim::{Bid, Bidder, Centre, keys::seed, rules::PEERS};

    /// A simulated tender with a bid, as the disks of everybody who holds something would show it.
    fn tender() -> (Centre, Bidder, Bid, Vec<Source>) {
        let mut centre = Centre::new();
        let bidder = Bidder::register(&mut centre, "ash");
        centre.publish(|_| {});
        let bid = bidder.seal(&centre, 1, "9500000.00", |_| {});
        let Command::Release { envelope, .. } = bidder.release(&centre, &bid) else { panic!("a release") };
        let release = serde_json::to_string(&envelope).unwrap();
        let disk = [&bid.form.envelope, &bid.body.envelope, &release.into_bytes()];
        let disk = disk.into_iter().map(|bytes| source(bytes.clone())).collect();
        (centre, bidder, bid, disk)
    }

    fn source(bytes: Vec<u8>) -> Source {
        Source { place: "planted".into(), bytes }
    }

    /// A holder's secret, as the simulated centre makes it.
    fn holder(position: usize) -> [u8; 32] {
        seed("epoch", PEERS[position])
    }

    fn opened(disk: &[Source], planted: &[Vec<u8>]) -> Vec<String> {
        let planted = planted.iter().map(|bytes| source(bytes.clone()));
        let mut attacker = Attacker::default();
        attacker.take(&planted.collect::<Vec<_>>());
        attacker.take(disk);
        assert_eq!(attacker.envelopes.len(), 3);
        attacker.opened().into_iter().map(|(_, _, name)| name).collect()
    }

    #[test]
    fn fewer_than_the_threshold_open_nothing_and_the_threshold_opens_what_is_escrowed() {
        let (_, _, _, disk) = tender();
        let secrets = |holders: &[usize]| -> Vec<Vec<u8>> {
            let text =
                |position: &usize| Identity::from_bytes(holder(*position)).to_text().as_bytes().to_vec();
            holders.iter().map(text).collect()
        };
        assert_eq!(opened(&disk, &[]), Vec::<String>::new());
        assert_eq!(opened(&disk, &secrets(&[0, 1])), Vec::<String>::new());
        assert_eq!(opened(&disk, &secrets(&[3, 1])), Vec::<String>::new());
        assert_eq!(opened(&disk, &secrets(&[0, 1, 3])), ["form", "release"]);
        assert_eq!(opened(&disk, &secrets(&[0, 1, 2, 3])), ["form", "release"]);
    }

    #[test]
    fn a_key_is_found_in_every_spelling() {
        use base64::{Engine as _, engine::general_purpose};
        let (_, _, bid, disk) = tender();
        let identity = *bid.form.recovery.opening_key.as_bytes();
        let (header, _) = EnvelopeHeader::parse(&bid.form.envelope).unwrap();
        let key = header.open_with(&bid.form.recovery.opening_key).unwrap();
        let key = *key.file_key().as_bytes();
        for secret in [identity.as_slice(), key.as_slice()] {
            let standard = general_purpose::STANDARD.encode(secret);
            for spelled in [
                secret.to_vec(),
                [b"some text \0\x01\x02".as_slice(), secret, b"and more"].concat(),
                hex::encode(secret).into_bytes(),
                format!("{{\"key\":\"{}\"}}", hex::encode(secret).to_uppercase()).into_bytes(),
                standard.clone().into_bytes(),
                general_purpose::URL_SAFE_NO_PAD.encode(secret).into_bytes(),
                // Once more around: a document that carries a document.
                general_purpose::STANDARD.encode(format!("{{\"key\":\"{standard}\"}}")).into_bytes(),
            ] {
                let shown = String::from_utf8_lossy(&spelled).into_owned();
                assert_eq!(opened(&disk, &[spelled]), ["form"], "{shown}");
            }
        }
        let text = bid.form.recovery.to_text().as_bytes().to_vec();
        assert_eq!(opened(&disk, &[text]), ["form"]);
        let body = bid.body.recovery.to_text().as_bytes().to_vec();
        assert_eq!(opened(&disk, &[body]), ["body"]);
    }

    #[test]
    fn a_signing_key_is_also_tried_in_the_form_it_would_have_for_sealing() {
        let signing = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
        let mut attacker = Attacker::default();
        attacker.take(&[source(format!("secret {}\n", hex::encode(signing.as_bytes())).into_bytes())]);
        assert!(attacker.identities.contains(signing.as_bytes()));
        assert!(attacker.identities.contains(&signing.to_scalar_bytes()));
    }
}
