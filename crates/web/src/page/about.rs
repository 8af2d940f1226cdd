//! `/about`: what this is, and the published figures it began with, shown as a quotation only.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use super::{built, show};
use crate::{
    reader::Reader,
    site::Site,
    view::{Frame, frame::Section},
};

#[derive(Template)]
#[template(path = "about.html")]
struct About {
    p: Frame,
}

/// `GET /about`.
pub async fn handle(State(site): State<Site>, reader: Reader) -> Response {
    built(site, reader, |site, reader| {
        let title = reader.t.about_title();
        let p = Frame::new(&*site.host, reader, Section::About, title);
        Ok(show(StatusCode::OK, &About { p }))
    })
    .await
}
