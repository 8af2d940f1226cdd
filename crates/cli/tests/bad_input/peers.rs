//! Peers that are down or lie: what goes on, what waits, and how it is said.

use super::{Firm, PLAN, an_honest_bid_is_receipted, wait_until_it_says};
use crate::support::{
    crawl::get,
    house::{House, PEERS},
    process::XIMU,
};
use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

#[test]
fn with_one_witness_down_all_goes_on_with_two_receipts_wait_and_custody_is_never_done_without() {
    let mut house = House::founded();
    let firms = ["ash", "birch", "cedar", "oak"].map(|label| Firm::admit(&house, label));
    house.publish(&PLAN);
    let [ash, birch, cedar, oak] = &firms;

    house.peer_relays[3].cut();
    an_honest_bid_is_receipted(&house, ash);
    says_of(&house, 3, "witness-unreachable");
    assert_eq!(get(house.host_relay.address, "/readyz", "en").status, 200);

    house.peers[2].take().unwrap().kill();
    receipts_wait_for_the_second_of_two_witnesses(&mut house, birch);

    custody_is_never_done_without(&house, cedar);

    house.peer_relays[3].join(house.peers[3].as_ref().unwrap().address);
    house.peer_relays[2].change(Some(falsify_cosignature));
    an_honest_bid_is_receipted(&house, oak);
    says_of(&house, 2, "cosignature-false");
    house.peer_relays[2].change(None);
    says_of(&house, 2, "good");
}

/// The bid is acknowledged at once; the tool waits, says for whom, and ends when a witness is back.
fn receipts_wait_for_the_second_of_two_witnesses(house: &mut House, firm: &Firm) {
    let bid = firm.seal(house);
    let acknowledged = bid.submit(house).json(0);
    assert_eq!(acknowledged["accepted"], true);
    let mut waiting = Command::new(XIMU)
        .args(["bid", "receipt", bid.folder.to_str().unwrap(), "--centre", &house.url()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(waiting.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(said.any(|line| line.contains("the witnesses are cosigning it")));
    let readiness = get(house.host_relay.address, "/readyz", "en");
    assert_eq!((readiness.status, readiness.json()["publisher"].as_str()), (503, Some("no_quorum")));
    assert!(!bid.folder.join("receipt.json").exists());
    house.start_peer(2);
    said.for_each(drop);
    assert!(waiting.wait().unwrap().success());
    assert!(bid.folder.join("receipt.json").is_file());
}

fn custody_is_never_done_without(house: &House, firm: &Firm) {
    let bid = firm.seal(house);
    let nothing_promised = |code: &str| {
        let ran = bid.submit(house);
        assert!(ran.code == 2 && ran.err.contains(code), "{} {}{}", ran.code, ran.out, ran.err);
        assert!(!bid.folder.join("submit.json").exists());
    };
    house.peer_relays[0].cut();
    nothing_promised("custody_down");
    house.peer_relays[0].join(house.peers[0].as_ref().unwrap().address);
    house.peer_relays[0].change(Some(falsify_custody));
    nothing_promised("custody_false");
    house.peer_relays[0].change(None);
    bid.submit(house).expect(0);
    bid.receipt(house).expect(0);
}

/// Waits until the centre says this of a witness.
fn says_of(house: &House, position: usize, condition: &str) {
    wait_until_it_says(house, condition, |ready| {
        let peers = ready["peers"].as_array().unwrap();
        peers.iter().any(|peer| peer["name"] == PEERS[position] && peer["condition"] == condition)
    });
}

/// Changes a character of each cosignature line.
fn falsify_cosignature(piece: &mut [u8]) {
    let begin = "\u{2014} ".as_bytes();
    let lines: Vec<usize> = places(piece, begin).collect();
    for line in lines {
        let end = piece[line..].iter().position(|byte| *byte == b'\n').map_or(piece.len(), |end| line + end);
        // The last twenty characters are of the signature itself, far from the name and the time.
        flip(&mut piece[end - 20]);
    }
}

/// Changes a digit of the custody signature.
fn falsify_custody(piece: &mut [u8]) {
    let begin = b"{\"signature\":\"";
    let answers: Vec<usize> = places(piece, begin).collect();
    for answer in answers {
        flip(&mut piece[answer + begin.len() + 3]);
    }
}

fn places(bytes: &[u8], pattern: &[u8]) -> impl Iterator<Item = usize> {
    bytes.windows(pattern.len()).enumerate().filter(move |(_, window)| *window == pattern).map(|(at, _)| at)
}

fn flip(character: &mut u8) {
    *character = if *character == b'1' { b'2' } else { b'1' };
}
