//! Why a file or folder cannot be used: what was expected there, what was found, what to do.
//!
//! The usual reasons have a sentence of their own; others keep the system's words.

use super::Fault;
use crate::sentence::Sentence;
use std::{fmt, path::Path};
use ximu_text::Text;

/// A usual reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Missing,
    Denied,
    IsFolder,
    IsFile,
    Full,
    NoText,
}

/// What the system says when a file cannot be used, in small letters, and why that is.
const SAID: [(&str, Why); 8] = [
    ("(os error 2)", Why::Missing),
    ("(os error 13)", Why::Denied),
    ("is a directory", Why::IsFolder),
    ("(os error 17)", Why::IsFile),
    ("(os error 20)", Why::IsFile),
    ("(os error 28)", Why::Full),
    ("(os error 122)", Why::Full),
    ("invalid utf-8", Why::NoText),
];

/// A file could not be read or written.
pub fn fault(action: &str, path: &Path, error: &dyn fmt::Display) -> Fault {
    let error = error.to_string();
    let found = error.to_lowercase();
    let why = SAID.iter().find(|(system, _)| found.contains(system)).map(|(_, why)| *why);
    // Only a folder that is to be made is in the way of nothing but a file.
    let why = why
        .filter(|why| *why != Why::IsFile || action == "make the folder" || found.contains("(os error 20)"));
    match why {
        None => Fault::new(
            "file",
            |t: Text| plain(t, action, &path.display().to_string(), &error),
            Text::advice_check_path,
        ),
        Some(why) => {
            let (said, advice) = usual(why, action, path);
            Fault::new("file", said, advice)
        }
    }
}

/// The sentences of a usual reason.
fn usual(why: Why, action: &str, path: &Path) -> (Sentence, Sentence) {
    let shown = path.display().to_string();
    match why {
        Why::Missing if ["read", "remove"].contains(&action) => {
            ((|t: Text| t.found_no_file(&shown)).into(), Text::advice_file_name.into())
        }
        Why::Missing => ((|t: Text| t.found_no_folder_for(&shown)).into(), Text::advice_make_folder.into()),
        Why::Denied => ((|t: Text| t.found_denied(&shown)).into(), Text::advice_permission.into()),
        Why::IsFolder => ((|t: Text| t.found_is_folder(&shown)).into(), Text::advice_name_file.into()),
        Why::IsFile => {
            let file = path.ancestors().find(|part| part.is_file()).unwrap_or(path).display().to_string();
            ((|t: Text| t.found_is_file(&file)).into(), Text::advice_name_folder.into())
        }
        Why::Full => ((|t: Text| t.found_full(&shown)).into(), Text::advice_make_room.into()),
        Why::NoText => ((|t: Text| t.found_no_text(&shown)).into(), Text::advice_right_file.into()),
    }
}

/// What was tried, and the system's own words.
fn plain(t: Text, action: &str, path: &str, error: &str) -> String {
    match action {
        "read" => t.found_file_read(error, path),
        "write" => t.found_file_write(error, path),
        "remove" => t.found_file_remove(error, path),
        "make" => t.found_file_make(error, path),
        "make the folder" => t.found_file_folder(error, path),
        "name" => t.found_file_name(error, path),
        "encode" => t.found_file_encode(error, path),
        other => t.found_at(error, format!("{other} {path}")),
    }
}

#[cfg(test)]
mod tests {
    use crate::files::{self, Access};
    use std::fs;
    use ximu_text::Language;

    #[test]
    fn what_was_expected_and_found_and_what_to_do_are_plain_sentences_in_both_languages() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), [0xff, 0xfe]).unwrap();
        let faults = [
            (files::read(&path("none.zip")).unwrap_err(), "none.zip, found none", "没有这个文件"),
            (files::read(folder.path()).unwrap_err(), "expected a file at ", "是目录，不是文件"),
            (files::read(&path("file/below")).unwrap_err(), "file, found a file", "是文件，不是目录"),
            (files::read_text(&path("file")).unwrap_err(), "expected text in ", "不是 UTF-8 文本"),
            (files::folder(&path("file")).unwrap_err(), "expected a folder at ", "是文件，不是目录"),
            (
                files::write(&path("none/x.zip"), b"", Access::Shared).unwrap_err(),
                "found no such folder",
                "所在的目录不存在",
            ),
        ];
        for (fault, english, chinese) in faults {
            assert_eq!(fault.code, "file");
            let told = Language::ALL.map(|language| fault.told(language));
            assert!(told.iter().any(|told| told.contains(english)), "{told:?}");
            assert!(told.iter().any(|told| told.contains(chinese)), "{told:?}");
            for told in told {
                assert!(!told.contains("os error") && !told.contains("技术信息"), "{told}");
                assert!(told.contains("to do: ") || told.contains("怎么办："), "{told}");
            }
        }
    }

    #[test]
    fn a_reason_that_nobody_knows_keeps_the_systems_words() {
        let fault = super::fault("read", "a.zip".as_ref(), &"Stale file handle (os error 116)");
        assert_eq!(fault.said.to_string(), "read a.zip: Stale file handle (os error 116)");
        // A file that is in the way of a file is no missing folder.
        let fault = super::fault("make", "a.zip".as_ref(), &"File exists (os error 17)");
        assert!(fault.said.to_string().contains("File exists"), "{fault}");
    }
}
