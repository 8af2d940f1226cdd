//! The container (verify 2): a zip archive in exactly one form, so that any tool opens it and two people who have
//! the same files have the same bytes.
//!
//! Entries are stored, not compressed; every field that could vary is fixed; the order is fixed. The reader takes
//! the archive apart, writes it again and compares: what differs in one byte is not a container. Not here: which
//! files there are (`bundle`).

use alloc::{collections::BTreeMap, format, string::String, vec::Vec};

/// The largest archive, in bytes: offsets are 32-bit numbers, and the last of them is reserved.
pub const ARCHIVE_BYTES_MAX: u64 = u32::MAX as u64 - 1;

/// The most files of an archive: their count is a 16-bit number, and the last of them is reserved.
pub const FILES_MAX: usize = 65_534;

/// The longest path, in bytes.
pub const PATH_BYTES_MAX: usize = 255;

/// The files that stand first, in this order; the others follow, ascending by the bytes of their paths.
pub const FIRST: [&str; 2] = ["README.txt", "manifest.json"];

/// How a container begins.
pub const BEGIN: [u8; 4] = *b"PK\x03\x04";
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const END: [u8; 4] = *b"PK\x05\x06";
/// Fields between the signature and the CRC of a local header: version needed 1.0, no flags, stored, the time
/// 00:00:00 and the date 1980-01-01, which is zip's zero.
const FIXED: [u8; 10] = [10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
/// Where the checksum of a file's bytes stands in its local header.
const CRC: core::ops::Range<usize> = 14..18;
/// How many bytes are shown of what stands in a wrong place.
const FOUND_BYTES: usize = 12;
/// Length of a local header without its path.
const LOCAL_BYTES: usize = 30;

/// The archive is not a container, or the files cannot be put into one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZipError {
    /// The bytes stop being a canonical archive.
    #[error("expected {expected} at byte {at}{within}, found {found}")]
    Form {
        /// The offset of the first byte that is wrong.
        at: usize,
        /// What should stand there.
        expected: &'static str,
        /// The file it belongs to, as ` (path)`; empty outside the files.
        within: String,
        /// The bytes that stand there.
        found: String,
    },
    /// The bytes end before the container does: it was not fetched or stored whole.
    #[error("expected at least {expected} bytes, found that the file ends after {found}{within}")]
    Cut {
        /// How many bytes there must be at least: as far as those that are there tell.
        expected: u64,
        /// How many there are.
        found: usize,
        /// The file in which it ends, as ` (path)`; empty outside the files.
        within: String,
    },
    /// A path that a container cannot carry.
    #[error("expected a path of plain characters without '.' and '..' parts, found {found:?}")]
    Path {
        /// The path.
        found: String,
    },
    /// Too many files or too many bytes.
    #[error("expected at most {FILES_MAX} files and {ARCHIVE_BYTES_MAX} bytes, found {files} and {bytes}")]
    TooLarge {
        /// Files given.
        files: usize,
        /// Bytes the archive would have.
        bytes: u64,
    },
}

/// Files by path.
pub type Files<'a> = BTreeMap<&'a str, &'a [u8]>;

/// Writes an archive piece by piece; the pieces in order are its bytes.
///
/// # Errors
/// [`ZipError::Path`], [`ZipError::TooLarge`]; nothing is written then.
pub fn write(files: &Files<'_>, out: &mut dyn FnMut(&[u8])) -> Result<(), ZipError> {
    check(files)?;
    let mut central: Vec<u8> = Vec::new();
    let mut offset: u32 = 0;
    for (path, data) in in_order(files) {
        let (path_bytes, data_bytes) = (path.len() as u16, data.len() as u32);
        let mut fields = Vec::with_capacity(LOCAL_BYTES);
        fields.extend_from_slice(&FIXED);
        fields.extend_from_slice(&crc32(data).to_le_bytes());
        fields.extend_from_slice(&data_bytes.to_le_bytes());
        fields.extend_from_slice(&data_bytes.to_le_bytes());
        fields.extend_from_slice(&path_bytes.to_le_bytes());
        // No extra field; in the directory also no comment, disk 0, no attributes.
        fields.extend_from_slice(&[0; 2]);
        out(&BEGIN);
        out(&fields);
        out(path.as_bytes());
        out(data);
        central.extend_from_slice(&CENTRAL);
        central.extend_from_slice(&[20, 0]);
        central.extend_from_slice(&fields);
        central.extend_from_slice(&[0; 10]);
        central.extend_from_slice(&offset.to_le_bytes());
        central.extend_from_slice(path.as_bytes());
        offset += LOCAL_BYTES as u32 + u32::from(path_bytes) + data_bytes;
    }
    let count = (files.len() as u16).to_le_bytes();
    out(&central);
    out(&END);
    out(&[0; 4]);
    out(&count);
    out(&count);
    out(&(central.len() as u32).to_le_bytes());
    out(&offset.to_le_bytes());
    out(&[0; 2]);
    Ok(())
}

/// Reads an archive; the files are parts of its bytes.
///
/// # Errors
/// [`ZipError::Form`] for anything but the bytes that [`write`] gives for these files.
pub fn read(bytes: &[u8]) -> Result<Files<'_>, ZipError> {
    let mut files = Files::new();
    let mut rest = bytes;
    while let Some(header) = rest.strip_prefix(&BEGIN) {
        let at = bytes.len() - rest.len();
        let form = |expected| form(bytes, at, expected);
        // A header whose fields lie beyond the end says only that they are to come.
        let (fields, after) = header.split_first_chunk::<26>().ok_or(cut(bytes, at, LOCAL_BYTES as u64))?;
        let [.., s0, s1, s2, s3, p0, p1, _, _] = *fields;
        let (size, path_bytes) = (u32::from_le_bytes([s0, s1, s2, s3]), u16::from_le_bytes([p0, p1]));
        let whole_bytes = LOCAL_BYTES as u64 + u64::from(path_bytes) + u64::from(size);
        let cut = || cut(bytes, at, whole_bytes);
        let (path, after) = after.split_at_checked(path_bytes.into()).ok_or_else(cut)?;
        let size = usize::try_from(size).map_err(|_| cut())?;
        let (data, after) = after.split_at_checked(size).ok_or_else(cut)?;
        let path =
            core::str::from_utf8(path).ok().filter(|path| is_path(path)).ok_or(form("a plain path"))?;
        if files.insert(path, data).is_some() {
            return Err(form("a path that did not stand before"));
        }
        rest = after;
    }
    if files.is_empty() && !bytes.starts_with(&END) {
        return Err(form(bytes, 0, "a container, which begins with \"PK\\x03\\x04\""));
    }
    if !rest.is_empty() && rest.len() < BEGIN.len() && BEGIN.starts_with(rest) {
        return Err(cut(bytes, bytes.len() - rest.len(), LOCAL_BYTES as u64));
    }
    let (mut at, mut whole_bytes) = (0usize, 0u64);
    let mut same = true;
    let other = |at| form(bytes, at, "what a bundle of these files has");
    write(&files, &mut |piece| {
        whole_bytes = whole_bytes.saturating_add(piece.len() as u64);
        let ours = bytes.get(at..at.saturating_add(piece.len()));
        if same && ours != Some(piece) {
            let found = bytes.get(at..).unwrap_or_default();
            at += found.iter().zip(piece).take_while(|(found, expected)| found == expected).count();
            same = false;
        } else if same {
            at += piece.len();
        }
    })
    .map_err(|_| other(0))?;
    match (same, at == bytes.len()) {
        (true, true) => Ok(files),
        // All that is there is right, and there is less of it than these files take.
        (false, true) => Err(cut(bytes, 0, whole_bytes)),
        (true | false, false) => Err(other(at)),
    }
}

/// The bytes end though so many follow from this place on.
fn cut(bytes: &[u8], at: usize, follow: u64) -> ZipError {
    let path = within(bytes, bytes.len()).map(|(path, _)| path);
    let within = path.map_or_else(String::new, |path| format!(" ({path})"));
    ZipError::Cut { expected: (at as u64).saturating_add(follow), found: bytes.len(), within }
}

/// What is wrong at this byte, and in which file.
fn form(bytes: &[u8], at: usize, expected: &'static str) -> ZipError {
    let piece = bytes.get(at..).unwrap_or_default();
    let found = match piece.get(..piece.len().min(FOUND_BYTES)) {
        None | Some([]) => "the end".into(),
        Some(piece) => format!("\"{}\"", piece.escape_ascii()),
    };
    let within = within(bytes, at);
    let (expected, within) = match within {
        Some((path, from)) if CRC.contains(&(at - from)) => ("the checksum of the file's bytes", path),
        Some((path, _)) => (expected, path),
        None => (expected, ""),
    };
    let within = if within.is_empty() { String::new() } else { format!(" ({within})") };
    ZipError::Form { at, expected, within, found }
}

/// The file whose header or bytes a byte belongs to, and where its header begins.
fn within(bytes: &[u8], at: usize) -> Option<(&str, usize)> {
    let mut from = 0usize;
    loop {
        let (fields, after) = bytes.get(from..)?.strip_prefix(&BEGIN)?.split_first_chunk::<26>()?;
        let [.., s0, s1, s2, s3, p0, p1, _, _] = *fields;
        let size = usize::try_from(u32::from_le_bytes([s0, s1, s2, s3])).ok()?;
        let path = after.get(..u16::from_le_bytes([p0, p1]).into())?;
        let end = from.saturating_add(LOCAL_BYTES + path.len()).saturating_add(size);
        if at < end {
            return core::str::from_utf8(path).ok().filter(|path| is_path(path)).map(|path| (path, from));
        }
        from = end;
    }
}

/// Whether a container can carry a file under this path.
#[must_use]
pub fn is_path(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    path.len() <= PATH_BYTES_MAX
        && path.bytes().all(plain)
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn check(files: &Files<'_>) -> Result<(), ZipError> {
    let mut bytes = 22u64;
    for (path, data) in files {
        if !is_path(path) {
            return Err(ZipError::Path { found: path.chars().take(PATH_BYTES_MAX).collect() });
        }
        // A local header, a directory entry, the path in both, the file.
        bytes = bytes.saturating_add(30 + 46 + 2 * path.len() as u64).saturating_add(data.len() as u64);
    }
    if files.len() > FILES_MAX || bytes > ARCHIVE_BYTES_MAX {
        return Err(ZipError::TooLarge { files: files.len(), bytes });
    }
    Ok(())
}

fn in_order<'f, 'a>(files: &'f Files<'a>) -> impl Iterator<Item = (&'a str, &'a [u8])> + 'f {
    let first = FIRST.iter().filter_map(|path| files.get_key_value(path));
    let others = files.iter().filter(|(path, _)| !FIRST.contains(path));
    first.chain(others).map(|(path, data)| (*path, *data))
}

/// CRC-32 as zip uses it (ISO-HDLC, reflected polynomial 0xEDB88320).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        let index = (crc ^ u32::from(*byte)) & 0xff;
        (crc >> 8) ^ TABLE.get(index as usize).copied().unwrap_or_default()
    };
    !bytes.iter().fold(u32::MAX, step)
}

const TABLE: [u32; 256] = table();

#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler, which checks the bounds")]
const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut crc = index as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
            bit += 1;
        }
        table[index] = crc;
        index += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let files: Files<'_> = files.iter().copied().collect();
        let mut bytes = Vec::new();
        write(&files, &mut |piece| bytes.extend_from_slice(piece)).unwrap();
        bytes
    }

    fn sample() -> Vec<u8> {
        archive(&[("a/b", b"beta"), ("README.txt", b"read"), ("a.txt", b""), ("manifest.json", b"{}")])
    }

    #[test]
    fn the_checksum_is_the_standard_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn what_was_written_is_read_in_a_fixed_order() {
        let bytes = sample();
        let files = read(&bytes).unwrap();
        assert_eq!(files.len(), 4);
        assert_eq!(files["a/b"], b"beta");
        let order: Vec<&str> = in_order(&files).map(|(path, _)| path).collect();
        assert_eq!(order, ["README.txt", "manifest.json", "a.txt", "a/b"]);
        assert_eq!(read(&archive(&[])), Ok(Files::new()));
    }

    #[test]
    fn a_foreign_tool_lists_and_tests_the_archive() {
        use std::{fs, process::Command};
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sample.zip");
        fs::write(&path, sample()).unwrap();
        let code = "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n\
                    print(','.join(i.filename for i in z.infolist()), z.read('a/b').decode())";
        let output = Command::new("python3").args(["-c", code]).arg(&path).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stdout), "README.txt,manifest.json,a.txt,a/b beta\n");
    }

    #[test]
    fn every_changed_byte_outside_the_files_breaks_the_container() {
        let bytes = sample();
        for at in 0..bytes.len() {
            for change in [1, 0x20, 0x80] {
                let mut other = bytes.clone();
                other[at] ^= change;
                assert!(read(&other).is_err(), "byte {at} changed by {change:#x} must break it");
            }
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_stands_there_and_in_which_file() {
        let said = |bytes: &[u8]| format!("{}", read(bytes).unwrap_err());
        let begins = "expected a container, which begins with \"PK\\x03\\x04\" at byte 0, found ";
        assert_eq!(said(b"root:x:0:0:root"), format!("{begins}\"root:x:0:0:r\""));
        assert_eq!(said(b""), format!("{begins}the end"));
        let mut bytes = sample();
        let at = bytes.windows(4).position(|part| part == b"beta").unwrap();
        bytes[at] ^= 1;
        let said = said(&bytes);
        assert!(said.starts_with("expected the checksum of the file's bytes at byte "), "{said}");
        assert!(said.contains(" (a/b), found "), "{said}");
    }

    #[test]
    fn what_is_cut_or_longer_is_not_a_container() {
        let bytes = sample();
        assert!(read(&bytes[..3]).is_err());
        for end in BEGIN.len()..bytes.len() {
            let Err(ZipError::Cut { expected, found, .. }) = read(&bytes[..end]) else { panic!("{end}") };
            assert!(found == end && (end as u64) < expected && expected <= bytes.len() as u64, "{end}");
        }
        let said = |end: usize| format!("{}", read(&bytes[..end]).unwrap_err());
        let beta = bytes.windows(4).position(|part| part == b"beta").unwrap();
        let there = beta + 2;
        let expected =
            format!("expected at least {} bytes, found that the file ends after {there} (a/b)", beta + 4);
        assert_eq!(said(there), expected);
        let (last, whole) = (bytes.len() - 1, bytes.len());
        assert_eq!(
            said(last),
            format!("expected at least {whole} bytes, found that the file ends after {last}")
        );
        let mut other = bytes.clone();
        other[last] = 1;
        let said = format!("{}", read(&other).unwrap_err());
        assert_eq!(
            said,
            format!("expected what a bundle of these files has at byte {last}, found \"\\x01\"")
        );
        assert!(read(&[&bytes[..], b"x"].concat()).is_err());
        assert!(read(&[b"x", &bytes[..]].concat()).is_err());
        assert!(read(b"").is_err());
    }

    #[test]
    fn paths_that_could_escape_are_refused() {
        for bad in ["", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\\b", "名", "a b", &"a".repeat(256)] {
            let files: Files<'_> = [(bad, &b""[..])].into();
            let refused = write(&files, &mut |_| {});
            assert_eq!(refused, Err(ZipError::Path { found: bad.chars().take(255).collect() }), "{bad:?}");
        }
    }

    #[test]
    fn too_many_files_are_refused() {
        let paths: Vec<String> = (0..=FILES_MAX).map(|number| format!("{number}")).collect();
        let files: Files<'_> = paths.iter().map(|path| (path.as_str(), &b""[..])).collect();
        assert!(matches!(write(&files, &mut |_| {}), Err(ZipError::TooLarge { .. })));
    }

    #[test]
    fn a_doubled_path_or_another_order_is_refused() {
        let one = archive(&[("b", b"1")]);
        let two = archive(&[("a", b"2")]);
        let local = |bytes: &[u8]| bytes[..LOCAL_BYTES + 2].to_vec();
        for bytes in [vec![local(&one), local(&two)], vec![local(&one), local(&one)]] {
            assert!(read(&bytes.concat()).is_err());
        }
    }
}
