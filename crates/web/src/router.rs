//! Which address goes where.

use axum::{
    Router,
    extract::State,
    http::Uri,
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{api, assets, headers, live, page, reader::Reader, site::Site};

/// The pages and the interface of a centre.
pub fn router(site: Site) -> Router {
    Router::new()
        .route("/", get(page::portal::handle))
        .route("/tenders", get(page::tenders::handle))
        .route("/tenders/{id}", get(page::tender::handle))
        .route("/tenders/{id}/hall", get(page::hall::handle))
        .route("/tenders/{id}/hall/live", get(live::handle))
        .route("/tenders/{id}/bid", get(page::bid::handle))
        .route("/tenders/{id}/desk", get(page::desk::handle))
        .route("/desk", get(page::desk::of_register))
        .route("/tenders/{id}/evaluation", get(page::evaluation::handle))
        .route("/tenders/{id}/record", get(page::record::handle))
        .route("/statistics", get(page::statistics::handle))
        .route("/statistics.csv", get(page::statistics::csv))
        .route("/tenders/{id}/records/{file}", get(page::paper::handle))
        .route("/verify", get(page::verify::handle))
        .route("/codes", get(page::codes::handle))
        .route("/about", get(page::about::handle))
        .route("/static/{name}", get(assets::serve))
        .merge(api::routes())
        .method_not_allowed_fallback(api::problem::method_not_allowed)
        .fallback(unknown)
        .layer(middleware::from_fn(headers::add))
        .with_state(site)
}

/// What no route has: a page for people, a problem for programs.
async fn unknown(State(site): State<Site>, uri: Uri, reader: Reader) -> Response {
    if ["/api/", "/log/", "/ocds/"].iter().any(|of_programs| uri.path().starts_with(of_programs)) {
        return api::problem::unknown().await.into_response();
    }
    page::missing::page(&site, reader)
}
