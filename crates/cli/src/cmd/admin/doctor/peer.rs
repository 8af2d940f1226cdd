//! What the doctor looks at in a peer's data: its memory as a witness, its epoch keys, its custody copies.
//!
//! Copies are looked at and not counted: how many there are says how many bids there are.

use super::{Finding, Looked, of, trouble};
use crate::{
    cmd::peer::{IDENTITY, config_of},
    config::Loaded,
    fault::Fault,
};
use std::path::{Path, PathBuf};
use ximu_client::{Centre, Timeouts, statement::origin_hash};
use ximu_peer::{
    PeerConfig,
    durable::{self, DiskError},
};
use ximu_sealed::Commitment;
use ximu_text::Text;

/// Looks at everything; the peer may run meanwhile.
pub fn look(loaded: &Loaded, data_dir: &Path, findings: &mut Vec<Finding>) {
    let config = match config_of(loaded, data_dir) {
        Ok(config) => config,
        Err(fault) => return findings.push(trouble("settings", fault)),
    };
    let listen = loaded.peer().map(|peer| peer.listen.clone()).unwrap_or_default();
    findings.push(of("settings", Ok(|t: Text| t.doctor_on(&listen, &config.name))));
    let named = config.known_centres();
    let named = named.map_err(|error| Fault::new(error.code(), error.to_string(), ""));
    findings.push(of("policies", named.map(|known| move |t: Text| t.doctor_policies(known.len()))));
    findings.push(of("directory", directory(data_dir)));
    for log in &config.logs {
        let folder = |part: &str| data_dir.join(part).join(origin_hash(&log.origin).to_string());
        findings.push(of("witness", witness(&log.origin, &folder("witness"))));
        let epochs = whole(&folder("epochs"));
        findings.push(of("epochs", epochs.map(|count| move |t: Text| t.doctor_epochs(count))));
        findings.push(of("holder", whole(&folder("holder")).map(|_| Text::doctor_holder)));
        findings.push(of("custody", custody(&folder("custody").join("bids"))));
        findings.push(of("centre", centre(&config, log)));
    }
}

fn disk(error: DiskError) -> Fault {
    Fault::new(error.code(), error.to_string(), Text::advice_restore_new)
}

fn directory(data_dir: &Path) -> Looked {
    match durable::read(&data_dir.join(IDENTITY)).map_err(disk)? {
        Some(_) => Ok(Text::doctor_directory.into()),
        None => {
            let said = |t: Text| t.doctor_directory_missing(IDENTITY, data_dir.display().to_string());
            Err(Fault::new("peer-directory-incomplete", said, Text::advice_restore_backup))
        }
    }
}

fn witness(origin: &str, folder: &Path) -> Looked {
    if durable::read_exact(&folder.join("fork")).map_err(disk)?.is_some() {
        let said = |t: Text| t.doctor_fork(origin);
        let advice = |t: Text| t.advice_keep_fork(folder.join("fork").display().to_string());
        return Err(Fault::new("log-forked", said, advice));
    }
    match durable::read(&folder.join("state")).map_err(disk)? {
        Some(_) => Ok((|t: Text| t.doctor_remembers(origin)).into()),
        None => Err(Fault::new(
            "witness-state-lost",
            |t: Text| t.doctor_forgot(origin),
            Text::advice_witness_lost,
        )),
    }
}

/// How many small files stand in a folder; each is read with its checksum.
fn whole(folder: &Path) -> Result<usize, Fault> {
    if !folder.is_dir() {
        return Ok(0);
    }
    let names = durable::names(folder).map_err(disk)?;
    for name in &names {
        durable::read(&folder.join(name)).map_err(disk)?;
    }
    Ok(names.len())
}

/// Every copy has the commitment that is its name.
fn custody(folder: &Path) -> Looked {
    let failed = |error: std::io::Error| Fault::file("read", folder, &error);
    let mut damaged: Vec<PathBuf> = Vec::new();
    if folder.is_dir() {
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let bytes = std::fs::read(&path).map_err(failed)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if Commitment::of(&bytes).root.to_string() != name {
                damaged.push(path);
            }
        }
    }
    match damaged.first() {
        None => Ok(Text::doctor_custody.into()),
        Some(first) => {
            let said = |t: Text| t.doctor_custody_damaged(damaged.len(), first.display().to_string());
            Err(Fault::new("vault-damaged", said, Text::advice_restore_tell))
        }
    }
}

fn centre(config: &PeerConfig, log: &ximu_peer::LogConfig) -> Looked {
    let info = Centre::new(log.centre.clone(), &config.trust, Timeouts::default())?.info()?;
    if info.origin == log.origin {
        return Ok((|t: Text| t.doctor_centre(&log.origin)).into());
    }
    let (address, found, origin) = (log.centre.as_str(), &info.origin, &log.origin);
    let said = |t: Text| t.doctor_centre_other(address, found, origin);
    Err(Fault::new("config", said, Text::advice_correct_centre))
}
