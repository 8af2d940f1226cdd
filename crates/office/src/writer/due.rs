//! The writer's timers: what is due is given as an ordinary command of the centre's key.

use super::Writer;
use crate::{
    answer::Answer,
    beats,
    draft::{Draft, Shelf},
    timers::{self, Kind, Timer},
    trouble::Trouble,
    uploads,
};
use ximu_basics::{ProcedureId, Seed, SetId};
use ximu_procedure::{Tender, evaluation::PanelStep, record, wire::Command};

impl Writer {
    /// Gives the commands of all timers that are due.
    pub(super) fn run_timers(&mut self) {
        self.retry = false;
        loop {
            let Ok(at) = self.now() else { return };
            if self.catch_up().is_err() {
                self.retry = true;
                return;
            }
            let due = timers::due(&self.state, self.cosigned, at);
            let before = self.state.world.size;
            for timer in due {
                let result = self.run_timer(&timer);
                self.complain(timer, result);
            }
            if self.state.world.size == before {
                return;
            }
        }
    }

    /// Notes that a timer failed, and logs it when it fails in a new way.
    fn complain(&mut self, timer: Timer, result: Result<(), Trouble>) {
        let key = (timer.procedure, timer.kind);
        let Err(trouble) = result else {
            self.complained.remove(&key);
            return;
        };
        self.retry = true;
        let code = trouble.code();
        let (procedure, kind) = (key.0.clone(), key.1);
        if self.complained.insert(key, code) != Some(code) {
            tracing::warn!(code, %trouble, %procedure, ?kind, "a timer could not be kept; trying again");
        }
    }

    /// Gives one timer's command. CLOSE stands directly behind its closing beat, in the same transaction.
    fn run_timer(&mut self, timer: &Timer) -> Result<(), Trouble> {
        let shared = self.shared.clone();
        let missing = || Trouble::Stopped { why: "class_missing" };
        let tender = self.state.world.tenders.get(&timer.procedure).ok_or_else(missing)?.clone();
        let command = match timer.kind {
            Kind::Close => {
                let evidence = shared.read(|reader| timers::evidence(reader, &tender))?;
                shared.lacks_evidence(evidence.is_none());
                let evidence = evidence.ok_or(Trouble::TimerRefused { code: "evidence_missing" })?;
                let class = self.state.classes.get(&timer.procedure).ok_or_else(missing)?;
                Command::Close { evidence, seed: class.seed }
            }
            Kind::Prolong => Command::Prolong {},
            Kind::NoteOverdue => Command::NoteOverdue {},
            Kind::EndWindow => Command::EndWindow {},
            Kind::Open => {
                uploads::check_forms(&shared, &tender)?;
                Command::Open {}
            }
            Kind::KeepRecord => {
                let kind = tender.record_step().ok_or_else(missing)?.1;
                let made = record::record(&self.state.world.registry, &tender, kind).ok_or_else(missing)?;
                let hash = made.hash().map_err(|_| Trouble::TimerRefused { code: "record_differs" })?;
                Command::KeepRecord { kind, hash }
            }
            Kind::ListSet => Command::ListSet { set: set_of(&tender).ok_or_else(missing)? },
            Kind::OpenSet => Command::OpenSet { set: set_of(&tender).ok_or_else(missing)? },
            Kind::Panel => self.panel_command(&timer.procedure).ok_or_else(missing)?,
        };
        let due = timers::due_number(&tender, timer.kind);
        let signed = shared.signer.timer(&timer.procedure, command, due).ok_or_else(missing)?;
        let at = self.now()?;
        let mut draft = Draft::new(&self.state, &shared.signer, at);
        beats::cut_due(&mut draft, at)?;
        if timer.kind == Kind::Close {
            beats::cut(&mut draft, &timer.procedure, at)?;
        }
        let shelf = Shelf {
            form: &|commitment| uploads::form(&shared, commitment),
            beginning: &|record| uploads::beginning(&shared, record),
        };
        match draft.take(&signed, at, &shelf, &mut self.entropy)? {
            Answer::Accepted(_) => {
                let decided = draft.finish();
                self.store(decided)?;
                if timer.kind == Kind::Close && !timers::is_seen(&tender, self.cosigned) {
                    self.board.lock().raise_floor(self.state.world.size);
                    self.board.notify();
                }
                Ok(())
            }
            Answer::Refused { refusal, .. } => Err(Trouble::TimerRefused { code: refusal.code() }),
        }
    }
}

impl Writer {
    /// What the clock says in an evaluation.
    fn panel_command(&self, procedure: &ProcedureId) -> Option<Command> {
        let (_, step) = timers::panel_step(&self.state, procedure)?;
        Some(match step {
            PanelStep::BeginSheets => Command::BeginSheets {},
            PanelStep::ListSet(set) => Command::ListSet { set },
            PanelStep::OpenSet(set) => Command::OpenSet { set },
            PanelStep::DraftReport => Command::DraftReport {},
            PanelStep::Dissolve => Command::DissolveCommittee { reason: None },
            PanelStep::Conclude => Command::Conclude { seed: self.panel_seed(procedure)? },
        })
    }

    /// The seed of a class `panel`: the centre's own, or in a recheck the one that is disclosed.
    fn panel_seed(&self, procedure: &ProcedureId) -> Option<Seed> {
        let class = self.state.panels.get(procedure).map(|class| class.seed);
        class.or_else(|| self.state.world.tenders.get(procedure)?.disclosed_seed())
    }
}

/// The set that the clock has to do with.
fn set_of(tender: &Tender) -> Option<SetId> {
    tender.set_step().map(|(_, _, set)| set.clone())
}
