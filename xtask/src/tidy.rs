//! House rules that no lint knows: file heads and lengths, words that do not belong, arguments in the wrong place, and a
//! map that matches.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{run, swapped};

/// The longest source file, in lines. What is longer holds more than one idea.
const LINES_MAX: usize = 800;
/// The largest median of source files, in lines.
const MEDIAN_MAX: usize = 250;

/// Longer files: documents that a standard has in one piece. Tests hold the description of the interface to its routes and
/// answers, and the schema of our OCDS extension to our data.
const LONGER: [&str; 2] = ["crates/web/assets/openapi.json", "docs/ocds-extension/release-schema.json"];

/// Words that have no place in the sources: unfinished work is an open issue or is said plainly to the user.
/// Split, so that this file does not contain them.
const FORBIDDEN: [(&str, &str); 4] = [("TO", "DO"), ("FIX", "ME"), ("X", "XX"), ("HA", "CK")];

/// Checks every file that git tracks.
pub fn check(root: &Path) -> Result<(), String> {
    let listing = run::read(Command::new("git").args(["ls-files"]).current_dir(root))?;
    let sources: Vec<PathBuf> =
        listing.lines().filter(|name| name.ends_with(".rs")).map(PathBuf::from).collect();
    let mut faults = Vec::new();
    let mut lengths = Vec::new();
    let mut messages = BTreeMap::new();
    for name in listing.lines().filter(|name| name.starts_with("locales/zh-CN/")) {
        swapped::messages(&read(&root.join(name))?, &mut messages);
    }
    for name in &sources {
        let text = read(&root.join(name))?;
        faults.extend(
            swapped::calls(&text, &messages).iter().map(|fault| format!("{}: {fault}", name.display())),
        );
        lengths.push(text.lines().count());
        faults.extend(source(&name.display().to_string(), &text));
    }
    for name in LONGER.into_iter().filter(|name| !listing.lines().any(|line| line == *name)) {
        faults.push(format!("{name}: may be longer, and is not there"));
    }
    for name in
        listing.lines().filter(|name| [".js", ".json", ".mjs", ".css"].iter().any(|end| name.ends_with(end)))
    {
        faults.extend(length(name, &read(&root.join(name))?));
    }
    lengths.sort_unstable();
    let median = lengths.get(lengths.len() / 2).copied().unwrap_or(0);
    if median > MEDIAN_MAX {
        faults.push(format!("expected a median of at most {MEDIAN_MAX} lines a source file, found {median}"));
    }
    faults.extend(map(root, &listing)?);
    if faults.is_empty() {
        Ok(())
    } else {
        Err(format!("{} faults\n  {}", faults.len(), faults.join("\n  ")))
    }
}

fn source(name: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if !text.starts_with("//!") {
        faults.push(format!("{name}: expected to open with //! and what the file is"));
    }
    faults.extend(length(name, text));
    for (first, second) in FORBIDDEN {
        let word = format!("{first}{second}");
        let found = text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|token| token == word);
        if found {
            faults
                .push(format!("{name}: {word}: finish it, or say plainly in the product what is not there"));
        }
    }
    faults
}

/// Scripts, style sheets and JSON are sources too.
fn length(name: &str, text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > LINES_MAX && !LONGER.contains(&name))
        .then(|| format!("{name}: expected at most {LINES_MAX} lines, found {lines}; split it by idea"))
}

/// ARCHITECTURE.md names every crate and every other folder of the tree, and none that is not there.
fn map(root: &Path, listing: &str) -> Result<Vec<String>, String> {
    let text = read(&root.join("ARCHITECTURE.md"))?;
    let folders: BTreeSet<&str> = listing.lines().filter_map(folder).collect();
    let named: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let missing = folders.difference(&named).map(|name| format!("ARCHITECTURE.md: {name} is not in the map"));
    let extra = named
        .difference(&folders)
        .map(|name| format!("ARCHITECTURE.md: {name} is in the map and not in the tree"));
    Ok(missing.chain(extra).collect())
}

/// The folder of the map that a file belongs to: its crate, or the first folder of its path; none at the root and in the
/// folders of tools, whose names begin with a dot.
fn folder(name: &str) -> Option<&str> {
    let (first, rest) = name.split_once('/')?;
    let end = match (first, rest.split_once('/')) {
        ("crates", Some((inner, _))) => first.len() + 1 + inner.len(),
        (_, _) => first.len(),
    };
    name.get(..end).filter(|folder| !folder.starts_with('.'))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
