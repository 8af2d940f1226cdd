//! Problems (RFC 9457): what went wrong, with a stable code that the page of codes explains.

use std::time::Duration;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use ximu_office::{Recorded, Trouble, trouble::TroubleKind};
use ximu_procedure::wire::Refusal;
use ximu_text::{Language, Text};

use crate::codes;

/// A problem on its way to whoever asked.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Option<String>,
    retry_after_s: Option<u64>,
    members: Map<String, Value>,
}

impl Problem {
    /// A problem of the interface itself; its status follows from the code.
    #[must_use]
    pub fn new(code: &'static str) -> Problem {
        Problem::with(status_of(code), code)
    }

    fn with(status: StatusCode, code: &'static str) -> Problem {
        Problem { status, code, detail: None, retry_after_s: None, members: Map::new() }
    }

    /// What does not exist, and what may not be seen: always the same bytes.
    #[must_use]
    pub fn missing() -> Problem {
        Problem::new("not_found")
    }

    /// Says what was expected and what was found.
    #[must_use]
    pub fn detail(mut self, detail: String) -> Problem {
        self.detail = Some(detail);
        self
    }

    /// Says when to ask again.
    #[must_use]
    pub fn retry_after(mut self, pause: Duration) -> Problem {
        self.retry_after_s = Some(pause.as_secs().max(1));
        self
    }

    /// A command that was considered and refused: 422 with the refusal and, when it was recorded, the signed
    /// acknowledgement and the exact bytes it speaks of.
    #[must_use]
    pub fn refused(refusal: &Refusal, recorded: Option<&Recorded>) -> Problem {
        let mut problem = Problem::with(StatusCode::UNPROCESSABLE_ENTITY, refusal.code());
        problem.detail = Some(refusal.to_string());
        problem.members.insert("refusal".into(), json!(refusal));
        if let Some(recorded) = recorded {
            problem.members.insert("acknowledgement".into(), json!(recorded.acknowledgement));
            problem.members.insert("subject".into(), json!(recorded.subject));
        }
        problem
    }

    /// The status that will be sent.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Problem {
        let status = match trouble.kind() {
            TroubleKind::Malformed => StatusCode::BAD_REQUEST,
            TroubleKind::Unauthenticated => StatusCode::UNAUTHORIZED,
            TroubleKind::Forbidden => StatusCode::FORBIDDEN,
            TroubleKind::NotFound => StatusCode::NOT_FOUND,
            TroubleKind::Conflict => StatusCode::CONFLICT,
            TroubleKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            TroubleKind::NotNow => StatusCode::SERVICE_UNAVAILABLE,
        };
        let mut problem = Problem::with(status, trouble.code());
        problem.retry_after_s = trouble.retry_after().map(|pause| pause.as_secs().max(1));
        if trouble != Trouble::NotFound {
            problem.detail = Some(trouble.to_string());
        }
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut members = self.members;
        members.insert("type".into(), json!(format!("/codes#{}", self.code)));
        members.insert("title".into(), json!(codes::meaning(Text::new(Language::English), self.code)));
        members.insert("title_zh".into(), json!(codes::meaning(Text::new(Language::Chinese), self.code)));
        members.insert("status".into(), json!(self.status.as_u16()));
        members.insert("code".into(), json!(self.code));
        if let Some(detail) = self.detail {
            members.insert("detail".into(), json!(detail));
        }
        let body = Value::Object(members).to_string();
        let media_type = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status, media_type, body).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            // RFC 9110 11.6.1 wants a challenge with every 401; ours is a signature over the statement.
            let challenge = HeaderValue::from_static("Ximu-Signature");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

fn status_of(code: &str) -> StatusCode {
    match code {
        "not_found" => StatusCode::NOT_FOUND,
        "method_not_allowed" => StatusCode::METHOD_NOT_ALLOWED,
        "body_too_large" => StatusCode::PAYLOAD_TOO_LARGE,
        "length_required" => StatusCode::LENGTH_REQUIRED,
        "body_too_slow" => StatusCode::REQUEST_TIMEOUT,
        "streams_full" | "font_missing" | "font_unreadable" | "glyph_missing" => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        "internal" | "report_invalid" => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// Addresses of the interface that no route has.
pub async fn unknown() -> Problem {
    Problem::missing()
}

/// A method that an address does not take.
pub async fn method_not_allowed() -> Problem {
    Problem::new("method_not_allowed")
}
