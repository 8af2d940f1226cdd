//! Two histories compared.

use super::{
    Given, Mutant, history,
    support::{Case, holds, resign},
};
use ximu_basics::{Hash, json};
use ximu_procedure::wire::{Command, Operation};
use ximu_sim::{centre::ORIGIN, rules::PEERS};
use ximu_tlog::{Checkpoint, Note, Proof, Receipt, beat, merkle::prove_inclusion};
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
    (Code::TenderMissing, "bundle", || {
        // An honest bundle, at the address of a tender that was never published.
        Given { procedure: Some("never".parse().unwrap()), ..Given::case(Case::published()) }
    }),
    (Code::CompareReceipt, "leaf ", a_dropped_operation),
    (Code::CloseEvidenceOld, "leaf ", || {
        // The last beat is left out, and the checkpoint that covers it in time too; a bidder has it in a receipt.
        let (bundle, newest) = without_the_last_beat();
        Given { other: Some(newest), ..Given::of(bundle) }
    }),
];

/// An honest bundle, and the receipt of another operation in the beat before CLOSE that it does not disclose: the root
/// is of one operation that its bidder alone ever had.
fn a_dropped_operation() -> Given {
    let mut case = Case::submitted();
    let (bundle, receipt) = receipted(&mut case, |operation| operation.at = operation.at.plus_ms(1));
    Given { other: Some(receipt), ..Given::of(bundle) }
}

/// The tender closed, and a receipt of its first operation, changed, at the leaf of its beat.
fn receipted(case: &mut Case, change: impl FnOnce(&mut Operation)) -> (Vec<u8>, Vec<u8>) {
    let deadline = case.centre.tender().deadline;
    case.centre.advance_to(deadline.plus_ms(1));
    let bundle = resign(&case.files());
    let all = case.disclosed();
    let mut operation: Operation = json::from_canonical(all[0].operation.as_bytes()).unwrap();
    let number = operation.beat;
    let of_beat = |text: &str| json::from_canonical::<Operation>(text.as_bytes()).unwrap().beat == number;
    let held: Vec<_> = all.iter().filter(|one| of_beat(&one.operation)).collect();
    let held: Vec<_> = held
        .iter()
        .map(|one| beat::Operation { order: one.order, bytes: one.operation.as_bytes() })
        .collect();
    let beat = beat::Beat::new(&case.centre.class_seed(), number.into(), &held).unwrap();
    change(&mut operation);
    let index = case.centre.tender().beats[number as usize].leaf;
    let size = case.centre.tree.size();
    let path = prove_inclusion(index, size, &case.centre.tree).unwrap();
    let checkpoint = Note::parse(case.centre.checkpoints.last().unwrap().as_bytes()).unwrap();
    let proof = Proof { extra: None, index, path, checkpoint };
    let leaf = &case.centre.leaves[index as usize];
    let bytes = json::to_canonical(&operation).unwrap();
    let receipt = Receipt::new(&bytes, beat.path(0).unwrap(), leaf, &proof).unwrap();
    (bundle, json::to_canonical(&receipt).unwrap())
}

#[test]
fn a_receipt_of_a_disclosed_operation_compares() {
    let mut case = Case::submitted();
    let (bundle, mut receipt) = receipted(&mut case, |_| {});
    holds(&Given { other: Some(receipt.clone()), ..Given::of(bundle.clone()) }.check());
    receipt.push(b'\n');
    holds(&Given { other: Some(receipt), ..Given::of(bundle) }.check());
}

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
