//! What a centre has disclosed for the replay of its log, within a bound: a false one could fill this peer's memory
//! with answers to leaves that nobody has decided yet.
//!
//! An answer *holds* once the leaf that discloses it was decided with it. Only as many stand unheld at a time as have
//! held, and at least one: an honest log of many tenders is read in a few passes, each with twice as many answers as
//! the one before, and a false one gets one answer in.

use super::Halt;
use std::collections::BTreeMap;
use ximu_basics::ProcedureId;
use ximu_verify::Disclosed;

/// The most bytes of answers kept for one log, unless the peer's limit for the mirror of a log is smaller: a hundred
/// KiB for each of the ten thousand procedures that a log has epoch keys for. A replay has them a second time.
pub const ANSWER_BYTES_MAX: u64 = 1 << 30;

/// Answers by the procedure they are of.
#[derive(Default)]
pub(super) struct Answers {
    /// Operations of bidders.
    pub(super) operations: BTreeMap<ProcedureId, Answer<Disclosed>>,
    /// Operations of committees, as they come with the conclusion.
    pub(super) sittings: BTreeMap<ProcedureId, Answer<String>>,
    /// Bytes that were given for veils before the conclusion, and stand in the replay alone.
    behind_veils: u64,
}

/// One answer.
pub(super) struct Answer<T> {
    pub(super) given: Vec<T>,
    bytes: u64,
    held: bool,
}

impl<T> Answer<T> {
    pub(super) fn new(given: Vec<T>, bytes: u64, held: bool) -> Answer<T> {
        Answer { given, bytes, held }
    }

    pub(super) fn hold(&mut self) {
        self.held = true;
    }
}

/// How many bytes these take in memory.
pub(super) fn bytes_of<'a>(texts: impl Iterator<Item = &'a str>) -> u64 {
    let each = |text: &str| text.len().saturating_add(size_of::<Disclosed>());
    let sum = texts.fold(0_usize, |sum, text| sum.saturating_add(each(text)));
    u64::try_from(sum).unwrap_or(u64::MAX)
}

impl Answers {
    /// Makes sure that so many bytes more are within the bound.
    ///
    /// # Errors
    /// [`Halt::Full`].
    pub(super) fn has_room(&self, bytes: u64, max: u64) -> Result<(), Halt> {
        let found = self.all().fold(self.behind_veils, |sum, (bytes, _)| sum.saturating_add(bytes));
        let found = found.saturating_add(bytes);
        if found <= max { Ok(()) } else { Err(Halt::Full { max, found }) }
    }

    /// Whether one more may be asked for before its leaf is decided.
    pub(super) fn may_look_ahead(&self) -> bool {
        let held = self.all().filter(|(_, held)| *held).count();
        let unheld = self.all().filter(|(_, held)| !*held).count();
        unheld < held.max(1)
    }

    /// Forgets what was asked for before its leaf was decided.
    pub(super) fn forget_unheld(&mut self) {
        self.operations.retain(|_, answer| answer.held);
        self.sittings.retain(|_, answer| answer.held);
    }

    /// Notes what was given for a veil.
    pub(super) fn note_behind_veil(&mut self, bytes: u64) {
        self.behind_veils = self.behind_veils.saturating_add(bytes);
    }

    /// The replay begins again, without anything behind the veils.
    pub(super) fn begin_again(&mut self) {
        self.behind_veils = 0;
    }

    fn all(&self) -> impl Iterator<Item = (u64, bool)> {
        let operations = self.operations.values().map(|answer| (answer.bytes, answer.held));
        operations.chain(self.sittings.values().map(|answer| (answer.bytes, answer.held)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_honest_log_is_read_in_a_few_passes_and_a_false_one_gets_one_answer_in() {
        let (mut answers, mut passes, closed) = (Answers::default(), 0, 1_000);
        while answers.operations.len() < closed {
            passes += 1;
            while answers.may_look_ahead() && answers.operations.len() < closed {
                let procedure = format!("tender-{}", answers.operations.len()).parse().unwrap();
                answers.operations.insert(procedure, Answer::new(Vec::new(), 1, false));
            }
            answers.operations.values_mut().for_each(Answer::hold);
        }
        assert_eq!(passes, 11, "not one for each");
        let mut answers = Answers::default();
        assert!(answers.may_look_ahead());
        answers.sittings.insert("false".parse().unwrap(), Answer::new(Vec::new(), 7, false));
        assert!(!answers.may_look_ahead());
        assert_eq!(answers.has_room(3, 10), Ok(()));
        assert_eq!(answers.has_room(4, 10), Err(Halt::Full { max: 10, found: 11 }));
        answers.note_behind_veil(1);
        assert!(answers.has_room(3, 10).is_err());
        answers.begin_again();
        answers.forget_unheld();
        assert_eq!(answers.has_room(10, 10), Ok(()));
    }
}
