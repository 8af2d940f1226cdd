//! `ximu verify REPORT.pdf`: the record embedded in a report is the one the log gives, and the pages show it.

use crate::{
    cmd::report::{FontArguments, fault},
    fault::{Done, Exit, Fault},
    out,
};
use ximu_report::{Extracted, PaperError, extract};
use ximu_text::{Language, Text};
use ximu_verify::{Options, Report};

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
) -> Result<(Report, Exit, Vec<String>), Fault> {
    let t = Text::new(language);
    let extracted = match extract(pdf) {
        Ok(extracted) => extracted,
        Err(error @ (PaperError::NamesDiffer | PaperError::FormsDiffer)) => {
            return Err(Fault { exit: Exit::False, ..fault(error.into()) });
        }
        Err(error) => return Err(fault(error.into())),
    };
    let report = ximu_verify::verify(bundle, &Options { record: Some(&extracted.bytes), ..*options });
    let kind = extracted.record.kind();
    let title = match kind {
        ximu_procedure::wire::RecordKind::OpeningRecord => t.sheet_opening_record(),
        ximu_procedure::wire::RecordKind::EvaluationReport => t.sheet_evaluation_report(),
        ximu_procedure::wire::RecordKind::CandidateNotice => t.sheet_candidate_notice(),
        ximu_procedure::wire::RecordKind::AwardNotice => t.sheet_award_notice(),
    };
    if !report.ok {
        let exit = if report.exit() == 1 { Exit::False } else { Exit::Failed };
        return Ok((report, exit, vec![t.cli_paper_record_false(title)]));
    }
    let procedure = extracted.record.procedure.to_string();
    let mut lines = vec![t.cli_paper_record_holds(procedure, extracted.record.size, title)];
    let exit = match pages(t, pdf, &extracted, fonts) {
        Pages::Same => {
            lines.push(t.cli_paper_pages_hold());
            Exit::Done
        }
        Pages::Differ => {
            lines.push(format!("[pages_differ] {}", t.cli_paper_pages_differ()));
            Exit::False
        }
        Pages::Unchecked { here } => {
            lines.push(format!("[pages_unchecked] {}", t.cli_paper_pages_unchecked(here)));
            if record_only { Exit::Done } else { Exit::Failed }
        }
    };
    Ok((report, exit, lines))
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

/// Shows the answer.
pub fn show(report: &Report, lines: Vec<String>, exit: Exit, language: Language) -> Done {
    super::lines(report, language).into_iter().chain(lines).for_each(out::line);
    Ok(exit)
}
