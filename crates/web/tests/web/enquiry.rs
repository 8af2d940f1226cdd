//! Questions, answers, amendments and objections on the pages, with texts that would like to be more than text.

use crate::{
    pages::snapshot,
    support::{
        SimHost,
        cast::{DOCUMENTS, label},
        site,
        stage::{self, Moment},
    },
};
use ximu_basics::Hash;
use ximu_procedure::{
    Stage,
    wire::{
        Command,
        command::{Document, Subject},
    },
};
use ximu_sim::{Centre, centre::TENDER};
use ximu_web::{Host as _, Site, scene::Scene};

const PAGE: &str = "/tenders/yc-2020-0603";

fn document(name: &str, content: &str) -> Document {
    let bytes = u32::try_from(content.len()).unwrap();
    Document { name: name.into(), hash: Hash::of(content.as_bytes()), bytes }
}

/// Two questions, one of them answered; an amendment that replaces a document; an objection that waits.
fn enquired() -> Centre {
    let mut centre = stage::centre(Moment::Sealing, 5);
    let ask = |text: &str| Command::Ask { text: text.into(), author: None };
    centre.expect_events("once-1", TENDER, ask("第 12 项的计量单位是株还是平方米？\n图纸与清单不一致。"));
    centre.expect_events("once-2", TENDER, ask("<script>alert('谁')</script> ${7*7} =cmd|' /C calc'!A0"));
    centre.advance_ms(100);
    let answer = Command::Answer {
        question: 1,
        text: "以图纸为准，单位为株。".into(),
        documents: vec![document("答疑附图.txt", "附图")],
    };
    centre.expect_events("tenderer", TENDER, answer);
    let deadline = centre.tender().deadline;
    let amend = Command::Amend {
        deadline,
        reason: "清单第 12 项单位更正 <b>株</b>".into(),
        documents: vec![document(DOCUMENTS[1].0, "更正后的清单"), document("补遗 1.txt", "补遗")],
    };
    centre.expect_events("tenderer", TENDER, amend);
    centre.advance_ms(100);
    let text = "评标办法 <img src=x onerror=alert(1)> 与公告不一致。".into();
    let object = Command::Object { to: Subject::Documents, against: None, text };
    centre.expect_events(&label(3), TENDER, object);
    centre.checkpoint();
    centre
}

/// An objection to the opening that was answered, and one to the first candidate that waits.
fn objected() -> Centre {
    let mut centre = stage::centre(Moment::Read, 5);
    let opening =
        Command::Object { to: Subject::Opening, against: None, text: "大小写金额不一致。".into() };
    centre.expect_events(&label(1), TENDER, opening);
    let text = "以原文为准，已作标注。".into();
    centre.expect_events("tenderer", TENDER, Command::AnswerObjection { objection: 1, upheld: false, text });
    let candidates = ximu_procedure::outcome::candidates(centre.tender());
    let against = Some(candidates[0].clone());
    centre.expect_events("tenderer", TENDER, Command::Propose { candidates });
    centre.advance_ms(500);
    let text = "第一名的业绩不实。".into();
    centre.expect_events(&label(1), TENDER, Command::Object { to: Subject::Candidates, against, text });
    centre.checkpoint();
    centre
}

pub(crate) fn agrees(centre: Centre) -> Scene {
    let host = SimHost::new(centre.into());
    let view = host.view();
    let id = "yc-2020-0603".parse().unwrap();
    let tender = view.world.tenders[&id].clone();
    let story = Site::new(host).story(&id).unwrap().unwrap();
    let scene = Scene::of(&story, None).unwrap();
    assert_eq!((scene.stage, scene.deadline), (tender.stage, tender.deadline));
    assert_eq!(scene.ranking, tender.ranking);
    assert_eq!(scene.candidates.as_ref().map(|(_, until)| *until), tender.candidates_until);
    assert_eq!(scene.waiting.keys().next().copied(), tender.enquiry.first_open());
    scene
}

#[tokio::test]
async fn questions_amendments_and_objections_are_shown_and_stay_text() {
    let router = ximu_web::router(site(enquired().into()));
    snapshot(&router, "enquiry-tender", PAGE).await;
    snapshot(&router, "enquiry-hall", &format!("{PAGE}/hall")).await;
    let said = crate::support::ask::get(&router, PAGE).await;
    for hostile in ["<script>alert", "<img src=x", "<b>株</b>"] {
        assert!(!said.text().contains(hostile), "{hostile} is shown as text");
    }
}

#[tokio::test]
async fn an_objection_to_the_candidates_stops_the_clock_on_every_page() {
    let router = ximu_web::router(site(objected().into()));
    snapshot(&router, "objection-hall", &format!("{PAGE}/hall")).await;
    snapshot(&router, "objection-record", &format!("{PAGE}/record")).await;
}

#[test]
fn the_pages_read_objections_as_the_engine_decides_them() {
    let mut centre = enquired();
    let scene = agrees(enquired());
    assert!(scene.waits(Subject::Documents));
    assert_eq!(scene.amendments.last().unwrap().changes.len(), 2);
    let answer = |objection, upheld| Command::AnswerObjection { objection, upheld, text: "经查".into() };
    centre.expect_events("tenderer", TENDER, answer(1, false));
    assert!(agrees(centre).waiting.is_empty());

    assert!(agrees(objected()).waits(Subject::Candidates));
    let mut rejected = objected();
    rejected.advance_ms(300);
    rejected.expect_events("tenderer", TENDER, answer(2, false));
    agrees(rejected);
    let mut upheld = objected();
    upheld.expect_events("tenderer", TENDER, answer(2, true));
    assert_eq!(agrees(upheld).stage, Stage::Ranking);
}
