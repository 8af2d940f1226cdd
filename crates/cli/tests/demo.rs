//! The demonstration from end to end, undisturbed and with processes killed under it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use serde_json::Value;
use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
};
use ximu_procedure::wire::{Leaf, Outcome};
use ximu_tlog::bundle::decode_bundle;
use ximu_verify::{bundle::path, zip};

const XIMU: &str = env!("CARGO_BIN_EXE_ximu");

#[test]
fn an_address_that_is_none_is_said_before_anything_is_written_or_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    for address in ["BAD", "127.0.0.1", &taken.local_addr().unwrap().to_string()] {
        let demo = ["demo", "--lang", "zh", "--listen", address, "--data-dir"];
        let output = Command::new(XIMU).args(demo).arg(&data).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len(), data.exists()), (Some(2), 0, false), "{told}");
        assert!(
            told.starts_with("错误 [listen]：") && told.ends_with("怎么办：用 --listen 换一个地址\n"),
            "{told}"
        );
    }
}

#[test]
fn the_seed_case_ends_in_a_contract_and_an_archive_that_a_stranger_can_verify() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let bundle = folder.path().join("out.zip");
    let mut arguments = arguments(&data, &["--seed", "7"]);
    arguments.extend(["--bundle".into(), bundle.display().to_string()]);
    let output = Command::new(XIMU).args(arguments).output().unwrap();
    let told = text(&output);
    assert!(output.status.success(), "{told}");
    for expected in [
        "the list is fixed: 27 bids count",
        "withdrew before the deadline: lawful, without penalty, and never to be opened",
        "is one second late. It gets a refusal signed by the centre: The deadline has passed [deadline_passed]",
        "1 submission does not (withdrawn before the deadline)",
        "25 keys handed over, 1 asked for rescue, 1 stays closed by its bidder's own fault",
        "26 prices are published at once",
        "(opened by rescue)",
        "Somebody asked anonymously, and the tenderer has answered all at once (question 2)",
        "The coefficient is drawn: K = 0.9",
        "The committee's 5 seats are filled",
        "one of them, near kin of a bidder's manager, is recused",
        "One who was drawn is ill",
        "objects to the first candidate",
        "The tenderer has answered the objection",
        "exactly the price of the award",
        "The bid bonds of all 28 bidders are returned",
        "The host has sealed the whole record for keeping",
        "everything holds, under the policy you pinned",
    ] {
        assert!(told.contains(expected), "expected {expected:?} in\n{told}");
    }
    let policy = policy_of(&told);
    let report = verify(&bundle, &["--policy", &policy, "--json"]);
    assert_eq!(report.status.code(), Some(0), "{}", text(&report));
    let json: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!(
        (&json["ok"], &json["pinned"], &json["rehearsal"]),
        (&true.into(), &true.into(), &true.into())
    );
    assert_eq!(json["policy"], policy.as_str());

    assert!(!told.contains("The tender failed"), "{told}");
    kept_to_the_end(&data, &bundle, &policy);

    let other = "0".repeat(64);
    assert_eq!(
        verify(&bundle, &["--policy", &other]).status.code(),
        Some(1),
        "another policy is not satisfied"
    );
    fs::write(&bundle, "not a bundle").unwrap();
    assert_eq!(verify(&bundle, &[]).status.code(), Some(2), "what cannot be read is not false");
    receipts_hold(&data);
    operators_tools(&data, &policy);
}

/// The contract at the price of the award and no other, tied to its file; all bonds; the archive that the log names, which its
/// identity alone opens and checks.
fn kept_to_the_end(data: &Path, bundle: &Path, policy: &str) {
    let id = "yc-baiyang-2";
    let events = events(bundle, id);
    let of = |kind: &str| events.iter().filter(|(_, event)| event["type"] == kind).collect::<Vec<_>>();
    let (awarded, signed) = (of("awarded"), of("contract_signed"));
    assert_eq!((awarded.len(), signed.len(), of("bond_returned").len()), (1, 1, 28));
    let command = &signed[0].0;
    assert_eq!(command["price"], awarded[0].1["price"]);
    assert_eq!((&signed[0].1["bidder"], &signed[0].1["late"]), (&awarded[0].1["bidder"], &false.into()));

    // Whoever is shown contract and salt comes to the same commitment.
    let (folder, again) = (data.join("tenderer"), data.join("contract-again.json"));
    let file = |end: &str| folder.join(format!("合同-{id}.{end}"));
    let amount = command["price"]["amount"].as_str().unwrap();
    let contract = Command::new(XIMU)
        .args(["tender", "contract", "--price", amount, "--file"])
        .args([&file("md"), Path::new("--salt"), &file("salt"), Path::new("--out"), &again])
        .output()
        .unwrap();
    assert!(contract.status.success(), "{}", text(&contract));
    let made: serde_json::Value = serde_json::from_slice(&fs::read(&again).unwrap()).unwrap();
    assert_eq!(made["contract"], command["contract"]);

    let (archive, identity) = (data.join(format!("archive/{id}.age")), data.join("archive/records.age-key"));
    let bytes = fs::read(&archive).unwrap();
    let archived = of("archived");
    assert_eq!(archived.len(), 1);
    assert_eq!(archived[0].1["hash"], ximu_basics::Hash::of(&bytes).to_string());
    for secret in [&archive, &identity, &file("md"), &file("salt")] {
        assert_eq!(fs::metadata(secret).unwrap().permissions().mode() & 0o777, 0o600, "{}", secret.display());
    }
    let opened = verify(&archive, &["--policy", policy, "--identity", identity.to_str().unwrap()]);
    assert_eq!(opened.status.code(), Some(0), "{}", text(&opened));
    assert_eq!(verify(&archive, &["--policy", policy]).status.code(), Some(2), "nobody else opens it");
}

/// Every event of a tender in a bundle, with the command that led to it.
fn events(bundle: &Path, id: &str) -> Vec<(Value, Value)> {
    let bytes = fs::read(bundle).unwrap();
    let files = zip::read(&bytes).unwrap();
    let mut found = Vec::new();
    for index in 0.. {
        let name = |width: &usize| files.contains_key(path::entries(index, *width).as_str());
        let Some(width) = (1..=256).find(name) else { break };
        let page = files[path::entries(index, width).as_str()];
        for leaf in decode_bundle(page, width.try_into().unwrap()).unwrap() {
            let Ok(Leaf::Entry(entry)) = Leaf::from_bytes(leaf) else { continue };
            let Outcome::Events(events) = &entry.outcome else { continue };
            let command = serde_json::to_value(&entry.signed.open().unwrap().command).unwrap();
            let events = events.iter().filter(|_| entry.procedure.as_str() == id);
            found.extend(events.map(|event| (command.clone(), serde_json::to_value(event).unwrap())));
        }
    }
    found
}

/// What an operator has for a stopped centre: doctor, backup, restore, and the same bundle from either copy.
fn operators_tools(data: &Path, policy: &str) {
    let host = data.join("host");
    let (backup, restored) = (data.join("backup"), data.join("restored"));
    let run = |arguments: &[&str]| {
        let output = Command::new(XIMU).args(arguments).output().unwrap();
        (output.status.code(), text(&output))
    };
    let (path, backup_path, restored_path) =
        (host.display().to_string(), backup.display().to_string(), restored.display().to_string());
    let (code, told) = run(&["admin", "backup", "--data-dir", &path, "--out", &backup_path]);
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = run(&["admin", "restore", &backup_path, "--data-dir", &restored_path]);
    assert_eq!(code, Some(0), "{told}");
    for file in ["ximu.toml", "centre.key"] {
        fs::copy(host.join(file), restored.join(file)).unwrap();
    }
    let mut bundles = Vec::new();
    for (name, folder) in [("host", &path), ("restored", &restored_path)] {
        let (_, told) = run(&["admin", "doctor", "--data-dir", folder]);
        // The peers have ended with the demonstration; everything else is whole.
        let trouble: Vec<&str> = told.lines().filter(|line| line.starts_with("TROUBLE")).collect();
        assert!(trouble.iter().all(|line| line.contains("TROUBLE peer")), "{name}\n{told}");
        let bundle = data.join(format!("{name}.zip"));
        let (code, told) =
            run(&["journal", "export", "--data-dir", folder, "--out", bundle.to_str().unwrap()]);
        assert_eq!(code, Some(0), "{told}");
        assert!(verify(&bundle, &["--policy", policy]).status.success());
        bundles.push(fs::read(&bundle).unwrap());
    }
    assert!(bundles[0] == bundles[1], "the restored copy gives the same bundle");

    let (code, told) = run(&["journal", "show", "--data-dir", &path, "--procedure", "yc-baiyang-2"]);
    let kept = told.lines().last().unwrap_or_default();
    assert!(code == Some(0) && kept.ends_with(" -> archived"), "{told}");
    // The notice of the award follows the award.
    let after = told.lines().skip_while(|line| !line.ends_with("-> awarded"));
    assert!(after.clone().any(|line| line.ends_with(" -> record_kept")), "{told}");
    let award = told.lines().find(|line| line.contains(" award ")).unwrap_or_default().to_owned();
    assert!(award.ends_with("-> awarded"), "{award}");
    let leaf = award.split_whitespace().next().unwrap();
    let (code, told) = run(&["journal", "step", leaf, "--data-dir", &path]);
    assert!(code == Some(0) && told.contains("stage: published -> awarded"), "{told}");

    let object = fs::read_dir(backup.join("vault/bids")).unwrap().next().unwrap().unwrap().path();
    fs::write(object, "damaged").unwrap();
    let again = data.join("again");
    let into = again.display().to_string();
    let (code, told) = run(&["admin", "restore", &backup_path, "--data-dir", &into]);
    assert!(code == Some(2) && told.contains("[backup-damaged]"), "{told}");
    assert!(!again.exists(), "nothing half-made is left");
    fs::create_dir(&again).unwrap();
    fs::write(again.join("ximu.toml"), "").unwrap();
    assert_eq!(run(&["admin", "restore", &backup_path, "--data-dir", &into]).0, Some(2));
    let left: Vec<_> = fs::read_dir(&again).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["ximu.toml"], "what was there stays, and nothing else");

    let list = fs::read_to_string(backup.join("backup.json")).unwrap();
    fs::write(backup.join("backup.json"), list.replacen("journal/", "../journal/", 1)).unwrap();
    let (code, told) = run(&["admin", "restore", &backup_path, "--data-dir", &into]);
    assert!(code == Some(2) && told.contains("[backup-damaged]"), "{told}");
    a_peers_tools(data);
}

/// The same for a stopped peer: what it keeps comes back, what it cosigned only when that is asked for.
fn a_peers_tools(data: &Path) {
    let (peer, backup) = (data.join("peers/1"), data.join("peer-backup"));
    let shown = |path: &Path| path.display().to_string();
    let run = |arguments: &[&str]| {
        let output = Command::new(XIMU).args(arguments).output().unwrap();
        (output.status.code(), text(&output))
    };
    let (code, told) = run(&["admin", "backup", "--data-dir", &shown(&peer), "--out", &shown(&backup)]);
    assert_eq!(code, Some(0), "{told}");
    assert!(!backup.join("peer.key").exists() && backup.join("peer.json").exists());
    let doctor = |folder: &Path| {
        for file in ["ximu.toml", "peer.key", "yichang.policy"] {
            fs::copy(peer.join(file), folder.join(file)).unwrap();
        }
        let (_, told) = run(&["admin", "doctor", "--data-dir", &shown(folder)]);
        // The centre has ended with the demonstration.
        let trouble = told.lines().filter(|line| line.starts_with("TROUBLE") && !line.contains("centre"));
        (trouble.map(str::to_owned).collect::<Vec<_>>(), told)
    };
    let moved = data.join("peer-moved");
    let arguments = ["admin", "restore", &shown(&backup), "--data-dir", &shown(&moved)];
    let (code, told) = run(&[&arguments[..], &["--nothing-cosigned-since"]].concat());
    assert_eq!(code, Some(0), "{told}");
    let (trouble, told) = doctor(&moved);
    assert!(trouble.is_empty(), "{told}");
    for expected in ["epochs       1 keys", "every copy is whole", "it remembers what it cosigned"] {
        assert!(told.contains(expected), "expected {expected:?} in\n{told}");
    }
    for part in ["epochs", "custody", "holder", "witness"] {
        assert_eq!(tree(&peer.join(part)), tree(&moved.join(part)), "{part}");
    }

    let older = data.join("peer-older");
    let (code, told) = run(&["admin", "restore", &shown(&backup), "--data-dir", &shown(&older)]);
    assert!(code == Some(0) && told.contains("It signs nothing for its logs"), "{told}");
    let (trouble, told) = doctor(&older);
    assert!(trouble.len() == 1 && trouble[0].contains("[witness-state-lost]"), "{told}");

    let copy =
        walk(&moved.join("custody")).into_iter().find(|path| path.to_string_lossy().contains("/bids/"));
    fs::write(copy.unwrap(), "damaged").unwrap();
    let (trouble, told) = doctor(&moved);
    assert!(trouble.len() == 1 && trouble[0].contains("[vault-damaged]"), "{told}");
}

/// Every file below a folder.
fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every file below a folder but locks, by its name there, with its contents.
fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let kept = walk(folder).into_iter().filter(|path| path.extension().is_none_or(|end| end != "lock"));
    kept.map(|path| (path.strip_prefix(folder).unwrap().display().to_string(), fs::read(&path).unwrap()))
        .collect()
}

#[test]
fn a_bundle_that_cannot_be_written_ends_the_demonstration_before_it_begins() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let bundle = folder.path().join("none/x.zip").display().to_string();
    let output = Command::new(XIMU)
        .args(["demo", "--fast", "--exit", "--data-dir", data.to_str().unwrap(), "--bundle", &bundle])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("[file]") && !data.exists(), "{}", text(&output));
}

#[test]
fn killed_at_any_line_and_started_again_it_continues_and_every_receipt_holds() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    // The driver is killed after ever more lines; what comes after the last of them is left alone.
    for lines in [1, 6, 9, 11, 13, 14, 15, 16, 18] {
        let mut run = Run::start(&data);
        if run.read_lines(lines) {
            run.child.kill().unwrap();
        }
        run.child.wait().unwrap();
    }
    // And at each step after the award.
    for words in ["Awarded:", "The contract is signed", "The bid bonds of all", "The host has sealed"] {
        let mut run = Run::start(&data);
        while !run.read_line().unwrap().contains(words) {}
        run.child.kill().unwrap();
        run.child.wait().unwrap();
    }
    let (status, told) = Run::start(&data).finish(|_, _| {});
    assert!(status, "{told}");
    // What was told before is told again, in the order in which it happened.
    let order = ["Bids until", "(question 1)", "(question 2)", "Closed.", "The window is over", "K = 0."];
    let places = order.map(|words| told.find(words).unwrap_or_else(|| panic!("{words} in {told}")));
    assert!(places.is_sorted(), "{told}");
    assert!(told.contains("everything holds, under the policy you pinned"), "{told}");
    let events = events(&data.join("bundle.zip"), "yc-baiyang-2");
    for kind in ["awarded", "contract_signed", "archived"] {
        let count = events.iter().filter(|(_, event)| event["type"] == kind).count();
        assert_eq!(count, 1, "{kind}");
    }
    receipts_hold(&data);
}

#[test]
fn host_and_peers_killed_under_way_are_started_again_and_the_tender_is_awarded() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let mut killed = 0;
    let (status, told) = Run::start(&data).finish(|run, line| {
        // A different process after each of these: the host is the first child, then come the peers.
        let moments = [
            "Bids until",
            "has its receipt",
            "replaced its bid",
            "withdrew before",
            "The window is open until",
            "has lost its key",
            "The window is over for all",
            "The candidates follow",
            "The contract is signed",
        ];
        if moments.iter().any(|moment| line.contains(moment)) {
            let children = run.children();
            let child = children[killed % children.len()];
            assert!(Command::new("kill").args(["-9", &child.to_string()]).status().unwrap().success());
            killed += 1;
        }
    });
    assert!(status && killed >= 6, "{killed} killed\n{told}");
    assert!(told.contains("was started again"), "{told}");
    assert!(told.contains("everything holds, under the policy you pinned"), "{told}");
    receipts_hold(&data);
}

#[test]
fn a_folder_that_is_not_a_demonstration_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.txt"), "three years").unwrap();
    let output = Command::new(XIMU).args(arguments(folder.path(), &[])).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output).contains("[demo-foreign]"), "{}", text(&output));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_second_demonstration_in_a_folder_is_refused_and_changes_nothing_there() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let mut run = Run::start(&data);
    while !run.read_line().unwrap().contains("Bids until") {}
    let settings = ["demo.json", "host/ximu.toml", "peers/1/ximu.toml", "peers/4/ximu.toml"];
    let read = || settings.map(|name| fs::read(data.join(name)).unwrap());
    let before = read();
    for (language, words) in [("en", "to do:"), ("zh", "怎么办：")] {
        let mut asked = arguments(&data, &[]);
        asked.iter_mut().filter(|word| *word == "en").for_each(|word| *word = language.to_owned());
        let output = Command::new(XIMU).args(asked).output().unwrap();
        let told = text(&output);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("[demo-running]") && told.contains(words), "{told}");
        assert!(output.stdout.is_empty(), "{told}");
    }
    assert!(read() == before, "what the first one wrote is as it was");
    assert!(run.child.try_wait().unwrap().is_none());
    // Its folder is free as soon as it is killed.
    run.child.kill().unwrap();
    run.child.wait().unwrap();
    let mut again = Run::start(&data);
    assert!(again.read_lines(2), "{}", again.told);
    again.child.kill().unwrap();
    again.child.wait().unwrap();
}

#[test]
fn a_file_in_the_place_of_the_folder_is_called_one_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("thesis.txt");
    fs::write(&file, "three years").unwrap();
    let output = Command::new(XIMU).args(arguments(&file, &[])).output().unwrap();
    let told = text(&output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("expected a folder at ") && told.contains("found a file"), "{told}");
    assert_eq!(fs::read(&file).unwrap(), b"three years");
}

#[test]
fn a_committee_is_odd_and_not_too_small() {
    for (experts, said) in [("4", "from 5 to 15"), ("6", "an odd number (L37)")] {
        let folder = tempfile::tempdir().unwrap();
        let output = Command::new(XIMU)
            .args(["demo", "--experts", experts, "--data-dir"])
            .arg(folder.path())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output).contains(said), "{}", text(&output));
    }
}

/// A running demonstration.
struct Run {
    child: Child,
    lines: BufReader<ChildStdout>,
    told: String,
}

impl Run {
    fn start(data: &Path) -> Run {
        let arguments = arguments(data, &["--seed", "11", "--bidders", "6"]);
        let mut child = Command::new(XIMU).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Run { child, lines, told: String::new() }
    }

    fn read_line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.lines.read_line(&mut line).unwrap();
        self.told.push_str(&line);
        (read > 0).then_some(line)
    }

    /// Reads so many lines; `false` when it ended before.
    fn read_lines(&mut self, count: usize) -> bool {
        (0..count).all(|_| self.read_line().is_some())
    }

    /// Lets it come to its end; whether it succeeded, and what it told.
    fn finish(mut self, mut each: impl FnMut(&Run, &str)) -> (bool, String) {
        while let Some(line) = self.read_line() {
            each(&self, &line);
        }
        (self.child.wait().unwrap().success(), self.told)
    }

    /// The processes it keeps running, in the order in which they were started.
    fn children(&self) -> Vec<u32> {
        let id = self.child.id();
        let tasks = fs::read_dir(format!("/proc/{id}/task")).unwrap();
        let lists =
            tasks.map(|task| fs::read_to_string(task.unwrap().path().join("children")).unwrap_or_default());
        let mut children: Vec<u32> = lists
            .flat_map(|list| list.split_whitespace().map(|id| id.parse().unwrap()).collect::<Vec<u32>>())
            .collect();
        children.sort_unstable();
        children
    }
}

fn arguments(data: &Path, more: &[&str]) -> Vec<String> {
    let data = data.display().to_string();
    let fixed =
        ["demo", "--fast", "--exit", "--lang", "en", "--listen", "127.0.0.1:0", "--data-dir", data.as_str()];
    fixed.iter().chain(more).map(|word| (*word).to_owned()).collect()
}

fn verify(bundle: &Path, more: &[&str]) -> Output {
    Command::new(XIMU).arg("verify").arg(bundle).args(more).output().unwrap()
}

/// Every receipt in a bidder's folder proves what it promised, by the policy alone and with no process running.
fn receipts_hold(data: &Path) {
    let policy = data.join("peers/1/yichang.policy");
    let mut held = 0;
    for folder in bids(data) {
        if folder.join("receipt.json").is_file() {
            let output = Command::new(XIMU)
                .args(["bid", "receipt"])
                .arg(&folder)
                .arg("--policy")
                .arg(&policy)
                .output()
                .unwrap();
            assert!(output.status.success(), "{}: {}", folder.display(), text(&output));
            held += 1;
        }
    }
    assert!(held >= 6, "{held} receipts");
}

fn bids(data: &Path) -> Vec<PathBuf> {
    let inside =
        |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    inside(&data.join("bidders"))
        .iter()
        .flat_map(|bidder| inside(bidder))
        .filter(|path| path.join("submission.json").is_file())
        .collect()
}

fn policy_of(told: &str) -> String {
    let line = told.lines().find(|line| line.contains("Fingerprint of the witness policy")).unwrap();
    line.rsplit(' ').next().unwrap().to_owned()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}
