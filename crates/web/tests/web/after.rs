//! What comes after the ranking, complaints and orders on the pages, with texts that would like to be more than text.

use crate::{
    enquiry::agrees,
    pages::snapshot,
    support::{
        Snapshot, ask,
        cast::label,
        site,
        stage::{self, Moment},
    },
};
use ximu_basics::Hash;
use ximu_procedure::{
    Stage,
    wire::{
        Command,
        command::{Exclusion, ExclusionGround, Ground, Matter, Measure},
    },
};
use ximu_sim::{Centre, centre::TENDER};

const PAGE: &str = "/tenders/yc-2020-0603";

fn order(measure: Measure) -> Command {
    let reason = "核查投诉 <script>alert(1)</script>".into();
    Command::Order { measure, article: "实施条例第六十二条".into(), reason }
}

/// Awarded, with a supervisor.
fn awarded() -> Centre {
    stage::supervised(Moment::Awarded, 5)
}

/// The label of whoever has the award.
fn winner(centre: &Centre) -> String {
    let (winner, _) = centre.tender().awarded.clone().unwrap();
    let key = centre.world.registry.persons.values().find(|person| person.party == winner).unwrap().key;
    (0..5).map(label).find(|label| ximu_sim::Key::of(label).public() == key).unwrap()
}

/// The winner gives up, the next is awarded and signs; a complaint is upheld, and the authority suspends.
fn concluded() -> Centre {
    let mut centre = awarded();
    let first = winner(&centre);
    let reason = "资金安排有变 <b>抱歉</b>".into();
    centre.expect_events(&first, TENDER, Command::GiveUp { reason });
    let next = ximu_procedure::outcome::first(centre.tender()).unwrap().clone();
    centre.expect_events("tenderer", TENDER, Command::Award { bidder: next.clone() });
    let (price, signed) = (centre.tender().awarded.clone().unwrap().1, centre.now);
    let contract = Hash::of(b"contract");
    centre.expect_events("tenderer", TENDER, Command::SignContract { contract, price, signed });
    centre.expect_events("tenderer", TENDER, Command::ReturnBond { bidder: next });
    let (matter, text) = (Matter::Conduct, "合同另有补充协议 <img src=x>".into());
    let complain = Command::Complain { matter, objection: None, known: signed, text };
    centre.expect_events(&first, TENDER, complain);
    centre.expect_events("supervisor", TENDER, Command::AcceptComplaint { complaint: 1 });
    let until = centre.now.plus_ms(7_000);
    let decide = Command::DecideComplaint {
        complaint: 1,
        upheld: true,
        article: "实施条例第六十一条".into(),
        text: "属实".into(),
        measure: Some(Measure::Suspend { until }),
    };
    centre.expect_events("supervisor", TENDER, decide);
    centre.checkpoint();
    centre
}

#[tokio::test]
async fn who_left_the_contract_complaints_and_orders_are_shown_and_stay_text() {
    let router = ximu_web::router(site(concluded().into()));
    snapshot(&router, "after-record", &format!("{PAGE}/record")).await;
    snapshot(&router, "after-hall", &format!("{PAGE}/hall")).await;
    let said = ask::get(&router, PAGE).await;
    for hostile in ["<script>alert", "<img src=x", "<b>抱歉</b>"] {
        assert!(!said.text().contains(hostile), "{hostile} is shown as text");
    }
}

#[tokio::test]
async fn bonds_that_came_back_one_after_the_other_are_one_line_and_the_contract_stands_beside_it() {
    let mut centre = concluded();
    centre.now = centre.now.plus_ms(7_001);
    let listed = centre.tender().list.clone();
    let returned = centre.tender().conclusion.bonds.clone();
    for line in listed.iter().filter(|line| !returned.contains_key(&line.bidder)) {
        centre.expect_events("tenderer", TENDER, Command::ReturnBond { bidder: line.bidder.clone() });
    }
    centre.checkpoint();
    let router = ximu_web::router(site(centre.into()));
    let said = crate::support::ask::get(&router, &format!("{PAGE}/record?lang=en")).await;
    let heading = |text: &str| said.text().matches(&format!("<h3>{text}")).count();
    assert_eq!(heading(&format!("{} bidders have their bid bonds back.", listed.len())), 1);
    assert_eq!(heading("The contract with "), 1);
    // Each entry stands by itself in the list of all.
    assert_eq!(said.text().matches(" has its bid bond back.").count(), listed.len());
}

#[tokio::test]
async fn a_suspended_tender_says_so_on_every_page_until_the_suspension_ends() {
    let mut centre = stage::supervised(Moment::Sealing, 5);
    let until = centre.now.plus_ms(700);
    centre.expect_events("supervisor", TENDER, order(Measure::Suspend { until }));
    centre.checkpoint();
    let during = Snapshot::from(centre);
    let after = Snapshot { now: until, ..during.clone() };
    let (during, after) = (ximu_web::router(site(during)), ximu_web::router(site(after)));
    let (suspended, open) = ("</span> suspended</span>", "</span> open for bids</span>");
    for path in ["/", "/tenders", PAGE, &format!("{PAGE}/hall"), &format!("{PAGE}/record")] {
        let path = format!("{path}?lang=en");
        let said = ask::get(&during, &path).await;
        assert!(said.text().contains(suspended) && !said.text().contains(open), "{path}: {}", said.text());
        let said = ask::get(&after, &path).await;
        assert!(said.text().contains(open) && !said.text().contains(suspended), "{path}: {}", said.text());
    }
    let hall = ask::get(&during, &format!("{PAGE}/hall?lang=en")).await;
    let clock = format!("<ximu-countdown until=\"{}\"", until.unix_ms());
    assert!(hall.text().contains(&clock) && hall.text().contains("Suspended until"), "{}", hall.text());
    assert!(hall.text().contains("<li class=\"held\" aria-current=\"step\">"), "{}", hall.text());
}

#[test]
fn the_pages_read_what_follows_as_the_engine_decides_it() {
    assert_eq!(agrees(concluded()).stage, Stage::Awarded);
    let mut again = awarded();
    let bidder = again.tender().awarded.clone().unwrap().0;
    let exclude = vec![Exclusion { bidder, ground: ExclusionGround::Unqualified }];
    again.expect_events("supervisor", TENDER, order(Measure::ReEvaluate { exclude }));
    assert_eq!(agrees(again).stage, Stage::Ranking);
    let mut unfit = awarded();
    let bidder = unfit.tender().awarded.clone().unwrap().0;
    let disqualify =
        Command::Disqualify { bidder, ground: Ground::PerformanceBond {}, text: "未提交".into() };
    unfit.expect_events("tenderer", TENDER, disqualify);
    assert_eq!(agrees(unfit).stage, Stage::Published);
    for moment in [Moment::Sealing, Moment::Window, Moment::Published, Moment::Awarded] {
        for measure in [Measure::Annul {}, Measure::ReTender {}] {
            let mut ended = stage::supervised(moment, 5);
            let until = ended.now.plus_ms(700);
            ended.expect_events("supervisor", TENDER, order(Measure::Suspend { until }));
            ended.expect_events("supervisor", TENDER, order(measure));
            assert!(agrees(ended).stage.is_failed());
        }
    }
}
