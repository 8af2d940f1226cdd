//! The evaluation, from the seats to the report: what is accepted, what is refused, and whose word counts (evaluation).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::type_complexity,
    reason = "a test"
)]

use crate::support;
use std::collections::BTreeMap;

use ximu_basics::{CriterionId, Decimal, Hash, PartyId};
use ximu_procedure::{
    PanelState, Rejection, Stage,
    evaluation::{ScoreAt, sheet},
    outcome,
    role::Role,
    rules::{Phase, Rules, Score, ScoreTies, score},
    tender::Failure,
    wire::{
        Command, Event, Leaf, Outcome, PanelOperation, Refusal,
        command::RecusalGround,
        evaluation::{
            Conclusion, Conflict, CorrectionCause, EvaluationReason, RejectionGround, Sheet, SheetLine, Stand,
        },
        refusal::Thing,
    },
};
use ximu_sim::{
    Sitting,
    centre::TENDER,
    committee::{OFFICER, POOL, seat_label, sheets},
};

const PRICES: [&str; 3] = ["9300000.00", "9590000.00", "9712000.00"];

fn sitting() -> Sitting {
    Sitting::new(&PRICES)
}

/// All members have scored: the plan 30.0, 31.0, .. by place, the record 8.
fn revealed() -> Sitting {
    let mut sitting = sitting();
    sitting.constitute();
    sitting.reveal(300);
    sitting
}

fn with_score(change: impl FnOnce(&mut Score)) -> impl FnOnce(&mut Rules) {
    move |rules| {
        if let Some(Phase::Score(score)) =
            rules.phases.iter_mut().find(|phase| matches!(phase, Phase::Score(_)))
        {
            change(score);
        }
    }
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn criterion(id: &str) -> CriterionId {
    id.parse().unwrap()
}

#[track_caller]
fn refused_by(sitting: &mut Sitting, label: &str, command: Command) -> Refusal {
    support::refused(&mut sitting.centre, label, command)
}

#[track_caller]
fn refused(sitting: &mut Sitting, place: usize, command: Command) -> Refusal {
    let label = sitting.label(place);
    refused_by(sitting, &label, command)
}

fn last_events(sitting: &Sitting) -> Vec<Event> {
    let last = sitting.centre.panel_operations.last().unwrap();
    let operation: PanelOperation = ximu_basics::json::from_canonical(last.as_bytes()).unwrap();
    let Outcome::Events(events) = operation.outcome else { panic!("refused") };
    events
}

fn conclusion(sitting: &Sitting) -> Conclusion {
    let evaluation = sitting.centre.tender().evaluation.as_ref().unwrap();
    evaluation.concluded.as_ref().unwrap().conclusion.clone()
}

fn correct(bidder: &PartyId, id: &str, score: &str, cause: CorrectionCause) -> Command {
    let (bidder, criterion, score) = (bidder.clone(), criterion(id), number(score));
    Command::CorrectScore { bidder, criterion, score, cause, reason: "笔误".into() }
}

fn reject(bidder: &PartyId) -> Command {
    let ground = RejectionGround::Unresponsive;
    Command::ProposeRejection { bidder: bidder.clone(), ground, reason: "未实质响应".into() }
}

fn vote(proposal: u32, agree: bool) -> Command {
    Command::VoteRejection { proposal, agree, reason: None }
}

// ---- seats ----

#[test]
fn a_seat_needs_the_keeper_the_officer_and_a_key_of_nobody() {
    let mut sitting = sitting();
    let stranger = sitting.centre.register("other-pool", &[Role::PoolKeeper]);
    assert_ne!(stranger.as_str(), POOL);
    let leaf = sitting.member(0);
    let delegate = *sitting.centre.tender().committee().last().unwrap();
    let label = seat_label(&leaf, 0);
    let role = |role| Refusal::RoleNotAllowed { needs: vec![role] };
    let unknown = Refusal::Unknown { what: Thing::Expert };
    for (keeper, officer, of, expected) in [
        (POOL, POOL, leaf, role(Role::WitnessOfficer)),
        (POOL, "nobody", leaf, role(Role::WitnessOfficer)),
        ("other-pool", OFFICER, leaf, role(Role::PoolKeeper)),
        ("tenderer", OFFICER, leaf, role(Role::PoolKeeper)),
        (OFFICER, OFFICER, leaf, role(Role::PoolKeeper)),
        (POOL, OFFICER, Hash([7; 32]), unknown),
        (POOL, OFFICER, delegate, Refusal::RoleNotAllowed { needs: vec![Role::Tenderer, Role::Agent] }),
    ] {
        let command = sitting.seat(&of, &label, keeper, officer);
        assert_eq!(refused_by(&mut sitting, &label, command), expected, "{keeper} {officer}");
    }
    let command = sitting.seat(&leaf, POOL, POOL, OFFICER);
    assert!(matches!(refused_by(&mut sitting, POOL, command), Refusal::RoleNotAllowed { .. }));
    // A signature for another seat name vouches for nothing.
    let Command::TakeSeat { leaf, recipient, keeper, officer, .. } =
        sitting.seat(&leaf, &label, POOL, OFFICER)
    else {
        panic!()
    };
    let moved =
        Command::TakeSeat { leaf, seat: "nantong-2".into(), recipient, keeper, officer, identity: None };
    assert_eq!(refused_by(&mut sitting, &label, moved), role(Role::WitnessOfficer));
    sitting.sit(0);
}

#[test]
fn nobody_sits_twice_and_the_attempt_stands_in_the_log() {
    let mut sitting = sitting();
    sitting.sit(0);
    let leaf = sitting.member(0);
    let second = sitting.seat(&leaf, "another key", POOL, OFFICER);
    let before = sitting.centre.leaves.len();
    assert_eq!(refused_by(&mut sitting, "another key", second), Refusal::SeatTaken {});
    let Leaf::Entry(entry) = Leaf::from_bytes(&sitting.centre.leaves[before]).unwrap() else { panic!() };
    assert_eq!(entry.outcome, Outcome::Refusal(Refusal::SeatTaken {}));
    let other = sitting.member(1);
    let label = sitting.label(0);
    let same_key = sitting.seat(&other, &label, POOL, OFFICER);
    assert!(matches!(refused_by(&mut sitting, &label, same_key), Refusal::SeatTaken {}));
}

#[test]
fn a_member_changes_its_seat_and_keeps_what_it_said() {
    let mut sitting = revealed();
    let (leaf, old) = (sitting.member(1), sitting.label(1));
    sitting.centre.expect_events(OFFICER, TENDER, Command::LeaveSeat { leaf });
    let silent = sitting.centre.give(&old, TENDER, Command::AskMoreTime {});
    assert!(matches!(silent, Err(Rejection::Key { .. })), "the key of a seat that was left signs nothing");
    sitting.sit(1);
    sitting.says(1, Command::AskMoreTime {});
    assert!(sitting.centre.committee().is_revealed());
    let other = sitting.member(2);
    assert!(matches!(
        refused(&mut sitting, 1, Command::LeaveSeat { leaf: other }),
        Refusal::RoleNotAllowed { .. }
    ));
}

// ---- sitting down ----

#[test]
fn before_a_declaration_a_member_says_nothing_else() {
    let mut sitting = sitting();
    sitting.sit(0);
    let chair = sitting.member(0);
    let choose = Command::ChooseChair { chair };
    assert_eq!(refused(&mut sitting, 0, choose.clone()), Refusal::DeclarationMissing {});
    sitting.says(0, Command::Declare { conflict: None });
    assert_eq!(refused(&mut sitting, 0, Command::Declare { conflict: None }), Refusal::AlreadyExists {});
    sitting.says(0, choose);
    assert!(sitting.centre.committee().chair().is_none(), "one of five is no majority");
    assert!(sitting.centre.give("centre", TENDER, Command::BeginSheets {}).is_ok());
    assert!(sitting.centre.panel.sets.is_empty(), "a committee that is not whole gets no sheets");
}

#[test]
fn a_conflict_found_midway_voids_what_the_member_said_and_the_next_one_starts_afresh() {
    let mut sitting = revealed();
    let place = 1;
    let gone = sitting.member(place);
    let bidder = sitting.bidder(0);
    let conflict = Conflict { bidders: vec![bidder.clone()], ground: RecusalGround::Kin };
    let unknown = Conflict { bidders: vec!["p-nobody".parse().unwrap()], ground: RecusalGround::Kin };
    assert_eq!(
        refused(&mut sitting, place, Command::Declare { conflict: Some(unknown) }),
        Refusal::Unknown { what: Thing::Bid }
    );
    sitting.says(place, Command::Declare { conflict: Some(conflict) });
    assert_eq!(sitting.centre.committee().to_replace(), [gone]);
    assert_eq!(refused(&mut sitting, place, Command::AskMoreTime {}), Refusal::DeclarationMissing {});
    assert!(sitting.centre.committee().report().is_none());
    sitting.centre.expect_events(POOL, TENDER, Command::Decline { leaf: gone, ground: None });
    let fresh = sitting.member(place);
    assert_ne!(fresh, gone);
    sitting.sit(place);
    sitting.says(place, Command::Declare { conflict: None });
    // The vote that made the chair a chair is gone too.
    assert!(sitting.centre.committee().chair().is_none());
    let chair = sitting.member(0);
    sitting.says(place, Command::ChooseChair { chair });
    sitting.centre.advance_ms(0);
    let missing = sitting.centre.committee().sheets_missing();
    assert_eq!((missing.len(), missing[0].by.name.clone()), (1, fresh.to_string()));
    assert_eq!(missing[0].bidders.len(), 3);
    assert!(sitting.centre.panel.sets.contains_key(&sheets(2)));
    let sheet = sitting.sealed_sheet(place, &sitting.sheet(place, 200));
    sitting.says(place, sheet);
    sitting.centre.advance_ms(0);
    sitting.sign_all();
    assert!(conclusion(&sitting).members.iter().all(|member| member.leaf != gone));
}

#[test]
fn the_tenderer_replaces_its_own_member_alone() {
    let mut sitting = sitting();
    let delegate = sitting.member(4);
    assert!(sitting.centre.tender().is_delegate(&delegate));
    let drawn = sitting.member(0);
    let unknown = Refusal::Unknown { what: Thing::Expert };
    assert_eq!(refused_by(&mut sitting, "tenderer", Command::ReplaceDelegate { leaf: drawn }), unknown);
    sitting.sit(4);
    let label = sitting.label(4);
    sitting.centre.expect_events("tenderer", TENDER, Command::ReplaceDelegate { leaf: delegate });
    assert_ne!(sitting.member(4), delegate);
    let gone = sitting.centre.give(&label, TENDER, Command::Declare { conflict: None });
    assert!(matches!(gone, Err(Rejection::Key { .. })));
    sitting.evaluate();
    assert_eq!(sitting.centre.tender().stage, Stage::Ranking);
}

#[test]
fn when_no_alternate_is_left_the_procedure_fails_and_the_class_stays_undisclosed() {
    let mut sitting = revealed();
    for _ in 0..2 {
        let leaf = sitting.member(0);
        sitting.centre.expect_events(POOL, TENDER, Command::Decline { leaf, ground: None });
    }
    assert_eq!(sitting.centre.tender().stage, Stage::Failed(Failure::NothingDrawn));
}

#[test]
fn more_than_a_third_may_have_the_time_extended_once() {
    let mut sitting = sitting();
    sitting.constitute();
    sitting.centre.advance_ms(0);
    let until = |panel: &PanelState| match &panel.running().unwrap().1.purpose {
        ximu_procedure::set::Purpose::Sheets(round) => round.until,
        other @ (ximu_procedure::set::Purpose::Coefficient(_) | ximu_procedure::set::Purpose::Experts(_)) => {
            panic!("{other:?}")
        }
    };
    let before = until(&sitting.centre.panel);
    sitting.says(0, Command::AskMoreTime {});
    assert_eq!(until(&sitting.centre.panel), before, "one of five is not more than a third");
    assert_eq!(refused(&mut sitting, 0, Command::AskMoreTime {}), Refusal::AlreadyExists {});
    sitting.says(1, Command::AskMoreTime {});
    assert_eq!(until(&sitting.centre.panel), before.plus_ms(3_000));
    assert_eq!(refused(&mut sitting, 2, Command::AskMoreTime {}), Refusal::AlreadyExists {});
}

// ---- sheets ----

#[test]
fn a_member_without_a_sheet_is_named_and_must_be_replaced() {
    let mut sitting = sitting();
    sitting.constitute();
    sitting.centre.advance_ms(0);
    for place in 0..4 {
        let sheet = sitting.sealed_sheet(place, &sitting.sheet(place, 300));
        sitting.says(place, sheet);
    }
    sitting.centre.advance_ms(5_999);
    assert!(sitting.centre.panel.scores.is_empty(), "nothing is revealed before the time is over");
    sitting.centre.advance_ms(1);
    let silent = sitting.member(4);
    assert_eq!(sitting.centre.committee().to_replace(), [silent]);
    assert!(sitting.centre.committee().step().is_none());
    sitting.centre.expect_events("tenderer", TENDER, Command::ReplaceDelegate { leaf: silent });
    assert!(sitting.centre.committee().to_replace().is_empty());
}

#[test]
fn a_sheet_of_another_form_is_void() {
    let mut sitting = sitting();
    sitting.constitute();
    sitting.centre.advance_ms(0);
    let honest = sitting.sheet(0, 300);
    let lines = |scores: &BTreeMap<PartyId, BTreeMap<CriterionId, Decimal>>| -> Vec<SheetLine> {
        let line = |(bidder, points): (&PartyId, &BTreeMap<_, _>)| SheetLine {
            bidder: bidder.clone(),
            points: points.clone(),
        };
        scores.iter().map(line).collect()
    };
    let changes: [(&str, fn(&mut Sheet)); 9] = [
        ("another version", |sheet| sheet.v = 2),
        ("a bidder is missing", |sheet| {
            sheet.scores.pop();
        }),
        ("a bidder twice", |sheet| sheet.scores.insert(0, sheet.scores[0].clone())),
        ("another order", |sheet| sheet.scores.reverse()),
        ("a stranger", |sheet| sheet.scores[0].bidder = "p-a".parse().unwrap()),
        ("a criterion is missing", |sheet| {
            sheet.scores[0].points.pop_first();
        }),
        ("a criterion that is not in the rules", |sheet| {
            sheet.scores[0].points.insert(criterion("beauty"), number("1.0"));
        }),
        ("another criterion", |sheet| {
            sheet.scores[0].points.pop_first();
            sheet.scores[0].points.insert(criterion("beauty"), number("1.0"));
        }),
        ("another scale", |sheet| {
            sheet.scores[0].points.insert(criterion("plan"), number("30"));
        }),
    ];
    let ximu_procedure::set::Purpose::Sheets(round) = &sitting.centre.panel.running().unwrap().1.purpose
    else {
        panic!()
    };
    let tender = sitting.centre.tender();
    let author = &tender.evaluation.as_ref().unwrap().seats[&sitting.member(0)].person;
    let read = |sheet: &Sheet| {
        sheet::read(tender, round, author, &ximu_basics::json::to_canonical(sheet).unwrap()).is_some()
    };
    assert!(read(&Sheet { v: 1, scores: lines(&honest) }));
    for (name, change) in changes {
        let mut sheet = Sheet { v: 1, scores: lines(&honest) };
        change(&mut sheet);
        assert!(!read(&sheet), "{name}");
    }
    assert!(sheet::read(tender, round, author, b"{}").is_none());
    // In the tender: who gives such a sheet must be replaced, and nobody else.
    let void = sitting.sealed_content(0, b"nonsense");
    sitting.says(0, void);
    for place in 1..5 {
        let sheet = sitting.sealed_sheet(place, &sitting.sheet(place, 300));
        sitting.says(place, sheet);
    }
    sitting.centre.advance_ms(0);
    assert_eq!(sitting.centre.committee().to_replace(), [sitting.member(0)]);
}

#[test]
fn the_longest_sheet_that_the_rules_allow_fits_its_envelope_and_a_command() {
    let mut sitting = sitting();
    sitting.constitute();
    sitting.centre.advance_ms(0);
    let holders = u8::try_from(sitting.centre.tender().holders.len()).unwrap();
    let longest = usize::try_from(score::sheet_bytes_max(holders)).unwrap();
    let Command::Contribute { envelope, .. } = sitting.sealed_content(0, &vec![b'7'; longest]) else {
        panic!()
    };
    let limit = usize::try_from(score::SHEET_ENVELOPE_BYTES_MAX).unwrap();
    assert!(envelope.0.len() <= limit, "{} of {limit}", envelope.0.len());
    // A command with the longest envelope is within the limit of a body, and what follows from it fits a leaf.
    let sheet = Command::Contribute { set: sheets(1), envelope: ximu_basics::Blob(vec![7; limit]) };
    let refusal = refused(&mut sitting, 0, sheet);
    assert_eq!(refusal, Refusal::Mismatch { what: Thing::Contribution });
    let over = Command::Contribute { set: sheets(1), envelope: ximu_basics::Blob(vec![7; limit + 1]) };
    assert!(matches!(refused(&mut sitting, 0, over), Refusal::EnvelopeTooLarge { .. }));
}

#[test]
fn a_sheet_is_given_once_by_a_member_and_in_time() {
    let mut sitting = sitting();
    sitting.constitute();
    sitting.centre.advance_ms(0);
    let sheet = sitting.sealed_sheet(0, &sitting.sheet(0, 300));
    let needs = vec![Role::Evaluator, Role::Delegate];
    let holder = ximu_sim::rules::PEERS[0];
    assert_eq!(refused_by(&mut sitting, holder, sheet.clone()), Refusal::RoleNotAllowed { needs });
    let other = refused(&mut sitting, 1, sheet.clone());
    assert_eq!(other, Refusal::Mismatch { what: Thing::Contribution }, "sealed by another");
    sitting.says(0, sheet.clone());
    assert_eq!(refused(&mut sitting, 0, sheet), Refusal::AlreadyExists {});
    let late = sitting.sealed_sheet(1, &sitting.sheet(1, 300));
    sitting.centre.now = sitting.centre.now.plus_ms(6_001);
    assert!(matches!(refused(&mut sitting, 1, late), Refusal::WindowOver { .. }));
}

// ---- after the reveal ----

#[test]
fn the_sum_is_the_one_computed_by_hand() {
    let mut sitting = revealed();
    sitting.sign_all();
    let conclusion = conclusion(&sitting);
    // 30.0 to 34.0, one dropped at each end: 32.00; the record 8.00; the prices against 9,300,000.00 for 50 points.
    let lines: Vec<[String; 3]> = conclusion
        .lines
        .iter()
        .map(|line| [line.criteria_score, line.price_score, line.total].map(|score| score.to_string()))
        .collect();
    let expected = [["40.00", "50.00", "90.00"], ["40.00", "48.49", "88.49"], ["40.00", "47.88", "87.88"]];
    assert_eq!(lines, expected);
    let first: Vec<PartyId> = conclusion.lines.iter().map(|line| line.bidder.clone()).collect();
    assert_eq!(outcome::candidates(sitting.centre.tender()), first);
    assert_eq!(first[0], sitting.bidder(0));
    assert!(conclusion.members.iter().all(|member| member.stand == Stand::Signed));
}

#[test]
fn members_must_agree_on_what_is_objective() {
    let mut sitting = sitting();
    sitting.constitute();
    sitting.centre.advance_ms(0);
    let bidder = sitting.bidder(0);
    for place in 0..5 {
        let mut scores = sitting.sheet(place, 300);
        if place == 2 {
            scores.get_mut(&bidder).unwrap().insert(criterion("record"), number("10"));
        }
        let sheet = sitting.sealed_sheet(place, &scores);
        sitting.says(place, sheet);
    }
    sitting.centre.advance_ms(0);
    let inconsistent = sitting.centre.committee().inconsistent();
    assert_eq!(inconsistent.len(), 1);
    assert_eq!((&inconsistent[0].0, inconsistent[0].1.id.as_str()), (&bidder, "record"));
    let chair = 0;
    let mismatch = Refusal::Mismatch { what: Thing::Committee };
    assert_eq!(refused(&mut sitting, chair, Command::DraftReport {}), mismatch);
    let other = sitting.bidder(1);
    let cause = CorrectionCause::InconsistentObjective;
    assert_eq!(refused(&mut sitting, 2, correct(&other, "record", "9", cause)), Refusal::CauseMissing {});
    assert_eq!(refused(&mut sitting, 2, correct(&bidder, "plan", "30.0", cause)), Refusal::CauseMissing {});
    sitting.says(2, correct(&bidder, "record", "8", cause));
    assert!(sitting.centre.committee().inconsistent().is_empty());
    sitting.sign_all();
}

#[test]
fn a_score_is_corrected_for_a_cause_alone_and_never_out_of_range() {
    let mut sitting = sitting();
    sitting.constitute();
    sitting.centre.advance_ms(0);
    let bidder = sitting.bidder(0);
    for place in 0..5 {
        let mut scores = sitting.sheet(place, 300);
        if place == 1 {
            scores.get_mut(&bidder).unwrap().insert(criterion("plan"), number("40.1"));
        }
        let sheet = sitting.sealed_sheet(place, &scores);
        sitting.says(place, sheet);
    }
    sitting.centre.advance_ms(0);
    assert_eq!(sitting.centre.committee().out_of_range().len(), 1, "named, not void");
    let range = CorrectionCause::OutOfRange;
    let mismatch = Refusal::Mismatch { what: Thing::Score };
    for (place, command, expected) in [
        (0, correct(&bidder, "plan", "31.0", range), Refusal::CauseMissing {}),
        (0, correct(&bidder, "plan", "31.0", CorrectionCause::Abnormal), Refusal::CauseMissing {}),
        (1, correct(&bidder, "plan", "40.2", range), mismatch.clone()),
        (1, correct(&bidder, "plan", "-0.1", range), mismatch.clone()),
        (1, correct(&bidder, "plan", "40", range), mismatch.clone()),
        (1, correct(&bidder, "plan", "40.1", range), mismatch.clone()),
        (1, correct(&bidder, "beauty", "1.0", range), Refusal::Unknown { what: Thing::Score }),
    ] {
        assert_eq!(refused(&mut sitting, place, command), expected);
    }
    sitting.says(1, correct(&bidder, "plan", "40.0", range));
    sitting.says(2, correct(&bidder, "plan", "33.0", CorrectionCause::SumError));
    sitting.sign_all();
    let told = last_conclusions_corrections(&sitting);
    assert_eq!(told, [("40.1".into(), "40.0".into()), ("32.0".into(), "33.0".into())]);
}

fn last_conclusions_corrections(sitting: &Sitting) -> Vec<(String, String)> {
    let corrections = &sitting.centre.panel.corrections;
    corrections.iter().map(|one| (one.old.to_string(), one.new.to_string())).collect()
}

#[test]
fn an_abnormal_score_without_reasons_is_replaced_by_the_mean_of_the_others() {
    for justified in [false, true] {
        let mut sitting = Sitting::with(&PRICES, with_score(|score| score.drop = None));
        sitting.constitute();
        sitting.centre.advance_ms(0);
        let bidder = sitting.bidder(0);
        for place in 0..5 {
            let mut scores = sitting.sheet(place, 0);
            for points in scores.values_mut() {
                points.insert(criterion("plan"), number(if place == 3 { "40.0" } else { "0.0" }));
            }
            let sheet = sitting.sealed_sheet(place, &scores);
            sitting.says(place, sheet);
        }
        sitting.centre.advance_ms(0);
        let member = sitting.member(3);
        let call = Command::CallAbnormal { member, bidder: bidder.clone(), criterion: criterion("plan") };
        let justify = Command::Justify {
            bidder: bidder.clone(),
            criterion: criterion("plan"),
            reason: "方案确有创新".into(),
        };
        assert_eq!(refused(&mut sitting, 3, call.clone()), Refusal::Unknown { what: Thing::Expert });
        assert_eq!(refused(&mut sitting, 3, justify.clone()), Refusal::CauseMissing {});
        sitting.says(0, call.clone());
        assert_eq!(refused(&mut sitting, 0, call.clone()), Refusal::AlreadyExists {});
        sitting.says(1, call.clone());
        let at = ScoreAt::new(&member, &bidder, &criterion("plan"));
        assert!(!sitting.centre.committee().is_called(&at), "two of five are no majority");
        sitting.says(2, call);
        assert!(matches!(last_events(&sitting).last(), Some(Event::ScoreAbnormal { .. })));
        if justified {
            sitting.says(3, justify);
        }
        sitting.sign_all();
        let line = conclusion(&sitting).lines.into_iter().find(|line| line.bidder == bidder).unwrap();
        // 40 and four times 0 give a mean of 8; without the 40, 0. The record gives 8.
        let expected = if justified { "16.00" } else { "8.00" };
        assert_eq!(line.criteria_score.to_string(), expected);
    }
}

#[test]
fn abnormal_scores_are_called_only_where_the_rules_say_so() {
    let mut sitting = Sitting::with(&PRICES, with_score(|score| score.abnormal = None));
    sitting.constitute();
    sitting.reveal(300);
    let (member, bidder) = (sitting.member(3), sitting.bidder(0));
    let call = Command::CallAbnormal { member, bidder, criterion: criterion("plan") };
    assert_eq!(refused(&mut sitting, 0, call), Refusal::CauseMissing {});
}

#[test]
fn a_clarification_is_words_and_the_score_uses_the_opened_price() {
    let mut sitting = revealed();
    let bidder = sitting.bidder(2);
    let ask = Command::AskClarification { bidder: bidder.clone(), text: "请澄清工期".into() };
    assert!(matches!(refused(&mut sitting, 1, ask.clone()), Refusal::RoleNotAllowed { .. }), "not the chair");
    sitting.says(0, ask);
    let with_price = r#"{"type":"clarify","clarification":1,"text":"x","price":{}}"#;
    assert!(serde_json::from_str::<Command>(with_price).is_err(), "there is no member for a price");
    let answer = Command::Clarify { clarification: 1, text: "总价改为一元".into() };
    let unknown = Refusal::Unknown { what: Thing::Clarification };
    assert_eq!(refused_by(&mut sitting, "bidder-0", answer.clone()), unknown);
    assert!(matches!(refused(&mut sitting, 0, Command::DraftReport {}), Refusal::TooEarly { .. }));
    sitting.centre.expect_events("bidder-2", TENDER, answer.clone());
    assert_eq!(refused_by(&mut sitting, "bidder-2", answer.clone()), Refusal::AlreadyExists {});
    sitting.sign_all();
    let line = conclusion(&sitting).lines.into_iter().find(|line| line.bidder == bidder).unwrap();
    assert_eq!(line.price_score.to_string(), "47.88");
}

#[test]
fn a_bidder_that_does_not_answer_holds_nobody_up() {
    let mut sitting = revealed();
    let ask = Command::AskClarification { bidder: sitting.bidder(1), text: "请澄清".into() };
    sitting.says(0, ask);
    sitting.centre.advance_ms(3_001);
    let late = Command::Clarify { clarification: 1, text: "迟到的答复".into() };
    assert!(matches!(refused_by(&mut sitting, "bidder-1", late), Refusal::WindowOver { .. }));
    assert!(
        sitting.centre.committee().draft().is_some(),
        "the clock drafted after the last answer could come"
    );
}

#[test]
fn a_bid_is_rejected_by_a_majority_on_a_ground_of_the_article() {
    let mut sitting = revealed();
    let bidder = sitting.bidder(0);
    sitting.says(1, reject(&bidder));
    assert_eq!(refused(&mut sitting, 2, reject(&bidder)), Refusal::AlreadyExists {});
    assert_eq!(refused(&mut sitting, 1, vote(1, true)), Refusal::AlreadyExists {});
    assert_eq!(refused(&mut sitting, 0, vote(2, true)), Refusal::Unknown { what: Thing::Proposal });
    sitting.says(0, vote(1, false));
    sitting.says(2, vote(1, true));
    assert_eq!(sitting.centre.committee().standing().len(), 3);
    sitting.says(3, vote(1, true));
    assert!(matches!(last_events(&sitting).last(), Some(Event::BidRejected { proposal: 1, .. })));
    assert_eq!(sitting.centre.committee().standing().len(), 2);
    sitting.sign_all();
    let conclusion = conclusion(&sitting);
    let ground = RejectionGround::Unresponsive;
    assert_eq!(conclusion.rejected[0].reason, EvaluationReason::Vote { ground });
    // The base is that of the bids that are left.
    assert_eq!(conclusion.lines[0].price_score.to_string(), "50.00");
    assert_eq!(conclusion.lines[0].bidder, sitting.bidder(1));
    assert_eq!(sitting.centre.tender().ranking.as_ref().unwrap().rejected.len(), 1);
}

#[test]
fn a_vote_goes_with_the_member_that_gave_it() {
    let mut sitting = revealed();
    let bidder = sitting.bidder(0);
    sitting.says(1, reject(&bidder));
    sitting.says(2, vote(1, true));
    sitting.says(3, vote(1, true));
    assert!(sitting.centre.committee().rejected(&bidder).is_some());
    let leaf = sitting.member(3);
    sitting.centre.expect_events(POOL, TENDER, Command::Decline { leaf, ground: None });
    assert!(sitting.centre.committee().rejected(&bidder).is_none(), "two of five are left");
}

#[test]
fn two_bids_that_are_left_go_on_unless_the_committee_finds_that_competition_is_lacking() {
    for lacking in [false, true] {
        let mut sitting = revealed();
        let bidder = sitting.bidder(2);
        let say = |lacking| Command::VoteCompetition { lacking, reason: "报价差异合理".into() };
        assert_eq!(refused(&mut sitting, 0, say(true)), Refusal::CauseMissing {}, "three bids stand");
        sitting.says(1, reject(&bidder));
        for place in [2, 3] {
            sitting.says(place, vote(1, true));
        }
        for place in 0..3 {
            sitting.says(place, say(lacking || place == 0));
        }
        sitting.sign_all();
        let expected = if lacking { Stage::Failed(Failure::CompetitionLacking) } else { Stage::Ranking };
        assert_eq!(sitting.centre.tender().stage, expected);
    }
}

#[test]
fn when_every_bid_is_rejected_the_procedure_ends() {
    let mut sitting = revealed();
    for bid in 0..3 {
        let bidder = sitting.bidder(bid);
        sitting.says(0, reject(&bidder));
        for place in [1, 2] {
            sitting.says(place, vote(u32::try_from(bid + 1).unwrap(), true));
        }
    }
    sitting.sign_all();
    assert_eq!(sitting.centre.tender().stage, Stage::Failed(Failure::AllRejected));
    assert!(conclusion(&sitting).lines.is_empty());
}

#[test]
fn equal_totals_are_ordered_by_the_rule() {
    // The second bid is dearer; its plan is better by exactly the points that its price costs.
    for (ties, first) in
        [(ScoreTies::LowerPriceThenCriteriaThenNeutralKey, 0), (ScoreTies::CriteriaThenNeutralKey, 1)]
    {
        let change = with_score(move |score| (score.ties, score.drop) = (ties, None));
        let mut sitting = Sitting::with(&["5000000.00", "6250000.00", "9800000.00"], change);
        sitting.constitute();
        sitting.centre.advance_ms(0);
        let (cheap, dear) = (sitting.bidder(0), sitting.bidder(1));
        for place in 0..5 {
            let mut scores = sitting.sheet(place, 0);
            scores.get_mut(&cheap).unwrap().insert(criterion("plan"), number("20.0"));
            scores.get_mut(&dear).unwrap().insert(criterion("plan"), number("30.0"));
            let sheet = sitting.sealed_sheet(place, &scores);
            sitting.says(place, sheet);
        }
        sitting.centre.advance_ms(0);
        sitting.sign_all();
        let lines = conclusion(&sitting).lines;
        assert_eq!(lines[0].total, lines[1].total);
        assert_eq!(lines[0].bidder, sitting.bidder(first));
    }
}

#[test]
fn a_bid_below_the_pass_mark_is_out_and_sets_no_base() {
    let change = with_score(|score| score.pass = Some(number("20")));
    let mut sitting = Sitting::with(&PRICES, change);
    sitting.constitute();
    sitting.centre.advance_ms(0);
    let weak = sitting.bidder(0);
    for place in 0..5 {
        let mut scores = sitting.sheet(place, 300);
        scores.get_mut(&weak).unwrap().insert(criterion("plan"), number("1.0"));
        let sheet = sitting.sealed_sheet(place, &scores);
        sitting.says(place, sheet);
    }
    sitting.centre.advance_ms(0);
    sitting.sign_all();
    let conclusion = conclusion(&sitting);
    assert_eq!(conclusion.rejected[0].reason, EvaluationReason::BelowPass {});
    assert_eq!(
        conclusion.base.unwrap().to_string(),
        ximu_basics::Money::yuan(PRICES[1]).unwrap().to_string()
    );
}

// ---- the report ----

#[test]
fn who_neither_signs_nor_dissents_in_writing_is_deemed_to_agree() {
    let mut sitting = revealed();
    let report = sitting.draft();
    for place in 0..3 {
        sitting.says(place, Command::SignReport { report });
    }
    assert_eq!(refused(&mut sitting, 0, Command::SignReport { report }), Refusal::AlreadyExists {});
    let empty = Command::Dissent { report, text: " ".into() };
    assert_eq!(refused(&mut sitting, 3, empty), Refusal::Mismatch { what: Thing::Text });
    sitting.says(3, Command::Dissent { report, text: "对业绩认定有不同意见".into() });
    let seed = sitting.centre.panel_seed();
    let early = refused_by(&mut sitting, "centre", Command::Conclude { seed });
    assert!(matches!(early, Refusal::TooEarly { .. }));
    sitting.centre.advance_ms(3_000);
    assert_eq!(sitting.centre.tender().stage, Stage::Evaluating);
    sitting.centre.advance_ms(1);
    let stands: Vec<Stand> = conclusion(&sitting).members.iter().map(|member| member.stand).collect();
    let signed = Stand::Signed;
    assert_eq!(stands, [signed, signed, signed, Stand::Dissented, Stand::Deemed]);
}

#[test]
fn a_report_that_changes_after_it_was_signed_is_signed_again() {
    let mut sitting = revealed();
    let report = sitting.draft();
    sitting.says(1, Command::SignReport { report });
    let bidder = sitting.bidder(0);
    sitting.says(2, correct(&bidder, "plan", "39.0", CorrectionCause::SumError));
    assert!(sitting.centre.committee().draft().is_none(), "the draft and its signatures are void");
    let mismatch = Refusal::Mismatch { what: Thing::Committee };
    assert_eq!(refused(&mut sitting, 3, Command::SignReport { report }), mismatch);
    let anew = sitting.draft();
    assert_ne!(anew, report);
    let differs = Refusal::ReportDiffers { expected: anew };
    assert_eq!(refused(&mut sitting, 1, Command::SignReport { report }), differs);
    for place in 0..5 {
        sitting.says(place, Command::SignReport { report: anew });
    }
    sitting.centre.advance_ms(0);
    assert_eq!(conclusion(&sitting).report, anew);
}

#[test]
fn the_clock_drafts_when_the_chair_does_not() {
    let mut sitting = revealed();
    assert!(matches!(refused_by(&mut sitting, "centre", Command::DraftReport {}), Refusal::TooEarly { .. }));
    sitting.centre.advance_ms(2_999);
    assert!(sitting.centre.committee().draft().is_none());
    sitting.centre.advance_ms(1);
    assert!(sitting.centre.committee().draft().is_some());
    sitting.centre.advance_ms(3_001);
    assert!(conclusion(&sitting).members.iter().all(|member| member.stand == Stand::Deemed));
}

#[test]
fn after_the_conclusion_nobody_is_replaced_and_no_seat_signs() {
    let mut sitting = sitting();
    sitting.evaluate();
    let (leaf, label) = (sitting.member(0), sitting.label(0));
    let replaced = refused_by(&mut sitting, POOL, Command::Decline { leaf, ground: None });
    assert!(matches!(replaced, Refusal::StageWrong { .. }));
    let signs = sitting.centre.give(&label, TENDER, Command::AskMoreTime {});
    assert!(matches!(signs, Err(Rejection::Key { .. })));
    let objected = outcome::candidates(sitting.centre.tender());
    assert_eq!(objected.len(), 3);
}
