//! Who may give which command, at which stage: one table (journal 4.2). The golden matrix in `vectors/policy.txt`
//! shows every role, command and stage, so that a change of permission is a line in a diff.

use crate::{role::Role, tender::StageName, wire::Command};

/// One row: a command, the roles that may give it, the stages at which it means anything.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The command's name on the wire.
    pub command: &'static str,
    /// Any of these roles.
    pub roles: &'static [Role],
    /// At any of these stages; empty for commands of the register.
    pub stages: &'static [StageName],
}

/// Where objections are taken and answered; which of them, says the phase.
const OPEN_TO_OBJECTIONS: &[StageName] = &[
    StageName::Sealing,
    StageName::Window,
    StageName::Opening,
    StageName::Drawing,
    StageName::Ranking,
    StageName::Published,
];

/// The table. A command without a row can be given by nobody.
pub const TABLE: &[Row] = &[
    Row { command: "found", roles: &[Role::Visitor], stages: &[] },
    Row { command: "register_party", roles: &[Role::Visitor], stages: &[] },
    Row { command: "admit_party", roles: &[Role::Administrator, Role::Operator], stages: &[] },
    Row { command: "replace_key", roles: &[Role::Administrator, Role::Operator], stages: &[] },
    Row { command: "publish", roles: &[Role::Tenderer, Role::Agent], stages: &[] },
    Row { command: "amend", roles: &[Role::Tenderer, Role::Agent], stages: &[StageName::Sealing] },
    Row { command: "cancel", roles: &[Role::Tenderer, Role::Agent], stages: &[StageName::Sealing] },
    Row { command: "ask", roles: &[Role::Visitor], stages: &[StageName::Sealing] },
    Row { command: "answer", roles: &[Role::Tenderer, Role::Agent], stages: &[StageName::Sealing] },
    Row { command: "object", roles: &[Role::Bidder], stages: OPEN_TO_OBJECTIONS },
    Row { command: "answer_objection", roles: &[Role::Tenderer, Role::Agent], stages: OPEN_TO_OBJECTIONS },
    Row { command: "prolong", roles: &[Role::Centre], stages: &[StageName::Sealing] },
    Row { command: "submit", roles: &[Role::Bidder], stages: &[StageName::Sealing] },
    Row { command: "withdraw", roles: &[Role::Bidder], stages: &[StageName::Sealing] },
    Row { command: "close", roles: &[Role::Centre], stages: &[StageName::Sealing] },
    Row { command: "sign_in", roles: &[Role::Bidder, Role::WitnessOfficer], stages: &[StageName::Window] },
    Row { command: "release", roles: &[Role::Bidder], stages: &[StageName::Window] },
    Row { command: "ask_rescue", roles: &[Role::Bidder], stages: &[StageName::Window] },
    Row { command: "end_window", roles: &[Role::Centre], stages: &[StageName::Window] },
    Row { command: "release_shares", roles: &[Role::Holder], stages: &[StageName::Opening] },
    Row { command: "open", roles: &[Role::Centre], stages: &[StageName::Opening] },
    Row { command: "contribute", roles: &[Role::Holder], stages: &[StageName::Sealing, StageName::Drawing] },
    Row { command: "list_set", roles: &[Role::Centre], stages: &[StageName::Window, StageName::Drawing] },
    Row { command: "release_set", roles: &[Role::Holder], stages: &[StageName::Opening, StageName::Drawing] },
    Row { command: "open_set", roles: &[Role::Centre], stages: &[StageName::Opening, StageName::Drawing] },
    Row { command: "freeze_pool", roles: &[Role::PoolKeeper], stages: &[StageName::Drawing] },
    Row { command: "decline", roles: &[Role::PoolKeeper], stages: &[StageName::Ranking] },
    Row { command: "propose", roles: &[Role::Tenderer, Role::Agent], stages: &[StageName::Ranking] },
    Row { command: "award", roles: &[Role::Tenderer, Role::Agent], stages: &[StageName::Published] },
];

/// The row of a command.
#[must_use]
pub fn row(command: &Command) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.command == command.name())
}

impl Row {
    /// Whether one of these roles may give the command.
    pub fn allows(&self, roles: impl IntoIterator<Item = Role>) -> bool {
        roles.into_iter().any(|role| self.roles.contains(&role))
    }
}
