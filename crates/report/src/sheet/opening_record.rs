//! The opening record 开标记录 as a sheet.

use ximu_procedure::{
    rules::ReadOut,
    wire::{
        Form,
        record::{BidFate, OpeningLine, OpeningRecord},
    },
};

use super::{Align, Block, Draft, Facts, Label, Table, said};
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
    let mut blocks = vec![Block::Table(bids(draft, content))];
    blocks.extend(read_out(draft, content).map(Block::Table));
    blocks.push(Block::Table(not_counted(draft, content)));
    blocks.push(Block::Table(refused(draft, content)));
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

/// What was read out besides the price, as the rules list it; none when that is all.
fn read_out(draft: &Draft<'_>, content: &OpeningRecord) -> Option<Table> {
    let items: Vec<ReadOut> =
        content.read_out.iter().copied().filter(|item| *item != ReadOut::Price).collect();
    // What the ordinal and the name leave, shared by the items.
    let share = 630 / u16::try_from(items.len()).ok().filter(|count| *count > 0)?;
    let mut columns = vec![
        draft.column(|t| t.sheet_ordinal(), 70, Align::End),
        draft.column(|t| t.sheet_bidder(), 300, Align::Start),
    ];
    columns.extend(items.iter().map(|item| match item {
        ReadOut::Price => draft.column(|t| t.reading_price(), share, Align::End),
        ReadOut::Bond => draft.column(|t| t.reading_bond(), share, Align::End),
        ReadOut::Quality => draft.column(|t| t.reading_quality(), share, Align::Start),
        ReadOut::Duration => draft.column(|t| t.reading_duration(), share, Align::End),
        ReadOut::Manager => draft.column(|t| t.reading_manager(), share, Align::Start),
    }));
    let mut table = draft.table(|t| t.sheet_read_out(), columns);
    for (number, line) in (1_u32..).zip(&content.bids) {
        if !matches!(line.fate, BidFate::ReadOut { .. }) {
            continue;
        }
        let form = draft.names.forms().get(&line.bidder);
        let mut row = vec![Label::plain(number.to_string()), draft.party(&line.bidder)];
        row.extend(
            items
                .iter()
                .map(|item| form.map_or_else(|| Label::plain("—"), |form| said_of(draft, form, *item))),
        );
        table.rows.push(row);
    }
    Some(table)
}

fn said_of(draft: &Draft<'_>, form: &Form, item: ReadOut) -> Label {
    match item {
        ReadOut::Price => draft.money(form.price),
        ReadOut::Bond => draft.money(form.bond),
        ReadOut::Quality => said(&form.quality),
        ReadOut::Duration => draft.tongue.say(|t| t.unit_days(form.duration_days)),
        ReadOut::Manager => said(&form.manager),
    }
}

fn refused(draft: &Draft<'_>, content: &OpeningRecord) -> Table {
    let mut table = draft.table(
        |t| t.sheet_refused(),
        vec![
            draft.column(|t| t.sheet_bidder(), 330, Align::Start),
            draft.column(|t| t.sheet_when(), 230, Align::Start),
            draft.column(|t| t.sheet_command(), 150, Align::Start),
            draft.column(|t| t.sheet_reason(), 290, Align::Start),
        ],
    );
    let rows = content.refused.iter().map(|line| {
        vec![
            draft.party(&line.bidder),
            draft.when(line.at),
            draft.tongue.say(|t| words::command(t, &line.command)),
            draft.tongue.say(|t| words::refusal(t, &line.refusal)),
        ]
    });
    table.rows = rows.collect();
    table
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
