//! `docs/spec/wire.md`: the members of every command, event, refusal and form, written from the doc comments of the
//! types themselves, so that the specification and the program cannot drift apart (journal 4.1, opening 5.6).
//!
//! After a change of the wire: `UPDATE_GOLDEN=1 cargo test -p ximu-procedure --test wire`, then read the difference.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod print;
mod source;

use std::{collections::BTreeSet, path::Path};

use serde::de::DeserializeOwned;
use source::{Shape, Sources};
use ximu_procedure::{
    policy::TABLE,
    wire::{Command, Event, Form, Refusal},
};

fn sources() -> Sources {
    Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

#[test]
fn the_specification_has_the_members_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/wire.md");
    let written = print::document(&sources());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &written).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let line = kept.lines().zip(written.lines()).position(|(kept, written)| kept != written);
    assert!(
        kept == written,
        "docs/spec/wire.md is not that of the sources from line {} on; write it anew with UPDATE_GOLDEN=1",
        line.map_or(kept.lines().count().min(written.lines().count()), |line| line) + 1
    );
}

/// What a reader says about an object with a member it does not know names every member that it does know.
fn known_members<T: DeserializeOwned>(tag: &str, name: &str) -> Option<BTreeSet<String>> {
    let text = format!(r#"{{"{tag}":"{name}","no such member":0}}"#);
    let words = serde_json::from_str::<T>(&text).err()?.to_string();
    let after = words.strip_prefix("unknown field `no such member`, ")?;
    let names: BTreeSet<String> = after.split('`').skip(1).step_by(2).map(str::to_string).collect();
    Some(names)
}

fn compare<T: DeserializeOwned>(sources: &Sources, name: &str, tag: &str) {
    let Shape::Tagged { variants, .. } = &sources.named(name).shape else { panic!("{name} has no tag") };
    assert!(variants.len() > 20, "{name}: the sources were not read");
    for variant in variants {
        let Some(known) = known_members::<T>(tag, &variant.name) else {
            panic!("{name} {}: the reader refuses it for another reason than the member", variant.name);
        };
        let told = sources.members_of(variant).iter().map(|member| member.name.clone()).collect();
        assert_eq!(known, told, "{name} {}", variant.name);
    }
}

#[test]
fn what_is_told_of_the_members_is_what_the_readers_take() {
    let sources = sources();
    compare::<Command>(&sources, "Command", "type");
    compare::<Event>(&sources, "Event", "type");
    compare::<Refusal>(&sources, "Refusal", "code");
    let words = serde_json::from_str::<Form>(r#"{"no such member":0}"#).unwrap_err().to_string();
    let known: BTreeSet<&str> = words.split('`').skip(3).step_by(2).collect();
    let Shape::Object(members) = &sources.named("Form").shape else { panic!("a form is an object") };
    assert_eq!(known, members.iter().map(|member| member.name.as_str()).collect());
}

#[test]
fn every_command_has_its_row_of_permissions() {
    let sources = sources();
    let Shape::Tagged { variants, .. } = &sources.named("Command").shape else {
        panic!("commands have a tag")
    };
    let told: BTreeSet<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
    assert_eq!(told, TABLE.iter().map(|row| row.command).collect());
}
