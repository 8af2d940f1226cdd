//! `ximu serve`: one trading centre.

use crate::{
    cmd::ocds,
    config::{self, Loaded, Serve},
    faces,
    fault::{Done, Exit, Fault},
    out, outside,
    serve::{
        SystemClock, bind, clock,
        ending::{Ending, LAST_ANSWERS},
        limits,
        others::Others,
        runtime, tls,
    },
};
use clap::Args;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::net::TcpListener;
use ximu_client::Address;
use ximu_journal::{FailPoints, SqliteStore, Store, StoreError};
use ximu_office::{Clock, Office, OfficeConfig, Parts};
use ximu_text::Text;
use ximu_vault::Vault;
use ximu_web::{
    Limits,
    host::{Host, OfficeHost, PeerAddress},
};

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
    /// Ends the process at a step, for tests: NAME:N before it, NAME-persisted:N after it
    #[arg(long, value_name = "NAME:N", hide = true)]
    fail_point: Option<FailPoints>,
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
    let ocds =
        ocds::setting(&settings.origin, settings.ocds_prefix.as_deref(), settings.ocds_base.as_deref())?;
    let offered = faces::offered(&loaded)?;
    let store = store(arguments.store.as_deref(), &arguments.data_dir)?;
    let peers = peers(&loaded, settings)?;

    let mut config =
        OfficeConfig::new(&arguments.data_dir, &settings.origin, *loaded.key(&settings.key)?.secret());
    config.sandbox = arguments.sandbox;
    let trust = loaded.trust(settings.roots.as_ref())?;
    clock::check(&peers, &trust, settings.clock_off_ms_max)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let others = Others::new(&peers, &trust)?;
    let fail = arguments.fail_point.clone().unwrap_or_default();
    let parts = parts(&arguments.data_dir, store, &settings.origin, &clock, others, fail)?;
    // The socket is taken first: two centres over one data directory then fail before either touches it.
    let (listener, address) = bind(arguments.listen.as_deref().unwrap_or(&settings.listen))?;
    let office = Office::open(config, parts)
        .map_err(|error| Fault::new("start", error.to_string(), Text::advice_nothing_served))?;
    let office = Arc::new(office);

    let shown =
        peers.iter().map(|(name, address)| PeerAddress { name: name.clone(), url: address.to_string() });
    let host = OfficeHost::new(office.clone(), clock, shown.collect()).publishing(ocds);
    let host: Arc<dyn Host> = Arc::new(host);
    let (tls, metrics) = (tls::load(&loaded, settings.tls.as_ref())?, metrics(settings)?);
    let ending = if arguments.with_parent { Ending::SignalOrInput } else { Ending::Signal };
    let limits = limits(settings.behind_proxy);
    let fonts: Vec<PathBuf> = settings.fonts.iter().map(|path| loaded.at(path)).collect();
    let runtime = runtime()?;
    let failed = |error: std::io::Error| Fault::new("listen", error.to_string(), "");
    let scheme = if tls.is_some() { "https" } else { "http" };
    out::line(format!("{} {scheme}://{address}", settings.origin));
    if host.view().world.registry.centre.is_none() {
        let rehearsal = if settings.origin.starts_with("rehearsal.") { " --rehearsal" } else { "" };
        out::say_below(Text::cli_not_founded);
        out::line(format!(
            "  ximu admin found --centre {scheme}://{address} --key ADMINISTRATOR.key --name NAME --policy POLICY{rehearsal}"
        ));
    }
    runtime.block_on(async {
        let listener = TcpListener::from_std(listener).map_err(failed)?;
        if let Some(metrics) = metrics {
            let listener = TcpListener::from_std(metrics).map_err(failed)?;
            let router = ximu_web::metrics_router(host.clone());
            tokio::spawn(ximu_web::serve(listener, None, router, Limits::default(), std::future::pending()));
        }
        let site = ximu_web::Site::new(host).printing(ximu_web::Papers::with_fonts(fonts)).matching(offered);
        let router = ximu_web::router(site);
        ximu_web::serve(listener, tls, router, limits, ending.wait()).await;
        Ok::<(), Fault>(())
    })?;
    runtime.shutdown_timeout(LAST_ANSWERS);
    office.close();
    tracing::info!("ended; everything acknowledged is on disk");
    Ok(Exit::Done)
}

fn metrics(settings: &Serve) -> Result<Option<std::net::TcpListener>, Fault> {
    settings.metrics.as_deref().map(|address| bind(address).map(|(listener, _)| listener)).transpose()
}

fn parts(
    data_dir: &Path,
    store: PathBuf,
    origin: &str,
    clock: &Arc<dyn Clock>,
    others: Others,
    fail: FailPoints,
) -> Result<Parts, Fault> {
    let (origin, at_store) = (origin.to_owned(), fail.clone());
    let open = move || -> Result<Box<dyn Store>, StoreError> {
        Ok(Box::new(SqliteStore::open(&store, &origin, at_store.clone())?))
    };
    let vault = Vault::open(&data_dir.join("vault"))
        .map_err(|error| Fault::new(error.code(), error.to_string(), ""))?;
    let others = Arc::new(others);
    Ok(Parts {
        open_store: Box::new(open),
        vault,
        clock: clock.clone(),
        entropy: Box::new(entropy),
        witnesses: others.clone(),
        custody: others,
        fail,
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
                let said = |t: Text| t.found_store(format!("{text:?}"));
                return Err(Fault::argument(said, Text::advice_sqlite_only));
            }
        },
    };
    crate::files::folder(&folder)?;
    Ok(folder)
}
