//! Commands that are malformed, misdirected, out of place, or made of what belongs to somebody else.

use super::{Firm, PLAN, an_honest_bid_is_receipted, uploads::Upload};
use crate::support::{
    bids::{Bid, signing_key},
    crawl::{Reply, send},
    house::{House, ORIGIN, TENDER, TenderPlan},
};
use serde_json::{Value, json};
use std::fs;
use ximu_basics::{Nonce, json::to_canonical};
use ximu_procedure::wire::{Command, CommandBody, SignedCommand};

/// Another tender of the same centre.
const OTHER: TenderPlan = TenderPlan { id: "yc-2020-0604", ..PLAN };

#[test]
fn a_command_that_is_not_in_order_is_refused_by_its_code_and_the_centre_goes_on() {
    let house = House::founded();
    let (ash, birch) = (Firm::admit(&house, "ash"), Firm::admit(&house, "birch"));
    house.publish(&PLAN);
    house.publish(&OTHER);
    house.key("stranger");
    let bid = an_honest_bid_is_receipted(&house, &ash);
    bytes_that_are_no_command(&house);
    commands_of_nobody_or_for_another_place(&house);
    what_the_role_or_the_stage_does_not_allow(&house);
    what_a_person_writes_wrongly(&house);
    ciphertexts_that_belong_to_another(&house, &bid, &birch);
    a_repeated_command_changes_nothing(&house, &bid);
    an_honest_bid_is_receipted(&house, &birch);
    bid.receipt(&house).expect(0);
}

fn bytes_that_are_no_command(house: &House) {
    let good = String::from_utf8(to_canonical(&signed(house, "ash", |_| {})).unwrap()).unwrap();
    let inner = |from: &str, to: &str| {
        let mut body: Value = serde_json::from_str(&good).unwrap();
        let text = body["body"].as_str().unwrap().replace(from, to);
        let key = signing_key(house, "ash");
        body["signature"] =
            json!(ximu_basics::Signature(ed25519_dalek::Signer::sign(&key, text.as_bytes()).to_bytes()));
        body["body"] = text.into();
        String::from_utf8(to_canonical(&body).unwrap()).unwrap()
    };
    let cases = [
        ("nothing", String::new(), 400, "body_malformed"),
        ("no JSON", "<xml/>".to_owned(), 400, "body_malformed"),
        ("an unknown member", good.replacen('{', "{\"admin\":true,", 1), 400, "body_malformed"),
        ("a member twice", good.replacen('{', "{\"body\":\"\",", 1), 400, "body_malformed"),
        ("another spelling", good.replacen("\":", "\": ", 1), 400, "body_malformed"),
        ("more than a command may have", format!("{good}{}", " ".repeat(300_000)), 413, "body_too_large"),
        (
            "an unknown member of the command",
            inner("\"lot\":", "\"gift\":1,\"lot\":"),
            400,
            "command_malformed",
        ),
        ("a member of the command twice", inner("\"v\":1", "\"v\":1,\"v\":1"), 400, "command_malformed"),
        ("a later version", inner("\"v\":1", "\"v\":2"), 400, "command_version"),
        ("a command that there is not", inner("\"withdraw\"", "\"bribe\""), 400, "command_malformed"),
    ];
    for (what, text, status, code) in cases {
        let reply = post(house, text.as_bytes());
        assert_eq!((reply.status, reply.json()["code"].as_str()), (status, Some(code)), "{what}");
    }
}

fn commands_of_nobody_or_for_another_place(house: &House) {
    let mut false_signature = signed(house, "ash", |_| {});
    false_signature.signature.0[7] ^= 1;
    let cases = [
        ("a changed signature", false_signature, 401, "signature_invalid"),
        (
            "replayed from another log",
            signed(house, "ash", |body| body.origin = "rehearsal.nantong.example/log".into()),
            400,
            "origin_differs",
        ),
        (
            "for a tender that there is not",
            signed(house, "ash", |body| body.procedure = "yc-2020-9999".parse().unwrap()),
            404,
            "procedure_unknown",
        ),
        (
            "sent to the register",
            signed(house, "ash", |body| body.procedure = "registry".parse().unwrap()),
            400,
            "command_misplaced",
        ),
        ("by a stranger", signed(house, "stranger", |_| {}), 401, "key_unknown"),
    ];
    for (what, command, status, code) in cases {
        let reply = post(house, &to_canonical(&command).unwrap());
        assert_eq!((reply.status, reply.json()["code"].as_str()), (status, Some(code)), "{what}");
    }
}

fn what_the_role_or_the_stage_does_not_allow(house: &House) {
    let propose = json!({"type": "propose", "candidates": []});
    let release = json!({"type": "release", "lot": "lot-1", "envelope": "YWdl"});
    let cases = [
        ("a bidder ranks", "ash", &propose, "role_not_allowed"),
        ("a bidder closes", "ash", &json!({"type": "end_window"}), "role_not_allowed"),
        ("the tenderer ranks before the opening", "tenderer", &propose, "stage_wrong"),
        ("a bidder releases before the window", "ash", &release, "stage_wrong"),
        (
            "a bidder asks for rescue before the window",
            "ash",
            &json!({"type": "ask_rescue", "lot": "lot-1"}),
            "stage_wrong",
        ),
    ];
    for (what, label, command, code) in cases {
        let answer = house.act(label, TENDER, command).json(3);
        assert_eq!(answer["code"], code, "{what}");
        assert_eq!(answer["accepted"], false, "{what}");
    }
}

fn what_a_person_writes_wrongly(house: &House) {
    let path = house.path("people/wrong.json");
    let cases = [
        (r#"{"type": "award", "bidder": "p-1", "bidder": "p-2"}"#, "bidder"),
        (r#"{"type": "sign_in", "colour": "red"}"#, "colour"),
        (r#"{"type": "bribe"}"#, "bribe"),
        (r#"{"type": "sign_in""#, "EOF"),
    ];
    for (text, named) in cases {
        fs::write(&path, text).unwrap();
        let ran = house.tool_as("ash", &["act"], &[TENDER, path.to_str().unwrap()]);
        assert_eq!(ran.code, 2, "{text}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(named), "{text}: {}", ran.err);
    }
}

/// A rival has another's ciphertext (from a disk, from a line) and submits it as its own; or it submits what custody has
/// signed for in another tender; or more than a form may have.
fn ciphertexts_that_belong_to_another(house: &House, bid: &Bid, rival: &Firm) {
    let copy = Bid {
        label: rival.label.to_owned(),
        party: rival.party.clone(),
        folder: house.path("bids/copied"),
        form_canary: String::new(),
        body_canary: String::new(),
    };
    crate::support::disk::copy(&bid.folder, &copy.folder);
    for kept in ["submit.json", "submit.acknowledgement.json", "receipt.json"] {
        fs::remove_file(copy.folder.join(kept)).unwrap();
    }
    let mut submission = copy.submission();
    submission["bidder"] = rival.party.as_str().into();
    let key = ximu_basics::PublicKey(signing_key(house, rival.label).verifying_key().to_bytes());
    submission["sealer"] = json!(key);
    fs::write(copy.folder.join("submission.json"), to_canonical(&submission).unwrap()).unwrap();
    let refused = copy.submit(house);
    assert_eq!((refused.code, refused.clone().json(3)["code"].as_str()), (3, Some("envelope_duplicate")));
    let kept = copy.folder.join("submit.acknowledgement.json");
    assert!(kept.is_file(), "the signed refusal is kept");

    let sent: SignedCommand =
        serde_json::from_slice(&fs::read(bid.folder.join("submit.json")).unwrap()).unwrap();
    let command = serde_json::to_value(sent.open().unwrap().command).unwrap();
    let elsewhere = house.act("ash", OTHER.id, &command).json(3);
    assert_eq!(elsewhere["code"], "custody_missing", "{elsewhere}");

    let (form, body) = (vec![1; 262_145], vec![2; 100]);
    let mut large = command;
    for (member, bytes) in [("form", &form), ("body", &body)] {
        let answer = Upload::honest(rival.label, bytes).send(house).json();
        for name in ["commitment", "bytes", "custody"] {
            large[member][name] = answer[name].clone();
        }
        large[member]["header"] = answer["commitment"].clone();
    }
    let refused = house.act(rival.label, TENDER, &large).json(3);
    assert_eq!(refused["code"], "envelope_too_large", "{refused}");
}

fn a_repeated_command_changes_nothing(house: &House, bid: &Bid) {
    let sent = fs::read(bid.folder.join("submit.json")).unwrap();
    let sent = sent.strip_suffix(b"\n").unwrap();
    let (first, second) = (post(house, sent), post(house, sent));
    assert_eq!((first.status, first.text()), (200, second.text()));
    let kept: Value =
        serde_json::from_slice(&fs::read(bid.folder.join("submit.acknowledgement.json")).unwrap()).unwrap();
    assert_eq!(first.json()["acknowledgement"], kept["acknowledgement"]);
}

/// A withdrawal, signed by a label's key after a change.
fn signed(house: &House, label: &str, change: impl FnOnce(&mut CommandBody)) -> SignedCommand {
    let mut body = CommandBody {
        v: 1,
        origin: ORIGIN.into(),
        procedure: TENDER.parse().unwrap(),
        nonce: Nonce([9; 16]),
        command: Command::Withdraw { lot: "lot-1".parse().unwrap(), version: 19 },
    };
    change(&mut body);
    SignedCommand::sign(&body, &signing_key(house, label).to_bytes()).unwrap()
}

fn post(house: &House, body: &[u8]) -> Reply {
    let head = format!(
        "POST /api/v1/commands HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
        body.len()
    );
    send(house.host_relay.address, &head, body)
}
