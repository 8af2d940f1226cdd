//! The witness over HTTP: what it signs, what it refuses, and what it remembers through every kind of ending.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use crate::support::{
    FakeClock, LOG_KEY, NOW_MS, ORIGIN, PEER, PEER_KEY, Served, TestLog, config, log_config, open,
};
use std::fs;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::time::Duration;
use ximu_client::{ClientError, peer::Witnessed, statement::origin_hash};
use ximu_journal::failpoint::{FailPoints, Fault};
use ximu_peer::witness::{FORK, STATE};
use ximu_tlog::{
    Cosigner, Note, NoteSigner, cosignature::cosigned_times, note::parse_signature_lines,
    witness::AddCheckpoint,
};

const PATIENCE: Duration = Duration::from_secs(10);

fn ask(served: &Served, request: &AddCheckpoint) -> Result<Witnessed, ClientError> {
    served.client.add_checkpoint(request.body().as_bytes(), PATIENCE)
}

fn status(answer: &Result<Witnessed, ClientError>) -> u16 {
    match answer {
        Ok(Witnessed::Cosigned(_)) => 200,
        Ok(Witnessed::Conflict { .. }) => 409,
        Err(ClientError::Problem { problem, .. }) => problem.status,
        Err(ClientError::Unexpected { status, .. }) => *status,
        Err(other) => panic!("{other}"),
    }
}

/// Whether the answer is this witness's valid cosignature of this note at this second.
fn is_cosigned(answer: &Result<Witnessed, ClientError>, note: &Note, time_s: u64) -> bool {
    let Ok(Witnessed::Cosigned(lines)) = answer else { return false };
    let mut note = note.clone();
    for line in parse_signature_lines(lines).unwrap() {
        note.add(line).unwrap();
    }
    let witness = Cosigner::new(PEER, &PEER_KEY).unwrap();
    cosigned_times(&note, witness.verifier()) == Ok(vec![time_s])
}

fn state_path(folder: &Path) -> PathBuf {
    folder.join("witness").join(origin_hash(ORIGIN).to_string()).join("state")
}

fn health(served: &Served) -> String {
    served.client.health().unwrap()
}

#[test]
fn a_growing_log_is_cosigned_and_the_newest_checkpoint_is_given_back_after_a_restart() {
    let (folder, clock, mut log) = (tempfile::tempdir().unwrap(), FakeClock::new(), TestLog::new());
    let peer = || Served::start(open(&config(folder.path()), &clock, &FailPoints::none()).unwrap());
    let served = peer();
    assert_eq!(served.client.newest(ORIGIN), Ok(None));
    log.grow(3, "leaf");
    let first = ask(&served, &log.request(0));
    assert!(is_cosigned(&first, &log.note(), NOW_MS as u64 / 1000), "{first:?}");
    drop(served);
    let served = peer();
    assert_eq!(status(&ask(&served, &log.request(0))), 409, "it remembers size 3");
    let old = log.tree.size();
    log.grow(5, "leaf");
    clock.set(NOW_MS + 1000);
    let second = ask(&served, &log.request(old));
    assert!(is_cosigned(&second, &log.note(), NOW_MS as u64 / 1000 + 1));
    let newest = Note::parse(served.client.newest(ORIGIN).unwrap().unwrap().as_bytes()).unwrap();
    assert_eq!(newest.text(), log.note().text());
    assert_eq!(newest.signatures().len(), 2, "the log's and ours");
    assert_eq!(health(&served), r#"{"concerns":[],"name":"nantong.example","ok":true}"#);
}

#[test]
fn every_refusal_of_the_format_has_its_status() {
    let (folder, clock, mut log) = (tempfile::tempdir().unwrap(), FakeClock::new(), TestLog::new());
    let served = Served::start(open(&config(folder.path()), &clock, &FailPoints::none()).unwrap());
    log.grow(4, "leaf");
    assert_eq!(status(&ask(&served, &log.request(0))), 200);
    log.grow(4, "leaf");
    assert_eq!(ask(&served, &log.request(2)), Ok(Witnessed::Conflict { size: 4 }));
    assert_eq!(status(&ask(&served, &AddCheckpoint { old_size: 9, ..log.request(8) })), 400);
    assert_eq!(status(&ask(&served, &AddCheckpoint { proof: Vec::new(), ..log.request(4) })), 422);
    let mut foreign = TestLog { signer: NoteSigner::new(ORIGIN, &[12; 32]).unwrap(), tree: log.tree.clone() };
    assert_eq!(status(&ask(&served, &foreign.request(4))), 403);
    foreign.signer = NoteSigner::new("elsewhere.example/log", &LOG_KEY).unwrap();
    assert_eq!(status(&ask(&served, &foreign.request(4))), 404);
    let nonsense = served.client.add_checkpoint(b"old x\n", PATIENCE);
    assert_eq!(status(&nonsense), 400);
    let huge = vec![b'x'; 600 * 1024];
    assert_eq!(served.client.add_checkpoint(&huge, PATIENCE).unwrap_err().code(), "body-too-large");
    assert_eq!(status(&ask(&served, &log.request(4))), 200, "none of them changed anything");
}

#[test]
fn of_many_requests_from_one_size_exactly_one_history_is_cosigned() {
    let (folder, clock, mut log) = (tempfile::tempdir().unwrap(), FakeClock::new(), TestLog::new());
    let served = Served::start(open(&config(folder.path()), &clock, &FailPoints::none()).unwrap());
    log.grow(1, "leaf");
    assert_eq!(status(&ask(&served, &log.request(0))), 200);
    let branches: Vec<AddCheckpoint> = (0..8)
        .map(|branch| {
            let mut log = TestLog { signer: log.signer.clone(), tree: log.tree.clone() };
            log.grow(2, &format!("branch {branch}"));
            log.request(1)
        })
        .collect();
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> =
            branches.iter().map(|request| scope.spawn(|| status(&ask(&served, request)))).collect();
        asked.into_iter().map(|answer| answer.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| matches!(status, 200 | 409)), "{answers:?}");
    assert!(health(&served).contains("log-forked"), "the log signed two trees of one size");
    drop(served);
    let served = Served::start(open(&config(folder.path()), &clock, &FailPoints::none()).unwrap());
    assert!(health(&served).contains("log-forked"), "and that is not forgotten");
}

#[test]
fn a_fork_is_noticed_whatever_the_disk_does_with_its_proof() {
    for (fault, is_kept) in [(Fault::Error, false), (Fault::Full, false), (Fault::ErrorAfterPersist, true)] {
        let (folder, clock, mut log) = (tempfile::tempdir().unwrap(), FakeClock::new(), TestLog::new());
        let peer = |fail: &FailPoints| Served::start(open(&config(folder.path()), &clock, fail).unwrap());
        let served = peer(&FailPoints::once(FORK, NonZeroU64::MIN, fault));
        log.grow(1, "leaf");
        assert_eq!(status(&ask(&served, &log.request(0))), 200);
        let mut other = TestLog { signer: log.signer.clone(), tree: log.tree.clone() };
        other.grow(2, "another history");
        log.grow(2, "leaf");
        assert_eq!(status(&ask(&served, &log.request(1))), 200);
        assert_eq!(status(&ask(&served, &other.request(1))), 409, "{fault:?}");
        assert!(health(&served).contains("log-forked"), "{fault:?}: it is said at once");
        drop(served);
        let served = peer(&FailPoints::none());
        assert_eq!(health(&served).contains("log-forked"), is_kept, "{fault:?}");
        assert_eq!(status(&ask(&served, &other.request(1))), 409, "{fault:?}: and signed by no life of it");
        drop(served);
        assert!(health(&peer(&FailPoints::none())).contains("log-forked"), "{fault:?}: now it stays known");
    }
}

#[test]
fn nothing_is_signed_away_before_it_is_on_the_disk() {
    for (fault, next_size) in [(Fault::Error, 0), (Fault::Full, 0), (Fault::ErrorAfterPersist, 3)] {
        let (folder, clock, mut log) = (tempfile::tempdir().unwrap(), FakeClock::new(), TestLog::new());
        // The first pass begins the memory of the log.
        let fail = FailPoints::once(STATE, NonZeroU64::new(2).unwrap(), fault);
        let served = Served::start(open(&config(folder.path()), &clock, &fail).unwrap());
        log.grow(3, "leaf");
        let failed = ask(&served, &log.request(0));
        assert_eq!(status(&failed), 503, "{fault:?}");
        assert!(failed.unwrap_err().is_passing(), "{fault:?}");
        log.grow(1, "leaf");
        if next_size != 0 {
            assert_eq!(
                ask(&served, &log.request(0)),
                Ok(Witnessed::Conflict { size: next_size }),
                "{fault:?}"
            );
        }
        assert_eq!(status(&ask(&served, &log.request(next_size))), 200, "{fault:?}: it goes on by itself");
    }
}

#[test]
fn a_witness_that_lost_its_memory_of_a_log_signs_nothing_for_it_and_goes_on_for_others() {
    type Damage = fn(&Path);
    let damages: [(&str, Damage); 4] = [
        ("missing", |path| fs::remove_file(path).unwrap()),
        ("empty", |path| fs::write(path, b"").unwrap()),
        ("one bit", |path| {
            let mut bytes = fs::read(path).unwrap();
            bytes[20] ^= 1;
            fs::write(path, bytes).unwrap();
        }),
        ("of the beginning", |path| {
            let fresh = tempfile::tempdir().unwrap();
            open(&config(fresh.path()), &FakeClock::new(), &FailPoints::none()).unwrap();
            let other = fs::read_to_string(state_path(fresh.path())).unwrap();
            let body = other.lines().next().unwrap().replace("\"size\":0", "\"size\":1");
            fs::write(path, format!("{body}\n{}\n", ximu_basics::Hash::of(body.as_bytes()))).unwrap();
        }),
    ];
    for (name, damage) in damages {
        let (folder, clock, mut log) = (tempfile::tempdir().unwrap(), FakeClock::new(), TestLog::new());
        let mut two = config(folder.path());
        two.logs.push(log_config("suzhou.example/log", &[13; 32]));
        let served = Served::start(open(&two, &clock, &FailPoints::none()).unwrap());
        log.grow(3, "leaf");
        assert_eq!(status(&ask(&served, &log.request(0))), 200);
        drop(served);
        damage(&state_path(folder.path()));
        let served = Served::start(open(&two, &clock, &FailPoints::none()).unwrap());
        for old in [0, 3] {
            let error = ask(&served, &log.request(old)).unwrap_err();
            assert_eq!(error.code(), "witness-state-lost", "{name}: {error}");
        }
        assert!(health(&served).contains("witness-state-lost"), "{name}");
        let mut other = TestLog {
            signer: NoteSigner::new("suzhou.example/log", &[13; 32]).unwrap(),
            tree: log.tree.clone(),
        };
        other.grow(1, "leaf");
        assert_eq!(status(&ask(&served, &other.request(0))), 200, "{name}: the other log is served");
    }
}

#[test]
fn a_directory_without_its_description_or_of_another_peer_is_refused() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    drop(open(&config(folder.path()), &clock, &FailPoints::none()).unwrap());
    let mut other = config(folder.path());
    other.key = [22; 32];
    other.logs.clear();
    let error = open(&other, &clock, &FailPoints::none()).err().unwrap();
    assert_eq!(error.code(), "peer-directory-foreign", "{error}");
    fs::remove_file(folder.path().join("peer.json")).unwrap();
    let error = open(&config(folder.path()), &clock, &FailPoints::none()).err().unwrap();
    assert_eq!(error.code(), "peer-directory-incomplete", "{error}");
}

#[test]
fn files_that_are_no_state_do_not_hinder_a_first_start() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    fs::write(folder.path().join("ximu.toml"), "[peer]\n").unwrap();
    fs::create_dir(folder.path().join("keys")).unwrap();
    assert!(open(&config(folder.path()), &clock, &FailPoints::none()).is_ok());
}

#[test]
fn a_policy_that_knows_another_key_for_this_peer_is_refused_at_the_start() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    let mut wrong = config(folder.path());
    wrong.key = [22; 32];
    let error = open(&wrong, &clock, &FailPoints::none()).err().unwrap();
    assert_eq!(error.code(), "peer-config-witness", "{error}");
    assert!(!folder.path().join("peer.json").exists(), "and nothing was made");
}

#[test]
fn a_first_start_that_dies_at_any_step_can_be_repeated() {
    for (point, nth) in [(ximu_peer::directory::IDENTITY, 1), (ximu_peer::directory::IDENTITY, 2), (STATE, 1)]
    {
        for fault in [Fault::Error, Fault::ErrorAfterPersist] {
            let (folder, clock, mut log) = (tempfile::tempdir().unwrap(), FakeClock::new(), TestLog::new());
            let fail = FailPoints::once(point, NonZeroU64::new(nth).unwrap(), fault);
            assert!(open(&config(folder.path()), &clock, &fail).is_err(), "{point} {nth} {fault:?}");
            let served = Served::start(open(&config(folder.path()), &clock, &FailPoints::none()).unwrap());
            log.grow(1, "leaf");
            assert_eq!(status(&ask(&served, &log.request(0))), 200, "{point} {nth} {fault:?}");
        }
    }
}

#[test]
fn a_clock_that_went_back_stops_the_witness_until_it_is_right_again() {
    let (folder, clock, mut log) = (tempfile::tempdir().unwrap(), FakeClock::new(), TestLog::new());
    let served = Served::start(open(&config(folder.path()), &clock, &FailPoints::none()).unwrap());
    log.grow(1, "leaf");
    assert_eq!(status(&ask(&served, &log.request(0))), 200);
    log.grow(1, "leaf");
    clock.set(NOW_MS - 120_000);
    assert_eq!(ask(&served, &log.request(1)).unwrap_err().code(), "clock-regressed");
    assert!(health(&served).contains("clock-regressed"));
    clock.set(NOW_MS);
    assert_eq!(status(&ask(&served, &log.request(1))), 200);
    assert!(health(&served).contains(r#""ok":true"#), "and it says that it has passed");
}

#[test]
fn one_data_directory_has_one_peer() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    let first = open(&config(folder.path()), &clock, &FailPoints::none()).unwrap();
    let error = open(&config(folder.path()), &clock, &FailPoints::none()).err().unwrap();
    assert_eq!(error.code(), "peer-locked", "{error}");
    drop(first);
    assert!(open(&config(folder.path()), &clock, &FailPoints::none()).is_ok());
}

#[test]
fn paths_that_name_nothing_here_answer_alike() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), FakeClock::new());
    let served = Served::start(open(&config(folder.path()), &clock, &FailPoints::none()).unwrap());
    assert_eq!(served.client.newest("elsewhere.example/log"), Ok(None));
    for origin in [ORIGIN, "elsewhere.example/log"] {
        for path in ["tile/entries/000", "tile/entries/000.p/1", "tile/0/000", "tile/entries/../000", "x"] {
            assert_eq!(served.client.mirror(origin).tile(path), Ok(None), "{origin} {path}");
        }
    }
}
