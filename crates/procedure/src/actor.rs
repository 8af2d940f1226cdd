//! Who gave a command: signature, origin, key, roles (journal 3.2). What fails here is rejected, not journaled:
//! nobody the centre knows has said anything.

use alloc::{collections::BTreeSet, string::String, vec::Vec};
use ximu_basics::{PartyId, PersonId, ProcedureId, PublicKey};

use crate::{
    registry::{self, Person, Registry},
    role::Role,
    tender::Tender,
    wire::{Command, CommandBody, SignedCommand, signed::SignedError},
    world::World,
};

/// The id of the register among the procedures of a centre.
pub const REGISTRY: &str = "registry";

/// A command whose author is known.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// What was said.
    pub body: CommandBody,
    /// The signed form.
    pub signed: SignedCommand,
    /// Who said it.
    pub actor: Actor,
}

/// The author of a command.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The person, or the centre's clock, or a holder's service.
    pub person: PersonId,
    /// For whom the person acts; none for clocks, holders, seats and strangers.
    pub party: Option<PartyId>,
    /// The roles it has for this procedure.
    pub roles: BTreeSet<Role>,
    /// A holder's share index, from 1.
    pub holder: Option<u8>,
    /// The key it signed with.
    pub key: PublicKey,
    /// The keys for which that one may act, itself first (journal 7.5); empty when nothing is decided any more.
    pub line: Vec<PublicKey>,
}

/// Why a command is not even considered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// It is not a signed command.
    #[error(transparent)]
    Signed(#[from] SignedError),
    /// It is meant for another log.
    #[error("this command is for the log {found:?}; this is {expected:?}")]
    Origin {
        /// This log.
        expected: String,
        /// The log it names.
        found: String,
    },
    /// No such procedure.
    #[error("no procedure {found} here")]
    Procedure {
        /// The procedure it names.
        found: ProcedureId,
    },
    /// The register does not know the key, or it was replaced.
    #[error("the register does not know the key {key}, or it was replaced")]
    Key {
        /// The key.
        key: PublicKey,
    },
    /// The command belongs to the register, or to a procedure, and was sent to the other.
    #[error("the command {command} is not for the procedure {procedure}")]
    Misplaced {
        /// The command's name.
        command: &'static str,
        /// Where it was sent.
        procedure: ProcedureId,
    },
}

impl Rejection {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Rejection::Signed(SignedError::Signature { .. }) => "signature_invalid",
            Rejection::Signed(SignedError::TooLong { .. }) => "command_too_long",
            Rejection::Signed(SignedError::Version { .. }) => "command_version",
            Rejection::Signed(SignedError::Body(_)) => "command_malformed",
            Rejection::Origin { .. } => "origin_differs",
            Rejection::Procedure { .. } => "procedure_unknown",
            Rejection::Key { .. } => "key_unknown",
            Rejection::Misplaced { .. } => "command_misplaced",
        }
    }
}

/// Checks signature, origin, procedure and key, and finds the author's roles.
///
/// # Errors
/// Every [`Rejection`], in the order of its variants.
pub fn authenticate(world: &World, signed: &SignedCommand) -> Result<Authenticated, Rejection> {
    let body = signed.open()?;
    if body.origin != world.origin {
        return Err(Rejection::Origin { expected: world.origin.clone(), found: body.origin });
    }
    let for_register = body.procedure.as_str() == REGISTRY;
    if for_register != of_register(&body.command) {
        return Err(Rejection::Misplaced { command: body.command.name(), procedure: body.procedure });
    }
    let tender = world.tenders.get(&body.procedure).map(|tender| &**tender);
    if tender.is_none() && !for_register && !matches!(body.command, Command::Publish { .. }) {
        return Err(Rejection::Procedure { found: body.procedure });
    }
    let actor = actor(&world.registry, tender, &signed.key, &body.command)
        .ok_or(Rejection::Key { key: signed.key })?;
    Ok(Authenticated { body, signed: signed.clone(), actor })
}

/// The same for a command that another one carries, in the procedure it is for.
///
/// # Errors
/// [`Rejection::Signed`], [`Rejection::Origin`], [`Rejection::Procedure`], [`Rejection::Key`].
pub(crate) fn authored(
    registry: &Registry,
    tender: &Tender,
    signed: &SignedCommand,
) -> Result<Authenticated, Rejection> {
    let body = signed.open()?;
    if body.origin != tender.origin {
        return Err(Rejection::Origin { expected: tender.origin.clone(), found: body.origin });
    }
    if body.procedure != tender.rules.id {
        return Err(Rejection::Procedure { found: body.procedure });
    }
    let found = actor(registry, Some(tender), &signed.key, &body.command);
    let actor = found.ok_or(Rejection::Key { key: signed.key })?;
    Ok(Authenticated { body, signed: signed.clone(), actor })
}

fn of_register(command: &Command) -> bool {
    matches!(
        command,
        Command::Found { .. }
            | Command::RegisterParty { .. }
            | Command::AdmitParty { .. }
            | Command::ReplaceKey { .. }
    )
}

/// Whether a person's party was admitted only after the publication: an authority that comes then would be of the
/// centre's choosing, for a procedure in which there are people to put out.
fn came_late(registry: &Registry, tender: &Tender, person: &Person) -> bool {
    let admitted = registry.parties.get(&person.party).and_then(|party| party.admitted);
    admitted.is_none_or(|at| at > tender.published)
}

fn actor(registry: &Registry, tender: Option<&Tender>, key: &PublicKey, command: &Command) -> Option<Actor> {
    let mut roles = BTreeSet::from([Role::Visitor]);
    if let Some(retired) = registry.retired.get(key) {
        // Whoever submitted keeps the last word on opening its own bid, whatever an officer did to its key since.
        let opens =
            matches!(command, Command::SignIn {} | Command::Release { .. } | Command::AskRescue { .. });
        let known = registry.persons.get(&retired.person)?;
        let own = tender?.bids.get(&known.party)?.key == *key;
        if !opens || !own || retired.countersigned {
            return None;
        }
        roles.extend(known.roles.iter().copied());
        let (person, party) = (retired.person.clone(), Some(known.party.clone()));
        return Some(Actor { person, party, roles, holder: None, key: *key, line: registry.line_of(key) });
    }
    if let Some((id, person)) = registry.keys.get(key).and_then(|id| Some((id, registry.persons.get(id)?))) {
        roles.extend(person.roles.iter().copied());
        if tender.is_some_and(|tender| came_late(registry, tender, person)) {
            roles.remove(&Role::Supervisor);
        }
        return Some(Actor {
            person: id.clone(),
            party: Some(person.party.clone()),
            roles,
            holder: None,
            key: *key,
            line: registry.line_of(key),
        });
    }
    let person = registry::person_id(key)?;
    let unnamed = |roles, holder| {
        Some(Actor { person, party: None, roles, holder, key: *key, line: Vec::from([*key]) })
    };
    if registry.centre.as_ref().is_some_and(|centre| centre.key == *key) {
        roles.insert(Role::Centre);
        return unnamed(roles, None);
    }
    if let Some(index) = tender.and_then(|tender| tender.holder_index(key)) {
        roles.insert(Role::Holder);
        return unnamed(roles, Some(index));
    }
    if let Some((leaf, seat)) = tender.and_then(|tender| tender.seat_of_key(key)) {
        let delegate = tender.is_some_and(|tender| tender.is_delegate(leaf));
        roles.insert(if delegate { Role::Delegate } else { Role::Evaluator });
        let (person, line) = (seat.person.clone(), Vec::from([*key]));
        return Some(Actor { person, party: None, roles, holder: None, key: *key, line });
    }
    // A question is asked by a key of nobody: who asks is a potential bidder, and who those are is secret (enquiry 2).
    // A seat is taken by a key that nobody knows yet; who vouches for it stands in the command (evaluation 3).
    let stranger_may = matches!(
        command,
        Command::Found { .. }
            | Command::RegisterParty { .. }
            | Command::Ask { .. }
            | Command::TakeSeat { .. }
    );
    if stranger_may { unnamed(roles, None) } else { None }
}
