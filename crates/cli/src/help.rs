//! The help in the reader's language. The English stands beside the commands, as their doc comments; for Chinese the
//! tree of commands is walked and every text replaced from `locales/zh-CN/help*.ftl` (`ximu_text::help`). It is
//! walked only when somebody asks for help or a command line is not understood.
//!
//! Names of the texts: a command is a message, `help-tender-publish`; its value is the line about it, `.about-long`
//! the long text and `.about-after` what stands below the list. An argument is an attribute by its id, `.rules`,
//! with `.rules-long` for the long text and `.rules-is-age` for a value that may be chosen. An argument that says
//! the same in several commands stands once, in `help-shared`.

mod fold;

use crate::{args::Arguments, out, outside};
use clap::{Arg, Command, CommandFactory as _, Error, builder::PossibleValue};
use std::{ffi::OsString, io::IsTerminal as _, process::ExitCode};
use ximu_text::{Language, help};

/// Columns of a line: as many as `clap` takes for English.
const COLUMNS: usize = 100;

/// The same error or answer, in the reader's language.
pub fn again(error: Error, language: Language, words: impl Iterator<Item = OsString>) -> Error {
    match language {
        Language::English => error,
        Language::Chinese => chinese().try_get_matches_from(words).err().unwrap_or(error),
    }
}

/// Prints an answer to a question; the exit code is 0 when it was asked for.
pub fn show(error: &Error, language: Language) -> ExitCode {
    if language == Language::English {
        error.exit();
    }
    let rendered = error.render();
    let is_fault = error.use_stderr();
    let is_terminal =
        if is_fault { std::io::stderr().is_terminal() } else { std::io::stdout().is_terminal() };
    let is_plain = !is_terminal || outside::variable("NO_COLOR").is_some_and(|set| !set.is_empty());
    let text = if is_plain { rendered.to_string() } else { rendered.ansi().to_string() };
    let text = fold::fold(&own_words(text), COLUMNS);
    if is_fault {
        out::note(text.trim_end())
    } else {
        out::line(text.trim_end())
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// The tree of commands with its Chinese words. Lines are broken afterwards: `clap` breaks them at spaces alone.
fn chinese() -> Command {
    let mut command = Arguments::command().term_width(0);
    command.build();
    told(command, "help")
}

/// A command and all below it. What has no words keeps its English; a test finds it.
fn told(command: Command, message: &str) -> Command {
    let shown = |text: Option<&clap::builder::StyledStr>| text.map(ToString::to_string).unwrap_or_default();
    let long = examples(&shown(command.get_long_about()));
    let after = examples(&shown(command.get_after_long_help().or(command.get_after_help())));
    let mut command = command;
    if let Some(text) = help::find(message, None, &[]) {
        command = command.about(text);
    }
    if let Some(text) = help::find(message, Some("about-long"), &long) {
        let about = help::find(message, None, &[]).unwrap_or_default();
        command = command.long_about(format!("{about}\n\n{}", fold::paragraphs(&text)));
    }
    if let Some(text) = help::find(message, Some("about-after"), &after) {
        command = command.after_long_help(fold::paragraphs(&text));
    }
    let command = command.mut_args(|argument| argument_told(argument, message));
    command.mut_subcommands(|sub| {
        let below = below(message, &sub);
        if is_own(&sub) { told(sub, &below) } else { asks_for_help(sub) }
    })
}

/// The message of a command below another.
fn below(message: &str, sub: &Command) -> String {
    format!("{message}-{}", sub.get_name())
}

/// Whether a command is one of ours, and not `help`, which `clap` adds.
fn is_own(command: &Command) -> bool {
    command.get_name() != "help"
}

/// `ximu help COMMAND`, and the commands it knows.
fn asks_for_help(command: Command) -> Command {
    let said = help::find("help-words", Some("help-command"), &[]).unwrap_or_default();
    command.about(said)
}

fn argument_told(argument: Arg, message: &str) -> Arg {
    let id = argument.get_id().to_string();
    let mut argument = argument;
    if let Some(text) = word(message, &id) {
        // Without a long text of its own, `--help` shows the short one.
        argument =
            argument.help(text.clone()).long_help(word(message, &format!("{id}-long")).unwrap_or(text));
    }
    let names = argument.get_value_names().unwrap_or_default();
    let names: Vec<String> =
        names.iter().map(|name| value_name(name).unwrap_or_else(|| name.to_string())).collect();
    if !names.is_empty() {
        argument = argument.value_names(names);
    }
    let values = argument.get_possible_values();
    if values.iter().any(|value| value.get_help().is_some()) {
        let values = values.into_iter().map(|value| -> PossibleValue {
            let said = word(message, &format!("{id}-is-{}", value.get_name()));
            said.map_or_else(|| value.clone(), |said| value.clone().help(said))
        });
        argument = argument.value_parser(values.collect::<Vec<_>>());
    }
    argument
}

/// The words of an argument: its own, or those that several commands share.
fn word(message: &str, attribute: &str) -> Option<String> {
    help::find(message, Some(attribute), &[]).or_else(|| help::find("help-shared", Some(attribute), &[]))
}

/// What is put in the place of a value, such as FILE.
fn value_name(english: &str) -> Option<String> {
    help::find("help-values", Some(&value_key(english)), &[])
}

/// Its name among the words: `NAME=KEY` is `NAME_KEY`.
fn value_key(english: &str) -> String {
    english.replace(|found: char| !found.is_ascii_alphanumeric(), "_")
}

/// The blocks of lines that are typed, which both languages show: those that stand in by four columns.
fn examples(text: &str) -> Vec<String> {
    let mut blocks = vec![Vec::new()];
    for line in text.lines() {
        match blocks.last_mut() {
            Some(block) if line.starts_with("    ") => block.push(line),
            Some(block) if !block.is_empty() => blocks.push(Vec::new()),
            Some(_) | None => {}
        }
    }
    blocks.into_iter().map(|lines: Vec<&str>| lines.join("\n")).collect()
}

/// The words that `clap` itself puts in, and their names.
const OWN: [(&str, &str); 11] = [
    ("Usage:", "usage"),
    ("Commands:", "commands"),
    ("Arguments:", "arguments"),
    ("Options:", "options"),
    ("Possible values:", "possible"),
    ("[OPTIONS]", "some-options"),
    ("<COMMAND>", "a-command"),
    ("[COMMAND]", "some-command"),
    ("[default: ", "default"),
    ("[possible values: ", "some-values"),
    ("[aliases: ", "aliases"),
];

/// The same text with the words of `clap` itself in Chinese.
pub fn own_words(text: String) -> String {
    OWN.iter().fold(text, |text, (english, name)| {
        let word = help::find("help-words", Some(name), &[]);
        word.map_or_else(|| text.clone(), |word| text.replace(english, &word))
    })
}

#[cfg(test)]
mod tests;
