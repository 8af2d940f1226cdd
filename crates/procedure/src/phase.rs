//! The phases of a tender, one file each: its decisions and how the state changes (journal 8).
//!
//! Every decision checks in the order role, stage, time, content; the first refusal is the answer.

pub mod award;
pub mod close;
pub mod complaint;
pub mod contract;
pub mod enquire;
pub mod enter;
pub mod evaluate;
pub mod experts;
pub mod notice;
pub mod objection;
pub mod order;
pub mod outage;
pub mod record;
pub mod relay;
pub mod seal;
pub mod seat;
pub mod set;
mod text;
pub mod unseal;

pub use text::hides;

use experts::Freezing;

use alloc::vec::Vec;
use ximu_basics::{Hash, Instant, PartyId};

use crate::{
    actor::Authenticated,
    evaluation::PanelState,
    policy,
    registry::Registry,
    tender::{SealedState, Tender},
    wire::{Command, Event, Refusal, refusal::Thing},
};

/// What a public decision may look at besides the public state: envelopes by commitment, once they are to be
/// opened, and a hidden class at the moment CLOSE or the conclusion of the evaluation discloses it.
pub trait Inputs {
    /// The ciphertext of a form, whose commitment is checked by the decision.
    fn form(&self, commitment: &Hash) -> Option<Vec<u8>>;
    /// The sealed state of the procedure; `None` as long as it is not to be disclosed.
    fn sealed(&self) -> Option<&SealedState>;
    /// What the committee did; `None` as long as it is not to be disclosed.
    fn panel(&self) -> Option<&PanelState>;
}

/// Inputs of every decision that needs none.
pub struct NoInputs;

impl Inputs for NoInputs {
    fn form(&self, _: &Hash) -> Option<Vec<u8>> {
        None
    }

    fn sealed(&self) -> Option<&SealedState> {
        None
    }

    fn panel(&self) -> Option<&PanelState> {
        None
    }
}

/// Decides a public command of a published procedure.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn decide(
    registry: &Registry,
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    inputs: &dyn Inputs,
) -> Result<Vec<Event>, Refusal> {
    check_role(tender, given)?;
    order::check_not_suspended(tender, given, at)?;
    outage::check_venue(tender, &given.body.command)?;
    if let Some(committee) = tender.recheck().filter(|_| given.body.command.is_panel()) {
        return evaluate::decide(tender, committee.panel, given, at);
    }
    match &given.body.command {
        Command::Publish { .. } => Err(Refusal::AlreadyExists {}),
        Command::Amend { deadline, documents, .. } => notice::amend(tender, given, at, *deadline, documents),
        Command::Cancel { .. } => notice::cancel(tender, given, at),
        Command::Ask { text, .. } => enquire::ask(tender, given, at, text),
        Command::Answer { question, text, documents } => {
            enquire::answer(tender, given, at, *question, text, documents)
        }
        Command::Object { to, against, text } => {
            objection::object(tender, given, at, *to, against.as_ref(), text)
        }
        Command::AnswerObjection { objection, upheld, text } => {
            objection::answer(tender, given, at, *objection, *upheld, text)
        }
        Command::Prolong {} => objection::prolong(tender, given, at),
        Command::Submit { .. }
        | Command::Withdraw { .. }
        | Command::Apply { .. }
        | Command::WithdrawApplication {}
        | Command::ReadApplications {}
        | Command::Admit { .. }
        | Command::RefuseApplication { .. }
        | Command::ConfirmBond { .. }
        | Command::FailBond { .. } => Err(seal::refuse_after_close(tender, at)),
        Command::Close { evidence, .. } => close::close(tender, given, at, evidence, inputs.sealed()),
        Command::SignIn {} => unseal::sign_in(tender, given, at),
        Command::Release { lot, envelope } => unseal::release(tender, given, at, lot, &envelope.0),
        Command::AskRescue { lot } => unseal::ask_rescue(tender, given, at, lot),
        Command::Relay { handed } => relay::relay(registry, tender, given, handed),
        Command::RelaysDone { until } => relay::done(tender, given, *until),
        Command::EndWindow {} => unseal::end_window(tender, given, at),
        Command::ReleaseShares { shares } => unseal::release_shares(tender, given, shares),
        Command::Open {} => unseal::open(tender, given, at, inputs),
        Command::Contribute { set, envelope } => {
            set::contribute(tender, given, at, set::known(&tender.sets, set)?, &envelope.0)
        }
        Command::ListSet { set } => set::list(tender, given, at, set::known(&tender.sets, set)?),
        Command::ReleaseSet { set, shares } => {
            set::release(tender, given, set::known(&tender.sets, set)?, shares)
        }
        Command::OpenSet { set } => set::open(tender, given, at, set::known(&tender.sets, set)?),
        Command::FreezePool { pool, root, strata, recused } => {
            experts::freeze(tender, given, at, &Freezing { pool, root: *root, strata, recused })
        }
        Command::Decline { leaf, .. } => experts::decline(tender, given, leaf),
        Command::LeaveSeat { leaf } => seat::leave(tender, given, leaf),
        Command::ReplaceDelegate { leaf } => seat::replace_delegate(tender, given, leaf),
        Command::ReportOutage { venue, text } => outage::report(tender, given, at, venue, text),
        Command::EndOutage {} => outage::end(tender, given, at),
        Command::DissolveCommittee { reason } => outage::dissolve(tender, given, at, reason.as_deref()),
        Command::Conclude { .. } => seat::conclude(tender, given, at, inputs.panel()),
        Command::GivePapers { .. }
        | Command::Declare { .. }
        | Command::ChooseChair { .. }
        | Command::BeginSheets {}
        | Command::CorrectScore { .. }
        | Command::CallAbnormal { .. }
        | Command::Justify { .. }
        | Command::AskClarification { .. }
        | Command::Clarify { .. }
        | Command::ProposeRejection { .. }
        | Command::VoteRejection { .. }
        | Command::VoteCompetition { .. }
        | Command::AskMoreTime {}
        | Command::DraftReport {}
        | Command::SignReport { .. }
        | Command::Dissent { .. } => {
            // Before the evaluation and after it there is no committee to which these belong.
            check_stage(tender, given)?;
            Err(Refusal::Unknown { what: Thing::Committee })
        }
        Command::Propose { candidates } => award::propose(tender, given, at, candidates),
        Command::Award { bidder } => award::award(tender, given, at, bidder),
        Command::Choose { bidder, reasons } => award::choose(tender, given, at, bidder, reasons),
        Command::GiveUp { reason } => contract::give_up(tender, given, reason),
        Command::Disqualify { bidder, ground, text } => {
            contract::disqualify(tender, given, bidder, ground, text)
        }
        Command::SignContract { price, signed, .. } => contract::sign(tender, given, at, *price, *signed),
        Command::ReturnBond { bidder } => contract::return_bond(tender, given, at, bidder),
        Command::Complain { matter, objection, known, text } => {
            complaint::complain(tender, given, at, *matter, *objection, *known, text)
        }
        Command::AcceptComplaint { complaint } => complaint::accept(tender, given, at, *complaint),
        Command::DeclineComplaint { complaint, text } => complaint::decline(tender, given, *complaint, text),
        Command::DecideComplaint { complaint, upheld, article, text, measure } => {
            let (complaint, upheld, measure) = (*complaint, *upheld, measure.as_ref());
            let decision = complaint::Decision { complaint, upheld, article, text, measure };
            complaint::decide(tender, given, at, &decision)
        }
        Command::Order { measure, article, reason } => {
            order::order(tender, given, at, measure, article, reason)
        }
        Command::NoteOverdue {} => contract::note_overdue(tender, given, at),
        Command::Archive { hash, bytes } => contract::archive(tender, given, hash, *bytes),
        Command::KeepRecord { kind, hash } => record::keep(registry, tender, given, *kind, hash),
        Command::TakeSeat { .. }
        | Command::Found { .. }
        | Command::RegisterParty { .. }
        | Command::AdmitParty { .. }
        | Command::ReplaceKey { .. } => Err(Refusal::Unknown { what: Thing::Procedure }),
    }
}

pub(crate) fn check_role(tender: &Tender, given: &Authenticated) -> Result<(), Refusal> {
    let row = policy::row(&given.body.command).ok_or(Refusal::Unknown { what: Thing::Procedure })?;
    let needs = || Refusal::RoleNotAllowed { needs: row.roles.to_vec() };
    if !row.allows(given.actor.roles.iter().copied()) {
        return Err(needs());
    }
    let of_tenderer = matches!(
        given.body.command,
        Command::Amend { .. }
            | Command::Cancel { .. }
            | Command::Answer { .. }
            | Command::AnswerObjection { .. }
            | Command::ReplaceDelegate { .. }
            | Command::Propose { .. }
            | Command::Award { .. }
            | Command::Choose { .. }
            | Command::Disqualify { .. }
            | Command::SignContract { .. }
            | Command::ReturnBond { .. }
    );
    if of_tenderer && given.actor.party.as_ref() != Some(&tender.rules.tenderer) {
        return Err(needs());
    }
    Ok(())
}

/// Refuses unless the procedure is at the stage the policy table names for this command.
pub(crate) fn check_stage(tender: &Tender, given: &Authenticated) -> Result<(), Refusal> {
    let found = tender.stage.name();
    match policy::row(&given.body.command).map(|row| row.stages) {
        Some(stages) if stages.contains(&found) => Ok(()),
        Some([needs, ..]) => Err(Refusal::StageWrong { needs: *needs, found }),
        Some([]) | None => Err(Refusal::Unknown { what: Thing::Procedure }),
    }
}

/// The party an actor stands for, or the refusal that a role needs one.
pub(crate) fn party(given: &Authenticated) -> Result<&PartyId, Refusal> {
    given.actor.party.as_ref().ok_or(Refusal::Unknown { what: Thing::Party })
}
