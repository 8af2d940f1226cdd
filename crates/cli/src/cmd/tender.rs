//! `ximu tender`: publishing a procedure, and looking at one.

mod contract;
mod show;

use crate::{
    args::{CentreArguments, KeyArguments},
    cmd::act,
    fault::{Done, Fault},
    keys::Key,
    out, outside,
    remote::Remote,
    sentence::Sentence,
};
use clap::{Args, Subcommand};
use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    time::Duration,
};
use ximu_basics::Hash;
use ximu_client::{Address, ClientError, Peer, Timeouts, centre::Uploader, peer::EpochRequest, statement};
use ximu_procedure::{
    rules::Rules,
    wire::{
        Command as WireCommand,
        command::{Document, Epoch, epoch_statement},
        signed::verify,
    },
};
use ximu_rulebook::Fault as RuleFault;
use ximu_text::{Language, Text};
use ximu_tlog::Policy;

/// The largest document, in bytes: the centre's limit, one part of a commitment (sealed-bid 7).
const DOCUMENT_BYTES_MAX: u64 = ximu_sealed::commitment::PART_BYTES as u64;

/// What `ximu tender --help` teaches below the list.
pub const STEPS: &str = "\
From the rules file to the opening. Everything after the publication is given with `ximu act`, or on the tender's desk in
the browser:

    ximu tender check bridge.tender.toml
    ximu tender publish bridge.tender.toml --doc notice.pdf --doc drawings.zip --centre URL --key tenderer.key
    ximu tender show URL/tenders/yc-2020-0603 --wait opening";

/// A tenderer's work. What those without words here do stands on their arguments.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Publishes a procedure from a rules file and its documents
    ///
    /// Checks the rules, uploads the documents, has each holder of the rules make its key for this procedure alone,
    /// signs the publication and sends it. Nothing is published when anything before fails.
    Publish(Publish),
    Show(show::Show),
    Contract(contract::Contract),
    /// Checks a rules file and prints its canonical form's hash; sends nothing
    Check {
        /// The rules file (TOML)
        rules: PathBuf,
        /// A folder with presets, before those beside the file and those built in
        #[arg(long, value_name = "DIR")]
        presets: Option<PathBuf>,
        /// Prints the canonical rules document instead
        #[arg(long)]
        json: bool,
    },
}

/// Publishes a procedure.
#[derive(Debug, Args)]
pub struct Publish {
    /// The rules file (TOML), for instance procedures/vectors/cn-construction-open.tender.toml
    rules: PathBuf,
    /// A procurement document; may be repeated
    #[arg(long = "doc", value_name = "FILE")]
    documents: Vec<PathBuf>,
    /// A folder with presets, before those beside the file and those built in
    #[arg(long, value_name = "DIR")]
    presets: Option<PathBuf>,
    /// Where a holder is served, when the centre does not say; may be repeated
    #[arg(long = "peer", value_name = "NAME=URL", value_parser = peer)]
    peers: Vec<(String, Address)>,
    #[command(flatten)]
    centre: CentreArguments,
    #[command(flatten)]
    key: KeyArguments,
    /// Prints the answer as JSON
    #[arg(long)]
    json: bool,
}

/// Runs it.
///
/// # Errors
/// When it cannot be done.
pub fn run(command: Command) -> Done {
    match command {
        Command::Publish(publish) => publish.run(),
        Command::Show(show) => show.run(),
        Command::Contract(contract) => contract.run(),
        Command::Check { rules, presets, json } => check(&rules, presets.as_deref(), json),
    }
}

fn check(path: &Path, presets: Option<&Path>, json: bool) -> Done {
    let book = ximu_rulebook::open(path, presets).map_err(rule_faults)?;
    let canonical = book.rules().canonical()?;
    if json {
        out::canonical(&canonical);
    } else {
        out::say(|t| t.cli_rules_hold(path.display().to_string()));
        out::say(|t| t.cli_rules_hash(Hash::of(&canonical).to_string()));
    }
    Ok(crate::fault::Exit::Done)
}

impl Publish {
    fn run(self) -> Done {
        let key = self.key.load()?;
        let book = ximu_rulebook::open(&self.rules, self.presets.as_deref()).map_err(rule_faults)?;
        let late = book.check_periods(outside::now());
        if !late.is_empty() {
            return Err(rule_faults(late));
        }
        let remote = self.centre.connect()?;
        let documents = self.upload(&remote, &key)?;
        let trust = self.centre.trust.load()?;
        let epochs = epochs(&remote, book.rules(), &key, |holder| {
            match self.peers.iter().find(|(name, _)| name == holder) {
                Some((_, address)) => Ok(Peer::new(address.clone(), &trust, Timeouts::default())?),
                None => remote.peer(holder),
            }
        })?;
        let rules = book.rules().clone();
        let id = rules.id.clone();
        let command = WireCommand::Publish { rules, documents, epochs, policy: remote.info.policy_hash };
        let answer = remote.act(&id, command, &key)?;
        if !self.json {
            out::line(format!("{}/tenders/{id}", self.centre.centre));
        }
        act::finish(&answer, self.json)
    }

    fn upload(&self, remote: &Remote, key: &Key) -> Result<Vec<Document>, Fault> {
        self.documents.iter().map(|path| upload_document(remote, key, path)).collect()
    }
}

/// Uploads one document and names it.
///
/// # Errors
/// When it cannot be read, is too large, or the centre does not take it.
pub fn upload_document(remote: &Remote, key: &Key, path: &Path) -> Result<Document, Fault> {
    let failed = |error: std::io::Error| Fault::file("read", path, &error);
    let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(|| {
        let said = |t: Text| t.found_name_text(path.display().to_string());
        Fault::argument(said, Text::advice_rename)
    })?;
    let mut bytes = Vec::new();
    File::open(path).map_err(failed)?.take(DOCUMENT_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    let size = bytes.len() as u64;
    let size = u32::try_from(size).ok().filter(|_| size <= DOCUMENT_BYTES_MAX).ok_or_else(|| {
        let said = |t: Text| t.found_doc_too_long(DOCUMENT_BYTES_MAX, path.display().to_string());
        Fault::argument(said, Text::advice_divide_document)
    })?;
    let hash = Hash::of(&bytes);
    let statement = statement::document(&remote.info.origin, &hash, u64::from(size));
    let uploader = Uploader { key: &key.public(), signature: &key.sign(&statement) };
    let mut source = bytes.as_slice();
    remote.centre.upload_document(&hash, uploader, u64::from(size), &mut source)?;
    Ok(Document { name: name.to_owned(), hash, bytes: size })
}

/// How often a holder is asked that has not read yet that the tenderer was admitted, [`ASK_EVERY`] apart.
const ASKED_MAX: u32 = 40;

/// Between two such questions.
const ASK_EVERY: Duration = Duration::from_millis(250);

fn epoch(peer: &Peer, request: &EpochRequest) -> Result<Epoch, ClientError> {
    for _ in 1..ASKED_MAX {
        match peer.epoch(request) {
            Err(error) if error.code() == "epoch-asker" => outside::pause(ASK_EVERY),
            answer => return answer,
        }
    }
    peer.epoch(request)
}

/// Has every holder of the rules make its key for this procedure, and checks that it is theirs.
///
/// # Errors
/// When a holder does not answer, or answers with a statement that its pinned key did not sign.
pub fn epochs(
    remote: &Remote,
    rules: &Rules,
    key: &Key,
    peer: impl Fn(&str) -> Result<Peer, Fault>,
) -> Result<Vec<Epoch>, Fault> {
    let policy = Policy::parse(remote.info.policy.as_bytes())
        .map_err(|error| Fault::new("policy", |t: Text| t.found_centre_policy(error.to_string()), ""))?;
    let origin = &remote.info.origin;
    let signature = key.sign(&statement::epoch_request(origin, &rules.id));
    let request =
        EpochRequest { origin: origin.clone(), procedure: rules.id.clone(), key: key.public(), signature };
    rules
        .escrow
        .holders
        .iter()
        .map(|holder| {
            let pinned =
                policy.witnesses().get(holder).map(|witness| *witness.key.public()).ok_or_else(|| {
                    let said = |t: Text| t.found_holder(holder);
                    Fault::new("holder-unknown", said, Text::advice_name_holders)
                })?;
            let epoch = epoch(&peer(holder)?, &request)
                .map_err(|error| Fault::from(error).during(Sentence::name(holder)))?;
            let statement = epoch_statement(origin, rules.id.as_str(), &epoch.recipient);
            if epoch.holder != *holder || !verify(&pinned, &statement, &epoch.statement) {
                let said = |t: Text| t.found_epoch_unsigned(holder);
                return Err(Fault::new("epoch-unsigned", said, Text::advice_ask_operator));
            }
            Ok(epoch)
        })
        .collect()
}

/// All faults of a rules file as one.
pub fn rule_faults(faults: Vec<RuleFault>) -> Fault {
    let said = |t: Text| {
        let told: Vec<String> = faults.iter().map(|fault| rule_fault(t, fault)).collect();
        format!("{}\n{}", t.found_rules(faults.len()), told.join("\n"))
    };
    Fault::new("rules", said, "")
}

/// One fault of a rules file: in Chinese its code's meaning, with what the checker found as a detail.
fn rule_fault(t: Text, fault: &RuleFault) -> String {
    if t.language() == Language::English {
        return fault.to_string();
    }
    let RuleFault { file, line, column, key, code, expected, found, fix } = fault;
    let (code, place) = (code.as_str(), format!("{file}:{line}:{column}"));
    let said = format!("expected {expected}, found {found}; {fix}");
    t.found_rule(code, key, ximu_web::codes::meaning(t, code), place, said)
}

/// NAME=URL: a peer by its name in the policy, and where it is served.
pub(super) fn peer(text: &str) -> Result<(String, Address), String> {
    let (name, url) = text.split_once('=').ok_or("expected NAME=URL, found no '='")?;
    Ok((
        name.to_owned(),
        url.parse().map_err(|error: ximu_client::address::AddressSyntax| error.to_string())?,
    ))
}
