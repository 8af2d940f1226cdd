//! The pages' reading of the entries agrees with the engine's own state, at every moment.

use ximu_procedure::tender::Stage;
use ximu_web::{
    Host as _, Site,
    scene::{Fate, Scene},
};

use crate::support::{
    SimHost,
    stage::{Moment, snapshot},
};

#[test]
fn a_scene_is_the_engines_state() {
    for firms in [2, 5, 29] {
        for moment in Moment::ALL.into_iter().skip(1) {
            agrees(moment, firms);
        }
    }
}

fn agrees(moment: Moment, firms: usize) {
    let host = SimHost::new(snapshot(moment, firms));
    let view = host.view();
    let id = "yc-2020-0603".parse().unwrap();
    let tender = &view.world.tenders[&id];
    let story = Site::new(host).story(&id).unwrap().unwrap();
    let scene = Scene::of(&story, None).unwrap();
    assert_eq!(scene.stage, tender.stage);
    assert_eq!(scene.published, tender.published);
    assert_eq!(scene.deadline, tender.deadline);
    assert_eq!(scene.closed.map(|closed| closed.at), tender.closed_at);
    assert_eq!(scene.window_until, tender.window_until);
    assert_eq!(scene.seats.values().map(|seat| seat.line.clone()).collect::<Vec<_>>(), tender.list);
    assert_eq!(scene.not_counted, tender.not_counted);
    assert_eq!(scene.ranking, tender.ranking);
    assert_eq!(scene.holders.len(), tender.shares.len());
    let candidates = scene.candidates.as_ref().map(|(candidates, _)| candidates.clone());
    assert_eq!(candidates.unwrap_or_default(), tender.candidates);
    assert_eq!(scene.candidates.as_ref().map(|(_, until)| *until), tender.candidates_until);
    assert_eq!(scene.awarded.clone().map(|(who, price, _)| (who, price)), tender.awarded);
    assert_eq!(scene.has_contract, tender.conclusion.contract.is_some());
    assert!(scene.bonds_returned.iter().eq(tender.conclusion.bonds.keys()));
    for (party, seat) in &scene.seats {
        assert_eq!(seat.signed_in.is_some(), tender.signed_in.contains(party));
        assert_eq!(seat.released.is_some(), tender.releases.contains_key(party));
        assert_eq!(seat.rescue.is_some(), tender.rescues.contains(party));
        match &seat.fate {
            Fate::Waiting => assert!(matches!(tender.stage, Stage::Window | Stage::Failed(_))),
            Fate::ToOpen(_) => assert_eq!(tender.stage, Stage::Opening),
            Fate::StaysClosed(_) => assert!(tender.stays_closed.iter().any(|line| line.bidder == *party)),
            Fate::Opened(bid) => assert_eq!(tender.opened[party], **bid),
            Fate::Voided(reason) => assert_eq!(tender.voided[party], *reason),
        }
    }
}

#[test]
fn a_story_grows_by_what_is_new() {
    let host = SimHost::new(snapshot(Moment::Window, 5));
    let site = Site::new(host.clone());
    let id = "yc-2020-0603".parse().unwrap();
    let early = site.story(&id).unwrap().unwrap();
    host.show(snapshot(Moment::Awarded, 5));
    let late = site.story(&id).unwrap().unwrap();
    assert!(late.facts.len() > early.facts.len());
    for (before, after) in early.facts.iter().zip(&late.facts) {
        assert!(std::sync::Arc::ptr_eq(before, after));
    }
    assert!(site.story(&"unknown".parse().unwrap()).unwrap().is_none());
}
