//! Phase Enter: whoever means to bid applies; an officer admits, where the rules let somebody; a keeper confirms bonds
//! (enter 3, 4; R26, L22).
//!
//! Every command is of the sealed class. Nobody learns from a refusal who else applied: what would need another party's
//! application to be known is told after CLOSE.

use alloc::{boxed::Box, vec, vec::Vec};
use ximu_basics::{Hash, Instant, Money, PartyId};

use super::{party, text::check_text};
use crate::{
    actor::Authenticated,
    enter::{Application, BondAnswer},
    role::Role,
    rules::{Bond, Enter},
    tender::{SealedState, Tender, Version},
    wire::{
        Command, Event, Refusal,
        command::BondDeclaration,
        refusal::{ApplicationState, Thing},
    },
};

/// Parties that can apply. Fewer than the bidders that one opening can list otherwise: what CLOSE says of each is longer
/// by the bond and the joint venture, and must fit one leaf all the same.
pub const APPLICANTS_MAX: usize = 180;

/// Applications of one party, one after the other: more than anybody needs to mend one.
pub const APPLICATIONS_PER_PARTY_MAX: u32 = 16;

/// Words of the keeper about one application: more than a bond can change.
pub const BOND_ANSWERS_MAX: usize = 16;

/// The longest reason of a refusal, in bytes.
pub const REASON_BYTES_MAX: usize = 2_000;

/// Decides an application; role, stage and time of the class were checked, here as below.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub(super) fn apply(
    tender: &Tender,
    sealed: &SealedState,
    given: &Authenticated,
    at: Instant,
    applying: &Applying<'_>,
) -> Result<Vec<Event>, Refusal> {
    let enter = entered(tender)?;
    check_time(tender, at)?;
    let applicant = party(given)?;
    let number = next_number(sealed, applicant)?;
    check_form(enter, applicant, applying)?;
    let applicant = applicant.clone();
    let admitted =
        enter.officer.is_none().then(|| Event::ApplicationAdmitted { applicant: applicant.clone() });
    Ok(core::iter::once(Event::Applied { applicant, number }).chain(admitted).collect())
}

/// Decides that an application is taken back.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub(super) fn withdraw(
    tender: &Tender,
    sealed: &SealedState,
    given: &Authenticated,
) -> Result<Vec<Event>, Refusal> {
    entered(tender)?;
    let applicant = party(given)?;
    let stands = sealed.applications.get(applicant).is_some_and(Application::stands);
    if !stands {
        return Err(Refusal::Unknown { what: Thing::Application });
    }
    if let Some(version) = standing_bid(sealed, applicant) {
        return Err(Refusal::BidStands { version });
    }
    Ok(vec![Event::ApplicationWithdrawn { applicant: applicant.clone() }])
}

/// Decides that an officer is shown the standing applications, and fixes what is shown.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub(super) fn read(tender: &Tender, sealed: &SealedState) -> Result<Vec<Event>, Refusal> {
    entered(tender)?;
    let listing = sealed.listing().map_err(|_| Refusal::Unknown { what: Thing::Application })?;
    Ok(vec![Event::ApplicationsRead { listing: Hash::of(listing.as_bytes()) }])
}

/// Decides that an applicant is admitted.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub(super) fn admit(
    tender: &Tender,
    sealed: &SealedState,
    applicant: &PartyId,
) -> Result<Vec<Event>, Refusal> {
    entered(tender)?;
    check_waiting(sealed, applicant)?;
    Ok(vec![Event::ApplicationAdmitted { applicant: applicant.clone() }])
}

/// Decides that an application is turned down.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub(super) fn refuse(
    tender: &Tender,
    sealed: &SealedState,
    applicant: &PartyId,
    reason: &str,
) -> Result<Vec<Event>, Refusal> {
    entered(tender)?;
    check_waiting(sealed, applicant)?;
    check_text(reason, REASON_BYTES_MAX)?;
    Ok(vec![Event::ApplicationRefused { applicant: applicant.clone() }])
}

/// Decides that a bond has arrived.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub(super) fn confirm(
    tender: &Tender,
    sealed: &SealedState,
    applicant: &PartyId,
    amount: Money,
    payer: &Hash,
) -> Result<Vec<Event>, Refusal> {
    let bond = check_declared(entered(tender)?, sealed, applicant, payer)?;
    if amount != bond.amount {
        return Err(Refusal::BondDiffers { expected: bond.amount });
    }
    Ok(vec![Event::BondConfirmed { applicant: applicant.clone() }])
}

/// Decides that a bond is not good.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub(super) fn fail(
    tender: &Tender,
    sealed: &SealedState,
    applicant: &PartyId,
    payer: &Hash,
) -> Result<Vec<Event>, Refusal> {
    check_declared(entered(tender)?, sealed, applicant, payer)?;
    Ok(vec![Event::BondFailed { applicant: applicant.clone() }])
}

fn entered(tender: &Tender) -> Result<&Enter, Refusal> {
    tender.rules.enter().ok_or(Refusal::Unknown { what: Thing::Phase })
}

/// An officer or keeper speaks for the party that the rules name, and no other: part of the role.
///
/// # Errors
/// [`Refusal::RoleNotAllowed`].
pub(super) fn check_party(tender: &Tender, given: &Authenticated) -> Result<(), Refusal> {
    let enter = tender.rules.enter();
    let of_officer = matches!(
        given.body.command,
        Command::ReadApplications {} | Command::Admit { .. } | Command::RefuseApplication { .. }
    );
    let of_keeper = matches!(given.body.command, Command::ConfirmBond { .. } | Command::FailBond { .. });
    let (named, role) = match (of_officer, of_keeper) {
        (true, _) => (enter.and_then(|enter| enter.officer.as_ref()), Role::QualificationOfficer),
        (false, true) => {
            (enter.and_then(|enter| enter.bond.as_ref()).map(|bond| &bond.keeper), Role::BondKeeper)
        }
        (false, false) => return Ok(()),
    };
    if named.is_some() && given.actor.party.as_ref() == named {
        return Ok(());
    }
    Err(Refusal::RoleNotAllowed { needs: vec![role] })
}

/// Whoever bids has an admitted application, where there is phase Enter.
///
/// # Errors
/// [`Refusal::ApplicationMissing`].
pub(super) fn check_admitted(tender: &Tender, sealed: &SealedState, bidder: &PartyId) -> Result<(), Refusal> {
    let found = sealed.application_state(bidder);
    if tender.rules.enter().is_none() || found == ApplicationState::Admitted {
        return Ok(());
    }
    Err(Refusal::ApplicationMissing { found })
}

/// What is applied with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Applying<'a> {
    /// Commitments to the documents of qualification.
    pub credentials: &'a [Hash],
    /// The other members of a joint venture.
    pub members: &'a [PartyId],
    /// How the bond is given.
    pub bond: Option<&'a BondDeclaration>,
}

fn check_time(tender: &Tender, at: Instant) -> Result<(), Refusal> {
    match tender.applications_until() {
        Some(until) if at >= until => Err(Refusal::PeriodOver { until, at, article: None }),
        Some(_) | None => Ok(()),
    }
}

/// The party's own count; what the number of others has to do with it is only what one opening can list.
fn next_number(sealed: &SealedState, applicant: &PartyId) -> Result<u32, Refusal> {
    let before = sealed.applications.get(applicant);
    if before.is_some_and(Application::stands) {
        return Err(Refusal::AlreadyExists {});
    }
    let number = before.map_or(0, |before| before.number).saturating_add(1);
    if number > APPLICATIONS_PER_PARTY_MAX {
        return Err(Refusal::TooMany { what: Thing::Application, limit: APPLICATIONS_PER_PARTY_MAX });
    }
    if before.is_none() && sealed.applications.len() >= APPLICANTS_MAX {
        return Err(Refusal::TooMany { what: Thing::Application, limit: APPLICANTS_MAX as u32 });
    }
    Ok(number)
}

/// An application that nobody decides on is admitted by its form alone, so the form is checked whole.
fn check_form(enter: &Enter, applicant: &PartyId, applying: &Applying<'_>) -> Result<(), Refusal> {
    if applying.credentials.len() != enter.credentials.len() {
        return Err(Refusal::Mismatch { what: Thing::Credential });
    }
    if applying.members.len() > usize::try_from(enter.members_max).unwrap_or(usize::MAX) {
        return Err(Refusal::TooMany { what: Thing::Member, limit: enter.members_max });
    }
    let rising = applying.members.is_sorted_by(|left, right| left < right);
    if !rising || applying.members.contains(applicant) {
        return Err(Refusal::Mismatch { what: Thing::Member });
    }
    let fits = match (&enter.bond, applying.bond) {
        (Some(asked), Some(declared)) => asked.kinds.contains(&declared.kind),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    if fits { Ok(()) } else { Err(Refusal::Mismatch { what: Thing::Bond }) }
}

/// The version of a party's bid as far as beats do not matter: the highest that is not void, when it is a bid.
fn standing_bid(sealed: &SealedState, bidder: &PartyId) -> Option<u32> {
    for (number, version) in sealed.histories.get(bidder)?.iter().rev() {
        match version {
            Version::Bid(_) => return Some(*number),
            Version::Withdrawal(_) => return None,
            Version::Void(..) => {}
        }
    }
    None
}

fn check_waiting(sealed: &SealedState, applicant: &PartyId) -> Result<(), Refusal> {
    match sealed.application_state(applicant) {
        ApplicationState::Waiting => Ok(()),
        ApplicationState::Admitted | ApplicationState::Refused => Err(Refusal::AlreadyExists {}),
        ApplicationState::None | ApplicationState::Withdrawn => {
            Err(Refusal::Unknown { what: Thing::Application })
        }
    }
}

/// The keeper names the application by the account that pays. A wrong account and no application are one answer, so
/// that nobody finds out by asking who has applied.
fn check_declared<'a>(
    enter: &'a Enter,
    sealed: &SealedState,
    applicant: &PartyId,
    payer: &Hash,
) -> Result<&'a Bond, Refusal> {
    let unknown = Refusal::Unknown { what: Thing::Application };
    let bond = enter.bond.as_ref().ok_or(unknown.clone())?;
    let application = sealed.applications.get(applicant).filter(|application| application.stands());
    let declared = application.filter(|one| one.bond.is_some_and(|declared| declared.payer == *payer));
    let application = declared.ok_or(unknown)?;
    if application.answers.len() >= BOND_ANSWERS_MAX {
        return Err(Refusal::TooMany { what: Thing::Bond, limit: BOND_ANSWERS_MAX as u32 });
    }
    Ok(bond)
}

impl SealedState {
    /// Applies what was decided about a command of phase Enter.
    pub(super) fn apply_entry(&mut self, given: &Authenticated, beat: u32, event: &Event) {
        if let (Event::Applied { applicant, number }, Command::Apply { credentials, members, bond }) =
            (event, &given.body.command)
        {
            let before = self.applications.remove(applicant).map(Box::new);
            let application = Application {
                number: *number,
                beat,
                before,
                credentials: credentials.clone(),
                members: members.clone(),
                bond: *bond,
                state: ApplicationState::Waiting,
                answers: Vec::new(),
            };
            self.applications.insert(applicant.clone(), application);
        }
        if let Event::ApplicationAdmitted { applicant } = event {
            self.set(applicant, ApplicationState::Admitted);
        }
        if let Event::ApplicationRefused { applicant } = event {
            self.set(applicant, ApplicationState::Refused);
        }
        if let Event::ApplicationWithdrawn { applicant } = event {
            self.set(applicant, ApplicationState::Withdrawn);
        }
        if let Event::BondConfirmed { applicant } = event {
            self.answer_bond(applicant, true, beat);
        }
        if let Event::BondFailed { applicant } = event {
            self.answer_bond(applicant, false, beat);
        }
    }

    fn set(&mut self, applicant: &PartyId, state: ApplicationState) {
        if let Some(application) = self.applications.get_mut(applicant) {
            application.state = state;
        }
    }

    fn answer_bond(&mut self, applicant: &PartyId, is_good: bool, beat: u32) {
        if let Some(application) = self.applications.get_mut(applicant) {
            application.answers.push(BondAnswer { is_good, beat });
        }
    }
}
