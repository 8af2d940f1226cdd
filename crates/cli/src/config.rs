//! `ximu.toml`: how a centre or a peer is set up. Unknown keys are refused. The annotated example is
//! `packaging/ximu.example.toml`; a test holds it to these types.
//!
//! Each key's words end with what an attacker who controls it can and cannot do. Paths are relative to the file.

use crate::{faces::Faces, fault::Fault, files, keys::Key, outside};
use serde::Deserialize;
use std::{
    fs,
    path::{Path, PathBuf},
};
use ximu_client::{Address, Trust, address::AddressSyntax};
use ximu_text::Text;

/// The file: one of the two tables, or both on a machine that is a centre and a peer of others; and the faces.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// A trading centre (`ximu serve`).
    pub serve: Option<Serve>,
    /// Another centre (`ximu peer`).
    pub peer: Option<Peer>,
    /// Models for a match of faces (docs/faces.md): of a centre, so that its pages offer the choice; of a witness officer,
    /// whose machine makes the match.
    pub faces: Option<Faces>,
}

/// `[serve]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Serve {
    /// The log's origin, `<domain>/log`; of rehearsals it begins with `rehearsal.`. It stands in every signature. Who
    /// changes it makes every command and every witness refuse; nothing leaks.
    pub origin: String,
    /// The centre's key file (`ximu key new`). Who can read it can sign false acknowledgements and early closings,
    /// which every receipt and every witness shows; it opens no bid.
    pub key: PathBuf,
    /// Where pages and interface are served. Who changes it makes the centre unreachable, no more.
    #[serde(default = "serve_listen")]
    pub listen: String,
    /// Where `/metrics` is served, apart from the pages; nothing when it is left out. Who reads it sees how the
    /// machine does, and nothing about bids.
    pub metrics: Option<String>,
    /// Certificate and key for https; without it put a proxy in front. Who has the key can stand between readers and
    /// the centre; signatures, receipts and the log still tell.
    pub tls: Option<Tls>,
    /// A PEM file with the authorities that prove the peers' names, instead of the public ones. Who changes it can
    /// put an impostor in a peer's place, whose signatures do not fit the policy.
    pub roots: Option<PathBuf>,
    /// Font files for the official records on paper; the best one of the system when none is named. Who changes them can
    /// make papers unreadable or draw other letters, which a check that makes the paper again shows.
    #[serde(default)]
    pub fonts: Vec<PathBuf>,
    /// The other centres, by their names in the policy. Who changes an address keeps cosignatures and copies away:
    /// submissions then wait; nothing is accepted without them.
    #[serde(default)]
    pub peers: Vec<PeerAddress>,
    /// Whether a proxy stands in front that names the client last in `x-forwarded-for`. Who sets it without such a proxy
    /// lets anybody choose an address, and so pass the limits of one.
    #[serde(default)]
    pub behind_proxy: bool,
    /// How far this clock may be off the peers' at the start, in milliseconds; beyond it the centre does not start.
    /// Who raises it lets a wrong clock stamp commands; cosigned time still decides what is late.
    #[serde(default = "clock_off_ms_max")]
    pub clock_off_ms_max: i64,
    /// The prefix of this centre's ocids in the Open Contracting Data Standard, as the Open Contracting Partnership
    /// registered it; without it the placeholder `ocds-ximu00`, which nobody has registered. Who changes it publishes the
    /// same tenders under other names; the log tells which they are.
    pub ocds_prefix: Option<String>,
    /// The address under which the world reaches the pages, for the links in that data; without it https and the domain
    /// of the origin. Who changes it can send readers of the data elsewhere; hashes in it still tell.
    pub ocds_base: Option<String>,
}

/// `[serve.tls]` and `[peer.tls]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate chain, PEM.
    pub certificate: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
}

/// `[[serve.peers]]`, `[[peer.peers]]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerAddress {
    /// Its name in the policy.
    pub name: String,
    /// Where it is served.
    pub url: String,
}

/// `[peer]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// The peer's name in the policies. A wrong one makes every policy refuse its cosignatures; nothing leaks.
    pub name: String,
    /// The peer's key file. Who can read it can cosign a split view, which is evidence against this peer, and can
    /// release the shares it holds; fewer than t holders open nothing.
    pub key: PathBuf,
    /// Where it is served.
    #[serde(default = "peer_listen")]
    pub listen: String,
    /// As in `[serve]`.
    #[serde(default)]
    pub behind_proxy: bool,
    /// The most bytes kept in custody for one log. Who lowers it makes submissions there wait, no more.
    pub custody_bytes_max: Option<u64>,
    /// The most bytes of one log's entries that are mirrored. Who lowers it ends this peer's work for a larger log.
    pub mirror_bytes_max: Option<u64>,
    /// Certificate and key for https; without it put a proxy in front. Who has the key can stand between a centre and
    /// this peer, whose signatures it cannot make.
    pub tls: Option<Tls>,
    /// A PEM file with the authorities that prove the centres' names, instead of the public ones. Who changes it can
    /// make the holder listen to an impostor, whose checkpoints still need the log's key and the quorum.
    pub roots: Option<PathBuf>,
    /// The logs it works for.
    pub logs: Vec<PeerLog>,
    /// Other peers: a holder asks the keeper of second copies for documents that a host does not give.
    #[serde(default)]
    pub peers: Vec<PeerAddress>,
}

/// `[[peer.logs]]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerLog {
    /// The log's origin.
    pub origin: String,
    /// The file with the policy this peer pins for it. The keys in it decide everything this peer believes.
    pub policy: PathBuf,
    /// Where the centre is served. Who changes it keeps this peer from hearing of the log, no more.
    pub centre: String,
}

fn serve_listen() -> String {
    "127.0.0.1:8080".to_owned()
}

fn peer_listen() -> String {
    "127.0.0.1:8090".to_owned()
}

fn clock_off_ms_max() -> i64 {
    2_000
}

/// A configuration file and the folder its paths start from.
#[derive(Debug)]
pub struct Loaded {
    /// What it says.
    pub config: Config,
    folder: PathBuf,
    path: PathBuf,
}

/// Reads `--config`, or `ximu.toml` in the data directory.
///
/// # Errors
/// When it cannot be read or says something unknown; line and column are named.
pub fn load(argument: Option<&Path>, data_dir: &Path) -> Result<Loaded, Fault> {
    let path = argument.map_or_else(|| data_dir.join("ximu.toml"), Path::to_path_buf);
    let text = files::read_text(&path)
        .map_err(|fault| Fault { advice: Text::advice_write_config.into(), ..fault })?;
    let config = toml::from_str(&text).map_err(|error| {
        let said = |t: Text| t.found_at(error.to_string(), path.display().to_string());
        Fault::new("config", said, Text::advice_compare_config)
    })?;
    let folder = path.parent().unwrap_or_else(|| Path::new(".")).to_path_buf();
    Ok(Loaded { config, folder, path })
}

impl Loaded {
    /// The table `[serve]`.
    ///
    /// # Errors
    /// When there is none.
    pub fn serve(&self) -> Result<&Serve, Fault> {
        self.config.serve.as_ref().ok_or_else(|| self.missing("serve"))
    }

    /// The table `[peer]`.
    ///
    /// # Errors
    /// When there is none.
    pub fn peer(&self) -> Result<&Peer, Fault> {
        self.config.peer.as_ref().ok_or_else(|| self.missing("peer"))
    }

    /// A key that the file names.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn key(&self, path: &Path) -> Result<Key, Fault> {
        Key::read(&self.at(path))
    }

    /// A text that the file names.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn text(&self, path: &Path) -> Result<String, Fault> {
        files::read_text(&self.at(path))
    }

    /// The authorities to trust.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn trust(&self, roots: Option<&PathBuf>) -> Result<Trust, Fault> {
        roots.map_or(Ok(Trust::Public), |path| files::read(&self.at(path)).map(Trust::Only))
    }

    /// An address that the file states.
    ///
    /// # Errors
    /// When it is not one.
    pub fn address(&self, url: &str) -> Result<Address, Fault> {
        url.parse().map_err(|error: AddressSyntax| {
            let said = |t: Text| t.found_at(error.to_string(), self.path.display().to_string());
            Fault::new("config", said, "")
        })
    }

    /// A path, relative to the file.
    pub fn at(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    fn missing(&self, table: &str) -> Fault {
        let said = |t: Text| t.found_no_table(self.path.display().to_string(), table);
        Fault::new("config", said, Text::advice_example_config)
    }
}

/// Makes the data directory, for its owner alone.
///
/// # Errors
/// When it cannot be made.
pub fn data_dir(path: &Path) -> Result<(), Fault> {
    files::folder(path)?;
    fs::metadata(path).map(|_| ()).map_err(|error| Fault::file("read", path, &error))
}

/// Structured logs on standard error: JSON when `XIMU_LOG_FORMAT=json`, else text; `RUST_LOG` chooses what.
pub fn logs() {
    use tracing_subscriber::EnvFilter;
    let filter = outside::variable("RUST_LOG").unwrap_or_else(|| "info".to_owned());
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_target(false);
    if outside::variable("XIMU_LOG_FORMAT").as_deref() == Some("json") {
        builder.json().init();
    } else {
        builder.with_ansi(false).init();
    }
}

/// The annotated example.
pub const EXAMPLE: &str = include_str!("../../../packaging/ximu.example.toml");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_understood_and_a_misspelled_key_is_named() {
        let example: Config = toml::from_str(EXAMPLE).unwrap();
        assert!(example.serve.is_some() && example.peer.is_some());
        let whole: Config = toml::from_str(&uncommented()).unwrap();
        assert!(whole.faces.unwrap().detector.is_some());
        let error = toml::from_str::<Config>(&EXAMPLE.replace("origin =", "orign =")).unwrap_err();
        assert!(error.to_string().contains("orign"), "{error}");
    }

    /// The example with what is commented out in it.
    fn uncommented() -> String {
        let is_key =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || b"_0123456789".contains(&byte));
        let lines = EXAMPLE.lines().map(|line| match line.strip_prefix("# ") {
            Some(set) if set.starts_with('[') => set,
            Some(set) if set.split_once(" = ").is_some_and(|(key, _)| is_key(key)) => set,
            Some(_) | None => line,
        });
        lines.map(|line| format!("{line}\n")).collect()
    }

    /// The keys that a table may have, as its type names them when it meets one it does not know.
    fn keys(table: &str) -> Vec<String> {
        let head = if ["serve.peers", "peer.logs", "peer.peers"].contains(&table) {
            format!("[[{table}]]")
        } else {
            format!("[{table}]")
        };
        let error = toml::from_str::<Config>(&format!("{head}\nunknown = 1\n")).unwrap_err();
        let (_, expected) = error.message().split_once("expected ").unwrap();
        expected.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn the_example_has_every_key_there_is() {
        let example: toml::Table = uncommented().parse().unwrap();
        let tables = [
            "serve",
            "serve.tls",
            "serve.peers",
            "peer",
            "peer.tls",
            "peer.logs",
            "peer.peers",
            "faces",
            "faces.detector",
        ];
        for table in tables {
            let mut names = table.split('.');
            let outer = example[names.next().unwrap()].as_table().unwrap();
            let found = match names.next().map(|name| &outer[name]) {
                None => outer,
                Some(toml::Value::Array(list)) => list[0].as_table().unwrap(),
                Some(inner) => inner.as_table().unwrap(),
            };
            let keys = keys(table);
            assert!(keys.len() > 1, "{table}: {keys:?}");
            for key in keys {
                assert!(found.contains_key(&key), "[{table}] lacks {key}");
            }
        }
    }
}
