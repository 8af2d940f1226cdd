//! What `ximu serve` and `ximu peer` share: listening, ending, and the other centres over HTTP.

pub mod clock;
pub mod ending;
pub mod others;
pub mod tls;

use crate::{fault::Fault, outside};
use std::net::{SocketAddr, TcpListener};
use ximu_text::Text;

/// The limits of connections under the system's own of open files.
pub fn limits(behind_proxy: bool) -> ximu_web::Limits {
    within(outside::raise_open_files(), behind_proxy)
}

/// Of all descriptors a quarter, at least 32, is for files: the store, the vault, bids that are written. Of the places one
/// address has at most a quarter: at 1,024 descriptors, the common least, still 192 and so 32 browsers.
fn within(open_files: Option<u64>, behind_proxy: bool) -> ximu_web::Limits {
    let most = ximu_web::Limits::default();
    let Some(open_files) = open_files.and_then(|number| usize::try_from(number).ok()) else {
        return ximu_web::Limits { behind_proxy, ..most };
    };
    let places = open_files.saturating_sub((open_files / 4).max(32)).max(1);
    let connections = most.connections.min(places);
    let of_address = most.of_address.min((connections / 4).max(1));
    ximu_web::Limits { connections, of_address, behind_proxy, ..most }
}

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
    let failed = |error: std::io::Error| not_listening(listen, &error, Text::advice_free_listen);
    let listener = TcpListener::bind(listen).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// Why nobody can listen at an address.
pub fn not_listening(listen: &str, error: &std::io::Error, advice: fn(Text) -> String) -> Fault {
    let said = |t: Text| {
        if error.kind() == std::io::ErrorKind::AddrInUse {
            t.found_listen_taken(listen)
        } else {
            t.found_listen(error.to_string(), listen)
        }
    };
    Fault::new("listen", said, advice)
}

/// The runtime for the network side of a process.
///
/// # Errors
/// When the system gives no threads.
pub fn runtime() -> Result<tokio::runtime::Runtime, Fault> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::new("runtime", |t: Text| t.found_runtime(error.to_string()), ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_are_left_for_files_and_places_for_other_addresses() {
        // Open files, connections, connections of one address.
        let cases = [(16_384, 4_096, 256), (1_024, 768, 192), (256, 192, 48), (64, 32, 8), (8, 1, 1)];
        for (open_files, connections, of_address) in cases {
            let limits = within(Some(open_files), false);
            assert_eq!((limits.connections, limits.of_address), (connections, of_address), "{open_files}");
        }
        assert_eq!(within(None, false).connections, ximu_web::Limits::default().connections);
    }
}
