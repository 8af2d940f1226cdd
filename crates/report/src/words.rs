//! The words of a report: labels in one language or in two, and the engine's enums as people say them.

use ximu_procedure::{
    method::RejectReason,
    rules::FaultState,
    wire::{
        RecordKind,
        evaluation::{CorrectionCause, RejectionGround, Stand},
        event::{Flag, NotCountedReason, Route, VoidReason},
        identity::{FaceMatch, IdentityCheck, IdentityChoice},
    },
};
use ximu_text::{Language, Text};

/// In which languages a report speaks: the second stands below the first, smaller.
#[derive(Debug, Clone, Copy)]
pub struct Tongue {
    first: Text,
    second: Option<Text>,
}

/// Words, and the same in the second language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Label {
    /// What is read first.
    pub first: String,
    /// What stands below it, smaller.
    pub second: Option<String>,
}

impl Label {
    /// Words that need no second language.
    #[must_use]
    pub fn plain(first: impl Into<String>) -> Label {
        Label { first: first.into(), second: None }
    }

    /// Words with something smaller below.
    #[must_use]
    pub fn with(first: impl Into<String>, second: impl Into<String>) -> Label {
        Label { first: first.into(), second: Some(second.into()) }
    }
}

impl Tongue {
    /// Chinese with English below: paper.
    #[must_use]
    pub const fn both() -> Tongue {
        Tongue { first: Text::new(Language::Chinese), second: Some(Text::new(Language::English)) }
    }

    /// One language: a page.
    #[must_use]
    pub const fn one(text: Text) -> Tongue {
        Tongue { first: text, second: None }
    }

    /// The first language.
    #[must_use]
    pub const fn first(self) -> Text {
        self.first
    }

    /// A message in the languages.
    pub fn say(self, message: impl Fn(Text) -> String) -> Label {
        Label { first: message(self.first), second: self.second.map(message) }
    }
}

/// The title of a record.
pub(crate) fn title(t: Text, kind: RecordKind) -> String {
    match kind {
        RecordKind::OpeningRecord => t.sheet_opening_record(),
        RecordKind::EvaluationReport => t.sheet_evaluation_report(),
        RecordKind::CandidateNotice => t.sheet_candidate_notice(),
        RecordKind::AwardNotice => t.sheet_award_notice(),
    }
}

/// A command as the desk calls it; its name where it has no other.
pub(crate) fn command(t: Text, name: &str) -> String {
    t.named(&format!("deed-{name}")).unwrap_or_else(|| name.to_owned())
}

/// What a refusal means, by its code.
pub(crate) fn refusal(t: Text, code: &str) -> String {
    t.named(&format!("code-{code}")).unwrap_or_else(|| code.to_owned())
}

/// How a bid came open.
#[must_use]
pub fn route(t: Text, route: Route) -> String {
    match route {
        Route::Released => t.route_released(),
        Route::Rescued => t.route_rescued(),
    }
}

/// The legal state of a bid that stays closed.
#[must_use]
pub fn fault(t: Text, fault: FaultState) -> String {
    match fault {
        FaultState::Revoked => t.fault_revoked(),
        FaultState::Withdrawn => t.fault_withdrawn(),
    }
}

/// Why a bid was voided.
#[must_use]
pub fn void(t: Text, reason: VoidReason) -> String {
    match reason {
        VoidReason::SharesMissing => t.void_shares_missing(),
        VoidReason::ReleaseUnreadable => t.void_release_unreadable(),
        VoidReason::FormUnreadable => t.void_form_unreadable(),
        VoidReason::ContextDiffers => t.void_context_differs(),
        VoidReason::EscrowDiffers => t.void_escrow_differs(),
        VoidReason::ManifestUnsigned => t.void_manifest_unsigned(),
        VoidReason::FormMalformed => t.void_form_malformed(),
        VoidReason::BodyDiffers => t.void_body_differs(),
    }
}

/// A remark at the reading.
#[must_use]
pub fn flag(t: Text, flag: Flag) -> String {
    match flag {
        Flag::WordsDiffer => t.flag_words_differ(),
        Flag::LinesDiffer => t.flag_lines_differ(),
        Flag::AboveCeiling => t.flag_above_ceiling(),
    }
}

/// Why something submitted does not count.
#[must_use]
pub fn not_counted(t: Text, reason: NotCountedReason) -> String {
    match reason {
        NotCountedReason::Withdrawn => t.not_counted_withdrawn(),
        NotCountedReason::Voided => t.not_counted_voided(),
        NotCountedReason::NotCosignedInTime => t.not_counted_not_cosigned(),
    }
}

/// Why a bid has no score.
#[must_use]
pub fn rejected(t: Text, reason: RejectReason) -> String {
    match reason {
        RejectReason::AboveCeiling => t.flag_above_ceiling(),
        RejectReason::PriceZero => t.reject_price_zero(),
        RejectReason::NotShortlisted => t.reject_not_shortlisted(),
        RejectReason::ObjectionUpheld => t.reject_objection(),
        RejectReason::GivenUp => t.reject_given_up(),
        RejectReason::Disqualified => t.reject_disqualified(),
        RejectReason::Excluded => t.reject_excluded(),
        RejectReason::NoBase => t.reject_no_base(),
        RejectReason::Committee => t.reject_committee(),
        RejectReason::BondMissing => t.reject_bond_missing(),
        RejectReason::MemberTwice => t.reject_member_twice(),
    }
}

pub(crate) fn stand(t: Text, stand: Stand) -> String {
    match stand {
        Stand::Signed => t.sheet_stand_signed(),
        Stand::Dissented => t.sheet_stand_dissented(),
        Stand::Deemed => t.sheet_stand_deemed(),
    }
}

pub(crate) fn cause(t: Text, cause: CorrectionCause) -> String {
    match cause {
        CorrectionCause::SumError => t.sheet_cause_sum_error(),
        CorrectionCause::OutOfRange => t.sheet_cause_out_of_range(),
        CorrectionCause::InconsistentObjective => t.sheet_cause_inconsistent(),
        CorrectionCause::Abnormal => t.sheet_cause_abnormal(),
    }
}

pub(crate) fn ground(t: Text, ground: RejectionGround) -> String {
    match ground {
        RejectionGround::Unsigned => t.exclusion_unsigned(),
        RejectionGround::NoConsortiumAgreement => t.exclusion_no_agreement(),
        RejectionGround::Unqualified => t.exclusion_unqualified(),
        RejectionGround::TwoBids => t.exclusion_two_bids(),
        RejectionGround::Price => t.exclusion_price(),
        RejectionGround::Unresponsive => t.exclusion_unresponsive(),
        RejectionGround::Offence => t.exclusion_collusion(),
    }
}

/// Digits of a model's hash that tell models apart.
const MODEL_DIGITS: usize = 12;

/// How it was checked who sits down, in words.
#[must_use]
pub fn identity(t: Text, check: Option<&IdentityCheck>) -> String {
    let Some(IdentityCheck { choice, face }) = check else { return t.identity_officer() };
    match (choice, face) {
        (IdentityChoice::Officer, _) => t.identity_chosen(),
        (IdentityChoice::Face, None) => t.identity_unmade(),
        (IdentityChoice::Face, Some(FaceMatch { matched, model, similarity, threshold })) => {
            let model: String = model.to_string().chars().take(MODEL_DIGITS).collect();
            let (similarity, threshold) = (similarity.to_string(), threshold.to_string());
            if *matched {
                t.identity_matched(model, similarity, threshold)
            } else {
                t.identity_different(model, similarity, threshold)
            }
        }
    }
}
