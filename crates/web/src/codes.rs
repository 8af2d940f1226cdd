//! The stable codes of the interface. Their sentences are the messages `code-<code>` and `code-<code>-do`.

pub mod beside;

use ximu_procedure::rules::RuleCode;
use ximu_text::Text;
use ximu_verify::{
    NoteCode,
    code::{Code, Words},
};

/// Where a code comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// A command was considered and refused; the refusal is signed.
    Refusal,
    /// A command was not considered: nobody known said anything.
    Rejection,
    /// A request could not be served: it is wrong, or the centre cannot now.
    Request,
    /// A rules document does not hold.
    Rules,
    /// A bundle or log does not verify.
    Verify,
    /// A log verifies, and shows something that people should still ask about.
    Note,
    /// An envelope was opened and could not count.
    Void,
    /// A rules file is not written as it must be.
    Rulebook,
    /// The command line.
    Tool,
    /// Sealing and opening.
    Seal,
    /// A receipt or proof does not hold.
    Proof,
    /// What centres tell one another.
    Peer,
    /// A centre's own storage.
    Disk,
}

/// Refusals, in the order in which they are checked (journal 4.3).
pub const REFUSALS: &[&str] = &[
    "role_not_allowed",
    "stage_wrong",
    "deadline_passed",
    "too_early",
    "window_over",
    "period_over",
    "objection_open",
    "suspended",
    "not_suspended",
    "key_replaced_late",
    "record_not_ready",
    "already_exists",
    "unknown",
    "rules_invalid",
    "too_many",
    "mismatch",
    "roles_apart",
    "deadline_earlier",
    "envelope_too_large",
    "envelope_duplicate",
    "version_used",
    "application_missing",
    "bid_stands",
    "bond_differs",
    "custody_missing",
    "evidence_invalid",
    "escrow_not_allowed",
    "share_mismatch",
    "set_share_mismatch",
    "seat_taken",
    "consent_missing",
    "venue_out",
    "declaration_missing",
    "cause_missing",
    "report_differs",
    "ranking_differs",
    "not_first",
    "record_differs",
    "above_ceiling",
];

/// Rejections, in the order in which they are checked (journal 3.2).
pub const REJECTIONS: &[&str] = &[
    "command_too_long",
    "command_malformed",
    "command_version",
    "signature_invalid",
    "origin_differs",
    "command_misplaced",
    "procedure_unknown",
    "key_unknown",
];

/// Answers of the interface itself, then the office's troubles.
pub const REQUESTS: &[&str] = &[
    "not_found",
    "method_not_allowed",
    "body_malformed",
    "body_too_large",
    "length_required",
    "header_missing",
    "body_too_slow",
    "body_incomplete",
    "streams_full",
    "internal",
    "not_founded",
    "centre_key_differs",
    "rehearsal_differs",
    "entry_too_large",
    "too_many_in_beat",
    "beat_full",
    "busy",
    "disk_full",
    "not_recorded",
    "stopped",
    "closing",
    "timer_refused",
    "upload_signature",
    "upload_key",
    "upload_role",
    "upload_closed",
    "upload_too_large",
    "upload_quota",
    "document_quota",
    "uploads_at_once",
    "too_many_strangers",
    "upload_missing",
    "context_differs",
    "upload_length",
    "upload_differs",
    "upload_broken",
    "record_malformed",
    "record_unknown",
    "seat_malformed",
    "seat_signature",
    "seat_differs",
    "seat_consent",
    "seats_full",
    "vault_failed",
    "custody_down",
    "custody_false",
    "journal_unreadable",
    "font_missing",
    "font_unreadable",
    "glyph_missing",
    "report_invalid",
];

impl Family {
    /// All of them.
    pub const ALL: [Family; 13] = [
        Family::Refusal,
        Family::Rejection,
        Family::Request,
        Family::Void,
        Family::Rules,
        Family::Rulebook,
        Family::Verify,
        Family::Note,
        Family::Proof,
        Family::Tool,
        Family::Seal,
        Family::Peer,
        Family::Disk,
    ];

    /// Its codes.
    #[must_use]
    pub fn codes(self) -> Vec<&'static str> {
        match self {
            Family::Refusal => REFUSALS.to_vec(),
            Family::Rejection => REJECTIONS.to_vec(),
            Family::Request => REQUESTS.to_vec(),
            Family::Rules => RuleCode::ALL.iter().map(|code| code.as_str()).collect(),
            Family::Verify => Code::ALL.iter().map(|code| code.as_str()).collect(),
            Family::Note => NoteCode::ALL.iter().map(|code| code.as_str()).collect(),
            Family::Void => beside::VOID.to_vec(),
            Family::Rulebook => beside::RULEBOOK.to_vec(),
            Family::Tool => beside::TOOL.to_vec(),
            Family::Seal => beside::SEAL.to_vec(),
            Family::Proof => beside::PROOF.to_vec(),
            Family::Peer => beside::PEER.to_vec(),
            Family::Disk => beside::DISK.to_vec(),
        }
    }

    /// Its heading.
    #[must_use]
    pub fn title(self, t: Text) -> String {
        match self {
            Family::Refusal => t.codes_refusals(),
            Family::Rejection => t.codes_rejections(),
            Family::Request => t.codes_requests(),
            Family::Rules => t.codes_rules(),
            Family::Verify => t.codes_verify(),
            Family::Note => t.codes_notes(),
            Family::Void => t.codes_void(),
            Family::Rulebook => t.codes_rulebook(),
            Family::Tool => t.codes_tool(),
            Family::Seal => t.codes_seal(),
            Family::Proof => t.codes_proof(),
            Family::Peer => t.codes_peer(),
            Family::Disk => t.codes_disk(),
        }
    }

    /// What its codes have in common.
    #[must_use]
    pub fn about(self, t: Text) -> String {
        match self {
            Family::Refusal => t.codes_refusals_about(),
            Family::Rejection => t.codes_rejections_about(),
            Family::Request => t.codes_requests_about(),
            Family::Rules => t.codes_rules_about(),
            Family::Verify => t.codes_verify_about(),
            Family::Note => t.codes_notes_about(),
            Family::Void => t.codes_void_about(),
            Family::Rulebook => t.codes_rulebook_about(),
            Family::Tool => t.codes_tool_about(),
            Family::Seal => t.codes_seal_about(),
            Family::Proof => t.codes_proof_about(),
            Family::Peer => t.codes_peer_about(),
            Family::Disk => t.codes_disk_about(),
        }
    }

    /// What to do about each of its codes that says nothing of its own.
    fn action(self, t: Text) -> String {
        match self {
            Family::Refusal | Family::Rejection | Family::Request | Family::Rules | Family::Verify => {
                String::new()
            }
            Family::Note => t.codes_notes_do(),
            Family::Void => t.codes_void_do(),
            Family::Rulebook => t.codes_rulebook_do(),
            Family::Tool => t.codes_tool_do(),
            Family::Seal => t.codes_seal_do(),
            Family::Proof => t.codes_proof_do(),
            Family::Peer => t.codes_peer_do(),
            Family::Disk => t.codes_disk_do(),
        }
    }
}

/// What a code means; the code itself when nobody gives it.
#[must_use]
pub fn meaning(t: Text, code: &str) -> String {
    let said = t.named(&format!("code-{code}"));
    said.or_else(|| words(code).map(|words| t.pick(words.zh, words.en).to_string()))
        .or_else(|| note(code).map(|(chinese, english)| t.pick(chinese, english).to_string()))
        .unwrap_or_else(|| code.to_string())
}

/// What to do about it.
#[must_use]
pub fn action(t: Text, code: &str) -> String {
    let said = t.named(&format!("code-{code}-do"));
    said.or_else(|| words(code).map(|words| t.pick(words.zh_do, words.en_do).to_string())).unwrap_or_else(
        || {
            let family = Family::ALL.into_iter().find(|family| family.codes().contains(&code));
            family.map(|family| family.action(t)).unwrap_or_default()
        },
    )
}

/// The verifier brings its own sentences.
fn words(code: &str) -> Option<Words> {
    Code::ALL.iter().find(|known| known.as_str() == code).map(|known| known.words())
}

/// And for its notes, which say whom to ask.
fn note(code: &str) -> Option<(&'static str, &'static str)> {
    NoteCode::ALL.iter().find(|known| known.as_str() == code).map(|known| known.words())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ximu_text::{Language, MESSAGES};

    /// The codes that a source file of the engine gives, in its own order.
    fn codes_in(source: &str) -> Vec<&str> {
        let body = source.split("pub fn code(&self)").nth(1).unwrap();
        let body = body.split("\n    }\n").next().unwrap();
        body.split('"').skip(1).step_by(2).collect()
    }

    #[test]
    fn every_refusal_and_rejection_of_the_engine_is_on_the_page() {
        let refusals = codes_in(include_str!("../../procedure/src/wire/refusal.rs"));
        assert_eq!(refusals, REFUSALS);
        let mut rejections = codes_in(include_str!("../../procedure/src/actor.rs"));
        let mut listed = REJECTIONS.to_vec();
        rejections.sort_unstable();
        listed.sort_unstable();
        assert_eq!(rejections, listed);
    }

    #[test]
    fn every_trouble_of_the_office_is_on_the_page() {
        for code in codes_in(include_str!("../../office/src/trouble.rs")) {
            assert!(REQUESTS.contains(&code), "{code} is missing");
        }
    }

    #[test]
    fn no_code_has_two_meanings() {
        let mut all: Vec<&str> = Family::ALL.into_iter().flat_map(Family::codes).collect();
        all.sort_unstable();
        let twice: Vec<_> = all.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    #[test]
    fn every_code_says_what_it_means_and_what_to_do_in_both_languages() {
        for family in Family::ALL {
            for code in family.codes() {
                for language in Language::ALL {
                    let t = Text::new(language);
                    assert_ne!(meaning(t, code), code, "{code} has no meaning in {language:?}");
                    assert!(!action(t, code).is_empty(), "{code} has no action in {language:?}");
                }
            }
        }
    }

    #[test]
    fn no_sentence_explains_a_code_that_nobody_gives() {
        let all: Vec<&str> = Family::ALL.into_iter().flat_map(Family::codes).collect();
        for (name, _) in MESSAGES {
            let Some(rest) = name.strip_prefix("code-") else { continue };
            let code = rest.strip_suffix("-do").unwrap_or(rest);
            assert!(all.contains(&code), "code-{code} is explained and never given");
        }
    }
}
