//! Reports as strangers' tools see them (records 6-8): poppler reads the pages and takes the record out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken world must stop the test at once"
)]

mod extracting;
mod support;

use std::fs;

use support::{Case, FIRMS, fonts, poppler};
use ximu_basics::Hash;
use ximu_procedure::wire::RecordKind;
use ximu_report::{Names, Sheet, extract, html, sheet::Tongue};
use ximu_text::{Language, Text};

#[test]
fn poppler_reads_chinese_and_the_attachment_is_the_record() {
    let folder = tempfile::tempdir().unwrap();
    for kind in RecordKind::ALL {
        let mut case = Case::with(kind);
        let record = case.record(kind);
        let pdf = case.pdf(kind);
        case.centre.keep_records();
        let kept = case.centre.tender().records.newest(kind).unwrap().hash.to_string();
        let path = folder.path().join("report.pdf");
        fs::write(&path, &pdf).unwrap();
        if let Some(keep) = option_env!("XIMU_REPORTS_KEEP") {
            fs::write(format!("{keep}/{kind}.pdf"), &pdf).unwrap();
        }
        let info = poppler("pdfinfo", folder.path(), &["report.pdf"]);
        assert!(info.contains("PDF version:     1.7") && info.contains("Title:           "), "{info}");
        let subject = format!("Subject:         record.json sha256 {kept}");
        assert!(info.contains(&subject), "what is in the log stands in the file: {info}");
        let listed = poppler("pdfdetach", folder.path(), &["-list", "report.pdf"]);
        let files = if kind == RecordKind::OpeningRecord { 3 } else { 2 };
        assert!(
            listed.contains(&format!("{files} embedded files")) && listed.contains(": record.json"),
            "{listed}"
        );
        let about = poppler("pdfinfo", folder.path(), &["-meta", "report.pdf"]);
        assert!(about.contains("<pdfaid:part>3</pdfaid:part>"), "{about}");
        assert!(about.contains("<pdfaid:conformance>B</pdfaid:conformance>"), "{about}");
        assert!(info.contains("Page size:       595.276 x 841.89 pts (A4)"), "{info}");
        let text = poppler("pdftotext", folder.path(), &["-layout", "report.pdf", "-"]);
        let hash = record.hash().unwrap().to_string();
        let first = text.split('\u{c}').next().unwrap();
        assert!(first.replace(['\n', ' '], "").contains(&hash), "{first}");
        assert!(text.contains("REHEARSAL"), "{text}");
        let names = case.names(&record);
        let shown = record.parties.iter().filter_map(|named| names.get(&named.party));
        let chinese = match kind {
            RecordKind::EvaluationReport => "主任委员",
            RecordKind::OpeningRecord | RecordKind::CandidateNotice | RecordKind::AwardNotice => FIRMS[3],
        };
        assert!(shown.clone().count() == 0 || shown.clone().any(|name| name == FIRMS[3]));
        assert!(text.replace(['\n', ' '], "").contains(chinese) && text.contains("演练"), "{text}");
        poppler("pdfdetach", folder.path(), &["-saveall", "report.pdf"]);
        let attached = fs::read(folder.path().join("record.json")).unwrap();
        assert_eq!(attached, record.canonical().unwrap());
        assert_eq!(Hash::of(&attached).to_string(), kept, "what is embedded is what the log keeps");
        let again = extract(&pdf).unwrap();
        assert_eq!((again.bytes, again.record.kind()), (attached, kind));
        assert_eq!(again.names, case.names(&record));
    }
}

#[test]
fn made_twice_a_report_has_the_same_bytes() {
    for kind in RecordKind::ALL {
        let (case, again) = (Case::with(kind), Case::with(kind));
        let record = again.record(kind);
        let names = again.names(&record);
        assert!(case.pdf(kind) == ximu_report::pdf(&record, &names, &fonts()).unwrap(), "{kind}");
    }
}

#[test]
fn each_kind_has_its_golden_text_on_paper_and_on_a_page() {
    for kind in RecordKind::ALL {
        let case = Case::with(kind);
        let record = case.record(kind);
        let names = case.names(&record);
        let sheet = Sheet::of(&record, &names, Tongue::both());
        insta::assert_snapshot!(format!("{kind}-sheet"), plain(&sheet));
        for language in Language::ALL {
            let page = html::document(&record, &names, Text::new(language));
            insta::assert_snapshot!(format!("{kind}-{language:?}"), page);
        }
    }
}

/// A sheet as lines of text.
fn plain(sheet: &Sheet) -> String {
    use ximu_report::sheet::{Block, Label};
    let label = |label: &Label| match &label.second {
        Some(second) => format!("{} / {second}", label.first),
        None => label.first.clone(),
    };
    let mut lines = vec![label(&sheet.title)];
    for block in &sheet.blocks {
        match block {
            Block::Table(table) => {
                lines.extend(table.title.as_ref().map(|title| format!("== {}", label(title))));
                let head: Vec<String> =
                    table.columns.iter().filter_map(|column| column.heading.as_ref().map(label)).collect();
                lines.push(head.join(" | "));
                lines.extend(
                    table.rows.iter().map(|row| row.iter().map(label).collect::<Vec<_>>().join(" | ")),
                );
            }
            Block::Remark(words) => lines.push(label(words)),
            Block::Seals(seals) => lines.push(seals.iter().map(label).collect::<Vec<_>>().join(" ## ")),
        }
    }
    lines.join("\n")
}

#[test]
fn hostile_names_stay_inert_and_visible() {
    let long = "很长的名字".repeat(800);
    let hostile = [
        "<script>alert(1)</script>&\"'",
        "甲\u{202e}00.1 元\u{202c}",
        "乙\0\n\u{200b}丙",
        &long,
        "(/F(record.json))/Filespec",
    ];
    let case = Case::awarded(&hostile);
    let record = case.record(RecordKind::OpeningRecord);
    let names = case.names(&record);
    let page = html::document(&record, &names, Text::new(Language::English));
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "{page}");
    assert!(page.contains("甲[U+202E]00.1 元[U+202C]") && page.contains("乙[U+0000][U+000A][U+200B]丙"));
    assert!(!page.contains('\u{202e}') && !page.contains('\0'));
    let pdf = case.pdf(RecordKind::OpeningRecord);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.pdf"), &pdf).unwrap();
    let text = poppler("pdftotext", folder.path(), &["report.pdf", "-"]).replace('\n', "");
    assert!(text.contains("<script>alert(1)</script>") && text.contains("[U+202E]00.1"), "{text}");
    assert!(text.matches("很长的名字").count() > 700, "a long name goes on over pages");
    assert_eq!(extract(&pdf).unwrap().names, names);
}

#[test]
fn a_name_that_is_gone_leaves_the_id() {
    let case = Case::awarded(&FIRMS);
    let record = case.record(RecordKind::AwardNotice);
    let page = html::document(&record, &Names::default(), Text::new(Language::Chinese));
    assert!(!page.contains("江苏金陵"), "{page}");
    assert!(record.parties.iter().all(|named| page.contains(named.party.as_str())), "{page}");
}

#[test]
fn a_character_that_no_font_has_stands_as_its_number_and_blocks_no_record() {
    let case = Case::awarded(&["甲\u{1F600}", "乙\u{301}\u{5D0}", FIRMS[2], FIRMS[3]]);
    for kind in [RecordKind::OpeningRecord, RecordKind::CandidateNotice, RecordKind::AwardNotice] {
        let record = case.record(kind);
        let names = case.names(&record);
        let pdf = ximu_report::pdf(&record, &names, &fonts()).unwrap();
        let found = extract(&pdf).unwrap();
        assert_eq!(found.names, names, "the embedded names are exact");
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("report.pdf"), &pdf).unwrap();
        let text = poppler("pdftotext", folder.path(), &["report.pdf", "-"]).replace('\n', "");
        if kind == RecordKind::OpeningRecord {
            assert!(text.contains("甲[U+1F600]") && text.contains("[U+05D0]"), "{text}");
            let page = html::document(&record, &names, Text::new(Language::Chinese));
            assert!(page.contains("甲\u{1F600}"), "a page keeps it: {page}");
        }
    }
}
