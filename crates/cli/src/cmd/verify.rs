//! `ximu verify`: every check of a public bundle, with no trust in anybody but the pinned keys.

mod paper;

use crate::{
    args::TrustArguments,
    books::VaultFiles,
    cmd::report::{self, FontArguments},
    fault::{Done, Exit, Fault},
    files,
    follow::Pin,
    out,
    sentence::technical,
};
use clap::Args;
use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};
use ximu_basics::ProcedureId;
use ximu_client::{Address, Centre, Timeouts, http::Download};
use ximu_sealed::{
    Identity, Portable,
    age::{AgeError, file},
};
use ximu_text::{Language, Text};
use ximu_verify::{Code, Forms, Options, Report, Subject, Tongue, Verdict, told::AGE};

/// The largest bundle, in bytes: it is checked in memory.
const BUNDLE_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;

/// What `ximu verify --help` teaches below the list.
const STEPS: &str = "\
A file; a tender as its centre serves it; two bundles of one log, whether they show one history; a report, whether it is
what the log says; an archive, with the identity that opens it:

    ximu verify bundle.zip --policy FINGERPRINT
    ximu verify https://centre.example/tenders/yc-2020-0603 --policy FINGERPRINT
    ximu verify bundle.zip --policy FINGERPRINT --compare older.zip
    ximu verify opening.pdf --bundle bundle.zip --policy FINGERPRINT
    ximu verify archive.age --identity archive.key --policy FINGERPRINT";

/// Checks a public bundle: every signature, cosignature, proof, decision, opening and ranking in it.
///
/// For a file no network is used. Without --policy the answer is "consistent under policy H", never "true": whoever
/// can make up centres can make up a consistent bundle. Give the fingerprint of the policy as you know it from
/// elsewhere: a newspaper, a supervisor, another centre. Exit code: 0 it holds, 1 it does not hold, 2 it could not be
/// read or compared.
#[derive(Debug, Args)]
#[command(after_long_help = STEPS)]
pub struct Arguments {
    /// The bundle's file, or a tender's address such as https://centre.example/tenders/yc-2020-0603
    bundle: String,
    /// The policy you rely on: its fingerprint, or its file
    #[arg(long, value_name = "HASH_OR_FILE")]
    policy: Option<String>,
    /// A folder with restricted envelopes, for an auditor who has them: files named by their commitment
    #[arg(long, value_name = "DIR")]
    vault: Option<PathBuf>,
    /// Another bundle or checkpoint of the same log, or a bid's receipt.json: both must show one history
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// The age identity that opens an archive (`ximu journal archive`); its file
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// What a report (a PDF of `ximu report`) is checked against: a bundle's file, which the record page of the tender
    /// offers, or the tender's address
    #[arg(long = "bundle", value_name = "FILE_OR_URL", alias = "centre")]
    bundle_of: Option<String>,
    /// Checks the record inside a report alone, and not its pages: you compare what they show
    #[arg(long)]
    record_only: bool,
    #[command(flatten)]
    fonts: FontArguments,
    /// Prints the report as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    trust: TrustArguments,
}

/// Runs it.
///
/// # Errors
/// When a file cannot be read.
pub fn run(arguments: Arguments, language: Language) -> Done {
    let (json, is_pinned) = (arguments.json, arguments.policy.is_some());
    let done = checked(arguments, language);
    if let (true, Err(fault)) = (json, &done) {
        out::json(&unread(fault, is_pinned));
    }
    done
}

/// The report when nothing could be read: of the same form, so that a program always finds one.
fn unread(fault: &Fault, is_pinned: bool) -> serde_json::Value {
    serde_json::json!({
        "ok": false, "policy": null, "pinned": is_pinned, "rehearsal": false, "subject": null,
        "checks": [], "notes": [], "undisclosed": {},
        "failures": [{ "code": fault.code, "entry": "", "detail": fault.said.to_string() }],
    })
}

fn checked(arguments: Arguments, language: Language) -> Done {
    if report::is_pdf(Path::new(&arguments.bundle)) {
        return paper(&arguments, language);
    }
    let policy = Pin::of(arguments.policy.as_deref())?.fingerprint();
    let (bundle, procedure) = bundle(&arguments.bundle, &arguments.trust)?;
    let vault = arguments.vault.map(VaultFiles);
    let other = arguments.compare.as_deref().map(whole).transpose()?;
    let options = Options {
        policy,
        vault: vault.as_ref().map(|folder| folder as &dyn Forms),
        sittings: None,
        other: other.as_deref(),
        record: None,
        procedure: procedure.as_ref(),
    };
    let report = match opened(&bundle, arguments.identity.as_deref())? {
        Some(archive) => ximu_verify::verify_archive(&archive, &options),
        None => ximu_verify::verify(&bundle, &options),
    };
    if arguments.json {
        out::canonical(&report.to_json()?);
    } else {
        lines(&report, language).into_iter().for_each(out::line);
    }
    Ok(match report.exit() {
        0 => Exit::Done,
        1 => Exit::False,
        _ => Exit::Failed,
    })
}

/// What is in an archive; `None` for a bundle.
fn opened(bytes: &[u8], identity: Option<&Path>) -> Result<Option<Vec<u8>>, Fault> {
    if !bytes.starts_with(AGE) {
        return match identity {
            None => Ok(None),
            Some(_) => Err(Fault::argument(Text::found_not_archive, Text::advice_leave_out)),
        };
    }
    let missing = || Fault::argument(Text::found_no_identity, Text::advice_give_identity);
    let path = identity.ok_or_else(missing)?;
    let text = files::read_text(path)?;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let failed = |error: AgeError| {
        let said = |t: Text| t.found_at(error.to_string(), path.display().to_string());
        Fault::new(error.code(), said, "")
    };
    let identity: Identity = line.unwrap_or_default().parse().map_err(failed)?;
    let opened = file::decrypt::<Portable>(bytes, &identity);
    opened.map(Some).map_err(|error| {
        let said = |t: Text| t.found_archive_closed(error.to_string());
        Fault::new(error.code(), said, Text::advice_this_identity)
    })
}

/// A report beside its bundle.
fn paper(arguments: &Arguments, language: Language) -> Done {
    let policy = Pin::of(arguments.policy.as_deref())?.fingerprint();
    let beside = arguments
        .bundle_of
        .as_deref()
        .ok_or_else(|| Fault::argument(Text::found_no_bundle_beside, Text::advice_give_bundle))?;
    let pdf = whole(Path::new(&arguments.bundle))?;
    let (bundle, procedure) = bundle(beside, &arguments.trust)?;
    let options = Options { policy, procedure: procedure.as_ref(), ..Options::default() };
    let (fonts, alone) = (&arguments.fonts, arguments.record_only);
    let answer = paper::check(&pdf, &bundle, &options, fonts, alone, language)?;
    answer.show(arguments.json, language)
}

/// A bundle from a file or a tender's address, and the tender that the address names.
///
/// # Errors
/// When it cannot be read, or the address is not a tender's.
pub fn bundle(from: &str, trust: &TrustArguments) -> Result<(Vec<u8>, Option<ProcedureId>), Fault> {
    match tender(from) {
        None if is_web(from) => Err(no_tender(from)),
        None => Ok((whole(Path::new(from))?, None)),
        Some((address, procedure)) => Ok((download(&address, &procedure, trust)?, Some(procedure))),
    }
}

/// The report for people: what was found, and last the one conclusion.
pub fn lines(report: &Report, language: Language) -> Vec<String> {
    let mut lines = findings(report, language, &|_| None);
    lines.push(conclusion(report, language));
    lines
}

/// What a code means and what to do about it, where the caller knows better than the verifier.
type Known<'a> = &'a dyn Fn(Code) -> Option<[String; 2]>;

/// What was looked at and what was found, without a conclusion.
fn findings(report: &Report, language: Language, known: Known<'_>) -> Vec<String> {
    let t = Text::new(language);
    let told = report.told(match language {
        Language::Chinese => Tongue::Chinese,
        Language::English => Tongue::English,
    });
    let mut lines = Vec::new();
    if told.rehearsal {
        lines.push(t.verify_rehearsal());
    }
    if let Some(Subject { origin, tenders, time }) = &told.subject {
        let ids = tenders.iter().map(|stand| stand.id.as_str()).collect::<Vec<_>>().join(t.pick("、", ", "));
        lines.push(t.verify_subject(origin.as_str(), ids, time.to_string()));
    }
    for check in &told.checks {
        let about = t.named(&format!("check-{}", check.name)).unwrap_or_default();
        lines.push(format!("  {:14} {:>6}  {about}", check.name, check.count));
    }
    for class in &told.undisclosed {
        lines.push(format!("  {:14} {:>6}  ({})", class.name, class.count, t.verify_undisclosed()));
    }
    for failure in &told.failures {
        let advice = failure.advice.unwrap_or_default();
        let [means, to_do] = known(failure.code).unwrap_or_else(|| [failure.meaning.into(), advice.into()]);
        lines.push(format!("[{}] {}", failure.code, failure.entry));
        lines.extend(found(language, &means, &failure.detail));
        if failure.more > 0 {
            lines.push(format!("  {}{}", t.verify_more(failure.more.to_string()), t.cli_verify_more_json()));
        }
        lines.push(format!("  {}", t.verify_do(to_do)));
    }
    for note in &told.notes {
        lines.push(format!("({}) {}", note.code.as_str(), note.entry));
        lines.extend(found(language, note.meaning, &note.detail));
    }
    lines
}

/// The conclusion of a verification: the last line, and the only one that concludes.
fn conclusion(report: &Report, language: Language) -> String {
    let t = Text::new(language);
    let policy = report.policy.map_or_else(|| "?".to_owned(), |policy| policy.to_string());
    match report.verdict() {
        Verdict::Holds => t.verify_holds(policy),
        Verdict::Consistent => t.verify_consistent(policy) + &t.cli_verify_consistent_pin(),
        Verdict::Unread => t.verify_unread(),
        Verdict::False => t.verify_false(),
    }
}

/// What a code means, and what was found: the verifier's own words, a detail in Chinese.
fn found(language: Language, means: &str, detail: &str) -> Vec<String> {
    match language {
        Language::Chinese => vec![format!("  {means}{}", technical(detail))],
        Language::English => vec![format!("  {means}"), format!("  found: {detail}")],
    }
}

fn is_web(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

fn no_tender(text: &str) -> Fault {
    let said = |t: Text| t.found_no_tender(text);
    Fault::argument(said, Text::advice_tender_address)
}

/// A tender's address taken apart; `None` for a file.
fn tender(text: &str) -> Option<(Address, ProcedureId)> {
    let (centre, rest) = text.split_once("/tenders/")?;
    let centre = centre.strip_suffix("/api/v1").unwrap_or(centre);
    let procedure = rest.split('/').next()?.parse().ok()?;
    Some((centre.parse().ok()?, procedure))
}

fn download(address: &Address, procedure: &ProcedureId, trust: &TrustArguments) -> Result<Vec<u8>, Fault> {
    let centre = Centre::new(address.clone(), &trust.load()?, Timeouts::default())?;
    collect(centre.bundle(procedure)?)
}

/// A bundle from the network, in memory.
///
/// # Errors
/// When it breaks off or is too long.
pub fn collect(mut download: Download) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let mut piece = vec![0; 256 * 1024];
    loop {
        let read = download.read(&mut piece)?;
        if read == 0 {
            return Ok(bytes);
        }
        bytes.extend(piece.iter().take(read));
        if bytes.len() as u64 > BUNDLE_BYTES_MAX {
            return Err(too_long(|t| t.pick("核验包", "the bundle").to_owned()));
        }
    }
}

/// A bundle's file, in memory.
///
/// # Errors
/// When it cannot be read or is too long.
pub fn whole(path: &Path) -> Result<Vec<u8>, Fault> {
    let failed = |error: std::io::Error| Fault::file("read", path, &error);
    let mut bytes = Vec::new();
    File::open(path).map_err(failed)?.take(BUNDLE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > BUNDLE_BYTES_MAX {
        Err(too_long(|_| path.display().to_string()))
    } else {
        Ok(bytes)
    }
}

fn too_long(what: impl Fn(Text) -> String) -> Fault {
    Fault::new("file", |t: Text| t.found_too_long(BUNDLE_BYTES_MAX, what(t)), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_is_explained_in_both_languages() {
        let report = ximu_verify::verify(b"", &Options::default());
        assert!(!report.checks.is_empty());
        for check in report.checks {
            for language in Language::ALL {
                let said = Text::new(language).named(&format!("check-{}", check.name));
                assert!(said.is_some(), "{} in {language:?}", check.name);
            }
        }
    }

    #[test]
    fn a_tenders_page_and_its_bundle_are_one_address() {
        for text in [
            "https://a.example/tenders/t-1",
            "https://a.example/tenders/t-1/record",
            "https://a.example/api/v1/tenders/t-1/bundle",
        ] {
            let (address, procedure) = tender(text).unwrap();
            assert_eq!((address.as_str(), procedure.as_str()), ("https://a.example", "t-1"), "{text}");
        }
        assert!(tender("out.zip").is_none() && tender("x/tenders/y").is_none());
        for text in ["http://127.0.0.1:8080", "https://a.example/tenders/", "https://a.example/verify"] {
            assert!(tender(text).is_none() && is_web(text), "{text}");
        }
    }
}
