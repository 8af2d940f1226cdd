//! The tenderer's part after the reading: it proposes what the rules compute, awards when the publication is over, signs
//! the contract at the price of the award, and gives the bonds back. What is its turn follows from the public state alone,
//! also when the authority has everything evaluated again or a winner gives up.

use super::{
    actors::Play,
    cast::Firm,
    office, papers,
    seat::Seat,
    stage::{Awarded, Public},
    supervisor,
};
use crate::{
    fault::Fault,
    files::{self, Access},
    keys::Key,
    outside,
    remote::{Answer, Remote, sign},
};
use std::{collections::BTreeMap, time::Duration};
use ximu_basics::{Hash, Instant, PartyId, hex};
use ximu_procedure::{
    tender::StageName,
    wire::{Command, command::contract_commitment},
};
use ximu_text::Text;

/// The label its key is derived from.
const LABEL: &str = "tenderer";

/// Before a step that came too early is tried again.
const TRY_EVERY: Duration = Duration::from_millis(200);

/// How often one step is tried: an objection may come in between, and its answer makes the publication longer.
const TRIES_MAX: u32 = 50;

/// How many candidates are proposed, when so many are ranked.
const CANDIDATES_MAX: usize = 3;

/// How much later than the end of the publication the award is given, in milliseconds: the clocks are two.
const AFTER_MS: i64 = 20;

/// Bonds that are returned at the same time.
const AT_ONCE: usize = 8;

/// Refusals after which the newer public state says what is to be done: an objection has come, or its answer made the
/// publication longer; the authority had it all evaluated again; a winner gave up; an earlier start has done it.
const PASSING: [&str; 5] = ["objection_open", "too_early", "stage_wrong", "already_exists", "not_first"];

/// What is the tenderer's to do.
enum Turn {
    Propose(Vec<PartyId>),
    Award { first: PartyId, until: Instant },
    SignContract(Awarded),
    ReturnBonds(Vec<PartyId>),
}

/// The tenderer, from the reading until it owes nothing any more.
pub fn tenderer(play: &Play<'_>, firms: &[Firm]) {
    // `None` at any point means that the play is over.
    let _over = go(play, firms);
}

fn go(play: &Play<'_>, firms: &[Firm]) -> Option<()> {
    let remote = play.stage.persist(|| office::connect(&play.places.host))?;
    let key = play.plan.key(LABEL);
    let mut tenderer =
        Tenderer { play, firms, remote, key, given: BTreeMap::new(), first: None, heard: false };
    loop {
        match play.stage.wait(turn)? {
            Turn::Propose(candidates) => {
                tenderer.first = None;
                play.linger(2)?;
                tenderer.give("propose", Command::Propose { candidates })?;
            }
            Turn::Award { first, until } => tenderer.award(first, until)?,
            Turn::SignContract(awarded) => tenderer.sign_contract(&awarded)?,
            Turn::ReturnBonds(bidders) if bidders.is_empty() => return Some(()),
            Turn::ReturnBonds(bidders) => tenderer.return_bonds(bidders)?,
        }
    }
}

/// Whose turn it is: `None` while it is not the tenderer's.
fn turn(public: &Public) -> Option<Turn> {
    match public.stage {
        StageName::Sealing
        | StageName::Window
        | StageName::Opening
        | StageName::Drawing
        | StageName::Evaluating
        | StageName::Failed => None,
        // The committee is not complete before the one who cannot come is replaced.
        StageName::Ranking if public.experts.as_ref().is_some_and(|experts| experts.declined.is_empty()) => {
            None
        }
        StageName::Ranking => {
            let lines = public.ranking.as_ref().map(|ranking| ranking.lines.as_slice()).unwrap_or_default();
            let best = lines.iter().take(CANDIDATES_MAX).map(|line| line.party.clone());
            Some(Turn::Propose(best.collect())).filter(|_| !lines.is_empty())
        }
        StageName::Published if public.objections.iter().any(|one| one.answered.is_none()) => None,
        StageName::Published => {
            let first = public.candidates.first().cloned()?;
            Some(Turn::Award { first, until: public.candidates_until? })
        }
        StageName::Awarded if public.contract.is_none() => public.awarded.clone().map(Turn::SignContract),
        StageName::Awarded => Some(Turn::ReturnBonds(public.bonds_owed().into_iter().cloned().collect())),
    }
}

struct Tenderer<'a> {
    play: &'a Play<'a>,
    firms: &'a [Firm],
    remote: Remote,
    key: Key,
    /// How many commands of each step were given since this start: what was refused stays refused.
    given: BTreeMap<String, u32>,
    /// Who is first after another gave up, as the centre said.
    first: Option<PartyId>,
    /// Whether the authority's decision was waited for since the award.
    heard: bool,
}

impl Tenderer<'_> {
    fn award(&mut self, first: PartyId, until: Instant) -> Option<()> {
        self.play.stage.wait_until(until.plus_ms(AFTER_MS))?;
        self.heard = false;
        let bidder = self.first.clone().unwrap_or(first);
        self.give("award", Command::Award { bidder })
    }

    /// There is one contract, at the price of the award: the document stays with both sides, and the log gets what ties it
    /// to this entry. Where a person is the authority, its decision is waited for first.
    fn sign_contract(&mut self, awarded: &Awarded) -> Option<()> {
        let (plan, stage) = (self.play.plan, self.play.stage);
        if plan.seat == Some(Seat::Supervisor) && !self.heard {
            supervisor::last_word(self.play, &self.remote)?;
            self.heard = true;
            return Some(());
        }
        self.play.linger(2)?;
        let contract = stage.persist(|| self.write_down(awarded))?;
        let (price, signed) = (awarded.price, outside::now());
        self.give("sign-contract", Command::SignContract { contract, price, signed })
    }

    /// Writes the contract and its salt where the tenderer keeps them; the salted commitment to it.
    fn write_down(&self, awarded: &Awarded) -> Result<Hash, Fault> {
        let (plan, id, folders) = (self.play.plan, self.play.id, self.play.folders);
        let bidder = &awarded.bidder;
        let cast = self.firms.iter().find(|firm| firm.party(plan).as_ref() == Some(bidder));
        let name = cast.map_or_else(|| format!("登记编号 {bidder}"), |firm| firm.name.clone());
        let text = papers::contract(id, &name, awarded.price);
        let salt = plan.salt(&format!("contract {id}"));
        files::folder(&folders.tenderer())?;
        files::write(&folders.contract(id), text.as_bytes(), Access::Secret)?;
        files::write(&folders.contract_salt(id), hex::encode(&salt.0).as_bytes(), Access::Secret)?;
        Ok(contract_commitment(&salt, &Hash::of(text.as_bytes())))
    }

    /// One entry for each: everybody sees who waits for its bond. Many at a time: the law's days are short in a rehearsal.
    fn return_bonds(&mut self, bidders: Vec<PartyId>) -> Option<()> {
        let give = |bidder: &PartyId| {
            let step = format!("return-bond {bidder}");
            let answer = self.send(&step, Command::ReturnBond { bidder: bidder.clone() })?;
            Some((step, answer))
        };
        let give = &give;
        let chunks = bidders.chunks(bidders.len().div_ceil(AT_ONCE).max(1));
        let answers: Vec<Option<(String, Sent)>> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                chunks.map(|chunk| scope.spawn(move || chunk.iter().map(give).collect::<Vec<_>>())).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
        });
        for answer in answers {
            let (step, sent) = answer?;
            self.heed(&step, sent)?;
        }
        Some(())
    }

    /// Gives a command, and waits until what everybody sees shows it.
    fn give(&mut self, step: &str, command: Command) -> Option<()> {
        let sent = self.send(step, command)?;
        self.heed(step, sent)
    }

    fn send(&self, step: &str, command: Command) -> Option<Sent> {
        let play = self.play;
        let mut count = self.given.get(step).copied().unwrap_or_default();
        let answer = play.stage.give(|_| {
            let nonce = play.plan.nonce_after(step, play.id.as_str(), count);
            let signed = sign(&self.remote.info.origin, play.id, nonce, command.clone(), &self.key)?;
            let answer = office::give(play.folders, LABEL, &self.remote, &signed)?;
            count = count.saturating_add(1);
            Ok(answer)
        })?;
        Some(Sent { answer, count })
    }

    /// What is refused for a reason that passes is looked at again by the loop.
    fn heed(&mut self, step: &str, sent: Sent) -> Option<()> {
        let Sent { answer, count } = sent;
        self.given.insert(step.to_owned(), count);
        match answer {
            Answer::Accepted(given) => self.play.stage.wait_for_entry(&given),
            Answer::Refused { code, refusal, .. }
                if PASSING.contains(&code.as_str()) && count < TRIES_MAX =>
            {
                if code == "not_first" {
                    let expected = refusal.get("expected").cloned();
                    self.first = expected.and_then(|party| serde_json::from_value(party).ok());
                }
                outside::pause(TRY_EVERY);
                Some(())
            }
            Answer::Refused { code, detail, .. } => {
                self.play.stage.fail(Fault::new(code, |t: Text| t.found_demo_refused(&detail, step), ""));
                None
            }
        }
    }
}

/// An answer, and how many commands of its step were given by then.
struct Sent {
    answer: Answer,
    count: u32,
}
