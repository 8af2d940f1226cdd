//! What a member sees, as one value for the page and the command line: the committee, its bids, its scores, and what is
//! this member's to do next. Bids stand in it once the member has declared that it has no conflict.

use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use serde::Serialize;
use ximu_basics::{CriterionId, Decimal, Hash, Instant, Money, PartyId, PublicKey, SetId};
use ximu_procedure::{
    Committee,
    evaluation::{Report, ScoreAt, sheet},
    rules::{Criterion, CriterionKind, Text},
    set,
    tender::StageName,
    wire::evaluation::{CorrectionCause, RejectionGround, Stand},
};

use super::Seen;
use crate::error::BidderError;

/// What is a member's to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    /// Take a seat.
    Sit,
    /// Declare whether there is a conflict.
    Declare,
    /// Vote for a chair.
    Chair,
    /// Give the sheet.
    Sheet,
    /// Correct own scores: members differ on a fact, or a score is outside its points.
    Correct,
    /// Give the reasons for an own score, or correct it: most members call it abnormal, and without reasons the mean of the
    /// others takes its place.
    Justify,
    /// Sign the report, or dissent.
    Sign,
    /// Wait for others.
    Wait,
    /// Nothing more.
    Over,
}

/// What a member sees.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// Where the procedure stands.
    pub stage: StageName,
    /// What is to do next.
    pub next: Next,
    /// Whether everything that the log holds of the committee is at hand.
    pub whole: bool,
    /// How many operations of the committee were looked behind.
    pub operations: u32,
    /// Whose seat the key is.
    pub member: Option<Hash>,
    /// The members, in the order of the committee.
    pub members: Vec<MemberLine>,
    /// The chair.
    pub chair: Option<Hash>,
    /// Whether the committee is constituted.
    pub constituted: bool,
    /// The criteria of the rules.
    pub criteria: Vec<CriterionLine>,
    /// The evaluated bids, ascending; empty before this member has declared.
    pub bids: Vec<BidLine>,
    /// The sheet that is asked of this member.
    pub sheet: Option<SheetLine>,
    /// Whether everything that was sealed is open.
    pub revealed: bool,
    /// Until when the members deliberate.
    pub review_until: Option<Instant>,
    /// Every member's scores, in the order of the bids, the criteria and the committee.
    pub scores: Vec<ScoreLine>,
    /// Corrections, in order.
    pub corrections: Vec<CorrectionLine>,
    /// Requests to clarify, in order.
    pub clarifications: Vec<ClarificationLine>,
    /// Proposals to reject a bid, in order.
    pub proposals: Vec<ProposalLine>,
    /// Whether fewer bids stand than must be there (evaluation 6.6).
    pub few: bool,
    /// Whether this member asked for more time, and whether it was given.
    pub more_time: (bool, bool),
    /// The report that the scores give.
    pub report: Option<Report>,
    /// Its hash.
    pub report_hash: Option<Hash>,
    /// The draft in force.
    pub draft: Option<DraftLine>,
}

/// A member of the committee.
#[derive(Debug, Clone, Serialize)]
pub struct MemberLine {
    /// Which.
    pub leaf: Hash,
    /// Its seat; `None` when it has none now.
    pub seat: Option<String>,
    /// Whether it declared, and whether a conflict.
    pub conflicted: Option<bool>,
    /// Whom it wants as chair.
    pub chair: Option<Hash>,
    /// Whether it must be replaced.
    pub to_replace: bool,
}

/// A criterion.
#[derive(Debug, Clone, Serialize)]
pub struct CriterionLine {
    /// Its id.
    pub id: CriterionId,
    /// What it is.
    pub title: Text,
    /// The most points.
    pub points: Decimal,
    /// Whether opinions may differ.
    pub kind: CriterionKind,
    /// Decimals of a score.
    pub scale: u8,
}

/// An evaluated bid.
#[derive(Debug, Clone, Serialize)]
pub struct BidLine {
    /// Whose.
    pub bidder: PartyId,
    /// Its opened price.
    pub price: Option<Money>,
    /// On which ground the committee has rejected it.
    pub rejected: Option<RejectionGround>,
}

/// A sheet that is asked for.
#[derive(Debug, Clone, Serialize)]
pub struct SheetLine {
    /// The set it goes into.
    pub set: SetId,
    /// For which bidders.
    pub bidders: Vec<PartyId>,
    /// Until when.
    pub until: Option<Instant>,
    /// Whether it was given.
    pub given: bool,
}

/// One score.
#[derive(Debug, Clone, Serialize)]
pub struct ScoreLine {
    /// Whose.
    pub member: Hash,
    /// On whose bid.
    pub bidder: PartyId,
    /// By which criterion.
    pub criterion: CriterionId,
    /// The points.
    pub score: Decimal,
    /// For this member's own scores: the causes for which it may be corrected.
    pub causes: Vec<CorrectionCause>,
    /// How many members call it abnormal.
    pub calls: usize,
    /// Whether this member is one of them.
    pub called: bool,
    /// Whether a majority calls it abnormal.
    pub abnormal: bool,
    /// The reasons that were given for it.
    pub justified: Option<String>,
}

/// A correction.
#[derive(Debug, Clone, Serialize)]
pub struct CorrectionLine {
    /// Whose score.
    pub member: Hash,
    /// On whose bid.
    pub bidder: PartyId,
    /// By which criterion.
    pub criterion: CriterionId,
    /// Before and after.
    pub old: Decimal,
    /// After.
    pub new: Decimal,
    /// Why.
    pub cause: CorrectionCause,
    /// In words.
    pub reason: String,
}

/// A request to clarify.
#[derive(Debug, Clone, Serialize)]
pub struct ClarificationLine {
    /// Whom.
    pub bidder: PartyId,
    /// What was asked.
    pub asked: String,
    /// Until when it may answer.
    pub until: Instant,
    /// The answer.
    pub answer: Option<String>,
}

/// A proposal to reject a bid.
#[derive(Debug, Clone, Serialize)]
pub struct ProposalLine {
    /// Whose bid.
    pub bidder: PartyId,
    /// On which ground.
    pub ground: RejectionGround,
    /// In words.
    pub reason: String,
    /// Votes for it and against it.
    pub votes: (usize, usize),
    /// This member's vote.
    pub mine: Option<bool>,
    /// Whether a majority is for it.
    pub carried: bool,
}

/// A report under the members' eyes.
#[derive(Debug, Clone, Serialize)]
pub struct DraftLine {
    /// Its hash.
    pub report: Hash,
    /// Until when members sign or dissent.
    pub until: Instant,
    /// Who signed or dissented.
    pub stands: BTreeMap<Hash, Stand>,
    /// Other opinions.
    pub dissents: BTreeMap<Hash, String>,
}

impl Seen {
    /// What the holder of this key sees.
    ///
    /// # Errors
    /// [`BidderError::Unknown`] when the log does not have the procedure.
    pub fn view(&self, key: &PublicKey) -> Result<View, BidderError> {
        let committee = self.committee()?;
        let (tender, panel) = (committee.tender, committee.panel);
        let member = self.member(key);
        let declared = member.is_some_and(|member| panel.declared.get(&member) == Some(&None));
        let criteria = committee.rules().map(|rules| rules.criteria.as_slice()).unwrap_or_default();
        let bids = if declared { tender.evaluated() } else { Vec::new() };
        let revealed = declared && committee.is_revealed();
        let report = committee.report().filter(|_| declared);
        Ok(View {
            stage: tender.stage.name(),
            next: next(self, committee, member)?,
            whole: self.is_whole(),
            operations: panel.operations,
            member,
            members: committee.members().iter().map(|leaf| member_line(committee, leaf)).collect(),
            chair: committee.chair(),
            constituted: committee.is_constituted(),
            criteria: criteria.iter().map(criterion_line).collect(),
            scores: if revealed { score_lines(committee, criteria, member) } else { Vec::new() },
            bids: bids
                .into_iter()
                .map(|bidder| BidLine {
                    price: tender.opened.get(&bidder).map(|bid| bid.price),
                    rejected: committee.rejected(&bidder),
                    bidder,
                })
                .collect(),
            sheet: member.filter(|_| declared).and_then(|member| sheet_line(committee, &member)),
            revealed,
            review_until: committee.review_ends(),
            corrections: corrections(committee, declared),
            clarifications: clarifications(committee, declared),
            proposals: proposals(committee, member, declared),
            few: declared && committee.are_few(),
            more_time: (
                member.is_some_and(|member| panel.more_time.contains(&member)),
                committee.is_extended(),
            ),
            report_hash: report.as_ref().and_then(Report::hash),
            report,
            draft: committee.draft().filter(|_| declared).map(|draft| DraftLine {
                report: draft.report,
                until: committee.signing_ends(draft),
                stands: draft.stands.clone(),
                dissents: draft.dissents.clone(),
            }),
        })
    }
}

fn next(seen: &Seen, committee: Committee<'_>, member: Option<Hash>) -> Result<Next, BidderError> {
    let panel = committee.panel;
    match committee.tender.stage.name() {
        StageName::Evaluating | StageName::Drawing => {}
        StageName::Sealing | StageName::Window | StageName::Opening => return Ok(Next::Wait),
        StageName::Ranking | StageName::Published | StageName::Awarded | StageName::Failed => {
            return Ok(Next::Over);
        }
    }
    let Some(member) = member else { return Ok(Next::Sit) };
    match panel.declared.get(&member) {
        None => return Ok(Next::Declare),
        Some(Some(_)) => return Ok(Next::Over),
        Some(None) => {}
    }
    if committee.chair().is_none() && !panel.chair_votes.contains_key(&member) {
        return Ok(Next::Chair);
    }
    if seen.sheet_asked(&member)?.is_some() {
        return Ok(Next::Sheet);
    }
    let own = |(bidder, criterion): &(PartyId, &Criterion)| {
        let score = panel.scores.get(&ScoreAt::new(&member, bidder, &criterion.id));
        score.is_some_and(|score| !sheet::in_range(criterion, *score))
    };
    if committee.is_revealed()
        && (!committee.inconsistent().is_empty() || committee.out_of_range().iter().any(own))
    {
        return Ok(Next::Correct);
    }
    let struck = || {
        let mut own =
            panel.scores.keys().filter(|at| at.member == member && committee.rejected(&at.bidder).is_none());
        own.any(|at| committee.is_abnormal(at))
    };
    // A draft fixes what the sum takes.
    if committee.is_revealed() && committee.draft().is_none() && struck() {
        return Ok(Next::Justify);
    }
    let unsigned = committee.draft().is_some_and(|draft| !draft.stands.contains_key(&member));
    Ok(if unsigned { Next::Sign } else { Next::Wait })
}

fn member_line(committee: Committee<'_>, leaf: &Hash) -> MemberLine {
    let seat = committee.tender.evaluation.as_ref().and_then(|one| one.seats.get(leaf));
    MemberLine {
        leaf: *leaf,
        seat: seat.filter(|seat| seat.key.is_some()).map(|seat| seat.seat.clone()),
        conflicted: committee.panel.declared.get(leaf).map(Option::is_some),
        chair: committee.panel.chair_votes.get(leaf).copied(),
        to_replace: committee.to_replace().contains(leaf),
    }
}

fn criterion_line(criterion: &Criterion) -> CriterionLine {
    CriterionLine {
        id: criterion.id.clone(),
        title: criterion.title.clone(),
        points: criterion.points,
        kind: criterion.kind,
        scale: criterion.scale,
    }
}

fn sheet_line(committee: Committee<'_>, member: &Hash) -> Option<SheetLine> {
    let author = committee.author(member)?;
    let (id, running) = committee.running()?;
    let set::Purpose::Sheets(round) = &running.purpose else { return None };
    let asked = round.asked.iter().find(|asked| asked.by == author)?;
    Some(SheetLine {
        set: id.clone(),
        bidders: asked.bidders.clone(),
        until: Some(round.ends(committee.tender)),
        given: running.contributions.contains_key(&author.id),
    })
}

fn score_lines(committee: Committee<'_>, criteria: &[Criterion], me: Option<Hash>) -> Vec<ScoreLine> {
    let inconsistent = committee.inconsistent();
    let mut lines = Vec::new();
    for bidder in committee.standing() {
        for criterion in criteria {
            for (at, score) in committee.scores(&bidder, criterion) {
                let differs = inconsistent.iter().any(|(of, one)| *of == bidder && one.id == criterion.id);
                let own = me == Some(at.member);
                let causes = [
                    (CorrectionCause::SumError, true),
                    (CorrectionCause::OutOfRange, !sheet::in_range(criterion, score)),
                    (CorrectionCause::InconsistentObjective, differs),
                    (CorrectionCause::Abnormal, committee.is_called(&at)),
                ];
                lines.push(ScoreLine {
                    member: at.member,
                    bidder: bidder.clone(),
                    criterion: criterion.id.clone(),
                    score,
                    causes: causes.into_iter().filter(|(_, is)| *is && own).map(|(cause, _)| cause).collect(),
                    calls: committee.calls(&at).count(),
                    called: committee.calls(&at).any(|by| me == Some(*by)),
                    abnormal: committee.is_called(&at),
                    justified: committee.panel.justified.get(&at).cloned(),
                });
            }
        }
    }
    lines
}

fn corrections(committee: Committee<'_>, declared: bool) -> Vec<CorrectionLine> {
    let all = committee.panel.corrections.iter().filter(|_| declared);
    all.map(|one| CorrectionLine {
        member: one.score.member,
        bidder: one.score.bidder.clone(),
        criterion: one.score.criterion.clone(),
        old: one.old,
        new: one.new,
        cause: one.cause,
        reason: one.reason.clone(),
    })
    .collect()
}

fn clarifications(committee: Committee<'_>, declared: bool) -> Vec<ClarificationLine> {
    let all = committee.panel.clarifications.iter().filter(|_| declared);
    all.map(|one| ClarificationLine {
        bidder: one.bidder.clone(),
        asked: one.asked.to_string(),
        until: committee.answer_ends(one),
        answer: one.answer.clone(),
    })
    .collect()
}

fn proposals(committee: Committee<'_>, me: Option<Hash>, declared: bool) -> Vec<ProposalLine> {
    let all = committee.panel.proposals.iter().filter(|_| declared);
    all.map(|one| {
        let agree = one.votes.values().filter(|agree| **agree).count();
        ProposalLine {
            bidder: one.bidder.clone(),
            ground: one.ground,
            reason: one.reason.to_string(),
            votes: (agree, one.votes.len().saturating_sub(agree)),
            mine: me.filter(|me| one.voted.contains(me)).and_then(|me| one.votes.get(&me).copied()),
            carried: committee.is_carried(one),
        }
    })
    .collect()
}
