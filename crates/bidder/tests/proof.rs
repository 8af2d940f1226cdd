//! Acknowledgements and receipts of a centre that means to lose the bid: each is seen through at once (journal 9).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use ximu_basics::{Hash, Instant, Seed, Signature, json};
use ximu_bidder::{
    BidderError,
    proof::{Receipted, check_acknowledgement, check_entry, check_receipt},
};
use ximu_procedure::wire::{
    Acknowledgement, BeatLeaf, Command, Leaf, Operation, Outcome, Refusal, SignedCommand, leaf::Class,
};
use ximu_sim::{
    Bidder, Centre, Key,
    centre::{ORIGIN, TENDER, policy},
};
use ximu_tlog::{
    Note, Receipt,
    beat::{self, Beat},
    merkle::{leaf_hash, prove_inclusion},
    proof::Proof,
};

/// A bid that a centre says it has recorded.
struct Case {
    centre: Centre,
    signed: SignedCommand,
    operation: Operation,
}

impl Case {
    /// One bid, honestly recorded, before its beat.
    fn new() -> Case {
        let mut centre = Centre::new();
        centre.publish(|_| {});
        let bidder = Bidder::register(&mut centre, "firm");
        let bid = bidder.seal(&centre, 1, "9000000.00", |_| {});
        let command = bidder.submission(&mut centre, &bid);
        let signed = centre.signed("firm", TENDER, command);
        centre.give_signed(&signed).unwrap();
        let bytes = &centre.operations[&TENDER.parse().unwrap()][0].bytes;
        let operation = json::from_canonical(bytes).unwrap();
        Case { centre, signed, operation }
    }

    fn subject(&self) -> String {
        text(&self.operation)
    }

    fn word(&self) -> Acknowledgement {
        Acknowledgement {
            v: 1,
            origin: ORIGIN.into(),
            procedure: TENDER.parse().unwrap(),
            id: self.signed.id(),
            at: self.operation.at,
            beat: Some(self.operation.beat),
            subject: Hash::of(self.subject().as_bytes()),
            accepted: true,
            signature: Signature([0; 64]),
        }
    }

    fn acknowledged(&self, word: Acknowledgement, subject: &str) -> Result<(), BidderError> {
        let word = word.sign(&Key::of("centre").secret).unwrap();
        check_acknowledgement(&word, subject, &Key::of("centre").public(), &self.signed.id(), true)
    }

    /// A receipt of the operation in a beat made for it: the leaf is what the host likes, the proofs are right.
    fn receipt(&mut self, change: impl FnOnce(&mut BeatLeaf)) -> Result<Receipted, BidderError> {
        let subject = self.subject();
        let operations = [beat::Operation { order: 0, bytes: subject.as_bytes() }];
        let beat = Beat::new(&Seed([7; 32]), u64::from(self.operation.beat), &operations).unwrap();
        let mut leaf = BeatLeaf {
            v: 1,
            procedure: TENDER.parse().unwrap(),
            class: Class::Sealed,
            number: self.operation.beat,
            scheduled: self.centre.now,
            root: beat.root(),
        };
        change(&mut leaf);
        let leaf = Leaf::Beat(leaf).to_bytes().unwrap();
        let proof = self.append(&leaf);
        let receipt = Receipt::new(subject.as_bytes(), beat.path(0).unwrap(), &leaf, &proof).unwrap();
        check_receipt(&text(&receipt), &policy(), &subject, &self.signed.id())
    }

    fn append(&mut self, leaf: &[u8]) -> Proof {
        let index = self.centre.leaves.len() as u64;
        self.centre.tree.push(leaf_hash(leaf));
        self.centre.leaves.push(leaf.to_vec());
        let note = self.centre.checkpoint().unwrap();
        let path = prove_inclusion(index, self.centre.tree.size(), &self.centre.tree).unwrap();
        Proof { extra: None, index, path, checkpoint: Note::parse(note.as_bytes()).unwrap() }
    }
}

fn text(value: &impl serde::Serialize) -> String {
    String::from_utf8(json::to_canonical(value).unwrap()).unwrap()
}

#[test]
fn a_receipt_holds_for_its_own_beat_of_its_own_tender_only() {
    let mut case = Case::new();
    assert!(case.receipt(|_| {}).is_ok());
    type Change = fn(&mut BeatLeaf);
    let changes: [(&str, Change); 4] = [
        ("another procedure, cancelled later, whose seed nobody will see", |leaf| {
            leaf.procedure = "dummy-1".parse().unwrap();
        }),
        ("another beat", |leaf| leaf.number += 1),
        ("another class", |leaf| leaf.class = Class::Public),
        ("a beat that was due before the command came", |leaf| leaf.scheduled = Instant::from_unix_ms(1)),
    ];
    for (name, change) in changes {
        let found = case.receipt(change);
        assert!(matches!(found, Err(BidderError::Receipt(_))), "{name}: {found:?}");
    }
}

#[test]
fn a_receipt_of_another_operation_is_no_receipt() {
    let mut case = Case::new();
    case.operation.procedure = "dummy-1".parse().unwrap();
    let found = case.receipt(|leaf| leaf.procedure = "dummy-1".parse().unwrap());
    assert!(found.is_err(), "the operation says one procedure, its command another: {found:?}");

    let mut case = Case::new();
    let other = case.centre.signed("firm", TENDER, Command::SignIn {});
    case.operation.signed = other;
    let found = case.receipt(|_| {});
    assert!(found.is_err(), "another command of the same bidder: {found:?}");
}

#[test]
fn a_bid_counts_when_its_beat_was_cosigned_up_to_the_deadline_and_the_grace() {
    let mut case = Case::new();
    let (rules, deadline) = (case.centre.tender().rules.clone(), case.centre.tender().deadline);
    // A cosigned time is a whole second.
    let latest = deadline.plus_ms(rules.beats.grace_ms).unix_ms() / 1000;
    for (second, counts) in [(latest, true), (latest + 1, false)] {
        case.centre.now = Instant::from_unix_ms(second * 1000);
        let held = case.receipt(|_| {}).unwrap();
        assert_eq!(held.counts(&rules, deadline), counts, "{second}");
        assert!(held.counts(&rules, deadline.plus_ms(1_000)), "the deadline may move later");
    }
    case.operation.outcome = Outcome::Refusal(Refusal::EnvelopeDuplicate {});
    case.centre.now = deadline;
    let held = case.receipt(|_| {}).unwrap();
    assert!(!held.counts(&rules, deadline), "a refusal never counts, however early");
}

#[test]
fn an_acknowledgement_says_of_the_command_what_its_bytes_say() {
    let case = Case::new();
    let subject = case.subject();
    assert_eq!(case.acknowledged(case.word(), &subject), Ok(()));
    type Change = fn(&mut Acknowledgement);
    let changes: [(&str, Change); 6] = [
        ("another command", |word| word.id = Hash::of(b"other")),
        ("another log", |word| word.origin = "elsewhere".into()),
        ("another procedure", |word| word.procedure = "other".parse().unwrap()),
        ("another instant", |word| word.at = word.at.plus_ms(-1)),
        ("no beat", |word| word.beat = None),
        ("a refusal", |word| word.accepted = false),
    ];
    for (name, change) in changes {
        let mut word = case.word();
        change(&mut word);
        assert!(case.acknowledged(word, &subject).is_err(), "{name}");
    }
    let unsigned = case.word();
    let centre = Key::of("centre").public();
    assert!(check_acknowledgement(&unsigned, &subject, &centre, &case.signed.id(), true).is_err());
}

#[test]
fn an_acknowledgement_of_nothing_or_of_a_refusal_is_not_taken_for_one() {
    let mut case = Case::new();
    let nothing = "{\"x\":1}";
    let word = Acknowledgement { subject: Hash::of(nothing.as_bytes()), ..case.word() };
    assert!(case.acknowledged(word, nothing).is_err());

    let other = case.centre.signed("firm", TENDER, Command::SignIn {});
    let good = std::mem::replace(&mut case.operation.signed, other);
    assert!(case.acknowledged(case.word(), &case.subject()).is_err(), "the bytes hold another command");

    case.operation.signed = good;
    case.operation.outcome = Outcome::Refusal(Refusal::EnvelopeDuplicate {});
    let subject = case.subject();
    assert!(case.acknowledged(case.word(), &subject).is_err(), "signed as accepted, recorded as refused");
    let refused = Acknowledgement { accepted: false, ..case.word() };
    assert!(case.acknowledged(refused, &subject).is_err(), "answered as accepted, signed as refused");
}

#[test]
fn the_proof_of_an_entry_is_checked_too() {
    let mut case = Case::new();
    let signed = case.centre.signed("late", "registry", Command::RegisterParty { name: Hash::of(b"late") });
    case.centre.give_signed(&signed).unwrap();
    let entry = String::from_utf8(case.centre.leaves.last().unwrap().clone()).unwrap();
    let note = case.centre.checkpoint().unwrap();
    let index = case.centre.leaves.len() as u64 - 1;
    let path = prove_inclusion(index, case.centre.tree.size(), &case.centre.tree).unwrap();
    let proof = Proof { extra: None, index, path, checkpoint: Note::parse(note.as_bytes()).unwrap() };
    let check = |entry: &str, index, command: Hash| {
        check_entry(entry, index, &proof.to_string(), &policy(), &command)
    };
    assert!(check(&entry, index, signed.id()).unwrap().happened);
    assert!(check(&entry, index, case.signed.id()).is_err(), "another command");
    assert!(check(&entry, index - 1, signed.id()).is_err(), "another leaf");
    assert!(check(&case.subject(), index, case.signed.id()).is_err(), "no entry, and not in the log");
}
