//! Epoch keys over HTTP: one per procedure, on the disk before it is named, the same for ever.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use crate::support::{FakeClock, ORIGIN, PEER, PEER_KEY, Served, config, open, public};
use ed25519_dalek::Signer as _;
use std::fs;
use std::num::NonZeroU64;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use ximu_basics::{ProcedureId, Signature};
use ximu_client::{
    peer::EpochRequest,
    statement::{epoch_request, origin_hash},
};
use ximu_journal::failpoint::{FailPoints, Fault};
use ximu_peer::{
    Peer,
    epochs::{EPOCH, UNPUBLISHED_MAX},
};
use ximu_procedure::{
    World,
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

/// The key of another person of its party.
const AGENT_KEY: [u8; 32] = [81; 32];

/// The key of a tenderer of another party.
const OTHER_KEY: [u8; 32] = [80; 32];

fn request(origin: &str, name: &str) -> EpochRequest {
    request_by(&TENDERER_KEY, origin, name)
}

fn request_by(key: &[u8; 32], origin: &str, name: &str) -> EpochRequest {
    let signer = ed25519_dalek::SigningKey::from_bytes(key);
    let signature = Signature(signer.sign(&epoch_request(origin, &procedure(name))).to_bytes());
    EpochRequest { origin: origin.into(), procedure: procedure(name), key: public(key), signature }
}

/// A register with a tenderer and its agent, a bidder, and another tenderer.
fn world() -> World {
    let mut registry = Registry::default();
    for (key, party, role) in [
        (&TENDERER_KEY, "p-1", Role::Tenderer),
        (&AGENT_KEY, "p-1", Role::Agent),
        (&[78; 32], "p-1", Role::Bidder),
        (&OTHER_KEY, "p-2", Role::Tenderer),
    ] {
        let key = public(key);
        let person = Person { party: party.parse().unwrap(), key, roles: [role].into() };
        registry.persons.insert(person_id(&key).unwrap(), person);
    }
    World { registry: Arc::new(registry), ..World::new(ORIGIN) }
}

/// The peer, having read that register.
fn known(peer: Peer) -> Peer {
    peer.epochs.note(ORIGIN, &world());
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

#[test]
fn no_party_uses_up_the_keys_of_a_log_with_procedures_that_nobody_publishes() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    let start = || known(open(&config(folder.path()), &clock, &FailPoints::none()).unwrap());
    let ask = |peer: &Peer, key: &[u8; 32], name: &str| {
        peer.epochs.answer(&request_by(key, ORIGIN, name)).map_err(|trouble| trouble.code)
    };
    let peer = start();
    let mut first = None;
    for number in 0..UNPUBLISHED_MAX {
        // Whoever asks again for the same costs nothing.
        for key in [&TENDERER_KEY, &AGENT_KEY, &OTHER_KEY] {
            let answer = ask(&peer, key, &format!("made-up-{number}")).unwrap();
            first.get_or_insert(answer);
        }
    }
    assert_eq!(ask(&peer, &TENDERER_KEY, "one-more").unwrap_err(), "epochs-unpublished");
    assert_eq!(ask(&peer, &AGENT_KEY, "one-more").unwrap_err(), "epochs-unpublished", "the same party");
    assert!(!file(folder.path(), "one-more").exists());
    assert!(ask(&peer, &OTHER_KEY, "a-real-tender").is_ok(), "others go on");
    assert_eq!(Some(ask(&peer, &TENDERER_KEY, "made-up-0").unwrap()), first, "what was promised stays");
    drop(peer);
    let peer = start();
    assert_eq!(ask(&peer, &TENDERER_KEY, "one-more").unwrap_err(), "epochs-unpublished", "after a restart");
    // One of them is published: there is room for one more, and no further.
    let mut centre = ximu_sim::Centre::new();
    centre.publish(|_| {});
    let mut world = world();
    world.tenders.insert(procedure("made-up-3"), Arc::new(centre.tender().clone()));
    peer.epochs.note(ORIGIN, &world);
    assert!(ask(&peer, &TENDERER_KEY, "one-more").is_ok());
    assert_eq!(ask(&peer, &AGENT_KEY, "two-more").unwrap_err(), "epochs-unpublished");
}

#[test]
fn a_key_that_was_kept_before_its_asker_was_noted_is_still_the_key() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    let peer = known(open(&config(folder.path()), &clock, &FailPoints::none()).unwrap());
    let named = peer.epochs.give(ORIGIN, &procedure("tender-1")).unwrap();
    let text = String::from_utf8_lossy(&fs::read(file(folder.path(), "tender-1")).unwrap()).into_owned();
    assert!(!text.contains("party"), "as it was written then");
    assert_eq!(peer.epochs.answer(&request(ORIGIN, "tender-1")), Ok(named));
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
