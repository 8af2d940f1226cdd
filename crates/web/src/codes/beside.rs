//! Codes beside those of the engine: what the libraries and the command line say. Most share what to do with their
//! family; `codes-<family>-do` says it.

/// Why an envelope on a list could not count (opening 5.4, draw 2.6); `context_differs` stands with the requests.
pub const VOID: &[&str] = &[
    "shares_missing",
    "release_unreadable",
    "form_unreadable",
    "escrow_differs",
    "manifest_unsigned",
    "form_malformed",
    "body_differs",
    "unreadable",
    "content_malformed",
];

/// A centre's own storage.
pub const DISK: &[&str] = &[
    "store-full",
    "store-gap",
    "store-too-large",
    "store-duplicate",
    "store-seed-exists",
    "store-slot-taken",
    "store-stamp-regressed",
    "store-checkpoint-regressed",
    "store-checkpoint-conflict",
    "store-mismatch",
    "store-locked",
    "store-corrupt",
    "store-io",
    "store-stopped",
    "vault-full",
    "vault-too-large",
    "vault-mismatch",
    "vault-missing",
    "vault-damaged",
    "vault-record",
    "vault-upload",
    "vault-locked",
    "vault-io",
    "start",
    "leaf-malformed",
    "leaf-chain",
    "operations-differ",
    "seed-missing",
    "entry-broken",
    "thread-lost",
    "bundle-full",
    "form-missing",
    "document-unreadable",
    "not_canonical",
];

/// What centres tell one another, and what health pages show.
pub const PEER: &[&str] = &[
    "no_quorum",
    "evidence_missing",
    "witness-conflict",
    "witness-refused",
    "witness-unreachable",
    "cosignature-false",
    "cosignature-time",
    "log-behind",
    "witness-claims-ahead",
    "proof-unavailable",
    "witness-state-lost",
    "log-forked",
    "clock-regressed",
    "clock-impossible",
    "note-unusable",
    "holder-epoch",
    "entropy-missing",
    "holder-unsigned",
    "release-suspended",
    "release-stage",
    "release-list",
    "release-set",
    "release-minimum",
    "release-cosigned",
    "release-early",
    "release-envelope",
    "release-context",
    "release-draw",
    "release-contribution",
    "release-evidence-old",
    "release-unseen",
    "release-relayed",
    "holder-withheld",
    "disclosed-full",
    "mirror-damaged",
    "mirror-fetch",
    "mirror-full",
    "mirror-missing",
    "mirror-malformed",
    "mirror-root",
    "checkpoint-untrusted",
    "peer-follow",
    "peer-disk-full",
    "peer-disk-io",
    "peer-disk-damaged",
    "peer-locked",
    "peer-directory-incomplete",
    "peer-directory-foreign",
    "peer-config-name",
    "peer-config-policy",
    "peer-config-log",
    "peer-config-witness",
    "peer-config-log-twice",
    "epoch-request",
    "epoch-asker",
    "epoch-unwritable",
    "epochs-exhausted",
    "epochs-unpublished",
    "relay-request",
    "relay-too-large",
    "relay-behind",
    "relay-not-here",
    "relay-restored",
    "relay-refused",
    "relay-suspended",
    "relay-late",
    "relay-exists",
    "relay-other",
    "copy-request",
    "copy-unsigned",
    "copy-length",
    "copy-too-large",
    "copy-too-long",
    "copy-truncated",
    "copy-differs",
    "copy-unknown",
    "quota-full",
    "body-too-large",
    "body-too-slow",
    "body-broken",
    "answer-unwritable",
    "interrupted",
    "disk-full",
    "log-unknown",
    "mirror-unknown",
    "newest-unknown",
    "not-found",
    "witness-silent",
];

/// Sealing and opening.
pub const SEAL: &[&str] = &[
    "seal-header",
    "seal-stanza",
    "seal-header-long",
    "seal-low-order",
    "seal-no-match",
    "seal-mac",
    "seal-key-text",
    "seal-nonce",
    "seal-chunk",
    "seal-truncated",
    "seal-trailing",
    "seal-empty-chunk",
    "seal-context-syntax",
    "seal-context",
    "seal-stanzas",
    "seal-header-rest",
    "seal-escrow-syntax",
    "seal-escrow-policy",
    "seal-escrow-other-policy",
    "seal-escrow-mismatch",
    "seal-escrow-holder",
    "seal-escrow-part",
    "seal-share-length",
    "seal-share-index",
    "seal-share-context",
    "seal-share-commitment",
    "seal-share-foreign",
    "seal-shares-few",
    "seal-shares-twice",
    "seal-shares-disagree",
    "seal-release-files",
    "seal-release-key",
    "seal-commitment",
    "seal-plain-commitment",
    "seal-self-check",
    "seal-recovery-line",
    "seal-recovery-spelling",
    "seal-manifest-file",
    "seal-manifest-length",
    "seal-manifest-json",
    "seal-manifest-profile",
    "seal-manifest-signature",
    "seal-manifest-sealer",
    "seal-manifest-context",
    "seal-manifest-escrow",
    "seal-manifest-missing",
    "seal-manifest-files",
    "seal-file-hash",
    "seal-tar-name",
    "seal-tar-duplicate",
    "seal-tar-kind",
    "seal-tar-head",
    "seal-tar-size",
    "seal-tar-entries",
    "seal-tar-garbage",
    "seal-tar-padding",
    "seal-tar-truncated",
    "seal-tar-contents",
    "sealer-io",
    "sealer-exists",
    "sealer-changed",
    "sealer-worker",
];

/// Receipts and proofs.
pub const PROOF: &[&str] = &[
    "receipt-malformed",
    "receipt-version",
    "receipt-operation",
    "receipt-beat",
    "receipt-path",
    "receipt-index",
    "proof-malformed",
    "proof-false",
    "log-unsigned",
    "signature-false",
    "quorum-missing",
];

/// The command line.
pub const TOOL: &[&str] = &[
    "argument",
    "file",
    "file-exists",
    "json",
    "command",
    "config",
    "key-file",
    "key-access",
    "key-passphrase",
    "key-lock",
    "key-differs",
    "policy",
    "policy-differs",
    "log-broken",
    "log-missing",
    "procedure-unknown",
    "sheet-unsealed",
    "submission",
    "acknowledgement",
    "receipt",
    "context",
    "receipt-late",
    "receipt-missing",
    "receipt-unknown",
    "seat-unvouched",
    "seat-unknown",
    "seat-differs",
    "face-settings",
    "face-model-file",
    "face-model-hash",
    "face-model-malformed",
    "face-model-shape",
    "face-picture-file",
    "face-picture-malformed",
    "face-picture-size",
    "face-count",
    "face-embedding",
    "sheet-not-asked",
    "papers-closed",
    "papers-altered",
    "papers-missing-shares",
    "papers-none",
    "sheet-malformed",
    "report-undrafted",
    "draft-differs",
    "bid-sealed",
    "bid-unsealed",
    "bid-unsubmitted",
    "data-dir",
    "demo-foreign",
    "demo-running",
    "report_foreign",
    "forms_differ",
    "names_differ",
    "backup-damaged",
    "bench",
    "bench-tool",
    "bundle",
    "centre-key",
    "checkpoint",
    "published",
    "clock",
    "ended",
    "standstill",
    "process",
    "epoch-unsigned",
    "holder-unknown",
    "id",
    "listen",
    "number",
    "peer-unknown",
    "randomness",
    "rules",
    "runtime",
    "tls",
    "uncosigned",
    "unfounded",
    "client-unexpected",
    "client-too-long",
    "client-timeout",
    "client-connection",
    "client-certificate",
    "client-roots",
    "client-source",
];

/// How a rules file is written.
pub const RULEBOOK: &[&str] = &[
    "rulebook-unreadable",
    "rulebook-toml",
    "rulebook-unknown-key",
    "rulebook-missing",
    "rulebook-type",
    "rulebook-value",
    "rulebook-preset-unknown",
    "rulebook-preset-depth",
    "rulebook-laxer",
];

#[cfg(test)]
mod tests {
    use super::super::Family;
    use std::collections::BTreeSet;

    /// The codes in a source file between two texts: the first word of each string that is spelled like one.
    fn between<'a>(source: &'a str, from: &str, to: &str) -> Vec<&'a str> {
        let body = source.split(from).nth(1).unwrap().split(to).next().unwrap();
        body.split('"').skip(1).step_by(2).collect()
    }

    /// What a library's `code()` gives.
    fn given(source: &str) -> Vec<&str> {
        let codes = between(source, "fn code(", "\n    }\n");
        assert!(!codes.is_empty());
        codes
    }

    /// The words of an enum, as they stand in JSON.
    fn reasons(source: &str, name: &str) -> Vec<String> {
        let body =
            source.split(&format!("pub enum {name} {{")).nth(1).unwrap().split("\n}\n").next().unwrap();
        let variants = body.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.is_empty());
        variants
            .map(|variant| {
                let mut word = String::new();
                for letter in variant.trim_end_matches(',').chars() {
                    if letter.is_uppercase() && !word.is_empty() {
                        word.push('_');
                    }
                    word.extend(letter.to_lowercase());
                }
                word
            })
            .collect()
    }

    fn known() -> BTreeSet<&'static str> {
        Family::ALL.into_iter().flat_map(Family::codes).collect()
    }

    #[test]
    fn every_code_of_every_library_is_on_the_page() {
        let known = known();
        for (file, source) in [
            ("journal", include_str!("../../../journal/src/error.rs")),
            ("vault", include_str!("../../../vault/src/error.rs")),
            ("sealer", include_str!("../../../sealer/src/error.rs")),
            ("tlog proof", include_str!("../../../tlog/src/proof.rs")),
            ("tlog receipt", include_str!("../../../tlog/src/receipt.rs")),
            ("tlog policy", include_str!("../../../tlog/src/policy.rs")),
            ("sealed tar", include_str!("../../../sealed/src/tar/error.rs")),
            ("sealed age", include_str!("../../../sealed/src/age/error.rs")),
            ("sealed context", include_str!("../../../sealed/src/context.rs")),
            ("sealed escrow", include_str!("../../../sealed/src/escrow/error.rs")),
            ("sealed release", include_str!("../../../sealed/src/release.rs")),
            ("sealed", include_str!("../../../sealed/src/error.rs")),
            ("sealed recovery", include_str!("../../../sealed/src/recovery.rs")),
            ("sealed manifest", include_str!("../../../sealed/src/manifest.rs")),
            ("sealed envelope", include_str!("../../../sealed/src/envelope.rs")),
            ("procedure world", include_str!("../../../procedure/src/world.rs")),
            ("peer holder", include_str!("../../../peer/src/holder.rs")),
            ("peer conditions", include_str!("../../../peer/src/conditions.rs")),
            ("peer replaying", include_str!("../../../peer/src/replaying.rs")),
            ("peer", include_str!("../../../peer/src/peer.rs")),
            ("peer disk", include_str!("../../../peer/src/durable.rs")),
            ("peer directory", include_str!("../../../peer/src/directory.rs")),
            ("peer settings", include_str!("../../../peer/src/config.rs")),
            ("peer mirror", include_str!("../../../peer/src/mirror/error.rs")),
            ("report", include_str!("../../../report/src/error.rs")),
            ("verify paper", include_str!("../../../verify/src/paper.rs")),
            ("face", include_str!("../../../face/src/error.rs")),
            ("bidder", include_str!("../../../bidder/src/error.rs")),
            ("office witnesses", include_str!("../../../office/src/outside.rs")),
            ("office load", include_str!("../../../office/src/load.rs")),
            ("office cosigning", include_str!("../../../office/src/cosigning.rs")),
            ("client", include_str!("../../../client/src/error.rs")),
        ] {
            for code in given(source) {
                assert!(known.contains(code), "{file}: {code} is not on the page of codes");
            }
        }
        for code in
            between(include_str!("../../../rulebook/src/fault.rs"), "Code::Unreadable =>", "\n        }")
        {
            assert!(known.contains(code), "rulebook: {code} is not on the page of codes");
        }
    }

    #[test]
    fn every_reason_why_an_envelope_is_void_is_on_the_page() {
        let known = known();
        for (name, source) in [
            ("VoidReason", include_str!("../../../procedure/src/wire/opening.rs")),
            ("SetVoid", include_str!("../../../procedure/src/wire/set.rs")),
        ] {
            for reason in reasons(source, name) {
                assert!(known.contains(reason.as_str()), "{name}: {reason} is not on the page of codes");
            }
        }
    }

    #[test]
    fn every_note_of_a_verification_is_on_the_page() {
        let noted: Vec<String> = reasons(include_str!("../../../verify/src/report.rs"), "NoteCode")
            .iter()
            .map(|word| word.replace('_', "-"))
            .collect();
        assert_eq!(Family::Note.codes(), noted);
    }

    /// The sources of a crate.
    fn sources(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }

    /// What stands before a code in a program, and how many arguments stand between.
    const SPELLED: [(&str, usize); 7] = [
        ("Fault::new(", 0),
        ("Problem::new(", 0),
        ("Trouble::now(", 0),
        ("Trouble::halted(", 0),
        ("Trouble::refused(", 1),
        ("code: ", 0),
        ("Part::", 1),
    ];

    #[test]
    fn every_code_that_a_program_spells_out_is_on_the_page() {
        let (known, mut found, mut spelled) = (known(), Vec::new(), [0; SPELLED.len()]);
        for folder in ["cli", "client", "face", "journal", "office", "peer", "report", "vault", "web"] {
            sources(&std::path::Path::new("..").join(folder).join("src"), &mut found);
        }
        for path in found {
            let source = std::fs::read_to_string(&path).unwrap();
            let product = source.split("#[cfg(test)]").next().unwrap();
            for ((from, between), spelled) in SPELLED.into_iter().zip(&mut spelled) {
                for after in product.split(from).skip(1) {
                    let Some(argument) = after.splitn(between + 2, ',').nth(between) else { continue };
                    let Some(code) = argument.trim_start().strip_prefix('"') else { continue };
                    let code = code.split('"').next().unwrap();
                    // What a failpoint of the tests gives, and no program of a centre.
                    let known = known.contains(code) || code == "injected";
                    assert!(known, "{}: {code} is not on the page of codes", path.display());
                    *spelled += 1;
                }
            }
        }
        assert!(spelled.iter().all(|times| *times > 0), "each pattern finds what it looks for: {spelled:?}");
    }
}
