//! The desk's table: every command of the closed set has its line, and what is entered becomes the command it says.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::{Value, json};
use ximu_bidder::desk::{
    self, Elsewhere, Foreseen, Kind, Place,
    assemble::Values,
    table::{ROLES, TABLE},
};
use ximu_procedure::{policy, role::Role, wire::Command};
use ximu_sim::centre::{ORIGIN, TENDER};

/// The signing key of a label.
fn key(label: &str) -> ximu_bidder::Key {
    ximu_bidder::Key::from_secret(ximu_sim::Key::of(label).secret)
}

/// One line for each command: where it is given, and each member with what is entered.
fn listing() -> String {
    let mut text = String::from(
        "# command place: and at the desk each member, what is entered (? when it may stay empty), and when\n",
    );
    for deed in TABLE {
        match deed.place {
            Place::Elsewhere(place) => writeln!(text, "{} elsewhere: {place:?}", deed.command).unwrap(),
            Place::Desk(fields) => {
                let basis: Vec<String> = deed.basis.iter().map(|basis| format!("{basis:?}")).collect();
                writeln!(text, "{} desk: {}", deed.command, basis.join(" ")).unwrap();
                for field in fields {
                    let optional = if field.optional { "?" } else { "" };
                    writeln!(
                        text,
                        "  {}{optional} {:?} label={} {:?}",
                        field.path, field.kind, field.label, field.when
                    )
                    .unwrap();
                }
            }
        }
    }
    text
}

#[test]
fn every_command_is_described_or_named_with_the_place_where_it_is_given() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/desk.txt");
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    let found = listing();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &found).unwrap();
    } else {
        assert_eq!(golden, found, "the desk's table changed; UPDATE_GOLDEN=1 writes {path}");
    }
}

#[test]
fn the_table_has_the_commands_of_the_table_of_permissions_in_its_order() {
    let desk: Vec<&str> = TABLE.iter().map(|deed| deed.command).collect();
    let permissions: Vec<&str> = policy::TABLE.iter().map(|row| row.command).collect();
    assert_eq!(desk, permissions);
}

#[test]
fn what_no_person_gives_is_said_so_and_nothing_else_is() {
    for (deed, row) in TABLE.iter().zip(policy::TABLE) {
        let only = |role| row.roles.iter().all(|other| *other == role);
        assert_eq!(only(Role::Centre), deed.place == Place::Elsewhere(Elsewhere::Centre), "{}", row.command);
        assert_eq!(only(Role::Holder), deed.place == Place::Elsewhere(Elsewhere::Holder), "{}", row.command);
    }
    let granted: Vec<Value> =
        Role::ALL.iter().filter(|role| role.can_be_granted()).map(|role| json!(role)).collect();
    assert_eq!(json!(ROLES), Value::Array(granted));
}

/// Something that can be entered.
fn entered(kind: Kind) -> Value {
    let held = json!({ "name": "a.pdf", "sha256": "ab".repeat(32), "salt": "cd".repeat(32) });
    match kind {
        Kind::Text(_) => json!("某某"),
        Kind::Line => json!("p-0000000000000000"),
        Kind::Number => json!("1"),
        Kind::Amount => json!("20000"),
        Kind::Instant => json!("2026-12-01T10:00"),
        Kind::YesNo => json!("yes"),
        Kind::Word(words) => json!(words.first()),
        Kind::Words(words) => json!([words.last(), words.first()]),
        Kind::Pick(list) if list.is_numbered() => json!("1"),
        Kind::Pick(desk::List::BondKinds) => json!("guarantee"),
        Kind::Pick(desk::List::Drawn | desk::List::Seats | desk::List::Delegates) => json!("ab".repeat(32)),
        Kind::Pick(_) => json!("p-0000000000000000"),
        Kind::Picks(_) => json!(["p-0000000000000001", "p-0000000000000000"]),
        Kind::Grounds(_, words) => json!({ "p-0000000000000000": words.first() }),
        Kind::FileHash | Kind::Contract => held,
        Kind::Documents => json!([{ "name": "a.pdf", "hash": "ab".repeat(32), "bytes": 3 }]),
        Kind::Credentials => {
            json!([{ "credential": "licence", "name": "a.pdf", "sha256": "ab".repeat(32), "salt": "cd".repeat(32) }])
        }
        Kind::Account | Kind::Name => json!({ "salt": "cd".repeat(32), "text": "6222 0000" }),
    }
}

/// Everything that can be entered for a command, its conditions fulfilled one after the other.
fn every_form(fields: &'static [desk::Field]) -> Vec<Values> {
    let full: Values = fields.iter().map(|field| (field.path.to_string(), entered(field.kind))).collect();
    let mut forms = vec![full.clone()];
    for field in fields {
        if let Kind::Word(words) = field.kind {
            for word in words {
                let mut form = full.clone();
                form.insert(field.path.to_string(), json!(word));
                forms.push(form);
            }
        }
        if field.optional {
            let mut form = full.clone();
            form.remove(field.path);
            forms.push(form);
        }
    }
    forms
}

#[test]
fn every_form_becomes_the_command_that_its_line_says() {
    for deed in TABLE {
        let Place::Desk(fields) = deed.place else { continue };
        for form in every_form(fields) {
            let mut form = form;
            if let Some(key) = form.get_mut("key") {
                *key = json!("ab".repeat(32));
                for name in ["proof", "countersignature"] {
                    form.entry(name.to_string()).and_modify(|value| *value = json!("ab".repeat(64)));
                }
                form.insert("person".to_string(), json!("x-0000000000000000"));
            }
            let made = desk::assemble(deed, &form);
            let made = made.unwrap_or_else(|faults| panic!("{}: {faults:?} in {form:?}", deed.command));
            assert_eq!(made.command.name(), deed.command);
        }
    }
}

#[test]
fn what_is_missing_is_named_at_its_member_and_all_at_once() {
    let order = desk::deed("order").unwrap();
    let faults = desk::assemble(order, &BTreeMap::new()).unwrap_err();
    let named: Vec<(&str, &str)> = faults.iter().map(|fault| (fault.path.as_str(), fault.code)).collect();
    assert_eq!(named, [("measure.kind", "need"), ("article", "need"), ("reason", "need")]);
    let wrong = json!({
        "measure.kind": "suspend", "measure.until": "tomorrow", "article": "x".repeat(2_001), "reason": "a\u{202e}b",
    });
    let wrong: Values = serde_json::from_value(wrong).unwrap();
    let faults = desk::assemble(order, &wrong).unwrap_err();
    let named: Vec<(&str, &str)> = faults.iter().map(|fault| (fault.path.as_str(), fault.code)).collect();
    assert_eq!(named, [("measure.until", "instant"), ("article", "long"), ("reason", "text")]);
}

#[test]
fn times_are_those_of_beijing_and_amounts_may_be_whole_yuan() {
    let contract = desk::deed("sign_contract").unwrap();
    let form: Values = serde_json::from_value(json!({
        "contract": entered(Kind::Contract), "price": "9000000", "signed": "2026-12-01T10:00:01",
    }))
    .unwrap();
    let made = desk::assemble(contract, &form).unwrap();
    let Command::SignContract { price, signed, .. } = made.command else { panic!("another command") };
    assert_eq!(price.amount().to_string(), "9000000.00");
    assert_eq!(signed.to_string(), "2026-12-01T10:00:01+08:00");
    assert_eq!(made.kept.len(), 1, "what opens the commitment is kept");
}

#[test]
fn an_application_commits_to_documents_and_account_as_the_command_line_does() {
    let form: Values = serde_json::from_value(json!({
        "credentials": entered(Kind::Credentials), "bond.kind": "guarantee",
        "bond.payer": { "salt": "cd".repeat(32), "text": " 6222 0000 " },
    }))
    .unwrap();
    let made = desk::assemble(desk::deed("apply").unwrap(), &form).unwrap();
    let Command::Apply { credentials, members, bond } = made.command else { panic!("another command") };
    let record = |text: &str| format!(r#"{{"salt":"{}","text":"{text}"}}"#, "cd".repeat(32));
    let address = |text: &str| ximu_basics::Hash::of(record(text).as_bytes());
    assert_eq!(credentials, [address(&"ab".repeat(32))]);
    assert_eq!((members.len(), bond.unwrap().payer), (0, address("6222 0000")));
    let kept: Vec<&str> = made.kept.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(kept, ["licence.record", "account.record"]);
}

#[test]
fn the_rules_run_here_before_anything_is_sent() {
    let mut centre = ximu_sim::Centre::new();
    centre.publish(|_| {});
    let id = TENDER.parse().unwrap();
    let at = centre.tender().published.plus_ms(1);
    let tenderer = key("tenderer");
    let stranger = ximu_bidder::Key::from_secret([9; 32]);
    let sign = |key: &ximu_bidder::Key, command: Command| {
        ximu_bidder::act::sign(ORIGIN, &id, ximu_basics::Nonce([1; 16]), command, key).unwrap()
    };
    let cancel = || Command::Cancel { reason: "预算取消".into() };
    let world = &centre.world;
    assert!(matches!(desk::foresee(world, &sign(&tenderer, cancel()), at), Foreseen::Accepted(_)));
    let award = Command::Award { bidder: "p-0000000000000000".parse().unwrap() };
    let Foreseen::Refused(refusal) = desk::foresee(world, &sign(&tenderer, award), at) else {
        panic!("an award while bids are taken")
    };
    assert_eq!(refusal.code(), "stage_wrong");
    assert!(matches!(desk::foresee(world, &sign(&stranger, cancel()), at), Foreseen::Rejected(_)));
    // A withdrawal of an application that nobody but the centre can know of: of no phase Enter everybody knows.
    ximu_sim::Bidder::register(&mut centre, "firm-1");
    let signed = sign(&key("firm-1"), Command::WithdrawApplication {});
    assert!(matches!(desk::foresee(&centre.world, &signed, at), Foreseen::Refused(_)));
}

#[test]
fn a_role_is_shown_what_the_table_of_permissions_gives_it() {
    let mut centre = ximu_sim::Centre::new();
    centre.publish(|_| {});
    ximu_sim::Bidder::register(&mut centre, "firm-1");
    let names = |label: &str, tender: bool| -> Vec<&str> {
        let key = ximu_sim::Key::of(label).public();
        let tender = tender.then(|| centre.tender());
        desk::commands_of(&centre.world, tender, &key).iter().map(|deed| deed.command).collect()
    };
    assert_eq!(names("tenderer", true), ["amend", "cancel", "ask", "answer", "answer_objection"]);
    assert_eq!(names("firm-1", true), ["ask", "object", "submit", "withdraw", "complain"]);
    assert_eq!(names("nobody", true), ["ask"]);
    assert_eq!(names("nobody", false), ["register_party"]);
    assert_eq!(names("administrator", false), ["admit_party", "replace_key"]);
}

#[test]
fn a_suspension_is_proposed_for_three_days_and_in_a_rehearsal_for_long_enough_to_look_at_it() {
    let mut centre = ximu_sim::Centre::new();
    centre.publish(|_| {});
    let order = desk::table::deed("order").unwrap();
    let mut tender = centre.tender().clone();
    let proposed = |tender: &ximu_procedure::Tender| -> i64 {
        let presets = desk::offers::presets(tender, order, centre.now);
        let until = format!("{}+08:00", presets["measure.until"].as_str().unwrap());
        until.parse::<ximu_basics::Instant>().unwrap().ms_since(centre.now)
    };
    // Sixty days of this rehearsal are 42 seconds: half of them, to the second.
    assert!((20_000..=21_000).contains(&proposed(&tender)), "{}", proposed(&tender));
    tender.rules.sandbox = None;
    let three = 3 * 86_400_000;
    assert!((three - 1_000..=three).contains(&proposed(&tender)), "{}", proposed(&tender));
}
