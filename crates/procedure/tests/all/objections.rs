//! Objections to the documents, the opening and the candidates (enquiry 5-7): tables of given, when, expect.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use crate::support::{against, answer, events, propose, refused};
use ximu_basics::PartyId;
use ximu_procedure::{
    Stage,
    method::RejectReason,
    outcome,
    phase::objection::OBJECTIONS_PER_PARTY_MAX,
    rules::PhaseKind,
    wire::{Command, Event, Refusal, command::Subject, refusal::Thing},
};
use ximu_sim::{Bidder, Centre, centre::TENDER, rules::UNITS};

/// Three days, in which an objection is answered.
const ANSWER_MS: i64 = 3 * UNITS.day_ms;

const PRICES: [&str; 4] = ["9100000.00", "9200000.00", "9300000.00", "9400000.00"];

fn published() -> (Centre, Vec<Bidder>) {
    let mut centre = Centre::new();
    let labels = ["a", "b", "c", "d"];
    let bidders = labels.map(|label| Bidder::register(&mut centre, label)).into();
    centre.publish(|_| {});
    (centre, bidders)
}

/// Every bid is read out.
fn read() -> (Centre, Vec<Bidder>) {
    let (mut centre, bidders) = published();
    let bids: Vec<_> =
        bidders.iter().zip(PRICES).map(|(bidder, price)| bidder.submit(&mut centre, 1, price)).collect();
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    for (bidder, bid) in bidders.iter().zip(&bids) {
        let release = bidder.release(&centre, bid);
        centre.expect_events(&bidder.label, TENDER, release);
    }
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    assert_eq!(centre.tender().stage, Stage::Ranking);
    (centre, bidders)
}

fn object(to: Subject) -> Command {
    Command::Object { to, against: None, text: "评标办法有误".into() }
}

#[test]
fn an_objection_to_the_documents_moves_the_deadline_at_once() {
    let (mut centre, bidders) = published();
    centre.advance_ms(UNITS.day_ms);
    let (deadline, due) = (centre.tender().deadline.plus_ms(ANSWER_MS), centre.now.plus_ms(ANSWER_MS));
    assert_eq!(
        events(&mut centre, "a", object(Subject::Documents)),
        [
            Event::ObjectionRaised {
                objection: 1,
                to: Subject::Documents,
                by: bidders[0].party.clone(),
                due: Some(due)
            },
            Event::DeadlineMoved { deadline },
        ]
    );
    centre.advance_ms(UNITS.day_ms);
    let answered = events(&mut centre, "tenderer", answer(1, true));
    assert_eq!(answered, [Event::ObjectionAnswered { objection: 1, upheld: true }]);
    assert_eq!(centre.tender().deadline, deadline, "an early answer moves nothing back");
    centre.advance_to(deadline.plus_ms(-1));
    assert_eq!(centre.tender().stage, Stage::Sealing);
    centre.advance_to(deadline.plus_ms(1));
    assert_ne!(centre.tender().stage, Stage::Sealing, "it closes on the deadline");
}

#[test]
fn two_objections_at_once_hold_up_no_longer_than_the_later_one() {
    let (mut centre, _) = published();
    let first = centre.tender().deadline;
    centre.expect_events("a", TENDER, object(Subject::Documents));
    let same = events(&mut centre, "b", object(Subject::Documents));
    assert_eq!(same.len(), 1, "at the same instant the second adds nothing: {same:?}");
    centre.advance_ms(UNITS.day_ms);
    centre.expect_events("c", TENDER, object(Subject::Documents));
    assert_eq!(centre.tender().deadline, first.plus_ms(ANSWER_MS + UNITS.day_ms));
    for (number, open) in [(1, 2), (2, 1), (3, 0)] {
        centre.expect_events("tenderer", TENDER, answer(number, false));
        let tender = centre.tender();
        assert_eq!(tender.enquiry.open(Subject::Documents), open);
        assert_eq!(tender.enquiry.suspended_until.is_some(), open > 0);
    }
}

#[test]
fn bids_never_close_inside_an_unanswered_objection() {
    let (mut centre, bidders) = published();
    let until = centre.tender().objections_until().unwrap();
    centre.advance_to(until.plus_ms(-1));
    centre.expect_events("a", TENDER, object(Subject::Documents));
    for _ in 0..20 {
        let before = centre.tender().deadline;
        centre.advance_ms(ANSWER_MS);
        let tender = centre.tender();
        assert_eq!(tender.stage, Stage::Sealing);
        assert!(tender.deadline >= before && tender.deadline > centre.now);
    }
    let tender = centre.tender();
    let early = Refusal::TooEarly { not_before: tender.enquiry.suspended_until.unwrap(), at: centre.now };
    assert_eq!(refused(&mut centre, "centre", Command::Prolong {}), early);
    let close = Command::Close { evidence: String::new(), seed: centre.class_seed() };
    assert_eq!(refused(&mut centre, "centre", close), Refusal::ObjectionOpen { objection: 1 });
    centre.expect_events("tenderer", TENDER, answer(1, false));
    let none = Refusal::Unknown { what: Thing::Objection };
    assert_eq!(refused(&mut centre, "centre", Command::Prolong {}), none);
    for (bidder, price) in bidders.iter().zip(PRICES) {
        bidder.submit(&mut centre, 1, price);
    }
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    assert_eq!(centre.tender().list.len(), 4, "the bids of the long time all count");
}

#[test]
fn after_a_down_time_the_deadline_is_counted_from_now() {
    let (mut centre, _) = published();
    centre.expect_events("a", TENDER, object(Subject::Documents));
    let deadline = centre.tender().deadline;
    // The host was down, also over the deadline.
    centre.now = deadline.plus_ms(5_000);
    let until = centre.now.plus_ms(ANSWER_MS);
    assert_eq!(
        events(&mut centre, "centre", Command::Prolong {}),
        [Event::AnswerOverdue { until }, Event::DeadlineMoved { deadline: until }]
    );
}

#[test]
fn an_objection_comes_in_time_from_a_bidder_and_says_something() {
    let (mut centre, _) = published();
    centre.register("auditor", &[ximu_procedure::role::Role::Auditor]);
    let candidate = "p-1".parse::<PartyId>().unwrap();
    let text = |text: &str| Command::Object { to: Subject::Documents, against: None, text: text.into() };
    let of_documents = Command::Object { to: Subject::Documents, against: Some(candidate), text: "x".into() };
    for (case, who, command, code) in [
        ("an auditor reads", "auditor", object(Subject::Documents), "role_not_allowed"),
        ("the tenderer answers", "tenderer", object(Subject::Documents), "role_not_allowed"),
        ("a bidder does not answer", "a", answer(1, true), "role_not_allowed"),
        ("there is no opening yet", "a", object(Subject::Opening), "stage_wrong"),
        ("there are no candidates yet", "a", object(Subject::Candidates), "stage_wrong"),
        ("documents are nobody's", "a", of_documents, "unknown"),
        ("it says nothing", "a", text(" "), "mismatch"),
        ("it hides something", "a", text("a\u{202e}"), "mismatch"),
        ("nobody objected", "tenderer", answer(1, true), "unknown"),
    ] {
        assert_eq!(refused(&mut centre, who, command).code(), code, "{case}");
    }
    for _ in 0..OBJECTIONS_PER_PARTY_MAX {
        centre.expect_events("a", TENDER, object(Subject::Documents));
    }
    let limit = Refusal::TooMany { what: Thing::Objection, limit: OBJECTIONS_PER_PARTY_MAX };
    assert_eq!(refused(&mut centre, "a", object(Subject::Documents)), limit);
    for number in 1..=OBJECTIONS_PER_PARTY_MAX {
        centre.expect_events("tenderer", TENDER, answer(number, false));
    }
    assert_eq!(refused(&mut centre, "tenderer", answer(1, true)), Refusal::AlreadyExists {});
    let until = centre.tender().objections_until().unwrap();
    centre.advance_to(until);
    let late = refused(&mut centre, "b", object(Subject::Documents));
    assert_eq!(late.code(), "period_over");
    assert!(late.to_string().contains("第二十二条"), "{late}: the article is named");
}

#[test]
fn without_enquiry_the_documents_stand_and_the_rest_can_be_objected_to() {
    let mut centre = Centre::new();
    Bidder::register(&mut centre, "a");
    centre.publish(|rules| {
        rules.phases.retain(|phase| phase.kind() != PhaseKind::Enquire);
        rules.legal.retain(|period| !period.rule.is_of_enquiry());
    });
    let phase = Refusal::Unknown { what: Thing::Phase };
    assert_eq!(refused(&mut centre, "a", object(Subject::Documents)), phase);
}

#[test]
fn an_objection_to_the_opening_is_answered_on_the_spot_and_stops_nothing() {
    let (mut centre, _) = read();
    let raised = events(&mut centre, "d", object(Subject::Opening));
    assert!(matches!(raised.as_slice(), [Event::ObjectionRaised { due: None, .. }]), "{raised:?}");
    let candidates = outcome::candidates(centre.tender());
    let proposal = Command::Propose { candidates };
    let open = Refusal::ObjectionOpen { objection: 1 };
    assert_eq!(refused(&mut centre, "tenderer", proposal.clone()), open, "first it is answered");
    centre.expect_events("tenderer", TENDER, answer(1, true));
    assert_eq!(centre.tender().stage, Stage::Ranking);
    centre.expect_events("tenderer", TENDER, proposal);
    centre.expect_events("c", TENDER, object(Subject::Opening));
    let until = centre.tender().opening_objections_until().unwrap();
    centre.advance_to(until);
    centre.expect_events("c", TENDER, object(Subject::Opening));
    centre.advance_ms(1);
    let late = Refusal::WindowOver { until, at: centre.now };
    assert_eq!(refused(&mut centre, "c", object(Subject::Opening)), late);
}

#[test]
fn the_publication_stands_still_while_an_objection_to_the_candidates_waits() {
    let (mut centre, bidders) = read();
    propose(&mut centre);
    let until = centre.tender().candidates_until.unwrap();
    let award = Command::Award { bidder: bidders[0].party.clone() };
    centre.advance_ms(500);
    let stranger = "p-1".parse::<PartyId>().unwrap();
    let unknown = Refusal::Unknown { what: Thing::Candidate };
    assert_eq!(refused(&mut centre, "d", against(&stranger)), unknown);
    centre.expect_events("d", TENDER, against(&bidders[0].party));
    centre.advance_to(until.plus_ms(1_000));
    assert_eq!(refused(&mut centre, "tenderer", award.clone()), Refusal::ObjectionOpen { objection: 1 });
    centre.expect_events("c", TENDER, object(Subject::Candidates));
    assert_eq!(
        events(&mut centre, "tenderer", answer(1, false)),
        [Event::ObjectionAnswered { objection: 1, upheld: false }],
        "another one still waits"
    );
    let waited = centre.now.ms_since(until) + ANSWER_MS - 500;
    let end = until.plus_ms(waited);
    assert_eq!(
        events(&mut centre, "tenderer", answer(2, false)),
        [Event::ObjectionAnswered { objection: 2, upheld: false }, Event::PublicationExtended { until: end }]
    );
    let early = Refusal::TooEarly { not_before: end, at: centre.now };
    assert_eq!(refused(&mut centre, "tenderer", award.clone()), early);
    centre.advance_to(end.plus_ms(1));
    let over = Refusal::WindowOver { until: end, at: centre.now };
    assert_eq!(refused(&mut centre, "d", object(Subject::Candidates)), over);
    centre.expect_events("tenderer", TENDER, award);
}

#[test]
fn a_candidate_that_an_upheld_objection_excludes_is_struck_and_the_others_move_up() {
    let (mut centre, bidders) = read();
    let scores = |centre: &Centre| {
        let lines = &centre.tender().ranking.as_ref().unwrap().lines;
        lines.iter().map(|line| (line.party.clone(), line.rank, line.score)).collect::<Vec<_>>()
    };
    let before = scores(&centre);
    propose(&mut centre);
    let first = bidders[0].party.clone();
    centre.expect_events("d", TENDER, against(&first));
    assert_eq!(
        events(&mut centre, "tenderer", answer(1, true)),
        [
            Event::ObjectionAnswered { objection: 1, upheld: true },
            Event::CandidatesWithdrawn { excluded: Some(first.clone()) }
        ]
    );
    let after = scores(&centre);
    assert_eq!(after.len(), 3);
    for (old, new) in before.iter().skip(1).zip(&after) {
        assert_eq!((&old.0, old.1 - 1, old.2), (&new.0, new.1, new.2), "the base stays what it was");
    }
    let rejected = &centre.tender().ranking.as_ref().unwrap().rejected;
    assert_eq!((&rejected[0].party, rejected[0].reason), (&first, RejectReason::ObjectionUpheld));
    propose(&mut centre);
    let until = centre.tender().candidates_until.unwrap();
    assert_eq!(until, centre.now.plus_ms(ANSWER_MS), "they are published anew");
    centre.advance_to(until);
    centre.expect_events("tenderer", TENDER, Command::Award { bidder: bidders[1].party.clone() });
}

#[test]
fn when_every_candidate_is_excluded_the_procedure_has_failed() {
    let (mut centre, bidders) = read();
    for (number, bidder) in (1..).zip(&bidders) {
        propose(&mut centre);
        centre.expect_events("d", TENDER, against(&bidder.party));
        centre.expect_events("tenderer", TENDER, answer(number, true));
        if number == OBJECTIONS_PER_PARTY_MAX {
            break;
        }
    }
    propose(&mut centre);
    centre.expect_events("a", TENDER, against(&bidders[3].party));
    centre.expect_events("tenderer", TENDER, answer(4, true));
    assert!(centre.tender().stage.is_failed());
}
