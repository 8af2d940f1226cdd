//! The fault table: {append, accept, tile write, publish, checkpoint swap} x {failed, failed but persisted, full disk}.
//!
//! After each fault the centre starts again. Then what was acknowledged is there, nothing is there twice, the published
//! log is whole, and publication goes on.

use crate::common::centre::{Failed, Promised, ROUNDS, restart_and_check, run};
use crate::common::scratch;
use std::num::NonZeroU64;
use ximu_journal::failpoint::POINTS;
use ximu_journal::{FailPoints, Fault, StoreError, TilesError};

#[test]
fn after_every_fault_at_every_step_a_restart_keeps_every_promise() {
    for point in POINTS {
        for fault in [Fault::Error, Fault::ErrorAfterPersist, Fault::Full] {
            for nth in 1.. {
                let directory = scratch();
                let fail = FailPoints::once(point, NonZeroU64::new(nth).unwrap(), fault);
                let promised = Promised(directory.path().join("promised"));
                let first = run(directory.path(), &fail, &promised);
                if let Err(failed) = &first {
                    let full =
                        matches!(failed, Failed::Store(StoreError::Full) | Failed::Tiles(TilesError::Full));
                    assert_eq!(full, fault == Fault::Full, "{point} {nth} {fault:?}: {failed:?}");
                }
                restart_and_check(directory.path(), &promised);
                if first.is_ok() {
                    // There is no nth pass: every pass of this point has been made to fail.
                    assert!(nth > ROUNDS.len() as u64, "{point} is passed {} times only", nth - 1);
                    break;
                }
            }
        }
    }
}
