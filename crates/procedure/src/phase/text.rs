//! What a text that everyone reads may consist of: it is shown on pages, read aloud, and signed for.

use crate::wire::{Refusal, refusal::Thing};

/// Refuses a text that is empty, longer than `bytes_max`, or holds characters that hide or reorder what stands beside
/// them: control characters other than line feeds, and the overrides and isolates of writing direction.
pub(super) fn check_text(text: &str, bytes_max: usize) -> Result<(), Refusal> {
    if text.trim().is_empty() || text.len() > bytes_max || hides(text) {
        return Err(Refusal::Mismatch { what: Thing::Text });
    }
    Ok(())
}

/// Whether a text holds control characters other than line feeds, or overrides and isolates of writing direction.
#[must_use]
pub fn hides(text: &str) -> bool {
    text.chars().any(|character| {
        (character.is_control() && character != '\n')
            || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    #[test]
    fn a_text_says_something_and_hides_nothing() {
        for good in ["第一条", "one\ntwo", "<script>alert(1)</script>", "=cmd()", "a\u{200f}b"] {
            assert_eq!(check_text(good, 100), Ok(()), "{good:?}");
        }
        let long: String = "x".repeat(101);
        for bad in ["", " \n ", "a\u{0}", "a\rb", "a\u{1b}[2J", "\u{202e}txt.exe", "a\u{2066}b", &long] {
            assert_eq!(check_text(bad, 100), Err(Refusal::Mismatch { what: Thing::Text }), "{bad:?}");
        }
    }
}
