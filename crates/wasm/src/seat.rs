//! A committee member's part of the desk: the door, what it sees, its sheet.

use serde::{Deserialize, Serialize};
use serde_json::json;
use ximu_basics::{Blob, Hash, Instant, Nonce, ProcedureId, Seed};
use ximu_bidder::{
    Seen,
    committee::{door, draft, typed::Typed},
};
use ximu_procedure::wire::{
    evaluation::{Sitting, sitting_statement},
    identity::IdentityChoice,
    waiting::{SeatAsk, WaitingSeat},
};

use crate::{
    desk::Desk,
    request::{Refused, Reply, read, text, write},
};

/// What a member's Worker knows besides its key.
#[derive(Default)]
pub struct Member {
    /// The bundle, as far as it was taken.
    bundle: Vec<u8>,
    /// The committee's operations, as far as they were taken.
    sitting: Vec<u8>,
    pub(crate) seen: Option<Seen>,
}

/// The place of every request: which log, which procedure.
#[derive(Deserialize)]
struct Place {
    origin: String,
    procedure: ProcedureId,
}

/// The three headers of a signed request.
#[derive(Serialize)]
struct Headers {
    #[serde(rename = "ximu-key")]
    key: String,
    #[serde(rename = "ximu-at")]
    at: String,
    #[serde(rename = "ximu-signature")]
    signature: String,
}

impl Desk {
    /// The ask for a seat.
    pub fn seat_ask(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            #[serde(flatten)]
            place: Place,
            seat: String,
            choice: Option<IdentityChoice>,
            at: Instant,
        }
        let ask: Ask = read(input)?;
        let Place { origin, procedure } = &ask.place;
        let signed: SeatAsk = door::ask(origin, procedure, &ask.seat, ask.choice, ask.at, self.key()?);
        canonical(&signed)
    }

    /// The headers with which the own line at the door is read, and those for what the committee has done.
    pub fn seat_headers(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            #[serde(flatten)]
            place: Place,
            at: Instant,
        }
        let ask: Ask = read(input)?;
        let (Place { origin, procedure }, key) = (&ask.place, self.key()?);
        let headers = |signature: ximu_basics::Signature| Headers {
            key: key.public().to_string(),
            at: ask.at.unix_ms().to_string(),
            signature: signature.to_string(),
        };
        let sitting = key.sign(&sitting_statement(origin, procedure.as_str(), ask.at));
        write(&json!({
            "door": headers(door::read(origin, procedure, ask.at, key)), "panel": headers(sitting),
        }))
    }

    /// The command that takes the seat for which somebody waited.
    pub fn seat_take(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            #[serde(flatten)]
            place: Place,
            waiting: WaitingSeat,
            choice: Option<IdentityChoice>,
            nonce: Nonce,
        }
        let ask: Ask = read(input)?;
        let Place { origin, procedure } = &ask.place;
        let command = door::take(origin, procedure, &ask.waiting, ask.choice, self.key()?)?;
        write(&self.signed(origin, procedure, ask.nonce, command)?)
    }

    /// Forgets what was taken, for another look.
    pub fn seen_begin(&mut self, _: &[u8]) -> Reply {
        (self.member.bundle, self.member.sitting) = (Vec::new(), Vec::new());
        Ok(Vec::new())
    }

    /// Takes some of the bundle.
    pub fn seen_bundle(&mut self, input: &[u8]) -> Reply {
        self.member.bundle.extend_from_slice(input);
        Ok(Vec::new())
    }

    /// Takes some of what the committee has done.
    pub fn seen_sitting(&mut self, input: &[u8]) -> Reply {
        self.member.sitting.extend_from_slice(input);
        Ok(Vec::new())
    }

    /// Decides all of it again; gives what the member sees.
    pub fn seen(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            procedure: ProcedureId,
            policy: String,
        }
        let ask: Ask = read(input)?;
        let key = self.key()?.public();
        let bundle = core::mem::take(&mut self.member.bundle);
        let sitting = core::mem::take(&mut self.member.sitting);
        let operations = match sitting.as_slice() {
            [] => None,
            bytes => Some(read::<Sitting>(bytes)?.operations),
        };
        let policy = Hash::of(ask.policy.as_bytes());
        let seen = Seen::read(&bundle, &ask.procedure, operations, policy)?;
        let view = seen.view(&key)?;
        self.member.seen = Some(seen);
        write(&view)
    }

    /// Looks at a sheet as it is typed.
    pub fn sheet_check(&mut self, input: &[u8]) -> Reply {
        let typed: Typed = read(input)?;
        let (seen, member) = self.sitting()?;
        let places = seen.read_sheet(&member, &typed)?.err().unwrap_or_default();
        write(&json!({ "places": places }))
    }

    /// Seals the sheet that was typed; the command that gives it.
    pub fn sheet_seal(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            #[serde(flatten)]
            place: Place,
            typed: Typed,
            seed: Seed,
            nonce: Nonce,
        }
        let ask: Ask = read(input)?;
        let (seen, member) = self.sitting()?;
        let sheet = seen.read_sheet(&member, &ask.typed)?;
        let sheet = sheet.map_err(|_| ximu_bidder::BidderError::Sheet)?;
        let command = seen.seal_sheet(&member, &sheet, &ask.seed.0, self.key()?)?;
        write(&self.signed(&ask.place.origin, &ask.place.procedure, ask.nonce, command)?)
    }

    /// Locks an unfinished sheet for the browser's storage.
    pub fn draft_lock(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            procedure: ProcedureId,
            text: String,
            nonce: Nonce,
        }
        let ask: Ask = read(input)?;
        let mut nonce = [0; draft::NONCE_BYTES];
        nonce.iter_mut().zip(ask.nonce.0).for_each(|(to, from)| *to = from);
        let locked = draft::lock(self.key()?, &ask.procedure, &nonce, &ask.text);
        let locked = locked.ok_or_else(|| Refused::new("argument", "expected a shorter text"))?;
        write(&json!({ "locked": Blob(locked) }))
    }

    /// Opens it again; `null` when it is another seat's.
    pub fn draft_unlock(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            procedure: ProcedureId,
            locked: Blob,
        }
        let ask: Ask = read(input)?;
        write(&json!({ "text": draft::unlock(self.key()?, &ask.procedure, &ask.locked.0) }))
    }

    /// Forgets the key and all that was seen: the session is over.
    pub fn forget(&mut self, _: &[u8]) -> Reply {
        *self = Desk::default();
        Ok(Vec::new())
    }

    fn sitting(&self) -> Result<(&Seen, Hash), Refused> {
        let seen = self.member.seen.as_ref().ok_or_else(|| Refused::order("the committee"))?;
        let member = seen.member(&self.key()?.public()).ok_or_else(|| Refused::order("a seat"))?;
        Ok((seen, member))
    }
}

/// An answer in canonical JSON, to be sent as it is.
fn canonical(value: &impl Serialize) -> Reply {
    let bytes = ximu_basics::json::to_canonical(value).map_err(ximu_bidder::BidderError::Json)?;
    let sent = text(&bytes)?;
    write(&json!({ "text": sent }))
}
