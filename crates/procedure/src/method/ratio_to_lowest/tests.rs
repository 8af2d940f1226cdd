//! Ranking tables for *ratio to the lowest*, and its independence of order.

use super::*;
use crate::method::{
    testing::{bid, bids, shown},
    tie::NeutralKeys,
};
use proptest::prelude::*;

fn check(params: &RatioToLowest, prices: &[&str], expected: &str) {
    let ranking = rank(params, &bids(prices), Money::yuan("100.00").unwrap()).unwrap();
    assert_eq!(shown(&ranking), expected, "prices {prices:?} under {params:?}");
}

fn thirty() -> RatioToLowest {
    RatioToLowest::plain("30.00".parse().unwrap())
}

#[test]
fn each_parameter_does_what_it_says() {
    let plain = thirty();
    let flagged = RatioToLowest { above_ceiling: AboveCeiling::Flagged, ..plain.clone() };
    let drop = DropRule { count_from: 4, highest: 1, lowest: 1 };
    let dropping = RatioToLowest { drop, ..plain.clone() };
    let above_weight = RatioToLowest { below_base: BelowBase::Ratio, ..dropping.clone() };
    let opened = RatioToLowest { enters: Enters::Opened, ..dropping.clone() };
    let down = RatioToLowest { score_scale: 1, rounding: Rounding::Down, ..plain.clone() };

    check(&plain, &["95.00", "88.00", "99.00"], "1b=30.00 2a=27.79 3c=26.67");
    check(&down, &["95.00", "88.00", "99.00"], "1b=30.0 2a=27.7 3c=26.6");
    check(&plain, &["100.00", "100.01", "0.00"], "1a=30.00 b!ceiling c!zero");
    check(&flagged, &["80.00", "100.01", "0.00"], "1a=30.00 2b=24.00^ c!zero");
    check(&flagged, &["100.01"], "a!no-base");
    check(&plain, &["100.01"], "a!ceiling");
    check(&plain, &[], "");
    // Below count_from nothing is dropped; from it on, the dropped are still scored.
    check(&dropping, &["60.00", "80.00", "90.00"], "1a=30.00 2b=22.50 3c=20.00");
    check(&dropping, &["60.00", "80.00", "90.00", "96.00"], "1a=30.00~ 2b=30.00 3c=26.67 4d=25.00~");
    check(&above_weight, &["60.00", "80.00", "90.00", "96.00"], "1a=40.00~ 2b=30.00 3c=26.67 4d=25.00~");
    // A rejected bid counts only when every opened bid enters.
    check(&dropping, &["60.00", "80.00", "90.00", "101.00"], "1a=30.00 2b=22.50 3c=20.00 d!ceiling");
    check(&opened, &["60.00", "80.00", "90.00", "101.00"], "1a=30.00~ 2b=30.00 3c=26.67 d!ceiling");
}

#[test]
fn equal_scores_go_to_the_lower_price() {
    let coarse = RatioToLowest { score_scale: 0, ..thirty() };
    check(&coarse, &["80.50", "80.00", "80.40"], "1b=30 2c=30 3a=30");
}

#[test]
fn equal_prices_go_by_the_neutral_key() {
    let bids = bids(&["80.00", "80.00", "80.00", "90.00"]);
    let keys = NeutralKeys::of(&bids);
    let mut expected: Vec<_> = bids.iter().take(3).map(|(party, _)| party.clone()).collect();
    expected.sort_by_key(|party| keys.key(party));
    let ranking = rank(&thirty(), &bids, Money::yuan("100.00").unwrap()).unwrap();
    let found: Vec<_> = ranking.lines.iter().take(3).map(|line| line.party.clone()).collect();
    assert_eq!(found, expected);
}

#[test]
fn two_bids_of_one_party_are_refused() {
    let bids = [bid("a", "80.00"), bid("a", "81.00")];
    let found = rank(&thirty(), &bids, Money::yuan("100.00").unwrap());
    assert_eq!(found, Err(RankFault::TwoBids { party: "a".parse().unwrap() }));
}

#[test]
fn unusable_parameters_are_named() {
    let drop = |count_from, highest, lowest| DropRule { count_from, highest, lowest };
    let cases = [
        (RatioToLowest { weight: "0.00".parse().unwrap(), ..thirty() }, "m.weight"),
        (RatioToLowest { weight: "-1".parse().unwrap(), ..thirty() }, "m.weight"),
        (RatioToLowest { weight: "100.01".parse().unwrap(), ..thirty() }, "m.weight"),
        (RatioToLowest { weight: "1.00000".parse().unwrap(), ..thirty() }, "m.weight"),
        (RatioToLowest { score_scale: 7, ..thirty() }, "m.score_scale"),
        (RatioToLowest { drop: drop(2, 1, 1), ..thirty() }, "m.drop.count_from"),
        (RatioToLowest { drop: drop(0, 1, 0), ..thirty() }, "m.drop.count_from"),
    ];
    for (params, path) in cases {
        let faults = params.faults("m");
        assert_eq!(faults.iter().map(|fault| fault.path.as_str()).collect::<Vec<_>>(), [path]);
    }
    assert_eq!(thirty().faults("m"), []);
    assert_eq!(RatioToLowest { drop: drop(3, 1, 1), ..thirty() }.faults("m"), []);
}

proptest! {
    #[test]
    fn the_order_of_submission_never_matters(
        prices in proptest::collection::vec(1_i64..50, 1..20), turn in 0_usize..20, count_from in 3_u32..12,
    ) {
        let mut bids: Vec<_> = ('a'..='z')
            .zip(&prices)
            .map(|(party, price)| bid(&party.to_string(), &format!("{price}.00")))
            .collect();
        let params = RatioToLowest { drop: DropRule { count_from, highest: 1, lowest: 1 }, ..thirty() };
        let ceiling = Money::yuan("40.00").unwrap();
        let before = rank(&params, &bids, ceiling).unwrap();
        let middle = turn % bids.len();
        bids.rotate_left(middle);
        prop_assert_eq!(&before, &rank(&params, &bids, ceiling).unwrap());
        bids.reverse();
        prop_assert_eq!(&before, &rank(&params, &bids, ceiling).unwrap());
        // Every bid is in exactly one place, and ranks follow prices.
        prop_assert_eq!(before.lines.len() + before.rejected.len(), bids.len());
        prop_assert!(before.lines.windows(2).all(|two| two[0].price <= two[1].price));
    }

    /// The largest amounts and the finest valid parameters do not overflow.
    #[test]
    fn valid_parameters_never_overflow(low in 1_i128..=99_999_999_999_999_999, high in 1_i128..=99_999_999_999_999_999) {
        let money = |hundredths| {
            Money::new(ximu_basics::Currency::Cny, Decimal::new(hundredths, 2).unwrap()).unwrap()
        };
        let params = RatioToLowest {
            weight: "100.0000".parse().unwrap(), score_scale: SCORE_SCALE_MAX, below_base: BelowBase::Ratio,
            ..thirty()
        };
        prop_assert!(params.score(money(low), money(high)).is_ok());
    }
}
