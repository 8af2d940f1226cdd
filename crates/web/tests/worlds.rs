//! Two worlds (trust 3, design 7.10): the same centre, peers, accounts, seeds, clock and public commands; one bidder in
//! the first, nine in the second. Everything that anybody but the keepers of ciphertexts can see before CLOSE is equal,
//! byte for byte, once the listed pseudorandom fields are masked (`worlds/mask.rs`): pages in both languages, answers
//! with their headers and lengths, event ids and bodies, tiles and entry bundles, checkpoints, bundles, metrics, health,
//! every log line, and everything a peer is asked and keeps.
//!
//! Not here: how long anything takes, and the network below HTTP. Built with the feature `planted`, `/metrics` shows a
//! counter that it must not, and the same comparison must find it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken world must stop the test at once"
)]

#[path = "worlds/clock.rs"]
mod clock;
#[path = "worlds/follow.rs"]
mod follow;
#[path = "worlds/foreign.rs"]
mod foreign;
#[path = "worlds/lines.rs"]
mod lines;
#[path = "worlds/look.rs"]
mod look;
#[path = "worlds/mask.rs"]
mod mask;
#[path = "worlds/net.rs"]
mod net;
#[path = "worlds/peers.rs"]
mod peers;
#[path = "worlds/people.rs"]
mod people;
#[path = "worlds/record.rs"]
mod record;
#[path = "worlds/script.rs"]
mod script;
#[path = "worlds/watch.rs"]
mod watch;
#[path = "worlds/world.rs"]
mod world;

use std::{sync::LazyLock, time::Duration};

use mask::Mask;
use record::{Item, first_difference};
use script::{Crowd, close, play};
use world::OWN;

/// Long enough for a loaded machine; no test waits for it when all is well.
const PATIENCE: Duration = Duration::from_secs(60);

/// What was seen of a world before CLOSE, masked; and after it.
struct Seen {
    before: Vec<Item>,
    after: Vec<Item>,
}

fn see(crowd: Crowd) -> Seen {
    let mut world = play(crowd);
    let before = std::mem::take(&mut world.record.items);
    seen_nowhere(&world.secrets, &before);
    assert!(
        before.iter().any(|item| item.what == "lines logged" && !item.bytes.is_empty()),
        "no line is logged"
    );
    assert!(world.view().size > 256, "the log has no full tile");
    close(&mut world);
    let after = std::mem::take(&mut world.record.items);
    let mask = Mask::of(&world.leaves());
    drop(world);
    let masked = |items: Vec<Item>| -> Vec<Item> {
        items.into_iter().map(|item| Item { bytes: mask.apply(&item.bytes), ..item }).collect()
    };
    Seen { before: masked(before), after: masked(after) }
}

/// No secret of the crowd stands in anything that is seen, in any spelling a reader could search for.
fn seen_nowhere(secrets: &[(String, Vec<u8>)], items: &[Item]) {
    let finder = mask::Finder::new(secrets.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
    for item in items.iter().filter(|item| !item.what.starts_with(OWN)) {
        if let Some(name) = finder.find(&item.bytes) {
            panic!("{name} stands in {} at {}", item.what, item.moment);
        }
    }
}

static ONE: LazyLock<Seen> = LazyLock::new(|| see(Crowd::One));

#[cfg(not(feature = "planted"))]
fn own(items: &[Item]) -> impl Iterator<Item = &Item> {
    items.iter().filter(|item| item.what.starts_with(OWN))
}

fn of_strangers(items: &[Item]) -> impl Iterator<Item = &Item> {
    items.iter().filter(|item| !item.what.starts_with(OWN))
}

#[test]
fn one_bidder_and_nine_look_alike_until_close() {
    let one = &*ONE;
    let nine = see(Crowd::Nine);
    let found = first_difference(of_strangers(&one.before), of_strangers(&nine.before));
    if cfg!(feature = "planted") {
        let found = found.expect("the planted counter is not found");
        assert!(found.contains("/metrics"), "something else differs first: {found}");
        return;
    }
    if let Some(found) = found {
        panic!("a reader can tell one bidder from nine: {found}");
    }
    let seen = one.before.len();
    assert!(seen > 5_000, "only {seen} things were compared");
    let found = first_difference(one.after.iter(), nine.after.iter());
    assert!(found.is_some(), "after CLOSE the worlds must differ");
}

/// Addresses that only take something; what strangers get from them is among the answers looked at.
const TAKES: [(&str, &str); 4] = [
    ("/api/v1/commands", "POST /api/v1/commands with "),
    ("/api/v1/tenders/{id}/seats/{key}", "POST /api/v1/tenders/yc-2020-0603/seats/"),
    ("/api/v1/records", "POST /api/v1/records with "),
    ("/api/v1/documents/{sha256}", "PUT /api/v1/documents/"),
];

#[test]
fn every_address_of_a_centre_and_of_a_peer_is_looked_at() {
    let sources = [
        include_str!("../src/router.rs"),
        include_str!("../src/api.rs"),
        include_str!("../src/metrics.rs"),
        include_str!("../../peer/src/service.rs"),
    ];
    let routes = sources.into_iter().flat_map(|source| source.split(".route(\"").skip(1));
    let routes: Vec<&str> = routes.map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(routes.len() > 20, "{routes:?}");
    for route in routes {
        let takes = TAKES.iter().find(|(address, _)| *address == route);
        let seen = |item: &Item| match takes {
            Some((_, what)) => item.what.starts_with(what),
            None => {
                item.what.split(' ').any(|word| fits(route, word.split(['?', ',']).next().unwrap_or(word)))
            }
        };
        assert!(ONE.before.iter().any(seen), "{route} is never looked at");
    }
}

/// Whether a path is one of a route's.
fn fits(route: &str, path: &str) -> bool {
    let (mut route, mut path) = (route.split('/'), path.split('/'));
    loop {
        match (route.next(), path.next()) {
            (None, None) => return true,
            (Some(any), Some(_)) if any.starts_with("{*") => return true,
            (Some(any), Some(_)) if any.starts_with('{') => {}
            (Some(one), Some(other)) if one == other => {}
            (_, _) => return false,
        }
    }
}

#[test]
#[cfg(not(feature = "planted"))]
fn what_a_bidder_gets_does_not_tell_whether_it_is_alone() {
    let (alone, among) = (&*ONE, see(Crowd::OneAmongNine));
    assert!(own(&alone.before).count() >= 7);
    if let Some(found) = first_difference(alone.before.iter(), among.before.iter()) {
        panic!("a bidder can tell that it is not alone: {found}");
    }
}
