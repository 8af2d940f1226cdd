//! `ximu report`: an official record as PDF/A or HTML, made from a bundle that was checked first.

use crate::{
    args::TrustArguments,
    cmd::verify,
    fault::{Done, Exit, Fault},
    files,
    follow::Pin,
    out,
    sentence::Sentence,
};
use clap::Args;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use ximu_basics::{Hash, PartyId, ProcedureId};
use ximu_procedure::{
    World, envelope, record,
    wire::{Record, RecordKind, event::OpenedBid},
};
use ximu_report::{Fonts, Forms, Names, PaperError, ReportError, html};
use ximu_text::{Language, Text};
use ximu_verify::{Options, bundle::path, verify_then};

/// Makes an official record of a tender: opening_record, evaluation_report, candidate_notice or award_notice.
///
/// The bundle is checked first; of one that does not hold no report is made (exit 1). The same record, names and fonts
/// give the same file, byte for byte. A PDF needs a font with Chinese characters: apt-get install fonts-noto-cjk.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The bundle's file, or a tender's address such as https://centre.example/tenders/yc-2020-0603
    bundle: String,
    /// Which record: opening_record, evaluation_report, candidate_notice, award_notice
    kind: String,
    /// Where the report is written
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Writes HTML in the language of --lang instead of a PDF
    #[arg(long)]
    html: bool,
    /// The tender's id; needed when the bundle has several tenders
    #[arg(long, value_name = "ID")]
    tender: Option<ProcedureId>,
    #[command(flatten)]
    fonts: FontArguments,
    /// The policy you rely on: its fingerprint, or its file
    #[arg(long, value_name = "HASH_OR_FILE")]
    policy: Option<String>,
    #[command(flatten)]
    trust: TrustArguments,
}

/// With which fonts.
#[derive(Debug, Args)]
pub struct FontArguments {
    /// A font file, instead of the system's; may be repeated: each character comes from the first font that has it
    #[arg(long = "font", value_name = "FILE")]
    fonts: Vec<PathBuf>,
}

impl FontArguments {
    /// The fonts.
    ///
    /// # Errors
    /// When there are none.
    pub fn load(&self) -> Result<Fonts, Fault> {
        Fonts::load(&self.fonts, &Fonts::folders()).map_err(fault)
    }
}

/// Runs it.
///
/// # Errors
/// When the bundle cannot be read, the record cannot be made yet, or a font lacks a character.
pub fn run(arguments: Arguments, language: Language) -> Done {
    let kind = RecordKind::of_name(&arguments.kind).ok_or_else(|| {
        let kinds = RecordKind::ALL.map(RecordKind::name).join(", ");
        let said = |t: Text| t.found_kind(format!("{:?}", arguments.kind), &kinds);
        Fault::argument(said, Text::advice_name_record)
    })?;
    let policy = Pin::of(arguments.policy.as_deref())?.fingerprint();
    let (bundle, named) = verify::bundle(&arguments.bundle, &arguments.trust)?;
    let wanted = arguments.tender.or(named);
    let options = Options { policy, ..Options::default() };
    let (report, made) =
        verify_then(&bundle, &options, |world, find| -> Result<(Record, Names, Readings), Fault> {
            let record = make(world, wanted.as_ref(), kind)?;
            let names = Names::of(&record, |hash| find(hash).map(<[u8]>::to_vec));
            let read = readings(world, &record);
            Ok((record, names, read))
        });
    let Some(made) = made else {
        verify::lines(&report, language).into_iter().for_each(out::line);
        return Ok(if report.exit() == 1 { Exit::False } else { Exit::Failed });
    };
    let (record, names, read) = made?;
    let names = names.with_forms(forms(&bundle, &record, &read));
    let bytes = if arguments.html {
        html::document(&record, &names, Text::new(language)).into_bytes()
    } else {
        ximu_report::pdf(&record, &names, &arguments.fonts.load()?).map_err(fault)?
    };
    files::write(&arguments.out, &bytes, files::Access::Shared)?;
    out::line(format!("{kind} {}", record.hash()?));
    Ok(Exit::Done)
}

/// The bids that were read out, each with the commitment of its form.
type Readings = BTreeMap<PartyId, (OpenedBid, Hash)>;

fn readings(world: &World, record: &Record) -> Readings {
    let Some(tender) = world.tenders.get(&record.procedure) else { return Readings::new() };
    let reading = |(bidder, bid): (&PartyId, &OpenedBid)| {
        let commitment = tender.bids.get(bidder)?.form.commitment;
        Some((bidder.clone(), (bid.clone(), commitment)))
    };
    tender.opened.iter().filter_map(reading).collect()
}

/// The forms of an opening, out of a bundle that holds.
fn forms(bundle: &[u8], record: &Record, read: &Readings) -> Forms {
    let Ok(files) = ximu_verify::zip::read(bundle) else { return Forms::default() };
    Forms::of(record, |bidder| {
        let (bid, commitment) = read.get(bidder)?;
        let ciphertext = files.get(path::envelope(&record.procedure, commitment).as_str())?;
        envelope::read_again(bid, ciphertext)
    })
}

/// The record on the state of a bundle.
fn make(world: &World, wanted: Option<&ProcedureId>, kind: RecordKind) -> Result<Record, Fault> {
    let mut tenders = world.tenders.iter().filter(|(id, _)| wanted.is_none_or(|wanted| *id == wanted));
    let (tender, others) = (tenders.next(), tenders.next());
    let Some((_, tender)) = tender.filter(|_| others.is_none()) else {
        let ids: Vec<&str> = world.tenders.keys().map(ProcedureId::as_str).collect();
        let said = |t: Text| t.found_one_tender(ids.join(", "));
        return Err(Fault::argument(said, Text::advice_name_tender));
    };
    record::record(&world.registry, tender, kind).ok_or_else(|| {
        let said = |t: Text| t.found_record_not_ready(kind.to_string());
        Fault::new("record_not_ready", said, Text::advice_newer_bundle).passing()
    })
}

/// What a report cannot do, with what to do about it.
pub fn fault(error: ReportError) -> Fault {
    let advice: Sentence = match &error {
        ReportError::FontMissing { .. } => Text::advice_install_font.into(),
        ReportError::FontUnreadable { .. } => Text::advice_name_font.into(),
        ReportError::GlyphMissing { .. } => Text::advice_font_han.into(),
        ReportError::Paper(PaperError::FormsDiffer) => Text::advice_forms_differ.into(),
        ReportError::Paper(PaperError::NamesDiffer) => Text::advice_names_differ.into(),
        ReportError::Paper(PaperError::Foreign { .. }) => Text::advice_report_again.into(),
        ReportError::Pdf { .. } => Text::advice_tell_makers.into(),
    };
    Fault::new(error.code(), error.to_string(), advice)
}

/// A report of a file: what begins as a PDF does.
pub fn is_pdf(path: &Path) -> bool {
    use std::io::Read as _;
    let mut begin = [0; 5];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut begin));
    read.is_ok() && begin == ximu_verify::told::PDF
}
