//! `GET /api/v1/tenders/{id}/events`: the public entries as server-sent events, as they come. The id of an event is
//! the entry's number; `Last-Event-ID` resumes after it, and without one the stream begins with entry 0, so that a
//! late visitor hears everything.

use std::time::Duration;

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use tokio::sync::mpsc;
use ximu_basics::ProcedureId;
use ximu_office::answer::PublicEntry;

use super::{entries::line, problem::Problem};
use crate::{live::Events, site::Site};

/// Silence is broken by a comment this often.
const COMMENT_EVERY: Duration = Duration::from_secs(15);

/// Events between the store and a watcher; a slow watcher slows only its own reading.
const EVENTS_AHEAD_MAX: usize = 16;

/// Starts a stream.
pub async fn handle(
    State(site): State<Site>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = id.parse::<ProcedureId>().map_err(|_| Problem::missing())?;
    if !site.host.view().world.tenders.contains_key(&id) {
        return Err(Problem::missing());
    }
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let next = last.and_then(|last| last.parse::<u32>().ok()).map_or(0, |last| last.saturating_add(1));
    let place = site.streams.enter()?;
    let (sender, events) = mpsc::channel(EVENTS_AHEAD_MAX);
    tokio::spawn(follow(site, id, next, sender));
    let alive = KeepAlive::new().interval(COMMENT_EVERY);
    Ok(Sse::new(Events { events, _place: place }).keep_alive(alive).into_response())
}

/// Sends entries from `next` on until the watcher goes away or the store fails.
async fn follow(site: Site, id: ProcedureId, mut next: u32, sender: mpsc::Sender<Event>) {
    let mut news = site.news();
    loop {
        news.borrow_and_update();
        let wanted = id.clone();
        let read = site.blocking(move |site| site.host.entries(&wanted, next)).await;
        let Ok(Ok(entries)) = read else { return };
        let full = !entries.is_empty();
        for entry in entries {
            let Some(event) = event(&entry) else { return };
            if sender.send(event).await.is_err() {
                return;
            }
            next = entry.number.saturating_add(1);
        }
        if full {
            continue;
        }
        tokio::select! {
            () = sender.closed() => return,
            changed = news.changed() => if changed.is_err() { return },
        }
    }
}

fn event(entry: &PublicEntry) -> Option<Event> {
    Some(Event::default().event("entry").id(entry.number.to_string()).data(line(entry).ok()?))
}
