//! Whose fault it is when documents do not open: the centre's when it gave other bytes than were submitted, the holders'
//! when too few gave good shares, and the bidder's only otherwise.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use super::*;
use alloc::vec;
use ximu_procedure::rules::Phase;
use ximu_sim::{Sitting, keys::seed, rules::PEERS};

/// Bytes in one piece, smaller than a chunk and than a header, or everything at once.
const PIECES: [usize; 3] = [7, 1_000, usize::MAX];

/// A committee that reads, with these holders at work.
fn sitting(holding: usize) -> Sitting {
    let mut sitting = Sitting::with(&["9300000.00", "9590000.00", "9712000.00"], |rules| {
        for phase in &mut rules.phases {
            if let Phase::Score(score) = phase {
                score.papers = true;
            }
        }
    });
    (0..PEERS.len()).for_each(|at| sitting.centre.holding[at] = at < holding);
    sitting.constitute();
    sitting.centre.advance_ms(0);
    sitting
}

/// What a member reads of the first bidder when the centre gives these bytes, and the tender says that those were submitted.
fn read_of(sitting: &Sitting, tender: &Tender, given: &[u8]) -> Result<Whole, BidderError> {
    let results = PIECES.map(|size| {
        let committee = Committee::new(tender, sitting.centre.committee().panel);
        let identity = Identity::from_bytes(seed("seat", &sitting.label(0)));
        let mut reader = BodyReader::new(&sitting.bidder(0), identity);
        let mut take = |_: &PayloadEvent<'_>| Ok(());
        given
            .chunks(size)
            .try_for_each(|piece| reader.push_to::<BidderError>(committee, piece, &mut take))?;
        reader.finish_with::<BidderError>(committee, &mut take)
    });
    assert!(results.iter().all(|result| *result == results[0]), "{results:?}");
    let [result, ..] = results;
    result
}

fn read(sitting: &Sitting, given: &[u8]) -> Result<Whole, BidderError> {
    read_of(sitting, sitting.centre.tender(), given)
}

/// The same, when the first bidder submitted exactly these bytes.
fn read_submitted(sitting: &Sitting, given: &[u8]) -> Result<Whole, BidderError> {
    let mut tender = sitting.centre.tender().clone();
    let commitment = Commitment::of(given);
    let body = &mut tender.bids.get_mut(&sitting.bidder(0)).unwrap().body;
    (body.commitment, body.bytes) = (commitment.root, commitment.size_bytes.try_into().unwrap());
    read_of(sitting, &tender, given)
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut other = bytes.to_vec();
    other[at] ^= 1;
    other
}

/// What can come instead of a body: each with the code when the bidder submitted it so.
fn others(sitting: &Sitting) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let body = sitting.centre.body(&sitting.bidder(0));
    let (_, payload) = EnvelopeHeader::parse(body).unwrap();
    let start = body.len() - payload.len();
    let another = sitting.centre.body(&sitting.bidder(1));
    let (_, others) = EnvelopeHeader::parse(another).unwrap();
    let header = &another[..another.len() - others.len()];
    vec![
        ("a byte of the first line", flipped(body, 0), "seal-header"),
        ("a byte of the nonce", flipped(body, start), "seal-chunk"),
        ("a byte of the payload", flipped(body, start + 20), "seal-chunk"),
        ("the last byte", flipped(body, body.len() - 1), "seal-chunk"),
        ("another header", [header, payload].concat(), "papers-closed"),
        ("another bidder's", another.to_vec(), "papers-closed"),
        ("nothing of the payload", body[..start].to_vec(), "seal-nonce"),
        ("half of the payload", body[..start + payload.len() / 2].to_vec(), "seal-chunk"),
        ("half of the header", body[..start / 2].to_vec(), "papers-closed"),
        ("nothing", Vec::new(), "papers-closed"),
        ("a byte more", [body, &[0]].concat(), "seal-chunk"),
    ]
}

#[test]
fn what_was_submitted_is_read() {
    let sitting = sitting(PEERS.len());
    let whole = read(&sitting, sitting.centre.body(&sitting.bidder(0))).unwrap();
    assert_eq!(whole.files[0].name, "投标函.txt");
    assert!(whole.untrue.is_empty());
}

#[test]
fn other_bytes_than_the_submitted_ones_are_the_centres_and_never_the_bidders() {
    let sitting = sitting(PEERS.len());
    for (what, given, _) in others(&sitting) {
        let error = read(&sitting, &given).unwrap_err();
        assert_eq!(error.code(), "papers-altered", "{what}");
        let BidderError::PapersAltered { expected, found } = error else { panic!("{what}") };
        assert_eq!(expected, Commitment::of(sitting.centre.body(&sitting.bidder(0))), "{what}");
        assert!(found != expected, "{what}");
    }
}

#[test]
fn submitted_bytes_that_do_not_open_are_the_bidders() {
    let sitting = sitting(PEERS.len());
    for (what, given, code) in others(&sitting) {
        assert_eq!(read_submitted(&sitting, &given).unwrap_err().code(), code, "{what}");
    }
}

#[test]
fn too_few_shares_are_not_the_bidders_and_hide_no_other_bytes() {
    let sitting = sitting(usize::from(sitting(0).centre.tender().rules.escrow.t) - 1);
    let body = sitting.centre.body(&sitting.bidder(0));
    assert_eq!(read(&sitting, body).unwrap_err().code(), "papers-missing-shares");
    for (what, given, _) in others(&sitting) {
        assert_eq!(read(&sitting, &given).unwrap_err().code(), "papers-altered", "{what}");
    }
}

#[test]
fn a_part_that_more_holders_call_broken_than_may_be_missing_is_the_bidders() {
    let t = usize::from(sitting(0).centre.tender().rules.escrow.t);
    for (broken, code) in [(PEERS.len() - t, "papers-missing-shares"), (PEERS.len() - t + 1, "papers-closed")]
    {
        let mut sitting = sitting(0);
        let bidder = sitting.bidder(0);
        for (at, peer) in PEERS.iter().enumerate().take(t) {
            let keep = |one: ximu_procedure::evaluation::papers::PaperShare| {
                Some(one).filter(|one| at >= broken || one.bidder != bidder)
            };
            let command = sitting.centre.papers_with(at, keep);
            sitting.centre.expect_events(peer, ximu_sim::centre::TENDER, command);
        }
        let body = sitting.centre.body(&bidder);
        assert_eq!(read(&sitting, body).unwrap_err().code(), code, "{broken} of {}", PEERS.len());
        for (what, given, _) in others(&sitting) {
            assert_eq!(read(&sitting, &given).unwrap_err().code(), "papers-altered", "{what}");
        }
    }
}

#[test]
fn a_centre_that_sends_without_an_end_is_not_listened_to() {
    let sitting = sitting(PEERS.len());
    let body = sitting.centre.body(&sitting.bidder(0));
    let committee = sitting.centre.committee();
    let mut reader = BodyReader::new(&sitting.bidder(0), Identity::from_bytes([9; 32]));
    let mut take = |_: &PayloadEvent<'_>| Ok(());
    reader.push_to::<BidderError>(committee, body, &mut take).unwrap();
    let error = reader.push_to::<BidderError>(committee, &[0], &mut take).unwrap_err();
    assert_eq!(error.code(), "papers-altered");
    assert_eq!(reader.finish_with::<BidderError>(committee, &mut take).unwrap_err().code(), "papers-altered");
}

#[test]
fn who_takes_what_is_told_stops_at_once() {
    let sitting = sitting(PEERS.len());
    let body = sitting.centre.body(&sitting.bidder(0));
    let committee = sitting.centre.committee();
    let identity = Identity::from_bytes(seed("seat", &sitting.label(0)));
    let mut reader = BodyReader::new(&sitting.bidder(0), identity);
    let mut take = |_: &PayloadEvent<'_>| Err(BidderError::Lock);
    let told = body.chunks(100).try_for_each(|piece| reader.push_to(committee, piece, &mut take));
    let told = told.and_then(|()| reader.finish_with(committee, &mut take).map(|_| ()));
    assert_eq!(told, Err(BidderError::Lock));
}
