//! Official records (records): what each says, when it can be made, that its hash is computed by everyone alike.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken world must stop the test at once"
)]

use crate::support::propose;
use ximu_basics::Hash;
use ximu_procedure::{
    role::Role,
    rules::{Phase, Text},
    wire::{
        Command, Outcome, Record, RecordKind,
        command::Subject,
        evaluation::Stand,
        record::{BidFate, Content},
    },
};
use ximu_sim::{Bidder, Centre, Sitting, centre::TENDER};

const PRICES: [&str; 4] = ["9712000.00", "9650000.00", "9590000.00", "9468000.00"];

/// A tender in its window: three bidders that release, one that stays silent.
fn in_window() -> (Centre, Vec<Bidder>) {
    let mut centre = Centre::new();
    centre.publish(|_| {});
    let mut cast = Vec::new();
    for (number, price) in PRICES.iter().enumerate() {
        let bidder = Bidder::register(&mut centre, &format!("bidder-{number}"));
        let bid = bidder.submit(&mut centre, 1, price);
        cast.push((bidder, bid));
    }
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    centre.expect_events("bidder-1", TENDER, Command::SignIn {});
    for (bidder, bid) in &cast[..3] {
        let release = bidder.release(&centre, bid);
        centre.expect_events(&bidder.label, TENDER, release);
    }
    (centre, cast.into_iter().map(|(bidder, _)| bidder).collect())
}

fn opened() -> (Centre, Vec<Bidder>) {
    let (mut centre, cast) = in_window();
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    (centre, cast)
}

fn award(centre: &mut Centre) {
    centre.advance_ms(2_100);
    let bidder = centre.tender().candidates[0].clone();
    centre.expect_events("tenderer", TENDER, Command::Award { bidder });
}

/// What keeping a record answers: `kept`, or the code of the refusal.
fn keep(centre: &mut Centre, label: &str, kind: RecordKind, hash: Hash) -> &'static str {
    match centre.give(label, TENDER, Command::KeepRecord { kind, hash }).unwrap() {
        Outcome::Events(_) => "kept",
        Outcome::Refusal(refusal) => refusal.code(),
    }
}

fn hash(centre: &Centre, kind: RecordKind) -> Hash {
    centre.record(kind).map_or(Hash([0; 32]), |record| record.hash().unwrap())
}

#[test]
fn each_record_can_be_made_from_its_stage_on() {
    use RecordKind::{AwardNotice, CandidateNotice, OpeningRecord};
    let (mut centre, _) = in_window();
    let ready = |centre: &Centre| -> Vec<RecordKind> {
        RecordKind::ALL.into_iter().filter(|kind| centre.record(*kind).is_some()).collect()
    };
    assert!(ready(&centre).is_empty());
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    assert_eq!(ready(&centre), [OpeningRecord]);
    propose(&mut centre);
    assert_eq!(ready(&centre), [OpeningRecord, CandidateNotice]);
    award(&mut centre);
    assert_eq!(ready(&centre), [OpeningRecord, CandidateNotice, AwardNotice]);
}

#[test]
fn the_hash_is_decided_in_the_order_role_stage_time_content() {
    use RecordKind::{AwardNotice, OpeningRecord};
    let (mut centre, _) = in_window();
    centre.register("supervisor", &[Role::Supervisor]);
    let wrong = Hash::of(b"another");
    assert_eq!(keep(&mut centre, "supervisor", OpeningRecord, wrong), "role_not_allowed");
    assert_eq!(keep(&mut centre, "centre", OpeningRecord, wrong), "stage_wrong");
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    let right = hash(&centre, OpeningRecord);
    assert_eq!(keep(&mut centre, "centre", AwardNotice, right), "record_not_ready");
    assert_eq!(keep(&mut centre, "centre", OpeningRecord, wrong), "record_differs");
    assert_eq!(keep(&mut centre, "tenderer", OpeningRecord, right), "role_not_allowed");
    assert_eq!(keep(&mut centre, "centre", OpeningRecord, right), "kept");
    assert_eq!(keep(&mut centre, "centre", OpeningRecord, right), "already_exists");
    assert_eq!(hash(&centre, OpeningRecord), right, "keeping a record does not change it");
}

#[test]
fn an_objection_to_the_opening_makes_the_record_wait_and_then_a_new_one() {
    let (mut centre, cast) = opened();
    centre.keep_records();
    let first = hash(&centre, RecordKind::OpeningRecord);
    let object = Command::Object { to: Subject::Opening, against: None, text: "价格读错了。".into() };
    centre.expect_events(&cast[0].label, TENDER, object);
    assert!(centre.record(RecordKind::OpeningRecord).is_none() && centre.tender().record_step().is_none());
    let answer = Command::AnswerObjection { objection: 1, upheld: false, text: "未读错。".into() };
    centre.expect_events("tenderer", TENDER, answer);
    assert!(centre.tender().record_step().is_some());
    centre.keep_records();
    let kept = centre.tender().records.kept();
    assert_eq!(kept.len(), 2);
    assert!(kept[0].hash == first && kept[1].hash != first && kept[1].size > kept[0].size);
    let Content::OpeningRecord(record) = centre.record(RecordKind::OpeningRecord).unwrap().content else {
        panic!("another kind")
    };
    assert!(record.objections.len() == 1 && !record.objections[0].upheld);
}

#[test]
fn an_opening_record_says_who_was_there_what_was_read_and_what_stays_closed() {
    let (centre, cast) = opened();
    let record = centre.record(RecordKind::OpeningRecord).unwrap();
    let Content::OpeningRecord(opening) = &record.content else { panic!("another kind") };
    let line = |number: usize| opening.bids.iter().find(|line| line.bidder == cast[number].party).unwrap();
    assert!(line(1).present && !line(0).present);
    for (number, price_read) in PRICES[..3].iter().enumerate() {
        let BidFate::ReadOut { price, .. } = &line(number).fate else { panic!("not read out") };
        assert_eq!(price.to_string(), ximu_basics::Money::yuan(price_read).unwrap().to_string());
    }
    assert!(matches!(line(3).fate, BidFate::StaysClosed { .. }));
    assert_eq!(record.parties.len(), 5, "four bidders and the tenderer");
    assert_eq!(record.size, record.basis.last().unwrap().leaf + 1);
    for basis in &record.basis {
        assert_eq!(basis.hash, Hash::of(&centre.leaves[usize::try_from(basis.leaf).unwrap()]));
    }
}

#[test]
fn an_opening_record_lists_what_bidders_were_refused_sealed_or_not_and_nothing_after_its_last_entry() {
    let (mut centre, cast) = in_window();
    let ask = |centre: &mut Centre, number: usize| {
        let command = Command::Withdraw { lot: "lot-1".parse().unwrap(), version: 9 };
        let answer = centre.give(&cast[number].label, TENDER, command).unwrap();
        assert!(matches!(answer, Outcome::Refusal(_)), "{answer:?}");
    };
    ask(&mut centre, 2);
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    let first = centre.record(RecordKind::OpeningRecord).unwrap();
    let Content::OpeningRecord(opening) = &first.content else { panic!("another kind") };
    assert_eq!(opening.read_out, centre.tender().rules.unseal().unwrap().read_out);
    let found: Vec<_> = opening.refused.iter().map(|line| (&line.bidder, line.command.as_str())).collect();
    assert_eq!(found, [(&cast[2].party, "withdraw")]);
    ask(&mut centre, 1);
    assert_eq!(centre.record(RecordKind::OpeningRecord).unwrap(), first, "what comes after changes nothing");
}

#[test]
fn a_record_has_one_spelling() {
    let (mut centre, _) = opened();
    propose(&mut centre);
    award(&mut centre);
    let mut sitting = Sitting::new(&PRICES);
    sitting.evaluate_with_all();
    for kind in RecordKind::ALL {
        let centre = if kind == RecordKind::EvaluationReport { &sitting.centre } else { &centre };
        let record = centre.record(kind).unwrap();
        let bytes = record.canonical().unwrap();
        assert_eq!(Record::parse(&bytes).unwrap(), record);
        assert_eq!(record.kind(), kind);
        assert_eq!(RecordKind::of_name(kind.name()), Some(kind));
        let spaced = String::from_utf8(bytes).unwrap().replacen(':', ": ", 1);
        assert!(Record::parse(spaced.as_bytes()).is_err(), "{kind}");
    }
}

#[test]
fn candidates_proposed_anew_give_a_new_notice() {
    let (mut centre, cast) = opened();
    propose(&mut centre);
    centre.keep_records();
    let first = centre.tender().candidates[0].clone();
    let by = cast.iter().find(|bidder| bidder.party != first).unwrap();
    let object =
        Command::Object { to: Subject::Candidates, against: Some(first), text: "资格不符。".into() };
    centre.expect_events(&by.label, TENDER, object);
    let answer = Command::AnswerObjection { objection: 1, upheld: true, text: "属实。".into() };
    centre.expect_events("tenderer", TENDER, answer);
    assert!(centre.record(RecordKind::CandidateNotice).is_none());
    propose(&mut centre);
    centre.keep_records();
    let notices = centre.tender().records.kept().iter();
    assert_eq!(notices.filter(|kept| kept.kind == RecordKind::CandidateNotice).count(), 2);
}

#[test]
fn an_evaluation_report_says_what_the_committee_did_once_it_is_disclosed() {
    let mut sitting = Sitting::new(&PRICES);
    assert!(sitting.centre.record(RecordKind::EvaluationReport).is_none());
    sitting.evaluate_with_all();
    let record = sitting.centre.record(RecordKind::EvaluationReport).unwrap();
    let Content::EvaluationReport(report) = &record.content else { panic!("another kind") };
    let evaluation = sitting.centre.tender().evaluation.as_ref().unwrap();
    let conclusion = &evaluation.concluded.as_ref().unwrap().conclusion;
    assert_eq!(report.report, conclusion.report, "what the members signed");
    let stands: Vec<(u32, bool, bool, Stand)> =
        report.members.iter().map(|one| (one.member, one.chair, one.delegate, one.stand)).collect();
    assert_eq!(
        stands,
        [
            (1, true, false, Stand::Signed),
            (2, false, false, Stand::Signed),
            (3, false, false, Stand::Signed),
            (4, false, false, Stand::Dissented),
            (5, false, true, Stand::Deemed),
        ]
    );
    let opinions: Vec<Option<&str>> = report.members.iter().map(|one| one.opinion.as_deref()).collect();
    assert_eq!(opinions, [None, None, None, Some("对第三名的否决有不同意见。"), None]);
    let totals: Vec<_> = report.lines.iter().map(|line| (&line.bidder, line.total)).collect();
    let concluded: Vec<_> = conclusion.lines.iter().map(|line| (&line.bidder, line.total)).collect();
    assert_eq!(totals, concluded);
    let points = |place: usize, id: &str| {
        let bidder = sitting.bidder(place);
        let line = report.scores.iter().find(|line| line.bidder == bidder && line.criterion.as_str() == id);
        let said = line.unwrap().points.iter().map(|one| one.map_or("-".to_string(), |one| one.to_string()));
        said.collect::<Vec<_>>().join(" ")
    };
    // The third member's 32.0 was corrected; of four bids each has five scores by two criteria.
    assert_eq!(
        (points(0, "plan").as_str(), points(0, "record").as_str()),
        ("30.0 31.0 33.5 33.0 34.0", "8 8 8 8 8")
    );
    assert_eq!(points(2, "plan"), "30.0 31.0 32.0 33.0 34.0", "also those of the rejected bid");
    assert_eq!(report.scores.len(), 8);
    let rejected = &report.rejected[0];
    assert!(report.rejected.len() == 1 && rejected.bidder == sitting.bidder(2));
    assert_eq!(
        (rejected.words.join(""), rejected.agreed.clone()),
        ("未响应养护期要求。".into(), vec![2, 3, 4])
    );
    let corrected = &report.corrections[0];
    assert_eq!(
        (corrected.member, corrected.old.to_string(), corrected.new.to_string()),
        (3, "32.0".into(), "33.5".into())
    );
    let abnormal: Vec<(u32, Option<&str>)> =
        report.abnormal.iter().map(|one| (one.member, one.words.as_deref())).collect();
    assert_eq!(abnormal, [(4, None), (5, Some("方案确有创新。"))]);
    let asked = &report.clarifications[0];
    assert_eq!((asked.asked.as_str(), asked.answer.as_deref()), ("请澄清工期。", Some("工期 180 天不变。")));
    assert_eq!(record.basis.last().unwrap().command, "conclude");
    assert_eq!(record.parties.len(), 5, "four bidders and the tenderer");
}

#[test]
fn what_happens_after_the_conclusion_leaves_the_evaluation_report_as_it_was() {
    let mut sitting = Sitting::new(&PRICES);
    sitting.evaluate_with_all();
    let before = sitting.centre.record(RecordKind::EvaluationReport).unwrap();
    sitting.centre.keep_records();
    propose(&mut sitting.centre);
    let first = sitting.centre.tender().candidates[0].clone();
    let by = sitting.cast.iter().find(|(bidder, _)| bidder.party != first).unwrap().0.label.clone();
    let object =
        Command::Object { to: Subject::Candidates, against: Some(first), text: "资格不符。".into() };
    sitting.centre.expect_events(&by, TENDER, object);
    let answer = Command::AnswerObjection { objection: 1, upheld: true, text: "属实。".into() };
    sitting.centre.expect_events("tenderer", TENDER, answer);
    assert_eq!(sitting.centre.record(RecordKind::EvaluationReport).unwrap(), before);
    sitting.centre.keep_records();
    let kept = sitting.centre.tender().records.kept().iter();
    assert_eq!(kept.filter(|kept| kept.kind == RecordKind::EvaluationReport).count(), 1);
}

#[test]
fn where_the_tenderer_chooses_the_notices_have_no_ranks_and_give_its_reasons() {
    let mut centre = Centre::new();
    centre.publish(|rules| {
        let Some(Phase::Award(award)) = rules.phases.last_mut() else { panic!("no award") };
        award.separation = Some(Text { zh: "票决。".into(), en: "By vote.".into() });
    });
    let submit = |(number, price): (usize, &&str)| {
        let bidder = Bidder::register(&mut centre, &format!("bidder-{number}"));
        let bid = bidder.submit(&mut centre, 1, price);
        (bidder, bid)
    };
    let cast: Vec<_> = PRICES.iter().enumerate().map(submit).collect();
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    for (bidder, bid) in &cast {
        let release = bidder.release(&centre, bid);
        centre.expect_events(&bidder.label, TENDER, release);
    }
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    propose(&mut centre);
    let record = centre.record(RecordKind::CandidateNotice).unwrap();
    let Content::CandidateNotice(notice) = &record.content else { panic!("another kind") };
    assert!(notice.candidates.len() == 3 && notice.candidates.iter().all(|line| line.rank.is_none()));
    assert!(notice.candidates.is_sorted_by_key(|line| &line.bidder));
    centre.advance_ms(2_100);
    let bidder = centre.tender().candidates[2].clone();
    let reasons = String::from("票决多数。");
    centre.expect_events(
        "tenderer",
        TENDER,
        Command::Choose { bidder: bidder.clone(), reasons: reasons.clone() },
    );
    let record = centre.record(RecordKind::AwardNotice).unwrap();
    let Content::AwardNotice(award) = &record.content else { panic!("another kind") };
    assert_eq!((&award.bidder, award.reasons.as_ref()), (&bidder, Some(&reasons)));
    assert_eq!(record.basis.last().unwrap().command, "choose");
}
