//! The stage bar: the steps of a tender, each with its clock and the legal period that binds it.

use ximu_basics::Instant;
use ximu_procedure::{
    Stage,
    rules::{LegalBound, LegalPeriod, LegalRule, LegalUnit, Rules},
    tender::Failure,
};
use ximu_text::Text;

use super::citation::citation;
use crate::scene::Scene;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub state: StepState,
    /// The same in a word, for readers who see no colour.
    pub word: String,
    /// Its instant, when one is known.
    pub at: Option<Instant>,
    /// What the clock says, in words.
    pub when: String,
    /// The legal periods that bind it.
    pub law: Vec<String>,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Over.
    Done,
    /// Now.
    Now,
    /// It would be now, and the procedure is suspended.
    Suspended,
    /// Still to come.
    Next,
    /// It will not happen.
    Never,
}

impl StepState {
    /// Whether it is the current step.
    #[must_use]
    pub fn is_now(self) -> bool {
        matches!(self, StepState::Now | StepState::Suspended)
    }

    /// The class in the stylesheet.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            StepState::Done => "done",
            StepState::Now => "here",
            StepState::Suspended => "held",
            StepState::Next => "next",
            StepState::Never => "never",
        }
    }

    fn word(self, t: Text) -> String {
        match self {
            StepState::Done => t.step_done(),
            StepState::Now => t.step_now(),
            StepState::Suspended => t.stage_suspended(),
            StepState::Next => t.step_next(),
            StepState::Never => t.step_never(),
        }
    }
}

/// The steps of a tender; while it is suspended, the current one says so.
#[must_use]
pub fn steps(t: Text, scene: &Scene, suspended_until: Option<Instant>) -> Vec<Step> {
    let place = Place::of(scene);
    let unseal = scene.rules.unseal();
    let window = unseal.map_or_else(String::new, |unseal| {
        t.step_window_length(span(t, &scene.rules, unseal.window_minutes))
    });
    let mut steps = Vec::new();
    let mut step = |number, name, at: Option<Instant>, unknown: String, laws: &[LegalRule]| {
        let when = at.map_or(unknown, |at| t.instant(at));
        let law = laws.iter().filter_map(|rule| law(t, scene, *rule)).collect();
        let state = match (place.state(number), suspended_until) {
            (StepState::Now, Some(_)) => StepState::Suspended,
            (state, _) => state,
        };
        steps.push(Step { name, state, word: state.word(t), at, when, law });
    };
    step(0, t.step_notice(), Some(scene.published), String::new(), &[LegalRule::DocumentsAvailable]);
    step(1, t.step_deadline(), Some(scene.deadline), String::new(), &[LegalRule::DocumentsToDeadline]);
    step(2, t.step_window(), scene.window_until, window, &[LegalRule::MinimumBids, LegalRule::OpeningWindow]);
    step(3, t.step_reading(), scene.opened, t.step_reading_when(), &[]);
    let published = scene.candidates.as_ref().map(|(_, until)| *until);
    let laws =
        [LegalRule::CandidatesPublished, LegalRule::CandidatesPublishedWithin, LegalRule::CandidatesListed];
    if scene.rules.draw().is_some() {
        let drawn = scene.drawn.filter(|_| scene.stage != Stage::Drawing);
        step(4, t.step_draw(), drawn, t.step_draw_when(), &[]);
    }
    step(5, t.step_candidates(), published, t.step_candidates_when(), &laws);
    let awarded = scene.awarded.as_ref().map(|(_, _, at)| *at);
    step(
        6,
        t.step_award(),
        awarded,
        t.step_award_when(),
        &[LegalRule::ContractSigned, LegalRule::BondsReturned],
    );
    steps
}

/// The step a stage is at, and whether the procedure has ended there.
struct Place {
    at: usize,
    ended: Ended,
}

#[derive(PartialEq, Eq)]
enum Ended {
    Not,
    Well,
    Without,
}

impl Place {
    fn of(scene: &Scene) -> Place {
        let (at, ended) = match scene.stage {
            Stage::Sealing => (1, Ended::Not),
            Stage::Window => (2, Ended::Not),
            Stage::Opening => (3, Ended::Not),
            Stage::Drawing => (4, Ended::Not),
            Stage::Evaluating | Stage::Ranking | Stage::Published => (5, Ended::Not),
            Stage::Awarded => (6, Ended::Well),
            Stage::Failed(Failure::Cancelled) => (1, Ended::Without),
            Stage::Failed(Failure::TooFewBids) => (2, Ended::Without),
            Stage::Failed(Failure::NothingOpened) => (4, Ended::Without),
            // A coefficient is drawn before the reading, experts after it.
            Stage::Failed(Failure::NothingDrawn) if scene.opened.is_none() => (3, Ended::Without),
            Stage::Failed(Failure::NothingDrawn) => (4, Ended::Without),
            Stage::Failed(Failure::NoCandidate) => (6, Ended::Without),
            // An order can come at any step: what has happened by then has happened.
            Stage::Failed(Failure::Annulled | Failure::Retender) if scene.opened.is_some() => {
                (5, Ended::Without)
            }
            Stage::Failed(Failure::Annulled | Failure::Retender) if scene.is_closed() => (2, Ended::Without),
            Stage::Failed(Failure::Annulled | Failure::Retender) => (1, Ended::Without),
            Stage::Failed(Failure::AllRejected | Failure::CompetitionLacking) => (5, Ended::Without),
        };
        Place { at, ended }
    }

    fn state(&self, number: usize) -> StepState {
        match (number.cmp(&self.at), &self.ended) {
            (std::cmp::Ordering::Less, _) | (_, Ended::Well) => StepState::Done,
            (_, Ended::Without) => StepState::Never,
            (std::cmp::Ordering::Equal, Ended::Not) => StepState::Now,
            (std::cmp::Ordering::Greater, Ended::Not) => StepState::Next,
        }
    }
}

/// A length in minutes of the rules, as it lasts here.
#[must_use]
pub fn span(t: Text, rules: &Rules, minutes: i64) -> String {
    t.span(rules.units().minutes_ms(minutes))
}

/// The legal period of a rule with its article, when the rules document states it.
fn law(t: Text, scene: &Scene, rule: LegalRule) -> Option<String> {
    let period = scene.rules.legal.iter().find(|period| period.rule == rule)?;
    Some(t.law_line(citation(t, period), bound(t, period), rule_name(t, rule)))
}

/// A legal number with its bound and unit: `至少 20 日`.
#[must_use]
pub fn bound(t: Text, period: &LegalPeriod) -> String {
    let amount = match period.unit {
        LegalUnit::Day => t.unit_days(period.value),
        LegalUnit::WorkingDay => t.unit_working_days(period.value),
        LegalUnit::Minute => t.unit_minutes(period.value),
        LegalUnit::Count => t.unit_count(period.value),
        LegalUnit::Percent => t.unit_percent(period.value),
        LegalUnit::Third => t.unit_thirds(period.value),
        LegalUnit::Year => t.unit_years(period.value),
    };
    match period.rule.bound() {
        LegalBound::AtLeast => t.bound_at_least(amount),
        LegalBound::AtMost => t.bound_at_most(amount),
    }
}

/// What a legal rule is about.
#[must_use]
pub fn rule_name(t: Text, rule: LegalRule) -> String {
    match rule {
        LegalRule::DocumentsToDeadline => t.legal_documents_to_deadline(),
        LegalRule::DocumentsAvailable => t.legal_documents_available(),
        LegalRule::AmendmentToDeadline => t.legal_amendment_to_deadline(),
        LegalRule::ObjectionToDeadline => t.legal_objection_to_deadline(),
        LegalRule::ObjectionAnswered => t.legal_objection_answered(),
        LegalRule::BidBond => t.legal_bid_bond(),
        LegalRule::MinimumBids => t.legal_minimum_bids(),
        LegalRule::OpeningWindow => t.legal_opening_window(),
        LegalRule::CommitteeMembers => t.legal_committee_members(),
        LegalRule::CommitteeExperts => t.legal_committee_experts(),
        LegalRule::CommitteeDelegates => t.legal_committee_delegates(),
        LegalRule::CandidatesListed => t.legal_candidates_listed(),
        LegalRule::CandidatesPublishedWithin => t.legal_candidates_published_within(),
        LegalRule::CandidatesPublished => t.legal_candidates_published(),
        LegalRule::ExpertsNamedWithin => t.legal_experts_named_within(),
        LegalRule::ContractSigned => t.legal_contract_signed(),
        LegalRule::PerformanceBond => t.legal_performance_bond(),
        LegalRule::BondsReturned => t.legal_bonds_returned(),
        LegalRule::ComplaintMade => t.legal_complaint_made(),
        LegalRule::ComplaintAccepted => t.legal_complaint_accepted(),
        LegalRule::ComplaintDecided => t.legal_complaint_decided(),
        LegalRule::ChallengeFiled => t.legal_challenge_filed(),
        LegalRule::ChallengeAnswered => t.legal_challenge_answered(),
        LegalRule::RecordsKept => t.legal_records_kept(),
    }
}
