//! What a committee did behind its veils, and its disclosure.

use super::{
    Given, Mutant,
    support::{Case, tender_id},
};
use ximu_basics::json;
use ximu_procedure::{
    authenticate,
    wire::{Command, Event, Outcome, PanelOperation},
};
use ximu_sim::{Sitting, centre::TENDER, rules::PEERS};
use ximu_verify::{
    Code,
    bundle::{panel_text, path, read_panel},
};

pub(super) const MUTANTS: &[Mutant] = &[
    (Code::PanelMissing, "leaf ", || {
        let mut files = Case::evaluated().files();
        files.remove(&path::panel(&tender_id()));
        Given::files(&files)
    }),
    (Code::PanelMissing, "leaf ", || {
        disclosed(|lines| {
            lines.pop();
        })
    }),
    (Code::PanelMalformed, "panel yc-2020-0603 3", || {
        disclosed(|lines| lines[3] = lines[3].replacen("\"v\":1}", "\"v\":2}", 1))
    }),
    (Code::PanelMalformed, "panel yc-2020-0603 2", || disclosed(|lines| lines[2] = "{}".into())),
    (Code::PanelOrder, "panel yc-2020-0603 1", || disclosed(|lines| lines.swap(1, 2))),
    (Code::PanelOrder, "panel yc-2020-0603 ", || {
        // Something is said to have happened for which there is no veil.
        disclosed(|lines| {
            let last = lines.last().unwrap();
            let mut operation: PanelOperation = json::from_canonical(last.as_bytes()).unwrap();
            operation.number += 1;
            lines.push(String::from_utf8(json::to_canonical(&operation).unwrap()).unwrap());
        })
    }),
    (Code::PanelRejected, "panel yc-2020-0603 1", || {
        second(|operation| operation.signed.signature.0[0] ^= 1)
    }),
    (Code::PanelActor, "panel yc-2020-0603 1", || {
        second(|operation| operation.actor = "u-somebody-else".parse().unwrap())
    }),
    (Code::PanelOutcome, "panel yc-2020-0603 1", || {
        second(|operation| operation.outcome = Outcome::Events(Vec::new()))
    }),
    (Code::TimeBackwards, "panel yc-2020-0603 1", || {
        second(|operation| operation.at = operation.at.plus_ms(-100_000))
    }),
    (Code::PanelClass, "panel yc-2020-0603 0", || {
        // A member leaves its seat behind a veil, where nobody sees it.
        let mut sitting = Case::sitting();
        sitting.sit(0);
        let leaf = sitting.member(0);
        let label = sitting.label(0);
        let signed = sitting.centre.signed(&label, TENDER, Command::LeaveSeat { leaf });
        let given = authenticate(&sitting.centre.world, &signed).unwrap();
        sitting.centre.veil(&given);
        concluded(sitting, 1)
    }),
    (Code::EntryClass, "leaf ", || {
        // What a member declares stands in the open.
        let mut sitting = Case::sitting();
        sitting.sit(0);
        let label = sitting.label(0);
        let signed = sitting.centre.signed(&label, TENDER, Command::Declare { conflict: None });
        let given = authenticate(&sitting.centre.world, &signed).unwrap();
        sitting.centre.enter(&given);
        Given::case(Case::of(sitting))
    }),
    (Code::EntryClass, "leaf ", || {
        // A holder gives documents in the open.
        let mut sitting = Case::reading();
        sitting.centre.holding = [false; 4];
        sitting.constitute();
        let papers = sitting.centre.papers(0);
        let signed = sitting.centre.signed(PEERS[0], TENDER, papers);
        let given = authenticate(&sitting.centre.world, &signed).unwrap();
        sitting.centre.enter(&given);
        Given::case(Case::of(sitting))
    }),
    (Code::PanelOutcome, "panel yc-2020-0603 ", || {
        // The centre has a holder give that gave nothing: another gave twice.
        let mut sitting = Case::reading();
        sitting.centre.tamper.panels(|operation| {
            if let Outcome::Events(events) = &mut operation.outcome
                && let [Event::PapersGiven { holder, .. }] = events.as_mut_slice()
            {
                *holder = PEERS[3].into();
            }
        });
        sitting.evaluate();
        Given::case(Case::of(sitting))
    }),
    (Code::VeilNumber, "leaf ", || {
        let mut sitting = Case::sitting();
        sitting.centre.tamper.veils(|veil| veil.number += 1);
        sitting.sit(0);
        sitting.says(0, Command::Declare { conflict: None });
        Given::case(Case::of(sitting))
    }),
    (Code::VeilRoot, "leaf ", || {
        // The veil commits to something else than what is disclosed.
        let mut sitting = Case::sitting();
        let mut number = 0;
        sitting.centre.tamper.veils(move |veil| {
            if number == 1 {
                veil.root.0[0] ^= 1;
            }
            number += 1;
        });
        sitting.evaluate();
        Given::case(Case::of(sitting))
    }),
];

/// The second operation of a committee, changed as it is written.
fn second(mut change: impl FnMut(&mut PanelOperation) + 'static) -> Given {
    let mut sitting = Case::sitting();
    let mut number = 0;
    sitting.centre.tamper.panels(move |operation| {
        if number == 1 {
            change(operation);
        }
        number += 1;
    });
    sitting.evaluate();
    Given::case(Case::of(sitting))
}

/// The operations of a concluded evaluation, changed in the file.
fn disclosed(change: impl FnOnce(&mut Vec<String>)) -> Given {
    let mut files = Case::evaluated().files();
    let path = path::panel(&tender_id());
    let mut lines = read_panel(&files[&path]).unwrap();
    change(&mut lines);
    files.insert(path, panel_text(&lines).into_bytes());
    Given::files(&files)
}

/// The committee goes on from the seats that are taken, to its conclusion.
fn concluded(mut sitting: Sitting, seated: usize) -> Given {
    let members = sitting.centre.tender().committee().len();
    for place in seated..members {
        sitting.sit(place);
    }
    let chair = sitting.member(0);
    for place in 0..members {
        sitting.says(place, Command::Declare { conflict: None });
        if sitting.centre.committee().chair().is_none() {
            sitting.says(place, Command::ChooseChair { chair });
        }
    }
    sitting.reveal(300);
    sitting.sign_all();
    Given::case(Case::of(sitting))
}
