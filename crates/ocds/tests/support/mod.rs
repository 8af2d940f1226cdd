//! Scenes of the simulated centre, one for each way a tender can go, and their releases.
#![allow(dead_code, reason = "each user takes its part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken scene must stop the test at once"
)]

mod after;
pub mod bonds;

use ximu_basics::{Hash, PartyId};
use ximu_ocds::{Book, Fact, Names, Release, Setting, releases};
use ximu_procedure::{
    outcome,
    role::Role,
    wire::{
        Command,
        command::{Document, Subject},
    },
};
use ximu_sim::{
    Bid, Bidder, Centre,
    centre::{ORIGIN, TENDER},
    rules::{PEERS, UNITS, draw_a_coefficient, draw_by_regions, draw_experts},
    sets::{freeze, pool_stratum},
};

/// A text that tries to be something else.
pub const HOSTILE: &str = "\"}]}</script><script>alert('标')</script>\u{202e}\n\u{0}\\";

/// A name of a document that does.
pub const HOSTILE_NAME: &str = "招标文件\"><img src=x>.pdf";

/// A scene by its name.
pub type Scene = (&'static str, fn() -> Centre);

/// Every scene.
pub const SCENES: [Scene; 12] = [
    ("whole", whole),
    ("struck", struck),
    ("relayed", relayed),
    ("experts", experts),
    ("cancelled", cancelled),
    ("too-few", too_few),
    ("not-drawn", not_drawn),
    ("concluded", after::concluded),
    ("exhausted", after::exhausted),
    ("annulled", after::annulled),
    ("repeated", after::repeated),
    ("bonds", bonds::bonds),
];

/// Names that are hostile too.
pub struct SimNames;

impl Names for SimNames {
    fn name(&self, party: &PartyId) -> Option<String> {
        Some(format!("单位 \"{party}\" <b>"))
    }
}

/// The setting of the simulated log, for files that are validated offline.
pub fn setting() -> Setting {
    Setting { extensions: false, ..Setting::of(ORIGIN) }
}

/// The releases of the simulated tender.
pub fn told(centre: &Centre) -> Vec<Release> {
    let book = Book::read(centre.leaves.iter().map(Vec::as_slice));
    let facts = book.procedures.get(&TENDER.parse().unwrap()).map(Vec::as_slice).unwrap_or_default();
    let facts: Vec<Fact<'_>> = facts.iter().map(ximu_ocds::Told::fact).collect();
    releases(&setting(), &SimNames, facts)
}

/// JSON text with one member a line; tokens are left as they are.
pub fn pretty(text: &str) -> String {
    let (mut out, mut depth, mut quoted, mut escaped) = (String::new(), 0_usize, false, false);
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    for character in text.chars() {
        let plain = !quoted;
        if quoted {
            quoted = escaped || character != '"';
            escaped = !escaped && character == '\\';
        } else if character == '"' {
            quoted = true;
        }
        if plain && matches!(character, '}' | ']') {
            depth -= 1;
            line(&mut out, depth);
        }
        out.push(character);
        if plain && matches!(character, '{' | '[') {
            depth += 1;
            line(&mut out, depth);
        } else if plain && character == ',' {
            line(&mut out, depth);
        } else if plain && character == ':' {
            out.push(' ');
        }
    }
    out
}

pub fn document(name: &str, content: &str) -> Document {
    let bytes = u32::try_from(content.len()).unwrap();
    Document { name: name.into(), hash: Hash::of(content.as_bytes()), bytes }
}

fn publish(centre: &mut Centre, change: impl FnOnce(&mut ximu_procedure::rules::Rules)) {
    let key = ximu_sim::Key::of("tenderer").public();
    let tenderer = ximu_procedure::registry::party_id(&Hash::of(b"tenderer"), &key).unwrap();
    let mut rules = ximu_sim::rules::rules(tenderer, centre.now.plus_ms(14_350));
    change(&mut rules);
    let Command::Publish { rules, epochs, policy, .. } = centre.publication(rules) else { unreachable!() };
    let documents = vec![document(HOSTILE_NAME, "v1"), document("清单.csv", "1,乔木\n")];
    centre.expect_events("tenderer", TENDER, Command::Publish { rules, documents, epochs, policy });
    centre.contribute_all();
}

/// Everything that happens while bids are taken: amendment, question, answer, objection, prolongation.
fn enquire(centre: &mut Centre) {
    centre.advance_ms(200);
    let ask = Command::Ask { text: HOSTILE.replace(['\0', '\u{202e}'], ""), author: None };
    centre.expect_events("nobody", TENDER, ask);
    let documents = vec![document("答疑.txt", "见图纸")];
    let answer = Command::Answer { question: 1, text: "见图纸 <b>".into(), documents };
    centre.expect_events("tenderer", TENDER, answer);
    let deadline = centre.tender().deadline.plus_ms(700);
    let documents = vec![document(HOSTILE_NAME, "v2"), document("补遗.txt", "补遗")];
    let amend = Command::Amend { deadline, reason: "清单第 12 项 \"<更正>\"".into(), documents };
    centre.expect_events("tenderer", TENDER, amend);
    let object =
        Command::Object { to: Subject::Documents, against: None, text: "资格条件过高 </a>".into() };
    centre.expect_events("firm-1", TENDER, object);
    centre.advance_ms(4 * UNITS.day_ms);
    let answer = Command::AnswerObjection { objection: 1, upheld: false, text: "维持".into() };
    centre.expect_events("tenderer", TENDER, answer);
}

fn firms(centre: &mut Centre, count: usize) -> Vec<Bidder> {
    (1..=count).map(|number| Bidder::register(centre, &format!("firm-{number}"))).collect()
}

fn bid(centre: &mut Centre, bidders: &[Bidder]) -> Vec<Bid> {
    let price = |place: usize| format!("9{}00000.50", place % 10);
    bidders.iter().enumerate().map(|(place, bidder)| bidder.submit(centre, 1, &price(place))).collect()
}

fn close(centre: &mut Centre) {
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
}

fn read(centre: &mut Centre) {
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until.plus_ms(1));
}

fn propose(centre: &mut Centre) -> PartyId {
    let candidates = outcome::candidates(centre.tender());
    let first = candidates[0].clone();
    centre.expect_events("tenderer", TENDER, Command::Propose { candidates });
    first
}

fn award(centre: &mut Centre, bidder: PartyId) {
    let until = centre.tender().candidates_until.unwrap();
    centre.advance_to(until.plus_ms(1));
    centre.expect_events("tenderer", TENDER, Command::Award { bidder });
}

/// Published and asked about, with so many bidders handing in.
pub fn sealing(count: usize) -> Centre {
    let mut centre = Centre::new();
    let bidders = firms(&mut centre, 9);
    publish(&mut centre, draw_a_coefficient);
    enquire(&mut centre);
    let _bids = bid(&mut centre, &bidders[..count]);
    centre.advance_ms(500);
    centre
}

/// Seven firms: one withdraws, one asks for rescue, one stays silent; a coefficient is drawn; to the award.
pub fn whole() -> Centre {
    let mut centre = Centre::new();
    let bidders = firms(&mut centre, 7);
    publish(&mut centre, draw_a_coefficient);
    enquire(&mut centre);
    let bids = bid(&mut centre, &bidders);
    let withdraw = Command::Withdraw { lot: "lot-1".parse().unwrap(), version: 2 };
    centre.expect_events("firm-7", TENDER, withdraw);
    close(&mut centre);
    for (place, (bidder, bid)) in bidders.iter().zip(&bids).take(5).enumerate() {
        centre.expect_events(&bidder.label, TENDER, Command::SignIn {});
        let command = match place {
            4 => Command::AskRescue { lot: "lot-1".parse().unwrap() },
            _ => bidder.release(&centre, bid),
        };
        centre.expect_events(&bidder.label, TENDER, command);
    }
    read(&mut centre);
    let first = propose(&mut centre);
    award(&mut centre, first);
    centre
}

/// Holders hand in what the host left out: a release and a request for rescue; read.
fn relayed() -> Centre {
    let mut centre = Centre::new();
    let bidders = firms(&mut centre, 3);
    publish(&mut centre, |rules| {
        for phase in &mut rules.phases {
            if let ximu_procedure::rules::Phase::Unseal(unseal) = phase {
                unseal.relays = true;
            }
        }
    });
    let bids = bid(&mut centre, &bidders);
    close(&mut centre);
    for (place, (bidder, bid)) in bidders.iter().zip(&bids).enumerate() {
        let command = match place {
            2 => Command::AskRescue { lot: "lot-1".parse().unwrap() },
            _ => bidder.release(&centre, bid),
        };
        if place == 0 {
            centre.expect_events(&bidder.label, TENDER, command);
        } else {
            let handed = centre.signed(&bidder.label, TENDER, command);
            centre.expect_events(PEERS[place], TENDER, Command::Relay { handed });
        }
    }
    read(&mut centre);
    centre
}

/// One bid is void. An objection to the first candidate is upheld, one to another is not; proposed anew; awarded.
fn struck() -> Centre {
    let mut centre = Centre::new();
    let mut bidders = firms(&mut centre, 4);
    publish(&mut centre, |_| {});
    let mut bids = bid(&mut centre, &bidders);
    let fifth = Bidder::register(&mut centre, "firm-5");
    let spoilt = fifth.seal(&centre, 1, "9000000.00", |form| form.body.commitment = Hash::of(b"another"));
    let command = fifth.submission(&mut centre, &spoilt);
    centre.expect_events("firm-5", TENDER, command);
    bidders.push(fifth);
    bids.push(spoilt);
    close(&mut centre);
    for (bidder, bid) in bidders.iter().zip(&bids) {
        let command = bidder.release(&centre, bid);
        centre.expect_events(&bidder.label, TENDER, command);
    }
    read(&mut centre);
    let first = propose(&mut centre);
    let against = |candidate: Option<PartyId>| Command::Object {
        to: Subject::Candidates,
        against: candidate,
        text: "业绩不实".into(),
    };
    centre.expect_events("firm-4", TENDER, against(Some(first)));
    let upheld = Command::AnswerObjection { objection: 1, upheld: true, text: "属实".into() };
    centre.expect_events("tenderer", TENDER, upheld);
    let second = propose(&mut centre);
    centre.advance_ms(300);
    centre.expect_events("firm-4", TENDER, against(None));
    centre.advance_ms(300);
    let dismissed = Command::AnswerObjection { objection: 2, upheld: false, text: "不成立".into() };
    centre.expect_events("tenderer", TENDER, dismissed);
    award(&mut centre, second);
    centre
}

/// The experts are drawn from the second pool, because the first is too small; one cannot come.
fn experts() -> Centre {
    let pools = POOLS;
    let mut centre = drawing(|_| {});
    let strata = |pool: &str, technical| {
        vec![pool_stratum(pool, "economic", 4), pool_stratum(pool, "technical", technical)]
    };
    centre.expect_events(pools[0], TENDER, freeze(pools[0], strata(pools[0], 1), &[]));
    let pool = strata(pools[1], 7);
    let recused = [pool[1].leaves[0]];
    centre.expect_events(pools[1], TENDER, freeze(pools[1], pool, &recused));
    centre.contribute_all();
    centre.advance_ms(0);
    let leaf = centre.tender().drawing.as_ref().unwrap().members[0].leaf;
    centre.expect_events(pools[1], TENDER, Command::Decline { leaf, ground: None });
    centre
}

const POOLS: [&str; 2] = ["nantong-pool", "suzhou-pool"];

/// All of them bid and release, and the bids are read out.
fn opened(mut centre: Centre, bidders: &[Bidder]) -> Centre {
    let bids = bid(&mut centre, bidders);
    close(&mut centre);
    for (bidder, bid) in bidders.iter().zip(&bids) {
        let command = bidder.release(&centre, bid);
        centre.expect_events(&bidder.label, TENDER, command);
    }
    read(&mut centre);
    centre
}

/// Three bids are read; the experts are to be drawn from two pools.
fn drawing(change: impl FnOnce(&mut ximu_procedure::rules::Rules)) -> Centre {
    let mut centre = Centre::new();
    let keepers = POOLS.map(|pool| (pool, centre.register(pool, &[Role::PoolKeeper])));
    let bidders = firms(&mut centre, 3);
    publish(&mut centre, |rules| {
        draw_experts(rules, &keepers);
        change(rules);
    });
    opened(centre, &bidders)
}

/// Two regions are drawn, each from its own pool; then one of the first cannot come.
pub fn regions() -> Centre {
    let lines = POOLS.map(|pool| (pool, format!("technical-{pool}")));
    let seats = lines.each_ref().map(|(pool, stratum)| (stratum.as_str(), 2, core::slice::from_ref(pool)));
    let mut centre = drawing(|rules| draw_by_regions(rules, &seats));
    for (pool, stratum) in &lines {
        centre.expect_events(pool, TENDER, freeze(pool, vec![pool_stratum(pool, stratum, 6)], &[]));
        centre.contribute_all();
        centre.advance_ms(0);
    }
    let leaf = centre.tender().drawing.as_ref().unwrap().members[0].leaf;
    centre.expect_events(POOLS[0], TENDER, Command::Decline { leaf, ground: None });
    centre
}

fn cancelled() -> Centre {
    let mut centre = sealing(3);
    centre.expect_events("tenderer", TENDER, Command::Cancel { reason: "资金未落实 <取消>".into() });
    centre
}

fn too_few() -> Centre {
    let mut centre = sealing(2);
    close(&mut centre);
    centre
}

/// The contributions to the coefficient are too short: nothing can be drawn.
fn not_drawn() -> Centre {
    let mut centre = Centre::new();
    centre.contributing = [false; 4];
    let bidders = firms(&mut centre, 3);
    publish(&mut centre, draw_a_coefficient);
    let set = centre.tender().sets.keys().next().unwrap().clone();
    for peer in &PEERS[..3] {
        let short = centre.contribution(peer, &set, &[7; 31]);
        centre.expect_events(peer, TENDER, short);
    }
    opened(centre, &bidders)
}
