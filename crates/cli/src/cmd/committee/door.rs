//! At the door of a committee: the waiting room at the host, for members who ask and for those who vouch (evaluation 3.5).

use super::{LOOK_EVERY, LOOKS_MAX, finish, hint, seat::Who};
use crate::faces::{self, FaceArguments, Found};
use crate::{
    args::{CentreArguments, KeyArguments},
    fault::{Done, Exit, Fault},
    keys::Key,
    out, outside,
    remote::Remote,
};
use clap::Args;
use ximu_basics::{Hash, ProcedureId, PublicKey};
use ximu_bidder::committee::door;
use ximu_client::centre::Uploader;
use ximu_office::answer::PublicEntry;
use ximu_procedure::wire::{
    identity::IdentityChoice,
    waiting::{Capacity, WaitingSeat},
};
use ximu_text::{Language, Text};
use ximu_web::{story::Story, view::seats};

/// Says who waits for a seat, and vouches for one of them.
///
/// The keeper of the pool (for a delegate: the tenderer) says first which member it is; the witness officer, who sees the
/// person, then vouches for the same. Anybody may ask: compare the key with the one on the person's screen.
#[derive(Debug, Args)]
pub struct Door {
    /// The procedure
    procedure: ProcedureId,
    #[command(flatten)]
    centre: CentreArguments,
    #[command(flatten)]
    key: KeyArguments,
    /// Vouches for the member that waits with this seat key
    #[arg(long, value_name = "KEY", requires = "who")]
    vouch: Option<PublicKey>,
    /// In which capacity you vouch
    #[arg(long = "as", id = "who", value_name = "WHO")]
    who: Option<Who>,
    /// Which member it is; the officer may leave it out and vouches for whom the keeper named
    #[arg(long, value_name = "HASH")]
    leaf: Option<Hash>,
    #[command(flatten)]
    faces: FaceArguments,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

impl Door {
    pub(super) fn run(self, language: Language) -> Done {
        let (key, remote) = (self.key.load()?, self.centre.connect()?);
        alarms(&remote, &self.procedure, Text::new(language))?;
        let seats = read(&remote, &self.procedure, &key)?
            .ok_or_else(|| Fault::new("seat-unknown", Text::found_no_voucher, Text::advice_who_may))?;
        let (Some(of), Some(who)) = (self.vouch, self.who) else {
            show(&seats, self.json);
            return Ok(Exit::Done);
        };
        let waiting = seats
            .iter()
            .find(|seat| seat.key == of)
            .ok_or_else(|| Fault::argument(|t: Text| t.found_not_waiting(of.to_string()), ""))?;
        let leaf = self
            .leaf
            .or(waiting.leaf.filter(|_| who == Who::Officer))
            .ok_or_else(|| Fault::argument(Text::found_no_leaf, Text::advice_leaf_book))?;
        let face = match self.faces.run(who, waiting.choice)? {
            Found::None => None,
            Found::Match(face) => Some(face),
            Found::Unsigned => return Ok(Exit::False),
        };
        let said = (who.capacity(), face);
        let word = door::vouch(&remote.info.origin, &self.procedure, waiting, leaf, said, key.inner());
        let seat = remote.centre.vouch_seat(&self.procedure, &of, &word)?;
        show(&[seat], self.json);
        Ok(Exit::Done)
    }
}

/// Says beside the output who tried to sit twice, as pages do (evaluation 3.7).
fn alarms(remote: &Remote, procedure: &ProcedureId, t: Text) -> Result<(), Fault> {
    let mut story = Story::default();
    loop {
        let next = story.last().map_or(0, |last| last.saturating_add(1));
        let lines = remote.centre.entries(procedure, next)?;
        if lines.is_empty() {
            break;
        }
        let entries: Vec<PublicEntry> = (next..)
            .zip(lines)
            .map(|(number, line)| PublicEntry { number, leaf: line.leaf, bytes: line.entry })
            .collect();
        story.extend(&entries).map_err(|broken| Fault::new("json", broken.to_string(), ""))?;
    }
    let alarms = seats::alarms(t, &story);
    for alarm in &alarms {
        let between = t.pick("：", ": ");
        out::note(format!("{}{between}{} {}", t.seat_alarm_word(), t.instant(alarm.at), alarm.text));
    }
    if !alarms.is_empty() {
        out::note(format!("  {}", t.seat_alarm_do()));
    }
    Ok(())
}

impl Who {
    pub(super) fn capacity(self) -> Capacity {
        match self {
            Who::Keeper => Capacity::Keeper,
            Who::Officer => Capacity::Officer,
        }
    }
}

/// Who waits, as far as this key may read it.
///
/// # Errors
/// When the centre does not answer.
pub fn read(remote: &Remote, procedure: &ProcedureId, key: &Key) -> Result<Option<Vec<WaitingSeat>>, Fault> {
    let at = outside::now();
    let signature = door::read(&remote.info.origin, procedure, at, key.inner());
    let who = Uploader { key: &key.public(), signature: &signature };
    Ok(remote.centre.waiting_seats(procedure, who, at)?.map(|room| room.seats))
}

/// Asks for a seat, waits until both have vouched, and takes it.
pub fn sit(
    remote: &Remote,
    procedure: &ProcedureId,
    (seat, choice): (&str, Option<IdentityChoice>),
    key: &Key,
    json: bool,
) -> Done {
    let origin = remote.info.origin.as_str();
    let ask = || door::ask(origin, procedure, seat, choice, outside::now(), key.inner());
    let mut waiting = remote.centre.ask_seat(procedure, &ask())?;
    hint(|t| t.cli_show_key(waiting.key.to_string()));
    for _ in 0..LOOKS_MAX {
        if waiting.keeper.is_some() && waiting.officer.is_some() {
            let command = door::take(origin, procedure, &waiting, choice, key.inner())?;
            return finish(&remote.act(procedure, command, key)?, json);
        }
        outside::pause(LOOK_EVERY);
        let mine = read(remote, procedure, key)?.unwrap_or_default().into_iter().next();
        waiting = match mine {
            Some(waiting) => waiting,
            // The time is over, or the centre has begun anew.
            None => remote.centre.ask_seat(procedure, &ask())?,
        };
    }
    Err(Fault::new("seat-unvouched", Text::found_seat_unvouched, Text::advice_when_both).passing())
}

fn show(seats: &[WaitingSeat], json: bool) {
    if json {
        return out::json(&seats);
    }
    let t = out::text();
    for seat in seats {
        let leaf = seat.leaf.map_or_else(|| t.cli_door_no_member(), |leaf| leaf.to_string());
        let said = |word: bool| if word { t.cli_yes() } else { t.cli_no() };
        out::line(t.cli_door_seat(seat.asked.to_string(), seat.key.to_string(), leaf, &seat.seat));
        let choice = match seat.choice {
            None => t.cli_door_no_choice(),
            Some(IdentityChoice::Officer) => t.cli_door_officer(),
            Some(IdentityChoice::Face) => t.cli_door_face(),
        };
        let (keeper, officer) = (said(seat.keeper.is_some()), said(seat.officer.is_some()));
        out::say_below(|t| t.cli_door_words(choice, keeper, officer));
        seat.face.iter().for_each(|face| out::say_below(|t| faces::told(t, face)));
    }
}
