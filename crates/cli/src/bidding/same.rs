//! The command line and the browser's module make the same bytes of the same inputs. Here the files that `bid seal`
//! writes are compared with those of `ximu-bidder` in pieces; `wasm/tests/node.rs` compares the module with it.

use super::{
    draft::Draft,
    folder::BidFolder,
    seal::{Sealing, seal},
};
use crate::keys::Key;
use ximu_basics::{Hash, Seed};
use ximu_bidder::{
    BodySealer,
    form::{Bid, seal_form},
};
use ximu_procedure::{
    envelope::{BODY, context},
    rules::EscrowOpens,
};
use ximu_sealed::FileEntry;
use ximu_sim::{Bidder, Centre, keys::seed};

const BID: &str = r#"{"bidder_name":"清江园林","bond":"1000.00","quality":"合格","duration_days":90,"manager":"某甲",
"lines":[{"item":"乔木","unit":"株","quantity":"3","unit_price":"12.505"}]}"#;

#[test]
fn bid_seal_writes_what_the_browser_makes() {
    for opens in [EscrowOpens::All, EscrowOpens::None] {
        let mut centre = Centre::new();
        centre.publish(|rules| rules.escrow.opens = opens);
        let sim = Bidder::register(&mut centre, "firm-1");
        let key = Key::from_secret(seed("key", "firm-1"));
        let draft: Draft = serde_json::from_str(BID).unwrap();
        let (policy, tender) = (Hash::of(b"policy"), centre.tender());
        let base = tempfile::tempdir().unwrap();
        let texts = [("投标函.md", vec![b'x'; 70_000]), ("空.txt", Vec::new())];
        let files = texts.iter().map(|(name, text)| {
            let path = base.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        });
        let files: Vec<_> = files.collect();
        let folder = BidFolder::at(base.path().join("bid"));
        let sealing = Sealing {
            tender,
            policy,
            bidder: &sim.party,
            key: &key,
            version: 2,
            draft: &draft,
            as_written: false,
            files: &files,
            answers: &[],
        };
        let seeds = &mut |name: &str| Ok(Seed(seed("envelope", name)));
        seal(&sealing, &folder, seeds, &mut |_| {}).unwrap();

        let entries = texts.iter().map(|(name, text)| FileEntry {
            name: (*name).to_string(),
            size_bytes: text.len() as u64,
            sha256: Hash::of(text),
        });
        let fields = context(tender, &sim.party, 2, BODY).unwrap();
        let mut body = Vec::new();
        let body_seed = seed("envelope", BODY);
        let mut sealer =
            BodySealer::begin(fields, None, entries.collect(), key.inner(), &body_seed, &mut body).unwrap();
        for (_, text) in &texts {
            sealer.next_file(&mut body).unwrap();
            text.chunks(4_097).for_each(|piece| sealer.data(piece, &mut body).unwrap());
        }
        while !sealer.finish(&mut body).unwrap() {}
        let (sealed, _) = sealer.sealed().unwrap();
        let bid = Bid { tender, policy, bidder: &sim.party, version: 2, key: key.inner() };
        let form = seal_form(bid, &draft, &sealed, &seed("envelope", "form")).unwrap();
        let expected = [
            ("body.age", body),
            ("body.key", sealed.recovery.to_text().as_bytes().to_vec()),
            ("form.age", form.envelope),
            ("form.key", form.recovery.to_text().as_bytes().to_vec()),
            ("form.json", form.form_json),
            ("submission.json", form.submission.to_text().unwrap().into_bytes()),
        ];
        for (name, bytes) in expected {
            assert!(std::fs::read(folder.file(name)).unwrap() == bytes, "{name} with {opens:?}");
        }
    }
}
