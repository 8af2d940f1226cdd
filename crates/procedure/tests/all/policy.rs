//! The golden matrix: every role, command and stage, so that a change of permission is a line in a diff.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::fmt::Write as _;

use ximu_procedure::{policy::TABLE, role::Role, tender::StageName};

const STAGES: [StageName; 9] = [
    StageName::Sealing,
    StageName::Window,
    StageName::Opening,
    StageName::Drawing,
    StageName::Evaluating,
    StageName::Ranking,
    StageName::Published,
    StageName::Awarded,
    StageName::Failed,
];

/// One line for each command and role, with the stages at which the role may give it.
fn matrix() -> String {
    let mut text = String::from(
        "# command role: stages at which the role may give it (`any` for the register and publish)\n",
    );
    for row in TABLE {
        for role in Role::ALL {
            let stages: Vec<String> = STAGES
                .iter()
                .filter(|stage| row.stages.contains(stage))
                .map(|stage| format!("{stage:?}").to_lowercase())
                .collect();
            let granted = match (row.allows([role]), stages.is_empty()) {
                (false, _) => "-".to_string(),
                (true, true) => "any".to_string(),
                (true, false) => stages.join(" "),
            };
            writeln!(text, "{} {}: {granted}", row.command, format!("{role:?}").to_lowercase()).unwrap();
        }
    }
    text
}

#[test]
fn permissions_are_the_golden_matrix() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/policy.txt");
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    let found = matrix();
    if golden != found {
        let candidate = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("policy.txt");
        std::fs::write(&candidate, &found).unwrap();
        panic!("permissions changed; compare {path} with {}", candidate.display());
    }
}

#[test]
fn no_command_is_given_by_someone_without_need() {
    for row in TABLE {
        assert!(!row.roles.is_empty(), "{} can be given by nobody", row.command);
        assert!(!row.allows([Role::Auditor]), "{}: an auditor reads", row.command);
        let operator = row.allows([Role::Operator]);
        assert!(
            !operator || row.stages.is_empty(),
            "{}: the operator has no part in a procedure",
            row.command
        );
    }
}
