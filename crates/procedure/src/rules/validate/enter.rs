//! Checks of the phase in which bidders apply and give their bond (rules 9.17).

use alloc::{format, vec::Vec};
use core::ops::RangeInclusive;
use ximu_basics::PartyId;

use super::{check_range, doubled, fault, phases::check_window};
use crate::rules::{Bond, BondKind, Enter, LegalRule, RuleCode, RuleFault, Rules};

/// The range of the number of credentials: their commitments must fit one application many times over.
pub const CREDENTIALS: RangeInclusive<i64> = 1..=16;

/// The range of the members of a joint venture besides the applicant.
pub const MEMBERS: RangeInclusive<i64> = 0..=8;

/// The range of the days before the deadline on which applications end; 0 is the deadline itself.
pub const ENTER_DAYS: RangeInclusive<i64> = 0..=366;

/// The range of the number of kinds of bond.
pub const BOND_KINDS: RangeInclusive<i64> = 1..=4;

impl Rules {
    pub(super) fn check_enter(&self, enter: &Enter, faults: &mut Vec<RuleFault>) {
        let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        check_range("phases.enter.credentials", count(enter.credentials.len()), CREDENTIALS, faults);
        if !doubled(&enter.credentials).is_empty() {
            let expected = "each credential once".into();
            let fix = "remove the second";
            faults.push(fault("phases.enter.credentials", RuleCode::Duplicate, expected, "one twice", fix));
        }
        check_range("phases.enter.members_max", enter.members_max.into(), MEMBERS, faults);
        let path = "phases.enter.applications_to_deadline_days";
        check_range(path, enter.applications_to_deadline_days, ENTER_DAYS, faults);
        check_window(path, self.units().days_ms(enter.applications_to_deadline_days), faults);
        self.check_knowers(enter, faults);
        if let Some(bond) = &enter.bond {
            self.check_bond(bond, faults);
        }
    }

    /// Who sees applicants, who sees payments and who invites are three: before the opening none of them may put
    /// together what the law keeps apart (L22).
    fn check_knowers(&self, enter: &Enter, faults: &mut Vec<RuleFault>) {
        let keeper = enter.bond.as_ref().map(|bond| &bond.keeper);
        let mut differ = |path: &str, found: Option<&PartyId>, others: &[Option<&PartyId>]| {
            let Some(party) = found else { return };
            if others.contains(&Some(party)) {
                let expected = "another party than the tenderer, the officer and the keeper of bonds".into();
                let fix = "name a party of its own: names and payments are secret before the opening";
                faults.push(fault(path, RuleCode::Enter, expected, party, fix));
            }
        };
        let (tenderer, officer) = (Some(&self.tenderer), enter.officer.as_ref());
        differ("phases.enter.officer", officer, &[tenderer]);
        differ("phases.enter.bond.keeper", keeper, &[tenderer, officer]);
    }

    fn check_bond(&self, bond: &Bond, faults: &mut Vec<RuleFault>) {
        let path = "phases.enter.bond.amount";
        if bond.amount.is_zero() {
            let fix = "state the amount, or leave the table out when no bond is asked for";
            faults.push(fault(path, RuleCode::Amount, "an amount above 0.00".into(), "0.00", fix));
        }
        let path = "phases.enter.bond.kinds";
        check_range(path, i64::try_from(bond.kinds.len()).unwrap_or(i64::MAX), BOND_KINDS, faults);
        if !bond.kinds.is_sorted_by(|left, right| left < right) {
            let expected = "the kinds in the order cash, cheque, guarantee, insurance, each once".into();
            faults.push(fault(path, RuleCode::Enter, expected, "another order", "sort them"));
        }
        let allowed: &[BondKind] = self.pack.as_ref().map_or(&[], |pack| &pack.bond_kinds);
        let outside = bond.kinds.iter().find(|kind| !allowed.is_empty() && !allowed.contains(kind));
        if let Some(kind) = outside {
            let names: Vec<&str> = allowed.iter().map(|kind| kind.as_str()).collect();
            let expected = format!("kinds that the law allows: {}", names.join(", "));
            faults.push(fault(path, RuleCode::Legal, expected, kind.as_str(), "remove it"));
        }
        self.check_bond_against_law(bond, faults);
    }

    /// The bond is at most the law's part of the estimate, compared exactly (R26).
    fn check_bond_against_law(&self, bond: &Bond, faults: &mut Vec<RuleFault>) {
        let (Some(legal), Some(lot)) = (self.legal_period(LegalRule::BidBond), self.lot()) else { return };
        let asked = bond.amount.hundredths().saturating_mul(100);
        let most = lot.estimate.hundredths().saturating_mul(legal.value.into());
        if asked > most {
            let (path, share) = ("phases.enter.bond.amount", legal.value);
            let (law, article, as_of) = (&legal.law, &legal.article, &legal.as_of);
            let estimate = lot.estimate.amount();
            let expected = format!(
                "at most {share} per cent of the estimate {estimate} ({law} {article}, as of {as_of})"
            );
            let fix = "state a smaller amount: a procedure may be stricter than the law only";
            faults.push(fault(path, RuleCode::Legal, expected, bond.amount.amount(), fix));
        }
    }
}
