//! A record as a sheet: title, tables, remarks, without saying on what it is shown. Paper and page draw the same sheet.

mod award_notice;
mod candidate_notice;
mod evaluation_report;
mod opening_record;

use ximu_basics::{Hash, Instant, Money, PartyId, words::spell};
use ximu_procedure::wire::{
    Record,
    record::{CandidateLine, Content},
};

pub use crate::words::{Label, Tongue};
use crate::{Names, visible, words};

/// A record, laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What it is.
    pub title: Label,
    /// What every page says of a rehearsal; none for a real procedure.
    pub rehearsal: Option<Label>,
    /// What stands at the foot of every page.
    pub foot: String,
    /// Its parts.
    pub blocks: Vec<Block>,
}

/// A part of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A table.
    Table(Table),
    /// A sentence.
    Remark(Label),
    /// Places for seals, side by side.
    Seals(Vec<Label>),
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// What stands above it; none for the facts at the top.
    pub title: Option<Label>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows; without any, `none` stands in their place.
    pub rows: Vec<Vec<Label>>,
    /// How large its words are.
    pub print: Print,
}

/// How large the words of a table are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Print {
    /// As everything else.
    #[default]
    Normal,
    /// Small: what few will read.
    Small,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What it holds; none in the table of facts, whose first column holds the headings.
    pub heading: Option<Label>,
    /// Its share of the width, in thousandths.
    pub share: u16,
    /// Where its words stand.
    pub align: Align,
}

/// Where words stand in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the beginning.
    Start,
    /// At the end: numbers.
    End,
}

impl Sheet {
    /// The sheet of a record.
    #[must_use]
    pub fn of(record: &Record, names: &Names, tongue: Tongue) -> Sheet {
        let hash = record.hash().unwrap_or(Hash([0; 32]));
        let draft = Draft { record, names, tongue, hash };
        let mut blocks = vec![Block::Table(draft.facts())];
        blocks.extend(match &record.content {
            Content::OpeningRecord(content) => opening_record::blocks(&draft, content),
            Content::EvaluationReport(content) => evaluation_report::blocks(&draft, content),
            Content::CandidateNotice(content) => candidate_notice::blocks(&draft, content),
            Content::AwardNotice(content) => award_notice::blocks(&draft, content),
        });
        blocks.push(Block::Seals(vec![
            tongue.say(|t| t.sheet_seal_tenderer()),
            tongue.say(|t| t.sheet_seal_platform()),
        ]));
        blocks.push(Block::Table(draft.basis()));
        Sheet {
            title: tongue.say(|t| words::title(t, record.kind())),
            rehearsal: record
                .rehearsal
                .then(|| tongue.say(|t| format!("{} — {}", t.rehearsal_banner(), t.rehearsal_text()))),
            foot: format!("{} · {} · {hash}", record.origin, record.procedure),
            blocks,
        }
    }
}

/// A sheet that is being written.
struct Draft<'a> {
    record: &'a Record,
    names: &'a Names,
    tongue: Tongue,
    hash: Hash,
}

impl Draft<'_> {
    /// What every record says at its top, and how to check it.
    fn facts(&self) -> Table {
        let (record, head) = (self.record, &self.record.tender);
        let mut facts = Facts::new(self.tongue);
        facts.add(
            |t| t.sheet_project(),
            self.tongue.say(|t| t.pick(&head.title.zh, &head.title.en).to_owned()),
        );
        facts.add(|t| t.sheet_number(), Label::plain(record.procedure.to_string()));
        let lot =
            |t: ximu_text::Text| format!("{} {}", head.lot, t.pick(&head.lot_title.zh, &head.lot_title.en));
        facts.add(|t| t.sheet_lot(), self.tongue.say(lot));
        facts.add(|t| t.sheet_tenderer(), self.party(&head.tenderer));
        facts.add(|t| t.sheet_ceiling(), self.money(head.ceiling));
        facts.add(|t| t.sheet_published(), self.when(head.published));
        facts.add(|t| t.sheet_deadline(), self.when(head.deadline));
        match &record.content {
            Content::OpeningRecord(content) => opening_record::facts(self, content, &mut facts),
            Content::EvaluationReport(content) => evaluation_report::facts(self, content, &mut facts),
            Content::CandidateNotice(content) => candidate_notice::facts(self, content, &mut facts),
            Content::AwardNotice(content) => award_notice::facts(self, content, &mut facts),
        }
        facts.add(|t| t.sheet_hash(), Label::plain(self.hash.to_string()));
        facts.add(|t| t.sheet_check(), self.tongue.say(|t| t.sheet_check_how(&record.origin)));
        facts.table
    }

    /// The entries it rests on.
    fn basis(&self) -> Table {
        let mut table = self.table(
            |t| t.sheet_basis(),
            vec![
                self.column(|t| t.sheet_entry(), 70, Align::End),
                self.column(|t| t.sheet_leaf(), 70, Align::End),
                self.column(|t| t.sheet_when(), 270, Align::Start),
                self.column(|t| t.sheet_command(), 150, Align::Start),
                self.column(|t| t.sheet_entry_hash(), 440, Align::Start),
            ],
        );
        let row = |basis: &ximu_procedure::wire::record::Basis| {
            let hash = basis.hash.to_string();
            vec![
                Label::plain(basis.entry.to_string()),
                Label::plain(basis.leaf.to_string()),
                self.when(basis.at),
                self.tongue.say(|t| words::command(t, &basis.command)),
                Label::plain(hash),
            ]
        };
        table.rows = self.record.basis.iter().map(row).collect();
        table.print = Print::Small;
        table
    }

    fn candidates(&self, candidates: &[CandidateLine]) -> Table {
        let mut table = self.table(
            |t| t.sheet_candidates(),
            vec![
                self.column(|t| t.record_rank(), 100, Align::End),
                self.column(|t| t.sheet_bidder(), 430, Align::Start),
                self.column(|t| t.sheet_price(), 320, Align::End),
                self.column(|t| t.record_score(), 150, Align::End),
            ],
        );
        let row = |line: &CandidateLine| {
            vec![
                Label::plain(line.rank.map_or_else(|| "—".to_owned(), |rank| rank.to_string())),
                self.party(&line.bidder),
                self.money(line.price),
                Label::plain(line.score.to_string()),
            ]
        };
        table.rows = candidates.iter().map(row).collect();
        table
    }

    fn table(&self, title: impl Fn(ximu_text::Text) -> String, columns: Vec<Column>) -> Table {
        Table { title: Some(self.tongue.say(title)), columns, ..Table::default() }
    }

    fn column(&self, heading: impl Fn(ximu_text::Text) -> String, share: u16, align: Align) -> Column {
        Column { heading: Some(self.tongue.say(heading)), share, align }
    }

    /// A party: its name and id, or its id alone when the name is not disclosed (any more).
    fn party(&self, party: &PartyId) -> Label {
        match self.names.get(party) {
            Some(name) => Label::with(visible(name), party.to_string()),
            None => Label::plain(party.to_string()),
        }
    }

    /// An amount in digits, and below in words 大写.
    fn money(&self, amount: Money) -> Label {
        Label::with(self.tongue.first().money(amount), spell(amount))
    }

    fn when(&self, at: Instant) -> Label {
        Label::plain(self.tongue.first().instant(at))
    }
}

/// Words that somebody wrote, in lines as they may be: the lines follow each other.
fn said(words: &str) -> Label {
    Label::plain(words.split('\n').map(visible).collect::<Vec<_>>().join(" "))
}

/// The table of facts that is being written.
struct Facts {
    tongue: Tongue,
    table: Table,
}

impl Facts {
    fn new(tongue: Tongue) -> Facts {
        let column = |share| Column { heading: None, share, align: Align::Start };
        Facts { tongue, table: Table { columns: vec![column(220), column(780)], ..Table::default() } }
    }

    fn add(&mut self, heading: impl Fn(ximu_text::Text) -> String, mut fact: Label) {
        fact.first = visible(&fact.first);
        fact.second = fact.second.map(|second| visible(&second));
        self.table.rows.push(vec![self.tongue.say(heading), fact]);
    }
}
