//! Every sentence people read, in Chinese and English: one function per message, made from `locales/*/*.ftl`.
//!
//! A message without a translation, a translation with other variables, or a call without an argument fails the
//! build or the tests. What a page says where belongs to `ximu-web`; names and texts of tenders come from their
//! rules documents and the vault, never from here.
#![forbid(unsafe_code)]

mod bundle;
mod format;
pub mod help;
mod language;
#[cfg(test)]
mod tests;

pub use bundle::Argument;
pub use format::Moment;
pub use language::Language;

/// The messages of one language. Its functions are the messages of `locales/zh-CN`, with `_` for `-`; arguments
/// stand in alphabetical order of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    language: Language,
}

impl Text {
    /// The messages of a language.
    #[must_use]
    pub const fn new(language: Language) -> Text {
        Text { language }
    }

    /// Which language this is.
    #[must_use]
    pub const fn language(self) -> Language {
        self.language
    }

    /// The one of two texts that is in this language: for texts that tenders carry in both.
    #[must_use]
    pub const fn pick<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self.language {
            Language::Chinese => chinese,
            Language::English => english,
        }
    }

    /// A message without variables whose name is put together at run time, for instance from a stable code; `None`
    /// when there is no such message.
    #[must_use]
    pub fn named(self, name: &str) -> Option<String> {
        bundle::find(self.language, name)
    }

    fn say<'a, const N: usize>(self, name: &str, arguments: [(&'static str, Argument<'a>); N]) -> String {
        bundle::say(self.language, name, arguments)
    }
}

include!(concat!(env!("OUT_DIR"), "/messages.rs"));
