//! What is asked and objected to, and the tenderer's answers. Questions come from keys made for one question; the
//! objection to the candidates comes from the firm that is second, and stops the clock until it is answered.

use super::{
    actors::Play,
    cast::Firm,
    seat::Seat,
    stage::{Objected, Told},
    supervisor,
};
use crate::{
    outside,
    remote::{Answer, sign},
};
use ximu_basics::PartyId;
use ximu_procedure::{
    tender::StageName,
    wire::{Command, command::Subject},
};

/// The questions, with the thousandth of the time to the deadline at which each is asked, and the answers.
const QUESTIONS: [(i64, &str, &str); 2] = [
    (
        40,
        "工程量清单中“绿化养护（两年）”的起算时间，是逐个匝道验收之日，还是全部工程竣工验收之日？",
        "自全部工程竣工验收合格之日起算两年。",
    ),
    (90, "乔木土球直径可否按当地苗木规程的下限执行？", "不可以。以招标文件为准：土球直径不小于胸径的八倍。"),
];

/// The objection, and the answer to it.
const OBJECTION: &str = "第一中标候选人所报工期明显短于同类工程，请求复核其施工组织设计是否响应招标文件。";
const ANSWER: &str = "经复核：其工期在招标文件允许范围内，施工组织设计已响应全部实质性要求。异议不成立。";

/// Those who ask: nobody knows who they are, and neither does the host.
pub fn askers(play: &Play<'_>) {
    let _over = ask(play);
}

fn ask(play: &Play<'_>) -> Option<()> {
    let stage = play.stage;
    let remote = stage.persist(|| super::office::connect(&play.places.host))?;
    let public = stage.wait(|public| Some(public.clone()))?;
    if public.stage != StageName::Sealing {
        return Some(());
    }
    let open = public.deadline.ms_since(public.published);
    for (number, (moment, text, _)) in (1..).zip(QUESTIONS) {
        stage.wait_until(public.published.plus_ms(open * moment / 1_000))?;
        let label = format!("{} question {number}", play.id);
        let command = Command::Ask { text: text.to_owned(), author: None };
        let key = play.plan.key(&label);
        stage.give(|refused| {
            let nonce = play.plan.nonce_after("ask", &label, refused);
            remote.give(&sign(&remote.info.origin, play.id, nonce, command.clone(), &key)?)
        })?;
    }
    Some(())
}

/// The tenderer's answers, as long as there is something to answer.
pub fn answers(play: &Play<'_>) {
    let _over = answer(play);
}

fn answer(play: &Play<'_>) -> Option<()> {
    let stage = play.stage;
    let remote = stage.persist(|| super::office::connect(&play.places.host))?;
    let key = play.plan.key("tenderer");
    loop {
        let (step, command) = stage.wait(|public| {
            let question = public.questions.iter().find(|question| question.answered.is_none());
            let question = question.filter(|_| public.stage == StageName::Sealing);
            let objection = public.objections.iter().find(|objection| objection.answered.is_none());
            question.map(|question| answer_of(question.number)).or(objection.map(reply))
        })?;
        if matches!(command, Command::AnswerObjection { .. }) {
            play.linger(2)?;
        }
        // Whoever answered it first, it is answered.
        stage.give(|refused| {
            let nonce = play.plan.nonce_after(&step, play.id.as_str(), refused);
            let signed = sign(&remote.info.origin, play.id, nonce, command.clone(), &key)?;
            super::office::give(play.folders, "tenderer", &remote, &signed)
        })?;
        stage.wait(|public| {
            let waits = public
                .questions
                .iter()
                .any(|one| one.answered.is_none() && is_of(&command, one.number))
                || public.objections.iter().any(|one| one.answered.is_none() && is_to(&command, one.number));
            (!waits || public.stage != StageName::Sealing && public.stage != StageName::Published)
                .then_some(())
        })?;
        if matches!(command, Command::AnswerObjection { .. }) {
            stage.tell(Told::ObjectionAnswered);
        }
    }
}

fn answer_of(number: u32) -> (String, Command) {
    let place = usize::try_from(number).unwrap_or(0).checked_sub(1);
    let known = place.and_then(|place| QUESTIONS.get(place)).map(|(_, _, answer)| *answer);
    // A question that a person at a seat asked has no answer in the book.
    let text = known.unwrap_or("请以招标文件为准。").to_owned();
    (format!("answer-{number}"), Command::Answer { question: number, text, documents: Vec::new() })
}

fn reply(objection: &Objected) -> (String, Command) {
    let number = objection.number;
    let command = Command::AnswerObjection { objection: number, upheld: false, text: ANSWER.to_owned() };
    (format!("answer-objection-{number}"), command)
}

fn is_of(command: &Command, number: u32) -> bool {
    matches!(command, Command::Answer { question, .. } if *question == number)
}

fn is_to(command: &Command, number: u32) -> bool {
    matches!(command, Command::AnswerObjection { objection, .. } if *objection == number)
}

/// The firm that is second objects to the first.
pub fn objector(play: &Play<'_>, firms: &[Firm]) {
    let _over = object(play, firms);
}

fn object(play: &Play<'_>, firms: &[Firm]) -> Option<()> {
    let stage = play.stage;
    let remote = stage.persist(|| super::office::connect(&play.places.host))?;
    let candidates: Vec<PartyId> = stage.wait(|public| match public.stage {
        StageName::Sealing
        | StageName::Window
        | StageName::Opening
        | StageName::Drawing
        | StageName::Evaluating
        | StageName::Ranking => None,
        StageName::Published => Some(public.candidates.clone()),
        StageName::Awarded | StageName::Failed => Some(Vec::new()),
    })?;
    let [first, second, ..] = candidates.as_slice() else { return Some(()) };
    let Some(firm) = firms.iter().find(|firm| firm.party(play.plan).as_ref() == Some(second)) else {
        return Some(());
    };
    let command =
        Command::Object { to: Subject::Candidates, against: Some(first.clone()), text: OBJECTION.to_owned() };
    play.linger(1)?;
    let key = firm.key(play.plan);
    let known = outside::now();
    let answer = stage.give(|refused| {
        let nonce = play.plan.nonce_after("object", play.id.as_str(), refused);
        remote.give(&sign(&remote.info.origin, play.id, nonce, command.clone(), &key)?)
    })?;
    stage.tell(match answer {
        Answer::Accepted(_) => Told::Objected(firm.number),
        Answer::Refused { code, .. } => Told::Refused(firm.number, code),
    });
    if play.plan.seat == Some(Seat::Supervisor) {
        supervisor::complain(play, &remote, &key, known)?;
    }
    Some(())
}
