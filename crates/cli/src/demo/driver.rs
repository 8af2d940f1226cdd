//! The course of a demonstration: processes, register, publication, the actors' threads, the bundle and its check.

use super::{
    actors::{self, Play},
    cast::{self, Firm},
    children::{Children, Ordered},
    committee, enquiry, experts, guest, keeping,
    narrator::Narrator,
    office,
    places::{Places, Port},
    plan::{Folders, Plan},
    registrar,
    seat::{self, Seat},
    seated,
    stage::{Public, Stage},
    tenderer,
};
use crate::{
    cmd::verify,
    fault::{Done, Exit, Fault},
    files::{self, Access},
    outside,
    remote::Remote,
};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};
use ximu_basics::{Hash, ProcedureId};
use ximu_client::{Centre, Timeouts, Trust, centre::ReceiptState};
use ximu_procedure::tender::StageName;
use ximu_text::Text;

/// Between two looks at the public state.
const LOOK_EVERY: Duration = Duration::from_millis(120);

/// How often a centre that was just started is asked whether it answers, `LOOK_EVERY` apart: a minute.
const LOOKS_AT_START_MAX: u32 = 500;

/// How long a stage may last beyond the time that its own rules give it, in milliseconds: a machine may be slow and a
/// process may be on its way up, but a play that stands still for so long is broken, and says so.
const STANDSTILL_MS: i64 = 180_000;

/// A failed tender is repeated this often.
const ATTEMPTS_MAX: u32 = 9;

/// A tender whose record is sealed for keeping.
struct Kept {
    id: ProcedureId,
    /// The command that told the log of it.
    archive: Hash,
}

/// What a run is asked to do besides the plan.
pub struct Run {
    /// The plan.
    pub plan: Plan,
    /// Whether the plan was found in the data directory.
    pub resumed: bool,
    /// Where everything is kept.
    pub folders: Folders,
    /// What a test adds to the host's settings.
    pub settings: String,
    /// Where the bundle goes.
    pub bundle: PathBuf,
    /// Ends when the tender is over and checked.
    pub exit: bool,
    /// The ends that a test ordered.
    pub fail_points: Vec<Ordered>,
    /// The texts of the chosen language.
    pub text: Text,
}

impl Run {
    /// Plays, with the host at an address of its own.
    ///
    /// # Errors
    /// When something that must work does not.
    pub fn play(&self, host: Port) -> Done {
        let (plan, folders) = (&self.plan, &self.folders);
        let firms = cast::firms(plan);
        let mut narrator = Narrator::new(self.text, plan, folders, &firms);
        self.introduce(&narrator);
        for firm in firms.iter().filter(|firm| firm.bids()) {
            self.key_file(firm)?;
        }
        office::key_files(plan, folders)?;
        let (places, roles) = Places::prepare(plan, folders, host, &self.settings)?;
        let children = Arc::new(Mutex::new(Children::start(folders, roles, &self.fail_points)?));
        narrator.say(self.text.demo_page(places.host.to_string()));

        let remote = self.begin(&places, &children, &mut narrator, &firms)?;
        let policy = remote.info.policy_hash;
        let exit = match self.tenders(&places, &children, &mut narrator, &firms, policy)? {
            Some(kept) => self.conclude(&remote, &children, &narrator, &kept, policy)?,
            None => Exit::False,
        };
        narrator.say(self.text.demo_done(narrator.seconds()));
        if !self.exit {
            narrator.say(self.text.demo_stay(places.host.to_string()));
            narrator.end();
            self.stay(&children)?;
        }
        narrator.end();
        Ok(exit)
    }

    fn introduce(&self, narrator: &Narrator<'_>) {
        let (text, plan) = (self.text, &self.plan);
        narrator.say(text.demo_title());
        if self.resumed {
            narrator.say(text.demo_resumed());
        }
        let places = cast::places(plan);
        let names: Vec<String> =
            places.iter().map(|place| format!("{}{} {}", place.province, place.zh, place.name)).collect();
        narrator.add(text.demo_folder(self.folders.0.display().to_string()));
        let temporary = std::env::temp_dir();
        if temporary.canonicalize().is_ok_and(|temporary| self.folders.0.starts_with(temporary)) {
            narrator.add(text.demo_folder_temporary(temporary.display().to_string()));
        }
        narrator.say(text.demo_places(places.len(), names.join(text.pick("、", ", "))));
        narrator.add(text.demo_escrow(plan.escrow));
        if let Some(policy) = cast::policy(plan) {
            narrator.say(text.demo_policy(Hash::of(policy.as_bytes()).to_string()));
            narrator.add(text.demo_policy_why());
        }
    }

    /// Waits for the processes and prepares the register.
    fn begin(
        &self,
        places: &Places,
        children: &Arc<Mutex<Children>>,
        narrator: &mut Narrator<'_>,
        firms: &[Firm],
    ) -> Result<Remote, Fault> {
        let stage = Stage::new(children);
        let remote = self.answer(places, &stage, narrator)?;
        office::prepare(&self.plan, &self.folders, &remote, firms, &stage)?;
        // Asked again: the policy is in force only now.
        let remote = stage.persist(|| office::connect(&places.host));
        stage.heard().iter().for_each(|told| narrator.hear(told));
        let bidding = firms.iter().filter(|firm| firm.bids()).count();
        let watching = firms.len() - bidding;
        narrator.say(self.text.demo_registered(bidding, firms.len(), watching));
        remote.ok_or_else(|| ended(&stage))
    }

    /// Waits until host and peers answer.
    fn answer(&self, places: &Places, stage: &Stage, narrator: &mut Narrator<'_>) -> Result<Remote, Fault> {
        let mut last = Fault::new("process", Text::found_demo_unasked, "");
        for _ in 0..LOOKS_AT_START_MAX {
            let peers = places.others.iter().all(|(_, address)| {
                let peer = ximu_client::Peer::new(address.clone(), &Trust::Public, Timeouts::default());
                // A peer that answers with a concern is there; it knows the host's log a moment later.
                peer.is_ok_and(|peer| match peer.health() {
                    Ok(_) => true,
                    Err(error) => !error.is_passing() || error.problem().is_some(),
                })
            });
            match office::connect(&places.host) {
                Ok(remote) if peers => return Ok(remote),
                Ok(_) => {}
                Err(fault) => last = fault,
            }
            outside::pause(LOOK_EVERY);
            stage.tend();
            stage.heard().iter().for_each(|told| narrator.hear(told));
            if let Some(fault) = stage.fault() {
                return Err(fault);
            }
        }
        let logs = self.folders.logs().display().to_string();
        Err(last.during(|t: Text| t.found_demo_silent(&logs)))
    }

    /// Tenders until one leads to a contract: a failed one is repeated, as the law says.
    fn tenders(
        &self,
        places: &Places,
        children: &Arc<Mutex<Children>>,
        narrator: &mut Narrator<'_>,
        firms: &[Firm],
        policy: Hash,
    ) -> Result<Option<Kept>, Fault> {
        for attempt in 1..=ATTEMPTS_MAX {
            let id = office::tender_id(attempt)?;
            narrator.turn_page(&id);
            if let Some(archive) = self.tender(places, children, narrator, firms, policy, &id)? {
                return Ok(Some(Kept { id, archive }));
            }
        }
        Ok(None)
    }

    /// One tender, from publication to the archive; `None` when it failed.
    fn tender(
        &self,
        places: &Places,
        children: &Arc<Mutex<Children>>,
        narrator: &mut Narrator<'_>,
        firms: &[Firm],
        policy: Hash,
        id: &ProcedureId,
    ) -> Result<Option<Hash>, Fault> {
        let (plan, folders, stage) = (&self.plan, &self.folders, &Stage::new(children));
        let centre = Centre::new(places.host.clone(), &Trust::Public, Timeouts::default())?;
        let published = stage.persist(|| match look(&centre, id)? {
            Some(public) => Ok(public),
            None => {
                office::publish(plan, folders, &office::connect(&places.host)?, id)?;
                look(&centre, id)?
                    .ok_or_else(|| Fault::new("procedure-unknown", "it is not there yet", "").passing())
            }
        });
        let Some(published) = published else { return Err(ended(stage)) };
        narrator.say(
            self.text
                .demo_published(id.as_str(), self.text.pick(super::papers::TITLE, super::papers::TITLE_EN)),
        );
        if let Some(guest) = cast::guest(plan) {
            let bill = seat::lay_out(plan, &guest, &folders.seat())?;
            seat::hints(self.text, places, id, &guest, &bill).into_iter().for_each(|hint| narrator.add(hint));
        }
        let hints = seat::hints_with_key(self.text, plan, folders, places, id);
        hints.into_iter().for_each(|hint| narrator.add(hint));
        if guest::is_played(plan) {
            guest::first_hints(self.text, places, id).into_iter().for_each(|hint| narrator.add(hint));
        }
        stage.show(published);
        let play = Play { plan, folders, places, stage, id, policy };
        let play = &play;
        std::thread::scope(|scope| {
            scope.spawn(move || tenderer::tenderer(play, firms));
            let keeper = scope.spawn(move || keeping::keeper(play));
            let bidders: Vec<_> = firms
                .iter()
                .filter(|firm| firm.bids())
                .map(|firm| scope.spawn(move || actors::firm(play, firm)))
                .collect();
            scope.spawn(move || enquiry::askers(play));
            scope.spawn(move || enquiry::answers(play));
            scope.spawn(move || enquiry::objector(play, firms));
            scope.spawn(move || experts::keeper(play));
            for place in 0..plan.experts as usize {
                scope.spawn(move || committee::member(play, place));
            }
            scope.spawn(move || committee::clarifier(play, firms));
            scope.spawn(move || seated::watch(play));
            match plan.seat {
                Some(Seat::Bidder) => drop(scope.spawn(move || seat::officer(play))),
                Some(Seat::Host) => drop(scope.spawn(move || registrar::at_the_last_moment(play))),
                Some(Seat::Evaluator) => drop(scope.spawn(move || guest::door(play))),
                Some(Seat::Supervisor) | None => {}
            }
            let course = self.watch(&centre, narrator, stage, id);
            // The late firm's refusal comes after CLOSE at the latest; everybody else is done by then too.
            let archive =
                if matches!(course, Ok(StageName::Awarded)) { keeper.join().ok().flatten() } else { None };
            if course.is_ok() {
                drop(bidders.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Vec<_>>());
            }
            stage.end();
            stage.heard().iter().for_each(|told| narrator.hear(told));
            course.map(|_| archive)
        })
    }

    /// Looks at the public state until the tender has ended, tells what is new, keeps the processes running.
    fn watch(
        &self,
        centre: &Centre,
        narrator: &mut Narrator<'_>,
        stage: &Stage,
        id: &ProcedureId,
    ) -> Result<StageName, Fault> {
        let mut since = (StageName::Sealing, outside::now());
        loop {
            stage.tend();
            if let Some(fault) = stage.fault() {
                return Err(fault);
            }
            stage.heard().iter().for_each(|told| narrator.hear(told));
            if outside::now().ms_since(since.1) > STANDSTILL_MS + self.patience_ms(since.0) {
                let said = |t: Text| t.found_demo_standstill(format!("{:?}", since.0));
                let logs = self.folders.logs().display().to_string();
                stage.fail(Fault::new("standstill", said, |t: Text| t.advice_see_log(&logs)));
            }
            match look(centre, id) {
                Ok(Some(public)) => {
                    narrator.look(&public);
                    let at = public.stage;
                    if at != since.0 {
                        since = (at, outside::now());
                        if at == StageName::Evaluating && guest::is_played(&self.plan) {
                            let table = guest::lay_out(&self.plan, &self.folders, &public)?;
                            guest::hints(self.text, &table).into_iter().for_each(|hint| narrator.add(hint));
                        }
                    }
                    since.1 = public.due().map_or(since.1, |due| due.max(since.1));
                    let over = public.is_over();
                    stage.show(public);
                    if over {
                        return Ok(at);
                    }
                }
                Ok(None) => {}
                Err(fault) if fault.passes => {}
                Err(fault) => {
                    stage.fail(fault.clone());
                    return Err(fault);
                }
            }
            outside::pause(LOOK_EVERY);
        }
    }

    /// How much longer a stage may last because a person has a part in it.
    fn patience_ms(&self, stage: StageName) -> i64 {
        let plan = &self.plan;
        if stage == StageName::Evaluating && guest::is_played(plan) {
            return plan.pace.units().minutes_ms(guest::EVALUATION_MINUTES_MAX);
        }
        0
    }

    /// Fetches the bundle once it holds all that was said of this tender, and checks it.
    fn conclude(
        &self,
        remote: &Remote,
        children: &Arc<Mutex<Children>>,
        narrator: &Narrator<'_>,
        kept: &Kept,
        policy: Hash,
    ) -> Done {
        self.tell_archive(narrator, &kept.id, policy)?;
        let stage = Stage::new(children);
        let bytes = stage.persist(|| {
            match remote.centre.receipt(&kept.archive)? {
                ReceiptState::Ready(_) => {}
                ReceiptState::Waits(_) | ReceiptState::Unknown => {
                    return Err(Fault::new("receipt-late", "the archive is not cosigned yet", "").passing());
                }
            }
            verify::collect(remote.centre.bundle(&kept.id)?)
        });
        let Some(bytes) = bytes else { return Err(ended(&stage)) };
        files::write(&self.bundle, &bytes, Access::Shared)?;
        let (text, file) = (self.text, self.bundle.display().to_string());
        narrator.say(text.demo_bundle(bytes.len(), &file));
        narrator.say(text.demo_verify());
        let options = ximu_verify::Options { policy: Some(policy), ..ximu_verify::Options::default() };
        let report = ximu_verify::verify(&bytes, &options);
        for line in verify::lines(&report, text.language()) {
            narrator.add(line);
        }
        narrator.say(text.demo_verify_again(&file, policy.to_string(), outside::program()));
        let bid = self.folders.bidder(1).join(kept.id.as_str());
        let shown = |name: &str| bid.join(name).display().to_string();
        narrator.add(text.demo_age(shown("form.age"), shown("form.key")));
        narrator.add(text.demo_not_proven(self.plan.escrow));
        Ok(if report.ok { Exit::Done } else { Exit::False })
    }

    /// Says what is kept for later, who can open it, and how it is checked.
    fn tell_archive(&self, narrator: &Narrator<'_>, id: &ProcedureId, policy: Hash) -> Result<(), Fault> {
        let (text, folders) = (self.text, &self.folders);
        let sealed = folders.sealed_record(id);
        let bytes = sealed.metadata().map_err(|error| Fault::file("read", &sealed, &error))?.len();
        let (sealed, identity) = (sealed.display().to_string(), folders.archive_identity());
        let identity = identity.display().to_string();
        narrator.say(text.demo_archived(bytes, &sealed));
        narrator.add(text.demo_archived_why(&identity));
        narrator.add(text.demo_archived_verify(&sealed, &identity, policy.to_string(), outside::program()));
        Ok(())
    }

    fn stay(&self, children: &Arc<Mutex<Children>>) -> Result<(), Fault> {
        loop {
            outside::pause(Duration::from_secs(1));
            lock(children).tend()?;
        }
    }

    fn key_file(&self, firm: &Firm) -> Result<(), Fault> {
        let folder = self.folders.bidder(firm.number);
        files::folder(&folder)?;
        let path = folder.join("bidder.key");
        if path.is_file() { Ok(()) } else { firm.key(&self.plan).write_new(&path) }
    }
}

/// The public state; `None` when there is no such tender.
fn look(centre: &Centre, id: &ProcedureId) -> Result<Option<Public>, Fault> {
    let Some(value) = centre.tender(id)? else { return Ok(None) };
    let public = serde_json::from_value(value)
        .map_err(|error| Fault::new("json", |t: Text| t.found_demo_state(error.to_string()), ""))?;
    Ok(Some(public))
}

fn lock(children: &Arc<Mutex<Children>>) -> std::sync::MutexGuard<'_, Children> {
    children.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn ended(stage: &Stage) -> Fault {
    stage.fault().unwrap_or_else(|| Fault::new("ended", Text::found_demo_ended, ""))
}
