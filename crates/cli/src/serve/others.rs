//! The other centres over HTTP, as the office asks for them: witnesses and the keepers of second copies.

use crate::fault::Fault;
use std::{collections::BTreeMap, io::Read, time::Duration};
use ximu_basics::Signature;
use ximu_client::{
    Address, ClientError, Peer, Timeouts, Trust,
    peer::{CustodyCopy, Witnessed},
};
use ximu_office::{Custody, CustodyError, CustodyRequest, WitnessError, Witnesses};

/// How long one witness may take for one checkpoint before it counts as unreachable; it must be shorter than the grace
/// of any rules, so that one silent witness cannot make a deadline's beat late.
const COSIGN: Duration = Duration::from_secs(3);

/// How long a second copy may stop between two pieces.
const COPY_IDLE: Duration = Duration::from_secs(30);

/// The other centres by their names in the policy.
pub struct Others(BTreeMap<String, Peer>);

impl Others {
    /// The centres at these addresses; nothing is connected yet.
    ///
    /// # Errors
    /// When the authorities cannot be used.
    pub fn new(peers: &[(String, Address)], trust: &Trust) -> Result<Others, Fault> {
        let mut known = BTreeMap::new();
        for (name, address) in peers {
            known.insert(name.clone(), Peer::new(address.clone(), trust, Timeouts::default())?);
        }
        Ok(Others(known))
    }

    fn witness(&self, name: &str) -> Result<&Peer, WitnessError> {
        self.0.get(name).ok_or_else(|| WitnessError::Unreachable {
            found: format!("no address of {name} in the configuration"),
        })
    }

    fn keeper(&self, name: &str) -> Result<&Peer, CustodyError> {
        self.0.get(name).ok_or_else(|| CustodyError::Unreachable {
            found: format!("no address of {name} in the configuration"),
        })
    }
}

impl Witnesses for Others {
    fn add_checkpoint(&self, witness: &str, body: &str) -> Result<String, WitnessError> {
        match self.witness(witness)?.add_checkpoint(body.as_bytes(), COSIGN) {
            Ok(Witnessed::Cosigned(lines)) => Ok(lines),
            Ok(Witnessed::Conflict { size }) => Err(WitnessError::Conflict { size }),
            Err(error) => Err(witness_error(&error)),
        }
    }

    fn newest(&self, witness: &str, origin: &str) -> Result<Option<String>, WitnessError> {
        self.witness(witness)?.newest(origin).map_err(|error| witness_error(&error))
    }

    fn mirrored(&self, witness: &str, origin: &str, path: &str) -> Result<Vec<u8>, WitnessError> {
        let found = self.witness(witness)?.mirror(origin).tile(path);
        match found.map_err(|error| witness_error(&error))? {
            Some(bytes) => Ok(bytes),
            None => Err(WitnessError::Refused { status: 404, found: format!("no {path}") }),
        }
    }
}

impl Custody for Others {
    fn store(
        &self,
        request: CustodyRequest<'_>,
        mut reader: &mut dyn Read,
    ) -> Result<Signature, CustodyError> {
        let keeper = self.keeper(request.peer)?;
        keeper.keep_copy(copy(&request), &mut reader).map_err(|error| custody_error(&error))
    }

    fn fetch(&self, request: CustodyRequest<'_>) -> Result<Box<dyn Read + Send>, CustodyError> {
        let keeper = self.keeper(request.peer)?;
        match keeper.copy(copy(&request), COPY_IDLE) {
            Ok(download) => Ok(Box::new(download)),
            Err(error) => Err(custody_error(&error)),
        }
    }
}

fn copy<'a>(request: &CustodyRequest<'a>) -> CustodyCopy<'a> {
    CustodyCopy {
        origin: request.origin,
        procedure: request.procedure,
        commitment: request.commitment,
        bytes: u64::from(request.bytes),
        signature: request.signature,
    }
}

fn witness_error(error: &ClientError) -> WitnessError {
    match refused(error) {
        Some((status, found)) => WitnessError::Refused { status, found },
        None => WitnessError::Unreachable { found: error.to_string() },
    }
}

fn custody_error(error: &ClientError) -> CustodyError {
    match refused(error) {
        Some((status, found)) => CustodyError::Refused { status, found },
        None => CustodyError::Unreachable { found: error.to_string() },
    }
}

/// The status and words of a server that answered and did not do it.
fn refused(error: &ClientError) -> Option<(u16, String)> {
    match error {
        ClientError::Problem { problem, .. } => Some((problem.status, problem.to_string())),
        ClientError::Unexpected { status, found, .. } => Some((*status, found.clone())),
        ClientError::TooLong { .. }
        | ClientError::Timeout { .. }
        | ClientError::Connection { .. }
        | ClientError::Certificate { .. }
        | ClientError::Roots { .. }
        | ClientError::Source { .. } => None,
    }
}
