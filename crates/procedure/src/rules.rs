//! The rules document in its canonical form (rules 4): everything a procedure's outcome depends on.
//!
//! A rules document is data: the engine decides by it, the verifier re-decides by it, and its hash stands in the
//! procedure's first entry. Here are its types; `validate` says what a document may say, `schedule` derives the
//! beats. The TOML that people write is not here (`ximu-rulebook`), nor the holders' epoch keys and the policy,
//! which the first entry adds.

pub mod coefficient;
pub mod fault;
pub mod legal;
pub mod pack;
pub mod periods;
pub mod phases;
pub mod schedule;
pub mod score;
pub mod validate;

#[cfg(test)]
pub(crate) mod sample;

pub use coefficient::CoefficientSet;
pub use fault::{RuleCode, RuleFault};
pub use legal::{LegalBound, LegalPeriod, LegalRule, LegalUnit};
pub use pack::Pack;
pub use phases::{
    Award, Bond, BondKind, Draw, Enquire, Enter, ExpertShare, FaultState, Notice, Phase, PhaseKind, Pool,
    ReadOut, Seal, StratumSeats, Unseal,
};
pub use schedule::{BeatStep, Beats};
pub use score::{AbnormalRule, Criterion, CriterionKind, MeanDrop, OutageRule, Score, ScoreTies};

use alloc::{boxed::Box, string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use ximu_basics::{
    Hash, LotId, Money, PartyId, ProcedureId,
    json::{JsonError, to_canonical},
};

use crate::calendar::{REAL, Units, WorkingDays};

/// The version of the document's form.
pub const RULES_VERSION: u32 = 1;

/// The version of the engine's meaning. Released semantics never change; a new meaning is a new number.
pub const SEMANTICS: u32 = 1;

/// A procedure's rules, complete: nothing is left to a default of the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The form's version, [`RULES_VERSION`].
    pub v: u32,
    /// The engine's semantic version, [`SEMANTICS`].
    pub semantics: u32,
    /// The procedure's id.
    pub id: ProcedureId,
    /// The preset the document was made from; for readers only, nothing is looked up by it.
    pub preset: String,
    /// What is procured, in one line.
    pub title: Text,
    /// What is procured, in a paragraph.
    pub description: Text,
    /// The unit map of a rehearsal; `null` for a real procedure.
    pub sandbox: Option<Units>,
    /// The lots 标段; exactly one in this version.
    pub lots: Vec<Lot>,
    /// Who invites bids 招标人.
    pub tenderer: PartyId,
    /// The peer that keeps the second copy of every envelope before it is acknowledged.
    pub custody: String,
    /// Who holds shares of the envelopes' keys, and what they may open.
    pub escrow: Escrow,
    /// When beats fall.
    pub beats: Beats,
    /// The law it stands under; the member is absent where what must stand follows from the phases alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack: Option<Box<Pack>>,
    /// The tables of holidays and make-up days; the member is absent when there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<WorkingDays>,
    /// The law's numbers that bind this procedure, each with its source and date, in the order of [`LegalRule`].
    pub legal: Vec<LegalPeriod>,
    /// The coefficients that are drawn after the deadline; the member is absent when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coefficients: Vec<CoefficientSet>,
    /// The phases, in order.
    pub phases: Vec<Phase>,
}

/// A text in the two languages of the place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A lot 标段.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lot {
    /// Its id within the procedure.
    pub id: LotId,
    /// What it is.
    pub title: Text,
    /// The ceiling price 最高投标限价, published (Implementing Regulations, article 27).
    pub ceiling: Money,
    /// The tenderer's estimate 估算价.
    pub estimate: Money,
}

/// The share holders 份额持有方: any `t` of the `n` together can open an envelope, fewer learn nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escrow {
    /// How many holders open together.
    pub t: u8,
    /// How many holders there are.
    pub n: u8,
    /// The holders' names, `n` of them, in share order; none of them is the host.
    pub holders: Vec<String>,
    /// Which unreleased bids the holders open in the window.
    pub opens: EscrowOpens,
}

/// Which unreleased bids the holders open (trust 2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EscrowOpens {
    /// Every listed bid: silence costs nothing.
    All,
    /// Those whose bidder asked for rescue inside the window.
    WhoAsked,
    /// None: only released bids open.
    None,
}

impl Rules {
    /// The canonical bytes, which are what is stored, signed and hashed.
    ///
    /// # Errors
    /// [`JsonError`] when a number is too large for canonical JSON; a validated document has none.
    pub fn canonical(&self) -> Result<Vec<u8>, JsonError> {
        to_canonical(self)
    }

    /// SHA-256 of the canonical bytes.
    ///
    /// # Errors
    /// Those of [`Rules::canonical`].
    pub fn hash(&self) -> Result<Hash, JsonError> {
        Ok(Hash::of(&self.canonical()?))
    }

    /// How long a day, a minute and a beat second last here.
    #[must_use]
    pub fn units(&self) -> Units {
        self.sandbox.unwrap_or(REAL)
    }

    /// Whether this is a rehearsal.
    #[must_use]
    pub fn is_rehearsal(&self) -> bool {
        self.sandbox.is_some()
    }

    /// The one lot; `None` only in a document that does not validate.
    #[must_use]
    pub fn lot(&self) -> Option<&Lot> {
        self.lots.first()
    }

    /// The parameters of phase Notice.
    #[must_use]
    pub fn notice(&self) -> Option<&Notice> {
        self.phases.iter().find_map(|phase| match phase {
            Phase::Notice(notice) => Some(notice),
            Phase::Enquire(_)
            | Phase::Enter(_)
            | Phase::Seal(_)
            | Phase::Unseal(_)
            | Phase::Draw(_)
            | Phase::Score(_)
            | Phase::Award(_) => None,
        })
    }

    /// The parameters of phase Enquire; `None` when the procedure does without.
    #[must_use]
    pub fn enquire(&self) -> Option<&Enquire> {
        self.phases.iter().find_map(|phase| match phase {
            Phase::Enquire(enquire) => Some(enquire),
            Phase::Notice(_)
            | Phase::Enter(_)
            | Phase::Seal(_)
            | Phase::Unseal(_)
            | Phase::Draw(_)
            | Phase::Score(_)
            | Phase::Award(_) => None,
        })
    }

    /// The parameters of phase Enter; `None` when the procedure does without.
    #[must_use]
    pub fn enter(&self) -> Option<&Enter> {
        self.phases.iter().find_map(|phase| match phase {
            Phase::Enter(enter) => Some(enter),
            Phase::Notice(_)
            | Phase::Enquire(_)
            | Phase::Seal(_)
            | Phase::Unseal(_)
            | Phase::Draw(_)
            | Phase::Score(_)
            | Phase::Award(_) => None,
        })
    }

    /// The parameters of phase Seal.
    #[must_use]
    pub fn seal(&self) -> Option<&Seal> {
        self.phases.iter().find_map(|phase| match phase {
            Phase::Seal(seal) => Some(seal),
            Phase::Notice(_)
            | Phase::Enquire(_)
            | Phase::Enter(_)
            | Phase::Unseal(_)
            | Phase::Draw(_)
            | Phase::Score(_)
            | Phase::Award(_) => None,
        })
    }

    /// The parameters of phase Unseal.
    #[must_use]
    pub fn unseal(&self) -> Option<&Unseal> {
        self.phases.iter().find_map(|phase| match phase {
            Phase::Unseal(unseal) => Some(unseal),
            Phase::Notice(_)
            | Phase::Enquire(_)
            | Phase::Enter(_)
            | Phase::Seal(_)
            | Phase::Draw(_)
            | Phase::Score(_)
            | Phase::Award(_) => None,
        })
    }

    /// The parameters of phase Draw; `None` when no experts are drawn.
    #[must_use]
    pub fn draw(&self) -> Option<&Draw> {
        self.phases.iter().find_map(|phase| match phase {
            Phase::Draw(draw) => Some(draw),
            Phase::Notice(_)
            | Phase::Enquire(_)
            | Phase::Enter(_)
            | Phase::Seal(_)
            | Phase::Unseal(_)
            | Phase::Score(_)
            | Phase::Award(_) => None,
        })
    }

    /// The parameters of phase Score; `None` when prices alone decide.
    #[must_use]
    pub fn score(&self) -> Option<&Score> {
        self.phases.iter().find_map(|phase| match phase {
            Phase::Score(score) => Some(score),
            Phase::Notice(_)
            | Phase::Enquire(_)
            | Phase::Enter(_)
            | Phase::Seal(_)
            | Phase::Unseal(_)
            | Phase::Draw(_)
            | Phase::Award(_) => None,
        })
    }

    /// Whether the tenderer chooses among the candidates 评定分离 (award 2.6).
    #[must_use]
    pub fn is_separated(&self) -> bool {
        self.award().is_some_and(|award| award.separation.is_some())
    }

    /// The parameters of phase Award.
    #[must_use]
    pub fn award(&self) -> Option<&Award> {
        self.phases.iter().find_map(|phase| match phase {
            Phase::Award(award) => Some(award),
            Phase::Notice(_)
            | Phase::Enquire(_)
            | Phase::Enter(_)
            | Phase::Seal(_)
            | Phase::Unseal(_)
            | Phase::Draw(_)
            | Phase::Score(_) => None,
        })
    }

    /// The law's number for a rule, when the document states it.
    #[must_use]
    pub fn legal_period(&self, rule: LegalRule) -> Option<&LegalPeriod> {
        self.legal.iter().find(|period| period.rule == rule)
    }

    /// The value of a legal rule, when the document states it.
    #[must_use]
    pub fn legal_value(&self, rule: LegalRule) -> Option<i64> {
        self.legal_period(rule).map(|period| period.value)
    }
}
