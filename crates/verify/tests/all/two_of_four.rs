//! Two of four holders, fewer than the t = 3 that open, and no host with them: after an honest holder has answered, they
//! know every contribution and every sheet, and can void what they like by calling parts broken (SECURITY, draw 3.3). That
//! is not prevented; whatever they void names them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use crate::support::{Case, PRICES, check, holds, resign};
use ximu_basics::{Hash, PartyId, SetId};
use ximu_procedure::{
    Stage,
    role::Role,
    wire::{Command, command::Part},
};
use ximu_sim::{
    centre::TENDER,
    committee::POOL,
    rules::{PEERS, draw_experts},
    sets::{author, freeze, pool_stratum, shares_of},
};
use ximu_verify::NoteCode;

/// A tender up to the draw, in which the last two holders call the contributions of these authors broken. Who is drawn,
/// and whom the notes name.
fn drawn(voided: &[usize]) -> (Vec<Hash>, Vec<String>) {
    let mut case = Case::unpublished();
    let centre = &mut case.centre;
    let keepers: Vec<(&str, PartyId)> = vec![(POOL, centre.register(POOL, &[Role::PoolKeeper]))];
    centre.publish(|rules| draw_experts(rules, &keepers));
    centre.checkpoint();
    for (number, price) in PRICES[..3].iter().enumerate() {
        case.bid(&format!("bidder-{number}"), price);
    }
    let centre = &mut case.centre;
    centre.advance_to(centre.tender().deadline.plus_ms(1));
    for (bidder, bid) in &case.cast {
        let release = bidder.release(centre, bid);
        centre.expect_events(&bidder.label, TENDER, release);
    }
    centre.advance_to(centre.tender().window_until.unwrap());
    assert_eq!(centre.tender().stage, Stage::Drawing);
    assert_eq!((centre.tender().rules.escrow.t, centre.tender().holders.len()), (3, 4));
    let strata = vec![pool_stratum(POOL, "economic", 30), pool_stratum(POOL, "technical", 70)];
    centre.expect_events(POOL, TENDER, freeze(POOL, strata, &[]));
    centre.contribute_all();
    centre.holding = [false; 4];
    centre.advance_ms(3_000);
    let set: SetId = "experts-1".parse().unwrap();
    assert_eq!(centre.tender().sets[&set].lines().len(), 4, "everybody gave");
    for position in [0, 1, 2, 3] {
        let mut command = centre.set_shares(position, &set);
        if let (true, Command::ReleaseSet { shares, .. }) = (position > 1, &mut command) {
            let voided: Vec<_> = voided.iter().map(|place| author(PEERS[*place])).collect();
            shares
                .iter_mut()
                .filter(|one| voided.contains(&one.author))
                .for_each(|one| one.part = Part::Broken {});
        }
        centre.expect_events(PEERS[position], TENDER, command);
    }
    centre.holding = [true; 4];
    centre.advance_ms(0);
    let members =
        centre.tender().drawing.as_ref().unwrap().members.iter().map(|member| member.leaf).collect();
    let report = check(&resign(&case.files()));
    holds(&report);
    let broken = report.notes.into_iter().filter(|note| note.code == NoteCode::CalledBroken);
    (members, broken.map(|note| note.detail).collect())
}

#[test]
fn whoever_calls_a_contribution_broken_is_named_with_its_author() {
    let (honest, notes) = drawn(&[]);
    assert!(notes.is_empty(), "{notes:?}");
    let (chosen, notes) = drawn(&[0]);
    assert_ne!(chosen, honest, "another committee");
    let [note] = notes.as_slice() else { panic!("{notes:?}") };
    for named in [PEERS[0], PEERS[2], PEERS[3]] {
        assert!(note.contains(named), "{note}");
    }
    assert!(!note.contains(PEERS[1]), "{note}");
}

/// The same with score sheets: once one honest holder has answered, the two read every sheet, and void the one they do not
/// like. Its honest author must be replaced, and the one who comes may be voided as well.
#[test]
fn whoever_calls_a_sheet_broken_is_named_with_its_author() {
    const DISLIKED: usize = 3;
    let mut sitting = Case::sitting();
    assert_eq!((sitting.centre.tender().rules.escrow.t, sitting.centre.tender().holders.len()), (3, 4));
    sitting.constitute();
    sitting.centre.advance_ms(0);
    for place in 0..sitting.centre.tender().committee().len() {
        let sheet = sitting.sealed_sheet(place, &sitting.sheet(place, 300));
        sitting.says(place, sheet);
    }
    sitting.centre.holding = [false; 4];
    sitting.centre.advance_ms(0);
    let leaf = sitting.member(DISLIKED);
    let disliked = sitting.centre.tender().evaluation.as_ref().unwrap().seats[&leaf].person.clone();
    for position in [0, 2, 3] {
        let panel = sitting.centre.panel_now();
        let (id, set) = panel.sets.iter().next_back().unwrap();
        assert_eq!(set.lines().len(), 5, "all gave, and all stand in the list");
        let mut command = shares_of(position, id, set);
        if let (true, Command::ReleaseSet { shares, .. }) = (position > 1, &mut command) {
            shares.iter_mut().filter(|one| one.author == disliked).for_each(|one| one.part = Part::Broken {});
        }
        sitting.centre.expect_events(PEERS[position], TENDER, command);
    }
    sitting.centre.holding = [true; 4];
    sitting.centre.advance_ms(0);
    assert_eq!(sitting.centre.committee().to_replace(), [leaf], "the honest expert must go");
    // The keeper has to replace the honest expert; the evaluation ends without its scores.
    sitting.centre.expect_events(POOL, TENDER, Command::Decline { leaf, ground: None });
    sitting.sit(DISLIKED);
    sitting.says(DISLIKED, Command::Declare { conflict: None });
    if sitting.centre.committee().chair().is_none() {
        let chair = sitting.member(0);
        sitting.says(DISLIKED, Command::ChooseChair { chair });
    }
    sitting.centre.advance_ms(0);
    let sheet = sitting.sealed_sheet(DISLIKED, &sitting.sheet(DISLIKED, 300));
    sitting.says(DISLIKED, sheet);
    sitting.centre.advance_ms(0);
    sitting.sign_all();
    assert_ne!(sitting.member(DISLIKED), leaf);
    assert!(sitting.centre.tender().evaluation.as_ref().unwrap().concluded.is_some());
    let report = check(&resign(&Case::of(sitting).files()));
    holds(&report);
    let broken: Vec<_> = report.notes.iter().filter(|note| note.code == NoteCode::CalledBroken).collect();
    let [note] = broken.as_slice() else { panic!("{:?}", report.notes) };
    assert!(note.detail.contains(PEERS[2]) && note.detail.contains(PEERS[3]), "{}", note.detail);
}
