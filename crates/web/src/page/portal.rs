//! `/`: today's openings, notices, results, and how to check this platform.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use ximu_office::Trouble;

use super::{built, frame, show, tenders::Summary};
use crate::{reader::Reader, site::Site, view::Frame, view::Names};

/// The most lines of each list; the rest is on the page of all tenders. Keeps the page below 50 KB.
const LINES_MAX: usize = 15;

#[derive(Template)]
#[template(path = "portal.html")]
struct Portal {
    p: Frame,
    today: Vec<Summary>,
    notices: Vec<Summary>,
    results: Vec<Summary>,
}

/// `GET /`.
pub async fn handle(State(site): State<Site>, reader: Reader) -> Response {
    built(site, reader, page).await
}

fn page(site: &Site, reader: Reader) -> Result<Response, Trouble> {
    let t = reader.t;
    let p = frame(site, reader, t.portal_title());
    let names = Names::new(&*site.host);
    let (mut today, mut notices, mut results) = (Vec::new(), Vec::new(), Vec::new());
    for summary in super::tenders::all(site, t, &names)? {
        // Today's board keeps its lines all day: what opens later stands among the notices too, what is over among the results.
        if summary.is_today(p.now) {
            today.push(summary.clone());
        }
        if summary.is_open {
            notices.push(summary);
        } else if summary.is_past() {
            results.push(summary);
        }
    }
    today.sort_by_key(|summary| summary.deadline);
    notices.sort_by_key(|summary| summary.deadline);
    results.sort_by_key(|summary| std::cmp::Reverse(summary.deadline));
    for list in [&mut today, &mut notices, &mut results] {
        list.truncate(LINES_MAX);
    }
    Ok(show(StatusCode::OK, &Portal { p, today, notices, results }))
}
