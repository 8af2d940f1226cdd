//! The evaluation desk: what a visitor sees before, while and after a committee sits, and that the room at its door is
//! nothing to strangers.

use crate::support::{ask::get, site};
use axum::Router;
use ximu_procedure::Stage;
use ximu_sim::committee::Sitting;

const PAGE: &str = "/tenders/yc-2020-0603/evaluation";

/// A tender whose committee is drawn and has done this.
fn router(act: impl FnOnce(&mut Sitting)) -> Router {
    let mut sitting = Sitting::new(&["9300000.00", "9712000.00", "9500000.00"]);
    act(&mut sitting);
    sitting.centre.checkpoint();
    ximu_web::router(site(sitting.centre.into()))
}

#[tokio::test]
async fn while_the_committee_sits_a_visitor_sees_the_same_whatever_it_does() {
    let mut leaf = String::new();
    let quiet = router(|_| {});
    let busy = router(|sitting| {
        sitting.constitute();
        sitting.reveal(30);
        leaf = sitting.member(0).to_string();
        assert_eq!(sitting.centre.tender().stage, Stage::Evaluating);
        assert!(sitting.centre.panel_operations.len() > 10);
    });
    for language in ["zh-CN", "en"] {
        let path = format!("{PAGE}?lang={language}");
        let (quiet, busy) = (get(&quiet, &path).await, get(&busy, &path).await);
        // The page's own frame tells the height of the log; the rest is the same.
        let body = |text: &str| -> String {
            let (_, desk) = text.split_once("<ximu-evaluate").unwrap();
            desk.split_once("</ximu-evaluate>").unwrap().0.to_string()
        };
        assert_eq!(body(quiet.text()), body(busy.text()));
        assert!(!busy.text().contains(&leaf), "a member's leaf is nothing that this page shows");
    }
}

#[tokio::test]
async fn after_the_conclusion_everybody_sees_the_ranks_and_how_the_members_stand() {
    let mut bidders = 0;
    let router = router(|sitting| {
        sitting.evaluate();
        let concluded = sitting.centre.tender().evaluation.as_ref().unwrap().concluded.clone().unwrap();
        bidders = concluded.conclusion.lines.len();
    });
    let page = get(&router, &format!("{PAGE}?lang=en")).await;
    assert!(!page.text().contains("<ximu-evaluate"));
    assert_eq!(page.text().matches("<th scope=\"row\">").count(), bidders);
    assert!(page.text().contains("5 signed, 0 dissented in writing, 0 deemed to agree"), "{}", page.text());
}

#[tokio::test]
async fn the_door_is_nothing_to_strangers_and_a_request_must_be_of_the_form() {
    let router = router(|_| {});
    let nothing = get(&router, "/api/v1/tenders/no-such/seats").await;
    let door = get(&router, "/api/v1/tenders/yc-2020-0603/seats").await;
    assert_eq!((door.status, door.text()), (nothing.status, nothing.text()));
    assert_eq!(door.status, 404);
}

#[tokio::test]
async fn a_procedure_without_a_committee_has_no_desk() {
    use crate::support::stage::{Moment, snapshot};
    let router = ximu_web::router(site(snapshot(Moment::Sealing, 3)));
    assert_eq!(get(&router, PAGE).await.status, 404);
    let tender = get(&router, "/tenders/yc-2020-0603").await;
    assert!(!tender.text().contains("/evaluation"));
}
