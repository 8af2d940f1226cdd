//! `ximu committee papers`: the documents of the bids, opened at the seat (evaluation 12).

use super::{Desk, MemberArguments};
use crate::{
    committee::documents,
    fault::{Done, Exit, Fault},
    out,
};
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;
use ximu_basics::PartyId;
use ximu_bidder::committee::{
    identity,
    papers::{Shelf, Whole, answered},
    view::{Next, View},
};
use ximu_text::{Language, Text};

/// Opens the documents of the bids at your seat.
///
/// The holders give their shares to the seats of the committee and to nobody else; the key of your seat combines them. Every
/// envelope is read to its end and checked before anything of it is kept. Without --out the files are listed alone.
/// Where a bidder says that a criterion is answered is shown beside the files; nothing follows from it.
#[derive(Debug, Args)]
pub struct Papers {
    #[command(flatten)]
    member: MemberArguments,
    /// The bidder whose documents are opened; may be repeated; all when it is left out
    #[arg(long = "bid", value_name = "BIDDER")]
    bids: Vec<PartyId>,
    /// The folder to write to, one folder for each bidder; it must be free
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Waits until enough holders have given their shares
    #[arg(long)]
    wait: bool,
}

/// What became of one bid's documents.
#[derive(Debug, Serialize)]
struct Line {
    bidder: PartyId,
    files: Vec<File>,
    /// Places by criterion.
    answers: std::collections::BTreeMap<String, Vec<(String, Option<u32>)>>,
    /// Holders that said something untrue.
    untrue: Vec<String>,
    /// Why they stay closed.
    refusal: Option<String>,
    /// The same for who reads it here.
    #[serde(skip)]
    told: String,
}

#[derive(Debug, Serialize)]
struct File {
    name: String,
    size_bytes: u64,
}

impl Papers {
    pub(super) fn run(self, language: Language) -> Done {
        let mut desk = self.member.open()?;
        if self.wait {
            desk = desk.wait_for_papers()?;
        }
        let shelves = desk.seen.shelves()?;
        if shelves.is_empty() {
            return Err(Fault::new("papers-none", Text::found_no_papers, Text::advice_forms_alone));
        }
        let wanted = |shelf: &&Shelf| self.bids.is_empty() || self.bids.contains(&shelf.bidder);
        if let Some(unknown) = self.bids.iter().find(|bid| !shelves.iter().any(|one| one.bidder == **bid)) {
            let said = |t: Text| t.found_bid_not_evaluated(unknown.as_str());
            return Err(Fault::argument(said, Text::advice_see_names));
        }
        let criteria: Vec<String> =
            desk.view()?.criteria.iter().map(|criterion| criterion.id.to_string()).collect();
        let mut lines = Vec::new();
        for shelf in shelves.iter().filter(wanted) {
            let folder = self.out.as_ref().map(|out| out.join(shelf.bidder.as_str()));
            let read =
                documents(&desk.remote, &desk.procedure, &desk.seen, &desk.key, shelf, folder.as_deref());
            lines.push(match read {
                Ok(whole) => Line::whole(&shelf.bidder, &whole, &criteria),
                // What was submitted and does not open is its bidder's fault; bytes that the centre altered and shares
                // that holders did not give are not, and the line says so. Either way the others are read.
                Err(fault) if fault.is_of_documents() || fault.is_of_others() => {
                    Line::refused(&shelf.bidder, &fault, language)
                }
                Err(fault) => return Err(fault),
            });
        }
        if desk.json {
            out::json(&lines);
        } else {
            lines.iter().for_each(Line::show);
        }
        let all = lines.iter().all(|line| line.refusal.is_none());
        Ok(if all { Exit::Done } else { Exit::Refused })
    }
}

impl Line {
    fn whole(bidder: &PartyId, whole: &Whole, criteria: &[String]) -> Line {
        let file =
            |file: &ximu_sealed::FileEntry| File { name: file.name.clone(), size_bytes: file.size_bytes };
        let (files, answers) = (whole.files.iter().map(file).collect(), answered(whole, criteria));
        Line {
            bidder: bidder.clone(),
            files,
            answers,
            untrue: whole.untrue.clone(),
            refusal: None,
            told: String::new(),
        }
    }

    fn refused(bidder: &PartyId, fault: &Fault, language: Language) -> Line {
        let (refusal, told) = (Some(fault.to_string()), fault.told(language));
        let (files, answers, untrue) = (Vec::new(), std::collections::BTreeMap::new(), Vec::new());
        Line { bidder: bidder.clone(), files, answers, untrue, refusal, told }
    }

    fn show(&self) {
        let bidder = self.bidder.as_str();
        if self.refusal.is_some() {
            return out::say(|t| t.cli_bid_told(bidder, &self.told));
        }
        out::say(|t| t.cli_bid(bidder));
        for file in &self.files {
            out::say_below(|t| t.cli_paper_file(file.size_bytes, &file.name));
        }
        for (criterion, places) in &self.answers {
            let place = |t: Text, (file, page): &(String, Option<u32>)| match page {
                Some(page) => t.cli_paper_page(file, *page),
                None => file.clone(),
            };
            out::say_below(|t| {
                let places: Vec<String> = places.iter().map(|one| place(t, one)).collect();
                t.cli_paper_answered(criterion, places.join(t.pick("，", ", ")))
            });
        }
        for holder in &self.untrue {
            out::say_below(|t| t.cli_paper_untrue(holder));
        }
    }
}

impl Desk {
    /// Looks again until t holders have given this seat their shares.
    fn wait_for_papers(self) -> Result<Desk, Fault> {
        let identity = || identity(self.key.inner());
        let own = identity();
        self.wait_seen(|seen, view: &View| {
            let given = seen.papers_given(&own).ok().flatten();
            view.next == Next::Over || given.is_none_or(|(given, needed)| given >= needed)
        })
    }
}
