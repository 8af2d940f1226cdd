//! Reports made and checked with the real binary (records 7): what holds, what is false, what was not compared.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can fail"
)]
#![allow(missing_docs, reason = "a test, not an interface")]

#[path = "../../verify/tests/support/mod.rs"]
mod support;

use std::{fs, path::Path, process::Command};

use support::{Case, pin, resign};
use ximu_procedure::wire::{RecordKind, record::Content};
use ximu_report::{Fonts, Names};

/// Runs `ximu` in a folder: the exit code and everything it said.
fn ximu(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_ximu"))
        .args(["--lang", "en"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let said = [ran.stdout, ran.stderr].concat();
    (ran.status.code().unwrap(), String::from_utf8(said).unwrap())
}

/// A folder with the bundle of an awarded tender, `b.zip`, and one of its opening, `early.zip`.
fn folder() -> (tempfile::TempDir, Case) {
    let folder = tempfile::tempdir().unwrap();
    let mut case = Case::opened();
    fs::write(folder.path().join("early.zip"), resign(&case.files())).unwrap();
    case.award();
    case.centre.keep_records();
    fs::write(folder.path().join("b.zip"), resign(&case.files())).unwrap();
    (folder, case)
}

#[test]
fn a_report_made_from_a_bundle_holds_beside_it_to_the_last_byte() {
    let (folder, case) = folder();
    let policy = pin().to_string();
    let mut evaluated = Case::evaluated();
    evaluated.centre.keep_records();
    fs::write(folder.path().join("e.zip"), resign(&evaluated.files())).unwrap();
    for kind in RecordKind::ALL {
        let (case, bundle) =
            if kind == RecordKind::EvaluationReport { (&evaluated, "e.zip") } else { (&case, "b.zip") };
        let make = ["report", bundle, kind.name(), "--policy", &policy, "--out", "r.pdf"];
        let (exit, said) = ximu(folder.path(), &make);
        let hash = case.centre.record(kind).unwrap().hash().unwrap();
        assert_eq!((exit, said), (0, format!("{kind} {hash}\n")));
        let check = ["verify", "r.pdf", "--bundle", bundle, "--policy", &policy];
        let (exit, said) = ximu(folder.path(), &check);
        assert!(exit == 0 && said.contains("every byte is the same"), "{said}");
    }
    let html = ["report", "b.zip", "award_notice", "--html", "--out", "r.html"];
    assert_eq!(ximu(folder.path(), &html).0, 0);
    let page = fs::read_to_string(folder.path().join("r.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("Notice of the award"), "{page}");
}

#[test]
fn what_is_false_or_cannot_be_judged_has_its_exit_code_and_code() {
    let (folder, case) = folder();
    let fonts = Fonts::load(&[], &Fonts::folders()).unwrap();
    let honest = case.centre.record(RecordKind::AwardNotice).unwrap();
    let pdf = ximu_report::pdf(&honest, &Names::default(), &fonts).unwrap();
    let mut false_record = honest.clone();
    let Content::AwardNotice(notice) = &mut false_record.content else { panic!("another kind") };
    notice.bidder = notice.candidates[1].bidder.clone();
    let false_pdf = ximu_report::pdf(&false_record, &Names::default(), &fonts).unwrap();
    // A byte of the last stream, which holds nothing that is embedded: the record stays what it was.
    let outside = |pdf: &[u8]| {
        let place = pdf.windows(8).rposition(|window| window == b"\nstream\n").unwrap() + 20;
        place.min(pdf.len() - 1)
    };
    let mut repainted = pdf.clone();
    let place = outside(&pdf);
    repainted[place] ^= 1;
    let label = fonts.label();
    let other_font = String::from_utf8_lossy(label.as_bytes()).replacen("Noto", "Moto", 1);
    let place = pdf.windows(label.len()).position(|window| window == label.as_bytes()).unwrap();
    let mut foreign_font = pdf.clone();
    foreign_font[place..place + label.len()].copy_from_slice(other_font.as_bytes());
    let mut appended = pdf.clone();
    appended.extend_from_slice(b"\n%%EOF");
    for (what, bytes, bundle, more, exit, says) in [
        ("honest", &pdf, "b.zip", None, 0, "every byte is the same"),
        ("another winner", &false_pdf, "b.zip", None, 1, "report-differs"),
        ("pages drawn otherwise", &repainted, "b.zip", None, 1, "pages_differ"),
        ("another font", &foreign_font, "b.zip", None, 2, "pages_unchecked"),
        ("another font, record alone", &foreign_font, "b.zip", Some("--record-only"), 0, "pages_unchecked"),
        ("an older bundle", &pdf, "early.zip", None, 1, "report-larger"),
        ("an update appended", &appended, "b.zip", None, 2, "report_foreign"),
    ] {
        fs::write(folder.path().join("r.pdf"), bytes).unwrap();
        let mut check = vec!["verify", "r.pdf", "--bundle", bundle];
        check.extend(more);
        let (found, said) = ximu(folder.path(), &check);
        assert!(found == exit && said.contains(says), "{what}: {found} {said}");
        // One conclusion, the last line, and a program finds the same.
        let last = said.lines().last().unwrap();
        let concludes =
            |line: &str| line.starts_with("everything ") || line.starts_with("this does not hold");
        assert_eq!(concludes(last), says != "report_foreign" && exit != 2, "{what}: {said}");
        assert_eq!(last.starts_with("everything "), exit == 0, "{what}: {said}");
        assert!(said.lines().rev().skip(1).all(|line| !concludes(line)), "{what}: {said}");
        check.push("--json");
        let (_, said) = ximu(folder.path(), &check);
        let json: serde_json::Value = serde_json::from_str(said.lines().next().unwrap()).unwrap();
        assert_eq!(json["ok"], exit == 0, "{what}: {said}");
        let failures = json["failures"].to_string();
        assert_eq!(failures.contains(says), exit != 0, "{what}: {said}");
    }
    // The bundle of another log can say nothing of the report.
    let mut other = Case::evaluated();
    other.centre.keep_records();
    fs::write(folder.path().join("other.zip"), resign(&other.files())).unwrap();
    fs::write(folder.path().join("r.pdf"), &pdf).unwrap();
    let (found, said) = ximu(folder.path(), &["verify", "r.pdf", "--bundle", "other.zip"]);
    assert!(found == 1 && said.contains("of another log") && !said.contains("explanation"), "{found} {said}");
    assert!(said.ends_with("the bundle and the report are of two logs.\n"), "{said}");
    fs::write(folder.path().join("r.pdf"), &pdf).unwrap();
    let (found, said) = ximu(folder.path(), &["verify", "r.pdf"]);
    assert!(found == 2 && said.contains("--bundle FILE_OR_URL"), "a report needs a bundle beside it: {said}");
    // The one name, which help shows, too.
    assert!(said.contains("record page") && !said.contains("--centre"), "{said}");
}

#[test]
fn what_cannot_be_made_says_why() {
    let (folder, _) = folder();
    fs::write(folder.path().join("no.ttf"), "no font").unwrap();
    for (arguments, exit, says) in [
        (&["report", "early.zip", "award_notice", "--out", "r.pdf"][..], 2, "record_not_ready"),
        (
            &["report", "b.zip", "winner", "--out", "r.pdf"],
            2,
            "opening_record, evaluation_report, candidate_notice, award_notice",
        ),
        (&["report", "b.zip", "award_notice", "--tender", "other", "--out", "r.pdf"], 2, "--tender"),
        (&["report", "b.zip", "award_notice", "--font", "no.ttf", "--out", "r.pdf"], 2, "font_unreadable"),
    ] {
        let (found, said) = ximu(folder.path(), arguments);
        assert!(found == exit && said.contains(says), "{arguments:?}: {found} {said}");
        assert!(!folder.path().join("r.pdf").exists(), "nothing half made is left");
    }
}
