//! A command line that nobody understands, told in the reader's language.

use crate::{fault::Fault, help, outside, sentence::technical};
use clap::error::{ContextKind, ErrorKind};
use std::error::Error as _;
use ximu_text::{Language, Text};

/// Whether somebody asked for help or the version: then the text of `clap` is the answer.
pub fn is_question(error: &clap::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    )
}

/// The language that the words ask for, though they could not be read as a whole.
pub fn language(words: &[String]) -> Language {
    let after = words.iter().position(|word| word == "--lang").and_then(|at| words.get(at.saturating_add(1)));
    let asked =
        after.map(String::as_str).or_else(|| words.iter().find_map(|word| word.strip_prefix("--lang=")));
    outside::language(asked).or_else(|_| outside::language(None)).unwrap_or(Language::English)
}

/// What was found, and what to do.
pub fn fault(error: &clap::Error) -> Fault {
    let rendered = error.to_string();
    let found = rendered.split("\n\n").next().unwrap_or_default();
    let found = found.strip_prefix("error: ").unwrap_or(found).trim_end();
    let suggested =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let instead = suggested.into_iter().find_map(|kind| error.get(kind)).map(ToString::to_string);
    let usage = error.get(ContextKind::Usage).map(ToString::to_string).unwrap_or_default();
    let usage = usage.split_whitespace().collect::<Vec<_>>().join(" ");
    let advice = |t: Text| {
        let instead = instead.as_ref().map(|instead| t.advice_did_you_mean(instead));
        let usage = (!usage.is_empty()).then(|| match t.language() {
            Language::Chinese => help::own_words(usage.clone()),
            Language::English => usage.clone(),
        });
        let said: Vec<String> = [instead, usage, Some(t.advice_help())].into_iter().flatten().collect();
        said.join(t.pick("；", "; "))
    };
    let said = |t: Text| match t.language() {
        Language::English => found.to_owned(),
        Language::Chinese => chinese(error).unwrap_or_else(|| technical(found)),
    };
    Fault::argument(said, advice)
}

/// What `clap` found, in Chinese: the sentence of its kind, by its name in `help-words`.
fn chinese(error: &clap::Error) -> Option<String> {
    let shown = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let argument = shown(ContextKind::InvalidArg);
    let (name, values) = match error.kind() {
        ErrorKind::UnknownArgument => ("unknown-argument", vec![argument]),
        ErrorKind::InvalidSubcommand => ("unknown-command", vec![shown(ContextKind::InvalidSubcommand)]),
        ErrorKind::MissingRequiredArgument => ("missing-argument", vec![argument]),
        ErrorKind::MissingSubcommand => ("missing-command", vec![]),
        ErrorKind::ArgumentConflict => ("conflict", vec![argument, shown(ContextKind::PriorArg)]),
        ErrorKind::InvalidValue if shown(ContextKind::InvalidValue).is_empty() => {
            ("missing-value", vec![argument])
        }
        ErrorKind::InvalidValue => {
            let valid = shown(ContextKind::ValidValue);
            ("unknown-value", vec![argument, shown(ContextKind::InvalidValue), valid])
        }
        ErrorKind::ValueValidation => {
            let why = error.source().map(ToString::to_string).unwrap_or_default();
            ("wrong-value", vec![argument, shown(ContextKind::InvalidValue), why])
        }
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            ("number-of-values", vec![argument])
        }
        ErrorKind::NoEquals
        | ErrorKind::InvalidUtf8
        | ErrorKind::Io
        | ErrorKind::Format
        | ErrorKind::DisplayHelp
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        | ErrorKind::DisplayVersion
        | _ => return None,
    };
    ximu_text::help::find("help-words", Some(name), &values)
}

/// The names of these sentences.
#[cfg(test)]
pub const FOUND: [&str; 9] = [
    "unknown-argument",
    "unknown-command",
    "missing-argument",
    "missing-command",
    "conflict",
    "missing-value",
    "unknown-value",
    "wrong-value",
    "number-of-values",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Arguments;
    use clap::Parser as _;

    fn read(line: &str) -> clap::Error {
        Arguments::try_parse_from(line.split(' ')).unwrap_err()
    }

    #[test]
    fn what_was_found_and_what_would_do_are_told_in_both_languages() {
        let fault = fault(&read("ximu verfy out.zip"));
        assert_eq!(fault.code, "argument");
        assert!(fault.said.to_string().contains("'verfy'"), "{fault}");
        assert!(fault.advice.told(Language::English).starts_with("did you mean verify?"), "{fault}");
        let chinese = fault.told(Language::Chinese);
        assert!(chinese.starts_with("错误 [argument]：参数无效。"), "{chinese}");
        assert!(chinese.contains("怎么办：您要写的可能是 verify；用法： ximu"), "{chinese}");
        let missing = super::fault(&read("ximu key new"));
        assert!(missing.said.to_string().contains("--out <FILE>"), "{missing}");
        assert!(
            missing.advice.told(Language::English).contains("Usage: ximu key new --out <FILE>"),
            "{missing}"
        );
    }

    #[test]
    fn every_kind_of_misreading_has_its_chinese_sentence() {
        for (line, said) in [
            ("ximu verfy", "没有 verfy 这个命令"),
            ("ximu key new --oot x", "没有 --oot 这个参数"),
            ("ximu key new", "缺少参数 --out <FILE>"),
            ("ximu key new --out", "--out <FILE> 后面缺少值"),
            ("ximu key new --out a --out b", "--out <FILE> 与 --out <FILE> 不能同时使用"),
            ("ximu bench fly", "不能写 fly；可以取：seal, open, verify"),
            ("ximu bid submit x --centre nowhere --key k", "不能写 nowhere（技术信息："),
        ] {
            let told = super::fault(&read(line)).told(Language::Chinese);
            assert!(told.contains(said), "{line}: {told}");
        }
    }

    #[test]
    fn help_is_an_answer_and_no_fault() {
        assert!(is_question(&read("ximu --help")) && is_question(&read("ximu --version")));
        assert!(is_question(&read("ximu")) && !is_question(&read("ximu --nothing")));
    }

    #[test]
    fn the_language_is_found_in_words_that_cannot_be_read() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(language(&words("ximu verfy --lang zh")), Language::Chinese);
        assert_eq!(language(&words("ximu --lang=zh verfy")), Language::Chinese);
        assert_eq!(language(&words("ximu --lang=en verfy")), Language::English);
    }
}
