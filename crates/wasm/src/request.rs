//! What passes the wall: arguments in JSON, answers in JSON or bytes, refusals with their stable codes.

use serde::{Serialize, de::DeserializeOwned};
use ximu_bidder::BidderError;

/// An answer's bytes.
pub type Reply = Result<Vec<u8>, Refused>;

/// A refusal: a stable code, and what was expected and found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The stable code.
    pub code: String,
    /// For a person.
    pub detail: String,
}

impl Refused {
    /// A refusal.
    pub fn new(code: &str, detail: impl Into<String>) -> Refused {
        Refused { code: code.into(), detail: detail.into() }
    }

    /// Something was asked for before what it needs was there.
    pub fn order(expected: &str) -> Refused {
        Refused::new("order", format!("expected {expected} before this"))
    }

    /// As bytes.
    pub fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl From<BidderError> for Refused {
    fn from(error: BidderError) -> Refused {
        Refused::new(error.code(), error.to_string())
    }
}

impl From<ximu_sealed::SealError> for Refused {
    fn from(error: ximu_sealed::SealError) -> Refused {
        BidderError::Seal(error).into()
    }
}

/// An argument in JSON.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(bytes).map_err(|error| Refused::new("argument", error.to_string()))
}

/// An answer in JSON.
pub fn write(value: &impl Serialize) -> Reply {
    serde_json::to_vec(value).map_err(|error| Refused::new("argument", error.to_string()))
}

/// An argument that is text.
pub fn text(bytes: &[u8]) -> Result<&str, Refused> {
    core::str::from_utf8(bytes).map_err(|error| Refused::new("argument", error.to_string()))
}
