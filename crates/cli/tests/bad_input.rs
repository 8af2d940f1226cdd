//! Bad input and bad days, with the real binary: each is a refusal by its stable code or a stated degraded mode, nothing
//! acknowledged is lost, and the centre goes on. `docs/bad-input.md` lists them all and where each is shown; what the
//! crates show by themselves is not repeated here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can fail"
)]
#![allow(missing_docs, reason = "a test, not an interface")]

#[path = "bad_input/clock.rs"]
mod clock;
#[path = "bad_input/commands.rs"]
mod commands;
#[path = "bad_input/disk_full.rs"]
mod disk_full;
#[path = "bad_input/peers.rs"]
mod peers;
#[path = "bad_input/registration.rs"]
mod registration;
#[path = "bad_input/table.rs"]
mod table;
#[path = "bad_input/uploads.rs"]
mod uploads;

#[path = "centres/mod.rs"]
mod support;

use support::{
    bids::Bid,
    crawl::get,
    house::{House, TENDER, TenderPlan},
};

/// A tender whose deadline does not come, with a beat every two seconds.
const PLAN: TenderPlan = TenderPlan {
    id: TENDER,
    open_ms: 3_600_000,
    window_minutes: 30,
    more: "\n[beats]\nbase_every_ms = 8000\nsteps = []\n",
};

/// A firm that is admitted.
struct Firm {
    label: &'static str,
    party: String,
}

impl Firm {
    fn admit(house: &House, label: &'static str) -> Firm {
        Firm { label, party: house.register(label, "bidder") }
    }

    fn seal(&self, house: &House) -> Bid {
        Bid::seal(house, TENDER, self.label, &self.party)
    }
}

/// An honest bid is taken and receipted: nothing that happened before has broken the centre.
fn an_honest_bid_is_receipted(house: &House, firm: &Firm) -> Bid {
    let bid = firm.seal(house);
    bid.submit(house).expect(0);
    bid.receipt(house).expect(0);
    bid
}

/// Asks the centre how it is, again at each new checkpoint until it is as wanted.
fn wait_until_it_says(house: &House, what: &str, wanted: impl Fn(&serde_json::Value) -> bool) {
    house.wait(what, |_| wanted(&get(house.host_relay.address, "/readyz", "en").json()));
}
