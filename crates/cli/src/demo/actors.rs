//! The firms' part after the publication. Each actor is a thread that does what its folder says is
//! not done yet, when the tender's public state says it is time.

use super::{
    cast::{Firm, Part},
    papers,
    places::Places,
    plan::{Folders, Plan},
    registrar,
    stage::{Public, Stage, Told},
};
use crate::{
    bidding::{
        folder::{BidFolder, Step},
        release,
        seal::{Sealing, seal},
        submit,
    },
    fault::Fault,
    follow::{Pin, follow},
    keys::Key,
    outside,
    remote::{Answer, Remote, sign},
};
use std::time::Duration;
use ximu_basics::{Hash, Instant, ProcedureId};
use ximu_client::centre::ReceiptState;
use ximu_procedure::{tender::StageName, wire::Command};
use ximu_text::Text;

/// Between two questions for a receipt.
const ASK_EVERY: Duration = Duration::from_millis(200);

/// What every actor knows.
pub struct Play<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Where the folders are.
    pub folders: &'a Folders,
    /// Where the centres are.
    pub places: &'a Places,
    /// What is public.
    pub stage: &'a Stage,
    /// The tender.
    pub id: &'a ProcedureId,
    /// The policy's fingerprint, which every firm has from the notice and not from the centre.
    pub policy: Hash,
}

impl Play<'_> {
    /// Lets so many steps of the pace pass; `None` when the play is over.
    pub fn linger(&self, steps: usize) -> Option<()> {
        let steps = i64::try_from(steps).unwrap_or(i64::MAX);
        // Where a person has a seat it is the person who takes the time.
        let ms = if self.plan.seat.is_none() { self.plan.pace.step_ms().saturating_mul(steps) } else { 0 };
        if ms == 0 { Some(()) } else { self.stage.wait_until(outside::now().plus_ms(ms)) }
    }
}

/// A firm, from its papers to the opening.
pub fn firm(play: &Play<'_>, firm: &Firm) {
    // `None` at any point means that the play is over.
    let _over = bid(play, firm);
}

fn bid(play: &Play<'_>, firm: &Firm) -> Option<()> {
    let stage = play.stage;
    let remote = stage.persist(|| super::office::connect(&play.places.host))?;
    let public = stage.wait(|public| Some(public.clone()))?;
    let actor = Actor { play, firm, key: firm.key(play.plan), remote };
    let first = actor.folder(1);
    if public.stage == StageName::Sealing {
        actor.before_the_deadline(&first, &public)?;
    }
    if firm.part == Part::IsLate {
        return Some(());
    }
    actor.at_the_opening(&public)
}

struct Actor<'a> {
    play: &'a Play<'a>,
    firm: &'a Firm,
    key: Key,
    remote: Remote,
}

impl Actor<'_> {
    fn before_the_deadline(&self, first: &BidFolder, public: &Public) -> Option<()> {
        let stage = self.play.stage;
        if self.firm.registers_late(self.play.plan) {
            stage.wait_until(self.moment(public, "register", 10, 60))?;
            registrar::come(self.play, &self.remote, self.firm)?;
        }
        stage.wait_until(self.moment(public, "begin", 0, 550))?;
        stage.persist(|| self.seal(first, 1))?;
        if self.firm.part == Part::IsLate {
            return self.come_late(first, public);
        }
        stage.wait_until(self.moment(public, "submit", 100, 800))?;
        let version = self.submit(1)?;
        match self.firm.part {
            Part::Replaces => {
                self.submit(version + 1)?;
                self.tell(Told::Replaced(self.firm.number));
            }
            Part::Withdraws => {
                let folder = self.folder(version);
                stage.wait_while_suspended()?;
                stage.persist(|| {
                    let signed = submit::withdrawal(&self.remote, &folder, &self.key)?;
                    submit::give(&self.remote, &folder, Step::Withdraw, &signed)
                })?;
                self.tell(Told::Withdrawn(self.firm.number));
            }
            Part::Releases | Part::IsRescued | Part::StaysSilent | Part::IsLate | Part::LooksOn => {}
        }
        Some(())
    }

    /// Everything is uploaded in time, and the submission itself comes a second late.
    fn come_late(&self, folder: &BidFolder, public: &Public) -> Option<()> {
        let stage = self.play.stage;
        let signed = stage.persist(|| submit::prepare(&self.remote, folder, &self.key, &mut |_, _| {}))?;
        // The deadline may have moved: by an objection, an amendment, a suspension.
        let mut deadline = public.deadline;
        loop {
            stage.wait_until(deadline.plus_ms(1_000))?;
            let now = stage.wait(|public| Some(public.deadline))?;
            if now <= deadline {
                break;
            }
            deadline = now;
        }
        let answer = stage.persist(|| submit::give(&self.remote, folder, Step::Submit, &signed))?;
        if let Answer::Refused { code, .. } = answer {
            self.tell(Told::Refused(self.firm.number, code));
        }
        Some(())
    }

    /// Seals a version when that is not done, and submits it; the next one when a suspension came in between, because
    /// what was refused stays refused. The version that was submitted.
    fn submit(&self, version: u32) -> Option<u32> {
        let stage = self.play.stage;
        let mut last = version;
        let answer = stage.give(|refused| {
            last = version + refused;
            let folder = &self.folder(last);
            self.seal(folder, last)?;
            let signed = submit::prepare(&self.remote, folder, &self.key, &mut |_, _| {})?;
            submit::give(&self.remote, folder, Step::Submit, &signed)
        })?;
        if let Answer::Refused { code, .. } = answer {
            self.tell(Told::Refused(self.firm.number, code));
            return Some(last);
        }
        let folder = &self.folder(last);
        loop {
            match stage.persist(|| submit::receipt(&self.remote, folder))? {
                ReceiptState::Ready(text) => {
                    let time =
                        stage.persist(|| submit::check_receipt(folder, &text, &self.remote.info.policy))?;
                    let time = time.time_s.and_then(|seconds| i64::try_from(seconds).ok());
                    let time = time.map(|seconds| Instant::from_unix_ms(seconds.saturating_mul(1000)));
                    self.tell(Told::Receipted(self.firm.number, time));
                    return Some(last);
                }
                ReceiptState::Waits(_) => outside::pause(ASK_EVERY),
                ReceiptState::Unknown => {
                    let said = |t: Text| t.found_demo_forgotten(&self.firm.name);
                    stage.fail(Fault::new("receipt-unknown", said, ""));
                    return None;
                }
            }
            if stage.is_over() {
                return None;
            }
        }
    }

    fn seal(&self, folder: &BidFolder, version: u32) -> Result<(), Fault> {
        if folder.is_sealed() {
            return Ok(());
        }
        let (plan, id) = (self.play.plan, self.play.id);
        // Each firm reads the whole log by itself, under the policy it has from the notice.
        let followed = follow(&self.remote, id, &Pin::Fingerprint(self.play.policy))?;
        let (_, bidder) = followed.party_of(&self.key.public())?;
        let papers = folder.path().join("papers");
        let (draft, files) = papers::bid(plan, self.firm, version, &papers)?;
        let label = format!("{id} {} {version}", self.firm.label);
        let sealing = Sealing {
            tender: followed.tender(id)?,
            policy: followed.policy,
            bidder: &bidder,
            key: &self.key,
            version,
            draft: &draft,
            as_written: false,
            files: &files,
            answers: &papers::answers(),
        };
        seal(&sealing, folder, &mut |name| Ok(plan.seed(name, &label)), &mut |_| {})?;
        Ok(())
    }

    fn at_the_opening(&self, public: &Public) -> Option<()> {
        let stage = self.play.stage;
        let party = self.firm.party(self.play.plan)?;
        let listed = stage.wait(|public| match public.stage {
            StageName::Sealing => None,
            StageName::Window => {
                Some(public.list.iter().find(|line| line.bidder == party).map(|line| line.version))
            }
            StageName::Opening
            | StageName::Drawing
            | StageName::Evaluating
            | StageName::Ranking
            | StageName::Published
            | StageName::Awarded
            | StageName::Failed => Some(None),
        })?;
        let Some(version) = listed else { return Some(()) };
        stage.wait_until(outside::now().plus_ms(self.within(public, "open")))?;
        if self.firm.part == Part::StaysSilent {
            return Some(());
        }
        self.act("sign-in", Command::SignIn {})?;
        let folder = self.folder(version);
        if self.firm.part == Part::IsRescued {
            // The key is lost: nobody keeps a copy of it in this play.
            let lost = folder.file("form.key");
            let _gone = std::fs::remove_file(&lost);
            stage.wait_while_suspended()?;
            stage.persist(|| {
                let signed = release::rescue(Some(&self.remote), &folder, &self.key)?;
                submit::give(&self.remote, &folder, Step::Rescue, &signed)
            })?;
            self.tell(Told::AskedRescue(self.firm.number));
            return Some(());
        }
        let seed = self.play.plan.seed("release", &format!("{} {} {version}", self.play.id, self.firm.label));
        stage.wait_while_suspended()?;
        stage.persist(|| {
            let signed = release::release(Some(&self.remote), &folder, &self.key, &seed)?;
            submit::give(&self.remote, &folder, Step::Release, &signed)
        })?;
        Some(())
    }

    fn act(&self, step: &str, command: Command) -> Option<Answer> {
        let (plan, id) = (self.play.plan, self.play.id);
        self.play.stage.give(|refused| {
            let nonce = plan.nonce_after(step, &format!("{id} {}", self.firm.label), refused);
            let origin = &self.remote.info.origin;
            self.remote.give(&sign(origin, id, nonce, command.clone(), &self.key)?)
        })
    }

    /// The folder of a version of the bid.
    fn folder(&self, version: u32) -> BidFolder {
        let (id, base) = (self.play.id, self.play.folders.bidder(self.firm.number));
        let name = if version == 1 { id.to_string() } else { format!("{id}-version-{version}") };
        BidFolder::at(base.join(name))
    }

    /// This firm's own moment between two thousandths of the time from publication to deadline.
    fn moment(&self, public: &Public, purpose: &str, from: i64, to: i64) -> Instant {
        let open = public.deadline.ms_since(public.published);
        let spread = u32::try_from(to - from).unwrap_or(0);
        let own = from + i64::from(self.play.plan.number(purpose, &self.firm.label, spread));
        public.published.plus_ms(open * own / 1_000)
    }

    /// This firm's own delay in the first half of the window, in milliseconds.
    fn within(&self, public: &Public, purpose: &str) -> i64 {
        let units = self.play.plan.pace.units();
        let half = u32::try_from(units.minutes_ms(15)).unwrap_or(0);
        let _ = public;
        i64::from(self.play.plan.number(purpose, &self.firm.label, half))
    }

    fn tell(&self, told: Told) {
        self.play.stage.tell(told);
    }
}
