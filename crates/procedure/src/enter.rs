//! Applications to bid: what the sealed class keeps of them, and what follows from them (enter).
//!
//! Until CLOSE all of it is hidden: names, number and payments of those who mean to bid are secret (L22). Who may say
//! what, and when, is `phase::enter`.

use alloc::{
    boxed::Box,
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use serde::Serialize;
use ximu_basics::{
    Hash, Instant, PartyId,
    json::{JsonError, to_canonical},
};

use crate::{
    rules::Rules,
    tender::{SealedState, Tender},
    wire::{
        command::BondDeclaration,
        event::{BondState, Listed},
        refusal::ApplicationState,
    },
};

/// A party's application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The party's own count, from 1.
    pub number: u32,
    /// Salted commitments to its documents of qualification, in the order of the rules.
    pub credentials: Vec<Hash>,
    /// The other members of its joint venture.
    pub members: Vec<PartyId>,
    /// How it gives its bond.
    pub bond: Option<BondDeclaration>,
    /// Where it stands.
    pub state: ApplicationState,
    /// What the keeper of bonds said, in order.
    pub answers: Vec<BondAnswer>,
    /// The beat that holds it.
    pub beat: u32,
    /// The party's application before it: the one that counts when this one came in a beat that does not.
    pub before: Option<Box<Application>>,
}

/// One word of the keeper of bonds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BondAnswer {
    /// Whether the bond is good.
    pub is_good: bool,
    /// The beat that holds it.
    pub beat: u32,
}

impl Application {
    /// Whether it waits or is admitted.
    #[must_use]
    pub fn stands(&self) -> bool {
        match self.state {
            ApplicationState::Waiting | ApplicationState::Admitted => true,
            ApplicationState::None | ApplicationState::Refused | ApplicationState::Withdrawn => false,
        }
    }

    /// The party's last application among those whose beat counts.
    fn counting(&self, beats_counted: u32) -> Option<&Application> {
        let mut application = self;
        while application.beat >= beats_counted {
            application = application.before.as_deref()?;
        }
        Some(application)
    }

    /// Whether its bond is good when the first `beats_counted` beats count: the last answer among them says so.
    fn has_bond(&self, beats_counted: u32) -> bool {
        let counts = |answer: &&BondAnswer| answer.beat < beats_counted;
        self.answers.iter().rev().find(counts).is_some_and(|answer| answer.is_good)
    }
}

/// One application as an officer sees it. It has nothing of the bond: who paid the keeper alone knows.
#[derive(Serialize)]
struct Shown<'a> {
    applicant: &'a PartyId,
    credentials: &'a [Hash],
    members: &'a [PartyId],
    number: u32,
    state: ApplicationState,
}

impl SealedState {
    /// What an officer who reads the applications is shown: canonical JSON of a list, ascending by applicant (enter 5).
    ///
    /// # Errors
    /// [`JsonError`]; never for a decided state.
    pub fn listing(&self) -> Result<String, JsonError> {
        let shown: Vec<Shown<'_>> = self
            .applications
            .iter()
            .filter(|(_, application)| application.stands())
            .map(|(applicant, application)| Shown {
                applicant,
                credentials: &application.credentials,
                members: &application.members,
                number: application.number,
                state: application.state,
            })
            .collect();
        Ok(String::from_utf8_lossy(&to_canonical(&shown)?).into_owned())
    }

    /// Where a party's last application stands.
    #[must_use]
    pub fn application_state(&self, party: &PartyId) -> ApplicationState {
        self.applications.get(party).map_or(ApplicationState::None, |application| application.state)
    }

    /// Says of each listed bid what phase Enter left behind: whether its bond stands, where the rules ask for one, and
    /// whether somebody stands behind it and another one.
    pub(crate) fn state_entries(&self, rules: &Rules, list: &mut [Listed], beats_counted: u32) {
        let Some(enter) = rules.enter() else { return };
        let twice = self.twice(list, beats_counted);
        for line in list {
            let application = self.counting_application(&line.bidder, beats_counted);
            let good = application.is_some_and(|one| one.has_bond(beats_counted));
            line.bond = enter.bond.as_ref().map(|_| if good { BondState::Ok } else { BondState::Missing });
            line.twice = twice.contains(&line.bidder);
        }
    }

    fn counting_application(&self, party: &PartyId, beats_counted: u32) -> Option<&Application> {
        self.applications.get(party)?.counting(beats_counted)
    }

    /// The listed bidders whose bid somebody else's shares a party with: as bidder or as a member. All such bids are
    /// void (R37).
    fn twice(&self, list: &[Listed], beats_counted: u32) -> BTreeSet<PartyId> {
        let behind = |bidder: &PartyId| -> BTreeSet<PartyId> {
            let application = self.counting_application(bidder, beats_counted);
            let members = application.map_or(&[][..], |application| &application.members);
            core::iter::once(bidder).chain(members).cloned().collect()
        };
        let groups: Vec<(&PartyId, BTreeSet<PartyId>)> =
            list.iter().map(|line| (&line.bidder, behind(&line.bidder))).collect();
        let mut counts: BTreeMap<&PartyId, u32> = BTreeMap::new();
        for party in groups.iter().flat_map(|(_, group)| group) {
            let count = counts.entry(party).or_default();
            *count = count.saturating_add(1);
        }
        let is_twice = |party: &PartyId| counts.get(party).is_some_and(|count| *count > 1);
        let void = groups.iter().filter(|(_, group)| group.iter().any(is_twice));
        void.map(|(bidder, _)| (*bidder).clone()).collect()
    }
}

impl Tender {
    /// From when on applications are not taken any more, by the deadline in force; `None` without phase Enter, or when
    /// they are taken until the deadline itself.
    #[must_use]
    pub fn applications_until(&self) -> Option<Instant> {
        let days = self.rules.enter()?.applications_to_deadline_days;
        (days > 0).then(|| self.rules.units().days_run_out(self.deadline, days))
    }
}
