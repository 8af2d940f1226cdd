//! A member's side of an evaluation over the network: what the holder of a seat's key may see is fetched here, and
//! decided again by `ximu-bidder`.

use crate::{cmd::verify, fault::Fault, follow::Pin, keys::Key, outside, remote::Remote};
use ximu_basics::{Hash, ProcedureId};
use ximu_bidder::Seen;
use ximu_client::centre::Uploader;
use ximu_procedure::wire::evaluation::sitting_statement;

/// Fetches and decides again what the holder of a seat's key may see.
///
/// # Errors
/// When the centre does not answer, or what it shows does not hold.
pub fn fetch(remote: &Remote, procedure: &ProcedureId, pin: &Pin, key: &Key) -> Result<Seen, Fault> {
    pin.check(&remote.info.policy)?;
    let bundle = verify::collect(remote.centre.bundle(procedure)?)?;
    let at = outside::now();
    let signature = key.sign(&sitting_statement(&remote.info.origin, procedure.as_str(), at));
    let who = Uploader { key: &key.public(), signature: &signature };
    let sitting = remote.centre.sitting(procedure, who, at)?;
    let operations = sitting.map(|sitting| sitting.operations);
    Ok(Seen::read(&bundle, procedure, operations, Hash::of(remote.info.policy.as_bytes()))?)
}
