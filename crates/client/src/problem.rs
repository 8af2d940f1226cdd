//! Problem documents (RFC 9457) as this project's servers send them: a stable code and a sentence.

use serde::Deserialize;

/// The media type of a problem document.
pub const PROBLEM_TYPE: &str = "application/problem+json";

/// Why a server did not do what it was asked, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Problem {
    /// The HTTP status.
    #[serde(default)]
    pub status: u16,
    /// The stable code; `unknown` when the server sent none.
    #[serde(default = "unknown")]
    pub code: String,
    /// The kind of problem in a few words.
    #[serde(default)]
    pub title: String,
    /// What happened this time and what to do.
    #[serde(default)]
    pub detail: String,
    /// The refusal of a command, as it stands in the journal.
    #[serde(default)]
    pub refusal: Option<serde_json::Value>,
    /// The signed acknowledgement of a refused command, when it was journaled.
    #[serde(default)]
    pub acknowledgement: Option<serde_json::Value>,
    /// The exact bytes the acknowledgement speaks of.
    #[serde(default)]
    pub subject: Option<String>,
    /// After how many seconds to try again, from the header `Retry-After`.
    #[serde(skip)]
    pub retry_after_s: Option<u64>,
}

fn unknown() -> String {
    "unknown".to_owned()
}

impl Problem {
    /// Reads a problem document. Members we do not know are ignored, as the RFC asks; the status line counts more
    /// than the member.
    #[must_use]
    pub fn parse(status: u16, retry_after_s: Option<u64>, body: &[u8]) -> Option<Problem> {
        let problem: Problem = serde_json::from_slice(body).ok()?;
        Some(Problem { status, retry_after_s, ..problem })
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sentence = if self.detail.is_empty() { &self.title } else { &self.detail };
        write!(formatter, "{sentence} ({}, HTTP {})", self.code, self.status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_detail_refusal_and_retry_are_read_and_the_status_line_counts() {
        let body = br#"{"type":"about:blank","title":"Refused","status":200,"code":"deadline_passed",
            "detail":"the deadline was 10:00","refusal":{"code":"deadline_passed"},"subject":"{}","later":1}"#;
        let problem = Problem::parse(422, Some(7), body).unwrap();
        assert_eq!(
            (problem.status, problem.code.as_str(), problem.retry_after_s),
            (422, "deadline_passed", Some(7))
        );
        assert_eq!(problem.to_string(), "the deadline was 10:00 (deadline_passed, HTTP 422)");
        assert!(problem.refusal.is_some() && problem.acknowledgement.is_none());
        assert_eq!(problem.subject.as_deref(), Some("{}"));
    }

    #[test]
    fn a_problem_without_a_code_says_so() {
        assert_eq!(Problem::parse(500, None, b"{}").unwrap().code, "unknown");
        assert_eq!(Problem::parse(500, None, b"<html>"), None);
    }
}
