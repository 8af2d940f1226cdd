//! The draw of experts: freezing, drawing, declining, the next pool (draw 8).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use crate::support::{log_events, refused};
use ximu_basics::{Hash, PartyId, SetId};
use ximu_procedure::{
    Stage,
    draw::order,
    experts::{Drawing, POOL_LEAVES_MAX},
    role::Role,
    rules::{Phase, Rules},
    tender::{Failure, StageName},
    wire::{
        Command, Event, Refusal,
        command::{DeclineGround, PoolStratum, Recusal},
        refusal::Thing,
    },
};
use ximu_sim::{
    Bid, Bidder, Centre,
    centre::TENDER,
    rules::{PEERS, draw_by_regions, draw_experts},
    sets::{freeze, pool_stratum},
};

const POOLS: [&str; 2] = ["nantong-pool", "suzhou-pool"];

fn declining(leaf: Hash) -> Command {
    Command::Decline { leaf, ground: Some(DeclineGround::Unreachable) }
}

fn set_id(number: u32) -> SetId {
    format!("experts-{number}").parse().unwrap()
}

/// A tender whose bids are read out, and which now draws its experts from two pools of two keepers.
fn drawing() -> Centre {
    drawing_by(|_| {})
}

fn drawing_by(change: impl FnOnce(&mut Rules)) -> Centre {
    drawing_from(&POOLS, change)
}

fn drawing_from(pools: &[&str], change: impl FnOnce(&mut Rules)) -> Centre {
    let mut centre = Centre::new();
    let keepers: Vec<PartyId> =
        pools.iter().map(|keeper| centre.register(keeper, &[Role::PoolKeeper])).collect();
    let pools: Vec<(&str, PartyId)> = pools.iter().copied().zip(keepers).collect();
    centre.publish(|rules| {
        draw_experts(rules, &pools);
        change(rules);
    });
    let cast: Vec<(Bidder, Bid)> = ["a", "b", "c"]
        .iter()
        .map(|label| {
            let bidder = Bidder::register(&mut centre, label);
            let bid = bidder.submit(&mut centre, 1, "9000000.00");
            (bidder, bid)
        })
        .collect();
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    for (bidder, bid) in &cast {
        let release = bidder.release(&centre, bid);
        centre.expect_events(&bidder.label, TENDER, release);
    }
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
    assert_eq!(centre.tender().stage, Stage::Drawing);
    centre
}

fn strata(pool: &str, economic: u32, technical: u32) -> Vec<PoolStratum> {
    vec![pool_stratum(pool, "economic", economic), pool_stratum(pool, "technical", technical)]
}

/// Freezes the first pool and lets everybody give; the committee is drawn.
fn drawn(centre: &mut Centre) {
    drawn_from(centre, strata(POOLS[0], 3, 6), &[]);
}

fn drawn_from(centre: &mut Centre, pool: Vec<PoolStratum>, recused: &[Hash]) {
    centre.expect_events(POOLS[0], TENDER, freeze(POOLS[0], pool, recused));
    centre.contribute_all();
    centre.advance_ms(0);
    assert_eq!(centre.tender().stage, Stage::Ranking);
}

fn state(centre: &Centre) -> &Drawing {
    centre.tender().drawing.as_ref().unwrap()
}

fn members(centre: &Centre, stratum: &str) -> Vec<Hash> {
    let of = state(centre).members.iter().filter(|member| member.stratum.as_str() == stratum);
    of.map(|member| member.leaf).collect()
}

#[test]
fn a_committee_is_drawn_by_strata_and_the_record_is_enough_to_draw_it_again() {
    let mut centre = drawing();
    let pool = strata(POOLS[0], 3, 7);
    let recused = [pool[1].leaves[2], pool[0].leaves[0]];
    drawn_from(&mut centre, pool.clone(), &recused);
    assert_eq!((members(&centre, "economic").len(), members(&centre, "technical").len()), (1, 3));
    assert!(state(&centre).members.iter().all(|member| !recused.contains(&member.leaf)));
    let seed = log_events(&centre).into_iter().find_map(|event| {
        let Event::ExpertsDrawn { seed, .. } = event else { return None };
        Some(seed)
    });
    let again = order(seed.unwrap(), "technical", &pool[1].leaves, &recused, 3);
    assert_eq!(members(&centre, "technical"), again);
}

#[test]
fn a_pool_is_frozen_by_its_keeper_in_turn_and_exactly() {
    let mut centre = drawing();
    let honest = || freeze(POOLS[0], strata(POOLS[0], 3, 6), &[]);
    assert!(matches!(refused(&mut centre, "tenderer", honest()), Refusal::RoleNotAllowed { .. }));
    assert!(matches!(refused(&mut centre, POOLS[1], honest()), Refusal::RoleNotAllowed { .. }));
    let second = freeze(POOLS[1], strata(POOLS[1], 3, 6), &[]);
    assert_eq!(refused(&mut centre, POOLS[1], second), Refusal::AlreadyExists {});
    let unknown = freeze("other-pool", strata(POOLS[0], 3, 6), &[]);
    assert_eq!(refused(&mut centre, POOLS[0], unknown), Refusal::Unknown { what: Thing::Pool });
    type Change = fn(&mut Vec<PoolStratum>, &mut Vec<Recusal>, &mut Hash);
    let changes: [(&str, Change); 7] = [
        ("a leaf taken out after the root", |strata, _, _| {
            strata[1].leaves.pop();
        }),
        ("another order", |strata, _, _| strata[1].leaves.reverse()),
        ("a leaf twice", |strata, _, _| {
            let leaf = strata[1].leaves[0];
            strata[1].leaves.insert(0, leaf);
        }),
        ("a person in two strata", |strata, _, _| {
            let leaf = strata[1].leaves[0];
            strata[0].leaves.push(leaf);
            strata[0].leaves.sort_unstable();
        }),
        ("a stratum is missing", |strata, _, _| {
            strata.pop();
        }),
        ("another root", |_, _, root| root.0[0] ^= 1),
        ("a stranger is recused", |_, recused, _| {
            let ground = ximu_procedure::wire::command::RecusalGround::Kin;
            recused.push(Recusal { leaf: Hash([1; 32]), ground });
        }),
    ];
    for (name, change) in changes {
        let Command::FreezePool { pool, mut root, mut strata, mut recused } = honest() else { panic!() };
        let keeps_root = matches!(name, "another root" | "a leaf taken out after the root");
        change(&mut strata, &mut recused, &mut root);
        if !keeps_root {
            root = ximu_procedure::experts::pool_root(&strata);
        }
        let command = Command::FreezePool { pool, root, strata, recused };
        assert_eq!(
            refused(&mut centre, POOLS[0], command),
            Refusal::Mismatch { what: Thing::Pool },
            "{name}"
        );
    }
    let many = freeze(POOLS[0], strata(POOLS[0], 3, POOL_LEAVES_MAX as u32), &[]);
    let refusal = refused(&mut centre, POOLS[0], many);
    assert_eq!(refusal, Refusal::TooMany { what: Thing::Expert, limit: POOL_LEAVES_MAX as u32 });
    centre.expect_events(POOLS[0], TENDER, honest());
    assert_eq!(refused(&mut centre, POOLS[0], honest()), Refusal::AlreadyExists {});
}

#[test]
fn there_is_never_a_second_draw() {
    let mut centre = drawing();
    drawn(&mut centre);
    let again = freeze(POOLS[0], strata(POOLS[0], 3, 6), &[]);
    let refusal = refused(&mut centre, POOLS[0], again);
    assert_eq!(refusal, Refusal::StageWrong { needs: StageName::Drawing, found: StageName::Ranking });
    for command in [Command::OpenSet { set: set_id(1) }, Command::ListSet { set: set_id(1) }] {
        assert!(matches!(refused(&mut centre, "centre", command), Refusal::StageWrong { .. }));
    }
}

#[test]
fn a_silent_holder_is_named_after_the_time_to_give_and_the_draw_goes_on() {
    let mut centre = drawing();
    centre.contributing[2] = false;
    centre.expect_events(POOLS[0], TENDER, freeze(POOLS[0], strata(POOLS[0], 3, 6), &[]));
    centre.contribute_all();
    let early = refused(&mut centre, "centre", Command::ListSet { set: set_id(1) });
    assert!(matches!(early, Refusal::TooEarly { .. }));
    centre.advance_ms(2_999);
    assert_eq!(centre.tender().stage, Stage::Drawing);
    centre.advance_ms(1);
    assert_eq!(centre.tender().stage, Stage::Ranking);
    let silent = log_events(&centre).into_iter().find_map(|event| {
        let Event::SetListed { silent, .. } = event else { return None };
        Some(silent)
    });
    assert_eq!(silent.unwrap()[0].name, PEERS[2]);
}

#[test]
fn who_declines_is_replaced_by_the_next_of_the_same_permutation() {
    let mut centre = drawing();
    drawn(&mut centre);
    let before = members(&centre, "technical");
    let alternates: Vec<Hash> =
        state(&centre).alternates[&"technical".parse().unwrap()].iter().map(|member| member.leaf).collect();
    assert_eq!(alternates.len(), 3);
    let decline = declining;
    assert!(matches!(refused(&mut centre, POOLS[1], decline(before[1])), Refusal::RoleNotAllowed { .. }));
    let unknown = Refusal::Unknown { what: Thing::Expert };
    assert_eq!(refused(&mut centre, POOLS[0], decline(alternates[0])), unknown);
    centre.expect_events(POOLS[0], TENDER, decline(before[1]));
    assert_eq!(members(&centre, "technical"), [before[0], alternates[0], before[2]]);
    assert_eq!(refused(&mut centre, POOLS[0], decline(before[1])), unknown, "nobody declines twice");
    centre.expect_events(POOLS[0], TENDER, decline(alternates[0]));
    assert_eq!(members(&centre, "technical"), [before[0], alternates[1], before[2]]);
}

#[test]
fn after_as_many_declines_as_there_are_seats_the_next_pool_fills_that_seat_alone() {
    let mut centre = drawing();
    drawn(&mut centre);
    let technical = members(&centre, "technical");
    for left in [1, 0] {
        assert_eq!(centre.tender().stage, Stage::Ranking);
        let leaf = members(&centre, "economic")[0];
        centre.expect_events(POOLS[0], TENDER, declining(leaf));
        assert_eq!(
            members(&centre, "economic").len(),
            left,
            "one seat, one decline, though there are alternates"
        );
    }
    assert_eq!(centre.tender().stage, Stage::Drawing);
    let too_much = freeze(POOLS[1], strata(POOLS[1], 3, 6), &[]);
    assert_eq!(refused(&mut centre, POOLS[1], too_much), Refusal::Mismatch { what: Thing::Pool });
    let economic = vec![pool_stratum(POOLS[1], "economic", 2)];
    centre.expect_events(POOLS[1], TENDER, freeze(POOLS[1], economic, &[]));
    centre.contribute_all();
    centre.advance_ms(0);
    assert_eq!(centre.tender().stage, Stage::Ranking);
    assert_eq!(members(&centre, "technical"), technical);
    // And when that pool is used up too, nothing is left to draw from.
    for _ in 0..2 {
        let leaf = members(&centre, "economic")[0];
        centre.expect_events(POOLS[1], TENDER, declining(leaf));
    }
    assert_eq!(centre.tender().stage, Stage::Failed(Failure::NothingDrawn));
}

#[test]
fn a_keeper_cannot_walk_down_the_alternates_until_its_friend_sits() {
    let mut centre = drawing();
    drawn_from(&mut centre, strata(POOLS[0], 3, 12), &[]);
    let alternates: Vec<Hash> =
        state(&centre).alternates[&"technical".parse().unwrap()].iter().map(|member| member.leaf).collect();
    while centre.tender().stage == Stage::Ranking {
        let leaf = members(&centre, "technical")[0];
        centre.expect_events(POOLS[0], TENDER, declining(leaf));
    }
    assert_eq!(centre.tender().stage, Stage::Drawing, "the next pool has the word");
    let reached = |leaf: &Hash| {
        state(&centre).declined.contains(leaf)
            || state(&centre).members.iter().any(|member| member.leaf == *leaf)
    };
    let reached: Vec<bool> = alternates.iter().map(reached).collect();
    assert_eq!(reached, [true, true, true, false, false, false, false, false, false]);
}

#[test]
fn a_pool_that_is_too_small_without_its_recused_gives_way_to_the_next() {
    // For 3 seats 6 must be left: a pool of exactly the seats is a committee that somebody chose.
    for (all, recused, found) in [(3, 0, 3), (5, 0, 5), (6, 1, 5)] {
        let mut centre = drawing();
        let pool = strata(POOLS[0], 3, all);
        let recused = &pool[1].leaves[..recused];
        centre.expect_events(POOLS[0], TENDER, freeze(POOLS[0], pool.clone(), recused));
        let said = log_events(&centre).into_iter().next_back();
        let Some(Event::PoolTooSmall { found: counted, needed, .. }) = said else { panic!("{said:?}") };
        assert_eq!((counted, needed), (found, 6));
        assert!(centre.tender().sets.is_empty());
        centre.expect_events(POOLS[1], TENDER, freeze(POOLS[1], strata(POOLS[1], 1, 2), &[]));
        assert_eq!(centre.tender().stage, Stage::Failed(Failure::NothingDrawn));
    }
}

#[test]
fn a_keeper_cannot_recuse_everybody_but_its_friends() {
    let pool = strata(POOLS[0], 40, 120);
    for (recused, taken) in [(117, false), (41, false), (40, true)] {
        let mut centre = drawing();
        let command = freeze(POOLS[0], pool.clone(), &pool[1].leaves[..recused]);
        if taken {
            centre.expect_events(POOLS[0], TENDER, command);
        } else {
            let refusal = refused(&mut centre, POOLS[0], command);
            assert_eq!(refusal, Refusal::TooMany { what: Thing::Recusal, limit: 40 }, "{recused} of 120");
        }
    }
}

#[test]
fn the_rules_can_ask_for_a_larger_pool() {
    for (all, stage) in [(9, None), (10, Some(1))] {
        let mut centre = drawing_by(|rules| {
            for phase in &mut rules.phases {
                if let Phase::Draw(draw) = phase {
                    draw.seats[1].pool_least = Some(10);
                }
            }
        });
        centre.expect_events(POOLS[0], TENDER, freeze(POOLS[0], strata(POOLS[0], 3, all), &[]));
        assert_eq!(centre.tender().sets.keys().next().cloned(), stage.map(set_id), "{all} of 10");
    }
}

#[test]
fn no_contribution_ends_the_draw() {
    let mut centre = drawing();
    centre.contributing = [false; 4];
    centre.expect_events(POOLS[0], TENDER, freeze(POOLS[0], strata(POOLS[0], 3, 6), &[]));
    centre.advance_ms(3_000);
    assert_eq!(centre.tender().stage, Stage::Failed(Failure::NothingDrawn));
}

/// Three provinces and one that stands by for the second.
const PROVINCES: [&str; 4] = ["hubei-pool", "jiangsu-pool", "zhejiang-pool", "shanghai-pool"];

const STRATA: [&str; 3] = ["economic", "technical-jiangsu", "technical-zhejiang"];

/// Five seats: an economic one from Hubei, two technical from Jiangsu, or from Shanghai when that is too small, and two
/// technical from Zhejiang.
fn three_provinces() -> Centre {
    drawing_from(&PROVINCES, |rules| {
        let seats: [(&str, u32, &[&str]); 3] = [
            (STRATA[0], 1, &[PROVINCES[0]]),
            (STRATA[1], 2, &[PROVINCES[1], PROVINCES[3]]),
            (STRATA[2], 2, &[PROVINCES[2]]),
        ];
        draw_by_regions(rules, &seats);
    })
}

/// Freezes the pool of a province for its stratum, of so many experts, without these places; returns its leaves.
fn province(centre: &mut Centre, pool: usize, stratum: usize, experts: u32, recused: &[usize]) -> Vec<Hash> {
    let frozen = pool_stratum(PROVINCES[pool], STRATA[stratum], experts);
    let leaves = frozen.leaves.clone();
    let recused: Vec<Hash> = recused.iter().map(|place| leaves[*place]).collect();
    centre.expect_events(PROVINCES[pool], TENDER, freeze(PROVINCES[pool], vec![frozen], &recused));
    centre.contribute_all();
    centre.advance_ms(0);
    leaves
}

/// All five are drawn; the leaves of each pool.
fn five_drawn(centre: &mut Centre) -> [Vec<Hash>; 3] {
    let first = province(centre, 0, 0, 3, &[0]);
    let second = province(centre, 1, 1, 6, &[1, 4]);
    [first, second, province(centre, 2, 2, 6, &[])]
}

#[test]
fn five_are_drawn_from_three_provinces_each_stratum_from_its_own_pool_and_no_recused_among_them() {
    let mut centre = three_provinces();
    let pool = |centre: &Centre| centre.tender().pool_due().map(|pool| pool.id.to_string());
    let both = vec![pool_stratum(PROVINCES[0], STRATA[0], 3), pool_stratum(PROVINCES[0], STRATA[1], 6)];
    let refusal = refused(&mut centre, PROVINCES[0], freeze(PROVINCES[0], both, &[]));
    assert_eq!(refusal, Refusal::Mismatch { what: Thing::Pool }, "a stratum that belongs to another pool");
    let early = vec![pool_stratum(PROVINCES[1], STRATA[1], 6)];
    assert_eq!(
        refused(&mut centre, PROVINCES[1], freeze(PROVINCES[1], early, &[])),
        Refusal::AlreadyExists {}
    );
    let first = province(&mut centre, 0, 0, 3, &[0]);
    assert_eq!((centre.tender().stage, pool(&centre).as_deref()), (Stage::Drawing, Some(PROVINCES[1])));
    let second = province(&mut centre, 1, 1, 6, &[1, 4]);
    assert_eq!((centre.tender().stage, pool(&centre).as_deref()), (Stage::Drawing, Some(PROVINCES[2])));
    let third = province(&mut centre, 2, 2, 6, &[]);
    assert_eq!((centre.tender().stage, pool(&centre)), (Stage::Ranking, None), "the fourth is not needed");
    let drawn: Vec<(usize, &str)> = state(&centre)
        .members
        .iter()
        .map(|member| {
            let pools = [&first, &second, &third];
            let from = pools.iter().position(|leaves| leaves.contains(&member.leaf)).unwrap();
            assert_eq!(member.pool.as_str(), PROVINCES[from]);
            (from, member.stratum.as_str())
        })
        .collect();
    assert_eq!(drawn, [(0, STRATA[0]), (1, STRATA[1]), (1, STRATA[1]), (2, STRATA[2]), (2, STRATA[2])]);
    let away = [first[0], second[1], second[4]];
    let kept_away = |leaf: &Hash| {
        state(&centre).members.iter().all(|member| member.leaf != *leaf)
            && state(&centre).alternates.values().flatten().all(|member| member.leaf != *leaf)
    };
    assert!(away.iter().all(kept_away));
    let seeds: Vec<Hash> = log_events(&centre)
        .into_iter()
        .filter_map(|event| if let Event::ExpertsDrawn { seed, .. } = event { Some(seed) } else { None })
        .collect();
    assert_eq!(seeds.len(), 3);
    assert_eq!(order(seeds[2], STRATA[2], &third, &[], 2), members(&centre, STRATA[2]));
}

#[test]
fn an_alternate_comes_from_the_pool_of_the_one_who_declines_and_then_the_next_pool_that_may() {
    let mut centre = three_provinces();
    let [_, jiangsu, zhejiang] = five_drawn(&mut centre);
    let leaf = members(&centre, STRATA[1])[0];
    assert!(matches!(refused(&mut centre, PROVINCES[2], declining(leaf)), Refusal::RoleNotAllowed { .. }));
    for _ in 0..2 {
        let leaf = members(&centre, STRATA[1])[0];
        centre.expect_events(PROVINCES[1], TENDER, declining(leaf));
        assert!(members(&centre, STRATA[1]).iter().all(|leaf| jiangsu.contains(leaf)));
    }
    let leaf = members(&centre, STRATA[1])[0];
    centre.expect_events(PROVINCES[1], TENDER, declining(leaf));
    assert_eq!(centre.tender().stage, Stage::Drawing);
    assert_eq!(centre.tender().pool_due().unwrap().id.as_str(), PROVINCES[3]);
    let shanghai = province(&mut centre, 3, 1, 2, &[]);
    assert_eq!(centre.tender().stage, Stage::Ranking);
    assert!(shanghai.contains(&members(&centre, STRATA[1])[1]));
    assert_eq!(state(&centre).members.len(), 5);
    // No other pool may fill a seat of Zhejiang.
    while centre.tender().stage == Stage::Ranking {
        let leaf = members(&centre, STRATA[2])[0];
        assert!(zhejiang.contains(&leaf));
        centre.expect_events(PROVINCES[2], TENDER, declining(leaf));
    }
    assert_eq!(centre.tender().stage, Stage::Failed(Failure::NothingDrawn));
}

#[test]
fn a_province_that_is_too_small_gives_way_to_the_pool_that_stands_by_or_ends_the_draw() {
    let mut centre = three_provinces();
    province(&mut centre, 0, 0, 3, &[]);
    // Of four one is recused: three are too few for two seats.
    province(&mut centre, 1, 1, 4, &[0]);
    assert!(matches!(log_events(&centre).last(), Some(Event::PoolTooSmall { found: 3, needed: 4, .. })));
    assert_eq!(centre.tender().pool_due().unwrap().id.as_str(), PROVINCES[2]);
    province(&mut centre, 2, 2, 4, &[]);
    assert_eq!(centre.tender().pool_due().unwrap().id.as_str(), PROVINCES[3]);
    province(&mut centre, 3, 1, 4, &[]);
    assert_eq!((centre.tender().stage, state(&centre).members.len()), (Stage::Ranking, 5));
    // Where no other pool may fill the seats nothing is left to draw from, though other pools are.
    let mut centre = three_provinces();
    province(&mut centre, 0, 0, 1, &[]);
    assert_eq!(centre.tender().stage, Stage::Failed(Failure::NothingDrawn));
}
