//! Checkpoints (verify 4.6): each signed by the log and cosigned as the policy asks, growing, the newest last.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};
use ximu_basics::Instant;
use ximu_tlog::{
    Checkpoint, Note, Policy, VerifierKey,
    checkpoint::CheckpointError,
    policy::{Cosigned as Opened, UntrustedError},
};

use super::{Cosigned, History, Run, at_file};
use crate::{
    Code, Failure, Place,
    bundle::{path, split_checkpoints},
    replay::REHEARSAL_PREFIX,
};

impl Run<'_> {
    pub(super) fn checkpoints(&mut self, policy: Policy) -> Option<History> {
        let newest = self.file(path::CHECKPOINT)?;
        let log = match log_key(&policy, newest) {
            Ok(log) => log,
            Err(failure) => {
                self.add(failure);
                return None;
            }
        };
        // The founding says it; until it is reached, and where it is not, the name does.
        self.rehearsal = log.name().starts_with(REHEARSAL_PREFIX);
        let all = self.file(path::CHECKPOINTS)?;
        let notes = core::str::from_utf8(all).ok().and_then(split_checkpoints);
        let Some(notes) = notes else {
            let detail = "expected notes with an empty line between two";
            self.fail(Code::CheckpointMalformed, at_file(path::CHECKPOINTS), detail);
            return None;
        };
        if notes.last().map(String::as_bytes) != Some(newest) {
            let detail = "expected the newest of all checkpoints";
            self.fail(Code::CheckpointOrder, at_file(path::CHECKPOINT), detail);
            return None;
        }
        let cosigned = notes
            .iter()
            .enumerate()
            .map(|(position, note)| self.checkpoint(&policy, &log, position, note))
            .collect::<Option<Vec<_>>>()?;
        let (cosigned, witnesses): (Vec<Cosigned>, Vec<_>) = cosigned.into_iter().unzip();
        self.check_order(&cosigned)?;
        let newest = *cosigned.last()?;
        Some(History { policy, log, cosigned, witnesses, newest })
    }

    fn checkpoint(
        &mut self,
        policy: &Policy,
        log: &VerifierKey,
        position: usize,
        text: &str,
    ) -> Option<(Cosigned, BTreeSet<String>)> {
        match read(policy, log, text) {
            Ok((opened, cosigned)) => {
                self.count("checkpoints", 1);
                self.count("cosignatures", opened.witnesses.len() as u64);
                Some((cosigned, opened.witnesses))
            }
            Err((code, detail)) => {
                let size =
                    Note::parse(text.as_bytes()).ok().and_then(|note| Checkpoint::parse(note.text()).ok());
                let place = match size {
                    Some(checkpoint) => Place::Checkpoint(checkpoint.size),
                    None => at_file(path::CHECKPOINTS),
                };
                self.fail(code, place, format!("checkpoint number {position}: {detail}"));
                None
            }
        }
    }

    fn check_order(&mut self, cosigned: &[Cosigned]) -> Option<()> {
        let fault =
            cosigned.iter().zip(cosigned.iter().skip(1)).find(|(before, after)| before.size >= after.size);
        let Some((before, after)) = fault else { return Some(()) };
        let detail = format!("expected a size above {}, found {}", before.size, after.size);
        self.fail(Code::CheckpointOrder, Place::Checkpoint(after.size), detail);
        None
    }
}

/// The one key that the policy has for the origin of the newest checkpoint.
fn log_key(policy: &Policy, newest: &[u8]) -> Result<VerifierKey, Failure> {
    let fail = |code, detail: String| Failure::new(code, at_file(path::CHECKPOINT), detail);
    let note = Note::parse(newest).map_err(|error| fail(Code::CheckpointMalformed, error.to_string()))?;
    let checkpoint =
        Checkpoint::parse(note.text()).map_err(|error| fail(Code::CheckpointMalformed, error.to_string()))?;
    let keys: Vec<&VerifierKey> =
        policy.logs().iter().map(|log| &log.key).filter(|key| key.name() == checkpoint.origin).collect();
    match keys.as_slice() {
        [key] => Ok((*key).clone()),
        keys => {
            let detail = format!("expected one key of {:.200}, found {}", checkpoint.origin, keys.len());
            Err(fail(Code::PolicyLog, detail))
        }
    }
}

/// Reads one checkpoint of the log that holds under the policy.
pub(super) fn read(
    policy: &Policy,
    log: &VerifierKey,
    text: &str,
) -> Result<(Opened, Cosigned), (Code, String)> {
    let note =
        Note::parse(text.as_bytes()).map_err(|error| (Code::CheckpointMalformed, error.to_string()))?;
    Checkpoint::open(&note, log).map_err(|error| (of_checkpoint(&error), error.to_string()))?;
    let opened = policy.open(&note).map_err(|error| (of_policy(&error), error.to_string()))?;
    let time_s = opened.time_s.and_then(|seconds| i64::try_from(seconds).ok()?.checked_mul(1000));
    let time = time_s.ok_or((Code::CheckpointCosignatures, "expected a cosigned time".to_string()))?;
    let cosigned = Cosigned {
        size: opened.checkpoint.size,
        root: opened.checkpoint.root,
        time: Instant::from_unix_ms(time),
    };
    Ok((opened, cosigned))
}

fn of_checkpoint(error: &CheckpointError) -> Code {
    match error {
        CheckpointError::Unsigned { .. } | CheckpointError::Note(_) => Code::CheckpointSignature,
        CheckpointError::Lines
        | CheckpointError::Size { .. }
        | CheckpointError::Root { .. }
        | CheckpointError::Extension { .. }
        | CheckpointError::Origin { .. } => Code::CheckpointMalformed,
    }
}

fn of_policy(error: &UntrustedError) -> Code {
    match error {
        UntrustedError::UnknownLog { .. } => Code::PolicyLog,
        UntrustedError::Checkpoint(error) => of_checkpoint(error),
        UntrustedError::Note(_) | UntrustedError::Quorum { .. } => Code::CheckpointCosignatures,
    }
}
