//! Public entries and beats.

use super::{Given, Mutant, support::Case};
use ximu_basics::{Hash, Money};
use ximu_procedure::{
    authenticate,
    wire::{BeatLeaf, Command, Entry, Event, Leaf, Outcome, leaf::Class},
};
use ximu_sim::{Bidder, centre::TENDER};
use ximu_tlog::Checkpoint;
use ximu_verify::Code;

pub(super) const MUTANTS: &[Mutant] = &[
    (Code::EntryMalformed, "leaf ", || newcomer(|entry| entry.v = 2)),
    (Code::EntryMalformed, "leaf ", || beats(|beat, _| beat.v = 2)),
    (Code::EntryDuplicate, "leaf ", || {
        let mut case = Case::in_window();
        let (bidder, bid) = case.cast[0].clone();
        let release = bidder.release(&case.centre, &bid);
        let signed = case.centre.signed(&bidder.label, TENDER, release);
        case.centre.give_signed(&signed).unwrap();
        case.centre.give_signed(&signed).unwrap();
        Given::case(case)
    }),
    (Code::EntryRejected, "leaf ", || newcomer(|entry| entry.signed.signature.0[0] ^= 1)),
    (Code::EntryChain, "leaf ", || newcomer(|entry| entry.number += 1)),
    (Code::EntryChain, "leaf ", || newcomer(|entry| entry.previous.0[0] ^= 1)),
    (Code::EntryActor, "leaf ", || newcomer(|entry| entry.actor = "u-somebody-else".parse().unwrap())),
    (Code::EntryClass, "leaf ", || {
        let mut case = Case::submitted();
        let bidder = Bidder::register(&mut case.centre, "open");
        let bid = bidder.seal(&case.centre, 1, "9000000.00", |_| {});
        let command = bidder.submission(&mut case.centre, &bid);
        let signed = case.centre.signed("open", TENDER, command);
        let given = authenticate(&case.centre.world, &signed).unwrap();
        case.centre.enter(&given);
        Given::case(case)
    }),
    (Code::EntryOutcome, "leaf ", || {
        award(|event| {
            if let Event::Awarded { price, .. } = event {
                *price = Money::yuan("9468000.01").unwrap();
            }
        })
    }),
    (Code::EntryOutcome, "leaf ", || {
        award(|event| {
            if let Event::Awarded { bidder, .. } = event {
                *bidder = "p-a-friend".parse().unwrap();
            }
        })
    }),
    (Code::EntryOutcome, "leaf ", || {
        // A bid is left off the opening list.
        closed(|event| {
            if let Event::Closed { list, .. } = event {
                list.pop();
            }
        })
    }),
    (Code::EntryOutcome, "leaf ", || {
        closed(|event| {
            if let Event::WindowOpened { until } = event {
                *until = until.plus_ms(-1);
            }
        })
    }),
    (Code::EntryOutcome, "leaf ", || {
        // A silent bidder's form is opened all the same.
        opened(|event| {
            if let Event::WindowEnded { closed, .. } = event {
                closed.clear();
            }
        })
    }),
    (Code::EntryOutcome, "leaf ", || {
        opened(|event| {
            if let Event::BidOpened(bid) = event {
                bid.price = Money::yuan("1.00").unwrap();
            }
        })
    }),
    (Code::EntryOutcome, "leaf ", || {
        opened(|event| {
            if let Event::BidOpened(bid) = event {
                bid.form = Hash::of(b"another form");
            }
        })
    }),
    (Code::BeatNumber, "leaf ", || beats(|beat, _| beat.number += 1)),
    (Code::BeatNumber, "leaf ", || beats(|beat, _| beat.procedure = "another-tender".parse().unwrap())),
    (Code::BeatSchedule, "leaf ", || beats(|beat, _| beat.scheduled = beat.scheduled.plus_ms(1))),
    (Code::BeatClosing, "leaf ", || {
        beats(|beat, closing| {
            if closing {
                beat.scheduled = beat.scheduled.plus_ms(1);
            }
        })
    }),
    (Code::BeatClosing, "leaf ", || {
        rewritten(|leaves, close| {
            leaves.remove(close - 1);
        })
    }),
    (Code::BeatClosing, "leaf ", || {
        // Something is put between the closing beat and CLOSE.
        rewritten(|leaves, close| {
            let entry = leaves.pop().unwrap();
            leaves.insert(close, entry);
        })
    }),
    (Code::BeatClosing, "leaf ", || rewritten(|leaves, close| leaves.truncate(close))),
    (Code::BeatClosing, "leaf ", || {
        rewritten(|leaves, close| {
            let beat = leaves[close - 1].clone();
            leaves.insert(close, beat);
        })
    }),
    (Code::BeatNumber, "leaf ", || {
        rewritten(|leaves, close| {
            leaves.remove(close - 3);
        })
    }),
    (Code::BeatNumber, "leaf ", || {
        // A cancelled tender has no further beat.
        let mut case = Case::submitted();
        let deadline = case.centre.tender().deadline;
        case.centre.advance_to(deadline.plus_ms(-3_000));
        let beat = case.centre.leaves.last().unwrap().clone();
        let mut beat: Leaf = Leaf::from_bytes(&beat).unwrap();
        if let Leaf::Beat(beat) = &mut beat {
            beat.number += 1;
        }
        case.centre.expect_events("tenderer", TENDER, Command::Cancel { reason: "资金未落实".into() });
        let size = case.centre.leaves.len();
        case.rewrite(size, |leaves| leaves.push(beat.to_bytes().unwrap()));
        Given::case(case)
    }),
    (Code::EntryChain, "leaf ", || {
        rewritten(|leaves, close| {
            leaves.swap(close + 1, close + 2);
        })
    }),
    (Code::EntryMalformed, "leaf ", || beats(|beat, _| beat.class = Class::Public)),
    (Code::BeatRoot, "leaf ", || beats(|beat, _| beat.root = Hash::of(b"another batch"))),
    (Code::BeatRoot, "leaf ", || {
        beats(|beat, closing| {
            if closing {
                beat.root = Hash::of(b"another batch");
            }
        })
    }),
    (Code::CloseEvidence, "leaf ", || {
        // CLOSE rests on a checkpoint of a history that was shown to the witnesses alone.
        let mut case = Case::submitted();
        let deadline = case.centre.tender().deadline;
        case.centre.advance_to(deadline);
        let honest = case.centre.checkpoints.pop().unwrap();
        let size = super::support::size_of(&honest);
        let text = Checkpoint::new(ximu_sim::centre::ORIGIN, size, Hash::of(b"another history")).to_string();
        let time_s = deadline.unix_ms() as u64 / 1000;
        case.centre.checkpoints.push(super::history::note(&text, "centre", &ximu_sim::rules::PEERS, time_s));
        let forged = case.centre.checkpoints.len() - 1;
        case.centre.advance_ms(1);
        case.centre.checkpoints[forged] = honest;
        Given::case(case)
    }),
    (Code::CloseEvidenceOld, "leaf ", || {
        // The last beat is left out although it was cosigned in time.
        let mut case = Case::submitted();
        let deadline = case.centre.tender().deadline;
        case.centre.advance_to(deadline);
        let newest = case.centre.checkpoints.pop().unwrap();
        let place = case.centre.checkpoints.len();
        case.centre.advance_ms(1);
        case.centre.checkpoints.insert(place, newest);
        Given::case(case)
    }),
];

/// A public entry of the register, changed as it is written.
fn newcomer(change: impl FnMut(&mut Entry) + 'static) -> Given {
    let mut case = Case::awarded();
    case.centre.tamper.entries(change);
    let name = Hash::of(b"newcomer");
    case.centre.expect_events("newcomer", "registry", Command::RegisterParty { name });
    Given::case(case)
}

/// Events changed as they are written.
fn events(case: &mut Case, mut change: impl FnMut(&mut Event) + 'static) {
    case.centre.tamper.entries(move |entry| {
        if let Outcome::Events(events) = &mut entry.outcome {
            events.iter_mut().for_each(&mut change);
        }
    });
}

fn award(change: impl FnMut(&mut Event) + 'static) -> Given {
    let mut case = Case::opened();
    events(&mut case, change);
    case.award();
    Given::case(case)
}

fn opened(change: impl FnMut(&mut Event) + 'static) -> Given {
    let mut case = Case::in_window();
    events(&mut case, change);
    case.open();
    Given::case(case)
}

fn closed(change: impl FnMut(&mut Event) + 'static) -> Given {
    let mut case = Case::submitted();
    events(&mut case, change);
    case.close();
    Given::case(case)
}

/// A closed tender whose leaves are other ones; the change is told where CLOSE stands.
fn rewritten(change: impl FnOnce(&mut Vec<Vec<u8>>, usize)) -> Given {
    let mut case = Case::in_window();
    for label in ["bidder-0", "bidder-1"] {
        case.centre.expect_events(label, TENDER, Command::SignIn {});
    }
    let close = case.close_index();
    case.rewrite(close - 3, |leaves| change(leaves, close));
    let mut files = case.files();
    if case.centre.leaves.len() == close {
        files.remove(&ximu_verify::bundle::path::operations(&super::support::tender_id()));
    }
    Given::files(&files)
}

/// A closed tender with its beats changed as they are written; the flag says which is the closing one.
fn beats(mut change: impl FnMut(&mut BeatLeaf, bool) + 'static) -> Given {
    let mut case = Case::submitted();
    let deadline = case.centre.tender().deadline;
    case.centre.tamper.beats(move |beat| change(beat, beat.scheduled > deadline));
    case.close();
    Given::case(case)
}
