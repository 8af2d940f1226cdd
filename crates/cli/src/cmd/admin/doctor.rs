//! `ximu admin doctor`: looks at the data of a centre or a peer and says what is whole, what is not, and what to do.

mod peer;

use crate::{
    books::Books,
    cmd::peer::IDENTITY,
    config::{self, Loaded},
    fault::{Done, Exit, Fault},
    out, outside,
    sentence::Sentence,
};
use clap::Args;
use serde::Serialize;
use std::path::{Path, PathBuf};
use ximu_client::{Peer, Timeouts};
use ximu_journal::{Reader as _, Tiles};
use ximu_text::Text;
use ximu_tlog::{Note, VerifierKey};
use ximu_verify::Replay;

/// Checks the data, settings and neighbours of a centre or a peer. Nothing is changed; it may run meanwhile.
#[derive(Debug, Args)]
pub struct Doctor {
    /// The data directory of a centre or a peer
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// The settings; ximu.toml in the data directory when it is left out
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// What was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    /// The stable name of the check.
    name: &'static str,
    /// Whether it is well.
    ok: bool,
    /// What was found; a program gets it in English.
    #[serde(serialize_with = "english")]
    found: Sentence,
    /// What to do; empty when it is well.
    #[serde(serialize_with = "english")]
    to_do: Sentence,
}

impl Finding {
    fn show(&self, t: Text) {
        let (found, to_do) = (self.found.whole(t.language()), self.to_do.whole(t.language()));
        let mark = if self.ok { t.cli_doctor_ok() } else { t.cli_doctor_trouble() };
        out::line(format!("{mark:7} {:12} {found}", self.name));
        if !to_do.is_empty() {
            out::line(format!("        {}", t.cli_doctor_to_do(to_do)));
        }
    }
}

fn english<S: serde::Serializer>(sentence: &Sentence, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(sentence)
}

impl Doctor {
    pub(super) fn run(self) -> Done {
        let mut findings = Vec::new();
        match config::load(self.config.as_deref(), &self.data_dir) {
            Err(fault) => {
                findings.push(trouble("settings", fault));
                if !self.data_dir.join(IDENTITY).exists() {
                    self.books(&mut findings);
                }
            }
            Ok(loaded) if self.is_peer(&loaded) => peer::look(&loaded, &self.data_dir, &mut findings),
            Ok(loaded) => {
                settings(&loaded, &mut findings);
                self.books(&mut findings);
            }
        }
        let ok = findings.iter().all(|finding| finding.ok);
        if self.json {
            out::json(&serde_json::json!({ "ok": ok, "findings": findings }));
        } else {
            findings.iter().for_each(|finding| finding.show(out::text()));
        }
        Ok(if ok { Exit::Done } else { Exit::False })
    }

    fn books(&self, findings: &mut Vec<Finding>) {
        match Books::open(&self.data_dir) {
            Ok(books) => journal(&books, &self.data_dir, findings),
            Err(fault) => findings.push(trouble("journal", fault)),
        }
    }

    /// One file can have both tables; then the directory says whose it is.
    fn is_peer(&self, loaded: &Loaded) -> bool {
        loaded.serve().is_err() || self.data_dir.join(IDENTITY).exists()
    }
}

fn settings(loaded: &Loaded, findings: &mut Vec<Finding>) {
    let settings = match loaded.serve() {
        Ok(settings) => settings,
        Err(fault) => return findings.push(trouble("settings", fault)),
    };
    let on = |t: Text| t.doctor_on(&settings.listen, &settings.origin);
    findings.push(of("settings", Ok(on)));
    let key = loaded.key(&settings.key);
    findings.push(of("key", key.map(|key| move |t: Text| t.cli_public(key.public().to_string()))));
    let trust = loaded.trust(settings.roots.as_ref());
    for peer in &settings.peers {
        let asked = trust.clone().and_then(|trust| {
            let client = Peer::new(loaded.address(&peer.url)?, &trust, Timeouts::default())?;
            let shown = client.date()?;
            let off = shown.map(|shown| outside::now().ms_since(shown) / 1000);
            Ok(Sentence::from(|t: Text| t.doctor_peer(&peer.name, off.unwrap_or_default())))
        });
        // Looking changes nothing, so there is nothing to repeat; what helps is that the peer runs.
        let asked = asked
            .map_err(|fault| Fault { advice: (|t: Text| t.advice_start_peer(&peer.name)).into(), ..fault });
        findings.push(of("peer", asked));
    }
}

fn journal(books: &Books, data_dir: &Path, findings: &mut Vec<Finding>) {
    let read = books.reader().size().map_err(Fault::from).and_then(|size| Ok((size, books.leaves(size)?)));
    let (size, leaves) = match read {
        Ok(read) => read,
        Err(fault) => return findings.push(trouble("journal", fault)),
    };
    findings.push(of("journal", Ok(|t: Text| t.doctor_journal(&books.origin, size))));
    findings.push(of("clock", clock(books)));
    if leaves.is_empty() {
        return findings.push(of("log", Ok(Text::doctor_unfounded)));
    }
    match books.replay(&leaves) {
        Err(fault) => findings.push(trouble("log", fault)),
        Ok(replay) => {
            let root = replay.tree().root().to_string();
            findings.push(of("log", Ok(|t: Text| t.doctor_root(&root))));
            findings.push(of("cosigned", cosigned(books, &replay)));
            findings.push(of("published", published(data_dir, &replay)));
            findings.push(of("vault", vault(books, &replay)));
        }
    }
}

fn clock(books: &Books) -> Looked {
    match books.reader().last_stamp()? {
        Some(last) if last > outside::now() => {
            let (last, now) = (last.to_string(), outside::now().to_string());
            let said = |t: Text| t.doctor_clock_ahead(&last, &now);
            Err(Fault::new("clock", said, Text::advice_clock_first))
        }
        Some(last) => Ok((|t: Text| t.doctor_clock(last.to_string())).into()),
        None => Ok(Text::doctor_clock_none.into()),
    }
}

/// Every kept checkpoint is one of this history and cosigned under the policy.
fn cosigned(books: &Books, replay: &Replay) -> Looked {
    let broken = |said: Sentence| Fault::new("checkpoint", said, Text::advice_compare_witness);
    let unread = |size: u64, error: String| broken((|t: Text| t.doctor_kept(&error, size)).into());
    let leaves = books.leaves(1)?;
    let (_, policy) = books.policy(&leaves)?;
    let all = books.reader().cosigned_all()?;
    for one in &all {
        let note = Note::parse(one.note.as_bytes()).map_err(|error| unread(one.size, error.to_string()))?;
        let opened = policy.open(&note).map_err(|error| unread(one.size, error.to_string()))?;
        if replay.tree().root_at(opened.checkpoint.size) != Some(opened.checkpoint.root) {
            return Err(broken((|t: Text| t.doctor_kept_root(one.size)).into()));
        }
    }
    let newest = all.last().map_or(0, |one| one.size);
    Ok((|t: Text| t.doctor_checkpoints(all.len(), newest)).into())
}

/// The published checkpoint is of this history.
fn published(data_dir: &Path, replay: &Replay) -> Looked {
    let failed = |what: Sentence| Fault::new("published", what, Text::advice_written_again);
    let note =
        Tiles::at(&data_dir.join("log")).checkpoint().map_err(|error| failed(error.to_string().into()))?;
    let Some(note) = note else { return Ok(Text::doctor_unpublished.into()) };
    let centre = replay.world().registry.centre.as_ref().map(|centre| centre.key);
    let log = centre.and_then(|key| VerifierKey::log(&replay.world().origin, &key).ok());
    let parsed = Note::parse(note.as_bytes()).map_err(|error| failed(error.to_string().into()))?;
    let log = log.ok_or_else(|| failed(Text::doctor_no_key.into()))?;
    let checkpoint =
        ximu_tlog::Checkpoint::open(&parsed, &log).map_err(|error| failed(error.to_string().into()))?;
    if replay.tree().root_at(checkpoint.size) == Some(checkpoint.root) {
        return Ok((|t: Text| t.doctor_published(checkpoint.size)).into());
    }
    Err(Fault::new("published", |t: Text| t.doctor_published_other(checkpoint.size), Text::advice_older_copy))
}

/// Everything the log names is in the vault and whole. Names may have been erased; bids that are still sealed are not
/// looked for: whoever runs this must not learn how many there are.
fn vault(books: &Books, replay: &Replay) -> Looked {
    let mut missing = Vec::new();
    let mut whole = 0u64;
    for tender in replay.world().tenders.values() {
        let documents = tender.documents.iter().map(|document| {
            (document.name.clone(), books.vault.document(&document.hash, document.bytes).is_some())
        });
        let bids = tender.bids.values().flat_map(|bid| [bid.form.commitment, bid.body.commitment]);
        let bids = bids.map(|commitment| (commitment.to_string(), books.vault.bid(&commitment).is_some()));
        for (name, found) in documents.chain(bids) {
            if found {
                whole += 1;
            } else {
                missing.push(name);
            }
        }
    }
    if missing.is_empty() {
        return Ok((|t: Text| t.doctor_vault(whole)).into());
    }
    let said = |t: Text| t.doctor_vault_missing(missing.len(), missing.join(", "));
    Err(Fault::new("vault-missing", said, Text::advice_start_repairs))
}

/// What is well, or the fault.
type Looked = Result<Sentence, Fault>;

fn of(name: &'static str, result: Result<impl Into<Sentence>, Fault>) -> Finding {
    match result {
        Ok(found) => Finding { name, ok: true, found: found.into(), to_do: Sentence::default() },
        Err(fault) => trouble(name, fault),
    }
}

fn trouble(name: &'static str, fault: Fault) -> Finding {
    let found = |t: Text| fault.found(t.language());
    let to_do = |t: Text| fault.action(t.language());
    Finding { name, ok: false, found: found.into(), to_do: to_do.into() }
}
