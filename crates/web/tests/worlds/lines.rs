//! The log lines of a world: everything the centre, its peers and the libraries below them say to `tracing`, at every
//! level. One collector serves the whole test process; a world takes it for itself while it runs.

use std::{
    io::{self, Write},
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use tracing::level_filters::LevelFilter;

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static TURN: Mutex<()> = Mutex::new(());
static STARTED: OnceLock<()> = OnceLock::new();

/// The collector, held by one world at a time.
pub struct Lines {
    _turn: MutexGuard<'static, ()>,
}

impl Lines {
    /// Waits for the collector and empties it.
    pub fn take() -> Lines {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        STARTED.get_or_init(|| {
            let subscriber = tracing_subscriber::fmt()
                .json()
                .without_time()
                .with_thread_names(true)
                .with_max_level(LevelFilter::TRACE)
                .with_writer(|| Sink)
                .finish();
            tracing::subscriber::set_global_default(subscriber).unwrap();
        });
        let lines = Lines { _turn: turn };
        lines.since_last();
        lines
    }

    /// The lines since the last call, sorted: threads of one world may speak in any order.
    pub fn since_last(&self) -> Vec<String> {
        let bytes = std::mem::take(&mut *LINES.lock().unwrap_or_else(PoisonError::into_inner));
        let mut lines: Vec<String> = String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect();
        lines.sort();
        lines
    }
}

/// Writes into the collector.
struct Sink;

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
