//! What the entries told so far have left: what later releases must repeat or rest on.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};
use ximu_basics::{Hash, Instant, Money, PartyId, ProcedureId, SetId};
use ximu_procedure::{
    method::{Coefficients, Ranking, RejectReason},
    outcome,
    rules::Rules,
    wire::{Command, Event, bond::BondState, evaluation::Conclusion},
};

use super::Fact;
use crate::json::Json;

/// A procedure as its entries have told it so far.
pub(super) struct Known {
    pub id: ProcedureId,
    pub genesis: Hash,
    pub rules: Rules,
    pub published: Instant,
    pub deadline: Instant,
    /// The id of the last document of each name, which is the one in force.
    pub documents: BTreeMap<String, String>,
    /// Documents named so far.
    pub documents_named: u32,
    /// What the opening list and the reading told of each bidder.
    pub bids: BTreeMap<PartyId, KnownBid>,
    /// The listed bidders whose bids no method is given (enter 7).
    pub barred: BTreeMap<PartyId, RejectReason>,
    pub roles: BTreeMap<PartyId, BTreeSet<&'static str>>,
    pub coefficients: Coefficients,
    /// Who is struck from the ranking, and why.
    pub struck: BTreeMap<PartyId, RejectReason>,
    /// Objections to the documents that wait for an answer.
    pub waiting: BTreeSet<u32>,
    pub candidates: Vec<PartyId>,
    /// What the committee concluded, where one evaluates.
    pub conclusion: Option<Conclusion>,
    /// With which set each expert was drawn.
    pub experts: BTreeMap<Hash, SetId>,
    /// The release that said last what the tender asks for.
    pub last_notice: Option<String>,
}

/// A bid on the opening list.
pub(super) struct KnownBid {
    pub version: u32,
    pub form: Hash,
    pub price: Option<Money>,
    /// Whether its bond stands; nothing when the rules ask for none.
    pub bond: Option<BondState>,
}

impl Known {
    /// The procedure that this entry publishes; `None` when it publishes none.
    pub fn published(fact: &Fact<'_>) -> Option<Known> {
        let Command::Publish { rules, .. } = fact.command else { return None };
        let genesis = fact.events.iter().find_map(|event| {
            let Event::Published { genesis } = event else { return None };
            Some(*genesis)
        })?;
        let deadline = rules.seal()?.deadline;
        let buyer = BTreeSet::from(["buyer", "procuringEntity"]);
        Some(Known {
            id: rules.id.clone(),
            genesis,
            published: fact.at,
            deadline,
            documents: BTreeMap::new(),
            documents_named: 0,
            bids: BTreeMap::new(),
            barred: BTreeMap::new(),
            roles: BTreeMap::from([(rules.tenderer.clone(), buyer)]),
            coefficients: Coefficients::new(),
            struck: BTreeMap::new(),
            waiting: BTreeSet::new(),
            candidates: Vec::new(),
            experts: BTreeMap::new(),
            conclusion: None,
            last_notice: None,
            rules: rules.clone(),
        })
    }

    /// The id of a bid among the bids of this tender.
    pub fn bid_id(party: &PartyId, version: u32) -> String {
        format!("{party}-{version}")
    }

    /// The id of a bidder's bid on the opening list.
    pub fn listed(&self, party: &PartyId) -> Option<String> {
        Some(Known::bid_id(party, self.bids.get(party)?.version))
    }

    /// The one lot, as a list of ids.
    pub fn lots(&self) -> Option<Json> {
        Some(Json::List([Json::from(self.rules.lot()?.id.to_string())].into()))
    }

    /// When the bids can be read at the earliest: the deadline and the release window.
    pub fn reading(&self) -> Instant {
        let minutes = self.rules.unseal().map_or(0, |unseal| unseal.window_minutes);
        self.deadline.plus_ms(self.rules.units().minutes_ms(minutes))
    }

    /// The ranking of what was read out, by the rules and what was drawn, and as the committee concluded once it has;
    /// without those that are struck. `None` when no bid is left in it.
    pub fn ranking(&self) -> Option<Ranking> {
        let prices: Vec<(PartyId, Money)> =
            self.bids.iter().filter_map(|(party, bid)| Some((party.clone(), bid.price?))).collect();
        let by_price = outcome::rank_bids(&self.rules, &self.barred, &prices, &self.coefficients)?;
        let ranking = match &self.conclusion {
            Some(conclusion) => outcome::concluded(by_price, conclusion)?,
            None => by_price,
        };
        outcome::strike(ranking, &self.struck)
    }

    /// Somebody has a role from now on.
    pub fn grant(&mut self, party: &PartyId, role: &'static str) {
        self.roles.entry(party.clone()).or_default().insert(role);
    }
}
