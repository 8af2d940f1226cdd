//! A command line that nobody understands, told in the reader's language.

use crate::{fault::Fault, help, outside};
use clap::error::{ContextKind, ErrorKind};
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
    Fault::argument(found, advice)
}

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
        assert!(fault.said.contains("'verfy'"), "{fault}");
        assert!(fault.advice.told(Language::English).starts_with("did you mean verify?"), "{fault}");
        let chinese = fault.told(Language::Chinese);
        assert!(chinese.starts_with("错误 [argument]：参数无效。"), "{chinese}");
        assert!(chinese.contains("怎么办：您要写的可能是 verify；用法： ximu"), "{chinese}");
        let missing = super::fault(&read("ximu key new"));
        assert!(missing.said.contains("--out <FILE>"), "{missing}");
        assert!(
            missing.advice.told(Language::English).contains("Usage: ximu key new --out <FILE>"),
            "{missing}"
        );
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
