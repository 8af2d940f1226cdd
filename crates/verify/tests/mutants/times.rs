//! Stamps: against one another, against the beats, against cosigned times.

use super::{
    Given, Mutant,
    support::{Case, holds},
};
use ximu_basics::{Hash, Instant};
use ximu_procedure::{
    calendar::Units,
    rules::Phase,
    wire::{Command, command::Document},
};
use ximu_sim::{centre::TENDER, rules::UNITS};
use ximu_verify::Code;

/// A day of the rehearsals of `notice-unseen`, whose periods are longer than the tolerance.
const HOUR_MS: i64 = 3_600_000;

pub(super) const MUTANTS: &[Mutant] = &[
    (Code::TimeBackwards, "leaf ", || {
        let mut case = Case::submitted();
        register(&mut case, "first", -5_000);
        register(&mut case, "second", 0);
        Given::case(case)
    }),
    (Code::TimeBackwards, "operation yc-2020-0603 1", || {
        let mut case = Case::published();
        let mut number = 0;
        case.centre.tamper.operations(move |operation| {
            if number == 1 {
                operation.at = operation.at.plus_ms(-5_000);
            }
            number += 1;
        });
        for label in ["a", "b", "c"] {
            case.bid(label, "9000000.00");
        }
        case.close();
        Given::case(case)
    }),
    (Code::BeatMissing, "leaf ", || {
        let mut case = Case::submitted();
        let deadline = case.centre.tender().deadline;
        case.centre.advance_to(deadline.plus_ms(-2_600));
        case.centre.now = deadline.plus_ms(-2_000);
        register(&mut case, "newcomer", 0);
        Given::case(case)
    }),
    (Code::BeatMissing, "operation yc-2020-0603 8", || {
        let mut case = Case::submitted();
        let deadline = case.centre.tender().deadline;
        case.centre.advance_to(deadline.plus_ms(-2_600));
        let (bidder, _) = case.cast[2].clone();
        case.centre.now = deadline.plus_ms(-2_000);
        bidder.submit(&mut case.centre, 2, "9000000.00");
        case.close();
        Given::case(case)
    }),
    (Code::NoticeUnseen, "leaf ", || Given::case(seen_late(2, 0, |_| {}))),
    (Code::NoticeUnseen, "leaf ", || {
        // Seen at once, amended, and the amendment kept back.
        Given::case(seen_late(0, 0, |case| {
            let reason = "图纸".into();
            let document = Document { name: "图纸.pdf".into(), hash: Hash::of(b"x"), bytes: 1 };
            case.documents.insert(document.hash, b"x".to_vec());
            let deadline = case.centre.tender().deadline;
            let amend = Command::Amend { deadline, reason, documents: vec![document] };
            case.centre.expect_events("tenderer", TENDER, amend);
            case.centre.witnessing = [false; 4];
            case.centre.advance_ms(6 * HOUR_MS);
            case.centre.witnessing = [true; 4];
        }))
    }),
    // CLOSE kept back until the window is over: nobody but the centre's friend could release.
    (Code::NoticeUnseen, "leaf ", || Given::case(window(|until| until.plus_ms(1_000)))),
    (Code::StampEarly, "leaf ", || {
        let mut case = Case::awarded();
        case.centre.checkpoint();
        let stamp = |case: &mut Case, label: &str, back_ms: i64| {
            case.centre.advance_ms(10_000);
            register(case, label, back_ms);
            case.centre.checkpoint();
        };
        stamp(&mut case, "first", -10_000);
        stamp(&mut case, "second", -19_000);
        // Two checkpoints were cosigned since, and the stamp is of before both.
        stamp(&mut case, "third", -28_000);
        Given::case(case)
    }),
    (Code::StampEarly, "operation yc-2020-0603 8", || {
        let mut case = Case::submitted();
        for (label, back_ms) in [("first", 0), ("second", -3_999)] {
            register(&mut case, label, back_ms);
            case.centre.now = case.centre.now.plus_ms(4_000);
            case.centre.checkpoint();
        }
        let (bidder, _) = case.cast[2].clone();
        case.centre.tamper.operations(|operation| operation.at = operation.at.plus_ms(-7_990));
        bidder.submit(&mut case.centre, 2, "9000000.00");
        case.centre.advance_ms(0);
        case.centre.tamper.stop();
        case.close();
        Given::case(case)
    }),
    (Code::StampLate, "leaf ", || {
        let mut case = Case::awarded();
        register(&mut case, "newcomer", 3_000);
        Given::case(case)
    }),
    (Code::StampLate, "leaf ", || {
        // The last beat is made before its instant, so that nothing more can come in.
        let mut case = Case::submitted();
        let deadline = case.centre.tender().deadline;
        case.centre.advance_to(deadline.plus_ms(-2_400));
        case.centre.advance_to(deadline);
        let newest = case.centre.checkpoints.len() - 1;
        let note = ximu_tlog::Note::parse(case.centre.checkpoints[newest].as_bytes()).unwrap();
        let early_s = (deadline.unix_ms() / 1000 - 2) as u64;
        case.centre.checkpoints[newest] =
            super::history::note(note.text(), "centre", &ximu_sim::rules::PEERS, early_s);
        case.centre.advance_ms(1);
        Given::case(case)
    }),
];

/// Registers somebody, with the entry's stamp moved.
fn register(case: &mut Case, label: &str, moved_ms: i64) {
    case.centre.tamper.entries(move |entry| entry.at = entry.at.plus_ms(moved_ms));
    let name = Hash::of(label.as_bytes());
    case.centre.expect_events(label, "registry", Command::RegisterParty { name });
    case.centre.tamper.stop();
}

/// A minute of the rehearsals whose window is longer than the tolerance.
const LONG_MINUTE_MS: i64 = 10_000;

/// A tender whose last beat is cosigned in time and whose CLOSE is shown to nobody until the instant that is made of the
/// end of the window; meanwhile the last bidder releases, and nobody else.
fn window(seen: impl FnOnce(Instant) -> Instant) -> Case {
    let mut case = Case::unpublished();
    case.centre.publish(|rules| rules.sandbox = Some(Units { minute_ms: LONG_MINUTE_MS, ..UNITS }));
    case.centre.checkpoint();
    for (label, price) in [("a", "9100000.00"), ("b", "9200000.00"), ("c", "9300000.00")] {
        case.bid(label, price);
    }
    let deadline = case.centre.tender().deadline;
    case.centre.advance_to(deadline);
    (case.centre.witnessing, case.centre.holding) = ([false; 4], [false; 4]);
    case.centre.advance_to(deadline.plus_ms(1));
    let (friend, bid) = case.cast[2].clone();
    let release = friend.release(&case.centre, &bid);
    case.centre.expect_events(&friend.label, TENDER, release);
    let until = case.centre.tender().window_until.unwrap();
    let seen = seen(until);
    case.centre.advance_to(seen.min(until));
    case.centre.now = seen;
    case.centre.witnessing = [true; 4];
    case.centre.checkpoint().unwrap();
    case.centre.holding = [true; 4];
    case.centre.advance_to(until.max(seen).plus_ms(1_000));
    assert_eq!(case.centre.tender().opened.keys().collect::<Vec<_>>(), [&friend.party]);
    case
}

#[test]
fn a_close_that_witnesses_saw_within_a_quarter_of_its_window_holds() {
    holds(&Given::case(window(|until| until.plus_ms(-23 * LONG_MINUTE_MS))).check());
}

/// A tender of twenty days and a half, and so many more, whose notice witnesses see only after so many days; then
/// something happens.
fn seen_late(days: i64, more: i64, then: impl FnOnce(&mut Case)) -> Case {
    let mut case = Case::unpublished();
    case.centre.checkpoint();
    case.centre.witnessing = [false; 4];
    let deadline = case.centre.now.plus_ms(HOUR_MS * (20 + more) + HOUR_MS / 2);
    case.centre.publish(|rules| {
        rules.sandbox = Some(Units { day_ms: HOUR_MS, ..UNITS });
        for phase in &mut rules.phases {
            if let Phase::Seal(seal) = phase {
                seal.deadline = deadline;
            }
        }
    });
    case.centre.advance_ms(days * HOUR_MS);
    case.centre.witnessing = [true; 4];
    case.centre.checkpoint();
    then(&mut case);
    case
}

#[test]
fn a_notice_that_witnesses_saw_in_time_or_that_left_days_enough_holds() {
    for (days, more) in [(0, 0), (2, 2)] {
        holds(&Given::case(seen_late(days, more, |_| {})).check());
    }
}
