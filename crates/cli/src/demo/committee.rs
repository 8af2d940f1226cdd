//! The committee: five experts who sit down in Jiangsu, declare, choose a chair, seal their sheets, and sign the report.
//! Each is a thread that decides the whole log again before it signs anything.

use super::{
    actors::Play,
    cast::{self, Firm},
    experts, guest, papers,
    plan::Plan,
    seated::{self, Did},
    stage::{Public, Told},
};
use crate::{
    committee::{documents, fetch},
    fault::Fault,
    follow::Pin,
    keys::Key,
    outside,
    remote::{Answer, Remote, sign},
};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    time::Duration,
};
use ximu_basics::{CriterionId, Decimal, Hash, Instant, Money, PartyId, Rounding};
use ximu_bidder::{SeatForm, Seen};
use ximu_procedure::{
    Committee,
    evaluation::ScoreAt,
    rules::{Criterion, CriterionKind},
    tender::StageName,
    wire::{
        Command,
        evaluation::{CorrectionCause, Sheet, SheetLine},
        waiting::Capacity,
    },
};

/// The witness officer at the guest venue.
pub const OFFICER: &str = "南通市公共资源交易中心见证岗（演练）";

/// The label the officer's secrets are derived from.
pub const LABEL: &str = "officer";

/// Between two looks at the committee.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The criteria of this tender, as they stand in its rules: 40 points beside the 60 of the price.
pub const CRITERIA: &str = "criteria = [\n  \
    { id = \"plan\", title = { zh = \"施工组织设计\", en = \"Construction plan\" }, points = \"20\", kind = \"subjective\", scale = 1 },\n  \
    { id = \"staff\", title = { zh = \"项目管理机构\", en = \"Project staff\" }, points = \"12\", kind = \"subjective\", scale = 1 },\n  \
    { id = \"record\", title = { zh = \"类似业绩\", en = \"Record of like works\" }, points = \"8\", kind = \"objective\", scale = 0 },\n]\n";

/// How long a member with a person beside it leaves the committee unlooked at, in milliseconds.
const AGAIN_MS: i64 = 15_000;

/// The same in a recheck.
const RECHECK_AGAIN_MS: i64 = 1_000;

/// From which distance on the cast calls a person's opinion abnormal, in hundredths of the criterion's points: its own never
/// differ by more than eight.
const FAR_PERCENT: i128 = 40;

/// Why the cast follows the person in a fact.
const AGREED: &str = "客观因素按复核结果统一。";

/// What the chair asks of the lowest bidder, and the answer.
const QUESTION: &str = "请说明乔木栽植与雨季施工安排的衔接措施。不得改变投标文件的实质性内容。";
const CLARIFIED: &str = "乔木栽植安排在雨季之前完成；雨季只做草皮养护与喷灌调试。报价和工期不变。";

/// One member, by its place on the committee.
pub fn member(play: &Play<'_>, place: usize) {
    // `None` at any point means that the play is over. Until then the authority can have it all evaluated again.
    while sit(play, place).is_some() {}
}

struct Member<'a> {
    play: &'a Play<'a>,
    remote: Remote,
    leaf: Hash,
    place: usize,
    key: Key,
    /// How often the committee has concluded before: a recheck takes its seats anew, with other keys.
    rechecks: u32,
    /// Whether it has read the documents.
    read: Cell<bool>,
    /// What it told of the person among the members.
    told: RefCell<BTreeMap<&'static str, usize>>,
}

fn sit(play: &Play<'_>, place: usize) -> Option<()> {
    let stage = play.stage;
    let remote = stage.persist(|| super::office::connect(&play.places.host))?;
    // The committee is complete once the one who cannot come is replaced.
    let leaf = stage.wait(|public| match public.stage {
        StageName::Evaluating => {
            let experts = public.experts.as_ref().filter(|experts| !experts.declined.is_empty())?;
            if is_guest(play, place) {
                // A person has this seat; the cast has it once the person was replaced.
                let vacant = || experts.members.iter().find(|member| !is_seated(public, &member.leaf));
                return vacant().filter(|_| experts.declined.len() > 1).map(|member| member.leaf);
            }
            experts.members.get(place).map(|member| member.leaf)
        }
        StageName::Sealing
        | StageName::Window
        | StageName::Opening
        | StageName::Drawing
        | StageName::Ranking
        | StageName::Published
        | StageName::Awarded
        | StageName::Failed => None,
    })?;
    let concluded = |public: &Public| public.evaluation.as_ref().and_then(|one| one.concluded.clone());
    let concluded = stage.wait(|public| Some(concluded(public)))?;
    let rechecks = concluded.map_or(0, |concluded| concluded.round.unwrap_or(1));
    let key = play.plan.key(&format!("seat {} {leaf} {rechecks}", play.id));
    let member =
        Member { play, remote, leaf, place, key, rechecks, read: Cell::new(false), told: RefCell::default() };
    if !stage.wait(|public| Some(is_seated(public, &leaf)))? {
        member.take_seat()?;
    }
    let mut seen = None;
    let begun = outside::now();
    let mut looked = begun;
    while stage.wait(|public| Some(public.stage))? == StageName::Evaluating {
        // What was seen last is looked at again only when there is more behind the veils.
        let now = stage.wait(|public| Some(public.evaluation.as_ref().map(|one| one.veils)))?;
        // With a person among them some things are due by the time alone; a recheck is in the open, and adds no veil.
        let every_ms = if rechecks > 0 { RECHECK_AGAIN_MS } else { AGAIN_MS };
        let alone = rechecks > 0 || guest::is_played(play.plan);
        let again = alone && outside::now().ms_since(looked) > every_ms;
        if seen != Some(now) || again {
            looked = outside::now();
            let shown = member.act(begun)?;
            seen = Some(now).filter(|_| shown >= now);
        }
        outside::pause(LOOK_EVERY);
    }
    Some(())
}

/// Whether a person has this place at first: the last one.
fn is_guest(play: &Play<'_>, place: usize) -> bool {
    guest::is_played(play.plan) && place + 1 == play.plan.experts as usize
}

fn is_seated(public: &Public, leaf: &Hash) -> bool {
    let seats = public.evaluation.as_ref().map(|evaluation| evaluation.seats.as_slice()).unwrap_or_default();
    seats.iter().any(|seat| seat.leaf == *leaf)
}

impl Member<'_> {
    /// At the door: the keeper and the officer have seen the person and vouch for the key it made a moment ago.
    fn take_seat(&self) -> Option<()> {
        let (plan, stage, place) = (self.play.plan, self.play.stage, self.place);
        self.play.linger(place + 1)?;
        let origin = &self.remote.info.origin;
        let seat = format!("nantong-{}", place + 1);
        let mut form = SeatForm::new(origin, self.play.id, self.leaf, &seat, self.key.inner());
        form.keeper = Some(form.vouch(plan.key(experts::LABEL).inner(), Capacity::Keeper));
        form.officer = Some(form.vouch(plan.key(LABEL).inner(), Capacity::Officer));
        let command = stage.persist(|| Ok(form.clone().command()?))?;
        self.give("seat", &command)?;
        if place == 0 && self.rechecks == 0 {
            stage.tell(Told::Seated);
        }
        Some(())
    }

    /// Looks at the committee, and does what is this member's to do. How many veils it has looked behind; `None` when its
    /// seat does not stand in a cosigned checkpoint yet.
    fn act(&self, begun: Instant) -> Option<Option<u32>> {
        let stage = self.play.stage;
        let pin = Pin::Fingerprint(self.play.policy);
        let seen = stage.persist(|| fetch(&self.remote, self.play.id, &pin, &self.key))?;
        if !seen.is_whole() || seen.member(&self.key.public()) != Some(self.leaf) {
            return Some(None);
        }
        let behind = stage.persist(|| Ok(seen.committee()?.panel.operations))?;
        if let Some(leaf) = stage.persist(|| self.missing(&seen, begun))? {
            guest::decline(self.play, &self.remote, leaf)?;
        }
        self.tell_guest(&seen)?;
        self.read_documents(&seen)?;
        if let Some((step, command)) = stage.persist(|| self.next(&seen))? {
            self.play.linger(self.steps_before(&step))?;
            self.give(&step, &command)?;
        }
        Some(Some(behind))
    }

    /// The first member tells what the person among them has done behind the veils.
    fn tell_guest(&self, seen: &Seen) -> Option<()> {
        let stage = self.play.stage;
        let Some(leaf) = stage.wait(|public| Some(guest::leaf(self.play.plan, public)))? else {
            return Some(());
        };
        let acts = stage.persist(|| {
            let committee = seen.committee()?;
            let first = committee.members().first() == Some(&self.leaf);
            Ok(if first { seated::acts(committee, &leaf) } else { BTreeMap::new() })
        })?;
        let mut told = self.told.borrow_mut();
        for (command, count) in acts {
            let before = told.insert(command, count).unwrap_or_default();
            (before..count).for_each(|_| stage.tell(Told::Did(Did::GaveVeiled(command))));
        }
        Some(())
    }

    /// How many steps of the pace a member lets pass before what it does: one sees the members' sheets and signatures come
    /// one after the other, and has read what the chair did before the next thing follows.
    fn steps_before(&self, step: &str) -> usize {
        match step.split('-').next().unwrap_or_default() {
            "sheet" | "sign" => self.place + 1,
            "chair" => 1,
            "clarify" | "report" => 2,
            _ => 0,
        }
    }

    /// Opens the documents of every bid, once they are given and a sheet is asked for: who scores has read.
    fn read_documents(&self, seen: &Seen) -> Option<()> {
        let stage = self.play.stage;
        if self.read.get() || stage.persist(|| Ok(seen.sheet_asked(&self.leaf)?))?.is_none() {
            return Some(());
        }
        let shelves = stage.persist(|| Ok(seen.shelves()?))?;
        for shelf in &shelves {
            stage.persist(|| documents(&self.remote, self.play.id, seen, &self.key, shelf, None))?;
        }
        self.read.set(true);
        let first = stage.persist(|| Ok(seen.committee()?.members().first() == Some(&self.leaf)))?;
        if first && !shelves.is_empty() {
            stage.tell(Told::Read(shelves.len()));
        }
        Some(())
    }

    /// The person who has not come in time, or whose sheet has not: the first member tells the keeper.
    fn missing(&self, seen: &Seen, begun: Instant) -> Result<Option<Hash>, Fault> {
        let committee = seen.committee()?;
        let public = self.play.stage.wait(|public| Some(guest::leaf(self.play.plan, public))).flatten();
        let Some(leaf) = public.filter(|_| committee.members().first() == Some(&self.leaf)) else {
            return Ok(None);
        };
        let patience = self.play.plan.pace.units().minutes_ms(guest::PATIENCE_MINUTES);
        let ready = committee.panel.declared.get(&leaf) == Some(&None);
        let late = outside::now().ms_since(begun) > patience && committee.panel.sets.is_empty() && !ready;
        Ok((late || committee.to_replace().contains(&leaf)).then_some(leaf))
    }

    /// A fact is a fact: when the person found another, and the time to talk is over, the others follow it.
    fn agree(&self, committee: Committee<'_>) -> Option<(String, Command)> {
        let guest = self.play.stage.wait(|public| Some(guest::leaf(self.play.plan, public))).flatten()?;
        if committee.review_ends()? > outside::now() {
            return None;
        }
        let own = |bidder: &PartyId, criterion: &CriterionId, member: &Hash| {
            committee.panel.scores.get(&ScoreAt::new(member, bidder, criterion)).copied()
        };
        let differing = committee.inconsistent().into_iter().find_map(|(bidder, criterion)| {
            let score = own(&bidder, &criterion.id, &guest)?;
            let differs = own(&bidder, &criterion.id, &self.leaf) != Some(score);
            differs.then(|| (bidder, criterion.id.clone(), score))
        });
        let (bidder, criterion, score) = differing?;
        let step = format!("agree-{bidder}-{criterion}-{score}");
        let (cause, reason) = (CorrectionCause::InconsistentObjective, AGREED.to_owned());
        Some((step, Command::CorrectScore { bidder, criterion, score, cause, reason }))
    }

    /// An opinion is an opinion: the others call the person's abnormal where it is far below their own, once, and the
    /// person may give its reasons.
    fn wonder(&self, committee: Committee<'_>) -> Option<(String, Command)> {
        let member = self.play.stage.wait(|public| Some(guest::leaf(self.play.plan, public))).flatten()?;
        let far = Decimal::new(FAR_PERCENT, 2).ok()?;
        let is_far = |criterion: &Criterion, bidder: &PartyId, score: Decimal| {
            let own = *committee.panel.scores.get(&ScoreAt::new(&self.leaf, bidder, &criterion.id))?;
            Some(own.minus(score).ok()?.compare(criterion.points.times(far).ok()?).is_gt())
        };
        let criteria = &committee.rules()?.criteria;
        let subjective = criteria.iter().filter(|one| matches!(one.kind, CriterionKind::Subjective));
        subjective.into_iter().find_map(|criterion| {
            committee.standing().into_iter().find_map(|bidder| {
                let at = ScoreAt::new(&member, &bidder, &criterion.id);
                let score = *committee.panel.scores.get(&at)?;
                let said = committee.panel.justified.contains_key(&at)
                    || committee.calls(&at).any(|one| *one == self.leaf);
                is_far(criterion, &bidder, score).filter(|far| *far && !said)?;
                let step = format!("wonder-{bidder}-{}-{score}", criterion.id);
                Some((step, Command::CallAbnormal { member, bidder, criterion: criterion.id.clone() }))
            })
        })
    }

    fn next(&self, seen: &Seen) -> Result<Option<(String, Command)>, Fault> {
        let committee = seen.committee()?;
        let panel = committee.panel;
        if !panel.declared.contains_key(&self.leaf) {
            return Ok(Some(("declare".into(), Command::Declare { conflict: None })));
        }
        let Some(first) = committee.members().first().copied() else { return Ok(None) };
        if committee.chair().is_none() && !panel.chair_votes.contains_key(&self.leaf) {
            return Ok(Some(("chair".into(), Command::ChooseChair { chair: first })));
        }
        if let Some((set, bidders)) = seen.sheet_asked(&self.leaf)? {
            let sheet = sheet(self.play.plan, committee, &self.leaf, &bidders);
            let label = format!("{} {set} {}", self.play.id, self.leaf);
            let seed = self.play.plan.seed("sheet", &label);
            let command = seen.seal_sheet(&self.leaf, &sheet, &seed.0, self.key.inner())?;
            return Ok(Some((format!("sheet-{set}"), command)));
        }
        if let Some(step) = self.agree(committee).filter(|_| committee.is_revealed()) {
            return Ok(Some(step));
        }
        if committee.is_revealed()
            && let Some(step) = self.wonder(committee)
        {
            return Ok(Some(step));
        }
        if committee.chair() == Some(self.leaf)
            && let Some(step) = self.lead(committee)
        {
            return Ok(Some(step));
        }
        let unsigned = committee.draft().filter(|draft| !draft.stands.contains_key(&self.leaf));
        let sign = |report| (format!("sign-{report}"), Command::SignReport { report });
        Ok(unsigned.map(|draft| sign(draft.report)))
    }

    /// What is the chair's to do: one question to the lowest bidder, then the report.
    fn lead(&self, committee: Committee<'_>) -> Option<(String, Command)> {
        if !committee.is_revealed() || committee.draft().is_some() {
            return None;
        }
        let asked = &committee.panel.clarifications;
        if asked.is_empty() && committee.is_constituted() && !committee.panel.scores.is_empty() {
            let opened = &committee.tender.opened;
            let prices = committee.standing().into_iter();
            let prices = prices.filter_map(|bidder| Some((opened.get(&bidder)?.price, bidder)));
            let bidder = lowest(self.play.plan, &cast::firms(self.play.plan), prices)?;
            return Some(("clarify".into(), Command::AskClarification { bidder, text: QUESTION.to_owned() }));
        }
        if guest::is_played(self.play.plan) {
            // The person reads the scores; the report is fixed when the time to talk is over.
            return None;
        }
        let answered = asked.iter().all(|one| one.answer.is_some());
        committee.report().filter(|_| answered)?;
        Some((format!("report-{}", committee.panel.operations), Command::DraftReport {}))
    }

    fn give(&self, step: &str, command: &Command) -> Option<()> {
        let (stage, id) = (self.play.stage, self.play.id);
        let origin = &self.remote.info.origin;
        let answer = stage.give(|refused| {
            let label = format!("{id} {} {}", self.leaf, self.rechecks);
            let nonce = self.play.plan.nonce_after(step, &label, refused);
            self.remote.give(&sign(origin, id, nonce, command.clone(), &self.key)?)
        })?;
        if let Answer::Refused { code, detail, .. } = answer {
            // The committee moved on in between; the next look shows it.
            tracing::debug!(step, code, detail, "a member was refused");
        }
        Some(())
    }
}

/// The scores of somebody without a leaf, as a table: they lie ready for the person.
pub fn table<'a>(plan: &Plan, bidders: impl Iterator<Item = &'a PartyId>) -> Result<String, Fault> {
    let rules: Table =
        toml::from_str(CRITERIA).map_err(|error| Fault::new("rules", error.to_string(), ""))?;
    let names: Vec<String> = rules.criteria.iter().map(|one| one.id.to_string()).collect();
    let mut text = format!("bidder,{}\n", names.join(","));
    let nobody = Hash::of(b"guest");
    for bidder in bidders {
        let score = |one: &Criterion| score(plan, one, &nobody, bidder).map(|score| score.to_string());
        let scores: Vec<String> = rules.criteria.iter().filter_map(score).collect();
        text.push_str(&format!("{bidder},{}\n", scores.join(",")));
    }
    Ok(text)
}

/// The criteria by themselves.
#[derive(serde::Deserialize)]
struct Table {
    criteria: Vec<Criterion>,
}

/// A member's scores: a fact is the same for all, an opinion differs a little from member to member.
fn sheet(plan: &Plan, committee: Committee<'_>, leaf: &Hash, bidders: &[PartyId]) -> Sheet {
    let criteria = committee.rules().map(|rules| rules.criteria.as_slice()).unwrap_or_default();
    let points = |bidder: &PartyId| -> BTreeMap<CriterionId, Decimal> {
        criteria.iter().filter_map(|one| Some((one.id.clone(), score(plan, one, leaf, bidder)?))).collect()
    };
    let line = |bidder: &PartyId| SheetLine { bidder: bidder.clone(), points: points(bidder) };
    Sheet { v: 1, scores: bidders.iter().map(line).collect() }
}

fn score(plan: &Plan, criterion: &Criterion, leaf: &Hash, bidder: &PartyId) -> Option<Decimal> {
    if criterion.kind == CriterionKind::Objective {
        return Decimal::new(papers::like_works(plan, bidder).into(), 0).ok();
    }
    let share = |purpose: &str, label: &str, below: u32| i128::from(plan.number(purpose, label, below));
    let base = share("score", &format!("{} {bidder}", criterion.id), 30);
    let own = share("opinion", &format!("{} {bidder} {leaf}", criterion.id), 8);
    // From 62 to 98 per cent of the points, half up to the criterion's scale.
    let share = Decimal::new(62 + base + own, 2).ok()?;
    criterion.points.times(share).ok()?.rescale(criterion.scale, Rounding::HalfUp).ok()
}

/// The bidder with the lowest price that is of the cast: a person in the seat has not been told how to answer, and everybody
/// would wait for it.
fn lowest(plan: &Plan, firms: &[Firm], prices: impl Iterator<Item = (Money, PartyId)>) -> Option<PartyId> {
    let of_cast = |bidder: &PartyId| firms.iter().any(|firm| firm.party(plan).as_ref() == Some(bidder));
    prices.filter(|(_, bidder)| of_cast(bidder)).min().map(|(_, bidder)| bidder)
}

/// The bidder that is asked to clarify, and answers in words alone.
pub fn clarifier(play: &Play<'_>, firms: &[Firm]) {
    let _over = clarify(play, firms);
}

fn clarify(play: &Play<'_>, firms: &[Firm]) -> Option<()> {
    let stage = play.stage;
    let remote = stage.persist(|| super::office::connect(&play.places.host))?;
    let lowest = stage.wait(|public| match public.stage {
        StageName::Evaluating => {
            let prices = public.opened.iter().map(|bid| (bid.price, bid.bidder.clone()));
            lowest(play.plan, firms, prices).map(Some)
        }
        StageName::Ranking | StageName::Published | StageName::Awarded | StageName::Failed => Some(None),
        StageName::Sealing | StageName::Window | StageName::Opening | StageName::Drawing => None,
    })??;
    let firm = firms.iter().find(|firm| firm.party(play.plan).as_ref() == Some(&lowest))?;
    let key = firm.key(play.plan);
    while stage.wait(|public| Some(public.stage))? == StageName::Evaluating {
        let asked = stage.persist(|| asked(&remote, play, &key))?;
        if asked {
            play.linger(2)?;
            let command = Command::Clarify { clarification: 1, text: CLARIFIED.to_owned() };
            let origin = &remote.info.origin;
            stage.give(|refused| {
                let nonce = play.plan.nonce_after("clarified", play.id.as_str(), refused);
                remote.give(&sign(origin, play.id, nonce, command.clone(), &key)?)
            })?;
            stage.tell(Told::Clarified);
            return Some(());
        }
        outside::pause(LOOK_EVERY);
    }
    Some(())
}

/// Whether something was asked of this bidder. It sees its own requests and nothing else.
fn asked(remote: &Remote, play: &Play<'_>, key: &Key) -> Result<bool, Fault> {
    use ximu_procedure::wire::evaluation::sitting_statement;
    let at = outside::now();
    let signature = key.sign(&sitting_statement(&remote.info.origin, play.id.as_str(), at));
    let who = ximu_client::centre::Uploader { key: &key.public(), signature: &signature };
    let sitting = remote.centre.sitting(play.id, who, at)?;
    Ok(sitting.is_some_and(|sitting| !sitting.operations.is_empty()))
}
