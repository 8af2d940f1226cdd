//! Server-sent events (WHATWG HTML 9.2), as far as our servers send them: a reader that knows its last event id,
//! so that a broken connection resumes without a gap.

use crate::{
    error::ClientError,
    http::{Download, Http},
};
use std::time::Duration;

/// The longest event, in bytes: one leaf and its description.
pub const EVENT_BYTES_MAX: usize = 256 * 1024;

/// The longest silence on a stream: servers send a comment every 15 s.
pub const SILENCE_MAX: Duration = Duration::from_secs(45);

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id, for resuming; the last one seen when the event has none of its own.
    pub id: String,
    /// Its kind; `message` when the server names none.
    pub kind: String,
    /// Its data lines, joined by newlines.
    pub data: String,
}

/// A stream of events from one path of one server.
pub struct Events {
    http: Http,
    path: String,
    parser: Parser,
    body: Option<Download>,
    buffer: Vec<u8>,
}

impl Events {
    /// A stream that starts after the event `last_id`, or at the server's choice when that is empty. No connection
    /// is made yet.
    #[must_use]
    pub fn new(http: Http, path: &str, last_id: &str) -> Events {
        let parser = Parser { last_id: last_id.to_owned(), ..Parser::default() };
        Events { http, path: path.to_owned(), parser, body: None, buffer: vec![0; 16 * 1024] }
    }

    /// The id of the last event that was returned.
    #[must_use]
    pub fn last_id(&self) -> &str {
        &self.parser.last_id
    }

    /// The next event; `None` when the server ended the stream. After `None` or an error the next call connects
    /// again and resumes after the last event that was returned.
    ///
    /// # Errors
    /// Every [`ClientError`] but [`ClientError::Roots`] and [`ClientError::Source`].
    pub fn next_event(&mut self) -> Result<Option<Event>, ClientError> {
        loop {
            if let Some(event) = self.parser.next_event() {
                return Ok(Some(event));
            }
            let body = match &mut self.body {
                Some(body) => body,
                None => {
                    self.parser.forget_partial();
                    let headers = [
                        ("accept", "text/event-stream".to_owned()),
                        ("last-event-id", self.parser.last_id.clone()),
                    ];
                    let known = usize::from(!self.parser.last_id.is_empty()) + 1;
                    let headers = headers.get(..known).unwrap_or_default();
                    self.body.insert(self.http.download(&self.path, headers, SILENCE_MAX)?)
                }
            };
            let read = body.read(&mut self.buffer).inspect_err(|_| self.body = None)?;
            if read == 0 {
                self.body = None;
                return Ok(None);
            }
            if !self.parser.push(self.buffer.get(..read).unwrap_or_default()) {
                self.body = None;
                let (server, path) = (self.http.server().clone(), self.path.clone());
                return Err(ClientError::TooLong { server, path, max: EVENT_BYTES_MAX as u64 });
            }
        }
    }
}

/// Bytes in, events out.
#[derive(Debug, Default)]
struct Parser {
    pending: Vec<u8>,
    last_id: String,
    id: Option<String>,
    kind: String,
    data: Vec<String>,
}

impl Parser {
    /// Takes the next bytes; false when an event grows too long.
    fn push(&mut self, bytes: &[u8]) -> bool {
        self.pending.extend_from_slice(bytes);
        let held: usize = self.data.iter().map(String::len).sum();
        // A stream of whole events may hold many; only one unfinished event counts.
        let unfinished = self
            .pending
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(self.pending.len(), |end| self.pending.len() - end);
        held + unfinished <= EVENT_BYTES_MAX
    }

    fn next_event(&mut self) -> Option<Event> {
        while let Some(end) = self.pending.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.pending.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            let line = line.strip_suffix('\n').unwrap_or(&line);
            if let Some(event) = self.take_line(line.strip_suffix('\r').unwrap_or(line)) {
                return Some(event);
            }
        }
        None
    }

    fn take_line(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => self.data.push(value.to_owned()),
            "event" => value.clone_into(&mut self.kind),
            "id" if !value.contains('\0') => self.id = Some(value.to_owned()),
            // A comment, `retry`, or a field of the future.
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<Event> {
        if let Some(id) = self.id.take() {
            self.last_id = id;
        }
        let (kind, data) = (std::mem::take(&mut self.kind), std::mem::take(&mut self.data));
        if data.is_empty() {
            return None;
        }
        let kind = if kind.is_empty() { "message".to_owned() } else { kind };
        Some(Event { id: self.last_id.clone(), kind, data: data.join("\n") })
    }

    /// Drops what a broken connection left unfinished; it comes again.
    fn forget_partial(&mut self) {
        *self = Parser { last_id: std::mem::take(&mut self.last_id), ..Parser::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(pieces: &[&str]) -> (Vec<Event>, Parser) {
        let mut parser = Parser::default();
        let mut events = Vec::new();
        for piece in pieces {
            assert!(parser.push(piece.as_bytes()));
            while let Some(event) = parser.next_event() {
                events.push(event);
            }
        }
        (events, parser)
    }

    fn event(id: &str, kind: &str, data: &str) -> Event {
        Event { id: id.into(), kind: kind.into(), data: data.into() }
    }

    #[test]
    fn events_are_the_same_however_the_bytes_are_cut() {
        let text = ": hello\nretry: 3000\n\nid: 4\nevent: entry\ndata: {\"a\":1}\n\nid: 5\r\ndata:x\r\ndata: 徙木\r\n\r\nid: 6\ndata: cut";
        let expected = [event("4", "entry", "{\"a\":1}"), event("5", "message", "x\n徙木")];
        let (whole, parser) = all(&[text]);
        assert_eq!(whole, expected);
        assert_eq!(parser.last_id, "5", "an unfinished event does not move the id");
        let mut parser = Parser::default();
        let mut events = Vec::new();
        for byte in text.bytes() {
            assert!(parser.push(&[byte]));
            events.extend(std::iter::from_fn(|| parser.next_event()));
        }
        assert_eq!(events, expected);
    }

    #[test]
    fn an_id_without_data_moves_the_place_and_gives_no_event() {
        let (events, parser) = all(&["id: 9\n\n"]);
        assert!(events.is_empty());
        assert_eq!(parser.last_id, "9");
    }

    #[test]
    fn an_endless_line_is_refused_and_a_long_backlog_is_not() {
        let mut parser = Parser::default();
        assert!(!parser.push(&vec![b'x'; EVENT_BYTES_MAX + 1]));
        let mut parser = Parser::default();
        let backlog = "id: 1\ndata: 0123456789\n\n".repeat(EVENT_BYTES_MAX / 10);
        assert!(parser.push(backlog.as_bytes()));
    }
}
