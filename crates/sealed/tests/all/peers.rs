//! Our envelopes open with `age` and `rage`, and theirs with us (sealed-bid 13). A missing tool fails the test:
//! a check that silently does not run is none.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

use crate::common;
use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use ximu_sealed::{Identity, Portable, age::file};

/// Runs a program of the system and gives what it writes.
fn run(program: &str, args: &[&str], input: &[u8]) -> Vec<u8> {
    let child = Command::new(program).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.unwrap_or_else(|error| panic!("expected {program} to be installed: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input).unwrap());
        child.wait_with_output().unwrap()
    });
    assert!(output.status.success(), "{program} {args:?} failed");
    output.stdout
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("ximu-sealed-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn listed(archive: &[u8]) -> Vec<String> {
    let listing = run("tar", &["--quoting-style=literal", "-tf", "-"], archive);
    String::from_utf8(listing).unwrap().lines().map(str::to_string).collect()
}

#[test]
fn age_with_the_recovery_file_opens_an_envelope_and_tar_unpacks_it() {
    let folder = Folder::new("age");
    let sealed = common::form();
    let key = folder.write("form.key", sealed.recovery.to_text().as_bytes());
    let envelope = folder.write("form.age", &sealed.envelope);
    let archive = run("age", &["-d", "-i", &key, &envelope], &[]);
    let names: Vec<String> = common::files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(listed(&archive)[0], "manifest.json");
    assert_eq!(listed(&archive)[1..], names);
    let out = folder.0.join("out");
    fs::create_dir(&out).unwrap();
    run("tar", &["-xf", "-", "-C", out.to_str().unwrap()], &archive);
    for (name, contents) in common::files() {
        assert_eq!(fs::read(Path::new(&out).join(&name)).unwrap(), contents, "{name}");
    }
}

#[test]
fn rage_opens_an_envelope() {
    let sealed = common::form();
    let identity: age::x25519::Identity = sealed.recovery.opening_key.to_text().parse().unwrap();
    let decryptor = age::Decryptor::new(sealed.envelope.as_slice()).unwrap();
    let mut archive = Vec::new();
    let identities = [&identity as &dyn age::Identity];
    decryptor.decrypt(identities.into_iter()).unwrap().read_to_end(&mut archive).unwrap();
    assert_eq!(ximu_basics::Hash::of(&archive), opened_archive(&sealed));
}

fn opened_archive(sealed: &ximu_sealed::Sealed) -> ximu_basics::Hash {
    let key = ximu_sealed::OpeningKey::Identity(&sealed.recovery.opening_key);
    ximu_sealed::open(&sealed.envelope, key).unwrap().archive_sha256
}

#[test]
fn files_of_age_and_rage_open_here() {
    let identity = Identity::from_bytes([9; 32]);
    let recipient = identity.recipient().to_string();
    for length in [0, 1, 65_535, 65_536, 65_537, 200_000] {
        let plain = vec![0x61; length];
        let by_age = run("age", &["-r", &recipient], &plain);
        assert_eq!(file::decrypt::<Portable>(&by_age, &identity).unwrap(), plain, "age, {length}");
        let peer: age::x25519::Recipient = recipient.parse().unwrap();
        let by_rage = age::encrypt(&peer, &plain).unwrap();
        assert_eq!(file::decrypt::<Portable>(&by_rage, &identity).unwrap(), plain, "rage, {length}");
    }
}

#[test]
fn a_holder_opens_its_part_with_age() {
    let folder = Folder::new("part");
    let sealed = common::form();
    let (header, _) = ximu_sealed::EnvelopeHeader::parse(&sealed.envelope).unwrap();
    for (holder, identity) in (1..=4).zip(common::holders()) {
        let part = folder.write("part.age", &header.escrow().unwrap().part(holder).unwrap().file);
        let key = folder.write("holder.key", identity.to_text().as_bytes());
        let share = ximu_sealed::Share::from_bytes(&run("age", &["-d", "-i", &key, &part], &[])).unwrap();
        assert_eq!(share.index, holder);
        assert_eq!(share.context, *header.context_hash());
    }
}

#[test]
fn split_and_sha256sum_give_the_part_hashes() {
    let folder = Folder::new("split");
    let sealed = common::sealed_with("body", &[("b".into(), vec![7; 9 << 20])], None);
    let path = folder.write("body.age", &sealed.envelope);
    let printed = run("split", &["-b", "8M", "--filter=sha256sum", &path], &[]);
    let printed = String::from_utf8(printed).unwrap();
    let parts: Vec<_> = printed.lines().map(|line| line[..64].parse().unwrap()).collect();
    assert_eq!(parts.len(), 2);
    let commitment = ximu_sealed::Commitment::of_parts(&parts, sealed.envelope.len() as u64);
    assert_eq!(commitment, sealed.commitment);
}

#[test]
fn sed_and_sha256sum_give_the_context_hash() {
    let folder = Folder::new("context");
    let sealed = common::form();
    let path = folder.write("form.age", &sealed.envelope);
    let stanza = run("sed", &["-n", "4,6p", &path], &[]);
    let printed = String::from_utf8(run("sha256sum", &[], &stanza)).unwrap();
    let (header, _) = ximu_sealed::EnvelopeHeader::parse(&sealed.envelope).unwrap();
    assert_eq!(printed[..64], header.context_hash().to_string());
}
