//! One admitted tenderer and the host's disk: documents that no procedure names.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use crate::support::House;
use std::io::Cursor;
use ximu_basics::Hash;
use ximu_office::{DOCUMENTS_PER_PERSON_MAX, DocumentHead, Trouble, TroubleKind, statement};
use ximu_procedure::{
    role::Role,
    wire::{Command, command::Document},
};
use ximu_sim::{
    Key,
    centre::{ORIGIN, TENDER},
};

fn put(house: &House, label: &str, file: &[u8]) -> Result<(), Trouble> {
    let key = Key::of(label);
    let (hash, bytes) = (Hash::of(file), file.len() as u64);
    let signature = key.sign(&statement::document(ORIGIN, &hash, bytes));
    let head = DocumentHead { hash, bytes, key: key.public(), signature };
    house.office().put_document(&head, &mut Cursor::new(file))
}

fn document(number: usize) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}

#[test]
fn a_tenderer_cannot_fill_the_disk_with_documents_that_nothing_names() {
    let mut house = House::founded();
    house.register("other", &[Role::Tenderer]);
    for number in 0..DOCUMENTS_PER_PERSON_MAX {
        assert_eq!(put(&house, "tenderer", &document(number)), Ok(()), "{number}");
    }
    for number in 0..100 {
        let refused = put(&house, "tenderer", &document(1_000 + number)).unwrap_err();
        assert_eq!(refused, Trouble::DocumentQuota);
        assert_eq!((refused.code(), refused.kind()), ("document_quota", TroubleKind::Forbidden));
    }
    assert_eq!(put(&house, "tenderer", &document(0)), Ok(()), "the same again costs nothing");
    assert_eq!(put(&house, "other", &document(1_000)), Ok(()), "others have room");
    let vault = house.dir.path().join("vault");
    let kept = || std::fs::read_dir(vault.join("documents")).unwrap().count();
    assert_eq!(kept(), DOCUMENTS_PER_PERSON_MAX + 1);
    // A notice names ten of them: there is room for ten more.
    let tenderer = ximu_procedure::registry::party_id(&Hash::of(b"tenderer"), &Key::of("tenderer").public());
    let rules = ximu_sim::rules::rules(tenderer.unwrap(), house.now().plus_ms(14_350));
    let Command::Publish { rules, epochs, policy, .. } = house.people.publication(rules) else { panic!() };
    let named = |number: usize| {
        let file = document(number);
        let bytes = u32::try_from(file.len()).unwrap();
        Document { name: format!("{number}.md"), hash: Hash::of(&file), bytes }
    };
    let documents = (0..10).map(named).collect();
    house.expect_events("tenderer", TENDER, Command::Publish { rules, documents, epochs, policy });
    let taken = (0..20).filter(|number| put(&house, "tenderer", &document(2_000 + number)).is_ok()).count();
    assert_eq!(taken, 10);
}
