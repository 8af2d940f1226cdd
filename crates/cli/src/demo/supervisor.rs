//! The supervising authority's seat: its key lies ready, a firm complains to it, and everybody else waits where it lets
//! the tender stand still. When it does nothing, nothing is missing.

use super::{actors::Play, stage::Told};
use crate::{
    keys::Key,
    remote::{Answer, Remote, sign},
};
use ximu_basics::Instant;
use ximu_procedure::wire::{Command, command::Matter};

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
