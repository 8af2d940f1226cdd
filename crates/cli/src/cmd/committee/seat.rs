//! Sitting down: the form of a seat, the two who vouch, the command that takes it (evaluation 3).

use super::{door, finish, hint};
use crate::{
    args::{CentreArguments, KeyArguments},
    faces::{FaceArguments, Found},
    fault::{Done, Exit, Fault},
    files::{self, Access},
    out,
};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use ximu_basics::{Hash, ProcedureId};
use ximu_bidder::SeatForm;
use ximu_procedure::wire::identity::{IdentityCheck, IdentityChoice};
use ximu_text::Text;

/// Asks for a seat and takes it once both have vouched, at the host's waiting room or with a form in a file.
///
/// Without --form the host's waiting room is used: this waits until the keeper of the pool and the witness officer have
/// vouched (`ximu committee door`), and takes the seat. With --form a file is carried instead: the first time it is
/// written. Carry it to the keeper of the pool (for a delegate: to the tenderer) and to the
/// witness officer, who each add their signature with `ximu committee vouch`. When both stand in it, the same command
/// takes the seat.
#[derive(Debug, Args)]
pub struct Sit {
    /// The procedure
    procedure: ProcedureId,
    #[command(flatten)]
    centre: CentreArguments,
    #[command(flatten)]
    key: KeyArguments,
    /// The name of the seat, 1 to 64 of A-Z a-z 0-9 and -
    #[arg(long)]
    seat: String,
    /// Your leaf, as the keeper of the pool or the tenderer told you; needed for a new form
    #[arg(long, value_name = "HASH")]
    leaf: Option<Hash>,
    /// The form's file, instead of the host's waiting room
    #[arg(long, value_name = "FILE")]
    form: Option<PathBuf>,
    /// How your identity shall be checked, where the centre offers a match of faces: by the officer alone, or also by a
    /// match to which you consent. Both lead to the same seat; without it an officer looks at your document
    #[arg(long, value_name = "HOW")]
    identity: Option<Identity>,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// A member's choice at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Identity {
    /// An officer looks at the document
    Officer,
    /// The officer also matches the face at the seat with the picture of the document, once
    Face,
}

impl Identity {
    fn choice(self) -> IdentityChoice {
        match self {
            Identity::Officer => IdentityChoice::Officer,
            Identity::Face => IdentityChoice::Face,
        }
    }
}

/// Vouches in a file for a member: you know the person (keeper), or you see the person at this seat (officer).
///
/// Look at the person first: the keeper of the pool knows who the leaf is, the officer sees who sits there. Both sign the
/// same words (`ximu-seat/1`: log, procedure, leaf, key, recipient, seat), so neither seats anybody alone. Where the member
/// chose how its identity is checked, the officer signs that too (`ximu-seat/2`), with the result of a match if one was made:
/// --face-document and --face-seat, on a machine whose ximu.toml has [faces] (docs/faces.md). A match needs the member's
/// consent in the form. Faces that differ refuse nobody: look at the document again, and sign with --although-different, or
/// not at all.
#[derive(Debug, Args)]
pub struct Vouch {
    /// The form that the member brought
    form: PathBuf,
    /// In which capacity you sign
    #[arg(long = "as", value_name = "WHO")]
    who: Who,
    #[command(flatten)]
    key: KeyArguments,
    /// The leaf that you vouch for; the form must say the same
    #[arg(long, value_name = "HASH")]
    leaf: Option<Hash>,
    #[command(flatten)]
    faces: FaceArguments,
}

/// Who vouches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Who {
    /// The keeper of the pool, or the tenderer for its delegate
    Keeper,
    /// The witness officer of the venue
    Officer,
}

impl Sit {
    pub(super) fn run(self) -> Done {
        let (key, remote) = (self.key.load()?, self.centre.connect()?);
        let choice = self.identity.map(Identity::choice);
        let Some(path) = &self.form else {
            return door::sit(&remote, &self.procedure, (&self.seat, choice), &key, self.json);
        };
        if !path.exists() {
            let leaf = self
                .leaf
                .ok_or_else(|| Fault::argument(Text::found_new_form_leaf, Text::advice_leaf_told))?;
            let mut form = SeatForm::new(&remote.info.origin, &self.procedure, leaf, &self.seat, key.inner());
            form.identity = choice.map(|choice| IdentityCheck { choice, face: None });
            write(path, &form)?;
            show(&form);
            hint(Text::cli_let_vouch);
            return Ok(Exit::Done);
        }
        let form = read(path)?;
        let ours = form.key == key.public()
            && form.procedure == self.procedure
            && form.origin == remote.info.origin
            && form.seat == self.seat
            && form.identity.as_ref().map(|identity| identity.choice) == choice
            && self.leaf.is_none_or(|leaf| leaf == form.leaf);
        if !ours {
            let said = |t: Text| t.found_seat_differs(path.display().to_string());
            return Err(Fault::new("seat-differs", said, Text::advice_other_form));
        }
        finish(&remote.act(&self.procedure, form.command()?, &key)?, self.json)
    }
}

impl Vouch {
    pub(super) fn run(self) -> Done {
        let key = self.key.load()?;
        let mut form = read(&self.form)?;
        if let Some(leaf) = self.leaf.filter(|leaf| *leaf != form.leaf) {
            let (expected, found) = (leaf.to_string(), form.leaf.to_string());
            let said = |t: Text| t.found_leaf_differs(&expected, &found, self.form.display().to_string());
            return Err(Fault::new("seat-differs", said, Text::advice_ask_leaf));
        }
        let choice = form.identity.as_ref().map(|identity| identity.choice);
        match self.faces.run(self.who, choice)? {
            Found::None => {}
            Found::Match(face) => {
                form.identity = choice.map(|choice| IdentityCheck { choice, face: Some(face) });
            }
            Found::Unsigned => return Ok(Exit::False),
        }
        let signed = form.vouch(key.inner(), self.who.capacity());
        match self.who {
            Who::Keeper => form.keeper = Some(signed),
            Who::Officer => form.officer = Some(signed),
        }
        write(&self.form, &form)?;
        show(&form);
        Ok(Exit::Done)
    }
}

fn show(form: &SeatForm) {
    out::say(|t| t.cli_seat(&form.seat));
    out::say(|t| t.cli_leaf(form.leaf.to_string()));
    out::say(|t| t.cli_key(form.key.to_string()));
}

fn read(path: &Path) -> Result<SeatForm, Fault> {
    crate::strict_json::read_file(path)
}

fn write(path: &Path, form: &SeatForm) -> Result<(), Fault> {
    let mut bytes = ximu_basics::json::to_canonical(form)?;
    bytes.push(b'\n');
    files::write(path, &bytes, Access::Shared)
}
