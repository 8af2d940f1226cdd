//! The module as it is committed, run by node: it makes byte for byte what `ximu-bidder` makes natively, stock `age`
//! opens it, and it refuses what must not go on. That the command line makes the same is `cli/src/bidding/same.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a broken case must stop the test at once")]

use std::{path::Path, process::Command};
use ximu_basics::{Blob, Hash, Nonce, Salt, Seed, Signature};
use ximu_bidder::{
    BodySealer, Draft, Key,
    act::{self, Custody, Record},
    form::{Bid, seal_form},
};
use ximu_procedure::{
    envelope::{BODY, context},
    wire::Command as Given,
};
use ximu_sealed::FileEntry;
use ximu_sim::{
    Bidder, Centre,
    centre::{ORIGIN, TENDER, policy},
    keys::seed,
};

const BID: &str = r#"{"bidder_name":"清江园林","bond":"1000.00","quality":"合格","duration_days":90,"manager":"某甲",
"lines":[{"item":"乔木","unit":"株","quantity":"3","unit_price":"12.505"}]}"#;

fn bundle(leaves: &[Vec<u8>]) -> Blob {
    let mut bytes = Vec::new();
    for leaf in leaves {
        bytes.extend_from_slice(&u16::try_from(leaf.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(leaf);
    }
    Blob(bytes)
}

#[test]
fn the_module_makes_what_the_native_code_makes_and_age_opens_it() {
    let mut centre = Centre::new();
    centre.publish(|_| {});
    let sim = Bidder::register(&mut centre, "firm-1");
    let key = Key::from_secret(seed("key", "firm-1"));
    let note = centre.checkpoint().unwrap();
    let draft: Draft = serde_json::from_str(BID).unwrap();
    let texts = [("投标函.md", vec![b'x'; 200_000]), ("空.txt", Vec::new())];
    let seeds = ["body", "form", "release"].map(|name| Seed(seed("envelope", name)));
    let [body_seed, form_seed, release_seed] = seeds;
    let custody = Custody { form: Signature([1; 64]), body: Signature([2; 64]) };
    let nonce = Nonce([7; 16]);
    let case = serde_json::json!({
        "key": key.to_text().as_str(), "origin": ORIGIN, "procedure": TENDER, "policy": policy(), "note": note,
        "bundles": centre.leaves.chunks(256).map(bundle).collect::<Vec<_>>(), "version": 2,
        "files": texts.iter().map(|(name, text)| {
            serde_json::json!({ "name": name, "text": Blob(text.clone()) })
        }).collect::<Vec<_>>(),
        "seeds": { "body": body_seed, "form": form_seed, "release": release_seed },
        "draft": serde_json::from_str::<serde_json::Value>(BID).unwrap(), "custody": custody, "nonce": nonce,
    });
    let folder = tempfile::tempdir().unwrap();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::write(folder.path().join("case.json"), case.to_string()).unwrap();
    let run = Command::new("node")
        .arg(here.join("tests/node.mjs"))
        .arg(here.join("../web/assets/ximu.wasm"))
        .arg(folder.path().join("case.json"))
        .arg(folder.path())
        .output()
        .expect("node runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));

    let tender = centre.tender();
    let entries = texts.iter().map(|(name, text)| FileEntry {
        name: (*name).to_string(),
        size_bytes: text.len() as u64,
        sha256: Hash::of(text),
    });
    let fields = context(tender, &sim.party, 2, BODY).unwrap();
    let mut body = Vec::new();
    let mut sealer =
        BodySealer::begin(fields, None, entries.collect(), &key, &body_seed.0, &mut body).unwrap();
    for (_, text) in &texts {
        sealer.next_file(&mut body).unwrap();
        sealer.data(text, &mut body).unwrap();
    }
    while !sealer.finish(&mut body).unwrap() {}
    let (sealed, _) = sealer.sealed().unwrap();
    let policy = Hash::of(policy().as_bytes());
    let bid = Bid { tender, policy, bidder: &sim.party, version: 2, key: &key };
    let form = seal_form(bid, &draft, &sealed, &form_seed.0).unwrap();
    let with = |nonce, procedure: &str, command: Given| {
        let signed = act::sign(ORIGIN, &procedure.parse().unwrap(), nonce, command, &key).unwrap();
        ximu_basics::json::to_canonical(&signed).unwrap()
    };
    let signed = |procedure: &str, command: Given| with(nonce, procedure, command);
    let steady = act::steady_nonce(&form.submission, &key).unwrap();
    let submission = &form.submission;
    let register = Record { salt: Salt(form_seed.0), text: "江城".into() }.register(&key).unwrap().0;
    let release = act::release(submission, &form.recovery, &key, &release_seed).unwrap();
    for (name, expected) in [
        ("body.age", body),
        ("body.key", sealed.recovery.to_text().as_bytes().to_vec()),
        ("form.age", form.envelope.clone()),
        ("form.key", form.recovery.to_text().as_bytes().to_vec()),
        ("form.json", form.form_json.clone()),
        ("submission.json", submission.to_text().unwrap().into_bytes()),
        ("submit", with(steady, TENDER, act::submit(submission, custody))),
        ("withdraw", signed(TENDER, act::withdraw(submission))),
        ("rescue", signed(TENDER, act::rescue(submission))),
        ("release", signed(TENDER, release)),
        ("register", signed("registry", register)),
    ] {
        assert!(std::fs::read(folder.path().join(name)).unwrap() == expected, "{name}");
    }
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(folder.path().join(name)).unwrap()).unwrap()
    };
    let made = read("made.json");
    assert_eq!(made["standing"]["party"], serde_json::json!(sim.party));
    assert_eq!(made["tender"]["genesis"], serde_json::json!(tender.genesis));
    assert_eq!(made["rehearsed"]["bidder_name"], "清江园林");
    assert_eq!(
        read("refused.json"),
        serde_json::json!({
            "broken": "seal-header", "order": "order", "argument": "argument", "differs": "argument",
            "key": "key-file", "note": "log-broken", "room": "none",
        })
    );
    age_opens(folder.path(), &form.form_json);
}

/// Stock age, with the recovery files alone.
fn age_opens(folder: &Path, form: &[u8]) {
    let open = |name: &str, member: &str| {
        let line = format!("set -o pipefail; age -d -i {name}.key {name}.age | tar -xO {member}");
        let out = Command::new("bash").args(["-c", &line]).current_dir(folder).output().expect("age runs");
        assert!(out.status.success(), "{name}: {}", String::from_utf8_lossy(&out.stderr));
        out.stdout
    };
    assert_eq!(open("form", "form.json"), form);
    assert_eq!(open("body", "投标函.md"), vec![b'x'; 200_000]);
}
