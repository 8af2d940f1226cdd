//! The opening record 开标记录 as a sheet.

use ximu_procedure::wire::record::{BidFate, OpeningLine, OpeningRecord};

use super::{Align, Block, Draft, Facts, Label, Table};
use crate::words;

pub(super) fn facts(draft: &Draft<'_>, content: &OpeningRecord, facts: &mut Facts) {
    facts.add(|t| t.sheet_closed(), draft.when(content.closed));
    if let Some(until) = content.window_until {
        facts.add(|t| t.sheet_window(), draft.when(until));
    }
    facts.add(|t| t.sheet_opened(), draft.when(content.opened));
    facts.add(|t| t.sheet_listed(), Label::plain(content.bids.len().to_string()));
    facts.add(|t| t.sheet_holders(), Label::plain(content.holders.join(", ")));
}

pub(super) fn blocks(draft: &Draft<'_>, content: &OpeningRecord) -> Vec<Block> {
    let mut blocks = vec![Block::Table(bids(draft, content)), Block::Table(not_counted(draft, content))];
    if !content.coefficients.is_empty() {
        blocks.push(Block::Table(coefficients(draft, content)));
    }
    blocks.push(Block::Table(objections(draft, content)));
    blocks.push(Block::Remark(draft.tongue.say(|t| t.sheet_remark_opening())));
    blocks
}

fn bids(draft: &Draft<'_>, content: &OpeningRecord) -> Table {
    let mut table = draft.table(
        |t| t.sheet_bids(),
        vec![
            draft.column(|t| t.sheet_ordinal(), 70, Align::End),
            draft.column(|t| t.sheet_bidder(), 330, Align::Start),
            draft.column(|t| t.sheet_present(), 90, Align::Start),
            draft.column(|t| t.sheet_price(), 280, Align::End),
            draft.column(|t| t.sheet_fate(), 230, Align::Start),
        ],
    );
    table.rows = (1_u32..).zip(&content.bids).map(|(number, line)| row(draft, number, line)).collect();
    table
}

fn row(draft: &Draft<'_>, number: u32, line: &OpeningLine) -> Vec<Label> {
    let present = if line.present {
        draft.tongue.say(|t| t.sheet_signed_in())
    } else {
        draft.tongue.say(|t| t.sheet_not_signed_in())
    };
    let (price, fate) = match &line.fate {
        BidFate::ReadOut { route, price, flags, .. } => {
            let said = |t| {
                let flags = flags.iter().map(|flag| words::flag(t, *flag));
                let parts: Vec<String> = std::iter::once(words::route(t, *route)).chain(flags).collect();
                parts.join(t.pick("；", "; "))
            };
            (draft.money(*price), draft.tongue.say(said))
        }
        BidFate::StaysClosed { fault } => (Label::plain("—"), draft.tongue.say(|t| words::fault(t, *fault))),
        BidFate::Voided { reason } => {
            (Label::plain("—"), draft.tongue.say(|t| t.seat_voided(words::void(t, *reason))))
        }
    };
    vec![Label::plain(number.to_string()), draft.party(&line.bidder), present, price, fate]
}

fn not_counted(draft: &Draft<'_>, content: &OpeningRecord) -> Table {
    let mut table = draft.table(
        |t| t.sheet_not_counted(),
        vec![
            draft.column(|t| t.sheet_bidder(), 500, Align::Start),
            draft.column(|t| t.sheet_version(), 150, Align::End),
            draft.column(|t| t.sheet_reason(), 350, Align::Start),
        ],
    );
    let rows = content.not_counted.iter().map(|line| {
        let reason = draft.tongue.say(|t| words::not_counted(t, line.reason));
        vec![draft.party(&line.bidder), Label::plain(line.version.to_string()), reason]
    });
    table.rows = rows.collect();
    table
}

fn coefficients(draft: &Draft<'_>, content: &OpeningRecord) -> Table {
    let mut table = draft.table(
        |t| t.sheet_coefficients(),
        vec![
            draft.column(|t| t.sheet_coefficient(), 600, Align::Start),
            draft.column(|t| t.sheet_value(), 400, Align::End),
        ],
    );
    let rows = content
        .coefficients
        .iter()
        .map(|line| vec![Label::plain(line.name.to_string()), Label::plain(line.value.to_string())]);
    table.rows = rows.collect();
    table
}

fn objections(draft: &Draft<'_>, content: &OpeningRecord) -> Table {
    let mut table = draft.table(
        |t| t.sheet_objections(),
        vec![
            draft.column(|t| t.sheet_ordinal(), 70, Align::End),
            draft.column(|t| t.sheet_bidder(), 330, Align::Start),
            draft.column(|t| t.sheet_raised(), 220, Align::Start),
            draft.column(|t| t.sheet_answered(), 220, Align::Start),
            draft.column(|t| t.sheet_answer(), 160, Align::Start),
        ],
    );
    let rows = content.objections.iter().map(|line| {
        let answer = if line.upheld {
            draft.tongue.say(|t| t.objection_upheld())
        } else {
            draft.tongue.say(|t| t.objection_rejected())
        };
        vec![
            Label::plain(line.objection.to_string()),
            draft.party(&line.by),
            draft.when(line.raised),
            draft.when(line.answered),
            answer,
        ]
    });
    table.rows = rows.collect();
    table
}
