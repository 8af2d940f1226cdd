//! The keys of the evaluation methods and of the shortlist (rules 10, 11.5).

use ximu_procedure::method::{
    DeviationFromBenchmark, MethodParams, RatioToLowest, Shortlist,
    deviation_from_benchmark::{Band, CeilingShare, DropRow},
    ratio_to_lowest::DropRule,
};

use crate::{
    convert::{DECIMAL, all},
    table::{Syntax, Table},
};

const FACTOR: Syntax = Syntax {
    expected: "a number in quotes, such as \"0.95\", or \"drawn:\" and the name of a set of coefficients",
    fix: "write digits and at most one point, or drawn: and the set's name",
};

/// The method and its parameters, by the word under `method`.
pub(crate) fn method(above: &Table<'_>) -> Option<MethodParams> {
    match above.peek("method", "method")? {
        MethodName::RatioToLowest => ratio_to_lowest(above).map(MethodParams::RatioToLowest),
        MethodName::DeviationFromBenchmark => {
            deviation_from_benchmark(above).map(Box::new).map(MethodParams::DeviationFromBenchmark)
        }
    }
}

/// The names of the methods.
#[derive(serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum MethodName {
    RatioToLowest,
    DeviationFromBenchmark,
}

fn ratio_to_lowest(above: &Table<'_>) -> Option<RatioToLowest> {
    let known = [
        "method",
        "weight",
        "score_scale",
        "rounding",
        "enters",
        "above_ceiling",
        "drop",
        "below_base",
        "ties",
    ];
    let table = above.table("method", &known)?;
    let (weight, score_scale) = (table.parsed("weight", &DECIMAL), table.number("score_scale"));
    let (rounding, enters) = (table.word("rounding"), table.word("enters"));
    let (above_ceiling, below_base) = (table.word("above_ceiling"), table.word("below_base"));
    let ties = table.word("ties");
    let drop = table.table("drop", &["count_from", "highest", "lowest"]).and_then(|table| {
        let (count_from, highest, lowest) =
            (table.number("count_from"), table.number("highest"), table.number("lowest"));
        Some(DropRule { count_from: count_from?, highest: highest?, lowest: lowest? })
    });
    Some(RatioToLowest {
        weight: weight?,
        score_scale: score_scale?,
        rounding: rounding?,
        enters: enters?,
        above_ceiling: above_ceiling?,
        drop: drop?,
        below_base: below_base?,
        ties: ties?,
    })
}

fn deviation_from_benchmark(above: &Table<'_>) -> Option<DeviationFromBenchmark> {
    let known = [
        "method",
        "points",
        "enters",
        "band",
        "above_ceiling",
        "drop",
        "mean_scale",
        "mean_rounding",
        "factor",
        "ceiling",
        "base_scale",
        "base_rounding",
        "deviation_scale",
        "deviation_rounding",
        "deduct_above",
        "deduct_below",
        "deduct_max",
        "floor",
        "score_scale",
        "score_rounding",
        "ties",
    ];
    let table = above.table("method", &known)?;
    let (points, floor) = (table.parsed("points", &DECIMAL), table.parsed("floor", &DECIMAL));
    let (enters, above_ceiling) = (table.word("enters"), table.word("above_ceiling"));
    let band = table.optional("band", band);
    let drop = drop_rows(&table);
    let mean_scale = table.optional("mean_scale", |table| table.number("mean_scale"));
    let factor = table.parsed("factor", &FACTOR);
    let ceiling = table.optional("ceiling", ceiling);
    let base_scale = table.number("base_scale");
    let deviation_scale = table.optional("deviation_scale", |table| table.number("deviation_scale"));
    let (deduct_above, deduct_below) =
        (table.parsed("deduct_above", &DECIMAL), table.parsed("deduct_below", &DECIMAL));
    let deduct_max = table.optional("deduct_max", |table| table.parsed("deduct_max", &DECIMAL));
    let score_scale = table.number("score_scale");
    let (mean_rounding, base_rounding) = (table.word("mean_rounding"), table.word("base_rounding"));
    let (deviation_rounding, score_rounding) =
        (table.word("deviation_rounding"), table.word("score_rounding"));
    let ties = table.word("ties");
    Some(DeviationFromBenchmark {
        points: points?,
        enters: enters?,
        band: band?,
        above_ceiling: above_ceiling?,
        drop: drop?,
        mean_scale: mean_scale?,
        mean_rounding: mean_rounding?,
        factor: factor?,
        ceiling: ceiling?,
        base_scale: base_scale?,
        base_rounding: base_rounding?,
        deviation_scale: deviation_scale?,
        deviation_rounding: deviation_rounding?,
        deduct_above: deduct_above?,
        deduct_below: deduct_below?,
        deduct_max: deduct_max?,
        floor: floor?,
        score_scale: score_scale?,
        score_rounding: score_rounding?,
        ties: ties?,
    })
}

fn band(above: &Table<'_>) -> Option<Band> {
    let table = above.table("band", &["from", "to", "empty", "score_below", "score_above"])?;
    let (from, to, empty) =
        (table.parsed("from", &DECIMAL), table.parsed("to", &DECIMAL), table.word("empty"));
    let score = |name: &str| table.optional(name, |table| table.parsed(name, &DECIMAL));
    let (score_below, score_above) = (score("score_below"), score("score_above"));
    Some(Band { from: from?, to: to?, empty: empty?, score_below: score_below?, score_above: score_above? })
}

fn ceiling(above: &Table<'_>) -> Option<CeilingShare> {
    let table = above.table("ceiling", &["mean_share", "factor"])?;
    let (mean_share, factor) = (table.parsed("mean_share", &FACTOR), table.parsed("factor", &FACTOR));
    Some(CeilingShare { mean_share: mean_share?, factor: factor? })
}

/// The kinds of rows of a drop table.
#[derive(serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum DropName {
    Count,
    Percent,
    SecondLowest,
}

fn drop_rows(above: &Table<'_>) -> Option<Vec<DropRow>> {
    let known = ["count_from", "drop", "highest", "lowest", "highest_percent", "lowest_percent", "rounding"];
    let row = |table: &Table<'_>| {
        let count_from = table.number("count_from");
        match table.word("drop")? {
            DropName::Count => {
                let (highest, lowest) = (table.number("highest"), table.number("lowest"));
                table.only(&["count_from", "drop", "highest", "lowest"]);
                Some(DropRow::Count { count_from: count_from?, highest: highest?, lowest: lowest? })
            }
            DropName::Percent => {
                let highest_percent = table.parsed("highest_percent", &DECIMAL);
                let lowest_percent = table.parsed("lowest_percent", &DECIMAL);
                let rounding = table.word("rounding");
                table.only(&["count_from", "drop", "highest_percent", "lowest_percent", "rounding"]);
                Some(DropRow::Percent {
                    count_from: count_from?,
                    highest_percent: highest_percent?,
                    lowest_percent: lowest_percent?,
                    rounding: rounding?,
                })
            }
            DropName::SecondLowest => {
                table.only(&["count_from", "drop"]);
                Some(DropRow::SecondLowest { count_from: count_from? })
            }
        }
    };
    let tables = above.tables("drop", &known)?;
    all(tables.iter().map(|table| table.as_ref().and_then(row)))
}

/// The shortlist before the method.
pub(crate) fn shortlist(above: &Table<'_>) -> Option<Shortlist> {
    let known = ["enters", "lowest_percent", "highest_percent", "rounding", "keep"];
    let table = above.table("shortlist", &known)?;
    let (enters, rounding, keep) = (table.word("enters"), table.word("rounding"), table.number("keep"));
    let lowest_percent = table.parsed("lowest_percent", &FACTOR);
    let highest_percent = table.parsed("highest_percent", &FACTOR);
    Some(Shortlist {
        enters: enters?,
        lowest_percent: lowest_percent?,
        highest_percent: highest_percent?,
        rounding: rounding?,
        keep: keep?,
    })
}
