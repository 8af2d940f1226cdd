//! What a publisher sets: its prefix, its address, its name (ocds 2).

use alloc::{
    format,
    string::{String, ToString},
};
use core::{fmt, str::FromStr};
use ximu_basics::ProcedureId;

/// What stands in every package of one publisher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The prefix of every ocid.
    pub prefix: Prefix,
    /// Where the centre is served, without a slash at the end.
    pub base: String,
    /// The log's origin.
    pub origin: String,
    /// The publisher's name; the log's origin when it is not disclosed.
    pub publisher: Option<String>,
    /// Whether packages name the addresses of the extensions. A program that validates offline cannot fetch them, so
    /// files that are written from a bundle name none (ocds 6.3).
    pub extensions: bool,
}

impl Setting {
    /// The setting of a log whose centre has set nothing: the placeholder prefix, and the domain of the origin.
    #[must_use]
    pub fn of(origin: &str) -> Setting {
        Setting {
            prefix: Prefix::placeholder(),
            base: base_of(origin),
            origin: origin.to_string(),
            publisher: None,
            extensions: true,
        }
    }

    /// The name of a tender in the world.
    #[must_use]
    pub fn ocid(&self, procedure: &ProcedureId) -> String {
        format!("{}-{procedure}", self.prefix)
    }

    /// The procedure that an ocid of this publisher names.
    #[must_use]
    pub fn procedure(&self, ocid: &str) -> Option<ProcedureId> {
        ocid.strip_prefix(self.prefix.as_str())?.strip_prefix('-')?.parse().ok()
    }
}

/// Where a centre is served when nothing else is said: https at the domain of its origin.
#[must_use]
pub fn base_of(origin: &str) -> String {
    format!("https://{}", origin.strip_suffix("/log").unwrap_or(origin))
}

/// The prefix that the Open Contracting Partnership registers for a publisher: `ocds-` and six letters or digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefix(String);

/// The placeholder of a centre that has registered none. It is not registered with anybody.
pub const PLACEHOLDER: &str = "ocds-ximu00";

/// The text is not a prefix.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected ocds- and six of a-z and 0-9, found {found:?}")]
pub struct PrefixSyntax {
    /// What stood there.
    pub found: String,
}

impl Prefix {
    /// [`PLACEHOLDER`].
    #[must_use]
    pub fn placeholder() -> Prefix {
        Prefix(PLACEHOLDER.to_string())
    }

    /// Whether it is the placeholder: ocids are then unique in this log only.
    #[must_use]
    pub fn is_placeholder(&self) -> bool {
        self.0 == PLACEHOLDER
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for Prefix {
    type Err = PrefixSyntax;

    fn from_str(text: &str) -> Result<Prefix, PrefixSyntax> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        match text.strip_prefix("ocds-") {
            Some(rest) if rest.len() == 6 && rest.bytes().all(plain) => Ok(Prefix(text.to_string())),
            Some(_) | None => Err(PrefixSyntax { found: format!("{text:.64}") }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_has_the_form_of_the_register() {
        for bad in ["", "ocds-", "ocds-12345", "ocds-1234567", "ocds-ABCDEF", "OCDS-213czf", "ocds-21 czf"] {
            assert!(bad.parse::<Prefix>().is_err(), "{bad:?}");
        }
        assert_eq!("ocds-213czf".parse::<Prefix>().unwrap().as_str(), "ocds-213czf");
        assert!(PLACEHOLDER.parse::<Prefix>().unwrap().is_placeholder());
    }

    #[test]
    fn an_ocid_leads_back_to_its_procedure_and_no_other_text_does() {
        let setting = Setting::of("yichang.example/log");
        assert_eq!(setting.base, "https://yichang.example");
        let procedure: ProcedureId = "yc-2020-0603".parse().unwrap();
        let ocid = setting.ocid(&procedure);
        assert_eq!(ocid, "ocds-ximu00-yc-2020-0603");
        assert_eq!(setting.procedure(&ocid), Some(procedure));
        for other in ["yc-2020-0603", "ocds-213czf-yc-2020-0603", "ocds-ximu00yc", "ocds-ximu00-", ""] {
            assert_eq!(setting.procedure(other), None, "{other}");
        }
    }
}
