//! How it was checked who sits down (evaluation 3.6): every way that is taken and every one that is refused.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a broken case must stop the test at once")]

use ximu_basics::Hash;
use ximu_procedure::{
    role::Role,
    wire::{
        Command, Outcome, Refusal,
        identity::{FaceMatch, IdentityCheck, IdentityChoice},
        refusal::Thing,
    },
};
use ximu_sim::{
    centre::TENDER,
    committee::{OFFICER, POOL, Sitting, seat_label},
};

fn face(similarity: &str, matched: bool) -> FaceMatch {
    FaceMatch {
        matched,
        model: Hash::of(b"model"),
        similarity: similarity.parse().unwrap(),
        threshold: "0.400".parse().unwrap(),
    }
}

fn check(choice: IdentityChoice, face: Option<FaceMatch>) -> IdentityCheck {
    IdentityCheck { choice, face }
}

#[test]
fn every_check_that_holds_is_taken_and_stands_at_the_seat() {
    use IdentityChoice::{Face, Officer};
    for identity in [
        None,
        Some(check(Officer, None)),
        Some(check(Face, None)),
        Some(check(Face, Some(face("0.512", true)))),
        // Another face is no refusal: the officer has seen the document.
        Some(check(Face, Some(face("-0.031", false)))),
    ] {
        let mut sitting = Sitting::new(&["9300000.00", "9712000.00", "9500000.00"]);
        let leaf = sitting.member(0);
        let label = seat_label(&leaf, 0);
        let command = sitting.seat_checked(&leaf, &label, (POOL, OFFICER), identity.clone());
        let bytes = ximu_basics::json::to_canonical(&command).unwrap();
        let read: Command = ximu_basics::json::from_canonical(&bytes).unwrap();
        assert_eq!(read, command);
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.contains("identity"), identity.is_some(), "{text}");
        sitting.centre.expect_events(&label, TENDER, command);
        let seats = &sitting.centre.tender().evaluation.as_ref().unwrap().seats;
        assert_eq!(seats.get(&leaf).unwrap().identity, identity);
    }
}

#[test]
fn no_face_without_consent_and_none_but_what_the_officer_signed() {
    use IdentityChoice::{Face, Officer};
    let mut sitting = Sitting::new(&["9300000.00", "9712000.00", "9500000.00"]);
    let leaf = sitting.member(0);
    let label = seat_label(&leaf, 0);
    let mut refused = |command: Command| match sitting.centre.give(&label, TENDER, command).unwrap() {
        Outcome::Refusal(refusal) => refusal,
        Outcome::Events(events) => panic!("accepted: {events:?}"),
    };
    let differs = Refusal::Mismatch { what: Thing::Face };
    let probe = Sitting::new(&["9300000.00", "9712000.00", "9500000.00"]);
    let seat = |identity| probe.seat_checked(&leaf, &label, (POOL, OFFICER), identity);
    for (identity, expected) in [
        (check(Officer, Some(face("0.512", true))), Refusal::ConsentMissing {}),
        (check(Face, Some(face("0.399", true))), differs.clone()),
        (check(Face, Some(face("0.400", false))), differs.clone()),
        (check(Face, Some(face("0.5", true))), differs.clone()),
        (check(Face, Some(face("1.001", true))), differs),
    ] {
        assert_eq!(refused(seat(Some(identity.clone()))), expected, "{identity:?}");
    }
    // What the officer did not sign: another result, another choice, none, one where there was none.
    let signed = check(Face, Some(face("0.399", false)));
    let none = Refusal::RoleNotAllowed { needs: vec![Role::WitnessOfficer] };
    for (before, after) in [
        (Some(signed.clone()), Some(check(Face, Some(face("0.512", true))))),
        (Some(signed.clone()), Some(check(Face, None))),
        (Some(signed.clone()), None),
        (Some(check(Officer, None)), Some(check(Face, None))),
        (None, Some(signed)),
    ] {
        let Command::TakeSeat { leaf, seat, recipient, keeper, officer, .. } = seat(before.clone()) else {
            panic!()
        };
        let identity = after.clone().map(Box::new);
        let bent = Command::TakeSeat { leaf, seat, recipient, keeper, officer, identity };
        assert_eq!(refused(bent), none, "{before:?} {after:?}");
    }
}
