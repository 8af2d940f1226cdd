//! `POST /api/v1/records`: leaves the record behind a name commitment of the register. `GET /api/v1/register/waiting`: the
//! names of those who wait for their admission, for whoever may admit them (journal 7.7).

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{canonical, disclosed::asking, problem::Problem};
use crate::{body, site::Site};

/// The longest record, in bytes of its canonical JSON.
pub const RECORD_BYTES_MAX: usize = 1024;

/// Hands the exact bytes on; the office knows which addresses it takes.
pub async fn handle(State(site): State<Site>, body: Body) -> Result<Response, Problem> {
    let bytes = body::read(body, RECORD_BYTES_MAX).await?;
    let address = site.blocking(move |site| site.host.put_record(&bytes)).await??;
    Ok((StatusCode::CREATED, canonical(&serde_json::json!({ "address": address }))).into_response())
}

/// `GET /api/v1/register/waiting`. For whoever did not sign, or may not admit, there is nothing here.
pub async fn waiting(State(site): State<Site>, headers: HeaderMap) -> Result<Response, Problem> {
    if !headers.contains_key("ximu-key") {
        return Err(Problem::missing());
    }
    let asking = asking(&headers)?;
    let names = site.blocking(move |site| site.host.waiting_parties(&asking)).await??;
    let parties: Vec<_> =
        names.iter().map(|(party, name)| serde_json::json!({ "name": name, "party": party })).collect();
    let waiting = serde_json::json!({ "parties": parties, "v": 1 });
    Ok(([(header::CACHE_CONTROL, "no-store")], canonical(&waiting)).into_response())
}
