//! Phase Score: what the committee does, decided on the public state and on what it did before (evaluation 4-8). All of
//! it is of the class `panel`: what is refused here is veiled like what is accepted.

mod papers;
mod review;
mod sheets;
mod sitting;

use alloc::vec::Vec;
use ximu_basics::{Hash, Instant, SetId};

use super::{check_role, order, outage, set};
use crate::{
    actor::Authenticated,
    evaluation::{Committee, PanelState},
    set::SealedSet,
    tender::{Stage, StageName, Tender},
    wire::{Command, Event, Refusal, refusal::Thing},
};

/// The longest text of a member or bidder in the evaluation, in bytes.
pub const TEXT_BYTES_MAX: usize = 8_000;

/// Decides a command of the class `panel`.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn decide(
    tender: &Tender,
    panel: &PanelState,
    given: &Authenticated,
    at: Instant,
) -> Result<Vec<Event>, Refusal> {
    check_role(tender, given)?;
    if tender.stage != Stage::Evaluating {
        return Err(Refusal::StageWrong { needs: StageName::Evaluating, found: tender.stage.name() });
    }
    order::check_not_suspended(tender, given, at)?;
    outage::check_venue(tender, &given.body.command)?;
    let committee = Committee::new(tender, panel);
    let known = |id| known(committee, id);
    match &given.body.command {
        Command::Declare { conflict } => sitting::declare(committee, given, conflict.as_ref()),
        Command::ChooseChair { chair } => sitting::choose_chair(committee, given, chair),
        Command::AskMoreTime {} => sitting::ask_more_time(committee, given, at),
        Command::BeginSheets {} => sheets::begin(committee, at),
        Command::Contribute { set: id, envelope } => {
            set::contribute(tender, given, at, known(id)?, &envelope.0)
        }
        Command::ListSet { set: id } => set::list(tender, given, at, known(id)?),
        Command::ReleaseSet { set: id, shares } => set::release(tender, given, known(id)?, shares),
        Command::OpenSet { set: id } => set::open(tender, given, at, known(id)?),
        Command::GivePapers { broken, file, seats } => papers::give(committee, given, broken, &file.0, seats),
        Command::CorrectScore { .. } => sheets::correct(committee, given),
        Command::CallAbnormal { member, bidder, criterion } => {
            sheets::call_abnormal(committee, given, member, bidder, criterion)
        }
        Command::Justify { bidder, criterion, reason } => {
            sheets::justify(committee, given, bidder, criterion, reason)
        }
        Command::AskClarification { bidder, text } => review::ask(committee, given, at, bidder, text),
        Command::Clarify { clarification, text } => {
            review::clarify(committee, given, at, *clarification, text)
        }
        Command::ProposeRejection { bidder, ground, reason } => {
            review::propose(committee, given, bidder, *ground, reason)
        }
        Command::VoteRejection { proposal, agree, reason } => {
            review::vote(committee, given, *proposal, *agree, reason.as_deref())
        }
        Command::VoteCompetition { lacking, reason } => {
            review::vote_competition(committee, given, *lacking, reason)
        }
        Command::DraftReport {} => review::draft(committee, given, at),
        Command::SignReport { report } => review::sign(committee, given, at, report, None),
        Command::Dissent { report, text } => review::sign(committee, given, at, report, Some(text)),
        Command::Found { .. }
        | Command::RegisterParty { .. }
        | Command::AdmitParty { .. }
        | Command::ReplaceKey { .. }
        | Command::Publish { .. }
        | Command::Amend { .. }
        | Command::Cancel { .. }
        | Command::Ask { .. }
        | Command::Answer { .. }
        | Command::Object { .. }
        | Command::AnswerObjection { .. }
        | Command::Prolong {}
        | Command::Submit { .. }
        | Command::Withdraw { .. }
        | Command::Apply { .. }
        | Command::WithdrawApplication {}
        | Command::ReadApplications {}
        | Command::Admit { .. }
        | Command::RefuseApplication { .. }
        | Command::ConfirmBond { .. }
        | Command::FailBond { .. }
        | Command::Close { .. }
        | Command::SignIn {}
        | Command::Release { .. }
        | Command::AskRescue { .. }
        | Command::Relay { .. }
        | Command::RelaysDone { .. }
        | Command::EndWindow {}
        | Command::ReleaseShares { .. }
        | Command::Open {}
        | Command::FreezePool { .. }
        | Command::Decline { .. }
        | Command::TakeSeat { .. }
        | Command::LeaveSeat { .. }
        | Command::ReplaceDelegate { .. }
        | Command::ReportOutage { .. }
        | Command::EndOutage {}
        | Command::DissolveCommittee { .. }
        | Command::Conclude { .. }
        | Command::GiveUp { .. }
        | Command::Disqualify { .. }
        | Command::SignContract { .. }
        | Command::ReturnBond { .. }
        | Command::Complain { .. }
        | Command::AcceptComplaint { .. }
        | Command::DeclineComplaint { .. }
        | Command::DecideComplaint { .. }
        | Command::Order { .. }
        | Command::NoteOverdue {}
        | Command::Archive { .. }
        | Command::Propose { .. }
        | Command::Award { .. }
        | Command::KeepRecord { .. }
        | Command::Choose { .. } => Err(Refusal::Unknown { what: Thing::Committee }),
    }
}

/// A set of sheets of this committee.
fn known<'a>(committee: Committee<'a>, id: &'a SetId) -> Result<(&'a SetId, &'a SealedSet), Refusal> {
    let found = set::known(&committee.panel.sets, id)?;
    if committee.tender.is_abandoned(found.1) {
        return Err(Refusal::Unknown { what: Thing::Set });
    }
    Ok(found)
}

/// The member that a command is by; it has a seat, and its role was checked.
fn member(committee: Committee<'_>, given: &Authenticated) -> Result<Hash, Refusal> {
    let seat = committee.tender.seat_of_key(&given.signed.key);
    seat.map(|(leaf, _)| *leaf).ok_or(Refusal::Unknown { what: Thing::Seat })
}

/// The same, once it has declared that it has no conflict: names and bids are only for those who have.
fn declared(committee: Committee<'_>, given: &Authenticated) -> Result<Hash, Refusal> {
    let member = member(committee, given)?;
    match committee.panel.declared.get(&member) {
        Some(None) => Ok(member),
        Some(Some(_)) | None => Err(Refusal::DeclarationMissing {}),
    }
}

/// The number of the next member of a list, from 1, when there may be one more.
fn next_number(length: usize, limit: u32, what: Thing) -> Result<u32, Refusal> {
    let next = u32::try_from(length).unwrap_or(u32::MAX).saturating_add(1);
    if next > limit { Err(Refusal::TooMany { what, limit }) } else { Ok(next) }
}
