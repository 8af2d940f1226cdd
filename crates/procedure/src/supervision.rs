//! The supervising authority in one procedure (award 4-6): suspensions and what they do to the clocks, orders,
//! complaints. A part of the public state; who may order what is in `phase::order` and `phase::complaint`.

use alloc::vec::Vec;
use ximu_basics::{Instant, PartyId};

use crate::{
    tender::Tender,
    wire::{Command, command::Matter},
};

/// Suspensions, orders and complaints.
#[derive(Debug, Clone, Default)]
pub struct Supervision {
    /// The times in which the procedure stood still, in order.
    pub suspensions: Suspensions,
    /// Orders so far.
    pub orders: u32,
    /// By number, the first being 1.
    pub complaints: Vec<Complaint>,
}

/// The times in which a procedure stood still or stands still, in order, none touching another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suspensions(Vec<Suspension>);

/// One time in which a procedure stands still: from its first instant on, and not at its last any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspension {
    /// When it was ordered.
    pub from: Instant,
    /// When it lapses, was renewed to, or was ended.
    pub until: Instant,
}

impl Suspensions {
    /// Those that stood still for the one or for the other reason; where two overlap they count once.
    #[must_use]
    pub fn union(&self, others: &[Suspension]) -> Suspensions {
        let mut all: Vec<Suspension> = self.0.iter().chain(others).copied().collect();
        all.sort_by_key(|one| one.from);
        let mut union: Vec<Suspension> = Vec::new();
        for one in all {
            match union.last_mut().filter(|last| one.from <= last.until) {
                Some(last) => last.until = last.until.max(one.until),
                None => union.push(one),
            }
        }
        Suspensions(union)
    }

    /// The one in force at an instant. It lapses by itself: nothing has to happen at its end.
    #[must_use]
    pub fn in_force(&self, at: Instant) -> Option<Suspension> {
        self.0.last().copied().filter(|last| at < last.until)
    }

    /// The newest one, in force or not.
    #[must_use]
    pub fn newest(&self) -> Option<Suspension> {
        self.0.last().copied()
    }

    /// Notes a suspension, or that the one in force is longer.
    pub fn suspend(&mut self, at: Instant, until: Instant) {
        match self.0.last_mut().filter(|last| at < last.until) {
            Some(last) => last.until = until,
            None => self.0.push(Suspension { from: at, until }),
        }
    }

    /// Notes that the one in force ends now.
    pub fn resume(&mut self, at: Instant) {
        if let Some(last) = self.0.last_mut().filter(|last| at < last.until) {
            last.until = at;
        }
    }

    /// The end of a period, moved by each suspension that began in it (award 5.4). One in force counts as long as it was
    /// ordered; when it ends earlier, the period does.
    #[must_use]
    pub fn moved(&self, begin: Instant, end: Instant) -> Instant {
        self.0.iter().fold(end, |end, suspension| {
            if begin <= suspension.from && suspension.from <= end {
                end.plus_ms(suspension.until.ms_since(suspension.from))
            } else {
                end
            }
        })
    }
}

/// One complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Who.
    pub by: PartyId,
    /// About what.
    pub matter: Matter,
    /// The candidate that the objection before it was against.
    pub against: Option<PartyId>,
    /// When it was made.
    pub made: Instant,
    /// Until when the authority is to say whether it takes it up.
    pub due: Option<Instant>,
    /// What became of it.
    pub state: ComplaintState,
}

/// What became of a complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComplaintState {
    /// Nobody has said anything.
    Made,
    /// It is taken up.
    Accepted {
        /// When.
        at: Instant,
        /// Until when it is to be decided.
        due: Option<Instant>,
    },
    /// It is not taken up.
    Declined,
    /// It is decided.
    Decided {
        /// Whether it is upheld.
        upheld: bool,
    },
}

impl Supervision {
    /// A complaint by its number.
    #[must_use]
    pub fn complaint(&self, number: u32) -> Option<&Complaint> {
        self.complaints.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// The number of the complaint to come.
    #[must_use]
    pub fn next_complaint(&self) -> u32 {
        u32::try_from(self.complaints.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// Notes what became of a complaint.
    pub(crate) fn settle(&mut self, number: u32, state: ComplaintState) {
        let place = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        if let Some(complaint) = place.and_then(|place| self.complaints.get_mut(place)) {
            complaint.state = state;
        }
    }
}

impl Tender {
    /// When the suspension that is in force at an instant lapses; none when none is, and where the procedure has ended
    /// without an award.
    #[must_use]
    pub fn suspended_until(&self, at: Instant) -> Option<Instant> {
        if self.stage.is_failed() {
            return None;
        }
        self.supervision.suspensions.in_force(at).map(|suspension| suspension.until)
    }

    /// The end of a period, moved by the suspensions that began in it.
    #[must_use]
    pub fn moved(&self, begin: Instant, end: Instant) -> Instant {
        self.supervision.suspensions.moved(begin, end)
    }
}

/// Whether a command is taken while a procedure is suspended (award 5.2): what the authority does and is told, what is
/// counted against anybody, and what is refused for another reason at every time.
pub(crate) fn goes_on(command: &Command) -> bool {
    match command {
        Command::Complain { .. }
        | Command::AcceptComplaint { .. }
        | Command::DeclineComplaint { .. }
        | Command::DecideComplaint { .. }
        | Command::Order { .. }
        | Command::NoteOverdue {}
        | Command::ReportOutage { .. }
        | Command::EndOutage {}
        | Command::Publish { .. }
        | Command::Submit { .. }
        | Command::Withdraw { .. }
        | Command::Apply { .. }
        | Command::WithdrawApplication {}
        | Command::ReadApplications {}
        | Command::Admit { .. }
        | Command::RefuseApplication { .. }
        | Command::ConfirmBond { .. }
        | Command::FailBond { .. }
        | Command::Found { .. }
        | Command::RegisterParty { .. }
        | Command::AdmitParty { .. }
        | Command::ReplaceKey { .. } => true,
        Command::Amend { .. }
        | Command::Cancel { .. }
        | Command::Ask { .. }
        | Command::Answer { .. }
        | Command::Object { .. }
        | Command::AnswerObjection { .. }
        | Command::Prolong {}
        | Command::Close { .. }
        | Command::SignIn {}
        | Command::Release { .. }
        | Command::AskRescue { .. }
        | Command::Relay { .. }
        | Command::RelaysDone { .. }
        | Command::EndWindow {}
        | Command::ReleaseShares { .. }
        | Command::Open {}
        | Command::Contribute { .. }
        | Command::ListSet { .. }
        | Command::ReleaseSet { .. }
        | Command::GivePapers { .. }
        | Command::OpenSet { .. }
        | Command::FreezePool { .. }
        | Command::Decline { .. }
        | Command::TakeSeat { .. }
        | Command::LeaveSeat { .. }
        | Command::ReplaceDelegate { .. }
        | Command::DissolveCommittee { .. }
        | Command::Conclude { .. }
        | Command::Declare { .. }
        | Command::ChooseChair { .. }
        | Command::BeginSheets {}
        | Command::CorrectScore { .. }
        | Command::CallAbnormal { .. }
        | Command::Justify { .. }
        | Command::AskClarification { .. }
        | Command::Clarify { .. }
        | Command::ProposeRejection { .. }
        | Command::VoteRejection { .. }
        | Command::VoteCompetition { .. }
        | Command::AskMoreTime {}
        | Command::DraftReport {}
        | Command::SignReport { .. }
        | Command::Dissent { .. }
        | Command::Propose { .. }
        | Command::Award { .. }
        | Command::Choose { .. }
        | Command::GiveUp { .. }
        | Command::Disqualify { .. }
        | Command::SignContract { .. }
        | Command::ReturnBond { .. }
        | Command::Archive { .. }
        | Command::KeepRecord { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn at(ms: i64) -> Instant {
        Instant::from_unix_ms(ms)
    }

    #[test]
    fn a_period_is_moved_by_the_suspensions_that_begin_in_it() {
        let mut suspensions = Suspensions::default();
        suspensions.suspend(at(100), at(150));
        suspensions.suspend(at(120), at(200));
        suspensions.suspend(at(1_000), at(1_050));
        for (case, begin, end, expected) in [
            ("over before", 0, 99, 99),
            ("it ends where the suspension begins", 0, 100, 200),
            ("in the midst", 50, 300, 400),
            ("begun at the same instant", 100, 300, 400),
            ("begun after it", 200, 300, 300),
            ("moved into the second one", 0, 910, 1_060),
            ("both", 0, 2_000, 2_150),
        ] {
            assert_eq!(suspensions.moved(at(begin), at(end)), at(expected), "{case}");
        }
    }

    #[test]
    fn where_an_outage_overlaps_a_suspension_the_two_count_once() {
        let mut suspensions = Suspensions::default();
        suspensions.suspend(at(100), at(150));
        let out = |from, until| Suspension { from: at(from), until: at(until) };
        for (case, outages, expected) in [
            ("none", vec![], 1_050),
            ("within it", vec![out(110, 120)], 1_050),
            ("into it", vec![out(80, 120)], 1_070),
            ("out of it", vec![out(120, 200)], 1_100),
            ("touching it", vec![out(150, 160)], 1_060),
            ("around it", vec![out(50, 300)], 1_250),
            ("two, apart from it", vec![out(10, 20), out(200, 230)], 1_090),
        ] {
            assert_eq!(suspensions.union(&outages).moved(at(0), at(1_000)), at(expected), "{case}");
        }
    }

    #[test]
    fn a_suspension_lapses_by_itself_and_is_longer_when_renewed() {
        let mut suspensions = Suspensions::default();
        suspensions.suspend(at(100), at(150));
        assert_eq!(suspensions.in_force(at(149)).map(|one| one.until), Some(at(150)));
        assert_eq!(suspensions.in_force(at(150)), None);
        suspensions.resume(at(150));
        suspensions.suspend(at(150), at(160));
        suspensions.suspend(at(155), at(170));
        assert_eq!(suspensions.in_force(at(165)), Some(Suspension { from: at(150), until: at(170) }));
        suspensions.resume(at(166));
        assert_eq!(suspensions.in_force(at(166)), None);
        assert_eq!(suspensions.moved(at(0), at(1_000)), at(1_066));
    }
}
