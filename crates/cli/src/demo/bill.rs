//! The bill of quantities 工程量清单: the same items and quantities for everybody, each firm's own unit prices.

use super::plan::Plan;
use ximu_basics::Decimal;

/// One item of the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// What is built.
    pub name: &'static str,
    /// The unit.
    pub unit: &'static str,
    /// How much, in hundredths of the unit.
    pub quantity_hundredths: i64,
    /// What it costs about, in fen for one unit.
    pub about_fen: i64,
}

/// The planting of the slip roads, phase two. At these prices about 9.1 million yuan.
pub const ITEMS: [Item; 13] = [
    item("种植土回填", "m³", 1_260_000, 4_680),
    item("绿化场地整理", "m²", 8_600_000, 360),
    item("栽植香樟（胸径12cm）", "株", 86_000, 128_000),
    item("栽植栾树（胸径10cm）", "株", 124_000, 86_000),
    item("栽植桂花（冠幅250cm）", "株", 72_000, 98_000),
    item("栽植红叶石楠球（冠幅120cm）", "株", 260_000, 18_500),
    item("栽植夹竹桃（高150cm）", "株", 540_000, 4_600),
    item("栽植金森女贞（36株/m²）", "m²", 980_000, 9_800),
    item("满铺狗牙根草皮", "m²", 7_400_000, 1_420),
    item("三维植被网护坡", "m²", 1_850_000, 4_250),
    item("给水管道及喷灌", "m", 690_050, 7_800),
    item("绿化养护（两年）", "m²", 8_600_000, 1_260),
    item("安全文明施工费", "项", 100, 18_600_000),
];

const fn item(name: &'static str, unit: &'static str, quantity_hundredths: i64, about_fen: i64) -> Item {
    Item { name, unit, quantity_hundredths, about_fen }
}

/// The ceiling, in yuan.
pub const CEILING: &str = "9850000.00";
/// The estimate, in yuan.
pub const ESTIMATE: &str = "10000000.00";
/// The bid bond, in yuan: below two per cent of the estimate (article 26 of the Regulations).
pub const BOND: &str = "180000.00";

/// An item as one firm prices it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Priced {
    /// The item.
    pub item: Item,
    /// How much.
    pub quantity: Decimal,
    /// Price of one unit, in yuan.
    pub unit_price: Decimal,
}

/// A firm's unit prices for one version of its bid: the whole within 4 per cent of what it costs about, each item
/// within 5 per cent of that; a later version is 1.5 per cent lower.
pub fn priced(plan: &Plan, label: &str, version: u32) -> Vec<Priced> {
    let whole = i64::from(plan.number("price", label, 801)) - 400;
    let lower = 150 * i64::from(version.saturating_sub(1));
    ITEMS
        .into_iter()
        .enumerate()
        .filter_map(|(index, item)| {
            let own = i64::from(plan.number("item", &format!("{label} {index}"), 1_001)) - 500;
            let factor = 10_000 + whole + own - lower;
            let fen = (item.about_fen * factor + 5_000) / 10_000;
            Some(Priced {
                item,
                quantity: Decimal::new(i128::from(item.quantity_hundredths), 2).ok()?,
                unit_price: Decimal::new(i128::from(fen), 2).ok()?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{cast::firms, plan::Pace};
    use std::collections::BTreeSet;
    use ximu_basics::{Money, Seed};

    fn total(priced: &[Priced]) -> i128 {
        let times = |line: &Priced| line.quantity.mantissa() * line.unit_price.mantissa();
        priced.iter().map(|line| (times(line) + 50) / 100).sum()
    }

    #[test]
    fn every_firm_has_its_own_price_below_the_ceiling_and_a_replacement_is_lower() {
        let ceiling = Money::yuan(CEILING).unwrap().hundredths();
        for seed in 0..5 {
            let plan = Plan {
                v: 1,
                seed: Seed([seed; 32]),
                bidders: 27,
                experts: 5,
                centres: 4,
                escrow: 3,
                pace: Pace::Fast,
                seat: None,
            };
            let mut prices = BTreeSet::new();
            for firm in firms(&plan) {
                let (first, second) =
                    (total(&priced(&plan, &firm.label, 1)), total(&priced(&plan, &firm.label, 2)));
                assert!(first < ceiling && second < first, "{} {first} {second}", firm.name);
                assert!(first > ceiling * 85 / 100, "no price is absurdly low: {first}");
                prices.insert(first);
            }
            assert_eq!(prices.len(), firms(&plan).len(), "seed {seed}");
        }
    }
}
