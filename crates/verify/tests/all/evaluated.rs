//! A whole evaluated tender: honest bundles hold before and after the conclusion, and a holder follows it live.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken world must stop the test at once"
)]

use crate::support::{Case, PRICES, check, holds, resign, tender_id};
use ximu_procedure::{
    Stage,
    rules::{CriterionKind, Phase},
    wire::{Command, Leaf},
};
use ximu_sim::{
    Sitting,
    centre::{ORIGIN, TENDER, policy},
    committee::OFFICER,
};
use ximu_tlog::Policy;
use ximu_verify::{Code, NoteCode, Replay, bundle::path};

#[test]
fn an_evaluated_and_awarded_tender_holds() {
    let mut case = Case::evaluated();
    case.award();
    let report = check(&resign(&case.files()));
    holds(&report);
    assert_eq!(report.count("panel"), case.centre.panel_operations.len() as u64);
    assert!(report.count("panel") > 20 && !report.undisclosed.contains_key("panel"));
}

#[test]
fn equal_sheets_on_enough_opinions_are_noted_and_the_bundle_holds() {
    // Five bids with two subjective criteria: ten opinions a member.
    let evaluated = |equal: bool| {
        let mut sitting = Sitting::with(&PRICES, |rules| {
            for phase in &mut rules.phases {
                let Phase::Score(score) = phase else { continue };
                score.criteria.iter_mut().for_each(|one| one.kind = CriterionKind::Subjective);
            }
        });
        sitting.constitute();
        sitting.centre.advance_ms(0);
        for place in 0..5 {
            let plan = if equal && place == 3 { 280 } else { 300 };
            let sheet = sitting.sealed_sheet(place, &sitting.sheet(place, plan));
            sitting.says(place, sheet);
        }
        sitting.centre.advance_ms(0);
        sitting.sign_all();
        let mut case = Case::of(sitting);
        check(&resign(&case.files()))
    };
    let report = evaluated(true);
    holds(&report);
    let [note] = report.notes.as_slice() else { panic!("one note: {:?}", report.notes) };
    assert_eq!(note.code, NoteCode::SheetsAlike);
    assert!(note.detail.starts_with("members 2 (") && note.detail.contains(", 4 ("), "{}", note.detail);
    assert!(note.detail.ends_with(": 10 equal subjective scores"), "{}", note.detail);
    assert_eq!(evaluated(false).notes, []);
    let few = check(&resign(&Case::evaluated().files()));
    assert_eq!(few.notes, [], "three opinions a member are too few");
    // The committee was drawn once, from what four holders gave.
    assert_eq!((few.count("draws"), few.count("contributions"), few.count("contributions-void")), (1, 4, 0));
}

#[test]
fn a_tender_whose_committee_read_the_documents_holds_and_shows_none_of_them() {
    let mut sitting = Case::reading();
    sitting.evaluate();
    let mut case = Case::of(sitting);
    let files = case.files();
    let report = check(&resign(&files));
    holds(&report);
    assert_eq!(report.count("panel"), case.centre.panel_operations.len() as u64);
    assert!(follow(&case, |_, _| {}).is_ok());
    // What the holders gave stands there, for the seats alone; no body does, and no key of one.
    let panel = String::from_utf8(files[&path::panel(&tender_id())].clone()).unwrap();
    assert_eq!(panel.matches("papers_given").count(), 4);
    for (bidder, bid) in &case.cast {
        let opened = ximu_sealed::open(
            &bid.body.envelope,
            ximu_sealed::OpeningKey::Identity(&bid.body.recovery.opening_key),
        );
        let key = opened.unwrap().key.file_key().as_bytes().to_vec();
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        let text = format!("{} 投标", bidder.label);
        for (name, bytes) in &files {
            let shows = |what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
            assert!(!shows(hex.as_bytes()) && !shows(&key) && !shows(text.as_bytes()), "{name}");
        }
    }
}

#[test]
fn in_a_recheck_the_documents_are_given_to_the_new_seats_in_the_open() {
    let mut case = Case::rechecked_by(Case::reading(), |_| {});
    case.award();
    let files = case.files();
    holds(&check(&resign(&files)));
    let leaves = case.centre.leaves.iter().map(|leaf| String::from_utf8_lossy(leaf));
    let given: usize = leaves.map(|leaf| leaf.matches("\"type\":\"papers_given\"").count()).sum();
    assert_eq!(given, 4, "each holder gives once more, to the seats of the recheck");
    let panel = String::from_utf8(files[&path::panel(&tender_id())].clone()).unwrap();
    assert_eq!(
        panel.matches("papers_given").count(),
        4,
        "behind the veils stands the first evaluation alone"
    );
}

#[test]
fn a_recheck_holds_with_its_base_frozen_and_what_it_did_is_public() {
    let mut case = Case::rechecked(|_| {});
    case.award();
    let conclusion = |case: &Case| {
        let evaluation = case.centre.tender().evaluation.clone().unwrap();
        (evaluation.earlier[0].conclusion.clone(), evaluation.concluded.unwrap().conclusion)
    };
    let (first, second) = conclusion(&case);
    assert_eq!((first.base, second.round, second.lines.len()), (second.base, Some(2), 2));
    let report = check(&resign(&case.files()));
    holds(&report);
    assert_eq!(report.count("panel"), case.centre.panel_operations.len() as u64);
    let live = follow(&case, |_, _| {}).unwrap();
    assert_eq!(live.panel(&tender_id()).unwrap().sets.len(), 2, "a holder knows the sheets of both rounds");
    let veils = live.tender(&tender_id()).unwrap().evaluation.as_ref().unwrap().veils.len();
    assert_eq!(veils, case.centre.panel_operations.len(), "there are veils of the first evaluation alone");
    assert_eq!(live.tender(&tender_id()).unwrap().ranking.as_ref().unwrap().base, first.base);
}

#[test]
fn every_way_in_which_identity_was_checked_holds_and_stands_in_the_report() {
    use ximu_procedure::wire::identity::{FaceMatch, IdentityCheck, IdentityChoice};
    let face = |similarity: &str, matched| FaceMatch {
        matched,
        model: ximu_basics::Hash::of(b"model"),
        similarity: similarity.parse().unwrap(),
        threshold: "0.400".parse().unwrap(),
    };
    let check = |choice, face| Some(IdentityCheck { choice, face });
    let mut sitting = Case::sitting();
    sitting.identities = vec![
        check(IdentityChoice::Face, Some(face("0.731", true))),
        check(IdentityChoice::Face, Some(face("-0.018", false))),
        check(IdentityChoice::Face, None),
        check(IdentityChoice::Officer, None),
    ];
    let expected = sitting.identities.clone();
    sitting.evaluate();
    let mut case = Case::of(sitting);
    holds(&check_files(&mut case));
    let seats = &case.centre.tender().evaluation.as_ref().unwrap().seats;
    let found: Vec<_> =
        case.centre.tender().committee().iter().map(|leaf| seats[leaf].identity.clone()).collect();
    assert_eq!(found[..4], expected);
    assert!(found[4].is_none(), "a seat that was taken in the older form");
}

fn check_files(case: &mut Case) -> ximu_verify::Report {
    check(&resign(&case.files()))
}

#[test]
fn before_the_conclusion_the_veils_are_counted_as_undisclosed() {
    let mut case = Case::revealed();
    let report = check(&resign(&case.files()));
    holds(&report);
    assert_eq!(report.count("panel"), 0);
    assert_eq!(report.undisclosed["panel"], case.centre.panel_operations.len() as u64);
    assert!(!case.files().contains_key(&path::panel(&tender_id())));
}

#[test]
fn a_committee_dissolved_after_an_outage_leaves_its_sheets_sealed_and_the_bundle_holds() {
    let mut sitting = Case::sitting();
    sitting.constitute();
    sitting.centre.advance_ms(0);
    let sheet = sitting.sealed_sheet(0, &sitting.sheet(0, 300));
    sitting.says(0, sheet);
    let report = Command::ReportOutage { venue: "nantong".into(), text: "断电".into() };
    sitting.centre.expect_events(OFFICER, TENDER, report);
    let until = sitting.centre.tender().outage().unwrap().until;
    sitting.centre.advance_to(until.plus_ms(1));
    assert_eq!(sitting.centre.tender().committee_number(), 1);
    sitting.evaluate();
    let mut case = Case::of(sitting);
    holds(&check(&resign(&case.files())));
    let live = follow(&case, |_, _| {}).unwrap();
    let sets = &live.panel(&tender_id()).unwrap().sets;
    assert_eq!(sets.values().map(|set| set.list.is_some()).collect::<Vec<_>>(), [false, true]);
}

/// Follows a log live: each operation is given before its veil, as a centre gives it to a holder.
fn follow(case: &Case, change: impl Fn(u32, &mut String)) -> Result<Replay, Code> {
    let policy = Policy::parse(policy().as_bytes()).unwrap();
    let mut live = Replay::new(ORIGIN, &policy);
    live.disclose(&tender_id(), case.disclosed()).unwrap();
    let forms = case.centre.vault.clone();
    for bytes in &case.centre.leaves {
        if let Leaf::Veil(veil) = Leaf::from_bytes(bytes).unwrap() {
            let mut operation = case.centre.panel_operations[veil.number as usize].clone();
            change(veil.number, &mut operation);
            let seed = Some(case.centre.panel_seed());
            live.disclose_panel(&tender_id(), seed, vec![operation]).map_err(|failure| failure.code)?;
        }
        live.push(bytes, &forms).map_err(|failure| failure.code)?;
    }
    Ok(live)
}

#[test]
fn a_holder_that_is_given_seed_and_operations_follows_before_the_conclusion() {
    let case = Case::revealed();
    let live = follow(&case, |_, _| {}).unwrap();
    let panel = live.panel(&tender_id()).unwrap();
    assert_eq!(panel.scores, case.centre.panel.scores);
    assert_eq!(live.veils_undisclosed(&tender_id()), 0);
    assert_eq!(live.tender(&tender_id()).unwrap().stage, Stage::Evaluating);
}

#[test]
fn a_holder_finds_at_once_an_operation_that_is_not_the_one_behind_the_veil() {
    let case = Case::revealed();
    let changed = |number: u32, operation: &mut String| {
        if number == 3 {
            *operation = operation.replacen("\"at\":", "\"at\":1", 1);
        }
    };
    assert_eq!(follow(&case, changed).err(), Some(Code::VeilRoot));
}

#[test]
fn without_what_is_behind_the_veils_a_conclusion_cannot_be_followed() {
    let case = Case::evaluated();
    let policy = Policy::parse(policy().as_bytes()).unwrap();
    let mut live = Replay::new(ORIGIN, &policy);
    live.disclose(&tender_id(), case.disclosed()).unwrap();
    let forms = case.centre.vault.clone();
    let failure = case.centre.leaves.iter().find_map(|leaf| live.push(leaf, &forms).err());
    assert_eq!(failure.unwrap().code, Code::PanelMissing);
}
