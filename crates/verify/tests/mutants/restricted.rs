//! Restricted envelopes that an auditor brings.

use super::{Given, Mutant, support::Case};
use std::collections::BTreeMap;
use ximu_basics::Hash;
use ximu_procedure::{
    envelope::{BODY, context},
    wire::{Command, form::BodyReference},
};
use ximu_sealed::{EnvelopeHeader, InMemory, OpeningKey, Sealed, seal};
use ximu_sim::{Bid, Bidder, Key, centre::TENDER, keys::seed};
use ximu_verify::{Code, NoteCode};

pub(super) const MUTANTS: &[Mutant] = &[(Code::VaultCommitment, "file ", || {
    let mut given = with_bid(|case, bidder| case.honest(bidder), |_| {});
    // All of them: which ones the bundle has itself, and so are not looked for in the vault, differs.
    for bytes in given.vault.as_mut().unwrap().values_mut() {
        *bytes.last_mut().unwrap() ^= 1;
    }
    given
})];

/// What a bidder sealed or recorded wrongly, and how it is noted.
type Noted = (NoteCode, fn() -> Given);

const NOTED: &[Noted] = &[
    (NoteCode::VaultHeader, || {
        with_bid(
            |case, bidder| case.honest(bidder),
            |command| {
                if let Command::Submit { body, .. } = command {
                    body.header = Hash::of(b"another header");
                }
            },
        )
    }),
    (NoteCode::VaultMac, || {
        with_bid(
            |case, bidder| {
                bidder.seal(&case.centre, 1, "8000000.00", |form| form.body.header_mac_key = Hash([7; 32]))
            },
            |_| {},
        )
    }),
    (NoteCode::VaultContext, || {
        // The body was sealed for version 7 of the bid.
        with_bid(
            |case, bidder| {
                let body = body_for_version(case, bidder, 7);
                let (header, _) = EnvelopeHeader::parse(&body.envelope).unwrap();
                let key = OpeningKey::Identity(&body.recovery.opening_key).check(&header).unwrap();
                let header_mac_key = Hash(*key.file_key().mac_key().as_bytes());
                let reference = BodyReference { commitment: body.commitment.root, header_mac_key };
                let bid = bidder.seal(&case.centre, 1, "8000000.00", |form| form.body = reference);
                Bid { body, ..bid }
            },
            |_| {},
        )
    }),
    (NoteCode::VaultContext, || {
        // The submission recorded another context hash than the body has.
        with_bid(
            |case, bidder| case.honest(bidder),
            |command| {
                if let Command::Submit { body, .. } = command {
                    body.context = Hash::of(b"another context");
                }
            },
        )
    }),
];

impl Case {
    fn honest(&self, bidder: &Bidder) -> Bid {
        bidder.seal(&self.centre, 1, "8000000.00", |_| {})
    }
}

/// An opened tender whose first bid is the given one, and everything that the vault holds.
fn with_bid(bid: impl FnOnce(&Case, &Bidder) -> Bid, change: impl FnOnce(&mut Command)) -> Given {
    let mut case = Case::published();
    let bidder = Bidder::register(&mut case.centre, "first");
    let bid = bid(&case, &bidder);
    let mut command = bidder.submission(&mut case.centre, &bid);
    change(&mut command);
    case.centre.expect_events("first", TENDER, command);
    case.cast.push((bidder, bid));
    for label in ["second", "third", "bidder-3", "silent"] {
        case.bid(label, "9000000.00");
    }
    case.close();
    case.open();
    let vault: BTreeMap<Hash, Vec<u8>> = case.centre.vault.clone();
    Given { vault: Some(vault), ..Given::case(case) }
}

fn body_for_version(case: &Case, bidder: &Bidder, version: u32) -> Sealed {
    let key = Key::of(&bidder.label);
    let context = context(case.centre.tender(), &bidder.party, version, BODY).unwrap();
    let files = [("投标函.txt".to_string(), b"x".to_vec())];
    let contents = InMemory {
        context: &context,
        escrow: None,
        files: &files,
        extra: BTreeMap::new(),
        sealer: key.public().0,
    };
    seal(contents, &seed(BODY, "misdirected"), |message| key.sign(message).0).unwrap()
}

#[test]
fn what_a_bidder_sealed_wrongly_is_noted_and_makes_no_record_fail() {
    for (code, given) in NOTED {
        let report = given().check();
        super::support::holds(&report);
        let noted: Vec<_> = report.notes.iter().map(|note| (note.code, note.entry.to_string())).collect();
        assert!(
            matches!(noted.as_slice(), [(found, place)] if found == code && place.starts_with("file ")),
            "{noted:?}"
        );
    }
}

#[test]
fn an_auditor_with_the_whole_vault_leaves_no_envelope_unchecked() {
    let given = with_bid(|case, bidder| case.honest(bidder), |_| {});
    let report = given.check();
    super::support::holds(&report);
    assert_eq!(report.count("vault"), 6, "five bodies and the form that stays closed");
    assert_eq!(report.undisclosed.keys().collect::<Vec<_>>(), [&"record"]);
}
