//! `GET /api/v1/procedures` and `GET /api/v1/tenders/{id}`: the public state, as pages and programs read it.
//!
//! Everything here follows from the public entries. Beats are not counted: when they fall is public, and nothing
//! else about them is.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    extract::{Path, State},
    response::Response,
};
use serde::Serialize;
use ximu_basics::{Hash, Instant, Money, PartyId, PoolId, ProcedureId, Seed, StratumId};
use ximu_office::Trouble;
use ximu_procedure::{
    Stage, Tender,
    enquiry::Objection,
    method::{Coefficients, Ranking},
    rules::{Rules, Text},
    tender::{Failure, StageName},
    wire::{
        command::{Document, Subject},
        evaluation::Conclusion,
        event::{Listed, NotCounted, OpenedBid, StaysClosed, ToOpen, VoidReason},
        identity::IdentityCheck,
    },
};

use super::{canonical, problem::Problem};
use crate::site::Site;

#[derive(Serialize)]
struct Line<'a> {
    id: &'a ProcedureId,
    title: &'a Text,
    tenderer: &'a PartyId,
    preset: &'a str,
    rehearsal: bool,
    published: Instant,
    deadline: Instant,
    stage: StageName,
}

/// Every procedure of the centre, by id.
pub async fn list(State(site): State<Site>) -> Result<Response, Problem> {
    let answer = site.blocking(|site| {
        let view = site.host.view();
        let lines = view.world.tenders.iter().map(|(id, tender)| Line {
            id,
            title: &tender.rules.title,
            tenderer: &tender.rules.tenderer,
            preset: &tender.rules.preset,
            rehearsal: tender.rules.is_rehearsal(),
            published: tender.published,
            deadline: tender.deadline,
            stage: tender.stage.name(),
        });
        canonical(&lines.collect::<Vec<_>>())
    });
    Ok(answer.await?)
}

#[derive(Serialize)]
struct Public<'a> {
    id: &'a ProcedureId,
    genesis: Hash,
    rules: &'a Rules,
    rules_hash: Option<Hash>,
    documents: &'a [Document],
    holders: Vec<Holder<'a>>,
    custody: &'a str,
    published: Instant,
    deadline: Instant,
    stage: StageName,
    failure: Option<&'static str>,
    closed_at: Option<Instant>,
    seed: Option<Seed>,
    window_until: Option<Instant>,
    list: &'a [Listed],
    not_counted: &'a [NotCounted],
    signed_in: &'a BTreeSet<PartyId>,
    released: Vec<&'a PartyId>,
    rescues: &'a BTreeSet<PartyId>,
    to_open: &'a [ToOpen],
    stays_closed: &'a [StaysClosed],
    shares: Vec<&'a str>,
    coefficients: &'a Coefficients,
    experts: Option<Experts<'a>>,
    evaluation: Option<Evaluating<'a>>,
    questions: Vec<Asked>,
    objections: Vec<Objected<'a>>,
    opened: Vec<&'a OpenedBid>,
    voided: &'a BTreeMap<PartyId, VoidReason>,
    ranking: Option<&'a Ranking>,
    candidates: &'a [PartyId],
    candidates_until: Option<Instant>,
    awarded: Option<Awarded<'a>>,
    /// When the newest suspension lapses, or lapsed.
    #[serde(skip_serializing_if = "Option::is_none")]
    suspended_until: Option<Instant>,
    /// Who has its bond back, and when.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    bonds_returned: &'a BTreeMap<PartyId, Instant>,
    /// The contract, once it is signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    contract: Option<Contract>,
    /// SHA-256 of each record sealed for keeping.
    #[serde(skip_serializing_if = "<[Hash]>::is_empty")]
    archives: &'a [Hash],
    /// How many public entries the procedure has.
    entries: u32,
}

#[derive(Serialize)]
struct Holder<'a> {
    name: &'a str,
    key: ximu_basics::PublicKey,
    recipient: &'a str,
}

#[derive(Serialize)]
struct Awarded<'a> {
    bidder: &'a PartyId,
    price: Money,
}

/// What everybody may know of a signed contract.
#[derive(Serialize)]
struct Contract {
    /// The salted commitment to its file (award 3.1).
    commitment: Hash,
    /// When it was signed.
    signed: Instant,
}

/// The draw of the committee's experts: salted leaves, no names.
#[derive(Serialize)]
struct Experts<'a> {
    /// The pool that is to be frozen next.
    due: Option<&'a PoolId>,
    members: Vec<Member<'a>>,
    declined: &'a BTreeSet<Hash>,
}

#[derive(Serialize)]
struct Member<'a> {
    leaf: Hash,
    stratum: &'a StratumId,
    pool: &'a PoolId,
}

/// The public part of an evaluation: who sits where, how much is veiled, and what followed.
#[derive(Serialize)]
struct Evaluating<'a> {
    seats: Vec<Seated<'a>>,
    veils: u32,
    concluded: Option<&'a Conclusion>,
}

#[derive(Serialize)]
struct Seated<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<&'a IdentityCheck>,
    leaf: Hash,
    seat: &'a str,
}

#[derive(Serialize)]
struct Asked {
    number: u32,
    asked: Instant,
    answered: Option<Instant>,
}

#[derive(Serialize)]
struct Objected<'a> {
    number: u32,
    to: Subject,
    by: &'a PartyId,
    against: Option<&'a PartyId>,
    due: Option<Instant>,
    answered: Option<Instant>,
    upheld: Option<bool>,
}

/// One procedure.
pub async fn one(State(site): State<Site>, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = id.parse::<ProcedureId>().map_err(|_| Problem::missing())?;
    let answer = site.blocking(move |site| {
        let view = site.host.view();
        let tender = view.world.tenders.get(&id).ok_or(Trouble::NotFound)?;
        Ok::<_, Trouble>(canonical(&state(&id, tender, view.world.chain(&id).number)))
    });
    Ok(answer.await??)
}

fn state<'a>(id: &'a ProcedureId, tender: &'a Tender, entries: u32) -> Public<'a> {
    Public {
        id,
        genesis: tender.genesis,
        rules: &tender.rules,
        rules_hash: tender.rules.hash().ok(),
        documents: &tender.documents,
        holders: tender
            .holders
            .iter()
            .map(|holder| Holder { name: &holder.name, key: holder.key, recipient: &holder.recipient })
            .collect(),
        custody: &tender.rules.custody,
        published: tender.published,
        deadline: tender.deadline,
        stage: tender.stage.name(),
        failure: failure(tender.stage),
        closed_at: tender.closed_at,
        seed: tender.seed,
        window_until: tender.window_until,
        list: &tender.list,
        not_counted: &tender.not_counted,
        signed_in: &tender.signed_in,
        released: tender.releases.keys().collect(),
        rescues: &tender.rescues,
        to_open: &tender.to_open,
        stays_closed: &tender.stays_closed,
        shares: holders_that_released(tender),
        coefficients: &tender.coefficients,
        experts: experts(tender),
        evaluation: evaluation(tender),
        questions: (1..)
            .zip(&tender.enquiry.questions)
            .map(|(number, question)| Asked { number, asked: question.asked, answered: question.answered })
            .collect(),
        objections: (1..).zip(&tender.enquiry.objections).map(objected).collect(),
        opened: tender.opened.values().collect(),
        voided: &tender.voided,
        ranking: tender.ranking.as_ref(),
        candidates: &tender.candidates,
        candidates_until: tender.candidates_until,
        awarded: tender.awarded.as_ref().map(|(bidder, price)| Awarded { bidder, price: *price }),
        suspended_until: tender.supervision.suspensions.newest().map(|newest| newest.until),
        bonds_returned: &tender.conclusion.bonds,
        contract: tender
            .conclusion
            .contract
            .map(|one| Contract { commitment: one.commitment, signed: one.signed }),
        archives: &tender.conclusion.archives,
        entries,
    }
}

fn experts(tender: &Tender) -> Option<Experts<'_>> {
    let drawing = tender.drawing.as_ref()?;
    let members = drawing.members.iter();
    Some(Experts {
        due: tender.pool_due().map(|pool| &pool.id),
        members: members
            .map(|member| Member { leaf: member.leaf, stratum: &member.stratum, pool: &member.pool })
            .collect(),
        declined: &drawing.declined,
    })
}

fn evaluation(tender: &Tender) -> Option<Evaluating<'_>> {
    let evaluation = tender.evaluation.as_ref()?;
    let seats = evaluation.seats.iter().filter(|(_, seat)| seat.key.is_some());
    Some(Evaluating {
        seats: seats
            .map(|(leaf, seat)| Seated { identity: seat.identity.as_ref(), leaf: *leaf, seat: &seat.seat })
            .collect(),
        veils: u32::try_from(evaluation.veils.len()).unwrap_or(u32::MAX),
        concluded: evaluation.concluded.as_ref().map(|concluded| &concluded.conclusion),
    })
}

fn objected((number, objection): (u32, &Objection)) -> Objected<'_> {
    Objected {
        number,
        to: objection.to,
        by: &objection.by,
        against: objection.against.as_ref(),
        due: objection.due,
        answered: objection.answered.map(|(at, _)| at),
        upheld: objection.answered.map(|(_, upheld)| upheld),
    }
}

fn holders_that_released(tender: &Tender) -> Vec<&str> {
    let numbered = (1_u8..).zip(&tender.holders);
    let released = numbered.filter(|(index, _)| tender.shares.contains_key(index));
    released.map(|(_, holder)| holder.name.as_str()).collect()
}

const fn failure(stage: Stage) -> Option<&'static str> {
    match stage {
        Stage::Failed(Failure::TooFewBids) => Some("too_few_bids"),
        Stage::Failed(Failure::Cancelled) => Some("cancelled"),
        Stage::Failed(Failure::NothingOpened) => Some("nothing_opened"),
        Stage::Failed(Failure::NothingDrawn) => Some("nothing_drawn"),
        Stage::Failed(Failure::NoCandidate) => Some("no_candidate"),
        Stage::Failed(Failure::Annulled) => Some("annulled"),
        Stage::Failed(Failure::Retender) => Some("retender"),
        Stage::Failed(Failure::AllRejected) => Some("all_rejected"),
        Stage::Failed(Failure::CompetitionLacking) => Some("competition_lacking"),
        Stage::Sealing
        | Stage::Window
        | Stage::Opening
        | Stage::Drawing
        | Stage::Evaluating
        | Stage::Ranking
        | Stage::Published
        | Stage::Awarded => None,
    }
}
