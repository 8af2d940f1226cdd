//! The entries of a procedure as sentences, each with its time, its leaf and its proof.

use ximu_procedure::wire::{
    Command, Event, RecordKind, Refusal,
    command::{Measure, Subject},
    evaluation::EvaluationFailure,
    refusal::Thing,
};
use ximu_text::Text;

use super::{Names, Proof, draws, plain, recheck, rules::list, seats, status::Mood, status::Status};
use crate::story::{Fact, Story};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The entry's number.
    pub number: u32,
    /// Its place and proof.
    pub proof: Proof,
    /// What happened.
    pub sentence: String,
    /// A status where the line is a refusal.
    pub status: Option<Status>,
}

/// The lines up to an entry, newest first.
#[must_use]
pub fn lines(t: Text, story: &Story, names: &Names<'_>, upto: Option<u32>) -> Vec<Line> {
    let facts = story.facts.iter().rev().filter(|fact| upto.is_none_or(|last| fact.number <= last));
    facts.map(|fact| line(t, story, fact, names)).collect()
}

/// One entry as a line.
#[must_use]
pub fn line(t: Text, story: &Story, fact: &Fact, names: &Names<'_>) -> Line {
    let (sentence, status) = match fact.refusal() {
        Some(_) if came_too_late_to_be_needed(story, fact) => {
            let sentence = t.fact_shares_not_needed(names.of_person(&fact.actor));
            (sentence, Some(Status::new(Mood::Quiet, t.holder_not_needed())))
        }
        Some(refusal) => {
            if let Some(sentence) = seats::alarm(t, fact) {
                let (number, proof) = (fact.number, Proof::of(fact));
                return Line {
                    number,
                    proof,
                    sentence,
                    status: Some(Status::new(Mood::Bad, t.seat_alarm_word())),
                };
            }
            let meaning = t.named(&format!("code-{}", refusal.code())).unwrap_or_else(|| refusal.to_string());
            let who = names.told(t, &fact.actor);
            let sentence = t.fact_refused(command(t, &fact.command), who, meaning);
            (sentence, Some(Status::new(Mood::Bad, t.refused())))
        }
        None => {
            let sentences: Vec<String> =
                fact.events().iter().filter_map(|event| sentence(t, fact, event, names)).collect();
            (sentences.join(" "), None)
        }
    };
    Line { number: fact.number, proof: Proof::of(fact), sentence, status }
}

/// Whether a holder's answer came when what it answers was opened already, with the answers of others: a refusal by the
/// letter, and nobody's fault.
#[must_use]
pub fn came_too_late_to_be_needed(story: &Story, fact: &Fact) -> bool {
    let Some(Refusal::StageWrong { .. } | Refusal::Mismatch { what: Thing::Set }) = fact.refusal() else {
        return false;
    };
    let opened = |event: &Event| match (&fact.command, event) {
        (Command::ReleaseShares { .. }, Event::OpeningCompleted { .. }) => true,
        (Command::ReleaseSet { set: asked, .. }, Event::SetOpened { set, .. }) => asked == set,
        _ => false,
    };
    story.first_with(opened).is_some_and(|first| first.number < fact.number)
}

/// What an event says; nothing for those that another sentence of the same entry covers.
fn sentence(t: Text, fact: &Fact, event: &Event, names: &Names<'_>) -> Option<String> {
    let sentence = match event {
        Event::Published { .. } => t.fact_published(),
        Event::DeadlineMoved { deadline } => {
            let Command::Amend { reason, .. } = &fact.command else {
                return Some(t.fact_deadline_now(t.instant(*deadline)));
            };
            t.fact_deadline_moved(t.instant(*deadline), reason)
        }
        Event::DocumentsAmended { changes } => {
            let Command::Amend { reason, .. } = &fact.command else { return None };
            let changed: Vec<String> = changes.iter().map(|change| change.name.clone()).collect();
            t.fact_documents_amended(list(t, &changed), reason)
        }
        Event::QuestionAsked { question } => t.fact_question_asked(*question),
        Event::QuestionAnswered { question } => t.fact_question_answered(*question),
        Event::ObjectionRaised { objection, to, by, .. } => {
            let name = names.of(by);
            match to {
                Subject::Documents => t.fact_objection_documents(name, *objection),
                Subject::Opening => t.fact_objection_opening(name, *objection),
                Subject::Candidates => t.fact_objection_candidates(name, *objection),
            }
        }
        Event::ObjectionAnswered { objection, upheld: true } => t.fact_objection_upheld(*objection),
        Event::ObjectionAnswered { objection, upheld: false } => t.fact_objection_rejected(*objection),
        Event::AnswerOverdue { .. } => t.fact_answer_overdue(),
        Event::CandidatesWithdrawn { excluded: Some(party) } => t.fact_candidate_excluded(names.of(party)),
        Event::CandidatesWithdrawn { excluded: None } => t.fact_candidates_withdrawn(),
        Event::PublicationExtended { until } => t.fact_publication_extended(t.instant(*until)),
        Event::Cancelled {} => {
            let Command::Cancel { reason } = &fact.command else { return None };
            t.fact_cancelled(reason)
        }
        Event::Closed { list, not_counted, cosigned, .. } => {
            t.fact_closed(t.instant(*cosigned), list.len(), not_counted.len())
        }
        Event::TooFewBids { count, minimum } => t.fact_too_few(*count, *minimum),
        Event::WindowOpened { until } => t.fact_window_opened(t.instant(*until)),
        Event::SignedIn { party } => t.fact_signed_in(names.of(party)),
        Event::KeyReleased { bidder, relayed: None } => t.fact_key_released(names.of(bidder)),
        Event::KeyReleased { bidder, relayed: Some(holder) } => t.fact_key_relayed(holder, names.of(bidder)),
        Event::RescueAsked { bidder, relayed: None } => t.fact_rescue_asked(names.of(bidder)),
        Event::RescueAsked { bidder, relayed: Some(holder) } => {
            t.fact_rescue_relayed(holder, names.of(bidder))
        }
        Event::RelaysCompleted { holder } => t.fact_relays_completed(holder),
        Event::WindowEnded { open, closed } => t.fact_window_ended(closed.len(), open.len()),
        Event::SharesReleased { holder } => t.fact_shares_released(holder),
        Event::OpeningCompleted { opened } => t.fact_opening_completed(*opened),
        Event::Contributed { set, by } => t.fact_contributed(draws::set(t, set), &by.name),
        Event::SetListed { set, list: lines, silent } => {
            let silent: Vec<String> = silent.iter().map(|author| author.name.clone()).collect();
            match silent.as_slice() {
                [] => t.fact_set_listed(lines.len(), draws::set(t, set)),
                silent => t.fact_set_listed_silent(lines.len(), draws::set(t, set), list(t, silent)),
            }
        }
        Event::SetReleased { set, holder } => t.fact_set_released(holder, draws::set(t, set)),
        Event::ContributionVoided { set, by, reason } => {
            t.fact_contribution_voided(draws::set(t, set), &by.name, plain::set_void(t, *reason))
        }
        Event::SetOpened { set, valid } => t.fact_set_opened(draws::set(t, set), *valid),
        Event::CoefficientDrawn { name, place, value, seed, .. } => t.fact_coefficient_drawn(
            name.as_str(),
            place.saturating_add(1),
            seed.to_string(),
            value.to_string(),
        ),
        Event::PoolFrozen { pool, root, until, .. } => {
            t.fact_pool_frozen(pool.as_str(), root.to_string(), t.instant(*until))
        }
        Event::PoolTooSmall { pool, stratum, found, needed } => {
            t.fact_pool_too_small(*found, *needed, pool.as_str(), draws::stratum(t, stratum))
        }
        Event::ExpertsDrawn { pool, seed, strata, .. } => {
            let lines: Vec<String> = strata
                .iter()
                .map(|one| {
                    t.fact_drawn_stratum(
                        one.alternates.len(),
                        one.members.len(),
                        draws::stratum(t, &one.stratum),
                    )
                })
                .collect();
            t.fact_experts_drawn(pool.as_str(), seed.to_string(), list(t, &lines))
        }
        Event::ExpertDeclined { stratum, next: Some(_), .. } => {
            t.fact_expert_declined(draws::stratum(t, stratum))
        }
        Event::ExpertDeclined { stratum, next: None, .. } => {
            t.fact_expert_declined_last(draws::stratum(t, stratum))
        }
        Event::SeatTaken { seat, .. } => {
            let Command::TakeSeat { identity, .. } = &fact.command else { return None };
            t.fact_seat_taken(ximu_report::identity(t, identity.as_deref()), seat)
        }
        Event::SeatLeft { .. } => t.fact_seat_left(),
        Event::DelegateReplaced { .. } => t.fact_delegate_replaced(),
        Event::OutageReported { venue, started: false, until } => {
            t.fact_outage_before(t.instant(*until), venue)
        }
        Event::OutageReported { venue, started: true, until } => {
            t.fact_outage_during(t.instant(*until), venue)
        }
        Event::OutageEnded {} => t.fact_outage_ended(),
        Event::CommitteeDissolved { members } => t.fact_committee_dissolved(members.len()),
        Event::EvaluationConcluded(conclusion) => {
            let (scored, rejected) = (conclusion.lines.len(), conclusion.rejected.len());
            match conclusion.round {
                Some(round) => t.fact_rechecked(rejected, round.to_string(), scored),
                None => t.fact_evaluation_concluded(rejected, scored),
            }
        }
        Event::EvaluationFailed { reason: EvaluationFailure::AllRejected } => t.fact_all_rejected(),
        Event::EvaluationFailed { reason: EvaluationFailure::CompetitionLacking } => {
            t.fact_competition_lacking()
        }
        Event::DrawFailed { set } => t.fact_draw_failed(draws::set(t, set)),
        Event::CandidatesProposed { candidates, until } => {
            let candidates: Vec<String> = candidates.iter().map(|party| names.of(party)).collect();
            t.fact_candidates_proposed(list(t, &candidates), t.instant(*until))
        }
        Event::Awarded { bidder, price } => {
            let (name, price) = (names.of(bidder), t.money(*price));
            if let Command::Choose { reasons, .. } = &fact.command {
                t.fact_chosen(name, price, reasons)
            } else {
                t.fact_awarded(name, price)
            }
        }
        Event::GivenUp { bidder, next } => join(
            [t.fact_given_up(names.of(bidder))],
            next.as_ref().map(|next| t.fact_first_now(names.of(next))),
        ),
        Event::Disqualified { bidder, next } => join(
            [t.fact_disqualified(names.of(bidder))],
            next.as_ref().map(|next| t.fact_first_now(names.of(next))),
        ),
        Event::CandidatesExhausted {} => t.fact_candidates_exhausted(),
        Event::ContractSigned { bidder, due: Some(due), late: true } => {
            t.fact_contract_late(t.instant(*due), names.of(bidder))
        }
        Event::ContractSigned { bidder, .. } => t.fact_contract_signed(names.of(bidder)),
        Event::BondReturned { bidder, due: Some(due), late: true } => {
            t.fact_bond_late(t.instant(*due), names.of(bidder))
        }
        Event::BondReturned { bidder, .. } => t.fact_bond_returned(names.of(bidder)),
        Event::Complained { complaint, by, .. } => {
            let Command::Complain { matter, .. } = &fact.command else { return None };
            t.fact_complained(plain::matter(t, *matter), names.of(by), *complaint)
        }
        Event::ComplaintAccepted { complaint, .. } => t.fact_complaint_accepted(*complaint),
        Event::ComplaintDeclined { complaint } => t.fact_complaint_declined(*complaint),
        Event::ComplaintDecided { complaint, upheld: true } => t.fact_complaint_upheld(*complaint),
        Event::ComplaintDecided { complaint, upheld: false } => t.fact_complaint_rejected(*complaint),
        Event::Ordered { order } => match measure(&fact.command) {
            Some(Measure::Correct { what }) => t.fact_ordered_correct(*order, what),
            Some(
                Measure::Suspend { .. }
                | Measure::Resume {}
                | Measure::ReEvaluate { .. }
                | Measure::Annul {}
                | Measure::ReTender {},
            )
            | None => t.fact_ordered(*order),
        },
        Event::Suspended { until } => t.fact_suspended(t.instant(*until)),
        Event::Resumed {} => t.fact_resumed(),
        Event::WindowExtended { until } => t.fact_window_extended(t.instant(*until)),
        Event::EvaluationReopened { excluded, round } => {
            let out: Vec<String> = excluded.iter().map(|party| names.of(party)).collect();
            match (round.map(|round| round.to_string()), out.is_empty()) {
                (None, true) => t.fact_reopened(),
                (None, false) => t.fact_reopened_without(list(t, &out)),
                (Some(round), true) => t.fact_reopened_committee(round),
                (Some(round), false) => t.fact_reopened_committee_without(list(t, &out), round),
            }
        }
        Event::Annulled {} => t.fact_annulled(),
        Event::RetenderOrdered {} => t.fact_retender(),
        Event::Overdue { duty, due } => plain::overdue(t, names, duty, *due),
        Event::Archived { hash, bytes } => t.fact_archived(*bytes, hash.to_string()),
        Event::RecordKept { kind, .. } => match kind {
            RecordKind::OpeningRecord => t.fact_record_kept_opening(),
            RecordKind::EvaluationReport => t.fact_record_kept_evaluation(),
            RecordKind::CandidateNotice => t.fact_record_kept_candidates(),
            RecordKind::AwardNotice => t.fact_record_kept_award(),
        },
        Event::Declared { .. }
        | Event::ChairVoted { .. }
        | Event::ChairChosen { .. }
        | Event::PapersGiven { .. }
        | Event::SheetsBegun { .. }
        | Event::ScoreCorrected { .. }
        | Event::AbnormalCalled { .. }
        | Event::ScoreAbnormal { .. }
        | Event::ScoreJustified { .. }
        | Event::ClarificationAsked { .. }
        | Event::Clarified { .. }
        | Event::RejectionProposed { .. }
        | Event::RejectionVoted { .. }
        | Event::BidRejected { .. }
        | Event::CompetitionVoted { .. }
        | Event::MoreTimeAsked { .. }
        | Event::TimeExtended { .. }
        | Event::ReportDrafted { .. }
        | Event::ReportSigned { .. }
        | Event::Dissented { .. } => return recheck::sentence(t, event, names),
        Event::BidOpened(_)
        | Event::BidVoided { .. }
        | Event::ContributionOpened { .. }
        | Event::CentreFounded { .. }
        | Event::PartyRegistered { .. }
        | Event::PartyAdmitted { .. }
        | Event::KeyReplaced { .. }
        | Event::BidSubmitted { .. }
        | Event::VersionVoided { .. }
        | Event::BidWithdrawn { .. }
        | Event::Applied { .. }
        | Event::ApplicationWithdrawn { .. }
        | Event::ApplicationsRead { .. }
        | Event::ApplicationAdmitted { .. }
        | Event::ApplicationRefused { .. }
        | Event::BondConfirmed { .. }
        | Event::BondFailed { .. } => return None,
    };
    Some(sentence)
}

fn join<const N: usize>(sentences: [String; N], last: Option<String>) -> String {
    sentences.into_iter().chain(last).collect::<Vec<String>>().join(" ")
}

/// What a command orders, if it orders something.
#[must_use]
pub fn measure(command: &Command) -> Option<&Measure> {
    if let Command::Order { measure, .. } | Command::DecideComplaint { measure: Some(measure), .. } = command
    {
        return Some(measure);
    }
    None
}

/// What was asked, as a noun.
#[must_use]
pub fn command(t: Text, command: &Command) -> String {
    match command {
        Command::Submit { .. } => t.command_submit(),
        Command::Withdraw { .. } => t.command_withdraw(),
        Command::Apply { .. } => t.command_apply(),
        Command::WithdrawApplication {} => t.command_withdraw_application(),
        Command::Release { .. } => t.command_release(),
        Command::AskRescue { .. } => t.command_ask_rescue(),
        Command::ReleaseShares { .. } => t.command_release_shares(),
        Command::Contribute { .. } => t.command_contribute(),
        Command::ReleaseSet { .. } => t.command_release_set(),
        Command::Found { .. }
        | Command::RegisterParty { .. }
        | Command::AdmitParty { .. }
        | Command::ReplaceKey { .. }
        | Command::Publish { .. }
        | Command::Amend { .. }
        | Command::Cancel { .. }
        | Command::Ask { .. }
        | Command::Answer { .. }
        | Command::Object { .. }
        | Command::AnswerObjection { .. }
        | Command::Prolong {}
        | Command::ReadApplications {}
        | Command::Admit { .. }
        | Command::RefuseApplication { .. }
        | Command::ConfirmBond { .. }
        | Command::FailBond { .. }
        | Command::Close { .. }
        | Command::SignIn {}
        | Command::Relay { .. }
        | Command::RelaysDone { .. }
        | Command::EndWindow {}
        | Command::Open {}
        | Command::ListSet { .. }
        | Command::OpenSet { .. }
        | Command::FreezePool { .. }
        | Command::Decline { .. }
        | Command::TakeSeat { .. }
        | Command::LeaveSeat { .. }
        | Command::ReplaceDelegate { .. }
        | Command::ReportOutage { .. }
        | Command::EndOutage {}
        | Command::DissolveCommittee { .. }
        | Command::Conclude { .. }
        | Command::GivePapers { .. }
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
        | Command::Complain { .. }
        | Command::AcceptComplaint { .. }
        | Command::DeclineComplaint { .. }
        | Command::DecideComplaint { .. }
        | Command::Order { .. }
        | Command::NoteOverdue {}
        | Command::Archive { .. }
        | Command::KeepRecord { .. } => t.command_other(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use ximu_basics::{Hash, Instant, PersonId};
    use ximu_procedure::{tender::StageName, wire::Outcome};

    fn fact(number: u32, command: Command, outcome: Outcome) -> Arc<Fact> {
        let (at, actor, id) = (Instant::from_unix_ms(0), "p-1".parse::<PersonId>().unwrap(), Hash::of(b"id"));
        Arc::new(Fact { number, leaf: u64::from(number), at, actor, id, command, outcome })
    }

    #[test]
    fn only_an_answer_after_what_it_answers_was_opened_is_no_refusal_to_worry_about() {
        let set = |id: &str| id.parse().unwrap();
        let shares = Command::ReleaseShares { shares: Vec::new() };
        let of = |id| Command::ReleaseSet { set: set(id), shares: Vec::new() };
        let stage = Refusal::StageWrong { needs: StageName::Opening, found: StageName::Failed };
        let over = Refusal::Mismatch { what: Thing::Set };
        let story = |command: &Command, refusal: &Refusal, number: u32| {
            let opened = Event::SetOpened { set: set("experts-1"), valid: 3 };
            let mut facts = vec![
                fact(1, Command::Open {}, Outcome::Events(vec![Event::OpeningCompleted { opened: 5 }])),
                fact(3, Command::OpenSet { set: set("experts-1") }, Outcome::Events(vec![opened])),
            ];
            let late = fact(number, command.clone(), Outcome::Refusal(refusal.clone()));
            facts.push(late.clone());
            facts.sort_by_key(|fact| fact.number);
            came_too_late_to_be_needed(&Story { facts }, &late)
        };
        for (command, refusal, number, expected) in [
            (shares.clone(), stage.clone(), 0, false),
            (shares.clone(), stage.clone(), 2, true),
            (shares, Refusal::AlreadyExists {}, 2, false),
            (of("experts-1"), over.clone(), 2, false),
            (of("experts-1"), over.clone(), 4, true),
            (of("experts-1"), stage.clone(), 4, true),
            (of("experts-2"), over, 4, false),
            (of("experts-1"), Refusal::Mismatch { what: Thing::Share }, 4, false),
            (Command::SignIn {}, stage, 4, false),
        ] {
            assert_eq!(story(&command, &refusal, number), expected, "{command:?} {refusal:?} {number}");
        }
    }
}
