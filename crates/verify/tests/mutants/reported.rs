//! A report beside the bundle, and records kept in the log.

use std::collections::BTreeSet;

use super::{
    Given, Mutant,
    support::{Case, holds, pin, resign},
};
use ximu_basics::{Hash, Money};
use ximu_procedure::wire::{
    Event, Outcome, Record, RecordKind,
    record::{BidFate, Content},
};
use ximu_verify::{Code, Options, report::NoteCode, verify};

pub(super) const MUTANTS: &[Mutant] = &[
    (Code::ReportDiffers, "report", || with(|_| b"not a record".to_vec())),
    (Code::ReportDiffers, "report", || {
        // A price in the opening record is another.
        with(|case| {
            changed(case, RecordKind::OpeningRecord, |record| {
                let Content::OpeningRecord(opening) = &mut record.content else { return };
                for bid in &mut opening.bids {
                    if let BidFate::ReadOut { price, .. } = &mut bid.fate {
                        *price = Money::yuan("1.00").unwrap();
                    }
                }
            })
        })
    }),
    (Code::ReportDiffers, "report", || {
        with(|case| changed(case, RecordKind::AwardNotice, |record| record.size -= 1))
    }),
    (Code::ReportDiffers, "report", || {
        with(|case| {
            changed(case, RecordKind::CandidateNotice, |record| record.procedure = "other".parse().unwrap())
        })
    }),
    (Code::ReportLarger, "report", || {
        let mut case = Case::opened();
        let bundle = resign(&case.files());
        case.award();
        let record = changed(&case, RecordKind::AwardNotice, |_| {});
        Given { record: Some(record), ..Given::of(bundle) }
    }),
    (Code::EntryOutcome, "leaf ", || {
        // The centre keeps a record under another hash, and writes that this follows from the rules.
        let mut case = Case::awarded();
        case.centre.tamper.entries(|entry| {
            let Outcome::Events(events) = &mut entry.outcome else { return };
            for event in events {
                if let Event::RecordKept { hash, .. } = event {
                    *hash = Hash::of(b"another record");
                }
            }
        });
        case.centre.keep_records();
        Given::case(case)
    }),
];

/// An awarded tender, and a report.
fn with(record: impl FnOnce(&Case) -> Vec<u8>) -> Given {
    let mut case = Case::awarded();
    case.centre.keep_records();
    let record = record(&case);
    Given { record: Some(record), ..Given::case(case) }
}

fn changed(case: &Case, kind: RecordKind, change: impl FnOnce(&mut Record)) -> Vec<u8> {
    let mut record = case.centre.record(kind).unwrap();
    change(&mut record);
    record.canonical().unwrap()
}

#[test]
fn a_report_holds_beside_every_bundle_that_has_its_leaves_and_says_when_it_is_not_kept_yet() {
    let mut seen = BTreeSet::new();
    for mut case in [Case::awarded(), Case::evaluated()] {
        let before = resign(&case.files());
        case.centre.keep_records();
        let after = resign(&case.files());
        holds(&verify(&after, &Options { policy: Some(pin()), ..Options::default() }));
        for kind in RecordKind::ALL.into_iter().filter(|kind| case.centre.record(*kind).is_some()) {
            seen.insert(kind);
            let record = changed(&case, kind, |_| {});
            for (bundle, kept) in [(&before, false), (&after, true)] {
                let options = Options { policy: Some(pin()), record: Some(&record), ..Options::default() };
                let report = verify(bundle, &options);
                assert!(report.ok && report.count("report") == 1, "{kind}: {report:?}");
                let notes: Vec<NoteCode> = report.notes.iter().map(|note| note.code).collect();
                assert_eq!(notes.contains(&NoteCode::RecordNotKept), !kept, "{kind}");
            }
        }
    }
    assert!(seen.into_iter().eq(RecordKind::ALL));
}
