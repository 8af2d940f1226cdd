//! Killing any process at any time loses no word that was given (reliability: kill at each step).
//!
//! A whole rehearsal is played by the real executable. Its processes end at every fail point, or are killed at seeded
//! random moments, and are started again. An oracle outside them has watched the bidders' and officers' disks: every
//! acknowledgement and receipt that ever stood there must be borne out by the final bundle, and the bundle must verify. What is not
//! promised is the outcome: a deadline that passed while the host was away stays passed.
//!
//! `cargo xtask kills` plays all 50 random kills and prints them; `XIMU_KILL_SEED` plays one of them alone.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests: a broken world must stop the test at once, and seeds are printed"
)]

mod support;

use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use support::{
    dice::Dice,
    processes::Victim,
    rehearsal::{Ended, Kill, play},
};

/// Rehearsals at one time: they mostly wait for the calendar.
const LANES: usize = 3;

/// Random kills when nothing else is asked for.
const KILLS: u64 = 8;

/// How long an undisturbed rehearsal takes, less a second: a later kill would find nobody.
const COURSE_MS: u64 = 20_000;

/// The rehearsals that end processes at their steps. Each process meets its fail points one after the other, the next
/// one in its next life; the counts are chosen so that a step is met while there is something to lose.
const ORDERS: [&[(&str, &str)]; 4] = [
    &[
        ("host", "append:3"),
        ("host", "append-persisted:3"),
        ("host", "upload:2"),
        ("host", "answer:2"),
        ("host", "publish:3"),
        ("peer-1", "peer-identity:1"),
        ("peer-1", "custody-copy:2"),
        ("peer-1", "peer-window-shut:1"),
        ("peer-2", "witness-state:4"),
        ("peer-2", "holder-release:1"),
        ("peer-3", "peer-epoch:1"),
        ("peer-3", "mirror-archive:1"),
        ("peer-4", "mirror-bundle:3"),
        ("peer-4", "holder-sent:1"),
    ],
    &[
        ("host", "accept:2"),
        ("host", "accept-persisted:2"),
        ("host", "upload-persisted:2"),
        ("host", "answer-persisted:2"),
        ("host", "publish-persisted:3"),
        ("peer-1", "peer-identity-persisted:1"),
        ("peer-1", "custody-copy-persisted:2"),
        ("peer-1", "peer-window-shut-persisted:1"),
        ("peer-2", "witness-state-persisted:4"),
        ("peer-2", "holder-release-persisted:1"),
        ("peer-3", "peer-epoch-persisted:1"),
        ("peer-3", "mirror-archive-persisted:1"),
        ("peer-4", "mirror-bundle-persisted:3"),
        ("peer-4", "holder-sent-persisted:1"),
    ],
    &[
        ("host", "tile-write:4"),
        ("host", "custody:3"),
        ("host", "checkpoint-swap:3"),
        ("peer-1", "mirror-head:3"),
        ("peer-2", "mirror-head-persisted:3"),
    ],
    &[
        ("host", "tile-write-persisted:4"),
        ("host", "custody-persisted:3"),
        ("host", "checkpoint-swap-persisted:3"),
    ],
];

#[test]
fn no_word_is_lost_when_processes_end_at_their_fail_points() {
    let ended = lanes(ORDERS.len(), |number| play(&format!("steps-{number}"), None, ORDERS[number]));
    let mut missed = Vec::new();
    for (orders, ended) in ORDERS.iter().zip(&ended) {
        for (who, point) in *orders {
            let came = |(name, at): &(String, String)| name.starts_with(who) && at == point;
            if !ended.reached.iter().any(came) {
                missed.push(format!("{who}={point}"));
            }
        }
    }
    report("fail points", &ended);
    assert!(missed.is_empty(), "not met: {}", missed.join(", "));
}

#[test]
fn every_fail_point_is_met_before_and_after_its_step() {
    // Honest hosts do not fork their log; `peer/tests/all/witness.rs` meets this one with a host that does:
    // `a_fork_is_noticed_whatever_the_disk_does_with_its_proof`.
    // Its bidders reach the host and hand nothing to a holder: `peer/tests/all/relays.rs` ends one at this step.
    let unmet = [ximu_peer::witness::FORK, ximu_peer::relays::HANDED];
    let ordered: BTreeSet<String> =
        ORDERS.iter().flat_map(|orders| orders.iter()).map(|(_, point)| name(point)).collect();
    let points = ximu_journal::failpoint::POINTS.iter().chain(&ximu_office::failpoint::POINTS);
    let points = points.chain(&ximu_peer::FAIL_POINTS).filter(|point| !unmet.contains(*point));
    let wanted: BTreeSet<String> =
        points.flat_map(|point| [(*point).to_owned(), format!("{point}-persisted")]).collect();
    assert_eq!(ordered, wanted);
}

#[test]
fn no_word_is_lost_when_processes_are_killed_at_random_times() {
    let seeds = seeds();
    let ended = lanes(seeds.len(), |number| {
        let seed = seeds[number];
        let kill = kill(seed);
        let ended = play(&format!("seed-{seed}"), Some(kill), &[]);
        let (promised, receipted) = (ended.words.acknowledged(), ended.words.receipted());
        println!(
            "seed {seed:>2}: {} killed after {} ms; {promised} acknowledgements and {receipted} receipts hold",
            kill.victim,
            kill.after.as_millis(),
        );
        ended
    });
    report("random kills", &ended);
    // The control: the words of one rehearsal, signed by the same keys, are missed in another's record.
    if let [first, second, ..] = ended.as_slice() {
        let lost = second.record.lost(&first.words).len();
        assert_eq!(lost, first.words.acknowledged() + first.words.receipted());
    }
}

#[test]
fn no_word_is_lost_when_everything_is_away_while_a_time_limit_passes() {
    // After how many seconds and for how many more: over the deadline at 15 and its grace; over the end of the window
    // at 18; over the end of the publication at 21.
    let absences = [(11, 12), (16, 6), (19, 6)];
    let ended = lanes(absences.len(), |number| {
        let (after, away) = absences[number];
        let (after, away) = (Duration::from_secs(after), Duration::from_secs(away));
        play(&format!("away-{number}"), Some(Kill { after, victim: Victim::Everything, away }), &[])
    });
    report("absences", &ended);
}

/// Seeds from 1, as many as the environment asks for; or the one it names.
#[expect(clippy::disallowed_methods, reason = "`cargo test` passes no arguments to one test")]
fn seeds() -> Vec<u64> {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    match number("XIMU_KILL_SEED") {
        Some(seed) => vec![seed],
        None => (1..=number("XIMU_KILLS").unwrap_or(KILLS)).collect(),
    }
}

/// Victims take turns, so that any number of kills in a row hits all; the moment is random.
fn kill(seed: u64) -> Kill {
    let victim = match seed % 7 {
        1 => Victim::Driver,
        2 => Victim::Host,
        3 => Victim::Everything,
        0 => Victim::Peer(4),
        other => Victim::Peer(usize::try_from(other).unwrap() - 3),
    };
    let after = Duration::from_millis(Dice::new(seed).below(COURSE_MS));
    Kill { after, victim, away: Duration::ZERO }
}

fn name(point: &str) -> String {
    point.split_once(':').unwrap().0.to_owned()
}

fn report(what: &str, ended: &[Ended]) {
    let sum = |count: fn(&Ended) -> usize| ended.iter().map(count).sum::<usize>();
    let (acknowledged, receipted) = (sum(|one| one.words.acknowledged()), sum(|one| one.words.receipted()));
    let (steps, starts) = (sum(|one| one.reached.len()), ended.iter().map(|one| one.starts).sum::<u32>());
    println!(
        "{what}: {} rehearsals, {starts} starts of a driver, {steps} ends at a step; {acknowledged} acknowledgements \
         and {receipted} receipts given, none lost",
        ended.len(),
    );
    // An oracle that saw nothing would prove nothing.
    assert!(ended.iter().all(|one| one.words.acknowledged() >= 3), "{what}: too few acknowledgements");
    assert!(receipted >= ended.len(), "{what}: too few receipts");
}

/// Does the work of each number, a few at a time; the answers in order. All are done before any failure is told.
fn lanes(count: usize, work: impl Fn(usize) -> Ended + Sync) -> Vec<Ended> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, std::thread::Result<Ended>)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                while let number = next.fetch_add(1, Ordering::SeqCst)
                    && number < count
                {
                    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(number)));
                    done.lock().unwrap().push((number, ended));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(number, _)| *number);
    let failed = done.iter().filter(|(_, ended)| ended.is_err()).count();
    assert_eq!(failed, 0, "{failed} of {count} rehearsals failed; their reasons stand above");
    done.into_iter().map(|(_, ended)| ended.unwrap_or_else(|_| unreachable!())).collect()
}
