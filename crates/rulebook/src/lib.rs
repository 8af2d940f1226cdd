//! Rules documents as people write them (rules 11): a TOML file over a preset, turned into [`Rules`].
//!
//! Every fault names file and line, what was expected, what was found and what to do. What a document may say is
//! checked by `ximu-procedure`; this crate finds the line. Nothing here is hashed or signed: the canonical form
//! alone is.
#![forbid(unsafe_code)]

mod convert;
mod fault;
mod merge;
mod method;
mod nearest;
mod preset;
mod table;
mod tree;

pub use fault::{Code, Fault};
pub use preset::{Preset, embedded};

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use tree::{Node, Place};
use ximu_basics::Instant;
use ximu_procedure::rules::{RuleFault, Rules};

/// The largest rules file, in bytes: eight times the largest canonical document, for comments.
pub const FILE_BYTES_MAX: u64 = 256 * 1024;

/// The most presets that may stand on each other: calendar, nation, province, city, centre.
pub const PRESET_DEPTH_MAX: usize = 5;

/// Reads a tender's rules file and the presets it stands on, and checks the document.
///
/// A preset named `x` is `x.toml` in `presets_dir`, or else beside the tender's file, or else embedded here.
/// Whether a rehearsal may be served is left to the caller: the document itself may be one.
///
/// # Errors
/// Every [`Fault`] of the first stage that has any: reading, TOML, presets, form, meaning.
pub fn load(path: &Path, presets_dir: Option<&Path>) -> Result<Rules, Vec<Fault>> {
    open(path, presets_dir).map(|book| book.rules)
}

/// Like [`load`], but keeps the places, so that later checks can name lines too.
///
/// # Errors
/// Those of [`load`].
pub fn open(path: &Path, presets_dir: Option<&Path>) -> Result<Book, Vec<Fault>> {
    let name = path.display().to_string();
    let text = read(path, &name)?;
    Book::from_text(&name, &text, path.parent(), presets_dir)
}

/// A rules document and where each part of it was written.
#[derive(Debug)]
pub struct Book {
    rules: Rules,
    tree: Node,
}

impl Book {
    /// Reads a document from text; `name` stands in its faults, and presets are looked up as in [`load`], with
    /// `beside` as the folder of the tender's file.
    ///
    /// # Errors
    /// Those of [`load`].
    pub fn from_text(
        name: &str,
        text: &str,
        beside: Option<&Path>,
        presets_dir: Option<&Path>,
    ) -> Result<Book, Vec<Fault>> {
        let tender = tree::parse(name, text)?;
        let tree = preset::stack(tender, beside, presets_dir)?;
        let rules = convert::rules(&tree)?;
        let book = Book { rules, tree };
        match book.rules.validate(true) {
            Ok(()) => Ok(book),
            Err(faults) => Err(fault::sorted(faults.iter().map(|fault| book.locate(fault)).collect())),
        }
    }

    /// The document.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Checks the procedure's own times against the law, given the instant of publication.
    #[must_use]
    pub fn check_periods(&self, published: Instant) -> Vec<Fault> {
        self.rules.check_periods(published).iter().map(|fault| self.locate(fault)).collect()
    }

    /// Finds the line of a fault of the document: that of the deepest member on its path that was written.
    #[must_use]
    pub fn locate(&self, fault: &RuleFault) -> Fault {
        let (key, place) = locate(&self.tree, &fault.path);
        let fix = if place.file == self.tree.place.file {
            fault.fix.clone()
        } else {
            format!("{}; write the key in {} to override it", fault.fix, self.tree.place.file)
        };
        Fault {
            file: place.file.to_string(),
            line: place.line,
            column: place.column,
            key,
            code: Code::Rule(fault.code),
            expected: fault.expected.clone(),
            found: fault.found.clone(),
            fix,
        }
    }
}

/// Turns a path of the canonical document into the key people write, and finds its place.
fn locate<'a>(tree: &'a Node, path: &str) -> (String, &'a Place) {
    // A phase's table stands at the top of the file: `phases.seal.deadline` is written `seal.deadline`.
    let key = path.strip_prefix("phases.").unwrap_or(path);
    let mut node = tree;
    for step in key.split(['.', '[', ']']).filter(|step| !step.is_empty()) {
        match node.child(step) {
            Some(child) => node = child,
            None => break,
        }
    }
    (key.to_string(), &node.place)
}

/// Reads a text file of bounded size; the error is its one fault.
fn read(path: &Path, name: &str) -> Result<String, Vec<Fault>> {
    let unreadable = |expected: String, found: String, fix: &str| {
        vec![Fault::whole_file(name, Code::Unreadable, expected, found, fix)]
    };
    let failed = |error: io::Error| {
        unreadable("a readable text file".into(), error.to_string(), "check the path and its permissions")
    };
    let file = fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let expected = format!("at most {FILE_BYTES_MAX} bytes");
        return Err(unreadable(
            expected,
            "a larger file".into(),
            "put long texts into the tender's documents",
        ));
    }
    String::from_utf8(bytes).map_err(|error| {
        let found = format!("other bytes from byte {} on", error.utf8_error().valid_up_to());
        unreadable("UTF-8".into(), found, "save the file as UTF-8")
    })
}
