//! The evaluation report 评标报告 (R53; records 5.4): the committee, its scores, whom it rejected and why, what it
//! corrected, who signed.
//!
//! It is drawn up when the conclusion discloses what the committee did, on the state before it, and kept: a bid that is
//! excluded afterwards changes nothing in what the committee said.

use alloc::{collections::BTreeSet, string::String, sync::Arc, vec::Vec};
use ximu_basics::{Hash, Instant, PartyId};

use super::Form;
use crate::{
    evaluation::{Committee, ScoreAt},
    rules::Criterion,
    tender::Tender,
    wire::{
        Event,
        evaluation::{Conclusion, EvaluationReason, MemberStand},
        record::{
            AbnormalLine, ClarifiedLine, Content, CorrectedLine, CriterionHead, EvaluationReport, MemberLine,
            RejectedLine, ScoresLine,
        },
    },
};

pub(super) const FORM: Form = Form { rests_on, content, bidders };

fn rests_on(_: &Tender, event: &Event) -> bool {
    matches!(
        event,
        Event::Published { .. }
            | Event::DeadlineMoved { .. }
            | Event::Closed { .. }
            | Event::WindowEnded { .. }
            | Event::CoefficientDrawn { .. }
            | Event::BidOpened(_)
            | Event::BidVoided { .. }
            | Event::OpeningCompleted { .. }
            | Event::ExpertsDrawn { .. }
            | Event::ExpertDeclined { .. }
            | Event::SeatTaken { .. }
            | Event::SeatLeft { .. }
            | Event::DelegateReplaced { .. }
            | Event::OutageReported { .. }
            | Event::OutageEnded {}
            | Event::CommitteeDissolved { .. }
            | Event::EvaluationConcluded(_)
            | Event::EvaluationReopened { .. }
            | Event::ScoreCorrected { .. }
            | Event::AbnormalCalled { .. }
            | Event::ScoreJustified { .. }
            | Event::ClarificationAsked { .. }
            | Event::Clarified { .. }
            | Event::RejectionProposed { .. }
            | Event::RejectionVoted { .. }
            | Event::CompetitionVoted { .. }
            | Event::ReportSigned { .. }
            | Event::Dissented { .. }
    )
}

fn content(tender: &Tender) -> Option<Content> {
    // While the committee rechecks there is no report; the one of the round before stands as it was kept.
    let minutes = tender.records.minutes.as_deref().filter(|_| !tender.is_recheck());
    minutes.cloned().map(Content::EvaluationReport)
}

fn bidders(content: &Content) -> BTreeSet<&PartyId> {
    let Content::EvaluationReport(report) = content else { return BTreeSet::new() };
    let scored = report.scores.iter().map(|line| &line.bidder);
    let ranked = report.lines.iter().map(|line| &line.bidder);
    let rejected = report.rejected.iter().map(|line| &line.bidder);
    let asked = report.clarifications.iter().map(|line| &line.bidder);
    scored.chain(ranked).chain(rejected).chain(asked).collect()
}

impl Tender {
    /// Draws the report up when these events conclude the evaluation. The state is the one before them.
    pub(crate) fn minute(&mut self, at: Instant, events: &[Event]) {
        let conclusion = events.iter().find_map(|event| {
            if let Event::EvaluationConcluded(conclusion) = event { Some(conclusion) } else { None }
        });
        let (Some(conclusion), Some(panel)) = (conclusion, self.disclosed_panel()) else { return };
        self.records.minutes = drawn_up(Committee::new(self, panel), conclusion, at).map(Arc::new);
    }
}

fn drawn_up(committee: Committee<'_>, conclusion: &Conclusion, at: Instant) -> Option<EvaluationReport> {
    let report = committee.report()?;
    let places = Places(committee.members());
    let criteria = &committee.rules()?.criteria;
    let head = |one: &Criterion| CriterionHead {
        id: one.id.clone(),
        title: one.title.clone(),
        points: one.points,
        kind: one.kind,
    };
    Some(EvaluationReport {
        concluded: at,
        report: conclusion.report,
        base: report.base,
        members: members(committee, conclusion, &places)?,
        criteria: criteria.iter().map(head).collect(),
        lines: report.lines,
        scores: scores(committee, criteria, &places),
        rejected: rejected(committee, conclusion, &places),
        corrections: corrections(committee, &places),
        abnormal: abnormal(committee, &places),
        clarifications: clarifications(committee),
        competition_lacking: report.competition_lacking,
        round: report.round,
    })
}

/// The members in the order of the committee.
struct Places(Vec<Hash>);

impl Places {
    /// The place of a member, from 1; none of one that was replaced.
    fn of(&self, leaf: &Hash) -> Option<u32> {
        (1_u32..).zip(&self.0).find(|(_, member)| *member == leaf).map(|(place, _)| place)
    }
}

fn members(committee: Committee<'_>, conclusion: &Conclusion, places: &Places) -> Option<Vec<MemberLine>> {
    let dissents = committee.draft().map(|draft| &draft.dissents);
    let line = |member: &MemberStand| {
        let leaf = &member.leaf;
        let seat = committee.tender.evaluation.as_ref()?.seats.get(leaf)?;
        Some(MemberLine {
            member: places.of(leaf)?,
            leaf: *leaf,
            seat: seat.seat.clone(),
            identity: seat.identity.clone(),
            delegate: committee.tender.is_delegate(leaf),
            chair: conclusion.chair == *leaf,
            stand: member.stand,
            opinion: dissents.and_then(|dissents| dissents.get(leaf).cloned()),
        })
    };
    conclusion.members.iter().map(line).collect()
}

fn scores(committee: Committee<'_>, criteria: &[Criterion], places: &Places) -> Vec<ScoresLine> {
    let bidders = committee.tender.evaluated();
    let pairs = bidders.iter().flat_map(|bidder| criteria.iter().map(move |criterion| (bidder, criterion)));
    let line = |(bidder, criterion): (&PartyId, &Criterion)| {
        let score =
            |member: &Hash| committee.panel.scores.get(&ScoreAt::new(member, bidder, &criterion.id)).copied();
        let points = places.0.iter().map(score).collect();
        ScoresLine { bidder: bidder.clone(), criterion: criterion.id.clone(), points }
    };
    pairs.map(line).collect()
}

fn rejected(committee: Committee<'_>, conclusion: &Conclusion, places: &Places) -> Vec<RejectedLine> {
    let lines = conclusion.rejected.iter().map(|one| {
        let (mut words, mut agreed) = (Vec::<String>::new(), BTreeSet::new());
        if let EvaluationReason::Vote { ground } = one.reason {
            let carried = committee.panel.proposals.iter().filter(|proposal| {
                proposal.bidder == one.bidder && proposal.ground == ground && committee.is_carried(proposal)
            });
            for proposal in carried {
                words.push(proposal.reason.clone());
                let votes = proposal.votes.iter().filter(|(_, agree)| **agree);
                agreed.extend(votes.filter_map(|(leaf, _)| places.of(leaf)));
            }
        }
        let (bidder, agreed) = (one.bidder.clone(), agreed.into_iter().collect());
        RejectedLine { bidder, reason: one.reason, words, agreed }
    });
    lines.collect()
}

fn corrections(committee: Committee<'_>, places: &Places) -> Vec<CorrectedLine> {
    let line = |one: &crate::evaluation::Correction| {
        Some(CorrectedLine {
            member: places.of(&one.score.member)?,
            bidder: one.score.bidder.clone(),
            criterion: one.score.criterion.clone(),
            old: one.old,
            new: one.new,
            cause: one.cause,
            words: one.reason.clone(),
        })
    };
    committee.panel.corrections.iter().filter_map(line).collect()
}

fn abnormal(committee: Committee<'_>, places: &Places) -> Vec<AbnormalLine> {
    let called = committee.panel.calls.keys().filter(|score| committee.is_called(score));
    let line = |score: &ScoreAt| {
        Some(AbnormalLine {
            member: places.of(&score.member)?,
            bidder: score.bidder.clone(),
            criterion: score.criterion.clone(),
            words: committee.panel.justified.get(score).cloned(),
        })
    };
    let mut lines: Vec<AbnormalLine> = called.filter_map(line).collect();
    lines.sort_by(|left, right| {
        let key = |line: &AbnormalLine| (line.member, line.bidder.clone(), line.criterion.clone());
        key(left).cmp(&key(right))
    });
    lines
}

fn clarifications(committee: Committee<'_>) -> Vec<ClarifiedLine> {
    let line = |one: &crate::evaluation::Clarification| ClarifiedLine {
        bidder: one.bidder.clone(),
        asked: one.asked.clone(),
        answer: one.answer.clone(),
    };
    committee.panel.clarifications.iter().map(line).collect()
}
