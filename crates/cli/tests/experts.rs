//! Who sits on a committee: whoever takes the disks, the logs and the memory of the centres and hears all that passes finds no
//! expert of the pool and no link from the tender to one, neither between the draw and the door nor when all have sat down. The
//! keeper's book, which alone has it, is the control (SECURITY: who could cheat).
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can fail"
)]
#![allow(missing_docs, reason = "a test, not an interface")]

#[path = "centres/mod.rs"]
mod support;

use serde_json::{Value, json};
use std::{fs, thread};
use support::{
    bids::Bid,
    disk,
    house::{DAY_MS, House, PEERS, TENDER},
    now, random_hex,
    scan::{Needle, Scanner, assert_nothing, names},
    seen::Seen,
    tool::ximu,
};

const FIRMS: [&str; 3] = ["ash", "birch", "cedar"];

/// Experts of the pool by stratum.
const STRATA: [(&str, u32); 2] = [("economic", 6), ("technical", 10)];

#[test]
fn nobody_but_the_keeper_knows_who_was_drawn_before_the_door_nor_behind_it() {
    let house = House::founded();
    let keeper = house.register("keeper", "pool_keeper");
    house.register("officer", "witness_officer");
    let bidders = FIRMS.map(|label| house.register(label, "bidder"));
    house.publish_rules(&rules(&house.tenderer, &keeper));
    let firms = FIRMS.iter().zip(&bidders);
    let bids: Vec<Bid> = firms.map(|(label, party)| Bid::seal(&house, TENDER, label, party)).collect();
    bids.iter().for_each(|bid| drop(bid.submit(&house).expect(0)));
    let book = freeze(&house);
    let drawn = house.wait_for_stage("evaluating");
    let secrets = Scanner::new(needles(&book));
    let look = |moment| Seen::at(&house, moment, &[TENDER], &bids);
    assert_nothing(&look("drawn").find(&secrets));
    let members: Vec<&Value> = drawn["experts"]["members"].as_array().unwrap().iter().collect();
    assert_eq!(members.len(), 5);
    thread::scope(|scope| {
        for (place, member) in members.iter().enumerate() {
            let house = &house;
            scope.spawn(move || sit(house, &format!("e{place}"), member["leaf"].as_str().unwrap()));
        }
    });
    let seated = look("seated");
    assert_nothing(&seated.find(&secrets));
    what_the_keeper_knows_is_found(&house, &book, &secrets, &drawn);
    what_is_public_is_found(&seated, &drawn);
    a_planted_name_is_found(&house, &book, &secrets);
}

/// The control: the book alone says who they are, every one of them.
fn what_the_keeper_knows_is_found(house: &House, book: &Value, secrets: &Scanner, drawn: &Value) {
    let keeper = disk::scan(secrets, &disk::read("keeper", &house.path("keeper")));
    let all: Vec<String> = needles(book).into_iter().map(|needle| needle.name).collect();
    assert!(all.iter().all(|needle| names(&keeper).contains(needle)), "{keeper:?}");
    let (path, url) = (house.path("keeper/book.json"), house.tender_url(TENDER));
    let said = ximu(&["committee", "drawn", path.to_str().unwrap(), "--tender", &url, "--json"]).json(0);
    let leaves = |value: &Value| -> Vec<Value> {
        value.as_array().unwrap().iter().map(|member| member["leaf"].clone()).collect()
    };
    assert_eq!(leaves(&said), leaves(&drawn["experts"]["members"]));
    assert!(said.as_array().unwrap().iter().all(|line| line["record"].as_str().unwrap().starts_with("专家")));
}

/// Another control: leaves are public, so this search finds what stands in the log.
fn what_is_public_is_found(seen: &Seen, drawn: &Value) {
    let leaf = drawn["experts"]["members"][0]["leaf"].as_str().unwrap();
    let bytes = ximu_basics::hex::decode(leaf).unwrap();
    let found = seen.find(&Scanner::new(vec![Needle::unique("leaf", bytes)]));
    for place in ["host/", "peer 0/", "answer 200", "memory"] {
        assert!(found.iter().any(|finding| finding.place.starts_with(place)), "{place}: {found:?}");
    }
}

/// And another: a keeper's line that somebody leaves on the host's disk.
fn a_planted_name_is_found(house: &House, book: &Value, secrets: &Scanner) {
    let folder = house.path("copies/planted");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("note.txt"), book["experts"][3]["record"].as_str().unwrap()).unwrap();
    assert_eq!(disk::scan(secrets, &disk::read("host", &folder)).len(), 1);
}

/// The keeper makes its book in its own folder and freezes the pool.
fn freeze(house: &House) -> Value {
    house.wait_for_stage("drawing");
    fs::create_dir(house.path("keeper")).unwrap();
    let paths = ["experts.txt", "book.json", "freeze.json"].map(|name| house.path(&format!("keeper/{name}")));
    let mut list = String::new();
    for (stratum, size) in STRATA {
        for number in 0..size {
            list.push_str(&format!("{stratum}\t专家{number:02}金丝雀{}\n", random_hex(12)));
        }
    }
    list.insert_str(list.len() - 1, "\tkin");
    fs::write(&paths[0], list).unwrap();
    let [list, book, command] = [0, 1, 2].map(|at: usize| paths[at].to_str().unwrap());
    let arguments = ["committee", "pool", list, "--pool", "nantong", "--book", book, "--command", command];
    ximu(&arguments).expect(0);
    house.tool_as("keeper", &["act"], &[TENDER, command]).expect(0);
    serde_json::from_slice(&fs::read(book).unwrap()).unwrap()
}

/// A member sits down; keeper and officer vouch in its file, which is carried by hand.
fn sit(house: &House, seat: &str, leaf: &str) {
    house.key(seat);
    let form = house.path(&format!("people/{seat}-seat.json"));
    let form = form.to_str().unwrap();
    let place = format!("nantong-{seat}");
    let sit = |more: &[&str]| {
        let arguments = [&[TENDER, "--seat", &place, "--form", form], more].concat();
        house.tool_as(seat, &["committee", "sit"], &arguments)
    };
    sit(&["--leaf", leaf]).expect(0);
    for who in ["keeper", "officer"] {
        let key = house.path(&format!("people/{who}.key"));
        ximu(&["committee", "vouch", form, "--as", who, "--key", key.to_str().unwrap()]).expect(0);
    }
    sit(&[]).expect(0);
}

/// What the keeper knows each expert by, and the salt without which nobody can try names against the leaves.
fn needles(book: &Value) -> Vec<Needle> {
    let experts = book["experts"].as_array().unwrap().iter().enumerate();
    let secret = |(number, expert): (usize, &Value)| {
        let text = |member: &str| expert[member].as_str().unwrap().to_owned();
        let salt = ximu_basics::hex::decode(&text("salt")).unwrap();
        [
            Needle::unique(format!("name {number}"), text("record")),
            Needle::unique(format!("salt {number}"), salt),
        ]
    };
    experts.flat_map(secret).collect()
}

fn rules(tenderer: &str, keeper: &str) -> String {
    let deadline = now().plus_ms(20 * DAY_MS + 3_500);
    let holders = json!(PEERS);
    let custody = PEERS[0];
    format!(
        r#"preset = "cn-municipality-construction-comprehensive"
id = "{TENDER}"
tenderer = "{tenderer}"
custody = "{custody}"
title = {{ zh = "匝道绿化", en = "Slip-road planting" }}
description = {{ zh = "匝道两侧绿化。", en = "Planting on both sides of the slip roads." }}
[[lots]]
id = "lot-1"
title = {{ zh = "绿化", en = "Planting" }}
ceiling = "98500000.00"
estimate = "98500000.00"
[escrow]
opens = "all"
holders = {holders}
[seal]
deadline = "{deadline}"
[unseal]
window_minutes = 60
objection_minutes = 60
[draw]
delegates = 0
contribution_minutes = 100
pools = [{{ id = "nantong", keeper = "{keeper}" }}]
[score]
members_least = 5
drop = {{ from_members = 5, highest = 1, lowest = 1 }}
pass = "5.0"
criteria = [
  {{ id = "plan", title = {{ zh = "施工组织设计", en = "Construction plan" }}, points = "50", kind = "subjective", scale = 1 }},
]
[award.method]
points = "50"
[sandbox]
day_ms = {DAY_MS}
minute_ms = 100
beat_ms = 250
"#
    )
}
