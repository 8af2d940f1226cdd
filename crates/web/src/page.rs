//! The pages, one file each: route, handler, template, and what is on it.

pub mod about;
pub mod bid;
pub mod codes;
pub mod desk;
pub mod evaluation;
pub mod hall;
pub mod missing;
pub mod paper;
pub mod portal;
pub mod record;
pub mod statistics;
pub mod tender;
pub mod tenders;
pub mod verify;
mod walk;

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use ximu_basics::ProcedureId;
use ximu_office::Trouble;

use crate::{
    reader::Reader,
    site::Site,
    story::Story,
    view::{Frame, cards::cards, frame::Section},
};

/// Renders a page; a template that cannot be rendered is our fault and an answer 500.
fn show(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, Html(cards(&html))).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Builds a page on a thread that may block.
async fn built(
    site: Site,
    reader: Reader,
    build: impl FnOnce(&Site, Reader) -> Result<Response, Trouble> + Send + 'static,
) -> Response {
    let again = reader.clone();
    match site.blocking(move |site| build(site, reader)).await {
        Ok(Ok(response)) => response,
        Ok(Err(trouble)) | Err(trouble) => missing::trouble(&site, again, &trouble),
    }
}

/// Builds a page about one procedure; an unknown id and one that cannot be an id are the same missing page.
async fn about_tender(
    site: Site,
    reader: Reader,
    id: String,
    build: impl FnOnce(&Site, Reader, ProcedureId, &Story) -> Result<Response, Trouble> + Send + 'static,
) -> Response {
    built(site, reader, move |site, reader| {
        let Ok(id) = id.parse::<ProcedureId>() else { return Ok(missing::page(site, reader)) };
        match site.story(&id)? {
            Some(story) => build(site, reader, id, &story),
            None => Ok(missing::page(site, reader)),
        }
    })
    .await
}

/// The frame of a page about tenders.
fn frame(site: &Site, reader: Reader, title: String) -> Frame {
    Frame::new(&*site.host, reader, Section::Tenders, title)
}
