//! A leak on purpose: how many hidden operations there are. Only in builds with the feature `planted`, which exist so
//! that the two-worlds test is seen to find a leak; such a build breaks the promise of trust 3.

use crate::shared::Shared;
use ximu_journal::HiddenClass;

#[cfg(not(debug_assertions))]
compile_error!(
    "the feature \"planted\" tells how many bids there are; it is for tests and never for a release"
);

/// Operations of all sealed classes.
pub(crate) fn operations(shared: &Shared) -> u64 {
    let view = shared.view();
    let count = |procedure| shared.read(|reader| reader.operations(procedure, HiddenClass::Sealed));
    view.world.tenders.keys().map(|procedure| count(procedure).map_or(0, |all| all.len() as u64)).sum()
}
