//! Each condition of a release (opening 4.2), one case where it alone does not hold.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use crate::support;
use crate::support::host::{Host, OURS, tender_id};
use std::collections::BTreeMap;
use ximu_basics::{Hash, Instant};
use ximu_peer::conditions::{CONDITIONS, Standing, Unmet, check, shares_of_this_procedure, window_public};
use ximu_procedure::{
    SealedState, Stage, Tender,
    envelope::{RELEASE, context, escrow_policy, share_opens},
    registry::Registry,
    rules::EscrowOpens,
    tender::Failure,
    wire::{
        SignedCommand,
        command::{Part, ShareRelease},
    },
};
use ximu_sealed::release::{ReleaseRequest, seal_release};
use ximu_sim::{
    Key,
    centre::{ORIGIN, TENDER, epoch_key, policy},
    rules::PEERS,
};
use ximu_tlog::Policy;
use ximu_verify::{NoForms, Replay};

/// Everything a holder knows, to be changed in one place.
struct Known {
    host: Host,
    tender: Tender,
    sealed: SealedState,
    window_end: Option<u64>,
    beats_counted: Option<u32>,
    in_time: u64,
    close_seen: Option<Instant>,
    cosigned_size: u64,
    forked: bool,
    handed: Vec<SignedCommand>,
    registry: Registry,
    before: Option<Tender>,
    now: Instant,
}

impl Known {
    fn new() -> Known {
        let host = Host::opening();
        let mut replay = Replay::new(ORIGIN, &Policy::parse(policy().as_bytes()).unwrap());
        replay.disclose(&tender_id(), host.disclosed()).unwrap();
        let leaves = host.centre.borrow().leaves.clone();
        for leaf in &leaves {
            replay.push(leaf, &NoForms).unwrap();
        }
        let tender = replay.tender(&tender_id()).unwrap().clone();
        Known {
            sealed: replay.sealed(&tender_id()).unwrap().clone(),
            window_end: Some(leaves.len() as u64 - 1),
            beats_counted: Some(tender.beats.len() as u32 - 1),
            in_time: tender.beats[tender.beats.len() - 1].leaf,
            close_seen: tender.closed_at,
            cosigned_size: leaves.len() as u64,
            forked: false,
            handed: Vec::new(),
            registry: (*replay.world().registry).clone(),
            before: Some(tender.clone()),
            now: tender.window_until.unwrap().plus_ms(1),
            tender,
            host,
        }
    }

    fn standing(&self) -> Standing<'_> {
        Standing {
            tender: &self.tender,
            sealed: Some(&self.sealed),
            window_end: self.window_end,
            beats_counted: self.beats_counted,
            in_time: self.in_time,
            close_seen: self.close_seen,
            cosigned_size: self.cosigned_size,
            forked: self.forked,
            handed: &self.handed,
            before_end: self.before.as_ref().map(|before| (&self.registry, before)),
            now: self.now,
        }
    }

    fn unmet(&self) -> Vec<&'static str> {
        let standing = self.standing();
        CONDITIONS
            .iter()
            .filter_map(|condition| condition(&standing).err())
            .map(|unmet| unmet.code())
            .collect()
    }

    fn forms(&self) -> BTreeMap<Hash, Vec<u8>> {
        self.host.centre.borrow().vault.clone()
    }

    fn shares(&self) -> Result<Vec<ShareRelease>, Unmet> {
        let index = u8::try_from(OURS + 1).unwrap();
        shares_of_this_procedure(&self.tender, index, &epoch_key(PEERS[OURS]), &self.forms())
    }
}

#[test]
fn all_conditions_hold_for_an_honest_opening_and_every_share_opens_its_commitment() {
    let known = Known::new();
    assert_eq!(known.unmet(), Vec::<&str>::new());
    assert_eq!(check(&known.standing()), Ok(()));
    let shares = known.shares().unwrap();
    assert_eq!(shares.len(), 4, "three released and one rescued");
    assert_eq!(shares, known.host.centre.borrow().shares(OURS));
    let release = &known.tender.releases[&shares[0].bidder].header;
    let Part::Share { share, salt } = shares[0].part else { panic!("an honest escrow gives a share") };
    assert!(share_opens(&release.escrow[OURS], 2, &release.context, share, salt));
}

#[test]
fn each_condition_alone_stops_the_release() {
    type Change = fn(&mut Known);
    let table: [(&str, Change, &str); 20] = [
        ("the log has two histories", |known| known.forked = true, "log-forked"),
        (
            "the procedure was cancelled",
            |known| known.tender.stage = Stage::Failed(Failure::Cancelled),
            "release-suspended",
        ),
        (
            "the authority has suspended it",
            |known| {
                let until = known.now.plus_ms(1);
                known.tender.supervision.suspensions.suspend(known.now, until);
            },
            "release-suspended",
        ),
        ("the window has not ended in the log", |known| known.tender.stage = Stage::Window, "release-stage"),
        (
            "the list has a bid that was never submitted",
            |known| {
                let bidder = known.tender.list[0].bidder.clone();
                known.sealed.histories.remove(&bidder);
            },
            "release-list",
        ),
        (
            "the list names another form than was submitted",
            |known| known.tender.list[0].form = Hash::of(b"another"),
            "release-list",
        ),
        (
            "the state holds another submission than the operations",
            |known| {
                let bidder = known.tender.list[0].bidder.clone();
                known.tender.bids.get_mut(&bidder).unwrap().plain = Hash::of(b"another");
            },
            "release-list",
        ),
        (
            "a released bid is left out",
            |known| {
                known.tender.to_open.remove(0);
            },
            "release-set",
        ),
        (
            "a bid that stays closed is to be opened",
            |known| {
                let closed = known.tender.stays_closed.remove(0);
                let route = known.tender.to_open[0].route;
                let to_open = ximu_procedure::wire::event::ToOpen { bidder: closed.bidder, route };
                known.tender.to_open.push(to_open);
            },
            "release-set",
        ),
        (
            "a bid is rescued that the rules do not let holders open",
            |known| known.tender.rules.escrow.opens = EscrowOpens::None,
            "release-set",
        ),
        (
            "what a bidder handed to this holder was still to be said when the window ended",
            |known| {
                support::host::relays(&mut known.before.as_mut().unwrap().rules);
                support::host::relays(&mut known.tender.rules);
                let (bidder, bid) = known.host.cast[4].clone();
                let mut centre = known.host.centre.borrow_mut();
                let release = bidder.release(&centre, &bid);
                known.handed = vec![centre.signed(&bidder.label, TENDER, release)];
            },
            "release-relayed",
        ),
        (
            "what the window ended on is not known, and holders hand in",
            |known| {
                support::host::relays(&mut known.tender.rules);
                known.before = None;
            },
            "release-relayed",
        ),
        (
            "there are too few bids",
            |known| {
                for phase in &mut known.tender.rules.phases {
                    if let ximu_procedure::rules::Phase::Seal(seal) = phase {
                        seal.minimum_bids = 6;
                    }
                }
            },
            "release-minimum",
        ),
        (
            "CLOSE counts a beat less than this holder saw cosigned in time",
            |known| known.beats_counted = known.beats_counted.map(|counted| counted - 1),
            "release-evidence-old",
        ),
        (
            "CLOSE was first cosigned after a quarter of the window",
            |known| known.close_seen = Some(quarter(known).plus_ms(1)),
            "release-unseen",
        ),
        (
            "the authority suspended the window that was not public, and let nobody use what it gave",
            |known| {
                let (at, until) = (quarter(known).plus_ms(2), quarter(known).plus_ms(12));
                known.close_seen = Some(at.plus_ms(-1));
                known.tender.supervision.suspensions.suspend(at, until);
                known.tender.window_until = known.tender.window_until.map(|end| end.plus_ms(10));
                known.now = known.now.plus_ms(10);
            },
            "release-unseen",
        ),
        (
            "a coefficient is still to be drawn",
            |known| {
                let purpose = ximu_procedure::set::Purpose::Coefficient("k".parse().unwrap());
                let set = ximu_procedure::set::SealedSet::new(purpose, Vec::new());
                known.tender.sets.insert("coefficient-k".parse().unwrap(), set);
            },
            "release-draw",
        ),
        (
            "the end of the window is not under a cosigned checkpoint",
            |known| known.cosigned_size = known.window_end.unwrap(),
            "release-cosigned",
        ),
        (
            "this holder has not seen the end of the window",
            |known| known.window_end = None,
            "release-cosigned",
        ),
        (
            "the end of the window is not past on this holder's clock",
            |known| known.now = known.tender.window_until.unwrap(),
            "release-early",
        ),
    ];
    for (name, change, code) in table {
        let mut known = Known::new();
        change(&mut known);
        assert_eq!(known.unmet(), [code], "{name}: this condition and no other");
        assert_eq!(check(&known.standing()).unwrap_err().code(), code, "{name}");
    }
}

/// The end of the window's first quarter.
fn quarter(known: &Known) -> Instant {
    let (from, until) = (known.tender.closed_at.unwrap(), known.tender.window_until.unwrap());
    from.plus_ms(until.ms_since(from) / 4)
}

#[test]
fn a_quorum_that_was_slow_takes_nothing_and_an_authority_that_makes_the_window_longer_heals_it() {
    let mut known = Known::new();
    known.close_seen = Some(quarter(&known));
    assert_eq!(known.unmet(), Vec::<&str>::new(), "within the tolerance");
    known.close_seen = Some(quarter(&known).plus_ms(1));
    assert_eq!(known.unmet(), ["release-unseen"]);
    known.close_seen = None;
    assert_eq!(known.unmet(), ["release-cosigned"]);
    // Minutes of the window, how long one lasts, and by how much CLOSE may be late.
    for (minutes, minute_ms, late) in [
        (30, 60_000, 450_000),
        (20, 60_000, 300_000),
        (3, 60_000, 60_000),
        (2, 60_000, 60_000),
        (1, 60_000, 60_000),
        (30, 8_001, 60_007),
    ] {
        let mut tender = Known::new().tender;
        for phase in &mut tender.rules.phases {
            if let ximu_procedure::rules::Phase::Unseal(unseal) = phase {
                unseal.window_minutes = minutes;
            }
        }
        tender.rules.sandbox.as_mut().unwrap().minute_ms = minute_ms;
        let closed = tender.closed_at.unwrap();
        tender.window_until = Some(closed.plus_ms(minutes * minute_ms));
        assert_eq!(window_public(&tender, closed.plus_ms(late)), Ok(()), "{minutes}");
        assert!(window_public(&tender, closed.plus_ms(late + 1)).is_err(), "{minutes}");
    }
    let mut known = Known::new();
    let at = quarter(&known).plus_ms(5);
    known.close_seen = Some(at);
    // Ordered for ten milliseconds, and ended after five of them: the window has five more.
    known.tender.supervision.suspensions.suspend(at, at.plus_ms(10));
    known.tender.supervision.suspensions.resume(at.plus_ms(5));
    known.tender.window_until = known.tender.window_until.map(|end| end.plus_ms(10));
    known.now = known.now.plus_ms(10);
    assert_eq!(known.unmet(), Vec::<&str>::new());
}

#[test]
fn an_envelope_of_anything_else_than_this_bid_gives_no_share() {
    // What the release envelope was sealed for, otherwise than for this bid.
    type Change = fn(&mut ximu_sealed::ContextFields);
    let table: [(&str, Change); 5] = [
        ("another procedure", |fields| fields.genesis = Hash::of(b"another")),
        ("another lot", |fields| fields.lot = "lot-2".parse().unwrap()),
        ("another bidder", |fields| fields.pseudonym = "p-other".parse().unwrap()),
        ("another version", |fields| fields.version = 7),
        ("another envelope", |fields| fields.envelope = "release-body".parse().unwrap()),
    ];
    for (name, change) in table {
        let mut known = Known::new();
        let (bidder, bid) = known.host.cast[0].clone();
        let mut fields = context(&known.tender, &bidder.party, bid.version, RELEASE).unwrap();
        change(&mut fields);
        let sealed = seal_release(
            ReleaseRequest {
                context: &fields,
                escrow: &escrow_policy(&known.tender).unwrap(),
                of: &"form".parse().unwrap(),
                opening_key: &bid.form.recovery.opening_key,
                sealer: Key::of(&bidder.label).public().0,
            },
            &[5; 32],
            |message| Key::of(&bidder.label).sign(message).0,
        );
        known.tender.releases.get_mut(&bidder.party).unwrap().envelope = sealed.unwrap().envelope;
        assert_eq!(known.unmet(), Vec::<&str>::new(), "{name}: every other condition holds");
        let shares = known.shares().unwrap();
        let of_bidder = shares.iter().find(|share| share.bidder == bidder.party).unwrap();
        assert_eq!(of_bidder.part, Part::Broken {}, "{name}");
        assert_eq!(broken(&shares), 1, "{name}: the others are released");
    }
}

fn broken(shares: &[ShareRelease]) -> usize {
    shares.iter().filter(|share| share.part == Part::Broken {}).count()
}

#[test]
fn a_rescued_form_must_be_the_one_submitted_and_sealed_to_these_holders() {
    let mut known = Known::new();
    let rescued = known.host.cast[3].0.party.clone();
    let forms = known.forms();
    let good = known.tender.bids[&rescued].clone();
    assert!(known.shares().is_ok());
    known.tender.bids.get_mut(&rescued).unwrap().escrow[0] = Hash::of(b"another");
    assert_eq!(broken(&known.shares().unwrap()), 1, "other share commitments");
    *known.tender.bids.get_mut(&rescued).unwrap() = good.clone();
    known.tender.bids.get_mut(&rescued).unwrap().form.header = Hash::of(b"another");
    assert_eq!(broken(&known.shares().unwrap()), 1, "another header");
    *known.tender.bids.get_mut(&rescued).unwrap() = good.clone();
    let index = u8::try_from(OURS + 1).unwrap();
    let key = epoch_key(PEERS[OURS]);
    let mut fewer = forms.clone();
    fewer.remove(&good.form.commitment);
    let error = shares_of_this_procedure(&known.tender, index, &key, &fewer).unwrap_err();
    assert_eq!(error.code(), "release-envelope");
    let other = epoch_key(PEERS[OURS + 1]);
    let shares = shares_of_this_procedure(&known.tender, index, &other, &forms).unwrap();
    assert_eq!(broken(&shares), shares.len(), "a share of another holder does not open");
    let mut exchanged = forms.clone();
    exchanged.insert(good.form.commitment, b"another file".to_vec());
    let error = shares_of_this_procedure(&known.tender, index, &key, &exchanged).unwrap_err();
    assert_eq!(error.code(), "release-context", "bytes that are not the bidder's are the host's fault");
}
