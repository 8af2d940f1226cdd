//! `/codes`: every stable code a reader can meet, what it means and what to do.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use super::{built, show};
use crate::{
    codes::{self, Family},
    reader::Reader,
    site::Site,
    view::{Frame, frame::Section},
};

#[derive(Template)]
#[template(path = "codes.html")]
struct Codes {
    p: Frame,
    families: Vec<FamilyView>,
}

struct FamilyView {
    title: String,
    about: String,
    lines: Vec<Line>,
}

struct Line {
    code: &'static str,
    meaning: String,
    action: String,
}

/// `GET /codes`.
pub async fn handle(State(site): State<Site>, reader: Reader) -> Response {
    built(site, reader, |site, reader| {
        let t = reader.t;
        let p = Frame::new(&*site.host, reader, Section::Codes, t.codes_title());
        let families = Family::ALL.into_iter().map(|family| FamilyView {
            title: family.title(t),
            about: family.about(t),
            lines: family
                .codes()
                .into_iter()
                .map(|code| Line { code, meaning: codes::meaning(t, code), action: codes::action(t, code) })
                .collect(),
        });
        let families = families.collect();
        Ok(show(StatusCode::OK, &Codes { p, families }))
    })
    .await
}
