//! The same trees, tiles, notes, cosignatures and beats in Go: `golang.org/x/mod/sumdb` and `tests/go`.
//!
//! Needs the Debian packages golang-go and golang-golang-x-mod-dev; without them these tests fail, they do not skip.
#![cfg(test)]

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};
use ximu_basics::{Hash, Seed, hex};
use ximu_tlog::{
    Beat, Checkpoint, Cosigner, Note, NoteSigner, Operation, Tree, VerifierKey,
    cosignature::cosigned_times,
    merkle::{leaf_hash, prove_consistency, prove_inclusion},
    tile::tiles_touched,
};

const GOPATH: &str = "/usr/share/gocode";

/// Builds the Go program once and returns where it is.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("go-peer");
        fs::create_dir_all(&folder).unwrap();
        let program = folder.join("peer");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/go");
        let mut files: Vec<PathBuf> =
            fs::read_dir(source).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        let built = Command::new("go")
            .args(["build", "-o"])
            .arg(&program)
            .args(files)
            .envs([("GO111MODULE", "off"), ("GOPATH", GOPATH), ("GOFLAGS", ""), ("CGO_ENABLED", "0")])
            .env("GOCACHE", folder.join("cache"))
            .output()
            .expect("go is needed: apt-get install golang-go golang-golang-x-mod-dev");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        program
    })
}

/// Asks the Go program and returns one answer for each question.
fn ask(name: &str, questions: &[String]) -> Vec<String> {
    let input = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("go-peer-{name}.txt"));
    fs::write(&input, questions.join("\n") + "\n").unwrap();
    let output = Command::new(program())
        .stdin(fs::File::open(&input).unwrap())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success());
    let answers: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(String::from).collect();
    assert_eq!(answers.len(), questions.len());
    answers
}

fn check(name: &str, cases: Vec<(String, String)>) {
    let (questions, expected): (Vec<String>, Vec<String>) = cases.into_iter().unzip();
    for ((question, answer), expected) in questions.iter().zip(ask(name, &questions)).zip(expected) {
        assert_eq!(answer, expected, "{question:.200}");
    }
}

fn tree_of(size: u64) -> Tree {
    (0..size).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect()
}

fn list(hashes: &[Hash]) -> String {
    hashes.iter().map(Hash::to_string).collect::<Vec<_>>().join(" ")
}

fn read(answer: &str) -> Vec<u8> {
    hex::decode(answer).unwrap()
}

#[test]
fn go_computes_the_same_roots_and_proofs() {
    let tree = tree_of(5000);
    let mut cases = Vec::new();
    for size in (0..260).chain([511, 512, 513, 4095, 4096, 4097, 5000]) {
        cases.push((format!("root {size}"), tree.root_at(size).unwrap().to_string()));
        for step in [1, 2, 3, 7, 100] {
            let index = size * step / 101;
            if size > 0 {
                let proof = prove_inclusion(index, size, &tree).unwrap();
                cases.push((format!("inclusion {index} {size}"), list(&proof)));
                let proof = prove_consistency(index + 1, size, &tree).unwrap();
                cases.push((format!("consistency {} {size}", index + 1), list(&proof)));
            }
        }
    }
    assert!(cases.len() > 2500);
    check("tree", cases);
}

#[test]
fn go_writes_the_same_tiles_under_the_same_paths() {
    let tree = tree_of(70_000);
    let sizes = [0, 1, 2, 255, 256, 257, 300, 511, 512, 1024, 65_535, 65_536, 65_537, 70_000];
    let mut cases = Vec::new();
    for (at, old) in sizes.iter().enumerate() {
        for new in &sizes[at..] {
            let mut lines: Vec<String> = tiles_touched(*old, *new)
                .into_iter()
                .map(|tile| format!("{tile}={}", Hash::of(&tile.encode(&tree).unwrap())))
                .collect();
            lines.sort();
            cases.push((format!("tiles {old} {new}"), lines.join(" ")));
        }
    }
    check("tiles", cases);
}

#[test]
fn go_signs_the_same_notes_and_checkpoints() {
    let tree = tree_of(77);
    let checkpoint = Checkpoint::new("go.sum database tree", 77, tree.root()).to_string();
    let mut cases = vec![("tree-note 77".to_string(), hex::encode(checkpoint.as_bytes()))];
    for (seed, name) in [(1u8, "log.example"), (2, "宜昌.example/log"), (3, "go.sum")] {
        for text in [&checkpoint, "any\n\ntext\n", "\n"] {
            let signer = NoteSigner::new(name, &[seed; 32]).unwrap();
            let mut note = Note::new(text).unwrap();
            note.add(signer.sign(text)).unwrap();
            let (name, text) = (hex::encode(name.as_bytes()), hex::encode(text.as_bytes()));
            let question = format!("sign {name} {} {text}", hex::encode(&[seed; 32]));
            cases.push((question, hex::encode(note.to_string().as_bytes())));
        }
    }
    check("sign", cases);
}

/// Whatever we accept, Go accepts; whatever Go accepts and we do not is a second spelling of one signature: base64
/// with stray bits in its last digit, or a repeated line of the same key that Go does not look at.
#[test]
fn go_opens_the_notes_that_we_open() {
    let signer = NoteSigner::new("log.example", &[1; 32]).unwrap();
    let stranger = NoteSigner::new("other.example", &[2; 32]).unwrap();
    let text = Checkpoint::new("log.example", 77, tree_of(77).root()).to_string();
    let mut note = Note::new(&text).unwrap();
    note.add(stranger.sign(&text)).unwrap();
    note.add(signer.sign(&text)).unwrap();
    let good = note.to_string().into_bytes();
    let key = signer.verifier().to_string();

    let mut documents = vec![good.clone()];
    for at in 0..good.len() {
        for change in [b'\n', b' ', b'A', b'=', b'+', 0, 0x80, good[at] ^ 1, good[at] ^ 0x20] {
            let mut changed = good.clone();
            changed[at] = change;
            documents.push(changed);
        }
        documents.push([&good[..at], &good[at + 1..]].concat());
        documents.push([&good[..at], &b"\n"[..], &good[at..]].concat());
        documents.push(good[..at].to_vec());
    }
    let questions: Vec<String> = documents
        .iter()
        .map(|document| format!("open {} {}", hex::encode(key.as_bytes()), hex::encode(document)))
        .map(|question| if question.ends_with(' ') { question + "00" } else { question })
        .collect();
    let mut ours_alone = 0;
    let mut accepted = 0;
    for (document, answer) in documents.iter().zip(ask("open", &questions)) {
        let parsed = Note::parse(document);
        let opens = parsed.as_ref().is_ok_and(|note| note.is_signed_by(signer.verifier()) == Ok(true));
        accepted += u32::from(opens);
        if answer == "yes" && !opens {
            assert!(parsed.is_err(), "a note that parses is judged alike");
            ours_alone += 1;
        } else {
            assert_eq!(opens, answer == "yes", "{:?}", String::from_utf8_lossy(document));
        }
    }
    assert!(accepted > 50, "{accepted}: names and signatures of strangers may change");
    assert!(ours_alone < 10, "{ours_alone}: only stray base64 bits are a difference");
}

#[test]
fn a_verifier_of_cosignatures_in_go_agrees_with_ours() {
    let text = Checkpoint::new("log.example", 77, tree_of(77).root()).to_string();
    let name = "witness.example/w1";
    let cosigner = Cosigner::new(name, &[5; 32]).unwrap();
    let mut cases = Vec::new();
    for time in [1u64, 1_591_149_600, i64::MAX as u64] {
        let mut note = Note::new(&text).unwrap();
        note.add(cosigner.cosign(&text, time).unwrap()).unwrap();
        let document = hex::encode(note.to_string().as_bytes());
        let (name, seed) = (hex::encode(name.as_bytes()), hex::encode(&[5; 32]));
        cases.push((
            format!("cosign {name} {seed} {time} {}", hex::encode(text.as_bytes())),
            document.clone(),
        ));
        let key = hex::encode(cosigner.verifier().to_string().as_bytes());
        cases.push((format!("cosigned {key} {document}"), time.to_string()));
        let mut bad = note.to_string().into_bytes();
        for at in 0..bad.len() {
            bad[at] ^= 1;
            let ours = Note::parse(&bad).ok().and_then(|note| {
                cosigned_times(&note, cosigner.verifier()).ok()?.first().map(u64::to_string)
            });
            cases.push((format!("cosigned {key} {}", hex::encode(&bad)), ours.unwrap_or("no".into())));
            bad[at] ^= 1;
        }
    }
    check("cosign", cases);
}

#[test]
fn a_witness_key_in_go_spelling_is_read() {
    let text = Checkpoint::new("log.example", 77, tree_of(77).root()).to_string();
    let seed = hex::encode(&[9; 32]);
    let name = hex::encode(b"w9");
    let answers = ask("cosign-key", &[format!("cosign {name} {seed} 42 {}", hex::encode(text.as_bytes()))]);
    let note = Note::parse(&read(&answers[0])).unwrap();
    let public = *Cosigner::new("w9", &[9; 32]).unwrap().verifier().public();
    let key: VerifierKey = VerifierKey::witness("w9", &public).unwrap().to_string().parse().unwrap();
    assert_eq!(cosigned_times(&note, &key), Ok(vec![42]));
}

#[test]
fn a_second_implementation_computes_the_same_beats() {
    let seed = Seed([7; 32]);
    let mut cases = Vec::new();
    for (number, first, count) in
        [(0, 0, 0), (0, 0, 1), (1, 0, 2), (2, 40, 27), (3, 5, 700), (u64::MAX >> 1, 9, 4096)]
    {
        let bodies: Vec<String> =
            (first..first + count).map(|order: u64| format!("{{\"operation\":{order}}}")).collect();
        let operations: Vec<Operation<'_>> =
            (first..).zip(&bodies).map(|(order, body)| Operation { order, bytes: body.as_bytes() }).collect();
        let beat = Beat::new(&seed, number, &operations).unwrap();
        let mut question = format!("beat {} {number} {first}", hex::encode(&seed.0));
        bodies.iter().for_each(|body| write!(question, " {}", hex::encode(body.as_bytes())).unwrap());
        cases.push((question, beat.root().to_string()));
        for position in [0, count as usize / 2] {
            let Some(path) = beat.path(position) else { continue };
            let siblings = path.siblings.map(|hash| hash.to_string()).join(",");
            let ask = |body: &str| {
                let (slot, body) = (path.slot, hex::encode(body.as_bytes()));
                let (salt, order, beat_salt) = (path.salt, path.order, path.beat_salt);
                format!("path {slot} {salt} {order} {beat_salt} {siblings} {body} {}", beat.root())
            };
            cases.push((ask(&bodies[position]), "yes".into()));
            cases.push((ask("another"), "no".into()));
        }
    }
    check("beat", cases);
}
