//! `ximu verify REPORT.pdf`: the record embedded in a report is the one the log gives, and the pages show it.

use crate::{
    cmd::report::{FontArguments, fault},
    fault::{Done, Exit, Fault},
    out,
};
use ximu_basics::json::{self, JsonError};
use ximu_procedure::wire::Record;
use ximu_report::{Extracted, PaperError, extract};
use ximu_text::{Language, Text};
use ximu_verify::{Code, Options, Report};

/// What of the pages could be said.
enum Pages {
    /// They are what the record and the names give.
    Same,
    /// They were made with these fonts, and are something else.
    Differ,
    /// They were made with other fonts.
    Unchecked {
        /// The fonts of this machine, or why there are none.
        here: String,
    },
}

/// What was found about a report.
pub struct Answer {
    /// What the verifier found.
    report: Report,
    /// What was found about the record and the pages, in the reader's words.
    lines: Vec<String>,
    /// What of the pages keeps the whole from holding: its code and words.
    pages: Option<(&'static str, String)>,
    /// The conclusion.
    conclusion: String,
    /// Whether the record is one of another log than the bundle's.
    is_foreign: bool,
    exit: Exit,
}

/// Checks a report beside its bundle.
///
/// # Errors
/// When it is no report of this program, or its names are not those of its record.
pub fn check(
    pdf: &[u8],
    bundle: &[u8],
    options: &Options<'_>,
    fonts: &FontArguments,
    record_only: bool,
    language: Language,
) -> Result<Answer, Fault> {
    let t = Text::new(language);
    let extracted = match extract(pdf) {
        Ok(extracted) => extracted,
        Err(error @ (PaperError::NamesDiffer | PaperError::FormsDiffer)) => {
            return Err(Fault { exit: Exit::False, ..fault(error.into()) });
        }
        Err(error) => return Err(fault(error.into())),
    };
    let report = ximu_verify::verify(bundle, &Options { record: Some(&extracted.bytes), ..*options });
    let record = &extracted.record;
    let title = match record.kind() {
        ximu_procedure::wire::RecordKind::OpeningRecord => t.sheet_opening_record(),
        ximu_procedure::wire::RecordKind::EvaluationReport => t.sheet_evaluation_report(),
        ximu_procedure::wire::RecordKind::CandidateNotice => t.sheet_candidate_notice(),
        ximu_procedure::wire::RecordKind::AwardNotice => t.sheet_award_notice(),
    };
    let conclusion = super::conclusion(&report, language);
    let mut answer =
        Answer { report, lines: Vec::new(), pages: None, conclusion, is_foreign: false, exit: Exit::Done };
    if !answer.report.ok {
        answer.exit = if answer.report.exit() == 1 { Exit::False } else { Exit::Failed };
        answer.is_foreign = answer.report.failures.iter().any(|failure| is_of_record(failure.code))
            && is_of_another_log(bundle, record);
        if answer.is_foreign {
            answer.conclusion = t.cli_paper_two_logs();
        } else {
            answer.lines.push(t.cli_paper_record_false(title));
        }
        return Ok(answer);
    }
    answer.lines.push(t.cli_paper_record_holds(record.procedure.to_string(), record.size, title));
    match pages(t, pdf, &extracted, fonts) {
        Pages::Same => answer.lines.push(t.cli_paper_pages_hold()),
        Pages::Differ => {
            answer.pages = Some(("pages_differ", t.cli_paper_pages_differ()));
            answer.conclusion = t.verify_false();
            answer.exit = Exit::False;
        }
        Pages::Unchecked { here } if record_only => {
            answer.lines.push(format!("[pages_unchecked] {}", t.cli_paper_pages_unchecked(here)));
            answer.conclusion = t.cli_paper_record_alone(answer.conclusion);
        }
        Pages::Unchecked { here } => {
            answer.pages = Some(("pages_unchecked", t.cli_paper_pages_unchecked(here)));
            answer.conclusion = t.cli_paper_undecided();
            answer.exit = Exit::Failed;
        }
    }
    Ok(answer)
}

/// Whether a record was made from another log than a bundle's; `false` when the bundle itself does not hold.
///
/// A bundle with the leaves that the record takes has the publication that the record names; a shorter one may not.
fn is_of_another_log(bundle: &[u8], record: &Record) -> bool {
    let (_, same) = ximu_verify::verify_then(bundle, &Options::default(), |world, _| {
        world.tenders.get(&record.procedure).map_or(world.size < record.size, |tender| {
            tender.origin == record.origin && tender.genesis == record.genesis
        })
    });
    same == Some(false)
}

/// Whether a code says that the record is not the log's.
fn is_of_record(code: Code) -> bool {
    [Code::ReportDiffers, Code::ReportLarger].contains(&code)
}

/// Makes the report again and compares.
fn pages(t: Text, pdf: &[u8], extracted: &Extracted, fonts: &FontArguments) -> Pages {
    let fonts = match fonts.load() {
        Ok(fonts) => fonts,
        Err(fault) => return Pages::Unchecked { here: fault.said.whole(t.language()) },
    };
    let here = fonts.label();
    match ximu_report::pdf(&extracted.record, &extracted.names, &fonts) {
        Ok(again) if again == pdf => Pages::Same,
        Ok(_) if extracted.fonts == here => Pages::Differ,
        Ok(_) => Pages::Unchecked { here },
        Err(error) => Pages::Unchecked { here: error.to_string() },
    }
}

impl Answer {
    /// Shows the answer: for people with one conclusion, which is the last line.
    ///
    /// # Errors
    /// When the report has no JSON.
    pub fn show(self, as_json: bool, language: Language) -> Done {
        let t = Text::new(language);
        let pages = self.pages.as_ref().map(|(code, words)| format!("[{code}] {words}"));
        let lines = self.lines.iter().cloned().chain(pages);
        if as_json {
            out::canonical(&self.json()?);
            lines.for_each(out::note);
            return Ok(self.exit);
        }
        let foreign = |code: Code| {
            (self.is_foreign && is_of_record(code))
                .then(|| [t.cli_paper_other_log(), t.cli_paper_other_log_do()])
        };
        super::findings(&self.report, language, &foreign).into_iter().chain(lines).for_each(out::line);
        out::line(&self.conclusion);
        Ok(self.exit)
    }

    /// The verifier's report, with the pages among what does not hold.
    fn json(&self) -> Result<Vec<u8>, JsonError> {
        let Some((code, words)) = &self.pages else { return self.report.to_json() };
        let mut report = self.report.clone();
        report.ok = false;
        let mut value = serde_json::to_value(report).unwrap_or_default();
        let failure = serde_json::json!({ "code": code, "detail": words, "entry": "report" });
        if let Some(failures) = value.get_mut("failures").and_then(serde_json::Value::as_array_mut) {
            failures.push(failure);
        }
        json::to_canonical(&value)
    }
}
