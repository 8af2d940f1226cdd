//! The centre: one log, its timers, its witnesses and holders, all in memory.

use std::collections::BTreeMap;

use ximu_basics::{Blob, Hash, Instant, Nonce, ProcedureId, Salt, Seed, ShareValue, json};
use ximu_procedure::{
    Authenticated, Classes, Committee, PanelState, Rejection, SealedState, Tender, World, authenticate,
    phase::Inputs,
    record,
    rules::Rules,
    tender::Stage,
    wire::{
        BeatLeaf, Command, CommandBody, Entry, Leaf, Operation, Outcome, PanelOperation, Record, RecordKind,
        SignedCommand, VeilLeaf,
        command::{Epoch, Part, ShareRelease, epoch_statement},
        event::Route,
        leaf::Class,
    },
    world::{commit_sealed, outcome},
};
use ximu_sealed::{EnvelopeHeader, Identity, Share};
use ximu_tlog::{
    beat, checkpoint::Checkpoint, cosignature::Cosigner, key::VerifierKey, merkle::leaf_hash, note::Note,
    note::NoteSigner, tree::Tree, veil,
};

use crate::{
    keys::{Key, seed},
    rules::PEERS,
    tamper::Tamper,
};

/// The log's origin.
pub const ORIGIN: &str = "rehearsal.yichang.example/log";
/// The id of the tender that [`Centre::publish`] publishes.
pub const TENDER: &str = "yc-2020-0603";
/// The clock at the start.
pub const START: Instant = Instant::from_unix_ms(1_591_000_000_000);

/// An operation as it is disclosed at CLOSE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosed {
    /// Its number among all operations of the class, from 0.
    pub order: u64,
    /// Its exact bytes.
    pub bytes: Vec<u8>,
}

/// A centre and its peers.
pub struct Centre {
    /// Public state.
    pub world: World,
    /// The clock.
    pub now: Instant,
    /// The log's leaves.
    pub leaves: Vec<Vec<u8>>,
    /// The tree over them.
    pub tree: Tree,
    /// Sealed state of each procedure.
    pub sealed: BTreeMap<ProcedureId, SealedState>,
    /// Operations of each procedure.
    pub operations: BTreeMap<ProcedureId, Vec<Disclosed>>,
    /// What the committee of the tender has done.
    pub panel: PanelState,
    /// Its operations, in their exact bytes.
    pub panel_operations: Vec<String>,
    /// Cosigned checkpoints, ascending by size.
    pub checkpoints: Vec<String>,
    /// Ciphertexts by commitment.
    pub vault: BTreeMap<Hash, Vec<u8>>,
    /// Witnesses that answer, by position in [`PEERS`].
    pub witnessing: [bool; 4],
    /// Holders that release, by position in [`PEERS`].
    pub holding: [bool; 4],
    /// Holders that give to sealed sets, by position in [`PEERS`].
    pub contributing: [bool; 4],
    /// What the centre writes otherwise than it decided; nothing by default.
    pub tamper: Tamper,
    nonces: u64,
}

struct VaultInputs<'a> {
    vault: &'a BTreeMap<Hash, Vec<u8>>,
    sealed: Option<&'a SealedState>,
    panel: Option<&'a PanelState>,
}

impl Inputs for VaultInputs<'_> {
    fn form(&self, commitment: &Hash) -> Option<Vec<u8>> {
        self.vault.get(commitment).cloned()
    }

    fn sealed(&self) -> Option<&SealedState> {
        self.sealed
    }

    fn panel(&self) -> Option<&PanelState> {
        self.panel
    }
}

/// The policy of the simulated centres: any three of the four peers, the host never counts.
#[must_use]
pub fn policy() -> String {
    let log = VerifierKey::log(ORIGIN, &Key::of("centre").public()).unwrap();
    let mut text = format!("log {log}\n");
    for name in PEERS {
        let witness = VerifierKey::witness(name, &Key::of(name).public()).unwrap();
        text.push_str(&format!("witness {name} {witness}\n"));
    }
    text.push_str(&format!("group others 3 {}\nquorum others\n", PEERS.join(" ")));
    text
}

impl Default for Centre {
    fn default() -> Centre {
        Centre::new()
    }
}

impl Centre {
    /// A founded centre with one admitted tenderer, key label `tenderer`.
    #[must_use]
    pub fn new() -> Centre {
        let mut centre = Centre {
            world: World::new(ORIGIN),
            now: START,
            leaves: Vec::new(),
            tree: Tree::new(),
            sealed: BTreeMap::new(),
            operations: BTreeMap::new(),
            panel: PanelState::default(),
            panel_operations: Vec::new(),
            checkpoints: Vec::new(),
            vault: BTreeMap::new(),
            witnessing: [true; 4],
            holding: [true; 4],
            contributing: [true; 4],
            tamper: Tamper::default(),
            nonces: 0,
        };
        let found = Command::Found {
            centre_key: Key::of("centre").public(),
            policy: policy(),
            name: Hash::of(b"centre"),
            rehearsal: true,
        };
        centre.expect_events("administrator", "registry", found);
        centre.register("tenderer", &[ximu_procedure::role::Role::Tenderer]);
        centre
    }

    /// Registers and admits a party whose first person has the key of this label.
    pub fn register(&mut self, label: &str, roles: &[ximu_procedure::role::Role]) -> ximu_basics::PartyId {
        let name = Hash::of(label.as_bytes());
        self.expect_events(label, "registry", Command::RegisterParty { name });
        let party = ximu_procedure::registry::party_id(&name, &Key::of(label).public()).unwrap();
        let admit = Command::AdmitParty { party: party.clone(), roles: roles.to_vec() };
        self.expect_events("administrator", "registry", admit);
        party
    }

    /// Publishes the simulated tender with a deadline twenty and a half days from now, rules changed by `change`.
    pub fn publish(&mut self, change: impl FnOnce(&mut Rules)) -> ProcedureId {
        let tenderer =
            ximu_procedure::registry::party_id(&Hash::of(b"tenderer"), &Key::of("tenderer").public())
                .unwrap();
        let mut rules = crate::rules::rules(tenderer, self.now.plus_ms(14_350));
        change(&mut rules);
        let command = self.publication(rules);
        self.expect_events("tenderer", TENDER, command);
        self.contribute_all();
        TENDER.parse().unwrap()
    }

    /// The command that publishes a rules document, with the holders' epoch keys.
    #[must_use]
    pub fn publication(&self, rules: Rules) -> Command {
        let epochs = rules.escrow.holders.iter().map(|holder| {
            let recipient = epoch_key(holder).recipient().to_string();
            let statement = epoch_statement(ORIGIN, rules.id.as_str(), &recipient);
            Epoch { holder: holder.clone(), recipient, statement: Key::of(holder).sign(&statement) }
        });
        Command::Publish {
            epochs: epochs.collect(),
            documents: Vec::new(),
            policy: Hash::of(policy().as_bytes()),
            rules,
        }
    }

    /// The simulated tender.
    #[must_use]
    pub fn tender(&self) -> &Tender {
        &self.world.tenders[&TENDER.parse::<ProcedureId>().unwrap()]
    }

    /// A command signed with the key of a label.
    pub fn signed(&mut self, label: &str, procedure: &str, command: Command) -> SignedCommand {
        self.nonces += 1;
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&self.nonces.to_be_bytes());
        let body = CommandBody {
            v: 1,
            origin: ORIGIN.into(),
            procedure: procedure.parse().unwrap(),
            nonce: Nonce(nonce),
            command,
        };
        SignedCommand::sign(&body, &Key::of(label).secret).unwrap()
    }

    /// Gives a command; what cannot be considered at all is an error.
    ///
    /// # Errors
    /// A [`Rejection`].
    pub fn give(&mut self, label: &str, procedure: &str, command: Command) -> Result<Outcome, Rejection> {
        let signed = self.signed(label, procedure, command);
        self.give_signed(&signed)
    }

    /// Gives a signed command.
    ///
    /// # Errors
    /// A [`Rejection`].
    pub fn give_signed(&mut self, signed: &SignedCommand) -> Result<Outcome, Rejection> {
        let given = authenticate(&self.world, signed)?;
        if self.world.is_panel_now(&given) {
            return Ok(self.veil(&given));
        }
        if self.world.is_sealed_now(&given) { Ok(self.operate(&given)) } else { Ok(self.enter(&given)) }
    }

    /// Gives a command that must be accepted.
    pub fn expect_events(&mut self, label: &str, procedure: &str, command: Command) {
        let name = command.name();
        match self.give(label, procedure, command).unwrap() {
            Outcome::Events(_) => {}
            Outcome::Refusal(refusal) => panic!("{name} by {label} was refused: {refusal}"),
        }
    }

    /// Enters a command as a public entry, whatever its class.
    pub fn enter(&mut self, given: &Authenticated) -> Outcome {
        let procedure = given.body.procedure.clone();
        let disclosed = matches!(given.body.command, Command::Close { .. });
        let sealed = if disclosed { self.sealed.get(&procedure).cloned() } else { None };
        let concludes = matches!(given.body.command, Command::Conclude { .. });
        let panel = concludes.then_some(&self.panel);
        let inputs = VaultInputs { vault: &self.vault, sealed: sealed.as_ref(), panel };
        let outcome = outcome(self.world.decide(given, self.now, &inputs));
        let chain = self.world.chain(&procedure);
        let mut entry = Entry {
            v: 1,
            procedure: procedure.clone(),
            number: chain.number,
            previous: chain.previous,
            at: self.now,
            actor: given.actor.person.clone(),
            signed: given.signed.clone(),
            outcome: outcome.clone(),
        };
        self.tamper.entry(&mut entry);
        let bytes = Leaf::Entry(entry).to_bytes().unwrap();
        let classes = Classes { sealed: sealed.as_ref(), panel };
        self.world.commit(given, self.now, &outcome, Hash::of(&bytes), classes);
        self.append(bytes);
        if matches!((&given.body.command, &outcome), (Command::Publish { .. }, Outcome::Events(_))) {
            self.sealed.insert(procedure.clone(), SealedState::default());
            self.operations.insert(procedure, Vec::new());
        }
        outcome
    }

    /// Hides a command as an operation of the sealed class, whatever its class.
    pub fn operate(&mut self, given: &Authenticated) -> Outcome {
        let procedure = given.body.procedure.clone();
        let sealed = self.sealed.get_mut(&procedure).unwrap();
        let outcome = outcome(self.world.decide_sealed(given, self.now, sealed));
        let beat = u32::try_from(self.world.tenders[&procedure].beats.len()).unwrap();
        let mut operation = Operation {
            v: 1,
            procedure: procedure.clone(),
            beat,
            log_size: self.leaves.len() as u64,
            at: self.now,
            actor: given.actor.person.clone(),
            signed: given.signed.clone(),
            outcome: outcome.clone(),
        };
        self.tamper.operation(&mut operation);
        commit_sealed(sealed, given, self.now, beat, &outcome);
        let list = self.operations.get_mut(&procedure).unwrap();
        let order = list.len() as u64;
        list.push(Disclosed { order, bytes: json::to_canonical(&operation).unwrap() });
        outcome
    }

    /// Hides a command behind a veil, as an operation of the class `panel`, whatever its class.
    pub fn veil(&mut self, given: &Authenticated) -> Outcome {
        let procedure = given.body.procedure.clone();
        let outcome = outcome(self.world.decide_panel(given, self.now, &self.panel));
        let number = u32::try_from(self.panel_operations.len()).unwrap();
        let mut operation = PanelOperation {
            v: 1,
            procedure: procedure.clone(),
            number,
            at: self.now,
            actor: given.actor.person.clone(),
            signed: given.signed.clone(),
            outcome: outcome.clone(),
        };
        self.tamper.panel(&mut operation);
        self.world.commit_panel(&mut self.panel, given, self.now, &outcome);
        let text = String::from_utf8(json::to_canonical(&operation).unwrap()).unwrap();
        let root = veil::root(&self.panel_seed(), number.into(), text.as_bytes());
        let mut leaf = VeilLeaf { v: 1, procedure, class: Class::Panel, number, root };
        self.panel_operations.push(text);
        self.world.commit_veil(&leaf).unwrap();
        self.tamper.veil(&mut leaf);
        self.append(Leaf::Veil(leaf).to_bytes().unwrap());
        outcome
    }

    /// The committee of the tender, as it stands.
    #[must_use]
    pub fn committee(&self) -> Committee<'_> {
        Committee::new(self.tender(), self.panel_now())
    }

    /// What the committee has done: as everybody reads it once it is disclosed.
    #[must_use]
    pub fn panel_now(&self) -> &PanelState {
        self.tender().disclosed_panel().unwrap_or(&self.panel)
    }

    /// The seed of the class `panel`.
    #[must_use]
    pub fn panel_seed(&self) -> Seed {
        Seed(seed("panel class", TENDER))
    }

    fn append(&mut self, bytes: Vec<u8>) {
        self.tree.push(leaf_hash(&bytes));
        self.leaves.push(bytes);
    }

    /// Moves the clock, doing on the way everything that falls due: beats, CLOSE, the end of the window, the
    /// holders' releases and the reading.
    pub fn advance_to(&mut self, until: Instant) {
        while let Some((due, timer)) = self.next_due().filter(|(due, _)| *due <= until) {
            self.now = self.now.max(due);
            self.run(timer, due);
        }
        self.now = self.now.max(until);
    }

    /// Moves the clock by this much.
    pub fn advance_ms(&mut self, ms: i64) {
        self.advance_to(self.now.plus_ms(ms));
    }

    fn next_due(&self) -> Option<(Instant, Timer)> {
        let tender = self.world.tenders.get(&TENDER.parse::<ProcedureId>().unwrap())?;
        let next = self.next_of_stage(tender).map(|(due, timer)| match timer {
            Timer::Beat => (due, timer),
            Timer::Close
            | Timer::Prolong
            | Timer::RelaysDone(_)
            | Timer::EndWindow
            | Timer::Shares(_)
            | Timer::Open
            | Timer::Set
            | Timer::SetShares(_)
            | Timer::Panel
            | Timer::SheetShares(_)
            | Timer::Papers(_)
            | Timer::NoteOverdue => (tender.suspended_until(due.max(self.now)).unwrap_or(due), timer),
        });
        let overdue = tender.overdue_at().map(|due| (due, Timer::NoteOverdue));
        match (next, overdue) {
            (Some(next), Some(overdue)) if overdue.0 < next.0 => Some(overdue),
            (Some(next), _) => Some(next),
            (None, overdue) => overdue,
        }
    }

    fn next_of_stage(&self, tender: &Tender) -> Option<(Instant, Timer)> {
        match tender.stage {
            Stage::Sealing => {
                let beat = tender.next_beat();
                match (beat, tender.enquiry.suspended_until) {
                    (beat, Some(until)) if beat.is_none_or(|beat| until < beat) => {
                        Some((until, Timer::Prolong))
                    }
                    (Some(due), _) => Some((due, Timer::Beat)),
                    (None, _) => Some((tender.deadline.plus_ms(1), Timer::Close)),
                }
            }
            Stage::Window if tender.set_step().is_some() => Some((self.now, Timer::Set)),
            Stage::Window => {
                let waits = |position: &usize| {
                    let index = u8::try_from(position + 1).unwrap();
                    tender.relays() && self.holding[*position] && !tender.relays_done.contains(&index)
                };
                match (0..PEERS.len()).find(waits) {
                    Some(position) => Some((tender.window_until?, Timer::RelaysDone(position))),
                    None => Some((tender.window_ends()?, Timer::EndWindow)),
                }
            }
            Stage::Opening if tender.is_to_be_drawn() => self.next_of_sets(),
            Stage::Opening => {
                let next = PEERS.iter().enumerate().find(|(position, _)| {
                    let index = u8::try_from(position + 1).unwrap();
                    self.holding[*position] && !tender.shares.contains_key(&index)
                });
                let settled = tender.reading_due().filter(|due| *due <= self.now);
                match (settled, next, tender.reading_due()) {
                    (Some(_), _, _) => Some((self.now, Timer::Open)),
                    (None, Some((position, _)), _) => Some((self.now, Timer::Shares(position))),
                    (None, None, due) => due.map(|due| (due, Timer::Open)),
                }
            }
            Stage::Drawing => self.next_of_sets(),
            Stage::Evaluating => self.next_of_committee(),
            Stage::Ranking | Stage::Published | Stage::Awarded | Stage::Failed(_) => None,
        }
    }

    fn run(&mut self, timer: Timer, due: Instant) {
        match timer {
            Timer::Beat => {
                self.cut_beat(due);
                self.checkpoint();
            }
            Timer::Close => {
                self.cut_beat(self.now);
                let evidence = self.checkpoints.last().cloned().unwrap_or_default();
                let close = Command::Close { evidence, seed: self.class_seed() };
                self.expect_events("centre", TENDER, close);
                self.checkpoint();
            }
            Timer::NoteOverdue => self.expect_events("centre", TENDER, Command::NoteOverdue {}),
            Timer::Prolong => self.expect_events("centre", TENDER, Command::Prolong {}),
            Timer::EndWindow => {
                self.expect_events("centre", TENDER, Command::EndWindow {});
                self.checkpoint();
            }
            Timer::RelaysDone(position) => {
                let until = self.tender().window_until.unwrap();
                self.expect_events(PEERS[position], TENDER, Command::RelaysDone { until });
            }
            Timer::Shares(position) => {
                let shares = self.shares(position);
                self.expect_events(PEERS[position], TENDER, Command::ReleaseShares { shares });
            }
            Timer::Set => self.run_set_step(),
            Timer::SetShares(position) => self.release_sets(position),
            Timer::Panel => self.run_panel_step(),
            Timer::SheetShares(position) => self.release_sheets(position),
            Timer::Papers(position) => self.give_papers(position),
            Timer::Open => {
                self.expect_events("centre", TENDER, Command::Open {});
                self.checkpoint();
            }
        }
    }

    /// Keeps every official record that can be made now, as the clock of a centre does.
    pub fn keep_records(&mut self) {
        while let Some((_, kind)) = self.tender().record_step() {
            let made = record::record(&self.world.registry, self.tender(), kind).unwrap();
            let hash = made.hash().unwrap();
            self.expect_events("centre", TENDER, Command::KeepRecord { kind, hash });
        }
    }

    /// An official record as it can be made now.
    #[must_use]
    pub fn record(&self, kind: RecordKind) -> Option<Record> {
        record::record(&self.world.registry, self.tender(), kind)
    }

    /// The seed of the sealed class.
    #[must_use]
    pub fn class_seed(&self) -> Seed {
        Seed(seed("class", TENDER))
    }

    /// Puts the beat of everything since the last one into the log.
    pub fn cut_beat(&mut self, scheduled: Instant) {
        let procedure: ProcedureId = TENDER.parse().unwrap();
        let number = u32::try_from(self.tender().beats.len()).unwrap();
        let held: Vec<&Disclosed> = self.operations[&procedure]
            .iter()
            .filter(|operation| json::from_canonical::<Operation>(&operation.bytes).unwrap().beat == number)
            .collect();
        let operations: Vec<beat::Operation<'_>> = held
            .iter()
            .map(|operation| beat::Operation { order: operation.order, bytes: &operation.bytes })
            .collect();
        let root = beat::Beat::new(&self.class_seed(), u64::from(number), &operations).unwrap().root();
        let mut leaf = BeatLeaf { v: 1, procedure, class: Class::Sealed, number, scheduled, root };
        self.world.commit_beat(&leaf).unwrap();
        self.tamper.beat(&mut leaf);
        self.append(Leaf::Beat(leaf).to_bytes().unwrap());
    }

    /// Makes a checkpoint of the whole log and has the witnesses that answer cosign it now; kept only when there
    /// are enough.
    pub fn checkpoint(&mut self) -> Option<String> {
        let checkpoint = Checkpoint::new(ORIGIN, self.tree.size(), self.tree.root());
        let text = checkpoint.to_string();
        let mut note = Note::new(&text).unwrap();
        note.add(NoteSigner::new(ORIGIN, &Key::of("centre").secret).unwrap().sign(&text)).unwrap();
        let time_s = u64::try_from(self.now.unix_ms() / 1000).unwrap();
        for (name, answers) in PEERS.iter().zip(self.witnessing) {
            if answers {
                let cosigner = Cosigner::new(name, &Key::of(name).secret).unwrap();
                note.add(cosigner.cosign(&text, time_s).unwrap()).unwrap();
            }
        }
        if self.witnessing.iter().filter(|answers| **answers).count() < 3 {
            return None;
        }
        self.checkpoints.push(note.to_string());
        self.checkpoints.last().cloned()
    }

    /// The shares one holder has for everything that is to be opened.
    #[must_use]
    pub fn shares(&self, position: usize) -> Vec<ShareRelease> {
        let tender = self.tender();
        let index = u8::try_from(position + 1).unwrap();
        let identity = epoch_key(PEERS[position]);
        let share = |to_open: &ximu_procedure::wire::event::ToOpen| {
            let bytes = match to_open.route {
                Route::Released => tender.releases[&to_open.bidder].envelope.clone(),
                Route::Rescued => self.vault[&tender.bids[&to_open.bidder].form.commitment].clone(),
            };
            let (header, _) = EnvelopeHeader::parse(&bytes).unwrap();
            let part = match Share::open(header.escrow().unwrap(), header.context_hash(), index, &identity) {
                Ok(share) => Part::Share { share: ShareValue(*share.value), salt: Salt(share.salt) },
                Err(_) => Part::Broken {},
            };
            ShareRelease { bidder: to_open.bidder.clone(), part }
        };
        tender.to_open.iter().map(share).collect()
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Timer {
    Beat,
    Prolong,
    NoteOverdue,
    Close,
    RelaysDone(usize),
    EndWindow,
    Shares(usize),
    Open,
    Set,
    SetShares(usize),
    Panel,
    SheetShares(usize),
    Papers(usize),
}

/// A holder's key for the simulated tender.
#[must_use]
pub fn epoch_key(holder: &str) -> Identity {
    Identity::from_bytes(seed("epoch", holder))
}

/// A release command.
#[must_use]
pub fn release(lot: &str, envelope: Vec<u8>) -> Command {
    Command::Release { lot: lot.parse().unwrap(), envelope: Blob(envelope) }
}
