//! The recheck by order of the authority (evaluation 11): who may what in it, what may change, and what is frozen.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use crate::support;
use ximu_basics::{Decimal, Money, PartyId, Seed};
use ximu_procedure::{
    Stage,
    actor::Rejection,
    method::RejectReason,
    outcome,
    rules::{Phase, Rules, Score},
    tender::Failure,
    wire::{
        Command, Event, Outcome, RecordKind, Refusal,
        command::{Exclusion, ExclusionGround, Measure, RecusalGround, Subject},
        evaluation::{Conclusion, Conflict, CorrectionCause, EvaluationReason, RejectionGround},
        record::Content,
        refusal::Thing,
    },
};
use ximu_sim::{
    Sitting,
    centre::TENDER,
    committee::{OFFICER, POOL, seat_label, sheets},
};

/// Price scores of the first evaluation: 50.00, 48.49, 47.88, 47.55.
const PRICES: [&str; 4] = ["9300000.00", "9590000.00", "9712000.00", "9780000.00"];

const LOWEST: &str = "9300000.00";

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Concluded with every bid scored alike, candidates published.
fn published(change: impl FnOnce(&mut Rules)) -> Sitting {
    let mut sitting = Sitting::with(&PRICES, change);
    sitting.evaluate();
    propose(&mut sitting);
    sitting
}

fn propose(sitting: &mut Sitting) {
    support::propose(&mut sitting.centre);
}

fn order(exclude: &[&PartyId]) -> Command {
    let line =
        |bidder: &&PartyId| Exclusion { bidder: (*bidder).clone(), ground: ExclusionGround::Collusion };
    let measure = Measure::ReEvaluate { exclude: exclude.iter().map(line).collect() };
    Command::Order { measure, article: "第六十一条".into(), reason: "评分有误".into() }
}

/// The order is given: the committee has to recheck.
fn reopened() -> Sitting {
    reopened_without(&[])
}

fn reopened_without(bids: &[usize]) -> Sitting {
    let mut sitting = published(|_| {});
    let mut out: Vec<PartyId> = bids.iter().map(|bid| sitting.bidder(*bid)).collect();
    out.sort();
    let command = order(&out.iter().collect::<Vec<_>>());
    sitting.centre.expect_events("supervisor", TENDER, command);
    sitting
}

/// The original members sit and have declared themselves anew.
fn rechecking() -> Sitting {
    let mut sitting = reopened();
    sitting.constitute();
    sitting
}

#[track_caller]
fn refused(sitting: &mut Sitting, label: &str, command: Command) -> Refusal {
    support::refused(&mut sitting.centre, label, command)
}

#[track_caller]
fn refused_at(sitting: &mut Sitting, place: usize, command: Command) -> Refusal {
    let label = sitting.label(place);
    refused(sitting, &label, command)
}

fn conclusion(sitting: &Sitting) -> Conclusion {
    sitting.centre.tender().evaluation.as_ref().unwrap().concluded.as_ref().unwrap().conclusion.clone()
}

/// Price score and total of a bid, as the newest conclusion has them.
fn points(sitting: &Sitting, bid: usize) -> (String, String) {
    let (bidder, conclusion) = (sitting.bidder(bid), conclusion(sitting));
    let line = conclusion.lines.iter().find(|line| line.bidder == bidder).unwrap();
    (line.price_score.to_string(), line.total.to_string())
}

fn reject(bidder: &PartyId) -> Command {
    let ground = RejectionGround::Unresponsive;
    Command::ProposeRejection { bidder: bidder.clone(), ground, reason: "未实质响应".into() }
}

fn vote(proposal: u32, agree: bool) -> Command {
    Command::VoteRejection { proposal, agree, reason: None }
}

fn correct(bidder: &PartyId, score: &str, cause: CorrectionCause) -> Command {
    let (bidder, criterion) = (bidder.clone(), "plan".parse().unwrap());
    Command::CorrectScore { bidder, criterion, score: number(score), cause, reason: "漏计一项".into() }
}

#[test]
fn the_order_brings_the_committee_back_and_voids_candidates_and_seats() {
    let mut sitting = published(|_| {});
    let before = (sitting.label(0), sitting.centre.panel_operations.len());
    sitting.centre.expect_events("supervisor", TENDER, order(&[]));
    let tender = sitting.centre.tender();
    assert_eq!(
        (tender.stage, tender.is_recheck(), tender.recheck_round()),
        (Stage::Evaluating, true, Some(2))
    );
    assert!(tender.candidates.is_empty() && tender.ranking.is_none() && outcome::rank(tender).is_none());
    assert!(!tender.is_panel_open(), "what the committee did stays disclosed");
    // A key of the first evaluation signs nothing more, and takes no seat again.
    let declare = Command::Declare { conflict: None };
    assert!(matches!(sitting.centre.give(&before.0, TENDER, declare), Err(Rejection::Key { .. })));
    let again = sitting.seat(&sitting.member(0), &before.0, POOL, OFFICER);
    assert_eq!(refused(&mut sitting, &before.0, again), Refusal::Mismatch { what: Thing::Key }, "no alarm");
    sitting.sit(0);
    let second = sitting.seat(&sitting.member(0), &before.0, POOL, OFFICER);
    assert_eq!(refused(&mut sitting, &before.0, second), Refusal::SeatTaken {}, "an alarm");
    sitting.centre.expect_events(OFFICER, TENDER, Command::LeaveSeat { leaf: sitting.member(0) });
    let candidates = Vec::new();
    let propose = refused(&mut sitting, "tenderer", Command::Propose { candidates });
    assert_eq!(propose.code(), "stage_wrong");
    assert_eq!(refused(&mut sitting, "supervisor", order(&[])).code(), "stage_wrong", "one round at a time");
    sitting.constitute();
    assert_eq!(sitting.centre.panel_operations.len(), before.1, "nothing is veiled any more");
}

#[test]
fn an_order_that_comes_with_a_decision_on_a_complaint_does_the_same() {
    use ximu_procedure::wire::command::Matter;
    let mut sitting = published(|_| {});
    let known = sitting.centre.now;
    let complain =
        Command::Complain { matter: Matter::Conduct, objection: None, known, text: "评分不公".into() };
    sitting.centre.expect_events("bidder-3", TENDER, complain);
    sitting.centre.expect_events("supervisor", TENDER, Command::AcceptComplaint { complaint: 1 });
    let Command::Order { measure, article, .. } = order(&[]) else { panic!() };
    let decide = Command::DecideComplaint {
        complaint: 1,
        upheld: true,
        text: "责令复评".into(),
        measure: Some(measure),
        article,
    };
    sitting.centre.expect_events("supervisor", TENDER, decide);
    assert!(sitting.centre.tender().is_recheck());
}

#[test]
fn the_base_and_every_price_score_stay_when_the_lowest_bid_is_rejected() {
    let mut sitting = rechecking();
    let first = conclusion(&sitting);
    let before: Vec<_> = (0..4).map(|bid| points(&sitting, bid)).collect();
    let lowest = sitting.bidder(0);
    sitting.says(1, reject(&lowest));
    for place in [2, 3] {
        sitting.says(place, vote(1, true));
    }
    sitting.sign_all();
    let second = conclusion(&sitting);
    assert_eq!(second.base, Some(Money::yuan(LOWEST).unwrap()));
    assert_eq!(second.base, first.base);
    assert_eq!(second.rejected[0].bidder, lowest);
    assert_eq!((1..4).map(|bid| points(&sitting, bid)).collect::<Vec<_>>(), before[1..]);
    assert_eq!(before[1].0, "48.49", "9300000.00 / 9590000.00 of 50");
    assert_eq!((first.round, second.round), (None, Some(2)));
    assert_ne!(first.report, second.report);
    // Everything that was concluded before stands beside it.
    let evaluation = sitting.centre.tender().evaluation.as_ref().unwrap();
    assert_eq!(evaluation.earlier.iter().map(|one| &one.conclusion).collect::<Vec<_>>(), [&first]);
    assert_eq!(sitting.centre.tender().stage, Stage::Ranking);
}

#[test]
fn a_score_is_corrected_for_a_cause_and_the_total_follows() {
    let mut sitting = rechecking();
    let second = sitting.bidder(1);
    let (price, total) = points(&sitting, 1);
    let abnormal = correct(&second, "33.0", CorrectionCause::Abnormal);
    assert_eq!(refused_at(&mut sitting, 1, abnormal), Refusal::CauseMissing {});
    // 31.0, 32.0 and 33.0 counted of five: 32.00. Now 33.0, 34.0 and 40.0 do: 35.67.
    for place in [0, 1] {
        sitting.says(place, correct(&second, "40.0", CorrectionCause::SumError));
    }
    sitting.sign_all();
    let (price_now, total_now) = points(&sitting, 1);
    assert_eq!(price, price_now);
    assert_eq!(number(&total_now).minus(number(&total)).unwrap(), number("3.67"));
    assert_eq!(conclusion(&sitting).lines[0].bidder, second, "48.49 + 43.67 is more than 50.00 + 40.00");
}

#[test]
fn what_the_order_excludes_is_not_looked_at_and_named_with_its_reason() {
    let mut sitting = reopened_without(&[0, 3]);
    let (out, stays) = (sitting.bidder(0), sitting.bidder(1));
    sitting.constitute();
    assert_eq!(refused_at(&mut sitting, 1, reject(&out)), Refusal::Unknown { what: Thing::Bid });
    let wrong = correct(&out, "40.0", CorrectionCause::SumError);
    assert_eq!(refused_at(&mut sitting, 1, wrong), Refusal::Unknown { what: Thing::Score });
    // Two of four are left: whether competition is lacking is asked anew (L42).
    let say = Command::VoteCompetition { lacking: false, reason: "报价差异合理".into() };
    sitting.says(0, say);
    sitting.sign_all();
    let second = conclusion(&sitting);
    let left = EvaluationReason::Left { reason: RejectReason::Excluded };
    let named = second.rejected.iter().find(|one| one.bidder == out).unwrap();
    assert_eq!((named.reason, second.lines.len()), (left, 2));
    assert_eq!(second.base, Some(Money::yuan(LOWEST).unwrap()), "also without the bid that set it");
    let ranking = sitting.centre.tender().ranking.clone().unwrap();
    let rejected = ranking.rejected.iter().find(|bid| bid.party == out).unwrap();
    assert_eq!((rejected.reason, &ranking.lines[0].party), (RejectReason::Excluded, &stays));
    propose(&mut sitting);
    assert_eq!(sitting.centre.tender().candidates, [stays, sitting.bidder(2)]);
}

#[test]
fn a_bid_that_was_rejected_comes_back_by_a_majority_and_is_scored_beside_the_frozen_base() {
    let mut sitting = Sitting::new(&PRICES);
    sitting.constitute();
    let lowest = sitting.bidder(0);
    sitting.says(1, reject(&lowest));
    for place in [2, 3] {
        sitting.says(place, vote(1, true));
    }
    sitting.reveal(300);
    sitting.sign_all();
    let base = conclusion(&sitting).base;
    assert_eq!(base, Some(Money::yuan(PRICES[1]).unwrap()));
    sitting.centre.expect_events("supervisor", TENDER, order(&[]));
    sitting.constitute();
    for place in [2, 3] {
        sitting.says(place, vote(1, false));
        assert_eq!(refused_at(&mut sitting, place, vote(1, true)), Refusal::AlreadyExists {}, "once a round");
    }
    // Nobody has scored it: so everybody is asked for it alone, sealed as ever.
    sitting.centre.advance_ms(0);
    let (set, _) = sitting.centre.panel_now().running().unwrap();
    assert_eq!(set, &sheets(2));
    assert!(sitting.sheet(0, 300).keys().eq([&lowest]));
    for place in 0..5 {
        let sheet = sitting.sealed_sheet(place, &sitting.sheet(place, 300));
        sitting.says(place, sheet);
    }
    sitting.centre.advance_ms(0);
    sitting.sign_all();
    let second = conclusion(&sitting);
    assert_eq!((second.base, second.lines.len()), (base, 4));
    assert_eq!(points(&sitting, 0).0, "50.00", "below the base the full weight and no more");
    assert_eq!(points(&sitting, 1).0, "50.00");
}

#[test]
fn a_bid_that_passes_now_is_scored_beside_the_frozen_base_and_one_that_fails_leaves_it() {
    let pass = |rules: &mut Rules| {
        with_score(rules, |score| score.pass = Some(number("40.5")));
    };
    let mut sitting = Sitting::with(&PRICES, pass);
    sitting.constitute();
    sitting.centre.advance_ms(0);
    let lowest = sitting.bidder(0);
    for place in 0..5 {
        let mut scores = sitting.sheet(place, 330);
        *scores.get_mut(&lowest).unwrap().get_mut(&"plan".parse().unwrap()).unwrap() = number("32.0");
        let sheet = sitting.sealed_sheet(place, &scores);
        sitting.says(place, sheet);
    }
    sitting.centre.advance_ms(0);
    sitting.sign_all();
    assert_eq!(conclusion(&sitting).rejected[0].reason, EvaluationReason::BelowPass {});
    let base = conclusion(&sitting).base;
    sitting.centre.expect_events("supervisor", TENDER, order(&[]));
    sitting.constitute();
    let second = sitting.bidder(1);
    for place in 0..4 {
        sitting.says(place, correct(&lowest, "33.0", CorrectionCause::SumError));
        sitting.says(place, correct(&second, "10.0", CorrectionCause::SumError));
    }
    sitting.sign_all();
    let now = conclusion(&sitting);
    assert_eq!((now.base, base), (base, Some(Money::yuan(PRICES[1]).unwrap())));
    assert_eq!((now.rejected[0].bidder.clone(), points(&sitting, 0).0.as_str()), (second, "50.00"));
}

fn with_score(rules: &mut Rules, change: impl FnOnce(&mut Score)) {
    let score = rules
        .phases
        .iter_mut()
        .find_map(|phase| if let Phase::Score(score) = phase { Some(score) } else { None });
    change(score.unwrap());
}

#[test]
fn whoever_cannot_come_is_replaced_and_the_one_who_comes_is_asked_for_a_sealed_sheet() {
    let mut sitting = reopened();
    let gone = sitting.member(3);
    for place in 0..5 {
        sitting.sit(place);
        if place != 3 {
            sitting.says(place, Command::Declare { conflict: None });
        }
    }
    let conflict = Some(Conflict { bidders: vec![sitting.bidder(0)], ground: RecusalGround::Kin });
    sitting.says(3, Command::Declare { conflict });
    assert!(!sitting.centre.committee().is_constituted());
    sitting.centre.expect_events(POOL, TENDER, Command::Decline { leaf: gone, ground: None });
    assert_ne!(sitting.member(3), gone);
    assert_eq!(sitting.centre.tender().stage, Stage::Evaluating);
    sitting.sit(3);
    sitting.says(3, Command::Declare { conflict: None });
    sitting.centre.advance_ms(0);
    // Who has scored is not asked again.
    let asked: Vec<String> = {
        let (_, set) = sitting.centre.panel_now().running().unwrap();
        set.authors.iter().map(|author| author.name.clone()).collect()
    };
    assert_eq!(asked, [sitting.member(3).to_string()]);
    let again = sitting.sealed_content(0, b"{}");
    assert!(matches!(refused_at(&mut sitting, 0, again), Refusal::RoleNotAllowed { .. }));
    let sheet = sitting.sealed_sheet(3, &sitting.sheet(3, 300));
    sitting.says(3, sheet);
    sitting.centre.advance_ms(0);
    sitting.sign_all();
    assert_eq!(conclusion(&sitting).members[3].leaf, sitting.member(3));
    assert_eq!(conclusion(&sitting).lines.len(), 4);
}

#[test]
fn without_an_alternate_and_without_a_pool_the_procedure_fails() {
    let mut sitting = reopened();
    while sitting.centre.tender().stage == Stage::Evaluating {
        let leaf = sitting.member(0);
        sitting.centre.expect_events(POOL, TENDER, Command::Decline { leaf, ground: None });
    }
    assert_eq!(sitting.centre.tender().stage, Stage::Failed(Failure::NothingDrawn));
    assert!(!sitting.centre.tender().is_recheck());
}

#[test]
fn a_recheck_has_its_own_time_and_who_says_nothing_is_deemed_to_agree() {
    let mut sitting = reopened();
    sitting.centre.advance_ms(1_000_000);
    assert!(sitting.centre.committee().draft().is_none(), "nobody has come yet");
    sitting.constitute();
    let until = sitting.centre.committee().review_ends().unwrap();
    sitting.centre.advance_to(until.plus_ms(-1));
    assert!(sitting.centre.committee().draft().is_none());
    sitting.centre.advance_to(until);
    let draft = sitting.centre.committee().draft().unwrap();
    let (report, ends) = (draft.report, draft.until);
    sitting.says(0, Command::Dissent { report, text: "更正没有依据。".into() });
    let early = Command::Conclude { seed: sitting.centre.panel_seed() };
    assert!(matches!(refused(&mut sitting, "centre", early), Refusal::TooEarly { .. }));
    sitting.centre.advance_to(ends);
    let other = Command::Conclude { seed: Seed([7; 32]) };
    assert_eq!(refused(&mut sitting, "centre", other), Refusal::Mismatch { what: Thing::Seed });
    sitting.centre.advance_to(ends.plus_ms(1));
    assert_eq!(conclusion(&sitting).round, Some(2));
}

#[test]
fn in_an_outage_a_recheck_waits_and_nobody_dissolves_the_original_committee() {
    let mut sitting = rechecking();
    let leaf = sitting.member(0);
    let report = Command::ReportOutage { venue: "nantong".into(), text: "断电".into() };
    sitting.centre.expect_events(OFFICER, TENDER, report);
    let until = sitting.centre.tender().outage().unwrap().until;
    sitting.centre.advance_to(until.plus_ms(1_000_000));
    for (who, reason) in [("tenderer", Some("另组".to_string())), ("centre", None)] {
        let dissolve = Command::DissolveCommittee { reason };
        assert_eq!(refused(&mut sitting, who, dissolve), Refusal::Mismatch { what: Thing::Committee });
    }
    sitting.centre.expect_events(OFFICER, TENDER, Command::EndOutage {});
    assert_eq!((sitting.member(0), sitting.centre.tender().committee_number()), (leaf, 0));
    sitting.sign_all();
    assert_eq!(conclusion(&sitting).round, Some(2));
}

#[test]
fn who_left_before_stays_out_and_the_candidates_are_published_for_a_whole_period() {
    let mut sitting = published(|_| {});
    let first = sitting.bidder(0);
    let object = Command::Object {
        to: Subject::Candidates,
        against: Some(sitting.bidder(1)),
        text: "业绩不实".into(),
    };
    sitting.centre.expect_events("bidder-2", TENDER, object);
    sitting.centre.expect_events("bidder-0", TENDER, Command::GiveUp { reason: "另有任务".into() });
    sitting.centre.expect_events("supervisor", TENDER, order(&[]));
    sitting.constitute();
    // The objection is answered while the committee is at it: it strikes, and the committee goes on.
    let answer = Command::AnswerObjection { objection: 1, upheld: true, text: "经查属实".into() };
    sitting.centre.expect_events("tenderer", TENDER, answer);
    assert_eq!(sitting.centre.tender().stage, Stage::Evaluating);
    sitting.sign_all();
    let reasons: Vec<EvaluationReason> = {
        let second = conclusion(&sitting);
        let of = |bid| second.rejected.iter().find(|one| one.bidder == sitting.bidder(bid)).unwrap().reason;
        vec![of(0), of(1)]
    };
    let left = |reason| EvaluationReason::Left { reason };
    assert_eq!(reasons, [left(RejectReason::GivenUp), left(RejectReason::ObjectionUpheld)]);
    let proposed_at = sitting.centre.now;
    propose(&mut sitting);
    let tender = sitting.centre.tender();
    assert!(!tender.candidates.contains(&first));
    let publication = tender.rules.award().unwrap().publication_days;
    let least = proposed_at.plus_ms(tender.rules.units().days_ms(publication));
    assert!(tender.candidates_until.unwrap() >= least);
}

#[test]
fn a_recheck_that_leaves_nobody_ends_the_procedure() {
    let mut sitting = reopened_without(&[0, 1, 2]);
    sitting.constitute();
    let last = sitting.bidder(3);
    sitting.says(0, reject(&last));
    for place in [1, 2] {
        sitting.says(place, vote(1, true));
    }
    sitting.sign_all();
    assert_eq!(sitting.centre.tender().stage, Stage::Failed(Failure::AllRejected));
}

#[test]
fn a_third_round_keeps_the_base_of_the_first() {
    let mut sitting = rechecking();
    let lowest = sitting.bidder(0);
    sitting.says(1, reject(&lowest));
    for place in [2, 3] {
        sitting.says(place, vote(1, true));
    }
    sitting.sign_all();
    sitting.centre.expect_events("supervisor", TENDER, order(&[]));
    sitting.constitute();
    let steps = sitting.centre.tender().panel_steps();
    sitting.sign_all();
    assert!(sitting.centre.tender().panel_steps() > steps, "the clock gives no command a second time");
    let third = conclusion(&sitting);
    assert_eq!((third.round, third.base), (Some(3), Some(Money::yuan(LOWEST).unwrap())));
    assert_eq!(third.rejected.len(), 1, "nobody voted otherwise, so it stays rejected");
}

#[test]
fn each_round_has_its_report_and_in_between_there_is_none() {
    let mut sitting = published(|_| {});
    sitting.centre.keep_records();
    let first = sitting.centre.tender().records.newest(RecordKind::EvaluationReport).copied().unwrap();
    sitting.centre.expect_events("supervisor", TENDER, order(&[]));
    sitting.constitute();
    assert!(sitting.centre.record(RecordKind::EvaluationReport).is_none());
    assert!(sitting.centre.tender().record_step().is_none(), "nothing is kept of half a recheck");
    let bidder = sitting.bidder(1);
    sitting.says(1, correct(&bidder, "40.0", CorrectionCause::SumError));
    sitting.sign_all();
    let record = sitting.centre.record(RecordKind::EvaluationReport).unwrap();
    let Content::EvaluationReport(report) = &record.content else { panic!() };
    assert_eq!((report.round, report.corrections.len()), (Some(2), 1));
    assert!(record.basis.iter().any(|line| line.command == "correct_score"));
    sitting.centre.keep_records();
    let kept = sitting.centre.tender().records.kept().to_vec();
    assert!(kept.contains(&first), "the first report stands");
    let newest = sitting.centre.tender().records.newest(RecordKind::EvaluationReport).unwrap();
    assert_ne!(newest.hash, first.hash);
}

#[test]
fn members_and_strangers_are_refused_what_is_not_theirs() {
    let mut sitting = reopened();
    let bidder = sitting.bidder(0);
    let label = seat_label(&sitting.member(0), 9);
    assert!(sitting.centre.give(&label, TENDER, reject(&bidder)).is_err(), "no seat");
    sitting.sit(0);
    assert_eq!(refused_at(&mut sitting, 0, reject(&bidder)), Refusal::DeclarationMissing {});
    sitting.says(0, Command::Declare { conflict: None });
    let justify = Command::Justify {
        bidder: bidder.clone(),
        criterion: "plan".parse().unwrap(),
        reason: "创新".into(),
    };
    assert_eq!(refused_at(&mut sitting, 0, justify), Refusal::CauseMissing {});
    assert!(matches!(refused_at(&mut sitting, 0, Command::BeginSheets {}), Refusal::RoleNotAllowed { .. }));
    assert_eq!(
        refused(&mut sitting, "centre", Command::BeginSheets {}),
        Refusal::Mismatch { what: Thing::Committee },
        "everybody has scored everything"
    );
    let draft = refused_at(&mut sitting, 0, Command::DraftReport {});
    assert_eq!(draft, Refusal::Mismatch { what: Thing::Committee }, "not everybody has come");
    for who in ["bidder-0", "tenderer", "supervisor"] {
        assert!(
            matches!(refused(&mut sitting, who, reject(&bidder)), Refusal::RoleNotAllowed { .. }),
            "{who}"
        );
    }
    // Nothing draws or opens again, and no bid comes.
    for command in
        [Command::Open {}, Command::ListSet { set: sheets(1) }, Command::OpenSet { set: sheets(1) }]
    {
        let name = command.name();
        let refusal = refused(&mut sitting, "centre", command);
        assert!(["stage_wrong", "already_exists"].contains(&refusal.code()), "{name}: {refusal}");
    }
}

#[test]
fn where_no_committee_evaluates_an_order_says_no_round() {
    let mut sitting = published(|_| {});
    assert_eq!(sitting.centre.tender().next_round(), Some(2));
    let given = sitting.centre.give("supervisor", TENDER, order(&[])).unwrap();
    let Outcome::Events(events) = given else { panic!() };
    assert_eq!(events.last(), Some(&Event::EvaluationReopened { excluded: vec![], round: Some(2) }));
}
