//! Parameters of phase Score (rules 5.3): by what the committee scores, how its scores become one, and its times.
//!
//! What the committee does with them is in `evaluation`. The price is not here: the method of phase Award scores it.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use serde::{Deserialize, Serialize};
use ximu_basics::{CriterionId, Decimal, Rounding};

use super::{Rules, Text};

/// The largest envelope of a score sheet, in bytes: in Base64 it fits the body of one command, which has 49,152.
pub const SHEET_ENVELOPE_BYTES_MAX: u64 = 35 * 1024;

/// What an envelope of a sheet takes for each holder, in bytes: 313 of the escrow (sealed-bid 4.1), in Base64 lines.
const SHEET_HOLDER_BYTES: u64 = 425;

/// What it takes at most besides the holders and the sheet, in bytes: stanzas, tar headers and blocks, the manifest, tags,
/// and the padding, which at this size is below 2,048.
const SHEET_FRAME_BYTES: u64 = 7 * 1024;

/// A line of a sheet without its scores: `{"bidder":"p-0123456789abcdef0123","points":{}},`.
const SHEET_LINE_BYTES: u64 = 48;

/// A score without its criterion's id and its digits: quotes, a colon, a comma.
const SHEET_SCORE_BYTES: u64 = 6;

impl Rules {
    /// How many members a whole committee has: those who are drawn, and those whom the tenderer sends; 0 without a draw.
    #[must_use]
    pub fn committee_size(&self) -> u64 {
        self.draw().map_or(0, |draw| {
            let drawn: u64 = draw.seats.iter().map(|line| u64::from(line.seats)).sum();
            drawn.saturating_add(draw.delegates.into())
        })
    }
}

/// The longest sheet, in bytes, that is sure to fit one envelope to so many holders (evaluation 5.4).
#[must_use]
pub fn sheet_bytes_max(holders: u8) -> u64 {
    let frame = SHEET_FRAME_BYTES.saturating_add(SHEET_HOLDER_BYTES.saturating_mul(holders.into()));
    SHEET_ENVELOPE_BYTES_MAX.saturating_sub(frame)
}

/// Parameters of phase Score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// What is scored besides the price; only these criteria may be used (R49).
    pub criteria: Vec<Criterion>,
    /// The fewest members of the committee (L37: five); their number is odd.
    pub members_least: u32,
    /// How long the members have for their sheets, in minutes.
    pub sheet_minutes: i64,
    /// How long the members may deliberate after the reveal before the report is fixed for them, in minutes.
    pub review_minutes: i64,
    /// How long a bidder has to clarify, in minutes.
    pub clarify_minutes: i64,
    /// How long the members have to sign or dissent, in minutes.
    pub sign_minutes: i64,
    /// By how much the time is extended, once, when more than a third of the members find it too short (R48).
    pub extension_minutes: i64,
    /// Which scores do not enter the mean; the member is absent when all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drop: Option<MeanDrop>,
    /// Decimal places of the mean of the members' scores for one criterion.
    pub mean_scale: u8,
    /// How the mean is rounded.
    pub mean_rounding: Rounding,
    /// What happens to a score that the members call abnormal; the member is absent when nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abnormal: Option<AbnormalRule>,
    /// The fewest points of all criteria together with which a bid is ranked; the member is absent when there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass: Option<Decimal>,
    /// The order of equal totals.
    pub ties: ScoreTies,
    /// How long a venue may be out; the member is absent when the rules know no outage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageRule>,
    /// Whether the committee reads the documents of the bids before it scores them (evaluation 12); the member is absent
    /// when it does not.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub papers: bool,
}

/// One criterion 评审因素.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Its id.
    pub id: CriterionId,
    /// What it is.
    pub title: Text,
    /// The most points.
    pub points: Decimal,
    /// Whether opinions may differ.
    pub kind: CriterionKind,
    /// Decimal places of a member's score.
    pub scale: u8,
}

/// Whether opinions may differ on a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CriterionKind {
    /// 客观: a fact of the bid; all members give the same score.
    Objective,
    /// 主观: each member's own opinion.
    Subjective,
}

/// Scores of one criterion that do not enter its mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeanDrop {
    /// With at least so many members.
    pub from_members: u32,
    /// So many of the highest.
    pub highest: u32,
    /// So many of the lowest.
    pub lowest: u32,
}

/// A score that more than half of the members call abnormal and whose author gives no reasons is replaced by the mean
/// of the other members' scores: a rule of some provinces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AbnormalRule {
    /// How the mean of the others is rounded to the criterion's scale.
    pub rounding: Rounding,
}

/// How long a venue may be out before a new committee starts (evaluation 10), and where that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutageRule {
    /// Before the start, in minutes: after them the tenderer decides.
    pub before_minutes: i64,
    /// During the evaluation, in minutes: after them the committee is dissolved.
    pub during_minutes: i64,
    /// The article.
    pub article: String,
    /// The law or regulation.
    pub law: String,
    /// The date the text was read, `2025-04-01`.
    pub as_of: String,
}

/// The order of bids with equal totals. The neutral key is that of rules 10.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreTies {
    /// The lower price first; then more points of the criteria; then the neutral key.
    LowerPriceThenCriteriaThenNeutralKey,
    /// More points of the criteria first; then the neutral key.
    CriteriaThenNeutralKey,
}

impl Score {
    /// A criterion by its id.
    #[must_use]
    pub fn criterion(&self, id: &CriterionId) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.id == *id)
    }
}

impl Score {
    /// How many bids are sure to fit one sheet, sealed to so many holders, whatever scores the criteria can give.
    #[must_use]
    pub fn sheet_lines_max(&self, holders: u8) -> u64 {
        let digits = |criterion: &Criterion| match criterion.points.rescale(criterion.scale, Rounding::HalfUp)
        {
            Ok(points) => points.to_string().len() as u64,
            Err(_) => 0,
        };
        let score = |criterion: &Criterion| {
            let id = criterion.id.as_str().len() as u64;
            SHEET_SCORE_BYTES.saturating_add(id).saturating_add(digits(criterion))
        };
        let scores: u64 = self.criteria.iter().map(score).sum();
        sheet_bytes_max(holders).checked_div(SHEET_LINE_BYTES.saturating_add(scores)).unwrap_or(0)
    }
}
