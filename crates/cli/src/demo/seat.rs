//! A seat that a person takes. A bidder's: one firm of the cast stays at home, its papers lie ready, and an officer admits
//! whoever registers; an authority's or the host's: its key lies ready (`supervisor`, `registrar`). Everybody else goes on and waits where the law waits; when the person does nothing, nothing is missing.

use super::{
    actors::Play,
    cast::{self, Firm},
    papers,
    places::Places,
    plan::{Folders, Plan},
    stage::Told,
};
use crate::{
    args::registry,
    books::{VAULT, VaultFiles},
    fault::Fault,
    files, outside,
    remote::{Remote, sign},
};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};
use ximu_basics::{Hash, Instant, PartyId, ProcedureId, json};
use ximu_procedure::{
    role::Role,
    wire::{Command, Entry, Event, Outcome},
};
use ximu_text::Text;

/// Between two looks at the register.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// How long an officer waits for the record of a name, in milliseconds: the page sends it right after the registration.
pub const NAME_MS_MAX: i64 = 3_000;

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

/// The papers that lie ready for the seat, in this firm's name; the priced bill among them. Papers that an earlier start
/// laid out may bear the name that the person has registered, and stay.
///
/// # Errors
/// When the disk says no.
pub fn lay_out(plan: &Plan, firm: &Firm, folder: &Path) -> Result<PathBuf, Fault> {
    if !folder.join(papers::LETTER).is_file() {
        papers::bid(plan, firm, 1, folder)?;
    }
    Ok(folder.join(papers::BILL))
}

/// Writes the papers of the seat anew for the name under which the person registered, unless they bear it; whether they
/// were written.
///
/// # Errors
/// When the disk says no.
fn rename(plan: &Plan, folder: &Path, party: &PartyId, name: &str) -> Result<bool, Fault> {
    let Some(guest) = cast::guest(plan) else { return Ok(false) };
    let line = papers::signed_by(name);
    if guest.name == name
        || files::read_text(&folder.join(papers::LETTER)).is_ok_and(|text| text.contains(&line))
    {
        return Ok(false);
    }
    let firm = Firm { name: name.to_owned(), registered: Some(party.clone()), ..guest };
    papers::bid(plan, &firm, 1, folder).map(|_| true)
}

/// What the person is told.
pub fn hints(text: Text, places: &Places, id: &ProcedureId, firm: &Firm, bill: &Path) -> Vec<String> {
    let address = format!("{}/tenders/{id}/bid?lang={}", places.host, text.language().tag());
    let folder = bill.parent().unwrap_or(bill).display().to_string();
    vec![
        text.demo_seat_address(address),
        text.demo_seat_key(&firm.name),
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

/// Who has registered and is not admitted yet.
struct Waiting {
    /// The commitment to its name.
    name: Hash,
    /// When it was seen.
    since: Instant,
}

/// The officer: admits as a bidder whoever registered and was not admitted yet, and lays out the papers of a bidder's seat
/// in the name that it finds.
pub fn officer(play: &Play<'_>) {
    let stage = play.stage;
    let Some(remote) = stage.persist(|| super::office::connect(&play.places.host)) else { return };
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    while !stage.is_over() {
        let read = stage.persist(|| read(&remote, &mut next, &mut waiting));
        if read.is_none() {
            return;
        }
        for (party, one) in std::mem::take(&mut waiting) {
            let name = name(play.folders, &one.name);
            if name.is_none() && outside::now().ms_since(one.since) < NAME_MS_MAX {
                waiting.insert(party, one);
                continue;
            }
            let admitted = stage.persist(|| {
                if let Some(name) = &name
                    && rename(play.plan, &play.folders.seat(), &party, name)?
                {
                    stage.tell(Told::PapersNamed(name.clone()));
                }
                admit(play.plan, &remote, &party)
            });
            if admitted.is_none() {
                return;
            }
        }
        outside::pause(LOOK_EVERY);
    }
}

/// Reads what is new in the register: who registered, and who was admitted meanwhile.
fn read(remote: &Remote, next: &mut u32, waiting: &mut BTreeMap<PartyId, Waiting>) -> Result<(), Fault> {
    for line in remote.centre.entries(&registry()?, *next)? {
        let entry: ximu_procedure::wire::Leaf = json::from_canonical(line.entry.as_bytes())?;
        let ximu_procedure::wire::Leaf::Entry(Entry { number, outcome, signed, .. }) = entry else {
            continue;
        };
        *next = number.saturating_add(1);
        let Outcome::Events(events) = outcome else { continue };
        for event in events {
            if let Event::PartyRegistered { party, .. } = event {
                if let Ok(Command::RegisterParty { name }) = signed.open().map(|body| body.command) {
                    waiting.insert(party, Waiting { name, since: outside::now() });
                }
            } else if let Event::PartyAdmitted { party, .. } = event {
                waiting.remove(&party);
            }
        }
    }
    Ok(())
}

/// The name behind a commitment, from the host's vault as its officer sees it; `None` while the host does not have it.
pub fn name(folders: &Folders, address: &Hash) -> Option<String> {
    let record = VaultFiles(folders.host().join(VAULT)).record(address)?;
    Some(json::from_canonical::<ximu_bidder::act::Record>(&record).ok()?.text)
}

fn admit(plan: &Plan, remote: &Remote, party: &PartyId) -> Result<(), Fault> {
    let command = Command::AdmitParty { party: party.clone(), roles: vec![Role::Bidder] };
    let nonce = plan.nonce("admit-guest", party.as_str());
    let signed = sign(&remote.info.origin, &registry()?, nonce, command, &plan.key("administrator"))?;
    // Refused when somebody else admitted it first: then it is admitted.
    let _answer = remote.give(&signed)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::plan::Pace;
    use ximu_basics::Seed;

    #[test]
    fn the_papers_of_a_bidders_seat_bear_the_firm_that_is_named_to_the_person_or_the_one_it_registers() {
        let plan = Plan {
            v: 1,
            seed: Seed([7; 32]),
            bidders: 8,
            experts: 5,
            centres: 4,
            escrow: 3,
            pace: Pace::Fast,
            seat: Some(Seat::Bidder),
        };
        let guest = cast::guest(&plan).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let bill = lay_out(&plan, &guest, folder.path()).unwrap();
        assert!(bill.is_file());
        let firms = || {
            let files = ["投标函.md", "施工组织设计.md"].map(|name| folder.path().join(name));
            let texts = files.map(|path| std::fs::read_to_string(path).unwrap());
            texts.map(|text| text.split("投标人：").nth(1).unwrap().lines().next().unwrap().to_owned())
        };
        assert_eq!(firms(), [guest.name.clone(), guest.name.clone()]);
        let party: PartyId = "p-00000000000000000001".parse().unwrap();
        assert!(!rename(&plan, folder.path(), &party, &guest.name).unwrap(), "the name that was proposed");
        assert!(rename(&plan, folder.path(), &party, "某园林有限公司").unwrap());
        assert_eq!(firms(), ["某园林有限公司", "某园林有限公司"]);
        // A later start and a second look leave them as they are.
        lay_out(&plan, &guest, folder.path()).unwrap();
        assert!(!rename(&plan, folder.path(), &party, "某园林有限公司").unwrap());
        assert_eq!(firms()[0], "某园林有限公司");
    }
}
