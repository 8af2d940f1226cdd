//! Phase Seal: sealed bids are submitted, replaced and withdrawn (L28, L29). The whole class is hidden until CLOSE.
//!
//! The commands of phase Enter are of the same class; `enter` decides them. What is refused here is hidden like what is
//! accepted; the author alone gets the answer.

use alloc::{boxed::Box, vec, vec::Vec};
use ximu_basics::{Hash, Instant, LotId};

use super::{
    enter::{self, Applying},
    party,
};
use crate::{
    actor::Authenticated,
    policy,
    rules::EscrowOpens,
    tender::{SealedState, Stage, Submitted, Tender, Version},
    wire::{
        Command, Event, Refusal,
        command::{SealedRecord, custody_statement},
        refusal::Thing,
        signed::verify,
    },
};

/// Bidders one opening can list: CLOSE names them all in one leaf of at most 65,535 bytes.
pub const BIDDERS_MAX: usize = 150;

/// Decides a submission or withdrawal while the procedure is open for bids.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn decide(
    tender: &Tender,
    sealed: &SealedState,
    given: &Authenticated,
    at: Instant,
) -> Result<Vec<Event>, Refusal> {
    let row = policy::row(&given.body.command).ok_or(Refusal::Unknown { what: Thing::Procedure })?;
    if !row.allows(given.actor.roles.iter().copied()) {
        return Err(Refusal::RoleNotAllowed { needs: row.roles.to_vec() });
    }
    enter::check_party(tender, given)?;
    if tender.stage != Stage::Sealing || at > tender.deadline {
        return Err(refuse_after_close(tender, at));
    }
    if let Some(until) = tender.suspended_until(at) {
        return Err(Refusal::Suspended { until });
    }
    // An officer who gives itself a bidder's key must not be able to undo what the bidder has done (journal 7.5).
    if sealed.keys.get(&given.actor.person).is_some_and(|key| !given.actor.line.contains(key)) {
        return Err(Refusal::KeyReplacedLate {});
    }
    match &given.body.command {
        Command::Submit { lot, version, .. } => submit(tender, sealed, given, lot, *version),
        Command::Withdraw { lot, version } => withdraw(tender, sealed, given, lot, *version),
        Command::Apply { credentials, members, bond } => {
            let applying = Applying { credentials, members, bond: bond.as_ref() };
            enter::apply(tender, sealed, given, at, &applying)
        }
        Command::WithdrawApplication {} => enter::withdraw(tender, sealed, given),
        Command::ReadApplications {} => enter::read(tender, sealed),
        Command::Admit { applicant } => enter::admit(tender, sealed, applicant),
        Command::RefuseApplication { applicant, reason } => enter::refuse(tender, sealed, applicant, reason),
        Command::ConfirmBond { applicant, amount, payer } => {
            enter::confirm(tender, sealed, applicant, *amount, payer)
        }
        Command::FailBond { applicant, payer, .. } => enter::fail(tender, sealed, applicant, payer),
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
        | Command::Close { .. }
        | Command::SignIn {}
        | Command::Release { .. }
        | Command::AskRescue { .. }
        | Command::Relay { .. }
        | Command::RelaysDone { .. }
        | Command::EndWindow {}
        | Command::ReleaseShares { .. }
        | Command::Open {}
        | Command::Contribute { .. }
        | Command::ListSet { .. }
        | Command::ReleaseSet { .. }
        | Command::GivePapers { .. }
        | Command::OpenSet { .. }
        | Command::FreezePool { .. }
        | Command::Decline { .. }
        | Command::TakeSeat { .. }
        | Command::LeaveSeat { .. }
        | Command::ReplaceDelegate { .. }
        | Command::ReportOutage { .. }
        | Command::EndOutage {}
        | Command::DissolveCommittee { .. }
        | Command::Conclude { .. }
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
        | Command::Dissent { .. }
        | Command::Propose { .. }
        | Command::Award { .. }
        | Command::Choose { .. }
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
        | Command::KeepRecord { .. } => Err(Refusal::Unknown { what: Thing::Procedure }),
    }
}

/// The refusal of a bid that comes when bids are no longer accepted.
#[must_use]
pub fn refuse_after_close(tender: &Tender, at: Instant) -> Refusal {
    if at > tender.deadline {
        return Refusal::DeadlinePassed { deadline: tender.deadline, at };
    }
    Refusal::StageWrong { needs: Stage::Sealing.name(), found: tender.stage.name() }
}

fn submit(
    tender: &Tender,
    sealed: &SealedState,
    given: &Authenticated,
    lot: &LotId,
    version: u32,
) -> Result<Vec<Event>, Refusal> {
    let Command::Submit { form, body, escrow, .. } = &given.body.command else {
        return Err(Refusal::Unknown { what: Thing::Procedure });
    };
    let bidder = party(given)?;
    let seal = tender.rules.seal().ok_or(Refusal::Unknown { what: Thing::Procedure })?;
    check_lot(tender, lot)?;
    enter::check_admitted(tender, sealed, bidder)?;
    check_number(tender, sealed, given, version)?;
    if sealed.histories.len() >= BIDDERS_MAX && !sealed.histories.contains_key(bidder) {
        return Err(Refusal::TooMany { what: Thing::Bid, limit: BIDDERS_MAX as u32 });
    }
    for (record, limit) in [(form, seal.form_bytes_max), (body, seal.body_bytes_max)] {
        if i64::from(record.bytes) > limit {
            let limit = u32::try_from(limit).unwrap_or(u32::MAX);
            return Err(Refusal::EnvelopeTooLarge { limit, found: record.bytes });
        }
    }
    let fresh = |hash: &Hash| !sealed.seen.contains(hash);
    let distinct = form.commitment != body.commitment && form.header != body.header;
    if !distinct || ![form.commitment, form.header, body.commitment, body.header].iter().all(fresh) {
        return Err(Refusal::EnvelopeDuplicate {});
    }
    check_custody(tender, form)?;
    check_custody(tender, body)?;
    let shares = match tender.rules.escrow.opens {
        EscrowOpens::All | EscrowOpens::WhoAsked => tender.holders.len(),
        EscrowOpens::None => 0,
    };
    if escrow.len() != shares {
        return Err(Refusal::Mismatch { what: Thing::Escrow });
    }
    let history = sealed.histories.get(bidder);
    match history.and_then(|versions| versions.get(&version)) {
        None => Ok(vec![Event::BidSubmitted { bidder: bidder.clone(), version }]),
        Some(Version::Bid(_)) => Ok(vec![Event::VersionVoided { bidder: bidder.clone(), version }]),
        Some(Version::Withdrawal(_) | Version::Void(..)) => {
            Err(Refusal::VersionUsed { version, next: next(sealed, given)? })
        }
    }
}

fn withdraw(
    tender: &Tender,
    sealed: &SealedState,
    given: &Authenticated,
    lot: &LotId,
    version: u32,
) -> Result<Vec<Event>, Refusal> {
    let bidder = party(given)?;
    check_lot(tender, lot)?;
    check_number(tender, sealed, given, version)?;
    let history = sealed.histories.get(bidder).ok_or(Refusal::Unknown { what: Thing::Bid })?;
    if history.contains_key(&version) {
        return Err(Refusal::VersionUsed { version, next: next(sealed, given)? });
    }
    Ok(vec![Event::BidWithdrawn { bidder: bidder.clone(), version }])
}

fn check_lot(tender: &Tender, lot: &LotId) -> Result<(), Refusal> {
    if tender.rules.lots.iter().any(|known| known.id == *lot) {
        return Ok(());
    }
    Err(Refusal::Unknown { what: Thing::Lot })
}

/// A version counts from 1 to the rules' limit.
fn check_number(
    tender: &Tender,
    sealed: &SealedState,
    given: &Authenticated,
    version: u32,
) -> Result<(), Refusal> {
    let limit = tender.rules.seal().map_or(0, |seal| seal.versions_max);
    if version == 0 {
        return Err(Refusal::VersionUsed { version, next: next(sealed, given)? });
    }
    if version > limit {
        return Err(Refusal::TooMany { what: Thing::Version, limit });
    }
    Ok(())
}

fn next(sealed: &SealedState, given: &Authenticated) -> Result<u32, Refusal> {
    let highest =
        sealed.histories.get(party(given)?).and_then(|versions| versions.keys().next_back().copied());
    Ok(highest.unwrap_or(0).saturating_add(1))
}

fn check_custody(tender: &Tender, record: &SealedRecord) -> Result<(), Refusal> {
    let missing = || Refusal::CustodyMissing { custody: tender.rules.custody.clone() };
    let custody = tender.custody().ok_or_else(missing)?;
    let statement =
        custody_statement(&tender.origin, tender.rules.id.as_str(), &record.commitment, record.bytes);
    if verify(&custody.key, &statement, &record.custody) { Ok(()) } else { Err(missing()) }
}

impl SealedState {
    /// Applies what was decided about one operation of the sealed class; `events` is empty for a refusal.
    pub fn evolve(&mut self, given: &Authenticated, beat: u32, events: &[Event]) {
        self.operations = self.operations.saturating_add(1);
        if !events.is_empty() {
            self.keys.entry(given.actor.person.clone()).or_insert(given.signed.key);
        }
        for event in events {
            match given.body.command.is_of_entry() {
                true => self.apply_entry(given, beat, event),
                false => self.apply(given, beat, event),
            }
        }
    }

    fn apply(&mut self, given: &Authenticated, beat: u32, event: &Event) {
        let Command::Submit { form, body, escrow, plain, .. } = &given.body.command else {
            if let Event::BidWithdrawn { bidder, version } = event {
                let history = self.histories.entry(bidder.clone()).or_default();
                history.insert(*version, Version::Withdrawal(beat));
            }
            return;
        };
        self.seen.extend([form.commitment, form.header, body.commitment, body.header]);
        if let Event::VersionVoided { bidder, version } = event {
            let history = self.histories.entry(bidder.clone()).or_default();
            if let Some(Version::Bid(first)) = history.remove(version) {
                history.insert(*version, Version::Void(first, beat));
            }
        }
        if let Event::BidSubmitted { bidder, version } = event {
            let submitted = Submitted {
                version: *version,
                key: given.signed.key,
                form: form.clone(),
                body: body.clone(),
                escrow: escrow.clone(),
                plain: *plain,
                beat,
            };
            self.histories
                .entry(bidder.clone())
                .or_default()
                .insert(*version, Version::Bid(Box::new(submitted)));
        }
    }
}
