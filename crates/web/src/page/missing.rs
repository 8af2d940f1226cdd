//! The page for what is not here, and for what cannot be shown now.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use ximu_office::Trouble;

use super::{frame, show};
use crate::{reader::Reader, site::Site, view::Frame};

#[derive(Template)]
#[template(path = "missing.html")]
struct Missing {
    p: Frame,
    heading: String,
    text: String,
    code: &'static str,
}

/// An unknown page, tender or document: always the same answer.
pub fn page(site: &Site, reader: Reader) -> Response {
    let t = reader.t;
    let p = frame(site, reader, t.missing_title());
    let page = Missing { heading: t.missing_title(), text: t.missing_text(), code: "not_found", p };
    show(StatusCode::NOT_FOUND, &page)
}

/// The centre cannot show a page now.
pub fn trouble(site: &Site, reader: Reader, trouble: &Trouble) -> Response {
    tracing::error!(code = trouble.code(), "a page could not be shown");
    let t = reader.t;
    let p = frame(site, reader, t.trouble_title());
    let page = Missing { heading: t.trouble_title(), text: t.trouble_text(), code: trouble.code(), p };
    show(StatusCode::SERVICE_UNAVAILABLE, &page)
}
