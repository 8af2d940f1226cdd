//! Small things several pages show: proofs, columns of the reading, words for the engine's enums.

use ximu_basics::{Hash, Instant};
use ximu_procedure::{
    Stage,
    rules::ReadOut,
    tender::Failure,
    wire::{
        RecordKind,
        command::{ExclusionGround, Ground, Matter},
        event::{Duty, SetVoid},
    },
};
use ximu_text::Text;

pub use ximu_report::{fault, flag, not_counted, rejected, route, void};

use super::{
    Names,
    status::{Mood, Status},
};
use crate::story::Fact;

/// Where a fact stands in the log and where its proof can be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The leaf's index.
    pub leaf: u64,
    /// The receipt's URL.
    pub href: String,
    /// When it was accepted.
    pub at: Instant,
}

impl Proof {
    /// Of one fact.
    #[must_use]
    pub fn of(fact: &Fact) -> Proof {
        Proof { leaf: fact.leaf, href: receipt_url(&fact.id), at: fact.at }
    }
}

fn receipt_url(id: &Hash) -> String {
    format!("/api/v1/receipts/{id}")
}

/// A column of the reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What it holds.
    pub cell: Cell,
    /// Its heading.
    pub heading: String,
}

/// What a column of the reading holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// The price in digits.
    Price,
    /// The price in words.
    Words,
    /// The bond.
    Bond,
    /// The quality.
    Quality,
    /// The duration.
    Duration,
    /// The project manager.
    Manager,
}

impl Column {
    /// The columns for what is read out, in the order of the rules: the price has two.
    #[must_use]
    pub fn of(t: Text, read_out: &[ReadOut]) -> Vec<Column> {
        let cells = read_out.iter().flat_map(|what| match what {
            ReadOut::Price => vec![Cell::Price, Cell::Words],
            ReadOut::Bond => vec![Cell::Bond],
            ReadOut::Quality => vec![Cell::Quality],
            ReadOut::Duration => vec![Cell::Duration],
            ReadOut::Manager => vec![Cell::Manager],
        });
        cells.map(|cell| Column { cell, heading: cell.heading(t) }).collect()
    }

    /// How its cells are set: numbers to the right, an amount in words on one line.
    #[must_use]
    pub const fn class(&self) -> Option<&'static str> {
        match self.cell {
            Cell::Price | Cell::Bond | Cell::Duration => Some("num"),
            Cell::Words => Some("say"),
            Cell::Quality | Cell::Manager => None,
        }
    }
}

impl Cell {
    fn heading(self, t: Text) -> String {
        match self {
            Cell::Price => t.reading_price(),
            Cell::Words => t.reading_words(),
            Cell::Bond => t.reading_bond(),
            Cell::Quality => t.reading_quality(),
            Cell::Duration => t.reading_duration(),
            Cell::Manager => t.reading_manager(),
        }
    }
}

/// Where a procedure stands, as a status: while it is suspended that alone, whatever the stage.
#[must_use]
pub fn standing(t: Text, stage: Stage, suspended_until: Option<Instant>) -> Status {
    match (suspended_until, stage) {
        (Some(_), _) => Status::new(Mood::Warn, t.stage_suspended()),
        (None, stage) => self::stage(t, stage),
    }
}

fn stage(t: Text, stage: Stage) -> Status {
    match stage {
        Stage::Sealing => Status::new(Mood::Now, t.stage_sealing()),
        Stage::Window => Status::new(Mood::Now, t.stage_window()),
        Stage::Opening => Status::new(Mood::Now, t.stage_opening()),
        Stage::Drawing => Status::new(Mood::Now, t.stage_drawing()),
        Stage::Evaluating => Status::new(Mood::Now, t.stage_evaluating()),
        Stage::Ranking => Status::new(Mood::Now, t.stage_ranking()),
        Stage::Published => Status::new(Mood::Now, t.stage_published()),
        Stage::Awarded => Status::new(Mood::Good, t.stage_awarded()),
        Stage::Failed(Failure::TooFewBids) => Status::new(Mood::Bad, t.stage_too_few()),
        Stage::Failed(Failure::Cancelled) => Status::new(Mood::Bad, t.stage_cancelled()),
        Stage::Failed(Failure::NothingOpened) => Status::new(Mood::Bad, t.stage_nothing_opened()),
        Stage::Failed(Failure::NothingDrawn) => Status::new(Mood::Bad, t.stage_nothing_drawn()),
        Stage::Failed(Failure::NoCandidate) => Status::new(Mood::Bad, t.stage_no_candidate()),
        Stage::Failed(Failure::Annulled) => Status::new(Mood::Bad, t.stage_annulled()),
        Stage::Failed(Failure::Retender) => Status::new(Mood::Bad, t.stage_retender()),
        Stage::Failed(Failure::AllRejected) => Status::new(Mood::Bad, t.stage_all_rejected()),
        Stage::Failed(Failure::CompetitionLacking) => Status::new(Mood::Bad, t.stage_competition_lacking()),
    }
}

/// Why a contribution to a draw does not count.
#[must_use]
pub fn set_void(t: Text, reason: SetVoid) -> String {
    match reason {
        SetVoid::SharesMissing => t.set_void_shares_missing(),
        SetVoid::Unreadable => t.set_void_unreadable(),
        SetVoid::ContextDiffers => t.set_void_context_differs(),
        SetVoid::ManifestUnsigned => t.set_void_manifest_unsigned(),
        SetVoid::EscrowDiffers => t.set_void_escrow_differs(),
        SetVoid::ContentMalformed => t.set_void_content_malformed(),
    }
}

/// What a complaint is about.
#[must_use]
pub fn matter(t: Text, matter: Matter) -> String {
    match matter {
        Matter::Documents => t.matter_documents(),
        Matter::Opening => t.matter_opening(),
        Matter::Candidates => t.matter_candidates(),
        Matter::Conduct => t.matter_conduct(),
    }
}

/// What was not done in time.
#[must_use]
pub fn overdue(t: Text, names: &Names<'_>, duty: &Duty, due: Instant) -> String {
    let due = t.instant(due);
    match duty {
        Duty::Answer { objection } => t.fact_overdue_answer(due, *objection),
        Duty::Contract {} => t.fact_overdue_contract(due),
        Duty::Bond { bidder } => t.fact_overdue_bond(due, names.of(bidder)),
        Duty::Acceptance { complaint } => t.fact_overdue_acceptance(due, *complaint),
        Duty::Decision { complaint } => t.fact_overdue_decision(due, *complaint),
    }
}

/// What a disqualification rests on.
#[must_use]
pub fn ground(t: Text, ground: &Ground) -> String {
    match ground {
        Ground::Objection { objection } => t.ground_objection(*objection),
        Ground::Complaint { complaint } => t.ground_complaint(*complaint),
        Ground::PerformanceBond {} => t.ground_performance_bond(),
    }
}

/// Why a bid is excluded from the ranking.
#[must_use]
pub fn exclusion(t: Text, ground: ExclusionGround) -> String {
    match ground {
        ExclusionGround::Unsigned => t.exclusion_unsigned(),
        ExclusionGround::NoAgreement => t.exclusion_no_agreement(),
        ExclusionGround::Unqualified => t.exclusion_unqualified(),
        ExclusionGround::TwoBids => t.exclusion_two_bids(),
        ExclusionGround::Price => t.exclusion_price(),
        ExclusionGround::Unresponsive => t.exclusion_unresponsive(),
        ExclusionGround::Collusion => t.exclusion_collusion(),
    }
}

/// The title of an official record.
#[must_use]
pub fn record_kind(t: Text, kind: RecordKind) -> String {
    match kind {
        RecordKind::OpeningRecord => t.sheet_opening_record(),
        RecordKind::EvaluationReport => t.sheet_evaluation_report(),
        RecordKind::CandidateNotice => t.sheet_candidate_notice(),
        RecordKind::AwardNotice => t.sheet_award_notice(),
    }
}
