//! A member's side of an evaluation: sitting down, seeing where the committee stands by its own decision of the whole
//! log, sealing a sheet.
//!
//! What a member sees comes from the public bundle and from the operations that the centre gives to whoever holds a
//! seat's key. Both are decided again here before anything is signed.

use crate::{cmd::verify, fault::Fault, follow::Pin, keys::Key, outside, remote::Remote};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ximu_basics::{Hash, ProcedureId, PublicKey, SetId};
use ximu_client::centre::Uploader;
use ximu_procedure::{
    Committee, PanelState, Tender,
    evaluation::sheet,
    set,
    wire::{
        Command,
        evaluation::{SeatCosignature, Sheet, seat_statement, sitting_statement},
    },
};
use ximu_sealed::Identity;
use ximu_verify::{Options, Replay};

/// A seat that is to be taken, while those who vouch for the person add their signatures: the content of `seat.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatForm {
    /// The log.
    pub origin: String,
    /// The procedure.
    pub procedure: ProcedureId,
    /// The member's leaf.
    pub leaf: Hash,
    /// The name of the seat.
    pub seat: String,
    /// The key of the seat.
    pub key: PublicKey,
    /// The age recipient of the seat.
    pub recipient: String,
    /// The keeper of the pool, or the tenderer for its delegate.
    pub keeper: Option<SeatCosignature>,
    /// The witness officer of the venue.
    pub officer: Option<SeatCosignature>,
}

impl SeatForm {
    /// The form of a member that sits down with this key, which is made for this procedure alone.
    pub fn new(origin: &str, procedure: &ProcedureId, leaf: Hash, seat: &str, key: &Key) -> SeatForm {
        SeatForm {
            origin: origin.to_owned(),
            procedure: procedure.clone(),
            leaf,
            seat: seat.to_owned(),
            key: key.public(),
            recipient: identity(key).recipient().to_string(),
            keeper: None,
            officer: None,
        }
    }

    /// Somebody's signature under the form: this is the person, with this key, at this seat.
    pub fn vouch(&self, key: &Key) -> SeatCosignature {
        let (origin, procedure) = (self.origin.as_str(), self.procedure.as_str());
        let said = seat_statement(origin, procedure, &self.leaf, &self.key, &self.recipient, &self.seat);
        SeatCosignature { key: key.public(), signature: key.sign(&said) }
    }

    /// The command that takes the seat.
    ///
    /// # Errors
    /// When somebody has not vouched yet.
    pub fn command(self) -> Result<Command, Fault> {
        let lacks = |who: &str| {
            let said = format!("expected the signature of {who} under the seat, found none");
            Fault::new("seat-unvouched", said, "let them sign with `ximu committee vouch`")
        };
        Ok(Command::TakeSeat {
            leaf: self.leaf,
            seat: self.seat,
            recipient: self.recipient,
            keeper: self.keeper.ok_or_else(|| lacks("the keeper of the pool"))?,
            officer: self.officer.ok_or_else(|| lacks("the witness officer"))?,
        })
    }
}

/// The age identity of a seat: it follows from the seat's key, so that a member carries one file.
pub fn identity(key: &Key) -> Identity {
    Identity::from_bytes(Hash::of_parts("ximu-seat-identity/1", &[key.secret()]).0)
}

/// What a member knows: the log decided again, with what the committee has done.
pub struct Seen {
    replay: Replay,
    procedure: ProcedureId,
    nothing: PanelState,
}

impl Seen {
    /// Fetches and decides again what the holder of a seat's key may see.
    ///
    /// # Errors
    /// When the centre does not answer, or what it shows does not hold.
    pub fn fetch(remote: &Remote, procedure: &ProcedureId, pin: &Pin, key: &Key) -> Result<Seen, Fault> {
        pin.check(&remote.info.policy)?;
        let bundle = verify::collect(remote.centre.bundle(procedure)?)?;
        let at = outside::now();
        let signature = key.sign(&sitting_statement(&remote.info.origin, procedure.as_str(), at));
        let who = Uploader { key: &key.public(), signature: &signature };
        let sitting = remote.centre.sitting(procedure, who, at)?;
        let sittings: BTreeMap<ProcedureId, Vec<String>> =
            sitting.into_iter().map(|sitting| (procedure.clone(), sitting.operations)).collect();
        let policy = Some(Hash::of(remote.info.policy.as_bytes()));
        let options = Options { policy, sittings: Some(&sittings), ..Options::default() };
        let replay = ximu_verify::decide_again(&bundle, &options).map_err(|report| {
            let first = report.failures.first();
            let said =
                first.map_or_else(|| "the log does not hold".to_owned(), |failure| failure.to_string());
            Fault::new("log-broken", said, "sign nothing; tell the supervisor")
        })?;
        Ok(Seen { replay, procedure: procedure.clone(), nothing: PanelState::default() })
    }

    /// The tender.
    ///
    /// # Errors
    /// When the log does not have it.
    pub fn tender(&self) -> Result<&Tender, Fault> {
        self.replay.tender(&self.procedure).ok_or_else(|| {
            let said = format!("expected the procedure {} in the log, found none", self.procedure);
            Fault::new("procedure-unknown", said, "check the address").passing()
        })
    }

    /// Whether everything that the log holds of the committee is at hand.
    pub fn is_whole(&self) -> bool {
        self.replay.veils_undisclosed(&self.procedure) == 0
    }

    /// The committee.
    ///
    /// # Errors
    /// When the log does not have the procedure.
    pub fn committee(&self) -> Result<Committee<'_>, Fault> {
        let panel = self.replay.panel(&self.procedure).unwrap_or(&self.nothing);
        Ok(Committee::new(self.tender()?, panel))
    }

    /// The member whose seat this key is.
    pub fn member(&self, key: &Key) -> Option<Hash> {
        self.tender().ok()?.seat_of_key(&key.public()).map(|(leaf, _)| *leaf)
    }

    /// The bidders for which a sheet of this member is asked now, with the set it goes into; `None` when none is, or it
    /// was given.
    ///
    /// # Errors
    /// When the log does not have the procedure.
    pub fn sheet_asked(&self, member: &Hash) -> Result<Option<(SetId, Vec<ximu_basics::PartyId>)>, Fault> {
        let committee = self.committee()?;
        let Some(author) = committee.author(member) else { return Ok(None) };
        let Some((id, set)) = committee.panel.running() else { return Ok(None) };
        let set::Purpose::Sheets(round) = &set.purpose else { return Ok(None) };
        let given = set.contributions.contains_key(&author.id);
        let asked = round.asked.iter().find(|asked| asked.by == author).filter(|_| !given);
        Ok(asked.map(|asked| (id.clone(), asked.bidders.clone())))
    }

    /// The command that gives a sheet, sealed to the holders.
    ///
    /// # Errors
    /// When no sheet is asked for, or this one is not of the form.
    pub fn seal_sheet(
        &self,
        member: &Hash,
        sheet: &Sheet,
        seed: &[u8; 32],
        key: &Key,
    ) -> Result<Command, Fault> {
        let asked = self.sheet_asked(member)?;
        let (set, _) = asked.ok_or_else(|| {
            Fault::new(
                "sheet-not-asked",
                "expected a sheet to be asked for, found none",
                "see `ximu committee show`",
            )
        })?;
        let committee = self.committee()?;
        let unfit = |found: String| {
            let said =
                format!("the sheet: expected every asked bidder with every criterion once, found {found}");
            Fault::new("sheet-malformed", said, "see `ximu committee show` for what is asked")
        };
        let content = ximu_basics::json::to_canonical(sheet).map_err(|error| unfit(error.to_string()))?;
        let author = committee.author(member).ok_or_else(|| unfit("no seat".to_owned()))?;
        if let Some((_, running)) = committee.panel.running()
            && let set::Purpose::Sheets(round) = &running.purpose
            && sheet::read(committee.tender, round, &author.id, &content).is_none()
        {
            return Err(unfit("another form".to_owned()));
        }
        let sign = |message: &[u8]| key.sign(message).0;
        let sealed = set::seal(committee.tender, &set, &author.id, &content, seed, &key.public(), sign)
            .map_err(|error| Fault::new("sheet-unsealed", error.to_string(), ""))?;
        Ok(Command::Contribute { set, envelope: ximu_basics::Blob(sealed) })
    }
}
