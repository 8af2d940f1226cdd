//! Checkpoints, leaves, and the founding of the log.

use super::{
    Given, Mutant,
    support::{Case, change_notes, size_of},
};
use ximu_basics::Hash;
use ximu_procedure::{World, wire::Command};
use ximu_sim::{
    Centre, Key,
    centre::{ORIGIN, START, policy},
    rules::PEERS,
};
use ximu_tlog::{Checkpoint, Cosigner, Note, NoteSigner, Tree};
use ximu_verify::{Code, bundle::path};

pub(super) const MUTANTS: &[Mutant] = &[
    (Code::CheckpointMalformed, "file checkpoint", || {
        notes(|notes| notes.last_mut().unwrap().insert(0, '\n'))
    }),
    (Code::CheckpointMalformed, "file checkpoints", || {
        let mut files = Case::in_window().files();
        files.get_mut(path::CHECKPOINTS).unwrap().extend_from_slice(b"\n");
        Given::files(&files)
    }),
    (Code::CheckpointMalformed, "file checkpoints", || {
        notes(|notes| notes[0] = notes[0].replacen('\u{2014}', "-", 1))
    }),
    (Code::CheckpointMalformed, "file checkpoints", || {
        // The log signed a line more, which nobody audits.
        notes(|notes| {
            let text = Note::parse(notes[0].as_bytes()).unwrap().text().to_string();
            notes[0] = note(&format!("{text}extension\n"), "centre", &[], 0);
        })
    }),
    (Code::CheckpointSignature, "checkpoint ", || {
        notes(|notes| {
            let newest = notes.last_mut().unwrap();
            let text = Note::parse(newest.as_bytes()).unwrap().text().to_string();
            *newest = note(&text, "administrator", &PEERS, 1_591_000_000);
        })
    }),
    (Code::CheckpointSignature, "checkpoint ", || {
        // The log's own line, with one bit changed in its signature.
        notes(|notes| notes[1] = flip(&notes[1], ORIGIN))
    }),
    (Code::CheckpointCosignatures, "checkpoint ", || {
        notes(|notes| {
            let newest = notes.last_mut().unwrap();
            let kept = newest.lines().filter(|line| !line.contains(PEERS[1]) && !line.contains(PEERS[2]));
            *newest = kept.flat_map(|line| [line, "\n"]).collect();
        })
    }),
    (Code::CheckpointCosignatures, "checkpoint ", || notes(|notes| notes[0] = flip(&notes[0], PEERS[3]))),
    (Code::CheckpointOrder, "checkpoint ", || notes(|notes| notes.swap(0, 1))),
    (Code::CheckpointOrder, "file checkpoint", || {
        let mut files = Case::in_window().files();
        let text = String::from_utf8(files[path::CHECKPOINTS].clone()).unwrap();
        let mut notes = ximu_verify::bundle::split_checkpoints(&text).unwrap();
        notes.pop();
        files.insert(path::CHECKPOINTS.into(), ximu_verify::bundle::join_checkpoints(&notes).into_bytes());
        Given::files(&files)
    }),
    (Code::LeavesMalformed, "file log/entries/", || {
        let mut files = Case::published().files();
        let path = files.keys().find(|path| path.starts_with("log/entries/")).unwrap().clone();
        files.get_mut(&path).unwrap().pop();
        Given::files(&files)
    }),
    (Code::CheckpointRoot, "checkpoint 1", || {
        // Witnesses cosigned another history of the first leaf.
        notes(|notes| {
            assert_ne!(size_of(&notes[0]), 1);
            let text = Checkpoint::new(ORIGIN, 1, Hash::of(b"another history")).to_string();
            notes.insert(0, note(&text, "centre", &PEERS, START.unix_ms() as u64 / 1000));
        })
    }),
    (Code::CheckpointRoot, "checkpoint ", || {
        let mut case = Case::published();
        case.files();
        let size = case.centre.tree.size();
        let text = Checkpoint::new(ORIGIN, size, Hash::of(b"another history")).to_string();
        *case.centre.checkpoints.last_mut().unwrap() =
            note(&text, "centre", &PEERS, START.unix_ms() as u64 / 1000);
        Given::case(case)
    }),
    (Code::PolicyFounding, "leaf 0", || founded(&format!("{}# another\n", policy()), true)),
    (Code::RehearsalOrigin, "leaf 0", || founded(&policy(), false)),
];

fn notes(change: impl FnOnce(&mut Vec<String>)) -> Given {
    let mut files = Case::in_window().files();
    change_notes(&mut files, change);
    Given::files(&files)
}

/// A checkpoint text signed by the key of a label under the log's name, and cosigned.
pub fn note(text: &str, label: &str, witnesses: &[&str], time_s: u64) -> String {
    let mut note = Note::new(text).unwrap();
    note.add(NoteSigner::new(ORIGIN, &Key::of(label).secret).unwrap().sign(text)).unwrap();
    for name in witnesses {
        let cosigner = Cosigner::new(name, &Key::of(name).secret).unwrap();
        note.add(cosigner.cosign(text, time_s).unwrap()).unwrap();
    }
    note.to_string()
}

/// The note with one bit changed in the signature of this name.
fn flip(note: &str, name: &str) -> String {
    let parsed = Note::parse(note.as_bytes()).unwrap();
    let mut other = Note::new(parsed.text()).unwrap();
    for signature in parsed.signatures() {
        let mut signature = signature.clone();
        if signature.name == name {
            *signature.bytes.last_mut().unwrap() ^= 1;
        }
        other.add(signature).unwrap();
    }
    other.to_string()
}

/// A log of one entry: the founding, under this policy.
fn founded(policy: &str, rehearsal: bool) -> Given {
    let mut centre = Centre::new();
    centre.world = World::new(ORIGIN);
    centre.leaves.clear();
    centre.tree = Tree::new();
    let found = Command::Found {
        centre_key: Key::of("centre").public(),
        policy: policy.into(),
        name: Hash::of(b"centre"),
        rehearsal,
    };
    centre.expect_events("administrator", "registry", found);
    Given::case(Case { centre, cast: Vec::new(), documents: Default::default(), records: Default::default() })
}
