//! The report (verify 8): what was checked, what could not be, what does not hold. Its canonical JSON is what
//! `ximu verify --json` prints; its exit code is what every caller acts on.

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use serde::Serialize;
use ximu_basics::{
    Hash, Instant, ProcedureId,
    json::{self, JsonError},
};
use ximu_procedure::tender::StageName;

use crate::{Failure, Place};

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How many things each check looked at, in the order of the checks; every check is listed.
    pub checks: Vec<Count>,
    /// What does not hold, in the order in which it was found; at most [`FAILURES_MAX`].
    pub failures: Vec<Failure>,
    /// What holds and should still be known, in the order of the leaves.
    pub notes: Vec<Note>,
    /// Whether everything holds.
    pub ok: bool,
    /// Whether the caller pinned the policy. When not, `ok` says only that all is consistent under `policy`.
    pub pinned: bool,
    /// Fingerprint of the bundle's policy; `null` when there is none.
    pub policy: Option<Hash>,
    /// Whether the log is one of rehearsals.
    pub rehearsal: bool,
    /// What was checked; `null` when the log could not be decided again.
    pub subject: Option<Subject>,
    /// What the bundle does not show, counted by class.
    pub undisclosed: BTreeMap<&'static str, u64>,
}

/// What a bundle is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// The log's origin.
    pub origin: String,
    /// The procedures in it, ascending by id.
    pub tenders: Vec<Stand>,
    /// The cosigned time of its newest checkpoint.
    pub time: Instant,
}

/// A procedure and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stand {
    /// Which.
    pub id: ProcedureId,
    /// Its stage at the end of the bundle.
    pub stage: StageName,
}

/// One check and its count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Count {
    /// How many things it looked at.
    pub count: u64,
    /// Its stable name.
    pub name: &'static str,
}

/// Something that is no failure of the record: the record itself shows who did wrong (verify 8.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Which, stable.
    pub code: NoteCode,
    /// Who and what, for people; not stable.
    pub detail: String,
    /// Where.
    pub entry: Place,
}

/// The kinds of notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteCode {
    /// A holder called a good part of an escrow broken (opening 5.8).
    HolderAnswerFalse,
    /// Time alone voided a bid; the log cannot tell whose fault it is (opening 5.9).
    BidVoidedUnsettled,
    /// A person's key was replaced without its word while a procedure ran in which the person acts (journal 7.5).
    KeyReplaced,
    /// A report's record holds, and no entry keeps its hash yet (verify 7.7).
    RecordNotKept,
    /// A report's record holds, and the log has gone on since to another of its kind, or to none (verify 7.7).
    RecordSuperseded,
    /// A receipt is compared whose operation is not disclosed yet (verify 7.6).
    ReceiptUndisclosed,
    /// Members of a committee sealed equal sheets (evaluation 8.7).
    SheetsAlike,
    /// An author of a draw gave nothing to it, or something void (draw 2.4, 2.7).
    ContributionMissing,
    /// Holders called their parts of a contribution or a sheet broken, so that it stays closed; whether its author dealt
    /// badly or they lied cannot be shown (draw 2.6).
    CalledBroken,
    /// The header of a restricted envelope cannot be read or is not the one recorded (7.4).
    VaultHeader,
    /// The key in the form does not verify the restricted envelope's header (7.4).
    VaultMac,
    /// A restricted envelope was sealed for another tender, lot, bidder or version (7.4).
    VaultContext,
}

impl NoteCode {
    /// All of them.
    pub const ALL: [NoteCode; 12] = [
        NoteCode::HolderAnswerFalse,
        NoteCode::BidVoidedUnsettled,
        NoteCode::KeyReplaced,
        NoteCode::RecordNotKept,
        NoteCode::RecordSuperseded,
        NoteCode::ReceiptUndisclosed,
        NoteCode::SheetsAlike,
        NoteCode::ContributionMissing,
        NoteCode::CalledBroken,
        NoteCode::VaultHeader,
        NoteCode::VaultMac,
        NoteCode::VaultContext,
    ];

    /// The stable code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            NoteCode::HolderAnswerFalse => "holder-answer-false",
            NoteCode::BidVoidedUnsettled => "bid-voided-unsettled",
            NoteCode::KeyReplaced => "key-replaced",
            NoteCode::RecordNotKept => "record-not-kept",
            NoteCode::RecordSuperseded => "record-superseded",
            NoteCode::ReceiptUndisclosed => "receipt-undisclosed",
            NoteCode::SheetsAlike => "sheets-alike",
            NoteCode::ContributionMissing => "contribution-missing",
            NoteCode::CalledBroken => "called-broken",
            NoteCode::VaultHeader => "vault-header",
            NoteCode::VaultMac => "vault-mac",
            NoteCode::VaultContext => "vault-context",
        }
    }

    /// The plain sentence, in Chinese and in English.
    #[must_use]
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            NoteCode::HolderAnswerFalse => (
                "份额持有中心称所持份额已损坏，但重新推算证明它完好。请监督部门查问该中心。",
                "A holder called its share broken, but dealing the escrow again shows that it was good. The supervisor \
                 should ask that centre why.",
            ),
            NoteCode::BidVoidedUnsettled => (
                "一份投标仅因等候期满而作废：有持有中心称其份额已损坏，另有持有中心的答复未出现在日志中。或是投标人分发了\
                 坏的份额，或是有人说谎并扣下了答复；请监督部门逐一查问所列中心。",
                "A bid was voided by time alone: a holder called its share broken and another's answer is not in the log. \
                 Either the bidder dealt it badly, or somebody lied and an answer was withheld. The supervisor should ask \
                 every centre that is named.",
            ),
            NoteCode::KeyReplaced => (
                "项目进行期间，参与人的签名密钥被更换，且没有旧密钥的副署。请向本人核实是否由其申请。",
                "While a procedure ran, the key of a person who acts in it was replaced without that key's own word. \
                 Ask the person whether it wanted that.",
            ),
            NoteCode::RecordNotKept => (
                "报告中的记录由该日志算得，但其摘要尚未写入此公开核验包的日志。请稍后用更新的公开核验包再核验。",
                "The record in the report is the one the log gives, but its hash is not in the log of this bundle yet. \
                 Check again later with a newer bundle.",
            ),
            NoteCode::RecordSuperseded => (
                "报告中的记录当时属实，但此后日志又有进展：按现在的日志，同类记录的内容已经不同，或已不存在（例如中标人放弃）。\
                 请以最新的记录为准。",
                "The record in the report was true when it was made. The log has gone on since, and now gives another record \
                 of its kind, or none: a winner may have given up. Rely on the newest one.",
            ),
            NoteCode::ReceiptUndisclosed => (
                "凭证所属的一拍就在此日志中，但该项目的操作尚未公开，因此还不能核验凭证中的操作是否在这一拍里。请由投标人用\
                 自己保存的操作核验，或在截标后再核验一次。",
                "The beat of this receipt is in the log, but the operations of its procedure are not disclosed yet, so that \
                 nobody can check here whether the receipt's operation is in that beat. The bidder can, with the operation it \
                 kept; everybody can after CLOSE.",
            ),
            NoteCode::SheetsAlike => (
                "两名以上评标委员会成员封存的评分表，在每份投标的每项主观因素上给分全部相同。这是线索，不是结论：可能是巧合，也可能\
                 是事先通气或照他人所给的分数填写；请监督部门询问所列成员并核对其评审意见。",
                "Members of the committee sealed sheets that agree on every subjective score of every bid. This is a lead, \
                 no verdict: it may be chance, or scores that were agreed or handed on. The supervisor should hear the \
                 members that are named and compare their reasons.",
            ),
            NoteCode::ContributionMissing => (
                "一个持有中心没有为一次抽取交来随机数，或交来的作废；抽取由其余各中心的随机数决定，中心太少时抽取失败。请监督部门查问该中心。",
                "A centre gave nothing to a draw, or something void. What the others gave decides the draw, which fails when \
                 they are too few. The supervisor should ask that centre why.",
            ),
            NoteCode::CalledBroken => (
                "一份抽取贡献或评分表因所列份额持有中心称其份额已损坏而一直未打开。日志无法判断是作者分发了坏的份额，还是这些中心\
                 在看到其他内容之后说谎；请监督部门逐一查问所列作者和中心。",
                "A contribution to a draw, or a sheet of scores, stays closed because the holders that are named called their \
                 parts of it broken. The log cannot tell whether its author dealt badly, or they lied after they had seen the \
                 others. The supervisor should ask the author and every centre that is named.",
            ),
            NoteCode::VaultHeader => (
                "受限密封件的文件头不可读，或与提交时登记的摘要不符。该密封件由投标人制作有误；请由评标委员会按规则处理。",
                "A restricted envelope's header cannot be read or is not the one recorded. Its sealer made or recorded it \
                 wrongly; the committee decides by the rules.",
            ),
            NoteCode::VaultMac => (
                "开标一览表中给出的密钥不能验证受限密封件的文件头。该密封件与开标一览表不配；请由评标委员会按规则处理。",
                "The key in the form does not verify the restricted envelope's header. The envelope does not belong to the \
                 form; the committee decides by the rules.",
            ),
            NoteCode::VaultContext => (
                "受限密封件是为另一个项目、标段、投标人或版本封装的。该密封件不属于此投标；请由评标委员会按规则处理。",
                "A restricted envelope was sealed for another tender, lot, bidder or version. It does not belong to this bid; \
                 the committee decides by the rules.",
            ),
        }
    }
}

/// The most failures a report lists: a log with one broken file can have thousands.
pub const FAILURES_MAX: usize = 100;

impl Report {
    /// The canonical JSON.
    ///
    /// # Errors
    /// [`JsonError`] for a count of 2^53 or more.
    pub fn to_json(&self) -> Result<Vec<u8>, JsonError> {
        json::to_canonical(self)
    }

    /// The exit code: 0 everything holds, 1 something does not, 2 the bundle could not be read.
    #[must_use]
    pub fn exit(&self) -> u8 {
        let failed = u8::from(!self.ok);
        self.failures.iter().map(|failure| failure.code.exit()).fold(failed, u8::max)
    }

    /// How many things a check looked at.
    #[must_use]
    pub fn count(&self, name: &str) -> u64 {
        self.checks.iter().find(|check| check.name == name).map_or(0, |check| check.count)
    }
}
