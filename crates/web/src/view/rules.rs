//! The rules in plain words: every sentence is generated from the rules document, so that what a page promises is
//! what the engine decides by.

use ximu_basics::Instant;
use ximu_procedure::rules::{
    BondKind, Enquire, Enter, EscrowOpens, FaultState, LegalRule, LegalUnit, ReadOut, Rules,
};
use ximu_text::{Language, Text};

use super::{
    citation::{citation, cited},
    method,
    opens::seats_read,
    scoring, stages,
};
use crate::scene::Scene;

/// A part of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its heading.
    pub title: String,
    /// Its sentences.
    pub sentences: Vec<String>,
}

/// A legal number beside the procedure's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalRow {
    /// What it is about.
    pub what: String,
    /// The law's number.
    pub law: String,
    /// The procedure's number.
    pub here: String,
    /// The article.
    pub article: String,
    /// When the text was read.
    pub as_of: String,
}

/// The rules, part by part.
#[must_use]
pub fn parts(t: Text, scene: &Scene) -> Vec<Part> {
    let rules = &scene.rules;
    let mut parts = vec![
        Part { title: t.rules_part_submit(), sentences: submit(t, scene) },
        Part { title: t.rules_part_time(), sentences: time(t, rules) },
        Part { title: t.rules_part_open(), sentences: open(t, rules) },
        Part { title: t.rules_part_award(), sentences: award(t, rules) },
    ];
    let committee = scoring::sentences(t, rules);
    if !committee.is_empty() {
        parts.insert(3, Part { title: t.rules_part_committee(), sentences: committee });
    }
    if let Some(enter) = rules.enter() {
        parts.insert(0, Part { title: t.rules_part_enter(), sentences: entry(t, rules, enter) });
    }
    if let Some(enquire) = rules.enquire() {
        parts.insert(0, Part { title: t.rules_part_enquire(), sentences: enquiry(t, rules, enquire) });
    }
    if let Some(units) = rules.sandbox {
        let sentence = t.rules_sandbox(t.span(units.beat_ms), t.span(units.day_ms), t.span(units.minute_ms));
        parts.push(Part { title: t.rules_part_sandbox(), sentences: vec![sentence] });
    }
    parts
}

fn enquiry(t: Text, rules: &Rules, enquire: &Enquire) -> Vec<String> {
    vec![
        t.rules_questions(days(t, rules, LegalRule::ObjectionToDeadline, enquire.questions_to_deadline_days)),
        t.rules_questions_max(enquire.questions_max),
        t.rules_answers(),
        t.rules_objections(
            days(t, rules, LegalRule::ObjectionAnswered, enquire.answer_days),
            days(t, rules, LegalRule::ObjectionToDeadline, enquire.objections_to_deadline_days),
        ),
        t.rules_amendments(),
    ]
}

fn entry(t: Text, rules: &Rules, enter: &Enter) -> Vec<String> {
    let names: Vec<String> = enter.credentials.iter().map(|name| credential(t, name.as_str())).collect();
    let mut sentences = vec![t.rules_credentials(list(t, &names))];
    sentences.push(match enter.applications_to_deadline_days {
        0 => t.rules_applications_until_deadline(),
        days => t.rules_applications_until(calendar_days(t, rules, days)),
    });
    sentences.push(match &enter.officer {
        Some(_) => t.rules_examined_before(),
        None => t.rules_examined_with_the_bids(),
    });
    sentences.push(match enter.members_max {
        0 => t.rules_no_joint_ventures(),
        members => t.rules_joint_ventures(members),
    });
    if let Some(bond) = &enter.bond {
        let kinds: Vec<String> = bond.kinds.iter().map(|kind| bond_kind(t, *kind)).collect();
        sentences.push(t.rules_bond(t.money(bond.amount), list(t, &kinds)));
        sentences.push(t.rules_bond_keeper());
        sentences.push(t.rules_bond_missing());
    }
    sentences
}

/// A credential by its usual name; one that has none here by its id.
fn credential(t: Text, id: &str) -> String {
    t.named(&format!("credential-{id}")).unwrap_or_else(|| id.to_string())
}

/// As what a bond is given.
fn bond_kind(t: Text, kind: BondKind) -> String {
    match kind {
        BondKind::Cash => t.bond_kind_cash(),
        BondKind::Cheque => t.bond_kind_cheque(),
        BondKind::Guarantee => t.bond_kind_guarantee(),
        BondKind::Insurance => t.bond_kind_insurance(),
    }
}

fn submit(t: Text, scene: &Scene) -> Vec<String> {
    let Some(seal) = scene.rules.seal() else { return Vec::new() };
    vec![
        t.rules_deadline(t.instant(scene.deadline)),
        t.rules_late(),
        t.rules_versions(seal.versions_max),
        t.rules_sizes(size(seal.body_bytes_max), size(seal.form_bytes_max)),
        t.rules_custody(&scene.rules.custody),
        t.rules_secret(),
        t.rules_minimum(seal.minimum_bids),
    ]
}

fn time(t: Text, rules: &Rules) -> Vec<String> {
    let units = rules.units();
    let every = |ms: i64| t.span(units.beat_interval_ms(ms));
    let mut sentences = vec![t.rules_beats_base(every(rules.beats.base_every_ms))];
    for step in &rules.beats.steps {
        let within = t.span(units.minutes_ms(step.within_minutes));
        sentences.push(t.rules_beats_step(every(step.every_ms), within));
    }
    sentences.push(t.rules_beats_last());
    sentences.push(t.rules_grace(t.span(rules.beats.grace_ms)));
    sentences
}

fn open(t: Text, rules: &Rules) -> Vec<String> {
    let Some(unseal) = rules.unseal() else { return Vec::new() };
    let (n, needed) = (rules.escrow.n, rules.escrow.t);
    let window = stages::span(t, rules, unseal.window_minutes);
    let silence = match (rules.escrow.opens, unseal.fault) {
        (EscrowOpens::All, _) => t.rules_escrow_all(),
        (EscrowOpens::WhoAsked, FaultState::Revoked) => t.rules_escrow_asked_revoked(),
        (EscrowOpens::WhoAsked, FaultState::Withdrawn) => t.rules_escrow_asked_withdrawn(),
        (EscrowOpens::None, FaultState::Revoked) => t.rules_escrow_none_revoked(),
        (EscrowOpens::None, FaultState::Withdrawn) => t.rules_escrow_none_withdrawn(),
    };
    let read: Vec<String> = unseal.read_out.iter().map(|what| read_out(t, *what)).collect();
    let documents = if seats_read(rules) { t.rules_body_seats(n, needed) } else { t.rules_body_own() };
    let mut sentences = vec![t.rules_window(window), t.rules_holders(n, needed), silence, documents];
    sentences.extend(unseal.relays.then(|| t.rules_relays()));
    sentences.extend([
        t.rules_at_once(),
        t.rules_read_out(list(t, &read)),
        t.rules_objections_opening(stages::span(t, rules, unseal.objection_minutes)),
    ]);
    sentences
}

fn award(t: Text, rules: &Rules) -> Vec<String> {
    let Some(award) = rules.award() else { return Vec::new() };
    let mut sentences = method::sentences(t, rules, award);
    match &award.separation {
        Some(rules) => {
            sentences.push(t.rules_separation(award.candidates_max, t.pick(&rules.zh, &rules.en)));
        }
        None => sentences.push(t.rules_candidates(award.candidates_max)),
    }
    if let Some(outage) = rules.score().and_then(|score| score.outage.as_ref()) {
        let span = |minutes: i64| stages::span(t, rules, minutes);
        let law = cited(t, &outage.law, &outage.article);
        sentences.push(t.rules_outage(span(outage.before_minutes), span(outage.during_minutes), law));
    }
    sentences.push(t.rules_publication(days(
        t,
        rules,
        LegalRule::CandidatesPublished,
        award.publication_days,
    )));
    sentences.push(t.rules_objections_candidates());
    sentences.push(if rules.is_separated() { t.rules_winner_chosen() } else { t.rules_winner() });
    sentences
}

/// The law's numbers beside the procedure's own.
#[must_use]
pub fn legal(t: Text, scene: &Scene) -> Vec<LegalRow> {
    let rows = scene.rules.legal.iter().map(|period| LegalRow {
        what: stages::rule_name(t, period.rule),
        law: stages::bound(t, period),
        here: here(t, scene, period.rule),
        article: citation(t, period),
        as_of: day(t, &period.as_of),
    });
    rows.collect()
}

/// The procedure's own number for a legal rule.
fn here(t: Text, scene: &Scene, rule: LegalRule) -> String {
    let rules = &scene.rules;
    match rule {
        LegalRule::DocumentsToDeadline => {
            let days = rules.period_between(rule, scene.published, scene.deadline);
            days.map_or_else(String::new, |days| in_unit(t, rules, rule, days))
        }
        LegalRule::DocumentsAvailable => rules
            .notice()
            .map_or_else(String::new, |notice| in_unit(t, rules, rule, notice.documents_available_days)),
        LegalRule::AmendmentToDeadline => match scene.amendments.last() {
            Some(last) => {
                let days = rules.period_between(rule, last.at, last.after);
                days.map_or_else(String::new, |days| in_unit(t, rules, rule, days))
            }
            None => t.legal_no_amendment(),
        },
        LegalRule::ObjectionToDeadline => rules
            .enquire()
            .map_or_else(String::new, |enquire| in_unit(t, rules, rule, enquire.objections_to_deadline_days)),
        LegalRule::ObjectionAnswered => {
            rules.enquire().map_or_else(String::new, |enquire| in_unit(t, rules, rule, enquire.answer_days))
        }
        LegalRule::MinimumBids => {
            rules.seal().map_or_else(String::new, |seal| t.unit_count(seal.minimum_bids))
        }
        LegalRule::OpeningWindow => {
            let window = |minutes| both(t, rules, t.unit_minutes(minutes), rules.units().minutes_ms(minutes));
            rules.unseal().map_or_else(String::new, |unseal| window(unseal.window_minutes))
        }
        LegalRule::CommitteeMembers => {
            rules.draw().map_or_else(String::new, |_| t.unit_count(rules.committee_size()))
        }
        LegalRule::CommitteeExperts => {
            let of = rules.committee_size();
            rules.draw().map_or_else(String::new, |draw| {
                let experts = of.saturating_sub(u64::from(draw.delegates));
                t.legal_experts(experts, of)
            })
        }
        LegalRule::CommitteeDelegates => {
            rules.draw().map_or_else(String::new, |draw| t.unit_count(draw.delegates))
        }
        LegalRule::CandidatesListed => {
            rules.award().map_or_else(String::new, |award| t.unit_count(award.candidates_max))
        }
        LegalRule::CandidatesPublishedWithin => match (&scene.candidates, scene.opened) {
            (Some(_), Some(_)) => t.legal_published(),
            (_, _) => t.legal_not_yet(),
        },
        LegalRule::CandidatesPublished => {
            rules.award().map_or_else(String::new, |award| in_unit(t, rules, rule, award.publication_days))
        }
        LegalRule::ContractSigned if scene.has_contract => t.legal_signed(),
        LegalRule::BondsReturned if scene.are_bonds_returned() => t.legal_returned(),
        // Whether these are kept shows when it is time; what is overdue is an entry of its own.
        LegalRule::ContractSigned
        | LegalRule::BondsReturned
        | LegalRule::ComplaintMade
        | LegalRule::ComplaintAccepted
        | LegalRule::ComplaintDecided => t.legal_not_yet(),
        LegalRule::BidBond => match rules.enter().and_then(|enter| enter.bond.as_ref()) {
            Some(bond) => t.money(bond.amount),
            None => t.legal_in_the_documents(),
        },
        LegalRule::ExpertsNamedWithin | LegalRule::PerformanceBond => t.legal_in_the_documents(),
        LegalRule::ChallengeFiled | LegalRule::ChallengeAnswered | LegalRule::RecordsKept => t.legal_by_law(),
    }
}

/// A number of days in the unit of a rule; in a rehearsal, how long they last stands beside it.
fn in_unit(t: Text, rules: &Rules, rule: LegalRule, days: i64) -> String {
    both(t, rules, of_rule(t, rules, rule, days), rules.units().days_ms(days))
}

/// A length as the rules write it; in a rehearsal with what it lasts there, since the law's number stands beside it.
fn both(t: Text, rules: &Rules, written: String, ms: i64) -> String {
    if rules.is_rehearsal() { t.legal_here_lasts(t.span(ms), written) } else { written }
}

/// A day such as `2025-04-01` in the reader's language; what is no day as it stands.
fn day(t: Text, day: &str) -> String {
    let noon: Result<Instant, _> = format!("{day}T04:00:00Z").parse();
    noon.map_or_else(|_| day.to_string(), |noon| t.date(noon))
}

/// A number of days in the unit of a rule, as the rules write it.
fn of_rule(t: Text, rules: &Rules, rule: LegalRule, days: i64) -> String {
    match rules.period_unit(rule) {
        LegalUnit::WorkingDay => t.unit_working_days(days),
        LegalUnit::Day
        | LegalUnit::Minute
        | LegalUnit::Count
        | LegalUnit::Percent
        | LegalUnit::Third
        | LegalUnit::Year => t.unit_days(days),
    }
}

/// One thing read out.
#[must_use]
pub fn read_out(t: Text, what: ReadOut) -> String {
    match what {
        ReadOut::Price => t.reading_price_both(),
        ReadOut::Bond => t.reading_bond(),
        ReadOut::Quality => t.reading_quality(),
        ReadOut::Duration => t.reading_duration(),
        ReadOut::Manager => t.reading_manager(),
    }
}

/// A list in the language's own punctuation.
#[must_use]
pub fn list(t: Text, items: &[String]) -> String {
    match t.language() {
        Language::Chinese => items.join("、"),
        Language::English => items.join(", "),
    }
}

/// A size in bytes for people, in the largest binary unit that leaves a whole number.
#[must_use]
pub fn size(bytes: i64) -> String {
    const KIB: i64 = 1024;
    const MIB: i64 = 1024 * KIB;
    if bytes >= MIB && bytes % MIB == 0 {
        format!("{} MiB", bytes / MIB)
    } else if bytes >= KIB && bytes % KIB == 0 {
        format!("{} KiB", bytes / KIB)
    } else {
        format!("{bytes} B")
    }
}

/// Calendar days; in a rehearsal, how long they last.
fn calendar_days(t: Text, rules: &Rules, days: i64) -> String {
    if rules.is_rehearsal() { t.span(rules.units().days_ms(days)) } else { t.unit_days(days) }
}

/// Days in the unit of a rule; in a rehearsal, how long they last.
fn days(t: Text, rules: &Rules, rule: LegalRule, days: i64) -> String {
    if rules.is_rehearsal() { t.span(rules.units().days_ms(days)) } else { of_rule(t, rules, rule, days) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_whole_in_its_unit() {
        assert_eq!(size(268_435_456), "256 MiB");
        assert_eq!(size(262_144), "256 KiB");
        assert_eq!(size(1_000), "1000 B");
    }

    #[test]
    fn the_day_a_text_was_read_is_written_as_every_day_is() {
        let t = Text::new(Language::Chinese);
        assert_eq!(day(t, "2025-04-01"), "2025年4月1日");
        assert_eq!(day(t, "long ago"), "long ago");
    }
}
