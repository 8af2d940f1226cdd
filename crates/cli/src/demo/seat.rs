//! A seat that a person takes. A bidder's: one firm of the cast stays at home, its papers lie ready, and an officer admits
//! whoever registers; an authority's or the host's: its key lies ready (`supervisor`, `registrar`). Everybody else goes on and waits where the law waits; when the person does nothing, nothing is missing.

use super::{
    actors::Play,
    cast::Firm,
    papers,
    places::Places,
    plan::{Folders, Plan},
};
use crate::{
    args::registry,
    fault::Fault,
    outside,
    remote::{Remote, sign},
};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, path::PathBuf, time::Duration};
use ximu_basics::{PartyId, ProcedureId, json};
use ximu_procedure::{
    role::Role,
    wire::{Command, Entry, Event, Outcome},
};
use ximu_text::Text;

/// Between two looks at the register.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// The fewest bidders of the plan when one of them stays at home: three must remain to be ranked.
pub const BIDDERS_MIN: u32 = 6;

/// Whose seat is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Seat {
    /// A firm that bids.
    Bidder,
    /// The supervising authority.
    Supervisor,
    /// The centre's administrator, who admits parties.
    Host,
    /// An expert of the evaluation committee.
    Evaluator,
}

/// The papers that lie ready for the seat; the folder and the priced bill in it.
///
/// # Errors
/// When the disk says no.
pub fn lay_out(plan: &Plan, firm: &Firm, folder: PathBuf) -> Result<PathBuf, Fault> {
    let (_, paths) = papers::bid(plan, firm, 1, &folder)?;
    let bill = paths.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "csv"));
    Ok(bill.unwrap_or(folder))
}

/// What the person is told.
pub fn hints(text: Text, places: &Places, id: &ProcedureId, bill: &std::path::Path) -> Vec<String> {
    let address = format!("{}/tenders/{id}/bid?lang={}", places.host, text.language().tag());
    let folder = bill.parent().unwrap_or(bill).display().to_string();
    vec![
        text.demo_seat_address(address),
        text.demo_seat_key(),
        text.demo_seat_form(bill.display().to_string()),
        text.demo_seat_files(folder),
        text.demo_seat_seal(),
        text.demo_seat_open(),
        text.demo_seat_nothing(),
    ]
}

/// What a person with a key that lies ready is told.
pub fn hints_with_key(
    text: Text,
    plan: &Plan,
    folders: &Folders,
    places: &Places,
    id: &ProcedureId,
) -> Vec<String> {
    let (host, tag) = (&places.host, text.language().tag());
    let key = |label: &str| folders.seat().join(format!("{label}.key")).display().to_string();
    match plan.seat {
        Some(Seat::Supervisor) => vec![
            text.demo_seat_supervisor(format!("{host}/tenders/{id}/desk?lang={tag}")),
            text.demo_seat_supervisor_key(key(super::supervisor::LABEL)),
            text.demo_seat_supervisor_suspend(format!("{host}/tenders/{id}/hall?lang={tag}")),
            text.demo_seat_supervisor_resume(),
            text.demo_seat_supervisor_complaint(),
            text.demo_seat_nothing(),
        ],
        Some(Seat::Host) => vec![
            text.demo_seat_host(format!("{host}/desk?lang={tag}")),
            text.demo_seat_host_key(key("administrator")),
            text.demo_seat_host_admit(),
            text.demo_seat_host_last(),
            text.demo_seat_nothing(),
        ],
        Some(Seat::Bidder | Seat::Evaluator) | None => Vec::new(),
    }
}

/// The officer: admits as a bidder whoever registered and was not admitted yet.
pub fn officer(play: &Play<'_>) {
    let stage = play.stage;
    let Some(remote) = stage.persist(|| super::office::connect(&play.places.host)) else { return };
    let mut waiting = BTreeSet::new();
    let mut next = 0;
    while !stage.is_over() {
        let read = stage.persist(|| read(&remote, &mut next, &mut waiting));
        if read.is_none() {
            return;
        }
        for party in std::mem::take(&mut waiting) {
            if stage.persist(|| admit(play.plan, &remote, &party)).is_none() {
                return;
            }
        }
        outside::pause(LOOK_EVERY);
    }
}

/// Reads what is new in the register: who registered, and who was admitted meanwhile.
fn read(remote: &Remote, next: &mut u32, waiting: &mut BTreeSet<PartyId>) -> Result<(), Fault> {
    for line in remote.centre.entries(&registry()?, *next)? {
        let entry: ximu_procedure::wire::Leaf = json::from_canonical(line.entry.as_bytes())?;
        let ximu_procedure::wire::Leaf::Entry(Entry { number, outcome, .. }) = entry else { continue };
        *next = number.saturating_add(1);
        let Outcome::Events(events) = outcome else { continue };
        for event in events {
            if let Event::PartyRegistered { party, .. } = event {
                waiting.insert(party);
            } else if let Event::PartyAdmitted { party, .. } = event {
                waiting.remove(&party);
            }
        }
    }
    Ok(())
}

fn admit(plan: &Plan, remote: &Remote, party: &PartyId) -> Result<(), Fault> {
    let command = Command::AdmitParty { party: party.clone(), roles: vec![Role::Bidder] };
    let nonce = plan.nonce("admit-guest", party.as_str());
    let signed = sign(&remote.info.origin, &registry()?, nonce, command, &plan.key("administrator"))?;
    // Refused when somebody else admitted it first: then it is admitted.
    let _answer = remote.give(&signed)?;
    Ok(())
}
