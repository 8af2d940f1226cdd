//! What a host cannot do with the help of one holder: void a bid or choose a draw after it has seen what is in it, or
//! leave no trace of having tried.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test"
)]

use crate::support::{Case, FileMap, PRICES, check, codes, holds, resign};
use ximu_basics::{PartyId, SetId};
use ximu_procedure::{
    Stage,
    tender::Failure,
    wire::{Command, command::Part},
};
use ximu_sim::{
    Bidder, Centre,
    centre::TENDER,
    rules::{PEERS, draw_a_coefficient},
};
use ximu_verify::{Code, NoteCode, Report};

/// The end of the window, with a release of every bid; no holder has answered yet.
fn opening(case: &mut Case) {
    let deadline = case.centre.tender().deadline;
    case.centre.advance_to(deadline.plus_ms(1));
    case.centre.holding = [false; 4];
    if case.centre.tender().stage.is_failed() {
        return;
    }
    for (bidder, bid) in &case.cast {
        let release = bidder.release(&case.centre, bid);
        case.centre.expect_events(&bidder.label, TENDER, release);
    }
    let until = case.centre.tender().window_until.unwrap();
    case.centre.advance_to(until);
}

fn notes(report: &Report) -> Vec<(NoteCode, &str)> {
    report.notes.iter().map(|note| (note.code, note.detail.as_str())).collect()
}

/// The host has everybody's answers and keeps the third from the log; the fourth calls the victim's part broken.
fn one_answer_is_withheld(case: &mut Case) -> PartyId {
    let victim = case.cast[4].0.party.clone();
    for at in [0, 1, 3] {
        let mut shares = case.centre.shares(at);
        if at == 3 {
            shares.iter_mut().find(|share| share.bidder == victim).unwrap().part = Part::Broken {};
        }
        case.centre.expect_events(PEERS[at], TENDER, Command::ReleaseShares { shares });
    }
    victim
}

#[test]
fn time_alone_voids_a_bid_after_four_windows_and_everybody_who_may_know_why_is_named() {
    let mut case = Case::submitted();
    opening(&mut case);
    let victim = one_answer_is_withheld(&mut case);
    case.centre.advance_ms(11_900);
    assert_eq!(case.centre.tender().stage, Stage::Opening, "three windows more in which people can ask");
    assert!(case.centre.tender().voided.is_empty() && case.centre.tender().opened.is_empty());
    case.centre.checkpoint();
    case.centre.advance_ms(200);
    assert!(case.centre.tender().voided.contains_key(&victim));
    case.award();
    let report = check(&resign(&case.files()));
    holds(&report);
    let expected = format!(
        "the bid of {victim}: broken for {}; unheard {}, of whom {} cosigned meanwhile",
        PEERS[3], PEERS[2], PEERS[2]
    );
    assert_eq!(notes(&report), [(NoteCode::BidVoidedUnsettled, expected.as_str())]);
}

#[test]
fn an_answer_that_comes_within_the_four_windows_opens_the_bid_and_names_the_liar() {
    let mut case = Case::submitted();
    opening(&mut case);
    let victim = one_answer_is_withheld(&mut case);
    case.centre.advance_ms(11_000);
    let shares = case.centre.shares(2);
    case.centre.expect_events(PEERS[2], TENDER, Command::ReleaseShares { shares });
    case.centre.advance_ms(1);
    assert!(case.centre.tender().opened.contains_key(&victim));
    let report = check(&resign(&case.files()));
    holds(&report);
    let expected = format!("{} of the escrow of {victim}", PEERS[3]);
    assert_eq!(notes(&report), [(NoteCode::HolderAnswerFalse, expected.as_str())]);
}

fn coefficient() -> SetId {
    "coefficient-k".parse().unwrap()
}

fn drawing(contributing: [bool; 4]) -> Case {
    let mut case = Case::unpublished();
    case.centre.contributing = contributing;
    case.centre.publish(draw_a_coefficient);
    case.centre.checkpoint();
    for (number, price) in PRICES.iter().enumerate() {
        case.bid(&format!("bidder-{number}"), price);
    }
    opening(&mut case);
    case
}

/// Three holders answer for the set, the last of them `broken` for the lines in `mask`; the third answer is withheld.
fn answers(case: &mut Case, mask: u8) {
    for at in [0, 1, 3] {
        let mut command = case.centre.set_shares(at, &coefficient());
        if let (3, Command::ReleaseSet { shares, .. }) = (at, &mut command) {
            let called = shares.iter_mut().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1);
            called.for_each(|(_, share)| share.part = Part::Broken {});
        }
        case.centre.expect_events(PEERS[at], TENDER, command);
    }
}

fn drawn(centre: &Centre) -> Option<String> {
    centre.tender().coefficients.get(&"k".parse().unwrap()).map(ToString::to_string)
}

#[test]
fn no_wait_voids_a_contribution_and_no_broken_answer_moves_the_draw() {
    let mut values = std::collections::BTreeSet::new();
    for mask in 0..16_u8 {
        let mut case = drawing([true; 4]);
        answers(&mut case, mask);
        case.centre.advance_ms(600_000);
        assert_eq!(drawn(&case.centre).is_some(), mask == 0, "{mask:04b}: it waits for the withheld answer");
        if mask != 0 {
            assert_eq!(case.centre.tender().set_open_due(&coefficient()), None, "{mask:04b}");
            let command = case.centre.set_shares(2, &coefficient());
            case.centre.expect_events(PEERS[2], TENDER, command);
            case.centre.advance_ms(1);
        }
        values.insert(drawn(&case.centre).unwrap());
        let report = check(&resign(&case.files()));
        holds(&report);
        let named = report
            .notes
            .iter()
            .filter(|note| note.code == NoteCode::HolderAnswerFalse && note.detail.starts_with(PEERS[3]));
        assert_eq!(named.count() as u32, mask.count_ones(), "{mask:04b}: every lie is named");
    }
    assert_eq!(values.len(), 1, "the one that everybody's bytes give: {values:?}");
}

#[test]
fn a_set_with_fewer_lines_than_the_threshold_draws_nothing() {
    for given in 0..4_u8 {
        let contributing = [0, 1, 2, 3].map(|at| at < given);
        let case = drawing(contributing);
        let failed = case.centre.tender().stage == Stage::Failed(Failure::NothingDrawn);
        assert_eq!(failed, given < 3, "{given} of 4 gave");
    }
}

/// The tender up to its closing beat, which stands in the log before CLOSE.
fn before_close() -> Case {
    let mut case = Case::submitted();
    let deadline = case.centre.tender().deadline;
    case.centre.advance_to(deadline);
    case.centre.cut_beat(deadline);
    case
}

fn close(case: &mut Case) -> FileMap {
    let evidence = case.centre.checkpoints.last().cloned().unwrap();
    let close = Command::Close { evidence, seed: case.centre.class_seed() };
    case.centre.expect_events("centre", TENDER, close);
    case.centre.checkpoint();
    case.files()
}

#[test]
fn an_operation_in_no_beat_is_found_whether_it_was_accepted_or_refused() {
    // Another content under the same number, which would void it.
    let mut case = before_close();
    let (bidder, bid): (Bidder, _) = case.cast[4].clone();
    let other = bidder.seal(&case.centre, 1, "9850000.00", |_| {});
    let command = bidder.submission(&mut case.centre, &other);
    case.centre.expect_events(&bidder.label, TENDER, command);
    let files = close(&mut case);
    assert!(
        case.centre.tender().list.iter().any(|line| line.bidder == bidder.party && line.version == 1),
        "what is in no beat that counts voids nothing"
    );
    assert_eq!(codes(&check(&resign(&files))), [Code::OperationBeat]);
    // The same submission again, which is refused: it could be shown to some and left out for others.
    let mut case = before_close();
    let again = bidder.submission(&mut case.centre, &bid);
    case.centre.give(&bidder.label, TENDER, again).unwrap();
    let files = close(&mut case);
    assert_eq!(codes(&check(&resign(&files))), [Code::OperationBeat]);
}
