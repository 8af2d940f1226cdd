//! Output: what people read goes to standard output line by line, what went wrong to standard error. Nothing else
//! in this crate prints.
//!
//! Names and words in it come from strangers: what would move the cursor, hide text or turn a line around is printed as
//! its number, in JSON as `\u202e`.

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::{
    borrow::Cow,
    fmt::Write as _,
    io::{ErrorKind, IsTerminal as _, Write as _},
    sync::OnceLock,
};
use ximu_report::is_hidden;
use ximu_text::{Language, Text};

static LOST: OnceLock<String> = OnceLock::new();

/// Whose language is spoken: chosen once, before anything is printed.
static LANGUAGE: OnceLock<Language> = OnceLock::new();

/// Chooses the language of everything that is printed from now on.
pub fn speak(language: Language) {
    let _first = LANGUAGE.set(language);
}

/// The sentences of that language; English until one is chosen.
pub fn text() -> Text {
    Text::new(*LANGUAGE.get().unwrap_or(&Language::English))
}

/// Prints one sentence.
pub fn say(sentence: impl FnOnce(Text) -> String) {
    line(sentence(text()));
}

/// Prints one sentence that belongs to the one above.
pub fn say_below(sentence: impl FnOnce(Text) -> String) {
    line(format!("  {}", sentence(text())));
}

/// Prints one sentence beside the output.
pub fn remark(sentence: impl FnOnce(Text) -> String) {
    note(sentence(text()));
}

/// Prints one line. A closed pipe is the reader's decision and no fault.
pub fn line(text: impl AsRef<str>) {
    print(&told(text.as_ref()));
}

/// Prints one line beside the output: a warning, a hint.
pub fn note(text: impl AsRef<str>) {
    let _closed = writeln!(std::io::stderr().lock(), "{}", told(text.as_ref()));
}

/// Prints a value as one line of JSON.
pub fn json(value: &impl Serialize) {
    print(&escaped(&serde_json::to_string(value).unwrap_or_else(|_| "null".into())));
}

/// Prints canonical JSON: a program gets its exact bytes, a terminal the same value with nothing in it that acts.
pub fn canonical(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    print(&if std::io::stdout().is_terminal() { escaped(&text) } else { text });
}

fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let done = writeln!(out, "{text}").and_then(|()| out.flush());
    if let Err(error) = done
        && error.kind() != ErrorKind::BrokenPipe
    {
        let _first = LOST.set(error.to_string());
    }
}

/// What kept output from being written, if anything did: then the command has not told what it was asked.
pub fn lost() -> Option<&'static str> {
    LOST.get().map(String::as_str)
}

/// Whether a terminal, or a reader's eye, would be led by a character instead of shown it.
fn acts(character: char) -> bool {
    !matches!(character, '\n' | '\t') && is_hidden(character)
}

/// The text with every such character as its number.
fn told(text: &str) -> Cow<'_, str> {
    replaced(text, |out, character| {
        let _never = write!(out, "[U+{:04X}]", u32::from(character));
    })
}

/// JSON with every such character escaped: they stand in strings only, so that the value is the same.
fn escaped(json: &str) -> Cow<'_, str> {
    replaced(json, |out, character| {
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _never = write!(out, "\\u{unit:04x}");
        }
    })
}

fn replaced(text: &str, put: impl Fn(&mut String, char)) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if acts(character) {
            put(&mut out, character);
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// A bar for work of a known size: on a terminal only.
pub fn bar(total: u64, what: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg:24} [{bar:32}] {binary_bytes}/{binary_total_bytes}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total).with_style(style).with_message(what.to_owned())
}

/// A spinner for waiting: on a terminal only.
pub fn spinner(what: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style =
        ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new_spinner().with_style(style).with_message(what.to_owned());
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_printed_leads_a_terminal() {
        let hostile = "甲\u{1b}]0;x\u{7}\u{9b}2J\u{202e}00.1\r\u{e0041}乙\n\tb";
        assert_eq!(told(hostile), "甲[U+001B]]0;x[U+0007][U+009B]2J[U+202E]00.1[U+000D][U+E0041]乙\n\tb");
        let json = serde_json::to_string(hostile).unwrap();
        let shown = escaped(&json);
        assert!(!shown.contains(acts), "{shown}");
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), hostile, "the value is the same");
        assert!(matches!(told("江城园林 <b>"), Cow::Borrowed(_)));
    }
}
