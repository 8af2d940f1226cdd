//! Semantic mutants (verify 10): in each bundle exactly one thing is wrong, and everything else is signed, logged and
//! cosigned again with all the keys there are, so that only the one check can fail. Every code has one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken world must stop the test at once"
)]

#[path = "../support/mod.rs"]
mod support;

mod compared;
mod draws;
mod entries;
mod files;
mod history;
mod identity;
mod operations;
mod panel;
mod recheck;
mod reported;
mod restricted;
mod times;

use std::collections::{BTreeMap, BTreeSet};

use support::{codes, pin, resign};
use ximu_basics::{Hash, ProcedureId};
use ximu_verify::{Code, Forms, Options, Report, verify};

/// A bundle in which one thing is wrong, and with what it is checked.
struct Given {
    bundle: Vec<u8>,
    policy: Option<Hash>,
    other: Option<Vec<u8>>,
    vault: Option<BTreeMap<Hash, Vec<u8>>>,
    record: Option<Vec<u8>>,
    procedure: Option<ProcedureId>,
}

/// The code expected, the place it names, and the bundle.
type Mutant = (Code, &'static str, fn() -> Given);

impl Given {
    fn of(bundle: Vec<u8>) -> Given {
        Given { bundle, policy: Some(pin()), other: None, vault: None, record: None, procedure: None }
    }

    /// The files under a manifest that the centre signed.
    fn files(files: &support::FileMap) -> Given {
        Given::of(resign(files))
    }

    /// The bundle of a centre.
    fn case(mut case: support::Case) -> Given {
        Given::files(&case.files())
    }

    fn check(&self) -> Report {
        let vault = self.vault.as_ref().map(|vault| vault as &dyn Forms);
        verify(
            &self.bundle,
            &Options {
                policy: self.policy,
                vault,
                sittings: None,
                other: self.other.as_deref(),
                record: self.record.as_deref(),
                procedure: self.procedure.as_ref(),
            },
        )
    }
}

fn all() -> Vec<Mutant> {
    [
        files::MUTANTS,
        history::MUTANTS,
        entries::MUTANTS,
        operations::MUTANTS,
        panel::MUTANTS,
        recheck::MUTANTS,
        identity::MUTANTS,
        times::MUTANTS,
        restricted::MUTANTS,
        compared::MUTANTS,
        reported::MUTANTS,
    ]
    .concat()
}

#[test]
fn each_mutant_fails_with_its_code_alone_and_names_the_place() {
    let mut wrong = Vec::new();
    for (code, place, given) in all() {
        let report = given().check();
        let found: BTreeSet<Code> = codes(&report).into_iter().collect();
        let named = report.failures.first().map(|failure| failure.entry.to_string()).unwrap_or_default();
        let fits =
            found == BTreeSet::from([code]) && named.starts_with(place) && report.exit() == code.exit();
        if !fits || report.ok {
            wrong.push(format!("{code} at {place}: {:#?}", report.failures));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_mutant() {
    let mutated: BTreeSet<Code> = all().into_iter().map(|(code, ..)| code).collect();
    let codes: BTreeSet<Code> = Code::ALL.iter().copied().collect();
    assert_eq!(mutated, codes);
}
