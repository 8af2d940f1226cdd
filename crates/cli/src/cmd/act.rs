//! `ximu act`: gives any command of the closed set.

use crate::{
    args::{CentreArguments, KeyArguments},
    cmd::tender,
    fault::{Done, Exit, Fault},
    out, outside,
    remote::{Answer, Given, Remote},
    sentence::technical,
    strict_json,
};
use clap::Args;
use std::{path::PathBuf, time::Duration};
use ximu_basics::{Hash, Instant, ProcedureId};
use ximu_client::centre::ReceiptState;
use ximu_procedure::wire::{Command, Operation, Outcome, command::Document};
use ximu_text::{Language, Text};
use ximu_web::codes;

/// Between two questions whether a command is in a cosigned checkpoint.
const ASK_EVERY: Duration = Duration::from_millis(100);

/// Questions before `--wait` gives up: a minute.
const ASKS_MAX: u32 = 600;

/// How far the centre's clock may be behind this one, in milliseconds, for `--when-due`.
const CLOCKS_MS: i64 = 100;

/// Signs a command that you write as JSON and sends it to a centre: anything that any role may do
///
/// COMMAND.json holds the command alone; this program adds the log, the procedure and a nonce, signs the canonical
/// form and sends it. Order and spacing are free; a member that is unknown or stands twice is refused by name. Some
/// examples (docs/spec/journal.md 4 has them all):
///
///     {"type": "sign_in"}
///     {"type": "ask_rescue", "lot": "lot-1"}
///     {"type": "ask", "text": "...", "author": null}
///     {"type": "answer", "question": 1, "text": "..."}
///     {"type": "amend", "deadline": "@2026-06-03T10:00:00+08:00", "reason": "..."}
///     {"type": "object", "to": "documents", "against": null, "text": "..."}
///     {"type": "answer_objection", "objection": 1, "upheld": false, "text": "..."}
///     {"type": "apply", "credentials": ["HASH", ...], "members": [], "bond": {"kind": "guarantee", "payer": "HASH"}}
///     {"type": "read_applications"}
///     {"type": "confirm_bond", "applicant": "p-1f...", "amount": {"amount": "20000.00", "currency": "CNY"}, "payer": "HASH"}
///     {"type": "propose", "candidates": ["p-1f...", "p-07...", "p-c3..."]}
///     {"type": "award", "bidder": "p-1f..."}
///     {"type": "give_up", "reason": "..."}
///     {"type": "disqualify", "bidder": "p-1f...", "ground": {"on": "objection", "objection": 1}, "text": "..."}
///     {"type": "return_bond", "bidder": "p-1f..."}
///     {"type": "complain", "matter": "conduct", "objection": null, "known": "@2026-06-20T09:00:00+08:00", "text": "..."}
///     {"type": "accept_complaint", "complaint": 1}
///     {"type": "order", "measure": {"kind": "suspend", "until": "@2026-07-01T00:00:00+08:00"}, "article": "...", "reason": "..."}
///
/// A text "@TIME" (RFC 3339) stands for milliseconds, "@FILE" for the contents of a file beside COMMAND.json; a text
/// that begins with @ is written with @@. A question is signed with a key made for it alone (`ximu key new`): one that
/// the register knows would tell who asks, and is refused. Exit code 0 accepted, 3 refused.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Arguments {
    /// The procedure, for instance yc-2020-0603; `registry` for the register
    pub procedure: ProcedureId,
    /// The file with the command
    pub command: PathBuf,
    #[command(flatten)]
    pub centre: CentreArguments,
    #[command(flatten)]
    pub key: KeyArguments,
    /// A document that is uploaded first and added to the command's `documents`; may be repeated
    #[arg(long = "doc", value_name = "FILE")]
    documents: Vec<PathBuf>,
    /// Waits when it is too early, until the instant the refusal names, and gives it again
    #[arg(long)]
    when_due: bool,
    /// Waits until what was accepted stands in a cosigned checkpoint
    #[arg(long)]
    wait: bool,
    /// Prints the answer as JSON, with the acknowledgement and the exact bytes it speaks of
    #[arg(long)]
    pub json: bool,
}

/// Runs it.
///
/// # Errors
/// When the command cannot be read or sent.
pub fn run(arguments: Arguments) -> Done {
    let key = arguments.key.load()?;
    let mut command: Command = strict_json::read_file(&arguments.command)?;
    let remote = arguments.centre.connect()?;
    for path in &arguments.documents {
        let named = documents_of(&mut command)
            .ok_or_else(|| Fault::argument(Text::found_no_documents, Text::advice_no_doc))?;
        named.push(tender::upload_document(&remote, &key, path)?);
    }
    let mut signed = remote.sign(&arguments.procedure, command.clone(), &key)?;
    let mut answer = remote.give(&signed)?;
    if let Some(due) = not_before(&answer).filter(|_| arguments.when_due) {
        until(due);
        signed = remote.sign(&arguments.procedure, command, &key)?;
        answer = remote.give(&signed)?;
    }
    show(&answer, arguments.json);
    if arguments.wait && matches!(answer, Answer::Accepted(_)) {
        wait(&remote, &signed.id())?;
    }
    Ok(answer.exit())
}

/// The documents that a command names; none when it can name none.
fn documents_of(command: &mut Command) -> Option<&mut Vec<Document>> {
    if let Command::Publish { documents, .. }
    | Command::Amend { documents, .. }
    | Command::Answer { documents, .. } = command
    {
        return Some(documents);
    }
    None
}

/// The instant that a refusal for being too early names.
fn not_before(answer: &Answer) -> Option<Instant> {
    match answer {
        Answer::Refused { refusal, .. } => refusal.get("not_before")?.as_i64().map(Instant::from_unix_ms),
        Answer::Accepted(_) => None,
    }
}

/// Waits until this clock shows an instant, and a little longer: the centre's may be behind.
fn until(due: Instant) {
    while let Ok(left @ 1..) = u64::try_from(due.plus_ms(CLOCKS_MS).ms_since(outside::now())) {
        outside::pause(Duration::from_millis(left));
    }
}

/// Waits until the proof of a command is there.
fn wait(remote: &Remote, id: &Hash) -> Result<(), Fault> {
    for _ in 0..ASKS_MAX {
        if matches!(remote.centre.receipt(id)?, ReceiptState::Ready(_)) {
            return Ok(());
        }
        outside::pause(ASK_EVERY);
    }
    Err(Fault::new("receipt-late", Text::found_uncosigned_command, Text::advice_recorded).passing())
}

/// Prints an answer.
pub fn show(answer: &Answer, json: bool) {
    match answer {
        Answer::Accepted(given) if json => out::json(&serde_json::json!({
            "accepted": true, "acknowledgement": given.acknowledgement, "subject": given.subject,
            "listing": given.listing,
        })),
        Answer::Refused { code, detail, refusal, given } if json => out::json(&serde_json::json!({
            "accepted": false, "code": code, "detail": detail, "refusal": refusal,
            "acknowledgement": given.as_ref().map(|given| &given.acknowledgement),
            "subject": given.as_ref().map(|given| &given.subject),
        })),
        Answer::Accepted(given) => {
            out::say(Text::cli_accepted);
            for event in events(given) {
                out::line(format!("  {event}"));
            }
            if let Some(listing) = &given.listing {
                out::line(listing);
            }
        }
        Answer::Refused { code, detail, given, .. } => {
            out::say(|t| refused(t, code, detail));
            if given.is_some() {
                out::say_below(Text::cli_refusal_signed);
            }
        }
    }
}

/// A refusal: in English what the centre says of it, in Chinese what its code means and says to do.
fn refused(t: Text, code: &str, detail: &str) -> String {
    let said = match t.language() {
        Language::English => detail.to_owned(),
        Language::Chinese => {
            let (meaning, action) = (codes::meaning(t, code), codes::action(t, code));
            format!("{meaning}{action}{}", technical(detail))
        }
    };
    t.cli_refused(code, said)
}

/// The events in the subject of an acknowledgement, as one line of JSON each.
fn events(given: &Given) -> Vec<String> {
    let bytes = given.subject.as_bytes();
    let outcome = match ximu_procedure::wire::Leaf::from_bytes(bytes) {
        Ok(ximu_procedure::wire::Leaf::Entry(entry)) => Some(entry.outcome),
        Ok(ximu_procedure::wire::Leaf::Beat(_) | ximu_procedure::wire::Leaf::Veil(_)) => None,
        Err(_) => {
            ximu_basics::json::from_canonical::<Operation>(bytes).ok().map(|operation| operation.outcome)
        }
    };
    match outcome {
        Some(Outcome::Events(events)) => {
            events.iter().filter_map(|event| serde_json::to_string(event).ok()).collect()
        }
        Some(Outcome::Refusal(_)) | None => Vec::new(),
    }
}

/// What a refusal means for a subcommand that wanted something accepted.
pub fn finish(answer: &Answer, json: bool) -> Done {
    show(answer, json);
    Ok(match answer {
        Answer::Accepted(_) => Exit::Done,
        Answer::Refused { .. } => Exit::Refused,
    })
}
