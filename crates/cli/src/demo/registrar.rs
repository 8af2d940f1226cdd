//! The host's seat: two firms come to the register after the publication and wait for whoever sits there to admit them. At
//! the last moment at which they can still bid an officer of the cast does it.

use super::{actors::Play, cast::Firm, office, seat, stage::Told};
use crate::{follow::registered, outside, remote::Remote};
use std::time::Duration;

/// Between two looks at the register.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The thousandth of the time to the deadline at which the cast admits whoever still waits.
const LAST_MOMENT: i64 = 650;

/// A firm registers and waits for its admission.
pub fn come(play: &Play<'_>, remote: &Remote, firm: &Firm) -> Option<()> {
    let (stage, plan) = (play.stage, play.plan);
    stage.persist(|| office::register(plan, play.folders, remote, &firm.label, &firm.name))?;
    let key = firm.key(plan).public();
    let mut told = false;
    while !stage.is_over() {
        match stage.persist(|| registered(remote, &key, 1))? {
            Some(found) if found.admitted => return Some(()),
            Some(found) if !told => {
                stage.tell(Told::WaitsForAdmission(firm.number, found.party));
                told = true;
            }
            Some(_) | None => {}
        }
        outside::pause(LOOK_EVERY);
    }
    None
}

/// The officer of the cast, at the last moment.
pub fn at_the_last_moment(play: &Play<'_>) {
    let stage = play.stage;
    let due = stage.wait(|public| {
        let open = public.deadline.ms_since(public.published);
        Some(public.published.plus_ms(open * LAST_MOMENT / 1_000))
    });
    if due.and_then(|due| stage.wait_until(due)).is_some() {
        seat::officer(play);
    }
}
