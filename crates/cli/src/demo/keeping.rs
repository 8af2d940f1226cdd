//! The host's last part: once contract and bonds are done it seals the whole record for those who keep it, and tells the log
//! which container that is (award 8). The identity that opens it is not in the host's folder.

use super::{actors::Play, office, plan::Folders, supervisor};
use crate::{
    books::Books,
    cmd::{journal::archive, key},
    fault::Fault,
    files::{self, Access},
    remote::{Answer, Remote, sign},
    strict_json,
};
use ximu_basics::{Hash, ProcedureId, json};
use ximu_client::centre::ReceiptState;
use ximu_procedure::wire::{Command, Event, Outcome};
use ximu_sealed::Identity;
use ximu_text::Text;

/// The label the host's key is derived from.
const LABEL: &str = "centre";

/// Seals the record and logs it; the id of that command, whose receipt says that the whole log of this tender is cosigned.
pub fn keeper(play: &Play<'_>) -> Option<Hash> {
    let stage = play.stage;
    stage.wait(|public| public.is_settled().then_some(()))?;
    play.linger(2)?;
    let remote = stage.persist(|| office::connect(&play.places.host))?;
    let command = stage.persist(|| container(play, &remote))?;
    let mut id = None;
    let answer = stage.give(|refused| {
        let nonce = play.plan.nonce_after("archive", play.id.as_str(), refused);
        let signed = sign(&remote.info.origin, play.id, nonce, command.clone(), &play.plan.key(LABEL))?;
        id = Some(signed.id());
        office::give(play.folders, LABEL, &remote, &signed)
    })?;
    match answer {
        Answer::Accepted(_) => id,
        Answer::Refused { code, detail, .. } => {
            stage.fail(Fault::new(code, |t: Text| t.found_demo_refused(&detail, "archive"), ""));
            None
        }
    }
}

/// The command that tells of the container. It is written down after the container, so that an earlier start's is whole
/// when its command is there; otherwise both are made.
fn container(play: &Play<'_>, remote: &Remote) -> Result<Command, Fault> {
    let (plan, folders, id) = (play.plan, play.folders, play.id);
    let written = folders.archive().join(format!("{id}.json"));
    if written.is_file() {
        return strict_json::read_file(&written);
    }
    cosigned(remote, id)?;
    let identity = identity(play, folders)?;
    let books = Books::open(&folders.host())?;
    let sealed = archive::seal(&books, &plan.key(LABEL), id, &[identity.recipient()])?;
    files::write(&folders.sealed_record(id), &sealed.container, Access::Secret)?;
    let command = sealed.command();
    files::write(&written, &json::to_canonical(&command)?, Access::Shared)?;
    Ok(command)
}

/// Whether the contract and the last bond stand in a cosigned checkpoint: what is sealed ends there.
fn cosigned(remote: &Remote, id: &ProcedureId) -> Result<(), Fault> {
    let settles = |event: &Event| matches!(event, Event::ContractSigned { .. } | Event::BondReturned { .. });
    let entries = supervisor::read(remote, id, 0)?;
    let last = entries.iter().rfind(|entry| match &entry.outcome {
        Outcome::Events(events) => events.iter().any(settles),
        Outcome::Refusal(_) => false,
    });
    let last = last.ok_or_else(|| Fault::new("receipt-late", "no contract is seen yet", "").passing())?;
    match remote.centre.receipt(&last.signed.id())? {
        ReceiptState::Ready(_) => Ok(()),
        ReceiptState::Waits(_) | ReceiptState::Unknown => {
            Err(Fault::new("receipt-late", "the last entry is not cosigned yet", "").passing())
        }
    }
}

/// The age identity of those who keep the records, in a folder of its own.
fn identity(play: &Play<'_>, folders: &Folders) -> Result<Identity, Fault> {
    let identity = Identity::from_bytes(play.plan.seed("archive", "records").0);
    let path = folders.archive_identity();
    files::folder(&folders.archive())?;
    if !path.is_file() {
        key::write_identity(&identity, &path)?;
    }
    Ok(identity)
}
