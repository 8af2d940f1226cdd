//! The supervising authority's seat: its key lies ready, a firm complains to it, and everybody else waits where it lets
//! the tender stand still. When it does nothing, nothing is missing.

use super::{
    actors::Play,
    narrator::Narrator,
    office,
    stage::{Stage, Told},
};
use crate::{
    fault::Fault,
    keys::Key,
    outside,
    remote::{Answer, Remote, sign},
};
use std::time::Duration;
use ximu_basics::{Hash, Instant, ProcedureId, json};
use ximu_procedure::wire::{Command, Entry, Event, Leaf, Outcome, command::Matter};
use ximu_text::Text;

/// The label its key is derived from.
pub const LABEL: &str = "supervisor";

/// Its name.
pub const NAME: &str = "湖北省公共资源交易监督管理局（演练）";

/// What the firm complains of.
const COMPLAINT: &str =
    "招标人对我方异议的答复没有附施工组织设计的复核记录，请监督部门核查第一中标候选人的工期承诺是否可行。";

/// The firm whose objection to the candidates was not upheld complains, once it was answered.
pub fn complain(play: &Play<'_>, remote: &Remote, key: &Key, known: Instant) -> Option<()> {
    let stage = play.stage;
    let objection = stage.wait(|public| {
        let last = public.objections.last()?;
        last.answered.map(|_| last.number)
    })?;
    let command = Command::Complain {
        matter: Matter::Candidates,
        objection: Some(objection),
        known,
        text: COMPLAINT.to_owned(),
    };
    let answer = stage.give(|refused| {
        let nonce = play.plan.nonce_after("complain", play.id.as_str(), refused);
        remote.give(&sign(&remote.info.origin, play.id, nonce, command.clone(), key)?)
    })?;
    if matches!(answer, Answer::Accepted(_)) {
        stage.tell(Told::Complained);
    }
    Some(())
}

/// How long the demonstration waits at its end for the authority's decision of a complaint.
const DECISION_MS_MAX: i64 = 90_000;

/// Between two looks whether it is decided.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// Waits until every complaint is decided or declined, and says that it does; the id of the command that decided the
/// last one. Nothing, when there was no complaint or the authority does not decide.
pub fn last_word(stage: &Stage, remote: &Remote, narrator: &Narrator<'_>, text: Text) -> Option<Hash> {
    let id = office::tender_id(1).ok()?;
    let begun = outside::now();
    let (mut next, mut open, mut last, mut told) = (0, 0_u32, None, false);
    while outside::now().ms_since(begun) < DECISION_MS_MAX {
        for entry in stage.persist(|| read(remote, &id, next))? {
            next = entry.number.saturating_add(1);
            let Outcome::Events(events) = &entry.outcome else { continue };
            for event in events {
                if let Event::Complained { .. } = event {
                    open = open.saturating_add(1);
                } else if let Event::ComplaintDecided { .. } | Event::ComplaintDeclined { .. } = event {
                    open = open.saturating_sub(1);
                    last = Some(entry.signed.id());
                }
            }
        }
        if open == 0 {
            return last;
        }
        if !std::mem::replace(&mut told, true) {
            narrator.say(text.demo_decide(DECISION_MS_MAX / 1000));
        }
        outside::pause(LOOK_EVERY);
    }
    last
}

/// The entries of a procedure from this number on.
fn read(remote: &Remote, id: &ProcedureId, from: u32) -> Result<Vec<Entry>, Fault> {
    let mut entries = Vec::new();
    for line in remote.centre.entries(id, from)? {
        if let Leaf::Entry(entry) = json::from_canonical(line.entry.as_bytes())? {
            entries.push(entry);
        }
    }
    Ok(entries)
}
