//! What was drawn, on the pages: a coefficient, a committee from a frozen pool, one who cannot come.

use crate::{pages::snapshot, support::site};
use ximu_procedure::{
    Stage,
    role::Role,
    wire::{Command, command::DeclineGround},
};
use ximu_sim::{
    Bidder, Centre,
    centre::TENDER,
    rules::{draw_a_coefficient, draw_experts},
    sets::{freeze, pool_stratum},
};

const PAGE: &str = "/tenders/yc-2020-0603";
const POOL: &str = "nantong-pool";

/// A tender that drew its coefficient and its committee; one of the four experts could not come.
fn drawn() -> Centre {
    let mut centre = Centre::new();
    let keeper = centre.register(POOL, &[Role::PoolKeeper]);
    // One holder gives nothing to the coefficient, and is named.
    centre.contributing[3] = false;
    centre.publish(|rules| {
        draw_a_coefficient(rules);
        draw_experts(rules, &[(POOL, keeper.clone())]);
    });
    let bidders: Vec<_> = ["a", "b", "c"]
        .iter()
        .map(|label| {
            let bidder = Bidder::register(&mut centre, label);
            let bid = bidder.submit(&mut centre, 1, "9000000.00");
            (bidder, bid)
        })
        .collect();
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    for (bidder, bid) in &bidders {
        let release = bidder.release(&centre, bid);
        centre.expect_events(&bidder.label, TENDER, release);
    }
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until.plus_ms(1));
    assert_eq!(centre.tender().stage, Stage::Drawing);
    let strata = vec![pool_stratum(POOL, "economic", 6), pool_stratum(POOL, "technical", 12)];
    let recused = [strata[1].leaves[2]];
    centre.expect_events(POOL, TENDER, freeze(POOL, strata, &recused));
    centre.contributing[3] = true;
    centre.contribute_all();
    centre.advance_ms(0);
    let first = centre.tender().drawing.as_ref().unwrap().members[0].leaf;
    centre.expect_events(POOL, TENDER, Command::Decline { leaf: first, ground: Some(DeclineGround::Ill) });
    assert_eq!(centre.tender().stage, Stage::Ranking, "an alternate took the seat");
    centre.checkpoint();
    centre
}

#[tokio::test]
async fn what_was_drawn_is_shown_with_who_gave_to_it() {
    let router = ximu_web::router(site(drawn().into()));
    snapshot(&router, "draws-hall", &format!("{PAGE}/hall")).await;
    snapshot(&router, "draws-record", &format!("{PAGE}/record")).await;
    snapshot(&router, "draws-tender", PAGE).await;
}
