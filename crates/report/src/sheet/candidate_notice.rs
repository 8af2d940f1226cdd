//! The notice of the candidates 中标候选人公示 as a sheet.

use ximu_procedure::wire::record::CandidateNotice;

use super::{Align, Block, Draft, Facts, Table};
use crate::words;

pub(super) fn facts(draft: &Draft<'_>, content: &CandidateNotice, facts: &mut Facts) {
    facts.add(|t| t.sheet_proposed(), draft.when(content.proposed));
    facts.add(|t| t.sheet_until(), draft.when(content.until));
    if let Some(base) = content.base {
        facts.add(|t| t.record_base(), draft.money(base));
    }
}

pub(super) fn blocks(draft: &Draft<'_>, content: &CandidateNotice) -> Vec<Block> {
    let unranked = content.candidates.iter().any(|line| line.rank.is_none());
    let unranked = unranked.then(|| Block::Remark(draft.tongue.say(|t| t.sheet_remark_unranked())));
    let candidates = [Block::Table(draft.candidates(&content.candidates))].into_iter().chain(unranked);
    let others = [
        Block::Table(rejected(draft, content)),
        Block::Remark(draft.tongue.say(|t| t.sheet_remark_candidates())),
    ];
    candidates.chain(others).collect()
}

fn rejected(draft: &Draft<'_>, content: &CandidateNotice) -> Table {
    let mut table = draft.table(
        |t| t.record_rejected(),
        vec![
            draft.column(|t| t.sheet_bidder(), 430, Align::Start),
            draft.column(|t| t.sheet_price(), 320, Align::End),
            draft.column(|t| t.sheet_reason(), 250, Align::Start),
        ],
    );
    let rows = content.rejected.iter().map(|bid| {
        let reason = draft.tongue.say(|t| words::rejected(t, bid.reason));
        vec![draft.party(&bid.party), draft.money(bid.price), reason]
    });
    table.rows = rows.collect();
    table
}
