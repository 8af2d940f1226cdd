//! A scanner for texts and secrets that must not be readable somewhere: it looks for each as it is and in the spellings in
//! which bytes usually travel, also inside deflated streams.
//!
//! The needle is encoded and not the haystack decoded, so that a text is found in the middle of a longer base64 or
//! hexadecimal run too. What the scanner can find is itself tested: [`tests`] plants every spelling.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// Streams inside streams are followed this deep.
const DEPTH_MAX: usize = 2;

/// The most bytes one deflated stream gives.
const INFLATED_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Bytes of a pattern that are looked at first.
const HEAD: usize = 4;

/// A text that is looked for.
#[derive(Debug, Clone)]
pub struct Needle {
    /// What it is, for the report.
    pub name: String,
    /// The text, or the bytes of a secret that is none.
    pub bytes: Vec<u8>,
    /// Whether it counts only where no letter or digit touches it: a short number stands in any long one.
    pub alone: bool,
}

impl Needle {
    /// A text that is unlike any other, wherever it stands.
    pub fn unique(name: impl Into<String>, text: impl Into<Vec<u8>>) -> Needle {
        Needle { name: name.into(), bytes: text.into(), alone: false }
    }

    /// A short text, such as a number, that counts only when it stands alone.
    pub fn alone(name: impl Into<String>, text: impl Into<Vec<u8>>) -> Needle {
        Needle { name: name.into(), bytes: text.into(), alone: true }
    }
}

/// A text that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Which needle.
    pub needle: String,
    /// In which spelling.
    pub spelling: &'static str,
    /// Where.
    pub place: String,
    /// At which byte.
    pub offset: usize,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} as {} in {} at byte {}", self.needle, self.spelling, self.place, self.offset)
    }
}

struct Pattern {
    bytes: Vec<u8>,
    needle: usize,
    spelling: &'static str,
    alone: bool,
}

/// Looks for many texts at once.
pub struct Scanner {
    needles: Vec<Needle>,
    patterns: BTreeMap<[u8; HEAD], Vec<Pattern>>,
    /// Whether some pattern begins with these two bytes.
    begins: Vec<bool>,
}

impl Scanner {
    /// A scanner for these texts.
    pub fn new(needles: Vec<Needle>) -> Scanner {
        let mut scanner =
            Scanner { needles: Vec::new(), patterns: BTreeMap::new(), begins: vec![false; 1 << 16] };
        for (index, needle) in needles.iter().enumerate() {
            let mut spelled = spellings(&needle.bytes);
            spelled.sort_by(|left, right| left.1.cmp(&right.1));
            spelled.dedup_by(|left, right| left.1 == right.1);
            for (spelling, bytes) in spelled {
                let head: [u8; HEAD] = *bytes.first_chunk().expect("a needle of four bytes or more");
                scanner.begins[pair(head[0], head[1])] = true;
                let alone = needle.alone;
                let pattern = Pattern { bytes, needle: index, spelling, alone };
                scanner.patterns.entry(head).or_default().push(pattern);
            }
        }
        scanner.needles = needles;
        scanner
    }

    /// Everything found in these bytes and in the deflated streams in them; each needle and spelling once a place.
    pub fn scan(&self, place: &str, bytes: &[u8]) -> Vec<Finding> {
        self.scan_down(place, bytes, DEPTH_MAX)
    }

    /// The same without looking into deflated streams.
    pub fn scan_as_it_is(&self, place: &str, bytes: &[u8]) -> Vec<Finding> {
        self.scan_down(place, bytes, 0)
    }

    fn scan_down(&self, place: &str, bytes: &[u8], depth: usize) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.scan_to(place, bytes, depth, &mut findings);
        findings.sort();
        findings.dedup_by(|left, right| {
            (&left.needle, left.spelling, &left.place) == (&right.needle, right.spelling, &right.place)
        });
        findings
    }

    fn scan_to(&self, place: &str, bytes: &[u8], depth: usize, findings: &mut Vec<Finding>) {
        for (offset, window) in bytes.windows(HEAD).enumerate() {
            if !self.begins[pair(window[0], window[1])] {
                continue;
            }
            for pattern in self.patterns.get(window).into_iter().flatten() {
                if bytes[offset..].starts_with(&pattern.bytes) && stands(bytes, offset, pattern) {
                    findings.push(Finding {
                        needle: self.needles[pattern.needle].name.clone(),
                        spelling: pattern.spelling,
                        place: place.to_owned(),
                        offset,
                    });
                }
            }
        }
        if depth > 0 {
            for (offset, inflated) in inflated(bytes) {
                self.scan_to(&format!("{place}/deflated at {offset}"), &inflated, depth - 1, findings);
            }
        }
    }
}

fn pair(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

fn stands(bytes: &[u8], offset: usize, pattern: &Pattern) -> bool {
    if !pattern.alone {
        return true;
    }
    let before = offset.checked_sub(1).and_then(|before| bytes.get(before));
    let after = bytes.get(offset + pattern.bytes.len());
    [before, after].into_iter().flatten().all(|byte| !byte.is_ascii_alphanumeric())
}

/// The spellings of bytes, and of the text that they are, when they are one. Those of a needle that stands alone are fewer in
/// effect: inside a base64 run nothing stands alone but the run's ends, and that is meant.
fn spellings(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut spelled = vec![
        ("as it is", bytes.to_vec()),
        ("hexadecimal", hex(bytes).into_bytes()),
        ("HEXADECIMAL", hex(bytes).to_uppercase().into_bytes()),
        ("percent", percent(bytes).into_bytes()),
        ("percent, lower case", percent(bytes).to_lowercase().into_bytes()),
    ];
    for shift in 0..3 {
        let inner = base64_inside(bytes, shift);
        let to_url = |byte: &u8| match byte {
            b'+' => b'-',
            b'/' => b'_',
            other => *other,
        };
        let url = inner.iter().map(to_url).collect();
        spelled.extend([("base64", inner), ("base64url", url)]);
    }
    spelled.extend(std::str::from_utf8(bytes).map(spellings_of_a_text).unwrap_or_default());
    spelled.retain(|(_, bytes)| bytes.len() >= HEAD);
    spelled
}

fn spellings_of_a_text(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let utf16: Vec<u16> = text.encode_utf16().collect();
    vec![
        ("UTF-16LE", utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect()),
        ("UTF-16BE", utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect()),
        ("UTF-32LE", text.chars().flat_map(|letter| u32::from(letter).to_le_bytes()).collect()),
        ("JSON escapes", escapes(text, |unit| format!("\\u{unit:04x}")).into_bytes()),
        ("JSON ESCAPES", escapes(text, |unit| format!("\\u{unit:04X}")).into_bytes()),
        ("references", references(text, |letter| format!("&#{};", u32::from(letter))).into_bytes()),
        (
            "references, hexadecimal",
            references(text, |letter| format!("&#x{:x};", u32::from(letter))).into_bytes(),
        ),
    ]
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn percent(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| match *byte {
            byte if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// JSON as programs write it that keep to ASCII.
fn escapes(text: &str, write: impl Fn(u16) -> String) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if letter.is_ascii() {
            out.push(letter);
        } else {
            out.extend(letter.encode_utf16(&mut [0; 2]).iter().map(|unit| write(*unit)));
        }
    }
    out
}

/// HTML as programs write it that keep to ASCII.
fn references(text: &str, write: impl Fn(char) -> String) -> String {
    text.chars().map(|letter| if letter.is_ascii() { letter.to_string() } else { write(letter) }).collect()
}

/// The characters of a base64 run that depend on these bytes alone, when `shift` bytes stand before them in their group
/// of three.
fn base64_inside(bytes: &[u8], shift: usize) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let total = (shift + bytes.len()) * 8;
    let bit = |at: usize| bytes[at / 8 - shift] >> (7 - at % 8) & 1;
    let first = (shift * 8).div_ceil(6);
    (first..total / 6)
        .map(|sextet| (0..6).fold(0, |value, step| value << 1 | bit(sextet * 6 + step)))
        .map(|value| ALPHABET[usize::from(value)])
        .collect()
}

/// Deflated streams: gzip, zlib, and compressed files in a zip archive, with the offset at which they begin.
fn inflated(bytes: &[u8]) -> Vec<(usize, Vec<u8>)> {
    let limit = INFLATED_BYTES_MAX;
    let mut found = Vec::new();
    for (offset, window) in bytes.windows(4).enumerate() {
        let rest = &bytes[offset..];
        let start = match window {
            [0x1f, 0x8b, 8, flags] => gzip_start(rest, *flags),
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, _, _] => Some(2),
            [b'P', b'K', 3, 4] => zip_start(rest),
            _ => None,
        };
        let Some(stream) = start.and_then(|start| rest.get(start..)) else { continue };
        let inflated = match miniz_oxide::inflate::decompress_to_vec_with_limit(stream, limit) {
            Ok(whole) => whole,
            // A stream that breaks off has given something all the same.
            Err(error) => error.output,
        };
        if inflated.len() >= HEAD {
            found.push((offset, inflated));
        }
    }
    found
}

/// Where the stream of a gzip member begins (RFC 1952), for members with at most a file name.
fn gzip_start(bytes: &[u8], flags: u8) -> Option<usize> {
    match flags {
        0 => Some(10),
        8 => bytes.get(10..)?.iter().position(|byte| *byte == 0).map(|end| 10 + end + 1),
        _ => None,
    }
}

/// Where the data of a deflated file in a zip archive begins.
fn zip_start(bytes: &[u8]) -> Option<usize> {
    let number = |at: usize| Some(usize::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
    (number(8)? == 8).then_some(30 + number(26)? + number(28)?)
}

/// Which needles were found.
pub fn names(findings: &[Finding]) -> BTreeSet<String> {
    findings.iter().map(|finding| finding.needle.clone()).collect()
}

/// Fails with what was found and where.
#[track_caller]
pub fn assert_nothing(findings: &[Finding]) {
    let shown: Vec<String> = findings.iter().take(20).map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), shown.join("\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "金丝雀7f3a+canary/88";

    fn found(bytes: &[u8]) -> Vec<&'static str> {
        let scanner = Scanner::new(vec![Needle::unique("canary", SECRET)]);
        scanner.scan("here", bytes).into_iter().map(|finding| finding.spelling).collect()
    }

    #[test]
    fn every_spelling_is_found_wherever_it_begins() {
        use base64::{Engine as _, engine::general_purpose};
        let surrounded = |before: usize| [&vec![b'~'; before], SECRET.as_bytes(), b"rest"].concat();
        for before in 0..7 {
            let whole = surrounded(before);
            let standard = general_purpose::STANDARD.encode(&whole);
            let url = general_purpose::URL_SAFE_NO_PAD.encode(&whole);
            assert!(found(standard.as_bytes()).contains(&"base64"), "{before}: {standard}");
            assert!(found(url.as_bytes()).iter().any(|spelling| spelling.starts_with("base64")), "{before}");
            assert_eq!(found(hex(&whole).as_bytes()), ["hexadecimal"]);
            assert_eq!(found(&whole), ["as it is"]);
            let wide: Vec<u8> =
                String::from_utf8(whole.clone()).unwrap().encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(found(&wide), ["UTF-16LE"]);
        }
        assert_eq!(found(percent(SECRET.as_bytes()).as_bytes()), ["percent"]);
        assert_eq!(found(escapes(SECRET, |unit| format!("\\u{unit:04x}")).as_bytes()), ["JSON escapes"]);
    }

    #[test]
    fn deflated_streams_are_looked_into_also_in_each_other() {
        let long = [SECRET.repeat(3), "padding ".repeat(20)].concat();
        let zlib = miniz_oxide::deflate::compress_to_vec_zlib(long.as_bytes(), 9);
        assert_eq!(found(&[b"before".as_slice(), &zlib].concat()), ["as it is"]);
        let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
        gzip.extend(miniz_oxide::deflate::compress_to_vec(&zlib, 6));
        assert!(found(&gzip).contains(&"as it is"));
    }

    #[test]
    fn a_number_counts_only_where_it_stands_alone() {
        let scanner = Scanner::new(vec![Needle::alone("price", "94801377.25")]);
        for (text, times) in [
            ("\"94801377.25\"", 1),
            ("94801377.25", 1),
            ("194801377.25", 0),
            ("94801377.250", 0),
            ("a94801377.25", 0),
            ("94801377-25", 0),
        ] {
            assert_eq!(scanner.scan("here", text.as_bytes()).len(), times, "{text}");
        }
    }

    #[test]
    fn a_secret_that_is_no_text_is_found_too() {
        let secret = [0xff, 0, 0xfe, 7, 0x80, 9];
        let scanner = Scanner::new(vec![Needle::unique("salt", secret)]);
        let spelled = |bytes: &[u8]| scanner.scan("here", bytes).first().map(|finding| finding.spelling);
        assert_eq!(spelled(&[b"before".as_slice(), &secret].concat()), Some("as it is"));
        assert_eq!(spelled(b"\"ff00fe078009\""), Some("hexadecimal"));
        assert_eq!(spelled(b"ff00fe078008"), None);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        assert_eq!(found("金丝雀7f3a+canary/89".as_bytes()), Vec::<&str>::new());
        assert_eq!(found(b""), Vec::<&str>::new());
    }
}
