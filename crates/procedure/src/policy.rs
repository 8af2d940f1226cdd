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
    StageName::Evaluating,
    StageName::Ranking,
    StageName::Published,
];

/// Everywhere, also where a procedure has ended.
const ALWAYS: &[StageName] = &[
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

/// Everywhere but where a procedure has ended without an award; what an order may do there, says the phase.
const OPEN_TO_ORDERS: &[StageName] = &[
    StageName::Sealing,
    StageName::Window,
    StageName::Opening,
    StageName::Drawing,
    StageName::Evaluating,
    StageName::Ranking,
    StageName::Published,
    StageName::Awarded,
];

/// Where a candidate or the winner can leave.
const WITH_CANDIDATES: &[StageName] = &[StageName::Published, StageName::Awarded];

/// Where a bid can be found unfit.
const RANKED: &[StageName] = &[StageName::Ranking, StageName::Published, StageName::Awarded];

/// Where a procedure has come to its end, one way or the other.
const ENDED: &[StageName] = &[StageName::Awarded, StageName::Failed];

/// Where official records are made: from the reading on.
const AFTER_OPENING: &[StageName] = &[
    StageName::Drawing,
    StageName::Evaluating,
    StageName::Ranking,
    StageName::Published,
    StageName::Awarded,
    StageName::Failed,
];

/// The members of a committee, at their seats.
const SEATS: &[Role] = &[Role::Evaluator, Role::Delegate];

const EVALUATING: &[StageName] = &[StageName::Evaluating];

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
    Row { command: "apply", roles: &[Role::Bidder], stages: &[StageName::Sealing] },
    Row { command: "withdraw_application", roles: &[Role::Bidder], stages: &[StageName::Sealing] },
    Row { command: "read_applications", roles: &[Role::QualificationOfficer], stages: &[StageName::Sealing] },
    Row { command: "admit", roles: &[Role::QualificationOfficer], stages: &[StageName::Sealing] },
    Row {
        command: "refuse_application",
        roles: &[Role::QualificationOfficer],
        stages: &[StageName::Sealing],
    },
    Row { command: "confirm_bond", roles: &[Role::BondKeeper], stages: &[StageName::Sealing] },
    Row { command: "fail_bond", roles: &[Role::BondKeeper], stages: &[StageName::Sealing] },
    Row { command: "close", roles: &[Role::Centre], stages: &[StageName::Sealing] },
    Row { command: "sign_in", roles: &[Role::Bidder, Role::WitnessOfficer], stages: &[StageName::Window] },
    Row { command: "release", roles: &[Role::Bidder], stages: &[StageName::Window] },
    Row { command: "ask_rescue", roles: &[Role::Bidder], stages: &[StageName::Window] },
    Row { command: "relay", roles: &[Role::Holder], stages: &[StageName::Window] },
    Row { command: "relays_done", roles: &[Role::Holder], stages: &[StageName::Window] },
    Row { command: "end_window", roles: &[Role::Centre], stages: &[StageName::Window] },
    Row { command: "release_shares", roles: &[Role::Holder], stages: &[StageName::Opening] },
    Row { command: "open", roles: &[Role::Centre], stages: &[StageName::Opening] },
    Row {
        command: "contribute",
        roles: &[Role::Holder, Role::Evaluator, Role::Delegate],
        stages: &[StageName::Sealing, StageName::Drawing, StageName::Evaluating],
    },
    Row {
        command: "list_set",
        roles: &[Role::Centre],
        stages: &[StageName::Window, StageName::Drawing, StageName::Evaluating],
    },
    Row {
        command: "release_set",
        roles: &[Role::Holder],
        stages: &[StageName::Opening, StageName::Drawing, StageName::Evaluating],
    },
    Row {
        command: "open_set",
        roles: &[Role::Centre],
        stages: &[StageName::Opening, StageName::Drawing, StageName::Evaluating],
    },
    Row { command: "give_papers", roles: &[Role::Holder], stages: EVALUATING },
    Row { command: "freeze_pool", roles: &[Role::PoolKeeper], stages: &[StageName::Drawing] },
    Row {
        command: "decline",
        roles: &[Role::PoolKeeper],
        stages: &[StageName::Ranking, StageName::Evaluating],
    },
    Row { command: "take_seat", roles: &[Role::Visitor], stages: EVALUATING },
    Row {
        command: "leave_seat",
        roles: &[Role::Evaluator, Role::Delegate, Role::WitnessOfficer],
        stages: EVALUATING,
    },
    Row { command: "replace_delegate", roles: &[Role::Tenderer, Role::Agent], stages: EVALUATING },
    Row { command: "report_outage", roles: &[Role::WitnessOfficer], stages: EVALUATING },
    Row { command: "end_outage", roles: &[Role::WitnessOfficer], stages: EVALUATING },
    Row {
        command: "dissolve_committee",
        roles: &[Role::Tenderer, Role::Agent, Role::Centre],
        stages: EVALUATING,
    },
    Row { command: "conclude", roles: &[Role::Centre], stages: EVALUATING },
    Row { command: "declare", roles: SEATS, stages: EVALUATING },
    Row { command: "choose_chair", roles: SEATS, stages: EVALUATING },
    Row { command: "begin_sheets", roles: &[Role::Centre], stages: EVALUATING },
    Row { command: "correct_score", roles: SEATS, stages: EVALUATING },
    Row { command: "call_abnormal", roles: SEATS, stages: EVALUATING },
    Row { command: "justify", roles: SEATS, stages: EVALUATING },
    Row { command: "ask_clarification", roles: SEATS, stages: EVALUATING },
    Row { command: "clarify", roles: &[Role::Bidder], stages: EVALUATING },
    Row { command: "propose_rejection", roles: SEATS, stages: EVALUATING },
    Row { command: "vote_rejection", roles: SEATS, stages: EVALUATING },
    Row { command: "vote_competition", roles: SEATS, stages: EVALUATING },
    Row { command: "ask_more_time", roles: SEATS, stages: EVALUATING },
    Row {
        command: "draft_report",
        roles: &[Role::Evaluator, Role::Delegate, Role::Centre],
        stages: EVALUATING,
    },
    Row { command: "sign_report", roles: SEATS, stages: EVALUATING },
    Row { command: "dissent", roles: SEATS, stages: EVALUATING },
    Row { command: "propose", roles: &[Role::Tenderer, Role::Agent], stages: &[StageName::Ranking] },
    Row { command: "award", roles: &[Role::Tenderer, Role::Agent], stages: &[StageName::Published] },
    Row { command: "choose", roles: &[Role::Tenderer, Role::Agent], stages: &[StageName::Published] },
    Row { command: "give_up", roles: &[Role::Bidder], stages: WITH_CANDIDATES },
    Row { command: "disqualify", roles: &[Role::Tenderer, Role::Agent], stages: RANKED },
    Row { command: "sign_contract", roles: &[Role::Tenderer, Role::Agent], stages: &[StageName::Awarded] },
    Row { command: "return_bond", roles: &[Role::Tenderer, Role::Agent], stages: ENDED },
    Row { command: "complain", roles: &[Role::Bidder], stages: ALWAYS },
    Row { command: "accept_complaint", roles: &[Role::Supervisor], stages: ALWAYS },
    Row { command: "decline_complaint", roles: &[Role::Supervisor], stages: ALWAYS },
    Row { command: "decide_complaint", roles: &[Role::Supervisor], stages: ALWAYS },
    Row { command: "order", roles: &[Role::Supervisor], stages: OPEN_TO_ORDERS },
    Row { command: "note_overdue", roles: &[Role::Centre], stages: ALWAYS },
    Row { command: "archive", roles: &[Role::Centre], stages: ENDED },
    Row { command: "keep_record", roles: &[Role::Centre], stages: AFTER_OPENING },
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
