//! After the ranking (award 2, 3, 7, 8): giving up, disqualification, contract, bonds, what is overdue, archives.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use crate::support::{
    ANSWER_MS, against, answer, award, awarded, close, events, opened, propose, proposed, published, refused,
};
use ximu_basics::{Hash, Money};
use ximu_procedure::{
    Stage, outcome,
    phase::contract::ARCHIVES_MAX,
    tender::Failure,
    wire::{
        Command, Event, Refusal,
        command::{Ground, Subject},
        event::Duty,
        order::Matter,
        refusal::Thing,
    },
};
use ximu_sim::{centre::TENDER, rules::UNITS};

fn give_up() -> Command {
    Command::GiveUp { reason: "资金安排有变".into() }
}

fn disqualify(bidder: &ximu_basics::PartyId, ground: Ground) -> Command {
    Command::Disqualify { bidder: bidder.clone(), ground, text: "经核实".into() }
}

fn contract(price: &str, signed: ximu_basics::Instant) -> Command {
    let contract = Hash::of(b"contract");
    Command::SignContract { contract, price: Money::yuan(price).unwrap(), signed }
}

#[test]
fn when_the_first_gives_up_the_next_is_awarded_without_another_publication() {
    let (mut centre, bidders) = awarded();
    let [a, b, c] = [0, 1, 2].map(|place| bidders[place].party.clone());
    for (case, who, code) in
        [("another candidate", "b", "not_first"), ("the tenderer", "tenderer", "role_not_allowed")]
    {
        assert_eq!(refused(&mut centre, who, give_up()).code(), code, "{case}");
    }
    let given_up = events(&mut centre, "a", give_up());
    assert_eq!(given_up, [Event::GivenUp { bidder: a.clone(), next: Some(b.clone()) }]);
    assert_eq!((centre.tender().stage, &centre.tender().awarded), (Stage::Published, &None));
    assert_eq!(refused(&mut centre, "tenderer", award(&a)), Refusal::NotFirst { expected: b.clone() });
    centre.expect_events("tenderer", TENDER, award(&b));
    assert_eq!(centre.tender().awarded, Some((b.clone(), Money::yuan("9200000.00").unwrap())));
    centre.expect_events("b", TENDER, give_up());
    assert_eq!(
        events(&mut centre, "c", give_up()),
        [Event::GivenUp { bidder: c, next: None }, Event::CandidatesExhausted {}]
    );
    assert_eq!(centre.tender().stage, Stage::Failed(Failure::NoCandidate), "d was never a candidate");
    assert_eq!(refused(&mut centre, "tenderer", award(&a)).code(), "stage_wrong");
}

#[test]
fn the_first_can_give_up_while_the_candidates_are_published() {
    let (mut centre, bidders) = proposed();
    let (a, b) = (&bidders[0].party, &bidders[1].party);
    centre.expect_events("a", TENDER, give_up());
    assert_eq!(outcome::first(centre.tender()), Some(b));
    assert_eq!(refused(&mut centre, "a", give_up()).code(), "not_first");
    assert_eq!(refused(&mut centre, "tenderer", award(b)).code(), "too_early");
    let until = centre.tender().candidates_until.unwrap();
    centre.advance_to(until);
    assert_eq!(refused(&mut centre, "tenderer", award(a)).code(), "not_first");
    centre.expect_events("tenderer", TENDER, award(b));
}

#[test]
fn a_disqualification_rests_on_something_that_was_upheld() {
    let (mut centre, bidders) = proposed();
    let [a, b] = [0, 1].map(|place| bidders[place].party.clone());
    let objection = |objection| Ground::Objection { objection };
    centre.expect_events("b", TENDER, against(&a));
    centre.expect_events("tenderer", TENDER, answer(1, false));
    for (case, who, command, expected) in [
        ("not upheld", "tenderer", disqualify(&a, objection(1)), Refusal::Mismatch { what: Thing::Ground }),
        (
            "no such one",
            "tenderer",
            disqualify(&a, objection(2)),
            Refusal::Unknown { what: Thing::Objection },
        ),
        (
            "no complaint",
            "tenderer",
            disqualify(&a, Ground::Complaint { complaint: 1 }),
            Refusal::Unknown { what: Thing::Complaint },
        ),
        (
            "not awarded",
            "tenderer",
            disqualify(&a, Ground::PerformanceBond {}),
            Refusal::Mismatch { what: Thing::Ground },
        ),
        (
            "no candidate",
            "tenderer",
            disqualify(&bidders[3].party, objection(1)),
            Refusal::Unknown { what: Thing::Candidate },
        ),
    ] {
        assert_eq!(refused(&mut centre, who, command), expected, "{case}");
    }
    assert_eq!(refused(&mut centre, "b", disqualify(&a, objection(1))).code(), "role_not_allowed");
    // An objection to the candidates as a whole, upheld: back to the ranking, and a ground against nobody.
    let whole = Command::Object { to: Subject::Candidates, against: None, text: "评审有误".into() };
    centre.expect_events("b", TENDER, whole);
    centre.expect_events("tenderer", TENDER, answer(2, true));
    assert_eq!(centre.tender().stage, Stage::Ranking);
    let nobody = Refusal::Mismatch { what: Thing::Ground };
    assert_eq!(refused(&mut centre, "tenderer", disqualify(&a, objection(2))), nobody);
    // Upheld against one, it strikes that one itself, and is no ground against another.
    propose(&mut centre);
    centre.expect_events("b", TENDER, against(&a));
    centre.expect_events("tenderer", TENDER, answer(3, true));
    assert_eq!(refused(&mut centre, "tenderer", disqualify(&b, objection(3))), nobody);
    assert_eq!(outcome::first(centre.tender()), Some(&b));
}

/// A friend objects to a slip in the documents, and the tenderer agrees. With all prices read out that objection would put
/// out everybody who is better than the friend, one after the other.
#[test]
fn an_objection_to_the_documents_puts_nobody_out_once_the_prices_are_known() {
    let (mut centre, bidders) = published(|_| {});
    let slip = Command::Object { to: Subject::Documents, against: None, text: "第三页有错字".into() };
    centre.expect_events("c", TENDER, slip);
    centre.expect_events("tenderer", TENDER, answer(1, true));
    close(&mut centre, &bidders);
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    propose(&mut centre);
    let out = disqualify(&bidders[0].party, Ground::Objection { objection: 1 });
    assert_eq!(refused(&mut centre, "tenderer", out), Refusal::Mismatch { what: Thing::Ground });
}

#[test]
fn a_complaint_that_was_upheld_puts_out_the_candidate_it_was_against_with_base_and_scores_as_they_were() {
    let (mut centre, bidders) = proposed();
    let [a, b] = [0, 1].map(|place| bidders[place].party.clone());
    let raised = centre.now;
    centre.expect_events("c", TENDER, against(&a));
    centre.expect_events("tenderer", TENDER, answer(1, false));
    let matter = Matter::Candidates;
    let complain =
        Command::Complain { matter, objection: Some(1), known: raised, text: "业绩不实".into() };
    centre.expect_events("c", TENDER, complain);
    let ground = || Ground::Complaint { complaint: 1 };
    let refusal = Refusal::Mismatch { what: Thing::Ground };
    assert_eq!(refused(&mut centre, "tenderer", disqualify(&a, ground())), refusal, "not decided yet");
    centre.expect_events("supervisor", TENDER, Command::AcceptComplaint { complaint: 1 });
    let (article, text) = ("条例第六十一条".into(), "业绩系伪造".into());
    let decided = Command::DecideComplaint { complaint: 1, upheld: true, article, text, measure: None };
    centre.expect_events("supervisor", TENDER, decided);
    assert_eq!(refused(&mut centre, "tenderer", disqualify(&b, ground())), refusal, "it was against another");
    let base = centre.tender().ranking.as_ref().unwrap().base;
    let out = events(&mut centre, "tenderer", disqualify(&a, ground()));
    assert_eq!(out, [Event::Disqualified { bidder: a.clone(), next: Some(b.clone()) }]);
    let ranking = centre.tender().ranking.as_ref().unwrap();
    assert_eq!(ranking.base, base, "the base stays");
    assert_eq!(outcome::first(centre.tender()), Some(&b));
}

#[test]
fn a_winner_without_its_performance_bond_loses_the_award() {
    let (mut centre, bidders) = awarded();
    let [a, b] = [0, 1].map(|place| bidders[place].party.clone());
    let out = events(&mut centre, "tenderer", disqualify(&a, Ground::PerformanceBond {}));
    assert_eq!(out, [Event::Disqualified { bidder: a, next: Some(b.clone()) }]);
    assert_eq!(centre.tender().stage, Stage::Published);
    centre.expect_events("tenderer", TENDER, award(&b));
}

#[test]
fn a_contract_has_the_price_of_the_award_and_a_late_one_is_recorded_as_late() {
    let (mut centre, bidders) = awarded();
    let (a, at) = (bidders[0].party.clone(), centre.now);
    let due = at.plus_ms(30 * UNITS.day_ms);
    for (case, command, expected) in [
        ("another price", contract("9100000.01", at), Refusal::Mismatch { what: Thing::Price }),
        ("tomorrow", contract("9100000.00", at.plus_ms(1)), Refusal::Mismatch { what: Thing::Instant }),
        (
            "before the award",
            contract("9100000.00", at.plus_ms(-1)),
            Refusal::Mismatch { what: Thing::Instant },
        ),
    ] {
        assert_eq!(refused(&mut centre, "tenderer", command), expected, "{case}");
    }
    assert_eq!(refused(&mut centre, "a", contract("9100000.00", at)).code(), "role_not_allowed");
    // The clock says that it is overdue, once; then it is signed, and is late.
    centre.advance_to(due.plus_ms(1));
    let noted: Vec<Duty> = centre.tender().conclusion.noted.iter().cloned().collect();
    assert_eq!(noted, [Duty::Contract {}]);
    centre.advance_ms(UNITS.day_ms);
    let signed = centre.now;
    assert_eq!(
        events(&mut centre, "tenderer", contract("9100000.00", signed)),
        [Event::ContractSigned { bidder: a.clone(), due: Some(due), late: true }]
    );
    for (who, command) in [
        ("tenderer", contract("9100000.00", signed)),
        ("a", give_up()),
        ("tenderer", disqualify(&a, Ground::PerformanceBond {})),
    ] {
        assert_eq!(refused(&mut centre, who, command), Refusal::AlreadyExists {}, "what is signed is signed");
    }
}

#[test]
fn bonds_come_back_within_days_of_the_contract_and_who_waits_is_named() {
    let (mut centre, bidders) = awarded();
    let bond = |place: usize| Command::ReturnBond { bidder: bidders[place].party.clone() };
    let early = Event::BondReturned { bidder: bidders[3].party.clone(), due: None, late: false };
    assert_eq!(events(&mut centre, "tenderer", bond(3)), [early], "before the contract nothing is due");
    let signed = centre.now;
    centre.expect_events("tenderer", TENDER, contract("9100000.00", signed));
    let due = signed.plus_ms(5 * UNITS.day_ms);
    let in_time = Event::BondReturned { bidder: bidders[0].party.clone(), due: Some(due), late: false };
    assert_eq!(events(&mut centre, "tenderer", bond(0)), [in_time]);
    assert_eq!(refused(&mut centre, "tenderer", bond(0)), Refusal::AlreadyExists {});
    let nobody = Command::ReturnBond { bidder: "p-1".parse().unwrap() };
    assert_eq!(refused(&mut centre, "tenderer", nobody), Refusal::Unknown { what: Thing::Bid });
    let note = Command::NoteOverdue {};
    let early = Refusal::TooEarly { not_before: due.plus_ms(1), at: centre.now };
    assert_eq!(refused(&mut centre, "centre", note.clone()), early);
    centre.now = due.plus_ms(1);
    let mut late: Vec<_> = [1, 2].map(|place| Duty::Bond { bidder: bidders[place].party.clone() }).to_vec();
    late.sort();
    let overdue: Vec<_> = late.into_iter().map(|duty| Event::Overdue { duty, due }).collect();
    assert_eq!(events(&mut centre, "centre", note.clone()), overdue);
    assert_eq!(refused(&mut centre, "centre", note).code(), "unknown", "once");
    let at_last = Event::BondReturned { bidder: bidders[1].party.clone(), due: Some(due), late: true };
    assert_eq!(events(&mut centre, "tenderer", bond(1)), [at_last]);
}

#[test]
fn an_objection_to_the_candidates_that_is_not_answered_in_time_is_named() {
    let (mut centre, bidders) = proposed();
    centre.expect_events("b", TENDER, against(&bidders[0].party));
    let due = centre.now.plus_ms(ANSWER_MS);
    centre.advance_to(due);
    assert!(centre.tender().conclusion.noted.is_empty());
    centre.advance_to(due.plus_ms(1));
    assert!(centre.tender().conclusion.noted.contains(&Duty::Answer { objection: 1 }));
    centre.expect_events("tenderer", TENDER, answer(1, false));
}

#[test]
fn without_the_laws_numbers_nothing_is_overdue() {
    let (mut centre, _) = opened(|rules| {
        rules.legal.retain(|period| period.rule < ximu_procedure::rules::LegalRule::ContractSigned);
    });
    propose(&mut centre);
    let until = centre.tender().candidates_until.unwrap();
    centre.advance_to(until);
    let first = outcome::first(centre.tender()).unwrap().clone();
    centre.expect_events("tenderer", TENDER, award(&first));
    assert_eq!((centre.tender().contract_due(), centre.tender().overdue_at()), (None, None));
}

#[test]
fn a_record_is_sealed_after_the_end_and_logged_once() {
    let (mut centre, _) = proposed();
    let archive = |number: u32| Command::Archive { hash: Hash::of(&number.to_be_bytes()), bytes: 9 };
    assert_eq!(refused(&mut centre, "centre", archive(1)).code(), "stage_wrong");
    let until = centre.tender().candidates_until.unwrap();
    centre.advance_to(until);
    let first = outcome::first(centre.tender()).unwrap().clone();
    centre.expect_events("tenderer", TENDER, award(&first));
    assert_eq!(refused(&mut centre, "tenderer", archive(1)).code(), "role_not_allowed");
    for number in 0..ARCHIVES_MAX {
        centre.expect_events("centre", TENDER, archive(number));
    }
    assert_eq!(refused(&mut centre, "centre", archive(1)), Refusal::AlreadyExists {});
    let limit = Refusal::TooMany { what: Thing::Archive, limit: ARCHIVES_MAX };
    assert_eq!(refused(&mut centre, "centre", archive(99)), limit);
}
