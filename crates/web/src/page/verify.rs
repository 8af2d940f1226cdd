//! `/verify`: how to check everything here without trusting us.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use ximu_office::Trouble;

use super::{built, show, tenders::Summary};
use crate::{
    reader::Reader,
    site::Site,
    view::{Frame, Names, frame::Section},
};

/// The most bundles offered on the page; the list of tenders has the rest.
const BUNDLES_MAX: usize = 40;

#[derive(Template)]
#[template(path = "verify.html")]
struct Verify {
    p: Frame,
    bundles: Vec<Summary>,
    example: String,
}

/// `GET /verify`.
pub async fn handle(State(site): State<Site>, reader: Reader) -> Response {
    built(site, reader, page).await
}

fn page(site: &Site, reader: Reader) -> Result<Response, Trouble> {
    let t = reader.t;
    let names = Names::new(&*site.host);
    let mut bundles = super::tenders::all(site, t, &names)?;
    bundles.sort_by_key(|summary| std::cmp::Reverse(summary.deadline));
    bundles.truncate(BUNDLES_MAX);
    let example = reader
        .parameter("tender")
        .filter(|wanted| bundles.iter().any(|summary| summary.id.as_str() == *wanted))
        .map(str::to_string)
        .or_else(|| bundles.first().map(|summary| summary.id.to_string()))
        .unwrap_or_else(|| "tender".to_string());
    let p = Frame::new(&*site.host, reader, Section::Verify, t.verify_title());
    Ok(show(StatusCode::OK, &Verify { p, bundles, example }))
}
