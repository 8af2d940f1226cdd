//! The two languages of the place and how a reader's wish is understood (BCP 47, RFC 9110 12.5.4).

/// A language every page exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// Simplified Chinese, the language of the law.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// Both, the first one first.
    pub const ALL: [Language; 2] = [Language::Chinese, Language::English];

    /// The tag of the language in URLs, headers and `lang` attributes.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        }
    }

    /// The language's own name for itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Language::Chinese => "中文",
            Language::English => "English",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Language {
        match self {
            Language::Chinese => Language::English,
            Language::English => Language::Chinese,
        }
    }

    /// The language a text is written in, when its letters tell: Chinese with characters of the Han script and without
    /// those that only Japanese or Korean has. Latin letters tell nothing.
    #[must_use]
    pub fn of_words(words: &str) -> Option<Language> {
        let has_han =
            words.chars().any(|letter| matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3fffd}'));
        let others =
            words.chars().any(|letter| matches!(letter, '\u{3041}'..='\u{30ff}' | '\u{ac00}'..='\u{d7a3}'));
        (has_han && !others).then_some(Language::Chinese)
    }

    /// The language a tag such as `zh`, `zh-Hans-CN` or `en-GB` asks for.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Language> {
        let primary = tag.trim().split(['-', '_']).next()?;
        if primary.eq_ignore_ascii_case("zh") {
            return Some(Language::Chinese);
        }
        if primary.eq_ignore_ascii_case("en") { Some(Language::English) } else { None }
    }

    /// The language a header `Accept-Language` prefers; Chinese when it prefers neither.
    #[must_use]
    pub fn from_accept(header: &str) -> Language {
        let mut best = (Language::Chinese, 0);
        for range in header.split(',') {
            let mut parts = range.split(';');
            let Some(language) = parts.next().and_then(Language::from_tag) else { continue };
            let weight =
                parts.find_map(|part| part.trim().strip_prefix("q=").map(thousandths)).unwrap_or(1000);
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }
}

/// A quality value such as `0.8` in thousandths; 0 when it is not one.
fn thousandths(text: &str) -> u32 {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole, digits.parse::<u32>()) {
        ("1", _) => 1000,
        ("0", Ok(value)) => value,
        (_, _) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_chooses_and_chinese_is_first() {
        for (header, expected) in [
            ("", Language::Chinese),
            ("de", Language::Chinese),
            ("en", Language::English),
            ("en-GB,en;q=0.9,zh;q=0.8", Language::English),
            ("zh-Hans-CN,zh;q=0.9,en;q=0.8", Language::Chinese),
            ("de, en;q=0.5, zh;q=0.4", Language::English),
            ("en;q=0", Language::Chinese),
            ("en;q=oops", Language::Chinese),
        ] {
            assert_eq!(Language::from_accept(header), expected, "{header:?}");
        }
    }

    #[test]
    fn tags_of_other_languages_are_not_guessed() {
        assert_eq!(Language::from_tag("zh-TW"), Some(Language::Chinese));
        assert_eq!(Language::from_tag("EN"), Some(Language::English));
        assert_eq!(Language::from_tag("english"), None);
    }

    #[test]
    fn han_alone_is_chinese_and_latin_is_not_guessed() {
        for (words, expected) in [
            ("土球直径不小于胸径的八倍。", Some(Language::Chinese)),
            ("K = 0.97，见 GB 50500", Some(Language::Chinese)),
            ("図面はどこですか", None),
            ("Where are the drawings?", None),
            ("", None),
        ] {
            assert_eq!(Language::of_words(words), expected, "{words}");
        }
    }
}
