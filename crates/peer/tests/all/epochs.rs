//! Epoch keys over HTTP: one per procedure, on the disk before it is named, the same for ever.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use crate::support::{FakeClock, ORIGIN, PEER, PEER_KEY, Served, config, open, public};
use ed25519_dalek::Signer as _;
use std::fs;
use std::num::NonZeroU64;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use ximu_basics::{ProcedureId, Signature};
use ximu_client::{
    peer::EpochRequest,
    statement::{epoch_request, origin_hash},
};
use ximu_journal::failpoint::{FailPoints, Fault};
use ximu_peer::{Peer, epochs::EPOCH};
use ximu_procedure::{
    registry::{Person, Registry, person_id},
    role::Role,
    wire::{command::epoch_statement, signed::verify},
};
use ximu_sealed::Recipient;

fn procedure(name: &str) -> ProcedureId {
    name.parse().unwrap()
}

/// The key of the tenderer that the register knows.
const TENDERER_KEY: [u8; 32] = [77; 32];

fn request(origin: &str, name: &str) -> EpochRequest {
    request_by(&TENDERER_KEY, origin, name)
}

fn request_by(key: &[u8; 32], origin: &str, name: &str) -> EpochRequest {
    let signer = ed25519_dalek::SigningKey::from_bytes(key);
    let signature = Signature(signer.sign(&epoch_request(origin, &procedure(name))).to_bytes());
    EpochRequest { origin: origin.into(), procedure: procedure(name), key: public(key), signature }
}

/// The peer, having read a register with one tenderer and one bidder.
fn known(peer: Peer) -> Peer {
    let mut registry = Registry::default();
    for (key, role) in [(&TENDERER_KEY, Role::Tenderer), (&[78; 32], Role::Bidder)] {
        let key = public(key);
        let person = Person { party: "p-1".parse().unwrap(), key, roles: [role].into() };
        registry.persons.insert(person_id(&key).unwrap(), person);
    }
    peer.epochs.note_askers(ORIGIN, &registry);
    peer
}

#[test]
fn only_tenderers_and_agents_in_the_register_have_keys_made() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    let served = Served::start(known(open(&config(folder.path()), &clock, &FailPoints::none()).unwrap()));
    let mut other = request(ORIGIN, "tender-1");
    other.procedure = procedure("tender-2");
    for refused in
        [request_by(&[78; 32], ORIGIN, "tender-1"), request_by(&[79; 32], ORIGIN, "tender-1"), other]
    {
        let error = served.client.epoch(&refused).unwrap_err();
        assert_eq!(error.code(), "epoch-asker");
        assert!(error.is_passing(), "the peer may have to read on");
    }
    assert!(!file(folder.path(), "tender-1").exists() && !file(folder.path(), "tender-2").exists());
    assert!(served.client.epoch(&request(ORIGIN, "tender-1")).is_ok());
}

fn file(folder: &std::path::Path, name: &str) -> PathBuf {
    folder.join("epochs").join(origin_hash(ORIGIN).to_string()).join(name)
}

#[test]
fn a_procedure_has_one_key_through_repetitions_and_restarts_and_another_has_another() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    let served = Served::start(known(open(&config(folder.path()), &clock, &FailPoints::none()).unwrap()));
    let first = served.client.epoch(&request(ORIGIN, "tender-1")).unwrap();
    assert_eq!(first.holder, PEER);
    assert!(first.recipient.parse::<Recipient>().is_ok());
    let statement = epoch_statement(ORIGIN, "tender-1", &first.recipient);
    assert!(verify(&public(&PEER_KEY), &statement, &first.statement));
    let second = served.client.epoch(&request(ORIGIN, "tender-2")).unwrap();
    assert_ne!(first.recipient, second.recipient);
    drop(served);
    let served = Served::start(known(open(&config(folder.path()), &clock, &FailPoints::none()).unwrap()));
    assert_eq!(served.client.epoch(&request(ORIGIN, "tender-1")), Ok(first));
    let mode = fs::metadata(file(folder.path(), "tender-1")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_secret_of_a_named_key_is_on_the_disk() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    let peer = open(&config(folder.path()), &clock, &FailPoints::none()).unwrap();
    let named = peer.epochs.give(ORIGIN, &procedure("tender-1")).unwrap();
    drop(peer);
    let peer = open(&config(folder.path()), &clock, &FailPoints::none()).unwrap();
    let secret = peer.epochs.identity(ORIGIN, &procedure("tender-1")).unwrap().unwrap();
    assert_eq!(secret.recipient().to_string(), named.recipient);
    assert!(peer.epochs.identity(ORIGIN, &procedure("tender-2")).unwrap().is_none());
}

#[test]
fn a_key_that_could_not_be_kept_is_not_named() {
    for fault in [Fault::Error, Fault::Full, Fault::ErrorAfterPersist] {
        let (folder, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
        let fail = FailPoints::once(EPOCH, NonZeroU64::new(1).unwrap(), fault);
        let served = Served::start(known(open(&config(folder.path()), &clock, &fail).unwrap()));
        let error = served.client.epoch(&request(ORIGIN, "tender-1")).unwrap_err();
        assert!(error.is_passing(), "{fault:?}: {error}");
        let named = served.client.epoch(&request(ORIGIN, "tender-1")).unwrap();
        assert_eq!(served.client.epoch(&request(ORIGIN, "tender-1")), Ok(named), "{fault:?}");
    }
}

#[test]
fn a_damaged_key_is_an_error_and_never_replaced_by_a_new_one() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    let served = Served::start(known(open(&config(folder.path()), &clock, &FailPoints::none()).unwrap()));
    served.client.epoch(&request(ORIGIN, "tender-1")).unwrap();
    let path = file(folder.path(), "tender-1");
    let mut bytes = fs::read(&path).unwrap();
    bytes[30] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let error = served.client.epoch(&request(ORIGIN, "tender-1")).unwrap_err();
    assert_eq!(error.code(), "peer-disk-damaged", "{error}");
    assert!(!error.to_string().contains("AGE-SECRET"), "and the answer does not show it");
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

#[test]
fn an_unknown_log_and_a_malformed_request_get_no_key() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    let served = Served::start(known(open(&config(folder.path()), &clock, &FailPoints::none()).unwrap()));
    let error = served.client.epoch(&request("elsewhere.example/log", "tender-1")).unwrap_err();
    assert_eq!(error.code(), "log-unknown");
    let http = ximu_client::Http::new(
        served.address.clone(),
        &ximu_client::Trust::Public,
        ximu_client::Timeouts::default(),
    );
    let http = http.unwrap();
    for bad in
        ["", "{}", "{\"origin\":\"a\",\"procedure\":\"../x\"}", "{ \"origin\":\"a\",\"procedure\":\"x\"}"]
    {
        let error = http.post("/epochs", "application/json", bad.as_bytes(), 4096).unwrap_err();
        assert_eq!(error.code(), "epoch-request", "{bad}");
    }
}
