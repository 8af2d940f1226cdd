//! What libraries say in English, in Chinese where the pattern is known: the values are often the whole message.
//!
//! Only the few that people meet. Anything else stays a technical detail in English (`sentence`).

use ximu_text::{Language, Text};

/// A library's sentence in Chinese; `None` when its pattern is not known.
pub fn chinese(english: &str) -> Option<String> {
    let t = Text::new(Language::Chinese);
    cut(t, english).or_else(|| place(t, english)).or_else(|| values(t, english))
}

/// A file that ends too early.
fn cut(t: Text, english: &str) -> Option<String> {
    let (expected, rest) =
        english.strip_prefix("expected at least ")?.split_once(" bytes, found that the file ends after ")?;
    let (found, path) = within(rest)?;
    is_number(expected).then_some(())?;
    is_number(found).then_some(())?;
    Some(match path {
        None => t.found_cut(expected, found),
        Some(path) => t.found_cut_in(expected, found, path),
    })
}

/// A bundle that is another from one byte on.
fn place(t: Text, english: &str) -> Option<String> {
    let (expected, rest) = english.strip_prefix("expected ")?.split_once(" at byte ")?;
    let (place, found) = rest.split_once(", found ")?;
    let (at, path) = within(place)?;
    is_number(at).then_some(())?;
    let found = if found == "the end" { t.found_the_end() } else { found.to_owned() };
    let place = path.map_or_else(|| t.found_byte(at), |path| t.found_byte_in(at, path));
    Some(match expected {
        "what a bundle of these files has" => t.found_bundle_byte(found, place),
        "the checksum of the file's bytes" => t.found_bundle_checksum(found, place),
        begins if begins.starts_with("a container, which begins with ") => t.found_bundle_begin(found),
        _ => return None,
    })
}

/// Two values: fingerprints, hashes, numbers, instants.
fn values(t: Text, english: &str) -> Option<String> {
    let (expected, found) = english.strip_prefix("expected ")?.split_once(", found ")?;
    let named = NOUNS.iter().find_map(|(noun, chinese)| Some((expected.strip_prefix(noun)?, *chinese)));
    let value = named.map_or(expected, |(value, _)| value);
    (is_value(value) && is_value(found)).then(|| match named {
        Some((value, noun)) => t.found_values_named(value, found, noun(t)),
        None => t.found_values(expected, found),
    })
}

/// A sentence without arguments.
type Said = fn(Text) -> String;

/// What a value may be called.
const NOUNS: [(&str, Said); 2] =
    [("the policy ", Text::found_noun_policy), ("the commitment ", Text::found_noun_commitment)];

/// `12` or `12 (a/path)`.
fn within(text: &str) -> Option<(&str, Option<&str>)> {
    match text.split_once(" (") {
        None => Some((text, None)),
        Some((before, path)) => Some((before, Some(path.strip_suffix(')')?))),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether it is no word: a hash, or a number with what may stand in one.
fn is_value(text: &str) -> bool {
    let is_hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let in_number = |byte: u8| byte.is_ascii_digit() || b".:+-TZ".contains(&byte);
    is_hash || (text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().all(in_number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ximu_basics::Hash;

    #[test]
    fn what_people_meet_is_told_in_chinese_and_the_rest_is_left() {
        let [expected, found] = [Hash::of(b"pinned"), Hash::of(b"in the bundle")];
        for (english, told) in [
            (format!("expected {expected}, found {found}"), format!("应为 {expected}，实为 {found}")),
            (
                format!("expected the policy {expected}, found {found}"),
                format!("应为见证策略 {expected}，实为 {found}"),
            ),
            ("expected 3, found 2".into(), "应为 3，实为 2".into()),
            (
                "expected at least 90 bytes, found that the file ends after 80 (log/entries/000)".into(),
                "文件不完整：到第 80 字节就结束了（log/entries/000），至少应有 90 字节".into(),
            ),
            (
                "expected at least 90 bytes, found that the file ends after 80".into(),
                "文件不完整：到第 80 字节就结束了，至少应有 90 字节".into(),
            ),
        ] {
            assert_eq!(chinese(&english), Some(told));
        }
        for english in
            ["connection refused", "expected a policy, found 3", "expected 64 hexadecimal digits, found x"]
        {
            assert_eq!(chinese(english), None, "{english}");
        }
    }

    #[test]
    fn what_the_reader_of_bundles_says_is_known() {
        let files: ximu_verify::zip::Files<'_> = [("a.txt", &b"text"[..]), ("b.txt", b"more")].into();
        let mut bytes = Vec::new();
        ximu_verify::zip::write(&files, &mut |piece| bytes.extend_from_slice(piece)).unwrap();
        let mut changed = [bytes.clone(), bytes.clone()];
        let text = bytes.windows(4).position(|part| part == b"text").unwrap();
        changed[0][text] ^= 1;
        *changed[1].last_mut().unwrap() ^= 1;
        let cut = bytes[..text + 2].to_vec();
        for bytes in changed.into_iter().chain([cut, b"no bundle".to_vec(), Vec::new()]) {
            let error = ximu_verify::zip::read(&bytes).unwrap_err().to_string();
            assert!(chinese(&error).is_some(), "{error}");
        }
    }
}
