//! The rehearsal that is attacked: eight firms. Four release their keys, one of which had replaced its bid; one asks the
//! holders for rescue; one stays silent; one withdrew; and one relabelled a bid that it had sealed for another tender.

use crate::support::{
    bids::Bid,
    house::{House, TENDER, TenderPlan},
    scan::Needle,
    seen::Seen,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, thread};

/// Release their keys.
const RELEASED: [&str; 4] = ["ash", "birch", "cedar", "oak"];
/// Of these, who submits a second version.
const REPLACED: &str = "oak";
/// Asks for rescue.
const RESCUED: &str = "elm";
/// Says nothing in the window.
const SILENT: &str = "fir";
/// Withdraws before the deadline.
pub const WITHDRAWN: &str = "gorse";
/// Tries to submit here what it sealed for another tender, and is refused.
pub const RELABELLED: &str = "yew";

/// Open long enough for eight firms to seal and submit on a busy machine.
const PLAN: TenderPlan = TenderPlan { id: TENDER, open_ms: 30_000, window_minutes: 200, more: "" };

/// Another tender of the same centre, whose deadline does not come. Its beats are the centre's pulse when all else is
/// still.
const OTHER: TenderPlan = TenderPlan {
    id: "yc-2020-0604",
    open_ms: 3_600_000,
    window_minutes: 200,
    more: "\n[beats]\nbase_every_ms = 4000\nsteps = []\n",
};

/// The rehearsal, and everything that was there to be seen.
pub struct Rehearsal {
    /// The centres.
    pub house: House,
    /// Every bid that was sealed, also those that do not count.
    pub bids: Vec<Bid>,
    /// How many tenders the holders made epoch keys for.
    pub tenders: usize,
    /// What was there just before the window ended.
    pub before: Seen,
    /// What was there after the award.
    pub after: Seen,
    /// The public state at the end.
    pub end: Value,
}

impl Rehearsal {
    /// Runs it to the award, and looks at everything twice: when every key is released and every question asked, just
    /// before the window ends; and at the end.
    pub fn perform() -> Rehearsal {
        let house = House::founded();
        let labels = [&RELEASED[..], &[RESCUED, SILENT, WITHDRAWN, RELABELLED]].concat();
        let parties: Vec<String> = labels.iter().map(|label| house.register(label, "bidder")).collect();
        house.publish(&OTHER);
        house.publish(&PLAN);
        let submitted: Vec<Vec<Bid>> = thread::scope(|scope| {
            let house = &house;
            let firms = labels.iter().zip(&parties);
            let firms: Vec<_> =
                firms.map(|(label, party)| scope.spawn(move || submit(house, label, party))).collect();
            firms.into_iter().map(|firm| firm.join().unwrap()).collect()
        });
        let bids = submitted.into_iter().flatten().collect();
        let nothing = Seen::default;
        let mut rehearsal =
            Rehearsal { house, bids, tenders: 2, before: nothing(), after: nothing(), end: Value::Null };
        rehearsal.house.wait_for_stage("window");
        for bid in rehearsal.bids.iter().filter(|bid| rehearsal.counts(bid)) {
            match bid.label.as_str() {
                RESCUED => drop(bid.step(&rehearsal.house, "open", &["--rescue"]).expect(0)),
                SILENT => {}
                _ => drop(bid.step(&rehearsal.house, "open", &[]).expect(0)),
            }
        }
        rehearsal.before = rehearsal.look("before");
        assert_eq!(rehearsal.house.state()["stage"], "window", "the machine was too slow to look in time");
        rehearsal.award();
        rehearsal.after = rehearsal.look("after");
        rehearsal
    }

    fn award(&mut self) {
        let house = &self.house;
        let ranked = house.wait_for_stage("ranking");
        let lines = ranked["ranking"]["lines"].as_array().unwrap().iter();
        let candidates: Vec<Value> = lines.take(3).map(|line| line["party"].clone()).collect();
        house.act("tenderer", TENDER, &json!({"type": "propose", "candidates": candidates})).expect(0);
        house.wait("the end of the publication", |state| {
            let until = state["candidates_until"].as_i64();
            until.is_some_and(|until| crate::support::now().unix_ms() > until)
        });
        house.act("tenderer", TENDER, &json!({"type": "award", "bidder": candidates[0]})).expect(0);
        self.end = house.wait_for_stage("awarded");
    }

    /// The bid of a firm that counts, or its last.
    pub fn bid(&self, label: &str) -> &Bid {
        self.bids.iter().rev().find(|bid| bid.label == label).unwrap()
    }

    /// Whether this is the version of its firm that counts.
    pub fn counts(&self, bid: &Bid) -> bool {
        ![WITHDRAWN, RELABELLED].contains(&bid.label.as_str()) && self.bid(&bid.label).folder == bid.folder
    }

    /// The parties whose bids were opened.
    pub fn opened(&self) -> BTreeSet<String> {
        let opened = self.end["opened"].as_array().unwrap();
        opened.iter().map(|opened| opened["bidder"].as_str().unwrap().to_owned()).collect()
    }

    /// Bidder, version and name of every envelope that was sent.
    pub fn sealed(&self) -> BTreeSet<(String, u32, String)> {
        let mut sealed = BTreeSet::new();
        for bid in &self.bids {
            let version = u32::try_from(bid.submission()["version"].as_u64().unwrap()).unwrap();
            let mut names = vec!["form", "body"];
            if bid.folder.join("release.json").is_file() {
                names.push("release");
            }
            sealed.extend(names.into_iter().map(|name| (bid.party.clone(), version, name.to_owned())));
        }
        sealed
    }

    /// Canaries and prices of the bids.
    pub fn needles(&self, which: impl Fn(&Bid) -> bool) -> Vec<Needle> {
        let chosen = self.bids.iter().filter(|bid| which(bid));
        chosen
            .flat_map(|bid| [vec![bid.form_needle(), bid.body_needle()], bid.price_needles()].concat())
            .collect()
    }

    fn look(&self, moment: &str) -> Seen {
        Seen::at(&self.house, moment, &[TENDER, OTHER.id], &self.bids)
    }
}

/// What a firm does until the deadline.
fn submit(house: &House, label: &str, party: &str) -> Vec<Bid> {
    if label == RELABELLED {
        let bid = Bid::seal(house, OTHER.id, label, party);
        relabel(house, &bid);
        // Not 3: nothing is decided about it, and nothing recorded.
        let refused = bid.submit(house);
        assert!(refused.err.contains("[context_differs]"), "{}{}", refused.out, refused.err);
        refused.expect(2);
        return vec![bid];
    }
    let bid = Bid::seal(house, TENDER, label, party);
    bid.submit(house).expect(0);
    match label {
        REPLACED => {
            let first = bid.folder.to_str().unwrap().to_owned();
            let second = Bid::seal_with(house, TENDER, label, party, "2", &["--replaces", &first]);
            second.submit(house).expect(0);
            return vec![bid, second];
        }
        WITHDRAWN => drop(bid.step(house, "withdraw", &[]).expect(0)),
        _ => {}
    }
    vec![bid]
}

/// Makes the folder of a bid, its recovery files too, say that it was sealed for the tender, which its envelopes do not.
fn relabel(house: &House, bid: &Bid) {
    let state = house.state();
    let mut submission = bid.submission();
    let genesis = [&submission["genesis"], &state["genesis"]].map(|hash| hash.as_str().unwrap().to_owned());
    for name in ["form.key", "body.key"] {
        let path = bid.folder.join(name);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, text.replace(&genesis[0], &genesis[1])).unwrap();
    }
    submission["procedure"] = TENDER.into();
    submission["genesis"] = state["genesis"].clone();
    let holders = state["holders"].as_array().unwrap().iter().map(|holder| holder["recipient"].clone());
    submission["holders"] = holders.collect();
    let text = ximu_basics::json::to_canonical(&submission).unwrap();
    fs::write(bid.folder.join("submission.json"), text).unwrap();
}
