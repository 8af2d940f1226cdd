//! Which address goes where.

use axum::{Router, middleware, routing::get};

use crate::{assets, headers, live, page, site::Site};

/// The pages and the interface of a centre.
pub fn router(site: Site) -> Router {
    Router::new()
        .route("/", get(page::portal::handle))
        .route("/tenders", get(page::tenders::handle))
        .route("/tenders/{id}", get(page::tender::handle))
        .route("/tenders/{id}/hall", get(page::hall::handle))
        .route("/tenders/{id}/hall/live", get(live::handle))
        .route("/tenders/{id}/record", get(page::record::handle))
        .route("/verify", get(page::verify::handle))
        .route("/codes", get(page::codes::handle))
        .route("/about", get(page::about::handle))
        .route("/static/{name}", get(assets::serve))
        .fallback(page::missing::handle)
        .layer(middleware::from_fn(headers::add))
        .with_state(site)
}
