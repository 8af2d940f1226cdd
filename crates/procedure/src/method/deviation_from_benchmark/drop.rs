//! The drop rule (rules 10.5, step 3): a table by the number of entering bids.

use serde::{Deserialize, Serialize};
use ximu_basics::{Decimal, Money, PartyId, Rounding};

use super::RankFault;
use crate::method::field::percent_of;

/// What is left out of the mean when at least `count_from` bids enter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "drop", rename_all = "snake_case", deny_unknown_fields)]
pub enum DropRow {
    /// So many of the highest and of the lowest; 0 and 0 for none.
    Count {
        /// The number of entering bids from which the row applies.
        count_from: u32,
        /// How many of the highest.
        highest: u32,
        /// How many of the lowest.
        lowest: u32,
    },
    /// So many per cent of the highest and of the lowest, each number rounded by itself.
    Percent {
        /// The number of entering bids from which the row applies.
        count_from: u32,
        /// How many per cent of the entering bids, the highest.
        highest_percent: Decimal,
        /// How many per cent of the entering bids, the lowest.
        lowest_percent: Decimal,
        /// How a number of bids is rounded to a whole one.
        rounding: Rounding,
    },
    /// All but the second lowest; the only bid where there is one.
    SecondLowest {
        /// The number of entering bids from which the row applies.
        count_from: u32,
    },
}

/// The bids that stay, of bids in price order: by the last row that applies, all of them if none does.
///
/// # Errors
/// [`RankFault::Arithmetic`]; never for a validated table.
pub fn kept<'a, 'b>(
    rows: &[DropRow],
    entering: &'b [&'a (PartyId, Money)],
) -> Result<&'b [&'a (PartyId, Money)], RankFault> {
    let applies = |row: &&DropRow| entering.len() >= size(row.count_from());
    let Some(row) = rows.iter().rev().find(applies) else { return Ok(entering) };
    let (lowest, highest) = row.cut(entering.len())?;
    let end = entering.len().saturating_sub(highest);
    Ok(entering.get(lowest..end).unwrap_or(entering))
}

impl DropRow {
    /// The number of entering bids from which the row applies.
    #[must_use]
    pub const fn count_from(&self) -> u32 {
        match self {
            DropRow::Count { count_from, .. }
            | DropRow::Percent { count_from, .. }
            | DropRow::SecondLowest { count_from } => *count_from,
        }
    }

    /// How many of the lowest and of the highest of so many bids are left out.
    pub(super) fn cut(&self, count: usize) -> Result<(usize, usize), RankFault> {
        match self {
            DropRow::Count { highest, lowest, .. } => Ok((size(*lowest), size(*highest))),
            DropRow::Percent { highest_percent, lowest_percent, rounding, .. } => Ok((
                percent_of(count, *lowest_percent, *rounding)?,
                percent_of(count, *highest_percent, *rounding)?,
            )),
            DropRow::SecondLowest { .. } => {
                let lowest = usize::from(count > 1);
                Ok((lowest, count.saturating_sub(lowest.saturating_add(1))))
            }
        }
    }
}

fn size(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
