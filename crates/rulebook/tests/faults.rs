//! Each file in `faults` beside the faults it must give, word for word (rules 11.6): a reader of these messages is
//! a clerk with a deadline.
#![allow(clippy::unwrap_used)] // in a helper too, what cannot be read must fail the test

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use ximu_rulebook::{Book, FILE_BYTES_MAX, Fault, load, open};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/faults")
}

/// A folder of this test's own.
fn scratch(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn files(ending: &str) -> BTreeSet<String> {
    fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(ending).map(str::to_string))
        .collect()
}

fn faults_of(name: &str) -> Vec<Fault> {
    let file = format!("{name}.toml");
    let text = fs::read_to_string(folder().join(&file)).unwrap();
    Book::from_text(&file, &text, Some(&folder()), None).err().unwrap_or_default()
}

fn shown(faults: &[Fault]) -> String {
    let folder = format!("{}/", folder().display());
    let shown: String = faults.iter().map(|fault| format!("{fault}\n").replace(&folder, "")).collect();
    // A preset is a file: one more changes no test.
    let (from, to) = ("write one of: ", " [rulebook-preset-unknown]");
    match shown.split_once(from).and_then(|(head, rest)| Some((head, rest.split_once(to)?.1))) {
        Some((head, tail)) => format!("{head}{from}PRESETS{to}{tail}"),
        None => shown,
    }
}

#[test]
fn each_bad_file_gives_its_faults_word_for_word() {
    assert_eq!(files(".toml"), files(".txt"), "every file has its faults beside it");
    let mut differing = Vec::new();
    for name in files(".toml") {
        let found = shown(&faults_of(&name));
        if found != fs::read_to_string(folder().join(format!("{name}.txt"))).unwrap() {
            let kept = scratch("faults").join(format!("{name}.txt"));
            fs::write(&kept, found).unwrap();
            differing.push(kept);
        }
    }
    assert!(differing.is_empty(), "these differ from what is kept: {differing:#?}");
}

#[test]
fn every_code_of_a_file_is_shown_by_an_example() {
    let found: BTreeSet<&str> =
        files(".toml").iter().flat_map(|name| faults_of(name)).map(|fault| fault.code.as_str()).collect();
    for code in [
        "rulebook-toml",
        "rulebook-unknown-key",
        "rulebook-missing",
        "rulebook-type",
        "rulebook-value",
        "rulebook-preset-unknown",
        "rulebook-preset-depth",
        "rulebook-laxer",
    ] {
        assert!(found.contains(code), "{code} has an example");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_one_fault() {
    let folder = scratch("unreadable");
    let unreadable = |path: &Path| {
        let faults = load(path, None).unwrap_err();
        assert_eq!(
            faults.iter().map(|fault| fault.code.as_str()).collect::<Vec<_>>(),
            ["rulebook-unreadable"]
        );
    };
    unreadable(&folder.join("none.toml"));
    unreadable(&folder);
    fs::write(folder.join("bytes.toml"), b"id = \"\xff\"").unwrap();
    unreadable(&folder.join("bytes.toml"));
    fs::write(folder.join("large.toml"), " ".repeat(usize::try_from(FILE_BYTES_MAX).unwrap() + 1)).unwrap();
    unreadable(&folder.join("large.toml"));
}

#[test]
fn no_change_of_one_byte_goes_unanswered() {
    let vectors = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../procedures/vectors");
    let tender = fs::read_to_string(vectors.join("cn-province-construction-open.tender.toml")).unwrap();
    let mut accepted = 0;
    for (at, character) in tender.char_indices() {
        for other in ["", "\"", "[", "9", "\n"] {
            let mut changed = tender.clone();
            changed.replace_range(at..at + character.len_utf8(), other);
            match Book::from_text("t.toml", &changed, None, None) {
                Ok(book) => {
                    accepted += 1;
                    assert_eq!(book.rules().validate(true), Ok(()), "{changed}");
                }
                Err(faults) => assert!(!faults.is_empty(), "{changed}"),
            }
        }
    }
    assert!(accepted > 0, "a changed comment or title is still a document");
}

#[test]
fn a_deeply_nested_file_is_refused_not_followed() {
    let text = format!("preset = {}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let faults = Book::from_text("deep.toml", &text, None, None).unwrap_err();
    assert!(faults.iter().all(|fault| fault.code.as_str() == "rulebook-toml"));
}

#[test]
fn a_preset_beside_the_file_and_one_in_the_folder_of_presets_come_first() {
    let vectors = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../procedures/vectors");
    let tender = fs::read_to_string(vectors.join("cn-construction-open.tender.toml")).unwrap();
    let national =
        ximu_rulebook::embedded().iter().find(|preset| preset.name == "cn-construction-open").unwrap().text;
    let with_window =
        |minutes: u32| national.replace("window_minutes = 30", &format!("window_minutes = {minutes}"));
    let (beside, presets) = (scratch("beside"), scratch("presets"));
    fs::write(beside.join("tender.toml"), tender).unwrap();
    fs::write(beside.join("cn-construction-open.toml"), with_window(40)).unwrap();
    fs::write(presets.join("cn-construction-open.toml"), with_window(50)).unwrap();
    let window = |presets_dir: Option<&Path>| {
        let rules = load(&beside.join("tender.toml"), presets_dir).unwrap();
        rules.unseal().unwrap().window_minutes
    };
    assert_eq!(window(None), 40);
    assert_eq!(window(Some(&presets)), 50);
}

#[test]
fn a_broken_period_names_the_line_of_the_deadline() {
    let vectors = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../procedures/vectors");
    let book = open(&vectors.join("cn-construction-open.tender.toml"), None).unwrap();
    assert_eq!(book.check_periods("2020-05-14T18:00:00+08:00".parse().unwrap()), []);
    let faults = book.check_periods("2020-05-20T09:00:00+08:00".parse().unwrap());
    let found: Vec<_> =
        faults.iter().map(|fault| (fault.line, fault.key.as_str(), fault.code.as_str())).collect();
    assert_eq!(found, [(25, "seal.deadline", "rules-period")]);
}

#[test]
fn goods_count_working_days_over_the_spring_festival() {
    let vectors = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../procedures/vectors");
    let path = vectors.join("cn-goods-open.tender.toml");
    let book = open(&path, None).unwrap();
    assert_eq!(book.check_periods("2026-02-12T09:00:00+08:00".parse().unwrap()), []);
    // A deadline of its own: five working days from 12 February end on Thursday 26, as the festival lies between.
    let text = fs::read_to_string(&path).unwrap();
    let with = |deadline: &str| {
        let text = text.replace("2026-03-10T09:30:00+08:00", deadline);
        Book::from_text("goods.toml", &text, None, None).unwrap()
    };
    let found = |deadline: &str, published: &str| {
        let faults = with(deadline).check_periods(published.parse().unwrap());
        faults.iter().map(|fault| format!("{} {}", fault.key, fault.code.as_str())).collect::<Vec<_>>()
    };
    let short = found("2026-02-26T09:30:00+08:00", "2026-02-12T09:00:00+08:00");
    assert_eq!(short, ["seal.deadline rules-period", "notice.documents_available_days rules-period"]);
    // Nobody has announced the holidays of 2027 in this preset.
    let beyond = found("2027-02-01T09:30:00+08:00", "2026-12-28T09:00:00+08:00");
    assert_eq!(beyond, ["notice.documents_available_days rules-calendar"]);
    let laxer =
        format!("{text}\n[legal.documents_available]\nunit = \"day\"\n\n[pack]\nmust = [\"minimum_bids\"]\n");
    let faults = Book::from_text("goods.toml", &laxer, None, None).unwrap_err();
    assert!(faults.iter().all(|fault| fault.code.as_str() == "rulebook-laxer"), "{faults:#?}");
    assert_eq!(faults.len(), 15, "the unit, and fourteen rules that are not required any more");
}

#[test]
fn goods_take_no_cash_and_a_tender_cannot_allow_it() {
    let vectors = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../procedures/vectors");
    let text = fs::read_to_string(vectors.join("cn-goods-open.tender.toml")).unwrap();
    let found = |more: &str| {
        let faults = Book::from_text("goods.toml", &format!("{text}{more}"), None, None).err();
        let faults = faults.unwrap_or_default();
        faults.iter().map(|fault| format!("{} {}", fault.key, fault.code.as_str())).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(found(""), none);
    assert_eq!(found("kinds = [\"guarantee\"]\n"), none);
    assert_eq!(found("kinds = [\"cash\"]\n"), ["enter.bond.kinds rules-legal"]);
    let allowed = |kinds: &str| found(&format!("\n[pack]\nbond_kinds = {kinds}\n"));
    assert_eq!(allowed("[\"guarantee\", \"insurance\"]"), ["enter.bond.kinds rules-legal"]);
    assert_eq!(allowed("[\"cash\", \"guarantee\"]"), ["pack.bond_kinds rulebook-laxer"]);
    assert_eq!(allowed("[]"), ["pack.bond_kinds rulebook-laxer"]);
}
