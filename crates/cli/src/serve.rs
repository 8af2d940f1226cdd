//! What `ximu serve` and `ximu peer` share: listening, ending, and the other centres over HTTP.

pub mod clock;
pub mod ending;
pub mod others;
pub mod tls;

use crate::{fault::Fault, outside};
use std::net::{SocketAddr, TcpListener};

/// The clock of a real process.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl ximu_office::Clock for SystemClock {
    fn now(&self) -> ximu_basics::Instant {
        outside::now()
    }
}

impl ximu_peer::Clock for SystemClock {
    fn now(&self) -> ximu_basics::Instant {
        outside::now()
    }
}

/// Takes a listening socket.
///
/// # Errors
/// When the address is none, or taken.
pub fn bind(listen: &str) -> Result<(TcpListener, SocketAddr), Fault> {
    let failed = |error: std::io::Error| {
        let said = format!("expected to listen on {listen}, found: {error}");
        Fault::new("listen", said, "choose another address with --listen, or end what listens there")
    };
    let listener = TcpListener::bind(listen).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// The runtime for the network side of a process.
///
/// # Errors
/// When the system gives no threads.
pub fn runtime() -> Result<tokio::runtime::Runtime, Fault> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::new("runtime", format!("the system gives no threads: {error}"), ""))
}
