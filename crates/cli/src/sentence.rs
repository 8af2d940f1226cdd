//! A sentence of `locales/*`, made in both languages before it is known who reads it: what was found, what to do.
//! Not what a code means or says to do to everybody: that is on the page of codes.

use crate::known;
use std::fmt;
use ximu_text::{Language, Text};

/// What a person is told, in both languages; empty when there is nothing to tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sentence {
    /// Empty for what a library says: then the code alone speaks Chinese, and the English follows it as a detail.
    zh: Box<str>,
    en: Box<str>,
}

impl Sentence {
    /// In one language; empty in Chinese for what a library says.
    pub fn told(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.zh,
            Language::English => &self.en,
        }
    }

    /// The same in both languages: a name, a number, a path.
    pub fn name(text: impl fmt::Display) -> Sentence {
        let text: Box<str> = text.to_string().into();
        Sentence { zh: text.clone(), en: text }
    }

    /// In one language; what a library says stands in Chinese as a technical detail.
    pub fn whole(&self, language: Language) -> String {
        if language == Language::Chinese && self.zh.is_empty() && !self.en.is_empty() {
            return technical(&self.en);
        }
        self.told(language).to_owned()
    }

    /// This, and behind it the other.
    #[must_use]
    pub fn before(&self, other: &Sentence) -> Sentence {
        let [zh, en] = Language::ALL.map(|language| {
            let between = Text::new(language).pick("：", ": ");
            format!("{}{between}{}", self.whole(language), other.whole(language)).into()
        });
        Sentence { zh, en }
    }
}

/// English words of a library in a Chinese text; in Chinese where they are known.
pub fn technical(english: &str) -> String {
    known::chinese(english)
        .map_or_else(|| format!("（技术信息：{english}）"), |chinese| format!("（{chinese}）"))
}

/// The English, as in logs and in JSON.
impl fmt::Display for Sentence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.en)
    }
}

impl<F: Fn(Text) -> String> From<F> for Sentence {
    fn from(said: F) -> Sentence {
        let [zh, en] = Language::ALL.map(|language| said(Text::new(language)).into());
        Sentence { zh, en }
    }
}

/// What a library says, in English.
impl From<&str> for Sentence {
    fn from(en: &str) -> Sentence {
        Sentence::from(en.to_owned())
    }
}

/// What a library says, in English.
impl From<String> for Sentence {
    fn from(en: String) -> Sentence {
        Sentence { zh: Box::default(), en: en.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, path::Path};

    #[test]
    fn every_sentence_of_the_command_line_is_said_somewhere() {
        let mut sources = String::new();
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut sources);
        let ours = ["advice-", "found-", "cli-", "see-", "doctor-"];
        let is_ours = |name: &str| ours.iter().any(|kind| name.starts_with(kind));
        let names = ximu_text::MESSAGES.iter().filter(|(name, _)| is_ours(name));
        for (name, _) in names.clone() {
            let function = name.replace('-', "_");
            let given = [format!(".{function}("), format!("Text::{function}")];
            assert!(given.iter().any(|given| sources.contains(given)), "{name} is never said");
        }
        assert!(names.count() > 300);
        let advice = Sentence::from(Text::advice_rename);
        assert_eq!(Language::ALL.map(|language| advice.told(language)), ["改名后再试", "rename it"]);
    }

    #[test]
    fn what_a_library_says_is_a_detail_in_chinese() {
        let said = Sentence::from("connection refused");
        assert_eq!(said.told(Language::Chinese), "");
        assert_eq!(said.whole(Language::Chinese), "（技术信息：connection refused）");
        let during = Sentence::name("a.example").before(&said);
        assert_eq!(during.whole(Language::Chinese), "a.example：（技术信息：connection refused）");
        assert_eq!(during.to_string(), "a.example: connection refused");
    }

    fn collect(folder: &Path, out: &mut String) {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                collect(&path, out);
            } else {
                out.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
}
