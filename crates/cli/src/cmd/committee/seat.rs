//! Sitting down: the form of a seat, the two who vouch, the command that takes it (evaluation 3).

use super::{door, finish, hint};
use crate::{
    args::{CentreArguments, KeyArguments},
    fault::{Done, Exit, Fault},
    files::{self, Access},
    out,
};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use ximu_basics::{Hash, ProcedureId};
use ximu_bidder::SeatForm;

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
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// Vouches in a file for a member: you know the person (keeper), or you see the person at this seat (officer).
///
/// Look at the person first: the keeper of the pool knows who the leaf is, the officer sees who sits there. Both sign the
/// same words (`ximu-seat/1`: log, procedure, leaf, key, recipient, seat), so neither seats anybody alone.
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
        let Some(path) = &self.form else {
            return door::sit(&remote, &self.procedure, &self.seat, &key, self.json);
        };
        if !path.exists() {
            let leaf = self.leaf.ok_or_else(|| {
                let said = "--leaf: expected your leaf for a new form, found none";
                Fault::argument(said, "the keeper of the pool tells you your leaf")
            })?;
            let form = SeatForm::new(&remote.info.origin, &self.procedure, leaf, &self.seat, key.inner());
            write(path, &form)?;
            out::line(format!("seat {}\nleaf {leaf}\nkey {}", self.seat, form.key));
            hint("let the keeper of the pool and the witness officer vouch for it, then repeat this command");
            return Ok(Exit::Done);
        }
        let form = read(path)?;
        let ours = form.key == key.public()
            && form.procedure == self.procedure
            && form.origin == remote.info.origin
            && form.seat == self.seat
            && self.leaf.is_none_or(|leaf| leaf == form.leaf);
        if !ours {
            let said = format!(
                "{}: expected the form of this key, seat, leaf and procedure, found another",
                path.display()
            );
            return Err(Fault::new("seat-differs", said, "choose another --form to begin a new one"));
        }
        finish(&remote.act(&self.procedure, form.command()?, &key)?, self.json)
    }
}

impl Vouch {
    pub(super) fn run(self) -> Done {
        let key = self.key.load()?;
        let mut form = read(&self.form)?;
        if let Some(leaf) = self.leaf.filter(|leaf| *leaf != form.leaf) {
            let said = format!("{}: expected the leaf {leaf}, found {}", self.form.display(), form.leaf);
            return Err(Fault::new(
                "seat-differs",
                said,
                "sign nothing; ask the member which leaf was drawn",
            ));
        }
        let signed = form.vouch(key.inner());
        match self.who {
            Who::Keeper => form.keeper = Some(signed),
            Who::Officer => form.officer = Some(signed),
        }
        write(&self.form, &form)?;
        out::line(format!("seat {}\nleaf {}\nkey {}", form.seat, form.leaf, form.key));
        Ok(Exit::Done)
    }
}

fn read(path: &Path) -> Result<SeatForm, Fault> {
    crate::strict_json::read_file(path)
}

fn write(path: &Path, form: &SeatForm) -> Result<(), Fault> {
    let mut bytes = ximu_basics::json::to_canonical(form)?;
    bytes.push(b'\n');
    files::write(path, &bytes, Access::Shared)
}
