//! The evaluation method in plain words: how a base is found and a score computed, from the parameters themselves.

use ximu_basics::Rounding;
use ximu_procedure::{
    method::{
        DeviationFromBenchmark, Factor, MethodParams, RatioToLowest, Shortlist,
        deviation_from_benchmark::{Band, DropRow, EmptyBand},
        ratio_to_lowest::{AboveCeiling, BelowBase, DropRule, Enters, Ties},
    },
    rules::{Award, Rules},
};
use ximu_text::Text;

use super::rules::list;

/// The sentences about the shortlist and the method.
#[must_use]
pub fn sentences(t: Text, rules: &Rules, award: &Award) -> Vec<String> {
    let shortlist = award.shortlist.iter().map(|list| shortlist(t, rules, list));
    let method = match &award.method {
        MethodParams::RatioToLowest(method) => ratio_to_lowest(t, method),
        MethodParams::DeviationFromBenchmark(method) => deviation(t, rules, method),
    };
    shortlist.chain(method).collect()
}

fn ratio_to_lowest(t: Text, method: &RatioToLowest) -> Vec<String> {
    let mut sentences = vec![
        t.method_ratio(method.weight.to_string()),
        t.method_scale(rounding(t, method.rounding), method.score_scale),
        enters(t, method.enters),
        above_ceiling(t, method.above_ceiling),
    ];
    if method.drop == DropRule::NONE {
        sentences.push(t.method_drop_none());
    } else {
        sentences.push(t.method_drop(method.drop.count_from, method.drop.highest, method.drop.lowest));
        sentences.push(match method.below_base {
            BelowBase::FullWeight => t.method_below_full(),
            BelowBase::Ratio => t.method_below_ratio(),
        });
    }
    sentences.push(ties(t, method.ties));
    sentences
}

fn deviation(t: Text, rules: &Rules, method: &DeviationFromBenchmark) -> Vec<String> {
    let number = |factor: &Factor| factor_text(t, rules, factor);
    let base_rounding = rounding(t, method.base_rounding);
    let mut sentences = vec![enters(t, method.enters), above_ceiling(t, method.above_ceiling)];
    sentences.extend(method.band.iter().flat_map(|band| band_sentences(t, band)));
    if method.drop.is_empty() {
        sentences.push(t.method_drop_none());
    }
    sentences.extend(method.drop.iter().map(|row| drop_row(t, row)));
    sentences.push(match &method.ceiling {
        None => t.method_base_mean(number(&method.factor), base_rounding, method.base_scale),
        Some(mixed) => {
            let (ceiling, share) = (number(&mixed.factor), number(&mixed.mean_share));
            t.method_base_mixed(ceiling, number(&method.factor), base_rounding, method.base_scale, share)
        }
    });
    if let Some(scale) = method.mean_scale {
        sentences.push(t.method_mean_rounded(rounding(t, method.mean_rounding), scale));
    }
    let (above, below) = (method.deduct_above.to_string(), method.deduct_below.to_string());
    sentences.push(t.method_deviation(above, below, method.points.to_string()));
    sentences.push(match method.deviation_scale {
        Some(scale) => t.method_deviation_rounded(rounding(t, method.deviation_rounding), scale),
        None => t.method_deviation_exact(),
    });
    sentences.extend(method.deduct_max.map(|most| t.method_deduct_max(most.to_string())));
    sentences.push(t.method_floor(method.floor.to_string()));
    sentences.push(t.method_score_scale(rounding(t, method.score_rounding), method.score_scale));
    sentences.push(ties(t, method.ties));
    sentences
}

fn band_sentences(t: Text, band: &Band) -> Vec<String> {
    let mut sentences = vec![
        t.method_band(band.from.to_string(), band.to.to_string()),
        match band.empty {
            EmptyBand::NoBase => t.method_band_empty_none(),
            EmptyBand::All => t.method_band_empty_all(),
        },
    ];
    sentences.extend(band.score_below.map(|points| t.method_band_below(points.to_string())));
    sentences.extend(band.score_above.map(|points| t.method_band_above(points.to_string())));
    sentences
}

fn drop_row(t: Text, row: &DropRow) -> String {
    let from = row.count_from().max(1);
    match row {
        DropRow::Count { highest, lowest, .. } => t.method_mean_drop(from, highest, lowest),
        DropRow::Percent { highest_percent, lowest_percent, rounding: by, .. } => {
            let (highest, lowest) = (highest_percent.to_string(), lowest_percent.to_string());
            t.method_mean_drop_percent(from, highest, lowest, rounding(t, *by))
        }
        DropRow::SecondLowest { .. } => t.method_mean_second(from),
    }
}

fn shortlist(t: Text, rules: &Rules, list: &Shortlist) -> String {
    let (highest, lowest) =
        (factor_text(t, rules, &list.highest_percent), factor_text(t, rules, &list.lowest_percent));
    t.method_shortlist(highest, list.keep, lowest, rounding(t, list.rounding))
}

/// A number, or what it is drawn from.
fn factor_text(t: Text, rules: &Rules, factor: &Factor) -> String {
    match factor {
        Factor::Fixed(value) => value.to_string(),
        Factor::Drawn(name) => {
            let values: Vec<String> =
                factor.possible(&rules.coefficients).iter().map(ToString::to_string).collect();
            t.method_drawn(name.as_str(), list(t, &values))
        }
    }
}

fn enters(t: Text, enters: Enters) -> String {
    match enters {
        Enters::Opened => t.method_enters_opened(),
        Enters::Responsive => t.method_enters_responsive(),
    }
}

fn above_ceiling(t: Text, above: AboveCeiling) -> String {
    match above {
        AboveCeiling::Rejected => t.method_above_rejected(),
        AboveCeiling::Flagged => t.method_above_flagged(),
    }
}

fn ties(t: Text, ties: Ties) -> String {
    match ties {
        Ties::LowerPriceThenNeutralKey => t.method_ties_neutral(),
    }
}

/// How a number is rounded.
pub fn rounding(t: Text, rounding: Rounding) -> String {
    match rounding {
        Rounding::HalfUp => t.rounding_half_up(),
        Rounding::HalfEven => t.rounding_half_even(),
        Rounding::Down => t.rounding_down(),
        Rounding::Up => t.rounding_up(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, path::PathBuf};
    use ximu_basics::json::from_canonical;
    use ximu_text::Language;

    /// The sentences about a preset's sample tender.
    fn of(name: &str, language: Language) -> String {
        let path =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../../procedures/vectors/{name}.json"));
        let rules: Rules = from_canonical(&fs::read(path).unwrap()).unwrap();
        sentences(Text::new(language), &rules, rules.award().unwrap()).join("\n")
    }

    #[test]
    fn every_number_of_a_price_rule_is_told_in_both_languages() {
        for (name, numbers) in [
            ("price-f1", &["100", "0.95", "1.2", "0.8", "6", "7"] as &[&str]),
            ("price-f2", &["60", "0.2", "0.1", "5"]),
            ("price-f3", &["30", "0.2", "0.1", "5"]),
            ("price-f4", &["70", "0.90", "0.95", "40", "0.5"]),
            ("price-f5", &["0.97", "0.975", "0.98", "0.65", "0.70", "0.75", "20", "60"]),
            ("price-f6", &["10", "15", "20", "25", "30", "0.95"]),
            ("price-f7", &["30.00"]),
        ] {
            for language in [Language::Chinese, Language::English] {
                let told = of(name, language);
                for number in numbers {
                    assert!(told.contains(number), "{name}: {number} in\n{told}");
                }
                assert!(!told.contains("drawn:") && !told.contains("{ $"), "{name}:\n{told}");
            }
        }
    }

    #[test]
    fn a_mixed_base_is_told_as_one_formula() {
        let told = of("price-f5", Language::English);
        assert!(
            told.contains(
                "Base = mean of the entering prices × k1 (drawn at the opening from 0.97, 0.975, 0.98) × q1 (drawn \
                 at the opening from 0.65, 0.70, 0.75) + ceiling × 1 × (1 − q1 (drawn at the opening from 0.65, \
                 0.70, 0.75)), to 2 decimals"
            ),
            "{told}"
        );
    }
}
