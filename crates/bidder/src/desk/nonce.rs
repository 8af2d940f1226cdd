//! Nonces (desk 6). Where a second command of the same content would count a second time, the nonce follows from content
//! and key, so that giving it again is the same command. Where the rules refuse the second one by themselves, or where
//! the same words can rightly be said again later, it is fresh, and the page keeps the signed bytes until they are answered.

use ximu_basics::{Hash, Nonce, ProcedureId, Seed, json};
use ximu_procedure::wire::{Command, command::Measure};

use crate::{error::BidderError, key::Key};

/// The nonce of a command that a person gives at the desk. `fresh` is random.
///
/// # Errors
/// [`BidderError::Json`].
pub fn nonce(
    origin: &str,
    procedure: &ProcedureId,
    command: &Command,
    key: &Key,
    fresh: Nonce,
) -> Result<Nonce, BidderError> {
    if !counts_twice(command) {
        return Ok(fresh);
    }
    let hash = derived("ximu-act-nonce/1", origin, procedure, command, key)?;
    let mut nonce = [0; 16];
    nonce.iter_mut().zip(hash.0).for_each(|(to, from)| *to = from);
    Ok(Nonce(nonce))
}

/// The seed of the key that asks one question: of nobody for everybody else, the same for its asker (enquiry 2).
///
/// # Errors
/// [`BidderError::Json`].
pub fn asking_key(
    origin: &str,
    procedure: &ProcedureId,
    command: &Command,
    key: &Key,
) -> Result<Seed, BidderError> {
    Ok(Seed(derived("ximu-ask-key/1", origin, procedure, command, key)?.0))
}

/// A hash that only the owner of a key can make.
fn derived(
    label: &str,
    origin: &str,
    procedure: &ProcedureId,
    command: &Command,
    key: &Key,
) -> Result<Hash, BidderError> {
    let command = json::to_canonical(command)?;
    let head = alloc::format!("{label}\n{origin}\n{procedure}\n");
    let signature = key.sign(&[head.as_bytes(), &command].concat());
    Ok(Hash::of_parts(label, &[&signature.0]))
}

fn counts_twice(command: &Command) -> bool {
    let ends_by_itself = |measure: &Measure| matches!(measure, Measure::Suspend { .. } | Measure::Resume {});
    matches!(command, Command::Ask { .. } | Command::Object { .. } | Command::Complain { .. })
        || matches!(command, Command::Order { measure, .. } if !ends_by_itself(measure))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_count_twice_is_the_same_command_and_nobody_else_makes_it() {
        let id: ProcedureId = "yc-1".parse().unwrap();
        let (one, other) = (Key::from_secret([1; 32]), Key::from_secret([2; 32]));
        let ask = |text: &str| Command::Ask { text: text.into(), author: None };
        let made = |command: &Command, key: &Key, fresh: u8| {
            nonce("origin", &id, command, key, Nonce([fresh; 16])).unwrap()
        };
        assert_eq!(made(&ask("一"), &one, 1), made(&ask("一"), &one, 2));
        assert_ne!(made(&ask("一"), &one, 1), made(&ask("二"), &one, 1));
        assert_ne!(made(&ask("一"), &one, 1), made(&ask("一"), &other, 1));
        let cancel = Command::Cancel { reason: "一".into() };
        assert_eq!(made(&cancel, &one, 7), Nonce([7; 16]));
        let asked = |key: &Key| asking_key("origin", &id, &ask("一"), key).unwrap();
        assert_eq!(asked(&one), asked(&one));
        assert_ne!(asked(&one), asked(&other));
        assert_ne!(Key::from_secret(asked(&one).0).public(), one.public());
    }
}
