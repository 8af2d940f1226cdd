//! How fast those whom the register does not know may add to the log: registrations, and questions by one-time keys.
//! Each of the two has a bucket of its own, so that who asks without end keeps nobody from registering; and the
//! questions of one procedure are spread over the time in which they can be asked.
//!
//! Each is an entry for ever, and costs a stranger nothing. Without a bound a stranger could make the log so long that
//! nobody can check it any more. With one, a stranger can at worst make others wait who are not registered yet; a
//! procedure that is under way waits for nobody.

use ximu_basics::{Instant, ProcedureId, PublicKey};
use ximu_procedure::{
    Tender, World,
    wire::{Command, SignedCommand},
};

/// Entries of strangers at once, after a quiet time: more than register in the busiest hour of a large tender.
pub const STRANGERS_AT_ONCE_MAX: u32 = 300;

/// After how many milliseconds one more is possible: 17,280 a day, less than 20 MB.
pub const STRANGER_EVERY_MS: i64 = 5_000;

/// How many entries of strangers are possible now. Kept in memory: a restart forgives.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Strangers {
    left: u32,
    /// From when on the next one is counted.
    since: Option<Instant>,
}

impl Strangers {
    /// After a quiet time.
    pub(crate) const fn new() -> Strangers {
        Strangers { left: STRANGERS_AT_ONCE_MAX, since: None }
    }

    /// Whether one more is possible.
    pub(crate) fn may_enter(&mut self, at: Instant) -> bool {
        let since = *self.since.get_or_insert(at);
        let more = at.ms_since(since).max(0) / STRANGER_EVERY_MS;
        self.since = Some(since.plus_ms(more.saturating_mul(STRANGER_EVERY_MS)));
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        self.left = self.left.saturating_add(more).min(STRANGERS_AT_ONCE_MAX);
        self.left > 0
    }

    /// Whether one more question fits into its procedure by now (enquiry 2.4): a quarter of what the rules take may come at
    /// once, the rest as the time for questions passes. Without it one stranger asks all there is on the first day.
    pub(crate) fn question_fits(tender: &Tender, at: Instant) -> bool {
        let Some(enquire) = tender.rules.enquire() else { return true };
        let units = tender.rules.units();
        let end = units.days_run_out(tender.deadline, enquire.questions_to_deadline_days);
        let (all, passed) = (end.ms_since(tender.published).max(1), at.ms_since(tender.published).max(0));
        let most = i64::from(enquire.questions_max);
        let asked = i64::try_from(tender.enquiry.questions.len()).unwrap_or(i64::MAX);
        asked < questions_by(most, all, passed) || asked >= most
    }

    /// One has entered.
    pub(crate) fn enter(&mut self) {
        self.left = self.left.saturating_sub(1);
    }
}

/// How many of `most` questions may have been asked when `passed` of `all` milliseconds are over: a quarter at once, rounded
/// up so that a procedure that takes one question takes it at once; the rest evenly, rounded down.
fn questions_by(most: i64, all: i64, passed: i64) -> i64 {
    let at_once = most.saturating_add(3) / 4;
    let spread = most.saturating_sub(at_once).saturating_mul(passed.min(all)) / all;
    at_once.saturating_add(spread)
}

/// Whether nobody in this world signs with this key.
pub(crate) fn is_stranger(world: &World, key: &PublicKey) -> bool {
    let registry = &world.registry;
    let is_centre = registry.centre.as_ref().is_none_or(|centre| centre.key == *key);
    let is_holder = || world.tenders.values().any(|tender| tender.holder_index(key).is_some());
    !is_centre && !registry.keys.contains_key(key) && !is_holder()
}

/// The procedure in which a command asks a question; `None` for every other command.
pub(crate) fn question_in(signed: &SignedCommand) -> Option<ProcedureId> {
    let body = signed.open().ok()?;
    matches!(body.command, Command::Ask { .. }).then_some(body.procedure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_come_in_a_burst_and_then_one_by_one() {
        let mut strangers = Strangers::new();
        let start = Instant::from_unix_ms(1_000);
        let enter = |strangers: &mut Strangers, at: Instant| {
            let may = strangers.may_enter(at);
            if may {
                strangers.enter();
            }
            may
        };
        let entered = (0..1_000).filter(|_| enter(&mut strangers, start)).count();
        assert_eq!(entered, STRANGERS_AT_ONCE_MAX as usize);
        assert!(!enter(&mut strangers, start.plus_ms(STRANGER_EVERY_MS - 1)));
        assert!(enter(&mut strangers, start.plus_ms(STRANGER_EVERY_MS)));
        assert!(
            !enter(&mut strangers, start.plus_ms(2 * STRANGER_EVERY_MS - 1)),
            "the rest of a step is kept"
        );
        let later = start.plus_ms(100_000 * STRANGER_EVERY_MS);
        let entered = (0..1_000).filter(|_| enter(&mut strangers, later)).count();
        assert_eq!(entered, STRANGERS_AT_ONCE_MAX as usize);
    }

    #[test]
    fn a_quarter_of_the_questions_may_come_at_once_and_the_rest_as_time_passes() {
        let by = |most| [0, 1, 250, 500, 999, 1_000, 5_000].map(|passed| questions_by(most, 1_000, passed));
        assert_eq!(by(100), [25, 25, 43, 62, 99, 100, 100]);
        assert_eq!(by(10), [3, 3, 4, 6, 9, 10, 10]);
        assert_eq!(by(1), [1; 7], "the only question is never kept waiting");
        assert_eq!(by(0), [0; 7]);
    }
}
