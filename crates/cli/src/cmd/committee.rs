//! `ximu committee`: a member of the evaluation committee, and those who vouch for it at the door.

mod door;
mod member;
mod papers;
mod pool;
mod seat;
mod sheet;
mod show;

pub use seat::Who;

use crate::{
    args::{CentreArguments, KeyArguments},
    cmd::act,
    committee::fetch,
    fault::{Done, Exit, Fault},
    follow::Pin,
    keys::Key,
    out, outside,
    remote::{Answer, Remote},
};
use clap::{Args, Subcommand};
use std::time::Duration;
use ximu_basics::{Hash, ProcedureId};
use ximu_bidder::{
    Seen,
    committee::view::{Next, View},
};
use ximu_procedure::wire::Command as Given;
use ximu_text::{Language, Text};

/// Between two looks at the committee.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How often is looked before a cosigned checkpoint must have what was said: five minutes.
const LOOKS_MAX: u32 = 1200;

/// What `ximu committee --help` teaches below the list.
pub const STEPS: &str = "\
The keeper of a pool freezes it, in the terms of the rules, when its turn has come, and tells those who were drawn where
and when to come; PAGE is the tender's page:

    ximu committee pool experts.txt --pool nantong --book book.json --command freeze.json
    ximu act ID freeze.json --centre URL --key keeper.key
    ximu committee drawn book.json --tender PAGE

Then a member's work, in this order:

A member is known by its leaf: the salted hash that was drawn from the pool, which the keeper of the pool tells it.
It signs with a key that is made for this seat alone, so that nobody reads a name in the log. At the door the keeper
vouches, who knows the person, and then the officer, who sees the person at the seat:

    ximu key new --out seat.key
    ximu committee sit ID --centre URL --key seat.key --seat nantong-1
    ximu committee door ID --centre URL --key keeper.key --vouch KEY --as keeper --leaf LEAF
    ximu committee door ID --centre URL --key officer.key --vouch KEY --as officer

Where a centre offers a match of faces, the member says at the door that it consents (--identity face) or that the officer
alone shall check who it is (--identity officer), which leads to the same seat. The officer, whose ximu.toml has [faces],
then adds --config ximu.toml --face-document CARD.jpg --face-seat NOW.jpg; the log gets similarity, threshold and the
hash of the model, never a face, and the officer deletes both pictures.

Or, with a file that is carried from one to the other,

    ximu committee sit ID --centre URL --key seat.key --seat nantong-1 --leaf LEAF --form seat.json
    ximu committee vouch seat.json --as keeper --key keeper.key
    ximu committee vouch seat.json --as officer --key officer.key
    ximu committee sit ID --centre URL --key seat.key --seat nantong-1 --form seat.json

and then

    ximu committee declare ID --centre URL --key seat.key --none
    ximu committee chair ID --vote LEAF --centre URL --key seat.key
    ximu committee papers ID --centre URL --key seat.key --wait --out documents
    ximu committee sheet ID --blank scores.json --wait --centre URL --key seat.key
    ximu committee sheet ID scores.json --centre URL --key seat.key
    ximu committee sign ID --centre URL --key seat.key
    ximu committee leave ID --centre URL --key seat.key

`ximu committee see` says at any time where the committee stands and what is yours to do. Everything is decided again
on this machine from the cosigned log before it is signed. Exit code 0 accepted, 3 refused.";

/// A member's work, and that of those who vouch for it. What those without words here do stands on their arguments.
#[derive(Debug, Subcommand)]
pub enum Command {
    Pool(pool::Pool),
    Drawn(pool::Drawn),
    Sit(seat::Sit),
    Door(door::Door),
    Vouch(seat::Vouch),
    /// Says where the committee stands, as this member may see it, and what is its to do
    See(member::See),
    /// Declares whether there is a conflict of interest; before it nothing else is taken
    Declare(member::Declare),
    /// Votes for the chair
    Chair(member::Chair),
    Papers(papers::Papers),
    Sheet(sheet::Sheet),
    /// Corrects one score of yours after the reveal, for a cause that the law names
    Correct(sheet::Correct),
    /// Calls another member's score abnormally high or low
    Abnormal(sheet::Abnormal),
    /// Gives your reasons for a score that was called abnormal
    Justify(sheet::Justify),
    /// The chair asks a bidder to clarify, in words alone
    Ask(member::Ask),
    /// Proposes to reject a bid on one of the seven grounds; counts as your vote
    Reject(member::Reject),
    /// Votes on a proposal to reject a bid
    Vote(member::Vote),
    /// Says that the time is too short; granted once, when more than a third say so
    MoreTime(member::Plain),
    /// The chair fixes the report
    Draft(member::Plain),
    /// Computes the report again and signs it
    Sign(member::Plain),
    /// Dissents from the report, in writing
    Dissent(member::Dissent),
    /// Leaves the seat; its key signs nothing more
    Leave(member::Plain),
}

/// A member at its seat.
#[derive(Debug, Args)]
pub struct MemberArguments {
    /// The procedure, for instance yc-2020-0603
    procedure: ProcedureId,
    #[command(flatten)]
    centre: CentreArguments,
    #[command(flatten)]
    key: KeyArguments,
    /// The policy's fingerprint or file, as the notice names it; the centre's own word when it is left out
    #[arg(long, value_name = "HASH|FILE")]
    policy: Option<String>,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// What a member has at hand: the centre, its key, and the log decided again.
struct Desk {
    remote: Remote,
    procedure: ProcedureId,
    key: Key,
    pin: Pin,
    json: bool,
    seen: Seen,
    leaf: Hash,
}

impl MemberArguments {
    /// Looks until the seat stands in a cosigned checkpoint and nothing of the committee is missing.
    fn open(self) -> Result<Desk, Fault> {
        let (key, remote) = (self.key.load()?, self.centre.connect()?);
        let pin = Pin::of(self.policy.as_deref())?;
        for _ in 0..LOOKS_MAX {
            let seen = fetch(&remote, &self.procedure, &pin, &key)?;
            if let Some(leaf) = leaf(&seen, &key).filter(|_| seen.is_whole()) {
                let (procedure, json) = (self.procedure, self.json);
                return Ok(Desk { remote, procedure, key, pin, json, seen, leaf });
            }
            if !is_shown(&remote, &self.procedure, &key)? {
                return Err(Fault::new("seat-unknown", Text::found_seat_key, Text::advice_take_seat));
            }
            outside::pause(LOOK_EVERY);
        }
        Err(late())
    }
}

/// Whose seat the key is, or was until the conclusion.
fn leaf(seen: &Seen, key: &Key) -> Option<Hash> {
    let seats = &seen.tender().ok()?.evaluation.as_ref()?.seats;
    seats.iter().find(|(_, seat)| seat.key == Some(key.public())).map(|(leaf, _)| *leaf)
}

/// Whether the centre gives this key what members may read: its seat is taken, cosigned or not.
fn is_shown(remote: &Remote, procedure: &ProcedureId, key: &Key) -> Result<bool, Fault> {
    use ximu_procedure::wire::evaluation::sitting_statement;
    let at = outside::now();
    let signature = key.sign(&sitting_statement(&remote.info.origin, procedure.as_str(), at));
    let who = ximu_client::centre::Uploader { key: &key.public(), signature: &signature };
    Ok(remote.centre.sitting(procedure, who, at)?.is_some())
}

fn late() -> Fault {
    Fault::new("receipt-late", Text::found_committee_late, Text::advice_recorded).passing()
}

impl Desk {
    fn view(&self) -> Result<View, Fault> {
        Ok(self.seen.view(&self.key.public())?)
    }

    /// Signs and gives a command, and shows what became of it.
    fn give(&self, command: Given) -> Done {
        let answer = self.remote.act(&self.procedure, command, &self.key)?;
        act::show(&answer, self.json);
        Ok(answer.exit())
    }

    /// Looks again until something is this member's to do, or what is waited for.
    fn wait(self, until: impl Fn(&View) -> bool) -> Result<Desk, Fault> {
        self.wait_seen(|_, view| until(view))
    }

    /// The same, for what the view does not tell.
    fn wait_seen(mut self, until: impl Fn(&Seen, &View) -> bool) -> Result<Desk, Fault> {
        for _ in 0..LOOKS_MAX {
            let view = self.view()?;
            if until(&self.seen, &view) || view.next == Next::Over {
                return Ok(self);
            }
            outside::pause(LOOK_EVERY);
            let seen = fetch(&self.remote, &self.procedure, &self.pin, &self.key)?;
            if seen.is_whole() {
                self.seen = seen;
            }
        }
        Err(late())
    }
}

/// Runs it.
///
/// # Errors
/// When it cannot be done.
pub fn run(command: Command, language: Language) -> Done {
    match command {
        Command::Pool(pool) => pool.run(),
        Command::Drawn(drawn) => drawn.run(),
        Command::Sit(sit) => sit.run(),
        Command::Door(door) => door.run(language),
        Command::Vouch(vouch) => vouch.run(),
        Command::See(see) => see.run(),
        Command::Declare(declare) => declare.run(),
        Command::Chair(chair) => chair.run(),
        Command::Papers(papers) => papers.run(language),
        Command::Sheet(sheet) => sheet.run(),
        Command::Correct(correct) => correct.run(),
        Command::Abnormal(abnormal) => abnormal.run(),
        Command::Justify(justify) => justify.run(),
        Command::Ask(ask) => ask.run(),
        Command::Reject(reject) => reject.run(),
        Command::Vote(vote) => vote.run(),
        Command::MoreTime(plain) => plain.run(|_| Ok(Given::AskMoreTime {})),
        Command::Draft(plain) => plain.run(|_| Ok(Given::DraftReport {})),
        Command::Sign(plain) => plain.run(member::sign),
        Command::Dissent(dissent) => dissent.run(),
        Command::Leave(plain) => plain.leave(),
    }
}

/// What a refusal or an acceptance means for the exit code.
fn finish(answer: &Answer, json: bool) -> Done {
    act::show(answer, json);
    Ok(match answer {
        Answer::Accepted(_) => Exit::Done,
        Answer::Refused { .. } => Exit::Refused,
    })
}

/// Prints a line that teaches, beside the output.
fn hint(text: impl FnOnce(Text) -> String) {
    out::remark(|t| t.cli_next(text(t)));
}
