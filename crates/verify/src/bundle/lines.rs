//! Files of several parts (verify 3.3, 3.4): checkpoints, one after the other, and operations, one a line.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use ximu_basics::json::{self, JsonError};

use crate::replay::Disclosed;

/// Writes notes one after the other with an empty line between them. A checkpoint's text has no empty line, so every
/// second empty line separates two notes.
#[must_use]
pub fn join_checkpoints(notes: &[impl AsRef<str>]) -> String {
    let notes: Vec<&str> = notes.iter().map(AsRef::as_ref).collect();
    notes.join("\n")
}

/// The notes of the file, each with its last newline; `None` when the file does not divide into notes.
#[must_use]
pub fn split_checkpoints(text: &str) -> Option<Vec<String>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let parts: Vec<&str> = text.strip_suffix('\n')?.split("\n\n").collect();
    let notes: Vec<String> =
        parts.chunks_exact(2).map(|pair| alloc::format!("{}\n", pair.join("\n\n"))).collect();
    let plain = |part: &&str| !part.is_empty() && !part.starts_with('\n') && !part.ends_with('\n');
    let whole = parts.len() == 2 * notes.len() && parts.iter().all(plain);
    whole.then_some(notes)
}

/// Writes operations, each as canonical JSON on a line of its own.
///
/// # Errors
/// [`JsonError`] for an order number of 2^53 or more.
pub fn operations_text(operations: &[Disclosed]) -> Result<String, JsonError> {
    let mut text = String::new();
    for operation in operations {
        let line = json::to_canonical(operation)?;
        text.push_str(&String::from_utf8_lossy(&line));
        text.push('\n');
    }
    Ok(text)
}

/// Reads operations.
///
/// # Errors
/// The number of the first line that is wrong, from 0, and why.
pub fn read_operations(bytes: &[u8]) -> Result<Vec<Disclosed>, (u64, String)> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let count = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    let lines = bytes.strip_suffix(b"\n").ok_or((count, "expected a newline at the end".to_string()))?;
    (0u64..)
        .zip(lines.split(|byte| *byte == b'\n'))
        .map(|(number, line)| json::from_canonical(line).map_err(|error| (number, error.to_string())))
        .collect()
}

/// Writes a committee's operations, each in its exact bytes on a line of its own: canonical JSON has no newline.
#[must_use]
pub fn panel_text(operations: &[impl AsRef<str>]) -> String {
    operations.iter().map(|operation| alloc::format!("{}\n", operation.as_ref())).collect()
}

/// Reads a committee's operations.
///
/// # Errors
/// The number of the first line that is wrong, from 0, and why.
pub fn read_panel(bytes: &[u8]) -> Result<Vec<String>, (u64, String)> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let count = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    let lines = bytes.strip_suffix(b"\n").ok_or((count, "expected a newline at the end".to_string()))?;
    let text = |(number, line): (u64, &[u8])| {
        String::from_utf8(line.to_vec()).map_err(|error| (number, error.to_string()))
    };
    (0u64..).zip(lines.split(|byte| *byte == b'\n')).map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, vec};

    #[test]
    fn notes_divide_as_they_were_joined() {
        let note = |size: u32| format!("log.example\n{size}\nroot\n\n\u{2014} a b\n\u{2014} c d\n");
        for count in 0..4 {
            let notes: Vec<String> = (0..count).map(note).collect();
            assert_eq!(split_checkpoints(&join_checkpoints(&notes)), Some(notes));
        }
        let one = note(1);
        for bad in ["\n", one.trim_end(), &format!("{one}\n"), &format!("\n{one}")] {
            assert_eq!(split_checkpoints(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn operations_of_a_committee_stand_one_a_line_in_their_own_bytes() {
        for operations in [vec![], vec!["{}".to_string()], vec!["{\"a\":1}".to_string(), "{}".to_string()]] {
            assert_eq!(read_panel(panel_text(&operations).as_bytes()), Ok(operations));
        }
        assert_eq!(read_panel(b"{}\n{}").unwrap_err().0, 1);
        assert_eq!(read_panel(b"{}\n\xff\n").unwrap_err().0, 1);
    }

    #[test]
    fn operations_stand_one_a_line() {
        let line = |order| Disclosed { operation: "{\"a\":\"\\n\"}".into(), order, slot: 7 };
        for operations in [vec![], vec![line(0)], vec![line(0), line(1)]] {
            let text = operations_text(&operations).unwrap();
            assert_eq!(text.lines().count(), operations.len());
            assert_eq!(read_operations(text.as_bytes()), Ok(operations));
        }
        let text = operations_text(&[line(0), line(1)]).unwrap();
        assert_eq!(read_operations(text.trim_end().as_bytes()).unwrap_err().0, 1);
        assert_eq!(read_operations(format!("{text}\n").as_bytes()).unwrap_err().0, 2);
        assert_eq!(read_operations(text.replacen("order", "ordre", 1).as_bytes()).unwrap_err().0, 0);
    }
}
