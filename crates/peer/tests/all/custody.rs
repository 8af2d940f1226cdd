//! Custody over HTTP: a copy is durable before it is signed for, and only its centre gets it back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use crate::support::{FakeClock, LOG_KEY, ORIGIN, PEER_KEY, Served, config, log_config, open, public};
use ed25519_dalek::{Signer as _, SigningKey};
use std::io::Write as _;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;
use ximu_basics::{Hash, ProcedureId, Signature};
use ximu_client::{
    ClientError,
    peer::CustodyCopy,
    statement::{custody_request, origin_hash},
};
use ximu_journal::failpoint::{FailPoints, Fault};
use ximu_peer::custody::COPY;
use ximu_procedure::wire::{command::custody_statement, signed::verify};
use ximu_sealed::Commitment;

/// A ciphertext and everything a centre says about it.
struct Copy {
    origin: &'static str,
    key: [u8; 32],
    procedure: ProcedureId,
    commitment: Hash,
    bytes: Vec<u8>,
}

impl Copy {
    fn new(bytes: Vec<u8>) -> Copy {
        let commitment = Commitment::of(&bytes).root;
        Copy { origin: ORIGIN, key: LOG_KEY, procedure: "tender-1".parse().unwrap(), commitment, bytes }
    }

    fn signature(&self) -> Signature {
        let size = self.bytes.len() as u64;
        let message = custody_request(self.origin, &self.procedure, &self.commitment, size);
        Signature(SigningKey::from_bytes(&self.key).sign(&message).to_bytes())
    }

    fn with<T>(&self, work: impl FnOnce(CustodyCopy<'_>) -> T) -> T {
        work(CustodyCopy {
            origin: self.origin,
            procedure: &self.procedure,
            commitment: &self.commitment,
            bytes: self.bytes.len() as u64,
            signature: &self.signature(),
        })
    }

    fn put(&self, served: &Served) -> Result<Signature, ClientError> {
        self.with(|copy| served.client.keep_copy(copy, &mut self.bytes.as_slice()))
    }

    fn get(&self, served: &Served) -> Result<Vec<u8>, ClientError> {
        let mut download = self.with(|copy| served.client.copy(copy, Duration::from_secs(10)))?;
        let (mut all, mut piece) = (Vec::new(), vec![0; 10_000]);
        loop {
            match download.read(&mut piece)? {
                0 => return Ok(all),
                read => all.extend_from_slice(&piece[..read]),
            }
        }
    }

    fn is_signed(&self, signature: &Signature) -> bool {
        let size = u32::try_from(self.bytes.len()).unwrap();
        let statement = custody_statement(self.origin, self.procedure.as_str(), &self.commitment, size);
        verify(&public(&PEER_KEY), &statement, signature)
    }
}

fn large() -> Copy {
    Copy::new((0..9_000_000u32).map(|number| (number % 251) as u8).collect())
}

fn serve(folder: &tempfile::TempDir, fail: &FailPoints) -> Served {
    Served::start(open(&config(folder.path()), &FakeClock::new(), fail).unwrap())
}

#[test]
fn a_copy_is_signed_for_survives_a_restart_and_comes_back_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let served = serve(&folder, &FailPoints::none());
    for copy in [large(), Copy::new(b"small".to_vec()), Copy::new(Vec::new())] {
        let signature = copy.put(&served).unwrap();
        assert!(copy.is_signed(&signature));
        assert_eq!(copy.put(&served), Ok(signature), "the same copy again gets the same signature");
    }
    drop(served);
    let served = serve(&folder, &FailPoints::none());
    for copy in [large(), Copy::new(b"small".to_vec()), Copy::new(Vec::new())] {
        assert_eq!(copy.get(&served).unwrap(), copy.bytes);
    }
}

#[test]
fn only_the_key_of_the_log_brings_a_copy_or_gets_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let served = serve(&folder, &FailPoints::none());
    let good = Copy::new(b"ciphertext".to_vec());
    good.put(&served).unwrap();
    let mut stranger = Copy::new(good.bytes.clone());
    stranger.key = [99; 32];
    assert_eq!(stranger.put(&served).unwrap_err().code(), "copy-unsigned");
    assert_eq!(stranger.get(&served).unwrap_err().code(), "copy-unsigned");
    stranger.origin = "elsewhere.example/log";
    assert_eq!(stranger.put(&served).unwrap_err().code(), "log-unknown");
    assert_eq!(stranger.get(&served).unwrap_err().code(), "log-unknown");
    let other = Copy::new(b"never kept".to_vec());
    assert_eq!(other.get(&served).unwrap_err().code(), "copy-unknown");
}

#[test]
fn one_centre_does_not_get_the_copies_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let mut two = config(folder.path());
    two.logs.push(log_config("suzhou.example/log", &[13; 32]));
    let served = Served::start(open(&two, &FakeClock::new(), &FailPoints::none()).unwrap());
    let ours = Copy::new(b"ciphertext".to_vec());
    ours.put(&served).unwrap();
    let theirs = Copy { origin: "suzhou.example/log", key: [13; 32], ..Copy::new(ours.bytes.clone()) };
    assert_eq!(theirs.get(&served).unwrap_err().code(), "copy-unknown");
}

#[test]
fn bytes_that_are_not_those_announced_are_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let served = serve(&folder, &FailPoints::none());
    let mut copy = Copy::new(b"ciphertext".to_vec());
    copy.bytes[0] ^= 1;
    assert_eq!(copy.put(&served).unwrap_err().code(), "copy-differs");
    assert_eq!(copy.get(&served).unwrap_err().code(), "copy-unknown");
}

#[test]
fn a_body_that_breaks_off_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let served = serve(&folder, &FailPoints::none());
    let copy = large();
    let host = served.address.as_str().strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    let path = format!("/custody/{}/tender-1/{}?bytes=9000000", origin_hash(ORIGIN), copy.commitment);
    let head = format!(
        "PUT {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 9000000\r\nximu-signature: {}\r\n\r\n",
        copy.signature()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&copy.bytes[..4_000_000]).unwrap();
    drop(stream);
    assert_eq!(copy.get(&served).unwrap_err().code(), "copy-unknown");
    assert!(copy.put(&served).is_ok(), "and its room is free again");
}

#[test]
fn a_copy_larger_than_the_limit_or_the_quota_is_refused_before_its_body() {
    let folder = tempfile::tempdir().unwrap();
    let mut small = config(folder.path());
    small.custody_bytes_max = 20;
    let served = Served::start(open(&small, &FakeClock::new(), &FailPoints::none()).unwrap());
    let (first, second) = (Copy::new(vec![1; 15]), Copy::new(vec![2; 15]));
    first.put(&served).unwrap();
    let error = second.put(&served).unwrap_err();
    assert_eq!(error.code(), "quota-full");
    assert!(first.put(&served).is_ok(), "what is here takes no new room");
    drop(served);
    let served = Served::start(open(&small, &FakeClock::new(), &FailPoints::none()).unwrap());
    assert_eq!(
        second.put(&served).unwrap_err().code(),
        "quota-full",
        "the quota is counted again at a start"
    );
    let size = ximu_peer::custody::COPY_BYTES_MAX + 1;
    let message = custody_request(ORIGIN, &first.procedure, &first.commitment, size);
    let signature = Signature(SigningKey::from_bytes(&LOG_KEY).sign(&message).to_bytes());
    let huge = CustodyCopy {
        origin: ORIGIN,
        procedure: &first.procedure,
        commitment: &first.commitment,
        bytes: size,
        signature: &signature,
    };
    let error = served.client.keep_copy(huge, &mut std::io::repeat(0)).unwrap_err();
    assert_eq!(error.code(), "copy-too-large", "{error}");
}

#[test]
fn nothing_is_signed_for_when_the_step_fails() {
    for fault in [Fault::Error, Fault::Full, Fault::ErrorAfterPersist] {
        let folder = tempfile::tempdir().unwrap();
        let fail = FailPoints::once(COPY, NonZeroU64::new(1).unwrap(), fault);
        let served = serve(&folder, &fail);
        let copy = Copy::new(vec![7; 5000]);
        let error = copy.put(&served).unwrap_err();
        assert!(error.is_passing(), "{fault:?}: {error}");
        assert!(copy.is_signed(&copy.put(&served).unwrap()), "{fault:?}: and again it works");
    }
}

#[test]
fn who_asks_for_copies_and_does_not_read_them_holds_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    let peer = open(&config(folder.path()), &FakeClock::new(), &FailPoints::none()).unwrap();
    let served = Served::with_blocking_threads(2, Arc::new(peer));
    let copy = large();
    copy.put(&served).unwrap();
    let ask = || copy.with(|copy| served.client.copy(copy, Duration::from_secs(10))).unwrap();
    let unread: Vec<_> = (0..4).map(|_| ask()).collect();
    assert!(copy.get(&served).unwrap() == copy.bytes);
    drop(unread);
}
