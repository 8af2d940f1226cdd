//! What a key can do now, and what there is to choose from: both follow from the log alone (desk 3).

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};
use serde::Serialize;
use serde_json::{Value, json};
use ximu_basics::{Hash, Instant, PartyId, PublicKey};
use ximu_procedure::{
    Tender, World, outcome,
    phase::order::SUSPENSION_DAYS_MAX,
    policy::{self, Row},
    registry::Registry,
    role::Role,
    supervision::ComplaintState,
    wire::command::{Matter, Subject},
};

use super::{
    field::{Field, Kind, List},
    table::{Deed, Place, TABLE},
};

/// One line to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// What stands in the command.
    pub value: String,
    /// The party it is about, whose name a page may know.
    pub party: Option<PartyId>,
    /// Words that say more, each the message `word-<word>`.
    pub words: Vec<&'static str>,
}

/// The words that offers and listings say.
pub const WORDS: &[&str] = &[
    "documents",
    "opening",
    "candidates",
    "conduct",
    "cash",
    "cheque",
    "guarantee",
    "insurance",
    "waiting",
    "admitted",
];

/// What there is to choose from, for the fields of one command.
pub type Offers = BTreeMap<List, Vec<Offer>>;

/// Who gives commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Giver {
    /// The party, when the register knows the key.
    pub party: Option<PartyId>,
    /// Its roles, with that of everybody.
    pub roles: BTreeSet<Role>,
    /// Whether the key is that of a seat of this tender's committee.
    pub is_seat: bool,
}

/// What the log says of a key.
#[must_use]
pub fn giver(registry: &Registry, tender: Option<&Tender>, key: &PublicKey) -> Giver {
    let person = registry.keys.get(key).and_then(|person| registry.persons.get(person));
    let mut roles = person.map(|person| person.roles.clone()).unwrap_or_default();
    roles.insert(Role::Visitor);
    let is_seat = tender.is_some_and(|tender| tender.seat_of_key(key).is_some());
    Giver { party: person.map(|person| person.party.clone()), roles, is_seat }
}

/// The commands that the table of permissions lets this key give now, of the register or of a procedure, wherever they
/// are given.
#[must_use]
pub fn commands_of(world: &World, tender: Option<&Tender>, key: &PublicKey) -> Vec<&'static Deed> {
    let giver = giver(&world.registry, tender, key);
    let lines = TABLE.iter().zip(policy::TABLE);
    lines.filter(|(deed, row)| may(&giver, tender, deed, row)).map(|(deed, _)| deed).collect()
}

fn may(giver: &Giver, tender: Option<&Tender>, deed: &Deed, row: &Row) -> bool {
    if !row.allows(giver.roles.iter().copied()) {
        return false;
    }
    let Some(tender) = tender else {
        // The register; who founds it and who is in it already has nothing to register.
        let is_of_register = row.stages.is_empty() && !["publish", "found"].contains(&row.command);
        return is_of_register && (row.command != "register_party" || giver.party.is_none());
    };
    if !row.stages.contains(&tender.stage.name()) {
        return false;
    }
    let enter = tender.rules.enter();
    let outage = tender.rules.score().is_some_and(|score| score.outage.is_some());
    match row.roles {
        [Role::Tenderer, Role::Agent, ..] => {
            let means = match deed.command {
                "award" => !tender.rules.is_separated(),
                "choose" => tender.rules.is_separated(),
                "dissolve_committee" => tender.outage().is_some(),
                _every_other => true,
            };
            means && giver.party.as_ref() == Some(&tender.rules.tenderer)
        }
        [Role::WitnessOfficer] => outage && (deed.command == "end_outage") == tender.outage().is_some(),
        [Role::QualificationOfficer] => {
            giver.party.is_some() && enter.and_then(|enter| enter.officer.as_ref()) == giver.party.as_ref()
        }
        [Role::BondKeeper] => {
            let keeper = enter.and_then(|enter| enter.bond.as_ref()).map(|bond| &bond.keeper);
            giver.party.is_some() && keeper == giver.party.as_ref()
        }
        [Role::Bidder] if ["apply", "withdraw_application"].contains(&deed.command) => enter.is_some(),
        _every_other => match deed.command {
            "clarify" => tender.is_sitting(),
            "ask" => tender.rules.enquire().is_some(),
            _what_the_table_says => true,
        },
    }
}

/// What there is to choose from in a command's fields.
#[must_use]
pub fn offers(world: &World, tender: Option<&Tender>, deed: &Deed, own: Option<&PartyId>) -> Offers {
    let lists = fields(deed).iter().filter_map(|field| match field.kind {
        Kind::Pick(list) | Kind::Picks(list) | Kind::Grounds(list, _) => Some(list),
        Kind::Text(_)
        | Kind::Line
        | Kind::Number
        | Kind::Amount
        | Kind::Instant
        | Kind::YesNo
        | Kind::Word(_)
        | Kind::Words(_)
        | Kind::FileHash
        | Kind::Contract
        | Kind::Documents
        | Kind::Credentials
        | Kind::Account
        | Kind::Name => None,
    });
    lists.map(|list| (list, lines(&world.registry, tender, list, own))).collect()
}

/// Whether a command has something to choose from wherever it must choose.
#[must_use]
pub fn can_choose(deed: &Deed, offers: &Offers) -> bool {
    fields(deed).iter().all(|field| match field.kind {
        Kind::Pick(list) | Kind::Picks(list) => {
            field.optional
                || field.when != super::When::Always
                || offers.get(&list).is_some_and(|lines| !lines.is_empty())
        }
        Kind::Text(_)
        | Kind::Line
        | Kind::Number
        | Kind::Amount
        | Kind::Instant
        | Kind::YesNo
        | Kind::Word(_)
        | Kind::Words(_)
        | Kind::Grounds(..)
        | Kind::FileHash
        | Kind::Contract
        | Kind::Documents
        | Kind::Credentials
        | Kind::Account
        | Kind::Name => true,
    })
}

/// What a form begins with: what the rules leave no choice about, and what the last instant in force is.
#[must_use]
pub fn presets(tender: &Tender, deed: &Deed, now: Instant) -> BTreeMap<&'static str, Value> {
    let mut presets = BTreeMap::new();
    let local = |instant: Instant| instant.to_string().chars().take(19).collect::<String>();
    match deed.command {
        "amend" => {
            presets.insert("deadline", json!(local(tender.deadline)));
        }
        "propose" => {
            presets.insert("candidates", json!(outcome::candidates(tender)));
        }
        "award" => {
            presets.insert("bidder", json!(outcome::first(tender)));
        }
        "sign_contract" => {
            let price = tender.awarded.as_ref().map(|(_, price)| price.amount().to_string());
            presets.insert("price", json!(price));
        }
        "confirm_bond" => {
            let bond = tender.rules.enter().and_then(|enter| enter.bond.as_ref());
            presets.insert("amount", json!(bond.map(|bond| bond.amount.amount().to_string())));
        }
        "order" | "decide_complaint" => {
            presets.insert("measure.until", json!(local(suspension(tender, now))));
        }
        _nothing_to_begin_with => {}
    }
    presets
}

/// How long a suspension lasts that a form begins with, in the tender's days: short, because it can be renewed and
/// because it lapses by itself (award 5.5).
const SUSPENSION_DAYS: i64 = 3;

/// A person needs longer than a rehearsal's days to read, sign and look at what follows: two minutes.
const SUSPENSION_MS_LEAST: i64 = 120_000;

/// Until when a form proposes to suspend: [`SUSPENSION_DAYS`] more, in a rehearsal at least [`SUSPENSION_MS_LEAST`] from
/// now, and never more than half of what the law lets an order take.
fn suspension(tender: &Tender, now: Instant) -> Instant {
    let days = |days| tender.rules.units().days_ms(days);
    let proposed = tender.suspended_until(now).unwrap_or(now).plus_ms(days(SUSPENSION_DAYS));
    let least = SUSPENSION_MS_LEAST.min(days(SUSPENSION_DAYS_MAX).saturating_div(2));
    proposed.max(now.plus_ms(least))
}

/// The members of a command that the desk gives.
#[must_use]
pub fn fields(deed: &Deed) -> &'static [Field] {
    match deed.place {
        Place::Desk(fields) => fields,
        Place::Elsewhere(_) => &[],
    }
}

fn lines(registry: &Registry, tender: Option<&Tender>, list: List, own: Option<&PartyId>) -> Vec<Offer> {
    match (list, tender) {
        (List::PartiesWaiting, _) => {
            let waiting = registry.parties.iter().filter(|(_, party)| party.admitted.is_none());
            waiting.map(|(id, _)| of_party(id)).collect()
        }
        (List::Persons, _) => registry
            .persons
            .iter()
            .map(|(id, person)| Offer { value: id.to_string(), ..of_party(&person.party) })
            .collect(),
        (List::OtherBidders, _) => registry
            .persons
            .values()
            .filter(|person| person.roles.contains(&Role::Bidder) && Some(&person.party) != own)
            .map(|person| &person.party)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(of_party)
            .collect(),
        (_, Some(tender)) => of_tender(tender, list, own),
        (_, None) => Vec::new(),
    }
}

fn of_tender(tender: &Tender, list: List, own: Option<&PartyId>) -> Vec<Offer> {
    let objections = |wanted: &dyn Fn(&ximu_procedure::enquiry::Objection) -> bool| {
        let all = numbered(&tender.enquiry.objections);
        all.filter(|(_, objection)| wanted(objection))
            .map(|(number, objection)| Offer {
                value: number.to_string(),
                party: Some(objection.by.clone()),
                words: Vec::from([subject(objection.to)]),
            })
            .collect()
    };
    let complaints = |wanted: &dyn Fn(ComplaintState) -> bool| {
        let all = numbered(&tender.supervision.complaints);
        all.filter(|(_, complaint)| wanted(complaint.state))
            .map(|(number, complaint)| Offer {
                value: number.to_string(),
                party: Some(complaint.by.clone()),
                words: Vec::from([matter(complaint.matter)]),
            })
            .collect()
    };
    match list {
        List::QuestionsOpen => numbered(&tender.enquiry.questions)
            .filter(|(_, question)| question.answered.is_none())
            .map(|(number, _)| plain(number.to_string()))
            .collect(),
        List::ObjectionsOpen => objections(&|one| one.answered.is_none()),
        List::ObjectionsUpheld => objections(&|one| one.answered.is_some_and(|(_, upheld)| upheld)),
        List::ObjectionsOwn => objections(&|one| Some(&one.by) == own),
        List::ComplaintsWaiting => complaints(&|state| state == ComplaintState::Made),
        List::ComplaintsAccepted => complaints(&|state| matches!(state, ComplaintState::Accepted { .. })),
        List::ComplaintsUpheld => complaints(&|state| state == ComplaintState::Decided { upheld: true }),
        List::Ranked => {
            let lines = tender.ranking.iter().flat_map(|ranking| &ranking.lines);
            let mut ranked: Vec<&PartyId> = lines.map(|line| &line.party).collect();
            // Where the tenderer chooses, the candidates have no order of their own (award 2.6).
            if tender.rules.is_separated() {
                ranked.sort_unstable();
            }
            ranked.into_iter().map(of_party).collect()
        }
        List::Candidates => tender.candidates.iter().map(of_party).collect(),
        List::Standing => outcome::standing(tender).map(of_party).collect(),
        List::BondsHeld => {
            let listed = tender.list.iter().map(|line| &line.bidder);
            let all: BTreeSet<&PartyId> =
                listed.chain(tender.not_counted.iter().map(|line| &line.bidder)).collect();
            let held = all.into_iter().filter(|party| !tender.conclusion.bonds.contains_key(*party));
            held.map(of_party).collect()
        }
        List::BondKinds => {
            let bond = tender.rules.enter().and_then(|enter| enter.bond.as_ref());
            let kinds = bond.iter().flat_map(|bond| &bond.kinds).map(|kind| kind.as_str());
            kinds.map(|kind| Offer { words: Vec::from([kind]), ..plain(kind.to_string()) }).collect()
        }
        List::Drawn => {
            let members = tender.drawing.iter().flat_map(|drawing| &drawing.members);
            members.map(|member| leaf(&member.leaf)).collect()
        }
        List::Seats => {
            let seats = tender.evaluation.iter().flat_map(|evaluation| &evaluation.seats);
            let taken = seats.filter(|(_, seat)| seat.key.is_some());
            taken.map(|(of, seat)| Offer { value: of.to_string(), ..plain(seat.seat.clone()) }).collect()
        }
        List::Delegates => {
            let delegates = tender.evaluation.iter().flat_map(|evaluation| &evaluation.delegates);
            delegates.map(leaf).collect()
        }
        List::PartiesWaiting | List::Persons | List::OtherBidders => Vec::new(),
    }
}

fn numbered<T>(all: &[T]) -> impl Iterator<Item = (u32, &T)> {
    (1..).zip(all)
}

fn plain(value: String) -> Offer {
    Offer { value, party: None, words: Vec::new() }
}

fn of_party(party: &PartyId) -> Offer {
    Offer { value: party.to_string(), party: Some(party.clone()), words: Vec::new() }
}

fn leaf(leaf: &Hash) -> Offer {
    plain(format!("{leaf}"))
}

fn subject(subject: Subject) -> &'static str {
    match subject {
        Subject::Documents => "documents",
        Subject::Opening => "opening",
        Subject::Candidates => "candidates",
    }
}

fn matter(matter: Matter) -> &'static str {
    match matter {
        Matter::Documents => "documents",
        Matter::Opening => "opening",
        Matter::Candidates => "candidates",
        Matter::Conduct => "conduct",
    }
}
