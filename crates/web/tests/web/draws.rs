//! What was drawn, on the pages: a coefficient, a committee from a frozen pool, one who cannot come.

use crate::{enquiry::agrees, pages::snapshot, support::site};
use ximu_basics::{Hash, PartyId};
use ximu_procedure::{
    Stage,
    role::Role,
    rules::Rules,
    wire::{
        Command,
        command::{DeclineGround, PoolStratum},
    },
};
use ximu_sim::{
    Bidder, Centre,
    centre::TENDER,
    rules::{draw_a_coefficient, draw_by_regions, draw_experts, score},
    sets::{freeze, pool_stratum},
};

const PAGE: &str = "/tenders/yc-2020-0603";
const POOL: &str = "nantong-pool";

/// A tender that drew its coefficient and its committee; one of the four experts could not come.
fn drawn() -> Centre {
    let mut centre = Centre::new();
    // One holder gives nothing to the coefficient, and is named.
    centre.contributing[3] = false;
    read_out(&mut centre, &[POOL], |rules, keepers| {
        draw_a_coefficient(rules);
        draw_experts(rules, keepers);
    });
    centre.contributing[3] = true;
    let strata = vec![pool_stratum(POOL, "economic", 6), pool_stratum(POOL, "technical", 12)];
    let recused = [strata[1].leaves[2]];
    give(&mut centre, POOL, strata, &recused);
    let first = centre.tender().drawing.as_ref().unwrap().members[0].leaf;
    centre.expect_events(POOL, TENDER, Command::Decline { leaf: first, ground: Some(DeclineGround::Ill) });
    assert_eq!(centre.tender().stage, Stage::Ranking, "an alternate took the seat");
    centre.checkpoint();
    centre
}

/// Three bids are read out; the experts are to be drawn from these pools.
fn read_out(centre: &mut Centre, pools: &[&str], rules: impl FnOnce(&mut Rules, &[(&str, PartyId)])) {
    let keepers: Vec<(&str, PartyId)> =
        pools.iter().map(|pool| (*pool, centre.register(pool, &[Role::PoolKeeper]))).collect();
    centre.publish(|all| rules(all, &keepers));
    let bidders: Vec<_> = ["a", "b", "c"]
        .iter()
        .map(|label| {
            let bidder = Bidder::register(centre, label);
            let bid = bidder.submit(centre, 1, "9000000.00");
            (bidder, bid)
        })
        .collect();
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    for (bidder, bid) in &bidders {
        let release = bidder.release(centre, bid);
        centre.expect_events(&bidder.label, TENDER, release);
    }
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until.plus_ms(1));
    assert_eq!(centre.tender().stage, Stage::Drawing);
}

/// A pool is frozen, everybody gives, and it is drawn.
fn give(centre: &mut Centre, pool: &str, strata: Vec<PoolStratum>, recused: &[Hash]) {
    centre.expect_events(pool, TENDER, freeze(pool, strata, recused));
    centre.contribute_all();
    centre.advance_ms(0);
}

/// The pools of two regions, and one that stands by for the first.
const REGIONS: [&str; 3] = ["nantong-pool", "suzhou-pool", "wuxi-pool"];

/// A committee of two regions: so many of the pools have been drawn from, and then so many of the first have declined.
fn regions(pools: usize, declines: usize) -> Centre {
    let mut centre = Centre::new();
    read_out(&mut centre, &REGIONS, |rules, keepers| {
        draw_experts(rules, keepers);
        let [first, second, by] = REGIONS;
        let seats: [(&str, u32, &[&str]); 2] =
            [("technical-nantong", 2, &[first, by]), ("technical-suzhou", 2, &[second])];
        draw_by_regions(rules, &seats);
        score(rules);
    });
    for (pool, stratum) in REGIONS.iter().zip(["technical-nantong", "technical-suzhou"]).take(pools) {
        give(&mut centre, pool, vec![pool_stratum(pool, stratum, 12)], &[]);
    }
    for _ in 0..declines {
        let members = &centre.tender().drawing.as_ref().unwrap().members;
        let leaf = members.iter().find(|member| member.pool.as_str() == REGIONS[0]).unwrap().leaf;
        centre.expect_events(REGIONS[0], TENDER, Command::Decline { leaf, ground: Some(DeclineGround::Ill) });
    }
    if centre.tender().pool_due().is_some_and(|pool| pool.id.as_str() == REGIONS[2]) {
        give(&mut centre, REGIONS[2], vec![pool_stratum(REGIONS[2], "technical-nantong", 4)], &[]);
    }
    centre
}

#[test]
fn the_pages_stay_at_the_draw_until_every_region_is_drawn() {
    for (pools, declines, stage) in [
        (0, 0, Stage::Drawing),
        (1, 0, Stage::Drawing),
        (2, 0, Stage::Evaluating),
        (2, 2, Stage::Evaluating),
        (2, 3, Stage::Evaluating),
    ] {
        assert_eq!(agrees(regions(pools, declines)).stage, stage, "{pools} pools, {declines} declines");
    }
}

#[tokio::test]
async fn the_rules_say_from_which_pools_a_region_is_drawn() {
    let router = ximu_web::router(site(regions(1, 0).into()));
    let said = crate::support::ask::get(&router, PAGE).await;
    for line in [
        "技术（nantong）专家 2 名（只从专家库 nantong-pool、wuxi-pool 抽取）",
        "技术（suzhou）专家 2 名（只从专家库 suzhou-pool 抽取）",
        "专家依次从下列专家库抽取",
    ] {
        assert!(said.text().contains(line), "{line}");
    }
}

#[tokio::test]
async fn what_was_drawn_is_shown_with_who_gave_to_it() {
    let router = ximu_web::router(site(drawn().into()));
    snapshot(&router, "draws-hall", &format!("{PAGE}/hall")).await;
    snapshot(&router, "draws-record", &format!("{PAGE}/record")).await;
    snapshot(&router, "draws-tender", PAGE).await;
}
