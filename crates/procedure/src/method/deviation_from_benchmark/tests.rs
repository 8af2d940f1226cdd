//! Ranking tables for *deviation from a benchmark*: the worked examples, then each parameter.

use super::*;
use crate::{
    method::{
        Coefficients,
        testing::{bids, shown},
    },
    rules::CoefficientSet,
};
use alloc::{
    string::{String, ToString},
    vec,
};
use ximu_basics::CoefficientId;

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn factor(text: &str) -> Factor {
    text.parse().unwrap()
}

const CEILING: &str = "1000.00";

fn ranked_by(params: &DeviationFromBenchmark, prices: &[&str], drawn: &[(&str, &str)]) -> Ranking {
    let coefficients: Coefficients =
        drawn.iter().map(|(name, value)| (name.parse::<CoefficientId>().unwrap(), number(value))).collect();
    let setting = Setting { ceiling: Money::yuan(CEILING).unwrap(), coefficients: &coefficients };
    rank(params, &bids(prices), &setting).unwrap()
}

fn check(params: &DeviationFromBenchmark, prices: &[&str], base: &str, expected: &str) {
    let ranking = ranked_by(params, prices, &[]);
    let found = ranking.base.map(|base| base.amount().to_string()).unwrap_or_default();
    assert_eq!((found.as_str(), shown(&ranking).as_str()), (base, expected), "{prices:?} under {params:?}");
}

/// 100 points, two off per cent above and one below.
fn hundred() -> DeviationFromBenchmark {
    DeviationFromBenchmark::plain(number("100"), number("2"), number("1"))
}

fn count(count_from: u32, highest: u32, lowest: u32) -> DropRow {
    DropRow::Count { count_from, highest, lowest }
}

fn percent(count_from: u32, highest: &str, lowest: &str, rounding: Rounding) -> DropRow {
    DropRow::Percent {
        count_from,
        highest_percent: number(highest),
        lowest_percent: number(lowest),
        rounding,
    }
}

/// The scores in the order of the parties.
fn scores(ranking: &Ranking) -> String {
    let mut lines: Vec<_> = ranking.lines.iter().collect();
    lines.sort_by(|left, right| left.party.cmp(&right.party));
    lines.iter().map(|line| line.score.to_string()).collect::<Vec<_>>().join(" ")
}

#[test]
fn worked_example_1_the_draw_decides_who_wins() {
    let prices = ["978.00", "965.50", "951.20", "946.80", "940.00", "921.30", "880.00"];
    let params = DeviationFromBenchmark {
        drop: vec![count(7, 1, 1)],
        factor: factor("drawn:k"),
        deviation_scale: Some(2),
        ..DeviationFromBenchmark::plain(number("60"), number("1"), number("0.5"))
    };
    for (drawn, base, expected, winner) in [
        ("0.99", "935.51", "55.46 56.79 58.32 58.79 59.52 59.24 57.04", "e"),
        ("0.98", "926.06", "54.39 55.74 57.29 57.76 58.49 59.75 57.52", "f"),
        ("0.97", "916.61", "53.30 54.67 56.23 56.71 57.45 59.49 58.01", "f"),
    ] {
        let ranking = ranked_by(&params, &prices, &[("k", drawn)]);
        assert_eq!(ranking.base, Some(Money::yuan(base).unwrap()));
        assert_eq!(scores(&ranking), expected, "drawn {drawn}");
        assert_eq!(ranking.lines[0].party.as_str(), winner);
        let dropped: Vec<_> = ranking.lines.iter().filter(|line| line.marks == [Mark::Dropped]).collect();
        assert_eq!(dropped.len(), 2, "a dropped bid is still scored");
    }
}

#[test]
fn worked_example_2_the_deviation_is_not_rounded() {
    let params = DeviationFromBenchmark {
        drop: vec![count(6, 1, 0), count(7, 1, 1)],
        factor: factor("0.95"),
        ..DeviationFromBenchmark::plain(number("100"), number("1.2"), number("0.8"))
    };
    let prices = ["470.00", "486.00", "490.00", "498.00", "505.00", "520.00"];
    check(&params, &prices, "465.31", "1a=98.79 2b=94.66 3c=93.63 4d=91.57 5e=89.76 6f=85.90~");
    // Rounded to whole per cents the first two documents of this kind would give other scores.
    let coarse = DeviationFromBenchmark { deviation_scale: Some(0), ..params };
    assert_eq!(scores(&ranked_by(&coarse, &prices, &[])), "98.80 95.20 94.00 91.60 89.20 85.60");
}

#[test]
fn a_rounded_deviation_can_turn_a_win_into_a_tie() {
    let exact = hundred();
    let rounded = DeviationFromBenchmark { deviation_scale: Some(0), ..exact.clone() };
    // The base is 500; c is nearer to it than a by a tenth of a per cent.
    let prices = ["490.50", "510.00", "491.00", "508.50"];
    check(&exact, &prices, "500.00", "1c=98.20 2a=98.10 3d=96.60 4b=96.00");
    check(&rounded, &prices, "500.00", "1a=98.00 2c=98.00 3d=96.00 4b=96.00");
}

#[test]
fn who_enters_is_as_the_rules_say() {
    let rejected = hundred();
    let opened = DeviationFromBenchmark { enters: Enters::Opened, ..hundred() };
    let flagged = DeviationFromBenchmark { above_ceiling: AboveCeiling::Flagged, ..hundred() };
    let prices = ["800.00", "900.00", "1300.00", "0.00"];
    check(&rejected, &prices, "850.00", "1a=94.12 2b=88.24 c!ceiling d!zero");
    check(&opened, &prices, "1000.00", "1b=90.00 2a=80.00 c!ceiling d!zero");
    check(&flagged, &prices, "850.00", "1a=94.12 2b=88.24 3c=0.00^ d!zero");
    check(&rejected, &["1001.00"], "", "a!ceiling");
    check(&flagged, &["1001.00"], "", "a!no-base");
    check(&rejected, &[], "", "");
}

#[test]
fn a_drop_table_goes_by_the_number_that_enters() {
    let params = DeviationFromBenchmark {
        drop: vec![
            DropRow::SecondLowest { count_from: 0 },
            count(4, 1, 0),
            percent(7, "20", "20", Rounding::HalfUp),
        ],
        ..hundred()
    };
    check(&params, &["500.00"], "500.00", "1a=100.00");
    check(&params, &["500.00", "520.00"], "520.00", "1b=100.00 2a=96.15~");
    check(&params, &["500.00", "520.00", "600.00"], "520.00", "1b=100.00 2a=96.15~ 3c=69.23~");
    check(
        &params,
        &["500.00", "520.00", "540.00", "600.00"],
        "520.00",
        "1b=100.00 2a=96.15 3c=92.31 4d=69.23~",
    );
    // 20 % of 7 are 1.4: one at each end.
    let seven = ["100.00", "510.00", "520.00", "530.00", "540.00", "550.00", "900.00"];
    check(&params, &seven, "530.00", "1d=100.00 2c=98.11 3b=96.23 4e=96.23 5f=92.45 6a=18.87~ 7g=0.00~");
    for (rounding, left_out) in [(Rounding::HalfUp, 2), (Rounding::Down, 2), (Rounding::Up, 4)] {
        let params = DeviationFromBenchmark { drop: vec![percent(4, "20", "20", rounding)], ..hundred() };
        let ranking = ranked_by(&params, &seven, &[]);
        let dropped = ranking.lines.iter().filter(|line| line.marks == [Mark::Dropped]).count();
        assert_eq!(dropped, left_out, "{rounding:?}");
    }
}

#[test]
fn a_band_makes_the_base_and_flat_scores() {
    let band = Band {
        from: number("0.90"),
        to: number("0.95"),
        empty: EmptyBand::NoBase,
        score_below: Some(number("40")),
        score_above: None,
    };
    let params = DeviationFromBenchmark { band: Some(band.clone()), ..hundred() };
    // Both edges are inside.
    check(
        &params,
        &["899.99", "900.00", "950.00", "950.01"],
        "925.00",
        "1b=97.30 2c=94.59 3d=94.59| 4a=40.00|",
    );
    check(&params, &["899.99", "960.00"], "", "a!no-base b!no-base");
    let all = Band { empty: EmptyBand::All, score_above: Some(number("50")), ..band };
    let params = DeviationFromBenchmark { band: Some(all), ..hundred() };
    check(&params, &["899.99", "960.00"], "930.00", "1b=50.00| 2a=40.00|");
}

#[test]
fn the_ceiling_can_be_mixed_in_with_drawn_shares() {
    let ceiling = CeilingShare { mean_share: factor("drawn:q"), factor: factor("0.90") };
    let params = DeviationFromBenchmark { factor: factor("drawn:k"), ceiling: Some(ceiling), ..hundred() };
    let names: Vec<_> = params.draws().into_iter().map(CoefficientId::as_str).collect();
    assert_eq!(names, ["k", "q"]);
    // 800 x 0.98 x 0.65 + 1000 x 0.90 x 0.35 = 509.60 + 315.00
    let ranking = ranked_by(&params, &["700.00", "900.00"], &[("k", "0.98"), ("q", "0.65")]);
    assert_eq!(ranking.base, Some(Money::yuan("824.60").unwrap()));
    let setting = Setting { ceiling: Money::yuan(CEILING).unwrap(), coefficients: &Coefficients::new() };
    let found = rank(&params, &bids(&["700.00"]), &setting);
    assert_eq!(found, Err(RankFault::NotDrawn { name: "k".parse().unwrap() }));
}

#[test]
fn each_rounding_stands_where_it_is_named() {
    let third = ["500.00", "500.00", "501.00"];
    let base =
        |params: &DeviationFromBenchmark| ranked_by(params, &third, &[]).base.unwrap().amount().to_string();
    assert_eq!(base(&hundred()), "500.33");
    assert_eq!(base(&DeviationFromBenchmark { base_scale: 0, ..hundred() }), "500.00");
    assert_eq!(
        base(&DeviationFromBenchmark { base_scale: 0, base_rounding: Rounding::Up, ..hundred() }),
        "501.00"
    );
    let mean = DeviationFromBenchmark { mean_scale: Some(0), factor: factor("0.999"), ..hundred() };
    assert_eq!(base(&mean), "499.50");
    assert_eq!(base(&DeviationFromBenchmark { mean_scale: None, ..mean.clone() }), "499.83");
    assert_eq!(base(&DeviationFromBenchmark { mean_rounding: Rounding::Up, ..mean }), "500.50");
    let whole = DeviationFromBenchmark { score_scale: 0, score_rounding: Rounding::Down, ..hundred() };
    assert_eq!(scores(&ranked_by(&whole, &["490.00", "510.00"], &[])), "98 96");
}

#[test]
fn a_deduction_has_a_cap_and_a_score_a_floor() {
    let params = DeviationFromBenchmark { deduct_max: Some(number("5")), ..hundred() };
    check(&params, &["400.00", "500.00", "600.00"], "500.00", "1b=100.00 2a=95.00 3c=95.00");
    let params = DeviationFromBenchmark { floor: number("70.5"), ..hundred() };
    check(&params, &["400.00", "500.00", "600.00"], "500.00", "1b=100.00 2a=80.00 3c=70.50");
}

#[test]
fn a_base_that_is_no_amount_is_none() {
    let params = DeviationFromBenchmark { base_scale: 0, ..hundred() };
    check(&params, &["0.01", "0.02"], "", "a!no-base b!no-base");
    let double = DeviationFromBenchmark {
        factor: factor("2"),
        above_ceiling: AboveCeiling::Flagged,
        enters: Enters::Opened,
        ..hundred()
    };
    check(&double, &["999999999999999.99"], "", "a!no-base");
}

#[test]
fn unusable_parameters_are_named() {
    let sets = [CoefficientSet { name: "k".parse().unwrap(), values: vec![number("0.9"), number("2.1")] }];
    let band = |from: &str, to: &str, below: &str| {
        let score_below = Some(number(below));
        Some(Band {
            from: number(from),
            to: number(to),
            empty: EmptyBand::All,
            score_below,
            score_above: None,
        })
    };
    let ceiling =
        |share: &str, by: &str| Some(CeilingShare { mean_share: factor(share), factor: factor(by) });
    let with_drop = |drop: Vec<DropRow>| DeviationFromBenchmark { drop, ..hundred() };
    let cases = [
        (DeviationFromBenchmark { points: number("0"), ..hundred() }, "m.points"),
        (DeviationFromBenchmark { points: number("100.1"), ..hundred() }, "m.points"),
        (DeviationFromBenchmark { deduct_above: number("-1"), ..hundred() }, "m.deduct_above"),
        (DeviationFromBenchmark { deduct_below: number("0.00001"), ..hundred() }, "m.deduct_below"),
        (DeviationFromBenchmark { deduct_max: Some(number("101")), ..hundred() }, "m.deduct_max"),
        (DeviationFromBenchmark { floor: number("101"), ..hundred() }, "m.floor"),
        (DeviationFromBenchmark { factor: factor("0"), ..hundred() }, "m.factor"),
        (DeviationFromBenchmark { factor: factor("drawn:k"), ..hundred() }, "m.factor"),
        (DeviationFromBenchmark { ceiling: ceiling("1.1", "1"), ..hundred() }, "m.ceiling.mean_share"),
        (DeviationFromBenchmark { ceiling: ceiling("0", "0"), ..hundred() }, "m.ceiling.factor"),
        (DeviationFromBenchmark { base_scale: 3, ..hundred() }, "m.base_scale"),
        (DeviationFromBenchmark { mean_scale: Some(5), ..hundred() }, "m.mean_scale"),
        (DeviationFromBenchmark { deviation_scale: Some(7), ..hundred() }, "m.deviation_scale"),
        (DeviationFromBenchmark { score_scale: 7, ..hundred() }, "m.score_scale"),
        (DeviationFromBenchmark { band: band("0.96", "0.95", "1"), ..hundred() }, "m.band.from"),
        (DeviationFromBenchmark { band: band("0.9", "1.01", "1"), ..hundred() }, "m.band.to"),
        (DeviationFromBenchmark { band: band("0.9", "1", "101"), ..hundred() }, "m.band.score_below"),
        (with_drop(vec![count(4, 1, 0), count(4, 1, 1)]), "m.drop"),
        (with_drop(vec![count(2, 1, 1)]), "m.drop[0].count_from"),
        (with_drop(vec![count(0, 1, 0)]), "m.drop[0].count_from"),
        (with_drop(vec![percent(2, "40", "40", Rounding::Up)]), "m.drop[0].count_from"),
        (with_drop(vec![percent(9, "50", "41", Rounding::Down)]), "m.drop[0]"),
        (with_drop(vec![percent(9, "-1", "1", Rounding::Down)]), "m.drop[0].highest_percent"),
    ];
    for (params, path) in cases {
        let faults = params.faults("m", &sets);
        assert_eq!(faults.iter().map(|fault| fault.path.as_str()).collect::<Vec<_>>(), [path], "{params:?}");
    }
    assert_eq!(hundred().faults("m", &[]), []);
    assert_eq!(with_drop(vec![DropRow::SecondLowest { count_from: 0 }]).faults("m", &[]), []);
    assert_eq!(with_drop(vec![percent(9, "45", "45", Rounding::Down)]).faults("m", &[]), []);
}
