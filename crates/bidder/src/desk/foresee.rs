//! What the centre will answer, as far as a stranger can know: the rules run here before anything is sent (desk 5).

use ximu_basics::Instant;
use ximu_procedure::{
    World,
    actor::{Rejection, authenticate},
    phase::NoInputs,
    tender::SealedState,
    wire::{Event, Refusal, SignedCommand, refusal::Thing},
};

/// What will be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Foreseen {
    /// It is accepted, with these events, unless something comes between.
    Accepted(alloc::vec::Vec<Event>),
    /// It is refused.
    Refused(Refusal),
    /// It is not considered at all.
    Rejected(Rejection),
    /// It depends on what is hidden: only the centre knows.
    Hidden,
}

/// Decides a command as the centre would at this instant.
#[must_use]
pub fn foresee(world: &World, signed: &SignedCommand, at: Instant) -> Foreseen {
    let given = match authenticate(world, signed) {
        Ok(given) => given,
        Err(rejection) => return Foreseen::Rejected(rejection),
    };
    if world.is_panel_now(&given) {
        return Foreseen::Hidden;
    }
    if world.is_sealed_now(&given) {
        return match world.decide_sealed(&given, at, &SealedState::default()) {
            Err(refusal) if holds_without_the_class(&refusal) => Foreseen::Refused(refusal),
            Ok(_) | Err(_) => Foreseen::Hidden,
        };
    }
    match world.decide(&given, at, &NoInputs) {
        Ok(events) => Foreseen::Accepted(events),
        Err(refusal) => Foreseen::Refused(refusal),
    }
}

/// Whether a refusal on the empty sealed state is one on every sealed state: it rests on the role, the stage, the time,
/// or on what the command itself says.
fn holds_without_the_class(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::RoleNotAllowed { .. }
            | Refusal::StageWrong { .. }
            | Refusal::DeadlinePassed { .. }
            | Refusal::Suspended { .. }
            | Refusal::PeriodOver { .. }
            | Refusal::Unknown { what: Thing::Phase }
            | Refusal::Mismatch { .. }
            | Refusal::TooMany { what: Thing::Member, .. }
    )
}
