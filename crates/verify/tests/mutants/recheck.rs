//! What a centre could do to a recheck: move the base, the points of a price, a vote; or hide what must be public.

use super::{Given, Mutant, support::Case};
use ximu_basics::{Hash, Money};
use ximu_procedure::wire::{Entry, Event, Leaf, Outcome, VeilLeaf, evaluation::Conclusion, leaf::Class};
use ximu_sim::centre::TENDER;
use ximu_verify::Code;

pub(super) const MUTANTS: &[Mutant] = &[
    (Code::EntryOutcome, "leaf ", || {
        // The base is that of the bids that are left, as it would be without the order's freeze.
        concluded(|conclusion| conclusion.base = Some(Money::yuan("9650000.00").unwrap()))
    }),
    (Code::EntryOutcome, "leaf ", || {
        concluded(|conclusion| {
            let line = &mut conclusion.lines[0];
            line.price_score = "50.00".parse().unwrap();
        })
    }),
    (Code::EntryOutcome, "leaf ", || concluded(|conclusion| conclusion.round = None)),
    (Code::EntryOutcome, "leaf ", || {
        // A vote that was for a rejection is written as one against it.
        rechecked(|entry| {
            let Outcome::Events(events) = &mut entry.outcome else { return };
            for event in events {
                if let Event::RejectionVoted { agree, .. } = event {
                    *agree = !*agree;
                }
            }
        })
    }),
    (Code::VeilNumber, "leaf ", || {
        // Something of a recheck stands behind a veil.
        let mut case = Case::reopened(|_| {});
        let number = u32::try_from(case.centre.panel_operations.len()).unwrap();
        let (procedure, root) = (TENDER.parse().unwrap(), Hash([7; 32]));
        let veil = VeilLeaf { v: 1, procedure, class: Class::Panel, number, root };
        let at = case.centre.leaves.len();
        case.rewrite(at, |leaves| leaves.push(Leaf::Veil(veil).to_bytes().unwrap()));
        Given::case(case)
    }),
];

/// A recheck that rejects the lowest bid, its entries changed as they are written.
fn rechecked(change: impl FnMut(&mut Entry) + 'static) -> Given {
    Given::case(Case::rechecked(|sitting| sitting.centre.tamper.entries(change)))
}

/// The same, its conclusion changed.
fn concluded(mut change: impl FnMut(&mut Conclusion) + 'static) -> Given {
    rechecked(move |entry| {
        let Outcome::Events(events) = &mut entry.outcome else { return };
        for event in events {
            if let Event::EvaluationConcluded(conclusion) = event {
                change(conclusion);
            }
        }
    })
}
