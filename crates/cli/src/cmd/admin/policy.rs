//! `ximu admin policy`: writes the policy of a centre from keys (C2SP tlog-policy).

use crate::{
    fault::{Done, Exit, Fault},
    keys::Key,
    out,
};
use clap::Args;
use std::path::PathBuf;
use ximu_basics::{Hash, PublicKey};
use ximu_text::Text;
use ximu_tlog::{Policy, VerifierKey};

/// Prints a policy: the log, its witnesses, how many of them must cosign. The host is none of them.
#[derive(Debug, Args)]
pub struct Write {
    /// The log's origin and the centre's key: its file, or the 64 hexadecimal digits of `public` in `ximu key show`
    #[arg(long, value_name = "ORIGIN=KEY", value_parser = named)]
    log: (String, String),
    /// A witness's name and its key, in the same two forms (a peer sends the digits, never its key file); repeated for
    /// each
    #[arg(long = "witness", value_name = "NAME=KEY", value_parser = named, required = true)]
    witnesses: Vec<(String, String)>,
    /// How many of them must cosign; more than half of them, so that no two histories can both be cosigned
    #[arg(long)]
    quorum: usize,
}

impl Write {
    pub(super) fn run(self) -> Done {
        let (origin, log) = &self.log;
        let mut text = format!("log {}\n", verifier(VerifierKey::log(origin, &public(log)?), origin)?);
        let mut names = Vec::new();
        for (name, key) in &self.witnesses {
            let key = verifier(VerifierKey::witness(name, &public(key)?), name)?;
            text.push_str(&format!("witness {name} {key}\n"));
            names.push(name.as_str());
        }
        text.push_str(&format!("group others {} {}\nquorum others\n", self.quorum, names.join(" ")));
        Policy::parse(text.as_bytes())
            .map_err(|error| Fault::argument(|t: Text| t.found_no_such_policy(error.to_string()), ""))?;
        out::line(text.trim_end());
        // Beside the text, which is written to a file, so that whoever makes it can publish it.
        out::note(out::text().cli_policy_made(Hash::of(text.as_bytes()).to_string()));
        Ok(Exit::Done)
    }
}

fn verifier(key: Result<VerifierKey, ximu_tlog::key::KeyError>, name: &str) -> Result<VerifierKey, Fault> {
    key.map_err(|error| Fault::argument(|t: Text| t.found_at(error.to_string(), name), ""))
}

fn public(text: &str) -> Result<PublicKey, Fault> {
    match text.parse() {
        Ok(key) => Ok(key),
        Err(_) => Key::read_public(&PathBuf::from(text)).map(|(public, _)| public),
    }
}

fn named(text: &str) -> Result<(String, String), String> {
    let (name, key) = text.split_once('=').ok_or("expected NAME=KEY, found no '='")?;
    Ok((name.to_owned(), key.to_owned()))
}
