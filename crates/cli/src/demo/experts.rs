//! The part of the pool of experts, which another centre keeps: it freezes the pool as salted leaves, recuses whom it
//! must, and says when somebody who was drawn cannot come. Who a leaf stands for stays in the keeper's own folder.

use super::{
    actors::Play,
    plan::{Folders, Plan},
    stage::{Experts, Told},
};
use crate::{
    fault::Fault,
    files,
    pool::{Book, Expert},
    remote::{Answer, Remote, sign},
};
use ximu_basics::{Hash, ProcedureId};
use ximu_procedure::{
    tender::StageName,
    wire::{
        Command,
        command::{DeclineGround, RecusalGround},
    },
};
use ximu_text::Text;

/// The keeper's name.
pub const KEEPER: &str = "江苏省综合评标专家库南通分库（演练）";

/// The label the keeper's secrets are derived from.
pub const LABEL: &str = "pool-keeper";

/// The pool's id in the rules.
pub const POOL: &str = "jiangsu-nantong";

/// The fewest members of a committee, and the most: an odd number between them (L37).
pub const EXPERTS_MIN: u32 = 5;
/// See [`EXPERTS_MIN`].
pub const EXPERTS_MAX: u32 = 15;

/// How many experts of each stratum are in the pool, ascending by stratum. Even the largest committee can be drawn
/// from it, with somebody recused and somebody who cannot come.
const POOL_SIZES: [(&str, &str, u32); 2] = [("economic", "经济", 16), ("technical", "技术", 24)];

/// Who is recused: near kin of a bidder's manager.
const KIN: (&str, u32) = ("technical", 24);

/// The seats of a committee by stratum: two of five are economists.
pub fn seats(experts: u32) -> [(&'static str, u32); 2] {
    let economic = experts.saturating_mul(2) / 5;
    [("economic", economic), ("technical", experts.saturating_sub(economic))]
}

/// The keeper's book: whom each leaf stands for. One expert is near kin of a bidder's manager and is recused.
fn book(plan: &Plan, id: &ProcedureId) -> Result<Book, Fault> {
    let expert = |stratum: &str, word: &str, number: u32, recused| -> Result<Expert, Fault> {
        let record = format!("{KEEPER} {word}专家 {number:02} 号");
        // A fresh salt for each draw: nobody recognises a leaf of another tender.
        let salt = plan.salt(&format!("{id} {record}"));
        Ok(Expert::new(stratum.parse().map_err(|error| word_of(&error))?, record, recused, &salt))
    };
    let mut experts = Vec::new();
    for (stratum, word, size) in POOL_SIZES {
        for number in 1..=size {
            let kin = (stratum, number) == KIN;
            experts.push(expert(stratum, word, number, kin.then_some(RecusalGround::Kin))?);
        }
    }
    Ok(Book { experts, pool: POOL.parse().map_err(|error| word_of(&error))? })
}

fn word_of(error: &dyn std::fmt::Display) -> Fault {
    Fault::new("id", error.to_string(), "")
}

/// The keeper, from the end of the reading to a full committee.
pub fn keeper(play: &Play<'_>) {
    // `None` at any point means that the play is over.
    let _over = keep(play);
}

fn keep(play: &Play<'_>) -> Option<()> {
    let stage = play.stage;
    let remote = stage.persist(|| super::office::connect(&play.places.host))?;
    let book = stage.persist(|| book(play.plan, play.id))?;
    let due = stage.wait(|public| match public.stage {
        StageName::Sealing | StageName::Window | StageName::Opening => None,
        StageName::Drawing => public.experts.as_ref().map(|experts| experts.due.is_some()),
        StageName::Evaluating
        | StageName::Ranking
        | StageName::Published
        | StageName::Awarded
        | StageName::Failed => Some(false),
    })?;
    if due {
        // The prices have just been read out.
        play.linger(4)?;
        stage.persist(|| write_down(play.folders, play.id, &book))?;
        give(play, &remote, "freeze", book.freezing())?;
        stage.tell(Told::Frozen(book.experts.len()));
    }
    // The first who was drawn has fallen ill; the next of the same draw takes the seat.
    let ill = stage.wait(|public| match (&public.experts, public.stage) {
        (Some(experts), StageName::Evaluating) => Some(first_to_decline(experts)),
        (_, StageName::Ranking | StageName::Published | StageName::Awarded | StageName::Failed) => Some(None),
        (_, _) => None,
    })?;
    if let Some(leaf) = ill {
        play.linger(2)?;
        give(play, &remote, "decline", Command::Decline { leaf, ground: Some(DeclineGround::Ill) })?;
        stage.tell(Told::Declined);
    }
    Some(())
}

fn first_to_decline(experts: &Experts) -> Option<Hash> {
    let first = experts.members.first().map(|member| member.leaf);
    first.filter(|_| experts.declined.is_empty())
}

/// The book never leaves the keeper's folder.
fn write_down(folders: &Folders, id: &ProcedureId, book: &Book) -> Result<(), Fault> {
    let folder = folders.pool();
    files::folder(&folder)?;
    book.write(&folder.join(format!("{id}.json")), files::write)
}

fn give(play: &Play<'_>, remote: &Remote, step: &str, command: Command) -> Option<()> {
    let (stage, key) = (play.stage, play.plan.key(LABEL));
    let answer = stage.give(|refused| {
        let nonce = play.plan.nonce_after(step, play.id.as_str(), refused);
        let signed = sign(&remote.info.origin, play.id, nonce, command.clone(), &key)?;
        super::office::give(play.folders, LABEL, remote, &signed)
    })?;
    match answer {
        Answer::Accepted(_) => Some(()),
        // Done by an earlier start.
        Answer::Refused { code, .. } if code == "already_exists" => Some(()),
        Answer::Refused { code, detail, .. } => {
            stage.fail(Fault::new(code, |t: Text| t.found_demo_refused(&detail, step), ""));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_of_five_seats_are_economists_and_none_is_lost() {
        assert_eq!(seats(5), [("economic", 2), ("technical", 3)]);
        for experts in (EXPERTS_MIN..=EXPERTS_MAX).step_by(2) {
            let seats = seats(experts);
            assert_eq!(seats.iter().map(|(_, count)| count).sum::<u32>(), experts);
            for ((name, count), (stratum, _, size)) in seats.into_iter().zip(POOL_SIZES) {
                // One may be recused, one may not come.
                assert!(name == stratum && count + 2 <= size, "{experts} {name}");
            }
        }
    }
}
