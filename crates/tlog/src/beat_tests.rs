//! What a beat hides and what it shows: tests of `beat.rs` and `beat_secret.rs`.

use super::*;
use alloc::{collections::BTreeSet, format, string::String, string::ToString, vec};
use proptest::prelude::*;
use ximu_basics::json;

const SEED: Seed = Seed([7; 32]);

/// The operations `first..first + count`, as bytes.
fn bodies(first: u64, count: u64) -> Vec<String> {
    (first..first + count).map(|order| format!("{{\"operation\":{order}}}")).collect()
}

fn beat(seed: &Seed, number: u64, first: u64, count: u64) -> Beat {
    let bodies = bodies(first, count);
    let operations: Vec<Operation<'_>> =
        (first..).zip(&bodies).map(|(order, body)| Operation { order, bytes: body.as_bytes() }).collect();
    Beat::new(seed, number, &operations).unwrap()
}

#[test]
fn every_operation_has_a_path_to_the_root_and_a_slot_of_its_own() {
    for count in [1, 2, 27, 500] {
        let beat = beat(&SEED, 3, 40, count);
        let mut slots = BTreeSet::new();
        for (position, body) in bodies(40, count).iter().enumerate() {
            let path = beat.path(position).unwrap();
            assert!(path.verify(body.as_bytes(), &beat.root()));
            assert!(!path.verify(b"other", &beat.root()));
            assert!(slots.insert(path.slot));
        }
        assert_eq!(beat.path(count as usize), None);
        assert_eq!(beat.operation_count(), count as usize);
    }
}

#[test]
fn a_full_beat_holds_4096_operations_and_no_more() {
    let full = beat(&SEED, 0, 0, 4096);
    let slots: BTreeSet<u16> = (0..4096).map(|position| full.path(position).unwrap().slot).collect();
    assert_eq!(slots.len(), 4096);
    for (position, body) in bodies(0, 4096).iter().enumerate().step_by(97) {
        assert!(full.path(position).unwrap().verify(body.as_bytes(), &full.root()));
    }
    let operations = vec![Operation { order: 0, bytes: b"" }; 4097];
    let refused = Beat::new(&SEED, 0, &operations).map(|beat| beat.root());
    assert_eq!(refused, Err(BeatError::TooManyOperations { max: 4096, found: 4097 }));
}

#[test]
fn a_slot_can_be_known_before_the_beat_is_built() {
    let built = beat(&SEED, 3, 40, 300);
    let mut taken = Vec::new();
    for position in 0..300 {
        let slot = next_slot(&SEED, 3, &taken).unwrap();
        assert_eq!(Some(slot), built.path(position).map(|path| path.slot));
        taken.push(slot);
    }
    let full: Vec<u16> = (0..BEAT_SLOTS).collect();
    assert_eq!(next_slot(&SEED, 3, &full), None);
}

#[test]
fn order_numbers_ascend() {
    for (previous, found) in [(5, 5), (5, 4)] {
        let operations = [Operation { order: previous, bytes: b"" }, Operation { order: found, bytes: b"" }];
        let refused = Beat::new(&SEED, 0, &operations).map(|beat| beat.root());
        assert_eq!(refused, Err(BeatError::OrderNotAscending { previous, found }));
    }
}

#[test]
fn an_added_dropped_swapped_or_changed_operation_changes_the_root() {
    let root = beat(&SEED, 9, 100, 5).root();
    assert_eq!(beat(&SEED, 9, 100, 5).root(), root, "anybody with the seed computes the same");
    let others = [
        beat(&SEED, 9, 100, 4).root(),
        beat(&SEED, 9, 100, 6).root(),
        beat(&SEED, 9, 101, 5).root(),
        beat(&SEED, 8, 100, 5).root(),
        beat(&Seed([8; 32]), 9, 100, 5).root(),
    ];
    for other in others {
        assert_ne!(other, root);
    }
    let bodies = bodies(100, 5);
    let mut swapped: Vec<Operation<'_>> =
        (100..).zip(&bodies).map(|(order, body)| Operation { order, bytes: body.as_bytes() }).collect();
    let first = swapped[0].bytes;
    swapped[0].bytes = swapped[1].bytes;
    swapped[1].bytes = first;
    assert_ne!(Beat::new(&SEED, 9, &swapped).unwrap().root(), root);
}

#[test]
fn beats_of_one_class_never_repeat_a_root_even_when_empty() {
    let roots: BTreeSet<Hash> = (0..500).map(|number| beat(&SEED, number, 0, 0).root()).collect();
    assert_eq!(roots.len(), 500);
}

/// The operation's own members aside, a path from a beat with one operation and one from a full beat have the same
/// JSON but for hexadecimal digits and the slot's digits: same members, same lengths, no zero, no repeated hash.
#[test]
fn a_path_from_an_almost_empty_beat_has_the_form_of_one_from_a_full_beat() {
    let masked = |path: &SealedPath| {
        let text = String::from_utf8(json::to_canonical(path).unwrap()).unwrap();
        let slot = format!("\"slot\":{}", path.slot);
        text.replace(&slot, "")
            .chars()
            .map(|c| if c.is_ascii_digit() { 'a' } else { c })
            .filter(|c| !('b'..='f').contains(c))
            .filter(|c| *c != 'a')
            .collect::<String>()
    };
    let (alone, full) = (beat(&SEED, 1, 0, 1).path(0).unwrap(), beat(&SEED, 1, 0, 4096).path(0).unwrap());
    assert_eq!(masked(&alone), masked(&full));
    for path in [&alone, &full] {
        let distinct: BTreeSet<Hash> = path.siblings.iter().copied().collect();
        assert_eq!(distinct.len(), BEAT_DEPTH);
        assert!(!distinct.contains(&Hash([0; 32])));
        assert_eq!(json::to_canonical(path).unwrap().len() - path.slot.to_string().len(), 1054);
    }
    assert_eq!(alone.slot, full.slot, "the first operation's slot does not depend on the others");
    assert_eq!(alone.beat_salt, full.beat_salt);
}

/// Over many beats the slot of a beat's only operation, and of the ninth of nine, are both uniform: the mean lies
/// within five standard deviations of the middle, and so does the share of each of 16 ranges.
#[test]
fn slots_are_spread_evenly_however_many_operations_there_are() {
    const BEATS: u32 = 2000;
    for count in [1usize, 9] {
        let mut ranges = [0u32; 16];
        for number in 0..u64::from(BEATS) {
            let path = beat(&SEED, number, 0, count as u64).path(count - 1).unwrap();
            ranges[usize::from(path.slot) / 256] += 1;
        }
        // Expected 125 in each range, standard deviation 10.8.
        assert!(ranges.iter().all(|share| (71..=179).contains(share)), "{count}: {ranges:?}");
    }
}

/// Nothing in the path but the second commitment depends on the order number, and nothing tells it.
#[test]
fn a_path_does_not_open_the_order_number() {
    let path = beat(&SEED, 2, 31, 1).path(0).unwrap();
    let text = String::from_utf8(json::to_canonical(&path).unwrap()).unwrap();
    let names = ["\"beat_salt\":", "\"order\":", "\"salt\":", "\"siblings\":", "\"slot\":"];
    assert!(names.iter().all(|name| text.contains(name)));
    assert_eq!(text.matches(':').count(), names.len());
    assert_ne!(
        path.order,
        commit_order(&path.salt, 31),
        "the salt of one commitment does not open the other"
    );
    assert_ne!(path.order, commit_order(&path.beat_salt, 31));
}

#[test]
fn a_path_reads_back_from_json_and_refuses_other_shapes() {
    let path = beat(&SEED, 2, 31, 3).path(1).unwrap();
    let bytes = json::to_canonical(&path).unwrap();
    assert_eq!(json::from_canonical::<SealedPath>(&bytes), Ok(path.clone()));
    let text = String::from_utf8(bytes).unwrap();
    let slot = format!("\"slot\":{}", path.slot);
    let first = format!("\"{}\",", path.siblings[0]);
    for bad in [
        text.replace(&slot, "\"slot\":4096"),
        text.replace(&slot, "\"slot\":-1"),
        text.replace(&first, ""),
        text.replace("\"salt\"", "\"sal\""),
    ] {
        assert!(json::from_canonical::<SealedPath>(bad.as_bytes()).is_err());
    }
}

proptest! {
    #[test]
    fn no_bit_of_a_path_can_change(number in any::<u64>(), bit in 0usize..(32 * 8 * 15), slot_bit in 0u32..16) {
        let beat = beat(&SEED, number, 5, 3);
        let body = &bodies(5, 3)[1];
        let good = beat.path(1).unwrap();
        prop_assert!(good.verify(body.as_bytes(), &beat.root()));
        let mut bad = good.clone();
        let (field, bit) = (bit / 256, bit % 256);
        let bytes = match field {
            0 => &mut bad.beat_salt.0,
            1 => &mut bad.order.0,
            2 => &mut bad.salt.0,
            sibling => &mut bad.siblings[sibling - 3].0,
        };
        bytes[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(!bad.verify(body.as_bytes(), &beat.root()));
        let moved = SealedPath { slot: good.slot ^ 1 << slot_bit, ..good };
        prop_assert!(!moved.verify(body.as_bytes(), &beat.root()));
    }
}
