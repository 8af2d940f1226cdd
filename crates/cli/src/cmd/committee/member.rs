//! What a member says besides its scores: conflicts, the chair, requests, rejections, the report.

use super::{Desk, MemberArguments, show};
use crate::{
    fault::{Done, Exit, Fault},
    out,
};
use clap::{Args, ValueEnum};
use serde::de::DeserializeOwned;
use ximu_basics::{Hash, PartyId};
use ximu_bidder::committee::view::{Next, View};
use ximu_procedure::wire::{
    Command,
    command::RecusalGround,
    evaluation::{Conflict, RejectionGround},
};
use ximu_text::Text;

/// Says where the committee stands.
#[derive(Debug, Args)]
pub struct See {
    #[command(flatten)]
    member: MemberArguments,
    /// Looks again until this member has something to do, or the evaluation is over
    #[arg(long)]
    wait: bool,
}

/// What needs no words.
#[derive(Debug, Args)]
pub struct Plain {
    #[command(flatten)]
    member: MemberArguments,
}

/// Declares whether there is a conflict of interest.
#[derive(Debug, Args)]
#[group(id = "what", required = true, multiple = false, args = ["none", "ground"])]
pub struct Declare {
    #[command(flatten)]
    member: MemberArguments,
    /// There is none
    #[arg(long)]
    none: bool,
    /// There is one, on this ground: you are replaced
    #[arg(long, value_enum)]
    ground: Option<Ground>,
    /// With whom; may be repeated
    #[arg(long = "with", value_name = "BIDDER", requires = "ground")]
    bidders: Vec<PartyId>,
}

/// Why a member may not evaluate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ground {
    /// Works for a bidder, the tenderer or the agent, or did
    Employment,
    /// Near kin of somebody who does
    Kin,
    /// An interest in a bidder
    Interest,
    /// Belongs to the authority that supervises the procedure
    Authority,
    /// Barred from evaluating
    Barred,
}

/// Votes for the chair.
#[derive(Debug, Args)]
pub struct Chair {
    #[command(flatten)]
    member: MemberArguments,
    /// The leaf of the member you want, or "first" for the first of the committee
    #[arg(long, value_name = "LEAF|first", default_value = "first")]
    vote: String,
}

/// The chair asks a bidder to clarify.
#[derive(Debug, Args)]
pub struct Ask {
    #[command(flatten)]
    member: MemberArguments,
    /// Whom
    #[arg(long)]
    bidder: PartyId,
    /// What is unclear; it must not ask for a change of substance
    #[arg(long)]
    text: String,
}

/// Proposes to reject a bid.
#[derive(Debug, Args)]
pub struct Reject {
    #[command(flatten)]
    member: MemberArguments,
    /// Whose bid
    #[arg(long)]
    bidder: PartyId,
    /// unsigned, no_consortium_agreement, unqualified, two_bids, price, unresponsive or offence
    #[arg(long, value_parser = word::<RejectionGround>)]
    ground: RejectionGround,
    /// In words
    #[arg(long)]
    reason: String,
}

/// Votes on a proposal.
#[derive(Debug, Args)]
#[group(id = "vote", required = true, multiple = false, args = ["agree", "against"])]
pub struct Vote {
    #[command(flatten)]
    member: MemberArguments,
    /// The number of the proposal, from 1
    #[arg(long)]
    proposal: u32,
    /// Reject the bid
    #[arg(long)]
    agree: bool,
    /// Do not
    #[arg(long)]
    against: bool,
    /// In words
    #[arg(long)]
    reason: Option<String>,
}

/// Dissents from the report.
#[derive(Debug, Args)]
pub struct Dissent {
    #[command(flatten)]
    member: MemberArguments,
    /// Your opinion and its reasons
    #[arg(long)]
    text: String,
}

/// A word as it stands on the wire.
pub fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::from(text)).map_err(|error| error.to_string())
}

impl See {
    pub(super) fn run(self) -> Done {
        let mut desk = self.member.open()?;
        if self.wait {
            desk = desk.wait(|view| view.next != Next::Wait)?;
        }
        show::show(&desk.view()?, desk.json);
        Ok(Exit::Done)
    }
}

impl Plain {
    pub(super) fn run(self, command: impl FnOnce(&mut Desk) -> Result<Command, Fault>) -> Done {
        let mut desk = self.member.open()?;
        let command = command(&mut desk)?;
        desk.give(command)
    }
}

impl Plain {
    /// Leaves the seat. After the conclusion there is none to leave.
    pub(super) fn leave(self) -> Done {
        let desk = self.member.open()?;
        if desk.view()?.member.is_none() {
            out::say(Text::cli_evaluation_over);
            return Ok(Exit::Done);
        }
        let leaf = desk.leaf;
        desk.give(Command::LeaveSeat { leaf })
    }
}

impl Declare {
    pub(super) fn run(mut self) -> Done {
        let desk = self.member.open()?;
        self.bidders.sort_unstable();
        let conflict = self.ground.map(|ground| Conflict { bidders: self.bidders, ground: ground.into() });
        desk.give(Command::Declare { conflict })
    }
}

impl From<Ground> for RecusalGround {
    fn from(ground: Ground) -> RecusalGround {
        match ground {
            Ground::Employment => RecusalGround::Employment,
            Ground::Kin => RecusalGround::Kin,
            Ground::Interest => RecusalGround::Interest,
            Ground::Authority => RecusalGround::Authority,
            Ground::Barred => RecusalGround::Barred,
        }
    }
}

impl Chair {
    pub(super) fn run(self) -> Done {
        let desk = self.member.open()?;
        let first = desk.view()?.members.first().map(|member| member.leaf);
        let chair = match (self.vote.as_str(), first) {
            ("first", Some(first)) => first,
            (text, _) => text.parse::<Hash>().map_err(|error| {
                let said = |t: Text| t.found_at(error.to_string(), format!("--vote {text}"));
                Fault::argument(said, Text::advice_see_members)
            })?,
        };
        desk.give(Command::ChooseChair { chair })
    }
}

impl Ask {
    pub(super) fn run(self) -> Done {
        let (bidder, text) = (self.bidder, self.text);
        self.member.open()?.give(Command::AskClarification { bidder, text })
    }
}

impl Reject {
    pub(super) fn run(self) -> Done {
        let (bidder, ground, reason) = (self.bidder, self.ground, self.reason);
        self.member.open()?.give(Command::ProposeRejection { bidder, ground, reason })
    }
}

impl Vote {
    pub(super) fn run(self) -> Done {
        let (proposal, agree, reason) = (self.proposal, self.agree, self.reason);
        self.member.open()?.give(Command::VoteRejection { proposal, agree, reason })
    }
}

impl Dissent {
    pub(super) fn run(self) -> Done {
        let desk = self.member.open()?;
        let report = drafted(&desk.view()?)?;
        desk.give(Command::Dissent { report, text: self.text })
    }
}

/// The command that signs the draft in force, which is the report that was computed again here.
pub fn sign(desk: &mut Desk) -> Result<Command, Fault> {
    let view = desk.view()?;
    let report = drafted(&view)?;
    if view.report_hash != Some(report) {
        let said = |t: Text| t.found_draft_differs(report.to_string());
        return Err(Fault::new("draft-differs", said, Text::advice_tell_chair));
    }
    Ok(Command::SignReport { report })
}

fn drafted(view: &View) -> Result<Hash, Fault> {
    view.draft.as_ref().map(|draft| draft.report).ok_or_else(|| {
        Fault::new("report-undrafted", Text::found_no_draft, Text::advice_wait_draft).passing()
    })
}
