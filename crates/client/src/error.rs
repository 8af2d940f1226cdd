//! What can go wrong between two programs, said so that a person knows what to do.

use crate::{address::Address, problem::Problem};

/// A request did not give the answer it was made for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The server answered with a problem document: it understood and did not do it.
    #[error("{server}: {problem}")]
    Problem {
        /// Which server.
        server: Address,
        /// What it said.
        problem: Box<Problem>,
    },
    /// The server answered something this client does not expect at this place.
    #[error("{server}{path}: expected {expected}, found HTTP {status} {found:?}")]
    Unexpected {
        /// Which server.
        server: Address,
        /// What was asked for.
        path: String,
        /// What the answer should have been.
        expected: &'static str,
        /// The status found.
        status: u16,
        /// The start of the body found.
        found: String,
    },
    /// The answer is longer than this client takes.
    #[error("{server}{path}: expected at most {max} bytes, found more")]
    TooLong {
        /// Which server.
        server: Address,
        /// What was asked for.
        path: String,
        /// The limit.
        max: u64,
    },
    /// No answer in time. The server may or may not have done it: the request can be repeated.
    #[error(
        "{server}{path}: expected {waited_for} within {seconds} s, found nothing; check the server and the network, then repeat"
    )]
    Timeout {
        /// Which server.
        server: Address,
        /// What was asked for.
        path: String,
        /// What did not come.
        waited_for: &'static str,
        /// The limit, in whole seconds.
        seconds: u64,
    },
    /// The connection failed. The server may or may not have done it: the request can be repeated.
    #[error(
        "{server}{path}: expected a connection, found: {found}; check that the server runs and its address is right"
    )]
    Connection {
        /// Which server.
        server: Address,
        /// What was asked for.
        path: String,
        /// The reason in the system's words.
        found: String,
    },
    /// The certificate does not prove the server's name.
    #[error(
        "{server}: expected a certificate of a trusted authority for this name, found: {found}; for a private authority name its file with the setting for extra roots"
    )]
    Certificate {
        /// Which server.
        server: Address,
        /// The reason in the library's words.
        found: String,
    },
    /// The file of trusted authorities cannot be used.
    #[error("expected a PEM file with at least one certificate, found: {found}")]
    Roots {
        /// What is wrong.
        found: String,
    },
    /// What was to be sent could not be read.
    #[error("the bytes to send cannot be read: {found}")]
    Source {
        /// The reason in the system's words.
        found: String,
    },
}

impl ClientError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            ClientError::Problem { problem, .. } => &problem.code,
            ClientError::Unexpected { .. } => "client-unexpected",
            ClientError::TooLong { .. } => "client-too-long",
            ClientError::Timeout { .. } => "client-timeout",
            ClientError::Connection { .. } => "client-connection",
            ClientError::Certificate { .. } => "client-certificate",
            ClientError::Roots { .. } => "client-roots",
            ClientError::Source { .. } => "client-source",
        }
    }

    /// What the server said, when it said something.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            ClientError::Problem { problem, .. } => Some(problem),
            ClientError::Unexpected { .. }
            | ClientError::TooLong { .. }
            | ClientError::Timeout { .. }
            | ClientError::Connection { .. }
            | ClientError::Certificate { .. }
            | ClientError::Roots { .. }
            | ClientError::Source { .. } => None,
        }
    }

    /// Whether the same request may succeed later without anybody changing anything.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            ClientError::Timeout { .. } | ClientError::Connection { .. } => true,
            ClientError::Problem { problem, .. } => matches!(problem.status, 429 | 500 | 502 | 503 | 504),
            ClientError::Unexpected { status, .. } => matches!(status, 429 | 500 | 502 | 503 | 504),
            ClientError::TooLong { .. }
            | ClientError::Certificate { .. }
            | ClientError::Roots { .. }
            | ClientError::Source { .. } => false,
        }
    }
}
