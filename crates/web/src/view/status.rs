//! A status: an icon, a word and a colour, never a colour alone (WCAG 1.4.1).

/// How a status reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Done, in order.
    Good,
    /// Happening now.
    Now,
    /// Not yet.
    Quiet,
    /// To be noticed.
    Warn,
    /// Refused, failed, void.
    Bad,
}

/// A status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Colour and icon.
    pub mood: Mood,
    /// The word.
    pub word: String,
}

impl Status {
    /// A status.
    #[must_use]
    pub const fn new(mood: Mood, word: String) -> Status {
        Status { mood, word }
    }

    /// The tag in HTML; the word is escaped.
    #[must_use]
    pub fn html(&self) -> String {
        let (class, icon) = self.mood.parts();
        format!(
            "<span class=\"tag {class}\"><span aria-hidden=\"true\">{icon}</span> {}</span>",
            escape(&self.word)
        )
    }
}

impl Mood {
    const fn parts(self) -> (&'static str, &'static str) {
        match self {
            Mood::Good => ("good", "✓"),
            Mood::Now => ("now", "●"),
            Mood::Quiet => ("quiet", "○"),
            Mood::Warn => ("warn", "!"),
            Mood::Bad => ("bad", "✕"),
        }
    }
}

/// Text as HTML.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_has_icon_word_and_class() {
        let html = Status::new(Mood::Good, "a<b".into()).html();
        assert_eq!(html, "<span class=\"tag good\"><span aria-hidden=\"true\">✓</span> a&lt;b</span>");
    }
}
