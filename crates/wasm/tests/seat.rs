//! A member's part of the module, natively: what it signs at the door, what it refuses out of order, its locked draft.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a broken case must stop the test at once"
)]

use serde_json::{Value, json};
use ximu_basics::{Hash, Instant, Signature};
use ximu_procedure::wire::{
    SignedCommand,
    evaluation::{SeatCosignature, seat_statement, sitting_statement},
    signed::verify,
    waiting::{SeatAsk, ask_statement, read_statement},
};
use ximu_sim::{
    Key,
    centre::{ORIGIN, TENDER},
};
use ximu_wasm::{Desk, Reply};

fn answer(reply: Reply) -> Value {
    serde_json::from_slice(&reply.unwrap()).unwrap()
}

fn seated() -> Desk {
    let mut desk = Desk::default();
    let key = json!({ "secret": "07".repeat(32), "passphrase": null, "salt": null });
    answer(desk.key_new(key.to_string().as_bytes()));
    desk
}

fn ask(desk: &mut Desk) -> SeatAsk {
    let given = json!({ "origin": ORIGIN, "procedure": TENDER, "seat": "nantong-1", "at": 7 });
    let made = answer(desk.seat_ask(given.to_string().as_bytes()));
    ximu_basics::json::from_canonical(made["text"].as_str().unwrap().as_bytes()).unwrap()
}

#[test]
fn what_is_signed_at_the_door_verifies_and_the_seat_is_taken_with_both_words_alone() {
    let mut desk = seated();
    let at = Instant::from_unix_ms(7);
    let asked = ask(&mut desk);
    assert!(verify(
        &asked.key,
        &ask_statement(ORIGIN, TENDER, ("nantong-1", &asked.recipient), None, at),
        &asked.signature
    ));
    let given = json!({ "origin": ORIGIN, "procedure": TENDER, "at": 7 });
    let headers = answer(desk.seat_headers(given.to_string().as_bytes()));
    for (name, said) in
        [("door", read_statement(ORIGIN, TENDER, at)), ("panel", sitting_statement(ORIGIN, TENDER, at))]
    {
        let signature: Signature = headers[name]["ximu-signature"].as_str().unwrap().parse().unwrap();
        assert!(verify(&asked.key, &said, &signature), "{name}");
    }

    let leaf = Hash::of(b"leaf");
    let said = seat_statement(ORIGIN, TENDER, &leaf, &asked.key, &asked.recipient, &asked.seat);
    let word = |label: &str| {
        let key = Key::of(label);
        SeatCosignature { key: key.public(), signature: key.sign(&said) }
    };
    let mut waiting = json!({
        "asked": 7, "keeper": word("keeper"), "key": asked.key, "leaf": leaf, "officer": null,
        "recipient": asked.recipient, "seat": asked.seat, "until": 9,
    });
    let take = |desk: &mut Desk, waiting: &Value| {
        let given =
            json!({ "origin": ORIGIN, "procedure": TENDER, "waiting": waiting, "nonce": "01".repeat(16) });
        desk.seat_take(given.to_string().as_bytes())
    };
    assert_eq!(take(&mut desk, &waiting).unwrap_err().code, "seat-unvouched");
    waiting["officer"] = json!(word("officer"));
    let taken = answer(take(&mut desk, &waiting));
    let command: SignedCommand =
        ximu_basics::json::from_canonical(taken["command"].as_str().unwrap().as_bytes()).unwrap();
    assert_eq!(command.open().unwrap().command.name(), "take_seat");
    waiting["choice"] = json!("face");
    assert_eq!(take(&mut desk, &waiting).unwrap_err().code, "seat-differs", "nobody consents for a member");
    waiting["key"] = json!(Key::of("another").public());
    assert_eq!(take(&mut desk, &waiting).unwrap_err().code, "key-differs");
}

#[test]
fn nothing_is_scored_before_the_committee_was_seen_and_nothing_is_left_after_forgetting() {
    let mut desk = seated();
    assert_eq!(desk.sheet_check(b"{}").unwrap_err().code, "order");
    let given = json!({ "procedure": TENDER, "text": "33", "nonce": "02".repeat(16) });
    let locked = answer(desk.draft_lock(given.to_string().as_bytes()))["locked"].clone();
    let unlock = json!({ "procedure": TENDER, "locked": locked }).to_string();
    assert_eq!(answer(desk.draft_unlock(unlock.as_bytes()))["text"], "33");
    desk.forget(b"").unwrap();
    assert_eq!(desk.draft_unlock(unlock.as_bytes()).unwrap_err().code, "order");
}

#[test]
fn documents_are_for_who_has_looked_at_the_committee() {
    let mut desk = Desk::default();
    assert_eq!(desk.papers(b"").unwrap_err().code, "order");
    assert_eq!(desk.paper_begin(br#"{"bidder":"p-1"}"#).unwrap_err().code, "order");
    assert_eq!(desk.paper_data(b"x").unwrap_err().code, "order");
    assert_eq!(desk.paper_last(b"").unwrap_err().code, "order");
    assert_eq!(desk.paper_end(b"").unwrap_err().code, "order");
}
