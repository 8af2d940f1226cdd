//! Tells in plain words what happens and why it can be believed. Names come from the play's own cast: the log has none.

use super::{
    cast::{Firm, Part},
    plan::{Folders, Pace, Plan},
    seat::Seat,
    seated::Did,
    stage::{Public, Told},
};
use crate::{out, outside};
use indicatif::ProgressBar;
use std::collections::{BTreeMap, BTreeSet};
use ximu_basics::{Instant, PartyId, ProcedureId, words};
use ximu_procedure::{
    tender::StageName,
    wire::{
        event::{NotCounted, Route, VoidReason},
        opening::NotCountedReason,
    },
};
use ximu_text::Text;

/// Receipts that are told; the others are like them.
const RECEIPTS_TOLD: usize = 2;

/// Evaluated bids that are told; the record has them all.
const EVALUATED_TOLD: usize = 5;

/// Who tells.
pub struct Narrator<'a> {
    text: Text,
    plan: &'a Plan,
    folders: &'a Folders,
    firms: &'a [Firm],
    /// The tender that is told.
    id: Option<ProcedureId>,
    names: BTreeMap<PartyId, &'a Firm>,
    /// Firms that the person in the seat registered.
    guests: BTreeMap<PartyId, String>,
    bar: ProgressBar,
    started: Instant,
    seen: Seen,
}

/// What was told already.
#[derive(Debug, Default)]
struct Seen {
    suspended_until: Option<Instant>,
    stage: Option<StageName>,
    receipts: usize,
    answered: usize,
    coefficient: bool,
    shares: BTreeSet<String>,
    meanwhile: bool,
    contract: bool,
    bonds: bool,
}

impl<'a> Narrator<'a> {
    /// Begins.
    pub fn new(text: Text, plan: &'a Plan, folders: &'a Folders, firms: &'a [Firm]) -> Narrator<'a> {
        let names = firms.iter().filter_map(|firm| Some((firm.party(plan)?, firm))).collect();
        let bar = out::spinner(&text.demo_waiting());
        let (started, seen) = (outside::now(), Seen::default());
        Narrator { text, plan, folders, firms, id: None, names, guests: BTreeMap::new(), bar, started, seen }
    }

    /// Seconds since the beginning, and tenths.
    pub fn seconds(&self) -> String {
        let ms = outside::now().ms_since(self.started);
        format!("{}.{}", ms / 1000, ms % 1000 / 100)
    }

    /// Says something now.
    pub fn say(&self, words: impl AsRef<str>) {
        let line = format!("{:>6}  {}", self.seconds(), words.as_ref());
        self.bar.suspend(|| out::line(line));
    }

    /// Says something that belongs to what was said before.
    pub fn add(&self, words: impl AsRef<str>) {
        self.bar.suspend(|| out::line(format!("        {}", words.as_ref())));
    }

    /// Ends the moving line.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }

    /// Forgets what was told of a tender: another one begins.
    pub fn turn_page(&mut self, id: &ProcedureId) {
        self.id = Some(id.clone());
        self.seen = Seen::default();
    }

    /// Tells what an actor saw.
    pub fn hear(&mut self, told: &Told) {
        let firms = self.firms;
        let find = |number: &usize| firms.iter().find(|firm| firm.number == *number);
        let name = |number: &usize| find(number).map_or("", |firm| firm.name.as_str());
        let text = self.text;
        match told {
            Told::Restarted(process) => self.say(text.demo_restarted(process)),
            Told::Receipted(number, time) => {
                self.seen.receipts += 1;
                if self.seen.receipts <= RECEIPTS_TOLD {
                    let time = time.map(|time| text.instant(time)).unwrap_or_default();
                    self.say(text.demo_receipt(name(number), &time));
                }
            }
            Told::Replaced(number) => self.say(text.demo_replaced(name(number))),
            Told::Withdrawn(number) => self.say(text.demo_withdrawn(name(number))),
            Told::Seated => self.say(text.demo_seated()),
            Told::Read(bids) => self.say(text.demo_read(bids.to_string())),
            Told::Clarified => self.say(text.demo_clarified()),
            Told::Frozen(experts) => self.say(text.demo_frozen(experts.to_string())),
            Told::Declined => self.say(text.demo_declined()),
            Told::Objected(number) => self.say(text.demo_objected(name(number))),
            Told::ObjectionAnswered => self.say(text.demo_objection_answered()),
            Told::WaitsForAdmission(number, party) => {
                self.say(text.demo_waits_for_admission(name(number), party.as_str()));
            }
            Told::Did(did) => {
                if let Did::Registered(party, name) = did {
                    self.guests.insert(party.clone(), name.clone());
                }
                self.say(did.told(text));
            }
            Told::PapersNamed(name) => self.say(text.demo_seat_papers(name)),
            Told::Complained => self.say(text.demo_complained()),
            Told::Undecided(seconds) => self.say(text.demo_decide(*seconds)),
            Told::AskedRescue(number) => self.say(text.demo_rescue(name(number))),
            Told::Refused(number, code) => {
                let late = find(number).is_some_and(|firm| firm.part == Part::IsLate);
                let reason = ximu_web::codes::meaning(text, code);
                let reason = reason.trim_end_matches(['.', '。']);
                self.say(if late {
                    text.demo_refused_late(code, name(number), reason)
                } else {
                    text.demo_refused(code, name(number), reason)
                });
            }
        }
    }

    /// Tells when the supervising authority lets the tender stand still, and until when; again when that changes. A
    /// suspension that is ended has the instant of its end, which is past.
    fn suspended(&mut self, public: &Public) {
        let told = std::mem::replace(&mut self.seen.suspended_until, public.suspended_until);
        if let Some(said) = suspension(told, public.suspended_until, outside::now()) {
            self.say(match said {
                Suspension::Until(until) => self.text.demo_suspended(self.text.instant(until)),
                Suspension::Ended => self.text.demo_goes_on(),
            });
        }
    }

    /// Tells what is new in the public state.
    pub fn look(&mut self, public: &Public) {
        self.count_down(public);
        self.suspended(public);
        if public.stage != StageName::Failed {
            // Whoever looks late, as after a new start, is told in the order in which it happened.
            self.tell_until(StageName::Sealing, public);
        }
        self.asked(public);
        self.meanwhile(public);
        self.turn_back(public);
        if public.stage >= StageName::Opening && public.stage != StageName::Failed {
            self.tell_until(StageName::Opening, public);
            self.coefficient(public);
            self.shares(public);
        }
        self.tell_until(public.stage, public);
        self.settled(public);
    }

    /// What follows is told once more when the authority had it all evaluated again, or a winner left.
    fn turn_back(&mut self, public: &Public) {
        if self.seen.stage.is_some_and(|seen| public.stage < seen) {
            self.seen.stage = Some(public.stage);
            if public.stage == StageName::Evaluating {
                self.say(self.text.demo_reopened());
            }
        }
    }

    /// Tells of the contract, and of the bonds once all are returned.
    fn settled(&mut self, public: &Public) {
        let text = self.text;
        if let (Some(contract), Some(awarded)) = (&public.contract, &public.awarded)
            && !std::mem::replace(&mut self.seen.contract, true)
        {
            self.say(text.demo_contract(self.name(&awarded.bidder), awarded.price.to_string()));
            self.add(text.demo_contract_why(contract.commitment.to_string()));
            if let Some(id) = &self.id {
                let (file, salt) = (self.folders.contract(id), self.folders.contract_salt(id));
                self.add(text.demo_contract_file(file.display().to_string(), salt.display().to_string()));
            }
        }
        if public.is_settled() && !std::mem::replace(&mut self.seen.bonds, true) {
            self.say(text.demo_bonds(public.bonds_returned.len()));
            self.add(text.demo_bonds_why());
        }
    }

    /// Tells questions and their answers, each once.
    fn asked(&mut self, public: &Public) {
        let answered = public.questions.iter().filter(|question| question.answered.is_some()).count();
        for count in self.seen.answered.saturating_add(1)..=answered {
            self.seen.answered = count;
            self.say(self.text.demo_asked(count));
        }
    }

    /// Tells the coefficient.
    fn coefficient(&mut self, public: &Public) {
        if let Some((_, value)) = public.coefficients.first_key_value().filter(|_| !self.seen.coefficient) {
            self.seen.coefficient = true;
            self.say(self.text.demo_coefficient(value.to_string()));
        }
    }

    /// Half-way to the deadline, when little else happens: what is to be seen in the browser.
    fn meanwhile(&mut self, public: &Public) {
        let half = public.published.plus_ms(public.deadline.ms_since(public.published) / 2);
        let is_time = public.stage == StageName::Sealing && outside::now() > half;
        if is_time && self.plan.pace != Pace::Fast && !std::mem::replace(&mut self.seen.meanwhile, true) {
            self.say(self.text.demo_meanwhile());
        }
    }

    /// Tells which holders are new, all in one sentence: the state does not say who of them came first.
    fn shares(&mut self, public: &Public) {
        let is_new = |name: &&String| !self.seen.shares.contains(*name);
        let new: Vec<String> = public.shares.iter().filter(is_new).cloned().collect();
        if new.is_empty() {
            return;
        }
        self.seen.shares.extend(new.iter().cloned());
        let names = new.join(self.text.pick("、", ", "));
        self.say(self.text.demo_shares(self.seen.shares.len(), &names, self.plan.escrow));
    }

    /// Tells every stage up to this one that was not told yet, so that a tender that moves fast is told whole.
    fn tell_until(&mut self, stage: StageName, public: &Public) {
        const ORDER: [StageName; 9] = [
            StageName::Sealing,
            StageName::Window,
            StageName::Opening,
            StageName::Drawing,
            StageName::Evaluating,
            StageName::Ranking,
            StageName::Published,
            StageName::Awarded,
            StageName::Failed,
        ];
        for next in ORDER {
            let jumps = stage == StageName::Failed && next != StageName::Failed;
            if next > stage || jumps || self.seen.stage.is_some_and(|seen| seen >= next) {
                continue;
            }
            self.seen.stage = Some(next);
            self.stage(next, public);
        }
    }

    fn stage(&self, stage: StageName, public: &Public) {
        let text = self.text;
        match stage {
            StageName::Sealing => {
                let units = self.plan.pace.units();
                let (day, days) = (text.span(units.day_ms), text.span(units.days_ms(20)));
                self.say(text.demo_deadline(day, days, text.instant(public.deadline)));
                self.say(text.demo_sealing());
                self.add(text.demo_sealing_why());
            }
            StageName::Window => {
                let why = not_counted(text, &public.not_counted);
                self.say(text.demo_closed(public.list.len(), public.not_counted.len(), why));
                let until = public.window_until.map(|until| text.instant(until)).unwrap_or_default();
                self.say(text.demo_window(&until));
                if self.plan.seat == Some(Seat::Bidder) {
                    self.say(text.demo_your_turn_release());
                }
            }
            StageName::Opening => {
                let count = |route| public.to_open.iter().filter(|line| line.route == route).count();
                let (released, rescued) = (count(Route::Released), count(Route::Rescued));
                self.say(text.demo_window_ended(released, rescued, public.stays_closed.len()));
                self.add(text.demo_window_why());
            }
            StageName::Drawing => {
                self.prices(public);
                self.say(text.demo_drawing());
            }
            StageName::Ranking => self.evaluated(public),
            StageName::Evaluating => {
                let members = public.experts.as_ref().map_or(0, |experts| experts.members.len());
                self.say(text.demo_drawn(members));
            }
            StageName::Published => {
                let until = public.candidates_until.map(|until| text.instant(until)).unwrap_or_default();
                self.say(text.demo_candidates(&until));
            }
            StageName::Awarded => {
                if let Some(awarded) = &public.awarded {
                    let firm = self.name(&awarded.bidder);
                    self.say(text.demo_awarded(firm, awarded.price.to_string()));
                }
            }
            StageName::Failed => {
                self.say(text.demo_failed(failure(text, public.failure.as_deref().unwrap_or_default())));
            }
        }
    }

    /// Tells what the committee came to.
    fn evaluated(&self, public: &Public) {
        let text = self.text;
        let concluded = public.evaluation.as_ref().and_then(|evaluation| evaluation.concluded.as_ref());
        let Some(conclusion) = concluded else { return };
        let members = conclusion.members.len();
        match conclusion.round {
            Some(_) => self.say(text.demo_rechecked(members)),
            None => self.say(text.demo_evaluated(members)),
        }
        for line in conclusion.lines.iter().take(EVALUATED_TOLD) {
            let rank = format!("{:>3}", line.rank);
            let (criteria, price) = (line.criteria_score.to_string(), line.price_score.to_string());
            let firm = self.name(&line.bidder);
            self.add(text.demo_row_total(criteria, firm, price, rank, line.total.to_string()));
        }
        if let Some(first) = conclusion.lines.first()
            && let Some(bid) = public.opened.iter().find(|bid| bid.bidder == first.bidder)
        {
            self.add(text.demo_words(words::spell(bid.price)));
        }
    }

    fn prices(&self, public: &Public) {
        let text = self.text;
        self.say(text.demo_opened(public.opened.len()));
        let mut bids: Vec<_> = public.opened.iter().collect();
        bids.sort_by_key(|bid| bid.price);
        for bid in bids {
            let mark = if bid.route == Route::Rescued { text.demo_rescued_mark() } else { String::new() };
            let firm = format!("{}{mark}", self.name(&bid.bidder));
            self.add(text.demo_row(&firm, bid.price.to_string()));
        }
        for (party, reason) in &public.voided {
            self.add(text.demo_row_void(self.name(party), void(text, *reason)));
        }
    }

    fn count_down(&self, public: &Public) {
        let left = |instant: Option<Instant>| {
            instant.map_or(0, |instant| instant.ms_since(outside::now()).max(0) / 1000)
        };
        let text = self.text;
        self.bar.set_message(match public.stage {
            StageName::Sealing => text.demo_waiting_deadline(left(Some(public.deadline))),
            StageName::Window => text.demo_waiting_window(left(public.window_until)),
            StageName::Published => text.demo_waiting_publication(left(public.candidates_until)),
            StageName::Opening
            | StageName::Drawing
            | StageName::Evaluating
            | StageName::Ranking
            | StageName::Awarded
            | StageName::Failed => text.demo_waiting(),
        });
    }

    fn name<'b>(&'b self, party: &'b PartyId) -> &'b str {
        let guest = self.guests.get(party).map_or(party.as_str(), String::as_str);
        self.names.get(party).map_or(guest, |firm| firm.name.as_str())
    }
}

/// Why submissions do not count, each reason once.
fn not_counted(text: Text, lines: &[NotCounted]) -> String {
    let mut said: Vec<String> = Vec::new();
    for line in lines {
        let why = match line.reason {
            NotCountedReason::Withdrawn => text.not_counted_withdrawn(),
            NotCountedReason::Voided => text.not_counted_voided(),
            NotCountedReason::NotCosignedInTime => text.not_counted_not_cosigned(),
        };
        if !said.contains(&why) {
            said.push(why);
        }
    }
    said.join(text.pick("；", "; "))
}

/// Why a tender failed: the words that its page has for it.
fn failure(text: Text, code: &str) -> String {
    let name = code.strip_suffix("_bids").unwrap_or(code).replace('_', "-");
    text.named(&format!("stage-{name}")).map_or_else(|| code.to_owned(), |words| format!("{words} [{code}]"))
}

/// Why a bid is void: the words of its code.
fn void(text: Text, reason: VoidReason) -> String {
    let code = serde_json::to_value(reason).ok();
    let code = code.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    let words = ximu_web::codes::meaning(text, code);
    format!("{} [{code}]", words.trim_end_matches(['.', '。']))
}

/// What is new of a suspension.
#[derive(Debug, PartialEq, Eq)]
enum Suspension {
    Until(Instant),
    Ended,
}

/// What to tell of the newest suspension's end when `told` was told before.
fn suspension(told: Option<Instant>, until: Option<Instant>, now: Instant) -> Option<Suspension> {
    let until = until.filter(|_| until != told)?;
    if until > now {
        return Some(Suspension::Until(until));
    }
    told.map(|_| Suspension::Ended)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ximu_text::Language;

    #[test]
    fn a_resume_is_told_as_such_and_not_as_a_suspension_until_then() {
        let at = Instant::from_unix_ms;
        assert_eq!(suspension(None, Some(at(9)), at(1)), Some(Suspension::Until(at(9))));
        assert_eq!(suspension(Some(at(9)), Some(at(9)), at(2)), None);
        assert_eq!(suspension(Some(at(9)), Some(at(5)), at(6)), Some(Suspension::Ended));
        assert_eq!(suspension(None, None, at(1)), None);
    }

    #[test]
    fn what_does_not_count_and_what_is_void_has_its_reason_in_words() {
        let line = |reason| NotCounted { bidder: "p-1".parse().unwrap(), version: 1, reason };
        let lines = [NotCountedReason::Withdrawn, NotCountedReason::Withdrawn].map(line);
        let text = Text::new(Language::English);
        assert_eq!(not_counted(text, &lines), "withdrawn before the deadline");
        let both = [NotCountedReason::Withdrawn, NotCountedReason::NotCosignedInTime].map(line);
        assert_eq!(
            not_counted(text, &both),
            "withdrawn before the deadline; its beat was not cosigned in time"
        );
        assert!(text.demo_closed(3_usize, 1_usize, "why").ends_with("1 submission does not (why)."));
        assert!(!text.demo_closed(3_usize, 0_usize, "").contains("()"));
        for language in Language::ALL {
            let said = void(Text::new(language), VoidReason::SharesMissing);
            assert!(said.ends_with(" [shares_missing]") && !said.starts_with(" ["), "{said}");
            for code in ["too_few_bids", "cancelled", "nothing_opened", "no_candidate", "competition_lacking"]
            {
                assert!(failure(Text::new(language), code).ends_with(&format!(" [{code}]")), "{code}");
            }
        }
    }
}
