//! Honest bundles hold, at every stage of a tender; and the report says what was checked and what was not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a broken world must stop the test at once"
)]

use crate::support::{Case, check, holds, pin, resign, tender_id};
use ximu_procedure::{
    registry::person_id,
    wire::{
        Command, Outcome, Refusal,
        command::{Exclusion, ExclusionGround, Measure, Part, key_statement},
    },
};
use ximu_sim::{
    Centre, Key,
    centre::{ORIGIN, TENDER},
};
use ximu_verify::{Code, NoteCode, Options, Replay, bundle::path, verify};

#[test]
fn a_check_that_ends_before_the_founding_still_says_that_it_was_a_rehearsal() {
    let mut case = Case::published();
    let (whole, leaves) = (case.files(), path::entries(0, case.centre.leaves.len()));
    for missing in [path::CHECKPOINTS, leaves.as_str()] {
        let mut files = whole.clone();
        files.remove(missing).unwrap();
        let report = check(&resign(&files));
        assert_eq!(report.failures.last().unwrap().code, Code::FileMissing);
        assert!(report.rehearsal && report.count("entries") == 0, "without {missing}: {:?}", report.checks);
    }
}

#[test]
fn a_whole_tender_holds_and_every_check_has_something_to_check() {
    let mut case = Case::awarded();
    case.centre.keep_records();
    let report = check(&resign(&case.files()));
    holds(&report);
    assert!(report.pinned && report.rehearsal);
    assert_eq!(report.policy, Some(pin()));
    let counts: Vec<(&str, u64)> = report.checks.iter().map(|check| (check.name, check.count)).collect();
    for (name, count) in &counts {
        assert!(
            *count > 0
                || matches!(*name, "vault" | "compare" | "panel" | "report" | "draws")
                || name.starts_with("contributions"),
            "{name} looked at nothing: {counts:?}"
        );
    }
    // Five bids, one replacement, one bid withdrawn, its withdrawal, one bid too late.
    assert_eq!(report.count("operations"), 9);
    assert_eq!(report.count("custody"), 14);
    assert_eq!(report.count("openings"), 4);
    assert_eq!(report.count("keys"), 4);
    assert_eq!(report.count("kept"), 3);
    assert_eq!(report.count("shares"), 12);
    let undisclosed: Vec<(&str, u64)> = report.undisclosed.into_iter().collect();
    // Seven versions were submitted, four forms opened; names of nine parties but one are not on record.
    assert_eq!(undisclosed, [("body", 7), ("form", 3), ("record", 9)]);
}

#[test]
fn a_bundle_of_any_stage_holds() {
    for stage in [Case::published, Case::submitted, Case::in_window, Case::opened] {
        holds(&check(&resign(&stage().files())));
    }
}

#[test]
fn the_beats_of_an_open_tender_are_counted_as_undisclosed() {
    let mut case = Case::submitted();
    let deadline = case.centre.tender().deadline;
    case.centre.advance_to(deadline.plus_ms(-100));
    let beats = case.centre.tender().beats.len() as u64;
    assert!(beats > 1);
    let report = check(&resign(&case.files()));
    assert_eq!(report.undisclosed["beat"], beats);
    assert_eq!(report.count("operations"), 0);
}

#[test]
fn tenders_that_end_without_an_award_hold() {
    let mut few = Case::published();
    few.bid("a", "9000000.00");
    few.close();
    holds(&check(&resign(&few.files())));
    let mut cancelled = Case::published();
    cancelled.bid("a", "9000000.00");
    cancelled.centre.expect_events("tenderer", TENDER, Command::Cancel { reason: "资金未落实".into() });
    cancelled.centre.advance_ms(60_000);
    holds(&check(&resign(&cancelled.files())));
}

fn order(measure: Measure) -> Command {
    Command::Order { measure, article: "条例第六十二条".into(), reason: "查明".into() }
}

#[test]
fn a_suspension_with_bids_refused_in_it_and_a_ranking_made_again_hold() {
    let mut case = Case::submitted();
    let until = case.centre.now.plus_ms(1_400);
    case.centre.expect_events("supervisor", TENDER, order(Measure::Suspend { until }));
    // The later deadline has another schedule, in which a beat is overdue.
    case.centre.advance_ms(0);
    let refused = ximu_sim::Bidder::register(&mut case.centre, "refused");
    let bid = refused.seal(&case.centre, 1, "8900000.00", |_| {});
    let submission = refused.submission(&mut case.centre, &bid);
    let Outcome::Refusal(refusal) = case.centre.give("refused", TENDER, submission).unwrap() else {
        panic!("a bid in a suspension was taken")
    };
    assert_eq!(refusal.code(), "suspended");
    case.centre.advance_to(until);
    case.close();
    let until = case.centre.now.plus_ms(2_100);
    case.centre.expect_events("supervisor", TENDER, order(Measure::Suspend { until }));
    case.centre.advance_to(until);
    case.open();
    let first = ximu_procedure::outcome::candidates(case.centre.tender())[0].clone();
    let exclude = vec![Exclusion { bidder: first, ground: ExclusionGround::Collusion }];
    case.centre.expect_events("supervisor", TENDER, order(Measure::ReEvaluate { exclude }));
    case.award();
    let (winner, price) = case.centre.tender().awarded.clone().unwrap();
    let signed = case.centre.now;
    let contract = ximu_basics::Hash::of(b"contract");
    case.centre.expect_events("tenderer", TENDER, Command::SignContract { contract, price, signed });
    case.centre.expect_events("tenderer", TENDER, Command::ReturnBond { bidder: winner });
    let report = check(&resign(&case.files()));
    holds(&report);
    assert_eq!(report.count("operations"), 10, "the refused bid is disclosed and decided again");
}

#[test]
fn tenders_that_the_authority_ends_hold() {
    for measure in [Measure::Annul {}, Measure::ReTender {}] {
        for stage in [Case::submitted, Case::in_window, Case::awarded] {
            let mut case = stage();
            case.centre.expect_events("supervisor", TENDER, order(measure.clone()));
            case.centre.advance_ms(60_000);
            holds(&check(&resign(&case.files())));
        }
    }
}

#[test]
fn a_moved_deadline_a_lying_holder_and_a_lost_quorum_hold() {
    let mut case = Case::submitted();
    let deadline = case.centre.tender().deadline.plus_ms(700 * 15 + 123);
    let amend =
        Command::Amend { deadline, reason: "答疑影响投标文件编制".into(), documents: Vec::new() };
    case.centre.expect_events("tenderer", TENDER, amend);
    case.centre.advance_to(deadline.plus_ms(-3_000));
    case.centre.witnessing = [true, true, false, false];
    case.bid("unseen", "9100000.00");
    case.close();
    case.centre.witnessing = [true; 4];
    case.centre.holding = [false, true, true, true];
    let until = case.centre.tender().window_until.unwrap();
    for (bidder, bid) in &case.cast[..3] {
        let release = bidder.release(&case.centre, bid);
        case.centre.expect_events(&bidder.label, TENDER, release);
    }
    case.centre.advance_to(until.plus_ms(-1));
    case.centre.now = until;
    case.centre.expect_events("centre", TENDER, Command::EndWindow {});
    let mut shares = case.centre.shares(0);
    let Part::Share { share, .. } = &mut shares[1].part else { panic!("an honest escrow gives a share") };
    share.0[0] ^= 1;
    case.centre.give(ximu_sim::rules::PEERS[0], TENDER, Command::ReleaseShares { shares }).unwrap();
    case.centre.advance_ms(1);
    assert_eq!(case.centre.tender().opened.len(), 3);
    case.award();
    holds(&check(&resign(&case.files())));
}

#[test]
fn a_holder_that_calls_a_good_share_broken_is_named_and_the_bundle_holds() {
    let mut case = Case::submitted();
    case.close();
    case.centre.holding = [false, true, true, true];
    let until = case.centre.tender().window_until.unwrap();
    for (bidder, bid) in &case.cast[..3] {
        let release = bidder.release(&case.centre, bid);
        case.centre.expect_events(&bidder.label, TENDER, release);
    }
    case.centre.advance_to(until.plus_ms(-1));
    case.centre.now = until;
    case.centre.expect_events("centre", TENDER, Command::EndWindow {});
    let mut shares = case.centre.shares(0);
    let accused = shares[1].bidder.clone();
    shares[1].part = Part::Broken {};
    let liar = ximu_sim::rules::PEERS[0];
    case.centre.give(liar, TENDER, Command::ReleaseShares { shares }).unwrap();
    case.centre.advance_ms(1);
    assert_eq!(case.centre.tender().opened.len(), 3);
    let report = check(&resign(&case.files()));
    holds(&report);
    let [note] = report.notes.as_slice() else { panic!("one note: {:?}", report.notes) };
    assert_eq!(note.code, NoteCode::HolderAnswerFalse);
    assert!(note.detail.contains(liar) && note.detail.contains(accused.as_str()), "{}", note.detail);
}

#[test]
fn an_officer_that_takes_a_bidders_key_removes_no_bid_and_is_noted() {
    let mut case = Case::submitted();
    let (victim, _) = case.cast[4].clone();
    let person = person_id(&Key::of(&victim.label).public()).unwrap();
    let thief = Key::of("thief");
    let proof = thief.sign(&key_statement(ORIGIN, &person));
    let replace = Command::ReplaceKey { person, key: thief.public(), proof, countersignature: None };
    case.centre.expect_events("administrator", "registry", replace);
    let withdraw = Command::Withdraw { lot: "lot-1".parse().unwrap(), version: 20 };
    let refused = case.centre.give("thief", TENDER, withdraw).unwrap();
    assert_eq!(refused, Outcome::Refusal(Refusal::KeyReplacedLate {}));
    case.close();
    case.open();
    assert!(case.centre.tender().list.iter().any(|line| line.bidder == victim.party));
    case.award();
    let report = check(&resign(&case.files()));
    holds(&report);
    let [note] = report.notes.as_slice() else { panic!("one note: {:?}", report.notes) };
    assert_eq!(note.code, NoteCode::KeyReplaced);
}

#[test]
fn without_a_pin_the_report_says_so() {
    let report = verify(&resign(&Case::published().files()), &Options::default());
    assert!(report.ok && !report.pinned);
}

#[test]
fn a_centre_without_procedures_holds() {
    let mut case = Case {
        centre: Centre::new(),
        cast: Vec::new(),
        documents: Default::default(),
        records: Default::default(),
    };
    holds(&check(&resign(&case.files())));
}

#[test]
fn the_report_is_canonical_json() {
    let report = check(&resign(&Case::published().files()));
    let json = String::from_utf8(report.to_json().unwrap()).unwrap();
    assert!(json.starts_with(r#"{"checks":[{"count":1,"name":"container"},"#), "{json}");
    let end = format!(
        r#""failures":[],"notes":[],"ok":true,"pinned":true,"policy":"{}","rehearsal":true,"subject":{},"undisclosed":{{"record":2}}}}"#,
        pin(),
        r#"{"origin":"rehearsal.yichang.example/log","tenders":[{"id":"yc-2020-0603","stage":"sealing"}],"time":1591000000000}"#
    );
    assert!(json.ends_with(&end), "{json}");
}

#[test]
fn two_who_bundle_the_same_log_have_the_same_bytes() {
    assert_eq!(resign(&Case::opened().files()), resign(&Case::opened().files()));
}

#[test]
fn a_holder_that_follows_live_learns_at_close_that_it_needs_the_operations() {
    let case = Case::in_window();
    let policy = ximu_tlog::Policy::parse(ximu_sim::centre::policy().as_bytes()).unwrap();
    let mut live = Replay::new(ximu_sim::centre::ORIGIN, &policy);
    let failure = case.centre.leaves.iter().find_map(|leaf| live.push(leaf, &ximu_verify::NoForms).err());
    assert_eq!(failure.unwrap().code, Code::OperationsMissing);
    let mut again = Replay::new(ximu_sim::centre::ORIGIN, &policy);
    again.disclose(&tender_id(), case.disclosed()).unwrap();
    for leaf in &case.centre.leaves {
        again.push(leaf, &ximu_verify::NoForms).unwrap();
    }
    again.finish().unwrap();
    assert_eq!(again.tender(&tender_id()).unwrap().list, case.centre.tender().list);
    assert_eq!(again.tree().root(), case.centre.tree.root());
}

#[test]
fn the_python_lines_of_the_readme_give_the_root() {
    let files = Case::published().files();
    let dir = tempfile::tempdir().unwrap();
    for (path, data) in &files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, data).unwrap();
    }
    let readme = String::from_utf8(files[path::README].clone()).unwrap();
    let from = readme.find("      import hashlib").unwrap();
    let to = readme.find("      Both lines must be the same.").unwrap();
    let program: String =
        readme[from..to].lines().map(|line| format!("{}\n", line.get(6..).unwrap_or(""))).collect();
    let output = std::process::Command::new("python3")
        .arg("-c")
        .arg(program)
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = printed.lines().collect();
    assert!(matches!(lines.as_slice(), [ours, theirs] if ours == theirs && ours.len() == 44), "{printed}");
}

#[test]
fn a_tender_with_applications_and_bonds_holds() {
    let mut case = Case::entered();
    case.close();
    holds(&check(&resign(&case.files())));
    let line = |number: usize| {
        let party = &case.cast[number].0.party;
        case.centre.tender().list.iter().find(|line| line.bidder == *party).unwrap().clone()
    };
    assert_eq!(line(0).bond, Some(ximu_procedure::wire::event::BondState::Ok));
    assert_eq!(line(4).bond, Some(ximu_procedure::wire::event::BondState::Missing));
    assert!(line(2).twice && line(3).twice && !line(0).twice);
}
