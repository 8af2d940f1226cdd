//! A holder and the documents: it gives them to the seats of a constituted committee, once, and only under its conditions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use crate::support;
use crate::support::host::{Host, OURS, Wire, step};
use std::num::NonZeroU64;
use std::sync::Arc;
use ximu_basics::Instant;
use ximu_journal::failpoint::{FailPoints, Fault};
use ximu_peer::{
    Follower, Peer,
    conditions_of_papers::{PAPERS_CONDITIONS, PapersStanding, check_papers},
    directory::mark_restored,
    follow::Step,
    health::Part,
    holder::{PAPERS, SENT},
};
use ximu_procedure::{
    Committee, PanelState, Tender,
    evaluation::papers::Opened,
    rules::Phase,
    wire::{Command, command::RecusalGround, evaluation::Conflict},
};
use ximu_sealed::Identity;
use ximu_sim::{Sitting, centre::TENDER, committee::OFFICER, keys::seed};

const PRICES: [&str; 3] = ["9300000.00", "9590000.00", "9712000.00"];

/// Ours, from 1.
const INDEX: u8 = OURS as u8 + 1;

/// A committee whose members read, not constituted yet; nobody but ours holds.
fn sitting() -> Sitting {
    let mut sitting = Sitting::with(&PRICES, |rules| {
        for phase in &mut rules.phases {
            if let Phase::Score(score) = phase {
                score.papers = true;
            }
        }
    });
    sitting.centre.holding = [false; 4];
    sitting
}

fn constituted() -> (Host, Vec<Identity>) {
    let mut sitting = sitting();
    sitting.constitute();
    let places = 0..sitting.centre.tender().committee().len();
    let identity = |place| Identity::from_bytes(seed("seat", &sitting.label(place)));
    let seats = places.map(identity).collect();
    (host(sitting), seats)
}

fn host(mut sitting: Sitting) -> Host {
    // A second after the window by everybody's clock.
    sitting.centre.advance_ms(1_000);
    sitting.centre.checkpoint();
    Host::new(sitting.centre)
}

fn start(host: &Host, folder: &std::path::Path, fail: &FailPoints) -> (Arc<Peer>, Follower<Wire>) {
    let peer = host.peer(folder, fail);
    let follower = host.follower(&peer);
    (peer, follower)
}

fn given(host: &Host) -> usize {
    let is = |signed: &&ximu_procedure::wire::SignedCommand| {
        matches!(signed.open().unwrap().command, Command::GivePapers { .. })
    };
    host.given.borrow().iter().filter(is).count()
}

fn concern(peer: &Peer) -> Option<String> {
    let concerns = peer.health.concerns().into_iter();
    concerns.filter(|concern| concern.part == Part::Holder).map(|concern| concern.code).next()
}

#[test]
fn a_holder_gives_every_seat_a_share_of_every_body_once() {
    let (host, seats) = constituted();
    let folder = tempfile::tempdir().unwrap();
    let (peer, mut follower) = start(&host, folder.path(), &FailPoints::none());
    assert_eq!(step(&mut follower), Step::Forward);
    assert_eq!(given(&host), 1);
    for _ in 0..2 {
        host.centre.borrow_mut().checkpoint();
        step(&mut follower);
    }
    drop((peer, follower));
    let (peer, mut follower) = start(&host, folder.path(), &FailPoints::none());
    step(&mut follower);
    assert_eq!(given(&host), 1);
    assert!(peer.health.concerns().is_empty(), "{:?}", peer.health.concerns());
    let centre = host.centre.borrow();
    let evaluated = centre.tender().evaluated();
    assert_eq!(evaluated.len(), PRICES.len());
    for seat in seats {
        let opened = Opened::read(centre.committee(), &seat);
        for bidder in &evaluated {
            let found = opened.find(bidder, &centre.body_header(bidder));
            assert!(matches!(found.said[&INDEX], ximu_procedure::evaluation::papers::Said::Share(_)));
        }
    }
}

#[test]
fn killed_at_any_step_one_file_stands_in_the_log() {
    for point in [PAPERS, SENT] {
        for fault in [Fault::Error, Fault::Full, Fault::ErrorAfterPersist] {
            let (host, _) = constituted();
            let folder = tempfile::tempdir().unwrap();
            let fail = FailPoints::once(point, NonZeroU64::new(1).unwrap(), fault);
            let (peer, mut follower) = start(&host, folder.path(), &fail);
            step(&mut follower);
            drop((peer, follower));
            host.centre.borrow_mut().checkpoint();
            let (peer, mut follower) = start(&host, folder.path(), &FailPoints::none());
            step(&mut follower);
            let commands: Vec<_> = host.given.borrow().iter().map(|signed| signed.id()).collect();
            assert!(commands.iter().all(|id| *id == commands[0]), "{point} {fault:?}");
            assert_eq!(host.centre.borrow().panel.papers.len(), 1, "{point} {fault:?}");
            drop((peer, follower));
        }
    }
}

#[test]
fn nothing_is_given_before_the_committee_is_constituted_nor_to_a_conflict() {
    let mut sitting = sitting();
    for place in 0..sitting.centre.tender().committee().len() {
        sitting.sit(place);
    }
    let host = host(sitting);
    let folder = tempfile::tempdir().unwrap();
    let (peer, mut follower) = start(&host, folder.path(), &FailPoints::none());
    step(&mut follower);
    assert_eq!(given(&host), 0);
    assert_eq!(concern(&peer), None, "it is no trouble that people take their time");
}

#[test]
fn a_header_that_is_withheld_or_another_stops_all_of_it() {
    for other in [false, true] {
        let (host, _) = constituted();
        let folder = tempfile::tempdir().unwrap();
        let (peer, mut follower) = start(&host, folder.path(), &FailPoints::none());
        if other {
            host.lies.borrow_mut().other_bodies = true;
        } else {
            host.lies.borrow_mut().no_bodies = true;
        }
        // The bodies are read in a thread of their own.
        assert!((0..100).any(|_| step(&mut follower) == Step::Halted));
        // Nothing is given, and the peer's health, which anybody reads, does not tell of the committee.
        assert_eq!((given(&host), concern(&peer)), (0, None));
        *host.lies.borrow_mut() = support::host::Lies::default();
        host.centre.borrow_mut().checkpoint();
        step(&mut follower);
        assert_eq!((given(&host), concern(&peer)), (1, None));
    }
}

#[test]
fn a_restored_folder_gives_the_documents_for_there_is_nothing_to_choose_in_them() {
    let (host, _) = constituted();
    let folder = tempfile::tempdir().unwrap();
    drop(start(&host, folder.path(), &FailPoints::none()));
    mark_restored(folder.path(), Instant::from_unix_ms(i64::MAX)).unwrap();
    let (_peer, mut follower) = start(&host, folder.path(), &FailPoints::none());
    step(&mut follower);
    assert_eq!(given(&host), 1);
    host.centre.borrow_mut().checkpoint();
    step(&mut follower);
    assert_eq!((given(&host), host.centre.borrow().panel.papers.len()), (1, 1));
}

#[test]
fn a_restored_folder_that_had_given_gives_no_second_file() {
    let (host, _) = constituted();
    let folder = tempfile::tempdir().unwrap();
    let (peer, mut follower) = start(&host, folder.path(), &FailPoints::none());
    step(&mut follower);
    drop((peer, follower));
    // The copy is of before: the file that was given is not in it.
    std::fs::remove_dir_all(folder.path().join("holder")).unwrap();
    mark_restored(folder.path(), Instant::from_unix_ms(i64::MAX)).unwrap();
    host.centre.borrow_mut().checkpoint();
    let (_peer, mut follower) = start(&host, folder.path(), &FailPoints::none());
    step(&mut follower);
    assert_eq!((given(&host), host.centre.borrow().panel.papers.len()), (1, 1));
}

/// Everything a holder knows, to be changed in one place.
struct Known {
    tender: Tender,
    panel: PanelState,
    decided: u64,
    cosigned_size: u64,
    forked: bool,
    now: Instant,
}

impl Known {
    fn of(sitting: &Sitting) -> Known {
        let (tender, panel) = (sitting.centre.tender().clone(), sitting.centre.panel.clone());
        let size = sitting.centre.leaves.len() as u64;
        let now = tender.window_until.unwrap().plus_ms(1);
        Known { tender, panel, decided: size, cosigned_size: size, forked: false, now }
    }

    fn unmet(&self) -> Vec<&'static str> {
        let standing = PapersStanding {
            tender: &self.tender,
            panel: &self.panel,
            index: INDEX,
            decided: self.decided,
            cosigned_size: self.cosigned_size,
            forked: self.forked,
            now: self.now,
        };
        let unmet: Vec<_> = PAPERS_CONDITIONS
            .iter()
            .filter_map(|condition| condition(&standing).err())
            .map(|unmet| unmet.code())
            .collect();
        assert_eq!(check_papers(&standing).is_ok(), unmet.is_empty());
        unmet
    }
}

#[test]
fn each_condition_alone_keeps_the_documents_back() {
    let mut sitting = sitting();
    sitting.constitute();
    let honest = || Known::of(&sitting);
    assert_eq!(honest().unmet(), [""; 0]);
    assert_eq!(Known { forked: true, ..honest() }.unmet(), ["log-forked"]);
    assert_eq!(Known { decided: honest().cosigned_size + 1, ..honest() }.unmet(), ["release-cosigned"]);
    let until = honest().tender.window_until.unwrap();
    assert_eq!(Known { now: until, ..honest() }.unmet(), ["release-early"]);
    let mut given = honest();
    let Command::GivePapers { broken, file, seats } = sitting.centre.papers(OURS) else { panic!("papers") };
    let at = given.now;
    let papers = ximu_procedure::evaluation::Papers { holder: INDEX, at, broken, file: file.0, seats };
    given.panel.papers.push(papers);
    assert_eq!(given.unmet(), ["release-stage"]);
    let mut stage = honest();
    stage.tender.stage = ximu_procedure::Stage::Ranking;
    assert_eq!(stage.unmet(), ["release-stage"]);
    let mut conflicted = honest();
    let member = sitting.member(2);
    let conflict = Conflict { bidders: vec![], ground: RecusalGround::Kin };
    conflicted.panel.declared.insert(member, Some(conflict));
    assert!(!Committee::new(&conflicted.tender, &conflicted.panel).is_constituted());
    assert_eq!(conflicted.unmet(), ["release-stage"]);
    let report = Command::ReportOutage { venue: "nantong-1".into(), text: "断电".into() };
    sitting.centre.expect_events(OFFICER, TENDER, report);
    assert_eq!(Known::of(&sitting).unmet(), ["release-suspended"]);
}
