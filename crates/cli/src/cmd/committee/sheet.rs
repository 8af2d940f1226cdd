//! Scores: the sheet, corrections, calls and reasons.

use super::{Desk, MemberArguments, hint, member::word};
use crate::{
    fault::{Done, Exit, Fault},
    files::{self, Access},
    out, outside, strict_json,
};
use clap::Args;
use std::{collections::BTreeMap, path::PathBuf};
use ximu_basics::{CriterionId, Decimal, Hash, PartyId, Seed};
use ximu_bidder::committee::{
    typed::{self, Misfit, Typed},
    view::Next,
};
use ximu_procedure::wire::{Command, evaluation::CorrectionCause};
use ximu_text::Text;

/// Seals your score sheet; nobody reads it before all sheets are opened at once.
///
/// The file is JSON: for every bid its score by every criterion, `{"p-1f...": {"plan": "18.5", "record": "8"}}`. With
/// --blank it is written empty. Whoever is asked for a sheet later (after a replacement) is asked for the bids that are
/// missing alone. Nobody can read a sheet before all are opened at once, this centre neither.
#[derive(Debug, Args)]
#[group(id = "scores", required = true, multiple = false, args = ["file", "blank"])]
pub struct Sheet {
    #[command(flatten)]
    member: MemberArguments,
    /// The file with your scores
    file: Option<PathBuf>,
    /// Writes an empty sheet for what is asked, and gives nothing
    #[arg(long, value_name = "FILE")]
    blank: Option<PathBuf>,
    /// Waits until a sheet is asked for
    #[arg(long)]
    wait: bool,
}

/// One score of a member.
#[derive(Debug, Args)]
struct Place {
    /// On whose bid
    #[arg(long)]
    bidder: PartyId,
    /// By which criterion
    #[arg(long)]
    criterion: CriterionId,
}

/// Corrects a score.
#[derive(Debug, Args)]
pub struct Correct {
    #[command(flatten)]
    member: MemberArguments,
    #[command(flatten)]
    place: Place,
    /// The new score
    #[arg(long)]
    score: String,
    /// sum_error, out_of_range, inconsistent_objective or abnormal
    #[arg(long, value_parser = word::<CorrectionCause>)]
    cause: CorrectionCause,
    /// In words
    #[arg(long)]
    reason: String,
}

/// Calls a score abnormal.
#[derive(Debug, Args)]
pub struct Abnormal {
    #[command(flatten)]
    member: MemberArguments,
    #[command(flatten)]
    place: Place,
    /// The leaf of the member whose score it is
    #[arg(long, value_name = "LEAF")]
    of: Hash,
}

/// Gives reasons.
#[derive(Debug, Args)]
pub struct Justify {
    #[command(flatten)]
    member: MemberArguments,
    #[command(flatten)]
    place: Place,
    /// The reasons
    #[arg(long)]
    reason: String,
}

impl Sheet {
    pub(super) fn run(self) -> Done {
        let mut desk = self.member.open()?;
        if self.wait {
            desk = desk.wait(|view| view.next == Next::Sheet)?;
        }
        if let Some(path) = self.blank {
            return blank(&desk, &path);
        }
        let path = self.file.unwrap_or_default();
        let typed: Typed = strict_json::read_file(&path)?;
        let sheet = desk.seen.read_sheet(&desk.leaf, &typed)?.map_err(|places| {
            let said = |t: Text| {
                let place = |place: &typed::Place| {
                    let why = match place.why {
                        Misfit::Missing => t.found_misfit_missing(),
                        Misfit::NoNumber => t.found_misfit_number(),
                        Misfit::OutOfRange => t.found_misfit_range(),
                    };
                    format!("{} {}{}{why}", place.bidder, place.criterion, t.pick("：", ": "))
                };
                let places: Vec<String> = places.iter().map(place).collect();
                t.found_sheet(path.display().to_string(), places.join(t.pick("；", "; ")))
            };
            Fault::new("sheet-malformed", said, Text::advice_see_criteria)
        })?;
        let seed: Seed = outside::seed()?;
        let command = desk.seen.seal_sheet(&desk.leaf, &sheet, &seed.0, desk.key.inner())?;
        desk.give(command)
    }
}

fn blank(desk: &Desk, path: &std::path::Path) -> Done {
    let asked = desk.seen.sheet_asked(&desk.leaf)?;
    let (_, bidders) = asked.ok_or(ximu_bidder::BidderError::SheetNotAsked)?;
    let criteria = desk.view()?.criteria;
    let line = || -> BTreeMap<CriterionId, String> {
        criteria.iter().map(|one| (one.id.clone(), String::new())).collect()
    };
    let typed: Typed = bidders.into_iter().map(|bidder| (bidder, line())).collect();
    let mut bytes = serde_json::to_vec_pretty(&typed).map_err(|error| Fault::file("encode", path, &error))?;
    bytes.push(b'\n');
    files::write_new(path, &bytes, Access::Secret)?;
    out::say(|t| t.cli_blank_sheet(typed.len(), criteria.len(), path.display().to_string()));
    hint(Text::cli_fill_sheet);
    Ok(Exit::Done)
}

impl Correct {
    pub(super) fn run(self) -> Done {
        let desk = self.member.open()?;
        let Place { bidder, criterion } = self.place;
        let score = score(&desk, &criterion, &self.score)?;
        let (cause, reason) = (self.cause, self.reason);
        desk.give(Command::CorrectScore { bidder, criterion, score, cause, reason })
    }
}

/// A score with its criterion's decimals.
fn score(desk: &Desk, criterion: &CriterionId, text: &str) -> Result<Decimal, Fault> {
    let rules = desk.seen.committee()?.rules();
    let found = rules.and_then(|rules| rules.criterion(criterion)).ok_or_else(|| {
        let said = |t: Text| t.found_no_criterion(criterion.as_str());
        Fault::argument(said, Text::advice_see_names)
    })?;
    typed::score(found, text).map_err(|_| {
        let said = |t: Text| t.found_score(found.points.to_string(), found.scale.to_string(), text);
        Fault::argument(said, "")
    })
}

impl Abnormal {
    pub(super) fn run(self) -> Done {
        let (Place { bidder, criterion }, member) = (self.place, self.of);
        self.member.open()?.give(Command::CallAbnormal { member, bidder, criterion })
    }
}

impl Justify {
    pub(super) fn run(self) -> Done {
        let (Place { bidder, criterion }, reason) = (self.place, self.reason);
        self.member.open()?.give(Command::Justify { bidder, criterion, reason })
    }
}
