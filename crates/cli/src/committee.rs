//! A member's side of an evaluation over the network: what the holder of a seat's key may see is fetched here, and
//! decided again by `ximu-bidder`.

use crate::{cmd::verify, fault::Fault, files, follow::Pin, keys::Key, outside, remote::Remote};
use std::{
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
};
use ximu_basics::{Hash, ProcedureId};
use ximu_bidder::{
    Seen,
    committee::{
        identity,
        papers::{BodyReader, Shelf, Whole},
    },
};
use ximu_client::centre::Uploader;
use ximu_procedure::wire::evaluation::sitting_statement;
use ximu_sealed::PayloadEvent;
use ximu_text::Text;

/// Fetches and decides again what the holder of a seat's key may see.
///
/// # Errors
/// When the centre does not answer, or what it shows does not hold.
pub fn fetch(remote: &Remote, procedure: &ProcedureId, pin: &Pin, key: &Key) -> Result<Seen, Fault> {
    pin.check(&remote.info.policy)?;
    let bundle = verify::collect(remote.centre.bundle(procedure)?)?;
    let at = outside::now();
    let signature = key.sign(&sitting_statement(&remote.info.origin, procedure.as_str(), at));
    let who = Uploader { key: &key.public(), signature: &signature };
    let sitting = remote.centre.sitting(procedure, who, at)?;
    let operations = sitting.map(|sitting| sitting.operations);
    Ok(Seen::read(&bundle, procedure, operations, Hash::of(remote.info.policy.as_bytes()))?)
}

/// Fetches the documents of a bid and opens them at the seat of this key; with a folder they are written there once all of
/// them were read and checked.
///
/// # Errors
/// When the centre does not answer; when they do not open or do not hold (the bidder's: [`Fault::is_of_documents`], or
/// not: [`Fault::is_of_others`]); the folder.
pub fn documents(
    remote: &Remote,
    procedure: &ProcedureId,
    seen: &Seen,
    key: &Key,
    shelf: &Shelf,
    folder: Option<&Path>,
) -> Result<Whole, Fault> {
    let at = outside::now();
    let signature = key.sign(&sitting_statement(&remote.info.origin, procedure.as_str(), at));
    let who = Uploader { key: &key.public(), signature: &signature };
    let mut download = remote.centre.body(procedure, &shelf.commitment, who, at)?;
    let writing = folder.map(Writing::begin).transpose()?;
    let mut files = Files { folder: writing.as_ref(), current: None };
    let mut reader = BodyReader::new(&shelf.bidder, identity(key.inner()));
    let mut take = |event: &PayloadEvent<'_>| files.take(event);
    let mut piece = vec![0; 256 * 1024];
    loop {
        let read = download.read(&mut piece)?;
        if read == 0 {
            break;
        }
        reader.push(seen, piece.get(..read).unwrap_or_default(), &mut take)?;
    }
    let whole = reader.finish(seen, &mut take)?;
    if let Some(writing) = writing {
        writing.keep()?;
    }
    Ok(whole)
}

/// A folder that has its name only when everything in it was checked.
struct Writing {
    hidden: PathBuf,
    name: PathBuf,
    kept: bool,
}

impl Writing {
    fn begin(name: &Path) -> Result<Writing, Fault> {
        if name.symlink_metadata().is_ok() {
            let said = |t: Text| t.found_name_taken(name.display().to_string());
            return Err(Fault::argument(said, Text::advice_other_folder));
        }
        let mut hidden = name.as_os_str().to_owned();
        hidden.push(".part");
        let writing = Writing { hidden: PathBuf::from(hidden), name: name.to_owned(), kept: false };
        // What a reading left that was cut off was never believed.
        if writing.hidden.symlink_metadata().is_ok() {
            std::fs::remove_dir_all(&writing.hidden)
                .map_err(|error| Fault::file("remove", &writing.hidden, &error))?;
        }
        files::folder(&writing.hidden)?;
        Ok(writing)
    }

    fn keep(mut self) -> Result<(), Fault> {
        std::fs::rename(&self.hidden, &self.name).map_err(|error| Fault::file("name", &self.name, &error))?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if !self.kept {
            // What was not kept is worth nothing; the next reading removes it too.
            let _ = std::fs::remove_dir_all(&self.hidden);
        }
    }
}

/// The files of one reading.
struct Files<'a> {
    folder: Option<&'a Writing>,
    current: Option<(PathBuf, File)>,
}

impl Files<'_> {
    fn take(&mut self, event: &PayloadEvent<'_>) -> Result<(), Fault> {
        let Some(folder) = self.folder else { return Ok(()) };
        match event {
            PayloadEvent::File(file) => {
                // Names were checked: no component leads out of the folder (sealed-bid 5.2).
                let path = folder.hidden.join(&file.name);
                if let Some(parent) = path.parent() {
                    std::fs::create_dir_all(parent).map_err(|error| Fault::file("make", parent, &error))?;
                }
                let made = File::create_new(&path).map_err(|error| Fault::file("make", &path, &error))?;
                self.current = Some((path, made));
            }
            PayloadEvent::Data(bytes) => {
                if let Some((path, file)) = &mut self.current {
                    file.write_all(bytes).map_err(|error| Fault::file("write", path, &error))?;
                }
            }
            PayloadEvent::End => self.current = None,
        }
        Ok(())
    }
}
