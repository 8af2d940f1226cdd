//! A centre at the other end: what it says of itself, and giving it signed commands.
//!
//! What the centre says is believed no further than the keys it names: an acknowledgement is checked here before it
//! is kept.

use crate::{
    fault::{Exit, Fault},
    keys::Key,
    outside,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ximu_basics::{Hash, ProcedureId, PublicKey};
use ximu_client::{Address, Centre, ClientError, Peer, Timeouts, Trust, centre::CentreInfo};
use ximu_office::Acknowledgement;
use ximu_procedure::wire::{Command, CommandBody, SignedCommand, signed::SignedError};
use ximu_text::Text;

/// A centre and what it said of itself.
pub struct Remote {
    /// The connections.
    pub centre: Centre,
    /// What it said.
    pub info: CentreInfo,
    trust: Trust,
}

/// The centre's signed word on one command, and the exact bytes it speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The acknowledgement, as the centre sent it.
    pub acknowledgement: Value,
    /// The exact bytes of the entry or operation.
    pub subject: String,
    /// The applications that an officer asked to see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<String>,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It happened.
    Accepted(Given),
    /// It did not happen; what bidders and holders are refused carries the centre's signature.
    Refused {
        /// The stable code.
        code: String,
        /// In words.
        detail: String,
        /// The refusal as the journal holds it.
        refusal: Value,
        /// The signed word, when there is one.
        given: Option<Given>,
    },
}

impl Answer {
    /// The exit code this answer means.
    pub fn exit(&self) -> Exit {
        match self {
            Answer::Accepted(_) => Exit::Done,
            Answer::Refused { .. } => Exit::Refused,
        }
    }
}

impl Remote {
    /// Connects to a centre and asks what it is.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn connect(address: &Address, trust: &Trust) -> Result<Remote, Fault> {
        let centre = Centre::new(address.clone(), trust, Timeouts::default())?;
        let info = centre.info()?;
        Ok(Remote { centre, info, trust: trust.clone() })
    }

    /// The key that signs this centre's log and acknowledgements.
    ///
    /// # Errors
    /// When the centre names none that can be read.
    pub fn centre_key(&self) -> Result<PublicKey, Fault> {
        let parsed = self.info.log_key.parse::<ximu_tlog::VerifierKey>();
        parsed.map(|key| *key.public()).map_err(|error| {
            let said = |t: Text| t.found_centre_key(error.to_string(), self.centre.server().to_string());
            Fault::new("centre-key", said, "")
        })
    }

    /// One of the centre's peers, by its name in the policy.
    ///
    /// # Errors
    /// When the centre names no address for it.
    pub fn peer(&self, name: &str) -> Result<Peer, Fault> {
        let known = self.info.peers.iter().find(|peer| peer.name == name);
        let url = known.map(|peer| peer.url.as_str()).ok_or_else(|| {
            let said = |t: Text| t.found_peer_address(name, self.centre.server().to_string());
            Fault::new("peer-unknown", said, Text::advice_name_peer)
        })?;
        let address: Address = url.parse().map_err(|error| Fault::argument(format!("{error}"), ""))?;
        Ok(Peer::new(address, &self.trust, Timeouts::default())?)
    }

    /// Signs a command for this centre with a fresh nonce.
    ///
    /// # Errors
    /// When it is too long or the system has no randomness.
    pub fn sign(&self, procedure: &ProcedureId, command: Command, key: &Key) -> Result<SignedCommand, Fault> {
        sign(&self.info.origin, procedure, outside::nonce()?, command, key).map_err(Fault::from)
    }

    /// Gives a signed command. Giving it again gives the same answer.
    ///
    /// # Errors
    /// When the centre did not consider it at all, or its word does not verify.
    pub fn give(&self, signed: &SignedCommand) -> Result<Answer, Fault> {
        match self.centre.give(signed) {
            Ok(answer) => {
                let ximu_client::centre::CommandAnswer { acknowledgement, subject, listing } = answer;
                let given = Given { acknowledgement, subject, listing };
                self.check(&given, signed, true)?;
                Ok(Answer::Accepted(given))
            }
            Err(ClientError::Problem { server, problem }) => {
                let Some(refusal) = problem.refusal.clone() else {
                    return Err(ClientError::Problem { server, problem }.into());
                };
                let given = match (problem.acknowledgement.clone(), problem.subject.clone()) {
                    (Some(acknowledgement), Some(subject)) => {
                        Some(Given { acknowledgement, subject, listing: None })
                    }
                    (_, _) => None,
                };
                if let Some(given) = &given {
                    self.check(given, signed, false)?;
                }
                let (code, detail) = (problem.code.clone(), problem.detail.clone());
                Ok(Answer::Refused { code, detail, refusal, given })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Signs and gives.
    ///
    /// # Errors
    /// As [`Remote::sign`] and [`Remote::give`].
    pub fn act(&self, procedure: &ProcedureId, command: Command, key: &Key) -> Result<Answer, Fault> {
        self.give(&self.sign(procedure, command, key)?)
    }

    /// Whether the centre signed this word about exactly this command and these bytes.
    fn check(&self, given: &Given, signed: &SignedCommand, accepted: bool) -> Result<(), Fault> {
        check_acknowledgement(given, &self.centre_key()?, &signed.id(), accepted)
    }
}

/// Signs a command.
///
/// # Errors
/// When it is too long.
pub fn sign(
    origin: &str,
    procedure: &ProcedureId,
    nonce: ximu_basics::Nonce,
    command: Command,
    key: &Key,
) -> Result<SignedCommand, SignedError> {
    let body = CommandBody { v: 1, origin: origin.to_owned(), procedure: procedure.clone(), nonce, command };
    SignedCommand::sign(&body, key.secret())
}

/// Checks an acknowledgement: the centre's signature, and that the bytes hold this command with this outcome.
///
/// # Errors
/// When anything in it is another.
pub fn check_acknowledgement(
    given: &Given,
    centre: &PublicKey,
    command: &Hash,
    accepted: bool,
) -> Result<(), Fault> {
    let word: Acknowledgement = serde_json::from_value(given.acknowledgement.clone()).map_err(|error| {
        let said = |t: Text| t.found_acknowledgement(error.to_string());
        Fault::new("acknowledgement", said, Text::advice_keep_answer)
    })?;
    Ok(ximu_bidder::proof::check_acknowledgement(&word, &given.subject, centre, command, accepted)?)
}
