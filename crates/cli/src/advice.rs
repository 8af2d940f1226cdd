//! What to do when something did not work: a sentence of `locales/*/advice.ftl`, made in both languages before it is known
//! who reads it. Not what a code says to do to everybody: that is on the page of codes.

use ximu_text::{Language, Text};

/// What to do next; empty when what was found says it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Advice {
    zh: String,
    en: String,
}

impl Advice {
    /// In one language.
    pub fn told(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.zh,
            Language::English => &self.en,
        }
    }
}

impl<F: Fn(Text) -> String> From<F> for Advice {
    fn from(said: F) -> Advice {
        let [zh, en] = [Language::Chinese, Language::English].map(|language| said(Text::new(language)));
        Advice { zh, en }
    }
}

/// What a library says, in English; in Chinese its code says what to do.
impl From<&str> for Advice {
    fn from(en: &str) -> Advice {
        Advice { zh: String::new(), en: en.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, path::Path};

    #[test]
    fn every_advice_is_given_somewhere_and_said_in_both_languages() {
        let mut sources = String::new();
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut sources);
        let names = ximu_text::MESSAGES.iter().filter(|(name, _)| name.starts_with("advice-"));
        for (name, _) in names.clone() {
            let function = name.replace('-', "_");
            let given = [format!("t.{function}("), format!("Text::{function}")];
            assert!(given.iter().any(|given| sources.contains(given)), "{name} is never given");
        }
        assert!(names.count() > 100);
        let advice = Advice::from(Text::advice_rename);
        assert_eq!(Language::ALL.map(|language| advice.told(language)), ["改名后再试", "rename it"]);
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
