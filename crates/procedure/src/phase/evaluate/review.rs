//! Clarifications, rejections, competition, the report and its signatures (evaluation 6-8; L42, R51-R53).

use alloc::{vec, vec::Vec};
use ximu_basics::{Hash, Instant, PartyId};

use super::{TEXT_BYTES_MAX, declared, next_number};
use crate::{
    actor::Authenticated,
    evaluation::{Committee, Draft},
    phase::{party, text::check_text},
    role::Role,
    wire::{Event, Refusal, evaluation::RejectionGround, refusal::Thing},
};

/// Requests to clarify of one evaluation.
pub const CLARIFICATIONS_MAX: u32 = 1_000;

/// Proposals to reject a bid of one evaluation: seven grounds of two hundred bids.
pub const PROPOSALS_MAX: u32 = 1_400;

/// Decides a request to clarify: by the chair, for the committee (R52).
pub(super) fn ask(
    committee: Committee<'_>,
    given: &Authenticated,
    at: Instant,
    bidder: &PartyId,
    text: &str,
) -> Result<Vec<Event>, Refusal> {
    let member = declared(committee, given)?;
    check_chair(committee, &member)?;
    if !committee.standing().contains(bidder) {
        return Err(Refusal::Unknown { what: Thing::Bid });
    }
    check_text(text, TEXT_BYTES_MAX)?;
    let asked = committee.panel.clarifications.len();
    let clarification = next_number(asked, CLARIFICATIONS_MAX, Thing::Clarification)?;
    let minutes = committee.rules().map_or(0, |rules| rules.clarify_minutes);
    let until = at.plus_ms(committee.tender.rules.units().minutes_ms(minutes));
    Ok(vec![Event::ClarificationAsked { clarification, bidder: bidder.clone(), until }])
}

fn check_chair(committee: Committee<'_>, member: &Hash) -> Result<(), Refusal> {
    if committee.chair() == Some(*member) {
        return Ok(());
    }
    Err(Refusal::RoleNotAllowed { needs: vec![Role::Evaluator] })
}

/// Decides a bidder's answer. It is words: what was opened stays what is scored.
pub(super) fn clarify(
    committee: Committee<'_>,
    given: &Authenticated,
    at: Instant,
    number: u32,
    text: &str,
) -> Result<Vec<Event>, Refusal> {
    let unknown = Refusal::Unknown { what: Thing::Clarification };
    let place = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    let asked = place.and_then(|place| committee.panel.clarifications.get(place));
    let asked = asked.filter(|asked| committee.is_own(asked.committee)).ok_or(unknown.clone())?;
    if *party(given)? != asked.bidder {
        return Err(unknown);
    }
    let until = committee.answer_ends(asked);
    if at > until {
        return Err(Refusal::WindowOver { until, at });
    }
    if asked.answer.is_some() {
        return Err(Refusal::AlreadyExists {});
    }
    check_text(text, TEXT_BYTES_MAX)?;
    Ok(vec![Event::Clarified { clarification: number }])
}

/// Decides a proposal to reject a bid; who proposes votes for it.
pub(super) fn propose(
    committee: Committee<'_>,
    given: &Authenticated,
    bidder: &PartyId,
    ground: RejectionGround,
    reason: &str,
) -> Result<Vec<Event>, Refusal> {
    let member = declared(committee, given)?;
    if !committee.standing().contains(bidder) {
        return Err(Refusal::Unknown { what: Thing::Bid });
    }
    let proposals = &committee.panel.proposals;
    if proposals.iter().any(|one| one.bidder == *bidder && one.ground == ground) {
        return Err(Refusal::AlreadyExists {});
    }
    check_text(reason, TEXT_BYTES_MAX)?;
    let proposal = next_number(proposals.len(), PROPOSALS_MAX, Thing::Proposal)?;
    let mut events = vec![
        Event::RejectionProposed { proposal, bidder: bidder.clone(), ground },
        Event::RejectionVoted { proposal, member, agree: true },
    ];
    if committee.is_majority(1) {
        events.push(Event::BidRejected { proposal, bidder: bidder.clone() });
    }
    Ok(events)
}

/// Decides a vote on a proposal; each member has one in each round.
pub(super) fn vote(
    committee: Committee<'_>,
    given: &Authenticated,
    number: u32,
    agree: bool,
    reason: Option<&str>,
) -> Result<Vec<Event>, Refusal> {
    let member = declared(committee, given)?;
    let place = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    let proposal = place.and_then(|place| committee.panel.proposals.get(place));
    let proposal = proposal.ok_or(Refusal::Unknown { what: Thing::Proposal })?;
    if proposal.voted.contains(&member) {
        return Err(Refusal::AlreadyExists {});
    }
    if let Some(reason) = reason {
        check_text(reason, TEXT_BYTES_MAX)?;
    }
    let mut after = proposal.clone();
    after.votes.insert(member, agree);
    let mut events = vec![Event::RejectionVoted { proposal: number, member, agree }];
    if committee.is_carried(&after) && !committee.is_carried(proposal) {
        events.push(Event::BidRejected { proposal: number, bidder: proposal.bidder.clone() });
    }
    Ok(events)
}

/// Decides a vote on whether competition is lacking. Only when too few bids are left is there a question.
pub(super) fn vote_competition(
    committee: Committee<'_>,
    given: &Authenticated,
    lacking: bool,
    reason: &str,
) -> Result<Vec<Event>, Refusal> {
    let member = declared(committee, given)?;
    if !committee.are_few() {
        return Err(Refusal::CauseMissing {});
    }
    if committee.panel.lacking.get(&member) == Some(&lacking) {
        return Err(Refusal::AlreadyExists {});
    }
    check_text(reason, TEXT_BYTES_MAX)?;
    Ok(vec![Event::CompetitionVoted { member, lacking }])
}

/// Decides that the report is fixed: by the chair at any time, by the clock when the time to deliberate is over.
pub(super) fn draft(
    committee: Committee<'_>,
    given: &Authenticated,
    at: Instant,
) -> Result<Vec<Event>, Refusal> {
    let mismatch = Refusal::Mismatch { what: Thing::Committee };
    if given.actor.roles.contains(&Role::Centre) {
        let not_before = committee.review_ends().unwrap_or(at);
        if at < not_before {
            return Err(Refusal::TooEarly { not_before, at });
        }
    } else {
        check_chair(committee, &declared(committee, given)?)?;
    }
    if let Some(until) = committee.clarified_from().filter(|until| at <= *until) {
        return Err(Refusal::TooEarly { not_before: until.plus_ms(1), at });
    }
    let report = committee.report().and_then(|report| report.hash()).ok_or(mismatch)?;
    if committee.draft().is_some() {
        return Err(Refusal::AlreadyExists {});
    }
    let minutes = committee.rules().map_or(0, |rules| rules.sign_minutes);
    let until = at.plus_ms(committee.tender.rules.units().minutes_ms(minutes));
    Ok(vec![Event::ReportDrafted { report, until }])
}

/// Decides a signature, or with a text another opinion. One word a member: what was signed is not taken back.
pub(super) fn sign(
    committee: Committee<'_>,
    given: &Authenticated,
    at: Instant,
    report: &Hash,
    dissent: Option<&str>,
) -> Result<Vec<Event>, Refusal> {
    let member = declared(committee, given)?;
    let draft: &Draft = committee.draft().ok_or(Refusal::Mismatch { what: Thing::Committee })?;
    if *report != draft.report {
        return Err(Refusal::ReportDiffers { expected: draft.report });
    }
    let until = committee.signing_ends(draft);
    if at > until {
        return Err(Refusal::WindowOver { until, at });
    }
    if draft.stands.contains_key(&member) {
        return Err(Refusal::AlreadyExists {});
    }
    match dissent {
        Some(text) => {
            check_text(text, TEXT_BYTES_MAX)?;
            Ok(vec![Event::Dissented { member }])
        }
        None => Ok(vec![Event::ReportSigned { member }]),
    }
}
