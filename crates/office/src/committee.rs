//! What a committee has done, for those who may read it: everybody once the evaluation is concluded; before that the
//! holders, who must decide it again, the members at their seats, and a bidder what was asked of it and it answered.
//!
//! Before the conclusion everybody else gets the answer of something that does not exist.

use crate::{shared::Shared, trouble::Trouble};
use ximu_basics::{Instant, PartyId, ProcedureId, PublicKey, Seed, Signature};
use ximu_journal::{HiddenClass, Operation};
use ximu_procedure::{
    Stage, Tender,
    tender::Failure,
    wire::{
        Command, Outcome, PanelOperation,
        evaluation::{Sitting, sitting_statement},
        signed::verify,
    },
};

/// How far the instant in a request may be from the centre's clock, in milliseconds: longer than clocks differ and a
/// slow line takes, and too short for a request that was overheard to be of use later.
pub const ASK_MS_MAX: i64 = 60_000;

/// Who asks what a committee has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asking {
    /// The key: a holder's, a seat's, or a bidder's.
    pub key: PublicKey,
    /// When it asks, by its own clock.
    pub at: Instant,
    /// The key's signature over [`sitting_statement`].
    pub signature: Signature,
}

/// What a committee has done.
///
/// # Errors
/// [`Trouble::NotFound`] for whoever may not read it, and for what does not exist alike.
pub(crate) fn sitting(
    shared: &Shared,
    procedure: &ProcedureId,
    asking: Option<&Asking>,
) -> Result<Sitting, Trouble> {
    let view = shared.view();
    let tender = view.world.tenders.get(procedure).ok_or(Trouble::NotFound)?;
    if tender.evaluation.is_none() {
        return Err(Trouble::NotFound);
    }
    if is_disclosed(tender) {
        return Ok(Sitting { operations: stored(shared, procedure)?, seed: seed(shared, procedure)?, v: 1 });
    }
    let asking = asking.ok_or(Trouble::NotFound)?;
    check_asking(shared, procedure, asking)?;
    if tender.holder_index(&asking.key).is_some() {
        return Ok(Sitting { operations: stored(shared, procedure)?, seed: seed(shared, procedure)?, v: 1 });
    }
    if tender.seat_of_key(&asking.key).is_some() {
        return Ok(Sitting { operations: stored(shared, procedure)?, seed: None, v: 1 });
    }
    let registry = &view.world.registry;
    let person = registry.keys.get(&asking.key).and_then(|person| registry.persons.get(person));
    let party = person.map(|person| &person.party).filter(|party| tender.bids.contains_key(*party));
    let party = party.ok_or(Trouble::NotFound)?;
    let operations = clarifications(&stored(shared, procedure)?, party);
    Ok(Sitting { operations, seed: None, v: 1 })
}

/// Whether the key itself asks, now.
///
/// # Errors
/// [`Trouble::NotFound`].
pub(crate) fn check_asking(shared: &Shared, procedure: &ProcedureId, asking: &Asking) -> Result<(), Trouble> {
    let said = sitting_statement(shared.signer.origin(), procedure.as_str(), asking.at);
    let in_time = shared.clock.now().ms_since(asking.at).abs() <= ASK_MS_MAX;
    let itself = in_time && verify(&asking.key, &said, &asking.signature);
    if itself { Ok(()) } else { Err(Trouble::NotFound) }
}

/// Whether everybody may read what the committee did: the conclusion has named the seed.
#[must_use]
pub fn is_disclosed(tender: &Tender) -> bool {
    let concluded = tender.evaluation.as_ref().is_some_and(|evaluation| evaluation.concluded.is_some());
    concluded || matches!(tender.stage, Stage::Failed(Failure::AllRejected | Failure::CompetitionLacking))
}

/// The operations behind the veils of a procedure, as text.
pub(crate) fn stored(shared: &Shared, procedure: &ProcedureId) -> Result<Vec<String>, Trouble> {
    let stored = shared.read(|reader| reader.operations(procedure, HiddenClass::Panel))?;
    let text = |Operation { bytes, .. }| {
        String::from_utf8(bytes).map_err(|_| Trouble::Unreadable { code: "store-corrupt" })
    };
    stored.into_iter().map(text).collect()
}

fn seed(shared: &Shared, procedure: &ProcedureId) -> Result<Option<Seed>, Trouble> {
    shared.read(|reader| reader.seed(procedure, HiddenClass::Panel))
}

/// What was asked of one bidder, and what it answered.
fn clarifications(operations: &[String], party: &PartyId) -> Vec<String> {
    let mut asked = Vec::new();
    let mut number = 0;
    let mut mine = Vec::new();
    for text in operations {
        let Ok(operation) = serde_json::from_str::<PanelOperation>(text) else { continue };
        let Ok(body) = operation.signed.open() else { continue };
        let accepted = matches!(operation.outcome, Outcome::Events(_));
        if let (Command::AskClarification { bidder, .. }, true) = (&body.command, accepted) {
            number += 1;
            if bidder == party {
                asked.push(number);
                mine.push(text.clone());
            }
        } else if let Command::Clarify { clarification, .. } = &body.command
            && asked.contains(clarification)
        {
            mine.push(text.clone());
        }
    }
    mine
}
