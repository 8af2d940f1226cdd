//! A committee in the simulated tender: who sits where, what it declares, seals, votes and signs; and what the centre's
//! clock and the holders do about it.
//!
//! Members are known by their place on the committee, from 0; the key of a seat is that of the label [`seat_label`].

use std::collections::BTreeMap;

use ximu_basics::{Blob, CriterionId, Decimal, Hash, Instant, PartyId, SetId};
use ximu_procedure::{
    evaluation::{PanelStep, sheet},
    registry,
    role::Role,
    set,
    wire::{
        Command,
        evaluation::{CorrectionCause, RejectionGround, SeatCosignature, seat_statement},
        identity::{IdentityCheck, officer_statement},
    },
};

use crate::{
    bidder::{Bid, Bidder},
    centre::{Centre, ORIGIN, TENDER, Timer},
    keys::{Key, seed},
    rules::{PEERS, draw_experts, score},
    sets::{freeze, pool_stratum, shares_of},
};

/// The keeper of the pool that the members come from; also the pool's id.
pub const POOL: &str = "nantong-pool";

/// The witness officer who sees the members sit down.
pub const OFFICER: &str = "officer";

/// Scores of one member: by bidder and criterion.
pub type Scores = BTreeMap<PartyId, BTreeMap<CriterionId, Decimal>>;

/// The label of a member's seat key; `attempt` counts the keys it has had.
#[must_use]
pub fn seat_label(leaf: &Hash, attempt: u32) -> String {
    format!("seat {leaf} {attempt}")
}

/// A tender with its bidders whose committee is drawn.
pub struct Sitting {
    /// The centre.
    pub centre: Centre,
    /// Who bid, in the order of the prices given.
    pub cast: Vec<(Bidder, Bid)>,
    /// How many seat keys each member has had.
    pub attempts: BTreeMap<Hash, u32>,
    /// What is said of how the member at each place was checked; nothing for the places beyond.
    pub identities: Vec<Option<IdentityCheck>>,
}

impl Sitting {
    /// Bids at these prices are opened, four experts are drawn and the tenderer sends one member; nobody sits yet.
    #[must_use]
    pub fn new(prices: &[&str]) -> Sitting {
        Sitting::with(prices, |_| {})
    }

    /// The same with rules changed by `change`.
    #[must_use]
    pub fn with(prices: &[&str], change: impl FnOnce(&mut ximu_procedure::rules::Rules)) -> Sitting {
        Sitting::with_bids(prices, change, |_, _| {})
    }

    /// As [`Sitting::with`]; `spoil` may change what a bidder, by its number, has sealed before it is submitted.
    pub fn with_bids(
        prices: &[&str],
        change: impl FnOnce(&mut ximu_procedure::rules::Rules),
        mut spoil: impl FnMut(usize, &mut Bid),
    ) -> Sitting {
        let mut centre = Centre::new();
        let keeper = centre.register(POOL, &[Role::PoolKeeper]);
        centre.register(OFFICER, &[Role::WitnessOfficer]);
        centre.register("supervisor", &[Role::Supervisor]);
        centre.publish(|rules| {
            draw_experts(rules, &[(POOL, keeper)]);
            score(rules);
            change(rules);
        });
        let cast: Vec<(Bidder, Bid)> = prices
            .iter()
            .enumerate()
            .map(|(number, price)| {
                let bidder = Bidder::register(&mut centre, &format!("bidder-{number}"));
                centre.advance_ms(100);
                let mut bid = bidder.seal(&centre, 1, price, |_| {});
                spoil(number, &mut bid);
                let command = bidder.submission(&mut centre, &bid);
                centre.expect_events(&bidder.label, TENDER, command);
                (bidder, bid)
            })
            .collect();
        let deadline = centre.tender().deadline;
        centre.advance_to(deadline.plus_ms(1));
        for (bidder, bid) in &cast {
            let release = bidder.release(&centre, bid);
            centre.expect_events(&bidder.label, TENDER, release);
        }
        let until = centre.tender().window_until.unwrap();
        centre.advance_to(until);
        let strata = vec![pool_stratum(POOL, "economic", 4), pool_stratum(POOL, "technical", 7)];
        centre.expect_events(POOL, TENDER, freeze(POOL, strata, &[]));
        centre.contribute_all();
        centre.advance_ms(0);
        Sitting { centre, cast, attempts: BTreeMap::new(), identities: Vec::new() }
    }

    /// The leaf of the member at a place.
    #[must_use]
    pub fn member(&self, place: usize) -> Hash {
        self.centre.tender().committee()[place]
    }

    /// The label of the key that signs for the member at a place.
    #[must_use]
    pub fn label(&self, place: usize) -> String {
        let leaf = self.member(place);
        seat_label(&leaf, self.attempts.get(&leaf).copied().unwrap_or_default())
    }

    /// The party of a bidder by its place in the cast.
    #[must_use]
    pub fn bidder(&self, number: usize) -> PartyId {
        self.cast[number].0.party.clone()
    }

    /// The command with which a member takes a seat under a key, vouched for by these.
    #[must_use]
    pub fn seat(&self, leaf: &Hash, label: &str, keeper: &str, officer: &str) -> Command {
        self.seat_checked(leaf, label, (keeper, officer), None)
    }

    /// The same, with what is said of how identity was checked.
    #[must_use]
    pub fn seat_checked(
        &self,
        leaf: &Hash,
        label: &str,
        (keeper, officer): (&str, &str),
        identity: Option<IdentityCheck>,
    ) -> Command {
        let recipient = ximu_sealed::Identity::from_bytes(seed("seat", label)).recipient().to_string();
        let (key, seat) = (Key::of(label).public(), "nantong-1");
        let statement = seat_statement(ORIGIN, TENDER, leaf, &key, &recipient, seat);
        let seen = officer_statement(ORIGIN, TENDER, leaf, &key, (&recipient, seat), identity.as_ref());
        let cosign = |label: &str, said: &[u8]| {
            let key = Key::of(label);
            SeatCosignature { key: key.public(), signature: key.sign(said) }
        };
        let (keeper, officer) = (cosign(keeper, &statement), cosign(officer, &seen));
        let identity = identity.map(Box::new);
        Command::TakeSeat { leaf: *leaf, seat: seat.into(), recipient, keeper, officer, identity }
    }

    /// The member at a place takes a seat, with a new key when it has had one.
    pub fn sit(&mut self, place: usize) {
        let leaf = self.member(place);
        let attempt = self.attempts.get(&leaf).map_or(0, |attempt| attempt + 1);
        self.attempts.insert(leaf, attempt);
        let label = seat_label(&leaf, attempt);
        let keeper = if self.centre.tender().is_delegate(&leaf) { "tenderer" } else { POOL };
        let identity = self.identities.get(place).cloned().flatten();
        let command = self.seat_checked(&leaf, &label, (keeper, OFFICER), identity);
        self.centre.expect_events(&label, TENDER, command);
    }

    /// The member at a place gives a command, which must be accepted.
    pub fn says(&mut self, place: usize, command: Command) {
        let label = self.label(place);
        self.centre.expect_events(&label, TENDER, command);
    }

    /// Every member sits down, declares no conflict and is for the first member as the chair.
    pub fn constitute(&mut self) {
        for place in 0..self.centre.tender().committee().len() {
            self.sit(place);
        }
        let chair = self.member(0);
        for place in 0..self.centre.tender().committee().len() {
            self.says(place, Command::Declare { conflict: None });
            if self.centre.committee().chair().is_none() {
                self.says(place, Command::ChooseChair { chair });
            }
        }
    }

    /// The sheet of the member at a place for exactly what it is asked for: the plan gets `plan` and the number of its
    /// place, the record 8.
    #[must_use]
    pub fn sheet(&self, place: usize, plan: i128) -> Scores {
        let leaf = self.member(place).to_string();
        let set::Purpose::Sheets(round) = &self.centre.panel_now().running().unwrap().1.purpose else {
            panic!("sheets")
        };
        let asked = round.asked.iter().find(|asked| asked.by.name == leaf).unwrap();
        let plan = Decimal::new(plan + i128::try_from(place).unwrap() * 10, 1).unwrap();
        let points: BTreeMap<CriterionId, Decimal> = [("plan", plan), ("record", Decimal::whole(8))]
            .map(|(id, one)| (id.parse().unwrap(), one))
            .into();
        asked.bidders.iter().map(|bidder| (bidder.clone(), points.clone())).collect()
    }

    /// The command that gives a sheet.
    #[must_use]
    pub fn sealed_sheet(&self, place: usize, scores: &Scores) -> Command {
        let content = sheet::write(scores).unwrap();
        self.sealed_content(place, &content)
    }

    /// The command that gives any content in the place of a sheet.
    #[must_use]
    pub fn sealed_content(&self, place: usize, content: &[u8]) -> Command {
        let (set, _) = self.centre.panel_now().running().unwrap();
        let label = self.label(place);
        let key = Key::of(&label);
        let tender = self.centre.tender();
        let author = tender.evaluation.as_ref().unwrap().seats[&self.member(place)].person.clone();
        let fresh = seed("sheet", &format!("{label} {set}"));
        let sign = |message: &[u8]| key.sign(message).0;
        let sealed = set::seal(tender, set, &author, content, &fresh, &key.public(), sign).unwrap();
        Command::Contribute { set: set.clone(), envelope: Blob(sealed) }
    }

    /// Sheets are asked for, every member gives one with these points for the plan, and they are revealed.
    pub fn reveal(&mut self, plan: i128) {
        self.centre.advance_ms(0);
        for place in 0..self.centre.tender().committee().len() {
            let sheet = self.sealed_sheet(place, &self.sheet(place, plan));
            self.says(place, sheet);
        }
        self.centre.advance_ms(0);
    }

    /// The chair fixes the report.
    pub fn draft(&mut self) -> Hash {
        let chair = self.centre.committee().chair().unwrap();
        let place = self.centre.tender().committee().iter().position(|leaf| *leaf == chair).unwrap();
        self.says(place, Command::DraftReport {});
        self.centre.committee().draft().unwrap().report
    }

    /// Everybody signs the report, and the evaluation is concluded.
    pub fn sign_all(&mut self) {
        let report = self.draft();
        for place in 0..self.centre.tender().committee().len() {
            self.says(place, Command::SignReport { report });
        }
        self.centre.advance_ms(0);
    }

    /// From the seats to the conclusion with everything that a report tells: a clarification, a bid that is rejected, a
    /// corrected score, one called abnormal with reasons and one without, a dissent and a member who says nothing.
    pub fn evaluate_with_all(&mut self) {
        let criterion = |id: &str| -> CriterionId { id.parse().unwrap() };
        self.constitute();
        self.reveal(300);
        let (first, second, third) = (self.bidder(0), self.bidder(1), self.bidder(2));
        let ask = Command::AskClarification { bidder: second.clone(), text: "请澄清工期。".into() };
        self.says(0, ask);
        let clarify = Command::Clarify { clarification: 1, text: "工期 180 天不变。".into() };
        self.centre.expect_events("bidder-1", TENDER, clarify);
        let (ground, reason) = (RejectionGround::Unresponsive, "未响应养护期要求。".to_string());
        self.says(1, Command::ProposeRejection { bidder: third, ground, reason });
        for place in [2, 3] {
            self.says(place, Command::VoteRejection { proposal: 1, agree: true, reason: None });
        }
        let score = Decimal::new(335, 1).unwrap();
        let (cause, reason) = (CorrectionCause::SumError, "小计漏加一项。".to_string());
        let (bidder, plan) = (first.clone(), criterion("plan"));
        self.says(2, Command::CorrectScore { bidder, criterion: plan, score, cause, reason });
        for (member, bidder) in [(self.member(4), first.clone()), (self.member(3), second)] {
            for place in 0..3 {
                let (bidder, criterion) = (bidder.clone(), criterion("plan"));
                self.says(place, Command::CallAbnormal { member, bidder, criterion });
            }
        }
        let (criterion, reason) = (criterion("plan"), "方案确有创新。".to_string());
        self.says(4, Command::Justify { bidder: first, criterion, reason });
        let report = self.draft();
        for place in 0..3 {
            self.says(place, Command::SignReport { report });
        }
        self.says(3, Command::Dissent { report, text: "对第三名的否决有不同意见。".into() });
        self.centre.advance_ms(3_001);
    }

    /// From the seats to the conclusion, with nothing unusual in between.
    pub fn evaluate(&mut self) {
        self.constitute();
        self.reveal(300);
        self.sign_all();
    }
}

/// The id of a set of sheets.
#[must_use]
pub fn sheets(number: u32) -> SetId {
    format!("sheets-{number}").parse().unwrap()
}

/// The person id of a seat key.
#[must_use]
pub fn seat_person(label: &str) -> ximu_basics::PersonId {
    registry::person_id(&Key::of(label).public()).unwrap()
}

impl Centre {
    /// What happens next in the evaluation: a holder answers, or the clock goes on.
    pub(crate) fn next_of_committee(&self) -> Option<(Instant, Timer)> {
        let step = self.committee().step();
        if step.as_ref().is_some_and(|(due, _)| *due <= self.now) {
            return Some((self.now, Timer::Panel));
        }
        let gives = |at: &usize| !self.committee().papers_lacking(u8::try_from(at + 1).unwrap()).is_empty();
        if let Some(position) = (0..PEERS.len()).find(|at| self.holding[*at] && gives(at)) {
            return Some((self.now, Timer::Papers(position)));
        }
        let lacks = |index: u8| {
            let mut sets = self.panel_now().sets.values();
            sets.any(|set| {
                !set.is_open() && set::releases(self.tender(), set) && !set.shares.contains_key(&index)
            })
        };
        let next = (0..PEERS.len()).find(|at| self.holding[*at] && lacks(u8::try_from(at + 1).unwrap()));
        match next {
            Some(position) => Some((self.now, Timer::SheetShares(position))),
            None => step.map(|(due, _)| (due, Timer::Panel)),
        }
    }

    pub(crate) fn release_sheets(&mut self, position: usize) {
        let tender = self.tender();
        let open = self.panel_now().live_sets(tender).find(|(_, set)| !set.is_open()).unwrap();
        let command = shares_of(position, open.0, open.1);
        self.expect_events(PEERS[position], TENDER, command);
    }

    pub(crate) fn run_panel_step(&mut self) {
        let command = match self.committee().step().unwrap().1 {
            PanelStep::BeginSheets => Command::BeginSheets {},
            PanelStep::ListSet(set) => Command::ListSet { set },
            PanelStep::OpenSet(set) => Command::OpenSet { set },
            PanelStep::DraftReport => Command::DraftReport {},
            PanelStep::Dissolve => Command::DissolveCommittee { reason: None },
            PanelStep::Conclude => Command::Conclude { seed: self.panel_seed() },
        };
        self.expect_events("centre", TENDER, command);
        self.checkpoint();
    }
}
