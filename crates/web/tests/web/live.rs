//! The hall's stream: what changed and nothing else, resumed exactly; and the interface's stream of entries.

use std::{sync::Arc, time::Duration};

use crate::support::{
    SimHost,
    stage::{Moment, snapshot},
};
use axum::{Router, body::Body, http::Request};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use ximu_web::{Site, live::STREAMS_MAX};

const LIVE: &str = "/tenders/yc-2020-0603/hall/live?lang=zh-CN";
const EVENTS: &str = "/api/v1/tenders/yc-2020-0603/events";

/// One event of a stream.
#[derive(Debug, Default, PartialEq)]
struct Event {
    kind: String,
    id: Option<u32>,
    data: String,
}

struct Stream {
    body: Body,
    text: String,
}

impl Stream {
    async fn open(router: &Router, path: &str, last: Option<u32>) -> Stream {
        let mut request = Request::get(path);
        if let Some(last) = last {
            request = request.header("last-event-id", last.to_string());
        }
        let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Stream { body: response.into_body(), text: String::new() }
    }

    /// The next event that is not a clock; `None` when nothing comes for a minute, of a clock that stands while anything
    /// works: the tests do not wait, and nothing is missed on a busy machine.
    async fn next(&mut self) -> Option<Event> {
        self.within(Duration::from_secs(60)).await
    }

    /// The event that must come, however busy the machine is.
    async fn coming(&mut self) -> Event {
        self.within(Duration::from_secs(60)).await.unwrap()
    }

    async fn within(&mut self, patience: Duration) -> Option<Event> {
        let until = tokio::time::Instant::now() + patience;
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let event = parse(block);
                self.text = rest.to_string();
                if !event.data.is_empty() && event.kind != "time" {
                    return Some(event);
                }
            }
            let frame = tokio::time::timeout_at(until, self.body.frame()).await.ok()??;
            self.text.push_str(std::str::from_utf8(&frame.unwrap().into_data().unwrap()).unwrap());
        }
    }
}

/// A watcher that has seen every entry is told how far the log is, once, and nothing else: its page may have been away
/// while beats went by.
async fn hears_the_log_and_nothing_else(stream: &mut Stream) {
    assert_eq!(ids(&stream.coming().await), ["hall-log", "log-height"]);
    assert_eq!(stream.next().await, None);
}

fn parse(block: &str) -> Event {
    let mut event = Event::default();
    for line in block.lines() {
        match line.split_once(": ") {
            Some(("event", kind)) => event.kind = kind.into(),
            Some(("id", id)) => event.id = Some(id.parse().unwrap()),
            Some(("data", data)) => event.data.push_str(data),
            Some(_) | None => {}
        }
    }
    event
}

fn hall(moment: Moment) -> (Arc<SimHost>, Router, u32) {
    let host = SimHost::new(snapshot(moment, 5));
    let router = ximu_web::router(Site::new(host.clone()));
    (host, router, newest(moment))
}

fn newest(moment: Moment) -> u32 {
    let sim = snapshot(moment, 5);
    sim.world.chain(&"yc-2020-0603".parse().unwrap()).number - 1
}

fn ids(event: &Event) -> Vec<String> {
    let fragments: serde_json::Value = serde_json::from_str(&event.data).unwrap();
    fragments.as_object().unwrap().keys().cloned().collect()
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_current_hears_only_the_log_until_something_happens() {
    let (host, router, number) = hall(Moment::Window);
    let mut stream = Stream::open(&router, &format!("{LIVE}&from={number}"), None).await;
    hears_the_log_and_nothing_else(&mut stream).await;
    host.show(snapshot(Moment::Read, 5));
    let event = stream.coming().await;
    assert_eq!(event.kind, "swap");
    assert_eq!(event.id, Some(newest(Moment::Read)));
    assert!(ids(&event).contains(&"hall-room".to_string()));
    assert!(event.data.contains("玖佰叁拾贰万捌仟肆佰伍拾元整"));
    assert_eq!(stream.next().await, None);
}

#[tokio::test(start_paused = true)]
async fn last_event_id_resumes_with_exactly_what_changed() {
    let (_, router, number) = hall(Moment::Window);
    // One key release and the sign-in before it: one row, and the account, changed since; and the log.
    let mut stream = Stream::open(&router, LIVE, Some(number - 2)).await;
    let event = stream.coming().await;
    assert_eq!(event.id, Some(number));
    let rows: Vec<String> = ids(&event).into_iter().filter(|id| id.starts_with("seat-")).collect();
    assert_eq!(rows.len(), 1);
    assert_eq!(ids(&event), ["hall-log", "hall-side", "log-height", rows[0].as_str()]);
    assert_eq!(stream.next().await, None);
}

#[tokio::test(start_paused = true)]
async fn last_event_id_is_stronger_than_where_the_page_began() {
    let (_, router, number) = hall(Moment::Window);
    let mut stream = Stream::open(&router, &format!("{LIVE}&from=0"), Some(number)).await;
    hears_the_log_and_nothing_else(&mut stream).await;
}

#[tokio::test(start_paused = true)]
async fn a_visitor_without_a_place_gets_the_whole_hall() {
    let (_, router, number) = hall(Moment::Read);
    let event = Stream::open(&router, LIVE, None).await.coming().await;
    assert_eq!(event.id, Some(number));
    assert_eq!(
        ids(&event),
        [
            "hall-beats",
            "hall-log",
            "hall-now",
            "hall-room",
            "hall-side",
            "hall-steps",
            "hall-words",
            "log-height"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn many_watchers_get_the_same_difference() {
    let (host, router, number) = hall(Moment::Window);
    let mut streams = Vec::new();
    for _ in 0..20 {
        streams.push(Stream::open(&router, &format!("{LIVE}&from={number}"), None).await);
    }
    for stream in &mut streams {
        assert_eq!(ids(&stream.coming().await), ["hall-log", "log-height"]);
    }
    host.show(snapshot(Moment::Opening, 5));
    let first = streams[0].coming().await;
    for stream in &mut streams[1..] {
        assert_eq!(stream.coming().await, first);
    }
}

#[tokio::test(start_paused = true)]
async fn a_crowd_of_watchers_leaves_connections_for_bids() {
    let site = Site::new(SimHost::new(snapshot(Moment::Window, 5)));
    let router = ximu_web::router(site.clone());
    let mut places: Vec<_> = (0..STREAMS_MAX).map(|_| site.streams.enter().unwrap()).collect();
    for path in [LIVE, EVENTS] {
        let answer = router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), 503, "{path}");
        assert_eq!(answer.headers()["retry-after"], "15");
    }
    places.pop();
    let stream = Stream::open(&router, LIVE, None).await;
    assert!(site.streams.enter().is_err(), "the stream holds the place");
    drop(stream);
    assert!(site.streams.enter().is_ok(), "and gives it back");
}

#[tokio::test(start_paused = true)]
async fn the_streams_of_an_unknown_tender_are_missing() {
    let (_, router, _) = hall(Moment::Window);
    for path in ["/tenders/unknown/hall/live", "/api/v1/tenders/unknown/events", "/tenders/A/hall/live"] {
        let response = router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 404, "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn entries_are_streamed_from_the_first_and_resumed_after_the_last_seen() {
    let (host, router, number) = hall(Moment::Window);
    let mut stream = Stream::open(&router, EVENTS, None).await;
    for expected in 0..=number {
        let event = stream.coming().await;
        assert_eq!((event.kind.as_str(), event.id), ("entry", Some(expected)));
        let line: serde_json::Value = serde_json::from_str(&event.data).unwrap();
        let entry: serde_json::Value = serde_json::from_str(line["entry"].as_str().unwrap()).unwrap();
        assert_eq!(entry["number"], expected);
        assert!(line["leaf"].as_u64().unwrap() > 0);
    }
    assert_eq!(stream.next().await, None);
    let mut resumed = Stream::open(&router, EVENTS, Some(number)).await;
    assert_eq!(resumed.next().await, None);
    host.show(snapshot(Moment::Read, 5));
    assert_eq!(stream.coming().await.id, Some(number + 1));
    assert_eq!(resumed.coming().await.id, Some(number + 1));
}
