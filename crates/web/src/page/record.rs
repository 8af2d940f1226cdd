//! `/tenders/{id}/record`: opening, ranking, award, each with its leaf and proof; and what this does not prove.

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
    view::{
        Frame, Names,
        record::Record,
        timeline::{self, Line},
    },
};

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage {
    p: Frame,
    ocid: String,
    v: Record,
    title: String,
    lines: Vec<Line>,
}

/// `GET /tenders/{id}/record`.
pub async fn handle(State(site): State<Site>, reader: Reader, Path(id): Path<String>) -> Response {
    about_tender(site, reader, id, page).await
}

fn page(site: &Site, reader: Reader, id: ProcedureId, story: &Story) -> Result<Response, Trouble> {
    let t = reader.t;
    let Some(v) = Record::build(t, &*site.host, &id, story) else {
        return Ok(missing::page(site, reader));
    };
    let world = site.host.view().world.clone();
    let title = world.tenders.get(&id).map_or_else(String::new, |tender| {
        t.pick(&tender.rules.title.zh, &tender.rules.title.en).to_string()
    });
    let names = Names::new(&*site.host);
    let mut lines = timeline::lines(t, story, &names, None);
    lines.reverse();
    let p = frame(site, reader, t.record_of(&title));
    let ocid = site.host.centre().ocds.ocid(&id);
    Ok(show(StatusCode::OK, &RecordPage { p, ocid, v, title, lines }))
}
