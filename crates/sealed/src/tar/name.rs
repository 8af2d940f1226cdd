//! Which names a file may have, so that unpacking writes only inside the chosen folder, on any system
//! (sealed-bid 5.2).

use super::{ENTRIES_MAX, TarError};
use alloc::{
    collections::BTreeSet,
    string::{String, ToString},
};

/// The longest name, in bytes of UTF-8, folders included.
pub const NAME_BYTES_MAX: usize = 1024;

/// The longest component of a name, in bytes: what common file systems allow.
pub const COMPONENT_BYTES_MAX: usize = 255;

/// Refuses a name that is absolute, climbs, hides or could be read in two ways.
///
/// # Errors
/// [`TarError::Name`] with the first rule broken, in the order below.
pub fn check(name: &str) -> Result<(), TarError> {
    let refuse = |expected| Err(TarError::Name { expected, found: name.chars().take(120).collect() });
    if name.is_empty() || name.len() > NAME_BYTES_MAX {
        return refuse("a name of 1 to 1024 bytes");
    }
    if name.starts_with('/') {
        return refuse("a relative name");
    }
    if name.chars().any(misleading) {
        return refuse("a name without control and direction characters, '\\' and ':'");
    }
    for component in name.split('/') {
        match component {
            "" => return refuse("no empty component"),
            "." | ".." => return refuse("no component '.' or '..'"),
            _ if component.len() > COMPONENT_BYTES_MAX => return refuse("components of at most 255 bytes"),
            _ => {}
        }
    }
    Ok(())
}

/// Control characters, line and paragraph separators, and the marks that turn the direction of text around, with
/// which `fdp.exe` can be shown as `exe.pdf`; and the two characters with a meaning in paths elsewhere.
fn misleading(character: char) -> bool {
    character.is_control()
        || matches!(character, '\\' | ':' | '\u{2028}'..='\u{202e}' | '\u{200e}' | '\u{200f}' | '\u{061c}')
        || matches!(character, '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The names seen so far in one archive.
#[derive(Debug, Default)]
pub struct Names {
    files: BTreeSet<String>,
    folders: BTreeSet<String>,
}

impl Names {
    /// Checks a name by itself and beside the earlier ones, and remembers it.
    ///
    /// # Errors
    /// [`TarError::Name`], [`TarError::Duplicate`], [`TarError::Entries`].
    pub fn add(&mut self, name: &str) -> Result<(), TarError> {
        check(name)?;
        if self.files.len() >= ENTRIES_MAX {
            return Err(TarError::Entries { max: ENTRIES_MAX });
        }
        let duplicate = || Err(TarError::Duplicate { found: name.chars().take(120).collect() });
        if self.folders.contains(name) {
            return duplicate();
        }
        for (at, _) in name.match_indices('/') {
            let folder = name.split_at_checked(at).map(|(folder, _)| folder).unwrap_or_default();
            if self.files.contains(folder) {
                return duplicate();
            }
            self.folders.insert(folder.to_string());
        }
        if !self.files.insert(name.to_string()) {
            return duplicate();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_the_folder_or_deceive_are_refused() {
        for bad in [
            "",
            "/etc/passwd",
            "..",
            "../a",
            "a/../b",
            "a/..",
            ".",
            "./a",
            "a//b",
            "a/",
            "a\\b",
            "C:a",
            "a\0b",
            "a\nb",
            "报价\u{202e}fdp.exe",
            "a\u{feff}",
            &"a".repeat(256),
            &"a/".repeat(600),
        ] {
            assert!(matches!(check(bad), Err(TarError::Name { .. })), "{bad:?}");
        }
        for good in [
            "form.json",
            "投标文件/技术部分/施工组织设计.pdf",
            "a b",
            "...",
            "a..b",
            ".hidden",
            &"长".repeat(85),
        ] {
            assert_eq!(check(good), Ok(()), "{good:?}");
        }
    }

    #[test]
    fn a_name_is_used_once_and_never_as_file_and_folder() {
        for (first, second) in [("a", "a"), ("a", "a/b"), ("a/b", "a"), ("a/b/c", "a/b")] {
            let mut names = Names::default();
            names.add(first).unwrap();
            assert!(matches!(names.add(second), Err(TarError::Duplicate { .. })), "{first} then {second}");
        }
        let mut names = Names::default();
        for fine in ["a/b", "a/c", "ab", "b"] {
            assert_eq!(names.add(fine), Ok(()), "{fine}");
        }
    }
}
