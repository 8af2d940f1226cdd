//! Every command and argument has its Chinese words, and no word stands there that nobody asks for.

use super::*;
use clap::Parser as _;
use std::collections::{BTreeMap, BTreeSet};

/// What the tree asks for: names of texts, and the English of each that may be shared.
#[derive(Default)]
struct Wanted {
    names: BTreeSet<String>,
    missing: Vec<String>,
    /// The shared words that were used, with the English texts they stand for.
    shared: BTreeMap<String, BTreeSet<String>>,
}

impl Wanted {
    fn text(&mut self, name: String, is_there: bool) {
        if is_there {
            self.names.insert(name);
        } else {
            self.missing.push(name);
        }
    }

    fn command(&mut self, command: &Command, message: &str) {
        self.text(message.to_owned(), help::find(message, None, &[]).is_some());
        let long = command.get_long_about().map(ToString::to_string);
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        if long.is_some_and(|long| long.trim() != about.trim()) {
            self.attribute(message, "about-long");
        }
        if command.get_after_long_help().is_some() {
            self.attribute(message, "about-after");
        }
        let arguments = command.get_arguments().filter(|argument| !argument.is_hide_set());
        for argument in arguments.filter(|argument| message == "help" || !argument.is_global_set()) {
            self.argument(argument, message);
        }
        for sub in command.get_subcommands().filter(|sub| is_own(sub) && !sub.is_hide_set()) {
            self.command(sub, &below(message, sub));
        }
    }

    fn attribute(&mut self, message: &str, attribute: &str) {
        self.text(format!("{message}.{attribute}"), help::find(message, Some(attribute), &[]).is_some());
    }

    fn argument(&mut self, argument: &Arg, message: &str) {
        let id = argument.get_id().to_string();
        let english = argument.get_help().map(ToString::to_string).unwrap_or_default();
        self.word(message, &id, &english);
        let long = argument.get_long_help().map(ToString::to_string);
        if let Some(long) = long.filter(|long| long.trim() != english.trim()) {
            self.word(message, &format!("{id}-long"), &long);
        }
        for value in argument.get_possible_values() {
            if let Some(said) = value.get_help() {
                self.word(message, &format!("{id}-is-{}", value.get_name()), &said.to_string());
            }
        }
        for name in argument.get_value_names().unwrap_or_default() {
            if argument.get_action().takes_values() {
                self.attribute("help-values", &value_key(name));
            }
        }
    }

    fn word(&mut self, message: &str, attribute: &str, english: &str) {
        if help::find(message, Some(attribute), &[]).is_none()
            && help::find("help-shared", Some(attribute), &[]).is_some()
        {
            self.names.insert(format!("help-shared.{attribute}"));
            self.shared.entry(attribute.to_owned()).or_default().insert(english.to_owned());
        } else {
            self.attribute(message, attribute);
        }
    }
}

fn wanted() -> Wanted {
    let mut command = Arguments::command();
    command.build();
    let mut wanted = Wanted::default();
    wanted.command(&command, "help");
    OWN.iter()
        .map(|(_, name)| *name)
        .chain(["help-command"])
        .chain(crate::misread::FOUND)
        .for_each(|name| wanted.attribute("help-words", name));
    wanted
}

#[test]
fn every_command_and_argument_has_its_chinese_words_and_no_word_is_left_over() {
    let wanted = wanted();
    assert!(wanted.missing.is_empty(), "without Chinese words:\n{}", wanted.missing.join("\n"));
    let left: Vec<String> = help::names().into_iter().filter(|name| !wanted.names.contains(name)).collect();
    assert!(left.is_empty(), "words that no command or argument has:\n{}", left.join("\n"));
}

#[test]
fn a_shared_word_stands_for_one_english_text() {
    // `clap` says what `--help` does in two ways, after what there is to be seen.
    for (name, english) in wanted().shared.into_iter().filter(|(name, _)| name != "help") {
        assert_eq!(english.len(), 1, "help-shared.{name} stands for {english:#?}");
    }
}

fn asked(line: &str, language: Language) -> String {
    let words = || line.split(' ').map(OsString::from);
    let error = again(Arguments::try_parse_from(words()).unwrap_err(), language, words());
    let page = error.render().to_string();
    if language == Language::English { page } else { fold::fold(&own_words(page), COLUMNS) }
}

/// Every page of help, the long and the short one, by the path of its command.
fn pages(command: &Command, path: &str, pages: &mut Vec<String>) {
    pages.push(format!("{path} --help"));
    pages.push(format!("{path} -h"));
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        if is_own(sub) {
            self::pages(sub, &format!("{path} {}", sub.get_name()), pages);
        }
    }
}

#[test]
fn every_page_of_help_is_chinese_and_fits_its_columns() {
    let mut command = Arguments::command();
    command.build();
    let mut all = Vec::new();
    pages(&command, "ximu", &mut all);
    for line in all {
        let page = asked(&line, Language::Chinese);
        for english in [
            "Usage",
            "Options",
            "Commands",
            "Arguments",
            "The language",
            "Print help",
            "[default",
            "[aliases",
            "{ $",
            "{$",
        ] {
            assert!(!page.contains(english), "{line}: {english}\n{page}");
        }
        for shown in page.lines().filter(|shown| !shown.starts_with("    ")) {
            assert!(fold::width(shown) <= COLUMNS, "{line}: {shown}");
        }
    }
}

#[test]
fn every_way_to_ask_gives_the_page_of_that_command_in_the_language_asked_for() {
    let long = asked("ximu tender --help", Language::Chinese);
    assert!(long.contains("用法：") && long.contains("publish"), "{long}");
    assert_eq!(asked("ximu help tender", Language::Chinese), long);
    assert!(asked("ximu tender -h", Language::Chinese).contains("用法："));
    assert!(asked("ximu", Language::Chinese).contains("用法："));
    assert!(asked("ximu tender --help", Language::English).contains("Usage:"));
}

#[test]
fn what_is_typed_stands_in_both_languages() {
    let english = asked("ximu act --help", Language::English);
    let chinese = asked("ximu act --help", Language::Chinese);
    let typed = |page: &str| page.lines().filter(|line| line.contains("\"type\"")).count();
    assert!(typed(&english) > 10);
    assert_eq!(typed(&english), typed(&chinese));
}

#[test]
fn a_line_that_is_not_understood_names_the_same_values_as_the_help() {
    let words = || ["ximu", "key", "new"].into_iter().map(OsString::from);
    let error = again(Arguments::try_parse_from(words()).unwrap_err(), Language::Chinese, words());
    assert!(error.to_string().contains("--out <文件>"), "{error}");
}

/// What stands for something of the reader's in an example.
const STANDS_FOR: [(&str, &str); 7] = [
    ("URL/", "http://127.0.0.1:1/"),
    ("URL", "http://127.0.0.1:1"),
    ("PAGE", "http://127.0.0.1:1/tenders/yc-2020-0603"),
    ("ID", "yc-2020-0603"),
    ("LEAF", "00000000000000000000000000000000000000000000000000000000000000ff"),
    ("KEY", "00000000000000000000000000000000000000000000000000000000000000ff"),
    ("PARTY", "p-00000000000000ff"),
];

#[test]
fn every_example_is_a_command_line_that_is_understood() {
    let mut command = Arguments::command();
    command.build();
    let mut all = Vec::new();
    pages(&command, "ximu", &mut all);
    let mut found = 0;
    for line in all.iter().filter(|line| line.ends_with("--help")) {
        let page = asked(line, Language::English);
        for example in page.lines().filter_map(|shown| shown.strip_prefix("    ximu ")) {
            let example = example.split(" > ").next().unwrap();
            let words = example.split_whitespace().map(|word| {
                let stands = STANDS_FOR.iter().find(|(name, _)| word == *name || word.starts_with("URL/"));
                stands.map_or_else(|| word.to_owned(), |(name, value)| word.replacen(name, value, 1))
            });
            let words: Vec<String> = std::iter::once("ximu".to_owned()).chain(words).collect();
            let parsed = Arguments::try_parse_from(&words);
            assert!(parsed.is_ok(), "{line}: {example}\n{}", parsed.unwrap_err());
            found += 1;
        }
    }
    assert!(found > 25, "{found} examples");
}
