//! `ximu committee vouch` with a match of faces, by the executable alone: consent first, a result that the officer's
//! signature covers, nothing signed when the faces differ until the officer says so.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken case must stop the test at once"
)]

#[path = "../../face/tests/support/mod.rs"]
mod models;

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;
use ximu_basics::{Hash, json};
use ximu_bidder::SeatForm;
use ximu_procedure::wire::{
    identity::{IdentityCheck, IdentityChoice, officer_statement},
    signed::verify,
};

const ORIGIN: &str = "rehearsal.yichang.example/log";

/// The picture of a document.
fn face(x: usize, y: usize) -> [u8; 3] {
    [(x * 31 + y * 7) as u8, (x * 5 + y * 53) as u8, (x * y * 3) as u8]
}

/// The picture of somebody else.
fn other(x: usize, y: usize) -> [u8; 3] {
    face(x, y).map(|byte| 255 - byte)
}

/// An officer's folder: its key, a form, a configuration with the small model, pictures.
struct Desk(TempDir);

impl Desk {
    fn new(choice: Option<IdentityChoice>) -> Desk {
        let desk = Desk(TempDir::new().unwrap());
        assert!(desk.run(&["key", "new", "--out", "officer.key"]).status.success());
        let model = models::small();
        desk.write("face.onnx", &model);
        desk.configure(&Hash::of(&model).to_string());
        desk.write("card.png", &models::png(models::SIDE, models::SIDE, face));
        desk.write("same.png", &models::png(models::SIDE * 2, models::SIDE * 2, |x, y| face(x / 2, y / 2)));
        desk.write("other.png", &models::png(models::SIDE, models::SIDE, other));
        let form = SeatForm {
            origin: ORIGIN.into(),
            procedure: "yc-2020-0603".parse().unwrap(),
            leaf: Hash::of(b"leaf"),
            seat: "nantong-1".into(),
            key: ximu_sim::Key::of("seat").public(),
            recipient: ximu_sealed::Identity::from_bytes([7; 32]).recipient().to_string(),
            keeper: None,
            officer: None,
            identity: choice.map(|choice| IdentityCheck { choice, face: None }),
        };
        desk.write("seat.json", &json::to_canonical(&form).unwrap());
        desk
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.path().join(name), bytes).unwrap();
    }

    fn configure(&self, hash: &str) {
        let text = format!(
            "[faces]\nmodel = \"face.onnx\"\nsha256 = \"{hash}\"\nthreshold = \"0.400\"\nwidth = 8\nheight = 8\n\
             mean = [127.5, 127.5, 127.5]\nscale = [0.00784314, 0.00784314, 0.00784314]\n"
        );
        self.write("ximu.toml", text.as_bytes());
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let program = env!("CARGO_BIN_EXE_ximu");
        Command::new(program).args(arguments).current_dir(self.0.path()).env("LANG", "en").output().unwrap()
    }

    /// Vouches in a capacity with the picture of this name; exit code and what was said.
    fn vouch(&self, who: &str, seat: Option<&str>, more: &[&str]) -> (i32, String) {
        let mut arguments = vec!["committee", "vouch", "seat.json", "--as", who, "--key", "officer.key"];
        if let Some(seat) = seat {
            arguments.extend(["--face-document", "card.png", "--face-seat", seat]);
        }
        arguments.extend(more);
        let output = self.run(&arguments);
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(said).unwrap())
    }

    fn form(&self) -> SeatForm {
        let bytes = fs::read(self.0.path().join("seat.json")).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }
}

#[test]
fn the_officer_signs_what_was_found_and_nothing_while_the_faces_differ() {
    let desk = Desk::new(Some(IdentityChoice::Face));
    let (code, said) = desk.vouch("officer", Some("other.png"), &[]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("faces differ: similarity -1.000, threshold 0.400, model "), "{said}");
    assert!(desk.form().officer.is_none() && desk.form().identity.unwrap().face.is_none());
    for (picture, more, matched) in
        [("other.png", vec!["--although-different"], false), ("same.png", vec![], true)]
    {
        let (code, said) = desk.vouch("officer", Some(picture), &more);
        assert_eq!(code, 0, "{said}");
        let form = desk.form();
        let face = form.identity.as_ref().unwrap().face.clone().unwrap();
        assert!(
            face.holds() && face.matched == matched && face.model == Hash::of(&models::small()),
            "{said}"
        );
        let officer = form.officer.unwrap();
        let place = (form.recipient.as_str(), form.seat.as_str());
        let words =
            |identity| officer_statement(ORIGIN, "yc-2020-0603", &form.leaf, &form.key, place, identity);
        assert!(verify(&officer.key, &words(form.identity.as_ref()), &officer.signature));
        assert!(!verify(&officer.key, &words(None), &officer.signature));
    }
    let mut left: Vec<_> = fs::read_dir(desk.0.path()).unwrap().map(|one| one.unwrap().file_name()).collect();
    left.sort();
    let names = ["card.png", "face.onnx", "officer.key", "other.png", "same.png", "seat.json", "ximu.toml"];
    assert_eq!(left, names, "nothing else is written");
}

#[test]
fn without_consent_by_the_keeper_or_with_another_model_no_face_is_looked_at() {
    for choice in [None, Some(IdentityChoice::Officer)] {
        let desk = Desk::new(choice);
        // The pictures are none: they are not even read.
        desk.write("same.png", b"nothing");
        let (code, said) = desk.vouch("officer", Some("same.png"), &[]);
        assert!(code == 2 && said.contains("[consent_missing]"), "{said}");
        let (code, said) = desk.vouch("officer", None, &[]);
        assert_eq!(code, 0, "the officer alone is always enough: {said}");
        assert!(desk.form().officer.is_some());
    }
    let desk = Desk::new(Some(IdentityChoice::Face));
    let (code, said) = desk.vouch("keeper", Some("same.png"), &[]);
    assert!(code == 2 && said.contains("expected --as officer"), "{said}");
    desk.write("card.png", b"nothing");
    let (code, said) = desk.vouch("officer", Some("same.png"), &[]);
    assert!(
        code == 2 && said.contains("[face-picture-malformed]") && said.contains("of the document"),
        "{said}"
    );
    desk.configure(&Hash::of(b"another").to_string());
    let (code, said) = desk.vouch("officer", Some("same.png"), &[]);
    assert!(code == 2 && said.contains("[face-model-hash]"), "{said}");
    desk.write("ximu.toml", b"");
    let (code, said) = desk.vouch("officer", Some("same.png"), &[]);
    assert!(code == 2 && said.contains("expected a table [faces], found none"), "{said}");
    assert!(desk.form().officer.is_none());
}

/// The model and the pictures with which `scenarios/scored.sh` has a member sit down; `UPDATE_GOLDEN=1` writes them again.
#[test]
fn the_scenarios_have_this_model_and_these_pictures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/faces");
    let files = [
        ("face.onnx", models::small()),
        ("card.png", models::png(models::SIDE, models::SIDE, face)),
        ("other.png", models::png(models::SIDE, models::SIDE, other)),
    ];
    for (name, bytes) in files {
        let path = folder.join(name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &bytes).unwrap();
        }
        assert!(fs::read(&path).unwrap() == bytes, "{}", path.display());
    }
}
