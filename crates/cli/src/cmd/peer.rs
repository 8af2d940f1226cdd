//! `ximu peer`: another centre.

use crate::{
    config::{self, Loaded},
    fault::{Done, Exit, Fault},
    out, outside,
    serve::{SystemClock, bind, ending::Ending, ending::LAST_ANSWERS, limits, runtime, tls},
};
use clap::Args;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use ximu_journal::FailPoints;
use ximu_peer::{Entropy, LogConfig, OpenError, Peer, PeerConfig, Stop};

/// The file by which a peer's data directory is known.
pub const IDENTITY: &str = ximu_peer::directory::FILE;

/// Another centre: it witnesses logs, keeps second copies of ciphertexts, holds shares of their keys.
///
/// It cosigns only what is consistent with everything it has cosigned before, and releases its shares only when it
/// has decided the whole log again by itself and the window has ended for all. Its settings stand in the table [peer]
/// of ximu.toml (`ximu admin example-config`).
#[derive(Debug, Args)]
pub struct Arguments {
    /// Where everything durable stands; made when there is none
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// Where to listen, instead of what ximu.toml says
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// The settings; ximu.toml in the data directory when it is left out
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Also ends when standard input ends (for a parent process that must not leave it behind)
    #[arg(long, hide = true)]
    with_parent: bool,
    /// Ends the process at a step, for tests: NAME:N before it, NAME-persisted:N after it
    #[arg(long, value_name = "NAME:N", hide = true)]
    fail_point: Option<FailPoints>,
}

/// The settings of a peer, with the key and the policies that they name.
///
/// # Errors
/// When one of the files cannot be read.
pub fn config_of(loaded: &Loaded, data_dir: &Path) -> Result<PeerConfig, Fault> {
    let settings = loaded.peer()?;
    let mut config = PeerConfig::new(data_dir, &settings.name, *loaded.key(&settings.key)?.secret());
    config.trust = loaded.trust(settings.roots.as_ref())?;
    if let Some(limit) = settings.custody_bytes_max {
        config.custody_bytes_max = limit;
    }
    if let Some(limit) = settings.mirror_bytes_max {
        config.mirror_bytes_max = limit;
    }
    for log in &settings.logs {
        let (origin, policy) = (log.origin.clone(), loaded.text(&log.policy)?);
        config.logs.push(LogConfig { origin, policy, centre: loaded.address(&log.centre)? });
    }
    for peer in &settings.peers {
        config.peers.push((peer.name.clone(), loaded.address(&peer.url)?));
    }
    Ok(config)
}

/// Runs it until it is told to end.
///
/// # Errors
/// When it cannot start.
pub fn run(arguments: Arguments) -> Done {
    config::logs();
    config::data_dir(&arguments.data_dir)?;
    let loaded = config::load(arguments.config.as_deref(), &arguments.data_dir)?;
    let settings = loaded.peer()?;
    let config = config_of(&loaded, &arguments.data_dir)?;
    let entropy = Entropy::new(|| outside::random().ok());
    let fail = arguments.fail_point.unwrap_or_default();
    let refused = |error: OpenError| Fault::new(error.code(), error.to_string(), "");
    let peer = Arc::new(Peer::open(&config, Arc::new(SystemClock), entropy, &fail).map_err(refused)?);
    let listen = arguments.listen.as_deref().unwrap_or(&settings.listen);
    let (listener, address) = bind(listen)?;
    let ending = if arguments.with_parent { Ending::SignalOrInput } else { Ending::Signal };
    let limits = limits(settings.behind_proxy);
    let runtime = runtime()?;
    let failed = |error: std::io::Error| Fault::new("listen", error.to_string(), "");
    let tls = tls::load(&loaded, settings.tls.as_ref())?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let stop = Arc::new(Stop::default());
    peer.follow_all(&stop).map_err(refused)?;
    out::line(format!("{} {scheme}://{address}", settings.name));
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).map_err(failed)?;
        ximu_web::serve(listener, tls, ximu_peer::router(peer), limits, ending.wait()).await;
        Ok::<(), Fault>(())
    })?;
    stop.set();
    runtime.shutdown_timeout(LAST_ANSWERS);
    tracing::info!("ended; everything it signed is on disk");
    Ok(Exit::Done)
}
