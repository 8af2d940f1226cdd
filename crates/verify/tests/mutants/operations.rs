//! Hidden operations and their disclosure.

use super::{
    Given, Mutant,
    support::{Case, tender_id},
};
use ximu_basics::json;
use ximu_procedure::{
    authenticate,
    wire::{Command, Event, Operation, Outcome, event::BondState},
};
use ximu_sim::{Bidder, centre::TENDER};
use ximu_verify::{
    Code, Disclosed,
    bundle::{operations_text, path, read_operations},
};

pub(super) const MUTANTS: &[Mutant] = &[
    (Code::OperationsMissing, "leaf ", || {
        let mut files = Case::in_window().files();
        files.remove(&path::operations(&tender_id()));
        Given::files(&files)
    }),
    (Code::OperationMalformed, "operation yc-2020-0603 1", || second(|operation| operation.v = 2)),
    (Code::OperationMalformed, "operation yc-2020-0603 9", || {
        let mut files = Case::in_window().files();
        files.get_mut(&path::operations(&tender_id())).unwrap().extend_from_slice(b"{}\n");
        Given::files(&files)
    }),
    (Code::OperationOrder, "operation yc-2020-0603 8", || disclosed(|lines| lines[8].order += 1)),
    (Code::OperationOrder, "operation yc-2020-0603 0", || disclosed(|lines| lines.swap(0, 1))),
    (Code::OperationOrder, "operation yc-2020-0603 9", || {
        // Something is said to have been decided after CLOSE.
        disclosed(|lines| {
            let mut operation: Operation = json::from_canonical(lines[8].operation.as_bytes()).unwrap();
            operation.log_size += 10;
            let bytes = json::to_canonical(&operation).unwrap();
            let operation = String::from_utf8(bytes).unwrap();
            lines.push(Disclosed { operation, order: 9, slot: 0 });
        })
    }),
    (Code::OperationOrder, "operation yc-2020-0603 1", || second(|operation| operation.log_size = 1)),
    (Code::OperationRejected, "operation yc-2020-0603 1", || {
        second(|operation| operation.signed.signature.0[0] ^= 1)
    }),
    (Code::OperationBeat, "operation yc-2020-0603 1", || second(|operation| operation.beat += 1)),
    (Code::OperationBeat, "operation yc-2020-0603 8", || {
        // A bid on the deadline is pushed into the closing beat, where it cannot count.
        let mut case = Case::submitted();
        let deadline = case.centre.tender().deadline;
        let late = Bidder::register(&mut case.centre, "late");
        case.centre.advance_to(deadline);
        late.submit(&mut case.centre, 1, "7000000.00");
        case.centre.advance_ms(10);
        Given::case(case)
    }),
    (Code::OperationActor, "operation yc-2020-0603 1", || {
        second(|operation| operation.actor = "u-somebody-else".parse().unwrap())
    }),
    (Code::OperationClass, "operation yc-2020-0603 8", || {
        let mut case = Case::submitted();
        let signed = case.centre.signed("bidder-1", TENDER, Command::SignIn {});
        let given = authenticate(&case.centre.world, &signed).unwrap();
        case.centre.operate(&given);
        case.close();
        Given::case(case)
    }),
    (Code::OperationOutcome, "operation yc-2020-0603 1", || {
        second(|operation| {
            if let Outcome::Events(events) = &mut operation.outcome {
                if let Some(Event::BidSubmitted { version, .. }) = events.first_mut() {
                    *version += 1;
                }
            }
        })
    }),
    (Code::OperationOutcome, "operation yc-2020-0603 0", || {
        // An application that an officer must decide on is admitted by its form.
        entered(0, |operation| {
            if let Outcome::Events(events) = &mut operation.outcome {
                if let Some(Event::Applied { applicant, .. }) = events.first().cloned() {
                    events.push(Event::ApplicationAdmitted { applicant });
                }
            }
        })
    }),
    (Code::OperationOutcome, "operation yc-2020-0603 1", || {
        // The officer is said to have been shown something else.
        entered(1, |operation| {
            if let Outcome::Events(events) = &mut operation.outcome {
                *events = vec![Event::ApplicationsRead { listing: ximu_basics::Hash::of(b"another list") }];
            }
        })
    }),
    (Code::OperationOutcome, "operation yc-2020-0603 3", || {
        // A bond that the keeper confirmed is said to have failed.
        entered(3, |operation| {
            if let Outcome::Events(events) = &mut operation.outcome {
                if let Some(Event::BondConfirmed { applicant }) = events.first().cloned() {
                    *events = vec![Event::BondFailed { applicant }];
                }
            }
        })
    }),
    (Code::EntryOutcome, "leaf ", || {
        // A bid without a bond is listed with one.
        let mut case = Case::entered_at(|centre| {
            centre.tamper.entries(|entry| {
                let Outcome::Events(events) = &mut entry.outcome else { return };
                for event in events {
                    if let Event::Closed { list, .. } = event {
                        list.iter_mut().for_each(|line| line.bond = Some(BondState::Ok));
                    }
                }
            });
        });
        case.close();
        Given::case(case)
    }),
    (Code::OperationOutcome, "operation yc-2020-0603 8", || {
        // The late bid is accepted.
        let mut case = Case::submitted();
        case.centre.tamper.operations(|operation| {
            let bidder = "p-a-friend".parse().unwrap();
            operation.outcome = Outcome::Events(vec![Event::BidSubmitted { bidder, version: 1 }]);
        });
        case.close();
        Given::case(case)
    }),
    (Code::EntryDuplicate, "operation yc-2020-0603 9", || {
        let mut case = Case::submitted();
        let withdraw = Command::Withdraw { lot: "lot-1".parse().unwrap(), version: 9 };
        let signed = case.centre.signed("bidder-1", TENDER, withdraw);
        case.centre.give_signed(&signed).unwrap();
        case.centre.give_signed(&signed).unwrap();
        case.close();
        Given::case(case)
    }),
    (Code::BeatRoot, "leaf ", || {
        // An operation is withheld.
        disclosed(|lines| {
            lines.pop();
        })
    }),
    (Code::OperationSlot, "operation yc-2020-0603 3", || disclosed(|lines| lines[3].slot ^= 1)),
];

/// The second operation of a tender, changed as it is written.
fn second(mut change: impl FnMut(&mut Operation) + 'static) -> Given {
    let mut case = Case::published();
    let mut number = 0;
    case.centre.tamper.operations(move |operation| {
        if number == 1 {
            change(operation);
        }
        number += 1;
    });
    for label in ["a", "b", "c"] {
        case.bid(label, "9000000.00");
    }
    case.close();
    Given::case(case)
}

/// An operation of a tender with applications, changed as it is written.
fn entered(which: u32, mut change: impl FnMut(&mut Operation) + 'static) -> Given {
    let mut number = 0;
    let mut case = Case::entered_at(|centre| {
        centre.tamper.operations(move |operation| {
            if number == which {
                change(operation);
            }
            number += 1;
        });
    });
    case.close();
    Given::case(case)
}

/// The operations of a closed tender, changed in the file.
fn disclosed(change: impl FnOnce(&mut Vec<Disclosed>)) -> Given {
    let mut files = Case::in_window().files();
    let path = path::operations(&tender_id());
    let mut lines = read_operations(&files[&path]).unwrap();
    assert_eq!(lines.len(), 9);
    change(&mut lines);
    files.insert(path, operations_text(&lines).unwrap().into_bytes());
    Given::files(&files)
}
