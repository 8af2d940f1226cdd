//! The record of a tender: the opening, the ranking and the award, each with its place in the log.

use serde::Deserialize;
use ximu_basics::{Instant, PartyId, PersonId, ProcedureId};
use ximu_procedure::{
    method::Mark,
    outcome,
    tender::HolderKey,
    wire::{
        Event, Operation, Outcome,
        event::{BondState, OpenedBid},
    },
};
use ximu_text::Text;

use super::{
    Column, Names, Proof, Status,
    after::{self, Item},
    draws::{self, Draws},
    enquiry::{self, Objection},
    hall, plain,
    seats::{self, Alarm, Seats},
    status::Mood,
    timeline,
};
use crate::{
    host::Host,
    scene::{Fate, Scene, Seat},
    story::Story,
};

/// The record, as far as it has come.
#[derive(Debug, Clone)]
pub struct Record {
    /// The procedure.
    pub id: ProcedureId,
    /// Where it stands.
    pub stage: Status,
    /// How many holders can open.
    pub needed: u8,
    /// The opening list; `None` before CLOSE.
    pub closing: Option<Closing>,
    /// The reading; `None` before it.
    pub reading: Option<Reading>,
    /// Whether bidders have ranks: where evaluation and award are apart (award 2.6), none has.
    pub is_ranked: bool,
    /// The ranking; `None` before it.
    pub ranking: Option<Ranked>,
    /// Coefficients and experts drawn.
    pub draws: Draws,
    /// The seats of the committee, once it works no more.
    pub seats: Seats,
    /// Who tried to sit twice.
    pub alarms: Vec<Alarm>,
    /// The candidates; `None` before they are proposed.
    pub candidates: Option<Candidates>,
    /// Who had a key replaced without its own word while it ran, and when (journal 7.5).
    pub replaced: Vec<(String, Instant)>,
    /// Objections, the newest first.
    pub objections: Vec<Objection>,
    /// The award; `None` before it.
    pub award: Option<Award>,
    /// Giving up, contract, bonds, what is overdue, archives, the newest first.
    pub after: Vec<Item>,
    /// Complaints and orders, the newest first.
    pub supervision: Vec<Item>,
}

/// CLOSE and what it disclosed.
#[derive(Debug, Clone)]
pub struct Closing {
    /// Its entry.
    pub proof: Proof,
    /// Cosigned time of its evidence.
    pub cosigned: Instant,
    /// How many bids are on the list.
    pub listed: usize,
    /// The bonds of the listed bids; empty when the rules ask for none.
    pub bonds: Vec<(String, Status)>,
    /// What was submitted and does not count: name, version, reason.
    pub not_counted: Vec<(String, u32, String)>,
    /// What was refused.
    pub refused: Vec<Refused>,
}

/// A command that was refused.
#[derive(Debug, Clone)]
pub struct Refused {
    /// Who gave it: a name, or that there is none to be told.
    pub who: String,
    /// The id of the party that it was given for.
    pub party: Option<PartyId>,
    /// When.
    pub at: Instant,
    /// What was asked, and why it was refused.
    pub why: String,
}

impl Refused {
    fn new(t: Text, names: &Names<'_>, person: &PersonId, at: Instant, why: String) -> Refused {
        let who = match names.nameless(person) {
            Some(_) => t.nameless(),
            None => names.of_person(person),
        };
        Refused { who, party: names.party(person).cloned(), at, why }
    }
}

/// The reading.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The entry that opened the bids.
    pub proof: Proof,
    /// When.
    pub at: Instant,
    /// The columns.
    pub columns: Vec<Column>,
    /// The bids on the list.
    pub rows: Vec<ReadingRow>,
    /// Holders that called a good share broken, each with the bidder's name.
    pub untrue: Vec<(String, String)>,
    /// Bids that time alone voided: the bidder's name, who called them broken, who was not heard.
    pub unsettled: Vec<(String, String, String)>,
}

/// One bid of the reading.
#[derive(Debug, Clone)]
pub struct ReadingRow {
    /// The bidder's name.
    pub name: String,
    /// The bidder's id, which names its key in the bundle.
    pub party: PartyId,
    /// Where its ciphertext can be had; `None` when it is not disclosed.
    pub envelope: Option<String>,
    /// How it came open, or why not.
    pub status: Status,
    /// The cells; empty when it did not open.
    pub cells: Vec<String>,
    /// Remarks.
    pub remarks: Vec<String>,
}

/// The ranking.
#[derive(Debug, Clone)]
pub struct Ranked {
    /// The base price.
    pub base: Option<String>,
    /// The lines: rank, name, price, score, marks.
    pub lines: Vec<(u32, String, String, String, Vec<String>)>,
    /// The bids without a score: name, price, reason.
    pub rejected: Vec<(String, String, String)>,
}

/// The candidates.
#[derive(Debug, Clone)]
pub struct Candidates {
    /// The entry that proposed them.
    pub proof: Proof,
    /// Their names, best first.
    pub names: Vec<String>,
    /// Until when they are published.
    pub until: Instant,
}

/// The award.
#[derive(Debug, Clone)]
pub struct Award {
    /// Its entry.
    pub proof: Proof,
    /// The winner.
    pub name: String,
    /// The price in digits.
    pub price: String,
    /// The price in words.
    pub words: String,
}

impl Record {
    /// The record of a procedure.
    #[must_use]
    pub fn build(t: Text, host: &dyn Host, id: &ProcedureId, story: &Story) -> Option<Record> {
        let scene = Scene::of(story, None)?;
        let names = Names::new(host);
        Some(Record {
            id: id.clone(),
            stage: plain::standing(t, scene.stage, scene.suspended_until(host.now())),
            needed: scene.rules.escrow.t,
            closing: closing(t, host, id, story, &scene, &names),
            reading: reading(t, host, id, story, &scene, &names),
            is_ranked: !scene.rules.is_separated(),
            ranking: ranking(t, &scene, &names),
            draws: draws::draws(t, story, &scene),
            alarms: seats::alarms(t, story),
            seats: if sits(host, id) { Seats::default() } else { seats::seats(t, story) },
            candidates: candidates(story, &scene, &names),
            replaced: replaced(host, id, &names),
            objections: enquiry::objections(t, story, &names, None),
            award: award(t, story, &scene, &names),
            after: after::after(t, story, &names, None),
            supervision: after::supervision(t, story, &names, None),
        })
    }
}

/// Whether a committee is at work.
fn sits(host: &dyn Host, id: &ProcedureId) -> bool {
    host.view().world.tenders.get(id).is_some_and(|tender| tender.is_panel_open())
}

fn closing(
    t: Text,
    host: &dyn Host,
    id: &ProcedureId,
    story: &Story,
    scene: &Scene,
    names: &Names<'_>,
) -> Option<Closing> {
    let closed = scene.closed?;
    let fact = story.first_with(|event| matches!(event, Event::Closed { .. }))?;
    let not_counted = scene
        .not_counted
        .iter()
        .map(|line| (names.of(&line.bidder), line.version, plain::not_counted(t, line.reason)))
        .collect();
    let hidden = host.operations(id).unwrap_or_default();
    let mut refused: Vec<Refused> =
        hidden.lines().filter_map(|line| refused_operation(t, line, names)).collect();
    let after = story.facts.iter().filter_map(|fact| {
        let refusal = fact.refusal()?;
        if timeline::came_too_late_to_be_needed(story, fact) {
            return None;
        }
        let why = t.refused_because(timeline::command(t, &fact.command), meaning(t, refusal.code()));
        Some(Refused::new(t, names, &fact.actor, fact.at, why))
    });
    refused.extend(after);
    let proof = Proof::of(fact);
    let listed = scene.seats.len();
    Some(Closing {
        proof,
        cosigned: closed.cosigned,
        listed,
        bonds: bonds(t, scene, names),
        not_counted,
        refused,
    })
}

/// Whether the bond of each listed bid stands (enter 6).
fn bonds(t: Text, scene: &Scene, names: &Names<'_>) -> Vec<(String, Status)> {
    let state = |(party, seat): (&PartyId, &Seat)| {
        let status = match seat.line.bond? {
            BondState::Ok => Status::new(Mood::Good, t.bond_ok()),
            BondState::Missing => Status::new(Mood::Bad, t.bond_missing()),
        };
        Some((names.of(party), status))
    };
    scene.seats.iter().filter_map(state).collect()
}

/// A line of the disclosed operations, as far as the record needs it.
#[derive(Deserialize)]
struct OperationLine {
    operation: String,
}

/// An operation of the sealed class that was refused, in words.
fn refused_operation(t: Text, line: &str, names: &Names<'_>) -> Option<Refused> {
    let line: OperationLine = serde_json::from_str(line).ok()?;
    let operation: Operation = serde_json::from_str(&line.operation).ok()?;
    let Outcome::Refusal(refusal) = &operation.outcome else { return None };
    let body = operation.signed.open().ok()?;
    let why = t.refused_because(timeline::command(t, &body.command), meaning(t, refusal.code()));
    Some(Refused::new(t, names, &operation.actor, operation.at, why))
}

fn meaning(t: Text, code: &str) -> String {
    t.named(&format!("code-{code}")).unwrap_or_else(|| code.to_string())
}

fn reading(
    t: Text,
    host: &dyn Host,
    id: &ProcedureId,
    story: &Story,
    scene: &Scene,
    names: &Names<'_>,
) -> Option<Reading> {
    let at = scene.opened?;
    let fact = story.first_with(|event| matches!(event, Event::OpeningCompleted { .. }))?;
    let columns = Column::of(t, &scene.rules.unseal()?.read_out);
    let forms = hall::forms(host, id, scene);
    let rows = scene
        .seats
        .iter()
        .map(|(party, seat)| {
            let envelope = match &seat.fate {
                Fate::Opened(_) | Fate::Voided(_) | Fate::ToOpen(_) => {
                    Some(format!("/api/v1/tenders/{id}/envelopes/{}", seat.line.form))
                }
                Fate::StaysClosed(_) | Fate::Waiting => None,
            };
            let (status, cells, mut remarks) = match &seat.fate {
                Fate::Opened(bid) => opened(t, &columns, bid, forms.get(party)),
                Fate::StaysClosed(fault) => closed_row(plain::fault(t, *fault)),
                Fate::Voided(reason) => closed_row(t.seat_voided(plain::void(t, *reason))),
                Fate::Waiting | Fate::ToOpen(_) => closed_row(t.seat_waiting()),
            };
            remarks.extend(hall::entry_remarks(t, seat));
            ReadingRow { name: names.of(party), party: party.clone(), envelope, status, cells, remarks }
        })
        .collect();
    let (untrue, unsettled) = (untrue(host, id, names), unsettled(t, host, id, names));
    Some(Reading { proof: Proof::of(fact), at, columns, rows, untrue, unsettled })
}

fn opened(
    t: Text,
    columns: &[Column],
    bid: &OpenedBid,
    form: Option<&ximu_procedure::wire::Form>,
) -> (Status, Vec<String>, Vec<String>) {
    let status = Status::new(Mood::Good, plain::route(t, bid.route));
    (status, hall::cells(t, columns, bid, form), hall::remarks(t, bid))
}

const fn closed_row(word: String) -> (Status, Vec<String>, Vec<String>) {
    (Status::new(Mood::Bad, word), Vec::new(), Vec::new())
}

/// Who called a good share broken (opening 5.8).
fn untrue(host: &dyn Host, id: &ProcedureId, names: &Names<'_>) -> Vec<(String, String)> {
    let view = host.view();
    let Some(tender) = view.world.tenders.get(id) else { return Vec::new() };
    let holder = |index: u8| tender.holders.get(usize::from(index).checked_sub(1)?);
    let untrue = outcome::false_answers(tender);
    untrue.filter_map(|(index, bidder)| Some((holder(index)?.name.clone(), names.of(bidder)))).collect()
}

/// Bids that time alone voided, with everybody who may know why (opening 5.9).
fn unsettled(t: Text, host: &dyn Host, id: &ProcedureId, names: &Names<'_>) -> Vec<(String, String, String)> {
    let view = host.view();
    let Some(tender) = view.world.tenders.get(id) else { return Vec::new() };
    let list = |holders: &[&HolderKey]| match holders {
        [] => t.record_none(),
        holders => holders.iter().map(|holder| holder.name.as_str()).collect::<Vec<_>>().join(", "),
    };
    let row = |one: outcome::Unsettled<'_>| (names.of(one.bidder), list(&one.broken), list(&one.unheard));
    outcome::unsettled(tender).map(row).collect()
}

/// Whose key was replaced while the procedure ran, of those who acted in it.
fn replaced(host: &dyn Host, id: &ProcedureId, names: &Names<'_>) -> Vec<(String, Instant)> {
    let view = host.view();
    let Some(tender) = view.world.tenders.get(id) else { return Vec::new() };
    let replaced = view.world.keys_replaced(tender);
    replaced.map(|one| (names.of_person(&one.person), one.at)).collect()
}

fn ranking(t: Text, scene: &Scene, names: &Names<'_>) -> Option<Ranked> {
    let ranking = scene.ranking.as_ref()?;
    let lines = ranking
        .lines
        .iter()
        .map(|line| {
            let marks = line.marks.iter().map(|mark| match mark {
                Mark::AboveCeiling => t.flag_above_ceiling(),
                Mark::Dropped => t.mark_dropped(),
                Mark::OutsideBand => t.mark_outside_band(),
            });
            let (name, price) = (names.of(&line.party), t.money(line.price));
            (line.rank, name, price, line.score.to_string(), marks.collect())
        })
        .collect();
    let rejected = ranking
        .rejected
        .iter()
        .map(|bid| {
            let reason = plain::rejected(t, bid.reason);
            (names.of(&bid.party), t.money(bid.price), reason)
        })
        .collect();
    Some(Ranked { base: ranking.base.map(|base| t.money(base)), lines, rejected })
}

fn candidates(story: &Story, scene: &Scene, names: &Names<'_>) -> Option<Candidates> {
    let (candidates, until) = scene.candidates.as_ref()?;
    // After an upheld objection they are proposed anew.
    let fact = story.last_with(|event| matches!(event, Event::CandidatesProposed { .. }))?;
    let names = candidates.iter().map(|party| names.of(party)).collect();
    Some(Candidates { proof: Proof::of(fact), names, until: *until })
}

fn award(t: Text, story: &Story, scene: &Scene, names: &Names<'_>) -> Option<Award> {
    let (winner, price, _) = scene.awarded.as_ref()?;
    let fact = story.last_with(|event| matches!(event, Event::Awarded { .. }))?;
    Some(Award {
        proof: Proof::of(fact),
        name: names.of(winner),
        price: t.money(*price),
        words: ximu_basics::words::spell(*price),
    })
}
