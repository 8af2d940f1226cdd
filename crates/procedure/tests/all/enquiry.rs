//! Questions, answers and amendments (enquiry 2-4): tables of given, when, expect.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use crate::support::{events, refused};
use ximu_basics::{Hash, Salt};
use ximu_procedure::{
    rules::{Phase, PhaseKind},
    wire::{
        Command, Event, Refusal,
        command::{Document, asker_commitment},
        event::DocumentChange,
        refusal::Thing,
    },
};
use ximu_sim::{Bidder, Centre, centre::TENDER};

fn published() -> Centre {
    let mut centre = Centre::new();
    centre.publish(|_| {});
    centre
}

fn ask(text: &str) -> Command {
    Command::Ask { text: text.into(), author: None }
}

fn answer(question: u32) -> Command {
    Command::Answer { question, text: "按图纸。".into(), documents: Vec::new() }
}

fn document(name: &str, content: &str) -> Document {
    let bytes = u32::try_from(content.len()).unwrap();
    Document { name: name.into(), hash: Hash::of(content.as_bytes()), bytes }
}

fn amend(centre: &Centre, later_ms: i64, documents: Vec<Document>) -> Command {
    let deadline = centre.tender().deadline.plus_ms(later_ms);
    Command::Amend { deadline, reason: "工程量清单有误".into(), documents }
}

#[test]
fn a_question_of_nobody_is_answered_to_all() {
    let mut centre = published();
    let author = Some(asker_commitment(&Salt([7; 32]), &"p-1".parse().unwrap()));
    let first = Command::Ask { text: "第 12 项的单位？".into(), author };
    assert_eq!(events(&mut centre, "once-1", first), [Event::QuestionAsked { question: 1 }]);
    assert_eq!(events(&mut centre, "once-2", ask("工期？")), [Event::QuestionAsked { question: 2 }]);
    let explained = Command::Answer {
        question: 2,
        text: "一百二十天。".into(),
        documents: vec![document("进度.txt", "进度")],
    };
    assert_eq!(events(&mut centre, "tenderer", explained), [Event::QuestionAnswered { question: 2 }]);
    let tender = centre.tender();
    assert_eq!(tender.enquiry.question(1).unwrap().answered, None);
    assert_eq!(tender.enquiry.question(2).unwrap().answered, Some(centre.now));
    assert!(tender.documents_in_force().contains_key("进度.txt"), "what explains can be had");
}

#[test]
fn a_commitment_to_the_asker_opens_with_its_salt_only() {
    let (party, other) = ("p-1".parse().unwrap(), "p-2".parse().unwrap());
    let commitment = asker_commitment(&Salt([7; 32]), &party);
    assert_eq!(commitment, asker_commitment(&Salt([7; 32]), &party));
    assert_ne!(commitment, asker_commitment(&Salt([8; 32]), &party));
    assert_ne!(commitment, asker_commitment(&Salt([7; 32]), &other));
}

#[test]
fn what_is_not_a_question_or_an_answer_is_refused() {
    let long = "问".repeat(667);
    // Who, what, and the code.
    let table: [(&str, &str, Command, &str); 12] = [
        ("a registered party would show itself", "visitor", ask("工期？"), "mismatch"),
        ("so would a bidder", "bidder", ask("工期？"), "mismatch"),
        ("the tenderer does not ask itself", "tenderer", ask("工期？"), "mismatch"),
        ("nor does the centre", "centre", ask("工期？"), "mismatch"),
        ("one key asks once", "once-1", ask("还有？"), "already_exists"),
        ("nothing is no question", "once-2", ask(" \n"), "mismatch"),
        ("a book is no question", "once-2", ask(&long), "mismatch"),
        ("no hidden characters", "once-2", ask("a\u{202e}b"), "mismatch"),
        ("a bidder does not answer", "bidder", answer(1), "role_not_allowed"),
        ("question 0", "tenderer", answer(0), "unknown"),
        ("question 2", "tenderer", answer(2), "unknown"),
        (
            "an answer replaces no document",
            "tenderer",
            Command::Answer {
                question: 1,
                text: "见附件。".into(),
                documents: vec![document("清单.csv", "2")],
            },
            "mismatch",
        ),
    ];
    for (case, who, command, code) in table {
        let mut centre = published();
        Bidder::register(&mut centre, "bidder");
        let name = Hash::of(b"visitor");
        centre.expect_events("visitor", "registry", Command::RegisterParty { name });
        let documents = amend(&centre, 0, vec![document("清单.csv", "1")]);
        centre.expect_events("tenderer", TENDER, documents);
        centre.expect_events("once-1", TENDER, ask("第一问"));
        assert_eq!(refused(&mut centre, who, command).code(), code, "{case}");
    }
    let mut centre = published();
    centre.expect_events("once-1", TENDER, ask("第一问"));
    centre.expect_events("tenderer", TENDER, answer(1));
    assert_eq!(refused(&mut centre, "tenderer", answer(1)), Refusal::AlreadyExists {});
}

#[test]
fn questions_end_by_the_deadline_in_force_and_at_their_number() {
    let mut centre = Centre::new();
    centre.publish(|rules| {
        for phase in &mut rules.phases {
            if let Phase::Enquire(enquire) = phase {
                enquire.questions_max = 2;
            }
        }
    });
    let until = centre.tender().questions_until().unwrap();
    centre.advance_to(until.plus_ms(-1));
    centre.expect_events("once-1", TENDER, ask("最后一刻"));
    centre.advance_to(until);
    let over = Refusal::PeriodOver { until, at: centre.now, article: None };
    assert_eq!(refused(&mut centre, "once-2", ask("晚了")), over);
    let later = amend(&centre, 5_000, Vec::new());
    centre.expect_events("tenderer", TENDER, later);
    centre.expect_events("once-2", TENDER, ask("又可以了"));
    let limit = Refusal::TooMany { what: Thing::Question, limit: 2 };
    assert_eq!(refused(&mut centre, "once-3", ask("太多")), limit);
}

#[test]
fn a_procedure_without_enquiry_takes_no_question() {
    let mut centre = Centre::new();
    centre.publish(|rules| rules.phases.retain(|phase| phase.kind() != PhaseKind::Enquire));
    assert_eq!(refused(&mut centre, "once-1", ask("工期？")), Refusal::Unknown { what: Thing::Phase });
}

#[test]
fn an_amendment_shows_what_changed_and_leaves_the_days_of_the_law() {
    let mut centre = published();
    let first = document("清单.csv", "1");
    let command = amend(&centre, 0, vec![first.clone()]);
    let change = |before, after| DocumentChange { name: "清单.csv".into(), before, after };
    assert_eq!(
        events(&mut centre, "tenderer", command),
        [Event::DocumentsAmended { changes: vec![change(None, first.hash)] }],
        "twenty days are left: the deadline may stay"
    );
    centre.advance_ms(700 * 6);
    let second = document("清单.csv", "2");
    let too_late = amend(&centre, 0, vec![second.clone()]);
    let refusal = refused(&mut centre, "tenderer", too_late);
    assert_eq!(refusal.code(), "rules_invalid");
    assert!(refusal.to_string().contains("第二十三条"), "{refusal}: the article is named");
    let later = amend(&centre, 700, vec![second.clone()]);
    let deadline = centre.tender().deadline.plus_ms(700);
    assert_eq!(
        events(&mut centre, "tenderer", later),
        [
            Event::DocumentsAmended { changes: vec![change(Some(first.hash), second.hash)] },
            Event::DeadlineMoved { deadline },
        ]
    );
    let tender = centre.tender();
    assert_eq!(tender.deadline, deadline);
    assert_eq!(tender.documents.len(), 2, "what was replaced can still be had");
    assert_eq!(tender.documents_in_force()["清单.csv"].hash, second.hash);
}

#[test]
fn an_amendment_that_changes_nothing_or_too_much_is_refused() {
    let many: Vec<Document> = (0..65).map(|number| document(&format!("{number}.txt"), "x")).collect();
    let table: [(&str, i64, Vec<Document>, &str); 6] = [
        ("nothing changes", 0, Vec::new(), "deadline_earlier"),
        ("the deadline never moves earlier", -1, vec![document("新.txt", "x")], "deadline_earlier"),
        ("the same document again", 0, vec![document("清单.csv", "1")], "mismatch"),
        ("one name twice", 0, vec![document("a", "1"), document("a", "2")], "mismatch"),
        ("too many", 0, many, "too_many"),
        ("more beats than a log takes", 36_600 * 86_400_000, Vec::new(), "rules_invalid"),
    ];
    for (case, later_ms, documents, code) in table {
        let mut centre = published();
        let first = amend(&centre, 0, vec![document("清单.csv", "1")]);
        centre.expect_events("tenderer", TENDER, first);
        let command = amend(&centre, later_ms, documents);
        assert_eq!(refused(&mut centre, "tenderer", command).code(), code, "{case}");
    }
}
