//! What holders hand in for bidders (opening 3.4, 3.5): each refusal, what it changes, and when the window ends.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use ximu_procedure::{
    envelope::RELEASE_BYTES_MAX,
    phase::relay::{self, HANDED_BYTES_MAX},
    rules::{EscrowOpens, Phase},
    tender::{RELAY_WAIT_PART, StageName},
    wire::{
        Command, CommandBody, Event, Outcome, Refusal, SignedCommand,
        command::{Measure, key_statement},
        event::Route,
        refusal::Thing,
    },
};
use ximu_sim::{
    Bid, Bidder, Centre, Key,
    centre::{ORIGIN, TENDER},
    rules::PEERS,
};

/// A tender in its window in which holders may hand in what four bidders gave them: `a` to `d`. Nobody holds, so that the
/// tests say everything themselves.
fn in_window(change: impl FnOnce(&mut ximu_procedure::rules::Rules)) -> (Centre, Vec<(Bidder, Bid)>) {
    let mut centre = Centre::new();
    centre.holding = [false; 4];
    centre.register("supervisor", &[ximu_procedure::role::Role::Supervisor]);
    centre.publish(|rules| {
        relays(rules);
        change(rules);
    });
    let cast: Vec<(Bidder, Bid)> = ["a", "b", "c", "d"]
        .iter()
        .map(|label| {
            let bidder = Bidder::register(&mut centre, label);
            let bid = bidder.submit(&mut centre, 1, "9000000.00");
            (bidder, bid)
        })
        .collect();
    let deadline = centre.tender().deadline;
    centre.advance_to(deadline.plus_ms(1));
    (centre, cast)
}

fn relays(rules: &mut ximu_procedure::rules::Rules) {
    for phase in &mut rules.phases {
        if let Phase::Unseal(unseal) = phase {
            unseal.relays = true;
        }
    }
}

fn release(centre: &mut Centre, cast: &[(Bidder, Bid)], number: usize) -> SignedCommand {
    let (bidder, bid) = &cast[number];
    let command = bidder.release(centre, bid);
    centre.signed(&bidder.label, TENDER, command)
}

fn rescue(centre: &mut Centre, label: &str) -> SignedCommand {
    centre.signed(label, TENDER, Command::AskRescue { lot: "lot-1".parse().unwrap() })
}

fn hand(handed: &SignedCommand) -> Command {
    Command::Relay { handed: handed.clone() }
}

fn done(centre: &Centre) -> Command {
    Command::RelaysDone { until: centre.tender().window_until.unwrap() }
}

fn given(centre: &mut Centre, who: &str, command: Command) -> Result<Vec<Event>, Refusal> {
    match centre.give(who, TENDER, command).unwrap() {
        Outcome::Events(events) => Ok(events),
        Outcome::Refusal(refusal) => Err(refusal),
    }
}

/// Ends the window: the clock only, no timer.
fn after_window(centre: &mut Centre) {
    centre.now = centre.tender().window_until.unwrap().plus_ms(1);
}

#[test]
fn what_a_holder_hands_in_late_opens_the_bid_and_names_the_holder() {
    let (mut centre, cast) = in_window(|_| {});
    let (released, asked) = (release(&mut centre, &cast, 0), rescue(&mut centre, "b"));
    after_window(&mut centre);
    let late = bidder_gives(&mut centre, &released);
    assert!(matches!(late, Err(Refusal::WindowOver { .. })), "the bidder itself is too late: {late:?}");
    let holder = Some(PEERS[1].to_owned());
    let (a, b) = (cast[0].0.party.clone(), cast[1].0.party.clone());
    let events = given(&mut centre, PEERS[1], hand(&released));
    assert_eq!(events, Ok(vec![Event::KeyReleased { bidder: a.clone(), relayed: holder.clone() }]));
    let events = given(&mut centre, PEERS[1], hand(&asked));
    assert_eq!(events, Ok(vec![Event::RescueAsked { bidder: b.clone(), relayed: holder }]));
    assert_eq!(centre.tender().releases[&a].key, Key::of("a").public(), "it is the bidder's release");
    for peer in PEERS {
        let command = done(&centre);
        centre.expect_events(peer, TENDER, command);
    }
    centre.expect_events("centre", TENDER, Command::EndWindow {});
    let open: Vec<_> = centre.tender().to_open.iter().map(|line| (line.bidder.clone(), line.route)).collect();
    let mut expected = vec![(a, Route::Released), (b, Route::Rescued)];
    expected.sort_by(|left, right| left.0.cmp(&right.0));
    assert_eq!(open, expected);
    centre.checkpoint();
    centre.holding = [true; 4];
    let now = centre.now;
    centre.advance_to(now.plus_ms(10));
    assert_eq!(centre.tender().opened.len(), 2, "both are read: {:?}", centre.tender().voided);
}

#[test]
fn the_largest_lawful_release_can_be_handed_in_and_no_larger_one() {
    let (mut centre, cast) = in_window(|_| {});
    let Command::Release { lot, envelope } = cast[0].0.release(&centre, &cast[0].1) else {
        panic!("a release")
    };
    // What stands behind the header nobody can read before the holders answer.
    let mut with = |bytes: usize| {
        let mut envelope = envelope.clone();
        envelope.0.resize(bytes, 0);
        centre.signed("a", TENDER, Command::Release { lot: lot.clone(), envelope })
    };
    let (largest, larger) = (with(RELEASE_BYTES_MAX), with(RELEASE_BYTES_MAX + 1));
    // The same under the longest ids.
    let mut body: CommandBody = largest.open().unwrap();
    body.procedure = "p".repeat(64).parse().unwrap();
    if let Command::Release { lot, .. } = &mut body.command {
        *lot = "l".repeat(64).parse().unwrap();
    }
    body.origin = "o".repeat(700);
    let longest = SignedCommand::sign(&body, &Key::of("a").secret).unwrap();
    assert!(
        (HANDED_BYTES_MAX - 100..=HANDED_BYTES_MAX).contains(&longest.body.len()),
        "{}",
        longest.body.len()
    );
    let handed = CommandBody { command: hand(&longest), ..body };
    SignedCommand::sign(&handed, &Key::of(PEERS[0]).secret).unwrap();
    after_window(&mut centre);
    assert_eq!(given(&mut centre, PEERS[0], hand(&larger)), Err(Refusal::Mismatch { what: Thing::Release }));
    let events = given(&mut centre, PEERS[0], hand(&largest)).unwrap();
    assert!(matches!(&events[..], [Event::KeyReleased { .. }]), "{events:?}");
}

fn bidder_gives(centre: &mut Centre, signed: &SignedCommand) -> Result<Vec<Event>, Refusal> {
    match centre.give_signed(signed).unwrap() {
        Outcome::Events(events) => Ok(events),
        Outcome::Refusal(refusal) => Err(refusal),
    }
}

#[test]
fn each_thing_that_cannot_be_handed_in_has_its_refusal() {
    let (mut centre, cast) = in_window(|rules| rules.escrow.opens = EscrowOpens::None);
    let (first, second) = (release(&mut centre, &cast, 0), release(&mut centre, &cast, 1));
    let stranger = Bidder::register(&mut centre, "stranger");
    let (holder, foreign) = (PEERS[0], Refusal::Mismatch { what: Thing::Relay });
    let exists = Refusal::AlreadyExists {};
    let mut forged = first.clone();
    forged.signature = second.signature;
    let elsewhere = |origin: &str, procedure: &str| {
        let mut body: CommandBody = first.open().unwrap();
        (body.origin, body.procedure) = (origin.into(), procedure.parse().unwrap());
        SignedCommand::sign(&body, &Key::of("a").secret).unwrap()
    };
    let (other_log, other_tender) = (elsewhere("elsewhere.example/log", TENDER), elsewhere(ORIGIN, "other"));
    let mut long: CommandBody = first.open().unwrap();
    let bytes = ximu_basics::Blob(vec![0; HANDED_BYTES_MAX]);
    long.command = Command::Release { lot: "lot-1".parse().unwrap(), envelope: bytes };
    let long = SignedCommand::sign(&long, &Key::of("a").secret).unwrap();
    let not_listed = {
        let (bidder, bid) = (&stranger, &cast[0].1);
        let command = bidder.release(&centre, bid);
        centre.signed("stranger", TENDER, command)
    };
    let signed_in = centre.signed("a", TENDER, Command::SignIn {});
    let within = centre.signed(holder, TENDER, hand(&first));
    let unknown_key = centre.signed("nobody", TENDER, first.open().unwrap().command);
    let of_officer = centre.signed("tenderer", TENDER, first.open().unwrap().command);
    let (asked, wrong_envelope) = (rescue(&mut centre, "a"), {
        let command = cast[1].0.release(&centre, &cast[1].1);
        centre.signed("a", TENDER, command)
    });
    for (case, command, expected) in [
        ("a signature of other bytes", hand(&forged), foreign.clone()),
        ("for another log", hand(&other_log), foreign.clone()),
        ("for another procedure", hand(&other_tender), foreign.clone()),
        ("too long", hand(&long), foreign.clone()),
        ("neither a release nor a request", hand(&signed_in), foreign.clone()),
        ("one within another", hand(&within), foreign.clone()),
        ("by a key that nobody knows", hand(&unknown_key), foreign.clone()),
        ("by a bidder that is not on the list", hand(&not_listed), Refusal::Unknown { what: Thing::Bid }),
        ("of another bidder's envelope", hand(&wrong_envelope), Refusal::Mismatch { what: Thing::Release }),
        ("what the rules do not open", hand(&asked), Refusal::EscrowNotAllowed { opens: EscrowOpens::None }),
        (
            "done for another window",
            Command::RelaysDone { until: centre.now },
            Refusal::Mismatch { what: Thing::Instant },
        ),
    ] {
        assert_eq!(given(&mut centre, holder, command), Err(expected), "{case}");
    }
    let refused = given(&mut centre, holder, hand(&of_officer));
    assert!(matches!(refused, Err(Refusal::RoleNotAllowed { .. })), "by no bidder: {refused:?}");
    for who in ["a", "centre", "tenderer"] {
        let refused = given(&mut centre, who, hand(&first));
        assert!(matches!(refused, Err(Refusal::RoleNotAllowed { .. })), "given by {who}: {refused:?}");
    }
    assert!(given(&mut centre, holder, hand(&first)).is_ok());
    assert_eq!(given(&mut centre, holder, hand(&first)), Err(exists.clone()), "twice");
    assert_eq!(given(&mut centre, PEERS[1], hand(&first)), Err(exists.clone()), "by another holder");
    let command = done(&centre);
    centre.expect_events(holder, TENDER, command.clone());
    assert_eq!(given(&mut centre, holder, command), Err(exists.clone()), "done twice");
    assert_eq!(given(&mut centre, holder, hand(&second)), Err(exists), "after it was done");
    assert!(given(&mut centre, PEERS[1], hand(&second)).is_ok(), "another holder is not done");
}

#[test]
fn without_the_rules_word_holders_hand_in_nothing_and_the_window_ends_at_its_end() {
    let (mut centre, cast) = in_window(|rules| {
        for phase in &mut rules.phases {
            if let Phase::Unseal(unseal) = phase {
                unseal.relays = false;
            }
        }
    });
    let released = release(&mut centre, &cast, 0);
    let refusal = Refusal::Mismatch { what: Thing::Relay };
    assert_eq!(given(&mut centre, PEERS[0], hand(&released)), Err(refusal.clone()));
    let command = done(&centre);
    assert_eq!(given(&mut centre, PEERS[0], command), Err(refusal));
    after_window(&mut centre);
    centre.expect_events("centre", TENDER, Command::EndWindow {});
    assert_eq!(
        given(&mut centre, PEERS[0], hand(&released)),
        Err(Refusal::StageWrong { needs: StageName::Window, found: StageName::Opening })
    );
}

#[test]
fn the_window_ends_with_every_holders_word_or_with_that_of_t_a_quarter_later() {
    let (mut centre, _) = in_window(|_| {});
    let (opened, until) = (centre.now, centre.tender().window_until.unwrap());
    let window = centre.tender().rules.unseal().unwrap().window_minutes;
    let window = centre.tender().rules.units().minutes_ms(window);
    let later = until.plus_ms(window.div_euclid(RELAY_WAIT_PART));
    let threshold = usize::from(centre.tender().rules.escrow.t);
    let end = |centre: &mut Centre| given(centre, "centre", Command::EndWindow {});
    let waits = Err(Refusal::Mismatch { what: Thing::Relay });
    centre.now = later.plus_ms(1);
    assert_eq!(end(&mut centre), waits, "nobody has said anything");
    centre.now = opened;
    for peer in &PEERS[..threshold] {
        assert_eq!(end(&mut centre), waits, "fewer than t");
        let command = done(&centre);
        centre.expect_events(peer, TENDER, command);
    }
    for (at, not_before) in [(until, later), (later.plus_ms(-1), later)] {
        centre.now = at;
        assert_eq!(end(&mut centre), Err(Refusal::TooEarly { not_before, at }), "t of them, at {at}");
    }
    let mut with_t = centre.world.clone();
    let last = PEERS[threshold];
    centre.now = until.plus_ms(-1);
    let command = done(&centre);
    centre.expect_events(last, TENDER, command);
    let refused = end(&mut centre);
    assert_eq!(
        refused,
        Err(Refusal::TooEarly { not_before: until, at: until.plus_ms(-1) }),
        "not before the end"
    );
    centre.now = until;
    assert!(end(&mut centre).is_ok(), "with all of them at the end");
    std::mem::swap(&mut centre.world, &mut with_t);
    centre.now = later;
    assert!(end(&mut centre).is_ok(), "with t of them a quarter of the window later");
}

#[test]
fn a_suspension_moves_the_wait_and_what_was_done_is_said_again_for_a_longer_window() {
    let suspend = |centre: &mut Centre, ms: i64| {
        let until = centre.now.plus_ms(ms);
        let command = Command::Order {
            measure: Measure::Suspend { until },
            article: "article 62".into(),
            reason: "a complaint".into(),
        };
        centre.expect_events("supervisor", TENDER, command);
        until
    };
    let (mut centre, cast) = in_window(|_| {});
    let old = done(&centre);
    let kept_back = centre.signed(PEERS[0], TENDER, old.clone());
    centre.expect_events(PEERS[1], TENDER, old);
    let released = release(&mut centre, &cast, 0);
    let before = centre.tender().window_until.unwrap();
    let goes_on = suspend(&mut centre, 500);
    let refused = given(&mut centre, PEERS[2], hand(&released));
    assert_eq!(refused, Err(Refusal::Suspended { until: goes_on }));
    centre.now = goes_on;
    assert!(centre.tender().window_until.unwrap() > before && centre.tender().relays_done.is_empty());
    let stale = match centre.give_signed(&kept_back).unwrap() {
        Outcome::Events(events) => panic!("{events:?}"),
        Outcome::Refusal(refusal) => refusal,
    };
    assert_eq!(
        stale,
        Refusal::Mismatch { what: Thing::Instant },
        "a word kept back is about the shorter window"
    );
    let threshold = usize::from(centre.tender().rules.escrow.t);
    for peer in &PEERS[..threshold] {
        let command = done(&centre);
        centre.expect_events(peer, TENDER, command);
    }
    after_window(&mut centre);
    let without = centre.tender().window_ends().unwrap();
    let lapses = suspend(&mut centre, 700);
    assert_eq!(
        centre.tender().window_ends().unwrap(),
        without.plus_ms(700),
        "the wait is moved by a suspension"
    );
    assert!(lapses < without.plus_ms(700));
}

#[test]
fn the_key_that_submitted_has_the_last_word_through_a_holder_too() {
    let (mut centre, cast) = in_window(|_| {});
    let own = release(&mut centre, &cast, 0);
    let person = ximu_procedure::registry::person_id(&Key::of("a").public()).unwrap();
    let replace = Command::ReplaceKey {
        key: Key::of("thief").public(),
        proof: Key::of("thief").sign(&key_statement(ORIGIN, &person)),
        person,
        countersignature: None,
    };
    centre.expect_events("administrator", "registry", replace);
    let thief = Bidder { label: "thief".into(), party: cast[0].0.party.clone() };
    let junk = thief.seal(&centre, 1, "1.00", |_| {});
    let junk = thief.release(&centre, &junk);
    centre.expect_events("thief", TENDER, junk);
    let tender = centre.tender().clone();
    assert!(relay::is_due(&centre.world.registry, &tender, &own), "the thief's release settles nothing");
    after_window(&mut centre);
    assert!(given(&mut centre, PEERS[3], hand(&own)).is_ok());
    assert!(!relay::is_due(&centre.world.registry, centre.tender(), &own));
    assert_eq!(centre.tender().releases[&thief.party].key, Key::of("a").public());
}

#[test]
fn nothing_can_be_handed_in_before_close() {
    let mut centre = Centre::new();
    centre.publish(relays);
    let bidder = Bidder::register(&mut centre, "a");
    bidder.submit(&mut centre, 1, "9000000.00");
    let asked = rescue(&mut centre, "a");
    let wrong = Refusal::StageWrong { needs: StageName::Window, found: StageName::Sealing };
    assert_eq!(given(&mut centre, PEERS[0], hand(&asked)), Err(wrong.clone()));
    let until = centre.now;
    assert_eq!(given(&mut centre, PEERS[0], Command::RelaysDone { until }), Err(wrong));
}
