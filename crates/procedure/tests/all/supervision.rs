//! Complaints, orders and suspensions (award 4-6): tables of given, when, expect.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use crate::support::{
    self, against, answer, award, awarded, closed, events, opened, proposed, published, refused,
};
use ximu_basics::{Instant, PartyId};
use ximu_procedure::{
    Stage,
    method::RejectReason,
    outcome,
    phase::{complaint::COMPLAINTS_PER_PARTY_MAX, order::SUSPENSION_DAYS_MAX},
    role::Role,
    rules::{LegalPeriod, LegalRule, LegalUnit, PhaseKind, Rules},
    supervision::ComplaintState,
    tender::Failure,
    wire::{
        Command, Event, Operation, Outcome, Refusal,
        command::{Exclusion, ExclusionGround, Ground, Matter, Measure, Subject},
        event::Duty,
        refusal::Thing,
    },
};
use ximu_sim::{
    Bidder, Centre,
    centre::TENDER,
    rules::{UNITS, draw_a_coefficient},
};

fn order(measure: Measure) -> Command {
    Command::Order { measure, article: "条例第六十二条".into(), reason: "投诉查明".into() }
}

fn suspend(until: Instant) -> Command {
    order(Measure::Suspend { until })
}

fn days(count: i64) -> i64 {
    count * UNITS.day_ms
}

fn re_evaluate(exclude: &[&PartyId]) -> Command {
    let exclusion =
        |bidder: &&PartyId| Exclusion { bidder: (*bidder).clone(), ground: ExclusionGround::Collusion };
    order(Measure::ReEvaluate { exclude: exclude.iter().map(exclusion).collect() })
}

fn complain(matter: Matter, objection: Option<u32>, known: Instant) -> Command {
    Command::Complain { matter, objection, known, text: "请依法查处".into() }
}

fn decide(complaint: u32, upheld: bool, measure: Option<Measure>) -> Command {
    let (article, text) = ("条例第六十一条".into(), "查明".into());
    Command::DecideComplaint { complaint, upheld, article, text, measure }
}

/// The command that submits a bid.
fn sealed(centre: &mut Centre, bidder: &Bidder, version: u32, price: &str) -> Command {
    let bid = bidder.seal(centre, version, price, |_| {});
    bidder.submission(centre, &bid)
}

/// Suspends for this many days, and says until when.
fn stop(centre: &mut Centre, count: i64) -> Instant {
    let until = centre.now.plus_ms(days(count));
    centre.expect_events("supervisor", TENDER, suspend(until));
    until
}

#[test]
fn an_order_is_given_by_the_authority_with_an_article_a_reason_and_an_end() {
    let (mut centre, _) = published(|_| {});
    let now = centre.now;
    let mismatch = |what| Refusal::Mismatch { what };
    let longest = now.plus_ms(days(SUSPENSION_DAYS_MAX));
    let words = |article: &str, reason: &str| Command::Order {
        measure: Measure::Suspend { until: now.plus_ms(1) },
        article: article.into(),
        reason: reason.into(),
    };
    for (case, command, expected) in [
        ("no article", words(" ", "x"), mismatch(Thing::Text)),
        ("no reason", words("x", ""), mismatch(Thing::Text)),
        ("no time", suspend(now), mismatch(Thing::Instant)),
        ("for ever", suspend(longest.plus_ms(1)), mismatch(Thing::Instant)),
        ("nothing to end", order(Measure::Resume {}), Refusal::NotSuspended {}),
        ("nothing to say", order(Measure::Correct { what: "\n".into() }), mismatch(Thing::Text)),
    ] {
        assert_eq!(refused(&mut centre, "supervisor", command), expected, "{case}");
    }
    assert_eq!(refused(&mut centre, "supervisor", re_evaluate(&[])).code(), "stage_wrong");
    for who in ["a", "tenderer", "centre"] {
        assert_eq!(refused(&mut centre, who, suspend(longest)).code(), "role_not_allowed", "{who}");
    }
    let correct = order(Measure::Correct { what: "更正评标办法".into() });
    assert_eq!(events(&mut centre, "supervisor", correct), [Event::Ordered { order: 1 }]);
    let deadline = centre.tender().deadline.plus_ms(days(60));
    assert_eq!(
        events(&mut centre, "supervisor", suspend(longest)),
        [Event::Ordered { order: 2 }, Event::Suspended { until: longest }, Event::DeadlineMoved { deadline }]
    );
}

#[test]
fn while_bids_are_taken_a_suspension_moves_the_deadline_and_refuses_bids_in_the_hidden_class() {
    let (mut centre, bidders) = published(|_| {});
    bidders[0].submit(&mut centre, 1, support::PRICES[0]);
    let deadline = centre.tender().deadline;
    let entries = centre.leaves.len();
    let until = stop(&mut centre, 2);
    assert_eq!(centre.tender().deadline, deadline.plus_ms(days(2)));
    let bid = sealed(&mut centre, &bidders[1], 1, support::PRICES[1]);
    let withdraw = Command::Withdraw { lot: "lot-1".parse().unwrap(), version: 2 };
    for (who, command) in [("b", bid.clone()), ("a", withdraw)] {
        assert_eq!(refused(&mut centre, who, command), Refusal::Suspended { until }, "{who}");
    }
    assert_eq!(centre.leaves.len(), entries + 1, "refused bids are as hidden as others");
    let operations = &centre.operations[&TENDER.parse().unwrap()];
    let last: Operation = ximu_basics::json::from_canonical(&operations.last().unwrap().bytes).unwrap();
    assert_eq!(last.outcome, Outcome::Refusal(Refusal::Suspended { until }));
    // Beats go on; nothing else does.
    let beats = centre.tender().beats.len();
    let question = Command::Ask { text: "?".into(), author: None };
    assert_eq!(refused(&mut centre, "nobody-1", question).code(), "suspended");
    let amend = Command::Amend { deadline: deadline.plus_ms(days(9)), reason: "x".into(), documents: vec![] };
    let cancel = Command::Cancel { reason: "x".into() };
    let object = Command::Object { to: Subject::Documents, against: None, text: "x".into() };
    for (who, command) in [("tenderer", amend), ("tenderer", cancel), ("a", object)] {
        assert_eq!(refused(&mut centre, who, command), Refusal::Suspended { until }, "{who}");
    }
    centre.advance_to(until.plus_ms(-1));
    assert!(centre.tender().beats.len() > beats, "beats go on");
    assert_eq!(refused(&mut centre, "b", bid.clone()).code(), "suspended");
    centre.advance_to(until);
    centre.expect_events("b", TENDER, bid);
    for (bidder, price) in bidders.iter().zip(support::PRICES).skip(2) {
        bidder.submit(&mut centre, 1, price);
    }
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    assert_eq!((centre.tender().stage, centre.tender().list.len()), (Stage::Window, 4));
}

#[test]
fn a_renewed_suspension_moves_what_waits_once_more_and_one_that_lapsed_begins_anew() {
    let (mut centre, _) = published(|_| {});
    let deadline = centre.tender().deadline;
    let until = stop(&mut centre, 2);
    let shorter = suspend(until);
    assert_eq!(refused(&mut centre, "supervisor", shorter), Refusal::Mismatch { what: Thing::Instant });
    centre.advance_ms(days(1));
    centre.expect_events("supervisor", TENDER, suspend(until.plus_ms(days(3))));
    assert_eq!(centre.tender().deadline, deadline.plus_ms(days(5)));
    centre.advance_to(until.plus_ms(days(3)));
    assert_eq!(centre.tender().suspended_until(centre.now), None, "it lapses by itself");
    stop(&mut centre, 1);
    assert_eq!(centre.tender().deadline, deadline.plus_ms(days(6)));
    centre.expect_events("supervisor", TENDER, order(Measure::Resume {}));
    assert_eq!(centre.tender().suspended_until(centre.now), None);
    assert_eq!(centre.tender().deadline, deadline.plus_ms(days(6)), "a deadline moves later only");
}

#[test]
fn an_objection_to_the_documents_waits_longer_by_the_suspension() {
    let (mut centre, _) = published(|_| {});
    let object = Command::Object { to: Subject::Documents, against: None, text: "x".into() };
    centre.expect_events("a", TENDER, object);
    let (looked_at, deadline) = (centre.tender().enquiry.suspended_until.unwrap(), centre.tender().deadline);
    let until = stop(&mut centre, 4);
    assert_eq!(centre.tender().enquiry.suspended_until, Some(looked_at.plus_ms(days(4))));
    assert_eq!(refused(&mut centre, "tenderer", answer(1, true)), Refusal::Suspended { until });
    assert_eq!(refused(&mut centre, "centre", Command::Prolong {}), Refusal::Suspended { until });
    centre.advance_to(until.plus_ms(days(2)));
    assert_eq!(centre.tender().deadline, deadline.plus_ms(days(4)), "nothing was overdue");
    centre.expect_events("tenderer", TENDER, answer(1, true));
    let late =
        centre.tender().enquiry.objections[0].is_late(&centre.tender().supervision.suspensions, centre.now);
    assert!(!late, "the authority's time is not the tenderer's");
}

#[test]
fn in_the_window_nobody_releases_and_the_window_is_longer() {
    let (mut centre, bidders) = closed(|_| {});
    let window = centre.tender().window_until.unwrap();
    let until = stop(&mut centre, 5);
    assert_eq!(centre.tender().window_until, Some(window.plus_ms(days(5))));
    for (who, command) in [
        ("a", Command::AskRescue { lot: "lot-1".parse().unwrap() }),
        ("a", Command::SignIn {}),
        ("centre", Command::EndWindow {}),
    ] {
        assert_eq!(refused(&mut centre, who, command), Refusal::Suspended { until }, "{who}");
    }
    centre.advance_to(window.plus_ms(days(5) + 1));
    assert_eq!(centre.tender().stage, Stage::Ranking, "and then it goes on by itself");
    assert_eq!(centre.tender().opened.len(), bidders.len());
}

#[test]
fn while_the_holders_answer_a_suspension_stops_them_and_their_time() {
    let (mut centre, _) = closed(|_| {});
    centre.holding = [false; 4];
    let window = centre.tender().window_until.unwrap();
    centre.advance_to(window);
    assert_eq!(centre.tender().stage, Stage::Opening);
    let until = stop(&mut centre, 5);
    for (who, command) in [
        (ximu_sim::rules::PEERS[0], Command::ReleaseShares { shares: Vec::new() }),
        ("centre", Command::Open {}),
    ] {
        assert_eq!(refused(&mut centre, who, command), Refusal::Suspended { until }, "{who}");
    }
    centre.holding = [true; 4];
    centre.advance_to(until.plus_ms(-1));
    assert_eq!(centre.tender().stage, Stage::Opening);
    centre.advance_to(until);
    assert_eq!(centre.tender().stage, Stage::Ranking);
}

#[test]
fn the_publication_is_longer_by_the_suspension_and_by_an_objection_but_not_twice() {
    let (mut centre, bidders) = proposed();
    let (a, end) = (bidders[0].party.clone(), centre.tender().candidates_until.unwrap());
    let until = stop(&mut centre, 2);
    assert_eq!(centre.tender().candidates_until, Some(end.plus_ms(days(2))));
    for (who, command) in
        [("b", against(&a)), ("a", Command::GiveUp { reason: "x".into() }), ("tenderer", award(&a))]
    {
        assert_eq!(refused(&mut centre, who, command), Refusal::Suspended { until }, "{who}");
    }
    centre.advance_to(until);
    centre.expect_events("b", TENDER, against(&a));
    let again = stop(&mut centre, 4);
    assert_eq!(centre.tender().candidates_until, Some(end.plus_ms(days(2))), "it stands still already");
    centre.advance_to(again);
    centre.expect_events("tenderer", TENDER, answer(1, false));
    assert_eq!(centre.tender().candidates_until, Some(end.plus_ms(days(6))));
    assert!(centre.tender().conclusion.noted.is_empty(), "the answer was in time");
}

#[test]
fn a_suspension_stops_the_periods_of_contract_and_bonds_and_an_early_end_gives_the_rest_back() {
    let (mut centre, _) = awarded();
    let due = centre.tender().contract_due().unwrap();
    stop(&mut centre, 10);
    assert_eq!(centre.tender().contract_due(), Some(due.plus_ms(days(10))));
    centre.advance_ms(days(4));
    centre.expect_events("supervisor", TENDER, order(Measure::Resume {}));
    assert_eq!(centre.tender().contract_due(), Some(due.plus_ms(days(4))));
}

#[test]
fn the_bids_are_ranked_again_with_base_and_coefficients_frozen() {
    let (mut centre, bidders) = opened(draw_a_coefficient);
    support::propose(&mut centre);
    let before = centre.tender().ranking.clone().unwrap();
    let drawn = centre.tender().coefficients.clone();
    let first = before.lines[0].party.clone();
    for (case, command, code) in [
        ("who did not take part", re_evaluate(&["p-1".parse::<PartyId>().as_ref().unwrap()]), "unknown"),
        ("one twice", re_evaluate(&[&first, &first]), "mismatch"),
    ] {
        assert_eq!(refused(&mut centre, "supervisor", command).code(), code, "{case}");
    }
    let excluded = vec![first.clone()];
    assert_eq!(
        events(&mut centre, "supervisor", re_evaluate(&[&first])),
        [Event::Ordered { order: 1 }, Event::EvaluationReopened { excluded, round: None }]
    );
    let tender = centre.tender();
    let after = tender.ranking.clone().unwrap();
    assert_eq!((tender.stage, after.base, &tender.coefficients), (Stage::Ranking, before.base, &drawn));
    assert_eq!(after.lines[0].party, before.lines[1].party);
    assert_eq!(after.lines[0].score, before.lines[1].score);
    assert_eq!(after.lines[0].rank, 1);
    assert!(after.rejected.iter().any(|bid| bid.party == first && bid.reason == RejectReason::Excluded));
    // No redraw and no resubmission: the sets and the list are closed.
    let set = tender.sets.keys().next().unwrap().clone();
    let list = Command::ListSet { set };
    assert_eq!(refused(&mut centre, "centre", list).code(), "stage_wrong");
    let late = sealed(&mut centre, &bidders[0], 9, support::PRICES[0]);
    assert_eq!(refused(&mut centre, "a", late).code(), "deadline_passed");
    support::propose(&mut centre);
    assert_eq!(outcome::first(centre.tender()), Some(&before.lines[1].party));
}

#[test]
fn when_an_order_leaves_nobody_the_procedure_has_failed() {
    let (mut centre, bidders) = opened(|_| {});
    let mut all: Vec<&PartyId> = bidders.iter().map(|bidder| &bidder.party).collect();
    all.sort();
    let followed = events(&mut centre, "supervisor", re_evaluate(&all));
    assert_eq!(followed.last(), Some(&Event::CandidatesExhausted {}));
    assert_eq!(centre.tender().stage, Stage::Failed(Failure::NoCandidate));
    let over = refused(&mut centre, "supervisor", order(Measure::Annul {}));
    assert_eq!(over.code(), "stage_wrong");
}

#[test]
fn a_procedure_ends_by_order_with_its_reason() {
    for (measure, failure) in
        [(Measure::Annul {}, Failure::Annulled), (Measure::ReTender {}, Failure::Retender)]
    {
        let (mut centre, bidders) = published(|_| {});
        bidders[0].submit(&mut centre, 1, support::PRICES[0]);
        centre.expect_events("supervisor", TENDER, order(measure.clone()));
        assert_eq!(centre.tender().stage, Stage::Failed(failure));
        assert_eq!(centre.tender().seed, None, "what was sealed stays sealed");
        let (mut centre, bidders) = awarded();
        stop(&mut centre, 1);
        centre.expect_events("supervisor", TENDER, order(measure));
        assert_eq!((centre.tender().stage, &centre.tender().awarded), (Stage::Failed(failure), &None));
        let bond = Command::ReturnBond { bidder: bidders[0].party.clone() };
        centre.expect_events("tenderer", TENDER, bond);
    }
}

#[test]
fn a_complaint_comes_in_time_and_after_the_objection_it_needs() {
    let (mut centre, bidders) = proposed();
    let first = bidders[0].party.clone();
    let opened_at = centre.tender().opened_at.unwrap();
    let known = centre.now;
    let none = Refusal::Unknown { what: Thing::Objection };
    centre.expect_events("b", TENDER, against(&first));
    for (case, who, command, expected) in [
        ("no objection", "b", complain(Matter::Candidates, None, known), none.clone()),
        ("another's", "c", complain(Matter::Candidates, Some(1), known), none.clone()),
        ("another matter", "b", complain(Matter::Opening, Some(1), known), none),
        (
            "not answered yet",
            "b",
            complain(Matter::Candidates, Some(1), known),
            Refusal::ObjectionOpen { objection: 1 },
        ),
        (
            "known in the future",
            "b",
            complain(Matter::Conduct, None, known.plus_ms(1)),
            Refusal::Mismatch { what: Thing::Instant },
        ),
        (
            "nothing goes before conduct",
            "b",
            complain(Matter::Conduct, Some(1), known),
            Refusal::Mismatch { what: Thing::Objection },
        ),
    ] {
        assert_eq!(refused(&mut centre, who, command), expected, "{case}");
    }
    let of_tenderer = refused(&mut centre, "tenderer", complain(Matter::Conduct, None, known));
    assert_eq!(of_tenderer.code(), "role_not_allowed");
    centre.advance_ms(days(2));
    centre.expect_events("tenderer", TENDER, answer(1, false));
    let later = complain(Matter::Candidates, Some(1), centre.now);
    assert_eq!(refused(&mut centre, "b", later), Refusal::Mismatch { what: Thing::Instant });
    // Ten days from when it was known, and the two in which it was answered.
    let until = known.plus_ms(days(12));
    centre.advance_to(until.plus_ms(1));
    let late = refused(&mut centre, "b", complain(Matter::Candidates, Some(1), known));
    let article = Some("中华人民共和国招标投标法实施条例 第六十条".into());
    assert_eq!(late, Refusal::PeriodOver { until, at: centre.now, article });
    assert_eq!(refused(&mut centre, "d", complain(Matter::Conduct, None, opened_at)).code(), "period_over");
    let (now, by) = (centre.now, bidders[3].party.clone());
    let made = events(&mut centre, "d", complain(Matter::Conduct, None, now));
    assert_eq!(made, [Event::Complained { complaint: 1, by, due: Some(now.plus_ms(days(3))) }]);
    for _ in 1..COMPLAINTS_PER_PARTY_MAX {
        centre.expect_events("d", TENDER, complain(Matter::Conduct, None, now));
    }
    let limit = Refusal::TooMany { what: Thing::Complaint, limit: COMPLAINTS_PER_PARTY_MAX };
    assert_eq!(refused(&mut centre, "d", complain(Matter::Conduct, None, now)), limit);
}

#[test]
fn an_objection_that_nobody_answers_does_not_bar_the_complaint() {
    let (mut centre, bidders) = proposed();
    let known = centre.now;
    centre.expect_events("b", TENDER, against(&bidders[0].party));
    centre.advance_ms(support::ANSWER_MS + 1);
    centre.expect_events("b", TENDER, complain(Matter::Candidates, Some(1), known));
}

/// The law of government procurement: a challenge is answered within 7 days, a complaint made within 15 of their end.
fn challenges(rules: &mut Rules) {
    rules.phases.retain(|phase| phase.kind() != PhaseKind::Enquire);
    rules.legal.retain(|period| !period.rule.is_of_enquiry() && period.rule != LegalRule::ComplaintMade);
    let numbers =
        [(LegalRule::ComplaintMade, 15, "第五十五条"), (LegalRule::ChallengeAnswered, 7, "第五十三条")];
    rules.legal.extend(numbers.map(|(rule, value, article)| LegalPeriod {
        rule,
        value,
        unit: LegalUnit::WorkingDay,
        article: article.into(),
        law: "中华人民共和国政府采购法".into(),
        as_of: "2025-04-30".into(),
    }));
    rules.legal.sort_by_key(|period| period.rule);
}

#[test]
fn silence_to_a_challenge_is_late_at_its_term_and_lets_the_complaint_through() {
    let (mut centre, bidders) = support::opened(challenges);
    support::propose(&mut centre);
    let known = centre.now;
    centre.advance_ms(days(2));
    let due = centre.now.plus_ms(days(7));
    centre.expect_events("b", TENDER, against(&bidders[0].party));
    assert_eq!(centre.tender().enquiry.objection(1).unwrap().due, Some(due));
    let complaint = || complain(Matter::Candidates, Some(1), known);
    centre.advance_to(due);
    assert_eq!(refused(&mut centre, "b", complaint()), Refusal::ObjectionOpen { objection: 1 });
    centre.advance_to(due.plus_ms(1));
    assert!(centre.tender().conclusion.noted.contains(&Duty::Answer { objection: 1 }));
    centre.expect_events("b", TENDER, complaint());
    // The fifteen days begin when the time for the answer is over, not when the matter was known.
    let until = due.plus_ms(days(15));
    centre.advance_to(until);
    centre.expect_events("b", TENDER, complaint());
    centre.advance_to(until.plus_ms(1));
    let article = Some("中华人民共和国政府采购法 第五十五条".into());
    assert_eq!(
        refused(&mut centre, "b", complaint()),
        Refusal::PeriodOver { until, at: centre.now, article }
    );
}

#[test]
fn where_no_number_says_how_long_an_answer_may_take_nobody_waits_for_one() {
    let (mut centre, _) = support::opened(|_| {});
    let known = centre.now;
    let objection = Command::Object { to: Subject::Opening, against: None, text: "唱标有误".into() };
    centre.expect_events("b", TENDER, objection);
    assert_eq!(centre.tender().enquiry.objection(1).unwrap().due, None, "on the spot");
    centre.expect_events("b", TENDER, complain(Matter::Opening, Some(1), known));
}

#[test]
fn a_complaint_is_taken_up_and_decided_and_what_the_authority_owes_is_named_too() {
    let (mut centre, bidders) = awarded();
    let a = bidders[0].party.clone();
    let now = centre.now;
    centre.expect_events("b", TENDER, complain(Matter::Conduct, None, now));
    for (case, command, expected) in [
        ("not taken up", decide(1, true, None), Refusal::Mismatch { what: Thing::Complaint }),
        (
            "no such one",
            Command::AcceptComplaint { complaint: 2 },
            Refusal::Unknown { what: Thing::Complaint },
        ),
    ] {
        assert_eq!(refused(&mut centre, "supervisor", command), expected, "{case}");
    }
    // The periods of the authority run on in a suspension: it ordered it itself.
    stop(&mut centre, 20);
    centre.advance_ms(days(3) + 1);
    assert!(centre.tender().conclusion.noted.contains(&Duty::Acceptance { complaint: 1 }));
    let due = centre.now.plus_ms(days(30));
    let accepted = events(&mut centre, "supervisor", Command::AcceptComplaint { complaint: 1 });
    assert_eq!(accepted, [Event::ComplaintAccepted { complaint: 1, due: Some(due) }]);
    let decline = Command::DeclineComplaint { complaint: 1, text: "x".into() };
    assert_eq!(refused(&mut centre, "supervisor", decline), Refusal::AlreadyExists {});
    let both = decide(1, false, Some(Measure::Annul {}));
    assert_eq!(refused(&mut centre, "supervisor", both), Refusal::Mismatch { what: Thing::Order });
    assert_eq!(
        events(&mut centre, "supervisor", decide(1, true, Some(Measure::Resume {}))),
        [
            Event::ComplaintDecided { complaint: 1, upheld: true },
            Event::Ordered { order: 2 },
            Event::Resumed {}
        ]
    );
    assert_eq!(centre.tender().supervision.complaints[0].state, ComplaintState::Decided { upheld: true });
    assert_eq!(refused(&mut centre, "supervisor", decide(1, true, None)), Refusal::AlreadyExists {});
    // It was against no candidate: whom conduct puts out, the authority says itself (6.4).
    let ground = Ground::Complaint { complaint: 1 };
    let out = Command::Disqualify { bidder: a, ground, text: "x".into() };
    assert_eq!(refused(&mut centre, "tenderer", out), Refusal::Mismatch { what: Thing::Ground });
    centre.expect_events("c", TENDER, complain(Matter::Conduct, None, centre.now));
    let decline = Command::DeclineComplaint { complaint: 2, text: "不属受理范围".into() };
    assert_eq!(events(&mut centre, "supervisor", decline), [Event::ComplaintDeclined { complaint: 2 }]);
}

/// The officer admits whom it likes; an authority that comes when the prices are known has no word in this procedure, and
/// one that was there has.
#[test]
fn an_authority_that_is_admitted_after_the_publication_has_no_word_in_it() {
    let (mut centre, _) = opened(|_| {});
    centre.register("late", &[Role::Supervisor]);
    let annul =
        || Command::Order {
            measure: Measure::Annul {}, article: "第七十一条".into(), reason: "x".into()
        };
    let needs = Refusal::RoleNotAllowed { needs: vec![Role::Supervisor] };
    assert_eq!(refused(&mut centre, "late", annul()), needs);
    centre.expect_events("supervisor", TENDER, annul());
}

#[test]
fn a_moved_deadline_makes_no_beat_that_lies_before_the_move() {
    let mut in_the_past_of_the_new_schedule = 0;
    for later_ms in 1..40 {
        let (mut centre, bidders) = published(|_| {});
        centre.advance_ms(UNITS.day_ms + 3);
        let first = bidders.first().unwrap();
        first.submit(&mut centre, 1, "9000000.00");
        let until = centre.tender().deadline.plus_ms(-UNITS.day_ms);
        let until = centre.now.plus_ms(until.ms_since(centre.now) * later_ms / 40);
        let order = Command::Order {
            measure: Measure::Suspend { until },
            article: "第六十二条".into(),
            reason: "核查".into(),
        };
        centre.expect_events("supervisor", TENDER, order);
        let tender = centre.tender();
        let moved = tender.deadline_moved_at.unwrap();
        let last = tender.beats.last().map_or(tender.published, |beat| beat.scheduled);
        let next = tender.rules.next_beat_after(tender.published, tender.deadline, last).unwrap();
        in_the_past_of_the_new_schedule += u32::from(next <= moved);
        assert!(tender.next_beat().unwrap() > moved, "what was given before enters a beat after it");
    }
    assert!(in_the_past_of_the_new_schedule > 0, "the case was met");
}
