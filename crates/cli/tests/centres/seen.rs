//! Everything that somebody could see who takes the disks, the logs and the memory of the centres, hears all that passes, and
//! asks for every page.

use super::{
    bids::Bid,
    crawl::crawl,
    disk::{self, Source},
    house::{House, ORIGIN, PEERS},
    scan::{Finding, Needle, Scanner},
};
use serde_json::Value;
use std::{collections::BTreeMap, fs};

/// Everything that could be seen at a moment.
#[derive(Default)]
pub struct Seen {
    /// Every file of the host and the peers.
    pub disks: Vec<Source>,
    /// Every answer to a stranger, and every byte that ever passed between anybody.
    pub answers: Vec<Source>,
    /// Every line they logged.
    pub logs: Vec<Source>,
    /// What stood in their memory.
    pub memory: Vec<Source>,
}

impl Seen {
    /// What stood on the disks whose names begin so.
    pub fn disks_of(&self, name: &str) -> Vec<Source> {
        self.disks.iter().filter(|source| source.place.starts_with(name)).cloned().collect()
    }

    /// Looks at everything: asks for every page, then takes the disks while everybody holds still.
    pub fn at(house: &House, moment: &str, tenders: &[&str], bids: &[Bid]) -> Seen {
        let mut answers = crawl(house, &known(house, tenders, bids));
        let relays = [&house.host_relay].into_iter().chain(&house.peer_relays);
        for (number, relay) in relays.enumerate() {
            let passed = relay.passed().into_iter();
            answers
                .extend(passed.map(|bytes| Source { place: format!("what passed relay {number}"), bytes }));
        }
        house.processes().for_each(|process| process.freeze());
        let copies = house.path(&format!("copies/{moment}"));
        disk::copy(&house.host_data, &copies.join("host"));
        disk::copy(&house.path("config/host"), &copies.join("host-settings"));
        for position in 0..PEERS.len() {
            disk::copy(&house.path(&format!("peers/{position}")), &copies.join(format!("peer {position}")));
            let settings = house.path(&format!("config/peers/{position}"));
            disk::copy(&settings, &copies.join(format!("peer {position}/settings")));
        }
        let memory = house.processes().map(|process| Source {
            place: format!("memory behind {}", process.log.display()),
            bytes: process.memory(),
        });
        let memory = memory.collect();
        house.processes().for_each(|process| process.thaw());
        let logs = fs::read_dir(house.path("logs")).unwrap().map(|entry| entry.unwrap().path());
        let logs =
            logs.map(|path| Source { place: path.display().to_string(), bytes: fs::read(&path).unwrap() });
        let logs = logs.collect();
        let mut disks = disk::read("host", &copies.join("host"));
        disks.extend(disk::read("host-settings", &copies.join("host-settings")));
        for position in 0..PEERS.len() {
            let name = format!("peer {position}");
            disks.extend(disk::read(&name, &copies.join(&name)));
        }
        Seen { disks, answers, logs, memory }
    }

    /// What a scanner finds in all of it. Everything was read: in every memory stands the log's origin.
    pub fn find(&self, scanner: &Scanner) -> Vec<Finding> {
        let Seen { disks, answers, logs, memory } = self;
        for sources in [disks, answers, logs, memory] {
            assert!(sources.iter().any(|source| !source.bytes.is_empty()));
        }
        let origin = Scanner::new(vec![Needle::unique("origin", ORIGIN)]);
        let was_read = |source: &Source| !origin.scan_as_it_is(&source.place, &source.bytes).is_empty();
        assert!(memory.iter().all(was_read), "every memory was read");
        let mut found: Vec<Finding> =
            [disks, answers, logs].into_iter().flat_map(|sources| disk::scan(scanner, sources)).collect();
        // What looks like the beginning of a deflated stream in the memory of a program is code.
        found.extend(memory.iter().flat_map(|source| scanner.scan_as_it_is(&source.place, &source.bytes)));
        found
    }
}

/// What an insider could know and ask for, by the names of the interface's parameters.
fn known(house: &House, tenders: &[&str], bids: &[Bid]) -> BTreeMap<&'static str, Vec<String>> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let submissions = bids.iter().map(Bid::submission);
    let commitments =
        submissions.flat_map(|submission| ["form", "body"].map(|name| text(&submission[name]["commitment"])));
    let documents = house.state()["documents"].as_array().unwrap().clone();
    let commands = bids.iter().flat_map(|bid| {
        let kept = ["submit", "withdraw", "release", "rescue"]
            .map(|step| fs::read(bid.folder.join(format!("{step}.acknowledgement.json"))).ok());
        let kept = kept.into_iter().flatten();
        kept.map(|bytes| text(&serde_json::from_slice::<Value>(&bytes).unwrap()["acknowledgement"]["id"]))
            .collect::<Vec<_>>()
    });
    let ids = tenders.iter().copied();
    BTreeMap::from([
        ("ocid", ids.clone().map(|id| format!("ocds-ximu00-{id}")).collect()),
        ("name", vec!["extension.json".to_owned(), "release-schema.json".to_owned()]),
        ("id", ids.chain(["registry"]).map(str::to_owned).collect()),
        ("commitment", commitments.collect()),
        ("sha256", documents.iter().map(|document| text(&document["hash"])).collect()),
        ("command", commands.collect()),
    ])
}
