//! The checks of phase Enter and of its bond.

use super::*;

/// The good document with phase Enter, an officer and a bond of exactly 2 % of the estimate.
fn with_entry(change: impl FnOnce(&mut Rules, &mut Enter)) -> Vec<String> {
    faults(|rules| {
        let two_per_cent = rules.lots[0].estimate.hundredths() * 2 / 100;
        let amount = Money::yuan(&format!("{}.{:02}", two_per_cent / 100, two_per_cent % 100)).unwrap();
        let bond = Bond {
            amount,
            keeper: "bank".parse().unwrap(),
            kinds: vec![BondKind::Cash, BondKind::Guarantee],
        };
        let mut enter = Enter {
            credentials: vec!["licence".parse().unwrap(), "permit".parse().unwrap()],
            members_max: 2,
            applications_to_deadline_days: 0,
            officer: Some("officer".parse().unwrap()),
            bond: Some(bond),
        };
        let number = rules.legal.iter().position(|period| period.rule > LegalRule::BidBond).unwrap();
        let bond = LegalPeriod {
            rule: LegalRule::BidBond,
            value: 2,
            unit: LegalUnit::Percent,
            ..rules.legal[0].clone()
        };
        rules.legal.insert(number, bond);
        change(rules, &mut enter);
        let seal = rules.phases.iter().position(|phase| matches!(phase, Phase::Seal(_))).unwrap();
        rules.phases.insert(seal, Phase::Enter(enter));
    })
}

fn on_bond(enter: &mut Enter, change: impl FnOnce(&mut Bond)) {
    if let Some(bond) = &mut enter.bond {
        change(bond);
    }
}

#[test]
fn each_fault_of_the_entry_is_named() {
    let none: [&str; 0] = [];
    assert_eq!(with_entry(|_, _| {}), none);
    assert_eq!(with_entry(|_, enter| (enter.officer, enter.bond) = (None, None)), none);
    let amount = |enter: &mut Enter, text: &str| {
        on_bond(enter, |bond| bond.amount = Money::yuan(text).unwrap());
    };
    for (change, expected) in [
        (
            (|_, enter| enter.credentials.clear()) as fn(&mut Rules, &mut Enter),
            "phases.enter.credentials rules-range",
        ),
        (
            |_, enter| enter.credentials[1] = enter.credentials[0].clone(),
            "phases.enter.credentials rules-duplicate",
        ),
        (|_, enter| enter.members_max = 9, "phases.enter.members_max rules-range"),
        (
            |_, enter| enter.applications_to_deadline_days = -1,
            "phases.enter.applications_to_deadline_days rules-range",
        ),
        (|rules, enter| enter.officer = Some(rules.tenderer.clone()), "phases.enter.officer rules-enter"),
        (
            |rules, enter| on_bond(enter, |bond| bond.keeper = rules.tenderer.clone()),
            "phases.enter.bond.keeper rules-enter",
        ),
        (
            |_, enter| on_bond(enter, |bond| bond.keeper = "officer".parse().unwrap()),
            "phases.enter.bond.keeper rules-enter",
        ),
        (|_, enter| on_bond(enter, |bond| bond.kinds.clear()), "phases.enter.bond.kinds rules-range"),
        (|_, enter| on_bond(enter, |bond| bond.kinds.reverse()), "phases.enter.bond.kinds rules-enter"),
        (
            |rules, _| rules.legal.retain(|period| period.rule != LegalRule::BidBond),
            "legal.bid_bond rules-legal-missing",
        ),
    ] {
        assert_eq!(with_entry(change), [expected]);
    }
    assert_eq!(with_entry(|_, enter| amount(enter, "0.00")), ["phases.enter.bond.amount rules-amount"]);
    // One fen above 2 % of the estimate is above; nothing is rounded.
    let above = |rules: &mut Rules, enter: &mut Enter| {
        let fen = rules.lots[0].estimate.hundredths() * 2 / 100 + 1;
        amount(enter, &format!("{}.{:02}", fen / 100, fen % 100));
    };
    assert_eq!(with_entry(above), ["phases.enter.bond.amount rules-legal"]);
}

#[test]
fn a_law_that_wants_no_cash_takes_none() {
    let of = |bond_kinds: Vec<BondKind>| {
        with_entry(|rules, _| {
            let must = rules.legal.iter().map(|period| period.rule).collect();
            rules.pack = Some(Pack { id: "cn-goods".into(), must, bond_kinds }.into());
        })
    };
    let none: [&str; 0] = [];
    assert_eq!(of(vec![]), none);
    assert_eq!(of(vec![BondKind::Cash, BondKind::Guarantee]), none);
    assert_eq!(of(vec![BondKind::Cheque, BondKind::Guarantee]), ["phases.enter.bond.kinds rules-legal"]);
    assert_eq!(of(vec![BondKind::Guarantee, BondKind::Cash]), ["pack.bond_kinds rules-pack"]);
}
