//! What the person in the seat does, told like everybody else's acts. It is told from what others see too: the entries of
//! the register and of the tender, the list, and what the members of a committee see of one another. Of a bid nothing is
//! told before CLOSE, because nobody here knows of it.

use super::{
    actors::Play, committee, experts, guest, office, plan::Plan, seat, seat::Seat, stage::Told, supervisor,
};
use crate::{args::registry, demo::cast, fault::Fault, outside, remote::Remote};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use ximu_basics::{Hash, Instant, Nonce, PartyId, PublicKey};
use ximu_procedure::{
    Committee,
    wire::{Command, Entry, Event, Outcome, evaluation::Stand},
};
use ximu_text::Text;

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// Something that the person in the seat did, or what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Did {
    /// Gave a command, by its name, about somebody; refused with the code.
    Gave {
        /// The command.
        command: &'static str,
        /// About whom.
        about: Option<String>,
        /// The refusal.
        refused: Option<String>,
    },
    /// Gave a command that stands veiled in the log, as the other members see.
    GaveVeiled(&'static str),
    /// Registered a firm.
    Registered(PartyId, String),
    /// Its firm was admitted.
    Admitted,
    /// Did not admit this party in time: another officer has.
    AdmittedByOther(String),
    /// Its bid is on the list, in this version.
    Listed(u32),
    /// What it submitted does not count.
    NotCounted,
    /// How it stands to the committee's report.
    Stands(Stand),
}

impl Did {
    /// In words.
    pub fn told(&self, t: Text) -> String {
        let deed = |command: &str| t.named(&format!("deed-{command}")).unwrap_or_else(|| command.to_owned());
        match self {
            Did::Gave { command, refused: Some(code), .. } => t.demo_did_refused(code, deed(command)),
            Did::Gave { command, about: Some(about), .. } => t.demo_did_about(about, deed(command)),
            Did::Gave { command, .. } => t.demo_did(deed(command)),
            Did::GaveVeiled("contribute") => t.demo_did_veiled(t.eval_sheet_seal()),
            Did::GaveVeiled(command) => t.demo_did_veiled(deed(command)),
            Did::Registered(party, name) => t.demo_did_registered(name, party.as_str()),
            Did::Admitted => t.demo_did_admitted(),
            Did::AdmittedByOther(name) => t.demo_did_not_admitted(name),
            Did::Listed(version) => t.demo_did_listed(*version),
            Did::NotCounted => t.demo_did_not_counted(),
            Did::Stands(stand) => t.demo_did_stands(match stand {
                Stand::Signed => t.eval_js_stand_signed(),
                Stand::Dissented => t.eval_js_stand_dissented(),
                Stand::Deemed => t.eval_js_stand_deemed(),
            }),
        }
    }
}

/// Tells what the person does, as long as the play goes on.
pub fn watch(play: &Play<'_>) {
    let Some(seat) = play.plan.seat else { return };
    // `None` means that the play is over.
    let _over = watched(play, seat);
}

fn watched(play: &Play<'_>, seat: Seat) -> Option<()> {
    let stage = play.stage;
    let remote = stage.persist(|| office::connect(&play.places.host))?;
    let mut watcher = Watcher::new(play, seat);
    // What the administrator signed before the publication was the cast's.
    let mut register = (0, stage.persist(|| last(&remote))?);
    let mut tender = 0;
    while !stage.is_over() {
        let (registered, said) = stage.persist(|| {
            let registered = supervisor::read(&remote, &registry()?, register.0)?;
            Ok((registered, supervisor::read(&remote, play.id, tender)?))
        })?;
        for entry in &registered {
            register.0 = entry.number.saturating_add(1);
            watcher
                .registered(entry, entry.number >= register.1)
                .into_iter()
                .for_each(|did| stage.tell(Told::Did(did)));
        }
        let leaf = stage.wait(|public| Some(guest::leaf(play.plan, public)))?;
        for entry in &said {
            tender = entry.number.saturating_add(1);
            watcher.said(entry, leaf).into_iter().for_each(|did| stage.tell(Told::Did(did)));
        }
        watcher.came_of_it(leaf)?;
        outside::pause(LOOK_EVERY);
    }
    None
}

/// How many entries the register has.
fn last(remote: &Remote) -> Result<u32, Fault> {
    let entries = supervisor::read(remote, &registry()?, 0)?;
    Ok(entries.last().map_or(0, |entry| entry.number.saturating_add(1)))
}

struct Watcher<'a> {
    play: &'a Play<'a>,
    seat: Seat,
    keys: BTreeSet<PublicKey>,
    /// The firm that the person registered.
    party: Option<PartyId>,
    /// The same as long as its name is not known, and since when.
    unnamed: Option<(PartyId, Instant)>,
    /// The names of parties, as the host's officers see them.
    names: BTreeMap<PartyId, Hash>,
    listed: bool,
    stands: bool,
}

impl<'a> Watcher<'a> {
    fn new(play: &'a Play<'a>, seat: Seat) -> Watcher<'a> {
        let key = |label| BTreeSet::from([play.plan.key(label).public()]);
        let keys = match seat {
            Seat::Supervisor => key(supervisor::LABEL),
            Seat::Host => key("administrator"),
            Seat::Bidder | Seat::Evaluator => BTreeSet::new(),
        };
        let (party, names) = (None, BTreeMap::new());
        Watcher { play, seat, keys, party, unnamed: None, names, listed: false, stands: false }
    }

    fn name(&self, party: &PartyId) -> String {
        let name = self.names.get(party).and_then(|address| seat::name(self.play.folders, address));
        name.unwrap_or_else(|| party.to_string())
    }

    /// The registration, once the host has the record of its name, or after so many milliseconds without it.
    fn named(&mut self, after_ms: i64) -> Option<Did> {
        let (party, since) = self.unnamed.take()?;
        let named = self.names.get(&party).and_then(|address| seat::name(self.play.folders, address));
        if named.is_none() && outside::now().ms_since(since) < after_ms {
            self.unnamed = Some((party, since));
            return None;
        }
        let name = named.unwrap_or_else(|| party.to_string());
        Some(Did::Registered(party, name))
    }

    /// An entry of the register; `new` when it came after the publication.
    fn registered(&mut self, entry: &Entry, new: bool) -> Vec<Did> {
        let Ok(body) = entry.signed.open() else { return Vec::new() };
        let mut told = Vec::new();
        if let Command::RegisterParty { name } = &body.command {
            for event in events(entry) {
                let Event::PartyRegistered { party, .. } = event else { continue };
                self.names.insert(party.clone(), *name);
                if self.seat == Seat::Bidder && !is_of_cast(self.play.plan, &body.nonce) {
                    self.keys.insert(entry.signed.key);
                    self.party = Some(party.clone());
                    self.unnamed = Some((party.clone(), outside::now()));
                }
            }
        } else if let Command::AdmitParty { party, .. } = &body.command {
            let by_cast = body.nonce == self.play.plan.nonce("admit-guest", party.as_str());
            let accepted = !events(entry).is_empty();
            if accepted && self.party.as_ref() == Some(party) {
                told.extend(self.named(0));
                told.push(Did::Admitted);
            } else if accepted && new && by_cast && self.seat == Seat::Host {
                told.push(Did::AdmittedByOther(self.name(party)));
            } else if new && !by_cast && self.keys.contains(&entry.signed.key) {
                told.push(gave(entry, body.command.name(), Some(self.name(party))));
            }
        } else if new && self.keys.contains(&entry.signed.key) {
            told.push(gave(entry, body.command.name(), None));
        }
        told
    }

    /// An entry of the tender, when the person's leaf in the committee is this one.
    fn said(&mut self, entry: &Entry, leaf: Option<Hash>) -> Vec<Did> {
        let taken = |event: &Event| matches!(event, Event::SeatTaken { leaf: at, .. } if Some(*at) == leaf);
        if events(entry).iter().any(taken) {
            self.keys.insert(entry.signed.key);
        }
        if !self.keys.contains(&entry.signed.key) {
            return Vec::new();
        }
        let Ok(body) = entry.signed.open() else { return Vec::new() };
        vec![gave(entry, body.command.name(), None)]
    }

    /// What came of a bid, or of a seat in the committee; `None` when the play is over.
    fn came_of_it(&mut self, leaf: Option<Hash>) -> Option<()> {
        let stage = self.play.stage;
        self.named(seat::NAME_MS_MAX).into_iter().for_each(|did| stage.tell(Told::Did(did)));
        if let Some(party) = self.party.clone().filter(|_| !self.listed) {
            let found = stage.wait(|public| {
                let listed = public.list.iter().find(|line| line.bidder == party);
                let other = public.not_counted.iter().any(|line| line.bidder == party);
                Some(listed.map(|line| Did::Listed(line.version)).or(other.then_some(Did::NotCounted)))
            })?;
            self.listed = found.is_some();
            found.into_iter().for_each(|did| stage.tell(Told::Did(did)));
        }
        if let Some(leaf) = leaf.filter(|_| !self.stands) {
            let stand = stage.wait(|public| {
                let concluded = public.evaluation.as_ref().and_then(|one| one.concluded.as_ref());
                let members = concluded.map(|concluded| concluded.members.as_slice()).unwrap_or_default();
                Some(members.iter().find(|member| member.leaf == leaf).map(|member| member.stand))
            })?;
            self.stands = stand.is_some();
            stand.into_iter().for_each(|stand| stage.tell(Told::Did(Did::Stands(stand))));
        }
        Some(())
    }
}

fn events(entry: &Entry) -> &[Event] {
    match &entry.outcome {
        Outcome::Events(events) => events,
        Outcome::Refusal(_) => &[],
    }
}

fn gave(entry: &Entry, command: &'static str, about: Option<String>) -> Did {
    let refused = match &entry.outcome {
        Outcome::Events(_) => None,
        Outcome::Refusal(refusal) => Some(refusal.code().to_owned()),
    };
    Did::Gave { command, about, refused }
}

/// Whether a registration was the cast's.
fn is_of_cast(plan: &Plan, nonce: &Nonce) -> bool {
    let firms = cast::firms(plan);
    let fixed = ["tenderer", experts::LABEL, committee::LABEL, supervisor::LABEL];
    let mut labels = fixed.into_iter().chain(firms.iter().map(|firm| firm.label.as_str()));
    labels.any(|label| plan.nonce("register", label) == *nonce)
}

/// How often a member has said what, as the others see it behind the veils; how it stands to the report is told at the end.
pub fn acts(committee: Committee<'_>, leaf: &Hash) -> BTreeMap<&'static str, usize> {
    let panel = committee.panel;
    let author = committee.author(leaf).map(|author| author.id);
    let sheets = panel
        .sets
        .values()
        .filter(|set| author.as_ref().is_some_and(|id| set.contributions.contains_key(id)));
    let counts = [
        ("declare", usize::from(panel.declared.contains_key(leaf))),
        ("choose_chair", usize::from(panel.chair_votes.contains_key(leaf))),
        ("contribute", sheets.count()),
        ("correct_score", panel.corrections.iter().filter(|one| one.score.member == *leaf).count()),
        ("call_abnormal", panel.calls.values().filter(|by| by.contains(leaf)).count()),
        ("justify", panel.justified.keys().filter(|at| at.member == *leaf).count()),
    ];
    counts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ximu_text::Language;

    #[test]
    fn what_a_person_did_is_told_in_both_languages_and_a_refusal_as_one() {
        let gave = |refused: Option<&str>| Did::Gave {
            command: "order",
            about: None,
            refused: refused.map(str::to_owned),
        };
        let (zh, en) = (Text::new(Language::Chinese), Text::new(Language::English));
        assert!(gave(None).told(zh).contains("您的席位：下达措施，已记入日志"));
        assert!(gave(None).told(en).contains("Your seat: Order; it stands in the log"));
        assert!(gave(Some("not_suspended")).told(zh).contains("被拒绝（not_suspended）"));
        assert!(Did::GaveVeiled("contribute").told(zh).contains("密封并提交评分表"));
        assert!(Did::Stands(Stand::Signed).told(en).contains("You have signed."));
    }
}
