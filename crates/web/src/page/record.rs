//! `/tenders/{id}/record`: opening, ranking, award, each with its leaf and proof; and what this does not prove.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use ximu_basics::ProcedureId;
use ximu_office::Trouble;
use ximu_procedure::wire::RecordKind;

use super::{about_tender, frame, missing, paper, show};
use crate::{
    reader::Reader,
    site::Site,
    story::Story,
    view::{
        Frame, Names, plain,
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
    papers: Vec<(RecordKind, String)>,
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
    let kinds = paper::kinds(&*site.host, &id).into_iter();
    let papers = kinds.map(|kind| (kind, plain::record_kind(t, kind))).collect();
    let p = frame(site, reader, t.record_of(&title));
    let ocid = site.host.centre().ocds.ocid(&id);
    Ok(show(StatusCode::OK, &RecordPage { p, ocid, v, title, lines, papers }))
}
