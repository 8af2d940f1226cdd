//! What a reader would believe of `verify`, and must not.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use crate::support::{Case, holds, pin, resign};
use ximu_basics::{Seed, json};
use ximu_procedure::wire::{Command, RecordKind, record::Content};
use ximu_sim::centre::TENDER;
use ximu_tlog::{Note, Proof, Receipt, beat, merkle::prove_inclusion};
use ximu_verify::{Code, NoteCode, Options, Report, verify};

fn codes(report: &Report) -> Vec<NoteCode> {
    report.notes.iter().map(|note| note.code).collect()
}

/// The notice that names a winner was true; beside a bundle in which that winner has given up it holds, and a note says
/// that the log has gone on.
#[test]
fn a_notice_of_an_award_that_is_gone_holds_with_a_note_that_it_is_superseded() {
    let mut case = Case::awarded();
    case.centre.keep_records();
    let notice = case.centre.record(RecordKind::AwardNotice).unwrap();
    let Content::AwardNotice(said) = &notice.content else { panic!() };
    let first = said.bidder.clone();
    let old = notice.canonical().unwrap();
    let beside = |case: &mut Case| {
        let report = verify(
            &resign(&case.files()),
            &Options { policy: Some(pin()), record: Some(&old), ..Options::default() },
        );
        holds(&report);
        report
    };
    assert_eq!(codes(&beside(&mut case)), []);
    let mut left = 0;
    while let Some((winner, _)) = case.centre.tender().awarded.clone() {
        let label = case.cast.iter().find(|(bidder, _)| bidder.party == winner).unwrap().0.label.clone();
        case.centre.expect_events(&label, TENDER, Command::GiveUp { reason: "资金".into() });
        left += 1;
        if let Some(next) = ximu_procedure::outcome::first(case.centre.tender()).cloned() {
            case.centre.expect_events("tenderer", TENDER, Command::Award { bidder: next });
        }
        case.centre.keep_records();
        assert_eq!(codes(&beside(&mut case)), [NoteCode::RecordSuperseded]);
        assert!(case.centre.tender().awarded.as_ref().is_none_or(|(bidder, _)| *bidder != first));
    }
    assert!(left > 1 && case.centre.tender().stage.is_failed());
}

/// A receipt of an operation that nobody gave, at a leaf of this tender's log and with a proof of that leaf.
fn made_up(case: &Case, index: u64) -> Receipt {
    let operation = b"an operation that nobody gave";
    let beat = beat::Beat::new(&Seed([9; 32]), 0, &[beat::Operation { order: 0, bytes: operation }]).unwrap();
    let checkpoint = Note::parse(case.centre.checkpoints.last().unwrap().as_bytes()).unwrap();
    let path = prove_inclusion(index, case.centre.tree.size(), &case.centre.tree).unwrap();
    let proof = Proof { extra: None, index, path, checkpoint };
    let leaf = &case.centre.leaves[usize::try_from(index).unwrap()];
    let path = beat.path(0).unwrap();
    Receipt {
        beat: String::from_utf8(leaf.clone()).unwrap(),
        index,
        path,
        ..proof_of(operation, &proof, case)
    }
}

/// A receipt that can be made: of the first beat, which the caller replaces.
fn proof_of(operation: &[u8], proof: &Proof, case: &Case) -> Receipt {
    let beat = beat::Beat::new(&Seed([9; 32]), 0, &[beat::Operation { order: 0, bytes: operation }]).unwrap();
    let leaf = &case.centre.leaves[usize::try_from(first_beat(case)).unwrap()];
    Receipt::new(operation, beat.path(0).unwrap(), leaf, proof).unwrap()
}

fn first_beat(case: &Case) -> u64 {
    let is_beat = |leaf: &Vec<u8>| String::from_utf8_lossy(leaf).contains(r#""type":"beat""#);
    case.centre.leaves.iter().position(is_beat).unwrap() as u64
}

fn compared(case: &mut Case, receipt: &Receipt) -> Report {
    let bytes = json::to_canonical(receipt).unwrap();
    verify(
        &resign(&case.files()),
        &Options { policy: Some(pin()), other: Some(&bytes), ..Options::default() },
    )
}

#[test]
fn a_receipt_that_proves_no_beat_of_this_log_is_foreign() {
    let mut case = Case::opened();
    let receipt = made_up(&case, first_beat(&case));
    let of_entry = made_up(&case, 0);
    let far = Receipt { index: 1 << 40, ..receipt.clone() };
    let no_beat = Receipt { beat: "no beat at all".into(), ..receipt.clone() };
    for (name, receipt) in [("of an entry", of_entry), ("far away", far), ("of no beat", no_beat)] {
        let report = compared(&mut case, &receipt);
        let codes: Vec<Code> = report.failures.iter().map(|failure| failure.code).collect();
        assert_eq!(codes, [Code::CompareForeign], "{name}");
    }
    let report = compared(&mut case, &receipt);
    assert_eq!(report.failures[0].code, Code::CompareReceipt, "disclosed, and not among them");
}

/// Before CLOSE nobody but its bidder can say what an operation is: the comparison says so.
#[test]
fn a_receipt_whose_operation_is_not_disclosed_yet_compares_with_a_note() {
    let mut case = Case::submitted();
    let deadline = case.centre.tender().deadline;
    case.centre.advance_to(deadline.plus_ms(-2_600));
    let receipt = made_up(&case, first_beat(&case));
    let report = compared(&mut case, &receipt);
    holds(&report);
    assert_eq!(codes(&report), [NoteCode::ReceiptUndisclosed]);
}
