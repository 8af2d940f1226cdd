//! Decisions of the register (journal 7).

use alloc::{string::ToString, vec, vec::Vec};

use super::{Registry, party_id, person_id};
use crate::{
    actor::Authenticated,
    cosigned::Policy,
    policy,
    role::Role,
    wire::{
        Command, Event, Refusal,
        command::{key_statement, succession_statement},
        refusal::Thing,
        signed::verify,
    },
};

/// Decides a command of the register.
///
/// # Errors
/// The first [`Refusal`] that applies, in the order of its variants.
pub fn decide(registry: &Registry, given: &Authenticated) -> Result<Vec<Event>, Refusal> {
    let row = policy::row(&given.body.command).ok_or(Refusal::Unknown { what: Thing::Procedure })?;
    if !row.allows(given.actor.roles.iter().copied()) {
        return Err(Refusal::RoleNotAllowed { needs: row.roles.to_vec() });
    }
    match &given.body.command {
        Command::Found { centre_key, policy, name, .. } => {
            if registry.centre.is_some() {
                return Err(Refusal::AlreadyExists {});
            }
            if centre_key == &given.signed.key {
                return Err(Refusal::Mismatch { what: Thing::Key });
            }
            if !Policy::parse(policy).is_some_and(|pinned| pinned.pins_log(&given.body.origin, centre_key)) {
                return Err(Refusal::Mismatch { what: Thing::Policy });
            }
            let unknown = Refusal::Unknown { what: Thing::Key };
            let party = party_id(name, &given.signed.key).ok_or(unknown)?;
            Ok(vec![Event::CentreFounded { administrator: given.actor.person.clone(), party }])
        }
        Command::RegisterParty { name } => {
            let unknown = Refusal::Unknown { what: Thing::Key };
            let party = party_id(name, &given.signed.key).ok_or(unknown.clone())?;
            let person = person_id(&given.signed.key).ok_or(unknown)?;
            let centre = registry.centre.as_ref().is_some_and(|centre| centre.key == given.signed.key);
            // A commitment that stands here already was copied: whoever opens it would name both parties.
            if centre || registry.names.contains(name) || registry.persons.contains_key(&person) {
                return Err(Refusal::AlreadyExists {});
            }
            Ok(vec![Event::PartyRegistered { party, person }])
        }
        Command::AdmitParty { party, roles } => {
            let known = registry.parties.get(party).ok_or(Refusal::Unknown { what: Thing::Party })?;
            if known.admitted.is_some() {
                return Err(Refusal::AlreadyExists {});
            }
            let ascending = roles.windows(2).all(|pair| matches!(pair, [first, second] if first < second));
            if roles.is_empty() || !ascending || !roles.iter().all(|role| role.can_be_granted()) {
                return Err(Refusal::Mismatch { what: Thing::Role });
            }
            if let Some((first, second)) = apart(roles) {
                return Err(Refusal::RolesApart { first, second });
            }
            Ok(vec![Event::PartyAdmitted { party: party.clone(), roles: roles.clone() }])
        }
        Command::ReplaceKey { person, key, proof, countersignature } => {
            let known = registry.persons.get(person).ok_or(Refusal::Unknown { what: Thing::Person })?;
            let taken = registry.keys.contains_key(key) || registry.retired.contains_key(key);
            let centre = registry.centre.as_ref().is_some_and(|centre| centre.key == *key);
            if known.key == *key || taken || centre {
                return Err(Refusal::AlreadyExists {});
            }
            if !verify(key, &key_statement(&given.body.origin, person), proof) {
                return Err(Refusal::Mismatch { what: Thing::Key });
            }
            let heir = succession_statement(&given.body.origin, person, key);
            if countersignature.is_some_and(|word| !verify(&known.key, &heir, &word)) {
                return Err(Refusal::Mismatch { what: Thing::Key });
            }
            Ok(vec![Event::KeyReplaced { person: person.clone(), key: *key }])
        }
        Command::Publish { .. }
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
        | Command::KeepRecord { .. } => Err(Refusal::RulesInvalid {
            path: given.body.procedure.to_string(),
            expected: "a command of the register".to_string(),
        }),
    }
}

/// The first two roles that one party may not have together.
fn apart(roles: &[Role]) -> Option<(Role, Role)> {
    roles.iter().enumerate().find_map(|(place, first)| {
        let second = roles.iter().skip(place).find(|second| !first.goes_with(**second))?;
        Some((*first, *second))
    })
}
