//! Notes (verify 8.5): what the record shows of wrongs that it could not prevent.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use ximu_procedure::{
    Tender,
    evaluation::alike::{Alike, alike},
    outcome::{Unsettled, false_answers, false_set_answers, unsettled},
    record::record,
    registry::Registry,
    tender::HolderKey,
    wire::{RecordKind, record::Content},
};

use super::{Answer, History, Reading, Replayed, Run};
use crate::{Note, NoteCode, Place};

impl Run<'_> {
    pub(super) fn notes(&mut self, history: &History, replayed: &Replayed) {
        let mut notes: Vec<(u64, NoteCode, String)> = Vec::new();
        for answer in &replayed.answers {
            let untrue = untrue(replayed, answer);
            notes.extend(untrue.into_iter().map(|said| (answer.index, NoteCode::HolderAnswerFalse, said)));
        }
        for reading in &replayed.readings {
            let said = voided(history, replayed, reading);
            notes.extend(said.into_iter().map(|said| (reading.index, NoteCode::BidVoidedUnsettled, said)));
        }
        let missing = replayed.missing.iter();
        notes.extend(missing.map(|one| (one.index, NoteCode::ContributionMissing, one.said.clone())));
        let world = replayed.replay.world();
        notes.extend(replayed.missing.iter().filter_map(|one| {
            let tender = world.tenders.get(&one.procedure)?;
            let (_, holders) = tender
                .called_broken(tender.sets.get(&one.set)?)
                .find(|(line, _)| line.by.id == one.author)?;
            let said = format!("{}, which was broken for {}", one.said, names(&holders));
            Some((one.index, NoteCode::CalledBroken, said))
        }));
        for (procedure, tender) in &world.tenders {
            let sets = replayed.replay.panel(procedure).into_iter().flat_map(|panel| &panel.sets);
            let broken = sets.flat_map(|(id, set)| tender.called_broken(set).map(move |one| (id, one)));
            let leaf = concluded(&world.registry, tender);
            notes.extend(broken.zip(leaf.into_iter().cycle()).map(|((id, (line, holders)), leaf)| {
                let said = format!("{} to {id} of {procedure}: broken for {}", line.by.name, names(&holders));
                (leaf, NoteCode::CalledBroken, said)
            }));
            notes.extend(world.keys_replaced(tender).map(|one| {
                let said = format!("the key of {}, who acts in {procedure}", one.person);
                (one.leaf, NoteCode::KeyReplaced, said)
            }));
        }
        for tender in world.tenders.values() {
            let said = equal_sheets(&world.registry, tender).into_iter();
            notes.extend(said.map(|(leaf, said)| (leaf, NoteCode::SheetsAlike, said)));
        }
        notes.sort_by_key(|(index, ..)| *index);
        self.notes.extend(notes.into_iter().map(|(index, code, detail)| {
            let entry = Place::Leaf(index);
            Note { code, detail, entry }
        }));
    }
}

/// The members of a committee whose sheets are equal, and the leaf of the conclusion that disclosed them.
fn equal_sheets(registry: &Registry, tender: &Tender) -> Vec<(u64, String)> {
    let Some(record) = record(registry, tender, RecordKind::EvaluationReport) else { return Vec::new() };
    let Content::EvaluationReport(report) = &record.content else { return Vec::new() };
    let Some(leaf) = concluded(registry, tender) else { return Vec::new() };
    let say = |group: Alike| {
        let lines = report.members.iter().filter(|line| group.members.contains(&line.member));
        let members: Vec<String> = lines.map(|line| format!("{} ({})", line.member, line.leaf)).collect();
        let members = members.join(", ");
        format!("members {members} of {}: {} equal subjective scores", tender.rules.id, group.scores)
    };
    alike(report).into_iter().map(|group| (leaf, say(group))).collect()
}

/// The leaf of the newest conclusion of a committee.
fn concluded(registry: &Registry, tender: &Tender) -> Option<u64> {
    let record = record(registry, tender, RecordKind::EvaluationReport)?;
    let concluded = record.basis.iter().rev().find(|basis| basis.command == "conclude");
    concluded.map(|basis| basis.leaf)
}

/// What a holder called broken in one answer, although it was good.
fn untrue(replayed: &Replayed, answer: &Answer) -> Vec<String> {
    let Some(tender) = replayed.replay.tender(&answer.procedure) else { return Vec::new() };
    let by = |index: u8| {
        let named = usize::from(index).checked_sub(1).and_then(|at| tender.holders.get(at));
        named.is_some_and(|holder| holder.name == answer.holder)
    };
    let holder = &answer.holder;
    match &answer.set {
        None => {
            let untrue = false_answers(tender).filter(|(index, _)| by(*index));
            untrue.map(|(_, bidder)| format!("{holder} of the escrow of {bidder}")).collect()
        }
        Some(set) => {
            let untrue = false_set_answers(tender).filter(|(of, index, _)| *of == set && by(*index));
            untrue.map(|(_, _, author)| format!("{holder} of the escrow of {author} to {set}")).collect()
        }
    }
}

/// The bids that one entry voided although nothing was proven against them, with everybody who may know why.
fn voided(history: &History, replayed: &Replayed, reading: &Reading) -> Vec<String> {
    let Some(tender) = replayed.replay.tender(&reading.procedure) else { return Vec::new() };
    let began = replayed.readings.iter().find(|one| one.ends_window && one.procedure == reading.procedure);
    let began = began.map_or(reading.index, |one| one.index);
    let alive = |holder: &&HolderKey| {
        let meanwhile = history.cosigned.iter().zip(&history.witnesses);
        let mut meanwhile = meanwhile.filter(|(at, _)| at.size > began && at.size <= reading.index);
        meanwhile.any(|(_, witnesses)| witnesses.contains(&holder.name))
    };
    let say = |unsettled: Unsettled<'_>| {
        let (broken, unheard) = (names(&unsettled.broken), names(&unsettled.unheard));
        let alive: Vec<&HolderKey> = unsettled.unheard.iter().copied().filter(alive).collect();
        let alive = names(&alive);
        let bidder = unsettled.bidder;
        format!(
            "the bid of {bidder}: broken for {broken}; unheard {unheard}, of whom {alive} cosigned meanwhile"
        )
    };
    unsettled(tender).filter(|one| reading.voided.contains(one.bidder)).map(say).collect()
}

fn names(holders: &[&HolderKey]) -> String {
    if holders.is_empty() {
        return "nobody".to_string();
    }
    holders.iter().map(|holder| holder.name.as_str()).collect::<Vec<_>>().join(", ")
}
