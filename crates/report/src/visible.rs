//! Text of strangers made visible: what a reader could not see, or what would move other text, stands as its number.
//!
//! Names and titles come from outside. A right-to-left override could turn a price around on paper, and a control
//! character could be searched for and never seen.

/// The text with every invisible or reordering character written as `[U+202E]`.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) {
            out.push_str(&number(character));
        } else {
            out.push(character);
        }
    }
    out
}

/// A character as its number: `[U+202E]`.
pub(crate) fn number(character: char) -> String {
    format!("[U+{:04X}]", u32::from(character))
}

/// Whether a reader would not see a character where it stands (Unicode 17: controls, format characters, fillers,
/// variation selectors, tags, private use, noncharacters).
#[must_use]
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(u32::from(character),
            0x00AD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F
            | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xE000..=0xF8FF
            | 0xFDD0..=0xFDEF | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFC
            | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0x10_FFFF)
        || u32::from(character) & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_stands_as_its_number() {
        for (given, expect) in [
            ("宜昌市政公司", "宜昌市政公司"),
            ("a\u{202e}00.1", "a[U+202E]00.1"),
            ("x\0y\n", "x[U+0000]y[U+000A]"),
            ("\u{feff}\u{200b}甲", "[U+FEFF][U+200B]甲"),
            ("<b>&amp;", "<b>&amp;"),
            ("\u{e0041}\u{10fffd}", "[U+E0041][U+10FFFD]"),
        ] {
            assert_eq!(visible(given), expect);
        }
    }
}
