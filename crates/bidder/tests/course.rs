//! A whole tender, followed as a page follows it: what the log says after CLOSE is what the engine says.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use ximu_basics::ProcedureId;
use ximu_bidder::{Follower, desk};
use ximu_procedure::{Stage, outcome, wire::Command};
use ximu_sim::centre::{ORIGIN, TENDER, policy};

fn bundle(leaves: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![];
    for leaf in leaves {
        bytes.extend_from_slice(&u16::try_from(leaf.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(leaf);
    }
    bytes
}

fn followed(centre: &mut ximu_sim::Centre) -> ximu_bidder::Followed {
    let note = centre.checkpoint().unwrap();
    let id: ProcedureId = TENDER.parse().unwrap();
    let mut follower = Follower::begin(ORIGIN, &id, &policy(), &note).unwrap().through_the_course();
    assert_eq!(follower.bundles().count(), 1);
    follower.push(&bundle(&centre.leaves)).unwrap();
    follower.finish().unwrap()
}

#[test]
fn the_course_after_close_is_followed_to_the_award() {
    let mut centre = ximu_sim::Centre::new();
    centre.publish(|_| {});
    let bids: Vec<_> = [("a", "9000000.00"), ("b", "9100000.00"), ("c", "9200000.00")]
        .into_iter()
        .map(|(label, price)| {
            let bidder = ximu_sim::Bidder::register(&mut centre, label);
            let bid = bidder.submit(&mut centre, 1, price);
            (label, bidder, bid)
        })
        .collect();
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    for (label, bidder, bid) in &bids {
        let release = bidder.release(&centre, bid);
        centre.expect_events(label, TENDER, release);
    }
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    assert_eq!(centre.tender().stage, Stage::Ranking);
    let id: ProcedureId = TENDER.parse().unwrap();
    let seen = followed(&mut centre);
    let tender = seen.tender(&id).unwrap();
    assert_eq!(tender.ranking, centre.tender().ranking);
    let key = ximu_sim::Key::of("tenderer").public();
    let commands: Vec<&str> =
        desk::commands_of(&seen.world, Some(tender), &key).iter().map(|deed| deed.command).collect();
    assert_eq!(commands, ["answer_objection", "propose", "disqualify"]);
    let candidates = outcome::candidates(tender);
    centre.expect_events("tenderer", TENDER, Command::Propose { candidates: candidates.clone() });
    let until = centre.tender().candidates_until.unwrap();
    centre.advance_to(until);
    centre.expect_events("tenderer", TENDER, Command::Award { bidder: candidates.first().unwrap().clone() });
    let seen = followed(&mut centre);
    let tender = seen.tender(&id).unwrap();
    assert_eq!((tender.stage, &tender.awarded), (Stage::Awarded, &centre.tender().awarded));
}
