//! Sheets that are alike (evaluation 8.7): as they were sealed, on enough subjective scores, in groups.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken world must stop the test at once"
)]

use ximu_basics::Decimal;
use ximu_procedure::{
    evaluation::alike::{ALIKE_SCORES_MIN, Alike, alike},
    rules::CriterionKind,
    wire::{
        RecordKind,
        evaluation::CorrectionCause,
        record::{Content, CorrectedLine, EvaluationReport, ScoresLine},
    },
};
use ximu_sim::Sitting;

fn points(text: &str) -> Option<Decimal> {
    Some(text.parse().unwrap())
}

/// A report of five members with so many subjective scores: of each line `of(line, place)` is the score at a place.
fn report(lines: usize, of: impl Fn(usize, usize) -> Option<Decimal>) -> EvaluationReport {
    let mut sitting = Sitting::new(&["9712000.00", "9650000.00", "9590000.00"]);
    sitting.evaluate();
    let record = sitting.centre.record(RecordKind::EvaluationReport).unwrap();
    let Content::EvaluationReport(mut report) = record.content else { panic!("an evaluation report") };
    let first = report.scores.iter().find(|line| line.criterion.as_str() == "plan").unwrap().clone();
    report.scores.retain(|line| line.criterion.as_str() != "plan");
    report.scores.extend((0..lines).map(|line| ScoresLine {
        points: (0..report.members.len()).map(|place| of(line, place)).collect(),
        // Whose bid it is does not matter here but for corrections, which name the last line's.
        bidder: if line + 1 == lines { sitting.bidder(0) } else { sitting.bidder(1 + line % 2) },
        ..first.clone()
    }));
    report
}

fn group(members: &[u32], scores: usize) -> Alike {
    Alike { members: members.into(), scores }
}

/// Places 1 and 3 give the same everywhere, the others do not.
fn leaked(line: usize, place: usize) -> Option<Decimal> {
    let number = match place {
        0 | 2 => 100 + line,
        _ => 200 + 10 * line + place,
    };
    points(&format!("{}.{}", number / 10, number % 10))
}

#[test]
fn members_with_equal_sheets_are_named_in_one_group() {
    assert_eq!(alike(&report(12, leaked)), [group(&[1, 3], 12)]);
    assert_eq!(alike(&report(10, |_, _| points("8.0"))), [group(&[1, 2, 3, 4, 5], 10)]);
    let pairs = |line, place: usize| leaked(line, if place == 3 { 1 } else { place });
    assert_eq!(alike(&report(10, pairs)), [group(&[1, 3], 10), group(&[2, 4], 10)]);
}

#[test]
fn with_few_scores_one_that_differs_or_one_that_is_missing_nobody_is_named() {
    assert_eq!(alike(&report(ALIKE_SCORES_MIN - 1, leaked)), []);
    let one = |line, place| if (line, place) == (7, 2) { points("1.0") } else { leaked(line, place) };
    assert_eq!(alike(&report(12, one)), []);
    let missing = |line, place| if line == 3 && place == 2 { None } else { leaked(line, place) };
    assert_eq!(alike(&report(12, missing)), []);
}

#[test]
fn objective_scores_are_equal_by_rule_and_do_not_count() {
    let mut report = report(12, leaked);
    assert!(report.criteria.iter().any(|head| head.kind == CriterionKind::Objective));
    for head in &mut report.criteria {
        head.kind = CriterionKind::Objective;
    }
    assert_eq!(alike(&report), []);
}

#[test]
fn what_counts_is_what_was_sealed() {
    let corrected = |report: &mut EvaluationReport, member, old: &str, new: &str| {
        let line = report.scores.last_mut().unwrap();
        line.points[member as usize - 1] = points(new);
        let (old, new) = (points(old).unwrap(), points(new).unwrap());
        let (bidder, criterion) = (line.bidder.clone(), line.criterion.clone());
        let (cause, words) = (CorrectionCause::SumError, String::new());
        report.corrections.push(CorrectedLine { member, bidder, criterion, old, new, cause, words });
    };
    let mut apart = report(12, leaked);
    corrected(&mut apart, 3, "11.1", "9.0");
    corrected(&mut apart, 3, "9.0", "8.0");
    assert_eq!(alike(&apart), [group(&[1, 3], 12)], "corrected afterwards, twice: sealed they were equal");
    let mut together = report(12, |line, place| match (line, place) {
        (11, 2) => points("5.0"),
        _ => leaked(line, place),
    });
    corrected(&mut together, 3, "5.0", "11.1");
    assert_eq!(alike(&together), [], "equal after a correction only");
}
