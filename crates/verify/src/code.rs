//! The codes of failures (verify 9): each is stable, names one check, and has one plain sentence in Chinese and one
//! in English, with what to do. A released code never changes its meaning and never disappears.

use core::fmt;
use serde::{Serialize, Serializer};

/// What a failure tells a reader who is no programmer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// What is wrong, in Chinese.
    pub zh: &'static str,
    /// What to do, in Chinese.
    pub zh_do: &'static str,
    /// What is wrong, in English.
    pub en: &'static str,
    /// What to do, in English.
    pub en_do: &'static str,
}

macro_rules! codes {
    ($($name:ident $text:literal { $zh:literal $zh_do:literal $en:literal $en_do:literal })*) => {
        /// Which check failed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $en] $name,)*
        }

        impl Code {
            /// Every code, in the order of the checks.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// The code's stable text.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// The code's plain sentences.
            #[must_use]
            pub const fn words(self) -> Words {
                match self { $(Code::$name => Words { zh: $zh, zh_do: $zh_do, en: $en, en_do: $en_do },)* }
            }
        }
    };
}

codes! {
    ContainerBroken "container-broken" {
        "文件不是规范格式的公开核验包，无法读取。"
        "请确认它是公开核验包，再重新下载；若仍如此，请向该交易中心索取完整文件。"
        "The file is not a bundle in its one canonical form, so it cannot be read."
        "Check that it is a bundle's file; download it again; if that does not help, ask the centre for the whole file."
    }
    ManifestMalformed "manifest-malformed" {
        "公开核验包的清单不是规定的格式。"
        "请重新下载；若仍如此，公开核验包在生成后被改动。"
        "The bundle's manifest does not have its one form."
        "Download it again; if that does not help, the bundle was changed after it was made."
    }
    ManifestSignature "manifest-signature" {
        "清单上的签名不是该交易中心的签名。"
        "不要信任此公开核验包；请从该交易中心或任一见证中心另取一份。"
        "The signature under the manifest is not the centre's."
        "Do not trust this bundle; get another from the centre or from any witness."
    }
    ManifestFiles "manifest-files" {
        "公开核验包中有文件与已签名的清单不一致。"
        "所列文件在签名后被改动、增加或删除；请另取一份。"
        "A file in the bundle is not the one the signed manifest lists."
        "The named file was changed, added or removed after signing; get another copy."
    }
    FileMissing "file-missing" {
        "缺少一个必须公开的文件。"
        "请向该交易中心索取所列文件；缺少它就不能完整核验。"
        "A file that must be public is not there."
        "Ask the centre for the named file; without it the check is not whole."
    }
    FileUnexpected "file-unexpected" {
        "有一个不属于此公开核验包的文件。"
        "日志中没有任何记录涉及所列文件；请询问该交易中心它从何而来。"
        "There is a file that does not belong in this bundle."
        "Nothing in the log speaks of the named file; ask the centre where it came from."
    }
    PolicyMalformed "policy-malformed" {
        "见证策略文件不是规定的格式。"
        "请从该交易中心另取一份，或改用您已固定的策略文件。"
        "The policy file does not have the form of a witness policy."
        "Get another copy, or use the policy file that you have pinned."
    }
    PolicyPin "policy-pin" {
        "公开核验包所用的见证策略不是您固定的那一份。"
        "请核对策略指纹的来源；不同的策略意味着信任不同的中心。"
        "The bundle's witness policy is not the one you have pinned."
        "Check where your fingerprint came from; another policy means trusting other centres."
    }
    PolicyLog "policy-log" {
        "见证策略中没有此日志，或对其有多个密钥。"
        "此日志不受该策略约束；请使用列有它的策略。"
        "The witness policy does not name this log with exactly one key."
        "The log is not covered by this policy; use one that names it."
    }
    PolicyQuorum "policy-quorum" {
        "见证策略不要求任何中心联署，因此不能证明任何时间。"
        "请只接受要求多个独立中心联署的策略。"
        "The witness policy asks for no cosignature, so it proves no time."
        "Accept only a policy that asks for cosignatures of several independent centres."
    }
    CheckpointMalformed "checkpoint-malformed" {
        "检查点不是规定的格式。"
        "请从该交易中心或任一见证中心另取检查点。"
        "A checkpoint does not have its one form."
        "Get the checkpoint again from the centre or from any witness."
    }
    CheckpointSignature "checkpoint-signature" {
        "检查点上没有该日志的有效签名。"
        "不要信任此检查点；请向见证中心索取它们联署过的检查点。"
        "A checkpoint is not validly signed by the log."
        "Do not trust it; ask the witnesses for the checkpoint they have cosigned."
    }
    CheckpointCosignatures "checkpoint-cosignatures" {
        "检查点上的联署不满足见证策略。"
        "见证它的中心不够；请向见证中心询问它们看到了什么。"
        "The cosignatures under a checkpoint do not satisfy the policy."
        "Too few centres have seen it; ask the witnesses what they saw."
    }
    CheckpointOrder "checkpoint-order" {
        "检查点没有按大小递增排列，或最新的一个不在末尾。"
        "请要求该交易中心重新导出公开核验包。"
        "The checkpoints do not grow from one to the next, or the newest is not the last."
        "Ask the centre to export the bundle again."
    }
    LeavesMalformed "leaves-malformed" {
        "日志条目文件不能按检查点所述的数量读出。"
        "日志条目有缺失或多余；请另取一份公开核验包。"
        "The log's leaves cannot be read in the number that the checkpoint states."
        "Leaves are missing or too many; get another copy of the bundle."
    }
    CheckpointRoot "checkpoint-root" {
        "日志条目算出的根与联署过的检查点不同。"
        "历史被改动，或曾出示过两种历史；请保留此公开核验包作为证据并通知各见证中心。"
        "The leaves do not give the root of a cosigned checkpoint."
        "History was changed, or two histories were shown; keep this bundle as evidence and tell the witnesses."
    }
    DocumentHash "document-hash" {
        "一份采购文件的内容或大小与公告不符。"
        "请以公告中摘要所对应的文件为准，并要求更正。"
        "A procurement document is not the one that was published, by content or size."
        "Only the document with the published digest counts; demand it."
    }
    RecordHash "record-hash" {
        "一条名称记录与登记的承诺不符。"
        "所示名称不是登记时的名称；请勿采信。"
        "A name record does not open the commitment that was registered."
        "The name shown is not the one registered; do not rely on it."
    }
    EnvelopeCommitment "envelope-commitment" {
        "一份公开的开标一览表密文与其承诺值不符。"
        "密文被改动或替换；请向托管中心索取。"
        "A published envelope does not have the commitment under which it was submitted."
        "The ciphertext was changed or exchanged; ask the custody centre for its copy."
    }
    EntryMalformed "entry-malformed" {
        "一条日志不是规定的格式。"
        "从该条起无法继续核验；请要求该交易中心说明。"
        "A leaf of the log does not have its one form."
        "Nothing after it can be checked; demand an explanation from the centre."
    }
    BeatClosing "beat-closing" {
        "截标条目之前没有紧接的收尾节拍，或收尾节拍之后没有截标。"
        "截标前后的记录可能被插入或删除；请要求该交易中心说明。"
        "CLOSE and its closing beat do not stand together."
        "Something may have been put in or left out around CLOSE; demand an explanation."
    }
    TimeBackwards "time-backwards" {
        "一条记录的时间早于它之前的记录。"
        "时间倒退，记录可能被倒签；请要求该交易中心说明。"
        "A stamp is earlier than one before it."
        "Time went backwards, so something may be back-dated; demand an explanation."
    }
    BeatMissing "beat-missing" {
        "到期的节拍在其后的记录之前没有写入日志。"
        "隐藏的提交可能被推迟；请要求该交易中心说明。"
        "A beat that was due is not in the log before what was stamped after it."
        "Hidden submissions may have been delayed; demand an explanation."
    }
    EntryDuplicate "entry-duplicate" {
        "同一条已签名的指令在日志中出现两次。"
        "有人重放了旧指令；请通知签名人和该交易中心。"
        "One signed command stands in the log twice."
        "An old command was replayed; tell its author and the centre."
    }
    EntryRejected "entry-rejected" {
        "一条记录的指令没有有效的签名、来源或登记的密钥。"
        "该条不应存在；请要求该交易中心说明。"
        "An entry's command has no valid signature, origin or registered key."
        "The entry should not exist; demand an explanation from the centre."
    }
    EntryChain "entry-chain" {
        "一条记录没有接在该程序的上一条之后。"
        "可能有记录被插入、删除或调换；请要求该交易中心说明。"
        "An entry does not attach to the one before it in its procedure."
        "Entries may have been inserted, removed or swapped; demand an explanation."
    }
    EntryActor "entry-actor" {
        "一条记录写明的行为人与签名密钥的登记人不同。"
        "请以密钥的登记人为准，并要求更正。"
        "An entry names another author than the register does for the key that signed."
        "The register's person is the author; demand a correction."
    }
    EntryClass "entry-class" {
        "截标前本应隐藏的提交被公开写入日志。"
        "投标的保密已被破坏；请通知监督部门。"
        "A submission that must stay hidden stands in the open before CLOSE."
        "The secrecy of bids was broken; tell the supervising authority."
    }
    EntryOutcome "entry-outcome" {
        "按公布的规则重新裁决，该条记录的结果不同。"
        "该结果不符合规则；请向监督部门提出异议。"
        "Deciding the entry again by the published rules gives another outcome."
        "The outcome does not follow from the rules; object to the supervising authority."
    }
    PolicyFounding "policy-founding" {
        "日志成立时登记的见证策略与公开核验包中的不同。"
        "请使用成立条目中的策略文件，并核对其指纹。"
        "The log was founded under another witness policy than the bundle's."
        "Use the policy of the founding entry and compare its fingerprint."
    }
    RehearsalOrigin "rehearsal-origin" {
        "日志名称与是否为演练的标志不一致。"
        "演练的结果没有效力；请勿当作真实结果。"
        "The log's name and its rehearsal flag disagree."
        "A rehearsal decides nothing; do not take it for a real procedure."
    }
    BeatNumber "beat-number" {
        "节拍的编号不连续，或所属程序不存在、已截标。"
        "可能有节拍被删除或插入；请要求该交易中心说明。"
        "A beat is out of number, or of a procedure that has none now."
        "Beats may have been removed or inserted; demand an explanation."
    }
    BeatSchedule "beat-schedule" {
        "节拍不在规则规定的时刻。"
        "节拍时刻只能由规则决定；请要求该交易中心说明。"
        "A beat does not fall on the instant that the rules name."
        "Only the rules decide when beats fall; demand an explanation."
    }
    OperationsMissing "operations-missing" {
        "已截标的程序没有公开其隐藏的操作。"
        "截标后必须公开全部操作；请向该交易中心索取。"
        "A procedure was closed and its hidden operations are not disclosed."
        "After CLOSE all operations must be public; demand them from the centre."
    }
    OperationMalformed "operation-malformed" {
        "一条公开的操作不是规定的格式。"
        "请重新获取操作文件；若仍如此，它在公开后被改动。"
        "A disclosed operation does not have its one form."
        "Get the operations again; if that does not help, they were changed after disclosure."
    }
    OperationOrder "operation-order" {
        "公开的操作次序不连续，或与日志位置不符。"
        "可能有操作被隐去或调换；请要求该交易中心说明。"
        "The disclosed operations do not follow one another or do not fit the log."
        "Operations may be withheld or swapped; demand an explanation."
    }
    OperationRejected "operation-rejected" {
        "一条操作的指令没有有效的签名、来源或登记的密钥。"
        "该操作不应存在；请要求该交易中心说明。"
        "An operation's command has no valid signature, origin or registered key."
        "The operation should not exist; demand an explanation from the centre."
    }
    OperationBeat "operation-beat" {
        "一条操作不在它应在的节拍里。"
        "按时的投标可能被推后；请要求该交易中心说明。"
        "An operation is not in the beat in which it belongs."
        "A bid that was on time may have been pushed back; demand an explanation."
    }
    OperationActor "operation-actor" {
        "一条操作写明的行为人与签名密钥的登记人不同。"
        "请以密钥的登记人为准，并要求更正。"
        "An operation names another author than the register does for the key that signed."
        "The register's person is the author; demand a correction."
    }
    OperationClass "operation-class" {
        "一条不属于隐藏类别的指令被藏在节拍里。"
        "该指令本应公开；请要求该交易中心说明。"
        "A command that must be public is hidden in a beat."
        "It should have stood in the open; demand an explanation."
    }
    OperationOutcome "operation-outcome" {
        "按公布的规则重新裁决，该操作的结果不同。"
        "该投标的受理或拒绝不符合规则；请提出异议。"
        "Deciding the operation again by the published rules gives another outcome."
        "Accepting or refusing this bid did not follow the rules; object."
    }
    BeatRoot "beat-root" {
        "公开的操作算不出日志中的节拍根。"
        "有操作被隐去、增加或改动；请要求该交易中心说明。"
        "The disclosed operations do not give a beat's root in the log."
        "Operations were withheld, added or changed; demand an explanation."
    }
    OperationSlot "operation-slot" {
        "公开的操作写明的位置与节拍中的位置不同。"
        "凭该位置出具的入链凭证不可靠；请以重新计算的位置为准。"
        "A disclosed operation names another slot than the one it has in its beat."
        "Receipts for that slot cannot be relied on; the computed slot is the right one."
    }
    VeilNumber "veil-number" {
        "评标暗条的编号不连续，或所属程序没有进行中的评标。"
        "可能有评标记录被删除或插入；请要求该交易中心说明。"
        "A veil is out of number, or of a procedure that has no evaluation under way."
        "Records of the evaluation may have been removed or inserted; demand an explanation."
    }
    PanelMalformed "panel-malformed" {
        "一条公开的评标操作不是规定的格式。"
        "请重新获取评标操作文件；若仍如此，它在公开后被改动。"
        "A disclosed operation of the committee does not have its one form."
        "Get the operations again; if that does not help, they were changed after disclosure."
    }
    PanelOrder "panel-order" {
        "公开的评标操作编号不连续，或多于日志中的暗条。"
        "可能有评标操作被隐去、增加或调换；请要求该交易中心说明。"
        "The disclosed operations of the committee do not follow one another, or are more than the veils."
        "Operations may be withheld, added or swapped; demand an explanation."
    }
    PanelRejected "panel-rejected" {
        "一条评标操作的指令没有有效的签名、来源或席位密钥。"
        "该操作不应存在；请要求该交易中心说明。"
        "An operation of the committee has no valid signature, origin or known key."
        "The operation should not exist; demand an explanation from the centre."
    }
    PanelActor "panel-actor" {
        "一条评标操作写明的行为人与签名密钥的席位不同。"
        "请以密钥所属的席位为准，并要求更正。"
        "An operation of the committee names another author than the key that signed."
        "The key's seat or person is the author; demand a correction."
    }
    PanelClass "panel-class" {
        "一条不属于评标类别的指令被藏在暗条之后。"
        "该指令本应公开；请要求该交易中心说明。"
        "A command that must be public is hidden behind a veil."
        "It should have stood in the open; demand an explanation."
    }
    PanelOutcome "panel-outcome" {
        "按公布的规则重新裁决，该评标操作的结果不同。"
        "评标结果不符合规则；请向监督部门提出异议。"
        "Deciding an operation of the committee again by the published rules gives another outcome."
        "The evaluation did not follow the rules; object to the supervising authority."
    }
    PanelMissing "panel-missing" {
        "评标已结束，但没有公开评标委员会的全部操作。"
        "评标结束后必须公开全部操作；请向该交易中心索取。"
        "An evaluation was concluded and not all of the committee's operations are disclosed."
        "After the conclusion all of them must be public; demand them from the centre."
    }
    VeilRoot "veil-root" {
        "公开的评标操作算不出日志中暗条的根。"
        "该操作在写入日志后被改动或替换；请要求该交易中心说明。"
        "A disclosed operation of the committee does not give its veil's root in the log."
        "It was changed or exchanged after it was logged; demand an explanation."
    }
    CloseEvidence "close-evidence" {
        "截标所依据的检查点不属于这份日志。"
        "曾出示过两种历史；请保留此公开核验包作为证据并通知各见证中心。"
        "The checkpoint on which CLOSE rests is not of this log's history."
        "Two histories were shown; keep this bundle as evidence and tell the witnesses."
    }
    CloseEvidenceOld "close-evidence-old" {
        "截标没有采用期限内最新的联署检查点，因而少算了节拍。"
        "按时的投标可能未被计入；请提出异议。"
        "CLOSE passed over a newer checkpoint, cosigned in time, that counts more beats."
        "Bids that were on time may not have been counted; object."
    }
    EnvelopeMissing "envelope-missing" {
        "应当开启的开标一览表密文不在公开核验包中。"
        "没有它就不能重算唱标结果；请向该交易中心索取。"
        "An envelope that was opened is not there."
        "Without it the reading cannot be repeated; demand it from the centre."
    }
    TenderMissing "tender-missing" {
        "此公开核验包中没有您要核验的项目。"
        "它属于别的项目或别的日志；请核对网址，另取一份，并询问提供者为何以此代彼。"
        "The tender that you asked for is not in this bundle."
        "It is about other tenders, or of another log; check the address, get another, and ask why this one was given."
    }
    StampEarly "stamp-early" {
        "一条记录的时间早于它之前已被联署的历史。"
        "该记录可能被倒签；请要求该交易中心说明。"
        "A stamp is earlier than history that was cosigned before it."
        "The entry may be back-dated; demand an explanation."
    }
    StampLate "stamp-late" {
        "一条记录的时间晚于覆盖它的检查点的联署时间。"
        "该记录的时间不实；请要求该交易中心说明。"
        "A stamp is later than the cosigned time of the checkpoint that covers it."
        "The stamp is not true; demand an explanation."
    }
    NoticeUnseen "notice-unseen" {
        "公告、澄清修改、截标、名单或候选人公示很晚才有见证，此后剩下的时间少于规定的期限。"
        "该期限从有见证时起算，没有给足；请要求该交易中心说明，或推迟截止时间。"
        "A notice, or the close of bids, was seen by witnesses so late that less than its period was left."
        "The period counts from when it was seen; demand an explanation, or a later deadline."
    }
    KeyWrong "key-wrong" {
        "公开的密钥文件打不开所属的开标一览表，或开出的内容不同。"
        "请使用开标条目中的密钥，并要求更正。"
        "A published key file does not open its form to what was read out."
        "Use the key that stands in the opening entry, and demand a correction."
    }
    VaultCommitment "vault-commitment" {
        "受限密封件的内容或大小与提交时的承诺值不符。"
        "该文件不是当时提交的文件；请向托管中心索取。"
        "A restricted envelope is not the one submitted, by content or size."
        "It is not the file that was submitted; ask the custody centre for its copy."
    }
    CheckEmpty "check-empty" {
        "一项必需的检查没有任何检查对象。"
        "公开核验包不完整；没有被检查的内容不能算作通过。"
        "A required check found nothing to check."
        "The bundle is not whole; what was not checked does not hold."
    }
    CompareForeign "compare-foreign" {
        "用于比较的另一方不是同一日志签名的检查点或公开核验包。"
        "请提供同一日志的检查点或公开核验包。"
        "What you compare with is not a signed checkpoint or bundle of the same log."
        "Give a checkpoint or bundle of the same log."
    }
    CompareLarger "compare-larger" {
        "用于比较的检查点比此公开核验包更新，无法由此公开核验包判断。"
        "请取得不早于该检查点的公开核验包再比较。"
        "The checkpoint you compare with is newer than this bundle, which cannot judge it."
        "Get a bundle at least as new as that checkpoint and compare again."
    }
    CompareFork "compare-fork" {
        "该日志向不同的人出示过两种不同的历史。"
        "这是分叉的证据；请保留两份文件并通知各见证中心和监督部门。"
        "The log has shown two different histories."
        "This is evidence of a fork; keep both files, tell the witnesses and the supervising authority."
    }
    CompareReceipt "compare-receipt" {
        "凭入链凭证在案的投标操作没有公开。"
        "这是交易中心隐去投标的证据；请保留凭证、确认书和此公开核验包，并通知监督部门。"
        "A bid that has a receipt is not among the operations that were disclosed."
        "This is evidence that the centre dropped it; keep receipt, acknowledgement and bundle, tell the authority."
    }
    ReportDiffers "report-differs" {
        "报告中嵌入的记录不是由该日志算出的记录。"
        "请勿采信该报告；以按公开核验包重新制作的报告为准，并要求该交易中心说明。"
        "The record in the report is not the one that the log gives."
        "Do not rely on the report; make it again from the bundle, and demand an explanation from the centre."
    }
    ReportLarger "report-larger" {
        "报告所依据的日志比此公开核验包更新，无法由此公开核验包判断。"
        "请取得更新的公开核验包再核验。"
        "The report rests on more of the log than this bundle has, so the bundle cannot judge it."
        "Get a newer bundle and check again."
    }
}

impl Code {
    /// The exit code of a command line that shows this failure: 2 when the bundle could not be read, otherwise 1.
    #[must_use]
    pub const fn exit(self) -> u8 {
        if matches!(self, Code::ContainerBroken) { 2 } else { 1 }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    #[test]
    fn codes_are_distinct_and_plain() {
        let texts: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
        for text in texts {
            assert!(text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{text}");
        }
    }

    #[test]
    fn every_code_has_a_sentence_and_an_advice_in_both_languages() {
        for code in Code::ALL {
            let words = code.words();
            for (text, end) in [(words.zh, '。'), (words.zh_do, '。'), (words.en, '.'), (words.en_do, '.')]
            {
                assert!(text.ends_with(end) && text.len() > 10, "{code}: {text}");
            }
            assert!(words.en.is_ascii() && words.en_do.is_ascii(), "{code}");
        }
    }

    #[test]
    fn only_a_broken_container_could_not_be_read() {
        let unreadable: alloc::vec::Vec<&Code> = Code::ALL.iter().filter(|code| code.exit() == 2).collect();
        assert_eq!(unreadable, [&Code::ContainerBroken]);
    }
}
