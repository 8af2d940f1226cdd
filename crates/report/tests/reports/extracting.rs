//! What is not exactly a report of this program is refused.

use super::support::{Case, FIRMS};
use ximu_procedure::wire::RecordKind;
use ximu_report::extract;

fn replaced(pdf: &[u8], what: &[u8], with: &[u8]) -> Vec<u8> {
    assert_eq!(what.len(), with.len());
    let place = pdf.windows(what.len()).position(|window| window == what).expect("it is there");
    let mut changed = pdf.to_vec();
    changed[place..place + what.len()].copy_from_slice(with);
    changed
}

#[test]
fn another_shape_is_refused() {
    let pdf = Case::awarded(&FIRMS).pdf(RecordKind::AwardNotice);
    assert!(extract(&pdf).is_ok());
    let mut appended = pdf.clone();
    appended.extend_from_slice(
        b"1 0 obj\n<<>>\nendobj\nxref\n0 1\n0000000000 65535 f \ntrailer\n<<>>\nstartxref\n9\n%%EOF",
    );
    let mut longer = pdf.clone();
    longer.extend_from_slice(b"\n\n");
    let cases: [(&str, Vec<u8>); 9] = [
        ("nothing", Vec::new()),
        ("text", b"hello".to_vec()),
        ("half", pdf[..pdf.len() / 2].to_vec()),
        ("an update appended", appended),
        ("bytes behind the end", longer),
        ("another name", replaced(&pdf, b"/F(record.json)", b"/F(recorc.json)")),
        ("a third file", replaced(&pdf, b"/Type/CMap/Filter", b"/EmbeddedFile/Abc")),
        ("a filter", replaced(&pdf, b"/Type/EmbeddedFile/Subtype", b"/Filter/EmbeddedFile/Subty")),
        ("another record", replaced(&pdf, b",\"v\":1}", b",\"v\":1 ")),
    ];
    for (what, bytes) in cases {
        assert_eq!(extract(&bytes).map(|_| ()).expect_err(what).code(), "report_foreign", "{what}");
    }
}

#[test]
fn names_that_open_no_commitment_are_refused() {
    let pdf = Case::awarded(&FIRMS).pdf(RecordKind::AwardNotice);
    let changed = replaced(&pdf, "\"text\":\"江苏金陵".as_bytes(), "\"text\":\"江苏银陵".as_bytes());
    assert_eq!(extract(&changed).unwrap_err().code(), "names_differ");
}

#[test]
fn forms_that_the_record_does_not_name_are_refused() {
    let pdf = Case::awarded(&FIRMS).pdf(RecordKind::OpeningRecord);
    assert!(extract(&pdf).is_ok());
    let changed = replaced(&pdf, "\"quality\":\"合格".as_bytes(), "\"quality\":\"优良".as_bytes());
    assert_eq!(extract(&changed).unwrap_err().code(), "forms_differ");
}

#[test]
fn no_changed_byte_makes_the_reader_fail_otherwise() {
    let pdf = Case::awarded(&FIRMS).pdf(RecordKind::AwardNotice);
    let step = pdf.len() / 400 + 1;
    for place in (0..pdf.len()).step_by(step) {
        for change in [0x01, 0x80] {
            let mut changed = pdf.clone();
            changed[place] ^= change;
            // Pages and fonts are compared by making the report again; the reader must only stay calm.
            let _ = extract(&changed);
        }
    }
    for end in (0..pdf.len()).step_by(step) {
        assert!(extract(&pdf[..end]).is_err());
    }
}
