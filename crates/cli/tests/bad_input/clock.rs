//! A clock that goes back, under the real binary: `libfaketime` shows the host another time. What the office decides is
//! shown in `office/tests/all/troubles.rs`; here the process is.

use super::{Firm, PLAN, an_honest_bid_is_receipted};
use crate::support::{crawl::get, house::House};
use std::{fs, path::Path};

/// Debian's package `libfaketime`.
const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

#[test]
fn a_clock_that_goes_back_stops_the_centre_until_it_is_started_with_a_right_one() {
    assert!(Path::new(LIBRARY).is_file(), "this test needs Debian's package faketime");
    let mut house = House::founded();
    let firms = ["ash", "birch"].map(|label| Firm::admit(&house, label));
    house.publish(&PLAN);
    let bid = an_honest_bid_is_receipted(&house, &firms[0]);
    let late = firms[1].seal(&house);

    let shown = house.path("clock");
    fs::write(&shown, "+0").unwrap();
    house.host.take().unwrap().kill();
    let environment = [
        ("LD_PRELOAD", LIBRARY.to_owned()),
        ("FAKETIME_TIMESTAMP_FILE", shown.to_str().unwrap().to_owned()),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ];
    house.start_host_with(&environment).unwrap();
    bid.receipt(&house).expect(0);

    fs::write(&shown, "-60").unwrap();
    for _ in 0..2 {
        let ran = late.submit(&house);
        assert!(ran.code == 2 && ran.err.contains("stopped"), "{} {}{}", ran.code, ran.out, ran.err);
        assert!(!late.folder.join("submit.acknowledgement.json").exists());
        let ready = get(house.host_relay.address, "/readyz", "en");
        assert_eq!((ready.status, ready.json()["writer"].as_str()), (503, Some("clock-regressed")));
        // Going forward again does not help: somebody must look.
        fs::write(&shown, "+0").unwrap();
    }

    house.host.take().unwrap().kill();
    // Slow, it contradicts its own log too; fast, only the others' clocks say so. Both times it is they who are asked first.
    for wrong in ["-60", "+60"] {
        fs::write(&shown, wrong).unwrap();
        let refused = house.start_host_with(&environment).unwrap_err();
        assert!(refused.contains("[clock]"), "{wrong}: {refused}");
    }
    house.start_host().unwrap();
    late.submit(&house).expect(0);
    late.receipt(&house).expect(0);
    bid.receipt(&house).expect(0);
}
