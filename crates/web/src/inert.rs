//! How every text stands on a page: as letters. The one escaper of all templates (`askama.toml`), so that no page can
//! forget it.
//!
//! Names, titles and words come from strangers. Markup is escaped; what a reader could not see, or what would turn the
//! line around, stands as its number, as on paper (records 6.4); letters that run from right to left are isolated, so
//! that an amount beside such a name stays where it is.

use std::fmt::{self, Write};

use askama::filters::Escaper;
use ximu_report::is_hidden;

/// The escaper.
#[derive(Debug, Clone, Copy, Default)]
pub struct Inert;

impl Escaper for Inert {
    fn write_escaped_str<W: Write>(&self, mut out: W, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some((at, character)) = rest.char_indices().find(|(_, character)| acts(*character)) {
            let (plain, from) = rest.split_at(at);
            out.write_str(plain)?;
            let length = if is_backward(character) { backward(from) } else { character.len_utf8() };
            let (piece, after) = from.split_at(length);
            match character {
                '<' => out.write_str("&#60;")?,
                '>' => out.write_str("&#62;")?,
                '&' => out.write_str("&#38;")?,
                '"' => out.write_str("&#34;")?,
                '\'' => out.write_str("&#39;")?,
                _ if is_backward(character) => write!(out, "&#x2067;{piece}&#x2069;")?,
                _ => write!(out, "[U+{:04X}]", u32::from(character))?,
            }
            rest = after;
        }
        out.write_str(rest)
    }
}

/// Whether a character cannot stand on a page as it is.
fn acts(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '<' | '>' | '&' | '"' | '\'' => true,
        _ if character.is_ascii_graphic() || character == ' ' => false,
        _ => is_backward(character) || is_hidden(character),
    }
}

/// Whether a letter runs from right to left: the blocks of Hebrew, Arabic and their neighbours (Unicode 17).
fn is_backward(character: char) -> bool {
    let block = matches!(u32::from(character),
        0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFE | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF);
    block && !is_hidden(character)
}

/// How many bytes of a text, from its beginning, run from right to left, with the spaces in between.
fn backward(text: &str) -> usize {
    let run = text.char_indices().take_while(|(_, one)| *one == ' ' || is_backward(*one));
    let letters = run.filter(|(_, one)| is_backward(*one));
    letters.last().map_or(0, |(at, one)| at.saturating_add(one.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_acts() {
        for (given, shown) in [
            ("宜昌市政 & Co.", "宜昌市政 &#38; Co."),
            (
                "\"><script>alert('1')</script>",
                "&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;",
            ),
            ("甲\u{202e}00.1\u{202c}", "甲[U+202E]00.1[U+202C]"),
            ("a\u{200b}\u{1b}[2J\r\nb\tc", "a[U+200B][U+001B][2J[U+000D]\nb\tc"),
            ("אבג דהו 9,120.00", "&#x2067;אבג דהו&#x2069; 9,120.00"),
            ("\u{301}😀𠮷", "\u{301}😀𠮷"),
            ("", ""),
        ] {
            let mut out = String::new();
            Inert.write_escaped_str(&mut out, given).unwrap();
            assert_eq!(out, shown);
        }
    }
}
