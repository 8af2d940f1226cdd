//! When a server process ends: on SIGINT or SIGTERM, or, as a child of the demonstration, when its parent is gone.
//!
//! A parent that dies, however it dies, closes its end of the child's standard input; the child reads that as the
//! end. No signal, no identifier of a process is needed, and nothing is left behind.

use std::{io::Read as _, time::Duration};

/// How a process learns that it is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// By a signal only.
    Signal,
    /// Also by the end of standard input.
    SignalOrInput,
}

/// What is still being answered when the end comes is given this long.
pub const LAST_ANSWERS: Duration = Duration::from_secs(5);

impl Ending {
    /// Returns when the process is to end.
    pub async fn wait(self) {
        let input = async {
            match self {
                Ending::Signal => std::future::pending::<()>().await,
                Ending::SignalOrInput => end_of_input().await,
            }
        };
        tokio::select! {
            () = signals() => {}
            () = input => {}
        }
        tracing::info!(
            "told to end: takes no more requests, answers those under way, up to {} s",
            2 * LAST_ANSWERS.as_secs()
        );
    }
}

async fn signals() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        // Without handlers the signals' own default ends the process.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

async fn end_of_input() {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    // A thread of its own, because a blocked read must not keep the runtime from ending.
    let spawned = std::thread::Builder::new().name("input".into()).spawn(move || {
        let mut input = std::io::stdin().lock();
        let mut ignored = [0; 64];
        while matches!(input.read(&mut ignored), Ok(1..)) {}
        let _gone = sender.send(());
    });
    match spawned {
        Ok(_) => drop(receiver.await),
        Err(_) => std::future::pending().await,
    }
}
