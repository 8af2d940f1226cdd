//! How it was checked who sits down: what the officer signed, and nothing else (evaluation 3.6).

use super::{Given, Mutant, support::Case};
use ximu_basics::Hash;
use ximu_procedure::wire::{
    Command, SignedCommand,
    identity::{FaceMatch, IdentityCheck, IdentityChoice},
};
use ximu_sim::{
    Key,
    centre::TENDER,
    committee::{OFFICER, POOL, seat_label},
};
use ximu_verify::Code;

pub(super) const MUTANTS: &[Mutant] = &[
    (Code::EntryOutcome, "leaf ", || {
        changed(|identity| {
            if let Some(FaceMatch { matched, similarity, .. }) = &mut identity.as_mut().unwrap().face {
                (*matched, *similarity) = (true, "0.512".parse().unwrap());
            }
        })
    }),
    (Code::EntryOutcome, "leaf ", || {
        changed(|identity| {
            if let Some(FaceMatch { matched, threshold, .. }) = &mut identity.as_mut().unwrap().face {
                (*matched, *threshold) = (true, "0.100".parse().unwrap());
            }
        })
    }),
    (Code::EntryOutcome, "leaf ", || changed(|identity| identity.as_mut().unwrap().face = None)),
    (Code::EntryOutcome, "leaf ", || changed(|identity| *identity = None)),
];

/// The member signs something else than the officer did, and the centre writes it all the same.
fn changed(change: impl Fn(&mut Option<Box<IdentityCheck>>) + 'static) -> Given {
    let mut sitting = Case::sitting();
    let leaf = sitting.member(0);
    let label = seat_label(&leaf, 0);
    let face = FaceMatch {
        matched: false,
        model: Hash::of(b"model"),
        similarity: "0.212".parse().unwrap(),
        threshold: "0.400".parse().unwrap(),
    };
    let identity = IdentityCheck { choice: IdentityChoice::Face, face: Some(face) };
    let command = sitting.seat_checked(&leaf, &label, (POOL, OFFICER), Some(identity));
    let key = Key::of(&label);
    sitting.centre.tamper.entries(move |entry| {
        let mut body = entry.signed.open().unwrap();
        if let Command::TakeSeat { identity, .. } = &mut body.command {
            change(identity);
            entry.signed = SignedCommand::sign(&body, &key.secret).unwrap();
        }
    });
    sitting.centre.expect_events(&label, TENDER, command);
    sitting.centre.checkpoint();
    Given::case(Case::of(sitting))
}
