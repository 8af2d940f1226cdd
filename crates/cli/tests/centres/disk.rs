//! What somebody finds who takes a machine's disk: every file byte for byte with its name, and every value of every
//! database, put together again from the pages it is spread over.

use super::scan::{Finding, Scanner};
use rusqlite::types::ValueRef;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Bytes and where they were found.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where.
    pub place: String,
    /// What.
    pub bytes: Vec<u8>,
}

/// Copies a folder with everything in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Everything in a folder that nobody writes to any more. Databases are opened, which changes the copy.
pub fn read(name: &str, folder: &Path) -> Vec<Source> {
    let mut sources = Vec::new();
    let mut files = Vec::new();
    list(folder, &mut files);
    files.sort();
    let mut names = Vec::new();
    for path in &files {
        let place = format!("{name}/{}", path.strip_prefix(folder).unwrap().display());
        names.extend(place.bytes().chain([b'\n']));
        sources.push(Source { place, bytes: fs::read(path).unwrap() });
    }
    sources.push(Source { place: format!("{name}: the names of its files"), bytes: names });
    let databases: Vec<&PathBuf> = files.iter().filter(|path| is_database(path)).collect();
    for path in databases {
        let place = format!("{name}/{}", path.strip_prefix(folder).unwrap().display());
        values(&place, path, &mut sources);
    }
    sources
}

/// Everything that a scanner finds in these.
pub fn scan(scanner: &Scanner, sources: &[Source]) -> Vec<Finding> {
    sources.iter().flat_map(|source| scanner.scan(&source.place, &source.bytes)).collect()
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { list(&path, files) } else { files.push(path) }
    }
}

fn is_database(path: &Path) -> bool {
    fs::read(path).unwrap().starts_with(b"SQLite format 3\0")
}

/// Every text and blob of every table. A database that cannot be read fails the test: nothing is skipped in silence.
fn values(place: &str, path: &Path, sources: &mut Vec<Source>) {
    let database = rusqlite::Connection::open(path).unwrap();
    let mut names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for table in names {
        let mut statement = database.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        let mut number = 0;
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = row.get_ref(column).unwrap() {
                    let place = format!("{place}: {table} row {number} column {column}");
                    sources.push(Source { place, bytes: bytes.to_vec() });
                }
            }
            number += 1;
        }
    }
}
