//! The base (rules 10.5, steps 2 to 4): who makes it, and one rounding of mean, factor and ceiling together.

use alloc::vec::Vec;
use core::cmp::Ordering;
use ximu_basics::{Currency, Decimal, Money, PartyId, decimal::div, money::MONEY_SCALE};

use super::{DeviationFromBenchmark, EmptyBand, RankFault, Setting};

impl DeviationFromBenchmark {
    /// The bids that count for the drop rule, of bids in price order.
    pub(super) fn entering<'a>(
        &self,
        ordered: &[&'a (PartyId, Money)],
        ceiling: Money,
    ) -> Result<Vec<&'a (PartyId, Money)>, RankFault> {
        let mut all = Vec::new();
        let mut inside = Vec::new();
        for bid in ordered.iter().copied().filter(|(_, price)| self.enters.admits(*price, ceiling)) {
            all.push(bid);
            if self.place(bid.1, ceiling)? == Ordering::Equal {
                inside.push(bid);
            }
        }
        let empty = self.band.as_ref().map_or(EmptyBand::NoBase, |band| band.empty);
        Ok(match empty {
            EmptyBand::All if inside.is_empty() => all,
            EmptyBand::All | EmptyBand::NoBase => inside,
        })
    }

    /// Whether a price is below, in or above the band; every price is in no band.
    pub(in crate::method) fn place(&self, price: Money, ceiling: Money) -> Result<Ordering, RankFault> {
        let Some(band) = &self.band else { return Ok(Ordering::Equal) };
        let (from, to) = (ceiling.amount().times(band.from)?, ceiling.amount().times(band.to)?);
        Ok(if price.amount().compare(from) == Ordering::Less {
            Ordering::Less
        } else if price.amount().compare(to) == Ordering::Greater {
            Ordering::Greater
        } else {
            Ordering::Equal
        })
    }

    /// The base of the bids that were kept; `None` for no bids, and for a base of zero or beyond every amount.
    pub(super) fn base(
        &self,
        kept: &[&(PartyId, Money)],
        setting: &Setting<'_>,
    ) -> Result<Option<Money>, RankFault> {
        let factor = self.factor.value(setting.coefficients)?;
        let one = Decimal::whole(1);
        let (mean_share, ceiling_factor) = match &self.ceiling {
            Some(share) => {
                (share.mean_share.value(setting.coefficients)?, share.factor.value(setting.coefficients)?)
            }
            None => (one, one),
        };
        let Ok(count) = i64::try_from(kept.len()) else { return Ok(None) };
        if count == 0 {
            return Ok(None);
        }
        let mut sum = Decimal::whole(0);
        for (_, price) in kept {
            sum = sum.plus(price.amount())?;
        }
        let (mean, count) = match self.mean_scale {
            Some(scale) => (div(sum, Decimal::whole(count), scale, self.mean_rounding)?, one),
            None => (sum, Decimal::whole(count)),
        };
        let of_mean = mean.times(factor)?.times(mean_share)?;
        let of_ceiling = setting.ceiling.amount().times(ceiling_factor)?.times(one.minus(mean_share)?)?;
        let top = of_mean.plus(of_ceiling.times(count)?)?;
        let base = div(top, count, self.base_scale, self.base_rounding)?;
        // More places of an amount than the base has are zeros: nothing is rounded here.
        let amount = base.rescale(MONEY_SCALE, self.base_rounding)?;
        Ok(Money::new(Currency::Cny, amount).ok().filter(|base| !base.is_zero()))
    }
}
