//! The verifier's part of the module: files that a reader gives, a fingerprint that it typed, and what the command
//! line would say of them. Not here: any check; `ximu-verify` makes them all, here as there.

use serde::{Deserialize, Serialize};
use ximu_basics::Hash;
use ximu_procedure::wire::RecordKind;
use ximu_verify::{
    Given, Options, Report, Told, Tongue,
    paper::{Extracted, PaperError, extract},
    told::BROWSER_BYTES_MAX,
    verify,
};

use crate::{
    desk::Desk,
    request::{Refused, Reply, read, write},
};

/// The most files at a time: a bundle, and what is compared with it.
const FILES_MAX: usize = 2;

/// The files as far as they were taken.
#[derive(Default)]
pub struct Verifying {
    files: Vec<Vec<u8>>,
}

/// What a verification answers.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
enum Answer {
    /// Everything was checked that could be: for programs as `ximu verify --json` prints it, and for people.
    Checked { report: Box<Report>, told: Box<Told>, paper: Option<Paper> },
    /// What was given as a report is none: a stable code, and what was expected.
    NoPaper { code: &'static str, detail: String },
    /// It could not begin.
    Wants { what: Want },
}

/// The record that a report carries.
#[derive(Serialize)]
struct Paper {
    kind: RecordKind,
    procedure: String,
    size: u64,
}

/// What is missing before anything can be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Want {
    /// A fingerprint is 64 hexadecimal digits.
    Fingerprint,
    /// The bundle that a receipt, a checkpoint or a report is checked against.
    Bundle,
    /// An archive's identity: a secret, which the command line reads.
    Identity,
}

impl Desk {
    /// Begins a file.
    pub fn verify_file(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            bytes: usize,
        }
        let Ask { bytes } = read(input)?;
        let files = &mut self.verifying.files;
        let taken: usize = files.iter().map(Vec::len).sum();
        if files.len() >= FILES_MAX || taken.saturating_add(bytes) > BROWSER_BYTES_MAX {
            let detail = format!(
                "expected {FILES_MAX} files of at most {BROWSER_BYTES_MAX} bytes together, found {}",
                taken.saturating_add(bytes)
            );
            return Err(Refused::new("argument", detail));
        }
        files.push(Vec::with_capacity(bytes));
        Ok(Vec::new())
    }

    /// Takes some of the file begun last.
    pub fn verify_data(&mut self, input: &[u8]) -> Reply {
        let file = self.verifying.files.last_mut().ok_or_else(|| Refused::order("a file"))?;
        // No more than was named: room for it was made, and counted.
        if file.len().saturating_add(input.len()) > file.capacity() {
            return Err(Refused::order("the file's size"));
        }
        file.extend_from_slice(input);
        Ok(Vec::new())
    }

    /// Checks the files, and forgets them.
    pub fn verify(&mut self, input: &[u8]) -> Reply {
        #[derive(Deserialize)]
        struct Ask {
            policy: String,
            language: String,
        }
        let Ask { policy, language } = read(input)?;
        let files = core::mem::take(&mut self.verifying.files);
        let tongue = if language.starts_with("zh") { Tongue::Chinese } else { Tongue::English };
        let policy: String = policy.split_whitespace().collect();
        let policy = match policy.as_str() {
            "" => None,
            typed => match typed.to_ascii_lowercase().parse::<Hash>() {
                Ok(fingerprint) => Some(fingerprint),
                Err(_) => return write(&Answer::Wants { what: Want::Fingerprint }),
            },
        };
        let (bundle, beside) = match of_files(&files) {
            Ok(found) => found,
            Err(what) => return write(&Answer::Wants { what }),
        };
        let (other, paper) = match beside {
            Some(bytes) if Given::of(bytes) == Given::Paper => (None, Some(extract(bytes))),
            other => (other, None),
        };
        let paper: Option<Extracted> = match paper.transpose() {
            Ok(paper) => paper,
            Err(error) => return write(&no_paper(error)),
        };
        let record = paper.as_ref().map(|paper| paper.bytes.as_slice());
        let report = verify(bundle, &Options { policy, other, record, ..Options::default() });
        let paper = paper.as_ref().map(|Extracted { record, .. }| Paper {
            kind: record.kind(),
            procedure: record.procedure.to_string(),
            size: record.size,
        });
        write(&Answer::Checked { told: report.told(tongue).into(), report: report.into(), paper })
    }
}

fn no_paper(error: PaperError) -> Answer {
    Answer::NoPaper { code: error.code(), detail: error.to_string() }
}

/// The bundle, and what stands beside it. The first file that can be one is the bundle; of what nobody knows, the
/// verifier says so itself.
fn of_files(files: &[Vec<u8>]) -> Result<(&[u8], Option<&[u8]>), Want> {
    let kinds: Vec<Given> = files.iter().map(|file| Given::of(file)).collect();
    if kinds.contains(&Given::Archive) {
        return Err(Want::Identity);
    }
    let is_bundle = |kind: &Given| matches!(kind, Given::Bundle);
    let may_be = |kind: &Given| matches!(kind, Given::Bundle | Given::Other);
    let place = kinds.iter().position(is_bundle).or_else(|| kinds.iter().position(may_be));
    let place = place.ok_or(Want::Bundle)?;
    let bundle = files.get(place).ok_or(Want::Bundle)?;
    let other = files.iter().enumerate().find(|(index, _)| *index != place).map(|(_, file)| file.as_slice());
    Ok((bundle, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundle_is_found_whatever_stands_first() {
        let (zip, pdf, age) =
            (b"PK\x03\x04x".to_vec(), b"%PDF-1.7".to_vec(), b"age-encryption.org/v1\n".to_vec());
        let other = b"?".to_vec();
        assert_eq!(of_files(&[other.clone(), zip.clone()]), Ok((&zip[..], Some(&other[..]))));
        assert_eq!(of_files(&[zip.clone(), other.clone()]), Ok((&zip[..], Some(&other[..]))));
        assert_eq!(of_files(std::slice::from_ref(&other)), Ok((&other[..], None)));
        assert_eq!(of_files(&[]), Err(Want::Bundle));
        assert_eq!(of_files(&[pdf.clone(), zip.clone()]), Ok((&zip[..], Some(&pdf[..]))));
        assert_eq!(of_files(&[pdf]), Err(Want::Bundle));
        assert_eq!(of_files(&[zip, age]), Err(Want::Identity));
    }
}
