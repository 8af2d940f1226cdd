//! A member's side of an evaluation (evaluation 3-8): sitting down, seeing where the committee stands by its own decision
//! of the whole log, sealing a sheet.
//!
//! What a member sees comes from the public bundle and from the operations that the centre gives to whoever holds a
//! seat's key. Both are decided again here before anything is signed.

pub mod door;
pub mod draft;
pub mod papers;
pub mod typed;
pub mod view;

use alloc::{
    boxed::Box,
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use serde::{Deserialize, Serialize};
use ximu_basics::{Blob, Hash, PartyId, ProcedureId, PublicKey, SetId};
use ximu_procedure::{
    Committee, PanelState, Tender,
    evaluation::sheet,
    set,
    wire::{
        Command,
        evaluation::{SeatCosignature, Sheet},
        identity::{IdentityCheck, officer_statement},
        waiting::Capacity,
    },
};
use ximu_sealed::Identity;
use ximu_verify::{Options, Replay};

use crate::{error::BidderError, key::Key};

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
    /// How it is checked who the member is: its choice, and the result of a match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<IdentityCheck>,
}

impl SeatForm {
    /// The form of a member that sits down with this key, which is made for this procedure alone.
    #[must_use]
    pub fn new(origin: &str, procedure: &ProcedureId, leaf: Hash, seat: &str, key: &Key) -> SeatForm {
        SeatForm {
            origin: origin.into(),
            procedure: procedure.clone(),
            leaf,
            seat: seat.into(),
            key: key.public(),
            recipient: identity(key).recipient().to_string(),
            keeper: None,
            officer: None,
            identity: None,
        }
    }

    /// Somebody's signature under the form: this is the person, with this key, at this seat.
    #[must_use]
    pub fn vouch(&self, key: &Key, capacity: Capacity) -> SeatCosignature {
        let (origin, procedure) = (self.origin.as_str(), self.procedure.as_str());
        let identity = match capacity {
            Capacity::Keeper => None,
            Capacity::Officer => self.identity.as_ref(),
        };
        let place = (self.recipient.as_str(), self.seat.as_str());
        let said = officer_statement(origin, procedure, &self.leaf, &self.key, place, identity);
        SeatCosignature { key: key.public(), signature: key.sign(&said) }
    }

    /// The command that takes the seat.
    ///
    /// # Errors
    /// [`BidderError::SeatUnvouched`] when somebody has not vouched yet.
    pub fn command(self) -> Result<Command, BidderError> {
        Ok(Command::TakeSeat {
            leaf: self.leaf,
            seat: self.seat,
            recipient: self.recipient,
            keeper: self.keeper.ok_or(BidderError::SeatUnvouched("the keeper of the pool"))?,
            officer: self.officer.ok_or(BidderError::SeatUnvouched("the witness officer"))?,
            identity: self.identity.map(Box::new),
        })
    }
}

/// The age identity of a seat: it follows from the seat's key, so that a member carries one file.
#[must_use]
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
    /// Decides again what the holder of a seat's key may see: the bundle, and the operations it was given, under the
    /// policy with this fingerprint.
    ///
    /// # Errors
    /// [`BidderError::LogBroken`] when it does not hold.
    pub fn read(
        bundle: &[u8],
        procedure: &ProcedureId,
        operations: Option<Vec<String>>,
        policy: Hash,
    ) -> Result<Seen, BidderError> {
        let sittings: BTreeMap<ProcedureId, Vec<String>> =
            operations.into_iter().map(|operations| (procedure.clone(), operations)).collect();
        let options = Options { policy: Some(policy), sittings: Some(&sittings), ..Options::default() };
        let replay = ximu_verify::decide_again(bundle, &options).map_err(|report| {
            let first = report.failures.first();
            BidderError::LogBroken(first.map_or_else(|| "it is not whole".into(), ToString::to_string))
        })?;
        Ok(Seen { replay, procedure: procedure.clone(), nothing: PanelState::default() })
    }

    /// The tender.
    ///
    /// # Errors
    /// [`BidderError::Unknown`] when the log does not have it.
    pub fn tender(&self) -> Result<&Tender, BidderError> {
        let tender = self.replay.tender(&self.procedure);
        tender.ok_or_else(|| BidderError::Unknown(self.procedure.to_string()))
    }

    /// Whether everything that the log holds of the committee is at hand.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.replay.veils_undisclosed(&self.procedure) == 0
    }

    /// The committee.
    ///
    /// # Errors
    /// [`BidderError::Unknown`] when the log does not have the procedure.
    pub fn committee(&self) -> Result<Committee<'_>, BidderError> {
        let panel = self.replay.panel(&self.procedure).unwrap_or(&self.nothing);
        Ok(Committee::new(self.tender()?, panel))
    }

    /// The member whose seat this key is.
    #[must_use]
    pub fn member(&self, key: &PublicKey) -> Option<Hash> {
        self.tender().ok()?.seat_of_key(key).map(|(leaf, _)| *leaf)
    }

    /// The bidders for which a sheet of this member is asked now, with the set it goes into; `None` when none is, or it
    /// was given.
    ///
    /// # Errors
    /// [`BidderError::Unknown`] when the log does not have the procedure.
    pub fn sheet_asked(&self, member: &Hash) -> Result<Option<(SetId, Vec<PartyId>)>, BidderError> {
        let committee = self.committee()?;
        let Some(author) = committee.author(member) else { return Ok(None) };
        let Some((id, set)) = committee.running() else { return Ok(None) };
        let set::Purpose::Sheets(round) = &set.purpose else { return Ok(None) };
        let given = set.contributions.contains_key(&author.id);
        let asked = round.asked.iter().find(|asked| asked.by == author).filter(|_| !given);
        Ok(asked.map(|asked| (id.clone(), asked.bidders.clone())))
    }

    /// The sheet that was typed, as it is asked for now.
    ///
    /// # Errors
    /// [`BidderError::SheetNotAsked`]; the places that do not fit stand inside.
    pub fn read_sheet(
        &self,
        member: &Hash,
        typed: &typed::Typed,
    ) -> Result<Result<Sheet, Vec<typed::Place>>, BidderError> {
        let (_, bidders) = self.sheet_asked(member)?.ok_or(BidderError::SheetNotAsked)?;
        let rules = self.committee()?.rules().ok_or(BidderError::Tender)?;
        Ok(typed::sheet(&bidders, &rules.criteria, typed))
    }

    /// The command that gives a sheet, sealed to the holders.
    ///
    /// # Errors
    /// [`BidderError::SheetNotAsked`], [`BidderError::Sheet`] when this one is not of the form, [`BidderError::Seal`].
    pub fn seal_sheet(
        &self,
        member: &Hash,
        sheet: &Sheet,
        seed: &[u8; 32],
        key: &Key,
    ) -> Result<Command, BidderError> {
        let (set, _) = self.sheet_asked(member)?.ok_or(BidderError::SheetNotAsked)?;
        let committee = self.committee()?;
        let author = committee.author(member).ok_or(BidderError::SheetNotAsked)?;
        let content = ximu_basics::json::to_canonical(sheet)?;
        if let Some((_, running)) = committee.running()
            && let set::Purpose::Sheets(round) = &running.purpose
            && sheet::read(committee.tender, round, &author.id, &content).is_none()
        {
            return Err(BidderError::Sheet);
        }
        let sign = |message: &[u8]| key.sign(message).0;
        let sealed = set::seal(committee.tender, &set, &author.id, &content, seed, &key.public(), sign);
        let envelope = sealed.map_err(|error| match error {
            set::SealSetError::Procedure { .. } => BidderError::Tender,
            set::SealSetError::Seal(error) => BidderError::Seal(error),
        })?;
        Ok(Command::Contribute { set, envelope: Blob(envelope) })
    }
}
