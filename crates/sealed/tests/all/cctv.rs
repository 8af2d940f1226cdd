//! The age vectors of C2SP/CCTV: what opens, opens; what fails, fails at the right layer (sealed-bid 2).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

use std::{fs, path::PathBuf};
use ximu_sealed::{
    Identity, Portable,
    age::{AgeError, file},
};

/// Vectors of the X25519 profile in the folder; fewer means that some were lost.
const VECTORS: usize = 67;

struct Vector {
    name: String,
    expect: String,
    payload_sha256: Option<String>,
    identity: Option<Identity>,
    file: Vec<u8>,
}

fn vectors() -> Vec<Vector> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vectors/sealed/cctv");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_none()).collect();
    files.sort();
    files
        .iter()
        .map(|path| read(path.file_name().unwrap().to_str().unwrap(), &fs::read(path).unwrap()))
        .collect()
}

fn read(name: &str, bytes: &[u8]) -> Vector {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let value = |key: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(found, _)| *found == key).map(|(_, value)| value.to_string())
    };
    let mut file = bytes[end + 2..].to_vec();
    if let Some(method) = value("compressed") {
        assert_eq!(method, "zlib", "{name}");
        file = miniz_oxide::inflate::decompress_to_vec_zlib(&file).unwrap();
    }
    Vector {
        name: name.to_string(),
        expect: value("expect").unwrap(),
        payload_sha256: value("payload"),
        identity: value("identity").map(|text| text.parse().unwrap()),
        file,
    }
}

/// The collection's word for a refusal.
fn layer(refusal: &AgeError) -> &'static str {
    match refusal {
        AgeError::Header { .. }
        | AgeError::Stanza { .. }
        | AgeError::HeaderTooLong { .. }
        | AgeError::LowOrderShare
        | AgeError::Nonce { .. } => "header failure",
        AgeError::NoMatch { .. } => "no match",
        AgeError::Mac => "HMAC failure",
        AgeError::Chunk { .. }
        | AgeError::Truncated { .. }
        | AgeError::Trailing { .. }
        | AgeError::EmptyLastChunk { .. } => "payload failure",
        AgeError::KeyText { .. } => "not a file's failure",
    }
}

#[test]
fn every_vector_ends_as_it_says() {
    let vectors = vectors();
    assert_eq!(vectors.len(), VECTORS);
    for vector in vectors {
        let name = &vector.name;
        let identity = vector.identity.unwrap_or_else(|| Identity::from_bytes([1; 32]));
        let mut plain = Vec::new();
        let found = match file::decrypt_into::<Portable>(&vector.file, &identity, &mut plain) {
            Ok(_) => "success",
            Err(refusal) => layer(&refusal),
        };
        assert_eq!(found, vector.expect, "{name}");
        if let Some(expected) = vector.payload_sha256 {
            assert_eq!(ximu_basics::Hash::of(&plain).to_string(), expected, "{name}: what came out");
        }
    }
}
