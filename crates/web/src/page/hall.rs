//! `/tenders/{id}/hall`: the opening, live; and, with `?at=N`, as it was after any entry.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use ximu_basics::ProcedureId;
use ximu_office::Trouble;

use super::{about_tender, frame, missing, show};
use crate::{
    reader::Reader,
    site::Site,
    story::Story,
    view::{Frame, hall::Hall},
};

#[derive(Template)]
#[template(path = "hall.html")]
struct HallPage {
    p: Frame,
    v: Hall,
    title: String,
    /// Where the live element listens.
    source: String,
    /// An entry that was asked for and is not there: the last one is shown instead.
    beyond: Option<u64>,
}

/// `GET /tenders/{id}/hall`.
pub async fn handle(State(site): State<Site>, reader: Reader, Path(id): Path<String>) -> Response {
    about_tender(site, reader, id, page).await
}

fn page(site: &Site, reader: Reader, id: ProcedureId, story: &Story) -> Result<Response, Trouble> {
    let asked = reader.parameter("at").and_then(|number| number.parse::<u64>().ok());
    let beyond = asked.filter(|number| story.last().is_some_and(|last| *number > u64::from(last)));
    let at =
        asked.and_then(|number| u32::try_from(number).ok().filter(|_| beyond.is_none()).or(story.last()));
    let Some(v) = Hall::build(reader.t, &*site.host, &id, story, at) else {
        return Ok(missing::page(site, reader));
    };
    let world = site.host.view().world.clone();
    let title = world.tenders.get(&id).map_or_else(String::new, |tender| {
        reader.t.pick(&tender.rules.title.zh, &tender.rules.title.en).to_string()
    });
    let source = reader.live_source(&id, v.number);
    let p = frame(site, reader, title.clone());
    Ok(show(StatusCode::OK, &HallPage { p, v, title, source, beyond }))
}
