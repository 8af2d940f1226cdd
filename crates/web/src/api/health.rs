//! `/healthz` and `/readyz`: whether the process lives, and whether it can do its work. Nothing in them depends on
//! how much work there is.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use ximu_office::{Condition, WriterHealth, view::PublisherHealth};

use super::canonical;
use crate::site::Site;

/// The process answers.
pub async fn healthz() -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "ok\n").into_response()
}

/// 200 when commands can be recorded and cosigned, else 503; with the parts and their stable codes.
pub async fn readyz(State(site): State<Site>) -> Response {
    let view = site.host.view();
    let peers = view.peers.iter().map(|peer| {
        let condition = match peer.condition {
            Condition::Unknown => "unknown",
            Condition::Good => "good",
            Condition::Failing(code) => code,
        };
        json!({ "condition": condition, "name": peer.name })
    });
    let answer = json!({
        "founded": view.world.registry.centre.is_some(),
        "ready": view.health.is_ready(),
        "writer": writer(view.health.writer),
        "publisher": publisher(view.health.publisher),
        "close_lacks_evidence": view.health.close_lacks_evidence,
        "peers": peers.collect::<Vec<_>>(),
    });
    let status = if view.health.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, canonical(&answer)).into_response()
}

/// The writer's health as a word.
#[must_use]
pub const fn writer(health: WriterHealth) -> &'static str {
    match health {
        WriterHealth::Good => "good",
        WriterHealth::Full => "disk_full",
        WriterHealth::Stopped(code) => code,
    }
}

/// The publisher's health as a word.
#[must_use]
pub const fn publisher(health: PublisherHealth) -> &'static str {
    match health {
        PublisherHealth::Idle => "idle",
        PublisherHealth::Good => "good",
        PublisherHealth::Degraded => "degraded",
        PublisherHealth::NoQuorum => "no_quorum",
        PublisherHealth::Failing(code) => code,
    }
}
