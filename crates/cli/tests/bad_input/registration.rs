//! A registration that is repeated, whose answer was lost, or whose record is gone: no id is printed that the register
//! does not have.

use crate::support::{
    house::House,
    tool::{Ran, ximu},
};
use std::{fs, path::PathBuf};

fn register(house: &House, label: &str, name: &str) -> Ran {
    house.tool_as(label, &["admin", "register"], &["--name", name])
}

fn record(house: &House, label: &str) -> PathBuf {
    house.path(&format!("people/{label}.key.party.json"))
}

fn party(said: &str) -> String {
    let line = said.lines().find_map(|line| line.strip_prefix("party ")).unwrap_or_else(|| panic!("{said}"));
    line.to_owned()
}

#[test]
fn a_repeated_registration_prints_the_party_that_the_register_has() {
    let house = House::founded();
    house.key("ash");
    let first = party(&register(&house, "ash", "白蜡有限公司").expect(0));
    let again = register(&house, "ash", "白蜡有限公司").expect(0);
    assert!(party(&again) == first && again.contains("registered before"), "{again}");
    let json = house.tool_as("ash", &["admin", "register"], &["--json", "--name", "白蜡有限公司"]).json(0);
    assert_eq!((&json["party"], &json["accepted"]), (&first.as_str().into(), &false.into()));

    // Under another name it is not the same party: nothing is sent.
    let other = register(&house, "ash", "白杨有限公司");
    assert!(
        other.code == 2 && other.err.contains(&first) && other.err.contains("[argument]"),
        "{}",
        other.err
    );

    // The record is gone: the register still says which party it is, and no other id is printed.
    fs::remove_file(record(&house, "ash")).unwrap();
    let lost = register(&house, "ash", "白蜡有限公司");
    assert!(
        lost.code == 3 && party(&lost.out) == first && lost.out.contains("[already_exists]"),
        "{}",
        lost.out
    );

    // A record that was written and never sent is used: the id is the one that was foreseen.
    house.key("birch");
    let written = register(&house, "birch", "桦木有限公司").expect(0);
    let kept = fs::read_to_string(record(&house, "birch")).unwrap();
    assert!(kept.contains(&party(&written)) && kept.contains("桦木有限公司"), "{kept}");

    house.tool_as("administrator", &["admin", "admit"], &["--party", &first, "--role", "bidder"]).expect(0);
    let key = house.path("people/ash.key").display().to_string();
    let centre = format!("http://{}", house.host_relay.address);
    // The register is read under a cosigned checkpoint, which follows the admission.
    let mut shown = (0..600).map(|_| ximu(&["key", "show", &key, "--centre", &centre]).expect(0));
    let shown = shown.find(|shown| shown.contains("admitted as bidder")).unwrap();
    assert_eq!(party(&shown), first);
}
