//! The scenarios: whole tenders run by hand with the public tool, their transcripts compared with golden ones.
//!
//! What differs from run to run (hashes, ids, times, ports, counts that depend on the machine's speed) is masked. To
//! accept changed transcripts: `UPDATE_GOLDEN=1 cargo test -p ximu-cli --test scenarios`, then read the diff.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

#[test]
fn a_national_tender_by_hand_goes_as_the_golden_transcript_says() {
    check("construction");
}

#[test]
fn a_provincial_variant_runs_by_hand_with_another_rules_file_only() {
    check("province");
}

#[test]
fn what_is_asked_amended_and_objected_to_by_hand_goes_as_the_golden_transcript_says() {
    check("enquiry");
}

#[test]
fn the_first_quits_after_an_upheld_objection_and_the_second_signs_as_the_golden_transcript_says() {
    check("rank1-quits");
}

#[test]
fn a_suspension_stops_everything_and_lapses_as_the_golden_transcript_says() {
    check("suspended");
}

#[test]
fn government_goods_by_hand_need_another_rules_file_only() {
    check("goods");
}

#[test]
fn bids_that_do_not_add_up_and_late_words_at_an_opening_go_as_the_golden_transcript_says() {
    check("on-the-spot");
}

#[test]
fn experts_are_drawn_once_whoever_trims_or_withholds_as_the_golden_transcript_says() {
    check("drawn");
}

#[test]
fn five_are_drawn_from_three_provinces_as_the_golden_transcript_says() {
    check("provinces");
}

#[test]
fn a_draw_for_which_too_few_give_fails_for_good_as_the_golden_transcript_says() {
    check("undrawn");
}

#[test]
fn a_committee_survives_what_goes_wrong_in_it_as_the_golden_transcript_says() {
    check("scored");
}

#[test]
fn a_new_committee_follows_a_long_outage_and_the_tenderer_chooses_as_the_golden_transcript_says() {
    check("again");
}

#[test]
fn hostile_text_in_every_field_stays_text_as_the_golden_transcript_says() {
    check("hostile");
}

#[test]
fn the_original_committee_rechecks_beside_a_frozen_base_as_the_golden_transcript_says() {
    check("recheck");
}

fn check(name: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let output = Command::new("bash")
        .arg(root.join(format!("scenarios/{name}.sh")))
        .arg(&run)
        .env("XIMU", env!("CARGO_BIN_EXE_ximu"))
        .env("PORTS", free_ports(5))
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let found = masked(&String::from_utf8(output.stdout).unwrap());
    let golden = root.join(format!("scenarios/golden/{name}.txt"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, &found).unwrap();
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    assert!(
        output.status.success() && found == expected,
        "{name} differs from {}\n{}\n--- processes ---\n{}\n--- bash ---\n{}",
        golden.display(),
        difference(&expected, &found),
        fs::read_to_string(run.join("processes.txt")).unwrap_or_default(),
        String::from_utf8_lossy(&output.stderr),
    );
}

/// Free ports below those that the system gives to outgoing connections, and none twice in this process.
fn free_ports(count: usize) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let start = std::process::id().wrapping_mul(37);
    let ports = std::iter::from_fn(|| {
        Some(10_000 + start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000)
    });
    let free = ports.filter(|port| TcpListener::bind(format!("127.0.0.1:{port}")).is_ok());
    free.take(count).map(|port| port.to_string()).collect::<Vec<_>>().join(" ")
}

/// The first lines that differ.
fn difference(expected: &str, found: &str) -> String {
    let (expected, found): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    let same = expected.iter().zip(&found).take_while(|(left, right)| left == right).count();
    let shown = |lines: &[&str]| lines.iter().skip(same).take(12).copied().collect::<Vec<_>>().join("\n");
    format!("line {}\n--- expected ---\n{}\n--- found ---\n{}", same + 1, shown(&expected), shown(&found))
}

/// The transcript without what differs from run to run.
fn masked(transcript: &str) -> String {
    let mut lines: Vec<String> = without_missing(transcript).map(|line| mask_line(line) + "\n").collect();
    // They stand in the order of ids, which differ from run to run.
    for bonds in lines.chunk_by_mut(|one, next| one.starts_with("bond ") && next.starts_with("bond ")) {
        bonds.sort_unstable();
    }
    lines.concat()
}

/// The lines without the notes, of three lines each, of who gave nothing to a draw: on a slow machine a centre is too late.
fn without_missing(transcript: &str) -> impl Iterator<Item = &str> {
    let mut left = 0_u8;
    transcript.lines().filter(move |line| {
        left = if line.starts_with("(contribution-missing) ") { 3 } else { left.saturating_sub(1) };
        left == 0
    })
}

/// Counts in a report of the verifier that depend on how many checkpoints and beats a run happened to have, on which
/// holder answered or gave to a draw in time, and on how many official records the clock had logged by then.
const COUNTS: [&str; 11] = [
    "manifest",
    "checkpoints",
    "cosignatures",
    "leaves",
    "entries",
    "beats",
    "stamps",
    "shares",
    "panel",
    "kept",
    "contributions",
];

fn mask_line(line: &str) -> String {
    let first = line.strip_prefix("  ").and_then(|rest| rest.split_whitespace().next());
    if let Some(name) = first.filter(|name| COUNTS.contains(name)) {
        return format!("  {name} <count>");
    }
    // How many leaves stand before a note depends on the machine's speed.
    let place = line.split_once(") leaf ").filter(|(code, _)| code.starts_with('('));
    if let Some((code, _)) = place {
        return format!("{code}) leaf <place>");
    }
    let mut out = String::new();
    for word in split(line) {
        out.push_str(&mask_word(word));
    }
    out
}

/// Words and what stands between them, so that nothing is lost.
fn split(line: &str) -> Vec<&str> {
    let part_of_word = |character: char| character.is_ascii_alphanumeric() || ":+-./".contains(character);
    let mut words = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let kind = part_of_word(first);
        let end = rest.find(|character| part_of_word(character) != kind).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
    words
}

fn mask_word(word: &str) -> String {
    let hex = |text: &str| text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some((before, after)) = word.split_once("127.0.0.1:") {
        let rest = after.trim_start_matches(|character: char| character.is_ascii_digit());
        return format!("{before}127.0.0.1:<port>{rest}");
    }
    if word.starts_with("age1") {
        return "<recipient>".into();
    }
    if word.len() >= 19 && word.contains('T') && word.ends_with("+08:00") {
        return "<time>".into();
    }
    match word.split_once('-') {
        Some((prefix @ ("p" | "u"), id)) if hex(id) => format!("{prefix}-<id>"),
        _ if hex(word) => "<hash>".into(),
        _ if is_ms(word) => ":<ms>".into(),
        _ => word.into(),
    }
}

/// A member's value in milliseconds since 1970, with the colon before it.
fn is_ms(word: &str) -> bool {
    word.strip_prefix(':').is_some_and(|ms| ms.len() == 13 && ms.bytes().all(|byte| byte.is_ascii_digit()))
}

#[test]
fn masks_hide_what_differs_and_nothing_else() {
    let noted =
        "a\n(contribution-missing) leaf 9\n  words\n  found: who\nb\n(sheets-alike) leaf 8\n  words\n";
    assert_eq!(masked(noted), "a\nb\n(sheets-alike) leaf <place>\n  words\n");
    for (line, masked) in [
        ("awarded p-6209692bf2959e044c53 8990000.00", "awarded p-<id> 8990000.00"),
        ("\"until\":1795450857531}", "\"until\":<ms>}"),
        ("deadline 2026-11-24T00:20:50.229+08:00", "deadline <time>"),
        (
            "$ ximu x --centre http://127.0.0.1:18300/tenders/a",
            "$ ximu x --centre http://127.0.0.1:<port>/tenders/a",
        ),
        ("policy 2086fe4fd14ac8ed3116d52abb8326ff", "policy <hash>"),
        ("  checkpoints        37", "  checkpoints <count>"),
        ("(sheets-alike) leaf 86", "(sheets-alike) leaf <place>"),
        ("  operations         29", "  operations         29"),
        (
            "sealed version 1 at 9,120,000.00 元 (玖佰壹拾贰万元整)",
            "sealed version 1 at 9,120,000.00 元 (玖佰壹拾贰万元整)",
        ),
    ] {
        assert_eq!(mask_line(line), masked);
    }
}
