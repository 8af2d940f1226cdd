//! `/verify`: how to check everything here without trusting us. A reader can drop a bundle: the verifier runs in its
//! browser (`verify.js`), and the server sees nothing of the file. What verifying means belongs to `ximu-verify`.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use ximu_office::Trouble;
use ximu_text::Text;
use ximu_verify::{Options, told::BROWSER_BYTES_MAX};

use super::{built, show, tenders::Summary, walk::Texts};
use crate::{
    reader::Reader,
    site::Site,
    view::{Frame, Names, frame::Section},
};

/// The most bundles offered on the page; the list of tenders has the rest.
const BUNDLES_MAX: usize = 40;

/// The most files at a time: a bundle, and what is compared with it.
const FILES_MAX: usize = 2;

const MEBIBYTE: usize = 1024 * 1024;

#[derive(Template)]
#[template(path = "verify.html")]
struct Verify {
    p: Frame,
    bundles: Vec<Summary>,
    example: String,
    files_max: usize,
    bytes_max: usize,
    mebibytes_max: usize,
    texts: Texts,
    /// What each check looks at, by its name.
    checks: Vec<(&'static str, String)>,
    /// The sentences of codes that the verifier does not say itself.
    codes: Vec<(&'static str, String)>,
}

/// `GET /verify`.
pub async fn handle(State(site): State<Site>, reader: Reader) -> Response {
    built(site, reader, page).await
}

fn page(site: &Site, reader: Reader) -> Result<Response, Trouble> {
    let t = reader.t;
    let names = Names::new(&*site.host);
    let mut bundles = super::tenders::all(site, t, &names)?;
    bundles.sort_by_key(|summary| std::cmp::Reverse(summary.deadline));
    bundles.truncate(BUNDLES_MAX);
    let example = reader
        .parameter("tender")
        .filter(|wanted| bundles.iter().any(|summary| summary.id.as_str() == *wanted))
        .map(str::to_string)
        .or_else(|| bundles.first().map(|summary| summary.id.to_string()))
        .unwrap_or_else(|| "tender".to_string());
    let p = Frame::new(&*site.host, reader, Section::Verify, t.verify_title());
    let page = Verify {
        p,
        bundles,
        example,
        files_max: FILES_MAX,
        bytes_max: BROWSER_BYTES_MAX,
        mebibytes_max: BROWSER_BYTES_MAX / MEBIBYTE,
        texts: texts(t),
        checks: checks(t),
        codes: NO_PAPER.into_iter().filter_map(|name| Some((name, t.named(name)?))).collect(),
    };
    Ok(show(StatusCode::OK, &page))
}

/// What the script says, with the places it fills in braces.
fn texts(t: Text) -> Texts {
    [progress(t), faults(t), answer(t), paper(t), places(t)].concat()
}

fn progress(t: Text) -> Texts {
    vec![
        ("file", t.verify_file("{name}", "{size}")),
        ("file-remove", t.verify_file_remove("{name}")),
        ("loading", t.verify_loading()),
        ("reading", t.verify_reading()),
        ("checking", t.verify_checking()),
        ("stopped", t.verify_stopped()),
        ("took", t.verify_took("{seconds}")),
    ]
}

fn faults(t: Text) -> Texts {
    vec![
        ("need-file", t.verify_need_file()),
        ("many", t.verify_fault_many("{found}", "{max}")),
        ("large", t.verify_fault_large("{found}", "{max}", "{name}")),
        ("network", t.verify_fault_network()),
        ("browser", t.verify_fault_browser("{detail}")),
        ("want-fingerprint", t.verify_fault_pin()),
        ("want-bundle", t.verify_want_bundle()),
        ("want-identity", t.verify_want_identity()),
    ]
}

fn answer(t: Text) -> Texts {
    vec![
        ("answer", t.verify_answer()),
        ("holds", t.verify_holds("{policy}")),
        ("consistent", t.verify_consistent("{policy}")),
        ("false", t.verify_false()),
        ("unread", t.verify_unread()),
        ("rehearsal", t.verify_rehearsal()),
        ("subject", t.verify_subject("{origin}", "{tenders}", "{time}")),
        ("word-holds", t.verify_word_holds()),
        ("word-consistent", t.verify_word_consistent()),
        ("word-false", t.verify_word_false()),
        ("word-unread", t.verify_word_unread()),
        ("word-rehearsal", t.verify_word_rehearsal()),
        ("word-note", t.verify_word_note()),
        ("pin-missing", t.verify_pin_missing()),
        ("found-false", t.verify_found_false()),
        ("found-notes", t.verify_found_notes()),
        ("found-checks", t.verify_found_checks()),
        ("count", t.verify_count()),
        ("check", t.verify_check()),
        ("code", t.verify_code()),
        ("more", t.verify_more("{count}")),
        ("do", t.verify_do("{advice}")),
        ("undisclosed", t.verify_undisclosed()),
    ]
}

/// Of a report: the sentences of the command line, and that its pages were not drawn again.
fn paper(t: Text) -> Texts {
    vec![
        ("record-holds", t.cli_paper_record_holds("{procedure}", "{size}", "{title}")),
        ("record-false", t.cli_paper_record_false("{title}")),
        ("pages", t.verify_pages()),
        ("word-pages", t.verify_word_pages()),
        ("opening_record", t.sheet_opening_record()),
        ("evaluation_report", t.sheet_evaluation_report()),
        ("candidate_notice", t.sheet_candidate_notice()),
        ("award_notice", t.sheet_award_notice()),
    ]
}

/// Where something is, and the classes of what is not disclosed.
fn places(t: Text) -> Texts {
    vec![
        ("where", t.verify_where("{place}")),
        ("at-file", t.verify_at_file("{name}")),
        ("at-leaf", t.verify_at_leaf("{number}")),
        ("at-operation", t.verify_at_operation("{number}", "{tender}")),
        ("at-panel", t.verify_at_panel("{number}", "{tender}")),
        ("at-checkpoint", t.verify_at_checkpoint("{number}")),
        ("at-other", t.verify_at_other()),
        ("at-report", t.verify_at_report()),
        ("at-bundle", t.verify_at_bundle()),
        ("class-beat", t.verify_class_beat()),
        ("class-panel", t.verify_class_panel()),
        ("class-form", t.verify_class_form()),
        ("class-body", t.verify_class_body()),
        ("class-record", t.verify_class_record()),
    ]
}

/// Why a file is no report, and what to do.
const NO_PAPER: [&str; 6] = [
    "code-report_foreign",
    "code-report_foreign-do",
    "code-names_differ",
    "code-names_differ-do",
    "code-forms_differ",
    "code-forms_differ-do",
];

/// What the command line says of each check. A report lists every check, also one of nothing.
fn checks(t: Text) -> Vec<(&'static str, String)> {
    let report = ximu_verify::verify(b"", &Options::default());
    let said = report.checks.iter().map(|check| (check.name, t.named(&format!("check-{}", check.name))));
    said.filter_map(|(name, said)| Some((name, said?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ximu_procedure::wire::RecordKind;
    use ximu_text::Language;
    use ximu_verify::Verdict;

    #[test]
    fn everything_that_the_scripts_say_has_its_words_in_both_languages() {
        let scripts = [include_str!("../../assets/verify.js"), include_str!("../../assets/verify-answer.js")];
        for language in Language::ALL {
            let t = Text::new(language);
            let texts = texts(t);
            let known = |name: &str| texts.iter().any(|(known, _)| *known == name);
            let asked =
                scripts.iter().flat_map(|script| script.split("text(\"").chain(script.split("heading(\"")));
            for name in asked.filter(|name| name.starts_with(|first: char| first.is_ascii_lowercase())) {
                let name = name.split('"').next().unwrap();
                assert!(known(name), "{name} in {language:?}");
            }
            for verdict in [Verdict::Holds, Verdict::Consistent, Verdict::False, Verdict::Unread] {
                let name = ximu_basics::json::to_canonical(&verdict).unwrap();
                let name = std::str::from_utf8(&name).unwrap().trim_matches('"');
                assert!(known(name) && known(&format!("word-{name}")), "{name}");
            }
            assert!(checks(t).len() >= 27, "{:?}", checks(t));
            for kind in RecordKind::ALL {
                assert!(known(&kind.to_string()), "{kind}");
            }
            assert!(NO_PAPER.into_iter().all(|name| t.named(name).is_some()));
        }
    }
}
