//! Phase Notice: a procedure is published, its deadline moves later, it is cancelled (L16, L23, R21).

use alloc::{collections::BTreeMap, collections::BTreeSet, format, string::ToString, vec, vec::Vec};
use ximu_basics::{Hash, Instant};

use super::{check_stage, text::check_text};
use crate::{
    actor::Authenticated,
    conclusion::Conclusion,
    cosigned::{EVIDENCE_BYTES_MAX, Policy},
    enquiry::Enquiry,
    experts::Drawing,
    policy,
    record::Records,
    registry::Registry,
    rules::{Rules, validate::BEATS_MAX},
    set,
    supervision::Supervision,
    tender::{HolderKey, Stage, Tender},
    wire::{
        Command, Event, Refusal,
        command::{Document, Epoch, epoch_statement},
        event::DocumentChange,
        refusal::Thing,
        signed::verify,
    },
};

/// Documents of one procedure in force at a time, and in one entry, which must fit one leaf.
pub const DOCUMENTS_MAX: usize = 64;

/// Documents one procedure may name in all, replaced ones included: they all stay to be had.
pub const DOCUMENTS_NAMED_MAX: usize = 512;

/// The longest reason, in bytes, of an amendment or a cancellation.
pub const REASON_BYTES_MAX: usize = 2000;

/// Decides a publication.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn publish(registry: &Registry, given: &Authenticated, at: Instant) -> Result<Vec<Event>, Refusal> {
    let Command::Publish { rules, documents, epochs, policy: policy_hash } = &given.body.command else {
        return Err(Refusal::Unknown { what: Thing::Procedure });
    };
    let row = policy::row(&given.body.command).ok_or(Refusal::Unknown { what: Thing::Procedure })?;
    let mine = given.actor.party.as_ref() == Some(&rules.tenderer);
    if !row.allows(given.actor.roles.iter().copied()) || !mine {
        return Err(Refusal::RoleNotAllowed { needs: row.roles.to_vec() });
    }
    let centre = registry.centre.as_ref().ok_or(Refusal::Unknown { what: Thing::Policy })?;
    if rules.id != given.body.procedure {
        return Err(Refusal::Mismatch { what: Thing::Procedure });
    }
    if rules.is_rehearsal() != centre.rehearsal {
        return Err(Refusal::Mismatch { what: Thing::Rehearsal });
    }
    check_rules(rules, at)?;
    check_documents(documents)?;
    if *policy_hash != Hash::of(centre.policy.as_bytes()) {
        return Err(Refusal::Mismatch { what: Thing::Policy });
    }
    let pinned = Policy::parse(&centre.policy).ok_or(Refusal::Mismatch { what: Thing::Policy })?;
    if pinned.evidence_bytes(&given.body.origin) > EVIDENCE_BYTES_MAX {
        return Err(Refusal::Mismatch { what: Thing::Policy });
    }
    check_epochs(rules, epochs, &pinned, &given.body.origin)?;
    Ok(vec![Event::Published { genesis: Hash::of(given.signed.body.as_bytes()) }])
}

fn check_rules(rules: &Rules, at: Instant) -> Result<(), Refusal> {
    let faults = rules.validate(rules.is_rehearsal()).err().unwrap_or_else(|| rules.check_periods(at));
    match faults.into_iter().next() {
        None => Ok(()),
        Some(fault) => Err(Refusal::RulesInvalid { path: fault.path, expected: fault.expected }),
    }
}

/// At most [`DOCUMENTS_MAX`], each with a name of its own.
pub(super) fn check_documents(documents: &[Document]) -> Result<(), Refusal> {
    if documents.len() > DOCUMENTS_MAX {
        return Err(Refusal::TooMany { what: Thing::Document, limit: DOCUMENTS_MAX as u32 });
    }
    let names: BTreeSet<&str> = documents.iter().map(|document| document.name.as_str()).collect();
    if names.len() < documents.len() {
        return Err(Refusal::Mismatch { what: Thing::Document });
    }
    Ok(())
}

fn check_epochs(rules: &Rules, epochs: &[Epoch], pinned: &Policy, origin: &str) -> Result<(), Refusal> {
    if epochs.len() != rules.escrow.holders.len() {
        return Err(Refusal::Mismatch { what: Thing::Epoch });
    }
    let mut recipients = BTreeSet::new();
    for (epoch, holder) in epochs.iter().zip(&rules.escrow.holders) {
        let key = pinned.witness_key(holder).ok_or(Refusal::Unknown { what: Thing::Holder })?;
        let statement = epoch_statement(origin, rules.id.as_str(), &epoch.recipient);
        let fresh = recipients.insert(&epoch.recipient);
        if epoch.holder != *holder || !fresh || !verify(&key, &statement, &epoch.statement) {
            return Err(Refusal::Mismatch { what: Thing::Epoch });
        }
    }
    Ok(())
}

/// The state a publication creates.
#[must_use]
pub fn published(registry: &Registry, given: &Authenticated, at: Instant) -> Option<Tender> {
    let Command::Publish { rules, documents, epochs, .. } = &given.body.command else { return None };
    let pinned = Policy::parse(&registry.centre.as_ref()?.policy)?;
    let documents: Vec<Document> = documents.clone();
    let holders = epochs
        .iter()
        .map(|epoch| {
            let key = pinned.witness_key(&epoch.holder)?;
            Some(HolderKey { name: epoch.holder.to_string(), key, recipient: epoch.recipient.clone() })
        })
        .collect::<Option<Vec<HolderKey>>>()?;
    Some(Tender {
        genesis: Hash::of(given.signed.body.as_bytes()),
        rules: rules.clone(),
        policy: registry.centre.as_ref()?.policy.clone(),
        centre_key: registry.centre.as_ref()?.key,
        origin: given.body.origin.clone(),
        documents,
        published: at,
        deadline: rules.seal()?.deadline,
        deadline_moved_at: None,
        stage: Stage::Sealing,
        beats: Vec::new(),
        seed: None,
        list: Vec::new(),
        bids: BTreeMap::new(),
        not_counted: Vec::new(),
        refused: Vec::new(),
        closed_at: None,
        window_until: None,
        signed_in: BTreeSet::new(),
        releases: BTreeMap::new(),
        rescues: BTreeSet::new(),
        relays_done: BTreeSet::new(),
        to_open: Vec::new(),
        stays_closed: Vec::new(),
        shares: BTreeMap::new(),
        opened: BTreeMap::new(),
        voided: BTreeMap::new(),
        coefficients: BTreeMap::new(),
        drawing: rules.draw().map(Drawing::new),
        evaluation: None,
        sets: set::of_rules(rules, &holders),
        drawn_at: None,
        opened_at: None,
        ranking: None,
        enquiry: Enquiry::default(),
        candidates: Vec::new(),
        candidates_until: None,
        awarded: None,
        supervision: Supervision::default(),
        conclusion: Conclusion::default(),
        acted: BTreeSet::from([given.actor.person.clone()]),
        last_at: at,
        records: Records::default(),
        holders,
    })
}

/// Decides an amendment: documents change, the deadline moves later, or both. When documents change, the deadline
/// then in force leaves the days of the law (enquiry 4).
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn amend(
    tender: &Tender,
    given: &Authenticated,
    at: Instant,
    deadline: Instant,
    documents: &[Document],
) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    check_open(tender, at)?;
    check_reason(given)?;
    check_documents(documents)?;
    let later = deadline > tender.deadline;
    if deadline < tender.deadline || (documents.is_empty() && !later) {
        return Err(Refusal::DeadlineEarlier { deadline: tender.deadline });
    }
    let mut events = Vec::new();
    if !documents.is_empty() {
        let faults = tender.rules.check_amendment(at, tender.deadline, deadline);
        if let Some(fault) = faults.into_iter().next() {
            return Err(Refusal::RulesInvalid { path: fault.path, expected: fault.expected });
        }
        events.push(Event::DocumentsAmended { changes: changes(tender, documents)? });
    }
    if later {
        check_beats(tender, deadline)?;
        events.push(Event::DeadlineMoved { deadline });
    }
    Ok(events)
}

/// Refuses a deadline that lays more beats upon the log than a publication may.
fn check_beats(tender: &Tender, deadline: Instant) -> Result<(), Refusal> {
    let rules = &tender.rules;
    if rules.beats.count_until(rules.units(), deadline.ms_since(tender.published)) <= BEATS_MAX {
        return Ok(());
    }
    let expected = format!("at most {BEATS_MAX} beats from publication to the deadline");
    Err(Refusal::RulesInvalid { path: "phases.seal.deadline".into(), expected })
}

fn changes(tender: &Tender, documents: &[Document]) -> Result<Vec<DocumentChange>, Refusal> {
    let in_force = tender.documents_in_force();
    let change = |document: &Document| {
        let before = in_force.get(document.name.as_str()).map(|before| before.hash);
        let after = document.hash;
        (before != Some(after)).then(|| DocumentChange { name: document.name.clone(), before, after })
    };
    let changes: Option<Vec<DocumentChange>> = documents.iter().map(change).collect();
    let changes = changes.ok_or(Refusal::Mismatch { what: Thing::Document })?;
    let added = changes.iter().filter(|change| change.before.is_none()).count();
    check_room(tender, in_force.len().saturating_add(added), documents.len())?;
    Ok(changes)
}

/// Refuses more documents in force, or named in all, than there may be.
pub(super) fn check_room(tender: &Tender, in_force: usize, named: usize) -> Result<(), Refusal> {
    for (found, limit) in
        [(in_force, DOCUMENTS_MAX), (tender.documents.len().saturating_add(named), DOCUMENTS_NAMED_MAX)]
    {
        if found > limit {
            return Err(Refusal::TooMany { what: Thing::Document, limit: limit as u32 });
        }
    }
    Ok(())
}

/// Decides that the procedure ends before its deadline.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn cancel(tender: &Tender, given: &Authenticated, at: Instant) -> Result<Vec<Event>, Refusal> {
    check_stage(tender, given)?;
    check_open(tender, at)?;
    check_reason(given)?;
    Ok(vec![Event::Cancelled {}])
}

pub(super) fn check_open(tender: &Tender, at: Instant) -> Result<(), Refusal> {
    if at > tender.deadline {
        return Err(Refusal::DeadlinePassed { deadline: tender.deadline, at });
    }
    Ok(())
}

fn check_reason(given: &Authenticated) -> Result<(), Refusal> {
    let (Command::Amend { reason, .. } | Command::Cancel { reason }) = &given.body.command else {
        return Ok(());
    };
    check_text(reason, REASON_BYTES_MAX)
}
