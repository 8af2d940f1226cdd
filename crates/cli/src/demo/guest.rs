//! The seat of an expert that a person takes: at the door the keeper of the pool and the witness officer vouch for whoever
//! asks. When the person does nothing, the keeper says that it cannot be reached, and the next of the draw takes the seat.

use super::{
    actors::Play,
    committee, experts,
    places::Places,
    plan::{Folders, Plan},
    seat::Seat,
    stage::Public,
};
use crate::{
    fault::Fault,
    files::{self, Access},
    keys::Key,
    outside,
    remote::{Remote, sign},
};
use std::{path::PathBuf, time::Duration};
use ximu_basics::{Hash, ProcedureId};
use ximu_bidder::committee::door;
use ximu_client::centre::Uploader;
use ximu_procedure::{
    tender::StageName,
    wire::{
        Command,
        command::DeclineGround,
        waiting::{Capacity, WaitingSeat},
    },
};
use ximu_text::Text;

/// Between two looks at the door.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// How long the cast waits for the person before the committee is constituted, in minutes of the rules: as long as it
/// has for its sheet.
pub const PATIENCE_MINUTES: i64 = 240;

/// How long the members deliberate: a person reads the scores of all.
const REVIEW_MINUTES: i64 = 60;

/// How long a cast deliberates.
const REVIEW_MINUTES_OF_CAST: i64 = 20;

/// Everything that an evaluation with a person in it may take, in minutes of the rules: the patience, two rounds of
/// sheets, the deliberation, the signing.
pub const EVALUATION_MINUTES_MAX: i64 = PATIENCE_MINUTES + 2 * 240 + 2 * REVIEW_MINUTES + 240;

/// How long the members deliberate, by the plan.
pub fn review_minutes(plan: &Plan) -> i64 {
    if is_played(plan) { REVIEW_MINUTES } else { REVIEW_MINUTES_OF_CAST }
}

/// Whether a person takes an expert's seat.
pub fn is_played(plan: &Plan) -> bool {
    plan.seat == Some(Seat::Evaluator)
}

/// The person's leaf: the last place of the committee, once the one who is ill was replaced; `None` when it was replaced
/// itself.
pub fn leaf(plan: &Plan, public: &Public) -> Option<Hash> {
    let experts = public.experts.as_ref().filter(|_| is_played(plan))?;
    let last = (plan.experts as usize).checked_sub(1)?;
    experts.members.get(last).map(|member| member.leaf).filter(|_| experts.declined.len() == 1)
}

/// The scores that lie ready for the person, as a table that the page imports.
///
/// # Errors
/// When the disk says no.
pub fn lay_out(plan: &Plan, folders: &Folders, public: &Public) -> Result<PathBuf, Fault> {
    let folder = folders.0.join("seat");
    files::folder(&folder)?;
    let path = folder.join("scores.csv");
    let table = committee::table(plan, public.opened.iter().map(|bid| &bid.bidder))?;
    files::write(&path, table.as_bytes(), Access::Shared)?;
    Ok(path)
}

/// What the person is told at the beginning.
pub fn first_hints(text: Text, places: &Places, id: &ProcedureId) -> Vec<String> {
    let address = format!("{}/tenders/{id}/evaluation?lang={}", places.host, text.language().tag());
    vec![text.demo_evaluator_address(address), text.demo_evaluator_wait()]
}

/// What it is told when the committee sits down.
pub fn hints(text: Text, table: &std::path::Path) -> Vec<String> {
    vec![
        text.demo_evaluator_now(),
        text.demo_evaluator_key(),
        text.demo_evaluator_declare(),
        text.demo_evaluator_sheet(table.display().to_string()),
        text.demo_evaluator_review(),
        text.demo_evaluator_sign(),
        text.demo_evaluator_nothing(),
    ]
}

/// At the door: the keeper names the person's leaf for whoever asks, the officer vouches for the same.
pub fn door(play: &Play<'_>) {
    let stage = play.stage;
    let Some(remote) = stage.persist(|| super::office::connect(&play.places.host)) else { return };
    let (keeper, officer) = (play.plan.key(experts::LABEL), play.plan.key(committee::LABEL));
    loop {
        let leaf = stage.wait(|public| match public.stage {
            StageName::Evaluating => leaf(play.plan, public).map(Some),
            StageName::Ranking | StageName::Published | StageName::Awarded | StageName::Failed => Some(None),
            StageName::Sealing | StageName::Window | StageName::Opening | StageName::Drawing => None,
        });
        let Some(Some(leaf)) = leaf else { return };
        let vouched = stage.persist(|| {
            for waiting in read(&remote, play.id, &keeper)? {
                let (capacity, key) = match (&waiting.keeper, &waiting.officer) {
                    (None, _) => (Capacity::Keeper, &keeper),
                    (Some(_), None) => (Capacity::Officer, &officer),
                    (Some(_), Some(_)) => continue,
                };
                let origin = &remote.info.origin;
                let word = door::vouch(origin, play.id, &waiting, leaf, (capacity, None), key.inner());
                // Whoever asked may be gone meanwhile; the next look shows it.
                if let Err(error) = remote.centre.vouch_seat(play.id, &waiting.key, &word) {
                    tracing::debug!(%error, "nobody to vouch for");
                }
            }
            Ok(())
        });
        if vouched.is_none() {
            return;
        }
        outside::pause(LOOK_EVERY);
    }
}

/// Who waits; nobody once the committee is done.
fn read(remote: &Remote, id: &ProcedureId, key: &Key) -> Result<Vec<WaitingSeat>, Fault> {
    let at = outside::now();
    let signature = door::read(&remote.info.origin, id, at, key.inner());
    let who = Uploader { key: &key.public(), signature: &signature };
    Ok(remote.centre.waiting_seats(id, who, at)?.map(|room| room.seats).unwrap_or_default())
}

/// The keeper says that the person cannot be reached.
pub fn decline(play: &Play<'_>, remote: &Remote, leaf: Hash) -> Option<()> {
    let command = Command::Decline { leaf, ground: Some(DeclineGround::Unreachable) };
    let nonce = play.plan.nonce("decline-guest", play.id.as_str());
    let key = play.plan.key(experts::LABEL);
    let origin = &remote.info.origin;
    // Refused when an earlier start said it.
    play.stage.persist(|| remote.give(&sign(origin, play.id, nonce, command.clone(), &key)?))?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::plan::Pace;
    use ximu_basics::{PartyId, Seed};

    #[test]
    fn a_table_of_scores_lies_ready_for_every_bid_and_a_person_has_the_time_to_read_them() {
        let plan = Plan {
            v: 1,
            seed: Seed([7; 32]),
            bidders: 8,
            experts: 5,
            centres: 4,
            escrow: 3,
            pace: Pace::Watch,
            seat: Some(Seat::Evaluator),
        };
        let bidders: [PartyId; 2] =
            ["p-00000000000000000001", "p-00000000000000000002"].map(|id| id.parse().unwrap());
        let table = committee::table(&plan, bidders.iter()).unwrap();
        let rows: Vec<Vec<&str>> = table.lines().map(|row| row.split(',').collect()).collect();
        assert_eq!(rows[0], ["bidder", "plan", "staff", "record"]);
        assert_eq!(
            rows.iter().map(|row| row[0]).skip(1).collect::<Vec<_>>(),
            bidders.each_ref().map(PartyId::as_str)
        );
        assert!(rows.iter().all(|row| row.len() == 4));
        assert!(review_minutes(&plan) > review_minutes(&Plan { seat: None, ..plan }));
    }
}
