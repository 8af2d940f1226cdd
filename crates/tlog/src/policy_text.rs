//! Reading a policy file line by line (c2sp.org/tlog-policy; log 7.1).
//!
//! Not here: what the policy decides (`policy.rs`). The profile is narrower than the format in three ways: the file
//! is UTF-8, every line ends in a newline, and a log is no witness.

use crate::{
    key::{KeyError, KeyKind, VerifierKey},
    policy::{Group, Log, Policy, Quorum, Witness},
    text::{decimal, quote},
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

/// The largest policy file, in bytes.
pub const POLICY_BYTES_MAX: usize = 64 * 1024;

/// The most logs, witnesses, and groups, each; the format recommends support of at least 32.
pub const POLICY_ITEMS_MAX: usize = 64;

/// The most groups inside one another.
pub const POLICY_DEPTH_MAX: usize = 16;

/// The name that stands for no quorum.
const NONE: &str = "none";

/// A policy file is refused, at a line (counted from 1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("policy line {line}: {fault}")]
pub struct PolicyError {
    /// The line, counted from 1; the last line plus one when something is missing.
    pub line: usize,
    /// What is wrong there.
    pub fault: PolicyFault,
}

/// What is wrong with a line of a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// The file is too large.
    #[error("expected a policy of at most {max} bytes, found {found}")]
    TooLarge {
        /// [`POLICY_BYTES_MAX`].
        max: usize,
        /// The size found.
        found: usize,
    },
    /// Not UTF-8, a control character, or no newline at the end.
    #[error("expected UTF-8 lines without control characters but tab, each ended by a newline")]
    NotText,
    /// The line is none of the four kinds, or has too few or too many words.
    #[error(
        "expected \"log <vkey> [<url>]\", \"witness <name> <vkey> [<url>]\", \"group <name> all|any|<k> <name>...\" or \"quorum <name>\", found {found:?}"
    )]
    Syntax {
        /// The start of the line.
        found: String,
    },
    /// The verifier key cannot be read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The key is of the wrong type: logs sign with 0x01, witnesses with 0x04.
    #[error("expected a key of type {expected:02x}, found {found:02x}")]
    KeyKind {
        /// The type byte wanted.
        expected: u8,
        /// The type byte found.
        found: u8,
    },
    /// Two logs, or two witnesses, with one public key.
    #[error("expected each public key once, found {name} with a key that stands above")]
    DuplicateKey {
        /// The key name of the second.
        name: String,
    },
    /// A witness has the key or the name of a log: the host would count towards its own quorum.
    #[error("expected witnesses other than the logs, found {name} as both")]
    LogAsWitness {
        /// The key name.
        name: String,
    },
    /// A name is defined twice, or is `none`.
    #[error("expected a new name, found {name:?}")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// A group or the quorum uses a name that no line above defines.
    #[error("expected a witness or group defined above, found {name:?}")]
    NameUnknown {
        /// The name.
        name: String,
    },
    /// A name is a member twice, in one group or in two.
    #[error("expected each name in at most one group, found {name:?} again")]
    MemberTwice {
        /// The name.
        name: String,
    },
    /// The threshold is not from 1 to the number of members.
    #[error("expected a threshold from 1 to {members}, \"all\" or \"any\", found {found:?}")]
    Threshold {
        /// The number of members.
        members: usize,
        /// What stood there.
        found: String,
    },
    /// More than one quorum line.
    #[error("expected one quorum line, found a second")]
    SecondQuorum,
    /// No quorum line.
    #[error("expected a quorum line, found none")]
    NoQuorum,
    /// Too many logs, witnesses or groups, or groups too deep.
    #[error("expected at most {max} {what}")]
    TooMany {
        /// The limit.
        max: usize,
        /// Of what.
        what: &'static str,
    },
}

/// Reads a policy file.
pub(crate) fn parse(bytes: &[u8]) -> Result<Policy, PolicyError> {
    let at = |line: usize| move |fault: PolicyFault| PolicyError { line, fault };
    let text = check_text(bytes).map_err(at(1))?;
    let mut reader = Reader::default();
    let mut count = 0;
    for line in text.split_terminator('\n') {
        count += 1;
        let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        if words.first().is_some_and(|word| !word.starts_with('#')) {
            reader.line(&words).map_err(at(count))?;
        }
    }
    let quorum = reader.quorum.ok_or(PolicyFault::NoQuorum).map_err(at(count + 1))?;
    Ok(Policy {
        source: bytes.to_vec(),
        logs: reader.logs,
        witnesses: reader.witnesses,
        groups: reader.groups,
        quorum,
    })
}

fn check_text(bytes: &[u8]) -> Result<&str, PolicyFault> {
    if bytes.len() > POLICY_BYTES_MAX {
        return Err(PolicyFault::TooLarge { max: POLICY_BYTES_MAX, found: bytes.len() });
    }
    let allowed = |byte: u8| matches!(byte, b'\t' | b'\n' | 0x20..=0x7e | 0x80..=0xff);
    let text = core::str::from_utf8(bytes).ok().filter(|text| text.bytes().all(allowed));
    text.filter(|text| text.is_empty() || text.ends_with('\n')).ok_or(PolicyFault::NotText)
}

/// What the lines so far have defined.
#[derive(Default)]
struct Reader {
    logs: Vec<Log>,
    witnesses: BTreeMap<String, Witness>,
    groups: BTreeMap<String, Group>,
    depths: BTreeMap<String, usize>,
    members: BTreeSet<String>,
    quorum: Option<Quorum>,
}

impl Reader {
    fn line(&mut self, words: &[&str]) -> Result<(), PolicyFault> {
        match words {
            ["log", key] => self.log(key, None),
            ["log", key, url] => self.log(key, Some(url)),
            ["witness", name, key] => self.witness(name, key, None),
            ["witness", name, key, url] => self.witness(name, key, Some(url)),
            ["group", name, threshold, members @ ..] if !members.is_empty() => {
                self.group(name, threshold, members)
            }
            ["quorum", name] => self.quorum(name),
            other => Err(PolicyFault::Syntax { found: quote(&other.join(" ")) }),
        }
    }

    fn log(&mut self, key: &str, url: Option<&&str>) -> Result<(), PolicyFault> {
        let key = read_key(key, KeyKind::Note)?;
        below(self.logs.len(), "logs")?;
        if self.logs.iter().any(|log| log.key.public() == key.public()) {
            return Err(PolicyFault::DuplicateKey { name: key.name().into() });
        }
        if self.witnesses.values().any(|witness| is_same(&key, &witness.key)) {
            return Err(PolicyFault::LogAsWitness { name: key.name().into() });
        }
        self.logs.push(Log { key, url: url.map(|url| String::from(*url)) });
        Ok(())
    }

    fn witness(&mut self, name: &str, key: &str, url: Option<&&str>) -> Result<(), PolicyFault> {
        let key = read_key(key, KeyKind::Cosignature)?;
        below(self.witnesses.len(), "witnesses")?;
        self.check_new(name)?;
        if self.witnesses.values().any(|witness| witness.key.public() == key.public()) {
            return Err(PolicyFault::DuplicateKey { name: key.name().into() });
        }
        if self.logs.iter().any(|log| is_same(&log.key, &key)) {
            return Err(PolicyFault::LogAsWitness { name: key.name().into() });
        }
        self.depths.insert(name.into(), 0);
        self.witnesses.insert(name.into(), Witness { key, url: url.map(|url| String::from(*url)) });
        Ok(())
    }

    fn group(&mut self, name: &str, threshold: &str, members: &[&str]) -> Result<(), PolicyFault> {
        below(self.groups.len(), "groups")?;
        self.check_new(name)?;
        let mut depth = 0;
        for member in members {
            let below = self.depth(member)?;
            depth = depth.max(below + 1);
            if !self.members.insert((*member).into()) {
                return Err(PolicyFault::MemberTwice { name: (*member).into() });
            }
        }
        if depth > POLICY_DEPTH_MAX {
            return Err(PolicyFault::TooMany { max: POLICY_DEPTH_MAX, what: "groups inside one another" });
        }
        let threshold = read_threshold(threshold, members.len())?;
        let members = members.iter().map(|member| String::from(*member)).collect();
        self.depths.insert(name.into(), depth);
        self.groups.insert(name.into(), Group { threshold, members });
        Ok(())
    }

    fn quorum(&mut self, name: &str) -> Result<(), PolicyFault> {
        if self.quorum.is_some() {
            return Err(PolicyFault::SecondQuorum);
        }
        self.quorum = Some(if name == NONE {
            Quorum::None
        } else {
            self.depth(name)?;
            Quorum::Name(name.into())
        });
        Ok(())
    }

    /// How many groups stand inside one another under this name; 0 for a witness.
    fn depth(&self, name: &str) -> Result<usize, PolicyFault> {
        self.depths.get(name).copied().ok_or_else(|| PolicyFault::NameUnknown { name: quote(name) })
    }

    fn check_new(&self, name: &str) -> Result<(), PolicyFault> {
        if name == NONE || self.depths.contains_key(name) {
            return Err(PolicyFault::NameTaken { name: quote(name) });
        }
        Ok(())
    }
}

fn read_key(text: &str, expected: KeyKind) -> Result<VerifierKey, PolicyFault> {
    let key: VerifierKey = text.parse()?;
    if key.kind() != expected {
        return Err(PolicyFault::KeyKind { expected: expected.byte(), found: key.kind().byte() });
    }
    Ok(key)
}

fn read_threshold(text: &str, members: usize) -> Result<usize, PolicyFault> {
    let number = match text {
        "all" => Some(members),
        "any" => Some(1),
        _ => decimal(text, members as u64).and_then(|number| usize::try_from(number).ok()),
    };
    number
        .filter(|threshold| *threshold >= 1)
        .ok_or_else(|| PolicyFault::Threshold { members, found: quote(text) })
}

fn is_same(log: &VerifierKey, witness: &VerifierKey) -> bool {
    log.public() == witness.public() || log.name() == witness.name()
}

fn below(count: usize, what: &'static str) -> Result<(), PolicyFault> {
    if count < POLICY_ITEMS_MAX { Ok(()) } else { Err(PolicyFault::TooMany { max: POLICY_ITEMS_MAX, what }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cosignature::Cosigner, note::NoteSigner};
    use alloc::{format, string::ToString};

    fn log(i: u8) -> String {
        NoteSigner::new(&format!("log{i}"), &[i; 32]).unwrap().verifier().to_string()
    }

    fn witness(i: u8) -> String {
        Cosigner::new(&format!("w{i}"), &[100 + i; 32]).unwrap().verifier().to_string()
    }

    /// `{l1}` and `{w1}` stand for keys.
    fn read(template: &str) -> Result<Policy, PolicyFault> {
        let mut text = String::from(template);
        for i in 1..6 {
            text = text.replace(&format!("{{l{i}}}"), &log(i)).replace(&format!("{{w{i}}}"), &witness(i));
        }
        parse(text.as_bytes()).map_err(|error| error.fault)
    }

    #[test]
    fn what_the_format_allows_is_read() {
        for good in [
            "quorum none\n",
            "\n \t \n# comment\n\t# 注释\nquorum none\n",
            "log {l1}\nlog {l2} https://log.example/\nquorum none\n",
            "witness a {w1}\nquorum a\n",
            " witness\t a  {w1} \t https://w.example \nquorum a \n",
            "witness a {w1}\nwitness b {w2}\ngroup g 2 a b\nquorum g\nlog {l1}\n",
            "witness all {w1}\nwitness 2 {w2}\ngroup any 1 all 2\nquorum any\n",
            "witness K {w1}\nwitness \u{212a} {w2}\nwitness 标\u{3000}见 {w3}\ngroup g 2 K \u{212a} 标\u{3000}见\nquorum g\n",
        ] {
            assert!(read(good).is_ok(), "{good:?}: {:?}", read(good));
        }
    }

    #[test]
    fn every_fault_is_named() {
        let syntax = |found: &str| PolicyFault::Syntax { found: found.into() };
        let taken = |name: &str| PolicyFault::NameTaken { name: name.into() };
        let unknown = |name: &str| PolicyFault::NameUnknown { name: name.into() };
        let twice = |name: &str| PolicyFault::MemberTwice { name: name.into() };
        let threshold = |members, found: &str| PolicyFault::Threshold { members, found: found.into() };
        let base = "witness a {w1}\nwitness b {w2}\n";
        for (text, fault) in [
            ("", PolicyFault::NoQuorum),
            ("quorum none", PolicyFault::NotText),
            ("quorum none\r\n", PolicyFault::NotText),
            ("quorum\u{7f}none\n", PolicyFault::NotText),
            ("quorum none\nquorum none\n", PolicyFault::SecondQuorum),
            ("quorum\n", syntax("quorum")),
            ("quorum a b\n", syntax("quorum a b")),
            ("Quorum none\n", syntax("Quorum none")),
            ("group g all\n", syntax("group g all")),
            ("quorum a\nwitness a {w1}\n", unknown("a")),
            ("log {w1}\n", PolicyFault::KeyKind { expected: 1, found: 4 }),
            ("witness a {l1}\n", PolicyFault::KeyKind { expected: 4, found: 1 }),
            ("log {l1}\nlog {l1}\n", PolicyFault::DuplicateKey { name: "log1".into() }),
            ("witness a {w1}\nwitness b {w1}\n", PolicyFault::DuplicateKey { name: "w1".into() }),
            ("witness none {w1}\n", taken("none")),
            ("witness a {w1}\nwitness a {w2}\n", taken("a")),
            (&format!("{base}group a all b\n"), taken("a")),
            (&format!("{base}group g all none\n"), unknown("none")),
            (&format!("{base}group g all g\n"), unknown("g")),
            (&format!("{base}group g all a a\n"), twice("a")),
            (&format!("{base}group g all a\ngroup h any a b\n"), twice("a")),
            (&format!("{base}group g 0 a b\n"), threshold(2, "0")),
            (&format!("{base}group g 3 a b\n"), threshold(2, "3")),
            (&format!("{base}group g 01 a b\n"), threshold(2, "01")),
            (&format!("{base}group g some a b\n"), threshold(2, "some")),
        ] {
            assert_eq!(read(text), Err(fault), "{text:?}");
        }
        assert!(matches!(read("log nonsense\n"), Err(PolicyFault::Key(_))));
        assert_eq!(parse(b"\nquorum x\n").unwrap_err().line, 2);
        assert_eq!(parse(b"\n\n").unwrap_err().line, 3);
        assert_eq!(parse(b"# \xff\nquorum none\n").unwrap_err().fault, PolicyFault::NotText);
    }

    #[test]
    fn the_host_never_counts_towards_the_quorum() {
        let same_key = Cosigner::new("disguise", &[1; 32]).unwrap().verifier().to_string();
        let same_name = Cosigner::new("log1", &[77; 32]).unwrap().verifier().to_string();
        for key in [same_key, same_name] {
            for text in [format!("log {{l1}}\nwitness h {key}\n"), format!("witness h {key}\nlog {{l1}}\n")] {
                let refused = read(&format!("{text}quorum h\n"));
                assert!(matches!(refused, Err(PolicyFault::LogAsWitness { .. })), "{text}");
            }
        }
    }

    #[test]
    fn the_named_limits_hold() {
        let nested: String = (1..=17).map(|i| format!("group g{i} all g{}\n", i - 1)).collect();
        let nested = nested.replace("all g0", "all a");
        let fault = PolicyFault::TooMany { max: 16, what: "groups inside one another" };
        assert_eq!(read(&format!("witness a {{w1}}\n{nested}quorum g17\n")), Err(fault));
        let many: String = (1..=65).map(|i| format!("log {}\n", log(i))).collect();
        let fault = PolicyFault::TooMany { max: 64, what: "logs" };
        assert_eq!(read(&format!("{many}quorum none\n")), Err(fault));
        let large = format!("#{}\nquorum none\n", "x".repeat(POLICY_BYTES_MAX));
        assert!(matches!(read(&large), Err(PolicyFault::TooLarge { .. })));
    }
}
