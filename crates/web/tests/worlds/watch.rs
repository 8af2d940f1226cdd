//! Watchers: connections that stay open while the world goes on, as a browser in the hall has one.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::{Body, BodyDataStream},
};
use futures_core::Stream as _;
use tokio::runtime::Handle;
use tower::ServiceExt as _;

use super::{PATIENCE, net::request};

/// One server-sent event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event {
    /// Its kind.
    pub kind: String,
    /// Its id, when it has one.
    pub id: Option<String>,
    /// Its data.
    pub data: String,
}

/// An open stream of events.
pub struct Watcher {
    /// Where it listens.
    pub path: String,
    /// The answer's head, as bytes to compare.
    pub head: Vec<u8>,
    handle: Handle,
    stream: BodyDataStream,
    pending: String,
    /// The id of the newest event it has heard.
    pub last: Option<String>,
    /// The pieces of the page as this watcher has them, by element.
    pub pieces: BTreeMap<String, String>,
}

impl Watcher {
    /// Connects; with `last` it comes back and names the last event it has.
    pub fn connect(handle: &Handle, router: &Router, path: &str, last: Option<&str>) -> Watcher {
        let headers: Vec<(&str, &str)> = last.map(|last| ("last-event-id", last)).into_iter().collect();
        let question = request("GET", path, &headers, Vec::new());
        let (parts, body) = handle.block_on(router.clone().oneshot(question)).unwrap().into_parts();
        let mut head = format!("{}\n", parts.status);
        for (name, value) in &parts.headers {
            head.push_str(&format!("{name}: {}\n", value.to_str().unwrap()));
        }
        assert_eq!(parts.status, 200, "{path}");
        Watcher {
            path: path.into(),
            head: head.into_bytes(),
            handle: handle.clone(),
            stream: Body::into_data_stream(body),
            pending: String::new(),
            last: last.map(str::to_owned),
            pieces: BTreeMap::new(),
        }
    }

    /// The next event, waiting for it. Times and comments are no events here: they come by the real clock.
    pub fn next(&mut self) -> Event {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            if let Some(event) = self.parsed() {
                return event;
            }
            let stream = &mut self.stream;
            let next = std::future::poll_fn(|context| std::pin::Pin::new(&mut *stream).poll_next(context));
            let next = self.handle.block_on(async { tokio::time::timeout_at(end, next).await });
            let piece = next.unwrap_or_else(|_| panic!("{} says nothing after {:?}", self.path, self.last));
            let piece = piece.unwrap_or_else(|| panic!("{} has ended", self.path)).unwrap();
            self.pending.push_str(std::str::from_utf8(&piece).unwrap());
        }
    }

    /// The next event that is here already.
    pub fn ready(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.parsed() {
                return Some(event);
            }
            let stream = &mut self.stream;
            let now = std::future::poll_fn(|context| {
                let polled = std::pin::Pin::new(&mut *stream).poll_next(context);
                std::task::Poll::Ready(match polled {
                    std::task::Poll::Ready(piece) => piece,
                    std::task::Poll::Pending => None,
                })
            });
            let piece = self.handle.block_on(now)?.unwrap();
            self.pending.push_str(std::str::from_utf8(&piece).unwrap());
        }
    }

    fn parsed(&mut self) -> Option<Event> {
        while let Some(end) = self.pending.find("\n\n") {
            let text: String = self.pending.drain(..end + 2).collect();
            let mut event = Event::default();
            for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with(':')) {
                let (field, value) = line.split_once(": ").unwrap_or((line, ""));
                match field {
                    "event" => event.kind = value.into(),
                    "id" => event.id = Some(value.into()),
                    "data" => event.data.push_str(value),
                    other => panic!("an event has a field {other}"),
                }
            }
            if !event.kind.is_empty() && event.kind != "time" {
                self.last = event.id.clone().or_else(|| self.last.take());
                return Some(event);
            }
        }
        None
    }

    /// Takes the pieces of a `swap` into the page.
    pub fn swap(&mut self, event: &Event) -> BTreeMap<String, String> {
        assert_eq!(event.kind, "swap");
        let pieces: BTreeMap<String, String> = serde_json::from_str(&event.data).unwrap();
        self.pieces.extend(pieces.clone());
        pieces
    }

    /// Takes events until the page is as one that is opened now; what changed, and the newest id.
    ///
    /// How the changes are cut into events is chance (two that follow each other quickly become one), what they come to
    /// is not.
    pub fn catch_up(&mut self, router: &Router) -> Vec<u8> {
        let mut fresh = Watcher::connect(&self.handle, router, &self.path, None);
        let first = fresh.next();
        fresh.swap(&first);
        let mut changed = BTreeMap::new();
        let mut id = None;
        while self.pieces != fresh.pieces {
            let event = self.next();
            changed.extend(self.swap(&event));
            id = event.id.or(id);
        }
        format!("id {id:?}\n{changed:#?}").into_bytes()
    }
}
