//! Draws (draw 10): a host, a holder or a keeper that would choose who is drawn. Each forgery is one outcome of an honest
//! history written otherwise; the same history without it holds, and the first leaf that differs is the one named.

use super::support::{Case, PRICES, check, codes, holds, resign};
use ximu_basics::{Hash, PartyId, PoolId, SetId};
use ximu_procedure::{
    Stage,
    experts::pool_leaf,
    registry::person_id,
    role::Role,
    rules::Rules,
    wire::{
        Command, Event, Outcome,
        command::{DeclineGround, PoolStratum},
        event::{Author, DrawnStratum, SetLine, SetVoid},
    },
};
use ximu_sim::{
    Centre, Key,
    centre::TENDER,
    committee::{OFFICER, POOL},
    rules::{COEFFICIENTS, PEERS, draw_a_coefficient, draw_by_regions, draw_experts},
    sets::{author, freeze, pool_stratum},
};
use ximu_verify::{Code, NoteCode, Place};

/// When a command is given that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// The coefficient's list is fixed, and no holder has answered.
    CoefficientListed,
    /// The bids are read, and no pool is frozen.
    Drawing,
    /// The list of the draw of experts is fixed, and no holder has answered.
    Listed,
    /// The experts are drawn.
    Drawn,
}

/// One wrong outcome.
#[derive(Debug, Clone, Copy)]
enum Forgery {
    /// An event is written otherwise.
    Event(fn(&mut Event)),
    /// Events are written otherwise, or more of them.
    Events(fn(&mut Vec<Event>)),
    /// A command that is refused is written as accepted with these events.
    Accepted(Moment, fn(&Centre) -> (&'static str, Command), fn(&Centre) -> Vec<Event>),
}

const SECOND_POOL: &str = "suzhou-pool";

/// The one who gives to no draw, and would give when it is too late.
const SILENT: usize = 3;

fn coefficient() -> SetId {
    "coefficient-k".parse().unwrap()
}

fn first() -> SetId {
    "experts-1".parse().unwrap()
}

fn strata() -> Vec<PoolStratum> {
    vec![pool_stratum(POOL, "economic", 3), pool_stratum(POOL, "technical", 7)]
}

/// A member of the strata who has to keep away.
fn recused() -> Hash {
    strata()[1].leaves[2]
}

/// Somebody whom the host would like to see on the committee, and who is in no pool.
fn puppet() -> Hash {
    pool_leaf(&[7; 32], b"a friend")
}

/// A coefficient is drawn, then four experts; one gives to neither, one of the experts declines.
fn history(forgery: Option<Forgery>, forged: bool) -> Case {
    let mut case = Case::unpublished();
    let centre = &mut case.centre;
    if let (Some(Forgery::Event(change)), true) = (forgery, forged) {
        written(centre, move |events| events.iter_mut().for_each(change));
    }
    if let (Some(Forgery::Events(change)), true) = (forgery, forged) {
        written(centre, change);
    }
    centre.contributing[SILENT] = false;
    released(&mut case, |rules, keepers| {
        draw_a_coefficient(rules);
        draw_experts(rules, keepers);
    });
    let centre = &mut case.centre;
    let at = |centre: &mut Centre, moment| {
        if let Some(Forgery::Accepted(when, give, events)) = forgery
            && when == moment
        {
            attempt(centre, give(centre), forged.then(|| events(centre)));
        }
    };
    centre.holding = [false; 4];
    centre.advance_to(centre.tender().window_until.unwrap());
    assert!(centre.tender().sets[&coefficient()].list.is_some());
    at(centre, Moment::CoefficientListed);
    centre.holding = [true; 4];
    centre.advance_ms(0);
    assert_eq!(centre.tender().stage, Stage::Drawing);
    at(centre, Moment::Drawing);
    centre.expect_events(POOL, TENDER, freeze(POOL, strata(), &[recused()]));
    centre.contribute_all();
    centre.holding = [false; 4];
    centre.advance_ms(3_000);
    assert!(centre.tender().sets[&first()].list.is_some());
    at(centre, Moment::Listed);
    centre.holding = [true; 4];
    centre.advance_ms(0);
    assert_eq!(centre.tender().stage, Stage::Ranking);
    at(centre, Moment::Drawn);
    centre.expect_events(POOL, TENDER, decline(centre));
    case
}

/// A tender with two pools is published, three bid, and all release.
fn released(case: &mut Case, rules: impl FnOnce(&mut Rules, &[(&str, PartyId)])) {
    let centre = &mut case.centre;
    let keepers: Vec<(&str, PartyId)> = [POOL, SECOND_POOL]
        .into_iter()
        .map(|keeper| (keeper, centre.register(keeper, &[Role::PoolKeeper])))
        .collect();
    centre.publish(|all| rules(all, &keepers));
    centre.checkpoint();
    for (number, price) in PRICES[..3].iter().enumerate() {
        case.bid(&format!("bidder-{number}"), price);
    }
    let centre = &mut case.centre;
    centre.advance_to(centre.tender().deadline.plus_ms(1));
    for (bidder, bid) in &case.cast {
        let release = bidder.release(centre, bid);
        centre.expect_events(&bidder.label, TENDER, release);
    }
}

/// What is written from now on has its events changed.
fn written(centre: &mut Centre, change: impl Fn(&mut Vec<Event>) + 'static) {
    centre.tamper.entries(move |entry| {
        if let Outcome::Events(events) = &mut entry.outcome {
            change(events);
        }
    });
}

/// Somebody gives a command, which is refused; the centre may write that it was not.
fn attempt(centre: &mut Centre, (label, command): (&str, Command), accepted: Option<Vec<Event>>) {
    if let Some(events) = accepted {
        centre.tamper.entries(move |entry| entry.outcome = Outcome::Events(events.clone()));
    }
    let name = command.name();
    let outcome = centre.give(label, TENDER, command).unwrap();
    assert!(matches!(outcome, Outcome::Refusal(_)), "{name} by {label} was accepted");
    centre.tamper.stop();
}

fn members(centre: &Centre) -> Vec<Hash> {
    centre.tender().drawing.as_ref().unwrap().members.iter().map(|member| member.leaf).collect()
}

fn decline(centre: &Centre) -> Command {
    Command::Decline { leaf: members(centre)[1], ground: Some(DeclineGround::Ill) }
}

/// Changes what was drawn of the technical stratum.
fn technical(event: &mut Event, change: impl FnOnce(&mut DrawnStratum)) {
    if let Event::ExpertsDrawn { strata, .. } = event {
        change(&mut strata[1]);
    }
}

/// Changes the list of a set and those who gave nothing to it.
fn listed(event: &mut Event, of: &SetId, change: impl FnOnce(&mut Vec<SetLine>, &mut Vec<Author>)) {
    if let Event::SetListed { set, list, silent } = event
        && set == of
    {
        change(list, silent);
    }
}

fn drop_from_list(event: &mut Event, of: &SetId) {
    listed(event, of, |list, silent| {
        silent.push(list.pop().unwrap().by);
        silent.sort_unstable();
    });
}

/// What the silent one gives when the list is fixed.
fn late(centre: &Centre, set: &SetId) -> (&'static str, Command) {
    (PEERS[SILENT], centre.contribution(PEERS[SILENT], set, &[9; 32]))
}

fn silent() -> Author {
    Author { id: author(PEERS[SILENT]), name: PEERS[SILENT].into() }
}

fn taken(set: SetId) -> Vec<Event> {
    vec![Event::Contributed { set, by: silent() }]
}

/// The pool as it would be frozen, under the root of the honest one.
fn other_pool(change: impl FnOnce(&mut Vec<PoolStratum>)) -> (&'static str, Command) {
    let Command::FreezePool { pool, root, mut strata, recused } = freeze(POOL, strata(), &[]) else {
        panic!("a pool is frozen")
    };
    change(&mut strata);
    (POOL, Command::FreezePool { pool, root, strata, recused })
}

fn frozen(centre: &Centre, pool: &str, set: SetId) -> Vec<Event> {
    let Command::FreezePool { pool, root, .. } = freeze(pool, strata(), &[]) else {
        panic!("a pool is frozen")
    };
    vec![Event::PoolFrozen { pool, root, set, until: centre.now.plus_ms(3_000) }]
}

/// The draw as it stands in the log, with the technical seats for the alternates.
fn redrawn(centre: &Centre) -> Vec<Event> {
    let drawing = centre.tender().drawing.as_ref().unwrap();
    let drawn = drawing.alternates.iter().map(|(stratum, alternates)| DrawnStratum {
        stratum: stratum.clone(),
        members: alternates.iter().map(|member| member.leaf).collect(),
        alternates: members(centre),
    });
    let (pool, seed) = (POOL.parse().unwrap(), Hash::of(b"a better one"));
    vec![Event::ExpertsDrawn { set: first(), pool, seed, strata: drawn.collect() }]
}

const FORGERIES: &[(&str, Forgery)] = &[
    (
        "another seed",
        Forgery::Event(|event| {
            if let Event::ExpertsDrawn { seed, .. } = event {
                seed.0[0] ^= 1;
            }
        }),
    ),
    (
        "an alternate is seated and a member waits",
        Forgery::Event(|event| {
            technical(event, |drawn| core::mem::swap(&mut drawn.members[0], &mut drawn.alternates[0]));
        }),
    ),
    (
        "the members in another order, so that another one declines first",
        Forgery::Event(|event| technical(event, |drawn| drawn.members.reverse())),
    ),
    (
        "the alternates in another order",
        Forgery::Event(|event| technical(event, |drawn| drawn.alternates.swap(0, 1))),
    ),
    (
        "a member who is not in the pool",
        Forgery::Event(|event| technical(event, |drawn| drawn.members[0] = puppet())),
    ),
    (
        "a member who has to keep away",
        Forgery::Event(|event| technical(event, |drawn| drawn.members[0] = recused())),
    ),
    (
        "a seat more than the rules have",
        Forgery::Event(|event| {
            technical(event, |drawn| {
                let next = drawn.alternates.remove(0);
                drawn.members.push(next);
            });
        }),
    ),
    (
        "drawn twice in one entry",
        Forgery::Events(|events| {
            if let Some(Event::ExpertsDrawn { .. }) = events.last() {
                let mut again = events.last().unwrap().clone();
                technical(&mut again, |drawn| drawn.members.reverse());
                events.push(again);
            }
        }),
    ),
    (
        "the draw fails although it gave somebody",
        Forgery::Events(|events| {
            if let Some(Event::ExpertsDrawn { set, .. }) = events.last() {
                *events.last_mut().unwrap() = Event::DrawFailed { set: set.clone() };
            }
        }),
    ),
    (
        "opened again, and drawn again",
        Forgery::Accepted(Moment::Drawn, |_| ("centre", Command::OpenSet { set: first() }), redrawn),
    ),
    (
        "a second draw from the same pool",
        Forgery::Accepted(
            Moment::Drawn,
            |_| (POOL, freeze(POOL, strata(), &[])),
            |centre| frozen(centre, POOL, "experts-2".parse().unwrap()),
        ),
    ),
    (
        "a second draw from the next pool, though nobody is needed",
        Forgery::Accepted(
            Moment::Drawn,
            |_| (SECOND_POOL, freeze(SECOND_POOL, strata(), &[])),
            |centre| frozen(centre, SECOND_POOL, "experts-2".parse().unwrap()),
        ),
    ),
    (
        "the next pool out of its turn",
        Forgery::Accepted(
            Moment::Drawing,
            |_| (SECOND_POOL, freeze(SECOND_POOL, strata(), &[])),
            |centre| frozen(centre, SECOND_POOL, first()),
        ),
    ),
    (
        "leaves reordered after the root",
        Forgery::Accepted(
            Moment::Drawing,
            |_| other_pool(|strata| strata[1].leaves.reverse()),
            |centre| frozen(centre, POOL, first()),
        ),
    ),
    (
        "a leaf taken out after the root",
        Forgery::Accepted(
            Moment::Drawing,
            |_| other_pool(|strata| _ = strata[1].leaves.remove(0)),
            |centre| frozen(centre, POOL, first()),
        ),
    ),
    (
        "a leaf put in after the root",
        Forgery::Accepted(
            Moment::Drawing,
            |_| {
                other_pool(|strata| {
                    strata[1].leaves.push(puppet());
                    strata[1].leaves.sort_unstable();
                })
            },
            |centre| frozen(centre, POOL, first()),
        ),
    ),
    (
        "a pool that its keeper never gave",
        Forgery::Accepted(
            Moment::Drawing,
            |_| ("tenderer", freeze(POOL, strata(), &[])),
            |centre| frozen(centre, POOL, first()),
        ),
    ),
    (
        "a pool that is large enough is passed over",
        Forgery::Event(|event| {
            if let Event::PoolFrozen { pool, .. } = event {
                let stratum = "technical".parse().unwrap();
                *event = Event::PoolTooSmall { pool: pool.clone(), stratum, found: 5, needed: 6 };
            }
        }),
    ),
    (
        "less time to give than the rules say",
        Forgery::Event(|event| {
            if let Event::PoolFrozen { until, .. } = event {
                *until = until.plus_ms(-1);
            }
        }),
    ),
    (
        "a contribution to the experts is left off the list",
        Forgery::Event(|event| drop_from_list(event, &first())),
    ),
    (
        "a contribution is left off the list, and nobody is named for it",
        Forgery::Event(|event| listed(event, &first(), |list, _| _ = list.pop())),
    ),
    (
        "who gave nothing is not named",
        Forgery::Event(|event| listed(event, &first(), |_, silent| silent.clear())),
    ),
    (
        "a contribution is exchanged in the list",
        Forgery::Event(|event| listed(event, &first(), |list, _| list[0].envelope = Hash::of(b"another"))),
    ),
    (
        "an envelope of the list that was never given",
        Forgery::Event(|event| {
            listed(event, &first(), |list, silent| {
                list.push(SetLine { by: silent.remove(0), envelope: Hash::of(b"another") });
                list.sort_unstable_by(|left, right| left.by.cmp(&right.by));
            });
        }),
    ),
    (
        "a contribution after the list was fixed",
        Forgery::Accepted(Moment::Listed, |centre| late(centre, &first()), |_| taken(first())),
    ),
    (
        "a contribution after the experts were drawn",
        Forgery::Accepted(Moment::Drawn, |centre| late(centre, &first()), |_| taken(first())),
    ),
    (
        "a second list",
        Forgery::Accepted(
            Moment::Listed,
            |_| ("centre", Command::ListSet { set: first() }),
            |centre| {
                let mut list = centre.tender().sets[&first()].lines().to_vec();
                list.pop();
                vec![Event::SetListed { set: first(), list, silent: vec![silent()] }]
            },
        ),
    ),
    (
        "opened before t holders have answered",
        Forgery::Accepted(
            Moment::Listed,
            |_| ("centre", Command::OpenSet { set: first() }),
            |_| vec![Event::SetOpened { set: first(), valid: 3 }],
        ),
    ),
    (
        "a contribution opens to something else",
        Forgery::Event(|event| {
            if let Event::ContributionOpened { set, content, .. } = event
                && *set == first()
            {
                content.0[0] ^= 1;
            }
        }),
    ),
    (
        "a good contribution is called void",
        Forgery::Event(|event| {
            if let Event::ContributionOpened { set, by, .. } = event {
                let (set, by) = (set.clone(), by.clone());
                *event = Event::ContributionVoided { set, by, reason: SetVoid::SharesMissing };
            }
        }),
    ),
    (
        "fewer contributions count than were opened",
        Forgery::Event(|event| {
            if let Event::SetOpened { valid, .. } = event {
                *valid -= 1;
            }
        }),
    ),
    (
        "a coefficient of another place",
        Forgery::Event(|event| {
            if let Event::CoefficientDrawn { place, value, .. } = event {
                *place = (*place + 1) % COEFFICIENTS.len() as u32;
                *value = COEFFICIENTS[*place as usize].parse().unwrap();
            }
        }),
    ),
    (
        "another value than that of the place",
        Forgery::Event(|event| {
            if let Event::CoefficientDrawn { place, value, .. } = event {
                *value = COEFFICIENTS[(*place as usize + 1) % COEFFICIENTS.len()].parse().unwrap();
            }
        }),
    ),
    (
        "another seed of a coefficient",
        Forgery::Event(|event| {
            if let Event::CoefficientDrawn { seed, .. } = event {
                seed.0[31] ^= 1;
            }
        }),
    ),
    (
        "a coefficient drawn again",
        Forgery::Accepted(
            Moment::Drawing,
            |_| ("centre", Command::OpenSet { set: coefficient() }),
            |centre| {
                let (name, seed) = ("k".parse().unwrap(), Hash::of(b"a better one"));
                let value = centre.tender().coefficients[&name];
                vec![Event::CoefficientDrawn { set: coefficient(), name, seed, place: 0, value }]
            },
        ),
    ),
    (
        "a contribution to the coefficient is left off the list",
        Forgery::Event(|event| drop_from_list(event, &coefficient())),
    ),
    (
        "a contribution to the coefficient after its list was fixed",
        Forgery::Accepted(
            Moment::CoefficientListed,
            |centre| late(centre, &coefficient()),
            |_| taken(coefficient()),
        ),
    ),
    (
        "another alternate than the next takes the seat",
        Forgery::Event(|event| {
            if let Event::ExpertDeclined { next, .. } = event {
                *next = Some(puppet());
            }
        }),
    ),
    (
        "a member declines by the hand of another keeper",
        Forgery::Accepted(
            Moment::Drawn,
            |centre| (SECOND_POOL, decline(centre)),
            |centre| {
                let drawing = centre.tender().drawing.as_ref().unwrap();
                let member = drawing.members[1].clone();
                let next = Some(drawing.alternates[&member.stratum][0].leaf);
                vec![Event::ExpertDeclined { leaf: member.leaf, stratum: member.stratum, next }]
            },
        ),
    ),
];

/// The leaves of an honest history, which holds.
fn holding(mut case: Case) -> Vec<Vec<u8>> {
    holds(&check(&resign(&case.files())));
    case.centre.leaves
}

/// What is wrong when a forgery is not named, with its code alone, at the first leaf in which it differs.
fn unseen(name: &str, honest: &[Vec<u8>], mut forged: Case) -> Option<String> {
    let leaves = &forged.centre.leaves;
    let leaf = honest.iter().zip(leaves).take_while(|(honest, forged)| honest == forged).count();
    assert!(leaf < leaves.len(), "{name}: nothing was forged");
    let report = check(&resign(&forged.files()));
    let found = report.failures.first().map(|failure| failure.entry.clone());
    let fits =
        codes(&report) == [Code::EntryOutcome] && found == Some(Place::Leaf(leaf as u64)) && !report.ok;
    (!fits).then(|| format!("{name}: expected leaf {leaf}, found {:#?}", report.failures))
}

#[test]
fn whatever_is_done_to_a_draw_is_found_at_its_entry() {
    let usual = holding(history(None, false));
    let unseen: Vec<String> = FORGERIES
        .iter()
        .filter_map(|(name, forgery)| {
            let forged = history(Some(*forgery), true);
            match forgery {
                Forgery::Event(_) | Forgery::Events(_) => unseen(name, &usual, forged),
                Forgery::Accepted(..) => unseen(name, &holding(history(Some(*forgery), false)), forged),
            }
        })
        .collect();
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}

const REGIONS: [(&str, &str, u32); 2] =
    [(POOL, "technical-nantong", 6), (SECOND_POOL, "technical-suzhou", 5)];

fn region(number: usize) -> Vec<PoolStratum> {
    let (pool, stratum, experts) = REGIONS[number];
    vec![pool_stratum(pool, stratum, experts)]
}

/// Three experts of one region and two of the other are drawn, each from its own region's pool.
fn by_region(forgery: Option<fn(&mut Event)>) -> Case {
    let mut case = Case::unpublished();
    if let Some(change) = forgery {
        written(&mut case.centre, move |events| events.iter_mut().for_each(change));
    }
    released(&mut case, |rules, keepers| {
        draw_experts(rules, keepers);
        let [(_, first, _), (_, second, _)] = REGIONS;
        draw_by_regions(rules, &[(first, 3, &[POOL]), (second, 2, &[SECOND_POOL])]);
    });
    let centre = &mut case.centre;
    centre.advance_to(centre.tender().window_until.unwrap());
    for (number, (pool, ..)) in REGIONS.iter().enumerate() {
        centre.expect_events(pool, TENDER, freeze(pool, region(number), &[]));
        centre.contribute_all();
        centre.advance_ms(0);
    }
    assert_eq!(centre.tender().stage, Stage::Ranking);
    case
}

#[test]
fn nobody_of_another_region_is_drawn() {
    let mut honest = by_region(None);
    let report = check(&resign(&honest.files()));
    holds(&report);
    assert_eq!(report.count("draws"), 2, "one draw for each region");
    type Change = fn(&mut Event);
    let changes: [(&str, Change); 2] = [
        ("a member from the other region's pool", |event| {
            of_second_region(event, |_, drawn| drawn.members[0] = region(0)[0].leaves[0]);
        }),
        ("another pool's name", |event| of_second_region(event, |pool, _| *pool = POOL.parse().unwrap())),
    ];
    for (name, change) in changes {
        assert_eq!(unseen(name, &honest.centre.leaves, by_region(Some(change))), None);
    }
}

/// Changes what was drawn of the second region.
fn of_second_region(event: &mut Event, change: impl FnOnce(&mut PoolId, &mut DrawnStratum)) {
    if let Event::ExpertsDrawn { pool, strata, .. } = event
        && strata[0].stratum.as_str() == REGIONS[1].1
    {
        change(pool, &mut strata[0]);
    }
}

/// Somebody who was not drawn is written to sit down, with the cosignatures of keeper and officer.
fn seated(leaf: Hash, forged: bool) -> Case {
    let mut sitting = Case::sitting();
    let command = sitting.seat(&leaf, "friend", POOL, OFFICER);
    let person = person_id(&Key::of("friend").public()).unwrap();
    let taken = vec![Event::SeatTaken { leaf, person, seat: "nantong-1".into() }];
    attempt(&mut sitting.centre, ("friend", command), forged.then_some(taken));
    Case::of(sitting)
}

#[test]
fn nobody_sits_down_who_was_not_drawn() {
    let sitting = Case::sitting();
    let alternates = &sitting.centre.tender().drawing.as_ref().unwrap().alternates;
    let alternate = alternates.values().next().unwrap()[0].leaf;
    for (name, leaf) in [("a puppet", puppet()), ("an alternate", alternate)] {
        assert_eq!(unseen(name, &holding(seated(leaf, false)), seated(leaf, true)), None);
    }
}

#[test]
fn who_withholds_its_own_contribution_is_noted_and_the_draw_holds() {
    let mut case = history(None, false);
    let report = check(&resign(&case.files()));
    holds(&report);
    let counts = ["draws", "contributions", "contributions-void"].map(|name| report.count(name));
    assert_eq!(counts, [2, 6, 0], "two draws, each of what three of four gave");
    let notes: Vec<_> = report.notes.iter().map(|note| (note.code, note.detail.as_str())).collect();
    let said =
        [coefficient(), first()].map(|set| format!("{} gave nothing to {set} of {TENDER}", PEERS[SILENT]));
    assert_eq!(notes, said.each_ref().map(|said| (NoteCode::ContributionMissing, said.as_str())));
    for note in &report.notes {
        let Place::Leaf(leaf) = note.entry else { panic!("a leaf") };
        let entry = String::from_utf8_lossy(&case.centre.leaves[leaf as usize]);
        assert!(entry.contains(r#""type":"set_listed""#), "{entry}");
    }
}
