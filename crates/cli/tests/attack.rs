//! A whole rehearsal with the real binary, and what somebody finds who takes the disks, the logs and the memory of the
//! centres and has heard all that passed between anybody: before the window ends nothing of any bid, and with fewer
//! holders than the threshold asks for nothing at all (SECURITY: who could cheat). Each claim stands beside its control,
//! in which the same search finds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can fail"
)]
#![allow(missing_docs, reason = "a test, not an interface")]

#[path = "attack/attacker.rs"]
mod attacker;
#[path = "attack/rehearsal.rs"]
mod rehearsal;
#[path = "centres/mod.rs"]
mod support;

use attacker::Attacker;
use rehearsal::{RELABELLED, Rehearsal, WITHDRAWN};
use std::{
    collections::BTreeSet,
    io::Write as _,
    process::{Command, Stdio},
    thread,
};
use support::{
    disk::{self, Source},
    house::{House, TENDER, THRESHOLD},
    scan::{Needle, Scanner, assert_nothing, names},
    tool::{run, ximu},
};

#[test]
fn nothing_of_a_bid_is_readable_before_the_window_ends_and_everything_read_out_is_afterwards() {
    let rehearsal = Rehearsal::perform();
    stock_age_and_tar_open_what_the_tool_sealed(&rehearsal);
    no_text_of_a_bid_is_readable_before_the_window_ends(&rehearsal);
    no_log_line_names_anybody_or_tells_of_a_bid(&rehearsal);
    the_award_verifies(&rehearsal);
    a_bid_sealed_under_another_tenders_context_is_no_bid(&rehearsal);
    what_was_read_out_is_found_and_no_body_is(&rehearsal);
    a_planted_text_is_found(&rehearsal);
    let mut host = Attacker::default();
    host.take(&rehearsal.before.disks_of("host"));
    host.take_spelled(&rehearsal.before.answers);
    fewer_holders_than_the_threshold_open_nothing(&rehearsal, &host);
    as_many_holders_as_the_threshold_open_every_form_and_no_body(&rehearsal, &host);
    one_key_among_all_that_opens_one_envelope(&rehearsal, &host);
}

/// Done with foreign tools alone: `age -d -i form.key form.age | tar t`.
fn stock_age_and_tar_open_what_the_tool_sealed(rehearsal: &Rehearsal) {
    for bid in &rehearsal.bids {
        for name in ["form", "body"] {
            let (key, envelope) =
                (bid.folder.join(format!("{name}.key")), bid.folder.join(format!("{name}.age")));
            let mut age = Command::new("age")
                .arg("-d")
                .arg("-i")
                .arg(key)
                .arg(envelope)
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let listed = run(Command::new("tar").arg("t").stdin(age.stdout.take().unwrap())).expect(0);
            assert!(age.wait().unwrap().success());
            assert!(listed.starts_with("manifest.json\n"), "{listed}");
            assert_eq!(listed.contains("form.json"), name == "form", "{listed}");
        }
    }
}

fn fewer_holders_than_the_threshold_open_nothing(rehearsal: &Rehearsal, host: &Attacker) {
    assert_eq!(host.opened(), BTreeSet::new());
    assert_eq!(host.found(), rehearsal.sealed(), "every envelope was at hand");
    let two_open_nothing = |holders: [usize; THRESHOLD - 1]| {
        let attacker = joined_by(host, rehearsal, &holders);
        assert_eq!(attacker.opened(), BTreeSet::new(), "holders {holders:?}");
        assert_eq!(attacker.useful.len(), holders.len() * rehearsal.tenders, "their epoch keys were found");
        let of_each = attacker.shares.values().map(Vec::len);
        assert!(
            of_each.clone().count() > 0 && of_each.max() == Some(holders.len()),
            "their shares were too few"
        );
    };
    let two_open_nothing = &two_open_nothing;
    // All pairs, two at the same time: each looks at every byte of three disks.
    for pairs in [[[0, 1], [2, 3]], [[0, 2], [1, 3]], [[0, 3], [1, 2]]] {
        thread::scope(|scope| {
            pairs.map(|pair| scope.spawn(move || two_open_nothing(pair))).map(|one| one.join().unwrap())
        });
    }
}

fn as_many_holders_as_the_threshold_open_every_form_and_no_body(rehearsal: &Rehearsal, host: &Attacker) {
    let attacker = joined_by(host, rehearsal, &[0, 1, 2]);
    let expected: BTreeSet<_> =
        rehearsal.sealed().into_iter().filter(|(_, _, name)| name != "body").collect();
    assert_eq!(attacker.opened(), expected);
    let scanner = Scanner::new(rehearsal.bids.iter().map(|bid| bid.form_needle()).collect());
    let read = names(&disk::scan(&scanner, &attacker.plain()));
    assert_eq!(read.len(), rehearsal.bids.len(), "{read:?}");
}

/// Another control: a bidder's key in the middle of a file of the host.
fn one_key_among_all_that_opens_one_envelope(rehearsal: &Rehearsal, host: &Attacker) {
    let bid = &rehearsal.bids[0];
    let key = std::fs::read_to_string(bid.folder.join("body.key")).unwrap();
    let key: ximu_sealed::Recovery = ximu_sealed::Recovery::from_text(&key).unwrap();
    let planted = [&[0; 5000][..], key.opening_key.as_bytes(), &[255; 4000]].concat();
    let mut attacker = host.clone();
    attacker.take(&[Source { place: "planted".into(), bytes: planted }]);
    let opened: Vec<_> = attacker.opened().into_iter().collect();
    assert_eq!(opened, [(bid.party.clone(), 1, "body".to_owned())]);
}

/// Somebody with the host's disk, with everything that passed between anybody, and with the disks of these holders.
fn joined_by(host: &Attacker, rehearsal: &Rehearsal, holders: &[usize]) -> Attacker {
    let mut attacker = host.clone();
    holders.iter().for_each(|holder| attacker.take(&rehearsal.before.disks_of(&format!("peer {holder}/"))));
    attacker
}

fn no_text_of_a_bid_is_readable_before_the_window_ends(rehearsal: &Rehearsal) {
    let scanner = Scanner::new(rehearsal.needles(|_| true));
    assert_nothing(&rehearsal.before.find(&scanner));
}

/// Neither before the window ends nor after it: logs are for operators, not for readers of bids.
fn no_log_line_names_anybody_or_tells_of_a_bid(rehearsal: &Rehearsal) {
    let mut needles = rehearsal.needles(|_| true);
    let labels = rehearsal.bids.iter().map(|bid| bid.label.as_str()).chain(["tenderer"]);
    needles.extend(labels.map(|label| Needle::unique(format!("name of {label}"), House::name_of(label))));
    let scanner = Scanner::new(needles);
    for seen in [&rehearsal.before, &rehearsal.after] {
        assert!(seen.logs.iter().any(|log| !log.bytes.is_empty()));
        assert_nothing(&disk::scan(&scanner, &seen.logs));
    }
    // The control: the same search finds them where they are public.
    let found = names(&disk::scan(&scanner, &rehearsal.after.answers));
    assert!(found.contains("name of tenderer"), "{found:?}");
}

fn the_award_verifies(rehearsal: &Rehearsal) {
    let house = &rehearsal.house;
    let policy = house.path("policy");
    let arguments = ["verify", &house.tender_url(TENDER), "--json", "--policy", policy.to_str().unwrap()];
    let report = ximu(&arguments).json(0);
    assert_eq!((&report["ok"], &report["pinned"]), (&true.into(), &true.into()), "{report}");
}

/// It was refused by its code when it was submitted; what passes all the same is void
/// (`procedure/tests/all/opening.rs::a_form_for_another_version_lot_bidder_or_tender_voids_the_bid`).
fn a_bid_sealed_under_another_tenders_context_is_no_bid(rehearsal: &Rehearsal) {
    let relabelled = rehearsal.bid(RELABELLED);
    assert!(!rehearsal.opened().contains(&relabelled.party), "{}", rehearsal.end["opened"]);
    assert_eq!(rehearsal.end["voided"].get(&relabelled.party), None, "{}", rehearsal.end["voided"]);
}

fn what_was_read_out_is_found_and_no_body_is(rehearsal: &Rehearsal) {
    let after = &rehearsal.after;
    let opened = rehearsal.opened();
    assert!(opened.len() >= 4);
    let scanner = Scanner::new(rehearsal.needles(|_| true));
    let (disks, answers) = (disk::scan(&scanner, &after.disks), disk::scan(&scanner, &after.answers));
    for bid in &rehearsal.bids {
        let was_opened = opened.contains(&bid.party) && rehearsal.counts(bid);
        let price = |spelling: &str| format!("price of {} {spelling}", bid.name());
        let shown = ["in digits", "in groups of three", "in words", "in JSON"].map(price);
        for needle in shown.into_iter().chain([bid.form_needle().name]) {
            assert_eq!(names(&answers).contains(&needle), was_opened, "answers: {needle}");
        }
        for needle in ["in digits", "in JSON"].map(price) {
            assert_eq!(names(&disks).contains(&needle), was_opened, "disks: {needle}");
        }
        let on_a_peer = disks
            .iter()
            .any(|finding| finding.needle == price("in digits") && finding.place.starts_with("peer "));
        assert_eq!(on_a_peer, was_opened, "{}", bid.name());
        // Disks hold the entry with the digits, and the form only as ciphertext beside its key: a page that shows the
        // form opens it anew. So no disk, the host's or a peer's, ever has the words or the grouped digits.
        for needle in ["in groups of three", "in words"].map(price) {
            let place = disks.iter().find(|finding| finding.needle == needle).map(|finding| &finding.place);
            assert_eq!(place, None, "{needle}");
        }
        let body = bid.body_needle().name;
        assert!(!names(&disks).contains(&body) && !names(&answers).contains(&body), "{body}");
    }
    let withdrawn = rehearsal.bid(WITHDRAWN);
    let leaked = disks.iter().chain(&answers).find(|finding| finding.needle.contains(&withdrawn.name()));
    assert_eq!(leaked, None, "what was withdrawn is never opened");
}

/// The control of the scanner: a canary that somebody writes into a file of the host, plainly or wrapped.
fn a_planted_text_is_found(rehearsal: &Rehearsal) {
    let canary = format!("金丝雀埋{}", support::random_hex(12));
    let scanner = Scanner::new(vec![Needle::unique("planted", canary.as_str())]);
    let after = &rehearsal.after;
    assert_nothing(&disk::scan(&scanner, &after.disks));
    let folder = rehearsal.house.path("copies/planted");
    disk::copy(&rehearsal.house.path("copies/after/host"), &folder);
    let journal = disk::read("host", &folder);
    let database = journal.iter().find(|source| source.bytes.starts_with(b"SQLite format 3\0")).unwrap();
    let path = folder.join(database.place.strip_prefix("host/").unwrap());
    let connection = rusqlite::Connection::open(&path).unwrap();
    // A value that is spread over several pages, the canary across one of their borders.
    let long = format!("{}{canary}{}", "x".repeat(4_060), "y".repeat(9_000));
    connection.execute("CREATE TABLE planted (value TEXT)", []).unwrap();
    connection.execute("INSERT INTO planted VALUES (?1)", [&long]).unwrap();
    drop(connection);
    let mut file = std::fs::File::create(folder.join("note.gz")).unwrap();
    file.write_all(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]).unwrap();
    file.write_all(&miniz_oxide::deflate::compress_to_vec(canary.repeat(4).as_bytes(), 9)).unwrap();
    let found = disk::scan(&scanner, &disk::read("host", &folder));
    assert!(found.iter().any(|finding| finding.place.contains("planted row 0")), "{found:?}");
    assert!(found.iter().any(|finding| finding.place.contains("note.gz/deflated")), "{found:?}");
}
