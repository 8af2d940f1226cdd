//! Sealed sets and the draw of a coefficient: what is given, refused, listed, opened, drawn (draw 2, 7).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use crate::support::{log_events, refused};
use std::{collections::BTreeMap, sync::Arc};

use ximu_basics::{Blob, Decimal, Hash, ProcedureId, SetId, ShareValue};
use ximu_procedure::{
    Stage,
    draw::{self, Contribution, Subject},
    set::{self, CONTENT_FILE},
    tender::{Failure, StageName},
    wire::{Command, Event, Outcome, Refusal, command::Part, event::SetVoid, refusal::Thing},
};
use ximu_sealed::{ContextFields, EscrowPolicy, Identity, InMemory, seal};
use ximu_sim::{
    Bid, Bidder, Centre, Key,
    centre::TENDER,
    keys::seed,
    rules::{COEFFICIENTS, PEERS, draw_a_coefficient},
    sets::author,
};

fn set_id() -> SetId {
    "coefficient-k".parse().unwrap()
}

/// A tender that draws a coefficient `k`, still taking bids; nobody has contributed.
fn drawing() -> Centre {
    let mut centre = Centre::new();
    centre.contributing = [false; 4];
    centre.publish(draw_a_coefficient);
    centre.contributing = [true; 4];
    centre
}

/// Three bids come in and the deadline passes; gives the bids.
fn closed(centre: &mut Centre) -> Vec<(Bidder, Bid)> {
    let mut cast = Vec::new();
    for label in ["a", "b", "c"] {
        let bidder = Bidder::register(centre, label);
        let bid = bidder.submit(centre, 1, "9000000.00");
        cast.push((bidder, bid));
    }
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    cast
}

/// The window passes, everybody having released.
fn window(centre: &mut Centre, cast: &[(Bidder, Bid)]) {
    for (bidder, bid) in cast {
        let release = bidder.release(centre, bid);
        centre.expect_events(&bidder.label, TENDER, release);
    }
    let until = centre.tender().window_until.unwrap();
    centre.advance_to(until);
}

fn position_of(centre: &Centre, wanted: impl Fn(&Event) -> bool) -> usize {
    log_events(centre).iter().position(wanted).unwrap()
}

#[test]
fn a_coefficient_is_drawn_from_everybodys_bytes_before_a_bid_is_read() {
    let mut centre = drawing();
    centre.contribute_all();
    let cast = closed(&mut centre);
    window(&mut centre, &cast);
    let tender = centre.tender();
    assert_eq!(tender.stage, Stage::Ranking);
    let drawn = tender.coefficients[&"k".parse().unwrap()];
    // By hand, from what was given.
    let set = &tender.sets[&set_id()];
    let contents: BTreeMap<_, _> =
        PEERS.iter().map(|peer| (author(peer), seed("draw", &format!("{peer} coefficient-k")))).collect();
    let list: Vec<Contribution<'_>> = contents
        .iter()
        .map(|(author, content)| Contribution {
            author: author.as_str(),
            envelope: Hash::of(&set.contributions[author].envelope),
            content: Some(content),
        })
        .collect();
    let pool = draw::values_hash(COEFFICIENTS);
    let seed = draw::seed(&Subject { genesis: tender.genesis, set: "coefficient-k", pool }, &list).unwrap();
    let place = draw::coefficient(seed, "k", 3) as usize;
    assert_eq!(drawn, COEFFICIENTS[place].parse::<Decimal>().unwrap());
    // The order of the record: listed before the window ends, drawn before the first bid is read.
    let listed = position_of(&centre, |event| matches!(event, Event::SetListed { .. }));
    let ended = position_of(&centre, |event| matches!(event, Event::WindowEnded { .. }));
    let drawn = position_of(&centre, |event| matches!(event, Event::CoefficientDrawn { .. }));
    let read = position_of(&centre, |event| matches!(event, Event::BidOpened(_)));
    assert!(listed < ended && ended < drawn && drawn < read);
}

#[test]
fn the_key_in_the_event_opens_the_envelope_for_anyone() {
    let mut centre = drawing();
    centre.contribute_all();
    let cast = closed(&mut centre);
    window(&mut centre, &cast);
    let set = &centre.tender().sets[&set_id()];
    let mut seen = 0;
    for event in log_events(&centre) {
        let Event::ContributionOpened { by, key, content, .. } = event else { continue };
        let key: [u8; 16] = ximu_basics::hex::decode(&key).unwrap().try_into().unwrap();
        let key = ximu_sealed::FileKey::from_bytes(key);
        let envelope = &set.contributions[&by.id].envelope;
        let opened = ximu_sealed::open(envelope, ximu_sealed::OpeningKey::FileKey(&key)).unwrap();
        assert_eq!(opened.file(CONTENT_FILE), Some(content.0.as_slice()));
        seen += 1;
    }
    assert_eq!(seen, 4);
}

#[test]
fn a_contribution_is_given_once_by_an_author_in_time_and_for_this_set() {
    let mut centre = drawing();
    let set = set_id();
    let good = centre.contribution(PEERS[0], &set, &[1; 32]);
    assert!(matches!(refused(&mut centre, "tenderer", good.clone()), Refusal::RoleNotAllowed { .. }));
    // Another author's envelope, another set's, another's holders', no envelope, a long one.
    let other = refused(&mut centre, PEERS[1], good.clone());
    assert_eq!(other, Refusal::Mismatch { what: Thing::Contribution });
    let unknown = Command::Contribute { set: "coefficient-q".parse().unwrap(), envelope: Blob(vec![]) };
    assert_eq!(refused(&mut centre, PEERS[1], unknown), Refusal::Unknown { what: Thing::Set });
    for (bytes, expected) in [
        (vec![1; 40], Refusal::Mismatch { what: Thing::Contribution }),
        (
            vec![1; set::ENVELOPE_BYTES_MAX + 1],
            Refusal::EnvelopeTooLarge { limit: 24 * 1024, found: 24 * 1024 + 1 },
        ),
    ] {
        let command = Command::Contribute { set: set.clone(), envelope: Blob(bytes) };
        assert_eq!(refused(&mut centre, PEERS[1], command), expected);
    }
    centre.expect_events(PEERS[0], TENDER, good.clone());
    assert_eq!(refused(&mut centre, PEERS[0], good), Refusal::AlreadyExists {});
    let second = centre.contribution(PEERS[0], &set, &[2; 32]);
    assert_eq!(refused(&mut centre, PEERS[0], second), Refusal::AlreadyExists {});
    let late = centre.contribution(PEERS[1], &set, &[2; 32]);
    centre.contributing = [false, false, true, true];
    centre.contribute_all();
    closed(&mut centre);
    let refusal = refused(&mut centre, PEERS[1], late);
    assert_eq!(refusal, Refusal::StageWrong { needs: StageName::Sealing, found: StageName::Window });
}

#[test]
fn the_silent_and_the_void_are_named_and_the_draw_goes_on() {
    let mut centre = drawing();
    centre.contributing = [true, false, true, false];
    centre.contribute_all();
    let malformed = centre.contribution(PEERS[3], &set_id(), b"31 bytes are not enough");
    centre.expect_events(PEERS[3], TENDER, malformed);
    let cast = closed(&mut centre);
    window(&mut centre, &cast);
    let all = log_events(&centre);
    let silent = all.iter().find_map(|event| {
        let Event::SetListed { silent, list, .. } = event else { return None };
        Some((silent.iter().map(|author| author.name.clone()).collect::<Vec<_>>(), list.len()))
    });
    assert_eq!(silent, Some((vec![PEERS[1].to_string()], 3)));
    let void = all.iter().find_map(|event| {
        let Event::ContributionVoided { by, reason, .. } = event else { return None };
        Some((by.name.clone(), *reason))
    });
    assert_eq!(void, Some((PEERS[3].to_string(), SetVoid::ContentMalformed)));
    assert_eq!(centre.tender().stage, Stage::Ranking);
    assert_eq!(centre.tender().coefficients.len(), 1);
}

#[test]
fn with_fewer_than_t_contributions_nothing_opens_and_without_a_valid_one_nothing_is_drawn() {
    let mut centre = drawing();
    centre.contributing = [true, true, false, false];
    centre.contribute_all();
    closed(&mut centre);
    centre.advance_ms(0);
    assert_eq!(centre.tender().stage, Stage::Failed(Failure::NothingDrawn));
    assert!(!log_events(&centre).iter().any(|event| matches!(event, Event::WindowEnded { .. })));

    let mut centre = drawing();
    for peer in PEERS {
        let command = centre.contribution(peer, &set_id(), b"short");
        centre.expect_events(peer, TENDER, command);
    }
    let cast = closed(&mut centre);
    window(&mut centre, &cast);
    assert_eq!(centre.tender().stage, Stage::Failed(Failure::NothingDrawn));
    assert!(!log_events(&centre).iter().any(|event| matches!(event, Event::BidOpened(_))));
}

#[test]
fn the_window_does_not_end_before_the_list_and_no_bid_is_read_before_the_draw() {
    let mut centre = drawing();
    centre.contribute_all();
    let deadline = {
        for label in ["a", "b", "c"] {
            let bidder = Bidder::register(&mut centre, label);
            bidder.submit(&mut centre, 1, "9000000.00");
        }
        centre.tender().deadline
    };
    centre.advance_to(deadline);
    // CLOSE alone, then the clock is held.
    centre.advance_to(deadline.plus_ms(1));
    let tender = centre.world.tenders.get_mut(&TENDER.parse::<ProcedureId>().unwrap()).unwrap();
    let list = Arc::make_mut(tender).sets.get_mut(&set_id()).unwrap().list.take();
    centre.now = centre.tender().window_until.unwrap();
    assert_eq!(refused(&mut centre, "centre", Command::EndWindow {}), Refusal::Mismatch { what: Thing::Set });
    let tender = centre.world.tenders.get_mut(&TENDER.parse::<ProcedureId>().unwrap()).unwrap();
    Arc::make_mut(tender).sets.get_mut(&set_id()).unwrap().list = list;
    let again = Command::ListSet { set: set_id() };
    assert_eq!(refused(&mut centre, "centre", again), Refusal::AlreadyExists {});
}

#[test]
fn a_holder_answers_for_the_whole_list_once_and_a_false_share_names_it() {
    let mut centre = drawing();
    centre.contribute_all();
    centre.holding = [false; 4];
    let cast = closed(&mut centre);
    let early = centre.set_shares(0, &set_id());
    let refusal = refused(&mut centre, PEERS[0], early);
    assert_eq!(refusal, Refusal::StageWrong { needs: StageName::Opening, found: StageName::Window });
    window(&mut centre, &cast);
    let Command::ReleaseSet { set, mut shares } = centre.set_shares(0, &set_id()) else { panic!("shares") };
    let whole = Command::ReleaseSet { set: set.clone(), shares: shares.clone() };
    let part = Command::ReleaseSet { set: set.clone(), shares: shares[..3].to_vec() };
    assert_eq!(refused(&mut centre, PEERS[0], part), Refusal::Mismatch { what: Thing::Share });
    let wrong = shares[2].author.clone();
    if let Part::Share { share, .. } = &mut shares[2].part {
        *share = ShareValue([9; 16]);
    }
    let false_one = Command::ReleaseSet { set: set.clone(), shares };
    assert_eq!(refused(&mut centre, PEERS[0], false_one), Refusal::SetShareMismatch { author: wrong });
    let before = Command::OpenSet { set: set.clone() };
    assert_eq!(refused(&mut centre, "centre", before.clone()), Refusal::Mismatch { what: Thing::Quorum });
    assert_eq!(refused(&mut centre, "centre", Command::Open {}), Refusal::Mismatch { what: Thing::Set });
    centre.expect_events(PEERS[0], TENDER, whole.clone());
    assert_eq!(refused(&mut centre, PEERS[0], whole), Refusal::AlreadyExists {});
    for position in [1, 3] {
        let shares = centre.set_shares(position, &set);
        centre.expect_events(PEERS[position], TENDER, shares);
    }
    centre.expect_events("centre", TENDER, before.clone());
    assert_eq!(refused(&mut centre, "centre", before), Refusal::AlreadyExists {});
    // The fourth comes late and is taken: any three are enough, and nobody is at fault.
    let late = centre.set_shares(2, &set);
    centre.expect_events(PEERS[2], TENDER, late);
}

/// A contribution of the first holder that `make` spoils; gives what became of it.
fn spoiled(
    change: impl FnOnce(&mut ContextFields, &mut EscrowPolicy, &mut Vec<(String, Vec<u8>)>) -> &'static str,
) -> Result<SetVoid, Refusal> {
    let mut centre = drawing();
    let set = set_id();
    let mut context = set::context(centre.tender(), &set, &author(PEERS[0])).unwrap();
    let mut escrow = ximu_procedure::envelope::escrow_policy(centre.tender()).unwrap();
    let mut files = vec![(CONTENT_FILE.to_string(), vec![7; 32])];
    let key = Key::of(change(&mut context, &mut escrow, &mut files));
    let sealer = key.public().0;
    let contents =
        InMemory { context: &context, escrow: Some(&escrow), files: &files, extra: BTreeMap::new(), sealer };
    let sealed = seal(contents, &[5; 32], |message| key.sign(message).0).unwrap();
    let command = Command::Contribute { set: set.clone(), envelope: Blob(sealed.envelope) };
    if let Outcome::Refusal(refusal) = centre.give(PEERS[0], TENDER, command).unwrap() {
        return Err(refusal);
    }
    centre.contribute_all();
    let cast = closed(&mut centre);
    window(&mut centre, &cast);
    assert_eq!(centre.tender().stage, Stage::Ranking, "the others go on");
    let found = centre.tender().sets[&set].opened().find(|(line, _)| line.by.id == author(PEERS[0])).unwrap();
    Ok(found.1.clone().unwrap_err())
}

#[test]
fn whatever_an_author_spoils_costs_it_alone() {
    let mismatch = Err(Refusal::Mismatch { what: Thing::Contribution });
    assert_eq!(
        spoiled(|context, _, _| {
            context.envelope = "set-coefficient-q".parse().unwrap();
            PEERS[0]
        }),
        mismatch
    );
    assert_eq!(
        spoiled(|_, escrow, _| {
            escrow.threshold = 2;
            PEERS[0]
        }),
        mismatch
    );
    assert_eq!(spoiled(|_, _, _| "somebody else"), Ok(SetVoid::ManifestUnsigned));
    assert_eq!(
        spoiled(|_, escrow, _| {
            escrow.holders[1] = Identity::from_bytes([5; 32]).recipient();
            PEERS[0]
        }),
        Ok(SetVoid::EscrowDiffers)
    );
    assert_eq!(
        spoiled(|_, escrow, _| {
            escrow.holders.iter_mut().for_each(|holder| *holder = Identity::from_bytes([5; 32]).recipient());
            PEERS[0]
        }),
        Ok(SetVoid::SharesMissing)
    );
    assert_eq!(
        spoiled(|_, _, files| {
            files.push(("more".into(), vec![1]));
            PEERS[0]
        }),
        Ok(SetVoid::ContentMalformed)
    );
}
