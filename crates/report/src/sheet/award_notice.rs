//! The notice of the award 中标结果公告 as a sheet.

use ximu_procedure::wire::record::AwardNotice;

use super::{Align, Block, Draft, Facts, Table, said};
use crate::words;

pub(super) fn facts(draft: &Draft<'_>, content: &AwardNotice, facts: &mut Facts) {
    facts.add(|t| t.sheet_winner(), draft.party(&content.bidder));
    facts.add(|t| t.sheet_award_price(), draft.money(content.price));
    facts.add(|t| t.sheet_awarded(), draft.when(content.awarded));
    if let Some(reasons) = &content.reasons {
        facts.add(|t| t.sheet_choice_reasons(), said(reasons));
    }
}

pub(super) fn blocks(draft: &Draft<'_>, content: &AwardNotice) -> Vec<Block> {
    let mut blocks = vec![Block::Table(draft.candidates(&content.candidates))];
    if !content.left.is_empty() {
        blocks.push(Block::Table(left(draft, content)));
    }
    blocks.push(Block::Remark(draft.tongue.say(|t| t.sheet_remark_award())));
    blocks
}

fn left(draft: &Draft<'_>, content: &AwardNotice) -> Table {
    let mut table = draft.table(
        |t| t.sheet_left(),
        vec![
            draft.column(|t| t.sheet_bidder(), 600, Align::Start),
            draft.column(|t| t.sheet_reason(), 400, Align::Start),
        ],
    );
    let rows = content.left.iter();
    table.rows = rows
        .map(|line| vec![draft.party(&line.bidder), draft.tongue.say(|t| words::rejected(t, line.reason))])
        .collect();
    table
}
