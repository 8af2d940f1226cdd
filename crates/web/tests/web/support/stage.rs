//! The simulated tender, brought to a stage: 29 firms, one withdrawal, one late, 25 releases, one rescue, one silent.

use std::{collections::BTreeMap, sync::Mutex};

use ximu_basics::Hash;
use ximu_procedure::{
    role::Role,
    tender::Stage,
    wire::{Command, command::Document},
};
use ximu_sim::{
    Bid, Bidder, Centre,
    centre::{ORIGIN, TENDER},
};

use super::{
    Snapshot,
    cast::{DOCUMENTS, FIRMS, label},
};

/// A moment of the tender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// Nothing but the register.
    Founded,
    /// Published, the deadline moved once, bids handed in.
    Sealing,
    /// CLOSE, some keys released.
    Window,
    /// The window is over, two holders have released.
    Opening,
    /// Everything is read out.
    Read,
    /// Candidates are published.
    Published,
    /// Awarded.
    Awarded,
}

impl Moment {
    pub const ALL: [Moment; 7] = [
        Moment::Founded,
        Moment::Sealing,
        Moment::Window,
        Moment::Opening,
        Moment::Read,
        Moment::Published,
        Moment::Awarded,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Moment::Founded => "founded",
            Moment::Sealing => "sealing",
            Moment::Window => "window",
            Moment::Opening => "opening",
            Moment::Read => "read",
            Moment::Published => "published",
            Moment::Awarded => "awarded",
        }
    }
}

/// The firm that withdraws, by position.
const WITHDRAWS: usize = 27;
/// The firm that comes late.
const LATE: usize = 28;
/// The firm that has lost its key and asks for rescue.
const ASKS: usize = 25;
/// The firm that stays silent.
const SILENT: usize = 26;
/// The firm that replaces its bid.
const REPLACES: usize = 4;

/// What the centre holds at a moment, with the first `firms` of the cast as bidders; made once for all tests.
pub fn snapshot(moment: Moment, firms: usize) -> Snapshot {
    static MADE: Mutex<BTreeMap<(Moment, usize), Snapshot>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap();
    made.entry((moment, firms)).or_insert_with(|| centre(moment, firms).into()).clone()
}

/// The centre at a moment, with the first `firms` of the cast as bidders.
pub fn centre(moment: Moment, firms: usize) -> Centre {
    from(Centre::new(), moment, firms)
}

/// The same, where an authority was admitted before anything was published.
pub fn supervised(moment: Moment, firms: usize) -> Centre {
    let mut centre = Centre::new();
    centre.register("supervisor", &[Role::Supervisor]);
    from(centre, moment, firms)
}

fn from(mut centre: Centre, moment: Moment, firms: usize) -> Centre {
    let bidders: Vec<Bidder> =
        (0..FIRMS.len()).map(|position| Bidder::register(&mut centre, &label(position))).collect();
    if moment == Moment::Founded {
        return centre;
    }
    publish(&mut centre);
    centre.advance_ms(1_000);
    let later = centre.tender().deadline.plus_ms(700);
    let reason = "澄清工程量清单第 12 项 (clarification of item 12)".to_string();
    centre.expect_events(
        "tenderer",
        TENDER,
        Command::Amend { deadline: later, reason, documents: Vec::new() },
    );
    let bids = submit(&mut centre, &bidders, firms);
    if moment == Moment::Sealing {
        return centre;
    }
    come_late(&mut centre, &bidders, firms);
    centre.advance_to(centre.tender().deadline.plus_ms(1_000));
    if centre.tender().stage != Stage::Window {
        return centre;
    }
    release(&mut centre, &bidders, &bids, moment);
    if moment == Moment::Window {
        return centre;
    }
    if moment == Moment::Opening {
        centre.holding = [true, true, false, false];
    }
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until.plus_ms(1));
    if moment <= Moment::Read {
        return centre;
    }
    finish(&mut centre, moment);
    centre
}

fn publish(centre: &mut Centre) {
    let mut rules = ximu_sim::rules::rules(tenderer(), centre.now.plus_ms(14_350));
    rules.description = ximu_procedure::rules::Text {
        zh: "白洋高速公路出入口匝道两侧绿化，含乔木、灌木栽植与一年养护。".into(),
        en: "Planting of trees and shrubs along the slip roads, with one year of care.".into(),
    };
    let Command::Publish { rules, epochs, policy, .. } = centre.publication(rules) else { unreachable!() };
    let documents = DOCUMENTS.iter().map(|(name, text)| Document {
        name: (*name).into(),
        hash: Hash::of(text.as_bytes()),
        bytes: u32::try_from(text.len()).unwrap(),
    });
    let documents = documents.collect();
    centre.expect_events("tenderer", TENDER, Command::Publish { rules, documents, epochs, policy });
    centre.checkpoint();
}

fn tenderer() -> ximu_basics::PartyId {
    let key = ximu_sim::Key::of("tenderer").public();
    ximu_procedure::registry::party_id(&Hash::of(b"tenderer"), &key).unwrap()
}

/// Every firm but the late one hands in its bid.
fn submit(centre: &mut Centre, bidders: &[Bidder], firms: usize) -> Vec<Bid> {
    let mut bids = Vec::new();
    for (position, bidder) in bidders.iter().enumerate().take(firms.min(LATE)) {
        let (name, price) = FIRMS[position];
        let spoil = |form: &mut ximu_procedure::wire::Form| {
            form.bidder_name = name.into();
            form.bond = ximu_basics::Money::yuan("180000.00").unwrap();
            form.duration_days = 90 + u32::try_from(position).unwrap();
            form.manager = format!("项目经理{:02}", position + 1);
            if position == 2 {
                form.price_words = ximu_basics::words::spell(ximu_basics::Money::yuan("9276800.05").unwrap());
            }
        };
        let first = bidder.seal(centre, 1, price, spoil);
        let command = bidder.submission(centre, &first);
        centre.expect_events(&bidder.label, TENDER, command);
        let mut last = first;
        if position == REPLACES {
            last = bidder.seal(centre, 2, "9187000.00", spoil);
            let command = bidder.submission(centre, &last);
            centre.expect_events(&bidder.label, TENDER, command);
        }
        if position == WITHDRAWS {
            let withdraw = Command::Withdraw { lot: "lot-1".parse().unwrap(), version: 2 };
            centre.expect_events(&bidder.label, TENDER, withdraw);
        }
        bids.push(last);
    }
    bids
}

/// The late firm's bid arrives after the deadline and before CLOSE: it is refused, and the refusal is hidden until
/// CLOSE.
fn come_late(centre: &mut Centre, bidders: &[Bidder], firms: usize) {
    centre.advance_to(centre.tender().deadline);
    if firms <= LATE {
        return;
    }
    let bid = bidders[LATE].seal(centre, 1, FIRMS[LATE].1, |_| {});
    let command = bidders[LATE].submission(centre, &bid);
    let now = centre.now;
    centre.now = now.plus_ms(1);
    centre.give(&bidders[LATE].label, TENDER, command).unwrap();
    centre.now = now;
}

fn release(centre: &mut Centre, bidders: &[Bidder], bids: &[Bid], moment: Moment) {
    for (position, bidder) in bidders.iter().enumerate().take(bids.len()) {
        if position == WITHDRAWS || (moment == Moment::Window && position >= 16 && position != ASKS) {
            continue;
        }
        centre.advance_ms(37);
        if position != SILENT {
            centre.expect_events(&bidder.label, TENDER, Command::SignIn {});
        }
        if position == ASKS {
            centre.expect_events(&bidder.label, TENDER, Command::AskRescue { lot: "lot-1".parse().unwrap() });
        } else if position != SILENT {
            let command = bidder.release(centre, &bids[position]);
            centre.expect_events(&bidder.label, TENDER, command);
        }
    }
    centre.checkpoint();
    assert!(centre.world.origin == ORIGIN);
}

fn finish(centre: &mut Centre, moment: Moment) {
    let candidates = ximu_procedure::outcome::candidates(centre.tender());
    let first = candidates[0].clone();
    centre.expect_events("tenderer", TENDER, Command::Propose { candidates });
    centre.checkpoint();
    if moment == Moment::Published {
        return;
    }
    let until = centre.tender().candidates_until.unwrap();
    centre.advance_to(until.plus_ms(1));
    centre.expect_events("tenderer", TENDER, Command::Award { bidder: first });
    centre.checkpoint();
}
