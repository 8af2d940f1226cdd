//! The mask: the listed fields of fixed length that are pseudorandom before CLOSE, and what stands in their place.
//!
//! | field | why it differs | what stands for it |
//! |---|---|---|
//! | root of a beat (log 10) | pseudorandom: it commits to what is hidden | a digest of "beat" and the leaf's index |
//! | hash of leaves `a..b` when a beat is among them: leaf hash, tile hash, proof hash, checkpoint root | follows from the beat | a digest of `a` and `b` |
//! | signature of a note over such a root | follows from the root | zeros; name, key id and time stay |
//! | checksum in the last line of a peer's file | follows from the file | one word, when it fits |
//! | in a bundle: SHA-256 of a file with such fields, CRC-32, the manifest's signature | follows from the files | a digest of the path |
//!
//! In the receipt of the bidder that is in two worlds also its place in the beat: slot, salts and the hashes beside it
//! (`script`). Nothing else is masked. A field keeps its length and says which one it is, so a root in another place, one more of
//! them, or one that repeats where the other world's does not, is a difference. A hash over public entries alone is
//! compared as it is.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ximu_basics::{Hash, hex};
use ximu_procedure::wire::Leaf;
use ximu_tlog::merkle::{leaf_hash, node_hash};

/// Bytes by which a masked value is first looked up.
const PREFIX_BYTES: usize = 8;

/// An em dash and a space: how the line of a signature begins (c2sp.org/signed-note).
const SIGNATURE_LINE: &[u8] = "\u{2014} ".as_bytes();

/// Bytes of an Ed25519 signature.
const SIGNATURE_BYTES: usize = 64;

/// The masked values of one world, and what stands for each.
#[derive(Default)]
pub struct Mask {
    /// By the first bytes.
    spellings: BTreeMap<[u8; PREFIX_BYTES], Vec<Spelling>>,
    begins: Begins,
}

/// One spelling of a masked value.
struct Spelling {
    value: Vec<u8>,
    instead: Vec<u8>,
}

impl Mask {
    /// The mask of a log with these leaves.
    pub fn of(leaves: &[Vec<u8>]) -> Mask {
        let mut mask = Mask::default();
        let mut beats = Vec::new();
        for (index, bytes) in leaves.iter().enumerate() {
            if let Leaf::Beat(beat) = Leaf::from_bytes(bytes).unwrap() {
                beats.push(index);
                mask.add(&beat.root, &format!("beat {index}"));
            }
        }
        let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let mut nodes = Nodes { hashes: &hashes, known: BTreeMap::new() };
        for size in 1..=hashes.len() {
            nodes.hash(0, size);
        }
        for ((from, to), hash) in nodes.known {
            if beats.iter().any(|beat| (from..to).contains(beat)) {
                mask.add(&hash, &format!("node {from} {to}"));
            }
        }
        mask
    }

    /// Masks a value in its three spellings: raw, hexadecimal, base64.
    pub fn add(&mut self, value: &Hash, is: &str) {
        let instead = Hash::of_parts("ximu-worlds/1", &[is.as_bytes()]);
        self.spell(&value.0, &instead.0);
        self.spell(hex::encode(&value.0).as_bytes(), hex::encode(&instead.0).as_bytes());
        self.spell(STANDARD.encode(value.0).as_bytes(), STANDARD.encode(instead.0).as_bytes());
    }

    fn spell(&mut self, value: &[u8], instead: &[u8]) {
        assert_eq!(value.len(), instead.len());
        let prefix = value[..PREFIX_BYTES].try_into().unwrap();
        self.begins.add(value);
        let same = self.spellings.entry(prefix).or_default();
        if !same.iter().any(|known| known.value == value) {
            same.push(Spelling { value: value.to_vec(), instead: instead.to_vec() });
        }
    }

    /// The bytes with every masked field replaced.
    pub fn apply(&self, bytes: &[u8]) -> Vec<u8> {
        let mut out = checksum(bytes);
        let mut at = 0;
        while let Some(next) = self.begins.next(&out, at) {
            at = next + self.replace_at(&mut out, next).unwrap_or(1);
        }
        signatures(&mut out);
        out
    }

    /// Replaces the masked value that begins here; how many bytes it has.
    fn replace_at(&self, out: &mut [u8], at: usize) -> Option<usize> {
        let prefix: [u8; PREFIX_BYTES] = out.get(at..at + PREFIX_BYTES)?.try_into().ok()?;
        let known = self.spellings.get(&prefix)?;
        let Spelling { value, instead } =
            known.iter().find(|spelling| out[at..].starts_with(&spelling.value))?;
        out[at..at + value.len()].copy_from_slice(instead);
        Some(value.len())
    }
}

/// The hashes of all ranges of leaves that proofs and checkpoints can name (RFC 6962 2.1).
struct Nodes<'a> {
    hashes: &'a [Hash],
    known: BTreeMap<(usize, usize), Hash>,
}

impl Nodes<'_> {
    fn hash(&mut self, from: usize, to: usize) -> Hash {
        if let Some(hash) = self.known.get(&(from, to)) {
            return *hash;
        }
        let hash = match to - from {
            1 => self.hashes[from],
            count => {
                let left = from + count.next_power_of_two() / 2;
                let (left, right) = (self.hash(from, left), self.hash(left, to));
                node_hash(&left, &right)
            }
        };
        self.known.insert((from, to), hash);
        hash
    }
}

/// A peer's file ends in the checksum of what stands before it; one that does not fit stays, and is compared.
fn checksum(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: usize = 64;
    const FITS: &str = "the checksum fits; it is as long as one, which has 64 digits in all";
    let Some(length) = bytes.len().checked_sub(DIGITS + 2) else { return bytes.to_vec() };
    let (text, end) = bytes.split_at(length);
    if end == format!("\n{}\n", Hash::of(text)).as_bytes() {
        return [text, b"\n", &FITS.as_bytes()[..DIGITS], b"\n"].concat();
    }
    bytes.to_vec()
}

/// Signature lines keep name, key id and time; the 64 bytes of the signature become zeros.
fn signatures(out: &mut [u8]) {
    let mut at = 0;
    let mut begins = Begins::default();
    begins.add(SIGNATURE_LINE);
    while let Some(found) = begins.next(out, at) {
        at = found + 1;
        if !out[found..].starts_with(SIGNATURE_LINE) {
            continue;
        }
        at = found + SIGNATURE_LINE.len();
        let Some(space) = out[at..].iter().take(256).position(|byte| *byte == b' ') else { continue };
        let from = at + space + 1;
        let is_base64 = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
        let to = from + out[from..].iter().take_while(is_base64).count();
        let Ok(mut signature) = STANDARD.decode(&out[from..to]) else { continue };
        // A key id of four bytes, and in a cosignature a time of eight.
        let Some(start) =
            signature.len().checked_sub(SIGNATURE_BYTES).filter(|start| [4, 12].contains(start))
        else {
            continue;
        };
        signature[start..].fill(0);
        out[from..to].copy_from_slice(STANDARD.encode(signature).as_bytes());
        at = to;
    }
}

/// The pairs of bytes with which something wanted begins: most bytes are passed over at once.
struct Begins(Vec<bool>);

impl Default for Begins {
    fn default() -> Begins {
        Begins(vec![false; 1 << 16])
    }
}

impl Begins {
    fn add(&mut self, wanted: &[u8]) {
        self.0[usize::from(wanted[0]) << 8 | usize::from(wanted[1])] = true;
    }

    /// The next place, from `from` on, where something may begin.
    fn next(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let mut at = from;
        while at + 1 < bytes.len() {
            if self.0[usize::from(bytes[at]) << 8 | usize::from(bytes[at + 1])] {
                return Some(at);
            }
            at += 1;
        }
        None
    }
}

/// Finds any of many secrets.
pub struct Finder<'a> {
    /// By the first bytes: name and secret.
    secrets: BTreeMap<&'a [u8], Vec<(&'a str, &'a [u8])>>,
    begins: Begins,
}

impl<'a> Finder<'a> {
    /// Of these, each with its name.
    pub fn new(secrets: impl Iterator<Item = (&'a str, &'a [u8])>) -> Finder<'a> {
        let mut finder = Finder { secrets: BTreeMap::new(), begins: Begins::default() };
        for (name, secret) in secrets {
            finder.begins.add(secret);
            finder.secrets.entry(&secret[..PREFIX_BYTES]).or_default().push((name, secret));
        }
        finder
    }

    /// The name of the first that stands in these bytes.
    pub fn find(&self, bytes: &[u8]) -> Option<&'a str> {
        let mut from = 0;
        while let Some(at) = self.begins.next(bytes, from) {
            let same = bytes.get(at..at + PREFIX_BYTES).and_then(|prefix| self.secrets.get(prefix));
            let found = same.into_iter().flatten().find(|(_, secret)| bytes[at..].starts_with(secret));
            if let Some((name, _)) = found {
                return Some(name);
            }
            from = at + 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        let mut mask = Mask::default();
        mask.add(&Hash::of(b"root"), "beat 7");
        String::from_utf8(mask.apply(text.as_bytes())).unwrap()
    }

    #[test]
    fn a_secret_is_found_wherever_it_stands() {
        let secret = Hash::of(b"secret").to_string();
        let finder = Finder::new([("it", secret.as_bytes())].into_iter());
        for text in [secret.clone(), format!("a {secret}"), format!("{}{secret}\n", secret.split_at(20).0)] {
            assert_eq!(finder.find(text.as_bytes()), Some("it"));
        }
        assert_eq!(finder.find(&secret.as_bytes()[..63]), None);
    }

    #[test]
    fn a_root_is_masked_in_each_spelling_and_keeps_its_length() {
        let root = Hash::of(b"root");
        for text in [root.to_string(), STANDARD.encode(root.0), format!("\"root\":\"{root}\"}}{root}")] {
            let masked = masked(&text);
            assert_eq!(masked.len(), text.len());
            assert_ne!(masked, text);
        }
        assert_eq!(masked(&Hash::of(b"other").to_string()), Hash::of(b"other").to_string());
    }

    #[test]
    fn what_stands_around_a_root_is_compared() {
        let root = Hash::of(b"root");
        assert_ne!(masked(&format!("{root} 1")), masked(&format!("{root} 9")));
        assert_ne!(masked(&format!("{root}{root}")), masked(&format!("{root}{}", Hash::of(b"x"))));
    }

    #[test]
    fn a_signature_line_keeps_everything_but_the_signature() {
        let line = |id: u8, time: u8, signature: u8| {
            let bytes = [vec![id; 4], vec![time; 8], vec![signature; 64]].concat();
            format!("x\n\u{2014} a.example {}\n", STANDARD.encode(bytes))
        };
        assert_eq!(masked(&line(1, 2, 3)), masked(&line(1, 2, 4)));
        assert_ne!(masked(&line(1, 2, 3)), masked(&line(5, 2, 3)));
        assert_ne!(masked(&line(1, 2, 3)), masked(&line(1, 5, 3)));
        assert_ne!(masked(&line(1, 2, 3)), masked(&line(1, 2, 3).replace("a.example", "b.example")));
    }

    #[test]
    fn a_checksum_is_masked_only_where_it_fits() {
        let file = |text: &str, of: &str| format!("{text}\n{}\n", Hash::of(of.as_bytes()));
        assert!(masked(&file("size 7", "size 7")).starts_with("size 7\nthe checksum fits"));
        assert_eq!(masked(&file("size 7", "size 8")), file("size 7", "size 8"));
    }

    #[test]
    fn a_hash_is_masked_only_when_a_beat_is_under_it() {
        let hashes = [Hash::of(b"0"), Hash::of(b"1"), Hash::of(b"2")];
        let mut nodes = Nodes { hashes: &hashes, known: BTreeMap::new() };
        let root = nodes.hash(0, 3);
        assert_eq!(root, ximu_tlog::merkle::root_of(&hashes));
        assert_eq!(nodes.known.len(), 5);
    }
}
