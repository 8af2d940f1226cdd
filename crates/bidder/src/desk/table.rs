//! The table: every command of the closed set, and where a person gives it. `vectors/desk.txt` shows it line by line.

use serde::Serialize;

use super::field::{Field, Kind, List, named, own};

/// One command as the desk knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Deed {
    /// The command's name on the wire.
    pub command: &'static str,
    /// What it rests on.
    pub basis: &'static [Basis],
    /// Where it is given.
    pub place: Place,
}

/// What a command rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// An article of the Tendering and Bidding Law 招标投标法.
    Law(u16),
    /// An article of its Implementing Regulations 实施条例.
    Regulation(u16),
    /// A section of a specification.
    Spec(&'static str),
}

/// Where a command is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// At the desk, with these members.
    Desk(&'static [Field]),
    /// Somewhere else.
    Elsewhere(Elsewhere),
}

/// Why the desk does not give a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Elsewhere {
    /// On the page of bids: it needs the folder of a sealed bid.
    BidPage,
    /// On the page of the committee's seats: it needs the seat's own key and what the class `panel` holds.
    EvaluationPage,
    /// By the program on the command line: it reads files that no browser keeps (rules documents, pools, policies).
    CommandLine,
    /// By a holder's service, over what it has replayed itself.
    Holder,
    /// By the centre's clock or key: no person gives it.
    Centre,
}

impl Elsewhere {
    /// All of them.
    pub const ALL: [Elsewhere; 5] = [BidPage, EvaluationPage, CommandLine, Holder, Centre];

    /// The name in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            BidPage => "bid_page",
            EvaluationPage => "evaluation_page",
            CommandLine => "command_line",
            Holder => "holder",
            Centre => "centre",
        }
    }
}

/// Bytes of a reason, an article, a question.
const SHORT: u32 = 2_000;
/// Bytes of an objection, an answer, a complaint.
const LONG: u32 = 8_000;

/// The roles that can be granted (journal 7.3), in the order of the wire.
pub const ROLES: &[&str] = &[
    "administrator",
    "operator",
    "tenderer",
    "agent",
    "bidder",
    "evaluator",
    "delegate",
    "witness_officer",
    "supervisor",
    "auditor",
    "pool_keeper",
    "qualification_officer",
    "bond_keeper",
];

const MEASURES: &[&str] = &["suspend", "resume", "correct", "re_evaluate", "annul", "re_tender"];
const EXCLUSIONS: &[&str] =
    &["unsigned", "no_agreement", "unqualified", "two_bids", "price", "unresponsive", "collusion"];

const UNTIL: Field = named("measure.until", "until", Kind::Instant).when("measure.kind", "suspend");
const WHAT: Field = named("measure.what", "what", Kind::Text(LONG)).when("measure.kind", "correct");
const EXCLUDE: Field = named("measure.exclude", "exclude", Kind::Grounds(List::Ranked, EXCLUSIONS))
    .or_none()
    .when("measure.kind", "re_evaluate");
const MEASURE: Field = named("measure.kind", "measure", Kind::Word(MEASURES));

const REASON: Field = own("reason", Kind::Text(SHORT));
const TEXT: Field = own("text", Kind::Text(LONG));
const DOCUMENTS: Field = own("documents", Kind::Documents).or_none();
const ARTICLE: Field = own("article", Kind::Text(SHORT));
const PAYER: Field = own("payer", Kind::FileHash);
const APPLICANT: Field = own("applicant", Kind::Line);
const UPHELD: Field = own("upheld", Kind::YesNo);

const fn desk(command: &'static str, basis: &'static [Basis], fields: &'static [Field]) -> Deed {
    Deed { command, basis, place: Place::Desk(fields) }
}

const fn elsewhere(command: &'static str, place: Elsewhere) -> Deed {
    Deed { command, basis: &[], place: Place::Elsewhere(place) }
}

use Basis::{Law, Regulation, Spec};
use Elsewhere::{BidPage, Centre, CommandLine, EvaluationPage, Holder};

/// The table, in the order of the table of permissions.
pub const TABLE: &[Deed] = &[
    elsewhere("found", CommandLine),
    desk("register_party", &[Spec("journal 7.3")], &[own("name", Kind::Name)]),
    desk(
        "admit_party",
        &[Spec("journal 7.3")],
        &[own("party", Kind::Pick(List::PartiesWaiting)), own("roles", Kind::Words(ROLES))],
    ),
    desk(
        "replace_key",
        &[Spec("journal 7.4")],
        &[
            own("person", Kind::Pick(List::Persons)),
            own("key", Kind::Line),
            own("proof", Kind::Line),
            own("countersignature", Kind::Line).or_none(),
        ],
    ),
    elsewhere("publish", CommandLine),
    desk("amend", &[Law(23), Regulation(21)], &[own("deadline", Kind::Instant), REASON, DOCUMENTS]),
    desk("cancel", &[Regulation(31)], &[REASON]),
    desk("ask", &[Regulation(21)], &[named("text", "question_text", Kind::Text(SHORT))]),
    desk(
        "answer",
        &[Regulation(21)],
        &[
            own("question", Kind::Pick(List::QuestionsOpen)),
            named("text", "answer_text", Kind::Text(LONG)),
            DOCUMENTS,
        ],
    ),
    desk(
        "object",
        &[Regulation(22), Regulation(44), Regulation(54)],
        &[
            own("to", Kind::Word(&["documents", "opening", "candidates"])),
            own("against", Kind::Pick(List::Candidates)).or_none().when("to", "candidates"),
            named("text", "objection_text", Kind::Text(LONG)),
        ],
    ),
    desk(
        "answer_objection",
        &[Regulation(22), Regulation(44), Regulation(54)],
        &[
            own("objection", Kind::Pick(List::ObjectionsOpen)),
            UPHELD,
            named("text", "answer_text", Kind::Text(LONG)),
        ],
    ),
    elsewhere("prolong", Centre),
    elsewhere("submit", BidPage),
    elsewhere("withdraw", BidPage),
    desk(
        "apply",
        &[Law(18), Regulation(26)],
        &[
            own("credentials", Kind::Credentials),
            own("members", Kind::Picks(List::OtherBidders)).or_none(),
            named("bond.kind", "bond_kind", Kind::Pick(List::BondKinds)).or_none(),
            named("bond.payer", "account", Kind::Account).with("bond.kind"),
        ],
    ),
    desk("withdraw_application", &[Spec("enter 3.4")], &[]),
    desk("read_applications", &[Law(22), Spec("enter 5")], &[]),
    desk("admit", &[Regulation(19)], &[APPLICANT]),
    desk("refuse_application", &[Regulation(19)], &[APPLICANT, REASON]),
    desk("confirm_bond", &[Regulation(26)], &[APPLICANT, own("amount", Kind::Amount), PAYER]),
    desk(
        "fail_bond",
        &[Regulation(26)],
        &[
            APPLICANT,
            PAYER,
            own("fault", Kind::Word(&["amount_differs", "other_account", "not_valid", "reversed"])),
        ],
    ),
    elsewhere("close", Centre),
    desk("sign_in", &[Law(35)], &[]),
    elsewhere("release", BidPage),
    elsewhere("ask_rescue", BidPage),
    elsewhere("relay", Holder),
    elsewhere("relays_done", Holder),
    elsewhere("end_window", Centre),
    elsewhere("release_shares", Holder),
    elsewhere("open", Centre),
    elsewhere("contribute", EvaluationPage),
    elsewhere("list_set", Centre),
    elsewhere("release_set", Holder),
    elsewhere("open_set", Centre),
    elsewhere("give_papers", Holder),
    elsewhere("freeze_pool", CommandLine),
    desk(
        "decline",
        &[Regulation(48)],
        &[
            named("leaf", "expert", Kind::Pick(List::Drawn)),
            named("ground", "decline_ground", Kind::Word(&["ill", "recused", "unreachable", "refused"])),
        ],
    ),
    elsewhere("take_seat", EvaluationPage),
    desk("leave_seat", &[Regulation(48)], &[named("leaf", "seat", Kind::Pick(List::Seats))]),
    desk("replace_delegate", &[Regulation(48)], &[named("leaf", "delegate", Kind::Pick(List::Delegates))]),
    desk(
        "report_outage",
        &[Spec("evaluation 10")],
        &[own("venue", Kind::Line), named("text", "outage_text", Kind::Text(LONG))],
    ),
    desk("end_outage", &[Spec("evaluation 10")], &[]),
    desk(
        "dissolve_committee",
        &[Spec("evaluation 10")],
        &[named("reason", "dissolve_reason", Kind::Text(LONG))],
    ),
    elsewhere("conclude", Centre),
    elsewhere("declare", EvaluationPage),
    elsewhere("choose_chair", EvaluationPage),
    elsewhere("begin_sheets", Centre),
    elsewhere("correct_score", EvaluationPage),
    elsewhere("call_abnormal", EvaluationPage),
    elsewhere("justify", EvaluationPage),
    elsewhere("ask_clarification", EvaluationPage),
    desk(
        "clarify",
        &[Regulation(52)],
        &[own("clarification", Kind::Number), named("text", "clarification_text", Kind::Text(LONG))],
    ),
    elsewhere("propose_rejection", EvaluationPage),
    elsewhere("vote_rejection", EvaluationPage),
    elsewhere("vote_competition", EvaluationPage),
    elsewhere("ask_more_time", EvaluationPage),
    elsewhere("draft_report", EvaluationPage),
    elsewhere("sign_report", EvaluationPage),
    elsewhere("dissent", EvaluationPage),
    desk("propose", &[Regulation(53), Regulation(54)], &[own("candidates", Kind::Picks(List::Ranked))]),
    desk(
        "award",
        &[Regulation(54), Regulation(55)],
        &[named("bidder", "winner", Kind::Pick(List::Standing))],
    ),
    desk(
        "choose",
        &[Spec("award 2.6")],
        &[
            named("bidder", "chosen", Kind::Pick(List::Standing)),
            named("reasons", "choose_reasons", Kind::Text(LONG)),
        ],
    ),
    desk("give_up", &[Regulation(55)], &[REASON]),
    desk(
        "disqualify",
        &[Regulation(55)],
        &[
            own("bidder", Kind::Pick(List::Ranked)),
            named("ground.on", "ground", Kind::Word(&["objection", "complaint", "performance_bond"])),
            named("ground.objection", "objection", Kind::Pick(List::ObjectionsUpheld))
                .when("ground.on", "objection"),
            named("ground.complaint", "complaint", Kind::Pick(List::ComplaintsUpheld))
                .when("ground.on", "complaint"),
            named("text", "found_text", Kind::Text(LONG)),
        ],
    ),
    desk(
        "sign_contract",
        &[Law(46)],
        &[own("contract", Kind::Contract), own("price", Kind::Amount), own("signed", Kind::Instant)],
    ),
    desk("return_bond", &[Regulation(57)], &[own("bidder", Kind::Pick(List::BondsHeld))]),
    desk(
        "complain",
        &[Regulation(60)],
        &[
            own("matter", Kind::Word(&["documents", "opening", "candidates", "conduct"])),
            own("objection", Kind::Pick(List::ObjectionsOwn)).or_none(),
            own("known", Kind::Instant),
            named("text", "complaint_text", Kind::Text(LONG)),
        ],
    ),
    desk("accept_complaint", &[Regulation(61)], &[own("complaint", Kind::Pick(List::ComplaintsWaiting))]),
    desk(
        "decline_complaint",
        &[Regulation(61)],
        &[own("complaint", Kind::Pick(List::ComplaintsWaiting)), TEXT],
    ),
    desk(
        "decide_complaint",
        &[Regulation(61)],
        &[
            own("complaint", Kind::Pick(List::ComplaintsAccepted)),
            UPHELD,
            ARTICLE,
            TEXT,
            MEASURE.or_none(),
            UNTIL,
            WHAT,
            EXCLUDE,
        ],
    ),
    desk(
        "order",
        &[Law(7), Regulation(62)],
        &[MEASURE, UNTIL, WHAT, EXCLUDE, ARTICLE, own("reason", Kind::Text(LONG))],
    ),
    elsewhere("note_overdue", Centre),
    elsewhere("archive", Centre),
    elsewhere("keep_record", Centre),
];

/// Events that can follow from what the desk gives; each has the message `event-<event>`.
pub const EVENTS: &[&str] = &[
    "party_registered",
    "party_admitted",
    "key_replaced",
    "deadline_moved",
    "documents_amended",
    "cancelled",
    "question_asked",
    "question_answered",
    "objection_raised",
    "objection_answered",
    "candidates_withdrawn",
    "publication_extended",
    "applied",
    "application_withdrawn",
    "applications_read",
    "application_admitted",
    "application_refused",
    "bond_confirmed",
    "bond_failed",
    "signed_in",
    "expert_declined",
    "seat_left",
    "delegate_replaced",
    "outage_reported",
    "outage_ended",
    "committee_dissolved",
    "clarified",
    "candidates_proposed",
    "awarded",
    "given_up",
    "disqualified",
    "candidates_exhausted",
    "contract_signed",
    "bond_returned",
    "complained",
    "complaint_accepted",
    "complaint_declined",
    "complaint_decided",
    "ordered",
    "suspended",
    "resumed",
    "window_extended",
    "evaluation_reopened",
    "annulled",
    "retender_ordered",
];

/// The line of a command.
#[must_use]
pub fn deed(command: &str) -> Option<&'static Deed> {
    TABLE.iter().find(|deed| deed.command == command)
}
