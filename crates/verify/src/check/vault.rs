//! Restricted envelopes (verify 7.4), for an auditor who has them: each is the one submitted, and the body is the
//! one that its form names, without reading it. What its bidder sealed wrongly is noted: the record of it is right.

use alloc::{collections::BTreeSet, format, string::String, string::ToString, vec::Vec};
use ximu_basics::{Hash, PartyId, ProcedureId, json};
use ximu_procedure::{
    Tender,
    envelope::{BODY, FORM, FORM_FILE, context},
    wire::{Command, CommandBody, Event, Form, Outcome, command::SealedRecord},
};
use ximu_sealed::{Commitment, EnvelopeHeader, MacKey};

use super::{Replayed, Run, envelopes::Envelopes, keys::open};
use crate::{Code, Failure, Forms, Note, NoteCode, Place};

/// One submitted envelope.
struct Submitted {
    bidder: PartyId,
    version: u32,
    name: &'static str,
    record: SealedRecord,
}

impl Run<'_> {
    /// Also counts what nobody brought: `form` and `body`.
    pub(super) fn vault(&mut self, replayed: &Replayed, envelopes: &Envelopes<'_>) {
        let mut missing: BTreeSet<(&'static str, Hash)> = BTreeSet::new();
        let mut failures: Vec<Failure> = Vec::new();
        let mut named: BTreeSet<Hash> = BTreeSet::new();
        let mut checked = 0;
        for (procedure, tender) in &replayed.replay.world().tenders {
            for submitted in submissions(replayed, procedure) {
                let commitment = submitted.record.commitment;
                named.insert(commitment);
                if submitted.name == FORM && envelopes.0.contains_key(&commitment) {
                    continue;
                }
                let Some(bytes) = self.options.vault.and_then(|vault| vault.form(&commitment)) else {
                    missing.insert((submitted.name, commitment));
                    continue;
                };
                checked += 1;
                let Submitted { bidder, name, version, .. } = &submitted;
                let said = |detail| format!("{bidder} {name} version {version}: {detail}");
                let place = || Place::File(commitment.to_string());
                if let Err(detail) = is_submitted(&submitted.record, &bytes) {
                    failures.push(Failure::new(Code::VaultCommitment, place(), said(detail)));
                } else if let Err((code, detail)) = is_sealed_for_it(tender, &submitted, &bytes, envelopes) {
                    self.notes.push(Note { code, detail: said(detail), entry: place() });
                }
            }
        }
        let claimed = self.options.vault.map(Forms::claimed).unwrap_or_default();
        for commitment in claimed.into_iter().filter(|commitment| !named.contains(commitment)) {
            let detail = "expected an envelope of an accepted submission, found none that names it";
            failures.push(Failure::new(Code::FileUnexpected, Place::File(commitment.to_string()), detail));
        }
        failures.into_iter().for_each(|failure| self.add(failure));
        self.count("vault", checked);
        for (name, _) in missing {
            *self.undisclosed.entry(name).or_default() += 1;
        }
    }
}

/// Every envelope that was accepted, also of versions that were replaced, withdrawn or voided.
fn submissions(replayed: &Replayed, procedure: &ProcedureId) -> Vec<Submitted> {
    let mut all = Vec::new();
    for (_, operation) in replayed.replay.operations(procedure) {
        let Outcome::Events(events) = &operation.outcome else { continue };
        let Some(Event::BidSubmitted { bidder, .. } | Event::VersionVoided { bidder, .. }) = events.first()
        else {
            continue;
        };
        let Ok(body) = json::from_canonical::<CommandBody>(operation.signed.body.as_bytes()) else {
            continue;
        };
        if let Command::Submit { version, form, body, .. } = body.command {
            for (name, record) in [(FORM, form), (BODY, body)] {
                all.push(Submitted { bidder: bidder.clone(), version, name, record });
            }
        }
    }
    all
}

/// Whether these are the bytes that were submitted.
fn is_submitted(record: &SealedRecord, bytes: &[u8]) -> Result<(), String> {
    let found = Commitment::of(bytes).root;
    if found == record.commitment && u64::from(record.bytes) == bytes.len() as u64 {
        return Ok(());
    }
    let (expected, size) = (record.commitment, record.bytes);
    Err(format!("expected {size} bytes {expected}, found {} bytes {found}", bytes.len()))
}

/// Whether its bidder sealed and recorded it as one seals it for this bid.
fn is_sealed_for_it(
    tender: &Tender,
    submitted: &Submitted,
    bytes: &[u8],
    envelopes: &Envelopes<'_>,
) -> Result<(), (NoteCode, String)> {
    let record = &submitted.record;
    let (header, _) =
        EnvelopeHeader::parse(bytes).map_err(|error| (NoteCode::VaultHeader, error.to_string()))?;
    if header.hash() != record.header {
        let detail = format!("expected the header {}, found {}", record.header, header.hash());
        return Err((NoteCode::VaultHeader, detail));
    }
    if let Some(key) = header_mac_key(tender, submitted, envelopes) {
        header.check_mac_key(&key).map_err(|error| (NoteCode::VaultMac, error.to_string()))?;
    }
    let fields = context(tender, &submitted.bidder, submitted.version, submitted.name);
    let expected = fields.ok_or((NoteCode::VaultContext, "the rules give no context".to_string()))?;
    header.context().expect(&expected).map_err(|error| (NoteCode::VaultContext, error.to_string()))?;
    if *header.context_hash() != record.context {
        let detail = format!("expected the context {}, found {}", record.context, header.context_hash());
        return Err((NoteCode::VaultContext, detail));
    }
    Ok(())
}

/// The key that an opened form gives for its body's header.
fn header_mac_key(tender: &Tender, submitted: &Submitted, envelopes: &Envelopes<'_>) -> Option<MacKey> {
    if submitted.name != BODY {
        return None;
    }
    let opened = tender.opened.get(&submitted.bidder).filter(|bid| bid.version == submitted.version)?;
    let bid = tender.bids.get(&submitted.bidder)?;
    let contents = open(&opened.key, envelopes.0.get(&bid.form.commitment)?).ok()?;
    let form: Form = json::from_canonical(contents.file(FORM_FILE)?).ok()?;
    Some(MacKey::from_bytes(form.body.header_mac_key.0))
}
