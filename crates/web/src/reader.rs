//! Who reads: which language and which letter size, from the URL or the request's header; never from a cookie.
//!
//! `?lang=zh-CN` or `?lang=en` chooses the language and `?letters=large` the large letters (关怀模式); every link of a
//! page carries both on. Without them the header `Accept-Language` chooses.

use axum::{
    extract::FromRequestParts,
    http::{header::ACCEPT_LANGUAGE, request::Parts},
};
use std::convert::Infallible;
use ximu_basics::ProcedureId;
use ximu_text::{Language, Text};

/// The longest query string that is looked at, in bytes; a longer one is taken as empty.
const QUERY_BYTES_MAX: usize = 1024;

/// A reader's wishes and where the reader is.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The texts of the chosen language.
    pub t: Text,
    /// Whether the URL names the language.
    pub explicit: bool,
    /// Large letters.
    pub large: bool,
    /// The path of the page.
    pub path: String,
    /// The page's own query parameters, without language and size.
    pub query: Vec<(String, String)>,
}

impl Reader {
    /// Understands a path, a query string and a header.
    #[must_use]
    pub fn new(path: &str, query: &str, accept: &str) -> Reader {
        let mut language = None;
        let mut large = false;
        let mut rest = Vec::new();
        let query = if query.len() > QUERY_BYTES_MAX { "" } else { query };
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let (name, value) = (decode(name), decode(value));
            match name.as_str() {
                "lang" => language = Language::from_tag(&value),
                "letters" => large = value == "large",
                _ => rest.push((name, value)),
            }
        }
        let chosen = language.unwrap_or_else(|| Language::from_accept(accept));
        Reader {
            t: Text::new(chosen),
            explicit: language.is_some(),
            large,
            path: path.to_string(),
            query: rest,
        }
    }

    /// A parameter of the page's own.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// A link to another page that keeps language and size.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        let language = self.explicit.then(|| self.t.language());
        url(path, &[], language, self.large)
    }

    /// A link to another page with one parameter.
    #[must_use]
    pub fn link_with(&self, path: &str, name: &str, value: &str) -> String {
        let language = self.explicit.then(|| self.t.language());
        url(path, &[(name.to_string(), value.to_string())], language, self.large)
    }

    /// Another page of the same list.
    #[must_use]
    pub fn page_link(&self, page: &str) -> String {
        let language = self.explicit.then(|| self.t.language());
        let mut query: Vec<(String, String)> =
            self.query.iter().filter(|(name, _)| name != "page").cloned().collect();
        query.push(("page".to_string(), page.to_string()));
        url(&self.path, &query, language, self.large)
    }

    /// The hall as it was after an entry.
    #[must_use]
    pub fn moment(&self, number: impl std::fmt::Display) -> String {
        self.link_with(&self.path, "at", &number.to_string())
    }

    /// Where the hall's live element listens, from the entry the page shows.
    #[must_use]
    pub fn live_source(&self, id: &ProcedureId, number: u32) -> String {
        let from = [("from".to_string(), number.to_string())];
        url(&format!("/tenders/{id}/hall/live"), &from, Some(self.t.language()), self.large)
    }

    /// This page in the other language.
    #[must_use]
    pub fn in_other_language(&self) -> String {
        url(&self.path, &self.query, Some(self.t.language().other()), self.large)
    }

    /// This page in the other letter size.
    #[must_use]
    pub fn in_other_size(&self) -> String {
        let language = self.explicit.then(|| self.t.language());
        url(&self.path, &self.query, language, !self.large)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Reader, Infallible> {
        let accept = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Reader::new(parts.uri.path(), parts.uri.query().unwrap_or(""), accept.unwrap_or("")))
    }
}

fn url(path: &str, query: &[(String, String)], language: Option<Language>, large: bool) -> String {
    let mut parameters: Vec<String> =
        query.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    if let Some(language) = language {
        parameters.push(format!("lang={}", language.tag()));
    }
    if large {
        parameters.push("letters=large".to_string());
    }
    if parameters.is_empty() { path.to_string() } else { format!("{path}?{}", parameters.join("&")) }
}

/// Percent-encodes everything but letters, digits, `-`, `.`, `_` and `~` (RFC 3986 2.3).
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Undoes percent-encoding, `+` as a space; what is not UTF-8 becomes replacement characters.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let decoded = match byte {
            b'+' => b' ',
            b'%' => {
                let mut ahead = rest.clone();
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                match (digit(ahead.next()), digit(ahead.next())) {
                    (Some(high), Some(low)) => {
                        rest = ahead;
                        u8::try_from(high * 16 + low).unwrap_or(b'%')
                    }
                    (_, _) => b'%',
                }
            }
            other => other,
        };
        bytes.push(decoded);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_is_stronger_than_the_header() {
        let reader = Reader::new("/", "lang=en", "zh-CN");
        assert_eq!(reader.t.language(), Language::English);
        assert_eq!(reader.link("/about"), "/about?lang=en");
        assert_eq!(reader.in_other_language(), "/?lang=zh-CN");
        let reader = Reader::new("/", "", "en");
        assert_eq!(reader.t.language(), Language::English);
        assert_eq!(reader.link("/about"), "/about");
    }

    #[test]
    fn links_keep_size_and_switches_keep_the_page() {
        let reader = Reader::new("/tenders", "q=%E6%8B%9B%E6%A0%87&letters=large", "");
        assert_eq!(reader.parameter("q"), Some("招标"));
        assert_eq!(reader.link("/x"), "/x?letters=large");
        assert_eq!(reader.in_other_size(), "/tenders?q=%E6%8B%9B%E6%A0%87");
        assert_eq!(reader.in_other_language(), "/tenders?q=%E6%8B%9B%E6%A0%87&lang=en&letters=large");
    }

    #[test]
    fn odd_queries_do_no_harm() {
        for query in ["lang", "lang=", "lang=xx", "=&=", "q=%", "q=%zz", "q=%ff", "letters=huge"] {
            let reader = Reader::new("/", query, "");
            assert_eq!(reader.t.language(), Language::Chinese);
            assert!(!reader.large);
        }
        assert!(Reader::new("/", &"q=1&".repeat(1000), "").query.is_empty());
    }
}
