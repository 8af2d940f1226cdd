//! Applications and bonds: what bidders, the officer and the keeper of bonds say in phase Enter.

use ximu_basics::{Hash, Money, PartyId};
use ximu_procedure::{
    role::Role,
    rules::BondKind,
    wire::{Command, command::BondDeclaration},
};

use crate::{Centre, rules};

/// The key label of the officer who decides on applications.
pub const OFFICER: &str = "officer";

/// The key label of the keeper of bonds.
pub const KEEPER: &str = "bank";

/// The account that a bidder pays from, as its application commits to it.
#[must_use]
pub fn account(label: &str) -> Hash {
    Hash::of(format!("account of {label}").as_bytes())
}

/// An honest application: a commitment for each credential, the bond in money.
#[must_use]
pub fn apply(label: &str, members: &[PartyId]) -> Command {
    Command::Apply {
        credentials: rules::CREDENTIALS
            .map(|name| Hash::of(format!("{name} of {label}").as_bytes()))
            .to_vec(),
        members: members.to_vec(),
        bond: Some(BondDeclaration { kind: BondKind::Cash, payer: account(label) }),
    }
}

/// What the keeper says when the bond has arrived.
#[must_use]
pub fn confirm(label: &str, applicant: &PartyId) -> Command {
    Command::ConfirmBond {
        applicant: applicant.clone(),
        amount: Money::yuan(rules::BOND).unwrap(),
        payer: account(label),
    }
}

impl Centre {
    /// Registers officer and keeper and publishes a tender with phase Enter; with `examined` the officer decides.
    pub fn publish_with_entry(&mut self, examined: Examined) {
        let officer = self.register(OFFICER, &[Role::QualificationOfficer]);
        let keeper = self.register(KEEPER, &[Role::BondKeeper]);
        let officer = match examined {
            Examined::Before => Some(officer),
            Examined::WithTheBids => None,
        };
        self.publish(|rules| rules::enter(rules, officer, keeper));
    }
}

/// When qualification is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Examined {
    /// By an officer, before the opening 资格预审.
    Before,
    /// With the bids 资格后审.
    WithTheBids,
}
