//! `/tenders/{id}/records/{kind}.html` and `.pdf`: an official record as a page and as paper (records 6, 8).
//!
//! Before the reading there is no record, and the address is like every other that does not exist.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use ximu_basics::ProcedureId;
use ximu_procedure::{
    record,
    wire::{Record, RecordKind},
};
use ximu_report::{Forms, Names, Sheet, html, sheet::Tongue};

use super::{built, frame, missing, show};
use crate::{api::problem::Problem, host::Host, reader::Reader, site::Site, view::Frame};

#[derive(Template)]
#[template(path = "paper.html")]
struct PaperPage {
    p: Frame,
    id: ProcedureId,
    kind: RecordKind,
    title: String,
    body: String,
    foot: String,
}

/// `GET /tenders/{id}/records/{file}`.
pub async fn handle(
    State(site): State<Site>,
    reader: Reader,
    Path((id, file)): Path<(String, String)>,
) -> Response {
    let wanted = || {
        let (kind, form) = file.split_once('.')?;
        Some((id.parse::<ProcedureId>().ok()?, RecordKind::of_name(kind)?, form))
    };
    match wanted() {
        Some((id, kind, "pdf")) => paper(site, reader, id, kind).await,
        Some((id, kind, "html")) => {
            built(site, reader, move |site, reader| {
                let Some((record, names)) = made(&*site.host, &id, kind) else {
                    return Ok(missing::page(site, reader));
                };
                Ok(page(site, reader, id, &record, &names))
            })
            .await
        }
        Some(_) | None => missing::page(&site, reader),
    }
}

async fn paper(site: Site, reader: Reader, id: ProcedureId, kind: RecordKind) -> Response {
    let asked = id.clone();
    let found = site.blocking(move |site| made(&*site.host, &asked, kind)).await;
    let (record, names) = match found {
        Ok(Some(found)) => found,
        Ok(None) => return missing::page(&site, reader),
        Err(trouble) => return missing::trouble(&site, reader, &trouble),
    };
    match site.papers.get(record, names).await {
        Ok(bytes) => {
            let name = HeaderValue::try_from(format!("inline; filename=\"{id}-{kind}.pdf\""));
            let name = name.unwrap_or_else(|_| HeaderValue::from_static("inline"));
            let kind = HeaderValue::from_static("application/pdf");
            ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], bytes).into_response()
        }
        Err(error) => {
            tracing::warn!(code = error.code(), %error, "a report could not be made");
            Problem::new(error.code()).detail(error.to_string()).into_response()
        }
    }
}

fn page(site: &Site, reader: Reader, id: ProcedureId, record: &Record, names: &Names) -> Response {
    let t = reader.t;
    let sheet = Sheet::of(record, names, Tongue::one(t));
    let (title, foot) = (sheet.title.first.clone(), sheet.foot.clone());
    let body = html::body(&sheet, t);
    let p = frame(site, reader, format!("{title} · {id}"));
    show(StatusCode::OK, &PaperPage { p, id, kind: record.kind(), title, body, foot })
}

/// The record and the names that are disclosed; `None` as long as it cannot be made.
fn made(host: &dyn Host, id: &ProcedureId, kind: RecordKind) -> Option<(Record, Names)> {
    let world = host.view().world.clone();
    let record = record::record(&world.registry, world.tenders.get(id)?, kind)?;
    let names = Names::of(&record, |hash| host.record(hash).ok());
    let names = names.with_forms(Forms::of(&record, |bidder| host.form(id, bidder)));
    Some((record, names))
}

/// The kinds of records that can be made now.
pub(super) fn kinds(host: &dyn Host, id: &ProcedureId) -> Vec<RecordKind> {
    let world = host.view().world.clone();
    let Some(tender) = world.tenders.get(id) else { return Vec::new() };
    let can = |kind: &RecordKind| record::record(&world.registry, tender, *kind).is_some();
    RecordKind::ALL.into_iter().filter(can).collect()
}
