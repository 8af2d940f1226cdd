//! What the tenders of a centre add up to, from the public state alone (ui: statistics).
//!
//! Every number can be counted again by whoever replays the log. Nothing here looks at a tender's bids before CLOSE:
//! until then its list is empty, and it is asked only afterwards. Rehearsals are counted apart.

use ximu_basics::{Currency, Decimal, Instant, Money, ProcedureId, Rounding, decimal};
use ximu_procedure::{Stage, Tender, World, tender::Failure};
use ximu_report::visible;

/// The upper ends of the groups of tenders by number of bids; the last group has none.
pub const BID_GROUPS: [usize; 4] = [2, 5, 10, 20];

/// The places of a saving in per cent.
const PERCENT_SCALE: u8 = 2;

/// The tenders of one kind, real ones or rehearsals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statistics {
    /// How many stand where.
    pub stages: Stages,
    /// How many were awarded, for how much.
    pub amounts: Amounts,
    /// How many opened tenders had how many bids: one count for each of [`BID_GROUPS`], and one above.
    pub bids: [usize; 5],
    /// Bids of a tender on its list at CLOSE.
    pub bids_each: Option<Quartiles<usize>>,
    /// Of how many tenders the opening is over, read out or ended without a reading, and of how many everything on the list
    /// was accounted for. One inside its window, or being opened, is not due yet.
    pub openings: (usize, usize),
    /// From the notice to the deadline in force at CLOSE, in milliseconds.
    pub to_deadline_ms: Option<Quartiles<i64>>,
    /// From the deadline to the award, in milliseconds.
    pub to_award_ms: Option<Quartiles<i64>>,
}

/// Tenders by stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stages {
    /// Bids are taken.
    pub sealing: usize,
    /// Being opened.
    pub opening: usize,
    /// Read out, not awarded.
    pub evaluating: usize,
    /// Awarded.
    pub awarded: usize,
    /// Ended with too few bids.
    pub too_few: usize,
    /// Cancelled before the deadline.
    pub cancelled: usize,
    /// Ended otherwise without an award.
    pub without: usize,
}

/// What was awarded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amounts {
    /// The sum of the ceilings of awarded tenders; `None` when it is no amount any more.
    pub ceilings: Option<Money>,
    /// The sum of their award prices.
    pub awards: Option<Money>,
    /// The one less the other, when that is not negative.
    pub saved: Option<Money>,
    /// The same of the ceilings, in per cent with two places, half up.
    pub saved_percent: Option<Decimal>,
}

/// Three values that occur: the smallest that a quarter, a half, three quarters of all do not exceed. Nothing lies
/// between two values, so nothing is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quartiles<T> {
    /// A quarter is at most this.
    pub lower: T,
    /// Half is at most this.
    pub median: T,
    /// Three quarters are at most this.
    pub upper: T,
    /// How many values there are.
    pub count: usize,
}

impl<T: Copy + Ord> Quartiles<T> {
    /// The quartiles of some values, by the nearest rank: place div(n x k, 4, up) of the ascending order, from 1. `None`
    /// without values.
    #[must_use]
    pub fn of(mut values: Vec<T>) -> Option<Quartiles<T>> {
        values.sort_unstable();
        let count = values.len();
        let ranked = |quarters: usize| {
            let rank = count.saturating_mul(quarters).div_ceil(4);
            values.get(rank.checked_sub(1)?).copied()
        };
        Some(Quartiles { lower: ranked(1)?, median: ranked(2)?, upper: ranked(3)?, count })
    }
}

impl Statistics {
    /// Those of the real tenders, or of the rehearsals; `None` when there are none.
    #[must_use]
    pub fn of(world: &World, rehearsals: bool) -> Option<Statistics> {
        let tenders: Vec<&Tender> = world
            .tenders
            .values()
            .map(|tender| &**tender)
            .filter(|tender| tender.rules.is_rehearsal() == rehearsals)
            .collect();
        if tenders.is_empty() {
            return None;
        }
        let mut statistics = Statistics { amounts: Amounts::of(&tenders), ..Statistics::default() };
        tenders.iter().for_each(|tender| statistics.stages.count(tender.stage));
        let closed: Vec<&&Tender> = tenders.iter().filter(|tender| tender.closed_at.is_some()).collect();
        let listed: Vec<usize> = closed.iter().map(|tender| tender.list.len()).collect();
        for count in &listed {
            let group = BID_GROUPS.iter().position(|most| count <= most).unwrap_or(BID_GROUPS.len());
            if let Some(tenders) = statistics.bids.get_mut(group) {
                *tenders = tenders.saturating_add(1);
            }
        }
        statistics.bids_each = Quartiles::of(listed);
        let begun = closed.iter().filter(|tender| tender.window_until.is_some());
        let over = begun.filter(|tender| tender.opened_at.is_some() || tender.stage.is_failed());
        statistics.openings = over
            .fold((0, 0), |(all, done), tender| (all + 1, done + usize::from(tender.opened_at.is_some())));
        let to_deadline = closed.iter().map(|tender| tender.deadline.ms_since(tender.published));
        statistics.to_deadline_ms = Quartiles::of(to_deadline.collect());
        let to_award =
            tenders.iter().filter_map(|tender| Some(tender.conclusion.awarded_at?.ms_since(tender.deadline)));
        statistics.to_award_ms = Quartiles::of(to_award.collect());
        Some(statistics)
    }
}

impl Statistics {
    /// The rate of no meeting 不见面率: the openings that were completed by signed commands alone, of those that are over, in
    /// per cent with two places, half up. `None` when none is.
    #[must_use]
    pub fn no_meeting_percent(&self) -> Option<Decimal> {
        let (over, done) = self.openings;
        let whole = |count: usize| i64::try_from(count).ok().map(Decimal::whole);
        let parts = whole(done)?.times(Decimal::whole(100)).ok()?;
        decimal::div(parts, whole(over)?, PERCENT_SCALE, Rounding::HalfUp).ok()
    }
}

impl Stages {
    const fn count(&mut self, stage: Stage) {
        let place = match stage {
            Stage::Sealing => &mut self.sealing,
            Stage::Window | Stage::Opening => &mut self.opening,
            Stage::Drawing | Stage::Evaluating | Stage::Ranking | Stage::Published => &mut self.evaluating,
            Stage::Awarded => &mut self.awarded,
            Stage::Failed(Failure::TooFewBids) => &mut self.too_few,
            Stage::Failed(Failure::Cancelled) => &mut self.cancelled,
            Stage::Failed(
                Failure::NothingOpened
                | Failure::NothingDrawn
                | Failure::NoCandidate
                | Failure::Annulled
                | Failure::Retender
                | Failure::AllRejected
                | Failure::CompetitionLacking,
            ) => &mut self.without,
        };
        *place = place.saturating_add(1);
    }
}

impl Amounts {
    fn of(tenders: &[&Tender]) -> Amounts {
        let awarded = || tenders.iter().filter_map(|tender| Some((tender, tender.awarded.as_ref()?)));
        if awarded().next().is_none() {
            return Amounts::default();
        }
        let ceilings = sum(awarded().filter_map(|(tender, _)| Some(tender.rules.lot()?.ceiling)));
        let awards = sum(awarded().map(|(_, (_, price))| *price));
        let difference = || ceilings?.amount().minus(awards?.amount()).ok();
        let saved = difference().and_then(|saved| Money::new(Currency::Cny, saved).ok());
        let hundred = Decimal::whole(100);
        let percent = |saved: Decimal, ceilings: Money| {
            let parts = saved.times(hundred).ok()?;
            decimal::div(parts, ceilings.amount(), PERCENT_SCALE, Rounding::HalfUp).ok()
        };
        let saved_percent = difference().zip(ceilings).and_then(|(saved, all)| percent(saved, all));
        Amounts { ceilings, awards, saved, saved_percent }
    }
}

/// The exact sum; `None` above the largest amount.
fn sum(amounts: impl Iterator<Item = Money>) -> Option<Money> {
    let mut sum = Money::yuan("0.00").ok()?.amount();
    for amount in amounts {
        sum = sum.plus(amount.amount()).ok()?;
    }
    Money::new(Currency::Cny, sum).ok()
}

/// One tender in the table that can be downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its id.
    pub id: ProcedureId,
    /// Its titles, Chinese and English.
    pub titles: (String, String),
    /// Its stage on the wire.
    pub stage: String,
    /// Whether it is a rehearsal.
    pub is_rehearsal: bool,
    /// When it was published, its deadline in force, when it was awarded.
    pub times: (Instant, Instant, Option<Instant>),
    /// The ceiling, and the price it was awarded at.
    pub amounts: (Option<Money>, Option<Money>),
    /// Bids on the list; `None` before CLOSE.
    pub bids: Option<usize>,
}

/// Every tender, in the order of the ids.
pub fn lines(world: &World) -> impl Iterator<Item = Line> + '_ {
    world.tenders.iter().map(|(id, tender)| Line {
        id: id.clone(),
        titles: (tender.rules.title.zh.clone(), tender.rules.title.en.clone()),
        stage: format!("{:?}", tender.stage.name()).to_lowercase(),
        is_rehearsal: tender.rules.is_rehearsal(),
        times: (tender.published, tender.deadline, tender.conclusion.awarded_at),
        amounts: (
            tender.rules.lot().map(|lot| lot.ceiling),
            tender.awarded.as_ref().map(|(_, price)| *price),
        ),
        bids: tender.closed_at.map(|_| tender.list.len()),
    })
}

/// The table as comma-separated values (RFC 4180), a byte-order mark first so that spreadsheets read Chinese. A title
/// stands as on paper: what cannot be seen as its number.
#[must_use]
pub fn csv(world: &World) -> String {
    let mut text = String::from(
        "\u{feff}id,title_zh,title_en,rehearsal,stage,published,deadline,awarded,ceiling_yuan,award_yuan,bids\r\n",
    );
    for line in lines(world) {
        let (published, deadline, awarded) = line.times;
        let amount = |amount: Option<Money>| amount.map_or_else(String::new, |one| one.amount().to_string());
        let cells = [
            line.id.to_string(),
            visible(&line.titles.0),
            visible(&line.titles.1),
            line.is_rehearsal.to_string(),
            line.stage,
            published.to_string(),
            deadline.to_string(),
            awarded.map_or_else(String::new, |at| at.to_string()),
            amount(line.amounts.0),
            amount(line.amounts.1),
            line.bids.map_or_else(String::new, |bids| bids.to_string()),
        ];
        text.push_str(&cells.map(|text| cell(&text)).join(","));
        text.push_str("\r\n");
    }
    text
}

/// One cell: quoted, quotes doubled. A text that a spreadsheet would calculate begins with an apostrophe instead.
fn cell(text: &str) -> String {
    let calculates = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let guard = if calculates { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// One bar of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// Its number, as text.
    pub value: String,
    /// Its length, of [`BAR_LENGTH`].
    pub length: i128,
    /// Where it stands, in the units of the picture.
    pub y: usize,
}

/// The length of the longest bar, in the units of the picture.
pub const BAR_LENGTH: i128 = 300;

/// The height of a bar with its label, in the same units.
pub const BAR_HEIGHT: usize = 40;

/// Bars of these numbers, the largest one full; a length is div(number x 300, largest, down).
#[must_use]
pub fn bars(lines: Vec<(String, String, i128)>) -> Vec<Bar> {
    let largest = lines.iter().map(|(_, _, number)| *number).max().unwrap_or(0).max(1);
    let bar = |(place, (label, value, number)): (usize, (String, String, i128))| {
        let length = number.max(0).saturating_mul(BAR_LENGTH) / largest;
        Bar { label, value, length, y: place.saturating_mul(BAR_HEIGHT) }
    };
    lines.into_iter().enumerate().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_are_values_that_occur() {
        let of = |values: &[i64]| {
            Quartiles::of(values.to_vec()).map(|found| (found.lower, found.median, found.upper, found.count))
        };
        for (values, expected) in [
            (&[][..], None),
            (&[7], Some((7, 7, 7, 1))),
            (&[9, 1], Some((1, 1, 9, 2))),
            (&[3, 1, 2], Some((1, 2, 3, 3))),
            (&[4, 3, 2, 1], Some((1, 2, 3, 4))),
            (&[5, 4, 3, 2, 1], Some((2, 3, 4, 5))),
        ] {
            assert_eq!(of(values), expected, "{values:?}");
        }
    }

    #[test]
    fn a_cell_calculates_nothing_and_ends_where_it_ends() {
        for (text, expected) in [
            ("绿化", "\"绿化\""),
            ("a,b\nc", "\"a,b\nc\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=HYPERLINK(1)", "\"'=HYPERLINK(1)\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@x", "\"'@x\""),
            ("\t=1", "\"'\t=1\""),
            ("＝1", "\"'＝1\""),
        ] {
            assert_eq!(cell(text), expected);
        }
    }

    #[test]
    fn bars_are_parts_of_the_largest() {
        let line = |number| (String::new(), String::new(), number);
        let lengths = |numbers: &[i128]| {
            bars(numbers.iter().map(|number| line(*number)).collect())
                .into_iter()
                .map(|bar| bar.length)
                .collect::<Vec<_>>()
        };
        assert_eq!(lengths(&[0, 0]), [0, 0]);
        assert_eq!(lengths(&[1, 3, 2]), [100, 300, 200]);
    }
}
