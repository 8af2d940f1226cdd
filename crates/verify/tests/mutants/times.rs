//! Stamps: against one another, against the beats, against cosigned times.

use super::{Given, Mutant, support::Case};
use ximu_basics::Hash;
use ximu_procedure::wire::Command;
use ximu_verify::Code;

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
