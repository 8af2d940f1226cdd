//! What is owed, and by when (award 7): every duty follows from public entries and the law's numbers in the rules, so
//! that everybody sees the same ones overdue. Nothing here is done to who is late; it is shown.

use alloc::vec::Vec;
use ximu_basics::{Instant, PartyId};

use crate::{
    rules::{LegalRule, ReadOut},
    supervision::ComplaintState,
    tender::{Stage, Tender},
    wire::{command::Subject, event::Duty},
};

/// Duties named in one entry, which must fit one leaf; the next entry follows at once.
pub const DUTIES_PER_ENTRY_MAX: usize = 100;

impl Tender {
    /// What is owed and not done, each with the instant up to which it is in time, ascending by duty.
    #[must_use]
    pub fn duties(&self) -> Vec<(Duty, Instant)> {
        let mut duties = Vec::new();
        if self.stage == Stage::Published || self.stage == Stage::Ranking {
            duties.extend(self.answers_owed());
        }
        duties.extend(self.contract_due().map(|due| (Duty::Contract {}, due)));
        if self.stage == Stage::Awarded {
            let owed = self.list.iter().filter(|line| !self.conclusion.bonds.contains_key(&line.bidder));
            duties.extend(owed.filter_map(|line| {
                let bidder = line.bidder.clone();
                Some((Duty::Bond { bidder }, self.bond_due(&line.bidder)?))
            }));
        }
        for (number, complaint) in (1_u32..).zip(&self.supervision.complaints) {
            let duty = match complaint.state {
                ComplaintState::Made => {
                    complaint.due.map(|due| (Duty::Acceptance { complaint: number }, due))
                }
                ComplaintState::Accepted { due, .. } => {
                    due.map(|due| (Duty::Decision { complaint: number }, due))
                }
                ComplaintState::Declined | ComplaintState::Decided { .. } => None,
            };
            duties.extend(duty);
        }
        duties.sort();
        duties
    }

    /// Duties of which the log has not said yet that they are overdue.
    pub(crate) fn duties_to_note(&self) -> impl Iterator<Item = (Duty, Instant)> {
        self.duties().into_iter().filter(|(duty, _)| !self.conclusion.noted.contains(duty))
    }

    /// The next instant at which a duty is overdue and the log does not say so yet: the first one after its due instant.
    #[must_use]
    pub fn overdue_at(&self) -> Option<Instant> {
        self.duties_to_note().map(|(_, due)| due.plus_ms(1)).min()
    }

    /// Until when the contract of the award in force is to be signed; none once it is, and without the law's number.
    #[must_use]
    pub fn contract_due(&self) -> Option<Instant> {
        if self.conclusion.contract.is_some() {
            return None;
        }
        self.period(LegalRule::ContractSigned, self.conclusion.awarded_at?)
    }

    /// Until when a bidder is to have its bond back: from the day of the contract. None when the documents ask for no
    /// bond, and without the law's number.
    #[must_use]
    pub fn bond_due(&self, bidder: &PartyId) -> Option<Instant> {
        let asked = self.rules.unseal()?.read_out.contains(&ReadOut::Bond);
        let listed = self.list.iter().any(|line| line.bidder == *bidder);
        let signed = self.conclusion.contract?.signed;
        if asked && listed { self.period(LegalRule::BondsReturned, signed) } else { None }
    }

    /// The end of a period of the law, moved by suspensions; none when the rules do not state its number.
    fn period(&self, rule: LegalRule, from: Instant) -> Option<Instant> {
        let days = self.rules.legal_value(rule)?;
        Some(self.moved(from, self.rules.end_of_period(rule, from, days)))
    }

    fn answers_owed(&self) -> impl Iterator<Item = (Duty, Instant)> {
        (1_u32..).zip(&self.enquiry.objections).filter_map(|(number, objection)| {
            let open = objection.to == Subject::Candidates && objection.answered.is_none();
            let due = self.moved(objection.raised, objection.due?);
            open.then_some((Duty::Answer { objection: number }, due))
        })
    }
}
