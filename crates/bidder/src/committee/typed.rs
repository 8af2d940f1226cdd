//! A sheet as a member types it: text by bidder and criterion. It becomes exactly the sheet that is asked for (evaluation
//! 5.4), or every place is named that does not fit.

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use serde::{Deserialize, Serialize};
use ximu_basics::{CriterionId, Decimal, PartyId, Rounding};
use ximu_procedure::{
    evaluation::sheet,
    rules::Criterion,
    wire::evaluation::{Sheet, SheetLine},
};

/// What was typed.
pub type Typed = BTreeMap<PartyId, BTreeMap<CriterionId, String>>;

/// Why a score does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Misfit {
    /// Nothing stands there.
    Missing,
    /// It is no number, or has more decimals than the criterion.
    NoNumber,
    /// It is below 0 or above the criterion's points.
    OutOfRange,
}

/// A place of the sheet that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Whose bid.
    pub bidder: PartyId,
    /// Which criterion.
    pub criterion: CriterionId,
    /// Why.
    pub why: Misfit,
}

/// The sheet for these bidders, ascending, by these criteria; what was typed beside it is left out.
///
/// # Errors
/// Every place that does not fit.
pub fn sheet(bidders: &[PartyId], criteria: &[Criterion], typed: &Typed) -> Result<Sheet, Vec<Place>> {
    let mut misfits = Vec::new();
    let mut scores = Vec::new();
    for bidder in bidders {
        let mut points = BTreeMap::new();
        for criterion in criteria {
            let text = typed.get(bidder).and_then(|line| line.get(&criterion.id)).map_or("", String::as_str);
            match score(criterion, text) {
                Ok(score) => {
                    points.insert(criterion.id.clone(), score);
                }
                Err(why) => {
                    misfits.push(Place { bidder: bidder.clone(), criterion: criterion.id.clone(), why });
                }
            }
        }
        scores.push(SheetLine { bidder: bidder.clone(), points });
    }
    if misfits.is_empty() { Ok(Sheet { v: 1, scores }) } else { Err(misfits) }
}

/// A score as it is typed, with exactly the decimals of its criterion.
///
/// # Errors
/// Why it does not fit.
pub fn score(criterion: &Criterion, text: &str) -> Result<Decimal, Misfit> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Misfit::Missing);
    }
    let number: Decimal = text.parse().map_err(|_| Misfit::NoNumber)?;
    let score = number.rescale(criterion.scale, Rounding::HalfUp).map_err(|_| Misfit::NoNumber)?;
    if score.compare(number).is_ne() {
        return Err(Misfit::NoNumber);
    }
    if sheet::in_range(criterion, score) { Ok(score) } else { Err(Misfit::OutOfRange) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{string::ToString, vec};
    use ximu_procedure::rules::{CriterionKind, Text};

    fn criterion(id: &str, points: &str, scale: u8) -> Criterion {
        let title = Text { zh: id.to_string(), en: id.to_string() };
        let (id, points) = (id.parse().unwrap(), points.parse().unwrap());
        Criterion { id, title, points, kind: CriterionKind::Subjective, scale }
    }

    #[test]
    fn a_score_gets_its_criterions_decimals_and_nothing_is_rounded() {
        let plan = criterion("plan", "20", 1);
        for (text, found) in [
            (" 18 ", Ok("18.0")),
            ("18.50", Ok("18.5")),
            ("20", Ok("20.0")),
            ("0", Ok("0.0")),
            ("18.25", Err(Misfit::NoNumber)),
            ("20.1", Err(Misfit::OutOfRange)),
            ("-1", Err(Misfit::OutOfRange)),
            ("eighteen", Err(Misfit::NoNumber)),
            ("", Err(Misfit::Missing)),
        ] {
            assert_eq!(
                score(&plan, text).map(|score| score.to_string()),
                found.map(str::to_string),
                "{text}"
            );
        }
    }

    #[test]
    fn a_sheet_names_every_place_that_does_not_fit() {
        let criteria = [criterion("plan", "20", 1), criterion("record", "8", 0)];
        let bidders: Vec<PartyId> = vec![
            "p-00000000000000000000000000000001".parse().unwrap(),
            "p-00000000000000000000000000000002".parse().unwrap(),
        ];
        let line = |plan: &str, record: &str| {
            BTreeMap::from([
                ("plan".parse().unwrap(), plan.to_string()),
                ("record".parse().unwrap(), record.to_string()),
            ])
        };
        let mut typed: Typed = BTreeMap::from([(bidders[0].clone(), line("18", "9"))]);
        let misfits = sheet(&bidders, &criteria, &typed).unwrap_err();
        let why: Vec<Misfit> = misfits.iter().map(|place| place.why).collect();
        assert_eq!(why, [Misfit::OutOfRange, Misfit::Missing, Misfit::Missing]);
        typed.insert(bidders[0].clone(), line("18", "8"));
        typed.insert(bidders[1].clone(), line("7.5", "0"));
        let sheet = sheet(&bidders, &criteria, &typed).unwrap();
        assert_eq!(
            sheet.scores[1].points.values().map(ToString::to_string).collect::<Vec<_>>(),
            ["7.5", "0"]
        );
    }
}
