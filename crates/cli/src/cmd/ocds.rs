//! `ximu ocds`: the releases and records of the Open Contracting Data Standard from a public bundle, with no centre.

use crate::{
    cmd::verify,
    fault::{Done, Exit, Fault},
    files::{self, Access},
    follow::Pin,
    out,
    sentence::Sentence,
};
use clap::Args;
use std::{
    cmp::Reverse,
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use ximu_basics::{Hash, PartyId, ProcedureId, json};
use ximu_ocds::{
    Book, Names, Package, Prefix, Release, Setting, package, record, releases, setting::base_of,
};
use ximu_text::Text;
use ximu_verify::{
    Options,
    bundle::{Manifest, path},
    check::{Record, leaves_of},
    zip::{self, Files},
};

/// Writes the OCDS releases and records of every tender in a public bundle.
///
/// The bundle is verified first; without --policy that means consistent, never true (see `ximu verify`). Exit code 0
/// done, 1 the bundle does not hold, 2 could not be read.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The bundle's file
    bundle: PathBuf,
    /// The folder to write into: releases/N.json, newest first, and records/OCID.json
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The publisher's prefix; the placeholder ocds-ximu00, which nobody has registered, when it is left out
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<String>,
    /// The publisher's address; https and the domain of the log's origin when it is left out
    #[arg(long, value_name = "URL")]
    base: Option<String>,
    /// The policy you rely on: its fingerprint, or its file
    #[arg(long, value_name = "HASH_OR_FILE")]
    policy: Option<String>,
}

/// Runs it.
///
/// # Errors
/// When a file cannot be read or written.
pub fn run(arguments: Arguments) -> Done {
    let policy = Pin::of(arguments.policy.as_deref())?.fingerprint();
    let bytes = verify::whole(&arguments.bundle)?;
    let report = ximu_verify::verify(&bytes, &Options { policy, ..Options::default() });
    if let Some(failure) = report.failures.first() {
        let found = format!("{} {}", failure.entry, failure.detail);
        let said = |t: Text| t.found_at(&found, arguments.bundle.display().to_string());
        let fault = Fault::new(failure.code.as_str(), said, Text::advice_verify_says);
        return Err(Fault { exit: Exit::False, ..fault });
    }
    let unreadable = |error: &dyn std::fmt::Display| Fault::new("bundle", error.to_string(), "");
    let files = zip::read(&bytes).map_err(|error| unreadable(&error))?;
    let manifest = files.get(path::MANIFEST).copied().unwrap_or_default();
    let manifest: Manifest = json::from_canonical(manifest).map_err(|error| unreadable(&error))?;
    let leaves = leaves_of(&files).map_err(|failure| unreadable(&failure.detail))?;
    let book = Book::read(leaves);
    let names = Records::read(&files, &book);
    let setting = setting(&manifest.origin, arguments.prefix.as_deref(), arguments.base.as_deref())?;
    let publisher = book.centre.as_ref().and_then(|centre| names.name(centre));
    let setting = Setting { publisher, extensions: false, ..setting };
    write(&arguments.out, &setting, &book, &names)
}

/// How a centre publishes.
///
/// # Errors
/// When the prefix is none, or the address is not one.
pub fn setting(origin: &str, prefix: Option<&str>, base: Option<&str>) -> Result<Setting, Fault> {
    let refused = |said: Sentence| Fault::new("config", said, Text::advice_none_leave_out);
    let prefix = match prefix {
        None => Prefix::placeholder(),
        Some(text) => text.parse().map_err(|error: ximu_ocds::setting::PrefixSyntax| {
            refused((|t: Text| t.found_ocid_prefix(error.to_string())).into())
        })?,
    };
    let base = match base {
        None => base_of(origin),
        Some(text) => {
            let address = text.parse::<ximu_client::Address>();
            let refused = |error: ximu_client::address::AddressSyntax| {
                refused((|t: Text| t.found_ocds_base(error.to_string())).into())
            };
            address.map_err(refused)?.to_string()
        }
    };
    Ok(Setting { prefix, base, ..Setting::of(origin) })
}

fn write(folder: &Path, setting: &Setting, book: &Book, names: &Records) -> Done {
    let (of_releases, of_records) = (folder.join("releases"), folder.join("records"));
    for folder in [folder, &of_releases, &of_records] {
        files::folder(folder)?;
    }
    let mut all: Vec<Release> = Vec::new();
    for (procedure, told) in &book.procedures {
        let told = releases(setting, names, told.iter().map(ximu_ocds::Told::fact));
        all.extend(record_of(&of_records, setting, procedure, told)?);
    }
    all.sort_by_key(|release| Reverse(release.leaf));
    let newest: Vec<&Release> = all.iter().collect();
    let mut path = "/ocds/releases".to_owned();
    let pages: Vec<&[&Release]> = newest.chunks(package::RELEASES_MAX).collect();
    for (place, page) in pages.iter().enumerate() {
        let is_last = place + 1 == pages.len();
        let next = page.last().filter(|_| !is_last).map(|oldest| package::page_after(oldest.leaf));
        let package = Package { setting, path: &path, releases: page, next: next.as_deref() };
        if let Some(package) = package.json() {
            let file = of_releases.join(format!("{}.json", place + 1));
            files::write(&file, package.to_text().as_bytes(), Access::Shared)?;
        }
        path = next.unwrap_or_default();
    }
    let (releases, records) = (all.len(), book.procedures.len());
    out::say(|t| t.cli_ocds(folder.display().to_string(), records, releases));
    if setting.prefix.is_placeholder() {
        out::say(|t| t.cli_ocds_placeholder(setting.prefix.as_str()));
    }
    Ok(Exit::Done)
}

/// Writes the record of one tender, and gives its releases back.
fn record_of(
    folder: &Path,
    setting: &Setting,
    procedure: &ProcedureId,
    told: Vec<Release>,
) -> Result<Vec<Release>, Fault> {
    let ocid = setting.ocid(procedure);
    if let Some(record) = record(setting, &ocid, &told) {
        let file = folder.join(format!("{ocid}.json"));
        files::write(&file, record.to_text().as_bytes(), Access::Shared)?;
    }
    Ok(told)
}

/// The names in a bundle. The verifier has compared each record with its commitment.
struct Records(BTreeMap<PartyId, String>);

impl Records {
    fn read(files: &Files<'_>, book: &Book) -> Records {
        let name = |commitment: &Hash| {
            let bytes = files.get(path::record(commitment).as_str())?;
            Some(json::from_canonical::<Record>(bytes).ok()?.text)
        };
        let names = book.names.iter();
        Records(names.filter_map(|(party, commitment)| Some((party.clone(), name(commitment)?))).collect())
    }
}

impl Names for Records {
    fn name(&self, party: &PartyId) -> Option<String> {
        self.0.get(party).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_centre_that_sets_nothing_publishes_under_the_placeholder_and_a_wrong_setting_is_named() {
        let plain = setting("yichang.example/log", None, None).unwrap();
        assert!(plain.prefix.is_placeholder());
        assert_eq!(plain.base, "https://yichang.example");
        let set = setting("yichang.example/log", Some("ocds-213czf"), Some("https://a.example")).unwrap();
        assert_eq!((set.prefix.as_str(), set.base.as_str()), ("ocds-213czf", "https://a.example"));
        for (prefix, base) in [(Some("yichang"), None), (None, Some("yichang"))] {
            assert_eq!(setting("yichang.example/log", prefix, base).unwrap_err().code, "config");
        }
    }
}
