//! Documents for the committee: who gives, when, to whom; what a seat finds; when sheets begin (evaluation 12).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use crate::support;
use ximu_basics::{PartyId, Salt};
use ximu_procedure::{
    envelope::body_escrow,
    evaluation::papers::{Closed, FILE_BYTES_MAX, Found, Index, Opened, PaperShare, Said, Shares, seal},
    rules::{Phase, Rules, Score},
    wire::{Command, Event, Outcome, Refusal, command::RecusalGround, evaluation::Conflict, refusal::Thing},
};
use ximu_sealed::{EnvelopeHeader, Identity, OpeningKey, Record, check_record, open};
use ximu_sim::{
    Sitting,
    centre::TENDER,
    committee::POOL,
    keys::{Key, seed},
    rules::PEERS,
};

const PRICES: [&str; 3] = ["9300000.00", "9590000.00", "9712000.00"];

/// 60 minutes of the rules for sheets, in the sample's minutes of 100 ms.
const SHEETS_MS: i64 = 6_000;

fn papers(rules: &mut Rules) {
    score(rules).papers = true;
}

fn score(rules: &mut Rules) -> &mut Score {
    let found = rules
        .phases
        .iter_mut()
        .find_map(|phase| if let Phase::Score(score) = phase { Some(score) } else { None });
    found.unwrap()
}

/// A committee that reads, constituted, with these holders at work.
fn constituted(holding: impl Fn(usize) -> bool) -> Sitting {
    let mut sitting = Sitting::with(&PRICES, papers);
    (0..PEERS.len()).for_each(|at| sitting.centre.holding[at] = holding(at));
    sitting.constitute();
    sitting
}

fn threshold(sitting: &Sitting) -> usize {
    usize::from(sitting.centre.tender().rules.escrow.t)
}

#[track_caller]
fn refused(sitting: &mut Sitting, label: &str, command: Command) -> Refusal {
    support::refused(&mut sitting.centre, label, command)
}

fn identity(sitting: &Sitting, place: usize) -> Identity {
    Identity::from_bytes(seed("seat", &sitting.label(place)))
}

fn found(sitting: &Sitting, identity: &Identity, bidder: &PartyId) -> Found {
    Opened::read(sitting.centre.committee(), identity).find(bidder, &sitting.centre.body_header(bidder))
}

/// What a member reads of a body, and the holders that are found out.
fn read(sitting: &Sitting, place: usize, bidder: &PartyId) -> (String, Vec<u8>) {
    let found = found(sitting, &identity(sitting, place), bidder);
    let key = found.key.as_ref().unwrap();
    let tender = sitting.centre.tender();
    let bid = &tender.bids[bidder];
    let opened = open(sitting.centre.body(bidder), OpeningKey::FileKey(key.file_key())).unwrap();
    let context = ximu_procedure::envelope::context(tender, bidder, bid.version, "body").unwrap();
    let escrow = body_escrow(tender);
    let record = Record { context: &context, sealer: &bid.key.0, escrow: escrow.as_ref() };
    let dealing = check_record(&opened.header, &opened.key, &opened.manifest, &record).unwrap();
    let text = opened.file("投标函.txt").unwrap().to_vec();
    (String::from_utf8(text).unwrap(), found.liars(dealing.as_ref()))
}

#[test]
fn every_seat_reads_every_body_that_is_evaluated_before_it_scores() {
    let mut sitting = constituted(|_| true);
    assert!(sitting.centre.committee().panel.sets.is_empty());
    sitting.centre.advance_ms(0);
    assert_eq!(sitting.centre.committee().panel.papers.len(), PEERS.len());
    for place in 0..sitting.centre.tender().committee().len() {
        for (number, price) in PRICES.iter().enumerate() {
            let (text, liars) = read(&sitting, place, &sitting.bidder(number));
            assert_eq!(text, format!("bidder-{number} 投标 {price} 元\n"));
            assert_eq!(liars, [0; 0]);
        }
    }
    assert_eq!(sitting.centre.committee().panel.sets.len(), 1, "the sheets are asked for");
    sitting.reveal(300);
    sitting.sign_all();
    assert!(sitting.centre.tender().ranking.is_some());
}

#[test]
fn documents_are_for_seats_without_a_conflict_and_for_nobody_else() {
    let reads =
        |sitting: &Sitting, label: &str| sitting.centre.committee().is_reader(&Key::of(label).public());
    let mut early = with_body(|_| {});
    early.sit(0);
    assert!(!reads(&early, &early.label(0)), "it has declared nothing yet");
    let mut sitting = constituted(|_| false);
    let seats: Vec<String> =
        (0..sitting.centre.tender().committee().len()).map(|at| sitting.label(at)).collect();
    assert!(seats.iter().all(|seat| reads(&sitting, seat)));
    assert!(!reads(&sitting, "bidder-0") && !reads(&sitting, PEERS[0]) && !reads(&sitting, POOL));
    let conflict = Conflict { bidders: vec![sitting.bidder(0)], ground: RecusalGround::Kin };
    sitting.says(1, Command::Declare { conflict: Some(conflict) });
    let still: Vec<bool> = seats.iter().map(|seat| reads(&sitting, seat)).collect();
    assert!(still.iter().enumerate().all(|(at, reads)| *reads == (at != 1)), "{still:?}");
    assert!(sitting.centre.committee().papers_lacking(1).is_empty(), "and no holder gives anything now");
}

#[test]
fn sheets_wait_for_t_holders_and_t_less_one_read_nothing() {
    let mut sitting = constituted(|_| false);
    let enough = threshold(&sitting);
    let (member, bidder) = (identity(&sitting, 0), sitting.bidder(0));
    for at in 0..enough {
        sitting.centre.advance_ms(10 * SHEETS_MS);
        assert!(sitting.centre.committee().panel.sets.is_empty(), "before {at} of {enough}");
        assert_eq!(found(&sitting, &member, &bidder).key.unwrap_err(), Closed::TooFew);
        assert_eq!(
            refused(&mut sitting, "centre", Command::BeginSheets {}),
            Refusal::Mismatch { what: Thing::Committee }
        );
        sitting.centre.give_papers(at);
    }
    sitting.centre.advance_ms(0);
    assert_eq!(sitting.centre.committee().panel.sets.len(), 1);
    assert!(found(&sitting, &member, &bidder).key.is_ok());
    let stranger = Identity::from_bytes([9; 32]);
    let committee = sitting.centre.committee();
    assert_eq!(Opened::read(committee, &stranger).holders(), 0);
    for papers in &committee.panel.papers {
        assert_eq!(ximu_procedure::evaluation::papers::open(&papers.file, &stranger), None);
    }
}

#[test]
fn a_holder_gives_once_to_exactly_the_seats_of_a_constituted_committee() {
    let mut sitting = Sitting::with(&PRICES, papers);
    sitting.centre.holding.fill(false);
    let early = sitting.centre.papers(0);
    let no_committee = Refusal::Mismatch { what: Thing::Committee };
    assert_eq!(refused(&mut sitting, PEERS[0], early), no_committee);
    sitting.constitute();
    let whole = sitting.centre.papers(0);
    let Command::GivePapers { broken, file, seats } = whole.clone() else { panic!("papers") };
    let with = |broken: &[&str], file: Vec<u8>, seats: &[String]| Command::GivePapers {
        broken: broken.iter().map(|one| one.parse().unwrap()).collect(),
        file: ximu_basics::Blob(file),
        seats: seats.to_vec(),
    };
    assert!(broken.is_empty());
    let bidders: Vec<String> = {
        let mut all: Vec<String> = (0..3).map(|number| sitting.bidder(number).to_string()).collect();
        all.sort();
        all
    };
    let one = seal(&Shares { shares: vec![], v: 1 }, &seats[..1], &[1; 32]).unwrap();
    let mut others = seats.clone();
    others[0] = Identity::from_bytes([9; 32]).recipient().to_string();
    others.sort();
    let large = [file.0.clone(), vec![0; FILE_BYTES_MAX]].concat();
    let limit = FILE_BYTES_MAX as u32;
    let size = u32::try_from(large.len()).unwrap();
    let table = [
        (PEERS[0], with(&[], file.0.clone(), &seats[1..]), Refusal::Mismatch { what: Thing::Seat }),
        (PEERS[0], with(&[], file.0.clone(), &others), Refusal::Mismatch { what: Thing::Seat }),
        (PEERS[0], with(&["nobody"], file.0.clone(), &seats), Refusal::Unknown { what: Thing::Bid }),
        (
            PEERS[0],
            with(&[&bidders[1], &bidders[0]], file.0.clone(), &seats),
            Refusal::Unknown { what: Thing::Bid },
        ),
        (PEERS[0], with(&[], large, &seats), Refusal::EnvelopeTooLarge { limit, found: size }),
        (PEERS[0], with(&[], one, &seats), Refusal::Mismatch { what: Thing::Share }),
        (PEERS[0], with(&[], b"{}".to_vec(), &seats), Refusal::Mismatch { what: Thing::Share }),
    ];
    for (label, command, expected) in table {
        assert_eq!(refused(&mut sitting, label, command.clone()), expected, "{command:?}");
    }
    let member = sitting.label(0);
    let needs = vec![ximu_procedure::role::Role::Holder];
    assert_eq!(refused(&mut sitting, &member, whole.clone()), Refusal::RoleNotAllowed { needs });
    sitting.centre.expect_events(PEERS[0], TENDER, whole.clone());
    assert_eq!(refused(&mut sitting, PEERS[0], whole), Refusal::AlreadyExists {});
}

#[test]
fn rules_without_papers_know_no_such_command() {
    let mut sitting = Sitting::new(&PRICES);
    sitting.constitute();
    let command =
        Command::GivePapers { broken: vec![], file: ximu_basics::Blob(vec![]), seats: vec!["age1".into()] };
    assert_eq!(refused(&mut sitting, PEERS[0], command), Refusal::Unknown { what: Thing::Phase });
    assert!(sitting.centre.committee().papers_lacking(1).is_empty());
}

#[test]
fn a_member_who_comes_later_is_given_alone_and_one_who_went_is_not() {
    let mut sitting = constituted(|_| true);
    sitting.centre.advance_ms(0);
    let gone = identity(&sitting, 1);
    let before = sitting.centre.committee().panel.papers.len();
    let conflict = Some(Conflict { bidders: vec![], ground: RecusalGround::Kin });
    sitting.says(1, Command::Declare { conflict });
    let decline = Command::Decline { leaf: sitting.member(1), ground: None };
    sitting.centre.expect_events(POOL, TENDER, decline);
    sitting.sit(1);
    sitting.centre.advance_ms(0);
    assert_eq!(sitting.centre.committee().panel.papers.len(), before, "not before it has declared");
    sitting.says(1, Command::Declare { conflict: None });
    sitting.centre.advance_ms(0);
    assert_eq!(sitting.centre.committee().panel.papers.len(), before, "not before there is a chair again");
    let chair = sitting.member(0);
    sitting.says(1, Command::ChooseChair { chair });
    sitting.centre.advance_ms(0);
    let new = identity(&sitting, 1);
    let papers = sitting.centre.committee().panel.papers[before..].to_vec();
    assert_eq!(papers.len(), PEERS.len());
    for papers in papers {
        assert_eq!(papers.seats, [new.recipient().to_string()]);
        assert!(ximu_procedure::evaluation::papers::open(&papers.file, &gone).is_none());
    }
    read(&sitting, 1, &sitting.bidder(2));
}

/// A tender in which the last bidder deals its documents so.
fn with_body(escrow: impl Fn(&mut Rules)) -> Sitting {
    let mut sitting = Sitting::with(&PRICES, |rules| {
        papers(rules);
        escrow(rules);
    });
    sitting.centre.holding.fill(false);
    sitting
}

#[test]
fn a_body_that_nobody_finds_a_share_in_is_its_bidders_fault_and_nothing_waits() {
    let mut sitting = with_body(|_| {});
    sitting.constitute();
    let bad = sitting.bidder(1);
    for (at, holder) in PEERS.iter().enumerate().take(threshold(&sitting)) {
        let command = sitting.centre.papers_with(at, |share| Some(share).filter(|share| share.bidder != bad));
        sitting.centre.expect_events(holder, TENDER, command);
    }
    sitting.centre.advance_ms(0);
    assert_eq!(sitting.centre.committee().panel.sets.len(), 1, "more than n - t say that it is broken");
    let found = found(&sitting, &identity(&sitting, 0), &bad);
    assert_eq!(found.key.as_ref().unwrap_err(), &Closed::Broken);
    assert!(found.said.values().all(|said| *said == Said::Broken));
    assert!(found.liars(None).is_empty());
    read(&sitting, 0, &sitting.bidder(0));
}

#[test]
fn one_broken_part_and_a_dead_holder_are_waited_for_as_long_as_sheets_take() {
    let mut sitting = with_body(|_| {});
    sitting.constitute();
    let bad = sitting.bidder(1);
    for (at, holder) in PEERS.iter().enumerate().take(threshold(&sitting)) {
        let first = at == 0;
        let command =
            sitting.centre.papers_with(at, |share| Some(share).filter(|one| !first || one.bidder != bad));
        sitting.centre.expect_events(holder, TENDER, command);
    }
    sitting.centre.advance_ms(SHEETS_MS - 1);
    assert!(sitting.centre.committee().panel.sets.is_empty());
    let not_before = sitting.centre.now.plus_ms(1);
    let at = sitting.centre.now;
    assert_eq!(
        refused(&mut sitting, "centre", Command::BeginSheets {}),
        Refusal::TooEarly { not_before, at }
    );
    let mut other = sitting.centre.papers(threshold(&sitting));
    sitting.centre.advance_ms(1);
    assert_eq!(sitting.centre.committee().panel.sets.len(), 1);
    assert_eq!(found(&sitting, &identity(&sitting, 0), &bad).key.unwrap_err(), Closed::TooFew);
    // The answer that comes late is taken, opens the body, and shows who was untrue.
    if let Command::GivePapers { seats, .. } = &mut other {
        assert_eq!(seats.len(), sitting.centre.tender().committee().len());
    }
    sitting.centre.expect_events(PEERS[threshold(&sitting)], TENDER, other);
    assert_eq!(read(&sitting, 0, &bad).1, [1]);
}

#[test]
fn a_false_share_names_its_holder_and_opens_nothing_else() {
    let mut sitting = constituted(|at| at != 1);
    let bad = sitting.bidder(2);
    let command = sitting.centre.papers_with(1, |share| {
        let salt = if share.bidder == bad { Salt([7; 32]) } else { share.salt };
        Some(PaperShare { salt, ..share })
    });
    sitting.centre.expect_events(PEERS[1], TENDER, command);
    sitting.centre.advance_ms(0);
    assert_eq!(read(&sitting, 0, &bad).1, [2]);
    assert_eq!(read(&sitting, 0, &sitting.bidder(0)).1, [0; 0]);
}

#[test]
fn only_the_body_that_counts_is_given_and_none_that_was_replaced_or_withdrawn() {
    let mut sitting = constituted(|_| true);
    sitting.centre.advance_ms(0);
    let member = identity(&sitting, 0);
    let tender = sitting.centre.tender();
    let evaluated = tender.evaluated();
    for papers in &sitting.centre.committee().panel.papers {
        let shares = ximu_procedure::evaluation::papers::open(&papers.file, &member).unwrap();
        let of: Vec<&PartyId> = shares.shares.iter().map(|share| &share.bidder).collect();
        assert_eq!(of, evaluated.iter().collect::<Vec<_>>());
    }
    // A header of another envelope of the same bidder is refused, whatever shares there are.
    let bidder = sitting.bidder(0);
    let key = Key::of("bidder-0");
    let context = ximu_procedure::envelope::context(tender, &bidder, 2, "body").unwrap();
    let escrow = body_escrow(tender);
    let contents = ximu_sealed::InMemory {
        context: &context,
        escrow: escrow.as_ref(),
        files: &[("a.txt".to_string(), b"replaced".to_vec())],
        extra: std::collections::BTreeMap::new(),
        sealer: key.public().0,
    };
    let other = ximu_sealed::seal(contents, &[3; 32], |message| key.sign(message).0).unwrap();
    let (header, _) = EnvelopeHeader::parse(&other.envelope).unwrap();
    assert_eq!(ximu_procedure::evaluation::papers::share(tender, &bidder, &header, 1, &member), None);
    let found = Opened::read(sitting.centre.committee(), &member).find(&bidder, &header);
    assert_eq!(found.key.unwrap_err(), Closed::Header);
}

#[test]
fn nothing_is_given_while_the_procedure_stands_still() {
    let mut sitting = with_body(|_| {});
    sitting.constitute();
    let report = Command::ReportOutage { venue: "nantong-1".into(), text: "断电".into() };
    sitting.centre.expect_events(ximu_sim::committee::OFFICER, TENDER, report);
    let command = sitting.centre.papers(0);
    let refusal = refused(&mut sitting, PEERS[0], command);
    assert!(matches!(refusal, Refusal::VenueOut { .. }), "{refusal:?}");
}

#[test]
fn the_largest_file_fits_its_command() {
    let share = |number: u32| PaperShare {
        bidder: format!("{number:064}").parse().unwrap(),
        salt: Salt([0; 32]),
        share: ximu_basics::ShareValue([0; 16]),
    };
    let mut seats: Vec<String> =
        (1..=15).map(|number| Identity::from_bytes([number; 32]).recipient().to_string()).collect();
    seats.sort();
    let file = seal(&Shares { shares: (0..150).map(share).collect(), v: 1 }, &seats, &[1; 32]).unwrap();
    assert!(file.len() <= FILE_BYTES_MAX, "{}", file.len());
    let broken: Vec<PartyId> = (0..20).map(|number| share(number).bidder).collect();
    let file = ximu_basics::Blob(vec![0; FILE_BYTES_MAX]);
    let command = Command::GivePapers { broken, file, seats };
    let text = ximu_basics::json::to_canonical(&command).unwrap();
    assert!(text.len() + 512 <= ximu_procedure::wire::signed::BODY_BYTES_MAX, "{}", text.len());
}

#[test]
fn one_seed_shares_no_secret_between_files() {
    let seats = vec![Identity::from_bytes([1; 32]).recipient().to_string()];
    let shares = |v| Shares { shares: vec![], v };
    let one = seal(&shares(1), &seats, &[1; 32]).unwrap();
    assert_eq!(one, seal(&shares(1), &seats, &[1; 32]).unwrap());
    let other = seal(&shares(2), &seats, &[1; 32]).unwrap();
    assert_ne!(one[30..70], other[30..70], "the ephemeral keys differ");
}

#[test]
fn an_index_is_canonical_or_none() {
    let good =
        r#"{"criteria":{"plan":[{"file":"方案.pdf","page":12},{"file":"附件.pdf","page":null}]},"v":1}"#;
    let index = Index::read(good.as_bytes()).unwrap();
    assert_eq!(index.criteria["plan"][0].page, Some(12));
    for bad in
        [good.replace(":1}", ":2}"), good.replace(",\"v\"", ", \"v\""), good.replace("plan", "\\u0070lan")]
    {
        assert_eq!(Index::read(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn the_event_tells_who_and_how_many() {
    let mut sitting = constituted(|_| false);
    let command = sitting.centre.papers(0);
    let outcome = sitting.centre.give(PEERS[0], TENDER, command).unwrap();
    let seats = u32::try_from(sitting.centre.tender().committee().len()).unwrap();
    assert_eq!(outcome, Outcome::Events(vec![Event::PapersGiven { holder: PEERS[0].into(), seats }]));
}
