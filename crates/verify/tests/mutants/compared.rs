//! Two histories compared.

use super::{
    Given, Mutant, history,
    support::{Case, holds, resign},
};
use ximu_basics::Hash;
use ximu_procedure::wire::Command;
use ximu_sim::{centre::ORIGIN, rules::PEERS};
use ximu_tlog::Checkpoint;
use ximu_verify::Code;

pub(super) const MUTANTS: &[Mutant] = &[
    (Code::CompareForeign, "other", || with(|_| b"not a checkpoint".to_vec())),
    (Code::CompareForeign, "other", || {
        let text = Checkpoint::new(ORIGIN, 1, Hash::of(b"x")).to_string();
        with(|_| history::note(&text, "administrator", &PEERS, 1_591_000_000).into_bytes())
    }),
    (Code::CompareForeign, "other", || {
        with(|case| {
            let mut bundle = resign(&case.files());
            bundle.pop();
            bundle
        })
    }),
    (Code::CompareForeign, "other", || {
        // A bundle whose leaves are not those of its own checkpoint.
        with(|case| {
            let mut files = case.files();
            let path = files.keys().find(|path| path.starts_with("log/entries/")).unwrap().clone();
            *files.get_mut(&path).unwrap().last_mut().unwrap() ^= 1;
            resign(&files)
        })
    }),
    (Code::CompareLarger, "other", || {
        with(|case| {
            grow(case, "newcomer");
            case.centre.checkpoints.last().unwrap().clone().into_bytes()
        })
    }),
    (Code::CompareFork, "checkpoint 3", || {
        let text = Checkpoint::new(ORIGIN, 3, Hash::of(b"another history")).to_string();
        with(|_| history::note(&text, "centre", &PEERS, 1_591_000_000).into_bytes())
    }),
    (Code::CompareFork, "leaf 6", || {
        // The log showed somebody else a bundle in which another firm registered.
        let mut ours = Case::published();
        grow(&mut ours, "one");
        let mut theirs = Case::published();
        grow(&mut theirs, "another");
        Given { other: Some(resign(&theirs.files())), ..Given::case(ours) }
    }),
    (Code::CloseEvidenceOld, "leaf ", || {
        // The last beat is left out, and the checkpoint that covers it in time too; a bidder has it in a receipt.
        let (bundle, newest) = without_the_last_beat();
        Given { other: Some(newest), ..Given::of(bundle) }
    }),
];

/// A bundle that hides that the beat on the deadline was cosigned in time, and the checkpoint that shows it.
fn without_the_last_beat() -> (Vec<u8>, Vec<u8>) {
    let mut case = Case::submitted();
    let deadline = case.centre.tender().deadline;
    case.centre.advance_to(deadline);
    let newest = case.centre.checkpoints.pop().unwrap();
    case.centre.advance_ms(1);
    (resign(&case.files()), newest.into_bytes())
}

/// A published tender compared with something.
fn with(other: impl FnOnce(&mut Case) -> Vec<u8>) -> Given {
    let mut case = Case::published();
    let bundle = resign(&case.files());
    Given { other: Some(other(&mut case)), ..Given::of(bundle) }
}

fn grow(case: &mut Case, label: &str) {
    let name = Hash::of(label.as_bytes());
    case.centre.expect_events(label, "registry", Command::RegisterParty { name });
    case.centre.checkpoint().unwrap();
}

#[test]
fn the_same_history_at_any_size_is_no_fork() {
    let mut case = Case::published();
    let small = resign(&case.files());
    let note = case.centre.checkpoints.last().unwrap().clone().into_bytes();
    grow(&mut case, "newcomer");
    let large = resign(&case.files());
    for (bundle, other) in [(&small, &large), (&large, &small), (&large, &note), (&small, &note)] {
        holds(&Given { other: Some(other.clone()), ..Given::of(bundle.clone()) }.check());
    }
}

#[test]
fn a_checkpoint_that_the_centre_holds_back_is_missed_by_nobody_else() {
    holds(&Given::of(without_the_last_beat().0).check());
}
