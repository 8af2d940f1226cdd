//! Requests without a network: a router answers them in this process.

use axum::{Router, body::Body, http::Request};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use tokio::runtime::Handle;
use tower::ServiceExt as _;

/// What a router answered: everything of it that a reader gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers in their order.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The length the server will announce.
    pub length: Option<u64>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Status, headers, announced length and body as bytes to compare.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.head();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// The same without the body.
    pub fn head(&self) -> Vec<u8> {
        let mut bytes = format!("{}\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(format!("{name}: ").as_bytes());
            bytes.extend_from_slice(value);
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(format!("length {:?}\n\n", self.length).as_bytes());
        bytes
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

/// Asks a router and waits for the whole answer. Must not be called from an async task.
pub fn ask(runtime: &Handle, router: &Router, request: Request<Body>) -> Answer {
    runtime.block_on(answer(router.clone(), request))
}

/// Asks a router.
pub async fn answer(router: Router, request: Request<Body>) -> Answer {
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
    let headers = headers.collect();
    let length = body.size_hint().exact();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    Answer { status: parts.status.as_u16(), headers, length, body }
}

/// A request without a body.
pub fn get(path: &str) -> Request<Body> {
    request("GET", path, &[], Vec::new())
}

/// A request with a body of known length.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if !body.is_empty() && !headers.iter().any(|(name, _)| *name == "content-length") {
        request = request.header("content-length", body.len());
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body)).unwrap()
}
