//! Sheets and what may be changed on them after the reveal (evaluation 5, 6).

use alloc::{vec, vec::Vec};
use ximu_basics::{CriterionId, Decimal, Hash, Instant, PartyId};

use super::{TEXT_BYTES_MAX, declared};
use crate::{
    actor::Authenticated,
    evaluation::{Committee, ScoreAt, sheet},
    phase::text::check_text,
    rules::Criterion,
    wire::{Command, Event, Refusal, evaluation::CorrectionCause, refusal::Thing},
};

/// Decides that sheets are asked for.
pub(super) fn begin(committee: Committee<'_>, at: Instant) -> Result<Vec<Event>, Refusal> {
    let mismatch = Refusal::Mismatch { what: Thing::Committee };
    if !committee.can_begin_sheets() {
        return Err(mismatch);
    }
    let not_before = committee.papers_due().unwrap_or(at);
    if at < not_before {
        return Err(Refusal::TooEarly { not_before, at });
    }
    let set = committee.next_set().ok_or(mismatch)?;
    let minutes = committee.rules().map_or(0, |rules| rules.sheet_minutes);
    let until = at.plus_ms(committee.tender.rules.units().minutes_ms(minutes));
    Ok(vec![Event::SheetsBegun { set, sheets: committee.sheets_missing(), until }])
}

/// One's own score, what it stands at and its criterion; refused when there is none, or the bid is rejected.
fn score<'a>(
    committee: Committee<'a>,
    member: &Hash,
    bidder: &PartyId,
    criterion: &CriterionId,
) -> Result<(ScoreAt, Decimal, &'a Criterion), Refusal> {
    let unknown = Refusal::Unknown { what: Thing::Score };
    let at = ScoreAt::new(member, bidder, criterion);
    let criterion = committee.rules().and_then(|rules| rules.criterion(criterion));
    let score = committee.panel.scores.get(&at).copied();
    let (Some(criterion), Some(score)) = (criterion, score) else { return Err(unknown) };
    if !committee.is_revealed() || !committee.standing().contains(bidder) {
        return Err(unknown);
    }
    Ok((at, score, criterion))
}

/// Decides a correction.
pub(super) fn correct(committee: Committee<'_>, given: &Authenticated) -> Result<Vec<Event>, Refusal> {
    let Command::CorrectScore { bidder, criterion: id, score: new, cause, reason } = &given.body.command
    else {
        return Err(Refusal::Unknown { what: Thing::Score });
    };
    let member = declared(committee, given)?;
    let (at, old, criterion) = score(committee, &member, bidder, id)?;
    let is_cause = match cause {
        CorrectionCause::SumError => true,
        CorrectionCause::OutOfRange => !sheet::in_range(criterion, old),
        CorrectionCause::InconsistentObjective => {
            committee.inconsistent().iter().any(|(of, one)| of == bidder && one.id == *id)
        }
        CorrectionCause::Abnormal => committee.is_called(&at),
    };
    if !is_cause {
        return Err(Refusal::CauseMissing {});
    }
    if !sheet::has_scale(criterion, *new) || !sheet::in_range(criterion, *new) || *new == old {
        return Err(Refusal::Mismatch { what: Thing::Score });
    }
    check_text(reason, TEXT_BYTES_MAX)?;
    let (bidder, criterion) = (bidder.clone(), id.clone());
    Ok(vec![Event::ScoreCorrected { member, bidder, criterion, old, new: *new, cause: *cause }])
}

/// Decides that a member calls another's score abnormal.
pub(super) fn call_abnormal(
    committee: Committee<'_>,
    given: &Authenticated,
    member: &Hash,
    bidder: &PartyId,
    criterion: &CriterionId,
) -> Result<Vec<Event>, Refusal> {
    let by = declared(committee, given)?;
    if committee.rules().is_none_or(|rules| rules.abnormal.is_none()) {
        return Err(Refusal::CauseMissing {});
    }
    if by == *member || !committee.members().contains(member) {
        return Err(Refusal::Unknown { what: Thing::Expert });
    }
    let (at, ..) = score(committee, member, bidder, criterion)?;
    let members = committee.members();
    let calls = committee.panel.calls.get(&at);
    if calls.is_some_and(|calls| calls.contains(&by)) {
        return Err(Refusal::AlreadyExists {});
    }
    let others = calls.into_iter().flatten().filter(|other| members.contains(other)).count();
    let (member, bidder, criterion) = (*member, bidder.clone(), criterion.clone());
    let newly = !committee.is_majority(others) && committee.is_majority(others.saturating_add(1));
    let mut events =
        vec![Event::AbnormalCalled { by, member, bidder: bidder.clone(), criterion: criterion.clone() }];
    if newly {
        events.push(Event::ScoreAbnormal { member, bidder, criterion });
    }
    Ok(events)
}

/// Decides that a member gives reasons for a score that was called abnormal.
pub(super) fn justify(
    committee: Committee<'_>,
    given: &Authenticated,
    bidder: &PartyId,
    criterion: &CriterionId,
    reason: &str,
) -> Result<Vec<Event>, Refusal> {
    let member = declared(committee, given)?;
    let (at, ..) = score(committee, &member, bidder, criterion)?;
    if !committee.is_called(&at) {
        return Err(Refusal::CauseMissing {});
    }
    if committee.panel.justified.contains_key(&at) {
        return Err(Refusal::AlreadyExists {});
    }
    check_text(reason, TEXT_BYTES_MAX)?;
    Ok(vec![Event::ScoreJustified { member, bidder: bidder.clone(), criterion: criterion.clone() }])
}
