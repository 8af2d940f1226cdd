//! What is rejected before anybody is known to have said anything, in the order of journal 3.2.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use ximu_basics::{Nonce, Signature};
use ximu_procedure::{
    Rejection,
    wire::{Command, CommandBody, SignedCommand, signed::BODY_BYTES_MAX},
};
use ximu_sim::{
    Centre, Key,
    centre::{ORIGIN, TENDER},
};

fn code(centre: &mut Centre, signed: &SignedCommand) -> &'static str {
    let size = centre.leaves.len();
    let code = centre.give_signed(signed).as_ref().unwrap_err().code();
    assert_eq!(centre.leaves.len(), size, "a rejection is never journaled");
    code
}

fn body(procedure: &str, command: Command) -> CommandBody {
    CommandBody {
        v: 1,
        origin: ORIGIN.into(),
        procedure: procedure.parse().unwrap(),
        nonce: Nonce([7; 16]),
        command,
    }
}

fn sign(body: &CommandBody) -> SignedCommand {
    SignedCommand::sign(body, &Key::of("tenderer").secret).unwrap()
}

fn cancel() -> Command {
    Command::Cancel { reason: "no road".into() }
}

#[test]
fn every_rejection_has_its_code() {
    let mut centre = Centre::new();
    centre.publish(|_| {});
    let good = sign(&body(TENDER, cancel()));
    let spelled = |text: String| SignedCommand { body: text, ..good.clone() };
    let other_origin = CommandBody { origin: "elsewhere/log".into(), ..body(TENDER, cancel()) };
    let version_2 = CommandBody { v: 2, ..body(TENDER, cancel()) };
    let stranger = SignedCommand::sign(&body(TENDER, cancel()), &Key::of("stranger").secret).unwrap();
    let table: [(&str, SignedCommand); 11] = [
        ("command_too_long", spelled("x".repeat(BODY_BYTES_MAX + 1))),
        ("command_malformed", spelled("{}".into())),
        ("command_malformed", spelled(format!(" {}", good.body))),
        ("command_malformed", spelled(good.body.replacen("{\"", "{\"aa\":1,\"", 1))),
        ("command_malformed", spelled(good.body.replacen("\"v\":1", "\"v\":1,\"v\":1", 1))),
        ("command_version", sign(&version_2)),
        ("signature_invalid", SignedCommand { signature: Signature([1; 64]), ..good.clone() }),
        ("origin_differs", sign(&other_origin)),
        ("command_misplaced", sign(&body("registry", cancel()))),
        ("procedure_unknown", sign(&body("yc-2020-0604", cancel()))),
        ("key_unknown", stranger),
    ];
    for (expected, signed) in table {
        assert_eq!(code(&mut centre, &signed), expected, "{:.80}", signed.body);
    }
    assert!(centre.give_signed(&good).is_ok(), "the command itself was good");
}

#[test]
fn one_changed_byte_of_the_body_breaks_the_signature() {
    let mut centre = Centre::new();
    centre.publish(|_| {});
    let good = sign(&body(TENDER, cancel()));
    let changed = SignedCommand { body: good.body.replace("no road", "no rope"), ..good };
    assert!(matches!(centre.give_signed(&changed), Err(Rejection::Signed(_))));
}

#[test]
fn a_command_for_another_log_cannot_be_replayed_here() {
    let there = CommandBody { origin: "rehearsal.suzhou.example/log".into(), ..body(TENDER, cancel()) };
    let mut centre = Centre::new();
    centre.publish(|_| {});
    assert_eq!(code(&mut centre, &sign(&there)), "origin_differs");
}

#[test]
fn a_strangers_key_may_register_and_nothing_else() {
    let mut centre = Centre::new();
    let name = ximu_basics::Hash::of(b"stranger");
    let register =
        SignedCommand::sign(&body("registry", Command::RegisterParty { name }), &Key::of("stranger").secret)
            .unwrap();
    assert!(centre.give_signed(&register).is_ok());
    let again = centre.give_signed(&register).unwrap();
    assert!(
        matches!(again, ximu_procedure::wire::Outcome::Refusal(refusal) if refusal.code() == "already_exists")
    );
}
