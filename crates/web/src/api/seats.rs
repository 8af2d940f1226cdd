//! `/api/v1/tenders/{id}/seats`: the waiting room at the door of a committee (evaluation 3.5). For whoever may not read it
//! there is nothing here.

use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use ximu_basics::{ProcedureId, PublicKey, json};
use ximu_office::Trouble;
use ximu_procedure::wire::waiting::{SeatAsk, SeatVouch};

use super::{canonical, disclosed::asking, problem::Problem};
use crate::{body, serve::Client, site::Site};

/// The longest request: an ask has about 500 bytes, a signature for one about 400.
pub const SEAT_BYTES_MAX: usize = 2048;

/// `POST`: a member asks that somebody vouch for it. 202: it waits.
pub async fn ask(
    State(site): State<Site>,
    client: Option<Extension<Client>>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Problem> {
    let id = id.parse::<ProcedureId>().map_err(|_| Problem::missing())?;
    let bytes = body::read(body, SEAT_BYTES_MAX).await?;
    let ask: SeatAsk = json::from_canonical(&bytes)
        .map_err(|error| Problem::new("body_malformed").detail(format!("an ask for a seat: {error}")))?;
    // Asks without a committee use up nothing.
    let sits = site.host.view().world.tenders.get(&id).is_some_and(|tender| tender.is_sitting());
    if sits
        && let Some(Extension(Client(address))) = client
        && !site.neighbours.take(address, site.host.now())
    {
        return Err(Trouble::TooManyStrangers.into());
    }
    let waiting = site.blocking(move |site| site.host.ask_seat(&id, &ask)).await??;
    Ok((StatusCode::ACCEPTED, canonical(&waiting)).into_response())
}

/// `GET`: who waits, for those who may vouch; a member reads its own line. Signed by the headers of the request.
pub async fn read(
    State(site): State<Site>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = id.parse::<ProcedureId>().map_err(|_| Problem::missing())?;
    if !headers.contains_key("ximu-key") {
        return Err(Problem::missing());
    }
    let asking = asking(&headers)?;
    let room = site.blocking(move |site| site.host.waiting_seats(&id, &asking)).await??;
    Ok(([(header::CACHE_CONTROL, "no-store")], canonical(&room)).into_response())
}

/// `POST .../{key}`: somebody vouches for the member that waits with this key.
pub async fn vouch(
    State(site): State<Site>,
    Path((id, key)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Problem> {
    let id = id.parse::<ProcedureId>().map_err(|_| Problem::missing())?;
    let key = key.parse::<PublicKey>().map_err(|_| Problem::missing())?;
    let bytes = body::read(body, SEAT_BYTES_MAX).await?;
    let vouch: SeatVouch = json::from_canonical(&bytes)
        .map_err(|error| Problem::new("body_malformed").detail(format!("a word for a seat: {error}")))?;
    let waiting = site.blocking(move |site| site.host.vouch_seat(&id, &key, &vouch)).await??;
    Ok(canonical(&waiting))
}
