//! What happens with and after the award (award 2, 3): who leaves the candidates, the contract, the bonds, the records
//! sealed for keeping. A part of the public state.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use ximu_basics::{Hash, Instant, PartyId};

use crate::{
    enquiry::Enquiry,
    evaluation::recheck,
    method::RejectReason,
    outcome,
    tender::{Failure, Stage, Tender},
    wire::event::Duty,
};

/// Who left, the contract, the bonds, the archives.
#[derive(Debug, Clone, Default)]
pub struct Conclusion {
    /// Who gave up, is unfit or was excluded, and which of these.
    pub left: BTreeMap<PartyId, RejectReason>,
    /// When the award in force was made.
    pub awarded_at: Option<Instant>,
    /// The contract.
    pub contract: Option<Contract>,
    /// Who has its bond back, and when.
    pub bonds: BTreeMap<PartyId, Instant>,
    /// Duties of which the log says that they were not done in time.
    pub noted: BTreeSet<Duty>,
    /// Hashes of the records sealed for keeping.
    pub archives: Vec<Hash>,
}

/// A signed contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contract {
    /// The salted commitment to its file.
    pub commitment: Hash,
    /// When it was signed.
    pub signed: Instant,
}

/// Who is struck from a ranking, and why: by an upheld objection, or because it left.
#[must_use]
pub fn struck(enquiry: &Enquiry, conclusion: &Conclusion) -> BTreeMap<PartyId, RejectReason> {
    let objected = enquiry.excluded.iter().map(|party| (party.clone(), RejectReason::ObjectionUpheld));
    conclusion.left.clone().into_iter().chain(objected).collect()
}

/// The ranking is made again from the prices, base and coefficients there are, without those excluded; where a committee
/// concluded it, by that committee.
pub(crate) fn reopen(tender: &mut Tender, excluded: &[PartyId]) {
    let excluded = excluded.iter().map(|party| (party.clone(), RejectReason::Excluded));
    tender.conclusion.left.extend(excluded);
    (tender.candidates, tender.candidates_until) = (Vec::new(), None);
    tender.enquiry.paused_since = None;
    unaward(tender);
    tender.stage = Stage::Ranking;
    if tender.next_round().is_some() {
        recheck::begin(tender);
    } else {
        tender.ranking = outcome::rank(tender);
    }
}

/// Takes a bidder out: of the candidates as they were published, or of a ranking that nobody was proposed from yet.
pub(crate) fn leave(tender: &mut Tender, bidder: &PartyId, reason: RejectReason) {
    tender.conclusion.left.insert(bidder.clone(), reason);
    match tender.stage {
        Stage::Ranking => tender.ranking = outcome::rank(tender),
        Stage::Awarded if tender.awarded.as_ref().is_some_and(|(winner, _)| winner == bidder) => {
            unaward(tender);
            tender.stage = Stage::Published;
        }
        Stage::Sealing
        | Stage::Window
        | Stage::Opening
        | Stage::Drawing
        | Stage::Evaluating
        | Stage::Published
        | Stage::Awarded
        | Stage::Failed(_) => {}
    }
}

/// The award is void; the next one has a period of its own for the contract.
fn unaward(tender: &mut Tender) {
    tender.awarded = None;
    tender.conclusion.awarded_at = None;
    tender.conclusion.noted.remove(&Duty::Contract {});
}

/// Ends the procedure without an award.
pub(crate) fn fail(tender: &mut Tender, failure: Failure) {
    unaward(tender);
    tender.stage = Stage::Failed(failure);
}

/// Notes a suspension. What waits for the answer to an objection to the documents is looked at again that much later.
pub(crate) fn suspend(tender: &mut Tender, at: Instant, until: Instant) {
    let longer_by_ms = until.ms_since(tender.suspended_until(at).unwrap_or(at));
    if let Some(looked_at) = tender.enquiry.suspended_until.filter(|looked_at| at <= *looked_at) {
        tender.enquiry.suspended_until = Some(looked_at.plus_ms(longer_by_ms));
    }
    tender.supervision.suspensions.suspend(at, until);
}
