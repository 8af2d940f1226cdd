//! The supervising authority's seat: its key lies ready, a firm complains to it, and everybody else waits where it lets
//! the tender stand still. When it does nothing, nothing is missing.

use super::{actors::Play, stage::Told};
use crate::{
    fault::Fault,
    keys::Key,
    outside,
    remote::{Answer, Remote, sign},
};
use std::time::Duration;
use ximu_basics::{Instant, ProcedureId, json};
use ximu_procedure::{
    tender::StageName,
    wire::{Command, Entry, Event, Leaf, Outcome, command::Matter},
};

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

/// How long the contract waits for the authority's decision of a complaint.
const DECISION_MS_MAX: i64 = 90_000;

/// Between two looks whether it is decided.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// Waits, before the contract is signed, until every complaint is decided or declined, and says that it does; no longer
/// than the authority is given, and not at all once there is no award any more.
pub fn last_word(play: &Play<'_>, remote: &Remote) -> Option<()> {
    let stage = play.stage;
    let begun = outside::now();
    let (mut next, mut open, mut told) = (0, 0_u32, false);
    while outside::now().ms_since(begun) < DECISION_MS_MAX
        && stage.wait(|public| Some(public.stage))? == StageName::Awarded
    {
        for entry in stage.persist(|| read(remote, play.id, next))? {
            next = entry.number.saturating_add(1);
            let Outcome::Events(events) = &entry.outcome else { continue };
            for event in events {
                if let Event::Complained { .. } = event {
                    open = open.saturating_add(1);
                } else if let Event::ComplaintDecided { .. } | Event::ComplaintDeclined { .. } = event {
                    open = open.saturating_sub(1);
                }
            }
        }
        if open == 0 {
            break;
        }
        if !std::mem::replace(&mut told, true) {
            stage.tell(Told::Undecided(DECISION_MS_MAX / 1000));
        }
        outside::pause(LOOK_EVERY);
    }
    Some(())
}

/// The entries of a procedure from this number on.
///
/// # Errors
/// When the centre does not answer, or with something that is no entry.
pub fn read(remote: &Remote, id: &ProcedureId, from: u32) -> Result<Vec<Entry>, Fault> {
    let mut entries = Vec::new();
    for line in remote.centre.entries(id, from)? {
        if let Leaf::Entry(entry) = json::from_canonical(line.entry.as_bytes())? {
            entries.push(entry);
        }
    }
    Ok(entries)
}
