//! What commands and events of the evaluation carry (evaluation): seats, conflicts, sheets, grounds, the conclusion.

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use ximu_basics::{CriterionId, Decimal, Hash, Instant, Money, PartyId, PublicKey, Seed, Signature};

use super::{command::RecusalGround, event::Author};
use crate::method::RejectReason;

/// Somebody else's signature under a seat: over exactly [`seat_statement`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatCosignature {
    /// Whose, a key of the register.
    pub key: PublicKey,
    /// Ed25519 over the statement.
    pub signature: Signature,
}

/// A member's conflict of interest 回避情形.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    /// With whom, ascending.
    pub bidders: Vec<PartyId>,
    /// Why.
    pub ground: RecusalGround,
}

/// A member's score sheet, the content of its envelope: canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// Version of this form: 1.
    pub v: u32,
    /// One line for each bidder that was asked for, ascending.
    pub scores: Vec<SheetLine>,
}

/// One bidder on a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetLine {
    /// Whose bid.
    pub bidder: PartyId,
    /// Points by criterion, for every criterion of the rules, each at the criterion's scale.
    pub points: BTreeMap<CriterionId, Decimal>,
}

/// A sheet that a member is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetAsked {
    /// Of whom; the name is the leaf.
    pub by: Author,
    /// For which bidders, ascending.
    pub bidders: Vec<PartyId>,
}

/// Why a member corrects one of its scores after the reveal; there is no other cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionCause {
    /// The member added up wrongly 分值汇总计算错误.
    SumError,
    /// It is outside the criterion's points 分项评分超出评分标准范围.
    OutOfRange,
    /// Members differ on an objective criterion 客观评审因素评分不一致.
    InconsistentObjective,
    /// More than half of the members called it abnormal 评分畸高、畸低.
    Abnormal,
}

/// Why the committee rejects a bid (R51): exactly the seven cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectionGround {
    /// Not sealed by the firm and signed by its head.
    Unsigned,
    /// A consortium without its agreement.
    NoConsortiumAgreement,
    /// Not qualified as law and documents require.
    Unqualified,
    /// Two different bids or prices of one bidder, where the documents ask for none beside.
    TwoBids,
    /// Below cost or above the ceiling.
    Price,
    /// Not responsive to the documents' substance.
    Unresponsive,
    /// Collusion, fraud, bribery or another offence.
    Offence,
}

impl RejectionGround {
    /// Every ground, in the order of the article.
    pub const ALL: [RejectionGround; 7] = [
        RejectionGround::Unsigned,
        RejectionGround::NoConsortiumAgreement,
        RejectionGround::Unqualified,
        RejectionGround::TwoBids,
        RejectionGround::Price,
        RejectionGround::Unresponsive,
        RejectionGround::Offence,
    ];

    /// Its number among the cases of article 51 of the Implementing Regulations 实施条例第五十一条, from 1.
    #[must_use]
    pub const fn item(self) -> u8 {
        match self {
            RejectionGround::Unsigned => 1,
            RejectionGround::NoConsortiumAgreement => 2,
            RejectionGround::Unqualified => 3,
            RejectionGround::TwoBids => 4,
            RejectionGround::Price => 5,
            RejectionGround::Unresponsive => 6,
            RejectionGround::Offence => 7,
        }
    }

    /// The article that it rests on, as it is cited.
    #[must_use]
    pub const fn article(self) -> &'static str {
        match self {
            RejectionGround::Unsigned => "中华人民共和国招标投标法实施条例 第五十一条第（一）项",
            RejectionGround::NoConsortiumAgreement => "中华人民共和国招标投标法实施条例 第五十一条第（二）项",
            RejectionGround::Unqualified => "中华人民共和国招标投标法实施条例 第五十一条第（三）项",
            RejectionGround::TwoBids => "中华人民共和国招标投标法实施条例 第五十一条第（四）项",
            RejectionGround::Price => "中华人民共和国招标投标法实施条例 第五十一条第（五）项",
            RejectionGround::Unresponsive => "中华人民共和国招标投标法实施条例 第五十一条第（六）项",
            RejectionGround::Offence => "中华人民共和国招标投标法实施条例 第五十一条第（七）项",
        }
    }
}

/// The evaluation as it is disclosed. The report that the members signed says more; its hash is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conclusion {
    /// Hash of the report (evaluation 8.2).
    pub report: Hash,
    /// The base price of the price scores; `null` when no bid was left.
    pub base: Option<Money>,
    /// The chair 主任委员.
    pub chair: Hash,
    /// The bids that were scored, best first.
    pub lines: Vec<EvaluatedBid>,
    /// The bids that were rejected, ascending by bidder.
    pub rejected: Vec<RejectedInEvaluation>,
    /// The members, in the order of the committee.
    pub members: Vec<MemberStand>,
    /// Which round, from 2: a recheck by order of the authority; left out of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<u32>,
}

/// One evaluated bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluatedBid {
    /// Whose.
    pub bidder: PartyId,
    /// Points of all criteria together.
    pub criteria_score: Decimal,
    /// Points of its price.
    pub price_score: Decimal,
    /// The sum of the two.
    pub total: Decimal,
    /// Its place, from 1.
    pub rank: u32,
}

/// One bid that the evaluation left without a rank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RejectedInEvaluation {
    /// Whose.
    pub bidder: PartyId,
    /// Why.
    pub reason: EvaluationReason,
}

/// Why a bid has no rank. In JSON an object whose member `is` names which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum EvaluationReason {
    /// More than half of the members voted to reject it.
    Vote {
        /// On this ground.
        ground: RejectionGround,
    },
    /// Its criteria gave fewer points than must be passed.
    BelowPass {},
    /// The price rule gives it no score.
    NoPriceScore {},
    /// It was out before the committee looked again.
    Left {
        /// Why.
        reason: RejectReason,
    },
}

/// How one member stands to the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberStand {
    /// Which member.
    pub leaf: Hash,
    /// How.
    pub stand: Stand,
}

/// How a member may stand to the report (R53).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stand {
    /// It signed.
    Signed,
    /// It holds another opinion and said so in writing.
    Dissented,
    /// It neither signed nor dissented in writing within the time: it is deemed to agree 视为同意.
    Deemed,
}

/// Why an evaluation ends the procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvaluationFailure {
    /// Every bid was rejected (L42).
    AllRejected,
    /// Too few bids are left, and the committee finds that competition is lacking (L42).
    CompetitionLacking,
}

/// The bytes that the keeper of the pool, or the tenderer for its delegate, and a witness officer sign when a member
/// takes a seat: they have seen this person, with this key, at this seat.
#[must_use]
pub fn seat_statement(
    origin: &str,
    procedure: &str,
    leaf: &Hash,
    key: &PublicKey,
    recipient: &str,
    seat: &str,
) -> Vec<u8> {
    alloc::format!("ximu-seat/1\n{origin}\n{procedure}\n{leaf}\n{key}\n{recipient}\n{seat}\n").into_bytes()
}

/// The leaf of a member whom the tenderer sends; `number` counts from 1 and is never used again in this procedure.
#[must_use]
pub fn delegate_leaf(genesis: &Hash, number: u32) -> Hash {
    Hash::of_parts("ximu-delegate/1", &[&genesis.0, &u64::from(number).to_be_bytes()])
}

/// What a committee has done, as far as the one who asks may read it (journal 6.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sitting {
    /// The exact bytes of the operations, as text, in the order of their veils; of a bidder those that are its own.
    pub operations: Vec<String>,
    /// The seed of the class: for holders, and for everybody after the conclusion.
    pub seed: Option<Seed>,
    /// The version of this form: 1.
    pub v: u32,
}

/// The bytes that a holder, a member or a bidder signs to read what a committee has done, at an instant of its own clock.
#[must_use]
pub fn sitting_statement(origin: &str, procedure: &str, at: Instant) -> Vec<u8> {
    alloc::format!("ximu-sitting/1\n{origin}\n{procedure}\n{}\n", at.unix_ms()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grounds_are_the_seven_cases_of_the_article_in_order() {
        for (number, ground) in (1..).zip(RejectionGround::ALL) {
            assert_eq!(ground.item(), number);
            assert!(ground.article().starts_with("中华人民共和国招标投标法实施条例 第五十一条"));
        }
    }
}
