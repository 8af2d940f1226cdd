//! One server's connections: requests out, bytes and problems back. Every wait has a named limit.
//!
//! Not here: what the paths mean (`centre.rs`, `log.rs`, `peer.rs`). Redirects are not followed: a signed request
//! goes where its author sent it. Nothing is retried: whether to repeat is the caller's decision.

use crate::{
    address::Address,
    error::ClientError,
    problem::{PROBLEM_TYPE, Problem},
};
use std::io::Read;
use std::time::{self, Duration};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ximu_basics::Instant;

/// The longest problem document, in bytes; it may carry an acknowledgement and an operation of one leaf each.
pub const PROBLEM_BYTES_MAX: u64 = 512 * 1024;

/// The slowest body, in bytes a second over all of it: a server that sends its answer drop by drop holds nobody for long.
pub const BODY_BYTES_PER_S_MIN: u64 = 8 * 1024;

/// The largest piece of a body that is read at once, in bytes.
const PIECE_BYTES: usize = 64 * 1024;

/// Whose certificates prove a server's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// The public authorities (Mozilla's list, built in).
    Public,
    /// The authorities in this PEM file and no others: for centres with an authority of their own.
    Only(Vec<u8>),
}

/// How long this client waits, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For name, connection and TLS.
    pub connect: Duration,
    /// From the last byte sent to the head of the answer.
    pub answer: Duration,
    /// The same after an upload: the host first has a copy kept by another centre.
    pub upload_answer: Duration,
    /// Between two pieces of a body, in either direction.
    pub idle: Duration,
}

impl Default for Timeouts {
    /// 5 s to connect, 20 s for an answer, 120 s for that of an upload, 30 s between two pieces.
    fn default() -> Timeouts {
        Timeouts {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(20),
            upload_answer: Duration::from_secs(120),
            idle: Duration::from_secs(30),
        }
    }
}

/// The connections to one server. Cheap to clone; clones share the pool.
#[derive(Debug, Clone)]
pub struct Http {
    agent: ureq::Agent,
    server: Address,
    timeouts: Timeouts,
}

/// An answer whose body was read in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The media type, without parameters; empty when there is none.
    pub media_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// An answer whose body is read piece by piece.
pub struct Download {
    server: Address,
    path: String,
    timeouts: Timeouts,
    reader: ureq::BodyReader<'static>,
}

/// One request that is not a plain `GET`.
pub(crate) struct Upload<'a> {
    /// The path.
    pub path: &'a str,
    /// The media type.
    pub media_type: &'a str,
    /// Further headers.
    pub headers: &'a [(&'a str, String)],
    /// The number of bytes to send.
    pub bytes: u64,
    /// Where they come from.
    pub source: &'a mut dyn Read,
}

impl Http {
    /// Connections to this server; none is opened yet.
    ///
    /// # Errors
    /// [`ClientError::Roots`].
    pub fn new(server: Address, trust: &Trust, timeouts: Timeouts) -> Result<Http, ClientError> {
        let tls = TlsConfig::builder().root_certs(roots(trust)?).build();
        let agent = ureq::Agent::config_builder()
            .tls_config(tls)
            .proxy(None)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("ximu/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(timeouts.connect))
            .timeout_per_read(Some(timeouts.idle.max(timeouts.answer)))
            .timeout_per_write(Some(timeouts.idle))
            .timeout_recv_response(Some(timeouts.answer))
            .build()
            .new_agent();
        Ok(Http { agent, server, timeouts })
    }

    /// The server's address.
    #[must_use]
    pub fn server(&self) -> &Address {
        &self.server
    }

    /// Asks for a path and reads at most `limit` bytes. Statuses below 400 are answers.
    ///
    /// # Errors
    /// Every [`ClientError`] but [`ClientError::Roots`] and [`ClientError::Source`].
    pub fn get(&self, path: &str, limit: u64) -> Result<Answer, ClientError> {
        self.get_waiting(path, limit, self.timeouts.answer)
    }

    /// As [`Http::get`], with these headers.
    ///
    /// # Errors
    /// As [`Http::get`].
    pub fn get_as(&self, path: &str, headers: &[(&str, String)], limit: u64) -> Result<Answer, ClientError> {
        let mut request = self.agent.get(self.server.join(path));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let response = request.call().map_err(|error| self.fail(path, &error, self.timeouts.answer))?;
        self.read_all(path, response, limit)
    }

    /// The second the server's clock shows, from the header `Date` of its answer to a path, whatever the status;
    /// `None` when it names none.
    ///
    /// # Errors
    /// Transport errors alone.
    pub fn date(&self, path: &str) -> Result<Option<Instant>, ClientError> {
        let wait = self.timeouts.answer;
        let response = self.agent.get(self.server.join(path)).call();
        let response = response.map_err(|error| self.fail(path, &error, wait))?;
        let header = response.headers().get("date").and_then(|value| value.to_str().ok());
        Ok(header.and_then(crate::date::parse))
    }

    /// As [`Http::get`], with a limit of its own for the head of the answer.
    ///
    /// # Errors
    /// As [`Http::get`].
    pub fn get_waiting(&self, path: &str, limit: u64, wait: Duration) -> Result<Answer, ClientError> {
        let request = self.agent.get(self.server.join(path)).config();
        let request = request.timeout_recv_response(Some(wait)).timeout_per_read(Some(wait)).build();
        let response = request.call().map_err(|error| self.fail(path, &error, wait))?;
        self.read_all(path, response, limit)
    }

    /// Asks for a path whose body is read piece by piece, with these headers; `idle` is the longest wait between
    /// two pieces.
    ///
    /// # Errors
    /// As [`Http::get`].
    pub fn download(
        &self,
        path: &str,
        headers: &[(&str, String)],
        idle: Duration,
    ) -> Result<Download, ClientError> {
        let mut request = self.agent.get(self.server.join(path));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.config().timeout_per_read(Some(idle)).build();
        let response = request.call().map_err(|error| self.fail(path, &error, self.timeouts.answer))?;
        if response.status().as_u16() != 200 {
            return Err(self.unexpected(path, "200", &self.read_all(path, response, PROBLEM_BYTES_MAX)?));
        }
        Ok(Download {
            server: self.server.clone(),
            path: path.to_owned(),
            timeouts: Timeouts { idle, ..self.timeouts },
            reader: response.into_body().into_with_config().limit(u64::MAX).reader(),
        })
    }

    /// Posts a body that is in memory.
    ///
    /// # Errors
    /// As [`Http::get`].
    pub fn post(&self, path: &str, media_type: &str, body: &[u8], limit: u64) -> Result<Answer, ClientError> {
        self.post_waiting(path, media_type, body, limit, self.timeouts.answer)
    }

    /// As [`Http::post`], with a limit of its own for the answer.
    ///
    /// # Errors
    /// As [`Http::get`].
    pub fn post_waiting(
        &self,
        path: &str,
        media_type: &str,
        body: &[u8],
        limit: u64,
        wait: Duration,
    ) -> Result<Answer, ClientError> {
        let request = self.agent.post(self.server.join(path)).header("content-type", media_type);
        let request = request.config().timeout_recv_response(Some(wait)).timeout_per_read(Some(wait)).build();
        let response = request.send(body).map_err(|error| self.fail(path, &error, wait))?;
        self.read_all(path, response, limit)
    }

    /// Puts a body that is read while it is sent.
    ///
    /// # Errors
    /// As [`Http::get`], and [`ClientError::Source`].
    pub(crate) fn put(&self, upload: Upload<'_>, limit: u64) -> Result<Answer, ClientError> {
        let wait = self.timeouts.upload_answer;
        let mut request = self
            .agent
            .put(self.server.join(upload.path))
            .header("content-type", upload.media_type)
            .header("content-length", upload.bytes.to_string())
            // The server may refuse by the head alone; then the body is not sent and the refusal arrives.
            .header("expect", "100-continue");
        for (name, value) in upload.headers {
            request = request.header(*name, value);
        }
        let request = request.config().timeout_recv_response(Some(wait)).timeout_per_read(Some(wait)).build();
        let mut source = Source { reader: upload.source, left: upload.bytes, failed: None };
        let sent = request.send(ureq::SendBody::from_reader(&mut source));
        match (sent, source.failed) {
            (Ok(response), _) => self.read_all(upload.path, response, limit),
            (Err(_), Some(found)) => Err(ClientError::Source { found }),
            (Err(error), None) => Err(self.fail(upload.path, &error, wait)),
        }
    }

    /// The error for an answer that is not what stands at this place.
    pub(crate) fn unexpected(&self, path: &str, expected: &'static str, answer: &Answer) -> ClientError {
        ClientError::Unexpected {
            server: self.server.clone(),
            path: path.to_owned(),
            expected,
            status: answer.status,
            found: String::from_utf8_lossy(&answer.body).chars().take(160).collect(),
        }
    }

    fn read_all(
        &self,
        path: &str,
        response: ureq::http::Response<ureq::Body>,
        limit: u64,
    ) -> Result<Answer, ClientError> {
        let status = response.status().as_u16();
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let media_type = header("content-type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let retry_after_s = header("retry-after").and_then(|value| value.parse().ok());
        let limit = if status >= 400 { limit.max(PROBLEM_BYTES_MAX) } else { limit };
        let reader = response.into_body().into_with_config().limit(u64::MAX).reader();
        let body = self.read_body(path, reader.take(limit.saturating_add(1)))?;
        if body.len() as u64 > limit {
            let (server, path) = (self.server.clone(), path.to_owned());
            return Err(ClientError::TooLong { server, path, max: limit });
        }
        if media_type == PROBLEM_TYPE {
            if let Some(problem) = Problem::parse(status, retry_after_s, &body) {
                let (server, problem) = (self.server.clone(), Box::new(problem));
                return Err(ClientError::Problem { server, problem });
            }
        }
        Ok(Answer { status, media_type, body })
    }

    /// Reads to the end, as long as it comes at [`BODY_BYTES_PER_S_MIN`] from the longest pause on.
    fn read_body(&self, path: &str, mut reader: impl Read) -> Result<Vec<u8>, ClientError> {
        let (begun, idle) = (time::Instant::now(), self.timeouts.idle);
        let (mut body, mut piece) = (Vec::new(), vec![0; PIECE_BYTES]);
        loop {
            let read = match reader.read(&mut piece) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                read => read.map_err(|error| self.fail_io(path, &error, idle))?,
            };
            let Some(piece) = piece.get(..read).filter(|piece| !piece.is_empty()) else { return Ok(body) };
            body.extend_from_slice(piece);
            let patience = idle + Duration::from_secs(body.len() as u64 / BODY_BYTES_PER_S_MIN);
            if begun.elapsed() > patience {
                return Err(ClientError::Timeout {
                    server: self.server.clone(),
                    path: path.to_owned(),
                    waited_for: "the rest of the answer",
                    seconds: patience.as_secs(),
                });
            }
        }
    }

    fn fail(&self, path: &str, error: &ureq::Error, wait: Duration) -> ClientError {
        classify(&self.server, path, error, wait, self.timeouts)
    }

    fn fail_io(&self, path: &str, error: &std::io::Error, wait: Duration) -> ClientError {
        classify_io(&self.server, path, error, wait, self.timeouts)
    }
}

impl Answer {
    /// The body as text; bytes that are not UTF-8 give an empty text.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_default()
    }
}

impl Download {
    /// The next piece of the body: the number of bytes put into `buffer`, 0 at the end.
    ///
    /// # Errors
    /// [`ClientError::Timeout`], [`ClientError::Connection`].
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ClientError> {
        let read = self.reader.read(buffer);
        read.map_err(|error| classify_io(&self.server, &self.path, &error, self.timeouts.idle, self.timeouts))
    }
}

impl Read for Download {
    /// As [`Download::read`], for whoever reads from anywhere.
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        Download::read(self, buffer).map_err(std::io::Error::other)
    }
}

fn roots(trust: &Trust) -> Result<RootCerts, ClientError> {
    let pem = match trust {
        Trust::Public => return Ok(RootCerts::WebPki),
        Trust::Only(pem) => pem,
    };
    let mut certificates = Vec::new();
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(error) => return Err(ClientError::Roots { found: error.to_string() }),
        }
    }
    if certificates.is_empty() {
        return Err(ClientError::Roots { found: "no certificate".to_owned() });
    }
    Ok(RootCerts::new_with_certs(&certificates))
}

#[allow(clippy::wildcard_enum_match_arm, reason = "an open enum of another crate")]
fn classify(
    server: &Address,
    path: &str,
    error: &ureq::Error,
    wait: Duration,
    timeouts: Timeouts,
) -> ClientError {
    let (server, path) = (server.clone(), path.to_owned());
    match error {
        ureq::Error::Timeout(what) => {
            let (waited_for, limit) = waited_for(*what, wait, timeouts);
            ClientError::Timeout { server, path, waited_for, seconds: limit.as_secs() }
        }
        ureq::Error::Io(error) => classify_io(&server, &path, error, wait, timeouts),
        ureq::Error::Rustls(error) => ClientError::Certificate { server, found: error.to_string() },
        ureq::Error::Tls(found) => ClientError::Certificate { server, found: (*found).to_owned() },
        other => ClientError::Connection { server, path, found: other.to_string() },
    }
}

fn classify_io(
    server: &Address,
    path: &str,
    error: &std::io::Error,
    wait: Duration,
    timeouts: Timeouts,
) -> ClientError {
    if let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
        return classify(server, path, inner, wait, timeouts);
    }
    let (server, path) = (server.clone(), path.to_owned());
    let found = error.to_string();
    // The TLS library reports a bad certificate through the reader, as invalid data.
    if error.kind() == std::io::ErrorKind::InvalidData && server.is_https() {
        return ClientError::Certificate { server, found };
    }
    ClientError::Connection { server, path, found }
}

#[allow(clippy::wildcard_enum_match_arm, reason = "an open enum of another crate")]
fn waited_for(what: ureq::Timeout, wait: Duration, timeouts: Timeouts) -> (&'static str, Duration) {
    match what {
        ureq::Timeout::Resolve | ureq::Timeout::Connect => ("a connection", timeouts.connect),
        ureq::Timeout::PerWrite | ureq::Timeout::SendRequest | ureq::Timeout::SendBody => {
            ("that it takes the request", timeouts.idle)
        }
        ureq::Timeout::RecvBody | ureq::Timeout::PerRead => ("the rest of the answer", wait),
        _ => ("an answer", wait),
    }
}

/// A reader that remembers why it failed and never gives more than was announced.
struct Source<'a> {
    reader: &'a mut dyn Read,
    left: u64,
    failed: Option<String>,
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if room == 0 {
            return Ok(0);
        }
        let Some(part) = buffer.get_mut(..room) else { return Ok(0) };
        let read = self.reader.read(part).and_then(|read| match read {
            0 => Err(std::io::Error::other(format!("{} bytes are missing at its end", self.left))),
            some => Ok(some),
        });
        match &read {
            Ok(some) => self.left = self.left.saturating_sub(*some as u64),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => self.failed = Some(error.to_string()),
        }
        read
    }
}
