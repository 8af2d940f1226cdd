//! Where a server is: `http(s)://host[:port][/prefix]`, checked once, so that joining a path cannot lead elsewhere.
//!
//! Not a general URL: no user, no query, no fragment, no percent signs. The host names of centres are plain.

use std::fmt;
use std::str::FromStr;

/// The longest address, in bytes: a DNS name has at most 253, the rest is a prefix.
pub const ADDRESS_BYTES_MAX: usize = 512;

/// The base address of a server, without a slash at the end.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address(String);

/// The text is not an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected an address such as https://centre.example or http://127.0.0.1:8080 ({expected}), found {found:?}"
)]
pub struct AddressSyntax {
    /// What a part must look like.
    pub expected: &'static str,
    /// The start of what stood there.
    pub found: String,
}

impl Address {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the connection is encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The full address of a path, which begins with a slash.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl FromStr for Address {
    type Err = AddressSyntax;

    fn from_str(text: &str) -> Result<Address, AddressSyntax> {
        let refuse = |expected| AddressSyntax { expected, found: text.chars().take(80).collect() };
        if text.len() > ADDRESS_BYTES_MAX {
            return Err(refuse("at most 512 characters"));
        }
        let (scheme, rest) = text.split_once("://").ok_or_else(|| refuse("http:// or https:// first"))?;
        if scheme != "http" && scheme != "https" {
            return Err(refuse("http:// or https:// first"));
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (authority, prefix) = match rest.split_once('/') {
            Some((authority, prefix)) => (authority, Some(prefix)),
            None => (rest, None),
        };
        check_authority(authority).ok_or_else(|| refuse("a host name or IP address, and a port if any"))?;
        let plain =
            |part: &str| !part.is_empty() && part != "." && part != ".." && part.bytes().all(is_plain);
        if !prefix.is_none_or(|prefix| prefix.split('/').all(plain)) {
            return Err(refuse("a path of letters, digits, '.', '_' and '-'"));
        }
        Ok(Address(format!("{scheme}://{rest}")))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

fn check_authority(authority: &str) -> Option<()> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (inner, after) = rest.split_once(']')?;
            inner.parse::<std::net::Ipv6Addr>().ok()?;
            return if after.is_empty() { Some(()) } else { check_port(after.strip_prefix(':')?) };
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
    if host.is_empty() || !plain || host.starts_with(['.', '-']) {
        return None;
    }
    port.map_or(Some(()), check_port)
}

fn check_port(port: &str) -> Option<()> {
    let number: u16 = port.parse().ok()?;
    (number != 0 && number.to_string() == port).then_some(())
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_prefix_and_loses_its_last_slash() {
        for (text, joined) in [
            ("https://centre.example", "https://centre.example/healthz"),
            ("https://centre.example/", "https://centre.example/healthz"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/healthz"),
            ("http://[::1]:8080", "http://[::1]:8080/healthz"),
            ("https://a.example/ximu/v1", "https://a.example/ximu/v1/healthz"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().join("/healthz"), joined);
        }
    }

    #[test]
    fn anything_that_could_lead_elsewhere_is_refused() {
        for bad in [
            "",
            "centre.example",
            "ftp://centre.example",
            "https://",
            "https://user@centre.example",
            "https://centre.example:0",
            "https://centre.example:070",
            "https://centre.example:70000",
            "https://centre.example?x=1",
            "https://centre.example/#a",
            "https://centre.example/..",
            "https://centre.example//a",
            "https://centre.example/%2e",
            "https://cen tre.example",
            "https://[::1",
            "https://[zz]:80",
        ] {
            assert!(bad.parse::<Address>().is_err(), "{bad}");
        }
    }
}
