//! `ximu serve`: one trading centre.

use crate::{
    config::{self, Loaded, Serve},
    fault::{Done, Exit, Fault},
    out, outside,
    serve::{
        SystemClock, bind,
        ending::{Ending, LAST_ANSWERS},
        others::Others,
        runtime,
    },
};
use clap::Args;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use ximu_client::Address;
use ximu_journal::{FailPoints, SqliteStore, Store, StoreError};
use ximu_office::{Clock, Office, OfficeConfig, Parts};
use ximu_vault::Vault;
use ximu_web::host::{OfficeHost, PeerAddress};

/// A trading centre: its log, its pages, its interface.
///
/// Its settings stand in the table [serve] of ximu.toml (`ximu admin example-config`). On a fresh data directory it
/// waits to be founded (`ximu admin found`). It checks what it has against what was cosigned before it serves or
/// signs anything, and it stops when its clock goes back.
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
    /// Where the journal is: sqlite:FOLDER (the data directory's own when it is left out)
    #[arg(long, value_name = "STORE")]
    store: Option<String>,
    /// Serves rehearsals; without it a log of rehearsals is refused
    #[arg(long)]
    sandbox: bool,
    /// Also ends when standard input ends (for a parent process that must not leave it behind)
    #[arg(long, hide = true)]
    with_parent: bool,
}

/// Runs it until it is told to end.
///
/// # Errors
/// When it cannot start.
pub fn run(arguments: Arguments) -> Done {
    config::logs();
    config::data_dir(&arguments.data_dir)?;
    let loaded = config::load(arguments.config.as_deref(), &arguments.data_dir)?;
    let settings = loaded.serve()?;
    let store = store(arguments.store.as_deref(), &arguments.data_dir)?;
    let peers = peers(&loaded, settings)?;

    let mut config =
        OfficeConfig::new(&arguments.data_dir, &settings.origin, *loaded.key(&settings.key)?.secret());
    config.sandbox = arguments.sandbox;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let parts = parts(&arguments.data_dir, store, &settings.origin, &clock, &peers, &loaded, settings)?;
    // The socket is taken first: two centres over one data directory then fail before either touches it.
    let (listener, address) = bind(arguments.listen.as_deref().unwrap_or(&settings.listen))?;
    let office = Office::open(config, parts)
        .map_err(|error| Fault::new("start", error.to_string(), "nothing was served or signed"))?;
    let office = Arc::new(office);

    let shown =
        peers.iter().map(|(name, address)| PeerAddress { name: name.clone(), url: address.to_string() });
    let host = OfficeHost::new(office.clone(), clock, shown.collect());
    let router = ximu_web::router(ximu_web::Site::new(Arc::new(host)));
    let ending = if arguments.with_parent { Ending::SignalOrInput } else { Ending::Signal };
    let runtime = runtime()?;
    let failed = |error: std::io::Error| Fault::new("listen", error.to_string(), "");
    out::line(format!("{} http://{address}", settings.origin));
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).map_err(failed)?;
        let serving = axum::serve(listener, router);
        tokio::select! {
            ended = async { serving.await } => ended.map_err(failed),
            () = ending.wait() => Ok(()),
        }
    })?;
    runtime.shutdown_timeout(LAST_ANSWERS);
    office.close();
    Ok(Exit::Done)
}

fn parts(
    data_dir: &Path,
    store: PathBuf,
    origin: &str,
    clock: &Arc<dyn Clock>,
    peers: &[(String, Address)],
    loaded: &Loaded,
    settings: &Serve,
) -> Result<Parts, Fault> {
    let origin = origin.to_owned();
    let open = move || -> Result<Box<dyn Store>, StoreError> {
        Ok(Box::new(SqliteStore::open(&store, &origin, FailPoints::none())?))
    };
    let vault = Vault::open(&data_dir.join("vault"))
        .map_err(|error| Fault::new(error.code(), error.to_string(), ""))?;
    let others = Arc::new(Others::new(peers, &loaded.trust(settings.roots.as_ref())?)?);
    Ok(Parts {
        open_store: Box::new(open),
        vault,
        clock: clock.clone(),
        entropy: Box::new(entropy),
        witnesses: others.clone(),
        custody: others,
        fail: FailPoints::none(),
    })
}

/// 32 bytes that nobody can guess. A system without randomness must not go on: a seed that could be guessed would
/// show the beats' contents.
fn entropy() -> [u8; 32] {
    outside::random().unwrap_or_else(|fault| {
        tracing::error!(code = fault.code, "{}", fault.said);
        std::process::abort()
    })
}

fn peers(loaded: &Loaded, settings: &Serve) -> Result<Vec<(String, Address)>, Fault> {
    settings.peers.iter().map(|peer| Ok((peer.name.clone(), loaded.address(&peer.url)?))).collect()
}

/// The folder of the journal.
fn store(argument: Option<&str>, data_dir: &Path) -> Result<PathBuf, Fault> {
    let folder = match argument {
        None => data_dir.join("journal"),
        Some(text) => match text.split_once(':') {
            Some(("sqlite", folder)) if !folder.is_empty() => PathBuf::from(folder),
            Some((_, _)) | None => {
                let said = format!("expected --store sqlite:FOLDER, found {text:?}");
                return Err(Fault::argument(said, "this release keeps its journal in SQLite only"));
            }
        },
    };
    crate::files::folder(&folder)?;
    Ok(folder)
}
