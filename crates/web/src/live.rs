//! The hall, live: `GET /tenders/{id}/hall/live` sends each watcher the fragments that changed, as HTML, by
//! server-sent events (WHATWG HTML 9.2).
//!
//! The id of an event is the number of the newest entry in it. A watcher that comes back with `Last-Event-ID` gets
//! exactly what changed since: the hall is a function of the entries, so both states can be made again. Fragments
//! are rendered once for each language and letter size, however many watch.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use askama::Template;
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use futures_core::Stream;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc};
use ximu_basics::ProcedureId;
use ximu_text::Language;

use crate::{
    api::problem::Problem,
    page::missing,
    reader::Reader,
    site::Site,
    view::{
        Frame,
        cards::{cards, element},
        frame::Section,
        hall::Hall,
    },
};

/// How often a quiet connection hears the centre's clock.
const TIME_EVERY: Duration = Duration::from_secs(15);

/// Streams at a time, of halls and of entries: half of the connections, so that a crowd of watchers leaves room for bids.
pub const STREAMS_MAX: usize = 2_048;

/// What a stream holds for as long as it lasts.
#[derive(Clone)]
pub struct Streams(Arc<Semaphore>);

impl Default for Streams {
    fn default() -> Streams {
        Streams(Arc::new(Semaphore::new(STREAMS_MAX)))
    }
}

impl Streams {
    /// A place for one more.
    ///
    /// # Errors
    /// `streams_full` when there are [`STREAMS_MAX`].
    pub fn enter(&self) -> Result<OwnedSemaphorePermit, Problem> {
        self.0.clone().try_acquire_owned().map_err(|_| Problem::new("streams_full").retry_after(TIME_EVERY))
    }
}

/// Events a slow watcher may be behind; then it is dropped, comes back, and gets the difference.
const EVENTS_BEHIND_MAX: usize = 16;

/// The rendered halls that watchers share.
#[derive(Clone, Default)]
pub struct Halls {
    rendered: Arc<Mutex<BTreeMap<Key, Rendered>>>,
}

type Key = (ProcedureId, Language, bool);

#[derive(Clone)]
struct Rendered {
    news: u64,
    now: Arc<Fragments>,
    /// The newest difference that was put into words: from which fragments, and its JSON.
    difference: Option<(Arc<Fragments>, Arc<str>)>,
}

/// A hall in pieces, by element id.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Fragments {
    number: u32,
    parts: BTreeMap<&'static str, String>,
    rows: BTreeMap<String, String>,
    /// What the room is without its rows.
    shape: String,
    /// Whether beats are shown: before CLOSE.
    has_beats: bool,
}

/// `GET /tenders/{id}/hall/live`.
pub async fn handle(
    State(site): State<Site>,
    reader: Reader,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let known =
        id.parse::<ProcedureId>().ok().filter(|id| site.host.view().world.clone().tenders.contains_key(id));
    let Some(id) = known else { return missing::page(&site, reader) };
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let seen = last.or_else(|| reader.parameter("from")).and_then(|number| number.parse::<u32>().ok());
    let place = match site.streams.enter() {
        Ok(place) => place,
        Err(problem) => return problem.into_response(),
    };
    let (sender, events) = mpsc::channel(EVENTS_BEHIND_MAX);
    tokio::spawn(watch(site, reader, id, seen, sender));
    Sse::new(Events { events, _place: place }).into_response()
}

/// Feeds one watcher until it goes away.
async fn watch(site: Site, reader: Reader, id: ProcedureId, seen: Option<u32>, sender: mpsc::Sender<Event>) {
    let mut news = site.news();
    let mut shown: Arc<Fragments> = match seen {
        Some(number) => match at(&site, &reader, &id, Some(number)).await {
            Some(fragments) => Arc::new(fragments.of_entries()),
            None => Arc::default(),
        },
        None => Arc::default(),
    };
    let mut tick = tokio::time::interval(TIME_EVERY);
    loop {
        let number = *news.borrow_and_update();
        let Some((fragments, json)) = site.halls.newest(&site, &reader, &id, number, &shown).await else {
            return;
        };
        if let Some(json) = json {
            let mut event = Event::default().event("swap").data(json);
            if fragments.number != shown.number {
                event = event.id(fragments.number.to_string());
            }
            if sender.try_send(event).is_err() {
                return;
            }
        }
        shown = fragments;
        tokio::select! {
            () = sender.closed() => return,
            changed = news.changed() => if changed.is_err() { return },
            _ = tick.tick() => {
                let time = Event::default().event("time").data(site.host.now().unix_ms().to_string());
                if sender.try_send(time).is_err() {
                    return;
                }
            }
        }
    }
}

impl Halls {
    /// The newest fragments, and the difference from those a watcher has, if any.
    async fn newest(
        &self,
        site: &Site,
        reader: &Reader,
        id: &ProcedureId,
        news: u64,
        shown: &Arc<Fragments>,
    ) -> Option<(Arc<Fragments>, Option<Arc<str>>)> {
        let key = (id.clone(), reader.t.language(), reader.large);
        // One watcher renders while the others wait for it.
        let mut rendered = self.rendered.lock().await;
        let current = match rendered.get(&key) {
            Some(current) if current.news >= news => current.clone(),
            Some(_) | None => {
                let now = Arc::new(at(site, reader, id, None).await?);
                Rendered { news, now, difference: None }
            }
        };
        let json = match &current.difference {
            Some((from, json)) if Arc::ptr_eq(from, shown) => Some(json.clone()),
            Some(_) | None => current.now.difference(shown),
        };
        let difference = json.clone().map(|json| (shown.clone(), json)).or(current.difference);
        let now = current.now;
        rendered.insert(key, Rendered { news: current.news, now: now.clone(), difference });
        Some((now, json))
    }
}

/// The hall's fragments after an entry, or now.
async fn at(site: &Site, reader: &Reader, id: &ProcedureId, upto: Option<u32>) -> Option<Fragments> {
    let (reader, id) = (reader.clone(), id.clone());
    let work = move |site: &Site| {
        let story = site.story(&id).ok()??;
        let mut hall = Hall::build(reader.t, &*site.host, &id, &story, upto)?;
        // What a watcher has on its screen was the present then.
        hall.live = true;
        let frame = Frame::new(&*site.host, reader, Section::Tenders, String::new());
        Fragments::render(&frame, &hall)
    };
    site.blocking(work).await.ok()?
}

impl Fragments {
    /// Renders a hall in pieces; `None` when a template fails.
    #[must_use]
    pub fn render(p: &Frame, v: &Hall) -> Option<Fragments> {
        let room = cards(&Room { p, v }.render().ok()?);
        let mut rows = BTreeMap::new();
        for row in v.rows.iter().flatten() {
            let id = format!("seat-{}", row.place);
            let (_, html, _) = element(&room, &format!("<tr id=\"{id}\""), "</tr>")?;
            rows.insert(id, html.to_string());
        }
        let parts = BTreeMap::from([
            ("hall-steps", Steps { p, v }.render().ok()?),
            ("hall-now", Now { p, v }.render().ok()?),
            ("hall-beats", Beats { p, v }.render().ok()?),
            ("hall-room", room),
            ("hall-log", Log { p }.render().ok()?),
            ("hall-side", Side { p, v }.render().ok()?),
            ("hall-words", Words { p, v }.render().ok()?),
            ("log-height", Height { p }.render().ok()?),
        ]);
        // Where the order changes, the rows cannot be put in one by one.
        let order: Option<Vec<usize>> =
            v.rows.as_ref().map(|rows| rows.iter().map(|row| row.place).collect());
        let headings = (v.is_read(), v.is_scored, &v.base, order);
        Some(Fragments {
            number: v.number,
            parts,
            rows,
            shape: format!("{headings:?}"),
            has_beats: v.beats.is_some(),
        })
    }

    /// Without the parts that do not follow from entries: how far the log is, and before CLOSE the beats and the account
    /// that tells of them. Whoever comes back may have seen less.
    fn of_entries(mut self) -> Fragments {
        let has_beats = self.has_beats;
        self.parts.retain(|id, _| match *id {
            "hall-log" | "log-height" => false,
            "hall-beats" | "hall-side" => !has_beats,
            _ => true,
        });
        self
    }

    /// What differs from the fragments a watcher has, as a JSON object of id and HTML; `None` when nothing does.
    #[must_use]
    pub fn difference(&self, shown: &Fragments) -> Option<Arc<str>> {
        let mut changed: BTreeMap<&str, &str> = BTreeMap::new();
        for (id, html) in &self.parts {
            if shown.parts.get(id) == Some(html) {
                continue;
            }
            if *id == "hall-room" && self.shape == shown.shape {
                let rows = self.rows.iter().filter(|(id, html)| shown.rows.get(*id) != Some(html));
                changed.extend(rows.map(|(id, html)| (id.as_str(), html.as_str())));
            } else {
                changed.insert(id, html);
            }
        }
        if changed.is_empty() { None } else { serde_json::to_string(&changed).ok().map(Arc::from) }
    }
}

#[derive(Template)]
#[template(path = "fragment/hall_steps.html")]
struct Steps<'a> {
    p: &'a Frame,
    v: &'a Hall,
}

#[derive(Template)]
#[template(path = "fragment/hall_now.html")]
struct Now<'a> {
    p: &'a Frame,
    v: &'a Hall,
}

#[derive(Template)]
#[template(path = "fragment/hall_room.html")]
struct Room<'a> {
    p: &'a Frame,
    v: &'a Hall,
}

#[derive(Template)]
#[template(path = "fragment/hall_beats.html")]
struct Beats<'a> {
    p: &'a Frame,
    v: &'a Hall,
}

#[derive(Template)]
#[template(path = "fragment/hall_log.html")]
struct Log<'a> {
    p: &'a Frame,
}

/// How far the log is, in the foot of the page.
#[derive(Template)]
#[template(path = "fragment/log_height.html")]
struct Height<'a> {
    p: &'a Frame,
}

#[derive(Template)]
#[template(path = "fragment/hall_side.html")]
struct Side<'a> {
    p: &'a Frame,
    v: &'a Hall,
}

#[derive(Template)]
#[template(path = "fragment/hall_words.html")]
struct Words<'a> {
    p: &'a Frame,
    v: &'a Hall,
}

/// The events of one watcher as a stream.
pub struct Events {
    /// What is sent.
    pub events: mpsc::Receiver<Event>,
    /// Given back at the end.
    pub _place: OwnedSemaphorePermit,
}

impl Stream for Events {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.events.poll_recv(context).map(|event| event.map(Ok))
    }
}
