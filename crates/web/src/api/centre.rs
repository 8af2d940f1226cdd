//! `GET /api/v1/centre`: what this centre says of itself. Nothing in it is proven but by the keys it names.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use ximu_basics::{Hash, Instant};

use super::{canonical, problem::Problem};
use crate::{assets::ASSETS, host::PeerAddress, site::Site};

#[derive(Serialize)]
struct Centre<'a> {
    origin: &'a str,
    log_key: &'a str,
    policy: &'a str,
    policy_hash: Hash,
    rehearsal: bool,
    now: Instant,
    peers: &'a [PeerAddress],
    /// This centre and the others: independent operators.
    operators: usize,
    /// SHA-256 of the module that this centre's page of bids runs; anybody builds the same from the sources.
    module: Hash,
}

/// Answers, also before the centre is founded: the policy is empty then.
pub async fn handle(State(site): State<Site>) -> Response {
    let answer = site.blocking(|site| {
        let (centre, view) = (site.host.centre(), site.host.view());
        let policy = view.world.registry.centre.as_ref().map_or("", |centre| centre.policy.as_str());
        canonical(&Centre {
            origin: &centre.origin,
            log_key: &centre.log_key,
            policy,
            policy_hash: Hash::of(policy.as_bytes()),
            rehearsal: centre.rehearsal,
            now: site.host.now(),
            peers: &centre.peers,
            operators: centre.peers.len() + 1,
            module: ASSETS.module.hash(),
        })
    });
    answer.await.unwrap_or_else(|trouble| Problem::from(trouble).into_response())
}
