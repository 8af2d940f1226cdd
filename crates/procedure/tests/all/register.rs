//! What the register refuses when parties are admitted (journal 7.3).
#![allow(clippy::unwrap_used, reason = "a test")]

use ximu_basics::Hash;
use ximu_procedure::{
    registry::party_id,
    role::Role,
    wire::{Command, Outcome, Refusal, refusal::Thing},
};
use ximu_sim::{Centre, Key};

#[test]
fn roles_that_must_stay_apart_are_not_given_to_one_party() {
    use Role::{
        Administrator, Agent, Auditor, Bidder, BondKeeper, Delegate, Evaluator, Holder, Operator, PoolKeeper,
        QualificationOfficer, Supervisor, Tenderer, WitnessOfficer,
    };
    let mut centre = Centre::new();
    let apart = |first, second| Some(Refusal::RolesApart { first, second });
    let malformed = Some(Refusal::Mismatch { what: Thing::Role });
    let rows: [(&[Role], Option<Refusal>); 14] = [
        (&[Bidder, Supervisor], apart(Bidder, Supervisor)),
        (&[Tenderer, Bidder], apart(Tenderer, Bidder)),
        (&[Operator, Bidder], apart(Operator, Bidder)),
        (&[Operator, BondKeeper], apart(Operator, BondKeeper)),
        (&[WitnessOfficer, PoolKeeper], apart(WitnessOfficer, PoolKeeper)),
        (&[Evaluator, PoolKeeper], apart(Evaluator, PoolKeeper)),
        (&[Tenderer, QualificationOfficer], apart(Tenderer, QualificationOfficer)),
        (&[Administrator, Operator, Supervisor, Auditor], apart(Administrator, Supervisor)),
        (&[Bidder, Holder], malformed.clone()),
        (&[], malformed.clone()),
        (&[Operator, Administrator], malformed),
        (&[Administrator, Operator], None),
        (&[Tenderer, Agent, Delegate], None),
        (&[Supervisor, Auditor], None),
    ];
    for (number, (roles, expected)) in rows.into_iter().enumerate() {
        let label = format!("party {number}");
        let name = Hash::of(label.as_bytes());
        centre.expect_events(&label, "registry", Command::RegisterParty { name });
        let party = party_id(&name, &Key::of(&label).public()).unwrap();
        let admit = Command::AdmitParty { party, roles: roles.to_vec() };
        let refused = match centre.give("administrator", "registry", admit).unwrap() {
            Outcome::Refusal(refusal) => Some(refusal),
            Outcome::Events(_) => None,
        };
        assert_eq!(refused, expected, "{roles:?}");
    }
}
