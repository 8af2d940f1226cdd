//! Honest bundles never fail: tenders in which everybody does something at random, with a seed that repeats them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken world must stop the test at once"
)]

use crate::support::{Case, check, resign, size_of};
use ximu_basics::Hash;
use ximu_procedure::{
    Stage,
    wire::{Command, command::key_statement},
};
use ximu_sim::{
    Bid, Bidder, Key,
    centre::{ORIGIN, TENDER},
};

const SEEDS: u64 = 16;
const STEPS: u64 = 24;

/// Numbers that a seed determines.
struct Dice {
    seed: u64,
    thrown: u64,
}

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.thrown += 1;
        let parts: [&[u8]; 2] = [&self.seed.to_be_bytes(), &self.thrown.to_be_bytes()];
        let hash = Hash::of_parts("ximu-verify dice", &parts);
        u64::from_be_bytes(*hash.0.first_chunk().unwrap()) % limit
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }
}

#[test]
fn whatever_honest_people_do_the_bundle_holds() {
    let mut ends = [0; 3];
    for seed in 0..SEEDS {
        let mut dice = Dice { seed, thrown: 0 };
        let mut case = Case::published();
        submissions(&mut case, &mut dice);
        holds(&mut case, seed, "before the deadline");
        close(&mut case, &mut dice);
        holds(&mut case, seed, "after CLOSE");
        if case.centre.tender().stage == Stage::Window {
            window(&mut case, &mut dice);
            holds(&mut case, seed, "after the opening");
        }
        if case.centre.tender().stage == Stage::Ranking {
            case.award();
            holds(&mut case, seed, "after the award");
            ends[0] += 1;
        } else if case.centre.tender().stage.is_failed() {
            ends[1] += 1;
        } else {
            ends[2] += 1;
        }
    }
    assert!(ends[0] > 4 && ends[1] > 0, "awarded, failed, other: {ends:?}");
}

fn holds(case: &mut Case, seed: u64, when: &str) {
    case.centre.witnessing = [true; 4];
    let report = check(&resign(&case.files()));
    assert!(report.ok, "seed {seed}, {when}: {:#?}", report.failures);
}

/// People register, bid, bid again, withdraw, lose keys; the deadline moves; witnesses come and go.
fn submissions(case: &mut Case, dice: &mut Dice) {
    // Every fourth tender is a quiet one, with too few bids as like as not.
    let steps = if dice.seed % 4 == 0 { STEPS / 4 } else { STEPS };
    for step in 0..steps {
        let room = case.centre.tender().deadline.ms_since(case.centre.now) - 200;
        case.centre.advance_ms((dice.below(900) as i64).min(room.max(0)));
        match dice.below(8) {
            0..=2 => newcomer(case, dice, step),
            3 if !case.cast.is_empty() => replace(case, dice),
            4 if !case.cast.is_empty() => withdraw(case, dice),
            5 if !case.cast.is_empty() => copy(case, dice),
            6 if dice.one_in(2) => {
                let deadline = case.centre.tender().deadline.plus_ms(1 + dice.below(3_000) as i64);
                let amend = Command::Amend { deadline, reason: "答疑".into(), documents: Vec::new() };
                case.centre.expect_events("tenderer", TENDER, amend);
                // Beats of the new schedule that lie in the past are made at once.
                case.centre.advance_ms(0);
            }
            _ => case.centre.witnessing[dice.below(4) as usize] ^= true,
        }
        let covered = case.centre.checkpoints.last().map_or(0, |note| size_of(note));
        if dice.one_in(3) && covered < case.centre.leaves.len() as u64 {
            case.centre.checkpoint();
        }
    }
}

fn newcomer(case: &mut Case, dice: &mut Dice, step: u64) {
    let label = format!("bidder-{step}");
    let bidder = Bidder::register(&mut case.centre, &label);
    let price = format!("{}.00", 9_000_000 + dice.below(1_000_000));
    let spoiled = dice.below(6);
    let bid = bidder.seal(&case.centre, 1, &price, |form| match spoiled {
        0 => form.body.commitment = Hash::of(b"another body"),
        1 => form.price_words = "壹圆整".into(),
        2 => form.v = 2,
        _ => {}
    });
    let command = bidder.submission(&mut case.centre, &bid);
    case.centre.expect_events(&label, TENDER, command);
    case.cast.push((bidder, bid));
}

fn someone(case: &Case, dice: &mut Dice) -> (usize, Bidder, Bid) {
    let number = dice.below(case.cast.len() as u64) as usize;
    let (bidder, bid) = case.cast[number].clone();
    (number, bidder, bid)
}

fn replace(case: &mut Case, dice: &mut Dice) {
    let (number, bidder, bid) = someone(case, dice);
    // Sometimes the same version again, which voids it.
    let version = bid.version + u32::from(!dice.one_in(4));
    let price = format!("{}.00", 8_000_000 + dice.below(1_000_000));
    let bid = bidder.seal(&case.centre, version, &price, |_| {});
    let command = bidder.submission(&mut case.centre, &bid);
    case.centre.give(&bidder.label, TENDER, command).unwrap();
    case.cast[number].1 = bid;
}

fn withdraw(case: &mut Case, dice: &mut Dice) {
    let (number, bidder, bid) = someone(case, dice);
    let version = bid.version + 1;
    let withdraw = Command::Withdraw { lot: "lot-1".parse().unwrap(), version };
    case.centre.give(&bidder.label, TENDER, withdraw).unwrap();
    case.cast[number].1.version = version;
}

/// Somebody sends in another's ciphertexts, and a lost key is replaced.
fn copy(case: &mut Case, dice: &mut Dice) {
    let (_, _, bid) = someone(case, dice);
    let (number, thief, _) = someone(case, dice);
    let command = thief.submission(&mut case.centre, &Bid { version: 9, ..bid });
    case.centre.give(&thief.label, TENDER, command).unwrap();
    let label = format!("{} again", thief.label);
    let Some(person) = case.centre.world.registry.keys.get(&Key::of(&thief.label).public()).cloned() else {
        return;
    };
    let key = Key::of(&label);
    let proof = key.sign(&key_statement(ORIGIN, &person));
    let replace = Command::ReplaceKey { person, key: key.public(), proof, countersignature: None };
    case.centre.expect_events("administrator", "registry", replace);
    case.cast[number].0.label = label;
}

fn close(case: &mut Case, dice: &mut Dice) {
    let deadline = case.centre.tender().deadline;
    if dice.one_in(2) {
        case.centre.witnessing = [true; 4];
    }
    if case.centre.checkpoints.is_empty() {
        case.centre.witnessing = [true; 4];
        case.centre.checkpoint();
    }
    case.centre.advance_to(deadline);
    case.centre.now = deadline.plus_ms(1);
    if let Some((bidder, bid)) = case.cast.first().cloned() {
        let version = bid.version + 1;
        let late = Command::Withdraw { lot: "lot-1".parse().unwrap(), version };
        case.centre.give(&bidder.label, TENDER, late).unwrap();
    }
    case.centre.advance_ms(1);
}

/// Each listed bidder releases, asks for rescue, does both, or stays silent; a holder may be down or lie.
fn window(case: &mut Case, dice: &mut Dice) {
    for (bidder, bid) in case.cast.clone() {
        case.centre.now = case.centre.now.plus_ms(dice.below(20) as i64);
        let choice = dice.below(4);
        if choice < 2 && case.centre.tender().bids.contains_key(&bidder.party) {
            let release = bidder.release(&case.centre, &bid);
            case.centre.give(&bidder.label, TENDER, release).unwrap();
        }
        if choice == 1 || choice == 2 {
            let rescue = Command::AskRescue { lot: "lot-1".parse().unwrap() };
            case.centre.give(&bidder.label, TENDER, rescue).unwrap();
        }
    }
    case.centre.holding[dice.below(4) as usize] = !dice.one_in(2);
    let until = case.centre.tender().window_until.unwrap();
    case.centre.advance_to(until.max(case.centre.now));
}
