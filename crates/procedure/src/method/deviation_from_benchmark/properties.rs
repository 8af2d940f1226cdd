//! What holds for every usable set of parameters: no order of bids matters, a rejected bid changes nothing, and no
//! step fails.

use super::*;
use crate::method::{Coefficients, testing::bid};
use alloc::{collections::BTreeMap, string::ToString};
use proptest::prelude::*;
use ximu_basics::Currency;

const ROUNDINGS: [Rounding; 4] = [Rounding::HalfUp, Rounding::HalfEven, Rounding::Down, Rounding::Up];

fn rounding() -> impl Strategy<Value = Rounding> {
    proptest::sample::select(ROUNDINGS.to_vec())
}

/// A number of at most `largest`, with up to four places.
fn number(largest: i128) -> impl Strategy<Value = Decimal> {
    (0_u8..=4, 0_i128..=10_000).prop_map(move |(scale, part)| {
        let most = largest * 10_i128.pow(u32::from(scale));
        Decimal::new(most * part / 10_000, scale).unwrap()
    })
}

fn factor(largest: i128) -> impl Strategy<Value = Factor> {
    prop_oneof![number(largest).prop_map(Factor::Fixed), Just(Factor::Drawn("k".parse().unwrap())),]
}

fn row() -> impl Strategy<Value = DropRow> {
    prop_oneof![
        (0_u32..12, 0_u32..4, 0_u32..4).prop_map(|(count_from, highest, lowest)| DropRow::Count {
            count_from,
            highest,
            lowest
        }),
        (0_u32..12, number(60), number(60), rounding()).prop_map(
            |(count_from, highest_percent, lowest_percent, rounding)| DropRow::Percent {
                count_from,
                highest_percent,
                lowest_percent,
                rounding
            }
        ),
        (0_u32..12).prop_map(|count_from| DropRow::SecondLowest { count_from }),
    ]
}

fn band() -> impl Strategy<Value = Option<Band>> {
    let empty = prop_oneof![Just(EmptyBand::NoBase), Just(EmptyBand::All)];
    let points = || proptest::option::of(number(10));
    proptest::option::of((number(1), number(1), empty, points(), points()).prop_map(
        |(from, to, empty, score_below, score_above)| Band { from, to, empty, score_below, score_above },
    ))
}

/// Parameters that validate, with one set `k` to draw from.
fn usable() -> impl Strategy<Value = DeviationFromBenchmark> {
    let who = (
        prop_oneof![Just(Enters::Opened), Just(Enters::Responsive)],
        prop_oneof![Just(AboveCeiling::Rejected), Just(AboveCeiling::Flagged)],
        band(),
        proptest::collection::vec(row(), 0..3),
    );
    let mixed = (factor(1), factor(2)).prop_map(|(mean_share, factor)| CeilingShare { mean_share, factor });
    let base = (factor(2), proptest::option::of(mixed), proptest::option::of(0_u8..=4), 0_u8..=2);
    let points = (number(100), number(100), number(100), proptest::option::of(number(20)), number(10));
    let scales = (proptest::option::of(0_u8..=6), 0_u8..=6);
    let roundings = (rounding(), rounding(), rounding(), rounding());
    (who, base, points, scales, roundings)
        .prop_map(|(who, base, points, scales, roundings)| DeviationFromBenchmark {
            points: points.0,
            enters: who.0,
            band: who.2,
            above_ceiling: who.1,
            drop: who.3,
            mean_scale: base.2,
            mean_rounding: roundings.0,
            factor: base.0,
            ceiling: base.1,
            base_scale: base.3,
            base_rounding: roundings.1,
            deviation_scale: scales.0,
            deviation_rounding: roundings.2,
            deduct_above: points.1,
            deduct_below: points.2,
            deduct_max: points.3,
            floor: points.4,
            score_scale: scales.1,
            score_rounding: roundings.3,
            ties: Ties::LowerPriceThenNeutralKey,
        })
        .prop_filter("usable", |params| params.faults("m", &sets()).is_empty())
}

fn sets() -> [crate::rules::CoefficientSet; 1] {
    let values = ["0.5", "0.99", "1"].map(|value| value.parse().unwrap()).to_vec();
    [crate::rules::CoefficientSet { name: "k".parse().unwrap(), values }]
}

fn drawn() -> impl Strategy<Value = Coefficients> {
    let [set] = sets();
    let one = move |value: Decimal| BTreeMap::from([(set.name.clone(), value)]);
    proptest::sample::select(sets()[0].values.clone()).prop_map(one)
}

fn field(prices: &[i64]) -> Vec<(PartyId, Money)> {
    prices.iter().enumerate().map(|(at, price)| bid(&at.to_string(), &alloc::format!("{price}.00"))).collect()
}

/// Base and score by party. Which of two equal prices carries the mark of a dropped bid goes by the neutral key, and
/// that depends on every bid (rules 10.3).
fn substance(ranking: &Ranking) -> (Option<Money>, BTreeMap<PartyId, Decimal>) {
    let line = |line: &RankLine| (line.party.clone(), line.score);
    (ranking.base, ranking.lines.iter().map(line).collect())
}

proptest! {
    #[test]
    fn the_order_of_submission_never_matters(
        params in usable(), coefficients in drawn(),
        prices in proptest::collection::vec(0_i64..60, 1..16), turn in 0_usize..16,
    ) {
        let setting = Setting { ceiling: Money::yuan("50.00").unwrap(), coefficients: &coefficients };
        let mut bids = field(&prices);
        let before = rank(&params, &bids, &setting).unwrap();
        let middle = turn % bids.len();
        bids.rotate_left(middle);
        prop_assert_eq!(&before, &rank(&params, &bids, &setting).unwrap());
        bids.reverse();
        prop_assert_eq!(&before, &rank(&params, &bids, &setting).unwrap());
        // Every bid is in exactly one place, ranks count from one, and scores fall.
        prop_assert_eq!(before.lines.len() + before.rejected.len(), bids.len());
        prop_assert!(before.lines.iter().zip(1..).all(|(line, rank)| line.rank == rank));
        prop_assert!(before.lines.windows(2).all(|two| two[0].score.compare(two[1].score) != Ordering::Less));
        // No score is outside the points and the floor, but for a flat score beside the band.
        for line in before.lines.iter().filter(|line| !line.marks.contains(&Mark::OutsideBand)) {
            let rounded = |points: Decimal, rounding| points.rescale(params.score_scale, rounding).unwrap();
            prop_assert!(line.score.compare(rounded(params.points, Rounding::Up)) != Ordering::Greater);
            prop_assert!(line.score.compare(rounded(params.floor, Rounding::Down)) != Ordering::Less);
        }
    }

    /// Where only bids within the ceiling enter and others are rejected, one that is above it changes no base and
    /// no score of anybody else.
    #[test]
    fn a_rejected_bid_changes_nothing(
        params in usable(), coefficients in drawn(), prices in proptest::collection::vec(0_i64..60, 1..16),
    ) {
        let params = DeviationFromBenchmark {
            enters: Enters::Responsive, above_ceiling: AboveCeiling::Rejected, ..params
        };
        let setting = Setting { ceiling: Money::yuan("50.00").unwrap(), coefficients: &coefficients };
        let all = field(&prices);
        let within = |(_, price): &(PartyId, Money)| !price.is_zero() && *price <= setting.ceiling;
        let some: Vec<_> = all.iter().filter(|bid| within(bid)).cloned().collect();
        let (all, some) = (rank(&params, &all, &setting).unwrap(), rank(&params, &some, &setting).unwrap());
        prop_assert_eq!(substance(&all), substance(&some));
    }

    /// The largest and smallest amounts together do not overflow, whatever the parameters.
    #[test]
    fn usable_parameters_never_fail(
        params in usable(), coefficients in drawn(),
        prices in proptest::collection::vec(
            prop_oneof![0_i128..=100, 1_i128..=99_999_999_999_999_999, Just(99_999_999_999_999_999_i128)], 0..40,
        ),
        ceiling in prop_oneof![1_i128..=100, 1_i128..=99_999_999_999_999_999],
    ) {
        let money = |hundredths| Money::new(Currency::Cny, Decimal::new(hundredths, 2).unwrap()).unwrap();
        let bids: Vec<(PartyId, Money)> = prices
            .iter()
            .enumerate()
            .map(|(at, price)| (at.to_string().parse().unwrap(), money(*price)))
            .collect();
        let setting = Setting { ceiling: money(ceiling), coefficients: &coefficients };
        let found = rank(&params, &bids, &setting);
        prop_assert!(found.is_ok(), "{:?}", found);
    }
}
